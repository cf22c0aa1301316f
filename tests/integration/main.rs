//! Everything that is tested from outside, in one binary.

mod analysis;
mod commands;
mod files;
mod generate;
mod layers;
mod model;
mod properties;
mod reference;
