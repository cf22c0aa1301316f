//! What a person does with the events above the charts.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{Queryable as _, by};
use jiff::civil::Date;
use shortfall::app::{Action, Command, Document};
use shortfall::scenario::{Checked, Event, EventChange, EventKind, Reference, What};

use crate::window::{Window, act, headline, number, open, open_sized, slider};

fn document<'h>(harness: &'h Harness<'_, Window>) -> &'h Document {
    harness.state().app().document()
}

fn event<'h>(harness: &'h Harness<'_, Window>, id: &str) -> &'h Event {
    &document(harness).current().events[id]
}

fn on(harness: &Harness<'_, Window>, id: &str) -> String {
    event(harness, id).what.on().to_string()
}

/// The mark of an event in the lanes, by its name and day.
fn mark<'h>(harness: &'h Harness<'_, Window>, name: &'h str) -> egui_kittest::Node<'h> {
    harness.get_by_role_and_label(Role::Button, name)
}

/// The points that a day takes, from two events that the bundled scenario has 87 days apart.
fn day_width(harness: &Harness<'_, Window>) -> f32 {
    let first = mark(harness, "Missiles diverted, 6 Jun 2025").rect().left();
    let second = mark(harness, "European allies step up, 1 Sep 2025")
        .rect()
        .left();
    (second - first) / 87.0
}

/// Drags from one point to another in a few moves, and lets the window show each.
fn drag(harness: &mut Harness<'_, Window>, from: Pos2, to: Pos2) {
    harness.drag_at(from);
    harness.run_steps(1);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from.lerp(to, share));
        harness.step();
    }
    harness.run_steps(1);
}

/// The action that adds an event so many days after the start.
fn add(kind: EventKind, start: Date, days: i64) -> Action {
    Action::AddEvent {
        kind,
        on: start.saturating_add(jiff::Span::new().days(days)),
        at: Pos2::new(500.0, 350.0),
    }
}

fn undo(harness: &mut Harness<'_, Window>) {
    act(harness, Action::Command(Command::Undo));
}

#[test]
fn a_dragged_event_takes_its_answer_along_and_is_one_step_to_undo() {
    let mut harness = open(None);
    let before = headline(&harness);
    let day = day_width(&harness);
    let from = mark(&harness, "Missiles diverted, 6 Jun 2025")
        .rect()
        .center();
    let to = from + Vec2::new(40.0 * day, 0.0);
    drag(&mut harness, from, to);
    assert_eq!(on(&harness, "diversion"), "2025-07-16");
    let during = headline(&harness);
    assert_ne!(
        before, during,
        "the answer follows while the button is down"
    );
    // A hand that rests in the middle of a drag has not ended it.
    for _ in 0..30 {
        harness.step();
    }
    harness.hover_at(to + Vec2::new(2.0 * day, 60.0));
    harness.run_steps(2);
    assert_eq!(on(&harness, "diversion"), "2025-07-18");
    harness.drop_at(to + Vec2::new(2.0 * day, 60.0));
    harness.run_steps(2);
    assert!(
        harness.query_by_label("Close").is_none(),
        "a drag is no click"
    );
    undo(&mut harness);
    assert_eq!(on(&harness, "diversion"), "2025-06-06");
    assert_eq!(headline(&harness), before);
    assert!(!document(&harness).is_unsaved());
}

#[test]
fn an_event_dragged_beyond_the_horizon_stays_within_it() {
    let mut harness = open(None);
    let from = mark(&harness, "Largest overnight attack, 9 Jun 2025")
        .rect()
        .center();
    drag(&mut harness, from, from + Vec2::new(3_000.0, 0.0));
    assert_eq!(on(&harness, "record-raid"), "2026-05-31");
    drag(&mut harness, from, from - Vec2::new(3_000.0, 0.0));
    harness.drop_at(from);
    harness.run_steps(2);
    assert_eq!(on(&harness, "record-raid"), "2025-06-01");
}

#[test]
fn a_drag_on_the_baseline_starts_a_what_if() {
    let mut harness = open(None);
    harness.get_by_label("Baseline").click();
    harness.run_steps(3);
    let day = {
        let rect = |name| mark(&harness, name).rect().left();
        (rect("European allies step up, 1 Sep 2025") - rect("Largest overnight attack, 9 Jun 2025"))
            / 84.0
    };
    let from = mark(&harness, "Largest overnight attack, 9 Jun 2025")
        .rect()
        .center();
    let to = from + Vec2::new(10.0 * day, 0.0);
    drag(&mut harness, from, to);
    harness.drop_at(to);
    harness.run_steps(2);
    assert_eq!(document(&harness).active(), Some("what-if-1"));
    assert_eq!(on(&harness, "record-raid"), "2025-06-19");
    let baseline = &document(&harness).baseline().events["record-raid"];
    assert_eq!(baseline.what.on().to_string(), "2025-06-09");
}

#[test]
fn a_pause_moves_whole_and_by_its_end() {
    let mut harness = open(None);
    let day = day_width(&harness);
    let until = |harness: &Harness<'_, Window>| match &event(harness, "us-hold").what {
        What::Pause { until, .. } => until.map(|date| date.to_string()).unwrap_or_default(),
        other => other.kind().to_owned(),
    };
    let from = mark(&harness, "US deliveries on hold, 1 Jul 2025")
        .rect()
        .center();
    // Beyond its own end in one go: both dates are only right together.
    let to = from + Vec2::new(30.0 * day, 0.0);
    drag(&mut harness, from, to);
    harness.drop_at(to);
    harness.run_steps(2);
    assert_eq!(on(&harness, "us-hold"), "2025-07-31");
    assert_eq!(until(&harness), "2025-08-02");
    let grip = harness
        .get_by_label("End of US deliveries on hold")
        .rect()
        .center();
    let to = grip + Vec2::new(45.0 * day, 0.0);
    drag(&mut harness, grip, to);
    harness.drop_at(to);
    harness.run_steps(2);
    assert_eq!(on(&harness, "us-hold"), "2025-07-31");
    assert_eq!(until(&harness), "2025-09-16");
    // Now it is wide enough to be taken by its start, too.
    let grip = harness
        .get_by_label("Start of US deliveries on hold")
        .rect()
        .center();
    let to = grip + Vec2::new(5.0 * day, 0.0);
    drag(&mut harness, grip, to);
    harness.drop_at(to);
    harness.run_steps(2);
    assert_eq!(on(&harness, "us-hold"), "2025-08-05");
    assert_eq!(until(&harness), "2025-09-16");
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert!(!document(&harness).is_unsaved());
}

#[test]
fn the_end_of_a_change_makes_it_longer() {
    let mut harness = open(None);
    let day = day_width(&harness);
    let grip = harness
        .get_by_label("End of European allies step up")
        .rect()
        .center();
    let to = grip + Vec2::new(30.0 * day, 0.0);
    drag(&mut harness, grip, to);
    harness.drop_at(to);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.eu-backfill.over"), 120.0);
    assert_eq!(on(&harness, "eu-backfill"), "2025-09-01");
    // The keyboard does the same with the event that has its focus.
    mark(&harness, "European allies step up, 1 Sep 2025").focus();
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowRight);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(number(&harness, "events.eu-backfill.over"), 114.0);
    assert_eq!(on(&harness, "eu-backfill"), "2025-09-01");
}

#[test]
fn the_keyboard_moves_switches_and_opens_an_event() {
    let mut harness = open(None);
    mark(&harness, "Missiles diverted, 6 Jun 2025").focus();
    harness.run_steps(3);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(on(&harness, "diversion"), "2025-06-15");
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(on(&harness, "diversion"), "2025-06-08");
    harness.key_press(Key::Space);
    harness.run_steps(2);
    assert!(!event(&harness, "diversion").enabled);
    assert!(harness.query_by_label("Close").is_none());
    harness.key_press(Key::Space);
    harness.run_steps(2);
    for opens in [true, false, true] {
        assert!(event(&harness, "diversion").enabled);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
        assert_eq!(harness.query_by_label("Close").is_some(), opens);
    }
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.query_by_label("Close").is_none());
    // The focus is back on the event.
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    assert!(
        !document(&harness)
            .current()
            .events
            .contains_key("diversion")
    );
}

#[test]
fn an_event_of_every_kind_can_be_added_and_taken_back() {
    let mut harness = open(None);
    for on_baseline in [false, true] {
        if on_baseline {
            act(&mut harness, Action::SelectWhatIf(None));
        }
        let first = document(&harness).to_scenario();
        for kind in EventKind::ALL {
            act(&mut harness, add(kind, first.start, 100));
            let now = document(&harness);
            let (id, added) = now.current().events.last().unwrap();
            assert!(added.enabled, "{kind:?} acts in the what-if");
            assert!(!now.baseline().events[id].enabled, "and nowhere else");
            assert_eq!(now.current().events.len(), first.events.len() + 1);
            assert!(now.active().is_some());
            Checked::new(now.to_scenario()).unwrap();
            assert!(
                harness.query_by_label("Close").is_some(),
                "its editor opens"
            );
            undo(&mut harness);
            assert_eq!(document(&harness).to_scenario(), first, "{kind:?}");
            assert!(harness.query_by_label("Close").is_none());
        }
        act(&mut harness, Action::Command(Command::Redo));
        assert_ne!(document(&harness).to_scenario(), first);
        undo(&mut harness);
    }
}

#[test]
fn the_button_offers_every_kind_and_the_editor_what_it_names() {
    let mut harness = open(None);
    harness.get_by_label("Add an event").click();
    harness.run_steps(4);
    for kind in EventKind::ALL {
        assert!(
            harness
                .query_by_role_and_label(Role::Button, kind.label())
                .is_some(),
            "{kind:?}"
        );
    }
    harness
        .get_by_role_and_label(Role::Button, "Pause in deliveries")
        .click();
    harness.run_steps(4);
    let (id, added) = document(&harness).current().events.last().unwrap();
    let (id, name) = (id.clone(), added.name.clone());
    harness
        .get_by_label(&format!("{name}, what pauses"))
        .click();
    harness.run_steps(4);
    harness
        .get_by_label_contains("European allies, laser-guided rocket")
        .click();
    harness.run_steps(4);
    assert!(
        harness.query_by_label("Close").is_some(),
        "choosing closes only the list"
    );
    let What::Pause { of, .. } = &event(&harness, &id).what else {
        panic!("a pause");
    };
    let scenario = document(&harness).current();
    assert!(
        scenario
            .paused_name(of)
            .starts_with("European allies, laser")
    );
    undo(&mut harness);
    assert_eq!(event(&harness, &id).what.kind(), "Pause");
    undo(&mut harness);
    assert!(!document(&harness).is_unsaved());
}

#[test]
fn a_deleted_event_takes_what_names_it_along() {
    let mut harness = open(None);
    let first = document(&harness).to_scenario();
    mark(&harness, "Missiles diverted, 6 Jun 2025").click();
    harness.run_steps(4);
    harness.get_by_label("Delete").click();
    harness.run_steps(4);
    let now = document(&harness).to_scenario();
    assert!(!now.events.contains_key("diversion"));
    assert_eq!(now.levers.len() + 2, first.levers.len());
    let names = |path: &String| path.starts_with("events.diversion.");
    assert!(!now.what_ifs.values().any(|w| w.set.keys().any(names)));
    assert!(now.what_ifs["europe"].set.len() == 2);
    act(&mut harness, Action::Command(Command::ShowHistory));
    let label = "Delete event “Missiles diverted”, 5 what-if settings, 2 sliders";
    assert!(harness.query_by_label_contains(label).is_some());
    act(&mut harness, Action::CloseDialog);
    undo(&mut harness);
    assert_eq!(document(&harness).to_scenario(), first);
}

#[test]
fn a_disabled_event_is_there_to_be_switched_on() {
    let mut harness = open(None);
    let before = headline(&harness);
    mark(&harness, "Ceasefire, 1 Oct 2025, off").click();
    harness.run_steps(4);
    harness.get_by_label("Switch on").click();
    harness.run_steps(4);
    assert!(event(&harness, "autumn-truce").enabled);
    assert_ne!(headline(&harness), before);
    assert!(harness.query_by_label("Switch off").is_some());
    mark(&harness, "Ceasefire, 1 Oct 2025");
}

#[test]
fn what_does_not_fit_is_named_and_can_be_opened() {
    let mut harness = open_sized(None, Vec2::new(1024.0, 700.0));
    let more = harness.get_by_label_contains("more event");
    more.click();
    harness.run_steps(4);
    harness
        .get_by_role_and_label(Role::Button, "Ceasefire, 1 Oct 2025, off")
        .click();
    harness.run_steps(4);
    assert!(harness.query_by_label("Switch on").is_some());
}

#[test]
fn an_event_in_the_hand_never_goes_behind_the_count() {
    let mut harness = open_sized(None, Vec2::new(1024.0, 700.0));
    mark(&harness, "New launch sites, 1 Jul 2025").focus();
    harness.run_steps(3);
    for _ in 0..3 {
        harness.key_press(Key::ArrowRight);
        harness.run_steps(2);
    }
    assert_eq!(on(&harness, "new-sites"), "2025-07-04");
    mark(&harness, "New launch sites, 4 Jul 2025");
}

#[test]
fn a_refused_move_says_why_and_stays_where_it_was() {
    let mut harness = open(None);
    // A second change of one number, which may not meet the first: that runs to 30 November.
    let start = document(&harness).current().start;
    act(&mut harness, add(EventKind::Ramp, start, 200));
    let (id, added) = document(&harness).current().events.last().unwrap();
    let (id, name) = (id.clone(), format!("{}, 18 Dec 2025", added.name));
    let refer = Action::ChangeEvent {
        id: id.clone(),
        change: EventChange::Refer(Reference::Path, "supply.eu-apkws.rate".to_owned()),
    };
    act(&mut harness, refer);
    act(&mut harness, Action::EditEvent(None));
    assert!(harness.query_by_label_contains("Not changed: ").is_none());
    let day = day_width(&harness);
    let from = mark(&harness, &name).rect().center();
    for (days, refused, at) in [
        (-30.0, true, "2025-12-18"),
        (-10.0, false, "2025-12-08"),
        (-40.0, true, "2025-12-08"),
    ] {
        let to = from + Vec2::new(days * day, 0.0);
        if days == -30.0 {
            harness.drag_at(from);
            harness.run_steps(1);
        }
        harness.hover_at(to);
        harness.run_steps(3);
        let shown = harness.query_by_label_contains("Not changed: ").is_some();
        assert_eq!(shown, refused, "by {days} days");
        assert_eq!(on(&harness, &id), at, "by {days} days");
        assert_eq!(number(&harness, &format!("events.{id}.over")), 90.0);
    }
}

#[test]
fn events_keep_their_lanes_while_anything_is_dragged() {
    let mut harness = open(None);
    let tops = |h: &Harness<'_, Window>| -> Vec<f32> {
        let names = [
            "Missiles diverted, ",
            "Largest overnight attack, ",
            "Drone production scale-up, ",
            "European allies step up, ",
        ];
        let mark = |name| by().role(Role::Button).label_contains(name);
        let tops = names.map(|name| h.query_all(mark(name)).next().expect("a mark").rect().top());
        tops.to_vec()
    };
    let before = tops(&harness);
    let day = day_width(&harness);
    let from = mark(&harness, "Missiles diverted, 6 Jun 2025")
        .rect()
        .center();
    drag(&mut harness, from, from + Vec2::new(56.0 * day, 0.0));
    assert_eq!(on(&harness, "diversion"), "2025-08-01");
    assert_eq!(tops(&harness), before);
    harness.drop_at(from + Vec2::new(56.0 * day, 0.0));
    harness.run_steps(3);
    // Where the hand has left it, it stays; only what it now touches makes room.
    assert_eq!(tops(&harness)[..3], before[..3]);
    assert_ne!(tops(&harness)[3], before[3]);
    undo(&mut harness);
    // An event that comes to do nothing has the least claim to a lane, but not under a hand.
    harness.run_steps(3);
    let before = tops(&harness);
    let track = slider(&harness, "Missiles diverted").rect();
    harness.drag_at(track.right_center() - Vec2::new(8.0, 0.0));
    harness.step();
    harness.hover_at(track.left_center());
    harness.run_steps(3);
    assert_eq!(number(&harness, "events.diversion.quantity"), 0.0);
    assert_eq!(tops(&harness), before);
}
