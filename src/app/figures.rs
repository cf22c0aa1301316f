//! Key figures: a row of cards above the charts, and the whole table in their place.

use egui::{Color32, Frame, Margin, RichText, Stroke, Ui, Vec2};

use super::document::Document;
use super::results::Results;
use super::theme;
use super::view::{TheatreView, View};
use crate::analysis::table::{Detail, Row, Tone, rows};

/// The narrowest card that holds its figures.
const CARD: f32 = 104.0;

/// Shows the cards of the theatre in view, or a row of them for each theatre.
pub fn cards(ui: &mut Ui, document: &Document, results: &Results, view: &View) {
    let scenario = document.current();
    let case = results.case(scenario);
    let theatres: Vec<usize> = match view.theatre {
        TheatreView::One(theatre) => vec![theatre],
        TheatreView::All => (0..scenario.theatres.len()).collect(),
    };
    let named = theatres.len() > 1;
    for theatre in theatres {
        if named && let Some((_, theatre)) = scenario.theatres.get_index(theatre) {
            ui.label(theme::bold(&theatre.name));
        }
        let cards = rows(case, theatre, Detail::Cards);
        let gap = 6.0;
        let room = ui.available_width();
        let fit = (((room + gap) / (CARD + gap)) as usize).clamp(1, cards.len().max(1));
        let width = (room - gap * (fit as f32 - 1.0)) / fit as f32;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for row in cards.iter().take(fit) {
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
                ui.add(egui::Label::new(theme::bold(&row.now).size(16.0)).truncate());
                if let (Some(baseline), Some(difference)) = (&row.baseline, &row.difference) {
                    ui.add(
                        egui::Label::new(
                            RichText::new(difference)
                                .small()
                                .color(tone_color(ui, row.tone)),
                        )
                        .truncate(),
                    );
                    ui.add(
                        egui::Label::new(theme::small(ui, format!("baseline {baseline}")))
                            .truncate(),
                    );
                }
            });
        })
        .response;
    if !row.meaning.is_empty() {
        response.on_hover_text(row.meaning);
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

/// Shows every key figure of every theatre in view.
pub fn table(ui: &mut Ui, document: &Document, results: &Results, view: &View) {
    let scenario = document.current();
    let case = results.case(scenario);
    let theatres: Vec<usize> = match view.theatre {
        TheatreView::One(theatre) => vec![theatre],
        TheatreView::All => (0..scenario.theatres.len()).collect(),
    };
    egui::ScrollArea::both()
        .id_salt("figures")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                for theatre in theatres {
                    let Some((id, named)) = scenario.theatres.get_index(theatre) else {
                        continue;
                    };
                    ui.vertical(|ui| {
                        ui.label(theme::bold(&named.name).size(14.0));
                        theatre_table(ui, id, &rows(case, theatre, Detail::Everything));
                    });
                    ui.add_space(24.0);
                }
            });
        });
}

fn theatre_table(ui: &mut Ui, id: &str, rows: &[Row]) {
    egui::Grid::new(("figures", id))
        .striped(true)
        .num_columns(4)
        .spacing(Vec2::new(18.0, 5.0))
        .show(ui, |ui| {
            for heading in ["", "Now", "Baseline", "Difference"] {
                ui.label(theme::small(ui, heading));
            }
            ui.end_row();
            for row in rows {
                let name = ui.label(&row.name);
                if !row.meaning.is_empty() {
                    name.on_hover_text(row.meaning);
                }
                ui.label(theme::bold(&row.now));
                ui.label(theme::small(ui, row.baseline.as_deref().unwrap_or("–")).size(13.0));
                let difference = row.difference.as_deref().unwrap_or("–");
                ui.label(RichText::new(difference).color(tone_color(ui, row.tone)));
                ui.end_row();
            }
        });
}
