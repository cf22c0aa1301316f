//! The figures that the page of the bundled scenarios tells in prose are those of the scenarios.

use shortfall::analysis::{Answer, TheatreFigures, format, observed};
use shortfall::model::TheatreDays;
use shortfall::scenario::{Checked, Value, file, library};

const PAGE: &str = include_str!("../../assets/scenarios/README.md");

/// A bundled scenario, and what it says under a what-if.
struct Told(Checked);

impl Told {
    fn new(id: &str) -> Self {
        let bundled = library::find(id).expect("is bundled");
        Self(file::read(id, bundled.text).expect("is read").scenario)
    }

    fn under(&self, what_if: &str) -> Checked {
        match what_if {
            "" => self.0.clone(),
            id => self.0.what_if(id).expect("fits"),
        }
    }

    fn figures(&self, what_if: &str) -> TheatreFigures {
        Answer::of(&self.under(what_if)).figures.theatres[0].clone()
    }

    fn not_engaged(&self, what_if: &str) -> String {
        format::estimate(self.figures(what_if).uncovered)
    }

    /// How many more are not engaged than in the baseline.
    fn more(&self, what_if: &str) -> String {
        let before = self.figures("").uncovered;
        format::count(self.figures(what_if).uncovered - before)
    }

    fn breach(&self, what_if: &str) -> String {
        let day = self.figures(what_if).breach.expect("falls below target");
        format::date(format::day(self.0.start, day))
    }

    /// Figures of one day.
    fn on(&self, what_if: &str, date: &str, get: fn(&TheatreDays) -> &Vec<f64>) -> f64 {
        let date: jiff::civil::Date = date.parse().expect("is a date");
        let day = date.duration_since(self.0.start).as_hours() / 24;
        let outcome = Answer::of(&self.under(what_if)).outcome;
        get(&outcome.theatres[0])[usize::try_from(day).expect("is within the horizon")]
    }
}

/// The page says this, wherever its lines break.
fn holds(sentence: &str) {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        plain(PAGE).contains(&plain(sentence)),
        "the page does not say: {sentence}"
    );
}

fn percent(share: Option<f64>) -> String {
    format::percent(share.expect("is defined"))
}

#[test]
fn counted_2025() {
    let told = Told::new("counted-2025");
    let [now, no_drones, claim] = ["", "no-drones", "claim"].map(|id| told.figures(id));
    let errors = |what_if| {
        let scenario = told.under(what_if);
        let fits = observed::fits(&scenario, &Answer::of(&scenario).outcome);
        let errors = fits
            .iter()
            .map(|fit| [fit.launched_error, fit.neutralised_error].map(percent));
        errors.collect::<Vec<_>>()
    };
    let [drones, missiles] = &errors("")[..] else {
        panic!("drones and missiles are counted");
    };
    holds(&format!(
        "{} launched, {} shot down; mean error against the monthly counts is {} for drones launched and {} \
         for the share neutralised (missiles {} and {}).",
        format::estimate(now.launched),
        percent(now.protection),
        drones[0],
        drones[1],
        missiles[0],
        missiles[1]
    ));
    // The range of each level, as a factor either way.
    let factors = ["shahed", "cruise"].map(|id| {
        let production = &told.0.threats[id].production;
        production.range.expect("has a range").high / production.value
    });
    holds("a factor of 1.41 for drones and 1.71 for missiles");
    // As near as the file's rounded bounds come.
    for (factor, told) in factors.into_iter().zip([1.41, 1.71]) {
        assert!((factor - told).abs() < 0.02, "{factor} is not {told}");
    }
    holds(&format!(
        "{} instead of {} would not be engaged and {} be shot down.",
        format::estimate(no_drones.uncovered),
        format::estimate(now.uncovered),
        percent(no_drones.protection)
    ));
    holds(&format!(
        "{} fewer are launched and the error of drones launched is {}",
        format::estimate(now.launched - claim.launched),
        errors("claim")[0][0]
    ));
}

#[test]
fn record_raid() {
    let told = Told::new("record-raid");
    let on = |what_if, date, get| format::whole(told.on(what_if, date, get));
    let night = |get| told.on("", "2025-06-09", get);
    let [launched, covered, killed] = [
        night(|t| &t.launched),
        night(|t| &t.covered),
        night(|t| &t.killed),
    ];
    holds(&format!(
        "({} of {} engaged, {} % shot down; 92 % was reported)",
        format::estimate(covered),
        format::estimate(launched),
        (killed / launched * 100.0).round()
    ));
    holds(&format!(
        "The second raid four days later finds {} not engaged, {} of them because magazines run empty; 728 \
         drones on 9 July leave {}, of them {} because launchers are saturated.",
        on("july", "2025-06-13", |t| &t.uncovered),
        on("july", "2025-06-13", |t| &t.uncovered_stock),
        on("july", "2025-07-09", |t| &t.uncovered),
        on("july", "2025-07-09", |t| &t.uncovered_capacity)
    ));
    let [stocks, both] = ["stocks", "both"].map(|id| told.on(id, "2025-07-09", |t| &t.uncovered));
    assert!(told.on("stocks", "2025-06-13", |t| &t.uncovered_stock) < 1.0);
    assert!(stocks > 100.0, "fuller stores do not cure the third raid");
    holds(&format!("{} are left on 9 July", format::whole(both)));
}

#[test]
fn us_halt() {
    let told = Told::new("us-halt");
    let worst = |figures: &TheatreFigures| figures.worst.map(|worst| worst.coverage);
    holds(&format!(
        "coverage stays at {} or more; without them and with Europe as pledged it falls below 90 % on {}, and \
         {} instead of {} are not engaged.",
        percent(worst(&told.figures(""))),
        told.breach("halt"),
        told.not_engaged("halt"),
        told.not_engaged("")
    ));
    // The least European rate that holds, reached within a month.
    let holds_at = |rate: f64| {
        let mut scenario = told.under("europe");
        scenario
            .set_path("events.eu-rocket-up.to", Value::Number(rate))
            .expect("fits");
        Answer::of(&scenario).figures.theatres[0].breach.is_none()
    };
    let least = (25..=80)
        .find(|&rate| holds_at(f64::from(rate)))
        .expect("some rate holds");
    holds(&format!(
        "about {} rockets a day",
        (f64::from(least) / 5.0).round() * 5.0
    ));
    holds(&format!(
        "240 days still breach on {}",
        told.breach("late").trim_end_matches(" 2025")
    ));
    let resumes = worst(&told.figures("resumes")).expect("is judged");
    assert!(
        (0.9..0.905).contains(&resumes),
        "nothing to spare: {resumes}"
    );
}

#[test]
fn scale_up() {
    let told = Told::new("scale-up");
    holds(&format!(
        "sites alone add {} to the {} not engaged of the year, production alone {}, both together {}",
        told.more("sites")
            .parse::<f64>()
            .expect("is a number")
            .round(),
        told.not_engaged(""),
        told.more("production"),
        told.more("both")
    ));
    holds(&format!(
        "from {} to {}.",
        percent(told.figures("both").coverage).trim_end_matches(" %"),
        percent(told.figures("met").coverage)
    ));
}

#[test]
fn autumn_ceasefire() {
    let told = Told::new("autumn-ceasefire");
    let [now, six_weeks] = ["", "six-weeks"].map(|id| told.figures(id));
    let launched = format::estimate(now.launched);
    assert_eq!(format::estimate(six_weeks.launched), launched);
    holds(&format!(
        "as without ({launched}), but {} instead of {} are not engaged, {} more because launchers are \
         saturated, while {} more rounds remain unused",
        format::estimate(six_weeks.uncovered),
        format::estimate(now.uncovered),
        format::estimate(six_weeks.why.capacity - now.why.capacity),
        format::estimate(six_weeks.left - now.left)
    ));
    holds(&format!(
        "brings it to {}; drone production halved in them, to {}; deliveries stopped in them, to {}.",
        told.not_engaged("teams"),
        told.not_engaged("halved"),
        told.not_engaged("no-deliveries")
    ));
}
