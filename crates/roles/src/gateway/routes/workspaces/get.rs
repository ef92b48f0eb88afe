//! One workspace.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_views::members::Workspace;

use crate::gateway::args::{Args, Ids, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// One workspace.
#[utoipa::path(
    get,
    path = paths::WORKSPACE,
    tag = "workspaces",
    params(("workspace_id" = WorkspaceId, Path)),
    responses(
        (status = 200, body = Workspace),
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
        .read(&caller, Some(workspace_id), Read::Workspace, None)
        .await
}
