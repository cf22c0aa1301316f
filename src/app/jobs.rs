//! What is under way with files: the dialog that is open, looks at the disk, a save, a picture.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::Instant;

use egui::ColorImage;

use super::action::Action;
use super::disk::{Known, Seen, absolute};
use super::document::State;
use super::recent::{self, Recent};
use super::request::{After, Form, SCENARIO, Saving, Target, with_ending};
use super::view::Purpose;
use crate::analysis::format;
use crate::scenario::file::SaveError;

/// Answers in the place of the system's dialogs; it may take its time.
pub type Chooser = Arc<dyn Fn() -> Option<PathBuf> + Send + Sync>;

/// The dialog that is open, if one is (there is never more than one), and what is known of files.
#[derive(Default)]
pub struct Files {
    pub(super) pending: Option<(Purpose, Receiver<Option<PathBuf>>)>,
    pub(super) chooser: Option<Chooser>,
    pub(super) after: After,
    /// Where the list of recent files is kept; nowhere in tests.
    pub(super) recents: Option<PathBuf>,
    pub(super) recent: Vec<Recent>,
    /// A file was opened or saved, and is yet to be put into the list.
    pub(super) opened: Option<PathBuf>,
    /// Files should be looked at again.
    pub(super) look: bool,
    pub(super) looking: Option<Receiver<Looked>>,
    pub(super) writing: Writing,
    pub(super) wanted: Option<Wanted>,
    pub(super) painting: Option<Painting>,
    /// The window closes once that is written.
    pub(super) closes: bool,
}

/// What a look at the disk has found.
pub(super) struct Looked {
    pub(super) own: Option<(Known, Seen)>,
    pub(super) recent: Vec<Recent>,
}

impl Files {
    /// Whether a picture or a page is on its way to a file.
    pub fn is_painting(&self) -> bool {
        let wanted = self.wanted.as_ref().map(|wanted| &wanted.target);
        let painting = self.painting.as_ref().map(|painting| &painting.target);
        let mut targets = wanted.into_iter().chain(painting);
        targets.any(|target| matches!(target, Target::File { .. }))
    }

    /// Has the open file and the recent ones looked at soon.
    pub fn look(&mut self) {
        self.look = true;
    }

    /// Notes that a file was opened or saved.
    pub(super) fn used(&mut self, path: &Path) {
        self.opened = Some(absolute(path));
        self.look = true;
    }

    /// Looks at files on a thread of its own, since a folder on the network may keep anyone
    /// waiting.
    pub(super) fn start_looking(&mut self, ctx: &egui::Context, own: Option<Known>) {
        let (kept, opened) = (self.recents.clone(), self.opened.take());
        let (sender, receiver): (SyncSender<_>, _) = sync_channel(1);
        let ctx = ctx.clone();
        let started = thread::Builder::new()
            .name("look at files".to_owned())
            .spawn(move || {
                let own = own.map(|mut known| {
                    let seen = known.look();
                    (known, seen)
                });
                let recent = kept.map(|kept| recent::list(&kept, opened.as_deref()));
                let recent = recent.unwrap_or_default();
                let _ = sender.send(Looked { own, recent });
                ctx.request_repaint();
            });
        self.look = false;
        self.looking = started.is_ok().then_some(receiver);
    }

    pub fn ask_open(&mut self, ctx: &egui::Context) {
        let dialog = rfd::AsyncFileDialog::new()
            .set_title("Open a scenario")
            .add_filter("Scenario", &[SCENARIO])
            .add_filter("All files", &["*"]);
        self.wait(ctx, Purpose::Open, dialog.pick_file());
    }

    pub fn ask_save(&mut self, ctx: &egui::Context, name: String) {
        let dialog = rfd::AsyncFileDialog::new()
            .set_title("Save the scenario as")
            .add_filter("Scenario", &[SCENARIO])
            .set_file_name(name);
        self.wait(ctx, Purpose::Save, dialog.save_file());
    }

    pub fn ask_folder(&mut self, ctx: &egui::Context) {
        let dialog = rfd::AsyncFileDialog::new().set_title("Export tables to this folder");
        self.wait(ctx, Purpose::Export, dialog.pick_folder());
    }

    pub fn ask_picture(&mut self, ctx: &egui::Context, form: Form, name: String) {
        let dialog = rfd::AsyncFileDialog::new()
            .set_title(format!("Save the {} as", form.noun()))
            .add_filter(format::capital(form.noun()), &[form.ending()])
            .set_file_name(name);
        self.wait(ctx, Purpose::Picture(form), dialog.save_file());
    }

    /// Waits for a dialog on a thread of its own, so that the window goes on.
    pub(super) fn wait<F>(&mut self, ctx: &egui::Context, purpose: Purpose, answer: F)
    where
        F: Future<Output = Option<rfd::FileHandle>> + Send + 'static,
    {
        if self.pending.is_some() {
            return;
        }
        let chooser = self.chooser.clone();
        let (sender, receiver): (SyncSender<_>, _) = sync_channel(1);
        let ctx = ctx.clone();
        let waiting = thread::Builder::new()
            .name("file dialog".to_owned())
            .spawn(move || {
                let path = match chooser {
                    Some(chooser) => chooser(),
                    None => pollster::block_on(answer).map(|handle| handle.path().to_owned()),
                };
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
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => None,
        };
        let purpose = *purpose;
        self.pending = None;
        match (purpose, answer) {
            (Purpose::Open, Some(path)) => {
                actions.push(Action::OpenNamed(path.display().to_string()));
            }
            (Purpose::Save, Some(path)) => {
                // Whoever chose a name was asked about the file of that name, not of another.
                let whole = with_ending(path.clone(), SCENARIO);
                let mut saving = Saving::to(whole);
                saving.replace = saving.path == path;
                actions.push(Action::Save(saving));
            }
            (Purpose::Export, Some(path)) => actions.push(Action::ExportTo(path)),
            (Purpose::Picture(form), Some(chosen)) => {
                let path = form.with_ending(chosen.clone());
                let replace = path == chosen;
                let target = Target::File {
                    form,
                    path,
                    replace,
                };
                actions.push(Action::Picture(target));
            }
            // Where the system has no dialog at all, it answers like Cancel: say what else works.
            (Purpose::Open, None) => actions.push(Action::Tell(
                "No file chosen. You can also type a path (Ctrl+Shift+O) or drop a file here"
                    .to_owned(),
            )),
            (Purpose::Save, None) => {
                self.after = After::Nothing;
                actions.push(Action::Tell(
                    "Not saved. You can also type a path (Ctrl+Alt+S)".to_owned(),
                ));
            }
            (Purpose::Picture(Form::Picture), None) => actions.push(Action::Tell(
                "No picture written. You can also type a path (File menu), or copy it (Ctrl+Alt+C)"
                    .to_owned(),
            )),
            (Purpose::Picture(Form::Page), None) => actions.push(Action::Tell(
                "No page written. You can also type a path (File menu)".to_owned(),
            )),
            (Purpose::Export, None) => actions.push(Action::Tell("No folder chosen".to_owned())),
        }
    }
}

/// Writes in the place of the disk; it may take its time.
pub type Writer = Arc<dyn Fn(&Path, &str) -> Result<(), SaveError> + Send + Sync>;

/// The save that is being written, and the one that comes after it.
#[derive(Default)]
pub struct Writing {
    pub(super) now: Option<Save>,
    pub(super) next: Option<Saving>,
    pub(super) writer: Option<Writer>,
}

/// A save that is being written.
pub(super) struct Save {
    pub(super) saving: Saving,
    /// What the file will hold, and the document that this is the text of.
    pub(super) text: Arc<str>,
    pub(super) state: State,
    /// How many comments are lost by it.
    pub(super) lost: usize,
    pub(super) answer: Receiver<Written>,
}

/// What became of a save.
pub(super) enum Written {
    Done,
    /// Nothing was written: the document's own file is no longer what it was.
    Changed {
        gone: bool,
    },
    /// Nothing was written: another file is there.
    Exists,
    Failed(String),
}

impl Writing {
    pub fn is_going_on(&self) -> bool {
        self.now.is_some()
    }
}

/// A picture that is being painted.
pub struct Painting {
    pub(super) target: Target,
    /// Not all of what it shows is on it.
    pub(super) cut: bool,
    pub(super) answer: Receiver<Painted>,
}

/// What came of it.
pub(super) enum Painted {
    Image(ColorImage),
    Written,
    /// Nothing was written: a file of that name is there.
    Exists,
    Failed(String),
}

/// A picture that somebody has asked for, and that waits for what is shown to be whole.
pub struct Wanted {
    pub(super) target: Target,
    pub(super) since: Instant,
    /// Frames since then.
    pub(super) frames: u8,
}
