//! Makes a shared workspace.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use taskfold_contracts::commands::{UserCommand, WorkspaceName};
use taskfold_contracts::ids::WorkspaceId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Nothing};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Makes a shared workspace; the caller owns it.
#[utoipa::path(
    post,
    path = paths::WORKSPACES,
    tag = "workspaces",
    request_body = WorkspaceName,
    responses(
        (status = 201, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
    Json(body): Json<WorkspaceName>,
) -> Result<Response, Problem> {
    caller.needs_whole_person()?;
    let workspace_id = WorkspaceId(caller.id_for_retries(&*gateway.inner.parts.ids));
    let command = UserCommand::CreateWorkspace {
        workspace_id,
        name: body.name,
    };
    let mut response = gateway.write_user(&caller, command).await?;
    if response.status().is_success() {
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::try_from(format!("{}/{workspace_id}", paths::WORKSPACES))
        {
            response.headers_mut().insert(header::LOCATION, location);
        }
    }
    Ok(response)
}
