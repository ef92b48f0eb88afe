//! Builds the views anew while the server runs.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use taskfold_identity::Scope;
use taskfold_views::rebuild::RebuildError;

use crate::gateway::args::{Args, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::processor::rebuild_and_switch;

/// New views are in use.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Rebuilt {
    /// Events that they were made of.
    events: u64,
    /// Counts the rebuilds, from 1.
    generation: u64,
}

/// Builds the views anew from the log, beside those in use, and switches to them when they have caught up.
/// Reads and writes go on meanwhile. It goes on when the caller does not wait for the answer. For
/// administrators of the server.
#[utoipa::path(
    post,
    path = paths::VIEWS_REBUILD,
    tag = "server",
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
) -> Result<Json<Rebuilt>, Problem> {
    caller.needs(Scope::Admin)?;
    let parts = &gateway.inner.parts;
    let account = parts.identity.account(caller.verified.user_id).await?;
    if !account.is_some_and(|account| account.is_admin) {
        let detail = "the views are those of all: this is for administrators of the server";
        return Err(Problem::forbidden("administrator_required", detail));
    }
    let views = parts.views.borrow().clone().ok_or_else(under_way)?;
    let log = parts.log.clone();
    let runtime = tokio::runtime::Handle::current();
    // Tracked, so that a shutdown waits for the switch.
    let building = gateway.inner.tracker.spawn_blocking(move || {
        let events = rebuild_and_switch(&log, &views, &runtime)?;
        let generation = views.generation();
        Ok(Rebuilt { events, generation })
    });
    let built = building.await.map_err(|error| Problem::internal(&error))?;
    built.map(Json).map_err(|error| match error {
        RebuildError::UnderWay => under_way(),
        RebuildError::Source(_) | RebuildError::File(_) => Problem::internal(&error),
    })
}

fn under_way() -> Problem {
    Problem::conflict("rebuild_under_way", "the views are being rebuilt already")
}
