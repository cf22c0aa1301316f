//! Everything that the panels read, computed together for one generation of the document, so
//! that a screenshot never mixes two.

use std::sync::Arc;

use super::document::Document;
use super::traces::Traces;
use crate::analysis::Answer;
use crate::analysis::changes::{Change, changes};
use crate::analysis::sentences::{Case, Headline};
use crate::analysis::series::{Dot, TheatreSeries, dots};
use crate::analysis::words::headline;
use crate::scenario::Checked;

/// The answer of one generation, in the forms that panels show.
#[derive(Debug, Default)]
pub struct Results {
    pub generation: u64,
    /// The document's baseline.
    of: Option<Arc<Checked>>,
    /// The baseline that `baseline` is the answer of: as it is, or beside a what-if.
    compared_with: Option<Arc<Checked>>,
    pub baseline: Answer,
    pub current: Answer,
    /// The scenario with the changed assumptions alone, and its answer, if decisions are changed too.
    pub assumed: Option<(Arc<Checked>, Answer)>,
    /// One a theatre, likewise below.
    pub headlines: Vec<Headline>,
    pub series: Vec<TheatreSeries>,
    pub ghost: Vec<TheatreSeries>,
    /// The same as charts draw them.
    pub traces: Traces,
    pub ghost_traces: Traces,
    /// What was really counted, for the charts.
    pub dots: Vec<Vec<Dot>>,
    /// What the active what-if changes.
    pub changes: Vec<Change>,
    /// Whether a what-if is shown, so that there is a baseline to compare with.
    pub compared: bool,
}

impl Results {
    /// Everything anew: a document was opened.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let mut results = Self {
            of: Some(Arc::clone(document.shared_baseline())),
            ..Self::default()
        };
        results.update(document);
        results
    }

    /// Whether these are of the document's baseline as it stands.
    pub fn fits(&self, document: &Document) -> bool {
        let shared = document.shared_baseline();
        self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, shared))
    }

    /// What depends on the active what-if; the baseline stays, unless the what-if is over other days or
    /// held to another target.
    pub fn update(&mut self, document: &Document) {
        let compared = document.compared();
        let before = self.compared_with.as_ref();
        if !before.is_some_and(|before| Arc::ptr_eq(before, compared)) {
            self.baseline.update(compared);
            self.ghost = series(&self.baseline);
            self.ghost_traces = Traces::of(&self.ghost, &self.baseline);
            self.dots = (0..compared.theatres.len())
                .map(|theatre| dots(compared, theatre))
                .collect();
            self.compared_with = Some(Arc::clone(compared));
        }
        let scenario = document.current();
        self.generation = document.generation();
        self.current.update(scenario);
        self.series = series(&self.current);
        self.traces = Traces::of(&self.series, &self.current);
        self.compared = document.active().is_some();
        self.update_assumed(document);
        self.changes = document
            .active_what_if()
            .map(|what_if| changes(document.baseline(), what_if))
            .unwrap_or_default();
        let case = self.case(scenario);
        self.headlines = (0..scenario.theatres.len())
            .map(|theatre| headline(case, None, theatre))
            .collect();
    }

    /// Keeps what is the same: under a drag of a decision the assumptions stay.
    fn update_assumed(&mut self, document: &Document) {
        let what_if = document.active_what_if();
        let assumed = what_if.and_then(|what_if| document.baseline().under_assumptions(what_if));
        let kept = self.assumed.as_ref().map(|(scenario, _)| &**scenario);
        if kept != assumed.as_ref() {
            self.assumed = assumed.map(|scenario| {
                let answer = Answer::of(&scenario);
                (Arc::new(scenario), answer)
            });
        }
    }

    /// The figures as sentences and tables take them; `scenario` is the one they were run for.
    #[must_use]
    pub fn case<'a>(&'a self, scenario: &'a Checked) -> Case<'a> {
        Case {
            scenario,
            figures: &self.current.figures,
            baseline: self.compared.then_some(&self.baseline.figures),
            assumed: self.assumed.as_ref().map(|(_, answer)| &answer.figures),
        }
    }
}

fn series(answer: &Answer) -> Vec<TheatreSeries> {
    (0..answer.outcome.theatres.len())
        .map(|theatre| TheatreSeries::of(&answer.outcome, theatre))
        .collect()
}
