//! Which assumption matters most: what the answer would be if one uncertain number alone were sure to
//! be low, or sure to be high (one-at-a-time sensitivity; drawn as bars in order of their length, a
//! tornado diagram: Howard, Management Science 34(6), 1988).
//!
//! Low and high are the ends of its range, the 5th and the 95th percentile. Numbers of one group go
//! together, as an ensemble draws them. Everything else stays as uncertain as it is.

use std::sync::atomic::{AtomicBool, Ordering};

use indexmap::IndexMap;

use super::chances::{Interval, not_drawn};
use super::seek::Goal;
use super::trials::{Trials, breach_chance, few};
use super::{Answer, format, likelihood};
use crate::model::ensemble::Options;
use crate::scenario::{Address, Checked, Estimate, LeverKind, Range};

/// What may depend on an assumption.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Threats never engaged over the horizon.
    #[default]
    Unengaged,
    /// The chance that coverage over 28 days falls below target.
    Chance,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Unengaged, Self::Chance];

    /// The measure in words.
    #[must_use]
    pub fn words(self, scenario: &Checked) -> String {
        match self {
            Self::Unengaged => {
                format!("Not engaged in {}", format::days(scenario.day_count()))
            }
            Self::Chance => {
                format!("Chance {}", Goal::of_breach(scenario))
            }
        }
    }

    /// A value as people read it.
    #[must_use]
    pub fn value(self, value: f64) -> String {
        match self {
            Self::Unengaged => format::estimate(value),
            // As short as a count.
            Self::Chance => likelihood::short(value),
        }
    }
}

/// What one theatre comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Threats never engaged over the horizon; the median of an ensemble's members.
    unengaged: f64,
    /// The share of members in which coverage falls below target; a planning run knows none.
    chance: Option<f64>,
}

impl Reading {
    /// What a planning run comes to, theatre by theatre.
    #[must_use]
    pub fn planned(scenario: &Checked) -> Vec<Self> {
        let theatres = Answer::of(scenario).figures.theatres;
        let readings = theatres.iter().map(|theatre| Self {
            unengaged: theatre.uncovered,
            chance: None,
        });
        readings.collect()
    }

    /// What an ensemble comes to. Nothing where none can be run, or it was stopped.
    pub fn drawn(trials: &mut Trials<'_>, scenario: &Checked) -> Option<Vec<Self>> {
        let theatres = &trials.of(scenario)?.theatres;
        let readings = theatres.iter().map(|theatre| Self {
            unengaged: Interval::of(theatre.uncovered.clone()).p50,
            chance: Some(breach_chance(theatre)),
        });
        Some(readings.collect())
    }

    /// What it says of a measure.
    #[must_use]
    pub fn of(self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Unengaged => Some(self.unengaged),
            Measure::Chance => self.chance,
        }
    }
}

/// A number with a range, or all numbers of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    pub group: Option<String>,
    pub numbers: Vec<Address>,
}

impl Uncertain {
    /// Everything in a scenario that has a range and bears upon cover: costs do not.
    #[must_use]
    pub fn all(scenario: &Checked) -> Vec<Self> {
        let mut found: IndexMap<String, Self> = IndexMap::new();
        for address in bearing(scenario) {
            let Some(estimate) = address.estimate(scenario) else {
                continue;
            };
            if estimate.range.is_none() {
                continue;
            }
            let group = estimate.group.clone();
            // No path has a space in it.
            let key = match &group {
                Some(group) => format!("group {group}"),
                None => address.path(scenario),
            };
            let uncertain = found.entry(key).or_insert_with(|| Self {
                group,
                numbers: Vec::new(),
            });
            uncertain.numbers.push(address);
        }
        found.into_values().collect()
    }

    /// What it is called: as a slider of it is.
    #[must_use]
    pub fn name(&self, scenario: &Checked) -> String {
        match (&self.group, &self.numbers[..]) {
            (Some(group), numbers) if numbers.len() > 1 => {
                format!("{group} ({} numbers that go together)", numbers.len())
            }
            (_, &[number, ..]) => scenario.called(number),
            (_, []) => String::new(),
        }
    }

    /// Its range, or how many there are.
    #[must_use]
    pub fn range(&self, scenario: &Checked) -> String {
        let range = match self.numbers[..] {
            [number] => number
                .estimate(scenario)
                .and_then(|estimate| estimate.range),
            _ => None,
        };
        match range {
            Some(range) => format::range(range.low, range.high),
            None => format!("{} ranges", self.numbers.len()),
        }
    }

    /// The unit of its range, where it is one number.
    #[must_use]
    pub fn unit(&self, scenario: &Checked) -> &'static str {
        match self.numbers[..] {
            [number] => number.unit(scenario),
            _ => "",
        }
    }

    /// The scenario with all of it sure to be at one end of its range. Nothing where the rules
    /// refuse that.
    fn sure(&self, scenario: &Checked, end: fn(Range) -> f64) -> Option<Checked> {
        scenario.pinned(self.at_end(scenario, end))
    }

    /// Its numbers, each at one end of its range.
    fn at_end(
        &self,
        scenario: &Checked,
        end: fn(Range) -> f64,
    ) -> impl Iterator<Item = (Address, f64)> {
        let numbers = self.numbers.iter();
        numbers.filter_map(move |&number| Some((number, end(number.estimate(scenario)?.range?))))
    }
}

/// The numbers of a scenario that bear upon cover.
fn bearing(scenario: &Checked) -> impl Iterator<Item = Address> {
    let addresses = Address::all(scenario).into_iter();
    addresses.filter(|address| {
        address.kind(scenario).takes_range() && !address.path(scenario).ends_with(".unit_cost")
    })
}

/// What the answer would be at both ends of what is uncertain. A reading a theatre.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    pub of: Uncertain,
    low: Vec<Reading>,
    high: Vec<Reading>,
}

/// The two ends of a swing in one measure of one theatre.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    pub of: &'a Uncertain,
    /// Where the assumption is low.
    pub low: f64,
    /// Where it is high.
    pub high: f64,
}

impl Ends<'_> {
    /// The paths and numbers at one end of what is uncertain.
    #[must_use]
    pub fn fixes(&self, scenario: &Checked, end: fn(Range) -> f64) -> Vec<(String, f64)> {
        let at_end = self.of.at_end(scenario, end);
        at_end
            .map(|(number, value)| (number.path(scenario), value))
            .collect()
    }

    fn width(&self) -> f64 {
        (self.high - self.low).abs()
    }
}

/// How much the answer hangs on each assumption.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// What was tried.
    pub scenario: Checked,
    /// What its ensembles drew; nothing where there were planning runs alone.
    pub options: Option<Options>,
    /// As it is; a reading a theatre.
    pub now: Vec<Reading>,
    swings: Vec<Swing>,
    /// Assumptions that bear upon cover and have no range, and so were not varied.
    pub exact: usize,
}

impl Sensitivity {
    /// Runs ensembles that draw by `options`, of no more members than do not keep people waiting; or
    /// planning runs. Nothing where `stop` was set, or no ensemble can be run.
    #[must_use]
    pub fn run(scenario: &Checked, options: Option<Options>, stop: &AtomicBool) -> Option<Self> {
        let options = options.map(few);
        let mut trials = options.map(|options| Trials::new(options, stop));
        let read = |scenario: &Checked| match &mut trials {
            Some(trials) => Reading::drawn(trials, scenario),
            None => Some(Reading::planned(scenario)),
        };
        let found = Self::of(scenario, read, || stop.load(Ordering::Relaxed))?;
        Some(Self { options, ..found })
    }

    /// What its readings are, in words.
    #[must_use]
    pub fn how(&self) -> String {
        match self.options {
            Some(options) => format!(
                "Medians and chances of {} members, seed {}{}, the same draws in every row.",
                format::given(options.members.into()),
                options.seed,
                not_drawn(options)
            ),
            None => "Planning runs: medians, no chances.".to_owned(),
        }
    }

    /// How many numbers were not varied, in words.
    #[must_use]
    pub fn not_varied(&self) -> String {
        match self.exact {
            0 if self.swings.is_empty() => "There is nothing to vary yet.".to_owned(),
            0 => "Every other assumption has a range and was varied.".to_owned(),
            1 => "1 assumption has no range and was not varied.".to_owned(),
            exact => format!(
                "{} assumptions have no range and were not varied.",
                format::given(exact as f64)
            ),
        }
    }

    /// Tries both ends of everything uncertain, one at a time. Nothing where `read` gives nothing
    /// for the scenario as it is, or `stopped`.
    pub fn of(
        scenario: &Checked,
        mut read: impl FnMut(&Checked) -> Option<Vec<Reading>>,
        stopped: impl Fn() -> bool,
    ) -> Option<Self> {
        let now = read(scenario)?;
        let mut swings = Vec::new();
        for of in Uncertain::all(scenario) {
            let mut at = |end| read(&of.sure(scenario, end)?);
            let ends = at(|range| range.low).zip(at(|range| range.high));
            if stopped() {
                return None;
            }
            if let Some((low, high)) = ends {
                swings.push(Swing { of, low, high });
            }
        }
        let is_exact = |address: &Address| {
            let estimate = address.estimate(scenario);
            let path = address.path(scenario);
            // What somebody decides, or aims at, is nobody's assumption.
            let assumed = scenario.lever_kind(&path) == LeverKind::Assumption && path.contains('.');
            let exact = |estimate: &Estimate| estimate.range.is_none() && estimate.value > 0.0;
            assumed && estimate.is_some_and(exact)
        };
        Some(Self {
            scenario: scenario.clone(),
            options: None,
            now,
            swings,
            exact: bearing(scenario).filter(is_exact).count(),
        })
    }

    /// What matters to a measure of a theatre, the most first; and what does not, since the answer
    /// reads the same at both ends.
    #[must_use]
    pub fn ranked(&self, measure: Measure, theatre: usize) -> (Vec<Ends<'_>>, Vec<&Uncertain>) {
        let (mut matter, mut rest) = (Vec::new(), Vec::new());
        for swing in &self.swings {
            let of = |readings: &[Reading]| readings.get(theatre)?.of(measure);
            let Some((low, high)) = of(&swing.low).zip(of(&swing.high)) else {
                continue;
            };
            if measure.value(low) == measure.value(high) {
                rest.push(&swing.of);
            } else {
                let of = &swing.of;
                matter.push(Ends { of, low, high });
            }
        }
        matter.sort_by(|a, b| b.width().total_cmp(&a.width()));
        (matter, rest)
    }
}
