//! Windows of days: sums over the last of them, and which of them say something about coverage.

/// Days over which coverage is judged.
pub const WINDOW: usize = 28;

/// Days over which daily counts are averaged for a chart, so that weekly raids do not hide the
/// trend.
pub const WEEK: usize = 7;

/// A share this little below target is on it: two runs that agree to rounding must not differ in
/// a date. It is the tolerance to which the model itself is defined.
pub const ON_TARGET: f64 = 1e-9;

/// The part of the mean window's launches that a window needs to be judged.
const LEAST_OF_MEAN: f64 = 0.25;

/// Whether the coverage of the 28 days that end on a day is judged, day by day.
///
/// # Formula
///
/// Those that end on day 27 (counted from 0) or later and in which at least a quarter as much is
/// launched as in the mean such window: so one raid after a ceasefire decides nothing. A hair less
/// counts as a quarter, so that rounding decides nothing either. `sums` are the launches of the planning
/// run over the last 28 days, in threats. Source: the model page, "breach".
#[must_use]
pub fn judged_windows(sums: &[f64]) -> Vec<bool> {
    let complete = sums.get(WINDOW - 1..).unwrap_or_default();
    let mean = complete.iter().sum::<f64>() / complete.len().max(1) as f64;
    let least = LEAST_OF_MEAN * mean * (1.0 - ON_TARGET);
    let judged = |(d, &sum): (usize, &f64)| d + 1 >= WINDOW && sum > 0.0 && sum >= least;
    sums.iter().enumerate().map(judged).collect()
}

/// Sums over the last n days, or as many as there are, day by day.
///
/// # Formula
///
/// Days are taken n at a time. A window is the days of its own n so far, added up as they come, and
/// the last ones of the n before, added up from their end: additions alone, so that nothing is
/// carried from window to window.
pub fn trailing_sums(column: &[f64], n: usize, sums: &mut Vec<f64>) {
    sums.clear();
    // The entry past the last stays 0.
    let mut before = vec![0.0; n + 1];
    for days in column.chunks(n) {
        let mut since = 0.0;
        for (day, before) in days.iter().zip(&before[1..]) {
            since += day;
            sums.push(since + before);
        }
        let mut sum = 0.0;
        for (before, day) in before[..n].iter_mut().zip(days).rev() {
            sum += day;
            *before = sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_agrees_with_its_days_added_up_one_by_one() {
        // Spread over twelve orders of magnitude, where a running sum would keep no digits.
        let column: Vec<f64> = (0..200)
            .map(|d| 10f64.powi((d * 37) % 13 - 6) * f64::from(d % 11))
            .collect();
        for (days, n) in [
            (0, 28),
            (1, 7),
            (27, 28),
            (28, 28),
            (29, 28),
            (200, 28),
            (200, 7),
        ] {
            let column = &column[..days];
            let mut sums = Vec::new();
            trailing_sums(column, n, &mut sums);
            assert_eq!(sums.len(), days);
            for (d, &sum) in sums.iter().enumerate() {
                let direct: f64 = column[(d + 1).saturating_sub(n)..=d].iter().sum();
                assert!(
                    (sum - direct).abs() <= 1e-12 * direct,
                    "day {d}: {sum} {direct}"
                );
            }
        }
    }

    #[test]
    fn windows_with_less_than_a_quarter_of_the_mean_are_not_judged() {
        // 100 days at 4 a day, 60 without launches, one raid of 20, and 39 days without.
        let mut launched = vec![4.0; 100];
        launched.resize(160, 0.0);
        launched.push(20.0);
        launched.resize(200, 0.0);
        let judged_days = |launched: &[f64]| {
            let mut sums = Vec::new();
            trailing_sums(launched, WINDOW, &mut sums);
            judged_windows(&sums)
        };
        let judged = judged_days(&launched);
        assert_eq!(judged.iter().position(|&j| j), Some(27));
        // The mean window has (73·112 + 4·(27·28/2) + 28·20)/173 = 59.24, a quarter 14.81: that of
        // day 123 has 4 days of 4, that of day 124 has 3.
        assert!(judged[27..=123].iter().all(|&j| j));
        assert!(judged[124..160].iter().all(|&j| !j));
        // 20 in the 28 days from the raid on.
        assert!(judged[160..188].iter().all(|&j| j));
        launched[160] = 14.0;
        assert!(judged_days(&launched)[124..].iter().all(|&j| !j));
        assert_eq!(judged_days(&[1.0; 27]), [false; 27]);
        assert_eq!(judged_days(&[0.0; 40]), [false; 40]);
    }
}
