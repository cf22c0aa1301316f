//! The rules of a scenario: what makes it fit to run.

use std::collections::HashSet;
use std::fmt;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::path::{LARGEST_AMOUNT, nearest};
use super::{
    Address, Deployment, Estimate, Kind, MAX_DAYS, Paused, Place, Range, Scale, Scenario, Slot,
    Value, What, WhatIf,
};

/// The first and the last year that a date may name.
const YEARS: (i16, i16) = (1900, 2200);

/// The longest id, in letters.
pub(super) const LONGEST_ID: usize = 64;

/// The strongest skew |a3/a2| for which a three-term metalog is a distribution; a hair more is
/// let pass, since moving a range along with its median rounds.
const MAX_SKEW: f64 = 1.66 + 1e-9;

/// So many broken rules are noted before the check gives up on guessing what was meant.
const ENOUGH: usize = 1_000;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// The scenario runs; someone should look.
    Warning,
}

/// Something wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// The path of what is wrong, as deep as it is known.
    pub path: String,
    /// Where that stands in the file, if it came from one.
    pub place: Option<Place>,
    /// What is wrong and what would be right, in one sentence.
    pub what: String,
}

impl Problem {
    /// A broken rule.
    #[must_use]
    pub fn error(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            path: path.into(),
            place: None,
            what: what.into(),
        }
    }

    /// Something implausible.
    #[must_use]
    pub fn warning(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, what)
        }
    }

    /// The line that a terminal shows: `file:line:column: error: path: what`.
    #[must_use]
    pub fn in_file(&self, file: &str) -> impl fmt::Display {
        let place = self.place.map_or_else(String::new, |place| {
            format!("{}:{}:", place.line, place.column)
        });
        format!("{file}:{place} {self}")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        // A mistake of syntax has a place and no path.
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{severity}: {}{colon}{}", self.path, self.what)
    }
}

/// Every rule that a scenario breaks, its what-ifs included.
#[must_use]
pub fn check(scenario: &Scenario) -> Vec<Problem> {
    problems(findings(scenario))
}

/// Every rule that a scenario as it stands breaks, leaving its what-ifs aside.
pub(super) fn rules(scenario: &Scenario) -> Vec<Problem> {
    let mut rules = Rules::new(scenario);
    rules.baseline();
    problems(rules.found)
}

/// Which part of a map's entry is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Value,
    Key,
}

/// A broken rule and what it rests on.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) problem: Problem,
    pub(super) spot: Spot,
    /// Other paths that the rule looked at.
    pub(super) also: Vec<String>,
}

impl Finding {
    fn on_key(&mut self) -> &mut Self {
        self.spot = Spot::Key;
        self
    }

    fn resting_on(&mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.also.extend(paths.into_iter().map(Into::into));
        self
    }
}

/// The broken rules of [`check`], each with what it rests on.
pub(super) fn findings(scenario: &Scenario) -> Vec<Finding> {
    let mut rules = Rules::new(scenario);
    if rules.baseline() {
        rules.what_ifs();
    }
    rules.found
}

/// The scenario with the values of a what-if put in, as far as they fit, and why the others do
/// not, by path.
pub(super) fn applied<'w>(
    scenario: &Scenario,
    what_if: &'w WhatIf,
) -> (Scenario, Vec<(&'w str, String)>) {
    let mut scenario = scenario.clone();
    let mut refused = Vec::new();
    for (path, value) in &what_if.set {
        let outcome = match Address::find(&scenario, path) {
            Ok(address) => address
                .set(&mut scenario, *value)
                .map_err(|e| e.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(what) = outcome {
            refused.push((path.as_str(), what));
        }
    }
    (scenario, refused)
}

/// Whole days from `start` to `date`.
pub(super) fn day_of(start: Date, date: Date) -> i64 {
    start.duration_until(date).as_hours() / 24
}

fn problems(findings: Vec<Finding>) -> Vec<Problem> {
    findings
        .into_iter()
        .map(|finding| finding.problem)
        .collect()
}

/// The scenario under judgement and what was found so far.
struct Rules<'s> {
    s: &'s Scenario,
    found: Vec<Finding>,
}

impl<'s> Rules<'s> {
    fn new(s: &'s Scenario) -> Self {
        Self {
            s,
            found: Vec::new(),
        }
    }

    /// Judges the scenario as it stands; whether it is small enough to be judged in full.
    fn baseline(&mut self) -> bool {
        if !self.sizes() {
            return false;
        }
        self.ids();
        self.values();
        self.sources();
        self.items();
        self.events();
        self.ramps();
        self.observed();
        self.levers();
        true
    }

    fn error(&mut self, path: impl Into<String>, what: impl Into<String>) -> &mut Finding {
        let finding = Finding {
            problem: Problem::error(path, what),
            spot: Spot::Value,
            also: Vec::new(),
        };
        self.found.push_mut(finding)
    }

    /// Objects where `id` names nothing in a section, and gives what it names.
    fn named<T>(
        &mut self,
        section: &str,
        items: &'s IndexMap<String, T>,
        id: &str,
        path: impl FnOnce() -> String,
    ) -> Option<&'s T> {
        let item = items.get(id);
        if item.is_none() && self.found.len() < ENOUGH {
            let what = no_such(section, id, items);
            self.error(path(), what).resting_on([section]);
        }
        item
    }

    /// How many things of each kind a scenario may hold: far beyond any use, and few enough that
    /// a day of it is computed in milliseconds. Whether all are within bounds.
    fn sizes(&mut self) -> bool {
        let s = self.s;
        let kills = s.interceptors.values().map(|i| i.kill.len());
        let launches = s.events.values().map(|event| match &event.what {
            What::Raid { launches, .. } => launches.len(),
            _ => 0,
        });
        let listed = s.threats.values().map(|threat| threat.launches.len());
        let months = s.observed.values().map(|o| o.months.len());
        let counted = s.observed.values().map(|o| o.threats.len());
        let sets = s.what_ifs.values().map(|w| w.set.len());
        let sizes = [
            ("sources", "sources", s.sources.len(), 1_024),
            ("theatres", "theatres", s.theatres.len(), 64),
            ("suppliers", "suppliers", s.suppliers.len(), 256),
            ("threats", "threats", s.threats.len(), 256),
            ("threats", "days listed", most(listed), MAX_DAYS as usize),
            ("interceptors", "interceptors", s.interceptors.len(), 256),
            ("interceptors", "kill entries", most(kills), 256),
            ("deployments", "deployments", s.deployments.len(), 256),
            ("supply", "supply lines", s.supply.len(), 1_024),
            ("events", "events", s.events.len(), 1_024),
            ("events", "launches in a raid", most(launches), 256),
            ("observed", "counts", s.observed.len(), 64),
            ("observed", "months", most(months), 1_200),
            ("observed", "threats", most(counted), 256),
            ("levers", "levers", s.levers.len(), 256),
            ("what_ifs", "what-ifs", s.what_ifs.len(), 64),
            ("what_ifs", "paths in a what-if", most(sets), 256),
        ];
        let before = self.found.len();
        for (section, things, count, most) in sizes {
            if count > most {
                let what = format!("{count} {things} are more than the {most} that are taken");
                self.error(section, what);
            }
        }
        let fits = self.found.len() == before;
        if s.theatres.is_empty() {
            self.error("theatres", "there is no theatre; a scenario needs one");
        }
        fits
    }

    fn ids(&mut self) {
        let s = self.s;
        self.ids_of("sources", &s.sources);
        self.ids_of("theatres", &s.theatres);
        self.ids_of("suppliers", &s.suppliers);
        self.ids_of("threats", &s.threats);
        self.ids_of("interceptors", &s.interceptors);
        self.ids_of("deployments", &s.deployments);
        self.ids_of("supply", &s.supply);
        self.ids_of("events", &s.events);
        self.ids_of("observed", &s.observed);
        self.ids_of("what_ifs", &s.what_ifs);
    }

    fn ids_of<T>(&mut self, section: &str, items: &IndexMap<String, T>) {
        for id in items.keys() {
            if let Some(what) = id_fault(id, section) {
                self.error(format!("{section}.{id}"), what).on_key();
            }
        }
    }

    /// Bounds, ranges and sources of every number, and the years of every date.
    fn values(&mut self) {
        let s = self.s;
        for address in Address::all(s) {
            match address.get(s) {
                Some(Slot::Number(Some(estimate))) => {
                    let kind = address.kind(s);
                    let path = || address.path(s);
                    // A number's bounds follow from what it is, a ramp's from what it changes.
                    let also = |path: &str| {
                        path.strip_suffix(".to")
                            .map(|event| format!("{event}.path"))
                    };
                    if let Err(error) = kind.admits(Value::Number(estimate.value)) {
                        let path = path();
                        let also = also(&path);
                        self.error(path, error.to_string()).resting_on(also);
                    } else if let Some((part, what)) = range_fault(estimate, kind) {
                        let path = path();
                        let also = also(&path);
                        let part = format!("{path}.{part}");
                        self.error(part, what).resting_on(also).resting_on([path]);
                    }
                    if let Some(source) = &estimate.source {
                        self.named("sources", &s.sources, source, || {
                            format!("{}.source", path())
                        });
                    }
                }
                Some(Slot::Date(Some(date))) => {
                    if let Some(what) = year_fault(date) {
                        self.error(address.path(s), what);
                    }
                }
                _ => {}
            }
        }
        if s.days.value > f64::from(MAX_DAYS) && s.days.value.is_finite() {
            let what = format!(
                "{} days are more than the {MAX_DAYS} that a scenario may last",
                s.days.value
            );
            self.error("days", what);
        }
    }

    /// The sources that whole items name.
    fn sources(&mut self) {
        let s = self.s;
        macro_rules! sources_of {
            ($($section:ident),+) => {$(
                for (id, item) in &s.$section {
                    if let Some(source) = &item.source {
                        self.named("sources", &s.sources, source, || {
                            format!(concat!(stringify!($section), ".{}.source"), id)
                        });
                    }
                }
            )+};
        }
        sources_of!(threats, interceptors, deployments, supply, events, observed);
    }

    /// What threats, interceptors, deployments and supply lines name, and what they may not hold.
    fn items(&mut self) {
        let s = self.s;
        for (id, threat) in &s.threats {
            self.named("theatres", &s.theatres, &threat.theatre, || {
                format!("threats.{id}.theatre")
            });
            for (&day, &launched) in &threat.launches {
                let path = format!("threats.{id}.launches.{day}");
                if let Err(error) = Kind::Amount.admits(Value::Number(launched)) {
                    self.error(path, error.to_string());
                } else if let Some(what) = year_fault(day) {
                    self.error(path, what).on_key();
                }
            }
        }
        for (id, interceptor) in &s.interceptors {
            self.threats_of(interceptor.kill.keys(), |threat| {
                format!("interceptors.{id}.kill.{threat}")
            });
        }
        for (id, deployment) in &s.deployments {
            self.named("theatres", &s.theatres, &deployment.theatre, || {
                format!("deployments.{id}.theatre")
            });
            self.named(
                "interceptors",
                &s.interceptors,
                &deployment.interceptor,
                || format!("deployments.{id}.interceptor"),
            );
            if deployment.stock.value > 0.0 && self.uses_no_rounds(deployment) {
                let what = format!(
                    "`{}` uses up no rounds and can hold no stock; leave `stock` out",
                    deployment.interceptor
                );
                let path = format!("deployments.{id}.stock");
                self.error(path, what)
                    .resting_on(round_paths(id, deployment));
            }
        }
        for (id, line) in &s.supply {
            self.named("suppliers", &s.suppliers, &line.supplier, || {
                format!("supply.{id}.supplier")
            });
            self.gains(&line.to, || format!("supply.{id}.to"));
            if let (Some(from), Some(until)) = (line.from, line.until)
                && from >= until
            {
                let what = ends_too_early("the line", from, until, "from");
                self.error(format!("supply.{id}.until"), what)
                    .resting_on([format!("supply.{id}.from")]);
            }
        }
    }

    /// Objects to every id that names no threat.
    fn threats_of<'i>(
        &mut self,
        ids: impl Iterator<Item = &'i String>,
        path: impl Fn(&str) -> String,
    ) {
        let s = self.s;
        for id in ids {
            if !s.threats.contains_key(id) && self.found.len() < ENOUGH {
                let what = no_such("threats", id, &s.threats);
                self.error(path(id), what).on_key().resting_on(["threats"]);
            }
        }
    }

    /// The deployment that gains rounds, or loses them: it must exist and use up rounds.
    fn gains(&mut self, id: &str, path: impl Fn() -> String) -> Option<&'s Deployment> {
        let s = self.s;
        let deployment = self.named("deployments", &s.deployments, id, &path)?;
        if self.uses_no_rounds(deployment) {
            let what = format!(
                "`{id}` fields `{}`, which uses up no rounds: none can be sent to it or from it",
                deployment.interceptor
            );
            self.error(path(), what)
                .resting_on(round_paths(id, deployment));
        }
        Some(deployment)
    }

    fn uses_no_rounds(&self, deployment: &Deployment) -> bool {
        let interceptor = self.s.interceptors.get(&deployment.interceptor);
        interceptor.is_some_and(|interceptor| !interceptor.expendable)
    }

    /// Objects where rounds would go from one deployment to itself or to another interceptor.
    fn same_interceptor(&mut self, from: &str, to: &str, path: impl Fn() -> String) {
        let s = self.s;
        let (Some(giving), Some(gaining)) = (s.deployments.get(from), s.deployments.get(to)) else {
            return;
        };
        let rests_on = [from, to].map(|id| format!("deployments.{id}.interceptor"));
        if from == to {
            self.error(
                path(),
                format!("the rounds are `{from}`'s already; name another deployment"),
            );
        } else if giving.interceptor != gaining.interceptor {
            let others = s.deployments.iter().filter(|(id, other)| {
                other.interceptor == giving.interceptor && id.as_str() != from
            });
            let others: Vec<_> = others.map(|(id, _)| format!("`{id}`")).collect();
            let advice = if others.is_empty() {
                format!("no other deployment fields `{}`", giving.interceptor)
            } else {
                format!(
                    "`{}` is also fielded by {}",
                    giving.interceptor,
                    others.join(", ")
                )
            };
            let what = format!(
                "`{to}` fields `{}` and cannot use rounds for `{}`; {advice}",
                gaining.interceptor, giving.interceptor
            );
            self.error(path(), what).resting_on(rests_on);
        }
    }

    /// What each event names, whether it is enabled or not.
    fn events(&mut self) {
        let s = self.s;
        for (id, event) in &s.events {
            let at = |field: &str| format!("events.{id}.{field}");
            match &event.what {
                What::Divert { supply, to, .. } => {
                    self.gains(to, || at("to"));
                    if let Some(line) = self.named("supply", &s.supply, supply, || at("supply")) {
                        let before = self.found.len();
                        self.same_interceptor(&line.to, to, || at("to"));
                        for finding in self.found.iter_mut().skip(before) {
                            finding.resting_on([at("supply"), format!("supply.{supply}.to")]);
                        }
                    }
                }
                What::Transfer { from, to, .. } => {
                    self.gains(from, || at("from"));
                    self.gains(to, || at("to"));
                    self.same_interceptor(from, to, || at("to"));
                }
                What::Shipment { supplier, to, .. } => {
                    self.named("suppliers", &s.suppliers, supplier, || at("supplier"));
                    self.gains(to, || at("to"));
                }
                What::Raid { launches, .. } => {
                    self.threats_of(launches.keys(), |threat| at(&format!("launches.{threat}")));
                }
                What::Ramp { path, .. } => {
                    if let Err(what) = ramped(s, path) {
                        let section = path.split('.').next().unwrap_or_default();
                        self.error(at("path"), what).resting_on([section]);
                    }
                }
                What::Pause { of, .. } => match of {
                    Paused::Supplier(supplier) => {
                        self.named("suppliers", &s.suppliers, supplier, || at("supplier"));
                    }
                    Paused::Supply(line) => {
                        self.named("supply", &s.supply, line, || at("supply"));
                    }
                },
                What::Ceasefire { theatre, .. } => {
                    self.named("theatres", &s.theatres, theatre, || at("theatre"));
                }
            }
            if let What::Pause { on, until, .. } | What::Ceasefire { on, until, .. } = &event.what
                && let Some(until) = until.filter(|until| until <= on)
            {
                let what = ends_too_early("it", *on, until, "on");
                self.error(at("until"), what).resting_on([at("on")]);
            }
        }
    }

    /// Enabled ramps of one path may not meet, so that a day's rate never depends on their order.
    fn ramps(&mut self) {
        struct Ramp<'s> {
            path: &'s str,
            on: i64,
            end: i64,
            id: &'s str,
        }
        let s = self.s;
        let mut ramps: Vec<Ramp<'s>> = s
            .events
            .iter()
            .filter(|(_, event)| event.enabled)
            .filter_map(|(id, event)| match &event.what {
                What::Ramp { on, over, path, .. } => {
                    let on = day_of(s.start, *on);
                    let over = over.value as i64;
                    Some(Ramp {
                        path,
                        on,
                        end: on.saturating_add(over),
                        id,
                    })
                }
                _ => None,
            })
            .collect();
        // Stable, so of two on one day the later in the file is objected to.
        ramps.sort_by_key(|ramp| (ramp.path, ramp.on));
        // Of the ramps of a path so far, the one that ends last.
        let mut last: Option<Ramp<'s>> = None;
        for ramp in ramps {
            let same = last.take().filter(|last| last.path == ramp.path);
            if let Some(last) = &same
                && (ramp.on == last.on || ramp.on < last.end)
            {
                let free = s
                    .start
                    .checked_add(jiff::Span::new().days(last.end.max(last.on + 1).min(1_000_000)));
                let advice = free.map_or_else(
                    |_| "make that one shorter".to_owned(),
                    |free| format!("begin on {free} or later, or make that one shorter"),
                );
                let what = format!(
                    "this ramp of `{}` meets `{}`, which still runs; {advice}",
                    ramp.path, last.id
                );
                let rests_on = [last.id, ramp.id].into_iter().flat_map(|id| {
                    ["on", "over", "path", "enabled"].map(|field| format!("events.{id}.{field}"))
                });
                self.error(format!("events.{}.on", ramp.id), what)
                    .resting_on(rests_on.collect::<Vec<_>>());
            }
            last = match same {
                Some(last) if last.end > ramp.end => Some(last),
                _ => Some(ramp),
            };
        }
    }

    fn observed(&mut self) {
        let s = self.s;
        for (id, observed) in &s.observed {
            let mut seen = HashSet::new();
            let mut theatre: Option<(&str, &str)> = None;
            if observed.threats.is_empty() {
                self.error(
                    format!("observed.{id}.threats"),
                    "no threat is named; the counts are of at least one",
                );
            }
            for (i, name) in observed.threats.iter().enumerate() {
                let path = || format!("observed.{id}.threats.{}", i + 1);
                let Some(threat) = self.named("threats", &s.threats, name, path) else {
                    continue;
                };
                if !seen.insert(name) {
                    self.error(path(), format!("`{name}` is named twice; keep one"));
                }
                match theatre {
                    None => theatre = Some((name, &threat.theatre)),
                    Some((first, theatre)) if theatre != threat.theatre => {
                        let what = format!(
                            "`{name}` is sent against `{}` but `{first}` against `{theatre}`; counts are of one theatre",
                            threat.theatre
                        );
                        self.error(path(), what).resting_on(
                            [first, name].map(|threat| format!("threats.{threat}.theatre")),
                        );
                    }
                    Some(_) => {}
                }
            }
            for (month, counted) in &observed.months {
                let path = |field| format!("observed.{id}.months.{month}.{field}");
                for (field, number) in [
                    ("launched", Some(counted.launched)),
                    ("neutralised", counted.neutralised),
                ] {
                    let number = number.map(|number| Kind::Amount.admits(Value::Number(number)));
                    if let Some(Err(error)) = number {
                        self.error(path(field), error.to_string());
                    }
                }
                if let Some(neutralised) = counted.neutralised.filter(|n| *n > counted.launched) {
                    let what = format!(
                        "{neutralised} neutralised are more than the {} launched",
                        counted.launched
                    );
                    self.error(path("neutralised"), what)
                        .resting_on([path("launched")]);
                }
            }
        }
    }

    fn levers(&mut self) {
        let s = self.s;
        let mut seen = HashSet::new();
        for (i, lever) in s.levers.iter().enumerate() {
            let at = |field: &str| format!("levers.{}.{field}", i + 1);
            let all = ["path", "min", "max", "step"].map(at);
            if !seen.insert(lever.path.as_str()) {
                let what = format!("`{}` has a lever already; keep one", lever.path);
                self.error(at("path"), what);
            }
            let kind = match Address::find(s, &lever.path) {
                Ok(address) => address.kind(s),
                Err(error) => {
                    let section = lever.path.split('.').next().unwrap_or_default();
                    self.error(at("path"), error.to_string())
                        .resting_on([section]);
                    continue;
                }
            };
            if matches!(kind, Kind::Date | Kind::Switch) {
                let what = format!("`{}` is {kind}; a lever moves a number", lever.path);
                self.error(at("path"), what);
                continue;
            }
            // A lever is held to the bounds of its number, and these follow from a ramp's path.
            let ramp = lever
                .path
                .strip_suffix(".to")
                .map(|event| format!("{event}.path"));
            for (field, number) in [("min", lever.min), ("max", lever.max)] {
                if let Err(error) = kind.admits(Value::Number(number)) {
                    self.error(at(field), error.to_string())
                        .resting_on([at("path")])
                        .resting_on(ramp.clone());
                }
            }
            if lever.min >= lever.max {
                let what = format!("{} is not more than `min`, {}", lever.max, lever.min);
                self.error(at("max"), what).resting_on(all);
            } else if !(lever.step > 0.0 && lever.step <= lever.max - lever.min) {
                let what = format!(
                    "{} is no step; write a number above 0 and at most max - min, {}",
                    lever.step,
                    lever.max - lever.min
                );
                self.error(at("step"), what).resting_on(all);
            } else if matches!(kind, Kind::Whole(_)) && lever.step.fract() != 0.0 {
                let what = format!("{} is no step for whole numbers; write 1", lever.step);
                self.error(at("step"), what).resting_on([at("path")]);
            }
        }
    }

    /// Each what-if as a scenario of its own, and the one to open on.
    fn what_ifs(&mut self) {
        let s = self.s;
        let known: HashSet<(String, String)> = self
            .found
            .iter()
            .map(|finding| (finding.problem.path.clone(), finding.problem.what.clone()))
            .collect();
        for (id, what_if) in &s.what_ifs {
            if self.found.len() >= ENOUGH {
                return;
            }
            let at = |path: &str| format!("what_ifs.{id}.set.{path}");
            let (scenario, refused) = applied(s, what_if);
            for (path, what) in refused {
                let section = path.split('.').next().unwrap_or_default();
                let finding = self.error(at(path), what);
                finding.resting_on([section]);
                if Address::find(s, path).is_err() {
                    finding.on_key();
                }
            }
            let mut under = Rules::new(&scenario);
            under.baseline();
            for finding in under.found {
                let Problem { path, what, .. } = &finding.problem;
                if known.contains(&(path.clone(), what.clone())) {
                    continue;
                }
                // Of the values set, the one that the rule looked at.
                let looked_at = |set: &&String| *set == path || finding.also.contains(*set);
                let set = what_if.set.keys().find(looked_at);
                let set = set.or_else(|| what_if.set.keys().last());
                let place = set.map_or_else(|| format!("what_ifs.{id}.set"), |set| at(set));
                let what = if set.is_some_and(|set| set == path) {
                    what.clone()
                } else {
                    format!("under this what-if, {path}: {what}")
                };
                self.error(place, what)
                    .resting_on(finding.also)
                    .resting_on([finding.problem.path]);
            }
        }
        if let Some(open) = &s.open {
            self.named("what_ifs", &s.what_ifs, open, || "open".to_owned());
        }
    }
}

/// What is wrong with the year of a date.
fn year_fault(date: Date) -> Option<String> {
    let (first, last) = YEARS;
    let good = (first..=last).contains(&date.year());
    (!good).then(|| format!("{date} is out of bounds; years are {first} to {last}"))
}

fn most(counts: impl Iterator<Item = usize>) -> usize {
    counts.max().unwrap_or(0)
}

/// The paths that say whether a deployment uses up rounds.
fn round_paths(id: &str, deployment: &Deployment) -> [String; 2] {
    [
        format!("deployments.{id}.interceptor"),
        format!("interceptors.{}.expendable", deployment.interceptor),
    ]
}

/// What is wrong with an id that names nothing.
fn no_such<T>(section: &str, id: &str, items: &IndexMap<String, T>) -> String {
    let known = || items.keys().map(String::as_str);
    let advice = match nearest(id, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if items.is_empty() => "the section is empty".to_owned(),
        // More than a handful helps nobody.
        None if items.len() > 6 => format!("add it to `{section}` or name another"),
        None => {
            let known: Vec<_> = known().map(|id| format!("`{id}`")).collect();
            format!("there is {}", known.join(", "))
        }
    };
    format!("there is no `{id}` in `{section}`; {advice}")
}

/// What is wrong with an id.
pub(super) fn id_fault(id: &str, section: &str) -> Option<String> {
    let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let good = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(fits);
    (!good).then(|| {
        format!(
            "`{id}` is no id; write 1 to {LONGEST_ID} of a to z, 0 to 9 and `-`, such as `{}`",
            as_id(id, section)
        )
    })
}

/// The id nearest to a text that is none.
pub(super) fn as_id(text: &str, section: &str) -> String {
    let mut id = String::new();
    for letter in text.chars().take(LONGEST_ID) {
        if letter.is_ascii_alphanumeric() {
            id.push(letter.to_ascii_lowercase());
        } else if !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() {
        format!("{}-1", section.trim_end_matches('s').replace('_', "-"))
    } else {
        id.to_owned()
    }
}

/// Whether a ramp may change what stands at `path`.
pub(super) fn ramped(scenario: &Scenario, path: &str) -> Result<(), String> {
    Address::find(scenario, path).map_err(|error| error.to_string())?;
    let section = path.split('.').next().unwrap_or_default();
    let field = path.rsplit('.').next().unwrap_or_default();
    match (section, field) {
        ("threats", "production" | "sites")
        | ("supply", "rate")
        | ("deployments", "fire_units" | "reach") => Ok(()),
        _ => Err(format!(
            "a ramp cannot change `{path}`; it can change a threat's `production` or `sites`, a supply line's `rate`, a deployment's `fire_units` or `reach`"
        )),
    }
}

/// What is wrong with the range of a number whose value is good: the part and why.
fn range_fault(estimate: &Estimate, kind: Kind) -> Option<(&'static str, String)> {
    let Range { low, high } = estimate.range?;
    let value = estimate.value;
    if !kind.takes_range() {
        return Some((
            "low",
            "a whole number takes no range; leave `low` and `high` out".to_owned(),
        ));
    }
    let scale = kind.scale();
    // The negation catches what is no number.
    let above_end = |low: f64| low > 0.0;
    let below_end = |high: f64| match scale {
        Scale::Log => high <= LARGEST_AMOUNT,
        Scale::LogOdds => high < 1.0,
    };
    if !above_end(low) {
        return Some(("low", format!("low is {low}; a range begins above 0")));
    }
    if !below_end(high) {
        let end = match scale {
            Scale::Log => "ends at 1e12 at most",
            Scale::LogOdds => "ends below 1",
        };
        return Some(("high", format!("high is {high}; a range {end}")));
    }
    if low.is_nan() || low >= value {
        return Some((
            "low",
            format!("low is {low}; it must be less than the value, {value}"),
        ));
    }
    if high.is_nan() || high <= value {
        return Some((
            "high",
            format!("high is {high}; it must be more than the value, {value}"),
        ));
    }
    skew_fault(low, value, high, scale)
}

/// Whether a range is too skewed about its median for a three-term metalog.
///
/// # Formula
///
/// With z the numbers on their scale, Λ = ln 19, a2 = (z95 − z05)/2Λ and
/// a3 = (z95 + z05 − 2·z50)/(0.9·Λ): |a3/a2| ≤ 1.66. With U = z95 − z50 and D = z50 − z05 that is
/// |U − D|/(U + D) ≤ 0.45·1.66. Source: the model page, "Uncertainty"; Keelin 2016.
fn skew_fault(low: f64, value: f64, high: f64, scale: Scale) -> Option<(&'static str, String)> {
    let to = |x: f64| match scale {
        Scale::Log => x.ln(),
        Scale::LogOdds => (x / (1.0 - x)).ln(),
    };
    let back = |z: f64| match scale {
        Scale::Log => z.exp(),
        Scale::LogOdds => 1.0 / (1.0 + (-z).exp()),
    };
    let (up, down) = (to(high) - to(value), to(value) - to(low));
    let skew = (up - down) / (up + down) / 0.45;
    if skew.abs() <= MAX_SKEW {
        return None;
    }
    let largest = match scale {
        Scale::Log => f64::INFINITY,
        Scale::LogOdds => 1.0,
    };
    let (below, above) = ((0.0, value), (value, largest));
    // The longest that one side may be, in lengths of the other.
    let most = (1.0 + 0.45 * 1.66) / (1.0 - 0.45 * 1.66);
    Some(if skew > 0.0 {
        let high_most = few_figures(back(to(value) + most * down), f64::floor, above);
        let low_most = few_figures(back(to(value) - up / most), f64::floor, below);
        (
            "high",
            format!(
                "the range is too skewed upwards; lower `high` to {high_most} or `low` to {low_most}"
            ),
        )
    } else {
        let low_least = few_figures(back(to(value) - most * up), f64::ceil, below);
        let high_least = few_figures(back(to(value) + down / most), f64::ceil, above);
        (
            "low",
            format!(
                "the range is too skewed downwards; raise `low` to {low_least} or `high` to {high_least}"
            ),
        )
    })
}

/// That something would end before it begins, or as it begins.
fn ends_too_early(it: &str, begins: Date, ends: Date, name: &str) -> String {
    let when = if begins == ends {
        format!("on {ends}, the day on which it begins")
    } else {
        format!("on {ends}, before it begins on {begins}")
    };
    format!("{it} would end {when}; `until` must be later than `{name}`")
}

/// A positive number in three figures, rounded to the safe side; in more where that would take it to one
/// of two limits that it lies between, or past it.
fn few_figures(number: f64, round: fn(f64) -> f64, (least, most): (f64, f64)) -> f64 {
    let mut rounded = (3..15).map(|count| figures(number, round, count));
    let within = rounded.find(|&rounded| least < rounded && rounded < most);
    within.unwrap_or(number)
}

/// A positive number in so many figures.
fn figures(number: f64, round: fn(f64) -> f64, count: i32) -> f64 {
    // Whole digits behind the point, so that the division gives the decimal number exactly.
    let digits = count - 1 - number.log10().floor() as i32;
    if digits >= 0 {
        let scale = 10_f64.powi(digits);
        round(number * scale) / scale
    } else {
        let scale = 10_f64.powi(-digits);
        round(number / scale) * scale
    }
}
