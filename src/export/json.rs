//! An answer, or the problems of a scenario, as JSON: every figure unrounded, dates as `2025-08-02`, `null`
//! for what is not defined or not known.

use serde_json::{Value as Json, json};

use super::report::Report;
use crate::analysis::chances::{Chances, Dated, Interval, Quantity, TheatreChances};
use crate::analysis::sentences::{CAPTION, Sentence};
use crate::analysis::{
    Cost, DeploymentFigures, KeyFigures, TheatreFigures, changes, format, observed,
};
use crate::scenario::{Checked, LeverKind, Problem, Section, Severity, Value};

/// Number of the form that this JSON has. It rises when something is renamed, removed or given another
/// meaning, not when something is added.
const SCHEMA: u32 = 1;

/// The answer of a run.
#[must_use]
pub fn report(report: &Report<'_>) -> String {
    let case = report.case();
    let s = case.scenario;
    let theatres = s.theatres.iter().enumerate().map(|(index, (id, _))| {
        let headline = &report.headlines[index];
        let of = |figures: &KeyFigures| theatre(s, &figures.theatres[index]);
        let chances = report.drawn.map(|drawn| drawn.chances);
        json!({
            "id": id,
            "name": Section::Theatres.name(s, id),
            "sentences": texts(&headline.sentences),
            "more": texts(&headline.more),
            "planning": {
                "now": of(case.figures),
                "baseline": case.baseline.map(of),
                "changed_assumptions_alone": case.assumed.map(of),
            },
            "ensemble": chances.map(|chances| ensemble(s, &chances.theatres[index])),
        })
    });
    let deployments = s.deployments.iter().enumerate().map(|(index, (id, item))| {
        let of = |figures: &KeyFigures| deployment(s, &figures.deployments[index]);
        let chances = report.drawn.map(|drawn| drawn.chances);
        json!({
            "id": id,
            "name": Section::Deployments.name(s, id),
            "theatre": item.theatre,
            "planning": { "now": of(case.figures), "baseline": case.baseline.map(of) },
            "ensemble": chances.map(|chances: &Chances| json!({
                "stock_out": dated(s, &chances.stock_outs[index]),
            })),
        })
    });
    let ensemble = report.drawn.map(|drawn| {
        json!({
            "members": drawn.chances.members,
            "seed": drawn.options.seed,
            "ranges": drawn.options.ranges,
            "chance": drawn.options.chance,
        })
    });
    let last = format::day(s.start, s.day_count() - 1);
    let whole = json!({
        "schema": SCHEMA,
        "shortfall": env!("CARGO_PKG_VERSION"),
        "marking": s.marking,
        "marking_reviewed": report.marking_reviewed,
        "scenario": {
            "title": s.title,
            "first_day": s.start.to_string(),
            "last_day": last.to_string(),
            "days": s.day_count(),
            "target": s.target.value,
            "protection_target": s.protection_target.as_ref().map(|target| target.value),
        },
        "what_if": what_if(report),
        "ensemble": ensemble,
        "theatres": theatres.collect::<Vec<_>>(),
        "deployments": deployments.collect::<Vec<_>>(),
        "observed": observed_errors(report),
        "caption": CAPTION,
    });
    pretty(&whole)
}

/// The problems of a scenario.
#[must_use]
pub fn problems(file: &str, problems: &[Problem]) -> String {
    let count = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let list = problems.iter().map(|problem| {
        json!({
            "severity": match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "path": problem.path,
            "line": problem.place.map(|place| place.line),
            "column": problem.place.map(|place| place.column),
            "message": problem.what,
        })
    });
    pretty(&json!({
        "schema": SCHEMA,
        "shortfall": env!("CARGO_PKG_VERSION"),
        "file": file,
        "accepted": count(Severity::Error) == 0,
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "problems": list.collect::<Vec<_>>(),
    }))
}

fn pretty(json: &Json) -> String {
    format!("{json:#}\n")
}

fn texts(sentences: &[Sentence]) -> Vec<String> {
    sentences.iter().map(Sentence::text).collect()
}

/// What was set to make the world that is shown.
fn what_if(report: &Report<'_>) -> Option<Json> {
    let what_if = report.variant?.what_if;
    let value = |value: Value| match value {
        Value::Number(number) => json!(number),
        Value::Date(date) => json!(date.to_string()),
        Value::Switch(on) => json!(on),
    };
    let changes = changes::changes(report.baseline.scenario, what_if);
    let changes = changes.iter().map(|change| {
        json!({
            "path": change.path,
            "name": change.label,
            "kind": match change.kind {
                LeverKind::Decision => "decision",
                LeverKind::Assumption => "assumption",
            },
            "from": change.from.map(value),
            "to": value(change.to),
            "unit": change.unit,
        })
    });
    Some(json!({ "name": what_if.name, "changes": changes.collect::<Vec<_>>() }))
}

fn day(s: &Checked, day: Option<usize>) -> Json {
    json!(day.map(|day| format::day(s.start, day).to_string()))
}

/// Figures of a theatre in the planning run.
fn theatre(s: &Checked, of: &TheatreFigures) -> Json {
    json!({
        "launched": of.launched,
        "engaged": of.covered,
        "not_engaged": of.uncovered,
        "not_engaged_because": {
            "magazines_empty": of.why.stock,
            "launchers_saturated": of.why.capacity,
            "out_of_reach": of.why.reach,
            "held_back": of.why.held,
        },
        "killed": of.killed,
        "leakers": of.leakers,
        "coverage": of.coverage,
        "protection": of.protection,
        "first_day_judged": day(s, of.first_judged),
        "first_day_below": day(s, of.breach),
        "last_day_below": day(s, of.last_below),
        "days_below": of.days_below,
        "days_judged": of.days_judged,
        "lowest_28_days": of.worst.map(|worst| json!({
            "coverage": worst.coverage,
            "last_day": day(s, Some(worst.last_day)),
        })),
        "first_day_protection_below": day(s, of.protection_breach),
        "days_protection_below": of.protection_days_below,
        "rounds_fired": of.fired,
        "rounds_short": of.short,
        "rounds_left": of.left,
        "cost_of_rounds_fired": cost(of.cost_fired),
        "cost_of_launches": cost(of.cost_launched),
    })
}

fn cost(of: Cost) -> Json {
    json!({ "dollars": of.dollars, "lower_bound": of.partial })
}

/// Figures of a deployment in the planning run.
fn deployment(s: &Checked, of: &DeploymentFigures) -> Json {
    json!({
        "stock_out": day(s, of.stock_out),
        "rounds_received": of.received,
        "rounds_sent": of.sent,
        "rounds_fired": of.fired,
        "rounds_short": of.short,
        "rounds_left": of.left,
    })
}

/// What an ensemble says of a theatre.
fn ensemble(s: &Checked, of: &TheatreChances) -> Json {
    json!({
        "first_day_below": dated(s, &of.breach),
        "last_day_below": dated(s, &of.last_below),
        "days_below": quantity(&of.days_below),
        "lowest_28_day_coverage": quantity(&of.worst),
        "first_day_protection_below": dated(s, &of.protection_breach),
        "days_protection_below": quantity(&of.protection_days_below),
        "launched": quantity(&of.launched),
        "coverage": quantity(&of.coverage),
        "protection": quantity(&of.protection),
        "not_engaged": quantity(&of.uncovered),
        "difference_by_changed_assumptions": of.uncovered_parts.map(|[of, _]| interval(of)),
        "difference_by_decisions": of.uncovered_parts.map(|[_, of]| interval(of)),
        "leakers": quantity(&of.leakers),
        "rounds_fired": quantity(&of.fired),
        "rounds_short": quantity(&of.short),
        "rounds_left": quantity(&of.left),
        "cost_of_rounds_fired": quantity(&of.cost_fired),
        "cost_of_launches": quantity(&of.cost_launched),
    })
}

/// Something that happens on a day: days by which it has in 5, 50 and 95 % of members.
fn dated(s: &Checked, of: &Dated) -> Json {
    let mut json = json!({
        "chance": of.chance,
        "standard_error": of.error,
        "p5": day(s, of.p5),
        "p50": day(s, of.p50),
        "p95": day(s, of.p95),
    });
    if let Some(baseline) = &of.baseline {
        json["baseline"] = dated(s, baseline);
    }
    json
}

fn quantity(of: &Quantity) -> Json {
    let mut json = interval(of.spread);
    json["baseline"] = json!(of.baseline.map(interval));
    json["difference"] = json!(of.difference.map(interval));
    json
}

fn interval(of: Interval) -> Json {
    let Interval {
        mean,
        p5,
        p25,
        p50,
        p75,
        p95,
    } = of;
    json!({ "mean": mean, "p5": p5, "p25": p25, "p50": p50, "p75": p75, "p95": p95 })
}

/// How far the planning run is from what was counted, as shares.
fn observed_errors(report: &Report<'_>) -> Vec<Json> {
    let worlds = [
        Some(report.baseline),
        report.variant.map(|variant| variant.world),
    ];
    let [before, now] = worlds
        .map(|world| world.map(|world| observed::fits(world.scenario, &world.answer.outcome)));
    let error = |fits: &Option<Vec<observed::Fit>>, index: usize| {
        let fit = fits.as_ref()?.get(index)?;
        Some(json!({ "launched": fit.launched_error, "share_neutralised": fit.neutralised_error }))
    };
    let series = report.baseline.scenario.observed.iter().enumerate();
    let errors = series.map(|(index, (id, series))| {
        let now = error(&now, index).or_else(|| error(&before, index));
        json!({
            "id": id,
            "name": series.name,
            "mean_absolute_error": now,
            "baseline": report.variant.and_then(|_| error(&before, index)),
        })
    });
    errors.collect()
}
