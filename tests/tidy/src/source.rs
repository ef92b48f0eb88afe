//! Rust source without what is not code.

/// `text` with comments, strings and characters turned to spaces; lines stay where they are.
pub(crate) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = end_of_noise(&chars, at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(
                chars[at..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    code
}

/// Where the comment, string or character that begins at `at` ends; `at` when none does.
fn end_of_noise(chars: &[char], at: usize) -> usize {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => chars[at..]
            .iter()
            .position(|c| *c == '\n')
            .map_or(chars.len(), |n| at + n),
        '/' if next == Some('*') => end_of_block_comment(chars, at),
        '"' => end_of_string(chars, at + 1),
        'r' if !follows_name(chars, at) => end_of_raw_string(chars, at),
        '\'' => end_of_character(chars, at),
        _ => at,
    }
}

fn follows_name(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| chars[before]);
    // The b of br"…" is a prefix, not a name.
    before.is_some_and(|c| c != 'b' && (c.is_alphanumeric() || c == '_'))
}

fn end_of_block_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn end_of_raw_string(chars: &[char], start: usize) -> usize {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return start;
    }
    let closes = |at: &usize| {
        chars[*at] == '"'
            && chars[at + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes
    };
    (open + 1..chars.len())
        .find(closes)
        .map_or(chars.len(), |quote| quote + 1 + hashes)
}

/// `'x'` and `'\n'` are characters, `'a` is a lifetime.
fn end_of_character(chars: &[char], at: usize) -> usize {
    let close = match chars.get(at + 1) {
        Some('\\') => chars[(at + 3).min(chars.len())..]
            .iter()
            .position(|c| *c == '\'')
            .map(|n| at + 3 + n),
        Some(_) => (chars.get(at + 2) == Some(&'\'')).then_some(at + 2),
        None => None,
    };
    close.map_or(at, |close| close + 1)
}

#[test]
fn what_is_not_code_is_blanked() {
    let text = concat!(
        "let a = \"fn x() {\"; // {\n",
        "/* { /* { */ { */ let b = '{';\n",
        "let c = r#\"{ \" {\"#; let d = '\\''; let e: &'a str = br\"{\"; let f = \"\\\"{\";\n",
        "for r in hr { }",
    );
    let code = code_only(text);
    assert_eq!(code.matches('{').count(), 1, "{code}");
    assert_eq!(code.lines().count(), text.lines().count());
    assert!(
        code.contains("&'a str") && code.contains("for r in hr { }"),
        "{code}"
    );
    assert_eq!(
        code_only("let open = \"never closed"),
        "let open =              "
    );
}
