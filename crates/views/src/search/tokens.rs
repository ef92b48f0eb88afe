//! Texts as words, in the way of FTS5's tokenizer `unicode61 remove_diacritics 2`: what PostgreSQL indexes is
//! what SQLite would.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, in their order.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        if is_letter_or_number(character) {
            word.push(fold(character));
        } else if !word.is_empty() && !is_diacritic(character) {
            words.push(std::mem::take(&mut word));
        }
    }
    words
}

/// Of the categories L, N and Co.
fn is_letter_or_number(character: char) -> bool {
    let circled = matches!(character, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    let private = matches!(character, '\u{e000}'..='\u{f8ff}');
    private || (character.is_alphanumeric() && !is_combining_mark(character) && !circled)
}

/// A mark that belongs to the letter in front of it.
fn is_diacritic(character: char) -> bool {
    const FROM: u32 = 768;
    const MARKS: u64 = 0x0003_61f8_0802_9fdf;
    let at = u32::from(character).wrapping_sub(FROM);
    at < 50 && MARKS >> at & 1 == 1
}

/// Without case, and without the marks on letters of ASCII.
fn fold(character: char) -> char {
    match character {
        'A'..='Z' => character.to_ascii_lowercase(),
        '\0'..='\x7f' | 'ı' => character,
        _ => without_marks(lower(character)),
    }
}

/// By way of the capital letter, as several small ones may have the same; a letter that is several then stays.
fn lower(character: char) -> char {
    let upper = single(character.to_uppercase()).unwrap_or(character);
    single(upper.to_lowercase()).unwrap_or(character)
}

fn single(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

fn without_marks(character: char) -> char {
    let mut parts = std::iter::once(character).nfd();
    match parts.next() {
        Some(letter) if letter.is_ascii_alphabetic() && parts.all(is_combining_mark) => {
            letter.to_ascii_lowercase()
        }
        Some(_) | None => character,
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    /// What FTS5 makes of a text.
    fn fts5(text: &str) -> Vec<String> {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE VIRTUAL TABLE t USING fts5(x, tokenize = \"unicode61 remove_diacritics 2\");
                 CREATE VIRTUAL TABLE v USING fts5vocab(t, instance);",
            )
            .unwrap();
        connection
            .execute("INSERT INTO t VALUES (?1)", [text])
            .unwrap();
        let mut statement = connection
            .prepare("SELECT term FROM v ORDER BY \"offset\"")
            .unwrap();
        let words = statement.query_map([], |row| row.get(0)).unwrap();
        words.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn words_are_those_of_fts5() {
        for text in [
            "Café Müller anrufen",
            "e\u{301}te\u{301} a\u{300}\u{301}b",
            "STRASSE Straße ẞ",
            "ﬁnd ½ x² №5 Ⅷ",
            "İstanbul ısı ſ K µ ς Σ",
            "Привет Йод ё",
            "Ελλάδα ΆΈ",
            "日本語 テスト 한국어",
            "a_b-c.d,e/f@g",
            "naïve coöperate Ångström ệ ǖ ø Ł",
            "💥 x💥y \u{e000}z",
            "नमस्ते शान्ति",
            "שלום مَرْحَبًا",
            "Ⓐ ﬀ Ａ１",
        ] {
            assert_eq!(tokens(text), fts5(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_latin_text_is_split_as_by_fts5(text in "[ -~\u{a0}-\u{17f}\u{300}-\u{331}]{0,40}") {
            proptest::prop_assert_eq!(tokens(&text), fts5(&text));
        }
    }
}
