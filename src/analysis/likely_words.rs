//! Headline of an ensemble: how likely, when, for how long, how much, between what bounds, and why.
//!
//! Every figure is a median with the range of 90 % of members, every date is the ensemble's and as fine as
//! the number of members allows. Likelihood never shares a sentence with confidence, of which nothing is
//! said at all. Causes are known from the planning run alone: they are told without figures, and only if
//! the ensemble agrees on the direction.

use super::causes;
use super::chances::{Chances, Dated, Interval, Quantity, TheatreChances};
use super::likelihood::{self, Yardstick};
use super::sentences::{
    Case, Headline, Probabilities, Sentence, interceptors_named, launched_more_or_fewer,
    not_engaged, not_judged, remain_unused, told_apart, two_parts,
};
use super::{WINDOW, format, is_judged};
use crate::scenario::{Checked, Section, What};

/// A stock-out whose probability is larger than the baseline's by less than this is not news.
const NEWS: f64 = 0.05;

/// Stock-outs that are told at most.
const MOST_STOCK_OUTS: usize = 3;

/// A date that fewer members have is not worth telling.
const FEW_MEMBERS: usize = 20;

/// The headline of one theatre, by its index.
pub(super) fn headline(
    case: Case<'_>,
    Probabilities { chances, yardstick }: Probabilities<'_>,
    theatre: usize,
) -> Headline {
    let s = case.scenario;
    let (Some((id, _)), Some(now)) = (s.theatres.get_index(theatre), chances.theatres.get(theatre))
    else {
        return Headline::default();
    };
    let name = Section::Theatres.name(s, id);
    let judged = is_judged(s) && case.figures.theatres[theatre].worst.is_some();
    let first = if judged {
        let first_judged = case.figures.theatres[theatre].first_judged;
        breach_sentence(s, (id, &name), now, yardstick, first_judged)
    } else {
        let mut out = Sentence::new(format!("Coverage in {name} is "));
        out.strong(format::percent(now.coverage.spread.p50));
        out.plain(percent_in_brackets(now.coverage.spread));
        out.plain(not_judged(s));
        out
    };
    let parts = now.uncovered_parts.map(|parts| parts.map(|part| part.p50));
    let parts = parts.and_then(told_apart);
    let causes = causes_words(case, theatre, id, now);
    let beside = causes.as_ref().filter(|_| parts.is_none());
    let second = shortfall_sentence(s, id, now, parts, beside);
    let mut more = Vec::new();
    if judged {
        more.extend(protection(s, now, yardstick).map(Sentence::new));
        let last_judged = case.figures.theatres[theatre].last_judged;
        more.extend(how_long(s, last_judged, now).into_iter().map(Sentence::new));
    }
    more.extend(stock_outs(s, chances, id).into_iter().map(Sentence::new));
    let others = other_theatres(s, chances, theatre);
    more.extend(others.map(Sentence::new));
    if let Some(causes) = causes.as_ref().filter(|_| parts.is_some()) {
        more.push(Sentence::new(format!("Of the whole difference, {causes}.")));
    }
    let planned = case.figures.theatres[theatre].uncovered;
    let planned = planning_run(planned, now, causes.is_some());
    more.extend(planned.map(Sentence::new));
    Headline {
        sentences: vec![first, second],
        more,
    }
}

/// Causes of what is not engaged, or of its change from the baseline, by the planning run: `None` if the
/// members do not agree with its direction.
fn causes_words(case: Case<'_>, theatre: usize, id: &str, now: &TheatreChances) -> Option<String> {
    let s = case.scenario;
    let uncovered = now.uncovered.spread.p50;
    if let Some(change) = case.change(theatre) {
        let difference = now.uncovered.difference?;
        let (before, _) = median_before(&now.uncovered)?;
        return if causes::is_about_none(difference.p50, before) {
            change.offsetting_causes(s, id)
        } else {
            let agrees = difference.p50 * change.total > 0.0;
            agrees.then(|| change.causes_without_figures(s, id))?
        };
    }
    let figures = &case.figures.theatres[theatre];
    let all = causes::of_all(s, id, figures.uncovered, figures.why).filter(|_| uncovered >= 2.0);
    all.map(|(causes, _)| causes)
}

/// Medians of the baseline's members and of these.
fn median_before(quantity: &Quantity) -> Option<(f64, f64)> {
    Some((quantity.baseline?.p50, quantity.spread.p50))
}

/// "28-day coverage in Ukraine is almost certain (99 %; baseline 47 %) to fall below 90 %, by 2 Aug 2025 in
/// half of cases, for 300 days."
fn breach_sentence(
    s: &Checked,
    (id, name): (&str, &str),
    now: &TheatreChances,
    yardstick: Yardstick,
    first_judged: Option<usize>,
) -> Sentence {
    let breach = &now.breach;
    let target = format::percent(s.target.value);
    let mut out = Sentence::new(format!("{WINDOW}-day coverage in {name} "));
    let may_fall = yardstick.may_fall(breach.chance, &number(breach));
    out.strong(format!("{may_fall} below {target}"));
    if let Some(median) = breach.date(0.5, s.start) {
        let peaks = breach.peaks();
        let many = |peaks: &[Dated; 2]| peaks.iter().all(|peak| peak.count() >= FEW_MEMBERS);
        if let Some(peaks) = peaks.filter(many) {
            out.plain(two_peaks(s, id, &peaks));
        } else {
            out.plain(", by ");
            out.strong(median);
            out.plain(" in half of cases");
            if first_judged == breach.p50 {
                // No earlier day has four weeks before it, so this is not the date of a fall.
                out.plain(" (the first day judged)");
            }
        }
        let days = now.days_below.spread;
        if days.p50 >= 1.0 {
            out.plain(format!(", for {}", format::days(days.p50 as usize)));
        }
    } else if breach.count() >= FEW_MEMBERS {
        let those = breach.those_before(s.day_count());
        if let Some(median) = those.date(0.5, s.start) {
            out.plain(format!(", by {median} in half of those cases"));
        }
    }
    out.plain(".");
    out
}

/// "28-day protection is likely (63 %; baseline 8 %) to fall below 70 %, by 9 Aug 2025 in half of cases.", if
/// protection has a target.
fn protection(s: &Checked, now: &TheatreChances, yardstick: Yardstick) -> Option<String> {
    let target = format::percent(s.protection_target.as_ref()?.value);
    let breach = &now.protection_breach;
    let may_fall = yardstick.may_fall(breach.chance, &number(breach));
    let half = breach.date(0.5, s.start);
    let half = half.map_or_else(String::new, |date| format!(", by {date} in half of cases"));
    Some(format!(
        "{WINDOW}-day protection {may_fall} below {target}{half}."
    ))
}

/// The chance in figures, with that of the baseline.
fn number(dated: &Dated) -> String {
    let before = dated.baseline_chance().map(likelihood::short);
    let before = before.map_or_else(String::new, |before| format!("; baseline {before}"));
    likelihood::in_signs(&dated.told()) + &before
}

/// ", by 9 Aug 2025 in 45 % of cases or from 15 Nov 2025, after the ceasefire, in 38 %": a median between
/// two peaks is a day on which hardly anything happens.
fn two_peaks(s: &Checked, id: &str, [early, late]: &[Dated; 2]) -> String {
    let ends = early.p95.zip(late.p5);
    let after_ceasefire = s.events.values().any(|event| match &event.what {
        What::Ceasefire { theatre, until, .. } => {
            let between = until.zip(ends).is_some_and(|(until, (early, late))| {
                until > format::day(s.start, early) && until <= format::day(s.start, late)
            });
            event.enabled && theatre == id && between
        }
        _ => false,
    });
    let date = |dated: &Dated, share| dated.date(share, s.start).unwrap_or_default();
    format!(
        ", by {} in {} of cases or from {}{} in {}",
        date(early, 0.95),
        likelihood::number(early.chance),
        date(late, 0.05),
        if after_ceasefire {
            ", after the ceasefire,"
        } else {
            ""
        },
        likelihood::number(late.chance)
    )
}

/// "3,240 drones and missiles are not engaged (1,800–6,500), 1,720 more than in the baseline (660–3,900):
/// because magazines run empty."
fn shortfall_sentence(
    s: &Checked,
    id: &str,
    now: &TheatreChances,
    parts: Option<[f64; 2]>,
    causes: Option<&String>,
) -> Sentence {
    let mut out = Sentence::default();
    if let Some((before, launched)) = median_before(&now.launched)
        && let Some(differ) = causes::launches_differ(launched, before)
        && let Some((was, _)) = median_before(&now.coverage)
    {
        let coverage = now.coverage.spread;
        let percent = format::percent(coverage.p50);
        out.strong(format!("{percent} of what is launched is engaged"));
        let was = format::percent(was);
        let range = percent_in_brackets(coverage).replace(')', &format!("; baseline {was})"));
        let launched = launched_more_or_fewer(differ);
        out.plain(format!("{range}, with {launched}; "));
    }
    let uncovered = now.uncovered.spread;
    out.strong(not_engaged(s, id, &format::count(uncovered.p50)));
    out.plain(in_brackets(uncovered));
    if let Some(difference) = difference_words(&now.uncovered) {
        out.plain(", ");
        out.strong(difference);
        out.plain(
            now.uncovered
                .difference
                .map_or_else(String::new, difference_range),
        );
    }
    if let Some(parts) = parts {
        out.plain(format!(": {}", two_parts(parts)));
    } else if let Some(causes) = causes {
        out.plain(causes::as_end(causes));
    }
    out.plain(".");
    out
}

/// "1,720 more than in the baseline", "about as many as in the baseline": of the median difference.
fn difference_words(quantity: &Quantity) -> Option<String> {
    let (before, _) = median_before(quantity)?;
    Some(causes::size_words(quantity.difference?.p50, before))
}

/// " (660–3,900)", " (300 fewer to 200 more)" of a difference from the baseline; empty if it is the same
/// in all members.
fn difference_range(difference: Interval) -> String {
    let (low, high) = (difference.p5, difference.p95);
    if low == high {
        return String::new();
    }
    if low < 0.0 && high > 0.0 {
        let [low, high] = [low.abs(), high].map(format::rough);
        return format!(" ({low} fewer to {high} more)");
    }
    // The smaller number first, as a reader expects.
    let (small, large) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
    format!(" ({})", format::rough_range(small, large))
}

/// How long coverage is below target in the baseline, in how many cases it is back above it, and how low
/// it goes.
fn how_long(s: &Checked, last_judged: Option<usize>, now: &TheatreChances) -> Vec<String> {
    let target = format::percent(s.target.value);
    let days = &now.days_below;
    let mut more = Vec::new();
    let text = |days: Interval| format::days(days.p50 as usize) + &in_brackets(days);
    let baseline = days.baseline.unwrap_or_default();
    if days.spread.p95 > 0.0 || baseline.p95 > 0.0 {
        let before = days
            .baseline
            .map(|before| format!(", in the baseline for {}", text(before)));
        more.push(format!(
            "It is below {target} for {}{}.",
            text(days.spread),
            before.unwrap_or_default()
        ));
    }
    if days.spread.p95 > 0.0 {
        more.extend(back_above(s, last_judged, now));
    }
    let worst = now.worst.spread;
    let lowest = format::percent(worst.p50);
    let range = percent_in_brackets(worst);
    more.push(format!(
        "The lowest {WINDOW}-day coverage is {lowest}{range}."
    ));
    more
}

/// "Of the cases in which it falls below 90 %, 40 % are back above it on the last day judged, in half of
/// these after 12 Nov 2025."
fn back_above(s: &Checked, last_judged: Option<usize>, now: &TheatreChances) -> Option<String> {
    let target = format::percent(s.target.value);
    let back = now.last_below.those_before(last_judged?);
    let share = back.count() as f64 / now.last_below.count().max(1) as f64;
    if share <= 0.0 {
        return Some(format!(
            "Once below {target}, it is still below on the last day judged."
        ));
    }
    let enough = back.count() >= FEW_MEMBERS;
    let half = back.date(0.5, s.start).filter(|_| enough);
    let after = half.map_or_else(String::new, |date| {
        format!(", in half of these after {date}")
    });
    let share = likelihood::number(share);
    Some(format!(
        "Of the cases in which it falls below {target}, {share} are back above it on the last day judged{after}."
    ))
}

/// The layers that run out, if that is likelier than in the baseline.
fn stock_outs(s: &Checked, chances: &Chances, theatre: &str) -> Vec<String> {
    let layers = s.deployments.values().zip(&chances.stock_outs);
    let mut empty: Vec<(&str, &Dated)> = layers
        .filter(|(deployment, dated)| {
            let news = dated.chance - dated.baseline_chance().unwrap_or(0.0) > NEWS;
            deployment.theatre == theatre && news
        })
        .map(|(deployment, dated)| (deployment.interceptor.as_str(), dated))
        .collect();
    empty.sort_by(|a, b| b.1.chance.total_cmp(&a.1.chance));
    empty.truncate(MOST_STOCK_OUTS);
    let sentence = |(interceptor, dated): (&str, &Dated)| {
        let names = format::capital(&interceptors_named(s, interceptor));
        let chance = likelihood::number(dated.chance);
        let before = dated.baseline_chance().map(likelihood::number);
        let before = before.map_or_else(String::new, |before| format!(" (baseline {before})"));
        let half = dated.date(0.5, s.start);
        let half = half.map_or_else(String::new, |date| format!(", in half by {date}"));
        format!("{names} run out in {chance} of cases{before}{half}.")
    };
    empty.into_iter().map(sentence).collect()
}

/// What the other theatres gain or lose, and the rounds that remain unused there.
fn other_theatres(s: &Checked, chances: &Chances, theatre: usize) -> impl Iterator<Item = String> {
    let others = s.theatres.keys().zip(&chances.theatres).enumerate();
    let others = others.filter(move |(index, _)| *index != theatre);
    others.map(|(_, (id, now))| {
        let name = Section::Theatres.name(s, id);
        let (uncovered, left) = (now.uncovered.spread, now.left.spread);
        let count = format::count(uncovered.p50) + " not engaged" + &in_brackets(uncovered);
        let difference = difference_words(&now.uncovered).map_or_else(String::new, |words| {
            let range = now
                .uncovered
                .difference
                .map_or_else(String::new, difference_range);
            format!(", {words}{range}")
        });
        let left = remain_unused(left.p50) + &in_brackets(left);
        format!("{name}: {count}{difference}; {left}.")
    })
}

/// That causes are of the planning run, and whether that lies outside the middle half of members.
fn planning_run(planned: f64, now: &TheatreChances, causes: bool) -> Option<String> {
    let Interval { p25, p75, .. } = now.uncovered.spread;
    let outside = (planned < p25 || planned > p75) && p75 >= 0.5;
    let planned = format::count(planned);
    let half = format::rough_range(p25, p75);
    let outside = outside.then(|| {
        format!(
            "{planned} are not engaged in it, which is outside the middle half of members ({half})"
        )
    });
    let causes = causes.then(|| {
        "Causes are those of the planning run, in which every number is at its median".to_owned()
    });
    match (causes, outside) {
        (Some(causes), Some(outside)) => Some(format!("{causes}; {outside}.")),
        (Some(causes), None) => Some(format!("{causes}.")),
        (None, Some(outside)) => Some(format!(
            "In the planning run every number is at its median; {outside}."
        )),
        (None, None) => None,
    }
}

/// " (1,800–6,500)"; empty if both ends are the same.
fn in_brackets(interval: Interval) -> String {
    if interval.p5 == interval.p95 {
        return String::new();
    }
    format!(" ({})", format::rough_range(interval.p5, interval.p95))
}

/// " (78–88 %)"; empty if both ends are the same.
fn percent_in_brackets(interval: Interval) -> String {
    if interval.p5 == interval.p95 {
        return String::new();
    }
    format!(" ({})", format::percent_range(interval.p5, interval.p95))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_differences_read_from_the_smaller_to_the_larger() {
        for (low, high, text) in [
            (1_200.0, 2_600.0, " (1,200–2,600)"),
            (-2_640.0, -1_210.0, " (1,200–2,600)"),
            (-300.0, 200.0, " (300 fewer to 200 more)"),
            (0.0, 2_530.0, " (0–2,500)"),
        ] {
            let interval = Interval {
                p5: low,
                p95: high,
                ..Interval::default()
            };
            assert_eq!(difference_range(interval), text);
        }
    }
}
