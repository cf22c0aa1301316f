//! An answer as a table of plain text.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::analysis::{Answer, Cost, TheatreFigures, format, observed};
use crate::scenario::{Address, Checked, Value};

/// A scenario and what it comes to.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub scenario: &'a Checked,
    pub answer: &'a Answer,
}

/// A world other than the baseline, and how it came about.
#[derive(Clone, Debug)]
pub struct Variant<'a> {
    pub world: World<'a>,
    /// What a reader calls it.
    pub name: String,
    /// The paths that were set, in order.
    pub sets: Vec<(String, Value)>,
}

/// The key figures of the baseline, with those of a variant and the differences beside them.
#[must_use]
pub fn report(baseline: World<'_>, variant: Option<&Variant<'_>>) -> String {
    let mut out = String::new();
    head(&mut out, baseline.scenario, variant);
    let mut table = Table::default();
    let worlds: Vec<World<'_>> = std::iter::once(baseline)
        .chain(variant.map(|variant| variant.world))
        .collect();
    for (i, theatre) in baseline.scenario.theatres.values().enumerate() {
        theatre_rows(&mut table, &theatre.name, i, &worlds);
    }
    stock_out_rows(&mut table, &worlds);
    observed_rows(&mut table, &worlds);
    table.write(&mut out, variant.is_some());
    let marking = &baseline.scenario.marking;
    let caption = "Engaged is not shot down. Not engaged is not a hit. Counts include decoys.\n\
         Reach is taken as independent from layer to layer; where all layers cover the same\n\
         places, this understates what goes unengaged.";
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "\n{caption}\n\n{marking}");
    out
}

/// What is asked: title, marking, horizon, and what was set.
fn head(out: &mut String, scenario: &Checked, variant: Option<&Variant<'_>>) {
    let days = scenario.day_count();
    let last = scenario.start.saturating_add((days as i64 - 1).days());
    let _ = writeln!(
        out,
        "{}\n\n{}\n{} to {}, {}\n",
        scenario.marking,
        scenario.title,
        format::date(scenario.start),
        format::date(last),
        format::days(days),
    );
    let Some(variant) = variant else {
        let _ = writeln!(out, "Baseline\n");
        return;
    };
    let _ = writeln!(out, "{}", variant.name);
    for (path, value) in &variant.sets {
        let address = Address::find(scenario, path).ok();
        let label = address.map_or_else(|| path.clone(), |address| address.label(scenario));
        let before = address
            .and_then(|address| address.get(scenario)?.value())
            .map_or_else(|| "not set".to_owned(), value_text);
        let _ = writeln!(
            out,
            "  {label}: {before} → {}  ({path})",
            value_text(*value)
        );
    }
    out.push('\n');
}

fn value_text(value: Value) -> String {
    match value {
        Value::Number(number) if number.fract() == 0.0 && number.abs() >= 1_000.0 => {
            format::whole(number)
        }
        Value::Number(number) => number.to_string(),
        Value::Date(date) => format::date(date),
        Value::Switch(true) => "on".to_owned(),
        Value::Switch(false) => "off".to_owned(),
    }
}

/// What stands in one place of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cell {
    Count(f64),
    Share(Option<f64>),
    Day(Option<Date>),
    Money(Cost),
}

impl Cell {
    fn text(self) -> String {
        match self {
            Self::Count(count) => format::estimate(count),
            Self::Share(share) => share.map_or_else(|| "–".to_owned(), format::percent),
            Self::Day(day) => day.map_or_else(|| "never".to_owned(), format::date),
            Self::Money(cost) => {
                let least = if cost.partial { "≥ " } else { "" };
                format!("{least}{}", format::dollars(cost.dollars))
            }
        }
    }

    /// What changed from `before`; nothing where that cannot be said in a number.
    fn change(self, before: Self) -> String {
        match (before, self) {
            (Self::Count(before), Self::Count(now)) => format::difference(now - before),
            (Self::Share(Some(before)), Self::Share(Some(now))) => format::points(now - before),
            (Self::Day(Some(before)), Self::Day(Some(now))) => {
                let days = now.duration_since(before).as_hours() / 24;
                let count = format::days(days.unsigned_abs() as usize);
                match days {
                    0 => "same day".to_owned(),
                    1.. => format!("{count} later"),
                    _ => format!("{count} earlier"),
                }
            }
            (Self::Money(before), Self::Money(now)) => {
                let difference = now.dollars - before.dollars;
                let plus = if difference > 0.0 { "+" } else { "" };
                format!("{plus}{}", format::dollars(difference))
            }
            _ => String::new(),
        }
    }
}

/// Rows of a label and one cell a world; a row without cells is a heading.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<(String, Vec<Cell>)>,
}

impl Table {
    fn heading(&mut self, text: impl Into<String>) {
        self.rows.push((text.into(), Vec::new()));
    }

    fn row(&mut self, label: impl Into<String>, cells: impl Iterator<Item = Cell>) {
        self.rows.push((label.into(), cells.collect()));
    }

    /// Writes the rows in columns as wide as their widest cell.
    fn write(&self, out: &mut String, compared: bool) {
        let titles = ["Baseline", "What-if", "Difference"].map(str::to_owned);
        let titles = if compared { &titles[..] } else { &[] };
        let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
        for (label, cells) in &self.rows {
            let mut texts: Vec<String> = cells.iter().map(|cell| cell.text()).collect();
            if let [before, now] = cells[..] {
                texts.push(now.change(before));
            }
            if cells.is_empty() && !lines.is_empty() {
                lines.push(("", Vec::new()));
            }
            // The titles stand above the first heading alone, on its line.
            if lines.is_empty() {
                texts = titles.to_vec();
            }
            lines.push((label, texts));
        }
        let width = |text: &str| text.chars().count();
        let first = lines
            .iter()
            .map(|(label, _)| width(label))
            .max()
            .unwrap_or(0);
        let columns = lines
            .iter()
            .map(|(_, texts)| texts.len())
            .max()
            .unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|i| {
                let texts = lines.iter().filter_map(|(_, texts)| texts.get(i));
                texts.map(|text| width(text)).max().unwrap_or(0)
            })
            .collect();
        for (label, texts) in lines {
            let mut line = format!("{label:<first$}");
            for (text, width) in texts.iter().zip(&widths) {
                let _ = write!(line, "  {text:>width$}");
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
}

/// One theatre: what was launched, what became of it, and at what price.
fn theatre_rows(table: &mut Table, name: &str, theatre: usize, worlds: &[World<'_>]) {
    let target = worlds
        .first()
        .map_or(0.0, |world| world.scenario.target.value);
    let target = format::percent(target);
    let day = |world: &World<'_>, d: Option<usize>| Cell::Day(d.map(|d| date_of(world, d)));

    table.heading(name);
    let mut row = |label: &str, cell: &dyn Fn(&World<'_>, &TheatreFigures) -> Cell| {
        let cells = worlds.iter().filter_map(|world| {
            let figures = world.answer.figures.theatres.get(theatre)?;
            Some(cell(world, figures))
        });
        table.rows.push((format!("  {label}"), cells.collect()));
    };
    row("launched", &|_, f| Cell::Count(f.launched));
    row("coverage (engaged)", &|_, f| Cell::Share(f.coverage));
    row("protection (shot down)", &|_, f| Cell::Share(f.protection));
    row(&format!("breach: 28 days below {target}"), &|w, f| {
        day(w, f.breach)
    });
    row("worst 28 days, coverage", &|_, f| {
        Cell::Share(f.worst.map(|worst| worst.coverage))
    });
    row("worst 28 days, last day", &|w, f| {
        day(w, f.worst.map(|worst| worst.last_day))
    });
    row("not engaged", &|_, f| Cell::Count(f.uncovered));
    row("  rounds held back", &|_, f| Cell::Count(f.why.held));
    row("  magazines empty", &|_, f| Cell::Count(f.why.stock));
    row("  launchers saturated", &|_, f| Cell::Count(f.why.capacity));
    row("  out of reach", &|_, f| Cell::Count(f.why.reach));
    row("leakers", &|_, f| Cell::Count(f.leakers));
    row("rounds fired", &|_, f| Cell::Count(f.fired));
    row("rounds short", &|_, f| Cell::Count(f.short));
    row("rounds left", &|_, f| Cell::Count(f.left));
    row("cost of rounds fired", &|_, f| Cell::Money(f.cost_fired));
    row("cost of threats launched", &|_, f| {
        Cell::Money(f.cost_launched)
    });
}

/// The day on which each layer runs out.
fn stock_out_rows(table: &mut Table, worlds: &[World<'_>]) {
    let Some(baseline) = worlds.first() else {
        return;
    };
    table.heading("Stock-outs");
    for (i, deployment) in baseline.scenario.deployments.values().enumerate() {
        let interceptor = baseline.scenario.interceptors.get(&deployment.interceptor);
        if interceptor.is_some_and(|interceptor| !interceptor.expendable) {
            continue;
        }
        let name = baseline.scenario.deployment_name(deployment);
        let cells = worlds.iter().filter_map(|world| {
            let figures = world.answer.figures.deployments.get(i)?;
            Some(Cell::Day(figures.stock_out.map(|d| date_of(world, d))))
        });
        table.row(format!("  {name}"), cells);
    }
}

/// How far the model is from what was counted.
fn observed_rows(table: &mut Table, worlds: &[World<'_>]) {
    let fits: Vec<_> = worlds
        .iter()
        .map(|world| observed::fits(world.scenario, &world.answer.outcome))
        .collect();
    let Some(baseline) = worlds
        .first()
        .filter(|world| !world.scenario.observed.is_empty())
    else {
        return;
    };
    table.heading("Mean absolute error against monthly counts");
    for (i, series) in baseline.scenario.observed.values().enumerate() {
        let cells = |error: fn(&observed::Fit) -> Option<f64>| {
            let fits = fits.iter().filter_map(move |fits| fits.get(i));
            fits.map(move |fit| Cell::Share(error(fit)))
        };
        let name = &series.name;
        table.row(
            format!("  {name}, launched"),
            cells(|fit| fit.launched_error),
        );
        table.row(
            format!("  {name}, share neutralised"),
            cells(|fit| fit.neutralised_error),
        );
    }
}

fn date_of(world: &World<'_>, d: usize) -> Date {
    world.scenario.start.saturating_add((d as i64).days())
}
