//! The rules of a scenario, and the warnings that need no model.

use super::Scenario;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// The scenario runs; someone should look.
    Warning,
}

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    /// In characters.
    pub column: usize,
}

/// Something wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// The path of what is wrong, as deep as it is known.
    pub path: String,
    /// Where that stands in the file, if it came from one.
    pub place: Option<Place>,
    /// What is wrong and what would be right, in one sentence.
    pub what: String,
}

/// Every rule that a scenario breaks, its what-ifs included.
#[must_use]
pub fn check(scenario: &Scenario) -> Vec<Problem> {
    rules(scenario)
}

/// Every rule that a scenario as it stands breaks, leaving its what-ifs aside.
pub(super) fn rules(_scenario: &Scenario) -> Vec<Problem> {
    Vec::new()
}

/// What is allowed but implausible, as far as it shows without running the model.
#[must_use]
pub fn warn(_scenario: &Scenario) -> Vec<Problem> {
    Vec::new()
}
