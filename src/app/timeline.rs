//! The lanes above the charts: what happens, and when, on the charts' own time axis. Events are
//! dragged there, switched on and off, added and opened for editing.

use egui::{
    CursorIcon, EventFilter, Id, Key, PointerButton, Popup, PopupAnchor, Pos2, Rect, Response,
    Role, Sense, Stroke, Tooltip, Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::action::Action;
use super::document::Document;
use super::lanes::{Axis, GRIP, LANE, Span, all_in_view, lay_out, paint, spans};
use super::theme::{self, size};
use super::view::{Editor, View};
use super::widgets::text_button;
use crate::analysis::events::{describe, named};
use crate::analysis::format;
use crate::scenario::{Address, Checked, Event, EventKind, Part, Scenario, Value};

/// The room that the count of what does not fit takes at the end of the last lane.
const MORE: f32 = 58.0;
/// A bar narrower than this has no grip at its start: there would be nothing left to move it by.
const GRIPPED: f32 = 28.0;

/// The events of a scenario, laid out in lanes.
pub struct Lanes<'a> {
    scenario: &'a Checked,
    spans: Vec<Span<'a>>,
    range: (f64, f64),
    count: usize,
    /// The event that is being dragged, edited, or has the keyboard's focus.
    busy: Option<String>,
    /// Whether a dialog is open, over which no tooltip should lie.
    quiet: bool,
    /// For a picture, where nothing can be added.
    picture: bool,
}

/// How events were laid out last. It lives in the memory of the widgets.
#[derive(Clone, Default)]
struct Laid {
    /// How wide the axis was.
    width: f32,
    range: (f64, f64),
    /// How many lanes there were.
    count: usize,
    /// The lane of each event, if it had one.
    lanes: Vec<(String, Option<usize>)>,
}

impl Laid {
    fn last(ui: &Ui, width: f32) -> Self {
        let last = ui.data(|data| data.get_temp::<Self>(Id::unique("lanes of events")));
        last.filter(|last| last.width == width).unwrap_or_default()
    }
}

/// What the hand is moving, from press to release. It lives in the memory of the widgets, as text
/// that is being typed does.
#[derive(Clone)]
struct Drag {
    id: String,
    part: Part,
    /// The event as it was when it was taken hold of.
    event: Event,
    /// Where it was taken hold of, in days.
    grabbed: f64,
    /// The days that it was last moved by.
    days: i32,
}

impl<'a> Lanes<'a> {
    /// Lays out the events for the width that there is.
    pub fn of(ui: &Ui, document: &'a Document, view: &View) -> Self {
        let scenario = document.current();
        let spans = spans(ui, scenario);
        // A low window keeps its height for the charts; a picture is as high as it has to be, and
        // nobody asks it what it leaves out.
        let low = ui.ctx().content_rect().height() < 760.0;
        let most = match (view.picture, low) {
            (true, _) => 12,
            (false, true) => 4,
            (false, false) => 6,
        };
        // The whole horizon decides, so that zooming in does not move the charts up and down.
        let axis = Axis {
            range: (-0.5, scenario.day_count() as f64 - 0.5),
            pixels: (size::Y_AXIS, ui.available_width()),
        };
        let lanes = lay_out(&spans, &axis, most, 0.0, None, &[]);
        let used = lanes.iter().flatten().max().map_or(1, |lane| lane + 1);
        let drag = dragged(ui);
        // Nothing jumps under a hand, whatever it drags.
        let held = if ui.input(|input| input.pointer.any_down()) {
            Laid::last(ui, ui.available_width()).count
        } else {
            0
        };
        let focus = ui.memory(egui::Memory::focused);
        let focused = |span: &&Span<'_>| focus == Some(mark_id(span.id));
        let edited = view.editor.as_ref().map(|editor| editor.id.clone());
        let busy = drag
            .map(|drag| drag.id)
            .or_else(|| Some(spans.iter().find(focused)?.id.to_owned()))
            .or(edited);
        Self {
            scenario,
            spans,
            range: view.day_range(scenario),
            count: used.max(held).min(most),
            busy,
            quiet: view.dialog.is_some(),
            picture: view.picture,
        }
    }

    /// The height that the lanes take.
    pub fn height(&self) -> f32 {
        self.count as f32 * LANE + 4.0
    }

    /// Shows the lanes.
    pub fn show(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let size = Vec2::new(ui.available_width(), self.height());
        // What lies behind the events takes clicks, but the keyboard has nothing to do there.
        let (rect, ground) = ui.allocate_exact_size(size, Sense::CLICK);
        let axis = Axis {
            range: self.range,
            pixels: (rect.left() + size::Y_AXIS, rect.right()),
        };
        let busy = self.busy.as_deref();
        let inside = |span: &Span<'_>| span.is_within(self.range);
        let lanes = self.lanes(ui, &axis, busy);
        self.ground_menu(&ground, &axis, actions);
        if !self.picture {
            self.add_button(ui, rect, &axis, actions);
        }

        // From left to right, so that the keyboard goes that way too.
        let mut order: Vec<usize> = (0..self.spans.len()).collect();
        order.sort_by(|&a, &b| self.spans[a].from.total_cmp(&self.spans[b].from));
        // What is dragged comes to lie over the others.
        if let Some(drag) = dragged(ui) {
            order.sort_by_key(|&index| self.spans[index].id == drag.id);
        }
        let mut hidden = Vec::new();
        for index in order {
            let span = &self.spans[index];
            match lanes[index] {
                Some(lane) => {
                    let y = rect.top() + lane as f32 * LANE;
                    let (left, right) = span.extent(&axis);
                    let area = Rect::from_min_max(Pos2::new(left, y), Pos2::new(right, y + LANE));
                    self.span(ui, span, area, rect, &axis, actions);
                }
                None if inside(span) => hidden.push(span),
                None => {}
            }
        }
        if !hidden.is_empty() {
            more(ui, rect, &hidden, actions);
        }
    }

    /// The lane of each event.
    fn lanes(&self, ui: &Ui, axis: &Axis, busy: Option<&str>) -> Vec<Option<usize>> {
        let lay_out = |before: &[(String, Option<usize>)]| {
            let lanes = lay_out(&self.spans, axis, self.count, 0.0, busy, before);
            if all_in_view(&self.spans, &lanes, self.range) {
                lanes
            } else {
                lay_out(&self.spans, axis, self.count, MORE, busy, before)
            }
        };
        // The same scenario gives the same picture.
        if self.picture {
            return lay_out(&[]);
        }
        let width = axis.pixels.1 - axis.pixels.0 + size::Y_AXIS;
        let last = Laid::last(ui, width);
        let of_last = |span: &Span<'_>| last.lanes.iter().find(|(id, _)| id == span.id);
        let held = ui.input(|input| input.pointer.any_down()) && last.range == self.range;
        // While something is dragged all stay where they are, even where they come to touch.
        if held && self.spans.iter().all(|span| of_last(span).is_some()) {
            return self.spans.iter().map(|span| of_last(span)?.1).collect();
        }
        let lanes = lay_out(&last.lanes);
        let ids = self.spans.iter().map(|span| span.id.to_owned());
        let laid = Laid {
            width,
            range: self.range,
            count: self.count,
            lanes: ids.zip(lanes.iter().copied()).collect(),
        };
        ui.data_mut(|data| data.insert_temp(Id::unique("lanes of events"), laid));
        lanes
    }

    /// One event: its mark and name, and everything that can be done with it.
    fn span(
        &self,
        ui: &mut Ui,
        span: &Span<'_>,
        area: Rect,
        lanes: Rect,
        axis: &Axis,
        actions: &mut Vec<Action>,
    ) {
        let area = area.intersect(lanes);
        let id = mark_id(span.id);
        let response = ui.interact(area, id, Sense::click_and_drag());
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, named(span.event)));

        let p = theme::palette(ui);
        let painter = ui.painter_at(lanes.expand(1.0));
        if response.hovered() || response.dragged() || response.context_menu_opened() {
            painter.rect_filled(area, 3.0, ui.visuals().panel_fill);
            painter.rect_filled(area, 3.0, ui.visuals().widgets.hovered.weak_bg_fill);
        }
        paint(&painter, p, axis, span, area);
        if response.has_focus() {
            let ring = Stroke::new(1.5, p.accent);
            painter.rect_stroke(area, 3.0, ring, egui::StrokeKind::Inside);
        }

        self.keys(ui, span, &response, lanes, actions);
        let toggled = response.has_focus() && ui.input(|i| i.key_pressed(Key::Space));
        if toggled {
            actions.extend(switch(self.scenario, span));
        } else if response.clicked() {
            actions.push(edit(span, area, lanes));
        }
        self.drag(ui, span, Part::Whole, &response, axis, actions);
        let response = if response.dragged() {
            response.on_hover_cursor(CursorIcon::Grabbing)
        } else {
            response.on_hover_cursor(CursorIcon::Grab)
        };
        response.context_menu(|ui| {
            if ui.button("Edit…").clicked() {
                actions.push(edit(span, area, lanes));
            }
            if ui.button(switch_word(span.event)).clicked() {
                actions.extend(switch(self.scenario, span));
            }
            if ui.button("Delete").clicked() {
                actions.push(Action::DeleteEvent(span.id.to_owned()));
            }
        });
        if !self.quiet {
            response.on_hover_ui_at_pointer(|ui| self.tooltip(ui, span));
        }

        let Some(to) = span.to else { return };
        let (left, right) = (axis.x(span.from), axis.x(to).min(axis.pixels.1));
        let ends = [
            (Part::Start, left, right - left >= GRIPPED),
            // A short bar's grip lies beside it, so that the bar can still be moved.
            (Part::End, right.max(left + 2.0 * GRIP), true),
        ];
        for (part, x, wide) in ends {
            if !wide || !(axis.pixels.0..=axis.pixels.1).contains(&x) {
                continue;
            }
            let grip = Rect::from_x_y_ranges(x - GRIP..=x + GRIP, area.y_range());
            let response = ui.interact(grip, id.with(("grip", part)), Sense::DRAG);
            let word = if part == Part::End { "End" } else { "Start" };
            response.widget_info(|| {
                let name = format!("{word} of {}", span.event.name);
                WidgetInfo::labeled(Role::Splitter, enabled, name)
            });
            if response.hovered() || response.dragged() {
                let x = if part == Part::End { right } else { left };
                let line = [Pos2::new(x, grip.top() + 2.0), Pos2::new(x, grip.bottom())];
                painter.line_segment(line, Stroke::new(2.5, p.ink));
            }
            self.drag(ui, span, part, &response, axis, actions);
            let response = response.on_hover_cursor(CursorIcon::ResizeHorizontal);
            if !self.quiet {
                response.on_hover_ui_at_pointer(|ui| self.tooltip(ui, span));
            }
        }
    }

    /// What the keyboard does with the event that has its focus.
    fn keys(
        &self,
        ui: &Ui,
        span: &Span<'_>,
        response: &Response,
        lanes: Rect,
        actions: &mut Vec<Action>,
    ) {
        if response.gained_focus() {
            ui.scroll_to_rect(lanes, None);
        }
        if !response.has_focus() {
            return;
        }
        // The arrows move the event, not the focus.
        let filter = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let (part, days, delete) = ui.input(|input| {
            let m = input.modifiers;
            let plain = !m.command && !m.ctrl && !m.alt;
            let end = m.command && !m.alt && span.to.is_some();
            let part = if end { Part::End } else { Part::Whole };
            let presses = |key| input.num_presses(key) as i32;
            let step = if m.shift { 7 } else { 1 };
            let days = (presses(Key::ArrowRight) - presses(Key::ArrowLeft)) * step;
            let delete = plain && !m.shift && input.key_pressed(Key::Delete);
            (part, if plain || end { days } else { 0 }, delete)
        });
        if days != 0 {
            let sets = span.event.moved(self.scenario, span.id, part, days);
            actions.push(Action::SetMany(sets));
        }
        if delete {
            actions.push(Action::DeleteEvent(span.id.to_owned()));
        }
    }

    /// Follows a drag of an event or of one of its ends.
    fn drag(
        &self,
        ui: &Ui,
        span: &Span<'_>,
        part: Part,
        response: &Response,
        axis: &Axis,
        actions: &mut Vec<Action>,
    ) {
        if response.drag_started_by(PointerButton::Primary)
            && let Some(origin) = ui.input(|input| input.pointer.press_origin())
        {
            let drag = Drag {
                id: span.id.to_owned(),
                part,
                event: span.event.clone(),
                grabbed: axis.day(origin.x),
                days: 0,
            };
            ui.data_mut(|data| data.insert_temp(drag_id(), drag));
        }
        if response.drag_stopped() {
            ui.data_mut(|data| data.remove::<Drag>(drag_id()));
        }
        let Some(mut drag) = dragged(ui).filter(|drag| drag.id == span.id && drag.part == part)
        else {
            return;
        };
        let Some(pointer) = response
            .interact_pointer_pos()
            .filter(|_| response.dragged())
        else {
            return;
        };
        let days = (axis.day(pointer.x) - drag.grabbed).round() as i32;
        if days != drag.days {
            // From where it was taken hold of, so that what was refused on the way is forgotten.
            let sets = drag.event.moved(self.scenario, span.id, part, days);
            actions.push(Action::SetMany(sets));
            drag.days = days;
            ui.data_mut(|data| data.insert_temp(drag_id(), drag));
        }
        let (layer, id) = (response.layer_id, response.id.with("moving"));
        Tooltip::always_open(ui.ctx().clone(), layer, id, PopupAnchor::Pointer)
            .gap(14.0)
            .show(|ui| ui.label(describe(self.scenario, span.event)));
    }

    fn tooltip(&self, ui: &mut Ui, span: &Span<'_>) {
        ui.label(theme::bold(&span.event.name));
        ui.label(describe(self.scenario, span.event));
        if !span.event.enabled {
            ui.label(theme::small(ui, "Switched off"));
        } else if !span.acts {
            ui.label(theme::small(ui, "Moves nothing as it stands"));
        }
        if let Some(note) = &span.event.note {
            ui.label(note);
        }
        let source = span.event.source.as_ref();
        if let Some(source) = source.and_then(|id| self.scenario.sources.get(id)) {
            let source = format!("Source: {}", super::levers::cite(source));
            ui.label(theme::small(ui, source));
        }
        let hint = "Drag to another day; click to edit";
        ui.label(theme::small(ui, hint));
    }

    /// Adds an event on the day that was clicked.
    fn ground_menu(&self, ground: &Response, axis: &Axis, actions: &mut Vec<Action>) {
        let memory = Id::unique("day of a new event");
        if ground.secondary_clicked()
            && let Some(pointer) = ground.interact_pointer_pos()
        {
            let day = axis.day(pointer.x.max(axis.pixels.0));
            ground.ctx.data_mut(|data| data.insert_temp(memory, day));
        }
        ground.context_menu(|ui| {
            let day = ui.data(|data| data.get_temp(memory)).unwrap_or_default();
            self.add_menu(ui, day, axis, ground.rect.bottom(), actions);
        });
    }

    /// Adds an event in the middle of the days shown.
    fn add_button(&self, ui: &mut Ui, lanes: Rect, axis: &Axis, actions: &mut Vec<Action>) {
        let column = Vec2::new(size::Y_AXIS - 2.0, LANE);
        let corner = Rect::from_min_size(lanes.min, column);
        let mut corner = ui.new_child(UiBuilder::new().max_rect(corner));
        let button = text_button(&mut corner, "+ Event", "Add an event")
            .on_hover_text("Add an event; right-click a day to add one there");
        let day = f64::midpoint(self.range.0, self.range.1);
        Popup::menu(&button).show(|ui| {
            self.add_menu(ui, day, axis, lanes.bottom(), actions);
        });
    }

    fn add_menu(&self, ui: &mut Ui, day: f64, axis: &Axis, below: f32, actions: &mut Vec<Action>) {
        let last = self.scenario.day_count() - 1;
        let day = (day.round().max(0.0) as usize).min(last);
        let on = format::day(self.scenario.start, day);
        let heading = format!("New event on {}", format::date(on));
        ui.label(theme::small(ui, heading));
        for kind in EventKind::ALL {
            let possible = Event::new(self.scenario, kind, on, None);
            let button = egui::Button::new(kind.label());
            let mut response = ui
                .add_enabled(possible.is_ok(), button)
                .on_hover_text(kind.meaning());
            if let Err(why) = possible {
                response = response.on_disabled_hover_text(why);
            }
            if response.clicked() {
                actions.push(Action::AddEvent {
                    kind,
                    on,
                    at: Pos2::new(axis.x(day as f64), below + 6.0),
                });
                ui.close();
            }
        }
    }
}

/// What did not fit, at the end of the last lane.
fn more(ui: &mut Ui, lanes: Rect, hidden: &[&Span<'_>], actions: &mut Vec<Action>) {
    let corner = lanes.max - Vec2::new(MORE - 6.0, LANE + 4.0);
    let corner = Rect::from_min_size(corner, Vec2::new(MORE - 6.0, LANE));
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut corner = ui.new_child(UiBuilder::new().max_rect(corner).layout(layout));
    let names: Vec<String> = hidden.iter().map(|span| named(span.event)).collect();
    let text = theme::small(ui, format!("+{} more", hidden.len()));
    let button = corner.add(egui::Link::new(text));
    let enabled = ui.is_enabled();
    let events = if hidden.len() == 1 { "event" } else { "events" };
    let count = format!("{} more {events}", hidden.len());
    button.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &count));
    let button = button.on_hover_text(names.join("\n"));
    Popup::menu(&button).show(|ui| {
        for (span, name) in hidden.iter().zip(&names) {
            if ui.button(name).clicked() {
                actions.push(edit(span, button.rect, lanes));
                ui.close();
            }
        }
    });
}

/// Opens the editor of an event, below the lanes.
fn edit(span: &Span<'_>, area: Rect, lanes: Rect) -> Action {
    Action::EditEvent(Some(Editor {
        id: span.id.to_owned(),
        at: Pos2::new(area.left(), lanes.bottom() + 6.0),
    }))
}

/// Switches an event on or off.
fn switch(scenario: &Scenario, span: &Span<'_>) -> Option<Action> {
    let address = Address::find(scenario, &format!("events.{}.enabled", span.id)).ok()?;
    let value = Value::Switch(!span.event.enabled);
    Some(Action::Set { address, value })
}

/// What switching an event would do.
pub fn switch_word(event: &Event) -> &'static str {
    if event.enabled {
        "Switch off"
    } else {
        "Switch on"
    }
}

/// The mark of an event, wherever it lies.
pub fn mark_id(event: &str) -> Id {
    Id::unique(("event", event))
}

fn drag_id() -> Id {
    Id::unique("event being dragged")
}

fn dragged(ui: &Ui) -> Option<Drag> {
    ui.data(|data| data.get_temp(drag_id()))
}
