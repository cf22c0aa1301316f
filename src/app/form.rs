//! Fields that edit the scenario itself: a text, a choice or a number, each with what was
//! refused about it.

use egui::{Color32, Grid, RichText, Ui, Vec2};

use super::action::Action;
use super::document::Document;
use super::theme;
use super::view::View;
use super::widgets::{choice, text_area, text_button, text_field, value_field};
use crate::scenario::{Address, Edit, Scenario, text};

/// The width of a field for a name or a choice, in points.
pub const FIELD: f32 = 240.0;

/// The width of what a field is called, in points. Large letters leave it less.
fn title_width(ui: &Ui) -> f32 {
    if ui.ctx().content_rect().width() < 760.0 {
        104.0
    } else {
        196.0
    }
}

/// What fields read, and where they ask for edits.
pub struct Form<'a> {
    pub document: &'a Document,
    pub view: &'a View,
    pub actions: &'a mut Vec<Action>,
}

impl Form<'_> {
    pub fn ask(&mut self, edit: Edit) {
        self.actions.push(Action::Edit(edit));
    }

    /// Says why what was entered at a path could not be read.
    pub fn refuse(&mut self, path: &str, why: String) {
        self.actions.push(Action::Refuse {
            at: path.to_owned(),
            why,
        });
    }

    /// Rows of a name and a field each.
    pub fn grid(&mut self, ui: &mut Ui, id: &str, rows: impl FnOnce(&mut Self, &mut Ui)) {
        let title = title_width(ui);
        Grid::new(id)
            .num_columns(2)
            .spacing(Vec2::new(14.0, 5.0))
            .min_col_width(title)
            .max_col_width((ui.available_width() - title - 30.0).max(160.0))
            .show(ui, |ui| rows(self, ui));
    }

    /// A row of a form: what it is called, the field, and why it was refused.
    pub fn row(
        &mut self,
        ui: &mut Ui,
        title: &str,
        path: &str,
        field: impl FnOnce(&mut Self, &mut Ui),
    ) {
        ui.vertical(|ui| {
            ui.set_width(title_width(ui));
            ui.add_space(2.0);
            ui.add(egui::Label::new(title).wrap());
        });
        ui.vertical(|ui| {
            ui.horizontal(|ui| field(self, ui));
            self.refusal(ui, path);
        });
        ui.end_row();
    }

    /// Why the last edit of this path was refused.
    pub fn refusal(&self, ui: &mut Ui, path: &str) {
        if let Some(why) = self.view.refusal_at(path) {
            let why = RichText::new(why).small().color(bad(ui));
            ui.add(egui::Label::new(why).wrap());
        }
    }

    /// A text; `about` is what assistive technology calls the thing that it belongs to.
    pub fn text(&mut self, ui: &mut Ui, about: &str, title: &str, path: &str, width: f32) {
        let name = named(about, title);
        self.row(ui, title, path, |form, ui| {
            let width = width.min(ui.available_width() - 8.0).max(80.0);
            form.plain_text(ui, &name, path, "", width);
        });
    }

    /// A text without a row of its own.
    pub fn plain_text(&mut self, ui: &mut Ui, name: &str, path: &str, hint: &str, width: f32) {
        let shown = text(self.document.baseline(), path).unwrap_or_default();
        if let Some(text) = text_field(ui, shown, hint, name, width) {
            let path = path.to_owned();
            self.ask(Edit::Text { path, text });
        }
    }

    /// A choice of what an item refers to.
    pub fn choose(
        &mut self,
        ui: &mut Ui,
        about: &str,
        title: &str,
        path: &str,
        options: &[(String, String)],
    ) {
        let name = named(about, title);
        self.row(ui, title, path, |form, ui| {
            let chosen = text(form.document.baseline(), path);
            let shown = options.iter().find(|(id, _)| Some(id.as_str()) == chosen);
            let shown = shown.map_or("none", |(_, text)| text.as_str());
            if let Some(text) = choice(ui, chosen, shown, options, &name, FIELD) {
                let path = path.to_owned();
                form.ask(Edit::Text { path, text });
            }
        });
    }

    /// A number, date or switch of the baseline.
    pub fn value(&mut self, ui: &mut Ui, address: Address, title: &str) {
        let document = self.document;
        let baseline = document.baseline();
        let path = address.path(baseline);
        let name = address.label(baseline);
        self.row(ui, title, &path, |form, ui| {
            match value_field(ui, baseline, address, &name) {
                Some(Ok(value)) => {
                    let path = path.clone();
                    form.ask(Edit::Value { path, value });
                }
                Some(Err(refusal)) => form.actions.push(refusal),
                None => {}
            }
            let stated = address.get(baseline).and_then(|slot| slot.value());
            let unit = address.unit(baseline);
            if stated.is_some() && !matches!(unit, "switch" | "date") {
                ui.label(theme::small(ui, unit));
            }
            if stated.is_some()
                && address.may_be_left_out()
                && text_button(ui, "leave out", &format!("Leave out {name}")).clicked()
            {
                let path = path.clone();
                form.ask(Edit::Clear { path });
            }
        });
    }

    /// A text of several lines.
    pub fn long_text(&mut self, ui: &mut Ui, title: &str, path: &str) {
        self.row(ui, title, path, |form, ui| {
            let shown = text(form.document.baseline(), path).unwrap_or_default();
            let width = ui.available_width().min(560.0) - 8.0;
            if let Some(text) = text_area(ui, shown, title, width) {
                let path = path.to_owned();
                form.ask(Edit::Text { path, text });
            }
        });
    }

    /// The sources that a thing can name, and none.
    pub fn sources(scenario: &Scenario) -> Vec<(String, String)> {
        let sources = scenario.sources.iter();
        std::iter::once((String::new(), "none".to_owned()))
            .chain(sources.map(|(id, source)| (id.clone(), source.title.clone())))
            .collect()
    }
}

fn bad(ui: &Ui) -> Color32 {
    theme::palette(ui).bad
}

/// `Shahed: theatre`, the name of a field for assistive technology.
fn named(about: &str, title: &str) -> String {
    if about.is_empty() {
        title.to_owned()
    } else {
        format!("{about}: {}", title.to_lowercase())
    }
}
