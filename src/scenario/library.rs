//! The scenarios that come with the program.

use super::path;

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundled {
    /// What the command line calls it.
    pub id: &'static str,
    /// The whole file.
    pub text: &'static str,
}

/// The table of bundled scenarios, in the order in which they are offered.
macro_rules! bundled {
    ($($id:literal),+ $(,)?) => {
        [$(Bundled {
            id: $id,
            text: include_str!(concat!("../../assets/scenarios/", $id, ".ron")),
        }),+]
    };
}

static BUNDLED: &[Bundled] = &bundled![
    "diversion-2025",
    "counted-2025",
    "record-raid",
    "us-halt",
    "scale-up",
    "autumn-ceasefire",
];

/// Every bundled scenario, the one to open first at the head.
#[must_use]
pub fn all() -> &'static [Bundled] {
    BUNDLED
}

/// The bundled scenario of that name; `.ron` after it does no harm.
#[must_use]
pub fn find(name: &str) -> Option<&'static Bundled> {
    let id = name.strip_suffix(".ron").unwrap_or(name);
    BUNDLED.iter().find(|bundled| bundled.id == id)
}

/// The bundled name that `wrong` was most likely meant to be.
#[must_use]
pub fn suggest(wrong: &str) -> Option<&'static str> {
    path::nearest(wrong, BUNDLED.iter().map(|bundled| bundled.id))
}
