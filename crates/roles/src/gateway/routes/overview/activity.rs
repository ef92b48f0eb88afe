//! What happened in a workspace, newest first.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::activity::Activity;

use crate::gateway::args::{Args, PageArgs};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// What happened in a workspace, newest first.
#[utoipa::path(
    get,
    path = paths::ACTIVITY,
    tag = "overview",
    params(PageArgs),
    responses(
        (status = 200, body = Items<Activity>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<PageArgs>,
) -> Result<Response, Problem> {
    let read = Read::Activity {
        limit: args.limit,
        cursor: args.cursor,
    };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
