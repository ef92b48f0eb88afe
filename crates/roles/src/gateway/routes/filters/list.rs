//! The saved filters.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::filters::SavedFilter;

use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// The saved filters.
#[utoipa::path(
    get,
    path = paths::FILTERS,
    tag = "filters",
    params(InWorkspace),
    responses(
        (status = 200, body = Items<SavedFilter>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let read = Read::Filters;
    gateway.read(&caller, args.workspace, read, None).await
}
