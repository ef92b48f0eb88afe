//! What could be typed next.

use super::fields::{JOINERS, TERM_STARTS};
use super::{lexer, parser};

/// A text that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text.
    pub text: &'static str,
    /// Where what it replaces begins: characters before it. It ends at the cursor.
    pub from: usize,
}

/// What could stand at the cursor (characters before it), given what is left of it. Nothing inside
/// quotes and after an error.
pub fn complete(text: &str, cursor: usize) -> Vec<Completion> {
    let before: Vec<char> = text.chars().take(cursor).collect();
    let begun = before
        .iter()
        .rev()
        .take_while(|character| lexer::is_word(**character))
        .count();
    let from = before.len() - begun;
    let (settled, begun) = before.split_at(from);
    let settled: String = settled.iter().collect();
    let begun = begun.iter().collect::<String>().to_lowercase();
    let fits = |candidate: &&'static str| {
        !candidate.contains(' ') && candidate.starts_with(&begun) && **candidate != begun
    };
    expected_after(&settled)
        .into_iter()
        .filter(fits)
        .map(|text| Completion { text, from })
        .collect()
}

fn expected_after(text: &str) -> Vec<&'static str> {
    let Ok(tokens) = lexer::tokens(text) else {
        return Vec::new();
    };
    let end = tokens.last().map_or(1, |token| token.column);
    match parser::parse(&tokens) {
        Ok(filter) if filter.condition.is_none() => TERM_STARTS.to_vec(),
        Ok(_) => [JOINERS, TERM_STARTS].concat(),
        Err(error) if error.column == end => error.expected,
        Err(_) => Vec::new(),
    }
}
