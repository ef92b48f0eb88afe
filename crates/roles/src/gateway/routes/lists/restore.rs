//! Takes a list and the tasks that went with it out of the trash.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::ListId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::forward::Made;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Takes a list and the tasks that went with it out of the trash.
#[utoipa::path(
    post,
    path = paths::LIST_RESTORE,
    tag = "lists",
    params(("list_id" = ListId, Path), InWorkspace),
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(list_id): Ids<ListId>,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let command = Command::RestoreList { list_id };
    let response = gateway.write(&caller, args.workspace, command).await?;
    gateway
        .finish(&caller, args.workspace, response, Made::List, false)
        .await
}
