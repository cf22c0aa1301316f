//! A block of members, day by day: steps 1 to 6 of the model page with the draws of its
//! "Uncertainty".
//!
//! The structure of a day (which ramps run, which lots arrive, who is paused) is the same for all
//! members; only the numbers differ. So every step is a loop over the members of the block.
//!
//! # How the page is read
//!
//! - *Launches.* The factor G falls on what is wanted other than by a raid's name or a listed day. All
//!   that is wanted, these included, is then held to the limit of the sites, rounded to whole
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

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch};

use super::lanes::{
    Chance, LANES, Lanes, STRIP, STRIPS, Strip, binomial, higher, lower, or_0, round, strip_of,
    survive,
};
use super::members::{Came, Judged};
use super::numbers::{Number, Numbers};
use super::schedule::{Launch, Step, Today};
use super::tally::Sink;
use super::{Counts, Gamma, SERIES_A_THEATRE, Setting};
use crate::model::plan::{Day, Pair, Plan, Ramped};
use crate::model::random::{Place, Pool, Run, run_bits};
use crate::model::{WEEK, WINDOW};
use crate::scenario::Firing;

/// Stands for a day that never comes.
pub(super) const NEVER: f32 = 1e9;

/// Marks a share of nothing.
pub(super) const UNDEFINED: f32 = -1.0;

/// Rounds short of this, or this far from the reserve, are rounding dust of single precision.
const DUST: f32 = 1e-3;

/// Rounds of an engagement up to which [`kill_in_turn`] takes less than a power for each member.
const MOST_IN_TURN: f64 = 8.0;

/// Whole numbers up to twice this are exact.
const LARGE: f32 = 8_388_608.0;

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
    /// The same of protection, if a target is given.
    protection_target: Option<Lanes>,
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
    /// What it can still engage today, and may still fire, where it meets several threats.
    capacity_left: Lanes,
    rounds_left: Lanes,
}

#[derive(Clone, Debug, Default)]
struct PairLanes {
    rounds: Lanes,
    kill: Chance,
}

#[derive(Clone, Debug, Default)]
struct LineLanes {
    rate: Lanes,
    /// What may still accrue.
    left: Lanes,
    /// What has accrued and not arrived.
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
    /// Launched, uncovered and leakers; likewise below.
    recent: [Recent; 3],
    judged: JudgedLanes,
    /// The same of protection; as it begins if no target is given.
    protected: JudgedLanes,
}

/// Coverage, or protection, over 28 days that are judged, so far.
#[derive(Clone, Debug)]
struct JudgedLanes {
    /// First and last day below target.
    first_below: Lanes,
    last_below: Lanes,
    days_below: Lanes,
    /// The largest share of launches that is not engaged, or not killed.
    worst: Lanes,
}

impl JudgedLanes {
    fn new() -> Self {
        Self {
            first_below: Lanes::of(NEVER),
            last_below: Lanes::of(NEVER),
            days_below: Lanes::default(),
            worst: Lanes::of(UNDEFINED),
        }
    }

    /// Adds the window that ends on day `d`, in which `all` were launched and `none` of them not
    /// engaged, or not killed.
    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, at: usize, d: usize, [all, none, target]: [Strip<S>; 3]) {
        let below = (all - none).simd_lt((target - ON_TARGET) * all);
        let today = Strip::splat(simd, d as f32);
        let first = self.first_below.strip(simd, at);
        self.first_below
            .set(at, below.select(first.min(today), first));
        let last = self.last_below.strip(simd, at);
        self.last_below.set(at, below.select(today, last));
        let [one, zero] = [1.0, 0.0].map(|x| Strip::splat(simd, x));
        self.days_below.add(simd, at, below.select(one, zero));
        let worst = self.worst.strip(simd, at);
        let share = all.simd_gt(0.0).select(none / all, worst);
        self.worst.set(at, worst.max(share));
    }
}

/// Sums over the last week, over the last four, and in all.
///
/// # Formula
///
/// Sums of all days up to each of the last: what a window holds is the difference of two of them. They
/// are whole, and so exact below 2²⁴; what is older than any window is taken off them before they come
/// near that.
#[derive(Clone, Debug)]
struct Recent {
    /// Up to each of the last days.
    sums: [Lanes; WINDOW],
    /// The place of the newest.
    newest: usize,
    /// What has been taken off.
    before: Lanes,
}

impl Recent {
    fn new() -> Self {
        Self {
            sums: [Lanes::default(); WINDOW],
            newest: 0,
            before: Lanes::default(),
        }
    }

    /// Empties it where it lies: a new one would be made elsewhere first, and it is large.
    fn clear(&mut self) {
        self.sums.fill(Lanes::default());
        self.newest = 0;
        self.before = Lanes::default();
    }

    /// Takes in a day of one strip and gives the sums of the week and of the window that end with it.
    #[inline(always)]
    fn push<S: Simd>(&mut self, simd: S, d: usize, at: usize, x: Strip<S>) -> [Strip<S>; 2] {
        let ago = |days: usize| (d + WINDOW - days) % WINDOW;
        let sum = self.sums[ago(1)].strip(simd, at) + x;
        let week = sum - self.sums[ago(WEEK)].strip(simd, at);
        // The oldest makes room for the newest.
        let place = &mut self.sums[ago(0)];
        let window = sum - place.strip(simd, at);
        place.set(at, sum);
        self.newest = ago(0);
        [week, window]
    }

    /// Takes what is older than the window that ends with the day before off sums that are large.
    #[inline(always)]
    fn shrink<S: Simd>(&mut self, simd: S, d: usize) {
        for at in 0..STRIPS {
            if !self.sums[self.newest]
                .strip(simd, at)
                .simd_gt(LARGE)
                .any_true()
            {
                continue;
            }
            let older = self.sums[d % WINDOW].strip(simd, at);
            self.before.add(simd, at, older);
            for sum in &mut self.sums {
                sum.set(at, sum.strip(simd, at) - older);
            }
        }
    }

    fn total(&self, lane: usize) -> f64 {
        (self.before.0[lane] + self.sums[self.newest].0[lane]).into()
    }
}

/// Where the numbers of a block's run begin.
#[derive(Clone, Copy)]
pub(super) struct Draws {
    pool: &'static Pool,
    /// The first member.
    first: u32,
    /// Of the run; see [`run_bits`].
    bits: u64,
    /// How many strips have members that are wanted; what becomes of the others is of no use.
    strips: usize,
}

impl Draws {
    /// The draws of the block that begins with a member, and of which so many are wanted.
    pub(super) fn of(seed: u64, first: u32, members: usize) -> Self {
        Self {
            pool: Pool::get(),
            first,
            bits: run_bits(seed, first),
            strips: members.div_ceil(STRIP).min(STRIPS),
        }
    }

    #[inline(always)]
    fn at(self, place: Place) -> Run<'static> {
        self.pool.run(place.of(self.bits))
    }
}

/// A member of a block, as it is added to others.
#[derive(Clone, Copy)]
pub(super) struct Lane<'b> {
    block: &'b Block,
    drawn: &'b [Lanes],
    place: usize,
}

impl Lane<'_> {
    fn judged_in(&self, judged: &JudgedLanes) -> Judged {
        let worst = judged.worst.0[self.place];
        Judged {
            breach: day_of(judged.first_below.0[self.place]),
            last_below: day_of(judged.last_below.0[self.place]),
            days_below: judged.days_below.0[self.place].into(),
            worst: (worst >= 0.0).then(|| 1.0 - f64::from(worst)),
        }
    }
}

impl Came for Lane<'_> {
    fn launched(&self, theatre: usize) -> f64 {
        self.block.theatres[theatre].recent[0].total(self.place)
    }

    fn uncovered(&self, theatre: usize) -> f64 {
        self.block.theatres[theatre].recent[1].total(self.place)
    }

    fn leakers(&self, theatre: usize) -> f64 {
        self.block.theatres[theatre].recent[2].total(self.place)
    }

    fn judged(&self, theatre: usize) -> Judged {
        self.judged_in(&self.block.theatres[theatre].judged)
    }

    fn protected(&self, theatre: usize) -> Judged {
        self.judged_in(&self.block.theatres[theatre].protected)
    }

    fn launched_of(&self, threat: usize) -> f64 {
        self.block.threats[threat].launched.0[self.place].into()
    }

    fn fired(&self, deployment: usize) -> f64 {
        self.block.deployments[deployment].fired.0[self.place].into()
    }

    fn short(&self, deployment: usize) -> f64 {
        self.block.deployments[deployment].short.0[self.place].into()
    }

    fn left(&self, deployment: usize) -> f64 {
        self.block.deployments[deployment].stock.0[self.place].into()
    }

    fn stock_out(&self, deployment: usize) -> Option<u16> {
        day_of(self.block.deployments[deployment].stock_out.0[self.place])
    }

    fn number(&self, number: Number) -> f64 {
        number.of_lane(self.drawn, self.place)
    }
}

fn day_of(day: f32) -> Option<u16> {
    (day < NEVER).then_some(day as u16)
}

impl Block {
    pub(super) fn new(plan: &Plan) -> Self {
        let theatre = TheatreLanes {
            today: Lanes::default(),
            recent: std::array::from_fn(|_| Recent::new()),
            judged: JudgedLanes::new(),
            protected: JudgedLanes::new(),
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
            protection_target: None,
        }
    }

    /// Members of the block, with what they have drawn.
    pub(super) fn members<'b>(
        &'b self,
        drawn: &'b [Lanes],
        lanes: Range<usize>,
    ) -> impl ExactSizeIterator<Item = Lane<'b>> + Clone {
        lanes.map(move |place| Lane {
            block: self,
            drawn,
            place,
        })
    }

    /// Puts members, with what they have drawn, at the opening of day 0.
    #[inline(always)]
    fn open<S: Simd>(&mut self, simd: S, setting: &Setting, drawn: &[Lanes]) {
        let Setting { plan, numbers, .. } = setting;
        let of = |number: Number| number.lanes(drawn);
        self.target = of(numbers.target);
        self.protection_target = numbers.protection_target.map(of);
        for theatre in &mut self.theatres {
            theatre.recent.iter_mut().for_each(Recent::clear);
            theatre.judged = JudgedLanes::new();
            theatre.protected = JudgedLanes::new();
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
            deployment.reach = Chance::of(simd, &of(n.reach));
            deployment.fired = Lanes::default();
            deployment.short = Lanes::default();
            deployment.stock_out = Lanes::of(NEVER);
        }
        self.open_pairs(simd, numbers, drawn);
        for (line, n) in self.lines.iter_mut().zip(&numbers.lines) {
            *line = LineLanes {
                rate: of(n.rate),
                left: of(n.total),
                ..LineLanes::default()
            };
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
                    let along = before.along(planned.on - 1) as f32;
                    self.ramp_at(simd, next - 1, along)
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

    /// What an engagement costs and how likely it kills; see [`Pair`].
    #[inline(always)]
    fn open_pairs<S: Simd>(&mut self, simd: S, numbers: &Numbers, drawn: &[Lanes]) {
        for (pair, n) in self.pairs.iter_mut().zip(&numbers.pairs) {
            let sspk = n.sspk.lanes(drawn);
            let rounds = n.doctrine.rounds.value;
            let mut kill = Lanes::default();
            if !n.sspk.is_drawn() {
                let planned = Pair::new(0, &n.doctrine, n.sspk.value);
                pair.rounds = Lanes::of(planned.rounds as f32);
                kill = Lanes::of(planned.kill as f32);
            } else if rounds <= MOST_IN_TURN {
                kill = kill_in_turn(simd, &sspk, rounds as usize);
                pair.rounds = match n.doctrine.mode {
                    Firing::Salvo => Lanes::of(rounds as f32),
                    Firing::ShootLookShoot => Lanes(std::array::from_fn(|i| kill.0[i] / sspk.0[i])),
                };
            } else {
                for i in 0..LANES {
                    let planned = Pair::new(0, &n.doctrine, sspk.0[i].into());
                    pair.rounds.0[i] = planned.rounds as f32;
                    kill.0[i] = planned.kill as f32;
                }
            }
            pair.kill = Chance::of(simd, &kill);
        }
    }

    /// What a ramp has come to that is so far on its way.
    #[inline(always)]
    fn ramp_at<S: Simd>(&self, simd: S, ramp: usize, along: f32) -> Lanes {
        let ramp = &self.ramps[ramp];
        let mut value = ramp.to;
        if along < 1.0 {
            for at in 0..STRIPS {
                let (from, to) = (ramp.from.strip(simd, at), ramp.to.strip(simd, at));
                value.set(at, from + (to - from) * along);
            }
        }
        value
    }

    /// Steps 1 to 3: rates, transfers, supply lines and diverts, shipments.
    #[inline(always)]
    fn supply<S: Simd>(&mut self, simd: S, plan: &Plan, day: Day, steps: &[Step]) {
        for &step in steps {
            match step {
                Step::Ramp { ramp, along } => {
                    let value = self.ramp_at(simd, ramp, along);
                    self.set_rate(simd, plan.ramps[ramp].of, &value);
                }
                Step::Transfer(at) => {
                    let planned = &plan.transfers[at];
                    let from = &mut self.deployments[planned.from].stock;
                    let mut moved = self.transfers[at];
                    for at in 0..STRIPS {
                        let stock = from.strip(simd, at);
                        moved.set(at, moved.strip(simd, at).min(stock));
                        from.set(at, stock - moved.strip(simd, at));
                    }
                    add(simd, &mut self.deployments[planned.to].stock, &moved);
                }
                Step::Accrue { line, days } => self.lines[line].accrue(simd, days),
                Step::Arrive(line) => self.arrive(simd, plan, day, line),
                Step::Deliver { line, days } => {
                    let rate = &self.lines[line].rate;
                    let stock = &mut self.deployments[plan.lines[line].to].stock;
                    for at in 0..STRIPS {
                        stock.add(simd, at, rate.strip(simd, at) * days);
                    }
                }
                Step::Shipment(at) => {
                    let stock = &mut self.deployments[plan.shipments[at].to].stock;
                    add(simd, stock, &self.shipments[at]);
                }
            }
        }
    }

    /// Sets what a ramp changes.
    #[inline(always)]
    fn set_rate<S: Simd>(&mut self, simd: S, of: Ramped, value: &Lanes) {
        match of {
            Ramped::Production(threat) => self.threats[threat].production = *value,
            Ramped::Sites(threat) => {
                let threat = &mut self.threats[threat];
                threat.limit = product(value, &threat.per_site);
            }
            Ramped::Rate(line) => self.lines[line].rate = *value,
            Ramped::FireUnits(deployment) => self.deployments[deployment].set_fire_units(value),
            Ramped::Reach(deployment) => {
                self.deployments[deployment].reach = Chance::of(simd, value);
            }
        }
    }

    /// What has accrued on a line arrives, but for what diverts take of it.
    #[inline(always)]
    fn arrive<S: Simd>(&mut self, simd: S, plan: &Plan, day: Day, line: usize) {
        let planned = &plan.lines[line];
        let mut lot = std::mem::take(&mut self.lines[line].held);
        for place in planned.diverts.clone() {
            let (planned, divert) = (&plan.diverts[place], &mut self.diverts[place]);
            if planned.on > day {
                continue;
            }
            let stock = &mut self.deployments[planned.to].stock;
            for at in 0..STRIPS {
                let (gone, of_lot) = (divert.gone.strip(simd, at), lot.strip(simd, at));
                let left = (divert.quantity.strip(simd, at) - gone).max(0.0);
                let moved = (divert.share.strip(simd, at) * of_lot).min(left);
                divert.gone.set(at, gone + moved);
                lot.set(at, of_lot - moved);
                stock.add(simd, at, moved);
            }
        }
        add(simd, &mut self.deployments[planned.to].stock, &lot);
    }

    /// Steps 4 and 5: stockpiles grow, and threats are launched.
    #[inline(always)]
    fn launch<S: Simd>(&mut self, simd: S, setting: &Setting, today: &Today<'_>, draws: Draws) {
        let plan = &setting.plan;
        for theatre in &mut self.theatres {
            theatre.today = Lanes::default();
        }
        let threats = self.threats.iter_mut().zip(&plan.threats);
        let todays = today.launches.iter().zip(today.threats);
        for (((threat, planned), (launch, places)), gamma) in
            threats.zip(todays).zip(&setting.gammas)
        {
            let of_gamma = draws.at(places.gamma);
            let u = draws.at(places.whole).units;
            let of_theatre = &mut self.theatres[planned.theatre].today;
            let strips = draws.strips.min(STRIPS);
            let of_night = draws.at(today.nights[planned.theatre]).units;
            // A loop for each kind, rather than a question at each strip.
            match (*launch, gamma) {
                (Launch::Nothing, _) => {
                    let none = Strip::splat(simd, 0.0);
                    for at in 0..strips {
                        threat.launch(simd, at, none, u, of_theatre);
                    }
                }
                (Launch::Named(raid), _) => {
                    for at in 0..strips {
                        let wanted = self.raids[raid].strip(simd, at);
                        threat.launch(simd, at, wanted, u, of_theatre);
                    }
                }
                (Launch::Listed(listed), _) => {
                    let wanted = Strip::splat(simd, listed);
                    for at in 0..strips {
                        threat.launch(simd, at, wanted, u, of_theatre);
                    }
                }
                // By far the most days.
                (Launch::Random(chance), Gamma::Curve(curve)) => {
                    for at in 0..strips {
                        let raids = strip_of(simd, of_night, at).simd_lt(chance);
                        let wanted = raids.select(threat.raid(simd, at), threat.daily(simd, at));
                        let factor = curve.at(strip_of(simd, of_gamma.normals, at));
                        threat.launch(simd, at, wanted * factor, u, of_theatre);
                    }
                }
                (Launch::Random(chance), _) => {
                    for at in 0..strips {
                        let raids = strip_of(simd, of_night, at).simd_lt(chance);
                        let wanted = raids.select(threat.raid(simd, at), threat.daily(simd, at));
                        let factor = threat.factor(simd, gamma, of_gamma, at);
                        threat.launch(simd, at, wanted * factor, u, of_theatre);
                    }
                }
                (Launch::Daily, _) => {
                    for at in 0..strips {
                        let factor = threat.factor(simd, gamma, of_gamma, at);
                        let wanted = threat.daily(simd, at) * factor;
                        threat.launch(simd, at, wanted, u, of_theatre);
                    }
                }
                (Launch::Raid, _) => {
                    for at in 0..strips {
                        let factor = threat.factor(simd, gamma, of_gamma, at);
                        let wanted = threat.raid(simd, at) * factor;
                        threat.launch(simd, at, wanted, u, of_theatre);
                    }
                }
            }
        }
    }

    /// Step 6 for one layer, which meets several threats or one `ALONE`, as most do: then nothing need
    /// be set aside for others.
    #[inline(always)]
    fn engage<S: Simd, const ALONE: bool>(
        &mut self,
        simd: S,
        setting: &Setting,
        layer: usize,
        d: usize,
        today: &Today<'_>,
        draws: Draws,
    ) {
        let plan = &setting.plan;
        let layer_plan = &plan.layers[layer];
        let deployment = &mut self.deployments[layer_plan.deployment];
        let expendable = plan.deployments[layer_plan.deployment].expendable;
        // Most layers have whole fire units, and need no draw.
        let of_capacity = if deployment.whole {
            None
        } else {
            Some(draws.at(today.layers[layer]).units)
        };
        let pairs = layer_plan.pairs.clone();
        if !ALONE {
            deployment.open_day(simd, of_capacity);
        }
        let strips = draws.strips.min(STRIPS);
        let mut m = Lanes::default();
        let planned = plan.pairs[pairs.clone()]
            .iter()
            .zip(&today.pairs[pairs.clone()]);
        for (pair, (planned, places)) in self.pairs[pairs].iter().zip(planned) {
            let threat = &mut self.threats[planned.threat];
            let run = draws.at(places.reach);
            if !binomial(simd, &threat.alive, &deployment.reach, run, strips, &mut m) {
                continue;
            }
            let of_rounds = draws.at(places.magazine).units;
            let of_fresh = draws.at(places.fresh).units;
            for at in 0..strips {
                let capacity = if ALONE {
                    deployment.capacity_today(simd, at, of_capacity)
                } else {
                    deployment.capacity_left.strip(simd, at)
                };
                let mut engaged = lower(m.strip(simd, at), capacity);
                if !ALONE {
                    deployment.capacity_left.set(at, capacity - engaged);
                }
                if expendable {
                    let left = if ALONE {
                        deployment.rounds_today(simd, at)
                    } else {
                        deployment.rounds_left.strip(simd, at)
                    };
                    let u = strip_of(simd, of_rounds, at);
                    let each = pair.rounds.strip(simd, at);
                    let spent;
                    [engaged, spent] = deployment.fire(simd, at, d, [engaged, each, left], u);
                    if !ALONE {
                        deployment.rounds_left.set(at, left - spent);
                    }
                }
                m.set(at, engaged);
                threat.meet(simd, at, engaged, strip_of(simd, of_fresh, at));
            }
            survive(
                simd,
                &m,
                &pair.kill,
                draws.at(places.kill),
                strips,
                &mut threat.alive,
            );
        }
    }

    /// The measures of one theatre today, for the first so many strips.
    #[inline(always)]
    fn measure<S: Simd>(
        &mut self,
        simd: S,
        setting: &Setting,
        theatre: usize,
        (d, strips): (usize, usize),
        values: &mut [Lanes],
    ) {
        let (plan, counts) = (&setting.plan, setting.counts);
        let threats = &plan.order[plan.theatres[theatre].threats.clone()];
        let lanes = &mut self.theatres[theatre];
        let [shortfall, leaked, values @ ..] = values else {
            return;
        };
        // The first week has only the days there are.
        let per_day = 1.0 / (d + 1).min(WEEK) as f32;
        let judged = setting.judged[theatre][d];
        for at in 0..strips.min(STRIPS) {
            let (mut uncovered, mut leakers) = (Strip::splat(simd, 0.0), Strip::splat(simd, 0.0));
            for &threat in threats {
                uncovered += self.threats[threat].fresh.strip(simd, at);
                leakers += self.threats[threat].alive.strip(simd, at);
            }
            let today = [lanes.today.strip(simd, at), uncovered, leakers];
            let mut windows = today;
            for i in 0..today.len() {
                let [week, window] = lanes.recent[i].push(simd, d, at, today[i]);
                windows[i] = window;
                if let Some(value) = values.get_mut(i) {
                    let count = match counts {
                        Counts::Daily => today[i],
                        Counts::Weekly => week * per_day,
                    };
                    value.set(at, count);
                }
            }
            let [all, none, past] = windows;
            if judged {
                let target = self.target.strip(simd, at);
                lanes.judged.add(simd, at, d, [all, none, target]);
                if let Some(target) = &self.protection_target {
                    let target = target.strip(simd, at);
                    lanes.protected.add(simd, at, d, [all, past, target]);
                }
            }
            let (defined, inverse) = (all.simd_gt(0.0), Strip::splat(simd, 1.0) / all);
            let undefined = Strip::splat(simd, UNDEFINED);
            for (share, part) in [(&mut *shortfall, none), (&mut *leaked, past)] {
                share.set(at, defined.select((part * inverse).min(1.0), undefined));
            }
        }
    }
}

impl LineLanes {
    /// Takes in so many days at the rate: once a lot, and not each day, is enough while it stays.
    #[inline(always)]
    fn accrue<S: Simd>(&mut self, simd: S, days: f32) {
        for at in 0..STRIPS {
            let left = self.left.strip(simd, at);
            let more = (self.rate.strip(simd, at) * days).min(left);
            self.left.set(at, left - more);
            self.held.add(simd, at, more);
        }
    }
}

impl ThreatLanes {
    /// The stockpile with today's production.
    #[inline(always)]
    fn stockpile_today<S: Simd>(&self, simd: S, at: usize) -> Strip<S> {
        self.stockpile.strip(simd, at) + self.production.strip(simd, at)
    }

    /// The daily share of today's production.
    #[inline(always)]
    fn daily<S: Simd>(&self, simd: S, at: usize) -> Strip<S> {
        self.daily_share.strip(simd, at) * self.production.strip(simd, at)
    }

    /// The share of the stockpile that a raid releases.
    #[inline(always)]
    fn raid<S: Simd>(&self, simd: S, at: usize) -> Strip<S> {
        self.raid_release.strip(simd, at) * self.stockpile_today(simd, at)
    }

    /// Launches what is wanted of one strip, as far as sites and stockpile allow.
    #[inline(always)]
    fn launch<S: Simd>(
        &mut self,
        simd: S,
        at: usize,
        wanted: Strip<S>,
        u: &[f32; LANES],
        of_theatre: &mut Lanes,
    ) {
        let stockpile = self.stockpile_today(simd, at);
        let wanted = lower(wanted, self.limit.strip(simd, at));
        let launched = lower(round(strip_of(simd, u, at), wanted), stockpile.floor());
        self.stockpile.set(at, stockpile - launched);
        self.launched.add(simd, at, launched);
        of_theatre.add(simd, at, launched);
        self.fresh.set(at, launched);
        self.alive.set(at, launched);
    }

    /// What falls on all that is wanted other than by a raid's name (G).
    #[inline(always)]
    fn factor<S: Simd>(&self, simd: S, gamma: &Gamma, run: Run<'_>, at: usize) -> Strip<S> {
        let units = strip_of(simd, run.units, at);
        match gamma {
            Gamma::None => Strip::splat(simd, 1.0),
            Gamma::Curve(curve) => curve.at(strip_of(simd, run.normals, at)),
            Gamma::Table(table) => Strip::from_fn(simd, |i| table.at(units[i])),
            Gamma::Rows(rows) => {
                let (row, above) = (self.row.strip(simd, at), self.above.strip(simd, at));
                Strip::from_fn(simd, |i| rows.at(units[i], row[i], above[i]))
            }
        }
    }

    /// Takes those engaged for the first time from the never engaged: in proportion.
    #[inline(always)]
    fn meet<S: Simd>(&mut self, simd: S, at: usize, engaged: Strip<S>, u: Strip<S>) {
        let (fresh, alive) = (self.fresh.strip(simd, at), self.alive.strip(simd, at));
        let mut met = engaged;
        if fresh.simd_lt(alive).any_true() {
            let share = fresh / alive.max(1.0);
            let of_others = alive - fresh;
            // Rounded in fewer steps than by `round`, which keeps whole numbers above 128 as they are:
            // parts of the never engaged have no need of that. All or none of them where that would
            // take a part of one more than there are of either kind.
            met = higher((engaged * share + u).floor(), engaged - of_others);
            met = lower(met, lower(engaged, fresh));
        }
        self.fresh.set(at, fresh - met);
    }
}

impl DeploymentLanes {
    #[inline(always)]
    fn set_fire_units(&mut self, fire_units: &Lanes) {
        self.capacity = product(fire_units, &self.engagements);
        self.whole = self.capacity.0.iter().all(|c| c.fract() == 0.0);
    }

    /// What it can engage today (c), given a draw where that is not whole for all.
    #[inline(always)]
    fn capacity_today<S: Simd>(&self, simd: S, at: usize, u: Option<&[f32; LANES]>) -> Strip<S> {
        let capacity = self.capacity.strip(simd, at);
        match u {
            None => capacity,
            Some(u) => round(strip_of(simd, u, at), capacity),
        }
    }

    /// What it may fire today (s), before it has fired any of it.
    #[inline(always)]
    fn rounds_today<S: Simd>(&self, simd: S, at: usize) -> Strip<S> {
        let stock = self.stock.strip(simd, at);
        let free = stock - self.reserve.strip(simd, at);
        or_0(simd, lower(self.ration.strip(simd, at) * stock, free))
    }

    /// Sets aside what it can engage and may fire today, for the threats that it meets in turn.
    #[inline(always)]
    fn open_day<S: Simd>(&mut self, simd: S, u: Option<&[f32; LANES]>) {
        for at in 0..STRIPS {
            let (capacity, rounds) = (
                self.capacity_today(simd, at, u),
                self.rounds_today(simd, at),
            );
            self.capacity_left.set(at, capacity);
            self.rounds_left.set(at, rounds);
        }
    }

    /// Fires for those engaged at so many rounds each, of so many that are left. Gives how many of
    /// them these last for, and how many rounds that takes; what is short of them is noted.
    #[inline(always)]
    fn fire<S: Simd>(
        &mut self,
        simd: S,
        at: usize,
        d: usize,
        [engaged, each, left]: [Strip<S>; 3],
        u: Strip<S>,
    ) -> [Strip<S>; 2] {
        let stock = self.stock.strip(simd, at);
        let demand = engaged * each;
        let short = demand.simd_gt(left);
        if !short.any_true() {
            // A magazine fired empty may end a rounding below 0.
            self.stock.set(at, or_0(simd, stock - demand));
            self.fired.add(simd, at, demand);
            return [engaged, demand];
        }
        let some = lower(round(u, left / each), engaged);
        let spent = short.select(left, demand);
        let stock = or_0(simd, stock - spent);
        self.stock.set(at, stock);
        self.fired.add(simd, at, spent);
        let missing = demand - spent;
        self.short.add(simd, at, missing);
        let reserve = self.reserve.strip(simd, at);
        let empty = stock.simd_le(reserve + (reserve * 1e-6).max(DUST));
        let never = Strip::splat(simd, NEVER);
        let today = empty.select(Strip::splat(simd, d as f32), never);
        let today = missing.simd_gt(DUST).select(today, never);
        let first = self.stock_out.strip(simd, at).min(today);
        self.stock_out.set(at, first);
        [short.select(some, engaged), spent]
    }
}

/// How likely so many rounds kill, given what each does: 1 − (1 − p)^n, one round after the other.
/// Sums of positive numbers keep their digits.
#[inline(always)]
fn kill_in_turn<S: Simd>(simd: S, sspk: &Lanes, rounds: usize) -> Lanes {
    let mut kill = *sspk;
    for at in 0..STRIPS {
        let p = sspk.strip(simd, at);
        let mut k = p;
        for _ in 1..rounds {
            k += p * (1.0 - k);
        }
        kill.set(at, k);
    }
    kill
}

#[inline(always)]
fn product(a: &Lanes, b: &Lanes) -> Lanes {
    Lanes(std::array::from_fn(|i| a.0[i] * b.0[i]))
}

#[inline(always)]
fn add<S: Simd>(simd: S, to: &mut Lanes, more: &Lanes) {
    for at in 0..STRIPS {
        to.add(simd, at, more.strip(simd, at));
    }
}

/// Runs a block of members over the first so many days and hands each day's measures to `sink`.
///
/// Compiled for several kinds of processor; the widest that the one at hand has is chosen.
pub(super) fn run_days(
    setting: &Setting,
    draws: Draws,
    block: &mut Block,
    drawn: &mut Vec<Lanes>,
    values: &mut Vec<Lanes>,
    days: usize,
    sink: &mut Sink<'_>,
) {
    dispatch!(Level::new(), simd => {
        setting.numbers.draw_lanes(simd, draws.first, drawn);
        block.open(simd, setting, drawn);
        block.run(simd, setting, draws, values, days, sink);
    });
}

impl Block {
    #[inline(always)]
    fn run<S: Simd>(
        &mut self,
        simd: S,
        setting: &Setting,
        draws: Draws,
        values: &mut Vec<Lanes>,
        days: usize,
        sink: &mut Sink<'_>,
    ) {
        let plan = &setting.plan;
        values.clear();
        values.resize(plan.theatres.len() * SERIES_A_THEATRE, Lanes::default());
        for d in 0..days {
            let today = setting.schedule.day(d);
            self.supply(simd, plan, d as Day, today.steps);
            self.launch(simd, setting, &today, draws);
            if d.is_multiple_of(WINDOW) {
                let theatres = self.theatres.iter_mut();
                for recent in theatres.flat_map(|theatre| &mut theatre.recent) {
                    recent.shrink(simd, d);
                }
            }
            for layer in 0..plan.layers.len() {
                if plan.layers[layer].pairs.len() == 1 {
                    self.engage::<S, true>(simd, setting, layer, d, &today, draws);
                } else {
                    self.engage::<S, false>(simd, setting, layer, d, &today, draws);
                }
            }
            for (theatre, values) in values.chunks_exact_mut(SERIES_A_THEATRE).enumerate() {
                self.measure(simd, setting, theatre, (d, draws.strips), values);
            }
            let stocks = setting
                .magazines
                .iter()
                .map(|&at| &self.deployments[at].stock);
            let first = d * setting.series.len();
            sink.take_day(simd, first, values.iter().chain(stocks));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Doctrine, Estimate};

    #[test]
    fn chances_added_up_in_turn_are_those_of_the_planning_run() {
        for rounds in 1..=MOST_IN_TURN as usize {
            let doctrine = Doctrine {
                mode: Firing::Salvo,
                rounds: Estimate::exact(rounds as f64),
            };
            for sspk in [1e-30, 1e-6, 0.003, 0.1, 0.45, 0.5, 0.8, 0.999, 1.0 - 1e-7] {
                let sspk = sspk as f32;
                let exact = Pair::new(0, &doctrine, sspk.into()).kill;
                let kill = dispatch!(Level::new(), simd => {
                    kill_in_turn(simd, &Lanes::of(sspk), rounds)
                });
                let kill = f64::from(kill.0[LANES - 1]);
                assert!(
                    (kill / exact - 1.0).abs() < 1e-6,
                    "{rounds} {sspk}: {kill} {exact}"
                );
                assert!(kill <= 1.0);
            }
        }
    }
}
