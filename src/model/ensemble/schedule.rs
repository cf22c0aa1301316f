//! What each day of a plan holds, alike for all members: worked out once, so that the blocks of
//! members need not ask day by day.

use std::ops::Range;

use crate::model::plan::{Day, Plan, Ramped};
use crate::model::random::{Place, Stream};
use crate::scenario::Checked;

/// Something that befalls rates and stocks. Numbers are places in the plan's lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// What a ramp changes is so far on its way, from 0 to 1.
    Ramp {
        ramp: usize,
        along: f32,
    },
    Transfer(usize),
    /// So many days at a supply line's rate fall due.
    Accrue {
        line: usize,
        days: f32,
    },
    /// What has accrued on a line arrives.
    Arrive(usize),
    /// So many days at the rate of a line arrive, where nothing else can become of them.
    Deliver {
        line: usize,
        days: f32,
    },
    Shipment(usize),
}

/// How a threat is launched on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Launch {
    /// Not at all: a ceasefire.
    Nothing,
    /// By a raid's name, at its place in the plan.
    Named(usize),
    /// As many as are listed for the day.
    Listed(f32),
    /// The share of the stockpile that raids release.
    Raid,
    /// The daily share of production.
    Daily,
    /// A raid with this probability, else the daily share.
    Random(f32),
}

/// Where a threat's numbers of one day stand in the pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThreatPlaces {
    pub(super) gamma: Place,
    pub(super) whole: Place,
}

/// Where the numbers of a layer and a threat stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairPlaces {
    pub(super) reach: Place,
    pub(super) kill: Place,
    pub(super) magazine: Place,
    pub(super) fresh: Place,
}

/// All days of a plan.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    steps: Vec<Step>,
    /// Where each day's steps end.
    ends: Vec<usize>,
    /// A row of threats a day; likewise below, of theatres, layers and pairs.
    launches: Vec<Launch>,
    threats: Vec<ThreatPlaces>,
    /// What says whether raids come tonight.
    nights: Vec<Place>,
    layers: Vec<Place>,
    pairs: Vec<PairPlaces>,
    count: [usize; 4],
}

/// One day: lists beside those of the plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Today<'s> {
    /// In the order in which they are to be taken.
    pub(super) steps: &'s [Step],
    pub(super) launches: &'s [Launch],
    pub(super) threats: &'s [ThreatPlaces],
    pub(super) nights: &'s [Place],
    pub(super) layers: &'s [Place],
    pub(super) pairs: &'s [PairPlaces],
}

impl Schedule {
    pub(super) fn new(s: &Checked, plan: &Plan, seed: u64) -> Self {
        let mut schedule = Self {
            count: [
                plan.threats.len(),
                plan.theatres.len(),
                plan.layers.len(),
                plan.pairs.len(),
            ],
            ..Self::default()
        };
        // Lines without a limit, of which nothing is diverted and whose rate stays.
        let ramped = |line| plan.ramps.iter().any(|ramp| ramp.of == Ramped::Rate(line));
        let lines = plan.lines.iter().enumerate();
        let simple = lines
            .map(|(i, line)| line.total.is_infinite() && line.diverts.is_empty() && !ramped(i));
        let simple: Vec<bool> = simple.collect();
        // Days at each line's rate that have not fallen due.
        let mut waiting = vec![0; plan.lines.len()];
        for day in 0..plan.days as Day {
            schedule.add_steps(plan, day, &simple, &mut waiting);
            let launches = (0..plan.threats.len()).map(|threat| launch(plan, threat, day));
            schedule.launches.extend(launches);
        }
        schedule.add_places(s, plan, seed);
        schedule
    }

    /// Steps 1 to 3 of the model page.
    fn add_steps(&mut self, plan: &Plan, day: Day, simple: &[bool], waiting: &mut [u32]) {
        fn accrue(steps: &mut Vec<Step>, line: usize, waiting: &mut [u32]) {
            let days = std::mem::take(&mut waiting[line]) as f32;
            if days > 0.0 {
                steps.push(Step::Accrue { line, days });
            }
        }
        let steps = &mut self.steps;
        for (ramp, planned) in plan.ramps.iter().enumerate() {
            let last = planned.on.saturating_add(planned.over);
            // From before the start, what it comes to has to be set once.
            if planned.on <= day && (day <= last || day == 0) {
                if let Ramped::Rate(line) = planned.of {
                    accrue(steps, line, waiting);
                }
                let along = planned.along(day) as f32;
                steps.push(Step::Ramp { ramp, along });
            }
        }
        steps.extend(of_day(&plan.transfers, |transfer| transfer.on, day).map(Step::Transfer));
        for (line, planned) in plan.lines.iter().enumerate() {
            let mut pauses = plan.pauses[planned.pauses.clone()].iter();
            if !planned.active.holds(day) || pauses.any(|pause| pause.holds(day)) {
                continue;
            }
            waiting[line] += 1;
            if (day as u32 + 1).is_multiple_of(planned.every) {
                if simple[line] {
                    let days = std::mem::take(&mut waiting[line]) as f32;
                    steps.push(Step::Deliver { line, days });
                } else {
                    accrue(steps, line, waiting);
                    steps.push(Step::Arrive(line));
                }
            }
        }
        steps.extend(of_day(&plan.shipments, |shipment| shipment.on, day).map(Step::Shipment));
        self.ends.push(steps.len());
    }

    /// Where what is drawn on each day stands, by what it is for and the ids of the scenario.
    fn add_places(&mut self, s: &Checked, plan: &Plan, seed: u64) {
        let threat = |at: usize| s.threats.get_index(at).map_or("", |(id, _)| id);
        let deployment = |at: usize| s.deployments.get_index(at).map_or("", |(id, _)| id);
        let of_threats: Vec<[Stream; 2]> = (0..plan.threats.len())
            .map(|t| ["launches", "whole launches"].map(|what| Stream::named(&[what, threat(t)])))
            .collect();
        let theatres = s.theatres.keys();
        let of_theatres: Vec<_> = theatres
            .map(|id| Stream::named(&["raid nights", id]))
            .collect();
        let (mut of_layers, mut of_pairs) = (Vec::new(), Vec::new());
        for layer in &plan.layers {
            let deployment = deployment(layer.deployment);
            of_layers.push(Stream::named(&["engagements", deployment]));
            for pair in &plan.pairs[layer.pairs.clone()] {
                let purposes = ["reach", "kill", "magazine", "never engaged"];
                let threat = threat(pair.threat);
                of_pairs.push(purposes.map(|what| Stream::named(&[what, deployment, threat])));
            }
        }
        for d in 0..plan.days as u32 {
            let place = |stream| Place::new(seed, d, stream);
            self.threats.extend(of_threats.iter().map(|streams| {
                let [gamma, whole] = streams.map(place);
                ThreatPlaces { gamma, whole }
            }));
            self.nights.extend(of_theatres.iter().copied().map(place));
            self.layers.extend(of_layers.iter().copied().map(place));
            self.pairs.extend(of_pairs.iter().map(|streams| {
                let [reach, kill, magazine, fresh] = streams.map(place);
                PairPlaces {
                    reach,
                    kill,
                    magazine,
                    fresh,
                }
            }));
        }
    }

    pub(super) fn day(&self, d: usize) -> Today<'_> {
        let [threats, theatres, layers, pairs] = self.count.map(|count| d * count..(d + 1) * count);
        let begin = d.checked_sub(1).map_or(0, |before| self.ends[before]);
        Today {
            steps: &self.steps[begin..self.ends[d]],
            launches: &self.launches[threats.clone()],
            threats: &self.threats[threats],
            nights: &self.nights[theatres],
            layers: &self.layers[layers],
            pairs: &self.pairs[pairs],
        }
    }
}

/// The places of what is dated `day` in a list that is in order of days.
fn of_day<T>(list: &[T], on: impl Fn(&T) -> Day, day: Day) -> Range<usize> {
    let first = list.partition_point(|item| on(item) < day);
    first..first + list[first..].partition_point(|item| on(item) == day)
}

/// How a threat is launched on `day`; see the model page, step 5.
fn launch(plan: &Plan, threat: usize, day: Day) -> Launch {
    let planned = &plan.threats[threat];
    let mut ceasefires = plan.ceasefires.iter();
    if ceasefires.any(|c| c.theatre == planned.theatre && c.span.holds(day)) {
        return Launch::Nothing;
    }
    let mut raids = of_day(&plan.raids, |raid| raid.on, day);
    if let Some(raid) = raids.find(|&raid| plan.raids[raid].threat == threat) {
        return Launch::Named(raid);
    }
    if let Some(listed) = planned.listed.on(day) {
        return Launch::Listed(listed as f32);
    }
    match planned.raid_every {
        0 => Launch::Daily,
        every if !planned.regular => Launch::Random((1.0 / f64::from(every)) as f32),
        every if (day as u32 + 1).is_multiple_of(every) => Launch::Raid,
        _ => Launch::Daily,
    }
}
