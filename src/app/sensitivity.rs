//! Which assumption matters most: a bar for each, from the answer where it is low to the answer where
//! it is high, the longest first.

use egui::{Rect, Sense, Stroke, Ui, Vec2, pos2};

use super::action::Action;
use super::document::Document;
use super::odds::Found;
use super::theme;
use super::view::View;
use super::widgets::{note_overflow, text_button};
use crate::analysis::format;
use crate::analysis::sensitivity::{Ends, Measure, Sensitivity, Uncertain};
use crate::scenario::Checked;

/// What the bars are made from.
pub struct Panel<'a> {
    pub document: &'a Document,
    /// The newest that is known.
    pub found: Option<&'a Found>,
    /// Whether that is of what is shown, and not of what was shown before.
    pub fresh: bool,
    /// Whether it has been of something older for so long that it should look less sure.
    pub lags: bool,
    /// Whether no ensemble can be run; the answer says why.
    pub refused: bool,
    pub view: &'a View,
}

/// Height of a bar.
const BAR: f32 = 12.0;

/// Between columns.
const GAP: f32 = 12.0;

/// Widths of the columns.
#[derive(Clone, Copy)]
struct Columns {
    label: f32,
    range: f32,
    bar: f32,
    end: f32,
}

impl Columns {
    fn within(width: f32) -> Self {
        let (range, end) = (88.0, 56.0);
        let left = (width - range - 2.0 * end - 4.0 * GAP).max(260.0);
        let label = (left * 0.56).min(560.0);
        Self {
            label,
            range,
            bar: (left - label).min(420.0),
            end,
        }
    }
}

impl Panel<'_> {
    /// Shows what is measured, and a table of bars for each theatre in view.
    pub fn show(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        ui.label(theme::bold("What matters most?").size(16.0));
        self.measures(ui, actions);
        // A picture never shows what is of something else.
        let found = self.found.filter(|_| self.fresh || !self.view.picture);
        let of = found.and_then(|found| Some((found, found.sensitivity()?)));
        let Some((about, found)) = of else {
            let text = if self.refused && self.view.uncertainty.is_run() {
                "There are no chances to count."
            } else {
                "Counting…"
            };
            ui.label(theme::small(ui, text));
            return;
        };
        let what = format!(
            "Each bar: one assumption alone, surely at the low end of its range (5 %) or at its high \
             end (95 %); everything else stays as in {}. {}",
            about.name,
            found.how()
        );
        ui.label(theme::small(ui, what));
        ui.add_space(4.0);
        if self.lags {
            ui.multiply_opacity(0.6);
        }
        let scrolled = egui::ScrollArea::both()
            .id_salt("sensitivity")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                let columns = Columns::within(ui.available_width() - 12.0);
                for (theatre, named) in found.scenario.theatres.values().enumerate() {
                    if self.view.only_theatre().is_none_or(|only| only == theatre) {
                        let named = (theatre, named.name.as_str());
                        ui.push_id(theatre, |ui| {
                            self.theatre(ui, named, (about, found), columns, actions);
                        });
                    }
                }
                ui.label(theme::small(ui, found.not_varied()));
            });
        note_overflow(ui.ctx(), &scrolled);
    }

    fn measures(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let scenario = self.document.current();
        let now = self.view.measure();
        if self.view.picture || !self.view.uncertainty.is_run() {
            ui.label(now.words(scenario));
            return;
        }
        let mut measure = now;
        ui.horizontal_wrapped(|ui| {
            for choice in Measure::ALL {
                ui.radio_value(&mut measure, choice, choice.words(scenario));
            }
        });
        if measure != now {
            actions.push(Action::SetMeasure(measure));
        }
    }

    fn theatre(
        &self,
        ui: &mut Ui,
        (theatre, name): (usize, &str),
        (about, found): (&Found, &Sensitivity),
        columns: Columns,
        actions: &mut Vec<Action>,
    ) {
        let scenario = &found.scenario;
        let measure = self.view.measure();
        let Some(now) = found.now.get(theatre).and_then(|now| now.of(measure)) else {
            return;
        };
        let (matter, rest) = found.ranked(measure, theatre);
        let told = told(scenario, name, measure, now, matter.first());
        ui.label(theme::bold(format::unbroken(&told)));
        ui.add_space(2.0);
        let mut ends = matter.iter().flat_map(|ends| [ends.low, ends.high]);
        let first = ends.next().unwrap_or(now);
        let (least, most) = match measure {
            Measure::Chance => (0.0, 1.0),
            Measure::Unengaged => ends
                .fold((first.min(now), first.max(now)), |(least, most), end| {
                    (least.min(end), most.max(end))
                }),
        };
        if !matter.is_empty() {
            // Rows would keep the height that others had there, or they themselves in a narrower window.
            let width = columns.bar.round() as i32;
            egui::Grid::new(("bars", measure as u8, about.about.generation, width))
                .striped(true)
                .num_columns(5)
                .spacing(Vec2::new(GAP, 4.0))
                .show(ui, |ui| {
                    heads(ui, columns, &line(measure, now));
                    for ends in &matter {
                        self.row(ui, scenario, ends, (least, now, most), columns, actions);
                    }
                });
        }
        self.no_difference(ui, scenario, &rest, !matter.is_empty());
        ui.add_space(8.0);
    }

    /// What the answer does not hang on, for who asks.
    fn no_difference(&self, ui: &mut Ui, scenario: &Checked, rest: &[&Uncertain], others: bool) {
        let text = match (rest.len(), others) {
            (0, _) => return,
            (1, true) => "1 other alone makes no difference to this".to_owned(),
            (1, false) => "1 assumption alone makes no difference to this".to_owned(),
            (count, true) => format!("{count} others make no difference to this alone"),
            (count, false) => format!("{count} assumptions make no difference to this alone"),
        };
        ui.add_space(2.0);
        let text = theme::small(ui, text);
        if self.view.picture {
            ui.label(text);
            return;
        }
        egui::CollapsingHeader::new(text)
            .id_salt("no difference")
            .show(ui, |ui| {
                for uncertain in rest {
                    let name = format::capital(&uncertain.name(scenario));
                    ui.label(theme::small(ui, name));
                }
            });
    }

    fn row(
        &self,
        ui: &mut Ui,
        scenario: &Checked,
        ends: &Ends<'_>,
        (least, now, most): (f64, f64, f64),
        columns: Columns,
        actions: &mut Vec<Action>,
    ) {
        let measure = self.view.measure();
        let name = format::capital(&ends.of.name(scenario));
        ui.scope(|ui| {
            ui.set_width(columns.label);
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Wrap);
            if self.view.picture {
                ui.label(egui::RichText::new(name.as_str()).small());
            } else if text_button(ui, &name, &format!("{name}, show in the table"))
                .on_hover_ui(|ui| {
                    ui.label(about(scenario, ends.of));
                })
                .clicked()
            {
                actions.push(Action::FindAssumptions(words_for(scenario, ends.of)));
            }
        });
        let range = ends.of.range(scenario);
        cell(ui, columns.range, theme::small(ui, range));
        let [low, high] = [ends.low, ends.high].map(|end| measure.value(end));
        cell(ui, columns.end, theme::bold(low.as_str()));
        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(columns.bar, BAR + 6.0), Sense::CLICK);
        let at = |value: f64| {
            let along = if most > least {
                (value - least) / (most - least)
            } else {
                0.5
            };
            egui::lerp(
                rect.left() + BAR / 2.0..=rect.right() - BAR / 2.0,
                along as f32,
            )
        };
        bar(ui, rect, [at(ends.low), at(ends.high)], at(now));
        let text = format!("{name}: {low} if low, {high} if high");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &text));
        // As its name does, which is all that the keyboard needs.
        if response.on_hover_text(text).clicked() {
            actions.push(Action::FindAssumptions(words_for(scenario, ends.of)));
        }
        cell(ui, columns.end, theme::bold(high.as_str()));
        ui.end_row();
    }
}

/// What stands first, in a sentence.
fn told(
    scenario: &Checked,
    theatre: &str,
    measure: Measure,
    now: f64,
    first: Option<&Ends<'_>>,
) -> String {
    let now = match measure {
        Measure::Unengaged => format!("{} not engaged", measure.value(now)),
        Measure::Chance => format!("a chance of {}", measure.value(now)),
    };
    match first {
        Some(ends) => format!(
            "{theatre}: {now}. Most hangs on {}: {} if low, {} if high.",
            ends.of.name(scenario),
            measure.value(ends.low),
            measure.value(ends.high)
        ),
        None => format!("{theatre}: {now}. No assumption alone changes that."),
    }
}

/// What the line across the bars is.
fn line(measure: Measure, now: f64) -> String {
    let now = measure.value(now);
    match measure {
        Measure::Unengaged => format!("line: as it is, {now}"),
        Measure::Chance => format!("0 to 100 %; line: as it is, {now}"),
    }
}

fn heads(ui: &mut Ui, columns: Columns, line: &str) {
    let end = |mark: &str, word: &str| format!("{mark} {word}");
    for (width, text) in [
        (columns.label, "Assumption".to_owned()),
        (columns.range, "5 % to 95 %".to_owned()),
        (columns.end, end("○", "if low")),
        (columns.bar, line.to_owned()),
        (columns.end, end("●", "if high")),
    ] {
        cell(ui, width, theme::small(ui, text));
    }
    ui.end_row();
}

fn cell(ui: &mut Ui, width: f32, text: egui::RichText) {
    ui.scope(|ui| {
        ui.set_width(width);
        ui.add(egui::Label::new(text).truncate());
    });
}

/// A bar from a ring, where the assumption is low, to a disc, where it is high; across it the answer
/// as it is.
fn bar(ui: &Ui, rect: Rect, [low, high]: [f32; 2], now: f32) {
    let p = theme::palette(ui);
    let painter = ui.painter();
    let y = rect.center().y;
    let span = Rect::from_min_max(
        pos2(low.min(high), y - BAR / 4.0),
        pos2(low.max(high), y + BAR / 4.0),
    );
    painter.rect_filled(span, 0.0, p.accent.gamma_multiply(0.55));
    painter.vline(now, rect.y_range(), Stroke::new(1.5, p.ink));
    let radius = BAR / 2.0 - 1.0;
    painter.circle(pos2(low, y), radius, p.card, Stroke::new(2.0, p.accent));
    painter.circle_filled(pos2(high, y), radius, p.accent);
    // The disc and the ring stand out from the line that they may lie on.
    painter.circle_stroke(pos2(high, y), radius + 0.5, Stroke::new(1.0, p.card));
}

/// The numbers with their ranges and sources.
fn about(scenario: &Checked, uncertain: &Uncertain) -> String {
    let lines = uncertain.numbers.iter().map(|number| {
        let mut line = number.label(scenario);
        if let Some(estimate) = number.estimate(scenario)
            && let Some(range) = estimate.range
        {
            let [low, value, high] = [range.low, estimate.value, range.high].map(format::given);
            let unit = number.unit(scenario);
            line = format!("{line}: {value} ({low} to {high}) {unit}");
        }
        match number
            .source(scenario)
            .and_then(|id| scenario.sources.get(id))
        {
            Some(source) => format!("{line}\n   {}", source.title),
            None => format!("{line}\n   no source"),
        }
    });
    let lines: Vec<String> = lines.collect();
    lines.join("\n")
}

/// What finds the numbers in the table.
fn words_for(scenario: &Checked, uncertain: &Uncertain) -> String {
    match (&uncertain.group, uncertain.numbers.first()) {
        (Some(group), _) if uncertain.numbers.len() > 1 => format!("group:{group}"),
        (_, Some(number)) => number.path(scenario),
        (_, None) => String::new(),
    }
}
