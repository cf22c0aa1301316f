//! How likely a breach and each stock-out are, and when; how wide the answer is, and how narrow
//! its difference from the baseline.

use egui::{Align2, FontId, Pos2, Rect, Sense, Ui, Vec2};

use super::action::Action;
use super::document::Document;
use super::ensemble::Spread;
use super::theme;
use super::view::{TheatreView, View};
use crate::analysis::chances::{BAR, Dated, Quantity, raid_nights};
use crate::analysis::{format, likelihood};
use crate::scenario::Checked;

/// Shows the chances of the theatres in view, or why there are none.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    spread: Result<&Spread, &str>,
    view: &View,
    actions: &mut Vec<Action>,
) {
    ui.label(theme::bold("Chances and dates").size(16.0));
    let spread = match spread {
        Ok(spread) => spread,
        Err(why) => {
            ui.label(why);
            close(ui, actions);
            return;
        }
    };
    let scenario = document.current();
    ui.label(theme::small(
        ui,
        format!(
            "Under these assumptions. Counted over {} members, seed {}{}; differences member by \
             member, both worlds drawing the same.{}",
            format::given(spread.members.into()),
            spread.options.seed,
            spread.not_drawn(),
            raid_nights(scenario, spread.options),
        ),
    ));
    let by = chosen_day(ui, scenario, view, actions);
    super::widgets::scroll(ui, 0.62, |ui| {
        for (index, (id, theatre)) in scenario.theatres.iter().enumerate() {
            if view.theatre != TheatreView::All && view.theatre != TheatreView::One(index) {
                continue;
            }
            let Some(chances) = spread.chances.theatres.get(index) else {
                continue;
            };
            ui.add_space(6.0);
            ui.label(theme::bold(&theatre.name).size(14.0));
            dates(ui, scenario, spread, view, (index, id), by);
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
            if let Some((difference, apart)) =
                chances.uncovered.difference.zip(chances.uncovered_apart)
                && apart.width() > difference.width()
            {
                ui.label(theme::small(
                        ui,
                        format!(
                            "The same draws in both worlds make differences sharper: from P5 to \
                             P95, that of what is not engaged spans {}; drawn apart, it would span {}.",
                            format::estimate(difference.width()),
                            format::estimate(apart.width())
                        ),
                    ));
            }
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

/// The day by which chances are asked for besides the last.
fn chosen_day(ui: &mut Ui, scenario: &Checked, view: &View, actions: &mut Vec<Action>) -> usize {
    let last = scenario.day_count() - 1;
    let mut uncertainty = view.uncertainty;
    let mut day = uncertainty.by.unwrap_or(last / 2).min(last);
    let start = scenario.start;
    ui.horizontal(|ui| {
        let label = ui.label("Chance by");
        ui.spacing_mut().slider_width = 260.0;
        let slider = egui::Slider::new(&mut day, 0..=last)
            .custom_formatter(|day, _| format::date(format::day(start, day as usize)))
            .custom_parser(|text| {
                let date = format::read_date(text)?;
                Some(start.until(date).ok()?.get_days().into())
            });
        let response = ui
            .add(slider)
            .labelled_by(label.id)
            .on_hover_text("Any day; typed, such as 2025-08-31");
        if response.changed() {
            uncertainty.by = Some(day);
            actions.push(Action::SetUncertainty(uncertainty));
        }
    });
    day
}

/// The breach and the stock-outs of a theatre: chance, word, dates.
fn dates(
    ui: &mut Ui,
    scenario: &Checked,
    spread: &Spread,
    view: &View,
    (theatre, id): (usize, &str),
    by: usize,
) {
    let date = |day: usize| format::date(format::day(scenario.start, day));
    let target = format::percent(scenario.target.value);
    let mut rows = vec![(
        format!("Coverage below {target} (28 days)"),
        &spread.chances.theatres[theatre].breach,
    )];
    if let Some(target) = &scenario.protection_target {
        let target = format::percent(target.value);
        rows.push((
            format!("Protection below {target} (28 days)"),
            &spread.chances.theatres[theatre].protection_breach,
        ));
    }
    let stock_outs = &spread.chances.stock_outs;
    for (index, name) in scenario.magazines(id) {
        rows.push((format!("Stock-out: {name}"), &stock_outs[index]));
    }
    egui::Grid::new(("chances", theatre))
        .striped(true)
        .spacing(Vec2::new(11.0, 4.0))
        .show(ui, |ui| {
            let by_then = format!("By {}", date(by));
            let by_end = format!("By {}", date(scenario.day_count() - 1));
            let headings = [
                "", &by_then, &by_end, "in words", "baseline", "P5", "P50", "P95",
            ];
            for heading in headings {
                ui.label(theme::small(ui, heading));
            }
            ui.end_row();
            for (name, dated) in rows {
                ui.label(name);
                ui.label(likelihood::number(dated.by(by)));
                ui.label(theme::bold(dated.told()));
                ui.label(view.uncertainty.yardstick.word(dated.chance).unwrap_or("–"));
                let before = dated.baseline_chance();
                let before = before.map_or_else(|| "–".to_owned(), likelihood::number);
                ui.label(before);
                for share in [0.05, 0.5, 0.95] {
                    let date = dated.date(share, scenario.start);
                    ui.label(date.unwrap_or_else(|| "never".to_owned()));
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
    let scale = format::percent(highest);
    ui.label(theme::small(
        ui,
        format!("First day below target, share of members by week; the highest bar is {scale}"),
    ));
    let size = Vec2::new(ui.available_width().min(640.0), 62.0);
    let (whole, response) = ui.allocate_exact_size(size, Sense::hover());
    // Under the bars, the first and the last day.
    let (rect, below) = whole.split_top_bottom_at_y(whole.bottom() - 14.0);
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
    let ends =
        [0, scenario.day_count() - 1].map(|day| format::date(format::day(scenario.start, day)));
    for (end, align) in ends.into_iter().zip([Align2::LEFT_TOP, Align2::RIGHT_TOP]) {
        let at = align.pos_in_rect(&below);
        painter.text(at, align, end, FontId::proportional(10.5), p.weak);
    }
    response.widget_info(|| {
        let text = "Share of members by the week in which coverage first falls below target";
        egui::WidgetInfo::labeled(egui::Role::Image, true, text)
    });
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
