//! Makes a task.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, CreateTask};

use crate::command::WriteReply;
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::forward::Made;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Makes a task.
#[utoipa::path(
    post,
    path = paths::TASKS,
    tag = "tasks",
    params(InWorkspace),
    request_body = CreateTask,
    responses(
        (status = 201, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
    Json(body): Json<CreateTask>,
) -> Result<Response, Problem> {
    let command = Command::CreateTask(body);
    let response = gateway.write(&caller, args.workspace, command).await?;
    gateway
        .finish(&caller, args.workspace, response, Made::Task, true)
        .await
}
