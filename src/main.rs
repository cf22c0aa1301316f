fn main() {
    let file = std::env::args().nth(1);
    if let Err(e) = shortfall::app::run(file.as_deref()) { eprintln!("{e}"); }
}
