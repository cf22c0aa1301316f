//! Opening and saving: dialogs that never block a frame, drops, typed paths, bundled scenarios.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::App;
use super::action::Action;
use super::document::{Document, Origin};
use super::history::History;
use super::view::{Dialog, Purpose};
use crate::export::csv;
use crate::scenario::file::{self, LoadError, Loaded};
use crate::scenario::library;

/// The dialog that is open, if one is. There is never more than one.
#[derive(Default)]
pub struct Files {
    pending: Option<(Purpose, Receiver<Option<PathBuf>>)>,
}

impl Files {
    pub fn ask_open(&mut self, ctx: &egui::Context) {
        let dialog = rfd::AsyncFileDialog::new()
            .set_title("Open a scenario")
            .add_filter("Scenario", &["ron"])
            .add_filter("All files", &["*"]);
        self.wait(ctx, Purpose::Open, dialog.pick_file());
    }

    pub fn ask_save(&mut self, ctx: &egui::Context, name: String) {
        let dialog = rfd::AsyncFileDialog::new()
            .set_title("Save the scenario as")
            .add_filter("Scenario", &["ron"])
            .set_file_name(name);
        self.wait(ctx, Purpose::Save, dialog.save_file());
    }

    pub fn ask_folder(&mut self, ctx: &egui::Context) {
        let dialog = rfd::AsyncFileDialog::new().set_title("Export tables to this folder");
        self.wait(ctx, Purpose::Export, dialog.pick_folder());
    }

    /// Waits for a dialog on a thread of its own, so that the window goes on.
    fn wait<F>(&mut self, ctx: &egui::Context, purpose: Purpose, answer: F)
    where
        F: Future<Output = Option<rfd::FileHandle>> + Send + 'static,
    {
        if self.pending.is_some() {
            return;
        }
        let (sender, receiver): (SyncSender<_>, _) = sync_channel(1);
        let ctx = ctx.clone();
        let waiting = thread::Builder::new()
            .name("file dialog".to_owned())
            .spawn(move || {
                let handle = pollster::block_on(answer);
                let path = handle.map(|handle| handle.path().to_owned());
                // The window may have closed meanwhile; then nobody wants the answer.
                let _ = sender.send(path);
                ctx.request_repaint();
            });
        if waiting.is_ok() {
            self.pending = Some((purpose, receiver));
        }
    }

    /// What the open dialog answered, as an action, once it has.
    pub fn answered(&mut self, actions: &mut Vec<Action>) {
        let Some((purpose, receiver)) = &self.pending else {
            return;
        };
        let answer = match receiver.try_recv() {
            Ok(answer) => answer,
            Err(std::sync::mpsc::TryRecvError::Empty) => return,
            Err(std::sync::mpsc::TryRecvError::Disconnected) => None,
        };
        let purpose = *purpose;
        self.pending = None;
        match (purpose, answer) {
            (Purpose::Open, Some(path)) => {
                actions.push(Action::OpenNamed(path.display().to_string()));
            }
            (Purpose::Save, Some(path)) => actions.push(Action::SaveTo(with_ending(path))),
            (Purpose::Export, Some(path)) => actions.push(Action::ExportTo(path)),
            // Where the system has no dialog at all, it answers like Cancel: say what else works.
            (Purpose::Open, None) => actions.push(Action::Tell(
                "No file chosen. You can also type a path (Ctrl+Shift+O) or drop a file here"
                    .to_owned(),
            )),
            (Purpose::Save, None) => actions.push(Action::Tell(
                "Not saved. You can also type a path (Ctrl+Alt+S)".to_owned(),
            )),
            (Purpose::Export, None) => actions.push(Action::Tell("No folder chosen".to_owned())),
        }
    }
}

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

/// Opens a bundled scenario or a file; on an error what is open stays untouched. Where something
/// is unsaved it asks first.
pub(super) fn open_named(app: &mut App, name: &str) {
    let asked = matches!(&app.view.dialog, Some(Dialog::UnsavedOpen(asked)) if asked == name);
    if app.document.is_unsaved() && !asked {
        app.view.dialog = Some(Dialog::UnsavedOpen(name.to_owned()));
        return;
    }
    app.view.dialog = None;
    match read(name.trim()) {
        Ok((origin, loaded)) => {
            let generation = app.document.generation() + 1;
            app.document = Document::new(origin, loaded, generation);
            app.view.document_opened();
            app.history = History::default();
            app.document_opened();
            app.view
                .tell(format!("Opened {}", app.document.baseline().title));
        }
        Err(LoadError::Refused(refused)) => app.view.dialog = Some(Dialog::Refused(refused)),
        Err(error) => {
            app.view.dialog = Some(Dialog::Failed {
                what: "The file was not opened".to_owned(),
                why: error.to_string(),
            });
        }
    }
}

/// Saves to the document's own file, or asks for one where it has none.
pub(super) fn save(app: &mut App, ctx: &egui::Context) {
    match &app.document.origin {
        Origin::Bundled(_) => app.files.ask_save(ctx, suggested_name(&app.document)),
        Origin::File(path) if app.document.has_comments => {
            app.view.dialog = Some(Dialog::CommentsWouldGo(path.clone()));
        }
        Origin::File(path) => save_to(app, path.clone()),
    }
}

/// Saves to a file.
pub(super) fn save_to(app: &mut App, path: PathBuf) {
    app.view.dialog = None;
    match file::save(&path, &app.document.to_scenario()) {
        Ok(()) => {
            app.view.tell(format!("Saved {}", path.display()));
            app.document.mark_saved(path);
        }
        Err(error) => {
            app.view.dialog = Some(Dialog::Failed {
                what: "Not saved; nothing is lost, the scenario is still open".to_owned(),
                why: error.to_string(),
            });
        }
    }
}

/// Writes the tables of what is shown to a folder.
pub(super) fn export_to(app: &mut App, folder: &Path) {
    match csv::write_folder(folder, app.document.current(), &app.results.current.outcome) {
        Ok(_) => app
            .view
            .tell(format!("Tables written to {}", folder.display())),
        Err(error) => {
            app.view.dialog = Some(Dialog::Failed {
                what: "The tables were not written".to_owned(),
                why: error.to_string(),
            });
        }
    }
}

/// A name for a file that does not exist yet.
pub(super) fn suggested_name(document: &Document) -> String {
    match &document.origin {
        Origin::Bundled(id) => format!("{id}.ron"),
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

/// The path with the ending of a scenario file, unless it has one already.
pub fn with_ending(path: PathBuf) -> PathBuf {
    if path.extension().is_some() {
        path
    } else {
        path.with_extension("ron")
    }
}
