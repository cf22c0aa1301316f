//! A run as tables: one row a day and thing, in full precision, blank where undefined; and what it
//! rests on, a row a number.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::ToSpan as _;
use thiserror::Error;

use crate::model::Outcome;
use crate::model::ensemble::{Band, Bands};
use crate::scenario::file::{self, SaveError};
use crate::scenario::{Address, Estimate, Range, Scenario, Source, Value};

/// A table that could not be written; a file of its name is as it was.
#[derive(Debug, Error)]
pub enum ExportError {
    #[error("{} is not a folder; name another one for the tables", .0.display())]
    NoFolder(PathBuf),
    #[error("cannot make the folder {}: {source}; name another one for the tables", .folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Makes a folder for tables, unless it is there.
fn make(folder: &Path) -> Result<(), ExportError> {
    fs::create_dir_all(folder).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            ExportError::NoFolder(folder.to_owned())
        }
        _ => ExportError::Folder {
            folder: folder.to_owned(),
            source,
        },
    })
}

/// Writes `theatres.csv`, `deployments.csv` and `threats.csv` into a folder, which is made if need
/// be, and says what it wrote.
///
/// # Errors
///
/// The folder or a file in it cannot be written.
pub fn write_folder(
    folder: &Path,
    scenario: &Scenario,
    outcome: &Outcome,
) -> Result<Vec<PathBuf>, ExportError> {
    let tables = TABLES.iter();
    tables
        .map(|(name, write)| write_one(folder, name, |file| write(scenario, outcome, file)))
        .collect()
}

/// Writes `bands.csv` into a folder, which is made if need be, and says what it wrote.
///
/// # Errors
///
/// The folder or the file cannot be written.
pub fn write_bands(
    folder: &Path,
    scenario: &Scenario,
    spread: &Bands,
) -> Result<PathBuf, ExportError> {
    write_one(folder, "bands.csv", |file| bands(scenario, spread, file))
}

/// Writes `assumptions.csv` into a folder, which is made if need be, and says what it wrote.
///
/// # Errors
///
/// The folder or the file cannot be written.
pub fn write_assumptions(
    folder: &Path,
    scenario: &Scenario,
    baseline: &Scenario,
) -> Result<PathBuf, ExportError> {
    write_one(folder, "assumptions.csv", |file| {
        assumptions(scenario, baseline, file)
    })
}

/// Writes one table into a folder, whole or not at all.
fn write_one(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<PathBuf, ExportError> {
    make(folder)?;
    let path = folder.join(name);
    let mut table = Vec::new();
    let written = write(&mut table);
    written.map_err(|error| SaveError::Io {
        file: path.clone(),
        error,
    })?;
    file::save_bytes(&path, &table)?;
    Ok(path)
}

/// Writes the table of bands: each day's theatres, then its deployments, theatre by theatre, each
/// in the order of the file.
///
/// # Errors
///
/// Whatever `to` gives.
pub fn bands(scenario: &Scenario, bands: &Bands, to: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<(&str, &str, &str, &Band)> = Vec::new();
    for (id, theatre) in scenario.theatres.keys().zip(&bands.theatres) {
        for (measure, band) in [
            ("launched", &theatre.launched),
            ("uncovered", &theatre.uncovered),
            ("leakers", &theatre.leakers),
            ("coverage", &theatre.coverage),
        ] {
            rows.push(("theatre", id, measure, band));
        }
    }
    let mut deployments: Vec<_> = scenario.deployments.iter().zip(&bands.close).collect();
    deployments.sort_by_key(|((_, d), _)| scenario.theatres.get_index_of(&d.theatre));
    for ((id, _), band) in deployments {
        rows.push(("deployment", id, "close", band));
    }
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record([
        "date",
        "kind",
        "id",
        "measure",
        "mean",
        "p5",
        "p25",
        "p50",
        "p75",
        "p95",
        "percentiles",
    ])?;
    let percentiles = if bands.exact { "exact" } else { "from bins" };
    for d in 0..bands.days {
        let date = bands.start.saturating_add((d as i64).days()).to_string();
        for (kind, id, measure, band) in &rows {
            for field in [date.as_str(), kind, id, measure] {
                writer.write_field(field)?;
            }
            for column in band.columns() {
                writer.write_field(cell(column.get(d).copied().unwrap_or(f64::NAN)))?;
            }
            writer.write_field(percentiles)?;
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.flush()
}

/// Writes the table of theatres.
///
/// # Errors
///
/// Whatever `to` gives.
pub fn theatres(scenario: &Scenario, outcome: &Outcome, to: &mut dyn Write) -> io::Result<()> {
    let head = [
        "date",
        "theatre",
        "launched",
        "covered",
        "uncovered",
        "uncovered_held",
        "uncovered_stock",
        "uncovered_capacity",
        "uncovered_reach",
        "killed",
        "leakers",
    ];
    let things = scenario.theatres.keys().zip(&outcome.theatres);
    let things = things.map(|(id, t)| {
        let columns = [
            &t.launched,
            &t.covered,
            &t.uncovered,
            &t.uncovered_held,
            &t.uncovered_stock,
            &t.uncovered_capacity,
            &t.uncovered_reach,
            &t.killed,
            &t.leakers,
        ];
        (id.as_str(), columns)
    });
    table(outcome, &head, &things.collect::<Vec<_>>(), to)
}

/// Writes the table of deployments: theatre by theatre, each in the order of the file.
///
/// # Errors
///
/// Whatever `to` gives.
pub fn deployments(scenario: &Scenario, outcome: &Outcome, to: &mut dyn Write) -> io::Result<()> {
    let head = [
        "date",
        "deployment",
        "open",
        "received",
        "sent",
        "fired",
        "demand",
        "short",
        "close",
        "days_of_supply",
    ];
    let mut things: Vec<_> = scenario
        .deployments
        .iter()
        .zip(&outcome.deployments)
        .collect();
    // The sort is stable: what is equal stays in the order of the file, here and below.
    things.sort_by_key(|((_, deployment), _)| scenario.theatres.get_index_of(&deployment.theatre));
    let things = things.into_iter().map(|((id, _), d)| {
        let columns = [
            &d.open,
            &d.received,
            &d.sent,
            &d.fired,
            &d.demand,
            &d.short,
            &d.close,
            &d.days_of_supply,
        ];
        (id.as_str(), columns)
    });
    table(outcome, &head, &things.collect::<Vec<_>>(), to)
}

/// Writes the table of threats: theatre by theatre, each in order of priority.
///
/// # Errors
///
/// Whatever `to` gives.
pub fn threats(scenario: &Scenario, outcome: &Outcome, to: &mut dyn Write) -> io::Result<()> {
    let head = [
        "date",
        "threat",
        "produced",
        "launched",
        "stockpile",
        "killed",
        "leakers",
        "uncovered",
    ];
    let mut things: Vec<_> = scenario.threats.iter().zip(&outcome.threats).collect();
    things.sort_by_key(|((_, threat), _)| {
        let theatre = scenario.theatres.get_index_of(&threat.theatre);
        (theatre, threat.priority.value as i64)
    });
    let things = things.into_iter().map(|((id, _), t)| {
        let columns = [
            &t.produced,
            &t.launched,
            &t.stockpile,
            &t.killed,
            &t.leakers,
            &t.uncovered,
        ];
        (id.as_str(), columns)
    });
    table(outcome, &head, &things.collect::<Vec<_>>(), to)
}

/// Writes what a run rests on: every number, date and switch with its range, source and note, in the
/// order of the file. What is left out has no value. Sources and notes are of what the baseline has;
/// what was set to something else has none.
///
/// # Errors
///
/// Whatever `to` gives.
pub fn assumptions(scenario: &Scenario, baseline: &Scenario, to: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record([
        "path",
        "name",
        "value",
        "baseline",
        "low",
        "high",
        "unit",
        "group",
        "source",
        "publisher",
        "date",
        "url",
        "note",
    ])?;
    for address in Address::all(scenario) {
        let text = |of: &Scenario| {
            let value = address.get(of).and_then(|slot| slot.value());
            value.map_or_else(String::new, |value| match value {
                Value::Number(number) => cell(number),
                value => value.to_string(),
            })
        };
        let (value, before) = (text(scenario), text(baseline));
        let is_set = value != before;
        let estimate = address.estimate(scenario);
        let end = |end: fn(Range) -> f64| {
            let range = estimate.and_then(|estimate| estimate.range);
            range.map_or_else(String::new, |range| cell(end(range)))
        };
        let source = address.source(scenario).filter(|_| !is_set);
        let source = source.and_then(|id| scenario.sources.get(id));
        let of_source = |part: fn(&Source) -> Option<&String>| {
            source.and_then(part).cloned().unwrap_or_default()
        };
        let of_number = |part: fn(&Estimate) -> Option<&String>| {
            estimate.and_then(part).cloned().unwrap_or_default()
        };
        writer.write_record([
            address.path(scenario),
            address.label(scenario),
            value,
            before,
            end(|range| range.low),
            end(|range| range.high),
            address.unit(scenario).to_owned(),
            of_number(|estimate| estimate.group.as_ref()),
            of_source(|source| Some(&source.title)),
            of_source(|source| source.publisher.as_ref()),
            of_source(|source| source.date.as_ref()),
            of_source(|source| source.url.as_ref()),
            if is_set {
                String::new()
            } else {
                of_number(|estimate| estimate.note.as_ref())
            },
        ])?;
    }
    writer.flush()
}

/// A function that writes one table.
type Writer = fn(&Scenario, &Outcome, &mut dyn Write) -> io::Result<()>;

/// Every table, by the name of its file.
const TABLES: [(&str, Writer); 3] = [
    ("theatres.csv", theatres),
    ("deployments.csv", deployments),
    ("threats.csv", threats),
];

/// Writes a head, then a row for every day and thing.
fn table<const N: usize>(
    outcome: &Outcome,
    head: &[&str],
    things: &[(&str, [&Vec<f64>; N])],
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(head)?;
    for d in 0..outcome.days {
        // Past the last date that there is, a saturated date is still a row.
        let date = outcome.start.saturating_add((d as i64).days()).to_string();
        for (id, columns) in things {
            writer.write_field(&date)?;
            writer.write_field(id)?;
            for column in columns {
                writer.write_field(cell(column.get(d).copied().unwrap_or(f64::NAN)))?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.flush()
}

/// A number in the fewest digits that read back as the same number; blank where undefined.
fn cell(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else {
        // Not `Display`, which would write 1e-300 with three hundred zeros.
        format!("{value:?}")
    }
}
