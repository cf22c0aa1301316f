//! Goal seek: what it finds is tried again, by setting it.

use std::sync::atomic::{AtomicBool, Ordering};

use shortfall::analysis::scent::{Track, scent};
use shortfall::analysis::seek::{Goal, Odds, Seek, Sought};
use shortfall::analysis::{Answer, KeyFigures};
use shortfall::model::ensemble::{Counts, Ensemble, Options, Sample};
use shortfall::scenario::{Address, Checked, Part, Value, library};

use crate::model::scenario;

/// A bundled scenario as it opens, and the figures of its baseline.
fn opened(id: &str) -> (Checked, KeyFigures) {
    let baseline = scenario(id);
    let what_if = baseline.open.clone().expect("opens on a what-if");
    let opened = baseline.what_if(&what_if).expect("is a what-if");
    (opened, Answer::of(&baseline).figures)
}

fn lever(scenario: &Checked, path: &str, baseline: &KeyFigures) -> Seek {
    let mut levers = scenario.levers.iter();
    let lever = levers.find(|lever| lever.path == path).expect(path);
    let scent = scent(scenario, lever).expect("is a number");
    Seek::along(scenario, lever, &scent, baseline).expect("is a number")
}

/// Whether a goal is reached by a scenario, from its figures alone.
fn reached(scenario: &Checked, goal: Goal, theatre: usize, baseline: &KeyFigures) -> bool {
    let now = &Answer::of(scenario).figures.theatres[theatre];
    match goal {
        Goal::Target => now.breach.is_none(),
        Goal::Chance(_) => panic!("a planning run knows no chances"),
        Goal::Baseline => now.uncovered <= baseline.theatres[theatre].uncovered * (1.0 + 1e-9),
    }
}

/// Holds every end of every stretch against a run of its own, and the places just beyond.
fn hold(seek: &Seek, sought: &Sought, about: &str, reached: impl Fn(Value) -> Option<bool>) {
    let last = seek.axis.last();
    for &[from, to] in &sought.reached {
        for place in [from, to] {
            assert_eq!(reached(seek.value(place)), Some(true), "{about}: {place}");
        }
        let beyond = [from.checked_sub(1), (to < last).then_some(to + 1)];
        for place in beyond.into_iter().flatten() {
            // What the rules refuse does not reach it either.
            assert_ne!(reached(seek.value(place)), Some(true), "{about}: {place}");
        }
    }
    let ends = [0, last].map(|place| reached(seek.value(place)) == Some(true));
    assert_eq!(ends, [0, last].map(|place| sought.holds(place)), "{about}");
}

#[test]
fn what_is_found_along_a_track_holds_when_it_is_set_and_not_beyond() {
    let mut found = 0;
    for bundled in library::all() {
        let (scenario, baseline) = opened(bundled.id);
        for lever in &scenario.levers {
            let scent = scent(&scenario, lever).expect("is a number");
            let seek = Seek::along(&scenario, lever, &scent, &baseline).expect("is a number");
            for theatre in 0..scenario.theatres.len() {
                for goal in Goal::PLANNED {
                    let sought = seek.sought(goal, Some(theatre));
                    let about = format!("{} {} {theatre} {goal:?}", bundled.id, lever.path);
                    hold(&seek, &sought, &about, |value| {
                        let mut tried = scenario.clone();
                        tried.set_path(&lever.path, value).ok()?;
                        Some(reached(&tried, goal, theatre, &baseline))
                    });
                    found += sought.reached.len();
                }
            }
        }
    }
    assert!(found > 40, "{found} stretches are too few to tell");
}

#[test]
fn what_is_found_among_the_days_of_an_event_holds_when_it_is_moved_there() {
    let (scenario, baseline) = opened("diversion-2025");
    for (id, event) in scenario.events.iter().filter(|(_, event)| event.enabled) {
        let seek = Seek::days(&scenario, id, event, &baseline).expect("can be moved");
        for goal in Goal::PLANNED {
            let sought = seek.sought(goal, Some(0));
            hold(&seek, &sought, id, |value| {
                let Value::Date(on) = value else {
                    return None;
                };
                let days = event.what.on().until(on).ok()?.get_days();
                let mut tried = scenario.clone();
                for (address, value) in event.moved(&scenario, id, Part::Whole, days) {
                    tried.set(address, value).ok()?;
                }
                Some(reached(&tried, goal, 0, &baseline))
            });
        }
    }
}

#[test]
fn the_reported_diversion_is_told_what_it_would_take() {
    let (scenario, baseline) = opened("diversion-2025");
    let words = |seek: &Seek, goal, theatre| seek.words(&seek.sought(goal, theatre));
    let diverted = lever(&scenario, "events.diversion.quantity", &baseline);
    assert_eq!(words(&diverted, Goal::Target, Some(0)), "at most 3,000");
    // The other theatre wants the opposite, and both at once cannot be had by this alone.
    let gulf = diverted.sought(Goal::Target, Some(1));
    assert!(diverted.words(&gulf).starts_with("at least "));
    assert_eq!(words(&diverted, Goal::Target, None), "not by this alone");

    let sought = diverted.sought(Goal::Target, Some(0));
    let nearest = diverted.nearest_to(&sought, Value::Number(20_000.0));
    assert_eq!(
        nearest.map(|place| diverted.place(place)).as_deref(),
        Some("3,000")
    );

    let europe = lever(&scenario, "events.eu-backfill.to", &baseline);
    let sought = europe.sought(Goal::Target, Some(0));
    assert_eq!(europe.words(&sought), "not by this alone");
    let (place, missing) = sought.nearest.expect("was tried");
    assert_eq!(europe.there(place), "at 120");
    let mut most = scenario.clone();
    let address = Address::find(&most, "events.eu-backfill.to").expect("is there");
    most.set(address, europe.value(place)).expect("fits");
    assert_eq!(
        missing,
        Answer::of(&most).figures.theatres[0].days_below as f64
    );

    let event = &scenario.events["diversion"];
    let days = Seek::days(&scenario, "diversion", event, &baseline).expect("can be moved");
    assert_eq!(
        words(&days, Goal::Target, Some(0)),
        "not before 14 Dec 2025"
    );
    let switch = Seek::switch(&scenario, "diversion", &baseline).expect("can be switched");
    assert_eq!(words(&switch, Goal::Target, Some(0)), "off");
    assert_eq!(words(&switch, Goal::Baseline, Some(0)), "off");
}

#[test]
fn a_pause_moves_with_both_its_ends_beyond_its_own_length() {
    let (scenario, baseline) = opened("diversion-2025");
    let event = &scenario.events["us-hold"];
    let seek = Seek::days(&scenario, "us-hold", event, &baseline).expect("can be moved");
    let sought = seek.sought(Goal::Target, Some(1));
    // It makes no difference there on any day, so that none of the days may have been refused.
    assert_eq!(seek.words(&sought), "any day");
}

#[test]
fn places_of_a_track_are_the_steps_of_its_slider_without_dust() {
    let mut lever = scenario("diversion-2025").levers[1].clone();
    (lever.min, lever.max, lever.step) = (0.0, 1.0, 0.05);
    let track = Track::of(&lever);
    assert_eq!(track.last(), 20);
    for place in 0..=20 {
        let written: f64 = format!("{:.2}", 0.05 * f64::from(place))
            .parse()
            .expect("a number");
        assert_eq!(track.at(place as usize), written);
    }
    // A last step may be shorter.
    (lever.min, lever.max, lever.step) = (0.0, 1.0, 0.3);
    let track = Track::of(&lever);
    let places: Vec<f64> = (0..=track.last()).map(|place| track.at(place)).collect();
    assert_eq!(places, [0.0, 0.3, 0.6, 0.9, 1.0]);
    (lever.min, lever.max, lever.step) = (0.0, 1e-12, 1e-13);
    let track = Track::of(&lever);
    assert!((0..track.last()).all(|place| track.at(place) < track.at(place + 1)));
}

/// How often a breach comes in an ensemble of its own.
fn chance(scenario: &Checked, options: Options, theatre: usize) -> f64 {
    let ensemble = Ensemble::new(scenario, options).expect("can be drawn");
    let mut sample = Sample::default();
    sample.restart(&ensemble);
    let all = sample.extend(&ensemble, options.members, 2, &AtomicBool::new(false));
    assert!(all);
    let breaches = sample.members().theatres[theatre].breach.iter().flatten();
    breaches.count() as f64 / f64::from(options.members)
}

#[test]
fn a_chance_that_is_found_holds_in_an_ensemble_of_its_own_and_not_beyond() {
    let (scenario, _) = opened("diversion-2025");
    let options = Options {
        members: 256,
        seed: scenario.seed,
        ranges: true,
        chance: true,
        counts: Counts::Weekly,
    };
    let most = 0.5;
    let stop = AtomicBool::new(false);
    let mut odds = Odds::new(&scenario, options, most, &stop);
    assert_eq!(
        odds.now().expect("can be drawn")[0],
        chance(&scenario, options, 0)
    );
    let lever = &scenario.levers[0];
    let seek = odds.along(lever).expect("is a number");
    let sought = seek.sought(Goal::Chance(most), Some(0));
    assert_eq!(sought.reached.len(), 1);
    hold(&seek, &sought, &lever.path, |value| {
        let mut tried = scenario.clone();
        tried.set_path(&lever.path, value).ok()?;
        Some(chance(&tried, options, 0) <= most)
    });
    // What was sought with another chance in mind says nothing about this one.
    assert_eq!(seek.sought(Goal::Chance(0.1), Some(0)), Sought::default());

    // Nobody waits any more.
    stop.store(true, Ordering::Relaxed);
    assert_eq!(odds.now(), None);
    assert_eq!(odds.along(lever), None);
}
