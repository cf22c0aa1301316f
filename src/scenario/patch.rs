//! Saving in place: what changed is exchanged in the text that a person wrote, and everything else
//! stays as it is, comments and layout included.
//!
//! The scenario that the text says and the one that it should say are both laid out as the writer
//! would; where the two differ, and only there, the text is written anew. What comes out is read
//! back before anyone relies on it, so a text that this does not understand is not damaged: it is
//! written as a whole instead, and the person is asked first.

use std::fmt::Write as _;

use ron::value::RawValue;

use super::Scenario;
use super::comment::{blank, comment, end};
use super::fields::{Shape, entries};
use super::write::{Node, label, layout, tree};

/// The text changed so that it says `new`, where it says `old` now; nothing where its shape is not
/// understood. Whether it does say so is for the caller to check.
pub(super) fn patch(text: &str, old: &Scenario, new: &Scenario) -> Option<String> {
    let body = ron::Deserializer::from_str(text).ok()?.remainder();
    let start = text.len() - body.len();
    let root = Part::value(text, start, text.len())?;
    let patcher = Patcher { text };
    let body = patcher.value(&tree(old), &tree(new), &root, true);
    let mut patched = text.get(..root.start)?.to_owned();
    patched.push_str(&body);
    patched.push_str(text.get(root.end..)?);
    Some(patched)
}

/// A value of the text, or a pair with its key, and where it stands.
struct Part {
    /// What its key says; a place in the list where it has none.
    key: String,
    /// Where its key begins, or the value itself where it has none.
    key_start: usize,
    /// The value, without `Some( )` around it.
    start: usize,
    end: usize,
    /// Where it ends, with `Some( )` around it.
    outer_end: usize,
    kind: Kind,
    parts: Vec<Part>,
    /// Between the brackets.
    inside: (usize, usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Leaf,
    Group,
    Map,
    List,
}

impl Part {
    /// The value that stands between two places, with everything in it.
    fn value(text: &str, from: usize, to: usize) -> Option<Self> {
        let start = from + blank(text.get(from..to)?);
        let stop = start + end(text.get(start..to)?);
        let whole = text.get(start..stop)?;
        let mut part = Self {
            key: String::new(),
            key_start: start,
            start,
            end: stop,
            outer_end: stop,
            kind: Kind::Leaf,
            parts: Vec::new(),
            inside: (start, stop),
        };
        let name = whole
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(whole.len());
        if whole.starts_with("Some")
            && name == 4
            && let Ok(Some(inside)) = ron::from_str::<Option<&RawValue>>(whole)
        {
            let inside = inside.get_ron();
            let at = offset(text, inside)?;
            let inner = Self::value(text, at, at + inside.len())?;
            return Some(Self {
                key_start: start,
                outer_end: stop,
                ..inner
            });
        }
        // A name before the bracket, such as that of an event's kind, belongs to the group.
        let named = whole.starts_with(char::is_alphabetic);
        let skip = if named {
            name + blank(whole.get(name..)?)
        } else {
            0
        };
        let brackets = whole.get(skip..)?;
        let (kind, pairs) = match brackets.chars().next() {
            Some('(') => (Kind::Group, entries(brackets, Shape::Group).ok()),
            Some('{') => (Kind::Map, entries(brackets, Shape::Map).ok()),
            Some('[') => {
                let values = ron::from_str::<Vec<&RawValue>>(brackets).ok();
                let pairs =
                    values.map(|values| values.into_iter().map(|v| ("", v.get_ron())).collect());
                (Kind::List, pairs)
            }
            _ => (Kind::Leaf, None),
        };
        let Some(pairs) = pairs else {
            return Some(part);
        };
        for (place, (key, value)) in pairs.into_iter().enumerate() {
            let at = offset(text, value)?;
            let mut inner = Self::value(text, at, at + value.len())?;
            match kind {
                Kind::List => inner.key = place.to_string(),
                Kind::Group | Kind::Leaf => {
                    key.clone_into(&mut inner.key);
                    inner.key_start = offset(text, key)?;
                }
                Kind::Map => {
                    inner.key = ron::from_str(key).ok()?;
                    let at = offset(text, key)?;
                    inner.key_start = at + blank(key);
                }
            }
            part.parts.push(inner);
        }
        part.kind = kind;
        part.inside = (start + skip + 1, stop.checked_sub(1)?);
        Some(part)
    }
}

/// Where a stretch of a text begins in it.
fn offset(text: &str, stretch: &str) -> Option<usize> {
    stretch.as_ptr().addr().checked_sub(text.as_ptr().addr())
}

/// A pair of what is written, by key.
type Pair<'n> = (String, &'n Node);

/// One pair as it will stand in the text.
struct Piece {
    /// Blanks and comments before the key.
    lead: String,
    /// Key, colon and value, and what stands before the comma.
    core: String,
    /// What stands on the same line after the comma.
    tail: String,
}

struct Patcher<'t> {
    text: &'t str,
}

impl Patcher<'_> {
    fn slice(&self, from: usize, to: usize) -> &str {
        self.text.get(from..to).unwrap_or("")
    }

    /// The new text of a value.
    fn value(&self, old: &Node, new: &Node, at: &Part, root: bool) -> String {
        if old == new {
            return self.slice(at.start, at.end).to_owned();
        }
        let patched = match (old, new, at.kind) {
            (Node::Group(was, old), Node::Group(is, new), Kind::Group) if was == is => {
                let named = |fields: &[(&'static str, Node)]| -> bool { !fields.is_empty() };
                if named(old) && named(new) {
                    let old: Vec<Pair<'_>> =
                        old.iter().map(|(k, n)| ((*k).to_owned(), n)).collect();
                    let new: Vec<Pair<'_>> =
                        new.iter().map(|(k, n)| ((*k).to_owned(), n)).collect();
                    Some(self.fields(&old, &new, at, root))
                } else {
                    None
                }
            }
            (Node::Map(old), Node::Map(new), Kind::Map) if !new.is_empty() => {
                let old: Vec<Pair<'_>> = old.iter().map(|(k, n)| (k.clone(), n)).collect();
                let new: Vec<Pair<'_>> = new.iter().map(|(k, n)| (k.clone(), n)).collect();
                self.pairs(&old, &new, at)
            }
            (Node::List(old), Node::List(new), Kind::List) if !new.is_empty() => {
                let (old, new) = matched(old, new);
                self.pairs(&old, &new, at)
            }
            _ => None,
        };
        patched.unwrap_or_else(|| layout(new, self.depth(at.key_start), 0, false))
    }

    /// The new text of a map or a list, its entries in the new order.
    fn pairs(&self, old: &[Pair<'_>], new: &[Pair<'_>], at: &Part) -> Option<String> {
        if at.parts.is_empty() {
            return None;
        }
        let chunks = self.chunks(at);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut before: Option<usize> = None;
        for (key, node) in new {
            let place = at.parts.iter().position(|part| part.key == *key);
            if let Some(place) = place {
                pieces.push(self.piece(&chunks, at, place, find(old, key), Some(node)));
                before = Some(place);
            } else {
                let label = if at.kind == Kind::List {
                    String::new()
                } else {
                    label(key)
                };
                pieces.push(self.inserted(&label, node, at, before, false));
            }
        }
        Some(self.joined(at, &chunks, pieces))
    }

    /// The new text of a group: what stands in it keeps its order.
    fn fields(&self, old: &[Pair<'_>], new: &[Pair<'_>], at: &Part, root: bool) -> String {
        let chunks = self.chunks(at);
        let mut pieces: Vec<(String, Piece)> = Vec::new();
        for (place, part) in at.parts.iter().enumerate() {
            let (was, is) = (find(old, &part.key), find(new, &part.key));
            // What the writer would leave out now goes; what it never knew of stays.
            if is.is_some() || was.is_none() {
                pieces.push((part.key.clone(), self.piece(&chunks, at, place, was, is)));
            }
        }
        let mut after = 0;
        for (key, node) in new {
            if let Some(place) = pieces.iter().position(|(known, _)| known == key) {
                after = place + 1;
            } else if find(old, key) != Some(node) && !(root && node.is_empty()) {
                let before = after.checked_sub(1).and_then(|before| {
                    let (key, _) = pieces.get(before)?;
                    at.parts.iter().position(|part| part.key == *key)
                });
                let label = format!("{key}: ");
                let piece = self.inserted(&label, node, at, before, root);
                pieces.insert(after, (key.clone(), piece));
                after += 1;
            }
        }
        let pieces = pieces.into_iter().map(|(_, piece)| piece).collect();
        self.joined(at, &chunks, pieces)
    }

    /// One pair of the text with its new value.
    fn piece(
        &self,
        chunks: &[Chunk],
        at: &Part,
        place: usize,
        old: Option<&Node>,
        new: Option<&Node>,
    ) -> Piece {
        let (Some(part), Some(chunk)) = (at.parts.get(place), chunks.get(place)) else {
            return Piece {
                lead: String::new(),
                core: String::new(),
                tail: String::new(),
            };
        };
        let value = match (old, new) {
            (Some(old), Some(new)) => self.value(old, new, part, false),
            (None, Some(new)) => layout(new, self.depth(part.key_start), 0, false),
            (_, None) => self.slice(part.start, part.end).to_owned(),
        };
        let mut core = self.slice(part.key_start, part.start).to_owned();
        core.push_str(&value);
        core.push_str(self.slice(part.end, chunk.comma));
        Piece {
            lead: self.slice(chunk.start, part.key_start).to_owned(),
            core,
            tail: self.slice(chunk.after_comma, chunk.end).to_owned(),
        }
    }

    /// A pair that the text does not have yet, laid out like its neighbour.
    fn inserted(
        &self,
        label: &str,
        node: &Node,
        at: &Part,
        before: Option<usize>,
        section: bool,
    ) -> Piece {
        let neighbour = at.parts.get(before.unwrap_or(0));
        let indent = neighbour.and_then(|part| self.own_line(part.key_start));
        let lead = match (indent, before) {
            (Some(indent), _) => format!("{}{indent}", self.line_break()),
            (None, Some(_)) => " ".to_owned(),
            (None, None) => neighbour.map_or_else(String::new, |part| {
                self.slice(at.inside.0, part.key_start).to_owned()
            }),
        };
        let depth = neighbour.map_or(1, |part| self.depth(part.key_start));
        let mut core = label.to_owned();
        let open = section && matches!(node, Node::Map(_) | Node::List(_));
        let _ = write!(core, "{}", layout(node, depth, label.chars().count(), open));
        let core = core.replace('\n', self.line_break());
        Piece {
            lead,
            core,
            tail: String::new(),
        }
    }

    /// The brackets of a part with other pieces between them.
    fn joined(&self, at: &Part, chunks: &[Chunk], pieces: Vec<Piece>) -> String {
        let last = pieces.len().saturating_sub(1);
        let closing_comma = chunks
            .last()
            .is_some_and(|chunk| chunk.comma < chunk.after_comma);
        let first_lead = at
            .parts
            .first()
            .map_or("", |part| self.slice(at.inside.0, part.key_start));
        let mut out = self.slice(at.start, at.inside.0).to_owned();
        let mut open_comment = false;
        for (place, piece) in pieces.into_iter().enumerate() {
            let mut lead = piece.lead;
            if place == 0 && first_lead.is_empty() {
                lead = lead.trim_start_matches(' ').to_owned();
            } else if place > 0 && lead.is_empty() {
                lead.push(' ');
            }
            if open_comment && !lead.starts_with(['\n', '\r']) {
                out.push_str(self.line_break());
            }
            out.push_str(&lead);
            out.push_str(&piece.core);
            if place < last || closing_comma {
                out.push(',');
            }
            out.push_str(&piece.tail);
            open_comment = piece.tail.contains("//");
        }
        let rest = self.slice(chunks.last().map_or(at.inside.0, |chunk| chunk.end), at.end);
        if open_comment && !rest.starts_with(['\n', '\r']) {
            out.push_str(self.line_break());
        }
        out.push_str(rest);
        out
    }

    /// What belongs to each pair: the comments above it, and those after it on its line.
    fn chunks(&self, at: &Part) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut start = at.inside.0;
        for part in &at.parts {
            let blank = blank(self.slice(part.outer_end, at.inside.1));
            let next = part.outer_end + blank;
            let (comma, after_comma) = if self.slice(next, at.inside.1).starts_with(',') {
                (next, next + 1)
            } else {
                (part.outer_end, part.outer_end)
            };
            let end = self.line_rest(after_comma, at.inside.1);
            chunks.push(Chunk {
                start,
                comma,
                after_comma,
                end,
            });
            start = end;
        }
        chunks
    }

    /// Where the comments on the rest of a line end, unless something else follows on it.
    fn line_rest(&self, from: usize, to: usize) -> usize {
        let mut at = from;
        loop {
            let rest = self.slice(at, to);
            let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            match comment(self.slice(at + spaces, to)) {
                Some(length) => at += spaces + length,
                None if rest
                    .get(spaces..)
                    .is_none_or(|rest| rest.starts_with(['\n', '\r'])) =>
                {
                    return at;
                }
                None if self.slice(from, at).contains("//") => return at,
                None => return from,
            }
        }
    }

    /// The blanks before a place that is the first of its line.
    fn own_line(&self, at: usize) -> Option<&str> {
        let line = self.slice(0, at).rfind('\n')? + 1;
        let indent = self.slice(line, at);
        indent
            .chars()
            .all(|c| matches!(c, ' ' | '\t'))
            .then_some(indent)
    }

    /// How deep the line at a place is indented, in steps of the writer.
    fn depth(&self, at: usize) -> usize {
        let line = self.slice(0, at).rfind('\n').map_or(0, |line| line + 1);
        let rest = self.slice(line, self.text.len());
        let blanks = rest.chars().take_while(|c| *c == ' ').count();
        blanks / 4
    }

    fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }
}

/// What belongs to a pair of the text.
struct Chunk {
    start: usize,
    /// Where its comma stands, or would.
    comma: usize,
    after_comma: usize,
    end: usize,
}

fn find<'n>(pairs: &[Pair<'n>], key: &str) -> Option<&'n Node> {
    let found = pairs.iter().find(|(known, _)| known == key);
    found.map(|(_, node)| *node)
}

/// The elements of two lists under keys that tell which of the new ones is which of the old: those
/// that are alike are the same, and where none came or went, those in the same place.
fn matched<'n>(old: &'n [Node], new: &'n [Node]) -> (Vec<Pair<'n>>, Vec<Pair<'n>>) {
    let mut taken = vec![false; old.len()];
    let new = new.iter().enumerate().map(|(place, node)| {
        let same = if old.len() == new.len() {
            Some(place)
        } else {
            let alike = |(at, known): (usize, &Node)| !taken[at] && known == node;
            old.iter().enumerate().position(alike)
        };
        match same {
            Some(at) => {
                taken[at] = true;
                (at.to_string(), node)
            }
            None => (format!("new {place}"), node),
        }
    });
    let new = new.collect();
    let old = old.iter().enumerate();
    (old.map(|(at, node)| (at.to_string(), node)).collect(), new)
}
