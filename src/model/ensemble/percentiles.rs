//! Percentiles of one measure on one day, among the bins of a few members or in counts of many, and these
//! counts: bit by bit, many members at a time.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i64x8, kernel, u8x64, u32x16, u64x8};

use super::ROUND;
use super::bins::{BINS, CHUNK, Chunk, Ranks, SHARES, SLOTS};

/// The most members whose percentiles are found without counting.
pub(super) const FEW: usize = ROUND * CHUNK;

/// Members whose bits fill a vector.
const WIDE: usize = 8 * 64;

/// Vectors of as many bits as there may be few members.
const VECTORS: usize = FEW / WIDE;

/// Rows taken at a time.
pub(super) const ABREAST: usize = 2;

/// Bits of a bin.
const BITS: usize = BINS.ilog2() as usize;

/// Where the members of some ranks were found.
#[derive(Clone, Copy)]
pub(super) struct Found<S: Simd> {
    /// Their bins.
    pub(super) bins: u64x8<S>,
    /// Members in the bins before.
    pub(super) below: u64x8<S>,
    /// Members in these.
    pub(super) within: u64x8<S>,
}

/// A bit for each of a few members.
#[derive(Clone, Copy)]
struct Set<S: Simd>([u64x8<S>; VECTORS]);

impl<S: Simd> Set<S> {
    /// Those of it that are in another set.
    #[inline(always)]
    fn and(mut self, other: Self) -> Self {
        for (at, vector) in self.0.iter_mut().enumerate() {
            *vector &= other.0[at];
        }
        self
    }

    /// Those of it that are not in another set.
    #[inline(always)]
    fn without(mut self, other: Self) -> Self {
        for (at, vector) in self.0.iter_mut().enumerate() {
            *vector &= !other.0[at];
        }
        self
    }

    /// Those of it that are in another set or not, vector by vector: all bits of `flip` say not.
    #[inline(always)]
    fn like(mut self, other: Self, flip: u64x8<S>) -> Self {
        for (at, vector) in self.0.iter_mut().enumerate() {
            *vector &= other.0[at] ^ flip;
        }
        self
    }

    /// Numbers that add up to how many it has.
    #[inline(always)]
    fn counts(self) -> u64x8<S> {
        let mut counts = self.0[0].count_ones();
        for vector in &self.0[1..] {
            counts += vector.count_ones();
        }
        counts
    }
}

/// The members of some chunks that count, to find percentiles among.
pub(super) struct Few<'c, S: Simd> {
    simd: S,
    chunks: &'c [Chunk],
    /// Those that count.
    members: Set<S>,
}

/// One row of few members: their bins bit by bit.
#[derive(Clone, Copy)]
pub(super) struct Row<S: Simd> {
    simd: S,
    /// The lowest bit of all first.
    planes: [Set<S>; BITS],
    /// Members that count and whose value is defined.
    members: Set<S>,
}

impl<'c, S: Simd> Few<'c, S> {
    /// Those of so many chunks as have [`FEW`] members at most.
    #[inline(always)]
    pub(super) fn new(simd: S, chunks: &'c [Chunk]) -> Self {
        let mut counted = [[0; CHUNK]; ROUND];
        for (counted, chunk) in counted.iter_mut().zip(chunks) {
            counted[chunk.from..chunk.to].fill(1);
        }
        let [members, ..] = planes(simd, counted.iter());
        Self {
            simd,
            chunks,
            members,
        }
    }

    /// Some rows from the first on; the last of so many again where there are no more.
    #[inline(always)]
    pub(super) fn rows(&self, first: usize, rows: usize) -> [Row<S>; ABREAST] {
        let at = |i: usize| (first + i).min(rows - 1);
        [self.row(at(0)), self.row(at(1))]
    }

    #[inline(always)]
    fn row(&self, row: usize) -> Row<S> {
        let planes = self.planes(row);
        // All bits set stands for what is undefined.
        let mut undefined = planes[0];
        for plane in &planes[1..] {
            undefined = undefined.and(*plane);
        }
        Row {
            simd: self.simd,
            planes,
            members: self.members.without(undefined),
        }
    }

    #[inline(always)]
    fn planes(&self, row: usize) -> [Set<S>; BITS] {
        planes(self.simd, self.chunks.iter().map(|chunk| chunk.row(row)))
    }

    /// Counts the bins of a row: in two thirds of the time that it takes to count byte by byte, where
    /// bits can be counted in one instruction.
    #[inline(always)]
    pub(super) fn count(&self, row: usize, counts: &mut [u32; BINS]) {
        let simd = self.simd;
        let [a, b, c, d, higher @ ..] = self.planes(row);
        let lower = [a, b, c, d];
        let highs = sixteenths(self.members, &higher);
        for (counts, high) in counts.as_chunks_mut::<16>().0.iter_mut().zip(highs) {
            // Where nobody is there is nothing to count.
            let [one, other] = high.0;
            if !(one | other).simd_gt(0).any_true() {
                continue;
            }
            let bins = sixteenths(high, &lower);
            let mut sizes = [u64x8::splat(simd, 0); 16];
            for (size, bin) in sizes.iter_mut().zip(&bins) {
                *size = bin.counts();
            }
            let [a, b, c, d, e, f, g, h, rest @ ..] = sizes;
            let sizes = sums([a, b, c, d, e, f, g, h]).narrow(sums(rest));
            (u32x16::load_array_ref(simd, counts) + sizes).store_array(counts);
        }
    }
}

/// The members of a set by the number that four bits make, of which the lowest is given first.
#[inline(always)]
fn sixteenths<S: Simd>(of: Set<S>, [a, b, c, d]: &[Set<S>; 4]) -> [Set<S>; 16] {
    let halves: [Set<S>; 2] = split(&[of], *d);
    let quarters: [Set<S>; 4] = split(&halves, *c);
    let eighths: [Set<S>; 8] = split(&quarters, *b);
    split(&eighths, *a)
}

/// Each of some sets without another and within it, in turn.
#[inline(always)]
fn split<S: Simd, const N: usize, const TWICE: usize>(
    sets: &[Set<S>; N],
    by: Set<S>,
) -> [Set<S>; TWICE] {
    let mut parts = [by; TWICE];
    for (parts, set) in parts.chunks_exact_mut(2).zip(sets) {
        parts[0] = set.without(by);
        parts[1] = set.and(by);
    }
    parts
}

impl<S: Simd> Row<S> {
    /// How many members count and have a value.
    #[inline(always)]
    pub(super) fn members(&self) -> u32 {
        let counts: [u64; 8] = self.members.counts().into();
        counts.iter().sum::<u64>() as u32
    }
}

/// For each rank of each row the bin that holds the member of it. Rows are taken side by side since each
/// has to wait for its own last answer.
///
/// Goes bit by bit, keeping those members whose bits so far are the bin's. What the first three
/// bits may come to is counted for all ranks at once.
#[inline(always)]
pub(super) fn find<S: Simd>(
    simd: S,
    rows: &[Row<S>; ABREAST],
    ranks: &[Ranks; ABREAST],
) -> [Found<S>; ABREAST] {
    let zero = u64x8::splat(simd, 0);
    let none = Found {
        bins: zero,
        below: zero,
        within: zero,
    };
    let mut found = [none; ABREAST];
    let mut like = [[Set([zero; VECTORS]); SHARES]; ABREAST];
    // Ranks among those alike.
    let mut ahead = [zero; ABREAST];
    for i in 0..ABREAST {
        (found[i].bins, ahead[i]) = rows[i].begin(&ranks[i].counts, &mut like[i]);
    }
    for bit in (0..BITS - 3).rev() {
        for i in 0..ABREAST {
            let plane = rows[i].planes[bit];
            let mut lower = [zero; SHARES];
            for (lower, like) in lower.iter_mut().zip(&like[i]) {
                *lower = like.without(plane).counts();
            }
            let lower = sums_of_shares(lower);
            // All bits, or none.
            let higher: i64x8<S> = (lower - ahead[i]).bitcast();
            let higher: u64x8<S> = (higher >> 63).bitcast();
            ahead[i] -= lower & higher;
            found[i].bins += found[i].bins;
            found[i].bins -= higher;
            let flips: [u64; SLOTS] = (!higher).into();
            for (like, flip) in like[i].iter_mut().zip(flips) {
                *like = like.like(plane, u64x8::splat(simd, flip));
            }
        }
    }
    for i in 0..ABREAST {
        let mut within = [zero; SHARES];
        for (within, like) in within.iter_mut().zip(&like[i]) {
            *within = like.counts();
        }
        found[i].within = sums_of_shares(within);
        found[i].below = u64x8::load_array_ref(simd, &ranks[i].counts) - ahead[i];
    }
    found
}

impl<S: Simd> Row<S> {
    /// The first three bits of the bins that hold the members of these ranks, which members are
    /// like them, and the ranks among those.
    #[inline(always)]
    fn begin(&self, ranks: &[u64; SLOTS], like: &mut [Set<S>; SHARES]) -> (u64x8<S>, u64x8<S>) {
        let simd = self.simd;
        let [.., third, second, first] = &self.planes;
        // By the number that the bits make.
        let halves: [Set<S>; 2] = split(&[self.members], *first);
        let quarters: [Set<S>; 4] = split(&halves, *second);
        let eighths: [Set<S>; 8] = split(&quarters, *third);
        let mut sizes = [u64x8::splat(simd, 0); 8];
        for (size, eighth) in sizes.iter_mut().zip(&eighths) {
            *size = eighth.counts();
        }
        let sizes = sums(sizes);
        let zero = u64x8::splat(simd, 0);
        let mut up_to = sizes;
        up_to += zero.slide::<7>(up_to);
        up_to += zero.slide::<6>(up_to);
        up_to += zero.slide::<4>(up_to);
        let before: [u64; 8] = (up_to - sizes).into();
        let (mut bins, mut ahead) = ([0; SLOTS], [0; SLOTS]);
        for (at, like) in like.iter_mut().enumerate() {
            let lower = up_to.simd_lt(u64x8::splat(simd, ranks[at]));
            let eighth = lower.to_bitmask().count_ones() as usize % 8;
            bins[at] = eighth as u64;
            ahead[at] = ranks[at] - before[eighth];
            *like = eighths[eighth];
        }
        (
            u64x8::load_array(simd, bins),
            u64x8::load_array(simd, ahead),
        )
    }
}

/// The sums of a vector for each percentile.
#[inline(always)]
fn sums_of_shares<S: Simd>([a, b, c, d, e]: [u64x8<S>; SHARES]) -> u64x8<S> {
    // What the other lanes hold is of no use.
    sums([a, b, c, d, e, a, b, c])
}

/// The sums of eight vectors.
#[inline(always)]
fn sums<S: Simd>(of: [u64x8<S>; 8]) -> u64x8<S> {
    #[inline(always)]
    fn halve<S: Simd>(a: u64x8<S>, b: u64x8<S>) -> u64x8<S> {
        a.zip_low(b) + a.zip_high(b)
    }
    let [a, b, c, d, e, f, g, h] = of;
    let even = halve(halve(a, e), halve(c, g));
    let odd = halve(halve(b, f), halve(d, h));
    halve(even, odd)
}

/// The bits of up to [`FEW`] bins: a set for each, the lowest first. In what order a set has its
/// members depends on the processor.
#[inline(always)]
fn planes<'b, S: Simd>(simd: S, bins: impl Iterator<Item = &'b [u8; CHUNK]>) -> [Set<S>; BITS] {
    let mut words = [u8x64::splat(simd, 0); FEW / 64];
    for (words, bins) in words.chunks_exact_mut(CHUNK / 64).zip(bins) {
        for (word, bins) in words.iter_mut().zip(bins.as_chunks::<64>().0) {
            *word = transpose(simd, u8x64::load_array_ref(simd, bins));
        }
    }
    let mut planes = [Set([u64x8::splat(simd, 0); VECTORS]); BITS];
    for (vector, words) in words.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        // Every eighth byte belongs to one bit: they are told apart by the bits of its number.
        for _ in 0..3 {
            let mixed = *words;
            for (i, [a, b]) in mixed.as_chunks::<2>().0.iter().enumerate() {
                words[i] = a.unzip_low(*b);
                words[4 + i] = a.unzip_high(*b);
            }
        }
        for (plane, word) in planes.iter_mut().zip(words) {
            plane.0[vector] = word.bitcast();
        }
    }
    planes
}

/// Turns each eight bytes around, so that the first byte has the lowest bits of all, and so on.
#[inline(always)]
fn transpose<S: Simd>(simd: S, bytes: u8x64<S>) -> u8x64<S> {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx512) = simd.level().as_avx512() {
        return turn(avx512, bytes.into()).simd_into(simd);
    }
    // Bits, pairs and fours change places across the diagonal. Source: Warren, Hacker's Delight, 7-3.
    let mut x: u64x8<S> = bytes.bitcast();
    let t = (x ^ (x >> 7)) & 0x00aa_00aa_00aa_00aa;
    x = x ^ t ^ (t << 7);
    let t = (x ^ (x >> 14)) & 0x0000_cccc_0000_cccc;
    x = x ^ t ^ (t << 14);
    let t = (x ^ (x >> 28)) & 0x0000_0000_f0f0_f0f0;
    x = x ^ t ^ (t << 28);
    x.bitcast()
}

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::{__m512i, _mm512_gf2p8affine_epi64_epi8, _mm512_set1_epi64};

#[cfg(target_arch = "x86_64")]
kernel!(
    /// The same in one instruction; the bits of a byte come out in the opposite order.
    #[inline(always)]
    fn turn(avx512: Avx512, bytes: __m512i) -> __m512i {
        _mm512_gf2p8affine_epi64_epi8::<0>(
            _mm512_set1_epi64(0x8040_2010_0804_0201_u64.cast_signed()),
            bytes,
        )
    }
);
