//! Takes an invitation back.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::InvitationId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Takes an invitation back.
#[utoipa::path(
    delete,
    path = paths::INVITATION,
    tag = "members",
    params(("invitation_id" = InvitationId, Path), InWorkspace),
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(invitation_id): Ids<InvitationId>,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let command = Command::RevokeInvitation { invitation_id };
    gateway.write(&caller, args.workspace, command).await
}
