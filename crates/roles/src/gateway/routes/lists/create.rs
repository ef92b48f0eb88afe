//! Makes a list.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, CreateList};

use crate::command::WriteReply;
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::forward::Made;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Makes a list.
#[utoipa::path(
    post,
    path = paths::LISTS,
    tag = "lists",
    params(InWorkspace),
    request_body = CreateList,
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
    Json(body): Json<CreateList>,
) -> Result<Response, Problem> {
    let command = Command::CreateList(body);
    let response = gateway.write(&caller, args.workspace, command).await?;
    gateway
        .finish(&caller, args.workspace, response, Made::List, true)
        .await
}
