//! How the answer responds along the whole track of a lever, drawn above its slider so that a
//! person sees the cliff, and the stretch where more changes nothing, before dragging.

use super::Answer;
use super::plausible::Flat;
use crate::model::Outcome;
use crate::scenario::{Address, Checked, Kind, Lever, Value};

/// Points along a track: enough for a cliff to show at a slider's width.
const POINTS: u32 = 25;

/// One lever's response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scent {
    /// Where on the track, in the lever's unit, ascending.
    pub at: Vec<f64>,
    /// Not engaged over the horizon at each point, in threats; one list a theatre.
    pub uncovered: Vec<Vec<f64>>,
    /// The longest stretch along which nothing changes, if it is long enough to matter.
    pub flat: Option<Flat>,
}

/// The response along a lever's track, everything else as in `scenario`.
///
/// Nothing comes back for a path that is no number.
#[must_use]
pub fn scent(scenario: &Checked, lever: &Lever) -> Option<Scent> {
    let tried = along(scenario, lever)?;
    let curve = |theatre: usize| {
        let figures = tried.iter().map(|tried| &tried.answer.figures.theatres);
        figures
            .map(|theatres| theatres[theatre].uncovered)
            .collect()
    };
    Some(Scent {
        at: tried.iter().map(|tried| tried.at).collect(),
        uncovered: (0..scenario.theatres.len()).map(curve).collect(),
        flat: Flat::of(lever, &tried),
    })
}

/// A scenario with its lever at one point of the track, and what that comes to.
pub(super) struct Tried {
    pub(super) at: f64,
    pub(super) scenario: Checked,
    pub(super) answer: Answer,
}

impl Tried {
    /// Whether two points come to the same on every day: a raid may leave the totals of a year
    /// alone and still change its night.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        same(&self.answer.outcome, &other.answer.outcome)
    }
}

/// Tries a lever at points along its track. A point that the rules refuse is no part of it.
fn along(scenario: &Checked, lever: &Lever) -> Option<Vec<Tried>> {
    let address = Address::find(scenario, &lever.path).ok()?;
    let whole = matches!(address.kind(scenario), Kind::Whole(_));
    let tried = (0..POINTS).filter_map(|point| {
        let share = f64::from(point) / f64::from(POINTS - 1);
        let at = lever.min + share * (lever.max - lever.min);
        let at = if whole { at.round() } else { at };
        let mut scenario = scenario.clone();
        scenario.set(address, Value::Number(at)).ok()?;
        let answer = Answer::of(&scenario);
        Some(Tried {
            at,
            scenario,
            answer,
        })
    });
    Some(tried.collect())
}

fn same(a: &Outcome, b: &Outcome) -> bool {
    let close = |a: &[f64], b: &[f64]| {
        let mut pairs = a.iter().zip(b);
        pairs.all(|(a, b)| (a - b).abs() <= 1e-6 * a.abs().max(1.0))
    };
    let mut theatres = a.theatres.iter().zip(&b.theatres);
    let mut deployments = a.deployments.iter().zip(&b.deployments);
    theatres.all(|(a, b)| {
        close(&a.launched, &b.launched)
            && close(&a.uncovered, &b.uncovered)
            && close(&a.leakers, &b.leakers)
    }) && deployments.all(|(a, b)| close(&a.fired, &b.fired))
}
