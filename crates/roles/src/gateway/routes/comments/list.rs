//! What was said about a task, oldest first.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::ids::TaskId;
use taskfold_views::tasks::Comment;

use crate::gateway::args::{Args, Ids, PageArgs};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// What was said about a task, oldest first.
#[utoipa::path(
    get,
    path = paths::COMMENTS,
    tag = "comments",
    params(("task_id" = TaskId, Path), PageArgs),
    responses(
        (status = 200, body = Items<Comment>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(task_id): Ids<TaskId>,
    Args(args): Args<PageArgs>,
) -> Result<Response, Problem> {
    let read = Read::Comments {
        task_id,
        limit: args.limit,
        cursor: args.cursor,
    };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
