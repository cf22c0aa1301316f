//! The answer in sentences, above everything else.

use egui::text::LayoutJob;
use egui::{FontId, RichText, TextFormat, Ui};

use super::action::Action;
use super::command::Command;
use super::document::{Document, Origin};
use super::ensemble::Spread;
use super::results::Results;
use super::theme;
use super::view::{TheatreView, View};
use crate::analysis::words::Headline;
use crate::analysis::{format, likely_words};

/// What a reader must know to read coverage rightly; it stands under every answer and chart.
pub const CAPTION: &str =
    "Engaged is not shot down. Not engaged is not a hit. Counts include decoys.";

/// Shows the headline of the theatre in view, with a way to copy it.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    results: &Results,
    spread: Option<&Spread>,
    view: &View,
    actions: &mut Vec<Action>,
) {
    let headline = chosen(document, results, spread, view);
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
        // Sentences of an older generation than the figures beside them must not look as sure.
        let lags = spread.is_some_and(|spread| spread.generation < results.generation);
        let color = if lags { p.weak } else { p.ink };
        job.append(&run.text, 0.0, TextFormat::simple(font, color));
    }
    job.wrap.max_width = ui.available_width();
    ui.label(job);
    ui.horizontal_wrapped(|ui| {
        let name = document.name();
        let what = spread.map_or_else(String::new, |spread| {
            format!(
                " Figures: planning run. Chances and bands: {} members.",
                format::given(spread.members.into())
            )
        });
        ui.label(theme::small(ui, format!("{name}.{what} {CAPTION}")));
        let copy = ui
            .add(egui::Link::new(RichText::new("Copy answer").small()))
            .on_hover_text(Command::CopyAnswer.info().tooltip);
        if copy.clicked() {
            actions.push(Action::Command(Command::CopyAnswer));
        }
    });
}

/// The sentences of the theatre in view: with chances where an ensemble has been run.
fn chosen(
    document: &Document,
    results: &Results,
    spread: Option<&Spread>,
    view: &View,
) -> Headline {
    let theatre = match view.theatre {
        TheatreView::One(index) => index,
        TheatreView::All => 0,
    };
    match spread {
        Some(spread) => likely_words::headline(
            results.case(document.current()),
            &spread.chances,
            view.uncertainty.yardstick,
            theatre,
        ),
        None => results.headlines.get(theatre).cloned().unwrap_or_default(),
    }
}

/// The sentences in view, as plain text.
pub fn text(
    document: &Document,
    results: &Results,
    spread: Option<&Spread>,
    view: &View,
) -> String {
    chosen(document, results, spread, view).text()
}

/// The answer as text for a message or a slide, with everything that it rests on.
pub fn as_text(
    document: &Document,
    results: &Results,
    spread: Option<&Spread>,
    view: &View,
) -> String {
    let s = document.current();
    let mut out = String::new();
    let mut line = |part: &str| {
        if !part.is_empty() {
            out.push_str(part);
            out.push('\n');
        }
    };
    line(&s.marking);
    line(text(document, results, spread, view).trim());
    line(CAPTION);
    let name = document.name();
    let origin = match &document.origin {
        Origin::Bundled(id) => format!("bundled as {id}"),
        Origin::File(path) => path.display().to_string(),
        Origin::New(_) => "in no file yet".to_owned(),
    };
    let run = spread.map_or_else(
        || "planning run".to_owned(),
        |spread| {
            let members = format::given(spread.members.into());
            format!("{members} members, seed {}", spread.options.seed)
        },
    );
    line(&format!(
        "Scenario: {} ({origin}), {name}; {run}, shortfall {}.",
        s.title,
        env!("CARGO_PKG_VERSION")
    ));
    line(&s.marking);
    out
}
