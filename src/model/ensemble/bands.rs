//! The spread of each measure over all members, day by day.

use jiff::civil::Date;

use super::bins::{self, Chunk, Measure};
use super::tally::{Summary, Tally};
use super::{SERIES_A_THEATRE, Setting};

/// The shares of members at which bands are drawn.
pub(super) const SHARES: [f64; bins::SHARES] = [0.05, 0.25, 0.5, 0.75, 0.95];

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
    /// Whether percentiles are of the values themselves, not of the bins that hold them.
    pub exact: bool,
    pub theatres: Vec<TheatreBands>,
    /// Stock at the day's close, in rounds; all 0 for an interceptor that uses up none.
    pub close: Vec<Band>,
    /// Deployments that have stock, in the order of their measures.
    magazines: Vec<usize>,
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
    /// Bands without a day yet.
    pub(super) fn new(setting: &Setting, members: u32) -> Self {
        let days = setting.plan.days;
        let deployments = setting.plan.deployments.iter();
        let close = deployments.map(|deployment| {
            if deployment.expendable {
                return Band::default();
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
            exact: false,
            theatres: vec![TheatreBands::default(); setting.plan.theatres.len()],
            close: close.collect(),
            magazines: setting.magazines.clone(),
        }
    }

    /// Adds a day of the measure that has this place among all.
    pub(super) fn push(&mut self, place: usize, of: Summary) {
        let of_theatres = self.theatres.len() * SERIES_A_THEATRE;
        let band = if place < of_theatres {
            let theatre = &mut self.theatres[place / SERIES_A_THEATRE];
            match place % SERIES_A_THEATRE {
                0 => &mut theatre.coverage,
                1 => &mut theatre.protection,
                2 => &mut theatre.launched,
                3 => &mut theatre.uncovered,
                _ => &mut theatre.leakers,
            }
        } else {
            &mut self.close[self.magazines[place - of_theatres]]
        };
        band.push(of.mean, of.quantiles);
    }

    /// The bands that a tally's bins give.
    pub(super) fn of(setting: &Setting, tally: &Tally, uncounted: &[Chunk], members: u32) -> Self {
        let series = &setting.series;
        let mut bands = Self::new(setting, members);
        let mut place = 0;
        tally.summaries(uncounted, series, SHARES, |mut of| {
            // What is counted is the share that was not covered, or not killed: most often it is
            // exactly 0, which bins keep.
            if series[place] == Measure::Share {
                of.mean = 1.0 - of.mean;
                of.quantiles.reverse();
                of.quantiles = of.quantiles.map(|share| 1.0 - share);
            }
            bands.push(place, of);
            place = (place + 1) % series.len();
        });
        bands
    }
}
