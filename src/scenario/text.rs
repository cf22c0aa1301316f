//! The texts of a scenario by path: names, notes, and the ids by which items refer to others.

use super::section::lever;
use super::{Address, Scenario};

/// A text to write to.
pub(super) enum TextMut<'s> {
    Needed(&'s mut String),
    /// Left out where it is empty.
    Optional(&'s mut Option<String>),
}

impl TextMut<'_> {
    /// Writes a text without white space around it.
    pub(super) fn write(self, text: &str) {
        let text = text.trim().to_owned();
        match self {
            Self::Needed(old) => *old = text,
            Self::Optional(old) => *old = Some(text).filter(|text| !text.is_empty()),
        }
    }
}

/// The text at a path such as `title`, `threats.shahed.theatre`, `sources.csis.url`,
/// `levers.1.label` or `threats.shahed.production.note`; nothing where there is none.
#[must_use]
pub fn text<'s>(s: &'s Scenario, path: &str) -> Option<&'s str> {
    let Some((section, rest)) = path.split_once('.') else {
        return match path {
            "title" => Some(&s.title),
            "summary" => Some(&s.summary),
            "marking" => Some(&s.marking),
            _ => None,
        };
    };
    if let Some((number, field)) = of_number(s, path) {
        let estimate = number.estimate(s)?;
        return match field {
            "source" => estimate.source.as_deref(),
            "note" => estimate.note.as_deref(),
            _ => estimate.group.as_deref(),
        };
    }
    let (id, field) = rest.split_once('.')?;
    macro_rules! read {
        ($map:expr; $($needed:ident),*; $($optional:ident),*) => {{
            let item = $map?;
            match field {
                $(stringify!($needed) => Some(item.$needed.as_str()),)*
                $(stringify!($optional) => item.$optional.as_deref(),)*
                _ => None,
            }
        }};
    }
    match section {
        "sources" => read!(s.sources.get(id); title; publisher, date, url, note),
        "theatres" => read!(s.theatres.get(id); name; note),
        "suppliers" => read!(s.suppliers.get(id); name; note),
        "threats" => read!(s.threats.get(id); name, theatre; source, note),
        "interceptors" => read!(s.interceptors.get(id); name; source, note),
        "deployments" => read!(s.deployments.get(id); theatre, interceptor; source, note),
        "supply" => read!(s.supply.get(id); supplier, to; source, note),
        "events" => read!(s.events.get(id); name; source, note),
        "levers" => read!(lever(id).and_then(|index| s.levers.get(index)); label, path;),
        _ => None,
    }
}

/// The text at a path, to write to.
pub(super) fn text_mut<'s>(s: &'s mut Scenario, path: &str) -> Option<TextMut<'s>> {
    use TextMut::{Needed, Optional};

    let Some((section, rest)) = path.split_once('.') else {
        return match path {
            "title" => Some(Needed(&mut s.title)),
            "summary" => Some(Needed(&mut s.summary)),
            "marking" => Some(Needed(&mut s.marking)),
            _ => None,
        };
    };
    if let Some((number, field)) = of_number(s, path) {
        let estimate = number.estimate_mut(s)?;
        return Some(Optional(match field {
            "source" => &mut estimate.source,
            "note" => &mut estimate.note,
            _ => &mut estimate.group,
        }));
    }
    let (id, field) = rest.split_once('.')?;
    macro_rules! write {
        ($map:expr; $($needed:ident),*; $($optional:ident),*) => {{
            let item = $map?;
            match field {
                $(stringify!($needed) => Some(Needed(&mut item.$needed)),)*
                $(stringify!($optional) => Some(Optional(&mut item.$optional)),)*
                _ => None,
            }
        }};
    }
    match section {
        "sources" => write!(s.sources.get_mut(id); title; publisher, date, url, note),
        "theatres" => write!(s.theatres.get_mut(id); name; note),
        "suppliers" => write!(s.suppliers.get_mut(id); name; note),
        "threats" => write!(s.threats.get_mut(id); name, theatre; source, note),
        "interceptors" => write!(s.interceptors.get_mut(id); name; source, note),
        "deployments" => write!(s.deployments.get_mut(id); theatre, interceptor; source, note),
        "supply" => write!(s.supply.get_mut(id); supplier, to; source, note),
        "events" => write!(s.events.get_mut(id); name; source, note),
        "levers" => write!(lever(id).and_then(|index| s.levers.get_mut(index)); label;),
        _ => None,
    }
}

/// The number whose source, note or group a path names, and which of them.
fn of_number<'p>(s: &Scenario, path: &'p str) -> Option<(Address, &'p str)> {
    let (number, field) = path.rsplit_once('.')?;
    if !matches!(field, "source" | "note" | "group") {
        return None;
    }
    Some((Address::find(s, number).ok()?, field))
}
