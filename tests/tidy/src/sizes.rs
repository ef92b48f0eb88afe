//! Small pieces: files of at most 500 lines, functions of at most 100.

use crate::repository::File;
use crate::source::code_only;

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 100;

fn long_files(files: &[File]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.is("rs"));
    rust.map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES)
        .map(|(file, lines)| format!("{}: {lines} lines, at most {FILE_LINES}", file.path))
        .collect()
}

fn long_functions(files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.is("rs")) {
        let code = code_only(&file.text);
        for (at, _) in code.match_indices("fn ") {
            let begins_word = code[..at].chars().next_back().is_none_or(|c| !is_name(c));
            if let Some(length) = begins_word.then(|| length(&code[at..])).flatten()
                && length > FUNCTION_LINES
            {
                let name: String = code[at + 3..].chars().take_while(|c| is_name(*c)).collect();
                let line = code[..at].matches('\n').count() + 1;
                wrong.push(format!(
                    "{}:{line}: {name} has {length} lines, at most {FUNCTION_LINES}",
                    file.path
                ));
            }
        }
    }
    wrong
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Lines from `fn` to the brace that closes its body; none for one without a body.
fn length(from_fn: &str) -> Option<usize> {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, c) in from_fn.char_indices() {
        match c {
            // The `;` of an array type `[u8; 32]` does not end a declaration.
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            ';' if braces == 0 && brackets == 0 => return None,
            '{' => braces += 1,
            '}' if braces <= 1 => return Some(from_fn[..at].matches('\n').count() + 1),
            '}' => braces -= 1,
            _ => {}
        }
    }
    None
}

#[test]
fn no_file_and_no_function_is_long() {
    let files = crate::repository::files();
    crate::assert_tidy(&long_files(&files));
    crate::assert_tidy(&long_functions(&files));
}

#[test]
fn long_ones_are_found() {
    let lines = |n: usize| "let a = \"{\";\n".repeat(n);
    let function = |n: usize| format!("fn long(a: [u8; 2]) -> u8 {{\n{}}}\n", lines(n - 2));
    let file = |n: usize| {
        [File::new(
            "src/a.rs",
            &format!("fn declared();\n\n{}", function(n)),
        )]
    };
    assert_eq!(long_functions(&file(100)), [""; 0]);
    assert_eq!(
        long_functions(&file(101)),
        ["src/a.rs:3: long has 101 lines, at most 100"]
    );
    assert_eq!(long_files(&[File::new("src/a.rs", &lines(500))]), [""; 0]);
    assert_eq!(long_files(&[File::new("src/a.rs", &lines(501))]).len(), 1);
    assert_eq!(long_files(&[File::new("notes.txt", &lines(501))]), [""; 0]);
}
