//! Decisions and views are the same on every run: no order of a `HashMap` may reach them.

use crate::repository::File;
use crate::source::code_only;

const CRATES: [&str; 3] = [
    "crates/contracts/src/",
    "crates/domain/src/",
    "crates/views/src/",
];
/// On the line of the import, followed by why its order is never seen.
const REASON: &str = "// order unseen: ";

fn unordered_maps(files: &[File]) -> Vec<String> {
    let inside = |file: &&File| file.is("rs") && CRATES.iter().any(|c| file.path.starts_with(c));
    let mut wrong = Vec::new();
    for file in files.iter().filter(inside) {
        let code = code_only(&file.text);
        let mut importing = false;
        for (number, (line, raw)) in code.lines().zip(file.text.lines()).enumerate() {
            let start = line.trim_start();
            importing |= start.starts_with("use ") || start.starts_with("pub use ");
            let named = line.contains("HashMap") || line.contains("HashSet");
            if named && (importing || line.contains("collections::")) && !has_reason(raw) {
                wrong.push(format!(
                    "{}:{}: BTreeMap or BTreeSet, or say why: {REASON}…",
                    file.path,
                    number + 1
                ));
            }
            importing &= !line.contains(';');
        }
    }
    wrong
}

fn has_reason(line: &str) -> bool {
    line.split_once(REASON)
        .is_some_and(|(_, reason)| !reason.trim().is_empty())
}

#[test]
fn no_unordered_map_without_a_reason() {
    crate::assert_tidy(&unordered_maps(&crate::repository::files()));
}

#[test]
fn unordered_maps_are_found() {
    let found = |text: &str| unordered_maps(&[File::new("crates/domain/src/a.rs", text)]).len();
    assert_eq!(found("use std::collections::HashMap;"), 1);
    assert_eq!(
        found("use std::collections::{\n    BTreeMap,\n    HashSet,\n};\n"),
        1
    );
    assert_eq!(found("let a: std::collections::HashMap<A, B>;"), 1);
    assert_eq!(found("use std::collections::HashMap; // order unseen: "), 1);
    assert_eq!(
        found("use std::collections::HashMap; // order unseen: looked up only"),
        0
    );
    assert_eq!(
        found("// a HashMap would not do\nuse std::collections::BTreeMap;"),
        0
    );
    assert_eq!(
        unordered_maps(&[File::new(
            "crates/log/src/a.rs",
            "use std::collections::HashMap;"
        )]),
        [""; 0]
    );
}
