//! How the answer responds along the whole track of a lever, drawn above its slider so that a
//! person sees the cliff, and the stretch where more changes nothing, before dragging.

use crate::model::{Outcome, Plan, run_into};
use crate::scenario::{Address, Checked, Lever, Value};

/// Points along a track: enough for a cliff to show at a slider's width.
pub const POINTS: usize = 25;

/// One lever's response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scent {
    /// Where on the track, in the lever's unit, ascending.
    pub at: Vec<f64>,
    /// Not engaged over the horizon at each point, in threats; one list a theatre.
    pub uncovered: Vec<Vec<f64>>,
    /// Whether nothing at all changes along the track, on any day, in any theatre.
    pub idle: bool,
}

/// The response along a lever's track, everything else as in `scenario`.
///
/// A point that a rule refuses is left out. Nothing comes back for a path that is no number.
#[must_use]
pub fn scent(scenario: &Checked, lever: &Lever) -> Option<Scent> {
    let address = Address::find(scenario, &lever.path).ok()?;
    let mut scenario = scenario.clone();
    let original = scenario.clone();
    let mut outcome = Outcome::default();
    let mut scent = Scent {
        uncovered: vec![Vec::with_capacity(POINTS); scenario.theatres.len()],
        ..Scent::default()
    };
    let mut first: Option<Outcome> = None;
    let mut idle = true;
    for point in 0..POINTS {
        let share = point as f64 / (POINTS - 1) as f64;
        let mut value = lever.min + share * (lever.max - lever.min);
        if address.kind(&scenario).bounds().1 > 1.0 && !address.kind(&scenario).takes_range() {
            value = value.round();
        }
        // From the original each time, so that a range is moved once and not step by step.
        if scenario.restore(address, &original).is_err()
            || scenario.set(address, Value::Number(value)).is_err()
        {
            continue;
        }
        run_into(&Plan::new(&scenario), &mut outcome);
        scent.at.push(value);
        for (curve, theatre) in scent.uncovered.iter_mut().zip(&outcome.theatres) {
            curve.push(theatre.uncovered.iter().sum());
        }
        match &first {
            None => first = Some(outcome.clone()),
            Some(first) => idle = idle && same(first, &outcome),
        }
    }
    scent.idle = idle;
    Some(scent)
}

/// Whether two runs are the same to a reader on every day: a raid may leave the year's totals
/// alone and still change its night.
fn same(a: &Outcome, b: &Outcome) -> bool {
    let close = |a: &[f64], b: &[f64]| {
        a.iter()
            .zip(b)
            .all(|(a, b)| (a - b).abs() <= 1e-6 * a.abs().max(1.0))
    };
    let theatres = a.theatres.iter().zip(&b.theatres);
    let deployments = a.deployments.iter().zip(&b.deployments);
    theatres.into_iter().all(|(a, b)| {
        close(&a.launched, &b.launched)
            && close(&a.uncovered, &b.uncovered)
            && close(&a.leakers, &b.leakers)
    }) && deployments
        .into_iter()
        .all(|(a, b)| close(&a.close, &b.close) && close(&a.fired, &b.fired))
}
