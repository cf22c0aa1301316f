//! The table of assumptions: every number, date and switch with its range, source and note, all
//! of it editable, and what is odd about it.

use std::sync::Arc;

use egui::{Rect, RichText, ScrollArea, Ui, UiBuilder, Vec2, pos2};

use super::action::Action;
use super::document::Document;
use super::form::Form;
use super::sources;
use super::theme;
use super::view::{Rows, View};
use super::widgets::{named, text_button};
use crate::scenario::{Address, Checked, Kind, Problem};

mod cells;
mod rows;

use rows::{Columns, Row};

/// The height of a row, which has two lines.
const ROW: f32 = 56.0;

/// The least width that its columns fit into.
const LEAST: f32 = 660.0;

/// The rows that match, and what they were chosen by.
#[derive(Clone, Debug)]
struct Found {
    key: Key,
    rows: Vec<Row>,
    of: usize,
}

#[derive(Clone, Debug, PartialEq)]
struct Key {
    generation: u64,
    filter: String,
    rows: Rows,
    warnings: Vec<(String, String)>,
}

/// Shows the table, or the sources.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    warnings: &[&Problem],
    view: &View,
    actions: &mut Vec<Action>,
) {
    let found = found(ui, document, warnings, view);
    ui.horizontal_wrapped(|ui| {
        let count = document.baseline().sources.len();
        for (sources, text) in [
            (false, "Numbers".to_owned()),
            (true, format!("Sources ({count})")),
        ] {
            if ui.selectable_label(view.sources == sources, text).clicked() {
                actions.push(Action::ShowSources(sources));
            }
        }
        if !view.sources {
            ui.separator();
            choose(ui, view, &found, actions);
        }
    });
    if view.sources {
        sources::show(ui, document, view, actions);
        return;
    }
    let mut form = Form {
        document,
        view,
        actions,
    };
    if found.rows.is_empty() {
        ui.label("Nothing matches. Try a part of a name, such as reach, or fewer filters.");
        return;
    }
    let width = ui.available_width().max(LEAST);
    // A narrow window, or large letters, moves the table sideways, heads and rows together.
    ScrollArea::horizontal()
        .id_salt("columns")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.set_width(width);
            rows_found(ui, &mut form, &found);
        });
}

/// The heads, and under them the rows that are in view.
fn rows_found(ui: &mut Ui, form: &mut Form<'_>, found: &Found) {
    let columns = Columns::within(ui.available_width() - 12.0);
    heads(ui, &columns);
    let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
    ScrollArea::vertical()
        .id_salt("table")
        .auto_shrink([false, false])
        .show_viewport(ui, |ui, viewport| {
            let count = found.rows.len();
            ui.set_height(ROW * count as f32);
            // A row more at both ends, so that Tab and Shift+Tab lead on.
            let first = ((viewport.min.y / ROW).floor() as usize).saturating_sub(1);
            let last = ((viewport.max.y / ROW).ceil() as usize + 1).min(count);
            let top = ui.max_rect().top();
            for (index, row) in found.rows.iter().enumerate().take(last).skip(first) {
                let rect = Rect::from_min_size(
                    pos2(ui.max_rect().left(), top + index as f32 * ROW),
                    Vec2::new(ui.max_rect().width(), ROW),
                );
                if index % 2 == 1 {
                    let fill = ui.visuals().faint_bg_color;
                    ui.painter().rect_filled(rect, 3.0, fill);
                }
                ui.push_id(&row.path, |ui| {
                    ui.spacing_mut().item_spacing.y = gap;
                    cells::show(ui, form, &columns, rect, row);
                });
                follow_focus(ui, rect);
            }
        });
}

/// Scrolls to the row that the focus has gone to.
fn follow_focus(ui: &Ui, row: Rect) {
    let tabbed = ui.input(|input| input.key_pressed(egui::Key::Tab));
    if !tabbed || ui.clip_rect().contains_rect(row) {
        return;
    }
    let focused = ui.memory(egui::Memory::focused);
    if let Some(response) = focused.and_then(|id| ui.ctx().read_response(id))
        && row.contains(response.rect.center())
    {
        ui.scroll_to_rect(row, None);
    }
}

/// The search field, wherever it stands.
pub fn search_id() -> egui::Id {
    egui::Id::unique("search the table")
}

/// The search field and the filters.
fn choose(ui: &mut Ui, view: &View, found: &Found, actions: &mut Vec<Action>) {
    let mut words = view.filter.clone();
    let field = egui::TextEdit::singleline(&mut words)
        .id(search_id())
        .hint_text("search…")
        .desired_width(150.0);
    let field = ui.add(field);
    named(&field, egui::Role::TextInput, "Search the table");
    if field.changed() {
        actions.push(Action::Filter(words));
    }
    let mut rows = view.rows;
    for (on, text, tooltip) in [
        (&mut rows.changed, "Changed", "What this what-if changes"),
        (&mut rows.unsourced, "Unsourced", "Numbers without a source"),
        (&mut rows.uncertain, "Uncertain", "Numbers with a range"),
        (
            &mut rows.warned,
            "With warnings",
            "Numbers that are warned of",
        ),
    ] {
        let button = ui.selectable_label(*on, text).on_hover_text(tooltip);
        if button.clicked() {
            *on ^= true;
        }
    }
    if rows != view.rows {
        actions.push(Action::ShowRows(rows));
    }
    let count = format!("{} of {}", found.rows.len(), found.of);
    ui.label(theme::small(ui, count));
    // What was searched for stays, and may have been set by a click elsewhere.
    let narrowed = !view.filter.is_empty() || view.rows != Rows::default();
    if narrowed && text_button(ui, "Show all", "Show all numbers").clicked() {
        actions.push(Action::Filter(String::new()));
        actions.push(Action::ShowRows(Rows::default()));
    }
}

fn heads(ui: &mut Ui, columns: &Columns) {
    let size = Vec2::new(ui.available_width(), 22.0);
    let (row, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    for (column, (text, tooltip)) in [
        ("Number", "Item, and what the number means"),
        (
            "Value",
            "In the active what-if; an edit on the baseline starts one",
        ),
        ("Range", "5th and 95th percentile, of the baseline"),
        (
            "Source, note, group",
            "Of the baseline; numbers of one group share one draw",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let cell = columns.cell(row, column);
        let mut ui = ui.new_child(UiBuilder::new().max_rect(cell));
        let head: RichText = theme::section(&ui, text);
        ui.add(egui::Label::new(head).truncate())
            .on_hover_text(tooltip);
    }
}

/// The rows that match, from the frame before where nothing has changed since.
fn found(ui: &Ui, document: &Document, warnings: &[&Problem], view: &View) -> Arc<Found> {
    let key = Key {
        generation: document.generation(),
        filter: view.filter.clone(),
        rows: view.rows,
        warnings: warnings
            .iter()
            .map(|warning| (warning.path.clone(), warning.what.clone()))
            .collect(),
    };
    let id = egui::Id::unique("rows of the table");
    let kept: Option<Arc<Found>> = ui.data(|data| data.get_temp(id));
    if let Some(kept) = kept.filter(|kept| kept.key == key) {
        return kept;
    }
    let all = rows(document, warnings);
    let of = all.len();
    let words = view.filter.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let baseline = document.baseline();
    let rows = all
        .into_iter()
        .filter(|row| {
            (!view.rows.changed || row.changed)
                && (!view.rows.unsourced || row.unsourced)
                && (!view.rows.warned || !row.warnings.is_empty())
                && (!view.rows.uncertain
                    || row
                        .address
                        .estimate(baseline)
                        .is_some_and(|estimate| estimate.range.is_some()))
        })
        .filter(|row| {
            let text = haystack(baseline, row);
            words.iter().all(|word| text.contains(word))
        })
        .collect();
    let found = Arc::new(Found { key, rows, of });
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&found)));
    found
}

/// Everything of a row that a search looks at.
fn haystack(scenario: &Checked, row: &Row) -> String {
    let estimate = row.address.estimate(scenario);
    let note = estimate.and_then(|estimate| estimate.note.as_deref());
    let group = estimate.and_then(|estimate| estimate.group.as_ref());
    let group = group.map(|group| format!("group:{group}"));
    let source = row.address.source(scenario).unwrap_or_default();
    let title = scenario.sources.get(source);
    let title = title.map_or("", |source| source.title.as_str());
    format!(
        "{} {} {source} {title} {} {}",
        row.path,
        row.label,
        note.unwrap_or_default(),
        group.unwrap_or_default()
    )
    .to_lowercase()
}

/// Every row, in the order of the file.
fn rows(document: &Document, warnings: &[&Problem]) -> Vec<Row> {
    let (scenario, baseline) = (document.current(), document.baseline());
    let mut rows: Vec<Row> = Address::all(scenario)
        .into_iter()
        .map(|address| {
            let path = address.path(scenario);
            let evidence = matches!(address.kind(scenario), Kind::Amount | Kind::Share);
            Row {
                label: address.label(scenario),
                changed: address.get(scenario).and_then(|slot| slot.value())
                    != address.get(baseline).and_then(|slot| slot.value()),
                unsourced: evidence
                    && path.contains('.')
                    && address.estimate(baseline).is_some()
                    && address.source(baseline).is_none(),
                warnings: Vec::new(),
                address,
                path,
            }
        })
        .collect();
    for warning in warnings {
        warn(&mut rows, document, warning);
    }
    rows
}

/// Puts a warning at the number that it is about.
fn warn(rows: &mut [Row], document: &Document, warning: &Problem) {
    // What a what-if sets is about the number set.
    let set = warning.path.strip_prefix("what_ifs.");
    let set = set.and_then(|rest| rest.split_once(".set."));
    let path = set.map_or(warning.path.as_str(), |(_, path)| path);
    let other = set
        .filter(|(id, _)| document.active() != Some(id))
        .and_then(|(id, _)| document.what_ifs().get(id));
    let what = || match other {
        Some(what_if) => format!("In “{}”: {}", what_if.name, warning.what),
        None => warning.what.clone(),
    };
    let exact = rows.iter_mut().find(|row| {
        path.strip_prefix(&row.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    if let Some(row) = exact {
        row.warnings.push(what());
        return;
    }
    // A warning of a whole item names its numbers, or is about none of them in particular.
    let item = format!("{path}.");
    let fields: Vec<&str> = warning
        .what
        .split_once(" for ")
        .map(|(_, fields)| fields.split(';').next().unwrap_or_default())
        .into_iter()
        .flat_map(|fields| fields.split([',', ' ']))
        .collect();
    let mut named = false;
    for row in rows.iter_mut() {
        let field = row.path.strip_prefix(&item);
        if field.is_some_and(|field| fields.contains(&field)) {
            row.warnings.push(what());
            named = true;
        }
    }
    let first = rows.iter_mut().find(|row| row.path.starts_with(&item));
    if let (false, Some(row)) = (named, first) {
        row.warnings.push(what());
    }
}
