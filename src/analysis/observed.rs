//! The model held against what was counted, month by month.

use jiff::civil::Date;

use crate::model::Outcome;
use crate::scenario::{Checked, Counted, Month, Observed};

/// One series of counts and what the model says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fit {
    /// The months that lie whole within the horizon, in order.
    pub months: Vec<MonthFit>,
    /// Mean absolute error of launches, as a share of what was counted; nothing without months.
    pub launched_error: Option<f64>,
    /// The same of the neutralised share.
    pub neutralised_error: Option<f64>,
}

/// One month of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonthFit {
    pub month: Month,
    /// Threats launched.
    pub launched: Compared,
    /// Neutralised over launched, where that was counted and the model launches anything.
    pub neutralised: Option<Compared>,
}

/// One number of the model beside the one that was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    pub model: f64,
    pub observed: f64,
}

impl Compared {
    /// The model's error as a share of what was counted, above 0 where the model says more;
    /// nothing where none was counted.
    #[must_use]
    pub fn error(self) -> Option<f64> {
        (self.observed > 0.0).then(|| (self.model - self.observed) / self.observed)
    }
}

/// Holds an outcome against every observed series of its scenario, in the order of the scenario.
#[must_use]
pub fn fits(scenario: &Checked, outcome: &Outcome) -> Vec<Fit> {
    let series = scenario.observed.values();
    series
        .map(|series| fit(scenario, outcome, series))
        .collect()
}

fn fit(scenario: &Checked, outcome: &Outcome, series: &Observed) -> Fit {
    let threats = series.threats.iter();
    let threats: Vec<_> = threats
        .filter_map(|id| outcome.threats.get(scenario.threats.get_index_of(id)?))
        .collect();
    let mut months: Vec<MonthFit> = series
        .months
        .iter()
        .filter_map(|(&month, &counted)| {
            let (first, after) = days_of(month, outcome.start)?;
            let total = |columns: &[f64]| columns.get(first..after).map(|c| c.iter().sum::<f64>());
            let (mut launched, mut killed) = (0.0, 0.0);
            for threat in &threats {
                launched += total(&threat.launched)?;
                killed += total(&threat.killed)?;
            }
            Some(month_fit(month, launched, killed, counted))
        })
        .collect();
    months.sort_by_key(|fit| fit.month);
    Fit {
        launched_error: mean_error(months.iter().map(|fit| fit.launched)),
        neutralised_error: mean_error(months.iter().filter_map(|fit| fit.neutralised)),
        months,
    }
}

/// One month of the model beside its counts.
///
/// # Formula
///
/// The neutralised share is Σ killed / Σ launched over the threats and days of the month, beside
/// neutralised / launched as counted.
fn month_fit(month: Month, launched: f64, killed: f64, counted: Counted) -> MonthFit {
    let neutralised = counted
        .neutralised
        .filter(|_| launched > 0.0 && counted.launched > 0.0);
    MonthFit {
        month,
        launched: Compared {
            model: launched,
            observed: counted.launched,
        },
        neutralised: neutralised.map(|neutralised| Compared {
            model: killed / launched,
            observed: neutralised / counted.launched,
        }),
    }
}

/// Mean absolute error as a share of what was counted, over what has one.
fn mean_error(compared: impl Iterator<Item = Compared>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for error in compared.filter_map(Compared::error) {
        sum += error.abs();
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

/// The first day of a month, and the first day after it, where it does not begin before `start`.
fn days_of(month: Month, start: Date) -> Option<(usize, usize)> {
    let first = Date::new(month.year, month.month, 1).ok()?;
    let day = |date: Date| usize::try_from(date.duration_since(start).as_hours() / 24).ok();
    Some((day(first)?, day(first.last_of_month())? + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_counted_from_the_start_of_the_horizon() {
        let start = Date::constant(2025, 6, 15);
        let month = |month| Month { year: 2025, month };
        assert_eq!(days_of(month(6), start), None);
        assert_eq!(days_of(month(7), start), Some((16, 47)));
        assert_eq!(days_of(month(6), Date::constant(2025, 6, 1)), Some((0, 30)));
    }

    #[test]
    fn errors_are_shares_of_what_was_counted() {
        let pairs = [(110.0, 100.0), (80.0, 100.0), (5.0, 0.0)];
        let compared = pairs.map(|(model, observed)| Compared { model, observed });
        assert_eq!(compared[1].error(), Some(-0.2));
        assert_eq!(compared[2].error(), None);
        let mean = mean_error(compared.into_iter()).expect("two of three have one");
        assert!((mean - 0.15).abs() < 1e-12);
    }
}
