//! All lists of a workspace.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_views::lists::List;

use crate::gateway::args::Args;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// Which lists.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListLists {
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// Whether lists that were put away are shown too.
    #[serde(default)]
    archived: bool,
    /// As of when: an instant (RFC 3339) or a position.
    #[param(value_type = Option<String>)]
    as_of: Option<Moment>,
}

/// All lists of a workspace, in their order.
#[utoipa::path(
    get,
    path = paths::LISTS,
    tag = "lists",
    params(ListLists),
    responses(
        (status = 200, body = Items<List>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<ListLists>,
) -> Result<Response, Problem> {
    let read = Read::Lists {
        archived: args.archived,
    };
    gateway
        .read(&caller, args.workspace, read, args.as_of)
        .await
}
