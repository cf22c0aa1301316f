//! The sliders: what can be decided, and what is assumed about the world.

use egui::text::LayoutJob;
use egui::{
    Align, Color32, Layout, Pos2, Rect, Role, Sense, Shape, Slider, SliderClamping, Stroke, Ui,
    UiBuilder, Vec2, WidgetInfo,
};

use super::action::Action;
use super::command::Command;
use super::document::Document;
use super::number;
use super::results::Results;
use super::theme;
use super::view::{Centre, TheatreView, View};
use super::widgets::{steady, text_button, with_right};
use super::worker::{Scents, Seeks};
use crate::analysis::format;
use crate::analysis::scent::Scent;
use crate::analysis::seek::{Seek, Sought};
use crate::scenario::{Address, Lever, LeverKind, Range, Source, Value};

/// What a lever is drawn from.
pub struct Levers<'a> {
    pub document: &'a Document,
    pub results: &'a Results,
    pub scents: Option<&'a Scents>,
    /// What each would reach alone, while that is looked at.
    pub seeks: Option<&'a Seeks>,
    pub view: &'a View,
}

impl Levers<'_> {
    /// Shows the levers of one kind under a heading; nothing where there are none.
    pub fn show(&self, ui: &mut Ui, kind: LeverKind, actions: &mut Vec<Action>) {
        let levers = &self.document.baseline().levers;
        let mut of_kind = levers
            .iter()
            .enumerate()
            .filter(|(_, lever)| lever.kind == kind)
            .peekable();
        if of_kind.peek().is_none() {
            return;
        }
        let heading = match kind {
            LeverKind::Decision => "Decisions",
            LeverKind::Assumption => "Assumptions",
        };
        let hint = match kind {
            LeverKind::Decision => "Ours to take. Setting one makes it exact.",
            LeverKind::Assumption => "Not ours to choose. Setting one takes its range along.",
        };
        let heading = egui::Label::new(theme::section(ui, heading)).truncate();
        with_right(ui, heading, |ui| {
            let (command, centre) = match kind {
                LeverKind::Decision => (Command::ShowSeek, Centre::Seek),
                LeverKind::Assumption => (Command::ShowSensitivity, Centre::Sensitivity),
            };
            let info = command.info();
            let (text, name, tooltip) = if self.view.centre == centre {
                ("Charts", Centre::BACK, Centre::BACK)
            } else {
                (info.text, info.text, info.tooltip)
            };
            if text_button(ui, text, name).on_hover_text(tooltip).clicked() {
                actions.push(Action::Command(command));
            }
        })
        .on_hover_text(hint);
        for (index, lever) in of_kind {
            ui.push_id(&lever.path, |ui| self.lever(ui, index, lever, actions));
            ui.add_space(4.0);
        }
    }

    fn lever(&self, ui: &mut Ui, index: usize, lever: &Lever, actions: &mut Vec<Action>) {
        let current = self.document.current();
        let baseline = self.document.baseline();
        let Ok(address) = Address::find(current, &lever.path) else {
            return;
        };
        let now = address.number(current).unwrap_or(lever.min);
        let before = address.number(baseline).unwrap_or(lever.min);
        let range = address.estimate(baseline).and_then(|e| e.range);
        let p = theme::palette(ui);
        ui.spacing_mut().item_spacing = Vec2::new(8.0, 1.0);

        let title = egui::Label::new(theme::bold(&lever.label)).truncate();
        let title = title.show_tooltip_when_elided(false);
        let label = with_right(ui, title, |ui| {
            if now != before {
                let name = format!("Reset {}", lever.label);
                let back = format!("Back to {}", format::given(before));
                if text_button(ui, "Reset", &name)
                    .on_hover_text(back)
                    .clicked()
                {
                    actions.push(Action::Reset(lever.path.clone()));
                }
            }
        })
        .on_hover_text(format!(
            "{}\n{}\n{}",
            lever.label,
            address.label(current),
            lever.path
        ));
        // The track and its scent on the left; what is cited and the value on the right.
        let width = (ui.available_width() - VALUE).max(80.0);
        ui.horizontal(|ui| {
            self.scent(ui, index, lever, now, before, width);
            ui.allocate_ui_with_layout(
                Vec2::new(VALUE - 8.0, SCENT),
                Layout::right_to_left(Align::Center),
                |ui| {
                    let outside = range.is_some_and(|r| now < r.low || now > r.high);
                    let text = match range {
                        Some(r) => {
                            format!("{}–{}", format::given(r.low), format::given(r.high))
                        }
                        None if address.source(baseline).is_some() => "source".to_owned(),
                        None => "no source".to_owned(),
                    };
                    let text = if outside {
                        egui::RichText::new(format!("outside {text}"))
                            .small()
                            .color(p.warn)
                    } else {
                        theme::small(ui, text)
                    };
                    ui.add(egui::Label::new(text).truncate().sense(Sense::hover()))
                        .on_hover_ui(|ui| source_tooltip(ui, self.document, address));
                },
            );
        });
        ui.horizontal(|ui| {
            let mut value = now;
            ui.spacing_mut().slider_width = width;
            let behind = ui.painter().add(Shape::Noop);
            let slider = ui
                .add(
                    Slider::new(&mut value, lever.min..=lever.max)
                        .step_by(lever.step)
                        // A value off the grid of steps, or typed beyond the track, stays as it
                        // is until somebody moves it.
                        .clamping(SliderClamping::Edits)
                        .show_value(false)
                        .smart_aim(false),
                )
                .labelled_by(label.id);
            ui.painter().set(
                behind,
                Shape::Vec(under_track(&slider, lever, p, range, (now, before))),
            );
            if slider.changed() {
                actions.push(Action::Set {
                    address,
                    value: Value::Number(value),
                });
            }
            // A long number is cut short rather than push the panel wider.
            let room = Vec2::new(VALUE - 8.0, ui.spacing().interact_size.y);
            let (_, room) = ui.allocate_space(room);
            let layout = Layout::left_to_right(Align::Center);
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(room).layout(layout));
            ui.shrink_clip_rect(room.expand(2.0));
            let (field, typed) = number::field(ui, now, address.kind(current), lever.step);
            field
                .labelled_by(label.id)
                .on_hover_text("Click to type a number, or drag");
            actions.extend(typed.map(|typed| match typed {
                Ok(number) => Action::Set {
                    address,
                    value: Value::Number(number),
                },
                Err(why) => Action::Refuse {
                    at: lever.path.clone(),
                    why,
                },
            }));
            ui.spacing_mut().item_spacing.x = 4.0;
            let unit = address.unit(current);
            ui.add(egui::Label::new(theme::small(ui, short_unit(unit))).truncate())
                .on_hover_text(unit);
        });
    }

    /// The curve of the answer along the track.
    fn scent(&self, ui: &mut Ui, index: usize, lever: &Lever, now: f64, before: f64, width: f32) {
        let scent = self
            .scents
            .and_then(|scents| scents.levers.get(index))
            .and_then(Option::as_ref);
        let flat = scent.and_then(|scent| scent.flat_in(self.view.only_theatre()));
        let here = flat.filter(|flat| flat.holds(now));
        let whole = flat.is_some_and(|flat| flat.whole);
        let curve = if whole { 0.0 } else { SCENT };
        let p = theme::palette(ui);
        let note = here.map(|flat| {
            let small = egui::TextStyle::Small.resolve(ui.style());
            let text = format::unbroken(&flat.words());
            let text = LayoutJob::simple(text, small, p.weak, width);
            ui.painter().layout_job(text)
        });
        let wanted = curve + note.as_ref().map_or(0.0, |note| note.size().y);
        let id = egui::Id::unique(("scent", index));
        // The slider under the hand stays where it is.
        let height = steady(ui.ctx(), id, wanted, |before, _| before);
        let size = Vec2::new(width, height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let Some(scent) = scent else {
            return;
        };
        let (note_rect, rect) = rect.split_top_bottom_at_y(rect.bottom() - curve.min(height));
        if let (Some(note), Some(flat)) = (note, here) {
            let painter = ui.painter().with_clip_rect(note_rect);
            painter.galley(note_rect.left_top(), note, p.weak);
            let words = flat.words();
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        }
        if whole {
            return;
        }
        let curve = self.curve(scent);
        let (low, high) = curve
            .iter()
            .fold((f64::MAX, f64::MIN), |(l, h), &y| (l.min(y), h.max(y)));
        let track = Track {
            from: rect.left() + HANDLE,
            to: rect.right() - HANDLE,
            min: lever.min,
            max: lever.max,
        };
        // A curve that hardly moves must look flat, so the scale never spans less than a fiftieth
        // of what is launched.
        let launched = self.launched().max(1.0);
        let span = (high - low).max(launched / 50.0);
        let y = |value: f64| {
            rect.bottom() - 1.5 - ((value - low) / span) as f32 * (rect.height() - 4.0)
        };
        let points: Vec<Pos2> = scent
            .at
            .iter()
            .zip(&curve)
            .map(|(&x, &value)| Pos2::new(track.x(x), y(value)))
            .collect();
        let painter = ui.painter();
        let fill = p.stock.gamma_multiply(0.16);
        painter.add(area(&points, rect.bottom(), fill));
        painter.add(Shape::line(points, Stroke::new(1.4, p.stock)));
        let seek = self.seek(index);
        if let Some((seek, sought)) = &seek {
            for &[from, to] in &sought.reached {
                // The very end of the track has a width too.
                let (from, to) = (track.x(seek.at(from)) - 1.5, track.x(seek.at(to)) + 1.5);
                let stroke = Stroke::new(GOAL, p.good);
                painter.hline(from..=to, rect.bottom() + GOAL / 2.0, stroke);
            }
        }
        for (value, color) in [(before, p.ghost), (now, p.ink)] {
            if let Some(at) = interpolate(&scent.at, &curve, value) {
                painter.circle_filled(Pos2::new(track.x(value), y(at)), 2.6, color);
            }
        }
        response.on_hover_ui_at_pointer(|ui| {
            let Some(pointer) = ui.ctx().pointer_hover_pos() else {
                return;
            };
            let value = track.value(pointer.x);
            if let Some(at) = interpolate(&scent.at, &curve, value) {
                ui.label(format!(
                    "At {}: {} not engaged over the horizon",
                    format::estimate(value),
                    format::estimate(at)
                ));
                if let Some(flat) = flat {
                    ui.label(theme::small(ui, flat.words()));
                }
                if let Some((seek, sought)) = &seek {
                    let goal = self.view.goal().words(self.document.current());
                    let text = format!("Bar: {goal}: {}", seek.words(sought));
                    ui.label(theme::small(ui, text));
                }
            }
        });
    }

    /// Where on its track a lever alone reaches the goal.
    fn seek(&self, index: usize) -> Option<(&Seek, Sought)> {
        let goal = self.view.goal();
        if !goal.is_judged(self.document.current()) {
            return None;
        }
        let seek = self.seeks?.levers.get(index)?.as_ref()?;
        let sought = seek.sought(goal, self.view.only_theatre());
        Some((seek, sought))
    }

    /// Not engaged in the theatre in view, or in all of them.
    fn curve(&self, scent: &Scent) -> Vec<f64> {
        match self.view.theatre {
            TheatreView::One(theatre) => scent.uncovered.get(theatre).cloned().unwrap_or_default(),
            TheatreView::All => (0..scent.at.len())
                .map(|point| scent.uncovered.iter().map(|curve| curve[point]).sum())
                .collect(),
        }
    }

    fn launched(&self) -> f64 {
        let theatres = &self.results.current.figures.theatres;
        match self.view.theatre {
            TheatreView::One(theatre) => theatres.get(theatre).map_or(0.0, |t| t.launched),
            TheatreView::All => theatres.iter().map(|t| t.launched).sum(),
        }
    }
}

/// The radius of a slider's handle at the interaction height of the theme: the track of a value
/// ends this far inside the widget.
const HANDLE: f32 = 8.0;

/// The height of a scent.
const SCENT: f32 = 18.0;

/// The height of the bar that tells where the goal is reached.
const GOAL: f32 = 2.5;

/// The width of the column beside a track that holds its value, unit and cited range.
const VALUE: f32 = 128.0;

/// A unit as a narrow column holds it.
fn short_unit(unit: &str) -> String {
    unit.replace("engagements/fire unit/day", "/unit/day")
        .replace("threats", "")
        .replace("rounds/day", "/day")
        .trim()
        .to_owned()
}

/// What lies under a slider: the cited range, and where the baseline stands.
fn under_track(
    slider: &egui::Response,
    lever: &Lever,
    p: &theme::Palette,
    range: Option<Range>,
    (now, before): (f64, f64),
) -> Vec<Shape> {
    let track = Track::of(slider, lever);
    let mut under = Vec::new();
    if let Some(Range { low, high }) = range {
        let band = Rect::from_x_y_ranges(
            track.x(low)..=track.x(high),
            slider.rect.center().y - 6.0..=slider.rect.center().y + 6.0,
        );
        under.push(Shape::rect_filled(band, 2.0, p.accent.gamma_multiply(0.22)));
    }
    if now != before {
        let x = track.x(before);
        under.push(Shape::line_segment(
            [
                Pos2::new(x, slider.rect.top() + 1.0),
                Pos2::new(x, slider.rect.bottom() - 1.0),
            ],
            Stroke::new(1.5, p.ghost),
        ));
    }
    under
}

/// Where values stand on a slider's track.
struct Track {
    from: f32,
    to: f32,
    min: f64,
    max: f64,
}

impl Track {
    fn of(slider: &egui::Response, lever: &Lever) -> Self {
        let inset = slider.rect.height() / 2.5;
        Self {
            from: slider.rect.left() + inset,
            to: slider.rect.right() - inset,
            min: lever.min,
            max: lever.max,
        }
    }

    /// The position of a value; what lies beyond an end stands at that end.
    fn x(&self, value: f64) -> f32 {
        let share = (value.clamp(self.min, self.max) - self.min) / (self.max - self.min);
        self.from + share as f32 * (self.to - self.from)
    }

    fn value(&self, x: f32) -> f64 {
        let share = f64::from((x - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.min + share * (self.max - self.min)
    }
}

/// The area between a curve and a base line.
fn area(points: &[Pos2], base: f32, color: Color32) -> Shape {
    let mut mesh = egui::Mesh::default();
    for (index, point) in points.iter().enumerate() {
        mesh.colored_vertex(*point, color);
        mesh.colored_vertex(Pos2::new(point.x, base), color);
        if index > 0 {
            let i = 2 * index as u32;
            mesh.add_triangle(i - 2, i - 1, i);
            mesh.add_triangle(i - 1, i + 1, i);
        }
    }
    Shape::mesh(mesh)
}

/// The value of a curve between its points; nothing beyond its ends.
fn interpolate(at: &[f64], curve: &[f64], x: f64) -> Option<f64> {
    let right = at.iter().position(|&point| point >= x)?;
    if right == 0 {
        return (at[0] == x).then(|| curve[0]);
    }
    let share = (x - at[right - 1]) / (at[right] - at[right - 1]);
    Some(curve[right - 1] + share * (curve[right] - curve[right - 1]))
}

/// Where a number comes from, in full.
pub fn source_tooltip(ui: &mut Ui, document: &Document, address: Address) {
    let scenario = document.baseline();
    ui.set_max_width(360.0);
    ui.label(theme::bold(address.label(scenario)));
    // A source stands for what it gave, not for what was entered since.
    let now = address
        .get(document.current())
        .and_then(|slot| slot.value());
    let before = address.get(scenario).and_then(|slot| slot.value());
    let entered = now.filter(|_| now != before);
    if let Some(now) = entered {
        ui.label(format!("Now {}, entered here", format::value(now)));
    }
    if let Some(estimate) = address.estimate(scenario) {
        let unit = address.unit(scenario);
        let value = format::with_unit(estimate.value, unit);
        let of = if entered.is_some() { "Baseline: " } else { "" };
        ui.label(match estimate.range {
            Some(Range { low, high }) => {
                let (low, high) = (format::given(low), format::given(high));
                format!("{of}{value}, 90 % range {low} to {high}")
            }
            None => format!("{of}{value}"),
        });
        if let Some(note) = &estimate.note {
            ui.label(note);
        }
    }
    match address
        .source(scenario)
        .map(|id| (id, scenario.sources.get(id)))
    {
        Some((_, Some(source))) => ui.label(theme::small(ui, format!("Source: {}", cite(source)))),
        Some((id, None)) => ui.label(theme::small(ui, format!("Source: {id}"))),
        None => ui.label(theme::small(ui, "No source given")),
    };
    ui.label(theme::small(ui, address.path(scenario)));
}

/// A source as a footnote gives it.
pub fn cite(source: &Source) -> String {
    let mut parts = vec![source.title.as_str()];
    parts.extend(source.publisher.as_deref());
    parts.extend(source.date.as_deref());
    parts.extend(source.url.as_deref());
    parts.join(", ")
}
