//! One member of an ensemble by the model page: slow, in double precision, with exact inverse
//! distributions, and as plain as the page itself.
//!
//! Shared with the engine are the uniform numbers, the names of streams and the order of dimensions, the scalar quantile functions of
//! `random`, and nothing else: no plan, no lanes, no tables, no bins.

use jiff::ToSpan;
use shortfall::model::random::{
    Design, Dimension, Metalog, Stream, binomial, gamma_quantile, round, uniform_of_day,
};
use shortfall::scenario::{Address, Checked, Firing, Scenario, Value, What};

use crate::reference::{ById, enabled, is_expendable, line_is_active, listed, today, within};

/// Days over which coverage is judged.
const WINDOW: usize = 28;

/// What a member comes to, by day. Things stand in the order of the scenario.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    /// Launched, uncovered, leakers.
    pub(crate) theatres: Vec<[Vec<f64>; 3]>,
    /// Launched, by threat.
    pub(crate) launched: Vec<Vec<f64>>,
    /// Closing stock.
    pub(crate) close: Vec<Vec<f64>>,
    pub(crate) fired: Vec<Vec<f64>>,
    pub(crate) short: Vec<Vec<f64>>,
}

impl Drawn {
    /// Coverage over 28 days; NaN where nothing was launched.
    pub(crate) fn coverage(&self, theatre: usize, d: usize) -> f64 {
        let days = (d + 1).saturating_sub(WINDOW)..=d;
        let [launched, uncovered, _] = &self.theatres[theatre];
        let sum = |column: &[f64]| column[days.clone()].iter().sum::<f64>();
        1.0 - sum(uncovered) / sum(launched)
    }

    pub(crate) fn total(&self, theatre: usize, measure: usize) -> f64 {
        self.theatres[theatre][measure].iter().sum()
    }
}

/// The scenario with a member's own numbers, drawn by the order of the ranges in its baseline.
pub(crate) fn numbers(baseline: &Checked, scenario: &Checked, seed: u64, member: u32) -> Checked {
    let mut order: Vec<String> = Vec::new();
    for address in Address::all(baseline) {
        if let Some(estimate) = address.estimate(baseline).filter(|e| e.range.is_some()) {
            let name = estimate.group.clone().unwrap_or(address.path(baseline));
            if !order.contains(&name) {
                order.push(name);
            }
        }
    }
    let mut own = scenario.clone();
    for address in Address::all(scenario) {
        let path = address.path(scenario);
        let Some(estimate) = address.estimate(scenario) else {
            continue;
        };
        let Some(range) = estimate.range else {
            continue;
        };
        let name = estimate.group.as_ref().unwrap_or(&path);
        let dimension = order.iter().position(|known| known == name).expect(&path);
        let metalog = Metalog::new(estimate.value, range, address.kind(scenario).scale());
        let drawn = metalog.at(Dimension::new(seed, dimension, Design::Even)
            .unit(member)
            .into());
        own.set_path(&path, Value::Number(drawn)).expect(&path);
    }
    own
}

/// Runs one member of a scenario whose numbers are already the member's own.
pub(crate) fn run(s: &Scenario, seed: u64, member: u32) -> Drawn {
    let days = s.days.value as usize;
    let mut out = Drawn {
        theatres: vec![Default::default(); s.theatres.len()],
        launched: vec![Vec::new(); s.threats.len()],
        close: vec![Vec::new(); s.deployments.len()],
        fired: vec![Vec::new(); s.deployments.len()],
        short: vec![Vec::new(); s.deployments.len()],
    };
    let own = |items: Vec<(&String, f64)>| -> ById {
        items.into_iter().map(|(id, x)| (id.clone(), x)).collect()
    };
    let mut stock = own(s
        .deployments
        .iter()
        .map(|(id, d)| (id, d.stock.value))
        .collect());
    let mut stockpile = own(s
        .threats
        .iter()
        .map(|(id, t)| (id, t.stockpile.value))
        .collect());
    let (mut accrued, mut held, mut diverted) = (ById::new(), ById::new(), ById::new());

    for d in 0..days {
        let date = s.start + (d as i64).days();
        let unit = |names: &[&str]| uniform_of_day(seed, member, d as u32, Stream::named(names));

        // Steps 2 and 3 are those of planning mode.
        for (_, event) in enabled(s) {
            if let What::Transfer {
                on,
                from,
                to,
                quantity,
            } = &event.what
                && *on == date
            {
                let moved = quantity.value.min(stock[from]);
                *stock.get_mut(from).unwrap() -= moved;
                *stock.get_mut(to).unwrap() += moved;
            }
        }
        for (id, line) in &s.supply {
            if !line_is_active(s, id, line, date) {
                continue;
            }
            let accrued = accrued.entry(id.clone()).or_insert(0.0);
            let held = held.entry(id.clone()).or_insert(0.0);
            let total = line
                .total
                .as_ref()
                .map_or(f64::INFINITY, |total| total.value);
            let rate = today(s, &format!("supply.{id}.rate"), line.rate.value, date);
            let more = rate.min(total - *accrued);
            *accrued += more;
            *held += more;
            if (d + 1) % (line.every.value as usize) != 0 {
                continue;
            }
            let mut lot = std::mem::take(held);
            for (event_id, event) in enabled(s) {
                if let What::Divert {
                    on,
                    supply,
                    to,
                    quantity,
                    share,
                } = &event.what
                    && supply == id
                    && *on <= date
                {
                    let gone = diverted.entry(event_id.clone()).or_insert(0.0);
                    let moved = (share.value * lot).min(quantity.value - *gone);
                    *gone += moved;
                    lot -= moved;
                    *stock.get_mut(to).unwrap() += moved;
                }
            }
            *stock.get_mut(&line.to).unwrap() += lot;
        }
        for (_, event) in enabled(s) {
            if let What::Shipment {
                on, to, quantity, ..
            } = &event.what
                && *on == date
            {
                *stock.get_mut(to).unwrap() += quantity.value;
            }
        }

        // Steps 4 and 5, the launches drawn.
        let mut launched = ById::new();
        for (id, threat) in &s.threats {
            let number =
                |field: &str, own: f64| today(s, &format!("threats.{id}.{field}"), own, date);
            let production = number("production", threat.production.value);
            let sites = number("sites", threat.sites.value);
            let pile = stockpile.get_mut(id).unwrap();
            *pile += production;
            let ceasefire = enabled(s).any(|(_, event)| match &event.what {
                What::Ceasefire { on, until, theatre } => {
                    *theatre == threat.theatre && within(date, *on, *until)
                }
                _ => false,
            });
            let raid = enabled(s).find_map(|(_, event)| match &event.what {
                What::Raid { on, launches } if *on == date => launches.get(id),
                _ => None,
            });
            let raids = threat.launch.raid_every.as_ref().is_some_and(|every| {
                if threat.launch.regular {
                    (d + 1) % (every.value as usize) == 0
                } else {
                    unit(&["raid nights", &threat.theatre]) < 1.0 / every.value
                }
            });
            let wanted = if ceasefire {
                0.0
            } else if let Some(raid) = raid {
                raid.value
            } else if let Some(listed) = listed(threat, date) {
                listed
            } else {
                let variation = threat.variation.value;
                let factor = if variation > 0.0 {
                    let shape = variation.powi(-2);
                    gamma_quantile(shape, 1.0 - unit(&["launches", id]), 0.0) / shape
                } else {
                    1.0
                };
                factor
                    * if raids {
                        threat.launch.raid_release.value * *pile
                    } else {
                        threat.launch.daily_share.value * production
                    }
            };
            let wanted = wanted.min(sites * threat.per_site.value);
            let away = round(unit(&["whole launches", id]), wanted).min(pile.floor());
            *pile -= away;
            launched.insert(id.clone(), away);
        }

        // Step 6, every count drawn.
        let (mut u, mut e) = (launched.clone(), ById::new());
        let (mut fired, mut short) = (ById::new(), ById::new());
        for (at, deployment) in &s.deployments {
            let mut threats: Vec<_> = s
                .threats
                .iter()
                .filter(|(_, t)| t.theatre == deployment.theatre)
                .collect();
            threats.sort_by(|(_, a), (_, b)| a.priority.value.total_cmp(&b.priority.value));
            let interceptor = &s.interceptors[&deployment.interceptor];
            let expendable = is_expendable(s, deployment);
            let number =
                |field: &str, own: f64| today(s, &format!("deployments.{at}.{field}"), own, date);
            let reach = number("reach", deployment.reach.value);
            let capacity =
                number("fire_units", deployment.fire_units.value) * deployment.engagements.value;
            let mut c = round(unit(&["engagements", at]), capacity);
            let magazine = stock[at];
            let mut rounds = if expendable {
                let rationed = deployment.ration.value * magazine;
                rationed.min(magazine - deployment.reserve.value).max(0.0)
            } else {
                f64::INFINITY
            };
            let (mut spent, mut demand) = (0.0, 0.0);
            for (id, _) in threats {
                let p = interceptor.kill.get(id).map_or(0.0, |p| p.value);
                let (never, met) = (u[id], e.get(id).copied().unwrap_or(0.0));
                let alive = never + met;
                if p <= 0.0 || alive <= 0.0 {
                    continue;
                }
                let n = interceptor.doctrine.rounds.value as i32;
                let shots: f64 = (0..n).map(|k| (1.0 - p).powi(k)).sum();
                let kill = (p * shots).min(1.0);
                let r = match interceptor.doctrine.mode {
                    Firing::Salvo => f64::from(n),
                    Firing::ShootLookShoot => shots,
                };
                let q = binomial(unit(&["reach", at, id]), alive, reach);
                let wanted = q.min(c);
                c -= wanted;
                demand += wanted * r;
                let m = if wanted * r > rounds {
                    // All that is left is fired.
                    spent += rounds;
                    let some = round(unit(&["magazine", at, id]), rounds / r);
                    rounds = 0.0;
                    some.min(wanted)
                } else {
                    spent += wanted * r;
                    rounds -= wanted * r;
                    wanted
                };
                let kills = binomial(unit(&["kill", at, id]), m, kill);
                let first = round(unit(&["never engaged", at, id]), m * (never / alive));
                u.insert(id.clone(), never - first);
                e.insert(id.clone(), alive - kills - (never - first));
            }
            if expendable {
                fired.insert(at.clone(), spent);
                short.insert(at.clone(), (demand - spent).max(0.0));
            }
        }
        for (theatre, columns) in s.theatres.keys().zip(&mut out.theatres) {
            let sum = |of: &dyn Fn(&str) -> f64| {
                let ours = s.threats.iter().filter(|(_, t)| t.theatre == *theatre);
                ours.map(|(id, _)| of(id)).sum::<f64>()
            };
            columns[0].push(sum(&|id| launched[id]));
            columns[1].push(sum(&|id| u[id]));
            columns[2].push(sum(&|id| u[id] + e.get(id).copied().unwrap_or(0.0)));
        }
        for (column, id) in out.launched.iter_mut().zip(s.threats.keys()) {
            column.push(launched[id]);
        }
        for (i, id) in s.deployments.keys().enumerate() {
            let of = |map: &ById| map.get(id).copied().unwrap_or(0.0);
            *stock.get_mut(id).unwrap() -= of(&fired);
            out.close[i].push(stock[id]);
            out.fired[i].push(of(&fired));
            out.short[i].push(of(&short));
        }
    }
    out
}
