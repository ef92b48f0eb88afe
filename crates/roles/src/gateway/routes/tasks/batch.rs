//! Some tasks by their ids.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::{TaskId, WorkspaceId};
use taskfold_views::tasks::Task;

use crate::gateway::args::Args;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// Ids of one request at most.
const MOST: usize = 100;

/// Which tasks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TasksByIds {
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// 1 to 100 ids of tasks, with commas between.
    ids: String,
    /// As of when: an instant (RFC 3339) or a position.
    #[param(value_type = Option<String>)]
    as_of: Option<Moment>,
}

/// Some tasks by their ids, in the trash or not, done or not. An id that is of no task of the workspace is left out.
#[utoipa::path(
    get,
    path = paths::TASKS_BATCH,
    tag = "tasks",
    params(TasksByIds),
    responses(
        (status = 200, body = Items<Task>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<TasksByIds>,
) -> Result<Response, Problem> {
    let unreadable = |text: &str| {
        let message = format!("{text:?} is no UUID");
        Problem::field("ids", "unreadable", message)
    };
    let ids = args.ids.split(',').map(|text| {
        let id: Result<TaskId, _> = text.trim().parse();
        id.map_err(|_| unreadable(text))
    });
    let mut task_ids = ids.take(MOST + 1).collect::<Result<Vec<_>, _>>()?;
    if task_ids.len() > MOST {
        let message = format!("at most {MOST} ids");
        return Err(Problem::field("ids", "too_many", message));
    }
    task_ids.sort_unstable();
    task_ids.dedup();
    let read = Read::TasksNamed { task_ids };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
