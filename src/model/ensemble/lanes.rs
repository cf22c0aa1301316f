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
use fearless_simd::{Simd, f32x16, u32x16};

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
            chance.large.set(at, (skew * skew * 3.0 + 3.0) / spread);
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

/// More steps than any small count takes: P(X > 72) is below 1e-25 where n·p·q is below 6.
const MOST_STEPS: usize = 72;

/// Steps between two looks at whether more are needed.
const BATCH: usize = 4;

/// 1/k for each step.
static INVERSES: [[f32; BATCH]; MOST_STEPS / BATCH] = {
    let mut inverses = [[0.0; BATCH]; MOST_STEPS / BATCH];
    let mut step = 0;
    while step < MOST_STEPS {
        inverses[step / BATCH][step % BATCH] = 1.0 / (step + 1) as f32;
        step += 1;
    }
    inverses
};

/// Strips that count up together: a step has to wait for the step before, but not for other strips.
const GROUP: usize = 2;

/// Binomial counts: how many of n, each with probability p.
///
/// # Formula
///
/// Where n·p·q < 3 + 3·(q − p)², the exact quantile, as
/// [`binomial`](crate::model::random::binomial) finds it, with probabilities good to 1 part in
/// 10⁶. Else ⌈μ − ½ + w⌉, held within 0 and n, where μ = n·p, σ² = n·p·q − 1/12 and with z the
/// normal quantile
///
/// w = σ·z + (z² − 1)·(q − p)·n·p·q/6σ² + z·(1 + 14·p·q − (1 + 2·p·q)·z²)/72σ:
///
/// the second-order expansion of Cornish and Fisher (1937) for the binomial distribution, with
/// Sheppard's corrections for counts (Kolassa and `McCullagh`, Annals of Statistics 18(2), 1990) in
/// its first two terms. Its distribution function is then off by 5e-4 at most, its mean by 3e-4
/// of a count.
///
/// Gives `false`, and no counts, where every n is 0.
#[inline(always)]
pub(super) fn binomial<S: Simd>(
    simd: S,
    n: &Lanes,
    chance: &Chance,
    run: Run<'_>,
    x: &mut Lanes,
) -> bool {
    let mut most = n.strip(simd, 0);
    let mut beyond = most - chance.large.strip(simd, 0);
    let (mut least_beyond, mut most_beyond) = (beyond, beyond);
    for at in 1..STRIPS {
        let n = n.strip(simd, at);
        most = most.max(n);
        beyond = n - chance.large.strip(simd, at);
        least_beyond = least_beyond.min(beyond);
        most_beyond = most_beyond.max(beyond);
    }
    if !most.simd_gt(0.0).any_true() {
        return false;
    }
    let any_small = least_beyond.simd_lt(0.0).any_true();
    let all_small = !most_beyond.simd_ge(0.0).any_true();
    // A loop over all strips each, rather than a question at each strip: the processor can work on
    // many strips at a time where it need not guess what comes next.
    if !all_small {
        for at in 0..STRIPS {
            x.set(at, large_counts(simd, n, chance, run.normals, at));
        }
    }
    if any_small {
        small_counts(simd, n, chance, run.units, x);
    }
    true
}

/// Exact counts for the members that are small; the others stay as they are.
#[inline(always)]
fn small_counts<S: Simd>(simd: S, n: &Lanes, chance: &Chance, u: &[f32; LANES], x: &mut Lanes) {
    let [mut pmfs, mut overs, mut tops] = <[Lanes; 3]>::default();
    for at in 0..STRIPS {
        let climb = Climb::begin(simd, n.strip(simd, at), chance, strip_of(simd, u, at), at);
        pmfs.set(at, climb.pmf);
        overs.set(at, climb.over);
        tops.set(at, climb.top);
    }
    for first in (0..STRIPS).step_by(GROUP) {
        let mut group: [Climb<S>; GROUP] = std::array::from_fn(|k| Climb {
            count: u32x16::splat(simd, 0),
            pmf: pmfs.strip(simd, first + k),
            over: overs.strip(simd, first + k),
            top: tops.strip(simd, first + k),
            odds: chance.odds.strip(simd, first + k),
        });
        for inverses in &INVERSES {
            let mut any_open = false;
            for climb in &group {
                any_open |= climb.is_open();
            }
            if !any_open {
                break;
            }
            for &inverse in inverses {
                for climb in &mut group {
                    climb.step(simd, inverse);
                }
            }
        }
        for (climb, at) in group.iter().zip(first..) {
            x.set(at, climb.end(simd, n, chance, at, x.strip(simd, at)));
        }
    }
}

/// A strip of small counts on their way up from 0 to their quantiles.
#[derive(Clone, Copy)]
struct Climb<S: Simd> {
    count: u32x16<S>,
    /// The probability of as many as there have been steps.
    pmf: Strip<S>,
    /// The probability of that many or fewer, less u: negative while the quantile lies higher.
    over: Strip<S>,
    /// (n + 1)·odds.
    top: Strip<S>,
    odds: Strip<S>,
}

impl<S: Simd> Climb<S> {
    #[inline(always)]
    fn begin(simd: S, n: Strip<S>, chance: &Chance, u: Strip<S>, at: usize) -> Self {
        let nothing = Strip::splat(simd, 0.0);
        let mirrored = chance.p.strip(simd, at).simd_gt(0.5);
        let up = mirrored.select(Strip::splat(simd, 1.0) - u, u);
        let pmf = exp2(n * chance.log_greater.strip(simd, at));
        let small = n.simd_lt(chance.large.strip(simd, at));
        let odds = chance.odds.strip(simd, at);
        Self {
            count: u32x16::splat(simd, 0),
            // Nothing for those that are not small: theirs may be too little to be a number.
            pmf: small.select(pmf, nothing),
            over: small.select(pmf - up, nothing),
            top: n.mul_add(odds, odds),
            odds,
        }
    }

    /// One step, given 1 over the count that it leads to.
    #[inline(always)]
    fn step(&mut self, simd: S, inverse: f32) {
        // The sign is the answer: cheaper than a comparison and an addition under a mask.
        self.count += self.over.to_bits() >> 31;
        // (n − k)/(k + 1)·odds; rounding dust at k = n, and of no account after.
        let ratio = self.top.mul_sub(Strip::splat(simd, inverse), self.odds);
        self.pmf *= ratio;
        self.over += self.pmf;
    }

    #[inline(always)]
    fn is_open(&self) -> bool {
        self.over.simd_lt(0.0).any_true()
    }

    /// The counts of those that are small; for the others `large`.
    #[inline(always)]
    fn end(&self, simd: S, n: &Lanes, chance: &Chance, at: usize, large: Strip<S>) -> Strip<S> {
        let n = n.strip(simd, at);
        // Where rounding leaves a u near 1 out of reach, counting runs past n.
        let up = self.count.to_float::<Strip<S>>().min(n);
        let mirrored = chance.p.strip(simd, at).simd_gt(0.5);
        let exact = mirrored.select(n - up, up);
        let small = n.simd_lt(chance.large.strip(simd, at));
        small.select(exact, large)
    }
}

/// The counts of a strip by the approximation; what comes of small ones is of no use.
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
    let s2 = n.mul_sub(spread, 1.0 / 12.0).max(1.0);
    let inverse = inverse_root(simd, s2);
    // n·p·q/σ².
    let ratio = (inverse * inverse).mul_add(1.0 / 12.0, 1.0);
    let z2 = z * z;
    let by_z2 = spread.mul_add(1.0 / 36.0, 1.0 / 72.0);
    let third = spread.mul_add(7.0 / 36.0, 1.0 / 72.0) - by_z2 * z2;
    let mut k = n.mul_sub(p, 0.5);
    k = (z2 - 1.0).mul_add(chance.skew.strip(simd, at) * ratio, k);
    k = z.mul_add((s2 * inverse) + third * inverse, k);
    k.ceil().min(n).max(0.0)
}

/// 1/√x of a positive, normal number.
///
/// # Formula
///
/// A guess from the bits, and two steps of Newton's method, the first with its constants fitted to
/// the guess; about 1 part in 10⁶. Source: Walczyk, Moroz and Cieśliński, Computation 9(2), 2021.
#[inline(always)]
fn inverse_root<S: Simd>(simd: S, x: Strip<S>) -> Strip<S> {
    let guess = u32x16::splat(simd, 0x5f1f_fff9) - (x.to_bits() >> 1);
    let y = Strip::from_bits(guess);
    let y = y * 0.703_952_25 * (-x * y).mul_add(y, 2.389_244_6);
    y * (x * y * -0.5).mul_add(y, 1.5)
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;
    use crate::model::random::{self, Key, Place, Pool, Stream, member_bits, run_bits};

    fn chance(p: f32) -> Chance {
        dispatch!(Level::new(), simd => Chance::of(simd, &Lanes::of(p)))
    }

    fn draw(n: &Lanes, chance: &Chance, run: Run<'_>) -> Lanes {
        let mut x = Lanes::default();
        dispatch!(Level::new(), simd => binomial(simd, n, chance, run, &mut x));
        x
    }

    /// The variance n·p·q from which on counts are drawn by the approximation.
    fn large(p: f32) -> f32 {
        3.0 + 3.0 * (1.0 - 2.0 * p).powi(2)
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
            worst[0] < 5e-7 && worst[1] < 3e-7 && worst[2] < 1e-6,
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
            let key = Key::new(3, Stream::named(&["test"]));
            for first in (0..100_000).step_by(LANES) {
                let u = Lanes(std::array::from_fn(|i| {
                    key.unit(member_bits(3, first + i as u32))
                }));
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
            (11.0, 0.5),
            (20.0, 0.2),
            (1_000.0, 0.004),
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
            (12.0, 0.5),
            (25.0, 0.8),
            (56.0, 0.1),
            (56.0, 0.9),
            (256.0, 0.02),
            (5_100.0, 0.001),
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
            binomial(narrow, &n, &of_narrow, run, &mut x);
            binomial(wide, &n, &of_wide, run, &mut y);
            assert_eq!(x, y);
        }
    }
}
