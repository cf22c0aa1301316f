//! One run and what it comes to, always of the same scenario.

use super::KeyFigures;
use crate::model::{Outcome, Plan, run_into};
use crate::scenario::Checked;

/// The outcome of a scenario and its key figures, which are never read apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub outcome: Outcome,
    pub figures: KeyFigures,
}

impl Answer {
    /// Runs a scenario.
    #[must_use]
    pub fn of(scenario: &Checked) -> Self {
        let mut answer = Self::default();
        answer.update(scenario);
        answer
    }

    /// Runs a scenario into memory that is used again.
    pub fn update(&mut self, scenario: &Checked) {
        run_into(&Plan::new(scenario), &mut self.outcome);
        self.figures = KeyFigures::of(scenario, &self.outcome);
    }
}
