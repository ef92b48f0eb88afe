//! Joins a workspace by an invitation.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::{AcceptInvitation, Command};
use taskfold_contracts::envelope::hex;
use taskfold_contracts::ids::InvitationId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// The proof that one was asked.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Accept {
    /// From the invitation.
    secret: String,
}

/// Joins a workspace by an invitation. `workspace` names the workspace that the invitation is to;
/// it is looked up when it is absent.
#[utoipa::path(
    post,
    path = paths::INVITATION_ACCEPT,
    tag = "members",
    params(("invitation_id" = InvitationId, Path), InWorkspace),
    request_body = Accept,
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
    Json(body): Json<Accept>,
) -> Result<Response, Problem> {
    let secret_hash = hex(&taskfold_identity::secret_hash(&body.secret));
    let command = Command::AcceptInvitation(AcceptInvitation {
        invitation_id,
        secret_hash,
    });
    // Whoever has a token of one workspace does not learn where others are invited to.
    let named = args.workspace.or(caller.verified.only_workspace);
    let workspace = if let Some(workspace) = named {
        workspace
    } else {
        let own = caller.verified.personal_workspace;
        let read = Read::InvitedTo { invitation_id };
        gateway.ask(&caller, own, read).await?
    };
    gateway.write(&caller, Some(workspace), command).await
}
