//! The sessions of the caller.

use axum::Json;
use axum::extract::State;
use taskfold_identity::{Scope, Session};

use crate::gateway::args::{Args, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Items;

/// The sessions of the caller that live, newest first.
#[utoipa::path(
    get,
    path = paths::SESSIONS,
    tag = "auth",
    responses(
        (status = 200, body = Items<Session>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
) -> Result<Json<Items<Session>>, Problem> {
    caller.needs(Scope::Admin)?;
    caller.needs_whole_person()?;
    let sessions = gateway
        .inner
        .parts
        .identity
        .sessions(caller.verified.user_id)
        .await?;
    Ok(Json(sessions.into()))
}
