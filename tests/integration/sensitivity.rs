//! Which assumption matters most: each end is run again, on a scenario that says so itself.

use std::sync::atomic::{AtomicBool, Ordering};

use shortfall::analysis::Answer;
use shortfall::analysis::chances::Chances;
use shortfall::analysis::sensitivity::{Ends, Measure, Reading, Sensitivity};
use shortfall::analysis::trials::Trials;
use shortfall::model::ensemble::{Counts, Ensemble, Options};
use shortfall::scenario::{Checked, Estimate, Range, Scenario};

use crate::model::scenario;

fn opened() -> Checked {
    let baseline = scenario("diversion-2025");
    let open = baseline.open.as_ref().expect("opens on a what-if");
    baseline.what_if(open).expect("is a what-if")
}

fn options(scenario: &Checked) -> Options {
    Options {
        members: 256,
        seed: scenario.seed,
        ranges: true,
        chance: true,
        counts: Counts::Weekly,
    }
}

fn planned(scenario: &Checked) -> Sensitivity {
    let read = |scenario: &Checked| Some(Reading::planned(scenario));
    Sensitivity::of(scenario, read, || false).expect("is never stopped")
}

fn drawn(scenario: &Checked) -> Sensitivity {
    let never = AtomicBool::new(false);
    let mut trials = Trials::new(options(scenario), &never);
    let read = |scenario: &Checked| Reading::drawn(&mut trials, scenario);
    Sensitivity::of(scenario, read, || false).expect("is never stopped")
}

/// The scenario with numbers written otherwise.
fn with(scenario: &Checked, write: impl FnOnce(&mut Scenario)) -> Checked {
    let mut scenario = scenario.clone().into_inner();
    write(&mut scenario);
    Checked::new(scenario).expect("fits")
}

/// What matters to Ukraine, by its name.
fn ends<'a>(matter: &'a [Ends<'a>], scenario: &Checked, name: &str) -> &'a Ends<'a> {
    let mut found = matter.iter().filter(|ends| ends.of.name(scenario) == name);
    found.next().expect(name)
}

const REACH: &str =
    "Electronic warfare, Ukraine: share of the threats still alive that the layer can reach";
const PRODUCTION: &str = "production (3 numbers that go together)";

/// Writes a number that is as good as exact. It keeps its range, so that all others keep their draws.
fn narrow(number: &mut Estimate, value: f64) {
    number.value = value;
    let (low, high) = (value * (1.0 - 1e-12), value * (1.0 + 1e-12));
    number.range = Some(Range { low, high });
}

/// The ends of the group, and of a number that is in none.
fn written(scenario: &Checked) -> [(&'static str, [Checked; 2]); 2] {
    let reach = |reach| {
        with(scenario, |s| {
            narrow(&mut s.deployments["ua-ew"].reach, reach);
        })
    };
    let production = |shahed, cruise, reached| {
        with(scenario, |s| {
            narrow(&mut s.threats["shahed"].production, shahed);
            narrow(&mut s.threats["cruise"].production, cruise);
            let shortfall::scenario::What::Ramp { to, .. } = &mut s.events["scale-up"].what else {
                panic!("is a ramp");
            };
            narrow(to, reached);
        })
    };
    [
        (REACH, [0.4, 0.6].map(reach)),
        (
            PRODUCTION,
            [production(18.0, 3.0, 50.0), production(30.0, 6.0, 100.0)],
        ),
    ]
}

#[test]
fn ends_of_planning_runs_are_those_of_scenarios_that_say_so() {
    let scenario = opened();
    let found = planned(&scenario);
    let (matter, _) = found.ranked(Measure::Unengaged, 0);
    let unengaged = |scenario: &Checked| Answer::of(scenario).figures.theatres[0].uncovered;
    assert_eq!(
        found.now[0].of(Measure::Unengaged),
        Some(unengaged(&scenario))
    );
    for (name, [low, high]) in written(&scenario) {
        let ends = ends(&matter, &scenario, name);
        assert_eq!(
            [ends.low, ends.high],
            [&low, &high].map(unengaged),
            "{name}"
        );
    }
    // A planning run knows no chances, so that nothing can matter to them.
    let (matter, rest) = found.ranked(Measure::Chance, 0);
    assert!(matter.is_empty() && rest.is_empty());
}

#[test]
fn ends_of_ensembles_are_those_of_scenarios_that_say_so() {
    // The baseline, whose chance of a breach leaves room to both sides.
    let scenario = scenario("diversion-2025");
    let found = drawn(&scenario);
    let of = |scenario: &Checked| {
        let sample = Ensemble::new(scenario, options(scenario))
            .expect("can be drawn")
            .run(1);
        let theatre = &Chances::of(sample.members(), None, None).theatres[0];
        [theatre.uncovered.spread.p50, theatre.breach.chance]
    };
    let worlds = written(&scenario).map(|(name, ends)| (name, ends.map(|end| of(&end))));
    let now = of(&scenario);
    for (i, measure) in Measure::ALL.into_iter().enumerate() {
        assert_eq!(found.now[0].of(measure), Some(now[i]));
        let (matter, _) = found.ranked(measure, 0);
        for (name, [low, high]) in &worlds {
            let ends = ends(&matter, &scenario, name);
            assert_eq!([ends.low, ends.high], [low[i], high[i]], "{name}");
        }
        let widths = matter.iter().map(|ends| (ends.high - ends.low).abs());
        assert!(widths.is_sorted_by(|a, b| a >= b), "the longest first");
        assert_eq!(matter[0].of.name(&scenario), PRODUCTION);
    }
}

#[test]
fn what_one_theatre_alone_has_makes_no_difference_to_the_other() {
    let scenario = opened();
    let found = drawn(&scenario);
    let (matter, rest) = found.ranked(Measure::Unengaged, 1);
    assert!(matter.len() >= 3, "{}", matter.len());
    let rest: Vec<String> = rest.iter().map(|of| of.name(&scenario)).collect();
    for name in [REACH, PRODUCTION, "Cruise missile: stockpile at the start"] {
        assert!(rest.iter().any(|of| of == name), "{name}");
    }
    // Everything with a range is in one list or the other, once; money in none.
    let names = matter.iter().map(|ends| ends.of.name(&scenario));
    let mut names: Vec<String> = names.chain(rest).collect();
    assert!(names.iter().all(|name| !name.contains("cost")), "{names:?}");
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    let in_the_other = found.ranked(Measure::Unengaged, 0);
    assert_eq!(in_the_other.0.len() + in_the_other.1.len(), count);
    // A decision that was made is no assumption, and a number without a range says nothing.
    assert!(names.iter().all(|name| !name.contains("diverted")));
    assert!(found.exact > 10, "{}", found.exact);
}

#[test]
fn nobody_who_has_gone_away_is_answered() {
    let scenario = opened();
    let stop = AtomicBool::new(false);
    let mut trials = Trials::new(options(&scenario), &stop);
    let mut tries = 0;
    let read = |scenario: &Checked| {
        tries += 1;
        if tries == 3 {
            stop.store(true, Ordering::Relaxed);
        }
        Reading::drawn(&mut trials, scenario)
    };
    let stopped = || stop.load(Ordering::Relaxed);
    assert_eq!(Sensitivity::of(&scenario, read, stopped), None);
    assert_eq!(tries, 3);
}
