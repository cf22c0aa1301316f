//! Everything that is tested from outside, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must say so and stop"
)]

mod analysis;
mod bundled;
mod commands;
mod drawn;
#[cfg(feature = "gui")]
mod editing;
mod edits;
mod ensemble;
#[cfg(feature = "gui")]
mod ensemble_window;
mod files;
mod generate;
mod json;
mod layers;
mod model;
mod pages;
#[cfg(feature = "gui")]
mod pictures;
mod properties;
mod reference;
mod saving;
#[cfg(feature = "gui")]
mod saving_window;
mod scenario_readme;
mod seek;
mod sensitivity;
mod snapshots;
#[cfg(feature = "gui")]
mod timeline;
#[cfg(feature = "gui")]
mod what_ifs;
#[cfg(feature = "gui")]
mod window;
