//! Signs the caller out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use taskfold_identity::Proof;

use crate::gateway::args::{Args, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::door::SESSION_COOKIE;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Ends the session, or revokes the token, that this request came with.
#[utoipa::path(
    post,
    path = paths::LOGOUT,
    tag = "auth",
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
) -> Result<Response, Problem> {
    let (identity, user_id) = (&gateway.inner.parts.identity, caller.verified.user_id);
    match caller.verified.proof {
        Proof::Session(session_id) => identity.end_session(user_id, session_id).await?,
        Proof::Token(token_id) => identity.revoke_token(user_id, token_id).await?,
    };
    let cookie = format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
