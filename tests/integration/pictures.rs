//! Pictures for slides, as a person at the window makes them.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers, OutputCommand, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use shortfall::analysis::likelihood::Yardstick;
use shortfall::analysis::sentences::CAPTION;
use shortfall::app::{Action, Command, Draws, Form, Surroundings, Target, Uncertainty};

use super::commands::reply;
use super::saving_window::{closes, press_close, until, until_seen};
use super::window::{Window, act, headline, open, open_within};

/// A picture that was written: its size, its pixels, and what it says as text.
struct Written {
    size: [u32; 2],
    pixels: Vec<[u8; 3]>,
    about: String,
}

fn read(path: &Path) -> Written {
    let file = BufReader::new(File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    assert_eq!(frame.color_type, png::ColorType::Rgb);
    let about = reader.info().utf8_text[0].get_text().unwrap();
    Written {
        size: [frame.width, frame.height],
        pixels: bytes.as_chunks().0.to_vec(),
        about,
    }
}

/// A window whose system answers every question for a file with this path.
fn choosing(path: PathBuf) -> Harness<'static, Window> {
    let around = Surroundings {
        chooser: Some(Arc::new(move || Some(path.clone()))),
        ..Surroundings::default()
    };
    open_within(None, Vec2::new(1024.0, 700.0), around)
}

fn save(harness: &mut Harness<'_, Window>) {
    act(harness, Action::Command(Command::SavePicture));
    until_seen(harness, "written to");
}

#[test]
fn a_picture_is_a_slide_with_marking_in_light_colours_whatever_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    let mut harness = choosing(path.clone());
    act(&mut harness, Action::Command(Command::DarkTheme));
    save(&mut harness);
    let picture = read(&path);
    let [width, height] = picture.size;
    assert_eq!(16 * height, 9 * width, "a slide");
    // The marking above and below, between them the light ground, and letters on it.
    let green = [0x00, 0x6B, 0x38];
    assert_eq!(picture.pixels[0], green);
    assert_eq!(picture.pixels.last(), Some(&green));
    let ground = picture.pixels[(60 * width + 10) as usize];
    assert!(ground.iter().all(|&channel| channel > 0xE0), "{ground:?}");
    let dark = |pixel: &&[u8; 3]| pixel.iter().all(|&channel| channel < 0x40);
    let letters = picture.pixels.iter().filter(dark).count();
    assert!(letters > 5_000, "{letters} dark pixels");
    // For whoever cannot see it, or has to reproduce it.
    assert!(picture.about.contains(headline(&harness).trim()));
    assert!(picture.about.starts_with("UNCLASSIFIED"));
    assert!(picture.about.contains("bundled as diversion-2025"));
    // The window is as it was.
    assert!(harness.query_by_label("Copy answer").is_some());
}

#[test]
fn the_same_answer_is_the_same_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    let mut harness = choosing(path.clone());
    save(&mut harness);
    let first = fs::read(&path).unwrap();
    // What the pointer is at is not part of it.
    let title = harness.get_by_label("Coverage and protection").rect();
    harness.hover_at(title.left_bottom() + Vec2::new(200.0, 60.0));
    harness.run_steps(30);
    save(&mut harness);
    assert!(first == fs::read(&path).unwrap());
    act(&mut harness, Action::SelectWhatIf(None));
    save(&mut harness);
    assert!(first != fs::read(&path).unwrap(), "another answer");
}

#[test]
fn a_picture_holds_all_of_what_the_window_scrolls() {
    use Command as C;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    let mut harness = choosing(path.clone());
    let height = |harness: &mut Harness<'_, Window>, commands: &[Command]| {
        for &command in commands {
            act(harness, Action::Command(command));
        }
        save(harness);
        read(&path).size[1]
    };
    let slide = height(&mut harness, &[]);
    let charts = [C::ShowStocks, C::ShowLaunches, C::ShowLeakers];
    assert!(height(&mut harness, &charts) > slide + 300);
    assert_eq!(
        height(&mut harness, &charts),
        slide,
        "and no more than that"
    );
    assert!(height(&mut harness, &[C::ShowComparison]) > slide + 300);
    // Tables of inputs are no answer: the charts are.
    assert_eq!(height(&mut harness, &[C::ShowAssumptions]), slide);
    harness.get_by_label_contains("Picture of the charts written to");
}

#[test]
fn a_picture_takes_no_file_away_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    fs::write(&path, "mine").unwrap();
    let mut harness = open(None);
    act(&mut harness, Action::Command(Command::SavePicturePath));
    let field = harness.get_by_role_and_label(Role::TextInput, "Path");
    // The ending goes without saying.
    field.type_text(&path.with_extension("").display().to_string());
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    until_seen(&mut harness, "is there already");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    harness.get_by_label("Replace it").click();
    until_seen(&mut harness, "Picture written to");
    assert!(read(&path).size[0] > 1_000);
}

#[test]
fn a_picture_that_cannot_be_written_says_why_and_asks_for_another_path() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = choosing(folder.path().join("nowhere").join("slide.png"));
    act(&mut harness, Action::Command(Command::SavePicture));
    until_seen(&mut harness, "there is no folder for");
    harness.get_by_label("Correct the path…").click();
    harness.run_steps(3);
    harness.get_by_label("Save picture to path");
}

#[test]
fn a_copied_picture_is_on_the_clipboard() {
    let mut harness = open(None);
    act(&mut harness, Action::Command(Command::CopyPicture));
    let copied = |harness: &Harness<'_, Window>| {
        let mut commands = harness.output().platform_output.commands.iter();
        commands.any(
            |command| matches!(command, OutputCommand::CopyImage(image) if image.width() > 1_000),
        )
    };
    until(&mut harness, "a picture", copied);
    assert!(harness.query_by_label_contains("Picture copied").is_some());
}

#[test]
fn a_copied_answer_says_what_it_rests_on() {
    let mut harness = open(None);
    let copied = |harness: &mut Harness<'_, Window>| {
        let ctx = harness.ctx.clone();
        let app = harness.state_mut().app_mut();
        app.act(&ctx, Action::Command(Command::CopyAnswer));
        harness.step();
        let commands = &harness.output().platform_output.commands;
        let texts = commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        texts.unwrap()
    };
    let text = copied(&mut harness);
    assert!(text.contains("Against the baseline: Missiles diverted 0 → 20,000 rounds."));
    assert!(text.contains("bundled as diversion-2025"), "{text}");
    assert!(text.contains(CAPTION), "{text}");
    assert_eq!(
        text.lines().next(),
        text.lines().last(),
        "marked at both ends"
    );
    act(&mut harness, Action::SelectWhatIf(None));
    assert!(!copied(&mut harness).contains("Against the baseline"));
}

#[test]
fn a_picture_has_what_is_still_being_typed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    let mut harness = choosing(path.clone());
    harness
        .get_by_role_and_label(Role::SpinButton, "Missiles diverted")
        .click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    let focused = harness.get_by(|node| node.is_focused() && !node.is_disabled());
    focused.type_text("5,000");
    harness.run_steps(1);
    save(&mut harness);
    let about = read(&path).about;
    assert!(
        about.contains("Missiles diverted 0 → 5,000 rounds"),
        "{about}"
    );
    assert!(about.contains("changed and not saved"), "{about}");
}

#[test]
fn a_picture_of_an_ensemble_has_all_of_its_members() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    let mut harness = choosing(path.clone());
    // In one go: nothing has been run when the picture is asked for.
    let ctx = harness.ctx.clone();
    let app = harness.state_mut().app_mut();
    app.act(&ctx, Action::Command(Command::ShowBands));
    app.act(&ctx, Action::Command(Command::SavePicture));
    until_seen(&mut harness, "Picture written to");
    let about = read(&path).about;
    assert!(about.contains("over 4,096 members"), "{about}");
    assert!(about.contains("is almost certain (> 99 %"), "{about}");
}

#[test]
fn a_picture_goes_to_no_folder_and_no_file_of_another_kind() {
    for (name, why) in [("", "is a folder"), ("slide.jpg", "written as PNG")] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut harness = choosing(path);
        act(&mut harness, Action::Command(Command::SavePicture));
        until_seen(&mut harness, why);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_picture_grows_as_wide_as_many_what_ifs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    let mut harness = choosing(path.clone());
    for _ in 0..16 {
        act(&mut harness, Action::Command(Command::DuplicateWhatIf));
    }
    act(&mut harness, Action::Command(Command::ShowComparison));
    save(&mut harness);
    let [width, height] = read(&path).size;
    assert!(width > 2_400 && height > 1_000, "{width} × {height}");
    assert!(
        harness
            .query_by_label_contains("not all of it fits")
            .is_none()
    );
}

#[test]
fn a_picture_of_what_it_would_take_waits_until_every_row_is_there() {
    waits_for(
        &[Action::Command(Command::ShowSeek)],
        "not before 14 Dec 2025",
    );
}

#[test]
fn a_picture_of_what_matters_most_waits_until_every_bar_is_there() {
    waits_for(&[Action::Command(Command::ShowSensitivity)], "○ if low");
}

#[test]
fn a_picture_of_what_ifs_beside_each_other_waits_for_all_their_chances() {
    let few = Uncertainty {
        members: 200,
        ..Uncertainty::default()
    };
    let actions = [
        Action::SetUncertainty(few),
        Action::Command(Command::ShowComparison),
    ];
    waits_for(&actions, "Ensemble of 200 members");
}

/// Takes a picture at once, before the thread has answered, and another later.
fn waits_for(actions: &[Action], shown: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slide.png");
    let mut harness = choosing(path.clone());
    for action in actions {
        act(&mut harness, action.clone());
    }
    save(&mut harness);
    let at_once = read(&path).pixels;
    assert!(harness.query_by_label(shown).is_some());
    fs::remove_file(&path).unwrap();
    harness.run_steps(10);
    save(&mut harness);
    assert!(at_once == read(&path).pixels, "rows came after the picture");
}

#[test]
fn a_page_of_the_window_is_that_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (of_window, of_command) = (folder.path().join("a.html"), folder.path().join("b.html"));
    let mut harness = choosing(of_window.clone());
    for members in [None, Some(16)] {
        let uncertainty = Uncertainty {
            shown: members.is_some(),
            members: 16,
            ..Uncertainty::default()
        };
        act(&mut harness, Action::SetUncertainty(uncertainty));
        act(&mut harness, Action::Command(Command::SavePage));
        until_seen(&mut harness, "Page written to");
        let mut arguments = vec!["run", "diversion-2025", "--what-if", "diverted", "--page"];
        arguments.push(of_command.to_str().unwrap());
        if members.is_some() {
            arguments.extend(["--members", "16"]);
        }
        assert_eq!(reply(&arguments).code, 0);
        let [of_window, of_command] =
            [&of_window, &of_command].map(|path| fs::read_to_string(path).unwrap());
        assert_eq!(of_window, of_command, "{members:?}");
        act(&mut harness, Action::Tell(String::new()));
    }
}

#[test]
fn a_page_that_no_command_makes_says_what_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    let mut harness = choosing(path.clone());
    for (yardstick, draws) in [
        (
            Yardstick::Phia,
            Draws {
                ranges: true,
                chance: true,
            },
        ),
        (
            Yardstick::Icd203,
            Draws {
                ranges: false,
                chance: true,
            },
        ),
    ] {
        let uncertainty = Uncertainty {
            members: 16,
            yardstick,
            draws,
            ..Uncertainty::default()
        };
        act(&mut harness, Action::SetUncertainty(uncertainty));
        act(&mut harness, Action::Command(Command::SavePage));
        until_seen(&mut harness, "Page written to");
        let page = fs::read_to_string(&path).unwrap();
        assert!(!page.contains("shortfall run"), "{yardstick:?}");
        assert!(page.contains("open it in the window with the same members"));
        assert!(page.contains("members, seed 20250608"));
        act(&mut harness, Action::Tell(String::new()));
    }
}

#[test]
fn closing_waits_until_a_page_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    let mut harness = open(None);
    let page = Action::Picture(Target::File {
        form: Form::Page,
        path: path.clone(),
        replace: false,
    });
    let ctx = harness.ctx.clone();
    harness.state_mut().app_mut().act(&ctx, page);
    // Before a frame has passed, in which it might be begun.
    press_close(&mut harness);
    assert!(!closes(&harness), "nothing is written yet");
    until(&mut harness, "the end", closes);
    assert!(path.exists());
}

#[test]
fn a_page_is_not_written_over_another_file_without_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    fs::write(&path, "mine").unwrap();
    let mut harness = open(None);
    let target = Target::File {
        form: Form::Page,
        path: path.clone(),
        replace: false,
    };
    act(&mut harness, Action::Picture(target));
    until(&mut harness, "the question", |h| {
        h.query_by_label("Replace the page?").is_some()
    });
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    harness.get_by_label("Replace it").click();
    until_seen(&mut harness, "Page written to");
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains("<!DOCTYPE html>")
    );
}
