//! What a command answers.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{ChangeId, StreamId};
use taskfold_contracts::position::Position;
use taskfold_domain::{Kept, Rejection};

use crate::problem::{Fault, Problem};

/// Carries the position of a write, and what a read has to wait for.
pub(crate) static POSITION: HeaderName = HeaderName::from_static("taskfold-position");

/// A write that is on disk.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WriteReply {
    /// What the command was about, or what it made.
    pub id: Option<StreamId>,
    /// Its version now: what `If-Match` may name.
    pub version: Option<u64>,
    /// What undo names; null when nothing had to change.
    pub change_id: Option<ChangeId>,
    /// Where the last event is: send it back as `Taskfold-Position` to read your write.
    #[schema(value_type = String, example = "0:42")]
    pub position: Position,
    /// Fields that an undo or a restore had to leave as they are.
    pub kept: Vec<KeptField>,
    /// Things of an import that were there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<u64>,
    /// Things of an import that were in the trash because an import was undone, and are out of it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<u64>,
    /// The result of each command of a bulk request, in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<BulkResult>>,
}

/// A field that could not be brought back.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeptField {
    /// Of which task, list or workspace.
    pub id: StreamId,
    /// The field.
    pub field: String,
    /// The later change that touched it; null when today's state forbids the old value.
    pub because: Option<ChangeId>,
}

impl From<Kept> for KeptField {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.stream,
            field: kept.field,
            because: kept.because,
        }
    }
}

/// The result of one command of a bulk request.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BulkResult {
    /// The HTTP status that it would have had alone.
    pub status: u16,
    /// Events that it made; 0 when nothing had to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<usize>,
    /// Stable name of what is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is wrong, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

impl BulkResult {
    pub(crate) fn of(result: Result<usize, Rejection>) -> Self {
        match result {
            Ok(events) => Self {
                status: 200,
                events: Some(events),
                code: None,
                detail: None,
                errors: Vec::new(),
            },
            Err(rejection) => Self::refused(rejection.into()),
        }
    }

    /// The result of a command that was not carried out.
    pub(crate) fn refused(problem: Problem) -> Self {
        let problem = problem.into_details();
        Self {
            status: problem.status,
            events: None,
            code: Some(problem.code.into_owned()),
            detail: Some(problem.detail),
            errors: problem.errors,
        }
    }
}

impl IntoResponse for WriteReply {
    fn into_response(self) -> axum::response::Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (StatusCode::OK, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Ok(value) = HeaderValue::try_from(self.position.to_string()) {
            headers.insert(POSITION.clone(), value);
        }
        if let Some(Ok(value)) = self
            .version
            .map(|version| HeaderValue::try_from(format!("\"{version}\"")))
        {
            headers.insert(header::ETAG, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}
