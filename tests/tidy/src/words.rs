//! Nothing unfinished, and no trace of the machine that it was written on.

use crate::repository::File;
use crate::source::code_only;

const UNFINISHED: [&str; 2] = ["todo!", "unimplemented!"];
// Written in two parts, so that this file may hold them.
const MARKS: [&str; 2] = [concat!("FIX", "ME"), concat!("XX", "X:")];
const MACHINE_PATHS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
];

fn unfinished(files: &[File]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.is("rs"));
    let macros = rust.flat_map(|file| find(&file.path, &code_only(&file.text), &UNFINISHED));
    let marks = files
        .iter()
        .flat_map(|file| find(&file.path, &file.text, &MARKS));
    macros.chain(marks).collect()
}

fn machine_paths(files: &[File]) -> Vec<String> {
    files
        .iter()
        .flat_map(|file| find(&file.path, &file.text, &MACHINE_PATHS))
        .collect()
}

/// Where the words stand by themselves: not as the end of a longer word or path.
fn find(path: &str, text: &str, words: &[&str]) -> Vec<String> {
    let stands_alone = |line: &str, at: usize| {
        line[..at]
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric() && !"_.}$".contains(c))
    };
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for word in words {
            if line
                .match_indices(word)
                .any(|(at, _)| stands_alone(line, at))
            {
                found.push(format!("{path}:{}: {word}", number + 1));
            }
        }
    }
    found
}

#[test]
fn nothing_is_unfinished() {
    crate::assert_tidy(&unfinished(&crate::repository::files()));
}

#[test]
fn no_path_of_a_machine() {
    crate::assert_tidy(&machine_paths(&crate::repository::files()));
}

#[test]
fn unfinished_code_is_found() {
    let file = |text: &str| [File::new("src/a.rs", text)];
    for macro_call in ["todo!()", "unimplemented!(\"later\")"] {
        assert_eq!(unfinished(&file(macro_call)).len(), 1, "{macro_call}");
    }
    assert_eq!(
        unfinished(&file(&format!("// {}: later", MARKS[0]))).len(),
        1
    );
    assert_eq!(
        unfinished(&file("let a = \"todo!\"; // no todo! here")),
        [""; 0]
    );
}

#[test]
fn paths_of_a_machine_are_found() {
    let found = |text: &str| machine_paths(&[File::new("docs/a.md", text)]).len();
    for path in MACHINE_PATHS {
        assert_eq!(found(&format!("see `{path}somebody/file`")), 1, "{path}");
        assert_eq!(
            found(&format!("see https://example.org{path}file")),
            0,
            "{path}"
        );
    }
}
