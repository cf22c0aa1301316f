//! Everything that is tested from outside, in one binary.

mod bundled;
mod files;
mod generate;
mod model;
mod properties;
mod reference;
