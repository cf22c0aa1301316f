//! What is promised about speed: a planning run of the bundled scenario within one frame's slack.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use shortfall::analysis::KeyFigures;
use shortfall::analysis::scent::scent;
use shortfall::model::{Outcome, Plan, run_into};
use shortfall::scenario::{Checked, file, library};

/// The bundled scenario as it opens.
fn opened() -> Option<Checked> {
    let bundled = library::find("diversion-2025")?;
    let baseline = file::read(bundled.id, bundled.text).ok()?.scenario;
    let open = baseline.open.clone()?;
    baseline.what_if(&open)
}

/// From a checked scenario to its key figures. Goal 55 µs, limit 100 µs.
fn planning(criterion: &mut Criterion) {
    let Some(scenario) = opened() else {
        eprintln!("the bundled scenario or its opening what-if is missing");
        return;
    };
    let mut outcome = Outcome::default();
    criterion.bench_function("planning/diversion-2025", |bencher| {
        bencher.iter(|| {
            let plan = Plan::new(black_box(&scenario));
            run_into(&plan, &mut outcome);
            black_box(KeyFigures::of(&scenario, &outcome))
        });
    });
}

/// The response of every lever along its track, as the window asks for after each change. Goal
/// 50 ms for all of them together.
fn scents(criterion: &mut Criterion) {
    let Some(scenario) = opened() else {
        return;
    };
    criterion.bench_function("scents/diversion-2025", |bencher| {
        bencher.iter(|| {
            let levers = scenario.levers.iter();
            levers
                .map(|lever| scent(black_box(&scenario), lever))
                .collect::<Vec<_>>()
        });
    });
}

criterion_group!(benches, planning, scents);
criterion_main!(benches);
