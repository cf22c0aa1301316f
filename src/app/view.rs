//! What is shown of a document, and how: nothing here changes an answer.

use super::document::Document;
use crate::analysis::likelihood::Yardstick;
use crate::scenario::Scenario;
use crate::scenario::file::Refused;

/// Which theatre the headline, figures and charts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TheatreView {
    /// One, by its index.
    One(usize),
    /// All at once.
    All,
}

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A scenario to open.
    Open,
    /// A file to save to.
    Save,
    /// A folder to write tables to.
    Export,
}

/// A window over the window.
#[derive(Clone, Debug)]
pub enum Dialog {
    /// A path is being typed; the field itself remembers it.
    Path(Purpose),
    /// Why a file was not opened.
    Refused(Refused),
    /// Why something else failed, with what it was as the heading.
    Failed {
        what: String,
        why: String,
    },
    /// Comments would be lost by saving to this file.
    CommentsWouldGo(std::path::PathBuf),
    /// The window would close with something unsaved.
    Unsaved,
    /// Another scenario would take the place of one with something unsaved.
    UnsavedOpen(String),
    /// The active what-if is being named; the field itself remembers what is typed.
    Rename,
    History,
    Palette,
    /// Chances of a breach and of stock-outs, with their dates.
    Chances,
    /// The seed of the draws is being typed.
    Seed,
    Warnings,
    Words,
    Keys,
    About,
}

/// What stands in the middle of the window, under the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Centre {
    #[default]
    Charts,
    /// The table of key figures.
    Figures,
    /// All what-ifs beside each other.
    Comparison,
}

/// The charts that are shown besides the two that always are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Panels {
    pub stocks: bool,
    pub launches: bool,
}

/// Whether and how the spread of the answer is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncertainty {
    /// Whether bands are shown and sentences speak of chances.
    pub shown: bool,
    pub members: u32,
    /// Another seed than the scenario's, where somebody asked for one.
    pub seed: Option<u64>,
    pub draws: Draws,
    /// Whether the baseline's bands are shown too.
    pub baseline: bool,
    pub yardstick: Yardstick,
}

/// What members draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// Numbers from their ranges.
    pub ranges: bool,
    /// What happens on a day from its chances.
    pub chance: bool,
}

impl Default for Uncertainty {
    fn default() -> Self {
        Self {
            shown: true,
            members: 1_000,
            seed: None,
            draws: Draws {
                ranges: true,
                chance: true,
            },
            baseline: false,
            yardstick: Yardstick::default(),
        }
    }
}

/// What is shown.
#[derive(Clone, Debug)]
pub struct View {
    pub theatre: TheatreView,
    /// The days shown, from the start; the whole horizon where nothing.
    pub days: Option<(f64, f64)>,
    pub centre: Centre,
    pub panels: Panels,
    pub uncertainty: Uncertainty,
    /// What the table of assumptions is filtered by.
    pub filter: String,
    /// The day under the pointer, in any chart.
    pub hovered_day: Option<usize>,
    pub dialog: Option<Dialog>,
    /// Why the last edit was refused.
    pub refusal: Option<String>,
    /// What happened last, for the status bar.
    pub message: Option<String>,
    /// The window may close although something is unsaved.
    pub quitting: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            theatre: TheatreView::One(0),
            days: None,
            centre: Centre::default(),
            panels: Panels::default(),
            uncertainty: Uncertainty::default(),
            filter: String::new(),
            hovered_day: None,
            dialog: None,
            refusal: None,
            message: None,
            quitting: false,
        }
    }
}

impl View {
    /// The days shown on every time axis.
    pub fn day_range(&self, scenario: &Scenario) -> (f64, f64) {
        // Half a day of room on both sides, so that the first and last day are whole.
        let whole = (-0.5, scenario.day_count() as f64 - 0.5);
        self.days.unwrap_or(whole)
    }

    /// Shows these days, kept within the horizon and at least a week wide.
    pub fn show_days(&mut self, from: f64, to: f64, scenario: &Scenario) {
        let (first, last) = (-0.5, scenario.day_count() as f64 - 0.5);
        let width = (to - from).clamp(7f64.min(last - first), last - first);
        let from = from.clamp(first, last - width);
        self.days = (width < last - first).then_some((from, from + width));
    }

    /// Forgets what a changed scenario no longer has.
    pub fn keep_within(&mut self, document: &Document) {
        let scenario = document.current();
        if let TheatreView::One(theatre) = self.theatre
            && theatre >= scenario.theatres.len()
        {
            self.theatre = TheatreView::One(0);
        }
        self.hovered_day = None;
        if let Some((from, to)) = self.days {
            self.show_days(from, to, scenario);
        }
    }

    /// Shows something in the middle; the charts, if it is there already.
    pub fn toggle(&mut self, centre: Centre) {
        self.centre = if self.centre == centre {
            Centre::Charts
        } else {
            centre
        };
    }

    /// Says something in the status bar.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.message = Some(text.into());
    }

    /// Forgets what belonged to the document before, and starts on the first theatre against
    /// which anything is launched.
    pub fn document_opened(&mut self, document: &Document) {
        let scenario = document.current();
        let attacked = scenario
            .threats
            .values()
            .filter_map(|threat| scenario.theatres.get_index_of(&threat.theatre))
            .min();
        self.theatre = TheatreView::One(attacked.unwrap_or(0));
        self.days = None;
        self.filter.clear();
        self.hovered_day = None;
        self.refusal = None;
    }
}
