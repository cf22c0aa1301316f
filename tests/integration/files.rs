//! Scenario files: what is read, refused, warned of, written and saved.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests say what they expect, as the tests do"
)]

use std::fs;

use proptest::prelude::*;
use shortfall::analysis::Answer;
use shortfall::scenario::file::{self, LoadError, Loaded, SaveError};
use shortfall::scenario::{
    Address, Checked, Estimate, Place, Problem, Range, Severity, Value, What, check, library,
};

/// The four examples of the format.
fn examples() -> [(&'static str, &'static str); 4] {
    [
        ("diversion-2025", bundled()),
        ("case-2002", include_str!("../data/case-2002.ron")),
        ("case-2015", include_str!("../data/case-2015.ron")),
        ("case-2032", include_str!("../data/case-2032.ron")),
    ]
}

fn bundled() -> &'static str {
    library::find("diversion-2025").expect("it is bundled").text
}

/// The bundled text with one stretch exchanged.
fn edited(from: &str, to: &str) -> String {
    assert!(bundled().contains(from), "no `{from}` to edit");
    bundled().replacen(from, to, 1)
}

fn read(text: &str) -> Loaded {
    match file::read("test", text) {
        Ok(loaded) => loaded,
        Err(refused) => panic!("{refused}"),
    }
}

fn problems(text: &str) -> Vec<Problem> {
    match file::read("test", text) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.problems,
    }
}

/// What stands in `text` from a place to the end of its line.
fn text_at(text: &str, place: Option<Place>) -> String {
    let Some(Place { line, column }) = place else {
        return "no place".to_owned();
    };
    let line = text.lines().nth(line - 1).unwrap_or("");
    line.chars().skip(column - 1).collect()
}

/// A mistake: the edit that makes it, the text at the place where it is found, its path, and a
/// part of what is said.
type Mistake<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// Every edit makes exactly one mistake, at exactly that place.
fn each_is_found(mistakes: &[Mistake<'_>]) {
    for (from, to, at, path, what) in mistakes {
        let text = edited(from, to);
        let found = problems(&text);
        let [problem] = found.as_slice() else {
            panic!("`{to}` gives {found:#?}");
        };
        assert_eq!(problem.severity, Severity::Error);
        assert_eq!(problem.path, *path, "for `{to}`: {problem}");
        assert!(problem.what.contains(what), "for `{to}`: {problem}");
        let found_at = text_at(&text, problem.place);
        assert!(
            found_at.starts_with(at),
            "for `{to}`: {problem} stands at `{found_at}`"
        );
    }
}

#[test]
fn the_examples_are_read() {
    for (_, text) in examples() {
        read(text);
    }
}

#[test]
fn what_is_written_is_read_back_the_same() {
    for (name, text) in examples() {
        let loaded = read(text);
        let written = file::write(&loaded.scenario);
        let again = read(&written);
        assert_eq!(again.scenario, loaded.scenario, "{name}");
        assert!(!again.has_comments, "{name}: what we write is ours");
        assert_eq!(file::write(&again.scenario), written, "{name}");
    }
}

#[test]
fn a_known_rhythm_and_listed_days_are_read_and_written() {
    let text = bundled().replace(
        "raid_release: 0.4),",
        "raid_release: 0.4, regular: true), launches: {\"2025-06-03\": -0.0, \"2025-06-01\": 12.5},",
    );
    let scenario = read(&text).scenario;
    let cruise = &scenario.threats["cruise"];
    assert!(cruise.launch.regular && !scenario.threats["shahed"].launch.regular);
    let days: Vec<_> = cruise
        .launches
        .iter()
        .map(|(day, n)| (day.to_string(), *n))
        .collect();
    assert_eq!(
        days,
        [("2025-06-01".into(), 12.5), ("2025-06-03".into(), 0.0)]
    );
    assert!(days[1].1.is_sign_positive(), "-0 is read as 0");
    let written = file::write(&scenario);
    assert!(written.contains("raid_release: 0.4, regular: true),"));
    assert!(
        written.contains("launches: { \"2025-06-01\": 12.5, \"2025-06-03\": 0 },"),
        "{written}"
    );
    assert_eq!(read(&written).scenario, scenario);
}

#[test]
fn fields_that_change_no_run_are_read_and_written() {
    let text = bundled()
        .replace("target: 0.9,", "target: 0.9, protection_target: (value: 0.75, low: 0.7, high: 0.8),")
        .replace("name: \"Cruise missile\",", "name: \"Cruise missile\", decoy: true,")
        .replace("every: 14", "every: 14, lead: 30")
        .replace(
            "events: {",
            "events: { \"extra\": (name: \"Extra\", what: Shipment(on: \"2025-08-01\", supplier: \"us\", \
             to: \"ua-apkws\", quantity: 0, lead: 45)),",
        );
    let scenario = read(&text).scenario;
    assert!(scenario.threats["cruise"].decoy && !scenario.threats["shahed"].decoy);
    assert_eq!(
        scenario.supply["eu-apkws"]
            .lead
            .as_ref()
            .map(|lead| lead.value),
        Some(30.0)
    );
    assert_eq!(scenario.events["extra"].what.lead(&scenario), 45);
    assert_eq!(scenario.events["eu-backfill"].what.lead(&scenario), 30);
    assert_eq!(scenario.events["diversion"].what.lead(&scenario), 0);
    for (path, value) in [
        ("protection_target", Value::Number(0.75)),
        ("threats.cruise.decoy", Value::Switch(true)),
        ("supply.eu-apkws.lead", Value::Number(30.0)),
        ("events.extra.lead", Value::Number(45.0)),
    ] {
        let address = Address::find(&scenario, path).expect(path);
        let stated = address.get(&scenario).and_then(|slot| slot.value());
        assert_eq!(stated, Some(value), "{path}");
    }
    assert_eq!(read(&file::write(&scenario)).scenario, scenario);
    // The run is that of the file without them.
    let plain = read(bundled()).scenario;
    let [with, without] = [&scenario, &plain].map(|s| Answer::of(s).outcome);
    assert_eq!(with.theatres, without.theatres);
}

#[test]
fn a_written_file_looks_like_a_persons() {
    let text = file::write(&read(bundled()).scenario);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "#![enable(implicit_some)]");
    for line in [
        "    title: \"20,000 anti-drone missiles, reported diverted\",",
        "    days: 365,",
        "        \"us\": (name: \"United States\"),",
        "            stockpile: (value: 1100, low: 800, high: 1600),",
        "            doctrine: Salvo(2),",
        "            what: Divert(on: \"2025-06-06\", supply: \"us-apkws\", to: \"me-apkws\", quantity: 0),",
        "        (kind: Decision, path: \"events.diversion.quantity\", label: \"Missiles diverted\", min: 0, max: 20000, step: 500),",
        "        \"diverted\": (name: \"Reported diversion\", set: { \"events.diversion.quantity\": 20000 }),",
        "    open: \"diverted\",",
    ] {
        assert!(lines.contains(&line), "`{line}` is missing in\n{text}");
    }
}

#[test]
fn comments_of_a_person_are_noticed() {
    assert!(read(bundled()).has_comments);
    let written = file::write(&read(bundled()).scenario);
    assert!(read(&format!("// mine\n{written}")).has_comments);
    assert!(!read(&written.replace("United States", "US // no comment")).has_comments);
}

#[test]
#[rustfmt::skip] // A table reads better with a row a line.
fn mistakes_of_form_are_found_in_place() {
    each_is_found(&[
        // Brackets, commas and quotes: what is said is about the whole.
        ("days: 365,", "days: 365", "target: 0.9", "", "a comma, a colon or a closing bracket is missing"),
        ("days: 365,", "days 365,", "365,", "", "a colon is missing"),
        (")\n", "", "", "", "ends too early"),
        ("open: \"diverted\",\n)", "open: \"diverted\",\n) x", "x", "", "nothing may follow"),
        ("#![enable(implicit_some)]", "#![enable(unwrap_newtypes)]", "#![", "", "implicit_some"),
        ("name: \"Ukraine\"", "name: 'Ukraine'", "kraine'", "", "double quotes"),
        ("name: \"Ukraine\"", "name: \"Ukr\\daine\"", "aine\"", "", "for a backslash"),
        ("sites: 12,", "sites: 1,200,", "200", "", "without thousands separators"),
        ("sites: 12,", "sites: ,", ",", "", "`,` stands where a value belongs"),
        ("// Layers", "/* Layers", "", "", "is not closed with `*/`"),
        ("start: \"2025-06-01\"", "start: 2025-06-01", "2025-06-01", "", "a date stands in quotes"),
        ("\"ukraine\": (name", "“ukraine”: (name", "“ukraine", "", "straight double quotes"),
        // Versions.
        ("format: 1", "format: 2", "2,", "format", "it reads 1"),
        ("    format: 1,\n", "", "(", "format", "`format` is missing"),
        ("format: 1", "format: \"1\"", "\"1\"", "format", "this is a text; a number belongs here"),
        // Fields.
        ("days: 365,", "days: 365, day: 1,", "day: 1", "day", "did you mean `days`?"),
        ("days: 365,", "", "(", "days", "`days` is missing"),
        ("days: 365,", "days: 365, days: 300,", "days: 300", "days", "given twice"),
        ("name: \"Cruise missile\",", "", "(", "threats.cruise.name", "is missing"),
        ("sites: 12,", "sitess: 12, sites: 12,", "sitess", "threats.shahed.sitess", "did you mean `sites`?"),
        ("daily_share: 0.3, ", "", "(raid_every", "threats.cruise.launch.daily_share", "is missing"),
        (", raid_release: 0.4", "", "(daily_share: 0.3", "threats.cruise.launch.raid_release", "is missing"),
        ("low: 18, ", "", "high: 30", "threats.shahed.production.high", "without `low`"),
        ("(value: 1100, ", "(", "(low: 800", "threats.shahed.stockpile.value", "is missing"),
        ("supplier: \"us\"))", "))", "(on", "events.us-hold.supplier", "name one of them"),
        ("supplier: \"us\"))", "supplier: \"us\", supply: \"us-sam\"))", "supply: \"us-sam\"", "events.us-hold.supply", "not both"),
        ("share: 1.0)", "shares: 1.0)", "shares", "events.diversion.shares", "did you mean `share`?"),
        // Types.
        ("days: 365,", "days: \"365\",", "\"365\"", "days", "this is a text; a number belongs here"),
        ("sites: 12,", "sites: [12],", "[12]", "threats.shahed.sites", "this is a list; a number"),
    ]);
    each_is_found(&[
        ("name: \"Ukraine\"", "name: 5", "5)", "theatres.ukraine.name", "this is a number; a text"),
        ("enabled: false", "enabled: 0", "0,", "events.autumn-truce.enabled", "true or false belongs"),
        ("(name: \"Ukraine\")", "(\"Ukraine\")", "(\"Ukraine", "theatres.ukraine", "needs its name"),
        ("(name: \"Ukraine\")", "Theatre(name: \"Ukraine\")", "Theatre(", "theatres.ukraine", "leave out the name"),
        ("sites: 12,", "sites: 1..5,", "1..5", "threats.shahed.sites", "more than a number"),
        ("(name: \"Ukraine\")", "\"Ukraine\"", "\"Ukraine\"", "theatres.ukraine", "a group `(name: value, …)`"),
        ("kill: { \"cruise\": (value: 0.6, low: 0.5, high: 0.75) }", "kill: (cruise: 0.6)", "(cruise", "interceptors.sam.kill", "a map"),
        ("\"europe\": (name: \"Eur", "europe: (name: \"Eur", "europe", "suppliers", "in quotes: \"europe\""),
    ]);
    each_is_found(&[
        ("start: \"2025-06-01\"", "start: \"2025-06-31\"", "\"2025-06-31\"", "start", "`2025-06-31` is no date"),
        ("start: \"2025-06-01\"", "start: \"2025-06-01T10:00\"", "\"2025-06-01T", "start", "is no date"),
        ("start: \"2025-06-01\"", "start: 2025", "2025", "start", "a date in quotes"),
        ("Salvo(2), source: \"assumption\"", "Salve(2), source: \"assumption\"", "Salve(2)", "interceptors.apkws.doctrine", "did you mean `Salvo`?"),
        ("Salvo(2), source: \"assumption\"", "Salvo, source: \"assumption\"", "Salvo,", "interceptors.apkws.doctrine.n", "such as `Salvo(2)`"),
        ("Salvo(2), source: \"assumption\"", "\"Salvo\", source: \"assumption\"", "\"Salvo\"", "interceptors.apkws.doctrine", "without quotes"),
        ("what: Pause(", "what: Stop(", "Stop(", "events.us-hold.what", "`Pause`"),
        ("kind: Decision, path: \"events.diversion.q", "kind: Decisive, path: \"events.diversion.q", "Decisive", "levers.1.kind", "did you mean `Decision`?"),
        ("\"events.autumn-truce.enabled\": true", "\"events.autumn-truce.enabled\": yes", "yes", "what_ifs.truce.set.events.autumn-truce.enabled", "a number belongs here"),
        ("seed: 20250608", "seed: -1", "-1", "seed", "a whole number from 0"),
        ("\"mideast\": (name", "\"ukraine\": (name: \"x\"), \"mideast\": (name", "\"ukraine\": (name: \"x\")", "theatres.ukraine", "twice"),
    ]);
}

#[test]
#[rustfmt::skip] // A table reads better with a row a line.
fn broken_rules_are_found_in_place() {
    each_is_found(&[
        // References.
        ("theatre: \"ukraine\", priority: 2", "theatre: \"ukrain\", priority: 2", "\"ukrain\"", "threats.shahed.theatre", "did you mean `ukraine`?"),
        ("interceptor: \"ew\"", "interceptor: \"fog\"", "\"fog\"", "deployments.ua-ew.interceptor", "there is no `fog` in `interceptors`"),
        ("supplier: \"us\", to: \"ua-sam\"", "supplier: \"uss\", to: \"ua-sam\"", "\"uss\"", "supply.us-sam.supplier", "did you mean `us`?"),
        ("to: \"ua-guns\"", "to: \"ua-gun\"", "\"ua-gun\"", "supply.ua-bursts.to", "did you mean `ua-guns`?"),
        ("{ \"cruise\": (value: 0.6", "{ \"cruse\": (value: 0.6", "\"cruse\"", "interceptors.sam.kill.cruse", "did you mean `cruise`?"),
        ("source: \"csis\"", "source: \"csi\"", "\"csi\"", "threats.shahed.unit_cost.source", "did you mean `csis`?"),
        ("priority: 2, source: \"assumption\"", "priority: 2, source: \"guess\"", "\"guess\"", "threats.shahed.source", "there is no `guess`"),
        ("supply: \"us-apkws\", to", "supply: \"us-apkw\", to", "\"us-apkw\"", "events.diversion.supply", "did you mean `us-apkws`?"),
        ("\"shahed\": 479", "\"shaed\": 479", "\"shaed\"", "events.record-raid.launches.shaed", "did you mean `shahed`?"),
        ("until: \"2025-11-01\", theatre: \"ukraine\"", "until: \"2025-11-01\", theatre: \"ukrane\"", "\"ukrane\"", "events.autumn-truce.theatre", "did you mean `ukraine`?"),
        ("supplier: \"us\"))", "supplier: \"uk\"))", "\"uk\"", "events.us-hold.supplier", "did you mean `us`?"),
        ("supplier: \"us\"))", "supply: \"us-sm\"))", "\"us-sm\"", "events.us-hold.supply", "did you mean `us-sam`?"),
        ("open: \"diverted\"", "open: \"divert\"", "\"divert\"", "open", "did you mean `diverted`?"),
        // Ids.
        ("\"domestic\": (name", "\"Domestic 1\": (name: \"x\"), \"domestic\": (name", "\"Domestic 1\"", "suppliers.Domestic 1", "such as `domestic-1`"),
        // Bounds.
        ("target: 0.9", "target: 90", "90", "target", "90 is not a number from 0 to 1"),
        ("target: 0.9", "target: 0.9, protection_target: 1.5", "1.5", "protection_target", "1.5 is not a number from 0 to 1"),
        ("target: 0.9", "target: 0.9, protecton_target: 0.5", "protecton_target", "protecton_target", "did you mean `protection_target`?"),
        ("every: 14", "every: 14, lead: 1.5", "1.5", "supply.eu-apkws.lead", "a whole number"),
        ("every: 14", "every: 14, lead: -1", "-1", "supply.eu-apkws.lead", "a whole number, 0 or more"),
        ("every: 14", "every: 14, lead: (value: 9, low: 5, high: 20)", "5, high", "supply.eu-apkws.lead.low", "takes no range"),
        ("name: \"Cruise missile\",", "name: \"Cruise missile\", decoy: 1,", "1,", "threats.cruise.decoy", "true or false"),
        ("days: 365", "days: 0", "0,", "days", "0 is not a whole number, 1 or more"),
        ("days: 365", "days: 36.5", "36.5", "days", "a whole number"),
        ("days: 365", "days: 5000", "5000", "days", "more than the 3650"),
        ("sites: 12,", "sites: -1,", "-1", "threats.shahed.sites", "from 0 to 1e12"),
        ("sites: 12,", "sites: inf,", "inf", "threats.shahed.sites", "1e12"),
        ("sites: 12,", "sites: NaN,", "NaN", "threats.shahed.sites", "1e12"),
        ("sites: 12,", "sites: 1e999,", "1e999", "threats.shahed.sites", "1e12"),
        ("value: 0.5, low: 0.4, high: 0.6,", "value: 1.5, low: 0.4, high: 0.6,", "1.5", "deployments.ua-ew.reach", "from 0 to 1"),
        ("ShootLookShoot(3), source: \"zel", "ShootLookShoot(0), source: \"zel", "0)", "interceptors.drone.doctrine.n", "1 or more"),
        ("share: 1.0)", "share: 1.1)", "1.1", "events.diversion.share", "from 0 to 1"),
        ("every: 14", "every: 1.5", "1.5", "supply.eu-apkws.every", "a whole number"),
        ("priority: 2", "priority: 3000000000", "3000000000", "threats.shahed.priority", "the most that fits, 2147483647"),
        ("start: \"2025-06-01\"", "start: \"1825-06-01\"", "\"1825", "start", "1900 to 2200"),
        ("per_site: 6,", "per_site: 6, launches: {\"2025-06-31\": 5},", "\"2025-06-31\"", "threats.cruise.launches.2025-06-31", "is no date"),
        ("per_site: 6,", "per_site: 6, launches: {\"2025-06-30\": -5},", "-5", "threats.cruise.launches.2025-06-30", "-5 is not a number from 0 to 1e12"),
        ("per_site: 6,", "per_site: 6, launches: {\"1825-06-30\": 5},", "\"1825", "threats.cruise.launches.1825-06-30", "1900 to 2200"),
        ("raid_release: 0.4)", "raid_release: 0.4, regular: 1)", "1)", "threats.cruise.launch.regular", "true or false"),
        // Ranges.
        ("low: 800, high: 1600", "low: 1200, high: 1600", "1200", "threats.shahed.stockpile.low", "less than the value, 1100"),
        ("low: 800, high: 1600", "low: 800, high: 1100", "1100", "threats.shahed.stockpile.high", "more than the value, 1100"),
        ("low: 800, high: 1600", "low: 0, high: 1600", "0, high", "threats.shahed.stockpile.low", "begins above 0"),
        ("low: 800, high: 1600", "low: 800, high: inf", "inf", "threats.shahed.stockpile.high", "1e12"),
        ("low: 0.9, high: 0.99", "low: 0.9, high: 1", "1)", "deployments.me-apkws.reach.high", "ends below 1"),
        ("low: 800, high: 1600", "low: 1099, high: 1600", "1600", "threats.shahed.stockpile.high", "too skewed upwards; lower `high` to 1106 or `low` to 1040"),
        ("low: 800, high: 1600", "low: 8, high: 1101", "8, high", "threats.shahed.stockpile.low", "too skewed downwards; raise `low` to"),
        ("every: 14", "every: (value: 14, low: 7, high: 21)", "7, high", "supply.eu-apkws.every.low", "takes no range"),
        // Rounds.
        ("\"ua-ew\": (", "\"ua-ew\": (stock: 5, ", "5, ", "deployments.ua-ew.stock", "can hold no stock"),
        ("to: \"me-apkws\", quantity: 0", "to: \"ua-sam\", quantity: 0", "\"ua-sam\"", "events.diversion.to", "also fielded by `me-apkws`"),
        ("to: \"me-apkws\", quantity: 0", "to: \"ua-apkws\", quantity: 0", "\"ua-apkws\"", "events.diversion.to", "already"),
        ("what: Pause(on: \"2025-07-01\", until: \"2025-07-03\", supplier: \"us\")", "what: Transfer(on: \"2025-07-01\", from: \"ua-sam\", to: \"ua-sam\", quantity: 1)", "\"ua-sam\", quantity", "events.us-hold.to", "already"),
        ("what: Pause(on: \"2025-07-01\", until: \"2025-07-03\", supplier: \"us\")", "what: Shipment(on: \"2025-07-01\", supplier: \"us\", to: \"ua-ew\", quantity: 1)", "\"ua-ew\"", "events.us-hold.to", "uses up no rounds"),
        ("supplier: \"domestic\", to: \"ua-guns\"", "supplier: \"domestic\", to: \"ua-ew\"", "\"ua-ew\"", "supply.ua-bursts.to", "uses up no rounds"),
        // Time.
        ("until: \"2025-07-03\"", "until: \"2025-07-01\"", "\"2025-07-01\", supplier", "events.us-hold.until", "later than `on`"),
        ("until: \"2025-11-01\"", "until: \"2025-09-01\"", "\"2025-09-01\"", "events.autumn-truce.until", "later than `on`"),
        ("every: 14", "every: 14, from: \"2025-07-01\", until: \"2025-07-01\"", "\"2025-07-01\")", "supply.eu-apkws.until", "later than `from`"),
        // Ramps.
        ("path: \"threats.shahed.production\", to", "path: \"threats.shahed.per_site\", to", "\"threats.shahed.per_site\"", "events.scale-up.path", "cannot change"),
        ("path: \"threats.shahed.production\", to", "path: \"threats.shaed.production\", to", "\"threats.shaed", "events.scale-up.path", "did you mean `shahed`?"),
        ("path: \"threats.shahed.sites\", to", "path: \"threats.shahed.production\", to", "\"2025-07-01\"", "events.new-sites.on", "begin on 2025-12-12 or later"),
        // Levers.
        ("path: \"events.diversion.share\", label", "path: \"events.diversion.quantity\", label", "\"events.diversion.quantity\", label: \"Share", "levers.2.path", "has a lever already"),
        ("path: \"events.diversion.share\", label", "path: \"events.diversion.on\", label", "\"events.diversion.on\"", "levers.2.path", "a lever moves a number"),
        ("path: \"events.diversion.share\", label", "path: \"events.diversion.shar\", label", "\"events.diversion.shar\"", "levers.2.path", "did you mean `share`?"),
        ("min: 0, max: 1, step", "min: 0, max: 2, step", "2, step", "levers.2.max", "from 0 to 1"),
        ("min: 0, max: 1, step", "min: 1, max: 1, step", "1, step", "levers.2.max", "not more than `min`"),
        ("step: 0.05", "step: 0", "0)", "levers.2.step", "no step"),
        // What-ifs.
        ("set: { \"events.diversion.quantity\": 20000 }", "set: { \"events.diversion.quantiy\": 20000 }", "\"events.diversion.quantiy\"", "what_ifs.diverted.set.events.diversion.quantiy", "did you mean `quantity`?"),
        ("set: { \"events.diversion.quantity\": 20000 }", "set: { \"events.diversion.quantity\": -5 }", "-5", "what_ifs.diverted.set.events.diversion.quantity", "from 0 to 1e12"),
        ("set: { \"events.diversion.quantity\": 20000 }", "set: { \"events.us-hold.until\": \"2025-06-01\" }", "\"2025-06-01\"", "what_ifs.diverted.set.events.us-hold.until", "later than `on`"),
        ("set: { \"events.diversion.quantity\": 20000 }", "set: { \"events.us-hold.on\": \"2025-08-01\" }", "\"2025-08-01\"", "what_ifs.diverted.set.events.us-hold.on", "under this what-if, events.us-hold.until"),
    ]);
}

#[test]
fn every_mistake_is_told_at_once_and_in_order() {
    let text = bundled()
        .replace(
            "theatre: \"ukraine\", priority: 2",
            "theatre: \"ukrain\", priority: 2",
        )
        .replace("sites: 12,", "sites: \"12\",")
        .replace("target: 0.9", "target: 9")
        .replace("rate: 2,", "rates: 2,")
        .replace("over: 180", "over: 1.5");
    let found = problems(&text);
    let paths: Vec<&str> = found.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "target",
            "threats.shahed.theatre",
            "threats.shahed.sites",
            "supply.us-sam.rate",
            "supply.us-sam.rates",
            "events.scale-up.over",
        ]
    );
    let refused = file::read("my.ron", &text).expect_err("it is wrong");
    let lines: Vec<String> = refused.to_string().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(
        lines[1],
        "my.ron:31:56: error: threats.shahed.theatre: there is no `ukrain` in `theatres`; did you mean `ukraine`?"
    );
}

#[test]
fn what_cannot_be_read_is_no_second_fault() {
    // Nothing that names a theatre, a threat or a deployment is blamed for it.
    for (section, wrong) in [
        ("    theatres: {", "    theatres: 5, note: {"),
        ("    deployments: {", "    deployments: [], note: {"),
    ] {
        let found = problems(&edited(section, wrong));
        let paths: Vec<&str> = found.iter().map(|p| p.path.as_str()).collect();
        let section = section.trim().trim_end_matches(": {");
        assert_eq!(paths, [section, "note"]);
    }
}

#[test]
fn places_count_characters_and_survive_some() {
    let text = edited("name: \"Ukraine\"", "name: \"Україна\", note: 5");
    let found = problems(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(text_at(&text, found[0].place), "5),");

    let text = edited("marking: \"UNCLASSIFIED", "marking: Some(\"UNCLASSIFIED");
    let text = text.replace("open sources\",", "open sources\"), open: None,");
    let text = text.replace("    open: \"diverted\",\n", "");
    let loaded = read(&text);
    assert_eq!(loaded.scenario.marking, "UNCLASSIFIED - open sources");
    assert_eq!(loaded.scenario.open, None);

    let windows = format!("\u{feff}{}", bundled().replace('\n', "\r\n"));
    assert_eq!(read(&windows).scenario, read(bundled()).scenario);
    let without = bundled().replace("#![enable(implicit_some)]\n", "");
    assert_eq!(read(&without).scenario, read(bundled()).scenario);
}

#[test]
fn places_are_kept_for_later_warnings() {
    let loaded = read(bundled());
    let at = |path: &str| text_at(bundled(), loaded.places.place(path));
    assert!(at("deployments.ua-ew.theatre").starts_with("\"ukraine\", interceptor: \"ew\""));
    assert!(at("deployments.ua-ew").starts_with("\"ua-ew\": ("));
    assert!(at("deployments.ua-ew.ration").starts_with("\"ua-ew\": ("));
    assert!(at("events.record-raid.launches.cruise").starts_with("20 }"));
    assert!(at("interceptors.sam.doctrine.n").starts_with("2), source"));
    assert!(at("what_ifs.late.set.events.diversion.on").starts_with("\"2025-09-01\""));
    assert!(at("levers.2.max").starts_with("1, step: 0.05"));
}

#[test]
fn nothing_nests_without_end() {
    for text in [
        "(".repeat(100_000),
        "[".repeat(100_000),
        "{a:".repeat(50_000),
    ] {
        let found = problems(&text);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("more than 32 deep"), "{}", found[0]);
    }
    let deep = |n: usize| {
        edited(
            "days: 365,",
            &format!("x: {}{}, days: 365,", "[".repeat(n), "]".repeat(n)),
        )
    };
    assert!(problems(&deep(31))[0].what.contains("no field `x`"));
    assert!(problems(&deep(32))[0].what.contains("more than 32 deep"));
}

#[test]
fn large_nonsense_is_refused_in_good_time() {
    let long = "x".repeat(1 << 20);
    for text in [
        String::new(),
        " ".repeat(file::MAX_SIZE + 1),
        format!("(format: 1, {long}: 5)"),
        format!("(format: 1, theatres: {{ {long}: 5, \"{long}\": 5 }})"),
        edited("theatre: \"ukraine\"", &format!("theatre: \"{long}\"")),
        edited("Salvo(2)", &format!("{long}(2)")),
        format!("(format: 1, {})", "a: 1, ".repeat(100_000)),
        format!("(format: 1, levers: [{}])", "(), ".repeat(100_000)),
        format!(
            "(format: 1, threats: {{ {} }})",
            (0..50_000)
                .map(|i| format!("\"{i}\": (), "))
                .collect::<Vec<_>>()
                .concat()
        ),
    ] {
        let found = problems(&text);
        assert!(
            !found.is_empty() && found.len() <= 2_000,
            "{} problems",
            found.len()
        );
        assert!(found.iter().all(|problem| problem.what.len() < 1_000));
    }
}

#[test]
fn what_was_observed_is_read_checked_and_written() {
    let months = |months: &str| {
        let observed = format!(
            "observed: {{ \"drones\": (name: \"Drones\", threats: [\"shahed\", \"cruise\"], source: \"airforce\", months: {{ {months} }}) }},\n    levers: ["
        );
        edited("levers: [", &observed)
    };
    let text =
        months("\"2025-06\": (launched: 5438, neutralised: 4678), \"2025-07\": (launched: 6297)");
    let loaded = read(&text);
    let drones = &loaded.scenario.observed["drones"];
    let counted: Vec<_> = drones
        .months
        .iter()
        .map(|(month, c)| (month.to_string(), c.launched, c.neutralised))
        .collect();
    assert_eq!(
        counted,
        [
            ("2025-06".to_owned(), 5438.0, Some(4678.0)),
            ("2025-07".to_owned(), 6297.0, None)
        ]
    );
    assert_eq!(
        read(&file::write(&loaded.scenario)).scenario,
        loaded.scenario
    );

    let one = |text: &str| {
        let found = problems(text);
        assert_eq!(found.len(), 1, "{found:#?}");
        (found[0].path.clone(), found[0].what.clone())
    };
    let (path, what) = one(&months("\"2025-06\": (launched: 5, neutralised: 6)"));
    assert_eq!(path, "observed.drones.months.2025-06.neutralised");
    assert!(what.contains("6 neutralised are more than the 5 launched"));
    let (path, what) = one(&months("\"2025-13\": (launched: 5)"));
    assert_eq!(path, "observed.drones.months.2025-13");
    assert!(what.contains("is no month"));
    let (_, what) = one(&text.replace("[\"shahed\", \"cruise\"]", "[\"shahed\", \"shahed\"]"));
    assert!(what.contains("named twice"));
    let (path, what) =
        one(&text.replace("[\"shahed\", \"cruise\"]", "[\"shahed\", \"gulf-drone\"]"));
    assert_eq!(path, "observed.drones.threats.2");
    assert!(what.contains("counts are of one theatre"));
}

#[test]
fn a_disabled_ramp_may_meet_another_and_a_step_may_not() {
    let ramp = |enabled: bool, on: &str, over: usize| {
        edited(
            "\"us-hold\": (",
            &format!(
                "\"more\": (name: \"More\", source: \"article\", enabled: {enabled}, what: Ramp(on: \"{on}\", over: {over}, path: \"threats.shahed.production\", to: 5)),\n\"us-hold\": ("
            ),
        )
    };
    // The ramp of the file runs from 15 June over 180 days, up to 12 December.
    assert!(problems(&ramp(false, "2025-06-20", 0)).is_empty());
    assert!(problems(&ramp(true, "2025-12-12", 0)).is_empty());
    assert!(problems(&ramp(true, "2025-06-10", 5)).is_empty());
    for (on, over) in [
        ("2025-06-20", 0),
        ("2025-06-15", 0),
        ("2025-06-10", 6),
        ("2025-12-11", 9),
    ] {
        let found = problems(&ramp(true, on, over));
        assert_eq!(found.len(), 1, "{on}: {found:#?}");
        assert!(found[0].what.contains("meets"), "{}", found[0]);
    }
}

#[test]
fn a_checked_scenario_stays_one_whatever_is_set() {
    let numbers = [0.0, 1e-12, 0.5, 1.0, 1.5, 7.0, 30.0, 365.0, 1e6, 1e300];
    let dates = [
        "1999-12-31",
        "2025-05-31",
        "2025-07-02",
        "2025-12-01",
        "2200-12-31",
    ];
    let dates = dates.map(|date| Value::Date(date.parse().expect("it is a date")));
    let values: Vec<Value> = numbers
        .map(Value::Number)
        .into_iter()
        .chain(dates)
        .chain([true, false].map(Value::Switch))
        .collect();
    for (_, text) in examples() {
        let loaded = read(text);
        for address in Address::all(&loaded.scenario) {
            for value in &values {
                let mut scenario = loaded.scenario.clone();
                if scenario.set(address, *value).is_err() {
                    assert_eq!(scenario, loaded.scenario, "a refusal changes nothing");
                    continue;
                }
                // What-ifs are judged when they are applied.
                let mut baseline = scenario.into_inner();
                baseline.what_ifs.clear();
                baseline.open = None;
                let found = check(&baseline);
                let path = address.path(&baseline);
                assert!(found.is_empty(), "{path} = {value}: {found:#?}");
            }
        }
    }
}

/// The warnings of a text, as `path: what`.
fn warnings(text: &str) -> Vec<String> {
    let loaded = read(text);
    for warning in &loaded.warnings {
        assert_eq!(warning.severity, Severity::Warning);
        assert!(warning.place.is_some());
    }
    let lines = loaded
        .warnings
        .iter()
        .map(|w| format!("{}: {}", w.path, w.what));
    lines.collect()
}

#[test]
#[rustfmt::skip] // A table reads better with a row a line.
fn the_implausible_is_warned_of() {
    let usual = warnings(bundled());
    assert_eq!(usual.len(), 2, "{usual:#?}");
    for (from, to, warning) in [
        ("marking: \"UNCLASSIFIED - open sources\"", "marking: \"\"", "marking: there is no protective marking"),
        ("interceptor: \"ew\", source: \"assumption\"", "interceptor: \"ew\"", "deployments.ua-ew: no source is named for fire_units and engagements;"),
        ("unit_cost: 1500000,", "", "threats.cruise: the unit cost is unknown"),
        ("unit_cost: 15000,", "", "interceptors.guns: the unit cost is unknown"),
        ("kill: { \"cruise\": (value: 0.6, low: 0.5, high: 0.75) }", "kill: {}", "deployments.ua-sam: `sam` can engage nothing"),
        ("kill: { \"cruise\": (value: 0.6, low: 0.5, high: 0.75) }", "kill: {}", "threats.cruise: nothing in `ukraine` can engage it"),
        ("raid_every: 30, raid_release: 0.5", "raid_release: 0.5", "threats.gulf-drone.launch.raid_release: there are no raids without"),
        ("raid_every: 30, raid_release: 0.5", "raid_every: 30, raid_release: 0", "threats.gulf-drone.launch.raid_release: its raids launch nothing"),
        ("\"domestic\": (name", "\"japan\": (name: \"Japan\"), \"domestic\": (name", "suppliers.japan: it delivers nothing"),
        ("\"ew\": (", "\"laser\": (name: \"Laser\", doctrine: Salvo(1), unit_cost: (value: 3, source: \"csis\")), \"ew\": (", "interceptors.laser: it is fielded nowhere"),
        ("min: 0, max: 60, step: 1", "min: 30, max: 60, step: 1", "levers.7.min: `events.new-sites.to` is 25, below"),
        ("min: 0, max: 60, step: 1", "min: 0, max: 24, step: 1", "levers.7.max: `events.new-sites.to` is 25, above"),
        ("on: \"2025-06-09\"", "on: \"2025-05-09\"", "events.record-raid.on: 2025-05-09 is before the scenario starts"),
        ("on: \"2025-06-09\"", "on: \"2026-06-01\"", "events.record-raid.on: the scenario is over by 2026-06-01"),
        ("on: \"2025-07-01\", until: \"2025-07-03\"", "on: \"2025-05-01\", until: \"2025-06-01\"", "events.us-hold.until: it ended on 2025-06-01"),
        ("every: 14", "every: 14, until: \"2025-06-01\"", "supply.eu-apkws.until: the line ended on"),
        ("every: 14", "every: 14, from: \"2026-06-01\"", "supply.eu-apkws.from: the scenario is over by"),
        ("quantity: 0, share: 1.0", "quantity: 20000, share: 0.5", "events.diversion.quantity: 20000 rounds are more than `us-apkws` delivers from 2025-06-06 on, which is at most 10000;"),
        ("set: { \"events.diversion.quantity\": 20000 }", "set: {}", "what_ifs.diverted: it sets nothing"),
        ("\"events.eu-backfill.to\": 60", "\"supply.eu-apkws.rate\": 60", "what_ifs.europe.set.supply.eu-apkws.rate: 60 is outside the range of 5 to 20"),
    ] {
        let found = warnings(&edited(from, to));
        let new: Vec<_> = found.iter().filter(|line| !usual.contains(line)).collect();
        assert!(
            new.iter().any(|line| line.starts_with(warning)),
            "`{warning}` is not in {new:#?}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_loaded_says_why() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("latin1.ron"), b"(\n title: \"\xe9\"").expect("is written");
    fs::write(at("huge.ron"), vec![b' '; file::MAX_SIZE + 1]).expect("is written");
    fs::write(at("wrong.ron"), "(format: 1").expect("is written");
    fs::write(at("right.ron"), bundled()).expect("is written");
    let fails = |name: &str| file::load(&at(name)).expect_err("it cannot be loaded");
    assert!(matches!(fails("none.ron"), LoadError::NotFound(_)));
    assert!(matches!(fails(""), LoadError::IsFolder(_)));
    assert!(matches!(
        fails("latin1.ron"),
        LoadError::NotText { line: 2, .. }
    ));
    assert!(matches!(fails("huge.ron"), LoadError::TooLarge(_)));
    assert!(matches!(fails("wrong.ron"), LoadError::Refused(_)));
    let loaded = file::load(&at("right.ron")).expect("it can be loaded");
    assert_eq!(loaded.scenario, read(bundled()).scenario);
}

#[test]
fn a_save_is_whole_and_replaces_what_was_there() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let scenario = read(bundled()).scenario;
    let path = folder.path().join("mine.ron");
    file::save(&path, &scenario).expect("a new file");
    fs::write(&path, "older and longer".repeat(10_000)).expect("is written");
    file::save(&path, &scenario).expect("an old file");
    assert_eq!(file::load(&path).expect("it is fine").scenario, scenario);
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(folder.path()).expect("is a folder").count(), 1);

    let gone = folder.path().join("gone").join("mine.ron");
    let error = file::save(&gone, &scenario).expect_err("the folder is not there");
    assert!(matches!(error, SaveError::NoFolder(_)), "{error}");
    let error = file::save(folder.path(), &scenario).expect_err("it is a folder");
    assert!(matches!(error, SaveError::IsFolder(_)), "{error}");
}

#[cfg(unix)]
#[test]
fn a_save_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().expect("a folder for the test");
    let scenario = read(bundled()).scenario;
    let (real, link) = (
        folder.path().join("real.ron"),
        folder.path().join("link.ron"),
    );
    symlink("real.ron", &link).expect("a link to a file that is not there yet");
    file::save(&link, &scenario).expect("through the link");
    assert!(link.is_symlink());
    let mode = |path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode(&real) & 0o600, 0o600);

    fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).expect("ours");
    file::save(&link, &scenario).expect("through the link");
    assert_eq!(mode(&real), 0o640);

    fs::set_permissions(&real, PermissionsExt::from_mode(0o440)).expect("ours");
    let error = file::save(&link, &scenario).expect_err("it is protected");
    assert!(matches!(error, SaveError::ReadOnly(_)), "{error}");
    assert_eq!(file::load(&link).expect("as it was").scenario, scenario);
}

#[test]
fn the_library_knows_its_names() {
    for bundled in library::all() {
        read(bundled.text);
        assert_eq!(library::find(bundled.id), Some(bundled));
    }
    assert_eq!(library::suggest("diversion-2052"), Some("diversion-2025"));
    assert_eq!(library::find("nothing"), None);
}

/// Cuts a text at two of its letters.
fn span(text: &str, from: usize, length: usize) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(from.min(text.len()));
    start..text.floor_char_boundary(text.len().min(start + length))
}

/// Any text that a person may type, quotes and line breaks included.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z \"\\\\/*\n\t{}]{0,20}", any::<String>()]
}

/// Any amount, whole or not, with or without range, source, note and group.
fn any_amount() -> impl Strategy<Value = Estimate> {
    let value = prop_oneof![
        Just(0.0),
        (0..100_000_u32).prop_map(f64::from),
        0.0..1e6,
        prop::num::f64::POSITIVE | prop::num::f64::SUBNORMAL,
    ];
    // Never so wide on one side that no distribution fits.
    let ranged = prop::option::of((0.4..0.8, 1.25..2.5));
    let group = prop::option::of(any_text());
    (
        value,
        ranged,
        any::<bool>(),
        prop::option::of(any_text()),
        group,
    )
        .prop_map(|(value, ranged, sourced, note, group)| {
            let range = ranged.map(|(low, high)| Range {
                low: value * low,
                high: value * high,
            });
            // At the ends of the scale rounding leaves no room for a range.
            let range = range.filter(|_| (1e-300..1e300).contains(&value));
            Estimate {
                value,
                range,
                source: sourced.then(|| "csis".to_owned()),
                note,
                group,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_scenario_is_written_and_read_back_the_same(
        texts in prop::array::uniform8(any_text()),
        amounts in prop::array::uniform8(any_amount()),
        seed in any::<u64>(),
        year in 1900..=2200_i16,
        switch in any::<bool>(),
        some in any::<bool>(),
    ) {
        let [title, summary, marking, name, note, label, url, kind] = texts;
        let [stockpile, production, cost, stock, rate, total, launched, to] = amounts;
        let mut s = read(bundled()).scenario.into_inner();
        (s.title, s.summary, s.marking, s.seed) = (title, summary, marking, seed);
        s.sources["csis"].url = Some(url);
        s.theatres["ukraine"].name = name.clone();
        s.theatres["mideast"].note = some.then_some(note.clone());
        let threat = &mut s.threats["shahed"];
        (threat.stockpile, threat.production) = (stockpile, production);
        (threat.unit_cost, threat.note) = (some.then_some(cost), Some(note));
        s.deployments["ua-apkws"].stock = stock;
        let line = &mut s.supply["eu-apkws"];
        (line.rate, line.total) = (rate, some.then_some(total));
        line.until = some.then(|| jiff::civil::date(year, 2, 28));
        s.events["us-hold"].enabled = switch;
        s.events["us-hold"].name = kind;
        if let What::Raid { launches, .. } = &mut s.events["record-raid"].what {
            launches["cruise"] = launched;
        }
        if let What::Ramp { to: reached, .. } = &mut s.events["scale-up"].what {
            *reached = to;
        }
        s.levers[0].label = label;
        s.interceptors["drone"].doctrine.rounds.note = some.then_some(name);
        if !some {
            s.open = None;
            s.observed.clear();
            s.what_ifs.clear();
            s.levers.clear();
        }
        let checked = match Checked::new(s) {
            Ok(checked) => checked,
            Err(problems) => return Err(TestCaseError::fail(format!("{problems:#?}"))),
        };
        let written = file::write(&checked);
        match file::read("written", &written) {
            Ok(loaded) => {
                prop_assert_eq!(&loaded.scenario, &checked);
                prop_assert!(!loaded.has_comments, "{}", written);
            }
            Err(refused) => prop_assert!(false, "{refused}\n{written}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = file::read("any", &text);
    }

    #[test]
    fn no_text_of_its_own_marks_makes_the_reader_panic(
        text in "([(){}\\[\\],:\"'/*#!\\\\. \n]|Some|None|format|threats|x|1|r#|b|true|inf|-){0,60}"
    ) {
        let _ = file::read("any", &text);
        let _ = file::read("any", &format!("(format: 1, {text})"));
        let _ = file::read("any", &format!("(format: 1, threats: {{ \"a\": ({text}) }})"));
    }

    #[test]
    fn no_damage_to_a_file_makes_the_reader_panic(
        example in 0..4_usize,
        edits in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..60_usize, 0..3_u8, any::<prop::sample::Index>(),
             "[(){}:,\"0-9a-z/. -]{0,6}"),
            1..4,
        ),
    ) {
        let mut text = examples()[example].1.to_owned();
        for (from, length, kind, to, new) in edits {
            let cut = span(&text, from.index(text.len().max(1)), length);
            match kind {
                0 => text.replace_range(cut, ""),
                1 => {
                    let copy = text[cut].to_owned();
                    let at = span(&text, to.index(text.len().max(1)), 0).start;
                    text.insert_str(at, &copy);
                }
                _ => text.insert_str(cut.start, &new),
            }
        }
        match file::read("damaged", &text) {
            // What is still a scenario is written and read back the same.
            Ok(loaded) => {
                let again = file::read("written", &file::write(&loaded.scenario));
                prop_assert_eq!(again.map(|again| again.scenario), Ok(loaded.scenario));
            }
            Err(refused) => {
                prop_assert!(!refused.problems.is_empty());
                let places: Vec<_> = refused.problems.iter().map(|p| p.place).collect();
                prop_assert!(places.iter().all(Option::is_some));
                prop_assert!(places.is_sorted());
            }
        }
    }
}
