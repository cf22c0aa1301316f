//! Edits of a scenario as pure functions: whatever is asked for, what passes the check runs, and
//! what is written reads back.

use proptest::prelude::*;
use shortfall::scenario::{
    Address, Checked, Edit, Firing, LeverKind, Range, Scenario, Section, Value, blank, check, file,
    library, uses,
};

use crate::generate::{Size, scenario};

fn read(text: &str) -> Scenario {
    file::read("test", text)
        .expect("the test's own scenario is sound")
        .scenario
        .into_inner()
}

fn bundled(id: &str) -> Scenario {
    read(library::find(id).expect("bundled").text)
}

/// The scenario after an edit that must be taken.
fn after(scenario: &Scenario, edit: &Edit) -> Scenario {
    let mut next = scenario.clone();
    edit.apply(&mut next).expect("the edit can be made");
    assert_eq!(check(&next), [], "{edit:?}");
    next
}

fn add(section: Section, name: &str) -> Edit {
    let name = name.to_owned();
    Edit::Add { section, name }
}

fn remove(section: Section, id: &str, with_uses: bool) -> Edit {
    let id = id.to_owned();
    Edit::Remove {
        section,
        id,
        with_uses,
    }
}

fn rename(section: Section, id: &str, to: &str) -> Edit {
    let (id, to) = (id.to_owned(), to.to_owned());
    Edit::Rename { section, id, to }
}

/// Every section that has ids, and can be added to.
const ADDED: [Section; 8] = [
    Section::Theatres,
    Section::Suppliers,
    Section::Threats,
    Section::Interceptors,
    Section::Deployments,
    Section::Supply,
    Section::Levers,
    Section::Sources,
];

#[test]
fn a_scenario_is_made_from_nothing() {
    let mut s = blank("2026-01-01".parse().unwrap());
    assert_eq!(check(&s), []);
    for section in ADDED {
        s = after(&s, &add(section, &format!("My {}", section.one())));
        // A second of each, under another id, is as good.
        s = after(&s, &add(section, &format!("My {}", section.one())));
    }
    assert_eq!(
        s.threats.keys().collect::<Vec<_>>(),
        ["my-threat", "my-threat-2"]
    );
    assert_eq!(s.deployments[0].interceptor, "my-interceptor");
    assert_eq!(s.deployments[1].interceptor, "my-interceptor-2");
    assert_eq!(s.supply.len(), 2);
    assert_eq!(s.levers.len(), 2);
    assert_eq!(read(&file::write(&s)), s);
}

#[test]
fn what_lacks_something_to_refer_to_is_refused_with_what_to_do() {
    let s = blank("2026-01-01".parse().unwrap());
    for (section, lacks) in [
        (Section::Deployments, "there is no interceptor yet"),
        (Section::Supply, "there is no supplier yet"),
    ] {
        let refused = add(section, "").apply(&mut s.clone()).unwrap_err();
        assert!(refused.what.contains(lacks), "{refused}");
    }
}

#[test]
fn removing_what_is_used_says_where_or_takes_that_along() {
    for bundled in library::all() {
        let s = read(bundled.text);
        for section in Section::ALL {
            for id in section.ids(&s) {
                let used = uses(&s, section, &id);
                let refused = remove(section, &id, false).apply(&mut s.clone());
                assert_eq!(refused.is_err(), !used.is_empty(), "{section:?} {id}");
                if let (Err(problem), Some(first)) = (refused, used.first()) {
                    assert!(problem.what.contains(&first.describe(&s)), "{problem}");
                }
                let mut next = s.clone();
                remove(section, &id, true).apply(&mut next).unwrap();
                assert_eq!(section.count(&next), section.count(&s) - 1);
                if section != Section::Levers {
                    assert_eq!(uses(&next, section, &id), [], "{section:?} {id}");
                }
                if !next.theatres.is_empty() {
                    assert_eq!(check(&next), [], "{section:?} {id}");
                }
            }
        }
    }
}

#[test]
fn renaming_rewrites_every_reference_and_no_number_changes() {
    for bundled in library::all() {
        let s = read(bundled.text);
        for section in Section::ALL {
            if section == Section::Levers {
                continue;
            }
            for id in section.ids(&s) {
                let next = after(&s, &rename(section, &id, "renamed-1"));
                let (old, new) = (uses(&s, section, &id), uses(&next, section, "renamed-1"));
                assert_eq!(old.len(), new.len(), "{section:?} {id}");
                let place =
                    |s: &Scenario, id: &str| section.ids(s).iter().position(|known| known == id);
                assert_eq!(place(&s, &id), place(&next, "renamed-1"));
                let numbers = |s: &Scenario| -> Vec<Option<Value>> {
                    let all = Address::all(s).into_iter();
                    all.map(|address| address.get(s).and_then(|slot| slot.value()))
                        .collect()
                };
                assert_eq!(numbers(&s), numbers(&next));
                let back = after(&next, &rename(section, "renamed-1", &id));
                assert_eq!(back, s, "{section:?} {id}");
            }
        }
    }
}

#[test]
fn an_id_that_is_taken_or_none_is_refused() {
    let s = bundled("diversion-2025");
    for (to, why) in [("us", "already"), ("No id", "is no id"), ("", "is no id")] {
        let refused = rename(Section::Theatres, "ukraine", to).apply(&mut s.clone());
        let other = rename(Section::Theatres, "ukraine", &s.theatres.keys()[1]);
        assert!(other.apply(&mut s.clone()).is_err());
        if let Err(problem) = refused {
            assert!(problem.what.contains(why), "{problem}");
            assert_eq!(problem.path, "theatres.ukraine.id");
        } else {
            assert_eq!(to, "us", "there is no such theatre, so the id is free");
        }
    }
}

#[test]
fn order_can_be_changed_and_changed_back() {
    let s = bundled("diversion-2025");
    for section in [Section::Deployments, Section::Levers] {
        let first = section.ids(&s)[0].clone();
        let down = Edit::Move {
            section,
            id: first.clone(),
            by: 1,
        };
        let next = after(&s, &down);
        // Maps are equal in any order.
        assert_ne!(file::write(&s), file::write(&next));
        let id = if section == Section::Levers {
            "2"
        } else {
            &first
        };
        let id = id.to_owned();
        let up = Edit::Move {
            section,
            id,
            by: -1,
        };
        let back = after(&next, &up);
        assert_eq!(file::write(&back), file::write(&s));
    }
}

/// Any of the edits, on things that exist more often than not.
fn any_edit() -> impl Strategy<Value = Raw> {
    (
        0..14usize,
        0..9usize,
        any::<u16>(),
        any::<u16>(),
        -1.0..3.0f64,
        any::<bool>(),
    )
        .prop_map(|(what, section, one, two, number, flag)| Raw {
            what,
            section: Section::ALL[section],
            one,
            two,
            number,
            flag,
        })
}

#[derive(Clone, Debug)]
struct Raw {
    what: usize,
    section: Section,
    one: u16,
    two: u16,
    number: f64,
    flag: bool,
}

impl Raw {
    /// The edit as it fits a scenario.
    fn on(&self, s: &Scenario) -> Edit {
        let section = self.section;
        let pick = |ids: Vec<String>, by: u16| {
            let count = ids.len().max(1);
            ids.into_iter()
                .nth(by as usize % count)
                .unwrap_or_else(|| "nobody".to_owned())
        };
        let id = pick(section.ids(s), self.one);
        let all = Address::all(s);
        let address = all[self.two as usize % all.len()];
        let path = address.path(s);
        let names = ["Alpha", "Ünïcode", "", "a b c", "x-1"];
        let name = names[self.one as usize % names.len()].to_owned();
        match self.what {
            0 | 1 => Edit::Add { section, name },
            2 => remove(section, &id, self.flag),
            3 => rename(section, &id, &format!("id-{}", self.two % 7)),
            4 => Edit::Move {
                section,
                id,
                by: if self.flag { 1 } else { -1 },
            },
            5 => Edit::Value {
                path,
                value: match address.get(s).and_then(|slot| slot.value()) {
                    Some(Value::Switch(on)) => Value::Switch(!on),
                    Some(Value::Date(_)) => Value::Date(s.start),
                    _ => Value::Number(self.number),
                },
            },
            6 => Edit::Clear { path },
            7 => Edit::Range {
                range: self.flag.then(|| {
                    let value = address.number(s).unwrap_or(1.0);
                    Range {
                        low: value * 0.8,
                        high: value * (1.0 + self.number.abs() * 0.2),
                    }
                }),
                path,
            },
            8 => Edit::Cite { path, title: name },
            9 => Edit::Text {
                path: format!(
                    "{}.{}",
                    section.path(&id),
                    ["name", "note", "source"][usize::from(self.one) % 3]
                ),
                text: pick(Section::Sources.ids(s), self.two),
            },
            10 => {
                let (field, of) = [
                    ("theatre", Section::Theatres),
                    ("interceptor", Section::Interceptors),
                    ("supplier", Section::Suppliers),
                    ("to", Section::Deployments),
                ][usize::from(self.one) % 4];
                Edit::Text {
                    path: format!("{}.{field}", section.path(&id)),
                    text: pick(of.ids(s), self.two),
                }
            }
            11 => Edit::Mode {
                interceptor: pick(Section::Interceptors.ids(s), self.one),
                mode: if self.flag {
                    Firing::Salvo
                } else {
                    Firing::ShootLookShoot
                },
            },
            12 => Edit::LeverPath {
                lever: pick(Section::Levers.ids(s), self.one),
                path,
            },
            _ => {
                let lever = pick(Section::Levers.ids(s), self.one);
                if self.flag {
                    let kind = LeverKind::Decision;
                    Edit::LeverKind { lever, kind }
                } else {
                    Edit::LeverNumber {
                        lever,
                        field: ["min", "max", "step"][usize::from(self.two) % 3],
                        number: self.number,
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_edits_is_refused_or_leaves_a_sound_scenario(
        seed in any::<u64>(),
        raw in prop::collection::vec(any_edit(), 1..25),
    ) {
        let size = Size { days: 40, things: 3, events: 5 };
        let mut kept = Checked::new(read(&scenario(seed, size))).expect("generated soundly");
        for raw in raw {
            let edit = raw.on(&kept);
            // Neither may panic, whatever the edit is about.
            let _ = (edit.label(&kept), edit.path());
            let mut next = kept.clone().into_inner();
            if edit.apply(&mut next).is_err() {
                continue;
            }
            let Ok(next) = Checked::new(next) else { continue };
            kept = next;
        }
        let text = file::write(&kept);
        let back = file::read("test", &text).expect("what is written reads back");
        prop_assert_eq!(&*back.scenario, &*kept);
        let _ = shortfall::analysis::Answer::of(&kept);
    }
}
