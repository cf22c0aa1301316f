//! All what-ifs beside each other: their key figures with the best and the worst marked, and
//! exactly what differs between them.

use indexmap::IndexMap;

use super::changes::changes;
use super::sentences::Case;
use super::series::TheatreSeries;
use super::table::{Detail, Row, rows};
use super::{Answer, format};
use crate::scenario::{Checked, LeverKind, WhatIf};

/// One world of a comparison.
#[derive(Clone, Debug)]
pub struct World {
    /// Id of the what-if; nothing for the baseline.
    pub id: Option<String>,
    pub name: String,
    /// One a theatre.
    pub series: Vec<TheatreSeries>,
}

/// One key figure of one theatre in every world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub meaning: &'static str,
    /// One a world, in their order.
    pub cells: Vec<Cell>,
}

/// A figure in words, and how it stands among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub rank: Rank,
}

/// How a figure stands among those of the other worlds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    Best,
    Worst,
    /// Neither, or a figure of which more is neither good nor bad.
    Between,
}

/// One number, date or switch that at least one what-if sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub path: String,
    pub label: String,
    pub kind: LeverKind,
    pub unit: &'static str,
    /// One a world; nothing where a world has it as the baseline.
    pub cells: Vec<Option<String>>,
    /// What the baseline has.
    pub baseline: String,
}

/// The baseline and all what-ifs beside each other.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The baseline first.
    pub worlds: Vec<World>,
    /// One list a theatre.
    pub figures: Vec<Vec<Line>>,
    /// What differs, nothing else; decisions before assumptions.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Runs the baseline and every what-if of `what_ifs`.
    #[must_use]
    pub fn of(baseline: &Checked, what_ifs: &IndexMap<String, WhatIf>) -> Self {
        let scenarios = worlds(baseline, what_ifs);
        let answers: Vec<Answer> = scenarios.iter().map(|s| Answer::of(&s.scenario)).collect();
        let figures = (0..baseline.theatres.len())
            .map(|theatre| lines(&scenarios, &answers, theatre))
            .collect();
        let differences = differences(baseline, what_ifs, &scenarios);
        let worlds = scenarios
            .into_iter()
            .zip(&answers)
            .map(|(named, answer)| World {
                id: named.id,
                name: named.name,
                series: (0..baseline.theatres.len())
                    .map(|theatre| TheatreSeries::of(&answer.outcome, theatre))
                    .collect(),
            })
            .collect();
        Self {
            worlds,
            figures,
            differences,
        }
    }
}

/// A world before it is run.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Id of the what-if; nothing for the baseline.
    pub(super) id: Option<String>,
    name: String,
    pub(super) scenario: Checked,
}

/// The baseline, and every what-if applied to it; over the same days and held to the same target, since
/// a table names one.
pub(super) fn worlds(baseline: &Checked, what_ifs: &IndexMap<String, WhatIf>) -> Vec<Named> {
    let mut worlds = vec![Named {
        id: None,
        name: "Baseline".to_owned(),
        scenario: baseline.clone(),
    }];
    for (id, what_if) in what_ifs {
        // What-ifs of a document always fit; one that did not would have no figures.
        if let Ok(scenario) = baseline.under_within(what_if) {
            worlds.push(Named {
                id: Some(id.clone()),
                name: what_if.name.clone(),
                scenario,
            });
        }
    }
    worlds
}

fn lines(scenarios: &[Named], answers: &[Answer], theatre: usize) -> Vec<Line> {
    let tables: Vec<_> = scenarios
        .iter()
        .zip(answers)
        .map(|(named, answer)| {
            let case = Case {
                scenario: &named.scenario,
                figures: &answer.figures,
                baseline: None,
                assumed: None,
            };
            rows(case, None, theatre, Detail::Everything)
        })
        .collect();
    let Some(first) = tables.first() else {
        return Vec::new();
    };
    // All worlds have the same theatres and layers, so their tables have the same rows.
    let line = |(index, row): (usize, &Row)| {
        let cells = tables.iter().filter_map(|table| table.get(index));
        let cells = cells.map(|cell| (cell.now.clone(), cell.score));
        Line {
            name: row.name.clone(),
            meaning: row.meaning,
            cells: ranked(cells.collect()),
        }
    };
    first.iter().enumerate().map(line).collect()
}

/// Figures in words, with the best and the worst marked. Of each is given how bad it is, where more is
/// bad or good.
///
/// What reads the same ranks the same, and where all read the same nothing is marked.
pub(super) fn ranked(cells: Vec<(String, Option<f64>)>) -> Vec<Cell> {
    let scored = || {
        let scored = cells.iter();
        scored.filter_map(|(text, score)| Some((text.as_str(), (*score)?)))
    };
    let by_score = |a: &(&str, f64), b: &(&str, f64)| a.1.total_cmp(&b.1);
    let best = scored().min_by(by_score).map(|(text, _)| text);
    let worst = scored().max_by(by_score).map(|(text, _)| text);
    let rank = |text: &str| match (best == Some(text), worst == Some(text)) {
        (true, false) => Rank::Best,
        (false, true) => Rank::Worst,
        _ => Rank::Between,
    };
    let ranks: Vec<Rank> = cells.iter().map(|(text, _)| rank(text)).collect();
    let cells = cells.into_iter().zip(ranks);
    cells.map(|((text, _), rank)| Cell { text, rank }).collect()
}

fn differences(
    baseline: &Checked,
    what_ifs: &IndexMap<String, WhatIf>,
    scenarios: &[Named],
) -> Vec<Difference> {
    let mut found: IndexMap<String, Difference> = IndexMap::new();
    for (world, named) in scenarios.iter().enumerate() {
        let Some(what_if) = named.id.as_ref().and_then(|id| what_ifs.get(id)) else {
            continue;
        };
        for change in changes(baseline, what_if) {
            let text = format::value_if_set;
            let difference = found
                .entry(change.path.clone())
                .or_insert_with(|| Difference {
                    path: change.path,
                    label: change.label,
                    kind: change.kind,
                    unit: change.unit,
                    cells: vec![None; scenarios.len()],
                    baseline: text(change.from),
                });
            difference.cells[world] = Some(text(Some(change.to)));
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|difference| difference.kind == LeverKind::Assumption);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{file, library};

    #[test]
    fn the_best_and_the_worst_are_marked_and_only_what_differs_is_listed() {
        let bundled = library::find("diversion-2025").unwrap();
        let scenario = file::read(bundled.id, bundled.text).unwrap().scenario;
        let comparison = Comparison::of(&scenario, &scenario.what_ifs);
        let names: Vec<_> = comparison.worlds.iter().map(|w| w.name.as_str()).collect();
        assert_eq!(names[..2], ["Baseline", "Reported diversion"]);
        let ukraine = &comparison.figures[0];
        let line = |name: &str| ukraine.iter().find(|line| line.name == name).unwrap();
        let coverage = line("Coverage");
        assert_eq!(coverage.cells.len(), names.len());
        assert_eq!(coverage.cells[1].rank, Rank::Worst);
        assert_eq!(
            coverage
                .cells
                .iter()
                .filter(|c| c.rank == Rank::Best)
                .count(),
            1
        );
        // More rounds fired is neither good nor bad.
        assert!(
            line("Rounds fired")
                .cells
                .iter()
                .all(|c| c.rank == Rank::Between)
        );
        let paths: Vec<_> = comparison
            .differences
            .iter()
            .map(|d| d.path.as_str())
            .collect();
        assert_eq!(
            paths,
            [
                "events.diversion.quantity",
                "events.eu-backfill.to",
                "supply.ua-drones.rate",
                "events.diversion.on",
                "events.autumn-truce.enabled",
            ]
        );
    }
}
