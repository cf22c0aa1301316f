//! A number as an analyst knows it: its value, how sure it is, and where it comes from.

/// The 5th and 95th percentiles about a median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// 5th percentile, in the unit of the number.
    pub low: f64,
    /// 95th percentile, in the unit of the number.
    pub high: f64,
}

/// One number of a scenario with everything that is known about it.
///
/// In a file it is either a plain number or `(value:, low:, high:, source:, note:, group:)`.
/// Planning mode uses `value` alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The median, in the unit that the number's address states.
    pub value: f64,
    /// Percentiles about the median, or nothing where the number is taken as exact.
    pub range: Option<Range>,
    /// Id of the source that gives this number; without one, its item's source covers it.
    pub source: Option<String>,
    /// What a reader should know about the number.
    pub note: Option<String>,
    /// Numbers of one group share one draw in an ensemble.
    pub group: Option<String>,
}

impl Estimate {
    /// A number without range, source or note.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }

    /// Whether the number is nothing but its value.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.range.is_none() && self.source.is_none() && self.note.is_none() && self.group.is_none()
    }

    /// Whether the number is plain and equal to `default`, so that a file need not say it.
    #[must_use]
    pub fn is_default(&self, default: f64) -> bool {
        self.value == default && self.is_plain()
    }

    /// Makes the number exactly `value`: what setting a decision means.
    pub fn set_exact(&mut self, value: f64) {
        self.value = value;
        self.range = None;
    }

    /// Moves the median to `value` and takes the range along: what setting an assumption means.
    ///
    /// # Formula
    ///
    /// On `Scale::Log`, low and high move by the ratio `value / old value`; on `Scale::LogOdds`
    /// the odds `x / (1 − x)` of all three move by the same ratio. At the ends of the scale (0,
    /// or 1 for shares) no spread is left and the number becomes exact. Source: the model page,
    /// "Scenario".
    pub fn set_median(&mut self, value: f64, scale: Scale) {
        let moved = self.range.map(|Range { low, high }| match scale {
            Scale::Log => {
                let ratio = value / self.value;
                Range {
                    low: low * ratio,
                    high: high * ratio,
                }
            }
            Scale::LogOdds => {
                let odds = |x: f64| x / (1.0 - x);
                let ratio = odds(value) / odds(self.value);
                // x' = r·x / (1 − x + r·x) is the odds scaled by r, and stays finite at x = 1.
                let scaled = |x: f64| ratio * x / (1.0 - x + ratio * x);
                Range {
                    low: scaled(low),
                    high: scaled(high),
                }
            }
        });
        // A median at an end of its scale leaves no room for a spread, and rounding can close a
        // very narrow one: both make the number exact.
        self.range = moved.filter(|r| r.low < value && value < r.high && r.high.is_finite());
        self.value = value;
    }
}

/// The scale on which a number's uncertainty is symmetric when it is symmetric at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Amounts: positive, without an upper bound.
    Log,
    /// Shares and probabilities: between 0 and 1.
    LogOdds,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranged(value: f64, low: f64, high: f64) -> Estimate {
        Estimate {
            range: Some(Range { low, high }),
            ..Estimate::exact(value)
        }
    }

    #[test]
    fn an_amount_moves_its_range_by_the_ratio() {
        let mut e = ranged(20.0, 10.0, 80.0);
        e.set_median(30.0, Scale::Log);
        assert_eq!(
            e.range,
            Some(Range {
                low: 15.0,
                high: 120.0
            })
        );
    }

    #[test]
    fn a_share_moves_its_range_on_the_odds_scale() {
        let mut e = ranged(0.5, 0.2, 0.8);
        e.set_median(0.75, Scale::LogOdds);
        let Range { low, high } = e.range.expect("keeps its range");
        // Odds 1 → 3, so 0.25 → 0.75 and 4 → 12.
        assert!((low - 0.75 / 1.75).abs() < 1e-12);
        assert!((high - 12.0 / 13.0).abs() < 1e-12);
    }

    #[test]
    fn the_ends_of_a_scale_leave_no_spread() {
        let mut amount = ranged(20.0, 10.0, 80.0);
        amount.set_median(0.0, Scale::Log);
        assert_eq!(amount.range, None);
        for end in [0.0, 1.0] {
            let mut share = ranged(0.5, 0.2, 0.8);
            share.set_median(end, Scale::LogOdds);
            assert_eq!((share.value, share.range), (end, None));
        }
    }

    #[test]
    fn a_decision_is_exact() {
        let mut e = ranged(20.0, 10.0, 80.0);
        e.set_exact(5.0);
        assert_eq!((e.value, e.range), (5.0, None));
    }
}
