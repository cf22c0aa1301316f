//! What a day does: the arithmetic, without files, clocks or windows.

mod outcome;

pub use outcome::{DeploymentDays, Outcome, TheatreDays, ThreatDays};
