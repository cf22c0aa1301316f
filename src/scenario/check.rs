//! The rules of a scenario, and the warnings that need no model.

use std::fmt;

use super::{Place, Scenario};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// The scenario runs; someone should look.
    Warning,
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

impl Problem {
    /// A broken rule.
    #[must_use]
    pub fn error(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: path.into(),
            place: None,
            what: what.into(),
        }
    }

    /// Something implausible.
    #[must_use]
    pub fn warning(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, what)
        }
    }

    /// The line that a terminal shows: `file:line:column: error: path: what`.
    #[must_use]
    pub fn in_file(&self, file: &str) -> impl fmt::Display {
        let place = self.place.map_or_else(String::new, |place| {
            format!("{}:{}:", place.line, place.column)
        });
        format!("{file}:{place} {self}")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        // A mistake of syntax has a place and no path.
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{severity}: {}{colon}{}", self.path, self.what)
    }
}

/// Which part of a map's entry is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Value,
    Key,
}

/// A broken rule and what it rests on.
pub(super) struct Finding {
    pub(super) problem: Problem,
    pub(super) spot: Spot,
    /// Other paths that the rule looked at.
    pub(super) also: Vec<String>,
}

pub(super) type Findings = Vec<Finding>;

pub(super) fn findings(_scenario: &Scenario) -> Findings {
    Vec::new()
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
