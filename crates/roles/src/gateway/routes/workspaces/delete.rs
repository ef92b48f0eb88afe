//! Puts a workspace into the trash.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::WorkspaceId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Puts a workspace into the trash.
#[utoipa::path(
    delete,
    path = paths::WORKSPACE,
    tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path)),
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
    Ids(workspace_id): Ids<WorkspaceId>,
) -> Result<Response, Problem> {
    gateway
        .write(&caller, Some(workspace_id), Command::DeleteWorkspace)
        .await
}
