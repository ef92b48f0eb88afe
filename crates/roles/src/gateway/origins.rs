//! What pages of other origins may do: those that are named, everything; all others nothing.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::CorsLayer;

use crate::command::POSITION;
use crate::trace::CORRELATION;

/// How long a browser may remember what it is allowed.
const REMEMBERED: Duration = Duration::from_hours(2);

/// Tells browsers which other origins may use the API.
pub(super) fn layer(origins: &[HeaderValue]) -> CorsLayer {
    if origins.is_empty() {
        return CorsLayer::new();
    }
    let sent = [
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("traceparent"),
        POSITION.clone(),
        CORRELATION.clone(),
    ];
    let read = [
        header::ETAG,
        header::LOCATION,
        header::RETRY_AFTER,
        HeaderName::from_static("ratelimit-limit"),
        HeaderName::from_static("ratelimit-remaining"),
        HeaderName::from_static("ratelimit-reset"),
        POSITION.clone(),
        CORRELATION.clone(),
    ];
    CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers(sent)
        .expose_headers(read)
        .max_age(REMEMBERED)
}
