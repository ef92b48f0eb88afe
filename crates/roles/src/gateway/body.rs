//! JSON bodies: bounded, not too deep, and every unknown or wrong field is named.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;

use super::Gateway;
use crate::problem::{Fault, Problem};

/// Nesting of a body at most.
const DEPTH: usize = 32;
/// Unknown fields that are named.
const NAMED: usize = 20;
/// Bytes of a body that is read whether its route wants it or not.
const BUFFERED: usize = 64 << 10;
/// How long such a body may take.
const BODY_PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a body that is too large that are read all the same, and for how long.
const POURED: usize = 16 << 20;
const POURING: Duration = Duration::from_secs(2);

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Gateway> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, gateway: &Gateway) -> Result<Self, Problem> {
        check_type(request.headers())?;
        let bytes = read(request, gateway.options().body_limit).await?;
        parse(&bytes).map(Self)
    }
}

/// A JSON body that may be left out.
pub(super) struct OptionalJson<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequest<Gateway> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, gateway: &Gateway) -> Result<Self, Problem> {
        let typed = request.headers().contains_key(header::CONTENT_TYPE);
        let checked = check_type(request.headers());
        let bytes = read(request, gateway.options().body_limit).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        if typed {
            checked?;
        }
        parse(&bytes).map(Self)
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind
        .and_then(|kind| kind.split(';').next())
        .map(str::trim)
        .unwrap_or_default();
    if kind.eq_ignore_ascii_case("application/json")
        || kind.eq_ignore_ascii_case("application/merge-patch+json")
    {
        return Ok(());
    }
    let detail = format!("Content-Type must be application/json, not {kind:?}");
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        detail,
    ))
}

/// Nothing is unpacked here: a packed body would be read as what it is not.
fn check_encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "a body with a Content-Encoding is not read: send it as it is",
    ))
}

/// The whole body, when it is not too large and not packed.
pub(super) async fn read(request: Request, limit: usize) -> Result<Bytes, Problem> {
    check_encoding(request.headers())?;
    let too_large = || {
        let detail = format!("the body has more than {limit} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    };
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        pour_away(request.into_body()).await;
        return Err(too_large());
    }
    axum::body::to_bytes(request.into_body(), limit)
        .await
        .map_err(|error| {
            let limited = std::error::Error::source(&error)
                .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
            if limited {
                too_large()
            } else {
                Problem::bad_request("body_broken_off", error.to_string())
            }
        })
}

/// Reads on for a while: a client that still sends when the connection is closed may never see the answer.
async fn pour_away(body: Body) {
    let mut poured = 0;
    let mut chunks = body.into_data_stream();
    let pouring = async {
        while let Some(Ok(chunk)) = chunks.next().await {
            poured += chunk.len();
            if poured > POURED {
                return;
            }
        }
    };
    // Whoever is slower than this is cut off.
    drop(tokio::time::timeout(POURING, pouring).await);
}

/// Reads a small body before the request goes on: a connection can only be used again when the body before was
/// read, and not every route reads it. A body that is larger, or does not say its size, is left to its route.
pub(super) async fn buffered(request: Request) -> Result<Request, Problem> {
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if !declared.is_some_and(|length| (1..=BUFFERED).contains(&length)) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let reading = tokio::time::timeout(BODY_PATIENCE, axum::body::to_bytes(body, BUFFERED));
    match reading.await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Ok(Err(error)) => Err(Problem::bad_request("body_broken_off", error.to_string())),
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_too_slow",
            format!("the body did not come within {} s", BODY_PATIENCE.as_secs()),
        )),
    }
}

/// Reads JSON.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    check_depth(bytes)?;
    check_object(bytes)?;
    let mut unknown = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_ignored::deserialize(&mut reader, |path| {
        if unknown.len() < NAMED {
            unknown.push(Fault::new(
                tidy(&path.to_string()),
                "unknown_field",
                "there is no such field",
            ));
        }
    });
    let value = match parsed.and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => value,
        Err(error) => return Err(explain::<T>(bytes, &error)),
    };
    if unknown.is_empty() {
        Ok(value)
    } else {
        Err(Problem::invalid(unknown))
    }
}

/// Reads once more, to say where it went wrong.
fn explain<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Problem {
    if error.is_syntax() || error.is_eof() {
        return not_json(error);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut reader) else {
        return not_json(error);
    };
    let (path, message) = (error.path().to_string(), error.inner().to_string());
    let message = message
        .split(" at line ")
        .next()
        .unwrap_or(&message)
        .to_owned();
    let path = if path == "." { String::new() } else { path };
    if let Some((name, code)) = named(&message) {
        let full = if path.is_empty() {
            name
        } else if path.ends_with(&name) {
            path
        } else {
            format!("{path}.{name}")
        };
        return Problem::invalid(vec![Fault::new(full, code, message)]);
    }
    Problem::invalid(vec![Fault::new(path, "wrong_type", readable(&message))])
}

/// What a parser says, in words for whoever sent it.
pub(super) fn readable(message: &str) -> String {
    let number = message.contains("invalid digit found in string")
        || message.contains("cannot parse integer from empty string")
        || message.contains("number too large to fit");
    if number {
        return "must be a whole number, not negative and not too large".to_owned();
    }
    // The parser of days and times tells how it reads, which is nothing to act upon.
    if message.starts_with("failed to parse") || message.starts_with("parsed value") {
        return "must be a day such as 2026-12-31, or a time such as 09:30:00".to_owned();
    }
    let invalid = ["invalid value: ", "invalid type: "];
    let rest = invalid.iter().find_map(|lead| message.strip_prefix(lead));
    let Some((found, wanted)) = rest.and_then(|rest| rest.split_once(", expected ")) else {
        return message.to_owned();
    };
    let found = found.strip_prefix("string ").unwrap_or(found);
    let wanted = if wanted.starts_with("struct ") {
        "an object"
    } else {
        wanted
    };
    format!("expected {wanted}, not {found}")
}

/// The field that a message of serde names, and the code of what is wrong with it.
pub(super) fn named(message: &str) -> Option<(String, &'static str)> {
    let known = [
        ("unknown field `", "unknown_field"),
        ("missing field `", "missing"),
        ("duplicate field `", "duplicate_field"),
    ];
    known
        .into_iter()
        .find_map(|(lead, code)| Some((quoted(message, lead)?, code)))
}

/// The name behind `lead`, up to the next backtick.
pub(super) fn quoted(message: &str, lead: &str) -> Option<String> {
    let (_, rest) = message.split_once(lead)?;
    rest.split('`').next().map(str::to_owned)
}

fn tidy(path: &str) -> String {
    path.replace(".?", "")
}

/// An array could stand for the fields of a type in their order; nobody should rely on that order.
fn check_object(bytes: &[u8]) -> Result<(), Problem> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        return Ok(());
    }
    match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
        Ok(_) => {
            let fault = Fault::new("", "wrong_type", "the body must be a JSON object");
            Err(Problem::invalid(vec![fault]))
        }
        Err(error) => Err(not_json(&error)),
    }
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::bad_request("malformed_json", format!("the body is no JSON: {error}"))
}

/// Counts brackets outside of strings.
fn check_depth(bytes: &[u8]) -> Result<(), Problem> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH {
            let detail = format!("the body is nested deeper than {DEPTH}");
            return Err(Problem::bad_request("too_deep", detail));
        }
    }
    Ok(())
}
