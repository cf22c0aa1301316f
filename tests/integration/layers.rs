//! Each layer uses only those to its left: scenario → model → analysis → export → app.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Item, UseTree};

/// The layers, left to right, and the command line, which may use them all but the window.
const LAYERS: [&str; 5] = ["scenario", "model", "analysis", "export", "app"];

/// Words that a layer must not say, besides the names of layers to its right.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    ("scenario", &["egui", "eframe", "rfd::"]),
    (
        "model",
        &[
            "serde",
            "egui",
            "eframe",
            "std::fs",
            "std::time",
            "std::io",
            "ron::",
            "rand::",
        ],
    ),
    (
        "analysis",
        &["serde", "egui", "eframe", "std::fs", "std::time", "ron::"],
    ),
    ("export", &["egui", "eframe", "rfd::", "std::time"]),
];

/// Every source file of a layer, whether it is a folder or a single file.
fn files(layer: &str) -> Vec<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![source.join(layer)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("a file or a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The code of a file without comments: they may speak of other layers.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("source is text");
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether code names a module of this crate: `crate::model`, `crate::{model, …}`.
fn names(code: &str, module: &str) -> bool {
    let word = |text: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .next()
            .is_some_and(|first| first == module)
    };
    ["crate::", "shortfall::"].into_iter().any(|root| {
        code.match_indices(root).any(|(at, _)| {
            let after = &code[at + root.len()..];
            match after.strip_prefix('{') {
                // A list ends with its statement, whatever braces it nests.
                Some(list) => {
                    let list = list.split(';').next().unwrap_or("");
                    list.split([',', '{']).any(|item| word(item.trim()))
                }
                None => word(after),
            }
        })
    })
}

#[test]
fn each_layer_uses_only_those_to_its_left() {
    let mut broken = Vec::new();
    for (i, layer) in LAYERS.into_iter().enumerate() {
        let files = files(layer);
        assert!(
            !files.is_empty() || layer == "app",
            "the layer {layer} is gone"
        );
        for path in files {
            let code = code(&path);
            for other in LAYERS[i + 1..].iter().chain(&["cli"]) {
                // The window may hand over to the command line.
                if names(&code, other) && !(layer == "app" && *other == "cli") {
                    broken.push(format!("{} uses {other}", path.display()));
                }
            }
            let words = FORBIDDEN.iter().filter(|(of, _)| *of == layer);
            for word in words.flat_map(|(_, words)| *words) {
                if code.contains(word) {
                    broken.push(format!("{} says {word}", path.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_use_is_told_from_a_word() {
    assert!(names("use crate::model::Outcome;", "model"));
    assert!(names(
        "use crate::{analysis::Answer, model::Plan};",
        "model"
    ));
    assert!(!names("use crate::models::Outcome;", "model"));
    assert!(!names("let model = 1;", "model"));
}

/// A module by its path below the crate: `["app", "files"]`.
type Module = Vec<String>;

/// Every module that is a file, with its path.
fn modules() -> BTreeMap<Module, PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let named = files("").into_iter().map(|path| {
        let below = path
            .strip_prefix(&source)
            .expect("is below")
            .with_extension("");
        let parts = below.iter().map(|part| part.to_string_lossy().into_owned());
        let module = parts
            .filter(|part| part != "mod" && part != "lib")
            .collect();
        (module, path)
    });
    named.collect()
}

/// The paths that a `use` names.
fn leaves(tree: &UseTree, so_far: &Module, out: &mut Vec<Module>) {
    let with = |name: String| so_far.iter().cloned().chain([name]).collect::<Module>();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &with(path.ident.to_string()), out),
        UseTree::Name(name) => out.push(with(name.ident.to_string())),
        UseTree::Rename(name) => out.push(with(name.ident.to_string())),
        UseTree::Glob(_) => out.push(so_far.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, so_far, out);
            }
        }
    }
}

/// The modules that another names in its `use` items. Its parents are left out: a child belongs to
/// what its parent holds.
fn used(module: &Module, path: &Path, all: &BTreeMap<Module, PathBuf>) -> BTreeSet<Module> {
    let text = fs::read_to_string(path).expect("source is text");
    let file = syn::parse_file(&text).expect("source is Rust");
    let mut named = Vec::new();
    for item in &file.items {
        if let Item::Use(item) = item {
            leaves(&item.tree, &Module::new(), &mut named);
        }
    }
    let whole = named.into_iter().filter_map(|path| {
        let first = path.first()?.as_str();
        let mut from = match first {
            "crate" => Module::new(),
            "self" => module.clone(),
            "super" => module[..module.len().saturating_sub(1)].to_vec(),
            // A child is named without more.
            name => {
                let child = [&module[..], &[name.to_owned()]].concat();
                return all.contains_key(&child).then_some(child);
            }
        };
        for part in &path[1..] {
            match part.as_str() {
                "super" => drop(from.pop()),
                _ => from.push(part.clone()),
            }
        }
        // What is named may be an item of the module.
        while !all.contains_key(&from) {
            from.pop()?;
        }
        Some(from)
    });
    whole.filter(|used| !module.starts_with(used)).collect()
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let all = modules();
    assert!(all.len() > 100, "{} modules are too few", all.len());
    let mut left: BTreeMap<&Module, BTreeSet<Module>> = all
        .iter()
        .map(|(module, path)| (module, used(module, path, &all)))
        .collect();
    assert!(left.values().map(BTreeSet::len).sum::<usize>() > 300);
    // What uses nothing that is left is no part of a circle.
    loop {
        let done: Vec<Module> = left
            .iter()
            .filter(|(_, uses)| uses.iter().all(|used| !left.contains_key(used)))
            .map(|(module, _)| (*module).clone())
            .collect();
        if done.is_empty() {
            break;
        }
        left.retain(|module, _| !done.contains(module));
    }
    // Nor what nothing that is left uses.
    loop {
        let used: BTreeSet<Module> = left.values().flatten().cloned().collect();
        let before = left.len();
        left.retain(|module, _| used.contains(*module));
        if left.len() == before {
            break;
        }
    }
    let circle: Vec<String> = left.keys().map(|module| module.join("::")).collect();
    assert!(circle.is_empty(), "a circle of {}", circle.join(", "));
}
