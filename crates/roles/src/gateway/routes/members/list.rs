//! The members of a workspace.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::members::Member;

use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// The members of a workspace.
#[utoipa::path(
    get,
    path = paths::MEMBERS,
    tag = "members",
    params(InWorkspace),
    responses(
        (status = 200, body = Items<Member>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let read = Read::Members;
    gateway.read(&caller, args.workspace, read, None).await
}
