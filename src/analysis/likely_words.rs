//! The answer of an ensemble as sentences: how likely, when, and between what bounds.
//!
//! A sentence that gives a chance takes its dates from the ensemble too, never from the planning
//! run; and likelihood never shares a sentence with confidence, of which nothing is said at all.

use super::chances::{Chances, Dated, Interval, Quantity};
use super::likelihood::Yardstick;
use super::words::{Case, Headline, main_cause_of, plural_noun, threats_noun};
use super::{WINDOW, format};

/// The sentences for one theatre, by its index.
#[must_use]
pub fn headline(
    case: Case<'_>,
    chances: &Chances,
    yardstick: Yardstick,
    theatre: usize,
) -> Headline {
    let mut out = Headline::default();
    let s = case.scenario;
    let (Some((id, named)), Some(now)) =
        (s.theatres.get_index(theatre), chances.theatres.get(theatre))
    else {
        return out;
    };
    if now.uncovered.spread == Interval::default() && case.figures.theatres[theatre].launched <= 0.0
    {
        out.plain(format!("Nothing is launched against {}. ", named.name));
        return out;
    }
    if s.day_count() > WINDOW {
        breach_sentence(&mut out, case, &now.breach, yardstick, &named.name);
    } else {
        out.plain("Under these assumptions, ");
    }
    shortfall_sentence(&mut out, case, &now.uncovered, theatre, threats_noun(s, id));
    stock_outs(&mut out, case, chances, yardstick, id);
    others(&mut out, case, chances, theatre);
    out
}

/// "Under these assumptions it is very likely (87 %) that coverage in Ukraine (28 days) falls
/// below 90 % by 31 May 2026, …"
fn breach_sentence(
    out: &mut Headline,
    case: Case<'_>,
    breach: &Dated,
    yardstick: Yardstick,
    name: &str,
) {
    let s = case.scenario;
    let target = format::percent(s.target.value);
    let last = format::date(format::day(s.start, s.day_count() - 1));
    out.plain("Under these assumptions, ");
    out.strong(yardstick.clause(breach.chance));
    out.plain(format!(" that coverage in {name} ({WINDOW} days) "));
    out.strong(format!("falls below {target} by {last}"));
    if let Some(median) = breach.p50 {
        out.plain(", by ");
        out.strong(format::date(format::day(s.start, median)));
        out.plain(format!(" in half the cases ({})", dates(case, breach)));
    } else if breach.p5.is_some() {
        out.plain(format!(" ({})", dates(case, breach)));
    }
    if let Some(before) = breach.baseline {
        out.plain(format!("; in the baseline, {}", yardstick.clause(before)));
    }
    out.plain(". ");
}

/// The dates between which 90 % of all cases lie.
fn dates(case: Case<'_>, dated: &Dated) -> String {
    let date = |day: Option<usize>| {
        day.map_or_else(
            || "never".to_owned(),
            |day| format::date(format::day(case.scenario.start, day)),
        )
    };
    format!("90 % range {} to {}", date(dated.p5), date(dated.p95))
}

/// "2,400 to 4,900 drones and missiles go unengaged in 365 days, 1,200 to 2,600 more than in the
/// baseline."
fn shortfall_sentence(
    out: &mut Headline,
    case: Case<'_>,
    uncovered: &Quantity,
    theatre: usize,
    noun: &str,
) {
    out.strong(format!("{} {noun} go unengaged", range(uncovered.spread)));
    out.plain(format!(" in {} days", case.scenario.day_count()));
    if let Some(difference) = uncovered.difference {
        out.plain(", ");
        match more_or_fewer(difference) {
            Some(text) => {
                out.strong(text);
                out.plain(" than in the baseline");
            }
            None => out.plain("about as many as in the baseline"),
        }
    }
    if let Some(cause) = main_cause_of(case, theatre) {
        out.plain(format!(" (planning run: {cause})"));
    }
    out.plain(". ");
}

/// Which layer of a theatre most likely runs out, if one more likely does than not.
fn stock_outs(
    out: &mut Headline,
    case: Case<'_>,
    chances: &Chances,
    yardstick: Yardstick,
    theatre: &str,
) {
    let s = case.scenario;
    let mut empty: Vec<_> = s
        .deployments
        .values()
        .zip(&chances.stock_outs)
        .filter(|(deployment, dated)| deployment.theatre == theatre && dated.chance >= 0.5)
        // Where there is a baseline, what is no likelier than in it is no news.
        .filter(|(_, dated)| {
            dated
                .baseline
                .is_none_or(|before| dated.chance - before > 0.05)
        })
        .collect();
    empty.sort_by(|a, b| b.1.chance.total_cmp(&a.1.chance));
    for (deployment, dated) in empty.into_iter().take(1) {
        let name = s
            .interceptors
            .get(&deployment.interceptor)
            .map_or(deployment.interceptor.as_str(), |i| i.name.as_str());
        let clause = yardstick.clause(dated.chance);
        let mut letters = clause.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        out.plain(format!("{first}{} that ", letters.as_str()));
        out.plain(format!("{} run out", plural_noun(name)));
        if let Some(median) = dated.p50 {
            let median = format::date(format::day(s.start, median));
            out.plain(format!(", by {median} in half the cases"));
        }
        out.plain(". ");
    }
}

/// What the other theatres gain or lose, and what is left there.
fn others(out: &mut Headline, case: Case<'_>, chances: &Chances, theatre: usize) {
    for (index, other) in case.scenario.theatres.values().enumerate() {
        let Some(now) = chances.theatres.get(index).filter(|_| index != theatre) else {
            continue;
        };
        out.plain(format!("{}: ", other.name));
        match now.uncovered.difference {
            Some(difference) => match more_or_fewer(difference) {
                Some(text) => out.plain(format!("{text} go unengaged; ")),
                None => out.plain("cover does not change; "),
            },
            None => out.plain(format!("{} go unengaged; ", range(now.uncovered.spread))),
        }
        out.strong(format!("{} rounds end unused", range(now.left.spread)));
        out.plain(". ");
    }
}

/// The bounds between which 90 % of all cases lie: "2,400 to 4,900".
fn range(interval: Interval) -> String {
    let (low, high) = (
        format::estimate(interval.p5),
        format::estimate(interval.p95),
    );
    if low == high {
        low
    } else {
        format!("{low} to {high}")
    }
}

/// A difference with its bounds: "1,200 to 2,600 more", "300 fewer to 200 more"; nothing where
/// both bounds round to none.
fn more_or_fewer(difference: Interval) -> Option<String> {
    let side = |value: f64| if value < 0.0 { "fewer" } else { "more" };
    let size = |value: f64| format::estimate(value.abs());
    let (low, high) = (difference.p5, difference.p95);
    if low.abs() < 0.5 && high.abs() < 0.5 {
        None
    } else if low >= 0.0 {
        Some(format!("{} more", range(difference)))
    } else if high <= 0.0 {
        // The smaller number first, as a reader expects.
        let (small, large) = (size(high), size(low));
        Some(if small == large {
            format!("{small} fewer")
        } else {
            format!("{small} to {large} fewer")
        })
    } else {
        let (low, high) = (
            format!("{} {}", size(low), side(low)),
            format!("{} {}", size(high), side(high)),
        );
        Some(format!("{low} to {high}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(p5: f64, p95: f64) -> Interval {
        Interval {
            mean: f64::midpoint(p5, p95),
            p5,
            p50: f64::midpoint(p5, p95),
            p95,
        }
    }

    #[test]
    fn differences_read_from_the_smaller_to_the_larger() {
        for (low, high, text) in [
            (1_200.0, 2_600.0, Some("1,200 to 2,600 more")),
            (-2_600.0, -1_200.0, Some("1,200 to 2,600 fewer")),
            (-300.0, 200.0, Some("300 fewer to 200 more")),
            (0.1, 0.2, None),
            (5.0, 5.0, Some("5 more")),
        ] {
            assert_eq!(more_or_fewer(interval(low, high)).as_deref(), text);
        }
    }
}
