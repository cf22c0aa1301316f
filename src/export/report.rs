//! An answer and everything that it rests on: what the text and the JSON of a run are made of.

use crate::analysis::Answer;
use crate::analysis::chances::Chances;
use crate::analysis::likelihood::Yardstick;
use crate::analysis::sentences::{Case, Headline, Probabilities};
use crate::analysis::words::headline;
use crate::model::ensemble::Options;
use crate::scenario::{Checked, WhatIf};

/// A scenario and what it comes to.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub scenario: &'a Checked,
    pub answer: &'a Answer,
}

/// A world other than the baseline, and what was set to make it.
#[derive(Clone, Copy, Debug)]
pub struct Variant<'a> {
    pub world: World<'a>,
    pub what_if: &'a WhatIf,
    /// The answer with its assumptions alone, if it changes decisions too.
    pub assumed: Option<&'a Answer>,
}

/// An ensemble of the world that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'a> {
    pub chances: &'a Chances,
    pub options: Options,
}

/// An answer, before it is written as text or as JSON.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    pub(super) baseline: World<'a>,
    pub(super) variant: Option<Variant<'a>>,
    pub(super) drawn: Option<Drawn<'a>>,
    /// One a theatre.
    pub(super) headlines: Vec<Headline>,
    /// Whether the marking was reviewed since figures were entered.
    pub(super) marking_reviewed: bool,
}

impl<'a> Report<'a> {
    /// Tells the answer for the baseline, or for a variant beside it.
    #[must_use]
    pub fn new(
        baseline: World<'a>,
        variant: Option<Variant<'a>>,
        drawn: Option<Drawn<'a>>,
        marking_reviewed: bool,
    ) -> Self {
        let probabilities = drawn.map(|drawn| Probabilities {
            chances: drawn.chances,
            yardstick: Yardstick::default(),
        });
        let case = case(baseline, variant);
        let theatres = 0..case.scenario.theatres.len();
        Self {
            baseline,
            variant,
            drawn,
            headlines: theatres
                .map(|theatre| headline(case, probabilities, theatre))
                .collect(),
            marking_reviewed,
        }
    }

    pub(super) fn case(&self) -> Case<'a> {
        case(self.baseline, self.variant)
    }
}

/// The world that is shown, with the baseline if that is another.
pub(super) fn case<'a>(baseline: World<'a>, variant: Option<Variant<'a>>) -> Case<'a> {
    let shown = variant.map_or(baseline, |variant| variant.world);
    Case {
        scenario: shown.scenario,
        figures: &shown.answer.figures,
        baseline: variant.map(|_| &baseline.answer.figures),
        assumed: variant.and_then(|variant| Some(&variant.assumed?.figures)),
    }
}
