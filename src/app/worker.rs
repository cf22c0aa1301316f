//! The thread that computes what need not be ready in the same frame: the scents of the levers,
//! what each change alone would reach, and what running the scenario shows to be implausible.
//!
//! What has been begun is finished, since a whole set takes about a blink and would otherwise starve
//! for as long as a drag goes on. Results carry their generation, so the window can tell what lags.

use std::io;
use std::sync::Arc;

use super::desk::Clerk;
use crate::analysis::scent::{Scent, scent};
use crate::analysis::seek::{Change, Seek, World};
use crate::analysis::{Answer, KeyFigures, plausible};
use crate::scenario::{Checked, Event, Problem, WhatIf};

/// What the window asks for.
#[derive(Debug)]
pub struct Question {
    pub generation: u64,
    pub scenario: Arc<Checked>,
    /// Where changes would be made, where what they would reach is asked for too; it takes several
    /// times as long.
    pub seek: Option<Place>,
}

/// A what-if, and what it is compared with.
#[derive(Debug)]
pub struct Place {
    pub baseline: Arc<Checked>,
    pub what_if: WhatIf,
    pub figures: KeyFigures,
}

/// The scents of one generation, one a lever; nothing where a lever leads nowhere.
#[derive(Debug)]
pub struct Scents {
    pub generation: u64,
    pub levers: Vec<Option<Scent>>,
    /// What each change alone would reach, where that was asked for.
    pub seeks: Option<Seeks>,
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

impl EventSeek {
    /// Seeks both ways.
    pub fn of(
        world: World<'_>,
        id: &str,
        event: &Event,
        mut seek: impl FnMut(Change<'_>) -> Option<Seek>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            days: Change::day(world, id, event).and_then(&mut seek),
            switch: Change::switch(world, id).and_then(&mut seek),
        }
    }
}

impl Scents {
    fn of(question: &Question) -> Self {
        let scenario = &question.scenario;
        let levers: Vec<Option<Scent>> = scenario
            .levers
            .iter()
            .map(|lever| scent(scenario, lever))
            .collect();
        let seeks = question.seek.as_ref();
        let seeks = seeks.map(|place| Seeks::of(scenario, place, &levers));
        let mut warnings = plausible::raids(scenario, &Answer::of(scenario).outcome);
        warnings.extend(plausible::not_drawn(scenario));
        let flat = levers.iter().zip(&scenario.levers);
        warnings.extend(
            flat.filter_map(|(scent, lever)| Some(scent.as_ref()?.flat_in(None)?.problem(lever))),
        );
        Self {
            generation: question.generation,
            levers,
            seeks,
            warnings,
        }
    }
}

impl Seeks {
    fn of(scenario: &Checked, place: &Place, scents: &[Option<Scent>]) -> Self {
        let figures = &place.figures;
        let world = World {
            baseline: &place.baseline,
            what_if: &place.what_if,
            current: scenario,
        };
        let levers = scenario.levers.iter().zip(scents);
        let levers = levers.map(|(lever, scent)| {
            Seek::along(Change::lever(world, lever)?, scent.as_ref()?, figures)
        });
        let events = scenario.events.iter().map(|(id, event)| {
            EventSeek::of(world, id, event, |change| Seek::planned(change, figures))
        });
        Self {
            levers: levers.collect(),
            events: events.collect(),
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
        while let Some(question) = desk.next() {
            desk.publish(Scents::of(&question));
        }
    })
}
