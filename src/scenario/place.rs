//! Where the parts of a scenario stand in its file.

use std::collections::HashMap;

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    /// In characters.
    pub column: usize,
}

impl Place {
    /// Where a file begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// The place of every part of a file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    values: HashMap<String, Place>,
    keys: HashMap<String, Place>,
}

impl Places {
    /// The place of the value at `path`, or of the nearest thing above it that the file states.
    ///
    /// Besides the paths of the registry it knows `sources.<id>`, `threats.<id>.name` and the
    /// like, `levers.<n>.min` with levers counted from 1, and `what_ifs.<id>.set.<path>`.
    #[must_use]
    pub fn place(&self, path: &str) -> Option<Place> {
        nearest_above(&self.values, path)
    }

    /// The place of the number at `path` itself where that is spelt out, else as
    /// [`Places::place`].
    pub(super) fn value(&self, path: &str) -> Option<Place> {
        let spelt_out = self.values.get(&format!("{path}.value"));
        spelt_out.copied().or_else(|| self.place(path))
    }

    /// The place of the key of the map entry at `path`, else as [`Places::place`].
    pub(super) fn key(&self, path: &str) -> Option<Place> {
        self.keys.get(path).copied().or_else(|| self.place(path))
    }

    /// Turns byte offsets into places.
    pub(super) fn new(
        text: &str,
        values: HashMap<String, usize>,
        keys: HashMap<String, usize>,
    ) -> Self {
        let places = locate(text, values.values().chain(keys.values()).copied());
        let placed = |offsets: HashMap<String, usize>| {
            offsets
                .into_iter()
                .filter_map(|(path, at)| Some((path, *places.get(&at)?)))
                .collect()
        };
        Self {
            values: placed(values),
            keys: placed(keys),
        }
    }
}

fn nearest_above(known: &HashMap<String, Place>, path: &str) -> Option<Place> {
    let mut path = path;
    loop {
        if let Some(place) = known.get(path) {
            return Some(*place);
        }
        path = match path.rsplit_once('.') {
            Some((above, _)) => above,
            None if path.is_empty() => return None,
            // The file as a whole stands at the empty path.
            None => "",
        };
    }
}

/// The line and column of each byte offset.
///
/// One sweep for all of them: counting a line's characters anew for each offset would take
/// quadratic time on a file that is all one line.
pub(super) fn locate(text: &str, offsets: impl Iterator<Item = usize>) -> HashMap<usize, Place> {
    let mut offsets: Vec<usize> = offsets.collect();
    offsets.sort_unstable();
    offsets.dedup();
    let mut wanted = offsets.into_iter().peekable();
    let mut here = Place::START;
    let mut found = HashMap::new();
    for (at, letter) in text.char_indices() {
        while wanted
            .next_if(|offset| *offset <= at)
            .is_some_and(|offset| {
                found.insert(offset, here);
                true
            })
        {}
        if letter == '\n' {
            here = Place {
                line: here.line + 1,
                column: 1,
            };
        } else {
            here.column += 1;
        }
    }
    found.extend(wanted.map(|offset| (offset, here)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\nžž b\n";
        let places = locate(text, [0, 2, 6, 7, 99].into_iter());
        let at = |offset: usize| (places[&offset].line, places[&offset].column);
        assert_eq!((at(0), at(2), at(7)), ((1, 1), (2, 1), (2, 4)));
        assert_eq!(at(99), (3, 1));
    }

    #[test]
    fn an_unknown_path_stands_at_the_nearest_known_above() {
        let values = HashMap::from([(String::new(), 0), ("threats.x".to_owned(), 3)]);
        let places = Places::new("a\nžž b\n", values, HashMap::new());
        let line = |path| places.place(path).map(|place| place.line);
        assert_eq!(line("threats.x.launch.raid_every"), Some(2));
        assert_eq!(line("supply.y"), Some(1));
    }
}
