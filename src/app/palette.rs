//! The command palette: every command, what-if, theatre, choice of the ensemble, recent file and
//! bundled scenario, found by a few letters.

use egui::{Key, RichText, Ui};

use super::action::Action;
use super::command::Command;
use super::document::Document;
use super::files;
use super::recent::Recent;
use super::theme;
use super::view::{Draws, TheatreView, Uncertainty, View};
use super::widgets::{keep, kept, scroll};

/// Something that can be chosen.
struct Entry {
    text: String,
    /// What it does, which is searched too.
    meaning: &'static str,
    /// What stands weakly beside it: keys, or what kind of thing it is.
    aside: String,
    action: Action,
}

/// What is typed and chosen so far, kept by the dialog itself until it closes.
#[derive(Clone, Default)]
struct Draft {
    text: String,
    chosen: usize,
}

/// Shows the palette.
pub fn show(
    ui: &mut Ui,
    document: &Document,
    recent: &[Recent],
    view: &View,
    actions: &mut Vec<Action>,
) {
    let id = ui.scope_id().with("palette");
    let mut draft: Draft = kept(ui.ctx(), id).unwrap_or_default();
    let step = ui.input_mut(|input| {
        let down = input.consume_key(egui::Modifiers::NONE, Key::ArrowDown);
        let up = input.consume_key(egui::Modifiers::NONE, Key::ArrowUp);
        isize::from(down) - isize::from(up)
    });
    let before = draft.text.clone();
    let field = ui.add(
        egui::TextEdit::singleline(&mut draft.text)
            .hint_text("Type a command, a what-if, a theatre or a file")
            .desired_width(f32::INFINITY),
    );
    field.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Command");
        info.current_text_value = Some(draft.text.clone());
        info
    });
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    if !field.has_focus() && !entered {
        field.request_focus();
    }
    if draft.text != before {
        draft.chosen = 0;
    }
    let mut entries = entries(ui.ctx(), document, recent);
    entries.extend(of_ensemble(&view.uncertainty));
    let mut found: Vec<(Fit, Entry)> = entries
        .into_iter()
        .filter_map(|entry| {
            let of_meaning = || fit(entry.meaning, &draft.text).map(|_| Fit::Meaning);
            let fit = fit(&entry.text, &draft.text).or_else(of_meaning)?;
            Some((fit, entry))
        })
        .collect();
    // Those that fit alike stay as they are.
    found.sort_by_key(|(fit, _)| *fit);
    let last = found.len().saturating_sub(1);
    draft.chosen = draft.chosen.saturating_add_signed(step).min(last);
    let mut taken = entered.then_some(draft.chosen);
    scroll(ui, 0.5, |ui| {
        ui.set_min_width(ui.available_width());
        for (index, (_, entry)) in found.iter().enumerate() {
            let weak = RichText::new(&entry.aside).color(theme::palette(ui).weak);
            let button = egui::Button::selectable(index == draft.chosen, &entry.text)
                .right_text(weak)
                .min_size(egui::Vec2::new(ui.available_width(), 0.0));
            let response = ui.add(button);
            if index == draft.chosen && step != 0 {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                taken = Some(index);
            }
        }
        if found.is_empty() {
            ui.label("Nothing matches. Try fewer letters.");
        }
    });
    if let Some((_, entry)) = taken.and_then(|index| found.into_iter().nth(index)) {
        actions.push(Action::CloseDialog);
        actions.push(entry.action);
    }
    keep(ui.ctx(), id, draft);
}

fn entries(ctx: &egui::Context, document: &Document, recent: &[Recent]) -> Vec<Entry> {
    let commands = Command::ALL.into_iter().filter_map(|command| {
        let info = command.info();
        let keys = info.keys.map(|keys| ctx.format_shortcut(&keys));
        // The palette cannot be reached from itself.
        (command != Command::ShowPalette).then(|| Entry {
            text: info.text.to_owned(),
            meaning: info.tooltip,
            aside: keys.unwrap_or_default(),
            action: Action::Command(command),
        })
    });
    let baseline = Entry {
        text: "Baseline".to_owned(),
        meaning: "",
        aside: "as the file has it".to_owned(),
        action: Action::SelectWhatIf(None),
    };
    let what_ifs = document.what_ifs().iter().map(|(id, what_if)| Entry {
        text: what_if.name.clone(),
        meaning: "",
        aside: "what-if".to_owned(),
        action: Action::SelectWhatIf(Some(id.clone())),
    });
    let names = document.baseline().theatres.values();
    let names = names.map(|theatre| theatre.name.as_str()).enumerate();
    // "All theatres" is a command.
    let theatres = names.map(|(index, name)| Entry {
        text: name.to_owned(),
        meaning: "",
        aside: "theatre".to_owned(),
        action: Action::SelectTheatre(TheatreView::One(index)),
    });
    let recent = recent.iter().filter(|recent| recent.exists);
    let recent = recent.map(|recent| Entry {
        text: recent.text(),
        meaning: "",
        aside: "recent file".to_owned(),
        action: Action::OpenNamed(recent.path.display().to_string()),
    });
    let scenarios = files::bundled().iter().map(|(id, title)| Entry {
        text: title.clone(),
        meaning: "",
        aside: "bundled scenario".to_owned(),
        action: Action::OpenNamed((*id).to_owned()),
    });
    let copies = files::bundled().iter().map(|(id, title)| Entry {
        text: format!("New from {title}"),
        meaning: "",
        aside: "copy of a bundled scenario".to_owned(),
        action: Action::NewFrom(Some((*id).to_owned())),
    });
    commands
        .chain([baseline])
        .chain(what_ifs)
        .chain(theatres)
        .chain(recent)
        .chain(scenarios)
        .chain(copies)
        .collect()
}

/// The choices of the ensemble that would change something.
fn of_ensemble(now: &Uncertainty) -> Vec<Entry> {
    let mut choices: Vec<(String, Uncertainty)> = Vec::new();
    for members in Uncertainty::MEMBERS {
        let text = Uncertainty::members_text(members);
        choices.push((text, Uncertainty { members, ..*now }));
    }
    for (yardstick, text) in Uncertainty::YARDSTICKS {
        choices.push((text.to_owned(), Uncertainty { yardstick, ..*now }));
    }
    let Draws { ranges, chance } = now.draws;
    for (text, on, draws) in [
        (
            Draws::RANGES,
            ranges,
            Draws {
                ranges: !ranges,
                chance,
            },
        ),
        (
            Draws::CHANCE,
            chance,
            Draws {
                ranges,
                chance: !chance,
            },
        ),
    ] {
        let text = format!("{text}: {}", if on { "no longer" } else { "again" });
        choices.push((text, Uncertainty { draws, ..*now }));
    }
    let choices = choices.into_iter().filter(|(_, choice)| choice != now);
    choices
        .map(|(text, choice)| Entry {
            text,
            meaning: "",
            aside: "ensemble".to_owned(),
            action: Action::SetUncertainty(choice),
        })
        .collect()
}

/// How well a text fits what is typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Beginning,
    /// Every word typed begins one of the text.
    Words,
    /// Every word typed is somewhere in the text.
    Parts,
    /// The same in what it does.
    Meaning,
}

/// How well a text fits what is typed; nothing where a word of it is missing.
fn fit(text: &str, typed: &str) -> Option<Fit> {
    // A number may be typed without the commas that it is shown with.
    let plain = |text: &str| text.to_lowercase().replace(',', "");
    let (text, typed) = (plain(text), plain(typed));
    let typed = typed.trim();
    let mut words = typed.split_whitespace().peekable();
    let mut begun = true;
    while let Some(word) = words.next() {
        // A number that another word follows is whole: 100 members are not 100,000.
        let whole = words.peek().is_some() && word.bytes().all(|b| b.is_ascii_digit());
        if whole && !text.split_whitespace().any(|of_text| of_text == word) || !text.contains(word)
        {
            return None;
        }
        begun &= text
            .split_whitespace()
            .any(|of_text| of_text.starts_with(word));
    }
    Some(if text == typed {
        Fit::Whole
    } else if text.starts_with(typed) {
        Fit::Beginning
    } else if begun {
        Fit::Words
    } else {
        Fit::Parts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_order_and_the_best_first() {
        for (text, typed, fits) in [
            ("All key figures", "fig key", Some(Fit::Words)),
            ("All key figures", "", Some(Fit::Beginning)),
            ("All key figures", "keys", None),
            ("All key figures", "igure", Some(Fit::Parts)),
            ("Baseline", "baseline", Some(Fit::Whole)),
            ("Make this the baseline", "baseline", Some(Fit::Words)),
            ("100,000 members", "100 members", None),
            ("100,000 members", "1000", Some(Fit::Beginning)),
            ("1,000 members", "1000 members", Some(Fit::Whole)),
        ] {
            assert_eq!(fit(text, typed), fits, "{text}: {typed}");
        }
    }
}
