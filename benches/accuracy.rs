//! How much an ensemble still jumps: root mean square errors over many seeds against one of 2²⁰ members,
//! with the even design of the program and with plain random numbers beside it.
//!
//! `cargo bench --bench accuracy` takes a few minutes and prints a table; there is nothing to be timed.

use std::thread;

use shortfall::model::ensemble::{Band, Bands, Counts, Ensemble, MOST_MEMBERS, Options, Sample};
use shortfall::model::random::Design;
use shortfall::scenario::{Checked, file, library};

/// Members of the reference: a power of 2 would be more than an ensemble may have.
const REFERENCE: u32 = MOST_MEMBERS;

/// Seeds that errors are taken over.
const SEEDS: u64 = 24;

/// The bundled scenarios, and the what-ifs they are taken under.
const SCENARIOS: [(&str, &str); 2] = [("diversion-2025", "diverted"), ("us-halt", "late")];

fn main() {
    // `cargo test --benches` and `cargo bench -- --list` only want to know that it starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!(
        "{:>8} {:>6} {:>14} {:>14} {:>14} {:>23}",
        "members",
        "design",
        "mean, threats",
        "chance, points",
        "P50 coverage",
        "P5 / P50 / P95, all"
    );
    for (name, what_if) in SCENARIOS {
        println!("{name}, {what_if}; percentiles in % of the band's width");
        let Some(scenario) = read(name, what_if) else {
            eprintln!("{name} or its what-if {what_if} is missing");
            return;
        };
        let reference = Reading::of(&scenario, REFERENCE, 1, Design::Even);
        for members in [256, 1_024, 4_096, 16_384] {
            for (design, named) in [(Design::Plain, "plain"), (Design::Even, "even")] {
                let mut errors = Errors::default();
                for seed in 0..SEEDS {
                    let reading = Reading::of(&scenario, members, 1_000 + seed, design);
                    errors.add(&reading, &reference);
                }
                println!("{members:>8} {named:>6} {}", errors.row());
            }
        }
    }
}

fn read(name: &str, what_if: &str) -> Option<Checked> {
    let bundled = library::find(name)?;
    file::read(name, bundled.text)
        .ok()?
        .scenario
        .what_if(what_if)
}

/// What a person sees of an ensemble.
struct Reading {
    /// Not engaged in all in the first theatre, in threats.
    mean: f64,
    /// Share of members with a breach there.
    chance: f64,
    bands: Bands,
}

impl Reading {
    fn of(scenario: &Checked, members: u32, seed: u64, design: Design) -> Self {
        let options = Options {
            members,
            seed,
            ranges: true,
            chance: true,
            counts: Counts::Weekly,
        };
        let ready = Ensemble::with_design(scenario, options, design);
        let (sample, bands) = ready.map_or_else(
            |_| (Sample::default(), Bands::default()),
            |ensemble| {
                let threads = thread::available_parallelism().map_or(1, usize::from);
                let sample = ensemble.run(threads);
                let bands = sample.bands(&ensemble);
                (sample, bands)
            },
        );
        let theatre = &sample.members().theatres[0];
        let count = f64::from(members);
        Self {
            mean: theatre.uncovered.iter().sum::<f64>() / count,
            chance: theatre.breach.iter().flatten().count() as f64 / count,
            bands,
        }
    }

    fn series(&self) -> impl Iterator<Item = &Band> {
        let theatres = self.bands.theatres.iter().flat_map(|theatre| {
            [
                &theatre.coverage,
                &theatre.protection,
                &theatre.launched,
                &theatre.uncovered,
                &theatre.leakers,
            ]
        });
        theatres.chain(&self.bands.close)
    }
}

/// A sum of squares and how many there are.
#[derive(Default)]
struct Square(f64, f64);

impl Square {
    fn add(&mut self, error: f64) {
        self.0 += error * error;
        self.1 += 1.0;
    }

    fn root(&self) -> f64 {
        (self.0 / self.1).sqrt()
    }
}

#[derive(Default)]
struct Errors {
    mean: Square,
    chance: Square,
    coverage: Square,
    all: [Square; 3],
}

impl Errors {
    fn add(&mut self, reading: &Reading, reference: &Reading) {
        self.mean.add(reading.mean - reference.mean);
        self.chance.add(100.0 * (reading.chance - reference.chance));
        for (place, (now, exact)) in reading.series().zip(reference.series()).enumerate() {
            for d in 0..exact.p50.len() {
                let width = exact.p95[d] - exact.p5[d];
                // Some days have no spread at all.
                if width.is_nan() || width < 1e-6 {
                    continue;
                }
                let columns = [
                    (&now.p5, &exact.p5),
                    (&now.p50, &exact.p50),
                    (&now.p95, &exact.p95),
                ];
                for (square, (now, exact)) in self.all.iter_mut().zip(columns) {
                    square.add(100.0 * (now[d] - exact[d]) / width);
                }
                if place == 0 {
                    self.coverage
                        .add(100.0 * (now.p50[d] - exact.p50[d]) / width);
                }
            }
        }
    }

    fn row(&self) -> String {
        let [p5, p50, p95] = [0, 1, 2].map(|i| self.all[i].root());
        format!(
            "{:>14.1} {:>14.2} {:>14.2} {p5:>9.2} {p50:>6.2} {p95:>6.2}",
            self.mean.root(),
            self.chance.root(),
            self.coverage.root(),
        )
    }
}
