//! A page of tasks.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_views::tasks::Task;

use crate::gateway::args::{Args, page_limit};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// Which tasks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListTasks {
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// In the filter language, such as `due < +7d and priority >= high`.
    #[serde(default)]
    filter: String,
    /// Sort keys, such as `due,-priority`; by rank when it is absent.
    #[serde(default)]
    sort: String,
    /// Whether done tasks are shown though the filter does not ask about being done.
    #[serde(default)]
    done: bool,
    /// Rows of the page, 1 to 500.
    #[serde(default = "page_limit")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: u32,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// As of when: an instant (RFC 3339) or a position.
    #[param(value_type = Option<String>)]
    as_of: Option<Moment>,
}

/// A page of tasks; those in the trash only when the filter asks for them.
#[utoipa::path(
    get,
    path = paths::TASKS,
    tag = "tasks",
    params(ListTasks),
    responses(
        (status = 200, body = Items<Task>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<ListTasks>,
) -> Result<Response, Problem> {
    let ListTasks {
        workspace,
        filter,
        sort,
        done,
        limit,
        cursor,
        as_of,
    } = args;
    let read = Read::Tasks {
        filter,
        sort,
        done,
        limit,
        cursor,
    };
    gateway.read(&caller, workspace, read, as_of).await
}
