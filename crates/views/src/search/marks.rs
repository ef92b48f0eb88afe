//! Marks around what was found.

use super::words::Term;
use crate::filter::fold;

/// Stand around each match; they are for private use and in no text of a task.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';
/// Words of a snippet before its first match, and in all.
const BEFORE: usize = 5;
const WORDS: usize = 24;

/// A word of a text: where it is, and its form without case and accents.
struct Word {
    start: usize,
    end: usize,
    folded: String,
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = character.is_alphanumeric() || is_accent(character);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(Word {
                    start: from,
                    end: at,
                    folded: fold(&text[from..at]),
                });
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    words
}

fn is_accent(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

/// The terms as words that marks are looked for with.
pub(super) struct Marker {
    terms: Vec<(Vec<String>, bool)>,
}

impl Marker {
    pub(super) fn new(terms: &[Term]) -> Self {
        let wanted = terms.iter().filter(|term| !term.excluded);
        let folded = |term: &Term| {
            words(&term.text)
                .into_iter()
                .map(|word| word.folded)
                .collect()
        };
        Self {
            terms: wanted.map(|term| (folded(term), term.prefix)).collect(),
        }
    }

    /// The whole text, marked; the text as it is when nothing matches.
    pub(super) fn mark(&self, text: &str) -> String {
        let words = words(text);
        render(text, &words, &self.matches(&words), 0, text.len())
    }

    /// The words around the first match, marked.
    pub(super) fn snippet(&self, text: &str) -> Option<String> {
        let words = words(text);
        let matches = self.matches(&words);
        let first = matches.iter().position(|matched| *matched)?;
        let from = first.saturating_sub(BEFORE);
        let to = (from + WORDS).min(words.len());
        let start = if from == 0 { 0 } else { words[from].start };
        let end = if to == words.len() {
            text.len()
        } else {
            words[to - 1].end
        };
        let (lead, tail) = (
            if start > 0 { "…" } else { "" },
            if end < text.len() { "…" } else { "" },
        );
        Some(format!(
            "{lead}{}{tail}",
            render(text, &words, &matches, start, end)
        ))
    }

    /// For each word whether it is part of a match.
    fn matches(&self, words: &[Word]) -> Vec<bool> {
        let mut matched = vec![false; words.len()];
        for (term, prefix) in self.terms.iter().filter(|(term, _)| !term.is_empty()) {
            for (at, window) in words.windows(term.len()).enumerate() {
                if fits(window, term, *prefix) {
                    matched[at..at + term.len()].fill(true);
                }
            }
        }
        matched
    }
}

fn fits(words: &[Word], term: &[String], prefix: bool) -> bool {
    let last = term.len() - 1;
    words
        .iter()
        .zip(term)
        .enumerate()
        .all(|(index, (word, wanted))| {
            word.folded == *wanted || (prefix && index == last && word.folded.starts_with(wanted))
        })
}

fn render(text: &str, words: &[Word], matches: &[bool], start: usize, end: usize) -> String {
    let mut marked = String::with_capacity(end - start + 16);
    let mut at = start;
    for (word, _) in words.iter().zip(matches).filter(|(_, matched)| **matched) {
        if word.start < start || word.end > end {
            continue;
        }
        marked.push_str(&text[at..word.start]);
        marked.push(OPEN);
        marked.push_str(&text[word.start..word.end]);
        marked.push(CLOSE);
        at = word.end;
    }
    marked.push_str(&text[at..end]);
    marked
}
