//! What each member came to over the whole horizon: one column a measure, one entry a member.

use std::ops::Range;

use super::block::Totals;
use super::lanes::Lanes;
use super::numbers::Number;
use super::planned::Planned;
use crate::model::Plan;
use crate::scenario::Checked;

/// What the members of a sample came to. Things stand in the order of the scenario, members in
/// the order of their numbers: entry i of two samples of one seed is the same member in two worlds,
/// and their difference is that of the worlds alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members {
    /// How many there are.
    pub count: u32,
    pub theatres: Vec<TheatreMembers>,
    pub deployments: Vec<DeploymentMembers>,
}

/// One theatre, by member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheatreMembers {
    /// Threats.
    pub launched: Vec<f64>,
    /// Threats never engaged.
    pub uncovered: Vec<f64>,
    /// Threats not killed.
    pub leakers: Vec<f64>,
    /// Rounds short: demand less fired, all layers.
    pub short: Vec<f64>,
    /// Rounds in stock at the end, all layers.
    pub left: Vec<f64>,
    /// US dollars: rounds fired, at each member's own unit costs; what has none counts nothing.
    pub cost_fired: Vec<f64>,
    /// US dollars: threats launched; likewise.
    pub cost_launched: Vec<f64>,
    /// First day on which coverage over 28 days is below target.
    pub breach: Vec<Option<u16>>,
}

/// One deployment, by member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeploymentMembers {
    /// Rounds.
    pub fired: Vec<f64>,
    /// Rounds: demand less fired.
    pub short: Vec<f64>,
    /// Rounds in stock at the end.
    pub left: Vec<f64>,
    /// First day with rounds short and nothing above the reserve left at its close.
    pub stock_out: Vec<Option<u16>>,
}

/// Which theatre each thing belongs to, and what it costs.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    theatres: usize,
    threats: Vec<(usize, Option<Number>)>,
    deployments: Vec<(usize, Option<Number>)>,
}

impl Shape {
    pub(super) fn new(s: &Checked, plan: &Plan, numbers: &super::Numbers) -> Self {
        let threats = plan.threats.iter().zip(&numbers.threats);
        let deployments = s.deployments.values().zip(&numbers.deployments);
        let theatre = |id: &str| s.theatres.get_index_of(id).unwrap_or_default();
        Self {
            theatres: plan.theatres.len(),
            threats: threats.map(|(t, n)| (t.theatre, n.unit_cost)).collect(),
            deployments: deployments
                .map(|(d, n)| (theatre(&d.theatre), n.unit_cost))
                .collect(),
        }
    }
}

/// A member as it is added: by theatre and by deployment.
trait Came {
    /// Launched, uncovered, leakers.
    fn theatre(&self, theatre: usize) -> [f64; 3];
    fn breach(&self, theatre: usize) -> Option<u16>;
    /// Launched of a threat.
    fn launched(&self, threat: usize) -> f64;
    /// Fired, short, left.
    fn deployment(&self, deployment: usize) -> [f64; 3];
    fn stock_out(&self, deployment: usize) -> Option<u16>;
    fn number(&self, number: Number) -> f64;
}

impl Members {
    /// Empties all columns, keeping their memory.
    pub(super) fn clear(&mut self, shape: &Shape) {
        self.count = 0;
        self.theatres
            .resize_with(shape.theatres, TheatreMembers::default);
        self.deployments
            .resize_with(shape.deployments.len(), DeploymentMembers::default);
        for theatre in &mut self.theatres {
            theatre.columns_mut().into_iter().for_each(Vec::clear);
            theatre.breach.clear();
        }
        for deployment in &mut self.deployments {
            deployment.columns_mut().into_iter().for_each(Vec::clear);
            deployment.stock_out.clear();
        }
    }

    /// Puts other members after these.
    pub(super) fn append(&mut self, more: &Self) {
        self.count += more.count;
        for (theatre, more) in self.theatres.iter_mut().zip(&more.theatres) {
            for (column, more) in theatre.columns_mut().into_iter().zip(more.columns()) {
                column.extend_from_slice(more);
            }
            theatre.breach.extend_from_slice(&more.breach);
        }
        for (deployment, more) in self.deployments.iter_mut().zip(&more.deployments) {
            for (column, more) in deployment.columns_mut().into_iter().zip(more.columns()) {
                column.extend_from_slice(more);
            }
            deployment.stock_out.extend_from_slice(&more.stock_out);
        }
    }

    /// Adds members of a block.
    pub(super) fn push_lanes(
        &mut self,
        shape: &Shape,
        totals: &Totals<'_>,
        drawn: &[Lanes],
        lanes: Range<usize>,
    ) {
        for lane in lanes {
            self.push(
                shape,
                &Lane {
                    totals,
                    drawn,
                    place: lane,
                },
            );
        }
    }

    /// Adds a member that was run without chance.
    pub(super) fn push_planned(&mut self, shape: &Shape, planned: &Planned) {
        self.push(shape, planned);
    }

    fn push(&mut self, shape: &Shape, came: &impl Came) {
        self.count += 1;
        for (t, theatre) in self.theatres.iter_mut().enumerate() {
            let [launched, uncovered, leakers] = came.theatre(t);
            theatre.launched.push(launched);
            theatre.uncovered.push(uncovered);
            theatre.leakers.push(leakers);
            theatre.breach.push(came.breach(t));
            let (mut short_sum, mut left_sum) = (0.0, 0.0);
            let (mut cost_fired, mut cost_launched) = (0.0, 0.0);
            for (d, &(at, unit_cost)) in shape.deployments.iter().enumerate() {
                if at == t {
                    let [fired, short, left] = came.deployment(d);
                    short_sum += short;
                    left_sum += left;
                    cost_fired += fired * unit_cost.map_or(0.0, |cost| came.number(cost));
                }
            }
            for (k, &(at, unit_cost)) in shape.threats.iter().enumerate() {
                if let Some(cost) = unit_cost.filter(|_| at == t) {
                    cost_launched += came.launched(k) * came.number(cost);
                }
            }
            theatre.short.push(short_sum);
            theatre.left.push(left_sum);
            theatre.cost_fired.push(cost_fired);
            theatre.cost_launched.push(cost_launched);
        }
        for (d, deployment) in self.deployments.iter_mut().enumerate() {
            let [fired, short, left] = came.deployment(d);
            deployment.fired.push(fired);
            deployment.short.push(short);
            deployment.left.push(left);
            deployment.stock_out.push(came.stock_out(d));
        }
    }
}

impl TheatreMembers {
    fn columns(&self) -> [&Vec<f64>; 7] {
        [
            &self.launched,
            &self.uncovered,
            &self.leakers,
            &self.short,
            &self.left,
            &self.cost_fired,
            &self.cost_launched,
        ]
    }

    fn columns_mut(&mut self) -> [&mut Vec<f64>; 7] {
        [
            &mut self.launched,
            &mut self.uncovered,
            &mut self.leakers,
            &mut self.short,
            &mut self.left,
            &mut self.cost_fired,
            &mut self.cost_launched,
        ]
    }
}

impl DeploymentMembers {
    fn columns(&self) -> [&Vec<f64>; 3] {
        [&self.fired, &self.short, &self.left]
    }

    fn columns_mut(&mut self) -> [&mut Vec<f64>; 3] {
        [&mut self.fired, &mut self.short, &mut self.left]
    }
}

/// One member of a block.
struct Lane<'b> {
    totals: &'b Totals<'b>,
    drawn: &'b [Lanes],
    place: usize,
}

impl Came for Lane<'_> {
    fn theatre(&self, theatre: usize) -> [f64; 3] {
        self.totals.theatre(theatre, self.place)
    }

    fn breach(&self, theatre: usize) -> Option<u16> {
        self.totals.breach(theatre, self.place)
    }

    fn launched(&self, threat: usize) -> f64 {
        self.totals.launched(threat, self.place)
    }

    fn deployment(&self, deployment: usize) -> [f64; 3] {
        self.totals.deployment(deployment, self.place)
    }

    fn stock_out(&self, deployment: usize) -> Option<u16> {
        self.totals.stock_out(deployment, self.place)
    }

    fn number(&self, number: Number) -> f64 {
        number.of_lane(self.drawn, self.place)
    }
}

impl Came for Planned {
    fn theatre(&self, theatre: usize) -> [f64; 3] {
        let theatre = &self.outcome.theatres[theatre];
        [&theatre.launched, &theatre.uncovered, &theatre.leakers].map(|column| column.iter().sum())
    }

    fn breach(&self, theatre: usize) -> Option<u16> {
        self.breaches[theatre]
    }

    fn launched(&self, threat: usize) -> f64 {
        self.outcome.threats[threat].launched.iter().sum()
    }

    fn deployment(&self, deployment: usize) -> [f64; 3] {
        let days = &self.outcome.deployments[deployment];
        [
            days.fired.iter().sum(),
            days.short.iter().sum(),
            days.close.last().copied().unwrap_or_default(),
        ]
    }

    fn stock_out(&self, deployment: usize) -> Option<u16> {
        self.stock_outs[deployment]
    }

    fn number(&self, number: Number) -> f64 {
        number.of(&self.drawn)
    }
}
