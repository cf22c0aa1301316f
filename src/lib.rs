//! Live what-if analysis of air-defence supply.
//!
//! The layers, each using only those above it:
//!
//! - [`scenario`]: what the user writes, and the address of every number in it.
//! - [`model`]: what a day does.
//! - [`analysis`]: what a run means.
//! - [`export`]: what leaves the program.
//!
//! - `app`: the window, in builds with the `gui` feature.
//!
//! Beside them stands [`cli`], the command line.

pub mod analysis;
#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod export;
pub mod model;
pub mod scenario;
