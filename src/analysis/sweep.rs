//! A scenario tried along the track of a lever, place by place.

use super::Answer;
use crate::scenario::{Address, Checked, Lever, Value};

/// Points along a track: enough for a cliff to show at a slider's width.
pub(super) const POINTS: usize = 25;

/// Where a lever's handle can stand: from end to end of its track by its step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Track {
    min: f64,
    max: f64,
    step: f64,
}

impl Track {
    /// The track of a lever; in no more than a million steps, however short its own may be.
    #[must_use]
    pub fn of(lever: &Lever) -> Self {
        const MOST: f64 = 1e6;
        Self {
            min: lever.min,
            max: lever.max,
            step: lever.step.max((lever.max - lever.min) / MOST),
        }
    }

    /// The last place; the first is 0.
    #[must_use]
    pub fn last(&self) -> usize {
        // A last step may be a shorter one, but no rounding error is a step.
        ((self.max - self.min) / self.step - 1e-9).ceil().max(0.0) as usize
    }

    /// The number at a place, in the lever's unit, without the dust that adding up steps leaves.
    #[must_use]
    pub fn at(&self, place: usize) -> f64 {
        const DIGITS: f64 = 1e9;
        if place >= self.last() {
            return self.max;
        }
        let at = self.min + place as f64 * self.step;
        let clean = (at * DIGITS).round() / DIGITS;
        if (clean - at).abs() < self.step / 2.0 {
            clean
        } else {
            at
        }
    }
}

/// So many places up to the last, evenly spread, as far as there are so many.
pub(super) fn spread(last: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(last + 1);
    let gaps = count.saturating_sub(1).max(1);
    (0..count).map(move |i| (i * last + gaps / 2) / gaps)
}

/// A scenario with its lever at one point of the track, and what that comes to.
pub(super) struct Tried {
    pub(super) place: usize,
    pub(super) at: f64,
    pub(super) scenario: Checked,
    pub(super) answer: Answer,
}

impl Tried {
    /// Whether two points come to the same on every day in a theatre, or in all of them: a raid may leave
    /// the totals of a year alone and still change its night.
    pub(super) fn same_as(&self, other: &Self, theatre: Option<usize>) -> bool {
        let deployments = self.scenario.deployments.values();
        let theatres = deployments.map(|d| self.scenario.theatres.get_index_of(&d.theatre));
        let of_deployments: Vec<_> = theatres.collect();
        let (a, b) = (&self.answer.outcome, &other.answer.outcome);
        let wanted = |index: Option<usize>| theatre.is_none() || index == theatre;
        let close = |a: &[f64], b: &[f64]| {
            let mut pairs = a.iter().zip(b);
            pairs.all(|(a, b)| (a - b).abs() <= 1e-6 * a.abs().max(1.0))
        };
        let mut theatres = a.theatres.iter().zip(&b.theatres).enumerate();
        let mut deployments = a.deployments.iter().zip(&b.deployments).zip(of_deployments);
        theatres.all(|(index, (a, b))| {
            !wanted(Some(index))
                || close(&a.launched, &b.launched)
                    && close(&a.uncovered, &b.uncovered)
                    && close(&a.leakers, &b.leakers)
        }) && deployments.all(|((a, b), at)| !wanted(at) || close(&a.fired, &b.fired))
    }
}

/// Tries a lever at points along its track. A point that the rules refuse is no part of it.
pub(super) fn along(scenario: &Checked, lever: &Lever) -> Option<Vec<Tried>> {
    let address = Address::find(scenario, &lever.path).ok()?;
    let track = Track::of(lever);
    let tried = spread(track.last(), POINTS).filter_map(|place| {
        let at = track.at(place);
        let mut scenario = scenario.clone();
        scenario.set(address, Value::Number(at)).ok()?;
        let answer = Answer::of(&scenario);
        Some(Tried {
            place,
            at,
            scenario,
            answer,
        })
    });
    Some(tried.collect())
}
