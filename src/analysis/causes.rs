//! Causes of what is not engaged, and of its change from the baseline, in words.

use super::Why;
use super::format;
use crate::scenario::Checked;

/// A change of what is not engaged that is smaller than this part of it is told as "about as many".
const ABOUT_AS_MANY: f64 = 0.02;

/// A change in launches larger than this part of them is told with the change of what is not engaged.
const LAUNCHES_DIFFER: f64 = 0.05;

/// A cause is told beside the main one if its change is at least this part of the main one's.
const WORTH_TELLING: f64 = 0.1;

/// Changes of fewer threats than this are none.
const LEAST: f64 = 0.5;

/// Why threats are not engaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    MagazinesEmpty,
    LaunchersSaturated,
    OutOfReach,
    HeldBack,
}

/// Threats that are not engaged because of one cause, or their change from the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) cause: Cause,
    pub(super) threats: f64,
    /// Whether the cause is gone: of a decrease, whether nothing is left of it.
    gone: bool,
}

/// How what is not engaged has changed from the baseline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    /// Threats; above 0 if more are not engaged.
    pub(super) total: f64,
    /// Threats that are not engaged in the baseline.
    before: f64,
    /// Whether the change is within 2 % of that.
    pub(super) about_as_many: bool,
    /// Changes of causes that are worth telling, the largest first.
    parts: Vec<Part>,
}

fn parts(why: Why) -> [(Cause, f64); 4] {
    let Why {
        held,
        stock,
        capacity,
        reach,
    } = why;
    [
        (Cause::MagazinesEmpty, stock),
        (Cause::LaunchersSaturated, capacity),
        (Cause::OutOfReach, reach),
        (Cause::HeldBack, held),
    ]
}

/// The part of the launches by which they differ from the baseline's, if it is over 5 %; above 0 if
/// more are launched.
pub(super) fn launches_differ(now: f64, before: f64) -> Option<f64> {
    let change = (now - before) / before;
    (change.abs() > LAUNCHES_DIFFER && change.is_finite()).then_some(change)
}

/// The main cause of what is not engaged, and whether it is empty magazines: "because magazines run
/// empty", "mostly because launchers are saturated". `None` if everything is engaged.
pub(super) fn of_all(
    scenario: &Checked,
    theatre: &str,
    uncovered: f64,
    why: Why,
) -> Option<(String, bool)> {
    if uncovered < LEAST {
        return None;
    }
    let (cause, threats) = parts(why).into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let how_much = share_words(threats / uncovered)?;
    let part = Part {
        cause,
        threats,
        gone: false,
    };
    let because = part.because(scenario, theatre, false);
    Some((
        format!("{how_much}{because}"),
        cause == Cause::MagazinesEmpty,
    ))
}

impl Change {
    /// The change between the totals and causes of two runs.
    pub(super) fn new((now, why_now): (f64, Why), (before, why_before): (f64, Why)) -> Self {
        let changes = parts(why_now).into_iter().zip(parts(why_before));
        let mut changes: Vec<Part> = changes
            .map(|((cause, now), (_, before))| Part {
                cause,
                threats: now - before,
                gone: now < LEAST,
            })
            .filter(|part| part.threats.abs() >= LEAST)
            .collect();
        changes.sort_by(|a, b| b.threats.abs().total_cmp(&a.threats.abs()));
        let largest = changes.first().map_or(0.0, |part| part.threats.abs());
        let total = now - before;
        let about_as_many = is_about_none(total, before);
        changes.retain(|part| {
            let worth = part.threats.abs() >= WORTH_TELLING * largest;
            worth && (!about_as_many || part.threats.abs() > ABOUT_AS_MANY * before)
        });
        Self {
            total,
            before,
            about_as_many,
            parts: changes,
        }
    }

    /// Size and direction: "1,750 more than in the baseline".
    pub(super) fn size(&self) -> String {
        size_words(self.total, self.before)
    }

    /// Causes of the change: "mostly because magazines run empty", or all that are worth telling if
    /// some of them offset others: "1,000 more because …, 600 fewer because …". `None` if there is no
    /// change, or none that a planning run can explain.
    pub(super) fn causes(&self, scenario: &Checked, theatre: &str) -> Option<String> {
        let (main, others) = self.parts.split_first()?;
        let offset = others
            .iter()
            .any(|part| part.threats.signum() != main.threats.signum());
        if offset || self.about_as_many {
            let told = self.parts.iter().map(|part| {
                let because = part.because(scenario, theatre, true);
                format!("{} {because}", more_or_fewer(part.threats))
            });
            return Some(told.collect::<Vec<_>>().join(", "));
        }
        let how_much = share_words(main.threats / self.total)?;
        let because = main.because(scenario, theatre, true);
        Some(format!("{how_much}{because}"))
    }

    /// Causes of the change without figures, for a sentence whose figures come from an ensemble.
    pub(super) fn causes_without_figures(
        &self,
        scenario: &Checked,
        theatre: &str,
    ) -> Option<String> {
        let (main, others) = self.parts.split_first()?;
        let opposite = others
            .iter()
            .find(|part| part.threats.signum() != main.threats.signum());
        match opposite {
            Some(_) => self.offsetting_causes(scenario, theatre),
            None => self
                .causes(scenario, theatre)
                .filter(|_| !self.about_as_many),
        }
    }

    /// The main cause and the one that offsets it most, without figures: "more because launchers are
    /// saturated, fewer because magazines no longer run empty". `None` if nothing offsets it.
    pub(super) fn offsetting_causes(&self, scenario: &Checked, theatre: &str) -> Option<String> {
        let (main, others) = self.parts.split_first()?;
        let opposite = others
            .iter()
            .find(|part| part.threats.signum() != main.threats.signum())?;
        let told = [main, opposite].map(|part| {
            let word = if part.threats > 0.0 { "more" } else { "fewer" };
            format!("{word} {}", part.because(scenario, theatre, true))
        });
        Some(told.join(", "))
    }

    /// Whether magazines that run empty are the main cause of an increase.
    pub(super) fn is_of_magazines(&self) -> bool {
        let main = self.parts.first();
        main.is_some_and(|part| part.cause == Cause::MagazinesEmpty && part.threats > 0.0)
    }
}

pub(super) fn is_about_none(change: f64, before: f64) -> bool {
    change.abs() <= ABOUT_AS_MANY * before || change.abs() < LEAST
}

/// A change from `before` in words: "1,750 more than in the baseline".
pub(super) fn size_words(change: f64, before: f64) -> String {
    if change.abs() < LEAST {
        "as many as in the baseline".to_owned()
    } else if is_about_none(change, before) {
        "about as many as in the baseline".to_owned()
    } else {
        format!("{} than in the baseline", more_or_fewer(change))
    }
}

/// "1,750 more", "95 fewer".
pub(super) fn more_or_fewer(change: f64) -> String {
    let direction = if change > 0.0 { "more" } else { "fewer" };
    format!("{} {direction}", format::count(change.abs()))
}

/// Causes as the end of a sentence: after a comma, or after a colon if they are a list.
pub(super) fn as_end(causes: &str) -> String {
    let list = causes.starts_with(|first: char| first.is_ascii_digit())
        || ["more ", "fewer "]
            .iter()
            .any(|word| causes.starts_with(word));
    let mark = if list { ':' } else { ',' };
    format!("{mark} {causes}")
}

/// How much of a whole a share of it is, before "because"; nothing of nearly all. `None` if it is none of
/// it.
fn share_words(share: f64) -> Option<&'static str> {
    match share {
        s if s >= 0.95 => Some(""),
        s if s >= 0.5 => Some("mostly "),
        s if s > 0.0 => Some("the largest part "),
        _ => None,
    }
}

impl Part {
    /// The cause as a clause. `change` tells whether it is one of a change, and not of the whole.
    fn because(self, scenario: &Checked, theatre: &str, change: bool) -> String {
        let fewer = self.threats < 0.0;
        let words = match self.cause {
            Cause::MagazinesEmpty => ["magazines run empty", "magazines run empty less often"],
            Cause::LaunchersSaturated => [
                "launchers are saturated",
                "launchers are saturated less often",
            ],
            Cause::HeldBack => ["rounds are held back", "fewer rounds are held back"],
            Cause::OutOfReach => {
                let where_to = beyond(scenario, theatre);
                return match (change, fewer) {
                    (false, _) => format!("because they are {where_to}"),
                    (true, false) => format!("because more are {where_to}"),
                    (true, true) => format!("because fewer are {where_to}"),
                };
            }
        };
        let gone = match self.cause {
            Cause::MagazinesEmpty => "magazines no longer run empty",
            Cause::LaunchersSaturated => "launchers are no longer saturated",
            _ => "rounds are no longer held back",
        };
        match (fewer, self.gone) {
            (true, true) => format!("because {gone}"),
            (true, false) => format!("because {}", words[1]),
            (false, _) => format!("because {}", words[0]),
        }
    }
}

/// What is true of threats that more rounds and launchers would not engage: some are out of reach, or
/// no layer has a kill probability for them.
fn beyond(scenario: &Checked, theatre: &str) -> &'static str {
    let mut threats = scenario
        .threats
        .iter()
        .filter(|(_, t)| t.theatre == theatre);
    let engaged = |id: &str| {
        scenario.deployments.values().any(|deployment| {
            let interceptor = scenario.interceptors.get(&deployment.interceptor);
            let kill = interceptor.and_then(|interceptor| interceptor.kill.get(id));
            deployment.theatre == theatre && kill.is_some_and(|kill| kill.value > 0.0)
        })
    };
    if threats.all(|(id, _)| engaged(id)) {
        "out of reach of every layer"
    } else {
        "out of reach, or of a kind that no layer can engage"
    }
}
