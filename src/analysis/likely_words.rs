//! The answer of an ensemble as sentences: how likely, when, and between what bounds.
//!
//! A sentence that gives a chance takes its dates from the ensemble too, never from the planning
//! run; and likelihood never shares a sentence with confidence, of which nothing is said at all.
//!
//! It is what a tired reader takes in at one look: what, when and how sure; how much; why; and what
//! it does elsewhere. Dates with their bounds, every layer and every theatre stand in the tables.

use super::chances::{Chances, Interval};
use super::likelihood::{self, Yardstick};
use super::words::{Case, Headline, main_cause_of, plural_noun, threats_noun};
use super::{WINDOW, format, is_judged};

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
    out.plain("Under these assumptions, ");
    let judged = is_judged(s);
    if judged {
        breach_sentence(&mut out, case, chances, yardstick, theatre);
    }
    out.strong(format!(
        "{} {} go unengaged",
        range(now.uncovered.spread),
        threats_noun(s, id)
    ));
    if !judged {
        out.plain(format!(" in {}", format::days(s.day_count())));
    }
    if let Some(difference) = now.uncovered.difference {
        out.plain(", ");
        match more_or_fewer(difference) {
            Some(text) => {
                out.strong(text);
                out.plain(" than in the baseline");
            }
            None => out.plain("about as many as in the baseline"),
        }
    }
    out.plain(why(case, chances, theatre, id));
    out.plain(". ");
    other_side(&mut out, case, chances, theatre);
    out
}

/// "It is very likely (87 %) that 28-day coverage in Ukraine falls below 90 % by 31 May 2026, in
/// half the cases by 25 Jul 2025; in the baseline, 35 %."
fn breach_sentence(
    out: &mut Headline,
    case: Case<'_>,
    chances: &Chances,
    yardstick: Yardstick,
    theatre: usize,
) {
    let s = case.scenario;
    let breach = &chances.theatres[theatre].breach;
    let name = s.theatres.get_index(theatre).map_or("", |(_, t)| &t.name);
    let target = format::percent(s.target.value);
    let on = |day: usize| format::date(format::day(s.start, day));
    out.strong(yardstick.clause(breach.chance, breach.error));
    out.plain(format!(" that {WINDOW}-day coverage in {name} "));
    out.strong(format!("falls below {target}"));
    out.plain(format!(" by {}", on(s.day_count() - 1)));
    if let Some(median) = breach.p50 {
        out.plain(", in half the cases by ");
        out.strong(on(median));
        if case.figures.theatres[theatre].first_judged == Some(median) {
            // No earlier day has four weeks behind it: not the date of a fall, but of the first look.
            out.plain(", the first day judged");
        }
    }
    if let Some(before) = breach.baseline {
        out.plain(format!("; in the baseline, {}", likelihood::number(before)));
    }
    out.plain(". ");
}

/// What is behind it: the layer that runs out in more cases than not, where the baseline keeps it;
/// else the main cause, of which only the planning run knows.
fn why(case: Case<'_>, chances: &Chances, theatre: usize, id: &str) -> String {
    let s = case.scenario;
    let layers = s.deployments.values().zip(&chances.stock_outs);
    let empty = layers
        .filter(|(deployment, dated)| {
            // What is no likelier than in the baseline is no news.
            let news = dated.chance - dated.baseline.unwrap_or(0.0) > 0.05;
            deployment.theatre == id && news
        })
        .filter_map(|(deployment, dated)| Some((deployment, dated.chance, dated.p50?)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.2.cmp(&a.2)));
    if let Some((deployment, _, median)) = empty {
        let interceptor = s.interceptors.get(&deployment.interceptor);
        let name = interceptor.map_or(deployment.interceptor.as_str(), |i| i.name.as_str());
        return format!(
            "; {} run out by {} in half the cases",
            plural_noun(name),
            format::date(format::day(s.start, median))
        );
    }
    let difference = chances.theatres[theatre].uncovered.difference;
    if difference.is_some_and(|change| change.p5 < 0.0 && change.p95 > 0.0) {
        // Of what may be more or fewer there is no one cause.
        return String::new();
    }
    main_cause_of(case, theatre)
        .map_or_else(String::new, |cause| format!(", {cause} (planning run)"))
}

/// The other side of a diversion: the other theatre that gains or loses most.
fn other_side(out: &mut Headline, case: Case<'_>, chances: &Chances, theatre: usize) {
    let others = case.scenario.theatres.values().zip(&chances.theatres);
    let most = others
        .enumerate()
        .filter(|(index, _)| *index != theatre)
        .filter_map(|(_, (other, now))| Some((other, now.uncovered.difference?)))
        .max_by(|(_, a), (_, b)| a.p50.abs().total_cmp(&b.p50.abs()));
    if let Some((other, difference)) = most
        && let Some(text) = more_or_fewer(difference)
    {
        out.plain(format!("{}: {text} unengaged. ", other.name));
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
