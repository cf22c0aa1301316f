//! Saving: what is asked first, the writing itself on a thread of its own, and what follows it.
//!
//! A slow disk may keep a save waiting for seconds. Until it has answered, the document counts as
//! unsaved: closing and opening wait for it, a second save comes after it, and nobody looks at the
//! file meanwhile.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::App;
use super::disk::{Known, Seen, absolute};
use super::document::Origin;
use super::files::{new_from, open_named, suggested_name};
use super::jobs::{Save, Writer, Written};
use super::request::{After, Saving};
use super::view::Dialog;
use crate::scenario::file::{self};

/// Longer than most disks take, shorter than a pause that disturbs anybody.
const MOMENT: Duration = Duration::from_millis(100);

/// Saves to the document's own file, or asks for one where it has none.
pub fn save(app: &mut App, ctx: &egui::Context, after: After) {
    app.view.dialog = None;
    match app.document.origin.clone() {
        Origin::Bundled(_) | Origin::New(_) => save_as(app, ctx, after),
        Origin::File(path) => {
            app.files.after = after;
            save_to(app, ctx, Saving::to(path));
        }
    }
}

/// Asks for a file to save to.
pub fn save_as(app: &mut App, ctx: &egui::Context, after: After) {
    app.view.dialog = None;
    app.files.after = after;
    app.files.ask_save(ctx, suggested_name(&app.document));
}

/// Saves to a file, unless that would take away something that nobody has agreed to; then it asks.
pub fn save_to(app: &mut App, ctx: &egui::Context, saving: Saving) {
    app.view.dialog = None;
    if app.files.writing.is_going_on() {
        app.files.writing.next = Some(saving);
        return;
    }
    let path = absolute(&saving.path);
    let own = app.document.on_disk.clone();
    let own = own.filter(|known| known.path() == path);
    let rewritten = app.document.rewritten();
    // In another file they are not lost: the one they are in stays.
    if own.is_some() && !rewritten.lost.is_empty() && !saving.comments {
        app.view.dialog = Some(Dialog::CommentsWouldGo {
            saving,
            lost: rewritten.lost,
        });
        return;
    }
    let text: Arc<str> = rewritten.text.into();
    let writer = app.files.writing.writer.clone();
    let (sender, answer): (SyncSender<_>, _) = sync_channel(1);
    let (job, content, wake) = (saving.clone(), Arc::clone(&text), ctx.clone());
    let started = thread::Builder::new()
        .name("save".to_owned())
        .spawn(move || {
            let written = write(&job, own.as_ref(), &content, writer.as_ref());
            // Where the window has gone, nobody waits for the answer.
            let _ = sender.send(written);
            wake.request_repaint();
        });
    if let Err(error) = started {
        app.view.dialog = Some(Dialog::NotSaved(error.to_string()));
        return;
    }
    app.files.writing.now = Some(Save {
        saving,
        text,
        state: app.document.state().clone(),
        lost: rewritten.lost.len(),
        answer,
    });
    go_on(app, ctx, MOMENT);
}

/// Writes, if the file is still what it was.
fn write(saving: &Saving, own: Option<&Known>, text: &str, writer: Option<&Writer>) -> Written {
    if let Some(known) = own {
        let seen = known.read();
        if seen != Seen::Same && !saving.changed {
            return Written::Changed {
                gone: seen == Seen::Gone,
            };
        }
    } else if !saving.replace && saving.path.exists() && !saving.path.is_dir() {
        return Written::Exists;
    }
    let written = match writer {
        Some(writer) => writer(&saving.path, text),
        None => file::save_text(&saving.path, text),
    };
    written.map_or_else(
        |error| Written::Failed(error.to_string()),
        |()| Written::Done,
    )
}

/// Takes in what became of the save that is being written, waiting so long for it.
pub fn go_on(app: &mut App, ctx: &egui::Context, wait: Duration) {
    let Some(save) = app.files.writing.now.take() else {
        return;
    };
    let written = match save.answer.recv_timeout(wait) {
        Ok(written) => written,
        Err(RecvTimeoutError::Timeout) => {
            app.files.writing.now = Some(save);
            return;
        }
        Err(RecvTimeoutError::Disconnected) => {
            Written::Failed("The save ended without an answer.".to_owned())
        }
    };
    let next = app.files.writing.next.take();
    let saving = save.saving;
    app.view.dialog = Some(match written {
        Written::Done => {
            let without = match save.lost {
                0 => String::new(),
                1 => ", without a comment".to_owned(),
                lost => format!(", without {lost} comments"),
            };
            let path = saving.path.display();
            app.view.tell(format!("Saved {path}{without}"));
            app.files.used(&saving.path);
            app.document.mark_saved(saving.path, &save.text, save.state);
            match next {
                Some(next) => save_to(app, ctx, next),
                None => follow(app, ctx),
            }
            return;
        }
        Written::Changed { gone } => Dialog::FileChanged {
            path: absolute(&saving.path),
            gone,
            saving: Some(saving),
        },
        Written::Exists => Dialog::FileExists(saving),
        Written::Failed(why) => Dialog::NotSaved(why),
    });
}

/// Does what a save was for.
fn follow(app: &mut App, ctx: &egui::Context) {
    match std::mem::take(&mut app.files.after) {
        After::Nothing => {}
        // Somebody may have gone on working while it was written.
        After::Quit if app.document.is_unsaved() && !app.view.quitting => {
            app.view.dialog = Some(Dialog::Unsaved(After::Quit));
        }
        After::Quit => {
            app.view.quitting = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        After::Open(name) => open_named(app, &name),
        After::New(name) => new_from(app, name.as_deref()),
    }
}
