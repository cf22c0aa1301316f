//! Opening the window on this machine's display.

use super::{App, Surroundings};

/// The size a laptop shows whole.
const SIZE: [f32; 2] = [1280.0, 800.0];
/// The least that is usable.
const LEAST: [f32; 2] = [900.0, 600.0];

/// Opens the window and stays until it is closed.
///
/// # Errors
///
/// There is no display to open it on; the text says so in one line.
pub fn run(file: Option<&str>) -> Result<(), String> {
    let mut viewport = egui::ViewportBuilder::default()
        .with_app_id("shortfall")
        .with_title("shortfall")
        .with_inner_size(SIZE)
        .with_min_inner_size(LEAST)
        .with_drag_and_drop(true);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")) {
        viewport = viewport.with_icon(icon);
    }
    let options = eframe::NativeOptions {
        viewport,
        ..eframe::NativeOptions::default()
    };
    let file = file.map(str::to_owned);
    eframe::run_native(
        "shortfall",
        options,
        Box::new(move |cc| {
            let around = Surroundings {
                storage: eframe::storage_dir("shortfall"),
                ..Surroundings::default()
            };
            let app = App::open_within(&cc.egui_ctx, file.as_deref(), &around)?;
            Ok(Box::new(app))
        }),
    )
    // The error's own text names files of the machine that built the program.
    .map_err(|error| match error {
        eframe::Error::AppCreation(error) => error.to_string(),
        _ => "no display to open a window on".to_owned(),
    })
}
