//! What holds of every scenario: conservation, causes that add up, and agreement with a second
//! implementation.

use proptest::prelude::*;
use shortfall::analysis::{Answer, WINDOW, window_ratio};
use shortfall::model::{Outcome, Plan, run, run_every_pass, run_into};
use shortfall::scenario::{Checked, file};

use crate::generate::{self, Size};
use crate::model::{TOLERANCE, agree};
use crate::reference;

/// A random scenario, read as a file is read. The sizes shrink, so that a failure is small.
fn scenarios() -> impl Strategy<Value = (String, Checked)> {
    (1..=90_i64, 1..=6_i64, 0..=24_i64, any::<u64>()).prop_map(|(days, things, events, seed)| {
        let size = Size {
            days,
            things,
            events,
        };
        let text = generate::scenario(seed, size);
        match file::read("random", &text) {
            Ok(loaded) => (text, loaded.scenario),
            Err(refused) => panic!("{refused}\n{text}"),
        }
    })
}

/// Every column of an outcome with its name.
fn columns(outcome: &Outcome) -> Vec<(String, &Vec<f64>)> {
    let mut all = Vec::new();
    macro_rules! add {
        ($things:ident: $($column:ident)+) => {
            for (i, thing) in outcome.$things.iter().enumerate() {
                $(all.push((
                    format!("{}[{i}].{}", stringify!($things), stringify!($column)),
                    &thing.$column,
                ));)+
            }
        };
    }
    add!(theatres: launched covered uncovered uncovered_held uncovered_stock uncovered_capacity
        uncovered_reach killed leakers);
    add!(deployments: open received sent fired demand short close days_of_supply);
    add!(threats: produced wanted launched stockpile killed leakers uncovered);
    all
}

/// The first entry in which two outcomes differ.
fn first_difference(
    got: &Outcome,
    expected: &Outcome,
    same: impl Fn(f64, f64) -> bool,
) -> Option<String> {
    let (got, expected) = (columns(got), columns(expected));
    assert_eq!(got.len(), expected.len());
    got.iter()
        .zip(&expected)
        .find_map(|((name, got), (_, expected))| {
            assert_eq!(got.len(), expected.len(), "{name}");
            let pairs = got.iter().zip(expected.iter()).enumerate();
            pairs
                .filter(|(_, (got, expected))| !same(**got, **expected))
                .map(|(d, (got, expected))| {
                    format!("{name}, day {d}: got {got}, expected {expected}")
                })
                .next()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_implementations_agree((text, scenario) in scenarios()) {
        let difference = first_difference(&run(&Plan::new(&scenario)), &reference::run(&scenario), agree);
        prop_assert!(difference.is_none(), "{}\n{text}", difference.unwrap_or_default());
    }

    #[test]
    fn passes_left_out_would_change_nothing((text, scenario) in scenarios()) {
        let plan = Plan::new(&scenario);
        let same = |a: f64, b: f64| a == b || a.is_nan() && b.is_nan();
        let difference = first_difference(&run(&plan), &run_every_pass(&plan), same);
        prop_assert!(difference.is_none(), "{}\n{text}", difference.unwrap_or_default());
    }

    #[test]
    fn memory_used_again_holds_nothing_over((_, first) in scenarios(), (_, second) in scenarios()) {
        let mut used = run(&Plan::new(&first));
        let plan = Plan::new(&second);
        run_into(&plan, &mut used);
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        prop_assert_eq!(first_difference(&used, &run(&plan), same), None);
    }

    #[test]
    fn nothing_is_lost_or_made((text, scenario) in scenarios()) {
        let out = run(&Plan::new(&scenario));
        for d in 0..out.days {
            for t in &out.theatres {
                let why = t.uncovered_held[d] + t.uncovered_stock[d] + t.uncovered_capacity[d]
                    + t.uncovered_reach[d];
                prop_assert!(agree(why, t.uncovered[d]), "causes, day {d}\n{text}");
                prop_assert!(agree(t.killed[d] + t.leakers[d], t.launched[d]), "day {d}\n{text}");
                prop_assert!(agree(t.covered[d] + t.uncovered[d], t.launched[d]), "day {d}\n{text}");
            }
            for t in &out.threats {
                prop_assert!(agree(t.killed[d] + t.leakers[d], t.launched[d]), "day {d}\n{text}");
                prop_assert!(t.launched[d] <= t.wanted[d] && t.uncovered[d] <= t.leakers[d]);
            }
            for (t, threat) in out.threats.iter().zip(scenario.threats.values()) {
                let open = if d == 0 { threat.stockpile.value } else { t.stockpile[d - 1] };
                prop_assert!(agree(t.stockpile[d], open + t.produced[d] - t.launched[d]));
            }
            for c in &out.deployments {
                let close = c.open[d] + c.received[d] - c.sent[d] - c.fired[d];
                prop_assert!(agree(c.close[d], close), "day {d}\n{text}");
                prop_assert!(agree(c.short[d], c.demand[d] - c.fired[d]), "day {d}\n{text}");
                if d > 0 {
                    prop_assert_eq!(c.open[d], c.close[d - 1]);
                }
            }
        }
        for (name, column) in columns(&out) {
            let fine = column.iter().all(|&x| x >= 0.0 || x.is_nan() && name.ends_with("supply"));
            prop_assert!(fine, "{name}\n{text}");
        }
    }

    #[test]
    fn key_figures_are_the_sums_of_their_days((text, scenario) in scenarios()) {
        let Answer { outcome, figures } = Answer::of(&scenario);
        for (t, f) in outcome.theatres.iter().zip(&figures.theatres) {
            let why = f.why.held + f.why.stock + f.why.capacity + f.why.reach;
            prop_assert!(agree(why, f.uncovered), "{text}");
            prop_assert!(agree(f.launched, t.launched.iter().sum()), "{text}");
            prop_assert!(agree(f.covered, t.covered.iter().sum()), "{text}");
            let mut ratio = Vec::new();
            window_ratio(&t.covered, &t.launched, &mut ratio);
            let complete: Vec<f64> = t.launched.windows(WINDOW).map(|days| days.iter().sum()).collect();
            let mean = complete.iter().sum::<f64>() / complete.len() as f64;
            let mut below = Vec::new();
            for (d, &ratio) in ratio.iter().enumerate() {
                let days = (d + 1).saturating_sub(WINDOW)..=d;
                let launched: f64 = t.launched[days.clone()].iter().sum();
                let direct = t.covered[days].iter().sum::<f64>() / launched;
                prop_assert_eq!(ratio.is_nan(), launched == 0.0);
                if launched > 0.0 {
                    prop_assert!((ratio - direct).abs() <= 1e-12 * direct, "day {d}\n{text}");
                    let judged = d + 1 >= WINDOW && launched >= mean / 4.0;
                    if judged && direct < scenario.target.value - TOLERANCE {
                        below.push(d);
                    }
                }
            }
            prop_assert_eq!(f.breach, below.first().copied());
            prop_assert_eq!(f.days_below, below.len());
        }
    }
}
