//! The open scenario: its baseline, its what-ifs, which of them is worked on, and what is saved.

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::analysis::changes::changes;
use crate::analysis::format;
use crate::scenario::file::Loaded;
use crate::scenario::{Address, Checked, Problem, Scenario, SetError, Value, WhatIf};

/// Where a document came from and goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A scenario bundled with the program, by its id; saving asks for a file.
    Bundled(String),
    File(PathBuf),
}

/// Everything of a document that an edit changes and that undoing puts back.
#[derive(Clone, Debug, PartialEq)]
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
        self.baseline == other.baseline && self.what_ifs == other.what_ifs
    }
}

/// The open scenario.
#[derive(Clone, Debug)]
pub struct Document {
    pub origin: Origin,
    state: State,
    /// The baseline with the active what-if's numbers set.
    current: Checked,
    /// What the reader and the check found implausible.
    pub warnings: Vec<Problem>,
    /// Whether the file has comments that a save would lose.
    pub has_comments: bool,
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
            marking_unreviewed: false,
            baseline: Arc::new(baseline.clone()),
            what_ifs,
        };
        let open = baseline.open.clone();
        let mut document = Self {
            origin,
            saved: state.clone(),
            state,
            current: baseline,
            warnings: loaded.warnings,
            has_comments: loaded.has_comments,
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

    /// The scenario as it is worked on now.
    pub fn current(&self) -> &Checked {
        &self.current
    }

    pub fn what_ifs(&self) -> &IndexMap<String, WhatIf> {
        &self.state.what_ifs
    }

    /// Id of the active what-if; nothing on the baseline.
    pub fn active(&self) -> Option<&str> {
        self.state.active.as_deref()
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

    /// Everything that undoing would put back.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether something would be lost by closing now.
    pub fn is_unsaved(&self) -> bool {
        !self.state.same_content(&self.saved)
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

    /// Notes that the document now stands in a file as it is.
    pub fn mark_saved(&mut self, path: PathBuf) {
        self.origin = Origin::File(path);
        self.saved = self.state.clone();
        self.has_comments = false;
    }

    /// Puts back a state from the history.
    pub fn restore(&mut self, state: State) {
        // A state of the history was valid when it was left, and nothing in it has changed.
        if let Ok(current) = state.current() {
            self.current = current;
            self.state = state;
            self.generation += 1;
        }
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
            copy.name.push_str(" (copy)");
        }
        let place = place(&state).map_or(state.what_ifs.len(), |place| place + 1);
        let id = add(&mut state, copy);
        let last = state.what_ifs.len() - 1;
        state.what_ifs.move_index(last, place.min(last));
        state.active = Some(id);
        self.restore(state);
    }

    /// Gives the active what-if another name.
    pub fn rename(&mut self, name: &str) {
        let mut state = self.state.clone();
        if let Some(id) = state.active.clone()
            && let Some(what_if) = state.what_ifs.get_mut(&id)
            && !name.trim().is_empty()
        {
            name.trim().clone_into(&mut what_if.name);
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
        state.baseline = Arc::new(self.current.clone());
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
        let path = address.path(&self.state.baseline);
        self.edit(true, |baseline, what_if| {
            if value_at(baseline, &path) == Some(value) {
                what_if.set.shift_remove(&path);
            } else {
                what_if.set.insert(path, value);
            }
        })
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
    pub fn restructure(&mut self, change: impl FnOnce(&mut Scenario)) -> Result<(), Vec<Problem>> {
        let mut scenario = self.to_scenario();
        change(&mut scenario);
        let checked = Checked::new(scenario)?;
        let mut state = self.state.clone();
        state.what_ifs.clone_from(&checked.what_ifs);
        state.active = state.active.filter(|id| state.what_ifs.contains_key(id));
        state.baseline = Arc::new(checked);
        state.marking_unreviewed = true;
        self.restore(state);
        Ok(())
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
        self.current = current;
        self.state = state;
        self.generation += 1;
        Ok(())
    }

    /// What has changed since `before`, in a few words.
    #[must_use]
    pub fn what_changed(&self, before: &State) -> String {
        let now = &self.state;
        if !Arc::ptr_eq(&before.baseline, &now.baseline) {
            return "new baseline".to_owned();
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
                    set.or_else(|| value_at(&now.baseline, &path))
                        .map_or_else(|| "not set".to_owned(), format::value)
                };
                format!(
                    "{} {} → {}",
                    label(&now.baseline, &path),
                    value(was),
                    value(is)
                )
            }
            (_, Some((_, name))) => format!("new what-if “{name}”"),
            (Some(_), None) => "several numbers".to_owned(),
            (None, None) if was.name != is.name => format!("rename to “{}”", is.name),
            (None, None) if old != new => "order of the what-ifs".to_owned(),
            (None, None) => "marking confirmed".to_owned(),
        }
    }
}

/// The scenario under a what-if.
fn under(baseline: &Checked, what_if: &WhatIf) -> Result<Checked, SetError> {
    let sets = what_if.set.iter();
    baseline
        .with(sets.map(|(path, value)| (path.as_str(), *value)))
        .map_err(|(_, error)| error)
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

/// Adds a what-if under the first free id, named after it where it has no name yet.
fn add(state: &mut State, mut what_if: WhatIf) -> String {
    // One of so many numbers is free, whatever ids a file has taken.
    let (number, id) = (1..=state.what_ifs.len() + 1)
        .map(|number| (number, format!("what-if-{number}")))
        .find(|(_, id)| !state.what_ifs.contains_key(id))
        .unwrap_or_default();
    if what_if.name.is_empty() {
        what_if.name = format!("What-if {number}");
    }
    state.what_ifs.insert(id.clone(), what_if);
    id
}
