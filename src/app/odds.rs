//! The thread that finds out what takes some hundreds of ensembles, and so up to some seconds: what
//! each change alone would do to the chances, row by row, and which assumption matters most. It gives
//! up when something newer is asked.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::desk::{Clerk, Desk};
use super::worker::{EventSeek, Seeks};
use crate::analysis::seek::{Change, Odds, World};
use crate::analysis::sensitivity::Sensitivity;
use crate::model::ensemble::Options;
use crate::scenario::{Checked, WhatIf};

/// What is to be found out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// What each change alone would do to the chances. Coverage may fall below target in this share
    /// of members.
    Chances(f64),
    /// Which assumption matters most, by ensembles or by planning runs alone.
    Sensitivity { planned: bool },
}

/// What is asked, and of which generation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About {
    pub generation: u64,
    pub options: Options,
    pub wanted: Wanted,
}

/// A what-if and its baseline, and the two together.
#[derive(Debug)]
pub struct Question {
    pub about: About,
    pub baseline: Arc<Checked>,
    pub what_if: WhatIf,
    pub scenario: Checked,
    /// What that is called.
    pub name: String,
}

/// What has been found out so far.
#[derive(Clone, Debug)]
pub struct Found {
    pub about: About,
    /// What it was asked of.
    pub name: String,
    /// The share of members in which coverage falls below target as it is; one a theatre.
    pub now: Vec<f64>,
    pub seeks: Seeks,
    /// Which assumption matters most, where that was asked for.
    pub sensitivity: Option<Arc<Sensitivity>>,
    /// Whether that is all.
    pub whole: bool,
}

/// A handle to the thread; dropping it ends the thread.
pub type Seeker = Clerk<Question, Found>;

/// Starts the thread. `wake` is called whenever there is more.
///
/// # Errors
///
/// The system refuses another thread.
pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Seeker> {
    Clerk::start("odds", wake, |desk: &Desk<Question, Found>| {
        while let Some(question) = desk.next() {
            // Stopped, or no ensemble can be run: the headline says which.
            let _ = match question.about.wanted {
                Wanted::Chances(most) => seek(desk, &question, most),
                Wanted::Sensitivity { planned } => try_ranges(desk, &question, planned),
            };
        }
    })
}

fn seek(desk: &Desk<Question, Found>, question: &Question, most: f64) -> Option<()> {
    let (about, scenario) = (question.about, &question.scenario);
    let world = World {
        baseline: &question.baseline,
        what_if: &question.what_if,
        current: scenario,
    };
    let mut odds = Odds::new(about.options, most, &desk.newer);
    let mut found = Found {
        about,
        name: question.name.clone(),
        now: odds.of(scenario)?,
        seeks: Seeks::default(),
        sensitivity: None,
        whole: false,
    };
    let stopped = || desk.newer.load(Ordering::Relaxed);
    for lever in &scenario.levers {
        let seek = Change::lever(world, lever).and_then(|change| odds.seek(change));
        if stopped() {
            return None;
        }
        found.seeks.levers.push(seek);
        desk.publish(found.clone());
    }
    for (id, event) in &scenario.events {
        let seek = EventSeek::of(world, id, event, |change| odds.seek(change));
        if stopped() {
            return None;
        }
        found.seeks.events.push(seek);
        desk.publish(found.clone());
    }
    found.whole = true;
    desk.publish(found);
    Some(())
}

fn try_ranges(desk: &Desk<Question, Found>, question: &Question, planned: bool) -> Option<()> {
    let (about, scenario) = (question.about, &question.scenario);
    let options = (!planned).then_some(about.options);
    let sensitivity = Sensitivity::run(scenario, options, &desk.newer)?;
    desk.publish(Found {
        about,
        name: question.name.clone(),
        now: Vec::new(),
        seeks: Seeks::default(),
        sensitivity: Some(Arc::new(sensitivity)),
        whole: true,
    });
    Some(())
}
