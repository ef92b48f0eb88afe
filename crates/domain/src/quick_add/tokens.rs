//! Text cut into words at white space; quotes and backslashes make text of what would be a sign.

/// What a chunk of text can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A word, maybe of a date.
    Word,
    /// Quoted or escaped: text and nothing else.
    Literal,
    /// Begins with a sign (`#`, `@`, `!`, `*`).
    Sign,
}

/// A chunk between white space.
#[derive(Debug, Clone)]
pub(super) struct Token<'t> {
    /// First byte of the chunk.
    pub(super) start: usize,
    /// The chunk with its punctuation.
    pub(super) text: &'t str,
    /// Byte range without the punctuation around it.
    pub(super) core: (usize, usize),
    /// The core in lower case; empty when it is no word of ours.
    pub(super) word: String,
    pub(super) form: Form,
}

impl Token<'_> {
    /// The punctuation after the core.
    pub(super) fn tail(&self) -> &str {
        self.text.get(self.core.1 - self.start..).unwrap_or("")
    }
}

/// Longest word that can mean something.
const MAX_WORD: usize = 32;
const OPENING: &[char] = &['(', '['];
const CLOSING: &[char] = &[',', '.', ';', ':', '!', '?', ')', ']'];

/// The tokens, and where the note's `//` stands.
pub(super) fn cut(text: &str) -> (Vec<Token<'_>>, Option<usize>) {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(start) = next_chunk(text, at) {
        let rest = &text[start..];
        if rest.starts_with("//") {
            return (tokens, Some(start));
        }
        let end = start + chunk_length(rest);
        tokens.push(token(text, start, end));
        at = end;
    }
    (tokens, None)
}

fn next_chunk(text: &str, at: usize) -> Option<usize> {
    text[at..]
        .find(|letter: char| !letter.is_whitespace())
        .map(|offset| at + offset)
}

fn chunk_length(rest: &str) -> usize {
    let space = |from: usize| {
        rest[from..]
            .find(char::is_whitespace)
            .map_or(rest.len(), |offset| from + offset)
    };
    let opening = rest
        .find('"')
        .filter(|at| *at == 0 || (*at == 1 && rest.starts_with(['#', '@'])));
    match opening.and_then(|at| closing_quote(rest, at)) {
        Some(close) => space(close),
        None => space(0),
    }
}

/// One past the next quote, if a word ends there.
fn closing_quote(rest: &str, open: usize) -> Option<usize> {
    let close = open + 1 + rest[open + 1..].find('"')?;
    let after = rest[close + 1..].chars().next();
    let ends = after.is_none_or(|letter| letter.is_whitespace() || CLOSING.contains(&letter));
    (ends && close > open + 1).then_some(close + 1)
}

fn token(text: &str, start: usize, end: usize) -> Token<'_> {
    let chunk = &text[start..end];
    let form = match chunk.chars().next() {
        Some('"' | '\\') => Form::Literal,
        Some('#' | '@' | '!' | '*') if chunk.len() > 1 => Form::Sign,
        _ => Form::Word,
    };
    let inner = match form {
        Form::Word => chunk.trim_start_matches(OPENING),
        Form::Literal | Form::Sign => chunk,
    };
    let from = start + (chunk.len() - inner.len());
    // "every!" keeps its sign.
    let core = match inner.strip_suffix('!') {
        Some(word) if form == Form::Word && is_every(word) => inner,
        _ => inner.trim_end_matches(CLOSING),
    };
    let word = if form == Form::Word && core.len() <= MAX_WORD {
        core.to_lowercase()
    } else {
        String::new()
    };
    Token {
        start,
        text: chunk,
        core: (from, from + core.len()),
        word,
        form,
    }
}

fn is_every(word: &str) -> bool {
    super::vocabulary::EVERY
        .iter()
        .any(|every| every.eq_ignore_ascii_case(word))
}
