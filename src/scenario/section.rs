//! The lists of a scenario that a person adds to and takes from, by one name each.

use indexmap::IndexMap;

use super::{Problem, Scenario};

/// One list of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    Theatres,
    Suppliers,
    Threats,
    Interceptors,
    /// Outermost first: they are met in this order.
    Deployments,
    Supply,
    Events,
    /// Levers have no ids; they are counted from 1, as paths count them.
    Levers,
    Sources,
}

/// Runs one expression on whichever map a section is.
macro_rules! on_map {
    ($section:expr, $scenario:expr, $map:ident => $do:expr, levers => $levers:expr) => {
        match $section {
            Section::Theatres => {
                let $map = &mut $scenario.theatres;
                $do
            }
            Section::Suppliers => {
                let $map = &mut $scenario.suppliers;
                $do
            }
            Section::Threats => {
                let $map = &mut $scenario.threats;
                $do
            }
            Section::Interceptors => {
                let $map = &mut $scenario.interceptors;
                $do
            }
            Section::Deployments => {
                let $map = &mut $scenario.deployments;
                $do
            }
            Section::Supply => {
                let $map = &mut $scenario.supply;
                $do
            }
            Section::Events => {
                let $map = &mut $scenario.events;
                $do
            }
            Section::Sources => {
                let $map = &mut $scenario.sources;
                $do
            }
            Section::Levers => $levers,
        }
    };
}

impl Section {
    /// Every section, in the order in which a scenario is put together.
    pub const ALL: [Self; 9] = [
        Self::Theatres,
        Self::Suppliers,
        Self::Threats,
        Self::Interceptors,
        Self::Deployments,
        Self::Supply,
        Self::Events,
        Self::Levers,
        Self::Sources,
    ];

    /// The first part of the paths below it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Theatres => "theatres",
            Self::Suppliers => "suppliers",
            Self::Threats => "threats",
            Self::Interceptors => "interceptors",
            Self::Deployments => "deployments",
            Self::Supply => "supply",
            Self::Events => "events",
            Self::Levers => "levers",
            Self::Sources => "sources",
        }
    }

    /// What one of its items is called.
    #[must_use]
    pub fn one(self) -> &'static str {
        match self {
            Self::Theatres => "theatre",
            Self::Suppliers => "supplier",
            Self::Threats => "threat",
            Self::Interceptors => "interceptor",
            Self::Deployments => "deployment",
            Self::Supply => "supply line",
            Self::Events => "event",
            Self::Levers => "lever",
            Self::Sources => "source",
        }
    }

    /// What a reader calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Theatres => "Theatres",
            Self::Suppliers => "Suppliers",
            Self::Threats => "Threats",
            Self::Interceptors => "Interceptors",
            Self::Deployments => "Deployments",
            Self::Supply => "Supply lines",
            Self::Events => "Events",
            Self::Levers => "Levers",
            Self::Sources => "Sources",
        }
    }

    /// The section of that key.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.key() == key)
    }

    /// The ids of its items, in order.
    #[must_use]
    pub fn ids(self, s: &Scenario) -> Vec<String> {
        fn keys<T>(map: &IndexMap<String, T>) -> Vec<String> {
            map.keys().cloned().collect()
        }
        match self {
            Self::Theatres => keys(&s.theatres),
            Self::Suppliers => keys(&s.suppliers),
            Self::Threats => keys(&s.threats),
            Self::Interceptors => keys(&s.interceptors),
            Self::Deployments => keys(&s.deployments),
            Self::Supply => keys(&s.supply),
            Self::Events => keys(&s.events),
            Self::Levers => (1..=s.levers.len()).map(|n| n.to_string()).collect(),
            Self::Sources => keys(&s.sources),
        }
    }

    /// How many items it has.
    #[must_use]
    pub fn count(self, s: &Scenario) -> usize {
        match self {
            Self::Theatres => s.theatres.len(),
            Self::Suppliers => s.suppliers.len(),
            Self::Threats => s.threats.len(),
            Self::Interceptors => s.interceptors.len(),
            Self::Deployments => s.deployments.len(),
            Self::Supply => s.supply.len(),
            Self::Events => s.events.len(),
            Self::Levers => s.levers.len(),
            Self::Sources => s.sources.len(),
        }
    }

    /// The path of an item.
    #[must_use]
    pub fn path(self, id: &str) -> String {
        format!("{}.{id}", self.key())
    }

    /// Takes an item out, whatever refers to it; whether it was there.
    pub(super) fn take(self, s: &mut Scenario, id: &str) -> bool {
        on_map!(self, s, map => map.shift_remove(id).is_some(), levers => {
            let found = lever(id).filter(|index| *index < s.levers.len());
            if let Some(index) = found {
                s.levers.remove(index);
            }
            found.is_some()
        })
    }

    /// Gives an item another id in its place; whether it was there.
    pub(super) fn rekey(self, s: &mut Scenario, id: &str, to: &str) -> bool {
        on_map!(self, s, map => rekey(map, id, to), levers => false)
    }

    /// Moves an item this many places down, or up where it is below 0; whether it moved.
    pub(super) fn shift(self, s: &mut Scenario, id: &str, by: isize) -> bool {
        let place = |from: usize, count: usize| {
            let to = from.saturating_add_signed(by).min(count.saturating_sub(1));
            (to != from).then_some(to)
        };
        on_map!(self, s, map => {
            let from = map.get_index_of(id);
            let to = from.and_then(|from| place(from, map.len()));
            if let (Some(from), Some(to)) = (from, to) {
                map.move_index(from, to);
            }
            to.is_some()
        }, levers => {
            let from = lever(id).filter(|from| *from < s.levers.len());
            let to = from.and_then(|from| place(from, s.levers.len()));
            if let (Some(from), Some(to)) = (from, to) {
                let lever = s.levers.remove(from);
                s.levers.insert(to, lever);
            }
            to.is_some()
        })
    }

    /// Objects where there is no such item.
    pub(super) fn missing(self, id: &str) -> Problem {
        Problem::error(self.path(id), format!("there is no {} `{id}`", self.one()))
    }
}

/// The index of a lever from its number in a path.
pub(super) fn lever(number: &str) -> Option<usize> {
    number.parse::<usize>().ok()?.checked_sub(1)
}

/// Gives an entry of a map another key in its place; whether it was there.
pub(super) fn rekey<T>(map: &mut IndexMap<String, T>, from: &str, to: &str) -> bool {
    let Some((index, _, item)) = map.shift_remove_full(from) else {
        return false;
    };
    map.shift_insert(index.min(map.len()), to.to_owned(), item);
    true
}
