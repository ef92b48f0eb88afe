//! Puts a task elsewhere.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, MoveTask};
use taskfold_contracts::ids::TaskId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::forward::Made;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Puts a task elsewhere.
#[utoipa::path(
    post,
    path = paths::TASK_MOVE,
    tag = "tasks",
    params(("task_id" = TaskId, Path), InWorkspace),
    request_body = MoveTask,
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
    Json(body): Json<MoveTask>,
) -> Result<Response, Problem> {
    let command = Command::MoveTask { task_id, to: body };
    let response = gateway.write(&caller, args.workspace, command).await?;
    gateway
        .finish(&caller, args.workspace, response, Made::Task, false)
        .await
}
