//! Numbers and dates as a briefing writes them.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::scenario::{Address, Scenario, Value};

/// An estimate: thousands separators, three significant figures at the most, and no false tenths.
#[must_use]
pub fn estimate(number: f64) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    let size = number.abs();
    if size < 1e-9 {
        return "0".to_owned();
    }
    let digits = size.log10().floor() as i32;
    let unit = 10f64.powi(digits - 2);
    let rounded = (number / unit).round() * unit;
    // Below 100 a third figure is a decimal; more than one decimal reads as precision we lack.
    let decimals = usize::from(digits < 2 && rounded.fract().abs() > 1e-9 && size < 99.95);
    let decimals = if size < 1.0 { 2 } else { decimals };
    exact(rounded, decimals)
}

/// An estimate with its sign: `+1,750`, `−12`, or `0`.
#[must_use]
pub fn signed(number: f64) -> String {
    let text = estimate(number);
    if number > 0.0 && text != "0" {
        format!("+{text}")
    } else {
        text
    }
}

/// A number as it was given: thousands separators and as many decimals as it needs, four at most.
#[must_use]
pub fn given(number: f64) -> String {
    let decimals = (0..4)
        .find(|&decimals| {
            let unit = 10f64.powi(decimals);
            ((number * unit).round() / unit - number).abs() <= 1e-9 * number.abs()
        })
        .unwrap_or(4);
    exact(number, decimals as usize)
}

/// A number with thousands separators and this many decimals; U+2212 for minus.
fn exact(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 8);
    if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// A share as a percentage: `90 %`, or `89.6 %` where whole percents would hide the point.
#[must_use]
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let percent = share * 100.0;
    if (percent - percent.round()).abs() < 0.05 {
        format!("{} %", exact(percent, 0))
    } else {
        format!("{} %", exact(percent, 1))
    }
}

/// A difference of two shares in percentage points: `−8.2 pts`.
#[must_use]
pub fn points(difference: f64) -> String {
    let points = difference * 100.0;
    let text = exact(points, 1);
    let sign = if points >= 0.05 { "+" } else { "" };
    format!("{sign}{text} pts")
}

/// US dollars in millions or billions: `$1.2bn`, `$340m`, `$12,000`.
#[must_use]
pub fn dollars(amount: f64) -> String {
    let size = amount.abs();
    let sign = if amount < 0.0 { "−" } else { "" };
    let (scaled, suffix) = if size >= 999.5e6 {
        (size / 1e9, "bn")
    } else if size >= 999_500.0 {
        (size / 1e6, "m")
    } else {
        (size, "")
    };
    format!("{sign}${}{suffix}", estimate(scaled))
}

/// A date: `2 Aug 2025`.
#[must_use]
pub fn date(date: Date) -> String {
    format!("{} {}", day_month(date), date.year())
}

/// A date without its year: `2 Aug`.
#[must_use]
pub fn day_month(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    // jiff holds months within 1 to 12.
    let month = MONTHS[usize::from(date.month().unsigned_abs() - 1) % 12];
    format!("{} {month}", date.day())
}

/// The date of a day of a scenario, counted from its start.
#[must_use]
pub fn day(start: Date, day: usize) -> Date {
    let days: Span = i64::try_from(day).unwrap_or(i64::MAX).clamp(0, 4_000_000).days();
    // Beyond year 9999 there is no date; the check keeps scenarios far from it.
    start.saturating_add(days)
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

/// The value at an address, with the words for what is left out.
#[must_use]
pub fn value_at(scenario: &Scenario, address: Address) -> String {
    address
        .get(scenario)
        .and_then(|slot| slot.value())
        .map_or_else(|| "not set".to_owned(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_have_three_figures_and_separators() {
        for (number, text) in [
            (0.0, "0"),
            (3264.7, "3,260"),
            (-1750.2, "−1,750"),
            (14_949.0, "14,900"),
            (99.96, "100"),
            (12.34, "12.3"),
            (12.0, "12"),
            (0.256, "0.26"),
            (999.6, "1,000"),
            (1e-12, "0"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(estimate(number), text, "{number}");
        }
        assert_eq!(signed(4.0), "+4");
    }

    #[test]
    fn given_numbers_keep_what_they_need() {
        for (number, text) in [(20_000.0, "20,000"), (0.05, "0.05"), (1.5, "1.5")] {
            assert_eq!(given(number), text);
        }
    }

    #[test]
    fn shares_money_and_dates() {
        assert_eq!(percent(0.9), "90 %");
        assert_eq!(percent(0.8961), "89.6 %");
        assert_eq!(points(-0.082), "−8.2 pts");
        assert_eq!(dollars(1.234e9), "$1.2bn");
        assert_eq!(dollars(340e6), "$340m");
        assert_eq!(dollars(12_000.0), "$12,000");
        let start = jiff::civil::date(2025, 6, 1);
        assert_eq!(date(day(start, 62)), "2 Aug 2025");
    }
}
