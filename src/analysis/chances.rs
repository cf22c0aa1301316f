//! What an ensemble says about the answer: how likely, when, and between what bounds.
//!
//! Everything is counted over members; nothing is fitted. Differences from the baseline are taken
//! member by member: both worlds draw the same numbers and the same days, so that what is left is
//! the difference between the worlds alone.

use jiff::civil::Date;

use super::{format, likelihood};
use crate::model::ensemble::{DeploymentMembers, Members, Options, TheatreMembers};
use crate::scenario::Scenario;

/// What members did not draw, to be said after how many there are: bounds are narrower without it,
/// and should not pass for all there is to doubt.
#[must_use]
pub fn not_drawn(options: Options) -> &'static str {
    match (options.ranges, options.chance) {
        (true, true) => "",
        (false, true) => ", ranges not sampled",
        (true, false) => ", days not sampled",
        (false, false) => ", nothing sampled",
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
    /// The last such day.
    pub last_below: Dated,
    /// Number of days on which judged coverage over 28 days is below target.
    pub days_below: Quantity,
    /// Lowest judged coverage over 28 days.
    pub worst: Quantity,
    /// The first day on which judged protection over 28 days is below its target; never without one.
    pub protection_breach: Dated,
    /// Number of such days.
    pub protection_days_below: Quantity,
    /// Threats launched over the horizon.
    pub launched: Quantity,
    /// Engaged over launched, over the horizon; of the members in which anything is launched.
    pub coverage: Quantity,
    /// Shot down over launched, over the horizon; of the members in which anything is launched.
    pub protection: Quantity,
    /// Threats never engaged over the horizon.
    pub uncovered: Quantity,
    /// Its difference from the baseline if the two worlds drew apart.
    pub uncovered_apart: Option<Interval>,
    /// The two parts of its difference, if a what-if changes both: of the changed assumptions from the
    /// baseline, and of the decisions on top of them.
    pub uncovered_parts: Option<[Interval; 2]>,
    /// Threats not shot down over the horizon.
    pub leakers: Quantity,
    /// Rounds fired over the horizon.
    pub fired: Quantity,
    /// Rounds short over the horizon.
    pub short: Quantity,
    /// Rounds in stock at the end.
    pub left: Quantity,
    /// US dollars, as far as unit costs are known.
    pub cost_fired: Quantity,
    /// US dollars, as far as unit costs are known.
    pub cost_launched: Quantity,
}

/// Something that happens on a day, or never.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dated {
    /// Share of members in which it happens at all.
    pub chance: f64,
    /// Standard error of the chance.
    pub error: f64,
    /// That of the baseline's members, where there is a baseline to compare with.
    pub baseline: Option<Box<Self>>,
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
        let last = days
            .iter()
            .flatten()
            .max()
            .map_or(0, |&day| usize::from(day));
        let mut by_day = vec![0_u32; last + 1];
        for &day in days.iter().flatten() {
            by_day[usize::from(day)] += 1;
        }
        let mut sorted = Vec::new();
        for (day, &count) in (0..).zip(&by_day) {
            sorted.extend(std::iter::repeat_n(day, count as usize));
        }
        let share = |count: u32| f64::from(count) / days.len().max(1) as f64;
        let weeks = by_day.chunks(BAR).map(|week| share(week.iter().sum()));
        let chance = share(sorted.len() as u32);
        let mut dated = Self {
            chance,
            error: standard_error(days, chance),
            baseline: baseline.map(|baseline| Box::new(Self::of(baseline, None))),
            by_week: weeks.filter(|_| !sorted.is_empty()).collect(),
            days: sorted,
            members: days.len(),
            ..Self::default()
        };
        dated.fill_quantiles();
        dated
    }

    /// Days by which it has happened in a share of members, those that never have it included.
    fn fill_quantiles(&mut self) {
        let by = |share: f64| Some(self.quantile(share)?[0]);
        [self.p5, self.p50, self.p95] = [0.05, 0.5, 0.95].map(by);
    }

    /// The chance of the baseline's members.
    #[must_use]
    pub fn baseline_chance(&self) -> Option<f64> {
        Some(self.baseline.as_ref()?.chance)
    }

    /// The chance in words, with its standard error where that matters: "34 % ± 1".
    #[must_use]
    pub fn told(&self) -> String {
        likelihood::number_with_error(self.chance, self.error)
    }

    /// The day by which it has happened in a share of members, counted from the start, and the days
    /// between which sampling leaves it.
    fn quantile(&self, share: f64) -> Option<[usize; 3]> {
        let rank = ((share * self.members as f64).ceil() as usize).max(1) - 1;
        let day = *self.days.get(rank)?;
        let spread = 1.96 * (self.members as f64 * share * (1.0 - share)).sqrt();
        let at = |rank: f64| self.days[(rank.max(0.0) as usize).min(self.days.len() - 1)];
        let from = at((rank as f64 - spread).ceil());
        let to = at((rank as f64 + spread).floor());
        Some([day, from, to].map(usize::from))
    }

    /// The day by which it has happened in a share of all members, as fine as their number allows:
    /// "2 Aug 2025", "late Jul 2025", "Jul 2025", "Jul to Sep 2025". `None` if fewer have it at all.
    ///
    /// # Formula
    ///
    /// The 95 % interval of the rank r of n members is r ± 1.96·√(n·share·(1 − share)); the days at its
    /// ends tell how fine. Members are spread more evenly than random ones, so this errs on the safe side.
    #[must_use]
    pub fn date(&self, share: f64, start: Date) -> Option<String> {
        let [day, from, to] = self.quantile(share)?.map(|day| format::day(start, day));
        Some(format::date_within(day, from, to))
    }

    /// The members in which it happens before a day, and no others.
    #[must_use]
    pub fn those_before(&self, day: usize) -> Self {
        let count = self.days.partition_point(|&first| usize::from(first) < day);
        Self::of_those(&self.days[..count], 1.0)
    }

    /// Members in all of which it happens, on these days; they are so large a share of all.
    fn of_those(days: &[u16], chance: f64) -> Self {
        let mut those = Self {
            chance,
            members: days.len(),
            days: days.to_vec(),
            ..Self::default()
        };
        those.fill_quantiles();
        those
    }

    /// The members in which it happens in an early and in a late stretch of days, if there are two with
    /// next to nothing between them: the chance is the share of all members, dates are of those members.
    #[must_use]
    pub fn peaks(&self) -> Option<[Self; 2]> {
        /// Weeks with next to nothing in them.
        const VALLEY: usize = 3;
        /// Each stretch has at least this share of the members that have it at all.
        const LEAST: f64 = 0.15;
        /// Share of the lower peak that is next to nothing.
        const LOW: f64 = 0.15;
        let weeks = &self.by_week;
        let highest = |weeks: &[f64]| weeks.iter().copied().fold(0.0, f64::max);
        let valley = (1..weeks.len().saturating_sub(VALLEY)).min_by(|a, b| {
            let height = |from: usize| highest(&weeks[from..from + VALLEY]);
            height(*a).total_cmp(&height(*b))
        })?;
        let (left, rest) = weeks.split_at(valley);
        let (low, right) = rest.split_at(VALLEY);
        if highest(low) > LOW * highest(left).min(highest(right)) {
            return None;
        }
        let middle = (valley * BAR + VALLEY * BAR / 2) as u16;
        let at = self.days.partition_point(|&day| day < middle);
        let (left, right) = self.days.split_at(at);
        let peaks = [left, right].map(|days| {
            let chance = days.len() as f64 / self.members.max(1) as f64;
            Self::of_those(days, chance)
        });
        let least = peaks.iter().map(|peak| peak.chance).fold(1.0, f64::min);
        (least >= LEAST * self.chance).then_some(peaks)
    }

    /// Number of members in which it happens.
    #[must_use]
    pub fn count(&self) -> usize {
        self.days.len()
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
    /// That of the baseline's members.
    pub baseline: Option<Interval>,
    /// The difference from the baseline, member by member.
    pub difference: Option<Interval>,
}

/// Mean and percentiles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    pub mean: f64,
    pub p5: f64,
    pub p25: f64,
    pub p50: f64,
    pub p75: f64,
    pub p95: f64,
}

impl Interval {
    /// Whether it is 0 in nearly all members.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.mean == 0.0 && self.p5 == 0.0 && self.p95 == 0.0
    }

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
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let rank = |share: f64| ((share * values.len() as f64).ceil() as usize).max(1) - 1;
        let ranks = [0.05, 0.25, 0.5, 0.75, 0.95].map(rank);
        // Each from those that are larger than the one before, which is quicker than to sort them all.
        let mut from = 0;
        let [p5, p25, p50, p75, p95] = ranks.map(|rank| {
            let (_, value, _) = values[from..].select_nth_unstable_by(rank - from, f64::total_cmp);
            from = rank;
            *value
        });
        Self {
            mean,
            p5,
            p25,
            p50,
            p75,
            p95,
        }
    }
}

impl Quantity {
    /// Over the members in which it is defined: elsewhere it is not a number.
    fn of(values: &[f64], baseline: Option<&[f64]>) -> Self {
        let defined = |values: &mut dyn Iterator<Item = f64>| {
            Interval::of(values.filter(|value| !value.is_nan()).collect())
        };
        Self {
            spread: defined(&mut values.iter().copied()),
            baseline: baseline.map(|baseline| defined(&mut baseline.iter().copied())),
            difference: baseline.map(|baseline| {
                let pairs = values.iter().zip(baseline);
                defined(&mut pairs.map(|(now, before)| now - before))
            }),
        }
    }
}

impl Chances {
    /// Counts over the members of a sample, and against those of the baseline, and of the changed
    /// assumptions alone.
    #[must_use]
    pub fn of(members: &Members, baseline: Option<&Members>, assumed: Option<&Members>) -> Self {
        let theatres = members.theatres.iter().enumerate();
        let deployments = members.deployments.iter().enumerate();
        Self {
            members: members.count,
            theatres: theatres
                .map(|(t, now)| {
                    let [before, assumed] =
                        [baseline, assumed].map(|members| members.map(|m| &m.theatres[t]));
                    theatre(now, before, assumed)
                })
                .collect(),
            stock_outs: deployments
                .map(|(d, now)| stock_out(now, baseline.map(|b| &b.deployments[d])))
                .collect(),
        }
    }
}

fn theatre(
    now: &TheatreMembers,
    before: Option<&TheatreMembers>,
    assumed: Option<&TheatreMembers>,
) -> TheatreChances {
    let quantity = |get: fn(&TheatreMembers) -> &Vec<f64>| {
        Quantity::of(get(now), before.map(|before| get(before).as_slice()))
    };
    let share = |get: fn(&TheatreMembers) -> &Vec<f64>| {
        let of = |members: &TheatreMembers| -> Vec<f64> {
            let launched = members.launched.iter().zip(get(members));
            launched.map(|(all, out)| 1.0 - out / all).collect()
        };
        Quantity::of(&of(now), before.map(of).as_deref())
    };
    let dated = |get: fn(&TheatreMembers) -> &Vec<Option<u16>>| {
        Dated::of(get(now), before.map(|before| get(before).as_slice()))
    };
    let parts = before.zip(assumed).map(|(before, assumed)| {
        let difference = |now: &TheatreMembers, before: &TheatreMembers| {
            let pairs = now.uncovered.iter().zip(&before.uncovered);
            Interval::of(pairs.map(|(now, before)| now - before).collect())
        };
        [difference(assumed, before), difference(now, assumed)]
    });
    TheatreChances {
        breach: dated(|t| &t.breach),
        last_below: dated(|t| &t.last_below),
        days_below: quantity(|t| &t.days_below),
        worst: quantity(|t| &t.worst),
        protection_breach: dated(|t| &t.protection_breach),
        protection_days_below: quantity(|t| &t.protection_days_below),
        launched: quantity(|t| &t.launched),
        coverage: share(|t| &t.uncovered),
        protection: share(|t| &t.leakers),
        uncovered: quantity(|t| &t.uncovered),
        uncovered_apart: before.map(|before| apart(&now.uncovered, &before.uncovered)),
        uncovered_parts: parts,
        leakers: quantity(|t| &t.leakers),
        fired: quantity(|t| &t.fired),
        short: quantity(|t| &t.short),
        left: quantity(|t| &t.left),
        cost_fired: quantity(|t| &t.cost_fired),
        cost_launched: quantity(|t| &t.cost_launched),
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
        assert_eq!(dated.baseline_chance(), Some(0.0));
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
