//! The thread that computes what need not be ready in the same frame: the scents of the levers,
//! what each change alone would reach, and what running the scenario shows to be implausible.
//!
//! What has been begun is finished, since a whole set takes less than a blink and would otherwise
//! starve for as long as a drag goes on. Results carry their generation, so the window can tell what lags.

use std::io;

use super::desk::Clerk;
use crate::analysis::scent::{Scent, scent};
use crate::analysis::seek::Seek;
use crate::analysis::{Answer, KeyFigures, plausible};
use crate::scenario::{Checked, Problem};

/// What the window asks for.
#[derive(Debug)]
pub struct Question {
    pub generation: u64,
    pub scenario: Checked,
    /// What it is compared with.
    pub baseline: KeyFigures,
    /// Whether what events would reach on other days is asked for too, which takes longer.
    pub events: bool,
}

/// The scents of one generation, one a lever; nothing where a lever leads nowhere.
#[derive(Debug)]
pub struct Scents {
    pub generation: u64,
    pub levers: Vec<Option<Scent>>,
    /// What each change alone would reach, of events only where that was asked for.
    pub seeks: Seeks,
    /// What this run of the scenario shows to be implausible.
    pub warnings: Vec<Problem>,
}

/// What each change alone would reach, as far as it has been found out.
#[derive(Clone, Debug, Default)]
pub struct Seeks {
    /// Nothing for a lever that leads nowhere.
    pub levers: Vec<Option<Seek>>,
    pub events: Vec<EventSeek>,
}

/// What one event would reach.
#[derive(Clone, Debug)]
pub struct EventSeek {
    pub id: String,
    /// On other days; nothing for an event that is off.
    pub days: Option<Seek>,
    /// Switched on and off.
    pub switch: Option<Seek>,
}

impl Scents {
    fn of(request: &Question) -> Self {
        let (scenario, baseline) = (&request.scenario, &request.baseline);
        let levers: Vec<Option<Scent>> = scenario
            .levers
            .iter()
            .map(|lever| scent(scenario, lever))
            .collect();
        let scents = scenario.levers.iter().zip(&levers);
        let mut seeks = Seeks {
            levers: scents
                .map(|(lever, scent)| Seek::along(scenario, lever, scent.as_ref()?, baseline))
                .collect(),
            events: Vec::new(),
        };
        if request.events {
            let events = scenario.events.iter();
            seeks.events.extend(events.map(|(id, event)| {
                EventSeek {
                    id: id.clone(),
                    days: event
                        .enabled
                        .then(|| Seek::days(scenario, id, event, baseline))
                        .flatten(),
                    switch: Seek::switch(scenario, id, baseline),
                }
            }));
        }
        let mut warnings = plausible::raids(scenario, &Answer::of(scenario).outcome);
        warnings.extend(plausible::not_drawn(scenario));
        let flat = levers.iter().zip(&scenario.levers);
        warnings.extend(
            flat.filter_map(|(scent, lever)| Some(scent.as_ref()?.flat.as_ref()?.problem(lever))),
        );
        Self {
            generation: request.generation,
            levers,
            seeks,
            warnings,
        }
    }
}

/// A handle to the thread; dropping it ends the thread.
pub type Worker = Clerk<Question, Scents>;

/// Starts the thread. `wake` is called whenever a result is ready.
///
/// # Errors
///
/// The system refuses another thread.
pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Worker> {
    Clerk::start("scents", wake, |desk| {
        while let Some(request) = desk.next() {
            desk.publish(Scents::of(&request));
        }
    })
}
