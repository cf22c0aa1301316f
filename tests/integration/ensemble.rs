//! Ensembles: against closed forms, against a slow member by the page, against planning mode, and
//! what must hold of every one.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use shortfall::analysis::Answer;
use shortfall::model::ensemble::{
    Band, Bands, Counts, Ensemble, EnsembleError, MOST_MEMBERS, Members, Options, Sample,
};
use shortfall::model::random::Design;
use shortfall::scenario::{Checked, Value, file};

use crate::drawn;
use crate::generate::{self, Size};
use crate::model::{agree, scenario};

const SEED: u64 = 20_250_608;

const ALL: Options = Options {
    members: 1,
    seed: SEED,
    ranges: true,
    chance: true,
    counts: Counts::Daily,
};

/// How many standard errors a sample may be off. Seeds are fixed: what passes, passes for good.
const ERRORS: f64 = 5.0;

fn ensemble(scenario: &Checked, members: u32, options: Options) -> (Ensemble, Sample) {
    let ensemble = Ensemble::new(scenario, Options { members, ..options }).unwrap();
    let sample = ensemble.run(2);
    (ensemble, sample)
}

fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, (squares / n).sqrt())
}

/// Holds mean and standard deviation against expected ones, to some standard errors. That of a
/// standard deviation is taken as for a normal distribution.
fn close_to(values: &[f64], mean: f64, sd: f64) {
    let n = values.len() as f64;
    let (got, got_sd) = mean_and_sd(values);
    assert!(
        (got - mean).abs() < ERRORS * sd / n.sqrt(),
        "mean {got}, expected {mean}"
    );
    assert!(
        (got_sd - sd).abs() < ERRORS * sd / (2.0 * n).sqrt(),
        "sd {got_sd}, expected {sd}"
    );
}

/// A scenario of one theatre and one threat, launched by a raid on the first day.
fn one_raid(launched: f64, days: u32, interceptors: &str, deployments: &str) -> Checked {
    let text = format!(
        r#"#![enable(implicit_some)]
        (format: 1, title: "t", summary: "", marking: "TEST", start: "2025-01-01", days: {days},
        target: 0.9, seed: 1, sources: {{}}, theatres: {{"t": (name: "T")}}, suppliers: {{}},
        threats: {{"k": (name: "K", theatre: "t", stockpile: 1000000, production: 0, sites: 1000,
            per_site: 1000, launch: (daily_share: 0))}},
        interceptors: {{{interceptors}}}, deployments: {{{deployments}}}, supply: {{}},
        events: {{"raid": (name: "R", what: Raid(on: "2025-01-01", launches: {{"k": {launched}}}))}},
        levers: [])"#
    );
    read(&text)
}

fn read(text: &str) -> Checked {
    match file::read("test", text) {
        Ok(loaded) => loaded.scenario,
        Err(refused) => panic!("{refused}\n{text}"),
    }
}

fn layer(interceptor: &str, reach: f64) -> String {
    format!(
        r#""d-{interceptor}": (theatre: "t", interceptor: "{interceptor}", stock: 100000, fire_units: 1000, engagements: 100, reach: {reach}),"#
    )
}

fn bits_of(bands: &Bands) -> Vec<u64> {
    let theatres = bands.theatres.iter().flat_map(|t| {
        [
            &t.coverage,
            &t.protection,
            &t.launched,
            &t.uncovered,
            &t.leakers,
        ]
    });
    let columns = theatres.chain(&bands.close).flat_map(Band::columns);
    columns.flatten().map(|x| x.to_bits()).collect()
}

#[test]
fn case_2_a_salvo_of_two_against_479_drones() {
    let s = one_raid(
        479.0,
        1,
        r#""i": (name: "I", doctrine: Salvo(2), kill: {"k": 0.8})"#,
        &layer("i", 1.0),
    );
    let (_, sample) = ensemble(&s, 20_000, ALL);
    close_to(&sample.members().theatres[0].leakers, 19.16, 4.289);
    assert!(
        sample.members().theatres[0]
            .uncovered
            .iter()
            .all(|&u| u == 0.0)
    );
    assert!(
        sample.members().deployments[0]
            .fired
            .iter()
            .all(|&f| f == 958.0)
    );
}

#[test]
fn case_3_two_layers_against_479_drones() {
    let s = one_raid(
        479.0,
        1,
        r#""a": (name: "A", doctrine: Salvo(1), kill: {"k": 0.6}), "b": (name: "B", doctrine: Salvo(1), kill: {"k": 0.7})"#,
        &[layer("a", 1.0), layer("b", 1.0)].concat(),
    );
    let (_, sample) = ensemble(&s, 20_000, ALL);
    close_to(&sample.members().theatres[0].leakers, 57.48, 7.112);
}

#[test]
fn case_7_a_magazine_runs_out_when_renewal_theory_says() {
    // A day's use is 1.5 rounds for each of Bin(L, 0.4), L of mean 181: mean 108.6, and sd 80.46
    // for a variation of 0.7353 (of L, 133.1; its rounding adds a variance of about 1/6).
    let s = read(
        r#"#![enable(implicit_some)]
        (format: 1, title: "t", summary: "", marking: "TEST", start: "2025-01-01", days: 300,
        target: 0.9, seed: 1, sources: {}, theatres: {"t": (name: "T")}, suppliers: {},
        threats: {"k": (name: "K", theatre: "t", stockpile: 1000000, production: 181, sites: 1000,
            per_site: 1000, launch: (daily_share: 1), variation: 0.7353)},
        interceptors: {"i": (name: "I", doctrine: ShootLookShoot(2), kill: {"k": 0.5})},
        deployments: {"d": (theatre: "t", interceptor: "i", stock: 20000, fire_units: 1000,
            engagements: 100, reach: 0.4)},
        supply: {}, events: {}, levers: [])"#,
    );
    let (_, sample) = ensemble(&s, 4_096, ALL);
    let out = &sample.members().deployments[0].stock_out;
    let days: Vec<f64> = out.iter().map(|day| f64::from(day.unwrap() + 1)).collect();
    // Wald's identity: the stock and the mean overshoot, E[X²]/2E[X], over the mean use.
    let overshoot = (108.6 * 108.6 + 80.46 * 80.46) / (2.0 * 108.6 * 108.6);
    let (mean, sd) = mean_and_sd(&days);
    assert!((0.0..1.0).contains(&overshoot));
    assert!(
        (mean - 184.16 - overshoot).abs() < ERRORS * 10.05 / 64.0,
        "{mean}"
    );
    assert!((sd - 10.05).abs() < 0.6, "{sd}");
}

#[test]
fn twenty_missiles_leave_what_the_exact_distribution_says() {
    // Killed ~ Bin(20, 0.1): P(≤ 0) 0.1216, (≤ 1) 0.3917, (≤ 2) 0.6769, (≤ 3) 0.8670, (≤ 4) 0.9568.
    let s = one_raid(
        20.0,
        1,
        r#""i": (name: "I", doctrine: Salvo(1), kill: {"k": 0.1})"#,
        &layer("i", 1.0),
    );
    let (ready, sample) = ensemble(&s, 20_000, ALL);
    let leakers = &sample.bands(&ready).theatres[0].leakers;
    let quantiles = [
        leakers.p5[0],
        leakers.p25[0],
        leakers.p50[0],
        leakers.p75[0],
        leakers.p95[0],
    ];
    assert_eq!(quantiles, [16.0, 17.0, 18.0, 19.0, 20.0]);
    for (k, exact) in [(0, 0.121_58), (1, 0.270_17), (2, 0.285_18), (5, 0.031_92)] {
        let members = &sample.members().theatres[0].leakers;
        let count = members.iter().filter(|&&l| l == f64::from(20 - k)).count();
        let share = count as f64 / 20_000.0;
        let error = (exact * (1.0 - exact) / 20_000.0_f64).sqrt();
        assert!(
            (share - exact).abs() < ERRORS * error,
            "{k}: {share}, expected {exact}"
        );
    }
}

#[test]
fn means_are_those_of_planning_mode_where_the_model_is_linear() {
    // Nothing binds: what is launched, engaged and killed is linear in what is drawn.
    let s = read(
        r#"#![enable(implicit_some)]
        (format: 1, title: "t", summary: "", marking: "TEST", start: "2025-01-01", days: 60,
        target: 0.9, seed: 1, sources: {}, theatres: {"t": (name: "T")}, suppliers: {},
        threats: {"a": (name: "A", theatre: "t", stockpile: 100000, production: 21.3, sites: 1000,
            per_site: 1000, launch: (daily_share: 0.61), variation: 0.5),
            "b": (name: "B", theatre: "t", stockpile: 1000, production: 1.3, sites: 1000,
            per_site: 1000, launch: (daily_share: 0.9), variation: 1.5)},
        interceptors: {"i": (name: "I", doctrine: ShootLookShoot(3), kill: {"a": 0.45, "b": 0.2}),
            "j": (name: "J", doctrine: Salvo(2), kill: {"a": 0.6, "b": 0.9})},
        deployments: {"d": (theatre: "t", interceptor: "i", stock: 100000, fire_units: 1000,
            engagements: 100, reach: 0.43),
            "e": (theatre: "t", interceptor: "j", stock: 100000, fire_units: 1000,
            engagements: 100, reach: 0.71)},
        supply: {}, events: {"raid": (name: "R", what: Raid(on: "2025-01-20", launches: {"b": 17.4}))},
        levers: [])"#,
    );
    let planned = Answer::of(&s);
    let (ready, sample) = ensemble(&s, 4_096, ALL);
    let members = &sample.members().theatres[0];
    let figures = &planned.figures.theatres[0];
    for (values, expected) in [
        (&members.launched, figures.launched),
        (&members.uncovered, figures.uncovered),
        (&members.leakers, figures.leakers),
        (&members.left, figures.left),
    ] {
        let (mean, sd) = mean_and_sd(values);
        assert!(
            (mean - expected).abs() < ERRORS * sd / 64.0,
            "{mean}, expected {expected}"
        );
    }
    let bands = sample.bands(&ready);
    for d in [0, 19, 59] {
        let expected = planned.outcome.theatres[0].uncovered[d];
        let mean = bands.theatres[0].uncovered.mean[d];
        // Uncovered of a day has a standard deviation of less than 4.
        assert!(
            (mean - expected).abs() < ERRORS * 4.0 / 64.0,
            "{d}: {mean} {expected}"
        );
    }
}

/// Compares an ensemble with slow members by the page: every member's totals, and every band.
///
/// The same uniform numbers are used, so that a member differs only where rounding, the table of
/// the gamma distribution or the approximation of large counts takes a draw to the next whole
/// number: rare, and small in a total.
fn compare_with_slow(
    (baseline, scenario): (&Checked, &Checked),
    members: u32,
    of_total: f64,
    of_band: f64,
) {
    let slow: Vec<_> = (0..members)
        .map(|member| {
            let own = drawn::numbers(baseline, scenario, SEED, member);
            drawn::run(&own, SEED, member)
        })
        .collect();
    let (ready, sample) = ensemble(scenario, members, ALL);
    let fast = sample.members();
    let near = |what: &str, got: f64, expected: f64, tolerance: f64| {
        assert!(
            (got - expected).abs() <= tolerance * expected.abs().max(20.0),
            "{what}: got {got}, expected {expected}"
        );
    };
    for (t, theatre) in fast.theatres.iter().enumerate() {
        let columns = [&theatre.launched, &theatre.uncovered, &theatre.leakers];
        for (measure, column) in columns.into_iter().enumerate() {
            let expected: Vec<f64> = slow.iter().map(|slow| slow.total(t, measure)).collect();
            for (member, (&got, &expected)) in column.iter().zip(&expected).enumerate() {
                let what = format!("member {member}, theatre {t}, measure {measure}");
                // A draw that falls to the other side may carry the next ones along.
                let most = 4.0 + 10.0 * of_total * expected;
                assert!(
                    (got - expected).abs() <= most,
                    "{what}: got {got}, expected {expected}"
                );
            }
            let (got, _) = mean_and_sd(column);
            let (expected, _) = mean_and_sd(&expected);
            near(
                &format!("mean of theatre {t}, measure {measure}"),
                got,
                expected,
                of_total,
            );
        }
    }
    for (i, deployment) in fast.deployments.iter().enumerate() {
        let sums = |of: &dyn Fn(&drawn::Drawn) -> f64| {
            slow.iter().map(of).sum::<f64>() / f64::from(members)
        };
        let (fired, _) = mean_and_sd(&deployment.fired);
        near(
            &format!("fired {i}"),
            fired,
            sums(&|s| s.fired[i].iter().sum()),
            of_total,
        );
        let (short, _) = mean_and_sd(&deployment.short);
        near(
            &format!("short {i}"),
            short,
            sums(&|s| s.short[i].iter().sum()),
            of_total,
        );
    }

    for bands in [sample.bands(&ready), sample.exact_bands(&ready, 2)] {
        compare_bands(&bands, &slow, of_band);
    }
}

/// Compares bands with those of slow members.
fn compare_bands(bands: &Bands, slow: &[drawn::Drawn], of_band: f64) {
    let check = |what: String, band: &Band, d: usize, values: Vec<f64>, spread: f64| {
        let mut sorted: Vec<f64> = values.into_iter().filter(|x| !x.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        if sorted.is_empty() {
            assert!(
                band.columns().iter().all(|column| column[d].is_nan()),
                "{what}"
            );
            return;
        }
        let n = sorted.len();
        let (mean, _) = mean_and_sd(&sorted);
        let width = sorted[n - 1] - sorted[0];
        let slack = spread * width + 1e-5 * mean.abs() + 1e-6;
        assert!(
            (band.mean[d] - mean).abs() <= slack,
            "{what} mean: {} {mean}",
            band.mean[d]
        );
        let columns = [
            (0.05, &band.p5),
            (0.25, &band.p25),
            (0.5, &band.p50),
            (0.75, &band.p75),
            (0.95, &band.p95),
        ];
        for (share, column) in columns {
            // Between the members a few ranks to either side: single draws may differ.
            let rank = share * n as f64;
            let few = 1.0 + 0.01 * n as f64;
            let low = sorted[((rank - few).floor().max(1.0) as usize).min(n) - 1];
            let high = sorted[((rank + few).ceil() as usize).clamp(1, n) - 1];
            let got = column[d];
            assert!(
                low - slack <= got && got <= high + slack,
                "{what} p{}: got {got}, expected {low} to {high}, slack {slack}",
                share * 100.0
            );
        }
    };
    for d in 0..bands.days {
        for (t, theatre) in bands.theatres.iter().enumerate() {
            let day = |measure: usize| slow.iter().map(|s| s.theatres[t][measure][d]).collect();
            let named = |what: &str| format!("{what} of theatre {t}, day {d}");
            check(named("launched"), &theatre.launched, d, day(0), of_band);
            check(named("uncovered"), &theatre.uncovered, d, day(1), of_band);
            check(named("leakers"), &theatre.leakers, d, day(2), of_band);
            let coverage = slow.iter().map(|s| s.coverage(t, d)).collect();
            check(named("coverage"), &theatre.coverage, d, coverage, of_band);
        }
        for (i, close) in bands.close.iter().enumerate() {
            let values = slow.iter().map(|s| s.close[i][d]).collect();
            check(format!("close of {i}, day {d}"), close, d, values, of_band);
        }
    }
}

#[test]
fn members_and_bands_agree_with_slow_ones() {
    let baseline = scenario("diversion-2025");
    let mut s = baseline.what_if("diverted").unwrap();
    s.set_path("days", Value::Number(150.0)).unwrap();
    compare_with_slow((&baseline, &s), 320, 1e-3, 0.01);
}

#[test]
fn members_agree_with_slow_ones_in_random_scenarios() {
    let size = Size {
        days: 60,
        things: 5,
        events: 20,
    };
    for seed in 0..40 {
        let text = generate::scenario(seed, size);
        let s = read(&text);
        compare_with_slow((&s, &s), 128, 2e-3, 0.02);
    }
}

#[test]
fn with_nothing_drawn_every_member_is_the_planning_run() {
    let nothing = Options {
        ranges: false,
        chance: false,
        ..ALL
    };
    for name in ["diversion-2025", "case-2002", "case-2015", "case-2032"] {
        let s = scenario(name);
        let Answer { outcome, figures } = Answer::of(&s);
        let (ready, sample) = ensemble(&s, 70, nothing);
        for (members, f) in sample.members().theatres.iter().zip(&figures.theatres) {
            for member in 0..70 {
                assert!(agree(members.launched[member], f.launched), "{name}");
                assert!(agree(members.uncovered[member], f.uncovered), "{name}");
                assert!(agree(members.leakers[member], f.leakers), "{name}");
                assert!(agree(members.short[member], f.short), "{name}");
                assert!(agree(members.left[member], f.left), "{name}");
                assert!(
                    agree(members.cost_fired[member], f.cost_fired.dollars),
                    "{name}"
                );
                assert!(
                    agree(members.cost_launched[member], f.cost_launched.dollars),
                    "{name}"
                );
                assert_eq!(members.breach[member].map(usize::from), f.breach, "{name}");
                assert_eq!(members.last_below[member].map(usize::from), f.last_below);
                assert_eq!(members.days_below[member], f.days_below as f64, "{name}");
                let protection = members.protection_breach[member].map(usize::from);
                assert_eq!(protection, f.protection_breach, "{name}");
                let days = members.protection_days_below[member];
                assert_eq!(days, f.protection_days_below as f64, "{name}");
            }
        }
        for (members, f) in sample
            .members()
            .deployments
            .iter()
            .zip(&figures.deployments)
        {
            let out = members.stock_out.iter().map(|day| day.map(usize::from));
            assert!(out.into_iter().all(|day| day == f.stock_out), "{name}");
        }
        let bands = sample.bands(&ready);
        let same = |what: &str, band: &Band, expected: &[f64]| {
            for column in band.columns() {
                for (d, (&got, &expected)) in column.iter().zip(expected).enumerate() {
                    assert!(
                        agree(got, expected),
                        "{name}, {what}, day {d}: {got} {expected}"
                    );
                }
            }
        };
        for (theatre, days) in bands.theatres.iter().zip(&outcome.theatres) {
            same("launched", &theatre.launched, &days.launched);
            same("uncovered", &theatre.uncovered, &days.uncovered);
            same("leakers", &theatre.leakers, &days.leakers);
            let (mut coverage, mut protection) = (Vec::new(), Vec::new());
            shortfall::analysis::window_ratio(&days.covered, &days.launched, &mut coverage);
            shortfall::analysis::window_ratio(&days.killed, &days.launched, &mut protection);
            same("coverage", &theatre.coverage, &coverage);
            same("protection", &theatre.protection, &protection);
        }
        for (close, days) in bands.close.iter().zip(&outcome.deployments) {
            same("close", close, &days.close);
        }
    }
}

#[test]
fn without_chance_a_member_is_the_planning_run_of_its_own_numbers() {
    let s = scenario("diversion-2025").what_if("diverted").unwrap();
    let options = Options {
        chance: false,
        ..ALL
    };
    let (_, sample) = ensemble(&s, 40, options);
    for member in 0..40 {
        let own = drawn::numbers(&s, &s, SEED, member as u32);
        let figures = Answer::of(&own).figures;
        for (members, f) in sample.members().theatres.iter().zip(&figures.theatres) {
            assert!(agree(members.launched[member], f.launched));
            assert!(agree(members.uncovered[member], f.uncovered));
            assert!(agree(members.short[member], f.short));
            assert!(agree(members.cost_fired[member], f.cost_fired.dollars));
            assert_eq!(members.breach[member].map(usize::from), f.breach);
        }
    }
}

#[test]
fn without_ranges_members_take_the_medians() {
    // Whole numbers and certain ones only: chance has nothing to decide either.
    let s = one_raid(
        50.0,
        40,
        r#""i": (name: "I", doctrine: Salvo(1), kill: {"k": (value: 0.5, low: 0.2, high: 0.8)})"#,
        &layer("i", 1.0),
    );
    let options = Options {
        ranges: false,
        ..ALL
    };
    let (_, sample) = ensemble(&s, 20_000, options);
    close_to(&sample.members().theatres[0].leakers, 25.0, 12.5_f64.sqrt());
    let (_, sample) = ensemble(&s, 20_000, ALL);
    let (_, sd) = mean_and_sd(&sample.members().theatres[0].leakers);
    assert!(sd > 8.0, "{sd}");
}

#[test]
fn results_are_the_same_bits_on_any_number_of_threads_and_in_any_steps() {
    let s = scenario("diversion-2025").what_if("diverted").unwrap();
    let options = Options {
        members: 1_100,
        ..ALL
    };
    let ready = Ensemble::new(&s, options).unwrap();
    let one = ready.run(1);
    let go_on = AtomicBool::new(false);
    for threads in [2, 3, 8] {
        let other = ready.run(threads);
        assert_eq!(one.members(), other.members());
        assert_eq!(bits_of(&one.bands(&ready)), bits_of(&other.bands(&ready)));
    }
    let mut steps = Sample::new(&ready);
    for up_to in [256, 768, 1_100] {
        assert!(steps.extend(&ready, up_to, 2, &go_on));
        assert_eq!(steps.len(), up_to);
    }
    assert_eq!(one.members(), steps.members());
    assert_eq!(bits_of(&one.bands(&ready)), bits_of(&steps.bands(&ready)));

    // Steps within a block leave members alone too, and percentiles; means to their last bits.
    let mut odd = Sample::new(&ready);
    for up_to in [1, 10, 63, 64, 65, 300, 301, 1_100] {
        assert!(odd.extend(&ready, up_to, 1, &go_on));
    }
    assert_eq!(one.members(), odd.members());
    let (one, odd) = (one.bands(&ready), odd.bands(&ready));
    for (a, b) in one.theatres.iter().zip(&odd.theatres) {
        assert_eq!(a.uncovered.p95, b.uncovered.p95);
        for (a, b) in a.uncovered.mean.iter().zip(&b.uncovered.mean) {
            assert!((a - b).abs() <= 1e-5 * a.abs());
        }
    }

    // Memory used again holds nothing over.
    let small = Ensemble::new(
        &scenario("case-2015"),
        Options {
            members: 100,
            ..ALL
        },
    )
    .unwrap();
    let mut used = ready.run(2);
    used.restart(&small);
    assert!(used.is_empty());
    assert!(used.extend(&small, 100, 2, &go_on));
    assert_eq!(used.members(), small.run(1).members());
    assert_eq!(
        bits_of(&used.bands(&small)),
        bits_of(&small.run(1).bands(&small))
    );
}

#[test]
fn a_small_sample_is_the_beginning_of_a_large_one() {
    let s = scenario("diversion-2025");
    let (_, small) = ensemble(&s, 100, ALL);
    let (_, large) = ensemble(&s, 600, ALL);
    for (small, large) in small
        .members()
        .theatres
        .iter()
        .zip(&large.members().theatres)
    {
        assert_eq!(small.uncovered[..], large.uncovered[..100]);
        assert_eq!(small.breach[..], large.breach[..100]);
    }
    let (_, other) = ensemble(&s, 100, Options { seed: 1, ..ALL });
    assert_ne!(small.members(), other.members());
}

#[test]
fn it_gives_up_between_rounds() {
    let s = scenario("diversion-2025");
    let ready = Ensemble::new(&s, Options { members: 64, ..ALL }).unwrap();
    let mut sample = Sample::new(&ready);
    assert!(!sample.extend(&ready, 64, 1, &AtomicBool::new(true)));
    assert_eq!(sample.len(), 0);
    assert!(sample.extend(&ready, 64, 1, &AtomicBool::new(false)));
    assert_eq!(sample.len(), 64);
}

/// The members of one theatre and of its deployments.
fn of_theatre(s: &Checked, members: &Members, id: &str) -> Vec<Vec<f64>> {
    let theatre = &members.theatres[s.theatres.get_index_of(id).unwrap()];
    let mut all = vec![
        theatre.launched.clone(),
        theatre.uncovered.clone(),
        theatre.leakers.clone(),
        theatre.short.clone(),
    ];
    for (deployment, members) in s.deployments.values().zip(&members.deployments) {
        if deployment.theatre == id {
            all.extend([members.fired.clone(), members.left.clone()]);
        }
    }
    all
}

#[test]
fn a_lever_of_one_theatre_leaves_the_other_to_the_bit() {
    let s = scenario("diversion-2025");
    let (_, before) = ensemble(&s, 200, ALL);
    let ukraine = of_theatre(&s, before.members(), "ukraine");
    let mideast = of_theatre(&s, before.members(), "mideast");
    for (path, value) in [
        ("deployments.me-apkws.reach", Value::Number(0.5)),
        ("threats.gulf-drone.production", Value::Number(30.0)),
        ("threats.gulf-drone.variation", Value::Number(1.0)),
    ] {
        let mut changed = s.clone();
        changed.set_path(path, value).unwrap();
        let (_, after) = ensemble(&changed, 200, ALL);
        assert_eq!(
            ukraine,
            of_theatre(&s, after.members(), "ukraine"),
            "{path}"
        );
        assert_ne!(
            mideast,
            of_theatre(&s, after.members(), "mideast"),
            "{path}"
        );
    }
    // An event that is switched off moves no draw of another.
    for path in ["events.scale-up.enabled", "events.record-raid.enabled"] {
        let mut changed = s.clone();
        changed.set_path(path, Value::Switch(false)).unwrap();
        let (_, after) = ensemble(&changed, 200, ALL);
        assert_eq!(
            mideast,
            of_theatre(&s, after.members(), "mideast"),
            "{path}"
        );
        assert_ne!(
            ukraine,
            of_theatre(&s, after.members(), "ukraine"),
            "{path}"
        );
    }
}

#[test]
fn differences_under_common_draws_are_narrower_than_each_world() {
    let baseline = scenario("diversion-2025");
    let mut more = baseline.clone();
    more.set_path("supply.ua-drones.rate", Value::Number(60.0))
        .unwrap();
    let (_, before) = ensemble(&baseline, 1_000, ALL);
    let (_, after) = ensemble(&more, 1_000, ALL);
    let (before, after) = (&before.members().theatres[0], &after.members().theatres[0]);
    let pairs = after.uncovered.iter().zip(&before.uncovered);
    let differences: Vec<f64> = pairs.map(|(after, before)| after - before).collect();
    let (_, apart) = mean_and_sd(&before.uncovered);
    let (_, together) = mean_and_sd(&differences);
    assert!(together < apart / 2.0, "{together} {apart}");
}

#[test]
fn percentiles_agree_with_a_sort() {
    let s = scenario("diversion-2025").what_if("diverted").unwrap();
    let (ready, sample) = ensemble(&s, 2_000, ALL);
    let bands = sample.bands(&ready);
    let last = bands.days - 1;
    for (i, deployment) in sample.members().deployments.iter().enumerate() {
        let mut sorted = deployment.left.clone();
        sorted.sort_by(f64::total_cmp);
        let close = &bands.close[i];
        // A bin is 1/253 of at most twice the spread.
        let width = (sorted[1_999] - sorted[0]) * 2.0 / 253.0;
        for (rank, got) in [
            (100, close.p5[last]),
            (500, close.p25[last]),
            (1_000, close.p50[last]),
            (1_500, close.p75[last]),
            (1_900, close.p95[last]),
        ] {
            let expected = sorted[rank - 1];
            assert!(
                (got - expected).abs() <= width + 1e-9,
                "{i}, {rank}: {got} {expected}"
            );
        }
        let (mean, _) = mean_and_sd(&sorted);
        assert!((close.mean[last] - mean).abs() <= 1e-6 * mean, "{i}");
    }
}

#[test]
fn what_cannot_be_run_is_refused() {
    let s = scenario("diversion-2025");
    for members in [0, MOST_MEMBERS + 1, u32::MAX] {
        let refused = Ensemble::new(&s, Options { members, ..ALL });
        assert_eq!(refused.err(), Some(EnsembleError::Members(members)));
    }
    let mut s = s.clone();
    let path = "threats.shahed.variation";
    s.set_path(path, Value::Number(11.0)).unwrap();
    let error = Ensemble::new(&s, Options { members: 1, ..ALL }).unwrap_err();
    assert!(error.to_string().starts_with(path), "{error}");
}

/// What must hold of every ensemble.
fn sane(s: &Checked, members: u32, options: Options) {
    let (ready, sample) = ensemble(s, members, options);
    for theatre in &sample.members().theatres {
        for member in 0..members as usize {
            let (launched, uncovered, leakers) = (
                theatre.launched[member],
                theatre.uncovered[member],
                theatre.leakers[member],
            );
            let hair = 1e-5 * launched;
            assert!(0.0 <= uncovered && uncovered <= leakers + hair && leakers <= launched + hair);
            assert!(theatre.short[member] >= 0.0 && theatre.left[member] >= 0.0);
            assert!(theatre.cost_fired[member].is_finite());
        }
    }
    let bands = sample.bands(&ready);
    let ordered = |what: &str, band: &Band, most: f64| {
        for d in 0..bands.days {
            let columns = band.columns().map(|column| column[d]);
            if columns[0].is_nan() {
                assert!(columns.iter().all(|x| x.is_nan()), "{what}");
                continue;
            }
            let hair = 1e-5 * columns[5].abs() + 1e-9;
            assert!(columns[1..].is_sorted(), "{what}, day {d}: {columns:?}");
            let fine = columns.iter().all(|&x| -hair <= x && x <= most + hair);
            assert!(fine, "{what}, day {d}: {columns:?}");
        }
    };
    for theatre in &bands.theatres {
        ordered("coverage", &theatre.coverage, 1.0);
        ordered("protection", &theatre.protection, 1.0);
        ordered("launched", &theatre.launched, f64::MAX);
        ordered("uncovered", &theatre.uncovered, f64::MAX);
        ordered("leakers", &theatre.leakers, f64::MAX);
        for d in 0..bands.days {
            let nothing = theatre.launched.mean[(d + 1).saturating_sub(28)..=d]
                .iter()
                .all(|&x| x == 0.0);
            assert_eq!(theatre.coverage.mean[d].is_nan(), nothing);
            let (leakers, launched) = (theatre.leakers.mean[d], theatre.launched.mean[d]);
            assert!(theatre.uncovered.mean[d] <= leakers * (1.0 + 1e-5));
            assert!(leakers <= launched * (1.0 + 1e-5));
        }
    }
    for close in &bands.close {
        ordered("close", close, f64::MAX);
    }
}

#[test]
fn extreme_numbers_give_answers() {
    let base = scenario("diversion-2025");
    for (path, estimate) in [
        (
            "deployments.ua-ew.reach",
            "(value: 0.999, low: 0.99, high: 0.9999999)",
        ),
        (
            "deployments.ua-ew.reach",
            "(value: 0.0000001, low: 0.00000001, high: 0.000001)",
        ),
        ("threats.shahed.variation", "10"),
        ("threats.shahed.variation", "0"),
        ("threats.shahed.variation", "0.0001"),
        (
            "threats.shahed.variation",
            "(value: 0.5, low: 0.1, high: 2)",
        ),
        (
            "threats.shahed.stockpile",
            "(value: 100, low: 0.000001, high: 1000000000)",
        ),
        (
            "supply.eu-apkws.rate",
            "(value: 10, low: 0.001, high: 100000)",
        ),
    ] {
        let text = shortfall::scenario::library::find("diversion-2025")
            .unwrap()
            .text;
        let (section, field) = path.rsplit_once('.').unwrap();
        let id = section.rsplit('.').next().unwrap();
        let from = text
            .find(&format!("\"{id}\": (\n"))
            .or_else(|| text.find(&format!("\"{id}\": (")));
        let at = from.unwrap() + text[from.unwrap()..].find(&format!("{field}: ")).unwrap();
        let value = at + field.len() + 2;
        let end = if text[value..].starts_with('(') {
            value + text[value..].find(')').unwrap() + 1
        } else {
            value + text[value..].find([',', ')']).unwrap()
        };
        let mut edited = text.to_owned();
        edited.replace_range(value..end, estimate);
        let mut s = read(&edited);
        s.set_path("days", Value::Number(60.0)).unwrap();
        let address = shortfall::scenario::Address::find(&s, path).unwrap();
        assert_ne!(
            address.estimate(&s),
            address.estimate(&base),
            "{path} was not edited"
        );
        sane(&s, 130, ALL);
        sane(
            &s,
            20,
            Options {
                chance: false,
                ..ALL
            },
        );
    }
}

#[test]
fn the_mean_number_launched_does_not_depend_on_the_variation() {
    for variation in ["0", "0.3", "1", "3", "(value: 0.5, low: 0.2, high: 1.2)"] {
        let s = read(&format!(
            r#"#![enable(implicit_some)]
            (format: 1, title: "t", summary: "", marking: "TEST", start: "2025-01-01", days: 100,
            target: 0.9, seed: 1, sources: {{}}, theatres: {{"t": (name: "T")}}, suppliers: {{}},
            threats: {{"k": (name: "K", theatre: "t", stockpile: 1000000, production: 10.37, sites: 1000,
                per_site: 1000, launch: (daily_share: 1), variation: {variation})}},
            interceptors: {{}}, deployments: {{}}, supply: {{}}, events: {{}}, levers: [])"#
        ));
        let (_, sample) = ensemble(&s, 1_024, ALL);
        let (mean, sd) = mean_and_sd(&sample.members().theatres[0].launched);
        assert!(
            (mean - 1_037.0).abs() < ERRORS * sd / 32.0,
            "{variation}: {mean} ± {}",
            sd / 32.0
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_ensemble_is_sane((days, things, events, seed) in (1..=60_i64, 1..=5_i64, 0..=20_i64, any::<u64>())) {
        let s = read(&generate::scenario(seed, Size { days, things, events }));
        sane(&s, 70, ALL);
    }
}

/// The largest distance between the distribution functions of two samples (Kolmogorov and Smirnov).
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    };
    let (a, b) = (sorted(a), sorted(b));
    let up_to = |values: &[f64], x: f64| {
        values.partition_point(|value| *value <= x) as f64 / values.len() as f64
    };
    let values = a.iter().chain(&b);
    let apart = values.map(|&x| (up_to(&a, x) - up_to(&b, x)).abs());
    apart.fold(0.0, f64::max)
}

#[test]
fn the_even_design_has_the_distribution_of_plain_draws() {
    let s = scenario("diversion-2025").what_if("diverted").unwrap();
    let options = Options {
        members: 2_048,
        ..ALL
    };
    let plain = Ensemble::with_design(&s, options, Design::Plain)
        .unwrap()
        .run(2);
    // Another seed, so that not even the days are the same.
    let (_, even) = ensemble(&s, 2_048, Options { seed: 7, ..ALL });
    let theatres = plain
        .members()
        .theatres
        .iter()
        .zip(&even.members().theatres);
    for (plain, even) in theatres {
        for (what, plain, even) in [
            ("launched", &plain.launched, &even.launched),
            ("uncovered", &plain.uncovered, &even.uncovered),
            ("leakers", &plain.leakers, &even.leakers),
            ("left", &plain.left, &even.left),
            ("cost", &plain.cost_fired, &even.cost_fired),
        ] {
            // Beyond 1.95·√(2/n) in 1 of 1,000 pairs of plain samples.
            let most = 1.95 * (2.0 / 2_048.0_f64).sqrt();
            let apart = distance(plain, even);
            assert!(apart < most, "{what}: {apart}");
        }
    }
}

#[test]
fn raids_in_rhythm_come_on_random_nights_unless_it_is_known() {
    // Every raid launches all there is, other days nothing: a night with launches is a raid's.
    let text = |regular: bool| {
        format!(
            r#"#![enable(implicit_some)]
        (format: 1, title: "t", summary: "", marking: "TEST", start: "2025-01-01", days: 400,
        target: 0.9, seed: 1, sources: {{}}, theatres: {{"t": (name: "T")}}, suppliers: {{}},
        threats: {{
            "a": (name: "A", theatre: "t", stockpile: 0, production: 10, sites: 1000, per_site: 1000,
                launch: (daily_share: 0, raid_every: 4, raid_release: 1, regular: {regular})),
            "b": (name: "B", theatre: "t", stockpile: 0, production: 10, sites: 1000, per_site: 1000,
                launch: (daily_share: 0, raid_every: 8, raid_release: 1, regular: {regular}))}},
        interceptors: {{}}, deployments: {{}}, supply: {{}}, events: {{}}, levers: [])"#
        )
    };
    let nights = |s: &Checked| {
        let drawn = drawn::run(s, SEED, 5);
        let of = |threat: usize| -> Vec<usize> {
            let launched = &drawn.launched[threat];
            (0..400).filter(|&d| launched[d] > 0.0).collect()
        };
        [of(0), of(1)]
    };
    let [a, b] = nights(&read(&text(true)));
    assert!(a.iter().all(|d| (d + 1) % 4 == 0) && a.len() == 100);
    assert!(b.iter().all(|d| (d + 1) % 8 == 0) && b.len() == 50);
    let random = read(&text(false));
    let [a, b] = nights(&random);
    // 100 and 50 are expected, with standard deviations of 8.7 and 6.6.
    assert!((60..140).contains(&a.len()) && (25..75).contains(&b.len()));
    assert!(
        b.iter().all(|night| a.contains(night)),
        "on the same nights"
    );
    let gaps: Vec<_> = a.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.contains(&1) && gaps.iter().any(|&gap| gap > 8));
    // The planning run keeps the rhythm, and the engine's members are those of the page.
    let planned = Answer::of(&random).outcome;
    let column = &planned.threats[0].launched;
    assert!((0..400).all(|d| (column[d] > 0.0) == ((d + 1) % 4 == 0)));
    compare_with_slow((&random, &random), 128, 1e-3, 0.01);
}
