//! Recent changes: what can be undone.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::ids::WorkspaceId;

use crate::gateway::args::Args;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{ChangeSummary, Items, Read};

/// How many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesArgs {
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// 1 to 200.
    #[serde(default = "twenty")]
    #[param(minimum = 1, maximum = 200, default = 20)]
    limit: usize,
}

fn twenty() -> usize {
    20
}

/// Recent changes, newest first.
#[utoipa::path(
    get,
    path = paths::CHANGES,
    tag = "history",
    params(ChangesArgs),
    responses(
        (status = 200, body = Items<ChangeSummary>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<ChangesArgs>,
) -> Result<Response, Problem> {
    if !(1..=200).contains(&args.limit) {
        return Err(Problem::field("limit", "out_of_range", "must be 1 to 200"));
    }
    gateway
        .read(
            &caller,
            args.workspace,
            Read::Changes { limit: args.limit },
            None,
        )
        .await
}
