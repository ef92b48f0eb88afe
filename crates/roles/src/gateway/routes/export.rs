//! To other applications.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::WorkspaceId;

use crate::gateway::args::Args;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::{ExportFormat, Read};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportArgs {
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// `json` is complete and can be imported again; `events` is the raw history, one CloudEvents object
    /// a line.
    #[serde(default)]
    #[param(inline)]
    format: ExportFormat,
    /// As of when: an instant (RFC 3339) or a position. Not for `events`.
    #[param(value_type = Option<String>)]
    as_of: Option<Moment>,
}

/// Take everything out: lists, tasks (done ones and the trash too), comments.
#[utoipa::path(
    get,
    path = paths::EXPORT,
    tag = "import and export",
    params(ExportArgs),
    responses((status = 200, description = "The file", body = String)),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<ExportArgs>,
) -> Result<Response, Problem> {
    let format = args.format;
    if format == ExportFormat::Events && args.as_of.is_some() {
        let message = "the raw history is exported as a whole";
        return Err(Problem::field("as_of", "not_for_events", message));
    }
    let workspace = caller.workspace(args.workspace)?;
    let caller = gateway.settled(&caller, workspace).await?;
    gateway
        .read(&caller, args.workspace, Read::Export { format }, args.as_of)
        .await
}
