//! What an ensemble says about the answer: how likely, when, and between what bounds.
//!
//! Everything is counted over members; nothing is fitted. Differences from the baseline are taken
//! member by member: both worlds draw the same numbers and the same days, so that what is left is
//! the difference between the worlds alone.

use super::likelihood;
use crate::model::ensemble::{DeploymentMembers, Members, Options, TheatreMembers};
use crate::scenario::Scenario;

/// What members did not draw, to be said after how many there are: bounds are narrower without it,
/// and should not pass for all there is to doubt.
#[must_use]
pub fn not_drawn(options: Options) -> &'static str {
    match (options.ranges, options.chance) {
        (true, true) => "",
        (false, true) => ", numbers not drawn",
        (true, false) => ", days not drawn",
        (false, false) => ", nothing drawn",
    }
}

/// When raids come in an ensemble, as a sentence that begins with a blank; empty where no threat has
/// raids in rhythm, or days are not drawn.
#[must_use]
pub fn raid_nights(scenario: &Scenario, options: Options) -> String {
    let threats = scenario.threats.values();
    let mut rhythms: Vec<_> = threats
        .filter(|threat| options.chance && threat.launch.raid_every.is_some())
        .collect();
    let raiding = rhythms.len();
    rhythms.retain(|threat| threat.launch.regular);
    match rhythms[..] {
        _ if raiding == 0 => String::new(),
        [] => " Raids come on random nights.".to_owned(),
        _ if rhythms.len() == raiding => " Raids keep their rhythm.".to_owned(),
        _ => {
            let names: Vec<_> = rhythms.iter().map(|threat| threat.name.as_str()).collect();
            format!(
                " Raids come on random nights, but keep their rhythm for: {}.",
                names.join(", ")
            )
        }
    }
}

/// Members of one group when the standard error of a chance is estimated: a run of them is a good design
/// of itself, and few enough that a usual ensemble has many groups.
const GROUP: usize = 128;

/// The fewest groups whose spread says something.
const FEW_GROUPS: usize = 8;

/// The standard error of the share of members in which something happens.
///
/// # Formula
///
/// The standard deviation of the shares in successive groups of 128 members over the root of their
/// number; √(p(1 − p)/n) where there are fewer than eight groups. Both err on the safe side, since
/// members are spread more evenly than random ones, over all groups as within each.
fn standard_error(days: &[Option<u16>], chance: f64) -> f64 {
    let groups = days.chunks_exact(GROUP);
    let count = groups.len();
    if count < FEW_GROUPS {
        return (chance * (1.0 - chance) / days.len().max(1) as f64).sqrt();
    }
    let shares = groups.map(|group| group.iter().flatten().count() as f64 / GROUP as f64);
    let mean = shares.clone().sum::<f64>() / count as f64;
    let squares: f64 = shares.map(|share| (share - mean).powi(2)).sum();
    (squares / (count - 1) as f64 / count as f64).sqrt()
}

/// Days of one bar of a histogram of dates.
pub const BAR: usize = 7;

/// What a sample says. Things stand in the order of the scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chances {
    /// How many members it is counted over.
    pub members: u32,
    pub theatres: Vec<TheatreChances>,
    /// The stock-out of each deployment.
    pub stock_outs: Vec<Dated>,
}

/// One theatre.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheatreChances {
    /// The first day on which coverage over 28 days is below target.
    pub breach: Dated,
    /// Engaged over launched, over the horizon; of the members in which anything is launched.
    pub coverage: Interval,
    /// The same of shot down over launched.
    pub protection: Interval,
    /// Threats never engaged over the horizon.
    pub uncovered: Quantity,
    /// What its difference from the baseline would be if the two worlds drew apart.
    pub uncovered_apart: Option<Interval>,
    /// Threats not shot down over the horizon.
    pub leakers: Quantity,
    /// Rounds short over the horizon.
    pub short: Quantity,
    /// Rounds in stock at the end.
    pub left: Quantity,
}

/// Something that happens on a day, or never.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dated {
    /// Share of members in which it happens at all.
    pub chance: f64,
    /// Standard error of the chance.
    pub error: f64,
    /// The chance of the baseline's members, where there is a baseline to compare with.
    pub baseline: Option<f64>,
    /// Days by which it has happened in 5, 50 and 95 % of all members; nothing where fewer have
    /// it at all, since never is later than any day.
    pub p5: Option<usize>,
    pub p50: Option<usize>,
    pub p95: Option<usize>,
    /// Share of members in which it first happens in each week.
    pub by_week: Vec<f64>,
    /// The day of each member in which it happens, in order.
    days: Vec<u16>,
    /// Members in all.
    members: usize,
}

impl Dated {
    fn of(days: &[Option<u16>], baseline: Option<&[Option<u16>]>) -> Self {
        let happens = |days: &[Option<u16>]| {
            let count = days.iter().filter(|day| day.is_some()).count();
            count as f64 / days.len().max(1) as f64
        };
        let mut sorted: Vec<u16> = days.iter().flatten().copied().collect();
        sorted.sort_unstable();
        // The first day by which the share of all members, those that never have it included, is
        // reached.
        let by = |share: f64| {
            let rank = (share * days.len() as f64).ceil() as usize;
            sorted.get(rank.max(1) - 1).map(|&day| usize::from(day))
        };
        let mut by_week = vec![0.0; sorted.last().map_or(0, |&day| usize::from(day) / BAR + 1)];
        for &day in &sorted {
            by_week[usize::from(day) / BAR] += 1.0 / days.len() as f64;
        }
        let chance = happens(days);
        Self {
            chance,
            error: standard_error(days, chance),
            baseline: baseline.map(happens),
            p5: by(0.05),
            p50: by(0.5),
            p95: by(0.95),
            by_week,
            days: sorted,
            members: days.len(),
        }
    }

    /// The chance in words, with its standard error where that matters: "34 % ± 1".
    #[must_use]
    pub fn told(&self) -> String {
        likelihood::number_with_error(self.chance, self.error)
    }

    /// Chance that it has happened by the end of a day.
    #[must_use]
    pub fn by(&self, day: usize) -> f64 {
        let happened = self
            .days
            .partition_point(|&first| usize::from(first) <= day);
        happened as f64 / self.members.max(1) as f64
    }
}

/// A quantity over the members.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quantity {
    pub spread: Interval,
    /// The difference from the baseline, member by member.
    pub difference: Option<Interval>,
}

/// Mean and percentiles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    pub mean: f64,
    pub p5: f64,
    pub p50: f64,
    pub p95: f64,
}

impl Interval {
    /// How far P5 and P95 lie apart.
    #[must_use]
    pub fn width(self) -> f64 {
        self.p95 - self.p5
    }

    /// Mean and percentiles of values, one a member; the nearest rank, so that each percentile is
    /// a value that some member has.
    #[must_use]
    pub fn of(mut values: Vec<f64>) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        values.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let rank = (share * values.len() as f64).ceil() as usize;
            values[rank.clamp(1, values.len()) - 1]
        };
        Self {
            mean: values.iter().sum::<f64>() / values.len() as f64,
            p5: at(0.05),
            p50: at(0.5),
            p95: at(0.95),
        }
    }
}

impl Quantity {
    fn of(values: &[f64], baseline: Option<&[f64]>) -> Self {
        Self {
            spread: Interval::of(values.to_vec()),
            difference: baseline.map(|baseline| {
                let pairs = values.iter().zip(baseline);
                Interval::of(pairs.map(|(now, before)| now - before).collect())
            }),
        }
    }
}

impl Chances {
    /// Counts over the members of a sample, and against those of the baseline.
    #[must_use]
    pub fn of(members: &Members, baseline: Option<&Members>) -> Self {
        let theatres = members.theatres.iter().enumerate();
        let deployments = members.deployments.iter().enumerate();
        Self {
            members: members.count,
            theatres: theatres
                .map(|(t, now)| theatre(now, baseline.map(|b| &b.theatres[t])))
                .collect(),
            stock_outs: deployments
                .map(|(d, now)| stock_out(now, baseline.map(|b| &b.deployments[d])))
                .collect(),
        }
    }
}

fn theatre(now: &TheatreMembers, before: Option<&TheatreMembers>) -> TheatreChances {
    let quantity = |get: fn(&TheatreMembers) -> &Vec<f64>| {
        Quantity::of(get(now), before.map(|before| get(before).as_slice()))
    };
    let share = |left_out: &[f64]| {
        let launched = now.launched.iter().zip(left_out);
        let launched = launched.filter(|(launched, _)| **launched > 0.0);
        Interval::of(launched.map(|(all, out)| 1.0 - out / all).collect())
    };
    TheatreChances {
        coverage: share(&now.uncovered),
        protection: share(&now.leakers),
        breach: Dated::of(&now.breach, before.map(|b| b.breach.as_slice())),
        uncovered: quantity(|t| &t.uncovered),
        uncovered_apart: before.map(|before| apart(&now.uncovered, &before.uncovered)),
        leakers: quantity(|t| &t.leakers),
        short: quantity(|t| &t.short),
        left: quantity(|t| &t.left),
    }
}

/// The difference between members that have no draw in common: each and its neighbour.
fn apart(now: &[f64], before: &[f64]) -> Interval {
    let neighbours = before.iter().cycle().skip(1);
    Interval::of(now.iter().zip(neighbours).map(|(n, b)| n - b).collect())
}

fn stock_out(now: &DeploymentMembers, before: Option<&DeploymentMembers>) -> Dated {
    Dated::of(&now.stock_out, before.map(|b| b.stock_out.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_is_later_than_any_day() {
        let days = [Some(40), None, Some(10), Some(20)];
        let dated = Dated::of(&days, Some(&[None; 4]));
        assert_eq!(dated.chance, 0.75);
        assert_eq!(dated.baseline, Some(0.0));
        assert_eq!((dated.p5, dated.p50, dated.p95), (Some(10), Some(20), None));
        assert!((dated.by_week.iter().sum::<f64>() - 0.75).abs() < 1e-12);
        assert_eq!(
            [9, 10, 39, 40].map(|day| dated.by(day)),
            [0.0, 0.25, 0.5, 0.75]
        );
    }

    #[test]
    fn differences_are_taken_member_by_member() {
        // The spread of each is wide; the difference is the same in every member.
        let quantity = Quantity::of(&[10.0, 100.0, 1_000.0], Some(&[5.0, 95.0, 995.0]));
        let difference = quantity.difference.unwrap();
        assert_eq!((difference.p5, difference.p95), (5.0, 5.0));
        assert_eq!(quantity.spread.p50, 100.0);
        // Drawn apart, the luck of each world would be in it.
        let apart = apart(&[10.0, 100.0, 1_000.0], &[5.0, 95.0, 995.0]);
        assert_eq!((apart.p5, apart.p95), (-895.0, 995.0));
    }
}
