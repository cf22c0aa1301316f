//! Every measure of every day, counted into bins as members come in, and the bands read off them.
//!
//! A band needs the spread of a measure over all members on each day; keeping every value would
//! take megabytes a hundred members. So each value becomes a byte, its bin, and bins are counted.
//! The first members say where the bins of a day lie, so that they depend neither on how many members
//! follow nor on the number of threads.
//!
//! Up to [`FEW`] members need no counting: their percentiles are found among the bytes, which takes
//! half the time with AVX-512, and no more without it.
//!
//! # What bins give up
//!
//! Means are exact to single precision, where they are wanted. A percentile is right to a bin, 1/253
//! of twice the spread of the first 128 members, and interpolated inside it; counts that spread over
//! fewer than 253 whole numbers, and the ends of a scale (full coverage, an empty magazine), are
//! exact.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]

use std::sync::{Mutex, PoisonError};

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, i8x64, u8x64, u32x16};

use super::ROUND;
use super::lanes::{LANES, Lanes, STRIPS, Strip};

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

    fn for_lanes(&self) -> LaneScale {
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
    /// Into bins whose places they set, row by row.
    First(First<'c>),
    /// Into bins.
    Bins(Bins<'c>),
}

/// What the first block of members says.
pub(super) struct First<'c> {
    /// Measures go by rows as they come, and then again from the first.
    pub(super) measures: &'c [Measure],
    /// Where the bins of each row lie, of which the tally takes note.
    pub(super) tally: &'c mut Tally,
    /// The block's bins, row by row.
    pub(super) bins: &'c mut Vec<[u8; LANES]>,
}

/// The part of a chunk that one block fills.
pub(super) struct Bins<'c> {
    scales: &'c [LaneScale],
    chunk: &'c mut Chunk,
    /// The block's first member in the chunk.
    first: usize,
    /// 1 for members that count, 0 for others.
    counts: Lanes,
}

impl Sink<'_> {
    #[inline(always)]
    pub(super) fn take<S: Simd>(&mut self, simd: S, row: usize, values: &Lanes) {
        match self {
            Self::First(first) => first.take(simd, row, values),
            Self::Bins(bins) => bins.take(simd, row, values),
        }
    }
}

impl First<'_> {
    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, row: usize, values: &Lanes) {
        // The least and the most of what is defined.
        let none = Strip::splat(simd, f32::INFINITY);
        let (mut least, mut most) = (none, Strip::splat(simd, -1.0));
        for at in 0..STRIPS {
            let value = values.strip(simd, at);
            least = least.min(value.simd_lt(0.0).select(none, value));
            most = most.max(value);
        }
        let measure = self.measures[row % self.measures.len()];
        let (least, most) = (least.reduce_min().into(), most.reduce_max().into());
        let scale = self.tally.set_scale(Scale::of(measure, least, most));
        let mut bins = [0; LANES];
        put(simd, scale, values, &mut bins);
        self.bins.push(bins);
    }
}

/// Puts each value into its bin.
#[inline(always)]
fn put<S: Simd>(simd: S, [low, inverse]: LaneScale, values: &Lanes, bins: &mut [u8; LANES]) {
    /// Adding it leaves the nearest whole number in the last bits.
    const SHIFT: f32 = 8_388_608.0;
    let none = u32x16::splat(simd, NONE as u32);
    let mut strips = [none; STRIPS];
    for (at, strip) in strips.iter_mut().enumerate() {
        let value = values.strip(simd, at);
        let place = ((value - low) * inverse).min(ABOVE as f32).max(0.0);
        // Rounds up, but for what is above a whole number by less than can matter.
        let bin = (place + 0.499_99 + SHIFT).to_bits();
        *strip = value.simd_lt(0.0).select(none, bin);
    }
    let (bins, _) = bins.as_chunks_mut::<64>();
    for (bins, strips) in bins.iter_mut().zip(strips.as_chunks::<4>().0) {
        let [a, b, c, d] = *strips;
        let (low, high) = (simd.narrow_u32x16(a, b), simd.narrow_u32x16(c, d));
        simd.narrow_u16x32(low, high).store_array(bins);
    }
}

impl<'c> Bins<'c> {
    /// Those of the block whose first member has this place in the chunk.
    pub(super) fn new(scales: &'c [LaneScale], chunk: &'c mut Chunk, first: usize) -> Self {
        let mut counts = Lanes::default();
        for (lane, count) in counts.0.iter_mut().enumerate() {
            let counted = (chunk.from..chunk.to).contains(&(first + lane));
            *count = if counted { 1.0 } else { 0.0 };
        }
        Self {
            scales,
            chunk,
            first,
            counts,
        }
    }

    /// Takes in the bins of all rows.
    pub(super) fn take_all(&mut self, rows: &[[u8; LANES]]) {
        for (row, bins) in self.chunk.bins.iter_mut().zip(rows) {
            row.0[self.first..self.first + LANES].copy_from_slice(bins);
        }
    }

    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, row: usize, values: &Lanes) {
        let (blocks, _) = self.chunk.bins[row].0.as_chunks_mut::<LANES>();
        let bins = &mut blocks[self.first / LANES];
        put(simd, self.scales[row], values, bins);
        if let Some(sum_of_row) = self.chunk.sums.get_mut(row) {
            let mut sum = Strip::splat(simd, 0.0);
            for at in 0..STRIPS {
                sum += values.strip(simd, at).max(0.0) * self.counts.strip(simd, at);
            }
            *sum_of_row += f64::from(sum.reduce_sum());
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
    sums: Vec<f64>,
    /// Members that count, as places in the chunk.
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Chunk {
    /// Makes ready for so many rows, of so many of which sums are wanted.
    pub(super) fn open(&mut self, rows: usize, sums: usize, from: usize, to: usize) {
        self.bins.resize(rows, Row([0; CHUNK]));
        self.sums.clear();
        self.sums.resize(sums, 0.0);
        (self.from, self.to) = (from, to);
    }

    /// The sum of a row; not a number where it is not wanted.
    fn sum(&self, row: usize) -> f64 {
        self.sums.get(row).copied().unwrap_or(f64::NAN)
    }

    /// Which places count: a word for each sixty-four, a bit for each.
    fn count_members(&self, words: &mut [u64]) {
        for place in self.from..self.to {
            words[place / 64] |= 1 << (place % 64);
        }
    }

    /// Takes in one value in double precision.
    pub(super) fn take(&mut self, row: usize, place: usize, scale: &Scale, value: f64) {
        self.bins[row].0[place] = scale.bin(value);
        if let Some(sum) = self.sums.get_mut(row).filter(|_| value >= 0.0) {
            *sum += value;
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
    /// Empties the tally, keeping its memory.
    pub(super) fn clear(&mut self) {
        self.members = 0;
        self.scales.clear();
        self.lane_scales.clear();
        self.counts.clear();
        self.sums.clear();
    }

    /// Sets where the bins of the next row lie.
    pub(super) fn set_scale(&mut self, scale: Scale) -> LaneScale {
        let of_lanes = scale.for_lanes();
        self.scales.push(scale);
        self.lane_scales.push(of_lanes);
        of_lanes
    }

    /// Counts chunks in, in their order, whatever the number of threads.
    pub(super) fn count(&mut self, chunks: &[Chunk], threads: usize) {
        let members = chunks.iter().map(|chunk| chunk.to - chunk.from);
        self.members += members.sum::<usize>() as u32;
        self.counts.resize(self.scales.len(), [0; BINS]);
        self.sums.resize(self.scales.len(), 0.0);
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

    /// The mean of each row, and its quantiles at these shares, which must ascend: the least value
    /// that at least such a share of the members do not exceed, interpolated inside its bin. Not a
    /// number where all are undefined.
    ///
    /// They are of the members counted in, or, where there are none, of those in `chunks`: at most
    /// [`FEW`]. Measures go by rows as they come, and then again from the first.
    pub(super) fn summaries<const N: usize>(
        &self,
        chunks: &[Chunk],
        measures: &[Measure],
        at: [f64; N],
    ) -> Vec<Summary<N>> {
        let mut members = Set::default();
        for (chunk, words) in chunks.iter().zip(members.0.chunks_exact_mut(CHUNK / 64)) {
            chunk.count_members(words);
        }
        dispatch!(Level::new(), simd => {
            let mut summaries = Vec::with_capacity(self.scales.len());
            // One for all rows: making a new one empty would take as long as finding a percentile.
            let mut bits = Bits::default();
            for (row, (scale, measure)) in self.scales.iter().zip(measures.iter().cycle()).enumerate()
            {
                let (members, sum, found) = if let Some(counts) = self.counts.get(row) {
                    let members = self.members - counts[NONE];
                    (members, self.sums[row], find_in_counts(counts, ranks(at, members)))
                } else {
                    bits.take(simd, row, chunks, &members);
                    let members = bits.members.size();
                    let sum = chunks.iter().map(|chunk| chunk.sum(row)).sum();
                    (members, sum, bits.find(ranks(at, members)))
                };
                summaries.push(scale.summary(*measure, members, sum, at, found));
            }
            summaries
        })
    }
}

/// The least counts of members that are no less than the shares of them; rounding of the products
/// must not ask for one member more.
#[inline(always)]
fn ranks<const N: usize>(at: [f64; N], members: u32) -> [u32; N] {
    at.map(|share| (share * f64::from(members) - 1e-9).ceil() as u32)
}

/// A row's mean and quantiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary<const N: usize> {
    pub(super) mean: f64,
    pub(super) quantiles: [f64; N],
}

/// Where the member of some rank was found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Found {
    bin: usize,
    /// Members in the bins before.
    below: u32,
    /// Members in this one.
    within: u32,
}

impl Scale {
    #[inline(always)]
    fn summary<const N: usize>(
        &self,
        measure: Measure,
        members: u32,
        sum: f64,
        at: [f64; N],
        found: [Found; N],
    ) -> Summary<N> {
        if members == 0 {
            return Summary {
                mean: f64::NAN,
                quantiles: [f64::NAN; N],
            };
        }
        let whole = measure == Measure::Count { whole: true } && self.width == 1.0;
        let mut quantiles = [0.0; N];
        for ((quantile, share), found) in quantiles.iter_mut().zip(at).zip(found) {
            let along = match found.bin {
                0 => 0.0,
                ABOVE => (ABOVE - 1) as f64,
                bin if whole => bin as f64,
                bin => {
                    let exact = share * f64::from(members);
                    let into = (exact - f64::from(found.below)) / f64::from(found.within);
                    (bin - 1) as f64 + into.clamp(0.0, 1.0)
                }
            };
            *quantile = self.low + along * self.width;
        }
        Summary {
            mean: sum / f64::from(members),
            quantiles,
        }
    }
}

/// The most members whose percentiles are found without counting.
pub(super) const FEW: usize = ROUND * CHUNK;

/// Sixty-fours of them.
const WORDS: usize = FEW / 64;

/// A word for each sixty-four members, a bit for each member; none of what is loaded at a time lies
/// across two lines of memory.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Set([u64; WORDS]);

impl Set {
    /// How many members it has.
    #[inline(always)]
    fn size(&self) -> u32 {
        let mut size = 0;
        for word in self.0 {
            size += u64::from(word.count_ones());
        }
        size as u32
    }
}

/// The bins of one row of a few members, bit by bit: the highest of all members first.
#[derive(Default)]
struct Bits {
    planes: [Set; 8],
    /// Members that count and whose value is defined.
    members: Set,
}

impl Bits {
    /// Takes in a row of as many chunks as the rows before, of whose members these count.
    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, row: usize, chunks: &[Chunk], members: &Set) {
        for (chunk, first) in chunks.iter().zip((0..WORDS).step_by(CHUNK / 64)) {
            let (bins, _) = chunk.bins[row].0.as_chunks::<64>();
            for (word, bins) in (first..).zip(bins) {
                let mut bins: i8x64<S> = u8x64::load_array_ref(simd, bins).bitcast();
                let mut all = u64::MAX;
                for plane in &mut self.planes {
                    // The highest bit is the sign; doubling brings up the next.
                    let set = bins.simd_lt(0).to_bitmask();
                    bins += bins;
                    plane.0[word] = set;
                    all &= set;
                }
                // All bits set stands for what is undefined.
                self.members.0[word] = members.0[word] & !all;
            }
        }
    }

    /// For each rank the bin that holds the member of it: bit by bit, keeping those members whose
    /// bits so far are the bin's.
    #[inline(always)]
    fn find<const N: usize>(&self, ranks: [u32; N]) -> [Found; N] {
        let mut like = [self.members; N];
        let mut found = [Found::default(); N];
        for plane in &self.planes {
            for (n, found) in found.iter_mut().enumerate() {
                let mut lower = Set::default();
                for (word, lower) in lower.0.iter_mut().enumerate() {
                    *lower = like[n].0[word] & !plane.0[word];
                }
                let lower = lower.size();
                let set = found.below + lower < ranks[n];
                found.bin = 2 * found.bin + usize::from(set);
                found.below += if set { lower } else { 0 };
                let flip = if set { 0 } else { u64::MAX };
                for (like, plane) in like[n].0.iter_mut().zip(plane.0) {
                    *like &= plane ^ flip;
                }
            }
        }
        for (found, like) in found.iter_mut().zip(&like) {
            found.within = like.size();
        }
        found
    }
}

/// For each rank the bin that holds the member of it.
///
/// Goes by sixteens of bins first, then by the bins of one, and compares with all sums at once: a
/// branch at each would be guessed wrong as often as not.
#[inline(always)]
fn find_in_counts<const N: usize>(counts: &[u32; BINS], ranks: [u32; N]) -> [Found; N] {
    let (sixteens, _) = counts.as_chunks::<16>();
    let mut up_to = [0_u32; 17];
    for (i, sixteen) in sixteens.iter().enumerate() {
        up_to[i + 1] = up_to[i] + sixteen.iter().sum::<u32>();
    }
    let mut found = [Found::default(); N];
    for (found, rank) in found.iter_mut().zip(ranks) {
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
        *found = Found {
            bin: 16 * at + last,
            below: within[last],
            within: sixteens[at][last],
        };
    }
    found
}

/// Counts one row of all chunks.
///
/// Neighbours often fall into one bin, and adding to it would have to wait for the one before: so
/// four tables take turns. A round has far fewer members than their small numbers can count.
fn count_row(row: usize, chunks: &[Chunk], counts: &mut [u32; BINS], sum: &mut f64) {
    dispatch!(Level::new(), _simd => count_row_on(row, chunks, counts, sum));
}

#[inline(always)]
fn count_row_on(row: usize, chunks: &[Chunk], counts: &mut [u32; BINS], sum: &mut f64) {
    let mut tables = [[0_u16; BINS]; 4];
    for chunk in chunks {
        let bins = &chunk.bins[row].0[chunk.from..chunk.to];
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
        *sum += chunk.sum(row);
    }
    for i in 0..BINS {
        let all: u16 = tables.iter().map(|table| table[i]).sum();
        counts[i] += u32::from(all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chunks of so many members, the first of which does not count; a row each of many values, few,
    /// none defined, and all above the scale.
    fn chunks(members: usize) -> (Tally, Vec<Chunk>) {
        let scales = vec![Scale::of(Measure::Amount, 1.0, 2.0); 4];
        let mut chunks = Vec::new();
        for first in (0..members).step_by(CHUNK) {
            let mut chunk = Chunk::default();
            chunk.open(4, 4, usize::from(first == 0), CHUNK.min(members - first));
            for place in 0..CHUNK {
                let member = (first + place) as u32;
                let x = f64::from(member.wrapping_mul(2_654_435_761)) / f64::from(u32::MAX);
                let few = if x < 0.1 { -1.0 } else { (3.0 * x).floor() };
                for (row, value) in [0.4 + 2.2 * x, few, -1.0, 9.0].into_iter().enumerate() {
                    chunk.take(row, place, &scales[row], value);
                }
            }
            chunks.push(chunk);
        }
        let tally = Tally {
            scales,
            ..Tally::default()
        };
        (tally, chunks)
    }

    #[test]
    fn what_is_found_among_bytes_is_what_counting_finds() {
        let at = [0.05, 0.25, 0.5, 0.75, 0.95];
        for members in [2, 3, 64, 65, 200, 257, 1_000, FEW] {
            let (mut tally, chunks) = chunks(members);
            let few = tally.summaries(&chunks, &[Measure::Amount], at);
            tally.count(&chunks, 2);
            let counted = tally.summaries(&[], &[Measure::Amount], at);
            for (row, (few, counted)) in few.iter().zip(&counted).enumerate() {
                assert_eq!(
                    few.mean.to_bits(),
                    counted.mean.to_bits(),
                    "{members} {row}"
                );
                let bits = |of: &Summary<5>| of.quantiles.map(f64::to_bits);
                assert_eq!(bits(few), bits(counted), "{members} {row}");
            }
            assert!(few[2].mean.is_nan() && few[2].quantiles[2].is_nan());
            assert!(few[0].quantiles.is_sorted() && few[0].quantiles[4] <= 2.5);
        }
    }
}
