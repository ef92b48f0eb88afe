//! What a document names is there: paths in backticks, and relative links.

use std::path::Path;

use crate::repository::{File, root};

/// The parts of the repository; a path in backticks that begins with one of them is checked.
const PARTS: [&str; 11] = [
    ".cargo", ".ci", ".github", "benches", "crates", "deploy", "docs", "fuzz", "scripts", "tests",
    "web",
];

fn dead_paths(files: &[File], exists: &dyn Fn(&Path) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.is("md")) {
        let here = Path::new(&file.path).parent().unwrap_or(Path::new(""));
        let mut fenced = false;
        for (number, line) in file.text.lines().enumerate() {
            fenced ^= line.trim_start().starts_with("```");
            if fenced {
                continue;
            }
            let backticked = line
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|span| is_path(span));
            let dead =
                backticked.filter(|path| !exists(Path::new(path)) && !exists(&here.join(path)));
            let dead_links = links(line).filter(|link| !exists(&here.join(link)));
            for path in dead.chain(dead_links) {
                wrong.push(format!("{}:{}: no {path}", file.path, number + 1));
            }
        }
    }
    wrong
}

/// A path without placeholders, or a document of the top level.
fn is_path(span: &str) -> bool {
    let plain = span
        .chars()
        .all(|c| c.is_alphanumeric() || "_-./".contains(c));
    let (first, rest) = span.split_once('/').unwrap_or((span, ""));
    let document = rest.is_empty() && Path::new(span).extension().is_some_and(|e| e == "md");
    plain && ((PARTS.contains(&first) && !rest.is_empty()) || document)
}

/// Targets of links to files, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ']).next()?;
        let file = target.split('#').next()?;
        (!file.is_empty() && !target.contains(':')).then_some(file)
    })
}

#[test]
fn every_path_in_a_document_exists() {
    let crates: Vec<_> = root()
        .join("crates")
        .read_dir()
        .unwrap()
        .map(Result::unwrap)
        .collect();
    // `tests/all.rs` of a document about every crate is a path in each of them.
    let exists = |path: &Path| {
        root().join(path).exists() || crates.iter().any(|c| c.path().join(path).exists())
    };
    crate::assert_tidy(&dead_paths(&crate::repository::files(), &exists));
}

#[test]
fn dead_paths_are_found() {
    let exists =
        |path: &Path| path == Path::new("crates/log/src") || path == Path::new("docs/a.md");
    let found = |text: &str| dead_paths(&[File::new("docs/b.md", text)], &exists);
    assert_eq!(found("the log is in `crates/log/src`"), [""; 0]);
    assert_eq!(
        found("\nthe log is in `crates/gone`"),
        ["docs/b.md:2: no crates/gone"]
    );
    assert_eq!(
        found("`crates/gone/<type>.rs` and `GET /tests/x`, `crates` too"),
        [""; 0]
    );
    assert_eq!(found("see `GONE.md`").len(), 1);
    assert_eq!(
        found("see [a](a.md#top), [b](https://example.org/b), [c](#c)"),
        [""; 0]
    );
    assert_eq!(found("see [a](gone.md)").len(), 1);
    assert_eq!(found("```\n`crates/gone`\n```"), [""; 0]);
}
