//! Who refers to an item, so that it can be renamed everywhere or taken out with all that rests
//! on it.
//!
//! One walk over every reference of a scenario serves finding and renaming alike, so that the
//! two can never disagree about what a reference is.

use indexmap::IndexMap;

use super::section::rekey;
use super::{Address, Paused, Scenario, Section, What};

/// One place that refers to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// An item that cannot be without it.
    Item(Section, String),
    /// A probability of kill of this interceptor.
    Kill(String),
    /// What this raid launches.
    Launch(String),
    /// A threat that these counts are of.
    Counted(String),
    /// The lever of this path.
    Lever(String),
    /// This what-if sets this path.
    Set(String, String),
    /// The source of what stands at this path.
    Source(String),
}

impl Use {
    /// The use in words.
    #[must_use]
    pub fn describe(&self, s: &Scenario) -> String {
        let label = |path: &str| {
            Address::find(s, path).map_or_else(|_| path.to_owned(), |found| found.label(s))
        };
        match self {
            Self::Item(section, id) => format!("{} “{}”", section.one(), section.name(s, id)),
            Self::Kill(id) => format!(
                "probability of kill of “{}”",
                Section::Interceptors.name(s, id)
            ),
            Self::Launch(id) => format!("launches of “{}”", Section::Events.name(s, id)),
            Self::Counted(id) => {
                let name = s.observed.get(id).map_or(id, |counts| &counts.name);
                format!("counts “{name}”")
            }
            Self::Lever(path) => {
                let lever = s.levers.iter().find(|lever| lever.path == *path);
                format!("lever “{}”", lever.map_or(path, |lever| &lever.label))
            }
            Self::Set(id, path) => {
                let name = s.what_ifs.get(id).map_or(id, |what_if| &what_if.name);
                format!("what-if “{name}”: {}", label(path))
            }
            Self::Source(path) => {
                let item = path.split_once('.').and_then(|(section, id)| {
                    let section = Section::of(section).filter(|_| !id.contains('.'))?;
                    Some(format!("{} “{}”", section.one(), section.name(s, id)))
                });
                format!("source of {}", item.unwrap_or_else(|| label(path)))
            }
        }
    }
}

/// Every place that refers to an item.
#[must_use]
pub fn uses(scenario: &Scenario, section: Section, id: &str) -> Vec<Use> {
    let mut found = Vec::new();
    // The walk is written once, for renaming; to look only, it walks over a copy.
    walk(&mut scenario.clone(), &mut |place, of, name| {
        if of == section && name == id && !found.contains(place) {
            found.push(place.clone());
        }
    });
    found
}

/// Rewrites every reference to an item, and the item's own id.
pub(super) fn rename(scenario: &mut Scenario, section: Section, id: &str, to: &str) {
    walk(scenario, &mut |_, of, name| {
        if of == section && name == id {
            to.clone_into(name);
        }
    });
    section.rekey(scenario, id, to);
}

/// Takes an item out with everything that refers to it.
pub(super) fn take_out(scenario: &mut Scenario, section: Section, id: &str) {
    let uses = uses(scenario, section, id);
    section.take(scenario, id);
    for found in uses {
        match found {
            Use::Item(section, other) => take_out(scenario, section, &other),
            Use::Kill(interceptor) => {
                if let Some(interceptor) = scenario.interceptors.get_mut(&interceptor) {
                    interceptor.kill.shift_remove(id);
                }
            }
            Use::Launch(event) => {
                if let Some(event) = scenario.events.get_mut(&event)
                    && let What::Raid { launches, .. } = &mut event.what
                {
                    launches.shift_remove(id);
                }
            }
            Use::Counted(counts) => {
                let left = scenario.observed.get_mut(&counts).map(|counts| {
                    counts.threats.retain(|threat| threat != id);
                    counts.threats.len()
                });
                if left == Some(0) {
                    scenario.observed.shift_remove(&counts);
                }
            }
            Use::Lever(path) => scenario.levers.retain(|lever| lever.path != path),
            Use::Set(what_if, path) => {
                if let Some(what_if) = scenario.what_ifs.get_mut(&what_if) {
                    what_if.set.shift_remove(&path);
                }
            }
            Use::Source(path) => {
                walk_sources(scenario, &mut |at, source| {
                    if at == path {
                        *source = None;
                    }
                });
            }
        }
    }
}

/// Visits every reference: where it is, the section that it names an item of, and the name.
fn walk(s: &mut Scenario, visit: &mut dyn FnMut(&Use, Section, &mut String)) {
    for (id, threat) in &mut s.threats {
        let place = Use::Item(Section::Threats, id.clone());
        visit(&place, Section::Theatres, &mut threat.theatre);
    }
    for (id, interceptor) in &mut s.interceptors {
        keys(&mut interceptor.kill, |name| {
            visit(&Use::Kill(id.clone()), Section::Threats, name);
        });
    }
    for (id, deployment) in &mut s.deployments {
        let place = Use::Item(Section::Deployments, id.clone());
        visit(&place, Section::Theatres, &mut deployment.theatre);
        visit(&place, Section::Interceptors, &mut deployment.interceptor);
    }
    for (id, line) in &mut s.supply {
        let place = Use::Item(Section::Supply, id.clone());
        visit(&place, Section::Suppliers, &mut line.supplier);
        visit(&place, Section::Deployments, &mut line.to);
    }
    for (id, event) in &mut s.events {
        let place = Use::Item(Section::Events, id.clone());
        match &mut event.what {
            What::Divert { supply, to, .. } => {
                visit(&place, Section::Supply, supply);
                visit(&place, Section::Deployments, to);
            }
            What::Transfer { from, to, .. } => {
                visit(&place, Section::Deployments, from);
                visit(&place, Section::Deployments, to);
            }
            What::Shipment { supplier, to, .. } => {
                visit(&place, Section::Suppliers, supplier);
                visit(&place, Section::Deployments, to);
            }
            What::Raid { launches, .. } => keys(launches, |name| {
                visit(&Use::Launch(id.clone()), Section::Threats, name);
            }),
            What::Ramp { path, .. } => parts(path, |section, name| visit(&place, section, name)),
            What::Pause { of, .. } => match of {
                Paused::Supplier(name) => visit(&place, Section::Suppliers, name),
                Paused::Supply(name) => visit(&place, Section::Supply, name),
            },
            What::Ceasefire { theatre, .. } => visit(&place, Section::Theatres, theatre),
        }
    }
    for (id, counts) in &mut s.observed {
        for name in &mut counts.threats {
            visit(&Use::Counted(id.clone()), Section::Threats, name);
        }
    }
    for lever in &mut s.levers {
        let place = Use::Lever(lever.path.clone());
        parts(&mut lever.path, |section, name| {
            visit(&place, section, name);
        });
    }
    for (id, what_if) in &mut s.what_ifs {
        keys(&mut what_if.set, |path| {
            let place = Use::Set(id.clone(), path.clone());
            parts(path, |section, name| visit(&place, section, name));
        });
    }
    walk_sources(s, &mut |path, source| {
        if let Some(name) = source {
            visit(&Use::Source(path.to_owned()), Section::Sources, name);
        }
    });
}

/// Visits every source of an item, of counts and of a number, with the path of what it is for.
fn walk_sources(s: &mut Scenario, visit: &mut dyn FnMut(&str, &mut Option<String>)) {
    macro_rules! items {
        ($($section:ident),+) => {$(
            for (id, item) in &mut s.$section {
                visit(&format!(concat!(stringify!($section), ".{}"), id), &mut item.source);
            }
        )+};
    }
    items!(threats, interceptors, deployments, supply, events, observed);
    for address in Address::all(s) {
        let path = address.path(s);
        if let Some(estimate) = address.estimate_mut(s) {
            visit(&path, &mut estimate.source);
        }
    }
}

/// Visits the keys of a map and puts what changes in the same place.
fn keys<T>(map: &mut IndexMap<String, T>, mut visit: impl FnMut(&mut String)) {
    let names: Vec<String> = map.keys().cloned().collect();
    for name in names {
        let mut changed = name.clone();
        visit(&mut changed);
        if changed != name {
            rekey(map, &name, &changed);
        }
    }
}

/// Visits the ids that a path names.
fn parts(path: &mut String, mut visit: impl FnMut(Section, &mut String)) {
    let mut parts: Vec<String> = path.split('.').map(str::to_owned).collect();
    let Some(section) = parts.first().and_then(|key| Section::of(key)) else {
        return;
    };
    if let Some(id) = parts.get_mut(1) {
        visit(section, id);
    }
    let of_threat = matches!(
        (section, parts.get(2).map(String::as_str)),
        (Section::Interceptors, Some("kill")) | (Section::Events, Some("launches"))
    );
    if of_threat && let Some(id) = parts.get_mut(3) {
        visit(Section::Threats, id);
    }
    *path = parts.join(".");
}
