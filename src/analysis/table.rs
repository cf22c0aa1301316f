//! Key figures side by side, in words: now, baseline, difference. The window and the command
//! line show the same rows.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::chances::{Interval, TheatreChances};
use super::words::Case;
use super::{Cost, DeploymentFigures, TheatreFigures, WINDOW, format, is_judged};

/// One figure of one theatre.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    /// What the figure means, where its name alone may not say it.
    pub meaning: &'static str,
    pub now: String,
    /// Nothing where the case is the baseline; likewise the difference.
    pub baseline: Option<String>,
    pub difference: Option<String>,
    pub tone: Tone,
    /// The figure now, lower where it is better for the defence; nothing where more is neither.
    pub score: Option<f64>,
    /// What an ensemble says of the figure, if it says anything.
    pub likely: Option<Likely>,
}

impl Row {
    fn likely(mut self, likely: Likely) -> Self {
        self.likely = Some(likely);
        self
    }
}

/// What an ensemble says of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likely {
    Coverage,
    Protection,
    /// How likely it is that the day comes at all.
    Breach,
    Uncovered,
    Leakers,
    Short,
    Left,
}

impl Likely {
    /// What it is, in a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Breach => "chance",
            _ => "range",
        }
    }

    /// The chance, or the bounds between which nine members in ten lie.
    #[must_use]
    pub fn text(self, of: &TheatreChances) -> String {
        let (interval, text): (Interval, fn(f64) -> String) = match self {
            Self::Breach => return of.breach.told(),
            Self::Coverage => (of.coverage, format::percent),
            Self::Protection => (of.protection, format::percent),
            Self::Uncovered => (of.uncovered.spread, format::estimate),
            Self::Leakers => (of.leakers.spread, format::estimate),
            Self::Short => (of.short.spread, format::estimate),
            Self::Left => (of.left.spread, format::estimate),
        };
        let (low, high) = (text(interval.p5), text(interval.p95));
        // One unit is enough for both.
        let low = match (low.strip_suffix(" %"), high.ends_with(" %")) {
            (Some(number), true) if low != high => number.to_owned(),
            _ => low,
        };
        if low == high {
            low
        } else {
            format!("{low} – {high}")
        }
    }
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

/// The figures of one theatre, by its index.
#[must_use]
pub fn rows(case: Case<'_>, theatre: usize, detail: Detail) -> Vec<Row> {
    let Some((id, _)) = case.scenario.theatres.get_index(theatre) else {
        return Vec::new();
    };
    let figures = Pair {
        now: &case.figures.theatres[theatre],
        before: case.baseline.map(|b| &b.theatres[theatre]),
    };
    let start = case.scenario.start;
    let target = format::percent(case.scenario.target.value);
    let all = detail == Detail::Everything;

    let share = |name: &str, meaning, get: fn(&TheatreFigures) -> Option<f64>| {
        row(
            name,
            meaning,
            figures.map(get),
            |share| share.map_or_else(|| NOTHING.to_owned(), format::percent),
            |a, b| Some(format::points(a? - b?)),
            More::Better,
        )
    };
    let count = |name: &str, meaning, more, get: fn(&TheatreFigures) -> f64| {
        row(
            name,
            meaning,
            figures.map(|t| Some(get(t))),
            |n| n.map_or_else(String::new, format::estimate),
            |a, b| Some(format::difference(a? - b?)),
            more,
        )
    };
    let mut rows = Vec::new();
    if all {
        rows.push(count("Launched", "", More::Worse, |t| t.launched));
    }
    rows.push(
        share(
            "Coverage",
            "Engaged by at least one layer, of all that is launched, over the whole horizon",
            |t| t.coverage,
        )
        .likely(Likely::Coverage),
    );
    rows.push(
        share(
            "Protection",
            "Shot down or jammed, of all that is launched, over the whole horizon",
            |t| t.protection,
        )
        .likely(Likely::Protection),
    );
    // Where there are no 28 days to judge, "never" would say that there are.
    let judged = |t: &TheatreFigures| t.worst.is_some() && is_judged(case.scenario);
    rows.push(
        day_row(
            &format!("First below {target}"),
            "First day on which coverage over the last 28 days is below the target",
            start,
            figures.map(|t| judged(t).then(|| Coming::of(t.breach))),
        )
        .likely(Likely::Breach),
    );
    if all {
        rows.push(row(
            &format!("Days below {target}"),
            "Days on which coverage over the last 28 days is below the target",
            figures.map(|t| judged(t).then_some(t.days_below as f64)),
            |n| n.map_or_else(|| NOTHING.to_owned(), format::estimate),
            |a, b| Some(format::difference(a? - b?)),
            More::Worse,
        ));
    }
    rows.push(if all {
        worst_row(start, figures)
    } else {
        // A card has no room for the date, which the table gives.
        share(
            &format!("Worst {WINDOW} days"),
            "Coverage over the 28 days in which it is lowest",
            |t| t.worst.map(|worst| worst.coverage),
        )
    });
    rows.push(
        count(
            "Not engaged",
            "Launched and never engaged: the coverage shortfall. Not engaged is not a hit",
            More::Worse,
            |t| t.uncovered,
        )
        .likely(Likely::Uncovered),
    );
    if all {
        rows.push(count(
            "– magazines empty",
            "Not engaged; more rounds alone would have covered these",
            More::Worse,
            |t| t.why.stock,
        ));
        rows.push(count(
            "– launchers saturated",
            "Not engaged; rounds were there, but not enough fire units",
            More::Worse,
            |t| t.why.capacity,
        ));
        rows.push(count(
            "– out of reach",
            "Not engaged; out of reach of every layer, or nothing there can engage them",
            More::Worse,
            |t| t.why.reach,
        ));
        rows.push(count(
            "– held back",
            "Not engaged, because rounds were held in reserve or rationed",
            More::Worse,
            |t| t.why.held,
        ));
    }
    rows.push(
        count(
            "Leakers",
            "Launched and not shot down: not engaged, or engaged and missed",
            More::Worse,
            |t| t.leakers,
        )
        .likely(Likely::Leakers),
    );
    rows.push(
        count(
            "Rounds short",
            "Rounds that layers would have fired on top, had their magazines been unlimited",
            More::Worse,
            |t| t.short,
        )
        .likely(Likely::Short),
    );
    if all {
        rows.push(count("Rounds fired", "", More::Neither, |t| t.fired));
    }
    rows.push(
        count(
            "Rounds left",
            "Rounds in stock on the last day, all layers",
            More::Neither,
            |t| t.left,
        )
        .likely(Likely::Left),
    );
    if all {
        rows.push(cost_row(
            "Cost of rounds fired",
            figures.map(|t| t.cost_fired),
        ));
        rows.push(cost_row(
            "Cost of what was launched",
            figures.map(|t| t.cost_launched),
        ));
        rows.extend(stock_outs(case, id));
    }
    rows
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

fn row(
    name: &str,
    meaning: &'static str,
    Pair { now, before }: Pair<Option<f64>>,
    text: impl Fn(Option<f64>) -> String,
    difference: impl Fn(Option<f64>, Option<f64>) -> Option<String>,
    more: More,
) -> Row {
    let shown = before.and_then(|before| difference(now, before));
    // What rounds to no difference is none.
    let nothing = shown
        .as_deref()
        .is_none_or(|text| !text.bytes().any(|b| (b'1'..=b'9').contains(&b)));
    let tone = match (now.zip(before.flatten()), more) {
        _ if nothing => Tone::Neutral,
        (None, _) | (_, More::Neither) => Tone::Neutral,
        (Some((now, before)), more) if (now > before) == (more == More::Better) => Tone::Better,
        (Some(_), _) => Tone::Worse,
    };
    Row {
        name: name.to_owned(),
        meaning,
        now: text(now),
        baseline: before.map(text),
        difference: shown.map(|text| if nothing { "same".to_owned() } else { text }),
        tone,
        score: match more {
            More::Better => now.map(|now| -now),
            More::Worse => now,
            More::Neither => None,
        },
        likely: None,
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

/// A date that comes or does not; nothing where it cannot be said which.
fn day_row(
    name: &str,
    meaning: &'static str,
    start: Date,
    Pair { now, before }: Pair<Option<Coming>>,
) -> Row {
    use Coming::{Never, On};
    let text = |day: Option<Coming>| match day {
        Some(On(day)) => format::date(format::day(start, day)),
        Some(Never) => "never".to_owned(),
        None => NOTHING.to_owned(),
    };
    let difference = before.map(|before| match now.zip(before) {
        None => NOTHING.to_owned(),
        Some((a, b)) if a == b => "same".to_owned(),
        Some((On(a), On(b))) if a < b => format!("{} days earlier", b - a),
        Some((On(a), On(b))) => format!("{} days later", a - b),
        Some((On(_), Never)) => "new".to_owned(),
        Some((Never, _)) => "avoided".to_owned(),
    });
    let order = now
        .zip(before.flatten())
        .map(|(now, before)| now.cmp(&before));
    Row {
        name: name.to_owned(),
        meaning,
        now: text(now),
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
        likely: None,
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
    let worst = |figures: &TheatreFigures| figures.worst.map(|worst| worst.coverage);
    let mut shared = row(
        &format!("Worst {WINDOW} days, ending"),
        "The 28 days with the lowest coverage, and the day on which they end",
        figures.map(worst),
        |_| String::new(),
        |a, b| Some(format::points(a? - b?)),
        More::Better,
    );
    shared.now = text(figures.now);
    shared.baseline = figures.before.map(text);
    shared
}

fn cost_row(name: &str, Pair { now, before }: Pair<Cost>) -> Row {
    let text = |cost: Cost| {
        // A sum that leaves something out is a lower bound, and must look like one.
        let at_least = if cost.partial { "≥ " } else { "" };
        format!("{at_least}{}", format::dollars(cost.dollars))
    };
    Row {
        name: name.to_owned(),
        meaning: "US dollars. ≥ where a unit cost is unknown, so that the true figure is higher",
        now: text(now),
        baseline: before.map(text),
        difference: before.map(|before| {
            let difference = now.dollars - before.dollars;
            if difference.abs() < 0.5 {
                "same".to_owned()
            } else {
                let sign = if difference > 0.0 { "+" } else { "" };
                format!("{sign}{}", format::dollars(difference))
            }
        }),
        tone: Tone::Neutral,
        score: None,
        likely: None,
    }
}

/// The stock-out of each layer of a theatre that has a stock.
fn stock_outs(case: Case<'_>, theatre: &str) -> Vec<Row> {
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
    fn an_ensemble_says_chances_and_bounds() {
        let between = |p5, p95| Interval {
            p5,
            p95,
            ..Interval::default()
        };
        let mut of = TheatreChances {
            coverage: between(0.765, 0.905),
            ..TheatreChances::default()
        };
        of.breach.chance = 0.614;
        of.short.spread = between(0.0, 24_321.0);
        of.leakers.spread = between(3.0, 3.0);
        for (likely, text) in [
            (Likely::Coverage, "76.5 – 90.5 %"),
            (Likely::Breach, "61 %"),
            (Likely::Short, "0 – 24,300"),
            (Likely::Leakers, "3"),
        ] {
            assert_eq!(likely.text(&of), text);
        }
    }

    #[test]
    fn where_there_are_no_28_days_to_judge_nothing_is_said_never_to_happen() {
        let bundled = library::find("diversion-2025").unwrap();
        for (days, breach, below) in [
            ("20", "–", "–"),
            ("27", "–", "–"),
            ("28", "never", "0"),
            ("60", "never", "0"),
        ] {
            let text = bundled.text.replace("days: 365", &format!("days: {days}"));
            let scenario = file::read(bundled.id, &text).unwrap().scenario;
            let answer = Answer::of(&scenario);
            let case = Case {
                scenario: &scenario,
                figures: &answer.figures,
                baseline: None,
            };
            let rows = rows(case, 0, Detail::Everything);
            let of = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
            assert_eq!(of("First below 90 %").now, breach, "{days}");
            assert_eq!(of("Days below 90 %").now, below, "{days}");
        }
    }
}
