//! What a what-if changes: the list of exactly what differs from the baseline, nothing else.

use super::format;
use crate::scenario::{Address, Checked, LeverKind, Value, WhatIf};

/// One number, date or switch that a what-if sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub address: Address,
    /// The path as text.
    pub path: String,
    /// The lever's label, else the number's own.
    pub label: String,
    pub kind: LeverKind,
    /// What stands in the baseline; nothing where it was left out.
    pub from: Option<Value>,
    pub to: Value,
    pub unit: &'static str,
}

/// What `what_if` changes in `baseline`, in the order in which it was set.
#[must_use]
pub fn changes(baseline: &Checked, what_if: &WhatIf) -> Vec<Change> {
    what_if
        .set
        .iter()
        .filter_map(|(path, &to)| {
            let address = Address::find(baseline, path).ok()?;
            let from = address.get(baseline)?.value();
            Some(Change {
                address,
                path: path.clone(),
                label: baseline.called(address),
                kind: baseline.lever_kind(path),
                from,
                to,
                unit: address.unit(baseline),
            })
        })
        .collect()
}

/// What differs, in a sentence.
#[must_use]
pub fn sentence(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "Nothing differs from the baseline.".to_owned();
    }
    let named: Vec<String> = changes.iter().map(Change::text).collect();
    format!("Against the baseline: {}.", named.join("; "))
}

impl Change {
    /// What it is changed from and to.
    fn text(&self) -> String {
        let from = format::value_if_set(self.from);
        let to = match self.to {
            Value::Number(number) => format::with_unit(number, self.unit),
            value => format::value(value),
        };
        format!("{} {from} → {to}", self.label)
    }
}
