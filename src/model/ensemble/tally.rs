//! Every measure of every day, counted into bins as members come in, and the bands read off them.
//!
//! A band needs the spread of a measure over all members on each day; keeping every value would
//! take megabytes a hundred members. So each value becomes a byte, its bin, and bins are counted.
//! The first members say where the bins of a day lie, so that they depend neither on how many members
//! follow nor on the number of threads.
//!
//! Up to [`FEW`](super::percentiles::FEW) members need no counting: their percentiles are found among
//! the bytes, which takes half the time with AVX-512, and no more without it.
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
use fearless_simd::{Level, Simd, dispatch, f64x8, i32x16, u32x16, u64x8};

use super::ROUND;
use super::bins::{ABOVE, BINS, Chunk, LaneScale, Measure, NONE, Ranks, SHARES, SLOTS, Scale};
use super::lanes::{LANES, Lanes, STRIPS, Strip, counts_bits};
use super::percentiles::{ABREAST, Few, Found, find};

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
    /// Kept as they are.
    Values(Values<'c>),
}

/// Room for the values of a block on some days.
pub(super) struct Values<'c> {
    /// The first row that is kept.
    pub(super) first: usize,
    /// Row by row.
    pub(super) values: &'c mut [f64],
}

/// What the first block of members says.
pub(super) struct First<'c> {
    /// Those of a day.
    pub(super) measures: &'c [Measure],
    /// The least and the most of each, on the day in hand.
    pub(super) extents: Vec<[f32; 2]>,
    /// Where the bins of each row lie, of which the tally takes note.
    pub(super) tally: &'c mut Tally,
    /// The chunk that begins with the block.
    pub(super) chunk: &'c mut Chunk,
}

/// The part of a chunk that one block fills.
pub(super) struct Bins<'c> {
    /// Those of a day.
    measures: &'c [Measure],
    scales: &'c [LaneScale],
    chunk: &'c mut Chunk,
    /// The block's first member in the chunk.
    first: usize,
    /// 1 for members that count, 0 for others.
    counts: Lanes,
}

impl Sink<'_> {
    /// Takes in the values of one day, of which `row` is the first.
    #[inline(always)]
    pub(super) fn take_day<'v, S: Simd>(
        &mut self,
        simd: S,
        row: usize,
        values: impl Iterator<Item = &'v Lanes> + Clone,
    ) {
        match self {
            Self::First(first) => first.take_day(simd, row, values),
            Self::Values(kept) => {
                let Some(row) = row.checked_sub(kept.first) else {
                    return;
                };
                let rows = kept.values.as_chunks_mut::<LANES>().0.iter_mut().skip(row);
                for (row, values) in rows.zip(values) {
                    *row = values.0.map(f64::from);
                }
            }
            Self::Bins(bins) => {
                for ((row, values), measure) in (row..).zip(values).zip(bins.measures) {
                    bins.take(simd, row, *measure, values);
                }
            }
        }
    }
}

impl First<'_> {
    /// In three loops, so that rows need not wait for each other's least and most.
    #[inline(always)]
    fn take_day<'v, S: Simd>(
        &mut self,
        simd: S,
        row: usize,
        values: impl Iterator<Item = &'v Lanes> + Clone,
    ) {
        self.extents.clear();
        for values in values.clone() {
            self.extents.push(extent(simd, values));
        }
        for (&measure, &[least, most]) in self.measures.iter().zip(&self.extents) {
            let scale = Scale::of(measure, least.into(), most.into());
            self.tally.set_scale(scale);
        }
        let scales = self.tally.lane_scales[row..].iter();
        for ((row, &scale), values) in (row..).zip(scales).zip(values) {
            put::<S, false>(simd, scale, values, self.chunk.bins_of_block(row, 0));
        }
    }
}

/// The least and the most of what is defined.
#[inline(always)]
fn extent<S: Simd>(simd: S, values: &Lanes) -> [f32; 2] {
    let none = Strip::splat(simd, f32::INFINITY);
    let (mut least, mut most) = (none, Strip::splat(simd, -1.0));
    for at in 0..STRIPS {
        let value = values.strip(simd, at);
        least = least.min(value.simd_lt(0.0).select(none, value));
        most = most.max(value);
    }
    [least.reduce_min(), most.reduce_max()]
}

/// Puts each value into its bin; all are `DEFINED`, or some may not be.
#[inline(always)]
fn put<S: Simd, const DEFINED: bool>(
    simd: S,
    [low, inverse]: LaneScale,
    values: &Lanes,
    bins: &mut [u8; LANES],
) {
    /// Adding it leaves the nearest whole number in the last bits.
    const SHIFT: f32 = 8_388_608.0;
    /// The bits of bin 0, shifted, and of the last but one.
    const FIRST: i32 = SHIFT.to_bits().cast_signed();
    const LAST: i32 = FIRST + ABOVE as i32;
    let inverse = Strip::splat(simd, inverse);
    let none = u32x16::splat(simd, NONE as u32);
    let mut strips = [none; STRIPS];
    for (at, strip) in strips.iter_mut().enumerate() {
        let value = values.strip(simd, at);
        // Rounds up, but for what is above a whole number by less than can matter.
        let shifted = (value - low).mul_add(inverse, 0.499_99) + SHIFT;
        // Larger numbers have larger bits, and negative ones negative bits; comparing those is cheaper.
        let bin: i32x16<S> = shifted.bitcast();
        let bin: u32x16<S> = bin.min(LAST).max(FIRST).bitcast();
        *strip = if DEFINED {
            bin
        } else {
            value.simd_lt(0.0).select(none, bin)
        };
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
    pub(super) fn new(
        measures: &'c [Measure],
        scales: &'c [LaneScale],
        chunk: &'c mut Chunk,
        first: usize,
    ) -> Self {
        let mut counts = Lanes::default();
        for (lane, count) in counts.0.iter_mut().enumerate() {
            let counted = (chunk.from..chunk.to).contains(&(first + lane));
            *count = if counted { 1.0 } else { 0.0 };
        }
        Self {
            measures,
            scales,
            chunk,
            first,
            counts,
        }
    }

    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, row: usize, measure: Measure, values: &Lanes) {
        let bins = self.chunk.bins_of_block(row, self.first / LANES);
        // Only of nothing there is no share.
        if measure == Measure::Share {
            put::<S, false>(simd, self.scales[row], values, bins);
        } else {
            put::<S, true>(simd, self.scales[row], values, bins);
        }
        if let Some(sum_of_row) = self.chunk.sums.get_mut(row) {
            let mut sum = Strip::splat(simd, 0.0);
            for at in 0..STRIPS {
                sum += values.strip(simd, at).max(0.0) * self.counts.strip(simd, at);
            }
            *sum_of_row += f64::from(sum.reduce_sum());
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
    pub(super) fn set_scale(&mut self, scale: Scale) {
        self.scales.push(scale);
        self.lane_scales.push(scale.for_lanes());
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
                dispatch!(Level::new(), simd => count_rows(simd, part * ROWS, chunks, counts, sums));
            }
        });
    }

    /// Hands over, row by row, the mean and the quantiles at these shares, which must ascend: the least
    /// value that at least such a share of the members do not exceed, interpolated inside its bin.
    /// Not a number where all are undefined.
    ///
    /// They are of the members counted in, or, where there are none, of those in `chunks`: at most
    /// [`FEW`](super::percentiles::FEW). Measures go by rows as they come, and then again from the first.
    pub(super) fn summaries(
        &self,
        chunks: &[Chunk],
        measures: &[Measure],
        at: [f64; SHARES],
        each: impl FnMut(Summary),
    ) {
        dispatch!(Level::new(), simd => self.summaries_on(simd, chunks, measures, at, each));
    }

    #[inline(always)]
    fn summaries_on<S: Simd>(
        &self,
        simd: S,
        chunks: &[Chunk],
        measures: &[Measure],
        at: [f64; SHARES],
        mut each: impl FnMut(Summary),
    ) {
        let mut measures = measures.iter().cycle();
        // Most rows have the same members, and so the same ranks.
        let mut ranks = [Ranks::default(); ABREAST];
        if self.counts.is_empty() {
            let few = Few::new(simd, chunks);
            let rows = self.scales.len();
            for first in (0..rows).step_by(ABREAST) {
                let some = few.rows(first, rows);
                for (ranks, row) in ranks.iter_mut().zip(&some) {
                    ranks.set(at, row.members());
                }
                let found = find(simd, &some, &ranks);
                for (i, row) in (first..rows).take(ABREAST).enumerate() {
                    let sum = chunks.iter().map(|chunk| chunk.sum(row)).sum();
                    if let Some(measure) = measures.next() {
                        each(self.scales[row].summary(simd, *measure, sum, &ranks[i], &found[i]));
                    }
                }
            }
            return;
        }
        let [ranks, ..] = &mut ranks;
        let rows = self.scales.iter().zip(measures);
        for ((scale, measure), (counts, sum)) in rows.zip(self.counts.iter().zip(&self.sums)) {
            ranks.set(at, self.members - counts[NONE]);
            let found = find_in_counts(simd, counts, &ranks.counts);
            each(scale.summary(simd, *measure, *sum, ranks, &found));
        }
    }
}

/// A row's mean and quantiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary {
    pub(super) mean: f64,
    pub(super) quantiles: [f64; SHARES],
}

impl Summary {
    /// Of nothing.
    pub(super) const UNDEFINED: Self = Self {
        mean: f64::NAN,
        quantiles: [f64::NAN; SHARES],
    };
}

impl Scale {
    #[inline(always)]
    fn summary<S: Simd>(
        &self,
        simd: S,
        measure: Measure,
        sum: f64,
        ranks: &Ranks,
        found: &Found<S>,
    ) -> Summary {
        if ranks.members == 0 {
            return Summary::UNDEFINED;
        }
        let bins = found.bins.to_float::<f64x8<S>>();
        let below = found.below.to_float::<f64x8<S>>();
        let within = found.within.to_float::<f64x8<S>>();
        let whole = measure == Measure::Count { whole: true } && self.width == 1.0;
        let along = if whole {
            bins
        } else {
            let into = (f64x8::load_array(simd, ranks.exact) - below) / within;
            bins - 1.0 + into.max(0.0).min(1.0)
        };
        let along = bins.simd_le(0.0).select(bins, along);
        let last = f64x8::splat(simd, (ABOVE - 1) as f64);
        let along = bins.simd_ge(ABOVE as f64).select(last, along);
        let [quantiles @ .., _, _, _]: [f64; SLOTS] = (along * self.width + self.low).into();
        Summary {
            mean: sum / f64::from(ranks.members),
            quantiles,
        }
    }
}

/// For each rank the bin that holds the member of it.
///
/// Goes by sixteens of bins first, then by the bins of one, and compares with all sums at once: a
/// branch at each would be guessed wrong as often as not.
#[inline(always)]
fn find_in_counts<S: Simd>(simd: S, counts: &[u32; BINS], ranks: &[u64; SLOTS]) -> Found<S> {
    let (sixteens, _) = counts.as_chunks::<16>();
    let mut up_to = [0_u32; 17];
    for (i, sixteen) in sixteens.iter().enumerate() {
        up_to[i + 1] = up_to[i] + sixteen.iter().sum::<u32>();
    }
    let (mut bins, mut below, mut in_bins) = ([0; SLOTS], [0; SLOTS], [0; SLOTS]);
    for (i, &rank) in ranks[..SHARES].iter().enumerate() {
        let rank = rank as u32;
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
        bins[i] = (16 * at + last) as u64;
        below[i] = within[last].into();
        in_bins[i] = sixteens[at][last].into();
    }
    Found {
        bins: u64x8::load_array(simd, bins),
        below: u64x8::load_array(simd, below),
        within: u64x8::load_array(simd, in_bins),
    }
}

/// Counts rows of all chunks, from the first on.
#[inline(always)]
fn count_rows<S: Simd>(
    simd: S,
    first: usize,
    chunks: &[Chunk],
    counts: &mut [[u32; BINS]],
    sums: &mut [f64],
) {
    for (row, sum) in (first..).zip(sums) {
        for chunk in chunks {
            *sum += chunk.sum(row);
        }
    }
    if counts_bits(simd) {
        for chunks in chunks.chunks(ROUND) {
            let few = Few::new(simd, chunks);
            for (row, counts) in (first..).zip(&mut *counts) {
                few.count(row, counts);
            }
        }
    } else {
        for (row, counts) in (first..).zip(counts) {
            count_bytes(row, chunks, counts);
        }
    }
}

/// Counts one row of all chunks, byte by byte.
///
/// Neighbours often fall into one bin, and adding to it would have to wait for the one before: so
/// four tables take turns. A round has far fewer members than their small numbers can count.
#[inline(always)]
fn count_bytes(row: usize, chunks: &[Chunk], counts: &mut [u32; BINS]) {
    let mut tables = [[0_u16; BINS]; 4];
    for chunk in chunks {
        let bins = &chunk.row(row)[chunk.from..chunk.to];
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
    }
    for i in 0..BINS {
        let all: u16 = tables.iter().map(|table| table[i]).sum();
        counts[i] += u32::from(all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ensemble::CHUNK;
    use crate::model::ensemble::percentiles::FEW;

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
        let summaries = |tally: &Tally, chunks: &[Chunk]| {
            let mut summaries = Vec::new();
            tally.summaries(chunks, &[Measure::Amount], at, |row| summaries.push(row));
            summaries
        };
        for members in [2, 3, 64, 65, 200, 257, 1_000, FEW] {
            let (mut tally, chunks) = chunks(members);
            let few = summaries(&tally, &chunks);
            tally.count(&chunks, 2);
            let counted = summaries(&tally, &[]);
            for (row, (few, counted)) in few.iter().zip(&counted).enumerate() {
                assert_eq!(
                    few.mean.to_bits(),
                    counted.mean.to_bits(),
                    "{members} {row}"
                );
                let bits = |of: &Summary| of.quantiles.map(f64::to_bits);
                assert_eq!(bits(few), bits(counted), "{members} {row}");
            }
            assert!(few[2].mean.is_nan() && few[2].quantiles[2].is_nan());
            assert!(few[0].quantiles.is_sorted() && few[0].quantiles[4] <= 2.5);
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn what_is_found_is_the_same_on_wide_and_narrow_processors() {
        let (Some(narrow), Some(wide)) = (Level::new().as_avx2(), Level::new().as_avx512()) else {
            return;
        };
        for members in [2, 200, 1_000, 3_000] {
            let (tally, chunks) = chunks(members);
            let few = &chunks[..chunks.len().min(ROUND)];
            let mut found = Vec::new();
            let at = [0.05, 0.25, 0.5, 0.75, 0.95];
            let measures = [Measure::Amount];
            let each = |row: Summary| found.push(row.quantiles.map(f64::to_bits));
            tally.summaries_on(wide, few, &measures, at, each);
            let mut rows = found.into_iter();
            tally.summaries_on(narrow, few, &measures, at, |row| {
                assert_eq!(rows.next(), Some(row.quantiles.map(f64::to_bits)));
            });
            assert_eq!(rows.next(), None);
            let (mut of_wide, mut of_narrow) = ([[0; BINS]; 4], [[0; BINS]; 4]);
            count_rows(wide, 0, &chunks, &mut of_wide, &mut [0.0; 4]);
            count_rows(narrow, 0, &chunks, &mut of_narrow, &mut [0.0; 4]);
            assert_eq!(of_wide, of_narrow);
        }
    }
}
