//! What a run shows to be implausible: raids cut short, levers that change nothing, and numbers of
//! which no ensemble can be run.

use super::flat::{number, raid_limit};
use super::scent::scent;
use super::{Answer, format};
use crate::model::Outcome;
use crate::model::ensemble::{EnsembleError, can_be_drawn};
use crate::scenario::{Checked, Problem, What};

/// Everything that running a scenario shows to be implausible, as warnings without a place.
#[must_use]
pub fn warnings(scenario: &Checked) -> Vec<Problem> {
    let mut found = raids(scenario, &Answer::of(scenario).outcome);
    found.extend(levers(scenario));
    found.extend(not_drawn(scenario));
    found
}

/// The first number that keeps the scenario from being run as an ensemble.
#[must_use]
pub fn not_drawn(scenario: &Checked) -> Option<Problem> {
    let error = can_be_drawn(scenario).err()?;
    let EnsembleError::Variation { path, .. } = &error else {
        return None;
    };
    let what = error.to_string();
    let what = what.strip_prefix(path).unwrap_or(&what);
    let what = what.trim_start_matches([':', ' ']);
    Some(Problem::warning(
        path,
        format!("there will be no chances and no bands: {what}"),
    ))
}

/// Raids of which less is launched than the scenario names.
#[must_use]
pub fn raids(scenario: &Checked, outcome: &Outcome) -> Vec<Problem> {
    let mut found = Vec::new();
    for (id, event) in &scenario.events {
        let What::Raid { launches, .. } = &event.what else {
            continue;
        };
        for (threat, wanted) in launches {
            if let Some(limit) = raid_limit(scenario, outcome, event, threat) {
                let path = format!("events.{id}.launches.{threat}");
                let what = format!(
                    "only {} of {} are launched on {}: {}",
                    format::estimate(limit.launched),
                    number(wanted.value),
                    format::date(event.what.on()),
                    limit.reason,
                );
                found.push(Problem::warning(path, what));
            }
        }
    }
    found
}

/// Levers that change nothing anywhere on their track, or over a long part of it; of a scenario so large
/// that trying all would take minutes, the first ones, and a word about the others.
#[must_use]
pub fn levers(scenario: &Checked) -> Vec<Problem> {
    levers_within(scenario, 10_000_000)
}

/// The same, trying so many days of a layer against a threat at most: ten million take some seconds.
#[must_use]
pub fn levers_within(scenario: &Checked, most: usize) -> Vec<Problem> {
    let pairs = scenario.deployments.values().map(|deployment| {
        let interceptor = scenario.interceptors.get(&deployment.interceptor);
        interceptor.map_or(0, |interceptor| interceptor.kill.len())
    });
    let work = scenario.day_count() * (scenario.threats.len() + pairs.sum::<usize>());
    let tried = most / work.max(1);
    let levers = scenario.levers.iter().take(tried.max(1));
    let mut found: Vec<Problem> = levers
        .filter_map(|lever| Some(scent(scenario, lever)?.flat_in(None)?.problem(lever)))
        .collect();
    let left = scenario.levers.len().saturating_sub(tried.max(1));
    if left > 0 {
        let which = if left == 1 {
            "the last one was".to_owned()
        } else {
            format!("the last {left} were")
        };
        found.push(Problem::warning(
            "levers",
            format!("{which} not tried, since the scenario is large: they may change nothing"),
        ));
    }
    found
}
