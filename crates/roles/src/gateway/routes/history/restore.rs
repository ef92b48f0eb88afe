//! Brings a task, a list with its tasks, or everything back to how it was, as new events.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, Restore};

use crate::command::WriteReply;
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Brings a task, a list with its tasks, or everything back to how it was, as new events.
#[utoipa::path(
    post,
    path = paths::RESTORE,
    tag = "history",
    params(InWorkspace),
    request_body = Restore,
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
    Json(body): Json<Restore>,
) -> Result<Response, Problem> {
    caller.takes_no_version()?;
    let command = Command::Restore(body);
    gateway.write(&caller, args.workspace, command).await
}
