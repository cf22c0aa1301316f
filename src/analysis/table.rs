//! Key figures side by side, in words: now, baseline, difference. The window and the command
//! line show the same rows.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::chances::{Chances, Dated, Interval, Quantity, TheatreChances};
use super::sentences::Case;
use super::{Cost, DeploymentFigures, TheatreFigures, WINDOW, format, is_judged, likelihood};

/// One figure of one theatre.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    /// What the figure means, where its name alone may not say it.
    pub meaning: &'static str,
    pub now: String,
    /// The range of 90 % of members, or the chance of a day; `None` without an ensemble, and for what only
    /// the planning run knows.
    pub range: Option<String>,
    /// Nothing where the case is the baseline; likewise the difference.
    pub baseline: Option<String>,
    pub difference: Option<String>,
    pub tone: Tone,
    /// The figure now, lower where it is better for the defence; nothing where more is neither.
    pub score: Option<f64>,
}

/// Stands for a figure that is not defined.
pub const NOTHING: &str = "–";

/// Whether a difference is good for the defence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Better,
    Worse,
    /// No difference, or one that is neither.
    Neutral,
}

/// Which figures are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The handful that stands above the charts.
    Cards,
    Everything,
}

/// The figures of one theatre, by its index: medians with their ranges if there is an ensemble, else those
/// of the planning run.
#[must_use]
pub fn rows(case: Case<'_>, chances: Option<&Chances>, theatre: usize, detail: Detail) -> Vec<Row> {
    let Some((id, _)) = case.scenario.theatres.get_index(theatre) else {
        return Vec::new();
    };
    let likely = chances.and_then(|chances| chances.theatres.get(theatre));
    let table = Table {
        figures: Pair {
            now: &case.figures.theatres[theatre],
            before: case.baseline.map(|b| &b.theatres[theatre]),
        },
        likely,
    };
    let start = case.scenario.start;
    let target = format::percent(case.scenario.target.value);
    let all = detail == Detail::Everything;
    let judged = |t: &TheatreFigures| t.worst.is_some() && is_judged(case.scenario);
    let worse = |name: &str, meaning, get: fn(&TheatreFigures) -> f64, of: Of| {
        table.count(name, meaning, More::Worse, get, of)
    };

    let mut rows = Vec::new();
    if all {
        rows.push(worse("Launched", "", |t| t.launched, Some(|t| &t.launched)));
    }
    rows.push(table.share(
        "Coverage",
        "Engaged by at least one layer, of all that is launched, over the whole horizon",
        |t| t.coverage,
        |t| &t.coverage,
    ));
    rows.push(table.share(
        "Protection",
        "Shot down or jammed, of all that is launched, over the whole horizon",
        |t| t.protection,
        |t| &t.protection,
    ));
    // Without 28 days to judge, "never" would say that there are.
    let breach = table
        .figures
        .map(|t| judged(t).then(|| Coming::of(t.breach)));
    rows.push(day_row(
        &format!("First below {target}"),
        "First day on which coverage over the last 28 days is below the target",
        start,
        breach,
        likely.map(|t| &t.breach).filter(|_| breach.now.is_some()),
    ));
    if judged(table.figures.now) {
        rows.push(worse(
            &format!("Days below {target}"),
            "Days on which coverage over the last 28 days is below the target",
            |t| t.days_below as f64,
            Some(|t| &t.days_below),
        ));
    }
    if let Some(target) = case.scenario.protection_target.as_ref().filter(|_| all) {
        let target = format::percent(target.value);
        let breach = table
            .figures
            .map(|t| judged(t).then(|| Coming::of(t.protection_breach)));
        rows.push(day_row(
            &format!("Protection first below {target}"),
            "First day on which protection over the last 28 days is below its target",
            start,
            breach,
            likely
                .map(|t| &t.protection_breach)
                .filter(|_| breach.now.is_some()),
        ));
        rows.push(worse(
            &format!("Days with protection below {target}"),
            "Days on which protection over the last 28 days is below its target",
            |t| t.protection_days_below as f64,
            Some(|t| &t.protection_days_below),
        ));
    }
    // A card, and a median, has no room for the date.
    let worst = if all && likely.is_none() {
        worst_row(start, table.figures)
    } else {
        table.share(
            &format!("Worst {WINDOW} days"),
            "Coverage over the 28 days in which it is lowest",
            |t| t.worst.map(|worst| worst.coverage),
            |t| &t.worst,
        )
    };
    // Where cards are few, what is not engaged goes before it.
    let worst = match detail {
        Detail::Cards => Some(worst),
        Detail::Everything => {
            rows.push(worst);
            None
        }
    };
    rows.push(worse(
        "Not engaged",
        "Launched and never engaged: the coverage shortfall. Not engaged is not a hit",
        |t| t.uncovered,
        Some(|t| &t.uncovered),
    ));
    if all {
        let cause = |name: &str, meaning, get| {
            let planned = likely.map_or("", |_| " (planning run)");
            worse(&format!("– {name}{planned}"), meaning, get, None)
        };
        rows.push(cause(
            "magazines empty",
            "Not engaged; more rounds alone would have covered these",
            |t| t.why.stock,
        ));
        rows.push(cause(
            "launchers saturated",
            "Not engaged; rounds were there, but not enough fire units",
            |t| t.why.capacity,
        ));
        rows.push(cause(
            "out of reach",
            "Not engaged; out of reach of every layer, or nothing there can engage them",
            |t| t.why.reach,
        ));
        rows.push(cause(
            "held back",
            "Not engaged, because rounds were held in reserve or rationed",
            |t| t.why.held,
        ));
    }
    rows.extend(worst);
    rows.push(worse(
        "Leakers",
        "Launched and not shot down: not engaged, or engaged and missed",
        |t| t.leakers,
        Some(|t| &t.leakers),
    ));
    rows.push(worse(
        "Rounds short",
        "Rounds that layers would have fired on top, had their magazines been unlimited",
        |t| t.short,
        Some(|t| &t.short),
    ));
    let neither = |name: &str, meaning, get, of| table.count(name, meaning, More::Neither, get, of);
    if all {
        rows.push(neither("Rounds fired", "", |t| t.fired, Some(|t| &t.fired)));
    }
    rows.push(neither(
        "Rounds left",
        "Rounds in stock on the last day, all layers",
        |t| t.left,
        Some(|t| &t.left),
    ));
    if all {
        rows.push(table.cost("Cost of rounds fired", |t| t.cost_fired, |t| &t.cost_fired));
        rows.push(table.cost(
            "Cost of what was launched",
            |t| t.cost_launched,
            |t| &t.cost_launched,
        ));
        rows.extend(stock_outs(case, chances, id));
    }
    rows
}

/// The quantity of an ensemble that a figure is the planning run's of; `None` if there is none.
type Of = Option<fn(&TheatreChances) -> &Quantity>;

/// The figures of one theatre, and what an ensemble says of them.
#[derive(Clone, Copy)]
struct Table<'a> {
    figures: Pair<&'a TheatreFigures>,
    likely: Option<&'a TheatreChances>,
}

impl Table<'_> {
    fn share(
        &self,
        name: &str,
        meaning: &'static str,
        get: fn(&TheatreFigures) -> Option<f64>,
        of: fn(&TheatreChances) -> &Quantity,
    ) -> Row {
        let words = Words {
            text: &|share| share.map_or_else(|| NOTHING.to_owned(), format::percent),
            difference: &format::points,
            range: &|range| format::percent_range(range.p5, range.p95),
        };
        self.row(
            name,
            meaning,
            self.figures.map(get),
            Some(of),
            More::Better,
            words,
        )
    }

    fn count(
        &self,
        name: &str,
        meaning: &'static str,
        more: More,
        get: fn(&TheatreFigures) -> f64,
        of: Of,
    ) -> Row {
        let words = Words {
            text: &|n| n.map_or_else(String::new, format::estimate),
            difference: &format::difference,
            range: &|range| format::rough_range(range.p5, range.p95),
        };
        self.row(
            name,
            meaning,
            self.figures.map(|t| Some(get(t))),
            of,
            more,
            words,
        )
    }

    fn cost(
        &self,
        name: &str,
        get: fn(&TheatreFigures) -> Cost,
        of: fn(&TheatreChances) -> &Quantity,
    ) -> Row {
        let costs = self.figures.map(get);
        // A sum that leaves something out is a lower bound, and must look like one.
        let at_least = if costs.now.partial { "≥ " } else { "" };
        let words = Words {
            text: &|dollars| {
                dollars.map_or_else(String::new, |n| format!("{at_least}{}", format::dollars(n)))
            },
            difference: &|difference| {
                let sign = if difference > 0.0 { "+" } else { "" };
                if difference.abs() < 0.5 {
                    "0".to_owned()
                } else {
                    format!("{sign}{}", format::dollars(difference))
                }
            },
            range: &|range| [range.p5, range.p95].map(format::dollars).join(" – "),
        };
        let meaning =
            "US dollars. ≥ where a unit cost is unknown, so that the true figure is higher";
        let figures = costs.map(|cost| Some(cost.dollars));
        self.row(name, meaning, figures, Some(of), More::Neither, words)
    }

    /// A figure of the planning run, or its median and range if an ensemble knows it.
    fn row(
        &self,
        name: &str,
        meaning: &'static str,
        planned: Pair<Option<f64>>,
        of: Of,
        more: More,
        words: Words<'_>,
    ) -> Row {
        let likely = self.likely.zip(of).map(|(likely, of)| of(likely));
        // What is not defined in the planning run has no median either.
        let likely = likely.filter(|_| planned.now.is_some());
        let (values, difference) = if let Some(quantity) = likely {
            let medians = Pair {
                now: Some(quantity.spread.p50),
                before: quantity.baseline.map(|before| Some(before.p50)),
            };
            (
                medians,
                quantity.difference.map(|difference| difference.p50),
            )
        } else {
            let both = planned.now.zip(planned.before.flatten());
            (planned, both.map(|(now, before)| now - before))
        };
        let shown = difference.map(|difference| (words.difference)(difference));
        // What rounds to no difference is none.
        let nothing = shown
            .as_deref()
            .is_none_or(|text| !text.bytes().any(|b| (b'1'..=b'9').contains(&b)));
        let tone = match (difference, more) {
            _ if nothing => Tone::Neutral,
            (None, _) | (_, More::Neither) => Tone::Neutral,
            (Some(difference), more) if (difference > 0.0) == (more == More::Better) => {
                Tone::Better
            }
            (Some(_), _) => Tone::Worse,
        };
        let Pair { now, before } = values;
        Row {
            name: name.to_owned(),
            meaning,
            now: (words.text)(now),
            range: likely.map(|quantity| (words.range)(quantity.spread)),
            baseline: before.map(|before| (words.text)(before)),
            difference: shown.map(|text| if nothing { "same".to_owned() } else { text }),
            tone,
            score: match more {
                More::Better => now.map(|now| -now),
                More::Worse => now,
                More::Neither => None,
            },
        }
    }
}

/// How the values of a row are written.
#[derive(Clone, Copy)]
struct Words<'a> {
    text: &'a dyn Fn(Option<f64>) -> String,
    difference: &'a dyn Fn(f64) -> String,
    range: &'a dyn Fn(Interval) -> String,
}

/// Whether more of a figure is good for the defence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum More {
    Better,
    Worse,
    Neither,
}

/// A figure of the run shown, and of the baseline where there is one to compare with.
#[derive(Clone, Copy)]
struct Pair<T> {
    now: T,
    before: Option<T>,
}

impl<T: Copy> Pair<T> {
    fn map<U>(self, mut get: impl FnMut(T) -> U) -> Pair<U> {
        Pair {
            now: get(self.now),
            before: self.before.map(get),
        }
    }
}

/// A day that comes or does not: the later, the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Coming {
    On(usize),
    Never,
}

impl Coming {
    fn of(day: Option<usize>) -> Self {
        day.map_or(Self::Never, Self::On)
    }
}

/// A date that comes or does not; nothing where it cannot be said which. With an ensemble it is the day by
/// which half of the members have it, and its chance; without such a day, the chance alone.
fn day_row(
    name: &str,
    meaning: &'static str,
    start: Date,
    planned: Pair<Option<Coming>>,
    likely: Option<&Dated>,
) -> Row {
    use Coming::{Never, On};
    let coming = |day: Option<usize>| Some(Coming::of(day));
    let Pair { now, before } = likely.map_or(planned, |dated| Pair {
        now: coming(dated.p50),
        before: dated.baseline.as_ref().map(|before| coming(before.p50)),
    });
    let text = |day: Option<Coming>| match day {
        Some(On(day)) => format::date(format::day(start, day)),
        Some(Never) => "never".to_owned(),
        None => NOTHING.to_owned(),
    };
    let difference = before.map(|before| match now.zip(before) {
        None => NOTHING.to_owned(),
        Some((a, b)) if a == b => "same".to_owned(),
        Some((On(a), On(b))) if a < b => format!("{} earlier", format::days(b - a)),
        Some((On(a), On(b))) => format!("{} later", format::days(a - b)),
        Some((On(_), Never)) => "new".to_owned(),
        Some((Never, _)) => "avoided".to_owned(),
    });
    let order = now
        .zip(before.flatten())
        .map(|(now, before)| now.cmp(&before));
    let mut row = Row {
        name: name.to_owned(),
        meaning,
        now: text(now),
        range: None,
        baseline: before.map(text),
        difference,
        tone: match order {
            Some(Ordering::Less) => Tone::Worse,
            Some(Ordering::Greater) => Tone::Better,
            _ => Tone::Neutral,
        },
        score: now.map(|now| match now {
            On(day) => -(day as f64),
            Never => f64::NEG_INFINITY,
        }),
    };
    if let Some(dated) = likely {
        row.tell_likely(dated, start);
    }
    row
}

impl Row {
    /// Tells a day as the ensemble does: by when in half of cases, and its chance.
    fn tell_likely(&mut self, dated: &Dated, start: Date) {
        let told = |date: Option<String>, chance: f64| {
            let chance = likelihood::short(chance);
            date.unwrap_or_else(|| format!("{chance} of cases"))
        };
        self.now = told(dated.date(0.5, start), dated.chance);
        self.range = Some(format!("chance {}", likelihood::short(dated.chance)));
        let Some(before) = &dated.baseline else {
            return;
        };
        self.baseline = Some(told(before.date(0.5, start), before.chance));
        let points = (dated.chance - before.chance) * 100.0;
        self.difference = Some(match points.round() {
            0.0 => "same".to_owned(),
            points => format!("{} points", format::difference(points)),
        });
        self.tone = match points.round() {
            0.0 => Tone::Neutral,
            points if points > 0.0 => Tone::Worse,
            _ => Tone::Better,
        };
        self.score = Some(dated.chance);
    }
}

fn worst_row(start: Date, figures: Pair<&TheatreFigures>) -> Row {
    let text = |figures: &TheatreFigures| {
        figures.worst.map_or_else(
            || NOTHING.to_owned(),
            |worst| {
                format!(
                    "{}, {}",
                    format::percent(worst.coverage),
                    format::day_month(format::day(start, worst.last_day))
                )
            },
        )
    };
    let shared = Table {
        figures,
        likely: None,
    };
    Row {
        now: text(figures.now),
        baseline: figures.before.map(text),
        ..shared.share(
            &format!("Worst {WINDOW} days, ending"),
            "The 28 days with the lowest coverage, and the day on which they end",
            |t| t.worst.map(|worst| worst.coverage),
            |t| &t.worst,
        )
    }
}

/// The stock-out of each layer of a theatre that has a stock.
fn stock_outs(case: Case<'_>, chances: Option<&Chances>, theatre: &str) -> Vec<Row> {
    let s = case.scenario;
    s.magazines(theatre)
        .into_iter()
        .map(|(index, name)| {
            let out = |figures: &[DeploymentFigures]| Some(Coming::of(figures[index].stock_out));
            day_row(
                &format!("Stock-out: {name}"),
                "First day with rounds short and nothing above the reserve left at its close",
                s.start,
                Pair {
                    now: out(&case.figures.deployments),
                    before: case.baseline.map(|b| out(&b.deployments)),
                },
                chances.and_then(|chances| chances.stock_outs.get(index)),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Answer;
    use crate::scenario::{file, library};

    #[test]
    fn where_there_are_no_28_days_to_judge_nothing_is_said_never_to_happen() {
        let bundled = library::find("diversion-2025").unwrap();
        for (days, breach, below) in [
            ("20", "–", None),
            ("27", "–", None),
            ("28", "never", Some("0")),
            ("60", "never", Some("0")),
        ] {
            let text = bundled.text.replace("days: 365", &format!("days: {days}"));
            let scenario = file::read(bundled.id, &text).unwrap().scenario;
            let answer = Answer::of(&scenario);
            let case = Case {
                scenario: &scenario,
                figures: &answer.figures,
                baseline: None,
                assumed: None,
            };
            let rows = rows(case, None, 0, Detail::Everything);
            let of = |name: &str| rows.iter().find(|row| row.name == name);
            let now = |name| of(name).map(|row| row.now.as_str());
            assert_eq!(now("First below 90 %"), Some(breach), "{days}");
            assert_eq!(now("Days below 90 %"), below, "{days}");
        }
    }
}
