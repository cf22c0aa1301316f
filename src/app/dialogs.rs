//! The windows over the window: refusals, warnings, questions, and what words mean.

use std::path::Path;

use egui::{Context, Modal, Response, RichText, Ui};

use super::action::{Action, Chosen};
use super::command::Command;
use super::document::{Document, Origin};
use super::ensemble::Spread;
use super::files;
use super::history::History;
use super::levers::cite;
use super::recent::Recent;
use super::request::{After, Form, SCENARIO, Saving, Target, with_ending};
use super::theme;
use super::view::{Dialog, Offer, Purpose, View};
use super::widgets::{keep, kept, scroll};
use crate::analysis::format;
use crate::scenario::{Place, Problem, Severity};

/// What dialogs speak of.
#[derive(Clone, Copy)]
pub struct About<'a> {
    pub document: &'a Document,
    pub history: &'a History,
    pub warnings: &'a [&'a Problem],
    /// The spread of the answer, or why there is none.
    pub spread: Result<&'a Spread, &'a str>,
    pub recent: &'a [Recent],
    pub view: &'a View,
}

/// Shows the open dialog, if there is one.
pub fn show(ctx: &Context, of: About<'_>, actions: &mut Vec<Action>) {
    let About {
        document,
        history,
        warnings,
        spread,
        recent,
        view,
    } = of;
    let Some(dialog) = &view.dialog else {
        give_back_focus(ctx);
        return;
    };
    keep_focus(ctx);
    // Each kind is a dialog of its own, so that the focus never passes from a button of one to a
    // button of the next, where Enter would mean something else.
    let id = egui::Id::unique(("dialog", std::mem::discriminant(dialog)));
    let mut area = Modal::default_area(id);
    if matches!(dialog, Dialog::Palette) {
        // Its list grows and shrinks below a field that stays.
        area = area.anchor(
            egui::Align2::CENTER_TOP,
            [0.0, ctx.content_rect().height() * 0.15],
        );
    }
    let modal = Modal::new(id).area(area).show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 80.0).min(width(dialog)));
        match dialog {
            Dialog::Path { purpose, first } => path(ui, *purpose, first, document, actions),
            Dialog::Refused(refused) => {
                ui.label(theme::bold("The file was refused").size(16.0));
                let count = refused.problems.len();
                ui.label(format!(
                    "{} has {count} {}. What was open is still open, untouched.",
                    refused.file,
                    if count == 1 { "mistake" } else { "mistakes" }
                ));
                problems(ui, &refused.problems.iter().collect::<Vec<_>>());
                close(ui, actions);
            }
            Dialog::Failed { what, why, given } => {
                ui.label(theme::bold(*what).size(16.0));
                ui.label(why);
                ui.horizontal_wrapped(|ui| {
                    if let Some((purpose, given)) = given
                        && ui.button("Correct the path…").clicked()
                    {
                        actions.push(Action::AskPath(*purpose, given.clone()));
                    }
                    close(ui, actions);
                });
            }
            Dialog::NotSaved(why) => {
                ui.label(theme::bold("Not saved").size(16.0));
                ui.label(why);
                ui.label("Nothing is lost: the scenario is still open, and the file as it was.");
                ui.horizontal_wrapped(|ui| {
                    elsewhere(ui, actions);
                    if ui.button("Close").clicked() {
                        actions.push(Action::CloseDialog);
                    }
                });
            }
            Dialog::CommentsWouldGo { saving, lost } => {
                comments_would_go(ui, saving, lost, actions);
            }
            Dialog::FileExists(saving) => {
                ui.label(theme::bold("Replace the file?").size(16.0));
                ui.label(format!("{} is there already.", saving.path.display()));
                ui.horizontal_wrapped(|ui| {
                    if ui.button("Replace it").clicked() {
                        actions.push(Action::Save(Saving {
                            replace: true,
                            ..saving.clone()
                        }));
                    }
                    elsewhere(ui, actions);
                    cancel(ui, actions);
                });
            }
            Dialog::PictureExists(form, path) => {
                let form = *form;
                let question = format!("Replace the {}?", form.noun());
                ui.label(theme::bold(question).size(16.0));
                ui.label(format!("{} is there already.", path.display()));
                ui.horizontal_wrapped(|ui| {
                    if ui.button("Replace it").clicked() {
                        let path = path.clone();
                        let replace = true;
                        let target = Target::File {
                            form,
                            path,
                            replace,
                        };
                        actions.push(Action::Picture(target));
                    }
                    if ui.button("Another path…").clicked() {
                        let path = path.display().to_string();
                        actions.push(Action::AskPath(Purpose::Picture(form), path));
                    }
                    cancel(ui, actions);
                });
            }
            Dialog::FileChanged { path, gone, saving } => {
                let unsaved = document.is_unsaved();
                file_changed(ui, path, (*gone, unsaved), saving.as_ref(), actions);
            }
            Dialog::Recover(offers) => recover(ui, offers, actions),
            Dialog::Unsaved(after) => question(ui, document, after, actions),
            Dialog::Warnings => {
                ui.label(theme::bold("What is implausible in this scenario").size(16.0));
                if warnings.is_empty() {
                    ui.label("Nothing was found.");
                }
                problems(ui, warnings);
                close(ui, actions);
            }
            Dialog::Chances => super::chances::show(ui, document, spread, view, actions),
            Dialog::Seed => seed(ui, document, view, actions),
            Dialog::Palette => super::palette::show(ui, document, recent, view, actions),
            Dialog::Rename => rename(ui, document, actions),
            Dialog::History => steps(ui, history, actions),
            Dialog::Words => words(ui, actions),
            Dialog::Keys => keys(ui, actions),
            Dialog::About => about(ui, document, actions),
        }
    });
    if modal.should_close() {
        actions.push(Action::CloseDialog);
    }
    note_focus(ctx);
}

/// Where the keyboard was before a dialog opened, and where it was in the dialog.
#[derive(Clone, Copy, Default)]
struct Focus {
    before: Option<egui::Id>,
    within: Option<egui::Id>,
}

/// Where that is kept.
fn focus_id() -> egui::Id {
    egui::Id::unique("focus before a dialog")
}

/// Remembers where the keyboard was, in the first frame of a dialog.
fn keep_focus(ctx: &Context) {
    let before = ctx.memory(egui::Memory::focused);
    let focus = Focus {
        before,
        within: None,
    };
    ctx.data_mut(|data| {
        data.get_temp_mut_or(focus_id(), focus);
    });
}

/// Remembers where the keyboard is in the dialog.
fn note_focus(ctx: &Context) {
    let within = ctx.memory(egui::Memory::focused);
    ctx.data_mut(|data| {
        let focus: &mut Focus = data.get_temp_mut_or_default(focus_id());
        focus.within = within;
    });
}

/// Once a dialog has closed, gives the keyboard back to what had it, unless it has gone elsewhere
/// since.
fn give_back_focus(ctx: &Context) {
    let Some(focus) = ctx.data_mut(|data| data.remove_temp::<Focus>(focus_id())) else {
        return;
    };
    let now = ctx.memory(egui::Memory::focused);
    if let Some(before) = focus.before
        && (now.is_none() || now == focus.within)
    {
        ctx.memory_mut(|memory| memory.request_focus(before));
    }
}

/// Whether to save before what would lose something unsaved.
fn question(ui: &mut Ui, document: &Document, after: &After, actions: &mut Vec<Action>) {
    let (title, verb) = match after {
        After::Nothing | After::Quit => ("Close without saving?", "Close without saving"),
        After::Open(_) => (
            "Open another scenario without saving?",
            "Open without saving",
        ),
        After::New(_) => (
            "Begin a new scenario without saving?",
            "Begin without saving",
        ),
    };
    ui.label(theme::bold(title).size(16.0));
    ui.label(format!(
        "“{}” has changes that are in no file yet.",
        document.baseline().title
    ));
    ui.horizontal(|ui| {
        let save = ui.button(save_label(document));
        // Enter saves: of the three, that loses nothing.
        focus_first(ui, &save);
        if save.clicked() {
            actions.push(Action::SaveThen(after.clone()));
        }
        if ui.button(verb).clicked() {
            actions.push(match after {
                After::Nothing | After::Quit => Action::QuitUnsaved,
                After::Open(name) => Action::OpenNamed(name.clone()),
                After::New(name) => Action::NewFrom(name.clone()),
            });
        }
        cancel(ui, actions);
    });
}

/// Gives a widget the keyboard's focus when its dialog opens.
fn focus_first(ui: &Ui, widget: &Response) {
    let id = widget.id.with("opened");
    if kept::<()>(ui.ctx(), id).is_none() {
        widget.request_focus();
    }
    keep(ui.ctx(), id, ());
}

/// Saving asks for a file first where there is none yet.
fn save_label(document: &Document) -> &'static str {
    match document.origin {
        Origin::Bundled(_) | Origin::New(_) => "Save…",
        Origin::File(_) => "Save",
    }
}

/// The two ways to save to another file. Where the system has no dialog, a path can be typed.
fn elsewhere(ui: &mut Ui, actions: &mut Vec<Action>) {
    if ui.button("Save as another file…").clicked() {
        actions.push(Action::SaveElsewhere(Chosen::Dialog));
    }
    if ui.button("Save to path…").clicked() {
        actions.push(Action::SaveElsewhere(Chosen::Typed));
    }
}

fn comments_would_go(ui: &mut Ui, saving: &Saving, lost: &[String], actions: &mut Vec<Action>) {
    ui.label(theme::bold("Comments would be lost").size(16.0));
    ui.label(format!(
        "What they stand at in {} has changed so much that it has to be written again. Notes, \
         sources and all other comments are kept.",
        saving.path.display()
    ));
    scroll(ui, 0.3, |ui| {
        for comment in lost {
            ui.label(RichText::new(comment).monospace());
        }
    });
    ui.horizontal_wrapped(|ui| {
        if ui.button("Save, losing the comments").clicked() {
            actions.push(Action::Save(Saving {
                comments: true,
                ..saving.clone()
            }));
        }
        elsewhere(ui, actions);
        cancel(ui, actions);
    });
}

/// What to do about a file that somebody else has changed or taken away.
fn file_changed(
    ui: &mut Ui,
    path: &Path,
    (gone, unsaved): (bool, bool),
    saving: Option<&Saving>,
    actions: &mut Vec<Action>,
) {
    let path = path.display();
    let (title, text) = if gone {
        (
            "The file is gone",
            format!("{path} was moved or deleted. What was in it is still open here."),
        )
    } else if unsaved {
        (
            "The file was changed",
            format!(
                "Another program or window has changed {path}, and there are unsaved changes \
                 here. Reloading loses the changes made here."
            ),
        )
    } else {
        (
            "The file was changed",
            format!("Another program or window has changed {path} since it was read here."),
        )
    };
    ui.label(theme::bold(title).size(16.0));
    ui.label(text);
    ui.horizontal_wrapped(|ui| {
        if !gone
            && ui
                .button("Reload")
                .on_hover_text("Read the file again; what is unsaved here is lost")
                .clicked()
        {
            actions.push(Action::Reload);
        }
        if let Some(saving) = saving {
            let (text, hover) = if gone {
                ("Save it there again", "Write the file again")
            } else {
                ("Overwrite it", "The changes of the other program are lost")
            };
            if ui.button(text).on_hover_text(hover).clicked() {
                actions.push(Action::Save(Saving {
                    changed: true,
                    ..saving.clone()
                }));
            }
            elsewhere(ui, actions);
            cancel(ui, actions);
        } else {
            let hover = "Go on with what is open; the next save replaces the file";
            if ui.button("Keep mine").on_hover_text(hover).clicked() {
                actions.push(Action::KeepMine);
            }
            elsewhere(ui, actions);
        }
    });
}

/// What crashes have left, each with what can become of it.
fn recover(ui: &mut Ui, offers: &[Offer], actions: &mut Vec<Action>) {
    ui.label(theme::bold("Recover unsaved work?").size(16.0));
    ui.label("The program ended before this was saved.");
    scroll(ui, 0.5, |ui| {
        for (place, offer) in offers.iter().enumerate() {
            ui.add_space(6.0);
            ui.label(theme::bold(&offer.title));
            ui.label(theme::small(
                ui,
                format!(
                    "Working on “{}”, last changed {}; {}",
                    offer.name, offer.age, offer.origin
                ),
            ));
            ui.horizontal(|ui| {
                let named = |response: Response, verb: &str| {
                    response.widget_info(|| {
                        let name = format!("{verb} {}", offer.title);
                        egui::WidgetInfo::labeled(egui::Role::Button, true, name)
                    });
                    response.clicked()
                };
                if named(ui.button("Recover"), "Recover") {
                    actions.push(Action::Recover(place));
                }
                if named(ui.button("Discard"), "Discard") {
                    actions.push(Action::DiscardRecovered(place));
                }
            });
        }
    });
    ui.add_space(6.0);
    if ui
        .button("Later")
        .on_hover_text("Ask again at the next start")
        .clicked()
    {
        actions.push(Action::CloseDialog);
    }
}

fn width(dialog: &Dialog) -> f32 {
    match dialog {
        Dialog::CommentsWouldGo { .. } | Dialog::FileChanged { .. } => 620.0,
        Dialog::Refused(_) | Dialog::Warnings | Dialog::About | Dialog::Chances => 760.0,
        _ => 520.0,
    }
}

fn close(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.add_space(6.0);
    if ui.button("Close").clicked() {
        actions.push(Action::CloseDialog);
    }
}

fn cancel(ui: &mut Ui, actions: &mut Vec<Action>) {
    if ui.button("Cancel").clicked() {
        actions.push(Action::CloseDialog);
    }
}

/// A line of text being typed, and what it is for; it is handed over once.
struct Prompt<'a> {
    title: &'a str,
    explanation: &'a str,
    /// What the field is called.
    name: &'a str,
    hint: &'a str,
    verb: &'a str,
}

/// Asks for a line of text. What is being typed lives in the field's own memory.
fn prompt(
    ui: &mut Ui,
    prompt: &Prompt<'_>,
    first: impl FnOnce() -> String,
    actions: &mut Vec<Action>,
) -> Option<String> {
    ui.label(theme::bold(prompt.title).size(16.0));
    if !prompt.explanation.is_empty() {
        ui.label(prompt.explanation);
    }
    let id = ui.scope_id().with(prompt.title);
    let mut draft: String = kept(ui.ctx(), id).unwrap_or_else(first);
    let field = ui.add(
        egui::TextEdit::singleline(&mut draft)
            .hint_text(prompt.hint)
            .desired_width(f32::INFINITY),
    );
    field.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, prompt.name);
        info.current_text_value = Some(draft.clone());
        info
    });
    focus_first(ui, &field);
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
    let mut given = None;
    let something = !draft.trim().is_empty();
    if entered && !something {
        field.request_focus();
    }
    ui.horizontal(|ui| {
        let verb = egui::Button::new(prompt.verb);
        if (ui.add_enabled(something, verb).clicked() || entered) && something {
            given = Some(draft.trim().to_owned());
        }
        cancel(ui, actions);
    });
    keep(ui.ctx(), id, draft);
    given
}

fn path(
    ui: &mut Ui,
    purpose: Purpose,
    first: &str,
    document: &Document,
    actions: &mut Vec<Action>,
) {
    let (title, explanation, verb) = match purpose {
        Purpose::Open => (
            "Open path",
            "The path of a scenario file, or the name of a bundled scenario.",
            "Open",
        ),
        Purpose::Save => ("Save to path", "The path of the file to write.", "Save"),
        Purpose::Export => (
            "Export tables to path",
            "The path of a folder; it is made if it is not there.",
            "Export",
        ),
        Purpose::Picture(form) => (
            match form {
                Form::Picture => "Save picture to path",
                Form::Page => "Save page to path",
            },
            "The path of the file to write.",
            "Save",
        ),
    };
    let asked = Prompt {
        title,
        explanation,
        name: "Path",
        hint: match purpose {
            Purpose::Open | Purpose::Save => "/home/me/scenario.ron",
            Purpose::Export => "/home/me/tables",
            Purpose::Picture(Form::Picture) => "/home/me/slide.png",
            Purpose::Picture(Form::Page) => "/home/me/page.html",
        },
        verb,
    };
    let first = || match (purpose, &document.origin) {
        (Purpose::Save, Origin::File(path)) if first.is_empty() => path.display().to_string(),
        _ => first.to_owned(),
    };
    let Some(typed) = prompt(ui, &asked, first, actions) else {
        return;
    };
    let path = files::typed(&typed);
    // Closing the dialog would cancel what a save is for.
    if purpose != Purpose::Save {
        actions.push(Action::CloseDialog);
    }
    actions.push(match purpose {
        Purpose::Open => Action::OpenNamed(typed),
        Purpose::Save => Action::SaveTo(with_ending(path, SCENARIO)),
        Purpose::Export => Action::ExportTo(path),
        Purpose::Picture(form) => Action::Picture(Target::File {
            form,
            path: form.with_ending(path),
            replace: false,
        }),
    });
}

fn seed(ui: &mut Ui, document: &Document, view: &View, actions: &mut Vec<Action>) {
    ui.label(theme::bold("Seed of the draws").size(16.0));
    ui.label(
        "The same seed always samples the same members, so an answer can be reproduced. Another seed \
         shows how much of it is sampling error.",
    );
    let given = document.baseline().seed;
    let mut uncertainty = view.uncertainty;
    let mut seed = uncertainty.seed.unwrap_or(given);
    let field = egui::DragValue::new(&mut seed)
        .speed(1.0)
        .update_while_editing(false);
    let response = ui
        .horizontal(|ui| {
            ui.label("Seed");
            ui.add(field).on_hover_text("Drag, or click to type")
        })
        .inner;
    focus_first(ui, &response);
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "Seed");
        info.value = Some(seed as f64);
        info
    });
    if response.changed() {
        uncertainty.seed = (seed != given).then_some(seed);
        actions.push(Action::SetUncertainty(uncertainty));
    }
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if ui.button("Close").clicked() {
            actions.push(Action::CloseDialog);
        }
        let own = egui::Button::new(format!("Back to the scenario's own, {given}"));
        if ui.add_enabled(seed != given, own).clicked() {
            uncertainty.seed = None;
            actions.push(Action::SetUncertainty(uncertainty));
        }
    });
}

fn rename(ui: &mut Ui, document: &Document, actions: &mut Vec<Action>) {
    let asked = Prompt {
        title: "Rename what-if",
        explanation: "",
        name: "Name",
        hint: "",
        verb: "Rename",
    };
    let first = || document.name().to_owned();
    if let Some(name) = prompt(ui, &asked, first, actions) {
        actions.push(Action::Rename(name));
        actions.push(Action::CloseDialog);
    }
}

/// Every step, the last on top, with a way to the document as it was after any of them.
fn steps(ui: &mut Ui, history: &History, actions: &mut Vec<Action>) {
    ui.label(theme::bold("History").size(16.0));
    let past: Vec<&str> = history.undoable().collect();
    let future: Vec<&str> = history.redoable().collect();
    if past.is_empty() && future.is_empty() {
        ui.label("Nothing has been changed yet.");
        close(ui, actions);
        return;
    }
    ui.label(theme::small(
        ui,
        "Choose a step to go back, or forward, to it.",
    ));
    scroll(ui, 0.6, |ui| {
        let weak = theme::palette(ui).weak;
        for (index, label) in future.iter().enumerate().rev() {
            let label = format::capital(label);
            let text = RichText::new(format!("{label} (undone)")).color(weak);
            if ui.link(text).clicked() {
                actions.push(Action::Travel(-(index as isize) - 1));
            }
        }
        let steps = past.iter().copied().chain(["As it was opened"]);
        for (index, label) in steps.map(format::capital).enumerate() {
            if index == 0 {
                let now = ui.label(theme::bold(format!("{label} (now)")));
                if !future.is_empty() {
                    now.scroll_to_me(Some(egui::Align::Center));
                }
            } else if ui.link(label).clicked() {
                actions.push(Action::Travel(index as isize));
            }
        }
    });
    close(ui, actions);
}

/// A list of problems, each with its place, its path, and what would be right.
fn problems(ui: &mut Ui, problems: &[&Problem]) {
    scroll(ui, 0.6, |ui| {
        for problem in problems {
            let p = theme::palette(ui);
            let color = match problem.severity {
                Severity::Error => p.bad,
                Severity::Warning => p.warn,
            };
            ui.horizontal_wrapped(|ui| {
                if let Some(Place { line, column }) = problem.place {
                    ui.label(RichText::new(format!("line {line}, column {column}")).color(color));
                }
                if !problem.path.is_empty() {
                    ui.label(RichText::new(&problem.path).monospace());
                }
                ui.label(&problem.what);
            });
            ui.add_space(3.0);
        }
    });
}

/// The terms, as the model page defines them.
const WORDS: [(&str, &str); 16] = [
    (
        "Coverage",
        "Engaged by at least one layer, as a share of what is launched. Engaged is not shot down, and not engaged is not a hit.",
    ),
    (
        "Protection",
        "Shot down or jammed, as a share of what is launched.",
    ),
    (
        "Not engaged",
        "Launched and never engaged: the coverage shortfall.",
    ),
    (
        "Leakers",
        "Launched and not shot down: not engaged, or engaged and missed.",
    ),
    (
        "Below target",
        "Coverage over the last 28 days is below the scenario's target. Never before day 28.",
    ),
    (
        "Magazines empty",
        "Not engaged today, and more rounds alone would have covered it.",
    ),
    (
        "Launchers saturated",
        "Not engaged although rounds were there: the fire units had no engagement left.",
    ),
    (
        "Out of reach",
        "Not engaged because no layer reaches it, or nothing there can engage it.",
    ),
    (
        "Held back",
        "Not engaged because rounds were kept in reserve or rationed.",
    ),
    (
        "Rounds short",
        "What layers would have fired on top, had their own magazines been unlimited.",
    ),
    (
        "Days of supply",
        "Stock at the day's opening over the mean demand of the seven days before.",
    ),
    (
        "Stock-out",
        "First day with rounds short and nothing above the reserve left at its close.",
    ),
    ("Reserve", "Rounds that a layer keeps and never fires."),
    (
        "Planning run",
        "One run in which every number is its median and nothing is left to chance. It carries no probability.",
    ),
    (
        "Ensemble, members",
        "Many runs: each draws its numbers from their ranges and its days by chance. Chances are counted over them.",
    ),
    (
        "P5, P50, P95",
        "What 5, 50 and 95 % of the members do not exceed. P50 is the median.",
    ),
];

fn words(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.label(theme::bold("Words used here").size(16.0));
    scroll(ui, 0.6, |ui| {
        for (word, meaning) in WORDS {
            ui.horizontal_wrapped(|ui| {
                ui.label(theme::bold(word));
                ui.label(meaning);
            });
        }
    });
    ui.label(theme::small(
        ui,
        "Layers' reach is independent: where all cover the same places, this understates the \
         shortfall.",
    ));
    close(ui, actions);
}

fn keys(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.label(theme::bold("Keyboard and mouse").size(16.0));
    let ctx = ui.ctx().clone();
    scroll(ui, 0.7, |ui| {
        egui::Grid::new("keys")
            .num_columns(2)
            .spacing([24.0, 3.0])
            .show(ui, |ui| {
                for command in Command::ALL {
                    let info = command.info();
                    if let Some(keys) = info.keys {
                        let other = command.other_keys();
                        let other = other.map(|keys| format!(", {}", ctx.format_shortcut(&keys)));
                        let keys =
                            ctx.format_shortcut(&keys) + other.as_deref().unwrap_or_default();
                        ui.label(theme::bold(keys));
                        ui.label(info.text);
                        ui.end_row();
                    }
                }
                for (keys, what) in [
                    ("Tab, Shift+Tab", "Next and previous control"),
                    (
                        "Arrow keys",
                        "Move the slider that has the focus by one step, or the event by a day",
                    ),
                    ("Ctrl+left, right on an event", "Move its end by a day"),
                    ("With Shift as well", "By a week"),
                    (
                        "Enter, Space, Delete on an event",
                        "Edit, switch off or on, delete",
                    ),
                    ("Drag on an event or its end", "Move it to another day"),
                    ("Drag on a tab", "Move the what-if to another place"),
                    ("Right click above the charts", "Add an event on that day"),
                    ("Ctrl+wheel on a chart", "Zoom the time axis"),
                    ("Drag on a zoomed chart", "Move along the time axis"),
                    ("Double click on a chart", "Show the whole horizon"),
                ] {
                    ui.label(theme::bold(keys));
                    ui.label(what);
                    ui.end_row();
                }
            });
    });
    close(ui, actions);
}

fn about(ui: &mut Ui, document: &Document, actions: &mut Vec<Action>) {
    let s = document.current();
    ui.label(theme::bold(&s.title).size(16.0));
    ui.label(&s.summary);
    let origin = match &document.origin {
        Origin::Bundled(id) => format!("Bundled with the program as {id}"),
        Origin::File(path) => path.display().to_string(),
        Origin::New(_) => "In no file yet".to_owned(),
    };
    ui.label(theme::small(ui, origin));
    ui.add_space(6.0);
    ui.label(theme::section(ui, "Sources"));
    scroll(ui, 0.5, |ui| {
        for (id, source) in &s.sources {
            ui.horizontal_wrapped(|ui| {
                ui.label(theme::bold(id));
                ui.label(cite(source));
                if let Some(note) = &source.note {
                    ui.label(theme::small(ui, note));
                }
            });
        }
    });
    ui.add_space(6.0);
    ui.label(theme::small(
        ui,
        format!(
            "shortfall {}. Aggregate planning from public figures; no positions, routes, targets \
             or tactics.",
            env!("CARGO_PKG_VERSION")
        ),
    ));
    close(ui, actions);
}
