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
mod files;
mod generate;
mod layers;
mod model;
mod properties;
mod reference;
#[cfg(feature = "gui")]
mod window;
