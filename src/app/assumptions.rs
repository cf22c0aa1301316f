//! The list of what differs, the events, and every number of the scenario, searchable.

use egui::{RichText, Ui};

use super::action::Action;
use super::command::Command;
use super::document::Document;
use super::levers::source_tooltip;
use super::results::Results;
use super::theme;
use super::view::{Centre, Editor, View};
use super::widgets::{text_button, text_field, value_editor, with_right};
use crate::analysis::events::describe;
use crate::analysis::format;
use crate::scenario::{Address, LeverKind, Problem, Value};

/// Shows exactly what the active what-if changes, nothing else.
pub fn changed(
    ui: &mut Ui,
    document: &Document,
    results: &Results,
    warnings: &[&Problem],
    actions: &mut Vec<Action>,
) {
    let Some(active) = document.active() else {
        ui.label(theme::small(
            ui,
            "This is the baseline, which everything is compared with. Move a slider to start a \
             what-if.",
        ));
        return;
    };
    if results.changes.is_empty() {
        ui.label(theme::small(ui, "Nothing yet: the same as the baseline."));
        return;
    }
    let p = theme::palette(ui);
    for change in &results.changes {
        let label = egui::Label::new(&change.label).truncate();
        let label = label.show_tooltip_when_elided(false);
        with_right(ui, label, |ui| {
            let name = format!("Reset {}", change.label);
            if text_button(ui, "Reset", &name).clicked() {
                actions.push(Action::Reset(change.path.clone()));
            }
            let kind = match change.kind {
                LeverKind::Decision => "decision",
                LeverKind::Assumption => "assumption",
            };
            ui.label(theme::small(ui, kind));
        })
        .on_hover_text(format!("{}\n{}", change.label, change.path));
        let from = format::value_if_set(change.from);
        ui.horizontal(|ui| {
            ui.label(theme::small(ui, format!("{from} → ")));
            ui.label(theme::bold(format::value(change.to)).small());
            if matches!(change.to, Value::Number(_)) {
                ui.label(theme::small(ui, change.unit));
            }
        });
        let set = format!("what_ifs.{active}.set.{}", change.path);
        let about = |warning: &&&Problem| warning.path == change.path || warning.path == set;
        for warning in warnings.iter().filter(about) {
            ui.label(RichText::new(&warning.what).small().color(p.warn));
        }
        ui.add_space(3.0);
    }
    if ui
        .link(RichText::new("Reset all changes").small())
        .clicked()
    {
        actions.push(Action::Command(Command::ResetAll));
    }
}

/// Shows the events: each can be switched off and on, and moved to another day.
pub fn events(ui: &mut Ui, document: &Document, actions: &mut Vec<Action>) {
    let scenario = document.current();
    for (id, event) in &scenario.events {
        ui.push_id(id, |ui| {
            let path = |field: &str| Address::find(scenario, &format!("events.{id}.{field}")).ok();
            ui.horizontal(|ui| {
                let mut on = event.enabled;
                let response = ui
                    .checkbox(&mut on, &event.name)
                    .on_hover_text(describe(scenario, event));
                if response.changed()
                    && let Some(address) = path("enabled")
                {
                    actions.push(Action::Set {
                        address,
                        value: Value::Switch(on),
                    });
                }
            });
            ui.horizontal(|ui| {
                ui.add_space(22.0);
                for (field, word) in [("on", ""), ("until", "to")] {
                    let Some(address) = path(field) else { continue };
                    if !word.is_empty() {
                        ui.label(theme::small(ui, word));
                    }
                    let name = format!("{}, {}", event.name, address.meaning().to_lowercase());
                    value_editor(ui, scenario, address, &name, actions);
                }
                let edit = text_button(ui, "Edit", &format!("Edit {}", event.name));
                if edit.clicked() {
                    actions.push(Action::EditEvent(Some(Editor {
                        id: id.clone(),
                        at: edit.rect.right_top(),
                    })));
                }
            });
        });
    }
}

/// Shows every number, date and switch that matches the filter.
pub fn all(ui: &mut Ui, document: &Document, view: &View, actions: &mut Vec<Action>) {
    if view.centre != Centre::Assumptions
        && ui
            .link(RichText::new("Open as table").small())
            .on_hover_text(Command::ShowAssumptions.info().tooltip)
            .clicked()
    {
        actions.push(Action::Command(Command::ShowAssumptions));
    }
    if let Some(filter) = text_field(ui, &view.filter, "search…", "Search assumptions", 200.0) {
        actions.push(Action::Filter(filter));
    }
    let scenario = document.current();
    let baseline = document.baseline();
    let words: Vec<String> = view
        .filter
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let p = theme::palette(ui);
    let mut shown = 0;
    for address in Address::all(scenario) {
        let path = address.path(scenario);
        let label = address.label(scenario);
        let haystack = format!("{path} {label}").to_lowercase();
        if !words.iter().all(|word| haystack.contains(word)) {
            continue;
        }
        shown += 1;
        ui.push_id(&path, |ui| {
            let differs = address.get(scenario) != address.get(baseline);
            let name = if differs {
                theme::bold(&label)
            } else {
                RichText::new(&label)
            };
            ui.add(egui::Label::new(name.size(12.5)).truncate())
                .on_hover_ui(|ui| source_tooltip(ui, document, address));
            ui.horizontal(|ui| {
                value_editor(ui, scenario, address, &label, actions);
                ui.label(theme::small(ui, address.unit(scenario)));
                if let Some(range) = address.estimate(scenario).and_then(|e| e.range) {
                    ui.label(theme::small(
                        ui,
                        format!("{}–{}", format::given(range.low), format::given(range.high)),
                    ));
                }
                if differs && text_button(ui, "Reset", &format!("Reset {label}")).clicked() {
                    actions.push(Action::Reset(path.clone()));
                }
                if address.source(baseline).is_none() && address.estimate(baseline).is_some() {
                    ui.label(RichText::new("no source").small().color(p.warn));
                }
            });
            ui.add_space(2.0);
        });
    }
    if shown == 0 {
        ui.label(theme::small(
            ui,
            "Nothing matches. Try a part of a name, such as reach.",
        ));
    }
}
