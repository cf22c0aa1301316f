//! A scenario as a person would write it: one item a line where it is short, nothing that goes
//! without saying.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use indexmap::IndexMap;
use jiff::civil::Date;

use super::event::{Event, Paused, What};
use super::{
    Deployment, Doctrine, Estimate, FORMAT, Firing, Interceptor, Lever, LeverKind, Observed, Range,
    Scenario, Source, Supplier, Supply, Theatre, Threat, Value, WhatIf,
};

/// The longest line that an item may take before it is written a field a line.
const WIDTH: usize = 140;

/// What the file says about itself.
const ABOUT: &str = "// An item's `source` covers the numbers in it that name none.";
const ABOUT_DEPLOYMENTS: &str = "// Layers, outermost first: a threat meets them in this order.";
const ABOUT_WHAT_IFS: &str =
    "// The file above is the baseline. A what-if is a name and the paths it sets.";

/// The comments that every written file has: a save does not lose them.
pub(super) const COMMENTS: [&str; 3] = [ABOUT, ABOUT_DEPLOYMENTS, ABOUT_WHAT_IFS];

/// The text of a scenario file.
pub(super) fn write(s: &Scenario) -> String {
    let mut text = format!("#![enable(implicit_some)]\n{ABOUT}\n(\n");
    let mut line = |comment: Option<&str>, name: &str, node: &Node, open: bool| {
        if let Some(comment) = comment {
            let _ = writeln!(text, "{INDENT}{comment}");
        }
        text.push_str(INDENT);
        text.push_str(name);
        text.push_str(": ");
        // A section begins a line for each of its items, however few.
        let width = if open { 0 } else { usize::MAX };
        print(node, 1, width, &mut text);
        text.push_str(",\n");
    };
    for (name, node) in head(s) {
        line(None, name, &node, false);
    }
    // These must stand in a file even where they hold nothing.
    let needed = ["theatres", "threats", "interceptors", "deployments"];
    for (name, node) in sections(s) {
        if node.is_empty() && !needed.contains(&name) {
            continue;
        }
        let comment = match name {
            "deployments" => Some(ABOUT_DEPLOYMENTS),
            "what_ifs" => Some(ABOUT_WHAT_IFS),
            _ => None,
        };
        line(comment, name, &node, true);
    }
    if let Some(open) = &s.open {
        line(None, "open", &text_node(open), false);
    }
    text.push_str(")\n");
    text
}

/// Everything that a file says of a scenario, empty sections included.
pub(super) fn tree(s: &Scenario) -> Node {
    let mut fields = head(s);
    fields.extend(sections(s));
    fields.extend(s.open.as_ref().map(|open| ("open", text_node(open))));
    Node::Group("", fields)
}

/// The text of one part at a depth, after a label of some letters on its line. A section is open:
/// each of its items has a line of its own.
pub(super) fn layout(node: &Node, depth: usize, label: usize, open: bool) -> String {
    let width = if open {
        0
    } else {
        WIDTH.saturating_sub(label + 1)
    };
    let mut text = String::new();
    print(node, depth, width, &mut text);
    text
}

/// The key of a map as it stands before its value.
pub(super) fn label(key: &str) -> String {
    format!("{}: ", quoted(key))
}

fn sections(s: &Scenario) -> [(&'static str, Node); 11] {
    [
        ("sources", items(&s.sources, source)),
        ("theatres", items(&s.theatres, theatre)),
        ("suppliers", items(&s.suppliers, supplier)),
        ("threats", items(&s.threats, threat)),
        ("interceptors", items(&s.interceptors, interceptor)),
        ("deployments", items(&s.deployments, deployment)),
        ("supply", items(&s.supply, supply)),
        ("events", items(&s.events, event)),
        ("observed", items(&s.observed, observed)),
        ("levers", Node::List(s.levers.iter().map(lever).collect())),
        ("what_ifs", items(&s.what_ifs, what_if)),
    ]
}

/// A part of the file, before it is laid out.
#[derive(PartialEq)]
pub(super) enum Node {
    Leaf(String),
    /// `name(field: …)`; the name is empty but for events.
    Group(&'static str, Vec<(&'static str, Node)>),
    /// `{ "key": … }`.
    Map(Vec<(String, Node)>),
    /// `[…]`.
    List(Vec<Node>),
}

impl Node {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Leaf(_) => false,
            Self::Group(_, fields) => fields.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::List(nodes) => nodes.is_empty(),
        }
    }
}

const INDENT: &str = "    ";

/// Lays a node out at a depth: on one line where it fits into `width`, else a part a line.
fn print(node: &Node, depth: usize, width: usize, out: &mut String) {
    let start = out.len();
    flat(node, out);
    let letters = out.get(start..).unwrap_or("").chars().count();
    if letters + depth * INDENT.len() <= width || node.is_empty() {
        return;
    }
    let (open, close, parts): (_, _, Vec<(String, &Node)>) = match node {
        Node::Leaf(_) => return,
        Node::Group(name, fields) => {
            let parts = fields
                .iter()
                .map(|(name, node)| (format!("{name}: "), node));
            (format!("{name}("), ")", parts.collect())
        }
        Node::Map(entries) => {
            let parts = entries
                .iter()
                .map(|(key, node)| (format!("{}: ", quoted(key)), node));
            ("{".to_owned(), "}", parts.collect())
        }
        Node::List(nodes) => {
            let parts = nodes.iter().map(|node| (String::new(), node));
            ("[".to_owned(), "]", parts.collect())
        }
    };
    out.truncate(start);
    out.push_str(&open);
    for (label, node) in parts {
        out.push('\n');
        out.push_str(&INDENT.repeat(depth + 1));
        out.push_str(&label);
        // The label and the comma take their room on the line too.
        print(
            node,
            depth + 1,
            WIDTH.saturating_sub(label.chars().count() + 1),
            out,
        );
        out.push(',');
    }
    out.push('\n');
    out.push_str(&INDENT.repeat(depth));
    out.push_str(close);
}

/// Lays a node out on one line.
fn flat(node: &Node, out: &mut String) {
    match node {
        Node::Leaf(text) => out.push_str(text),
        Node::Group(name, fields) => {
            out.push_str(name);
            out.push('(');
            for (i, (name, node)) in fields.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                out.push_str(name);
                out.push_str(": ");
                flat(node, out);
            }
            out.push(')');
        }
        Node::Map(entries) if entries.is_empty() => out.push_str("{}"),
        Node::Map(entries) => {
            out.push_str("{ ");
            for (i, (key, node)) in entries.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                out.push_str(&quoted(key));
                out.push_str(": ");
                flat(node, out);
            }
            out.push_str(" }");
        }
        Node::List(nodes) => {
            out.push('[');
            for (i, node) in nodes.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                flat(node, out);
            }
            out.push(']');
        }
    }
}

/// The fields of a group in the order of the file.
#[derive(Default)]
struct Group(Vec<(&'static str, Node)>);

impl Group {
    fn with(mut self, name: &'static str, node: Node) -> Self {
        self.0.push((name, node));
        self
    }

    fn text(self, name: &'static str, text: &str) -> Self {
        self.with(name, text_node(text))
    }

    fn optional_text(self, name: &'static str, text: Option<&String>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    fn number(self, name: &'static str, number: &Estimate) -> Self {
        self.with(name, estimate(number))
    }

    /// Leaves the number out where it says no more than its default.
    fn number_or(self, name: &'static str, number: &Estimate, default: f64) -> Self {
        if number.is_default(default) {
            self
        } else {
            self.number(name, number)
        }
    }

    fn optional_number(self, name: &'static str, number: Option<&Estimate>) -> Self {
        match number {
            Some(number) => self.number(name, number),
            None => self,
        }
    }

    fn dated_numbers(self, name: &'static str, numbers: &BTreeMap<Date, f64>) -> Self {
        if numbers.is_empty() {
            return self;
        }
        let days = numbers.iter();
        let days = days.map(|(day, number)| (day.to_string(), Node::Leaf(plain(*number))));
        self.with(name, Node::Map(days.collect()))
    }

    /// Leaves the switch out where it says no more than its default.
    fn switch_or(self, name: &'static str, on: bool, default: bool) -> Self {
        if on == default {
            self
        } else {
            self.with(name, Node::Leaf(on.to_string()))
        }
    }

    fn bare(self, name: &'static str, number: f64) -> Self {
        self.with(name, Node::Leaf(plain(number)))
    }

    fn date(self, name: &'static str, date: Date) -> Self {
        self.text(name, &date.to_string())
    }

    fn optional_date(self, name: &'static str, date: Option<Date>) -> Self {
        match date {
            Some(date) => self.date(name, date),
            None => self,
        }
    }

    fn done(self) -> Node {
        self.named("")
    }

    fn named(self, name: &'static str) -> Node {
        Node::Group(name, self.0)
    }
}

fn head(s: &Scenario) -> Vec<(&'static str, Node)> {
    let group = Group::default()
        .bare("format", f64::from(FORMAT))
        .text("title", &s.title)
        .text("summary", &s.summary)
        .text("marking", &s.marking)
        .date("start", s.start)
        .number("days", &s.days)
        .number("target", &s.target)
        .optional_number("protection_target", s.protection_target.as_ref())
        .with("seed", Node::Leaf(s.seed.to_string()));
    group.0
}

fn items<T>(items: &IndexMap<String, T>, node: fn(&T) -> Node) -> Node {
    let entries = items.iter().map(|(id, item)| (id.clone(), node(item)));
    Node::Map(entries.collect())
}

fn numbers(numbers: &IndexMap<String, Estimate>) -> Node {
    items(numbers, estimate)
}

fn source(source: &Source) -> Node {
    Group::default()
        .text("title", &source.title)
        .optional_text("publisher", source.publisher.as_ref())
        .optional_text("date", source.date.as_ref())
        .optional_text("url", source.url.as_ref())
        .optional_text("note", source.note.as_ref())
        .done()
}

fn theatre(theatre: &Theatre) -> Node {
    Group::default()
        .text("name", &theatre.name)
        .optional_text("note", theatre.note.as_ref())
        .done()
}

fn supplier(supplier: &Supplier) -> Node {
    Group::default()
        .text("name", &supplier.name)
        .optional_text("note", supplier.note.as_ref())
        .done()
}

fn threat(threat: &Threat) -> Node {
    let launch = Group::default()
        .number("daily_share", &threat.launch.daily_share)
        .optional_number("raid_every", threat.launch.raid_every.as_ref());
    // Once raids are stated, so must be what they release.
    let launch = if threat.launch.raid_every.is_some() {
        launch.number("raid_release", &threat.launch.raid_release)
    } else {
        launch.number_or("raid_release", &threat.launch.raid_release, 0.0)
    };
    let launch = launch.switch_or("regular", threat.launch.regular, false);
    Group::default()
        .text("name", &threat.name)
        .text("theatre", &threat.theatre)
        .switch_or("decoy", threat.decoy, false)
        .number_or("priority", &threat.priority, 1.0)
        .optional_text("source", threat.source.as_ref())
        .optional_text("note", threat.note.as_ref())
        .number_or("stockpile", &threat.stockpile, 0.0)
        .number("production", &threat.production)
        .number("sites", &threat.sites)
        .number("per_site", &threat.per_site)
        .with("launch", launch.done())
        .dated_numbers("launches", &threat.launches)
        .number_or("variation", &threat.variation, 0.0)
        .optional_number("unit_cost", threat.unit_cost.as_ref())
        .done()
}

fn interceptor(interceptor: &Interceptor) -> Node {
    let mut group = Group::default()
        .text("name", &interceptor.name)
        .switch_or("expendable", interceptor.expendable, true)
        .with("doctrine", doctrine(&interceptor.doctrine))
        .optional_text("source", interceptor.source.as_ref())
        .optional_text("note", interceptor.note.as_ref());
    if !interceptor.kill.is_empty() {
        group = group.with("kill", numbers(&interceptor.kill));
    }
    group
        .optional_number("unit_cost", interceptor.unit_cost.as_ref())
        .done()
}

fn doctrine(doctrine: &Doctrine) -> Node {
    let name = match doctrine.mode {
        Firing::Salvo => "Salvo",
        Firing::ShootLookShoot => "ShootLookShoot",
    };
    let mut rounds = String::new();
    flat(&estimate(&doctrine.rounds), &mut rounds);
    Node::Leaf(format!("{name}({rounds})"))
}

fn deployment(deployment: &Deployment) -> Node {
    Group::default()
        .text("theatre", &deployment.theatre)
        .text("interceptor", &deployment.interceptor)
        .optional_text("source", deployment.source.as_ref())
        .optional_text("note", deployment.note.as_ref())
        .number_or("stock", &deployment.stock, 0.0)
        .number_or("reserve", &deployment.reserve, 0.0)
        .number_or("ration", &deployment.ration, 1.0)
        .number("fire_units", &deployment.fire_units)
        .number("engagements", &deployment.engagements)
        .number("reach", &deployment.reach)
        .done()
}

fn supply(line: &Supply) -> Node {
    Group::default()
        .text("supplier", &line.supplier)
        .text("to", &line.to)
        .optional_text("source", line.source.as_ref())
        .optional_text("note", line.note.as_ref())
        .number("rate", &line.rate)
        .optional_number("total", line.total.as_ref())
        .number_or("every", &line.every, 1.0)
        .optional_date("from", line.from)
        .optional_date("until", line.until)
        .optional_number("lead", line.lead.as_ref())
        .done()
}

fn event(event: &Event) -> Node {
    Group::default()
        .text("name", &event.name)
        .optional_text("source", event.source.as_ref())
        .optional_text("note", event.note.as_ref())
        .switch_or("enabled", event.enabled, true)
        .with("what", what(&event.what))
        .done()
}

fn what(what: &What) -> Node {
    let group = Group::default().date("on", what.on());
    let group = match what {
        What::Divert {
            supply,
            to,
            quantity,
            share,
            ..
        } => group
            .text("supply", supply)
            .text("to", to)
            .number("quantity", quantity)
            .number_or("share", share, 1.0),
        What::Transfer {
            from, to, quantity, ..
        } => group
            .text("from", from)
            .text("to", to)
            .number("quantity", quantity),
        What::Shipment {
            supplier,
            to,
            quantity,
            lead,
            ..
        } => group
            .text("supplier", supplier)
            .text("to", to)
            .number("quantity", quantity)
            .optional_number("lead", lead.as_ref()),
        What::Raid { launches, .. } => group.with("launches", numbers(launches)),
        What::Ramp { over, path, to, .. } => group
            .number("over", over)
            .text("path", path)
            .number("to", to),
        What::Pause { until, of, .. } => {
            let group = group.optional_date("until", *until);
            match of {
                Paused::Supplier(supplier) => group.text("supplier", supplier),
                Paused::Supply(supply) => group.text("supply", supply),
            }
        }
        What::Ceasefire { until, theatre, .. } => group
            .optional_date("until", *until)
            .text("theatre", theatre),
    };
    group.named(what.kind())
}

fn observed(observed: &Observed) -> Node {
    let threats = observed.threats.iter().map(|threat| text_node(threat));
    let months = observed.months.iter().map(|(month, counted)| {
        let mut group = Group::default().bare("launched", counted.launched);
        if let Some(neutralised) = counted.neutralised {
            group = group.bare("neutralised", neutralised);
        }
        (month.to_string(), group.done())
    });
    Group::default()
        .text("name", &observed.name)
        .with("threats", Node::List(threats.collect()))
        .optional_text("source", observed.source.as_ref())
        .optional_text("note", observed.note.as_ref())
        .with("months", Node::Map(months.collect()))
        .done()
}

fn lever(lever: &Lever) -> Node {
    let kind = match lever.kind {
        LeverKind::Decision => "Decision",
        LeverKind::Assumption => "Assumption",
    };
    Group::default()
        .with("kind", Node::Leaf(kind.to_owned()))
        .text("path", &lever.path)
        .text("label", &lever.label)
        .bare("min", lever.min)
        .bare("max", lever.max)
        .bare("step", lever.step)
        .done()
}

fn what_if(what_if: &WhatIf) -> Node {
    let set = what_if.set.iter().map(|(path, value)| {
        let value = match value {
            Value::Number(number) => Node::Leaf(plain(*number)),
            Value::Date(date) => text_node(&date.to_string()),
            Value::Switch(on) => Node::Leaf(on.to_string()),
        };
        (path.clone(), value)
    });
    Group::default()
        .text("name", &what_if.name)
        .optional_text("note", what_if.note.as_ref())
        .with("set", Node::Map(set.collect()))
        .done()
}

/// A plain number where there is no more to say.
fn estimate(estimate: &Estimate) -> Node {
    if estimate.is_plain() {
        return Node::Leaf(plain(estimate.value));
    }
    let mut group = Group::default().bare("value", estimate.value);
    if let Some(Range { low, high }) = estimate.range {
        group = group.bare("low", low).bare("high", high);
    }
    group
        .optional_text("source", estimate.source.as_ref())
        .optional_text("group", estimate.group.as_ref())
        .optional_text("note", estimate.note.as_ref())
        .done()
}

/// The shortest text that reads back as the same number; whole numbers without a point.
fn plain(number: f64) -> String {
    if number.abs() < 1e15 {
        format!("{number}")
    } else {
        format!("{number:e}")
    }
}

fn text_node(text: &str) -> Node {
    Node::Leaf(quoted(text))
}

/// A text in quotes, with what must be escaped escaped and every other letter as it is.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
