//! What a run means: key figures, sentences, differences.

mod answer;
mod causes;
pub mod chances;
pub mod changes;
pub mod compare;
pub mod events;
mod figures;
mod flat;
pub mod format;
pub mod likelihood;
pub mod likely_compare;
mod likely_words;
pub mod marking;
pub mod observed;
pub mod plausible;
pub mod scent;
pub mod seek;
pub mod sensitivity;
pub mod sentences;
pub mod series;
pub mod sweep;
pub mod table;
pub mod trials;
pub mod words;

pub use answer::Answer;
pub use figures::{
    Cost, DeploymentFigures, KeyFigures, TheatreFigures, WINDOW, Why, Worst, is_judged,
    window_ratio,
};
