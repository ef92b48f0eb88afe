//! Cursors: where a page ended, as opaque text.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::QueryError;
use crate::page::Page;

/// A sort key of the last row of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Key {
    Null,
    Int(i64),
    Text(String),
}

impl Key {
    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Null | Self::Text(_) => None,
        }
    }
}

/// The last row of a page, and the query that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    /// Fingerprint of the query.
    #[serde(rename = "q")]
    query: String,
    #[serde(rename = "k")]
    pub(crate) keys: Vec<Key>,
    #[serde(rename = "i")]
    pub(crate) id: Uuid,
}

impl Cursor {
    /// The fingerprint of what makes a query, all but its page.
    pub(crate) fn query(parts: &[&str]) -> String {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        encode(&digest[..6])
    }

    /// Reads a cursor of this query that has so many keys.
    pub(crate) fn parse(text: &str, query: &str, keys: usize) -> Result<Self, QueryError> {
        let damaged = || QueryError::Cursor("is damaged");
        let bytes = decode(text).ok_or_else(damaged)?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        if cursor.query != query {
            return Err(QueryError::Cursor("belongs to another query"));
        }
        if cursor.keys.len() != keys {
            return Err(damaged());
        }
        Ok(cursor)
    }

    fn text(&self) -> String {
        encode(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Makes a page of the rows of a query that asked for one more than `limit`.
    pub(crate) fn page<T>(
        mut rows: Vec<(T, Vec<Key>)>,
        limit: u32,
        query: &str,
        id: impl Fn(&T) -> Uuid,
    ) -> Page<T> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|(item, keys)| {
            Self {
                query: query.to_owned(),
                keys: keys.clone(),
                id: id(item),
            }
            .text()
        });
        Page {
            items: rows.into_iter().map(|(item, _)| item).collect(),
            next_cursor,
        }
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// No cursor of ours is longer: a title of 500 characters is the longest key.
const LONGEST: usize = 8_192;

/// Base64url without padding (RFC 4648, section 5).
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for sextet in 0..=chunk.len() {
            let index = usize::try_from(group >> (18 - 6 * sextet) & 63).unwrap_or(0);
            text.push(char::from(ALPHABET[index]));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST || text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.as_bytes().chunks(4) {
        let mut group = 0_u32;
        for character in chunk {
            let sextet = ALPHABET.iter().position(|known| known == character)?;
            group = group << 6 | u32::try_from(sextet).ok()?;
        }
        group <<= 6 * (4 - chunk.len());
        bytes.extend_from_slice(&group.to_be_bytes()[1..chunk.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn base64url_is_that_of_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[0xff, 0xfe]), "__4");
        assert_eq!(decode("Z"), None);
        assert_eq!(decode("Zg=="), None);
    }
}
