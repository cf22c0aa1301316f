//! A member without chance: the planning run with the member's own numbers.

use super::bins::Measure;
use super::members::{Came, Judged};
use super::numbers::Number;
use super::{Counts, Setting};
use crate::model::random::LARGEST_DRAW;
use crate::model::run::run_bare_into;
use crate::model::window::trailing_sums;
use crate::model::{Outcome, Plan, WEEK, WINDOW};

/// Rounds short of this are rounding dust. Source: the model page, "stock-out".
const DUST: f64 = 1e-9;

/// One member at a time, in memory that is used again.
#[derive(Debug)]
pub(super) struct Planned {
    plan: Plan,
    pub(super) outcome: Outcome,
    /// The member's numbers.
    pub(super) drawn: Vec<f64>,
    /// A row a day and measure; undefined shares are negative.
    pub(super) values: Vec<f64>,
    /// Launched, uncovered and leakers of a theatre: over the last 28 days, and a day.
    sums: [[Vec<f64>; 2]; 3],
    /// Coverage, by theatre.
    pub(super) judged: Vec<Judged>,
    /// Protection, by theatre; as it begins if it has no target.
    pub(super) protected: Vec<Judged>,
    /// First day of a stock-out, by deployment.
    pub(super) stock_outs: Vec<Option<u16>>,
}

impl Planned {
    pub(super) fn new(setting: &Setting) -> Self {
        Self {
            plan: setting.plan.clone(),
            outcome: Outcome::default(),
            drawn: Vec::new(),
            values: vec![0.0; setting.rows()],
            sums: Default::default(),
            judged: Vec::new(),
            protected: Vec::new(),
            stock_outs: Vec::new(),
        }
    }

    /// Runs a member.
    pub(super) fn run(&mut self, setting: &Setting, member: u32) {
        setting.numbers.draw(member, &mut self.drawn);
        setting.numbers.write(&mut self.plan, &self.drawn);
        run_bare_into(&self.plan, &mut self.outcome);
        debug_assert!(self.drawn.iter().all(|&x| x <= LARGEST_DRAW));

        let target = setting.numbers.target.of(&self.drawn);
        let count = setting.series.len();
        let protection_target = setting.numbers.protection_target;
        let protection_target = protection_target.map(|number| number.of(&self.drawn));
        self.judged.clear();
        self.protected.clear();
        for (t, theatre) in self.outcome.theatres.iter().enumerate() {
            let columns = [&theatre.launched, &theatre.uncovered, &theatre.leakers];
            for (column, [window, rate]) in columns.into_iter().zip(&mut self.sums) {
                trailing_sums(column, WINDOW, window);
                match setting.counts {
                    Counts::Daily => rate.clone_from(column),
                    Counts::Weekly => {
                        trailing_sums(column, WEEK, rate);
                        for (d, sum) in rate.iter_mut().enumerate() {
                            *sum /= (d + 1).min(WEEK) as f64;
                        }
                    }
                }
            }
            let [launched, uncovered, leakers] = &self.sums;
            let (mut judged, mut protected) = (Judged::default(), Judged::default());
            for d in 0..self.outcome.days {
                let in_window = launched[0][d];
                let share = |part: f64| {
                    if in_window > 0.0 {
                        part / in_window
                    } else {
                        -1.0
                    }
                };
                if setting.judged[t][d] && in_window > 0.0 {
                    judged.add(d, in_window - uncovered[0][d], in_window, target);
                    if let Some(target) = protection_target {
                        protected.add(d, in_window - leakers[0][d], in_window, target);
                    }
                }
                let first = d * count + t * super::SERIES_A_THEATRE;
                let values = [
                    share(uncovered[0][d]),
                    share(leakers[0][d]),
                    launched[1][d],
                    uncovered[1][d],
                    leakers[1][d],
                ];
                self.values[first..first + values.len()].copy_from_slice(&values);
            }
            self.judged.push(judged);
            self.protected.push(protected);
        }
        let first = self.outcome.theatres.len() * super::SERIES_A_THEATRE;
        debug_assert!(
            setting.series[first..]
                .iter()
                .all(|&m| m == Measure::Amount)
        );
        for (i, &deployment) in setting.magazines.iter().enumerate() {
            let close = &self.outcome.deployments[deployment].close;
            for (d, &close) in close.iter().enumerate() {
                self.values[d * count + first + i] = close;
            }
        }
        self.stock_outs.clear();
        for (deployment, days) in self.plan.deployments.iter().zip(&self.outcome.deployments) {
            let mut both = days.short.iter().zip(&days.close);
            let out = both
                .position(|(&short, &close)| short > DUST && close <= deployment.reserve + DUST);
            self.stock_outs.push(out.map(|d| d as u16));
        }
    }
}

impl Came for &Planned {
    fn launched(&self, theatre: usize) -> f64 {
        self.outcome.theatres[theatre].launched.iter().sum()
    }

    fn uncovered(&self, theatre: usize) -> f64 {
        self.outcome.theatres[theatre].uncovered.iter().sum()
    }

    fn leakers(&self, theatre: usize) -> f64 {
        self.outcome.theatres[theatre].leakers.iter().sum()
    }

    fn judged(&self, theatre: usize) -> Judged {
        self.judged[theatre]
    }

    fn protected(&self, theatre: usize) -> Judged {
        self.protected[theatre]
    }

    fn launched_of(&self, threat: usize) -> f64 {
        self.outcome.threats[threat].launched.iter().sum()
    }

    fn fired(&self, deployment: usize) -> f64 {
        self.outcome.deployments[deployment].fired.iter().sum()
    }

    fn short(&self, deployment: usize) -> f64 {
        self.outcome.deployments[deployment].short.iter().sum()
    }

    fn left(&self, deployment: usize) -> f64 {
        let close = &self.outcome.deployments[deployment].close;
        close.last().copied().unwrap_or_default()
    }

    fn stock_out(&self, deployment: usize) -> Option<u16> {
        self.stock_outs[deployment]
    }

    fn number(&self, number: Number) -> f64 {
        number.of(&self.drawn)
    }
}
