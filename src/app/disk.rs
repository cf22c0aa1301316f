//! What a file on disk held when it was last looked at, so that nobody's change to it is
//! overwritten or overlooked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// A file as it was last seen.
#[derive(Clone, Debug)]
pub struct Known {
    path: PathBuf,
    /// What it held; nothing where it was not there.
    content: Option<Arc<[u8]>>,
    /// When the content was last found to be this one.
    stamp: Option<Stamp>,
}

/// What tells without reading that a file has not been written since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    length: u64,
}

/// What has become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Same,
    /// It holds something else.
    Changed,
    Gone,
}

impl Known {
    /// A file that held this text when it was read or written.
    pub fn holding(path: &Path, text: &str) -> Self {
        Self {
            path: absolute(path),
            content: Some(text.as_bytes().into()),
            stamp: None,
        }
    }

    /// A file as it is now, whatever it holds.
    pub fn now(path: &Path) -> Self {
        let path = absolute(path);
        // The time is read first: what is written after it shows as a change.
        let stamp = Stamp::of(&path);
        let content = fs::read(&path).ok();
        Self {
            content: content.map(Arc::from),
            stamp,
            path,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it held, as far as that is a text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.content.as_deref()?).ok()
    }

    /// Whether this speaks of the same content of the same file.
    pub fn is_as(&self, other: &Self) -> bool {
        self.path == other.path && self.content == other.content
    }

    /// Looks at the file as cheaply as can be: only where time or length differ is it read.
    pub fn look(&mut self) -> Seen {
        let stamp = Stamp::of(&self.path);
        if stamp.is_some() && stamp == self.stamp {
            return Seen::Same;
        }
        let seen = self.read();
        if seen == Seen::Same {
            self.stamp = stamp;
        }
        seen
    }

    /// Looks at the file by its content, however its time stands.
    pub fn read(&self) -> Seen {
        match (fs::read(&self.path), &self.content) {
            (Ok(now), Some(then)) if now == **then => Seen::Same,
            (Ok(_), _) => Seen::Changed,
            (Err(error), None) if error.kind() == io::ErrorKind::NotFound => Seen::Same,
            (Err(error), Some(_)) if error.kind() == io::ErrorKind::NotFound => Seen::Gone,
            // Who may not read it now cannot be told what it holds; writing will say the rest.
            (Err(_), _) => Seen::Same,
        }
    }
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let about = fs::metadata(path).ok()?;
        Some(Self {
            modified: about.modified().ok()?,
            length: about.len(),
        })
    }
}

/// A path that means the same from any folder.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_and_a_touch_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "one").unwrap();
        let mut known = Known::holding(&path, "one");
        assert_eq!(known.look(), Seen::Same);
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(known.look(), Seen::Same, "the same content");
        fs::write(&path, "two!").unwrap();
        assert_eq!(known.look(), Seen::Changed);
        fs::remove_file(&path).unwrap();
        assert_eq!(known.look(), Seen::Gone);
        let mut known = Known::now(&path);
        assert_eq!(known.look(), Seen::Same, "gone as it was");
        fs::write(&path, "one").unwrap();
        assert_eq!(known.look(), Seen::Changed);
    }
}
