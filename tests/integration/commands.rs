//! The command line: what it prints, and how it exits.

use std::fs;
use std::process::{Child, Command, Output, Stdio};

use shortfall::analysis::sentences::CAPTION;
use shortfall::cli::{self, Reply, Request};
use shortfall::scenario::library;

/// The reply to arguments, without starting a process.
pub fn reply(arguments: &[&str]) -> Reply {
    let arguments = [&["shortfall"], arguments].concat();
    match cli::parse(arguments) {
        Ok(Request::Command(command)) => cli::answer(&command),
        Ok(Request::Window(file)) => cli::answer_without_window(file.as_deref(), "no window"),
        Err(reply) => reply,
    }
}

/// The program itself, as a user starts it.
fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shortfall"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// The same on the bundled scenario, while it runs.
#[cfg(unix)]
fn started() -> Child {
    Command::new(env!("CARGO_BIN_EXE_shortfall"))
        .args(["run", "diversion-2025"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

/// The line of a report that begins with this label.
fn line<'a>(report: &'a str, label: &str) -> &'a str {
    report
        .lines()
        .find(|line| line.trim_start().starts_with(label))
        .unwrap_or_else(|| panic!("no line {label} in\n{report}"))
}

/// The cells of the first line of a table with this label; cells stand two spaces apart.
fn cells<'a>(report: &'a str, label: &str) -> Vec<&'a str> {
    let cells = line(report, label).trim_start().split("  ");
    let cells = cells.map(str::trim).filter(|cell| !cell.is_empty());
    cells.skip(1).collect()
}

#[test]
fn a_run_shows_the_answer_under_its_marking() {
    let Reply {
        stdout,
        stderr: _,
        code,
    } = reply(&["run", "diversion-2025"]);
    assert_eq!(code, 0);
    assert!(
        stdout.starts_with("UNCLASSIFIED - open sources\n"),
        "{stdout}"
    );
    assert!(
        stdout.ends_with("\nUNCLASSIFIED - open sources\n"),
        "{stdout}"
    );
    let words = stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(CAPTION), "{stdout}");
    assert!(
        line(&stdout, "First below 90 %").ends_with("never"),
        "{stdout}"
    );
}

#[test]
fn a_what_if_stands_beside_the_baseline() {
    let Reply { stdout, code, .. } = reply(&["run", "diversion-2025", "--what-if", "diverted"]);
    assert_eq!(code, 0);
    assert_eq!(
        cells(&stdout, "First below 90 %"),
        ["never", "2 Aug 2025", "new"]
    );
    assert_eq!(cells(&stdout, "Not engaged"), ["1,510", "3,260", "+1,750"]);
    let rockets = cells(&stdout, "Stock-out: Laser-guided rocket");
    assert_eq!(rockets, ["never", "19 Jul 2025", "new"]);
    assert!(
        stdout.contains("28-day coverage in Ukraine falls below 90 % on 2 Aug 2025"),
        "{stdout}"
    );
    assert!(
        line(&stdout, "Missiles diverted").contains("0 → 20,000"),
        "{stdout}"
    );
}

#[test]
fn sets_come_after_the_what_if() {
    let set = "events.diversion.quantity=0";
    let Reply { stdout, code, .. } = reply(&[
        "run",
        "diversion-2025",
        "--what-if",
        "diverted",
        "--set",
        set,
    ]);
    assert_eq!(code, 0);
    assert_eq!(cells(&stdout, "Not engaged"), ["1,510", "1,510", "same"]);
    let dates = reply(&["run", "--set", "events.diversion.on=2025-09-01"]);
    let switches = reply(&["run", "--set", "events.autumn-truce.enabled=true"]);
    assert_eq!((dates.code, switches.code), (0, 0));
    assert!(switches.stdout.contains("off → on"), "{}", switches.stdout);
}

#[test]
fn the_baseline_stands_over_the_same_days_and_is_held_to_the_same_target() {
    let set = |set: &str| reply(&["run", "diversion-2025", "--set", set]).stdout;
    // What differs is the question, not the world.
    for (changed, row) in [
        ("target=0.95", "First below 95 %"),
        ("target=0.95", "Days below 95 %"),
        ("start=2025-07-30", "Worst 28 days, ending"),
        ("days=20", "Launched"),
    ] {
        let report = set(changed);
        let cells = cells(&report, row);
        assert_eq!(cells[0], cells[1], "{changed}: {row}");
    }
    let report = set("target=0.95");
    assert!(report.contains("0.9 → 0.95"), "{report}");
    assert!(
        !report.contains("in the baseline it never does"),
        "{report}"
    );
}

#[test]
fn a_set_that_is_refused_names_what_it_breaks() {
    let dates = "events.us-hold.on=2025-07-09";
    let stock = "deployments.ua-apkws.stock=3";
    let Reply { stderr, code, .. } =
        reply(&["run", "diversion-2025", "--set", dates, "--set", stock]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("events.us-hold.until: it would end"),
        "{stderr}"
    );
}

#[test]
fn wrong_usage_exits_2_and_guesses_what_was_meant() {
    for (arguments, said) in [
        (
            vec!["run", "--what-if", "divertd"],
            "did you mean `diverted`?",
        ),
        (
            vec!["run", "--set", "supply.us-apkw.rate=3"],
            "did you mean `us-apkws`?",
        ),
        (
            vec!["run", "--set", "deployments.ua-ew.reach=1.5"],
            "1.5 is not a number from 0 to 1",
        ),
        (
            vec!["run", "--set", "deployments.ua-ew.reach"],
            "PATH=VALUE",
        ),
        (
            vec!["run", "--set", "deployments.ua-ew.reach=half"],
            "`half` is no number",
        ),
        (vec!["run", "--set", "days=0"], "a whole number, 1 or more"),
        (
            vec!["run", "--set", "days=NaN"],
            "a whole number, 1 or more",
        ),
        (vec!["run", "--members", "0"], "from 1 to 1000000"),
        (vec!["run", "--members", "1000001"], "from 1 to 1000000"),
        (vec!["run", "--nonsense"], "--nonsense"),
        (vec!["check"], "<FILE>"),
    ] {
        let Reply {
            stdout,
            stderr,
            code,
        } = reply(&arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[test]
fn what_cannot_be_read_exits_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = reply(&["run", "diversion-2026"]);
    assert_eq!(missing.code, 1);
    assert!(
        missing.stderr.contains("`diversion-2025`"),
        "{}",
        missing.stderr
    );

    let broken = folder.path().join("broken.ron");
    fs::write(&broken, "(format: 1, title: 7)").expect("written");
    let name = broken.to_str().expect("a name");
    let run = reply(&["run", name]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("broken.ron:1:"), "{}", run.stderr);
    let check = reply(&["check", name]);
    assert_eq!((check.code, check.stderr.as_str()), (1, ""));
    assert!(check.stdout.contains("broken.ron:1:"), "{}", check.stdout);
    let last = check.stdout.lines().last().unwrap_or_default();
    assert!(last.contains("refused"), "{last}");
}

#[test]
fn check_ends_with_a_verdict() {
    let Reply { stdout, code, .. } = reply(&["check", "diversion-2025"]);
    assert_eq!(code, 0);
    let last = stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with("diversion-2025: fine"), "{stdout}");
    assert!(!stdout.contains("error:"), "{stdout}");
}

#[test]
fn list_names_what_is_bundled() {
    let Reply { stdout, code, .. } = reply(&["list"]);
    assert_eq!(code, 0);
    let ids: Vec<_> = stdout
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let bundled: Vec<_> = library::all().iter().map(|bundled| bundled.id).collect();
    assert_eq!(ids, bundled);
    assert!(
        line(&stdout, "diversion-2025").ends_with("20,000 anti-drone missiles, reported diverted")
    );
}

#[test]
fn no_arguments_open_the_bundled_scenario_on_its_what_if() {
    let bare = reply(&[]);
    let named = reply(&["run", "diversion-2025", "--what-if", "diverted"]);
    assert_eq!((bare.code, &bare.stdout), (0, &named.stdout));
    let why = "shortfall: no window; here is the answer in text";
    assert_eq!(bare.stderr.lines().next(), Some(why));
    // Where there is no answer none is promised.
    let mistyped = reply(&["chek"]);
    assert_eq!(mistyped.code, 1);
    assert!(
        mistyped.stderr.contains("no window\n")
            && mistyped.stderr.contains("mean the command `check`"),
        "{}",
        mistyped.stderr
    );
}

#[test]
fn tables_are_written_where_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("new/tables");
    let reply_to = |out: &std::path::Path| {
        reply(&[
            "run",
            "diversion-2025",
            "--out",
            out.to_str().expect("a name"),
        ])
    };
    assert_eq!(reply_to(&out).code, 0);
    let expected = "tests/data/expected/diversion-2025";
    for table in ["theatres.csv", "deployments.csv", "threats.csv"] {
        let rows =
            |path: std::path::PathBuf| fs::read_to_string(path).expect("there").lines().count();
        let expected = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(expected);
        assert_eq!(rows(out.join(table)), rows(expected.join(table)));
    }
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let refused = reply_to(&file);
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .stderr
            .contains("file is not a folder; name another one"),
        "{}",
        refused.stderr
    );
    // The answer stands all the same, and what has been written is said.
    assert_eq!(refused.stdout, reply(&["run", "diversion-2025"]).stdout);
    // What an earlier run left is not taken for a part of this one.
    let bands = out.join("bands.csv");
    fs::write(&bands, "").expect("written");
    let earlier = format!("{} is of an earlier run", bands.display());
    assert!(reply_to(&out).stderr.contains(&earlier));
    fs::remove_file(out.join("assumptions.csv")).expect("there");
    fs::create_dir(out.join("assumptions.csv")).expect("in its place");
    let in_part = reply_to(&out);
    assert_eq!(in_part.code, 1);
    assert!(
        in_part.stderr.contains("theatres.csv\n") && in_part.stderr.contains("assumptions.csv"),
        "{}",
        in_part.stderr
    );
}

#[test]
fn tables_carry_every_number_with_its_range_and_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a name");
    let set = "events.diversion.quantity=20000";
    let reply = reply(&["run", "diversion-2025", "--set", set, "--out", out]);
    assert_eq!(reply.code, 0, "{}", reply.stderr);
    let mut table = csv::Reader::from_path(folder.path().join("assumptions.csv")).expect("there");
    let heads = table.headers().expect("heads").clone();
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.expect("a row")).collect();
    let cell = |path: &str, head: &str| {
        let row = rows.iter().find(|row| &row[0] == path).expect(path);
        row[heads.iter().position(|h| h == head).expect(head)].to_owned()
    };
    let production = |head| cell("threats.shahed.production", head);
    assert_eq!(
        ["value", "low", "high", "unit", "group"].map(production),
        ["21.0", "18.0", "30.0", "threats/day", "production"]
    );
    assert!(production("source").starts_with("Ukraine Faces Setback"));
    assert_eq!(production("date"), "2025-06");
    assert!(production("note").contains("contested"));
    // What was set, a date, a switch, and what the file leaves out.
    let diverted = |head| cell("events.diversion.quantity", head);
    assert_eq!(
        ["value", "baseline", "source", "note"].map(diverted),
        ["20000.0", "0.0", "", ""]
    );
    assert_eq!(production("baseline"), "21.0");
    assert_eq!(cell("events.record-raid.on", "value"), "2025-06-09");
    assert_eq!(cell("events.autumn-truce.enabled", "value"), "false");
    assert_eq!(cell("supply.eu-sam.total", "value"), "");
    let scenario = crate::model::scenario("diversion-2025");
    let all = shortfall::scenario::Address::all(&scenario);
    let paths: Vec<String> = all.iter().map(|address| address.path(&scenario)).collect();
    assert_eq!(rows.iter().map(|row| &row[0]).collect::<Vec<_>>(), paths);
}

#[test]
fn a_page_is_no_scenario_to_be_written_over() {
    let refused = reply(&["run", "diversion-2025", "--page", "mine.ron"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    let told = "let the name end in .html";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
}

#[test]
fn the_program_answers_with_both_streams_and_its_exit_code() {
    let fine = program(&["run", "diversion-2025"]);
    assert_eq!(fine.status.code(), Some(0));
    assert_eq!(text(&fine.stdout), reply(&["run", "diversion-2025"]).stdout);
    let wrong = program(&["run", "--what-if", "nothing-like-it"]);
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(2), 0));
    let missing = program(&["check", "no such file.ron"]);
    assert_eq!((missing.status.code(), missing.stdout.len()), (Some(1), 0));
    assert!(!missing.stderr.is_empty());
    let help = program(&["--help"]);
    assert_eq!((help.status.code(), help.stderr.len()), (Some(0), 0));
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = started();
    // The pipe is closed before the program has written anything to it.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(!text(&output.stderr).contains("panicked"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
#[cfg(unix)]
fn the_answer_stands_where_nobody_reads_what_else_there_is_to_say() {
    let mut child = started();
    drop(child.stderr.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        text(&output.stdout),
        reply(&["run", "diversion-2025"]).stdout
    );
    assert_eq!(output.status.code(), Some(0));
}
