//! The thread that finds out what takes many ensembles, and so up to some seconds: what each change
//! alone would do to the chances, row by row; which assumption matters most; and what all what-ifs
//! come to. It gives up when something newer is asked.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use indexmap::IndexMap;

use super::desk::{Clerk, Desk};
use super::worker::{EventSeek, Seeks};
use crate::analysis::Answer as PlanningAnswer;
use crate::analysis::likely_compare::LikelyComparison;
use crate::analysis::scent::scent;
use crate::analysis::seek::{Change, Goal, Odds, Seek, World};
use crate::analysis::sensitivity::Sensitivity;
use crate::model::ensemble::Options;
use crate::scenario::{Checked, WhatIf};

/// What is to be found out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// What each change alone would do to the chances. Coverage may fall below target in this share
    /// of members.
    Chances(f64),
    /// The chance of a breach at each value that reaches a goal in planning runs, in one theatre or in
    /// the worst of all.
    AtPlanned(Goal, Option<usize>),
    /// Which assumption matters most, by ensembles or by planning runs alone.
    Sensitivity { planned: bool },
    /// What the baseline and all what-ifs come to, beside each other.
    Comparison,
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
    pub scenario: Arc<Checked>,
    /// What that is called.
    pub name: String,
    /// All what-ifs of the document.
    pub what_ifs: IndexMap<String, WhatIf>,
}

/// What has been found out so far.
#[derive(Clone, Debug)]
pub struct Found {
    pub about: About,
    /// What it was asked of.
    pub name: String,
    pub answer: Answer,
}

/// The answer to what was wanted.
#[derive(Clone, Debug)]
pub enum Answer {
    Chances(Sought),
    AtPlanned(ChancesAt),
    Sensitivity(Arc<Sensitivity>),
    Comparison(Arc<LikelyComparison>),
}

/// What each change alone would do to the chances, as far as it is known.
#[derive(Clone, Debug)]
pub struct Sought {
    /// The share of members in which coverage falls below target as it is; one a theatre.
    pub now: Vec<f64>,
    pub seeks: Seeks,
    /// Whether that is all.
    pub whole: bool,
}

/// The chance of a breach at the value nearest to the present one that reaches a goal in planning runs, as
/// far as it is known; `None` where no value does.
#[derive(Clone, Debug, Default)]
pub struct ChancesAt {
    /// One a lever.
    pub levers: Vec<Option<f64>>,
    /// Of the day and of the switch of each event.
    pub events: Vec<[Option<f64>; 2]>,
    /// Whether that is all.
    pub whole: bool,
}

impl Found {
    /// The chances at values that planning runs have found, if that was asked.
    pub fn chances_at(&self) -> Option<&ChancesAt> {
        match &self.answer {
            Answer::AtPlanned(chances) => Some(chances),
            _ => None,
        }
    }

    /// What each change would do, if that was asked.
    pub fn sought(&self) -> Option<&Sought> {
        match &self.answer {
            Answer::Chances(sought) => Some(sought),
            _ => None,
        }
    }

    /// Which assumption matters most, if that was asked.
    pub fn sensitivity(&self) -> Option<&Sensitivity> {
        match &self.answer {
            Answer::Sensitivity(found) => Some(found),
            _ => None,
        }
    }

    /// What all what-ifs come to, if that was asked.
    pub fn comparison(&self) -> Option<&LikelyComparison> {
        match &self.answer {
            Answer::Comparison(found) => Some(found),
            _ => None,
        }
    }

    /// Whether nothing more comes.
    pub fn is_whole(&self) -> bool {
        match &self.answer {
            Answer::Chances(sought) => sought.whole,
            Answer::AtPlanned(chances) => chances.whole,
            Answer::Sensitivity(_) => true,
            Answer::Comparison(found) => found.whole,
        }
    }
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
                Wanted::AtPlanned(goal, theatre) => chances_at(desk, &question, goal, theatre),
                Wanted::Sensitivity { planned } => try_ranges(desk, &question, planned),
                Wanted::Comparison => compare(desk, &question),
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
    let mut sought = Sought {
        now: odds.of(scenario)?,
        seeks: Seeks::default(),
        whole: false,
    };
    let publish = |sought: &Sought| question.answer(desk, Answer::Chances(sought.clone()));
    let stopped = || desk.newer.load(Ordering::Relaxed);
    for lever in &scenario.levers {
        let seek = Change::lever(world, lever).and_then(|change| odds.seek(change));
        if stopped() {
            return None;
        }
        sought.seeks.levers.push(seek);
        publish(&sought);
    }
    for (id, event) in &scenario.events {
        let seek = EventSeek::of(world, id, event, |change| odds.seek(change));
        if stopped() {
            return None;
        }
        sought.seeks.events.push(seek);
        publish(&sought);
    }
    sought.whole = true;
    publish(&sought);
    Some(())
}

fn chances_at(
    desk: &Desk<Question, Found>,
    question: &Question,
    goal: Goal,
    theatre: Option<usize>,
) -> Option<()> {
    let scenario = &question.scenario;
    let world = World {
        baseline: &question.baseline,
        what_if: &question.what_if,
        current: scenario,
    };
    let beside = question.baseline.beside(&question.what_if);
    let figures = PlanningAnswer::of(beside.as_ref().unwrap_or(&question.baseline)).figures;
    let mut odds = Odds::new(question.about.options, 1.0, &desk.newer);
    let mut chance = |change: Change<'_>, seek: Option<Seek>| {
        let seek = seek?;
        let place = seek.nearest_to(&seek.sought(goal, theatre), change.now())?;
        let chances = odds.at(&change, place)?;
        match theatre {
            Some(theatre) => chances.get(theatre).copied(),
            None => chances.into_iter().reduce(f64::max),
        }
    };
    let mut found = ChancesAt::default();
    let publish = |found: &ChancesAt| question.answer(desk, Answer::AtPlanned(found.clone()));
    let stopped = || desk.newer.load(Ordering::Relaxed);
    for lever in &scenario.levers {
        let along = Change::lever(world, lever).zip(scent(scenario, lever));
        let at =
            along.and_then(|(change, scent)| chance(change, Seek::along(change, &scent, &figures)));
        if stopped() {
            return None;
        }
        found.levers.push(at);
        publish(&found);
    }
    for (id, event) in &scenario.events {
        let changes = [Change::day(world, id, event), Change::switch(world, id)];
        let at = changes.map(|change| chance(change?, Seek::planned(change?, &figures)));
        if stopped() {
            return None;
        }
        found.events.push(at);
        publish(&found);
    }
    found.whole = true;
    publish(&found);
    Some(())
}

fn try_ranges(desk: &Desk<Question, Found>, question: &Question, planned: bool) -> Option<()> {
    let options = (!planned).then_some(question.about.options);
    let sensitivity = Sensitivity::run(&question.scenario, options, &desk.newer)?;
    question.answer(desk, Answer::Sensitivity(Arc::new(sensitivity)));
    Some(())
}

fn compare(desk: &Desk<Question, Found>, question: &Question) -> Option<()> {
    let (baseline, what_ifs) = (&question.baseline, &question.what_ifs);
    let options = question.about.options;
    let whole = LikelyComparison::run(baseline, what_ifs, options, &desk.newer, |so_far| {
        question.answer(desk, Answer::Comparison(Arc::new(so_far)));
    });
    whole.then_some(())
}

impl Question {
    fn answer(&self, desk: &Desk<Self, Found>, answer: Answer) {
        desk.publish(Found {
            about: self.about,
            name: self.name.clone(),
            answer,
        });
    }
}
