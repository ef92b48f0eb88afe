//! Says something about a task.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, CommentBody};
use taskfold_contracts::ids::TaskId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Says something about a task.
#[utoipa::path(
    post,
    path = paths::COMMENTS,
    tag = "comments",
    params(("task_id" = TaskId, Path), InWorkspace),
    request_body = CommentBody,
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
    Json(body): Json<CommentBody>,
) -> Result<Response, Problem> {
    let command = Command::AddComment {
        task_id,
        comment: body,
    };
    gateway.write(&caller, args.workspace, command).await
}
