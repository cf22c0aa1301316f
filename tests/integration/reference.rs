//! The model page once more: slow, and as plain as the page itself.
//!
//! Nothing here is shared with the engine but the scenario and the shape of an outcome: no plan,
//! no indices worked out beforehand, no passes left out.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;
use shortfall::model::{DeploymentDays, Outcome, TheatreDays, ThreatDays};
use shortfall::scenario::{Deployment, Event, Firing, Paused, Scenario, Supply, Threat, What};

/// Numbers by id.
pub(crate) type ById = HashMap<String, f64>;

/// Runs a scenario by the page.
pub(crate) fn run(scenario: &Scenario) -> Outcome {
    let s = scenario;
    let days = s.days.value as usize;
    let mut out = Outcome {
        start: s.start,
        days,
        theatres: vec![TheatreDays::default(); s.theatres.len()],
        deployments: vec![DeploymentDays::default(); s.deployments.len()],
        threats: vec![ThreatDays::default(); s.threats.len()],
    };
    let mut stock: ById = s
        .deployments
        .iter()
        .map(|(id, deployment)| (id.clone(), deployment.stock.value))
        .collect();
    let mut stockpile: ById = s
        .threats
        .iter()
        .map(|(id, threat)| (id.clone(), threat.stockpile.value))
        .collect();
    let mut accrued = ById::new();
    let mut held = ById::new();
    let mut diverted = ById::new();

    for d in 0..days {
        let date = s.start + (d as i64).days();
        let open = stock.clone();
        let mut received = ById::new();
        let mut sent = ById::new();

        // Step 2.
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
                *sent.entry(from.clone()).or_default() += moved;
                *received.entry(to.clone()).or_default() += moved;
            }
        }

        // Step 3.
        let mut arrive = |to: &str, rounds: f64| {
            *stock.get_mut(to).unwrap() += rounds;
            *received.entry(to.to_owned()).or_default() += rounds;
        };
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
            if (d + 1) % (line.every.value as usize) == 0 {
                let mut lot = *held;
                *held = 0.0;
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
                        arrive(to, moved);
                    }
                }
                arrive(&line.to, lot);
            }
        }
        for (_, event) in enabled(s) {
            if let What::Shipment {
                on, to, quantity, ..
            } = &event.what
                && *on == date
            {
                arrive(to, quantity.value);
            }
        }

        // Steps 4 and 5.
        let mut launched = ById::new();
        for (i, (id, threat)) in s.threats.iter().enumerate() {
            let production = today(
                s,
                &format!("threats.{id}.production"),
                threat.production.value,
                date,
            );
            let sites = today(s, &format!("threats.{id}.sites"), threat.sites.value, date);
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
            let raid_day = threat
                .launch
                .raid_every
                .as_ref()
                .is_some_and(|every| (d + 1) % (every.value as usize) == 0);
            let wanted = if ceasefire {
                0.0
            } else if let Some(raid) = raid {
                raid.value
            } else if let Some(listed) = listed(threat, date) {
                listed
            } else if raid_day {
                threat.launch.raid_release.value * *pile
            } else {
                threat.launch.daily_share.value * production
            };
            let away = wanted.min(sites * threat.per_site.value).min(*pile);
            *pile -= away;
            launched.insert(id.clone(), away);
            let columns = &mut out.threats[i];
            columns.produced.push(production);
            columns.wanted.push(wanted);
            columns.launched.push(away);
            columns.stockpile.push(*pile);
        }

        // Steps 6 and 7.
        let mut fired = ById::new();
        let mut demand = ById::new();
        for (i, theatre) in s.theatres.keys().enumerate() {
            let passes: Vec<_> = ["real", "H", "A", "B"]
                .into_iter()
                .map(|kind| pass(s, theatre, date, kind, &stock, &launched))
                .collect();
            let real = &passes[0];
            let mut sums = [0.0; 4];
            for (j, (id, threat)) in s.threats.iter().enumerate() {
                if threat.theatre == *theatre {
                    let (u, e) = (real.u[id], real.e[id]);
                    let columns = &mut out.threats[j];
                    columns.killed.push(real.kills[id]);
                    columns.leakers.push(u + e);
                    columns.uncovered.push(u);
                    for (sum, value) in
                        sums.iter_mut()
                            .zip([launched[id], u, u + e, real.kills[id]])
                    {
                        *sum += value;
                    }
                }
            }
            let [away, uncovered, leakers, kills] = sums;
            let never: Vec<f64> = passes.iter().map(|pass| pass.u.values().sum()).collect();
            let columns = &mut out.theatres[i];
            columns.launched.push(away);
            columns.covered.push(away - uncovered);
            columns.uncovered.push(uncovered);
            columns.uncovered_held.push((never[0] - never[1]).max(0.0));
            columns.uncovered_stock.push((never[1] - never[2]).max(0.0));
            columns
                .uncovered_capacity
                .push((never[2] - never[3]).max(0.0));
            columns.uncovered_reach.push(never[3]);
            columns.killed.push(kills);
            columns.leakers.push(leakers);
            fired.extend(real.fired.clone());
            demand.extend(real.demand.clone());
        }

        for (i, (id, deployment)) in s.deployments.iter().enumerate() {
            let columns = &mut out.deployments[i];
            let of = |map: &ById| {
                if is_expendable(s, deployment) {
                    map.get(id).copied().unwrap_or(0.0)
                } else {
                    0.0
                }
            };
            *stock.get_mut(id).unwrap() -= of(&fired);
            let before = &columns.demand[d.saturating_sub(7)..d];
            let mean = before.iter().sum::<f64>() / before.len() as f64;
            columns.days_of_supply.push(if mean > 1e-9 {
                of(&open) / mean
            } else {
                f64::NAN
            });
            columns.open.push(of(&open));
            columns.received.push(of(&received));
            columns.sent.push(of(&sent));
            columns.fired.push(of(&fired));
            columns.demand.push(of(&demand));
            columns.short.push((of(&demand) - of(&fired)).max(0.0));
            columns.close.push(of(&stock));
        }
    }
    out
}

/// Events that exist, in the order of the file.
pub(crate) fn enabled(s: &Scenario) -> impl Iterator<Item = (&String, &Event)> {
    s.events.iter().filter(|(_, event)| event.enabled)
}

pub(crate) fn within(date: Date, on: Date, until: Option<Date>) -> bool {
    on <= date && until.is_none_or(|until| date < until)
}

pub(crate) fn is_expendable(s: &Scenario, deployment: &Deployment) -> bool {
    s.interceptors[&deployment.interceptor].expendable
}

/// What a threat lists for a date, 0 between the first and the last of them where it lists none.
pub(crate) fn listed(threat: &Threat, date: Date) -> Option<f64> {
    let (first, _) = threat.launches.first_key_value()?;
    let (last, _) = threat.launches.last_key_value()?;
    let within = (*first..=*last).contains(&date);
    within.then(|| threat.launches.get(&date).copied().unwrap_or(0.0))
}

/// Step 1: a path's value on a date, by going back from ramp to ramp.
pub(crate) fn today(s: &Scenario, path: &str, own: f64, date: Date) -> f64 {
    let latest = enabled(s)
        .filter_map(|(_, event)| match &event.what {
            What::Ramp {
                on,
                over,
                path: of,
                to,
            } if of == path && *on <= date => Some((*on, over.value, to.value)),
            _ => None,
        })
        .max_by_key(|(on, ..)| *on);
    let Some((on, over, to)) = latest else {
        return own;
    };
    let since = f64::from((date - on).get_days());
    if since < over {
        let from = today(s, path, own, on - 1.day());
        from + (to - from) * since / over
    } else {
        to
    }
}

pub(crate) fn line_is_active(s: &Scenario, id: &str, line: &Supply, date: Date) -> bool {
    let paused = enabled(s).any(|(_, event)| match &event.what {
        What::Pause { on, until, of } => {
            let ours = match of {
                Paused::Supplier(supplier) => *supplier == line.supplier,
                Paused::Supply(supply) => supply == id,
            };
            ours && within(date, *on, *until)
        }
        _ => false,
    });
    !paused
        && line.from.is_none_or(|from| from <= date)
        && line.until.is_none_or(|until| date < until)
}

/// What a pass of step 6 leaves.
#[derive(Default)]
struct Pass {
    u: ById,
    e: ById,
    kills: ById,
    fired: ById,
    demand: ById,
}

fn pass(
    s: &Scenario,
    theatre: &str,
    date: Date,
    kind: &str,
    stock: &ById,
    launched: &ById,
) -> Pass {
    let mut pass = Pass::default();
    let mut threats: Vec<_> = s
        .threats
        .iter()
        .filter(|(_, t)| t.theatre == theatre)
        .collect();
    threats.sort_by(|(_, a), (_, b)| a.priority.value.total_cmp(&b.priority.value));
    for (id, _) in &threats {
        pass.u.insert((*id).clone(), launched[*id]);
        pass.e.insert((*id).clone(), 0.0);
        pass.kills.insert((*id).clone(), 0.0);
    }
    for (id, deployment) in &s.deployments {
        if deployment.theatre != theatre {
            continue;
        }
        let interceptor = &s.interceptors[&deployment.interceptor];
        let number =
            |field: &str, own: f64| today(s, &format!("deployments.{id}.{field}"), own, date);
        let reach = number("reach", deployment.reach.value);
        let fire_units = number("fire_units", deployment.fire_units.value);
        let capacity = fire_units * deployment.engagements.value;
        let magazine = stock[id];
        let (mut c, mut rounds) = match kind {
            "B" => (f64::INFINITY, f64::INFINITY),
            "A" => (capacity, f64::INFINITY),
            "H" => (capacity, magazine),
            _ => {
                let rationed = deployment.ration.value * magazine;
                let unreserved = magazine - deployment.reserve.value;
                (capacity, rationed.min(unreserved).max(0.0))
            }
        };
        if !interceptor.expendable {
            rounds = f64::INFINITY;
        }
        let mut c_demand = c;
        let (mut fired, mut demand) = (0.0, 0.0);
        for (threat, _) in &threats {
            let p = interceptor.kill.get(*threat).map_or(0.0, |p| p.value);
            let (u, e) = (pass.u[*threat], pass.e[*threat]);
            if p <= 0.0 || u + e <= 0.0 {
                continue;
            }
            let n = interceptor.doctrine.rounds.value as i32;
            // (1 − (1 − p)^n)/p is the sum of (1 − p)^k, k < n: the chance that shot k is needed.
            let shots: f64 = (0..n).map(|k| (1.0 - p).powi(k)).sum();
            let kill = 1.0 - (1.0 - p).powi(n);
            let r = match interceptor.doctrine.mode {
                Firing::Salvo => f64::from(n),
                Firing::ShootLookShoot => shots,
            };
            let q = reach * (u + e);
            let wanted = q.min(c_demand);
            c_demand -= wanted;
            demand += wanted * r;
            let m = q.min(c).min(rounds / r);
            c -= m;
            rounds = (rounds - m * r).max(0.0);
            fired += m * r;
            let kills = m * kill;
            let u_after = u * (1.0 - m / (u + e));
            let e_after = (u + e) - kills - u_after;
            pass.u.insert((*threat).clone(), u_after.max(0.0));
            pass.e.insert((*threat).clone(), e_after.max(0.0));
            *pass.kills.get_mut(*threat).unwrap() += kills;
        }
        pass.fired.insert(id.clone(), fired);
        pass.demand.insert(id.clone(), demand);
    }
    pass
}
