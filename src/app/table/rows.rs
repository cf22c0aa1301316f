//! A row of the table of assumptions, and its columns.

use egui::{Rect, Vec2, pos2};

use crate::scenario::Address;

/// Space between columns.
pub const GAP: f32 = 12.0;

/// One number, date or switch, as far as it must be known to decide whether it is shown.
#[derive(Clone, Debug)]
pub struct Row {
    pub address: Address,
    pub path: String,
    pub label: String,
    /// Whether the active what-if changes it.
    pub changed: bool,
    /// Whether it is evidence and nothing says where it comes from.
    pub unsourced: bool,
    pub warnings: Vec<String>,
}

/// Where columns begin and how wide they are.
pub struct Columns {
    pub label: f32,
    pub value: f32,
    pub range: f32,
    pub source: f32,
}

impl Columns {
    /// The columns of a table of this width; names and sources take what the numbers leave, and
    /// notes, which are the longest, most of it.
    pub fn within(width: f32) -> Self {
        let value = (width * 0.14).clamp(140.0, 180.0);
        let range = (width * 0.16).clamp(158.0, 220.0);
        let left = width - value - range - 3.0 * GAP;
        let source = (left * 0.5).max(left - 420.0).max(180.0);
        Self {
            label: (left - source).max(120.0),
            value,
            range,
            source,
        }
    }

    /// A column's part of a row.
    pub fn cell(&self, row: Rect, column: usize) -> Rect {
        let widths = [self.label, self.value, self.range, self.source];
        let before: f32 = widths.iter().take(column).map(|width| width + GAP).sum();
        let width = widths.get(column).copied().unwrap_or_default();
        Rect::from_min_size(
            pos2(row.left() + 4.0 + before, row.top() + 4.0),
            Vec2::new(width, row.height() - 6.0),
        )
    }
}
