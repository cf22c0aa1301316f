//! The answer in sentences, above everything else.

use egui::text::LayoutJob;
use egui::{FontId, RichText, TextFormat, Ui};

use super::action::Action;
use super::command::Command;
use super::document::{Document, Origin};
use super::results::Results;
use super::theme;
use super::view::{TheatreView, View};
use crate::analysis::words::Headline;

/// What a reader must know to read coverage rightly; it stands under every answer and chart.
pub const CAPTION: &str =
    "Engaged is not shot down. Not engaged is not a hit. Counts include decoys.";

/// Shows the headline of the theatre in view, with a way to copy it.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    results: &Results,
    view: &View,
    actions: &mut Vec<Action>,
) {
    let Some(headline) = chosen(results, view) else {
        return;
    };
    let p = theme::palette(ui);
    // Long sentences in a narrow window would push the charts out of it.
    let size = if ui.available_width() < 760.0 {
        14.5
    } else {
        16.0
    };
    let mut job = LayoutJob::default();
    for run in &headline.runs {
        let font = if run.strong {
            FontId::new(size, theme::semibold())
        } else {
            FontId::proportional(size)
        };
        job.append(&run.text, 0.0, TextFormat::simple(font, p.ink));
    }
    job.wrap.max_width = ui.available_width();
    ui.label(job);
    ui.horizontal(|ui| {
        let name = document.name();
        ui.label(theme::small(ui, format!("{name}. {CAPTION}")));
        let copy = ui
            .add(egui::Link::new(RichText::new("Copy answer").small()))
            .on_hover_text(Command::CopyAnswer.info().tooltip);
        if copy.clicked() {
            actions.push(Action::Command(Command::CopyAnswer));
        }
    });
}

fn chosen<'r>(results: &'r Results, view: &View) -> Option<&'r Headline> {
    match view.theatre {
        TheatreView::One(index) => results.headlines.get(index),
        TheatreView::All => results.headlines.first(),
    }
}

/// The sentences in view, as plain text.
pub fn text(results: &Results, view: &View) -> String {
    chosen(results, view)
        .map(Headline::text)
        .unwrap_or_default()
}

/// The answer as text for a message or a slide, with everything that it rests on.
pub fn as_text(document: &Document, results: &Results, view: &View) -> String {
    let s = document.current();
    let mut text = String::new();
    let mut line = |part: &str| {
        if !part.is_empty() {
            text.push_str(part);
            text.push('\n');
        }
    };
    line(&s.marking);
    line(super::headline::text(results, view).trim());
    line(CAPTION);
    let name = document.name();
    let origin = match &document.origin {
        Origin::Bundled(id) => format!("bundled as {id}"),
        Origin::File(path) => path.display().to_string(),
    };
    line(&format!(
        "Scenario: {} ({origin}), {name}; planning run, shortfall {}.",
        s.title,
        env!("CARGO_PKG_VERSION")
    ));
    line(&s.marking);
    text
}
