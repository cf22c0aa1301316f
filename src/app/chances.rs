//! How likely a breach and each stock-out are, and when; how wide the answer is, and how narrow
//! its difference from the baseline.

use egui::{Pos2, Rect, Sense, Ui, Vec2};

use super::action::Action;
use super::document::Document;
use super::ensemble::Spread;
use super::theme;
use super::view::{TheatreView, View};
use crate::analysis::chances::{BAR, Dated, Quantity};
use crate::analysis::{format, likelihood};
use crate::scenario::Checked;

/// Shows the chances of the theatres in view.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    spread: Option<&Spread>,
    view: &View,
    actions: &mut Vec<Action>,
) {
    ui.label(theme::bold("Chances and dates").size(16.0));
    let Some(spread) = spread else {
        ui.label("No ensemble is run. Switch on Uncertainty in the View menu (F10).");
        close(ui, actions);
        return;
    };
    let scenario = document.current();
    ui.label(theme::small(
        ui,
        format!(
            "Under these assumptions. Counted over {} members, seed {}; differences member by \
             member, both worlds drawing the same.",
            format::given(spread.members.into()),
            spread.options.seed
        ),
    ));
    let height = (ui.ctx().content_rect().height() * 0.65).max(160.0);
    egui::ScrollArea::vertical()
        .max_height(height)
        .show(ui, |ui| {
            for (index, (id, theatre)) in scenario.theatres.iter().enumerate() {
                if view.theatre != TheatreView::All && view.theatre != TheatreView::One(index) {
                    continue;
                }
                let Some(chances) = spread.chances.theatres.get(index) else {
                    continue;
                };
                ui.add_space(6.0);
                ui.label(theme::bold(&theatre.name).size(14.0));
                dates(ui, scenario, spread, view, index, id);
                histogram(ui, scenario, &chances.breach);
                quantities(
                    ui,
                    index,
                    &[
                        ("Not engaged", &chances.uncovered),
                        ("Leakers", &chances.leakers),
                        ("Rounds short", &chances.short),
                        ("Rounds left", &chances.left),
                    ],
                );
            }
        });
    close(ui, actions);
}

fn close(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.add_space(6.0);
    if ui.button("Close").clicked() {
        actions.push(Action::CloseDialog);
    }
}

/// The breach and the stock-outs of a theatre: chance, word, dates.
fn dates(ui: &mut Ui, scenario: &Checked, spread: &Spread, view: &View, theatre: usize, id: &str) {
    let target = format::percent(scenario.target.value);
    let mut rows = vec![(
        format!("Coverage below {target} (28 days)"),
        &spread.chances.theatres[theatre].breach,
    )];
    for (deployment, dated) in scenario
        .deployments
        .values()
        .zip(&spread.chances.stock_outs)
    {
        let interceptor = scenario.interceptors.get(&deployment.interceptor);
        if deployment.theatre == id
            && let Some(interceptor) = interceptor.filter(|i| i.expendable)
        {
            rows.push((format!("Stock-out: {}", interceptor.name), dated));
        }
    }
    egui::Grid::new(("chances", theatre))
        .striped(true)
        .spacing(Vec2::new(16.0, 4.0))
        .show(ui, |ui| {
            for heading in ["", "Chance", "In words", "Baseline", "P5", "P50", "P95"] {
                ui.label(theme::small(ui, heading));
            }
            ui.end_row();
            for (name, dated) in rows {
                ui.label(name);
                ui.label(theme::bold(likelihood::number(dated.chance)));
                ui.label(view.uncertainty.yardstick.word(dated.chance).unwrap_or("–"));
                let before = dated
                    .baseline
                    .map_or_else(|| "–".to_owned(), likelihood::number);
                ui.label(before);
                for day in [dated.p5, dated.p50, dated.p95] {
                    ui.label(day.map_or_else(
                        || "never".to_owned(),
                        |day| format::date(format::day(scenario.start, day)),
                    ));
                }
                ui.end_row();
            }
        });
}

/// When the breach comes, a bar a week; the chance by any week on hover.
fn histogram(ui: &mut Ui, scenario: &Checked, dated: &Dated) {
    let highest = dated.by_week.iter().copied().fold(0.0, f64::max);
    if highest <= 0.0 {
        return;
    }
    let p = theme::palette(ui);
    ui.label(theme::small(
        ui,
        "First day below target, share of members by week",
    ));
    let size = Vec2::new(ui.available_width().min(640.0), 48.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let weeks = scenario.day_count().div_ceil(BAR).max(1);
    let width = rect.width() / weeks as f32;
    let painter = ui.painter();
    painter.rect_filled(rect, 2.0, p.chart);
    for (week, &share) in dated.by_week.iter().enumerate() {
        let height = (share / highest) as f32 * (rect.height() - 4.0);
        let left = rect.left() + week as f32 * width;
        painter.rect_filled(
            Rect::from_min_max(
                Pos2::new(left, rect.bottom() - height),
                Pos2::new(left + (width - 1.0).max(1.0), rect.bottom()),
            ),
            0.0,
            p.bad,
        );
    }
    response.on_hover_ui_at_pointer(|ui| {
        let Some(pointer) = ui.ctx().pointer_hover_pos() else {
            return;
        };
        let week = ((pointer.x - rect.left()) / width).max(0.0) as usize;
        let last = (week * BAR + BAR - 1).min(scenario.day_count() - 1);
        ui.label(format!(
            "By {}: {}",
            format::date(format::day(scenario.start, last)),
            likelihood::number(dated.by(last))
        ));
    });
}

/// Totals with their bounds, and the difference from the baseline with its own.
fn quantities(ui: &mut Ui, theatre: usize, rows: &[(&str, &Quantity)]) {
    egui::Grid::new(("quantities", theatre))
        .striped(true)
        .spacing(Vec2::new(16.0, 4.0))
        .show(ui, |ui| {
            let headings = ["", "P5", "Median", "P95", "Difference, P5", "Median", "P95"];
            for heading in headings {
                ui.label(theme::small(ui, heading));
            }
            ui.end_row();
            for (name, quantity) in rows {
                ui.label(*name);
                let spread = quantity.spread;
                for value in [spread.p5, spread.p50, spread.p95] {
                    ui.label(format::estimate(value));
                }
                match quantity.difference {
                    Some(difference) => {
                        for value in [difference.p5, difference.p50, difference.p95] {
                            ui.label(theme::bold(format::difference(value)));
                        }
                    }
                    None => {
                        for _ in 0..3 {
                            ui.label("–");
                        }
                    }
                }
                ui.end_row();
            }
        });
}
