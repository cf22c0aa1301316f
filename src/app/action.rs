//! Every change there is, and `apply`, which alone makes them.
//!
//! Panels read the state and push actions; nothing else writes to it. That keeps a change in one
//! place, whichever of a slider, a table, a menu or a shortcut asked for it.

use std::path::PathBuf;

use super::command::Command;
use super::document::Document;
use super::view::{Centre, Dialog, Purpose, TheatreView, Uncertainty};
use super::{App, files, headline};
use crate::scenario::{Address, SetError, Value};

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
    /// Give the active what-if another name.
    Rename(String),
    /// Undo this many steps, or redo where it is below 0.
    Travel(isize),
    /// Work on a what-if, or on the baseline.
    SelectWhatIf(Option<String>),
    SelectTheatre(TheatreView),
    /// Show these days, counted from the start.
    ShowDays(f64, f64),
    SetTheme(egui::ThemePreference),
    /// Show the spread of the answer in another way.
    SetUncertainty(Uncertainty),
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
        Action::Set { address, value } => {
            let about = address.path(app.document.baseline());
            edit(app, ctx, &about, |document| document.set(address, value));
        }
        Action::Reset(path) => edit(app, ctx, &path, |document| document.reset(&path)),
        Action::Rename(name) => edit(app, ctx, "name", |document| {
            document.rename(&name);
            Ok(())
        }),
        Action::Travel(steps) => travel(app, steps),
        Action::SelectWhatIf(id) => {
            app.document.select(id);
            app.view.refusal = None;
        }
        Action::SelectTheatre(theatre) => app.view.theatre = theatre,
        Action::ShowDays(from, to) => app.view.show_days(from, to, app.document.current()),
        Action::SetTheme(theme) => ctx.set_theme(theme),
        Action::SetUncertainty(uncertainty) => app.view.uncertainty = uncertainty,
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

/// Changes the document, as a step that can be undone; a refusal is shown and changes nothing.
/// `about` names what is changed: changes about one thing, one after the other, are one gesture.
fn edit(
    app: &mut App,
    ctx: &egui::Context,
    about: &str,
    change: impl FnOnce(&mut Document) -> Result<(), SetError>,
) {
    let now = ctx.input(|input| input.time);
    let before = app.document.state().clone();
    match change(&mut app.document) {
        Ok(()) => {
            app.view.refusal = None;
            if *app.document.state() != before {
                // The label tells of the whole gesture, not of its last move.
                let start = app.history.before(about, now).unwrap_or(&before);
                let label = app.document.what_changed(start);
                app.history.record(before, about, label, now);
            }
        }
        Err(error) => app.view.refusal = Some(format!("Not changed: {error}")),
    }
}

/// Changes what-ifs by a command, each a step of its own.
fn command(app: &mut App, ctx: &egui::Context, change: impl FnOnce(&mut Document)) {
    app.history.end_gesture();
    edit(app, ctx, "command", |document| {
        change(document);
        Ok(())
    });
    app.history.end_gesture();
}

/// Undoes this many steps, or redoes where it is below 0.
fn travel(app: &mut App, steps: isize) {
    for _ in 0..steps.unsigned_abs() {
        let now = app.document.state().clone();
        let (word, step) = if steps > 0 {
            ("Undone", app.history.undo(now))
        } else {
            ("Redone", app.history.redo(now))
        };
        let Some((label, state)) = step else {
            break;
        };
        app.document.restore(state);
        app.view.refusal = None;
        app.view.tell(format!("{word}: {label}"));
    }
}

fn run(app: &mut App, ctx: &egui::Context, command: Command) {
    match command {
        Command::Open => app.files.ask_open(ctx),
        Command::OpenPath => app.view.dialog = Some(Dialog::Path(Purpose::Open)),
        Command::SavePath => app.view.dialog = Some(Dialog::Path(Purpose::Save)),
        Command::ExportPath => app.view.dialog = Some(Dialog::Path(Purpose::Export)),
        Command::Save => files::save(app, ctx),
        Command::SaveAs => app
            .files
            .ask_save(ctx, files::suggested_name(&app.document)),
        Command::ExportCsv => app.files.ask_folder(ctx),
        Command::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        Command::Undo => travel(app, 1),
        Command::Redo => travel(app, -1),
        Command::ShowHistory => app.view.dialog = Some(Dialog::History),
        Command::NewWhatIf => self::command(app, ctx, Document::new_what_if),
        Command::DuplicateWhatIf => self::command(app, ctx, Document::duplicate),
        Command::DeleteWhatIf => self::command(app, ctx, Document::delete),
        Command::RenameWhatIf if app.document.active().is_some() => {
            app.view.dialog = Some(Dialog::Rename);
        }
        Command::RenameWhatIf => app.view.tell("The baseline has no name of its own"),
        Command::MoveLeft => self::command(app, ctx, |document| document.reorder(-1)),
        Command::MoveRight => self::command(app, ctx, |document| document.reorder(1)),
        Command::Promote => {
            app.history.end_gesture();
            edit(app, ctx, "command", Document::promote);
            app.history.end_gesture();
        }
        Command::ResetAll => {
            app.history.end_gesture();
            edit(app, ctx, "command", Document::reset_all);
            app.history.end_gesture();
        }
        Command::ConfirmMarking => self::command(app, ctx, Document::confirm_marking),
        Command::CopyAnswer => {
            ctx.copy_text(headline::as_text(
                &app.document,
                &app.results,
                app.spread.as_deref(),
                &app.view,
            ));
            app.view.tell("Answer copied");
        }
        Command::ShowFigures => app.view.toggle(Centre::Figures),
        Command::ShowComparison => app.view.toggle(Centre::Comparison),
        Command::ShowStocks => app.view.panels.stocks ^= true,
        Command::ShowLaunches => app.view.panels.launches ^= true,
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
        Command::ShowBands => app.view.uncertainty.shown ^= true,
        Command::ShowBaselineBands => app.view.uncertainty.baseline ^= true,
        Command::ShowChances => app.view.dialog = Some(Dialog::Chances),
        Command::ChangeSeed => app.view.dialog = Some(Dialog::Seed),
        Command::ResetDays => app.view.days = None,
        Command::ZoomIn => zoom(ctx, 1),
        Command::ZoomOut => zoom(ctx, -1),
        Command::ZoomReset => ctx.set_zoom_factor(1.0),
        Command::ShowPalette => app.view.dialog = Some(Dialog::Palette),
        Command::ShowWarnings => app.view.dialog = Some(Dialog::Warnings),
        Command::ShowWords => app.view.dialog = Some(Dialog::Words),
        Command::ShowKeys => app.view.dialog = Some(Dialog::Keys),
        Command::About => app.view.dialog = Some(Dialog::About),
    }
}

/// Sizes of everything, of which the larger ones want a larger window.
pub const ZOOMS: [f32; 7] = [0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0];

/// Goes this many sizes up.
fn zoom(ctx: &egui::Context, by: isize) {
    let now = ctx.zoom_factor();
    let nearest = ZOOMS
        .iter()
        .enumerate()
        .min_by(|a, b| (a.1 - now).abs().total_cmp(&(b.1 - now).abs()))
        .map_or(0, |(index, _)| index);
    let next = nearest.saturating_add_signed(by).min(ZOOMS.len() - 1);
    ctx.set_zoom_factor(ZOOMS[next]);
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
