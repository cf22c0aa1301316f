//! Headline of an answer: what happens, when, how sure, how much and why.
//!
//! The window, its pictures, the command line and the page all take their sentences and the caption from
//! here. A headline is two sentences, when and how much; the rest is under "more". With an ensemble every
//! figure is a median with its range and every date is the ensemble's; a planning run is
//! told only without one.

use indexmap::IndexMap;

use super::causes::{self, more_or_fewer};
use super::sentences::{
    Case, Headline, Probabilities, Sentence, interceptors_named, launched_more_or_fewer,
    not_engaged, not_judged, remain_unused, two_parts,
};
use super::{KeyFigures, TheatreFigures, WINDOW, format, is_judged, likely_words};
use crate::scenario::{Checked, Section};

/// The headline of one theatre, by its index: of the ensemble if there is one, else of the planning run.
#[must_use]
pub fn headline(
    case: Case<'_>,
    probabilities: Option<Probabilities<'_>>,
    theatre: usize,
) -> Headline {
    let Some((id, _)) = case.scenario.theatres.get_index(theatre) else {
        return Headline::default();
    };
    let name = Section::Theatres.name(case.scenario, id);
    let launched = |figures: &KeyFigures| figures.theatres[theatre].launched > 0.0;
    if !launched(case.figures) && !case.baseline.is_some_and(launched) {
        return Headline {
            sentences: vec![Sentence::new(format!(
                "Nothing is launched against {name}."
            ))],
            more: Vec::new(),
        };
    }
    match probabilities {
        Some(probabilities) => likely_words::headline(case, probabilities, theatre),
        None => planned(case, theatre, id, &name),
    }
}

/// The headline of the planning run.
fn planned(case: Case<'_>, theatre: usize, id: &str, name: &str) -> Headline {
    let s = case.scenario;
    let now = &case.figures.theatres[theatre];
    let baseline = case.baseline.map(|b| &b.theatres[theatre]);
    let empty = stock_outs(case, id);
    let (how_much, names_first) = shortfall_sentence(case, theatre, id, empty.first());
    let mut more = Vec::new();
    more.extend(protection_sentence(s, now));
    if let (Some(_), Some(worst)) = (now.breach, now.worst) {
        more.push(Sentence::new(format!(
            "The lowest {WINDOW}-day coverage is {}, on {}.",
            format::percent(worst.coverage),
            format::date(format::day(s.start, worst.last_day))
        )));
    }
    let causes = case.change(theatre).and_then(|change| change.causes(s, id));
    if let Some(causes) = causes.filter(|_| case.parts(theatre).is_some()) {
        more.push(Sentence::new(format!("Of the whole difference, {causes}.")));
    }
    let empty = empty.iter().skip(usize::from(names_first));
    more.extend(empty.map(|out| {
        let on = format::date(format::day(s.start, out.day));
        let as_before = if out.unchanged {
            ", as in the baseline"
        } else {
            ""
        };
        let text = format!("{} first run out on {on}{as_before}.", out.name);
        Sentence::new(format::capital(&text))
    }));
    more.extend(other_theatres(case, theatre));
    Headline {
        sentences: vec![coverage_sentence(s, name, now, baseline), how_much],
        more,
    }
}

/// "28-day coverage in Ukraine falls below 90 % on 2 Aug 2025 and stays below (303 days)."
fn coverage_sentence(
    s: &Checked,
    name: &str,
    now: &TheatreFigures,
    baseline: Option<&TheatreFigures>,
) -> Sentence {
    let mut out = Sentence::default();
    let target = format::percent(s.target.value);
    let on = |day: usize| format::date(format::day(s.start, day));
    if !is_judged(s) || now.worst.is_none() {
        out.plain(format!("Coverage in {name} is "));
        out.strong(
            now.coverage
                .map_or_else(|| "not defined".to_owned(), format::percent),
        );
        out.plain(not_judged(s));
        return out;
    }
    out.plain(format!("{WINDOW}-day coverage in {name} "));
    let before = baseline.map(|b| b.breach);
    if let Some(day) = now.breach {
        out.strong(format!("falls below {target} on {}", on(day)));
        if now.first_judged == Some(day) {
            // No earlier day has four weeks before it, so this is not the date of a fall.
            out.plain(", the first day judged");
        }
        if let Some(Some(before)) = before {
            out.plain(match before.abs_diff(day) {
                0 => ", the same day as in the baseline".to_owned(),
                apart => format!(
                    ", {} {} than in the baseline",
                    format::days(apart),
                    if before > day { "earlier" } else { "later" }
                ),
            });
        }
        let below = format::days(now.days_below);
        out.plain(match now.last_below {
            _ if now.days_below == now.days_judged_from_breach => {
                let comma = if matches!(before, Some(Some(_))) {
                    ","
                } else {
                    ""
                };
                format!("{comma} and stays below ({below})")
            }
            Some(last) if last > day => format!(" ({below} below, the last on {})", on(last)),
            _ => format!(" ({below} below)"),
        });
        if before == Some(None) {
            out.plain("; in the baseline it never does");
        }
    } else {
        out.strong(format!("never falls below {target}"));
        if let Some(worst) = now.worst {
            let lowest = format::percent(worst.coverage);
            out.plain(format!(" (lowest {lowest}, on {})", on(worst.last_day)));
        }
        out.plain(match before {
            Some(Some(before)) => format!("; in the baseline it does, on {}", on(before)),
            Some(None) => ", as in the baseline".to_owned(),
            None => String::new(),
        });
    }
    out.plain(".");
    out
}

/// "28-day protection falls below 70 % on 12 Jul 2025 (303 days below).", if protection has a target.
fn protection_sentence(s: &Checked, now: &TheatreFigures) -> Option<Sentence> {
    let target = format::percent(s.protection_target.as_ref()?.value);
    now.worst?;
    Some(Sentence::new(match now.protection_breach {
        Some(day) => format!(
            "{WINDOW}-day protection falls below {target} on {} ({} below).",
            format::date(format::day(s.start, day)),
            format::days(now.protection_days_below)
        ),
        None => format!("{WINDOW}-day protection never falls below {target}."),
    }))
}

/// "3,260 drones and missiles are not engaged, 1,750 more than in the baseline, because magazines
/// run empty, laser-guided rockets from 19 Jul 2025." Tells whether it names the first layer
/// to run out.
fn shortfall_sentence(
    case: Case<'_>,
    theatre: usize,
    id: &str,
    first_empty: Option<&StockOut>,
) -> (Sentence, bool) {
    let s = case.scenario;
    let now = &case.figures.theatres[theatre];
    let mut out = Sentence::default();
    let mut of_magazines = false;
    if let Some((before, change)) = case.baseline.zip(case.change(theatre)) {
        let before = &before.theatres[theatre];
        if let Some(differ) = causes::launches_differ(now.launched, before.launched)
            && let (Some(coverage), Some(was)) = (now.coverage, before.coverage)
        {
            let [coverage, was] = [coverage, was].map(format::percent);
            out.strong(format!("{coverage} of what is launched is engaged"));
            out.plain(format!(" ({was} in the baseline), "));
            out.plain(format!("with {}; ", launched_more_or_fewer(differ)));
        }
        out.strong(not_engaged(s, id, &format::count(now.uncovered)));
        out.plain(", ");
        out.strong(change.size());
        if let Some(parts) = case.parts(theatre) {
            out.plain(format!(": {}", two_parts(parts)));
        } else if let Some(causes) = change.causes(s, id) {
            out.plain(causes::as_end(&causes));
            // What is as in the baseline explains no change.
            let news = first_empty.is_some_and(|first| !first.unchanged);
            of_magazines = news && change.is_of_magazines();
        }
    } else {
        out.strong(not_engaged(s, id, &format::count(now.uncovered)));
        if let Some((causes, empty)) = causes::of_all(s, id, now.uncovered, now.why) {
            out.plain(causes::as_end(&causes));
            of_magazines = empty;
        }
    }
    let named = first_empty.filter(|_| of_magazines);
    if let Some(StockOut { name, day, .. }) = named {
        let from = format::date(format::day(s.start, *day));
        out.plain(format!(", {name} from {from}"));
    }
    out.plain(".");
    (out, named.is_some())
}

/// What the other theatres gain or lose, and the rounds that remain unused there.
fn other_theatres(case: Case<'_>, theatre: usize) -> impl Iterator<Item = Sentence> {
    let others = case.scenario.theatres.keys().enumerate();
    let others = others.filter(move |(index, _)| *index != theatre);
    others.map(move |(index, id)| {
        let now = &case.figures.theatres[index];
        let name = Section::Theatres.name(case.scenario, id);
        let mut out = Sentence::new(format!("{name}: "));
        let uncovered = format::count(now.uncovered);
        let before = case.baseline.map(|b| &b.theatres[index]);
        out.plain(
            match before.map(|before| now.uncovered - before.uncovered) {
                None => format!("{uncovered} not engaged; "),
                Some(change) if change.abs() < 0.5 => {
                    format!("{uncovered} not engaged, as in the baseline; ")
                }
                Some(change) => format!(
                    "{uncovered} not engaged, {} than in the baseline; ",
                    more_or_fewer(change)
                ),
            },
        );
        out.plain(remain_unused(now.left));
        let extra = before.map_or(0.0, |before| now.left - before.left);
        if extra.abs() >= 0.5 {
            out.plain(format!(", {}", more_or_fewer(extra)));
        }
        out.plain(".");
        out
    })
}

/// An interceptor class that runs out.
struct StockOut {
    /// Its name in the plural.
    name: String,
    day: usize,
    /// Whether it does so on the same day in the baseline.
    unchanged: bool,
}

/// The two interceptor classes of a theatre that run out first. If some run out on another day than in
/// the baseline, the others are left out, because they are not news.
fn stock_outs(case: Case<'_>, theatre: &str) -> Vec<StockOut> {
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
    if outs.first().is_some_and(|first| !first.0) {
        outs.retain(|out| !out.0);
    }
    outs.truncate(2);
    let named = outs
        .into_iter()
        .map(|(unchanged, day, interceptor)| StockOut {
            name: interceptors_named(s, interceptor),
            day,
            unchanged,
        });
    named.collect()
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

    fn headline(scenario: &Checked, baseline: Option<&Checked>) -> Headline {
        let figures = |scenario: &Checked| Answer::of(scenario).figures;
        let (now, before) = (figures(scenario), baseline.map(figures));
        let case = Case {
            scenario,
            figures: &now,
            baseline: before.as_ref(),
            assumed: None,
        };
        super::headline(case, None, 0)
    }

    #[test]
    fn failing_in_the_first_complete_window_is_told_as_the_first_day_judged() {
        let scenario = file::read("small", SMALL).unwrap().scenario;
        let headline = headline(&scenario, None);
        assert_eq!(
            headline.sentences[0].text(),
            "28-day coverage in A falls below 90 % on 28 Jan 2025, the first day judged (1 day below)."
        );
    }

    #[test]
    fn of_layers_with_one_interceptor_the_first_to_run_out_is_told() {
        let baseline = file::read("small", SMALL).unwrap().scenario;
        let text = SMALL.replace("stock: 100000", "stock: 300");
        let fewer = file::read("small", &text).unwrap().scenario;
        let told = |headline: Headline| {
            let mut sentences = headline.more.iter().map(Sentence::text);
            sentences.find(|text| text.starts_with("Rockets"))
        };
        let first = "Rockets first run out on 5 Jan 2025";
        assert_eq!(told(headline(&baseline, None)), Some(format!("{first}.")));
        // The other layer runs out too, but later.
        let unchanged = Some(format!("{first}, as in the baseline."));
        assert_eq!(told(headline(&fewer, Some(&baseline))), unchanged);
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
