//! Changes the caller's profile or preferences.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{UpdateUser, UserCommand};
use taskfold_identity::Scope;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Nothing};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Changes the caller's profile or preferences.
#[utoipa::path(
    patch,
    path = paths::ME,
    tag = "auth",
    request_body = UpdateUser,
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
    Json(body): Json<UpdateUser>,
) -> Result<Response, Problem> {
    caller.needs(Scope::Admin)?;
    let response = gateway.write_user(&caller, UserCommand::Update(body)).await;
    gateway.inner.zones.invalidate(&caller.verified.user_id);
    response
}
