//! The open scenario: its baseline, its what-ifs, which of them is worked on, and what is saved.

use std::path::PathBuf;

use indexmap::IndexMap;

use crate::scenario::file::Loaded;
use crate::scenario::{Address, Checked, Problem, Scenario, SetError, Value, WhatIf};

/// Where a document came from and goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A scenario bundled with the program, by its id; saving asks for a file.
    Bundled(String),
    File(PathBuf),
}

/// The open scenario.
#[derive(Clone, Debug)]
pub struct Document {
    pub origin: Origin,
    /// As the file has it.
    baseline: Checked,
    what_ifs: IndexMap<String, WhatIf>,
    /// The what-if worked on; the baseline where there is none.
    active: Option<String>,
    /// The baseline with the active what-if's numbers set.
    current: Checked,
    /// What the reader and the check found implausible.
    pub warnings: Vec<Problem>,
    /// Whether the file has comments that a save would lose.
    pub has_comments: bool,
    /// The what-ifs as last saved or opened.
    saved: IndexMap<String, WhatIf>,
    /// Whether a number has been entered since the marking was last confirmed.
    pub marking_unreviewed: bool,
    /// Counts every change; results carry the generation they were computed for.
    generation: u64,
}

impl Document {
    /// Opens what was read, on the what-if that its `open` names.
    #[must_use]
    pub fn new(origin: Origin, loaded: Loaded, generation: u64) -> Self {
        let baseline = loaded.scenario;
        let what_ifs = baseline.what_ifs.clone();
        let active = baseline.open.clone().filter(|id| what_ifs.contains_key(id));
        let mut document = Self {
            origin,
            current: baseline.clone(),
            saved: what_ifs.clone(),
            baseline,
            what_ifs,
            active: None,
            warnings: loaded.warnings,
            has_comments: loaded.has_comments,
            marking_unreviewed: false,
            generation,
        };
        document.select(active);
        document
    }

    pub fn baseline(&self) -> &Checked {
        &self.baseline
    }

    /// The scenario as it is worked on now.
    pub fn current(&self) -> &Checked {
        &self.current
    }

    pub fn what_ifs(&self) -> &IndexMap<String, WhatIf> {
        &self.what_ifs
    }

    /// Id of the active what-if; nothing on the baseline.
    pub fn active(&self) -> Option<&str> {
        self.active.as_deref()
    }

    pub fn active_what_if(&self) -> Option<&WhatIf> {
        self.what_ifs.get(self.active.as_deref()?)
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether something would be lost by closing now.
    pub fn is_unsaved(&self) -> bool {
        self.what_ifs != self.saved
    }

    /// The scenario as a file should have it.
    #[must_use]
    pub fn to_scenario(&self) -> Scenario {
        let mut scenario = self.baseline.clone().into_inner();
        scenario.what_ifs.clone_from(&self.what_ifs);
        scenario
    }

    /// Notes that the document now stands in a file as it is.
    pub fn mark_saved(&mut self, path: PathBuf) {
        self.origin = Origin::File(path);
        self.saved.clone_from(&self.what_ifs);
        self.has_comments = false;
    }

    /// Works on another what-if, or on the baseline.
    pub fn select(&mut self, id: Option<String>) {
        let id = id.filter(|id| self.what_ifs.contains_key(id));
        let chosen = match id.as_ref().and_then(|id| self.what_ifs.get(id)) {
            Some(what_if) => self.under(what_if),
            None => Ok(self.baseline.clone()),
        };
        // What-ifs of a document always fit: the file's by its check, ours by `set`.
        if let Ok(current) = chosen {
            self.current = current;
            self.active = id;
            self.generation += 1;
        }
    }

    /// Starts a what-if that differs in nothing yet, and works on it.
    pub fn new_what_if(&mut self) {
        let id = self.add_what_if();
        self.select(Some(id));
    }

    /// Sets one number, date or switch of the active what-if. On the baseline it starts a new
    /// what-if, since the baseline is what everything is compared with.
    ///
    /// # Errors
    ///
    /// The value is refused; nothing has changed.
    pub fn set(&mut self, address: Address, value: Value) -> Result<(), SetError> {
        let path = address.path(&self.baseline);
        let mut what_if = self.active_what_if().cloned().unwrap_or_default();
        if address.get(&self.baseline).and_then(|slot| slot.value()) == Some(value) {
            what_if.set.shift_remove(&path);
        } else {
            what_if.set.insert(path, value);
        }
        self.replace(what_if)?;
        self.marking_unreviewed = true;
        Ok(())
    }

    /// Takes one path out of the active what-if.
    ///
    /// # Errors
    ///
    /// What is left would break a rule; nothing has changed.
    pub fn reset(&mut self, path: &str) -> Result<(), SetError> {
        let Some(mut what_if) = self.active_what_if().cloned() else {
            return Ok(());
        };
        what_if.set.shift_remove(path);
        self.replace(what_if)
    }

    /// Takes everything out of the active what-if.
    ///
    /// # Errors
    ///
    /// Never in practice: what is left is the baseline.
    pub fn reset_all(&mut self) -> Result<(), SetError> {
        let Some(mut what_if) = self.active_what_if().cloned() else {
            return Ok(());
        };
        what_if.set.clear();
        self.replace(what_if)
    }

    /// Puts `what_if` in the place of the active one, or adds it where the baseline is active.
    fn replace(&mut self, mut what_if: WhatIf) -> Result<(), SetError> {
        let current = self.under(&what_if)?;
        let id = match &self.active {
            Some(id) => id.clone(),
            None => self.add_what_if(),
        };
        if let Some(old) = self.what_ifs.get_mut(&id) {
            if what_if.name.is_empty() {
                what_if.name = std::mem::take(&mut old.name);
            }
            *old = what_if;
        }
        self.active = Some(id);
        self.current = current;
        self.generation += 1;
        Ok(())
    }

    /// Adds an empty what-if under the first free name, and gives its id.
    fn add_what_if(&mut self) -> String {
        // One of so many numbers is free, whatever ids a file has taken.
        let (number, id) = (1..=self.what_ifs.len() + 1)
            .map(|number| (number, format!("what-if-{number}")))
            .find(|(_, id)| !self.what_ifs.contains_key(id))
            .unwrap_or_default();
        let what_if = WhatIf {
            name: format!("What-if {number}"),
            ..WhatIf::default()
        };
        self.what_ifs.insert(id.clone(), what_if);
        id
    }

    fn under(&self, what_if: &WhatIf) -> Result<Checked, SetError> {
        let sets = what_if.set.iter();
        self.baseline
            .with(sets.map(|(path, value)| (path.as_str(), *value)))
            .map_err(|(_, error)| error)
    }
}
