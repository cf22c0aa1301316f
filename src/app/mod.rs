//! The window: the only place that knows egui.
//!
//! A frame goes one way. Results that have arrived are taken in, panels read the state and push
//! [`Action`]s, `apply` makes the changes, and what they changed is run again before
//! the frame ends, so that the next one shows it. Panels change nothing themselves.

mod action;
mod assumptions;
mod chances;
mod charts;
mod command;
mod compare;
mod desk;
mod dialogs;
mod disk;
mod document;
mod ensemble;
mod event_editor;
mod figures;
mod files;
mod form;
mod headline;
mod history;
mod jobs;
mod lanes;
mod levers;
mod number;
mod odds;
mod palette;
mod picture;
mod raster;
mod recent;
mod recovery;
mod request;
mod results;
mod run;
mod saving;
mod seek;
mod sensitivity;
mod sources;
mod structure;
mod table;
mod tabs;
mod theme;
mod timeline;
mod traces;
mod update;
mod view;
mod widgets;
mod worker;

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{
    Align, CentralPanel, Frame, Layout, Margin, Panel, PointerState, Rect, RichText, ScrollArea,
    TextStyle, Ui, UiBuilder, Vec2,
};

use std::path::PathBuf;

pub use action::Action;
pub use command::Command;
pub use document::{Document, Origin};
use ensemble::{Outcome, Request, Runner, Spread};
use headline::Told;
use history::History;
pub use jobs::Chooser;
use jobs::Files;
pub use jobs::Writer;
use recovery::Recovery;
pub use request::{After, Form, Saving, Target};
use results::Results;
pub use run::run;
pub use theme::install as install_theme;
use view::{Centre, Dialog, Offer, Purpose, Sentences, TheatreView, View};
pub use view::{Draws, Uncertainty};
use worker::{Place, Question, Scents, Seeks, Worker};

use crate::analysis::compare::Comparison;
use crate::analysis::seek::Goal;
use crate::analysis::trials::few;
use crate::model::ensemble::{Counts, Options};
use crate::scenario::file::{LoadError, Loaded};
use crate::scenario::{LeverKind, Problem, library};

/// What the window finds around it. By default nothing: it then leaves no trace on the machine.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The folder for the list of recent files and for copies of what is unsaved.
    pub storage: Option<PathBuf>,
    /// Answers in the place of the system's file dialogs.
    pub chooser: Option<Chooser>,
    /// Writes files in the place of the disk.
    pub writer: Option<Writer>,
}

/// The whole state of the window.
pub struct App {
    document: Document,
    history: History,
    results: Results,
    /// All what-ifs beside each other, while that is what is shown.
    comparison: Option<Comparison>,
    /// The generation that it is of.
    compared: u64,
    scents: Option<Scents>,
    /// What the ensemble came to, of the newest generation that has arrived.
    spread: Option<Arc<Spread>>,
    /// Since when that has been of an older document than the figures, and nothing newer has come.
    behind: Option<Instant>,
    /// What it says in sentences.
    told: Told,
    /// What the ensemble was last asked for.
    spread_asked: Option<(u64, Options)>,
    runner: Option<Runner>,
    /// Frames that a dialog has lain over the window, as far as they are counted.
    covered: u8,
    /// Whether the last frame had something that Escape leaves before it leaves what is in the middle.
    busy: bool,
    /// The generation for which scents were last asked for, and whether events were too.
    asked: (u64, bool),
    /// The first generation of the document that is open.
    opened: u64,
    worker: Option<Worker>,
    /// What each change alone would do to the chances, as far as it is known.
    odds: Option<odds::Found>,
    /// Since when what is sought has been of an older document than the figures.
    sought_behind: Option<Instant>,
    /// What was last asked about that.
    odds_asked: Option<odds::About>,
    seeker: Option<odds::Seeker>,
    view: View,
    files: Files,
    /// Keeps a copy of what is unsaved; nothing where there is no folder for it.
    recovery: Option<Recovery>,
    /// The title last given to the window, so that it is only sent when it changes.
    title: String,
}

impl App {
    /// Opens the window's state on a scenario.
    #[must_use]
    pub fn new(ctx: &egui::Context, origin: Origin, loaded: Loaded) -> Self {
        theme::install(ctx);
        // The window has its own commands for this, within sizes that it was made for.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let document = Document::new(origin, loaded, 0);
        let [wake, wake_too, wake_three] = [(); 3].map(|()| ctx.clone());
        let mut view = View::default();
        view.document_opened(&document);
        Self {
            results: Results::of(&document),
            document,
            history: History::default(),
            comparison: None,
            compared: 0,
            scents: None,
            covered: 0,
            busy: false,
            spread: None,
            behind: None,
            told: Told::default(),
            spread_asked: None,
            runner: ensemble::start(move || wake_too.request_repaint()).ok(),
            asked: (0, false),
            opened: 0,
            // Without a second thread the window still works; only the scents are missing.
            worker: worker::start(move || wake.request_repaint()).ok(),
            odds: None,
            odds_asked: None,
            sought_behind: None,
            seeker: odds::start(move || wake_three.request_repaint()).ok(),
            view,
            files: Files::default(),
            recovery: None,
            title: String::new(),
        }
    }

    /// Opens on a bundled scenario or a file; where that is refused, on the first bundled one,
    /// with the reasons shown.
    ///
    /// # Errors
    ///
    /// Nothing can be opened at all.
    pub fn open(ctx: &egui::Context, name: Option<&str>) -> Result<Self, LoadError> {
        let first = library::all().first().map_or("", |bundled| bundled.id);
        let dialog = match files::read(name.unwrap_or(first)) {
            Ok((origin, loaded)) => return Ok(Self::new(ctx, origin, loaded)),
            Err(LoadError::Refused(refused)) => Dialog::Refused(refused),
            Err(error) => Dialog::Failed {
                what: "The file was not opened",
                why: error.to_string(),
                given: name.map(|name| (Purpose::Open, name.to_owned())),
            },
        };
        let (origin, loaded) = files::read(first)?;
        let mut app = Self::new(ctx, origin, loaded);
        app.view.dialog = Some(dialog);
        Ok(app)
    }

    /// As [`App::open`], with a folder to remember things in.
    ///
    /// # Errors
    ///
    /// Nothing can be opened at all.
    pub fn open_within(
        ctx: &egui::Context,
        name: Option<&str>,
        around: &Surroundings,
    ) -> Result<Self, LoadError> {
        let mut app = Self::open(ctx, name)?;
        app.files.chooser.clone_from(&around.chooser);
        app.files.writing.writer.clone_from(&around.writer);
        if let Some(folder) = &around.storage {
            app.files.recents = Some(folder.join("recent.ron"));
            // Without a thread there are no copies, but everything else works.
            app.recovery = Recovery::start(folder.join("recovery")).ok();
        }
        files::note_opened(&mut app);
        Ok(app)
    }

    /// The window closes, and nothing is left that anyone would miss.
    pub fn leave(&mut self) {
        if let Some(recovery) = &mut self.recovery
            && (self.view.quitting || !self.document.is_unsaved())
        {
            recovery.finish();
        }
    }

    /// The open document, for tests.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The headline shown, for tests.
    #[must_use]
    pub fn headline(&self) -> String {
        headline::text(&self.results, &self.told, &self.view)
    }

    /// Asks for a change as a panel would.
    pub fn act(&mut self, ctx: &egui::Context, action: Action) {
        update::apply(self, ctx, action);
        self.refresh();
    }

    /// Everything that happens once a frame without painting.
    pub fn logic(&mut self, ctx: &egui::Context) {
        let newest = self.worker.as_ref().and_then(Worker::newest);
        // What was still being computed for the document before has other levers.
        if let Some(scents) = newest.filter(|scents| scents.generation >= self.opened) {
            self.scents = Some(scents);
        }
        self.take_spread(Duration::ZERO);
        self.seek_odds(ctx);
        self.sought_behind = if self.seeks_are_new() {
            None
        } else {
            self.sought_behind.or_else(|| Some(Instant::now()))
        };
        let mut actions = Vec::new();
        if !ctx.input(|i| i.pointer.any_down()) && self.document.refresh_warnings() {
            // The status bar counted those of before.
            ctx.request_repaint();
        }
        self.files.answered(&mut actions);
        files::dropped(ctx, &mut actions);
        if ctx.input(|i| i.pointer.any_released()) {
            // A drag is one step, wherever it ends.
            self.history.end_gesture();
        } else if ctx.input(|i| i.pointer.any_down()) {
            self.history.hold(ctx.input(|i| i.time));
        }
        saving::go_on(self, ctx, Duration::ZERO);
        files::watch(self, ctx);
        self.guard_close(ctx);
        if self.view.dialog.is_none() {
            actions.extend(Command::pressed(ctx).into_iter().map(Action::Command));
        }
        if !self.busy && ctx.input(|i| i.key_pressed(egui::Key::Escape)) {
            actions.extend(self.view.centre.command().map(Action::Command));
        }
        for action in actions {
            update::apply(self, ctx, action);
        }
        self.refresh();
        picture::go_on(self, ctx);
        self.keep_copy(ctx);
        self.name_window(ctx);
    }

    /// Keeps a copy of what is unsaved, and offers those that crashes have left.
    fn keep_copy(&mut self, ctx: &egui::Context) {
        let Some(recovery) = &mut self.recovery else {
            return;
        };
        if let Some(wait) = recovery.keep(&self.document) {
            ctx.request_repaint_after(wait);
        }
        if let Some(failure) = recovery.failure() {
            self.view.tell(failure);
        }
        if self.view.dialog.is_none() && !recovery.found.is_empty() {
            let offers = recovery.found.iter().map(|found| Offer {
                title: found.copy.title.clone(),
                name: found.copy.name.clone(),
                origin: found.copy.origin().describe(),
                age: found.copy.age(),
            });
            self.view.dialog = Some(Dialog::Recover(offers.collect()));
            ctx.request_repaint();
        }
    }

    /// Shows the window.
    pub fn ui(&mut self, ui: &mut Ui) {
        let mut actions = Vec::new();
        let pointer = self.without_tooltips(ui);
        self.banner(ui, "marking above");
        Panel::top("menu")
            .frame(Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(8, 4)))
            .show(ui, |ui| self.menu_and_tabs(ui, &mut actions));
        self.bottom_banner(ui);
        Panel::bottom("status")
            .frame(Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(10, 3)))
            .show(ui, |ui| self.status(ui, &mut actions));
        Panel::left("levers")
            .default_size(304.0)
            .size_range(250.0..=460.0)
            .show(ui, |ui| self.side(ui, &mut actions));
        // What was moved on the left is run before the middle is drawn, so that the answer is
        // never a frame behind the hand.
        let ctx = ui.ctx().clone();
        self.make(&ctx, &mut actions);
        let hovered = CentralPanel::default()
            .frame(Frame::central_panel(ui.style()).inner_margin(Margin::symmetric(14, 10)))
            .show(ui, |ui| self.centre(ui, &mut actions))
            .inner;
        if hovered != self.view.hovered_day {
            self.view.hovered_day = hovered;
            ui.ctx().request_repaint();
        }
        event_editor::show(&ctx, &self.document, &self.view, &mut actions);
        if let Some(pointer) = pointer {
            ctx.input_mut(|input| input.pointer = pointer);
        }
        let about = dialogs::About {
            document: &self.document,
            history: &self.history,
            warnings: &self.warnings(),
            spread: self.spread.as_deref().ok_or(self.no_spread()),
            recent: &self.files.recent,
            view: &self.view,
        };
        dialogs::show(&ctx, about, &mut actions);
        widgets::focus_ring(ui);
        self.make(&ctx, &mut actions);
        self.busy = self.view.dialog.is_some()
            || self.view.editor.is_some()
            || ctx.memory(|memory| memory.focused().is_some())
            || egui::Popup::is_any_open(&ctx);
    }

    /// Takes the pointer away in the first frames that a dialog lies over the window.
    ///
    /// A tooltip stays as long as the pointer rests on what it tells of, even under a dialog: so
    /// there has to be a frame in which it does not, and in the first egui knows of no dialog yet.
    fn without_tooltips(&mut self, ui: &Ui) -> Option<PointerState> {
        const FRAMES: u8 = 2;
        if self.view.dialog.is_none() {
            self.covered = 0;
        } else if self.covered < FRAMES {
            self.covered += 1;
            ui.ctx().request_repaint();
            return Some(ui.input_mut(|input| std::mem::take(&mut input.pointer)));
        }
        None
    }

    /// Makes the changes that panels have asked for, and runs what they changed.
    fn make(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        if actions.is_empty() {
            return;
        }
        for action in actions.drain(..) {
            update::apply(self, ctx, action);
        }
        self.refresh();
        // Panels drawn before this still show what was: they are drawn again at once.
        ctx.request_repaint();
    }

    /// Runs what has changed, in this frame, and asks the thread for the rest.
    fn refresh(&mut self) {
        /// Longer than the levers of a usual scenario take, shorter than opening a file.
        const OPENING: Duration = Duration::from_millis(120);
        let generation = self.document.generation();
        if !self.results.fits(&self.document) {
            // Another baseline may have other items: nothing computed before speaks of it.
            self.document_opened();
            self.view.keep_within(&self.document);
        } else if self.results.generation != generation {
            self.results.update(&self.document);
        }
        if self.view.centre != Centre::Comparison {
            self.comparison = None;
        } else if self.comparison.is_none() || self.compared != generation {
            let (baseline, what_ifs) = (self.document.baseline(), self.document.what_ifs());
            self.comparison = Some(Comparison::of(baseline, what_ifs));
            self.compared = generation;
        }
        self.refresh_spread();
        if self
            .spread
            .as_ref()
            .is_some_and(|spread| spread.generation < self.results.generation)
        {
            self.behind.get_or_insert_with(Instant::now);
        } else {
            self.behind = None;
        }
        if let Some(spread) = &self.spread {
            let (results, view) = (&self.results, &self.view);
            self.told.update(&self.document, results, spread, view);
        }
        let planned = !matches!(self.view.goal(), Goal::Chance(_));
        let seek = self.view.centre == Centre::Seek && planned;
        let (asked, asked_seek) = self.asked;
        if (asked != generation || seek && !asked_seek)
            && let Some(worker) = &self.worker
        {
            let place = || Place {
                baseline: Arc::clone(self.document.shared_baseline()),
                what_if: self.document.active_what_if().cloned().unwrap_or_default(),
                figures: self.results.baseline.figures.clone(),
            };
            worker.ask(Question {
                generation,
                scenario: Arc::clone(self.document.shared_current()),
                seek: seek.then(place),
            });
            self.asked = (generation, seek);
            let untouched = self.history.undoable().len() + self.history.redoable().len() == 0;
            if self.scents.is_none() && untouched {
                // A document has just been opened: its levers are drawn once, and do not move as soon
                // as it is known which of them have no effect.
                let newest = worker.wait(OPENING, |scents| scents.generation == generation);
                self.scents = newest.filter(|scents| scents.generation == generation);
            }
        }
    }

    /// Asks for the ensemble of what is shown, and waits a moment for its first batch, which takes
    /// a part of a frame: so the bands stay with the finger, and the sentence never lags behind
    /// the figures beside it.
    fn refresh_spread(&mut self) {
        /// Longer than a first batch takes on a laptop, shorter than anybody notices.
        const MOMENT: Duration = Duration::from_millis(8);
        let Some(runner) = self
            .runner
            .as_ref()
            .filter(|_| self.view.uncertainty.is_run())
        else {
            self.show_spread(None);
            self.spread_asked = None;
            return;
        };
        let options = self.options();
        let asked = (self.document.generation(), options);
        if self.spread_asked != Some(asked) {
            runner.ask(Request {
                generation: asked.0,
                scenario: Arc::clone(self.document.shared_current()),
                baseline: Arc::clone(self.document.compared()),
                assumed: self.results.assumed.as_ref().map(|(of, _)| Arc::clone(of)),
                is_baseline: self.document.active().is_none(),
                options,
            });
            self.spread_asked = Some(asked);
            self.take_spread(MOMENT);
        }
    }

    /// What every member draws, and how many there are.
    fn options(&self) -> Options {
        let uncertainty = self.view.uncertainty;
        Options {
            members: uncertainty.members,
            seed: uncertainty.seed.unwrap_or(self.document.baseline().seed),
            ranges: uncertainty.draws.ranges,
            chance: uncertainty.draws.chance,
            counts: Counts::Weekly,
        }
    }

    /// Takes in what has been found out about chances, and asks about what is shown once the hand
    /// rests: the bands under a drag have the processor for themselves.
    fn seek_odds(&mut self, ctx: &egui::Context) {
        let Some(seeker) = &self.seeker else {
            return;
        };
        let newest = seeker.newest();
        // What was still being counted for the document before has other numbers.
        if let Some(found) = newest.filter(|found| found.about.generation >= self.opened) {
            self.odds = Some(found);
        }
        let wanted = match (self.view.centre, self.view.goal()) {
            (Centre::Seek, Goal::Chance(most)) => odds::Wanted::Chances(most),
            (Centre::Seek, goal) if self.view.uncertainty.is_run() => {
                odds::Wanted::AtPlanned(goal, self.view.only_theatre())
            }
            (Centre::Sensitivity, _) => odds::Wanted::Sensitivity {
                planned: !self.view.uncertainty.is_run(),
            },
            (Centre::Comparison, _) if self.view.uncertainty.is_run() => odds::Wanted::Comparison,
            _ => {
                if self.odds_asked.take().is_some() {
                    seeker.stop();
                }
                return;
            }
        };
        let options = match wanted {
            // As many as the sentences are counted over, so that they say the same.
            odds::Wanted::Comparison => self.options(),
            _ => few(self.options()),
        };
        let about = odds::About {
            generation: self.document.generation(),
            options,
            wanted,
        };
        if self.odds_asked == Some(about) {
            return;
        }
        if ctx.input(|i| i.pointer.any_down()) {
            seeker.stop();
            return;
        }
        seeker.ask(odds::Question {
            about,
            baseline: Arc::clone(self.document.shared_baseline()),
            what_if: self.document.active_what_if().cloned().unwrap_or_default(),
            scenario: Arc::clone(self.document.shared_current()),
            name: self.document.name().to_owned(),
            what_ifs: self.document.what_ifs().clone(),
        });
        self.odds_asked = Some(about);
    }

    /// What each change alone would reach of the goal that is sought.
    fn seeks(&self) -> Option<&Seeks> {
        match self.view.goal() {
            Goal::Chance(_) => Some(&self.odds()?.sought()?.seeks),
            Goal::Target | Goal::Baseline => self.scents.as_ref()?.seeks.as_ref(),
        }
    }

    /// Whether that is of what is shown, and not of what was shown before.
    fn seeks_are_new(&self) -> bool {
        let generation = match (self.view.centre, self.view.goal()) {
            // Planning runs are made in the same frame.
            (Centre::Comparison, _) if !self.view.uncertainty.is_run() => return true,
            (Centre::Sensitivity | Centre::Comparison, _) | (_, Goal::Chance(_)) => {
                self.odds().map(|found| found.about.generation)
            }
            (_, Goal::Target | Goal::Baseline) => {
                self.scents.as_ref().map(|scents| scents.generation)
            }
        };
        generation == Some(self.results.generation)
    }

    /// Whether nothing more will be found out about it.
    fn is_sought(&self) -> bool {
        match (self.view.centre, self.view.goal()) {
            (Centre::Comparison, _) if !self.view.uncertainty.is_run() => true,
            (Centre::Sensitivity, _) | (_, Goal::Chance(_)) if self.told.refused.is_some() => true,
            (Centre::Sensitivity | Centre::Comparison, _) | (_, Goal::Chance(_)) => {
                self.seeks_are_new() && self.odds().is_some_and(odds::Found::is_whole)
            }
            (_, Goal::Target | Goal::Baseline) => {
                let chances = self.told.refused.is_some()
                    || !self.view.uncertainty.is_run()
                    || self.odds().is_some_and(odds::Found::is_whole);
                self.seeks_are_new() && self.seeks().is_some() && chances
            }
        }
    }

    /// Whether it is too old to look as sure as the figures beside it.
    fn seeks_lag(&self, ctx: &egui::Context) -> bool {
        pales(ctx, self.sought_behind)
    }

    /// What has been found out about the chances of what was last asked for.
    fn odds(&self) -> Option<&odds::Found> {
        let found = self.odds.as_ref();
        found.filter(|found| Some(found.about) == self.odds_asked)
    }

    /// The newest that is known of what is wanted, be it of what was shown before.
    fn found(&self) -> Option<&odds::Found> {
        // Of planning runs where ensembles are asked for, it would be of something else.
        let asked = self.odds_asked.as_ref()?;
        let found = self.odds.as_ref();
        found.filter(|found| found.about.wanted == asked.wanted)
    }

    /// Takes in what the ensemble came to, waiting so long for the generation asked for.
    fn take_spread(&mut self, wait: Duration) {
        let (Some(runner), Some((generation, options))) = (&self.runner, self.spread_asked) else {
            return;
        };
        let wanted = |outcome: &Outcome| match outcome {
            Ok(spread) => spread.generation >= generation,
            Err((failed, _)) => *failed >= generation,
        };
        match runner.wait(wait, wanted) {
            // What was still being run for the document before has other theatres, and what was
            // asked for otherwise is no answer to what is asked now.
            Some(Ok(spread)) if spread.generation >= self.opened && spread.options == options => {
                self.show_spread(Some(spread));
            }
            Some(Err((_, error))) => {
                self.show_spread(None);
                self.told.refused = Some(error.to_string());
            }
            _ => {}
        }
    }

    fn show_spread(&mut self, spread: Option<Arc<Spread>>) {
        self.spread = spread;
        self.behind = None;
        self.told = Told::default();
    }

    /// Forgets what was computed for the document before.
    fn document_opened(&mut self) {
        self.results = Results::of(&self.document);
        self.scents = None;
        (self.odds, self.odds_asked) = (None, None);
        self.show_spread(None);
        self.opened = self.document.generation();
    }

    fn guard_close(&mut self, ctx: &egui::Context) {
        let closing = ctx.input(|i| i.viewport().close_requested());
        if closing && self.files.writing.is_going_on() {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.files.after = After::Quit;
            self.view.tell("Closes once it is saved");
        } else if closing && self.files.is_painting() {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.files.closes = true;
            self.view.tell("Closes once it is written");
        } else if closing && self.document.is_unsaved() && !self.view.quitting {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.view.dialog = Some(Dialog::Unsaved(After::Quit));
        }
    }

    fn name_window(&mut self, ctx: &egui::Context) {
        let unsaved = if self.document.is_unsaved() {
            "• "
        } else {
            ""
        };
        let title = format!("{unsaved}{} – shortfall", self.document.baseline().title);
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// What is implausible about the file, and about what is shown now.
    fn warnings(&self) -> Vec<&Problem> {
        let live = self.scents.iter().flat_map(|scents| &scents.warnings);
        self.document.warnings.iter().chain(live).collect()
    }

    /// Whether what the ensemble says is too old to look as sure as the figures beside it.
    fn lags(&self, ctx: &egui::Context) -> bool {
        pales(ctx, self.behind)
    }

    /// Whether all that is shown is of one generation, and all members are in.
    fn is_whole(&self) -> bool {
        let sought = matches!(
            self.view.centre,
            Centre::Seek | Centre::Sensitivity | Centre::Comparison
        );
        if sought && !self.is_sought() {
            return false;
        }
        let Some((_, options)) = self.spread_asked else {
            return true;
        };
        let all_in = |spread: &Arc<Spread>| {
            spread.generation >= self.results.generation
                && spread.options == options
                && spread.members >= options.members
        };
        self.told.refused.is_some() || self.spread.as_ref().is_some_and(all_in)
    }

    /// How many members were drawn by which seed, for the status bar.
    fn drawn(&self, ctx: &egui::Context) -> String {
        let seed = self
            .view
            .uncertainty
            .seed
            .unwrap_or(self.document.baseline().seed);
        match &self.spread {
            Some(spread) => {
                let given = |members: u32| crate::analysis::format::given(members.into());
                let wanted = spread.options.members;
                let members = if spread.members < wanted {
                    format!("{} of {}", given(spread.members), given(wanted))
                } else {
                    given(wanted)
                };
                let lag = if self.lags(ctx) { ", bands lag" } else { "" };
                let not_drawn = spread.not_drawn();
                format!("seed {seed}, {members} members{not_drawn}{lag}")
            }
            None => format!("seed {seed}, planning run"),
        }
    }

    /// Why no ensemble is shown.
    fn no_spread(&self) -> &str {
        match &self.told.refused {
            Some(refused) => refused,
            None if self.view.uncertainty.is_run() => "The ensemble is being run.",
            None if self.view.uncertainty.shown => {
                "No probabilities: both sampling options are off (View, Ensemble)."
            }
            None => "No ensemble is run. Switch on Uncertainty in the View menu (F10).",
        }
    }

    fn banner(&self, ui: &mut Ui, id: &str) {
        let (fill, ink) = theme::marking(&self.document.baseline().marking);
        Panel::top(id.to_owned())
            .exact_size(theme::size::BANNER)
            .show_separator_line(false)
            .frame(Frame::new().fill(fill))
            .show(ui, |ui| banner_text(ui, self.document.marking(), ink));
    }

    fn bottom_banner(&self, ui: &mut Ui) {
        let (fill, ink) = theme::marking(&self.document.baseline().marking);
        Panel::bottom("marking below")
            .exact_size(theme::size::BANNER)
            .show_separator_line(false)
            .frame(Frame::new().fill(fill))
            .show(ui, |ui| banner_text(ui, self.document.marking(), ink));
    }

    fn menu_and_tabs(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            self.menus(ui, actions);
            ui.separator();
            // The tabs take what the theatre choice leaves, and scroll where that is too little.
            let choice = if self.document.baseline().theatres.len() < 2 {
                0.0
            } else {
                190.0
            };
            let width = (ui.available_width() - choice).max(80.0);
            ui.allocate_ui_with_layout(
                Vec2::new(width, ui.spacing().interact_size.y),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_width(width);
                    ScrollArea::horizontal()
                        .scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysHidden)
                        .show(ui, |ui| tabs::show(ui, &self.document, actions));
                },
            );
            self.theatre_choice(ui, actions);
        });
    }

    fn menus(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        use Command as C;
        ui.scope(|ui| {
            egui::containers::menu::menu_style(ui.style_mut());
            menu(ui, "File", |ui| {
                item(ui, C::Open, actions);
                item(ui, C::OpenPath, actions);
                ui.menu_button("New from bundled…", |ui| {
                    for (id, title) in files::bundled() {
                        if ui.button(title).clicked() {
                            actions.push(Action::NewFrom(Some((*id).to_owned())));
                        }
                    }
                });
                item(ui, C::NewEmpty, actions);
                ui.separator();
                ui.menu_button("Open recent", |ui| self.recent(ui, actions));
                ui.menu_button("Open bundled", |ui| {
                    for (id, title) in files::bundled() {
                        if ui.button(title).clicked() {
                            actions.push(Action::OpenNamed((*id).to_owned()));
                        }
                    }
                });
                ui.separator();
                item(ui, C::Save, actions);
                item(ui, C::SaveAs, actions);
                item(ui, C::SavePath, actions);
                ui.separator();
                item(ui, C::ExportCsv, actions);
                item(ui, C::ExportPath, actions);
                item(ui, C::SavePicture, actions);
                item(ui, C::SavePicturePath, actions);
                item(ui, C::SavePage, actions);
                item(ui, C::SavePagePath, actions);
                ui.separator();
                item(ui, C::Quit, actions);
            });
            menu(ui, "Edit", |ui| {
                let undo = self.history.undoable().next();
                let redo = self.history.redoable().next();
                step(ui, C::Undo, undo, actions);
                step(ui, C::Redo, redo, actions);
                item(ui, C::ShowHistory, actions);
                ui.separator();
                item(ui, C::NewWhatIf, actions);
                ui.add_enabled_ui(self.document.active().is_some(), |ui| {
                    tabs::items(ui, actions);
                });
                ui.separator();
                item(ui, C::CopyAnswer, actions);
                item(ui, C::CopyPicture, actions);
                item(ui, C::ConfirmMarking, actions);
            });
            menu(ui, "View", |ui| {
                ticked(
                    ui,
                    C::ShowAllTheatres,
                    self.view.theatre == TheatreView::All,
                    actions,
                );
                item(ui, C::NextTheatre, actions);
                item(ui, C::NextWhatIf, actions);
                item(ui, C::PreviousWhatIf, actions);
                ui.separator();
                for (command, central) in [
                    (C::ShowFigures, Centre::Figures),
                    (C::ShowComparison, Centre::Comparison),
                    (C::ShowSeek, Centre::Seek),
                    (C::ShowSensitivity, Centre::Sensitivity),
                    (C::ShowAssumptions, Centre::Assumptions),
                    (C::ShowStructure, Centre::Structure),
                ] {
                    ticked(ui, command, self.view.centre == central, actions);
                }
                item(ui, C::FindNumber, actions);
                item(ui, C::GoToEvents, actions);
                ticked(ui, C::ShowStocks, self.view.panels.stocks, actions);
                ticked(ui, C::ShowLaunches, self.view.panels.launches, actions);
                ticked(ui, C::ShowLeakers, self.view.panels.leakers, actions);
                ui.menu_button("Time axis", |ui| {
                    item(ui, C::NearerDays, actions);
                    item(ui, C::FartherDays, actions);
                    item(ui, C::EarlierDays, actions);
                    item(ui, C::LaterDays, actions);
                    item(ui, C::ResetDays, actions);
                });
                ui.separator();
                self.uncertainty_menu(ui, actions);
                ui.separator();
                let theme = ui.ctx().options(|o| o.theme_preference);
                for (command, preference) in [
                    (C::ThemeOfSystem, egui::ThemePreference::System),
                    (C::LightTheme, egui::ThemePreference::Light),
                    (C::DarkTheme, egui::ThemePreference::Dark),
                ] {
                    let info = command.info();
                    let radio = ui.radio(theme == preference, info.text);
                    if radio.on_hover_text(info.tooltip).clicked() {
                        actions.push(Action::Command(command));
                    }
                }
                ui.separator();
                item(ui, C::ZoomIn, actions);
                item(ui, C::ZoomOut, actions);
                item(ui, C::ZoomReset, actions);
            });
            menu(ui, "Help", |ui| {
                item(ui, C::ShowPalette, actions);
                item(ui, C::ShowWords, actions);
                item(ui, C::ShowKeys, actions);
                item(ui, C::ShowWarnings, actions);
                item(ui, C::About, actions);
            });
        });
    }

    /// The files opened last; those that are gone say so.
    fn recent(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.files.recent.is_empty() {
            ui.add_enabled(false, egui::Button::new("No files yet"));
        }
        for recent in &self.files.recent {
            let path = recent.path.display().to_string();
            let response = ui
                .add_enabled(recent.exists, egui::Button::new(recent.text()))
                .on_hover_text(&path)
                .on_disabled_hover_text(format!("{path} is no longer there"));
            if response.clicked() {
                actions.push(Action::OpenNamed(path));
                ui.close();
            }
        }
    }

    fn uncertainty_menu(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        use Command as C;
        let mut uncertainty = self.view.uncertainty;
        ticked(ui, C::ShowBands, uncertainty.shown, actions);
        item(ui, C::ShowChances, actions);
        ui.menu_button("Ensemble", |ui| {
            for members in Uncertainty::MEMBERS {
                ui.radio_value(
                    &mut uncertainty.members,
                    members,
                    Uncertainty::members_text(members),
                );
            }
            ui.separator();
            ui.checkbox(&mut uncertainty.draws.ranges, Draws::RANGES);
            ui.checkbox(&mut uncertainty.draws.chance, Draws::CHANCE);
            ticked(ui, C::ShowBaselineBands, uncertainty.baseline, actions);
            let all = self.view.sentences == Sentences::All;
            ticked(ui, C::ShowMore, all, actions);
            item(ui, C::ChangeSeed, actions);
            ui.separator();
            for (yardstick, text) in Uncertainty::YARDSTICKS {
                ui.radio_value(&mut uncertainty.yardstick, yardstick, text);
            }
        });
        if uncertainty != self.view.uncertainty {
            actions.push(Action::SetUncertainty(uncertainty));
        }
    }

    fn theatre_choice(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let theatres = &self.document.baseline().theatres;
        if theatres.len() < 2 {
            return;
        }
        let name = |theatre: TheatreView| match theatre {
            TheatreView::All => "All theatres",
            TheatreView::One(index) => theatres
                .get_index(index)
                .map_or("", |(_, theatre)| theatre.name.as_str()),
        };
        let mut chosen = self.view.theatre;
        egui::ComboBox::from_id_salt("theatre")
            .selected_text(name(chosen))
            .width(150.0)
            .show_ui(ui, |ui| {
                for theatre in (0..theatres.len())
                    .map(TheatreView::One)
                    .chain([TheatreView::All])
                {
                    // A key does not close it by itself, as a click does.
                    if ui
                        .selectable_value(&mut chosen, theatre, name(theatre))
                        .clicked()
                    {
                        ui.close();
                    }
                }
            })
            .response
            .on_hover_text("Which theatre the answer is about");
        if chosen != self.view.theatre {
            actions.push(Action::SelectTheatre(chosen));
        }
    }

    fn side(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        ScrollArea::vertical()
            .id_salt("side")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                // Room for the scroll bar, so that it never lies over a slider's end.
                ui.set_max_width(ui.available_width() - 8.0);
                ui.add_space(2.0);
                let levers = levers::Levers {
                    document: &self.document,
                    results: &self.results,
                    scents: self.scents.as_ref(),
                    seeks: self
                        .seeks()
                        .filter(|_| self.view.centre == Centre::Seek && !self.seeks_lag(ui.ctx())),
                    view: &self.view,
                };
                if self.document.baseline().levers.is_empty() {
                    ui.label(theme::small(
                        ui,
                        "This scenario has no levers. All its numbers are under All assumptions.",
                    ));
                }
                levers.show(ui, LeverKind::Decision, actions);
                ui.add_space(6.0);
                levers.show(ui, LeverKind::Assumption, actions);
                ui.add_space(6.0);
                let changes = self.results.changes.len();
                fold(ui, "changed", &format!("Changed ({changes})"), true, |ui| {
                    let warnings = self.warnings();
                    assumptions::changed(ui, &self.document, &self.results, &warnings, actions);
                });
                let events = self.document.baseline().events.len();
                fold(ui, "events", &format!("Events ({events})"), false, |ui| {
                    assumptions::events(ui, &self.document, actions);
                });
                let count = crate::scenario::Address::all(self.document.baseline()).len();
                fold(
                    ui,
                    "all",
                    &format!("All assumptions ({count})"),
                    false,
                    |ui| {
                        assumptions::all(ui, &self.document, &self.view, actions);
                    },
                );
                ui.add_space(12.0);
                widgets::follow_focus(ui);
            });
    }

    /// Headline, key figures and charts; the day under the pointer comes back.
    fn centre(&self, ui: &mut Ui, actions: &mut Vec<Action>) -> Option<usize> {
        let height = ui.available_height();
        let scrolled = ScrollArea::vertical()
            .id_salt("centre")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                let top = ui.cursor().top();
                headline::show(
                    ui,
                    &self.document,
                    &self.results,
                    &self.told,
                    (self.spread.as_deref(), self.lags(ui.ctx())),
                    &self.view,
                    actions,
                );
                ui.add_space(4.0);
                // Where large letters let the answer fill the window, the rest is a scroll away.
                // A point less, since rows of a table may end between two pixels.
                let left = height - (ui.cursor().top() - top) - 1.0;
                let size = Vec2::new(ui.available_width(), left.max(theme::size::CENTRE));
                let under = ui.allocate_ui(size, |ui| self.under_answer(ui, actions));
                widgets::follow_focus(ui);
                under.inner
            });
        widgets::note_overflow(ui.ctx(), &scrolled);
        scrolled.inner
    }

    /// What is looked at below the answer; the day under the pointer comes back.
    fn under_answer(&self, ui: &mut Ui, actions: &mut Vec<Action>) -> Option<usize> {
        if !self.view.picture
            && let Some(command) = self.view.centre.command()
        {
            let size = Vec2::new(ui.available_width(), ui.text_style_height(&TextStyle::Body));
            let corner = Rect::from_min_size(ui.cursor().min, size);
            let right = Layout::right_to_left(Align::Center);
            let mut row = ui.new_child(UiBuilder::new().max_rect(corner).layout(right));
            let link =
                widgets::text_button(&mut row, Centre::BACK, Centre::BACK).on_hover_text("Escape");
            if link.clicked() {
                actions.push(Action::Command(command));
            }
            // Some begin with a short heading, beside which there is room.
            let beside = match self.view.centre {
                Centre::Seek | Centre::Sensitivity => true,
                Centre::Figures => self.view.theatre != TheatreView::All,
                _ => false,
            };
            if !beside {
                ui.add_space(size.y);
            }
        }
        match self.view.centre {
            Centre::Charts => {}
            Centre::Figures => {
                let spread = self.spread.as_deref();
                figures::table(ui, &self.document, &self.results, spread, &self.view);
                return None;
            }
            Centre::Comparison => {
                if let Some(comparison) = &self.comparison {
                    let likely = self.view.uncertainty.is_run().then(|| compare::Likely {
                        found: self.found().and_then(odds::Found::comparison),
                        fresh: self.seeks_are_new(),
                        lags: self.seeks_lag(ui.ctx()),
                    });
                    let document = &self.document;
                    compare::show(ui, document, comparison, likely, &self.view, actions);
                }
                return None;
            }
            Centre::Seek => {
                let seek = seek::Panel {
                    document: &self.document,
                    results: &self.results,
                    seeks: self.seeks(),
                    odds: self.odds(),
                    lags: self.seeks_lag(ui.ctx()),
                    refused: self.told.refused.is_some(),
                    view: &self.view,
                };
                seek.show(ui, actions);
                return None;
            }
            Centre::Sensitivity => {
                let panel = sensitivity::Panel {
                    document: &self.document,
                    found: self.found(),
                    fresh: self.seeks_are_new(),
                    lags: self.seeks_lag(ui.ctx()),
                    refused: self.told.refused.is_some(),
                    view: &self.view,
                };
                panel.show(ui, actions);
                return None;
            }
            Centre::Assumptions => {
                let warnings = self.warnings();
                table::show(ui, &self.document, &warnings, &self.view, actions);
                return None;
            }
            Centre::Structure => {
                structure::show(ui, &self.document, &self.view, actions);
                return None;
            }
        }
        let spread = self.spread.as_deref();
        figures::cards(ui, &self.document, &self.results, spread, &self.view);
        ui.add_space(4.0);
        let charts = charts::Charts {
            document: &self.document,
            results: &self.results,
            spread,
            lags: self.lags(ui.ctx()),
            view: &self.view,
        };
        charts.show(ui, actions)
    }

    fn status(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let row = |ui: &mut Ui| {
            self.warned(ui, actions);
            // What stands on the left takes what room that leaves.
            let from_left = Layout::left_to_right(Align::Center);
            ui.with_layout(from_left, |ui| self.state(ui));
        };
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), row);
        });
    }

    /// What somebody should look at: warnings, and a marking to confirm.
    fn warned(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let p = theme::palette(ui);
        let count = self.warnings().len();
        let text = match count {
            0 => "no warnings".to_owned(),
            1 => "1 warning".to_owned(),
            _ => format!("{count} warnings"),
        };
        let color = if count == 0 { p.weak } else { p.warn };
        if ui.link(RichText::new(text).small().color(color)).clicked() {
            actions.push(Action::Command(Command::ShowWarnings));
        }
        if self.document.marking_unreviewed()
            && ui.link(RichText::new("Confirm marking").small()).clicked()
        {
            actions.push(Action::Command(Command::ConfirmMarking));
        }
    }

    /// What was refused, where the document is, whether it is saved, and what happened last.
    fn state(&self, ui: &mut Ui) {
        let p = theme::palette(ui);
        let part = |ui: &mut Ui, share: f32, text: RichText| {
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width() * share);
                ui.add(egui::Label::new(text).truncate());
            });
        };
        if let Some(refusal) = &self.view.refusal {
            // Room is left for where the document is.
            part(ui, 0.65, RichText::new(refusal).small().color(p.bad));
            ui.separator();
        }
        let saved = if self.files.writing.is_going_on() {
            "saving…"
        } else if self.document.is_unsaved() {
            "not saved"
        } else {
            "saved"
        };
        let place = theme::small(ui, self.document.origin.describe());
        part(ui, 0.5, place);
        ui.separator();
        let texts = [Some(saved.to_owned()), Some(self.drawn(ui.ctx()))];
        let texts = texts.into_iter().chain([self.view.message.clone()]);
        for (index, text) in texts.flatten().enumerate() {
            if index > 0 {
                ui.separator();
            }
            let text = theme::small(ui, text);
            part(ui, 1.0, text);
        }
    }
}

/// A section of the side panel that folds.
fn fold(ui: &mut Ui, id: &str, title: &str, open: bool, content: impl FnOnce(&mut Ui)) {
    egui::CollapsingHeader::new(theme::section(ui, title))
        .id_salt(id)
        .default_open(open)
        .show_unindented(ui, content);
    ui.add_space(2.0);
}

fn banner_text(ui: &mut Ui, text: String, ink: egui::Color32) {
    ui.centered_and_justified(|ui| {
        ui.add(egui::Label::new(theme::bold(text).size(12.0).color(ink)).truncate());
    });
}

/// A menu of the bar. Where it is higher than the window, as in large letters, it scrolls.
fn menu(ui: &mut Ui, title: &str, content: impl FnOnce(&mut Ui)) {
    let height = ui.ctx().content_rect().bottom() - ui.max_rect().bottom() - 24.0;
    let height = height.max(120.0);
    ui.menu_button(title, |ui| {
        // A menu offers less height of itself than the window has.
        ScrollArea::vertical()
            .min_scrolled_height(height)
            .max_height(height)
            .show(ui, content);
    });
}

/// A menu entry of a command.
fn item(ui: &mut Ui, command: Command, actions: &mut Vec<Action>) {
    let info = command.info();
    let mut button = egui::Button::new(info.text);
    if let Some(keys) = info.keys {
        button = button.shortcut_text(ui.ctx().format_shortcut(&keys));
    }
    if ui.add(button).on_hover_text(info.tooltip).clicked() {
        actions.push(Action::Command(command));
        ui.close();
    }
}

/// A menu entry that undoes or redoes, and says what.
fn step(ui: &mut Ui, command: Command, label: Option<&str>, actions: &mut Vec<Action>) {
    let info = command.info();
    let text = label.map_or_else(
        || info.text.to_owned(),
        |label| format!("{}: {label}", info.text),
    );
    let mut button = egui::Button::new(text);
    if let Some(keys) = info.keys {
        button = button.shortcut_text(ui.ctx().format_shortcut(&keys));
    }
    if ui.add_enabled(label.is_some(), button).clicked() {
        actions.push(Action::Command(command));
        ui.close();
    }
}

/// A menu entry of a command that switches something on and off.
fn ticked(ui: &mut Ui, command: Command, on: bool, actions: &mut Vec<Action>) {
    let info = command.info();
    let mut button = egui::Button::selectable(on, info.text);
    if let Some(keys) = info.keys {
        button = button.shortcut_text(ui.ctx().format_shortcut(&keys));
    }
    if ui.add(button).on_hover_text(info.tooltip).clicked() {
        actions.push(Action::Command(command));
        ui.close();
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        Self::ui(self, ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.leave();
    }
}

/// Whether what is behind since then should look less sure. A frame or two behind the finger it
/// follows the drag, and paling it each time would flicker.
fn pales(ctx: &egui::Context, behind: Option<Instant>) -> bool {
    const FOLLOWS: Duration = Duration::from_millis(150);
    let Some(behind) = behind else {
        return false;
    };
    let left = FOLLOWS.saturating_sub(behind.elapsed());
    if left > Duration::ZERO {
        ctx.request_repaint_after(left);
    }
    left == Duration::ZERO
}
