//! Every change there is, and `apply`, which alone makes them.
//!
//! Panels read the state and push actions; nothing else writes to it. That keeps a change in one
//! place, whichever of a slider, a table, a menu or a shortcut asked for it.

use std::path::PathBuf;

use super::command::Command;
use super::document::Document;
use super::view::{Dialog, TheatreView};
use super::{App, files, headline};
use crate::scenario::{Address, Value};

/// One change to the document or to what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Set a number, date or switch of the active what-if.
    Set {
        address: Address,
        value: Value,
    },
    /// Take one path out of the active what-if.
    Reset(String),
    /// Work on a what-if, or on the baseline.
    SelectWhatIf(Option<String>),
    SelectTheatre(TheatreView),
    /// Show these days, counted from the start.
    ShowDays(f64, f64),
    SetTheme(egui::ThemePreference),
    /// Show only the assumptions that match these words.
    Filter(String),
    /// Open a path or the name of a bundled scenario.
    OpenNamed(String),
    /// Save to this file, comments or not.
    SaveTo(PathBuf),
    /// Write the tables of what is shown to this folder.
    ExportTo(PathBuf),
    /// Say something in the status bar.
    Tell(String),
    CloseDialog,
    /// Close the window although something is unsaved.
    QuitUnsaved,
    Command(Command),
}

/// Makes one change.
pub(super) fn apply(app: &mut App, ctx: &egui::Context, action: Action) {
    match action {
        Action::Set { address, value } => edit(app, |document| document.set(address, value)),
        Action::Reset(path) => edit(app, |document| document.reset(&path)),
        Action::SelectWhatIf(id) => {
            app.document.select(id);
            app.view.refusal = None;
        }
        Action::SelectTheatre(theatre) => app.view.theatre = theatre,
        Action::ShowDays(from, to) => app.view.show_days(from, to, app.document.current()),
        Action::SetTheme(theme) => ctx.set_theme(theme),
        Action::Filter(words) => app.view.filter = words,
        Action::OpenNamed(name) => files::open_named(app, &name),
        Action::SaveTo(path) => files::save_to(app, path),
        Action::ExportTo(folder) => files::export_to(app, &folder),
        Action::Tell(text) => app.view.tell(text),
        Action::CloseDialog => app.view.dialog = None,
        Action::QuitUnsaved => {
            app.view.quitting = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        Action::Command(command) => run(app, ctx, command),
    }
}

/// Changes the document; a refusal is shown and changes nothing.
fn edit(
    app: &mut App,
    change: impl FnOnce(&mut Document) -> Result<(), crate::scenario::SetError>,
) {
    match change(&mut app.document) {
        Ok(()) => app.view.refusal = None,
        Err(error) => app.view.refusal = Some(format!("Not changed: {error}")),
    }
}

fn run(app: &mut App, ctx: &egui::Context, command: Command) {
    match command {
        Command::Open => app.files.ask_open(ctx),
        Command::OpenPath => app.view.dialog = Some(Dialog::OpenPath(String::new())),
        Command::Save => files::save(app, ctx),
        Command::SaveAs => app
            .files
            .ask_save(ctx, files::suggested_name(&app.document)),
        Command::ExportCsv => app.files.ask_folder(ctx),
        Command::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        Command::NewWhatIf => app.document.new_what_if(),
        Command::ResetAll => edit(app, Document::reset_all),
        Command::ConfirmMarking => app.document.marking_unreviewed = false,
        Command::CopyAnswer => {
            ctx.copy_text(headline::as_text(&app.document, &app.results, &app.view));
            app.view.tell("Answer copied");
        }
        Command::ShowFigures => app.view.figures ^= true,
        Command::ShowStocks => app.view.stocks ^= true,
        Command::ShowLaunches => app.view.launches ^= true,
        Command::ShowAllTheatres => {
            app.view.theatre = match app.view.theatre {
                TheatreView::All => TheatreView::One(0),
                TheatreView::One(_) => TheatreView::All,
            };
        }
        Command::NextTheatre => {
            let count = app.document.baseline().theatres.len();
            app.view.theatre = match app.view.theatre {
                TheatreView::One(index) => TheatreView::One((index + 1) % count.max(1)),
                TheatreView::All => TheatreView::One(0),
            };
        }
        Command::NextWhatIf => step_tab(app, 1),
        Command::PreviousWhatIf => step_tab(app, -1),
        Command::ResetDays => app.view.days = None,
        Command::ZoomIn => egui::gui_zoom::zoom_in(ctx),
        Command::ZoomOut => egui::gui_zoom::zoom_out(ctx),
        Command::ZoomReset => ctx.set_zoom_factor(1.0),
        Command::ShowWarnings => app.view.dialog = Some(Dialog::Warnings),
        Command::ShowWords => app.view.dialog = Some(Dialog::Words),
        Command::ShowKeys => app.view.dialog = Some(Dialog::Keys),
        Command::About => app.view.dialog = Some(Dialog::About),
    }
}

/// Works on the tab this many places to the right; the baseline is the first.
fn step_tab(app: &mut App, by: isize) {
    let ids: Vec<Option<String>> = std::iter::once(None)
        .chain(app.document.what_ifs().keys().cloned().map(Some))
        .collect();
    let now = ids
        .iter()
        .position(|id| id.as_deref() == app.document.active())
        .unwrap_or_default();
    let next = (now as isize + by).rem_euclid(ids.len() as isize) as usize;
    app.document.select(ids[next].clone());
    app.view.refusal = None;
}
