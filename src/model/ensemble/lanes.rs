//! Arithmetic on a block of members side by side, in single precision.
//!
//! What a block knows lies in [`Lanes`]; a [`Strip`] of them at a time is worked on in the
//! processor's registers. All of it is inlined into functions that are compiled for several kinds of
//! processor. The bits are the same on all that can multiply and add with one rounding, which those
//! made since about 2013 can; older ones round twice, and may differ in a last digit.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f32x16, i32x16, mask32x16, u32x16};

use crate::model::random::{Metalog, RUN, Run};
use crate::scenario::Scale;

/// Members of a block.
pub(super) const LANES: usize = RUN;

/// Members of a strip.
pub(super) const STRIP: usize = 16;

/// Strips of a block.
pub(super) const STRIPS: usize = LANES / STRIP;

/// One number for each member of a strip.
pub(super) type Strip<S> = f32x16<S>;

/// One number for each member of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [f32; LANES]);

impl Default for Lanes {
    fn default() -> Self {
        Self([0.0; LANES])
    }
}

impl Lanes {
    /// The same number for all.
    pub(super) fn of(value: f32) -> Self {
        Self([value; LANES])
    }

    /// One strip of it.
    #[inline(always)]
    pub(super) fn strip<S: Simd>(&self, simd: S, at: usize) -> Strip<S> {
        strip_of(simd, &self.0, at)
    }

    #[inline(always)]
    pub(super) fn set<S: Simd>(&mut self, at: usize, strip: Strip<S>) {
        strip.store_array(&mut self.0.as_chunks_mut::<STRIP>().0[at]);
    }

    #[inline(always)]
    pub(super) fn add<S: Simd>(&mut self, simd: S, at: usize, more: Strip<S>) {
        self.set(at, self.strip(simd, at) + more);
    }
}

/// One strip of numbers that need not lie in [`Lanes`].
#[inline(always)]
pub(super) fn strip_of<S: Simd>(simd: S, numbers: &[f32; LANES], at: usize) -> Strip<S> {
    Strip::load_array_ref(simd, &numbers.as_chunks::<STRIP>().0[at])
}

/// Rounds so that the mean is kept; see [`round`](crate::model::random::round).
#[inline(always)]
pub(super) fn round<S: Simd>(u: Strip<S>, x: Strip<S>) -> Strip<S> {
    let whole = x.floor();
    ((x - whole) + u).simd_ge(1.0).select(whole + 1.0, whole)
}

/// The natural logarithm of a positive, normal number.
///
/// # Formula
///
/// x = m·2^e with m in [√½, √2), and a polynomial in m − 1; about 1 part in 10⁷. Source: Moshier,
/// Cephes, `logf`.
#[inline(always)]
fn ln<S: Simd>(x: Strip<S>) -> Strip<S> {
    let bits = x.to_bits() + (0x3f80_0000 - 0x3f35_04f3);
    let e = (bits >> 23).to_float::<Strip<S>>() - 127.0;
    let f = Strip::from_bits((bits & 0x007f_ffff) + 0x3f35_04f3) - 1.0;
    let y = f * f;
    let mut p = f * 7.037_683_6e-2;
    p = (p - 1.151_461e-1) * f;
    p = (p + 1.167_699_87e-1) * f;
    p = (p - 1.242_014_1e-1) * f;
    p = (p + 1.424_932_3e-1) * f;
    p = (p - 1.666_805_7e-1) * f;
    p = (p + 2.000_071_4e-1) * f;
    p = (p - 2.499_999_4e-1) * f;
    p += 3.333_333e-1;
    let low = f * y * p - e * 2.121_944_4e-4 - y * 0.5;
    low + f + e * 0.693_359_4
}

/// 2^x, for x within ±126; nothing to rely on beyond.
///
/// # Formula
///
/// x = i + f with f in [−½, ½], and the polynomial of degree 5 in f whose relative error is the
/// least of those that have the value and the slope of 2^f at 0: about 1 part in 10⁷.
#[inline(always)]
fn exp2<S: Simd>(x: Strip<S>) -> Strip<S> {
    /// 1.5·2²³: adding it leaves the nearest whole number in the last bits.
    const SHIFT: f32 = 12_582_912.0;
    let shifted = x + SHIFT;
    let f = x - (shifted - SHIFT);
    // In pairs (Estrin), so that the steps need not wait for each other.
    let f2 = f * f;
    let p01 = f.mul_add(std::f32::consts::LN_2, 1.0);
    let p23 = f.mul_add(5.550_558_5e-2, 2.402_228_3e-1);
    let p45 = f.mul_add(1.330_060_7e-3, 9.669_691e-3);
    let p = f2.mul_add(f2.mul_add(p45, p23), p01);
    // Into the exponent.
    Strip::from_bits(p.to_bits() + (shifted.to_bits() << 23))
}

/// The quantiles of a range; see [`Metalog::at`]. About 1 part in 10⁶.
#[inline(always)]
pub(super) fn metalog<S: Simd>(simd: S, metalog: &Metalog, u: &Lanes) -> Lanes {
    const LARGEST: f32 = crate::model::random::LARGEST_DRAW as f32;
    let (a2, a3) = (metalog.a2 as f32, metalog.a3 as f32);
    let mut x = Lanes::default();
    let value = match metalog.scale {
        Scale::Log => metalog.value,
        Scale::LogOdds => metalog.value / (1.0 - metalog.value),
    } as f32;
    for at in 0..STRIPS {
        let u = u.strip(simd, at);
        let one = Strip::splat(simd, 1.0);
        let logit = ln(u) - ln(one - u);
        let log = ((u - 0.5) * a3 + a2) * logit * std::f32::consts::LOG2_E;
        let ratio = exp2(log.min(126.0).max(-126.0));
        let drawn = (ratio * value).min(LARGEST);
        x.set(
            at,
            match metalog.scale {
                Scale::Log => drawn,
                Scale::LogOdds => drawn / (drawn + 1.0),
            },
        );
    }
    x
}

/// A probability, with what its binomial draws need worked out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chance {
    p: Lanes,
    /// The lesser of p and q = 1 − p, over the greater.
    odds: Lanes,
    /// The logarithm to base 2 of the greater.
    log_greater: Lanes,
    /// From this n on, counts are drawn by the approximation.
    large: Lanes,
    /// p·q, and what else of the approximation depends on p alone.
    spread: Lanes,
    /// (q − p)/6.
    skew: Lanes,
}

impl Chance {
    #[inline(always)]
    pub(super) fn of<S: Simd>(simd: S, p: &Lanes) -> Self {
        let mut chance = Self {
            p: *p,
            ..Self::default()
        };
        for at in 0..STRIPS {
            let p = p.strip(simd, at);
            let q = Strip::splat(simd, 1.0) - p;
            let (lesser, greater) = (p.min(q), p.max(q));
            let (spread, skew) = (p * q, q - p);
            chance.spread.set(at, spread);
            chance.skew.set(at, skew * (1.0 / 6.0));
            chance.odds.set(at, lesser / greater);
            let log = ln_1p(-lesser) * std::f32::consts::LOG2_E;
            chance.log_greater.set(at, log);
            // Infinite where p is 0 or 1.
            chance.large.set(at, (skew * skew * 2.0 + 2.0) / spread);
        }
        chance
    }
}

/// ln(1 + x) for x in [−½, 0].
///
/// # Formula
///
/// ln(y)·x/(y − 1) with y = 1 + x rounded, which makes up for the rounding. Source: Kahan, as told
/// by Goldberg, ACM Computing Surveys 23(1), 1991, theorem 4.
#[inline(always)]
fn ln_1p<S: Simd>(x: Strip<S>) -> Strip<S> {
    let y = x + 1.0;
    let less = y - 1.0;
    less.simd_eq(0.0).select(x, ln(y) * x / less)
}

/// More steps than any small count takes: P(X > 32) is below 1e-18 where n·p·q is below 4. A bit each
/// for [`Signs`].
const MOST_STEPS: usize = 32;

/// Steps that all small counts take, whether they need them or not: few need more, and a question
/// after each would cost more than the steps.
const STEPS: usize = 6;

/// Steps that are enough where no n is larger.
const FEW: usize = 4;

/// Binomial counts: how many of n, each with probability p; for the first so many strips.
///
/// # Formula
///
/// Where n·p·q < 2 + 2·(q − p)², the exact quantile, as
/// [`binomial`](crate::model::random::binomial) finds it, with probabilities good to 1 part in
/// 10⁶. Else that of [`large_counts`].
///
/// Gives `false`, and no counts, where every n is 0.
#[inline(always)]
pub(super) fn binomial<S: Simd>(
    simd: S,
    n: &Lanes,
    chance: &Chance,
    run: Run<'_>,
    strips: usize,
    x: &mut Lanes,
) -> bool {
    count::<S, false>(simd, n, chance, run, strips, x)
}

/// Takes such counts off `alive`.
#[inline(always)]
pub(super) fn survive<S: Simd>(
    simd: S,
    n: &Lanes,
    chance: &Chance,
    run: Run<'_>,
    strips: usize,
    alive: &mut Lanes,
) {
    count::<S, true>(simd, n, chance, run, strips, alive);
}

/// Counts, which become what `x` holds, or are taken `OFF` it. Gives `false`, and does nothing, where
/// every n is 0.
#[inline(always)]
fn count<S: Simd, const OFF: bool>(
    simd: S,
    n: &Lanes,
    chance: &Chance,
    run: Run<'_>,
    strips: usize,
    x: &mut Lanes,
) -> bool {
    // No more than there are: then no place need be checked.
    let strips = strips.min(STRIPS);
    // The probability that none is hit, or that all are: worked out here, it does not stand before the
    // steps, which have to wait for each other.
    let mut none = Lanes::default();
    let mut most = n.strip(simd, 0);
    let mut beyond = most - chance.large.strip(simd, 0);
    let (mut least_beyond, mut most_beyond) = (beyond, beyond);
    for at in 0..strips {
        let n = n.strip(simd, at);
        none.set(at, exp2(n * chance.log_greater.strip(simd, at)));
        most = most.max(n);
        beyond = n - chance.large.strip(simd, at);
        least_beyond = least_beyond.min(beyond);
        most_beyond = most_beyond.max(beyond);
    }
    if !most.simd_gt(0.0).any_true() {
        return false;
    }
    let any_small = least_beyond.simd_lt(0.0).any_true();
    let any_large = most_beyond.simd_ge(0.0).any_true();
    // A loop over all strips each, rather than a question at each strip: the processor can work on
    // many strips at a time where it need not guess what comes next.
    if !any_small {
        for at in 0..strips {
            let counts = large_counts(simd, n, chance, run.normals, at);
            put::<S, OFF>(simd, x, at, counts);
        }
        return true;
    }
    let mut steps = STEPS;
    let mut open = if any_large {
        count_up::<S, STEPS, true, OFF>(simd, n, chance, run, &none, strips, x)
    } else if most.simd_gt(FEW as f32).any_true() {
        count_up::<S, STEPS, false, OFF>(simd, n, chance, run, &none, strips, x)
    } else {
        steps = FEW;
        count_up::<S, FEW, false, OFF>(simd, n, chance, run, &none, strips, x)
    };
    while open != 0 {
        let at = open.trailing_zeros() as usize;
        open &= open - 1;
        let mut climb = Climb::begin(simd, n, chance, run.units, &none, at);
        for k in 0..steps {
            climb.step(simd, k);
        }
        let counted = climb.end(simd);
        for k in steps..MOST_STEPS {
            if !climb.is_open() {
                break;
            }
            climb.step(simd, k);
        }
        let more = climb.end(simd) - counted;
        let more = climb.small.select(more, Strip::splat(simd, 0.0));
        let counted = x.strip(simd, at);
        x.set(at, if OFF { counted - more } else { counted + more });
    }
    true
}

/// Puts the counts of a strip into `x`, or takes them `OFF` it.
#[inline(always)]
fn put<S: Simd, const OFF: bool>(simd: S, x: &mut Lanes, at: usize, counts: Strip<S>) {
    let counts = if OFF {
        x.strip(simd, at) - counts
    } else {
        counts
    };
    x.set(at, counts);
}

/// Counts that take so many steps at most, and those by the approximation where some are `LARGE`.
/// Gives the strips with small counts that take more: a bit each.
#[inline(always)]
fn count_up<S: Simd, const STEPS: usize, const LARGE: bool, const OFF: bool>(
    simd: S,
    n: &Lanes,
    chance: &Chance,
    run: Run<'_>,
    none: &Lanes,
    strips: usize,
    x: &mut Lanes,
) -> u32 {
    let mut open = 0;
    for at in 0..strips.min(STRIPS) {
        let mut climb = Climb::begin(simd, n, chance, run.units, none, at);
        for k in 0..STEPS {
            climb.step(simd, k);
        }
        open |= u32::from(climb.is_open()) << at;
        let mut counts = climb.end(simd);
        if LARGE {
            let large = large_counts(simd, n, chance, run.normals, at);
            counts = climb.small.select(counts, large);
        }
        put::<S, OFF>(simd, x, at, counts);
    }
    open
}

/// A strip of small counts on their way up from 0 to their quantiles; what becomes of others is of
/// no use.
#[derive(Clone, Copy)]
struct Climb<S: Simd> {
    n: Strip<S>,
    small: mask32x16<S>,
    /// Whether it is those not hit that are counted.
    mirrored: mask32x16<S>,
    signs: Signs<S>,
    /// The probability of as many as there have been steps.
    pmf: Strip<S>,
    /// The probability of that many or fewer, less u: negative while the quantile lies higher.
    over: Strip<S>,
    odds: Strip<S>,
    /// (n + 1)·odds.
    top: Strip<S>,
}

impl<S: Simd> Climb<S> {
    #[inline(always)]
    fn begin(
        simd: S,
        n: &Lanes,
        chance: &Chance,
        u: &[f32; LANES],
        none: &Lanes,
        at: usize,
    ) -> Self {
        let (n, u) = (n.strip(simd, at), strip_of(simd, u, at));
        let mirrored = chance.p.strip(simd, at).simd_gt(0.5);
        let up = mirrored.select(Strip::splat(simd, 1.0) - u, u);
        let (odds, pmf) = (chance.odds.strip(simd, at), none.strip(simd, at));
        Self {
            n,
            small: n.simd_lt(chance.large.strip(simd, at)),
            mirrored,
            signs: Signs::none(simd),
            pmf,
            over: pmf - up,
            odds,
            top: n.mul_add(odds, odds),
        }
    }

    /// The step from k to k + 1.
    #[inline(always)]
    fn step(&mut self, simd: S, k: usize) {
        self.signs.take(simd, self.over);
        // (n − k)/(k + 1)·odds; rounding dust at k = n, and of no account after.
        let inverse = Strip::splat(simd, 1.0 / (k + 1) as f32);
        self.pmf *= self.top.mul_sub(inverse, self.odds);
        self.over += self.pmf;
    }

    /// Whether there are small counts that have not come to their quantile.
    #[inline(always)]
    fn is_open(&self) -> bool {
        (self.over.simd_lt(0.0) & self.small).any_true()
    }

    /// The counts.
    #[inline(always)]
    fn end(&self, simd: S) -> Strip<S> {
        // Where rounding leaves a u near 1 out of reach, counting runs past n.
        let up = lower(self.signs.count(simd).to_float::<Strip<S>>(), self.n);
        self.mirrored.select(self.n - up, up)
    }
}

/// How often numbers were negative. Their signs are the answer: cheaper than a comparison and an
/// addition under a mask.
#[derive(Clone, Copy)]
struct Signs<S: Simd>(u32x16<S>);

impl<S: Simd> Signs<S> {
    #[inline(always)]
    fn none(simd: S) -> Self {
        Self(u32x16::splat(simd, 0))
    }

    #[inline(always)]
    fn take(&mut self, simd: S, x: Strip<S>) {
        let sign = x.to_bits() >> 31;
        self.0 = if counts_bits(simd) {
            // One instruction, sign and all.
            (self.0 << 1) | sign
        } else {
            self.0 + sign
        };
    }

    #[inline(always)]
    fn count(self, simd: S) -> u32x16<S> {
        if counts_bits(simd) {
            self.0.count_ones()
        } else {
            self.0
        }
    }
}

/// Whether the processor can shift the bits of one number into another, and count them: in one
/// instruction each.
#[inline(always)]
pub(super) fn counts_bits<S: Simd>(simd: S) -> bool {
    #[cfg(target_arch = "x86_64")]
    let can = simd.level().as_avx512().is_some();
    #[cfg(not(target_arch = "x86_64"))]
    let can = false;
    can
}

/// The counts of a strip by an approximation; what comes of small ones is of no use.
///
/// # Formula
///
/// ⌈μ − ½ + w⌉, held within 0 and n, where μ = n·p, σ² = n·p·q − 1/12 and with z the normal quantile
///
/// w = σ·z + (q − p)/6·(z² − 1 + (0.004·z⁴ + 0.1113·z² − 0.1365)/σ²)
///   + z·(0.0213 + 0.1872·p·q − (0.0162 + 0.0247·p·q)·z²)/σ:
///
/// the third-order expansion of Cornish and Fisher (1937) for the binomial distribution, with
/// Sheppard's corrections for counts (Kolassa and `McCullagh`, Annals of Statistics 18(2), 1990).
/// Its decimals are near those of the expansion, and fitted to make the largest error of the
/// distribution function least where n·p·q ≥ 2 + 2·(q − p)²: 3e-4. The mean is off by 3e-4 of a
/// count at most.
#[inline(always)]
fn large_counts<S: Simd>(
    simd: S,
    n: &Lanes,
    chance: &Chance,
    z: &[f32; LANES],
    at: usize,
) -> Strip<S> {
    let (n, z) = (n.strip(simd, at), strip_of(simd, z, at));
    let p = chance.p.strip(simd, at);
    let spread = chance.spread.strip(simd, at);
    // Small counts are kept from being tiny or negative ones, over which processors take long.
    let s2 = higher(n.mul_sub(spread, 1.0 / 12.0), Strip::splat(simd, 1.0));
    let inverse = inverse_root(simd, s2);
    let z2 = z * z;
    let fifth = z2.mul_add(z2.mul_add(0.004, 0.111_3), -0.136_5);
    let skewed = (inverse * inverse).mul_add(fifth, z2 - 1.0);
    let fourth = spread.mul_add(0.187_2, 0.021_3) - spread.mul_add(0.024_7, 0.016_2) * z2;
    let mut k = n.mul_sub(p, 0.5);
    k = skewed.mul_add(chance.skew.strip(simd, at), k);
    k = z.mul_add((s2 + fourth) * inverse, k);
    or_0(simd, lower(k.ceil(), n))
}

/// The lower of two numbers of which one at most is negative: compared as whole numbers, of which
/// processors compare more at a time.
#[inline(always)]
pub(super) fn lower<S: Simd>(a: Strip<S>, b: Strip<S>) -> Strip<S> {
    let (a, b): (i32x16<S>, i32x16<S>) = (a.bitcast(), b.bitcast());
    a.min(b).bitcast()
}

/// The higher of two numbers of which one at most is negative; see [`lower`].
#[inline(always)]
pub(super) fn higher<S: Simd>(a: Strip<S>, b: Strip<S>) -> Strip<S> {
    let (a, b): (i32x16<S>, i32x16<S>) = (a.bitcast(), b.bitcast());
    a.max(b).bitcast()
}

/// The number, or 0 where it is negative.
#[inline(always)]
pub(super) fn or_0<S: Simd>(simd: S, x: Strip<S>) -> Strip<S> {
    higher(x, Strip::splat(simd, 0.0))
}

/// 1/√x of a positive, normal number.
///
/// # Formula
///
/// A guess from the bits, which is off by 3 in 100 at most but for a factor, and times that the
/// parabola in x·guess² whose largest relative error is the least: 2 parts in 10⁵. The guess is that
/// of Walczyk, Moroz and Cieśliński, Computation 9(2), 2021.
#[inline(always)]
fn inverse_root<S: Simd>(simd: S, x: Strip<S>) -> Strip<S> {
    let guess = Strip::from_bits(u32x16::splat(simd, 0x5f1f_fff9) - (x.to_bits() >> 1));
    let t = x * guess * guess;
    guess * t.mul_add(t.mul_add(0.663_154_7, -1.760_931_1), 2.102_356)
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;
    use crate::model::random::{self, Design, Dimension, Place, Pool, Stream, run_bits};

    fn chance(p: f32) -> Chance {
        dispatch!(Level::new(), simd => Chance::of(simd, &Lanes::of(p)))
    }

    fn draw(n: &Lanes, chance: &Chance, run: Run<'_>) -> Lanes {
        let mut x = Lanes::default();
        dispatch!(Level::new(), simd => binomial(simd, n, chance, run, STRIPS, &mut x));
        x
    }

    /// The variance n·p·q from which on counts are drawn by the approximation.
    fn large(p: f32) -> f32 {
        2.0 + 2.0 * (1.0 - 2.0 * p).powi(2)
    }

    /// Every number of the pool once: 65,536 that are spread evenly.
    fn whole_pool() -> impl Iterator<Item = Run<'static>> {
        let places = (0..=u16::MAX).step_by(LANES);
        places.map(|place| Pool::get().run(place))
    }

    #[test]
    fn elementary_functions_agree_with_double_precision() {
        let mut worst = [0.0_f64; 3];
        dispatch!(Level::new(), simd => {
            for first in (0..1_000_000_u32).step_by(STRIP) {
                let u = Strip::from_fn(simd, |i| ((f64::from(first) + i as f64 + 0.5) / 1e6) as f32);
                let (small, large) = (u * -120.0, u * 1e6);
                let of = [ln(u), exp2(small), inverse_root(simd, large)];
                for lane in 0..STRIP {
                    let [ln, exp2, root] = of.map(|x| f64::from(x[lane]));
                    let exact = f64::from(u[lane]).ln();
                    worst[0] = worst[0].max((ln - exact).abs() / exact.abs().max(1e-3));
                    let exact = f64::from(small[lane]).exp2();
                    worst[1] = worst[1].max((exp2 / exact - 1.0).abs());
                    let exact = f64::from(large[lane]).sqrt();
                    worst[2] = worst[2].max((root * exact - 1.0).abs());
                }
            }
            assert_eq!(exp2(Strip::splat(simd, 0.0))[0], 1.0);
            assert_eq!(ln(Strip::splat(simd, 1.0))[0], 0.0);
        });
        assert!(
            worst[0] < 5e-7 && worst[1] < 3e-7 && worst[2] < 2e-5,
            "{worst:?}"
        );
    }

    #[test]
    fn ranges_agree_with_double_precision() {
        use crate::scenario::Range;
        for (value, low, high, scale) in [
            (20_000.0, 10_000.0, 80_000.0, Scale::Log),
            (0.6, 0.4, 0.75, Scale::LogOdds),
            (0.96, 0.9, 0.99, Scale::LogOdds),
        ] {
            let exact = Metalog::new(value, Range { low, high }, scale);
            let dimension = Dimension::new(3, 0, Design::Even);
            for first in (0..100_000).step_by(LANES) {
                let u = Lanes(std::array::from_fn(|i| dimension.unit(first + i as u32)));
                let drawn = dispatch!(Level::new(), simd => metalog(simd, &exact, &u));
                for (u, x) in u.0.into_iter().zip(drawn.0) {
                    let exact = exact.at(u.into());
                    assert!((f64::from(x) / exact - 1.0).abs() < 3e-6, "{u} {x} {exact}");
                }
            }
        }
    }

    /// Draws of the whole pool beside their exact quantiles: the share that differs, and by how much
    /// the means and the standard deviations do.
    fn against_exact(n: f32, p: f32) -> (f64, f64, f64) {
        let chance = chance(p);
        let (mut differ, mut sums, mut squares) = (0_u32, [0.0; 2], [0.0; 2]);
        let mut count = 0.0;
        for run in whole_pool() {
            let x = draw(&Lanes::of(n), &chance, run);
            for (&u, x) in run.units.iter().zip(x.0) {
                let exact = random::binomial(u.into(), n.into(), p.into());
                assert!(
                    (f64::from(x) - exact).abs() <= 1.0,
                    "{n} {p} {u}: {x} {exact}"
                );
                differ += u32::from(f64::from(x) != exact);
                for (i, k) in [f64::from(x), exact].into_iter().enumerate() {
                    sums[i] += k;
                    squares[i] += k * k;
                }
                count += 1.0;
            }
        }
        let means = sums.map(|sum| sum / count);
        let sd = |i: usize| (squares[i] / count - means[i] * means[i]).max(0.0).sqrt();
        (
            f64::from(differ) / count,
            means[0] - means[1],
            sd(0) - sd(1),
        )
    }

    #[test]
    fn small_counts_are_exact() {
        for (n, p) in [
            (20.0, 0.1),
            (20.0, 0.9),
            (1.0, 0.5),
            (2.0, 0.84),
            (7.0, 0.3),
            (7.0, 0.5),
            (16.0, 0.2),
            (990.0, 0.004),
            (1e6, 1e-6),
            (40.0, 0.999),
            (13.0, 0.0),
            (13.0, 1.0),
            (0.0, 0.3),
        ] {
            assert!(n * p * (1.0 - p) < large(p), "{n} {p}");
            let (differ, mean, _) = against_exact(n, p);
            // Where u lies within rounding of a step, the two may fall to either side of it.
            assert!(
                differ < 4e-5 && mean.abs() < 4e-5,
                "{n} {p}: {differ} {mean}"
            );
        }
    }

    #[test]
    fn large_counts_differ_by_less_than_matters() {
        for (n, p) in [
            (8.0, 0.5),
            (12.0, 0.5),
            (18.0, 0.2),
            (25.0, 0.8),
            (37.0, 0.1),
            (37.0, 0.9),
            (256.0, 0.02),
            (4_000.0, 0.001),
            (479.0, 0.96),
            (479.0, 0.4),
            (3_000.0, 0.5),
        ] {
            let (differ, mean, sd) = against_exact(n, p);
            assert!(differ < 4e-3, "{n} {p}: differ {differ}");
            assert!(mean.abs() < 1e-3 && sd.abs() < 2e-3, "{n} {p}: {mean} {sd}");
        }
    }

    /// Two independent streams of numbers for each of many members.
    fn pairs(count: u32, mut each: impl FnMut(Run<'_>, Run<'_>)) {
        let [one, other] = ["one", "other"].map(|name| Place::new(5, 0, Stream::named(&[name])));
        for first in (0..count).step_by(LANES) {
            let run = |place: Place| Pool::get().run(place.of(run_bits(5, first)));
            each(run(one), run(other));
        }
    }

    #[test]
    fn case_4_poisson_attackers_against_a_fixed_number_of_shots() {
        const COUNT: u32 = 256_000;
        // Poisson(100), but for one part in 10⁵.
        let attackers = chance(1e-5);
        let kill = chance(0.8);
        let (mut engaged_sum, mut leakers_sum, mut beyond, mut fill) = (0.0, 0.0, 0.0, 0.0);
        pairs(COUNT, |u, v| {
            let n = draw(&Lanes::of(1e7), &attackers, u);
            let mut engaged = Lanes::default();
            for i in 0..LANES {
                engaged.0[i] = n.0[i].min(110.0);
                beyond += f64::from(u8::from(n.0[i] > 110.0));
                engaged_sum += f64::from(engaged.0[i]);
                fill += f64::from(n.0[i]);
            }
            let kills = draw(&engaged, &kill, v);
            for i in 0..LANES {
                leakers_sum += f64::from(n.0[i] - kills.0[i]);
            }
        });
        let mean = |sum: f64| sum / f64::from(COUNT);
        let fill = engaged_sum / fill;
        // Five standard errors, and what the approximation may be off.
        assert!(
            (mean(engaged_sum) - 99.129_1).abs() < 5.0 * 8.9 / 506.0,
            "{}",
            mean(engaged_sum)
        );
        assert!(
            (mean(leakers_sum) - 20.696_7).abs() < 5.0 * 6.0 / 506.0,
            "{}",
            mean(leakers_sum)
        );
        assert!(
            (mean(beyond) - 0.147_14).abs() < 5.0 * 0.355 / 506.0,
            "{}",
            mean(beyond)
        );
        assert!((fill - 0.991_29).abs() < 5e-4, "{fill}");
    }

    #[test]
    fn case_5_service_levels_of_a_normal_demand() {
        // Over the whole pool: no sampling error, so that the tolerance is that of its grain.
        const COUNT: u32 = 1 << 16;
        let (mut served, mut short) = (0.0, 0.0);
        for run in whole_pool() {
            for &z in run.normals {
                let demand = 1_000.0 + 200.0 * f64::from(z);
                served += f64::from(u8::from(demand <= 1_200.0));
                short += (demand - 1_200.0).max(0.0);
            }
        }
        let short = short / f64::from(COUNT);
        assert!(
            (served / f64::from(COUNT) - 0.841_34).abs() < 3e-5,
            "{served}"
        );
        assert!((short - 16.663).abs() < 0.01, "{short}");
        assert!((1.0 - short / 1_000.0 - 0.983_34).abs() < 1e-5);
    }

    #[test]
    fn case_6_attackers_less_good_shots() {
        const COUNT: u32 = 512_000;
        let (attackers, shots) = (chance(0.9), chance(0.8));
        let (mut leak_sum, mut none) = (0.0, 0.0);
        pairs(COUNT, |u, v| {
            let a = draw(&Lanes::of(100.0), &attackers, u);
            let g = draw(&Lanes::of(120.0), &shots, v);
            for i in 0..LANES {
                leak_sum += f64::from((a.0[i] - g.0[i]).max(0.0));
                none += f64::from(u8::from(a.0[i] <= g.0[i]));
            }
        });
        let (leak, none) = (leak_sum / f64::from(COUNT), none / f64::from(COUNT));
        // Five standard errors: leaks have a standard deviation of about 1.2.
        assert!((leak - 0.346_29).abs() < 5.0 * 1.2 / 715.0, "{leak}");
        assert!((none - 0.889_48).abs() < 5.0 * 0.3136 / 715.0, "{none}");
    }

    #[test]
    fn counts_never_fall_as_u_grows() {
        for (n, p) in [
            (12.0, 0.3),
            (33.0, 0.7),
            (60.0, 0.2),
            (479.0, 0.96),
            (3_000.0, 0.002),
        ] {
            let chance = chance(p);
            let mut draws: Vec<(f32, f32)> = Vec::new();
            for run in whole_pool() {
                let x = draw(&Lanes::of(n), &chance, run);
                draws.extend(run.units.iter().copied().zip(x.0));
            }
            draws.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(draws.is_sorted_by(|a, b| a.1 <= b.1), "{n} {p}");
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn counts_are_the_same_bits_on_wide_and_narrow_processors() {
        let (Some(narrow), Some(wide)) = (Level::new().as_avx2(), Level::new().as_avx512()) else {
            return;
        };
        // Small, large, mirrored and none, side by side.
        let n = Lanes(std::array::from_fn(|i| (i % 41) as f32));
        let p = Lanes(std::array::from_fn(|i| (i % 13) as f32 / 12.0));
        let (of_narrow, of_wide) = (Chance::of(narrow, &p), Chance::of(wide, &p));
        for run in whole_pool() {
            let (mut x, mut y) = <(Lanes, Lanes)>::default();
            binomial(narrow, &n, &of_narrow, run, STRIPS, &mut x);
            binomial(wide, &n, &of_wide, run, STRIPS, &mut y);
            assert_eq!(x, y);
        }
    }
}
