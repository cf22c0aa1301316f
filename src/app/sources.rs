//! The list of sources: where numbers come from, each editable.

use egui::{RichText, ScrollArea, Ui, Vec2};

use super::action::Action;
use super::document::Document;
use super::form::Form;
use super::theme;
use super::view::View;
use super::widgets::{text_button, text_field};
use crate::scenario::{Edit, Section};

/// The height of a source, in points.
const ROW: f32 = 92.0;

/// Shows every source, and a way to add one.
pub fn show(ui: &mut Ui, document: &Document, view: &View, actions: &mut Vec<Action>) {
    let mut form = Form {
        document,
        view,
        actions,
    };
    ui.horizontal(|ui| add(ui, &mut form, Section::Sources, "title of a new source…"));
    form.refusal(ui, Section::Sources.key());
    let sources = &document.baseline().sources;
    if sources.is_empty() {
        ui.label(theme::small(ui, "No sources yet. Add one by its title."));
    }
    ScrollArea::vertical()
        .id_salt("sources")
        .auto_shrink([false, false])
        .show_rows(ui, ROW, sources.len(), |ui, shown| {
            for index in shown {
                if let Some((id, _)) = sources.get_index(index) {
                    ui.push_id(id, |ui| source(ui, &mut form, id));
                }
            }
        });
}

/// A field for the name of a new item.
pub fn add(ui: &mut Ui, form: &mut Form<'_>, section: Section, hint: &str) {
    let one = section.one();
    let label = format!("Name of the new {one}");
    let field = ui.scope_id().with(("text field", &label));
    let name = text_field(ui, "", hint, &label, 220.0);
    // The field hands its text over when it loses the focus, at Enter or at a click on the button:
    // the button itself only leads to the field.
    if ui.button(format!("Add {one}")).clicked() {
        ui.memory_mut(|memory| memory.request_focus(field));
    }
    if let Some(name) = name {
        form.ask(Edit::Add { section, name });
    }
}

fn source(ui: &mut Ui, form: &mut Form<'_>, id: &str) {
    let (rect, _) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), egui::Sense::hover());
    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(Vec2::new(4.0, 4.0))));
    let ui = &mut ui;
    let p = theme::palette(ui);
    ui.painter().hline(
        rect.x_range(),
        rect.bottom(),
        egui::Stroke::new(1.0, p.line),
    );
    let path = |field: &str| format!("sources.{id}.{field}");
    let name = |field: &str| format!("{field} of {id}");
    // Room for the scroll bar.
    let width = ui.available_width() - 16.0;
    let gap = ui.spacing().item_spacing.x;
    ui.horizontal(|ui| {
        rename(ui, form, Section::Sources, id, 130.0);
        let title = width - 130.0 - 56.0 - 2.0 * gap;
        form.plain_text(ui, &name("Title"), &path("title"), "title", title);
        if text_button(ui, "Remove", &format!("Remove source {id}")).clicked() {
            form.ask(Edit::Remove {
                section: Section::Sources,
                id: id.to_owned(),
                with_uses: false,
            });
        }
    });
    ui.horizontal(|ui| {
        let publisher = 130.0 + 60.0;
        form.plain_text(
            ui,
            &name("Publisher"),
            &path("publisher"),
            "publisher",
            publisher,
        );
        form.plain_text(ui, &name("Date"), &path("date"), "date", 104.0);
        let url = width - publisher - 104.0 - 2.0 * gap;
        form.plain_text(ui, &name("URL"), &path("url"), "https://…", url);
    });
    let section = Section::Sources;
    let refused = [section.path(id), path("id"), path("title")]
        .into_iter()
        .find_map(|path| form.view.refusal_at(&path));
    if let Some(why) = refused {
        ui.horizontal(|ui| {
            remove_too(ui, form, section, id);
            let text = RichText::new(why).small().color(p.bad);
            ui.add(egui::Label::new(text).truncate()).on_hover_text(why);
        });
    } else {
        form.plain_text(ui, &name("Note"), &path("note"), "note", width);
    }
}

/// A field for an item's id.
pub fn rename(ui: &mut Ui, form: &mut Form<'_>, section: Section, id: &str, width: f32) {
    let name = format!("Id of {} {id}", section.one());
    if let Some(to) = text_field(ui, id, "id", &name, width) {
        let id = id.to_owned();
        form.ask(Edit::Rename { section, id, to });
    }
}

/// Where removing was refused because something refers to the item: a way to remove that too.
pub fn remove_too(ui: &mut Ui, form: &mut Form<'_>, section: Section, id: &str) {
    if form.view.refusal_at(&section.path(id)).is_none() {
        return;
    }
    let name = format!("Remove {} {id} with all that uses it", section.one());
    // What names a source stays; everything else goes with what it rests on.
    let text = match section {
        Section::Sources => "Remove it there too",
        _ => "Remove all of that too",
    };
    if text_button(ui, text, &name).clicked() {
        form.ask(Edit::Remove {
            section,
            id: id.to_owned(),
            with_uses: true,
        });
    }
}
