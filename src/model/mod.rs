//! What a day does: the arithmetic, without files, clocks or windows.

mod day;
pub mod ensemble;
mod outcome;
mod plan;
pub mod random;
mod run;

pub use outcome::{DeploymentDays, Outcome, TheatreDays, ThreatDays};
pub use plan::Plan;
pub use run::{run, run_every_pass, run_into};

/// Days over which coverage is judged.
pub const WINDOW: usize = 28;

/// Days over which daily counts are averaged for a chart, so that weekly raids do not hide the
/// trend.
pub const WEEK: usize = 7;
