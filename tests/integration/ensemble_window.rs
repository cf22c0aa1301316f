//! Ensembles in the window: bands that follow, sentences that speak of chances.

use egui::{Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use shortfall::analysis::chances::Chances;
use shortfall::analysis::likelihood::Yardstick;
use shortfall::analysis::seek::Goal;
use shortfall::app::{Action, Command, Draws, Uncertainty};
use shortfall::model::ensemble::{Counts, Ensemble, Options};
use shortfall::scenario::{Address, Value, library};

use crate::model::scenario;
use crate::saving_window::until;
use crate::window::{Window, act, headline, open, open_sized, slider};

/// Few members: what is tested is the window, and nothing here is optimised.
fn few() -> Uncertainty {
    Uncertainty {
        members: 200,
        ..Uncertainty::default()
    }
}

/// Lets the window go on until its sentences say something that fits.
fn wait_for(harness: &mut Harness<'_, Window>, fits: impl Fn(&str) -> bool) -> String {
    for _ in 0..600 {
        harness.step();
        let text = headline(harness);
        if fits(&text) {
            // What arrived after the panels were drawn is on screen in the next frame.
            harness.step();
            return text;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the ensemble never came: {}", headline(harness));
}

fn with_bands(uncertainty: Uncertainty) -> (Harness<'static, Window>, String) {
    let mut harness = open(None);
    act(&mut harness, Action::SetUncertainty(uncertainty));
    let text = wait_for(&mut harness, speaks_of_chances);
    (harness, text)
}

fn speaks_of_chances(text: &str) -> bool {
    text.contains(" to fall below ") || text.contains(" of falling below ")
}

#[test]
fn sentences_speak_of_chances_with_the_number_beside_the_word() {
    let (harness, text) = with_bands(few());
    assert!(
        text.starts_with("28-day coverage in Ukraine is almost certain (99 % ± 1; baseline "),
        "{text}"
    );
    assert!(text.contains(" more than in the baseline"), "{text}");
    // Two sentences of a line and a bit at 1280 points, which is what one look takes in.
    assert!(text.chars().count() < 300, "{text}");
    // The date in a sentence that gives a chance is the ensemble's, not the planning run's.
    let scenario = scenario("diversion-2025").what_if("diverted").unwrap();
    let options = Options {
        members: few().members,
        seed: scenario.seed,
        ranges: true,
        chance: true,
        counts: Counts::Weekly,
    };
    let sample = Ensemble::new(&scenario, options).unwrap().run(2);
    let breach = &Chances::of(sample.members(), None, None).theatres[0].breach;
    let date = breach.date(0.5, scenario.start).unwrap();
    assert!(
        text.contains(&format!("by {date} in half of cases")),
        "{text}"
    );
    assert!(!text.to_lowercase().contains("confiden"), "{text}");
    let mut told = harness.query_all_by_label_contains("200 members");
    assert!(told.next().is_some());
}

#[test]
fn the_first_day_judged_is_not_told_as_the_date_of_a_fall() {
    let mut harness = open(Some("record-raid"));
    act(&mut harness, Action::SetUncertainty(few()));
    let text = wait_for(&mut harness, speaks_of_chances);
    assert!(
        text.contains("28 Jun 2025 in half of cases (the first day judged)"),
        "{text}"
    );
    let (_, later) = with_bands(few());
    assert!(!later.contains("the first day judged"), "{later}");
}

#[test]
fn the_same_seed_says_the_same_and_another_yardstick_uses_other_words() {
    let (_, first) = with_bands(few());
    let (mut harness, again) = with_bands(few());
    assert_eq!(first, again);
    let phia = Uncertainty {
        yardstick: Yardstick::Phia,
        ..few()
    };
    act(&mut harness, Action::SelectWhatIf(None));
    let text = wait_for(&mut harness, |text| {
        speaks_of_chances(text) && text != first
    });
    assert!(text.contains("has a roughly even chance (4"), "{text}");
    act(&mut harness, Action::SetUncertainty(phia));
    let text = wait_for(&mut harness, |told| told != text);
    assert!(text.contains("has a realistic possibility (4"), "{text}");
    let other = Uncertainty {
        seed: Some(7),
        ..few()
    };
    act(&mut harness, Action::SetUncertainty(other));
    wait_for(&mut harness, |text| {
        speaks_of_chances(text) && text != first
    });
}

#[test]
fn the_sentences_follow_a_slider() {
    let (mut harness, first) = with_bands(few());
    slider(&harness, "Missiles diverted").focus();
    harness.run_steps(3);
    for _ in 0..30 {
        harness.key_press(Key::ArrowLeft);
        harness.step();
    }
    let text = wait_for(&mut harness, |text| {
        speaks_of_chances(text) && text != first
    });
    assert_ne!(text, first);
}

#[test]
fn chances_and_dates_are_listed() {
    let (mut harness, _) = with_bands(few());
    act(&mut harness, Action::Command(Command::ShowChances));
    assert!(
        harness
            .query_by_label("Coverage below 90 % (28 days)")
            .is_some()
    );
    assert!(
        harness
            .query_by_label_contains("Stock-out: Laser-guided rocket")
            .is_some()
    );
    assert!(harness.query_by_label("Difference, P5").is_some());
}

#[test]
fn switched_off_the_planning_run_speaks_alone() {
    let (mut harness, _) = with_bands(few());
    act(&mut harness, Action::Command(Command::ShowBands));
    let text = wait_for(&mut harness, |text| !speaks_of_chances(text));
    assert!(text.contains("falls below 90 % on 2 Aug 2025"), "{text}");
}

#[test]
fn nothing_moves_while_members_come_in() {
    // A horizon that takes little time to run many members over.
    let bundled = library::find("diversion-2025").expect("is bundled");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("short.ron");
    let text = bundled.text.replace("days: 365", "days: 40");
    std::fs::write(&path, text).expect("is written");
    let file = path.to_str().expect("is text");
    for width in [1_285.0, 1_295.0, 1_024.0] {
        let mut harness = open_sized(Some(file), vec2(width, 800.0));
        let many = Uncertainty {
            members: 10_000,
            ..Uncertainty::default()
        };
        act(&mut harness, Action::SetUncertainty(many));
        let says = |h: &Harness<'_, Window>, text: &str| {
            h.query_all_by_label_contains(text).next().is_some()
        };
        let all_in = |h: &Harness<'_, Window>| says(h, "90 % of 10,000 members");
        let chart = |h: &Harness<'_, Window>| h.get_by_label("Coverage and protection").rect();
        until(&mut harness, "the first batch", |h| says(h, "90 % of "));
        assert!(!all_in(&harness), "at {width}");
        let first = chart(&harness);
        until(&mut harness, "all members", all_in);
        assert_eq!(chart(&harness).top(), first.top(), "at {width}");
    }
}

#[test]
fn leakers_have_a_chart_with_their_band() {
    let (mut harness, _) = with_bands(few());
    assert!(harness.query_by_label("Leakers a day").is_none());
    let keys = harness.query_all_by_label_contains("50 and 90 %").count();
    harness.key_press(Key::F12);
    harness.run_steps(3);
    assert!(harness.query_by_label("Leakers a day").is_some());
    assert!(harness.query_by_label("of these not engaged").is_some());
    let now = harness.query_all_by_label_contains("50 and 90 %").count();
    assert_eq!(now, keys + 1);
}

#[test]
fn why_there_are_no_chances_is_said_beside_the_answer_until_it_is_mended() {
    let (mut harness, _) = with_bands(few());
    let path = "threats.shahed.variation";
    let document = harness.state().app().document();
    let address = Address::find(document.current(), path).expect("is there");
    let value = Value::Number(12.0);
    act(&mut harness, Action::Set { address, value });
    wait_for(&mut harness, |text| !speaks_of_chances(text));
    let why = format!("{path}: a variation of 12 cannot be drawn; write at most 10");
    let beside_the_answer = format!("No chances and no bands: {why}");
    assert!(harness.query_by_label(&beside_the_answer).is_some());
    assert!(harness.query_by_label(&why).is_none());
    act(&mut harness, Action::Command(Command::ShowChances));
    harness.run_steps(2);
    assert!(harness.query_by_label(&why).is_some());
    act(&mut harness, Action::CloseDialog);
    act(&mut harness, Action::Command(Command::Undo));
    wait_for(&mut harness, speaks_of_chances);
    assert!(harness.query_by_label_contains("No chances").is_none());
}

#[test]
fn what_members_do_not_draw_is_said() {
    let numbers_only = Uncertainty {
        draws: Draws {
            ranges: true,
            chance: false,
        },
        ..few()
    };
    let (harness, _) = with_bands(numbers_only);
    let said = harness.query_all_by_label_contains("200 members, days not sampled");
    assert_eq!(said.count(), 2);
}

#[test]
fn where_nothing_is_drawn_there_are_no_chances() {
    let (mut harness, _) = with_bands(few());
    let nothing = Uncertainty {
        draws: Draws {
            ranges: false,
            chance: false,
        },
        ..few()
    };
    act(&mut harness, Action::SetUncertainty(nothing));
    wait_for(&mut harness, |text| {
        !speaks_of_chances(text) && text.contains("falls below 90 % on 2 Aug 2025")
    });
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("90 % of").is_none());
    // Asking for uncertainty asks for something to be drawn.
    harness.key_press(Key::F10);
    wait_for(&mut harness, speaks_of_chances);
}

#[test]
fn what_it_would_take_speaks_of_the_chance_that_the_headline_gives() {
    let (mut harness, _) = with_bands(Uncertainty {
        members: 60,
        ..few()
    });
    act(&mut harness, Action::SelectWhatIf(None));
    let text = wait_for(&mut harness, |text| {
        speaks_of_chances(text) && !text.contains("baseline")
    });
    // "… is unlikely (34 %) to fall …"
    let (_, rest) = text.split_once('(').unwrap();
    let (chance, _) = rest.split_once(" ±").unwrap();
    assert!(chance.ends_with(" %"), "{text}");
    act(&mut harness, Action::Command(Command::ShowSeek));
    let state = format!("Ukraine as it is: a {chance} chance of a breach, reached");
    until(&mut harness, "the chance", |h| {
        h.query_by_label(&state).is_some()
    });
    until(&mut harness, "a lever", |h| {
        h.query_all_by_label_contains("at most ").next().is_some()
    });
    // What holds in a planning run has its chance beside it.
    act(
        &mut harness,
        Action::SelectWhatIf(Some("diverted".to_owned())),
    );
    act(&mut harness, Action::SetGoal(Goal::Target));
    until(&mut harness, "the chance at 3,000", |h| {
        let told = h.query_all_by_label_contains(" % chance of a breach at 3,000");
        h.query_by_label("at most 3,000").is_some() && told.count() == 1
    });
    act(&mut harness, Action::SelectWhatIf(None));
    // Without chances the goal is one that a planning run can tell of.
    harness.key_press(Key::F10);
    until(&mut harness, "the planning run", |h| {
        h.query_by_label("Ukraine as it is: reached").is_some()
    });
    assert!(harness.query_by_label("Chance at most").is_none());
}

#[test]
fn what_matters_most_stands_first_and_leads_to_its_numbers() {
    let (mut harness, _) = with_bands(Uncertainty {
        members: 100,
        ..few()
    });
    harness.get_by_label("What matters most?").click();
    until(&mut harness, "the bars", |h| {
        let told = "Most hangs on production (3 numbers that go together): ";
        h.query_by_label_contains(told).is_some()
    });
    let bars = |harness: &Harness<'_, Window>| -> Vec<String> {
        let bars = harness.query_all_by_label_contains(" if low, ");
        let labels = bars.filter_map(|bar| bar.value());
        // The sentence first, then a bar a row.
        labels.skip(1).collect()
    };
    let of_counts = bars(&harness);
    assert!(
        of_counts[0].starts_with("Production (3 numbers"),
        "{of_counts:?}"
    );
    harness
        .get_by_label("Chance that coverage (28 days) falls below 90 %")
        .click();
    harness.run_steps(3);
    let of_chances = bars(&harness);
    assert!(of_chances.iter().all(|bar| bar.ends_with("% if high")));
    assert!(!of_chances.is_empty());

    harness
        .get_by_label("Production (3 numbers that go together), show in the table")
        .click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("3 of ").is_some());

    // Without chances it goes by planning runs.
    act(&mut harness, Action::Command(Command::ShowSensitivity));
    harness.key_press(Key::F10);
    until(&mut harness, "the planning runs", |h| {
        let mut told = h.query_all_by_label_contains("Planning runs: medians, no chances.");
        told.next().is_some()
    });
    assert!(bars(&harness)[0].starts_with("Production (3 numbers"));
    assert!(harness.query_by_label_contains("Chance that").is_none());
}

#[test]
fn what_ifs_beside_each_other_have_their_chances() {
    let (mut harness, _) = with_bands(few());
    let chance = "Chance that coverage (28 days) falls below 90 %";
    let all_in = |h: &Harness<'_, Window>| {
        let open = h.query_all_by_label("…").count();
        h.query_by_label(chance).is_some() && open == 0
    };
    harness.key_press(Key::F9);
    until(&mut harness, "the chances", all_in);
    let members = format!("Ensemble of {} members", few().members);
    assert!(harness.query_by_label(&members).is_some());
    // The world that is worked on has the chance that the sentence gives.
    let told = harness.state().app().headline();
    let top = harness.get_by_label(&members).rect().bottom();
    let mut cells = harness.query_all_by_label_contains("99 %");
    assert!(cells.any(|cell| cell.rect().top() > top));
    assert!(told.contains("(99 % ± 1; baseline "), "{told}");
    drop(cells);

    // Another what-if has its column at once, and its chances as soon as they are counted.
    act(&mut harness, Action::Command(Command::DuplicateWhatIf));
    until(&mut harness, "the other column", all_in);
    // A planning run knows no chances.
    harness.key_press(Key::F10);
    harness.run_steps(3);
    assert!(harness.query_by_label(chance).is_none());
    assert!(harness.query_by_label("Coverage").is_some());
}
