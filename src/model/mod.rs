//! What a day does: the arithmetic, without files, clocks or windows.

mod day;
pub mod ensemble;
mod outcome;
mod plan;
pub mod random;
mod run;
pub mod window;

pub use outcome::{DeploymentDays, Outcome, TheatreDays, ThreatDays};
pub use plan::Plan;
pub use run::{run, run_every_pass, run_into};
pub use window::{WEEK, WINDOW};
