//! The thread that runs ensembles: a small sample at once, so that the bands stay with the finger,
//! and the full number when the hand rests.
//!
//! The newest request wins. The first batch of a request is always finished and handed over, so
//! that a drag never starves the bands; after it the thread gives up as soon as something newer is
//! asked. A member's draws depend on its number alone, so more members only make a band smoother:
//! nothing jumps.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use super::desk::{Clerk, Desk};
use super::traces::Ribbons;
use crate::analysis::chances::{Chances, not_drawn};
use crate::model::ensemble::{Bands, Ensemble, EnsembleError, Options, Sample};
use crate::scenario::Checked;

/// The most members of the first batch. All that are run by default, so that the middle line under
/// a drag is the one at rest, unless the machine needs too long for them.
const MOST: u32 = 4_096;
/// The fewest, however slow the machine.
const LEAST: u32 = 256;
/// What a first batch may take, so that the bands stay with the finger.
const FRAME: Duration = Duration::from_millis(15);
/// By how much the sample grows between two batches that are handed over.
const GROWTH: u32 = 8;

/// What to run.
#[derive(Clone)]
pub struct Request {
    pub generation: u64,
    pub scenario: Arc<Checked>,
    pub baseline: Arc<Checked>,
    /// The scenario with the changed assumptions alone, if decisions are changed too.
    pub assumed: Option<Arc<Checked>>,
    /// Whether the scenario is the baseline itself.
    pub is_baseline: bool,
    pub options: Options,
}

/// What an ensemble came to, so far.
#[derive(Debug)]
pub struct Spread {
    pub generation: u64,
    pub options: Options,
    /// How many members it is over.
    pub members: u32,
    pub bands: Bands,
    /// The bands as charts draw them.
    pub ribbons: Ribbons,
    /// Those of the baseline; nothing where the baseline itself is shown.
    pub baseline: Option<Arc<Ribbons>>,
    pub chances: Chances,
}

impl Spread {
    /// What its members did not draw, in words; see [`not_drawn`].
    pub fn not_drawn(&self) -> &'static str {
        not_drawn(self.options)
    }
}

/// The newest result, or why there is none.
pub type Outcome = Result<Arc<Spread>, (u64, EnsembleError)>;

/// A handle to the thread; dropping it ends the thread.
pub type Runner = Clerk<Request, Outcome>;

/// Starts the thread. `wake` is called whenever a result is ready.
///
/// # Errors
///
/// The system refuses another thread.
pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Runner> {
    Clerk::start("ensemble", wake, serve)
}

/// The sample of a scenario that many requests share: the baseline, or the changed assumptions alone.
struct Shared {
    of: Arc<Checked>,
    ensemble: Ensemble,
    sample: Sample,
    /// Its bands, and how many members they are over: a drag leaves them as they are.
    ribbons: (u32, Arc<Ribbons>),
}

impl Shared {
    fn ribbons(&mut self) -> Arc<Ribbons> {
        let (members, ribbons) = &mut self.ribbons;
        if *members != self.sample.len() {
            *members = self.sample.len();
            *ribbons = Arc::new(Ribbons::of(&self.sample.bands(&self.ensemble)));
        }
        Arc::clone(ribbons)
    }
}

fn serve(desk: &Desk<Request, Outcome>) {
    let mut sample = Sample::default();
    let mut kept = [None, None];
    let mut first = MOST;
    while let Some(request) = desk.next() {
        match run(desk, &request, first, &mut sample, &mut kept) {
            Ok(took) if took > FRAME => first = (first / 2).max(LEAST),
            Ok(took) if took < FRAME / 3 => first = (first * 2).min(MOST),
            Ok(_) => {}
            Err(error) => desk.publish(Err((request.generation, error))),
        }
    }
}

/// Runs a request in growing batches, each handed over, until it is done or something newer waits;
/// how long the first took comes back.
fn run(
    desk: &Desk<Request, Outcome>,
    request: &Request,
    first: u32,
    sample: &mut Sample,
    [kept, kept_assumed]: &mut [Option<Shared>; 2],
) -> Result<Duration, EnsembleError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let never = AtomicBool::new(false);
    let ensemble = Ensemble::new(&request.scenario, request.options)?;
    sample.restart(&ensemble);
    let mut baseline = match (request.is_baseline, kept) {
        (true, _) => None,
        (false, kept) => Some(shared(kept, &request.baseline, request.options)?),
    };
    let mut assumed = match &request.assumed {
        Some(assumed) => Some(shared(kept_assumed, assumed, request.options)?),
        None => None,
    };
    let mut up_to = first.min(request.options.members);
    let mut stop = &never;
    let begun = Instant::now();
    let mut took = None;
    loop {
        let mut done = sample.extend(&ensemble, up_to, threads, stop);
        for shared in [&mut baseline, &mut assumed].into_iter().flatten() {
            let Shared {
                ensemble, sample, ..
            } = shared;
            done &= sample.extend(ensemble, up_to, threads, stop);
        }
        let took = *took.get_or_insert_with(|| begun.elapsed());
        if !done {
            return Ok(took);
        }
        let ribbons = baseline.as_mut().map(|baseline| baseline.ribbons());
        let [compared, assumed] = [&baseline, &assumed]
            .map(|shared| shared.as_ref().map(|shared| shared.sample.members()));
        let bands = sample.bands(&ensemble);
        desk.publish(Ok(Arc::new(Spread {
            generation: request.generation,
            options: request.options,
            members: sample.len(),
            ribbons: Ribbons::of(&bands),
            bands,
            baseline: ribbons,
            chances: Chances::of(sample.members(), compared, assumed),
        })));
        if up_to >= request.options.members {
            return Ok(took);
        }
        up_to = up_to.saturating_mul(GROWTH).min(request.options.members);
        stop = &desk.newer;
    }
}

/// The sample of a scenario, run again only if the scenario or the options have changed.
fn shared<'k>(
    kept: &'k mut Option<Shared>,
    scenario: &Arc<Checked>,
    options: Options,
) -> Result<&'k mut Shared, EnsembleError> {
    let fits = kept
        .as_ref()
        .is_some_and(|kept| Arc::ptr_eq(&kept.of, scenario) && kept.ensemble.options() == options);
    let shared = if let Some(shared) = kept.take().filter(|_| fits) {
        shared
    } else {
        let ensemble = Ensemble::new(scenario, options)?;
        Shared {
            of: Arc::clone(scenario),
            sample: Sample::new(&ensemble),
            ensemble,
            ribbons: (0, Arc::default()),
        }
    };
    Ok(kept.insert(shared))
}
