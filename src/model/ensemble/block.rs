//! A block of members, day by day: steps 1 to 6 of the model page with the draws of its
//! "Uncertainty".
//!
//! The structure of a day (which ramps run, which lots arrive, who is paused) is the same for all
//! members; only the numbers differ. So every step is a loop over the members of the block.
//!
//! # How the page is read
//!
//! - *Launches.* The factor G falls on what is wanted other than by a raid's name. All that is
//!   wanted, raids by name included, is then held to the limit of the sites, rounded to whole
//!   threats, and last held to the whole threats in the stockpile: so neither a half threat nor
//!   one that is not there is ever launched, and what is left of the stockpile waits.
//! - *Rounds.* Where rounds for s/r engagements bind, the number of engagements is s/r rounded so
//!   that its mean is kept, and all of s is fired. Firing m·r instead would, from one day to the
//!   next, either fire rounds that are not there or leave engagements that the mean has.
//! - *Demand* goes by the same draws: those in reach, and c as rounded.
//!
//! # What single precision gives up
//!
//! Counts are whole and exact up to 2²⁴. Stocks carry about one part in 10⁷ a day.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a step goes over the same members of several arrays; one counter says so"
)]

use super::lanes::{self, Chance, LANES, Lanes, binomial, least, most};
use super::numbers::Numbers;
use super::tally::Sink;
use super::{Counts, Gamma, SERIES_A_THEATRE, Setting, Slots};
use crate::model::plan::{Day, Plan, Ramped};
use crate::model::random::{Place, Pool, Run};
use crate::model::{WEEK, WINDOW};

/// Stands for a day that never comes.
pub(super) const NEVER: f32 = 1e9;

/// Marks a share of nothing.
pub(super) const UNDEFINED: f32 = -1.0;

/// Rounds short of this, or this far from the reserve, are rounding dust of single precision.
const DUST: f32 = 1e-3;

/// Coverage this little below target is on it; counts as small as one in a million are not.
const ON_TARGET: f32 = 1e-6;

/// A block between two days, and what its members have come to.
#[derive(Debug)]
pub(super) struct Block {
    threats: Vec<ThreatLanes>,
    deployments: Vec<DeploymentLanes>,
    pairs: Vec<PairLanes>,
    lines: Vec<LineLanes>,
    diverts: Vec<DivertLanes>,
    ramps: Vec<RampLanes>,
    transfers: Vec<Lanes>,
    shipments: Vec<Lanes>,
    raids: Vec<Lanes>,
    theatres: Vec<TheatreLanes>,
    /// Coverage below which 28 days count as a breach.
    target: Lanes,
    next: Next,
}

/// How far the lists of dated events have been worked off.
#[derive(Clone, Copy, Debug, Default)]
struct Next {
    transfer: usize,
    shipment: usize,
    raid: usize,
}

#[derive(Clone, Debug, Default)]
struct ThreatLanes {
    stockpile: Lanes,
    production: Lanes,
    per_site: Lanes,
    /// Sites × launches a site.
    limit: Lanes,
    daily_share: Lanes,
    raid_release: Lanes,
    /// Where the variation has a range: the row of tables below it, and how far above that it is.
    row: Lanes,
    above: Lanes,
    /// Alive and never engaged today (u).
    fresh: Lanes,
    /// Alive today, engaged or not (u + e).
    alive: Lanes,
    /// Launched so far.
    launched: Lanes,
}

#[derive(Clone, Debug, Default)]
struct DeploymentLanes {
    stock: Lanes,
    reserve: Lanes,
    ration: Lanes,
    engagements: Lanes,
    /// Fire units × engagements.
    capacity: Lanes,
    /// Whether that is whole for all.
    whole: bool,
    reach: Chance,
    fired: Lanes,
    short: Lanes,
    stock_out: Lanes,
}

#[derive(Clone, Debug, Default)]
struct PairLanes {
    rounds: Lanes,
    kill: Chance,
}

#[derive(Clone, Debug, Default)]
struct LineLanes {
    rate: Lanes,
    total: Lanes,
    accrued: Lanes,
    held: Lanes,
}

#[derive(Clone, Debug, Default)]
struct DivertLanes {
    quantity: Lanes,
    share: Lanes,
    gone: Lanes,
}

#[derive(Clone, Debug, Default)]
struct RampLanes {
    from: Lanes,
    to: Lanes,
}

#[derive(Clone, Debug)]
struct TheatreLanes {
    /// Launched today.
    today: Lanes,
    launched: Window<WINDOW>,
    uncovered: Window<WINDOW>,
    leakers: Window<WINDOW>,
    /// Launched, uncovered and leakers over the last week.
    weekly: [Window<WEEK>; 3],
    totals: [Lanes; 3],
    breach: Lanes,
}

/// Sums over the last N days.
///
/// # Formula
///
/// The days since the last multiple of N are added up as they come; those before it are held as
/// sums from each to the end. Additions alone, so that nothing is carried from window to window.
#[derive(Clone, Debug)]
struct Window<const N: usize> {
    ring: Vec<Lanes>,
    since: Lanes,
}

impl<const N: usize> Window<N> {
    fn new() -> Self {
        Self {
            ring: vec![Lanes::default(); N + 1],
            since: Lanes::default(),
        }
    }

    fn clear(&mut self) {
        self.ring.fill(Lanes::default());
        self.since = Lanes::default();
    }

    /// Takes in a day and gives the sum of the N that end with it.
    #[inline(always)]
    fn push(&mut self, d: usize, x: &Lanes, sum: &mut Lanes) {
        let slot = d % N;
        if slot == 0 {
            self.since = Lanes::default();
            for day in (0..N - 1).rev() {
                let after = self.ring[day + 1];
                for i in 0..LANES {
                    self.ring[day].0[i] += after.0[i];
                }
            }
        }
        // The entry past the last stays 0.
        let before = &self.ring[slot + 1];
        for i in 0..LANES {
            self.since.0[i] += x.0[i];
            sum.0[i] = self.since.0[i] + before.0[i];
        }
        self.ring[slot] = *x;
    }
}

/// A day's draws of a block.
#[derive(Clone, Copy)]
struct Draws<'s> {
    pool: &'s Pool,
    places: &'s [Place],
    bits: u64,
}

impl<'s> Draws<'s> {
    #[inline(always)]
    fn run(self, slot: usize) -> Run<'s> {
        self.pool.run(self.places[slot].of(self.bits))
    }
}

/// What the members of a block have come to.
pub(super) struct Totals<'b> {
    block: &'b Block,
}

impl Totals<'_> {
    /// Launched, uncovered, leakers.
    pub(super) fn theatre(&self, theatre: usize, lane: usize) -> [f64; 3] {
        let totals = &self.block.theatres[theatre].totals;
        totals.each_ref().map(|total| total.0[lane].into())
    }

    pub(super) fn breach(&self, theatre: usize, lane: usize) -> Option<u16> {
        day_of(self.block.theatres[theatre].breach.0[lane])
    }

    /// Launched of a threat.
    pub(super) fn launched(&self, threat: usize, lane: usize) -> f64 {
        self.block.threats[threat].launched.0[lane].into()
    }

    /// Fired, short, left.
    pub(super) fn deployment(&self, deployment: usize, lane: usize) -> [f64; 3] {
        let d = &self.block.deployments[deployment];
        [&d.fired, &d.short, &d.stock].map(|total| total.0[lane].into())
    }

    pub(super) fn stock_out(&self, deployment: usize, lane: usize) -> Option<u16> {
        day_of(self.block.deployments[deployment].stock_out.0[lane])
    }
}

fn day_of(day: f32) -> Option<u16> {
    (day < NEVER).then_some(day as u16)
}

impl Block {
    pub(super) fn new(plan: &Plan) -> Self {
        let theatre = TheatreLanes {
            today: Lanes::default(),
            launched: Window::new(),
            uncovered: Window::new(),
            leakers: Window::new(),
            weekly: std::array::from_fn(|_| Window::new()),
            totals: [Lanes::default(); 3],
            breach: Lanes::of(NEVER),
        };
        Self {
            threats: vec![ThreatLanes::default(); plan.threats.len()],
            deployments: vec![DeploymentLanes::default(); plan.deployments.len()],
            pairs: vec![PairLanes::default(); plan.pairs.len()],
            lines: vec![LineLanes::default(); plan.lines.len()],
            diverts: vec![DivertLanes::default(); plan.diverts.len()],
            ramps: vec![RampLanes::default(); plan.ramps.len()],
            transfers: vec![Lanes::default(); plan.transfers.len()],
            shipments: vec![Lanes::default(); plan.shipments.len()],
            raids: vec![Lanes::default(); plan.raids.len()],
            theatres: vec![theatre; plan.theatres.len()],
            target: Lanes::default(),
            next: Next::default(),
        }
    }

    pub(super) fn totals(&self) -> Totals<'_> {
        Totals { block: self }
    }

    /// Puts the members with these bits, and what they have drawn, at the opening of day 0.
    #[inline(always)]
    fn open(&mut self, setting: &Setting, drawn: &[Lanes]) {
        let Setting { plan, numbers, .. } = setting;
        let of = |number: super::numbers::Number| number.lanes(drawn);
        self.next = Next::default();
        self.target = of(numbers.target);
        for theatre in &mut self.theatres {
            for window in [
                &mut theatre.launched,
                &mut theatre.uncovered,
                &mut theatre.leakers,
            ] {
                window.clear();
            }
            for window in &mut theatre.weekly {
                window.clear();
            }
            theatre.totals = [Lanes::default(); 3];
            theatre.breach = Lanes::of(NEVER);
        }
        for (i, (threat, n)) in self.threats.iter_mut().zip(&numbers.threats).enumerate() {
            threat.stockpile = of(n.stockpile);
            threat.production = of(n.production);
            threat.per_site = of(n.per_site);
            threat.limit = product(&of(n.sites), &threat.per_site);
            threat.daily_share = of(n.daily_share);
            threat.raid_release = of(n.raid_release);
            threat.launched = Lanes::default();
            if let Gamma::Rows(rows) = &setting.gammas[i] {
                let variation = of(n.variation);
                for lane in 0..LANES {
                    let (row, above) = rows.place(variation.0[lane]);
                    threat.row.0[lane] = row;
                    threat.above.0[lane] = above;
                }
            }
        }
        let deployments = self.deployments.iter_mut().zip(&numbers.deployments);
        for ((deployment, n), planned) in deployments.zip(&plan.deployments) {
            deployment.stock = if planned.expendable {
                of(n.stock)
            } else {
                Lanes::default()
            };
            deployment.reserve = of(n.reserve);
            deployment.ration = of(n.ration);
            deployment.engagements = of(n.engagements);
            deployment.set_fire_units(&of(n.fire_units));
            deployment.reach = Chance::of(&of(n.reach));
            deployment.fired = Lanes::default();
            deployment.short = Lanes::default();
            deployment.stock_out = Lanes::of(NEVER);
        }
        self.open_pairs(numbers, drawn);
        for (line, n) in self.lines.iter_mut().zip(&numbers.lines) {
            line.rate = of(n.rate);
            line.total = of(n.total);
            line.accrued = Lanes::default();
            line.held = Lanes::default();
        }
        for (divert, n) in self.diverts.iter_mut().zip(&numbers.diverts) {
            divert.quantity = of(n.quantity);
            divert.share = of(n.share);
            divert.gone = Lanes::default();
        }
        let dated = [
            (&mut self.transfers, &numbers.transfers),
            (&mut self.shipments, &numbers.shipments),
            (&mut self.raids, &numbers.raids),
        ];
        for (quantities, numbers) in dated {
            for (quantity, &n) in quantities.iter_mut().zip(numbers) {
                *quantity = of(n);
            }
        }
        for next in 0..plan.ramps.len() {
            let planned = &plan.ramps[next];
            self.ramps[next].to = of(numbers.ramps[next]);
            let before = next.checked_sub(1).map(|before| &plan.ramps[before]);
            self.ramps[next].from = match before {
                Some(before) if before.of == planned.of => {
                    self.ramp_at(plan, next - 1, planned.on - 1)
                }
                _ => of(match planned.of {
                    Ramped::Production(threat) => numbers.threats[threat].production,
                    Ramped::Sites(threat) => numbers.threats[threat].sites,
                    Ramped::Rate(line) => numbers.lines[line].rate,
                    Ramped::FireUnits(deployment) => numbers.deployments[deployment].fire_units,
                    Ramped::Reach(deployment) => numbers.deployments[deployment].reach,
                }),
            };
        }
    }

    /// What an engagement costs and how likely it kills; see [`Pair`](crate::model::plan::Pair).
    #[inline(always)]
    fn open_pairs(&mut self, numbers: &Numbers, drawn: &[Lanes]) {
        for (pair, n) in self.pairs.iter_mut().zip(&numbers.pairs) {
            let sspk = n.sspk.lanes(drawn);
            let mut kill = Lanes::default();
            let planned = |p: f32| crate::model::plan::Pair::new(0, &n.doctrine, p.into());
            if n.sspk.is_drawn() {
                for i in 0..LANES {
                    let planned = planned(sspk.0[i]);
                    pair.rounds.0[i] = planned.rounds as f32;
                    kill.0[i] = planned.kill as f32;
                }
            } else {
                let planned = crate::model::plan::Pair::new(0, &n.doctrine, n.sspk.value);
                pair.rounds = Lanes::of(planned.rounds as f32);
                kill = Lanes::of(planned.kill as f32);
            }
            pair.kill = Chance::of(&kill);
        }
    }

    /// A ramp's value on a day that is its first or later; see
    /// [`RampPlan::at`](crate::model::plan::RampPlan::at).
    #[inline(always)]
    fn ramp_at(&self, plan: &Plan, ramp: usize, day: Day) -> Lanes {
        let (planned, lanes) = (&plan.ramps[ramp], &self.ramps[ramp]);
        if day >= planned.on.saturating_add(planned.over) {
            return lanes.to;
        }
        let along = (f64::from(day - planned.on) / f64::from(planned.over)) as f32;
        let mut value = Lanes::default();
        for i in 0..LANES {
            value.0[i] = lanes.from.0[i] + (lanes.to.0[i] - lanes.from.0[i]) * along;
        }
        value
    }

    /// Step 1: sets what ramps change to today's value, where that is not yesterday's.
    #[inline(always)]
    fn set_rates(&mut self, plan: &Plan, day: Day) {
        for (i, ramp) in plan.ramps.iter().enumerate() {
            let moves = ramp.on <= day && (day <= ramp.on.saturating_add(ramp.over) || day == 0);
            if !moves {
                continue;
            }
            let value = self.ramp_at(plan, i, day);
            match ramp.of {
                Ramped::Production(threat) => self.threats[threat].production = value,
                Ramped::Sites(threat) => {
                    let threat = &mut self.threats[threat];
                    threat.limit = product(&value, &threat.per_site);
                }
                Ramped::Rate(line) => self.lines[line].rate = value,
                Ramped::FireUnits(deployment) => {
                    self.deployments[deployment].set_fire_units(&value);
                }
                Ramped::Reach(deployment) => {
                    self.deployments[deployment].reach = Chance::of(&value);
                }
            }
        }
    }

    /// Steps 2 and 3: transfers, supply lines and diverts, shipments.
    #[inline(always)]
    fn supply(&mut self, plan: &Plan, d: usize) {
        let day = d as Day;
        while let Some(transfer) = plan.transfers.get(self.next.transfer)
            && transfer.on == day
        {
            let quantity = self.transfers[self.next.transfer];
            self.next.transfer += 1;
            for i in 0..LANES {
                let stock = &mut self.deployments[transfer.from].stock.0[i];
                let moved = least(quantity.0[i], *stock);
                *stock -= moved;
                self.deployments[transfer.to].stock.0[i] += moved;
            }
        }
        for (line, planned) in self.lines.iter_mut().zip(&plan.lines) {
            let mut pauses = plan.pauses[planned.pauses.clone()].iter();
            if !planned.active.holds(day) || pauses.any(|pause| pause.holds(day)) {
                continue;
            }
            for i in 0..LANES {
                let left = most(0.0, line.total.0[i] - line.accrued.0[i]);
                let more = least(line.rate.0[i], left);
                line.accrued.0[i] += more;
                line.held.0[i] += more;
            }
            if !(d as u32 + 1).is_multiple_of(planned.every) {
                continue;
            }
            let mut lot = std::mem::take(&mut line.held);
            for at in planned.diverts.clone() {
                let (planned, divert) = (&plan.diverts[at], &mut self.diverts[at]);
                if planned.on > day {
                    continue;
                }
                let stock = &mut self.deployments[planned.to].stock;
                for i in 0..LANES {
                    let left = most(0.0, divert.quantity.0[i] - divert.gone.0[i]);
                    let moved = least(divert.share.0[i] * lot.0[i], left);
                    divert.gone.0[i] += moved;
                    lot.0[i] -= moved;
                    stock.0[i] += moved;
                }
            }
            add(&mut self.deployments[planned.to].stock, &lot);
        }
        while let Some(shipment) = plan.shipments.get(self.next.shipment)
            && shipment.on == day
        {
            let quantity = &self.shipments[self.next.shipment];
            add(&mut self.deployments[shipment.to].stock, quantity);
            self.next.shipment += 1;
        }
    }

    /// Steps 4 and 5: stockpiles grow, and threats are launched.
    #[inline(always)]
    fn launch(&mut self, setting: &Setting, d: usize, draws: Draws<'_>) {
        let plan = &setting.plan;
        let day = d as Day;
        for theatre in &mut self.theatres {
            theatre.today = Lanes::default();
        }
        for (t, planned) in plan.threats.iter().enumerate() {
            let threat = &mut self.threats[t];
            add(&mut threat.stockpile, &threat.production);
            let raids = planned.raid_every > 0 && (d as u32 + 1).is_multiple_of(planned.raid_every);
            let (share, of) = if raids {
                (&threat.raid_release, &threat.stockpile)
            } else {
                (&threat.daily_share, &threat.production)
            };
            let mut wanted = product(share, of);
            let today =
                (self.next.raid..plan.raids.len()).take_while(|&at| plan.raids[at].on == day);
            let by_name = today.into_iter().find(|&at| plan.raids[at].threat == t);
            let mut ceasefires = plan.ceasefires.iter();
            if ceasefires.any(|c| c.theatre == planned.theatre && c.span.holds(day)) {
                wanted = Lanes::default();
            } else if let Some(raid) = by_name {
                wanted = self.raids[raid];
            } else {
                match &setting.gammas[t] {
                    Gamma::None => {}
                    Gamma::Curve(curve) => {
                        let z = draws.run(Slots::gamma(t)).normals;
                        for i in 0..LANES {
                            wanted.0[i] *= curve.at(z[i]);
                        }
                    }
                    Gamma::Table(table) => {
                        let u = draws.run(Slots::gamma(t)).units;
                        for i in 0..LANES {
                            wanted.0[i] *= table.at(u[i]);
                        }
                    }
                    Gamma::Rows(rows) => {
                        let u = draws.run(Slots::gamma(t)).units;
                        for i in 0..LANES {
                            wanted.0[i] *= rows.at(u[i], threat.row.0[i], threat.above.0[i]);
                        }
                    }
                }
            }
            let u = draws.run(Slots::round(t)).units;
            let today = &mut self.theatres[planned.theatre].today;
            for i in 0..LANES {
                let wanted = lanes::round(u[i], least(wanted.0[i], threat.limit.0[i]));
                let launched = least(wanted, threat.stockpile.0[i].floor());
                threat.stockpile.0[i] -= launched;
                threat.launched.0[i] += launched;
                today.0[i] += launched;
                threat.fresh.0[i] = launched;
                threat.alive.0[i] = launched;
            }
        }
        while plan
            .raids
            .get(self.next.raid)
            .is_some_and(|raid| raid.on <= day)
        {
            self.next.raid += 1;
        }
    }

    /// Step 6 for one layer.
    #[inline(always)]
    fn engage(&mut self, setting: &Setting, layer: usize, d: usize, draws: Draws<'_>) {
        let plan = &setting.plan;
        let planned = &plan.layers[layer];
        let expendable = plan.deployments[planned.deployment].expendable;
        let deployment = &mut self.deployments[planned.deployment];
        let mut c = deployment.capacity;
        if !deployment.whole {
            let u = draws.run(setting.slots.capacity(layer)).units;
            for i in 0..LANES {
                c.0[i] = lanes::round(u[i], c.0[i]);
            }
        }
        let mut s = Lanes::default();
        for i in 0..LANES {
            let stock = deployment.stock.0[i];
            let rationed = deployment.ration.0[i] * stock;
            s.0[i] = most(0.0, least(rationed, stock - deployment.reserve.0[i]));
        }
        let (mut fired, mut demand) = (Lanes::default(), Lanes::default());
        let (mut m, mut kills) = (Lanes::default(), Lanes::default());
        for at in planned.pairs.clone() {
            let pair = &self.pairs[at];
            let threat = &mut self.threats[plan.pairs[at].threat];
            if !any_above_0(&threat.alive) {
                continue;
            }
            let run = draws.run(setting.slots.reach(at));
            binomial(&threat.alive, &deployment.reach, run, &mut m);
            let mut bound = 0_u32;
            for i in 0..LANES {
                let wanted = least(m.0[i], c.0[i]);
                c.0[i] -= wanted;
                m.0[i] = wanted;
            }
            if expendable {
                for i in 0..LANES {
                    let rounds = m.0[i] * pair.rounds.0[i];
                    demand.0[i] += rounds;
                    bound |= u32::from(rounds > s.0[i]);
                }
                if bound == 0 {
                    for i in 0..LANES {
                        let rounds = m.0[i] * pair.rounds.0[i];
                        s.0[i] -= rounds;
                        fired.0[i] += rounds;
                    }
                } else {
                    let u = draws.run(setting.slots.magazine(at)).units;
                    for i in 0..LANES {
                        let wanted = m.0[i];
                        let rounds = wanted * pair.rounds.0[i];
                        let short = rounds > s.0[i];
                        let some = lanes::round(u[i], s.0[i] / pair.rounds.0[i]);
                        let spent = if short { s.0[i] } else { rounds };
                        m.0[i] = if short { least(some, wanted) } else { wanted };
                        fired.0[i] += spent;
                        s.0[i] -= spent;
                    }
                }
            }
            if !any_above_0(&m) {
                continue;
            }
            let run = draws.run(setting.slots.kill(at));
            binomial(&m, &pair.kill, run, &mut kills);
            let mut met_before = 0_u32;
            for i in 0..LANES {
                met_before |= u32::from(threat.fresh.0[i] < threat.alive.0[i]);
            }
            if met_before == 0 {
                for i in 0..LANES {
                    threat.fresh.0[i] -= m.0[i];
                    threat.alive.0[i] -= kills.0[i];
                }
            } else {
                let u = draws.run(setting.slots.fresh(at)).units;
                for i in 0..LANES {
                    let (fresh, alive) = (threat.fresh.0[i], threat.alive.0[i]);
                    let share = fresh / most(alive, 1.0);
                    // All or none of the never engaged where rounding would take a part of one
                    // more than there are of either kind.
                    let met = most(m.0[i] - (alive - fresh), lanes::round(u[i], m.0[i] * share));
                    let met = least(met, least(m.0[i], fresh));
                    threat.fresh.0[i] = fresh - met;
                    threat.alive.0[i] = alive - kills.0[i];
                }
            }
        }
        if expendable {
            add(&mut deployment.fired, &fired);
            for i in 0..LANES {
                // A magazine fired empty may end a rounding below 0.
                deployment.stock.0[i] = most(0.0, deployment.stock.0[i] - fired.0[i]);
            }
            let mut any_short = 0_u32;
            for i in 0..LANES {
                // From here on, what is short.
                demand.0[i] = most(0.0, demand.0[i] - fired.0[i]);
                any_short |= u32::from(demand.0[i] > 0.0);
            }
            if any_short != 0 {
                add(&mut deployment.short, &demand);
                for i in 0..LANES {
                    let reserve = deployment.reserve.0[i];
                    let empty = deployment.stock.0[i] <= reserve + most(DUST, reserve * 1e-6);
                    let today = if empty { d as f32 } else { NEVER };
                    let today = if demand.0[i] > DUST { today } else { NEVER };
                    deployment.stock_out.0[i] = least(deployment.stock_out.0[i], today);
                }
            }
        }
    }

    /// The measures of one theatre today.
    #[inline(always)]
    fn measure(&mut self, setting: &Setting, theatre: usize, d: usize, values: &mut [Lanes]) {
        let (plan, counts) = (&setting.plan, setting.counts);
        let (mut uncovered, mut leakers) = (Lanes::default(), Lanes::default());
        for &threat in &plan.order[plan.theatres[theatre].threats.clone()] {
            let threat = &self.threats[threat];
            add(&mut uncovered, &threat.fresh);
            add(&mut leakers, &threat.alive);
        }
        let lanes = &mut self.theatres[theatre];
        let launched = lanes.today;
        for (total, today) in lanes
            .totals
            .iter_mut()
            .zip([&launched, &uncovered, &leakers])
        {
            add(total, today);
        }
        let [mut all, mut none, mut past] = [Lanes::default(); 3];
        lanes.launched.push(d, &launched, &mut all);
        lanes.uncovered.push(d, &uncovered, &mut none);
        lanes.leakers.push(d, &leakers, &mut past);
        if d >= WINDOW {
            for i in 0..LANES {
                let covered = all.0[i] - none.0[i];
                let below = covered < (self.target.0[i] - ON_TARGET) * all.0[i];
                let first = lanes.breach.0[i];
                lanes.breach.0[i] = if below { least(first, d as f32) } else { first };
            }
        }
        let [shortfall, leaked, of_launched, of_uncovered, of_leakers] = values else {
            return;
        };
        match counts {
            Counts::Daily => {
                *of_launched = launched;
                *of_uncovered = uncovered;
                *of_leakers = leakers;
            }
            Counts::Weekly => {
                // The first week has only the days there are.
                let per_day = 1.0 / (d + 1).min(WEEK) as f32;
                let [of_all, of_none, of_past] = &mut lanes.weekly;
                for (window, today, mean) in [
                    (of_all, &launched, of_launched),
                    (of_none, &uncovered, of_uncovered),
                    (of_past, &leakers, of_leakers),
                ] {
                    window.push(d, today, mean);
                    for mean in &mut mean.0 {
                        *mean *= per_day;
                    }
                }
            }
        }
        for i in 0..LANES {
            let defined = all.0[i] > 0.0;
            let inverse = 1.0 / all.0[i];
            let of = |part: f32| {
                if defined {
                    least(part * inverse, 1.0)
                } else {
                    UNDEFINED
                }
            };
            shortfall.0[i] = of(none.0[i]);
            leaked.0[i] = of(past.0[i]);
        }
    }
}

impl DeploymentLanes {
    #[inline(always)]
    fn set_fire_units(&mut self, fire_units: &Lanes) {
        self.capacity = product(fire_units, &self.engagements);
        self.whole = self.capacity.0.iter().all(|c| c.fract() == 0.0);
    }
}

#[inline(always)]
fn product(a: &Lanes, b: &Lanes) -> Lanes {
    let mut product = Lanes::default();
    for i in 0..LANES {
        product.0[i] = a.0[i] * b.0[i];
    }
    product
}

#[inline(always)]
fn add(to: &mut Lanes, more: &Lanes) {
    for i in 0..LANES {
        to.0[i] += more.0[i];
    }
}

#[inline(always)]
fn any_above_0(x: &Lanes) -> bool {
    let mut any = 0_u32;
    for i in 0..LANES {
        any |= u32::from(x.0[i] > 0.0);
    }
    any != 0
}

/// Runs a block of members over all days and hands each day's measures to `sink`.
///
/// Compiled for several kinds of processor; the widest that the one at hand has is chosen.
#[multiversion::multiversion(targets(
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2",
    "x86_64+sse3+ssse3+sse4.1",
))]
pub(super) fn run_days(
    setting: &Setting,
    bits: &[u32; LANES],
    run_bits: u64,
    block: &mut Block,
    drawn: &mut Vec<Lanes>,
    values: &mut Vec<Lanes>,
    sink: &mut Sink<'_>,
) {
    let plan = &setting.plan;
    let pool = Pool::get();
    setting.numbers.draw_lanes(bits, drawn);
    block.open(setting, drawn);
    values.clear();
    values.resize(setting.series.len(), Lanes::default());
    for d in 0..plan.days {
        let draws = Draws {
            pool,
            places: setting.places_of(d),
            bits: run_bits,
        };
        block.set_rates(plan, d as Day);
        block.supply(plan, d);
        block.launch(setting, d, draws);
        for layer in 0..plan.layers.len() {
            block.engage(setting, layer, d, draws);
        }
        let (of_theatres, of_deployments) =
            values.split_at_mut(plan.theatres.len() * SERIES_A_THEATRE);
        for (theatre, values) in of_theatres.chunks_exact_mut(SERIES_A_THEATRE).enumerate() {
            block.measure(setting, theatre, d, values);
        }
        for (value, &deployment) in of_deployments.iter_mut().zip(&setting.magazines) {
            *value = block.deployments[deployment].stock;
        }
        sink.take(d, values);
    }
}
