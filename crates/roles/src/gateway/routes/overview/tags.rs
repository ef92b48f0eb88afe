//! The tags in use, in alphabetical order.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::tasks::Tag;

use crate::gateway::args::{Args, AsOfArgs};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// The tags in use, in alphabetical order.
#[utoipa::path(
    get,
    path = paths::TAGS,
    tag = "overview",
    params(AsOfArgs),
    responses(
        (status = 200, body = Items<Tag>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<AsOfArgs>,
) -> Result<Response, Problem> {
    let read = Read::Tags;
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
