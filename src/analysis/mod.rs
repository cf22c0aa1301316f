//! What a run means: key figures, sentences, differences.

mod answer;
mod figures;
pub mod format;
pub mod observed;
pub mod plausible;

pub use answer::Answer;
pub use figures::{
    Cost, DeploymentFigures, KeyFigures, TheatreFigures, WINDOW, Why, Worst, window_ratio,
};
