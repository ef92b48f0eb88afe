//! Removes a saved filter.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::FilterId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Removes a saved filter.
#[utoipa::path(
    delete,
    path = paths::FILTER,
    tag = "filters",
    params(("filter_id" = FilterId, Path), InWorkspace),
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(filter_id): Ids<FilterId>,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let command = Command::RemoveFilter { filter_id };
    gateway.write(&caller, args.workspace, command).await
}
