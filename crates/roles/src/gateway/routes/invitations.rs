//! Asking people to join.

mod accept;
mod create;
mod decline;
mod list;
mod preview;
mod revoke;

use serde::Deserialize;
use taskfold_contracts::commands::InvitationAnswer;
use taskfold_contracts::envelope::hex;
use taskfold_contracts::ids::{InvitationId, WorkspaceId};

use super::{Endpoint, endpoints};
use crate::gateway::Gateway;
use crate::gateway::caller::Caller;
use crate::problem::Problem;
use crate::query::Read;

pub(super) fn all() -> Vec<Endpoint> {
    endpoints![list, create, revoke, accept, decline, preview]
}

/// The proof that one was asked.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationSecret {
    /// From the invitation.
    secret: String,
}

/// What somebody answers to an invitation, and the workspace that it is to: the named one, or it is looked up.
async fn answer(
    gateway: &Gateway,
    caller: &Caller,
    (invitation_id, proof): (InvitationId, &InvitationSecret),
    named: Option<WorkspaceId>,
) -> Result<(WorkspaceId, InvitationAnswer), Problem> {
    let answer = InvitationAnswer {
        invitation_id,
        secret_hash: hex(&taskfold_identity::secret_hash(&proof.secret)),
    };
    // Whoever has a token of one workspace does not learn where others are invited to.
    if let Some(workspace) = named.or(caller.verified.only_workspace) {
        return Ok((workspace, answer));
    }
    let own = caller.verified.personal_workspace;
    let read = Read::InvitedTo { invitation_id };
    Ok((gateway.ask(caller, own, read).await?, answer))
}
