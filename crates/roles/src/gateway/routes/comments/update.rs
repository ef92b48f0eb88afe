//! Rewords a comment.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, CommentBody};
use taskfold_contracts::ids::{CommentId, TaskId};

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Rewords a comment.
#[utoipa::path(
    patch,
    path = paths::COMMENT,
    tag = "comments",
    params(("task_id" = TaskId, Path), ("comment_id" = CommentId, Path), InWorkspace),
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
    Ids((task_id, comment_id)): Ids<(TaskId, CommentId)>,
    Args(args): Args<InWorkspace>,
    Json(body): Json<CommentBody>,
) -> Result<Response, Problem> {
    let command = Command::EditComment {
        task_id,
        comment_id,
        comment: body,
    };
    gateway.write(&caller, args.workspace, command).await
}
