//! An answer as plain text: the sentences, then the key figures in columns.

use std::fmt::Write as _;

use super::report::{Drawn, Report, Variant, World, case};
use crate::analysis::chances::{Chances, Dated, Interval, Quantity, raid_nights};
use crate::analysis::likelihood;
use crate::analysis::sentences::{CAPTION, Case, joined};
use crate::analysis::table::{self, Detail};
use crate::analysis::{WINDOW, changes, format, is_judged, observed};
use crate::scenario::{Checked, Section};

/// Characters in a line of prose.
const WIDTH: usize = 80;

/// One line of a table: what it is, and a cell a column.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) level: Level,
    pub(super) label: String,
    pub(super) cells: Vec<String>,
}

/// How a line stands to those above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Nothing, before a head.
    Gap,
    /// The head of those that follow.
    Head,
    Row,
    /// A part of the row above.
    Under,
}

impl Line {
    fn row(label: impl Into<String>, cells: Vec<String>) -> Self {
        Self {
            level: Level::Row,
            label: label.into(),
            cells,
        }
    }

    /// The label as plain text has it.
    fn indented(&self) -> String {
        let indent = match self.level {
            Level::Gap | Level::Head => "",
            Level::Row => "  ",
            Level::Under => "    ",
        };
        format!("{indent}{}", self.label)
    }
}

/// The answer as plain text.
#[must_use]
pub fn text(report: &Report<'_>) -> String {
    let Report {
        baseline,
        variant,
        drawn,
        ..
    } = *report;
    let case = report.case();
    let mut out = String::new();
    if !report.marking_reviewed {
        out.push_str("Marking not reviewed: contains user-entered figures\n");
    }
    head(&mut out, baseline.scenario, variant);
    for headline in &report.headlines {
        for sentences in [&headline.sentences, &headline.more] {
            if !sentences.is_empty() {
                prose(&mut out, &joined(sentences));
                out.push('\n');
            }
        }
    }
    if let Some(drawn) = drawn {
        likely(&mut out, case, drawn);
        let _ = writeln!(
            out,
            "Planning run: every number at its median, no chances\n"
        );
    }
    let lines = figure_lines(baseline, variant);
    columns(&mut out, &lines);
    out.push('\n');
    prose(&mut out, CAPTION);
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "\n{}", case.scenario.marking);
    out
}

/// The key figures of every theatre, and how far the model is from what was counted.
pub(super) fn figure_lines(baseline: World<'_>, variant: Option<Variant<'_>>) -> Vec<Line> {
    let case = case(baseline, variant);
    let mut lines = Vec::new();
    for (i, id) in case.scenario.theatres.keys().enumerate() {
        heading(&mut lines, &Section::Theatres.name(case.scenario, id));
        for row in table::rows(case, None, i, Detail::Everything) {
            let cells = match (row.baseline, row.difference) {
                (None, _) => vec![row.now],
                (Some(before), difference) => vec![before, row.now, difference.unwrap_or_default()],
            };
            lines.push(Line::row(row.name, cells));
        }
    }
    observed_lines(&mut lines, baseline, variant);
    if let (Some(first), Some(_)) = (lines.first_mut(), variant) {
        first.cells = ["Baseline", "What-if", "Difference"]
            .map(str::to_owned)
            .to_vec();
    }
    lines
}

/// What is asked: marking, title, horizon, and what was set.
fn head(out: &mut String, baseline: &Checked, variant: Option<Variant<'_>>) {
    let scenario = variant.map_or(baseline, |variant| variant.world.scenario);
    let days = scenario.day_count();
    let _ = writeln!(out, "{}\n\n{}", scenario.marking, scenario.title);
    let _ = writeln!(
        out,
        "{} to {}, {}\n",
        format::date(scenario.start),
        format::date(format::day(scenario.start, days - 1)),
        format::days(days),
    );
    let Some(Variant { what_if, .. }) = variant else {
        let _ = writeln!(out, "Baseline\n");
        return;
    };
    let _ = writeln!(out, "{}", what_if.name);
    for change in changes::changes(baseline, what_if) {
        let from = format::value_if_set(change.from);
        let to = format::value(change.to);
        let _ = writeln!(out, "  {}: {from} → {to}  ({})", change.label, change.path);
    }
    out.push('\n');
}

/// Chances, dates and ranges of an ensemble, in columns.
fn likely(out: &mut String, case: Case<'_>, drawn: Drawn<'_>) {
    let Drawn { chances, options } = drawn;
    let s = case.scenario;
    let members = match chances.members {
        1 => "1 member".to_owned(),
        members => format!("{} members", format::whole(members.into())),
    };
    let about = format!(
        "Ensemble of {members}, seed {}; ranges hold 90 % of them.{}",
        options.seed,
        raid_nights(s, options)
    );
    prose(out, &about);
    out.push('\n');
    columns(out, &likely_lines(s, chances));
    out.push('\n');
}

/// Chances, dates and ranges.
pub(super) fn likely_lines(s: &Checked, chances: &Chances) -> Vec<Line> {
    let mut lines = Vec::new();
    let heads = |lines: &mut Vec<Line>, title: &str, heads: [&str; 4]| {
        heading(lines, title);
        if let Some(head) = lines.last_mut() {
            head.cells = heads.map(str::to_owned).to_vec();
        }
    };
    let dated = |dated: &Dated| {
        let date = |share| dated.date(share, s.start);
        let dates =
            [0.05, 0.5, 0.95].map(|share| date(share).unwrap_or_else(|| "never".to_owned()));
        let before = dated.baseline_chance().map(likelihood::number);
        let before = before.map(|chance| format!("{chance} in the baseline"));
        let mut cells = vec![dated.told()];
        cells.extend(dates.into_iter().chain(before));
        cells
    };
    heads(
        &mut lines,
        "First day",
        ["chance", "5 % by", "50 % by", "95 % by"],
    );
    let named = s.theatres.keys().map(|id| Section::Theatres.name(s, id));
    let theatres = || named.clone().zip(&chances.theatres);
    let target = format::percent(s.target.value);
    if is_judged(s) {
        lines.extend(theatres().map(|(name, now)| {
            let label = format!("Coverage below {target} over {WINDOW} days, {name}");
            Line::row(label, dated(&now.breach))
        }));
    }
    if let Some(target) = s.protection_target.as_ref().filter(|_| is_judged(s)) {
        let target = format::percent(target.value);
        lines.extend(theatres().map(|(name, now)| {
            let label = format!("Protection below {target} over {WINDOW} days, {name}");
            Line::row(label, dated(&now.protection_breach))
        }));
    }
    for ((id, deployment), now) in s.deployments.iter().zip(&chances.stock_outs) {
        let interceptor = s.interceptors.get(&deployment.interceptor);
        if interceptor.is_some_and(|interceptor| interceptor.expendable) {
            let label = format!("Stock-out, {}", Section::Deployments.name(s, id));
            lines.push(Line::row(label, dated(now)));
        }
    }
    for (name, now) in theatres() {
        heads(&mut lines, &name, ["mean", "5 %", "50 %", "95 %"]);
        let mut row = |name: &str, quantity: &Quantity, text: Texts| {
            let cells = |interval: Interval, text: fn(f64) -> String| {
                let Interval {
                    mean, p5, p50, p95, ..
                } = interval;
                [mean, p5, p50, p95].map(text).to_vec()
            };
            lines.push(Line::row(name, cells(quantity.spread, text.value)));
            let difference = quantity
                .difference
                .filter(|difference| !difference.is_none());
            if let Some(difference) = difference {
                lines.push(Line {
                    level: Level::Under,
                    label: "difference, member by member".to_owned(),
                    cells: cells(difference, text.difference),
                });
            }
        };
        row("Launched", &now.launched, COUNT);
        row("Coverage", &now.coverage, SHARE);
        row("Protection", &now.protection, SHARE);
        if is_judged(s) {
            row(&format!("Days below {target}"), &now.days_below, COUNT);
            row(&format!("Lowest {WINDOW}-day coverage"), &now.worst, SHARE);
        }
        row("Not engaged", &now.uncovered, COUNT);
        row("Leakers", &now.leakers, COUNT);
        row("Rounds short", &now.short, COUNT);
        row("Rounds left", &now.left, COUNT);
    }
    lines
}

/// Text of a quantity and of its difference.
#[derive(Clone, Copy)]
struct Texts {
    value: fn(f64) -> String,
    difference: fn(f64) -> String,
}

const COUNT: Texts = Texts {
    value: format::estimate,
    difference: format::difference,
};

const SHARE: Texts = Texts {
    value: format::percent,
    difference: format::points,
};

/// How far the model is from what was counted.
fn observed_lines(lines: &mut Vec<Line>, baseline: World<'_>, variant: Option<Variant<'_>>) {
    let series = &baseline.scenario.observed;
    if series.is_empty() {
        return;
    }
    let worlds = [Some(baseline), variant.map(|variant| variant.world)];
    let fits = worlds.into_iter().flatten();
    let fits: Vec<_> = fits
        .map(|world| observed::fits(world.scenario, &world.answer.outcome))
        .collect();
    heading(lines, "Mean absolute error against monthly counts");
    for (i, series) in series.values().enumerate() {
        let cells = |error: fn(&observed::Fit) -> Option<f64>| {
            let errors = fits.iter().filter_map(|fits| fits.get(i)).map(error);
            let cells = errors.map(|error| error.map_or_else(|| "–".to_owned(), format::percent));
            cells.collect::<Vec<_>>()
        };
        let launched = cells(|fit| fit.launched_error);
        lines.push(Line::row(format!("{}, launched", series.name), launched));
        let neutralised = cells(|fit| fit.neutralised_error);
        let label = format!("{}, share neutralised", series.name);
        lines.push(Line::row(label, neutralised));
    }
}

/// A line without cells, set off from what is above it.
fn heading(lines: &mut Vec<Line>, text: &str) {
    let line = |level, label: &str| Line {
        level,
        label: label.to_owned(),
        cells: Vec::new(),
    };
    if !lines.is_empty() {
        lines.push(line(Level::Gap, ""));
    }
    lines.push(line(Level::Head, text));
}

/// Writes lines with columns as wide as their widest cell.
fn columns(out: &mut String, lines: &[Line]) {
    let width = |text: &str| text.chars().count();
    let labels: Vec<String> = lines.iter().map(Line::indented).collect();
    let label_width = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let count = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|i| {
            let cells = lines.iter().filter_map(|line| line.cells.get(i));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect();
    for (label, Line { cells, .. }) in labels.iter().zip(lines) {
        let mut line = format!("{label:<label_width$}");
        for (cell, width) in cells.iter().zip(&widths) {
            let _ = write!(line, "  {cell:>width$}");
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// Writes sentences, broken at spaces.
fn prose(out: &mut String, text: &str) {
    let mut used = 0;
    // A number and its unit, and the parts of a date, stay on one line.
    let text = format::unbroken(text);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word = &word.replace('\u{a0}', " ");
        let width = word.chars().count();
        if used > 0 && used + 1 + width > WIDTH {
            out.push('\n');
            used = 0;
        }
        if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
    }
    out.push('\n');
}
