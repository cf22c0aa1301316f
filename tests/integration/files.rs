//! Scenario files in and out.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expects, in its helpers too"
)]

use shortfall::scenario::{file, library};

/// The four examples of the format.
fn examples() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "diversion-2025",
            library::find("diversion-2025").expect("is bundled").text,
        ),
        ("case-2002", include_str!("../data/case-2002.ron")),
        ("case-2015", include_str!("../data/case-2015.ron")),
        ("case-2032", include_str!("../data/case-2032.ron")),
    ]
}

#[test]
fn the_examples_are_read() {
    for (name, text) in examples() {
        let loaded = match file::read(name, text) {
            Ok(loaded) => loaded,
            Err(refused) => panic!("{refused}"),
        };
        let written = file::write(&loaded.scenario);
        println!("{written}");
        for w in &loaded.warnings {
            println!("{}", w.in_file(name));
        }
        let again = file::read(name, &written).unwrap();
        assert_eq!(loaded.scenario, again.scenario);
        let t = std::time::Instant::now();
        for _ in 0..100 {
            shortfall::scenario::check(&loaded.scenario);
        }
        println!("check {:?}", t.elapsed() / 100);
        let t = std::time::Instant::now();
        for _ in 0..100 {
            let _ = shortfall::scenario::Checked::new(loaded.scenario.clone().into_inner());
        }
        println!("new {:?}", t.elapsed() / 100);
    }
}
