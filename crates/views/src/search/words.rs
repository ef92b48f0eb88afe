//! What somebody typed into the search box, as safe words. Nothing of it reaches FTS5 but inside quotes.

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

/// The terms in the query language of FTS5; nothing when none is to be found.
pub(super) fn expression(terms: &[Term]) -> Option<String> {
    let quoted = |term: &Term| {
        let text = term.text.replace(['"', '\0'], " ");
        format!("\"{text}\"{}", if term.prefix { " *" } else { "" })
    };
    let join = |excluded: bool, with: &str| {
        let parts: Vec<String> = terms
            .iter()
            .filter(|term| term.excluded == excluded)
            .map(quoted)
            .collect();
        parts.join(with)
    };
    let (wanted, excluded) = (join(false, " AND "), join(true, " OR "));
    match (wanted.is_empty(), excluded.is_empty()) {
        (true, _) => None,
        (false, true) => Some(wanted),
        (false, false) => Some(format!("({wanted}) NOT ({excluded})")),
    }
}

#[cfg(test)]
mod tests {
    use super::{expression, terms};

    fn fts(text: &str) -> Option<String> {
        expression(&terms(text))
    }

    #[test]
    fn words_phrases_prefixes_and_exclusions_are_told_apart() {
        assert_eq!(fts("pay rent").as_deref(), Some("\"pay\" AND \"rent\" *"));
        assert_eq!(fts("pay rent ").as_deref(), Some("\"pay\" AND \"rent\""));
        assert_eq!(
            fts("\"pay rent\" now ").as_deref(),
            Some("\"pay rent\" AND \"now\"")
        );
        assert_eq!(fts("inv* x ").as_deref(), Some("\"inv\" * AND \"x\""));
        assert_eq!(
            fts("pay -rent").as_deref(),
            Some("(\"pay\") NOT (\"rent\")")
        );
    }

    #[test]
    fn nothing_typed_becomes_syntax() {
        assert_eq!(fts(""), None);
        assert_eq!(fts("-rent"), None);
        assert_eq!(fts("* - \" ' ^ ()"), None);
        assert_eq!(
            fts("title:x OR NEAR(a b)").as_deref(),
            Some("\"title:x\" AND \"OR\" AND \"NEAR(a\" AND \"b)\" *")
        );
        assert_eq!(
            fts("a\"b\" c\0d ").as_deref(),
            Some("\"a\" AND \"b\" AND \"c d\"")
        );
    }
}
