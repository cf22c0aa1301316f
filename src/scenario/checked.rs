//! A scenario that has passed every rule, and stays that way.

use std::ops::Deref;
use std::sync::Arc;

use indexmap::IndexSet;

use super::check::{check, rules};
use super::{Address, Estimate, LeverKind, Problem, Scenario, SetError, Value, WhatIf};

/// A scenario that every rule has passed: the only kind that the model takes.
///
/// It can be read freely and changed only through [`Checked::set`], which keeps the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    scenario: Scenario,
    /// What an ensemble draws once a member, in the order of the file. Setting numbers leaves it as
    /// it is, so that a number that becomes exact moves no other draw.
    drawn: Arc<IndexSet<DrawnOnce>>,
}

/// What one dimension of an ensemble's design is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum DrawnOnce {
    /// All numbers of a group, which share one draw.
    Group(String),
    /// The number at a path.
    Number(String),
}

impl DrawnOnce {
    fn new(path: String, estimate: &Estimate) -> Self {
        match &estimate.group {
            Some(group) => Self::Group(group.clone()),
            None => Self::Number(path),
        }
    }

    /// Everything with a range, in the order of the file.
    fn all(scenario: &Scenario) -> IndexSet<Self> {
        let addresses = Address::all(scenario).into_iter();
        let ranged = addresses.filter_map(|address| {
            let estimate = address.estimate(scenario)?;
            estimate.range?;
            Some(Self::new(address.path(scenario), estimate))
        });
        ranged.collect()
    }
}

impl Deref for Checked {
    type Target = Scenario;

    fn deref(&self) -> &Scenario {
        &self.scenario
    }
}

impl Checked {
    /// Checks a scenario, its what-ifs included.
    ///
    /// # Errors
    ///
    /// Every broken rule.
    pub fn new(scenario: Scenario) -> Result<Self, Vec<Problem>> {
        let problems = check(&scenario);
        if problems.is_empty() {
            Ok(Self::judged(scenario))
        } else {
            Err(problems)
        }
    }

    /// Takes a scenario in which [`findings`](super::check::findings) found nothing, so that the
    /// reader need not judge it twice.
    pub(super) fn judged(scenario: Scenario) -> Self {
        let drawn = Arc::new(DrawnOnce::all(&scenario));
        Self { scenario, drawn }
    }

    /// The same baseline with other numbers.
    fn with_numbers(&self, scenario: Scenario) -> Self {
        let drawn = Arc::clone(&self.drawn);
        Self { scenario, drawn }
    }

    /// The dimension of an ensemble's design that draws the number at `path`, counted from 0 in the
    /// order of the baseline's file; numbers of one group share theirs.
    #[must_use]
    pub fn dimension(&self, path: &str, estimate: &Estimate) -> usize {
        let key = DrawnOnce::new(path.to_owned(), estimate);
        // No set adds a range that the baseline lacks, so that the fallback is never seen.
        self.drawn.get_index_of(&key).unwrap_or(self.drawn.len())
    }

    /// The scenario with its numbers as those of a baseline: ranges that were given up draw no more.
    #[must_use]
    pub fn as_baseline(&self) -> Self {
        Self::judged(self.scenario.clone())
    }

    /// Gives the scenario back to be changed at will.
    #[must_use]
    pub fn into_inner(self) -> Scenario {
        self.scenario
    }

    /// Sets one number, date or switch; on an error nothing has changed.
    ///
    /// # Errors
    ///
    /// The value is out of bounds, or the scenario would break a rule.
    pub fn set(&mut self, address: Address, value: Value) -> Result<(), SetError> {
        if !address.needs_check(&self.scenario) {
            return address.set(&mut self.scenario, value);
        }
        let before = self.scenario.clone();
        address.set(&mut self.scenario, value)?;
        match rules(&self.scenario).into_iter().next() {
            None => Ok(()),
            Some(problem) => {
                self.scenario = before;
                Err(SetError::Rule(problem.what))
            }
        }
    }

    /// Sets a path given as text.
    ///
    /// # Errors
    ///
    /// As [`Checked::set`], and where the path leads nowhere.
    pub fn set_path(&mut self, path: &str, value: Value) -> Result<(), SetError> {
        let address = Address::find(&self.scenario, path)?;
        self.set(address, value)
    }

    /// Puts back exactly what stands at `address` in `from`, range and all.
    ///
    /// # Errors
    ///
    /// The scenario would break a rule.
    pub fn restore(&mut self, address: Address, from: &Self) -> Result<(), SetError> {
        let before = self.scenario.clone();
        address.restore(&mut self.scenario, &from.scenario);
        match rules(&self.scenario).into_iter().next() {
            None => Ok(()),
            Some(problem) => {
                self.scenario = before;
                Err(SetError::Rule(problem.what))
            }
        }
    }

    /// The scenario with paths set, in order; all are written before the rules are checked, since
    /// a what-if may move two dates that are only right together.
    ///
    /// # Errors
    ///
    /// The first path or value that is refused, or the first rule that the whole breaks and the path
    /// that it is about, which need be none of those set.
    pub fn with<'v>(
        &self,
        sets: impl IntoIterator<Item = (&'v str, Value)>,
    ) -> Result<Self, (String, SetError)> {
        let mut scenario = self.scenario.clone();
        let mut needs_check = false;
        for (path, value) in sets {
            let at = |error: SetError| (path.to_owned(), error);
            let address = Address::find(&scenario, path).map_err(|e| at(e.into()))?;
            needs_check |= address.needs_check(&scenario);
            address.set(&mut scenario, value).map_err(at)?;
        }
        match needs_check
            .then(|| rules(&scenario))
            .into_iter()
            .flatten()
            .next()
        {
            None => Ok(self.with_numbers(scenario)),
            Some(Problem { path, what, .. }) => Err((path, SetError::Rule(what))),
        }
    }

    /// The scenario with numbers sure to be these: exact, whatever kind of lever they are. Nothing
    /// where it would break a rule, or one is no number that is stated.
    #[must_use]
    pub fn pinned(&self, numbers: impl IntoIterator<Item = (Address, f64)>) -> Option<Self> {
        let mut scenario = self.scenario.clone();
        for (address, value) in numbers {
            address.kind(&scenario).admits(Value::Number(value)).ok()?;
            address.estimate_mut(&mut scenario)?.set_exact(value);
        }
        rules(&scenario)
            .is_empty()
            .then(|| self.with_numbers(scenario))
    }

    /// The scenario as a what-if makes it.
    ///
    /// # Errors
    ///
    /// As [`Self::with`].
    pub fn under(&self, what_if: &WhatIf) -> Result<Self, (String, SetError)> {
        let sets = what_if.set.iter();
        self.with(sets.map(|(path, value)| (path.as_str(), *value)))
    }

    /// This baseline as it stands beside a what-if: over the same days, and held to the same target.
    /// Nothing where it is over the same days and held to the same target as it is.
    #[must_use]
    pub fn beside(&self, what_if: &WhatIf) -> Option<Self> {
        let mut frame = what_if.frame().peekable();
        frame.peek()?;
        self.with(frame).ok()
    }

    /// The scenario as a what-if makes it, but over its own days, and held to its own target.
    ///
    /// # Errors
    ///
    /// As [`Self::with`].
    pub fn under_within(&self, what_if: &WhatIf) -> Result<Self, (String, SetError)> {
        let sets = what_if.set.iter();
        let sets = sets.filter(|(path, _)| !FRAME.contains(&path.as_str()));
        self.with(sets.map(|(path, value)| (path.as_str(), *value)))
    }

    /// The scenario with the assumptions of a what-if alone, over its days and held to its target. `None`
    /// unless the what-if changes decisions too, so that the two can be told apart.
    #[must_use]
    pub fn under_assumptions(&self, what_if: &WhatIf) -> Option<Self> {
        let framed = |path: &str| FRAME.contains(&path);
        let assumed = |path: &str| self.lever_kind(path) == LeverKind::Assumption;
        let paths = || {
            what_if
                .set
                .keys()
                .map(String::as_str)
                .filter(|path| !framed(path))
        };
        if !paths().any(assumed) || paths().all(assumed) {
            return None;
        }
        let sets = what_if
            .set
            .iter()
            .map(|(path, value)| (path.as_str(), *value));
        self.with(sets.filter(|(path, _)| framed(path) || assumed(path)))
            .ok()
    }

    /// The scenario under one of its what-ifs; nothing if there is none of that id.
    ///
    /// The check has run every what-if, so the sets of a what-if of the file always fit.
    #[must_use]
    pub fn what_if(&self, id: &str) -> Option<Self> {
        let what_if = self.scenario.what_ifs.get(id)?;
        self.under(what_if).ok()
    }
}

/// Over which days a scenario is run, and what its coverage is held to. That is no part of the world:
/// figures of two worlds can be compared only within one frame.
const FRAME: [&str; 4] = ["start", "days", "target", "protection_target"];

impl WhatIf {
    /// What it sets of the frame: days and target.
    pub fn frame(&self) -> impl Iterator<Item = (&str, Value)> {
        let set = |path| Some((path, *self.set.get(path)?));
        FRAME.into_iter().filter_map(set)
    }

    /// Sets what stands at an address; what is as in the baseline is not set, so that its range
    /// comes back too.
    pub fn put(&mut self, baseline: &Scenario, address: Address, value: Value) {
        let path = address.path(baseline);
        let before = address.get(baseline).and_then(|slot| slot.value());
        if before == Some(value) {
            self.set.shift_remove(&path);
        } else {
            self.set.insert(path, value);
        }
    }
}
