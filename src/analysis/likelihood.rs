//! Words for likelihood, by the two yardsticks that briefing staff use.
//!
//! A word never stands without its number, and never beside a level of confidence: the two answer
//! different questions.

/// A scale of words. Sources: Intelligence Community Directive 203 (US), and the Professional
/// Head of Intelligence Assessment's probability yardstick (UK).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Yardstick {
    #[default]
    Icd203,
    Phia,
}

impl Yardstick {
    /// The term for a probability between 0 and 1. PHIA leaves gaps between its terms on purpose; a term at
    /// either end holds to the very end.
    #[must_use]
    pub fn word(self, chance: f64) -> Option<&'static str> {
        let percent = chance * 100.0;
        match self {
            Self::Icd203 => match percent {
                p if p < 5.0 => Some("almost no chance"),
                p if p < 20.0 => Some("very unlikely"),
                p if p < 45.0 => Some("unlikely"),
                p if p <= 55.0 => Some("roughly even"),
                p if p <= 80.0 => Some("likely"),
                p if p <= 95.0 => Some("very likely"),
                _ => Some("almost certain"),
            },
            Self::Phia => match percent {
                p if p <= 5.0 => Some("remote"),
                p if (10.0..=20.0).contains(&p) => Some("highly unlikely"),
                p if (25.0..=35.0).contains(&p) => Some("unlikely"),
                p if (40.0..50.0).contains(&p) => Some("realistic possibility"),
                p if (55.0..=75.0).contains(&p) => Some("likely"),
                p if (80.0..=90.0).contains(&p) => Some("highly likely"),
                p if p >= 95.0 => Some("almost certain"),
                _ => None,
            },
        }
    }

    /// The predicate of a sentence on something that may fall: "is likely (63 %) to fall", "has a remote
    /// chance (3 %) of falling". `number` is the probability in figures, and what belongs beside it.
    #[must_use]
    pub fn may_fall(self, chance: f64, number: &str) -> String {
        match self.word(chance) {
            Some(word @ "almost no chance") => format!("has {word} ({number}) of falling"),
            Some(word @ "realistic possibility") => format!("has a {word} ({number}) of falling"),
            Some(word @ ("remote" | "roughly even")) => {
                format!("has a {word} chance ({number}) of falling")
            }
            Some(word) => format!("is {word} ({number}) to fall"),
            None => format!("has a chance ({number}) of falling"),
        }
    }
}

/// A chance as a whole percentage. A finite number of members never shows that something is
/// impossible or certain, so the ends are written as bounds.
#[must_use]
pub fn number(chance: f64) -> String {
    match chance * 100.0 {
        p if p < 1.0 => "less than 1 %".to_owned(),
        p if p > 99.0 => "more than 99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

/// A chance with its standard error, where that is half a point or more: "34 % ± 1".
#[must_use]
pub fn number_with_error(chance: f64, error: f64) -> String {
    let number = number(chance);
    let points = (error * 100.0).round();
    if points >= 1.0 && number.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{number} ± {points}")
    } else {
        number
    }
}

/// The same in signs, where there is no room for words.
#[must_use]
pub fn short(chance: f64) -> String {
    in_signs(&number(chance))
}

/// A chance in words with signs for "less than" and "more than".
pub(super) fn in_signs(number: &str) -> String {
    number.replace("less than", "<").replace("more than", ">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_published_scales() {
        for (chance, icd, phia) in [
            (0.001, Some("almost no chance"), Some("remote")),
            (0.03, Some("almost no chance"), Some("remote")),
            (0.08, Some("very unlikely"), None),
            (0.15, Some("very unlikely"), Some("highly unlikely")),
            (0.30, Some("unlikely"), Some("unlikely")),
            (0.45, Some("roughly even"), Some("realistic possibility")),
            (0.52, Some("roughly even"), None),
            (0.63, Some("likely"), Some("likely")),
            (0.78, Some("likely"), None),
            (0.85, Some("very likely"), Some("highly likely")),
            (0.97, Some("almost certain"), Some("almost certain")),
            (0.999, Some("almost certain"), Some("almost certain")),
        ] {
            assert_eq!(Yardstick::Icd203.word(chance), icd, "{chance}");
            assert_eq!(Yardstick::Phia.word(chance), phia, "{chance}");
        }
    }

    #[test]
    fn the_number_is_always_beside_the_term() {
        for (yardstick, chance, text) in [
            (Yardstick::Icd203, 0.63, "is likely (63 %) to fall"),
            (
                Yardstick::Icd203,
                0.02,
                "has almost no chance (2 %) of falling",
            ),
            (
                Yardstick::Icd203,
                0.5,
                "has a roughly even chance (50 %) of falling",
            ),
            (
                Yardstick::Icd203,
                1.0,
                "is almost certain (more than 99 %) to fall",
            ),
            (
                Yardstick::Phia,
                0.45,
                "has a realistic possibility (45 %) of falling",
            ),
            (Yardstick::Phia, 0.52, "has a chance (52 %) of falling"),
            (
                Yardstick::Phia,
                0.03,
                "has a remote chance (3 %) of falling",
            ),
        ] {
            assert_eq!(yardstick.may_fall(chance, &number(chance)), text);
        }
    }
}
