//! What a run means: key figures, sentences, differences.

mod figures;

pub use figures::{Cost, DeploymentFigures, KeyFigures, TheatreFigures, WINDOW, Why, Worst};
