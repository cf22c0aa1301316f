//! The thread that computes what need not be ready in the same frame: the scents of the levers,
//! and what running the scenario shows to be implausible.
//!
//! What has been begun is finished, since a whole set takes less than a blink and would otherwise
//! starve for as long as a drag goes on. Results carry their generation, so the window can tell what lags.

use std::io;

use super::desk::Clerk;
use crate::analysis::scent::{Scent, scent};
use crate::analysis::{Answer, plausible};
use crate::scenario::{Checked, Problem};

/// The scents of one generation, one a lever; nothing where a lever leads nowhere.
#[derive(Debug)]
pub struct Scents {
    pub generation: u64,
    pub levers: Vec<Option<Scent>>,
    /// What this run of the scenario shows to be implausible.
    pub warnings: Vec<Problem>,
}

impl Scents {
    fn of(generation: u64, scenario: &Checked) -> Self {
        let levers: Vec<Option<Scent>> = scenario
            .levers
            .iter()
            .map(|lever| scent(scenario, lever))
            .collect();
        let mut warnings = plausible::raids(scenario, &Answer::of(scenario).outcome);
        warnings.extend(plausible::not_drawn(scenario));
        let flat = levers.iter().zip(&scenario.levers);
        warnings.extend(
            flat.filter_map(|(scent, lever)| Some(scent.as_ref()?.flat.as_ref()?.problem(lever))),
        );
        Self {
            generation,
            levers,
            warnings,
        }
    }
}

/// A handle to the thread; dropping it ends the thread.
pub type Worker = Clerk<(u64, Checked), Scents>;

/// Starts the thread. `wake` is called whenever a result is ready.
///
/// # Errors
///
/// The system refuses another thread.
pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Worker> {
    Clerk::start("scents", wake, |desk| {
        while let Some((generation, scenario)) = desk.next() {
            desk.publish(Scents::of(generation, &scenario));
        }
    })
}
