//! Goal seek: what it finds is tried again, by setting it.

use std::sync::atomic::{AtomicBool, Ordering};

use indexmap::IndexMap;
use shortfall::analysis::scent::scent;
use shortfall::analysis::seek::{Change, Goal, Odds, Seek, Sought, World};
use shortfall::analysis::sweep::Track;
use shortfall::analysis::{Answer, KeyFigures};
use shortfall::model::ensemble::{Counts, Ensemble, Options, Sample};
use shortfall::scenario::{Address, Checked, Part, Value, WhatIf, library};

use crate::model::scenario;

/// A bundled scenario under the what-if that it opens on.
struct Opened {
    baseline: Checked,
    what_if: WhatIf,
    scenario: Checked,
    /// Of the baseline.
    figures: KeyFigures,
}

impl Opened {
    fn of(id: &str) -> Self {
        let open = scenario(id).open.clone().expect("opens on a what-if");
        Self::under(id, &open)
    }

    fn under(id: &str, open: &str) -> Self {
        let baseline = scenario(id);
        let what_if = baseline.what_ifs[open].clone();
        let scenario = baseline.what_if(open).expect("is a what-if");
        let figures = Answer::of(&baseline).figures;
        Self {
            baseline,
            what_if,
            scenario,
            figures,
        }
    }

    fn world(&self) -> World<'_> {
        World {
            baseline: &self.baseline,
            what_if: &self.what_if,
            current: &self.scenario,
        }
    }

    /// What a click makes of it: the what-if without what is as in the baseline, which keeps its
    /// range there.
    fn clicked(&self, sets: &[(Address, Value)]) -> Option<Checked> {
        let mut set = self.what_if.set.clone();
        for &(address, value) in sets {
            let path = address.path(&self.baseline);
            set.shift_remove(&path);
            if address.get(&self.baseline).and_then(|slot| slot.value()) != Some(value) {
                set.insert(path, value);
            }
        }
        let sets = set.iter().map(|(path, value)| (path.as_str(), *value));
        self.baseline.with(sets).ok()
    }
}

fn lever(opened: &Opened, path: &str) -> Seek {
    let mut levers = opened.scenario.levers.iter();
    let lever = levers.find(|lever| lever.path == path).expect(path);
    let scent = scent(&opened.scenario, lever).expect("is a number");
    let change = Change::lever(opened.world(), lever).expect("is a number");
    Seek::along(change, &scent, &opened.figures).expect("is a number")
}

fn planned(change: Option<Change<'_>>, baseline: &KeyFigures) -> Seek {
    let change = change.expect("can be changed");
    Seek::planned(change, baseline).expect("can be tried")
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
        let opened = Opened::of(bundled.id);
        let (scenario, baseline) = (&opened.scenario, &opened.figures);
        for lever in &scenario.levers {
            let scent = scent(scenario, lever).expect("is a number");
            let change = Change::lever(opened.world(), lever).expect("is a number");
            let seek = Seek::along(change, &scent, baseline).expect("is a number");
            let address = Address::find(scenario, &lever.path).expect("is there");
            for theatre in 0..scenario.theatres.len() {
                for goal in Goal::PLANNED {
                    let sought = seek.sought(goal, Some(theatre));
                    let about = format!("{} {} {theatre} {goal:?}", bundled.id, lever.path);
                    hold(&seek, &sought, &about, |value| {
                        let tried = opened.clicked(&[(address, value)])?;
                        Some(reached(&tried, goal, theatre, baseline))
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
    let opened = Opened::of("diversion-2025");
    let (scenario, baseline) = (&opened.scenario, &opened.figures);
    for (id, event) in scenario.events.iter().filter(|(_, event)| event.enabled) {
        let seek = planned(Change::day(opened.world(), id, event), baseline);
        for goal in Goal::PLANNED {
            let sought = seek.sought(goal, Some(0));
            hold(&seek, &sought, id, |value| {
                let Value::Date(on) = value else {
                    return None;
                };
                let days = event.what.on().until(on).ok()?.get_days();
                let tried = opened.clicked(&event.moved(scenario, id, Part::Whole, days))?;
                Some(reached(&tried, goal, 0, baseline))
            });
        }
    }
}

/// Every day of every event that is on is tried: what is told is what holds, day by day.
#[test]
fn every_day_of_an_event_is_told_as_it_is() {
    let mut stretches = 0;
    for (id, what_if, events) in [
        ("autumn-ceasefire", "teams", &["truce", "teams"][..]),
        ("us-halt", "late", &["crews-up"]),
        ("diversion-2025", "diverted", &["diversion", "us-hold"]),
        ("record-raid", "july", &["july"]),
    ] {
        let opened = Opened::under(id, what_if);
        let (scenario, baseline) = (&opened.scenario, &opened.figures);
        for id in events {
            let event = &scenario.events[*id];
            let seek = planned(Change::day(opened.world(), id, event), baseline);
            for goal in Goal::PLANNED {
                let sought = seek.sought(goal, Some(0));
                stretches += sought.reached.len();
                for place in 0..=seek.axis.last() {
                    let Value::Date(on) = seek.value(place) else {
                        panic!("days have dates");
                    };
                    let days = event.what.on().until(on).expect("is near").get_days();
                    let tried = opened.clicked(&event.moved(scenario, id, Part::Whole, days));
                    let holds = tried.is_some_and(|tried| reached(&tried, goal, 0, baseline));
                    assert_eq!(sought.holds(place), holds, "{what_if} {id} {on} {goal:?}");
                }
            }
        }
    }
    assert!(stretches > 8, "{stretches} stretches are too few to tell");
}

#[test]
fn stretches_between_the_days_that_fail_are_told() {
    let words = |id, what_if, event: &str| {
        let opened = Opened::under(id, what_if);
        let change = Change::day(opened.world(), event, &opened.scenario.events[event]);
        let seek = planned(change, &opened.figures);
        seek.words(&seek.sought(Goal::Target, Some(0)))
    };
    assert_eq!(
        words("autumn-ceasefire", "teams", "truce"),
        "28 Nov 2025, 4 Dec 2025, 10 Dec 2025, 16 Dec 2025 or 10 more"
    );
    assert_eq!(words("us-halt", "late", "crews-up"), "no day");
}

#[test]
fn a_day_that_is_sought_has_its_last_day_to_order() {
    let bundled = library::find("diversion-2025").expect("is bundled");
    let text = bundled.text.replace("every: 14", "every: 14, lead: 30");
    let baseline = shortfall::scenario::file::read("lead", &text)
        .expect("is read")
        .scenario;
    let what_if = baseline.what_ifs["europe"].clone();
    let opened = Opened {
        scenario: baseline.under(&what_if).expect("fits"),
        figures: Answer::of(&baseline).figures,
        what_if,
        baseline,
    };
    let event = &opened.scenario.events["eu-backfill"];
    let seek = planned(
        Change::day(opened.world(), "eu-backfill", event),
        &opened.figures,
    );
    let words = |goal| seek.words(&seek.sought(goal, Some(0)));
    assert_eq!(words(Goal::Target), "by 30 Jun 2025 (order by 31 May 2025)");
}

#[test]
fn a_chance_that_dips_between_the_places_first_tried_is_found() {
    let opened = Opened::under("diversion-2025", "late");
    let options = Options {
        members: 400,
        seed: opened.scenario.seed,
        ranges: true,
        chance: true,
        counts: Counts::Weekly,
    };
    let never = AtomicBool::new(false);
    let mut odds = Odds::new(options, 0.5, &never);
    let mut levers = opened.scenario.levers.iter();
    let lever = levers
        .find(|lever| lever.path == "events.scale-up.to")
        .expect("is there");
    let change = Change::lever(opened.world(), lever).expect("is a number");
    let seek = odds.seek(change).expect("is not stopped");
    let sought = seek.sought(Goal::Chance(0.5), Some(0));
    let address = Address::find(&opened.scenario, &lever.path).expect("is there");
    // Held against every tenth step of the track.
    for place in (0..=seek.axis.last()).step_by(10) {
        let tried = opened
            .clicked(&[(address, seek.value(place))])
            .expect("fits");
        let holds = chance(&tried, options, 0) <= 0.5;
        assert_eq!(
            sought.holds(place),
            holds,
            "{}: {}",
            seek.place(place),
            seek.words(&sought)
        );
    }
}

#[test]
fn the_reported_diversion_is_told_what_it_would_take() {
    let opened = Opened::of("diversion-2025");
    let (scenario, baseline) = (&opened.scenario, &opened.figures);
    let words = |seek: &Seek, goal, theatre| seek.words(&seek.sought(goal, theatre));
    let diverted = lever(&opened, "events.diversion.quantity");
    assert_eq!(words(&diverted, Goal::Target, Some(0)), "at most 3,000");
    // The other theatre wants the opposite, and both at once cannot be had by this alone.
    let gulf = diverted.sought(Goal::Target, Some(1));
    assert!(diverted.words(&gulf).starts_with("at least "));
    assert_eq!(words(&diverted, Goal::Target, None), "no value of it");

    let sought = diverted.sought(Goal::Target, Some(0));
    let nearest = diverted.nearest_to(&sought, Value::Number(20_000.0));
    assert_eq!(
        nearest.map(|place| diverted.place(place)).as_deref(),
        Some("3,000")
    );

    let europe = lever(&opened, "events.eu-backfill.to");
    let sought = europe.sought(Goal::Target, Some(0));
    assert_eq!(europe.words(&sought), "no value of it");
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
    let days = planned(Change::day(opened.world(), "diversion", event), baseline);
    assert_eq!(
        words(&days, Goal::Target, Some(0)),
        "not before 14 Dec 2025"
    );
    let switch = planned(Change::switch(opened.world(), "diversion"), baseline);
    assert_eq!(words(&switch, Goal::Target, Some(0)), "off");
    assert_eq!(words(&switch, Goal::Baseline, Some(0)), "off");
}

#[test]
fn a_pause_moves_with_both_its_ends_beyond_its_own_length() {
    let opened = Opened::of("diversion-2025");
    let (scenario, baseline) = (&opened.scenario, &opened.figures);
    let event = &scenario.events["us-hold"];
    let seek = planned(Change::day(opened.world(), "us-hold", event), baseline);
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
    // However short the steps, places can be counted.
    (lever.min, lever.max, lever.step) = (0.0, 20_000.0, 1e-300);
    let track = Track::of(&lever);
    assert_eq!(
        (track.last(), track.at(track.last())),
        (1_000_000, 20_000.0)
    );
    assert_eq!(track.at(500_000), 10_000.0);
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
    let mut opened = Opened::of("diversion-2025");
    // A number with a range, which comes back where it is as in the baseline.
    let ranged = "supply.ua-drones.rate";
    opened.what_if.set = IndexMap::from([(ranged.to_owned(), Value::Number(0.0))]);
    opened.scenario = opened.baseline.under(&opened.what_if).expect("fits");
    let scenario = &opened.scenario;
    let options = Options {
        members: 256,
        seed: scenario.seed,
        ranges: true,
        chance: true,
        counts: Counts::Weekly,
    };
    let stop = AtomicBool::new(false);
    let now = chance(scenario, options, 0);
    let as_before = chance(&opened.baseline, options, 0);
    assert!(as_before < now, "{as_before} {now}");
    // What just the baseline's number with its range reaches, and the same number alone need not.
    let most = as_before;
    let mut odds = Odds::new(options, most, &stop);
    assert_eq!(odds.of(scenario).expect("can be drawn")[0], now);
    for path in [ranged, "events.diversion.quantity"] {
        let mut levers = scenario.levers.iter();
        let lever = levers.find(|lever| lever.path == path).expect(path);
        let address = Address::find(scenario, path).expect("is there");
        let seek = odds
            .seek(Change::lever(opened.world(), lever).expect("is a number"))
            .expect("is found");
        let sought = seek.sought(Goal::Chance(most), Some(0));
        hold(&seek, &sought, path, |value| {
            let tried = opened.clicked(&[(address, value)])?;
            Some(chance(&tried, options, 0) <= most)
        });
        // What was sought with another chance in mind says nothing about this one.
        assert_eq!(seek.sought(Goal::Chance(0.99), Some(0)), Sought::default());
    }
    let event = &scenario.events["scale-up"];
    let days = odds
        .seek(Change::day(opened.world(), "scale-up", event).expect("can be moved"))
        .expect("is found");
    let never = days.sought(Goal::Chance(most), Some(0));
    hold(&days, &never, "scale-up", |value| {
        let Value::Date(on) = value else {
            return None;
        };
        let by = event.what.on().until(on).ok()?.get_days();
        let tried = opened.clicked(&event.moved(scenario, "scale-up", Part::Whole, by))?;
        Some(chance(&tried, options, 0) <= most)
    });

    // Nobody waits any more.
    stop.store(true, Ordering::Relaxed);
    assert_eq!(odds.of(scenario), None);
    let changes = [
        Change::lever(opened.world(), &scenario.levers[0]),
        Change::switch(opened.world(), "scale-up"),
    ];
    for change in changes {
        assert_eq!(odds.seek(change.expect("can be changed")), None);
    }
}
