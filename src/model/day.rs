//! What happens on one day: steps 1 to 7 of the model page.
//!
//! Every function takes the plan, the state that one day hands to the next, and the outcome whose
//! entry for the day it fills. Columns of the outcome have one entry a day before the first day
//! is run, so that no step allocates.

use super::Outcome;
use super::plan::{Day, Plan, Ramped, TheatrePlan};

/// What one day hands to the next, and room for a day's work.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Rounds, by deployment.
    stock: Vec<f64>,
    /// Threats not yet launched, by threat.
    stockpile: Vec<f64>,
    /// By supply line.
    lines: Vec<LineState>,
    /// Rounds gone, by divert.
    diverted: Vec<f64>,
    /// Today's numbers, as far as ramps may change them.
    rates: Rates,
    /// The first transfer, shipment and raid still to come.
    next: Next,
    /// Launched today, by threat.
    launched: Vec<f64>,
    /// Alive and never engaged in the pass at hand (u), by threat.
    fresh: Vec<f64>,
    /// Alive in the pass at hand, engaged or not (u + e), by threat.
    alive: Vec<f64>,
}

/// A supply line between two days.
#[derive(Clone, Copy, Debug, Default)]
struct LineState {
    /// Rounds accrued since the start.
    accrued: f64,
    /// Rounds accrued and not yet arrived.
    held: f64,
}

/// The numbers that ramps may change, as they stand today.
#[derive(Clone, Debug)]
struct Rates {
    /// Threats a day, by threat.
    production: Vec<f64>,
    /// By threat.
    sites: Vec<f64>,
    /// Rounds a day, by supply line.
    rate: Vec<f64>,
    /// By deployment.
    fire_units: Vec<f64>,
    /// By deployment.
    reach: Vec<f64>,
}

/// How far the lists of dated events have been worked off.
#[derive(Clone, Copy, Debug, Default)]
struct Next {
    transfer: usize,
    shipment: usize,
    raid: usize,
}

/// Which limits a pass lifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifted {
    /// The real pass.
    Nothing,
    /// H: whole magazines, neither reserve nor ration.
    Holding,
    /// A: rounds without end.
    Rounds,
    /// B: rounds and engagements without end.
    RoundsAndEngagements,
}

/// What bound a pass anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bound {
    /// A layer had rounds for fewer engagements than it could else have made.
    rounds: bool,
    /// Such a layer had more in its magazine than it was let to fire.
    holding: bool,
    /// A layer could make fewer engagements than there were threats in its reach.
    engagements: bool,
}

/// No pass of step 7 is run, and the columns of causes are left as they are.
pub(super) const NO_PASSES: u8 = 0;
/// Those are run that can differ from the one before.
pub(super) const NEEDED_PASSES: u8 = 1;
/// All are run, to hold the others against.
pub(super) const ALL_PASSES: u8 = 2;

impl State {
    /// The state at the opening of day 0.
    pub(super) fn new(plan: &Plan) -> Self {
        let (threats, deployments) = (&plan.threats, &plan.deployments);
        Self {
            stock: plan.opening_stocks().collect(),
            stockpile: threats.iter().map(|t| t.stockpile).collect(),
            lines: vec![LineState::default(); plan.lines.len()],
            diverted: vec![0.0; plan.diverts.len()],
            rates: Rates {
                production: threats.iter().map(|t| t.production).collect(),
                sites: threats.iter().map(|t| t.sites).collect(),
                rate: plan.lines.iter().map(|line| line.rate).collect(),
                fire_units: deployments.iter().map(|d| d.fire_units).collect(),
                reach: deployments.iter().map(|d| d.reach).collect(),
            },
            next: Next::default(),
            launched: vec![0.0; threats.len()],
            fresh: vec![0.0; threats.len()],
            alive: vec![0.0; threats.len()],
        }
    }

    /// Runs day `d` and fills its entries of `out`.
    ///
    /// `PASSES` says which of step 7 are run: [`NO_PASSES`], [`NEEDED_PASSES`] or [`ALL_PASSES`].
    pub(super) fn run_day<const PASSES: u8>(&mut self, plan: &Plan, d: usize, out: &mut Outcome) {
        let day = d as Day;
        self.set_rates(plan, day);
        self.transfer(plan, d, out);
        self.deliver(plan, d, out);
        self.launch(plan, d, out);
        for theatre in 0..plan.theatres.len() {
            self.defend::<PASSES>(plan, theatre, d, out);
        }
        for (deployment, stock) in out.deployments.iter_mut().zip(&mut self.stock) {
            // A magazine fired empty may end a rounding below 0.
            *stock = most(0.0, *stock - deployment.fired[d]);
            deployment.close[d] = *stock;
        }
    }

    /// Step 1: sets what ramps change to today's value.
    ///
    /// The latest ramp of a number that has begun holds: it starts from where the one before it
    /// stood, and ramps of one number never overlap.
    fn set_rates(&mut self, plan: &Plan, day: Day) {
        for ramp in plan.ramps.iter().filter(|ramp| ramp.on <= day) {
            let value = ramp.at(day);
            match ramp.of {
                Ramped::Production(threat) => self.rates.production[threat] = value,
                Ramped::Sites(threat) => self.rates.sites[threat] = value,
                Ramped::Rate(line) => self.rates.rate[line] = value,
                Ramped::FireUnits(deployment) => self.rates.fire_units[deployment] = value,
                Ramped::Reach(deployment) => self.rates.reach[deployment] = value,
            }
        }
    }

    /// Step 2: stock moves between deployments of one interceptor.
    ///
    /// # Formula
    ///
    /// min(quantity, stock at hand), in rounds, reserve included. Source: the model page, step 2.
    fn transfer(&mut self, plan: &Plan, d: usize, out: &mut Outcome) {
        let day = d as Day;
        while let Some(transfer) = plan.transfers.get(self.next.transfer)
            && transfer.on == day
        {
            self.next.transfer += 1;
            let moved = least(transfer.quantity, self.stock[transfer.from]);
            self.stock[transfer.from] -= moved;
            out.deployments[transfer.from].sent[d] += moved;
            self.receive(transfer.to, moved, d, out);
        }
    }

    /// Step 3: supply lines accrue and arrive, less what is diverted; shipments arrive.
    ///
    /// # Formula
    ///
    /// An active line accrues min(rate, total − accrued so far), in rounds. All that has accrued
    /// arrives when d + 1 is a multiple of `every`; min(share × lot, quantity − gone so far) of it
    /// goes to each divert in turn, and what is left to the line's own deployment. Source: the
    /// model page, step 3.
    fn deliver(&mut self, plan: &Plan, d: usize, out: &mut Outcome) {
        let day = d as Day;
        for (i, line) in plan.lines.iter().enumerate() {
            let paused = || {
                plan.pauses[line.pauses.clone()]
                    .iter()
                    .any(|p| p.holds(day))
            };
            if !line.active.holds(day) || paused() {
                continue;
            }
            let state = &mut self.lines[i];
            let accrued = least(self.rates.rate[i], most(0.0, line.total - state.accrued));
            state.accrued += accrued;
            state.held += accrued;
            if !(d as u32 + 1).is_multiple_of(line.every) {
                continue;
            }
            let mut lot = std::mem::take(&mut state.held);
            for divert in line.diverts.clone() {
                let gone = &mut self.diverted[divert];
                let divert = &plan.diverts[divert];
                if divert.on <= day {
                    let left = most(0.0, divert.quantity - *gone);
                    let moved = least(divert.share * lot, left);
                    *gone += moved;
                    lot -= moved;
                    self.receive(divert.to, moved, d, out);
                }
            }
            self.receive(line.to, lot, d, out);
        }
        while let Some(shipment) = plan.shipments.get(self.next.shipment)
            && shipment.on == day
        {
            self.next.shipment += 1;
            self.receive(shipment.to, shipment.quantity, d, out);
        }
    }

    /// Adds rounds to a deployment's stock.
    fn receive(&mut self, deployment: usize, rounds: f64, d: usize, out: &mut Outcome) {
        self.stock[deployment] += rounds;
        out.deployments[deployment].received[d] += rounds;
    }

    /// Steps 4 and 5: stockpiles grow, and threats are launched.
    ///
    /// # Formula
    ///
    /// In threats: wanted is 0 in a ceasefire, else what a raid of today names, else what is
    /// listed for today (0 between the first and the last listed day where nothing is), else
    /// `raid_release` × stockpile on every `raid_every`th day, else `daily_share` × production;
    /// launched = min(wanted, sites × `per_site`, stockpile). Source: the model page, steps 4 and 5.
    fn launch(&mut self, plan: &Plan, d: usize, out: &mut Outcome) {
        let day = d as Day;
        let wanted = &mut self.launched;
        for (i, threat) in plan.threats.iter().enumerate() {
            let produced = self.rates.production[i];
            self.stockpile[i] += produced;
            out.threats[i].produced[d] = produced;
            let raids = threat.raid_every > 0 && (d as u32 + 1).is_multiple_of(threat.raid_every);
            wanted[i] = if let Some(listed) = threat.listed.on(day) {
                listed
            } else if raids {
                threat.raid_release * self.stockpile[i]
            } else {
                threat.daily_share * produced
            };
        }
        while let Some(raid) = plan.raids.get(self.next.raid)
            && raid.on == day
        {
            self.next.raid += 1;
            wanted[raid.threat] = raid.quantity;
        }
        for ceasefire in plan.ceasefires.iter().filter(|c| c.span.holds(day)) {
            let threats = plan.theatres[ceasefire.theatre].threats.clone();
            for &threat in &plan.order[threats] {
                wanted[threat] = 0.0;
            }
        }
        for (i, threat) in plan.threats.iter().enumerate() {
            let columns = &mut out.threats[i];
            columns.wanted[d] = self.launched[i];
            let sites = self.rates.sites[i] * threat.per_site;
            let launched = least(least(self.launched[i], sites), self.stockpile[i]);
            self.launched[i] = launched;
            self.stockpile[i] -= launched;
            columns.launched[d] = launched;
            columns.stockpile[d] = self.stockpile[i];
        }
    }

    /// Steps 6 and 7 for one theatre: what is engaged and killed, and why the rest is not.
    ///
    /// # Formula
    ///
    /// With U the threats never engaged, in threats, and U(H), U(A), U(B) the same with more
    /// and more limits lifted: held back = U − U(H), magazines empty = U(H) − U(A), launchers
    /// saturated = U(A) − U(B), out of reach = U(B). Source: the model page, step 7.
    ///
    /// # Passes left out
    ///
    /// A pass is left out only where it must give what the one before gave, to the bit:
    ///
    /// - No layer was bound by rounds. More rounds then change no engagement: H and A are the
    ///   real pass, for in each layer s enters only through m = min(q, c, s/r), and only where it
    ///   binds.
    /// - Layers were bound by rounds, none of them with more in its magazine than it was let to
    ///   fire. Outermost first, each layer then meets in H what it met in the real pass: a bound
    ///   one has the same s, and one not bound has no use for more. So H is the real pass.
    /// - No layer was bound by rounds in H: A is H, as in the first case.
    /// - No layer was bound by engagements in A: lifting c in B changes none, so B is A.
    fn defend<const PASSES: u8>(
        &mut self,
        plan: &Plan,
        theatre: usize,
        d: usize,
        out: &mut Outcome,
    ) {
        let layers = &plan.theatres[theatre];
        let real = self.engage(plan, layers, Lifted::Nothing, d, out);

        let columns = &mut out.theatres[theatre];
        let (mut launched, mut uncovered, mut killed, mut leakers) = (0.0, 0.0, 0.0, 0.0);
        for &threat in &plan.order[layers.threats.clone()] {
            let of_threat = &mut out.threats[threat];
            let kills = most(0.0, self.launched[threat] - self.alive[threat]);
            of_threat.uncovered[d] = self.fresh[threat];
            of_threat.leakers[d] = self.alive[threat];
            of_threat.killed[d] = kills;
            launched += self.launched[threat];
            uncovered += self.fresh[threat];
            leakers += self.alive[threat];
            killed += kills;
        }
        columns.launched[d] = launched;
        columns.covered[d] = most(0.0, launched - uncovered);
        columns.uncovered[d] = uncovered;
        columns.killed[d] = killed;
        columns.leakers[d] = leakers;
        if PASSES == NO_PASSES {
            return;
        }

        let mut again = |needed: bool, lifted: Lifted, (before, bound): (f64, Bound)| {
            if needed || PASSES == ALL_PASSES {
                let bound = self.engage(plan, layers, lifted, d, out);
                let threats = &plan.order[layers.threats.clone()];
                let uncovered = threats.iter().map(|&threat| self.fresh[threat]).sum();
                (uncovered, bound)
            } else {
                (before, bound)
            }
        };
        let h = again(real.holding, Lifted::Holding, (uncovered, real));
        let a = again(h.1.rounds, Lifted::Rounds, h);
        let b = again(a.1.engagements, Lifted::RoundsAndEngagements, a);
        let columns = &mut out.theatres[theatre];
        // Lifting a limit never uncovers a threat, so that below 0 there is only rounding dust.
        columns.uncovered_held[d] = most(0.0, uncovered - h.0);
        columns.uncovered_stock[d] = most(0.0, h.0 - a.0);
        columns.uncovered_capacity[d] = most(0.0, a.0 - b.0);
        columns.uncovered_reach[d] = b.0;
    }

    /// One pass of step 6 over one theatre; the real pass notes the rounds fired and demanded.
    ///
    /// # Formula
    ///
    /// Each layer in turn, with s rounds to fire and c engagements to make, meets each threat in
    /// order of priority, of which u + e are alive:
    ///
    /// - q = reach × (u + e) threats are in reach;
    /// - m = min(q, c, s/r) are engaged, at r rounds each; c falls by m and s by m·r;
    /// - m·(1 − (1 − p)^n) are killed, and u falls to u·(1 − m/(u + e)).
    ///
    /// Demand is Σ m·r with s infinite, on the same u and e. Threats, rounds and engagements are
    /// means and need not be whole. Source: the model page, step 6.
    fn engage(
        &mut self,
        plan: &Plan,
        theatre: &TheatrePlan,
        lifted: Lifted,
        d: usize,
        out: &mut Outcome,
    ) -> Bound {
        let Self {
            stock,
            rates,
            launched,
            fresh,
            alive,
            ..
        } = self;
        for &threat in &plan.order[theatre.threats.clone()] {
            fresh[threat] = launched[threat];
            alive[threat] = launched[threat];
        }
        let mut bound = Bound::default();
        for layer in &plan.layers[theatre.layers.clone()] {
            let i = layer.deployment;
            let deployment = &plan.deployments[i];
            let magazine = if deployment.expendable {
                stock[i]
            } else {
                f64::INFINITY
            };
            let reach = rates.reach[i];
            let allowed = match lifted {
                Lifted::Nothing if deployment.expendable => {
                    let rationed = deployment.ration * magazine;
                    most(0.0, least(rationed, magazine - deployment.reserve))
                }
                Lifted::Nothing | Lifted::Holding => magazine,
                Lifted::Rounds | Lifted::RoundsAndEngagements => f64::INFINITY,
            };
            let capacity = match lifted {
                Lifted::RoundsAndEngagements => f64::INFINITY,
                _ => rates.fire_units[i] * deployment.engagements,
            };
            // What is left of each limit. Once the rounds are gone nothing more is engaged, so
            // that engagements need counting no further but for demand, which goes on with them.
            let (mut s, mut c) = (allowed, capacity);
            let (mut fired, mut demand) = (0.0, 0.0);
            for pair in &plan.pairs[layer.pairs.clone()] {
                let target = alive[pair.threat];
                if target <= 0.0 {
                    continue;
                }
                let q = reach * target;
                bound.engagements |= c < q;
                let wanted = least(q, c);
                let rounds = wanted * pair.rounds;
                c -= wanted;
                demand += rounds;
                let m = if rounds <= s {
                    s -= rounds;
                    fired += rounds;
                    wanted
                } else {
                    bound.rounds = true;
                    bound.holding |= allowed < magazine;
                    fired += s;
                    std::mem::take(&mut s) / pair.rounds
                };
                // Where all in reach are engaged, m/(u + e) is reach, without a division.
                let engaged = if m == q { reach } else { m / target };
                let unengaged = fresh[pair.threat] * (1.0 - engaged);
                fresh[pair.threat] = unengaged;
                // e = (u + e) − kills − u' is 0 where rounding takes it below.
                alive[pair.threat] = most(target - m * pair.kill, unengaged);
            }
            if lifted == Lifted::Nothing && deployment.expendable {
                let columns = &mut out.deployments[i];
                columns.fired[d] = fired;
                columns.demand[d] = demand;
            }
        }
        bound
    }
}

/// The lesser of two numbers, neither of which is NaN: one instruction, unlike [`f64::min`].
fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater of two numbers, neither of which is NaN.
fn most(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}
