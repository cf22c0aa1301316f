//! What each member came to over the whole horizon: one column a measure, one entry a member.

use super::numbers::Number;
use crate::model::Plan;
use crate::model::window::ON_TARGET;
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
    /// Rounds fired, all layers.
    pub fired: Vec<f64>,
    /// Rounds short: demand less fired, all layers.
    pub short: Vec<f64>,
    /// Rounds in stock at the end, all layers.
    pub left: Vec<f64>,
    /// US dollars: rounds fired, at each member's own unit costs; what has none counts nothing.
    pub cost_fired: Vec<f64>,
    /// US dollars: threats launched; likewise.
    pub cost_launched: Vec<f64>,
    /// First day on which judged coverage over 28 days is below target.
    pub breach: Vec<Option<u16>>,
    /// Last such day.
    pub last_below: Vec<Option<u16>>,
    /// Number of such days.
    pub days_below: Vec<f64>,
    /// Lowest judged coverage over 28 days; not a number if no window is judged.
    pub worst: Vec<f64>,
    /// First day on which judged protection over 28 days is below its target.
    pub protection_breach: Vec<Option<u16>>,
    /// Number of such days.
    pub protection_days_below: Vec<f64>,
}

/// Coverage, or protection, of one member in the 28-day windows that are judged.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Judged {
    pub(super) breach: Option<u16>,
    pub(super) last_below: Option<u16>,
    pub(super) days_below: f64,
    /// The lowest.
    pub(super) worst: Option<f64>,
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

/// What a member came to, as it is added.
pub(super) trait Came {
    /// Launched against a theatre.
    fn launched(&self, theatre: usize) -> f64;
    fn uncovered(&self, theatre: usize) -> f64;
    fn leakers(&self, theatre: usize) -> f64;
    /// Coverage over 28 days.
    fn judged(&self, theatre: usize) -> Judged;
    /// Protection over 28 days, if it has a target.
    fn protected(&self, theatre: usize) -> Judged;
    fn launched_of(&self, threat: usize) -> f64;
    fn fired(&self, deployment: usize) -> f64;
    fn short(&self, deployment: usize) -> f64;
    fn left(&self, deployment: usize) -> f64;
    fn stock_out(&self, deployment: usize) -> Option<u16>;
    fn number(&self, number: Number) -> f64;
}

impl Judged {
    /// Adds the window that ends on day `d`, in which so much of `launched` counts.
    pub(super) fn add(&mut self, d: usize, part: f64, launched: f64, target: f64) {
        let share = part / launched;
        self.worst = Some(self.worst.map_or(share, |worst| worst.min(share)));
        if part < (target - ON_TARGET) * launched {
            let day = Some(d as u16);
            self.breach = self.breach.or(day);
            self.last_below = day;
            self.days_below += 1.0;
        }
    }
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
            theatre.days_mut().into_iter().for_each(Vec::clear);
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
            for (days, more) in theatre.days_mut().into_iter().zip(more.days()) {
                days.extend_from_slice(more);
            }
        }
        for (deployment, more) in self.deployments.iter_mut().zip(&more.deployments) {
            for (column, more) in deployment.columns_mut().into_iter().zip(more.columns()) {
                column.extend_from_slice(more);
            }
            deployment.stock_out.extend_from_slice(&more.stock_out);
        }
    }

    /// Adds members, column by column.
    pub(super) fn push<C: Came>(
        &mut self,
        shape: &Shape,
        came: &(impl ExactSizeIterator<Item = C> + Clone),
    ) {
        let all = || came.clone();
        self.count += all().len() as u32;
        for (t, theatre) in self.theatres.iter_mut().enumerate() {
            let deployments = shape.deployments.iter().enumerate();
            let deployments = deployments.filter(|(_, (at, _))| *at == t);
            let threats = shape.threats.iter().enumerate();
            let threats = threats.filter(|(_, (at, _))| *at == t);
            let of_all = |of: fn(&C, usize) -> f64| {
                let deployments = deployments.clone();
                all().map(move |came| deployments.clone().map(|(d, _)| of(&came, d)).sum::<f64>())
            };
            theatre.launched.extend(all().map(|came| came.launched(t)));
            theatre
                .uncovered
                .extend(all().map(|came| came.uncovered(t)));
            theatre.leakers.extend(all().map(|came| came.leakers(t)));
            for judged in all().map(|came| came.judged(t)) {
                theatre.breach.push(judged.breach);
                theatre.last_below.push(judged.last_below);
                theatre.days_below.push(judged.days_below);
                theatre.worst.push(judged.worst.unwrap_or(f64::NAN));
            }
            for judged in all().map(|came| came.protected(t)) {
                theatre.protection_breach.push(judged.breach);
                theatre.protection_days_below.push(judged.days_below);
            }
            theatre.fired.extend(of_all(C::fired));
            theatre.short.extend(of_all(C::short));
            theatre.left.extend(of_all(C::left));
            theatre.cost_fired.extend(all().map(|came| {
                let costs = deployments.clone().filter_map(|(d, &(_, unit_cost))| {
                    Some(came.fired(d) * came.number(unit_cost?))
                });
                costs.sum::<f64>()
            }));
            theatre.cost_launched.extend(all().map(|came| {
                let costs = threats.clone().filter_map(|(k, &(_, unit_cost))| {
                    Some(came.launched_of(k) * came.number(unit_cost?))
                });
                costs.sum::<f64>()
            }));
        }
        for (d, deployment) in self.deployments.iter_mut().enumerate() {
            deployment.fired.extend(all().map(|came| came.fired(d)));
            deployment.short.extend(all().map(|came| came.short(d)));
            deployment.left.extend(all().map(|came| came.left(d)));
            let stock_outs = all().map(|came| came.stock_out(d));
            deployment.stock_out.extend(stock_outs);
        }
    }
}

impl TheatreMembers {
    fn days(&self) -> [&Vec<Option<u16>>; 3] {
        [&self.breach, &self.last_below, &self.protection_breach]
    }

    fn days_mut(&mut self) -> [&mut Vec<Option<u16>>; 3] {
        [
            &mut self.breach,
            &mut self.last_below,
            &mut self.protection_breach,
        ]
    }

    fn columns(&self) -> [&Vec<f64>; 11] {
        [
            &self.launched,
            &self.uncovered,
            &self.leakers,
            &self.fired,
            &self.short,
            &self.left,
            &self.cost_fired,
            &self.cost_launched,
            &self.days_below,
            &self.worst,
            &self.protection_days_below,
        ]
    }

    fn columns_mut(&mut self) -> [&mut Vec<f64>; 11] {
        [
            &mut self.launched,
            &mut self.uncovered,
            &mut self.leakers,
            &mut self.fired,
            &mut self.short,
            &mut self.left,
            &mut self.cost_fired,
            &mut self.cost_launched,
            &mut self.days_below,
            &mut self.worst,
            &mut self.protection_days_below,
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
