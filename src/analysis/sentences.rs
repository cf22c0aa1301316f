//! Sentences, the case that they tell, and the phrases that headlines of both kinds of run share.

use super::causes::{Change, more_or_fewer};
use super::chances::Chances;
use super::likelihood::Yardstick;
use super::{KeyFigures, format};
use crate::scenario::{Checked, short_name};

/// What a reader must know to read coverage rightly; it is under every answer and chart.
pub const CAPTION: &str = "Engaged is not shot down. Not engaged is not a hit. Counts include decoys. Where \
    layers cover the same places, the shortfall is larger than shown.";

/// A stretch of a sentence, strong or plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    /// Whether it is what a reader must not miss.
    pub strong: bool,
}

/// One sentence, with its full stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    pub runs: Vec<Run>,
}

impl Sentence {
    pub(super) fn new(text: impl Into<String>) -> Self {
        let mut sentence = Self::default();
        sentence.plain(text);
        sentence
    }

    #[must_use]
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    pub(super) fn plain(&mut self, text: impl Into<String>) {
        self.push(text.into(), false);
    }

    pub(super) fn strong(&mut self, text: impl Into<String>) {
        self.push(text.into(), true);
    }

    fn push(&mut self, text: String, strong: bool) {
        if !text.is_empty() {
            self.runs.push(Run { text, strong });
        }
    }
}

/// The answer for one theatre in sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headline {
    /// When and how sure; how much and why.
    pub sentences: Vec<Sentence>,
    /// Everything else.
    pub more: Vec<Sentence>,
}

impl Headline {
    /// Text of the two sentences.
    #[must_use]
    pub fn text(&self) -> String {
        joined(&self.sentences)
    }

    /// Text of all sentences.
    #[must_use]
    pub fn full_text(&self) -> String {
        let mut text = self.text();
        if !self.more.is_empty() {
            text.push(' ');
            text.push_str(&joined(&self.more));
        }
        text
    }
}

/// Text of some sentences.
#[must_use]
pub fn joined(sentences: &[Sentence]) -> String {
    let texts: Vec<String> = sentences.iter().map(Sentence::text).collect();
    texts.join(" ")
}

/// Scenario and figures that a headline tells.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub scenario: &'a Checked,
    pub figures: &'a KeyFigures,
    /// The baseline's figures, unless the case is the baseline.
    pub baseline: Option<&'a KeyFigures>,
    /// The figures with the changed assumptions alone, if decisions are changed too.
    pub assumed: Option<&'a KeyFigures>,
}

impl Case<'_> {
    /// How what is not engaged in a theatre has changed from the baseline, in the planning run.
    pub(super) fn change(&self, theatre: usize) -> Option<Change> {
        let total = |figures: &KeyFigures| {
            let theatre = &figures.theatres[theatre];
            (theatre.uncovered, theatre.why)
        };
        Some(Change::new(total(self.figures), total(self.baseline?)))
    }

    /// The parts of that change which the changed assumptions and the decisions on top of them make.
    /// `None` unless there are both and each does something here.
    pub(super) fn parts(&self, theatre: usize) -> Option<[f64; 2]> {
        let uncovered = |figures: &KeyFigures| figures.theatres[theatre].uncovered;
        let (before, assumed) = (uncovered(self.baseline?), uncovered(self.assumed?));
        told_apart([assumed - before, uncovered(self.figures) - assumed])
    }
}

/// What an ensemble says of a case, and the words for likelihood.
#[derive(Clone, Copy, Debug)]
pub struct Probabilities<'a> {
    pub chances: &'a Chances,
    pub yardstick: Yardstick,
}

/// The end of a sentence on coverage over a whole horizon, if no 28 days of it are judged.
pub(super) fn not_judged(s: &Checked) -> String {
    let days = format::days(s.day_count());
    format!(" over {days}, too few to judge it against the target.")
}

/// Two parts of a difference, if each is one.
pub(super) fn told_apart(parts: [f64; 2]) -> Option<[f64; 2]> {
    parts.iter().all(|part| part.abs() >= 0.5).then_some(parts)
}

/// A difference from the baseline told apart: what the changed assumptions do, then what the decisions do
/// on top of them.
pub(super) fn two_parts(parts: [f64; 2]) -> String {
    let [assumptions, decisions] = parts.map(more_or_fewer);
    format!(
        "{assumptions} because of the changed assumptions, then {decisions} because of the decisions"
    )
}

/// "48 % fewer launched".
pub(super) fn launched_more_or_fewer(share: f64) -> String {
    let direction = if share > 0.0 { "more" } else { "fewer" };
    let percent = format::given((share.abs() * 100.0).round());
    format!("{percent} % {direction} launched")
}

/// "3,260 drones and missiles are not engaged", of a count in words.
pub(super) fn not_engaged(s: &Checked, theatre: &str, count: &str) -> String {
    let noun = threats_noun(s, theatre);
    match count {
        "0" => format!("All {noun} are engaged"),
        "1" => format!(
            "1 {} is not engaged",
            noun.replace("s and ", " or ").trim_end_matches('s')
        ),
        _ => format!("{count} {noun} are not engaged"),
    }
}

/// "14,900 rounds remain unused".
pub(super) fn remain_unused(rounds: f64) -> String {
    match format::count(rounds).as_str() {
        "0" => "no rounds remain unused".to_owned(),
        "1" => "1 round remains unused".to_owned(),
        rounds => format!("{rounds} rounds remain unused"),
    }
}

/// The name of an interceptor class in the plural.
pub(super) fn interceptors_named(s: &Checked, interceptor: &str) -> String {
    let name = s.interceptors.get(interceptor);
    plural_noun(name.map_or(interceptor, |i| i.name.as_str()))
}

/// Noun for the threats of a theatre.
#[must_use]
pub fn threats_noun(scenario: &Checked, theatre: &str) -> &'static str {
    let mut drones = false;
    let mut missiles = false;
    for threat in scenario.threats.values().filter(|t| t.theatre == theatre) {
        let name = threat.name.to_lowercase();
        if name.contains("missile") {
            missiles = true;
        } else {
            drones = true;
        }
    }
    match (drones, missiles) {
        (true, false) => "drones",
        (false, true) => "missiles",
        _ => "drones and missiles",
    }
}

/// Plural of the name of a class of things, without what is in brackets: "laser-guided rockets" of
/// "Laser-guided rocket (APKWS class)".
pub(super) fn plural_noun(name: &str) -> String {
    let short = short_name(name);
    let mut letters = short.chars();
    let lowered: String = match (letters.next(), letters.clone().next()) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => short.to_owned(),
    };
    several(&lowered)
}

/// Plural of a name: "Shahed-type attack drones".
pub(super) fn several(name: &str) -> String {
    // What is counted stands before the word that says what for: "missiles against drones".
    let end = [" against ", " for ", " of ", " with ", " ("]
        .iter()
        .filter_map(|word| name.find(word))
        .min()
        .unwrap_or(name.len());
    let (noun, rest) = name.split_at(end);
    match noun {
        _ if noun.ends_with('s') || noun.ends_with("fire") || noun.ends_with("warfare") => {
            name.to_owned()
        }
        _ => format!("{noun}s{rest}"),
    }
}
