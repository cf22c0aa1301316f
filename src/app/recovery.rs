//! What is unsaved survives a crash: a copy of it in a folder of its own, and the way back.
//!
//! Each process keeps at most one copy, `<stem>.ron`, beside `<stem>.lock`, which it holds locked
//! for as long as it lives. The system frees the lock of a process that has ended, however it
//! ended, so a copy whose lock can be taken was left by a crash; and since whoever takes it holds
//! it, two windows never offer or write the same copy. A lock over the whole folder makes looking
//! around and making a lock one step each.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::document::{Document, Origin};
use crate::scenario::{Scenario, file, library};

/// Between two copies passes at least this, so that a drag does not wear out the disk.
const PAUSE: Duration = Duration::from_secs(2);

/// A copy of something unsaved, as its file holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Copy {
    pub title: String,
    /// The bundled scenario it began as; a file where there is none.
    bundled: Option<String>,
    file: Option<PathBuf>,
    /// The what-if that was worked on.
    pub active: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether the marking was still to be confirmed.
    pub marking_unreviewed: bool,
    /// When it was written, in seconds since 1970.
    written: u64,
    /// The process that wrote it.
    pub process: u32,
    /// The scenario with its what-ifs.
    pub text: String,
    /// What the file held when it was last read or written.
    pub on_disk: Option<String>,
}

impl Copy {
    pub fn origin(&self) -> Origin {
        match (&self.file, &self.bundled) {
            (Some(file), _) => Origin::File(file.clone()),
            // What was never in a file kept the name that one would have got.
            (None, id) => {
                let id = id.clone().unwrap_or_default();
                if library::find(&id).is_some() {
                    Origin::Bundled(id)
                } else {
                    Origin::New(id)
                }
            }
        }
    }

    /// How long ago it was written, in words.
    pub fn age(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = now.map_or(0, |now| now.as_secs().saturating_sub(self.written));
        let (count, unit) = match seconds {
            0..90 => return "a minute ago".to_owned(),
            90..5_400 => (seconds.div_ceil(60), "minutes"),
            5_400..129_600 => ((seconds + 1_800) / 3_600, "hours"),
            _ => ((seconds + 43_200) / 86_400, "days"),
        };
        format!("{count} {unit} ago")
    }
}

/// Everything from which the thread makes a copy.
struct Work {
    scenario: Scenario,
    /// The text to change, so that comments are in the copy too.
    basis: Arc<str>,
    copy: Copy,
}

enum Job {
    Keep(Box<Work>),
    Clear,
    /// Go on with a copy that was found, in the place of an own one.
    Adopt(Slot),
}

/// A copy that a process which is no more has left, claimed for as long as this is held.
pub struct Found {
    pub copy: Copy,
    slot: Slot,
}

impl Found {
    /// Takes the copy away for good.
    pub fn discard(self) {
        self.slot.remove();
    }
}

/// The place of one copy, locked.
struct Slot {
    folder: PathBuf,
    stem: String,
    _lock: File,
}

impl Slot {
    fn new(folder: &Path) -> io::Result<Self> {
        let _all = lock_folder(folder)?;
        let process = std::process::id();
        let free = (0..1_000)
            .map(|number| format!("{process}-{number}"))
            .find(|stem| {
                !folder.join(format!("{stem}.lock")).exists()
                    && !folder.join(format!("{stem}.ron")).exists()
            });
        let stem = free.ok_or_else(|| io::Error::other("the folder is full of copies"))?;
        let slot = Self::take(folder, &stem)?;
        slot.ok_or_else(|| io::Error::other("another window was faster"))
    }

    /// Locks the place of a copy; nothing where another process holds it.
    fn take(folder: &Path, stem: &str) -> io::Result<Option<Self>> {
        let lock = File::create(folder.join(format!("{stem}.lock")))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                folder: folder.to_owned(),
                stem: stem.to_owned(),
                _lock: lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.ron", self.stem))
    }

    /// Takes copy and lock away. What cannot be taken away is offered again some day.
    fn remove(self) {
        let _ = fs::remove_file(self.file());
        let _ = fs::remove_file(self.folder.join(format!("{}.lock", self.stem)));
    }
}

/// Locks the whole folder for a moment; made where it is not there yet, for this user alone.
fn lock_folder(folder: &Path) -> io::Result<File> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let lock = File::create(folder.join("folder.lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// The copies that crashes have left, the newest first, each claimed. What is not understood
/// stays where it is.
fn find(folder: &Path) -> Vec<Found> {
    // Where nothing was ever kept there is nothing to make a folder for.
    if !folder.is_dir() {
        return Vec::new();
    }
    let Ok(_all) = lock_folder(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let (Some(stem), Some(ending)) = (
            path.file_stem().and_then(|stem| stem.to_str()),
            path.extension().and_then(|ending| ending.to_str()),
        ) else {
            continue;
        };
        match ending {
            "ron" => {
                let Ok(Some(slot)) = Slot::take(folder, stem) else {
                    continue;
                };
                let text = fs::read_to_string(&path).unwrap_or_default();
                if let Ok(copy) = ron::from_str(&text) {
                    found.push(Found { copy, slot });
                }
            }
            "lock" if stem != "folder" && !path.with_extension("ron").exists() => {
                if let Ok(Some(slot)) = Slot::take(folder, stem) {
                    slot.remove();
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.copy.written));
    found
}

/// What of the document a copy was last made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Saved,
    Unsaved(u64),
}

/// Keeps the copy of this process, and holds what was found of others.
pub struct Recovery {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    failure: Arc<Mutex<Option<String>>>,
    mark: Mark,
    last: Option<Instant>,
    /// What crashes have left, until the person has said what becomes of it.
    pub found: Vec<Found>,
}

impl Recovery {
    /// Looks for what was left in a folder, and starts the thread that writes there.
    ///
    /// # Errors
    ///
    /// The system refuses another thread.
    pub fn start(folder: PathBuf) -> io::Result<Self> {
        let found = find(&folder);
        let failure = Arc::new(Mutex::new(None));
        let theirs = Arc::clone(&failure);
        let (jobs, queue) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("recovery".to_owned())
            .spawn(move || serve(&folder, &queue, &theirs))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            failure,
            mark: Mark::Saved,
            last: None,
            found,
        })
    }

    /// Has a copy made of what is unsaved, or taken away where nothing is. Says when to ask again
    /// where it is too early.
    pub fn keep(&mut self, document: &Document) -> Option<Duration> {
        let mark = if document.is_unsaved() {
            Mark::Unsaved(document.generation())
        } else {
            Mark::Saved
        };
        if mark == self.mark {
            return None;
        }
        let job = if mark == Mark::Saved {
            Job::Clear
        } else {
            let wait = self.last.map(|last| PAUSE.saturating_sub(last.elapsed()));
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                return Some(wait);
            }
            Job::Keep(Box::new(work(document)))
        };
        match self.jobs.as_ref()?.try_send(job) {
            Ok(()) => {
                if mark != Mark::Saved {
                    self.last = Some(Instant::now());
                }
                self.mark = mark;
                None
            }
            // The thread is still busy with the one before.
            Err(TrySendError::Full(_)) => Some(PAUSE / 10),
            Err(TrySendError::Disconnected(_)) => None,
        }
    }

    /// Goes on with a copy that was found as this process's own.
    pub fn adopt(&mut self, place: usize) -> Option<Copy> {
        if place >= self.found.len() {
            return None;
        }
        let Found { copy, slot } = self.found.remove(place);
        self.jobs.as_ref()?.send(Job::Adopt(slot)).ok()?;
        // Until the next copy is made, the one that was found is as good.
        self.last = None;
        Some(copy)
    }

    /// Why no copy could be made, once.
    pub fn failure(&self) -> Option<String> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    /// Ends; nothing stays behind, since nothing is left to lose.
    pub fn finish(&mut self) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(Job::Clear);
        }
        self.end();
    }

    fn end(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Recovery {
    fn drop(&mut self) {
        self.end();
    }
}

fn work(document: &Document) -> Work {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let (bundled, file) = match &document.origin {
        Origin::Bundled(id) | Origin::New(id) => (Some(id.clone()), None),
        Origin::File(path) => (None, Some(super::disk::absolute(path))),
    };
    let on_disk = document.on_disk.as_ref().and_then(|known| known.text());
    Work {
        scenario: document.to_scenario(),
        basis: Arc::clone(&document.text),
        copy: Copy {
            title: document.baseline().title.clone(),
            bundled,
            file,
            active: document.active().map(str::to_owned),
            name: document.name().to_owned(),
            marking_unreviewed: document.marking_unreviewed(),
            written: now.map_or(0, |now| now.as_secs()),
            process: std::process::id(),
            text: String::new(),
            on_disk: on_disk.map(str::to_owned),
        },
    }
}

fn serve(folder: &Path, queue: &Receiver<Job>, failure: &Mutex<Option<String>>) {
    let mut own: Option<Slot> = None;
    let mut failed = false;
    while let Ok(job) = queue.recv() {
        match job {
            Job::Keep(work) => {
                let kept = keep(folder, &mut own, *work);
                // A full disk stays full: it is told of once, not with every copy.
                if let Err(error) = &kept
                    && !failed
                {
                    let text = format!("No copy for recovery could be kept: {error}");
                    *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
                }
                failed = kept.is_err();
            }
            Job::Clear => {
                if let Some(own) = own.take() {
                    own.remove();
                }
            }
            Job::Adopt(slot) => {
                if let Some(own) = own.replace(slot) {
                    own.remove();
                }
            }
        }
    }
}

/// Writes a copy whole or not at all.
fn keep(folder: &Path, own: &mut Option<Slot>, work: Work) -> Result<(), String> {
    let slot = match own {
        Some(slot) => slot,
        None => own.insert(Slot::new(folder).map_err(|error| error.to_string())?),
    };
    let mut copy = work.copy;
    copy.text = file::rewrite(&work.basis, &work.scenario).text;
    let text = ron::to_string(&copy).map_err(|error| error.to_string())?;
    file::save_text(&slot.file(), &text).map_err(|error| error.to_string())
}
