//! Removes a member, or leaves.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::UserId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Removes a member, or leaves.
#[utoipa::path(
    delete,
    path = paths::MEMBER,
    tag = "members",
    params(("user_id" = UserId, Path), InWorkspace),
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(user_id): Ids<UserId>,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let command = Command::RemoveMember { user_id };
    gateway.write(&caller, args.workspace, command).await
}
