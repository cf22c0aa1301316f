//! The open scenario: its baseline, its what-ifs, which of them is worked on, and what is saved.

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::disk::Known;

use crate::analysis::changes::changes;
use crate::analysis::format;
use crate::scenario::file::{self, Loaded, Rewritten};
use crate::scenario::{
    Address, Checked, Event, EventChange, EventKind, Problem, Scenario, Section, SetError, Value,
    WhatIf, warn,
};

/// Where a document came from and goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A scenario bundled with the program, by its id; saving asks for a file.
    Bundled(String),
    File(PathBuf),
    /// In no file yet; the name that one would get.
    New(String),
}

impl Origin {
    /// Where that is, for a reader.
    pub fn describe(&self) -> String {
        match self {
            Self::Bundled(id) => format!("bundled: {id}"),
            Self::File(path) => path.display().to_string(),
            Self::New(_) => "in no file yet".to_owned(),
        }
    }
}

/// Everything of a document that an edit changes and that undoing puts back.
#[derive(Clone, Debug)]
pub struct State {
    /// What everything is compared with.
    baseline: Arc<Checked>,
    what_ifs: IndexMap<String, WhatIf>,
    /// The what-if worked on; the baseline where there is none.
    active: Option<String>,
    /// Whether a number has been entered since the marking was last confirmed.
    marking_unreviewed: bool,
}

impl State {
    /// The what-if worked on; nothing for the baseline.
    pub fn active(&self) -> Option<&str> {
        self.active.as_deref()
    }

    /// The same with another what-if worked on, or the baseline; as it is where there is no such.
    #[must_use]
    pub fn working_on(mut self, active: Option<String>) -> Self {
        let there = active
            .as_ref()
            .is_none_or(|id| self.what_ifs.contains_key(id));
        if there {
            self.active = active;
        }
        self
    }

    fn active_what_if(&self) -> Option<&WhatIf> {
        self.what_ifs.get(self.active.as_deref()?)
    }

    /// The scenario as it is worked on in this state.
    fn current(&self) -> Result<Checked, SetError> {
        match self.active_what_if() {
            Some(what_if) => under(&self.baseline, what_if),
            None => Ok(Checked::clone(&self.baseline)),
        }
    }

    /// Whether two states would be written to a file alike.
    fn same_content(&self, other: &Self) -> bool {
        // Maps are equal in any order, but a file has one, and deployments are met in it.
        let same_order = |a: &Checked, b: &Checked| {
            let mut sections = Section::ALL.into_iter();
            sections.all(|section| section.ids(a) == section.ids(b))
        };
        let (a, b) = (&self.baseline, &other.baseline);
        (Arc::ptr_eq(a, b) || a == b && same_order(a, b))
            && self.what_ifs == other.what_ifs
            && self.what_ifs.keys().eq(other.what_ifs.keys())
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.same_content(other)
            && self.active == other.active
            && self.marking_unreviewed == other.marking_unreviewed
    }
}

/// A baseline over the days of a what-if, and held to its target.
#[derive(Clone, Debug)]
struct Beside {
    of: Arc<Checked>,
    frame: Vec<(String, Value)>,
    baseline: Arc<Checked>,
}

/// The open scenario.
#[derive(Clone, Debug)]
pub struct Document {
    pub origin: Origin,
    state: State,
    /// The baseline with the active what-if's numbers set.
    current: Arc<Checked>,
    /// The baseline that this is compared with, where that is not the baseline as it is; with what it
    /// was made of.
    beside: Option<Beside>,
    /// What the reader and the check found implausible.
    pub warnings: Vec<Problem>,
    /// Whether something has changed since warnings were looked for.
    warnings_are_stale: bool,
    /// The same for the baseline as it was read, with the places in the file.
    read: (Arc<Checked>, Vec<Problem>),
    /// The text last read or written, which a save changes no more than it must.
    pub text: Arc<str>,
    /// What the file is known to hold; nothing for a bundled scenario.
    pub on_disk: Option<Known>,
    /// Whether it has something that its file has not, though it is as it was opened.
    detached: bool,
    /// The state as last saved or opened.
    saved: State,
    /// Counts every change; results carry the generation they were computed for.
    generation: u64,
}

impl Document {
    /// Opens what was read, on the what-if that its `open` names.
    #[must_use]
    pub fn new(origin: Origin, loaded: Loaded, generation: u64) -> Self {
        let baseline = loaded.scenario;
        let what_ifs = baseline.what_ifs.clone();
        let state = State {
            active: None,
            marking_unreviewed: file::is_unreviewed(&loaded.text),
            baseline: Arc::new(baseline),
            what_ifs,
        };
        let open = state.baseline.open.clone();
        let on_disk = match &origin {
            Origin::File(path) => Some(Known::holding(path, &loaded.text)),
            Origin::Bundled(_) | Origin::New(_) => None,
        };
        let mut document = Self {
            origin,
            read: (Arc::clone(&state.baseline), loaded.warnings.clone()),
            on_disk,
            text: loaded.text.into(),
            detached: false,
            saved: state.clone(),
            current: Arc::clone(&state.baseline),
            state,
            beside: None,
            warnings: loaded.warnings,
            warnings_are_stale: false,
            generation,
        };
        document.select(open);
        document
    }

    pub fn baseline(&self) -> &Checked {
        &self.state.baseline
    }

    /// The baseline as one shared thing, so that whoever computed from it can tell whether it is
    /// still the same.
    pub fn shared_baseline(&self) -> &Arc<Checked> {
        &self.state.baseline
    }

    /// The baseline that what is worked on is compared with: over the same days, and held to the same
    /// target. The same shared thing as long as it is the same.
    pub fn compared(&self) -> &Arc<Checked> {
        let beside = self.beside.as_ref();
        beside.map_or(&self.state.baseline, |beside| &beside.baseline)
    }

    /// The scenario as it is worked on now.
    pub fn current(&self) -> &Checked {
        &self.current
    }

    /// The scenario as it is worked on now, as one shared thing for the threads that compute from it.
    pub fn shared_current(&self) -> &Arc<Checked> {
        &self.current
    }

    pub fn what_ifs(&self) -> &IndexMap<String, WhatIf> {
        &self.state.what_ifs
    }

    /// Id of the active what-if; nothing on the baseline.
    pub fn active(&self) -> Option<&str> {
        self.state.active()
    }

    pub fn active_what_if(&self) -> Option<&WhatIf> {
        self.state.active_what_if()
    }

    /// What a reader calls what is worked on.
    pub fn name(&self) -> &str {
        self.active_what_if()
            .map_or("Baseline", |what_if| what_if.name.as_str())
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub fn marking_unreviewed(&self) -> bool {
        self.state.marking_unreviewed
    }

    /// The marking, and whether somebody has to look at it.
    pub fn marking(&self) -> String {
        file::shown_marking(&self.baseline().marking, self.marking_unreviewed())
    }

    /// Everything that undoing would put back.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether something would be lost by closing now.
    pub fn is_unsaved(&self) -> bool {
        let in_no_file = self.detached || matches!(self.origin, Origin::New(_));
        let confirmed = self.saved.marking_unreviewed && !self.state.marking_unreviewed;
        in_no_file || confirmed || !self.state.same_content(&self.saved)
    }

    /// The text of a file of it, in place of the one that it was read from.
    pub fn rewritten(&self) -> Rewritten {
        let Rewritten { text, lost } = file::rewrite(&self.text, &self.to_scenario());
        let text = file::with_review(text, self.marking_unreviewed());
        Rewritten { text, lost }
    }

    /// The scenario as a file should have it.
    #[must_use]
    pub fn to_scenario(&self) -> Scenario {
        let mut scenario = Checked::clone(&self.state.baseline).into_inner();
        scenario.what_ifs.clone_from(&self.state.what_ifs);
        // What to open on may have been deleted or renamed away.
        scenario.open = scenario
            .open
            .filter(|id| self.state.what_ifs.contains_key(id));
        scenario
    }

    /// Notes that the document as it was in this state now stands in a file, as this text.
    pub fn mark_saved(&mut self, path: PathBuf, text: &Arc<str>, state: State) {
        self.on_disk = Some(Known::holding(&path, text));
        self.text = Arc::clone(text);
        self.origin = Origin::File(path);
        self.saved = state;
        self.detached = false;
    }

    /// Notes that its file holds something else, as it is known to now, and is to be replaced.
    pub fn detach(&mut self, on_disk: Option<Known>) {
        self.detached = true;
        if on_disk.is_some() {
            self.on_disk = on_disk;
        }
    }

    /// Puts back a state from the history.
    pub fn restore(&mut self, state: State) {
        // A state of the history was valid when it was left, and nothing in it has changed.
        if let Ok(current) = state.current() {
            self.take_in(state, current);
        }
    }

    /// Takes in another state, and the scenario as it is worked on in that.
    fn take_in(&mut self, state: State, current: Checked) {
        self.current = Arc::new(current);
        self.state = state;
        self.generation += 1;
        self.stand_beside();
        self.warnings_are_stale = true;
    }

    /// Warnings of the state as it is now; returns whether they were looked for again.
    ///
    /// Looking takes as long as a planning run, so that a drag does it once it rests.
    pub fn refresh_warnings(&mut self) -> bool {
        let stale = std::mem::take(&mut self.warnings_are_stale);
        if stale {
            self.warn_again();
        }
        stale
    }

    /// Puts the baseline beside what is worked on.
    fn stand_beside(&mut self) {
        let baseline = &self.state.baseline;
        let Some(what_if) = self.state.active_what_if() else {
            self.beside = None;
            return;
        };
        let frame = what_if.frame();
        let frame: Vec<_> = frame
            .map(|(path, value)| (path.to_owned(), value))
            .collect();
        let before = self.beside.as_ref();
        if before.is_some_and(|before| Arc::ptr_eq(&before.of, baseline) && before.frame == frame) {
            return;
        }
        self.beside = baseline.beside(what_if).map(|other| Beside {
            of: Arc::clone(baseline),
            frame,
            baseline: Arc::new(other),
        });
    }

    /// Looks again for what is implausible, in the baseline and in every what-if.
    fn warn_again(&mut self) {
        let (read, known) = &self.read;
        let state = &self.state;
        if Arc::ptr_eq(read, &state.baseline) && read.what_ifs == state.what_ifs {
            self.warnings.clone_from(known);
            return;
        }
        let begun = |path: &str| {
            let id = path.strip_prefix("what_ifs.");
            let what_if = id.and_then(|id| state.what_ifs.get(id));
            what_if.is_some_and(|what_if| what_if.set.is_empty())
        };
        self.warnings = warn(&self.to_scenario())
            .into_iter()
            // A what-if that sets nothing yet has just been begun.
            .filter(|problem| !begun(&problem.path))
            // What the file says too keeps its place in the file.
            .map(|problem| {
                let same =
                    |known: &&Problem| known.path == problem.path && known.what == problem.what;
                known.iter().find(same).cloned().unwrap_or(problem)
            })
            .collect();
    }

    /// Works on another what-if, or on the baseline.
    pub fn select(&mut self, id: Option<String>) {
        let mut state = self.state.clone();
        state.active = id.filter(|id| state.what_ifs.contains_key(id));
        self.restore(state);
    }

    /// Starts a what-if that differs in nothing yet, and works on it.
    pub fn new_what_if(&mut self) {
        let mut state = self.state.clone();
        let id = add(&mut state, WhatIf::default());
        state.active = Some(id);
        self.restore(state);
    }

    /// Starts a what-if with the same changes as the active one, and works on it.
    pub fn duplicate(&mut self) {
        let mut state = self.state.clone();
        let mut copy = state.active_what_if().cloned().unwrap_or_default();
        if !copy.name.is_empty() {
            let first = copy.name.split(" (copy").next().unwrap_or_default();
            copy.name = free_name(&state, &format!("{first} (copy)"), None);
        }
        let place = place(&state).map_or(state.what_ifs.len(), |place| place + 1);
        let id = add(&mut state, copy);
        let last = state.what_ifs.len() - 1;
        state.what_ifs.move_index(last, place.min(last));
        state.active = Some(id);
        self.restore(state);
    }

    /// Gives the active what-if another name, with a number where another has it already.
    pub fn rename(&mut self, name: &str) {
        let mut state = self.state.clone();
        if name.trim().is_empty() {
            return;
        }
        let id = state.active.clone();
        let name = free_name(&state, name.trim(), id.as_deref());
        if let Some(what_if) = id.and_then(|id| state.what_ifs.get_mut(&id)) {
            what_if.name = name;
            self.restore(state);
        }
    }

    /// Takes the active what-if away, and works on its neighbour.
    pub fn delete(&mut self) {
        let mut state = self.state.clone();
        let Some(place) = place(&state) else {
            return;
        };
        state.what_ifs.shift_remove_index(place);
        let neighbour = place.min(state.what_ifs.len().saturating_sub(1));
        state.active = state
            .what_ifs
            .get_index(neighbour)
            .map(|(id, _)| id.clone());
        self.restore(state);
    }

    /// Moves the active what-if this many places to the right.
    pub fn reorder(&mut self, by: isize) {
        let mut state = self.state.clone();
        if let Some(from) = place(&state)
            && let Some(to) = from.checked_add_signed(by)
            && to < state.what_ifs.len()
        {
            state.what_ifs.move_index(from, to);
            self.restore(state);
        }
    }

    /// Makes the active what-if the baseline. The others keep what they set; what no longer
    /// differs goes.
    ///
    /// # Errors
    ///
    /// Another what-if would break a rule on the new baseline; nothing has changed.
    pub fn promote(&mut self) -> Result<(), SetError> {
        let mut state = self.state.clone();
        let Some(id) = state.active.take() else {
            return Ok(());
        };
        state.what_ifs.shift_remove(&id);
        state.baseline = Arc::new(self.current.as_baseline());
        for what_if in state.what_ifs.values_mut() {
            what_if
                .set
                .retain(|path, value| value_at(&state.baseline, path) != Some(*value));
            under(&state.baseline, what_if).map_err(|error| {
                SetError::Rule(format!("`{}` would no longer fit: {error}", what_if.name))
            })?;
        }
        self.restore(state);
        Ok(())
    }

    /// Notes that the marking was given to other numbers than these.
    pub fn doubt_marking(&mut self) {
        self.state.marking_unreviewed = true;
    }

    /// Confirms that the marking fits what has been entered.
    pub fn confirm_marking(&mut self) {
        let mut state = self.state.clone();
        state.marking_unreviewed = false;
        self.restore(state);
    }

    /// Sets one number, date or switch of the active what-if. On the baseline it starts a new
    /// what-if, since the baseline is what everything is compared with.
    ///
    /// # Errors
    ///
    /// The value is refused; nothing has changed.
    pub fn set(&mut self, address: Address, value: Value) -> Result<(), SetError> {
        self.set_many(&[(address, value)])
    }

    /// Sets several numbers, dates or switches at once, as [`Self::set`] sets one: the rules are
    /// held to all of them together, since two dates may only be right as a pair.
    ///
    /// # Errors
    ///
    /// A value is refused; nothing has changed.
    pub fn set_many(&mut self, sets: &[(Address, Value)]) -> Result<(), SetError> {
        self.edit(true, |baseline, what_if| {
            for &(address, value) in sets {
                what_if.put(baseline, address, value);
            }
        })
    }

    /// Adds an event to the scenario, where it stays switched off, and switches it on in the
    /// active what-if, or in a new one on the baseline: what everything is compared with never
    /// changes by an addition. Its id comes back.
    ///
    /// # Errors
    ///
    /// The scenario has no place for one; nothing has changed.
    pub fn add_event(
        &mut self,
        kind: EventKind,
        on: Date,
        theatre: Option<&str>,
    ) -> Result<String, SetError> {
        let event = Event::new(&self.current, kind, on, theatre)
            .map_err(|why| SetError::Rule(why.to_owned()))?;
        let before = self.state.clone();
        let mut id = String::new();
        self.rewrite(|scenario| {
            let off = Event {
                enabled: false,
                ..event
            };
            id = scenario.add_event(kind, off);
        })?;
        let on = Address::find(&self.state.baseline, &format!("events.{id}.enabled"));
        let switched = on
            .map_err(SetError::from)
            .and_then(|address| self.set(address, Value::Switch(true)));
        match switched {
            Ok(()) => Ok(id),
            Err(error) => {
                self.restore(before);
                Err(error)
            }
        }
    }

    /// Renames an event or changes what it names, in the scenario itself.
    ///
    /// # Errors
    ///
    /// The changed scenario would break a rule; nothing has changed.
    pub fn change_event(&mut self, id: &str, change: &EventChange) -> Result<(), SetError> {
        self.rewrite(|scenario| scenario.change_event(id, change))
    }

    /// Takes an event out of the scenario, with everything that names it.
    ///
    /// # Errors
    ///
    /// What is left would break a rule; nothing has changed.
    pub fn delete_event(&mut self, id: &str) -> Result<(), SetError> {
        self.rewrite(|scenario| scenario.remove_event(id))
    }

    /// Takes one path out of the active what-if.
    ///
    /// # Errors
    ///
    /// What is left would break a rule; nothing has changed.
    pub fn reset(&mut self, path: &str) -> Result<(), SetError> {
        if self.active_what_if().is_none() {
            return Ok(());
        }
        self.edit(false, |_, what_if| {
            what_if.set.shift_remove(path);
        })
    }

    /// Takes everything out of the active what-if.
    ///
    /// # Errors
    ///
    /// Never in practice: what is left is the baseline.
    pub fn reset_all(&mut self) -> Result<(), SetError> {
        if self.active_what_if().is_none() {
            return Ok(());
        }
        self.edit(false, |_, what_if| what_if.set.clear())
    }

    /// Changes the scenario itself, what-ifs included: adds, removes or rewrites items, sources,
    /// ranges. Every rule is checked before anything is taken over.
    ///
    /// # Errors
    ///
    /// The rules that the changed scenario would break; nothing has changed.
    pub fn restructure(
        &mut self,
        change: impl FnOnce(&mut Scenario) -> Result<(), Problem>,
    ) -> Result<(), Vec<Problem>> {
        let mut scenario = self.to_scenario();
        change(&mut scenario).map_err(|problem| vec![problem])?;
        let checked = Checked::new(scenario)?;
        let mut state = self.state.clone();
        state.what_ifs.clone_from(&checked.what_ifs);
        state.active = state.active.filter(|id| state.what_ifs.contains_key(id));
        state.baseline = Arc::new(checked);
        if !state.same_content(&self.state) {
            state.marking_unreviewed = true;
            self.restore(state);
        }
        Ok(())
    }

    /// Restructures for an action that can tell one reason only.
    fn rewrite(&mut self, change: impl FnOnce(&mut Scenario)) -> Result<(), SetError> {
        let change = |scenario: &mut Scenario| {
            change(scenario);
            Ok(())
        };
        self.restructure(change).map_err(|problems| {
            let first = problems.into_iter().next();
            SetError::Rule(first.map(|problem| problem.what).unwrap_or_default())
        })
    }

    /// Changes the active what-if, or a new one where the baseline is worked on.
    fn edit(
        &mut self,
        entered: bool,
        change: impl FnOnce(&Checked, &mut WhatIf),
    ) -> Result<(), SetError> {
        let mut state = self.state.clone();
        let id = match &state.active {
            Some(id) => id.clone(),
            None => add(&mut state, WhatIf::default()),
        };
        if let Some(what_if) = state.what_ifs.get_mut(&id) {
            change(&state.baseline, what_if);
        }
        state.active = Some(id);
        state.marking_unreviewed |= entered;
        let current = state.current()?;
        self.take_in(state, current);
        Ok(())
    }

    /// What has changed since `before`, in a few words.
    #[must_use]
    pub fn what_changed(&self, before: &State) -> String {
        let now = &self.state;
        if !Arc::ptr_eq(&before.baseline, &now.baseline) {
            return events_changed(before, now).unwrap_or_else(|| "new baseline".to_owned());
        }
        let names = |state: &State| -> Vec<(String, String)> {
            let what_ifs = state.what_ifs.iter();
            what_ifs
                .map(|(id, w)| (id.clone(), w.name.clone()))
                .collect()
        };
        let (old, new) = (names(before), names(now));
        let added = new.iter().find(|(id, _)| !before.what_ifs.contains_key(id));
        let gone = old.iter().find(|(id, _)| !now.what_ifs.contains_key(id));
        if let Some((_, name)) = gone {
            return format!("delete “{name}”");
        }
        // The numbers of the what-if worked on, before and after.
        let empty = WhatIf::default();
        let was = now
            .active
            .as_ref()
            .and_then(|id| before.what_ifs.get(id))
            .unwrap_or(&empty);
        let is = now.active_what_if().unwrap_or(&empty);
        let mut moved = is
            .set
            .keys()
            .chain(was.set.keys())
            .filter(|path| was.set.get(*path) != is.set.get(*path));
        let first = moved.next().cloned();
        match (first, added) {
            (Some(path), _) if moved.all(|other| *other == path) => {
                let value = |what_if: &WhatIf| {
                    let set = what_if.set.get(&path).copied();
                    format::value_if_set(set.or_else(|| value_at(&now.baseline, &path)))
                };
                format!(
                    "{} {} → {}",
                    label(&now.baseline, &path),
                    value(was),
                    value(is)
                )
            }
            (_, Some((_, name))) => format!("new what-if “{name}”"),
            (Some(first), None) => match event_of(&now.baseline, &first) {
                // Both dates of one event: it was moved.
                Some(event) if moved_within(was, is, &first) => format!("{} moved", event.name),
                _ => "several numbers".to_owned(),
            },
            (None, None) if was.name != is.name => format!("rename to “{}”", is.name),
            (None, None) if old != new => "order of the what-ifs".to_owned(),
            (None, None) => "marking confirmed".to_owned(),
        }
    }
}

/// What has changed of a scenario's events, in a few words, if that is what has changed.
fn events_changed(before: &State, now: &State) -> Option<String> {
    let (old, new) = (&before.baseline.events, &now.baseline.events);
    // A what-if that is gone has become the baseline.
    if before
        .what_ifs
        .keys()
        .any(|id| !now.what_ifs.contains_key(id))
    {
        return None;
    }
    if let Some((_, event)) = new.iter().find(|(id, _)| !old.contains_key(*id)) {
        return Some(format!("new event “{}”", event.name));
    }
    if let Some((_, event)) = old.iter().find(|(id, _)| !new.contains_key(*id)) {
        let sets = |state: &State| -> usize { state.what_ifs.values().map(|w| w.set.len()).sum() };
        let sets = sets(before).saturating_sub(sets(now));
        let levers = before.baseline.levers.len();
        let levers = levers.saturating_sub(now.baseline.levers.len());
        let mut label = vec![format!("delete event “{}”", event.name)];
        for (count, one, many) in [
            (sets, "what-if setting", "what-if settings"),
            (levers, "slider", "sliders"),
        ] {
            match count {
                0 => {}
                1 => label.push(format!("1 {one}")),
                _ => label.push(format!("{count} {many}")),
            }
        }
        return Some(label.join(", "));
    }
    let (was, is) = old
        .iter()
        .filter_map(|(id, was)| Some((was, new.get(id)?)))
        .find(|(was, is)| was != is)?;
    Some(if was.name == is.name {
        format!("event “{}” changed", is.name)
    } else {
        format!("event renamed to “{}”", is.name)
    })
}

/// The event that a path is about.
fn event_of<'s>(scenario: &'s Scenario, path: &str) -> Option<&'s Event> {
    let rest = path.strip_prefix("events.")?;
    scenario.events.get(rest.split('.').next()?)
}

/// Whether two what-ifs differ in nothing but the event that `path` is about.
fn moved_within(was: &WhatIf, is: &WhatIf, path: &str) -> bool {
    let item = |path: &str| path.rsplit_once('.').map(|(item, _)| item.to_owned());
    is.set
        .keys()
        .chain(was.set.keys())
        .filter(|other| was.set.get(*other) != is.set.get(*other))
        .all(|other| item(other) == item(path))
}

/// The scenario under a what-if.
fn under(baseline: &Checked, what_if: &WhatIf) -> Result<Checked, SetError> {
    baseline.under(what_if).map_err(|(_, error)| error)
}

/// What stands at a path.
fn value_at(baseline: &Checked, path: &str) -> Option<Value> {
    Address::find(baseline, path).ok()?.get(baseline)?.value()
}

/// What a reader calls a path.
fn label(baseline: &Checked, path: &str) -> String {
    let one = WhatIf {
        set: [(path.to_owned(), Value::Switch(true))].into(),
        ..WhatIf::default()
    };
    let changes = changes(baseline, &one);
    changes
        .into_iter()
        .next()
        .map_or_else(|| path.to_owned(), |change| change.label)
}

/// The place of the active what-if among the others.
fn place(state: &State) -> Option<usize> {
    state.what_ifs.get_index_of(state.active.as_deref()?)
}

/// This name, or with a number the first like it that no other world than `own` has: neither
/// another what-if nor the baseline.
fn free_name(state: &State, name: &str, own: Option<&str>) -> String {
    let taken = |name: &str| {
        let others = state.what_ifs.iter();
        let mut others = others.filter(|(id, _)| Some(id.as_str()) != own);
        name.eq_ignore_ascii_case("baseline") || others.any(|(_, other)| other.name == name)
    };
    let numbered = (2..).map(|number| match name.strip_suffix("(copy)") {
        Some(begun) => format!("{begun}(copy {number})"),
        None => format!("{name} ({number})"),
    });
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Adds a what-if under the first free id, named after it where it has no name yet.
fn add(state: &mut State, mut what_if: WhatIf) -> String {
    // One of so many numbers is free, whatever ids a file has taken.
    let (number, id) = (1..=state.what_ifs.len() + 1)
        .map(|number| (number, format!("what-if-{number}")))
        .find(|(_, id)| !state.what_ifs.contains_key(id))
        .unwrap_or_default();
    if what_if.name.is_empty() {
        what_if.name = free_name(state, &format!("What-if {number}"), None);
    }
    state.what_ifs.insert(id.clone(), what_if);
    id
}
