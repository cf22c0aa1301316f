//! Numbers and dates as people read them: one way for the command line, the window and pictures.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::scenario::Value;

/// Digits that an estimate is worth.
const SIGNIFICANT: i32 = 3;

/// Below this a count is shown as 0: it is less than any reader could act on.
const LEAST: f64 = 5e-4;

/// A date such as `2 Aug 2025`.
#[must_use]
pub fn date(date: Date) -> String {
    format!("{} {}", day_month(date), date.year())
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Whether a word is a month as [`date`] writes it.
#[must_use]
pub fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
}

/// Reads a date as a file has it or as [`date`] writes it: `2025-08-02`, `2 Aug 2025`, `2 August
/// 2025`.
#[must_use]
pub fn read_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let mut words = text.split_whitespace();
    let (day, named, year) = (words.next()?, words.next()?.to_lowercase(), words.next()?);
    let short = MONTHS.map(str::to_lowercase);
    let index = short
        .iter()
        .position(|short| named.starts_with(short.as_str()))?;
    let month = i8::try_from(index + 1).ok()?;
    let date = Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    words.next().is_none().then_some(date)
}

/// A date without its year: `2 Aug`.
#[must_use]
pub fn day_month(date: Date) -> String {
    format!("{} {}", date.day(), month(date))
}

/// A date that is known to lie between two others, as fine as they allow: `2 Aug 2025` if they are at most
/// two days apart, `late Jul 2025` up to two weeks, `Jul 2025` up to six, else `Jul to Sep 2025`.
#[must_use]
pub fn date_within(day: Date, from: Date, to: Date) -> String {
    const EXACT: i64 = 2;
    const PART_OF_MONTH: i64 = 14;
    const MONTH: i64 = 42;
    let apart = to.duration_since(from).as_hours() / 24;
    let month_year = |date: Date| format!("{} {}", month(date), date.year());
    if apart <= EXACT {
        date(day)
    } else if apart <= PART_OF_MONTH {
        let parts = ["early ", "mid-", "late "];
        let part = parts[usize::from(day.day() > 10) + usize::from(day.day() > 20)];
        format!("{part}{}", month_year(day))
    } else if apart <= MONTH {
        month_year(day)
    } else if from.year() == to.year() {
        format!("{} to {}", month(from), month_year(to))
    } else {
        format!("{} to {}", month_year(from), month_year(to))
    }
}

/// The short name of a date's month: `Aug`.
#[must_use]
pub fn month(date: Date) -> &'static str {
    (usize::try_from(date.month() - 1)
        .ok()
        .and_then(|month| MONTHS.get(month))
        .unwrap_or(&"?")) as _
}

/// The date of a day of a scenario, counted from its start.
#[must_use]
pub fn day(start: Date, day: usize) -> Date {
    // The check keeps horizons far from the last date there is.
    let days = i64::try_from(day).unwrap_or(i64::MAX).clamp(0, 4_000_000);
    start.saturating_add(days.days())
}

/// A number as it was given: thousands separators and as many decimals as it needs, four at most;
/// from 10¹⁵ on in powers of ten.
#[must_use]
pub fn given(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    // Beyond this, digits are noise, and there may be three hundred of them.
    if value.abs() >= 1e15 {
        return format!("{value:e}");
    }
    let decimals = (0..4).find(|&decimals| {
        let unit = 10f64.powi(decimals);
        ((value * unit).round() / unit - value).abs() <= 1e-9 * value.abs()
    });
    let decimals = decimals.unwrap_or(4) as usize;
    let text = format!("{:.decimals$}", value.abs());
    match text.split_once('.') {
        Some((_, fraction)) => format!("{}.{fraction}", with_sign_of(value, value.abs().trunc())),
        None => grouped(value),
    }
}

/// A number as it was given with its unit: `55 rounds/day`, `1 round/day`.
#[must_use]
pub fn with_unit(value: f64, unit: &str) -> String {
    let number = given(value);
    // Units count in the plural, before what they are counted by.
    let (counted, by) = unit.split_at(unit.find('/').unwrap_or(unit.len()));
    match counted.strip_suffix('s') {
        Some(one) if number == "1" && unit != "US$" => format!("{number} {one}{by}"),
        _ if unit.is_empty() => number,
        _ => format!("{number} {unit}"),
    }
}

/// A value as a reader writes it, without its unit.
#[must_use]
pub fn value(value: Value) -> String {
    match value {
        Value::Number(number) => given(number),
        Value::Date(day) => date(day),
        Value::Switch(true) => "on".to_owned(),
        Value::Switch(false) => "off".to_owned(),
    }
}

/// The same of what may be left out.
#[must_use]
pub fn value_if_set(set: Option<Value>) -> String {
    set.map_or_else(|| "not set".to_owned(), value)
}

/// An estimate, to three significant figures: `3,260`, `45.6`, `0.123`.
#[must_use]
pub fn estimate(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value.abs() < LEAST {
        return "0".to_owned();
    }
    let digits = value.abs().log10().floor() as i32;
    let unit = 10f64.powi(digits - SIGNIFICANT + 1);
    if digits >= SIGNIFICANT - 1 {
        return grouped((value / unit).round() * unit);
    }
    let decimals = (SIGNIFICANT - 1 - digits) as usize;
    let text = format!("{:.decimals$}", value.abs());
    // A trailing zero is a figure that was not measured.
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}{text}", minus(value))
}

/// The ends of a range, as short as they say what they say: `0.4–0.6`, `800–3,000`. What was moved
/// with its median gets three significant figures.
#[must_use]
pub fn range(low: f64, high: f64) -> String {
    let end = |value: f64| {
        let text = given(value);
        if text.contains('.') && text.len() > 6 {
            estimate(value)
        } else {
            text
        }
    };
    format!("{}–{}", end(low), end(high))
}

/// An estimate of a number of things: from ten on in whole ones.
#[must_use]
pub fn count(value: f64) -> String {
    estimate(if value.abs() < 10.0 {
        value
    } else {
        value.round()
    })
}

/// A number to two significant figures, as much as the end of an ensemble's range is worth: `1,800`.
#[must_use]
pub fn rough(value: f64) -> String {
    if !value.is_finite() || value.abs() < LEAST {
        return estimate(value);
    }
    let unit = 10f64.powi(value.abs().log10().floor() as i32 - 1);
    estimate((value / unit).round() * unit)
}

/// The bounds between which 90 % of all members lie, to two significant figures: `1,800–6,500`.
#[must_use]
pub fn rough_range(low: f64, high: f64) -> String {
    between(rough(low), &rough(high))
}

/// The same of shares, in whole percent: `78–88 %`.
#[must_use]
pub fn percent_range(low: f64, high: f64) -> String {
    // What is not all is never shown as 100 %.
    let whole = |share: f64| match (share * 100.0).round() {
        100.0 if share < 1.0 - 1e-9 => 99.0,
        percent => percent,
    };
    format!("{} %", between(given(whole(low)), &given(whole(high))))
}

fn between(low: String, high: &str) -> String {
    if low == high {
        return low;
    }
    // A dash after a minus sign would be read as another.
    let dash = if high.starts_with('−') {
        " to "
    } else {
        "–"
    };
    format!("{low}{dash}{high}")
}

/// A number in full, rounded to a whole: `20,000`.
#[must_use]
pub fn whole(value: f64) -> String {
    if value.is_finite() {
        grouped(value.round())
    } else {
        "–".to_owned()
    }
}

/// A difference, to three significant figures and with its sign: `+1,750`, `−40`, `0`.
#[must_use]
pub fn difference(value: f64) -> String {
    signed(value, estimate(value))
}

/// A share as a percentage: `91.2 %`, `90 %`.
///
/// What is not all is never shown as 100 %: a reader would take it for everything.
#[must_use]
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let mut tenths = (share * 1_000.0).round();
    if share < 1.0 && tenths == 1_000.0 && share < 1.0 - 1e-9 {
        tenths = 999.0;
    }
    format!("{} %", tenths_text(tenths))
}

/// The difference of two shares in percentage points: `−3.4 points`.
#[must_use]
pub fn points(difference: f64) -> String {
    if !difference.is_finite() {
        return "–".to_owned();
    }
    let tenths = (difference * 1_000.0).round();
    signed(tenths, format!("{} points", tenths_text(tenths)))
}

/// The text with its dates and percentages in one piece, so that no line ends within them.
#[must_use]
pub fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    for (index, word) in text.split(' ').enumerate() {
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
        let bound = matches!(before, "<" | ">" | "(<" | "(>" | "±")
            || word == "±"
            || word.starts_with('%') && before.ends_with(|last: char| last.is_ascii_digit())
            || is_month(word) && number(before)
            || is_month(before) && word.starts_with(|first: char| first.is_ascii_digit());
        if index > 0 {
            out.push(if bound { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
        before = word;
    }
    out
}

/// US dollars to three significant figures, in words where they are many: `US$4.56 million`.
#[must_use]
pub fn dollars(value: f64) -> String {
    const SCALES: [(f64, &str); 3] = [(1e12, " trillion"), (1e9, " billion"), (1e6, " million")];
    if !value.is_finite() {
        return "–".to_owned();
    }
    // 999,999 is written as a million, since three figures of it are.
    let scale = SCALES
        .iter()
        .find(|(scale, _)| value.abs() >= scale * 0.9995);
    let (scale, word) = scale.copied().unwrap_or((1.0, ""));
    format!("{}US${}{word}", minus(value), estimate(value.abs() / scale))
}

/// A count of days: `1 day`, `12 days`.
#[must_use]
pub fn days(count: usize) -> String {
    match count {
        1 => "1 day".to_owned(),
        _ => format!("{} days", whole(count as f64)),
    }
}

/// A text with its first letter as at the beginning of a sentence.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Puts a plus before what rises and leaves what is 0 without a sign.
fn signed(value: f64, text: String) -> String {
    if value > 0.0 && text.contains(|c: char| c.is_ascii_digit() && c != '0') {
        format!("+{text}")
    } else {
        text
    }
}

/// A minus sign where the value is below 0.
fn minus(value: f64) -> &'static str {
    if value < 0.0 { "−" } else { "" }
}

/// A number of tenths as a decimal, without a zero after the point.
fn tenths_text(tenths: f64) -> String {
    let whole = grouped((tenths.abs() / 10.0).trunc());
    match tenths.abs() % 10.0 {
        0.0 => format!("{}{whole}", minus(tenths)),
        tenth => format!("{}{whole}.{tenth}", minus(tenths)),
    }
}

/// A whole number, grouped, with the sign of another: −0.5 has a whole part of −0.
fn with_sign_of(value: f64, whole: f64) -> String {
    format!("{}{}", minus(value), grouped(whole))
}

/// A whole number with a comma before every three digits.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    if value < 0.0 {
        text.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        let day = jiff::civil::date(2025, 12, 31);
        for text in [
            "2025-12-31",
            " 31 Dec 2025 ",
            "31 december 2025",
            &date(day),
        ] {
            assert_eq!(read_date(text), Some(day), "{text}");
        }
        for text in [
            "",
            "tomorrow",
            "31 Dec",
            "31 Feb 2025",
            "Dec 31 2025",
            "1 Jan 2025 x",
        ] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }

    #[test]
    fn one_of_a_unit_is_singular() {
        for (value, unit, text) in [
            (1.0, "rounds/day", "1 round/day"),
            (1.0, "fire units", "1 fire unit"),
            (55.0, "rounds/day", "55 rounds/day"),
            (0.5, "threats", "0.5 threats"),
            (1.0, "share", "1 share"),
            (1.0, "", "1"),
            (1.0, "US$", "1 US$"),
        ] {
            assert_eq!(with_unit(value, unit), text);
        }
    }

    #[test]
    fn huge_numbers_are_short() {
        assert_eq!(given(1e308), "1e308");
        assert_eq!(given(1e12), "1,000,000,000,000");
    }

    #[test]
    fn estimates_have_three_figures_and_commas() {
        for (value, text) in [
            (0.0, "0"),
            (1e-7, "0"),
            (0.012_34, "0.0123"),
            (0.5, "0.5"),
            (4.0, "4"),
            (45.64, "45.6"),
            (99.96, "100"),
            (123.4, "123"),
            (999.6, "1,000"),
            (3_264.0, "3,260"),
            (14_949.0, "14,900"),
            (1_234_567.0, "1,230,000"),
            (-1_234.0, "−1,230"),
            (-0.25, "−0.25"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(estimate(value), text, "{value}");
        }
    }

    #[test]
    fn whole_numbers_keep_every_figure() {
        assert_eq!(whole(20_500.0), "20,500");
        assert_eq!(whole(999.0), "999");
        assert_eq!(whole(-1e6), "−1,000,000");
    }

    #[test]
    fn differences_show_their_sign() {
        assert_eq!(difference(1_754.0), "+1,750");
        assert_eq!(difference(-40.0), "−40");
        assert_eq!(difference(0.0), "0");
        assert_eq!(difference(1e-6), "0");
        assert_eq!(points(-0.034), "−3.4 points");
        assert_eq!(points(0.1), "+10 points");
        assert_eq!(points(0.0), "0 points");
    }

    #[test]
    fn what_is_not_all_is_not_a_hundred_percent() {
        assert_eq!(percent(0.9), "90 %");
        assert_eq!(percent(0.912_3), "91.2 %");
        assert_eq!(percent(0.999_7), "99.9 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(1.0 - 1e-16), "100 %");
        assert_eq!(percent(f64::NAN), "–");
    }

    #[test]
    fn money_is_in_words_where_it_is_much() {
        assert_eq!(dollars(950.0), "US$950");
        assert_eq!(dollars(45_600.0), "US$45,600");
        assert_eq!(dollars(4_561_000.0), "US$4.56 million");
        assert_eq!(dollars(999_999_999.0), "US$1 billion");
        assert_eq!(dollars(-2.5e9), "−US$2.5 billion");
    }

    #[test]
    fn dates_read_as_spoken() {
        assert_eq!(date(Date::constant(2025, 8, 2)), "2 Aug 2025");
        assert_eq!(date(Date::constant(2025, 12, 31)), "31 Dec 2025");
    }

    #[test]
    fn no_line_ends_within_a_date_or_a_percentage() {
        let text = "below 90 % by 31 May 2026, in half the cases by 2 Aug 2025; in May it is 34 %.";
        let bound = unbroken(text);
        assert_eq!(bound.replace('\u{a0}', " "), text);
        let pieces: Vec<&str> = bound.split(' ').collect();
        for piece in [
            "90\u{a0}%",
            "31\u{a0}May\u{a0}2026,",
            "2\u{a0}Aug\u{a0}2025;",
            "34\u{a0}%.",
        ] {
            assert!(pieces.contains(&piece), "{piece} in {pieces:?}");
        }
    }
}
