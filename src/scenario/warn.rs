//! What a scenario may say but probably does not mean, as far as it shows without the model.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::check::{applied, day_of};
use super::{Address, Estimate, Event, Kind, Problem, Range, Scenario, Slot, Supply, Value, What};

/// What is allowed but implausible, as far as it shows without running the model.
///
/// The scenario is one that [`check`](super::check()) has passed.
#[must_use]
pub fn warn(scenario: &Scenario) -> Vec<Problem> {
    let mut found = Vec::new();
    if scenario.marking.trim().is_empty() {
        found.push(Problem::warning(
            "marking",
            "there is no protective marking; pictures and pages will carry none",
        ));
    }
    sources(scenario, &mut found);
    costs(scenario, &mut found);
    cover(scenario, &mut found);
    unused(scenario, &mut found);
    levers(scenario, &mut found);
    timing(scenario, &mut found);
    what_ifs(scenario, &mut found);
    found
}

/// Numbers without a source: one warning an item.
fn sources(s: &Scenario, found: &mut Vec<Problem>) {
    let mut bare: IndexMap<String, Vec<String>> = IndexMap::new();
    for address in Address::all(s) {
        // Whole numbers are ranks, counts and schedules: how the scenario is put, not evidence.
        let evidence = matches!(address.kind(s), Kind::Amount | Kind::Share);
        let Some(estimate) = address.estimate(s).filter(|_| evidence) else {
            continue;
        };
        if address.source(s).is_some() {
            continue;
        }
        let path = address.path(s);
        let Some((item, field)) = split_item(&path) else {
            // The horizon and the target are choices.
            continue;
        };
        if !is_left_out(field, estimate) {
            bare.entry(item.to_owned())
                .or_default()
                .push(field.to_owned());
        }
    }
    found.extend(bare.into_iter().map(|(item, fields)| {
        let fields = enumerate(&fields);
        let what = format!("no source is named for {fields}; name one for the item or the number");
        Problem::warning(item, what)
    }));
}

/// `threats.shahed` and `launch.daily_share` of the path that they make up.
fn split_item(path: &str) -> Option<(&str, &str)> {
    let (section, rest) = path.split_once('.')?;
    let (id, field) = rest.split_once('.')?;
    let item = path.get(..section.len() + 1 + id.len())?;
    Some((item, field))
}

/// Whether a number is as it would be had the file left it out, so that it claims nothing.
fn is_left_out(field: &str, estimate: &Estimate) -> bool {
    let default = match field {
        "ration" | "share" => 1.0,
        _ => 0.0,
    };
    estimate.is_default(default)
}

fn costs(s: &Scenario, found: &mut Vec<Problem>) {
    let unknown = "the unit cost is unknown and will be counted as 0; give `unit_cost`";
    for (id, threat) in &s.threats {
        if threat.unit_cost.is_none() {
            found.push(Problem::warning(format!("threats.{id}"), unknown));
        }
    }
    for (id, interceptor) in &s.interceptors {
        // What uses up no rounds costs nothing a round.
        if interceptor.unit_cost.is_none() && interceptor.expendable {
            found.push(Problem::warning(format!("interceptors.{id}"), unknown));
        }
    }
}

/// Layers and threats that never meet, and raids that never come.
fn cover(s: &Scenario, found: &mut Vec<Problem>) {
    let mut met: HashSet<&str> = HashSet::new();
    for (id, deployment) in &s.deployments {
        let Some(interceptor) = s.interceptors.get(&deployment.interceptor) else {
            continue;
        };
        let engaged = interceptor
            .kill
            .iter()
            .filter(|(_, kill)| kill.value > 0.0)
            .map(|(threat, _)| threat.as_str())
            .filter(|threat| {
                let threat = s.threats.get(*threat);
                threat.is_some_and(|threat| threat.theatre == deployment.theatre)
            });
        let engaged: Vec<&str> = engaged.collect();
        met.extend(&engaged);
        if engaged.is_empty() {
            let what = format!(
                "`{}` can engage nothing that is sent against `{}`: its `kill` names no threat there",
                deployment.interceptor, deployment.theatre
            );
            found.push(Problem::warning(format!("deployments.{id}"), what));
        }
    }
    for (id, threat) in &s.threats {
        if !met.contains(id.as_str()) {
            let what = format!(
                "nothing in `{}` can engage it: no interceptor fielded there has a `kill` against it",
                threat.theatre
            );
            found.push(Problem::warning(format!("threats.{id}"), what));
        }
        if threat.launch.raid_every.is_none() && threat.launch.raid_release.value > 0.0 {
            found.push(Problem::warning(
                format!("threats.{id}.launch.raid_release"),
                "there are no raids without `raid_every`; give it or leave this out",
            ));
        }
        if threat.launch.regular && threat.launch.raid_every.is_none() {
            found.push(Problem::warning(
                format!("threats.{id}.launch.regular"),
                "there is no rhythm to keep without `raid_every`; give it or leave this out",
            ));
        }
        let horizon = 0..s.day_count() as i64;
        let mut listed = threat.launches.keys().map(|day| day_of(s.start, *day));
        if !threat.launches.is_empty() && !listed.any(|day| horizon.contains(&day)) {
            found.push(Problem::warning(
                format!("threats.{id}.launches"),
                "none of the days listed lies within the horizon",
            ));
        }
        if threat.launch.raid_every.is_some() && threat.launch.raid_release.value <= 0.0 {
            found.push(Problem::warning(
                format!("threats.{id}.launch.raid_release"),
                "its raids launch nothing, nor is its daily share launched on their days; give the \
                 share of the stockpile that they release",
            ));
        }
    }
}

fn unused(s: &Scenario, found: &mut Vec<Problem>) {
    let lines = s.supply.values().map(|line| &line.supplier);
    let shipments = s.events.values().filter_map(|event| match &event.what {
        What::Shipment { supplier, .. } => Some(supplier),
        _ => None,
    });
    let suppliers: HashSet<&String> = lines.chain(shipments).collect();
    for id in s.suppliers.keys().filter(|id| !suppliers.contains(id)) {
        let what = "it delivers nothing: no supply line or shipment names it";
        found.push(Problem::warning(format!("suppliers.{id}"), what));
    }
    let fielded: HashSet<&String> = s.deployments.values().map(|d| &d.interceptor).collect();
    for id in s.interceptors.keys().filter(|id| !fielded.contains(id)) {
        let what = "it is fielded nowhere: no deployment names it";
        found.push(Problem::warning(format!("interceptors.{id}"), what));
    }
}

fn levers(s: &Scenario, found: &mut Vec<Problem>) {
    for (i, lever) in s.levers.iter().enumerate() {
        let address = Address::find(s, &lever.path).ok();
        let value = address.and_then(|address| address.number(s));
        let Some(value) = value.filter(|value| !(lever.min..=lever.max).contains(value)) else {
            continue;
        };
        let (field, side) = if value < lever.min {
            ("min", "below the lever's least")
        } else {
            ("max", "above the lever's most")
        };
        let what = format!("`{}` is {value}, {side}; widen the lever", lever.path);
        found.push(Problem::warning(format!("levers.{}.{field}", i + 1), what));
    }
}

/// Events and lines that never act within the horizon, and diverts of more than there is.
fn timing(s: &Scenario, found: &mut Vec<Problem>) {
    let end = s.day_count() as i64;
    for (id, line) in &s.supply {
        if let Some(from) = line.from.filter(|from| day_of(s.start, *from) >= end) {
            let what = format!("the scenario is over by {from}: the line delivers nothing");
            found.push(Problem::warning(format!("supply.{id}.from"), what));
        } else if let Some(until) = line.until.filter(|until| *until <= s.start) {
            let what = format!("the line ended on {until}, before the scenario starts");
            found.push(Problem::warning(format!("supply.{id}.until"), what));
        }
    }
    for (id, event) in s.events.iter().filter(|(_, event)| event.enabled) {
        if let Some((field, what)) = never_acts(s, event, end) {
            found.push(Problem::warning(format!("events.{id}.{field}"), what));
        } else if let Some(what) = diverts_too_much(s, event, end) {
            found.push(Problem::warning(format!("events.{id}.quantity"), what));
        }
    }
}

/// The field and the reason for which an event makes no difference on any day.
fn never_acts(s: &Scenario, event: &Event, end: i64) -> Option<(&'static str, String)> {
    let on = event.what.on();
    let day = day_of(s.start, on);
    if day >= end {
        return Some(("on", format!("the scenario is over by {on}: it never acts")));
    }
    match &event.what {
        What::Transfer { .. } | What::Shipment { .. } | What::Raid { .. } if day < 0 => Some((
            "on",
            format!(
                "{on} is before the scenario starts, on {}: it never acts",
                s.start
            ),
        )),
        What::Pause { until, .. } | What::Ceasefire { until, .. } => {
            until.filter(|until| *until <= s.start).map(|until| {
                (
                    "until",
                    format!("it ended on {until}, before the scenario starts: it never acts"),
                )
            })
        }
        _ => None,
    }
}

/// Whether a divert takes more than its line can deliver.
fn diverts_too_much(s: &Scenario, event: &Event, end: i64) -> Option<String> {
    let What::Divert {
        on,
        supply,
        quantity,
        share,
        ..
    } = &event.what
    else {
        return None;
    };
    let most = delivers_at_most(s, supply, s.supply.get(supply)?, day_of(s.start, *on), end);
    let most = most * share.value;
    (quantity.value > most).then(|| {
        format!(
            "{} rounds are more than `{supply}` delivers from {on} on, which is at most {:.0}; the rest never comes",
            quantity.value,
            most.floor()
        )
    })
}

/// A bound from above on what a line delivers from a day on: its highest rate every day, no
/// pause, and not more than its total.
fn delivers_at_most(s: &Scenario, id: &str, line: &Supply, on: i64, end: i64) -> f64 {
    // A lot that arrives on the first day was accrued over the days before it.
    let on = on - (line.every.value as i64 - 1);
    let from = line.from.map_or(0, |from| day_of(s.start, from));
    let until = line.until.map_or(end, |until| day_of(s.start, until));
    let days = (until.min(end) - on.max(from).max(0)).max(0);
    let path = format!("supply.{id}.rate");
    let ramped = s.events.values().filter_map(|event| match &event.what {
        What::Ramp {
            path: changed, to, ..
        } if event.enabled && *changed == path => Some(to.value),
        _ => None,
    });
    let rate = ramped.fold(line.rate.value, f64::max);
    let total = line
        .total
        .as_ref()
        .map_or(f64::INFINITY, |total| total.value);
    (rate * days as f64).min(total)
}

/// Values beyond what the sources say, and what shows only once the values are set.
fn what_ifs(s: &Scenario, found: &mut Vec<Problem>) {
    let mut known = Vec::new();
    timing(s, &mut known);
    for (id, what_if) in &s.what_ifs {
        let at = |path: &str| format!("what_ifs.{id}.set.{path}");
        for (path, value) in &what_if.set {
            let stated = Address::find(s, path)
                .ok()
                .and_then(|address| address.get(s));
            if let (Some(Slot::Number(Some(estimate))), Value::Number(value)) = (stated, value)
                && let Some(Range { low, high }) = estimate.range
                && !(low..=high).contains(value)
            {
                let what = format!(
                    "{value} is outside the range of {low} to {high} that the baseline gives"
                );
                found.push(Problem::warning(at(path), what));
            }
        }
        if what_if.set.is_empty() {
            let what = "it sets nothing, so it is the baseline again";
            found.push(Problem::warning(format!("what_ifs.{id}"), what));
        }
        let (scenario, _) = applied(s, what_if);
        let mut under = Vec::new();
        timing(&scenario, &mut under);
        for problem in under.into_iter().filter(|problem| !known.contains(problem)) {
            // A divert's quantity goes stale by its date too: take the value of the same item.
            let item = split_item(&problem.path).map_or("", |(item, _)| item);
            let same = |set: &&String| **set == problem.path;
            let near = |set: &&String| split_item(set).is_some_and(|(set, _)| set == item);
            let set = what_if.set.keys();
            let set = set.clone().find(same).or_else(|| set.clone().find(near));
            let (path, what) = match set {
                Some(set) => (at(set), problem.what),
                // Without its path nothing would say what it is about.
                None => (
                    format!("what_ifs.{id}"),
                    format!("{}: {}", problem.path, problem.what),
                ),
            };
            found.push(Problem::warning(path, what));
        }
    }
}

/// `a, b and c`.
fn enumerate(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
