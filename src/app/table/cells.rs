//! One row of the table of assumptions.

use egui::text::LayoutJob;
use egui::{FontFamily, FontId, Label, Rect, RichText, Ui, UiBuilder};

use super::rows::{Columns, Row};
use crate::analysis::format;
use crate::app::action::Action;
use crate::app::form::Form;
use crate::app::levers::source_tooltip;
use crate::app::widgets::{drop_down, text_button, text_field, value_editor};
use crate::app::{number, theme};
use crate::scenario::{Checked, Edit, LeverKind, Range};

pub fn show(ui: &mut Ui, form: &mut Form<'_>, columns: &Columns, rect: Rect, row: &Row) {
    let mut cell = |column: usize| {
        let rect = columns.cell(rect, column);
        let mut cell = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(column));
        cell.spacing_mut().item_spacing.y = 2.0;
        cell.set_clip_rect(rect.expand(3.0).intersect(ui.clip_rect()));
        cell
    };
    name(&mut cell(0), form, row);
    value(&mut cell(1), form, row);
    range(&mut cell(2), form, row);
    source(&mut cell(3), form, row);
}

/// What it is, of what kind, and what is warned of; or why its last edit was refused.
fn name(ui: &mut Ui, form: &Form<'_>, row: &Row) {
    let baseline = form.document.baseline();
    let p = theme::palette(ui);
    ui.spacing_mut().item_spacing.y = 1.0;
    let family = if row.changed {
        theme::semibold()
    } else {
        FontFamily::Proportional
    };
    // Two lines at most, so that the one below has its place.
    let mut text = LayoutJob::simple(
        row.label.clone(),
        FontId::new(12.5, family),
        p.ink,
        ui.available_width(),
    );
    text.wrap.max_rows = 2;
    ui.add(Label::new(text).wrap())
        .on_hover_ui(|ui| source_tooltip(ui, form.document, row.address));
    if let Some(why) = refusal(form, row) {
        let text = RichText::new(why).small().color(p.bad);
        ui.add(Label::new(text).truncate()).on_hover_text(why);
        return;
    }
    ui.horizontal(|ui| {
        let kind = match baseline.lever_kind(&row.path) {
            LeverKind::Decision => "decision",
            LeverKind::Assumption => "assumption",
        };
        ui.label(theme::small(ui, kind));
        if row.unsourced {
            ui.label(RichText::new("no source").small().color(p.warn));
        }
        if !row.warnings.is_empty() {
            let text = match row.warnings.len() {
                1 => "1 warning".to_owned(),
                count => format!("{count} warnings"),
            };
            ui.add(Label::new(RichText::new(text).small().color(p.warn)).truncate())
                .on_hover_text(row.warnings.join("\n"));
        }
    });
}

/// Why the last edit of anything in this row was refused.
fn refusal<'f>(form: &'f Form<'_>, row: &Row) -> Option<&'f str> {
    ["", ".range", ".source", ".note", ".group"]
        .into_iter()
        .find_map(|part| form.view.refusal_at(&format!("{}{part}", row.path)))
}

/// The value worked on, and the baseline's where it differs.
fn value(ui: &mut Ui, form: &mut Form<'_>, row: &Row) {
    let document = form.document;
    let (current, baseline) = (document.current(), document.baseline());
    ui.horizontal(|ui| {
        value_editor(ui, current, row.address, &row.label, form.actions);
        let unit = row.address.unit(current);
        if !matches!(unit, "switch" | "date") {
            ui.add(Label::new(theme::small(ui, unit)).truncate())
                .on_hover_text(unit);
        }
    });
    if row.changed {
        ui.horizontal(|ui| {
            let before = row.address.get(baseline).and_then(|slot| slot.value());
            let before = format::value_if_set(before);
            ui.label(theme::small(ui, format!("baseline {before}")));
            if text_button(ui, "Reset", &format!("Reset {} in the table", row.label)).clicked() {
                form.actions.push(Action::Reset(row.path.clone()));
            }
        });
    }
}

/// The range of the baseline, and whether the value has left it.
fn range(ui: &mut Ui, form: &mut Form<'_>, row: &Row) {
    let (current, baseline) = (form.document.current(), form.document.baseline());
    let Some(estimate) = row.address.estimate(baseline) else {
        return;
    };
    let kind = row.address.kind(baseline);
    if !kind.takes_range() {
        return;
    }
    let shown = |end: Option<f64>| end.map_or_else(String::new, format::given);
    let (low, high) = (
        shown(estimate.range.map(|range| range.low)),
        shown(estimate.range.map(|range| range.high)),
    );
    // One end without the other is no range yet: it is kept until the other comes.
    let id = ui.scope_id().with("half a range");
    let half: Option<(Option<f64>, Option<f64>)> = ui.data(|data| data.get_temp(id));
    let (half_low, half_high) = half.unwrap_or_default();
    let low = if low.is_empty() { shown(half_low) } else { low };
    let high = if high.is_empty() {
        shown(half_high)
    } else {
        high
    };
    let mut typed = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        // A dash between them, and the space to both sides of it.
        let width = (ui.available_width() - 18.0) / 2.0;
        let name = |end: &str| format!("Range {end} of {}", row.label);
        if let Some(text) = text_field(ui, &low, "low", &name("low"), width) {
            typed = Some((text, high.clone()));
        }
        ui.label(theme::small(ui, "–"));
        if let Some(text) = text_field(ui, &high, "high", &name("high"), width) {
            typed = Some((low.clone(), text));
        }
    });
    if let Some((low, high)) = typed {
        ui.data_mut(|data| data.remove::<(Option<f64>, Option<f64>)>(id));
        // An end that was emptied takes the range away.
        let emptied = estimate.range.is_some() && (low.is_empty() || high.is_empty());
        let path = row.path.clone();
        // The end that was not typed is what it is, however it is shown.
        let read = |text: &str, now: Option<f64>| match now {
            Some(now) if text == format::given(now) => Some(now),
            _ => number::read(text, kind),
        };
        let ends = (
            read(&low, estimate.range.map(|range| range.low).or(half_low)),
            read(&high, estimate.range.map(|range| range.high).or(half_high)),
        );
        for (text, end) in [(&low, ends.0), (&high, ends.1)] {
            if end.is_none() && !text.trim().is_empty() {
                form.refuse(&path, number::unreadable(text, kind));
                return;
            }
        }
        match ends {
            (Some(low), Some(high)) => {
                let range = Some(Range { low, high });
                form.ask(Edit::Range { path, range });
            }
            _ if emptied => form.ask(Edit::Range { path, range: None }),
            ends => {
                ui.data_mut(|data| data.insert_temp(id, ends));
            }
        }
    } else if estimate.range.is_none() && (half_low.is_some() != half_high.is_some()) {
        ui.label(theme::small(ui, "give both ends"));
    }
    let p = theme::palette(ui);
    if let (Some(Range { low, high }), Some(now)) = (estimate.range, row.address.number(current))
        && !(low..=high).contains(&now)
    {
        ui.add(
            Label::new(
                RichText::new("outside its cited range")
                    .small()
                    .color(p.warn),
            )
            .truncate(),
        );
    }
}

/// The source, note and group of the baseline's number.
fn source(ui: &mut Ui, form: &mut Form<'_>, row: &Row) {
    let baseline = form.document.baseline();
    if row.address.estimate(baseline).is_none() {
        return;
    }
    let width = ui.available_width();
    ui.horizontal(|ui| source_choice(ui, form, row, width));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let group = (width * 0.3).clamp(76.0, 150.0);
        let note = (width - group - 4.0).max(60.0);
        let path = |field: &str| format!("{}.{field}", row.path);
        let name = |field: &str| format!("{field} of {}", row.label);
        form.plain_text(ui, &name("Note"), &path("note"), "note…", note);
        form.plain_text(ui, &name("Group"), &path("group"), "group…", group);
    });
}

fn source_choice(ui: &mut Ui, form: &mut Form<'_>, row: &Row, width: f32) {
    let baseline = form.document.baseline();
    let own = row
        .address
        .estimate(baseline)
        .and_then(|estimate| estimate.source.as_deref());
    let shown = match (own, row.address.source(baseline)) {
        (Some(id), _) => RichText::new(title(baseline, id)),
        (None, Some(id)) => RichText::new(title(baseline, id)).color(theme::palette(ui).weak),
        (None, None) => RichText::new("no source").color(theme::palette(ui).weak),
    };
    let path = format!("{}.source", row.path);
    let name = format!("Source of {}", row.label);
    drop_down(ui, shown.size(12.0), &name, width, |ui| {
        if let Some(title) = text_field(ui, "", "new source…", &format!("New {name}"), 220.0) {
            let path = row.path.clone();
            form.ask(Edit::Cite { path, title });
            ui.close();
        }
        for (id, title) in Form::sources(baseline) {
            let text = if id.is_empty() {
                "as its item".to_owned()
            } else {
                title
            };
            let selected = own.unwrap_or_default() == id;
            if ui.selectable_label(selected, text).clicked() {
                if !selected {
                    let path = path.clone();
                    form.ask(Edit::Text { path, text: id });
                }
                ui.close();
            }
        }
    });
}

fn title(scenario: &Checked, id: &str) -> String {
    let source = scenario.sources.get(id);
    source.map_or_else(|| id.to_owned(), |source| source.title.clone())
}
