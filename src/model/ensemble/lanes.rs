//! Arithmetic on a block of members side by side, in single precision.
//!
//! Plain loops over fixed-size arrays, which the compiler turns into vector instructions of
//! whatever width the processor has. All of it is inlined into the one function that is compiled
//! for several kinds of processor, and no operation depends on which: the bits are the same.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]

use crate::model::random::{Key, Metalog};
use crate::scenario::Scale;

/// Members of a block.
pub(super) const LANES: usize = 64;

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
}

/// The lesser of two numbers, neither of which is NaN: one instruction, unlike [`f32::min`].
#[inline(always)]
pub(super) fn least(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The greater of two numbers, neither of which is NaN.
#[inline(always)]
pub(super) fn most(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The uniform numbers of a block on one day of a stream.
#[inline(always)]
pub(super) fn units(key: Key, bits: &[u32; LANES], u: &mut Lanes) {
    for (u, &bits) in u.0.iter_mut().zip(bits) {
        *u = key.unit(bits);
    }
}

/// Rounds so that the mean is kept; see [`round`](crate::model::random::round).
#[inline(always)]
pub(super) fn round(u: f32, x: f32) -> f32 {
    let whole = x.floor();
    if (x - whole) + u >= 1.0 {
        whole + 1.0
    } else {
        whole
    }
}

/// The natural logarithm of a positive, normal number.
///
/// # Formula
///
/// x = m·2^e with m in [√½, √2), and a polynomial in m − 1; about 1 part in 10⁷. Source: Moshier,
/// Cephes, `logf`.
#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    let bits = x.to_bits().wrapping_add(0x3f80_0000 - 0x3f35_04f3);
    let exponent = (bits >> 23) as i32 - 127;
    let f = f32::from_bits((bits & 0x007f_ffff) + 0x3f35_04f3) - 1.0;
    let e = exponent as f32;
    let y = f * f;
    let mut p = 7.037_683_6e-2;
    p = p * f - 1.151_461e-1;
    p = p * f + 1.167_699_87e-1;
    p = p * f - 1.242_014_1e-1;
    p = p * f + 1.424_932_3e-1;
    p = p * f - 1.666_805_7e-1;
    p = p * f + 2.000_071_4e-1;
    p = p * f - 2.499_999_4e-1;
    p = p * f + 3.333_333e-1;
    let low = f * y * p - 2.121_944_4e-4 * e - 0.5 * y;
    low + f + 0.693_359_4 * e
}

/// 2^x, for x held within ±126.
///
/// # Formula
///
/// x = i + f with f in [−½, ½], and a polynomial in f; about 1 part in 10⁷. Source: Moshier,
/// Cephes, `exp2f`.
#[inline(always)]
pub(super) fn exp2(x: f32) -> f32 {
    /// 1.5·2²³: adding it leaves the nearest whole number in the last bits.
    const SHIFT: f32 = 12_582_912.0;
    let x = most(-126.0, least(126.0, x));
    let shifted = x + SHIFT;
    let f = x - (shifted - SHIFT);
    let mut p = 1.535_336_2e-4;
    p = p * f + 1.339_887_4e-3;
    p = p * f + 9.618_437e-3;
    p = p * f + 5.550_332_5e-2;
    p = p * f + 2.402_264_8e-1;
    p = p * f + 6.931_472e-1;
    let scale = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    (p * f + 1.0) * scale
}

/// Quantiles of the standard normal distribution.
///
/// # Formula
///
/// √2·erf⁻¹(2u − 1), erf⁻¹ by two polynomials in w = −ln(4u(1 − u)), one of them for the tails;
/// within 2e-5. Source: Giles, "Approximating the erfinv function", GPU Computing Gems, 2010.
#[inline(always)]
fn normals(u: &Group) -> Group {
    const TAIL: f32 = 5.0;
    let (mut w, mut z) = ([0.0; GROUP], [0.0; GROUP]);
    let mut tails = 0_u32;
    for i in 0..GROUP {
        w[i] = -ln(4.0 * u[i] * (1.0 - u[i]));
        let x = (2.0 * u[i] - 1.0) * std::f32::consts::SQRT_2;
        let a = w[i] - 2.5;
        let mut p = 2.810_226_4e-8;
        p = p * a + 3.432_739_4e-7;
        p = p * a - 3.523_387_7e-6;
        p = p * a - 4.391_506_5e-6;
        p = p * a + 2.185_808_7e-4;
        p = p * a - 1.253_725e-3;
        p = p * a - 4.177_681_6e-3;
        p = p * a + 2.466_407_3e-1;
        p = p * a + 1.501_409_4;
        z[i] = p * x;
        tails |= u32::from(w[i] >= TAIL);
    }
    if tails == 0 {
        return z;
    }
    for i in 0..GROUP {
        let x = (2.0 * u[i] - 1.0) * std::f32::consts::SQRT_2;
        let b = most(w[i], 0.0).sqrt() - 3.0;
        let mut q = -2.002_142_6e-4;
        q = q * b + 1.009_505_6e-4;
        q = q * b + 1.349_343_2e-3;
        q = q * b - 3.673_428_4e-3;
        q = q * b + 5.739_507_7e-3;
        q = q * b - 7.622_461_3e-3;
        q = q * b + 9.438_870_5e-3;
        q = q * b + 1.001_674;
        q = q * b + 2.832_976_8;
        z[i] = if w[i] < TAIL { z[i] } else { q * x };
    }
    z
}

/// The quantiles of a range; see [`Metalog::at`]. About 1 part in 10⁶.
#[inline(always)]
pub(super) fn metalog(metalog: &Metalog, u: &Lanes) -> Lanes {
    const LARGEST: f32 = crate::model::random::LARGEST_DRAW as f32;
    let (a2, a3) = (metalog.a2 as f32, metalog.a3 as f32);
    let mut x = Lanes::default();
    let value = match metalog.scale {
        Scale::Log => metalog.value,
        Scale::LogOdds => metalog.value / (1.0 - metalog.value),
    } as f32;
    for i in 0..LANES {
        let u = u.0[i];
        let logit = ln(u) - ln(1.0 - u);
        let ratio = exp2((a2 + a3 * (u - 0.5)) * logit * std::f32::consts::LOG2_E);
        x.0[i] = least(value * ratio, LARGEST);
    }
    if metalog.scale == Scale::LogOdds {
        for x in &mut x.0 {
            *x /= 1.0 + *x;
        }
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
    /// p·q.
    spread: Lanes,
    /// (q − p)/6.
    skew: Lanes,
    /// From this n on, counts are drawn by the approximation.
    large: Lanes,
}

impl Chance {
    #[inline(always)]
    pub(super) fn of(p: &Lanes) -> Self {
        let mut chance = Self {
            p: *p,
            ..Self::default()
        };
        for i in 0..LANES {
            let p = p.0[i];
            let q = 1.0 - p;
            let (lesser, greater) = if p < q { (p, q) } else { (q, p) };
            let spread = p * q;
            chance.odds.0[i] = lesser / greater;
            chance.log_greater.0[i] = ln_1p(-lesser) * std::f32::consts::LOG2_E;
            chance.spread.0[i] = spread;
            chance.skew.0[i] = (q - p) * (1.0 / 6.0);
            // Infinite where p is 0 or 1.
            chance.large.0[i] = large(p) / spread;
        }
        chance
    }
}

/// The variance n·p·q from which on counts are drawn by the approximation.
#[inline(always)]
pub(super) fn large(p: f32) -> f32 {
    let skew = 1.0 - 2.0 * p;
    3.0 + 3.0 * skew * skew
}

/// ln(1 + x) for x in [−½, 0].
///
/// # Formula
///
/// ln(y)·x/(y − 1) with y = 1 + x rounded, which makes up for the rounding. Source: Kahan, as told
/// by Goldberg, ACM Computing Surveys 23(1), 1991, theorem 4.
#[inline(always)]
fn ln_1p(x: f32) -> f32 {
    let y = 1.0 + x;
    let less = y - 1.0;
    if less == 0.0 { x } else { ln(y) * x / less }
}

/// More steps than any small count takes: P(X > 72) is below 1e-25 where n·p·q is below 6.
const MOST_STEPS: u32 = 72;

/// Lanes that are drawn together, and branch together.
const GROUP: usize = 32;

type Group = [f32; GROUP];

/// Binomial counts: how many of n, each with probability p.
///
/// # Formula
///
/// Where n·p·q < 3 + 3·(q − p)², the exact quantile, as
/// [`binomial`](crate::model::random::binomial) finds it, with probabilities good to 1 part in
/// 10⁶. Else ⌈μ − ½ + σ·w⌉, held within 0 and n, where μ = n·p, σ² = n·p·q − 1/12 and with z the
/// normal quantile
///
/// w = z + (z² − 1)·γ1/6 + (z³ − 3z)·γ2/24 − (2z³ − 5z)·γ1²/36,
///
/// γ1 = n·p·q·(q − p)/σ³, γ2 = (n·p·q·(1 − 6·p·q) + 1/120)/σ⁴: the second-order expansion of
/// Cornish and Fisher (1937) with Sheppard's corrections for counts (Kolassa and `McCullagh`,
/// Annals of Statistics 18(2), 1990). Its distribution function is then off by 5e-4 at most, its
/// mean by 3e-4 of a count.
#[inline(always)]
pub(super) fn binomial(n: &Lanes, chance: &Chance, u: &Lanes, x: &mut Lanes) {
    let groups = n.0.as_chunks::<GROUP>().0.iter().zip(u.0.as_chunks().0);
    let groups = groups.zip(x.0.as_chunks_mut().0).enumerate();
    for (at, ((n, u), x)) in groups {
        let part = |lanes: &Lanes| lanes.0.as_chunks::<GROUP>().0[at];
        let large = part(&chance.large);
        let (mut any_small, mut any_large) = (0_u32, 0_u32);
        for i in 0..GROUP {
            any_small |= u32::from(n[i] < large[i]);
            any_large |= u32::from(n[i] >= large[i]);
        }
        let skew = part(&chance.skew);
        if any_small != 0 {
            *x = small_counts(
                n,
                u,
                &part(&chance.log_greater),
                &part(&chance.odds),
                &skew,
                &large,
            );
        }
        if any_large != 0 {
            let counts = large_counts(n, u, &part(&chance.p), &part(&chance.spread), &skew);
            for i in 0..GROUP {
                x[i] = if n[i] >= large[i] { counts[i] } else { x[i] };
            }
        }
    }
}

/// The exact counts of a group; what comes back for large ones is of no use.
#[inline(always)]
fn small_counts(
    n: &Group,
    u: &Group,
    log_greater: &Group,
    odds: &Group,
    skew: &Group,
    large: &Group,
) -> Group {
    let (mut pmf, mut sum, mut goal, mut top, mut x) = (
        [0.0; GROUP],
        [0.0; GROUP],
        [0.0; GROUP],
        [0.0; GROUP],
        [0.0; GROUP],
    );
    let mut open = 0_u32;
    for i in 0..GROUP {
        let start = exp2(n[i] * log_greater[i]);
        let up = if skew[i] < 0.0 { 1.0 - u[i] } else { u[i] };
        // A goal of 0 is reached at once.
        let up = if n[i] < large[i] { up } else { 0.0 };
        pmf[i] = start;
        sum[i] = start;
        goal[i] = up;
        top[i] = (n[i] + 1.0) * odds[i];
        open |= u32::from(start < up);
    }
    let mut step = 0;
    while open != 0 && step < MOST_STEPS {
        for _ in 0..4 {
            step += 1;
            let inverse = 1.0 / step as f32;
            for i in 0..GROUP {
                x[i] += if sum[i] < goal[i] { 1.0 } else { 0.0 };
                // (n − k)/(k + 1)·odds; it is rounding dust at k = n, and no longer matters after.
                pmf[i] *= top[i] * inverse - odds[i];
                sum[i] += pmf[i];
            }
        }
        open = 0;
        for i in 0..GROUP {
            open |= u32::from(sum[i] < goal[i]);
        }
    }
    for i in 0..GROUP {
        // Where rounding keeps the sum below a goal near 1, counting runs past n.
        let k = least(x[i], n[i]);
        x[i] = if skew[i] < 0.0 { n[i] - k } else { k };
    }
    x
}

/// The counts of a group by the approximation; what comes back for small ones is of no use.
#[inline(always)]
fn large_counts(n: &Group, u: &Group, p: &Group, spread: &Group, skew: &Group) -> Group {
    let z = normals(u);
    let mut x = [0.0; GROUP];
    for i in 0..GROUP {
        let v = n[i] * spread[i];
        let s2 = most(v - 1.0 / 12.0, 1.0);
        let inverse = 1.0 / s2;
        let s = s2.sqrt();
        // σ·γ1/6 and σ²·γ2/24; the terms in γ1² share σ·γ1/6.
        let g1 = v * skew[i] * inverse;
        let g2 = (v - 6.0 * v * spread[i] + 1.0 / 120.0) * inverse * (1.0 / 24.0);
        let z2 = z[i] * z[i];
        let third = ((z2 - 3.0) * g2 - (2.0 * z2 - 5.0) * g1 * g1) * inverse;
        let w = z[i] * s * (1.0 + third) + (z2 - 1.0) * g1;
        let k = (n[i] * p[i] - 0.5 + w).ceil();
        x[i] = most(0.0, least(k, n[i]));
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::random::{self, Stream, member_bits};

    fn block(seed: u64, first: u32) -> (Lanes, [u32; LANES]) {
        let mut bits = [0; LANES];
        for (i, bits) in bits.iter_mut().enumerate() {
            *bits = member_bits(seed, first + i as u32);
        }
        let mut u = Lanes::default();
        units(Key::new(seed, 0, Stream::named(&["test"])), &bits, &mut u);
        (u, bits)
    }

    #[test]
    fn elementary_functions_agree_with_double_precision() {
        let mut worst = [0.0_f64; 3];
        for i in 0..1_000_000_u32 {
            let u = (f64::from(i) + 0.5) / 1e6;
            let single = u as f32;
            let exact = f64::from(single);
            let off = (f64::from(ln(single)) - exact.ln()).abs() / exact.ln().abs().max(1e-3);
            worst[0] = worst[0].max(off);
            let x = -120.0 * single;
            let off = (f64::from(exp2(x)) / f64::from(x).exp2() - 1.0).abs();
            worst[1] = worst[1].max(off);
            let z = normals(&[single; GROUP])[0];
            let off = (f64::from(z) - random::normal(exact)).abs();
            worst[2] = worst[2].max(off);
        }
        assert!(
            worst[0] < 5e-7 && worst[1] < 3e-7 && worst[2] < 2e-5,
            "{worst:?}"
        );
        for u in [2.0_f32.powi(-24), 1.0 - 2.0_f32.powi(-24)] {
            assert!(
                (f64::from(normals(&[u; GROUP])[0]) - random::normal(u.into())).abs() < 1e-4,
                "{u}"
            );
        }
        assert_eq!(
            (exp2(0.0), ln(1.0), normals(&[0.5; GROUP])[0]),
            (1.0, 0.0, 0.0)
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
            for first in (0..100_000).step_by(LANES) {
                let (u, _) = block(3, first);
                let drawn = metalog(&exact, &u);
                for (u, x) in u.0.into_iter().zip(drawn.0) {
                    let exact = exact.at(u.into());
                    assert!((f64::from(x) / exact - 1.0).abs() < 3e-6, "{u} {x} {exact}");
                }
            }
        }
    }

    /// Draws of `count` members beside their exact quantiles: the share that differs, and by how
    /// much the means and the standard deviations do.
    fn against_exact(n: f32, p: f32, count: u32) -> (f64, f64, f64) {
        let chance = Chance::of(&Lanes::of(p));
        let (mut differ, mut sums, mut squares) = (0_u32, [0.0; 2], [0.0; 2]);
        for first in (0..count).step_by(LANES) {
            let (u, _) = block(11, first);
            let mut x = Lanes::default();
            binomial(&Lanes::of(n), &chance, &u, &mut x);
            for (u, x) in u.0.into_iter().zip(x.0) {
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
            }
        }
        let count = f64::from(count);
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
            let (differ, mean, _) = against_exact(n, p, 256_000);
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
            let count = (3e7 / n) as u32;
            let (differ, mean, sd) = against_exact(n, p, count.min(256_000));
            assert!(differ < 4e-3, "{n} {p}: differ {differ}");
            assert!(mean.abs() < 1e-3 && sd.abs() < 2e-3, "{n} {p}: {mean} {sd}");
        }
    }

    /// Two independent streams of uniform numbers for each of many members.
    fn pairs(count: u32, mut each: impl FnMut(&Lanes, &Lanes)) {
        let streams = ["one", "other"].map(|name| Key::new(5, 0, Stream::named(&[name])));
        for first in (0..count).step_by(LANES) {
            let bits = std::array::from_fn(|i| member_bits(5, first + i as u32));
            let mut u = [Lanes::default(); 2];
            for (key, u) in streams.into_iter().zip(&mut u) {
                units(key, &bits, u);
            }
            each(&u[0], &u[1]);
        }
    }

    #[test]
    fn case_4_poisson_attackers_against_a_fixed_number_of_shots() {
        const COUNT: u32 = 256_000;
        // Poisson(100), but for one part in 10⁵.
        let attackers = Chance::of(&Lanes::of(1e-5));
        let kill = Chance::of(&Lanes::of(0.8));
        let (mut engaged_sum, mut leakers_sum, mut beyond, mut fill) = (0.0, 0.0, 0.0, 0.0);
        pairs(COUNT, |u, v| {
            let (mut n, mut engaged, mut kills) = <(Lanes, Lanes, Lanes)>::default();
            binomial(&Lanes::of(1e7), &attackers, u, &mut n);
            for i in 0..LANES {
                engaged.0[i] = least(n.0[i], 110.0);
                beyond += f64::from(u8::from(n.0[i] > 110.0));
                engaged_sum += f64::from(engaged.0[i]);
                fill += f64::from(n.0[i]);
            }
            binomial(&engaged, &kill, v, &mut kills);
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
        // Over an even grid of u: no sampling error, so that the tolerance is that of single
        // precision.
        const COUNT: u32 = 1 << 16;
        let (mut served, mut short) = (0.0, 0.0);
        for first in (0..COUNT).step_by(GROUP) {
            let u = std::array::from_fn(|i| ((first + i as u32) as f32 + 0.5) / COUNT as f32);
            for z in normals(&u) {
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
        let (attackers, shots) = (Chance::of(&Lanes::of(0.9)), Chance::of(&Lanes::of(0.8)));
        let (mut leak_sum, mut none) = (0.0, 0.0);
        pairs(COUNT, |u, v| {
            let (mut a, mut g) = <(Lanes, Lanes)>::default();
            binomial(&Lanes::of(100.0), &attackers, u, &mut a);
            binomial(&Lanes::of(120.0), &shots, v, &mut g);
            for i in 0..LANES {
                leak_sum += f64::from(most(0.0, a.0[i] - g.0[i]));
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
            let chance = Chance::of(&Lanes::of(p));
            let mut last = 0.0;
            for first in 0..4_000 {
                let mut u = Lanes::default();
                for (i, u) in u.0.iter_mut().enumerate() {
                    *u = ((first * LANES + i) as f32 + 0.5) / (4_000 * LANES) as f32;
                }
                let mut x = Lanes::default();
                binomial(&Lanes::of(n), &chance, &u, &mut x);
                for x in x.0 {
                    assert!(x >= last, "{n} {p}");
                    last = x;
                }
            }
        }
    }
}
