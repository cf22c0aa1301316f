//! Events in words.

use jiff::civil::Date;

use super::format;
use super::sentences::several;
use crate::scenario::{Address, Event, Scenario, Section, What};

/// What an event is called where its day must be heard too: `Missiles diverted, 6 Jun 2025`.
#[must_use]
pub fn named(event: &Event) -> String {
    let off = if event.enabled { "" } else { ", off" };
    format!("{}, {}{off}", event.name, format::date(event.what.on()))
}

/// What an event does, in a sentence.
#[must_use]
pub fn describe(scenario: &Scenario, event: &Event) -> String {
    let on = format::date(event.what.on());
    // What ends before a day is over on the day before it.
    let until = |until: &Option<Date>| {
        until.map_or_else(
            || "to the end".to_owned(),
            |d| format!("to {}", format::date(d.yesterday().unwrap_or(d))),
        )
    };
    let deployment = |id: &String| Section::Deployments.name(scenario, id);
    match &event.what {
        What::Divert {
            quantity,
            share,
            to,
            ..
        } => format!(
            "{on}: up to {} go to {}, {} of each delivery",
            format::with_unit(quantity.value, "rounds"),
            deployment(to),
            format::percent(share.value)
        ),
        What::Transfer {
            quantity, from, to, ..
        } => format!(
            "{on}: {} move from {} to {}",
            format::with_unit(quantity.value, "rounds"),
            deployment(from),
            deployment(to)
        ),
        What::Shipment { quantity, to, .. } => format!(
            "{on}: {} arrive for {}",
            format::with_unit(quantity.value, "rounds"),
            deployment(to)
        ),
        What::Raid { launches, .. } => {
            let launched: Vec<String> = launches
                .iter()
                .map(|(id, count)| {
                    let name = scenario
                        .threats
                        .get(id)
                        .map_or(id.as_str(), |t| t.name.as_str());
                    let name = if count.value == 1.0 {
                        name.to_owned()
                    } else {
                        several(name)
                    };
                    format!("{} {name}", format::given(count.value))
                })
                .collect();
            format!("{on}: {}", launched.join(", "))
        }
        What::Ramp { over, path, to, .. } => {
            let (label, unit) = Address::find(scenario, path)
                .map(|a| (a.label(scenario), a.unit(scenario)))
                .unwrap_or_default();
            let how = match over.value {
                0.0 => "at once".to_owned(),
                days => format!("over {}", format::with_unit(days, "days")),
            };
            let value = match unit {
                "share" => format::percent(to.value),
                // A label that says what is counted needs no unit.
                unit if label.to_lowercase().ends_with(unit) => format::given(to.value),
                unit => format::with_unit(to.value, unit),
            };
            format!("From {on}, {how}: {label} to {value}")
        }
        What::Pause { until: end, of, .. } => {
            format!(
                "{on} {}: {} delivers nothing",
                until(end),
                scenario.paused_name(of)
            )
        }
        What::Ceasefire {
            until: end,
            theatre,
            ..
        } => {
            let name = scenario
                .theatres
                .get(theatre)
                .map_or(theatre.as_str(), |t| t.name.as_str());
            format!("{on} {}: nothing is launched against {name}", until(end))
        }
    }
}
