//! Ensembles run one after the other, of scenarios that differ in little: with the same seed each, so
//! that what differs between two is what differs between the scenarios.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::ensemble::{Ensemble, Members, Options, Sample, TheatreMembers};
use crate::scenario::Checked;

/// The same with no more members than do not keep people waiting: hundreds of ensembles are run. They
/// take ten times as long where days are not drawn, and are alike then.
#[must_use]
pub fn few(options: Options) -> Options {
    let most = if options.chance { 1_000 } else { 200 };
    Options {
        members: options.members.min(most),
        ..options
    }
}

/// Runs them, on the thread at hand.
pub struct Trials<'a> {
    options: Options,
    /// Set where nobody waits for the answer any more.
    stop: &'a AtomicBool,
    sample: Sample,
}

impl<'a> Trials<'a> {
    /// Those that draw by `options`, until `stop` is set.
    #[must_use]
    pub fn new(options: Options, stop: &'a AtomicBool) -> Self {
        Self {
            options,
            stop,
            sample: Sample::default(),
        }
    }

    /// Whether nobody waits for the answer any more.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// What each member comes to. Nothing where no ensemble can be run of the scenario, or it was
    /// stopped.
    pub fn of(&mut self, scenario: &Checked) -> Option<&Members> {
        if self.is_stopped() {
            return None;
        }
        let ensemble = Ensemble::new(scenario, self.options).ok()?;
        self.sample.restart(&ensemble);
        let members = self.options.members;
        let whole = self.sample.extend(&ensemble, members, 1, self.stop);
        whole.then(|| self.sample.members())
    }
}

/// The share of members in which coverage falls below target.
#[must_use]
pub fn breach_chance(members: &TheatreMembers) -> f64 {
    let breaches = members.breach.iter().flatten().count();
    breaches as f64 / members.breach.len().max(1) as f64
}
