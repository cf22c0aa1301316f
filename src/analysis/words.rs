//! The answer as sentences: what happens, when, compared with what, and why.
//!
//! Every sentence is conditional on the scenario ("under these assumptions") and says nothing
//! about likelihood: a planning run has none.

use indexmap::IndexMap;

use super::{KeyFigures, TheatreFigures, WINDOW, Why, format, is_judged};
use crate::scenario::{Checked, short_name};

/// A stretch of a sentence, strong or plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    /// Whether it is what a reader must not miss.
    pub strong: bool,
}

/// A few sentences about one theatre.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headline {
    pub runs: Vec<Run>,
}

impl Headline {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    pub(super) fn plain(&mut self, text: impl Into<String>) {
        self.runs.push(Run {
            text: text.into(),
            strong: false,
        });
    }

    pub(super) fn strong(&mut self, text: impl Into<String>) {
        self.runs.push(Run {
            text: text.into(),
            strong: true,
        });
    }
}

/// What the headline speaks about.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub scenario: &'a Checked,
    pub figures: &'a KeyFigures,
    /// The baseline's figures, unless the case is the baseline.
    pub baseline: Option<&'a KeyFigures>,
}

/// The sentences for one theatre, by its index.
#[must_use]
pub fn headline(case: Case<'_>, theatre: usize) -> Headline {
    let mut out = Headline::default();
    let Some((id, named)) = case.scenario.theatres.get_index(theatre) else {
        return out;
    };
    let figures = &case.figures.theatres[theatre];
    let baseline = case.baseline.map(|b| &b.theatres[theatre]);
    if figures.launched <= 0.0 {
        out.plain(format!("Nothing is launched against {}.", named.name));
        return out;
    }
    coverage_sentence(&mut out, case, &named.name, figures, baseline);
    shortfall_sentence(&mut out, case, id, theatre);
    other_theatres(&mut out, case, theatre);
    out
}

/// "Under these assumptions, coverage in Ukraine (28 days) falls below 90 % on 2 Aug 2025."
fn coverage_sentence(
    out: &mut Headline,
    case: Case<'_>,
    name: &str,
    now: &TheatreFigures,
    baseline: Option<&TheatreFigures>,
) {
    let s = case.scenario;
    let target = format::percent(s.target.value);
    let on = |day: usize| format::date(format::day(s.start, day));
    out.plain(format!(
        "Under these assumptions, coverage in {name} ({WINDOW} days) "
    ));
    if !is_judged(s) {
        // Too short a horizon for a breach: the whole of it is all there is to say.
        let coverage = now.coverage.map_or_else(|| "–".to_owned(), format::percent);
        out.plain("cannot be judged within so short a horizon; over the whole of it, ");
        out.strong(format!("{coverage} of what is launched is engaged"));
        out.plain(". ");
        return;
    }
    if let Some(day) = now.breach {
        out.strong(format!("falls below {target} on {}", on(day)));
        if now.first_judged == Some(day) {
            // No earlier day has four weeks behind it: the date of the first look, not of a fall.
            out.plain(", the first day judged,");
        }
        let (below, rest) = (now.days_below - 1, now.judged_after_breach);
        let all_judged = rest == s.day_count() - 1 - day;
        if below == rest {
            out.plain(" and stays below");
        } else if below == 0 {
            out.plain(" and on no later day");
        } else {
            let which = if all_judged {
                "that follow"
            } else {
                "judged after it"
            };
            out.plain(format!(
                " and is below it on {below} of the {rest} days {which}"
            ));
        }
        match baseline.map(|b| b.breach) {
            Some(Some(before)) if before == day => {
                out.plain(", the same day as in the baseline");
            }
            Some(Some(before)) if before > day => {
                out.plain(format!(
                    ", {} earlier than in the baseline",
                    days(before - day)
                ));
            }
            Some(Some(before)) => {
                out.plain(format!(
                    ", {} later than in the baseline",
                    days(day - before)
                ));
            }
            Some(None) => out.plain("; in the baseline it never does"),
            None => {}
        }
    } else {
        if let Some(worst) = now.worst {
            out.strong(format!("never falls below {target}"));
            out.plain(format!(
                " (at worst {}, in the {WINDOW} days to {})",
                format::percent(worst.coverage),
                on(worst.last_day)
            ));
        } else {
            out.strong(format!("never falls below {target}"));
        }
        match baseline.map(|b| b.breach) {
            Some(Some(before)) => {
                out.plain(format!("; in the baseline it does, on {}", on(before)));
            }
            Some(None) => out.plain(", as in the baseline"),
            None => {}
        }
    }
    out.plain(". ");
}

/// "3,260 drones and missiles go unengaged in 365 days, 1,750 more than in the baseline, …"
fn shortfall_sentence(out: &mut Headline, case: Case<'_>, id: &str, theatre: usize) {
    let s = case.scenario;
    let now = &case.figures.theatres[theatre];
    let baseline = case.baseline.map(|b| &b.theatres[theatre]);
    out.strong(format!(
        "{} {} go unengaged",
        format::estimate(now.uncovered),
        threats_noun(s, id)
    ));
    out.plain(format!(" in {}", format::days(s.day_count())));
    let change = change_of(case, theatre);
    match (baseline, change) {
        (Some(_), Some(change)) => {
            let direction = if change > 0.0 { "more" } else { "fewer" };
            out.plain(", ");
            out.strong(format!("{} {direction}", format::estimate(change.abs())));
            out.plain(" than in the baseline");
        }
        (Some(_), None) => out.plain(", about as many as in the baseline"),
        (None, _) => {}
    }
    if let Some(cause) = main_cause_of(case, theatre) {
        out.plain(format!(", {cause}"));
    }
    let empty = stock_outs(case, id);
    if !empty.is_empty() {
        out.plain("; ");
        out.plain(empty.join(", "));
    }
    out.plain(". ");
}

/// What the other theatres gain or lose, and what is left there.
fn other_theatres(out: &mut Headline, case: Case<'_>, theatre: usize) {
    for (index, (_, other)) in case.scenario.theatres.iter().enumerate() {
        if index == theatre {
            continue;
        }
        let now = &case.figures.theatres[index];
        out.plain(format!("{}: ", other.name));
        let left = format!(
            "{} {} end unused",
            format::estimate(now.left),
            plural(now.left, "round", "rounds")
        );
        if let Some(before) = case.baseline.map(|b| &b.theatres[index]) {
            let change = now.uncovered - before.uncovered;
            if change.abs() < 0.5 {
                out.plain("cover does not change; ");
            } else if change < 0.0 {
                out.plain(format!(
                    "{} fewer go unengaged; ",
                    format::estimate(-change)
                ));
            } else {
                out.plain(format!("{} more go unengaged; ", format::estimate(change)));
            }
            out.strong(left);
            let extra = now.left - before.left;
            if extra.abs() >= 0.5 {
                let direction = if extra > 0.0 { "more" } else { "fewer" };
                out.plain(format!(", {} {direction}", format::estimate(extra.abs())));
            }
        } else {
            out.plain(format!(
                "{} go unengaged; ",
                format::estimate(now.uncovered)
            ));
            out.plain(left);
        }
        out.plain(". ");
    }
}

/// The two layers of a theatre that run out first, in words; those that the baseline keeps come
/// first, since they are what has changed.
fn stock_outs(case: Case<'_>, theatre: &str) -> Vec<String> {
    let s = case.scenario;
    // Of several layers with one interceptor the first to run out, now and in the baseline.
    let mut firsts: IndexMap<&str, [Option<usize>; 2]> = IndexMap::new();
    for (index, deployment) in s.deployments.values().enumerate() {
        if deployment.theatre == theatre {
            let before = case.baseline.map(|b| &b.deployments);
            let days = [Some(&case.figures.deployments), before]
                .map(|figures| figures.and_then(|of| of[index].stock_out));
            let firsts = firsts.entry(&deployment.interceptor).or_default();
            for (first, day) in firsts.iter_mut().zip(days) {
                *first = [*first, day].into_iter().flatten().min();
            }
        }
    }
    let mut outs: Vec<(bool, usize, &str)> = firsts
        .into_iter()
        .filter_map(|(interceptor, [now, before])| {
            let unchanged = case.baseline.is_some() && before == now;
            Some((unchanged, now?, interceptor))
        })
        .collect();
    outs.sort_by_key(|&(unchanged, day, _)| (unchanged, day));
    // Where some layers have changed, the others are not news.
    if outs.first().is_some_and(|first| !first.0) {
        outs.retain(|out| !out.0);
    }
    outs.truncate(2);
    outs.into_iter()
        .map(|(_, day, interceptor)| {
            let name = s.interceptors.get(interceptor);
            let name = name.map_or(interceptor, |i| i.name.as_str());
            format!(
                "{} first run out on {}",
                plural_noun(name),
                format::date(format::day(s.start, day))
            )
        })
        .collect()
}

/// By how much more goes unengaged than in the baseline; nothing where that is too little to show
/// in three figures, or where there is no baseline.
fn change_of(case: Case<'_>, theatre: usize) -> Option<f64> {
    let now = &case.figures.theatres[theatre];
    let before = &case.baseline?.theatres[theatre];
    let change = now.uncovered - before.uncovered;
    (change.abs() >= 0.005 * now.launched.max(1.0)).then_some(change)
}

/// What is mostly behind the change from the baseline where there is one, else behind the whole
/// shortfall: "nearly all of the increase for empty magazines".
pub(super) fn main_cause_of(case: Case<'_>, theatre: usize) -> Option<String> {
    let now = &case.figures.theatres[theatre];
    let change = change_of(case, theatre);
    let (why, total, what) = match (case.baseline, change) {
        (Some(baseline), Some(change)) => {
            let why = difference(now.why, baseline.theatres[theatre].why);
            let what = if change > 0.0 {
                "the increase"
            } else {
                "the decrease"
            };
            (why, change, what)
        }
        _ => (now.why, now.uncovered, "it"),
    };
    if total.abs() < 0.5 {
        return None;
    }
    let (share, cause) = main_cause(why, total)?;
    let how_much = match share {
        s if s >= 0.95 => "nearly all of",
        s if s >= 0.5 => "most of",
        _ => "the largest part of",
    };
    Some(format!("{how_much} {what} {cause}"))
}

/// The cause with the largest share of `total`, and that share. What has gone is not told as if it
/// were there.
fn main_cause(why: Why, total: f64) -> Option<(f64, &'static str)> {
    let Why {
        held,
        stock,
        capacity,
        reach,
    } = why;
    [
        (
            stock,
            "for empty magazines",
            "for magazines no longer empty",
        ),
        (
            capacity,
            "for saturated launchers",
            "for launchers no longer saturated",
        ),
        (
            reach,
            "out of reach of every layer",
            "no longer out of reach of every layer",
        ),
        (
            held,
            "for rounds held back",
            "for rounds no longer held back",
        ),
    ]
    .into_iter()
    .map(|(part, there, gone)| (part / total, if total > 0.0 { there } else { gone }))
    .filter(|(share, _)| *share > 0.0)
    .max_by(|a, b| a.0.total_cmp(&b.0))
}

fn difference(now: Why, before: Why) -> Why {
    Why {
        held: now.held - before.held,
        stock: now.stock - before.stock,
        capacity: now.capacity - before.capacity,
        reach: now.reach - before.reach,
    }
}

/// What people call what is launched against a theatre.
#[must_use]
pub fn threats_noun(scenario: &Checked, theatre: &str) -> &'static str {
    let mut drones = false;
    let mut missiles = false;
    for threat in scenario.threats.values().filter(|t| t.theatre == theatre) {
        let name = threat.name.to_lowercase();
        if name.contains("missile") {
            missiles = true;
        } else {
            drones = true;
        }
    }
    match (drones, missiles) {
        (true, false) => "drones",
        (false, true) => "missiles",
        _ => "drones and missiles",
    }
}

fn days(count: usize) -> String {
    format!("{count} {}", plural(count as f64, "day", "days"))
}

fn plural<'a>(count: f64, one: &'a str, many: &'a str) -> &'a str {
    if format::estimate(count) == "1" {
        one
    } else {
        many
    }
}

/// The name of a class of things as several of them, without what stands in brackets:
/// "Laser-guided rocket (APKWS class)" is "laser-guided rockets".
pub(super) fn plural_noun(name: &str) -> String {
    let short = short_name(name);
    let mut letters = short.chars();
    let lowered: String = match (letters.next(), letters.clone().next()) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => short.to_owned(),
    };
    several(&lowered)
}

/// The name of a thing as several of them: "Shahed-type attack drones".
pub(super) fn several(name: &str) -> String {
    // What is counted stands before the word that says what for: "missiles against drones".
    let end = [" against ", " for ", " of ", " with ", " ("]
        .iter()
        .filter_map(|word| name.find(word))
        .min()
        .unwrap_or(name.len());
    let (noun, rest) = name.split_at(end);
    match noun {
        _ if noun.ends_with('s') || noun.ends_with("fire") || noun.ends_with("warfare") => {
            name.to_owned()
        }
        _ => format!("{noun}s{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Answer, events};
    use crate::scenario::{file, library};

    /// Two layers with one interceptor and a raid on the first day.
    const SMALL: &str = r#"#![enable(implicit_some)] (
        format: 1, title: "small", start: "2025-01-01", days: 60, target: 0.9, marking: "TEST",
        sources: {}, suppliers: {}, theatres: {"a": (name: "A")},
        threats: {"t": (name: "drone", theatre: "a", stockpile: 1000, production: 10, sites: 1000,
            per_site: 10, launch: (daily_share: 1))},
        interceptors: {"i": (name: "rocket", doctrine: Salvo(1), kill: {"t": 0.5})},
        deployments: {
            "d": (theatre: "a", interceptor: "i", stock: 100000, fire_units: 10, engagements: 1,
                reach: 0.95),
            "e": (theatre: "a", interceptor: "i", stock: 20, fire_units: 10, engagements: 1,
                reach: 0.5),
        },
        supply: {}, levers: [],
        events: {"r": (name: "raid", what: Raid(on: "2025-01-01", launches: {"t": 400}))},
    )"#;

    fn headline(scenario: &Checked, baseline: Option<&Checked>) -> String {
        let figures = |scenario: &Checked| Answer::of(scenario).figures;
        let (now, before) = (figures(scenario), baseline.map(figures));
        let case = Case {
            scenario,
            figures: &now,
            baseline: before.as_ref(),
        };
        super::headline(case, 0).text()
    }

    #[test]
    fn failing_in_the_first_complete_window_is_told_as_the_first_day_judged() {
        let scenario = file::read("small", SMALL).unwrap().scenario;
        let text = headline(&scenario, None);
        let expected = "Under these assumptions, coverage in A (28 days) falls below 90 % on 28 Jan 2025, \
                        the first day judged, and on no later day. ";
        assert_eq!(text[..expected.len()], *expected);
    }

    #[test]
    fn of_layers_with_one_interceptor_the_first_to_run_out_is_told() {
        let baseline = file::read("small", SMALL).unwrap().scenario;
        let text = SMALL.replace("stock: 100000", "stock: 300");
        let fewer = file::read("small", &text).unwrap().scenario;
        let alone = headline(&baseline, None);
        let told = alone.split("first run out on ").nth(1).unwrap();
        // The other layer runs out too, but later.
        let text = headline(&fewer, Some(&baseline));
        assert!(
            text.contains(&told[..told.find('.').unwrap()]),
            "{text} / {alone}"
        );
    }

    #[test]
    fn causes_speak_of_the_change_where_there_is_one() {
        let bundled = library::find("diversion-2025").unwrap();
        let baseline = file::read(bundled.id, bundled.text).unwrap().scenario;
        let diverted = baseline.what_if("diverted").unwrap();
        let (before, now) = (Answer::of(&baseline), Answer::of(&diverted));
        let case = Case {
            scenario: &diverted,
            figures: &now.figures,
            baseline: Some(&before.figures),
        };
        let cause = |theatre| main_cause_of(case, theatre).unwrap();
        assert_eq!(cause(0), "nearly all of the increase for empty magazines");
        assert_eq!(
            cause(1),
            "nearly all of the decrease for magazines no longer empty"
        );
        let alone = Case {
            scenario: &baseline,
            figures: &before.figures,
            baseline: None,
        };
        assert_eq!(
            main_cause_of(alone, 0).unwrap(),
            "nearly all of it out of reach of every layer"
        );
    }

    #[test]
    fn what_ends_before_a_day_is_over_the_day_before() {
        let bundled = library::find("diversion-2025").unwrap();
        let s = file::read(bundled.id, bundled.text).unwrap().scenario;
        for (id, sentence) in [
            (
                "autumn-truce",
                "1 Oct 2025 to 31 Oct 2025: nothing is launched against Ukraine",
            ),
            (
                "us-hold",
                "1 Jul 2025 to 2 Jul 2025: United States delivers nothing",
            ),
            (
                "record-raid",
                "9 Jun 2025: 479 Shahed-type attack drones, 20 Cruise missiles",
            ),
        ] {
            assert_eq!(events::describe(&s, &s.events[id]), sentence);
        }
    }
}
