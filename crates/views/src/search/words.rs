//! What somebody typed into the search box, as terms.

/// The longest text that is looked at, in characters, and the most terms.
const LONGEST: usize = 400;
const MOST: usize = 32;

/// One word, or several in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) text: String,
    /// Whether the last word may go on.
    pub(super) prefix: bool,
    /// Whether it must not occur.
    pub(super) excluded: bool,
}

/// The terms of a text; parts without a letter or digit are no terms.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let text: String = text.chars().take(LONGEST).collect();
    let mut terms = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|character: char| !character.is_whitespace()) {
        rest = &rest[start..];
        let (term, after) = next(rest);
        rest = after;
        if term.text.chars().any(char::is_alphanumeric) && terms.len() < MOST {
            terms.push(term);
        }
    }
    terms
}

/// The first term of a text that begins with one, and what follows it.
fn next(text: &str) -> (Term, &str) {
    let (excluded, text) = match text.strip_prefix('-') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => (true, rest),
        Some(_) | None => (false, text),
    };
    if let Some(quoted) = text.strip_prefix('"') {
        // A quote that is never closed reaches to the end.
        let (phrase, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        let after_star = after.strip_prefix('*');
        let term = Term {
            text: phrase.to_owned(),
            prefix: after_star.is_some(),
            excluded,
        };
        return (term, after_star.unwrap_or(after));
    }
    let end = text
        .find(|c: char| c.is_whitespace() || c == '"')
        .unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    let prefix = word.ends_with('*') || (after.is_empty() && !excluded);
    (
        Term {
            text: word.trim_end_matches('*').to_owned(),
            prefix,
            excluded,
        },
        after,
    )
}
