//! The page: that it says what a run says, stands alone, and can be made again from itself.

use std::fs;
use std::path::Path;

use percent_encoding::percent_decode_str;
use shortfall::analysis::sentences::CAPTION;
use shortfall::cli;
use shortfall::scenario::{file, library};

use crate::commands::reply;

/// A page, written by the command line.
pub(crate) fn page(folder: &Path, arguments: &[&str]) -> String {
    let path = folder.join("page.html");
    let page = path.to_str().expect("is text");
    let reply = reply(&[&["run"], arguments, &["--page", page]].concat());
    assert_eq!(reply.code, 0, "{}", reply.stderr);
    assert!(reply.stderr.contains(&format!("wrote {page}")));
    fs::read_to_string(path).expect("was written")
}

/// What stands between two texts, the first time that the first of them is there.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    let (found, _) = rest.split_once(to).unwrap_or_else(|| panic!("no {to}"));
    found
}

/// What a reader sees of marked-up text.
pub(crate) fn seen(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    entities
        .into_iter()
        .fold(out, |out, (entity, c)| out.replace(entity, c))
}

#[test]
fn a_page_says_what_the_run_says_and_needs_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let what_if = ["diversion-2025", "--what-if", "diverted"];
    let page = page(folder.path(), &what_if);
    let text = seen(&page);
    let report = reply(&[&["run"], &what_if[..]].concat()).stdout;
    // The sentences, whatever the breaks in their lines.
    let told = between(&report, "diversion.quantity)\n", "Baseline");
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = plain(told);
    let (ukraine, _) = told.split_once(" 28-day coverage in US").unwrap();
    assert!(plain(&text).contains(ukraine), "{ukraine}");
    for part in [
        "UNCLASSIFIED - open sources",
        "Reported diversion",
        "Against the baseline: Missiles diverted 0 → 20,000 rounds.",
        "Production (3 numbers that go together)",
        "strike drones as reported; contested",
        CAPTION,
        "Planning run.",
    ] {
        assert!(text.contains(part), "{part}");
    }
    // One file: nothing is fetched, and nothing runs.
    for foreign in [
        "<script", "<link", "<img", " src=", "url(", "@import", "http:",
    ] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    // A chance is for ensembles to tell.
    assert!(!text.contains("Chances and dates"));
    assert!(!page.contains("class=\"outer\""));
    assert!(!page.contains("NaN") && !page.contains("inf "));
    // As many drawings begin as end, each of what it holds too.
    for element in ["svg", "path", "line", "text", "rect", "table", "tr", "td"] {
        let begin = page.matches(&format!("<{element} ")).count()
            + page.matches(&format!("<{element}>")).count();
        let end = page.matches(&format!("</{element}>")).count();
        assert_eq!(begin, end, "{element}");
    }
}

#[test]
fn a_page_is_made_again_by_its_own_foot() {
    let folder = tempfile::tempdir().unwrap();
    let first = page(
        folder.path(),
        &[
            "diversion-2025",
            "--what-if",
            "europe",
            "--set",
            "events.diversion.on=2025-07-01",
            "--members",
            "64",
            "--seed",
            "7",
        ],
    );
    let saved = between(&first, "href=\"data:text/plain;charset=utf-8,", "\"");
    let saved = percent_decode_str(saved).decode_utf8().unwrap();
    assert_eq!(saved, library::find("diversion-2025").unwrap().text);
    let name = between(&first, "download=\"", "\"");
    let path = folder.path().join(name);
    fs::write(&path, saved.as_bytes()).unwrap();

    let (_, foot) = first.split_once("To make this page again").unwrap();
    let command = between(foot, "<pre>shortfall run ", "</pre>");
    let mut words: Vec<&str> = command.split(' ').collect();
    assert_eq!(words[0], name);
    let path = path.to_str().unwrap();
    words[0] = path;
    let page_at = words.iter().position(|word| *word == "--page").unwrap();
    let again = page(folder.path(), &words[..page_at]);
    // But for where the scenario is said to be from.
    assert!(again.contains(path));
    assert_eq!(again.replace(path, "bundled as diversion-2025"), first);
    assert!(first.contains("class=\"outer\""));
    assert!(seen(&first).contains("Counted over 64 members, seed 7"));
}

#[test]
fn what_a_person_wrote_is_text_and_not_markup() {
    let folder = tempfile::tempdir().unwrap();
    let text = library::find("diversion-2025").unwrap().text;
    let evil = "<script>alert(1)</script> & \\\"more\\\"";
    let text = text
        .replace(
            "\"20,000 anti-drone missiles, reported diverted\"",
            &format!("\"{evil}\""),
        )
        .replace("name: \"Ukraine\"", "name: \"<b>U</b>\"")
        .replace("UNCLASSIFIED - open sources", "SECRET <i>");
    let path = folder.path().join("it's mine.ron");
    fs::write(&path, &text).unwrap();
    let name = path.to_str().unwrap();
    let page = page(folder.path(), &[name]);
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("<i>"));
    assert!(seen(&page).contains("<script>alert(1)</script> & \"more\""));
    assert!(page.contains("SECRET &lt;i&gt;"));
    // The colour of that level, and a name that a shell takes for one word.
    assert!(page.contains("#b0102a"));
    assert!(page.contains("shortfall run 'it'\\''s mine.ron' --page"));
}

#[test]
fn what_was_entered_is_nobody_elses_figure() {
    let folder = tempfile::tempdir().unwrap();
    let sets = [
        "diversion-2025",
        "--set",
        "threats.shahed.production=500",
        "--set",
        "threats.shahed.stockpile=99999",
    ];
    let text = seen(&page(folder.path(), &sets));
    assert!(text.contains("UNCLASSIFIED - open sources   ·   marking not reviewed"));
    let report = reply(&[&["run"], &sets[..]].concat()).stdout;
    assert!(report.starts_with("Marking not reviewed"), "{report}");
    let row = |label: &str| between(&text, label, "threats/day").len();
    assert!(row("Shahed-type attack drone: production500") < 40);
    assert!(text.contains("Set here. Baseline 21: Ukraine Faces Setback"));
    assert!(text.contains("Set here. Baseline 1,100: Assumption of this scenario"));
    // A range that was moved along is no more precise than what it was moved from.
    assert!(text.contains("429–714") && !text.contains("428.57"));
    let untouched = seen(&page(folder.path(), &["diversion-2025"]));
    assert!(!untouched.contains("Set here.") && !untouched.contains("not reviewed"));
}

#[test]
fn what_matters_most_says_how_many_members_it_is_counted_over() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["record-raid", "--members", "1500"];
    let text = seen(&page(folder.path(), &arguments));
    assert!(text.contains("Counted over 1,500 members"));
    assert!(text.contains("Medians and chances of 1,000 members, seed"));
    assert!(text.contains("assumptions have no range and were not varied."));
}

#[test]
fn every_bundled_scenario_and_one_without_anything_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    for bundled in library::all() {
        let page = page(folder.path(), &[bundled.id]);
        assert!(page.contains("This is the baseline"), "{}", bundled.id);
    }
    let empty = file::write(&shortfall::scenario::blank(jiff::civil::date(2025, 6, 1)));
    let path = folder.path().join("empty.ron");
    fs::write(&path, &empty).unwrap();
    let page = page(folder.path(), &[path.to_str().unwrap(), "--members", "100"]);
    assert!(!page.contains("NaN"));
}

#[test]
fn a_page_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no such folder/page.html");
    let path = path.to_str().unwrap();
    let reply = reply(&["run", "diversion-2025", "--page", path]);
    assert_eq!(reply.code, 1);
    assert!(reply.stderr.contains(path), "{}", reply.stderr);
    // The answer is there all the same.
    assert!(reply.stdout.contains("28-day coverage in "));
    // Help tells of it.
    let help = cli::parse(["shortfall", "run", "--help"])
        .unwrap_err()
        .stdout;
    assert!(help.contains("--page <FILE>"), "{help}");
}
