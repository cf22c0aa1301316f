//! The registry: every number's address, unit, bounds and meaning, and the one way to read and
//! write it.
//!
//! A *path* is text such as `supply.us-apkws.rate`. [`Address::find`] resolves it against a
//! scenario once; the [`Address`] then reads and writes without looking up names again. Levers,
//! what-ifs, `--set`, ramps, sources, uncertainty and the table of assumptions are all lists of
//! paths: nothing reaches a number by a second way.

use std::fmt;

use indexmap::IndexMap;
use jiff::civil::Date;
use thiserror::Error;

use super::naming::lower_first;
use super::section::Section;
use super::{
    Deployment, Doctrine, Estimate, Event, Interceptor, LeverKind, Scale, Scenario, Supply, Threat,
    What,
};

/// What a path can be set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Date(Date),
    Switch(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Switch(on) => write!(f, "{on}"),
        }
    }
}

impl Value {
    /// Reads a value as the command line gives it: a number, a date or `true` and `false`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "true" => Some(Self::Switch(true)),
            "false" => Some(Self::Switch(false)),
            _ => text
                .parse()
                .ok()
                .map(Self::Number)
                .or_else(|| text.parse().ok().map(Self::Date)),
        }
    }
}

/// The number itself, but 0 for −0, which would be written back and divided by as something else.
pub(super) fn without_sign_of_zero(number: f64) -> f64 {
    number + 0.0
}

/// The largest amount: far beyond any use, and small enough that no sum or product of amounts
/// overflows. Source: the model page, "Scenario".
pub const LARGEST_AMOUNT: f64 = 1e12;

/// What kind of thing stands at an address, and the bounds that hold for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From 0 to 1e12.
    Amount,
    /// Between 0 and 1.
    Share,
    /// A whole number, at least this.
    Whole(i64),
    /// A civil date.
    Date,
    /// True or false.
    Switch,
}

impl Kind {
    /// The scale on which a range about the number is drawn and moved.
    #[must_use]
    pub fn scale(self) -> Scale {
        match self {
            Self::Share => Scale::LogOdds,
            _ => Scale::Log,
        }
    }

    /// Whether a number of this kind may have a range.
    #[must_use]
    pub fn takes_range(self) -> bool {
        matches!(self, Self::Amount | Self::Share)
    }

    /// The lowest and highest number allowed.
    #[must_use]
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Self::Share => (0.0, 1.0),
            Self::Whole(least) => (least as f64, i32::MAX.into()),
            _ => (0.0, LARGEST_AMOUNT),
        }
    }

    /// Whether `value` may stand at an address of this kind.
    ///
    /// # Errors
    ///
    /// [`SetError`] says what would be right.
    pub fn admits(self, value: Value) -> Result<(), SetError> {
        let (low, high) = self.bounds();
        match (self, value) {
            (Self::Date, Value::Date(_)) | (Self::Switch, Value::Switch(_)) => Ok(()),
            (Self::Whole(_), Value::Number(n)) if n.fract() == 0.0 && (low..=high).contains(&n) => {
                Ok(())
            }
            (Self::Amount | Self::Share, Value::Number(n)) if (low..=high).contains(&n) => Ok(()),
            _ => Err(SetError::OutOfBounds { value, kind: self }),
        }
    }

    /// What is wrong with a value that it does not admit.
    fn wrong(self, value: Value) -> String {
        let most = self.bounds().1;
        match (self, value) {
            (Self::Whole(_), Value::Number(n)) if n > most && n.fract() == 0.0 => {
                format!("more than the most that fits, {most}")
            }
            _ => format!("not {self}"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount => f.write_str("a number from 0 to 1e12"),
            Self::Share => f.write_str("a number from 0 to 1"),
            Self::Whole(0) => f.write_str("a whole number, 0 or more"),
            Self::Whole(1) => f.write_str("a whole number, 1 or more"),
            Self::Whole(_) => f.write_str("a whole number"),
            Self::Date => f.write_str("a date such as 2025-06-30"),
            Self::Switch => f.write_str("true or false"),
        }
    }
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}{}", nothing_there(.part, .path), did_you_mean(.near.as_deref()))]
pub struct PathError {
    /// The whole path.
    pub path: String,
    /// The first part of it that is unknown.
    pub part: String,
    /// The known name nearest to that part.
    pub near: Option<String>,
}

/// Why a value was not taken.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SetError {
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("{} is {}", shown(*.value), .kind.wrong(*.value))]
    OutOfBounds { value: Value, kind: Kind },
    /// The value is in bounds, but the scenario as a whole would break a rule.
    #[error("{0}")]
    Rule(String),
}

/// That a part of a path leads nowhere.
fn nothing_there(part: &str, path: &str) -> String {
    if part.is_empty() {
        format!(
            "`{path}` leads to no number; after it comes the name of one, such as `threats.ID.production`"
        )
    } else if part == path {
        format!("there is no number `{path}`")
    } else {
        format!("there is no `{part}` in `{path}`")
    }
}

/// A value in few digits, however small or large it is.
fn shown(value: Value) -> String {
    match value {
        Value::Number(n) if n != 0.0 && !(1e-6..1e15).contains(&n.abs()) => format!("{n:e}"),
        _ => value.to_string(),
    }
}

/// `; did you mean …?`, or nothing.
fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The name among `known` that `wrong` was most likely meant to be.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any name: not a slip of the finger, and slow to compare.
    let known = known.into_iter().take_while(|_| wrong.len() <= 256);
    known
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        // Beyond a third of the letters a guess helps nobody.
        .filter(|(distance, name)| *distance <= 1 + name.len().max(wrong.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What stands at an address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slot<'a> {
    /// A number, or nothing where it was left out and has no default.
    Number(Option<&'a Estimate>),
    Date(Option<Date>),
    Switch(bool),
}

impl Slot<'_> {
    /// The value alone, without range or source.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        match *self {
            Self::Number(estimate) => estimate.map(|e| Value::Number(e.value)),
            Self::Date(date) => date.map(Value::Date),
            Self::Switch(on) => Some(Value::Switch(on)),
        }
    }
}

/// The same, to write to.
enum SlotMut<'a> {
    Number(&'a mut Estimate),
    OptionalNumber(&'a mut Option<Estimate>),
    Date(&'a mut Date),
    OptionalDate(&'a mut Option<Date>),
    Switch(&'a mut bool),
}

/// One number of an item of type `T`: its name below the item, and how to reach it.
struct Field<T: 'static> {
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
    get: fn(&T) -> Slot<'_>,
    get_mut: fn(&mut T) -> SlotMut<'_>,
}

/// Which values are allowed somewhere, their unit, and what they mean.
type Facts = (Kind, &'static str, &'static str);

impl<T> Field<T> {
    fn facts(&self) -> Facts {
        (self.kind, self.unit, self.meaning)
    }
}

/// Builds a [`Field`]; the first word says how the number is stored.
macro_rules! field {
    (number $($place:ident).+; $name:literal, $kind:expr, $unit:literal, $meaning:literal) => {
        Field {
            name: $name, kind: $kind, unit: $unit, meaning: $meaning,
            get: |item| Slot::Number(Some(&item.$($place).+)),
            get_mut: |item| SlotMut::Number(&mut item.$($place).+),
        }
    };
    (optional $($place:ident).+; $name:literal, $kind:expr, $unit:literal, $meaning:literal) => {
        Field {
            name: $name, kind: $kind, unit: $unit, meaning: $meaning,
            get: |item| Slot::Number(item.$($place).+.as_ref()),
            get_mut: |item| SlotMut::OptionalNumber(&mut item.$($place).+),
        }
    };
    (date $($place:ident).+; $name:literal, $meaning:literal) => {
        Field {
            name: $name, kind: Kind::Date, unit: "date", meaning: $meaning,
            get: |item| Slot::Date(Some(item.$($place).+)),
            get_mut: |item| SlotMut::Date(&mut item.$($place).+),
        }
    };
    (optional_date $($place:ident).+; $name:literal, $meaning:literal) => {
        Field {
            name: $name, kind: Kind::Date, unit: "date", meaning: $meaning,
            get: |item| Slot::Date(item.$($place).+),
            get_mut: |item| SlotMut::OptionalDate(&mut item.$($place).+),
        }
    };
    (switch $($place:ident).+; $name:literal, $meaning:literal) => {
        Field {
            name: $name, kind: Kind::Switch, unit: "switch", meaning: $meaning,
            get: |item| Slot::Switch(item.$($place).+),
            get_mut: |item| SlotMut::Switch(&mut item.$($place).+),
        }
    };
}

static SCENARIO: [Field<Scenario>; 4] = [
    field!(date start; "start", "Day 0 of the scenario"),
    field!(number days; "days", Kind::Whole(1), "days", "Length of the horizon"),
    field!(number target; "target", Kind::Share, "share", "Coverage below which 28 days count as a breach"),
    field!(optional protection_target; "protection_target", Kind::Share, "share", "Protection below which 28 days count as a breach"),
];

static THREAT: [Field<Threat>; 12] = [
    field!(switch decoy; "decoy", "Whether it is a decoy"),
    field!(number priority; "priority", Kind::Whole(i32::MIN as i64), "rank", "Rank in which it is engaged, lowest first"),
    field!(number stockpile; "stockpile", Kind::Amount, "threats", "Stockpile at the start"),
    field!(number production; "production", Kind::Amount, "threats/day", "Production"),
    field!(number sites; "sites", Kind::Amount, "sites", "Launch sites"),
    field!(number per_site; "per_site", Kind::Amount, "threats/site/day", "Launches that one site can make in a day"),
    field!(number launch.daily_share; "launch.daily_share", Kind::Share, "share", "Share of a day's production launched on a usual day"),
    field!(optional launch.raid_every; "launch.raid_every", Kind::Whole(1), "days", "Days between raids"),
    field!(number launch.raid_release; "launch.raid_release", Kind::Share, "share", "Share of the stockpile launched in a raid"),
    field!(switch launch.regular; "launch.regular", "Whether raids keep their rhythm in ensembles"),
    field!(number variation; "variation", Kind::Amount, "of the mean", "Day-to-day variation of launches (standard deviation over mean)"),
    field!(optional unit_cost; "unit_cost", Kind::Amount, "US$", "Unit cost"),
];

static INTERCEPTOR: [Field<Interceptor>; 3] = [
    field!(switch expendable; "expendable", "Whether it uses up rounds"),
    field!(number doctrine.rounds; "doctrine.n", Kind::Whole(1), "rounds", "Rounds an engagement may take"),
    field!(optional unit_cost; "unit_cost", Kind::Amount, "US$/round", "Unit cost"),
];

static DEPLOYMENT: [Field<Deployment>; 6] = [
    field!(number stock; "stock", Kind::Amount, "rounds", "Rounds in stock at the start"),
    field!(number reserve; "reserve", Kind::Amount, "rounds", "Rounds held back, never fired"),
    field!(number ration; "ration", Kind::Share, "share", "Share of the stock that one day may fire"),
    field!(number fire_units; "fire_units", Kind::Amount, "fire units", "Fire units"),
    field!(number engagements; "engagements", Kind::Amount, "engagements/fire unit/day", "Engagements that one fire unit can make in a day"),
    field!(number reach; "reach", Kind::Share, "share", "Share of the threats still alive that the layer can reach"),
];

static SUPPLY: [Field<Supply>; 6] = [
    field!(number rate; "rate", Kind::Amount, "rounds/day", "Delivery rate"),
    field!(optional total; "total", Kind::Amount, "rounds", "Rounds to be delivered in all"),
    field!(number every; "every", Kind::Whole(1), "days", "Days between arrivals"),
    field!(optional_date from; "from", "First day of delivery"),
    field!(optional_date until; "until", "First day no longer delivering"),
    field!(optional lead; "lead", Kind::Whole(0), "days", "Days from order to arrival"),
];

/// Unit and meaning of a single-shot probability of kill, which has a field for each threat.
const KILL: Facts = (
    Kind::Share,
    "probability",
    "Single-shot probability of kill",
);
/// Unit and meaning of a raid's launches, which have a field for each threat.
const LAUNCHES: Facts = (Kind::Amount, "threats", "Launched in the raid");

/// The fields of an event, which depend on its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum EventField {
    Enabled,
    On,
    Until,
    Over,
    To,
    Quantity,
    Share,
    Lead,
}

impl EventField {
    const ALL: [Self; 8] = [
        Self::Enabled,
        Self::On,
        Self::Until,
        Self::Over,
        Self::To,
        Self::Quantity,
        Self::Share,
        Self::Lead,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::On => "on",
            Self::Until => "until",
            Self::Over => "over",
            Self::To => "to",
            Self::Quantity => "quantity",
            Self::Share => "share",
            Self::Lead => "lead",
        }
    }

    fn facts(self) -> Facts {
        match self {
            Self::Enabled => (Kind::Switch, "switch", "Whether the event happens"),
            Self::On => (Kind::Date, "date", "Day on which it begins"),
            Self::Until => (Kind::Date, "date", "First day after it"),
            Self::Over => (Kind::Whole(0), "days", "Days that the change takes"),
            Self::To => (Kind::Amount, "", "Value reached"),
            Self::Quantity => (Kind::Amount, "rounds", "Rounds moved"),
            Self::Share => (Kind::Share, "share", "Share of each delivery diverted"),
            Self::Lead => (Kind::Whole(0), "days", "Days from order to arrival"),
        }
    }

    /// What stands there, or nothing where this kind of event has no such field.
    fn get(self, event: &Event) -> Option<Slot<'_>> {
        Some(match (self, &event.what) {
            (Self::Enabled, _) => Slot::Switch(event.enabled),
            (Self::On, what) => Slot::Date(Some(what.on())),
            (Self::Until, What::Pause { until, .. } | What::Ceasefire { until, .. }) => {
                Slot::Date(*until)
            }
            (Self::Lead, What::Shipment { lead, .. }) => Slot::Number(lead.as_ref()),
            (Self::Over, What::Ramp { over: number, .. })
            | (Self::To, What::Ramp { to: number, .. })
            | (Self::Share, What::Divert { share: number, .. })
            | (
                Self::Quantity,
                What::Divert {
                    quantity: number, ..
                }
                | What::Transfer {
                    quantity: number, ..
                }
                | What::Shipment {
                    quantity: number, ..
                },
            ) => Slot::Number(Some(number)),
            _ => return None,
        })
    }

    fn get_mut(self, event: &mut Event) -> Option<SlotMut<'_>> {
        Some(match (self, &mut event.what) {
            (Self::Enabled, _) => SlotMut::Switch(&mut event.enabled),
            (
                Self::On,
                What::Divert { on, .. }
                | What::Transfer { on, .. }
                | What::Shipment { on, .. }
                | What::Raid { on, .. }
                | What::Ramp { on, .. }
                | What::Pause { on, .. }
                | What::Ceasefire { on, .. },
            ) => SlotMut::Date(on),
            (Self::Until, What::Pause { until, .. } | What::Ceasefire { until, .. }) => {
                SlotMut::OptionalDate(until)
            }
            (Self::Lead, What::Shipment { lead, .. }) => SlotMut::OptionalNumber(lead),
            (Self::Over, What::Ramp { over: number, .. })
            | (Self::To, What::Ramp { to: number, .. })
            | (Self::Share, What::Divert { share: number, .. })
            | (
                Self::Quantity,
                What::Divert {
                    quantity: number, ..
                }
                | What::Transfer {
                    quantity: number, ..
                }
                | What::Shipment {
                    quantity: number, ..
                },
            ) => SlotMut::Number(number),
            _ => return None,
        })
    }
}

/// A resolved path: which number of which item.
///
/// It stays good for every scenario with the same items in the same order, which setting numbers
/// never changes. Against another scenario, reading gives nothing and writing fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(At);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    /// Field.
    Scenario(usize),
    /// Item, field; likewise below.
    Threat(usize, usize),
    Interceptor(usize, usize),
    /// Interceptor, threat.
    Kill(usize, usize),
    Deployment(usize, usize),
    Supply(usize, usize),
    Event(usize, EventField),
    /// Event, threat.
    Launches(usize, usize),
}

/// The sections whose items have numbers, in the order of the file.
const SECTIONS: [&str; 5] = ["threats", "interceptors", "deployments", "supply", "events"];

impl Address {
    /// Resolves `path` against a scenario.
    ///
    /// # Errors
    ///
    /// Names the first part of the path that is unknown, and the nearest known name.
    pub fn find(scenario: &Scenario, path: &str) -> Result<Self, PathError> {
        let unknown = |part: &str, near: Option<&str>| PathError {
            path: path.to_owned(),
            part: part.to_owned(),
            near: near.map(str::to_owned),
        };
        let Some((section, rest)) = path.split_once('.') else {
            if SECTIONS.contains(&path) {
                return Err(unknown("", None));
            }
            let names = SCENARIO.iter().map(|field| field.name);
            return position(&SCENARIO, path)
                .map(|field| Self(At::Scenario(field)))
                .ok_or_else(|| unknown(path, nearest(path, names.chain(SECTIONS))));
        };
        let (id, name) = rest.split_once('.').unwrap_or((rest, ""));
        let s = scenario;
        // An item of a section, then one of its fields; each may be unknown.
        macro_rules! item {
            ($section:ident) => {
                s.$section.get_full(id).ok_or_else(|| {
                    unknown(id, nearest(id, s.$section.keys().map(String::as_str)))
                })?
            };
        }
        macro_rules! field_of {
            ($table:expr, $also:expr) => {
                position($table, name).ok_or_else(|| {
                    let names = $table.iter().map(|field| field.name);
                    unknown(name, nearest(name, names.chain($also)))
                })?
            };
        }
        let threat_of = |id: &str| {
            s.threats
                .get_index_of(id)
                .ok_or_else(|| unknown(id, nearest(id, s.threats.keys().map(String::as_str))))
        };
        Ok(Self(match section {
            "threats" => At::Threat(item!(threats).0, field_of!(&THREAT, [])),
            "interceptors" => {
                let (index, ..) = item!(interceptors);
                match name.strip_prefix("kill.") {
                    Some(threat) => At::Kill(index, threat_of(threat)?),
                    None => At::Interceptor(index, field_of!(&INTERCEPTOR, ["kill"])),
                }
            }
            "deployments" => At::Deployment(item!(deployments).0, field_of!(&DEPLOYMENT, [])),
            "supply" => At::Supply(item!(supply).0, field_of!(&SUPPLY, [])),
            "events" => {
                let (index, _, event) = item!(events);
                if let (Some(threat), What::Raid { .. }) =
                    (name.strip_prefix("launches."), &event.what)
                {
                    At::Launches(index, threat_of(threat)?)
                } else {
                    let fields = || {
                        EventField::ALL
                            .into_iter()
                            .filter(|field| field.get(event).is_some())
                    };
                    let field = fields().find(|field| field.name() == name);
                    At::Event(
                        index,
                        field.ok_or_else(|| {
                            let launches = match event.what {
                                What::Raid { .. } => Some("launches"),
                                _ => None,
                            };
                            let names = fields().map(EventField::name).chain(launches);
                            unknown(name, nearest(name, names))
                        })?,
                    )
                }
            }
            _ => return Err(unknown(section, nearest(section, SECTIONS))),
        }))
    }

    /// Every number, date and switch that the scenario states or has a default for, in the order
    /// of the file.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let s = scenario;
        let mut all: Vec<At> = (0..SCENARIO.len()).map(At::Scenario).collect();
        let fields = |count: usize, at: fn(usize, usize) -> At, item: usize| {
            (0..count).map(move |field| at(item, field))
        };
        for item in 0..s.threats.len() {
            all.extend(fields(THREAT.len(), At::Threat, item));
        }
        for (item, interceptor) in s.interceptors.values().enumerate() {
            all.extend(fields(INTERCEPTOR.len(), At::Interceptor, item));
            let kills = interceptor.kill.keys();
            all.extend(
                kills
                    .filter_map(|id| s.threats.get_index_of(id))
                    .map(|threat| At::Kill(item, threat)),
            );
        }
        for item in 0..s.deployments.len() {
            all.extend(fields(DEPLOYMENT.len(), At::Deployment, item));
        }
        for item in 0..s.supply.len() {
            all.extend(fields(SUPPLY.len(), At::Supply, item));
        }
        for (item, event) in s.events.values().enumerate() {
            all.extend(
                EventField::ALL
                    .into_iter()
                    .filter(|field| field.get(event).is_some())
                    .map(|field| At::Event(item, field)),
            );
            if let What::Raid { launches, .. } = &event.what {
                all.extend(
                    launches
                        .keys()
                        .filter_map(|id| s.threats.get_index_of(id))
                        .map(|threat| At::Launches(item, threat)),
                );
            }
        }
        all.into_iter().map(Self).collect()
    }

    /// The path as text.
    #[must_use]
    pub fn path(self, scenario: &Scenario) -> String {
        let s = scenario;
        match self.0 {
            At::Scenario(f) => SCENARIO[f].name.to_owned(),
            At::Threat(i, f) => format!("threats.{}.{}", id(&s.threats, i), THREAT[f].name),
            At::Interceptor(i, f) => format!(
                "interceptors.{}.{}",
                id(&s.interceptors, i),
                INTERCEPTOR[f].name
            ),
            At::Kill(i, t) => format!(
                "interceptors.{}.kill.{}",
                id(&s.interceptors, i),
                id(&s.threats, t)
            ),
            At::Deployment(i, f) => {
                format!(
                    "deployments.{}.{}",
                    id(&s.deployments, i),
                    DEPLOYMENT[f].name
                )
            }
            At::Supply(i, f) => format!("supply.{}.{}", id(&s.supply, i), SUPPLY[f].name),
            At::Event(i, f) => format!("events.{}.{}", id(&s.events, i), f.name()),
            At::Launches(i, t) => {
                format!("events.{}.launches.{}", id(&s.events, i), id(&s.threats, t))
            }
        }
    }

    /// What it is, in words that need no other: item first, then the number.
    #[must_use]
    pub fn label(self, scenario: &Scenario) -> String {
        let s = scenario;
        let name = |section: Section, id: &str| section.name(s, id);
        let threat = |i| name(Section::Threats, id(&s.threats, i));
        let event = |i| name(Section::Events, id(&s.events, i));
        let interceptor = |i| name(Section::Interceptors, id(&s.interceptors, i));
        let item = match self.0 {
            At::Scenario(_) => None,
            At::Threat(i, _) => Some(threat(i)),
            At::Interceptor(i, _) => Some(interceptor(i)),
            At::Kill(i, t) => Some(format!("{} against {}", interceptor(i), threat(t))),
            At::Deployment(i, _) => Some(name(Section::Deployments, id(&s.deployments, i))),
            At::Supply(i, _) => Some(name(Section::Supply, id(&s.supply, i))),
            // An event is on or off: its name says all.
            At::Event(i, EventField::Enabled) => return event(i),
            At::Event(i, _) => Some(event(i)),
            At::Launches(i, t) => Some(format!("{}, {}", event(i), threat(t))),
        };
        match item {
            Some(item) => format!("{item}: {}", lower_first(self.meaning())),
            None => self.meaning().to_owned(),
        }
    }

    /// Which values are allowed there.
    #[must_use]
    pub fn kind(self, scenario: &Scenario) -> Kind {
        self.facts(scenario).0
    }

    /// The unit of the number there.
    #[must_use]
    pub fn unit(self, scenario: &Scenario) -> &'static str {
        self.facts(scenario).1
    }

    /// What the number means, in plain language, without the item it belongs to.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self.0 {
            At::Scenario(f) => SCENARIO[f].facts().2,
            At::Threat(_, f) => THREAT[f].facts().2,
            At::Interceptor(_, f) => INTERCEPTOR[f].facts().2,
            At::Kill(..) => KILL.2,
            At::Deployment(_, f) => DEPLOYMENT[f].facts().2,
            At::Supply(_, f) => SUPPLY[f].facts().2,
            At::Event(_, f) => f.facts().2,
            At::Launches(..) => LAUNCHES.2,
        }
    }

    /// Kind, unit and meaning.
    fn facts(self, scenario: &Scenario) -> Facts {
        match self.0 {
            At::Scenario(f) => SCENARIO[f].facts(),
            At::Threat(_, f) => THREAT[f].facts(),
            At::Interceptor(_, f) => INTERCEPTOR[f].facts(),
            At::Kill(..) => KILL,
            At::Deployment(_, f) => DEPLOYMENT[f].facts(),
            At::Supply(_, f) => SUPPLY[f].facts(),
            // A ramp is held to the bounds of the number that it changes.
            At::Event(_, EventField::To) => {
                let (kind, unit, meaning) = EventField::To.facts();
                self.ramped(scenario)
                    .map_or((kind, unit, meaning), |target| {
                        let (kind, unit, _) = target.facts(scenario);
                        (kind, unit, meaning)
                    })
            }
            At::Event(_, f) => f.facts(),
            At::Launches(..) => LAUNCHES,
        }
    }

    /// Reads what stands there; nothing if the scenario is not the one that was resolved.
    #[must_use]
    pub fn get(self, scenario: &Scenario) -> Option<Slot<'_>> {
        let s = scenario;
        match self.0 {
            At::Scenario(f) => Some((SCENARIO[f].get)(s)),
            At::Threat(i, f) => at(&s.threats, i).map(|item| (THREAT[f].get)(item)),
            At::Interceptor(i, f) => at(&s.interceptors, i).map(|item| (INTERCEPTOR[f].get)(item)),
            At::Kill(i, t) => {
                let (threat, _) = s.threats.get_index(t)?;
                at(&s.interceptors, i).map(|item| Slot::Number(item.kill.get(threat)))
            }
            At::Deployment(i, f) => at(&s.deployments, i).map(|item| (DEPLOYMENT[f].get)(item)),
            At::Supply(i, f) => at(&s.supply, i).map(|item| (SUPPLY[f].get)(item)),
            At::Event(i, f) => at(&s.events, i).and_then(|item| f.get(item)),
            At::Launches(i, t) => {
                let (threat, _) = s.threats.get_index(t)?;
                match &at(&s.events, i)?.what {
                    What::Raid { launches, .. } => Some(Slot::Number(launches.get(threat))),
                    _ => None,
                }
            }
        }
    }

    /// The number there with its range and source, if it is a number and stated.
    #[must_use]
    pub fn estimate(self, scenario: &Scenario) -> Option<&Estimate> {
        match self.get(scenario) {
            Some(Slot::Number(estimate)) => estimate,
            _ => None,
        }
    }

    /// The number there, if it is a number and stated.
    #[must_use]
    pub fn number(self, scenario: &Scenario) -> Option<f64> {
        self.estimate(scenario).map(|estimate| estimate.value)
    }

    /// The source of the number there: its own, else its item's.
    #[must_use]
    pub fn source(self, scenario: &Scenario) -> Option<&str> {
        let s = scenario;
        let own = self.estimate(s).and_then(|e| e.source.as_deref());
        own.or_else(|| match self.0 {
            At::Scenario(_) => None,
            At::Threat(i, _) => at(&s.threats, i)?.source.as_deref(),
            At::Interceptor(i, _) | At::Kill(i, _) => at(&s.interceptors, i)?.source.as_deref(),
            At::Deployment(i, _) => at(&s.deployments, i)?.source.as_deref(),
            At::Supply(i, _) => at(&s.supply, i)?.source.as_deref(),
            At::Event(i, _) | At::Launches(i, _) => at(&s.events, i)?.source.as_deref(),
        })
    }

    /// Whether setting this number can break a rule that goes beyond its own bounds, so that the
    /// whole scenario must be checked again.
    pub(super) fn needs_check(self, scenario: &Scenario) -> bool {
        match (self.kind(scenario), self.0) {
            (Kind::Amount | Kind::Share, At::Deployment(_, field)) => {
                // Electronic warfare may hold no stock.
                DEPLOYMENT[field].name == "stock"
            }
            (Kind::Amount | Kind::Share, _) => false,
            (Kind::Whole(_) | Kind::Date | Kind::Switch, _) => true,
        }
    }

    /// Writes a value, by the rule for the path's kind of lever: a decision becomes exact, an
    /// assumption takes its range along.
    ///
    /// The scenario as a whole is not checked; [`Checked::set`](super::Checked::set) does that.
    ///
    /// # Errors
    ///
    /// [`SetError::OutOfBounds`] where the value cannot stand there.
    pub(super) fn set(self, scenario: &mut Scenario, value: Value) -> Result<(), SetError> {
        let kind = self.kind(scenario);
        kind.admits(value)?;
        let exact = !scenario.levers.is_empty()
            && scenario.lever_kind(&self.path(scenario)) == LeverKind::Decision;
        let value = match value {
            Value::Number(number) => Value::Number(without_sign_of_zero(number)),
            other => other,
        };
        let write = |estimate: &mut Estimate, number: f64| {
            if exact {
                estimate.set_exact(number);
                return Ok(());
            }
            let (value, range) = (estimate.value, estimate.range);
            estimate.set_median(number, kind.scale());
            let high = estimate.range.map_or(0.0, |range| range.high);
            if high <= LARGEST_AMOUNT {
                return Ok(());
            }
            (estimate.value, estimate.range) = (value, range);
            Err(SetError::Rule(format!(
                "its range would reach {high:e}; a range ends at 1e12 at most"
            )))
        };
        match (self.slot_mut(scenario), value) {
            (Some(SlotMut::Number(estimate)), Value::Number(number)) => write(estimate, number)?,
            (Some(SlotMut::OptionalNumber(Some(estimate))), Value::Number(number)) => {
                write(estimate, number)?;
            }
            (Some(SlotMut::OptionalNumber(empty)), Value::Number(number)) => {
                *empty = Some(Estimate::exact(number));
            }
            (Some(SlotMut::Date(date)), Value::Date(new)) => *date = new,
            (Some(SlotMut::OptionalDate(date)), Value::Date(new)) => *date = Some(new),
            (Some(SlotMut::Switch(switch)), Value::Switch(on)) => *switch = on,
            _ => return Err(SetError::OutOfBounds { value, kind }),
        }
        Ok(())
    }

    /// Puts back exactly what stands at the same address of `from`, range and all.
    pub(super) fn restore(self, scenario: &mut Scenario, from: &Scenario) {
        let old = self.get(from);
        if let Some(slot) = self.slot_mut(scenario) {
            match (slot, old) {
                (SlotMut::Number(estimate), Some(Slot::Number(Some(old)))) => {
                    estimate.clone_from(old);
                }
                (SlotMut::OptionalNumber(estimate), Some(Slot::Number(old))) => {
                    *estimate = old.cloned();
                }
                (SlotMut::Date(date), Some(Slot::Date(Some(old)))) => *date = old,
                (SlotMut::OptionalDate(date), Some(Slot::Date(old))) => *date = old,
                (SlotMut::Switch(switch), Some(Slot::Switch(old))) => *switch = old,
                _ => {}
            }
        }
        // A number that `from` leaves out was put there by being written to: take it away again.
        if matches!(old, Some(Slot::Number(None))) {
            self.remove_listed(scenario);
        }
    }

    /// Takes an entry out of the lists that hold a number for each threat.
    fn remove_listed(self, scenario: &mut Scenario) {
        match self.0 {
            At::Kill(i, t) => {
                if let Some((threat, _)) = scenario.threats.get_index(t)
                    && let Some((_, interceptor)) = scenario.interceptors.get_index_mut(i)
                {
                    interceptor.kill.shift_remove(threat);
                }
            }
            At::Launches(i, t) => {
                if let Some((threat, _)) = scenario.threats.get_index(t)
                    && let Some((_, event)) = scenario.events.get_index_mut(i)
                    && let What::Raid { launches, .. } = &mut event.what
                {
                    launches.shift_remove(threat);
                }
            }
            _ => {}
        }
    }

    /// The number there to write to, if it is a number and stated.
    pub(super) fn estimate_mut(self, scenario: &mut Scenario) -> Option<&mut Estimate> {
        // Reaching for a number of a list would put it there.
        self.estimate(scenario)?;
        match self.slot_mut(scenario)? {
            SlotMut::Number(estimate) | SlotMut::OptionalNumber(Some(estimate)) => Some(estimate),
            _ => None,
        }
    }

    /// Whether what stands there may be left out.
    #[must_use]
    pub fn may_be_left_out(self) -> bool {
        match self.0 {
            At::Kill(..) | At::Launches(..) | At::Event(_, EventField::Until) => true,
            At::Scenario(_) | At::Deployment(..) | At::Event(..) => false,
            At::Threat(_, f) => matches!(THREAT[f].name, "launch.raid_every" | "unit_cost"),
            At::Interceptor(_, f) => INTERCEPTOR[f].name == "unit_cost",
            At::Supply(_, f) => matches!(SUPPLY[f].name, "total" | "from" | "until"),
        }
    }

    /// Leaves out what stands there; whether it may be.
    pub(super) fn clear(self, scenario: &mut Scenario) -> bool {
        if matches!(self.0, At::Kill(..) | At::Launches(..)) {
            self.remove_listed(scenario);
            return true;
        }
        match self.slot_mut(scenario) {
            Some(SlotMut::OptionalNumber(number)) => *number = None,
            Some(SlotMut::OptionalDate(date)) => *date = None,
            _ => return false,
        }
        true
    }

    fn slot_mut(self, scenario: &mut Scenario) -> Option<SlotMut<'_>> {
        let s = scenario;
        match self.0 {
            At::Scenario(f) => Some((SCENARIO[f].get_mut)(s)),
            At::Threat(i, f) => at_mut(&mut s.threats, i).map(|item| (THREAT[f].get_mut)(item)),
            At::Interceptor(i, f) => {
                at_mut(&mut s.interceptors, i).map(|item| (INTERCEPTOR[f].get_mut)(item))
            }
            At::Kill(i, t) => {
                let (threat, _) = s.threats.get_index(t)?;
                let interceptor = at_mut(&mut s.interceptors, i)?;
                Some(SlotMut::Number(entry(&mut interceptor.kill, threat)))
            }
            At::Deployment(i, f) => {
                at_mut(&mut s.deployments, i).map(|item| (DEPLOYMENT[f].get_mut)(item))
            }
            At::Supply(i, f) => at_mut(&mut s.supply, i).map(|item| (SUPPLY[f].get_mut)(item)),
            At::Event(i, f) => at_mut(&mut s.events, i).and_then(|item| f.get_mut(item)),
            At::Launches(i, t) => {
                let (threat, _) = s.threats.get_index(t)?;
                match &mut at_mut(&mut s.events, i)?.what {
                    What::Raid { launches, .. } => Some(SlotMut::Number(entry(launches, threat))),
                    _ => None,
                }
            }
        }
    }

    /// The number that a ramp's `to` is for.
    fn ramped(self, scenario: &Scenario) -> Option<Self> {
        let At::Event(i, EventField::To) = self.0 else {
            return None;
        };
        match &at(&scenario.events, i)?.what {
            // A ramp of a ramp is refused by the check; asking for it must not recurse.
            What::Ramp { path, .. } if !path.starts_with("events.") => {
                Self::find(scenario, path).ok()
            }
            _ => None,
        }
    }
}

impl Doctrine {
    /// The doctrine in words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.mode {
            super::Firing::Salvo => format!("salvo of {}", self.rounds.value),
            super::Firing::ShootLookShoot => {
                format!("shoot, look, shoot; {} at most", self.rounds.value)
            }
        }
    }
}

fn position<T>(table: &[Field<T>], name: &str) -> Option<usize> {
    table.iter().position(|field| field.name == name)
}

fn at<T>(map: &IndexMap<String, T>, index: usize) -> Option<&T> {
    map.get_index(index).map(|(_, item)| item)
}

fn at_mut<T>(map: &mut IndexMap<String, T>, index: usize) -> Option<&mut T> {
    map.get_index_mut(index).map(|(_, item)| item)
}

fn id<T>(map: &IndexMap<String, T>, index: usize) -> &str {
    map.get_index(index).map_or("?", |(id, _)| id)
}

fn entry<'a>(map: &'a mut IndexMap<String, Estimate>, id: &str) -> &'a mut Estimate {
    map.entry(id.to_owned()).or_default()
}
