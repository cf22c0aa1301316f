//! What a what-if changes: the list of exactly what differs from the baseline, nothing else.

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
    /// The cited range of the baseline's number, where the new value lies outside it.
    pub outside: Option<(f64, f64)>,
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
            let lever = baseline.levers.iter().find(|lever| &lever.path == path);
            let range = address.estimate(baseline).and_then(|e| e.range);
            let outside = match (to, range) {
                (Value::Number(n), Some(r)) if n < r.low || n > r.high => Some((r.low, r.high)),
                _ => None,
            };
            Some(Change {
                address,
                path: path.clone(),
                label: lever.map_or_else(|| address.label(baseline), |lever| lever.label.clone()),
                kind: baseline.lever_kind(path),
                from,
                to,
                unit: address.unit(baseline),
                outside,
            })
        })
        .collect()
}
