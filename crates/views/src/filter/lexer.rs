//! Text to tokens, each with its column.

use super::FilterError;

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    Colon,
    /// `=`, `!=`, `<`, `<=`, `>`, `>=` or `~`.
    Operator(&'static str),
    /// A run of characters without white space, quotes, brackets, operators and colons.
    Word(String),
    /// What stood in quotes, escapes undone.
    Quoted(String),
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    /// In characters, from 1.
    pub column: usize,
}

/// Whether the character can be part of a word.
pub(super) fn is_word(character: char) -> bool {
    !character.is_whitespace() && !r#"()"=<>!~:"#.contains(character)
}

/// All tokens, the last of which is `End`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        if character.is_whitespace() {
            at += 1;
            continue;
        }
        let (kind, next) = match character {
            '(' => (Kind::Open, at + 1),
            ')' => (Kind::Close, at + 1),
            ':' => (Kind::Colon, at + 1),
            '"' => quoted(&characters, at)?,
            '=' | '~' | '<' | '>' | '!' => operator(&characters, at)?,
            _ => word(&characters, at),
        };
        tokens.push(Token {
            kind,
            column: at + 1,
        });
        at = next;
    }
    tokens.push(Token {
        kind: Kind::End,
        column: characters.len() + 1,
    });
    Ok(tokens)
}

fn word(characters: &[char], start: usize) -> (Kind, usize) {
    let word: String = characters
        .iter()
        .skip(start)
        .take_while(|c| is_word(**c))
        .collect();
    let next = start + word.chars().count();
    (Kind::Word(word), next)
}

fn operator(characters: &[char], at: usize) -> Result<(Kind, usize), FilterError> {
    let equals = characters.get(at + 1) == Some(&'=');
    let (text, length) = match (characters.get(at), equals) {
        (Some('<'), true) => ("<=", 2),
        (Some('<'), false) => ("<", 1),
        (Some('>'), true) => (">=", 2),
        (Some('>'), false) => (">", 1),
        (Some('!'), true) => ("!=", 2),
        (Some('='), _) => ("=", 1),
        (Some('~'), _) => ("~", 1),
        _ => {
            return Err(FilterError {
                column: at + 1,
                message: "\"!\" stands only before \"=\"".to_owned(),
                expected: vec!["!=", "not"],
            });
        }
    };
    Ok((Kind::Operator(text), at + length))
}

fn quoted(characters: &[char], start: usize) -> Result<(Kind, usize), FilterError> {
    let mut text = String::new();
    let mut at = start + 1;
    loop {
        match characters.get(at) {
            None => {
                return Err(FilterError {
                    column: start + 1,
                    message: "this quote is never closed".to_owned(),
                    expected: vec!["\""],
                });
            }
            Some('"') => return Ok((Kind::Quoted(text), at + 1)),
            Some('\\') => {
                text.push(escape(characters.get(at + 1).copied(), at + 1)?);
                at += 2;
            }
            Some(&other) => {
                text.push(other);
                at += 1;
            }
        }
    }
}

fn escape(character: Option<char>, column: usize) -> Result<char, FilterError> {
    match character {
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some(same @ ('"' | '\\')) => Ok(same),
        _ => Err(FilterError {
            column,
            message: "unknown escape".to_owned(),
            expected: vec!["\\\"", "\\\\", "\\n", "\\t"],
        }),
    }
}
