//! Changes the role of a member.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, MemberRole};
use taskfold_contracts::ids::UserId;

use crate::command::WriteReply;
use crate::gateway::args::{Args, Ids, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Changes the role of a member.
#[utoipa::path(
    patch,
    path = paths::MEMBER,
    tag = "members",
    params(("user_id" = UserId, Path), InWorkspace),
    request_body = MemberRole,
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(user_id): Ids<UserId>,
    Args(args): Args<InWorkspace>,
    Json(body): Json<MemberRole>,
) -> Result<Response, Problem> {
    let command = Command::ChangeRole {
        user_id,
        role: body,
    };
    gateway.write(&caller, args.workspace, command).await
}
