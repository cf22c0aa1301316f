//! The answer and its charts as a picture for a slide: what is shown, without what it is worked
//! with, in the light colours that print, with marking, changes, sources and what reproduces it.
//!
//! It is laid out by egui in a window that is never opened, of one size whatever the real one has,
//! and painted by [`raster`] on a thread of its own.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;

use egui::{
    CentralPanel, ClippedPrimitive, ColorImage, Context, Frame, Margin, Panel, Pos2, RawInput,
    Rect, RichText, Theme, Ui, Vec2, ViewportId,
};

use super::App;
use super::raster::{self, Textures};
use super::view::{Centre, Dialog, Purpose};
use super::{headline, theme, widgets};
use crate::analysis::changes::sentence;
use crate::scenario::file;

/// A slide of 16 to 9, in points: letters are as large on it as on the usual ones.
const SIZE: Vec2 = Vec2::new(1200.0, 675.0);

/// It grows with what it shows, up to this, beyond which nobody could read it.
const LARGEST: Vec2 = Vec2::new(2400.0, 2400.0);

/// A slide on a large screen still shows no pixels.
const PIXELS_PER_POINT: f32 = 2.0;

/// Passes that egui needs for what depends on how large other things are.
const SETTLED: usize = 2;

/// Passes after which it is taken as it is.
const MOST_PASSES: usize = 12;

/// Changes that a line or two hold.
const MOST_CHANGES: usize = 5;

/// What becomes of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Clipboard,
    /// A file; one that is there already is replaced only where somebody has agreed to it.
    File {
        path: PathBuf,
        replace: bool,
    },
}

/// A picture that is being painted.
pub struct Painting {
    target: Target,
    answer: Receiver<Painted>,
}

/// What came of it.
enum Painted {
    Image(ColorImage),
    Written,
    /// Nothing was written: a file of that name is there.
    Exists,
    Failed(String),
}

/// Takes a picture of what is shown, for its target. The answer comes by [`go_on`].
pub fn take(app: &mut App, ctx: &Context, target: Target) {
    app.view.dialog = None;
    if app.files.painting.is_some() {
        app.view.tell("The picture before is still being painted");
        return;
    }
    let sketch = Sketch::of(app);
    let about = headline::as_text(
        &app.document,
        &app.results,
        &app.told,
        app.spread.as_deref(),
        &app.view,
    );
    let (sender, answer): (SyncSender<_>, _) = sync_channel(1);
    let (job, wake) = (target.clone(), ctx.clone());
    let started = thread::Builder::new()
        .name("picture".to_owned())
        .spawn(move || {
            let image = sketch.paint();
            let painted = match job {
                Target::Clipboard => Painted::Image(image),
                Target::File { path, replace } => write(&image, &about, &path, replace),
            };
            // Where the window has gone, nobody waits for the answer.
            let _ = sender.send(painted);
            wake.request_repaint();
        });
    match started {
        Ok(_) => app.files.painting = Some(Painting { target, answer }),
        Err(error) => fail(app, &target, error.to_string()),
    }
}

/// Takes in what became of the picture that is being painted.
pub fn go_on(app: &mut App, ctx: &Context) {
    let Some(Painting { target, answer }) = app.files.painting.take() else {
        return;
    };
    let painted = match answer.try_recv() {
        Ok(painted) => painted,
        Err(TryRecvError::Empty) => {
            app.files.painting = Some(Painting { target, answer });
            return;
        }
        Err(TryRecvError::Disconnected) => {
            Painted::Failed("The painting ended without an answer.".to_owned())
        }
    };
    match (painted, target) {
        (Painted::Image(image), _) => {
            ctx.copy_image(image);
            app.view.tell("Picture copied");
        }
        (Painted::Written, Target::File { path, .. }) => {
            app.view
                .tell(format!("Picture written to {}", path.display()));
        }
        (Painted::Exists, Target::File { path, .. }) => {
            app.view.dialog = Some(Dialog::PictureExists(path));
        }
        (Painted::Failed(why), target) => fail(app, &target, why),
        // Only files are written.
        (Painted::Written | Painted::Exists, Target::Clipboard) => {}
    }
}

fn fail(app: &mut App, target: &Target, why: String) {
    let given = match target {
        Target::Clipboard => None,
        Target::File { path, .. } => Some((Purpose::Picture, path.display().to_string())),
    };
    app.view.dialog = Some(Dialog::Failed {
        what: "There is no picture",
        why,
        given,
    });
}

/// The path with the ending of a picture, unless it has one already.
pub fn with_ending(path: PathBuf) -> PathBuf {
    if path.extension().is_some() {
        path
    } else {
        path.with_extension("png")
    }
}

/// A name for the picture of what is shown.
pub fn suggested_name(app: &App) -> String {
    let own = super::files::suggested_name(&app.document);
    let stem = Path::new(&own)
        .file_stem()
        .map(|stem| stem.to_string_lossy());
    let stem = stem.unwrap_or(Cow::Borrowed("picture"));
    match app.document.active() {
        Some(what_if) => format!("{stem}-{what_if}.png"),
        None => format!("{stem}.png"),
    }
}

/// A picture as triangles, yet to be painted.
struct Sketch {
    size: Vec2,
    primitives: Vec<ClippedPrimitive>,
    textures: Textures,
}

impl Sketch {
    /// Lays out what is shown.
    fn of(app: &mut App) -> Self {
        let shown = app.view.clone();
        app.view.picture = true;
        app.view.hovered_day = None;
        // Tables of inputs are for working with; their picture would be a part of them at best.
        if matches!(shown.centre, Centre::Assumptions | Centre::Structure) {
            app.view.centre = Centre::Charts;
        }
        let ctx = Context::default();
        theme::install(&ctx);
        ctx.set_theme(Theme::Light);
        let (mut size, mut since) = (SIZE, 0);
        let mut textures = Textures::default();
        let mut shapes = Vec::new();
        for pass in 0..MOST_PASSES {
            let mut output = ctx.run_ui(input(size, pass), |ui| app.picture(ui));
            textures.apply(&mut output.textures_delta);
            shapes = output.shapes;
            let more = widgets::take_overflow(&ctx).max(Vec2::ZERO).ceil();
            since += 1;
            if since <= SETTLED {
                continue;
            }
            let larger = (size + more).min(LARGEST);
            if larger == size {
                break;
            }
            (size, since) = (larger, 0);
        }
        app.view = shown;
        Self {
            size,
            primitives: ctx.tessellate(shapes, PIXELS_PER_POINT),
            textures,
        }
    }

    fn paint(&self) -> ColorImage {
        let size = self.size * PIXELS_PER_POINT;
        let size = [size.x, size.y].map(|side| side.round() as usize);
        raster::paint(size, PIXELS_PER_POINT, &self.primitives, &self.textures)
    }
}

/// What a window of this size with nobody at it is told.
fn input(size: Vec2, pass: usize) -> RawInput {
    let mut input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
        time: Some(pass as f64),
        ..RawInput::default()
    };
    if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
        viewport.native_pixels_per_point = Some(PIXELS_PER_POINT);
    }
    input
}

/// Writes a picture to a file, with what it says as text beside it for who cannot see it, or wants
/// to reproduce it.
fn write(image: &ColorImage, about: &str, path: &Path, replace: bool) -> Painted {
    if !replace && path.exists() && !path.is_dir() {
        return Painted::Exists;
    }
    let bytes = match png(image, about) {
        Ok(bytes) => bytes,
        Err(error) => return Painted::Failed(error.to_string()),
    };
    match file::save_bytes(path, &bytes) {
        Ok(()) => Painted::Written,
        Err(error) => Painted::Failed(error.to_string()),
    }
}

fn png(image: &ColorImage, about: &str) -> Result<Vec<u8>, png::EncodingError> {
    // No slide is that large; what is would be cut off by its own header.
    let [width, height] = image
        .size
        .map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(io::Cursor::new(&mut bytes), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.add_itxt_chunk("Description".to_owned(), about.to_owned())?;
    let mut writer = encoder.write_header()?;
    let pixels: Vec<u8> = image
        .pixels
        .iter()
        .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
        .collect();
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}

impl App {
    /// What the picture shows.
    fn picture(&self, ui: &mut Ui) {
        self.banner(ui, "marking above");
        self.bottom_banner(ui);
        let style = ui.style().clone();
        Panel::bottom("footer")
            .frame(Frame::side_top_panel(&style).inner_margin(Margin::symmetric(14, 6)))
            .show(ui, |ui| self.footer(ui));
        CentralPanel::default()
            .frame(Frame::central_panel(&style).inner_margin(Margin::symmetric(14, 10)))
            .show(ui, |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.heading(&self.document.baseline().title);
                    let name = RichText::new(self.document.name()).heading();
                    ui.label(name.color(theme::palette(ui).weak));
                });
                // Nobody clicks on a picture.
                self.centre(ui, &mut Vec::new());
            });
    }

    /// What the answer rests on.
    fn footer(&self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 2.0;
        // Beside each other, what-ifs say themselves what they change.
        if self.view.centre != Centre::Comparison {
            let differs = match self.document.active() {
                Some(_) => sentence(&self.results.changes, MOST_CHANGES),
                None => "This is the baseline.".to_owned(),
            };
            ui.label(theme::small(ui, differs));
        }
        let sources = self.cited();
        if !sources.is_empty() {
            ui.label(theme::small(ui, sources));
        }
        let provenance = headline::provenance(&self.document, self.spread.as_deref());
        ui.label(theme::small(ui, provenance));
    }

    /// Who the scenario's numbers are from.
    fn cited(&self) -> String {
        let sources = self.document.baseline().sources.values().map(|source| {
            let by = source.publisher.as_ref().unwrap_or(&source.title);
            match &source.date {
                Some(date) => format!("{by}, {date}"),
                None => by.clone(),
            }
        });
        let sources: Vec<String> = sources.collect();
        if sources.is_empty() {
            return String::new();
        }
        format!("Sources: {}", sources.join(" · "))
    }
}
