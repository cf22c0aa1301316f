//! What is read from a run: money, counts held against the model, and what looks implausible.

use shortfall::analysis::{Answer, observed, plausible};
use shortfall::scenario::{Checked, Value, file, library};

use crate::model::{agree, scenario};

/// The bundled scenario with something more in its text, before the events begin.
fn bundled_with(more: &str) -> Checked {
    let bundled = library::find("diversion-2025").expect("is bundled");
    let text = bundled
        .text
        .replacen("    levers: [", &format!("    {more}\n    levers: ["), 1);
    match file::read("bundled", &text) {
        Ok(loaded) => loaded.scenario,
        Err(refused) => panic!("{refused}"),
    }
}

fn set(scenario: &Checked, path: &str, value: f64) -> Checked {
    let mut scenario = scenario.clone();
    scenario.set_path(path, Value::Number(value)).expect("fits");
    scenario
}

#[test]
fn money_is_rounds_and_threats_times_their_cost() {
    let bundled = scenario("diversion-2025");
    let Answer { outcome, figures } = Answer::of(&bundled);
    let sum = |column: &[f64]| column.iter().sum::<f64>();
    let gulf = &figures.theatres[1];
    let rockets = bundled
        .deployments
        .get_index_of("me-apkws")
        .expect("is fielded");
    assert!(agree(
        gulf.cost_fired.dollars,
        28_000.0 * sum(&outcome.deployments[rockets].fired)
    ));
    assert!(agree(gulf.cost_launched.dollars, 35_000.0 * gulf.launched));
    assert!(!gulf.cost_fired.partial && !figures.theatres[0].cost_fired.partial);

    // A cost that is not known makes the sum a part of the truth, once the thing is used.
    let text = library::find("diversion-2025").expect("is bundled").text;
    let text = text.replace("            unit_cost: 15000,\n", "");
    let unknown = file::read("without", &text).expect("is read").scenario;
    let figures = Answer::of(&unknown).figures;
    assert!(figures.theatres[0].cost_fired.partial && !figures.theatres[1].cost_fired.partial);
}

#[test]
fn the_model_is_held_against_whole_months_only() {
    let counted = bundled_with(
        r#"observed: {
            "ua": (name: "Counted", source: "airforce", threats: ["shahed", "cruise"], months: {
                "2025-05": (launched: 1000),
                "2025-06": (launched: 1000, neutralised: 800),
                "2026-05": (launched: 4000),
                "2026-06": (launched: 4000),
            }),
        },"#,
    );
    let outcome = Answer::of(&counted).outcome;
    let fit = &observed::fits(&counted, &outcome)[0];
    let months: Vec<_> = fit.months.iter().map(|m| m.month.to_string()).collect();
    assert_eq!(months, ["2025-06", "2026-05"]);
    // The theatre has these two threats and no other.
    let june = &outcome.theatres[0];
    let (launched, killed) = (
        june.launched[..30].iter().sum::<f64>(),
        june.killed[..30].iter().sum::<f64>(),
    );
    assert!(agree(fit.months[0].launched.model, launched));
    let neutralised = fit.months[0].neutralised.expect("was counted");
    assert!(agree(neutralised.model, killed / launched) && neutralised.observed == 0.8);
    let errors = fit.months.iter().filter_map(|m| m.launched.error());
    let mean = errors.map(f64::abs).sum::<f64>() / 2.0;
    assert!(agree(fit.launched_error.expect("two months"), mean));
    assert_eq!(fit.neutralised_error, neutralised.error().map(f64::abs));
}

#[test]
fn a_raid_cut_short_says_what_limits_it() {
    let bundled = scenario("diversion-2025");
    let raids = |scenario: &Checked| plausible::raids(scenario, &Answer::of(scenario).outcome);
    assert_eq!(raids(&bundled), []);

    let path = "events.record-raid.launches.shahed";
    let found = raids(&set(&bundled, path, 500.0));
    assert_eq!((found.len(), found[0].path.as_str()), (1, path));
    let what = "only 480 of 500 are launched on 9 Jun 2025: the launch sites can launch no more";
    assert_eq!(found[0].what, what);

    let few = set(&bundled, "threats.shahed.stockpile", 0.0);
    let found = raids(&few);
    assert!(
        found[0].what.ends_with("the stockpile holds no more"),
        "{found:?}"
    );
}

#[test]
fn a_lever_that_changes_nothing_says_why() {
    let bundled = scenario("diversion-2025");
    let found = plausible::levers(&bundled);
    let about = |path: &str| {
        let found = found.iter().find(|problem| problem.path == path);
        found.map(|problem| problem.what.as_str())
    };
    // Nothing is diverted in the baseline, so that its share means nothing.
    assert_eq!(
        about("events.diversion.share"),
        Some("the lever has no effect anywhere on its track: its quantity is 0")
    );
    // 12 sites launch 40 each, so that 480 is the most.
    assert_eq!(
        about("events.record-raid.launches.shahed"),
        Some("the lever has no effect from about 500 up: the launch sites can launch no more")
    );
    assert_eq!(about("events.diversion.quantity"), None);
    assert_eq!(about("events.scale-up.to"), None);
    // Of a scenario that is too large for all of them some are tried, and the others named.
    let whole = plausible::levers_within(&bundled, usize::MAX);
    assert_eq!(whole, found);
    let none = plausible::levers_within(&bundled, 0);
    let last = none.last().unwrap();
    assert_eq!(last.path, "levers");
    assert!(
        last.what.starts_with("the last 7 were not tried"),
        "{last:?}"
    );
}

#[test]
fn a_number_that_no_ensemble_can_be_run_of_is_warned_of_at_its_path() {
    let bundled = scenario("diversion-2025");
    assert_eq!(plausible::not_drawn(&bundled), None);
    let path = "threats.shahed.variation";
    let found = plausible::warnings(&set(&bundled, path, 12.0));
    let found: Vec<_> = found.iter().filter(|p| p.path == path).collect();
    let [problem] = found[..] else {
        panic!("{path}: {found:?}");
    };
    assert_eq!(
        problem.what,
        "there will be no chances and no bands: a variation of 12 cannot be drawn; write at most 10"
    );
}

/// A raid on day 0 that no later window holds: failing in the first complete one is a breach.
#[test]
fn the_first_complete_window_is_judged() {
    let text = include_str!("../data/early-failure.ron");
    let scenario = file::read("early-failure", text).unwrap().scenario;
    let figures = Answer::of(&scenario).figures;
    assert_eq!(figures.theatres[0].breach, Some(27));
    assert_eq!(figures.theatres[0].days_below, 1);
}

/// A single raid after a ceasefire is too little to judge coverage by.
#[test]
fn one_raid_after_a_ceasefire_decides_nothing() {
    let text = include_str!("../data/one-raid-after-a-ceasefire.ron");
    let scenario = file::read("one-raid", text).unwrap().scenario;
    let answer = Answer::of(&scenario);
    let theatre = &answer.figures.theatres[0];
    assert_eq!((theatre.breach, theatre.days_below), (None, 0));
    let raid = &answer.outcome.theatres[0];
    assert!(raid.uncovered[120] > 0.9 * raid.launched[120] && raid.launched[120] > 0.0);
    let mut more = scenario.clone();
    more.set_path("events.raid.launches.k", Value::Number(400.0))
        .unwrap();
    assert_eq!(Answer::of(&more).figures.theatres[0].breach, Some(120));
}
