//! Answers as JSON are those of the text, unrounded.

use serde_json::Value as Json;
use shortfall::analysis::{Answer, format};
use shortfall::scenario::{file, library};

use crate::commands::reply;

const RUN: [&str; 6] = [
    "run",
    "diversion-2025",
    "--what-if",
    "truce",
    "--members",
    "256",
];

fn json(arguments: &[&str]) -> Json {
    let reply = reply(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&reply.stdout).expect("is JSON")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_sentence_is_that_of_the_text() {
    let answer = json(&RUN);
    let text = words(&reply(&RUN).stdout);
    let theatres = answer["theatres"].as_array().expect("is a list");
    assert_eq!(theatres.len(), 2);
    for theatre in theatres {
        assert_eq!(theatre["sentences"].as_array().expect("is a list").len(), 2);
        for sentence in ["sentences", "more"]
            .iter()
            .filter_map(|of| theatre[of].as_array())
            .flatten()
        {
            let sentence = sentence.as_str().expect("is text");
            assert!(text.contains(sentence), "{sentence} is not in {text}");
        }
    }
}

#[test]
fn figures_are_those_of_the_run_to_the_last_bit() {
    let answer = json(&RUN);
    let bundled = library::find("diversion-2025").expect("is bundled");
    let baseline = file::read(bundled.id, bundled.text)
        .expect("is read")
        .scenario;
    let now = Answer::of(&baseline.what_if("truce").expect("fits")).figures;
    let planning = &answer["theatres"][0]["planning"]["now"];
    assert_eq!(
        planning["not_engaged"].as_f64(),
        Some(now.theatres[0].uncovered)
    );
    assert_eq!(
        planning["not_engaged_because"]["magazines_empty"].as_f64(),
        Some(now.theatres[0].why.stock)
    );
    assert_eq!(planning["first_day_below"], "2025-08-02");
    let mut deployments = answer["deployments"].as_array().into_iter().flatten();
    let rockets = deployments
        .find(|item| item["id"] == "ua-apkws")
        .expect("is there");
    assert_eq!(rockets["planning"]["now"]["stock_out"], "2025-07-19");
    let median = &answer["theatres"][0]["ensemble"]["not_engaged"]["p50"];
    assert!(
        median.as_f64().is_some_and(|median| median > 3_000.0),
        "{median}"
    );
}

#[test]
fn without_members_there_is_no_ensemble_and_the_baseline_has_no_baseline() {
    let answer = json(&["run", "diversion-2025"]);
    assert_eq!(answer["schema"], 1);
    for nothing in [
        &answer["what_if"],
        &answer["ensemble"],
        &answer["theatres"][0]["ensemble"],
        &answer["theatres"][0]["planning"]["baseline"],
    ] {
        assert!(nothing.is_null(), "{nothing}");
    }
}

#[test]
fn problems_have_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("wrong.ron");
    let bundled = library::find("diversion-2025").expect("is bundled");
    let text = bundled.text.replace("target: 0.9", "target: 1.9");
    std::fs::write(&path, text).expect("is written");
    let file = path.to_str().expect("is text");
    assert_eq!(reply(&["check", file, "--format", "json"]).code, 1);
    let answer = json(&["check", file]);
    assert_eq!(answer["accepted"], false);
    let problem = &answer["problems"][0];
    assert_eq!(problem["severity"], "error");
    assert_eq!(problem["path"], "target");
    assert!(
        problem["line"].as_u64().is_some_and(|line| line > 1),
        "{problem}"
    );
    let said = format!(
        "{}: {}",
        problem["path"].as_str().expect("is text"),
        problem["message"].as_str().expect("is text")
    );
    assert!(reply(&["check", file]).stdout.contains(&said), "{said}");
    assert_eq!(json(&["check", "diversion-2025"])["accepted"], true);
}

/// The fields that the README describes, and no others, without their values.
#[test]
fn the_form_is_that_of_its_schema() {
    fn fields(json: &Json, path: &str, out: &mut Vec<String>) {
        match json {
            Json::Object(object) => {
                for (name, value) in object {
                    fields(value, &format!("{path}.{name}"), out);
                }
            }
            Json::Array(array) => {
                for value in array {
                    fields(value, &format!("{path}[]"), out);
                }
            }
            _ => out.push(path.trim_start_matches('.').to_owned()),
        }
    }
    let mut found = Vec::new();
    fields(
        &json(&[
            "run",
            "counted-2025",
            "--what-if",
            "claim",
            "--members",
            "64",
        ]),
        "",
        &mut found,
    );
    fields(&json(&RUN), "", &mut found);
    found.push("check:".to_owned());
    fields(&json(&["check", "diversion-2025"]), "", &mut found);
    let mut seen = std::collections::HashSet::new();
    found.retain(|field| seen.insert(field.clone()));
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path.join("tests/snapshots/json-fields.txt");
    expect_test::expect_file![path].assert_eq(&(found.join("\n") + "\n"));
}

/// The page gives the commands for both ends of the longest bar.
#[test]
fn an_end_of_a_bar_is_a_run_with_numbers_fixed() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    let page = page.to_str().expect("is text");
    let members = ["--members", "128"];
    let what_if = ["run", "diversion-2025", "--what-if", "diverted"];
    assert_eq!(
        reply(&[&what_if[..], &members, &["--page", page]].concat()).code,
        0
    );
    let html = std::fs::read_to_string(page).expect("is written");
    let commands: Vec<&str> = html
        .split("<pre>")
        .skip(1)
        .filter_map(|pre| pre.split("</pre>").next())
        .filter(|pre| pre.contains("--fix"))
        .flat_map(str::lines)
        .collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    let (_, row) = html
        .split_once("Production (3 numbers that go together)")
        .expect("is there");
    let row = row.split("</tr>").next().expect("ends");
    let mut ends = Vec::new();
    for command in commands {
        let command = command.replace("diversion-2025.ron", "diversion-2025");
        let run: Vec<&str> = command.split_whitespace().skip(1).collect();
        let answer = json(&run);
        assert_eq!(answer["marking_reviewed"], false);
        let median = &answer["theatres"][0]["ensemble"]["not_engaged"]["p50"];
        let median = format::estimate(median.as_f64().expect("is a number"));
        assert!(
            row.contains(&format!(">{median}<")),
            "{median} is not in {row}"
        );
        ends.push(median);
    }
    assert_ne!(ends[0], ends[1]);
}

#[test]
fn a_fixed_number_has_no_range_and_a_path_given_twice_is_told() {
    let path = "threats.shahed.production";
    let spread = |option: &str| {
        let set = format!("{path}=40");
        let answer = json(&["run", "scale-up", option, &set, "--members", "256"]);
        let of = &answer["theatres"][0]["ensemble"]["launched"];
        of["p95"].as_f64().expect("is a number") - of["p5"].as_f64().expect("is a number")
    };
    assert!(spread("--fix") < spread("--set"));
    let twice = reply(&["run", "--set", "days=60", "--set", "days=90"]);
    assert!(twice.stdout.contains("90 days"), "{}", twice.stdout);
    let said = "days is set more than once; the last value holds";
    assert!(twice.stderr.contains(said), "{}", twice.stderr);
    let refused = reply(&["run", "--fix", "target=1.5"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("--fix: target"),
        "{}",
        refused.stderr
    );
}
