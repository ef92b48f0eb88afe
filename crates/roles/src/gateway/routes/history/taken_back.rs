//! The answer to an undo and a redo: the write, and what it was about.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use serde::Serialize;
use taskfold_contracts::ids::WorkspaceId;

use crate::command::{Work, WriteReply};
use crate::gateway::Gateway;
use crate::gateway::caller::Caller;
use crate::gateway::forward::reply_of;
use crate::problem::Problem;
use crate::query::Read;

/// A change that was taken back or brought back.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct TakenBack {
    #[serde(flatten)]
    written: WriteReply,
    /// What was undone or redone, in words: `undid: deleted “Pay rent” and 1 subtask`; null when nothing was.
    summary: Option<String>,
}

/// Carries it out and tells what it was.
pub(super) async fn take_back(
    gateway: &Gateway,
    caller: &Caller,
    workspace: Option<WorkspaceId>,
    work: Work,
) -> Result<Response, Problem> {
    caller.takes_no_version()?;
    let workspace = caller.workspace(workspace)?;
    // What is taken back may have been made a moment ago: its names are waited for before it goes.
    let settled = gateway.settled(caller, workspace).await?;
    let response = gateway.work(caller, workspace, work).await?;
    if !response.status().is_success() {
        return Ok(response);
    }
    let (response, written) = reply_of(response).await?;
    let mut summary = None;
    if let Some(change_id) = written.change_id {
        let read = || Read::Told { change_id };
        let mut told = gateway.ask(&settled, workspace, read()).await;
        if told.is_err() {
            // The views are behind: the numbers are those of the log, only names may be missing.
            let at_once = Caller {
                position: None,
                ..caller.clone()
            };
            told = gateway.ask(&at_once, workspace, read()).await;
        }
        // It is done, so that it is answered even if it cannot be told.
        summary = told.unwrap_or_else(|problem| {
            tracing::warn!(%problem, %change_id, "a change is stored and not told");
            None
        });
    }
    let told = TakenBack { written, summary };
    let body = serde_json::to_vec(&told).map_err(|error| Problem::internal(&error))?;
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(body)))
}
