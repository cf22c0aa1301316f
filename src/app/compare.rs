//! All what-ifs beside each other, instead of the charts: one chart, the key figures with
//! the best and the worst marked, and exactly what differs.

use std::sync::Arc;

use egui::style::ScrollAnimation;
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, Color32, FontId, Galley, Id, Rangef, Rect, Sense, TextStyle, TextWrapMode, Ui,
    UiBuilder, Vec2, WidgetText, pos2,
};
use egui_plot::{GridMark, HLine, LineStyle};

use super::action::Action;
use super::charts::{axes, pieces};
use super::document::Document;
use super::theme::{self, Palette, size};
use super::view::{TheatreView, View};
use super::widgets::{Mark, follow_focus, keep, kept, key, key_width, note_overflow};
use crate::analysis::compare::{Comparison, Line, Rank, World};
use crate::analysis::likely_compare::LikelyComparison;
use crate::scenario::LeverKind;

/// What ensembles say of the worlds that are compared.
#[derive(Clone, Copy)]
pub struct Likely<'a> {
    /// The newest that is known.
    pub found: Option<&'a LikelyComparison>,
    /// Whether that is of what is shown, and not of what was shown before.
    pub fresh: bool,
    /// Whether it has been of something older for so long that it should look less sure.
    pub lags: bool,
}

/// Shows the comparison, with what ensembles say where that is wanted.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    comparison: &Comparison,
    likely: Option<Likely<'_>>,
    view: &View,
    actions: &mut Vec<Action>,
) {
    let theatres: Vec<usize> = match view.theatre {
        TheatreView::One(theatre) => vec![theatre],
        TheatreView::All => (0..document.current().theatres.len()).collect(),
    };
    let likely = likely.map(|likely| {
        let fits = |found: &&LikelyComparison| {
            let ids = comparison.worlds.iter().map(|world| &world.id);
            // A picture never shows what is of something else.
            found.ids.iter().eq(ids) && (likely.fresh || !view.picture)
        };
        let found = likely.found.filter(fits);
        Likely { found, ..likely }
    });
    let width = ui.available_width() - SCROLL_BAR;
    // A fade at the left would lie over the names and the axis, which are whole.
    ui.spacing_mut().scroll.fade.strength = 0.0;
    let scrolled = egui::ScrollArea::both()
        .id_salt("comparison")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            // The table may be wider than the window, the charts are not, and stay in sight.
            let mut room = ui.available_rect_before_wrap();
            room.min.x = room.min.x.max(ui.clip_rect().left());
            room.set_width(width);
            ui.scope_builder(UiBuilder::new().max_rect(room), |ui| {
                for &theatre in &theatres {
                    chart(ui, document, comparison, view, theatre);
                }
            });
            ui.add_space(6.0);
            // One grid, so that every world keeps its column from the top to the bottom.
            let (mut names, mut heads) = (Names::default(), Heads::default());
            let table = egui::Grid::new("comparison")
                .striped(true)
                .spacing(SPACING)
                .show(ui, |ui| {
                    let columns = comparison.worlds.len().max(1) as f32;
                    let head = ((width - NAME) / columns - 2.0 * INSET).clamp(HEAD, NAME);
                    for &theatre in &theatres {
                        let of = (theatre, head);
                        let kept = (&mut names, &mut heads);
                        heads_of(ui, document, comparison, of, kept, actions);
                        figures(ui, comparison, likely, theatre, &mut names);
                        names.blank(ui);
                    }
                    heads.parts.push(Part {
                        top: ui.cursor().top(),
                        heads: None,
                    });
                    differences(ui, comparison, &mut names);
                });
            ui.expand_to_include_x(table.response.rect.right() + SCROLL_BAR);
            // A picture has all of it in view.
            if !view.picture {
                heads.come_into_view(ui, document.active());
            }
            let beside = names.stay(ui);
            if let Some(index) = heads.stay(ui, beside) {
                let world = &comparison.worlds[index];
                actions.push(Action::SelectWhatIf(world.id.clone()));
            }
            if comparison.differences.is_empty() {
                ui.label("Nothing differs: every what-if is the same as the baseline.");
            }
            follow_focus(ui);
        });
    note_overflow(ui.ctx(), &scrolled);
}

/// The room that a scroll bar lies over.
const SCROLL_BAR: f32 = 10.0;

/// The widest name of a row; a longer one takes two lines.
const NAME: f32 = 220.0;

/// Between columns, and between rows.
const SPACING: Vec2 = Vec2::new(6.0, 4.0);

/// How far a button's text stands within it; cells stand as far in their columns.
const INSET: f32 = 8.0;

/// The widest that the head of a column is where room is short; a longer name takes more lines,
/// and where three do not hold it, its tooltip says it in full.
const HEAD: f32 = 132.0;

/// The rows of the table, whose names stay where they are when it is scrolled sideways.
#[derive(Default)]
struct Names<'c>(Vec<Row<'c>>);

struct Row<'c> {
    top: f32,
    /// Nothing in a row between two parts.
    name: Option<(Rect, Arc<Galley>)>,
    /// Its tooltip; may be empty.
    meaning: &'c str,
}

impl<'c> Names<'c> {
    /// Begins a row with its name.
    fn add(&mut self, ui: &mut Ui, name: impl Into<WidgetText>, meaning: &'c str) -> Arc<Galley> {
        let wrap = Some(TextWrapMode::Wrap);
        let name = name.into().into_galley(ui, wrap, NAME, TextStyle::Body);
        let top = ui.cursor().top();
        let response = ui.label(Arc::clone(&name));
        self.0.push(Row {
            top,
            name: Some((response.rect, Arc::clone(&name))),
            meaning,
        });
        if !meaning.is_empty() {
            response.on_hover_text(meaning);
        }
        name
    }

    /// A row with nothing in it.
    fn blank(&mut self, ui: &mut Ui) {
        self.0.push(Row {
            top: ui.cursor().top(),
            name: None,
            meaning: "",
        });
        ui.end_row();
    }

    /// Paints the names again at the left edge, over the cells, where their own column is out of
    /// sight or partly so. Gives from where to where they are seen.
    fn stay(&self, ui: &mut Ui) -> Rangef {
        let names = self.0.iter().filter_map(|row| row.name.as_ref());
        let column = names.fold(Rect::NOTHING, |all, (rect, _)| all | *rect);
        let aside = ui.clip_rect().left() - column.left();
        if aside < 1.0 {
            return column.x_range();
        }
        let aside = Vec2::new(aside, 0.0);
        let mut column = column
            .translate(aside)
            .expand2(Vec2::new(INSET, SPACING.y / 2.0));
        // A head is higher than the name beside it.
        let top = self.0.first().map_or(column.top(), |row| row.top);
        column.min.y = top - SPACING.y / 2.0;
        // What is covered must not be clicked.
        let id = ui.scope_id().with("names");
        ui.interact(column, id, Sense::click());
        let visuals = ui.visuals().clone();
        let painter = ui.painter().clone();
        painter.rect_filled(column, 0.0, visuals.panel_fill);
        for (index, row) in self.0.iter().enumerate() {
            let next = self.0.get(index + 1).map(|next| next.top - SPACING.y / 2.0);
            let rows = row.top - SPACING.y / 2.0..=next.unwrap_or(column.bottom());
            let stripe = Rect::from_x_y_ranges(column.x_range(), rows);
            // As the grid has them.
            if index % 2 == 1 {
                painter.rect_filled(stripe, 0.0, visuals.faint_bg_color);
            }
            if let Some((rect, name)) = &row.name {
                let at = rect.min + aside;
                painter.galley(at, Arc::clone(name), visuals.text_color());
            }
            if !row.meaning.is_empty() {
                ui.interact(stripe, id.with(index), Sense::hover())
                    .on_hover_text(row.meaning);
            }
        }
        let edge = visuals.widgets.noninteractive.bg_stroke;
        painter.vline(column.right(), column.y_range(), edge);
        Rangef::new(column.left() + INSET, column.right())
    }
}

/// The heads of the columns, which stay in sight when the table is scrolled down.
#[derive(Default)]
struct Heads {
    /// A column a world: where, what it says, whether it is the one that is worked on.
    columns: Vec<(Rangef, Arc<Galley>, bool)>,
    parts: Vec<Part>,
}

/// Rows of the table that belong together.
struct Part {
    top: f32,
    /// The row of heads that the part begins with, if it has one, and its name.
    heads: Option<(Rect, Arc<Galley>)>,
}

impl Heads {
    /// Scrolls sideways to the world that is worked on, when it comes to be.
    fn come_into_view(&self, ui: &Ui, active: Option<&str>) {
        /// A table needs some frames to find its widths.
        const FRAMES: u8 = 3;
        let (ctx, id) = (ui.ctx(), Id::unique("world of the comparison in view"));
        let now = active.map(str::to_owned);
        let before = kept::<(Option<String>, u8)>(ctx, id).filter(|(of, _)| *of == now);
        let count = before.map_or(0, |(_, count)| count);
        keep(ctx, id, (now, count.saturating_add(1)));
        let chosen = self.columns.iter().find(|(.., chosen)| *chosen);
        if let Some((columns, ..)) = chosen.filter(|_| count < FRAMES) {
            // The names lie over what is to the left of it.
            let columns = Rangef::new(columns.min - NAME, columns.max + SCROLL_BAR);
            let rect = Rect::from_x_y_ranges(columns, ui.clip_rect().y_range());
            ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
        }
    }

    /// Paints the heads again at the upper edge where those of the part that is seen there are out
    /// of sight or partly so, and beside them the part's name, in the column of names. Gives the
    /// world that was clicked.
    fn stay(&self, ui: &mut Ui, names: Rangef) -> Option<usize> {
        let (first, _) = self.parts.first()?.heads.as_ref()?;
        let clip = ui.clip_rect();
        let part = self.parts.partition_point(|part| part.top < clip.top());
        let part = part.checked_sub(1)?;
        // The row of the next part's own heads pushes them out.
        let next = self.parts.get(part + 1);
        let next = next.filter(|next| next.heads.is_some());
        let pushed = next.map_or(0.0, |next| {
            (next.top - SPACING.y / 2.0 - clip.top() - first.height()).min(0.0)
        });
        let rows = Rangef::new(clip.top(), clip.top() + first.height() + SPACING.y / 2.0);
        let band = Rect::from_x_y_ranges(clip.x_range(), rows).translate(Vec2::new(0.0, pushed));
        let visuals = ui.visuals().clone();
        let painter = ui.painter().clone();
        // What is covered must not be clicked.
        let id = ui.scope_id().with("heads");
        ui.interact(band, id, Sense::CLICK);
        painter.rect_filled(band, 0.0, visuals.panel_fill);
        let edge = visuals.widgets.noninteractive.bg_stroke;
        painter.hline(band.x_range(), band.bottom(), edge);
        let middle = |name: &Galley| (first.height() - name.size().y) / 2.0;
        if let Some((_, name)) = &self.parts[part].heads {
            let at = pos2(names.min, band.top() + middle(name));
            painter.galley(at, Arc::clone(name), visuals.text_color());
        }
        // Beside the names, and not over them.
        let painter = painter.with_clip_rect(clip.with_min_x(names.max));
        let mut clicked = None;
        for (index, (columns, name, chosen)) in self.columns.iter().enumerate() {
            let rect = Rect::from_x_y_ranges(*columns, band.y_range());
            let seen = rect.intersect(painter.clip_rect());
            // The keyboard goes to the heads in the table.
            let response = ui.interact(seen, id.with(index), Sense::CLICK);
            let mut colour = visuals.text_color();
            if *chosen {
                let around = Rect::from_min_size(rect.min, Vec2::new(rect.width(), first.height()));
                painter.rect_filled(around, 4.0, visuals.selection.bg_fill);
                colour = visuals.selection.stroke.color;
            } else if response.hovered() {
                colour = visuals.strong_text_color();
            }
            let at = pos2(rect.left() + INSET, rect.top() + middle(name));
            painter.galley(at, Arc::clone(name), colour);
            if response.on_hover_text(name.text()).clicked() {
                clicked = Some(index);
            }
        }
        clicked
    }
}

/// One cell under the head of its column.
fn cell(ui: &mut Ui, text: impl Into<WidgetText>) {
    ui.horizontal(|ui| {
        ui.add_space(INSET);
        ui.label(text);
    });
}

/// Coverage of every world on one chart.
fn chart(ui: &mut Ui, document: &Document, comparison: &Comparison, view: &View, theatre: usize) {
    let p = theme::palette(ui);
    let scenario = document.current();
    let name = scenario
        .theatres
        .get_index(theatre)
        .map_or("", |(_, theatre)| theatre.name.as_str());
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::bold(format!("{name}: coverage, 28 days")).size(13.0));
        let worlds = comparison.worlds.iter().enumerate();
        let worlds = worlds.map(|(index, world)| (style(p, index, world), world.name.as_str()));
        for ((mark, color), name) in worlds.chain([((Mark::Thin, p.bad), "target")]) {
            // A row within a row does not wrap by itself.
            if ui.available_size_before_wrap().x < key_width(ui, name) {
                ui.end_row();
            }
            key(ui, mark, color, name);
        }
    });
    let width = f64::from((ui.available_width() - size::Y_AXIS).max(1.0));
    let (from, to) = view.day_range(scenario);
    let id = ("comparison", theatre);
    // Lines that differ little would lie on each other on an axis from 0.
    let worlds = comparison.worlds.iter();
    let series = worlds.filter_map(|world| world.series.get(theatre));
    let shares = series.flat_map(|series| series.coverage.iter().copied());
    let lowest = shares.fold(scenario.target.value, f64::min);
    let step = match lowest {
        above if above > 0.8 => 0.05,
        above if above > 0.5 => 0.1,
        _ => 0.25,
    };
    let bottom = (((lowest - 0.01) / step).floor() * step).max(0.0);
    axes(id, 190.0, 1.0, scenario.start, width, p)
        .y_axis_formatter(|mark, _| format!("{:.0} %", mark.value * 100.0))
        .y_grid_spacer(move |_| share_marks(bottom, step))
        .show(ui, |plot| {
            plot.set_plot_bounds_x(from..=to);
            let height = 1.0 - bottom;
            plot.set_plot_bounds_y(bottom - 0.015 * height..=1.0 + 0.03 * height);
            let target = HLine::new("", scenario.target.value);
            plot.hline(target.color(p.bad).width(1.0).allow_hover(false));
            for (index, world) in comparison.worlds.iter().enumerate() {
                let Some(series) = world.series.get(theatre) else {
                    continue;
                };
                let (mark, color) = style(p, index, world);
                let worked_on = world.id.as_deref() == document.active();
                for piece in pieces(&series.coverage) {
                    let mut line = egui_plot::Line::new("", piece)
                        .color(color)
                        .width(if worked_on { 3.0 } else { 1.7 })
                        .allow_hover(false);
                    if mark == Mark::Dashed {
                        line = line.style(LineStyle::Dashed { length: 6.0 });
                    }
                    plot.line(line);
                }
            }
        });
}

/// Marks from a share to all.
fn share_marks(bottom: f64, step: f64) -> Vec<GridMark> {
    let count = ((1.0 - bottom) / step).round() as u32;
    let marks = (0..=count).map(|mark| GridMark {
        value: bottom + f64::from(mark) * step,
        step_size: step,
    });
    marks.collect()
}

/// How a world is drawn: the baseline as a ghost, as everywhere.
fn style(p: &Palette, index: usize, world: &World) -> (Mark, Color32) {
    if world.id.is_none() {
        (Mark::Dashed, p.ghost)
    } else {
        (Mark::Line, p.series(index - 1))
    }
}

/// The name of a theatre, and that of every world at the head of its column, no wider than this.
fn heads_of(
    ui: &mut Ui,
    document: &Document,
    comparison: &Comparison,
    (theatre, widest): (usize, f32),
    (names, heads): (&mut Names<'_>, &mut Heads),
    actions: &mut Vec<Action>,
) {
    let name = document
        .current()
        .theatres
        .get_index(theatre)
        .map_or("", |(_, theatre)| theatre.name.as_str());
    let top = ui.cursor().top();
    let name = names.add(ui, theme::bold(name).size(14.0), "");
    let mut row = Rect::NOTHING;
    heads.columns.clear();
    for world in &comparison.worlds {
        let chosen = world.id.as_deref() == document.active();
        let head = head(ui, &world.name, widest);
        let button = egui::Button::selectable(chosen, Arc::clone(&head));
        let response = ui.add(button).on_hover_text(&world.name);
        if response.clicked() {
            actions.push(Action::SelectWhatIf(world.id.clone()));
        }
        row |= response.rect;
        heads.columns.push((response.rect.x_range(), head, chosen));
    }
    heads.parts.push(Part {
        top,
        heads: Some((row, name)),
    });
    ui.end_row();
}

/// The figures of one theatre, a column a world: what ensembles say, where that is wanted, apart from
/// what planning runs do.
fn figures<'c>(
    ui: &mut Ui,
    comparison: &'c Comparison,
    likely: Option<Likely<'c>>,
    theatre: usize,
    names: &mut Names<'c>,
) {
    if let Some(likely) = likely {
        let found = likely.found;
        let (name, how) = found.map_or(("Ensembles are being counted…", ""), |found| {
            (found.name.as_str(), found.how.as_str())
        });
        names.add(ui, theme::small(ui, name), how);
        ui.end_row();
        let lines = found.and_then(|found| found.figures.get(theatre));
        let whole = ui.opacity();
        if likely.lags {
            ui.multiply_opacity(0.6);
        }
        lines
            .into_iter()
            .flatten()
            .for_each(|line| row(ui, line, names));
        ui.set_opacity(whole);
        let planned = theme::small(ui, "Planning runs, no chances");
        names.add(ui, planned, "What happens if every number is its median");
        ui.end_row();
    }
    let lines = comparison.figures.get(theatre);
    lines
        .into_iter()
        .flatten()
        .for_each(|line| row(ui, line, names));
}

/// One figure of every world.
fn row<'c>(ui: &mut Ui, line: &'c Line, names: &mut Names<'c>) {
    let p = theme::palette(ui);
    names.add(ui, &line.name, line.meaning);
    for figure in &line.cells {
        // The word stands beside the colour, for those who do not see it.
        match figure.rank {
            Rank::Best => cell(ui, ranked(ui, &figure.text, "best", p.good)),
            Rank::Worst => cell(ui, ranked(ui, &figure.text, "worst", p.bad)),
            Rank::Between => cell(ui, &figure.text),
        }
    }
    ui.end_row();
}

/// A name in three lines at most: many begin alike.
fn head(ui: &Ui, name: &str, widest: f32) -> Arc<Galley> {
    let font = FontId::new(TextStyle::Body.resolve(ui.style()).size, theme::semibold());
    // The button says in which colour.
    let mut job = LayoutJob::simple(
        name.to_owned(),
        font,
        Color32::PLACEHOLDER,
        widest - 2.0 * INSET,
    );
    job.wrap.max_rows = 3;
    ui.painter().layout_job(job)
}

/// A figure with how it stands among the others in small letters.
fn ranked(ui: &Ui, figure: &str, rank: &str, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    let small = TextStyle::Small.resolve(ui.style());
    let bold = FontId::new(TextStyle::Body.resolve(ui.style()).size, theme::semibold());
    for (text, font) in [(figure, bold), (&format!(" {rank}"), small)] {
        let format = TextFormat {
            valign: Align::Center,
            ..TextFormat::simple(font, color)
        };
        job.append(text, 0.0, format);
    }
    job
}

/// What differs between the worlds, nothing else: decisions apart from assumptions.
fn differences<'c>(ui: &mut Ui, comparison: &'c Comparison, names: &mut Names<'c>) {
    for (kind, heading) in [
        (LeverKind::Decision, "What differs: decisions"),
        (
            LeverKind::Assumption,
            "What differs: assumptions about the world",
        ),
    ] {
        let mut of_kind = comparison
            .differences
            .iter()
            .filter(|difference| difference.kind == kind)
            .peekable();
        if of_kind.peek().is_none() {
            continue;
        }
        names.add(ui, theme::bold(heading), "");
        ui.end_row();
        for difference in of_kind {
            let unit = match difference.unit {
                "date" | "switch" => String::new(),
                unit => format!(" ({unit})"),
            };
            let name = format!("{}{unit}", difference.label);
            names.add(ui, name, &difference.path);
            for value in &difference.cells {
                match value {
                    Some(value) => cell(ui, theme::bold(value)),
                    None => cell(ui, theme::small(ui, &difference.baseline).size(13.0)),
                }
            }
            ui.end_row();
        }
    }
}
