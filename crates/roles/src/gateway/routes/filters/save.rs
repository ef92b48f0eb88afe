//! Saves a filter under a name, new or again.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::commands::{Command, SaveFilter};
use taskfold_views::filter;

use crate::command::WriteReply;
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::{Fault, Problem};

/// Saves a filter under a name, new or again.
#[utoipa::path(
    post,
    path = paths::FILTERS,
    tag = "filters",
    params(InWorkspace),
    request_body = SaveFilter,
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
    Json(body): Json<SaveFilter>,
) -> Result<Response, Problem> {
    let command = checked(body)?;
    gateway.write(&caller, args.workspace, command).await
}

/// A filter that nobody can read would be saved for nothing.
pub(in crate::gateway::routes) fn checked(body: SaveFilter) -> Result<Command, Problem> {
    let query = filter::parse(&body.query).map(drop);
    query.map_err(|error| Problem::invalid(vec![Fault::of_filter("query", &error)]))?;
    let sort = filter::parse_sort(&body.sort).map(drop);
    sort.map_err(|error| Problem::invalid(vec![Fault::of_filter("sort", &error)]))?;
    Ok(Command::SaveFilter(body))
}
