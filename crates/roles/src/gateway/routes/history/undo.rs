//! Takes a change back; without a change, the last one of the caller that still stands.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::Command;
use taskfold_contracts::ids::ChangeId;

use super::taken_back::{TakenBack, take_back};
use crate::command::Work;
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::OptionalJson;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Which change.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Undo {
    /// Which change; the last one of the caller when absent.
    change_id: Option<ChangeId>,
}

/// Takes a change back; without a change, the last one of the caller that still stands.
#[utoipa::path(
    post,
    path = paths::UNDO,
    tag = "history",
    params(InWorkspace),
    request_body = Option<Undo>,
    responses(
        (status = 200, body = TakenBack),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
    OptionalJson(body): OptionalJson<Undo>,
) -> Result<Response, Problem> {
    let work = match body.change_id {
        Some(change_id) => Work::Command(Command::Undo { change_id }),
        None => Work::UndoLast,
    };
    take_back(&gateway, &caller, args.workspace, work).await
}
