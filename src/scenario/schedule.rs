//! Events as they are planned: new ones with sensible values, what each may name, how one moves
//! in time, and what goes with one that is taken away.

use indexmap::IndexMap;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::check::{ramped, rules};
use super::{Address, Estimate, Event, Kind, Paused, Scenario, Section, Threat, Value, What};

/// How long a new pause or ceasefire lasts, in days.
const LASTS: i32 = 30;
/// How long a new gradual change takes, in days.
const TAKES: f64 = 90.0;
/// How many days of supply a new shipment or diversion is worth.
const WORTH: f64 = 28.0;
/// Rounds where nothing in the scenario suggests a number.
const SOME_ROUNDS: f64 = 100.0;

/// The kinds of event, without what each names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    Divert,
    Transfer,
    Shipment,
    Raid,
    Ramp,
    Pause,
    Ceasefire,
}

impl EventKind {
    pub const ALL: [Self; 7] = [
        Self::Divert,
        Self::Transfer,
        Self::Shipment,
        Self::Raid,
        Self::Ramp,
        Self::Pause,
        Self::Ceasefire,
    ];

    /// What a reader calls the kind.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Divert => "Diversion",
            Self::Transfer => "Transfer",
            Self::Shipment => "Shipment",
            Self::Raid => "Raid",
            Self::Ramp => "Gradual change",
            Self::Pause => "Pause in deliveries",
            Self::Ceasefire => "Ceasefire",
        }
    }

    /// What the kind does.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Divert => "Part of each delivery goes to another theatre",
            Self::Transfer => "Rounds in stock move to another theatre",
            Self::Shipment => "One delivery outside every supply line",
            Self::Raid => "What is launched on one day, whatever the usual pattern",
            Self::Ramp => "A rate or a number of sites or launchers changes over days",
            Self::Pause => "A supplier or a supply line delivers nothing for a while",
            Self::Ceasefire => "Nothing is launched against a theatre for a while",
        }
    }

    /// Why a scenario has no place for an event of this kind.
    fn impossible(self) -> &'static str {
        match self {
            Self::Divert => "No supply line serves an interceptor that is fielded twice",
            Self::Transfer => "No interceptor is fielded by two deployments",
            Self::Shipment => "There is no supplier, or nothing that uses rounds",
            Self::Raid => "There is no threat that has no raid on this day already",
            Self::Ramp => "Everything that can change gradually does so already",
            Self::Pause => "There is no supply line",
            Self::Ceasefire => "There is no theatre",
        }
    }
}

/// Something of the scenario that an event names and that can be chosen among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    Supply,
    Supplier,
    From,
    To,
    Path,
    Paused,
    Theatre,
}

impl Reference {
    /// What a reader calls it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Supply => "Supply line",
            Self::Supplier => "Supplier",
            Self::From => "From",
            Self::To => "To",
            Self::Path => "What changes",
            Self::Paused => "What pauses",
            Self::Theatre => "Theatre",
        }
    }

    /// What an event names now, as [`Event::choices`] lists it.
    #[must_use]
    pub fn get(self, what: &What) -> Option<String> {
        match (self, what) {
            (Self::Supply, What::Divert { supply: id, .. })
            | (Self::Supplier, What::Shipment { supplier: id, .. })
            | (Self::From, What::Transfer { from: id, .. })
            | (
                Self::To,
                What::Divert { to: id, .. }
                | What::Transfer { to: id, .. }
                | What::Shipment { to: id, .. },
            )
            | (Self::Path, What::Ramp { path: id, .. })
            | (Self::Theatre, What::Ceasefire { theatre: id, .. }) => Some(id.clone()),
            (Self::Paused, What::Pause { of, .. }) => Some(paused_id(of)),
            _ => None,
        }
    }
}

/// A change to an event that goes beyond its numbers, dates and switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventChange {
    Name(String),
    /// Name something else of the scenario.
    Refer(Reference, String),
    /// Add a threat to a raid.
    AddThreat(String),
    /// Take a threat out of a raid.
    RemoveThreat(String),
}

/// What of an event is moved in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of it: what lasts keeps its length.
    Whole,
    /// Its first day; the last one stays.
    Start,
    /// The day after its last.
    End,
}

impl What {
    /// What an event of this kind names.
    #[must_use]
    pub fn references(&self) -> &'static [Reference] {
        match self {
            Self::Divert { .. } => &[Reference::Supply, Reference::To],
            Self::Transfer { .. } => &[Reference::From, Reference::To],
            Self::Shipment { .. } => &[Reference::Supplier, Reference::To],
            Self::Raid { .. } => &[],
            Self::Ramp { .. } => &[Reference::Path],
            Self::Pause { .. } => &[Reference::Paused],
            Self::Ceasefire { .. } => &[Reference::Theatre],
        }
    }

    /// Whether an event lasts, so that its end can be moved.
    #[must_use]
    pub fn lasts(&self) -> bool {
        match self {
            Self::Ramp { over, .. } => over.value > 0.0,
            Self::Pause { .. } | Self::Ceasefire { .. } => true,
            _ => false,
        }
    }

    /// Days by which what an event brings must be ordered before it begins: a delivery, or another rate of
    /// one. 0 if nothing must be, or no lead is given.
    #[must_use]
    pub fn lead(&self, scenario: &Scenario) -> usize {
        let lead = match self {
            Self::Shipment { lead, .. } => lead.as_ref(),
            Self::Ramp { path, .. } => path
                .strip_prefix("supply.")
                .and_then(|rest| rest.strip_suffix(".rate"))
                .and_then(|id| scenario.supply.get(id))
                .and_then(|line| line.lead.as_ref()),
            _ => None,
        };
        lead.map_or(0, |lead| lead.value as usize)
    }

    /// Whether an event moves nothing as it stands, as a diversion of 0 rounds does.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        match self {
            Self::Divert {
                quantity, share, ..
            } => quantity.value == 0.0 || share.value == 0.0,
            Self::Transfer { quantity, .. } | Self::Shipment { quantity, .. } => {
                quantity.value == 0.0
            }
            _ => false,
        }
    }

    /// The first day after an event, where it lasts; one without an end lasts as long as the
    /// scenario.
    #[must_use]
    pub fn end(&self, scenario: &Scenario) -> Option<Date> {
        match self {
            Self::Ramp { on, over, .. } if over.value > 0.0 => {
                Some(on.saturating_add((over.value as i32).days()))
            }
            Self::Pause { until, .. } | Self::Ceasefire { until, .. } => {
                Some(until.unwrap_or_else(|| horizon(scenario)))
            }
            _ => None,
        }
    }
}

impl Event {
    /// What this event could name in the place of what it names now: id and name of each.
    #[must_use]
    pub fn choices(&self, scenario: &Scenario, reference: Reference) -> Vec<(String, String)> {
        let s = scenario;
        let deployments = |ids: Vec<&String>| -> Vec<(String, String)> {
            let named = ids.into_iter();
            named
                .map(|id| (id.clone(), Section::Deployments.name(s, id)))
                .collect()
        };
        match (reference, &self.what) {
            (Reference::Supply, _) => s
                .supply
                .iter()
                .filter(|(_, line)| !partners(s, &line.to).is_empty())
                .map(|(id, _)| (id.clone(), Section::Supply.name(s, id)))
                .collect(),
            (Reference::Supplier, _) => s
                .suppliers
                .iter()
                .map(|(id, supplier)| (id.clone(), supplier.name.clone()))
                .collect(),
            (Reference::From, _) => {
                let giving = s.deployments.keys();
                deployments(giving.filter(|id| !partners(s, id).is_empty()).collect())
            }
            (Reference::To, What::Divert { supply, .. }) => {
                let line = s.supply.get(supply);
                deployments(line.map_or_else(Vec::new, |line| partners(s, &line.to)))
            }
            (Reference::To, What::Transfer { from, .. }) => deployments(partners(s, from)),
            (Reference::To, _) => deployments(
                s.deployments
                    .keys()
                    .filter(|id| uses_rounds(s, id))
                    .collect(),
            ),
            (Reference::Path, _) => rampable(s)
                .into_iter()
                .map(|address| (address.path(s), address.label(s)))
                .collect(),
            (Reference::Paused, _) => {
                let suppliers = s.suppliers.keys().cloned().map(Paused::Supplier);
                let lines = s.supply.keys().cloned().map(Paused::Supply);
                suppliers
                    .chain(lines)
                    .map(|of| {
                        let name = match &of {
                            Paused::Supplier(_) => format!("All of {}", s.paused_name(&of)),
                            Paused::Supply(_) => s.paused_name(&of),
                        };
                        (paused_id(&of), name)
                    })
                    .collect()
            }
            (Reference::Theatre, _) => s
                .theatres
                .iter()
                .map(|(id, theatre)| (id.clone(), theatre.name.clone()))
                .collect(),
        }
    }

    /// Names something else; what no longer fits beside it is changed to the first that does.
    fn refer(&mut self, scenario: &Scenario, reference: Reference, choice: &str) {
        match (reference, &mut self.what) {
            (Reference::Supply, What::Divert { supply: id, .. })
            | (Reference::Supplier, What::Shipment { supplier: id, .. })
            | (Reference::From, What::Transfer { from: id, .. })
            | (
                Reference::To,
                What::Divert { to: id, .. }
                | What::Transfer { to: id, .. }
                | What::Shipment { to: id, .. },
            )
            | (Reference::Theatre, What::Ceasefire { theatre: id, .. }) => {
                choice.clone_into(id);
            }
            (Reference::Path, What::Ramp { path, to, .. }) => {
                choice.clone_into(path);
                // What it became means nothing for another number: it starts from what that is.
                let now = Address::find(scenario, choice).ok();
                let now = now.and_then(|address| address.number(scenario));
                *to = Estimate::exact(now.unwrap_or_default());
            }
            (Reference::Paused, What::Pause { of, .. }) => *of = paused(choice),
            _ => {}
        }
        let gaining = self.choices(scenario, Reference::To);
        if let What::Divert { to, .. } | What::Transfer { to, .. } = &mut self.what
            && !gaining.iter().any(|(id, _)| id == to)
            && let Some((first, _)) = gaining.into_iter().next()
        {
            *to = first;
        }
    }

    /// What to set where an event or one of its ends moves by some days. What is moved stays
    /// within the horizon, unless it lay outside already, and what lasts keeps a day at least.
    #[must_use]
    pub fn moved(
        &self,
        scenario: &Scenario,
        id: &str,
        part: Part,
        days: i32,
    ) -> Vec<(Address, Value)> {
        let at = |field: &str| Address::find(scenario, &format!("events.{id}.{field}")).ok();
        let (first, last) = (scenario.start, horizon(scenario));
        let on = self.what.on();
        let end = self.what.end(scenario);
        let move_by = |date: Date, low: Date, high: Date| {
            let moved = date.saturating_add(days.days());
            // Nothing is pulled by its own being outside: it moves within what it spans already.
            moved.clamp(low.min(date).min(high), high.max(date))
        };
        let day_before = |date: Date| date.saturating_sub(1.days());
        let day_after = |date: Date| date.saturating_add(1.days());
        let (from, to) = match (part, end) {
            (Part::Whole, _) => {
                let from = move_by(on, first, day_before(last));
                // Without an end of its own it still lasts to the end of the scenario.
                let to = match (&self.what, end) {
                    (What::Pause { until: None, .. } | What::Ceasefire { until: None, .. }, _) => {
                        None
                    }
                    (_, end) => end.map(|end| end.saturating_add(days_between(on, from).days())),
                };
                (from, to)
            }
            (Part::Start, Some(end)) => (move_by(on, first, day_before(end.min(last))), Some(end)),
            (Part::End, Some(end)) => (on, Some(move_by(end, day_after(on), last))),
            (Part::Start | Part::End, None) => return Vec::new(),
        };
        let mut sets = Vec::new();
        if part != Part::End {
            sets.extend(at("on").map(|address| (address, Value::Date(from))));
        }
        match (&self.what, to) {
            (What::Ramp { .. }, Some(to)) if part != Part::Whole => {
                let over = f64::from(days_between(from, to));
                sets.extend(at("over").map(|address| (address, Value::Number(over))));
            }
            (What::Pause { .. } | What::Ceasefire { .. }, Some(to)) if part != Part::Start => {
                sets.extend(at("until").map(|address| (address, Value::Date(to))));
            }
            _ => {}
        }
        sets
    }

    /// A new event of a kind on a day, switched on, with values that fit the scenario as it is;
    /// what is about a theatre is about this one where that can be.
    ///
    /// # Errors
    ///
    /// Why the scenario has no place for one.
    pub fn new(
        scenario: &Scenario,
        kind: EventKind,
        on: Date,
        theatre: Option<&str>,
    ) -> Result<Self, &'static str> {
        let id = free_id(scenario, kind);
        candidates(scenario, kind, on, theatre)
            .into_iter()
            .map(|what| Self {
                name: free_name(scenario, kind),
                source: None,
                note: None,
                enabled: true,
                what,
            })
            .find(|event| {
                let mut with = scenario.clone();
                with.events.insert(id.clone(), event.clone());
                rules(&with).is_empty()
            })
            .ok_or(kind.impossible())
    }
}

impl Scenario {
    /// Adds an event under an id of its own, which comes back.
    pub fn add_event(&mut self, kind: EventKind, event: Event) -> String {
        let id = free_id(self, kind);
        self.events.insert(id.clone(), event);
        id
    }

    /// Changes an event. What was set or could be moved and would mean something else after it
    /// goes with it.
    pub fn change_event(&mut self, id: &str, change: &EventChange) {
        let Some(mut event) = self.events.get(id).cloned() else {
            return;
        };
        match change {
            EventChange::Name(name) if !name.trim().is_empty() => {
                name.trim().clone_into(&mut event.name);
            }
            EventChange::Name(_) => {}
            EventChange::Refer(reference, choice) => {
                event.refer(self, *reference, choice);
                if *reference == Reference::Path {
                    self.forget(&format!("events.{id}.to"));
                }
            }
            EventChange::AddThreat(threat) => {
                if let (What::Raid { launches, .. }, Some(of)) =
                    (&mut event.what, self.threats.get(threat))
                {
                    launches.insert(threat.clone(), Estimate::exact(raid_of(of)));
                }
            }
            EventChange::RemoveThreat(threat) => {
                if let What::Raid { launches, .. } = &mut event.what {
                    launches.shift_remove(threat);
                    self.forget(&format!("events.{id}.launches.{threat}"));
                }
            }
        }
        self.events.insert(id.to_owned(), event);
    }

    /// Takes an event away, with every number of a what-if and every lever that names it.
    pub fn remove_event(&mut self, id: &str) {
        self.events.shift_remove(id);
        self.forget(&format!("events.{id}"));
    }

    /// Takes out every set of a what-if and every lever that names a path or what is below it.
    fn forget(&mut self, path: &str) {
        let names = |other: &str| {
            other
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        for what_if in self.what_ifs.values_mut() {
            what_if.set.retain(|other, _| !names(other));
        }
        self.levers.retain(|lever| !names(&lever.path));
    }
}

/// What an event of a kind could do on a day, the likeliest first.
fn candidates(s: &Scenario, kind: EventKind, on: Date, theatre: Option<&str>) -> Vec<What> {
    let until = Some(on.saturating_add(LASTS.days()));
    // Those of the theatre come first; the sort keeps the order of the file otherwise.
    let deployments = || {
        let mut ids: Vec<&String> = s.deployments.keys().collect();
        ids.sort_by_key(|id| Some(s.deployments[*id].theatre.as_str()) != theatre);
        ids
    };
    match kind {
        EventKind::Divert => {
            let delivers = |line: &super::Supply| {
                line.rate.value > 0.0
                    && line.from.is_none_or(|from| from <= on)
                    && line.until.is_none_or(|until| on < until)
            };
            let mut lines: Vec<_> = s.supply.iter().collect();
            lines.sort_by_key(|(_, line)| {
                let there = s.deployments.get(&line.to).map(|d| d.theatre.as_str());
                (!delivers(line), there != theatre)
            });
            let divert = |(id, line): (&String, &super::Supply)| {
                let to = partners(s, &line.to).first().copied()?.clone();
                let worth = rounded(line.rate.value * WORTH, SOME_ROUNDS);
                let total = line.total.as_ref().map_or(f64::INFINITY, |t| t.value);
                Some(What::Divert {
                    on,
                    supply: id.clone(),
                    to,
                    quantity: Estimate::exact(worth.min(total)),
                    share: Estimate::exact(1.0),
                })
            };
            lines.into_iter().filter_map(divert).collect()
        }
        EventKind::Transfer => {
            let mut giving = deployments();
            giving.sort_by_key(|id| s.deployments[*id].stock.value <= 0.0);
            let transfer = |from: &String| {
                let to = partners(s, from).first().copied()?.clone();
                let stock = s.deployments[from].stock.value;
                Some(What::Transfer {
                    on,
                    from: from.clone(),
                    to,
                    quantity: Estimate::exact(rounded(stock / 10.0, SOME_ROUNDS)),
                })
            };
            giving.into_iter().filter_map(transfer).collect()
        }
        EventKind::Shipment => {
            let gaining = deployments().into_iter().filter(|id| uses_rounds(s, id));
            let shipment = |to: &String| {
                let line = s.supply.values().find(|line| line.to == *to);
                let supplier = line
                    .map(|line| &line.supplier)
                    .or_else(|| s.suppliers.keys().next())?;
                let rate = line.map_or(0.0, |line| line.rate.value);
                Some(What::Shipment {
                    on,
                    supplier: supplier.clone(),
                    to: to.clone(),
                    quantity: Estimate::exact(rounded(rate * WORTH, SOME_ROUNDS)),
                    lead: None,
                })
            };
            gaining.filter_map(shipment).collect()
        }
        EventKind::Raid => {
            // Of two raids of a day the first holds: one more of the same threat would do nothing.
            let taken = |id: &String| {
                s.events.values().any(|event| match &event.what {
                    What::Raid {
                        on: other,
                        launches,
                    } => event.enabled && *other == on && launches.contains_key(id),
                    _ => false,
                })
            };
            let mut threats: Vec<_> = s.threats.iter().filter(|(id, _)| !taken(id)).collect();
            threats.sort_by_key(|(_, threat)| Some(threat.theatre.as_str()) != theatre);
            let raid = |(id, threat): (&String, &Threat)| What::Raid {
                on,
                launches: IndexMap::from([(id.clone(), Estimate::exact(raid_of(threat)))]),
            };
            threats.into_iter().map(raid).collect()
        }
        EventKind::Ramp => {
            let ramp = |address: Address| {
                let now = address.number(s)?;
                let most = match address.kind(s) {
                    Kind::Share => 1.0,
                    _ => f64::INFINITY,
                };
                let share = most <= 1.0;
                let to = if share { now } else { rounded(now * 1.5, 10.0) };
                Some(What::Ramp {
                    on,
                    over: Estimate::exact(TAKES),
                    path: address.path(s),
                    to: Estimate::exact(to.min(most)),
                })
            };
            rampable(s).into_iter().filter_map(ramp).collect()
        }
        EventKind::Pause => {
            let delivers = |id: &&String| s.supply.values().any(|line| line.supplier == **id);
            let pause = |id: &String| What::Pause {
                on,
                until,
                of: Paused::Supplier(id.clone()),
            };
            s.suppliers.keys().filter(delivers).map(pause).collect()
        }
        EventKind::Ceasefire => {
            let mut ids: Vec<&String> = s.theatres.keys().collect();
            ids.sort_by_key(|id| Some(id.as_str()) != theatre);
            let ceasefire = |id: &String| What::Ceasefire {
                on,
                until,
                theatre: id.clone(),
            };
            ids.into_iter().map(ceasefire).collect()
        }
    }
}

/// The other deployments that can use a deployment's rounds.
fn partners<'s>(s: &'s Scenario, id: &str) -> Vec<&'s String> {
    let Some(deployment) = s.deployments.get(id).filter(|_| uses_rounds(s, id)) else {
        return Vec::new();
    };
    s.deployments
        .iter()
        .filter(|(other, of)| other.as_str() != id && of.interceptor == deployment.interceptor)
        .map(|(other, _)| other)
        .collect()
}

/// Whether a deployment uses up rounds, so that they can be sent to it and from it.
fn uses_rounds(s: &Scenario, id: &str) -> bool {
    s.deployments
        .get(id)
        .and_then(|deployment| s.interceptors.get(&deployment.interceptor))
        .is_some_and(|interceptor| interceptor.expendable)
}

/// Every number that a ramp may change.
fn rampable(s: &Scenario) -> Vec<Address> {
    Address::all(s)
        .into_iter()
        .filter(|address| ramped(s, &address.path(s)).is_ok())
        .collect()
}

/// How many of a threat a large raid launches: a tenth of the stockpile or a fortnight's output.
fn raid_of(threat: &Threat) -> f64 {
    let stockpile = threat.stockpile.value / 10.0;
    rounded(stockpile.max(threat.production.value * 14.0), 100.0)
}

/// A number to two significant figures, or this one where it is 0.
fn rounded(value: f64, otherwise: f64) -> f64 {
    if value < 1.0 || !value.is_finite() {
        return otherwise;
    }
    let unit = 10f64.powf((value.log10().floor() - 1.0).max(0.0));
    (value / unit).round() * unit
}

fn paused_id(of: &Paused) -> String {
    match of {
        Paused::Supplier(id) => format!("suppliers.{id}"),
        Paused::Supply(id) => format!("supply.{id}"),
    }
}

fn paused(choice: &str) -> Paused {
    match choice.split_once('.') {
        Some(("supply", id)) => Paused::Supply(id.to_owned()),
        Some((_, id)) => Paused::Supplier(id.to_owned()),
        None => Paused::Supplier(choice.to_owned()),
    }
}

/// The first day after the scenario.
fn horizon(s: &Scenario) -> Date {
    let days = i32::try_from(s.day_count()).unwrap_or(i32::MAX);
    s.start.saturating_add(days.days())
}

fn days_between(from: Date, to: Date) -> i32 {
    to.since(from).map_or(0, |span| span.get_days())
}

/// The first free id for an event of a kind.
fn free_id(s: &Scenario, kind: EventKind) -> String {
    let word = kind.label().to_lowercase().replace(' ', "-");
    // One of so many numbers is free, whatever ids a file has taken.
    (1..=s.events.len() + 1)
        .map(|number| format!("{word}-{number}"))
        .find(|id| !s.events.contains_key(id))
        .unwrap_or(word)
}

/// A name that no event has yet.
fn free_name(s: &Scenario, kind: EventKind) -> String {
    let word = format!("New {}", kind.label().to_lowercase());
    let taken = |name: &str| s.events.values().any(|event| event.name == name);
    let numbered = (2..=s.events.len() + 2).map(|number| format!("{word} {number}"));
    std::iter::once(word.clone())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Checked, file, library};

    fn bundled() -> Vec<Checked> {
        let read =
            |file: &library::Bundled| file::read(file.id, file.text).expect("bundled").scenario;
        library::all().iter().map(read).collect()
    }

    #[test]
    fn every_kind_that_fits_makes_a_valid_scenario_on_any_day() {
        let mut fitted = 0;
        for scenario in bundled() {
            for days in [0, 100, scenario.day_count() as i32 - 1] {
                let on = scenario.start.saturating_add(days.days());
                for kind in EventKind::ALL {
                    let Ok(event) = Event::new(&scenario, kind, on, None) else {
                        continue;
                    };
                    fitted += 1;
                    assert!(!event.what.is_idle(), "{kind:?} does nothing");
                    let mut with = scenario.clone().into_inner();
                    with.add_event(kind, event);
                    Checked::new(with).expect("valid");
                }
            }
        }
        assert!(fitted > 60, "{fitted}");
    }

    #[test]
    fn whatever_can_be_chosen_fits() {
        for scenario in bundled() {
            for kind in EventKind::ALL {
                let Ok(event) = Event::new(&scenario, kind, scenario.start, None) else {
                    continue;
                };
                let mut with = scenario.clone().into_inner();
                // Switched off, since two changes of one number would meet.
                let event = Event {
                    enabled: false,
                    ..event
                };
                let id = with.add_event(kind, event.clone());
                for &reference in event.what.references() {
                    let choices = event.choices(&with, reference);
                    let now = reference.get(&event.what).expect("named");
                    assert!(choices.iter().any(|(id, _)| *id == now), "{now}");
                    for (choice, _) in choices {
                        let mut changed = with.clone();
                        changed.change_event(&id, &EventChange::Refer(reference, choice.clone()));
                        let named = reference.get(&changed.events[&id].what);
                        assert_eq!(named, Some(choice));
                        Checked::new(changed).expect("valid");
                    }
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_says_why() {
        let mut scenario = bundled().remove(0).into_inner();
        scenario.supply.clear();
        scenario.events.clear();
        scenario.levers.clear();
        scenario.what_ifs.clear();
        let refused = Event::new(&scenario, EventKind::Pause, scenario.start, None);
        assert_eq!(refused, Err("There is no supply line"));
    }

    #[test]
    fn a_removed_event_leaves_nothing_that_names_it() {
        for scenario in bundled() {
            for id in scenario.events.keys() {
                let mut without = scenario.clone().into_inner();
                without.remove_event(id);
                let without = Checked::new(without).expect("valid");
                assert_eq!(without.events.len() + 1, scenario.events.len());
            }
        }
    }

    #[test]
    fn what_moves_keeps_its_length_and_the_horizon() {
        let scenario = bundled().remove(0);
        let date = |days: i32| scenario.start.saturating_add(days.days());
        let last = scenario.day_count() as i32;
        let moved = |event: &Event, part, days| {
            let mut with = scenario.clone().into_inner();
            let id = with.add_event(EventKind::Pause, event.clone());
            let sets = event.moved(&with, &id, part, days);
            for (address, value) in sets {
                address.set(&mut with, value).expect("fits");
            }
            let what = with.events[&id].what.clone();
            (what.on(), what.end(&scenario).expect("lasts"))
        };
        let pause = Event::new(&scenario, EventKind::Pause, date(40), None).expect("fits");
        let ramp = Event::new(&scenario, EventKind::Ramp, date(40), None).expect("fits");
        for (event, length) in [(&pause, 30), (&ramp, 90)] {
            let end = 40 + length;
            for (part, days, from, to) in [
                (Part::Whole, 5, 45, end + 5),
                (Part::Whole, -99, 0, length),
                (Part::Whole, 9_999, last - 1, last - 1 + length),
                (Part::Start, 3, 43, end),
                (Part::Start, 9_999, end - 1, end),
                (Part::Start, -9_999, 0, end),
                (Part::End, -7, 40, end - 7),
                (Part::End, -9_999, 40, 41),
                (Part::End, 9_999, 40, last),
            ] {
                let at = moved(event, part, days);
                assert_eq!(at, (date(from), date(to)), "{part:?} by {days}");
            }
        }
    }
}
