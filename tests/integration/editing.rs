//! Editing the scenario itself in the window, by the names that assistive technology reads.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};
use shortfall::app::Action;
use shortfall::scenario::{Edit, Range, Scenario, Section, file};

use crate::window::{Window, act, bundled, headline, number, open, open_sized};

/// What the document would be written as.
fn document(harness: &Harness<'_, Window>) -> Scenario {
    harness.state().app().document().to_scenario()
}

/// Types into a field by its name, in the place of what it holds.
fn write(harness: &mut Harness<'_, Window>, role: Role, name: &str, text: &str) {
    harness.get_by_role_and_label(role, name).click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let focused = harness.get_by(|node| node.is_focused() && !node.is_disabled());
    if text.is_empty() {
        harness.key_press(Key::Backspace);
    } else {
        focused.type_text(text);
    }
    harness.run_steps(1);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'_, Window>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

fn choose(harness: &mut Harness<'_, Window>, name: &str, option: &str) {
    harness.get_by_role_and_label(Role::ComboBox, name).click();
    harness.run_steps(3);
    click(harness, option);
}

fn press(harness: &mut Harness<'_, Window>, key: Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

fn undo(harness: &mut Harness<'_, Window>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
}

fn find(harness: &mut Harness<'_, Window>, words: &str) {
    write(harness, Role::TextInput, "Search the table", words);
}

#[test]
fn the_table_finds_numbers_by_word_and_by_kind() {
    let mut harness = open(None);
    press(&mut harness, Key::F4);
    assert!(harness.query_by_label("159 of 159").is_some());
    find(&mut harness, "guns reach");
    let found = harness.get_all_by_role(Role::SpinButton).filter(|node| {
        let label = node.accesskit_node().label().unwrap_or_default();
        label.contains("reach") && label.contains("Gun team")
    });
    assert_eq!(found.count(), 1);
    find(&mut harness, "");
    click(&mut harness, "Changed");
    assert!(harness.query_by_label("1 of 159").is_some());
    assert!(harness.query_by_label("baseline 0").is_some());
    click(
        &mut harness,
        "Reset Missiles diverted: rounds moved in the table",
    );
    assert!(harness.query_by_label("0 of 159").is_some());
    assert!(harness.query_by_label_contains("Nothing matches").is_some());
    click(&mut harness, "Changed");
    click(&mut harness, "With warnings");
    assert!(harness.query_by_label("159 of 159").is_none());
    assert!(harness.query_all_by_label_contains("1 warning").count() > 0);
    press(&mut harness, Key::F4);
    assert!(harness.query_by_label("With warnings").is_none());
}

#[test]
fn a_range_a_source_a_note_and_a_group_are_edited_and_undone() {
    let mut harness = open(None);
    let before = document(&harness);
    press(&mut harness, Key::F4);
    find(&mut harness, "threats.shahed.production");
    let label = "Shahed-type attack drone: production";
    let path = "threats.shahed.production";
    write(
        &mut harness,
        Role::TextInput,
        &format!("Range low of {label}"),
        "15",
    );
    write(
        &mut harness,
        Role::TextInput,
        &format!("Note of {label}"),
        "counted twice",
    );
    write(
        &mut harness,
        Role::TextInput,
        &format!("Group of {label}"),
        "builders",
    );
    choose(
        &mut harness,
        &format!("Source of {label}"),
        "Assumption of this scenario; no public figure",
    );
    let after = document(&harness);
    let estimate = &after.threats["shahed"].production;
    assert_eq!(estimate.range.map(|range| range.low), Some(15.0));
    assert_eq!(estimate.note.as_deref(), Some("counted twice"));
    assert_eq!(estimate.group.as_deref(), Some("builders"));
    let source = estimate.source.clone().unwrap();
    assert_eq!(source, "assumption");
    assert_eq!(number(&harness, path), 21.0);
    assert!(harness.state().app().document().is_unsaved());
    let back = file::read("test", &file::write(&after)).unwrap();
    assert_eq!(*back.scenario, after);
    for _ in 0..4 {
        undo(&mut harness);
    }
    assert_eq!(document(&harness), before);
    assert!(!harness.state().app().document().is_unsaved());
}

#[test]
fn a_range_wants_both_ends_and_goes_with_one() {
    let mut harness = open(None);
    press(&mut harness, Key::F4);
    find(&mut harness, "threats.shahed.sites");
    let low = "Range low of Shahed-type attack drone: launch sites";
    let high = "Range high of Shahed-type attack drone: launch sites";
    let range = |harness: &Harness<'_, Window>| document(harness).threats["shahed"].sites.range;
    write(&mut harness, Role::TextInput, low, "10");
    assert_eq!(range(&harness), None);
    assert!(harness.query_by_label("give both ends").is_some());
    write(&mut harness, Role::TextInput, high, "15");
    let both = Range {
        low: 10.0,
        high: 15.0,
    };
    assert_eq!(range(&harness), Some(both));
    write(&mut harness, Role::TextInput, low, "");
    assert_eq!(range(&harness), None);
}

#[test]
fn a_refused_range_says_why_and_changes_nothing() {
    let mut harness = open(None);
    let before = document(&harness);
    press(&mut harness, Key::F4);
    find(&mut harness, "threats.shahed.production");
    let low = "Range low of Shahed-type attack drone: production";
    write(&mut harness, Role::TextInput, low, "22");
    assert_eq!(document(&harness), before);
    let shown = harness.query_all_by_label_contains("must be less than the value, 21");
    assert_eq!(shown.count(), 2, "at the row, and in the status bar");
    assert!(!harness.state().app().document().is_unsaved());
    // The next edit that is taken ends it.
    write(&mut harness, Role::TextInput, low, "17");
    let shown = harness.query_all_by_label_contains("must be less than the value");
    assert_eq!(shown.count(), 0);
}

#[test]
fn a_value_in_the_table_goes_to_the_what_if_and_shows_when_it_leaves_its_range() {
    let mut harness = open(None);
    press(&mut harness, Key::F4);
    find(&mut harness, "threats.shahed.production");
    let label = "Shahed-type attack drone: production";
    write(&mut harness, Role::SpinButton, label, "45");
    let document = harness.state().app().document();
    let what_if = document.active_what_if().unwrap();
    assert!(what_if.set.contains_key("threats.shahed.production"));
    assert!(harness.query_by_label("baseline 21").is_some());
    assert!(harness.query_by_label("outside its cited range").is_some());
}

#[test]
fn sources_are_added_edited_and_refused_to_go_while_used() {
    let mut harness = open(None);
    press(&mut harness, Key::F4);
    click(&mut harness, "Sources (6)");
    write(
        &mut harness,
        Role::TextInput,
        "Name of the new source",
        "Annual report",
    );
    assert_eq!(
        document(&harness).sources["annual-report"].title,
        "Annual report"
    );
    let used = document(&harness).sources.keys()[0].clone();
    click(&mut harness, &format!("Remove source {used}"));
    assert!(document(&harness).sources.contains_key(&used));
    assert!(
        harness
            .query_all_by_label_contains("is still used by")
            .count()
            > 0
    );
    write(
        &mut harness,
        Role::TextInput,
        &format!("Publisher of {used}"),
        "Somebody",
    );
    assert_eq!(
        document(&harness).sources[&used].publisher.as_deref(),
        Some("Somebody")
    );
    // The numbers stay when their source goes with all its uses.
    click(&mut harness, &format!("Remove source {used}"));
    click(
        &mut harness,
        &format!("Remove source {used} with all that uses it"),
    );
    assert!(!document(&harness).sources.contains_key(&used));
    assert_eq!(document(&harness).threats.len(), 3);
}

#[test]
fn a_scenario_is_made_from_nothing_until_the_model_answers() {
    let mut harness = open_sized(None, Vec2::new(1280.0, 1_400.0));
    act(&mut harness, Action::NewFrom(None));
    assert!(
        harness.state().app().document().is_unsaved(),
        "in no file yet"
    );
    write(&mut harness, Role::TextInput, "Title", "Port and power");
    click(&mut harness, "Threats (0)");
    write(
        &mut harness,
        Role::TextInput,
        "Name of the new threat",
        "Long-range drone",
    );
    write(
        &mut harness,
        Role::SpinButton,
        "Long-range drone: production",
        "40",
    );
    click(&mut harness, "Interceptors (0)");
    write(
        &mut harness,
        Role::TextInput,
        "Name of the new interceptor",
        "Gun battery",
    );
    click(
        &mut harness,
        "Set Gun battery against Long-range drone: single-shot probability of kill",
    );
    click(&mut harness, "Deployments (0)");
    click(&mut harness, "Add deployment");
    write(
        &mut harness,
        Role::SpinButton,
        "Gun battery: rounds in stock at the start",
        "300",
    );
    write(
        &mut harness,
        Role::SpinButton,
        "Gun battery: fire units",
        "4",
    );
    click(&mut harness, "Suppliers (0)");
    write(
        &mut harness,
        Role::TextInput,
        "Name of the new supplier",
        "Home works",
    );
    click(&mut harness, "Supply lines (0)");
    click(&mut harness, "Add supply line");
    write(
        &mut harness,
        Role::SpinButton,
        "Home works, gun battery: delivery rate",
        "10",
    );
    let text = headline(&harness);
    assert!(text.contains("falls below 90 %"), "{text}");
    let made = document(&harness);
    assert_eq!(made.title, "Port and power");
    assert_eq!(made.threats["long-range-drone"].production.value, 40.0);
    assert_eq!(
        made.supply["home-works-theatre-gun-battery"].rate.value,
        10.0
    );
    let back = file::read("test", &file::write(&made)).unwrap();
    assert_eq!(*back.scenario, made);
}

#[test]
fn renaming_keeps_every_what_if_working() {
    let mut harness = open(None);
    let before = headline(&harness);
    let first = document(&harness);
    press(&mut harness, Key::F3);
    click(&mut harness, "Supply lines (6)");
    let id = match &first.events["diversion"].what {
        shortfall::scenario::What::Divert { supply, .. } => supply.clone(),
        other => panic!("{other:?}"),
    };
    let name = Section::Supply.name(&first, &id);
    click(&mut harness, &format!("Details of {name}"));
    write(
        &mut harness,
        Role::TextInput,
        &format!("Id of supply line {id}"),
        "main-line",
    );
    assert!(document(&harness).supply.contains_key("main-line"));
    assert_eq!(headline(&harness), before);
    click(&mut harness, "Threats (3)");
    click(&mut harness, "Details of Shahed-type attack drone");
    write(
        &mut harness,
        Role::TextInput,
        "Id of threat shahed",
        "geran",
    );
    assert_eq!(headline(&harness), before);
    assert!(
        document(&harness).interceptors["apkws"]
            .kill
            .contains_key("geran")
    );
    write(
        &mut harness,
        Role::TextInput,
        "Id of threat geran",
        "Not an id",
    );
    assert!(harness.query_all_by_label_contains("is no id").count() >= 1);
    for _ in 0..2 {
        undo(&mut harness);
    }
    assert_eq!(document(&harness), first);
    assert!(!harness.state().app().document().is_unsaved());
}

#[test]
fn removing_what_is_used_names_it_and_offers_to_take_it_along() {
    let mut harness = open(None);
    let first = document(&harness);
    press(&mut harness, Key::F3);
    click(&mut harness, "Threats (3)");
    click(&mut harness, "Remove threat Cruise missile");
    assert_eq!(document(&harness), first);
    assert!(
        harness
            .query_all_by_label_contains("“Cruise missile” is still used by")
            .count()
            > 0
    );
    let id = first
        .threats
        .iter()
        .find(|(_, t)| t.name == "Cruise missile")
        .unwrap()
        .0;
    click(
        &mut harness,
        &format!("Remove threat {id} with all that uses it"),
    );
    assert_eq!(document(&harness).threats.len(), 2);
    undo(&mut harness);
    assert_eq!(document(&harness), first);
}

#[test]
fn a_copy_of_a_bundled_scenario_has_no_file() {
    let mut harness = open(None);
    act(&mut harness, Action::NewFrom(Some("us-halt".to_owned())));
    assert!(
        harness
            .query_all_by_label_contains("in no file yet")
            .count()
            > 0
    );
    assert!(
        harness
            .query_by_role_and_label(Role::TextInput, "Title")
            .is_some()
    );
    // Another one asks first, since this one would be lost.
    act(&mut harness, Action::NewFrom(None));
    assert!(harness.query_by_label("Begin without saving").is_some());
    click(&mut harness, "Begin without saving");
    assert_eq!(document(&harness).title, "New scenario");
}

#[test]
fn every_control_of_the_editors_has_a_name() {
    for height in [700.0, 2_400.0] {
        let mut harness = open_sized(None, Vec2::new(1024.0, height));
        press(&mut harness, Key::F4);
        named(&harness);
        click(&mut harness, "Sources (6)");
        named(&harness);
        press(&mut harness, Key::F3);
        named(&harness);
        for section in [
            "Theatres (2)",
            "Threats (3)",
            "Interceptors (5)",
            "Deployments (6)",
            "Supply lines (6)",
            "Levers (8)",
        ] {
            click(&mut harness, section);
            let details = harness
                .query_all_by_label_contains("Details of")
                .next()
                .map(|node| node.accesskit_node().label().unwrap_or_default());
            click(&mut harness, &details.unwrap());
            named(&harness);
        }
    }
}

fn named(harness: &Harness<'_, Window>) {
    let unnamed = by().predicate(|node| {
        let control = matches!(
            node.role(),
            Role::Button
                | Role::Slider
                | Role::SpinButton
                | Role::CheckBox
                | Role::TextInput
                | Role::ComboBox
        );
        control && node.label().is_none_or(|label| label.trim().is_empty())
    });
    let found: Vec<String> = harness
        .query_all(unnamed)
        .map(|node| format!("{:?} at {:?}", node.accesskit_node().role(), node.rect()))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_thousand_rows_cost_no_frame() {
    let mut scenario = file::read("test", bundled()).unwrap().scenario.into_inner();
    for number in 0..130 {
        let name = format!("Threat {number}");
        let section = Section::Threats;
        Edit::Add { section, name }.apply(&mut scenario).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.ron");
    file::save(&path, &scenario).unwrap();
    let mut harness = open(Some(&path.display().to_string()));
    press(&mut harness, Key::F4);
    assert!(harness.query_all_by_label_contains(" of 1719").count() > 0);
    // Only what is seen is laid out.
    let fields = harness.query_all_by_role(Role::SpinButton).count();
    assert!(fields < 60, "{fields}");
}

#[test]
fn order_alone_is_a_change_that_is_saved_and_undone() {
    let mut harness = open(None);
    let ids = |harness: &Harness<'_, Window>| Section::Deployments.ids(&document(harness));
    let first = ids(&harness);
    press(&mut harness, Key::F3);
    click(&mut harness, "Deployments (6)");
    click(&mut harness, "Move Electronic warfare, Ukraine down");
    assert_eq!(ids(&harness)[1], first[0]);
    assert!(harness.state().app().document().is_unsaved());
    undo(&mut harness);
    assert_eq!(ids(&harness), first);
    assert!(!harness.state().app().document().is_unsaved());
}
