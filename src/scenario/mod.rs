//! What the user writes: a scenario, the addresses of its numbers, and the checks that make it
//! fit to run.
//!
//! A file becomes a [`Scenario`], which may still be nonsense; [`Checked`] is a scenario that
//! every rule has passed, and the only kind that the model takes.

mod check;
mod checked;
mod comment;
mod edit;
mod estimate;
mod event;
mod fields;
pub mod file;
mod fresh;
pub mod library;
mod naming;
mod patch;
mod path;
mod place;
mod read;
mod refer;
mod schedule;
mod section;
mod text;
mod warn;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use jiff::civil::Date;

pub use check::{Problem, Severity, check};
pub use checked::Checked;
pub use edit::Edit;
pub use estimate::{Estimate, Range, Scale};
pub use event::{Event, Paused, What};
pub use fresh::blank;
pub use naming::short_name;
pub use path::{Address, Kind, PathError, SetError, Slot, Value, nearest};
pub use place::{Place, Places};
pub use refer::{Use, uses};
pub use schedule::{EventChange, EventKind, Part, Reference};
pub use section::Section;
pub use text::text;
pub use warn::warn;

/// The version of the file format that this build writes.
pub const FORMAT: u32 = 1;

/// The longest horizon that a scenario may ask for, in days.
pub const MAX_DAYS: u32 = 3_650;

/// A scenario as written: the baseline, its levers and its what-ifs.
///
/// Maps keep the order of the file, and the order matters: deployments are met in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// One line that names the scenario.
    pub title: String,
    /// What it asks, in a sentence or two.
    pub summary: String,
    /// The protective marking shown above and below everything.
    pub marking: String,
    /// Day 0.
    pub start: Date,
    /// The horizon in whole days.
    pub days: Estimate,
    /// The coverage below which 28 days count as a breach, 0 to 1.
    pub target: Estimate,
    /// The protection below which 28 days count as a breach of protection, 0 to 1.
    pub protection_target: Option<Estimate>,
    /// The seed of ensemble draws.
    pub seed: u64,
    /// Where numbers come from.
    pub sources: IndexMap<String, Source>,
    /// Regions defended on their own.
    pub theatres: IndexMap<String, Theatre>,
    /// Who delivers.
    pub suppliers: IndexMap<String, Supplier>,
    /// Classes of drones, decoys and missiles.
    pub threats: IndexMap<String, Threat>,
    /// Classes of effector.
    pub interceptors: IndexMap<String, Interceptor>,
    /// Layers of the defence, outermost first.
    pub deployments: IndexMap<String, Deployment>,
    /// Lines of delivery.
    pub supply: IndexMap<String, Supply>,
    /// What happens.
    pub events: IndexMap<String, Event>,
    /// What was really counted, to hold the model against.
    pub observed: IndexMap<String, Observed>,
    /// The sliders.
    pub levers: Vec<Lever>,
    /// Alternatives: a name and the paths each sets.
    pub what_ifs: IndexMap<String, WhatIf>,
    /// Id of the what-if to open on; the baseline where it names none.
    pub open: Option<String>,
}

impl Scenario {
    /// What stands at an address, as people call it: as its lever does, where it has one.
    #[must_use]
    pub fn called(&self, address: Address) -> String {
        let path = address.path(self);
        let lever = self.levers.iter().find(|lever| lever.path == path);
        lever.map_or_else(|| address.label(self), |lever| lever.label.clone())
    }

    /// The kind of a lever that names `path`; what has no lever is an assumption. Whether and
    /// when an event happens is of the same kind as what it does.
    #[must_use]
    pub fn lever_kind(&self, path: &str) -> LeverKind {
        let event = path.rsplit_once('.').filter(|(item, field)| {
            item.starts_with("events.") && matches!(*field, "on" | "until" | "enabled")
        });
        let of_event = |lever: &&Lever| {
            let item = lever.path.rsplit_once('.').map(|(item, _)| item);
            event.is_some_and(|(event, _)| item == Some(event))
        };
        let mut levers = self.levers.iter();
        let exact = levers.find(|lever| lever.path == path);
        exact
            .or_else(|| self.levers.iter().find(of_event))
            .map_or(LeverKind::Assumption, |lever| lever.kind)
    }

    /// The horizon in whole days, at least one.
    #[must_use]
    pub fn day_count(&self) -> usize {
        // The check holds `days` whole and within 1 to MAX_DAYS; the cast saturates regardless.
        (self.days.value as usize).clamp(1, MAX_DAYS as usize)
    }
}

/// Where a number was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub title: String,
    pub publisher: Option<String>,
    /// As the publisher gives it: a year, a month or a day.
    pub date: Option<String>,
    pub url: Option<String>,
    pub note: Option<String>,
}

/// A region defended on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theatre {
    pub name: String,
    pub note: Option<String>,
}

/// Who delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    pub name: String,
    pub note: Option<String>,
}

/// A class of drones, decoys or missiles sent against one theatre.
#[derive(Clone, Debug, PartialEq)]
pub struct Threat {
    pub name: String,
    pub source: Option<String>,
    pub note: Option<String>,
    /// Id of the theatre it is sent against.
    pub theatre: String,
    /// Whether it is a decoy. It changes no run.
    pub decoy: bool,
    /// Lower is engaged first; whole.
    pub priority: Estimate,
    /// Threats held at the start of day 0.
    pub stockpile: Estimate,
    /// Threats a day.
    pub production: Estimate,
    /// Launch sites.
    pub sites: Estimate,
    /// Threats that one site can launch in a day.
    pub per_site: Estimate,
    pub launch: Launch,
    /// Threats launched on listed days. From the first to the last of them nothing else is
    /// launched but raids by name; empty where no day is listed.
    pub launches: BTreeMap<Date, f64>,
    /// Standard deviation over mean of a day's wanted launches; ensembles only.
    pub variation: Estimate,
    /// US dollars; unknown where left out.
    pub unit_cost: Option<Estimate>,
}

/// How launches follow from production and stockpile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Launch {
    /// Share of a day's production launched on a usual day, 0 to 1.
    pub daily_share: Estimate,
    /// Whole days between raids; never where left out.
    pub raid_every: Option<Estimate>,
    /// Share of the stockpile launched in a raid, 0 to 1.
    pub raid_release: Estimate,
    /// Whether raids keep their rhythm in ensembles too, instead of coming on random nights.
    pub regular: bool,
}

/// A class of effector.
#[derive(Clone, Debug, PartialEq)]
pub struct Interceptor {
    pub name: String,
    pub source: Option<String>,
    pub note: Option<String>,
    /// Whether it uses up rounds; electronic warfare does not.
    pub expendable: bool,
    pub doctrine: Doctrine,
    /// Single-shot probability of kill by threat id; 0 where left out.
    pub kill: IndexMap<String, Estimate>,
    /// US dollars a round; unknown where left out.
    pub unit_cost: Option<Estimate>,
}

/// How many rounds an engagement takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Doctrine {
    pub mode: Firing,
    /// Whole rounds, at least 1.
    pub rounds: Estimate,
}

/// How the rounds of an engagement are fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firing {
    /// All rounds at once.
    Salvo,
    /// One at a time, stopping at a kill.
    ShootLookShoot,
}

/// One interceptor class fielded in one theatre.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    pub source: Option<String>,
    pub note: Option<String>,
    /// Id of the theatre.
    pub theatre: String,
    /// Id of the interceptor.
    pub interceptor: String,
    /// Rounds at the start of day 0.
    pub stock: Estimate,
    /// Rounds never fired.
    pub reserve: Estimate,
    /// Share of the stock that a day may fire, 0 to 1.
    pub ration: Estimate,
    /// Launchers, gun teams, aircraft.
    pub fire_units: Estimate,
    /// Engagements one fire unit can make in a day.
    pub engagements: Estimate,
    /// Share of the threats still alive that the layer can reach, 0 to 1.
    pub reach: Estimate,
}

/// A supplier's deliveries to one deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Supply {
    pub source: Option<String>,
    pub note: Option<String>,
    /// Id of the supplier.
    pub supplier: String,
    /// Id of the deployment.
    pub to: String,
    /// Rounds a day.
    pub rate: Estimate,
    /// Rounds in all; no limit where left out.
    pub total: Option<Estimate>,
    /// Whole days between arrivals.
    pub every: Estimate,
    /// First day; from the start where left out.
    pub from: Option<Date>,
    /// First day no longer delivering; until the end where left out.
    pub until: Option<Date>,
    /// Whole days before its arrival, or before a ramp of its rate begins, by which it must be ordered. It
    /// changes no run.
    pub lead: Option<Estimate>,
}

/// A slider.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    pub kind: LeverKind,
    /// The number that it moves.
    pub path: String,
    pub label: String,
    pub min: f64,
    pub max: f64,
    pub step: f64,
}

/// Whose a number is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeverKind {
    /// Ours to take; setting it makes it exact.
    Decision,
    /// About the world; setting it takes its range along.
    Assumption,
}

/// An alternative to the baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatIf {
    pub name: String,
    pub note: Option<String>,
    /// What it sets, by path, in order.
    pub set: IndexMap<String, Value>,
}

/// What was counted of one or several threats together, month by month.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub name: String,
    /// Id of the source.
    pub source: Option<String>,
    pub note: Option<String>,
    /// Ids of the threats whose sum was counted; all of one theatre.
    pub threats: Vec<String>,
    /// Counts by month.
    pub months: IndexMap<Month, Counted>,
}

/// A calendar month, written `2025-06`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// Reads a month as a file writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str, count| {
            part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let month = Self {
            year: year.parse().ok().filter(|_| digits(year, 4))?,
            month: month.parse().ok().filter(|_| digits(month, 2))?,
        };
        (1..=12).contains(&month.month).then_some(month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The counts of one month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Threats launched.
    pub launched: f64,
    /// Threats shot down, jammed or lost, where that was counted.
    pub neutralised: Option<f64>,
}
