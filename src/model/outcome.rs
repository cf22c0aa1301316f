//! What a planning run gives: one column a measure, one entry a day.

use jiff::civil::Date;

/// A planning run, day by day. Every column has [`Outcome::days`] entries; things stand in the
/// order of the scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Day 0.
    pub start: Date,
    /// Days run.
    pub days: usize,
    pub theatres: Vec<TheatreDays>,
    pub deployments: Vec<DeploymentDays>,
    pub threats: Vec<ThreatDays>,
}

/// One theatre, in threats a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheatreDays {
    pub launched: Vec<f64>,
    pub covered: Vec<f64>,
    pub uncovered: Vec<f64>,
    /// Uncovered for rounds held in reserve or rationed.
    pub uncovered_held: Vec<f64>,
    /// Uncovered for empty magazines.
    pub uncovered_stock: Vec<f64>,
    /// Uncovered for saturated launchers.
    pub uncovered_capacity: Vec<f64>,
    /// Uncovered for being out of reach, or for want of anything that can engage it.
    pub uncovered_reach: Vec<f64>,
    pub killed: Vec<f64>,
    pub leakers: Vec<f64>,
}

/// One deployment, in rounds; all 0 for an interceptor that uses up none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeploymentDays {
    pub open: Vec<f64>,
    pub received: Vec<f64>,
    pub sent: Vec<f64>,
    pub fired: Vec<f64>,
    pub demand: Vec<f64>,
    pub short: Vec<f64>,
    pub close: Vec<f64>,
    /// Days of supply; NaN where undefined.
    pub days_of_supply: Vec<f64>,
}

/// One threat, in threats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThreatDays {
    pub produced: Vec<f64>,
    /// Wanted launches, before the limits of sites and stockpile.
    pub wanted: Vec<f64>,
    pub launched: Vec<f64>,
    /// At the day's close.
    pub stockpile: Vec<f64>,
    pub killed: Vec<f64>,
    pub leakers: Vec<f64>,
    pub uncovered: Vec<f64>,
}

impl TheatreDays {
    /// Every column.
    pub(super) fn columns_mut(&mut self) -> [&mut Vec<f64>; 9] {
        [
            &mut self.launched,
            &mut self.covered,
            &mut self.uncovered,
            &mut self.uncovered_held,
            &mut self.uncovered_stock,
            &mut self.uncovered_capacity,
            &mut self.uncovered_reach,
            &mut self.killed,
            &mut self.leakers,
        ]
    }
}

impl DeploymentDays {
    /// Every column.
    pub(super) fn columns_mut(&mut self) -> [&mut Vec<f64>; 8] {
        [
            &mut self.open,
            &mut self.received,
            &mut self.sent,
            &mut self.fired,
            &mut self.demand,
            &mut self.short,
            &mut self.close,
            &mut self.days_of_supply,
        ]
    }
}

impl ThreatDays {
    /// Every column.
    pub(super) fn columns_mut(&mut self) -> [&mut Vec<f64>; 7] {
        [
            &mut self.produced,
            &mut self.wanted,
            &mut self.launched,
            &mut self.stockpile,
            &mut self.killed,
            &mut self.leakers,
            &mut self.uncovered,
        ]
    }
}
