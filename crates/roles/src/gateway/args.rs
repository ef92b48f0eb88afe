//! Parameters: of the query and of the path.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use taskfold_contracts::ids::WorkspaceId;

use super::Gateway;
use super::body::{named, readable};
use crate::problem::{Fault, Problem};

/// Parameters of the query; unknown ones are errors when the type says so.
pub(super) struct Args<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Gateway> for Args<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _gateway: &Gateway) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(args)) => Ok(Self(args)),
            Err(error) => {
                let text = std::error::Error::source(&error)
                    .map_or_else(|| error.to_string(), ToString::to_string);
                let (field, code) = match named(&text) {
                    Some((name, "unknown_field")) => (name, "unknown_parameter"),
                    Some((name, "duplicate_field")) => (name, "duplicate_parameter"),
                    Some(missing) => missing,
                    None => (split(&text).0, "unreadable"),
                };
                let message = readable(&split(&text).1);
                Err(Problem::invalid(vec![Fault::new(field, code, message)]))
            }
        }
    }
}

/// `limit: invalid digit` names its field; other messages do not.
fn split(text: &str) -> (String, String) {
    match text.split_once(": ") {
        Some((field, message)) if !field.contains(' ') => (field.to_owned(), message.to_owned()),
        Some(_) | None => ("query".to_owned(), text.to_owned()),
    }
}

/// No parameters at all: each one is an error that names it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The ids in the path.
pub(super) struct Ids<T>(pub(super) T);

impl<T: DeserializeOwned + Send + 'static> FromRequestParts<Gateway> for Ids<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, gateway).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                let (name, message) = in_path(error.into_kind());
                Err(Problem::field(&name, "unreadable", message))
            }
            Err(error) => Err(Problem::bad_request("bad_path", error.body_text())),
        }
    }
}

/// The parameter of the path that cannot be read, and why.
fn in_path(kind: ErrorKind) -> (String, String) {
    if let ErrorKind::DeserializeError { key, message, .. } = kind {
        (key, readable(&message))
    } else {
        ("path".to_owned(), readable(&kind.to_string()))
    }
}

/// Where.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InWorkspace {
    /// The workspace; the caller's own when it is absent.
    pub(super) workspace: Option<WorkspaceId>,
}

/// Where, and which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageArgs {
    /// The workspace; the caller's own when it is absent.
    pub(super) workspace: Option<WorkspaceId>,
    /// Rows of the page, 1 to 500.
    #[serde(default = "page_limit")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub(super) limit: u32,
    /// `next_cursor` of the page before.
    pub(super) cursor: Option<String>,
    /// As of when: an instant (RFC 3339) or a position.
    #[param(value_type = Option<String>)]
    pub(super) as_of: Option<taskfold_contracts::commands::Moment>,
}

/// Where, and as of when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AsOfArgs {
    /// The workspace; the caller's own when it is absent.
    pub(super) workspace: Option<WorkspaceId>,
    /// As of when: an instant (RFC 3339) or a position.
    #[param(value_type = Option<String>)]
    pub(super) as_of: Option<taskfold_contracts::commands::Moment>,
}

/// Rows of a page when nothing is said.
pub(super) fn page_limit() -> u32 {
    50
}
