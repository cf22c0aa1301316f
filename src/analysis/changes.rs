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
            Some(Change {
                address,
                path: path.clone(),
                label: lever.map_or_else(|| address.label(baseline), |lever| lever.label.clone()),
                kind: baseline.lever_kind(path),
                from,
                to,
                unit: address.unit(baseline),
            })
        })
        .collect()
}
