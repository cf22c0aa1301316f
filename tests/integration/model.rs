//! The model against the answers of an independent implementation, and against closed forms.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use shortfall::analysis::Answer;
use shortfall::export::csv;
use shortfall::scenario::{Checked, file, library};

/// Two implementations of the model page agree to this, relative to the larger of 1 and the
/// expected number. Source: the model page, its first lines.
pub(crate) const TOLERANCE: f64 = 1e-9;

/// Whether `got` agrees with `expected` to the tolerance of the model page.
pub(crate) fn agree(got: f64, expected: f64) -> bool {
    (got - expected).abs() <= TOLERANCE * expected.abs().max(1.0)
        || got.is_nan() && expected.is_nan()
}

/// A scenario of the test data, or a bundled one, by name.
pub(crate) fn scenario(name: &str) -> Checked {
    let text = library::find(name).map_or_else(
        || fs::read_to_string(data().join(format!("{name}.ron"))).expect("the data are there"),
        |bundled| bundled.text.to_owned(),
    );
    match file::read(name, &text) {
        Ok(loaded) => loaded.scenario,
        Err(refused) => panic!("{refused}"),
    }
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// Panics at the first cell of two tables that differs.
fn compare_tables(what: &str, got: &str, expected: &str) {
    let lines = |text: &'_ str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (got, expected) = (lines(got), lines(expected));
    assert_eq!(got.first(), expected.first(), "{what}: heads differ");
    assert_eq!(got.len(), expected.len(), "{what}: numbers of rows differ");
    for (row, (got, expected)) in got.iter().zip(&expected).enumerate().skip(1) {
        let cells = got.split(',').zip(expected.split(','));
        assert_eq!(
            got.split(',').count(),
            expected.split(',').count(),
            "{what}, row {row}"
        );
        for (column, (got, expected)) in cells.enumerate() {
            let same = match (got.parse::<f64>(), expected.parse::<f64>()) {
                (Ok(got), Ok(expected)) => agree(got, expected),
                _ => got == expected,
            };
            assert!(
                same,
                "{what}, row {row}, column {column}: got {got}, expected {expected}"
            );
        }
    }
}

#[test]
fn it_agrees_with_an_independent_implementation() {
    let mut seen = BTreeSet::new();
    for folder in fs::read_dir(data().join("expected")).expect("the data are there") {
        let folder = folder.expect("a folder").path();
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let (base, what_if) = name.split_once('@').unwrap_or((&name, ""));
        let mut scenario = scenario(base);
        if !what_if.is_empty() {
            scenario = scenario.what_if(what_if).expect("the scenario has it");
        }
        let answer = Answer::of(&scenario);
        let out = tempfile::tempdir().expect("a folder to write to");
        let written = csv::write_folder(out.path(), &scenario, &answer.outcome).expect("written");
        for got in written {
            let expected = folder.join(got.file_name().expect("a name"));
            compare_tables(
                &expected.display().to_string(),
                &fs::read_to_string(&got).expect("was written"),
                &fs::read_to_string(&expected).expect("the data are there"),
            );
        }
        seen.insert(name);
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
}

/// A theatre with one threat and one layer, as the closed form of case 1 has it: 181 launched a
/// day, reach 0.4, and 1.5 rounds an engagement, since 1 + (1 − 0.5) rounds are fired on average.
fn one_layer(supply: &str) -> Checked {
    let text = format!(
        r#"#![enable(implicit_some)]
        (
            format: 1, title: "case 1", summary: "", marking: "TEST",
            start: "2025-01-01", days: 400, target: 0.9, seed: 1,
            sources: {{}},
            theatres: {{"t": (name: "t")}},
            suppliers: {{"s": (name: "s")}},
            threats: {{
                "k": (name: "k", theatre: "t", production: 181, sites: 181, per_site: 1,
                    launch: (daily_share: 1)),
            }},
            interceptors: {{
                "i": (name: "i", doctrine: ShootLookShoot(2), kill: {{"k": 0.5}}),
            }},
            deployments: {{
                "d": (theatre: "t", interceptor: "i", stock: 20000, fire_units: 100,
                    engagements: 10, reach: 0.4),
            }},
            supply: {{{supply}}},
            events: {{}},
            levers: [],
        )"#
    );
    match file::read("case 1", &text) {
        Ok(loaded) => loaded.scenario,
        Err(refused) => panic!("{refused}"),
    }
}

#[test]
fn case_1_a_magazine_empties_when_the_closed_form_says() {
    let line = r#""l": (supplier: "s", to: "d", rate: 50)"#;
    for (supply, expected) in [("", 184.16), (line, 341.30)] {
        let answer = Answer::of(&one_layer(supply));
        let d = answer.figures.deployments[0]
            .stock_out
            .expect("it runs out");
        let columns = &answer.outcome.deployments[0];
        // The day begun with less than it uses up is over when that much is gone.
        let net_use = columns.demand[d] - columns.received[d];
        let empty = d as f64 + columns.open[d] / net_use;
        assert!(
            (empty - expected).abs() < 0.005,
            "{empty}, expected {expected}"
        );
        assert!(columns.short[..d].iter().all(|&short| short == 0.0));
    }
}
