//! Key figures: a row of cards above the charts, and the whole table in their place.

use egui::{Color32, Frame, Margin, RichText, Stroke, Ui, Vec2};

use super::document::Document;
use super::ensemble::Spread;
use super::results::Results;
use super::theme;
use super::view::{TheatreView, View};
use super::widgets::{note_overflow, small_width};
use crate::analysis::table::{Detail, Row, Tone, rows};
use crate::scenario::{Checked, Section};

/// The narrowest card that holds its figures.
const CARD: f32 = 126.0;

/// Shows the cards of the theatre in view, or a row of them for each theatre: medians and ranges of the
/// members of `spread` where an ensemble is wanted. It comes a moment after a change, but a range always has
/// its room.
pub fn cards(
    ui: &mut Ui,
    document: &Document,
    results: &Results,
    spread: Option<&Spread>,
    view: &View,
) {
    let scenario = document.current();
    let case = results.case(scenario);
    let theatres: Vec<usize> = match view.theatre {
        TheatreView::One(theatre) => vec![theatre],
        TheatreView::All => (0..scenario.theatres.len()).collect(),
    };
    let named = theatres.len() > 1;
    // Two rows of cards leave a low window little for its charts.
    let low = named && !view.picture && ui.ctx().content_rect().height() < 760.0;
    let ranges = view.uncertainty.is_run() && !low;
    for theatre in theatres {
        if named && let Some((id, _)) = scenario.theatres.get_index(theatre) {
            ui.label(theme::bold(Section::Theatres.name(scenario, id)));
        }
        let chances = spread.map(|spread| &spread.chances);
        let mut cards = rows(case, chances, theatre, Detail::Cards);
        let gap = 6.0;
        let room = ui.available_width();
        let fit = (((room + gap) / (CARD + gap)) as usize).clamp(1, cards.len().max(1));
        let width = (room - gap * (fit as f32 - 1.0)) / fit as f32;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for row in cards.iter_mut().take(fit) {
                row.range = ranges.then(|| row.range.take().unwrap_or_default());
                card(ui, row, width);
            }
        });
    }
}

fn card(ui: &mut Ui, row: &Row, width: f32) {
    let p = theme::palette(ui);
    let response = Frame::new()
        .fill(p.card)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(5)
        .inner_margin(Margin::symmetric(8, 5))
        .show(ui, |ui| {
            ui.set_width(width - 18.0);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing = Vec2::new(4.0, 1.0);
                ui.add(egui::Label::new(theme::small(ui, &row.name)).truncate());
                ui.add(egui::Label::new(theme::bold(&row.now).size(15.5)).truncate());
                if let Some(range) = &row.range {
                    ui.add(egui::Label::new(theme::small(ui, range)).truncate());
                }
                if let (Some(baseline), Some(difference)) = (&row.baseline, &row.difference) {
                    let text = RichText::new(difference).small();
                    let text = text.color(tone_color(ui, row.tone));
                    ui.add(egui::Label::new(text).truncate());
                    let before = as_long_as(ui, "baseline", baseline, "was");
                    ui.add(egui::Label::new(theme::small(ui, before)).truncate());
                }
            });
        })
        .response;
    let mut meaning = vec![row.meaning];
    if row.range.as_ref().is_some_and(|range| !range.is_empty()) {
        meaning.push(
            "Median of the ensemble, and the range of 90 % of its members; differences are the median \
             of those between the same members.",
        );
    }
    meaning.retain(|text| !text.is_empty());
    if !meaning.is_empty() {
        response.on_hover_text(meaning.join("\n"));
    }
}

/// A text after a word, or after a shorter one where a card is too narrow for that.
fn as_long_as(ui: &Ui, word: &str, text: &str, shorter: &str) -> String {
    let after = |word: &str| format!("{word} {text}").trim_start().to_owned();
    let long = after(word);
    if small_width(ui, &long) <= ui.available_width() {
        long
    } else {
        after(shorter)
    }
}

/// The colour of a difference.
pub fn tone_color(ui: &Ui, tone: Tone) -> Color32 {
    let p = theme::palette(ui);
    match tone {
        Tone::Better => p.good,
        Tone::Worse => p.bad,
        Tone::Neutral => p.weak,
    }
}

/// Shows every key figure of every theatre in view, side by side.
pub fn table(
    ui: &mut Ui,
    document: &Document,
    results: &Results,
    spread: Option<&Spread>,
    view: &View,
) {
    let scenario = document.current();
    let case = results.case(scenario);
    let theatres: Vec<usize> = match view.theatre {
        TheatreView::One(theatre) => vec![theatre],
        TheatreView::All => (0..scenario.theatres.len()).collect(),
    };
    let columns: Vec<Vec<Row>> = theatres
        .iter()
        .map(|&theatre| {
            let chances = spread.map(|spread| &spread.chances);
            rows(case, chances, theatre, Detail::Everything)
        })
        .collect();
    let scrolled = egui::ScrollArea::both()
        .id_salt("figures")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            egui::Grid::new("figures")
                .striped(true)
                .num_columns(1 + 3 * theatres.len())
                .spacing(Vec2::new(16.0, 4.0))
                .show(ui, |ui| grid(ui, scenario, &theatres, &columns));
        });
    note_overflow(ui.ctx(), &scrolled);
}

fn grid(ui: &mut Ui, scenario: &Checked, theatres: &[usize], columns: &[Vec<Row>]) {
    ui.label("");
    for &theatre in theatres {
        let id = scenario.theatres.get_index(theatre);
        let name = id.map_or_else(String::new, |(id, _)| Section::Theatres.name(scenario, id));
        ui.label(theme::bold(name).size(14.0));
        ui.label("");
        ui.label("");
    }
    ui.end_row();
    ui.label("");
    for _ in theatres {
        for heading in ["Now", "Baseline", "Difference"] {
            ui.label(theme::small(ui, heading));
        }
    }
    ui.end_row();
    // Theatres share most figures, but each has layers of its own.
    let mut names: Vec<&Row> = Vec::new();
    for row in columns.iter().flatten() {
        if names.iter().all(|named| named.name != row.name) {
            names.push(row);
        }
    }
    for named in names {
        let name = ui.label(&named.name);
        if !named.meaning.is_empty() {
            name.on_hover_text(named.meaning);
        }
        for column in columns {
            let Some(row) = column.iter().find(|row| row.name == named.name) else {
                for _ in 0..3 {
                    ui.label("");
                }
                continue;
            };
            ui.horizontal(|ui| {
                ui.label(theme::bold(&row.now));
                if let Some(range) = &row.range {
                    ui.label(theme::small(ui, format!("({range})")));
                }
            });
            ui.label(
                RichText::new(row.baseline.as_deref().unwrap_or("–"))
                    .color(theme::palette(ui).weak),
            );
            let difference = row.difference.as_deref().unwrap_or("–");
            ui.label(RichText::new(difference).color(tone_color(ui, row.tone)));
        }
        ui.end_row();
    }
}
