//! The files opened and saved last, kept in a small file of their own.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::scenario::file;

/// So many are kept.
const KEPT: usize = 8;

/// A file that was open once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    pub path: PathBuf,
    pub exists: bool,
}

impl Recent {
    /// Its name and the folder that it is in.
    pub fn text(&self) -> String {
        let Some(name) = self.path.file_name() else {
            return self.path.display().to_string();
        };
        let name = name.to_string_lossy();
        match self.path.parent().and_then(Path::file_name) {
            Some(folder) => format!("{name} – {}", folder.to_string_lossy()),
            None => name.into(),
        }
    }
}

/// The list as the file holds it, the last one first.
#[derive(Default, Serialize, Deserialize)]
struct List {
    files: Vec<PathBuf>,
}

/// The list kept in a file, with what is there first; `opened` is put at its head before.
///
/// The list is read anew each time, since another window may have added to it.
pub fn list(kept: &Path, opened: Option<&Path>) -> Vec<Recent> {
    let text = fs::read_to_string(kept).unwrap_or_default();
    // A list that was damaged is no reason to bother anyone; it begins anew.
    let mut list: List = ron::from_str(&text).unwrap_or_default();
    if let Some(opened) = opened {
        list.files.retain(|path| path != opened);
        list.files.insert(0, opened.to_owned());
        list.files.truncate(KEPT);
        if let Ok(text) = ron::to_string(&list) {
            let _ = kept.parent().map(fs::create_dir_all);
            // Where it cannot be kept, the list is short tomorrow; that is all.
            let _ = file::save_text(kept, &text);
        }
    }
    let mut files: Vec<Recent> = list
        .files
        .into_iter()
        .map(|path| Recent {
            exists: path.exists(),
            path,
        })
        .collect();
    files.sort_by_key(|recent| !recent.exists);
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_comes_first_and_the_missing_last() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("deep/recent.ron");
        for number in 0..10 {
            let path = folder.path().join(format!("{number}.ron"));
            fs::write(&path, "").unwrap();
            list(&kept, Some(&path));
        }
        fs::remove_file(folder.path().join("9.ron")).unwrap();
        let files = list(&kept, Some(&folder.path().join("3.ron")));
        let names: Vec<_> = files
            .iter()
            .map(|recent| recent.path.file_stem().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["3", "8", "7", "6", "5", "4", "2", "9"]);
        assert!(!files[7].exists);
        fs::write(&kept, "nonsense").unwrap();
        assert!(list(&kept, None).is_empty());
    }
}
