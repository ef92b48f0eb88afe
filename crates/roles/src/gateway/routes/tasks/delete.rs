//! Puts a task and its subtasks into the trash.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::TaskId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Puts a task and its subtasks into the trash.
#[utoipa::path(
    delete,
    path = paths::TASK,
    tag = "tasks",
    params(("task_id" = TaskId, Path), InWorkspace),
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(task_id): Ids<TaskId>,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let command = Command::DeleteTask { task_id };
    gateway.write(&caller, args.workspace, command).await
}
