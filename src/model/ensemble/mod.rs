//! Ensemble mode: many runs of one scenario, each with numbers drawn from their ranges and days
//! drawn from their chances, and what they come to together.
//!
//! [`Ensemble`] is a scenario made ready; a [`Sample`] is the members run so far, and grows in
//! steps: what a member draws depends on its number alone, so a sample of 1,000 is the beginning of
//! one of 10,000. [`Members`] has what each came to, for probabilities and for differences
//! between two scenarios member by member; [`Bands`] the spread of each measure by day.
//!
//! ```text
//! random.rs ── draws by (seed, member, day, stream)
//!    │
//! numbers.rs ── what a member's numbers are        lanes.rs ── draws for 128 members at once
//!    │                                                 │
//!    │   schedule.rs ── what each day holds for all    │
//!    └──────────┬──────────────────────────────────────┘
//!            block.rs ── 128 members, day by day (chance on)
//!            planned.rs ── one member by the planning run (chance off)
//!               │
//!            tally.rs ── values into bins ── percentiles.rs ── bands.rs ── exact.rs, without bins
//! ```
//!
//! With `chance` off, a member is a planning run with its own numbers, the very same code, so that
//! with `ranges` off too every member is the planning run to the last bit.

mod bands;
mod bins;
mod block;
mod exact;
mod lanes;
mod members;
mod numbers;
mod percentiles;
mod planned;
mod schedule;
mod tally;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::civil::Date;
use thiserror::Error;

use self::bins::{CHUNK, Chunk, Measure, Scale};
use self::block::{Block, Draws};
use self::lanes::{LANES, Lanes};
use self::members::Shape;
use self::numbers::Numbers;
use self::percentiles::FEW;
use self::planned::Planned;
use self::schedule::Schedule;
use self::tally::{Bins, First, Sink, Tally};
use super::random::{Design, GammaCurve, GammaRows, GammaTable, LARGEST_VARIATION};
use super::run::run_bare_into;
use super::window::{judged_windows, trailing_sums};
use super::{Outcome, Plan, WINDOW};
use crate::scenario::Checked;

pub use bands::{Band, Bands, TheatreBands};
pub use members::{DeploymentMembers, Members, TheatreMembers};

/// The most members that an ensemble may have.
pub const MOST_MEMBERS: u32 = 1_000_000;

/// The most members of which tables have exact percentiles. Source: the model page, "Uncertainty".
pub const MOST_EXACT: u32 = 20_000;

/// Measures of a theatre: shares uncovered and leaked over 28 days; threats launched, uncovered and
/// leaked a day.
const SERIES_A_THEATRE: usize = 5;

/// Chunks that are run before their values are counted: their bytes stay in the cache.
const ROUND: usize = 4;

/// What an ensemble draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many members, 1 to [`MOST_MEMBERS`].
    pub members: u32,
    pub seed: u64,
    /// Whether members draw their numbers from the ranges; else they take the medians.
    pub ranges: bool,
    /// Whether what happens on a day is drawn; else it goes by the planning arithmetic.
    pub chance: bool,
    /// What bands of threats a day are of.
    pub counts: Counts,
}

/// What bands of threats a day are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// The day itself, for tables.
    Daily,
    /// The mean of the last seven days, for charts; the first week has only the days there are.
    Weekly,
}

/// Why a scenario cannot be run as an ensemble.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum EnsembleError {
    #[error("{0} members cannot be run; 1 to {MOST_MEMBERS} can")]
    Members(u32),
    #[error(
        "{path}: a variation of {value} cannot be drawn; write at most {}",
        LARGEST_VARIATION
    )]
    Variation { path: String, value: f64 },
}

/// Whether a scenario can be run as an ensemble.
///
/// # Errors
///
/// The first number that cannot be drawn.
pub fn can_be_drawn(scenario: &Checked) -> Result<(), EnsembleError> {
    let mut threats = scenario.threats.iter();
    let wide = threats.find(|(_, threat)| threat.variation.value > LARGEST_VARIATION);
    wide.map_or(Ok(()), |(id, threat)| {
        Err(EnsembleError::Variation {
            path: format!("threats.{id}.variation"),
            value: threat.variation.value,
        })
    })
}

/// How a threat's launches vary from day to day.
#[derive(Clone, Debug)]
enum Gamma {
    None,
    Curve(GammaCurve),
    Table(GammaTable),
    /// The variation itself has a range.
    Rows(GammaRows),
}

impl Gamma {
    /// For a variation without a range.
    fn new(variation: f64) -> Self {
        if variation <= 0.0 {
            Self::None
        } else if variation <= GammaCurve::LARGEST {
            Self::Curve(GammaCurve::new(variation))
        } else {
            Self::Table(GammaTable::new(variation))
        }
    }
}

/// What all blocks of an ensemble share.
#[derive(Debug)]
struct Setting {
    plan: Plan,
    numbers: Numbers,
    gammas: Vec<Gamma>,
    counts: Counts,
    /// Empty where chance is off.
    schedule: Schedule,
    /// The measures, those of theatres first.
    series: Vec<Measure>,
    /// Deployments whose stock is a measure.
    magazines: Vec<usize>,
    /// Whether the 28 days that end on a day are judged, by theatre: as for the planning run.
    judged: Vec<Vec<bool>>,
}

impl Setting {
    fn rows(&self) -> usize {
        self.plan.days * self.series.len()
    }

    /// Rows of which tables want the means: all or none.
    fn means(&self) -> usize {
        match self.counts {
            Counts::Daily => self.rows(),
            Counts::Weekly => 0,
        }
    }
}

/// A scenario made ready to be run as an ensemble.
#[derive(Debug)]
pub struct Ensemble {
    options: Options,
    setting: Setting,
    shape: Shape,
}

impl Ensemble {
    /// Makes a scenario ready.
    ///
    /// # Errors
    ///
    /// A number of members that cannot be run, or a number of the scenario that cannot be drawn.
    pub fn new(scenario: &Checked, options: Options) -> Result<Self, EnsembleError> {
        Self::with_design(scenario, options, Design::Even)
    }

    /// Makes a scenario ready whose members' numbers are spread by another design.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub fn with_design(
        scenario: &Checked,
        options: Options,
        design: Design,
    ) -> Result<Self, EnsembleError> {
        let Options {
            members,
            seed,
            chance,
            counts,
            ..
        } = options;
        if !(1..=MOST_MEMBERS).contains(&members) {
            return Err(EnsembleError::Members(members));
        }
        can_be_drawn(scenario)?;
        let plan = Plan::new(scenario);
        let numbers = Numbers::new(scenario, &plan, options, design);
        let mut planned = Outcome::default();
        run_bare_into(&plan, &mut planned);
        let theatres = planned.theatres.iter();
        let judged = theatres.map(|theatre| {
            let mut sums = Vec::new();
            trailing_sums(&theatre.launched, WINDOW, &mut sums);
            judged_windows(&sums)
        });
        let judged = judged.collect();
        let mut schedule = Schedule::default();
        let mut gammas: Vec<Gamma> = Vec::new();
        if chance {
            schedule = Schedule::new(scenario, &plan, seed);
            for (i, threat) in numbers.threats.iter().enumerate() {
                let variation = threat.variation;
                // Threats often share a variation, and finding the quantiles takes its time.
                let same = numbers.threats[..i].iter().position(|before| {
                    !before.variation.is_drawn() && before.variation.value == variation.value
                });
                gammas.push(match (variation.metalog(&numbers), same) {
                    (Some(metalog), _) => Gamma::Rows(GammaRows::new(metalog)),
                    (None, Some(same)) => gammas[same].clone(),
                    (None, None) => Gamma::new(variation.value),
                });
            }
        }
        let count = match counts {
            Counts::Daily => Measure::Count { whole: chance },
            Counts::Weekly => Measure::Amount,
        };
        let of_theatre = [Measure::Share, Measure::Share, count, count, count];
        let deployments = plan.deployments.iter().enumerate();
        let magazines: Vec<usize> = deployments
            .filter_map(|(i, deployment)| deployment.expendable.then_some(i))
            .collect();
        let mut series = of_theatre.repeat(plan.theatres.len());
        series.resize(series.len() + magazines.len(), Measure::Amount);
        Ok(Self {
            options,
            shape: Shape::new(scenario, &plan, &numbers),
            setting: Setting {
                plan,
                numbers,
                gammas,
                counts,
                schedule,
                series,
                magazines,
                judged,
            },
        })
    }

    /// What it draws.
    #[must_use]
    pub fn options(&self) -> Options {
        self.options
    }

    /// Day 0.
    #[must_use]
    pub fn start(&self) -> Date {
        self.setting.plan.start
    }

    /// Days run.
    #[must_use]
    pub fn days(&self) -> usize {
        self.setting.plan.days
    }

    /// Runs all members on so many threads.
    #[must_use]
    pub fn run(&self, threads: usize) -> Sample {
        let mut sample = Sample::new(self);
        sample.extend(self, self.options.members, threads, &AtomicBool::new(false));
        sample
    }
}

/// The members run so far.
///
/// Its memory is used again by [`Sample::restart`], and is most of what an ensemble needs.
#[derive(Debug, Default)]
pub struct Sample {
    members: Members,
    tally: Tally,
    /// The first block, which says where bins lie.
    pilot: Worker,
    chunks: Vec<Chunk>,
    /// Chunks of the last round whose values are not in the tally.
    uncounted: usize,
    workers: Vec<Worker>,
}

/// What one thread needs to run members.
#[derive(Debug, Default)]
struct Worker {
    block: Option<Block>,
    drawn: Vec<Lanes>,
    values: Vec<Lanes>,
    planned: Option<Planned>,
}

impl Sample {
    /// A sample without members yet.
    #[must_use]
    pub fn new(ensemble: &Ensemble) -> Self {
        let mut sample = Self::default();
        sample.restart(ensemble);
        sample
    }

    /// Empties the sample for another ensemble, keeping its memory.
    pub fn restart(&mut self, ensemble: &Ensemble) {
        self.members.clear(&ensemble.shape);
        self.tally.clear();
        self.uncounted = 0;
        self.workers.clear();
        self.pilot.restart();
    }

    /// How many members have been run.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.members.count
    }

    /// Whether no member has been run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.count == 0
    }

    /// What each member came to.
    #[must_use]
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// The bands for tables: exact up to [`MOST_EXACT`] members, from bins beyond.
    #[must_use]
    pub fn exact_bands(&self, ensemble: &Ensemble, threads: usize) -> Bands {
        match self.members.count {
            members @ 1..=MOST_EXACT => exact::bands(ensemble, members, threads),
            _ => self.bands(ensemble),
        }
    }

    /// The bands over all members run so far, from bins.
    #[must_use]
    pub fn bands(&self, ensemble: &Ensemble) -> Bands {
        let uncounted = &self.chunks[..self.uncounted];
        Bands::of(
            &ensemble.setting,
            &self.tally,
            uncounted,
            self.members.count,
        )
    }

    /// Runs members until there are `up_to`, or as many as the ensemble has.
    ///
    /// Gives up between rounds of about a thousand members once `stop` is set, and then says so by
    /// `false`; what has been run by then is kept. The results are the same bits for any number of
    /// threads; for any steps too, but that the last bits of means depend on steps that are not
    /// multiples of 256.
    ///
    /// `ensemble` must be the one that the sample was made, or last restarted, for.
    pub fn extend(
        &mut self,
        ensemble: &Ensemble,
        up_to: u32,
        threads: usize,
        stop: &AtomicBool,
    ) -> bool {
        let up_to = up_to.min(ensemble.options.members);
        let threads = threads.max(1);
        if self.workers.len() < threads {
            self.workers.resize_with(threads, Worker::default);
        }
        if self.tally.scales.is_empty() {
            if self.chunks.is_empty() {
                self.chunks.push(Chunk::default());
            }
            let chunk = &mut self.chunks[0];
            self.pilot.set_scales(ensemble, &mut self.tally, chunk);
        }
        while self.members.count < up_to {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let first = self.members.count;
            // Rounds begin and end with whole chunks, but for the first and the last.
            let round = (first / CHUNK as u32 + (ROUND * threads) as u32) * CHUNK as u32;
            let last = round.min(up_to);
            self.run_round(ensemble, first, last, threads);
        }
        true
    }

    /// Runs the members from `first` to the one before `last`.
    fn run_round(&mut self, ensemble: &Ensemble, first: u32, last: u32, threads: usize) {
        let starts = (first / CHUNK as u32..last.div_ceil(CHUNK as u32)).map(|c| c * CHUNK as u32);
        let count = starts.len();
        self.count(threads);
        if self.chunks.len() < count {
            self.chunks.resize_with(count, Chunk::default);
        }
        let chunks = &mut self.chunks[..count];
        let (tally, pilot) = (&self.tally, &self.pilot);
        let work = Mutex::new(starts.zip(chunks.iter_mut()));
        let workers: Vec<_> = self.workers.iter_mut().map(Mutex::new).collect();
        on_threads(threads.min(count), |thread| {
            let mut worker = workers[thread]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            loop {
                let next = work.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((start, chunk)) = next else {
                    return;
                };
                let from = first.saturating_sub(start) as usize;
                let to = ((last - start) as usize).min(CHUNK);
                let setting = &ensemble.setting;
                chunk.open(setting.rows(), setting.means(), from, to);
                chunk.members.clear(&ensemble.shape);
                worker.run(ensemble, start, chunk, tally, pilot);
            }
        });
        self.uncounted = count;
        for chunk in &self.chunks[..count] {
            self.members.append(&chunk.members);
        }
        if self.members.count as usize > FEW {
            self.count(threads);
        }
    }

    /// Counts the values of the last round, if that has not been done.
    fn count(&mut self, threads: usize) {
        if self.uncounted > 0 {
            self.tally.count(&self.chunks[..self.uncounted], threads);
            self.uncounted = 0;
        }
    }
}

impl Worker {
    /// Makes ready for another ensemble.
    fn restart(&mut self) {
        (self.block, self.planned) = (None, None);
    }

    /// Sets where bins lie, by the first block of members. Where there is chance, the bins of these are
    /// put into their places in the first chunk.
    fn set_scales(&mut self, ensemble: &Ensemble, tally: &mut Tally, chunk: &mut Chunk) {
        let setting = &ensemble.setting;
        if ensemble.options.chance {
            chunk.open(setting.rows(), setting.means(), 0, 0);
            let first = First {
                measures: &setting.series,
                extents: Vec::with_capacity(setting.series.len()),
                tally,
                chunk,
            };
            self.run_block(
                ensemble,
                0,
                LANES,
                setting.plan.days,
                &mut Sink::First(first),
            );
            return;
        }
        let mut extents = vec![(f64::INFINITY, -1.0_f64); setting.rows()];
        for member in 0..LANES as u32 {
            let values = self.run_planned(ensemble, member);
            for ((low, high), &value) in extents.iter_mut().zip(values) {
                if value >= 0.0 {
                    *low = low.min(value);
                    *high = high.max(value);
                }
            }
        }
        for ((low, high), &measure) in extents.into_iter().zip(setting.series.iter().cycle()) {
            tally.set_scale(Scale::of(measure, low, high));
        }
    }

    /// Runs the members of a chunk that begins with `start`.
    fn run(
        &mut self,
        ensemble: &Ensemble,
        start: u32,
        chunk: &mut Chunk,
        tally: &Tally,
        pilot: &Self,
    ) {
        let setting = &ensemble.setting;
        let (from, to) = (chunk.from, chunk.to);
        if !ensemble.options.chance {
            let planned = self.planned.get_or_insert_with(|| Planned::new(setting));
            for place in from..to {
                planned.run(setting, start + place as u32);
                for (row, (&value, scale)) in planned.values.iter().zip(&tally.scales).enumerate() {
                    chunk.take(row, place, scale, value);
                }
                let came = std::iter::once(&*planned);
                chunk.members.push(&ensemble.shape, &came);
            }
            return;
        }
        for first in (from / LANES * LANES..to).step_by(LANES) {
            // The bins of the pilot are in their places. Where means are wanted, it has to be run again
            // for those of the members that count.
            let is_pilot = start + first as u32 == 0 && setting.means() == 0;
            if !is_pilot {
                let bins = Bins::new(&setting.series, &tally.lane_scales, chunk, first);
                let members = to - first;
                self.run_block(
                    ensemble,
                    start + first as u32,
                    members,
                    setting.plan.days,
                    &mut Sink::Bins(bins),
                );
            }
            let (block, drawn) = if is_pilot {
                (&pilot.block, &pilot.drawn)
            } else {
                (&self.block, &self.drawn)
            };
            let lanes = from.saturating_sub(first)..(to - first).min(LANES);
            if let Some(block) = block {
                let came = block.members(drawn, lanes);
                chunk.members.push(&ensemble.shape, &came);
            }
        }
    }

    /// Runs a member without chance and gives its values, a row a day and measure.
    fn run_planned(&mut self, ensemble: &Ensemble, member: u32) -> &[f64] {
        let setting = &ensemble.setting;
        let planned = self.planned.get_or_insert_with(|| Planned::new(setting));
        planned.run(setting, member);
        &planned.values
    }

    /// Runs the block of members that begins with `first`, so many of which are wanted, over the first
    /// so many days.
    fn run_block(
        &mut self,
        ensemble: &Ensemble,
        first: u32,
        members: usize,
        days: usize,
        sink: &mut Sink<'_>,
    ) {
        let setting = &ensemble.setting;
        let block = self.block.get_or_insert_with(|| Block::new(&setting.plan));
        block::run_days(
            setting,
            Draws::of(ensemble.options.seed, first, members),
            block,
            &mut self.drawn,
            &mut self.values,
            days,
            sink,
        );
    }
}

/// Does `work` on so many threads, this one among them; each is told its number.
///
/// Where the system refuses a thread, the others do its part.
fn on_threads(threads: usize, work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for thread in 1..threads {
            let work = &work;
            let named = thread::Builder::new().name(format!("members-{thread}"));
            if named.spawn_scoped(scope, move || work(thread)).is_err() {
                break;
            }
        }
        work(0);
    });
}
