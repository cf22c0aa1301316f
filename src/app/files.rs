//! Opening and saving: dialogs that never block a frame, drops, typed paths, bundled scenarios.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, TryRecvError};

use super::App;
use super::action::Action;
use super::disk::{Known, Seen};
use super::document::{Document, Origin};
use super::history::History;
use super::request::After;
use super::view::{Centre, Dialog, Purpose};
use crate::export::csv;
use crate::scenario::file::{self, LoadError, Loaded};
use crate::scenario::{blank, library};

/// Opens a file that was dropped on the window.
pub fn dropped(ctx: &egui::Context, actions: &mut Vec<Action>) {
    let files = ctx.input(|i| i.raw.dropped_files.clone());
    // Several at once make no sense for one window: the last one stays.
    if let Some(file) = files.last() {
        actions.push(Action::OpenNamed(file.path().display().to_string()));
    }
}

/// The bundled scenarios: id and title.
pub fn bundled() -> &'static [(&'static str, String)] {
    // Read once, when the menu is first opened: a menu is painted every frame.
    static TITLES: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
        let title = |bundled: &library::Bundled| match file::read(bundled.id, bundled.text) {
            Ok(loaded) => loaded.scenario.title.clone(),
            Err(_) => bundled.id.to_owned(),
        };
        library::all()
            .iter()
            .map(|bundled| (bundled.id, title(bundled)))
            .collect()
    });
    &TITLES
}

/// Reads a bundled scenario by its name, else a file by its path.
///
/// # Errors
///
/// The file cannot be read, or the scenario is refused.
pub fn read(name: &str) -> Result<(Origin, Loaded), LoadError> {
    if let Some(bundled) = library::find(name) {
        let loaded = file::read(bundled.id, bundled.text)?;
        Ok((Origin::Bundled(bundled.id.to_owned()), loaded))
    } else {
        let path = typed(name);
        let loaded = file::load(&path)?;
        Ok((Origin::File(path), loaded))
    }
}

/// Asks before what would lose something unsaved, unless it was asked already; puts off what comes
/// while a save is being written.
fn asks_first(app: &mut App, after: After) -> bool {
    if app.files.writing.is_going_on() {
        app.files.after = after;
        app.view.tell("Opens once what is open is saved");
        return true;
    }
    let asked = matches!(&app.view.dialog, Some(Dialog::Unsaved(asked)) if *asked == after);
    let asks = app.document.is_unsaved() && !asked;
    if asks {
        app.view.dialog = Some(Dialog::Unsaved(after));
    }
    asks
}

/// Opens a bundled scenario or a file; on an error what is open stays untouched. Where something
/// is unsaved it asks first.
pub(super) fn open_named(app: &mut App, name: &str) {
    if asks_first(app, After::Open(name.to_owned())) {
        return;
    }
    app.view.dialog = None;
    match read(name.trim()) {
        Ok((origin, loaded)) => {
            opened(app, origin, loaded);
            // What a scenario comes to is seen first, wherever another was being made.
            if app.view.centre == Centre::Structure {
                app.view.centre = Centre::Charts;
            }
            app.view
                .tell(format!("Opened {}", app.document.baseline().title));
        }
        Err(LoadError::Refused(refused)) => app.view.dialog = Some(Dialog::Refused(refused)),
        Err(error) => {
            app.view.dialog = Some(Dialog::Failed {
                what: "The file was not opened",
                why: error.to_string(),
                given: Some((Purpose::Open, name.to_owned())),
            });
        }
    }
}

/// Begins a scenario that is in no file yet: a copy of a bundled one, or an empty one.
pub(super) fn new_from(app: &mut App, name: Option<&str>) {
    if asks_first(app, After::New(name.map(str::to_owned))) {
        return;
    }
    app.view.dialog = None;
    let (file, text) = if let Some(name) = name {
        let Some(bundled) = library::find(name) else {
            return app
                .view
                .tell(format!("There is no bundled scenario {name}"));
        };
        (format!("my-{}", bundled.id), bundled.text.to_owned())
    } else {
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        ("scenario".to_owned(), file::write(&blank(today.date())))
    };
    match file::read(&file, &text) {
        Ok(loaded) => {
            opened(app, Origin::New(file), loaded);
            app.view.centre = Centre::Structure;
            app.view
                .tell("A new scenario, in no file yet: give it a title of its own");
        }
        Err(refused) => app.view.dialog = Some(Dialog::Refused(refused)),
    }
}

/// Puts another document in the place of the open one.
fn opened(app: &mut App, origin: Origin, loaded: Loaded) {
    let generation = app.document.generation() + 1;
    app.document = Document::new(origin, loaded, generation);
    app.view.document_opened(&app.document);
    app.history = History::default();
    app.document_opened();
    note_opened(app);
}

/// Remembers the open file among the recent ones.
pub(super) fn note_opened(app: &mut App) {
    app.files.look();
    if let Origin::File(path) = &app.document.origin {
        app.files.used(path);
    }
}

/// Reads the document's own file again; the what-if that is worked on stays, if it is still there.
pub(super) fn reload(app: &mut App) {
    app.view.dialog = None;
    let Origin::File(path) = app.document.origin.clone() else {
        return;
    };
    match file::load(&path) {
        Ok(loaded) => {
            let active = app.document.active().map(str::to_owned);
            opened(app, Origin::File(path), loaded);
            app.document.select(active);
            app.view.tell("Read again from the file");
        }
        Err(LoadError::Refused(refused)) => {
            // What is open is now the only good version.
            keep_mine(app);
            app.view.dialog = Some(Dialog::Refused(refused));
        }
        Err(error) => {
            app.view.dialog = Some(Dialog::Failed {
                what: "The file was not read again",
                why: error.to_string(),
                given: None,
            });
        }
    }
}

/// Keeps what is open, whatever its file holds now; that is then asked about no more.
pub(super) fn keep_mine(app: &mut App) {
    app.view.dialog = None;
    if let Origin::File(path) = &app.document.origin {
        let known = Known::now(path);
        app.document.detach(Some(known));
    }
}

/// Takes in what a look at the disk has found, and starts another where one is due.
pub(super) fn watch(app: &mut App, ctx: &egui::Context) {
    let focused = |event: &egui::Event| matches!(event, egui::Event::WindowFocused(true));
    if ctx.input(|input| input.events.iter().any(focused)) {
        app.files.look();
    }
    match app.files.looking.as_ref().map(Receiver::try_recv) {
        Some(Ok(looked)) => {
            app.files.looking = None;
            app.files.recent = looked.recent;
            match looked.own {
                // What is being written looks like another's change.
                Some(_) if app.files.writing.is_going_on() => app.files.look(),
                Some((known, seen)) => noticed(app, known, seen),
                None => {}
            }
        }
        Some(Err(TryRecvError::Disconnected)) => app.files.looking = None,
        Some(Err(TryRecvError::Empty)) | None => {}
    }
    // What is being asked or dragged comes first.
    let busy = app.view.dialog.is_some()
        || app.files.writing.is_going_on()
        || ctx.input(|input| input.pointer.any_down());
    if app.files.look && app.files.looking.is_none() && !busy {
        app.files.start_looking(ctx, app.document.on_disk.clone());
    }
}

/// What was found of the open file.
fn noticed(app: &mut App, known: Known, seen: Seen) {
    // It may have been saved, or another opened, while the thread was looking.
    if !app
        .document
        .on_disk
        .as_ref()
        .is_some_and(|now| now.is_as(&known))
    {
        return;
    }
    if seen == Seen::Same {
        app.document.on_disk = Some(known);
    } else if app.view.dialog.is_some() {
        app.files.look();
    } else {
        app.view.dialog = Some(Dialog::FileChanged {
            path: known.path().to_owned(),
            gone: seen == Seen::Gone,
            saving: None,
        });
    }
}

/// Goes on with something unsaved that a crash has left.
pub(super) fn recover(app: &mut App, place: usize) {
    if app.files.writing.is_going_on() {
        return;
    }
    let Some(recovery) = &mut app.recovery else {
        return;
    };
    let Some(kept) = recovery.found.get(place).map(|found| &found.copy) else {
        return;
    };
    let origin = kept.origin();
    match file::read("the recovered copy", &kept.text) {
        Ok(loaded) => {
            let Some(kept) = recovery.adopt(place) else {
                return;
            };
            // The others keep until the next start.
            recovery.found.clear();
            app.view.dialog = None;
            opened(app, origin, loaded);
            let on_disk = match (&app.document.origin, &kept.on_disk) {
                (Origin::File(path), Some(text)) => Some(Known::holding(path, text)),
                _ => None,
            };
            app.document.detach(on_disk);
            app.document.select(kept.active);
            if kept.marking_unreviewed {
                app.document.doubt_marking();
            }
            app.view
                .tell(format!("Recovered {}; not saved yet", kept.title));
        }
        Err(refused) => {
            // It stays in its folder, for whoever can read it.
            recovery.found.remove(place);
            app.view.dialog = Some(Dialog::Refused(refused));
        }
    }
}

/// Throws away something unsaved that a crash has left.
pub(super) fn discard(app: &mut App, place: usize) {
    app.view.dialog = None;
    if let Some(recovery) = &mut app.recovery
        && place < recovery.found.len()
    {
        recovery.found.remove(place).discard();
    }
}

/// Writes the tables of what is shown to a folder.
pub(super) fn export_to(app: &mut App, folder: &Path) {
    let (current, baseline) = (app.document.current(), app.document.baseline());
    let written = csv::write_folder(folder, current, &app.results.current.outcome)
        .and_then(|_| csv::write_assumptions(folder, current, baseline));
    match written {
        Ok(_) => app
            .view
            .tell(format!("Tables written to {}", folder.display())),
        Err(error) => {
            app.view.dialog = Some(Dialog::Failed {
                what: "The tables were not written",
                why: error.to_string(),
                given: Some((Purpose::Export, folder.display().to_string())),
            });
        }
    }
}

/// A name for a file that does not exist yet.
pub(super) fn suggested_name(document: &Document) -> String {
    match &document.origin {
        Origin::Bundled(id) | Origin::New(id) => format!("{id}.ron"),
        Origin::File(path) => path
            .file_name()
            .map_or_else(|| "scenario.ron".to_owned(), |n| n.to_string_lossy().into()),
    }
}

/// A path as it was typed, with `~` for the home folder.
pub fn typed(text: &str) -> PathBuf {
    match (text.trim().strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text.trim()),
    }
}
