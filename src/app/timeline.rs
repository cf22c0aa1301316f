//! The lanes above the charts: what happens, and when, on the charts' own time axis.

use egui::{Color32, FontId, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2};
use jiff::civil::Date;

use super::document::Document;
use super::theme::{self, Palette, size};
use super::view::View;
use crate::analysis::format;
use crate::scenario::{Checked, Event, Scenario, What};

/// The height of one lane.
const LANE: f32 = 16.0;
/// More lanes than this would take the charts' room; what does not fit is left to the tooltip.
const LANES: usize = 4;

/// An event as a bar or a point on the time axis, in days from the start.
struct Span<'a> {
    event: &'a Event,
    from: f64,
    /// Where it ends, if it lasts.
    to: Option<f64>,
}

/// The height that the lanes take at a width.
pub fn height(scenario: &Checked, width: f32) -> f32 {
    let spans = spans(scenario);
    if spans.is_empty() {
        return 0.0;
    }
    let range = (-0.5, scenario.day_count() as f64 - 0.5);
    let lanes = lay_out(&spans, range, (size::Y_AXIS, width));
    let used = lanes.iter().flatten().max().map_or(0, |lane| lane + 1);
    used as f32 * LANE + 4.0
}

/// The days on which something begins within the horizon, for the lines in the charts.
pub fn days(scenario: &Checked) -> Vec<f64> {
    let last = scenario.day_count() as f64;
    spans(scenario)
        .iter()
        .map(|span| span.from)
        .filter(|day| (0.0..last).contains(day))
        .collect()
}

/// Shows the lanes.
pub fn show(ui: &mut Ui, document: &Document, view: &View) {
    let scenario = document.current();
    let height = height(scenario, ui.available_width());
    if height <= 0.0 {
        return;
    }
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    let spans = spans(scenario);
    let range = view.day_range(scenario);
    let lanes = lay_out(&spans, range, (rect.left() + size::Y_AXIS, rect.right()));
    let axis = Axis {
        range,
        pixels: (rect.left() + size::Y_AXIS, rect.right()),
    };
    let p = theme::palette(ui);
    let painter = ui.painter_at(rect);
    for (span, lane) in spans.iter().zip(&lanes) {
        let Some(lane) = lane else { continue };
        let y = rect.top() + (*lane as f32 + 0.5) * LANE;
        paint(&painter, p, &axis, span, y);
    }
    let Some(pointer) = response.hover_pos() else {
        return;
    };
    let lane = ((pointer.y - rect.top()) / LANE) as usize;
    let under = spans.iter().zip(&lanes).find(|(span, at)| {
        **at == Some(lane) && {
            let (left, right) = extent(span, &axis);
            (left..=right).contains(&pointer.x)
        }
    });
    if let Some((span, _)) = under {
        response.on_hover_ui_at_pointer(|ui| {
            ui.label(theme::bold(&span.event.name));
            ui.label(describe(scenario, span.event));
            if let Some(note) = &span.event.note {
                ui.label(note);
            }
            if let Some(source) = span
                .event
                .source
                .as_ref()
                .and_then(|id| scenario.sources.get(id))
            {
                ui.label(theme::small(
                    ui,
                    format!("Source: {}", super::levers::cite(source)),
                ));
            }
        });
    }
}

/// The time axis in pixels.
struct Axis {
    range: (f64, f64),
    pixels: (f32, f32),
}

impl Axis {
    fn x(&self, day: f64) -> f32 {
        let share = (day - self.range.0) / (self.range.1 - self.range.0);
        self.pixels.0 + share as f32 * (self.pixels.1 - self.pixels.0)
    }
}

fn paint(painter: &egui::Painter, p: &Palette, axis: &Axis, span: &Span<'_>, y: f32) {
    let color = kind_color(p, &span.event.what);
    let x = axis.x(span.from).max(axis.pixels.0);
    match span.to {
        Some(to) => {
            let right = axis.x(to).min(axis.pixels.1).max(x + 3.0);
            let bar = Rect::from_min_max(Pos2::new(x, y + 5.0), Pos2::new(right, y + 7.5));
            painter.rect_filled(bar, 1.0, color);
            painter.line_segment(
                [Pos2::new(x, y - 5.0), Pos2::new(x, y + 7.5)],
                Stroke::new(1.0, color),
            );
        }
        None => {
            painter.add(Shape::convex_polygon(
                vec![
                    Pos2::new(x - 4.0, y - 2.0),
                    Pos2::new(x + 4.0, y - 2.0),
                    Pos2::new(x, y + 5.0),
                ],
                color,
                Stroke::NONE,
            ));
        }
    }
    let offset = if span.to.is_some() { 4.0 } else { 7.0 };
    painter.text(
        Pos2::new(x + offset, y - 0.5),
        egui::Align2::LEFT_CENTER,
        &span.event.name,
        FontId::proportional(11.0),
        p.ink,
    );
}

/// Threats in one colour, our supply in another, a ceasefire in a third.
fn kind_color(p: &Palette, what: &What) -> Color32 {
    match what {
        What::Raid { .. } => p.bad,
        What::Ramp { path, .. } if path.starts_with("threats.") => p.bad,
        What::Ceasefire { .. } => p.good,
        What::Divert { .. }
        | What::Transfer { .. }
        | What::Shipment { .. }
        | What::Pause { .. }
        | What::Ramp { .. } => p.accent,
    }
}

/// From where to where an event's mark and name reach, in pixels.
fn extent(span: &Span<'_>, axis: &Axis) -> (f32, f32) {
    let left = axis.x(span.from).max(axis.pixels.0);
    // About the width of the face at this size; exact only matters to the pixel, not to the lane.
    let name = left + 14.0 + 5.9 * span.event.name.chars().count() as f32;
    let bar = span.to.map_or(left, |to| axis.x(to).min(axis.pixels.1));
    (left - 5.0, name.max(bar))
}

/// A lane for each event such that no two touch; nothing where it is out of view or lanes ran out.
fn lay_out(spans: &[Span<'_>], range: (f64, f64), pixels: (f32, f32)) -> Vec<Option<usize>> {
    let axis = Axis { range, pixels };
    let mut ends: Vec<f32> = Vec::new();
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|&a, &b| spans[a].from.total_cmp(&spans[b].from));
    let mut lanes = vec![None; spans.len()];
    for index in order {
        let span = &spans[index];
        if span.from > range.1 || span.to.unwrap_or(span.from) < range.0 {
            continue;
        }
        let (left, right) = extent(span, &axis);
        let free = ends.iter().position(|&end| end < left);
        let lane = match free {
            Some(lane) => lane,
            None if ends.len() < LANES => {
                ends.push(f32::MIN);
                ends.len() - 1
            }
            None => continue,
        };
        ends[lane] = right + 4.0;
        lanes[index] = Some(lane);
    }
    lanes
}

/// The enabled events that act within the horizon.
fn spans(scenario: &Checked) -> Vec<Span<'_>> {
    let last = scenario.day_count() as f64;
    let day = |date: Date| day_number(scenario, date);
    scenario
        .events
        .values()
        .filter(|event| event.enabled && !is_idle(event))
        .map(|event| {
            let from = day(event.what.on());
            let to = match &event.what {
                What::Ramp { over, .. } if over.value > 0.0 => Some(from + over.value),
                What::Pause { until, .. } | What::Ceasefire { until, .. } => {
                    Some(until.map_or(last, &day))
                }
                _ => None,
            };
            Span { event, from, to }
        })
        .filter(|span| span.from < last && span.to.unwrap_or(span.from) >= 0.0)
        .collect()
}

/// Whether an event moves nothing, as a diversion of 0 rounds does.
fn is_idle(event: &Event) -> bool {
    match &event.what {
        What::Divert {
            quantity, share, ..
        } => quantity.value == 0.0 || share.value == 0.0,
        What::Transfer { quantity, .. } | What::Shipment { quantity, .. } => quantity.value == 0.0,
        _ => false,
    }
}

fn day_number(scenario: &Scenario, date: Date) -> f64 {
    date.since(scenario.start)
        .map_or(0.0, |span| f64::from(span.get_days()))
}

/// What an event does, in a sentence.
pub fn describe(scenario: &Checked, event: &Event) -> String {
    let on = format::date(event.what.on());
    let until = |until: &Option<Date>| {
        until.map_or_else(
            || "to the end".to_owned(),
            |d| format!("to {}", format::date(d)),
        )
    };
    let deployment = |id: &String| {
        scenario
            .deployments
            .get(id)
            .map_or_else(|| id.clone(), |d| scenario.deployment_name(d))
    };
    match &event.what {
        What::Divert {
            quantity,
            share,
            to,
            ..
        } => format!(
            "{on}: up to {} rounds go to {}, {} of each delivery",
            format::given(quantity.value),
            deployment(to),
            format::percent(share.value)
        ),
        What::Transfer {
            quantity, from, to, ..
        } => format!(
            "{on}: {} rounds move from {} to {}",
            format::given(quantity.value),
            deployment(from),
            deployment(to)
        ),
        What::Shipment { quantity, to, .. } => format!(
            "{on}: {} rounds arrive for {}",
            format::given(quantity.value),
            deployment(to)
        ),
        What::Raid { launches, .. } => {
            let launched: Vec<String> = launches
                .iter()
                .map(|(id, count)| {
                    let name = scenario
                        .threats
                        .get(id)
                        .map_or(id.as_str(), |t| t.name.as_str());
                    format!("{} {name}", format::given(count.value))
                })
                .collect();
            format!("{on}: {}", launched.join(", "))
        }
        What::Ramp { over, path, to, .. } => {
            let (label, unit) = crate::scenario::Address::find(scenario, path)
                .map(|a| (a.label(scenario), a.unit(scenario)))
                .unwrap_or_default();
            let how = if over.value > 0.0 {
                format!("over {} days", format::given(over.value))
            } else {
                "at once".to_owned()
            };
            format!(
                "From {on}, {how}: {label} becomes {} {unit}",
                format::given(to.value)
            )
        }
        What::Pause { until: end, of, .. } => {
            format!(
                "{on} {}: {} delivers nothing",
                until(end),
                scenario.paused_name(of)
            )
        }
        What::Ceasefire {
            until: end,
            theatre,
            ..
        } => {
            let name = scenario
                .theatres
                .get(theatre)
                .map_or(theatre.as_str(), |t| t.name.as_str());
            format!("{on} {}: nothing is launched against {name}", until(end))
        }
    }
}
