//! A RON text taken apart field by field: every mistake is noted with its place, and reading goes on.
//!
//! serde stops at the first error and tells nobody where a value stood. So the `ron` parser is
//! asked for one level at a time, and gives each value as the stretch of text that holds it: where
//! that stretch begins in the file is where the value stands.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use indexmap::IndexMap;
use jiff::civil::Date;
use ron::Options;
use ron::value::RawValue;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::comment::blank;
use super::path::{nearest, without_sign_of_zero};
use super::{Estimate, Range, Value};

/// Longer than any path can be: what is longer is not taken for a name, nor repeated in a message.
const LONGEST_NAME: usize = 256;

/// So many mistakes are noted before the reader gives up on naming each.
const ENOUGH: usize = 1_000;

/// Stands in for a date that could not be read, so that reading can go on.
const NO_DATE: Date = Date::constant(2000, 1, 1);

/// One value of the file: the text that holds it, and where that begins.
#[derive(Clone, Copy)]
pub(super) struct Raw<'d> {
    text: &'d str,
    at: usize,
}

impl<'d> Raw<'d> {
    /// The name of a variant and what it holds: `Salvo(2)` is `Salvo` and `(2)`.
    fn variant(self) -> Option<(&'d str, Self)> {
        let end = self
            .text
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(self.text.len());
        let (name, rest) = self.text.split_at(end);
        let skip = blank(rest);
        let rest = Self {
            text: rest.get(skip..).unwrap_or(""),
            at: self.at + end + skip,
        };
        name.starts_with(char::is_alphabetic)
            .then_some((name, rest))
    }

    /// What kind of value it is, to tell a reader who meant another.
    fn describe(self) -> &'static str {
        let text = self.text;
        match text.chars().next() {
            Some('"') => "a text",
            Some('(') => "a group in ( )",
            Some('[') => "a list",
            Some('{') => "a map",
            Some('r') if text.starts_with("r\"") || text.starts_with("r#") => "a text",
            Some('0'..='9' | '+' | '-' | '.') => "a number",
            Some('\'') => "a single character",
            _ if matches!(text, "true" | "false") => "true or false",
            _ if matches!(text, "inf" | "NaN") => "a number",
            _ => "a bare word",
        }
    }

    fn number(self) -> Option<f64> {
        let whole = || ron::from_str::<i64>(self.text).map(|whole| whole as f64);
        let number = ron::from_str(self.text).or_else(|_| whole()).ok();
        number.map(without_sign_of_zero)
    }

    fn text(self) -> Option<String> {
        ron::from_str(self.text).ok()
    }
}

/// A mistake in the file.
pub(super) struct Mistake {
    pub(super) at: usize,
    pub(super) path: String,
    pub(super) what: String,
}

/// What has been learnt from a text so far.
#[derive(Default)]
pub(super) struct Reader<'d> {
    text: &'d str,
    pub(super) mistakes: Vec<Mistake>,
    /// Byte offset of every value, by path.
    pub(super) values: HashMap<String, usize>,
    /// Byte offset of every key of a map, by the path of its entry.
    pub(super) keys: HashMap<String, usize>,
    /// Paths whose value is a stand-in, so that no rule should judge it.
    pub(super) unread: HashSet<String>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(text: &'d str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// The whole document as the fields of one group.
    pub(super) fn document(&mut self) -> Fields<'_, 'd> {
        // What is left when the attributes at the top have been read.
        let body = ron::Deserializer::from_str(self.text)
            .map_or(self.text, |document| document.remainder());
        let raw = self.raw(body);
        self.values.insert(String::new(), raw.at);
        self.fields(String::new(), raw)
    }

    /// Notes a mistake; what stands at `path` is not to be judged further.
    fn mistake(&mut self, at: usize, path: &str, what: impl Into<String>) {
        self.unread.insert(path.to_owned());
        self.remark(at, path, what);
    }

    /// Notes a mistake that leaves what stands at `path` good.
    fn remark(&mut self, at: usize, path: &str, what: impl Into<String>) {
        if self.mistakes.len() >= ENOUGH {
            return;
        }
        self.mistakes.push(Mistake {
            at,
            path: path.to_owned(),
            what: what.into(),
        });
    }

    /// Where a part of the text begins in it.
    fn offset(&self, part: &str) -> usize {
        let offset = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        offset.map_or(0, |offset| offset.min(self.text.len()))
    }

    /// A stretch of the text as a value, without the blanks before it.
    fn raw(&self, text: &'d str) -> Raw<'d> {
        let text = text.get(blank(text)..).unwrap_or("");
        Raw {
            text,
            at: self.offset(text),
        }
    }

    /// Takes `Some(…)` off a value; nothing for `None`.
    fn present(&self, raw: Raw<'d>) -> Option<Raw<'d>> {
        let mut raw = raw;
        loop {
            match raw.variant() {
                Some(("None", rest)) if rest.text.is_empty() => return None,
                Some(("Some", _)) => match ron::from_str::<Option<&RawValue>>(raw.text) {
                    Ok(Some(inside)) => raw = self.raw(inside.get_ron()),
                    _ => return Some(raw),
                },
                _ => return Some(raw),
            }
        }
    }

    /// The fields of `(name: value, …)`.
    fn fields(&mut self, path: String, raw: Raw<'d>) -> Fields<'_, 'd> {
        let mut given = IndexMap::new();
        if let Ok(pairs) = entries(raw.text, Shape::Group) {
            for (name, value) in pairs {
                let value = self.raw(value);
                let at = self.offset(name);
                if name.len() > LONGEST_NAME {
                    self.mistake(at, &path, "this is too long for the name of a field");
                } else if given.contains_key(name) {
                    let what = format!("`{name}` is given twice; keep one");
                    self.remark(at, &join(&path, name), what);
                } else {
                    self.values.insert(join(&path, name), value.at);
                    given.insert(name, Given { at, value });
                }
            }
        } else {
            let what = match (raw.describe(), raw.variant()) {
                ("a group in ( )", _) => {
                    "every field of this group needs its name: `(name: value, …)`".to_owned()
                }
                (_, Some((_, inside))) if inside.text.starts_with('(') => {
                    "leave out the name before `(`: a group is `(name: value, …)`".to_owned()
                }
                (kind, _) => format!("this is {kind}; a group `(name: value, …)` belongs here"),
            };
            self.mistake(raw.at, &path, what);
        }
        Fields {
            at: raw.at,
            path,
            given,
            asked: Vec::new(),
            reader: self,
        }
    }

    /// The entries of `{ "key": value, … }`: key, its place, value.
    fn map(&mut self, path: &str, raw: Raw<'d>) -> Vec<(String, Raw<'d>)> {
        let Ok(pairs) = entries(raw.text, Shape::Map) else {
            let what = format!(
                "this is {}; a map `{{ \"name\": value, … }}` belongs here",
                raw.describe()
            );
            self.mistake(raw.at, path, what);
            return Vec::new();
        };
        let mut found = IndexMap::new();
        for (key, value) in pairs {
            let key = self.raw(key);
            let Some(name) = key.text() else {
                let what = match key.describe() {
                    "a bare word" if key.text.len() <= LONGEST_NAME => {
                        format!("write this key in quotes: \"{}\"", key.text)
                    }
                    kind => format!("this key is {kind}; a text in quotes belongs here"),
                };
                self.mistake(key.at, path, what);
                continue;
            };
            if name.len() > LONGEST_NAME {
                let what = format!("this key is longer than {LONGEST_NAME} letters");
                self.mistake(key.at, path, what);
                continue;
            }
            let below = join(path, &name);
            if found.contains_key(&name) {
                let what = format!("`{name}` stands here twice; rename or remove one");
                self.remark(key.at, &below, what);
                continue;
            }
            let value = self.raw(value);
            self.keys.insert(below.clone(), key.at);
            self.values.insert(below, value.at);
            found.insert(name, value);
        }
        found.into_iter().collect()
    }

    /// The values of `[value, …]`.
    fn list(&mut self, path: &str, raw: Raw<'d>) -> Vec<Raw<'d>> {
        if let Ok(values) = ron::from_str::<Vec<&'d RawValue>>(raw.text) {
            return values
                .into_iter()
                .map(|value| self.raw(value.get_ron()))
                .collect();
        }
        let what = format!("this is {}; a list `[ … ]` belongs here", raw.describe());
        self.mistake(raw.at, path, what);
        Vec::new()
    }

    fn text_of(&mut self, path: &str, raw: Raw<'d>) -> String {
        raw.text().unwrap_or_else(|| {
            let what = format!("this is {}; a text in quotes belongs here", raw.describe());
            self.mistake(raw.at, path, what);
            String::new()
        })
    }

    /// An id or a path.
    fn name_of(&mut self, path: &str, raw: Raw<'d>) -> String {
        let name = self.text_of(path, raw);
        if name.len() > LONGEST_NAME {
            let what = format!("this name is longer than {LONGEST_NAME} letters");
            self.mistake(raw.at, path, what);
            return String::new();
        }
        name
    }

    fn number_of(&mut self, path: &str, raw: Raw<'d>) -> f64 {
        raw.number().unwrap_or_else(|| {
            let what = match raw.describe() {
                "a number" => "this is more than a number; one number belongs here".to_owned(),
                kind => format!("this is {kind}; a number belongs here"),
            };
            self.mistake(raw.at, path, what);
            0.0
        })
    }

    /// A plain number or `(value:, low:, high:, source:, note:, group:)`.
    pub(super) fn estimate_of(&mut self, path: &str, raw: Raw<'d>) -> Estimate {
        if !raw.text.starts_with('(') {
            return Estimate::exact(self.number_of(path, raw));
        }
        let mut fields = self.fields(path.to_owned(), raw);
        let value = fields.bare("value");
        let low = fields.optional_bare("low");
        let high = fields.optional_bare("high");
        let estimate = Estimate {
            value,
            range: low.zip(high).map(|(low, high)| Range { low, high }),
            source: fields.optional_name("source"),
            note: fields.optional_text("note"),
            group: fields.optional_text("group"),
        };
        if low.is_some() != high.is_some() {
            let (given, missing) = if low.is_some() {
                ("low", "high")
            } else {
                ("high", "low")
            };
            fields.object(
                given,
                format!("`{given}` stands without `{missing}`; give both or neither"),
            );
        }
        fields.finish();
        // A rule that looks at the number should know that a part of it could not be read.
        let broken = ["value", "low", "high"]
            .iter()
            .any(|part| self.unread.contains(&join(path, part)));
        if broken {
            self.unread.insert(path.to_owned());
        }
        estimate
    }

    fn date_of(&mut self, path: &str, raw: Raw<'d>) -> Date {
        let text = raw.text();
        text.as_deref().and_then(date).unwrap_or_else(|| {
            let what = match text {
                Some(text) if text.len() <= LONGEST_NAME => not_a_date(&text),
                _ => format!(
                    "this is {}; a date in quotes such as \"2025-06-30\" belongs here",
                    raw.describe()
                ),
            };
            self.mistake(raw.at, path, what);
            NO_DATE
        })
    }

    fn switch_of(&mut self, path: &str, raw: Raw<'d>) -> bool {
        ron::from_str(raw.text).unwrap_or_else(|_| {
            let what = format!("this is {}; true or false belongs here", raw.describe());
            self.mistake(raw.at, path, what);
            false
        })
    }
}

/// The fields of one group, taken out by name; [`Fields::finish`] objects to those left over.
pub(super) struct Fields<'r, 'd> {
    reader: &'r mut Reader<'d>,
    path: String,
    /// Where the group begins.
    at: usize,
    given: IndexMap<&'d str, Given<'d>>,
    /// Every name asked for, to guess what a wrong one was meant to be.
    asked: Vec<&'static str>,
}

struct Given<'d> {
    at: usize,
    value: Raw<'d>,
}

impl<'d> Fields<'_, 'd> {
    /// Objects to every field that nobody asked for.
    pub(super) fn finish(self) {
        for (name, given) in &self.given {
            if self.asked.contains(name) {
                continue;
            }
            if self.reader.mistakes.len() >= ENOUGH {
                return;
            }
            let known = self.asked.iter().copied();
            let advice = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it can be one of {}", list(&self.asked)),
            };
            let what = format!("there is no field `{name}` here; {advice}");
            self.reader.mistake(given.at, &join(&self.path, name), what);
        }
    }

    /// Objects to a field for a reason of its own.
    pub(super) fn object(&mut self, name: &str, what: impl Into<String>) {
        let at = self.given.get(name).map_or(self.at, |given| given.at);
        self.reader.mistake(at, &join(&self.path, name), what);
    }

    /// Objects to the name under which the group itself stands.
    pub(super) fn object_to_key(&mut self, what: impl Into<String>) {
        let at = self.reader.keys.get(&self.path).copied();
        let path = self.path.clone();
        self.reader.mistake(at.unwrap_or(self.at), &path, what);
    }

    pub(super) fn text(&mut self, name: &'static str) -> String {
        self.need(name, Reader::text_of).unwrap_or_default()
    }

    pub(super) fn optional_text(&mut self, name: &'static str) -> Option<String> {
        self.take(name, Reader::text_of)
    }

    /// An id or a path.
    pub(super) fn name(&mut self, name: &'static str) -> String {
        self.need(name, Reader::name_of).unwrap_or_default()
    }

    pub(super) fn optional_name(&mut self, name: &'static str) -> Option<String> {
        self.take(name, Reader::name_of)
    }

    pub(super) fn number(&mut self, name: &'static str) -> Estimate {
        self.need(name, Reader::estimate_of).unwrap_or_default()
    }

    pub(super) fn number_or(&mut self, name: &'static str, default: f64) -> Estimate {
        self.optional_number(name)
            .unwrap_or_else(|| Estimate::exact(default))
    }

    pub(super) fn optional_number(&mut self, name: &'static str) -> Option<Estimate> {
        self.take(name, Reader::estimate_of)
    }

    /// A number that takes neither range nor source.
    pub(super) fn bare(&mut self, name: &'static str) -> f64 {
        self.need(name, Reader::number_of).unwrap_or_default()
    }

    pub(super) fn optional_bare(&mut self, name: &'static str) -> Option<f64> {
        self.take(name, Reader::number_of)
    }

    /// A whole number that need not fit a float.
    pub(super) fn integer(&mut self, name: &'static str) -> Option<u64> {
        self.take(name, |reader, path, raw| {
            ron::from_str(raw.text).unwrap_or_else(|_| {
                let what = "a whole number from 0 to 18446744073709551615 belongs here";
                reader.mistake(raw.at, path, what);
                0
            })
        })
    }

    pub(super) fn date(&mut self, name: &'static str) -> Date {
        self.need(name, Reader::date_of).unwrap_or(NO_DATE)
    }

    pub(super) fn optional_date(&mut self, name: &'static str) -> Option<Date> {
        self.take(name, Reader::date_of)
    }

    pub(super) fn switch_or(&mut self, name: &'static str, default: bool) -> bool {
        self.take(name, Reader::switch_of).unwrap_or(default)
    }

    /// `(name: value, …)`; what `read` leaves over is objected to.
    pub(super) fn group<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_, 'd>) -> T,
    ) -> Option<T> {
        self.need(name, |reader, path, raw| {
            read_group(reader, path, raw, read)
        })
    }

    /// `{ "id": (…), … }`.
    pub(super) fn items<T>(
        &mut self,
        name: &'static str,
        needed: Needed,
        mut read: impl FnMut(&mut Fields<'_, 'd>) -> T,
    ) -> IndexMap<String, T> {
        let read = |reader: &mut Reader<'d>, path: &str, raw| {
            let entries = reader.map(path, raw);
            entries
                .into_iter()
                .map(|(id, raw)| {
                    let path = join(path, &id);
                    let item = read_group(reader, &path, raw, &mut read);
                    // An item as a whole is found by its name.
                    if let Some(key) = reader.keys.get(&path) {
                        reader.values.insert(path, *key);
                    }
                    (id, item)
                })
                .collect()
        };
        match needed {
            Needed::Yes => self.need(name, read),
            Needed::No => self.take(name, read),
        }
        .unwrap_or_default()
    }

    /// `{ "id": 5, … }`.
    pub(super) fn numbers(&mut self, name: &'static str) -> IndexMap<String, Estimate> {
        let read = |reader: &mut Reader<'d>, path: &str, raw| {
            let entries = reader.map(path, raw);
            entries
                .into_iter()
                .map(|(id, raw)| {
                    let number = reader.estimate_of(&join(path, &id), raw);
                    (id, number)
                })
                .collect()
        };
        self.take(name, read).unwrap_or_default()
    }

    /// `{ "2026-01-02": 95, … }`.
    pub(super) fn dated_numbers(&mut self, name: &'static str) -> BTreeMap<Date, f64> {
        let read = |reader: &mut Reader<'d>, path: &str, raw| {
            let mut numbers = BTreeMap::new();
            for (written, raw) in reader.map(path, raw) {
                let path = join(path, &written);
                if let Some(date) = date(&written) {
                    numbers.insert(date, reader.number_of(&path, raw));
                } else {
                    let at = reader.keys.get(&path).copied().unwrap_or(raw.at);
                    reader.mistake(at, &path, not_a_date(&written));
                }
            }
            numbers
        };
        self.take(name, read).unwrap_or_default()
    }

    /// `{ "path": 5 or "2025-06-30" or true, … }`.
    pub(super) fn settings(&mut self, name: &'static str) -> IndexMap<String, Value> {
        let read = |reader: &mut Reader<'d>, path: &str, raw| {
            let entries = reader.map(path, raw);
            entries
                .into_iter()
                .map(|(id, raw): (String, Raw<'d>)| {
                    let path = join(path, &id);
                    let value = match raw.text.chars().next() {
                        Some('"') => Value::Date(reader.date_of(&path, raw)),
                        Some('t' | 'f') => Value::Switch(reader.switch_of(&path, raw)),
                        _ => Value::Number(reader.number_of(&path, raw)),
                    };
                    (id, value)
                })
                .collect()
        };
        self.need(name, read).unwrap_or_default()
    }

    /// `[(…), …]`, counted from 1 in paths.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Fields<'_, 'd>) -> T,
    ) -> Vec<T> {
        self.take(name, |reader, path, raw| {
            let values = reader.list(path, raw);
            values
                .into_iter()
                .enumerate()
                .map(|(i, raw)| {
                    let path = join(path, &(i + 1).to_string());
                    reader.values.insert(path.clone(), raw.at);
                    read_group(reader, &path, raw, &mut read)
                })
                .collect()
        })
        .unwrap_or_default()
    }

    /// `["id", …]`.
    pub(super) fn names(&mut self, name: &'static str) -> Vec<String> {
        self.need(name, |reader, path, raw| {
            let values = reader.list(path, raw);
            values
                .into_iter()
                .enumerate()
                .map(|(i, raw)| {
                    let path = join(path, &(i + 1).to_string());
                    reader.values.insert(path.clone(), raw.at);
                    reader.name_of(&path, raw)
                })
                .collect()
        })
        .unwrap_or_default()
    }

    /// One of several words, such as `Decision`.
    pub(super) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        self.variant(name, words, |variant, reader, path, word| {
            if !variant.inside.text.is_empty() {
                let what = format!("`{}` stands alone, without ( )", variant.name);
                reader.mistake(variant.inside.at, path, what);
            }
            *word
        })
    }

    /// One of several names with something in ( ), such as `Salvo(2)`.
    pub(super) fn variant<T, R>(
        &mut self,
        name: &'static str,
        known: &[(&'static str, T)],
        read: impl FnOnce(&Variant<'d>, &mut Reader<'d>, &str, &T) -> R,
    ) -> Option<R> {
        let read = |reader: &mut Reader<'d>, path: &str, raw: Raw<'d>| {
            let names = || known.iter().map(|(name, _)| *name);
            let written = raw.variant().filter(|_| raw.describe() == "a bare word");
            let written = written.filter(|(name, _)| name.len() <= LONGEST_NAME);
            let Some((name, inside)) = written else {
                let what = format!(
                    "this is {}; one of {} belongs here, without quotes",
                    raw.describe(),
                    list(&names().collect::<Vec<_>>())
                );
                reader.mistake(raw.at, path, what);
                return None;
            };
            let Some((_, meant)) = known.iter().find(|(known, _)| *known == name) else {
                let advice = match nearest(name, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it can be one of {}", list(&names().collect::<Vec<_>>())),
                };
                let what = format!("there is no `{name}` here; {advice}");
                reader.mistake(raw.at, path, what);
                return None;
            };
            let variant = Variant {
                name,
                at: raw.at,
                inside,
            };
            Some(read(&variant, reader, path, meant))
        };
        self.need(name, read).flatten()
    }

    /// The path of the group.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Reads a field that may be left out.
    fn take<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'d>, &str, Raw<'d>) -> T,
    ) -> Option<T> {
        self.asked.push(name);
        let raw = self.reader.present(self.given.get(name)?.value)?;
        let path = join(&self.path, name);
        // Under `Some( )` the value stands a little further on.
        self.reader.values.insert(path.clone(), raw.at);
        Some(read(self.reader, &path, raw))
    }

    /// Reads a field that must be there.
    fn need<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'d>, &str, Raw<'d>) -> T,
    ) -> Option<T> {
        let read = self.take(name, read);
        // Where the group itself could not be read, that has been said.
        if read.is_none() && !self.reader.unread.contains(&self.path) {
            let what = format!("`{name}` is missing here");
            self.reader.mistake(self.at, &join(&self.path, name), what);
        }
        read
    }
}

/// Whether a section must be in the file.
#[derive(Clone, Copy)]
pub(super) enum Needed {
    Yes,
    No,
}

/// A name and what it holds.
pub(super) struct Variant<'d> {
    name: &'d str,
    at: usize,
    inside: Raw<'d>,
}

impl<'d> Variant<'d> {
    /// What it holds, as fields that stand at `path`.
    pub(super) fn fields<T>(
        &self,
        reader: &mut Reader<'d>,
        path: &str,
        read: impl FnOnce(&mut Fields<'_, 'd>) -> T,
    ) -> T {
        let inside = if self.inside.text.is_empty() {
            Raw {
                text: "()",
                at: self.at,
            }
        } else {
            self.inside
        };
        read_group(reader, path, inside, read)
    }

    /// What it holds, as one number that stands at `path`.
    pub(super) fn number(&self, reader: &mut Reader<'d>, path: &str) -> Estimate {
        // `Salvo(2)` holds a value; `Salvo(value: 2, source: "x")` is a number spelt out.
        if let Ok((value,)) = ron::from_str::<(&'d RawValue,)>(self.inside.text) {
            let raw = reader.raw(value.get_ron());
            reader.values.insert(path.to_owned(), raw.at);
            return reader.estimate_of(path, raw);
        }
        reader.values.insert(path.to_owned(), self.inside.at);
        if entries(self.inside.text, Shape::Group).is_ok_and(|fields| !fields.is_empty()) {
            return reader.estimate_of(path, self.inside);
        }
        let what = format!("one number belongs here, such as `{}(2)`", self.name);
        reader.mistake(self.at, path, what);
        Estimate::default()
    }
}

/// A date exactly as we write it: the date parser alone would also take a time of day.
pub(super) fn date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

fn not_a_date(text: &str) -> String {
    format!("`{text}` is no date; write year-month-day, such as \"2025-06-30\"")
}

/// The path of `name` below `path`.
fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// `` `a`, `b` or `c` ``.
fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn read_group<'d, T>(
    reader: &mut Reader<'d>,
    path: &str,
    raw: Raw<'d>,
    read: impl FnOnce(&mut Fields<'_, 'd>) -> T,
) -> T {
    let mut fields = reader.fields(path.to_owned(), raw);
    let value = read(&mut fields);
    fields.finish();
    value
}

/// The two shapes that hold pairs.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// `(name: value)`.
    Group,
    /// `{ key: value }`.
    Map,
}

/// The pairs of a group or a map, as stretches of `text`.
pub(super) fn entries(text: &str, shape: Shape) -> ron::error::SpannedResult<Vec<(&str, &str)>> {
    Options::default().from_str_seed(text, Entries(shape))
}

struct Entries(Shape);

impl<'d> DeserializeSeed<'d> for Entries {
    type Value = Vec<(&'d str, &'d str)>;

    fn deserialize<D: Deserializer<'d>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.0 {
            Shape::Group => deserializer.deserialize_struct("", &[], self),
            Shape::Map => deserializer.deserialize_map(self),
        }
    }
}

impl<'d> Visitor<'d> for Entries {
    type Value = Vec<(&'d str, &'d str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pairs")
    }

    fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = match self.0 {
            Shape::Group => map.next_key::<Name<'d>>()?.map(|name| name.0),
            Shape::Map => map.next_key::<&RawValue>()?.map(RawValue::get_ron),
        } {
            pairs.push((key, map.next_value::<&RawValue>()?.get_ron()));
        }
        Ok(pairs)
    }
}

/// The name of a field, as it stands in the text.
struct Name<'d>(&'d str);

impl<'d> Deserialize<'d> for Name<'d> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'d> Visitor<'d> for NameVisitor {
            type Value = Name<'d>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'d str) -> Result<Name<'d>, E> {
                Ok(Name(name))
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}
