//! What can be taken out of the trash, last deleted first.

use axum::extract::State;
use axum::response::Response;

use crate::gateway::args::{Args, PageArgs};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// What can be taken out of the trash, last deleted first.
#[utoipa::path(
    get,
    path = paths::TRASH,
    tag = "overview",
    params(PageArgs),
    responses(
        (status = 200, body = crate::query::Trash),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<PageArgs>,
) -> Result<Response, Problem> {
    let read = Read::Trash {
        limit: args.limit,
        cursor: args.cursor,
    };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
