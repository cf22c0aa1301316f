//! What charts draw, as points: made once a result, and borrowed by every frame that shows it.

use std::ops::RangeInclusive;
use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{Color32, Shape, Ui};
use egui_plot::{
    Line, PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotPoint, PlotPoints, PlotTransform,
    PlotUi,
};

use crate::analysis::Answer;
use crate::analysis::series::TheatreSeries;
use crate::model::ensemble::{Band, Bands, TheatreBands};

/// A line over the days, broken where a value is undefined.
#[derive(Debug, Default)]
pub struct Trace {
    pieces: Vec<Vec<PlotPoint>>,
    /// The highest value; 0 where there is none above it.
    pub highest: f64,
}

impl Trace {
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let point = |(day, &value): (usize, &f64)| PlotPoint::new(day as f64, value);
        let points: Vec<PlotPoint> = values.iter().enumerate().map(point).collect();
        let pieces = points.split(|point| point.y.is_nan());
        Self {
            pieces: pieces
                .filter(|piece| !piece.is_empty())
                .map(<[_]>::to_vec)
                .collect(),
            highest: values.iter().copied().fold(0.0, f64::max),
        }
    }

    /// Draws the line, each piece as `styled` makes it.
    pub fn draw<'p>(&'p self, plot: &mut PlotUi<'p>, styled: impl Fn(Line<'p>) -> Line<'p>) {
        for piece in &self.pieces {
            let line = Line::new("", PlotPoints::Borrowed(piece));
            plot.line(styled(line).allow_hover(false));
        }
    }
}

/// What one run comes to. Things stand in the order of the scenario.
#[derive(Debug, Default)]
pub struct Traces {
    pub theatres: Vec<TheatreTraces>,
    /// Rounds in stock at the day's close, of each deployment.
    pub close: Vec<Trace>,
}

/// One theatre; each is the series of the same name.
#[derive(Debug, Default)]
pub struct TheatreTraces {
    pub coverage: Trace,
    pub protection: Trace,
    pub coverage_daily: Trace,
    /// The base line, then the tops of the stack.
    pub not_engaged: [Trace; 5],
    /// Which of the stack add anything to speak of.
    pub causes: [bool; 4],
    pub launched: Trace,
    pub engaged: Trace,
    pub killed: Trace,
    pub leakers: Trace,
}

impl TheatreTraces {
    /// All that is not engaged.
    pub fn uncovered(&self) -> &Trace {
        &self.not_engaged[4]
    }
}

impl Traces {
    #[must_use]
    pub fn of(series: &[TheatreSeries], answer: &Answer) -> Self {
        let theatre = |series: &TheatreSeries| {
            let base = vec![0.0; series.launched.len()];
            let [a, b, c, d] = &series.not_engaged;
            let adds = |top: &[f64], below: &[f64]| {
                let mut both = top.iter().zip(below);
                both.any(|(top, below)| top - below > 1e-6)
            };
            TheatreTraces {
                coverage: Trace::of(&series.coverage),
                protection: Trace::of(&series.protection),
                coverage_daily: Trace::of(&series.coverage_daily),
                causes: [adds(a, &base), adds(b, a), adds(c, b), adds(d, c)],
                not_engaged: [&base, a, b, c, d].map(|top| Trace::of(top)),
                launched: Trace::of(&series.launched),
                engaged: Trace::of(&series.engaged),
                killed: Trace::of(&series.killed),
                leakers: Trace::of(&series.leakers),
            }
        };
        let deployments = answer.outcome.deployments.iter();
        Self {
            theatres: series.iter().map(theatre).collect(),
            close: deployments.map(|days| Trace::of(&days.close)).collect(),
        }
    }
}

/// The bands of a sample.
#[derive(Debug, Default)]
pub struct Ribbons {
    pub theatres: Vec<TheatreRibbons>,
    pub close: Vec<Ribbon>,
}

/// The bands of one theatre; each is that of the same name.
#[derive(Debug, Default)]
pub struct TheatreRibbons {
    pub coverage: Ribbon,
    pub protection: Ribbon,
    pub launched: Ribbon,
    pub uncovered: Ribbon,
    pub leakers: Ribbon,
}

/// One band.
#[derive(Debug, Default)]
pub struct Ribbon {
    p5: Trace,
    p25: Trace,
    p50: Trace,
    p75: Trace,
    p95: Trace,
}

impl Ribbons {
    #[must_use]
    pub fn of(bands: &Bands) -> Self {
        let theatre = |bands: &TheatreBands| TheatreRibbons {
            coverage: Ribbon::of(&bands.coverage),
            protection: Ribbon::of(&bands.protection),
            launched: Ribbon::of(&bands.launched),
            uncovered: Ribbon::of(&bands.uncovered),
            leakers: Ribbon::of(&bands.leakers),
        };
        Self {
            theatres: bands.theatres.iter().map(theatre).collect(),
            close: bands.close.iter().map(Ribbon::of).collect(),
        }
    }
}

impl Ribbon {
    fn of(band: &Band) -> Self {
        let [p5, p25, p50, p75, p95] =
            [&band.p5, &band.p25, &band.p50, &band.p75, &band.p95].map(|column| Trace::of(column));
        Self {
            p5,
            p25,
            p50,
            p75,
            p95,
        }
    }

    /// The highest value that is drawn.
    pub fn highest(&self) -> f64 {
        self.p95.highest
    }

    /// Draws P5 to P95 and, stronger, P25 to P75, with the median as a thin line.
    pub fn draw<'p>(&'p self, plot: &mut PlotUi<'p>, color: Color32, strength: f32) {
        area(
            plot,
            &self.p5,
            &self.p95,
            color.gamma_multiply(0.13 * strength),
        );
        area(
            plot,
            &self.p25,
            &self.p75,
            color.gamma_multiply(0.20 * strength),
        );
        self.p50.draw(plot, |line| {
            line.color(color.gamma_multiply(0.7 * strength)).width(1.0)
        });
    }

    /// Draws the lines alone, for where something opaque lies over the band.
    pub fn outline<'p>(&'p self, plot: &mut PlotUi<'p>, color: Color32, strength: f32) {
        for edge in [&self.p5, &self.p25, &self.p75, &self.p95] {
            edge.draw(plot, |line| {
                line.color(color.gamma_multiply(0.4 * strength)).width(0.6)
            });
        }
        self.p50.draw(plot, |line| {
            line.color(color.gamma_multiply(0.9 * strength)).width(1.2)
        });
    }
}

/// Fills what lies between two lines that are broken at the same days.
pub fn area<'p>(plot: &mut PlotUi<'p>, low: &'p Trace, high: &'p Trace, fill: Color32) {
    for (low, high) in low.pieces.iter().zip(&high.pieces) {
        plot.add(Area {
            base: PlotItemBase::new(String::new()),
            low,
            high,
            fill,
        });
    }
}

/// As [`egui_plot::FilledArea`], which copies its columns, of borrowed ones.
struct Area<'p> {
    base: PlotItemBase,
    low: &'p [PlotPoint],
    high: &'p [PlotPoint],
    fill: Color32,
}

impl PlotItem for Area<'_> {
    fn shapes(&self, _ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let mut mesh = Mesh::default();
        for (low, high) in self.low.iter().zip(self.high) {
            let next = mesh.vertices.len() as u32;
            mesh.colored_vertex(transform.position_from_point(low), self.fill);
            mesh.colored_vertex(transform.position_from_point(high), self.fill);
            if next > 0 {
                mesh.add_triangle(next - 2, next - 1, next);
                mesh.add_triangle(next - 1, next, next + 1);
            }
        }
        shapes.push(Shape::Mesh(Arc::new(mesh)));
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.fill
    }

    fn allow_hover(&self) -> bool {
        false
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    /// The window sets the bounds of every chart, so that no item has a say in them.
    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}
