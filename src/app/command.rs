//! Every command of the menus and the keyboard: text, tooltip and keys, in one table.

use egui::{Key, KeyboardShortcut, Modifiers};

/// A command without parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    Open,
    OpenPath,
    NewEmpty,
    Save,
    SaveAs,
    SavePath,
    ExportCsv,
    ExportPath,
    CopyPicture,
    SavePicture,
    SavePicturePath,
    SavePage,
    SavePagePath,
    Quit,
    Undo,
    Redo,
    ShowHistory,
    NewWhatIf,
    DuplicateWhatIf,
    RenameWhatIf,
    DeleteWhatIf,
    MoveLeft,
    MoveRight,
    Promote,
    ResetAll,
    ConfirmMarking,
    CopyAnswer,
    ShowFigures,
    ShowAssumptions,
    FindNumber,
    GoToEvents,
    ShowStructure,
    ShowComparison,
    ShowSeek,
    ShowSensitivity,
    ShowStocks,
    ShowLaunches,
    ShowLeakers,
    ShowAllTheatres,
    NextTheatre,
    NextWhatIf,
    PreviousWhatIf,
    ShowBands,
    ShowBaselineBands,
    ShowMore,
    ShowChances,
    ChangeSeed,
    NearerDays,
    FartherDays,
    EarlierDays,
    LaterDays,
    ResetDays,
    ThemeOfSystem,
    LightTheme,
    DarkTheme,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    ShowPalette,
    ShowWarnings,
    ShowWords,
    ShowKeys,
    About,
}

/// What a menu shows of a command.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    pub text: &'static str,
    pub tooltip: &'static str,
    pub keys: Option<KeyboardShortcut>,
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers {
    alt: false,
    ctrl: false,
    shift: true,
    mac_cmd: false,
    command: true,
};

const CTRL_ALT: Modifiers = Modifiers {
    alt: true,
    ctrl: false,
    shift: false,
    mac_cmd: false,
    command: true,
};

impl Command {
    pub const ALL: [Self; 63] = [
        Self::Open,
        Self::OpenPath,
        Self::NewEmpty,
        Self::Save,
        Self::SaveAs,
        Self::SavePath,
        Self::ExportCsv,
        Self::ExportPath,
        Self::CopyPicture,
        Self::SavePicture,
        Self::SavePicturePath,
        Self::SavePage,
        Self::SavePagePath,
        Self::Quit,
        Self::Undo,
        Self::Redo,
        Self::ShowHistory,
        Self::NewWhatIf,
        Self::DuplicateWhatIf,
        Self::RenameWhatIf,
        Self::DeleteWhatIf,
        Self::MoveLeft,
        Self::MoveRight,
        Self::Promote,
        Self::ResetAll,
        Self::ConfirmMarking,
        Self::CopyAnswer,
        Self::ShowFigures,
        Self::ShowAssumptions,
        Self::FindNumber,
        Self::GoToEvents,
        Self::ShowStructure,
        Self::ShowComparison,
        Self::ShowSeek,
        Self::ShowSensitivity,
        Self::ShowStocks,
        Self::ShowLaunches,
        Self::ShowLeakers,
        Self::ShowAllTheatres,
        Self::NextTheatre,
        Self::NextWhatIf,
        Self::PreviousWhatIf,
        Self::ShowBands,
        Self::ShowBaselineBands,
        Self::ShowMore,
        Self::ShowChances,
        Self::ChangeSeed,
        Self::NearerDays,
        Self::FartherDays,
        Self::EarlierDays,
        Self::LaterDays,
        Self::ResetDays,
        Self::ThemeOfSystem,
        Self::LightTheme,
        Self::DarkTheme,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ZoomReset,
        Self::ShowPalette,
        Self::ShowWarnings,
        Self::ShowWords,
        Self::ShowKeys,
        Self::About,
    ];

    pub fn info(self) -> Info {
        let keys = |modifiers, key| Some(KeyboardShortcut::new(modifiers, key));
        let plain = Modifiers::NONE;
        let (text, tooltip, keys) = match self {
            Self::Open => ("Open…", "Choose a scenario file", keys(CTRL, Key::O)),
            Self::OpenPath => (
                "Open path…",
                "Type the path of a scenario file, or the name of a bundled one",
                keys(CTRL_SHIFT, Key::O),
            ),
            Self::NewEmpty => (
                "New, empty",
                "Start a scenario that has only a theatre",
                keys(CTRL_SHIFT, Key::N),
            ),
            Self::Save => (
                "Save",
                "Write the scenario and its what-ifs to its file",
                keys(CTRL, Key::S),
            ),
            Self::SaveAs => (
                "Save as…",
                "Write the scenario and its what-ifs to another file",
                keys(CTRL_SHIFT, Key::S),
            ),
            Self::SavePath => (
                "Save to path…",
                "Type the path of the file to write the scenario to",
                keys(CTRL_ALT, Key::S),
            ),
            Self::ExportPath => (
                "Export tables to path…",
                "Type the path of the folder to write the tables to",
                None,
            ),
            Self::ExportCsv => (
                "Export tables…",
                "Write theatres.csv, deployments.csv, threats.csv and assumptions.csv of what is shown to a folder",
                keys(CTRL, Key::E),
            ),
            Self::CopyPicture => (
                "Copy picture",
                "Put the answer and its charts on the clipboard as a picture for a slide, with \
                 marking and sources",
                keys(CTRL_ALT, Key::C),
            ),
            Self::SavePicture => (
                "Save picture…",
                "Write the answer and its charts to a file as a picture for a slide, with marking \
                 and sources",
                keys(CTRL_SHIFT, Key::E),
            ),
            Self::SavePicturePath => (
                "Save picture to path…",
                "Type the path of the file to write the picture to",
                None,
            ),
            Self::SavePage => (
                "Save page…",
                "Write the whole answer to a file as one page (HTML): charts, figures, what matters \
                 most, every number with its source, and what reproduces it",
                keys(CTRL_ALT, Key::E),
            ),
            Self::SavePagePath => (
                "Save page to path…",
                "Type the path of the file to write the page to",
                None,
            ),
            Self::Quit => ("Quit", "Close the window", keys(CTRL, Key::Q)),
            Self::NewWhatIf => (
                "New what-if",
                "Start an alternative to the baseline",
                keys(CTRL, Key::N),
            ),
            Self::Undo => ("Undo", "Undo the last change", keys(CTRL, Key::Z)),
            Self::Redo => (
                "Redo",
                "Redo the last change that was undone",
                keys(CTRL_SHIFT, Key::Z),
            ),
            Self::ShowHistory => (
                "History…",
                "All changes, to go back or forward to any of them",
                keys(CTRL, Key::H),
            ),
            Self::DuplicateWhatIf => (
                "Duplicate what-if",
                "Start another what-if with the same changes",
                keys(CTRL, Key::D),
            ),
            Self::RenameWhatIf => (
                "Rename what-if…",
                "Give the what-if another name",
                keys(plain, Key::F2),
            ),
            Self::DeleteWhatIf => (
                "Delete what-if",
                "Delete the what-if; it can be undone",
                keys(CTRL_SHIFT, Key::Delete),
            ),
            Self::MoveLeft => (
                "Move what-if left",
                "Move the tab one place to the left",
                keys(CTRL_SHIFT, Key::PageUp),
            ),
            Self::MoveRight => (
                "Move what-if right",
                "Move the tab one place to the right",
                keys(CTRL_SHIFT, Key::PageDown),
            ),
            Self::Promote => (
                "Make this the baseline",
                "Compare everything with this what-if from now on",
                None,
            ),
            Self::ResetAll => (
                "Reset all changes",
                "Take every change out of this what-if",
                keys(CTRL_SHIFT, Key::R),
            ),
            Self::ConfirmMarking => (
                "Confirm marking",
                "Confirm that the marking still fits now that figures have been entered",
                None,
            ),
            Self::CopyAnswer => (
                "Copy answer",
                "Copy the answer as text for a brief, with the scenario it rests on",
                keys(CTRL_SHIFT, Key::C),
            ),
            Self::ShowFigures => (
                "All key figures",
                "Show every key figure, now, baseline and difference, instead of the charts",
                keys(plain, Key::F6),
            ),
            Self::ShowAssumptions => (
                "Assumptions as a table",
                "Show every number with its range, source and note, instead of the charts",
                keys(plain, Key::F4),
            ),
            Self::FindNumber => (
                "Find a number…",
                "Search the table of assumptions",
                keys(CTRL, Key::F),
            ),
            Self::GoToEvents => (
                "Go to the events",
                "Take the keyboard to the first event above the charts",
                keys(CTRL, Key::G),
            ),
            Self::ShowStructure => (
                "Structure",
                "Add, remove and rename theatres, threats, deployments and the rest, instead of the charts",
                keys(plain, Key::F3),
            ),
            Self::ShowComparison => (
                "Compare what-ifs",
                "Show all what-ifs beside each other, instead of the charts",
                keys(plain, Key::F9),
            ),
            Self::ShowSeek => (
                "What would it take?",
                "Show what each change alone would have to be for the target to hold, or to make \
                 up for what the baseline had (goal seek), instead of the charts",
                keys(CTRL_SHIFT, Key::G),
            ),
            Self::ShowSensitivity => (
                "What matters most?",
                "Show how much the answer hangs on each assumption, between the ends of its range \
                 (sensitivity, tornado diagram), instead of the charts",
                keys(CTRL_SHIFT, Key::M),
            ),
            Self::ShowStocks => (
                "Stocks and days of supply",
                "Show the chart of rounds in stock by layer",
                keys(plain, Key::F7),
            ),
            Self::ShowLaunches => (
                "Launched against engaged",
                "Show the chart of launches, engagements and kills",
                keys(plain, Key::F8),
            ),
            Self::ShowLeakers => (
                "Leakers",
                "Show the chart of what is not shot down a day, engaged or not",
                keys(plain, Key::F12),
            ),
            Self::ShowAllTheatres => (
                "All theatres at once",
                "Show every theatre side by side: what each gains and loses",
                keys(plain, Key::F5),
            ),
            Self::NextTheatre => ("Next theatre", "Show the next theatre", keys(CTRL, Key::T)),
            Self::NextWhatIf => (
                "Next what-if",
                "Work on the tab to the right",
                keys(CTRL, Key::PageDown),
            ),
            Self::PreviousWhatIf => (
                "Previous what-if",
                "Work on the tab to the left",
                keys(CTRL, Key::PageUp),
            ),
            Self::ShowBands => (
                "Uncertainty",
                "Run many members, show bands, and speak of chances",
                keys(plain, Key::F10),
            ),
            Self::ShowBaselineBands => (
                "The baseline's bands too",
                "Show the bands of the baseline under those of the what-if",
                keys(CTRL, Key::B),
            ),
            Self::ShowMore => (
                "More of the answer",
                "Show all sentences: how long, when it ends, what runs out, other theatres",
                keys(CTRL, Key::M),
            ),
            Self::ShowChances => (
                "Chances and dates",
                "How likely a breach and each stock-out are, and when: dates, histogram, ranges",
                keys(plain, Key::F11),
            ),
            Self::ChangeSeed => (
                "Seed…",
                "Draw other members; the same seed always draws the same",
                None,
            ),
            Self::NearerDays => (
                "Fewer days",
                "Show half as many days, about those in the middle",
                keys(Modifiers::ALT, Key::ArrowUp),
            ),
            Self::FartherDays => (
                "More days",
                "Show twice as many days",
                keys(Modifiers::ALT, Key::ArrowDown),
            ),
            Self::EarlierDays => (
                "Earlier days",
                "Move the time axis to the left",
                keys(Modifiers::ALT, Key::ArrowLeft),
            ),
            Self::LaterDays => (
                "Later days",
                "Move the time axis to the right",
                keys(Modifiers::ALT, Key::ArrowRight),
            ),
            Self::ResetDays => (
                "Show the whole horizon",
                "Undo zooming and panning of the time axis",
                keys(CTRL, Key::Home),
            ),
            Self::ThemeOfSystem => (
                "Theme of the system",
                "Light or dark, as everything else on this machine",
                None,
            ),
            Self::LightTheme => ("Light theme", "Dark letters on white, as in print", None),
            Self::DarkTheme => (
                "Dark theme",
                "Light letters on black, for a dark room",
                None,
            ),
            Self::ZoomIn => (
                "Larger",
                "Make text and everything else larger (zoom in)",
                keys(CTRL, Key::Plus),
            ),
            Self::ZoomOut => (
                "Smaller",
                "Make text and everything else smaller (zoom out)",
                keys(CTRL, Key::Minus),
            ),
            Self::ZoomReset => (
                "Normal size",
                "Make everything its normal size",
                keys(CTRL, Key::Num0),
            ),
            Self::ShowPalette => (
                "Find a command…",
                "Every command, what-if and bundled scenario, by a few letters",
                keys(CTRL, Key::P),
            ),
            Self::ShowWarnings => (
                "Warnings",
                "Show what is implausible in this scenario",
                keys(CTRL, Key::W),
            ),
            Self::ShowWords => (
                "Words used here",
                "What coverage, protection and the other terms mean",
                keys(plain, Key::F1),
            ),
            Self::ShowKeys => (
                "Keyboard and mouse",
                "Every shortcut",
                keys(CTRL, Key::Slash),
            ),
            Self::About => (
                "About this scenario",
                "Summary, sources and where the file is",
                keys(CTRL, Key::I),
            ),
        };
        Info {
            text,
            tooltip,
            keys,
        }
    }

    /// Whether it does something to the scenario or its file, more than to show it otherwise.
    pub fn is_deed(self) -> bool {
        matches!(
            self,
            Self::NewEmpty
                | Self::Save
                | Self::SaveAs
                | Self::NewWhatIf
                | Self::Undo
                | Self::Redo
                | Self::DuplicateWhatIf
                | Self::RenameWhatIf
                | Self::DeleteWhatIf
                | Self::MoveLeft
                | Self::MoveRight
                | Self::Promote
                | Self::ResetAll
                | Self::ConfirmMarking
                | Self::CopyAnswer
                | Self::CopyPicture
                | Self::SavePicture
                | Self::SavePage
                | Self::ExportCsv
                | Self::NextWhatIf
                | Self::PreviousWhatIf
        )
    }

    /// Second keys, where other programs have taught hands another habit.
    pub fn other_keys(self) -> Option<KeyboardShortcut> {
        match self {
            Self::Redo => Some(KeyboardShortcut::new(CTRL, Key::Y)),
            _ => None,
        }
    }

    /// All keys of all commands.
    fn keyed() -> impl Iterator<Item = (KeyboardShortcut, Self)> {
        Self::ALL.into_iter().flat_map(|command| {
            let keys = [command.info().keys, command.other_keys()];
            keys.into_iter().flatten().map(move |keys| (keys, command))
        })
    }

    /// The commands whose keys were pressed; those with more modifiers are taken first, since
    /// egui lets Ctrl+S answer to Ctrl+Shift+S as well.
    pub fn pressed(ctx: &egui::Context) -> Vec<Self> {
        let mut keyed: Vec<_> = Self::keyed().collect();
        keyed.sort_by_key(|(keys, _)| {
            let m = keys.modifiers;
            std::cmp::Reverse(u8::from(m.shift) + u8::from(m.alt) + u8::from(m.command))
        });
        ctx.input_mut(|input| {
            keyed
                .into_iter()
                .filter(|(keys, _)| input.consume_shortcut(keys))
                .map(|(_, command)| command)
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn no_two_commands_share_their_keys() {
        let mut seen = HashMap::new();
        for command in Command::ALL {
            let text = command.info().text;
            assert!(!text.ends_with('.'), "{text}");
        }
        for (keys, command) in Command::keyed() {
            if let Some(other) = seen.insert(keys, command) {
                panic!("{command:?} and {other:?} share {keys:?}");
            }
        }
    }

    #[test]
    fn the_table_is_complete() {
        let mut all = Command::ALL.to_vec();
        all.dedup();
        assert_eq!(all.len(), Command::ALL.len());
    }
}
