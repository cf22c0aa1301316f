//! What the scenario is made of: its texts, and a list each of theatres, suppliers, threats,
//! interceptors, deployments, supply lines and levers.

use egui::collapsing_header::CollapsingState;
use egui::{RichText, ScrollArea, Ui};

use super::action::Action;
use super::document::Document;
use super::form::{FIELD, Form};
use super::sources::{add, remove_too, rename};
use super::view::View;
use super::widgets::{choice, drop_down, follow_focus, text_button, text_field};
use super::{number, theme};
use crate::analysis::format;
use crate::scenario::{Address, Edit, Firing, Kind, LeverKind, Section};

/// The lists, in the order in which a scenario is put together.
const LISTS: [Section; 7] = [
    Section::Theatres,
    Section::Suppliers,
    Section::Threats,
    Section::Interceptors,
    Section::Deployments,
    Section::Supply,
    Section::Levers,
];

/// Shows one list, or the scenario's own texts, with a way to the others.
pub fn show(ui: &mut Ui, document: &Document, view: &View, actions: &mut Vec<Action>) {
    let baseline = document.baseline();
    ui.horizontal_wrapped(|ui| {
        let scenario = ui.selectable_label(view.section.is_none(), "Scenario");
        if scenario.clicked() {
            actions.push(Action::ShowSection(None));
        }
        for section in LISTS {
            let text = format!("{} ({})", section.title(), section.count(baseline));
            let chosen = view.section == Some(section);
            if ui.selectable_label(chosen, text).clicked() {
                actions.push(Action::ShowSection(Some(section)));
            }
        }
    });
    ui.label(theme::small(
        ui,
        "Edits here change the baseline, and every what-if with it. Ctrl+Z takes them back.",
    ));
    let mut form = Form {
        document,
        view,
        actions,
    };
    if let Some(section) = view.section {
        ui.horizontal(|ui| match section {
            Section::Deployments | Section::Supply | Section::Levers => {
                if ui.button(format!("Add {}", section.one())).clicked() {
                    let name = String::new();
                    form.ask(Edit::Add { section, name });
                }
                if section == Section::Deployments {
                    ui.label(theme::small(
                        ui,
                        "Outermost layer first: threats meet them in this order.",
                    ));
                }
            }
            _ => add(ui, &mut form, section, "name…"),
        });
        form.refusal(ui, section.key());
    }
    // Room for the scroll bar. Fields that are wider, where letters are large, are scrolled to.
    let width = ui.available_width() - 12.0;
    ScrollArea::both()
        .id_salt(("structure", view.section.map(Section::key)))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.set_max_width(width);
            match view.section {
                None => scenario(ui, &mut form),
                Some(section) => {
                    let ids = section.ids(baseline);
                    for (index, id) in ids.iter().enumerate() {
                        let ends = (index == 0, index + 1 == ids.len());
                        item(ui, &mut form, section, id, ends);
                    }
                }
            }
            ui.add_space(12.0);
            follow_focus(ui);
        });
}

/// The scenario's own texts and numbers.
fn scenario(ui: &mut Ui, form: &mut Form<'_>) {
    let baseline = form.document.baseline();
    form.grid(ui, "scenario", |form, ui| {
        form.text(ui, "", "Title", "title", 520.0);
        form.long_text(ui, "Summary", "summary");
        form.text(ui, "", "Marking", "marking", FIELD);
        for path in ["start", "days", "target", "protection_target"] {
            if let Ok(address) = Address::find(baseline, path) {
                form.value(ui, address, address.meaning());
            }
        }
    });
    ui.add_space(8.0);
    ui.label(theme::small(
        ui,
        "A scenario needs a theatre, threats sent against it, interceptors that can kill them, \
         deployments of these, and supply lines where rounds are delivered. Numbers of new items \
         are placeholders without a source.",
    ));
}

/// One item: a head that says what it is, and below it, unfolded, everything about it.
fn item(ui: &mut Ui, form: &mut Form<'_>, section: Section, id: &str, ends: (bool, bool)) {
    let baseline = form.document.baseline();
    let path = section.path(id);
    let name = section.name(baseline, id);
    let one = section.one();
    let open = section.count(baseline) == 1 || form.view.added.as_deref() == Some(&path);
    let state = ui.make_persistent_id(("item", &path, open));
    let mut state = CollapsingState::load_with_default_open(ui.ctx(), state, open);
    ui.push_id(&path, |ui| {
        let head = ui.horizontal(|ui| {
            let sign = if state.is_open() { "−" } else { "+" };
            let text = RichText::new(sign).monospace();
            let fold = ui.add(egui::Button::new(text).min_size(egui::vec2(20.0, 20.0)));
            super::widgets::named(&fold, egui::Role::Button, &format!("Details of {name}"));
            let head = egui::Label::new(theme::bold(&name)).truncate();
            let summary = theme::small(ui, summary(form, section, id));
            let right = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(right, |ui| {
                if text_button(ui, "Remove", &format!("Remove {one} {name}")).clicked() {
                    form.ask(Edit::Remove {
                        section,
                        id: id.to_owned(),
                        with_uses: false,
                    });
                }
                for (way, by, at_end) in [("Down", 1, ends.1), ("Up", -1, ends.0)] {
                    ui.add_enabled_ui(!at_end, |ui| {
                        let what = format!("Move {name} {}", way.to_lowercase());
                        if text_button(ui, way, &what).clicked() {
                            form.ask(Edit::Move {
                                section,
                                id: id.to_owned(),
                                by,
                            });
                        }
                    });
                }
                let left = egui::Layout::left_to_right(egui::Align::Center);
                ui.with_layout(left, |ui| {
                    ui.add(head);
                    ui.add(egui::Label::new(summary).truncate());
                });
            });
            fold.clicked()
        });
        if form.view.added.as_deref() == Some(&path) {
            come_into_view(ui, &path, head.response.rect);
        }
        if head.inner {
            state.toggle(ui);
        }
        form.refusal(ui, &path);
        remove_too(ui, form, section, id);
        state.show_body_indented(&head.response, ui, |ui| {
            body(ui, form, section, id, &name);
        });
        state.store(ui.ctx());
        ui.separator();
    });
}

/// Scrolls to an item that has just been added, once.
fn come_into_view(ui: &Ui, path: &str, head: egui::Rect) {
    let id = egui::Id::unique("item last scrolled to");
    let last: Option<String> = ui.data(|data| data.get_temp(id));
    if last.as_deref() != Some(path) {
        ui.data_mut(|data| data.insert_temp(id, path.to_owned()));
        ui.scroll_to_rect(head, Some(egui::Align::TOP));
    }
}

/// What a folded item says of itself.
fn summary(form: &Form<'_>, section: Section, id: &str) -> String {
    let s = form.document.baseline();
    match section {
        Section::Threats => s.threats.get(id).map(|threat| {
            let theatre = Section::Theatres.name(s, &threat.theatre);
            let built = format::given(threat.production.value);
            format!("against {theatre}, {built} a day")
        }),
        Section::Interceptors => s.interceptors.get(id).map(|i| i.doctrine.describe()),
        Section::Deployments => s.deployments.get(id).map(|deployment| {
            let theatre = Section::Theatres.name(s, &deployment.theatre);
            let stock = format::with_unit(deployment.stock.value, "rounds");
            format!("{theatre}, {stock} in stock")
        }),
        Section::Supply => s.supply.get(id).map(|line| {
            let rate = format::with_unit(line.rate.value, "rounds");
            format!("{rate} a day to {}", Section::Deployments.name(s, &line.to))
        }),
        Section::Levers => Section::Levers
            .ids(s)
            .iter()
            .position(|known| known == id)
            .and_then(|index| s.levers.get(index))
            .map(|lever| lever.path.clone()),
        _ => None,
    }
    .unwrap_or_else(|| id.to_owned())
}

/// Everything about an item.
fn body(ui: &mut Ui, form: &mut Form<'_>, section: Section, id: &str, name: &str) {
    let s = form.document.baseline();
    let path = |field: &str| format!("{}.{id}.{field}", section.key());
    let options = |of: Section| -> Vec<(String, String)> {
        let ids = of.ids(s).into_iter();
        let named = ids.filter_map(|id| {
            let name = of.own_name(s, &id)?;
            let text = format!("{name} ({id})");
            Some((id, text))
        });
        named.collect()
    };
    form.grid(ui, "fields", |form, ui| {
        if section == Section::Levers {
            lever(ui, form, id, name);
            return;
        }
        form.row(ui, "Id", &path("id"), |form, ui| {
            rename(ui, form, section, id, FIELD);
            ui.label(theme::small(ui, "renamed wherever it is named"));
        });
        match section {
            Section::Theatres | Section::Suppliers => {
                form.text(ui, name, "Name", &path("name"), FIELD);
            }
            Section::Threats => {
                form.text(ui, name, "Name", &path("name"), FIELD);
                form.choose(
                    ui,
                    name,
                    "Theatre",
                    &path("theatre"),
                    &options(Section::Theatres),
                );
            }
            Section::Interceptors => {
                form.text(ui, name, "Name", &path("name"), FIELD);
                doctrine(ui, form, id, name);
            }
            Section::Deployments => {
                let interceptors = options(Section::Interceptors);
                form.choose(ui, name, "Interceptor", &path("interceptor"), &interceptors);
                form.choose(
                    ui,
                    name,
                    "Theatre",
                    &path("theatre"),
                    &options(Section::Theatres),
                );
            }
            _ => {
                let deployments = options(Section::Deployments);
                form.choose(
                    ui,
                    name,
                    "Supplier",
                    &path("supplier"),
                    &options(Section::Suppliers),
                );
                form.choose(ui, name, "Deployment", &path("to"), &deployments);
            }
        }
        let above = format!("{}.", section.path(id));
        for address in Address::all(s) {
            let path = address.path(s);
            if path.starts_with(&above) && !path.contains(".kill.") {
                form.value(ui, address, address.meaning());
            }
        }
        if let Some(listed) = s.threats.get(id).filter(|_| section == Section::Threats)
            && let Some((first, _)) = listed.launches.first_key_value()
            && let Some((last, _)) = listed.launches.last_key_value()
        {
            form.row(ui, "Launches by day", &path("launches"), |_, ui| {
                ui.label(theme::small(
                    ui,
                    format!(
                        "{} listed from {} to {}; edit them in the file",
                        format::days(listed.launches.len()),
                        format::date(*first),
                        format::date(*last)
                    ),
                ));
            });
        }
        if section == Section::Interceptors {
            for (threat, item) in &s.threats {
                if let Ok(address) = Address::find(s, &path(&format!("kill.{threat}"))) {
                    form.value(
                        ui,
                        address,
                        &format!("Kill probability against {}", item.name),
                    );
                }
            }
        }
        if !matches!(section, Section::Theatres | Section::Suppliers) {
            form.choose(ui, name, "Source", &path("source"), &Form::sources(s));
        }
        form.text(ui, name, "Note", &path("note"), 420.0);
    });
}

/// How an interceptor's rounds are fired.
fn doctrine(ui: &mut Ui, form: &mut Form<'_>, id: &str, name: &str) {
    let Some(interceptor) = form.document.baseline().interceptors.get(id) else {
        return;
    };
    let now = interceptor.doctrine.mode;
    let text = |mode| match mode {
        Firing::Salvo => "Salvo: all rounds at once",
        Firing::ShootLookShoot => "Shoot, look, shoot",
    };
    form.row(
        ui,
        "Doctrine",
        &format!("interceptors.{id}.doctrine"),
        |form, ui| {
            drop_down(ui, text(now), &format!("{name}: doctrine"), FIELD, |ui| {
                for mode in [Firing::Salvo, Firing::ShootLookShoot] {
                    if ui.selectable_label(mode == now, text(mode)).clicked() {
                        let interceptor = id.to_owned();
                        form.ask(Edit::Mode { interceptor, mode });
                        ui.close();
                    }
                }
            });
        },
    );
}

/// A lever: the number that it moves, and its track.
fn lever(ui: &mut Ui, form: &mut Form<'_>, id: &str, name: &str) {
    let s = form.document.baseline();
    let index = Section::Levers.ids(s).iter().position(|known| known == id);
    let Some(lever) = index.and_then(|index| s.levers.get(index)) else {
        return;
    };
    let path = |field: &str| format!("levers.{id}.{field}");
    form.text(ui, name, "Label", &path("label"), FIELD);
    form.row(ui, "Number", &path("path"), |form, ui| {
        let numbers: Vec<(String, String)> = Address::all(s)
            .into_iter()
            .filter(|address| !matches!(address.kind(s), Kind::Date | Kind::Switch))
            .map(|address| (address.path(s), address.label(s)))
            .collect();
        let shown = Address::find(s, &lever.path)
            .map_or_else(|_| lever.path.clone(), |address| address.label(s));
        let title = format!("{name}: number");
        if let Some(path) = choice(ui, Some(&lever.path), shown, &numbers, &title, 420.0) {
            let lever = id.to_owned();
            form.ask(Edit::LeverPath { lever, path });
        }
    });
    form.row(ui, "Kind", &path("kind"), |form, ui| {
        for (kind, text) in [
            (LeverKind::Decision, "Decision"),
            (LeverKind::Assumption, "Assumption"),
        ] {
            if ui.radio(lever.kind == kind, text).clicked() && lever.kind != kind {
                let lever = id.to_owned();
                form.ask(Edit::LeverKind { lever, kind });
            }
        }
    });
    for (field, title, number) in [
        ("min", "Least", lever.min),
        ("max", "Most", lever.max),
        ("step", "Step", lever.step),
    ] {
        form.row(ui, title, &path(field), |form, ui| {
            let title = format!("{name}: {}", title.to_lowercase());
            let typed = text_field(ui, &format::given(number), "", &title, 90.0);
            let Some(typed) = typed else {
                return;
            };
            let address = Address::find(form.document.baseline(), &lever.path);
            let kind = address.map_or(Kind::Amount, |at| at.kind(form.document.baseline()));
            match number::read(&typed, kind) {
                Some(number) => form.ask(Edit::LeverNumber {
                    lever: id.to_owned(),
                    field,
                    number,
                }),
                None => form.refuse(&path(field), number::unreadable(&typed, kind)),
            }
        });
    }
}
