//! Every error that leaves over HTTP: `application/problem+json` (RFC 9457).

mod codes;
mod unreadable;

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use taskfold_contracts::position::Version;
use taskfold_domain::{FieldError, Rejection};
use taskfold_log::AppendError;
use taskfold_views::QueryError;
use taskfold_views::filter::FilterError;

pub use codes::{CODES, Code, code};

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// Where the documentation of a problem's code is.
const TYPE_BASE: &str = "https://taskfold.dev/problems/";

/// Something that went wrong, for people and programs. On the heap, as nearly every answer may be one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problem(Box<Details>);

/// Something that went wrong, for people and programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct Details {
    /// `https://taskfold.dev/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in general.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What it is, this time.
    pub detail: String,
    /// Stable name.
    #[schema(value_type = String)]
    pub code: Cow<'static, str>,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// The version that the thing has now, when `If-Match` named an older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
    /// Seconds after which to try again; also in the header `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fault {
    /// Where, such as `title` or `commands[2].tags[0]`.
    pub field: String,
    /// Stable name of what is wrong.
    #[schema(value_type = String)]
    pub code: Cow<'static, str>,
    /// The same for people.
    pub message: String,
    /// Where in the text of the field, in characters from 1, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl Fault {
    /// A field that is wrong.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: Cow::Borrowed(code),
            message: message.into(),
            column: None,
        }
    }

    /// A filter or an order that cannot be read.
    pub(crate) fn of_filter(field: &'static str, error: &FilterError) -> Self {
        Self {
            column: Some(error.column),
            ..Self::new(field, "unreadable", error.to_string())
        }
    }
}

impl From<FieldError> for Fault {
    fn from(error: FieldError) -> Self {
        Self::new(error.field, error.code, error.message)
    }
}

impl Problem {
    /// A problem with this status and code.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind: format!("{TYPE_BASE}{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: Cow::Borrowed(code),
            errors: Vec::new(),
            current_version: None,
            retry_after: None,
        }))
    }

    /// Names the fields that are wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Fault>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The caller has not seen what it would overwrite.
    pub(crate) fn stale(id: impl fmt::Display, current: Version, seen: u64) -> Self {
        let detail = format!("{id} is at version {current}; If-Match names {seen}");
        Self::conflict("stale_version", detail).with_current_version(current.0)
    }

    /// Tells the version that the thing has now.
    #[must_use]
    pub fn with_current_version(mut self, version: u64) -> Self {
        self.0.current_version = Some(version);
        self
    }

    /// Tells after how many seconds to try again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// What it tells.
    pub fn into_details(self) -> Details {
        *self.0
    }

    /// The request cannot be understood.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// These fields are wrong.
    pub fn invalid(errors: Vec<Fault>) -> Self {
        let named: Vec<_> = errors
            .iter()
            .map(|fault| match fault.field.as_str() {
                // The body as a whole.
                "" => fault.message.clone(),
                field => format!("{field}: {}", fault.message),
            })
            .collect();
        let detail = named.join("; ");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail).with_errors(errors)
    }

    /// This field is wrong.
    pub fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::invalid(vec![Fault::new(field, code, message)])
    }

    /// There is no such thing, or the caller may not know of it.
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("no {what} {id}"),
        )
    }

    /// Not allowed.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// Today's state does not allow it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Not now.
    pub fn unavailable(
        code: &'static str,
        detail: impl Into<String>,
        retry_after: Duration,
    ) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
            .with_retry_after(retry_after.as_secs().max(1))
    }

    /// Our fault. The reason goes to the log, not to the caller.
    pub fn internal(reason: &dyn std::fmt::Display) -> Self {
        tracing::error!(%reason, "internal error");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong here; it was logged",
        )
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl Deref for Problem {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl utoipa::PartialSchema for Problem {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Details::schema()
    }
}

impl utoipa::ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Details::name()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        Details::schemas(schemas);
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == 401 {
            let scheme = HeaderValue::from_static("Bearer realm=\"taskfold\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::NotFound { what, id } => Self::not_found(what, id),
            Rejection::Forbidden { needs } => Self::forbidden(
                "role_required",
                format!("this needs the role {}", needs.as_str()),
            ),
            Rejection::Invalid(errors) => {
                Self::invalid(errors.into_iter().map(Fault::from).collect())
            }
            Rejection::Conflict { code, message } => Self::conflict(code, message),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        let soon = Duration::from_secs(1);
        match error {
            AppendError::Conflict { .. } => Self::conflict(
                "contention",
                "others kept changing the same things; try again",
            ),
            AppendError::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "this Idempotency-Key was used for another request",
            ),
            AppendError::ClaimTaken { .. } => {
                Self::conflict("taken", "somebody else holds this value")
            }
            AppendError::Busy => Self::unavailable("busy", "too many writes wait", soon),
            AppendError::Unknown(reason) => {
                tracing::error!(%reason, "the outcome of a commit is unknown");
                let detail =
                    "whether this was stored is not known; try again with the same Idempotency-Key";
                Self::unavailable("outcome_unknown", detail, soon)
            }
            AppendError::TooLarge { events, bytes } => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "change_too_large",
                format!("a change of {events} events and {bytes} bytes is too large"),
            ),
            AppendError::Closed => {
                Self::unavailable("closing", "the server is shutting down", soon)
            }
            AppendError::Storage(reason) => {
                tracing::error!(%reason, "the log cannot be written");
                let detail = "the log cannot be written now; nothing was stored";
                Self::unavailable("log_unavailable", detail, Duration::from_secs(5))
            }
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Cursor(_) => Self::field("cursor", "invalid", error.to_string()),
            QueryError::Limit { .. } => Self::field("limit", "out_of_range", error.to_string()),
            QueryError::Busy => {
                Self::unavailable("busy", "too many reads wait", Duration::from_secs(1))
            }
            QueryError::Away(_) => {
                let detail = "the views cannot be read now";
                Self::unavailable("busy", detail, Duration::from_secs(1))
            }
            QueryError::Storage(_) => Self::internal(&error),
        }
    }
}

impl From<taskfold_identity::Error> for Problem {
    fn from(error: taskfold_identity::Error) -> Self {
        Self::internal(&error)
    }
}
