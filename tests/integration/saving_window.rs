//! Files that are never lost, as a person at the window meets it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests say what they expect, as the tests do"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use egui::{Event, Key, Modifiers, Vec2, ViewportCommand, ViewportEvent, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use shortfall::app::{Action, Command, Origin, Surroundings};
use shortfall::scenario::{file, library};

use super::window::{Window, act, file_of, number, open_within, slider};

const QUANTITY: &str = "events.diversion.quantity";

fn bundled() -> &'static str {
    library::find("diversion-2025").unwrap().text
}

fn opened(path: &Path, around: &Surroundings) -> Harness<'static, Window> {
    let name = path.display().to_string();
    open_within(Some(&name), Vec2::new(1280.0, 800.0), around.clone())
}

/// A folder for the test alone.
fn storage() -> (tempfile::TempDir, Surroundings) {
    let folder = tempfile::tempdir().unwrap();
    let around = Surroundings {
        storage: Some(folder.path().join("data")),
        ..Surroundings::default()
    };
    (folder, around)
}

/// Makes one change of the active what-if, with the keyboard.
fn change(harness: &mut Harness<'_, Window>) {
    slider(harness, "Missiles diverted").focus();
    harness.run_steps(3);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
}

fn save(harness: &mut Harness<'_, Window>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(3);
    until_written(harness);
}

/// Waits for a disk that is slow today.
fn until_written(harness: &mut Harness<'_, Window>) {
    until(harness, "saved", |h| h.query_by_label("saving…").is_none());
}

/// Goes on until something is so; threads have this long.
pub(crate) fn until(
    harness: &mut Harness<'_, Window>,
    what: &str,
    so: impl Fn(&Harness<'_, Window>) -> bool,
) {
    for _ in 0..500 {
        harness.step();
        if so(harness) {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("never came: {what}");
}

pub(crate) fn until_seen(harness: &mut Harness<'_, Window>, label: &'static str) {
    until(harness, label, |h| {
        h.query_by_label_contains(label).is_some()
    });
}

fn click(harness: &mut Harness<'_, Window>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
    until_written(harness);
}

/// Clicks the close button of the window's frame.
pub fn press_close(harness: &mut Harness<'_, Window>) {
    let events = &mut harness
        .input_mut()
        .viewports
        .entry(ViewportId::ROOT)
        .or_default()
        .events;
    events.push(ViewportEvent::Close);
    harness.step();
    harness
        .input_mut()
        .viewports
        .entry(ViewportId::ROOT)
        .or_default()
        .events
        .clear();
}

fn close(harness: &mut Harness<'_, Window>) {
    press_close(harness);
    harness.run_steps(2);
}

/// Whether the last frame asked the window to close.
pub fn closes(harness: &Harness<'_, Window>) -> bool {
    let output = &harness.output().viewport_output[&ViewportId::ROOT];
    output.commands.contains(&ViewportCommand::Close)
}

fn focus(harness: &mut Harness<'_, Window>) {
    harness.event(Event::WindowFocused(true));
    harness.run_steps(1);
}

fn unsaved(harness: &Harness<'_, Window>) -> bool {
    harness.state().app().document().is_unsaved()
}

fn copies(around: &Surroundings) -> Vec<PathBuf> {
    let folder = around.storage.as_ref().unwrap().join("recovery");
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .collect()
}

/// The process ends without any chance to clean up.
fn crash(harness: Harness<'static, Window>) {
    drop(harness);
}

#[test]
fn comments_survive_a_save() {
    let (_folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    change(&mut harness);
    save(&mut harness);
    assert!(!unsaved(&harness));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("// The file above is the baseline: the deliveries as promised."));
    // And the line that tells of the marking.
    assert_eq!(text.lines().count(), bundled().lines().count() + 1);
}

#[test]
fn a_marking_that_nobody_has_reviewed_stays_so_in_the_file_until_somebody_does() {
    let unreviewed = |harness: &Harness<'_, Window>| {
        let mut banners = harness.query_all_by_label_contains("marking not reviewed");
        banners.next().is_some()
    };
    let (_folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    change(&mut harness);
    save(&mut harness);
    drop(harness);
    let mut harness = opened(&path, &Surroundings::default());
    assert!(unreviewed(&harness));
    assert!(!unsaved(&harness));
    act(&mut harness, Action::Command(Command::ConfirmMarking));
    assert!(!unreviewed(&harness));
    assert!(unsaved(&harness), "the file tells otherwise");
    save(&mut harness);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), bundled().lines().count());
    drop(harness);
    let harness = opened(&path, &Surroundings::default());
    assert!(!unreviewed(&harness));
}

#[test]
fn comments_that_would_go_are_named_first() {
    let commented = bundled().replacen(
        "\"events.diversion.quantity\": 20000 }),\n        \"europe\"",
        "/* by hand */ \"events.diversion.quantity\": 20000 }),\n        \"europe\"",
        1,
    );
    assert_ne!(commented, bundled());
    let (_folder, path) = file_of(&commented);
    let mut harness = opened(&path, &Surroundings::default());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Delete);
    harness.run_steps(3);
    save(&mut harness);
    assert!(harness.query_by_label("Comments would be lost").is_some());
    assert!(harness.query_by_label("/* by hand */").is_some());
    assert_eq!(fs::read_to_string(&path).unwrap(), commented, "not written");
    click(&mut harness, "Save, losing the comments");
    assert!(!unsaved(&harness));
    assert!(!fs::read_to_string(&path).unwrap().contains("by hand"));
}

#[test]
fn closing_follows_the_save_and_cancel_cancels() {
    let (_folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    change(&mut harness);
    close(&mut harness);
    assert!(harness.query_by_label("Close without saving?").is_some());
    click(&mut harness, "Cancel");
    assert!(harness.query_by_label("Close without saving?").is_none());
    save(&mut harness);
    assert!(!closes(&harness), "cancelled for good");
    change(&mut harness);
    close(&mut harness);
    harness.get_by_label("Save").click();
    until(&mut harness, "close", closes);
    assert!(!unsaved(&harness));
    assert_eq!(
        file::load(&path).unwrap().scenario.what_ifs["diverted"].set[QUANTITY],
        shortfall::scenario::Value::Number(19_000.0)
    );
}

#[test]
fn closing_follows_a_save_through_the_file_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("chosen");
    let chosen = target.clone();
    let around = Surroundings {
        chooser: Some(Arc::new(move || Some(chosen.clone()))),
        ..Surroundings::default()
    };
    let mut harness = open_within(None, Vec2::new(1280.0, 800.0), around);
    change(&mut harness);
    // The name gets the ending of a scenario, and under that name stands another file.
    let target = target.with_extension("ron");
    fs::write(&target, "mine").unwrap();
    close(&mut harness);
    click(&mut harness, "Save…");
    until_seen(&mut harness, "Replace the file?");
    assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
    harness.get_by_label("Replace it").click();
    until(&mut harness, "close", closes);
    assert!(file::load(&target).is_ok());
}

/// A disk that writes nothing until it is told to, once for each time it is told.
fn slow_disk() -> (Sender<()>, Surroundings) {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let around = Surroundings {
        writer: Some(Arc::new(move |path, text| {
            let _ = wait.lock().unwrap().recv();
            file::save_text(path, text)
        })),
        ..Surroundings::default()
    };
    (go, around)
}

#[test]
fn a_slow_disk_stops_nobody_and_the_next_save_waits() {
    let (_folder, path) = file_of(bundled());
    let (go, around) = slow_disk();
    let mut harness = opened(&path, &around);
    let quantity = |path: &Path| {
        let scenario = file::load(path).unwrap().scenario;
        scenario.what_ifs["diverted"].set[QUANTITY]
    };
    change(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(3);
    assert!(harness.query_by_label("saving…").is_some());
    assert!(unsaved(&harness), "not before it is written");
    // The window goes on, and a look at the file finds nothing odd.
    change(&mut harness);
    assert_eq!(number(&harness, QUANTITY), 19_000.0);
    focus(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(3);
    go.send(()).unwrap();
    until(&mut harness, "first save", |_| {
        quantity(&path) == shortfall::scenario::Value::Number(19_500.0)
    });
    harness.run_steps(10);
    assert!(harness.query_by_label("saving…").is_some(), "the second");
    assert!(unsaved(&harness));
    go.send(()).unwrap();
    until_written(&mut harness);
    assert!(!unsaved(&harness));
    assert_eq!(
        quantity(&path),
        shortfall::scenario::Value::Number(19_000.0)
    );
    focus(&mut harness);
    for _ in 0..10 {
        harness.step();
        sleep(Duration::from_millis(10));
    }
    assert!(harness.query_by_label("The file was changed").is_none());
}

#[test]
fn closing_and_opening_wait_for_a_slow_disk() {
    let (_folder, path) = file_of(bundled());
    let (go, around) = slow_disk();
    let mut harness = opened(&path, &around);
    change(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(3);
    act(&mut harness, Action::OpenNamed("diversion-2025".to_owned()));
    let origin = |h: &Harness<'_, Window>| h.state().app().document().origin.clone();
    assert_eq!(origin(&harness), Origin::File(path.clone()));
    go.send(()).unwrap();
    let bundled = Origin::Bundled("diversion-2025".to_owned());
    until(&mut harness, "opened", |h| origin(h) == bundled);

    let mut harness = opened(&path, &around);
    change(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(3);
    close(&mut harness);
    assert!(!closes(&harness));
    assert!(harness.query_by_label("Close without saving?").is_none());
    // What is changed while it is written is asked about before the window closes.
    change(&mut harness);
    go.send(()).unwrap();
    until_seen(&mut harness, "Close without saving?");
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    go.send(()).unwrap();
    until(&mut harness, "close", closes);
    assert!(!unsaved(&harness));
}

#[test]
fn a_disk_that_fails_late_says_so() {
    let (_folder, path) = file_of(bundled());
    let around = Surroundings {
        writer: Some(Arc::new(|path, _| {
            sleep(Duration::from_millis(300));
            Err(file::SaveError::Full(path.to_owned()))
        })),
        ..Surroundings::default()
    };
    let mut harness = opened(&path, &around);
    change(&mut harness);
    close(&mut harness);
    harness.get_by_label("Save").click();
    until_seen(&mut harness, "Not saved");
    assert!(unsaved(&harness) && !closes(&harness));
    assert_eq!(fs::read_to_string(&path).unwrap(), bundled());
}

#[test]
fn a_cancelled_file_dialog_cancels_the_closing() {
    let around = Surroundings {
        chooser: Some(Arc::new(|| None)),
        ..Surroundings::default()
    };
    let mut harness = open_within(None, Vec2::new(1280.0, 800.0), around);
    change(&mut harness);
    close(&mut harness);
    click(&mut harness, "Save…");
    until_seen(&mut harness, "Not saved. You can also type a path");
    let folder = tempfile::tempdir().unwrap();
    act(&mut harness, Action::SaveTo(folder.path().join("a.ron")));
    until_written(&mut harness);
    assert!(!unsaved(&harness) && !closes(&harness));
}

#[test]
fn opening_follows_the_save() {
    let (_folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    change(&mut harness);
    act(&mut harness, Action::OpenNamed("diversion-2025".to_owned()));
    click(&mut harness, "Save");
    let document = harness.state().app().document();
    assert_eq!(
        document.origin,
        Origin::Bundled("diversion-2025".to_owned())
    );
    assert_ne!(fs::read_to_string(&path).unwrap(), bundled());
}

#[test]
fn a_crash_leaves_what_was_unsaved() {
    let (_folder, path) = file_of(bundled());
    let (_data, around) = storage();
    let mut harness = opened(&path, &around);
    assert!(copies(&around).is_empty(), "nothing is unsaved");
    change(&mut harness);
    until(&mut harness, "copy", |_| copies(&around).len() == 1);
    // Another window beside it neither offers nor touches the copy.
    let mut other = opened(&path, &around);
    other.run_steps(3);
    assert!(other.query_by_label("Recover unsaved work?").is_none());
    other.state_mut().app_mut().leave();
    drop(other);
    assert_eq!(copies(&around).len(), 1);
    crash(harness);

    let mut harness = open_within(None, Vec2::new(1280.0, 800.0), around.clone());
    assert!(harness.query_by_label("Recover unsaved work?").is_some());
    assert!(
        harness
            .query_by_label_contains("Working on “Reported diversion”, last changed a minute ago")
            .is_some()
    );
    let title = harness.state().app().document().baseline().title.clone();
    // A second window that starts now does not offer it too.
    let second = open_within(None, Vec2::new(1280.0, 800.0), around.clone());
    assert!(second.query_by_label("Recover unsaved work?").is_none());
    drop(second);
    click(&mut harness, &format!("Recover {title}"));
    assert!(unsaved(&harness));
    assert!(harness.state().app().document().marking_unreviewed());
    assert_eq!(number(&harness, QUANTITY), 19_500.0);
    assert_eq!(
        harness.state().app().document().origin,
        Origin::File(path.clone())
    );
    assert_eq!(copies(&around).len(), 1, "until it is saved, a copy stays");
    save(&mut harness);
    until(&mut harness, "no copy", |_| copies(&around).is_empty());
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains("// The file above")
    );
    assert_eq!(
        fs::read_dir(around.storage.unwrap().join("recovery"))
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn a_copy_is_offered_until_it_is_discarded() {
    let (_data, around) = storage();
    let start = || open_within(None, Vec2::new(1280.0, 800.0), around.clone());
    let mut harness = start();
    change(&mut harness);
    until(&mut harness, "copy", |_| copies(&around).len() == 1);
    crash(harness);
    let mut harness = start();
    click(&mut harness, "Later");
    assert!(harness.query_by_label("Recover unsaved work?").is_none());
    harness.state_mut().app_mut().leave();
    drop(harness);
    let mut harness = start();
    let title = harness.state().app().document().baseline().title.clone();
    click(&mut harness, &format!("Discard {title}"));
    assert!(copies(&around).is_empty());
    drop(harness);
    assert!(start().query_by_label("Recover unsaved work?").is_none());
}

#[test]
fn closing_without_saving_leaves_no_copy() {
    let (_data, around) = storage();
    let mut harness = open_within(None, Vec2::new(1280.0, 800.0), around.clone());
    change(&mut harness);
    until(&mut harness, "copy", |_| copies(&around).len() == 1);
    close(&mut harness);
    harness.get_by_label("Close without saving").click();
    until(&mut harness, "close", closes);
    harness.state_mut().app_mut().leave();
    assert!(copies(&around).is_empty());
}

#[test]
fn a_file_changed_by_another_is_not_overwritten() {
    let (_folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    change(&mut harness);
    let theirs = bundled().replacen("\"Reported diversion\"", "\"Theirs\"", 1);
    fs::write(&path, &theirs).unwrap();
    save(&mut harness);
    assert!(harness.query_by_label("The file was changed").is_some());
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    click(&mut harness, "Cancel");
    save(&mut harness);
    click(&mut harness, "Overwrite it");
    assert!(!unsaved(&harness));
    assert!(fs::read_to_string(&path).unwrap().contains("19500"));
}

#[test]
fn pressing_enter_twice_never_loses_anything() {
    let (_folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    change(&mut harness);
    let theirs = bundled().replacen("\"Reported diversion\"", "\"Theirs\"", 1);
    fs::write(&path, &theirs).unwrap();
    close(&mut harness);
    harness.key_press(Key::Enter);
    until_seen(&mut harness, "The file was changed");
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(harness.query_by_label("The file was changed").is_some());
    assert_eq!(number(&harness, QUANTITY), 19_500.0);
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
}

#[test]
fn coming_back_to_the_window_shows_what_changed_meanwhile() {
    let (_folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    let theirs = bundled().replacen("\"Reported diversion\"", "\"Theirs\"", 1);
    fs::write(&path, theirs).unwrap();
    focus(&mut harness);
    until_seen(&mut harness, "The file was changed");
    click(&mut harness, "Keep mine");
    assert!(unsaved(&harness), "what is open is in no file");
    focus(&mut harness);
    for _ in 0..10 {
        harness.step();
        sleep(Duration::from_millis(10));
    }
    assert!(
        harness.query_by_label("The file was changed").is_none(),
        "asked once"
    );
    fs::write(
        &path,
        bundled().replacen("\"Reported diversion\"", "\"Later\"", 1),
    )
    .unwrap();
    focus(&mut harness);
    until_seen(&mut harness, "The file was changed");
    click(&mut harness, "Reload");
    assert!(!unsaved(&harness));
    assert_eq!(harness.state().app().document().name(), "Later");
}

#[test]
fn a_file_that_is_gone_or_protected_is_saved_elsewhere() {
    let (folder, path) = file_of(bundled());
    let mut harness = opened(&path, &Surroundings::default());
    fs::remove_file(&path).unwrap();
    focus(&mut harness);
    until_seen(&mut harness, "The file is gone");
    click(&mut harness, "Keep mine");
    save(&mut harness);
    assert!(!unsaved(&harness), "it is there again");
    assert_eq!(fs::read_to_string(&path).unwrap(), bundled());

    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    change(&mut harness);
    save(&mut harness);
    assert!(
        harness
            .query_by_label_contains("is write-protected")
            .is_some()
    );
    click(&mut harness, "Save to path…");
    assert!(harness.query_by_label("Path").is_some());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let focused = harness.get_by(|node| node.is_focused() && !node.is_disabled());
    let other = folder.path().join("other.ron");
    focused.type_text(&other.display().to_string());
    harness.run_steps(1);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    until_written(&mut harness);
    assert!(!unsaved(&harness));
    assert!(file::load(&other).is_ok());
    assert_eq!(fs::read_to_string(&path).unwrap(), bundled());
}

#[test]
fn recent_files_are_a_menu_away() {
    let (data, around) = storage();
    let [first, second] = ["first.ron", "second.ron"].map(|name| {
        let path = data.path().join(name);
        fs::write(&path, bundled()).unwrap();
        path
    });
    let mut harness = opened(&first, &around);
    act(
        &mut harness,
        Action::OpenNamed(second.display().to_string()),
    );
    let kept = around.storage.clone().unwrap().join("recent.ron");
    until(&mut harness, "list", |_| {
        fs::read_to_string(&kept).is_ok_and(|text| text.contains("second.ron"))
    });
    drop(harness);
    fs::remove_file(&second).unwrap();
    let mut harness = open_within(None, Vec2::new(1280.0, 800.0), around);
    for _ in 0..20 {
        harness.step();
        sleep(Duration::from_millis(10));
    }
    click(&mut harness, "File");
    harness.get_by_label_contains("Open recent").hover();
    harness.run_steps(20);
    let gone = harness.get_by_label_contains("second.ron");
    assert!(egui_kittest::kittest::NodeT::accesskit_node(&gone).is_disabled());
    harness.get_by_label_contains("first.ron").click();
    harness.run_steps(4);
    assert_eq!(harness.state().app().document().origin, Origin::File(first));
}
