//! Which reminders wait for their moment, and which ones fired.

use axum::extract::State;
use axum::response::Response;

use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{Read, Reminders};

/// Which reminders wait for their moment, and which ones fired.
#[utoipa::path(
    get,
    path = paths::REMINDERS,
    tag = "overview",
    params(InWorkspace),
    responses(
        (status = 200, body = Reminders),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
) -> Result<Response, Problem> {
    let read = Read::Reminders;
    gateway.read(&caller, args.workspace, read, None).await
}
