//! Stretches of a lever's track along which nothing changes, and the other limit that holds there.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::sweep::Tried;
use super::{DeploymentFigures, format};
use crate::model::Outcome;
use crate::scenario::{Checked, Deployment, Event, Lever, Problem, Section, What};

/// Two runs whose figures agree to this, relative to the larger of 1 and the figure, are the same
/// to any reader. It is the tolerance to which the model itself is defined.
const TOLERANCE: f64 = 1e-9;

/// The share of a lever's track that may change nothing without a word.
const LONGEST_FLAT: f64 = 0.25;

/// Numbers that no planning run reads, so that their levers are judged elsewhere.
const NOT_PLANNED: [&str; 5] = [
    "target",
    "protection_target",
    "unit_cost",
    "variation",
    "lead",
];

/// What kept a raid from being launched in full.
pub(super) struct RaidLimit {
    pub(super) launched: f64,
    pub(super) reason: &'static str,
}

pub(super) fn raid_limit(
    scenario: &Checked,
    outcome: &Outcome,
    event: &Event,
    threat: &str,
) -> Option<RaidLimit> {
    let on = event.what.on();
    let d = day_of(outcome, on).filter(|_| event.enabled)?;
    let quantity = launches_of(event, threat)?;
    // Where two raids of a day name one threat, the first holds; the other is no raid of this one.
    let first = scenario.events.values().find(|other| {
        other.enabled && other.what.on() == on && launches_of(other, threat).is_some()
    })?;
    if !std::ptr::eq(first, event) {
        return None;
    }
    let columns = outcome
        .threats
        .get(scenario.threats.get_index_of(threat)?)?;
    let launched = *columns.launched.get(d)?;
    let reason = if same(launched, quantity) {
        return None;
    } else if *columns.wanted.get(d)? < quantity {
        "a ceasefire holds on that day"
    } else if *columns.stockpile.get(d)? <= TOLERANCE {
        "the stockpile holds no more"
    } else {
        "the launch sites can launch no more"
    };
    Some(RaidLimit { launched, reason })
}

fn launches_of(event: &Event, threat: &str) -> Option<f64> {
    match &event.what {
        What::Raid { launches, .. } => launches.get(threat).map(|quantity| quantity.value),
        _ => None,
    }
}

/// A stretch of a lever's track along which nothing changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Flat {
    /// Where the stretch begins and ends, in the lever's unit.
    pub from: f64,
    pub to: f64,
    /// Whether it is the whole track.
    pub whole: bool,
    /// Whether it reaches the upper end of the track.
    up: bool,
    /// Which other limit holds there, as far as the runs show it.
    pub reason: Option<String>,
}

impl Flat {
    /// The longest stretch of a track along which nothing changes in a theatre, or in all of them, if it is
    /// long enough to matter.
    #[must_use]
    pub(super) fn new(lever: &Lever, tried: &[Tried], theatre: Option<usize>) -> Option<Self> {
        let field = lever.path.rsplit('.').next()?;
        let track = lever.max - lever.min;
        if NOT_PLANNED.contains(&field) || track <= 0.0 {
            return None;
        }
        let (from, to) = longest_run(tried, theatre)?;
        if to.at - from.at < LONGEST_FLAT * track {
            return None;
        }
        let reason = match theatre {
            Some(theatre) => reason((from, to, theatre), &lever.path),
            None => reason_everywhere(from, to, &lever.path),
        };
        Some(Self {
            from: from.at,
            to: to.at,
            whole: from.at <= lever.min && to.at >= lever.max,
            up: to.at >= lever.max,
            reason,
        })
    }

    /// Whether a value lies on the stretch.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.from..=self.to).contains(&value)
    }

    /// The stretch in words for its lever: "No effect from about 15 up: all 20,000 rounds promised are diverted".
    #[must_use]
    pub fn words(&self) -> String {
        format::capital(&self.effect())
    }

    fn effect(&self) -> String {
        let [from, to] = [self.from, self.to].map(number);
        let mut words = match (self.whole, self.up) {
            (true, _) => "no effect anywhere on its track".to_owned(),
            (false, true) => format!("no effect from about {from} up"),
            (false, false) => format!("no effect from about {from} to {to}"),
        };
        if let Some(reason) = &self.reason {
            words.push_str(": ");
            words.push_str(reason);
        }
        words
    }

    /// The stretch as a warning about its lever.
    #[must_use]
    pub fn problem(&self, lever: &Lever) -> Problem {
        Problem::warning(
            lever.path.clone(),
            format!("the lever has {}", self.effect()),
        )
    }
}

/// The ends of the longest stretch of points that all come to the same.
fn longest_run(tried: &[Tried], theatre: Option<usize>) -> Option<(&Tried, &Tried)> {
    let mut longest: Option<(&Tried, &Tried)> = None;
    for (i, from) in tried.iter().enumerate() {
        let run = tried
            .iter()
            .skip(i)
            .take_while(|point| point.same_as(from, theatre));
        if let Some(to) = run.last()
            && longest.is_none_or(|(first, last)| to.at - from.at > last.at - first.at)
        {
            longest = Some((from, to));
        }
    }
    longest
}

const DELIVERS_ELSEWHERE: &str = "it delivers to another theatre";
const FIELDED_ELSEWHERE: &str = "it is fielded in another theatre";
const SENT_ELSEWHERE: &str = "it is sent against another theatre";

/// The runs at the two ends of a stretch, and the theatre in which nothing changes along it.
type Stretch<'a> = (&'a Tried, &'a Tried, usize);

/// The reasons of all theatres, each with its name if they differ.
fn reason_everywhere(from: &Tried, to: &Tried, path: &str) -> Option<String> {
    let theatres = to.scenario.theatres.keys().enumerate();
    let reasons = theatres.filter_map(|(index, id)| {
        let reason = reason((from, to, index), path)?;
        // What is elsewhere anyway is no limit.
        if [DELIVERS_ELSEWHERE, FIELDED_ELSEWHERE, SENT_ELSEWHERE].contains(&reason.as_str()) {
            return None;
        }
        Some((Section::Theatres.name(&to.scenario, id), reason))
    });
    let reasons: Vec<_> = reasons.collect();
    let (_, first) = reasons.first()?;
    if reasons.iter().all(|(_, reason)| reason == first) {
        return Some(first.clone());
    }
    let named = reasons
        .iter()
        .map(|(name, reason)| format!("in {name}, {reason}"));
    Some(named.collect::<Vec<_>>().join("; "))
}

/// The other limit that holds over a stretch of a lever's track, as far as the runs at its two ends
/// show it; `None` if they do not.
fn reason(stretch: Stretch<'_>, path: &str) -> Option<String> {
    let (from, to, theatre) = stretch;
    let scenario = &to.scenario;
    let (section, rest) = path.split_once('.')?;
    let (id, field) = rest.split_once('.')?;
    match section {
        "events" => event_reason(stretch, scenario.events.get(id)?, field),
        "supply" => {
            let line = scenario.supply.get(id)?;
            if !same_received(stretch) {
                return never_short(stretch);
            }
            let own = &scenario.deployments.get(&line.to)?.theatre;
            if scenario.theatres.get_index_of(own) != Some(theatre) {
                return Some(DELIVERS_ELSEWHERE.to_owned());
            }
            if let Some(total) = diverted_total(scenario, id) {
                return Some(format!(
                    "all {} rounds promised are diverted",
                    number(total)
                ));
            }
            Some(match (&line.total, field) {
                (Some(_), "total") => "its rate or its days, not its total, are the limit".into(),
                (Some(total), _) => format!(
                    "its total of {} rounds, or the days on which it delivers, are the limit",
                    number(total.value)
                ),
                (None, _) => "nothing more of it arrives before the last day".into(),
            })
        }
        "deployments" => deployment_reason(stretch, id, field),
        "threats" if is_sent_elsewhere(stretch, id) => Some(SENT_ELSEWHERE.to_owned()),
        "threats" => threat_reason(from, to, id, field),
        "interceptors" => {
            let fielded = scenario.deployments.values().any(|d| d.interceptor == id);
            (!fielded).then(|| "no deployment fields it".to_owned())
        }
        _ => None,
    }
}

/// Whether a threat is sent against another theatre than that of the stretch.
fn is_sent_elsewhere((_, to, theatre): Stretch<'_>, threat: &str) -> bool {
    let threat = to.scenario.threats.get(threat);
    threat.is_some_and(|threat| to.scenario.theatres.get_index_of(&threat.theatre) != Some(theatre))
}

/// The total of a supply line, if an event diverts all of it.
fn diverted_total(scenario: &Checked, line: &str) -> Option<f64> {
    let total = scenario.supply.get(line)?.total.as_ref()?.value;
    let all = scenario.events.values().any(|event| match &event.what {
        What::Divert {
            supply,
            quantity,
            share,
            ..
        } => event.enabled && supply == line && share.value >= 1.0 && quantity.value >= total,
        _ => false,
    });
    all.then_some(total)
}

fn event_reason(stretch: Stretch<'_>, event: &Event, field: &str) -> Option<String> {
    let (from, to, _) = stretch;
    let outcome = &to.answer.outcome;
    let last = outcome
        .start
        .saturating_add((outcome.days as i64 - 1).days());
    if !event.enabled {
        return Some("the event is switched off".to_owned());
    }
    if event.what.on() > last {
        return Some("it begins after the last day".to_owned());
    }
    match &event.what {
        What::Divert {
            quantity, share, ..
        } => {
            if field != "quantity" && quantity.value <= 0.0 {
                Some("its quantity is 0".to_owned())
            } else if field != "share" && share.value <= 0.0 {
                Some("its share is 0".to_owned())
            } else if !same_received(stretch) {
                never_short(stretch)
            } else if field == "quantity" {
                Some("no more rounds arrive that it could divert".to_owned())
            } else {
                Some(format!(
                    "its quantity of {} rounds, or what arrives, is the limit",
                    number(quantity.value)
                ))
            }
        }
        What::Transfer { .. } if same_received(stretch) => {
            Some("there is no more stock to move on that day".to_owned())
        }
        What::Transfer { .. } | What::Shipment { .. } => never_short(stretch),
        What::Raid { .. } => {
            let threat = field.strip_prefix("launches.")?;
            if is_sent_elsewhere(stretch, threat) {
                return Some(SENT_ELSEWHERE.to_owned());
            }
            let limit = |tried: &Tried| {
                let outcome = &tried.answer.outcome;
                // The event must be the one of that very scenario.
                let own = |e: &&Event| e.what.on() == event.what.on() && e.name == event.name;
                let event = tried.scenario.events.values().find(own)?;
                Some(raid_limit(&tried.scenario, outcome, event, threat)?.reason)
            };
            // The limit explains the stretch only if it holds all along.
            let reason = limit(to).filter(|reason| limit(from) == Some(reason));
            reason.map(str::to_owned)
        }
        What::Ramp { path, .. } => reason(stretch, path),
        What::Pause { .. } | What::Ceasefire { .. } => None,
    }
}

fn deployment_reason(stretch: Stretch<'_>, id: &str, field: &str) -> Option<String> {
    let (from, to, theatre) = stretch;
    let scenario = &to.scenario;
    let (index, _, deployment) = scenario.deployments.get_full(id)?;
    if scenario.theatres.get_index_of(&deployment.theatre) != Some(theatre) {
        return Some(FIELDED_ELSEWHERE.to_owned());
    }
    if !can_engage(scenario, deployment) {
        return Some("it can engage none of the threats of its theatre".to_owned());
    }
    let expendable = scenario
        .interceptors
        .get(&deployment.interceptor)?
        .expendable;
    let of = |tried: &Tried| tried.answer.figures.deployments.get(index).cloned();
    let (before, after) = (of(from)?, of(to)?);
    let short = before.short > TOLERANCE || after.short > TOLERANCE;
    let demand = |figures: &DeploymentFigures| figures.fired + figures.short;
    match field {
        "stock" | "reserve" | "ration" => never_short(stretch).filter(|_| !short),
        "fire_units" | "engagements" if !expendable || same(demand(&before), demand(&after)) => {
            Some("its launchers are never saturated there".to_owned())
        }
        "fire_units" | "engagements" if short => {
            Some("its magazines are empty before its launchers are saturated".to_owned())
        }
        _ => None,
    }
}

fn threat_reason(from: &Tried, to: &Tried, id: &str, field: &str) -> Option<String> {
    let index = to.scenario.threats.get_index_of(id)?;
    let of = |tried: &Tried| tried.answer.outcome.threats.get(index).cloned();
    let (before, after) = (of(from)?, of(to)?);
    let pairs = before.launched.iter().zip(&after.launched);
    if !pairs.into_iter().all(|(&a, &b)| same(a, b)) {
        return None;
    }
    let cut_by_sites = |days: &crate::model::ThreatDays| {
        let days = days.wanted.iter().zip(&days.launched).zip(&days.stockpile);
        days.into_iter()
            .any(|((&wanted, &launched), &left)| launched < wanted && left > TOLERANCE)
    };
    match field {
        "sites" | "per_site" => Some(
            "the launches wanted, or the stockpile, are the limit, not the launch sites".to_owned(),
        ),
        "production" | "stockpile" | "launch.daily_share" | "launch.raid_release"
            if cut_by_sites(&before) || cut_by_sites(&after) =>
        {
            Some("the launch sites can launch no more".to_owned())
        }
        _ => None,
    }
}

/// Whether a deployment's interceptor can kill any threat of its theatre.
fn can_engage(scenario: &Checked, deployment: &Deployment) -> bool {
    let interceptor = scenario.interceptors.get(&deployment.interceptor);
    interceptor.is_some_and(|interceptor| {
        interceptor.kill.iter().any(|(threat, sspk)| {
            let threat = scenario.threats.get(threat);
            sspk.value > 0.0 && threat.is_some_and(|t| t.theatre == deployment.theatre)
        })
    })
}

/// Deployments of the theatre, with their figures at both ends of a stretch.
fn in_theatre(
    (from, to, theatre): Stretch<'_>,
) -> impl Iterator<Item = (&String, &DeploymentFigures, &DeploymentFigures)> {
    let [from, figures] = [from, to].map(|tried| &tried.answer.figures.deployments);
    let here = to.scenario.theatres.get_index(theatre).map(|(id, _)| id);
    let pairs = to.scenario.deployments.iter().zip(from.iter().zip(figures));
    pairs
        .filter(move |((_, deployment), _)| Some(&deployment.theatre) == here)
        .map(|((id, _), (before, after))| (id, before, after))
}

/// That layers which get more rounds at one end of a stretch than at the other are short of none.
fn never_short(stretch: Stretch<'_>) -> Option<String> {
    let (_, to, _) = stretch;
    let mut names = Vec::new();
    for (id, before, after) in in_theatre(stretch) {
        if same(before.left, after.left) {
            continue;
        }
        if before.short > TOLERANCE || after.short > TOLERANCE {
            return None;
        }
        names.push(Section::Deployments.name(&to.scenario, id));
    }
    match &names[..] {
        [] => None,
        [name] => Some(format!("{name} is never short of rounds there")),
        _ => Some(format!(
            "{} are never short of rounds there",
            names.join(" and ")
        )),
    }
}

/// Whether every deployment of the theatre received as much at one end of a stretch as at the other.
fn same_received(stretch: Stretch<'_>) -> bool {
    in_theatre(stretch).all(|(_, a, b)| same(a.received, b.received))
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * b.abs().max(1.0)
}

fn day_of(outcome: &Outcome, date: Date) -> Option<usize> {
    let d = date.duration_since(outcome.start).as_hours() / 24;
    usize::try_from(d).ok().filter(|&d| d < outcome.days)
}

/// A number as its scenario states it, with commas where it is whole and long.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format::whole(value)
    } else {
        format::estimate(value)
    }
}
