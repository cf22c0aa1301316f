//! Edits of the scenario itself: pure functions from one scenario to the next.
//!
//! An edit is data, so that it can be asked for, labelled, tested and repeated. It refuses what
//! it cannot do; whether the scenario still keeps every rule afterwards is the check's business.

use super::check::id_fault;
use super::section::lever;
use super::text::text_mut;
use super::{
    Address, Firing, LeverKind, Problem, Range, Scenario, Section, Value, fresh, refer, uses,
};

/// One edit of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Write a text, or choose what an item refers to; see [`text`](super::text()) for the paths.
    Text {
        path: String,
        text: String,
    },
    /// Set a number, date or switch of the baseline.
    Value {
        path: String,
        value: Value,
    },
    /// Leave a number or date of the baseline out.
    Clear {
        path: String,
    },
    /// Give a number a range, or take it.
    Range {
        path: String,
        range: Option<Range>,
    },
    /// Add a source of this title and let the number at this path name it.
    Cite {
        path: String,
        title: String,
    },
    /// Add an item of this name.
    Add {
        section: Section,
        name: String,
    },
    /// Take an item out; with everything that refers to it, or refuse where something does.
    Remove {
        section: Section,
        id: String,
        with_uses: bool,
    },
    /// Move an item this many places down its list, or up where it is below 0.
    Move {
        section: Section,
        id: String,
        by: isize,
    },
    /// Give an item another id, wherever it is named.
    Rename {
        section: Section,
        id: String,
        to: String,
    },
    /// How an interceptor's rounds are fired.
    Mode {
        interceptor: String,
        mode: Firing,
    },
    /// Let a lever move another number, on a track that fits it.
    LeverPath {
        lever: String,
        path: String,
    },
    LeverKind {
        lever: String,
        kind: LeverKind,
    },
    /// `min`, `max` or `step` of a lever.
    LeverNumber {
        lever: String,
        field: &'static str,
        number: f64,
    },
}

impl Edit {
    /// Makes the edit. On an error the scenario may be half changed: edit a copy.
    ///
    /// # Errors
    ///
    /// There is no such thing, or something still refers to it.
    pub fn apply(&self, s: &mut Scenario) -> Result<(), Problem> {
        match self {
            Self::Text { path, text } => match text_mut(s, path) {
                Some(place) => place.write(text),
                None => return Err(Problem::error(path, "there is no text here to write to")),
            },
            Self::Value { path, value } => {
                let done = find(s, path)?.set(s, *value);
                done.map_err(|error| Problem::error(path, error.to_string()))?;
            }
            Self::Clear { path } => {
                if !find(s, path)?.clear(s) {
                    return Err(Problem::error(path, "this cannot be left out"));
                }
            }
            Self::Range { path, range } => match find(s, path)?.estimate_mut(s) {
                Some(estimate) => estimate.range = *range,
                None => return Err(Problem::error(path, "there is no number here yet")),
            },
            Self::Cite { path, title } => {
                let id = fresh::add(s, Section::Sources, title)?;
                match text_mut(s, &format!("{path}.source")) {
                    Some(place) => place.write(&id),
                    None => return Err(Problem::error(path, "there is no number here yet")),
                }
            }
            Self::Add { section, name } => {
                fresh::add(s, *section, name)?;
            }
            Self::Remove {
                section,
                id,
                with_uses,
            } => remove(s, *section, id, *with_uses)?,
            Self::Move { section, id, by } => {
                section.shift(s, id, *by);
            }
            Self::Rename { section, id, to } => rename(s, *section, id, to.trim())?,
            Self::Mode { interceptor, mode } => match s.interceptors.get_mut(interceptor) {
                Some(interceptor) => interceptor.doctrine.mode = *mode,
                None => return Err(Section::Interceptors.missing(interceptor)),
            },
            Self::LeverPath { lever, path } => {
                let fresh = fresh::lever(s, path)?;
                let lever = lever_mut(s, lever)?;
                *lever = super::Lever {
                    kind: lever.kind,
                    ..fresh
                };
            }
            Self::LeverKind { lever, kind } => lever_mut(s, lever)?.kind = *kind,
            Self::LeverNumber {
                lever,
                field,
                number,
            } => {
                let lever = lever_mut(s, lever)?;
                match *field {
                    "min" => lever.min = *number,
                    "max" => lever.max = *number,
                    _ => lever.step = *number,
                }
            }
        }
        Ok(())
    }

    /// The path of what is edited, where a refusal is shown.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Text { path, .. } | Self::Value { path, .. } | Self::Clear { path } => {
                path.clone()
            }
            Self::Range { path, .. } => format!("{path}.range"),
            Self::Cite { path, .. } => format!("{path}.source"),
            Self::Add { section, .. } => section.key().to_owned(),
            Self::Remove { section, id, .. } | Self::Move { section, id, .. } => section.path(id),
            Self::Rename { section, id, .. } => format!("{}.id", section.path(id)),
            Self::Mode { interceptor, .. } => format!("interceptors.{interceptor}.doctrine"),
            Self::LeverPath { lever, .. } => format!("levers.{lever}.path"),
            Self::LeverKind { lever, .. } => format!("levers.{lever}.kind"),
            Self::LeverNumber { lever, field, .. } => format!("levers.{lever}.{field}"),
        }
    }

    /// The edit in a few words; `before` is the scenario that it has not changed yet.
    #[must_use]
    pub fn label(&self, before: &Scenario) -> String {
        let named = |section: Section, id: &str| {
            format!("{} “{}”", section.one(), section.name(before, id))
        };
        match self {
            Self::Text { path, text } => format!("{} “{}”", of(before, path), short(text)),
            Self::Value { path, value } => format!("{} {value}", of(before, path)),
            Self::Clear { path } => format!("{} left out", of(before, path)),
            Self::Range { path, range } => match range {
                Some(Range { low, high }) => {
                    format!("range of {} {low} to {high}", of(before, path))
                }
                None => format!("no range of {}", of(before, path)),
            },
            Self::Cite { path, title } => {
                format!("new source “{}” of {}", short(title), of(before, path))
            }
            Self::Add { section, name } => match name.trim() {
                "" => format!("add {}", section.one()),
                name => format!("add {} “{}”", section.one(), short(name)),
            },
            Self::Remove { section, id, .. } => format!("remove {}", named(*section, id)),
            Self::Move { section, id, by } => {
                let way = if *by < 0 { "up" } else { "down" };
                format!("move {} {way}", named(*section, id))
            }
            Self::Rename { section, id, to } => format!("{} id {id} → {to}", section.one()),
            Self::Mode { interceptor, .. } => {
                format!("doctrine of {}", named(Section::Interceptors, interceptor))
            }
            Self::LeverPath { lever, .. } => format!("number of {}", named(Section::Levers, lever)),
            Self::LeverKind { lever, .. } => format!("kind of {}", named(Section::Levers, lever)),
            Self::LeverNumber {
                lever,
                field,
                number,
            } => format!("{field} of {} {number}", named(Section::Levers, lever)),
        }
    }
}

fn find(s: &Scenario, path: &str) -> Result<Address, Problem> {
    Address::find(s, path).map_err(|error| Problem::error(path, error.to_string()))
}

fn lever_mut<'s>(s: &'s mut Scenario, number: &str) -> Result<&'s mut super::Lever, Problem> {
    lever(number)
        .and_then(|index| s.levers.get_mut(index))
        .ok_or_else(|| Section::Levers.missing(number))
}

fn remove(s: &mut Scenario, section: Section, id: &str, with_uses: bool) -> Result<(), Problem> {
    if !section.ids(s).iter().any(|known| known == id) {
        return Err(section.missing(id));
    }
    let used = uses(s, section, id);
    if !used.is_empty() && !with_uses {
        let mut places: Vec<String> = used.iter().take(4).map(|place| place.describe(s)).collect();
        if used.len() > places.len() {
            places.push(format!("{} more", used.len() - places.len()));
        }
        let what = format!(
            "“{}” is still used by {}",
            section.name(s, id),
            places.join("; ")
        );
        return Err(Problem::error(section.path(id), what));
    }
    refer::take_out(s, section, id);
    Ok(())
}

fn rename(s: &mut Scenario, section: Section, id: &str, to: &str) -> Result<(), Problem> {
    let path = || format!("{}.id", section.path(id));
    let ids = section.ids(s);
    if section == Section::Levers || !ids.iter().any(|known| known == id) {
        return Err(section.missing(id));
    }
    if to == id {
        return Ok(());
    }
    if ids.iter().any(|known| known == to) {
        let what = format!("there is a {} `{to}` already", section.one());
        return Err(Problem::error(path(), what));
    }
    if let Some(what) = id_fault(to, section.key()) {
        return Err(Problem::error(path(), what));
    }
    refer::rename(s, section, id, to);
    Ok(())
}

/// What a reader calls the number or text at a path.
fn of(s: &Scenario, path: &str) -> String {
    if let Ok(address) = Address::find(s, path) {
        return address.label(s);
    }
    let Some((above, field)) = path.rsplit_once('.') else {
        return path.to_owned();
    };
    if let Ok(address) = Address::find(s, above) {
        return format!("{field} of {}", address.label(s));
    }
    let item = above.split_once('.').and_then(|(section, id)| {
        let section = Section::of(section)?;
        Some(format!("{} “{}”", section.one(), section.name(s, id)))
    });
    match item {
        Some(item) => format!("{field} of {item}"),
        None => path.to_owned(),
    }
}

/// The beginning of a text, for a label.
fn short(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 40 {
        return text.to_owned();
    }
    let start: String = text.chars().take(39).collect();
    format!("{start}…")
}
