//! Scenario files: read with every mistake at once, each in its place, and saved whole or not at
//! all.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use ron::Options;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::check::{Finding, Spot, findings};
use super::comment::comments;
use super::fields::Reader;
use super::place::{Place, Places, locate};
use super::{Checked, FORMAT, Problem, Scenario, patch, read, warn, write};

/// The largest file that is read, in bytes.
pub const MAX_SIZE: usize = 4 << 20;

/// How deep a file may nest its brackets; the format itself needs eight.
pub const MAX_DEPTH: usize = 32;

/// The invisible mark with which some editors begin a file.
const MARK: &str = "\u{feff}";

/// A scenario file that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// What it says.
    pub scenario: Checked,
    /// What is allowed but implausible, in the order of the file.
    pub warnings: Vec<Problem>,
    /// Whether it holds comments that a person wrote.
    pub has_comments: bool,
    /// The text itself, so that a save can leave alone what did not change.
    pub text: String,
    /// Where everything stands, for warnings that come later.
    pub places: Places,
}

/// A scenario file that was not accepted, with everything that is wrong in it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct Refused {
    /// The file as the user named it.
    pub file: String,
    /// Errors, in the order of the file; never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            let line_break = if i == 0 { "" } else { "\n" };
            write!(f, "{line_break}{}", problem.in_file(&self.file))?;
        }
        Ok(())
    }
}

/// Why a file could not be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("there is no file {0}; check the name and the folder")]
    NotFound(PathBuf),
    #[error("{0} is a folder; name a scenario file in it")]
    IsFolder(PathBuf),
    #[error("{0} may not be read by this user; ask for read access or copy it elsewhere")]
    Denied(PathBuf),
    #[error("{0} is larger than 4 MiB; a scenario file is a text of some kilobytes")]
    TooLarge(PathBuf),
    #[error("{file} is not UTF-8 text at line {line}; save it again with UTF-8 encoding")]
    NotText { file: PathBuf, line: usize },
    #[error("{file} could not be read: {error}")]
    Io { file: PathBuf, error: io::Error },
}

/// Reads and checks a scenario file.
///
/// # Errors
///
/// The file cannot be read, or says something that is wrong: then every mistake at once.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    let file = || path.to_owned();
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => LoadError::NotFound(file()),
        io::ErrorKind::PermissionDenied => LoadError::Denied(file()),
        io::ErrorKind::IsADirectory => LoadError::IsFolder(file()),
        _ => LoadError::Io {
            file: file(),
            error,
        },
    };
    if path.is_dir() {
        return Err(LoadError::IsFolder(file()));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits, and a
    // device that never ends from a file.
    File::open(path)
        .and_then(|open| open.take(MAX_SIZE as u64 + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() > MAX_SIZE {
        return Err(LoadError::TooLarge(file()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to());
        LoadError::NotText {
            file: file(),
            line: 1 + good.filter(|byte| **byte == b'\n').count(),
        }
    })?;
    Ok(read(&path.display().to_string(), &text)?)
}

/// Reads and checks the text of a scenario; `name` is what messages call it.
///
/// # Errors
///
/// Every mistake in the text at once, in its order. A mistake of syntax hides what follows it.
pub fn read(name: &str, text: &str) -> Result<Loaded, Refused> {
    let refused = |mut problems: Vec<Problem>| {
        problems.sort_by_key(|problem| problem.place);
        Refused {
            file: name.to_owned(),
            problems,
        }
    };
    if text.len() > MAX_SIZE {
        let what = "the text is larger than 4 MiB; a scenario is a text of some kilobytes";
        return Err(refused(vec![at(Place::START, "", what)]));
    }
    let whole = text;
    // Some editors begin a file with an invisible mark.
    let text = text.strip_prefix(MARK).unwrap_or(text);
    syntax(text).map_err(|problem| refused(vec![problem]))?;
    let from = format(text).map_err(|problem| refused(vec![problem]))?;
    let migrated = migrate(text, from);
    let text = migrated.as_ref();

    let mut reader = Reader::new(text);
    let scenario = read::scenario(&mut reader);
    let Reader {
        mistakes,
        values,
        keys,
        unread,
        ..
    } = reader;
    let places = Places::new(text, values, keys);
    let offsets = locate(text, mistakes.iter().map(|mistake| mistake.at));
    let mut problems: Vec<Problem> = mistakes
        .into_iter()
        .map(|mistake| {
            let place = offsets.get(&mistake.at).copied().unwrap_or(Place::START);
            at(place, &mistake.path, mistake.what)
        })
        .collect();
    problems.extend(broken_rules(findings(&scenario), &places, |path| {
        // A stand-in for what could not be read is no further fault.
        if unread.contains("") {
            return true;
        }
        let mut above = Some(path);
        while let Some(path) = above {
            if unread.contains(path) {
                return true;
            }
            above = path.rsplit_once('.').map(|(above, _)| above);
        }
        false
    }));
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    let scenario = Checked::judged(scenario);
    let mut warnings = warn(&scenario);
    for warning in &mut warnings {
        warning.place = places.place(&warning.path);
    }
    warnings.sort_by_key(|warning| warning.place);
    Ok(Loaded {
        scenario,
        warnings,
        has_comments: persons_comments(text).next().is_some(),
        text: whole.to_owned(),
        places,
    })
}

/// Why a file could not be saved; what stood there before still does.
#[derive(Debug, Error)]
pub enum SaveError {
    #[error("there is no folder for {0}; make it, or save under another name")]
    NoFolder(PathBuf),
    #[error("{0} is a folder; save under another name")]
    IsFolder(PathBuf),
    #[error("{0} is a device, not a file; save under another name")]
    NoFile(PathBuf),
    #[error("{0} is write-protected; save under another name or lift the protection")]
    ReadOnly(PathBuf),
    #[error("this user may not write in the folder of {0}; save in another folder")]
    Denied(PathBuf),
    #[error("the disk is full: {0} was not saved; free some room or save elsewhere")]
    Full(PathBuf),
    #[error("this system lets no file be as large as {0}; save elsewhere")]
    Limited(PathBuf),
    #[error("{file} could not be saved: {error}")]
    Io { file: PathBuf, error: io::Error },
}

/// The text of a scenario as a file holds it; reading it gives the same scenario.
#[must_use]
pub fn write(scenario: &Scenario) -> String {
    write::write(scenario)
}

/// The text that a save will write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    pub text: String,
    /// Comments that a person wrote and that it no longer has.
    pub lost: Vec<String>,
}

/// The text of a scenario, made from the text that it was read from: only what changed is written
/// anew. Where that cannot be done, the whole is, and its comments are lost.
#[must_use]
pub fn rewrite(original: &str, scenario: &Scenario) -> Rewritten {
    let (mark, body) = match original.strip_prefix(MARK) {
        Some(body) => (MARK, body),
        None => ("", original),
    };
    let text = match patched(body, scenario) {
        Some(text) => format!("{mark}{text}"),
        None => write(scenario),
    };
    let mut kept: Vec<&str> = comments(&text);
    let lost = persons_comments(body).filter(|comment| {
        let found = kept.iter().position(|kept| kept == comment);
        found.map(|place| kept.swap_remove(place)).is_none()
    });
    let lost = lost.map(str::to_owned).collect();
    Rewritten { text, lost }
}

/// What is said where figures were entered since somebody gave a scenario its marking. In a file it
/// is a comment on a line of its own, since it is about the file and not about the scenario.
pub const UNREVIEWED: &str = "marking not reviewed: contains user-entered figures";

/// A marking as it is shown, with that where nobody has reviewed it.
#[must_use]
pub fn shown_marking(marking: &str, unreviewed: bool) -> String {
    if unreviewed {
        format!("{marking}   ·   {UNREVIEWED}")
    } else {
        marking.to_owned()
    }
}

/// Whether a line, or a comment, is that.
fn says_unreviewed(line: &str) -> bool {
    line.trim().strip_prefix("// ") == Some(UNREVIEWED)
}

/// Whether a file's text tells that its marking has not been reviewed.
#[must_use]
pub fn is_unreviewed(text: &str) -> bool {
    text.lines().any(says_unreviewed)
}

/// The text with that line, as its last, or without it.
#[must_use]
pub fn with_review(mut text: String, unreviewed: bool) -> String {
    if is_unreviewed(&text) == unreviewed {
        return text;
    }
    if !unreviewed {
        let lines = text.split_inclusive('\n');
        return lines.filter(|line| !says_unreviewed(line)).collect();
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if !text.ends_with('\n') {
        text.push_str(end);
    }
    text + "// " + UNREVIEWED + end
}

/// The original with only what changed exchanged, if that reads back as it should.
fn patched(original: &str, scenario: &Scenario) -> Option<String> {
    let old = read("", original).ok()?.scenario;
    let text = patch::patch(original, &old, scenario)?;
    let back = read("", &text).ok()?.scenario;
    // Maps compare equal in any order; what is written of them does not.
    let same = *back == *scenario && write(&back) == write(scenario);
    same.then_some(text)
}

/// Writes a scenario to a file, whole or not at all; see [`save_text`].
///
/// # Errors
///
/// The file cannot be written; it is as it was.
pub fn save(path: &Path, scenario: &Scenario) -> Result<(), SaveError> {
    save_text(path, &write(scenario))
}

/// Writes a text to a file, whole or not at all; see [`save_bytes`].
///
/// # Errors
///
/// The file cannot be written; it is as it was.
pub fn save_text(path: &Path, text: &str) -> Result<(), SaveError> {
    save_bytes(path, text.as_bytes())
}

/// Writes a file, whole or not at all.
///
/// What it is to hold goes to a new file beside the old one, which then takes its name and
/// permissions: a crash or a full disk leaves the old file as it was. A symbolic link stays one.
/// What a crash left beside the file is cleared away by a later save.
///
/// # Errors
///
/// The file cannot be written; it is as it was.
pub fn save_bytes(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    let failed = |error: io::Error| {
        let file = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SaveError::NoFolder(file),
            io::ErrorKind::PermissionDenied => SaveError::Denied(file),
            io::ErrorKind::ReadOnlyFilesystem => SaveError::ReadOnly(file),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SaveError::Full(file),
            io::ErrorKind::FileTooLarge => SaveError::Limited(file),
            io::ErrorKind::IsADirectory => SaveError::IsFolder(file),
            _ => SaveError::Io { file, error },
        }
    };
    let target = followed(path).map_err(failed)?;
    let old = match fs::metadata(&target) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if old.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(SaveError::IsFolder(path.to_owned()));
    }
    // Taking over the name of a device or a pipe would put a plain file in its place.
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return Err(SaveError::NoFile(path.to_owned()));
    }
    // Taking over a name needs no leave from the file that bears it, so its protection is asked.
    if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
        return Err(SaveError::ReadOnly(path.to_owned()));
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    clear_left_over(folder);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PART.0).suffix(PART.1);
    // A new file is as open to others as the user's habits make it, not closed like a temporary.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    if let Some(old) = old {
        // Before the content, so that what is protected is never in an open file.
        let permissions = old.permissions();
        file.as_file()
            .set_permissions(permissions)
            .map_err(failed)?;
    }
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    // So that the new name outlives a power cut; the file itself is safe, and not every system
    // lets a folder be opened.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// How the name of a file begins and ends while it is being written.
const PART: (&str, &str) = (".shortfall-", ".part");

/// No save takes longer; a part that is older was left by a crash.
const LEFT_OVER: Duration = Duration::from_mins(10);

/// Takes away what crashes have left in a folder. What cannot be, stays: it is only litter.
fn clear_left_over(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PART.0) && name.ends_with(PART.1));
        if !ours {
            continue;
        }
        let age = entry.metadata().and_then(|part| part.modified());
        let age = age.ok().and_then(|then| then.elapsed().ok());
        if age.is_some_and(|age| age > LEFT_OVER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The file that a chain of symbolic links leads to, whether it is there yet or not.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // As many links as Linux itself follows.
    for _ in 0..40 {
        let Ok(link) = fs::read_link(&path) else {
            return Ok(path);
        };
        path = match path.parent() {
            Some(folder) => folder.join(link),
            None => link,
        };
    }
    Err(io::Error::other("the symbolic link leads in a circle"))
}

/// The broken rules with their places, but those that rest on something that was not read.
fn broken_rules(
    findings: Vec<Finding>,
    places: &Places,
    unread: impl Fn(&str) -> bool,
) -> impl Iterator<Item = Problem> {
    findings
        .into_iter()
        .filter(move |finding| {
            !unread(&finding.problem.path) && !finding.also.iter().any(|path| unread(path))
        })
        .map(|finding| {
            let mut problem = finding.problem;
            problem.place = match finding.spot {
                Spot::Value => places.value(&problem.path),
                Spot::Key => places.key(&problem.path),
            };
            problem
        })
}

/// Whether brackets, commas and quotes stand where they should.
fn syntax(text: &str) -> Result<(), Problem> {
    // The parser counts two steps a level: one into a bracket, one into its element.
    let options = Options::default().with_recursion_limit(2 * MAX_DEPTH);
    let checked = options.from_str::<IgnoredAny>(text);
    let known = ron::extensions::Extensions::IMPLICIT_SOME;
    match checked {
        Ok(_) => {
            let used = ron::Deserializer::from_str(text).map(|document| document.extensions());
            match used {
                Ok(used) if !known.contains(used) => Err(at(
                    Place::START,
                    "",
                    "only the extension `implicit_some` may be enabled; take the others out of `#![enable(…)]`",
                )),
                _ => Ok(()),
            }
        }
        Err(error) => {
            let place = Place {
                line: error.span.end.line,
                column: error.span.end.col,
            };
            let what = match error.code {
                ron::Error::Eof if text.trim().is_empty() => {
                    "the file is empty; a scenario begins with `(format: 1, title: …`".to_owned()
                }
                // A date is no number, but looks like the beginning of one.
                _ if text
                    .lines()
                    .nth(place.line.saturating_sub(1))
                    .is_some_and(has_bare_date) =>
                {
                    "a date stands in quotes, such as \"2025-06-30\"".to_owned()
                }
                code => malformed(&code),
            };
            Err(at(place, "", what))
        }
    }
}

/// Whether a line has a date that does not stand in quotes.
fn has_bare_date(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    // Every other part lies between quotes.
    code.split('"').step_by(2).any(|part| {
        let mut words = part.split(|c: char| !c.is_ascii_digit() && c != '-');
        words.any(|word| word.parse::<Date>().is_ok())
    })
}

/// A mistake of syntax in words for those who do not write programs.
fn malformed(code: &ron::Error) -> String {
    use ron::Error as E;
    let what = match code {
        E::ExceededRecursionLimit => {
            return format!("brackets are nested more than {MAX_DEPTH} deep");
        }
        E::UnexpectedChar('“' | '”' | '„' | '«' | '‘' | '’' | '\'') => {
            "a text stands in straight double quotes, \"so\""
        }
        E::UnexpectedChar(letter) => {
            return format!("`{letter}` stands where a value belongs");
        }
        E::Eof => "the file ends too early; a bracket or a quote is not closed",
        E::ExpectedComma => "a comma, a colon or a closing bracket is missing before this",
        E::ExpectedMapColon => "a colon is missing before this",
        E::ExpectedChar | E::ExpectedString => "a text stands in double quotes, \"so\"",
        E::ExpectedStringEnd => "a text is not closed with a quote",
        E::ExpectedFloat | E::ExpectedInteger => "this is no number",
        E::ExpectedIdentifier | E::SuggestRawIdentifier(_) => {
            "the name of a field belongs here; numbers are written without thousands separators"
        }
        E::InvalidEscape(_) => "write `\\\\` for a backslash in a text",
        E::UnclosedBlockComment => "a comment that begins with `/*` is not closed with `*/`",
        E::TrailingCharacters => "nothing may follow the bracket that closes the scenario",
        code => return format!("this is not well formed: {code}"),
    };
    what.to_owned()
}

/// Brings a text of an older format to [`FORMAT`], one format after the other.
///
/// There has been one format only, so there is nothing to do yet. A format 2 hooks in here: a
/// function takes the text of format 1 to that of format 2, `FORMAT` becomes 2, and [`format()`]
/// lets 1 and 2 pass. Mistakes are then placed in the migrated text, so a migration should
/// keep the lines as they are, or have its mistakes told without a place.
fn migrate(text: &str, from: u32) -> Cow<'_, str> {
    debug_assert_eq!(from, FORMAT, "nothing else has passed `format`");
    Cow::Borrowed(text)
}

/// The format that the text says it is in, if this build reads it.
fn format(text: &str) -> Result<u32, Problem> {
    let mut reader = Reader::new(text);
    let format = read::format(&mut reader);
    let value = reader.values.get("format").copied();
    let start = reader.values.get("").copied().unwrap_or(0);
    let what = match format {
        Some(format) if format == f64::from(FORMAT) => return Ok(FORMAT),
        // A group that is none, or a format that is no number, is the reader's to tell.
        _ if !reader.mistakes.is_empty() => return Ok(FORMAT),
        Some(format) if format > f64::from(FORMAT) => format!(
            "format {format} is newer than this build; it reads {FORMAT}; open the file with a newer version of shortfall"
        ),
        Some(format) => {
            format!("format {format} is not one that this build reads; it reads {FORMAT}")
        }
        None => format!("`format` is missing; this build reads `format: {FORMAT}`"),
    };
    let offset = value.unwrap_or(start);
    let place = locate(text, std::iter::once(offset)).get(&offset).copied();
    Err(at(place.unwrap_or(Place::START), "format", what))
}

/// The comments that a person wrote, not the writer.
fn persons_comments(text: &str) -> impl Iterator<Item = &str> {
    let all = comments(text).into_iter();
    all.filter(|comment| !write::COMMENTS.contains(comment) && !says_unreviewed(comment))
}

fn at(place: Place, path: &str, what: impl Into<String>) -> Problem {
    Problem {
        place: Some(place),
        ..Problem::error(path, what)
    }
}
