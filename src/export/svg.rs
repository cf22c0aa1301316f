//! Charts as drawings inside a page: coverage with its bands, and what is not engaged by cause.

use std::fmt::Write as _;

use jiff::civil::Date;
use maud::{Markup, html};

use crate::analysis::format;
use crate::analysis::series::TheatreSeries;
use crate::model::ensemble::Band;

/// Size of a chart, in pixels of the page; it is scaled to the room there is.
const SIZE: [f64; 2] = [560.0, 230.0];
/// Room at its left, top, right and bottom, for what is written there.
const MARGIN: [f64; 4] = [42.0, 20.0, 12.0, 22.0];

/// What all charts of a page share.
#[derive(Clone, Debug)]
pub struct Axis {
    pub start: Date,
    pub days: usize,
    /// The day and the number of each event that happens.
    pub events: Vec<(usize, usize)>,
}

/// A chart's measures.
struct Plot<'a> {
    axis: &'a Axis,
    /// The value at the top; 0 is at the bottom.
    top: f64,
}

impl Plot<'_> {
    fn x(&self, day: f64) -> f64 {
        let width = SIZE[0] - MARGIN[0] - MARGIN[2];
        let last = self.axis.days.saturating_sub(1).max(1) as f64;
        MARGIN[0] + width * day / last
    }

    fn y(&self, value: f64) -> f64 {
        let height = SIZE[1] - MARGIN[1] - MARGIN[3];
        MARGIN[1] + height * (1.0 - (value / self.top).clamp(0.0, 1.0))
    }

    /// A line through a value a day, broken where there is none.
    fn line(&self, values: &[f64]) -> String {
        let mut path = String::new();
        let mut broken = true;
        for (day, &value) in values.iter().enumerate() {
            if value.is_finite() {
                let to = if broken { 'M' } else { 'L' };
                // Writing to a string cannot fail, here and below.
                let _ = write!(path, "{to}{:.1} {:.1}", self.x(day as f64), self.y(value));
            }
            broken = !value.is_finite();
        }
        path
    }

    /// What lies between two values a day.
    fn area(&self, low: &[f64], high: &[f64]) -> String {
        let mut path = String::new();
        let both = |day: &usize| low[*day].is_finite() && high[*day].is_finite();
        let days: Vec<usize> = (0..low.len().min(high.len())).filter(both).collect();
        let stretches = days.chunk_by(|a, b| a + 1 == *b);
        for stretch in stretches {
            let there = stretch.iter().map(|&day| (day, high[day]));
            let back = stretch.iter().rev().map(|&day| (day, low[day]));
            for (i, (day, value)) in there.chain(back).enumerate() {
                let to = if i == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{to}{:.1} {:.1}", self.x(day as f64), self.y(value));
            }
            path.push('Z');
        }
        path
    }

    /// Where the numbers of events stand, and which: together, from the first to the last of them,
    /// where they would lie over each other.
    fn numbers(&self) -> Vec<(f64, String)> {
        const ROOM: f64 = 22.0;
        let mut events = self.axis.events.clone();
        events.sort_unstable();
        let mut groups: Vec<(f64, Vec<usize>)> = Vec::new();
        for (day, number) in events {
            let x = self.x(day as f64);
            match groups.last_mut() {
                Some((at, numbers)) if x < *at + ROOM => {
                    *at = x;
                    numbers.push(number);
                }
                _ => groups.push((x, vec![number])),
            }
        }
        let text = |numbers: &mut Vec<usize>| {
            numbers.sort_unstable();
            let runs = numbers.chunk_by(|a, b| a + 1 == *b);
            let runs = runs.map(|run| match run {
                [] => String::new(),
                [one] => one.to_string(),
                [first, .., last] => format!("{first}–{last}"),
            });
            runs.collect::<Vec<_>>().join(", ")
        };
        let groups = groups.into_iter();
        groups
            .map(|(x, mut numbers)| (x, text(&mut numbers)))
            .collect()
    }

    /// The frame with its scales, `inside` it, and the events over both.
    fn chart(&self, title: &str, share: bool, inside: &Markup) -> Markup {
        let [left, right] = [MARGIN[0], SIZE[0] - MARGIN[2]];
        let [above, below] = [MARGIN[1], SIZE[1] - MARGIN[3]];
        html! {
            svg role="img" aria-label=(title) viewBox={ "0 0 " (SIZE[0]) " " (SIZE[1]) } {
                @for tick in ticks(self.top) {
                    @let y = self.y(tick);
                    line .grid x1=(left) x2=(right) y1=(y) y2=(y) {}
                    text .y x=(left - 6.0) y=(y + 4.0) {
                        @if share { (format::percent(tick)) } @else { (format::given(tick)) }
                    }
                }
                @for (day, name) in months(self.axis) {
                    @let x = self.x(day as f64);
                    line .grid x1=(x) x2=(x) y1=(below) y2=(below + 4.0) {}
                    text .x x=(x) y=(below + 16.0) { (name) }
                }
                (inside)
                @for &(day, _) in &self.axis.events {
                    @let x = self.x(day as f64);
                    line .event x1=(x) x2=(x) y1=(above) y2=(below) {}
                }
                @for (x, numbers) in self.numbers() {
                    text .end x=(x + 3.0) y=(above - 6.0) { (numbers) }
                }
            }
        }
    }
}

/// Coverage over 28 days: as it is, the baseline's where that is another, the bands of an ensemble,
/// and the target.
pub fn coverage(
    axis: &Axis,
    title: &str,
    now: &TheatreSeries,
    before: Option<&TheatreSeries>,
    band: Option<&Band>,
    target: f64,
) -> Markup {
    let plot = Plot { axis, top: 1.0 };
    let y = plot.y(target);
    let inside = html! {
        @if let Some(band) = band {
            path .outer d=(plot.area(&band.p5, &band.p95)) {}
            path .inner d=(plot.area(&band.p25, &band.p75)) {}
        }
        line .target x1=(MARGIN[0]) x2=(SIZE[0] - MARGIN[2]) y1=(y) y2=(y) {}
        @if let Some(before) = before {
            path .ghost d=(plot.line(&before.coverage)) {}
        }
        path .protection d=(plot.line(&now.protection)) {}
        path .coverage d=(plot.line(&now.coverage)) {}
    };
    plot.chart(title, true, &inside)
}

/// Not engaged a day, stacked by why, and the baseline's sum.
pub fn not_engaged(
    axis: &Axis,
    title: &str,
    now: &TheatreSeries,
    before: Option<&TheatreSeries>,
) -> Markup {
    let all = |series: &TheatreSeries| series.not_engaged[3].iter().copied().fold(0.0, f64::max);
    let most = before.map_or(0.0, all).max(all(now));
    let plot = Plot {
        axis,
        top: ticks(most).last().copied().unwrap_or(1.0).max(most),
    };
    let zero = vec![0.0; axis.days];
    let inside = html! {
        // Each holds those before it: the last is painted first.
        @for (class, sum) in CAUSES.iter().zip(&now.not_engaged).rev() {
            path class=(class.0) d=(plot.area(&zero, sum)) {}
        }
        @if let Some(before) = before {
            path .ghost d=(plot.line(&before.not_engaged[3])) {}
        }
    };
    plot.chart(title, false, &inside)
}

/// The causes in the order in which they are stacked: their class, and what they are called.
pub const CAUSES: [(&str, &str); 4] = [
    ("reach", "out of reach"),
    ("capacity", "launchers saturated"),
    ("stock", "magazines empty"),
    ("held", "held back"),
];

/// Round numbers from 0 to at most the first that is no less than `most`: four to six of them.
fn ticks(most: f64) -> Vec<f64> {
    // A fifth of less than that has no digits left, and nobody has so much.
    if !(1e-300..1e300).contains(&most) {
        return vec![0.0, 1.0];
    }
    let raw = most / 5.0;
    let unit = 10f64.powf(raw.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * unit);
    let step = steps.into_iter().find(|step| *step >= raw * (1.0 - 1e-9));
    let step = step.unwrap_or(raw);
    let count = (most / step - 1e-9).ceil() as usize;
    (0..=count).map(|i| i as f64 * step).collect()
}

/// First days of months, as many as there is room for, with their names: those of January, and the
/// first, with the year. Where no month begins, the first day.
fn months(axis: &Axis) -> Vec<(usize, String)> {
    /// As many as there is room for.
    const MOST: usize = 12;
    let firsts: Vec<(usize, Date)> = (0..axis.days)
        .map(|day| (day, format::day(axis.start, day)))
        .filter(|(_, date)| date.day() == 1)
        .collect();
    if firsts.is_empty() {
        return vec![(0, format::date(axis.start))];
    }
    let steps = [1, 2, 3, 6, 12, 24, 60];
    let on = |step: usize| {
        let months = move |date: &Date| date.year() as usize * 12 + date.month() as usize - 1;
        let firsts = firsts.iter();
        firsts.filter(move |(_, date)| months(date).is_multiple_of(step))
    };
    let fits = |step: &usize| on(*step).count() <= MOST;
    let step = steps.into_iter().find(fits).unwrap_or(60);
    let mut labels: Vec<(usize, String)> = Vec::new();
    let room = axis.days / (MOST - 1) + 1;
    for (i, &(day, date)) in on(step).enumerate() {
        let month = format::month(date);
        if i > 0 && date.month() > 1 {
            labels.push((day, month.to_owned()));
            continue;
        }
        let label = if step < 12 {
            format!("{month} {}", date.year())
        } else {
            date.year().to_string()
        };
        // The first makes way for a January that stands too near.
        if labels.len() == 1 && step < 12 && day < labels[0].0 + room {
            labels.clear();
        }
        labels.push((day, label));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(days: usize) -> Axis {
        Axis {
            start: Date::constant(2025, 6, 1),
            days,
            events: Vec::new(),
        }
    }

    #[test]
    fn scales_have_a_handful_of_round_numbers() {
        for (most, all) in [
            (1.0, vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
            (37.0, vec![0.0, 10.0, 20.0, 30.0, 40.0]),
            (0.0, vec![0.0, 1.0]),
            (f64::NAN, vec![0.0, 1.0]),
            (5e-324, vec![0.0, 1.0]),
            (f64::INFINITY, vec![0.0, 1.0]),
        ] {
            let found = ticks(most);
            assert_eq!(found.len(), all.len(), "{most}: {found:?}");
            let close = found.iter().zip(&all).all(|(a, b)| (a - b).abs() < 1e-9);
            assert!(close, "{most}: {found:?}");
        }
        for most in [1e-6, 0.3, 7.0, 99.0, 1_234.5, 8e11] {
            let found = ticks(most);
            assert!((4..=7).contains(&found.len()), "{most}: {found:?}");
            assert!(
                found
                    .last()
                    .is_some_and(|last| *last >= most * (1.0 - 1e-9))
            );
        }
    }

    #[test]
    fn months_never_crowd_and_years_are_told() {
        let year = months(&axis(365));
        assert_eq!(year.len(), 12);
        assert_eq!(year[0], (0, "Jun 2025".to_owned()));
        assert_eq!(year[1], (30, "Jul".to_owned()));
        assert_eq!(year[7].1, "Jan 2026");
        let decade = months(&axis(3_650));
        assert!(
            decade.iter().all(|(_, label)| label.starts_with("20")),
            "{decade:?}"
        );
        let three = months(&axis(1_095));
        assert!(
            three.iter().all(|(_, label)| !label.starts_with("Dec")),
            "{three:?}"
        );
        assert!(three.iter().any(|(_, label)| label == "Jan 2027"));
        // None begins, or one right before the year does.
        let of = |start: Date, days: usize| {
            months(&Axis {
                start,
                ..axis(days)
            })
        };
        let short = of(Date::constant(2025, 6, 5), 20);
        assert_eq!(short, [(0, "5 Jun 2025".to_owned())]);
        let winter = of(Date::constant(2025, 12, 1), 365);
        assert_eq!(winter[0], (31, "Jan 2026".to_owned()));
        for days in [20, 28, 60, 365, 500, 731, 1_200, 3_650] {
            let labels = months(&axis(days));
            // As wide as eight letters, of a chart in which eighty stand side by side.
            let plot = Plot {
                axis: &axis(days),
                top: 1.0,
            };
            for pair in labels.windows(2) {
                let apart = plot.x(pair[1].0 as f64) - plot.x(pair[0].0 as f64);
                let wide = (pair[0].1.len() + pair[1].1.len()) as f64 / 2.0 * 5.6;
                assert!(apart >= wide, "{days}: {pair:?} {apart}");
            }
        }
    }

    #[test]
    fn numbers_of_events_that_stand_together_are_told_together() {
        let axis = Axis {
            events: vec![(3, 1), (5, 2), (200, 4), (364, 7), (363, 6), (362, 9)],
            ..axis(365)
        };
        let plot = Plot {
            axis: &axis,
            top: 1.0,
        };
        let texts: Vec<String> = plot.numbers().into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["1–2", "4", "6–7, 9"]);
    }

    #[test]
    fn lines_and_areas_break_where_there_is_nothing() {
        let axis = axis(4);
        let plot = Plot {
            axis: &axis,
            top: 1.0,
        };
        let gap = [0.0, 1.0, f64::NAN, 1.0];
        assert_eq!(plot.line(&gap).matches('M').count(), 2);
        let area = plot.area(&[0.0; 4], &gap);
        assert_eq!(
            (area.matches('M').count(), area.matches('Z').count()),
            (2, 2)
        );
        assert!(!area.contains("NaN"));
    }
}
