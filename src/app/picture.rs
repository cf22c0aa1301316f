//! The answer and its charts as a picture for a slide: what is shown, without what it is worked
//! with, in the light colours that print, with marking, changes, sources and what reproduces it; and
//! as a page with everything that it rests on.
//!
//! It is laid out by egui in a window that is never opened, of one size whatever the real one has,
//! and painted by [`raster`] on a thread of its own.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use egui::{
    CentralPanel, ClippedPrimitive, ColorImage, Context, Frame, Margin, Panel, Pos2, RawInput,
    Rect, RichText, Theme, Ui, Vec2, ViewportId,
};

use super::App;
use super::disk::absolute;
use super::ensemble::Spread;
use super::jobs::{Painted, Painting, Wanted};
use super::raster::{self, Textures};
use super::request::{Form, Target};
use super::view::{Centre, Dialog, Purpose, TheatreView};
use super::{files, headline, theme, widgets};
use crate::analysis::changes::sentence;
use crate::analysis::likelihood::Yardstick;
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::{Answer, format};
use crate::export::page::{self, Page};
use crate::export::report::{Variant, World};
use crate::scenario::{Checked, WhatIf, file};

/// A slide of 16 to 9, in points: letters are as large on it as on the usual ones.
const SIZE: Vec2 = Vec2::new(1200.0, 675.0);

/// It grows with what it shows, up to this, beyond which nobody could read it.
const LARGEST: Vec2 = Vec2::new(4800.0, 4800.0);

/// How finely a picture of this size is painted: a slide shows no pixels on a large screen, and a
/// long table does not fill the memory.
fn pixels_per_point(size: Vec2) -> f32 {
    if size.max_elem() <= LARGEST.x / 2.0 {
        2.0
    } else {
        1.0
    }
}

/// Passes that egui needs for what depends on how large other things are.
const SETTLED: usize = 2;

/// Passes after which it is taken as it is.
const MOST_PASSES: usize = 12;

/// Has a picture taken of what is shown, once it is whole; what becomes of it comes by [`go_on`].
pub fn want(app: &mut App, ctx: &Context, target: Target) {
    app.view.dialog = None;
    // What is being typed counts.
    if let Some(focused) = ctx.memory(egui::Memory::focused) {
        ctx.memory_mut(|memory| memory.surrender_focus(focused));
    }
    app.files.wanted = Some(Wanted {
        target,
        since: Instant::now(),
        frames: 0,
    });
    ctx.request_repaint();
}

/// Takes the picture that is wanted, where all that it shows is of one generation, and all members
/// are in. Where that does not come, it is taken as it is, and says itself how many members it has.
fn take_wanted(app: &mut App, ctx: &Context) {
    /// A field needs a frame to notice that it was left, and another to hand over what was typed.
    const FRAMES: u8 = 3;
    const PATIENCE: Duration = Duration::from_secs(5);
    const NOTICED: Duration = Duration::from_millis(300);
    let Some(mut wanted) = app.files.wanted.take() else {
        return;
    };
    wanted.frames = wanted.frames.saturating_add(1);
    let whole = wanted.since.elapsed() > PATIENCE || app.is_whole();
    if !whole && wanted.since.elapsed() > NOTICED {
        app.view.tell("Waiting for the ensemble to finish…");
    }
    if wanted.frames < FRAMES || !whole || app.files.painting.is_some() {
        ctx.request_repaint_after(Duration::from_millis(10));
        app.files.wanted = Some(wanted);
        return;
    }
    take(app, ctx, wanted.target);
}

/// Takes a picture of what is shown, or makes a page of it.
fn take(app: &mut App, ctx: &Context, target: Target) {
    let mut cut = false;
    let job = target.clone();
    let started = if let Target::File {
        form: form @ Form::Page,
        path,
        replace,
    } = job
    {
        let material = Material::of(app);
        app.view.tell("Writing the page…");
        start(ctx, move || {
            write(form, &path, replace, || Ok(material.page().into_bytes()))
        })
    } else {
        let sketch = Sketch::of(app);
        cut = sketch.cut;
        let about = headline::as_text(
            &app.document,
            &app.results,
            &app.told,
            app.spread.as_deref(),
            &app.view,
        );
        start(ctx, move || {
            let image = sketch.paint();
            match job {
                Target::Clipboard => Painted::Image(image),
                Target::File {
                    form,
                    path,
                    replace,
                } => write(form, &path, replace, || png(&image, &about)),
            }
        })
    };
    match started {
        Ok(answer) => {
            app.files.painting = Some(Painting {
                target,
                cut,
                answer,
            });
        }
        Err(error) => fail(app, &target, error.to_string()),
    }
}

/// Does it on a thread of its own.
fn start(
    ctx: &Context,
    work: impl FnOnce() -> Painted + Send + 'static,
) -> io::Result<Receiver<Painted>> {
    let (sender, answer): (SyncSender<_>, _) = sync_channel(1);
    let wake = ctx.clone();
    let named = thread::Builder::new().name("picture".to_owned());
    named.spawn(move || {
        // Where the window has gone, nobody waits for the answer.
        let _ = sender.send(work());
        wake.request_repaint();
    })?;
    Ok(answer)
}

/// Takes the picture that is wanted, and takes in what became of the one that is being painted.
pub fn go_on(app: &mut App, ctx: &Context) {
    take_wanted(app, ctx);
    let Some(painting) = app.files.painting.take() else {
        return;
    };
    let painted = match painting.answer.try_recv() {
        Ok(painted) => painted,
        Err(TryRecvError::Empty) => {
            app.files.painting = Some(painting);
            return;
        }
        Err(TryRecvError::Disconnected) => {
            Painted::Failed("The work on it ended without an answer.".to_owned())
        }
    };
    let cut = if painting.cut {
        "; not all of it fits"
    } else {
        ""
    };
    match (painted, painting.target) {
        (Painted::Image(image), _) => {
            ctx.copy_image(image);
            app.view.tell(format!("Picture copied{cut}"));
        }
        (Painted::Written, Target::File { form, path, .. }) => {
            let of = match form {
                Form::Picture if app.view.centre.is_input() => "Picture of the charts",
                Form::Picture => "Picture",
                Form::Page => "Page",
            };
            let path = absolute(&path);
            app.view
                .tell(format!("{of} written to {}{cut}", path.display()));
        }
        (Painted::Exists, Target::File { form, path, .. }) => {
            app.view.dialog = Some(Dialog::PictureExists(form, path));
        }
        (Painted::Failed(why), target) => fail(app, &target, why),
        // Only files are written.
        (Painted::Written | Painted::Exists, Target::Clipboard) => {}
    }
    // Where there is something to be asked or told first, whoever wanted to close asks again.
    if std::mem::take(&mut app.files.closes) && app.view.dialog.is_none() {
        ctx.send_viewport_cmd(egui::ViewportCommand::Close);
    }
}

fn fail(app: &mut App, target: &Target, why: String) {
    let given = match target {
        Target::Clipboard => None,
        Target::File { form, path, .. } => {
            let purpose = Purpose::Picture(*form);
            Some((purpose, path.display().to_string()))
        }
    };
    app.view.dialog = Some(Dialog::Failed {
        what: match target.form() {
            Form::Picture => "There is no picture",
            Form::Page => "There is no page",
        },
        why,
        given,
    });
}

/// A name for the picture or the page of what is shown.
pub fn suggested_name(app: &App, form: Form) -> String {
    let own = files::suggested_name(&app.document);
    let stem = Path::new(&own)
        .file_stem()
        .map(|stem| stem.to_string_lossy());
    let stem = stem.unwrap_or(Cow::Borrowed("picture"));
    let ending = form.ending();
    match app.document.active() {
        Some(what_if) => format!("{stem}-{what_if}.{ending}"),
        None => format!("{stem}.{ending}"),
    }
}

/// What a page is made of, away from the window.
struct Material {
    baseline: Arc<Checked>,
    current: Checked,
    /// Id and changes; nothing where the baseline is shown.
    what_if: Option<(String, WhatIf)>,
    answers: [Answer; 2],
    /// That of the changed assumptions alone.
    assumed: Option<Answer>,
    spread: Option<Arc<Spread>>,
    yardstick: Yardstick,
    marking: String,
    origin: String,
    file: String,
    text: String,
}

impl Material {
    fn of(app: &App) -> Self {
        let document = &app.document;
        let what_if = document.active().map(str::to_owned);
        Self {
            baseline: Arc::clone(document.shared_baseline()),
            current: document.current().clone(),
            what_if: what_if.zip(document.active_what_if().cloned()),
            answers: [&app.results.baseline, &app.results.current].map(Clone::clone),
            assumed: app
                .results
                .assumed
                .as_ref()
                .map(|(_, answer)| answer.clone()),
            spread: app.spread.clone(),
            yardstick: app.view.uncertainty.yardstick,
            marking: document.marking(),
            origin: headline::origin(document),
            file: files::suggested_name(document),
            text: document.rewritten().text,
        }
    }

    fn page(&self) -> String {
        let [before, now] = &self.answers;
        let baseline = World {
            scenario: &self.baseline,
            answer: before,
        };
        let world = World {
            scenario: &self.current,
            answer: now,
        };
        let spread = self.spread.as_deref();
        let options = spread.map(|spread| spread.options);
        let sensitivity = Sensitivity::run(&self.current, options, &AtomicBool::new(false));
        page::page(&Page {
            baseline,
            variant: self.what_if.as_ref().map(|(_, what_if)| Variant {
                world,
                what_if,
                assumed: self.assumed.as_ref(),
            }),
            drawn: spread.map(|spread| page::Drawn {
                chances: &spread.chances,
                bands: &spread.bands,
                options: spread.options,
            }),
            sensitivity: sensitivity.as_ref(),
            yardstick: self.yardstick,
            marking: &self.marking,
            origin: page::Origin {
                words: &self.origin,
                file: &self.file,
                text: &self.text,
                what_if: self.what_if.as_ref().map(|(id, _)| id.as_str()),
                sets: &[],
                fixes: &[],
            },
        })
    }
}

/// A picture as triangles, yet to be painted.
struct Sketch {
    size: Vec2,
    /// Not all of what it shows is on it.
    cut: bool,
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
        if shown.centre.is_input() {
            app.view.centre = Centre::Charts;
        }
        let ctx = Context::default();
        theme::install(&ctx);
        ctx.set_theme(Theme::Light);
        // Passes since it last grew.
        let (mut size, mut settled) = (SIZE, 0);
        let mut more = Vec2::ZERO;
        let mut textures = Textures::default();
        let mut shapes = Vec::new();
        for pass in 0..MOST_PASSES {
            let mut output = ctx.run_ui(input(size, pass), |ui| app.picture(ui));
            textures.apply(&mut output.textures_delta);
            shapes = output.shapes;
            more = widgets::take_overflow(&ctx).max(Vec2::ZERO).ceil();
            settled += 1;
            if settled <= SETTLED {
                continue;
            }
            let larger = (size + more).min(LARGEST);
            if larger == size {
                break;
            }
            (size, settled) = (larger, 0);
        }
        app.view = shown;
        Self {
            size,
            cut: more != Vec2::ZERO,
            primitives: ctx.tessellate(shapes, pixels_per_point(size)),
            textures,
        }
    }

    fn paint(&self) -> ColorImage {
        let scale = pixels_per_point(self.size);
        let size = self.size * scale;
        let size = [size.x, size.y].map(|side| side.round() as usize);
        raster::paint(size, scale, &self.primitives, &self.textures)
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
        viewport.native_pixels_per_point = Some(pixels_per_point(size));
    }
    input
}

/// Writes what is made to a file.
fn write(
    form: Form,
    path: &Path,
    replace: bool,
    make: impl FnOnce() -> Result<Vec<u8>, png::EncodingError>,
) -> Painted {
    if !replace && path.exists() && !path.is_dir() {
        return Painted::Exists;
    }
    let ending = path.extension().unwrap_or_default();
    if !ending.eq_ignore_ascii_case(form.ending()) && !path.is_dir() {
        return Painted::Failed(format!(
            "a {} is written as {}: let the name end in .{}, not {}",
            form.noun(),
            form.ending().to_uppercase(),
            form.ending(),
            path.display()
        ));
    }
    let bytes = match make() {
        Ok(bytes) => bytes,
        Err(error) => return Painted::Failed(error.to_string()),
    };
    match file::save_bytes(path, &bytes) {
        Ok(()) => Painted::Written,
        Err(error) => Painted::Failed(error.to_string()),
    }
}

/// The picture as a file, with what it says as text beside it for who cannot see it, or wants to
/// reproduce it.
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
                    // Which world it is comes first: the scenario's title may tell of another.
                    ui.heading(self.document.name());
                    let title = RichText::new(&self.document.baseline().title).heading();
                    ui.label(title.color(theme::palette(ui).weak));
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
                Some(_) => sentence(&self.results.changes),
                None => "This is the baseline.".to_owned(),
            };
            ui.label(theme::small(ui, differs));
        }
        if self.view.centre == Centre::Charts {
            let legend = self.legend();
            if !legend.is_empty() {
                ui.label(theme::small(ui, legend));
            }
        }
        let sources = self.cited();
        if !sources.is_empty() {
            ui.label(theme::small(ui, sources));
        }
        let provenance = headline::provenance(&self.document, self.spread.as_deref());
        ui.label(theme::small(ui, provenance));
    }

    /// What the charts do not say of themselves.
    fn legend(&self) -> String {
        let mut parts = Vec::new();
        if let Some((from, to)) = self.view.days {
            let scenario = self.document.current();
            let last = scenario.day_count() - 1;
            let day = |at: f64| {
                let day = (at.round().max(0.0) as usize).min(last);
                format::date(format::day(scenario.start, day))
            };
            let (from, to) = (day(from), day(to));
            parts.push(format!(
                "Charts: {from} to {to}. Sentences and figures: all {}.",
                format::days(last + 1)
            ));
        }
        // Beside each other there is no room for whole keys.
        if self.view.theatre == TheatreView::All {
            parts.push("Dashed: the baseline.".to_owned());
            if self.spread.is_some() {
                parts.push("Bands: 50 and 90 % of members.".to_owned());
            }
        }
        parts.join(" ")
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
