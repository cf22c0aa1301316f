//! A checked scenario made ready to run: names become indices, dates become day numbers, and
//! what every day needs is worked out once.

use std::collections::BTreeMap;
use std::ops::Range;

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::scenario::{Checked, Doctrine, Firing, Paused, What};

/// A day number: 0 is the first day of the scenario, days before it are negative.
pub(super) type Day = i32;

/// Later than any day that a run reaches.
const NEVER: Day = Day::MAX;

/// A scenario made ready to run: flat lists that name each other by index.
///
/// Threats, deployments and lines stand in the order of the scenario, so that an index here is an
/// index there. Disabled events, and those of one day outside the horizon, are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub(super) start: Date,
    pub(super) days: usize,
    pub(super) theatres: Vec<TheatrePlan>,
    pub(super) threats: Vec<ThreatPlan>,
    pub(super) deployments: Vec<DeploymentPlan>,
    /// Threats grouped by theatre, in the order in which they are engaged.
    pub(super) order: Vec<usize>,
    /// Deployments that can engage something, grouped by theatre, outermost first.
    pub(super) layers: Vec<Layer>,
    /// What each layer can engage, grouped by layer, first priority first.
    pub(super) pairs: Vec<Pair>,
    pub(super) lines: Vec<LinePlan>,
    /// Diverts grouped by line, each group in the order of the file.
    pub(super) diverts: Vec<DivertPlan>,
    /// Pauses grouped by line.
    pub(super) pauses: Vec<Span>,
    /// Ramps grouped by what they change, each group in order of `on`.
    pub(super) ramps: Vec<RampPlan>,
    /// In order of day, then of the file.
    pub(super) transfers: Vec<TransferPlan>,
    /// In order of day, then of the file.
    pub(super) shipments: Vec<ShipmentPlan>,
    /// In order of day; no two of one threat on one day.
    pub(super) raids: Vec<RaidPlan>,
    pub(super) ceasefires: Vec<CeasefirePlan>,
}

/// One theatre: where its threats and layers stand in the lists of the plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TheatrePlan {
    /// Of [`Plan::order`].
    pub(super) threats: Range<usize>,
    /// Of [`Plan::layers`].
    pub(super) layers: Range<usize>,
}

/// One threat.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ThreatPlan {
    pub(super) theatre: usize,
    /// Threats.
    pub(super) stockpile: f64,
    /// Threats a day before any ramp; likewise below.
    pub(super) production: f64,
    pub(super) sites: f64,
    pub(super) per_site: f64,
    pub(super) daily_share: f64,
    /// Days between raids; 0 for never.
    pub(super) raid_every: u32,
    pub(super) raid_release: f64,
    /// Whether raids keep their rhythm in ensembles.
    pub(super) regular: bool,
    /// Launches by day, from the first listed day within the horizon to the last.
    pub(super) listed: Listed,
}

/// Wanted launches that are listed day by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Listed {
    /// The first day; may lie before day 0.
    first: Day,
    launches: Vec<f64>,
}

impl Listed {
    /// Launches of `day`; nothing outside the listed days.
    pub(super) fn on(&self, day: Day) -> Option<f64> {
        let place = usize::try_from(day.checked_sub(self.first)?).ok()?;
        self.launches.get(place).copied()
    }
}

/// One deployment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DeploymentPlan {
    /// Whether it uses up rounds.
    pub(super) expendable: bool,
    /// Rounds.
    pub(super) stock: f64,
    pub(super) reserve: f64,
    pub(super) ration: f64,
    /// Before any ramp; likewise reach.
    pub(super) fire_units: f64,
    /// Engagements a fire unit and day.
    pub(super) engagements: f64,
    pub(super) reach: f64,
}

/// A deployment that can engage something.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    pub(super) deployment: usize,
    /// Of [`Plan::pairs`].
    pub(super) pairs: Range<usize>,
}

/// A threat that a layer can engage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) threat: usize,
    /// Rounds that an engagement costs, r.
    pub(super) rounds: f64,
    /// Probability that an engagement kills, 1 − (1 − p)^n.
    pub(super) kill: f64,
}

/// One supply line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LinePlan {
    /// Deployment.
    pub(super) to: usize,
    /// Rounds a day before any ramp.
    pub(super) rate: f64,
    /// Rounds in all; infinite where there is no limit.
    pub(super) total: f64,
    /// Days between arrivals.
    pub(super) every: u32,
    /// Days on which it is active, pauses aside.
    pub(super) active: Span,
    /// Of [`Plan::pauses`].
    pub(super) pauses: Range<usize>,
    /// Of [`Plan::diverts`].
    pub(super) diverts: Range<usize>,
}

/// Days from `on` to the day before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) on: Day,
    pub(super) until: Day,
}

impl Span {
    pub(super) fn holds(self, day: Day) -> bool {
        self.on <= day && day < self.until
    }
}

/// A divert of one line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DivertPlan {
    /// Place in the scenario's events; likewise below.
    pub(super) event: usize,
    pub(super) on: Day,
    /// Deployment.
    pub(super) to: usize,
    /// Rounds.
    pub(super) quantity: f64,
    pub(super) share: f64,
}

/// A number that a ramp may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ramped {
    /// Threat; likewise sites.
    Production(usize),
    Sites(usize),
    /// Supply line.
    Rate(usize),
    /// Deployment; likewise reach.
    FireUnits(usize),
    Reach(usize),
}

/// One ramp.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RampPlan {
    pub(super) event: usize,
    pub(super) of: Ramped,
    pub(super) on: Day,
    /// Days that the change takes.
    pub(super) over: Day,
    /// Value on the day before `on`.
    pub(super) from: f64,
    pub(super) to: f64,
}

impl RampPlan {
    /// The value that the ramp gives on `day`, which is `on` or later.
    ///
    /// # Formula
    ///
    /// v = from + (to − from)·(day − on)/over before on + over, then `to`; in the unit of the
    /// number that it changes. Source: the model page, step 1.
    pub(super) fn at(&self, day: Day) -> f64 {
        if day < self.on.saturating_add(self.over) {
            self.from + (self.to - self.from) * f64::from(day - self.on) / f64::from(self.over)
        } else {
            self.to
        }
    }

    /// How far the change has come on `day`, which is `on` or later: from 0 to 1.
    pub(super) fn along(&self, day: Day) -> f64 {
        if day < self.on.saturating_add(self.over) {
            f64::from(day - self.on) / f64::from(self.over)
        } else {
            1.0
        }
    }
}

/// Stock that moves between two deployments on one day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TransferPlan {
    pub(super) event: usize,
    pub(super) on: Day,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Rounds.
    pub(super) quantity: f64,
}

/// A single delivery.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ShipmentPlan {
    pub(super) event: usize,
    pub(super) on: Day,
    pub(super) to: usize,
    /// Rounds.
    pub(super) quantity: f64,
}

/// What one raid wants to launch of one threat.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RaidPlan {
    pub(super) event: usize,
    pub(super) on: Day,
    pub(super) threat: usize,
    /// Threats.
    pub(super) quantity: f64,
}

/// Days without launches against a theatre.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CeasefirePlan {
    pub(super) theatre: usize,
    pub(super) span: Span,
}

impl Plan {
    /// Makes a scenario ready to run.
    #[must_use]
    pub fn new(scenario: &Checked) -> Self {
        let s = scenario;
        let threats: Vec<ThreatPlan> = s
            .threats
            .values()
            .map(|threat| ThreatPlan {
                theatre: index(&s.theatres, &threat.theatre),
                stockpile: threat.stockpile.value,
                production: threat.production.value,
                sites: threat.sites.value,
                per_site: threat.per_site.value,
                daily_share: threat.launch.daily_share.value,
                raid_every: threat
                    .launch
                    .raid_every
                    .as_ref()
                    .map_or(0, |every| every.value as u32),
                raid_release: threat.launch.raid_release.value,
                regular: threat.launch.regular,
                listed: listed(s.start, &threat.launches),
            })
            .collect();
        let mut plan = Self {
            start: s.start,
            days: s.day_count(),
            theatres: Vec::with_capacity(s.theatres.len()),
            threats,
            deployments: Vec::with_capacity(s.deployments.len()),
            order: (0..s.threats.len()).collect(),
            layers: Vec::with_capacity(s.deployments.len()),
            pairs: Vec::with_capacity(s.deployments.len() * s.threats.len()),
            lines: Vec::with_capacity(s.supply.len()),
            diverts: Vec::new(),
            pauses: Vec::new(),
            ramps: Vec::new(),
            transfers: Vec::new(),
            shipments: Vec::new(),
            raids: Vec::new(),
            ceasefires: Vec::new(),
        };
        plan.add_defence(s);
        plan.add_supply(s);
        plan.add_events(s);
        plan
    }

    /// Rounds at the opening of day 0, by deployment; none where none are used up.
    pub(super) fn opening_stocks(&self) -> impl Iterator<Item = f64> {
        let deployments = self.deployments.iter();
        deployments.map(|d| if d.expendable { d.stock } else { 0.0 })
    }

    /// Threats in the order of engagement, then deployments and what each can engage.
    fn add_defence(&mut self, s: &Checked) {
        let Self { order, threats, .. } = self;
        let priority = |threat: usize| s.threats[threat].priority.value as i64;
        // The sort is stable, so ties stay in the order of the file.
        order.sort_by_key(|&threat| (threats[threat].theatre, priority(threat)));

        // Each deployment's theatre, interceptor, and that interceptor's place, looked up once.
        let mut posts = Vec::with_capacity(s.deployments.len());
        for deployment in s.deployments.values() {
            let interceptor = s.interceptors.get(&deployment.interceptor);
            self.deployments.push(DeploymentPlan {
                expendable: interceptor.is_none_or(|i| i.expendable),
                stock: deployment.stock.value,
                reserve: deployment.reserve.value,
                ration: deployment.ration.value,
                fire_units: deployment.fire_units.value,
                engagements: deployment.engagements.value,
                reach: deployment.reach.value,
            });
            posts.push((index(&s.theatres, &deployment.theatre), interceptor));
        }

        let mut next = 0;
        for theatre in 0..s.theatres.len() {
            let first = next;
            while self
                .order
                .get(next)
                .is_some_and(|&threat| self.threats[threat].theatre == theatre)
            {
                next += 1;
            }
            let first_layer = self.layers.len();
            for (deployment, &(at, interceptor)) in posts.iter().enumerate() {
                let Some(interceptor) = interceptor.filter(|_| at == theatre) else {
                    continue;
                };
                let first_pair = self.pairs.len();
                for &threat in &self.order[first..next] {
                    let sspk = s
                        .threats
                        .get_index(threat)
                        .and_then(|(id, _)| interceptor.kill.get(id))
                        .map_or(0.0, |sspk| sspk.value);
                    if sspk > 0.0 {
                        self.pairs
                            .push(Pair::new(threat, &interceptor.doctrine, sspk));
                    }
                }
                if self.pairs.len() > first_pair {
                    self.layers.push(Layer {
                        deployment,
                        pairs: first_pair..self.pairs.len(),
                    });
                }
            }
            self.theatres.push(TheatrePlan {
                threats: first..next,
                layers: first_layer..self.layers.len(),
            });
        }
    }

    /// Supply lines with their pauses and diverts.
    fn add_supply(&mut self, s: &Checked) {
        for (id, line) in &s.supply {
            let first_pause = self.pauses.len();
            let first_divert = self.diverts.len();
            for (place, event) in s.events.values().enumerate() {
                if !event.enabled {
                    continue;
                }
                match &event.what {
                    What::Pause { on, until, of } => {
                        let ours = match of {
                            Paused::Supplier(supplier) => *supplier == line.supplier,
                            Paused::Supply(supply) => supply == id,
                        };
                        if ours {
                            self.pauses.push(self.span(Some(*on), *until));
                        }
                    }
                    What::Divert {
                        on,
                        supply,
                        to,
                        quantity,
                        share,
                    } if supply == id => self.diverts.push(DivertPlan {
                        event: place,
                        on: self.day(*on),
                        to: index(&s.deployments, to),
                        quantity: quantity.value,
                        share: share.value,
                    }),
                    _ => {}
                }
            }
            self.lines.push(LinePlan {
                to: index(&s.deployments, &line.to),
                rate: line.rate.value,
                total: line
                    .total
                    .as_ref()
                    .map_or(f64::INFINITY, |total| total.value),
                every: line.every.value as u32,
                active: self.span(line.from, line.until),
                pauses: first_pause..self.pauses.len(),
                diverts: first_divert..self.diverts.len(),
            });
        }
    }

    /// All other events.
    fn add_events(&mut self, s: &Checked) {
        for (place, event) in s.events.values().enumerate() {
            if !event.enabled {
                continue;
            }
            let on = self.day(event.what.on());
            let today = 0 <= on && on < self.days as Day;
            match &event.what {
                What::Transfer {
                    from, to, quantity, ..
                } if today => self.transfers.push(TransferPlan {
                    event: place,
                    on,
                    from: index(&s.deployments, from),
                    to: index(&s.deployments, to),
                    quantity: quantity.value,
                }),
                What::Shipment { to, quantity, .. } if today => self.shipments.push(ShipmentPlan {
                    event: place,
                    on,
                    to: index(&s.deployments, to),
                    quantity: quantity.value,
                }),
                What::Raid { launches, .. } if today => {
                    for (threat, quantity) in launches {
                        let threat = index(&s.threats, threat);
                        // Where two raids of a day name one threat, the first holds.
                        if !self.raids.iter().any(|r| r.on == on && r.threat == threat) {
                            self.raids.push(RaidPlan {
                                event: place,
                                on,
                                threat,
                                quantity: quantity.value,
                            });
                        }
                    }
                }
                What::Ramp { over, path, to, .. } => {
                    if let Some(of) = ramped(s, path) {
                        self.ramps.push(RampPlan {
                            event: place,
                            of,
                            on,
                            over: over.value as Day,
                            from: 0.0,
                            to: to.value,
                        });
                    }
                }
                What::Ceasefire { until, theatre, .. } => self.ceasefires.push(CeasefirePlan {
                    theatre: index(&s.theatres, theatre),
                    span: self.span(Some(event.what.on()), *until),
                }),
                _ => {}
            }
        }
        // Stable sorts keep the order of the file within a day.
        self.transfers.sort_by_key(|transfer| transfer.on);
        self.shipments.sort_by_key(|shipment| shipment.on);
        self.raids.sort_by_key(|raid| raid.on);
        self.ramps.sort_by_key(|ramp| (ramp.of, ramp.on));
        self.chain_ramps();
    }

    /// Makes each ramp start from where its number stands on the day before: at its own value, or
    /// where the ramp before it has taken it.
    pub(super) fn chain_ramps(&mut self) {
        for next in 0..self.ramps.len() {
            let of = self.ramps[next].of;
            // Ramps of one path share no `on`, so the one before has begun by then.
            let from = match next.checked_sub(1).map(|before| &self.ramps[before]) {
                Some(before) if before.of == of => before.at(self.ramps[next].on - 1),
                _ => self.before_ramps(of),
            };
            self.ramps[next].from = from;
        }
    }

    /// A number's value before any ramp.
    fn before_ramps(&self, of: Ramped) -> f64 {
        match of {
            Ramped::Production(threat) => self.threats[threat].production,
            Ramped::Sites(threat) => self.threats[threat].sites,
            Ramped::Rate(line) => self.lines[line].rate,
            Ramped::FireUnits(deployment) => self.deployments[deployment].fire_units,
            Ramped::Reach(deployment) => self.deployments[deployment].reach,
        }
    }

    /// The number of the day on `date`.
    fn day(&self, date: Date) -> Day {
        day_of(self.start, date)
    }

    /// The days of a span whose ends may be open.
    fn span(&self, on: Option<Date>, until: Option<Date>) -> Span {
        Span {
            on: on.map_or(Day::MIN, |date| self.day(date)),
            until: until.map_or(NEVER, |date| self.day(date)),
        }
    }
}

impl Pair {
    /// What it takes, and gives, to engage a threat under a doctrine.
    ///
    /// # Formula
    ///
    /// An engagement kills with probability k = 1 − (1 − p)^n, and costs r = n rounds as a salvo,
    /// or r = k / p rounds on average when firing stops at a kill. Source: the model page, step 6.
    ///
    /// Where k is small that subtraction would lose its digits, and r with them, down to 0/0; so
    /// there k is −expm1(n·ln1p(−p)), and r tends to n. Where k is near 1 the subtraction is kept
    /// as the page has it: what survives an engagement in full reach is 1 − k, and a k that is
    /// rounded in another way would show in every day of supply behind it.
    pub(super) fn new(threat: usize, doctrine: &Doctrine, sspk: f64) -> Self {
        let n = doctrine.rounds.value;
        let miss = (1.0 - sspk).powf(n);
        let kill = if miss < 0.5 {
            1.0 - miss
        } else {
            -(n * (-sspk).ln_1p()).exp_m1()
        };
        let rounds = match doctrine.mode {
            Firing::Salvo => n,
            Firing::ShootLookShoot => kill / sspk,
        };
        Self {
            threat,
            rounds,
            kill,
        }
    }
}

/// The number of the day on `date`, where `start` is day 0.
fn day_of(start: Date, date: Date) -> Day {
    // All dates lie within four-digit years, so that the days between two fit with ease.
    (date.duration_since(start).as_hours() / 24) as Day
}

/// Listed launches in a row, days without an entry as 0. Source: the model page, step 5.
fn listed(start: Date, launches: &BTreeMap<Date, f64>) -> Listed {
    let mut listed = Listed::default();
    for (&date, &launched) in launches {
        let day = day_of(start, date);
        if listed.launches.is_empty() {
            listed.first = day;
        }
        listed.launches.resize((day - listed.first) as usize, 0.0);
        listed.launches.push(launched);
    }
    listed
}

/// What a ramp's path names.
fn ramped(s: &Checked, path: &str) -> Option<Ramped> {
    let (section, rest) = path.split_once('.')?;
    let (id, field) = rest.split_once('.')?;
    Some(match (section, field) {
        ("threats", "production") => Ramped::Production(s.threats.get_index_of(id)?),
        ("threats", "sites") => Ramped::Sites(s.threats.get_index_of(id)?),
        ("supply", "rate") => Ramped::Rate(s.supply.get_index_of(id)?),
        ("deployments", "fire_units") => Ramped::FireUnits(s.deployments.get_index_of(id)?),
        ("deployments", "reach") => Ramped::Reach(s.deployments.get_index_of(id)?),
        _ => return None,
    })
}

/// The place of an id. A checked scenario names only what it has, so the fallback is never seen.
fn index<T>(map: &IndexMap<String, T>, id: &str) -> usize {
    map.get_index_of(id).unwrap_or_default()
}
