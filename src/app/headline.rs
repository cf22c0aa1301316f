//! The answer in sentences, above everything else.

use egui::text::LayoutJob;
use egui::{FontId, Id, RichText, TextFormat, Ui};

use super::action::Action;
use super::command::Command;
use super::document::{Document, Origin};
use super::ensemble::Spread;
use super::results::Results;
use super::theme;
use super::view::{Centre, Sentences, TheatreView, View};
use super::widgets::{grown, small_lines, small_width, steady, text_button};
use crate::analysis::changes::sentence;
use crate::analysis::format;
use crate::analysis::likelihood::Yardstick;
use crate::analysis::sentences::{CAPTION, Headline, Probabilities, joined};
use crate::analysis::words::headline;

/// The sentences with chances, one a theatre: made once, when an ensemble has arrived.
#[derive(Debug, Default)]
pub struct Told {
    yardstick: Yardstick,
    headlines: Vec<Headline>,
    /// Why the scenario cannot be run as an ensemble.
    pub refused: Option<String>,
}

impl Told {
    /// Makes the sentences where there are none yet, or where other words are wanted.
    pub fn update(&mut self, document: &Document, results: &Results, spread: &Spread, view: &View) {
        let yardstick = view.uncertainty.yardstick;
        if !self.headlines.is_empty() && self.yardstick == yardstick {
            return;
        }
        let case = results.case(document.current());
        self.yardstick = yardstick;
        let probabilities = Probabilities {
            chances: &spread.chances,
            yardstick,
        };
        self.headlines = (0..case.scenario.theatres.len())
            .map(|theatre| headline(case, Some(probabilities), theatre))
            .collect();
    }
}

/// Shows the headline of the theatre in view, with a way to copy it; the ensemble comes with whether
/// it lags behind the figures.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    results: &Results,
    told: &Told,
    (spread, lags): (Option<&Spread>, bool),
    view: &View,
    actions: &mut Vec<Action>,
) {
    let headline = chosen(results, told, view);
    let p = theme::palette(ui);
    // Long sentences in a narrow window would push the charts out of it.
    let size = if ui.available_width() < 1000.0 {
        14.0
    } else {
        15.0
    };
    let mut job = LayoutJob::default();
    // Sentences of an older generation than the figures beside them must not look as sure.
    let color = if lags { p.weak } else { p.ink };
    let two = headline.map_or(&[][..], |headline| &headline.sentences);
    for (index, sentence) in two.iter().enumerate() {
        if index > 0 {
            job.append("\n", 0.0, TextFormat::default());
        }
        for run in &sentence.runs {
            let font = if run.strong {
                FontId::new(size, theme::semibold())
            } else {
                FontId::proportional(size)
            };
            let text = format::unbroken(&run.text);
            job.append(&text, 0.0, TextFormat::simple(font, color));
        }
    }
    job.wrap.max_width = ui.available_width();
    let wanted = ui.label(job).rect.height();
    let id = Id::unique("headline");
    // A line more is no reason to move the charts back and forth under a drag. Nor what is edited: each
    // number that is entered may make the answer longer or shorter, and the next is to be clicked.
    let edits = matches!(view.centre, Centre::Assumptions | Centre::Structure);
    let height = if edits && !view.picture {
        grown(ui.ctx(), id, wanted)
    } else {
        steady(ui.ctx(), id, wanted, f32::max)
    };
    if height > wanted {
        ui.add_space(height - wanted);
    }
    let more = headline.map_or(&[][..], |headline| &headline.more);
    if view.sentences == Sentences::All && !view.picture && !more.is_empty() {
        ui.label(format::unbroken(&joined(more)));
    }
    if let Some(refused) = &told.refused {
        let text = format!("No chances and no bands: {refused}");
        ui.label(RichText::new(text).small().color(p.warn));
    }
    ui.horizontal_wrapped(|ui| {
        let name = document.name();
        let caption = |members: fn(&Spread) -> u32| {
            let what = spread.map_or_else(String::new, |spread| {
                format!(
                    " Medians, and ranges of 90 % of {} members{}.",
                    format::given(members(spread).into()),
                    spread.not_drawn()
                )
            });
            format!("{name}.{what} {CAPTION}")
        };
        let width = ui.available_width();
        // Broken as it will be once all members are in, so that what is below stays where it is while
        // they come.
        let whole = caption(|spread| spread.options.members);
        let (lines, last) = small_lines(ui, &whole, width);
        let shown = caption(|spread| spread.members);
        let (shown_lines, _) = small_lines(ui, &shown, width);
        ui.label(theme::small(ui, shown));
        // Nobody clicks on a picture.
        if view.picture {
            return;
        }
        let ways = [
            ("text", Command::CopyAnswer),
            ("picture", Command::CopyPicture),
        ];
        let more = match view.sentences {
            Sentences::Two => "more",
            Sentences::All => "less",
        };
        // They stay together; and a row within a row breaks within its words.
        let gaps = ways.len() as f32 * ui.spacing().item_spacing.x;
        let wanted = small_width(ui, &format!("{more}Copy: textpicture")) + gaps;
        if last + ui.spacing().item_spacing.x + wanted > width || shown_lines < lines {
            ui.end_row();
        }
        let info = Command::ShowMore.info();
        if text_button(ui, more, info.text)
            .on_hover_text(info.tooltip)
            .clicked()
        {
            actions.push(Action::Command(Command::ShowMore));
        }
        ui.label(theme::small(ui, "Copy:"));
        for (text, command) in ways {
            let info = command.info();
            let link = text_button(ui, text, info.text).on_hover_text(info.tooltip);
            if link.clicked() {
                actions.push(Action::Command(command));
            }
        }
    });
}

/// The sentences of the theatre in view: with chances where an ensemble has been run.
fn chosen<'a>(results: &'a Results, told: &'a Told, view: &View) -> Option<&'a Headline> {
    let theatre = match view.theatre {
        TheatreView::One(index) => index,
        TheatreView::All => 0,
    };
    told.headlines
        .get(theatre)
        .or_else(|| results.headlines.get(theatre))
}

/// The two sentences in view, as plain text.
pub fn text(results: &Results, told: &Told, view: &View) -> String {
    chosen(results, told, view).map_or_else(String::new, Headline::text)
}

/// The answer as text for a message or a slide, with everything that it rests on.
pub fn as_text(
    document: &Document,
    results: &Results,
    told: &Told,
    spread: Option<&Spread>,
    view: &View,
) -> String {
    let mut out = String::new();
    let mut line = |part: &str| {
        if !part.is_empty() {
            out.push_str(part);
            out.push('\n');
        }
    };
    line(&document.marking());
    let headline = chosen(results, told, view);
    line(&headline.map_or_else(String::new, Headline::full_text));
    line(CAPTION);
    if document.active().is_some() {
        line(&sentence(&results.changes));
    }
    line(&provenance(document, spread));
    line(&document.marking());
    out
}

/// What reproduces an answer: its scenario, the run, and the program.
pub fn provenance(document: &Document, spread: Option<&Spread>) -> String {
    let origin = origin(document);
    let run = spread.map_or_else(
        || "planning run".to_owned(),
        |spread| {
            let members = format::given(spread.members.into());
            let seed = spread.options.seed;
            let not_drawn = spread.not_drawn();
            format!("chances and 90 % ranges over {members} members, seed {seed}{not_drawn}")
        },
    );
    format!(
        "Scenario: {} ({origin}), {}; {run}, shortfall {}.",
        document.current().title,
        document.name(),
        env!("CARGO_PKG_VERSION")
    )
}

/// Where a scenario is from, and whether that is what is shown.
pub fn origin(document: &Document) -> String {
    let origin = match &document.origin {
        Origin::Bundled(id) => format!("bundled as {id}"),
        Origin::File(path) => path.display().to_string(),
        Origin::New(_) => "in no file yet".to_owned(),
    };
    if document.is_unsaved() {
        origin + ", changed and not saved"
    } else {
        origin
    }
}
