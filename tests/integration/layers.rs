//! Each layer uses only those to its left: scenario → model → analysis → export → app.

use std::fs;
use std::path::{Path, PathBuf};

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
