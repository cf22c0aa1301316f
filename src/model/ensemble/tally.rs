//! Every measure of every day, counted into bins as members come in, and the bands read off them.
//!
//! A band needs the spread of a measure over all members on each day; keeping every value would
//! take megabytes a hundred members. So each value becomes a byte, its bin, and bins are counted.
//! The first block of members says where the bins of a day lie, so that they depend neither on
//! how many members follow nor on the number of threads.
//!
//! # What bins give up
//!
//! Means are exact to single precision. A percentile is right to a bin, 1/253 of twice the spread
//! of the first 128 members, and interpolated inside it; counts that spread over fewer than 253
//! whole numbers, and the ends of a scale (full coverage, an empty magazine), are exact.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]

use std::sync::{Mutex, PoisonError};

use super::lanes::{LANES, Lanes, least, most};

/// Members of a chunk, which one thread runs in one go.
pub(super) const CHUNK: usize = 2 * LANES;

/// Bins of one measure on one day.
const BINS: usize = 256;
/// The bin of what is above the scale.
const ABOVE: usize = 254;
/// The bin of what is undefined.
const NONE: usize = 255;

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
    low: f64,
    width: f64,
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
    fn bin(&self, value: f64) -> u8 {
        if value < 0.0 {
            NONE as u8
        } else {
            ((value - self.low) / self.width)
                .ceil()
                .clamp(0.0, ABOVE as f64) as u8
        }
    }
}

/// Where the measures of a block go, day by day.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one a block, on the stack; a box would be an allocation a block"
)]
pub(super) enum Sink<'c> {
    /// As they are, a row a day and measure.
    Raw(&'c mut [Lanes]),
    /// Into bins.
    Bins(Bins<'c>),
}

/// The part of a chunk that one block fills.
pub(super) struct Bins<'c> {
    pub(super) scales: &'c [LaneScale],
    pub(super) chunk: &'c mut Chunk,
    /// The block's first member in the chunk.
    pub(super) first: usize,
    /// 1 for members that count, 0 for others.
    pub(super) counts: Lanes,
}

impl Sink<'_> {
    #[inline(always)]
    pub(super) fn take(&mut self, d: usize, values: &[Lanes]) {
        let row = d * values.len();
        match self {
            Self::Raw(rows) => rows[row..row + values.len()].copy_from_slice(values),
            Self::Bins(bins) => {
                for (i, values) in values.iter().enumerate() {
                    bins.take(row + i, values);
                }
            }
        }
    }
}

#[multiversion::multiversion(targets(
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2",
    "x86_64+sse3+ssse3+sse4.1",
))]
fn take_all(bins: &mut Bins<'_>, rows: &[Lanes]) {
    for (row, values) in rows.iter().enumerate() {
        bins.take(row, values);
    }
}

impl Bins<'_> {
    /// Takes in the rows of all days.
    pub(super) fn take_all(&mut self, rows: &[Lanes]) {
        take_all(self, rows);
    }

    #[inline(always)]
    pub(super) fn take(&mut self, row: usize, values: &Lanes) {
        /// Adding it leaves the nearest whole number in the last bits.
        const SHIFT: f32 = 8_388_608.0;
        let [low, inverse] = self.scales[row];
        let at = row * CHUNK + self.first;
        let Some(bins) = self.chunk.bins[at..].first_chunk_mut::<LANES>() else {
            return;
        };
        let mut counted = [0.0; LANES];
        for i in 0..LANES {
            let value = values.0[i];
            let place = most(0.0, least((value - low) * inverse, ABOVE as f32));
            // Rounds up, but for what is above a whole number by less than can matter.
            let bin = (place + 0.499_99 + SHIFT).to_bits() as u8;
            bins[i] = if value < 0.0 { NONE as u8 } else { bin };
            counted[i] = most(value, 0.0) * self.counts.0[i];
        }
        self.chunk.sums[row] += f64::from(sum(&counted));
    }
}

/// The sum over lanes, by halves, so that lanes are added side by side.
#[inline(always)]
fn sum(values: &[f32; LANES]) -> f32 {
    let mut sums = *values;
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            sums[i] += sums[i + half];
        }
        half /= 2;
    }
    sums[0]
}

/// What one thread finds out about up to [`CHUNK`] members.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// A row a day and measure.
    bins: Vec<u8>,
    /// Sums of the rows, over the members that count.
    sums: Vec<f64>,
    /// Members that count, as places in the chunk.
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Chunk {
    pub(super) fn open(&mut self, rows: usize, from: usize, to: usize) {
        self.bins.resize(rows * CHUNK, 0);
        self.sums.clear();
        self.sums.resize(rows, 0.0);
        (self.from, self.to) = (from, to);
    }

    /// Takes in one value in double precision.
    pub(super) fn take(&mut self, row: usize, place: usize, scale: &Scale, value: f64) {
        self.bins[row * CHUNK + place] = scale.bin(value);
        if value >= 0.0 {
            self.sums[row] += value;
        }
    }
}

/// Counts of bins and sums, by row.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) scales: Vec<Scale>,
    pub(super) lane_scales: Vec<LaneScale>,
    counts: Vec<[u32; BINS]>,
    sums: Vec<f64>,
    /// Members counted in.
    members: u32,
}

/// Rows that a thread takes at a time when it counts.
const ROWS: usize = 64;

impl Tally {
    /// Empties the tally for so many rows, keeping its memory.
    pub(super) fn clear(&mut self, rows: usize) {
        self.members = 0;
        self.scales.clear();
        self.lane_scales.clear();
        self.counts.clear();
        self.counts.resize(rows, [0; BINS]);
        self.sums.clear();
        self.sums.resize(rows, 0.0);
    }

    /// Counts chunks in, in their order, whatever the number of threads.
    pub(super) fn count(&mut self, chunks: &[Chunk], threads: usize) {
        let members = chunks.iter().map(|chunk| chunk.to - chunk.from);
        self.members += members.sum::<usize>() as u32;
        let parts = self.counts.chunks_mut(ROWS).zip(self.sums.chunks_mut(ROWS));
        let parts = Mutex::new(parts.enumerate());
        super::on_threads(threads, |_| {
            loop {
                let part = parts.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((part, (counts, sums))) = part else {
                    return;
                };
                for (i, (counts, sum)) in counts.iter_mut().zip(sums).enumerate() {
                    count_row(part * ROWS + i, chunks, counts, sum);
                }
            }
        });
    }

    /// The mean of a row; not a number where all are undefined.
    pub(super) fn mean(&self, row: usize) -> f64 {
        self.sums[row] / f64::from(self.defined(row))
    }

    fn defined(&self, row: usize) -> u32 {
        self.members - self.counts[row][NONE]
    }

    /// Quantiles of a row, in ascending order of `at`: the least value that at least such a share
    /// of the members do not exceed, interpolated inside its bin.
    pub(super) fn quantiles<const N: usize>(
        &self,
        row: usize,
        whole: bool,
        at: [f64; N],
    ) -> [f64; N] {
        let members = f64::from(self.defined(row));
        let scale = &self.scales[row];
        if members == 0.0 {
            return [f64::NAN; N];
        }
        let counts = &self.counts[row];
        // The least counts that are no less than the shares; rounding of the products must not ask
        // for one member more.
        let ranks = at.map(|share| (share * members - 1e-9).ceil() as u32);
        let found = find_ranks(counts, &ranks);
        std::array::from_fn(|i| {
            let (exact, (bin, below)) = (at[i] * members, found[i]);
            let along = match bin {
                0 => 0.0,
                ABOVE => (ABOVE - 1) as f64,
                _ if whole && scale.width == 1.0 => bin as f64,
                _ => {
                    let into = (exact - f64::from(below)) / f64::from(counts[bin]);
                    (bin - 1) as f64 + into.clamp(0.0, 1.0)
                }
            };
            scale.low + along * scale.width
        })
    }
}

/// For each rank the bin that holds the member of it, and how many lie in the bins before.
///
/// Goes by sixteens of bins first, then by the bins of one, and compares with all sums at once: a
/// branch at each would be guessed wrong as often as not.
#[multiversion::multiversion(targets(
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2",
))]
fn find_ranks<const N: usize>(counts: &[u32; BINS], ranks: &[u32; N]) -> [(usize, u32); N] {
    let (sixteens, _) = counts.as_chunks::<16>();
    let mut up_to = [0_u32; 17];
    for (i, sixteen) in sixteens.iter().enumerate() {
        up_to[i + 1] = up_to[i] + sixteen.iter().sum::<u32>();
    }
    let mut found = [(0, 0); N];
    for (found, &rank) in found.iter_mut().zip(ranks) {
        let mut at = 0;
        for sum in &up_to[1..16] {
            at += usize::from(*sum < rank);
        }
        let mut within = [up_to[at]; 17];
        for i in 0..16 {
            within[i + 1] = within[i] + sixteens[at][i];
        }
        let mut last = 0;
        for sum in &within[1..16] {
            last += usize::from(*sum < rank);
        }
        *found = ((16 * at + last).min(ABOVE), within[last]);
    }
    found
}

/// Counts one row of all chunks.
///
/// Neighbours often fall into one bin, and adding to it would have to wait for the one before: so
/// four tables take turns. A round has far fewer members than their small numbers can count.
#[multiversion::multiversion(targets(
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2",
))]
fn count_row(row: usize, chunks: &[Chunk], counts: &mut [u32; BINS], sum: &mut f64) {
    let mut tables = [[0_u16; BINS]; 4];
    for chunk in chunks {
        let bins = &chunk.bins[row * CHUNK + chunk.from..row * CHUNK + chunk.to];
        let (eights, rest) = bins.as_chunks::<8>();
        for &eight in eights {
            // One load for eight bins.
            let eight = u64::from_le_bytes(eight);
            for i in 0..8 {
                tables[i % 4][(eight >> (8 * i)) as usize & 0xff] += 1;
            }
        }
        for &bin in rest {
            tables[0][usize::from(bin)] += 1;
        }
        *sum += chunk.sums[row];
    }
    for i in 0..BINS {
        let all: u16 = tables.iter().map(|table| table[i]).sum();
        counts[i] += u32::from(all);
    }
}

/// The least and the most of the defined values of each row.
#[multiversion::multiversion(targets(
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+sse3+ssse3+sse4.1+sse4.2+avx+avx2",
    "x86_64+sse3+ssse3+sse4.1",
))]
pub(super) fn extents(rows: &[Lanes]) -> Vec<(f64, f64)> {
    let extent = |values: &Lanes| {
        let (mut lows, mut highs) = (*values, *values);
        for low in &mut lows.0 {
            *low = if *low >= 0.0 { *low } else { f32::INFINITY };
        }
        let mut half = LANES / 2;
        while half > 0 {
            for i in 0..half {
                lows.0[i] = least(lows.0[i], lows.0[i + half]);
                highs.0[i] = most(highs.0[i], highs.0[i + half]);
            }
            half /= 2;
        }
        (lows.0[0].into(), highs.0[0].into())
    };
    rows.iter().map(extent).collect()
}
