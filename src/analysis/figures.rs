//! Key figures: a run boiled down to the numbers that a briefing quotes.

use crate::model::{DeploymentDays, Outcome, TheatreDays};
use crate::scenario::{Checked, Estimate};

pub use crate::model::WINDOW;

/// A share this little below target is on it: two runs that agree to rounding must not differ in
/// a date. It is the tolerance to which the model itself is defined.
const TOLERANCE: f64 = 1e-9;

/// Rounds short of this are rounding dust. Source: the model page, "stock-out".
const DUST: f64 = 1e-9;

/// The key figures of one run. Things stand in the order of the scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyFigures {
    pub theatres: Vec<TheatreFigures>,
    pub deployments: Vec<DeploymentFigures>,
}

/// One theatre over the whole horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheatreFigures {
    /// Threats.
    pub launched: f64,
    /// Threats.
    pub covered: f64,
    /// Threats: the coverage shortfall.
    pub uncovered: f64,
    /// The shortfall by cause; adds up to `uncovered`.
    pub why: Why,
    /// Threats.
    pub killed: f64,
    /// Threats.
    pub leakers: f64,
    /// Covered over launched; nothing where nothing was launched.
    pub coverage: Option<f64>,
    /// Killed over launched; nothing where nothing was launched.
    pub protection: Option<f64>,
    /// First day on which coverage over the last 28 days is below target, never before day 28.
    pub breach: Option<usize>,
    /// Days on which coverage over the last 28 days is below target, day 28 and later.
    pub days_below: usize,
    /// The worst full 28 days.
    pub worst: Option<Worst>,
    /// Rounds fired by all layers.
    pub fired: f64,
    /// Rounds short: demand less fired, all layers.
    pub short: f64,
    /// Rounds in stock at the end, all layers.
    pub left: f64,
    /// Cost of the rounds fired.
    pub cost_fired: Cost,
    /// Cost of the threats launched.
    pub cost_launched: Cost,
}

/// Threats not engaged, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Why {
    /// Rounds held in reserve or rationed.
    pub held: f64,
    /// Magazines empty.
    pub stock: f64,
    /// Launchers saturated.
    pub capacity: f64,
    /// Out of reach, or nothing that can engage it.
    pub reach: f64,
}

/// The 28 days with the lowest coverage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst {
    /// Last day of the 28; the earliest such where several are as bad.
    pub last_day: usize,
    pub coverage: f64,
}

/// Money, as far as unit costs are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// US dollars.
    pub dollars: f64,
    /// Whether something used has no unit cost, so that the true figure is higher.
    pub partial: bool,
}

/// One deployment over the whole horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeploymentFigures {
    /// First day with rounds short and nothing above the reserve left at its close.
    pub stock_out: Option<usize>,
    /// Rounds.
    pub received: f64,
    /// Rounds.
    pub sent: f64,
    /// Rounds.
    pub fired: f64,
    /// Rounds: demand less fired.
    pub short: f64,
    /// Rounds in stock at the end.
    pub left: f64,
}

impl KeyFigures {
    /// The key figures of the outcome of a scenario.
    #[must_use]
    pub fn of(scenario: &Checked, outcome: &Outcome) -> Self {
        let deployments = scenario.deployments.values().zip(&outcome.deployments);
        let deployments: Vec<_> = deployments
            .map(|(deployment, days)| DeploymentFigures::of(deployment.reserve.value, days))
            .collect();
        let mut sums = Sums::default();
        let theatres = scenario.theatres.keys().zip(&outcome.theatres);
        let mut theatres: Vec<_> = theatres
            .map(|(_, days)| TheatreFigures::of(scenario.target.value, days, &mut sums))
            .collect();
        for (deployment, figures) in scenario.deployments.values().zip(&deployments) {
            let at = scenario.theatres.get_index_of(&deployment.theatre);
            if let Some(theatre) = at.and_then(|at| theatres.get_mut(at)) {
                let interceptor = scenario.interceptors.get(&deployment.interceptor);
                let unit_cost = interceptor.and_then(|i| i.unit_cost.as_ref());
                theatre.fired += figures.fired;
                theatre.short += figures.short;
                theatre.left += figures.left;
                theatre.cost_fired.add(figures.fired, unit_cost);
            }
        }
        for (threat, days) in scenario.threats.values().zip(&outcome.threats) {
            let at = scenario.theatres.get_index_of(&threat.theatre);
            if let Some(theatre) = at.and_then(|at| theatres.get_mut(at)) {
                let unit_cost = threat.unit_cost.as_ref();
                theatre.cost_launched.add(sum(&days.launched), unit_cost);
            }
        }
        Self {
            theatres,
            deployments,
        }
    }
}

impl TheatreFigures {
    /// What the days of one theatre give by themselves: all but rounds and money.
    fn of(target: f64, days: &TheatreDays, sums: &mut Sums) -> Self {
        let launched = sum(&days.launched);
        let covered = sum(&days.covered);
        let killed = sum(&days.killed);
        let mut figures = Self {
            launched,
            covered,
            uncovered: sum(&days.uncovered),
            why: Why {
                held: sum(&days.uncovered_held),
                stock: sum(&days.uncovered_stock),
                capacity: sum(&days.uncovered_capacity),
                reach: sum(&days.uncovered_reach),
            },
            killed,
            leakers: sum(&days.leakers),
            coverage: share(covered, launched),
            protection: share(killed, launched),
            ..Self::default()
        };
        figures.judge_windows(target, days, sums);
        figures
    }

    /// Fills in what coverage over 28 days says: the breach, the days below target, the worst.
    ///
    /// # Formula
    ///
    /// Coverage over 28 days = Σ covered / Σ launched over them; blank where nothing is launched.
    /// A breach needs d ≥ 28, with days counted from 0. Source: the model page, "Words".
    fn judge_windows(&mut self, target: f64, days: &TheatreDays, sums: &mut Sums) {
        let Sums {
            covered,
            launched,
            scratch,
        } = sums;
        window_sums(&days.covered, covered, scratch);
        window_sums(&days.launched, launched, scratch);
        let full = covered.iter().zip(&*launched).enumerate().skip(WINDOW - 1);
        for (d, (&covered, &launched)) in full {
            if launched <= 0.0 {
                continue;
            }
            let coverage = covered / launched;
            if self
                .worst
                .is_none_or(|worst| coverage < worst.coverage - TOLERANCE)
            {
                self.worst = Some(Worst {
                    last_day: d,
                    coverage,
                });
            }
            if d >= WINDOW && coverage < target - TOLERANCE {
                self.breach.get_or_insert(d);
                self.days_below += 1;
            }
        }
    }
}

impl DeploymentFigures {
    fn of(reserve: f64, days: &DeploymentDays) -> Self {
        let out = |(&short, &close): (&f64, &f64)| short > DUST && close <= reserve + DUST;
        Self {
            stock_out: days.short.iter().zip(&days.close).position(out),
            received: sum(&days.received),
            sent: sum(&days.sent),
            fired: sum(&days.fired),
            short: sum(&days.short),
            left: days.close.last().copied().unwrap_or_default(),
        }
    }
}

impl Cost {
    /// Adds the cost of so many of a thing.
    fn add(&mut self, count: f64, unit_cost: Option<&Estimate>) {
        match unit_cost {
            Some(unit_cost) => self.dollars += count * unit_cost.value,
            None => self.partial |= count > 0.0,
        }
    }
}

/// The ratio of two columns over the last 28 days, or as many as there are; not a number where
/// nothing was launched in them.
///
/// # Formula
///
/// Σ numerator / Σ launched over days max(0, d − 27) … d. Every window is summed from its own days
/// alone, so that no rounding is carried along. Source: the model page, "coverage".
pub fn window_ratio(numerator: &[f64], launched: &[f64], out: &mut Vec<f64>) {
    let (mut sums, mut scratch) = (Vec::new(), Vec::new());
    window_sums(numerator, out, &mut scratch);
    window_sums(launched, &mut sums, &mut scratch);
    for (ratio, &launched) in out.iter_mut().zip(&sums) {
        *ratio = share(*ratio, launched).unwrap_or(f64::NAN);
    }
}

/// Room for the sums over windows, used again from theatre to theatre.
#[derive(Default)]
struct Sums {
    covered: Vec<f64>,
    launched: Vec<f64>,
    scratch: Vec<f64>,
}

/// Sums over the last 28 days, or as many as there are, day by day.
///
/// # Formula
///
/// With w(k) the sum over k days, w(2k) at d is w(k) at d plus w(k) at d − k, and 28 = 4 + 8 + 16:
/// additions alone, so that sums of what is not negative keep all their digits, and each column is
/// passed over in a straight line.
fn window_sums(column: &[f64], out: &mut Vec<f64>, w: &mut Vec<f64>) {
    let add_shifted = |to: &mut [f64], from: &[f64], by: usize| {
        for (to, from) in to.iter_mut().skip(by).zip(from) {
            *to += from;
        }
    };
    let mut doubled = Vec::with_capacity(column.len());
    w.clear();
    w.extend_from_slice(column);
    out.clear();
    let mut width = 1;
    while width <= 16 {
        doubled.clear();
        doubled.extend_from_slice(w);
        match width {
            // The four days that end today, then the eight before them, then sixteen more.
            4 => out.extend_from_slice(w),
            8 => add_shifted(out, w, 4),
            16 => add_shifted(out, w, 12),
            _ => {}
        }
        add_shifted(&mut doubled, w, width);
        std::mem::swap(w, &mut doubled);
        width *= 2;
    }
}

/// One over the other, or nothing where nothing was launched.
fn share(part: f64, launched: f64) -> Option<f64> {
    (launched > 0.0).then(|| part / launched)
}

/// The sum of a column, in eight strands that the processor can add side by side.
fn sum(column: &[f64]) -> f64 {
    let (eights, rest) = column.as_chunks::<8>();
    let mut strands = [0.0; 8];
    for eight in eights {
        for (strand, value) in strands.iter_mut().zip(eight) {
            *strand += value;
        }
    }
    strands.iter().sum::<f64>() + rest.iter().sum::<f64>()
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
        for days in [0, 1, 5, 27, 28, 29, 200] {
            let column = &column[..days];
            let (mut sums, mut scratch) = (Vec::new(), Vec::new());
            window_sums(column, &mut sums, &mut scratch);
            assert_eq!(sums.len(), days);
            for (d, &sum) in sums.iter().enumerate() {
                let direct: f64 = column[(d + 1).saturating_sub(WINDOW)..=d].iter().sum();
                assert!(
                    (sum - direct).abs() <= 1e-12 * direct,
                    "day {d}: {sum} {direct}"
                );
            }
        }
    }

    #[test]
    fn a_window_without_launches_has_no_ratio() {
        let mut ratio = Vec::new();
        let launched: Vec<f64> = (0..60).map(|d| if d == 3 { 8.0 } else { 0.0 }).collect();
        window_ratio(&launched, &launched, &mut ratio);
        let defined: Vec<_> = (0..60).filter(|&d| !ratio[d].is_nan()).collect();
        assert_eq!(defined, (3..31).collect::<Vec<_>>());
    }
}
