//! Every change there is. Panels read the state and push actions; see [`super::update`].

use std::path::PathBuf;

use egui::Pos2;
use jiff::civil::Date;

use super::command::Command;
use super::request::{After, Saving, Target};
use super::view::{Editor, Purpose, Rows, TheatreView, Uncertainty};
use crate::analysis::seek::Goal;
use crate::analysis::sensitivity::Measure;
use crate::scenario::{Address, Edit, EventChange, EventKind, Section, Value};

/// One change to the document or to what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Set a number, date or switch of the active what-if.
    Set {
        address: Address,
        value: Value,
    },
    /// Say why what was entered at a path could not be read.
    Refuse {
        at: String,
        why: String,
    },
    /// Set several of them at once, as one change.
    SetMany(Vec<(Address, Value)>),
    /// Add an event of a kind on a day, and show its editor at this place.
    AddEvent {
        kind: EventKind,
        on: Date,
        at: Pos2,
    },
    /// Rename an event or change what it names.
    ChangeEvent {
        id: String,
        change: EventChange,
    },
    DeleteEvent(String),
    /// Show the editor of an event, or none.
    EditEvent(Option<Editor>),
    /// Take one path out of the active what-if.
    Reset(String),
    /// Give the active what-if another name.
    Rename(String),
    /// Undo this many steps, or redo where it is below 0.
    Travel(isize),
    /// Work on a what-if, or on the baseline.
    SelectWhatIf(Option<String>),
    /// Move the active what-if's tab this many places to the right.
    MoveWhatIf(isize),
    SelectTheatre(TheatreView),
    /// Show these days, counted from the start.
    ShowDays(f64, f64),
    SetTheme(egui::ThemePreference),
    /// Change the scenario itself, what-ifs included.
    Edit(Edit),
    /// Show the spread of the answer in another way.
    SetUncertainty(Uncertainty),
    /// Seek what reaches this goal.
    SetGoal(Goal),
    /// Ask what matters to this.
    SetMeasure(Measure),
    /// Show the assumptions that match these words in their table.
    FindAssumptions(String),
    /// Show only the assumptions that match these words.
    Filter(String),
    /// Show only the assumptions of these kinds.
    ShowRows(Rows),
    /// Show the sources, or the numbers, in the table of assumptions.
    ShowSources(bool),
    /// Show one list of the structure, or the scenario's own texts.
    ShowSection(Option<Section>),
    /// Begin a scenario of one's own from a copy of a bundled one, or from nothing.
    NewFrom(Option<String>),
    /// Open a path or the name of a bundled scenario.
    OpenNamed(String),
    /// Save to a file, asking before anything is taken away.
    SaveTo(PathBuf),
    /// Save to a file, asking only before what nobody has agreed to is taken away.
    Save(Saving),
    /// Save to the document's own file, and then do what the save was for.
    SaveThen(After),
    /// Save to another file, chosen or typed, and still do what the save was for.
    SaveElsewhere(Chosen),
    /// Read the document's own file again, losing what is unsaved.
    Reload,
    /// Keep what is open, whatever its file holds now.
    KeepMine,
    /// Go on with what a crash has left.
    Recover(usize),
    /// Throw away what a crash has left.
    DiscardRecovered(usize),
    /// Write the tables of what is shown to this folder.
    ExportTo(PathBuf),
    /// Paint a picture of what is shown.
    Picture(Target),
    /// Ask for a path, with this one in the field at first.
    AskPath(Purpose, String),
    /// Say something in the status bar.
    Tell(String),
    CloseDialog,
    /// Close the window although something is unsaved.
    QuitUnsaved,
    Command(Command),
}

/// How a file is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// In a dialog of the system.
    Dialog,
    /// As a path.
    Typed,
}

impl Action {
    /// Whether it is something new, after which nothing needs to be said of what was before.
    pub(super) fn is_deed(&self) -> bool {
        match self {
            Self::EditEvent(_)
            | Self::SelectTheatre(_)
            | Self::ShowDays(..)
            | Self::SetTheme(_)
            | Self::SetUncertainty(_)
            | Self::SetGoal(_)
            | Self::SetMeasure(_)
            | Self::FindAssumptions(_)
            | Self::Filter(_)
            | Self::ShowRows(_)
            | Self::ShowSources(_)
            | Self::ShowSection(_)
            | Self::AskPath(..)
            | Self::Tell(_)
            | Self::CloseDialog => false,
            Self::Command(command) => command.is_deed(),
            _ => true,
        }
    }
}
