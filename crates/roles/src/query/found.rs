//! An answer as bytes, and its headers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use taskfold_contracts::position::Position;

use crate::problem::Problem;

/// An answer before it is a response: JSON, and the version when it is of one thing.
pub(super) struct Found {
    pub(super) json: Vec<u8>,
    pub(super) version: Option<u64>,
    pub(super) watermark: u64,
}

/// One thing, if it is there.
pub(super) fn one<T: Serialize>(
    row: Option<T>,
    version: impl Fn(&T) -> u64,
) -> Result<Option<Found>, Problem> {
    row.map_or(Ok(None), |row| json(&row, Some(version(&row))))
}

/// A value, with its version when it is one thing.
pub(super) fn json<T: Serialize>(
    value: &T,
    version: Option<u64>,
) -> Result<Option<Found>, Problem> {
    let json = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    Ok(Some(Found {
        json,
        version,
        watermark: 0,
    }))
}

/// Adds the position to an object of rows, and the headers. An answer is told to be the same when its bytes
/// are: the version of a thing does not count what other things say of it (its subtasks, say), so it stands
/// in the tag, for `If-Match`, beside a digest of all of it.
pub(super) fn respond(found: Found, partition: u32, if_none_match: Option<&str>) -> Response {
    let position = Position {
        partition,
        number: found.watermark,
    };
    let etag = tag(&found);
    let same = if_none_match.is_some_and(|seen| has(seen, &etag));
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut json = found.json;
        if found.version.is_none() && json.last() == Some(&b'}') {
            json.pop();
            json.extend_from_slice(format!(",\"position\":\"{position}\"}}").as_bytes());
        }
        let content_type = (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        ([content_type], json).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, value);
    }
    if let Ok(value) = HeaderValue::try_from(position.to_string()) {
        headers.insert(crate::command::POSITION.clone(), value);
    }
    response
}

/// `"7-…"` of one thing, with its version in front; `W/"…"` of rows, as their position is not counted.
fn tag(found: &Found) -> String {
    let mut digest = [0; 8];
    digest.copy_from_slice(&Sha256::digest(&found.json)[..8]);
    let digest = u64::from_be_bytes(digest);
    match found.version {
        Some(version) => format!("\"{version}-{digest:016x}\""),
        None => format!("W/\"{digest:016x}\""),
    }
}

/// Tags are compared weakly (RFC 9110, 13.1.2): a proxy that compresses makes them weak.
fn has(if_none_match: &str, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim_start_matches("W/").to_owned();
    if_none_match
        .split(',')
        .map(str::trim)
        .any(|seen| seen == "*" || opaque(seen) == opaque(etag))
}
