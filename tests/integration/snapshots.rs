//! Every text that an answer gives, held whole against a file that somebody has read.
//!
//! `UPDATE_EXPECT=1 cargo test snapshots` writes the files again; read what `git diff` shows before they
//! are committed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use shortfall::analysis::chances::Chances;
use shortfall::analysis::compare::Comparison;
use shortfall::analysis::likelihood::Yardstick;
use shortfall::analysis::scent::scent;
use shortfall::analysis::seek::{Change, Goal, Seek, World};
use shortfall::analysis::sentences::{Case, Probabilities};
use shortfall::analysis::words::headline;
use shortfall::analysis::{Answer, format};
use shortfall::model::ensemble::{Counts, Ensemble, Options};
use shortfall::scenario::{Checked, WhatIf, file, library};

use crate::commands::reply;
use crate::pages::{page, seen};

/// Members of each ensemble: enough for whole sentences, and few enough for a test.
const MEMBERS: &str = "256";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

/// Holds a text against the file of this name.
fn hold(name: &str, text: &str) {
    expect_file![folder().join(name)].assert_eq(text);
}

/// What the command line prints and says.
fn printed(arguments: &[&str]) -> String {
    let reply = reply(arguments);
    let mut out = reply.stdout;
    if !reply.stderr.is_empty() {
        let _ = write!(out, "\n--- stderr ---\n{}", reply.stderr);
    }
    out
}

/// A bundled scenario.
fn bundled(id: &str) -> Checked {
    let bundled = library::find(id).expect("is bundled");
    file::read(id, bundled.text).expect("is read").scenario
}

/// The answers of a bundled scenario, as it is and under each of its what-ifs.
fn answers(id: &str) {
    hold(
        &format!("{id}/baseline.txt"),
        &printed(&["run", id, "--members", MEMBERS]),
    );
    for what_if in bundled(id).what_ifs.keys() {
        let run = ["run", id, "--what-if", what_if, "--members", MEMBERS];
        hold(&format!("{id}/{what_if}.txt"), &printed(&run));
    }
}

/// The answers of planning runs, and in the words of the other yardstick; and what the check says.
fn other_texts(id: &str) {
    let scenario = bundled(id);
    let mut planned = printed(&["run", id]);
    for what_if in scenario.what_ifs.keys() {
        planned.push_str(&printed(&["run", id, "--what-if", what_if]));
    }
    hold(&format!("{id}/without-members.txt"), &planned);
    hold(&format!("{id}/phia.txt"), &phia(&scenario));
    hold(&format!("{id}/check.txt"), &printed(&["check", id]));
}

/// What the analysis tells besides: where levers have no effect, what it would take, and all what-ifs beside
/// each other.
fn analyses(id: &str) {
    let baseline = bundled(id);
    let figures = Answer::of(&baseline).figures;
    let mut out = String::new();
    let worlds = baseline
        .what_ifs
        .iter()
        .map(|(id, what_if)| (id.as_str(), what_if.clone()));
    for (name, what_if) in std::iter::once(("baseline", WhatIf::default())).chain(worlds) {
        let scenario = baseline.under(&what_if).expect("fits");
        let _ = writeln!(out, "Under {name}");
        let world = World {
            baseline: &baseline,
            what_if: &what_if,
            current: &scenario,
        };
        for lever in &scenario.levers {
            let scent = scent(&scenario, lever).expect("is a number");
            let theatres = (0..scenario.theatres.len()).map(Some).chain([None]);
            for theatre in theatres.clone() {
                if let Some(flat) = scent.flat_in(theatre) {
                    let _ = writeln!(out, "  {}, {theatre:?}: {}", lever.path, flat.words());
                }
            }
            if baseline.open.as_deref() != Some(name) {
                continue;
            }
            let change = Change::lever(world, lever).expect("is a number");
            let seek = Seek::along(change, &scent, &figures).expect("is a number");
            told(&mut out, &lever.path, &seek, theatres);
        }
        if baseline.open.as_deref() == Some(name) {
            for (id, event) in &scenario.events {
                let changes = [Change::day(world, id, event), Change::switch(world, id)];
                for change in changes.into_iter().flatten() {
                    let seek = Seek::planned(change, &figures).expect("can be tried");
                    let theatres = (0..scenario.theatres.len()).map(Some).chain([None]);
                    told(&mut out, id, &seek, theatres);
                }
            }
        }
    }
    hold(&format!("{id}/sought.txt"), &out);
    let comparison = Comparison::of(&baseline, &baseline.what_ifs);
    let mut out = String::new();
    for line in comparison.figures.iter().flatten() {
        let cells = line
            .cells
            .iter()
            .map(|cell| format!("{} {:?}", cell.text, cell.rank));
        let _ = writeln!(
            out,
            "{}: {}",
            line.name,
            cells.collect::<Vec<_>>().join("; ")
        );
    }
    for difference in &comparison.differences {
        let cells = difference
            .cells
            .iter()
            .map(|cell| cell.as_deref().unwrap_or("–"));
        let cells = cells.collect::<Vec<_>>().join("; ");
        let _ = writeln!(
            out,
            "{} ({}): {cells}",
            difference.label, difference.baseline
        );
    }
    hold(&format!("{id}/compared.txt"), &out);
}

/// Where a change alone reaches each goal.
fn told(out: &mut String, name: &str, seek: &Seek, theatres: impl Iterator<Item = Option<usize>>) {
    for theatre in theatres {
        for goal in Goal::PLANNED {
            let sought = seek.sought(goal, theatre);
            let nearest = sought.nearest.map(|(place, missing)| {
                format!(
                    "; least {} {}",
                    format::estimate(missing),
                    seek.there(place)
                )
            });
            let words = seek.words(&sought);
            let nearest = nearest.unwrap_or_default();
            let _ = writeln!(out, "  {name}, {theatre:?}, {goal:?}: {words}{nearest}");
        }
    }
}

/// The text of the page, without charts and the file itself.
fn page_text(id: &str) {
    let temporary = tempfile::tempdir().expect("a folder");
    let scenario = bundled(id);
    let open = scenario.open.as_deref().expect("opens on one");
    // It runs two ensembles for each range, of which this one has the most.
    let members: &[&str] = match id {
        "counted-2025" => &[],
        _ => &["--members", "32"],
    };
    let html = page(
        temporary.path(),
        &[&[id, "--what-if", open], members].concat(),
    );
    let mut html = without(&without(&without(&html, "style"), "svg"), "details");
    for end in [
        "title",
        "div",
        "h1",
        "h2",
        "p",
        "tr",
        "li",
        "th",
        "td",
        "figcaption",
    ] {
        let (tag, cell) = (format!("</{end}>"), matches!(end, "th" | "td"));
        html = html.replace(&tag, if cell { "  " } else { "\n" });
    }
    let shown = seen(&html);
    let lines = shown.lines().map(str::trim).filter(|line| !line.is_empty());
    let text: Vec<&str> = lines.collect();
    hold(&format!("{id}/page.txt"), &(text.join("\n") + "\n"));
}

/// The headlines of a scenario and its what-ifs in the words of the other yardstick.
fn phia(baseline: &Checked) -> String {
    let members = |scenario: &Checked| {
        let options = Options {
            members: 128,
            seed: baseline.seed,
            ranges: true,
            chance: true,
            counts: Counts::Daily,
        };
        let ensemble = Ensemble::new(scenario, options).expect("can be drawn");
        ensemble.run(2).members().clone()
    };
    let before = (members(baseline), Answer::of(baseline).figures);
    let mut out = String::new();
    for (id, what_if) in &baseline.what_ifs {
        let scenario = baseline.what_if(id).expect("fits");
        let chances = Chances::of(&members(&scenario), Some(&before.0), None);
        let figures = Answer::of(&scenario).figures;
        let case = Case {
            scenario: &scenario,
            figures: &figures,
            baseline: Some(&before.1),
            assumed: None,
        };
        let probabilities = Probabilities {
            chances: &chances,
            yardstick: Yardstick::Phia,
        };
        for theatre in 0..scenario.theatres.len() {
            let headline = headline(case, Some(probabilities), theatre);
            let _ = writeln!(out, "{}: {}", what_if.name, headline.sentences[0].text());
        }
    }
    out
}

/// A text without the elements of this name.
fn without(html: &str, element: &str) -> String {
    let (begin, end) = (format!("<{element}"), format!("</{element}>"));
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, from)) = rest.split_once(&begin) {
        out.push_str(before);
        rest = from.split_once(&end).map_or("", |(_, after)| after);
    }
    out + rest
}

/// Four tests for each bundled scenario, so that none takes long.
macro_rules! bundled_scenarios {
    ($($name:ident: $id:literal,)*) => {
        $(mod $name {
            #[test]
            fn answers() {
                super::answers($id);
            }

            #[test]
            fn other_texts() {
                super::other_texts($id);
            }

            #[test]
            fn analyses() {
                super::analyses($id);
            }

            #[test]
            fn page() {
                super::page_text($id);
            }
        })*
    };
}

bundled_scenarios! {
    diversion_2025: "diversion-2025",
    counted_2025: "counted-2025",
    record_raid: "record-raid",
    us_halt: "us-halt",
    scale_up: "scale-up",
    autumn_ceasefire: "autumn-ceasefire",
}

/// Sentences that were wrong once.
#[test]
fn numbers_set_by_hand() {
    for (name, arguments) in [
        (
            "4000-diverted",
            "diversion-2025 --set events.diversion.quantity=4000",
        ),
        (
            "4500-diverted-late",
            "diversion-2025 --what-if late --set events.diversion.quantity=4500",
        ),
        (
            "more-launched",
            "scale-up --set threats.shahed.per_site=26 --set supply.rockets.rate=7",
        ),
        (
            "causes-that-offset",
            "autumn-ceasefire --what-if three-months --set events.factories.to=70 \
             --set events.factories-after.to=50 --set threats.drone.sites=20 --set events.teams.to=170",
        ),
    ] {
        let run = std::iter::once("run").chain(arguments.split_whitespace());
        let run: Vec<&str> = run.collect();
        let with = [&run[..], &["--members", MEMBERS]].concat();
        hold(
            &format!("set/{name}.txt"),
            &(printed(&run) + &printed(&with)),
        );
    }
}

/// A small scenario whose what-if is told beside its baseline.
struct Made {
    head: &'static str,
    threat: &'static str,
    deployment: &'static str,
    events: &'static str,
    set: &'static str,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            head: "days: 90, target: 0.9",
            threat: "stockpile: 0, production: 20, sites: 100, per_site: 100, launch: (daily_share: 1), variation: 0.3",
            deployment: "stock: 900, fire_units: 30, engagements: 1, reach: 0.95",
            events: "",
            set: "",
        }
    }
}

impl Made {
    fn text(&self) -> String {
        let Self {
            head,
            threat,
            deployment,
            events,
            set,
        } = self;
        let what_ifs = if set.is_empty() {
            String::new()
        } else {
            format!("\"changed\": (name: \"Changed\", set: {{ {set} }}),")
        };
        format!(
            r#"#![enable(implicit_some)]
(
    format: 1, title: "Made for a test", summary: "", marking: "TEST", start: "2025-01-01", {head}, seed: 1,
    sources: {{ "s": (title: "Made up") }},
    theatres: {{ "a": (name: "Aland") }},
    suppliers: {{ "us": (name: "United States") }},
    threats: {{ "k": (name: "Drone", theatre: "a", source: "s", {threat}, unit_cost: 1000) }},
    interceptors: {{ "i": (name: "Rocket", doctrine: Salvo(1), kill: {{ "k": 0.5 }}, unit_cost: 500, source: "s") }},
    deployments: {{ "d": (theatre: "a", interceptor: "i", source: "s", {deployment}) }},
    supply: {{ "l": (supplier: "us", to: "d", source: "s", rate: 10, every: 7) }},
    events: {{ {events} }},
    levers: [(kind: Decision, path: "supply.l.rate", label: "Rockets delivered", min: 0, max: 40, step: 1)],
    what_ifs: {{ {what_ifs} }},
)
"#
        )
    }

    /// Holds the answer of the baseline, and of the what-if where there is one.
    fn hold(&self, name: &str) {
        let temporary = tempfile::tempdir().expect("a folder");
        let path = temporary.path().join("made.ron");
        std::fs::write(&path, self.text()).expect("is written");
        let file = path.to_str().expect("is text");
        let mut out = printed(&["run", file, "--members", MEMBERS]);
        if !self.set.is_empty() {
            out.push_str("\n=== under the what-if ===\n");
            out.push_str(&printed(&[
                "run",
                file,
                "--what-if",
                "changed",
                "--members",
                MEMBERS,
            ]));
        }
        let parent = temporary.path().to_str().expect("is text");
        hold(&format!("made/{name}.txt"), &out.replace(parent, "FOLDER"));
    }
}

#[test]
fn made_cases_without_a_shortfall() {
    Made {
        threat: "stockpile: 0, production: 0, sites: 100, per_site: 100, launch: (daily_share: 1)",
        set: r#""supply.l.rate": 20"#,
        ..Made::default()
    }
    .hold("nothing-launched");
    Made {
        deployment: "stock: 90000, fire_units: 1000, engagements: 1, reach: 1",
        set: r#""supply.l.rate": 20"#,
        ..Made::default()
    }
    .hold("all-engaged");
    Made {
        deployment: "stock: 0, fire_units: 0, engagements: 1, reach: 0",
        set: r#""supply.l.rate": 20"#,
        ..Made::default()
    }
    .hold("none-engaged");
}

#[test]
fn made_cases_of_horizon_and_target() {
    for (name, head) in [
        ("one-day", "days: 1, target: 0.9"),
        ("27-days", "days: 27, target: 0.9"),
        ("28-days", "days: 28, target: 0.9"),
        ("target-0", "days: 90, target: 0"),
        ("target-1", "days: 90, target: 1"),
    ] {
        let set = r#""supply.l.rate": 20"#;
        Made {
            head,
            set,
            ..Made::default()
        }
        .hold(name);
    }
}

#[test]
fn made_cases_of_change() {
    Made {
        set: r#""threats.k.production": 8"#,
        ..Made::default()
    }
    .hold("fewer-launched");
    Made {
        set: r#""threats.k.production": 40, "supply.l.rate": 40, "deployments.d.stock": 9000"#,
        ..Made::default()
    }
    .hold("two-causes-that-cancel");
    Made {
        set: r#""supply.l.rate": 10.2"#,
        ..Made::default()
    }
    .hold("about-as-many");
    Made {
        set: r#""supply.l.rate": 20, "target": 0.8, "days": 60"#,
        ..Made::default()
    }
    .hold("another-frame");
}

#[test]
fn made_cases_of_breach() {
    Made {
        threat: "stockpile: 2000, production: 10, sites: 100, per_site: 100, launch: (daily_share: 1)",
        deployment: "stock: 100000, fire_units: 20, engagements: 1, reach: 1",
        events: r#""r": (name: "Raid", source: "s", what: Raid(on: "2025-01-01", launches: {"k": 300}))"#,
        ..Made::default()
    }
    .hold("early-failure");
    Made {
        head: "days: 90, target: 0.9, protection_target: 0.47",
        set: r#""supply.l.rate": 2, "protection_target": 0.46"#,
        ..Made::default()
    }
    .hold("a-target-for-protection");
    Made {
        head: "days: 180, target: 0.9",
        deployment: "stock: 100000, fire_units: 30, engagements: 1, reach: 1",
        events: r#""c": (name: "Ceasefire", source: "s", what: Ceasefire(on: "2025-04-01", until: "2025-05-01", theatre: "a")),
            "r": (name: "Raid", source: "s", what: Raid(on: "2025-05-01", launches: {"k": 60})),
            "c-too": (name: "Ceasefire again", source: "s", what: Ceasefire(on: "2025-05-02", theatre: "a"))"#,
        ..Made::default()
    }
    .hold("one-raid-after-a-ceasefire");
    Made {
        head: "days: 365, target: 0.9",
        threat: "stockpile: 0, production: (value: 20, low: 15, high: 25), sites: 100, per_site: 100, launch: (daily_share: 1), variation: 0.3",
        deployment: "stock: 1500, fire_units: 24, engagements: 1, reach: 1",
        events: r#""c": (name: "Ceasefire", source: "s", what: Ceasefire(on: "2025-07-01", until: "2025-09-01", theatre: "a"))"#,
        ..Made::default()
    }
    .hold("two-peaks");
}

#[test]
fn a_theatre_without_threats_and_equal_names() {
    let text = Made::default()
        .text()
        .replace(
            r#""a": (name: "Aland") }"#,
            r#""a": (name: "Aland"), "b": (name: "Quiet"), "c": (name: "Aland") }"#,
        )
        .replace(
            r"unit_cost: 1000) }",
            r#"unit_cost: 1000), "k-too": (name: "Drone", theatre: "c", source: "s", production: 5, sites: 1, per_site: 100, launch: (daily_share: 1)) }"#,
        );
    let temporary = tempfile::tempdir().expect("a folder");
    let path = temporary.path().join("made.ron");
    std::fs::write(&path, text).expect("is written");
    let file = path.to_str().expect("is text");
    let out = printed(&["run", file, "--members", MEMBERS]) + &printed(&["check", file]);
    let parent = temporary.path().to_str().expect("is text");
    hold("made/equal-names.txt", &out.replace(parent, "FOLDER"));
}
