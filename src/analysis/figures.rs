//! Key figures: a run boiled down to the numbers that a briefing quotes.

use crate::model::window::{ON_TARGET, judged_windows, trailing_sums};
use crate::model::{DeploymentDays, Outcome, TheatreDays};
use crate::scenario::{Checked, Estimate, Scenario};

pub use crate::model::WINDOW;

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
    /// First day on which the last 28 days are judged; see
    /// [`judged_windows`](crate::model::window::judged_windows).
    pub first_judged: Option<usize>,
    /// First day on which judged coverage over the last 28 days is below target.
    pub breach: Option<usize>,
    /// Days on which judged coverage over the last 28 days is below target.
    pub days_below: usize,
    /// Last day on which judged coverage over the last 28 days is below target.
    pub last_below: Option<usize>,
    /// Last day on which the last 28 days are judged.
    pub last_judged: Option<usize>,
    /// Days on which the last 28 days are judged.
    pub days_judged: usize,
    /// Such days from the breach on, itself included.
    pub days_judged_from_breach: usize,
    /// The worst 28 days that are judged.
    pub worst: Option<Worst>,
    /// First day on which judged protection over the last 28 days is below its target, if it has one.
    pub protection_breach: Option<usize>,
    /// Number of such days.
    pub protection_days_below: usize,
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
        let theatres = scenario.theatres.keys().zip(&outcome.theatres);
        let mut theatres: Vec<_> = theatres
            .map(|(_, days)| {
                let protection = scenario.protection_target.as_ref();
                let protection = protection.map(|target| target.value);
                TheatreFigures::of(scenario.target.value, protection, days)
            })
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
    fn of(target: f64, protection_target: Option<f64>, days: &TheatreDays) -> Self {
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
        figures.judge_windows(target, protection_target, days);
        figures
    }

    /// Fills in what coverage over 28 days says: the breach, the days below target, the worst.
    ///
    /// # Formula
    ///
    /// Coverage over 28 days = Σ covered / Σ launched over them, where they are judged. Source: the
    /// model page, "Words".
    fn judge_windows(&mut self, target: f64, protection_target: Option<f64>, days: &TheatreDays) {
        let (mut covered, mut launched, mut killed) = (Vec::new(), Vec::new(), Vec::new());
        trailing_sums(&days.covered, WINDOW, &mut covered);
        trailing_sums(&days.launched, WINDOW, &mut launched);
        if protection_target.is_some() {
            trailing_sums(&days.killed, WINDOW, &mut killed);
        }
        let judged = judged_windows(&launched);
        for (d, _) in judged.iter().enumerate().filter(|(_, judged)| **judged) {
            self.first_judged.get_or_insert(d);
            let coverage = covered[d] / launched[d];
            if self
                .worst
                .is_none_or(|worst| coverage < worst.coverage - ON_TARGET)
            {
                self.worst = Some(Worst {
                    last_day: d,
                    coverage,
                });
            }
            self.last_judged = Some(d);
            self.days_judged += 1;
            if coverage < target - ON_TARGET {
                self.breach.get_or_insert(d);
                self.last_below = Some(d);
                self.days_below += 1;
            }
            self.days_judged_from_breach += usize::from(self.breach.is_some());
            if protection_target.is_some_and(|target| killed[d] / launched[d] < target - ON_TARGET)
            {
                self.protection_breach.get_or_insert(d);
                self.protection_days_below += 1;
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
    let mut sums = Vec::new();
    trailing_sums(numerator, WINDOW, out);
    trailing_sums(launched, WINDOW, &mut sums);
    for (ratio, &launched) in out.iter_mut().zip(&sums) {
        *ratio = share(*ratio, launched).unwrap_or(f64::NAN);
    }
}

/// Whether the horizon has 28 days to judge.
#[must_use]
pub fn is_judged(scenario: &Scenario) -> bool {
    scenario.day_count() >= WINDOW
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
    fn a_window_without_launches_has_no_ratio() {
        let mut ratio = Vec::new();
        let launched: Vec<f64> = (0..60).map(|d| if d == 3 { 8.0 } else { 0.0 }).collect();
        window_ratio(&launched, &launched, &mut ratio);
        let defined: Vec<_> = (0..60).filter(|&d| !ratio[d].is_nan()).collect();
        assert_eq!(defined, (3..31).collect::<Vec<_>>());
    }

    #[test]
    fn protection_on_its_target_is_no_breach_and_a_little_less_is() {
        let days = TheatreDays {
            launched: vec![10.0; 28],
            covered: vec![10.0; 28],
            killed: vec![5.0; 28],
            ..TheatreDays::default()
        };
        let breach = |target| TheatreFigures::of(0.9, Some(target), &days).protection_breach;
        assert_eq!(breach(0.5), None);
        assert_eq!(breach(0.5 + 5e-10), None);
        assert_eq!(breach(0.5 + 5e-9), Some(27));
        assert_eq!(TheatreFigures::of(0.9, None, &days).protection_breach, None);
    }
}
