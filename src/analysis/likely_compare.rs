//! All what-ifs beside each other as ensembles see them: how likely each is to fall below target, when,
//! and between what bounds.
//!
//! Every world draws the same numbers and the same days, so that what differs between two columns is
//! what differs between the worlds alone.

use std::sync::atomic::AtomicBool;

use indexmap::IndexMap;

use super::chances::{Chances, Interval, TheatreChances, not_drawn};
use super::compare::{Cell, Line, ranked, worlds};
use super::seek::Goal;
use super::trials::Trials;
use super::{format, is_judged};
use crate::model::ensemble::Options;
use crate::scenario::{Checked, WhatIf};

/// What ensembles say of the baseline and of all what-ifs, as far as they are run.
#[derive(Clone, Debug)]
pub struct LikelyComparison {
    /// What it is counted over.
    pub name: String,
    /// How, in a sentence.
    pub how: String,
    /// Id of the what-if of each column; nothing for the baseline.
    pub ids: Vec<Option<String>>,
    /// One list a theatre, with a cell for each world.
    pub figures: Vec<Vec<Line>>,
    /// Whether all worlds are run.
    pub whole: bool,
}

/// What is known of a world.
enum Known {
    NotYet,
    /// No ensemble can be run of it.
    Refused,
    Counted(Chances),
}

impl LikelyComparison {
    /// Runs an ensemble of the baseline and of every what-if, and hands what is known to `more` after
    /// each. Ends early, and says so by `false`, once `stop` is set.
    pub fn run(
        baseline: &Checked,
        what_ifs: &IndexMap<String, WhatIf>,
        options: Options,
        stop: &AtomicBool,
        mut more: impl FnMut(Self),
    ) -> bool {
        let worlds = worlds(baseline, what_ifs);
        let mut trials = Trials::new(options, stop);
        let mut known: Vec<Known> = worlds.iter().map(|_| Known::NotYet).collect();
        let mut before = None;
        for (index, world) in worlds.iter().enumerate() {
            let members = trials.of(&world.scenario);
            known[index] = match members {
                Some(members) => {
                    let chances = Chances::of(members, before.as_ref(), None);
                    // The baseline is the first.
                    if index == 0 {
                        before = Some(members.clone());
                    }
                    Known::Counted(chances)
                }
                None => Known::Refused,
            };
            if trials.is_stopped() {
                return false;
            }
            let theatres = 0..baseline.theatres.len();
            let members = format::given(options.members.into());
            more(Self {
                name: format!("Ensemble of {members} members{}", not_drawn(options)),
                how: format!(
                    "Seed {}; every column has the same draws, so columns differ by what the what-ifs \
                     change alone",
                    options.seed
                ),
                ids: worlds.iter().map(|world| world.id.clone()).collect(),
                figures: theatres
                    .map(|theatre| lines(baseline, theatre, &known))
                    .collect(),
                whole: index + 1 == worlds.len(),
            });
        }
        true
    }
}

fn lines(baseline: &Checked, theatre: usize, known: &[Known]) -> Vec<Line> {
    let line = |name: String,
                meaning: &'static str,
                read: &dyn Fn(&TheatreChances) -> (String, Option<f64>)| {
        let cells = known.iter().map(|known| match known {
            Known::NotYet => ("…".to_owned(), None),
            Known::Refused => ("–".to_owned(), None),
            Known::Counted(chances) => read(&chances.theatres[theatre]),
        });
        Line {
            name,
            meaning,
            cells: ranked(cells.collect()),
        }
    };
    let mut lines = Vec::new();
    if is_judged(baseline) {
        lines.push(line(
            format!("Chance {}", Goal::of_breach(baseline)),
            "Share of members in which coverage over 28 days is below target on any day",
            &|now| (now.breach.told(), Some(now.breach.chance)),
        ));
        let day = line(
            "– in half of all cases by".to_owned(),
            "The day by which half of all members have fallen below target",
            &|now| {
                let date = now.breach.date(0.5, baseline.start);
                let text = date.unwrap_or_else(|| "no day".to_owned());
                // The later, the better; never is the best.
                let score = now
                    .breach
                    .p50
                    .map_or(f64::NEG_INFINITY, |day| -(day as f64));
                (text, Some(score))
            },
        );
        let none = |cell: &Cell| cell.text == "no day";
        if !day.cells.iter().all(none) {
            lines.push(day);
        }
    }
    lines.push(line(
        "Not engaged".to_owned(),
        "Threats never engaged over the horizon: the median, and the range of 90 % of members",
        &|now| (range(now.uncovered.spread), Some(now.uncovered.spread.p50)),
    ));
    lines.push(line(
        "– difference from the baseline".to_owned(),
        "The difference member by member, which draw the same in both worlds, between its 5th and its \
         95th percentile",
        &|now| (difference(now.uncovered.difference), None),
    ));
    lines.push(line(
        "Leakers".to_owned(),
        "Threats not shot down over the horizon: the median, and the range of 90 % of members",
        &|now| (range(now.leakers.spread), Some(now.leakers.spread.p50)),
    ));
    lines
}

/// Median and range.
fn range(of: Interval) -> String {
    let median = format::estimate(of.p50);
    format!("{median} ({})", format::rough_range(of.p5, of.p95))
}

fn difference(of: Option<Interval>) -> String {
    let Some(of) = of else {
        return "–".to_owned();
    };
    let (low, high) = (format::difference(of.p5), format::difference(of.p95));
    if low == high {
        low
    } else {
        format!("{low} to {high}")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::analysis::compare::Rank;
    use crate::model::ensemble::{Counts, Ensemble};
    use crate::scenario::{Estimate, file, library};

    fn opened() -> (Checked, Options) {
        let bundled = library::find("diversion-2025").unwrap();
        let scenario = file::read(bundled.id, bundled.text).unwrap().scenario;
        let options = Options {
            members: 256,
            seed: scenario.seed,
            ranges: true,
            chance: true,
            counts: Counts::Weekly,
        };
        (scenario, options)
    }

    #[test]
    fn each_column_is_what_an_ensemble_of_that_world_says() {
        let (scenario, options) = opened();
        let mut stages = Vec::new();
        let never = AtomicBool::new(false);
        let what_ifs = &scenario.what_ifs;
        let whole = LikelyComparison::run(&scenario, what_ifs, options, &never, |so_far| {
            stages.push(so_far);
        });
        assert!(whole);
        assert_eq!(stages.len(), 1 + what_ifs.len());
        assert_eq!(stages[0].figures[0][0].cells[1].text, "…");
        assert!(stages.iter().rev().skip(1).all(|stage| !stage.whole));
        let last = stages.last().unwrap();
        assert!(last.whole);
        assert_eq!(last.ids[1].as_deref(), Some("diverted"));

        let run = |scenario: &Checked| Ensemble::new(scenario, options).unwrap().run(1);
        let before = run(&scenario);
        let now = run(&scenario.what_if("diverted").unwrap());
        let chances = Chances::of(now.members(), Some(before.members()), None);
        for (theatre, chances) in chances.theatres.iter().enumerate() {
            let texts = last.figures[theatre].iter();
            let texts: Vec<&str> = texts.map(|line| line.cells[1].text.as_str()).collect();
            let date = chances.breach.date(0.5, scenario.start);
            let day = date.unwrap_or_else(|| "no day".to_owned());
            let mut expected = vec![chances.breach.told(), day];
            expected.push(range(chances.uncovered.spread));
            expected.push(difference(chances.uncovered.difference));
            expected.push(range(chances.leakers.spread));
            assert_eq!(texts, expected);
        }
        // As promised is best, and has nothing to differ from.
        let chance = &last.figures[0][0].cells;
        assert_eq!(chance[0].rank, Rank::Best);
        assert!(chance.iter().any(|cell| cell.rank == Rank::Worst));
        assert_eq!(last.figures[0][3].cells[0].text, "–");
    }

    #[test]
    fn it_ends_when_nobody_waits_and_leaves_out_what_cannot_be_judged() {
        let (scenario, options) = opened();
        let stop = AtomicBool::new(false);
        let mut stages = 0;
        let whole = LikelyComparison::run(&scenario, &scenario.what_ifs, options, &stop, |_| {
            stages += 1;
            stop.store(true, Ordering::Relaxed);
        });
        assert!(!whole && stages == 1);

        // Less than four weeks have no day that is judged.
        let mut short = scenario.into_inner();
        short.days = Estimate::exact(27.0);
        short.events.clear();
        short.levers.clear();
        short.what_ifs.clear();
        short.open = None;
        let short = Checked::new(short).unwrap();
        let never = AtomicBool::new(false);
        let mut names = Vec::new();
        LikelyComparison::run(&short, &IndexMap::new(), options, &never, |found| {
            names.extend(found.figures[0].iter().map(|line| line.name.clone()));
        });
        assert!(names[0].starts_with("Not engaged"), "{names:?}");
    }
}
