//! The answer as one page (HTML) for who was not in the briefing: sentences, charts, figures, what
//! differs, what it rests on, every number with its source, and what reproduces it, the scenario's
//! own text included. It is one file: nothing is fetched, and no script runs.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::report::{self, Variant, World};
use super::svg::{self, Axis, CAUSES};
use super::text::{self, Level, Line};
use crate::analysis::chances::{Chances, not_drawn, raid_nights};
use crate::analysis::events::describe;
use crate::analysis::likelihood::Yardstick;
use crate::analysis::sensitivity::{Measure, Sensitivity};
use crate::analysis::sentences::{CAPTION, Case, Probabilities, Sentence};
use crate::analysis::series::TheatreSeries;
use crate::analysis::words::headline;
use crate::analysis::{changes, format};
use crate::model::ensemble::{Bands, Options};
use crate::scenario::{Address, Checked, LeverKind, Scenario, Section, Source, Value};

/// What a page tells of.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub baseline: World<'a>,
    /// Nothing where the baseline itself is shown.
    pub variant: Option<Variant<'a>>,
    /// Nothing where there is only a planning run.
    pub drawn: Option<Drawn<'a>>,
    /// Which assumption matters most.
    pub sensitivity: Option<&'a Sensitivity>,
    pub yardstick: Yardstick,
    /// The marking as it is to be shown: it may say that nobody has reviewed it.
    pub marking: &'a str,
    pub origin: Origin<'a>,
}

/// What an ensemble came to, and what it drew.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'a> {
    pub chances: &'a Chances,
    pub bands: &'a Bands,
    pub options: Options,
}

/// What reproduces a page.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Where the scenario came from, in words.
    pub words: &'a str,
    /// A name for a file of it.
    pub file: &'a str,
    /// Its text, what-ifs included.
    pub text: &'a str,
    /// The what-if of it that is shown.
    pub what_if: Option<&'a str>,
    /// Paths set besides.
    pub sets: &'a [(String, Value)],
    /// Numbers set after that, without their ranges.
    pub fixes: &'a [(String, Value)],
}

/// How many assumptions stand under what matters most.
const MOST: usize = 5;

/// The page, as the text of an HTML file.
#[must_use]
pub fn page(of: &Page<'_>) -> String {
    let case = report::case(of.baseline, of.variant);
    let s = case.scenario;
    let name = of.variant.map_or("Baseline", |v| v.what_if.name.as_str());
    let fill = fill(of.marking);
    let marking = html! { div .marking style={ "background:" (fill) } { (of.marking) } };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "shortfall " (env!("CARGO_PKG_VERSION")) };
                title { (name) " – " (s.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                // A table, since its head and foot stand on every page that is printed.
                table .sheet role="presentation" {
                    thead { tr { td { (marking) } } }
                    tfoot { tr { td { (marking) } } }
                    tbody { tr { td { (main(of, case, name)) } } }
                }
            }
        }
    }
    .into_string()
}

/// The ground of a marking; the window has the same, as a test holds.
pub(crate) fn fill(marking: &str) -> &'static str {
    use crate::analysis::marking::Level;
    match Level::of(marking) {
        Level::Open => "#006b38",
        Level::TopSecret => "#c86000",
        Level::Secret => "#b0102a",
        Level::Confidential => "#004190",
        Level::Unknown => "#4a525c",
    }
}

/// What stands between the markings.
fn main(of: &Page<'_>, case: Case<'_>, name: &str) -> Markup {
    let s = case.scenario;
    let days = s.day_count();
    let last = format::date(format::day(s.start, days - 1));
    let axis = Axis {
        start: s.start,
        days,
        events: numbered(s),
    };
    html! {
        main {
            h1 { (name) }
            p .title {
                (s.title) ", " (format::date(s.start)) " to " (last) " (" (format::days(days)) ")"
            }
            (differs(of))
            @for theatre in 0..s.theatres.len() {
                (section(of, case, &axis, theatre))
            }
            p .small { (CAPTION) }
            (events(s))
            (what_matters(of, s))
            h2 { "Key figures" }
            p .small { "Planning run: every number at its median; no chances." }
            (table(&text::figure_lines(of.baseline, of.variant)))
            @if let Some(drawn) = of.drawn {
                h2 { "Chances and dates" }
                p .small { (counted(of.baseline.scenario, drawn)) }
                (table(&text::likely_lines(s, drawn.chances)))
            }
            (numbers(of.baseline.scenario, s))
            (sources(s))
            (reproduced(of, name))
        }
    }
}

/// The sentences of one theatre and its charts.
fn section(of: &Page<'_>, case: Case<'_>, axis: &Axis, theatre: usize) -> Markup {
    let s = case.scenario;
    let name = s.theatres.get_index(theatre).map_or("", |(_, t)| &t.name);
    let probabilities = of.drawn.map(|drawn| Probabilities {
        chances: drawn.chances,
        yardstick: of.yardstick,
    });
    let told = headline(case, probabilities, theatre);
    let shown = of.variant.map_or(of.baseline, |variant| variant.world);
    let now = TheatreSeries::of(&shown.answer.outcome, theatre);
    let before = of
        .variant
        .map(|_| TheatreSeries::of(&of.baseline.answer.outcome, theatre));
    let bands = of.drawn.and_then(|drawn| drawn.bands.theatres.get(theatre));
    let target = s.target.value;
    let coverage = format!("Coverage and protection in {name}, last 28 days");
    let not_engaged = format!("Not engaged a day in {name}, by why, mean of 7 days");
    html! {
        h2 { (name) }
        p .answer { (sentences(&told.sentences)) }
        @if !told.more.is_empty() { p { (sentences(&told.more)) } }
        div .charts {
            figure {
                figcaption { "Coverage and protection, last 28 days" }
                (svg::coverage(axis, &coverage, &now, before.as_ref(), bands.map(|b| &b.coverage), target))
                p .key {
                    (key("coverage", if bands.is_some() { "coverage (planning run)" } else { "coverage" }))
                    (key("protection", "protection (shot down)"))
                    @if before.is_some() { (key("ghost", "baseline")) }
                    (key("target", &format!("target, {}", format::percent(target))))
                    @if bands.is_some() { (key("outer", "50 and 90 % of members")) }
                    @if !axis.events.is_empty() { span { "1, 2, …: see Events" } }
                }
            }
            figure {
                figcaption { "Not engaged a day, by why, mean of 7 days" }
                (svg::not_engaged(axis, &not_engaged, &now, before.as_ref()))
                p .key {
                    @for (class, name) in CAUSES { (key(class, name)) }
                    @if before.is_some() { (key("ghost", "baseline, in all")) }
                }
            }
        }
    }
}

fn key(class: &str, name: &str) -> Markup {
    html! {
        span {
            svg .sample viewBox="0 0 18 10" aria-hidden="true" {
                @match class {
                    "coverage" | "protection" | "ghost" | "target" => line class=(class) x1="0" x2="18" y1="5" y2="5" {},
                    _ => rect class=(class) width="18" height="10" {},
                }
            }
            (name)
        }
        " "
    }
}

fn sentences(told: &[Sentence]) -> Markup {
    html! {
        @for sentence in told {
            @for run in &sentence.runs {
                @if run.strong { strong { (run.text) } } @else { (run.text) }
            }
            " "
        }
    }
}

/// What differs from the baseline, nothing else.
fn differs(of: &Page<'_>) -> Markup {
    let Some(variant) = of.variant else {
        return html! { p { "This is the baseline, which what-ifs are compared with." } };
    };
    let changes = changes::changes(of.baseline.scenario, variant.what_if);
    html! { p { (changes::sentence(&changes)) } }
}

/// The day and the number of each event that happens within the horizon.
fn numbered(s: &Checked) -> Vec<(usize, usize)> {
    let events = s.events.values().enumerate();
    let events = events.filter(|(_, event)| event.enabled);
    events
        .filter_map(|(i, event)| {
            let day = s.start.until(event.what.on()).ok()?.get_days();
            let day = usize::try_from(day)
                .ok()
                .filter(|day| *day < s.day_count())?;
            Some((day, i + 1))
        })
        .collect()
}

fn events(s: &Checked) -> Markup {
    html! {
        @if !s.events.is_empty() {
            h2 { "Events" }
            ol {
                @for event in s.events.values() {
                    li {
                        strong { (event.name) } ": "
                        @if event.enabled { (describe(s, event)) } @else { "off" }
                        "."
                    }
                }
            }
        }
    }
}

/// The assumptions on which the answer hangs most.
fn what_matters(of: &Page<'_>, s: &Checked) -> Markup {
    let Some(found) = of.sensitivity else {
        return html! {};
    };
    let measure = Measure::Unengaged;
    html! {
        h2 { "What matters most" }
        p .small {
            (measure.words(s)) ", where one assumption alone is surely at the low end of its range (5 %) or at \
            its high end (95 %). " (found.how()) " " (found.not_varied())
        }
        table {
            thead { tr { th scope="col" { "Assumption" } th .number scope="col" { "5 % to 95 %" } th .number scope="col" { "if low" } th .number scope="col" { "if high" } } }
            @for (theatre, id) in s.theatres.keys().enumerate() {
                @let (matter, rest) = found.ranked(measure, theatre);
                @let now = found.now.get(theatre).and_then(|now| now.of(measure));
                tbody {
                    tr .head { th colspan="4" scope="rowgroup" {
                        (Section::Theatres.name(s, id))
                        @if let Some(now) = now { ": " (measure.value(now)) " as it is" }
                    } }
                    @for ends in matter.iter().take(MOST) {
                        tr {
                            td { (format::capital(&ends.of.name(s))) }
                            td .number { (ends.of.range(s)) " " (ends.of.unit(s)) }
                            td .number { (measure.value(ends.low)) }
                            td .number { (measure.value(ends.high)) }
                        }
                    }
                    @let more = matter.len().saturating_sub(MOST);
                    @if more > 0 || !rest.is_empty() {
                        tr { td .small colspan="4" {
                            @if more > 0 { (more) " more matter less. " }
                            @if !rest.is_empty() { (rest.len()) " make no difference alone." }
                        } }
                    }
                }
            }
        }
        (longest_bar(of, s, found))
    }
}

/// The runs at both ends of the longest bar of the first theatre: every bar can be had so.
fn longest_bar(of: &Page<'_>, s: &Checked, found: &Sensitivity) -> Markup {
    let (matter, _) = found.ranked(Measure::Unengaged, 0);
    let Some(longest) = matter.first() else {
        return html! {};
    };
    let at = |end| {
        let fixes = longest.fixes(s, end);
        let members = found.options.map(|options| (options.members, options.seed));
        command_with(of, &fixes, members)
    };
    html! {
        @if let (Some(low), Some(high)) = (at(|range| range.low), at(|range| range.high)) {
            p .small {
                "Each end of a bar is a run in which " code { "--fix" } " sets the number and drops its range; \
                the longest bar:"
            }
            pre { (low) "\n" (high) }
        }
    }
}

/// Lines of a table, with their heads.
fn table(lines: &[Line]) -> Markup {
    let columns = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0);
    html! {
        table {
            @for Line { level, label, cells } in lines {
                @match level {
                    Level::Gap => {},
                    Level::Head => tr .head {
                        th scope="rowgroup" { (label) }
                        @for cell in cells { th .number scope="col" { (cell) } }
                        @for _ in cells.len()..columns { td {} }
                    },
                    Level::Row | Level::Under => tr {
                        td .deep[*level == Level::Under] { (label) }
                        @for cell in cells { td .number { (cell) } }
                        @for _ in cells.len()..columns { td {} }
                    },
                }
            }
        }
    }
}

/// Every number with its unit, range, source and note. A source stands for what the baseline has:
/// what was set has none.
fn numbers(baseline: &Checked, s: &Checked) -> Markup {
    let stated = Address::all(s).into_iter().filter_map(|address| {
        let estimate = address.estimate(s)?;
        Some((address, estimate))
    });
    html! {
        h2 { "Numbers" }
        p .small { "As they are on this page. Range: 5th and 95th percentile; without one, a number is taken as exact." }
        table .numbers {
            thead { tr {
                th scope="col" { "Number" }
                th .number scope="col" { "Value" }
                th .number scope="col" { "Range" }
                th scope="col" { "Unit" }
                th scope="col" { "Source and note" }
            } }
            tbody {
                @for (address, estimate) in stated {
                    @let decided = s.lever_kind(&address.path(s)) == LeverKind::Decision;
                    @let before = address.number(baseline);
                    tr {
                        td {
                            (address.label(s))
                            @if decided { span .small { " (decision)" } }
                        }
                        td .number { (format::given(estimate.value)) }
                        td .number {
                            @if let Some(range) = estimate.range { (format::range(range.low, range.high)) }
                        }
                        td { (address.unit(s)) }
                        td {
                            @if before == Some(estimate.value) {
                                (evidence(s, address))
                            } @else {
                                strong { "Set here." }
                                @if let Some(before) = before {
                                    " Baseline " (format::given(before)) ": " (evidence(baseline, address))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The source of a number, and what is noted about it.
fn evidence(s: &Checked, address: Address) -> Markup {
    let source = address.source(s).and_then(|id| s.sources.get(id));
    html! {
        @match source {
            Some(source) => {
                (source.title)
                @if let Some(date) = &source.date { ", " (date) }
            },
            None => "no source",
        }
        @if let Some(note) = address.estimate(s).and_then(|estimate| estimate.note.as_ref()) { "; " (note) }
    }
}

fn sources(s: &Checked) -> Markup {
    html! {
        @if !s.sources.is_empty() {
            h2 { "Sources" }
            ul { @for source in s.sources.values() { li { (cited(source)) } } }
        }
    }
}

fn cited(source: &Source) -> Markup {
    let rest = [&source.publisher, &source.date, &source.note];
    html! {
        (source.title)
        @for part in rest.into_iter().flatten() { ", " (part) }
        @if let Some(url) = &source.url { ", " (url) }
    }
}

/// What an ensemble drew.
fn counted(scenario: &Scenario, drawn: Drawn<'_>) -> String {
    format!(
        "Counted over {} members, seed {}{}; ranges hold 90 % of them.{}",
        format::given(drawn.chances.members.into()),
        drawn.options.seed,
        not_drawn(drawn.options),
        raid_nights(scenario, drawn.options)
    )
}

/// What reproduces the page: the scenario's text, and the command.
fn reproduced(of: &Page<'_>, name: &str) -> Markup {
    let Origin {
        words, file, text, ..
    } = of.origin;
    let href = format!(
        "data:text/plain;charset=utf-8,{}",
        utf8_percent_encode(text, NON_ALPHANUMERIC)
    );
    let command = command(of);
    html! {
        footer {
            h2 { "Where this comes from" }
            p {
                "Scenario: " (of.baseline.scenario.title) " (" (words) "), " (name) ". "
                @if let Some(drawn) = of.drawn { (counted(of.baseline.scenario, drawn)) " " } @else { "Planning run. " }
                "Made by shortfall " (env!("CARGO_PKG_VERSION")) ". \
                Nothing here is a forecast: it is arithmetic on stated assumptions."
            }
            p {
                "To make this page again: " a href=(href) download=(file) { "save the scenario" } ", and "
                @match command {
                    Some(_) => "run",
                    None => "open it in the window with the same members, seed, draws and words.",
                }
            }
            @if let Some(command) = command { pre { (command) } }
            details {
                summary { "The scenario’s text" }
                pre { (text) }
            }
        }
    }
}

/// The command that makes the page from its scenario; nothing where only the window can.
fn command(of: &Page<'_>) -> Option<String> {
    let members = of
        .drawn
        .map(|drawn| (drawn.chances.members, drawn.options.seed));
    Some(command_with(of, &[], members)? + " --page page.html")
}

/// The command that runs what the page shows, with more numbers fixed; nothing where only the window can.
fn command_with(
    of: &Page<'_>,
    fixes: &[(String, f64)],
    members: Option<(u32, u64)>,
) -> Option<String> {
    let of_window = |drawn: Drawn<'_>| {
        !not_drawn(drawn.options).is_empty() || of.yardstick != Yardstick::default()
    };
    if of.drawn.is_some_and(of_window) {
        return None;
    }
    let mut command = format!("shortfall run {}", quoted(of.origin.file));
    // Writing to a string cannot fail, here and below.
    if let Some(id) = of.origin.what_if {
        let _ = write!(command, " --what-if {}", quoted(id));
    }
    for (path, value) in of.origin.sets {
        let _ = write!(command, " --set {path}={value}");
    }
    for (path, value) in of.origin.fixes {
        let _ = write!(command, " --fix {path}={value}");
    }
    for (path, value) in fixes {
        let _ = write!(command, " --fix {path}={value}");
    }
    if let Some((members, seed)) = members {
        let _ = write!(command, " --members {members} --seed {seed}");
    }
    Some(command)
}

/// A word of a command, in quotes where it needs them.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if word.chars().all(plain) && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The hues are those of the window in its light theme, as a test holds.
pub(crate) const STYLE: &str = "
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; color: #161b22; background: #fff; font: 15px/1.45 Inter, system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 14px 22px 30px; }
.marking { color: #fff; font-weight: 600; font-size: 13px; text-align: center; padding: 3px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
h1 { font-size: 24px; margin: 6px 0 0; }
h2 { font-size: 17px; margin: 24px 0 6px; break-after: avoid; }
p { margin: 4px 0 8px; }
.title, .small, figcaption, .key { color: #55606e; }
.small, .key { font-size: 13px; }
.answer { font-size: 17px; max-width: 75em; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); gap: 8px 22px; }
figure { margin: 0; break-inside: avoid; }
figcaption { font-size: 13px; font-weight: 600; }
svg { width: 100%; height: auto; display: block; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
svg text { font-size: 11px; fill: #55606e; }
svg .x { text-anchor: middle; }
svg .y, svg .end { text-anchor: end; }
.key span { white-space: nowrap; margin-right: 12px; }
.key svg.sample { width: 18px; height: 10px; display: inline-block; margin-right: 5px; }
path { fill: none; }
.grid { stroke: #d5dbe2; }
.event { stroke: #8a94a0; stroke-dasharray: 1 3; }
.coverage { stroke: #0066ad; stroke-width: 2.2; }
.protection { stroke: #008662; stroke-width: 1.4; }
.ghost { stroke: #8a94a0; stroke-width: 1.6; stroke-dasharray: 5 3; }
.target { stroke: #b23a00; stroke-width: 1.2; stroke-dasharray: 2 2; }
.outer { fill: #0066ad; fill-opacity: .16; }
.inner { fill: #0066ad; fill-opacity: .2; }
.held { fill: #7b4ea3; } .stock { fill: #c44700; } .capacity { fill: #e29a12; } .reach { fill: #c2ccd6; }
table { border-collapse: collapse; width: 100%; }
.sheet { table-layout: fixed; }
.sheet > * > tr > td { padding: 0; }
main table { font-size: 13.5px; }
main td, main th { text-align: left; padding: 2px 14px 2px 0; vertical-align: top; border-bottom: 1px solid #e6eaef; font-weight: 400; }
main th { font-weight: 600; }
main tr.head th { padding-top: 8px; }
main .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
main td.deep { padding-left: 18px; color: #55606e; }
thead { display: table-header-group; }
main tr { break-inside: avoid; }
.numbers td:first-child { width: 36%; }
.numbers td:last-child { width: 30%; }
pre { background: #f3f5f8; padding: 8px 10px; overflow-x: auto; font-size: 12.5px; white-space: pre-wrap; }
footer { margin-top: 26px; border-top: 1px solid #d5dbe2; }
@media (max-width: 640px) { main table { display: block; overflow-x: auto; } }
@page { margin: 10mm; }
@media print {
  body { font-size: 9.5pt; line-height: 1.35; }
  main { max-width: none; padding: 6px 2px; }
  h1 { font-size: 16pt; } h2 { font-size: 11.5pt; margin-top: 12px; } .answer { font-size: 10.5pt; }
  main table, .small, .key, figcaption { font-size: 8pt; }
  .charts { grid-template-columns: 1fr 1fr; }
  details { display: none; }
}
";
