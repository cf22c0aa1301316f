//! Draws as a pure function of (seed, member, day, stream), and the inverse distribution
//! functions that give them their shape.
//!
//! Everything here is scalar and in double precision, the yardstick for the faster forms that
//! `ensemble` uses; the uniform numbers themselves are the same, to the bit, in both.
//!
//! # Two kinds of uniform numbers
//!
//! What is drawn once a member (its ranges) comes from a design that spreads the members evenly:
//! [`Dimension`]. What is drawn every day, millions of times over, is looked up in a [`Pool`] of 65,536 numbers at a place
//! that a hash of (seed, 128 members, day, stream) gives: [`Place`].

use std::f64::consts::PI;
use std::sync::LazyLock;

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f32x16};

use crate::scenario::{Range, Scale};

/// What a draw is for. Streams are told apart by name, never by place, so that an event added or
/// disabled leaves every other draw as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stream(u64);

impl Stream {
    /// The stream of a purpose and the ids of what it is drawn for.
    ///
    /// The names are folded together letter by letter (FNV-1a, 64 bits), each closed by a byte
    /// that no id holds.
    #[must_use]
    pub fn named(names: &[&str]) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for name in names {
            for byte in name.bytes().chain([0xff]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        Self(mix64(hash))
    }
}

/// One dimension of an ensemble's design: gives each member the uniform number of a draw that is
/// made once a member.
///
/// # Formula
///
/// An Owen-scrambled Sobol' sequence, of which the member's number is the index: any first N members
/// are spread evenly over all dimensions together. Its number of 23 bits, k,
/// gives u = (k + ½)/2²³, which is never 0 or 1, and is the same in single and in double precision.
/// Every 65,536 members and every 256 dimensions have a scrambling of their own. Sources: Sobol',
/// USSR Computational Mathematics and Mathematical Physics 7(4), 1967; Owen, "Randomly permuted
/// (t, m, s)-nets and (t, s)-sequences", 1995; Burley, "Practical hash-based Owen scrambling", Journal of
/// Computer Graphics Techniques 9(4), 2020; direction numbers of Joe and Kuo, SIAM Journal on
/// Scientific Computing 30(5), 2008.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    four: FourDimensions,
    /// Which of the four.
    place: usize,
}

/// How the numbers of members are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Design {
    /// Evenly: an Owen-scrambled Sobol' sequence.
    #[default]
    Even,
    /// Each member by itself, from a hash: what the even design is held against.
    Plain,
}

/// Four dimensions, which cost hardly more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FourDimensions {
    design: Design,
    seed: u64,
    /// Of the sequence, below [`sobol_burley::NUM_DIMENSION_SETS_4D`].
    set: u32,
}

impl Dimension {
    /// The dimension of this number, counted from 0.
    #[must_use]
    pub fn new(seed: u64, number: usize, design: Design) -> Self {
        let (set, sets) = (number / 4, sobol_burley::NUM_DIMENSION_SETS_4D as usize);
        let four = FourDimensions {
            design,
            seed: mix64(seed ^ mix64((set / sets) as u64)),
            set: (set % sets) as u32,
        };
        Self {
            four,
            place: number % 4,
        }
    }

    /// The four dimensions among which it is, and its place among them.
    #[must_use]
    pub fn place(self) -> (FourDimensions, usize) {
        (self.four, self.place)
    }

    /// The uniform number of a member, in (0, 1).
    #[must_use]
    pub fn unit(self, member: u32) -> f32 {
        self.four.units(member)[self.place]
    }
}

impl FourDimensions {
    /// The uniform numbers of a member, in (0, 1).
    #[must_use]
    pub fn units(self, member: u32) -> [f32; 4] {
        // Multiples of 2⁻²³; with half of that they fit the 24 bits of single precision exactly.
        let unit = |x: f32| x + 0.5 / 8_388_608.0;
        if self.design == Design::Plain {
            let of_member = mix64(self.seed ^ mix64(u64::from(self.set) << 32 | u64::from(member)));
            let bits = [0, 1, 2, 3].map(|place| mix64(of_member ^ place) >> 41);
            return bits.map(|bits| unit(bits as f32 / 8_388_608.0));
        }
        let scrambling = mix64(self.seed ^ u64::from(member >> LONGEST_SEQUENCE)) as u32;
        let index = member & ((1 << LONGEST_SEQUENCE) - 1);
        sobol_burley::sample_4d(index, self.set, scrambling).map(unit)
    }
}

/// Members that one scrambling can number, as a power of 2.
const LONGEST_SEQUENCE: u32 = 16;

/// Members whose numbers of a day and stream stand side by side in the pool.
pub const RUN: usize = 128;

/// Numbers of the pool.
const POOL: usize = 1 << 16;

/// Uniform numbers, and the normal quantiles of the same, in an order without pattern.
///
/// # Formula
///
/// The uniform numbers are (k + ½)/2¹⁶, each k once, so that mean, variance and every percentile
/// over the pool are right; they are shuffled (Fisher and Yates) by a fixed seed. A member's draws
/// on different days and streams stand at places that a hash gives, and are as independent as
/// that; what the pool gives up is a finer grain than 2⁻¹⁶, and that two draws in 65,536 are one
/// and the same number.
#[derive(Debug)]
pub struct Pool {
    /// [`POOL`] numbers and the first [`RUN`] of them again, so that no run ends early; likewise
    /// the quantiles.
    units: Box<[f32; POOL + RUN]>,
    normals: Box<[f32; POOL + RUN]>,
    /// Means of the powers of z/[`WIDEST`].
    moments: [f64; MOMENTS],
}

/// Powers 0 to 21: what the cube of a polynomial of degree 7 has.
const MOMENTS: usize = 22;

/// The numbers of [`RUN`] members for one day and stream.
#[derive(Clone, Copy, Debug)]
pub struct Run<'p> {
    /// Uniform, in (0, 1).
    pub units: &'p [f32; RUN],
    /// Standard normal quantiles of the same.
    pub normals: &'p [f32; RUN],
}

impl Pool {
    /// The one pool there is; made when it is first asked for, in about a millisecond.
    #[must_use]
    pub fn get() -> &'static Self {
        static POOL: LazyLock<Pool> = LazyLock::new(Pool::new);
        &POOL
    }

    fn new() -> Self {
        let unit = |k: usize| (k as f64 + 0.5) / POOL as f64;
        let mut numbers: Vec<(f32, f32)> = Vec::with_capacity(POOL + RUN);
        let mut moments = [0.0; MOMENTS];
        for k in 0..POOL / 2 {
            // The distribution is symmetric, and so are the quantiles: odd moments vanish.
            let z = normal(unit(k)) as f32;
            let square = (f64::from(z) / WIDEST).powi(2);
            let mut power = 2.0 / POOL as f64;
            for moment in moments.iter_mut().step_by(2) {
                *moment += power;
                power *= square;
            }
            numbers.push((unit(k) as f32, z));
            numbers.push((unit(POOL - 1 - k) as f32, -z));
        }
        for last in (1..POOL).rev() {
            let other = ((mix64(last as u64) >> 32) as usize * (last + 1)) >> 32;
            numbers.swap(last, other);
        }
        numbers.extend_from_within(..RUN);
        #[expect(
            clippy::large_stack_arrays,
            reason = "once, and a quarter of a megabyte: an array whose length is known saves the \
                      check of every place"
        )]
        let [mut units, mut normals] = [(); 2].map(|()| Box::new([0.0; POOL + RUN]));
        for (i, number) in numbers.into_iter().enumerate() {
            (units[i], normals[i]) = number;
        }
        Self {
            units,
            normals,
            moments,
        }
    }

    /// The numbers that stand at a place.
    #[must_use]
    #[expect(
        clippy::inline_always,
        reason = "must end up inside the loops over lanes"
    )]
    #[inline(always)]
    pub fn run(&self, place: u16) -> Run<'_> {
        let at = usize::from(place);
        let missing = &[0.5; RUN];
        Run {
            units: self.units[at..].first_chunk().unwrap_or(missing),
            normals: self.normals[at..].first_chunk().unwrap_or(missing),
        }
    }
}

/// One day of one stream: gives each [`RUN`] members their place in the pool.
///
/// # Formula
///
/// The leading 16 bits of a·x mod 2⁶⁴, a an odd number from a hash of (seed, day, stream), x one
/// from a hash of (seed, member/[`RUN`]): multiply-shift hashing. Source: Dietzfelbinger, "Universal
/// hashing and k-wise independent random variables via integer arithmetic without primes", STACS 1996.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place(u64);

impl Place {
    /// The place of a stream on a day.
    #[must_use]
    pub fn new(seed: u64, day: u32, stream: Stream) -> Self {
        Self(mix64(stream.0 ^ mix64(seed.wrapping_add(u64::from(day) << 32))) | 1)
    }

    /// Where the numbers of the [`RUN`] members with these bits begin; see [`run_bits`].
    #[must_use]
    pub fn of(self, run_bits: u64) -> u16 {
        (self.0.wrapping_mul(run_bits) >> 48) as u16
    }
}

/// The bits of [`RUN`] members, given the number of any of them.
#[must_use]
pub fn run_bits(seed: u64, member: u32) -> u64 {
    mix64(mix64(!seed) ^ u64::from(member / RUN as u32)) | 1
}

/// The uniform number in (0, 1) of a member's draw on a day.
#[must_use]
pub fn uniform_of_day(seed: u64, member: u32, day: u32, stream: Stream) -> f64 {
    let place = Place::new(seed, day, stream).of(run_bits(seed, member));
    let lane = member as usize % RUN;
    Pool::get().run(place).units[lane].into()
}

/// A bijection of 64 bits in which each bit depends on all (the finaliser of `SplitMix64`; Steele,
/// Lea and Flood, OOPSLA 2014).
fn mix64(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Rounds to a whole number so that the mean is kept.
///
/// # Formula
///
/// ⌊x⌋ + 1 where u ≥ 1 − (x − ⌊x⌋), else ⌊x⌋: never decreasing in u, and whole numbers stay as
/// they are. Source: the model page, "Days".
#[must_use]
pub fn round(u: f64, x: f64) -> f64 {
    let whole = x.floor();
    if (x - whole) + u >= 1.0 {
        whole + 1.0
    } else {
        whole
    }
}

/// The distribution of a number with a range: a three-term metalog.
///
/// # Formula
///
/// With z the number on its scale (logarithm, or log-odds), Λ = ln 19 and L(y) = ln(y/(1 − y)):
/// z(y) = z50 + a2·L + a3·(y − ½)·L, a2 = (z95 − z05)/2Λ, a3 = (z95 + z05 − 2·z50)/(0.9·Λ).
/// Source: Keelin, "The metalog distributions", Decision Analysis 13(4), 2016.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metalog {
    /// The median, in the number's own unit.
    pub(super) value: f64,
    pub(super) a2: f64,
    pub(super) a3: f64,
    pub(super) scale: Scale,
}

impl Metalog {
    /// The metalog through three percentiles. The check of a scenario holds them in order, inside
    /// the scale, and no more skewed than the form allows.
    #[must_use]
    pub fn new(value: f64, Range { low, high }: Range, scale: Scale) -> Self {
        let z = |x: f64| match scale {
            Scale::Log => x.ln(),
            Scale::LogOdds => (x / (1.0 - x)).ln(),
        };
        let (z05, z50, z95) = (z(low), z(value), z(high));
        let lambda = 19.0_f64.ln();
        Self {
            value,
            a2: (z95 - z05) / (2.0 * lambda),
            a3: (z95 + z05 - 2.0 * z50) / (0.9 * lambda),
            scale,
        }
    }

    /// The quantile of `u`, in the number's own unit.
    #[must_use]
    pub fn at(&self, u: f64) -> f64 {
        let logit = (u / (1.0 - u)).ln();
        let ratio = ((self.a2 + self.a3 * (u - 0.5)) * logit).exp();
        match self.scale {
            Scale::Log => (self.value * ratio).min(LARGEST_DRAW),
            Scale::LogOdds => {
                let odds = self.value / (1.0 - self.value) * ratio;
                if odds.is_finite() {
                    odds / (1.0 + odds)
                } else {
                    1.0
                }
            }
        }
    }
}

/// No amount is drawn beyond this, so that sums and products of a few stay finite in single
/// precision too. The far tail of a very wide range may reach it.
pub const LARGEST_DRAW: f64 = 1e15;

/// The quantile of the binomial distribution: the least k with P(X ≤ k) ≥ u.
///
/// # Formula
///
/// Sums the probabilities from the end that is nearer, with P(k + 1) = P(k)·(n − k)/(k + 1)·p/q.
/// Exact but for rounding; takes as many steps as the answer is large.
#[must_use]
pub fn binomial(u: f64, n: f64, p: f64) -> f64 {
    if p > 0.5 {
        // n − X counts the failures; it falls as u grows, so that the answer grows with u.
        return n - count_up(1.0 - u, n, 1.0 - p);
    }
    count_up(u, n, p)
}

fn count_up(u: f64, n: f64, p: f64) -> f64 {
    if p <= 0.0 || n <= 0.0 {
        return 0.0;
    }
    // In logarithms, since the first probabilities underflow where n is large.
    let (log_p, log_q) = (p.ln(), (-p).ln_1p());
    let mut log_pmf = n * log_q;
    let mut sum = log_pmf.exp();
    let mut k = 0.0;
    while sum < u && k < n {
        log_pmf += ((n - k) / (k + 1.0)).ln() + log_p - log_q;
        sum += log_pmf.exp();
        k += 1.0;
    }
    k
}

/// The quantile of the standard normal distribution.
///
/// # Formula
///
/// Algorithm AS 241, PPND16, about 1 part in 10¹⁶. Source: Wichura, Applied Statistics 37(3),
/// 1988.
#[must_use]
pub fn normal(u: f64) -> f64 {
    let ratio = |numerator: &[f64; 8], denominator: &[f64; 8], x: f64| {
        let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
        horner(numerator) / horner(denominator)
    };
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE.0, &CENTRE.1, 0.180_625 - q * q);
    }
    let r = (-u.min(1.0 - u).ln()).sqrt();
    let x = if r <= 5.0 {
        ratio(&MIDDLE.0, &MIDDLE.1, r - 1.6)
    } else {
        ratio(&TAIL.0, &TAIL.1, r - 5.0)
    };
    x.copysign(q)
}

/// The chance that a standard normal number lies above z.
///
/// # Formula
///
/// Half the incomplete gamma function of shape ½ at z²/2.
fn normal_tail(z: f64) -> f64 {
    let (_, upper) = gamma_cdf(0.5, z * z / 2.0);
    if z < 0.0 {
        1.0 - upper / 2.0
    } else {
        upper / 2.0
    }
}

type Rational = ([f64; 8], [f64; 8]);

const CENTRE: Rational = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
);

const MIDDLE: Rational = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const TAIL: Rational = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

/// The logarithm of the gamma function, for x > 0.
///
/// # Formula
///
/// Stirling's series, after steps upwards by Γ(x + 1) = x·Γ(x); about 1 part in 10¹⁴.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = (1.0 / 12.0
        - y * (1.0 / 360.0 - y * (1.0 / 1_260.0 - y * (1.0 / 1_680.0 - y / 1_188.0))))
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - product.ln()
}

/// The lower and the upper incomplete gamma function of `shape` at `x`, each over Γ(shape).
///
/// # Formula
///
/// The power series below shape + 1, Legendre's continued fraction above. Source: Press and
/// others, Numerical Recipes, section 6.2.
#[must_use]
pub fn gamma_cdf(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    gamma_tails(shape, x, (shape * x.ln() - x - ln_gamma(shape)).exp())
}

/// The same, given x^shape·e^−x/Γ(shape).
fn gamma_tails(shape: f64, x: f64, front: f64) -> (f64, f64) {
    if x < shape + 1.0 {
        let (mut term, mut sum, mut a) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-17 {
            a += 1.0;
            term *= x / a;
            sum += term;
        }
        let lower = front * sum;
        (lower, 1.0 - lower)
    } else {
        // Lentz's algorithm; the tiny number stands in for a vanishing denominator.
        const TINY: f64 = 1e-300;
        let mut b = x + 1.0 - shape;
        let mut c = 1.0 / TINY;
        let mut d = 1.0 / b;
        let mut h = d;
        for i in 1..10_000 {
            let i = f64::from(i);
            let a = -i * (i - shape);
            b += 2.0;
            d = a * d + b;
            d = 1.0 / if d.abs() < TINY { TINY } else { d };
            c = b + a / c;
            c = if c.abs() < TINY { TINY } else { c };
            h *= d * c;
            if (d * c - 1.0).abs() < 1e-15 {
                break;
            }
        }
        let upper = front * h;
        (1.0 - upper, upper)
    }
}

/// The quantile of the gamma distribution of `shape` and scale 1 at which `upper` lies above.
///
/// # Formula
///
/// Newton's method on the incomplete gamma function, in the logarithm of x, kept between bounds
/// that close in. Starts from `guess`, or where that is no use from the power-law foot.
#[must_use]
pub fn gamma_quantile(shape: f64, upper: f64, guess: f64) -> f64 {
    let lower = 1.0 - upper;
    // P(x) ≤ x^a/Γ(a + 1), so that this is at most the quantile; where it vanishes so does it.
    let foot = (lower.ln() + ln_gamma(shape + 1.0)) / shape;
    if foot < -600.0 {
        return 0.0;
    }
    let (mut low, mut high) = (foot, foot.max((shape + 10.0 * shape.sqrt() + 750.0).ln()));
    let mut t = guess.ln();
    if !(low < t && t < high) {
        t = f64::midpoint(low, (shape.max(low.exp())).ln());
        t = t.clamp(low, high);
    }
    let gamma = ln_gamma(shape);
    for _ in 0..200 {
        let x = t.exp();
        // By how much the lower tail grows with t, too.
        let slope = (shape * t - x - gamma).exp();
        let (p, q) = gamma_tails(shape, x, slope);
        // The smaller of the two tails keeps its digits.
        let excess = if upper < 0.5 { upper - q } else { p - lower };
        if excess > 0.0 {
            high = high.min(t);
        } else {
            low = low.max(t);
        }
        let mut next = t - excess / slope;
        if !(low <= next && next <= high) {
            next = f64::midpoint(low, high);
        }
        let step = (next - t).abs();
        t = next;
        // Each step is about the square of the one before.
        if step < 1e-7 || high - low < 1e-13 {
            break;
        }
    }
    t.exp()
}

/// Cells for each halving of the upper tail.
const CELLS_AN_OCTAVE: u32 = 1 << CELL_BITS;
const CELL_BITS: u32 = 4;
/// Halvings of the upper tail, from 1 down to [`LEAST_TAIL`].
const OCTAVES: u32 = 16;
/// Cells of a table: as many as a byte can name, so that no index can leave it.
const CELLS: usize = (OCTAVES * CELLS_AN_OCTAVE) as usize;
/// What the bits of a number in single precision are shifted by, to give its cell.
const CELL_SHIFT: u32 = 23 - CELL_BITS;
/// The cell of [`LEAST_TAIL`] before it is moved to 0.
const FIRST_CELL: u32 = (127 - OCTAVES) << CELL_BITS;
/// Where the first cell begins. It is taken to reach down to 0.
const LEAST_TAIL: f32 = 1.0 / 65_536.0;

/// The largest variation that can be drawn: beyond, one day in thousands would hold nearly all.
pub const LARGEST_VARIATION: f64 = 10.0;

/// Shapes beyond this are all but normal, and their quantiles those of Wilson and Hilferty.
const MOST_SKEWED: f64 = 400.0;

/// The factor G of a day's launches as a table over the upper tail v = 1 − u: a gamma
/// distribution of mean 1 whose standard deviation is the variation.
///
/// # Formula
///
/// Shape 1/variation², scale variation². Each cell of v, 16 to a halving, holds a straight line
/// through the mean of the quantile function over that cell, no steeper than keeps it between the
/// quantiles at both ends; the one at v = 0 is level. So G never falls as u grows, and its mean is 1
/// to single precision; its standard deviation falls short by less than 1 part in 300, for
/// variations above 3 by up to 1 in 20. Below a variation of 0.05 the quantiles are those of
/// Wilson and Hilferty (PNAS 17, 1931), brought to mean 1.
#[derive(Clone, Debug, PartialEq)]
pub struct GammaTable {
    base: Box<[f32; CELLS]>,
    slope: Box<[f32; CELLS]>,
}

impl GammaTable {
    /// The table for a variation, at most [`LARGEST_VARIATION`].
    #[must_use]
    pub fn new(variation: f64) -> Self {
        let mut table = Self {
            base: Box::new([1.0; CELLS]),
            slope: Box::new([0.0; CELLS]),
        };
        if variation <= 0.0 {
            return table;
        }
        let scale = variation * variation;
        let shape = 1.0 / scale;
        // At a knot between two cells: the quantile, and the mean of all that lies above it.
        let knot: &dyn Fn(f64, f64) -> (f64, f64) = if shape <= MOST_SKEWED {
            let gamma = ln_gamma(shape + 1.0);
            &move |v: f64, before: f64| {
                let x = gamma_quantile(shape, v, before / scale);
                // The upper tail of shape + 1, which is that of shape and a term more.
                let term = if x > 0.0 {
                    (shape * x.ln() - x - gamma).exp()
                } else {
                    0.0
                };
                (x * scale, v + term)
            }
        } else {
            // The mean of a cell by Simpson's rule, summed up from the lower tail.
            &|v: f64, _| (wilson_hilferty(shape, v), f64::NAN)
        };
        let (mut right_v, mut right) = (1.0, (0.0, 1.0));
        let mut total = 0.0;
        for cell in (0..CELLS).rev() {
            let left_v = if cell == 0 { 0.0 } else { cell_start(cell) };
            let width = right_v - left_v;
            let left = if cell == 0 {
                (f64::INFINITY, 0.0)
            } else {
                knot(left_v, right.0)
            };
            let mut mean = (right.1 - left.1) / width;
            if mean.is_nan() {
                let middle = wilson_hilferty(shape, f64::midpoint(left_v, right_v));
                let end = |v: f64| wilson_hilferty(shape, v.max(f64::from(LEAST_TAIL) / 4.0));
                mean = (end(right_v) + 4.0 * middle + end(left_v)) / 6.0;
            }
            total += mean * width;
            let half = (mean - right.0).min(left.0 - mean).max(0.0);
            let half = if cell == 0 { 0.0 } else { half };
            // v grows from the left end of the cell to the right, and G falls.
            table.base[cell] = (mean + half) as f32;
            table.slope[cell] = (-2.0 * half) as f32;
            (right_v, right) = (left_v, left);
        }
        // 1 already, but for Simpson's rule.
        let scale = (1.0 / total) as f32;
        for value in table.base.iter_mut().chain(&mut *table.slope) {
            *value *= scale;
        }
        table
    }

    /// G at `u`.
    #[must_use]
    #[expect(
        clippy::inline_always,
        reason = "must end up inside the loops over lanes"
    )]
    #[inline(always)]
    pub fn at(&self, u: f32) -> f32 {
        let v = 1.0 - u;
        let v = if v < LEAST_TAIL { LEAST_TAIL } else { v };
        let bits = v.to_bits();
        let cell = ((bits >> CELL_SHIFT).wrapping_sub(FIRST_CELL) & (CELLS as u32 - 1)) as usize;
        let within = bits & ((1 << CELL_SHIFT) - 1);
        let along = within as i32 as f32 * (1.0 / (1 << CELL_SHIFT) as f32);
        let g = self.base[cell] + self.slope[cell] * along;
        // Rounding may take the foot of a very skewed one below 0.
        if g > 0.0 { g } else { 0.0 }
    }
}

/// The factor G of a day's launches as a curve over the normal quantile z, for small variations: a
/// gamma distribution of mean 1 whose standard deviation is the variation.
///
/// # Formula
///
/// The cube of a polynomial of degree 7 in z/4.4, through the cube roots of G at Chebyshev's
/// points: these are nearly a straight line (Wilson and Hilferty, PNAS 17, 1931). Within 6e-4 of G
/// for all of the pool, rising in z, and brought to mean 1 over the pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaCurve([f32; GammaCurve::TERMS]);

/// Beyond every normal quantile of the pool.
const WIDEST: f64 = 4.4;

impl GammaCurve {
    /// The largest variation that a curve is good for.
    pub const LARGEST: f64 = 0.8;

    /// Below this the quantiles are those of Wilson and Hilferty, within 1e-6: the incomplete gamma
    /// function would take a term for each standard deviation that the mean is long.
    const NORMAL: f64 = 0.01;

    const TERMS: usize = 8;

    /// The curve for a variation, at most [`GammaCurve::LARGEST`].
    #[must_use]
    pub fn new(variation: f64) -> Self {
        const TERMS: usize = GammaCurve::TERMS;
        if variation <= 0.0 {
            let mut flat = [0.0; TERMS];
            flat[0] = 1.0;
            return Self(flat);
        }
        let scale = variation * variation;
        let nodes: [f64; TERMS] =
            std::array::from_fn(|i| (PI * (i as f64 + 0.5) / TERMS as f64).cos());
        let shape = 1.0 / scale;
        let roots = nodes.map(|x| {
            let near = cube_of_normal(shape, x * WIDEST);
            if variation < Self::NORMAL {
                return near.cbrt();
            }
            let upper = normal_tail(x * WIDEST);
            (gamma_quantile(shape, upper, shape * near) * scale).cbrt()
        });
        // Newton's divided differences, and from them the terms.
        let mut differences = roots;
        for order in 1..TERMS {
            for i in (order..TERMS).rev() {
                differences[i] =
                    (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - order]);
            }
        }
        let mut terms = [0.0; TERMS];
        for i in (0..TERMS).rev() {
            for k in (1..TERMS).rev() {
                terms[k] = terms[k - 1] - nodes[i] * terms[k];
            }
            terms[0] = differences[i] - nodes[i] * terms[0];
        }
        let product = |a: &[f64], b: &[f64]| {
            let mut product = [0.0; MOMENTS];
            for (i, a) in a.iter().enumerate() {
                for (k, b) in b.iter().enumerate().take(MOMENTS - i) {
                    product[i + k] += a * b;
                }
            }
            product
        };
        let cube = product(&product(&terms, &terms), &terms);
        let moments = &Pool::get().moments;
        let mean: f64 = cube.iter().zip(moments).map(|(c, m)| c * m).sum();
        let mut power = mean.cbrt().recip();
        Self(terms.map(|term| {
            let term = term * power;
            power /= WIDEST;
            term as f32
        }))
    }

    /// G at normal quantiles.
    #[must_use]
    #[expect(
        clippy::inline_always,
        reason = "a function left outside would not be compiled for the processor at hand"
    )]
    #[inline(always)]
    pub fn at<S: Simd>(&self, z: f32x16<S>) -> f32x16<S> {
        let [c0, c1, c2, c3, c4, c5, c6, c7] = self.0;
        // In pairs (Estrin), so that the steps need not wait for each other.
        let z2 = z * z;
        let low = z.mul_add(c3, c2).mul_add(z2, z.mul_add(c1, c0));
        let high = z.mul_add(c7, c6).mul_add(z2, z.mul_add(c5, c4));
        let root = high.mul_add(z2 * z2, low).max(0.0);
        root * root * root
    }
}

/// Tables for a variation that itself has a range.
///
/// # Formula
///
/// Tables at variations that are evenly spaced in their logarithm, and a straight line between
/// the two nearest: the mean stays 1, and so does the order of the draws.
#[derive(Clone, Debug, PartialEq)]
pub struct GammaRows {
    tables: Vec<GammaTable>,
    /// The logarithm of the first table's variation.
    first: f32,
    /// From one table's to the next.
    step: f32,
}

/// Tables of a variation with a range.
const ROWS: usize = 17;

impl GammaRows {
    /// The tables for a variation drawn from `metalog`; draws beyond 0.01 or
    /// [`LARGEST_VARIATION`] are taken as these.
    #[must_use]
    pub fn new(metalog: Metalog) -> Self {
        let end = |u| metalog.at(u).clamp(0.01, LARGEST_VARIATION);
        let (low, high): (f64, f64) = (end(1e-6), end(1.0 - 1e-6));
        let step = (high / low).ln() / (ROWS - 1) as f64;
        let tables = (0..ROWS).map(|row| GammaTable::new(low * (step * row as f64).exp()));
        Self {
            tables: tables.collect(),
            first: low.ln() as f32,
            step: step.max(1e-9) as f32,
        }
    }

    /// The table below a variation, and how far towards the next it lies.
    #[must_use]
    pub fn place(&self, variation: f32) -> (f32, f32) {
        let place = (variation.max(1e-6).ln() - self.first) / self.step;
        let place = place.clamp(0.0, (ROWS - 1) as f32);
        let row = place.floor().min((ROWS - 2) as f32);
        (row, place - row)
    }

    /// G at `u`, for a variation in its place.
    #[must_use]
    pub fn at(&self, u: f32, row: f32, above: f32) -> f32 {
        let row = row as usize;
        self.tables[row].at(u) * (1.0 - above) + self.tables[row + 1].at(u) * above
    }
}

/// Where a cell begins, in v.
fn cell_start(cell: usize) -> f64 {
    f32::from_bits((cell as u32 + FIRST_CELL) << CELL_SHIFT).into()
}

fn wilson_hilferty(shape: f64, v: f64) -> f64 {
    // At v = 1 the quantile is 0, and far from the rest of its cell: near it stands for it.
    let v = v.min(0.999);
    cube_of_normal(shape, normal(1.0 - v))
}

/// Wilson and Hilferty's quantile of a gamma distribution of mean 1, at a normal one.
fn cube_of_normal(shape: f64, z: f64) -> f64 {
    let c = 1.0 / (9.0 * shape);
    (1.0 - c + z * c.sqrt()).max(0.0).powi(3)
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;
    use crate::scenario::Estimate;

    const SEED: u64 = 20_250_608;

    #[test]
    fn a_metalog_goes_through_its_percentiles() {
        // Case 8 of the model page.
        let range = Range {
            low: 10.0,
            high: 80.0,
        };
        let metalog = Metalog::new(20.0, range, Scale::Log);
        for (u, x) in [(0.05, 10.0), (0.5, 20.0), (0.95, 80.0)] {
            assert!((metalog.at(u) - x).abs() < 1e-12 * x, "{u}");
        }
        let range = Range {
            low: 0.4,
            high: 0.75,
        };
        let share = Metalog::new(0.6, range, Scale::LogOdds);
        for (u, x) in [(0.05, 0.4), (0.5, 0.6), (0.95, 0.75)] {
            assert!((share.at(u) - x).abs() < 1e-12, "{u}");
        }
        for metalog in [metalog, share] {
            let quantiles: Vec<f64> = (1..100_000)
                .map(|i| metalog.at(f64::from(i) / 1e5))
                .collect();
            assert!(quantiles.is_sorted_by(|a, b| a < b));
        }
        assert_eq!(Estimate::exact(1.0).range, None);
    }

    #[test]
    fn the_most_skewed_range_that_is_let_pass_stays_monotone() {
        let most: f64 = (1.0 + 0.45 * 1.66) / (1.0 - 0.45 * 1.66);
        let range = Range {
            low: (-1.0_f64).exp(),
            high: most.exp(),
        };
        let metalog = Metalog::new(1.0, range, Scale::Log);
        let quantiles: Vec<f64> = (1..100_000)
            .map(|i| metalog.at(f64::from(i) / 1e5))
            .collect();
        assert!(quantiles.is_sorted());
    }

    #[test]
    fn uniform_numbers_are_uniform_and_unrelated() {
        let streams = [Stream::named(&["a", "x"]), Stream::named(&["ax"])];
        let n = 100_000_u32;
        let mut bins = [0_u32; 100];
        let (mut across_streams, mut across_days, mut across_members) = (0.0, 0.0, 0.0);
        for member in 0..n {
            let u = uniform_of_day(SEED, member, 3, streams[0]);
            assert!(0.0 < u && u < 1.0);
            bins[(u * 100.0) as usize] += 1;
            across_streams += (u - 0.5) * (uniform_of_day(SEED, member, 3, streams[1]) - 0.5);
            across_days += (u - 0.5) * (uniform_of_day(SEED, member, 4, streams[0]) - 0.5);
            across_members += (u - 0.5) * (uniform_of_day(SEED, member + 1, 3, streams[0]) - 0.5);
        }
        let expected = f64::from(n) / 100.0;
        let chi2: f64 = bins
            .iter()
            .map(|&b| (f64::from(b) - expected).powi(2) / expected)
            .sum();
        // 99 degrees of freedom: mean 99, sd 14.
        assert!((50.0..160.0).contains(&chi2), "{chi2}");
        // A correlation has a standard error of 1/√n.
        for sum in [across_streams, across_days, across_members] {
            let correlation = sum / f64::from(n) * 12.0;
            assert!(
                correlation.abs() < 5.0 / f64::from(n).sqrt(),
                "{correlation}"
            );
        }
        // Along the days of one member too.
        let mean = (0..n)
            .map(|day| uniform_of_day(SEED, 7, day, streams[0]))
            .sum::<f64>()
            / f64::from(n);
        assert!(
            (mean - 0.5).abs() < 5.0 / (12.0 * f64::from(n)).sqrt(),
            "{mean}"
        );
    }

    #[test]
    fn any_first_members_are_spread_evenly() {
        // Each of 2^k equal intervals holds one of the first 2^k members, in every dimension, also where
        // the sequence or the dimensions begin again.
        for number in [0, 1, 24, 255, 256, 700] {
            let dimension = Dimension::new(SEED, number, Design::Even);
            for first in [0, 1 << 16] {
                for count in [2, 64, 1_024] {
                    let mut seen = vec![false; count];
                    for member in 0..count as u32 {
                        let u = dimension.unit(first + member);
                        assert!(0.0 < u && u < 1.0);
                        let interval = &mut seen[(u * count as f32) as usize];
                        assert!(!std::mem::replace(interval, true), "{number} {count}");
                    }
                }
            }
        }
        // 16 × 16 squares of two dimensions hold 4 of 1,024 each, give or take what a net allows.
        let [a, b] = [3, 17].map(|number| Dimension::new(SEED, number, Design::Even));
        let mut squares = [0_u32; 256];
        let (mut across, mut apart) = (0.0, 0.0);
        for member in 0..1_024 {
            let (u, v) = (a.unit(member), b.unit(member));
            squares[(u * 16.0) as usize * 16 + (v * 16.0) as usize] += 1;
            across += (f64::from(u) - 0.5) * (f64::from(v) - 0.5);
            let other = Dimension::new(SEED, 256 + 3, Design::Even).unit(member);
            apart += (f64::from(u) - 0.5) * (f64::from(other) - 0.5);
        }
        assert!(squares.iter().all(|&count| count <= 16));
        for sum in [across, apart] {
            assert!((sum / 1_024.0 * 12.0).abs() < 4.0 / 32.0);
        }
        // Another seed, another design.
        assert_ne!(a.unit(5), Dimension::new(SEED + 1, 3, Design::Even).unit(5));
    }

    #[test]
    fn binomials_are_exact_at_both_ends() {
        // F(0) = 0.9^20 = 0.12158, F(1) = 0.39175.
        for (u, k) in [(0.1215, 0.0), (0.1217, 1.0), (0.3917, 1.0), (0.3918, 2.0)] {
            assert_eq!(binomial(u, 20.0, 0.1), k);
            assert_eq!(binomial(1.0 - u, 20.0, 0.9), 20.0 - k);
        }
        for u in [1e-7, 0.5, 1.0 - 1e-7] {
            assert_eq!(binomial(u, 17.0, 0.0), 0.0);
            assert_eq!(binomial(u, 17.0, 1.0), 17.0);
            assert_eq!(binomial(u, 0.0, 0.4), 0.0);
        }
    }

    #[test]
    fn the_normal_quantile_is_that_of_the_tables() {
        for (u, z) in [
            (0.975, 1.959_963_984_540_054),
            (0.841_344_746_068_542_9, 1.0),
            (1e-7, -5.199_337_582_192_817),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!((normal(u) - z).abs() < 1e-13 * z.abs(), "{u}");
        }
    }

    #[test]
    fn gamma_quantiles_invert_their_distribution() {
        for shape in [0.01, 0.25, 1.0, 2.8, 6.25, 400.0] {
            for upper in [1e-7, 0.01, 0.3, 0.5, 0.9, 0.999] {
                let x = gamma_quantile(shape, upper, 0.0);
                if x > 0.0 {
                    let (_, q) = gamma_cdf(shape, x);
                    assert!((q - upper).abs() < 1e-10 * upper, "{shape} {upper} {x} {q}");
                }
            }
        }
        // The exponential distribution.
        assert!((gamma_quantile(1.0, 0.01, 0.0) - 100.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn a_gamma_table_keeps_the_mean_and_the_spread() {
        let grid = 1 << 23;
        for (variation, of_mean, of_sd) in [
            (0.01, 1e-6, 3e-3),
            (0.04, 1e-6, 3e-3),
            (0.1, 1e-6, 3e-3),
            (0.4, 1e-6, 3e-3),
            (0.6, 1e-6, 3e-3),
            (1.0, 1e-6, 3e-3),
            (2.0, 1e-6, 3e-3),
            (10.0, 1e-5, 5e-2),
        ] {
            let table = GammaTable::new(variation);
            let (mut sum, mut squares, mut last) = (0.0, 0.0, 0.0_f32);
            for k in 0..grid {
                let u = (k as f32 + 0.5) / grid as f32;
                let g = table.at(u);
                // Rounding at a knot may take a last digit.
                assert!(
                    g >= last * (1.0 - 1e-6) - 1e-12,
                    "{variation} {u} {g} {last}"
                );
                last = g;
                sum += f64::from(g);
                squares += f64::from(g) * f64::from(g);
            }
            let mean = sum / f64::from(grid);
            let sd = (squares / f64::from(grid) - mean * mean).sqrt();
            assert!((mean - 1.0).abs() < of_mean, "{variation}: mean {mean}");
            assert!((sd / variation - 1.0).abs() < of_sd, "{variation}: sd {sd}");
        }
    }

    #[test]
    fn the_pool_is_even_without_pattern_and_its_runs_wrap() {
        let pool = Pool::get();
        let (mut seen, mut neighbours) = (vec![false; POOL], [0.0; 3]);
        for i in 0..POOL {
            let (u, z) = (f64::from(pool.units[i]), f64::from(pool.normals[i]));
            let k = u * POOL as f64 - 0.5;
            assert_eq!(k, k.round());
            assert!(!std::mem::replace(&mut seen[k as usize], true), "{k}");
            assert!((z - normal(u)).abs() < 1e-6 && z.abs() < WIDEST, "{u}");
            for (sum, lag) in neighbours.iter_mut().zip([1, 2, RUN]) {
                *sum += z * f64::from(pool.normals[(i + lag) % POOL]);
            }
        }
        for sum in neighbours {
            let correlation = sum / POOL as f64;
            assert!(correlation.abs() < 4.0 / 256.0, "{correlation}");
        }
        let last = pool.run(u16::MAX);
        assert_eq!(last.units[1..], pool.units[..RUN - 1]);
        assert_eq!(last.normals[1..], pool.normals[..RUN - 1]);
    }

    #[test]
    fn members_of_different_runs_draw_apart() {
        // The same number twice in one day of 10,000 members, as often as chance has it.
        let place = Place::new(SEED, 7, Stream::named(&["a"]));
        let runs = 10_000 / RUN as u32;
        let places: Vec<i32> = (0..runs)
            .map(|run| place.of(run_bits(SEED, run * RUN as u32)).into())
            .collect();
        let mut overlaps = 0_u32;
        for (i, a) in places.iter().enumerate() {
            for b in &places[..i] {
                overlaps += u32::from((a - b).unsigned_abs() < RUN as u32);
            }
        }
        let expected = f64::from(runs * (runs - 1)) / 2.0 * (2 * RUN - 1) as f64 / POOL as f64;
        let off = (f64::from(overlaps) - expected) / expected.sqrt();
        assert!(off.abs() < 5.0, "{overlaps}, expected {expected}");
    }

    #[test]
    fn a_gamma_curve_is_the_quantile_function() {
        let at = |curve: &GammaCurve, z: f32| dispatch!(Level::new(), simd => curve.at(f32x16::splat(simd, z))[0]);
        let pool = Pool::get();
        for variation in [0.009, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8] {
            let (curve, shape) = (GammaCurve::new(variation), 1.0 / (variation * variation));
            let (mut sum, mut squares, mut worst) = (0.0, 0.0, 0.0_f64);
            let mut draws: Vec<(f32, f32)> = Vec::with_capacity(POOL);
            for i in 0..POOL {
                let g = at(&curve, pool.normals[i]);
                draws.push((pool.normals[i], g));
                sum += f64::from(g);
                squares += (f64::from(g) - 1.0).powi(2);
                if i % 64 == 0 {
                    let upper = 1.0 - f64::from(pool.units[i]);
                    let exact = gamma_quantile(shape, upper, shape) / shape;
                    worst = worst.max((f64::from(g) - exact).abs());
                }
            }
            let n = POOL as f64;
            assert!(
                (sum / n - 1.0).abs() < 1e-6,
                "{variation}: mean {}",
                sum / n
            );
            let sd = (squares / n).sqrt() / variation;
            assert!((sd - 1.0).abs() < 2e-4, "{variation}: sd {sd}");
            let most = if variation < 0.01 { 1e-6 } else { 7e-4 };
            assert!(worst < most, "{variation}: {worst}");
            draws.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(draws.is_sorted_by(|a, b| a.1 <= b.1), "{variation}");
        }
        assert_eq!(at(&GammaCurve::new(0.0), 3.0), 1.0);
        // As good as none, whose incomplete gamma function would take for ever.
        for variation in [f64::MIN_POSITIVE, 1e-200, 1e-155, 1e-9, 1e-7] {
            let g = at(&GammaCurve::new(variation), 4.0);
            assert!((g - 1.0).abs() < 1e-6, "{variation}: {g}");
        }
    }

    #[test]
    fn rounding_keeps_the_mean_and_whole_numbers() {
        assert_eq!(round(0.999_999_94, 3.0), 3.0);
        assert_eq!((round(0.74, 2.25), round(0.76, 2.25)), (2.0, 3.0));
    }
}
