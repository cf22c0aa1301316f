//! What is promised about speed: the bands of all charts of the bundled scenario, as it opens.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use shortfall::model::ensemble::{Counts, Ensemble, Options, Sample};
use shortfall::scenario::{Checked, file, library};

/// The bundled scenario as it opens.
fn opened() -> Option<Checked> {
    let bundled = library::find("diversion-2025")?;
    let baseline = file::read(bundled.id, bundled.text).ok()?.scenario;
    let open = baseline.open.clone()?;
    baseline.what_if(&open)
}

/// From a checked scenario to every band: 1,000 members on one core, those of the window (4,096) and
/// 10,000 on two.
fn bands(criterion: &mut Criterion) {
    let Some(scenario) = opened() else {
        eprintln!("the bundled scenario or its opening what-if is missing");
        return;
    };
    let mut sample = Sample::default();
    let go_on = AtomicBool::new(false);
    for (members, threads) in [(1_000, 1), (4_096, 2), (10_000, 2)] {
        let options = Options {
            members,
            seed: scenario.seed,
            ranges: true,
            chance: true,
            counts: Counts::Weekly,
        };
        criterion.bench_function(&format!("bands/{members}"), |bencher| {
            bencher.iter(|| {
                let Ok(ensemble) = Ensemble::new(black_box(&scenario), options) else {
                    return;
                };
                sample.restart(&ensemble);
                sample.extend(&ensemble, members, threads, &go_on);
                black_box(sample.bands(&ensemble));
            });
        });
    }
}

criterion_group!(benches, bands);
criterion_main!(benches);
