//! The invitations to a workspace, or to the caller.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::members::NamedInvitation;

use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// The invitations to a workspace; without one, those to the caller's address that can be accepted.
///
/// Nobody has proved that an account's address is theirs, so that seeing an invitation is not enough to
/// accept it: that needs its secret, which went to the address.
#[utoipa::path(
    get,
    path = paths::INVITATIONS,
    tag = "members",
    params(InWorkspace),
    responses(
        (status = 200, body = Items<NamedInvitation>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    if args.workspace.is_some() {
        let read = Read::Invitations;
        return gateway.read(&caller, args.workspace, read, None).await;
    }
    caller.needs_whole_person()?;
    gateway
        .read(&caller, None, Read::InvitationsToMe, None)
        .await
}
