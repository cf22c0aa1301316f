//! Numbers as people type them, and the field that they type them into.

use std::cell::Cell;

use egui::{Response, Ui};

use crate::analysis::format;
use crate::scenario::Kind;

/// A field for a number: drag, or click and type; thousands separators are read and shown.
///
/// Gives what was entered, if it is another number, or why it is none. A drag stays within the
/// bounds of the kind; what was typed is handed over as it is, so that whoever types 70 for a share
/// is told so rather than given the whole.
pub fn field(
    ui: &mut Ui,
    value: f64,
    kind: Kind,
    step: f64,
) -> (Response, Option<Result<f64, String>>) {
    let (low, high) = kind.bounds();
    let typed = Cell::new(None);
    let (mut dragged, shown) = (value, format::given(value));
    let field = egui::DragValue::new(&mut dragged)
        .range(low..=high)
        .speed(step * 0.2)
        .update_while_editing(false)
        .custom_formatter(|number, _| format::given(number))
        .custom_parser(|text| {
            // A field that was emptied is left as it was, as any program has it; and one that was
            // not touched, whatever its number looks like.
            if text.trim().is_empty() || text == shown {
                return None;
            }
            let number = read(text, kind);
            typed.set(Some(number.ok_or_else(|| unreadable(text, kind))));
            number
        });
    let field = match kind {
        Kind::Whole(_) => field.max_decimals(0),
        _ => field,
    };
    let response = ui.add(field);
    let entered = typed.take().unwrap_or(Ok(dragged));
    (
        response,
        Some(entered).filter(|entered| *entered != Ok(value)),
    )
}

/// A sensible step for a number without a lever.
pub fn step(kind: Kind, value: f64) -> f64 {
    match kind {
        Kind::Share => 0.01,
        Kind::Whole(_) => 1.0,
        _ if value.abs() < 1.0 => 0.1,
        _ => 10f64.powf(value.abs().log10().floor() - 1.0),
    }
}

/// Why a text is no number of a kind.
pub fn unreadable(text: &str, kind: Kind) -> String {
    let text = text.trim();
    let like = if kind == Kind::Share {
        "0.7 or 70 %"
    } else {
        "20,000 or 12.5"
    };
    if kind != Kind::Share && is_ambiguous(text) {
        let (thousands, decimals) = (text.replace('.', ","), format!("{text}0"));
        return format!(
            "`{text}` may be {thousands} or a decimal; write {thousands} or {decimals}"
        );
    }
    format!("`{text}` is not a number here; write it like {like}")
}

/// Whether a point may part thousands, as in many countries, as well as decimals: `12.500`.
fn is_ambiguous(digits: &str) -> bool {
    let Some((whole, decimals)) = digits.split_once('.') else {
        return false;
    };
    let whole = whole.trim_start_matches('-');
    decimals.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}

/// Reads a number as people type it: `20,000`, `20 000`, `12.5`, `1.5k`, and for shares `70 %`.
///
/// What may mean two things is not read: to take `0,7` for 7, or `12.500` for 12.5 rounds where
/// 12,500 are meant, would be worse.
pub fn read(text: &str, kind: Kind) -> Option<f64> {
    let text = text.trim();
    // Divided, not multiplied by 0.01: 70 % is 0.7 to the last digit, and is saved as that.
    let (digits, factor, divisor) = if let Some(digits) = text.strip_suffix('%') {
        if kind != Kind::Share {
            return None;
        }
        (digits, 1.0, 100.0)
    } else if let Some(digits) = text.strip_suffix(['k', 'K']) {
        (digits, 1e3, 1.0)
    } else {
        (text, 1.0, 1.0)
    };
    let digits = digits.trim_end().replace('−', "-");
    if kind != Kind::Share && is_ambiguous(&digits) {
        return None;
    }
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let groups: Vec<&str> = whole
        .split(|c: char| c == ',' || c.is_whitespace())
        .collect();
    if let [first, thousands @ ..] = &groups[..]
        && !thousands.is_empty()
    {
        let leads = first.trim_start_matches('-');
        let is_first = (1..=3).contains(&leads.len()) && !leads.starts_with('0');
        if !is_first || thousands.iter().any(|group| group.len() != 3) {
            return None;
        }
    }
    let number: f64 = (groups.concat() + decimals).parse().ok()?;
    number.is_finite().then_some(number * factor / divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, number) in [
            ("20,000", Some(20_000.0)),
            ("20 000", Some(20_000.0)),
            ("20\u{202f}000", Some(20_000.0)),
            ("1,234,567.5", Some(1_234_567.5)),
            (" 1200 ", Some(1_200.0)),
            ("-1,200", Some(-1_200.0)),
            ("1.5k", Some(1500.0)),
            ("−3", Some(-3.0)),
            (".5", Some(0.5)),
            ("12.5000", Some(12.5)),
            ("0.125", Some(0.125)),
            // Whatever was meant by these, it was not 7, 500, 25 or 12.
            ("0,7", None),
            ("0,500", None),
            ("2,5", None),
            ("1 2", None),
            ("1200,000", None),
            (",200", None),
            ("1.200.000", None),
            // Thousands or decimals?
            ("12.500", None),
            ("1.234", None),
            ("70 %", None),
            ("", None),
            ("inf", None),
            ("abc", None),
        ] {
            assert_eq!(read(text, Kind::Amount), number, "{text}");
        }
        for (text, share) in [("70 %", Some(0.7)), ("0.125", Some(0.125)), ("0,7", None)] {
            assert_eq!(read(text, Kind::Share), share, "{text}");
        }
    }

    #[test]
    fn why_a_text_is_no_number_says_what_to_write() {
        for (text, kind, why) in [
            ("12.500", Kind::Amount, "write 12,500 or 12.5000"),
            ("70 %", Kind::Amount, "write it like 20,000 or 12.5"),
            (
                " 0,7",
                Kind::Share,
                "`0,7` is not a number here; write it like 0.7 or 70 %",
            ),
        ] {
            let told = unreadable(text, kind);
            assert!(told.contains(why), "{told}");
        }
    }
}
