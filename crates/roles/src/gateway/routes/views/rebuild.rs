//! Builds the views anew while the server runs.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_identity::Scope;

use crate::gateway::args::{Args, Nothing};
use crate::gateway::body::OptionalJson;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{RebuildRequest, Rebuilt};

/// How.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RebuildViews {
    /// Also compare the old views with the new ones, row for row.
    #[serde(default)]
    verify: bool,
}

/// Builds the views anew from the log, beside those in use, and switches to them when they have caught up.
/// Reads and writes go on meanwhile. It goes on when the caller does not wait for the answer. For
/// administrators of the server.
#[utoipa::path(
    post,
    path = paths::VIEWS_REBUILD,
    tag = "server",
    request_body = Option<RebuildViews>,
    responses(
        (status = 200, body = Rebuilt),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
    OptionalJson(body): OptionalJson<RebuildViews>,
) -> Result<Response, Problem> {
    caller.needs(Scope::Admin)?;
    caller.needs_whole_person()?;
    let parts = &gateway.inner.parts;
    let account = parts.identity.account(caller.verified.user_id).await?;
    if !account.is_some_and(|account| account.is_admin) {
        let detail = "the views are those of all: this is for administrators of the server";
        return Err(Problem::forbidden("administrator_required", detail));
    }
    let asked = RebuildRequest {
        principal: caller.principal(),
        verify: body.verify,
    };
    Ok(parts.rebuild.call(asked).await)
}
