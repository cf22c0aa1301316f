//! What a day does: the arithmetic, without files, clocks or windows.

mod day;
mod outcome;
mod plan;
pub mod random;
mod run;

pub use outcome::{DeploymentDays, Outcome, TheatreDays, ThreatDays};
pub use plan::Plan;
pub use run::{run, run_every_pass, run_into};
