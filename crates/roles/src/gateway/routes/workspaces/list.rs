//! The workspaces of the caller.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::members::Membership;

use crate::gateway::args::{Args, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// The workspaces that the caller is a member of, with their role. A token that is good for one workspace sees that
/// one alone.
#[utoipa::path(
    get,
    path = paths::WORKSPACES,
    tag = "workspaces",
    responses(
        (status = 200, body = Items<Membership>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
) -> Result<Response, Problem> {
    let only = caller.verified.only_workspace;
    let read = Read::Workspaces { only };
    gateway.read(&caller, None, read, None).await
}
