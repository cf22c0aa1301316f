//! What is shown of a document, and how: nothing here changes an answer.

use std::path::PathBuf;

use super::command::Command;
use super::document::Document;
use super::request::{After, Form, Saving};
use crate::analysis::likelihood::Yardstick;
use crate::analysis::seek::Goal;
use crate::analysis::sensitivity::Measure;
use crate::scenario::file::Refused;
use crate::scenario::{Scenario, Section};

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
    /// A file to write a picture or a page to.
    Picture(Form),
}

/// Something unsaved that a crash has left, as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub title: String,
    /// What was worked on.
    pub name: String,
    /// Where it came from.
    pub origin: String,
    pub age: String,
}

/// A window over the window.
#[derive(Clone, Debug)]
pub enum Dialog {
    /// A path is being typed; the field itself remembers it.
    Path {
        purpose: Purpose,
        /// What stands in the field at first; nothing for what it would be by itself.
        first: String,
    },
    /// Why a file was not opened.
    Refused(Refused),
    /// Why something else failed, with what it was as the heading, and the path that was given.
    Failed {
        what: &'static str,
        why: String,
        given: Option<(Purpose, String)>,
    },
    /// A save did not succeed; why.
    NotSaved(String),
    /// These comments would be lost by a save.
    CommentsWouldGo {
        saving: Saving,
        lost: Vec<String>,
    },
    /// The file to save to is there already.
    FileExists(Saving),
    /// The file to write a picture or a page to is there already.
    PictureExists(Form, PathBuf),
    /// The document's own file is no longer what it was, as a save or a look has found.
    FileChanged {
        path: PathBuf,
        gone: bool,
        saving: Option<Saving>,
    },
    /// Crashes have left something unsaved.
    Recover(Vec<Offer>),
    /// What is to follow would lose something unsaved.
    Unsaved(After),
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

impl Dialog {
    /// Asks for a path.
    #[must_use]
    pub fn path(purpose: Purpose) -> Self {
        Self::Path {
            purpose,
            first: String::new(),
        }
    }
}

/// The editor of an event, which floats beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Editor {
    /// Id of the event.
    pub id: String,
    /// Where it appears, in points of the window.
    pub at: egui::Pos2,
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
    /// What it would take to reach a goal.
    Seek,
    /// Which assumption matters most.
    Sensitivity,
    /// Every number, date and switch, and the sources.
    Assumptions,
    /// The lists that the scenario is made of.
    Structure,
}

impl Centre {
    /// How the way out of it reads.
    pub const BACK: &str = "Back to the charts";

    /// What shows it, and leaves it for the charts.
    pub fn command(self) -> Option<Command> {
        match self {
            Self::Charts => None,
            Self::Figures => Some(Command::ShowFigures),
            Self::Comparison => Some(Command::ShowComparison),
            Self::Seek => Some(Command::ShowSeek),
            Self::Sensitivity => Some(Command::ShowSensitivity),
            Self::Assumptions => Some(Command::ShowAssumptions),
            Self::Structure => Some(Command::ShowStructure),
        }
    }
}

impl Centre {
    /// Whether it is for what goes into a scenario, not for what comes of it.
    pub fn is_input(self) -> bool {
        matches!(self, Self::Assumptions | Self::Structure)
    }
}

/// Which rows the table of assumptions shows; all together where several are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a button that is on or off"
)]
pub struct Rows {
    pub changed: bool,
    pub unsourced: bool,
    /// Those with a range.
    pub uncertain: bool,
    pub warned: bool,
}

/// The charts that are shown besides the two that always are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Panels {
    pub stocks: bool,
    pub launches: bool,
    pub leakers: bool,
}

/// The sentences of the answer that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sentences {
    /// When and how sure; how much and why.
    Two,
    All,
}

impl Sentences {
    pub fn toggle(&mut self) {
        *self = match self {
            Self::Two => Self::All,
            Self::All => Self::Two,
        };
    }
}

/// How every refusal begins in the status bar.
pub const NOT_CHANGED: &str = "Not changed: ";

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
    /// The day by which chances are asked for besides the last; the middle of the horizon where
    /// nobody has chosen one.
    pub by: Option<usize>,
}

/// What members draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// Numbers from their ranges.
    pub ranges: bool,
    /// What happens on a day from its chances.
    pub chance: bool,
}

impl Uncertainty {
    /// Whether an ensemble is run: where nothing is drawn all members are the planning run, which
    /// carries no probability.
    pub fn is_run(&self) -> bool {
        self.shown && (self.draws.ranges || self.draws.chance)
    }

    /// How many members may be chosen: powers of 2, over which a design is spread most evenly.
    pub const MEMBERS: [u32; 5] = [256, 1_024, 4_096, 16_384, 131_072];

    /// The words that chances may be put in.
    pub const YARDSTICKS: [(Yardstick, &str); 2] = [
        (Yardstick::Icd203, "Words of ICD 203"),
        (Yardstick::Phia, "Words of PHIA"),
    ];

    /// How a choice of members reads.
    pub fn members_text(members: u32) -> String {
        format!("{} members", crate::analysis::format::given(members.into()))
    }
}

impl Draws {
    /// How the two switches read.
    pub const RANGES: &str = "Sample parameters from their ranges";
    pub const CHANCE: &str = "Sample what happens on each day";
}

impl Default for Uncertainty {
    fn default() -> Self {
        Self {
            shown: true,
            members: 4_096,
            seed: None,
            draws: Draws {
                ranges: true,
                chance: true,
            },
            baseline: false,
            yardstick: Yardstick::default(),
            by: None,
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
    /// What is sought, where somebody has chosen.
    pub goal: Option<Goal>,
    /// What assumptions are to matter to.
    pub measure: Measure,
    pub panels: Panels,
    pub uncertainty: Uncertainty,
    pub sentences: Sentences,
    /// What the table of assumptions is filtered by.
    pub filter: String,
    pub rows: Rows,
    /// Whether the table shows the sources in the place of the numbers.
    pub sources: bool,
    /// The list that the structure shows; the scenario's own texts where nothing.
    pub section: Option<Section>,
    /// The path of the item that was added or renamed last, which stands open.
    pub added: Option<String>,
    /// The day under the pointer, in any chart.
    pub hovered_day: Option<usize>,
    pub dialog: Option<Dialog>,
    /// The event that is being edited.
    pub editor: Option<Editor>,
    /// Why the last edit was refused.
    pub refusal: Option<String>,
    /// The path of what that edit was about.
    pub refused_at: String,
    /// What happened last, for the status bar.
    pub message: Option<String>,
    /// The window may close although something is unsaved.
    pub quitting: bool,
    /// It is shown for a picture, where nothing can be clicked.
    pub picture: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            theatre: TheatreView::One(0),
            days: None,
            centre: Centre::default(),
            goal: None,
            measure: Measure::default(),
            panels: Panels::default(),
            uncertainty: Uncertainty::default(),
            sentences: Sentences::Two,
            filter: String::new(),
            rows: Rows::default(),
            sources: false,
            section: None,
            added: None,
            hovered_day: None,
            dialog: None,
            editor: None,
            refusal: None,
            refused_at: String::new(),
            message: None,
            quitting: false,
            picture: false,
        }
    }
}

impl View {
    /// The theatre in view; nothing where all are.
    pub fn only_theatre(&self) -> Option<usize> {
        match self.theatre {
            TheatreView::One(theatre) => Some(theatre),
            TheatreView::All => None,
        }
    }

    /// What is sought: a chance only where chances are shown.
    pub fn goal(&self) -> Goal {
        match self.goal {
            Some(Goal::Chance(_)) if !self.uncertainty.is_run() => Goal::Target,
            None if self.uncertainty.is_run() => Goal::Chance(0.5),
            goal => goal.unwrap_or_default(),
        }
    }

    /// What assumptions are to matter to: a chance only where chances are shown.
    pub fn measure(&self) -> Measure {
        if self.uncertainty.is_run() {
            self.measure
        } else {
            Measure::Unengaged
        }
    }

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
        let events = &scenario.events;
        self.editor = self
            .editor
            .take()
            .filter(|editor| events.contains_key(&editor.id));
        if let Some((from, to)) = self.days {
            self.show_days(from, to, scenario);
        }
    }

    /// Why the last edit was refused, if it was about this path.
    pub fn refusal_at(&self, path: &str) -> Option<&str> {
        let refusal = self
            .refusal
            .as_deref()
            .filter(|_| self.refused_at == path)?;
        // At the field it goes without saying that nothing has changed.
        Some(refusal.strip_prefix(NOT_CHANGED).unwrap_or(refusal))
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
        self.rows = Rows::default();
        self.section = None;
        self.added = None;
        self.hovered_day = None;
        self.editor = None;
        self.refusal = None;
    }
}
