//! Random scenarios, as the text of a file: every kind of event, and every corner often.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;

/// Draws for the generator: a small, well-mixed sequence from a seed (`SplitMix64`; Steele, Lea
/// and Flood, OOPSLA 2014).
pub(crate) struct Draws(u64);

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.whole(0, from.len() as i64 - 1) as usize]
    }

    /// An amount up to `high`, now and then 0 or whole.
    fn amount(&mut self, high: f64) -> f64 {
        match self.whole(0, 9) {
            0 => 0.0,
            1 | 2 => (self.unit() * high).round(),
            _ => self.unit() * high,
        }
    }

    /// A share, now and then at an end or very small.
    fn share(&mut self) -> f64 {
        match self.whole(0, 11) {
            0 => 0.0,
            1 | 2 => 1.0,
            3 => 1e-12 * self.unit(),
            _ => self.unit(),
        }
    }
}

/// How large a scenario may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) days: i64,
    pub(crate) things: i64,
    pub(crate) events: i64,
}

/// A deployment as far as what follows depends on it.
struct Post {
    interceptor: usize,
    expendable: bool,
}

/// The text of a random scenario.
pub(crate) fn scenario(seed: u64, size: Size) -> String {
    let r = &mut Draws::new(seed);
    let start = Date::constant(2025, 1, 1) + r.whole(0, 700).days();
    let days = r.whole(1, size.days);
    let date = |day: i64| format!("\"{}\"", start + day.days());
    let mut out = String::new();
    let o = &mut out;
    let theatres = r.whole(1, 3);
    let suppliers = r.whole(1, 3);
    let threats = r.whole(1, size.things);
    let interceptors = r.whole(1, 4);
    let names = |letter: char, count: i64| {
        (0..count)
            .map(|i| format!("\"{letter}{i}\": (name: \"{letter}{i}\")"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let _ = write!(
        o,
        "#![enable(implicit_some)]\n(\nformat: 1, title: \"random {seed}\", summary: \"\", \
         marking: \"TEST\",\nstart: {}, days: {days}, target: 0.9, {}seed: 1,\nsources: {{}},\n\
         theatres: {{{}}},\nsuppliers: {{{}}},\nthreats: {{\n",
        date(0),
        if days % 3 == 0 {
            ""
        } else {
            "protection_target: 0.6, "
        },
        names('t', theatres),
        names('s', suppliers),
    );
    for i in 0..threats {
        let raids = if r.chance(0.6) {
            format!(
                ", raid_every: {}, raid_release: {}, regular: {}",
                r.whole(1, 20),
                r.share(),
                r.chance(0.3)
            )
        } else {
            String::new()
        };
        let listed = if r.chance(0.2) {
            // Every third day of some, which may begin before the start or end after the horizon.
            let first = r.whole(-10, days);
            let listed: Vec<String> = (first..first + r.whole(1, 30))
                .step_by(3)
                .map(|day| format!("{}: {}", date(day), r.amount(120.0)))
                .collect();
            format!(", launches: {{{}}}", listed.join(", "))
        } else {
            String::new()
        };
        let _ = writeln!(
            o,
            "\"k{i}\": (name: \"k{i}\", theatre: \"t{}\", decoy: {}, priority: {}, stockpile: {}, \
             production: {}, sites: {}, per_site: {}, launch: (daily_share: {}{raids}){listed}),",
            r.whole(0, theatres - 1),
            i % 2 == 1,
            r.whole(-1, 2),
            r.amount(800.0),
            r.amount(100.0),
            r.amount(25.0),
            r.amount(40.0),
            r.share(),
        );
    }
    o.push_str("}, interceptors: {\n");
    let expendable: Vec<bool> = (0..interceptors).map(|_| r.chance(0.8)).collect();
    for (i, expendable) in expendable.iter().enumerate() {
        let can_kill: Vec<_> = (0..threats).filter(|_| r.chance(0.7)).collect();
        let kill: Vec<String> = can_kill
            .into_iter()
            .map(|k| format!("\"k{k}\": {}", r.share()))
            .collect();
        let _ = writeln!(
            o,
            "\"i{i}\": (name: \"i{i}\", expendable: {expendable}, doctrine: {}({}), kill: {{{}}}),",
            r.pick(&["Salvo", "ShootLookShoot"]),
            r.whole(1, 4),
            kill.join(", "),
        );
    }
    o.push_str("}, deployments: {\n");
    let posts = posts(r, o, size, theatres, &expendable);
    o.push_str("}, supply: {\n");
    let lines = lines(r, o, size, suppliers, days, &posts, &date);
    o.push_str("}, events: {\n");
    let things = Things {
        days,
        theatres,
        suppliers,
        threats,
        posts: &posts,
        lines: &lines,
    };
    events(r, o, size, &things, &date);
    o.push_str("}, levers: [],\n)\n");
    out
}

fn posts(
    r: &mut Draws,
    o: &mut String,
    size: Size,
    theatres: i64,
    expendable: &[bool],
) -> Vec<Post> {
    let posts: Vec<Post> = (0..r.whole(1, size.things + 2))
        .map(|_| {
            let interceptor = r.whole(0, expendable.len() as i64 - 1) as usize;
            Post {
                interceptor,
                expendable: expendable[interceptor],
            }
        })
        .collect();
    for (i, post) in posts.iter().enumerate() {
        let _ = write!(
            o,
            "\"d{i}\": (theatre: \"t{}\", interceptor: \"i{}\", fire_units: {}, engagements: {}, \
             reach: {}",
            r.whole(0, theatres - 1),
            post.interceptor,
            r.amount(40.0),
            r.amount(6.0),
            r.share(),
        );
        if post.expendable {
            let stock = r.amount(1_500.0);
            let _ = write!(o, ", stock: {stock}");
            if r.chance(0.4) {
                let _ = write!(o, ", reserve: {}", r.amount(400.0));
            }
            if r.chance(0.3) {
                let _ = write!(o, ", ration: {}", r.share());
            }
        }
        o.push_str("),\n");
    }
    posts
}

/// Writes supply lines and gives the deployment of each.
fn lines(
    r: &mut Draws,
    o: &mut String,
    size: Size,
    suppliers: i64,
    days: i64,
    posts: &[Post],
    date: &dyn Fn(i64) -> String,
) -> Vec<usize> {
    let open: Vec<usize> = (0..posts.len()).filter(|&i| posts[i].expendable).collect();
    let mut lines = Vec::new();
    if open.is_empty() {
        return lines;
    }
    for i in 0..r.whole(0, size.things + 2) {
        let to = *r.pick(&open);
        lines.push(to);
        let _ = write!(
            o,
            "\"l{i}\": (supplier: \"s{}\", to: \"d{to}\", rate: {}, every: {}",
            r.whole(0, suppliers - 1),
            r.amount(60.0),
            r.whole(1, 14),
        );
        if r.chance(0.4) {
            let _ = write!(o, ", total: {}", r.amount(2_000.0));
        }
        let from = r.whole(-20, days);
        if r.chance(0.3) {
            let _ = write!(o, ", from: {}", date(from));
        }
        if r.chance(0.3) {
            let until = r.whole(from.max(0) + 1, days + 20);
            let _ = write!(o, ", until: {}", date(until));
        }
        o.push_str("),\n");
    }
    lines
}

/// What events can name.
struct Things<'a> {
    days: i64,
    theatres: i64,
    suppliers: i64,
    threats: i64,
    posts: &'a [Post],
    /// The deployment of each line.
    lines: &'a [usize],
}

fn events(
    r: &mut Draws,
    o: &mut String,
    size: Size,
    things: &Things<'_>,
    date: &dyn Fn(i64) -> String,
) {
    let Things { posts, lines, .. } = things;
    // The first day free of ramps, by path.
    let mut free: Vec<(String, i64)> = ramped_paths(things)
        .into_iter()
        .map(|path| (path, -30))
        .collect();
    // Another deployment of the same interceptor.
    let sibling = |r: &mut Draws, of: usize| {
        let others: Vec<usize> = (0..posts.len())
            .filter(|&i| i != of && posts[i].interceptor == posts[of].interceptor)
            .collect();
        (!others.is_empty()).then(|| *r.pick(&others))
    };
    let open: Vec<usize> = (0..posts.len()).filter(|&i| posts[i].expendable).collect();
    for i in 0..r.whole(0, size.events) {
        let on = r.whole(-10, things.days + 3);
        let until = if r.chance(0.8) {
            format!(", until: {}", date(on + r.whole(1, 40)))
        } else {
            String::new()
        };
        let what = match r.whole(0, 6) {
            0 if !lines.is_empty() => {
                let line = r.whole(0, lines.len() as i64 - 1) as usize;
                let Some(to) = sibling(r, lines[line]) else {
                    continue;
                };
                format!(
                    "Divert(on: {}, supply: \"l{line}\", to: \"d{to}\", quantity: {}, share: {})",
                    date(on),
                    r.amount(1_500.0),
                    r.share(),
                )
            }
            1 if !open.is_empty() => {
                let from = *r.pick(&open);
                let Some(to) = sibling(r, from) else {
                    continue;
                };
                format!(
                    "Transfer(on: {}, from: \"d{from}\", to: \"d{to}\", quantity: {})",
                    date(on),
                    r.amount(900.0),
                )
            }
            2 if !open.is_empty() => format!(
                "Shipment(on: {}, supplier: \"s{}\", to: \"d{}\", quantity: {})",
                date(on),
                r.whole(0, things.suppliers - 1),
                r.pick(&open),
                r.amount(900.0),
            ),
            3 => {
                let launched: Vec<_> = (0..things.threats).filter(|_| r.chance(0.5)).collect();
                let launches: Vec<String> = launched
                    .into_iter()
                    .map(|k| format!("\"k{k}\": {}", r.amount(600.0)))
                    .collect();
                if launches.is_empty() {
                    continue;
                }
                // Often on one day, so that raids meet.
                let on = if r.chance(0.5) { things.days / 2 } else { on };
                format!(
                    "Raid(on: {}, launches: {{{}}})",
                    date(on),
                    launches.join(", ")
                )
            }
            4 => {
                let which = r.whole(0, free.len() as i64 - 1) as usize;
                let (path, from) = &mut free[which];
                let on = *from + r.whole(0, 30);
                let over = if r.chance(0.3) { 0 } else { r.whole(1, 40) };
                *from = on + over.max(1);
                let to = match path.rsplit('.').next() {
                    Some("reach") => r.share(),
                    Some("fire_units" | "sites") => r.amount(40.0),
                    _ => r.amount(100.0),
                };
                format!(
                    "Ramp(on: {}, over: {over}, path: \"{path}\", to: {to})",
                    date(on)
                )
            }
            5 => {
                let of = if lines.is_empty() || r.chance(0.5) {
                    format!("supplier: \"s{}\"", r.whole(0, things.suppliers - 1))
                } else {
                    format!("supply: \"l{}\"", r.whole(0, lines.len() as i64 - 1))
                };
                format!("Pause(on: {}{until}, {of})", date(on))
            }
            6 => {
                let theatre = r.whole(0, things.theatres - 1);
                format!(
                    "Ceasefire(on: {}{until}, theatre: \"t{theatre}\")",
                    date(on)
                )
            }
            _ => continue,
        };
        let enabled = r.chance(0.85);
        let _ = writeln!(
            o,
            "\"e{i}\": (name: \"e{i}\", enabled: {enabled}, what: {what}),"
        );
    }
}

/// Every path that a ramp may name.
fn ramped_paths(things: &Things<'_>) -> Vec<String> {
    let threats = (0..things.threats)
        .flat_map(|i| ["production", "sites"].map(|field| format!("threats.k{i}.{field}")));
    let lines = (0..things.lines.len()).map(|i| format!("supply.l{i}.rate"));
    let posts = (0..things.posts.len())
        .flat_map(|i| ["fire_units", "reach"].map(|field| format!("deployments.d{i}.{field}")));
    threats.chain(lines).chain(posts).collect()
}
