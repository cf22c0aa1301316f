//! What a person asks to be written, and what is to follow: what actions, dialogs and the shell pass on.

use std::path::PathBuf;

/// How the name of a scenario file ends.
pub const SCENARIO: &str = "ron";

/// What a save was asked for, done once it has succeeded. Whatever cancels the save cancels it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum After {
    #[default]
    Nothing,
    Quit,
    /// Open a path or the name of a bundled scenario.
    Open(String),
    /// Begin a scenario from a copy of a bundled one, or from nothing.
    New(Option<String>),
}

/// A save to a file, with what the person has agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    pub path: PathBuf,
    /// Another file that is there is replaced.
    pub replace: bool,
    /// What somebody else has made of the document's own file is replaced.
    pub changed: bool,
    /// Comments in it are lost.
    pub comments: bool,
}

impl Saving {
    /// A save that asks before it takes anything away.
    pub fn to(path: PathBuf) -> Self {
        Self {
            path,
            replace: false,
            changed: false,
            comments: false,
        }
    }
}

/// What is made of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// What is shown, as PNG.
    Picture,
    /// All of it, as HTML; see [`crate::export::page`].
    Page,
}

impl Form {
    /// How the name of its file ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Picture => "png",
            Self::Page => "html",
        }
    }

    /// What it is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Page => "page",
        }
    }

    /// The path with its ending, unless it has one already or is a folder's.
    pub fn with_ending(self, path: PathBuf) -> PathBuf {
        if path.is_dir() {
            path
        } else {
            with_ending(path, self.ending())
        }
    }
}

/// What becomes of a picture or a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Clipboard,
    /// A file; one that is there already is replaced only where somebody has agreed to it.
    File {
        form: Form,
        path: PathBuf,
        replace: bool,
    },
}

impl Target {
    pub fn form(&self) -> Form {
        match self {
            Self::Clipboard => Form::Picture,
            Self::File { form, .. } => *form,
        }
    }
}

/// The path with an ending, unless it has one already.
pub fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_some() {
        path
    } else {
        path.with_extension(ending)
    }
}
