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

/// What a tab is wider than its text.
const INSETS: f32 = 18.0;

/// Shows the tabs in a row.
pub fn show(ui: &mut Ui, document: &Document, actions: &mut Vec<Action>) {
    let active = document.active();
    let what_ifs = document.what_ifs();
    // Where the names do not all fit, the longest give way; their tooltips say them in full.
    let room = ui.available_width() - 40.0 - 8.0 * (what_ifs.len() + 1) as f32;
    let names = std::iter::once("Baseline").chain(what_ifs.values().map(|w| w.name.as_str()));
    let names: Vec<&str> = names.collect();
    let widths = names.iter().map(|name| text_width(ui, name) + INSETS);
    let widths: Vec<f32> = widths.collect();
    let limit = fit(&widths, room).max(LEAST);
    let tab = |ui: &mut Ui, selected: bool, name: &str, width: f32, sense: Sense| {
        let text = shown(&names, name, limit - INSETS, |text| text_width(ui, text));
        let button = Button::selectable(selected, text).truncate().sense(sense);
        let response = ui.add_sized(Vec2::new(width.min(limit), 22.0), button);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, name));
        response
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
        let response = response.on_hover_ui(|ui| {
            ui.label(&what_if.name);
            if let Some(note) = &what_if.note {
                ui.label(note);
            }
        });
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

/// What a tab shows of its name in so much room: the beginning, unless that is another's beginning
/// too. Then what they share gives way in the middle, up to the word in which they differ.
fn shown(names: &[&str], name: &str, room: f32, width: impl Fn(&str) -> f32) -> String {
    if width(name) <= room {
        return name.to_owned();
    }
    let starts = |until: usize| {
        name.char_indices()
            .map(move |(at, _)| &name[..at.min(until)])
    };
    let seen = starts(name.len())
        .rev()
        .find(|start| width(&format!("{start}…")) <= room);
    let seen = seen.unwrap_or_default();
    let others = names.iter().filter(|other| **other != name);
    let shared = others.filter(|other| other.starts_with(seen)).map(|other| {
        let mut both = name.char_indices().zip(other.chars());
        let differs = both.find(|((_, a), b)| a != b);
        differs.map_or(name.len().min(other.len()), |((at, _), _)| at)
    });
    let Some(shared) = shared.max() else {
        return name.to_owned();
    };
    let word = if name[shared..].starts_with(' ') {
        shared + 1
    } else {
        name[..shared].rfind(' ').map_or(0, |space| space + 1)
    };
    let end = &name[word..];
    let whole = starts(word)
        .rev()
        .map(|start| format!("{}…{end}", start.trim_end()))
        .find(|text| width(text) <= room);
    whole.unwrap_or_else(|| format!("…{end}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_alike_show_where_they_differ() {
        let names = [
            "Baseline",
            "US halts, Europe makes it up within a month",
            "US halts, Europe makes it up by spring",
            "US halts",
            "US halts and more",
        ];
        // A letter is a point wide.
        let shown = |name, room| shown(&names, name, room, |text| text.chars().count() as f32);
        assert_eq!(shown(names[0], 8.0), "Baseline");
        assert_eq!(shown(names[1], 22.0), "US halt…within a month");
        assert_eq!(shown(names[2], 20.0), "US halts,…by spring");
        assert_eq!(shown(names[2], 8.0), "…by spring");
        assert_eq!(shown(names[3], 8.0), "US halts");
        assert_eq!(shown(names[4], 12.0), "US halts and more");
        assert_eq!(shown(names[4], 9.0), "…and more");
        // What nobody else begins with is cut at its end, by the button.
        assert_eq!(shown(names[0], 4.0), "Baseline");
    }
}
