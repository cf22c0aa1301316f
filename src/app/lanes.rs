//! How events lie in lanes on the time axis, and how their marks are painted.

use egui::{Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, Ui};
use jiff::civil::Date;

use super::theme::Palette;
use crate::scenario::{Checked, Event, Scenario, What};

/// The height of one lane.
pub const LANE: f32 = 16.0;
/// Half the width of the grip at an end of a bar.
pub const GRIP: f32 = 4.0;

/// An event as a bar or a point on the time axis, in days from the start.
pub struct Span<'a> {
    pub id: &'a str,
    pub event: &'a Event,
    pub from: f64,
    /// Where it ends, if it lasts.
    pub to: Option<f64>,
    /// Whether it happens and moves something.
    pub acts: bool,
    /// The width of its name, in points.
    name: f32,
}

/// The days on which something begins within the horizon, for the lines in the charts.
pub fn days(scenario: &Checked) -> Vec<f64> {
    let last = scenario.day_count() as f64;
    scenario
        .events
        .values()
        .filter(|event| acts(event))
        .map(|event| day_number(scenario, event.what.on()))
        .filter(|day| (0.0..last).contains(day))
        .collect()
}

/// The time axis in pixels.
pub struct Axis {
    pub range: (f64, f64),
    pub pixels: (f32, f32),
}

impl Axis {
    pub fn x(&self, day: f64) -> f32 {
        let share = (day - self.range.0) / (self.range.1 - self.range.0);
        self.pixels.0 + share as f32 * (self.pixels.1 - self.pixels.0)
    }

    pub fn day(&self, x: f32) -> f64 {
        let share = (x - self.pixels.0) / (self.pixels.1 - self.pixels.0).max(1.0);
        self.range.0 + f64::from(share) * (self.range.1 - self.range.0)
    }
}

impl Span<'_> {
    pub fn is_within(&self, range: (f64, f64)) -> bool {
        self.from <= range.1 && self.to.unwrap_or(self.from) >= range.0
    }

    /// Where the mark begins, in pixels.
    fn left(&self, axis: &Axis) -> f32 {
        axis.x(self.from).max(axis.pixels.0)
    }

    /// Where the name begins: after the mark, or before it where the end of the axis is near.
    fn name_left(&self, axis: &Axis) -> f32 {
        let mark = self.left(axis);
        let after = mark + if self.to.is_some() { 5.0 } else { 7.0 };
        let before = mark - 7.0 - self.name;
        if after + self.name > axis.pixels.1 && before > axis.pixels.0 {
            before
        } else {
            after
        }
    }

    /// From where to where mark and name reach, in pixels.
    pub fn extent(&self, axis: &Axis) -> (f32, f32) {
        let mark = self.left(axis);
        let name = self.name_left(axis);
        let bar = self.to.map_or(mark, |to| axis.x(to).min(axis.pixels.1));
        let right = (name + self.name + 3.0).max(bar + GRIP).max(mark + 6.0);
        (name.min(mark) - 5.0, right)
    }
}

pub fn paint(painter: &Painter, p: &Palette, axis: &Axis, span: &Span<'_>, area: Rect) {
    let y = area.top() + 0.5 * LANE;
    let color = if span.acts {
        kind_color(p, &span.event.what)
    } else {
        p.weak
    };
    // What does not act is hollow.
    let fill = if span.acts {
        color
    } else {
        Color32::TRANSPARENT
    };
    let x = span.left(axis);
    if let Some(to) = span.to {
        let right = axis.x(to).min(axis.pixels.1).max(x + 3.0);
        let bar = Rect::from_min_max(Pos2::new(x, y + 5.0), Pos2::new(right, y + 7.5));
        if span.acts {
            painter.rect_filled(bar, 1.0, fill);
        } else {
            let line = [bar.left_center(), bar.right_center()];
            let dashes = Shape::dashed_line(&line, Stroke::new(1.2, color), 3.0, 2.5);
            painter.extend(dashes);
        }
        // What began before the days shown does not begin at their edge.
        if axis.x(span.from) >= axis.pixels.0 {
            let line = [Pos2::new(x, y - 5.0), Pos2::new(x, y + 7.5)];
            painter.line_segment(line, Stroke::new(1.0, color));
        }
    } else {
        let corners = [(-4.0, -2.0), (4.0, -2.0), (0.0, 5.0)];
        let corners = corners.map(|(dx, dy)| Pos2::new(x + dx, y + dy)).to_vec();
        let edge = if span.acts { 0.0 } else { 1.0 };
        painter.add(Shape::convex_polygon(
            corners,
            fill,
            Stroke::new(edge, color),
        ));
    }
    painter.text(
        Pos2::new(span.name_left(axis), y - 0.5),
        egui::Align2::LEFT_CENTER,
        &span.event.name,
        font(),
        if span.acts { p.ink } else { p.weak },
    );
}

fn font() -> FontId {
    FontId::proportional(11.0)
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

/// A lane for each event such that no two touch; nothing where it is out of view or lanes ran
/// out. `kept` stays free at the end of the last lane. What a person is busy with always has a
/// lane: it must not go from under the hand. Where all can stay where they lay `before`, they do: what
/// is moved does not send the others about.
pub fn lay_out(
    spans: &[Span<'_>],
    axis: &Axis,
    most: usize,
    kept: f32,
    busy: Option<&str>,
    before: &[(String, Option<usize>)],
) -> Vec<Option<usize>> {
    let fits = |lanes: &[Option<usize>]| all_in_view(spans, lanes, axis.range);
    let stays = placed(spans, axis, most, kept, None, before);
    if fits(&stays) {
        return stays;
    }
    let anew = placed(spans, axis, most, kept, None, &[]);
    if fits(&anew) {
        return anew;
    }
    let lost = |(span, lane): (&Span<'_>, &Option<usize>)| Some(span.id) == busy && lane.is_none();
    if spans.iter().zip(&stays).any(lost) {
        placed(spans, axis, most, kept, busy, before)
    } else {
        stays
    }
}

/// Whether all that lies within a range has a lane.
pub fn all_in_view(spans: &[Span<'_>], lanes: &[Option<usize>], range: (f64, f64)) -> bool {
    let mut both = spans.iter().zip(lanes);
    both.all(|(span, lane)| lane.is_some() || !span.is_within(range))
}

/// Places `first` first, then what acts; each where it lay `before`, if it can.
fn placed(
    spans: &[Span<'_>],
    axis: &Axis,
    most: usize,
    kept: f32,
    first: Option<&str>,
    before: &[(String, Option<usize>)],
) -> Vec<Option<usize>> {
    let mut taken: Vec<Vec<(f32, f32)>> = vec![Vec::new(); most];
    if kept > 0.0
        && let Some(last) = taken.last_mut()
    {
        last.push((axis.pixels.1 - kept, f32::INFINITY));
    }
    let lay = |span: &Span<'_>| {
        let lay = before.iter().find(|(id, _)| id == span.id);
        lay.and_then(|&(_, lane)| lane)
    };
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&spans[a], &spans[b]);
        let rank = |span: &Span<'_>| (Some(span.id) != first, !span.acts, lay(span).is_none());
        rank(a).cmp(&rank(b)).then(a.from.total_cmp(&b.from))
    });
    let mut lanes = vec![None; spans.len()];
    for index in order {
        let span = &spans[index];
        if !span.is_within(axis.range) {
            continue;
        }
        let (left, right) = span.extent(axis);
        let free = |taken: &Vec<(f32, f32)>| {
            let apart = |&(from, to): &(f32, f32)| right + 2.0 < from || to + 2.0 < left;
            taken.iter().all(apart)
        };
        let still = lay(span).filter(|&lane| taken.get(lane).is_some_and(free));
        lanes[index] = still.or_else(|| taken.iter().position(free));
        if let Some(lane) = lanes[index] {
            taken[lane].push((left, right));
        }
    }
    lanes
}

/// The events that lie within the horizon.
pub fn spans<'a>(ui: &Ui, scenario: &'a Checked) -> Vec<Span<'a>> {
    let last = scenario.day_count() as f64;
    let day = |date: Date| day_number(scenario, date);
    scenario
        .events
        .iter()
        .map(|(id, event)| {
            let name = event.name.clone();
            let galley = ui
                .painter()
                .layout_no_wrap(name, font(), Color32::PLACEHOLDER);
            Span {
                id,
                event,
                from: day(event.what.on()),
                to: event.what.end(scenario).map(day),
                acts: acts(event),
                name: galley.size().x,
            }
        })
        .filter(|span| span.from < last && span.to.unwrap_or(span.from) >= 0.0)
        .collect()
}

/// Whether an event happens and moves something.
fn acts(event: &Event) -> bool {
    event.enabled && !event.what.is_idle()
}

fn day_number(scenario: &Scenario, date: Date) -> f64 {
    date.since(scenario.start)
        .map_or(0.0, |span| f64::from(span.get_days()))
}
