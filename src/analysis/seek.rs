//! Goal seek: what it would take, by one change alone, to reach a goal. Along a lever's track, and
//! over the days on which an event might begin; everything else stays as it is.
//!
//! Planning runs tell of goals that carry no probability. What holds in one of them holds about as
//! often as not in an ensemble: for a goal that is a chance, [`Odds`] runs ensembles.
//!
//! # What is tried
//!
//! Every step of a short track and every day of an event by planning runs. Of a long track, and by
//! ensembles, some places evenly spread; then each place where a goal begins or ceases to be reached, and
//! each where the response turns, is bracketed. So a stretch is missed only where a response that is monotone
//! over all that was tried dips between two places and comes back. Days that the rules refuse are no part
//! of a stretch.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::scent::Scent;
use super::sweep::{Track, spread};
use super::trials::{Trials, breach_chance};
use super::{Answer, KeyFigures, TheatreFigures, WINDOW, format, is_judged};
use crate::model::ensemble::Options;
use crate::scenario::{Address, Checked, Event, Lever, Part, Value, WhatIf};

/// What is to be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Goal {
    /// Coverage over 28 days is never below target.
    #[default]
    Target,
    /// No more is not engaged over the horizon than in the baseline.
    Baseline,
    /// Coverage over 28 days falls below target in no larger a share of an ensemble's members.
    Chance(f64),
}

/// Counts that agree to this, relative to the larger of 1 and the count, are the same.
const TOLERANCE: f64 = 1e-9;

impl Goal {
    /// Those that a planning run can tell of.
    pub const PLANNED: [Self; 2] = [Self::Target, Self::Baseline];

    /// What is missing: days below target, or threats not engaged beyond the baseline's. 0 where
    /// the goal is reached. A planning run knows no chances: nothing is ever missing for them.
    #[must_use]
    pub fn missing(self, now: &TheatreFigures, baseline: &TheatreFigures) -> f64 {
        match self {
            Self::Target => now.days_below as f64,
            Self::Baseline => more(now.uncovered, baseline.uncovered),
            Self::Chance(_) => 0.0,
        }
    }

    /// Whether so much that is missing, or so large a chance, is little enough.
    #[must_use]
    pub fn is_reached(self, missing: f64) -> bool {
        missing <= self.most()
    }

    /// The most that may be missing, or the largest chance.
    fn most(self) -> f64 {
        match self {
            Self::Target | Self::Baseline => 0.0,
            Self::Chance(most) => most,
        }
    }

    /// The goal in words.
    #[must_use]
    pub fn words(self, scenario: &Checked) -> String {
        match self {
            Self::Target => {
                let target = format::percent(scenario.target.value);
                format!("Coverage ({WINDOW} days) never below {target}")
            }
            Self::Baseline => "Not engaged: no more than in the baseline".to_owned(),
            Self::Chance(most) => {
                let most = format::percent(most);
                format!("Chance at most {most} {}", Self::of_breach(scenario))
            }
        }
    }

    /// What a chance is of, in words that follow it.
    #[must_use]
    pub fn of_breach(scenario: &Checked) -> String {
        let target = format::percent(scenario.target.value);
        format!("that coverage ({WINDOW} days) falls below {target}")
    }

    /// Whether it can be judged at all: a horizon may be too short.
    #[must_use]
    pub fn is_judged(self, scenario: &Checked) -> bool {
        self == Self::Baseline || is_judged(scenario)
    }
}

/// By how much a count is larger than another, but for rounding.
fn more(count: f64, than: f64) -> f64 {
    let more = count - than;
    if more > TOLERANCE * than.max(1.0) {
        more
    } else {
        0.0
    }
}

/// Where changes are tried, as they would be made: on what a what-if sets on a baseline.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub baseline: &'a Checked,
    /// Nothing set where the baseline itself is looked at.
    pub what_if: &'a WhatIf,
    /// The two together.
    pub current: &'a Checked,
}

impl World<'_> {
    /// With this set too; nothing where the rules refuse it.
    fn with(&self, sets: &[(Address, Value)]) -> Option<Checked> {
        let mut what_if = self.what_if.clone();
        for &(address, value) in sets {
            what_if.put(self.baseline, address, value);
        }
        self.baseline.under(&what_if).ok()
    }

    fn find(&self, path: &str) -> Option<Address> {
        Address::find(self.current, path).ok()
    }
}

/// One thing that may be changed, place by place.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    world: World<'a>,
    axis: Axis,
    what: What<'a>,
}

#[derive(Clone, Copy, Debug)]
enum What<'a> {
    Set(Address),
    Move(&'a str, &'a Event),
}

impl<'a> Change<'a> {
    /// A lever, along its track. Nothing where it leads nowhere.
    #[must_use]
    pub fn lever(world: World<'a>, lever: &Lever) -> Option<Self> {
        Some(Self {
            world,
            axis: Axis::Track(Track::of(lever)),
            what: What::Set(world.find(&lever.path)?),
        })
    }

    /// The day on which an event begins; what lasts keeps its length. Nothing for one that is off.
    #[must_use]
    pub fn day(world: World<'a>, id: &'a str, event: &'a Event) -> Option<Self> {
        event.enabled.then(|| Self {
            world,
            axis: Axis::Days {
                start: world.current.start,
                last: world.current.day_count() - 1,
                lead: event.what.lead(world.current),
            },
            what: What::Move(id, event),
        })
    }

    /// Whether an event happens.
    #[must_use]
    pub fn switch(world: World<'a>, id: &str) -> Option<Self> {
        Some(Self {
            world,
            axis: Axis::Switch,
            what: What::Set(world.find(&format!("events.{id}.enabled"))?),
        })
    }

    /// What is there now.
    #[must_use]
    pub fn now(&self) -> Value {
        let current = self.world.current;
        match self.what {
            What::Set(address) => {
                let value = address.get(current).and_then(|slot| slot.value());
                value.unwrap_or(self.axis.value(0))
            }
            What::Move(_, event) => Value::Date(event.what.on()),
        }
    }

    /// What a place makes of the world; nothing where the rules refuse it.
    fn at(&self, place: usize) -> Option<Checked> {
        let value = self.axis.value(place);
        match (self.what, value) {
            (What::Set(address), value) => self.world.with(&[(address, value)]),
            (What::Move(id, event), Value::Date(on)) => {
                let days = event.what.on().until(on).ok()?.get_days();
                let current = self.world.current;
                self.world
                    .with(&event.moved(current, id, Part::Whole, days))
            }
            (What::Move(..), _) => None,
        }
    }
}

/// What the places of a search are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Axis {
    /// Of a lever's track.
    Track(Track),
    /// Days of the horizon, counted from its first.
    Days {
        start: Date,
        last: usize,
        /// Days before it begins by which it must be ordered.
        lead: usize,
    },
    /// Off and on.
    Switch,
}

impl Axis {
    /// The last place; the first is 0.
    #[must_use]
    pub fn last(&self) -> usize {
        match self {
            Self::Track(track) => track.last(),
            Self::Days { last, .. } => *last,
            Self::Switch => 1,
        }
    }

    fn value(&self, place: usize) -> Value {
        match self {
            Self::Track(track) => Value::Number(track.at(place)),
            Self::Days { start, .. } => Value::Date(format::day(*start, place)),
            Self::Switch => Value::Switch(place > 0),
        }
    }
}

/// Steps of a track up to which all of them are tried by planning runs.
const SHORT_TRACK: usize = 80;

/// Planning runs of one change at most: every day of eight years.
const MOST_RUNS: usize = 3_000;

/// Ensembles of one change at most: each takes as long as a hundred planning runs.
const MOST_ENSEMBLES: usize = 40;

/// Where one change alone reaches each goal.
#[derive(Clone, Debug, PartialEq)]
pub struct Seek {
    pub axis: Axis,
    /// Whether the search ended before each turn of the response was bracketed.
    unfinished: bool,
    goals: Vec<Goal>,
    /// A list a theatre, in the order of `goals`.
    theatres: Vec<Vec<Sought>>,
}

/// Where one change alone reaches one goal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sought {
    /// From which place to which, ends included and both tried, ascending.
    pub reached: Vec<[usize; 2]>,
    /// The place that comes nearest, the first where several do, and what is missing there: days,
    /// threats, or the chance itself.
    pub nearest: Option<(usize, f64)>,
}

impl Seek {
    /// Seeks along the track of a lever, of which its scent has tried some places already.
    #[must_use]
    pub fn along(change: Change<'_>, scent: &Scent, baseline: &KeyFigures) -> Option<Self> {
        let mut tries = Tries::default();
        for (point, &place) in scent.places.iter().enumerate() {
            let theatres = scent.days_below.iter().zip(&scent.uncovered);
            let missing = theatres.zip(&baseline.theatres);
            let missing = missing.map(|((days_below, uncovered), baseline)| {
                let more = more(uncovered[point], baseline.uncovered);
                vec![days_below[point] as f64, more]
            });
            tries.insert(place, Some(missing.collect()));
        }
        let try_at = |place| Some(planned(&change.at(place)?, baseline));
        let last = change.axis.last();
        if last <= SHORT_TRACK {
            for place in 0..=last {
                tries.entry(place).or_insert_with(|| try_at(place));
            }
        }
        Self::search(change.axis, &Goal::PLANNED, tries, MOST_RUNS, try_at)
    }

    /// Seeks by planning runs, at every place.
    #[must_use]
    pub fn planned(change: Change<'_>, baseline: &KeyFigures) -> Option<Self> {
        let try_at = |place| Some(planned(&change.at(place)?, baseline));
        let places = spread(change.axis.last(), MOST_RUNS);
        let tries = places.map(|place| (place, try_at(place))).collect();
        Self::search(change.axis, &Goal::PLANNED, tries, MOST_RUNS, try_at)
    }

    /// Closes in on each place where a goal begins or ceases to be reached between two tries, and on each
    /// where the response turns, as long as there are fewer than `most` tries. Nothing comes of it where
    /// nothing could be tried.
    fn search(
        axis: Axis,
        goals: &[Goal],
        mut tries: Tries,
        most: usize,
        mut try_at: impl FnMut(usize) -> Option<Missing>,
    ) -> Option<Self> {
        let count = tries.values().flatten().next()?.len();
        let mut unfinished = false;
        let mut theatres = Vec::new();
        for theatre in 0..count {
            let mut found = Vec::new();
            for (i, &goal) in goals.iter().enumerate() {
                let missing = |tried: &Option<Missing>| Some(tried.as_ref()?[theatre][i]);
                let reached = |tried: &Option<Missing>| {
                    missing(tried).is_some_and(|missing| goal.is_reached(missing))
                };
                let edge = |tries: &Tries| {
                    let mut pairs = tries.iter().zip(tries.iter().skip(1));
                    let ((low, _), (high, _)) = pairs.find(|((low, a), (high, b))| {
                        *high - *low > 1 && reached(a) != reached(b)
                    })?;
                    Some(usize::midpoint(*low, *high))
                };
                let turn = |tries: &Tries| {
                    let tried: Vec<(usize, f64)> = tries
                        .iter()
                        .filter_map(|(&place, tried)| Some((place, missing(tried)?)))
                        .collect();
                    let mut neighbours = tried.windows(3);
                    neighbours.find_map(|around| {
                        let between = between_turn(around, goal.most())?;
                        // What the rules refuse says nothing about its neighbours.
                        (!tries.contains_key(&between)).then_some(between)
                    })
                };
                while let Some(between) = edge(&tries).or_else(|| turn(&tries)) {
                    if tries.values().flatten().count() >= most {
                        unfinished = true;
                        break;
                    }
                    tries.insert(between, try_at(between));
                }
                let places = tries.iter();
                found.push(Sought::of(
                    goal,
                    places.map(|(&at, tried)| (at, missing(tried))),
                ));
            }
            theatres.push(found);
        }
        let goals = goals.to_vec();
        Some(Self {
            axis,
            unfinished,
            goals,
            theatres,
        })
    }

    /// Where a goal is reached in one theatre, or in all of them at once.
    #[must_use]
    pub fn sought(&self, goal: Goal, theatre: Option<usize>) -> Sought {
        let at = self.goals.iter().position(|sought| *sought == goal);
        let of = |theatre: &Vec<Sought>| at.and_then(|at| theatre.get(at)).cloned();
        if let Some(theatre) = theatre {
            return self.theatres.get(theatre).and_then(of).unwrap_or_default();
        }
        let mut theatres = self.theatres.iter().filter_map(of);
        let first = theatres.next().unwrap_or_default();
        theatres.fold(first, |all, other| all.and(&other))
    }

    /// Where the goal is reached, in words that follow what the lever or event is called.
    #[must_use]
    pub fn words(&self, sought: &Sought) -> String {
        let last = self.axis.last();
        let shown = sought.reached.iter().take(MOST_STRETCHES);
        let words = shown.map(|&[from, to]| match self.axis {
            Axis::Switch if from == 0 && to == last => "on or off".to_owned(),
            Axis::Track(_) if from == 0 && to == last => "any value of its track".to_owned(),
            Axis::Track(_) if from == 0 => format!("at most {}", self.place(to)),
            Axis::Track(_) if to == last => format!("at least {}", self.place(from)),
            Axis::Days { .. } if from == 0 && to == last => "any day".to_owned(),
            Axis::Days { .. } if from == 0 => format!("by {}", self.place(to)),
            Axis::Days { .. } if to == last => format!("not before {}", self.place(from)),
            Axis::Switch => self.place(from),
            _ if from == to => self.place(from),
            _ => format!("{} to {}", self.place(from), self.place(to)),
        });
        let mut words: Vec<String> = words.collect();
        let more = sought.reached.len().saturating_sub(MOST_STRETCHES);
        if more > 0 {
            words.push(format!("{more} more"));
        }
        let single = |&[from, to]: &[usize; 2]| from == to;
        let only = !matches!(self.axis, Axis::Switch) && sought.reached.iter().all(single);
        let text = match (words.split_last(), self.axis) {
            (None, Axis::Track(_)) => "no value of it".to_owned(),
            (None, Axis::Days { .. }) => "no day".to_owned(),
            (None, Axis::Switch) => "neither on nor off".to_owned(),
            (Some((one, [])), _) if only => format!("only {one}"),
            (Some((one, [])), _) => one.clone(),
            (Some((last, others)), _) => {
                let only = if only { "only " } else { "" };
                format!("{only}{} or {last}", others.join(", "))
            }
        };
        let order = self.last_day_to_order(sought);
        let order = order.map_or_else(String::new, |date| format!(" (order by {date})"));
        let unfinished = if self.unfinished {
            " (of those tried)"
        } else {
            ""
        };
        text + &order + unfinished
    }

    /// The last day on which the event can be ordered to begin on a day that reaches the goal: its lead
    /// before the last such day. `None` if nothing must be ordered, or the last day of the horizon does.
    fn last_day_to_order(&self, sought: &Sought) -> Option<String> {
        let Axis::Days { start, last, lead } = self.axis else {
            return None;
        };
        let &[_, to] = sought.reached.last()?;
        let days = i64::try_from(lead)
            .ok()
            .filter(|days| *days > 0 && to < last)?;
        let on = format::day(start, to);
        Some(format::date(on.saturating_sub(days.days())))
    }

    /// A place as people read it.
    #[must_use]
    pub fn place(&self, place: usize) -> String {
        match self.value(place) {
            Value::Date(date) => format::date(date),
            value => format::value(value),
        }
    }

    /// What comes nearest, in words that follow what is missing there.
    #[must_use]
    pub fn there(&self, place: usize) -> String {
        let word = match self.axis {
            Axis::Track(_) => "at",
            Axis::Days { .. } => "from",
            Axis::Switch => "if",
        };
        format!("{word} {}", self.place(place))
    }

    /// Where a place of a lever's track lies, in the lever's unit; elsewhere the place itself.
    #[must_use]
    pub fn at(&self, place: usize) -> f64 {
        match self.axis {
            Axis::Track(track) => track.at(place),
            Axis::Days { .. } | Axis::Switch => place as f64,
        }
    }

    /// What to set for a place.
    #[must_use]
    pub fn value(&self, place: usize) -> Value {
        self.axis.value(place)
    }

    /// The place where the goal is reached that is nearest to a value.
    #[must_use]
    pub fn nearest_to(&self, sought: &Sought, now: Value) -> Option<usize> {
        let apart = |place: usize| match (self.value(place), now) {
            (Value::Number(at), Value::Number(now)) => (at - now).abs(),
            (Value::Date(at), Value::Date(now)) => {
                let days = now.until(at).map_or(i32::MAX, |span| span.get_days());
                f64::from(days).abs()
            }
            _ => f64::INFINITY,
        };
        let ends = sought.reached.iter().flatten().copied();
        ends.min_by(|a, b| apart(*a).total_cmp(&apart(*b)))
    }
}

/// Stretches that are told at most.
const MOST_STRETCHES: usize = 4;

/// A place to try between three neighbours where the response turns: near a low that does not reach the
/// goal, or a high that does, another place may do otherwise. Turns that are small beside what is missing,
/// such as those of sampling, are left.
fn between_turn(around: &[(usize, f64)], most: f64) -> Option<usize> {
    /// How many times as deep as it was found a turn may be.
    const DEEPER: f64 = 4.0;
    let &[(low, before), (place, here), (high, after)] = around else {
        return None;
    };
    let dips = before >= here && here <= after && here > most;
    let rises = before <= here && here >= after && here <= most;
    let depth = (before - here).abs().max((after - here).abs());
    let near = depth > 0.0 && (here - most).abs() <= DEEPER * depth;
    if !(near && (dips || rises)) {
        return None;
    }
    // The wider side first.
    let (from, to) = if place - low > high - place {
        (low, place)
    } else {
        (place, high)
    };
    (to - from > 1).then(|| usize::midpoint(from, to))
}

/// What is missing, goal by goal; a list a theatre.
type Missing = Vec<Vec<f64>>;

/// What is missing at the places that were tried; nothing for those that the rules refuse.
type Tries = BTreeMap<usize, Option<Missing>>;

/// What a planning run misses of [`Goal::PLANNED`].
fn planned(scenario: &Checked, baseline: &KeyFigures) -> Missing {
    let figures = Answer::of(scenario).figures;
    let theatres = figures.theatres.iter().zip(&baseline.theatres);
    let missing = |(now, baseline)| {
        Goal::PLANNED
            .map(|goal| goal.missing(now, baseline))
            .to_vec()
    };
    theatres.map(missing).collect()
}

/// Seeks with ensembles, for goals that are chances. Every ensemble has the same seed, so that what
/// differs between two places is the change alone.
pub struct Odds<'a> {
    trials: Trials<'a>,
    most: f64,
}

/// Places of a track, or days, that are tried by ensembles before they are closed in on.
const FEW: usize = 9;

impl<'a> Odds<'a> {
    /// Coverage may fall below target in so large a share of members at `most`. `stop` is set where
    /// nobody waits for the answer any more.
    #[must_use]
    pub fn new(options: Options, most: f64, stop: &'a AtomicBool) -> Self {
        Self {
            trials: Trials::new(options, stop),
            most,
        }
    }

    /// The share of members in which coverage falls below target, of each theatre. Nothing where no
    /// ensemble can be run of it, or it was stopped.
    pub fn of(&mut self, scenario: &Checked) -> Option<Vec<f64>> {
        let members = self.trials.of(scenario)?;
        Some(members.theatres.iter().map(breach_chance).collect())
    }

    /// The chances at a place of a change.
    pub fn at(&mut self, change: &Change<'_>, place: usize) -> Option<Vec<f64>> {
        self.of(&change.at(place)?)
    }

    /// Seeks where the chance is no larger. Nothing where it was stopped.
    pub fn seek(&mut self, change: Change<'_>) -> Option<Seek> {
        let goals = [Goal::Chance(self.most)];
        let last = change.axis.last();
        let mut try_at = |place| {
            let chances = self.of(&change.at(place)?)?;
            Some(chances.into_iter().map(|chance| vec![chance]).collect())
        };
        let mut tries: Tries = spread(last, FEW)
            .map(|place| (place, try_at(place)))
            .collect();
        if let Axis::Days { .. } = change.axis {
            // Days that are refused divide the others, and cost no ensemble.
            for place in (0..=last).filter(|&place| change.at(place).is_none()) {
                tries.insert(place, None);
            }
        }
        let found = Seek::search(change.axis, &goals, tries, MOST_ENSEMBLES, try_at);
        found.filter(|_| !self.trials.is_stopped())
    }
}

impl Sought {
    /// Whether the goal is reached at a place.
    #[must_use]
    pub fn holds(&self, place: usize) -> bool {
        let mut reached = self.reached.iter();
        reached.any(|&[from, to]| (from..=to).contains(&place))
    }

    /// From what is missing at each place that was tried, ascending. Between two that were tried
    /// the goal is taken to be reached where it is at both.
    fn of(goal: Goal, missing: impl Iterator<Item = (usize, Option<f64>)>) -> Self {
        let mut sought = Self::default();
        let mut open = false;
        for (place, missing) in missing {
            let reached = missing.is_some_and(|missing| goal.is_reached(missing));
            match sought.reached.last_mut() {
                Some(stretch) if open && reached => stretch[1] = place,
                _ if reached => sought.reached.push([place, place]),
                _ => {}
            }
            open = reached;
            let nearest = sought.nearest.map_or(f64::INFINITY, |(_, least)| least);
            if let Some(missing) = missing.filter(|missing| *missing < nearest) {
                sought.nearest = Some((place, missing));
            }
        }
        sought
    }

    /// Where both are reached. What comes nearest is no longer known.
    fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        for &[from, to] in &self.reached {
            for &[other_from, other_to] in &other.reached {
                let (from, to) = (from.max(other_from), to.min(other_to));
                if from <= to {
                    both.push([from, to]);
                }
            }
        }
        Self {
            reached: both,
            nearest: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_agree_to_rounding_are_the_same() {
        assert_eq!(more(1e9 + 0.5, 1e9), 0.0);
        assert_eq!(more(1e9 + 2.0, 1e9), 2.0);
        assert_eq!(more(1e-10, 0.0), 0.0);
        assert_eq!(more(3.0, 5.0), 0.0);
    }
}
