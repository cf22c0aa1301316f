//! Small widgets that several panels share.

use egui::scroll_area::ScrollAreaOutput;
use egui::{
    Align, Color32, Context, Id, Layout, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo,
};

use super::action::Action;
use super::{number, theme};
use crate::analysis::format;
use crate::scenario::{Address, Checked, Kind, Slot, Value};

/// What was kept under an id in the frame before; nothing where that frame kept nothing, as when a
/// dialog was closed in between, however it was.
pub fn kept<T: Clone + Send + Sync + 'static>(ctx: &Context, id: Id) -> Option<T> {
    let (pass, value) = ctx.data(|data| data.get_temp::<(u64, T)>(id))?;
    (pass + 1 >= ctx.cumulative_pass_nr()).then_some(value)
}

/// Keeps something for the next frame; see [`kept`].
pub fn keep<T: Clone + Send + Sync + 'static>(ctx: &Context, id: Id, value: T) {
    let pass = ctx.cumulative_pass_nr();
    ctx.data_mut(|data| data.insert_temp(id, (pass, value)));
}

/// The height of something above a slider or a chart. While a pointer is down it is what `held` makes of
/// that of the frame before and the one wanted, so that what lies below does not move under a drag.
pub fn steady(ctx: &Context, id: Id, wanted: f32, held: fn(f32, f32) -> f32) -> f32 {
    let down = ctx.input(|input| input.pointer.any_down());
    let before = kept(ctx, id).filter(|_| down);
    let height = before.map_or(wanted, |before| held(before, wanted));
    keep(ctx, id, height);
    height
}

/// The height of something above what is edited: the greatest that was wanted in one frame after the
/// other.
pub fn grown(ctx: &Context, id: Id, wanted: f32) -> f32 {
    let height = kept(ctx, id).map_or(wanted, |before: f32| before.max(wanted));
    keep(ctx, id, height);
    height
}

/// What may be longer than the window: scrolls within this share of its height.
pub fn scroll(ui: &mut Ui, share: f32, content: impl FnOnce(&mut Ui)) {
    let height = (ui.ctx().content_rect().height() * share).max(120.0);
    egui::ScrollArea::vertical()
        // A dialog offers no more height than it had the last time, when less may have been in it.
        .min_scrolled_height(height)
        .max_height(height)
        .show(ui, content);
}

/// Notes by how much what scrolls is larger than its place, for a picture, which nobody scrolls.
pub fn note_overflow<R>(ctx: &Context, scrolled: &ScrollAreaOutput<R>) {
    let more = scrolled.content_size - scrolled.inner_rect.size();
    ctx.data_mut(|data| {
        let noted = data.get_temp_mut_or_default::<Vec2>(overflow());
        *noted = noted.max(more);
    });
}

/// The largest overflow noted since this was last asked.
pub fn take_overflow(ctx: &Context) -> Vec2 {
    ctx.data_mut(|data| data.remove_temp(overflow()).unwrap_or_default())
}

fn overflow() -> Id {
    Id::unique("overflow")
}

/// How wide a small text is in one line.
pub fn small_width(ui: &Ui, text: &str) -> f32 {
    small_lines(ui, text, f32::INFINITY).1
}

/// How many lines a small text takes where there is so much room, and how wide the last of them is.
pub fn small_lines(ui: &Ui, text: &str, width: f32) -> (usize, f32) {
    let text = egui::WidgetText::from(theme::small(ui, text));
    let wrap = Some(egui::TextWrapMode::Wrap);
    let galley = text.into_galley(ui, wrap, width, egui::TextStyle::Small);
    let last = galley.rows.last().map_or(0.0, |row| row.rect().width());
    (galley.rows.len(), last)
}

/// A small link-like button with a name of its own for assistive technology.
pub fn text_button(ui: &mut Ui, text: &str, name: &str) -> Response {
    let response = ui.add(egui::Link::new(egui::RichText::new(text).small()));
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    response
}

/// A row with things at its right end, and a label that takes what room they leave.
pub fn with_right(ui: &mut Ui, label: egui::Label, right: impl FnOnce(&mut Ui)) -> Response {
    let from_right = Layout::right_to_left(Align::Center);
    let from_left = Layout::left_to_right(Align::Center);
    let row = |ui: &mut Ui| {
        right(ui);
        ui.with_layout(from_left, |ui| ui.add(label)).inner
    };
    // Within a row, so that it is no higher than one.
    ui.horizontal(|ui| ui.with_layout(from_right, row).inner)
        .inner
}

/// How a line of a chart is drawn, for its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Line,
    Dashed,
    Thin,
    Area,
    /// A median in its bands.
    Band,
    Dot,
}

/// One entry of a chart's key: a sample and its name.
pub fn key(ui: &mut Ui, mark: Mark, color: Color32, text: &str) -> Response {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let (rect, _) = ui.allocate_exact_size(Vec2::new(16.0, 10.0), Sense::hover());
        let (left, right) = (rect.left_center(), rect.right_center());
        let painter = ui.painter();
        match mark {
            Mark::Line => painter.line_segment([left, right], Stroke::new(2.2, color)),
            Mark::Thin => painter.line_segment([left, right], Stroke::new(1.0, color)),
            Mark::Dashed => {
                let line = Shape::dashed_line(&[left, right], Stroke::new(1.6, color), 4.0, 3.0);
                painter.add(Shape::Vec(line))
            }
            Mark::Area => painter.rect_filled(rect.shrink2(Vec2::new(1.0, 0.0)), 1.5, color),
            Mark::Band => {
                painter.rect_filled(rect, 0.0, color.gamma_multiply(0.3));
                let inner = rect.shrink2(Vec2::new(0.0, 2.5));
                painter.rect_filled(inner, 0.0, color.gamma_multiply(0.35));
                painter.line_segment([left, right], Stroke::new(1.0, color))
            }
            Mark::Dot => painter.circle_filled(rect.center(), 3.0, color),
        };
        ui.label(theme::small(ui, text));
    })
    .response
}

/// How wide that is, with the gap before it.
pub fn key_width(ui: &Ui, text: &str) -> f32 {
    ui.spacing().item_spacing.x + 16.0 + 4.0 + small_width(ui, text)
}

/// Scrolls to what the keyboard has gone to, where it is not in view. For the end of what a scroll
/// area shows: an area within it may have scrolled for itself alone.
pub fn follow_focus(ui: &Ui) {
    if !ui.input(|input| input.key_pressed(egui::Key::Tab)) {
        return;
    }
    let focused = ui.memory(egui::Memory::focused);
    if let Some(response) = focused.and_then(|id| ui.ctx().read_response(id))
        && ui.min_rect().contains(response.rect.center())
        && !ui.clip_rect().contains_rect(response.rect)
    {
        ui.scroll_to_rect(response.rect, None);
    }
}

/// Draws a ring around what the keyboard has gone to, until the mouse is used. For the end of a
/// frame.
///
/// egui's own sign is a shade of grey, which menus and links hardly show.
pub fn focus_ring(ui: &Ui) {
    let (tabbed, clicked) = ui.input(|input| {
        let tabbed = input.key_pressed(egui::Key::Tab);
        (tabbed, input.pointer.any_pressed())
    });
    let by_keyboard = ui.data_mut(|data| {
        let by_keyboard = data.get_temp_mut_or_default::<bool>(Id::unique("by keyboard"));
        *by_keyboard = (*by_keyboard || tabbed) && !clicked;
        *by_keyboard
    });
    let focused = ui.memory(egui::Memory::focused).filter(|_| by_keyboard);
    let Some(response) = focused.and_then(|id| ui.ctx().read_response(id)) else {
        return;
    };
    let painter = ui.ctx().layer_painter(response.layer_id);
    let painter = painter.with_clip_rect(response.interact_rect.expand(3.0));
    painter.rect_stroke(
        response.rect.expand(1.0),
        4.0,
        Stroke::new(1.5, theme::palette(ui).accent),
        StrokeKind::Outside,
    );
}

/// An editor for whatever stands at an address: a number, a date or a switch.
pub fn value_editor(
    ui: &mut Ui,
    scenario: &Checked,
    address: Address,
    name: &str,
    actions: &mut Vec<Action>,
) {
    match value_field(ui, scenario, address, name) {
        Some(Ok(value)) => actions.push(Action::Set { address, value }),
        Some(Err(refusal)) => actions.push(refusal),
        None => {}
    }
}

/// The same, without saying what becomes of the value entered; where it could not be read, the
/// action that says so.
pub fn value_field(
    ui: &mut Ui,
    scenario: &Checked,
    address: Address,
    name: &str,
) -> Option<Result<Value, Action>> {
    let kind = address.kind(scenario);
    let mut entered = None;
    let mut set = |value: Value| entered = Some(Ok(value));
    match address.get(scenario) {
        Some(Slot::Number(estimate)) => {
            let Some(estimate) = estimate else {
                if text_button(ui, "set…", &format!("Set {name}")).clicked() {
                    set(Value::Number(if kind == Kind::Share { 0.5 } else { 1.0 }));
                }
                return entered;
            };
            let step = number::step(kind, estimate.value);
            let (response, typed) = number::field(ui, estimate.value, kind, step);
            let enabled = ui.is_enabled();
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::SpinButton, enabled, name);
                info.value = Some(estimate.value);
                info
            });
            match typed {
                Some(Ok(number)) => set(Value::Number(number)),
                Some(Err(why)) => {
                    let at = address.path(scenario);
                    entered = Some(Err(Action::Refuse { at, why }));
                }
                None => {}
            }
        }
        Some(Slot::Date(date)) => {
            let shown = date.map(|d| d.to_string()).unwrap_or_default();
            if let Some(text) = text_field(ui, &shown, "YYYY-MM-DD", name, 104.0) {
                entered = Some(match format::read_date(&text) {
                    Some(date) => Ok(Value::Date(date)),
                    None => Err(Action::Refuse {
                        at: address.path(scenario),
                        why: format!(
                            "`{}` is not a date; write 2025-12-31 or 31 Dec 2025",
                            text.trim()
                        ),
                    }),
                });
            }
        }
        Some(Slot::Switch(on)) => {
            let mut on = on;
            let response = ui.checkbox(&mut on, "");
            let enabled = ui.is_enabled();
            response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, on, name));
            if response.changed() {
                set(Value::Switch(on));
            }
        }
        None => {}
    }
    entered
}

/// A choice among `(id, text)`; the id comes back where another is chosen. A long list can be
/// searched.
pub fn choice(
    ui: &mut Ui,
    chosen: Option<&str>,
    shown: impl Into<egui::WidgetText>,
    options: &[(String, String)],
    name: &str,
    width: f32,
) -> Option<String> {
    let mut picked = None;
    drop_down(ui, shown, name, width, |ui| {
        let id = ui.scope_id().with("search");
        let mut words = ui
            .data(|data| data.get_temp::<String>(id))
            .unwrap_or_default();
        if options.len() > LONG {
            let field = egui::TextEdit::singleline(&mut words).hint_text("search…");
            let field = ui.add(field);
            named(&field, Role::TextInput, &format!("Search {name}"));
            ui.data_mut(|data| data.insert_temp(id, words.clone()));
        }
        let words = words.to_lowercase();
        for (id, text) in options {
            let found = words
                .split_whitespace()
                .all(|word| text.to_lowercase().contains(word) || id.contains(word));
            let selected = chosen == Some(id);
            if found && ui.selectable_label(selected, text).clicked() {
                picked = (!selected).then(|| id.clone());
                ui.close();
            }
        }
    });
    picked
}

/// A list that a person has to search.
const LONG: usize = 14;

/// A button that opens a list, with a name of its own for assistive technology.
pub fn drop_down(
    ui: &mut Ui,
    shown: impl Into<egui::WidgetText>,
    name: &str,
    width: f32,
    content: impl FnOnce(&mut Ui),
) {
    let response = egui::ComboBox::from_id_salt(name)
        .selected_text(shown)
        .width(width)
        .truncate()
        .height(340.0)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, content)
        .response;
    named(&response, Role::ComboBox, name);
}

/// Gives a widget a name for assistive technology.
pub fn named(response: &Response, role: Role, name: &str) {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::labeled(role, enabled, name));
}

/// A line of text that is handed over once, at Enter or when the focus leaves it, and only if it
/// has changed. What is being typed lives in the field's own memory until then.
pub fn text_field(ui: &mut Ui, shown: &str, hint: &str, name: &str, width: f32) -> Option<String> {
    text_of_rows(ui, shown, hint, name, width, 1)
}

/// The same in several lines; line breaks are handed over as spaces.
pub fn text_area(ui: &mut Ui, shown: &str, name: &str, width: f32) -> Option<String> {
    let text = text_of_rows(ui, shown, "", name, width, 4)?;
    Some(text.replace('\n', " "))
}

fn text_of_rows(
    ui: &mut Ui,
    shown: &str,
    hint: &str,
    name: &str,
    width: f32,
    rows: usize,
) -> Option<String> {
    let id = ui.scope_id().with(("text field", name));
    let mut draft = ui
        .data(|data| data.get_temp::<String>(id))
        .unwrap_or_else(|| shown.to_owned());
    let field = if rows == 1 {
        egui::TextEdit::singleline(&mut draft)
    } else {
        egui::TextEdit::multiline(&mut draft).desired_rows(rows)
    };
    let response = ui.add(field.id(id).hint_text(hint).desired_width(width));
    // Once something stands in a field, its hint no longer says what it is for.
    let response = if hint.is_empty() {
        response
    } else {
        response.on_hover_text(name)
    };
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, enabled, name);
        info.current_text_value = Some(draft.clone());
        info
    });
    if response.has_focus() || response.changed() {
        ui.data_mut(|data| data.insert_temp(id, draft.clone()));
    }
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        let cancelled = ui.input(|i| i.key_pressed(egui::Key::Escape));
        if draft != shown && !cancelled {
            return Some(draft);
        }
    }
    None
}
