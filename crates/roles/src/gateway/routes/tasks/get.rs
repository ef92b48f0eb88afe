//! One task, in the trash or not.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::ids::TaskId;
use taskfold_views::tasks::Task;

use crate::gateway::args::{Args, AsOfArgs, Ids};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// One task, in the trash or not.
#[utoipa::path(
    get,
    path = paths::TASK,
    tag = "tasks",
    params(("task_id" = TaskId, Path), AsOfArgs),
    responses(
        (status = 200, body = Task),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(task_id): Ids<TaskId>,
    Args(args): Args<AsOfArgs>,
) -> Result<Response, Problem> {
    let read = Read::Task { task_id };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
