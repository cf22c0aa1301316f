//! Files that are never lost: saves that are killed, disks that are full, comments that stay.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect, as the tests do"
)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use jiff::civil::date;
use proptest::prelude::*;
use shortfall::scenario::file::{self, SaveError};
use shortfall::scenario::{Address, Checked, Estimate, Scenario, Value, WhatIf, library};

/// Tells the test binary, started anew, where to save and what.
const TARGET: &str = "SHORTFALL_TEST_SAVE_TO";

/// The two texts that a killed save may leave. Long, so that writing takes a while.
fn versions() -> [String; 2] {
    let filler = "// a comment that fills the file\n".repeat(20_000);
    ["first", "second"].map(|name| format!("// {name}\n{filler}{}", bundled()))
}

fn bundled() -> &'static str {
    library::find("diversion-2025").unwrap().text
}

fn read(text: &str) -> Scenario {
    file::read("test", text).unwrap().scenario.into_inner()
}

/// The process that others kill: saves one version, then the other, for as long as it lives. As
/// a test of its own it does nothing.
#[test]
fn saves_in_a_loop_when_told_where() {
    let Ok(target) = std::env::var(TARGET) else {
        return;
    };
    let end = Instant::now() + Duration::from_secs(20);
    let texts = versions();
    for turn in 0.. {
        file::save_text(Path::new(&target), &texts[turn % 2]).unwrap();
        if Instant::now() > end {
            return;
        }
    }
}

/// The process that finds no room: saves once, and says how that went.
#[test]
fn saves_once_when_told_where() {
    let Ok(target) = std::env::var(format!("{TARGET}_ONCE")) else {
        return;
    };
    let [_, second] = versions();
    match file::save_text(Path::new(&target), &second) {
        Ok(()) => panic!("there was room"),
        Err(error) => assert!(
            matches!(error, SaveError::Full(_) | SaveError::Limited(_)),
            "{error}"
        ),
    }
}

/// Starts this test binary on one test.
fn child(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--test-threads", "1"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn parts(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "part"))
        .collect()
}

#[test]
fn a_save_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("mine.ron");
    let texts = versions();
    let (mut seen, mut interrupted) = ([0, 0], 0);
    for turn in 0_u64..40 {
        fs::write(&target, &texts[0]).unwrap();
        let started = SystemTime::now();
        let mut child: Child = child("saving::saves_in_a_loop_when_told_where")
            .env(TARGET, &target)
            .spawn()
            .unwrap();
        // Once it saves at all, it is killed at another moment each time.
        while fs::metadata(&target).unwrap().modified().unwrap() <= started {
            assert!(started.elapsed().unwrap() < Duration::from_secs(20));
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_micros(turn * 7_919 % 10_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = fs::read_to_string(&target).unwrap();
        let which = texts.iter().position(|text| *text == left);
        seen[which.expect("neither the old file nor the new one")] += 1;
        assert!(file::load(&target).is_ok());
        let strays = parts(folder.path());
        assert!(strays.len() <= 1, "{strays:?}");
        for stray in strays {
            interrupted += 1;
            // What was left is cleared away by a save some minutes later.
            let open = fs::File::options().write(true).open(&stray).unwrap();
            let long_ago = SystemTime::now() - Duration::from_hours(1);
            open.set_modified(long_ago).unwrap();
            file::save_text(&target, &texts[0]).unwrap();
            assert!(!stray.exists());
        }
    }
    assert!(
        interrupted > 5,
        "too few were killed within a save: {seen:?}"
    );
}

#[cfg(unix)]
#[test]
fn without_room_the_old_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("mine.ron");
    fs::write(&target, bundled()).unwrap();
    // A process that may write no more than 64 KiB to a file, and is not killed for trying.
    let test = std::env::current_exe().unwrap();
    let limited = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\""])
        .arg(test)
        .args(["--exact", "saving::saves_once_when_told_where"])
        .env(format!("{TARGET}_ONCE"), &target)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&limited.stdout).into_owned();
    assert!(
        limited.status.success() && said.contains("1 passed"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&target).unwrap(), bundled());
    assert!(parts(folder.path()).is_empty());
}

/// A disk of its own that is really full, where the system lets an ordinary user make one.
#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_the_old_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=128k none \"$1\" 2>/dev/null || exit 42
        cp \"$2\" \"$1/mine.ron\" && \"$0\" --exact saving::saves_once_when_told_where || exit 1
        cmp \"$2\" \"$1/mine.ron\" || exit 2
        test -z \"$(ls -A \"$1\" | grep part)\" || exit 3";
    let old = folder.path().join("old.ron");
    fs::write(&old, bundled()).unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let status = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .args([&disk, &old])
        .env(format!("{TARGET}_ONCE"), disk.join("mine.ron"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => {}
        // No such program, or not for this user.
        Err(_) | Ok(Some(42)) => eprintln!("no disk could be made here; skipped"),
        other => panic!("{other:?}"),
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_not_replaced() {
    let error = file::save_text(Path::new("/dev/full"), "x").unwrap_err();
    assert!(matches!(error, SaveError::NoFile(_)), "{error}");
}

#[test]
fn format_1_is_read_and_newer_ones_are_refused_in_words() {
    assert!(bundled().contains("format: 1,"));
    assert!(file::read("test", bundled()).is_ok());
    let newer = bundled().replacen("format: 1,", "format: 2,", 1);
    let refused = file::read("test", &newer).unwrap_err();
    let what = &refused.problems[0].what;
    assert!(
        what.contains("newer") && what.contains("it reads 1"),
        "{what}"
    );
}

/// The lines of `after` that `before` has not, and the other way round.
fn differing(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let only = |these: &str, those: &str| -> Vec<String> {
        let those: Vec<&str> = those.lines().collect();
        let lines = these.lines().filter(|line| !those.contains(line));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    (only(before, after), only(after, before))
}

#[test]
fn a_save_without_changes_is_the_same_to_the_byte() {
    for bundled in library::all() {
        let written = file::rewrite(bundled.text, &read(bundled.text));
        assert_eq!(written.text, bundled.text, "{}", bundled.id);
        assert!(written.lost.is_empty());
    }
}

#[test]
fn only_the_changed_what_if_is_written_anew() {
    let mut s = read(bundled());
    let quantity = "events.diversion.quantity".to_owned();
    s.what_ifs["diverted"]
        .set
        .insert(quantity, Value::Number(12_000.0));
    s.what_ifs["late"].name = "Diverted late".to_owned();
    let written = file::rewrite(bundled(), &s);
    assert!(written.lost.is_empty());
    assert_eq!(
        differing(bundled(), &written.text).1,
        [
            "\"diverted\": (name: \"Reported diversion\", set: { \"events.diversion.quantity\": 12000 }),",
            "\"late\": (name: \"Diverted late\", set: { \"events.diversion.quantity\": 20000, \"events.diversion.on\": \"2025-09-01\" }),",
        ]
    );
    assert_eq!(read(&written.text), s);
}

#[test]
fn what_ifs_come_go_and_change_places() {
    let mut s = read(bundled());
    s.what_ifs.shift_remove("late");
    s.what_ifs.move_index(0, 2);
    let mut mine = WhatIf {
        name: "Mine".to_owned(),
        ..WhatIf::default()
    };
    mine.set.insert("days".to_owned(), Value::Number(200.0));
    mine.set.insert(
        "events.diversion.on".to_owned(),
        Value::Date(date(2025, 7, 1)),
    );
    s.what_ifs.shift_insert(0, "mine".to_owned(), mine);
    s.what_ifs["truce"]
        .set
        .shift_remove("events.diversion.quantity");
    let written = file::rewrite(bundled(), &s);
    assert!(written.lost.is_empty(), "{:?}", written.lost);
    let back = read(&written.text);
    assert_eq!(back, s);
    assert!(
        back.what_ifs.keys().eq(s.what_ifs.keys()),
        "{}",
        written.text
    );
    let (gone, new) = differing(bundled(), &written.text);
    assert_eq!(gone.len(), 2, "{gone:#?}");
    assert_eq!(
        new,
        [
            "\"mine\": (name: \"Mine\", set: { \"days\": 200, \"events.diversion.on\": \"2025-07-01\" }),",
            "\"truce\": (name: \"Diverted, with an October ceasefire\", set: { \"events.autumn-truce.enabled\": true }),",
        ]
    );
}

#[test]
fn a_new_baseline_keeps_comments_and_layout() {
    let mut s = read(bundled());
    s.threats["shahed"].stockpile.value = 1_200.0;
    s.threats["shahed"].sites = Estimate::exact(14.0);
    s.events["autumn-truce"].enabled = true;
    s.events["us-hold"].enabled = false;
    s.deployments["ua-guns"].reserve = Estimate::exact(100.0);
    s.levers.remove(1);
    s.levers[2].max = 90.0;
    let written = file::rewrite(bundled(), &s);
    assert!(written.lost.is_empty(), "{:?}", written.lost);
    assert_eq!(read(&written.text), s);
    let (gone, new) = differing(bundled(), &written.text);
    assert_eq!((gone.len(), new.len()), (7, 6), "{gone:#?} {new:#?}");
}

#[test]
fn comments_travel_with_what_they_stand_at() {
    let old = "        \"diverted\":";
    let text = bundled()
        .replacen(old, &format!("        // as reported\n{old}"), 1)
        .replacen("\"late\": (", "\"late\": ( // inside\n", 1)
        .replace('\n', "\r\n");
    let mut s = read(&text);
    s.what_ifs.move_index(0, 1);
    let written = file::rewrite(&text, &s);
    assert!(written.lost.is_empty());
    let above = written.text.find("// as reported").unwrap();
    let entry = written.text.find("\"diverted\":").unwrap();
    assert!(
        written.text[above..entry].lines().count() == 2,
        "{}",
        written.text
    );
    assert!(
        !written.text.replace("\r\n", "").contains('\n'),
        "line breaks stay"
    );
    s.what_ifs.shift_remove("late");
    let written = file::rewrite(&text, &s);
    assert_eq!(written.lost, ["// inside"]);
    // The first what-ifs of a file, with its open, go: what is left reads as it should.
    s.what_ifs.clear();
    s.open = None;
    let written = file::rewrite(&text, &s);
    assert_eq!(read(&written.text), s);
    assert!(written.text.contains("what_ifs: {},"), "{}", written.text);
}

#[test]
fn the_first_what_if_of_a_file_is_put_into_it() {
    let start = bundled()
        .find("    // The file above is the baseline")
        .unwrap();
    let text = format!("\u{feff}{})\n", &bundled()[..start]);
    let mut s = read(&text);
    let mut mine = WhatIf {
        name: "Mine".to_owned(),
        ..WhatIf::default()
    };
    mine.set.insert("days".to_owned(), Value::Number(200.0));
    s.what_ifs.insert("mine".to_owned(), mine);
    let written = file::rewrite(&text, &s);
    assert!(written.lost.is_empty());
    let ending =
        "    what_ifs: {\n        \"mine\": (name: \"Mine\", set: { \"days\": 200 }),\n    },\n)\n";
    assert!(written.text.ends_with(ending), "{}", &written.text[start..]);
    assert!(written.text.starts_with('\u{feff}'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Numbers anywhere, and what-ifs of every kind: what is read back is what was meant, and no
    /// comment goes but from what was taken away.
    #[test]
    fn any_change_is_saved_in_place(
        which in 0..6_usize,
        numbers in prop::collection::vec((any::<prop::sample::Index>(), 0.5..1.5_f64), 0..6),
        steps in prop::collection::vec((0..4_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..5),
    ) {
        let text = library::all()[which % library::all().len()].text;
        let checked = file::read("test", text).unwrap().scenario;
        let addresses = Address::all(&checked);
        let mut changed = checked.clone();
        for (at, factor) in numbers {
            let address = &addresses[at.index(addresses.len())];
            let path = address.path(&checked);
            if let Some(Value::Number(number)) = address.get(&changed).and_then(|slot| slot.value())
                && let Ok(next) = changed.with([(path.as_str(), Value::Number(f64::round(number * factor)))])
            {
                changed = next;
            }
        }
        let mut s = changed.into_inner();
        for (step, (kind, at, to)) in steps.into_iter().enumerate() {
            let count = s.what_ifs.len();
            match kind {
                0 => {
                    let copy = WhatIf { name: format!("“{step}”\n// none"), ..WhatIf::default() };
                    s.what_ifs.shift_insert(at.index(count + 1), format!("new-{step}"), copy);
                }
                1 if count > 1 => s.what_ifs.move_index(at.index(count), to.index(count)),
                2 if count > 0 => {
                    s.what_ifs.shift_remove_index(at.index(count));
                }
                _ if count > 0 => s.what_ifs[at.index(count)].set.clear(),
                _ => {}
            }
        }
        s.open = s.open.filter(|id| s.what_ifs.contains_key(id));
        prop_assert!(Checked::new(s.clone()).is_ok());
        let written = file::rewrite(text, &s);
        let back = read(&written.text);
        prop_assert_eq!(file::write(&back), file::write(&s));
        // Written in place: whole files have other layout.
        prop_assert!(written.text != file::write(&s) || text == file::write(&s), "fell back");
        prop_assert!(written.lost.len() <= 2, "{:?}", written.lost);
    }
}
