//! What happened to a task, newest first.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::ids::TaskId;
use taskfold_views::activity::Activity;

use crate::gateway::args::{Args, Ids, PageArgs};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// What happened to a task, newest first.
#[utoipa::path(
    get,
    path = paths::TASK_HISTORY,
    tag = "tasks",
    params(("task_id" = TaskId, Path), PageArgs),
    responses(
        (status = 200, body = Items<Activity>),
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
    let read = Read::TaskHistory {
        task_id,
        limit: args.limit,
        cursor: args.cursor,
    };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
