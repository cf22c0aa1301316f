use shortfall::analysis::KeyFigures;
use shortfall::model::*;
use shortfall::scenario::*;
use std::hint::black_box;
use std::time::Instant;
fn time(name: &str, mut f: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..60 {
        let t = Instant::now();
        for _ in 0..200 {
            f();
        }
        best = best.min(t.elapsed().as_secs_f64() / 200.0);
    }
    println!("{name}: {:.2} µs", best * 1e6);
}
fn main() {
    let b = library::find("diversion-2025").unwrap();
    let base = file::read(b.id, b.text).unwrap().scenario;
    let s = base.what_if("diverted").unwrap();
    let mut o = Outcome::default();
    let p = Plan::new(&s);
    run_into(&p, &mut o);
    time("plan", || {
        black_box(Plan::new(black_box(&s)));
    });
    time("run", || {
        run_into(black_box(&p), &mut o);
    });
    time("figures", || {
        black_box(KeyFigures::of(black_box(&s), &o));
    });
    time("all", || {
        let p = Plan::new(black_box(&s));
        run_into(&p, &mut o);
        black_box(KeyFigures::of(&s, &o));
    });
    let p0 = Plan::new(&base);
    time("run base", || {
        run_into(black_box(&p0), &mut o);
    });
}
