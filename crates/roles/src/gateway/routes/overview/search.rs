//! Full-text search.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_views::search::Hit;

use crate::gateway::args::{Args, page_limit};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Items, Read};

/// What to look for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchArgs {
    /// Words, `"several words"`, `begin*`, `-without`.
    q: String,
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// Whether the trash is searched as well.
    #[serde(default)]
    trash: bool,
    /// Rows of the page, 1 to 500.
    #[serde(default = "page_limit")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: u32,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// As of when: an instant (RFC 3339) or a position.
    #[param(value_type = Option<String>)]
    as_of: Option<Moment>,
}

/// The tasks that fit, best first.
#[utoipa::path(
    get,
    path = paths::SEARCH,
    tag = "overview",
    params(SearchArgs),
    responses(
        (status = 200, body = Items<Hit>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<SearchArgs>,
) -> Result<Response, Problem> {
    let SearchArgs {
        q: text,
        workspace,
        trash,
        limit,
        cursor,
        as_of,
    } = args;
    gateway
        .read(
            &caller,
            workspace,
            Read::Search {
                text,
                trash,
                limit,
                cursor,
            },
            as_of,
        )
        .await
}
