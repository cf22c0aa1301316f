//! How the answer responds along the whole track of a lever, drawn above its slider so that a
//! person sees the cliff, and the stretch where more changes nothing, before dragging.

use super::flat::Flat;
use super::sweep::along;
use crate::scenario::{Checked, Lever};

/// One lever's response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scent {
    /// Places of the track, ascending; likewise below.
    pub places: Vec<usize>,
    /// The same in the lever's unit.
    pub at: Vec<f64>,
    /// Not engaged over the horizon at each point, in threats; one list a theatre.
    pub uncovered: Vec<Vec<f64>>,
    /// Days on which coverage over 28 days is below target; one list a theatre.
    pub days_below: Vec<Vec<usize>>,
    /// The longest stretch along which nothing changes, if it is long enough to matter: in all theatres,
    /// then in each.
    flat: Vec<Option<Flat>>,
}

impl Scent {
    /// The longest stretch along which nothing changes in a theatre, or in all of them.
    #[must_use]
    pub fn flat_in(&self, theatre: Option<usize>) -> Option<&Flat> {
        self.flat
            .get(theatre.map_or(0, |index| index + 1))?
            .as_ref()
    }
}

/// The response along a lever's track, everything else as in `scenario`.
///
/// Nothing comes back for a path that is no number.
#[must_use]
pub fn scent(scenario: &Checked, lever: &Lever) -> Option<Scent> {
    let tried = along(scenario, lever)?;
    let theatres = 0..scenario.theatres.len();
    let figures = |theatre: usize| {
        let figures = tried.iter().map(|tried| &tried.answer.figures.theatres);
        figures.map(move |theatres| &theatres[theatre])
    };
    let uncovered = |theatre| figures(theatre).map(|f| f.uncovered).collect();
    let days_below = |theatre| figures(theatre).map(|f| f.days_below).collect();
    Some(Scent {
        places: tried.iter().map(|tried| tried.place).collect(),
        at: tried.iter().map(|tried| tried.at).collect(),
        uncovered: theatres.clone().map(uncovered).collect(),
        days_below: theatres.clone().map(days_below).collect(),
        flat: std::iter::once(None)
            .chain(theatres.clone().map(Some))
            .map(|theatre| Flat::new(lever, &tried, theatre))
            .collect(),
    })
}
