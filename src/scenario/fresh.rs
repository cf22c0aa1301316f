//! New items, complete enough to pass every rule, under ids that are free.
//!
//! Their numbers are placeholders without a source, and the warnings say so until somebody has
//! given one.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::check::{LONGEST_ID, as_id};
use super::{
    Address, Deployment, Doctrine, Estimate, Firing, Interceptor, Kind, Launch, Lever, LeverKind,
    Problem, Scenario, Section, Source, Supplier, Supply, Theatre, Threat,
};

/// A scenario with one theatre and nothing in it.
#[must_use]
pub fn blank(start: Date) -> Scenario {
    let mut scenario = Scenario {
        title: "New scenario".to_owned(),
        summary: String::new(),
        marking: "UNCLASSIFIED".to_owned(),
        start,
        days: Estimate::exact(365.0),
        target: Estimate::exact(0.9),
        protection_target: None,
        seed: 1,
        sources: IndexMap::new(),
        theatres: IndexMap::new(),
        suppliers: IndexMap::new(),
        threats: IndexMap::new(),
        interceptors: IndexMap::new(),
        deployments: IndexMap::new(),
        supply: IndexMap::new(),
        events: IndexMap::new(),
        observed: IndexMap::new(),
        levers: Vec::new(),
        what_ifs: IndexMap::new(),
        open: None,
    };
    let theatre = Theatre {
        name: "Theatre".to_owned(),
        note: None,
    };
    scenario.theatres.insert("theatre".to_owned(), theatre);
    scenario
}

/// An id that a section does not use yet, from a name.
pub(super) fn fresh_id(scenario: &Scenario, section: Section, name: &str) -> String {
    let taken = section.ids(scenario);
    let mut stem = as_id(name, section.key());
    if !taken.contains(&stem) {
        return stem;
    }
    // Room for a number behind it; ids are ASCII.
    stem.truncate(LONGEST_ID - 6);
    // One of so many numbers is free.
    (2..=taken.len() + 2)
        .map(|number| format!("{stem}-{number}"))
        .find(|id| !taken.contains(id))
        .unwrap_or(stem)
}

/// Adds an item of that name, which passes every rule; its id comes back.
pub(super) fn add(s: &mut Scenario, section: Section, name: &str) -> Result<String, Problem> {
    let lacks = |what: &str| {
        let what = format!("there is no {what} yet; add one first");
        Problem::error(section.key(), what)
    };
    let name = match name.trim() {
        "" => format!("New {}", section.one()),
        name => name.to_owned(),
    };
    let theatre = s.theatres.keys().next().cloned();
    let id = match section {
        Section::Deployments => {
            let theatre = theatre.ok_or_else(|| lacks("theatre"))?;
            let interceptor = unfielded(s).ok_or_else(|| lacks("interceptor"))?;
            let id = fresh_id(s, section, &format!("{theatre}-{interceptor}"));
            let item = deployment(theatre, interceptor);
            s.deployments.insert(id.clone(), item);
            return Ok(id);
        }
        Section::Supply => {
            let supplier = s.suppliers.keys().next().cloned();
            let supplier = supplier.ok_or_else(|| lacks("supplier"))?;
            let to = unsupplied(s).ok_or_else(|| lacks("deployment that uses up rounds"))?;
            let id = fresh_id(s, section, &format!("{supplier}-{to}"));
            let item = supply(supplier, to);
            s.supply.insert(id.clone(), item);
            return Ok(id);
        }
        Section::Levers => {
            let path = unlevered(s).ok_or_else(|| lacks("number without a lever"))?;
            let item = lever(s, &path)?;
            s.levers.push(item);
            return Ok(s.levers.len().to_string());
        }
        Section::Events => return Err(lacks("kind chosen for the event")),
        _ => fresh_id(s, section, &name),
    };
    let key = id.clone();
    match section {
        Section::Theatres => {
            s.theatres.insert(key, Theatre { name, note: None });
        }
        Section::Suppliers => {
            s.suppliers.insert(key, Supplier { name, note: None });
        }
        Section::Threats => {
            let item = threat(name, theatre.ok_or_else(|| lacks("theatre"))?);
            s.threats.insert(key, item);
        }
        Section::Interceptors => {
            let item = Interceptor {
                name,
                source: None,
                note: None,
                expendable: true,
                doctrine: Doctrine {
                    mode: Firing::Salvo,
                    rounds: Estimate::exact(1.0),
                },
                kill: IndexMap::new(),
                unit_cost: None,
            };
            s.interceptors.insert(key, item);
        }
        _ => {
            let item = Source {
                title: name,
                ..Source::default()
            };
            s.sources.insert(key, item);
        }
    }
    Ok(id)
}

/// A lever for a number, with a track that holds its value.
pub(super) fn lever(s: &Scenario, path: &str) -> Result<Lever, Problem> {
    let refused = |what: String| Problem::error("levers", what);
    let address = Address::find(s, path).map_err(|error| refused(error.to_string()))?;
    let kind = address.kind(s);
    let value = address.number(s);
    let (min, max, step) = match kind {
        Kind::Share => (0.0, 1.0, 0.01),
        Kind::Amount => {
            // A track of round ends about twice as long as the value.
            let value = value.filter(|value| *value > 0.0).unwrap_or(1.0);
            let unit = 10f64.powf(value.log10().floor());
            (0.0, (value / unit).ceil() * 2.0 * unit, unit / 10.0)
        }
        Kind::Whole(least) => {
            let value = value.unwrap_or_default().max(least as f64 + 1.0);
            ((least as f64).max(0.0), value * 2.0, 1.0)
        }
        Kind::Date | Kind::Switch => {
            return Err(refused(format!(
                "`{path}` is {kind}; a lever moves a number"
            )));
        }
    };
    Ok(Lever {
        kind: LeverKind::Assumption,
        path: path.to_owned(),
        label: address.label(s),
        min,
        max,
        step,
    })
}

/// The first interceptor that nobody fields yet, else the first.
fn unfielded(s: &Scenario) -> Option<String> {
    let fielded = |id: &&String| s.deployments.values().any(|d| d.interceptor == **id);
    let mut ids = s.interceptors.keys();
    ids.clone()
        .find(|id| !fielded(id))
        .or_else(|| ids.next())
        .cloned()
}

/// The first deployment that takes rounds and gets none yet, else the first that takes them.
fn unsupplied(s: &Scenario) -> Option<String> {
    let takes = |deployment: &Deployment| {
        let interceptor = s.interceptors.get(&deployment.interceptor);
        interceptor.is_some_and(|interceptor| interceptor.expendable)
    };
    let mut ids = s
        .deployments
        .iter()
        .filter(|(_, deployment)| takes(deployment))
        .map(|(id, _)| id);
    ids.clone()
        .find(|id| !s.supply.values().any(|line| line.to == **id))
        .or_else(|| ids.next())
        .cloned()
}

/// The first number of an item that no lever moves.
fn unlevered(s: &Scenario) -> Option<String> {
    Address::all(s)
        .into_iter()
        .filter(|address| {
            matches!(address.kind(s), Kind::Amount | Kind::Share) && address.number(s).is_some()
        })
        .map(|address| address.path(s))
        .find(|path| path.contains('.') && !s.levers.iter().any(|lever| lever.path == *path))
}

fn threat(name: String, theatre: String) -> Threat {
    Threat {
        name,
        source: None,
        note: None,
        theatre,
        decoy: false,
        priority: Estimate::exact(1.0),
        stockpile: Estimate::exact(0.0),
        production: Estimate::exact(10.0),
        sites: Estimate::exact(1.0),
        per_site: Estimate::exact(100.0),
        launch: Launch {
            daily_share: Estimate::exact(1.0),
            raid_every: None,
            raid_release: Estimate::exact(0.0),
            regular: false,
        },
        launches: BTreeMap::new(),
        variation: Estimate::exact(0.0),
        unit_cost: None,
    }
}

fn deployment(theatre: String, interceptor: String) -> Deployment {
    Deployment {
        source: None,
        note: None,
        theatre,
        interceptor,
        stock: Estimate::exact(0.0),
        reserve: Estimate::exact(0.0),
        ration: Estimate::exact(1.0),
        fire_units: Estimate::exact(1.0),
        engagements: Estimate::exact(10.0),
        reach: Estimate::exact(1.0),
    }
}

fn supply(supplier: String, to: String) -> Supply {
    Supply {
        source: None,
        note: None,
        supplier,
        to,
        rate: Estimate::exact(1.0),
        total: None,
        every: Estimate::exact(1.0),
        from: None,
        until: None,
        lead: None,
    }
}
