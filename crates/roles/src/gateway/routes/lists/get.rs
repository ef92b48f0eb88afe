//! One list, in the trash or not.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::ids::ListId;
use taskfold_views::lists::List;

use crate::gateway::args::{Args, AsOfArgs, Ids};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// One list, in the trash or not.
#[utoipa::path(
    get,
    path = paths::LIST,
    tag = "lists",
    params(("list_id" = ListId, Path), AsOfArgs),
    responses(
        (status = 200, body = List),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Ids(list_id): Ids<ListId>,
    Args(args): Args<AsOfArgs>,
) -> Result<Response, Problem> {
    let read = Read::List { list_id };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
