//! The charts, all on one time axis that the window owns.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use egui::{
    Align2, Color32, FontId, Order, Pos2, Rangef, Response, RichText, Sense, TextStyle, Tooltip,
    Ui, Vec2,
};
use egui_plot::{
    AxisHints, GridInput, GridMark, HLine, LineStyle, Plot, PlotPoint, PlotPoints, PlotUi, Points,
    VLine,
};
use jiff::civil::Date;

use super::action::Action;
use super::command::Command;
use super::document::Document;
use super::ensemble::Spread;
use super::lanes;
use super::results::Results;
use super::theme::{self, Palette, size};
use super::timeline::Lanes;
use super::traces::{Ribbon, Ribbons, TheatreRibbons, TheatreTraces, Trace, area};
use super::view::{TheatreView, View};
use super::widgets::{Mark, key, key_width, note_overflow, small_width, text_button};
use crate::analysis::format;
use crate::model::Outcome;
use crate::model::ensemble::Band;
use crate::scenario::Checked;

/// What the bands are, for the keys of the charts.
const BANDS: &str = "Over the members of the ensemble: between the 25th and 75th percentile of \
    each day, paler between the 5th and 95th, the median as a thin line";

/// What charts are drawn from.
pub struct Charts<'a> {
    pub document: &'a Document,
    pub results: &'a Results,
    /// What the ensemble came to, where one is run.
    pub spread: Option<&'a Spread>,
    /// Whether that is of an older document than the lines, and has been for a while.
    pub lags: bool,
    pub view: &'a View,
}

/// Which quantity a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Chart {
    Coverage,
    NotEngaged,
    Stocks,
    Launches,
    Leakers,
}

impl Charts<'_> {
    /// Shows the charts in the space that is left; the day under the pointer comes back.
    pub fn show(&self, ui: &mut Ui, actions: &mut Vec<Action>) -> Option<usize> {
        let theatres: Vec<usize> = match self.view.theatre {
            TheatreView::One(theatre) => vec![theatre],
            TheatreView::All => (0..self.scenario().theatres.len()).collect(),
        };
        let all = self.view.theatre == TheatreView::All;
        let mut charts = vec![Chart::Coverage, Chart::NotEngaged];
        charts.extend(self.view.panels.stocks.then_some(Chart::Stocks));
        charts.extend(self.view.panels.launches.then_some(Chart::Launches));
        charts.extend(self.view.panels.leakers.then_some(Chart::Leakers));

        let mut hovered = None;
        // Side by side, a theatre has rows of two quantities; alone, a row is a quantity.
        let rows = if all {
            theatres.len() * charts.len().div_ceil(2)
        } else {
            charts.len()
        };
        let timeline = (!all).then(|| Lanes::of(ui, self.document, self.view));
        let lanes_height = timeline.as_ref().map_or(0.0, Lanes::height);
        // Above each chart its title, and the spacing around both.
        let title = 31.0;
        let room = ui.available_height() - lanes_height - rows as f32 * title - 4.0;
        let least = if self.view.picture {
            size::CHART_OF_PICTURE
        } else {
            size::CHART
        };
        let height = (room / rows.max(1) as f32).max(least);
        let scrolled = egui::ScrollArea::vertical()
            .id_salt("charts")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                if all {
                    for &theatre in &theatres {
                        let columns = charts.len().min(2);
                        ui.columns(columns, |columns| {
                            for (index, &chart) in charts.iter().enumerate() {
                                let ui = &mut columns[index % 2];
                                let day = self.chart(ui, chart, theatre, height, true, actions);
                                hovered = hovered.or(day);
                            }
                        });
                    }
                } else if let Some(&theatre) = theatres.first() {
                    if let Some(timeline) = &timeline {
                        timeline.show(ui, actions);
                    }
                    for (index, &chart) in charts.iter().enumerate() {
                        // Coverage is the answer: it gets more of the height than the others.
                        let share = match (charts.len(), index) {
                            (2, 0) => 1.14,
                            (2, _) => 0.86,
                            _ => 1.0,
                        };
                        let day = self.chart(ui, chart, theatre, height * share, false, actions);
                        hovered = hovered.or(day);
                    }
                }
            });
        note_overflow(ui.ctx(), &scrolled);
        hovered
    }

    fn scenario(&self) -> &Checked {
        self.document.current()
    }

    /// One chart with its title and key; the day under the pointer comes back.
    fn chart(
        &self,
        ui: &mut Ui,
        chart: Chart,
        theatre: usize,
        height: f32,
        named: bool,
        actions: &mut Vec<Action>,
    ) -> Option<usize> {
        let p = theme::palette(ui);
        let now = self.results.traces.theatres.get(theatre)?;
        let ghosts = &self.results.ghost_traces.theatres;
        let ghost = self.results.compared.then(|| &ghosts[theatre]);
        self.title(ui, (chart, theatre), named, p, actions);

        let shown = self.view.day_range(self.scenario());
        let top = match chart {
            Chart::Coverage => 1.0,
            _ => self.top(chart, theatre, now, ghost),
        };
        let start = self.scenario().start;
        let plot_width = f64::from((ui.available_width() - size::Y_AXIS).max(1.0));
        let response = ui
            .scope(|ui| {
                ui.style_mut()
                    .text_styles
                    .insert(TextStyle::Body, FontId::proportional(11.5));
                axes(("chart", chart, theatre), height, top, start, plot_width, p)
                    .y_axis_formatter(move |mark, _| match chart {
                        Chart::Coverage => format!("{:.0} %", mark.value * 100.0),
                        _ if mark.value == 0.0 => "0".to_owned(),
                        _ => format::given(mark.value),
                    })
                    .show(ui, |plot| {
                        plot.set_plot_bounds_x(shown.0..=shown.1);
                        // A little air above the highest value, and the base line in full.
                        plot.set_plot_bounds_y(-0.015 * top..=1.03 * top);
                        self.draw(plot, chart, theatre, now, ghost, p);
                    })
            })
            .inner;
        self.navigate(ui, &response.response, shown, actions);

        let pointer = response.response.hover_pos()?;
        let at = response.transform.value_from_position(pointer).x.round();
        let last = self.scenario().day_count() - 1;
        let day = (at.max(0.0) as usize).min(last);
        if stays_or_comes(&response.response) {
            beside(ui, pointer, |ui| self.readout(ui, theatre, day));
        }
        Some(day)
    }

    /// The name of a chart and the key to what it draws.
    fn title(
        &self,
        ui: &mut Ui,
        (chart, theatre): (Chart, usize),
        named: bool,
        p: &Palette,
        actions: &mut Vec<Action>,
    ) {
        let name = match chart {
            Chart::Coverage => "Coverage and protection",
            Chart::NotEngaged => "Not engaged a day, by cause",
            Chart::Stocks => "Rounds in stock",
            Chart::Launches => "Launched, engaged, shot down a day",
            Chart::Leakers => "Leakers a day",
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            let name = match self.scenario().theatres.get_index(theatre) {
                Some((_, theatre)) if named => format!("{}: {}", theatre.name, name.to_lowercase()),
                _ => name.to_owned(),
            };
            let title = ui.add(egui::Label::new(theme::bold(name).size(13.0)).truncate());
            if matches!(chart, Chart::NotEngaged | Chart::Launches | Chart::Leakers) {
                let (mean, meaning) = (
                    "7-day mean",
                    "Each day shows the mean of the seven days that end with it",
                );
                title.on_hover_text(meaning);
                // Causes need the room more.
                let causes = self.causes(theatre, p);
                let causes = causes.iter().filter(|_| chart == Chart::NotEngaged);
                let keys: f32 = causes.map(|(_, name, _)| key_width(ui, name)).sum();
                if small_width(ui, mean) + keys <= ui.available_width() {
                    ui.label(theme::small(ui, mean)).on_hover_text(meaning);
                }
            }
            // What is not seen must not be forgotten.
            if chart == Chart::Coverage && self.view.days.is_some() && !self.view.picture {
                let info = Command::ResetDays.info();
                let link = text_button(ui, "All days", info.text).on_hover_text(info.tooltip);
                if link.clicked() {
                    actions.push(Action::Command(Command::ResetDays));
                }
            }
            match chart {
                Chart::Coverage => {
                    let (coverage, protection) = ("coverage, 28 days", "protection");
                    // Rather both than one in full.
                    let both = key_width(ui, coverage) + key_width(ui, protection);
                    let fits = both <= ui.available_width();
                    let coverage = if fits { coverage } else { "coverage" };
                    entry(ui, Mark::Line, p.accent, coverage);
                    entry(ui, Mark::Line, p.protection, protection);
                    let baseline = self.results.compared.then_some("baseline");
                    if self.spread.is_some() {
                        let after = baseline.into_iter().chain(["target"]);
                        let after = after.map(|name| key_width(ui, name)).sum();
                        key_of_bands(ui, p.accent, after);
                    }
                    let shares = &self.results.dots[theatre];
                    if shares.iter().any(|dot| dot.protection.is_some()) {
                        let counted = entry(ui, Mark::Dot, p.observed, "counted protection");
                        counted.map(|key| {
                            key.on_hover_text(
                                "What was really counted, a month each: the share shot down or \
                                 jammed",
                            )
                        });
                    }
                    let ghost = baseline.map(|name| (Mark::Dashed, p.ghost, name));
                    let daily = p.accent.gamma_multiply(0.6);
                    let thin = [(p.bad, "target"), (daily, "coverage, daily")];
                    let thin = thin.map(|(color, name)| (Mark::Thin, color, name));
                    for (mark, color, name) in ghost.into_iter().chain(thin) {
                        entry(ui, mark, color, name);
                    }
                    self.key_of_baseline_bands(ui, p);
                }
                Chart::NotEngaged => {
                    let causes = self.causes(theatre, p);
                    let long = causes.iter().map(|(_, name, _)| key_width(ui, name));
                    let all_long = long.sum::<f32>() <= ui.available_width();
                    for (color, name, short) in causes {
                        let text = if all_long { name } else { short };
                        entry(ui, Mark::Area, color, text).map(|key| key.on_hover_text(name));
                    }
                    if self.spread.is_some() {
                        key_of_bands(ui, p.ink, 0.0);
                    }
                    if self.results.compared {
                        entry(ui, Mark::Dashed, p.ghost, "baseline");
                    }
                    self.key_of_baseline_bands(ui, p);
                }
                Chart::Stocks => {
                    let stocks = self.stocks(theatre);
                    let whole = stocks.iter().map(|(_, name, _)| key_width(ui, name));
                    let each = if whole.sum::<f32>() <= ui.available_width() {
                        f32::INFINITY
                    } else {
                        ui.available_width() / stocks.len().max(1) as f32
                    };
                    for (index, name, _) in stocks {
                        let shown = shortened(ui, &name, each).unwrap_or(Cow::from(&name));
                        entry(ui, Mark::Line, p.series(index), &shown)
                            .map(|key| key.on_hover_text(&name));
                    }
                }
                Chart::Launches => {
                    entry(ui, Mark::Line, p.ink, "launched");
                    entry(ui, Mark::Line, p.accent, "engaged");
                    entry(ui, Mark::Line, p.protection, "shot down");
                    if !self.scenario().observed.is_empty() {
                        entry(ui, Mark::Dot, p.observed, "counted").map(|key| {
                            key.on_hover_text("What was really counted, the mean of a month each")
                        });
                    }
                }
                Chart::Leakers => {
                    entry(ui, Mark::Line, p.leakers, "leakers");
                    entry(ui, Mark::Thin, p.ink, "of these not engaged");
                    if self.results.compared {
                        entry(ui, Mark::Dashed, p.ghost, "baseline");
                    }
                    if self.spread.is_some() {
                        key_of_bands(ui, p.leakers, 0.0);
                    }
                }
            }
        });
    }

    /// The entry of the baseline's bands, where they are shown.
    fn key_of_baseline_bands(&self, ui: &mut Ui, p: &Palette) {
        if self.ribbons().any(|(_, ghost)| ghost) {
            entry(ui, Mark::Band, p.ghost, "baseline's bands");
        }
    }

    fn draw<'p>(
        &'p self,
        plot: &mut PlotUi<'p>,
        chart: Chart,
        theatre: usize,
        now: &'p TheatreTraces,
        ghost: Option<&'p TheatreTraces>,
        p: &Palette,
    ) {
        let line = |plot: &mut PlotUi<'p>, trace: &'p Trace, color: Color32, width: f32| {
            trace.draw(plot, |line| line.color(color).width(width));
        };
        let dashed = |plot: &mut PlotUi<'p>, trace: &'p Trace, color: Color32| {
            let style = LineStyle::Dashed { length: 6.0 };
            trace.draw(plot, |line| line.color(color).width(1.5).style(style));
        };
        self.bands(plot, chart, theatre, p);
        match chart {
            Chart::Coverage => {
                let target = self.scenario().target.value;
                plot.hline(
                    HLine::new("", target)
                        .color(p.bad)
                        .width(1.0)
                        .allow_hover(false),
                );
                let daily = p.accent.gamma_multiply(0.38);
                line(plot, &now.coverage_daily, daily, 0.8);
                if let Some(ghost) = ghost {
                    dashed(plot, &ghost.protection, p.ghost.gamma_multiply(0.7));
                    dashed(plot, &ghost.coverage, p.ghost);
                }
                line(plot, &now.protection, p.protection, 1.8);
                line(plot, &now.coverage, p.accent, 2.6);
                self.observed(plot, theatre, true, p);
                let breach = self.results.current.figures.theatres[theatre].breach;
                if let Some(day) = breach {
                    let at = [day as f64, self.results.series[theatre].coverage[day]];
                    plot.points(
                        Points::new("", vec![at])
                            .radius(4.5)
                            .color(p.bad)
                            .allow_hover(false),
                    );
                }
            }
            Chart::NotEngaged => {
                let colors = [p.reach, p.capacity, p.stock, p.held];
                let layers = now.not_engaged.windows(2).zip(now.causes).zip(colors);
                for ((layer, adds), color) in layers {
                    if let ([below, top], true) = (layer, adds) {
                        area(plot, below, top, color.gamma_multiply(0.9));
                        // egui does not smooth the edges of areas: the outline does.
                        line(plot, top, color, 1.0);
                    }
                }
                if let Some(ghost) = ghost {
                    dashed(plot, ghost.uncovered(), p.ghost);
                }
                // The stack hides the lower part of the band, but not its lines.
                let of = self.spread.and_then(|s| s.ribbons.theatres.get(theatre));
                if let Some(of) = of {
                    of.uncovered.outline(plot, p.ink, self.strength());
                }
            }
            Chart::Stocks => {
                for (index, _, deployment) in self.stocks(theatre) {
                    if ghost.is_some() {
                        let before = &self.results.ghost_traces.close[deployment];
                        dashed(plot, before, p.series(index).gamma_multiply(0.45));
                    }
                    let now = &self.results.traces.close[deployment];
                    line(plot, now, p.series(index), 1.8);
                }
            }
            Chart::Launches => {
                if let Some(ghost) = ghost {
                    dashed(plot, &ghost.engaged, p.ghost);
                }
                line(plot, &now.launched, p.ink, 1.6);
                line(plot, &now.engaged, p.accent, 2.0);
                line(plot, &now.killed, p.protection, 1.6);
                self.observed(plot, theatre, false, p);
            }
            Chart::Leakers => {
                if let Some(ghost) = ghost {
                    dashed(plot, &ghost.leakers, p.ghost);
                }
                line(plot, now.uncovered(), p.ink.gamma_multiply(0.8), 0.8);
                line(plot, &now.leakers, p.leakers, 2.2);
            }
        }
        for day in lanes::days(self.scenario()) {
            plot.vline(
                VLine::new("", day)
                    .color(p.weak.gamma_multiply(0.45))
                    .width(0.8)
                    .style(LineStyle::Dotted { spacing: 4.0 })
                    .allow_hover(false),
            );
        }
        if let Some(day) = self.view.hovered_day {
            plot.vline(
                VLine::new("", day as f64)
                    .color(p.ink)
                    .width(1.0)
                    .allow_hover(false),
            );
        }
    }

    /// The bands that are shown, and whether they are the baseline's: those first, if asked for.
    fn ribbons(&self) -> impl Iterator<Item = (&Ribbons, bool)> {
        let baseline = self.spread.and_then(|spread| spread.baseline.as_deref());
        let baseline = baseline.filter(|_| self.view.uncertainty.baseline);
        let now = self.spread.map(|spread| &spread.ribbons);
        let baseline = baseline.map(|ribbons| (ribbons, true));
        baseline
            .into_iter()
            .chain(now.map(|ribbons| (ribbons, false)))
    }

    /// How strong bands are drawn: what lags behind the lines is paler than what belongs to them.
    fn strength(&self) -> f32 {
        if self.lags { 0.5 } else { 1.0 }
    }

    /// The bands of what a chart shows.
    fn bands<'p>(&'p self, plot: &mut PlotUi<'p>, chart: Chart, theatre: usize, p: &Palette) {
        let strength = self.strength();
        for (ribbons, ghost) in self.ribbons() {
            let Some(of) = ribbons.theatres.get(theatre) else {
                continue;
            };
            let mut draw = |ribbon: &'p Ribbon, color: Color32| {
                if ghost {
                    // What is drawn over it hides its edges less than its area.
                    ribbon.draw(plot, p.ghost, strength);
                    ribbon.outline(plot, p.ghost, strength);
                } else {
                    ribbon.draw(plot, color, strength);
                }
            };
            match chart {
                Chart::Coverage => {
                    draw(&of.protection, p.protection);
                    draw(&of.coverage, p.accent);
                }
                Chart::NotEngaged => draw(&of.uncovered, p.ink),
                Chart::Launches => draw(&of.launched, p.ink),
                Chart::Leakers => draw(&of.leakers, p.leakers),
                Chart::Stocks => {
                    for (index, _, deployment) in self.stocks(theatre) {
                        if let Some(close) = ribbons.close.get(deployment) {
                            draw(close, p.series(index));
                        }
                    }
                }
            }
        }
    }

    /// The causes that add something, the others leave them their room: colour, name, short name.
    fn causes(&self, theatre: usize, p: &Palette) -> Vec<(Color32, &'static str, &'static str)> {
        let [reach, capacity, stock, held] = self.results.traces.theatres[theatre].causes;
        let causes = [
            (stock, p.stock, "magazines empty", "empty"),
            (capacity, p.capacity, "launchers saturated", "saturated"),
            (reach, p.reach, "out of reach", "reach"),
            (held, p.held, "held back", "held"),
        ];
        let adding = causes.into_iter().filter(|(adds, ..)| *adds);
        adding
            .map(|(_, color, name, short)| (color, name, short))
            .collect()
    }

    /// What was really counted, month by month, as dots in the middle of each month: shares for
    /// the coverage chart, counts a day for the launch chart.
    fn observed(&self, plot: &mut PlotUi<'_>, theatre: usize, share: bool, p: &Palette) {
        let dots: Vec<[f64; 2]> = self.results.dots[theatre]
            .iter()
            .filter_map(|dot| {
                let y = if share { dot.protection? } else { dot.launched };
                Some([dot.day, y])
            })
            .collect();
        if !dots.is_empty() {
            plot.points(
                Points::new("", dots)
                    .radius(3.2)
                    .color(p.observed)
                    .allow_hover(false),
            );
        }
    }

    /// The deployments of a theatre that use up rounds: place in the list, name, index.
    fn stocks(&self, theatre: usize) -> Vec<(usize, String, usize)> {
        let s = self.scenario();
        let Some((id, _)) = s.theatres.get_index(theatre) else {
            return Vec::new();
        };
        let magazines = s.magazines(id).into_iter().enumerate();
        magazines
            .map(|(place, (index, name))| (place, name, index))
            .collect()
    }

    /// The highest value that a chart of amounts must show, over the whole horizon and both
    /// worlds, so that the scale does not jump while a slider moves more than it must.
    fn top(
        &self,
        chart: Chart,
        theatre: usize,
        now: &TheatreTraces,
        ghost: Option<&TheatreTraces>,
    ) -> f64 {
        let highest = |of: fn(&TheatreTraces) -> &Trace, band: fn(&TheatreRibbons) -> &Ribbon| {
            let traces = [Some(now), ghost].into_iter().flatten();
            let bands = self
                .ribbons()
                .filter_map(|(of, _)| of.theatres.get(theatre));
            traces
                .map(|traces| of(traces).highest)
                .chain(bands.map(|bands| band(bands).highest()))
                .fold(0.0, f64::max)
        };
        let top = match chart {
            Chart::Coverage => 1.0,
            Chart::NotEngaged => highest(TheatreTraces::uncovered, |b| &b.uncovered),
            Chart::Launches => highest(|t| &t.launched, |b| &b.launched),
            Chart::Leakers => highest(|t| &t.leakers, |b| &b.leakers),
            Chart::Stocks => self
                .stocks(theatre)
                .into_iter()
                .flat_map(|(_, _, deployment)| {
                    let worlds = [&self.results.traces, &self.results.ghost_traces];
                    let bands = self
                        .ribbons()
                        .filter_map(move |(of, _)| of.close.get(deployment));
                    worlds
                        .map(|world| world.close[deployment].highest)
                        .into_iter()
                        .chain(bands.map(Ribbon::highest))
                })
                .fold(0.0, f64::max),
        };
        round_up(top.max(1.0))
    }

    /// Every series of one day, in words.
    fn readout(&self, ui: &mut Ui, theatre: usize, day: usize) {
        let s = self.scenario();
        let outcome = &self.results.current.outcome;
        let before = self
            .results
            .compared
            .then_some(&self.results.baseline.outcome);
        let (series, ghost) = (&self.results.series[theatre], &self.results.ghost[theatre]);
        // What lags behind the lines is no range of theirs.
        let current = self
            .spread
            .filter(|s| s.generation >= self.results.generation);
        let bands = current.map(|spread| &spread.bands);
        let of_theatre = bands.and_then(|bands| bands.theatres.get(theatre));
        let share = format::percent;
        let range = |band: Option<&Band>, text: fn(f64) -> String| {
            let ends = band.and_then(|band| Some((*band.p5.get(day)?, *band.p95.get(day)?)));
            let Some((low, high)) = ends.filter(|(low, _)| !low.is_nan()) else {
                return String::new();
            };
            let (low, high) = (text(low), text(high));
            if low == high {
                low
            } else {
                format!("{low} – {high}")
            }
        };
        let date = format::date(format::day(s.start, day));
        // Where there are several, nothing else says which it is.
        let of = match s.theatres.get_index(theatre) {
            Some((_, theatre)) if self.view.theatre == TheatreView::All => {
                format!("{date}, {}", theatre.name)
            }
            _ => date,
        };
        ui.label(theme::bold(of));
        // Small, since it lies over what is being read.
        let small = TextStyle::Small.resolve(ui.style());
        let styles = &mut ui.style_mut().text_styles;
        styles.insert(TextStyle::Body, FontId::new(small.size + 1.0, small.family));
        ui.spacing_mut().interact_size.y = 13.0;
        egui::Grid::new("readout")
            .spacing([12.0, 1.0])
            .show(ui, |ui| {
                let mut heads = vec!["", "now"];
                heads.extend(before.map(|_| "baseline"));
                heads.extend(bands.map(|_| "90 % range"));
                for head in heads {
                    ui.label(theme::small(ui, head));
                }
                ui.end_row();
                let mut row = |name: &str, now: String, then: String, range: String| {
                    ui.label(theme::small(ui, name));
                    ui.label(now);
                    if before.is_some() {
                        ui.label(RichText::new(then).color(theme::palette(ui).weak));
                    }
                    if bands.is_some() {
                        ui.label(range);
                    }
                    ui.end_row();
                };
                for (name, now, then, band) in [
                    (
                        "Coverage, 28 days",
                        &series.coverage,
                        &ghost.coverage,
                        of_theatre.map(|b| &b.coverage),
                    ),
                    (
                        "Protection, 28 days",
                        &series.protection,
                        &ghost.protection,
                        of_theatre.map(|b| &b.protection),
                    ),
                    (
                        "Coverage, this day",
                        &series.coverage_daily,
                        &ghost.coverage_daily,
                        None,
                    ),
                ] {
                    row(name, share(now[day]), share(then[day]), range(band, share));
                }
                for (name, now, then, band) in [
                    (
                        "Launched, mean of 7 days",
                        &series.launched,
                        &ghost.launched,
                        of_theatre.map(|b| &b.launched),
                    ),
                    (
                        "Not engaged, mean of 7 days",
                        &series.not_engaged[3],
                        &ghost.not_engaged[3],
                        of_theatre.map(|b| &b.uncovered),
                    ),
                    (
                        "Leakers, mean of 7 days",
                        &series.leakers,
                        &ghost.leakers,
                        of_theatre.map(|b| &b.leakers),
                    ),
                ] {
                    let (now, then) = (format::estimate(now[day]), format::estimate(then[day]));
                    row(name, now, then, range(band, format::estimate));
                }
                let now = &outcome.theatres[theatre];
                let then = &self.results.baseline.outcome.theatres[theatre];
                for (name, a, b) in [
                    ("Launched, this day", &now.launched, &then.launched),
                    ("Not engaged, this day", &now.uncovered, &then.uncovered),
                    (
                        "  magazines empty",
                        &now.uncovered_stock,
                        &then.uncovered_stock,
                    ),
                    (
                        "  launchers saturated",
                        &now.uncovered_capacity,
                        &then.uncovered_capacity,
                    ),
                    (
                        "  out of reach",
                        &now.uncovered_reach,
                        &then.uncovered_reach,
                    ),
                    ("  held back", &now.uncovered_held, &then.uncovered_held),
                    ("Leakers, this day", &now.leakers, &then.leakers),
                ] {
                    let (now, then) = (format::estimate(a[day]), format::estimate(b[day]));
                    row(name, now, then, String::new());
                }
                let counted = self.results.dots[theatre].iter();
                let counted = counted.filter(|dot| dot.month.contains(&(day as i32)));
                for dot in counted {
                    let mut counted = |name: &str, value| {
                        row(name, value, String::new(), String::new());
                    };
                    let launched = format::estimate(dot.launched);
                    counted("Launched a day, month's count", launched);
                    if let Some(protection) = dot.protection {
                        counted("Shot down, month's count", share(protection));
                    }
                }
                for (_, name, d) in self.stocks(theatre) {
                    let stock = |outcome: &Outcome| {
                        let days = &outcome.deployments[d];
                        let close = format::estimate(days.close[day]);
                        match days.days_of_supply[day] {
                            supply if supply.is_nan() => close,
                            supply => format!("{close} ({} days)", format::estimate(supply)),
                        }
                    };
                    row(
                        &format!("{name}, in stock"),
                        stock(outcome),
                        stock(&self.results.baseline.outcome),
                        range(bands.and_then(|b| b.close.get(d)), format::estimate),
                    );
                }
            });
    }

    /// Panning by drag, zooming by Ctrl and wheel, the whole horizon by a double click.
    fn navigate(
        &self,
        ui: &Ui,
        response: &Response,
        (from, to): (f64, f64),
        actions: &mut Vec<Action>,
    ) {
        let width = to - from;
        let plot_width = f64::from((response.rect.width() - size::Y_AXIS).max(1.0));
        if response.double_clicked() {
            actions.push(Action::ShowDays(f64::MIN / 4.0, f64::MAX / 4.0));
        } else if response.dragged() && self.view.days.is_some() {
            let by = -f64::from(response.drag_delta().x) / plot_width * width;
            actions.push(Action::ShowDays(from + by, to + by));
        } else if let Some(pointer) = response.hover_pos() {
            let zoom = f64::from(ui.input(egui::InputState::zoom_delta));
            if zoom != 1.0 {
                let left = response.rect.left() + size::Y_AXIS;
                let share = f64::from(pointer.x - left).clamp(0.0, plot_width) / plot_width;
                let at = from + share * width;
                let new = width / zoom;
                actions.push(Action::ShowDays(at - share * new, at + (1.0 - share) * new));
            }
        }
    }
}

/// An entry of a chart's key, where there is room for it: else it would make its column wider than the
/// others. The tooltip of the chart names every value.
fn entry(ui: &mut Ui, mark: Mark, color: Color32, text: &str) -> Option<Response> {
    (key_width(ui, text) <= ui.available_width()).then(|| key(ui, mark, color, text))
}

/// A name that takes no more than this width in a key, cut where it would; nothing where so little of it
/// would be left that it says nothing.
fn shortened<'n>(ui: &Ui, name: &'n str, width: f32) -> Option<Cow<'n, str>> {
    const LEAST: usize = 4;
    if key_width(ui, name) <= width {
        return Some(name.into());
    }
    let cuts = name.char_indices().rev().map(|(at, _)| at);
    let mut cuts = cuts.take_while(|&at| at >= LEAST);
    cuts.find_map(|at| {
        let cut = format!("{}…", name[..at].trim_end());
        (key_width(ui, &cut) <= width).then_some(cut.into())
    })
}

/// The entry of the bands in a chart's key, as long as the room for it allows; what comes after it
/// needs so much.
fn key_of_bands(ui: &mut Ui, color: Color32, after: f32) {
    let texts = ["median, 50 and 90 %", "50 and 90 %", "bands"];
    let fits = |text: &&str| key_width(ui, text) + after <= ui.available_width();
    if let Some(text) = texts.into_iter().find(fits) {
        entry(ui, Mark::Band, color, text).map(|key| key.on_hover_text(BANDS));
    }
}

/// Whether the readout of a chart is shown: as a tooltip comes, and then as long as the pointer moves
/// over the chart.
fn stays_or_comes(chart: &Response) -> bool {
    let memory = egui::Id::unique("readout last shown");
    let now = chart.ctx.cumulative_pass_nr();
    let last: Option<(egui::Id, u64)> = chart.ctx.data(|data| data.get_temp(memory));
    let was = last.is_some_and(|(id, pass)| id == chart.id && pass + 1 >= now);
    let down = chart.ctx.input(|input| input.pointer.any_down());
    let shown = !down && (was || Tooltip::should_show_tooltip(chart, false));
    if shown {
        let shown = (chart.id, now);
        chart.ctx.data_mut(|data| data.insert_temp(memory, shown));
    }
    shown
}

/// Shows something beside the pointer, on the side that has more room, and never over a marking.
fn beside(ui: &Ui, pointer: Pos2, content: impl FnOnce(&mut Ui)) {
    const GAP: f32 = 24.0;
    let window = ui.ctx().content_rect();
    let room = window.shrink2(Vec2::new(4.0, size::BANNER + 2.0));
    let (pivot, aside) = if pointer.x < room.center().x {
        (Align2::LEFT_CENTER, GAP)
    } else {
        (Align2::RIGHT_CENTER, -GAP)
    };
    egui::Area::new(egui::Id::unique("readout"))
        .order(Order::Tooltip)
        .interactable(false)
        .pivot(pivot)
        .fixed_pos(pointer + Vec2::new(aside, 0.0))
        .constrain_to(room)
        .show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).show(ui, content);
        });
}

/// A plot that moves by nothing but the window's own time axis. `width` is that of the plot
/// without its y labels, in points; `top` the highest round number of the y axis.
pub fn axes<'a>(
    id: impl std::hash::Hash + std::fmt::Debug,
    height: f32,
    top: f64,
    start: Date,
    width: f64,
    p: &Palette,
) -> Plot<'a> {
    Plot::new(egui::Id::unique(id))
        .height(height)
        .show_x(false)
        .show_y(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .auto_bounds(false)
        .set_margin_fraction(Vec2::ZERO)
        .sense(Sense::click_and_drag())
        .show_background(true)
        .grid_color(p.line)
        .custom_x_axes(vec![
            AxisHints::new_x()
                .label_spacing(IN_FULL)
                .formatter(move |mark, range| day_label(start, mark, range)),
        ])
        .custom_y_axes(vec![
            AxisHints::new_y()
                .label_spacing(IN_FULL)
                .min_thickness(size::Y_AXIS),
        ])
        .x_grid_spacer(move |input| month_marks(start, &input, width))
        .y_grid_spacer(move |_| value_marks(top, height))
}

/// Marks are as far apart as their labels need, so that these need not be paler where it is close.
const IN_FULL: Rangef = Rangef { min: 8.0, max: 9.0 };

/// A line's points, broken where a value is undefined.
pub fn pieces(values: &[f64]) -> Vec<PlotPoints<'static>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<PlotPoint> = Vec::new();
    for (day, &value) in values.iter().enumerate() {
        if value.is_nan() {
            if !piece.is_empty() {
                pieces.push(PlotPoints::Owned(std::mem::take(&mut piece)));
            }
        } else {
            piece.push(PlotPoint::new(day as f64, value));
        }
    }
    if !piece.is_empty() {
        pieces.push(PlotPoints::Owned(piece));
    }
    pieces
}

/// The first days of months, thinned out so that a label fits between two; weeks where months
/// are far apart. `width` is in points.
fn month_marks(start: Date, input: &GridInput, width: f64) -> Vec<GridMark> {
    let (from, to) = input.bounds;
    let per_day = width / (to - from).max(1.0);
    let days = [1, 2, 7]
        .into_iter()
        .find(|&days| days as f64 * per_day >= LABEL);
    if let Some(days) = days {
        let first = from.max(0.0).ceil() as i64;
        return (first..=to.floor() as i64)
            .filter(|day| day % days == 0)
            .map(|day| GridMark {
                value: day as f64,
                step_size: days as f64,
            })
            .collect();
    }
    let every = [1, 2, 3, 6, 12]
        .into_iter()
        .find(|&months| 30.0 * f64::from(months) * per_day >= LABEL)
        .unwrap_or(24);
    let mut marks = Vec::new();
    let last = to.floor().max(0.0) as usize;
    for day in from.floor().max(0.0) as usize..=last {
        let date = format::day(start, day);
        let months = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
        if date.day() == 1 && months % every == 0 {
            marks.push(GridMark {
                value: day as f64,
                step_size: 30.0 * f64::from(every),
            });
        }
    }
    marks
}

/// `Jun`, with the year where a year begins or the axis does.
fn day_label(start: Date, mark: GridMark, range: &RangeInclusive<f64>) -> String {
    if mark.value < 0.0 {
        return String::new();
    }
    let date = format::day(start, mark.value as usize);
    let text = format::day_month(date);
    // The year stands where one begins, and at the first label that has room for it.
    let from_left = mark.value - range.start();
    let edge = (range.end() - range.start()) * 0.03;
    let first = (edge..edge + mark.step_size).contains(&from_left);
    if mark.step_size < 8.0 {
        let fits = mark.value + 1.5 * edge <= *range.end();
        return if first && fits {
            format::date(date)
        } else {
            text
        };
    }
    let month = text.split(' ').nth(1).unwrap_or_default();
    if date.month() == 1 || first {
        format!("{month} {}", date.year())
    } else {
        month.to_owned()
    }
}

/// The room that the label of a date takes, in points.
const LABEL: f64 = 58.0;

/// Four round steps from 0 to the top, or two where the labels of four would not fit.
fn value_marks(top: f64, height: f32) -> Vec<GridMark> {
    let steps = if height < 130.0 { 2 } else { 4 };
    let step = round_up(top) / f64::from(steps);
    (0..=steps)
        .map(|n| GridMark {
            value: f64::from(n) * step,
            step_size: step,
        })
        .collect()
}

/// The next number of the form 1, 2, 4 or 8 times a power of ten, which four steps divide well.
fn round_up(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 4.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&round| round >= value * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_on_round_numbers() {
        for (value, top) in [
            (1.0, 1.0),
            (13.0, 20.0),
            (61.0, 80.0),
            (100.0, 100.0),
            (101.0, 200.0),
        ] {
            assert_eq!(round_up(value), top);
        }
    }

    #[test]
    fn an_undefined_value_breaks_the_line() {
        assert_eq!(pieces(&[1.0, f64::NAN, 2.0, 3.0]).len(), 2);
        assert!(pieces(&[f64::NAN]).is_empty());
    }

    #[test]
    fn months_are_marked_on_their_first_day() {
        let start = jiff::civil::date(2025, 6, 1);
        let input = GridInput {
            bounds: (-0.5, 364.5),
            base_step_size: 1.0,
        };
        let marks = month_marks(start, &input, 900.0);
        assert_eq!(marks.len(), 12);
        assert_eq!(marks[1].value, 30.0);
        // Half as wide, every second month has to do.
        assert_eq!(month_marks(start, &input, 450.0).len(), 6);
    }
}
