//! All what-ifs beside each other, in the place of the charts: one chart, the key figures with
//! the best and the worst marked, and exactly what differs.

use egui::{Color32, RichText, Ui, Vec2};
use egui_plot::{HLine, Line, LineStyle};

use super::action::Action;
use super::charts::{axes, pieces};
use super::document::Document;
use super::theme::{self, Palette, size};
use super::view::{TheatreView, View};
use super::widgets::{Mark, key};
use crate::analysis::compare::{Comparison, Rank, World};
use crate::scenario::LeverKind;

/// Shows the comparison.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    comparison: &Comparison,
    view: &View,
    actions: &mut Vec<Action>,
) {
    let theatres: Vec<usize> = match view.theatre {
        TheatreView::One(theatre) => vec![theatre],
        TheatreView::All => (0..document.current().theatres.len()).collect(),
    };
    egui::ScrollArea::both()
        .id_salt("comparison")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            for &theatre in &theatres {
                chart(ui, document, comparison, view, theatre);
            }
            ui.add_space(6.0);
            for &theatre in &theatres {
                figures(ui, document, comparison, theatre, actions);
                ui.add_space(10.0);
            }
            differences(ui, document, comparison);
        });
}

/// Coverage of every world on one chart.
fn chart(ui: &mut Ui, document: &Document, comparison: &Comparison, view: &View, theatre: usize) {
    let p = theme::palette(ui);
    let scenario = document.current();
    let name = scenario
        .theatres
        .get_index(theatre)
        .map_or("", |(_, theatre)| theatre.name.as_str());
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::bold(format!("{name}: engaged, 28 days")).size(13.0));
        for (index, world) in comparison.worlds.iter().enumerate() {
            let (mark, color) = style(p, index, world);
            key(ui, mark, color, &world.name);
        }
    });
    let width = f64::from((ui.available_width() - size::Y_AXIS).max(1.0));
    let (from, to) = view.day_range(scenario);
    let id = ("comparison", theatre);
    axes(id, 190.0, 1.0, scenario.start, width, p)
        .y_axis_formatter(|mark, _| format!("{:.0} %", mark.value * 100.0))
        .show(ui, |plot| {
            plot.set_plot_bounds_x(from..=to);
            plot.set_plot_bounds_y(-0.015..=1.03);
            let target = HLine::new("", scenario.target.value);
            plot.hline(target.color(p.bad).width(1.0).allow_hover(false));
            for (index, world) in comparison.worlds.iter().enumerate() {
                let Some(series) = world.series.get(theatre) else {
                    continue;
                };
                let (mark, color) = style(p, index, world);
                let worked_on = world.id.as_deref() == document.active();
                for piece in pieces(&series.coverage) {
                    let mut line = Line::new("", piece)
                        .color(color)
                        .width(if worked_on { 3.0 } else { 1.7 })
                        .allow_hover(false);
                    if mark == Mark::Dashed {
                        line = line.style(LineStyle::Dashed { length: 6.0 });
                    }
                    plot.line(line);
                }
            }
        });
}

/// How a world is drawn: the baseline as a ghost, as everywhere.
fn style(p: &Palette, index: usize, world: &World) -> (Mark, Color32) {
    if world.id.is_none() {
        (Mark::Dashed, p.ghost)
    } else {
        (Mark::Line, p.series(index - 1))
    }
}

/// The key figures of one theatre, a column a world.
fn figures(
    ui: &mut Ui,
    document: &Document,
    comparison: &Comparison,
    theatre: usize,
    actions: &mut Vec<Action>,
) {
    let p = theme::palette(ui);
    let Some(lines) = comparison.figures.get(theatre) else {
        return;
    };
    let name = document
        .current()
        .theatres
        .get_index(theatre)
        .map_or("", |(_, theatre)| theatre.name.as_str());
    egui::Grid::new(("comparison", theatre))
        .striped(true)
        .spacing(Vec2::new(16.0, 4.0))
        .show(ui, |ui| {
            ui.label(theme::bold(name));
            for world in &comparison.worlds {
                let chosen = world.id.as_deref() == document.active();
                let head = egui::Button::selectable(chosen, theme::bold(&world.name)).truncate();
                let response = ui.add_sized(Vec2::new(118.0, 22.0), head);
                if response.on_hover_text(&world.name).clicked() {
                    actions.push(Action::SelectWhatIf(world.id.clone()));
                }
            }
            ui.end_row();
            for line in lines {
                let label = ui.label(&line.name);
                if !line.meaning.is_empty() {
                    label.on_hover_text(line.meaning);
                }
                for cell in &line.cells {
                    // The word stands beside the colour, for those who do not see it.
                    let text = match cell.rank {
                        Rank::Best => theme::bold(format!("{} best", cell.text)).color(p.good),
                        Rank::Worst => theme::bold(format!("{} worst", cell.text)).color(p.bad),
                        Rank::Between => RichText::new(&cell.text),
                    };
                    ui.label(text);
                }
                ui.end_row();
            }
        });
}

/// What differs between the worlds, nothing else: decisions apart from assumptions.
fn differences(ui: &mut Ui, document: &Document, comparison: &Comparison) {
    ui.label(theme::bold("What differs").size(14.0));
    if comparison.differences.is_empty() {
        ui.label("Nothing: every what-if is the same as the baseline.");
        return;
    }
    let p = theme::palette(ui);
    for (kind, heading) in [
        (LeverKind::Decision, "Decisions"),
        (LeverKind::Assumption, "Assumptions about the world"),
    ] {
        let mut of_kind = comparison
            .differences
            .iter()
            .filter(|difference| difference.kind == kind)
            .peekable();
        if of_kind.peek().is_none() {
            continue;
        }
        ui.label(theme::section(ui, heading));
        egui::Grid::new(("differences", heading))
            .striped(true)
            .spacing(Vec2::new(16.0, 4.0))
            .show(ui, |ui| {
                ui.label("");
                for world in &comparison.worlds {
                    let chosen = world.id.as_deref() == document.active();
                    let name = RichText::new(&world.name).small();
                    let color = if chosen { p.ink } else { p.weak };
                    ui.add_sized(
                        Vec2::new(118.0, 16.0),
                        egui::Label::new(name.color(color)).truncate(),
                    );
                }
                ui.end_row();
                for difference in of_kind {
                    let label = format!("{} ({})", difference.label, difference.unit);
                    ui.label(label).on_hover_text(&difference.path);
                    for cell in &difference.cells {
                        match cell {
                            Some(value) => ui.label(theme::bold(value)),
                            None => ui.label(theme::small(ui, &difference.baseline).size(13.0)),
                        };
                    }
                    ui.end_row();
                }
            });
    }
}
