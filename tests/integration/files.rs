//! Scenario files in and out.

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
        if let Err(refused) = file::read(name, text) {
            panic!("{refused}");
        }
    }
}
