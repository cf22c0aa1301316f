//! What a person does with the window, driven by the names that assistive technology reads.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};
use shortfall::analysis::sentences::CAPTION;
use shortfall::app::{Action, App, Command, Origin, Surroundings, Uncertainty};
use shortfall::scenario::{Address, Value};

use crate::saving_window::until_seen;

/// The window, opened in its first frame, since fonts need a context.
pub(crate) struct Window {
    file: Option<String>,
    around: Surroundings,
    app: Option<App>,
}

impl Window {
    pub(crate) fn app(&self) -> &App {
        self.app.as_ref().expect("opened in the first frame")
    }

    pub(crate) fn app_mut(&mut self) -> &mut App {
        self.app.as_mut().expect("opened in the first frame")
    }
}

/// Opens the window at a size, on a file or a bundled scenario.
pub(crate) fn open_sized(file: Option<&str>, size: Vec2) -> Harness<'static, Window> {
    open_within(file, size, Surroundings::default())
}

/// Opens the window with something around it: a folder to remember things in, a file chooser.
pub(crate) fn open_within(
    file: Option<&str>,
    size: Vec2,
    around: Surroundings,
) -> Harness<'static, Window> {
    let state = Window {
        file: file.map(str::to_owned),
        around,
        app: None,
    };
    let mut harness = Harness::builder().with_size(size).build_ui_state(
        |ui, window: &mut Window| {
            if let Some(app) = &mut window.app {
                app.logic(ui.ctx());
                app.ui(ui);
            } else {
                let file = window.file.as_deref();
                window.app = App::open_within(ui.ctx(), file, &window.around).ok();
                // What is tested here is the planning run; ensembles have tests of their own, and are
                // slow where nothing is optimised.
                let planned = Uncertainty {
                    shown: false,
                    ..Uncertainty::default()
                };
                if let Some(app) = &mut window.app {
                    app.act(ui.ctx(), Action::SetUncertainty(planned));
                }
            }
        },
        state,
    );
    harness.run_steps(4);
    harness
}

pub(crate) fn open(file: Option<&str>) -> Harness<'static, Window> {
    open_sized(file, Vec2::new(1280.0, 800.0))
}

pub(crate) fn headline(harness: &Harness<'_, Window>) -> String {
    harness.state().app().headline()
}

/// The number that an address of the scenario shown has.
pub(crate) fn number(harness: &Harness<'_, Window>, path: &str) -> f64 {
    let scenario = harness.state().app().document().current();
    let address = Address::find(scenario, path).unwrap();
    address.number(scenario).unwrap()
}

/// The slider of a lever, by the lever's label.
pub(crate) fn slider<'h>(
    harness: &'h Harness<'_, Window>,
    label: &'h str,
) -> egui_kittest::Node<'h> {
    harness.get_by_role_and_label(Role::Slider, label)
}

/// Writes a scenario file into a folder that lives as long as it is held.
pub(crate) fn file_of(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

pub(crate) fn bundled() -> &'static str {
    shortfall::scenario::library::find("diversion-2025")
        .unwrap()
        .text
}

#[test]
fn the_first_thing_seen_is_an_answer() {
    let harness = open(None);
    let text = headline(&harness);
    assert!(text.contains("falls below 90 % on 2 Aug 2025"), "{text}");
    assert!(text.contains("1,750 more"), "{text}");
    assert!(harness.query_by_label_contains(CAPTION).is_some());
    // The what-if that the file opens on, not the baseline.
    assert_eq!(harness.state().app().document().active(), Some("diverted"));
    assert!(!harness.state().app().document().is_unsaved());
}

#[test]
fn dragging_a_lever_changes_the_headline_in_the_same_frame() {
    let mut harness = open(None);
    let before = headline(&harness);
    let track = slider(&harness, "Missiles diverted").rect();
    let at = |share: f32| track.left_top() + track.size() * Vec2::new(share, 0.5);
    harness.drag_at(at(0.95));
    harness.run_steps(1);
    harness.hover_at(at(0.5));
    harness.step();
    let during = headline(&harness);
    assert_ne!(
        before, during,
        "the answer follows while the button is down"
    );
    let value = number(&harness, "events.diversion.quantity");
    assert!((8_000.0..12_000.0).contains(&value), "{value}");
    assert_eq!(value % 500.0, 0.0, "in steps of the lever");
    harness.drop_at(at(0.5));
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.diversion.quantity"), value);
    assert!(harness.state().app().document().is_unsaved());
}

#[test]
fn a_typed_number_is_taken() {
    let mut harness = open(None);
    type_into(&mut harness, "European rockets after the step-up", "1,100");
    // Beyond the end of the track, but within the bounds of the number.
    assert_eq!(number(&harness, "events.eu-backfill.to"), 1_100.0);
}

#[test]
fn arrow_keys_step_a_slider() {
    let mut harness = open(None);
    slider(&harness, "Drone production reached").focus();
    harness.run_steps(3);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.scale-up.to"), 75.0);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.scale-up.to"), 70.0);
}

#[test]
fn reset_puts_back_what_the_baseline_has() {
    let mut harness = open(None);
    let reset = harness
        .get_all_by_label("Reset Missiles diverted")
        .next()
        .unwrap();
    reset.click();
    harness.run_steps(3);
    assert_eq!(number(&harness, "events.diversion.quantity"), 0.0);
    assert!(headline(&harness).contains("never falls below 90 %"));
}

#[test]
fn switching_what_ifs_switches_the_answer() {
    let mut harness = open(None);
    let diverted = headline(&harness);
    harness
        .get_by_label("Diverted, with an October ceasefire")
        .click();
    harness.run_steps(3);
    assert_eq!(harness.state().app().document().active(), Some("truce"));
    let truce = headline(&harness);
    assert_ne!(diverted, truce);
    harness.get_by_label("Baseline").click();
    harness.run_steps(3);
    assert_eq!(harness.state().app().document().active(), None);
    assert!(
        !headline(&harness).contains("baseline"),
        "nothing to compare with"
    );
    assert!(
        !harness.state().app().document().is_unsaved(),
        "looking changes nothing"
    );
}

#[test]
fn a_change_on_the_baseline_starts_a_what_if() {
    let mut harness = open(None);
    harness.get_by_label("Baseline").click();
    harness.run_steps(2);
    slider(&harness, "Missiles diverted").focus();
    harness.run_steps(3);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    let app = harness.state().app();
    assert_eq!(app.document().active(), Some("what-if-1"));
    assert_eq!(app.document().what_ifs()["what-if-1"].name, "What-if 1");
    let baseline = app.document().baseline();
    let address = Address::find(baseline, "events.diversion.quantity").unwrap();
    assert_eq!(
        address.number(baseline),
        Some(0.0),
        "the baseline is untouched"
    );
}

#[test]
fn both_theatres_show_what_each_gains_and_loses() {
    let mut harness = open(None);
    harness.key_press(Key::F5);
    harness.run_steps(3);
    assert!(
        harness
            .query_by_label("Ukraine: coverage and protection")
            .is_some()
    );
    assert!(
        harness
            .query_by_label("US forces, Middle East: coverage and protection")
            .is_some()
    );
}

#[test]
fn a_long_number_does_not_push_the_levers_wider() {
    let mut harness = open(None);
    let left = |harness: &Harness<'_, Window>| {
        let sentences = harness.get_by_label_contains("28-day coverage in");
        sentences.rect().left()
    };
    let before = left(&harness);
    let document = harness.state().app().document();
    let address = Address::find(document.current(), "events.diversion.quantity").unwrap();
    let value = Value::Number(1e14 / 7.0);
    act(&mut harness, Action::Set { address, value });
    harness.run_steps(20);
    assert_eq!(left(&harness), before);
}

#[test]
fn no_tooltip_of_what_lies_under_a_dialog_stays() {
    let meaning = "First day on which coverage over the last 28 days is below the target";
    let mut harness = open(None);
    let card = harness.get_by_label("First below 90 %").rect();
    harness.hover_at(card.center());
    harness.run_steps(60);
    assert!(harness.query_by_label(meaning).is_some());
    harness.key_press(Key::F1);
    harness.run_steps(60);
    assert!(harness.query_by_label(meaning).is_none());
    harness.hover_at(card.center() + Vec2::new(4.0, 2.0));
    harness.run_steps(60);
    assert!(harness.query_by_label(meaning).is_none());
}

#[test]
fn every_key_figure_has_its_row() {
    let mut harness = open(None);
    harness.key_press(Key::F6);
    harness.run_steps(3);
    for figure in [
        "Coverage",
        "Protection",
        "First below 90 %",
        "Worst 28 days, ending",
        "Not engaged",
        "– magazines empty",
        "– launchers saturated",
        "– out of reach",
        "– held back",
        "Leakers",
        "Rounds short",
        "Rounds left",
        "Cost of rounds fired",
        "Cost of what was launched",
        "Stock-out: Laser-guided rocket",
    ] {
        assert!(harness.query_by_label(figure).is_some(), "{figure}");
    }
}

#[test]
fn an_event_can_be_switched_off_and_moved() {
    let mut harness = open_sized(None, Vec2::new(1280.0, 2_400.0));
    harness.get_by_label_contains("EVENTS").click();
    harness.run_steps(4);
    let before = headline(&harness);
    harness
        .get_by_role_and_label(Role::CheckBox, "Missiles diverted")
        .click();
    harness.run_steps(3);
    assert!(
        headline(&harness).contains("never falls"),
        "{}",
        headline(&harness)
    );
    assert_ne!(before, headline(&harness));
}

#[test]
fn every_assumption_can_be_found_and_edited() {
    let mut harness = open_sized(None, Vec2::new(1280.0, 2_400.0));
    harness.get_by_label_contains("ALL ASSUMPTIONS").click();
    harness.run_steps(4);
    let field = harness.get_by_role_and_label(Role::TextInput, "Search assumptions");
    field.focus();
    harness.run_steps(1);
    harness
        .get_by_role_and_label(Role::TextInput, "Search assumptions")
        .type_text("ua-guns reach");
    harness.run_steps(1);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    let found = harness.get_all_by_role(Role::SpinButton).filter(|node| {
        let label = node.accesskit_node().label().unwrap_or_default();
        label.contains("reach") && label.contains("Gun team")
    });
    assert_eq!(found.count(), 1);
}

#[test]
fn a_refused_file_leaves_the_open_one_untouched_and_says_why() {
    let broken = bundled().replace(
        "theatre: \"ukraine\", interceptor: \"apkws\"",
        "theatre: \"ukrain\", interceptor: \"apkws\"",
    );
    let (_folder, path) = file_of(&broken);
    let mut harness = open(None);
    let before = headline(&harness);
    let name = path.display().to_string();
    act(&mut harness, Action::OpenNamed(name));
    assert_eq!(headline(&harness), before);
    assert!(
        harness
            .query_by_label_contains("The file was refused")
            .is_some()
    );
    assert!(
        harness
            .query_by_label_contains("did you mean `ukraine`?")
            .is_some()
    );
    assert!(harness.query_by_label_contains(", column ").is_some());
    harness.get_by_label("Close").click();
    harness.run_steps(2);
    assert!(
        harness
            .query_by_label_contains("The file was refused")
            .is_none()
    );
}

#[test]
fn the_keyboard_goes_back_to_where_it_was_before_a_dialog() {
    let mut harness = open(None);
    let path = "supply.ua-drones.rate";
    let before = number(&harness, path);
    slider(&harness, "Interceptor drones built").focus();
    harness.run_steps(2);
    harness.key_press(Key::F1);
    harness.run_steps(3);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    assert!(number(&harness, path) > before);
}

#[test]
fn what_was_said_is_gone_once_something_else_is_done() {
    let mut harness = open(None);
    act(
        &mut harness,
        Action::Refuse {
            at: "here".to_owned(),
            why: "no such thing".to_owned(),
        },
    );
    assert!(harness.query_by_label_contains("no such thing").is_some());
    act(&mut harness, Action::Command(Command::DeleteWhatIf));
    assert!(harness.query_by_label_contains("no such thing").is_none());
    let done = "Done: delete “Reported diversion”";
    assert!(harness.query_by_label_contains(done).is_some());
    act(&mut harness, Action::Command(Command::NewWhatIf));
    assert!(harness.query_by_label_contains(done).is_none());
}

#[test]
fn a_scenario_that_is_opened_shows_its_answer() {
    let mut harness = open(None);
    act(&mut harness, Action::NewFrom(None));
    assert!(harness.query_by_label("Coverage and protection").is_none());
    act(&mut harness, Action::OpenNamed("us-halt".to_owned()));
    harness.get_by_label("Open without saving").click();
    harness.run_steps(3);
    let origin = &harness.state().app().document().origin;
    assert_eq!(*origin, Origin::Bundled("us-halt".to_owned()));
    harness.get_by_label("Coverage and protection");
}

#[test]
fn a_path_that_could_not_be_opened_can_be_corrected() {
    let (_folder, path) = file_of(bundled());
    let right = path.display().to_string();
    let mut harness = open(None);
    // An ending that no file has.
    act(&mut harness, Action::OpenNamed(format!("{right}x")));
    harness.get_by_label_contains("was not opened");
    harness.get_by_label("Correct the path…").click();
    harness.run_steps(3);
    let field = harness.get_by_role_and_label(Role::TextInput, "Path");
    assert_eq!(field.value().as_deref(), Some(&*format!("{right}x")));
    harness.key_press(Key::End);
    harness.key_press(Key::Backspace);
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let origin = &harness.state().app().document().origin;
    assert_eq!(*origin, Origin::File(path));
}

#[test]
fn the_readout_of_a_day_holds_what_was_counted_that_month() {
    let mut harness = open(Some("counted-2025"));
    let title = harness.get_by_label("Coverage and protection").rect();
    harness.hover_at(title.left_bottom() + Vec2::new(200.0, 60.0));
    harness.run_steps(30);
    harness.get_by_label("Launched a day, month's count");
    harness.get_by_label("Shot down, month's count");
}

#[test]
fn opening_over_unsaved_what_ifs_asks_first() {
    let mut harness = open(None);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_steps(2);
    act(&mut harness, Action::OpenNamed("diversion-2025".to_owned()));
    assert!(harness.query_by_label_contains("without saving?").is_some());
    assert!(
        harness.state().app().document().is_unsaved(),
        "nothing is lost yet"
    );
    harness.get_by_label("Open without saving").click();
    harness.run_steps(3);
    assert!(!harness.state().app().document().is_unsaved());
}

#[test]
fn what_is_saved_reads_back_with_its_what_ifs() {
    let (_folder, path) = file_of(bundled());
    let mut harness = open(Some(&path.display().to_string()));
    slider(&harness, "Missiles diverted").focus();
    harness.run_steps(3);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(2);
    assert!(!harness.state().app().document().is_unsaved());
    let read = shortfall::scenario::file::load(&path).unwrap();
    let what_if = &read.scenario.what_ifs["diverted"];
    assert_eq!(
        what_if.set["events.diversion.quantity"],
        Value::Number(19_500.0)
    );
}

#[test]
fn it_is_usable_at_the_least_size_and_nothing_lacks_a_glyph() {
    for file in shortfall::scenario::library::all() {
        // A missing glyph makes the harness panic.
        let mut harness = open_sized(Some(file.id), Vec2::new(1024.0, 700.0));
        for key in [Key::F5, Key::F6, Key::F7, Key::F8, Key::F6] {
            harness.key_press(key);
            harness.run_steps(2);
        }
        assert!(
            harness
                .query_by_label_contains("Counts include decoys")
                .is_some()
        );
    }
}

#[test]
fn a_window_left_alone_asks_for_no_frames() {
    let mut harness = open(None);
    // The scents arrive from their thread within this time, on any machine worth the name.
    for _ in 0..100 {
        harness.step();
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let delay = harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(delay > std::time::Duration::from_secs(1), "{delay:?}");
}

/// Asks for a change as a panel would, and lets the window show it.
pub(crate) fn act(harness: &mut Harness<'_, Window>, action: Action) {
    let ctx = harness.ctx.clone();
    if let Some(app) = &mut harness.state_mut().app {
        app.act(&ctx, action);
    }
    harness.run_steps(3);
}

#[test]
fn every_control_has_a_name() {
    let harness = open(None);
    let unnamed = by().predicate(|node| {
        let control = matches!(
            node.role(),
            Role::Button | Role::Slider | Role::SpinButton | Role::CheckBox | Role::TextInput
        );
        control && node.label().is_none_or(|label| label.trim().is_empty())
    });
    let found: Vec<String> = harness
        .query_all(unnamed)
        .map(|node| format!("{:?} at {:?}", node.accesskit_node().role(), node.rect()))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Where a ring of 1.5 points is drawn: the sign of where the keyboard is.
fn rings(harness: &Harness<'_, Window>) -> Vec<egui::Rect> {
    let shapes = harness.output().shapes.iter();
    let rings = shapes.filter_map(|shape| match &shape.shape {
        egui::Shape::Rect(ring) if ring.stroke.width == 1.5 => Some(ring.rect),
        _ => None,
    });
    rings.collect()
}

#[test]
fn a_ring_shows_where_the_keyboard_is_until_the_mouse_is_used() {
    let mut harness = open(None);
    assert_eq!(rings(&harness), []);
    harness.key_press(Key::Tab);
    harness.run_steps(2);
    let file = harness.get_by_label("File").rect();
    let [ring] = rings(&harness)[..] else {
        panic!("not one ring: {:?}", rings(&harness));
    };
    assert!(ring.contains_rect(file) && ring.width() < file.width() + 4.0);

    harness.key_press(Key::Tab);
    harness.run_steps(2);
    let edit = harness.get_by_label("Edit").rect();
    assert!(rings(&harness).iter().any(|ring| ring.contains_rect(edit)));

    harness.get_by_label("Copy answer").click();
    harness.run_steps(2);
    assert_eq!(rings(&harness), []);
}

/// Types into the field of a number, as somebody would.
fn type_into(harness: &mut Harness<'_, Window>, field: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::SpinButton, field)
        .click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let focused = harness.get_by(|node| node.is_focused() && !node.is_disabled());
    focused.type_text(text);
    harness.run_steps(1);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
}

#[test]
fn what_is_typed_is_never_taken_for_something_else() {
    let mut harness = open(None);
    let (share, share_path) = ("Share of each delivery diverted", "events.diversion.share");
    let (rate, rate_path) = (
        "European rockets after the step-up",
        "events.eu-backfill.to",
    );
    for (field, path, stays, text, why) in [
        (share, share_path, 1.0, "0,7", "`0,7` is not a number"),
        (share, share_path, 1.0, "half", "`half` is not a number"),
        // Neither all of it nor 70 %: nobody knows.
        (
            share,
            share_path,
            1.0,
            "70",
            "70 is not a number from 0 to 1",
        ),
        (
            share,
            share_path,
            1.0,
            "-0.5",
            "-0.5 is not a number from 0 to 1",
        ),
        (rate, rate_path, 25.0, "12.500", "write 12,500 or 12.5000"),
        (
            rate,
            rate_path,
            25.0,
            "0,500",
            "`0,500` is not a number here",
        ),
        (rate, rate_path, 25.0, "70 %", "`70 %` is not a number here"),
    ] {
        type_into(&mut harness, field, text);
        assert_eq!(number(&harness, path), stays, "{text}");
        assert!(harness.query_by_label_contains(why).is_some(), "{text}");
    }
    for (field, path, text, value) in [
        (share, share_path, "70 %", 0.7),
        (rate, rate_path, "26", 26.0),
    ] {
        type_into(&mut harness, field, text);
        assert_eq!(number(&harness, path), value);
        assert!(harness.query_by_label_contains("Not changed").is_none());
    }
    // Nothing typed is nothing meant.
    type_into(&mut harness, share, " ");
    assert_eq!(number(&harness, share_path), 0.7);
    assert_eq!(number(&harness, rate_path), 26.0);
    assert!(harness.query_by_label_contains("Not changed").is_none());
}

#[test]
fn sliders_stay_under_the_finger_while_others_come_to_change_nothing() {
    let mut harness = open(None);
    let below = |h: &Harness<'_, Window>| slider(h, "US deliveries, all destinations").rect().top();
    let top = below(&harness);
    let track = slider(&harness, "Missiles diverted").rect();
    harness.drag_at(track.right_center() - Vec2::new(8.0, 0.0));
    harness.step();
    harness.hover_at(track.left_center());
    // With nothing diverted, the share that is diverted says in words that it changes nothing.
    until_seen(&mut harness, "its quantity is 0");
    harness.run_steps(3);
    assert_eq!(below(&harness), top);
    harness.drop_at(track.left_center());
    harness.run_steps(3);
    assert!(below(&harness) > top + 5.0, "{}", below(&harness));
}

#[test]
fn charts_do_not_move_up_again_under_a_drag_when_the_answer_gets_shorter() {
    let mut harness = open_sized(None, Vec2::new(1024.0, 700.0));
    let chart = |h: &Harness<'_, Window>| h.get_by_label("Coverage and protection").rect().top();
    let before = chart(&harness);
    let track = slider(&harness, "Missiles diverted").rect();
    harness.drag_at(track.right_center() - Vec2::new(8.0, 0.0));
    harness.step();
    let mut last = before;
    for step in 0..=20 {
        let along = track.width() * step as f32 / 20.0;
        harness.hover_at(track.right_center() - Vec2::new(along, 0.0));
        harness.run_steps(2);
        let now = chart(&harness);
        assert!(now >= last, "from {last} to {now} at step {step}");
        last = now;
    }
    // The answer at the end of the track is shorter than some before it, or the first.
    harness.drop_at(track.left_center());
    harness.run_steps(3);
    assert!(chart(&harness) < last, "{} {last}", chart(&harness));
}

#[test]
fn every_table_has_two_ways_back_to_the_charts() {
    let mut harness = open(None);
    let charts = |h: &Harness<'_, Window>| h.query_by_label("Coverage and protection").is_some();
    for command in [
        Command::ShowFigures,
        Command::ShowComparison,
        Command::ShowSeek,
        Command::ShowSensitivity,
        Command::ShowAssumptions,
        Command::ShowStructure,
    ] {
        for escape in [true, false] {
            act(&mut harness, Action::Command(command));
            harness.run_steps(3);
            assert!(!charts(&harness), "{command:?}");
            if escape {
                harness.key_press(Key::Escape);
            } else {
                let links = harness.query_all_by_label("Back to the charts");
                links.last().expect("a link").click();
            }
            harness.run_steps(3);
            assert!(charts(&harness), "{command:?}, by Escape: {escape}");
        }
    }
    // What is being typed is left first.
    act(&mut harness, Action::Command(Command::FindNumber));
    harness.run_steps(3);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!charts(&harness));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(charts(&harness));
}

#[test]
fn no_key_of_a_chart_makes_its_column_wider() {
    let mut harness = open(None);
    harness.key_press(Key::F5);
    harness.run_steps(3);
    let left = |h: &Harness<'_, Window>, title: &str| h.get_by_label(title).rect().left();
    let second = left(&harness, "Ukraine: not engaged a day, by cause");
    for key in [Key::F7, Key::F8, Key::F12] {
        harness.key_press(key);
    }
    harness.run_steps(3);
    let launches = "Ukraine: launched, engaged, shot down a day";
    assert_eq!(left(&harness, launches), second);
}
