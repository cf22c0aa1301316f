//! Bins: where they lie, which of them the members of a chunk fall into, and ranks among them.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]

use super::lanes::LANES;
use super::members::Members;

/// Members of a chunk, which one thread runs in one go.
pub(super) const CHUNK: usize = 2 * LANES;

/// Bins of one measure on one day.
pub(super) const BINS: usize = 256;
/// The bin of what is above the scale.
pub(super) const ABOVE: usize = 254;
/// The bin of what is undefined.
pub(super) const NONE: usize = 255;

/// How many percentiles are found at a time.
pub(super) const SHARES: usize = 5;

/// A lane for each percentile: vectors have eight; what the others hold is of no use.
pub(super) const SLOTS: usize = 8;

/// What kind of number a measure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Whole threats, or means of them where nothing is drawn from day to day.
    Count { whole: bool },
    /// Of what was launched: 0 to 1, or undefined.
    Share,
    /// Rounds.
    Amount,
}

/// Where the bins of one measure lie on one day.
///
/// Bin 0 holds what is at most `low`; bin i what is above low + (i − 1)·width and at most
/// low + i·width; the last but one all above, the last what is undefined.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) width: f64,
}

/// The same for lanes: low, and 1/width.
pub(super) type LaneScale = [f32; 2];

impl Scale {
    /// The scale for values of which the first members' are given; undefined ones are negative.
    pub(super) fn of(measure: Measure, least: f64, most: f64) -> Self {
        let (least, most) = if least <= most {
            (least, most)
        } else {
            (0.0, 0.0)
        };
        let reserve = (most - least) / 2.0;
        let inner = (ABOVE - 1) as f64;
        let low = (least - reserve).max(0.0);
        let (low, width) = match measure {
            Measure::Count { whole: true } => {
                let low = low.floor();
                (low, ((most + reserve - low) / inner).ceil().max(1.0))
            }
            Measure::Share => {
                let high = if reserve > 0.0 {
                    (most + reserve).min(1.0)
                } else {
                    1.0
                };
                let width = (high - low) / inner;
                (low, if width > 0.0 { width } else { 1.0 / inner })
            }
            Measure::Count { whole: false } | Measure::Amount => {
                let high = if reserve > 0.0 {
                    most + reserve
                } else {
                    low + low.max(1.0)
                };
                (low, (high - low) / inner)
            }
        };
        Self { low, width }
    }

    pub(super) fn for_lanes(&self) -> LaneScale {
        [self.low as f32, (1.0 / self.width) as f32]
    }

    /// The bin of a value.
    pub(super) fn bin(&self, value: f64) -> u8 {
        if value < 0.0 {
            NONE as u8
        } else {
            ((value - self.low) / self.width)
                .ceil()
                .clamp(0.0, ABOVE as f64) as u8
        }
    }
}

/// The bins of one measure on one day, by member of a chunk; aligned as a [`Set`] is.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Row([u8; CHUNK]);

/// What one thread finds out about up to [`CHUNK`] members.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// A row a day and measure.
    bins: Vec<Row>,
    /// Sums of the rows, over the members that count; none where they are not wanted.
    pub(super) sums: Vec<f64>,
    /// Members that count, as places in the chunk.
    pub(super) from: usize,
    pub(super) to: usize,
    /// What these members came to.
    pub(super) members: Members,
}

impl Chunk {
    /// Makes ready for so many rows, of so many of which sums are wanted.
    pub(super) fn open(&mut self, rows: usize, sums: usize, from: usize, to: usize) {
        self.bins.resize(rows, Row([0; CHUNK]));
        self.sums.clear();
        self.sums.resize(sums, 0.0);
        (self.from, self.to) = (from, to);
    }

    /// The bins of a row.
    #[inline(always)]
    pub(super) fn row(&self, row: usize) -> &[u8; CHUNK] {
        &self.bins[row].0
    }

    /// The part of a row that one of the chunk's blocks fills.
    #[inline(always)]
    pub(super) fn bins_of_block(&mut self, row: usize, block: usize) -> &mut [u8; LANES] {
        &mut self.bins[row].0.as_chunks_mut().0[block]
    }

    /// The sum of a row; not a number where it is not wanted.
    pub(super) fn sum(&self, row: usize) -> f64 {
        self.sums.get(row).copied().unwrap_or(f64::NAN)
    }

    /// Takes in one value in double precision.
    pub(super) fn take(&mut self, row: usize, place: usize, scale: &Scale, value: f64) {
        self.bins[row].0[place] = scale.bin(value);
        if let Some(sum) = self.sums.get_mut(row).filter(|_| value >= 0.0) {
            *sum += value;
        }
    }
}

/// The ranks of shares of some members.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ranks {
    pub(super) members: u32,
    /// The shares times the members.
    pub(super) exact: [f64; SLOTS],
    /// The least counts of members that are no less; rounding of the products must not ask for one
    /// member more.
    pub(super) counts: [u64; SLOTS],
}

impl Ranks {
    #[inline(always)]
    pub(super) fn set(&mut self, at: [f64; SHARES], members: u32) {
        if members != self.members {
            self.members = members;
            for (i, share) in at.into_iter().enumerate() {
                self.exact[i] = share * f64::from(members);
                self.counts[i] = (self.exact[i] - 1e-9).ceil() as u64;
            }
        }
    }
}
