//! The thread that computes what need not be ready in the same frame: the scents of the levers,
//! and what running the scenario shows to be implausible.
//!
//! The newest request wins: one that has not been started is replaced. One that has been started
//! is finished, since a whole set takes less than a blink and would otherwise starve for as long
//! as a drag goes on. Results carry their generation, so the window can tell what lags.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::analysis::scent::{Scent, scent};
use crate::analysis::{Answer, plausible};
use crate::scenario::{Checked, Problem};

/// The scents of one generation, one a lever; nothing where a lever leads nowhere.
#[derive(Debug)]
pub struct Scents {
    pub generation: u64,
    pub levers: Vec<Option<Scent>>,
    /// What this run of the scenario shows to be implausible.
    pub warnings: Vec<Problem>,
}

impl Scents {
    fn of(generation: u64, scenario: &Checked) -> Self {
        let levers: Vec<Option<Scent>> = scenario
            .levers
            .iter()
            .map(|lever| scent(scenario, lever))
            .collect();
        let mut warnings = plausible::raids(scenario, &Answer::of(scenario).outcome);
        let flat = levers.iter().zip(&scenario.levers);
        warnings.extend(
            flat.filter_map(|(scent, lever)| Some(scent.as_ref()?.flat.as_ref()?.problem(lever))),
        );
        Self {
            generation,
            levers,
            warnings,
        }
    }
}

/// Where window and thread leave things for each other: one place for each, so that nothing
/// piles up however long the other is away.
#[derive(Default)]
struct Desk {
    slots: Mutex<Slots>,
    rung: Condvar,
}

#[derive(Default)]
struct Slots {
    request: Option<(u64, Checked)>,
    result: Option<Scents>,
    closed: bool,
}

impl Desk {
    /// Nothing is ever left half written under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle to the thread; dropping it ends the thread.
pub struct Worker {
    desk: Arc<Desk>,
}

impl Worker {
    /// Starts the thread. `wake` is called whenever a result is ready.
    ///
    /// # Errors
    ///
    /// The system refuses another thread.
    pub fn start(wake: impl Fn() + Send + 'static) -> io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let theirs = Arc::clone(&desk);
        thread::Builder::new()
            .name("scents".to_owned())
            .spawn(move || serve(&theirs, &wake))?;
        Ok(Self { desk })
    }

    /// Asks for the scents of a scenario, in the place of anything asked before.
    pub fn ask(&self, generation: u64, scenario: Checked) {
        self.desk.lock().request = Some((generation, scenario));
        self.desk.rung.notify_one();
    }

    /// The newest result, if one has arrived since the last call.
    pub fn newest(&self) -> Option<Scents> {
        self.desk.lock().result.take()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.desk.lock().closed = true;
        self.desk.rung.notify_one();
    }
}

fn serve(desk: &Desk, wake: &dyn Fn()) {
    while let Some((generation, scenario)) = next(desk) {
        let scents = Scents::of(generation, &scenario);
        desk.lock().result = Some(scents);
        wake();
    }
}

/// Waits for the next request; nothing once the window is gone.
fn next(desk: &Desk) -> Option<(u64, Checked)> {
    let mut slots = desk.lock();
    loop {
        if slots.closed {
            return None;
        }
        if let Some(request) = slots.request.take() {
            return Some(request);
        }
        slots = desk
            .rung
            .wait(slots)
            .unwrap_or_else(PoisonError::into_inner);
    }
}
