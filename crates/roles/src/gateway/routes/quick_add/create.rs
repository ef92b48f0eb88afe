//! Makes a task from a line of text.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::Command;

use super::{QuickAddText, understand};
use crate::command::WriteReply;
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::forward::Made;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Makes a task from a line of text, such as `Pay rent every 1st at 9am #home !high`.
#[utoipa::path(
    post,
    path = paths::QUICK_ADD,
    tag = "quick-add",
    params(InWorkspace),
    request_body = QuickAddText,
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
    Json(body): Json<QuickAddText>,
) -> Result<Response, Problem> {
    let (_, resolved) = understand(&gateway, &caller, args.workspace, &body).await?;
    let command = Command::CreateTask(resolved.task);
    let response = gateway.write(&caller, args.workspace, command).await?;
    gateway
        .finish(&caller, args.workspace, response, Made::Task, true)
        .await
}
