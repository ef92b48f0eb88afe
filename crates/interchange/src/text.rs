//! Bytes to text: UTF-8 with or without a byte order mark, and UTF-16 with one.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::MAX_BYTES;
use crate::report::ImportError;

/// The text of the input, or the line of the first byte that is none.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    if bytes.len() > MAX_BYTES {
        let message = format!(
            "{} bytes are more than the limit of {MAX_BYTES}",
            bytes.len()
        );
        return Err(ImportError::file(message));
    }
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    std::str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            let message = "the text is not UTF-8; save the file as UTF-8 or UTF-16 and try again";
            ImportError::new(format!("line {line}"), message)
        })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ImportError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let decoded: Result<String, _> =
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match decoded {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(ImportError::file(
            "the text begins as UTF-16 and is none; save the file as UTF-8",
        )),
    }
}

/// One line, as titles and names are: NFC, control characters become spaces, runs of spaces one.
pub(crate) fn one_line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .nfc()
        .collect()
}

/// Several lines, as descriptions and comments are: NFC, line ends `\n`, no other control characters.
pub(crate) fn prose(text: &str) -> String {
    let ends = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let plain = ends.replace(|c: char| c.is_control() && c != '\n' && c != '\t', " ");
    plain.trim().nfc().collect()
}

/// The longest beginning of at most `limit` bytes.
pub(crate) fn prefix(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

/// A description with a last paragraph that holds what has no field of its own.
pub(crate) fn described(description: &str, label: &str, text: &str) -> String {
    let description = description.trim_end();
    let gap = if description.is_empty() { "" } else { "\n\n" };
    format!("{description}{gap}{label}: {}", text.trim())
}
