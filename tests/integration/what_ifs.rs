//! Working with what-ifs in the window: naming, copying, moving, deleting, comparing, undoing.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{Queryable as _, by};
use proptest::prelude::*;
use shortfall::app::{Action, Command};
use shortfall::scenario::{Address, Value, file};

use crate::saving_window::until_seen;
use crate::window::{Window, act, headline, number, open, open_sized, slider};

fn names(harness: &Harness<'_, Window>) -> Vec<String> {
    let what_ifs = harness.state().app().document().what_ifs();
    what_ifs.values().map(|w| w.name.clone()).collect()
}

fn run(harness: &mut Harness<'_, Window>, command: Command) {
    act(harness, Action::Command(command));
}

#[test]
fn a_what_if_is_made_named_copied_moved_and_deleted() {
    let mut harness = open(None);
    run(&mut harness, Command::NewWhatIf);
    assert_eq!(names(&harness).last().unwrap(), "What-if 1");
    harness.key_press(Key::F2);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    harness
        .get_by_role_and_label(Role::TextInput, "Name")
        .type_text("Worst case");
    harness.run_steps(1);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(names(&harness).last().unwrap(), "Worst case");
    run(&mut harness, Command::MoveLeft);
    assert_eq!(names(&harness)[3], "Worst case");
    run(&mut harness, Command::DuplicateWhatIf);
    assert_eq!(names(&harness)[4], "Worst case (copy)");
    // No two have the same name, and none is called as the baseline is.
    run(&mut harness, Command::DuplicateWhatIf);
    assert_eq!(names(&harness)[5], "Worst case (copy 2)");
    for (wanted, given) in [
        ("Worst case", "Worst case (2)"),
        ("baseline", "baseline (2)"),
        ("baseline (2)", "baseline (2)"),
    ] {
        act(&mut harness, Action::Rename(wanted.to_owned()));
        assert_eq!(names(&harness)[5], given);
    }
    run(&mut harness, Command::DeleteWhatIf);
    run(&mut harness, Command::PreviousWhatIf);
    run(&mut harness, Command::DeleteWhatIf);
    // Its right neighbour is worked on now.
    run(&mut harness, Command::PreviousWhatIf);
    run(&mut harness, Command::DeleteWhatIf);
    assert!(!names(&harness).iter().any(|name| name.starts_with("Worst")));
}

#[test]
fn a_tab_is_dragged_past_others_in_one_step() {
    let mut harness = open_sized(None, Vec2::new(1600.0, 900.0));
    let before = names(&harness);
    let middle = |harness: &Harness<'_, Window>, name: &str| {
        let heads = by().role(Role::Button).label(name);
        harness.get_all(heads).next().unwrap().rect().center()
    };
    let from = middle(&harness, &before[0]);
    let to = middle(&harness, &before[2]);
    harness.hover_at(from);
    harness.run_steps(1);
    harness.drag_at(from);
    harness.run_steps(1);
    for step in 1..=8 {
        harness.hover_at(from + (to - from) * (step as f32 / 8.0) + Vec2::new(8.0, 0.0));
        harness.run_steps(2);
    }
    harness.drop_at(to + Vec2::new(8.0, 0.0));
    harness.run_steps(3);
    let after = names(&harness);
    assert_eq!(after[..3], [&*before[1], &*before[2], &*before[0]]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(names(&harness), before, "one step");
}

#[test]
fn promoting_makes_the_what_if_the_baseline() {
    let mut harness = open(None);
    run(&mut harness, Command::Promote);
    let document = harness.state().app().document();
    assert_eq!(document.active(), None);
    assert_eq!(number(&harness, "events.diversion.quantity"), 20_000.0);
    // "Diverted, Europe makes it up" keeps only what differs from the new baseline.
    let europe = &harness.state().app().document().what_ifs()["europe"];
    assert_eq!(
        europe.set.keys().collect::<Vec<_>>(),
        ["events.eu-backfill.to", "supply.ua-drones.rate"]
    );
    run(&mut harness, Command::Undo);
    let document = harness.state().app().document();
    assert_eq!(document.active(), Some("diverted"));
    assert!(!document.is_unsaved());
}

#[test]
fn a_drag_is_one_labelled_step() {
    let mut harness = open(None);
    let track = slider(&harness, "Missiles diverted").rect();
    let at = |share: f32| track.left_top() + track.size() * Vec2::new(share, 0.5);
    harness.drag_at(at(0.95));
    harness.run_steps(1);
    for share in [0.8, 0.7, 0.6, 0.5] {
        harness.hover_at(at(share));
        harness.step();
    }
    harness.drop_at(at(0.5));
    harness.run_steps(2);
    let value = number(&harness, "events.diversion.quantity");
    assert_ne!(value, 20_000.0);
    harness.get_by_label("Edit").click();
    harness.run_steps(3);
    let label = format!("Undo: Missiles diverted 20,000 → {}", value_text(value));
    assert!(harness.query_by_label_contains(&label).is_some(), "{label}");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.diversion.quantity"), 20_000.0);
    assert!(!harness.state().app().document().is_unsaved());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.diversion.quantity"), value);

    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.diversion.quantity"), 20_000.0);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.diversion.quantity"), value);
}

fn value_text(value: f64) -> String {
    shortfall::analysis::format::given(value)
}

#[test]
fn the_history_can_be_jumped_in() {
    let mut harness = open(None);
    let address = |harness: &Harness<'_, Window>, path: &str| {
        Address::find(harness.state().app().document().baseline(), path).unwrap()
    };
    for (path, value) in [
        ("events.diversion.quantity", 1_000.0),
        ("supply.ua-drones.rate", 50.0),
        ("events.scale-up.to", 100.0),
    ] {
        let address = address(&harness, path);
        act(
            &mut harness,
            Action::Set {
                address,
                value: Value::Number(value),
            },
        );
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::H);
    harness.run_steps(3);
    harness
        .get_by_label("Interceptor drones built 20 → 50")
        .click();
    harness.run_steps(3);
    let numbers = |harness: &Harness<'_, Window>| {
        [
            "events.diversion.quantity",
            "supply.ua-drones.rate",
            "events.scale-up.to",
        ]
        .map(|path| number(harness, path))
    };
    assert_eq!(numbers(&harness), [1_000.0, 50.0, 70.0], "as after it");
    harness.get_by_label("As it was opened").click();
    harness.run_steps(3);
    assert_eq!(numbers(&harness), [20_000.0, 20.0, 70.0]);
    harness
        .get_by_label("Drone production reached 70 → 100 (undone)")
        .click();
    harness.run_steps(3);
    assert_eq!(numbers(&harness), [1_000.0, 50.0, 100.0], "and forward");
}

#[test]
fn two_hundred_steps_and_more_can_be_undone() {
    let mut harness = open(None);
    let before = headline(&harness);
    let ctx = harness.ctx.clone();
    let app = harness.state_mut().app_mut();
    for _ in 0..250 {
        app.act(&ctx, Action::Command(Command::NewWhatIf));
    }
    for _ in 0..250 {
        app.act(&ctx, Action::Command(Command::Undo));
    }
    assert!(!app.document().is_unsaved());
    assert_eq!(headline(&harness), before);
}

#[test]
fn undoing_survives_a_save() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open(None);
    run(&mut harness, Command::NewWhatIf);
    act(&mut harness, Action::SaveTo(folder.path().join("mine.ron")));
    assert!(!harness.state().app().document().is_unsaved());
    run(&mut harness, Command::Undo);
    assert_eq!(names(&harness).len(), 4);
    assert!(
        harness.state().app().document().is_unsaved(),
        "the file has the what-if"
    );
}

#[test]
fn what_is_warned_of_follows_what_is_set() {
    let mut harness = open(None);
    let outside = |harness: &Harness<'_, Window>| {
        let warnings = &harness.state().app().document().warnings;
        let paths = warnings
            .iter()
            .filter(|warning| warning.what.contains("outside the range"))
            .map(|warning| warning.path.clone());
        paths.collect::<Vec<_>>()
    };
    let europe = "what_ifs.europe.set.supply.ua-drones.rate";
    assert_eq!(outside(&harness), [europe]);
    let set = |harness: &mut Harness<'_, Window>, value: f64| {
        let baseline = harness.state().app().document().baseline();
        let address = Address::find(baseline, "supply.ua-drones.rate").unwrap();
        let value = Value::Number(value);
        act(harness, Action::Set { address, value });
    };
    set(&mut harness, 50.0);
    assert_eq!(
        outside(&harness),
        ["what_ifs.diverted.set.supply.ua-drones.rate", europe]
    );
    // At the number in the list of changes, too.
    assert!(
        harness
            .query_by_label_contains("50 is outside the range of 10 to 40")
            .is_some()
    );
    run(&mut harness, Command::Undo);
    assert_eq!(outside(&harness), [europe]);
    act(
        &mut harness,
        Action::SelectWhatIf(Some("europe".to_owned())),
    );
    set(&mut harness, 30.0);
    assert!(outside(&harness).is_empty(), "no longer so");
    // A what-if just begun sets nothing yet, which nobody needs to be told.
    let before = harness.state().app().document().warnings.len();
    run(&mut harness, Command::NewWhatIf);
    assert_eq!(harness.state().app().document().warnings.len(), before);
}

#[test]
fn what_ifs_stand_side_by_side() {
    let mut harness = open_sized(None, Vec2::new(1600.0, 1_400.0));
    harness.key_press(Key::F9);
    harness.run_steps(3);
    assert!(harness.query_by_label("What differs: decisions").is_some());
    assert!(
        harness
            .query_by_label("Ukraine: coverage, 28 days")
            .is_some()
    );
    assert!(harness.query_by_label_contains("93.4 % best").is_some());
    assert!(
        harness
            .query_all_by_label_contains("worst")
            .next()
            .is_some()
    );
    // A column's head works on its what-if.
    let heads = by().role(Role::Button).label("Diverted in September");
    harness.get_all(heads).last().unwrap().click();
    harness.run_steps(3);
    assert_eq!(harness.state().app().document().active(), Some("late"));
}

#[test]
fn redoing_shows_what_was_changed_wherever_one_has_looked_since() {
    let mut harness = open(None);
    let active = |harness: &Harness<'_, Window>| {
        let active = harness.state().app().document().active();
        active.map(str::to_owned)
    };
    let shown = active(&harness);
    assert!(shown.is_some());
    let document = harness.state().app().document();
    let address = Address::find(document.current(), "events.diversion.quantity").unwrap();
    let value = Value::Number(6_500.0);
    act(&mut harness, Action::Set { address, value });
    act(&mut harness, Action::SelectWhatIf(None));
    run(&mut harness, Command::Undo);
    assert_eq!(active(&harness), shown);
    act(&mut harness, Action::SelectWhatIf(None));
    run(&mut harness, Command::Redo);
    assert_eq!(active(&harness), shown);
    let document = harness.state().app().document();
    assert_eq!(address.number(document.current()), Some(6_500.0));
    // And back again.
    act(&mut harness, Action::SelectWhatIf(None));
    run(&mut harness, Command::Undo);
    assert_eq!(active(&harness), shown);
}

#[test]
fn a_date_that_cannot_be_read_is_refused_in_words_and_one_as_written_here_is_taken() {
    let mut harness = open(None);
    let document = harness.state().app().document();
    let address = Address::find(document.current(), "events.diversion.on").unwrap();
    let event = by()
        .role(Role::Button)
        .label("Missiles diverted, 6 Jun 2025");
    harness.get(event).focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    let name = address.label(harness.state().app().document().current());
    for (typed, taken) in [("tomorrow", "2025-06-06"), ("31 Dec 2025", "2025-12-31")] {
        let field = harness.get_by_role_and_label(Role::TextInput, &name);
        field.click();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        let field = harness.get_by_role_and_label(Role::TextInput, &name);
        field.type_text(typed);
        harness.key_press(Key::Enter);
        harness.run_steps(4);
        let document = harness.state().app().document();
        let now = address
            .get(document.current())
            .and_then(|slot| slot.value());
        assert_eq!(now.map(|value| value.to_string()).as_deref(), Some(taken));
        let refused = harness.query_all_by_label_contains("`tomorrow` is not a date; write 2025");
        assert_eq!(refused.count() > 0, typed == "tomorrow");
    }
}

#[test]
fn row_names_of_the_comparison_stay_and_speak_when_it_is_scrolled() {
    let meaning = "US dollars. ≥ where a unit cost is unknown";
    let mut harness = open_sized(None, Vec2::new(800.0, 1_400.0));
    harness.key_press(Key::F9);
    harness.run_steps(3);
    let row = harness.get_all(by().label_contains("Cost of")).last();
    let row = row.unwrap().rect();
    harness.hover_at(row.center());
    turn_wheel(&mut harness, Vec2::new(-60.0, 0.0));
    let names = harness.get_all(by().label_contains("Cost of"));
    let gone = names.last().unwrap().rect();
    // The chart stays in sight as well.
    let left = harness
        .get_by_label("Ukraine: coverage, 28 days")
        .rect()
        .left();
    assert!(gone.left() < left - 20.0, "{gone} is not scrolled away");
    harness.hover_at(egui::pos2(left + 20.0, gone.center().y));
    harness.run_steps(60);
    assert!(harness.query_by_label_contains(meaning).is_some());
}

#[test]
fn heads_of_the_comparison_stay_and_choose_when_it_is_scrolled_down() {
    let mut harness = open_sized(None, Vec2::new(1_024.0, 700.0));
    harness.key_press(Key::F9);
    harness.run_steps(3);
    // Where what scrolls begins.
    let top = harness.get_by_label("Ukraine: coverage, 28 days").rect();
    // The tab comes first, then the head, then the line of what is worked on.
    let name = "Diverted, Europe makes it up";
    let head = |harness: &Harness<'_, Window>| {
        let heads = harness.get_all(by().role(Role::Button).label(name));
        heads.last().map(|head| head.rect())
    };
    let before = head(&harness).unwrap();
    assert!(before.top() > top.bottom());
    harness.hover_at(top.center() + Vec2::new(100.0, 80.0));
    turn_wheel(&mut harness, Vec2::new(0.0, -60.0));
    let gone = head(&harness).unwrap();
    assert!(gone.bottom() < top.top(), "{gone} is not scrolled away");
    let document = harness.state().app().document();
    assert_eq!(document.active(), Some("diverted"));
    let seen = egui::pos2(before.center().x, top.top() + 12.0);
    harness.hover_at(seen);
    harness.run_steps(2);
    harness.drag_at(seen);
    harness.drop_at(seen);
    harness.run_steps(3);
    let document = harness.state().app().document();
    assert_eq!(document.active(), Some("europe"));
}

/// Opens the palette and types into it.
fn search(harness: &mut Harness<'_, Window>, typed: &str) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    let field = harness.get_by_role_and_label(Role::TextInput, "Command");
    field.type_text(typed);
    harness.run_steps(2);
}

#[test]
fn the_palette_finds_commands_what_ifs_and_scenarios() {
    let mut harness = open(None);
    for (typed, check) in [
        ("october cease", Some("truce")),
        ("baseline", None),
        ("diverted september", Some("late")),
    ] {
        search(&mut harness, typed);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
        assert_eq!(harness.state().app().document().active(), check);
    }
}

#[test]
fn what_was_typed_into_a_dialog_that_was_left_is_forgotten() {
    let mut harness = open(None);
    act(&mut harness, Action::SelectWhatIf(Some("late".to_owned())));
    harness.key_press(Key::F2);
    harness.run_steps(2);
    let field = harness.get_by_role_and_label(Role::TextInput, "Name");
    field.type_text("Not this");
    harness.run_steps(2);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    run(&mut harness, Command::NextWhatIf);
    let name = harness.state().app().document().what_ifs()["truce"]
        .name
        .clone();
    harness.key_press(Key::F2);
    harness.run_steps(2);
    let field = harness.get_by_role_and_label(Role::TextInput, "Name");
    assert_eq!(field.value(), Some(name));
}

#[test]
fn the_palette_has_room_again_after_a_search_that_found_little() {
    let mut harness = open(None);
    search(&mut harness, "light theme");
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(5);
    // The thirteenth in the list: a click where it should be reaches it.
    let last = harness
        .get_all(by().role(Role::Button).label_contains("Save page to path…"))
        .last();
    last.unwrap().click();
    harness.run_steps(3);
    assert!(
        harness
            .query_by_role_and_label(Role::TextInput, "Command")
            .is_none()
    );
    assert!(harness.query_by_label("Save page to path").is_some());
}

#[test]
fn the_palette_finds_theatres_and_choices_of_the_ensemble() {
    let mut harness = open(None);
    for typed in ["us forces", "256 members", "words phia", "ranges no longer"] {
        search(&mut harness, typed);
        assert!(harness.query_by_label_contains("Nothing matches").is_none());
        harness.key_press(Key::Enter);
        harness.run_steps(3);
    }
    assert!(headline(&harness).contains("US forces"));
    // What has been chosen is offered no longer, and what was chosen before is again.
    for (typed, found) in [
        ("200 members", false),
        ("1,024 members", true),
        ("words phia", false),
        ("words icd", true),
        ("ranges no longer", false),
        ("ranges again", true),
    ] {
        search(&mut harness, typed);
        let nothing = harness.query_by_label_contains("Nothing matches").is_some();
        assert_eq!(nothing, !found, "{typed}");
        harness.key_press(Key::Escape);
        harness.run_steps(3);
    }
}

#[test]
fn a_few_keys_lead_to_an_event_and_to_a_number() {
    let mut harness = open(None);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::G);
    harness.run_steps(3);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(3);
    let current = harness.state().app().document().current();
    assert_eq!(
        current.events["diversion"].what.on().to_string(),
        "2025-06-07"
    );
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run_steps(3);
    let focused = harness.get_by(|node| node.is_focused() && !node.is_disabled());
    focused.type_text("reserve");
    harness.run_steps(3);
    assert!(harness.query_by_label_contains(" of 159").is_some());
    assert!(harness.query_by_label("159 of 159").is_none());
}

#[test]
fn the_whole_window_works_at_every_size_of_text() {
    for zoom in [0.75, 1.25, 2.0] {
        let mut harness = open(None);
        harness.ctx.set_zoom_factor(zoom);
        harness.run_steps(4);
        assert!(
            harness
                .query_by_label_contains("28-day coverage in")
                .is_some()
        );
        slider(&harness, "Missiles diverted").focus();
        harness.run_steps(3);
        harness.key_press(Key::ArrowLeft);
        harness.run_steps(2);
        assert_eq!(number(&harness, "events.diversion.quantity"), 19_500.0);
    }
}

/// Turns the wheel many notches of this size where the pointer is.
fn turn_wheel(harness: &mut Harness<'_, Window>, delta: Vec2) {
    for _ in 0..20 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        harness.run_steps(2);
    }
}

#[test]
fn large_letters_leave_everything_within_reach() {
    let mut harness = open(None);
    harness.ctx.set_zoom_factor(2.0);
    for (key, role, name) in [
        (Key::F4, Role::TextInput, "Search the table"),
        (Key::F9, Role::Button, "Diverted in September"),
        (Key::F3, Role::TextInput, "Marking"),
    ] {
        harness.key_press(key);
        harness.run_steps(4);
        let named = by().role(role).label(name);
        harness.get_all(named).last().unwrap().focus();
        harness.run_steps(3);
        // On and back, as a person comes to it.
        harness.key_press(Key::Tab);
        harness.run_steps(8);
        harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
        harness.run_steps(30);
        let focused = harness.get_by(|node| node.is_focused() && !node.is_disabled());
        let (rect, seen) = (focused.rect(), harness.ctx.content_rect());
        assert!(seen.contains_rect(rect), "{name}: {rect} in {seen}");
        // It is drawn there, and not behind the banner or the status bar.
        assert!(rect.top() > 50.0 && rect.bottom() < 370.0, "{name}: {rect}");
    }
    // A menu that is higher than the window scrolls.
    harness.get_by_label("View").click();
    harness.run_steps(4);
    let entry = harness.get_by_label_contains("Compare what-ifs").rect();
    harness.hover_at(entry.center());
    turn_wheel(&mut harness, Vec2::new(0.0, -60.0));
    let last = harness.get_by_label_contains("Normal size").rect();
    assert!(harness.ctx.content_rect().contains_rect(last), "{last}");
}

/// What a person may do, in any order.
fn actions() -> impl Strategy<Value = Vec<(u8, u16)>> {
    prop::collection::vec((0_u8..12, any::<u16>()), 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_actions_undone_gives_back_the_first_document(actions in actions()) {
        let mut harness = open(None);
        let ctx = harness.ctx.clone();
        let app = harness.state_mut().app_mut();
        let first = file::write(&app.document().to_scenario());
        for (kind, number) in actions {
            let baseline = app.document().baseline();
            let all = Address::all(baseline);
            let address = all[usize::from(number) % all.len()];
            let action = match kind {
                0..=3 => Action::Set { address, value: Value::Number(f64::from(number % 97)) },
                4 => Action::Set { address, value: Value::Switch(number % 2 == 0) },
                5 => Action::Reset(address.path(baseline)),
                6 => Action::Command(Command::NewWhatIf),
                7 => Action::Command(Command::DuplicateWhatIf),
                8 => Action::Command(Command::DeleteWhatIf),
                9 => Action::Command(Command::MoveLeft),
                10 => Action::Command(Command::Promote),
                _ => Action::Rename(format!("name {number}")),
            };
            app.act(&ctx, action);
            // What is written reads back equal, whatever was done.
            let scenario = app.document().to_scenario();
            let text = file::write(&scenario);
            let read = file::read("written", &text).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(read.scenario.into_inner(), scenario);
        }
        // No action makes more than two steps.
        for _ in 0..60 {
            app.act(&ctx, Action::Command(Command::Undo));
        }
        prop_assert_eq!(file::write(&app.document().to_scenario()), first);
        prop_assert!(!app.document().is_unsaved());
    }
}

#[test]
fn what_it_would_take_is_told_and_a_click_away() {
    let mut harness = open_sized(None, Vec2::new(1_024.0, 700.0));
    harness.get_by_label("What would it take?").click();
    until_seen(&mut harness, "at most 3,000");
    assert!(
        harness
            .query_by_label("Ukraine as it is: 303 days below 90 %")
            .is_some()
    );
    // Dates of events too, and whether they happen at all.
    until_seen(&mut harness, "not before 14 Dec 2025");
    assert!(
        harness
            .query_by_label("Switch off: Missiles diverted")
            .is_some()
    );

    // Columns find their widths.
    harness.run_steps(3);
    harness
        .get_by_label("Set Missiles diverted to 3,000")
        .click();
    harness.run_steps(4);
    assert_eq!(number(&harness, "events.diversion.quantity"), 3_000.0);
    // How far one could go is still told, but there is nothing to do.
    until_seen(&mut harness, "Ukraine as it is: reached");
    until_seen(&mut harness, "at most 3,000");
    let offer = "Set Missiles diverted to 3,000";
    assert!(harness.query_by_label(offer).is_none());

    harness
        .get_by_label("Not engaged: no more than in the baseline")
        .click();
    until_seen(&mut harness, "Set Missiles diverted to 2,000");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    until_seen(&mut harness, "Ukraine as it is: 1,750 more not engaged");
    assert_eq!(number(&harness, "events.diversion.quantity"), 20_000.0);
}

#[test]
fn another_target_is_one_for_the_baseline_too() {
    let mut harness = open(None);
    let baseline = |h: &Harness<'_, Window>| Arc::clone(h.state().app().document().compared());
    let as_it_is = baseline(&harness);
    let document = harness.state().app().document();
    let address = Address::find(document.current(), "target").unwrap();
    let hold_to = |h: &mut Harness<'_, Window>, target: f64| {
        let value = Value::Number(target);
        act(h, Action::Set { address, value });
        h.run_steps(3);
    };
    hold_to(&mut harness, 0.95);
    let text = headline(&harness);
    assert!(text.contains("falls below 95 %"), "{text}");
    assert!(!text.contains("never does"), "{text}");
    let held_to_it = baseline(&harness);
    assert_eq!(held_to_it.target.value, 0.95);
    // Other numbers leave it what it is.
    slider(&harness, "Missiles diverted").focus();
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(3);
    assert!(Arc::ptr_eq(&baseline(&harness), &held_to_it));
    hold_to(&mut harness, 0.9);
    assert!(Arc::ptr_eq(&baseline(&harness), &as_it_is));
    assert!(headline(&harness).contains("in the baseline it never does"));
}
