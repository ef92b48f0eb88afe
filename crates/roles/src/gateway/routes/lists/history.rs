//! What happened to a list and the tasks in it, newest first.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::ids::ListId;
use taskfold_views::activity::Activity;

use crate::gateway::args::{Args, Ids, PageArgs};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// What happened to a list and the tasks in it, newest first.
#[utoipa::path(
    get,
    path = paths::LIST_HISTORY,
    tag = "lists",
    params(("list_id" = ListId, Path), PageArgs),
    responses(
        (status = 200, body = Items<Activity>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(list_id): Ids<ListId>,
    Args(args): Args<PageArgs>,
) -> Result<Response, Problem> {
    let read = Read::ListHistory {
        list_id,
        limit: args.limit,
        cursor: args.cursor,
    };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
