//! The sections of a scenario as a file writes them, each a list of its fields.

use indexmap::IndexMap;

use super::event::{Event, Paused, What};
use super::fields::{Fields, Needed, Reader};
use super::{
    Counted, Deployment, Doctrine, Estimate, Firing, Interceptor, Launch, Lever, LeverKind, Month,
    Observed, Scenario, Source, Supplier, Supply, Theatre, Threat, WhatIf,
};

/// Reads the whole file but its `format`, which [`format()`] has looked at.
///
/// What could not be read is noted in `reader`, and stands in the scenario as a stand-in.
pub(super) fn scenario(reader: &mut Reader<'_>) -> Scenario {
    let mut f = reader.document();
    // Looked at before; asked for here so that it counts as known.
    f.optional_bare("format");
    let scenario = Scenario {
        title: f.text("title"),
        summary: f.optional_text("summary").unwrap_or_default(),
        marking: f.optional_text("marking").unwrap_or_default(),
        start: f.date("start"),
        days: f.number("days"),
        target: f.number("target"),
        protection_target: f.optional_number("protection_target"),
        seed: f.integer("seed").unwrap_or_default(),
        sources: f.items("sources", Needed::No, source),
        theatres: f.items("theatres", Needed::Yes, theatre),
        suppliers: f.items("suppliers", Needed::No, supplier),
        threats: f.items("threats", Needed::Yes, threat),
        interceptors: f.items("interceptors", Needed::Yes, interceptor),
        deployments: f.items("deployments", Needed::Yes, deployment),
        supply: f.items("supply", Needed::No, supply),
        events: f.items("events", Needed::No, event),
        observed: f.items("observed", Needed::No, observed),
        levers: f.list("levers", lever),
        what_ifs: f.items("what_ifs", Needed::No, what_if),
        open: f.optional_name("open"),
    };
    f.finish();
    scenario
}

/// The version of the format that a document says it is in; nothing where it does not say.
pub(super) fn format(reader: &mut Reader<'_>) -> Option<f64> {
    reader.document().optional_bare("format")
}

fn source(f: &mut Fields<'_, '_>) -> Source {
    Source {
        title: f.text("title"),
        publisher: f.optional_text("publisher"),
        date: f.optional_text("date"),
        url: f.optional_text("url"),
        note: f.optional_text("note"),
    }
}

fn theatre(f: &mut Fields<'_, '_>) -> Theatre {
    Theatre {
        name: f.text("name"),
        note: f.optional_text("note"),
    }
}

fn supplier(f: &mut Fields<'_, '_>) -> Supplier {
    Supplier {
        name: f.text("name"),
        note: f.optional_text("note"),
    }
}

fn threat(f: &mut Fields<'_, '_>) -> Threat {
    Threat {
        name: f.text("name"),
        source: f.optional_name("source"),
        note: f.optional_text("note"),
        theatre: f.name("theatre"),
        decoy: f.switch_or("decoy", false),
        priority: f.number_or("priority", 1.0),
        stockpile: f.number_or("stockpile", 0.0),
        production: f.number("production"),
        sites: f.number("sites"),
        per_site: f.number("per_site"),
        launch: f.group("launch", launch).unwrap_or_default(),
        launches: f.dated_numbers("launches"),
        variation: f.number_or("variation", 0.0),
        unit_cost: f.optional_number("unit_cost"),
    }
}

fn launch(f: &mut Fields<'_, '_>) -> Launch {
    let raid_every = f.optional_number("raid_every");
    Launch {
        daily_share: f.number("daily_share"),
        raid_release: if raid_every.is_some() {
            f.number("raid_release")
        } else {
            f.number_or("raid_release", 0.0)
        },
        raid_every,
        regular: f.switch_or("regular", false),
    }
}

fn interceptor(f: &mut Fields<'_, '_>) -> Interceptor {
    Interceptor {
        name: f.text("name"),
        source: f.optional_name("source"),
        note: f.optional_text("note"),
        expendable: f.switch_or("expendable", true),
        doctrine: f
            .variant("doctrine", &FIRING, |variant, reader, path, mode| {
                Doctrine {
                    mode: *mode,
                    rounds: variant.number(reader, &format!("{path}.n")),
                }
            })
            .unwrap_or(Doctrine {
                mode: Firing::Salvo,
                rounds: Estimate::exact(1.0),
            }),
        kill: f.numbers("kill"),
        unit_cost: f.optional_number("unit_cost"),
    }
}

const FIRING: [(&str, Firing); 2] = [
    ("Salvo", Firing::Salvo),
    ("ShootLookShoot", Firing::ShootLookShoot),
];

fn deployment(f: &mut Fields<'_, '_>) -> Deployment {
    Deployment {
        source: f.optional_name("source"),
        note: f.optional_text("note"),
        theatre: f.name("theatre"),
        interceptor: f.name("interceptor"),
        stock: f.number_or("stock", 0.0),
        reserve: f.number_or("reserve", 0.0),
        ration: f.number_or("ration", 1.0),
        fire_units: f.number("fire_units"),
        engagements: f.number("engagements"),
        reach: f.number("reach"),
    }
}

fn supply(f: &mut Fields<'_, '_>) -> Supply {
    Supply {
        source: f.optional_name("source"),
        note: f.optional_text("note"),
        supplier: f.name("supplier"),
        to: f.name("to"),
        rate: f.number("rate"),
        total: f.optional_number("total"),
        every: f.number_or("every", 1.0),
        from: f.optional_date("from"),
        until: f.optional_date("until"),
        lead: f.optional_number("lead"),
    }
}

fn event(f: &mut Fields<'_, '_>) -> Event {
    let name = f.text("name");
    let source = f.optional_name("source");
    let note = f.optional_text("note");
    let enabled = f.switch_or("enabled", true);
    // The fields of what happens have the event's own path: `events.x.on`.
    let path = f.path().to_owned();
    let what = f.variant("what", &KINDS, |variant, reader, _, read| {
        variant.fields(reader, &path, read)
    });
    Event {
        name,
        source,
        note,
        enabled,
        what: what.unwrap_or_else(nothing_happens),
    }
}

/// Stands in for an event that could not be read.
fn nothing_happens() -> What {
    What::Raid {
        on: jiff::civil::Date::constant(2000, 1, 1),
        launches: IndexMap::new(),
    }
}

/// How the fields of an event of one kind are read.
type ReadEvent = fn(&mut Fields<'_, '_>) -> What;

const KINDS: [(&str, ReadEvent); 7] = [
    ("Divert", |f| What::Divert {
        on: f.date("on"),
        supply: f.name("supply"),
        to: f.name("to"),
        quantity: f.number("quantity"),
        share: f.number_or("share", 1.0),
    }),
    ("Transfer", |f| What::Transfer {
        on: f.date("on"),
        from: f.name("from"),
        to: f.name("to"),
        quantity: f.number("quantity"),
    }),
    ("Shipment", |f| What::Shipment {
        on: f.date("on"),
        supplier: f.name("supplier"),
        to: f.name("to"),
        quantity: f.number("quantity"),
        lead: f.optional_number("lead"),
    }),
    ("Raid", |f| What::Raid {
        on: f.date("on"),
        launches: f.numbers("launches"),
    }),
    ("Ramp", |f| What::Ramp {
        on: f.date("on"),
        over: f.number("over"),
        path: f.name("path"),
        to: f.number("to"),
    }),
    ("Pause", |f| What::Pause {
        on: f.date("on"),
        until: f.optional_date("until"),
        of: paused(f),
    }),
    ("Ceasefire", |f| What::Ceasefire {
        on: f.date("on"),
        until: f.optional_date("until"),
        theatre: f.name("theatre"),
    }),
];

fn paused(f: &mut Fields<'_, '_>) -> Paused {
    let supplier = f.optional_name("supplier");
    let supply = f.optional_name("supply");
    match (supplier, supply) {
        (Some(supplier), None) => Paused::Supplier(supplier),
        (None, Some(supply)) => Paused::Supply(supply),
        (None, None) => {
            f.object(
                "supplier",
                "a pause stops a `supplier` or one line of `supply`; name one of them",
            );
            Paused::Supplier(String::new())
        }
        (Some(supplier), Some(_)) => {
            f.object(
                "supply",
                "a pause stops a `supplier` or one line of `supply`, not both; leave one out",
            );
            Paused::Supplier(supplier)
        }
    }
}

fn observed(f: &mut Fields<'_, '_>) -> Observed {
    let name = f.text("name");
    let source = f.optional_name("source");
    let note = f.optional_text("note");
    let threats = f.names("threats");
    let counts = f.items("months", Needed::Yes, |f| {
        let counted = Counted {
            launched: f.bare("launched"),
            neutralised: f.optional_bare("neutralised"),
        };
        let written = f.path().rsplit('.').next().unwrap_or_default();
        let month = Month::parse(written);
        if month.is_none() {
            let what = format!("`{written}` is no month; write year-month, such as \"2025-06\"");
            f.object_to_key(what);
        }
        (month, counted)
    });
    Observed {
        name,
        source,
        note,
        threats,
        months: counts
            .into_values()
            .filter_map(|(month, counted)| Some((month?, counted)))
            .collect(),
    }
}

fn lever(f: &mut Fields<'_, '_>) -> Lever {
    let kinds = [
        ("Decision", LeverKind::Decision),
        ("Assumption", LeverKind::Assumption),
    ];
    Lever {
        kind: f.word("kind", &kinds).unwrap_or(LeverKind::Assumption),
        path: f.name("path"),
        label: f.text("label"),
        min: f.bare("min"),
        max: f.bare("max"),
        step: f.bare("step"),
    }
}

fn what_if(f: &mut Fields<'_, '_>) -> WhatIf {
    WhatIf {
        name: f.text("name"),
        note: f.optional_text("note"),
        set: f.settings("set"),
    }
}
