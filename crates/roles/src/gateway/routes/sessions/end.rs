//! Ends a session of the caller.

use axum::extract::State;
use axum::http::StatusCode;
use taskfold_contracts::ids::SessionId;
use taskfold_identity::Scope;

use crate::gateway::args::{Args, Ids, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Ends a session of the caller, at once.
#[utoipa::path(
    delete,
    path = paths::SESSION,
    tag = "auth",
    params(("session_id" = SessionId, Path)),
    responses(
        (status = 204),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
    Ids(session_id): Ids<SessionId>,
) -> Result<StatusCode, Problem> {
    caller.needs(Scope::Admin)?;
    caller.needs_whole_person()?;
    if gateway
        .inner
        .parts
        .identity
        .end_session(caller.verified.user_id, session_id)
        .await?
    {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::not_found("session", session_id))
}
