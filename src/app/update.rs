//! `apply`, which alone makes changes.
//!
//! Panels read the state and push actions; nothing else writes to it. That keeps a change in one
//! place, whichever of a slider, a table, a menu or a shortcut asked for it.

use super::action::{Action, Chosen};
use super::command::Command;
use super::document::Document;
use super::request::{After, Form, Saving, Target};
use super::view::{Centre, Dialog, Editor, NOT_CHANGED, Purpose, Rows, TheatreView, Uncertainty};
use super::{App, files, headline, picture, saving, table, timeline};
use crate::scenario::{Edit, Problem, Section, SetError};

/// Makes one change.
pub(super) fn apply(app: &mut App, ctx: &egui::Context, action: Action) {
    if action.is_deed() {
        app.view.message = None;
        app.view.refusal = None;
    }
    match action {
        Action::Set { address, value } => {
            let about = address.path(app.document.baseline());
            edit(app, ctx, &about, |document| document.set(address, value));
        }
        Action::SetMany(sets) => {
            if let Some((first, _)) = sets.first() {
                let about = first.path(app.document.baseline());
                edit(app, ctx, &about, |document| document.set_many(&sets));
            }
        }
        Action::AddEvent { kind, on, at } => {
            let theatre = match app.view.theatre {
                TheatreView::One(index) => app.document.current().theatres.get_index(index),
                TheatreView::All => None,
            };
            let theatre = theatre.map(|(id, _)| id.clone());
            let mut added = None;
            step(app, ctx, |document| {
                added = Some(document.add_event(kind, on, theatre.as_deref())?);
                Ok(())
            });
            if let Some(id) = added {
                app.view.editor = Some(Editor { id, at });
            }
        }
        Action::ChangeEvent { id, change } => {
            step(app, ctx, |document| document.change_event(&id, &change));
        }
        Action::DeleteEvent(id) => {
            step(app, ctx, |document| document.delete_event(&id));
            tell_last(app, ctx);
        }
        Action::EditEvent(editor) => app.view.editor = editor,
        Action::Reset(path) => edit(app, ctx, &path, |document| document.reset(&path)),
        Action::Rename(name) => edit(app, ctx, "name", |document| {
            document.rename(&name);
            Ok(())
        }),
        Action::Refuse { at, why } => {
            app.view.refusal = Some(format!("{NOT_CHANGED}{why}"));
            app.view.refused_at = at;
        }
        Action::Travel(steps) => travel(app, steps),
        Action::SelectWhatIf(id) => {
            app.document.select(id);
            app.view.refusal = None;
        }
        // A drag past several others is one step.
        Action::MoveWhatIf(by) => edit(app, ctx, "order", |document| {
            document.reorder(by);
            Ok(())
        }),
        Action::SelectTheatre(theatre) => app.view.theatre = theatre,
        Action::ShowDays(from, to) => app.view.show_days(from, to, app.document.current()),
        Action::SetTheme(theme) => ctx.set_theme(theme),
        Action::Edit(change) => restructure(app, ctx, &change),
        Action::SetUncertainty(uncertainty) => app.view.uncertainty = uncertainty,
        Action::SetGoal(goal) => app.view.goal = Some(goal),
        Action::SetMeasure(measure) => app.view.measure = measure,
        Action::FindAssumptions(words) => {
            app.view.filter = words;
            app.view.rows = Rows::default();
            app.view.sources = false;
            app.view.centre = Centre::Assumptions;
        }
        Action::Filter(words) => app.view.filter = words,
        Action::ShowRows(rows) => app.view.rows = rows,
        Action::ShowSources(on) => app.view.sources = on,
        Action::ShowSection(section) => app.view.section = section,
        Action::NewFrom(name) => files::new_from(app, name.as_deref()),
        Action::OpenNamed(name) => files::open_named(app, &name),
        Action::SaveTo(path) => saving::save_to(app, ctx, Saving::to(path)),
        Action::Save(saving) => saving::save_to(app, ctx, saving),
        Action::SaveThen(after) => saving::save(app, ctx, after),
        Action::SaveElsewhere(Chosen::Dialog) => {
            let after = std::mem::take(&mut app.files.after);
            saving::save_as(app, ctx, after);
        }
        Action::SaveElsewhere(Chosen::Typed) => {
            app.view.dialog = Some(Dialog::path(Purpose::Save));
        }
        Action::Reload => files::reload(app),
        Action::KeepMine => files::keep_mine(app),
        Action::Recover(place) => files::recover(app, place),
        Action::DiscardRecovered(place) => files::discard(app, place),
        Action::ExportTo(folder) => files::export_to(app, &folder),
        Action::Picture(target) => picture::want(app, ctx, target),
        Action::AskPath(purpose, first) => {
            app.view.dialog = Some(Dialog::Path { purpose, first });
        }
        Action::Tell(text) => app.view.tell(text),
        Action::CloseDialog => close_dialog(app),
        Action::QuitUnsaved => {
            app.view.quitting = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        Action::Command(command) => run(app, ctx, command),
    }
}

/// Closes the dialog that is open; what was to follow it does not.
fn close_dialog(app: &mut App) {
    if let Some(Dialog::Recover(_)) = app.view.dialog.take()
        && let Some(recovery) = &mut app.recovery
    {
        // Later: what was found stays in its folder, for the next start.
        recovery.found.clear();
    }
    app.files.after = After::Nothing;
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
                app.history
                    .record(before, app.document.state(), about, label, now);
            }
        }
        Err(error) => {
            app.view.refusal = Some(format!("{NOT_CHANGED}{error}"));
            about.clone_into(&mut app.view.refused_at);
        }
    }
}

/// Edits the scenario itself, as a step that can be undone; a refusal is shown where the edit was
/// made and changes nothing.
fn restructure(app: &mut App, ctx: &egui::Context, change: &Edit) {
    let now = ctx.input(|input| input.time);
    // Only a number being dragged goes on; everything else is done at once.
    let goes_on = matches!(change, Edit::Value { .. });
    if !goes_on {
        app.history.end_gesture();
    }
    let about = change.path();
    let label = change.label(app.document.baseline());
    let before = app.document.state().clone();
    let ids = listed(change).map(|section| section.ids(app.document.baseline()));
    match app.document.restructure(|scenario| change.apply(scenario)) {
        Ok(()) => {
            app.view.refusal = None;
            if let (Some(section), Some(ids)) = (listed(change), ids) {
                let new = section.ids(app.document.baseline());
                let new = new.into_iter().find(|id| !ids.contains(id));
                app.view.added = new.map(|id| section.path(&id));
            }
            if *app.document.state() != before {
                app.history
                    .record(before, app.document.state(), &about, label, now);
            }
        }
        Err(problems) => {
            app.view.refusal = Some(refusal(&about, &problems));
            app.view.refused_at = about;
        }
    }
    if !goes_on {
        app.history.end_gesture();
    }
}

/// The list that an edit puts a new id into.
fn listed(change: &Edit) -> Option<Section> {
    match change {
        Edit::Add { section, .. } | Edit::Rename { section, .. } => Some(*section),
        _ => None,
    }
}

/// Why an edit about a path was refused, in a sentence.
fn refusal(about: &str, problems: &[Problem]) -> String {
    let Some(first) = problems.first() else {
        return "Not changed".to_owned();
    };
    // The path is worth saying only where it is another than the field's.
    let place = if about.starts_with(&first.path) || first.path.starts_with(about) {
        String::new()
    } else {
        format!("{}: ", first.path)
    };
    let more = match problems.len() - 1 {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{NOT_CHANGED}{place}{}{more}", first.what)
}

/// Changes the document by a step of its own, whatever came before it.
fn step(
    app: &mut App,
    ctx: &egui::Context,
    change: impl FnOnce(&mut Document) -> Result<(), SetError>,
) {
    app.history.end_gesture();
    edit(app, ctx, "command", change);
    app.history.end_gesture();
}

/// Changes what-ifs by a command, which is never refused.
fn command(app: &mut App, ctx: &egui::Context, change: impl FnOnce(&mut Document)) {
    step(app, ctx, |document| {
        change(document);
        Ok(())
    });
}

/// Says what was done last, and how to have it back.
fn tell_last(app: &mut App, ctx: &egui::Context) {
    let keys = Command::Undo
        .info()
        .keys
        .map(|keys| ctx.format_shortcut(&keys));
    if let (Some(label), Some(keys)) = (app.history.undoable().next(), keys) {
        let text = format!("Done: {label}; {keys} undoes it");
        app.view.tell(text);
    }
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
        Command::OpenPath => app.view.dialog = Some(Dialog::path(Purpose::Open)),
        Command::NewEmpty => files::new_from(app, None),
        Command::SavePath => {
            app.files.after = After::Nothing;
            app.view.dialog = Some(Dialog::path(Purpose::Save));
        }
        Command::ExportPath => app.view.dialog = Some(Dialog::path(Purpose::Export)),
        Command::CopyPicture => picture::want(app, ctx, Target::Clipboard),
        Command::SavePicture => {
            let name = picture::suggested_name(app, Form::Picture);
            app.files.ask_picture(ctx, Form::Picture, name);
        }
        Command::SavePicturePath => {
            app.view.dialog = Some(Dialog::path(Purpose::Picture(Form::Picture)));
        }
        Command::SavePage => {
            let name = picture::suggested_name(app, Form::Page);
            app.files.ask_picture(ctx, Form::Page, name);
        }
        Command::SavePagePath => {
            app.view.dialog = Some(Dialog::path(Purpose::Picture(Form::Page)));
        }
        Command::Save => saving::save(app, ctx, After::Nothing),
        Command::SaveAs => saving::save_as(app, ctx, After::Nothing),
        Command::ExportCsv => app.files.ask_folder(ctx),
        Command::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        Command::Undo => travel(app, 1),
        Command::Redo => travel(app, -1),
        Command::ShowHistory => app.view.dialog = Some(Dialog::History),
        Command::NewWhatIf => self::command(app, ctx, Document::new_what_if),
        Command::DuplicateWhatIf => self::command(app, ctx, Document::duplicate),
        Command::DeleteWhatIf => {
            self::command(app, ctx, Document::delete);
            tell_last(app, ctx);
        }
        Command::RenameWhatIf if app.document.active().is_some() => {
            app.view.dialog = Some(Dialog::Rename);
        }
        Command::RenameWhatIf => app.view.tell("The baseline has no name of its own"),
        Command::MoveLeft => self::command(app, ctx, |document| document.reorder(-1)),
        Command::MoveRight => self::command(app, ctx, |document| document.reorder(1)),
        Command::Promote => step(app, ctx, Document::promote),
        Command::ResetAll => step(app, ctx, Document::reset_all),
        Command::ConfirmMarking => {
            let doubted = app.document.marking_unreviewed();
            self::command(app, ctx, Document::confirm_marking);
            if doubted {
                tell_last(app, ctx);
            }
        }
        Command::CopyAnswer => {
            ctx.copy_text(headline::as_text(
                &app.document,
                &app.results,
                &app.told,
                app.spread.as_deref(),
                &app.view,
            ));
            app.view.tell("Answer copied");
        }
        Command::ShowFigures => app.view.toggle(Centre::Figures),
        Command::ShowAssumptions => app.view.toggle(Centre::Assumptions),
        Command::FindNumber => {
            app.view.centre = Centre::Assumptions;
            app.view.sources = false;
            ctx.memory_mut(|memory| memory.request_focus(table::search_id()));
        }
        Command::GoToEvents => go_to_events(app, ctx),
        Command::ShowStructure => app.view.toggle(Centre::Structure),
        Command::ShowComparison => app.view.toggle(Centre::Comparison),
        Command::ShowSeek => app.view.toggle(Centre::Seek),
        Command::ShowSensitivity => app.view.toggle(Centre::Sensitivity),
        Command::ShowStocks => app.view.panels.stocks ^= true,
        Command::ShowLaunches => app.view.panels.launches ^= true,
        Command::ShowLeakers => app.view.panels.leakers ^= true,
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
        Command::ShowBands => {
            let uncertainty = &mut app.view.uncertainty;
            uncertainty.shown = !uncertainty.is_run();
            // Where nothing is drawn there would still be nothing to see.
            if uncertainty.shown && !uncertainty.is_run() {
                uncertainty.draws = Uncertainty::default().draws;
            }
        }
        Command::ShowBaselineBands => app.view.uncertainty.baseline ^= true,
        Command::ShowMore => app.view.sentences.toggle(),
        Command::ShowChances => app.view.dialog = Some(Dialog::Chances),
        Command::ChangeSeed => app.view.dialog = Some(Dialog::Seed),
        Command::NearerDays => days(app, 0.5, 0.0),
        Command::FartherDays => days(app, 2.0, 0.0),
        Command::EarlierDays => days(app, 1.0, -0.25),
        Command::LaterDays => days(app, 1.0, 0.25),
        Command::ResetDays => app.view.days = None,
        Command::ThemeOfSystem => ctx.set_theme(egui::ThemePreference::System),
        Command::LightTheme => ctx.set_theme(egui::ThemePreference::Light),
        Command::DarkTheme => ctx.set_theme(egui::ThemePreference::Dark),
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

/// Takes the keyboard to the first event, where events are shown.
fn go_to_events(app: &mut App, ctx: &egui::Context) {
    app.view.centre = Centre::Charts;
    if app.view.theatre == TheatreView::All {
        app.view.theatre = TheatreView::One(0);
    }
    let events = &app.document.current().events;
    match events.iter().min_by_key(|(_, event)| event.what.on()) {
        Some((id, _)) => ctx.memory_mut(|memory| memory.request_focus(timeline::mark_id(id))),
        None => app.view.tell("This scenario has no events yet"),
    }
}

/// Shows so many times as many days about the same middle, moved by this share of their number.
fn days(app: &mut App, zoom: f64, by: f64) {
    let (from, to) = app.view.day_range(app.document.current());
    let width = (to - from) * zoom;
    let middle = f64::midpoint(from, to) + by * (to - from);
    let (from, to) = (middle - width / 2.0, middle + width / 2.0);
    app.view.show_days(from, to, app.document.current());
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
