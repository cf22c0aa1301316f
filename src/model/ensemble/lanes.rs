//! Arithmetic on a block of members side by side, in single precision.
//!
//! Plain loops over fixed-size arrays, which the compiler turns into vector instructions of
//! whatever width the processor has. All of it is inlined into the one function that is compiled
//! for several kinds of processor, and no operation depends on which: the bits are the same.

#![expect(
    clippy::inline_always,
    reason = "a function left outside would not be compiled for the processor at hand"
)]

use crate::model::random::{Metalog, RUN, Run};
use crate::scenario::Scale;

/// Members of a block.
pub(super) const LANES: usize = RUN;

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
    // In pairs (Estrin), so that the steps need not wait for each other.
    let f2 = f * f;
    let p01 = 6.931_472e-1 * f + 1.0;
    let p23 = 5.550_332_5e-2 * f + 2.402_264_8e-1;
    let p45 = 1.339_887_4e-3 * f + 9.618_437e-3;
    let p = (1.535_336_2e-4 * f2 + p45) * f2 + p23;
    let scale = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    (p * f2 + p01) * scale
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
const MOST_STEPS: usize = 72;

/// 1/k for each step.
static INVERSES: [[f32; 4]; MOST_STEPS / 4] = {
    let mut inverses = [[0.0; 4]; MOST_STEPS / 4];
    let mut step = 0;
    while step < MOST_STEPS {
        inverses[step / 4][step % 4] = 1.0 / (step + 1) as f32;
        step += 1;
    }
    inverses
};

/// Lanes that count up together.
const GROUP: usize = 64;

type Group = [f32; GROUP];

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
#[inline(always)]
pub(super) fn binomial(n: &Lanes, chance: &Chance, run: Run<'_>, x: &mut Lanes) {
    let (mut any_small, mut any_large) = (0_u32, 0_u32);
    for i in 0..LANES {
        any_small |= u32::from(n.0[i] < chance.large.0[i]);
        any_large |= u32::from(n.0[i] >= chance.large.0[i]);
    }
    if any_large != 0 {
        large_counts(n, chance, run.normals, x);
    }
    if any_small != 0 {
        for at in (0..LANES).step_by(GROUP) {
            small_counts(n, chance, run.units, x, at);
        }
    }
}

/// Exact counts for the lanes of a group that are small; the others stay as they are.
#[inline(always)]
fn small_counts(n: &Lanes, chance: &Chance, u: &[f32; LANES], x: &mut Lanes, at: usize) {
    let (mut pmf, mut rest, mut count) = ([0.0; GROUP], [0.0; GROUP], [0.0; GROUP]);
    let (mut top, mut odds): (Group, Group) = ([0.0; GROUP], [0.0; GROUP]);
    let mut open = 0_u32;
    for i in 0..GROUP {
        let (lane, n) = (at + i, n.0[at + i]);
        let start = exp2(n * chance.log_greater.0[lane]);
        let up = if chance.skew.0[lane] < 0.0 {
            1.0 - u[lane]
        } else {
            u[lane]
        };
        // What is left of u after P(0); nothing for those that are not small.
        let left = if n < chance.large.0[lane] {
            up - start
        } else {
            0.0
        };
        pmf[i] = start;
        rest[i] = left;
        odds[i] = chance.odds.0[lane];
        top[i] = (n + 1.0) * odds[i];
        open |= u32::from(left > 0.0);
    }
    for inverses in &INVERSES {
        if open == 0 {
            break;
        }
        for &inverse in inverses {
            for i in 0..GROUP {
                count[i] = if rest[i] > 0.0 {
                    count[i] + 1.0
                } else {
                    count[i]
                };
                // (n − k)/(k + 1)·odds; it is rounding dust at k = n, and no longer matters after.
                pmf[i] *= top[i] * inverse - odds[i];
                rest[i] -= pmf[i];
            }
        }
        open = 0;
        for rest in rest {
            open |= u32::from(rest > 0.0);
        }
    }
    for (i, count) in count.into_iter().enumerate() {
        let (lane, n) = (at + i, n.0[at + i]);
        // Where rounding leaves a rest of a u near 1, counting runs past n.
        let k = least(count, n);
        let k = if chance.skew.0[lane] < 0.0 { n - k } else { k };
        x.0[lane] = if n < chance.large.0[lane] {
            k
        } else {
            x.0[lane]
        };
    }
}

/// The counts of all lanes by the approximation; what comes of small ones is of no use.
#[inline(always)]
fn large_counts(n: &Lanes, chance: &Chance, z: &[f32; LANES], x: &mut Lanes) {
    for i in 0..LANES {
        let (n, z, spread) = (n.0[i], z[i], chance.spread.0[i]);
        let s2 = most(n * spread - 1.0 / 12.0, 1.0);
        let inverse = inverse_root(s2);
        // n·p·q/σ².
        let ratio = 1.0 + inverse * inverse * (1.0 / 12.0);
        let z2 = z * z;
        let first = z * (s2 * inverse);
        let second = (z2 - 1.0) * (chance.skew.0[i] * ratio);
        let by_z2 = 1.0 / 72.0 + spread * (1.0 / 36.0);
        let third = z * inverse * (1.0 / 72.0 + spread * (7.0 / 36.0) - by_z2 * z2);
        let k = (n * chance.p.0[i] - 0.5 + (first + second + third)).ceil();
        x.0[i] = most(0.0, least(k, n));
    }
}

/// 1/√x of a positive, normal number.
///
/// # Formula
///
/// A guess from the bits, and two steps of Newton's method, the first with its constants fitted to
/// the guess; about 1 part in 10⁶. Source: Walczyk, Moroz and Cieśliński, Computation 9(2), 2021.
#[inline(always)]
fn inverse_root(x: f32) -> f32 {
    let y = f32::from_bits(0x5f1f_fff9 - (x.to_bits() >> 1));
    let y = 0.703_952_25 * y * (2.389_244_6 - x * y * y);
    y * (1.5 - 0.5 * x * y * y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::random::{self, Key, Place, Pool, Stream, member_bits, run_bits};

    /// Every number of the pool once: 65,536 that are spread evenly.
    fn whole_pool() -> impl Iterator<Item = Run<'static>> {
        let places = (0..=u16::MAX).step_by(LANES);
        places.map(|place| Pool::get().run(place))
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
            let x = 1e6 * single;
            let off = f64::from(inverse_root(x)) * f64::from(x).sqrt() - 1.0;
            worst[2] = worst[2].max(off.abs());
        }
        assert!(
            worst[0] < 5e-7 && worst[1] < 3e-7 && worst[2] < 1e-6,
            "{worst:?}"
        );
        assert_eq!((exp2(0.0), ln(1.0)), (1.0, 0.0));
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
                let drawn = metalog(&exact, &u);
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
        let chance = Chance::of(&Lanes::of(p));
        let (mut differ, mut sums, mut squares) = (0_u32, [0.0; 2], [0.0; 2]);
        let mut count = 0.0;
        for run in whole_pool() {
            let mut x = Lanes::default();
            binomial(&Lanes::of(n), &chance, run, &mut x);
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
            let mut draws: Vec<(f32, f32)> = Vec::new();
            for run in whole_pool() {
                let mut x = Lanes::default();
                binomial(&Lanes::of(n), &chance, run, &mut x);
                draws.extend(run.units.iter().copied().zip(x.0));
            }
            draws.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(draws.is_sorted_by(|a, b| a.1 <= b.1), "{n} {p}");
        }
    }
}
