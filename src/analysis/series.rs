//! The series that charts draw, smoothed as their captions say.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::window_ratio;
use crate::model::Outcome;
use crate::scenario::{Checked, Counted, Month};

pub use crate::model::WEEK;

/// The series of one theatre, one entry a day; NaN where there is nothing to divide by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheatreSeries {
    /// Coverage over the last 28 days.
    pub coverage: Vec<f64>,
    /// Protection over the last 28 days.
    pub protection: Vec<f64>,
    /// Coverage of the day alone.
    pub coverage_daily: Vec<f64>,
    /// Not engaged a day, 7-day mean, each cause stacked on those before it: out of reach,
    /// launchers saturated, magazines empty, held back.
    pub not_engaged: [Vec<f64>; 4],
    /// Launched a day, 7-day mean.
    pub launched: Vec<f64>,
    /// Engaged a day, 7-day mean.
    pub engaged: Vec<f64>,
    /// Shot down a day, 7-day mean.
    pub killed: Vec<f64>,
    /// Not shot down a day, 7-day mean.
    pub leakers: Vec<f64>,
}

impl TheatreSeries {
    /// The series of one theatre of a run, by its index.
    #[must_use]
    pub fn of(outcome: &Outcome, theatre: usize) -> Self {
        let t = &outcome.theatres[theatre];
        let mut coverage = Vec::new();
        let mut protection = Vec::new();
        window_ratio(&t.covered, &t.launched, &mut coverage);
        window_ratio(&t.killed, &t.launched, &mut protection);
        let mut below = vec![0.0; outcome.days];
        let not_engaged = [
            &t.uncovered_reach,
            &t.uncovered_capacity,
            &t.uncovered_stock,
            &t.uncovered_held,
        ]
        .map(|cause| {
            for (sum, mean) in below.iter_mut().zip(trailing_mean(cause)) {
                *sum += mean;
            }
            below.clone()
        });
        Self {
            coverage,
            protection,
            coverage_daily: ratio(&t.covered, &t.launched),
            not_engaged,
            launched: trailing_mean(&t.launched),
            engaged: trailing_mean(&t.covered),
            killed: trailing_mean(&t.killed),
            leakers: trailing_mean(&t.leakers),
        }
    }
}

/// The mean of each day and the six before it; of the days there are in the first week.
#[must_use]
pub fn trailing_mean(column: &[f64]) -> Vec<f64> {
    (0..column.len())
        .map(|day| {
            let window = &column[(day + 1).saturating_sub(WEEK)..=day];
            window.iter().sum::<f64>() / window.len() as f64
        })
        .collect()
}

fn ratio(numerator: &[f64], denominator: &[f64]) -> Vec<f64> {
    numerator
        .iter()
        .zip(denominator)
        .map(|(&n, &d)| if d > 0.0 { n / d } else { f64::NAN })
        .collect()
}

/// What was really counted in one month against one theatre, for a dot in a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// The days of the month, counted from the start.
    pub month: Range<i32>,
    /// The middle of the month, in days from the start.
    pub day: f64,
    /// Threats launched a day, mean of the month.
    pub launched: f64,
    /// Neutralised over launched, where all that was launched was judged.
    pub protection: Option<f64>,
}

/// The dots of one theatre: all its observed series added up, month by month.
#[must_use]
pub fn dots(scenario: &Checked, theatre: usize) -> Vec<Dot> {
    let Some((id, _)) = scenario.theatres.get_index(theatre) else {
        return Vec::new();
    };
    let mut months: BTreeMap<Month, Counted> = BTreeMap::new();
    for series in scenario.observed.values() {
        // The check holds all threats of a series in one theatre.
        let first = series.threats.first().and_then(|t| scenario.threats.get(t));
        if first.is_none_or(|threat| &threat.theatre != id) {
            continue;
        }
        for (&month, counted) in &series.months {
            let none = Counted {
                launched: 0.0,
                neutralised: Some(0.0),
            };
            let sum = months.entry(month).or_insert(none);
            sum.launched += counted.launched;
            sum.neutralised = sum
                .neutralised
                .zip(counted.neutralised)
                .map(|(sum, more)| sum + more);
        }
    }
    months
        .into_iter()
        .filter_map(|(month, counted)| {
            let first = Date::new(month.year, month.month, 1).ok()?;
            let length = i32::from(first.days_in_month());
            let from_start = scenario.start.until(first).ok()?.get_days();
            let days = f64::from(length);
            Some(Dot {
                month: from_start..from_start + length,
                day: f64::from(from_start) + (days - 1.0) / 2.0,
                launched: counted.launched / days,
                protection: counted
                    .neutralised
                    .filter(|_| counted.launched > 0.0)
                    .map(|neutralised| neutralised / counted.launched),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_week_averages_the_days_there_are() {
        let means = trailing_mean(&[7.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(means[0], 7.0);
        assert_eq!(means[6], 1.0);
        assert_eq!(means[7], 0.0);
    }
}
