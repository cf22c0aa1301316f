//! Percentiles of every value, for tables: no bins.
//!
//! All values of all days would take too much memory at once. What a member draws depends on its number
//! alone, so the members are run again for as many days at a time as fit.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::bands::Bands;
use super::bins::{Measure, SHARES};
use super::lanes::LANES;
use super::tally::{Sink, Summary, Values};
use super::{Ensemble, Worker, on_threads};

/// Values kept at a time: 256 MB.
const MOST_VALUES: usize = 1 << 25;

/// The bands over the first so many members.
pub(super) fn bands(ensemble: &Ensemble, members: u32, threads: usize) -> Bands {
    let setting = &ensemble.setting;
    let (members, series) = (members as usize, setting.series.len());
    let blocks = members.div_ceil(LANES);
    let days = setting.plan.days;
    let at_a_time = (MOST_VALUES / (blocks * LANES * series).max(1)).clamp(1, days);
    let mut bands = Bands::new(setting, members as u32);
    let mut values = Vec::new();
    for first in (0..days).step_by(at_a_time) {
        let days = first..(first + at_a_time).min(days);
        let rows = days.len() * series;
        values.resize(rows * blocks * LANES, 0.0);
        keep(ensemble, days, members, &mut values, threads);
        let mut summaries = vec![Summary::UNDEFINED; rows];
        let parts = summaries.chunks_mut(series).enumerate();
        let parts = Mutex::new(parts);
        on_threads(threads, |_| {
            let mut row_of = Vec::with_capacity(members);
            loop {
                let part = parts.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((day, summaries)) = part else {
                    return;
                };
                let row = day * series..(day + 1) * series;
                for ((row, summary), measure) in row.zip(summaries).zip(&setting.series) {
                    row_of.clear();
                    for (block, values) in values.chunks(rows * LANES).enumerate() {
                        let counted = (members - block * LANES).min(LANES);
                        row_of.extend_from_slice(&values[row * LANES..][..counted]);
                    }
                    *summary = summarise(&mut row_of, *measure);
                }
            }
        });
        for (summary, place) in summaries.into_iter().zip((0..series).cycle()) {
            bands.push(place, summary);
        }
    }
    bands.exact = true;
    bands
}

/// Runs all members up to the last of some days and keeps the values of these days: block by block, and
/// within a block row by row.
fn keep(
    ensemble: &Ensemble,
    days: Range<usize>,
    members: usize,
    values: &mut [f64],
    threads: usize,
) {
    let series = ensemble.setting.series.len();
    let work = Mutex::new(
        values
            .chunks_mut(days.len() * series * LANES)
            .zip((0..members).step_by(LANES)),
    );
    on_threads(threads, |_| {
        let mut worker = Worker::default();
        loop {
            let next = work.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((values, first)) = next else {
                return;
            };
            let counted = (members - first).min(LANES);
            if ensemble.options.chance {
                let kept = Values {
                    first: days.start * series,
                    values,
                };
                let sink = &mut Sink::Values(kept);
                worker.run_block(ensemble, first as u32, counted, days.end, sink);
                continue;
            }
            for lane in 0..counted {
                let planned = worker.run_planned(ensemble, (first + lane) as u32);
                let rows = &planned[days.start * series..days.end * series];
                for (row, value) in rows.iter().enumerate() {
                    values[row * LANES + lane] = *value;
                }
            }
        }
    });
}

/// Mean and percentiles of one measure on one day; undefined values do not count.
///
/// # Formula
///
/// A percentile is the least value that at least such a share of the values do not exceed.
fn summarise(values: &mut Vec<f64>, measure: Measure) -> Summary {
    values.retain(|value| *value >= 0.0);
    if measure == Measure::Share {
        // What is kept is the share that was not covered, or not killed.
        for value in values.iter_mut() {
            *value = 1.0 - *value;
        }
    }
    if values.is_empty() {
        return Summary::UNDEFINED;
    }
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    let mut quantiles = [0.0; SHARES];
    let mut rest = values.as_mut_slice();
    for (quantile, share) in quantiles.iter_mut().zip(super::bands::SHARES).rev() {
        // Rounding of the product must not ask for one value more.
        let rank = ((share * count as f64 - 1e-9).ceil() as usize).max(1);
        let (_, value, _) = rest.select_nth_unstable_by(rank - 1, f64::total_cmp);
        *quantile = *value;
        // The next rank is less, or the same.
        rest = &mut rest[..rank];
    }
    Summary { mean, quantiles }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_some_member_has() {
        let mut one = vec![7.0];
        let of_one = summarise(&mut one, Measure::Amount);
        assert_eq!((of_one.mean, of_one.quantiles), (7.0, [7.0; SHARES]));
        let mut hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        hundred.push(-1.0);
        let of_hundred = summarise(&mut hundred, Measure::Amount);
        assert_eq!(of_hundred.mean, 50.5);
        assert_eq!(of_hundred.quantiles, [5.0, 25.0, 50.0, 75.0, 95.0]);
        let none = summarise(&mut vec![-1.0; 3], Measure::Share);
        assert!(none.mean.is_nan() && none.quantiles[2].is_nan());
    }
}
