//! The spread of each measure over all members, day by day.

use jiff::civil::Date;

use super::Setting;
use super::percentiles;
use super::tally::{Chunk, Measure, Tally};

/// The shares of members at which bands are drawn.
const SHARES: [f64; percentiles::SHARES] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// One measure: mean and percentiles over the members, one entry a day; NaN where no member has
/// one. All means are NaN where counts are [`Weekly`](super::Counts::Weekly): no chart has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Band {
    pub mean: Vec<f64>,
    pub p5: Vec<f64>,
    pub p25: Vec<f64>,
    pub p50: Vec<f64>,
    pub p75: Vec<f64>,
    pub p95: Vec<f64>,
}

/// The bands of a sample. Things stand in the order of the scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bands {
    /// Day 0.
    pub start: Date,
    pub days: usize,
    /// How many members they are over.
    pub members: u32,
    pub theatres: Vec<TheatreBands>,
    /// Stock at the day's close, in rounds; all 0 for an interceptor that uses up none.
    pub close: Vec<Band>,
}

/// The bands of one theatre.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TheatreBands {
    /// Covered over launched, over the last 28 days.
    pub coverage: Band,
    /// Killed over launched, over the last 28 days.
    pub protection: Band,
    /// Threats a day, by the day or by the week as [`Counts`](super::Counts) says; likewise below.
    pub launched: Band,
    pub uncovered: Band,
    pub leakers: Band,
}

impl Band {
    /// The columns in the order of their names in a table: mean, then percentiles.
    #[must_use]
    pub fn columns(&self) -> [&Vec<f64>; 6] {
        [
            &self.mean, &self.p5, &self.p25, &self.p50, &self.p75, &self.p95,
        ]
    }

    fn with_capacity(days: usize) -> Self {
        let column = || Vec::with_capacity(days);
        Self {
            mean: column(),
            p5: column(),
            p25: column(),
            p50: column(),
            p75: column(),
            p95: column(),
        }
    }

    fn push(&mut self, mean: f64, quantiles: [f64; 5]) {
        self.mean.push(mean);
        let columns = [
            &mut self.p5,
            &mut self.p25,
            &mut self.p50,
            &mut self.p75,
            &mut self.p95,
        ];
        for (column, quantile) in columns.into_iter().zip(quantiles) {
            column.push(quantile);
        }
    }
}

impl Bands {
    pub(super) fn of(setting: &Setting, tally: &Tally, uncounted: &[Chunk], members: u32) -> Self {
        let days = setting.plan.days;
        let series = &setting.series;
        let mut bands: Vec<Band> = series.iter().map(|_| Band::with_capacity(days)).collect();
        let mut place = 0;
        tally.summaries(uncounted, series, SHARES, |of| {
            let (mut mean, mut quantiles) = (of.mean, of.quantiles);
            // What is counted is the share that was not covered, or not killed: most often it is
            // exactly 0, which bins keep.
            if series[place] == Measure::Share {
                mean = 1.0 - mean;
                quantiles.reverse();
                quantiles = quantiles.map(|share| 1.0 - share);
            }
            bands[place].push(mean, quantiles);
            place = (place + 1) % bands.len();
        });
        // In the order of the measures.
        let mut bands = bands.into_iter();
        let mut band = || bands.next().unwrap_or_default();
        let theatres = setting.plan.theatres.iter();
        let theatres = theatres.map(|_| TheatreBands {
            coverage: band(),
            protection: band(),
            launched: band(),
            uncovered: band(),
            leakers: band(),
        });
        let theatres: Vec<TheatreBands> = theatres.collect();
        let deployments = setting.plan.deployments.iter();
        let close = deployments.map(|deployment| {
            if deployment.expendable {
                return band();
            }
            let zeros = vec![0.0; days];
            Band {
                mean: zeros.clone(),
                p5: zeros.clone(),
                p25: zeros.clone(),
                p50: zeros.clone(),
                p75: zeros.clone(),
                p95: zeros,
            }
        });
        Self {
            start: setting.plan.start,
            days,
            members,
            theatres,
            close: close.collect(),
        }
    }
}
