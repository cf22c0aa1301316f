//! The command line: arguments in; text for both streams and an exit code out.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::thread;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::analysis::chances::Chances;
use crate::analysis::likelihood::Yardstick;
use crate::analysis::sensitivity::Sensitivity;
use crate::analysis::{Answer, plausible};
use crate::export::csv::{self, ExportError};
use crate::export::page::{self, Page};
use crate::export::report::{Drawn, Report, Variant, World};
use crate::export::{json, text};
use crate::model::ensemble::{Bands, Counts, Ensemble, MOST_MEMBERS, Options, Sample};
use crate::scenario::file::{self, LoadError, Loaded};
use crate::scenario::{
    Address, Checked, Problem, SetError, Severity, Value, WhatIf, library, nearest,
};

/// All is fine.
const FINE: u8 = 0;
/// The scenario is refused, or a file cannot be read or written.
const REFUSED: u8 = 1;
/// The command line is wrong.
const USAGE: u8 = 2;

/// The scenario that opens where none is named.
const FIRST: &str = "diversion-2025";

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// The window, on a file or on the first bundled scenario.
    Window(Option<String>),
    /// Anything that is answered in the terminal.
    Command(Command),
}

/// What the terminal shows, and the exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub stdout: String,
    pub stderr: String,
    /// 0 fine, 1 the scenario is refused, 2 wrong usage.
    pub code: u8,
}

impl Reply {
    fn failed(code: u8, message: impl std::fmt::Display) -> Self {
        Self {
            stderr: format!("shortfall: {message}\n"),
            code,
            ..Self::default()
        }
    }

    /// Says what has been written, and what could not be, without which the rest still stands.
    fn note_written(&mut self, written: &[PathBuf], outcome: Result<(), impl std::fmt::Display>) {
        for path in written {
            let _ = writeln!(self.stderr, "wrote {}", path.display());
        }
        if let Err(error) = outcome {
            let _ = writeln!(self.stderr, "shortfall: {error}");
            self.code = REFUSED;
        }
    }
}

/// What-if analysis of air-defence supply.
#[derive(Debug, Parser)]
#[command(name = "shortfall", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Scenario to open: a file, or the name of a bundled scenario
    file: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// A command that is answered in the terminal.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum Command {
    /// Run a scenario and print what it comes to
    Run(Run),
    /// Say what is wrong with a scenario, and where
    Check {
        /// A file, or the name of a bundled scenario
        file: String,
        /// Form of what is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the bundled scenarios
    List,
}

/// Form of what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: every figure unrounded; see the README
    Json,
}

/// A run in the terminal.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// A file, or the name of a bundled scenario [default: the first bundled one]
    pub file: Option<String>,
    /// Run under this what-if of the scenario, beside the baseline
    #[arg(long, value_name = "ID")]
    pub what_if: Option<String>,
    /// Set one number, date or switch, after any what-if; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = parse_set)]
    pub sets: Vec<(String, Value)>,
    /// Set one number after that, and drop its range: an end of a bar of the tornado diagram is such a
    /// run, while --set moves the range of an assumption along; may be given again
    #[arg(long = "fix", value_name = "PATH=VALUE", value_parser = parse_set)]
    pub fixes: Vec<(String, Value)>,
    /// Run an ensemble of so many members too, and print how likely things are
    #[arg(long, value_name = "N", value_parser = parse_members)]
    pub members: Option<u32>,
    /// Seed of an ensemble's draws [default: the scenario's]
    #[arg(long, value_name = "S", requires = "members")]
    pub seed: Option<u64>,
    /// Form of what is printed
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Write theatres.csv, deployments.csv, threats.csv, assumptions.csv and, with members, bands.csv
    /// into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write the answer with charts, figures, numbers and sources as one page (HTML) to this file
    #[arg(long, value_name = "FILE", value_parser = parse_page)]
    pub page: Option<PathBuf>,
}

/// A name for a page: one of another ending may be that of a scenario.
fn parse_page(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().unwrap_or_default();
    if ending.eq_ignore_ascii_case("html") {
        Ok(path)
    } else {
        Err("a page is written as HTML: let the name end in .html".to_owned())
    }
}

/// Reads the arguments, the program's own name first.
///
/// # Errors
///
/// The reply to wrong usage, or to a request for help or the version.
pub fn parse(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Request, Reply> {
    match Arguments::try_parse_from(arguments) {
        Ok(Arguments {
            command: Some(command),
            ..
        }) => Ok(Request::Command(command)),
        Ok(Arguments { file, .. }) => Ok(Request::Window(file)),
        Err(error) => {
            let text = error.render().to_string();
            Err(if error.use_stderr() {
                Reply {
                    stderr: text,
                    code: USAGE,
                    ..Reply::default()
                }
            } else {
                Reply {
                    stdout: text,
                    ..Reply::default()
                }
            })
        }
    }
}

/// Answers a command.
#[must_use]
pub fn answer(command: &Command) -> Reply {
    let reply = match command {
        Command::Run(run) => self::run(run),
        Command::Check { file, format } => check(file, *format),
        Command::List => Ok(list()),
    };
    reply.unwrap_or_else(|failed| failed)
}

/// Answers what the window would show, where no window can be had: `why` says why in a line.
#[must_use]
pub fn answer_without_window(file: Option<&str>, why: &str) -> Reply {
    let reply = load(file.unwrap_or(FIRST)).and_then(|loaded| {
        let open = loaded.scenario.open.clone();
        run_loaded(
            &loaded,
            &Run {
                what_if: open,
                ..Run::default()
            },
        )
    });
    match reply {
        // One line says it all: who wanted a window has not asked for warnings.
        Ok(reply) => Reply {
            stderr: format!("shortfall: {why}; here is the answer in text\n"),
            ..reply
        },
        Err(failed) => Reply {
            stderr: format!("shortfall: {why}\n{}", failed.stderr),
            ..failed
        },
    }
}

/// A path and a value, as `--set` takes them.
fn parse_set(text: &str) -> Result<(String, Value), String> {
    let (path, value) = text
        .split_once('=')
        .ok_or("write PATH=VALUE, such as events.diversion.quantity=20000")?;
    let parsed = Value::parse(value).ok_or_else(|| {
        format!("`{value}` is no number, no date such as 2025-06-30, and neither true nor false")
    })?;
    Ok((path.to_owned(), parsed))
}

/// Fewer members than this, and a chance is finer than what can be counted.
const FEW_MEMBERS: u32 = 100;

/// A number of members that can be run.
fn parse_members(text: &str) -> Result<u32, String> {
    let members = text.parse().ok();
    members
        .filter(|members| (1..=MOST_MEMBERS).contains(members))
        .ok_or_else(|| format!("write a whole number from 1 to {MOST_MEMBERS}"))
}

/// Loads a bundled scenario by name, or else a file.
fn load(name: &str) -> Result<Loaded, Reply> {
    let path = Path::new(name);
    // A file of that name is what the user sees in the folder, and goes first.
    if let Some(bundled) = library::find(name).filter(|_| !path.is_file()) {
        return file::read(bundled.id, bundled.text).map_err(|refused| Reply {
            stderr: format!("{refused}\n"),
            code: REFUSED,
            ..Reply::default()
        });
    }
    file::load(path).map_err(|error| match &error {
        LoadError::Refused(refused) => Reply {
            stderr: format!("{refused}\n"),
            code: REFUSED,
            ..Reply::default()
        },
        _ => not_loaded(name, &error),
    })
}

/// That there is nothing to read, and what may have been meant.
fn not_loaded(name: &str, error: &LoadError) -> Reply {
    let mut hint = String::new();
    if let LoadError::NotFound(_) = error {
        if let Some(near) = nearest(name, ["run", "check", "list"]) {
            hint = format!("; did you mean the command `{near}`?");
        } else if let Some(near) = library::suggest(name) {
            hint = format!("; did you mean the bundled scenario `{near}`?");
        }
    }
    Reply::failed(REFUSED, format!("{error}{hint}"))
}

fn run(run: &Run) -> Result<Reply, Reply> {
    let loaded = load(run.file.as_deref().unwrap_or(FIRST))?;
    run_loaded(&loaded, run)
}

fn run_loaded(loaded: &Loaded, run: &Run) -> Result<Reply, Reply> {
    let baseline = &loaded.scenario;
    let changed = changed(baseline, run)?;

    // Its figures stand beside those of the same days and of the same target.
    let beside = changed.as_ref();
    let beside = beside.and_then(|(_, what_if)| baseline.beside(what_if));
    let compared = beside.as_ref().unwrap_or(baseline);
    let baseline_answer = Answer::of(compared);
    let baseline_world = World {
        scenario: baseline,
        answer: &baseline_answer,
    };
    let answer = changed.as_ref().map(|(scenario, _)| Answer::of(scenario));
    let assumed = changed.as_ref();
    let assumed = assumed.and_then(|(_, what_if)| baseline.under_assumptions(what_if));
    let assumed_answer = assumed.as_ref().map(Answer::of);
    let variant = changed.as_ref().zip(answer.as_ref());
    let variant = variant.map(|((scenario, what_if), answer)| Variant {
        world: World { scenario, answer },
        what_if,
        assumed: assumed_answer.as_ref(),
    });
    let drawn = match run.members {
        Some(members) => Some(draw(
            compared,
            variant.map(|v| v.world.scenario),
            assumed.as_ref(),
            members,
            run,
        )?),
        None => None,
    };
    let of_ensemble = drawn.as_ref().map(|drawn| Drawn {
        chances: &drawn.chances,
        options: drawn.ensemble.options(),
    });
    let reviewed = !is_unreviewed(loaded, run);
    let report = Report::new(baseline_world, variant, of_ensemble, reviewed);
    let mut reply = Reply {
        stdout: match run.format {
            Format::Text => text::text(&report),
            Format::Json => json::report(&report),
        },
        ..Reply::default()
    };
    for path in given_twice(run) {
        let _ = writeln!(
            reply.stderr,
            "shortfall: {path} is set more than once; the last value holds"
        );
    }
    if !loaded.warnings.is_empty() {
        let count = count(loaded.warnings.len(), "warning");
        let _ = writeln!(
            reply.stderr,
            "shortfall: {count} about the file; `shortfall check` shows them, and what is implausible"
        );
    }
    if let Some(members) = run.members.filter(|&members| members < FEW_MEMBERS) {
        let members = count(members as usize, "member");
        let _ = writeln!(
            reply.stderr,
            "shortfall: {members} cannot tell a chance of 1 % from none; run {FEW_MEMBERS} or more",
        );
    }
    // What cannot be written is said; the answer stands all the same.
    if let Some(folder) = &run.out {
        let shown = variant.map_or(baseline_world, |variant| variant.world);
        let bands = drawn
            .as_ref()
            .map(|drawn| drawn.sample.exact_bands(&drawn.ensemble, threads()));
        let bands = bands.as_ref();
        let mut written = Vec::new();
        let outcome = write_tables(folder, shown, baseline, bands, &mut written);
        reply.note_written(&written, outcome);
        let earlier = folder.join("bands.csv");
        if bands.is_none() && earlier.is_file() {
            let path = earlier.display();
            let _ = writeln!(
                reply.stderr,
                "shortfall: {path} is of an earlier run; --members writes it again"
            );
        }
    }
    if let Some(path) = &run.page {
        let html = page(loaded, run, (baseline_world, variant), drawn.as_ref());
        let outcome = file::save_text(path, &html);
        let written = outcome.is_ok().then(|| path.clone());
        reply.note_written(written.as_slice(), outcome);
    }
    Ok(reply)
}

/// Writes all tables into a folder, and takes note of each.
fn write_tables(
    folder: &Path,
    shown: World<'_>,
    baseline: &Checked,
    bands: Option<&Bands>,
    written: &mut Vec<PathBuf>,
) -> Result<(), ExportError> {
    let World { scenario, answer } = shown;
    written.extend(csv::write_folder(folder, scenario, &answer.outcome)?);
    written.push(csv::write_assumptions(folder, scenario, baseline)?);
    if let Some(bands) = bands {
        written.push(csv::write_bands(folder, scenario, bands)?);
    }
    Ok(())
}

/// Whether nobody has reviewed the marking since figures were entered.
fn is_unreviewed(loaded: &Loaded, run: &Run) -> bool {
    file::is_unreviewed(&loaded.text) || !run.sets.is_empty() || !run.fixes.is_empty()
}

/// The answer as a page.
fn page(
    loaded: &Loaded,
    run: &Run,
    (baseline, variant): (World<'_>, Option<Variant<'_>>),
    drawn: Option<&Ensembles>,
) -> String {
    let scenario = variant.map_or(baseline.scenario, |variant| variant.world.scenario);
    let options = drawn.map(|drawn| drawn.ensemble.options());
    let sensitivity = Sensitivity::run(scenario, options, &AtomicBool::new(false));
    let named = run.file.as_deref().unwrap_or(FIRST);
    let (words, file) = match Path::new(named)
        .file_name()
        .filter(|_| Path::new(named).is_file())
    {
        Some(name) => (named.to_owned(), name.to_string_lossy().into_owned()),
        None => (format!("bundled as {named}"), format!("{named}.ron")),
    };
    let unreviewed = is_unreviewed(loaded, run);
    page::page(&Page {
        baseline,
        variant,
        drawn: drawn.map(|drawn| page::Drawn {
            chances: &drawn.chances,
            bands: &drawn.bands,
            options: drawn.ensemble.options(),
        }),
        sensitivity: sensitivity.as_ref(),
        yardstick: Yardstick::default(),
        marking: &file::shown_marking(&scenario.marking, unreviewed),
        origin: page::Origin {
            words: &words,
            file: &file,
            text: &loaded.text,
            what_if: run.what_if.as_deref(),
            sets: &run.sets,
            fixes: &run.fixes,
        },
    })
}

/// What an ensemble comes to.
struct Ensembles {
    ensemble: Ensemble,
    sample: Sample,
    chances: Chances,
    bands: Bands,
}

/// As many threads as the machine runs at a time.
fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Runs the ensemble of what is shown, and where that is not the baseline, the baseline's too.
fn draw(
    baseline: &Checked,
    variant: Option<&Checked>,
    assumed: Option<&Checked>,
    members: u32,
    run: &Run,
) -> Result<Ensembles, Reply> {
    let options = Options {
        members,
        seed: run.seed.unwrap_or(baseline.seed),
        ranges: true,
        chance: true,
        counts: Counts::Daily,
    };
    let sample = |scenario: &Checked| {
        let ensemble = Ensemble::new(scenario, options);
        let ensemble = ensemble.map_err(|error| {
            let hint = "without --members the scenario runs, but has no chances and no bands";
            Reply::failed(REFUSED, format!("{error}; {hint}"))
        })?;
        let sample = ensemble.run(threads());
        Ok((ensemble, sample))
    };
    let (ensemble, now) = sample(variant.unwrap_or(baseline))?;
    let before = variant.map(|_| sample(baseline)).transpose()?;
    let assumed = assumed.map(sample).transpose()?;
    let [before, assumed] =
        [&before, &assumed].map(|world| world.as_ref().map(|(_, sample)| sample.members()));
    Ok(Ensembles {
        chances: Chances::of(now.members(), before, assumed),
        bands: now.bands(&ensemble),
        ensemble,
        sample: now,
    })
}

/// The scenario under the what-if and the sets that a run names, and all of it as one what-if;
/// nothing where it names none.
fn changed(baseline: &Checked, run: &Run) -> Result<Option<(Checked, WhatIf)>, Reply> {
    let mut what_if = match &run.what_if {
        None if run.sets.is_empty() && run.fixes.is_empty() => return Ok(None),
        None => WhatIf {
            name: "Baseline with numbers set".to_owned(),
            ..WhatIf::default()
        },
        Some(id) => {
            let found = baseline.what_ifs.get(id);
            found.ok_or_else(|| unknown_what_if(baseline, id))?.clone()
        }
    };
    if run.what_if.is_some() && !(run.sets.is_empty() && run.fixes.is_empty()) {
        what_if.name.push_str(", with numbers set");
    }
    what_if
        .set
        .extend(run.sets.iter().chain(&run.fixes).cloned());
    let scenario = baseline.under(&what_if).map_err(|(path, error)| {
        let place = match &error {
            // The message names the path itself.
            SetError::Path(_) => String::new(),
            _ => format!("{path}: "),
        };
        let fixed = run.fixes.iter().any(|(fixed, _)| *fixed == path);
        let option = if fixed { "--fix" } else { "--set" };
        Reply::failed(USAGE, format!("{option}: {place}{error}"))
    })?;
    let fixes = run.fixes.iter().filter_map(|(path, value)| match value {
        Value::Number(number) => Some((Address::find(&scenario, path).ok()?, *number)),
        Value::Date(_) | Value::Switch(_) => None,
    });
    let fixed = scenario.pinned(fixes);
    let scenario = fixed.ok_or_else(|| {
        Reply::failed(
            USAGE,
            "--fix: the numbers break a rule once they have no ranges",
        )
    })?;
    Ok(Some((scenario, what_if)))
}

/// Paths that the command line sets more than once.
fn given_twice(run: &Run) -> Vec<&str> {
    let paths: Vec<&str> = run
        .sets
        .iter()
        .chain(&run.fixes)
        .map(|(path, _)| path.as_str())
        .collect();
    let again = |&(index, path): &(usize, &&str)| {
        paths[..index].contains(path) && !paths[index + 1..].contains(path)
    };
    paths
        .iter()
        .enumerate()
        .filter(again)
        .map(|(_, path)| *path)
        .collect()
}

fn unknown_what_if(scenario: &Checked, id: &str) -> Reply {
    let known = || scenario.what_ifs.keys().map(String::as_str);
    let known_list = known().collect::<Vec<_>>().join(", ");
    let hint = match nearest(id, known()) {
        Some(near) => format!("did you mean `{near}`? There are {known_list}"),
        None if known_list.is_empty() => "the scenario has none".to_owned(),
        None => format!("there are {known_list}"),
    };
    Reply::failed(
        USAGE,
        format!("--what-if: there is no what-if `{id}`; {hint}"),
    )
}

fn check(name: &str, format: Format) -> Result<Reply, Reply> {
    let loaded = match library::find(name).filter(|_| !Path::new(name).is_file()) {
        Some(bundled) => file::read(bundled.id, bundled.text).map_err(LoadError::from),
        None => file::load(Path::new(name)),
    };
    let (file, problems) = match loaded {
        Ok(loaded) => (name.to_owned(), all_warnings(loaded)),
        Err(LoadError::Refused(refused)) => (refused.file, refused.problems),
        Err(error) => return Err(not_loaded(name, &error)),
    };
    let of = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let code = if errors == 0 { FINE } else { REFUSED };
    if format == Format::Json {
        return Ok(Reply {
            stdout: json::problems(&file, &problems),
            code,
            ..Reply::default()
        });
    }
    let mut stdout = String::new();
    for problem in &problems {
        let _ = writeln!(stdout, "{}", problem.in_file(&file));
    }
    let verdict = match (errors, warnings) {
        (0, 0) => "fine".to_owned(),
        (0, _) => format!("fine, with {}", count(warnings, "warning")),
        (_, 0) => format!("refused, {}", count(errors, "error")),
        _ => format!(
            "refused, {} and {}",
            count(errors, "error"),
            count(warnings, "warning")
        ),
    };
    let _ = writeln!(stdout, "{file}: {verdict}");
    Ok(Reply {
        stdout,
        code,
        ..Reply::default()
    })
}

/// The warnings of a scenario, in the order of its file: those that came with reading it, and
/// those that a run shows, under the what-if that it opens on.
fn all_warnings(loaded: Loaded) -> Vec<Problem> {
    let scenario = &loaded.scenario;
    let opened = scenario
        .open
        .as_deref()
        .and_then(|id| Some((id, scenario.what_if(id)?)));
    let shown = match &opened {
        None => plausible::warnings(scenario),
        Some((id, opened)) => {
            let mut shown = plausible::warnings(opened);
            for problem in &mut shown {
                problem.what.insert_str(0, &format!("under `{id}`, "));
            }
            shown
        }
    };
    let mut problems = loaded.warnings;
    problems.extend(shown.into_iter().map(|problem| Problem {
        place: loaded.places.place(&problem.path),
        ..problem
    }));
    problems.sort_by_key(|problem| problem.place);
    problems
}

fn list() -> Reply {
    let mut stdout = String::new();
    let width = library::all()
        .iter()
        .map(|bundled| bundled.id.len())
        .max()
        .unwrap_or(0);
    for bundled in library::all() {
        // A bundled file that is refused is a fault of the build, which a test forbids.
        let title =
            file::read(bundled.id, bundled.text).map(|loaded| loaded.scenario.into_inner().title);
        let _ = writeln!(
            stdout,
            "{:<width$}  {}",
            bundled.id,
            title.unwrap_or_default()
        );
    }
    Reply {
        stdout,
        ..Reply::default()
    }
}

/// `1 warning`, `3 warnings`.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
