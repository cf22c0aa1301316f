//! A member without chance: the planning run with the member's own numbers.

use super::tally::Measure;
use super::{Counts, Setting};
use crate::model::random::LARGEST_DRAW;
use crate::model::{Outcome, Plan, WEEK, WINDOW, run_into};

/// Coverage this little below target is on it; as for a planning run.
const TOLERANCE: f64 = 1e-9;
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
    /// First day of a breach, by theatre.
    pub(super) breaches: Vec<Option<u16>>,
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
            breaches: Vec::new(),
            stock_outs: Vec::new(),
        }
    }

    /// Runs the member with these bits.
    pub(super) fn run(&mut self, setting: &Setting, bits: u32) {
        setting.numbers.draw(bits, &mut self.drawn);
        setting.numbers.write(&mut self.plan, &self.drawn);
        run_into(&self.plan, &mut self.outcome);
        debug_assert!(self.drawn.iter().all(|&x| x <= LARGEST_DRAW));

        let target = setting.numbers.target.of(&self.drawn);
        let count = setting.series.len();
        self.breaches.clear();
        for (t, theatre) in self.outcome.theatres.iter().enumerate() {
            let mut breach = None;
            for d in 0..self.outcome.days {
                let days = (d + 1).saturating_sub(WINDOW)..=d;
                let sum = |column: &[f64]| column[days.clone()].iter().sum::<f64>();
                let span = match setting.counts {
                    Counts::Daily => 1,
                    Counts::Weekly => WEEK,
                };
                let a_day = |column: &[f64]| {
                    let days = &column[(d + 1).saturating_sub(span)..=d];
                    days.iter().sum::<f64>() / days.len() as f64
                };
                let launched = sum(&theatre.launched);
                let share = |part: f64| {
                    if launched > 0.0 {
                        part / launched
                    } else {
                        -1.0
                    }
                };
                let uncovered = sum(&theatre.uncovered);
                let below = launched - uncovered < (target - TOLERANCE) * launched;
                if d >= WINDOW && launched > 0.0 && below {
                    breach = breach.or(Some(d as u16));
                }
                let first = d * count + t * super::SERIES_A_THEATRE;
                let values = [
                    share(uncovered),
                    share(sum(&theatre.leakers)),
                    a_day(&theatre.launched),
                    a_day(&theatre.uncovered),
                    a_day(&theatre.leakers),
                ];
                self.values[first..first + values.len()].copy_from_slice(&values);
            }
            self.breaches.push(breach);
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
