//! The numbers of a plan as members draw them: which have a range, and what each member's are.

use std::collections::HashMap;

use fearless_simd::Simd;

use super::Options;
use super::lanes::{self, LANES, Lanes};
use crate::model::plan::{Pair, Plan};
use crate::model::random::{Design, Dimension, FourDimensions, Metalog};
use crate::scenario::{Address, Checked, Doctrine};

/// One number: what it is in planning mode, and which draw replaces it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Number {
    pub(super) value: f64,
    drawn: Option<usize>,
}

impl Number {
    /// A member's number, out of all that it has drawn.
    pub(super) fn of(self, drawn: &[f64]) -> f64 {
        self.drawn.map_or(self.value, |draw| drawn[draw])
    }

    /// The numbers of a block of members.
    pub(super) fn lanes(self, drawn: &[Lanes]) -> Lanes {
        self.drawn
            .map_or(Lanes::of(self.value as f32), |draw| drawn[draw])
    }

    /// The number of one member of a block.
    pub(super) fn of_lane(self, drawn: &[Lanes], lane: usize) -> f64 {
        self.drawn
            .map_or(self.value, |draw| drawn[draw].0[lane].into())
    }

    /// What it is drawn from, if it is.
    pub(super) fn metalog(self, numbers: &Numbers) -> Option<Metalog> {
        self.drawn.map(|draw| numbers.draws[draw].metalog)
    }

    pub(super) fn is_drawn(self) -> bool {
        self.drawn.is_some()
    }
}

/// A number with a range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw {
    pub(super) metalog: Metalog,
    dimension: Dimension,
}

/// Every number of a plan that can have a range, each list beside its list in the plan.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    pub(super) draws: Vec<Draw>,
    /// The draws in the order of their dimensions: the four among which each is, its place among
    /// these, and the draw.
    by_dimension: Vec<(FourDimensions, usize, usize)>,
    pub(super) target: Number,
    pub(super) protection_target: Option<Number>,
    pub(super) threats: Vec<ThreatNumbers>,
    pub(super) deployments: Vec<DeploymentNumbers>,
    pub(super) pairs: Vec<PairNumbers>,
    pub(super) lines: Vec<LineNumbers>,
    pub(super) diverts: Vec<DivertNumbers>,
    pub(super) ramps: Vec<Number>,
    pub(super) transfers: Vec<Number>,
    pub(super) shipments: Vec<Number>,
    pub(super) raids: Vec<Number>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ThreatNumbers {
    pub(super) stockpile: Number,
    pub(super) production: Number,
    pub(super) sites: Number,
    pub(super) per_site: Number,
    pub(super) daily_share: Number,
    pub(super) raid_release: Number,
    pub(super) variation: Number,
    /// Nothing where it is unknown.
    pub(super) unit_cost: Option<Number>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct DeploymentNumbers {
    pub(super) stock: Number,
    pub(super) reserve: Number,
    pub(super) ration: Number,
    pub(super) fire_units: Number,
    pub(super) engagements: Number,
    pub(super) reach: Number,
    /// Of a round; nothing where it is unknown.
    pub(super) unit_cost: Option<Number>,
}

#[derive(Clone, Debug)]
pub(super) struct PairNumbers {
    pub(super) doctrine: Doctrine,
    pub(super) sspk: Number,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct LineNumbers {
    pub(super) rate: Number,
    /// Infinite where there is no limit.
    pub(super) total: Number,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct DivertNumbers {
    pub(super) quantity: Number,
    pub(super) share: Number,
}

impl Numbers {
    /// The numbers of a scenario, given its plan; without `ranges` none is drawn.
    pub(super) fn new(s: &Checked, plan: &Plan, options: Options, design: Design) -> Self {
        let mut read = Reader {
            s,
            options,
            design,
            draws: Vec::new(),
            seen: HashMap::new(),
        };
        let mut numbers = Self {
            target: read.number("target"),
            protection_target: read.known("protection_target"),
            ..Self::default()
        };
        for id in s.threats.keys() {
            let mut at = |field: &str| read.number(&format!("threats.{id}.{field}"));
            let threat = ThreatNumbers {
                stockpile: at("stockpile"),
                production: at("production"),
                sites: at("sites"),
                per_site: at("per_site"),
                daily_share: at("launch.daily_share"),
                raid_release: at("launch.raid_release"),
                variation: at("variation"),
                unit_cost: read.known(&format!("threats.{id}.unit_cost")),
            };
            numbers.threats.push(threat);
        }
        for (id, deployment) in &s.deployments {
            let unit_cost = format!("interceptors.{}.unit_cost", deployment.interceptor);
            let unit_cost = read.known(&unit_cost);
            let mut at = |field: &str| read.number(&format!("deployments.{id}.{field}"));
            numbers.deployments.push(DeploymentNumbers {
                stock: at("stock"),
                reserve: at("reserve"),
                ration: at("ration"),
                fire_units: at("fire_units"),
                engagements: at("engagements"),
                reach: at("reach"),
                unit_cost,
            });
        }
        for layer in &plan.layers {
            let deployment = s.deployments.get_index(layer.deployment);
            let interceptor = deployment.and_then(|(_, d)| s.interceptors.get_full(&d.interceptor));
            for pair in &plan.pairs[layer.pairs.clone()] {
                let threat = s.threats.get_index(pair.threat);
                // A plan's pairs are made of what the scenario has, so that nothing is left out.
                let Some(((_, id, interceptor), (threat, _))) = interceptor.zip(threat) else {
                    continue;
                };
                numbers.pairs.push(PairNumbers {
                    doctrine: interceptor.doctrine.clone(),
                    sspk: read.number(&format!("interceptors.{id}.kill.{threat}")),
                });
            }
        }
        for id in s.supply.keys() {
            let unlimited = Number {
                value: f64::INFINITY,
                drawn: None,
            };
            numbers.lines.push(LineNumbers {
                rate: read.number(&format!("supply.{id}.rate")),
                total: read
                    .known(&format!("supply.{id}.total"))
                    .unwrap_or(unlimited),
            });
        }
        for divert in &plan.diverts {
            numbers.diverts.push(DivertNumbers {
                quantity: read.of_event(divert.event, "quantity"),
                share: read.of_event(divert.event, "share"),
            });
        }
        for ramp in &plan.ramps {
            numbers.ramps.push(read.of_event(ramp.event, "to"));
        }
        for transfer in &plan.transfers {
            let quantity = read.of_event(transfer.event, "quantity");
            numbers.transfers.push(quantity);
        }
        for shipment in &plan.shipments {
            let quantity = read.of_event(shipment.event, "quantity");
            numbers.shipments.push(quantity);
        }
        for raid in &plan.raids {
            let threat = s.threats.get_index(raid.threat).map_or("", |(id, _)| id);
            let launches = read.of_event(raid.event, &format!("launches.{threat}"));
            numbers.raids.push(launches);
        }
        numbers.draws = read.draws;
        let draws = numbers.draws.iter().enumerate();
        numbers.by_dimension = draws
            .map(|(draw, of)| {
                let (four, place) = of.dimension.place();
                (four, place, draw)
            })
            .collect();
        numbers.by_dimension.sort_unstable();
        numbers
    }

    /// The numbers that a member draws.
    pub(super) fn draw(&self, member: u32, drawn: &mut Vec<f64>) {
        drawn.clear();
        let draws = self.draws.iter();
        drawn.extend(draws.map(|draw| draw.metalog.at(draw.dimension.unit(member).into())));
    }

    /// The numbers that the block of members from `first` on draws, in single precision.
    #[expect(
        clippy::inline_always,
        reason = "a function left outside would not be compiled for the processor at hand"
    )]
    #[inline(always)]
    pub(super) fn draw_lanes<S: Simd>(&self, simd: S, first: u32, drawn: &mut Vec<Lanes>) {
        drawn.clear();
        drawn.resize(self.draws.len(), Lanes::default());
        // Draws of the same four dimensions stand together.
        for draws in self.by_dimension.chunk_by(|a, b| a.0 == b.0) {
            let mut units = [Lanes::default(); 4];
            for lane in 0..LANES {
                let four = draws[0].0.units(first + lane as u32);
                for (units, unit) in units.iter_mut().zip(four) {
                    units.0[lane] = unit;
                }
            }
            for &(_, place, draw) in draws {
                drawn[draw] = lanes::metalog(simd, &self.draws[draw].metalog, &units[place]);
            }
        }
    }

    /// Puts a member's numbers into the plan.
    pub(super) fn write(&self, plan: &mut Plan, drawn: &[f64]) {
        let of = |number: Number| number.of(drawn);
        for (threat, n) in plan.threats.iter_mut().zip(&self.threats) {
            threat.stockpile = of(n.stockpile);
            threat.production = of(n.production);
            threat.sites = of(n.sites);
            threat.per_site = of(n.per_site);
            threat.daily_share = of(n.daily_share);
            threat.raid_release = of(n.raid_release);
        }
        for (deployment, n) in plan.deployments.iter_mut().zip(&self.deployments) {
            deployment.stock = of(n.stock);
            deployment.reserve = of(n.reserve);
            deployment.ration = of(n.ration);
            deployment.fire_units = of(n.fire_units);
            deployment.engagements = of(n.engagements);
            deployment.reach = of(n.reach);
        }
        for (pair, n) in plan.pairs.iter_mut().zip(&self.pairs) {
            if n.sspk.is_drawn() {
                *pair = Pair::new(pair.threat, &n.doctrine, of(n.sspk));
            }
        }
        for (line, n) in plan.lines.iter_mut().zip(&self.lines) {
            line.rate = of(n.rate);
            line.total = of(n.total);
        }
        for (divert, n) in plan.diverts.iter_mut().zip(&self.diverts) {
            divert.quantity = of(n.quantity);
            divert.share = of(n.share);
        }
        for (ramp, &n) in plan.ramps.iter_mut().zip(&self.ramps) {
            ramp.to = of(n);
        }
        for (transfer, &n) in plan.transfers.iter_mut().zip(&self.transfers) {
            transfer.quantity = of(n);
        }
        for (shipment, &n) in plan.shipments.iter_mut().zip(&self.shipments) {
            shipment.quantity = of(n);
        }
        for (raid, &n) in plan.raids.iter_mut().zip(&self.raids) {
            raid.quantity = of(n);
        }
        plan.chain_ramps();
    }
}

/// Reads numbers by their paths, so that a number met twice is drawn once.
struct Reader<'s> {
    s: &'s Checked,
    options: Options,
    design: Design,
    draws: Vec<Draw>,
    seen: HashMap<String, Number>,
}

impl Reader<'_> {
    /// The number at a path; 0 where the scenario says nothing.
    fn number(&mut self, path: &str) -> Number {
        self.known(path).unwrap_or_default()
    }

    fn of_event(&mut self, event: usize, field: &str) -> Number {
        let id = self.s.events.get_index(event).map_or("", |(id, _)| id);
        let path = format!("events.{id}.{field}");
        self.number(&path)
    }

    /// The number at a path, if the scenario states it.
    fn known(&mut self, path: &str) -> Option<Number> {
        if let Some(&number) = self.seen.get(path) {
            return Some(number);
        }
        let address = Address::find(self.s, path).ok()?;
        let estimate = address.estimate(self.s)?;
        let value = estimate.value;
        let drawn = estimate.range.filter(|_| self.options.ranges).map(|range| {
            let dimension = self.s.dimension(path, estimate);
            let scale = address.kind(self.s).scale();
            self.draws.push(Draw {
                metalog: Metalog::new(value, range, scale),
                dimension: Dimension::new(self.options.seed, dimension, self.design),
            });
            self.draws.len() - 1
        });
        let number = Number { value, drawn };
        self.seen.insert(path.to_owned(), number);
        Some(number)
    }
}
