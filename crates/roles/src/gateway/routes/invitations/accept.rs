//! Joins a workspace by an invitation.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::InvitationId;

use super::{InvitationSecret, answer};
use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Joins a workspace by an invitation. `workspace` names the workspace that the invitation is to;
/// it is looked up when it is absent.
#[utoipa::path(
    post,
    path = paths::INVITATION_ACCEPT,
    tag = "members",
    params(("invitation_id" = InvitationId, Path), InWorkspace),
    request_body = InvitationSecret,
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(id): Ids<InvitationId>,
    Args(args): Args<InWorkspace>,
    Json(body): Json<InvitationSecret>,
) -> Result<Response, Problem> {
    let (workspace, answer) = answer(&gateway, &caller, (id, &body), args.workspace).await?;
    let command = Command::AcceptInvitation(answer);
    gateway.write(&caller, Some(workspace), command).await
}
