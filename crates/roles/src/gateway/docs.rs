//! The contract as a document, and the page to try it on. Both come from this process alone.

use std::sync::OnceLock;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, InfoBuilder, License, OpenApi, OpenApiBuilder, SecurityRequirement,
};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{Gateway, door, paths, routes};
use crate::problem::Problem;

/// The page's scripts and styles are its own; it draws with inline styles and data images.
const PAGE_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; frame-ancestors 'none'";

/// The contract as JSON, written once, for the first who asks.
static WRITTEN: OnceLock<Bytes> = OnceLock::new();

/// The contract, from the code.
pub fn openapi() -> OpenApi {
    routes::openapi()
}

/// What is said of the API as a whole.
pub(super) fn frame() -> OpenApi {
    let bearer = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API token: `tf_…`."))
        .build();
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        door::SESSION_COOKIE,
        "A browser's session, from `auth/login`.",
    ));
    let mut components = Components::new();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    let info = InfoBuilder::new()
        .title("Taskfold")
        .version("1")
        .description(Some(DESCRIPTION))
        .license(Some(License::new("Apache-2.0")))
        .build();
    let none: [&str; 0] = [];
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([
            SecurityRequirement::new("token", none),
            SecurityRequirement::new("session", none),
        ]))
        .build()
}

const DESCRIPTION: &str = "A task manager whose every change is an event.\n\n\
    A write answers with `Taskfold-Position`; a read that sends it back shows the write. `ETag` and \
    `If-Match` carry versions: edits of different fields do not conflict. `Idempotency-Key` makes a retry \
    safe. Errors are `application/problem+json` (RFC 9457) with a stable `code`.\n\n\
    Every answer tells the limit of its caller: `RateLimit-Limit`, `RateLimit-Remaining` and \
    `RateLimit-Reset` (seconds). Without a sign-in the address of the connection counts; \
    `X-Forwarded-For` is ignored.";

pub(super) fn router() -> Router<Gateway> {
    // Without this the page would ask a validator on the internet.
    let config = Config::new([paths::OPENAPI]).validator_url("none");
    let page: Router<Gateway> = SwaggerUi::new(paths::DOCS).config(config).into();
    let page = page.route(paths::OPENAPI, get(contract));
    let policy = HeaderValue::from_static(PAGE_POLICY);
    page.layer(SetResponseHeaderLayer::overriding(
        header::CONTENT_SECURITY_POLICY,
        policy,
    ))
}

async fn contract() -> Result<Response, Problem> {
    let json = if let Some(json) = WRITTEN.get() {
        json.clone()
    } else {
        let writing = tokio::task::spawn_blocking(|| serde_json::to_vec(&openapi()));
        let json = writing.await.map_err(|error| Problem::internal(&error))?;
        let json = Bytes::from(json.map_err(|error| Problem::internal(&error))?);
        WRITTEN.get_or_init(|| json).clone()
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}
