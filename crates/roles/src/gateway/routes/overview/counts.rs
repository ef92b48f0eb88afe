//! How many tasks there are.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::counts::Counts;

use crate::gateway::args::{Args, AsOfArgs};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// How many tasks there are.
#[utoipa::path(
    get,
    path = paths::COUNTS,
    tag = "overview",
    params(AsOfArgs),
    responses(
        (status = 200, body = Counts),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<AsOfArgs>,
) -> Result<Response, Problem> {
    let read = Read::Counts;
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
