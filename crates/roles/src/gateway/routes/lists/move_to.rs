//! Puts a list elsewhere among the lists.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, MoveList};
use taskfold_contracts::ids::ListId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::forward::Made;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Puts a list elsewhere among the lists.
#[utoipa::path(
    post,
    path = paths::LIST_MOVE,
    tag = "lists",
    params(("list_id" = ListId, Path), InWorkspace),
    request_body = MoveList,
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(list_id): Ids<ListId>,
    Args(args): Args<InWorkspace>,
    Json(body): Json<MoveList>,
) -> Result<Response, Problem> {
    let command = Command::MoveList { list_id, to: body };
    let response = gateway.write(&caller, args.workspace, command).await?;
    gateway
        .finish(&caller, args.workspace, response, Made::List, false)
        .await
}
