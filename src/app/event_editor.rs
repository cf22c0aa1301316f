//! The editor of one event: what it does in words, every field it has, and what it names.

use egui::{ComboBox, Grid, Id, Key, Popup, RichText, Role, Ui, WidgetInfo, Window};

use super::action::Action;
use super::document::Document;
use super::levers::{cite, source_tooltip};
use super::theme;
use super::timeline::{mark_id, switch_word};
use super::view::{Editor, View};
use super::widgets::{text_button, text_field, value_editor};
use crate::analysis::events::describe;
use crate::scenario::{Address, Checked, Event, EventChange, Reference, Value, What};

/// The width of the fields.
const FIELD: f32 = 270.0;
/// The width of what stands before them.
const LABEL: f32 = 190.0;

/// Shows the editor of the event that is being edited, if one is.
pub fn show(ctx: &egui::Context, document: &Document, view: &View, actions: &mut Vec<Action>) {
    let shown_id = Id::unique("event editor shown");
    let scenario = document.current();
    let editor = view.editor.as_ref();
    let Some((editor, event)) = editor.and_then(|e| Some((e, scenario.events.get(&e.id)?))) else {
        ctx.data_mut(|data| data.remove::<Shown>(shown_id));
        return;
    };
    let before: Option<Shown> = ctx.data(|data| data.get_temp(shown_id));
    let just_opened = before.as_ref().is_none_or(|shown| shown.editor != *editor);
    // A window of its own for each place, since one that was shown before stays where it was.
    let Editor { id, at } = editor;
    let place = (at.x.round() as i32, at.y.round() as i32);
    let mut open = true;
    Window::new(theme::bold(&event.name).size(14.0))
        .id(Id::unique(("event editor", id, place)))
        .default_pos(*at)
        .default_width(FIELD + LABEL)
        .resizable(false)
        .collapsible(false)
        .open(&mut open)
        .show(ctx, |ui| {
            ui.set_width(FIELD + LABEL);
            content(ui, document, id, event, just_opened, actions);
        });
    // Escape first leaves what is being typed or chosen, and only then the editor.
    let was_busy = before.is_some_and(|shown| shown.busy);
    let escape = ctx.input(|input| input.key_pressed(Key::Escape));
    if !open || (escape && !was_busy && view.dialog.is_none()) {
        leave(ctx, id, actions);
    }
    let shown = Shown {
        editor: editor.clone(),
        busy: ctx.text_edit_focused() || Popup::is_any_open(ctx),
    };
    ctx.data_mut(|data| data.insert_temp(shown_id, shown));
}

/// What the last frame showed.
#[derive(Clone)]
struct Shown {
    editor: Editor,
    /// Whether something was being typed or chosen.
    busy: bool,
}

fn content(
    ui: &mut Ui,
    document: &Document,
    id: &str,
    event: &Event,
    just_opened: bool,
    actions: &mut Vec<Action>,
) {
    let scenario = document.current();
    // A field must stand out from the window it is in, which is as white as a chart.
    ui.visuals_mut().text_edit_bg_color = Some(theme::palette(ui).panel);
    ui.label(describe(scenario, event));
    ui.add_space(4.0);
    Grid::new("fields")
        .num_columns(2)
        .spacing([10.0, 6.0])
        .show(ui, |ui| {
            ui.label(theme::small(ui, "Name"));
            let name = format!("Name of {}", event.name);
            if let Some(name) = text_field(ui, &event.name, "Name", &name, FIELD) {
                change(id, EventChange::Name(name), actions);
            }
            ui.end_row();
            for &reference in event.what.references() {
                self::reference(ui, scenario, id, event, reference, actions);
                ui.end_row();
            }
            let prefix = format!("events.{id}.");
            for address in Address::all(scenario) {
                let path = address.path(scenario);
                let Some(field) = path.strip_prefix(&prefix).filter(|f| *f != "enabled") else {
                    continue;
                };
                self::field(ui, document, id, event, field, address, actions);
                ui.end_row();
            }
            if let What::Raid { launches, .. } = &event.what {
                add_threat(ui, scenario, id, launches.keys(), actions);
            }
        });
    ui.add_space(2.0);
    if let Some(note) = &event.note {
        ui.label(theme::small(ui, note));
    }
    let source = event.source.as_ref();
    let source = match source.map(|id| (id, scenario.sources.get(id))) {
        Some((_, Some(source))) => format!("Source: {}", cite(source)),
        Some((id, None)) => format!("Source: {id}"),
        None => "No source given".to_owned(),
    };
    ui.label(theme::small(ui, source));
    let scope = match document.active() {
        Some(_) => format!(
            "Days and numbers change in “{}”; the name, and what the event is about, in the \
             whole scenario",
            document.name()
        ),
        None => "A new day or number starts a what-if; the name, and what the event is about, \
                 change in the whole scenario"
            .to_owned(),
    };
    ui.label(theme::small(ui, scope));
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        if ui.button(switch_word(event)).clicked()
            && let Ok(address) = Address::find(scenario, &format!("events.{id}.enabled"))
        {
            let value = Value::Switch(!event.enabled);
            actions.push(Action::Set { address, value });
        }
        if ui
            .button("Delete")
            .on_hover_text("Take it out of the scenario, with every slider and number about it")
            .clicked()
        {
            actions.push(Action::DeleteEvent(id.to_owned()));
        }
        let close = ui.button("Close");
        // What opened it must not change anything when it is pressed twice.
        if just_opened {
            close.request_focus();
        }
        if close.clicked() {
            leave(ui.ctx(), id, actions);
        }
    });
}

/// Closes the editor; the keyboard goes on where it came from.
fn leave(ctx: &egui::Context, id: &str, actions: &mut Vec<Action>) {
    actions.push(Action::EditEvent(None));
    ctx.memory_mut(|memory| memory.request_focus(mark_id(id)));
}

/// A date or a number, for the active what-if.
fn field(
    ui: &mut Ui,
    document: &Document,
    id: &str,
    event: &Event,
    field: &str,
    address: Address,
    actions: &mut Vec<Action>,
) {
    let scenario = document.current();
    let threat = field
        .strip_prefix("launches.")
        .and_then(|threat| Some((threat, scenario.threats.get(threat)?)));
    let words = threat.map_or(address.meaning(), |(_, threat)| threat.name.as_str());
    let differs = address.get(scenario) != address.get(document.baseline());
    let words = if differs {
        theme::bold(words).small()
    } else {
        theme::small(ui, words)
    };
    ui.label(words)
        .on_hover_ui(|ui| source_tooltip(ui, document, address));
    ui.horizontal(|ui| {
        value_editor(ui, scenario, address, &address.label(scenario), actions);
        if address.estimate(scenario).is_some() {
            ui.label(theme::small(ui, address.unit(scenario)));
        }
        let several = matches!(&event.what, What::Raid { launches, .. } if launches.len() > 1);
        if let Some((threat, of)) = threat.filter(|_| several)
            && text_button(ui, "Remove", &format!("Remove {}", of.name)).clicked()
        {
            change(id, EventChange::RemoveThreat(threat.to_owned()), actions);
        }
    });
}

/// What an event names, among all that it could name.
fn reference(
    ui: &mut Ui,
    scenario: &Checked,
    id: &str,
    event: &Event,
    reference: Reference,
    actions: &mut Vec<Action>,
) {
    ui.label(theme::small(ui, reference.label()));
    let choices = event.choices(scenario, reference);
    let now = reference.get(&event.what).unwrap_or_default();
    let shown = choices.iter().find(|(choice, _)| *choice == now);
    let shown = shown.map_or(now.as_str(), |(_, name)| name.as_str());
    let name = format!("{}, {}", event.name, reference.label().to_lowercase());
    combo(ui, reference.label(), &name, shown, &choices, |choice| {
        if choice != now {
            change(
                id,
                EventChange::Refer(reference, choice.to_owned()),
                actions,
            );
        }
    });
}

/// The threats that a raid does not launch yet.
fn add_threat<'t>(
    ui: &mut Ui,
    scenario: &Checked,
    id: &str,
    launched: impl Iterator<Item = &'t String>,
    actions: &mut Vec<Action>,
) {
    let launched: Vec<&String> = launched.collect();
    let choices: Vec<(String, String)> = scenario
        .threats
        .iter()
        .filter(|(id, _)| !launched.contains(id))
        .map(|(id, threat)| (id.clone(), threat.name.clone()))
        .collect();
    if choices.is_empty() {
        return;
    }
    ui.label("");
    combo(
        ui,
        "threat",
        "Add a threat to the raid",
        "Add a threat…",
        &choices,
        |choice| {
            change(id, EventChange::AddThreat(choice.to_owned()), actions);
        },
    );
    ui.end_row();
}

/// A list to choose from; what was chosen is handed over.
fn combo(
    ui: &mut Ui,
    salt: &str,
    name: &str,
    shown: &str,
    choices: &[(String, String)],
    mut chosen: impl FnMut(&str),
) {
    let response = ComboBox::from_id_salt(salt)
        .selected_text(RichText::new(shown))
        .width(FIELD)
        .truncate()
        .show_ui(ui, |ui| {
            for (choice, text) in choices {
                if ui.selectable_label(text == shown, text).clicked() {
                    chosen(choice);
                }
            }
        })
        .response
        .on_hover_text(shown);
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, enabled, name);
        info.current_text_value = Some(shown.to_owned());
        info
    });
}

fn change(id: &str, change: EventChange, actions: &mut Vec<Action>) {
    actions.push(Action::ChangeEvent {
        id: id.to_owned(),
        change,
    });
}
