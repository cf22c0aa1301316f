//! A planning run: the days of a plan, one after the other.

use super::day::{ALL_PASSES, NEEDED_PASSES, NO_PASSES, State};
use super::{DeploymentDays, Outcome, Plan, TheatreDays, ThreatDays};

/// Days of demand that days of supply look back on.
const DEMAND_DAYS: usize = 7;

/// The least mean demand, in rounds a day, for which days of supply are defined.
const LEAST_DEMAND: f64 = 1e-9;

/// Runs a plan.
#[must_use]
pub fn run(plan: &Plan) -> Outcome {
    let mut out = Outcome::default();
    run_into(plan, &mut out);
    out
}

/// Runs a plan into an outcome whose memory is used again.
pub fn run_into(plan: &Plan, out: &mut Outcome) {
    run_days::<NEEDED_PASSES>(plan, out);
    finish(plan, out);
}

/// Runs a plan without asking why threats were not engaged: the columns of causes, of the stock
/// that days open with and of days of supply are of no use, all others are those of [`run`].
pub(super) fn run_bare_into(plan: &Plan, out: &mut Outcome) {
    run_days::<NO_PASSES>(plan, out);
    for columns in &mut out.deployments {
        fall_short(columns);
    }
}

/// Runs a plan without leaving out any pass: the same numbers, slower. [`run`] is held against it.
#[must_use]
pub fn run_every_pass(plan: &Plan) -> Outcome {
    let mut out = Outcome::default();
    run_days::<ALL_PASSES>(plan, &mut out);
    finish(plan, &mut out);
    out
}

fn run_days<const PASSES: u8>(plan: &Plan, out: &mut Outcome) {
    shape(plan, out);
    let mut state = State::new(plan);
    for d in 0..plan.days {
        state.run_day::<PASSES>(plan, d, out);
    }
}

fn finish(plan: &Plan, out: &mut Outcome) {
    for (columns, opening) in out.deployments.iter_mut().zip(plan.opening_stocks()) {
        fall_short(columns);
        carry_over(columns, opening);
        days_of_supply(columns);
    }
}

/// Gives every column one entry a day. What days add to, or may leave alone, starts at 0.
fn shape(plan: &Plan, out: &mut Outcome) {
    out.start = plan.start;
    out.days = plan.days;
    out.theatres
        .resize_with(plan.theatres.len(), TheatreDays::default);
    out.deployments
        .resize_with(plan.deployments.len(), DeploymentDays::default);
    out.threats
        .resize_with(plan.threats.len(), ThreatDays::default);
    let theatres = out.theatres.iter_mut().flat_map(TheatreDays::columns_mut);
    let threats = out.threats.iter_mut().flat_map(ThreatDays::columns_mut);
    let deployments = out
        .deployments
        .iter_mut()
        .flat_map(DeploymentDays::columns_mut);
    for column in theatres.chain(threats).chain(deployments) {
        column.resize(plan.days, 0.0);
    }
    for deployment in &mut out.deployments {
        for column in [
            &mut deployment.received,
            &mut deployment.sent,
            &mut deployment.fired,
            &mut deployment.demand,
        ] {
            column.fill(0.0);
        }
    }
}

/// Fills in what one deployment fell short by.
///
/// # Formula
///
/// In rounds: short = demand − fired, where rounding dust below 0 is 0. Source: the model page,
/// "Words".
fn fall_short(columns: &mut DeploymentDays) {
    let (demand, fired) = (&columns.demand, &columns.fired);
    for (short, (demand, fired)) in columns.short.iter_mut().zip(demand.iter().zip(fired)) {
        *short = (demand - fired).max(0.0);
    }
}

/// Lets each day of one deployment open with what the day before closed with.
fn carry_over(columns: &mut DeploymentDays, opening: f64) {
    if let Some((first, later)) = columns.open.split_first_mut() {
        *first = opening;
        for (open, close) in later.iter_mut().zip(&columns.close) {
            *open = *close;
        }
    }
}

/// Fills in the days of supply of one deployment.
///
/// # Formula
///
/// Days of supply, in days, = stock at the day's opening / mean demand of the (at most) seven days
/// before; not a number where there are none, or where the mean is at most 1e-9 rounds a day.
/// Every mean is summed afresh, so that no rounding is carried from day to day. Source: the model
/// page, "Words".
fn days_of_supply(columns: &mut DeploymentDays) {
    let DeploymentDays {
        open,
        demand,
        days_of_supply,
        ..
    } = columns;
    let quotient = |open: f64, mean: f64| {
        if mean > LEAST_DEMAND {
            open / mean
        } else {
            f64::NAN
        }
    };
    for (d, (days, &open)) in days_of_supply
        .iter_mut()
        .zip(&*open)
        .take(DEMAND_DAYS)
        .enumerate()
    {
        // On day 0 this is 0/0, which is not a number either.
        *days = quotient(open, demand.iter().take(d).sum::<f64>() / d as f64);
    }
    let later = days_of_supply.iter_mut().zip(&*open).skip(DEMAND_DAYS);
    for ((days, &open), before) in later.zip(demand.windows(DEMAND_DAYS)) {
        *days = quotient(open, before.iter().sum::<f64>() / DEMAND_DAYS as f64);
    }
}
