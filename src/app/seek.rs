//! What it would take: where each change alone would reach a goal, and a click to make it.

use egui::{Ui, Vec2};

use super::action::Action;
use super::document::Document;
use super::odds::{ChancesAt, Found};
use super::results::Results;
use super::theme;
use super::view::View;
use super::widgets::{drop_down, note_overflow, text_button};
use super::worker::{EventSeek, Seeks};
use crate::analysis::seek::{Goal, Seek, Sought};
use crate::analysis::{WINDOW, format, likelihood};
use crate::scenario::{Address, Checked, Event, LeverKind, Part, Value};

/// What the table is made from.
pub struct Panel<'a> {
    pub document: &'a Document,
    pub results: &'a Results,
    /// Of the goal in view, as far as they are known.
    pub seeks: Option<&'a Seeks>,
    /// How likely things are as they are, where chances are sought.
    pub odds: Option<&'a Found>,
    /// Whether both are still of what was shown before.
    pub lags: bool,
    /// Whether no ensemble can be run; the answer says why.
    pub refused: bool,
    pub view: &'a View,
}

/// The chances of a breach that may be asked for at most.
const CHANCES: [f64; 6] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5];

/// A change to be made by a click.
struct Offer {
    text: String,
    /// For those who do not see what it stands beside.
    name: String,
    action: Action,
}

impl Panel<'_> {
    /// Shows the goals, and a row for each lever and each event.
    pub fn show(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let scenario = self.document.current();
        ui.label(theme::bold("What would it take?").size(16.0));
        self.goals(ui, actions);
        let name = self.document.name();
        let odds = self.odds.filter(|_| !self.lags);
        let how = match (self.view.goal(), odds) {
            (Goal::Chance(_), Some(found)) => format!(
                "{} over {} members, seed {}, the same draws in every row{}.",
                if found.is_whole() {
                    "Counted"
                } else {
                    "Being counted"
                },
                format::given(found.about.options.members.into()),
                found.about.options.seed,
                if found.is_whole() {
                    ""
                } else {
                    "; more rows come"
                }
            ),
            (Goal::Chance(_), None) if self.refused => "There are no chances to count.".to_owned(),
            (Goal::Chance(_), None) => "Counting…".to_owned(),
            (Goal::Target | Goal::Baseline, _) => {
                "Planning run: every number at its median. What only just holds here may well fail: the \
                 chance of a breach is beside each value."
                    .to_owned()
            }
        };
        let what =
            format!("Each row changes one thing alone; everything else stays as in {name}. {how}");
        ui.label(theme::small(ui, what)).on_hover_text(
            "Planning runs try every day and every step of a short track. Of long tracks, and with \
             ensembles, places are tried evenly spread, then where the goal begins or ceases to be \
             reached and where the response turns.",
        );
        ui.add_space(4.0);
        if !self.view.goal().is_judged(scenario) {
            ui.label(format!(
                "Within {} no {WINDOW} days can be judged.",
                format::days(scenario.day_count())
            ));
            return;
        }
        if self.lags {
            ui.multiply_opacity(0.6);
        }
        self.state(ui);
        ui.add_space(4.0);
        let Some(seeks) = self.seeks else {
            return;
        };
        let scrolled = egui::ScrollArea::both()
            .id_salt("seek")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                egui::Grid::new("seek")
                    .striped(true)
                    .num_columns(3)
                    .spacing(Vec2::new(16.0, 5.0))
                    .show(ui, |ui| {
                        self.levers(ui, seeks, LeverKind::Decision, actions);
                        self.events(ui, seeks, actions);
                        self.levers(ui, seeks, LeverKind::Assumption, actions);
                    });
            });
        note_overflow(ui.ctx(), &scrolled);
    }

    fn goals(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let scenario = self.document.current();
        let now = self.view.goal();
        let most = match now {
            Goal::Chance(most) => most,
            Goal::Target | Goal::Baseline => 0.5,
        };
        let mut goal = now;
        let chance = self.view.uncertainty.is_run().then_some(Goal::Chance(most));
        // The baseline is as good as itself. A picture says what was sought, and offers no choice.
        let picture = self.view.picture;
        let itself = self.document.active().is_none().then_some(Goal::Baseline);
        let choices = chance.into_iter().chain(Goal::PLANNED);
        let choices = choices.filter(|&choice| choice == now || !picture && Some(choice) != itself);
        ui.horizontal_wrapped(|ui| {
            for choice in choices {
                let text = choice.words(scenario);
                if picture {
                    ui.label(text);
                } else if let Goal::Chance(_) = choice {
                    ui.radio_value(&mut goal, choice, "Chance at most");
                    drop_down(ui, format::percent(most), "Chance at most", 56.0, |ui| {
                        for most in CHANCES {
                            let choice = Goal::Chance(most);
                            ui.selectable_value(&mut goal, choice, format::percent(most));
                        }
                    });
                    ui.label(Goal::of_breach(scenario));
                    ui.end_row();
                } else {
                    ui.radio_value(&mut goal, choice, text);
                }
            }
        });
        if goal != now {
            actions.push(Action::SetGoal(goal));
        }
    }

    /// How far from the goal the theatres in view are now.
    fn state(&self, ui: &mut Ui) {
        for (theatre, named) in self.document.current().theatres.values().enumerate() {
            if self.view.only_theatre().is_some_and(|only| only != theatre) {
                continue;
            }
            let Some(missing) = self.missing_in(theatre) else {
                continue;
            };
            let goal = self.view.goal();
            let missing_text = self.missing(missing);
            let text = match (goal, goal.is_reached(missing)) {
                (Goal::Chance(_), true) => format!("{missing_text}, reached"),
                (_, true) => "reached".to_owned(),
                (_, false) => missing_text,
            };
            ui.label(theme::bold(format!("{} as it is: {text}", named.name)));
        }
    }

    /// What is missing, in words.
    fn missing(&self, missing: f64) -> String {
        match self.view.goal() {
            Goal::Target => {
                let target = format::percent(self.document.current().target.value);
                format!("{} below {target}", format::days(missing as usize))
            }
            Goal::Baseline => format!("{} more not engaged", format::count(missing)),
            Goal::Chance(most) => {
                let mut text = likelihood::number(missing);
                // What is just too much must not read as if it were not.
                if missing > most && text == format::percent(most) {
                    text = format!("{:.1} %", missing * 100.0);
                }
                format!("a {text} chance of a breach")
            }
        }
    }

    /// What is missing in a theatre now, or how likely a breach is.
    fn missing_in(&self, theatre: usize) -> Option<f64> {
        let goal = self.view.goal();
        if let Goal::Chance(_) = goal {
            return self.odds?.sought()?.now.get(theatre).copied();
        }
        let now = self.results.current.figures.theatres.get(theatre)?;
        let before = self.results.baseline.figures.theatres.get(theatre)?;
        Some(goal.missing(now, before))
    }

    /// The same of the worst of the theatres in view.
    fn missing_now(&self) -> f64 {
        let theatres = 0..self.document.current().theatres.len();
        theatres
            .filter(|theatre| self.view.only_theatre().is_none_or(|only| only == *theatre))
            .filter_map(|theatre| self.missing_in(theatre))
            .fold(0.0, f64::max)
    }

    fn heading(ui: &mut Ui, text: &str) {
        ui.label(theme::section(ui, text));
        for text in ["now", "it would take"] {
            ui.label(theme::small(ui, text));
        }
        ui.end_row();
    }

    fn levers(&self, ui: &mut Ui, seeks: &Seeks, kind: LeverKind, actions: &mut Vec<Action>) {
        let scenario = self.document.current();
        let levers = self.document.baseline().levers.iter().zip(&seeks.levers);
        let levers = levers
            .enumerate()
            .map(|(index, (lever, seek))| (index, lever, seek));
        let mut levers = levers.filter(|(_, lever, _)| lever.kind == kind).peekable();
        if levers.peek().is_none() {
            return;
        }
        Self::heading(
            ui,
            match kind {
                LeverKind::Decision => "Decisions",
                LeverKind::Assumption => "Assumptions about the world",
            },
        );
        for (index, lever, seek) in levers {
            let (Ok(address), Some(seek)) = (Address::find(scenario, &lever.path), seek) else {
                continue;
            };
            let now = Value::Number(address.number(scenario).unwrap_or(lever.min));
            let sought = seek.sought(self.view.goal(), self.view.only_theatre());
            let offer = self.place(seek, &sought, now).map(|place| {
                let (value, text) = (seek.value(place), seek.place(place));
                Offer {
                    name: format!("Set {} to {text}", lever.label),
                    text: format!("Set {text}"),
                    action: Action::Set { address, value },
                }
            });
            let chance = self
                .chances_at()
                .and_then(|found| *found.levers.get(index)?);
            let chance = chance_text(seek, &sought, now, chance);
            let now = format::value(now);
            self.row(
                ui,
                [&lever.label, &now, &chance],
                (seek, &sought),
                offer,
                actions,
            );
        }
    }

    /// The chances of a breach at values that planning runs have found.
    fn chances_at(&self) -> Option<&ChancesAt> {
        self.odds.filter(|_| !self.lags)?.chances_at()
    }

    fn events(&self, ui: &mut Ui, seeks: &Seeks, actions: &mut Vec<Action>) {
        let scenario = self.document.current();
        let rows = seeks.events.iter().enumerate();
        let rows = rows.map(|(index, seek)| {
            let chances = self.chances_at().and_then(|found| found.events.get(index));
            (chances.copied().unwrap_or_default(), seek)
        });
        let mut rows = rows
            .filter_map(|(chances, seek)| Some((chances, seek, scenario.events.get(&seek.id)?)))
            .peekable();
        if rows.peek().is_none() {
            return;
        }
        Self::heading(ui, "Events");
        for ([on_days, switched], seek, event) in rows {
            if let Some(days) = seek.days.as_ref().filter(|_| event.enabled) {
                let now = Value::Date(event.what.on());
                let sought = days.sought(self.view.goal(), self.view.only_theatre());
                let offer = self.place(days, &sought, now);
                let offer = offer.and_then(|place| on_day(scenario, seek, event, days, place));
                let chance = chance_text(days, &sought, now, on_days);
                let now = format::value(now);
                self.row(
                    ui,
                    [&event.name, &now, &chance],
                    (days, &sought),
                    offer,
                    actions,
                );
            }
            self.switch(ui, seek, event, switched, actions);
        }
    }

    /// Whether it helps that an event happens, or that it does not: a row where it does, and for
    /// every event that is off.
    fn switch(
        &self,
        ui: &mut Ui,
        seek: &EventSeek,
        event: &Event,
        chance: Option<f64>,
        actions: &mut Vec<Action>,
    ) {
        let scenario = self.document.current();
        let path = format!("events.{}.enabled", seek.id);
        let (Some(switch), Ok(address)) = (&seek.switch, Address::find(scenario, &path)) else {
            return;
        };
        let sought = switch.sought(self.view.goal(), self.view.only_theatre());
        let now = Value::Switch(event.enabled);
        let place = self.place(switch, &sought, now);
        if event.enabled && place.is_none() {
            return;
        }
        let offer = place.map(|place| {
            let text = format!("Switch {}", switch.place(place));
            Offer {
                name: format!("{text}: {}", event.name),
                text,
                action: Action::Set {
                    address,
                    value: switch.value(place),
                },
            }
        });
        let chance = chance_text(switch, &sought, now, chance);
        let now = format::value(now);
        self.row(
            ui,
            [&event.name, &now, &chance],
            (switch, &sought),
            offer,
            actions,
        );
    }

    /// The place that would reach the goal with the least change; nothing where it is reached
    /// now, or nowhere.
    fn place(&self, seek: &Seek, sought: &Sought, now: Value) -> Option<usize> {
        if self.view.goal().is_reached(self.missing_now()) {
            return None;
        }
        seek.nearest_to(sought, now)
    }

    /// A row: what it would take, with a click to do it; or how near it comes.
    fn row(
        &self,
        ui: &mut Ui,
        [label, now, chance]: [&str; 3],
        (seek, sought): (&Seek, &Sought),
        offer: Option<Offer>,
        actions: &mut Vec<Action>,
    ) {
        ui.label(label);
        ui.label(now);
        ui.horizontal(|ui| {
            let words = seek.words(sought);
            if sought.reached.is_empty() {
                let now = self.missing_now();
                let nearest = sought.nearest.filter(|(_, least)| *least < now);
                // What reads the same is no better.
                let now = self.missing(now);
                let nearest = nearest.map(|(place, least)| (place, self.missing(least)));
                let words = match nearest.filter(|(_, least)| *least != now) {
                    Some((place, least)) => {
                        let there = seek.there(place);
                        match self.view.goal() {
                            Goal::Chance(_) => format!("{words}; the lowest is {least}, {there}"),
                            _ => format!("{words}; the least is {least}, {there}"),
                        }
                    }
                    None => words,
                };
                ui.label(theme::small(ui, words));
            } else {
                ui.label(theme::bold(words));
                if !chance.is_empty() {
                    ui.label(theme::small(ui, chance));
                }
            }
            if let Some(offer) = offer.filter(|_| !self.view.picture)
                && text_button(ui, &offer.text, &offer.name).clicked()
            {
                actions.push(offer.action);
            }
        });
        ui.end_row();
    }
}

/// The chance of a breach at the value that is offered, in words that follow it.
fn chance_text(seek: &Seek, sought: &Sought, now: Value, chance: Option<f64>) -> String {
    match (chance, seek.nearest_to(sought, now)) {
        (Some(chance), Some(place)) => {
            let chance = likelihood::number(chance);
            format!("{chance} chance of a breach {}", seek.there(place))
        }
        _ => String::new(),
    }
}

/// Moves an event to a day.
fn on_day(
    scenario: &Checked,
    seek: &EventSeek,
    event: &Event,
    days: &Seek,
    place: usize,
) -> Option<Offer> {
    let Value::Date(on) = days.value(place) else {
        return None;
    };
    let by = event.what.on().until(on).ok()?.get_days();
    let date = format::date(on);
    Some(Offer {
        name: format!("Move {} to {date}", event.name),
        text: format!("Move to {date}"),
        action: Action::SetMany(event.moved(scenario, &seek.id, Part::Whole, by)),
    })
}
