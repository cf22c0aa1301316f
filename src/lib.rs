//! Live what-if analysis of air-defence supply.
//!
//! The layers, each using only those above it:
//!
//! - [`scenario`]: what the user writes, and the address of every number in it.
//! - [`model`]: what a day does.
//! - [`analysis`]: what a run means.
//! - [`export`]: what leaves the program.
//!
//! Beside them stands [`cli`], the command line.

pub mod analysis;
pub mod cli;
pub mod export;
pub mod model;
pub mod scenario;
