//! What a step of a slider costs around the model: rules, warnings, copies, sentences, lines of charts.

use criterion::{Criterion, criterion_group, criterion_main};
use shortfall::app::{Action, App, Command, Surroundings};
use shortfall::scenario::{Address, Value};

/// From the change of one number to everything that panels read, with the planning run and without the
/// ensemble, whose own thread has a benchmark of its own.
fn step(criterion: &mut Criterion) {
    let ctx = egui::Context::default();
    let Ok(mut app) = App::open_within(&ctx, None, &Surroundings::default()) else {
        eprintln!("the bundled scenario cannot be opened");
        return;
    };
    app.act(&ctx, Action::Command(Command::ShowBands));
    let path = "events.diversion.quantity";
    let Ok(address) = Address::find(app.document().baseline(), path) else {
        eprintln!("there is no {path}");
        return;
    };
    let mut steps = (0..20_000).step_by(500).cycle();
    criterion.bench_function("drag/step", |bencher| {
        bencher.iter(|| {
            let value = Value::Number(f64::from(steps.next().unwrap_or_default()));
            app.act(&ctx, Action::Set { address, value });
        });
    });
}

criterion_group!(benches, step);
criterion_main!(benches);
