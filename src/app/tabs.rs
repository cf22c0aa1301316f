//! The tabs: the baseline and the what-ifs, and what can be done with one of them.

use egui::{
    Button, Color32, CursorIcon, Id, Rect, Response, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::action::Action;
use super::command::Command;
use super::document::Document;
use super::item;

/// The least width of a tab, which shows a few letters.
const LEAST: f32 = 60.0;

/// Shows the tabs in a row.
pub fn show(ui: &mut Ui, document: &Document, actions: &mut Vec<Action>) {
    let active = document.active();
    let what_ifs = document.what_ifs();
    // Where the names do not all fit, the longest give way; their tooltips say them in full.
    let room = ui.available_width() - 40.0 - 8.0 * (what_ifs.len() + 1) as f32;
    let names = std::iter::once("Baseline").chain(what_ifs.values().map(|w| w.name.as_str()));
    let widths: Vec<f32> = names.map(|name| text_width(ui, name) + 18.0).collect();
    let limit = fit(&widths, room).max(LEAST);
    let tab = |ui: &mut Ui, selected: bool, name: &str, width: f32, sense: Sense| {
        let button = Button::selectable(selected, name).truncate().sense(sense);
        ui.add_sized(Vec2::new(width.min(limit), 22.0), button)
    };
    let baseline = tab(ui, active.is_none(), "Baseline", widths[0], Sense::click());
    come_into_view(&baseline, "", active.is_none());
    let baseline =
        baseline.on_hover_text("What everything is compared with. A drag here starts a what-if");
    if baseline.clicked() {
        actions.push(Action::SelectWhatIf(None));
    }
    let mut places = Vec::new();
    let mut dragged = None;
    for (index, ((id, what_if), &width)) in what_ifs.iter().zip(&widths[1..]).enumerate() {
        let chosen = active == Some(id);
        // By its id, so that a tab stays in the hand while it changes places.
        let response = ui
            .scope_builder(UiBuilder::new().scope_id(Id::unique(("tab", id))), |ui| {
                tab(ui, chosen, &what_if.name, width, Sense::click_and_drag())
            })
            .inner;
        come_into_view(&response, id, chosen);
        places.push(response.rect);
        if response.dragged() {
            dragged = Some(index);
            ui.set_cursor_icon(CursorIcon::Grabbing);
        }
        let note = what_if.note.as_ref().unwrap_or(&what_if.name);
        let response = response.on_hover_text(note);
        if response.clicked() || response.secondary_clicked() || response.drag_started() {
            actions.push(Action::SelectWhatIf(Some(id.clone())));
        }
        if response.double_clicked() {
            actions.push(Action::Command(Command::RenameWhatIf));
        }
        response.context_menu(|ui| items(ui, actions));
    }
    if let (Some(index), Some(pointer)) = (dragged, ui.ctx().pointer_interact_pos())
        && let Some(by) = passed(&places, index, pointer.x)
    {
        actions.push(Action::MoveWhatIf(by));
    }
    let plus = ui
        .button("+")
        .on_hover_text(Command::NewWhatIf.info().tooltip);
    plus.widget_info(|| WidgetInfo::labeled(Role::Button, true, Command::NewWhatIf.info().text));
    if plus.clicked() {
        actions.push(Action::Command(Command::NewWhatIf));
    }
}

/// Which way a dragged tab moves: past a neighbour whose middle the pointer has passed.
fn passed(places: &[Rect], dragged: usize, pointer: f32) -> Option<isize> {
    let left = dragged.checked_sub(1).and_then(|left| places.get(left));
    if left.is_some_and(|left| pointer < left.center().x) {
        return Some(-1);
    }
    let right = places.get(dragged + 1);
    right
        .is_some_and(|right| pointer > right.center().x)
        .then_some(1)
}

/// Scrolls to a tab once it is worked on or has the focus, where there is no room for all.
fn come_into_view(tab: &Response, id: &str, chosen: bool) {
    let memory = Id::unique("tab last worked on");
    let newly = chosen
        && tab.ctx.data_mut(|data| {
            let last = data.get_temp_mut_or_default::<String>(memory);
            let newly = last != id;
            id.clone_into(last);
            newly
        });
    if newly || tab.gained_focus() {
        tab.scroll_to_me(None);
    }
}

/// The width of a text on a button, in points.
fn text_width(ui: &Ui, text: &str) -> f32 {
    let font = egui::TextStyle::Button.resolve(ui.style());
    ui.painter()
        .layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER)
        .size()
        .x
}

/// The width to which the widest have to shrink so that all fit into `room`.
fn fit(widths: &[f32], room: f32) -> f32 {
    let mut sorted = widths.to_vec();
    sorted.sort_by(f32::total_cmp);
    let mut left = room;
    for (index, &width) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - index) as f32;
        if width > share {
            return share;
        }
        left -= width;
    }
    f32::INFINITY
}

/// The menu entries that are about the active what-if.
pub fn items(ui: &mut Ui, actions: &mut Vec<Action>) {
    for command in [
        Command::RenameWhatIf,
        Command::DuplicateWhatIf,
        Command::DeleteWhatIf,
        Command::MoveLeft,
        Command::MoveRight,
        Command::Promote,
        Command::ResetAll,
    ] {
        item(ui, command, actions);
    }
}
