//! The sessions of the caller.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use taskfold_identity::{Proof, Scope, Session};

use crate::gateway::args::{Args, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Items;

/// A session of the caller.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct OwnSession {
    #[serde(flatten)]
    session: Session,
    /// Whether it is the one that asks.
    current: bool,
}

/// The sessions of the caller that live, newest first.
#[utoipa::path(
    get,
    path = paths::SESSIONS,
    tag = "auth",
    responses(
        (status = 200, body = Items<OwnSession>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
) -> Result<Json<Items<OwnSession>>, Problem> {
    caller.needs(Scope::Admin)?;
    caller.needs_whole_person()?;
    let sessions = gateway
        .inner
        .parts
        .identity
        .sessions(caller.verified.user_id)
        .await?;
    let own = sessions.into_iter().map(|session| OwnSession {
        current: caller.verified.proof == Proof::Session(session.session_id),
        session,
    });
    Ok(Json(own.collect::<Vec<_>>().into()))
}
