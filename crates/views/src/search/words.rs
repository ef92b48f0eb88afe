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

/// What everybody's words may match; the workspace is no business of theirs.
const TEXTS: &str = "{title description tags comments}";

/// The terms in the query language of FTS5, by tiers, the best first: all words in the title as they
/// stand, then as beginnings, then anywhere. No task is in two. Empty when nothing is to be found.
pub(super) fn tiers(terms: &[Term], workspace: &str) -> Vec<String> {
    let join = |excluded: bool, prefixes: bool, with: &str| {
        let parts: Vec<String> = terms
            .iter()
            .filter(|term| term.excluded == excluded)
            .map(|term| {
                let text = term.text.replace(['"', '\0'], " ");
                let star = if prefixes && term.prefix { " *" } else { "" };
                format!("\"{text}\"{star}")
            })
            .collect();
        parts.join(with)
    };
    let (whole, wanted) = (join(false, false, " AND "), join(false, true, " AND "));
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut tiers = vec![format!("title : ({wanted})")];
    if whole != wanted {
        tiers[0] = format!("(title : ({wanted}) NOT title : ({whole}))");
        tiers.insert(0, format!("title : ({whole})"));
    }
    tiers.push(format!("({TEXTS} : ({wanted}) NOT title : ({wanted}))"));
    let excluded = join(true, true, " OR ");
    let but = if excluded.is_empty() {
        String::new()
    } else {
        format!(" NOT {TEXTS} : ({excluded})")
    };
    let within = |tier| format!("(workspace : \"{workspace}\" AND {tier}){but}");
    tiers.into_iter().map(within).collect()
}

#[cfg(test)]
mod tests {
    use super::{terms, tiers};

    fn fts(text: &str) -> Vec<String> {
        tiers(&terms(text), "w")
    }

    #[test]
    fn words_phrases_prefixes_and_exclusions_are_told_apart() {
        let rest = |wanted: &str| {
            format!(
                "(workspace : \"w\" AND ({{title description tags comments}} : ({wanted}) \
                 NOT title : ({wanted})))"
            )
        };
        assert_eq!(
            fts("pay rent "),
            [
                "(workspace : \"w\" AND title : (\"pay\" AND \"rent\"))".to_owned(),
                rest("\"pay\" AND \"rent\""),
            ]
        );
        assert_eq!(
            fts("pay rent"),
            [
                "(workspace : \"w\" AND title : (\"pay\" AND \"rent\"))".to_owned(),
                "(workspace : \"w\" AND (title : (\"pay\" AND \"rent\" *) \
                 NOT title : (\"pay\" AND \"rent\")))"
                    .to_owned(),
                rest("\"pay\" AND \"rent\" *"),
            ]
        );
        assert_eq!(
            fts("\"pay rent\" now ").last(),
            Some(&rest("\"pay rent\" AND \"now\""))
        );
        assert_eq!(fts("inv* x ").last(), Some(&rest("\"inv\" * AND \"x\"")));
        assert_eq!(
            fts("pay -rent")[0],
            "(workspace : \"w\" AND title : (\"pay\")) \
             NOT {title description tags comments} : (\"rent\")"
        );
    }

    #[test]
    fn nothing_typed_becomes_syntax() {
        for text in ["", "-rent", "* - \" ' ^ ()"] {
            assert!(fts(text).is_empty(), "{text:?}");
        }
        assert!(
            fts("title:x OR NEAR(a b)")[1]
                .contains("(\"title:x\" AND \"OR\" AND \"NEAR(a\" AND \"b)\" *)")
        );
        assert!(fts("a\"b\" c\0d ")[0].ends_with("title : (\"a\" AND \"b\" AND \"c d\"))"));
    }
}
