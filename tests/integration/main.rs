//! Everything that is tested from outside, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod analysis;
mod commands;
mod files;
mod generate;
mod layers;
mod model;
mod properties;
mod reference;
