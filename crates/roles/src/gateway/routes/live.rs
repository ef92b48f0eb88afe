//! The handshake of live updates.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde::de::IgnoredAny;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;

use crate::gateway::args::Args;
use crate::gateway::caller::Caller;
use crate::gateway::live::{Answer, Follower};
use crate::gateway::{Gateway, door, paths};
use crate::problem::Problem;
use crate::query::Read;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LiveArgs {
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// The last position that the client has: everything behind it comes first. The head when it is
    /// absent.
    #[param(value_type = Option<String>, example = "0:42")]
    from: Option<Position>,
}

/// Follow a workspace: every event, in order, each exactly once, over a WebSocket.
///
/// Messages are JSON: `{"type":"hello","position","workspace"}` first, then
/// `{"type":"event","position","event"}` with the event as CloudEvents,
/// `{"type":"caught_up","position"}` once when all that was there is sent, `{"type":"ping"}` now and then.
/// A client may send `{"type":"ping"}` and gets `{"type":"pong"}`. To go on after a break, give the position
/// of the last event as `from`. Close codes: 1001 the server stops, 4003 no longer allowed, 4008 too slow.
#[utoipa::path(
    get,
    path = paths::LIVE,
    tag = "live",
    params(LiveArgs),
    responses(
        (status = 101, description = "The WebSocket"),
        (status = 400, description = "Not a WebSocket handshake, or `from` is ahead of the log", body = Problem),
        (status = 429, description = "Too many sockets", body = Problem),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<LiveArgs>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let workspace_id = caller.workspace(args.workspace)?;
    let _: IgnoredAny = gateway.ask(&caller, workspace_id, Read::Membership).await?;
    let upgrade =
        upgrade.map_err(|error| Problem::bad_request("not_a_websocket", error.body_text()))?;
    gateway.live().accept(
        upgrade,
        follower(&gateway, caller, workspace_id, &headers),
        args.from,
    )
}

fn follower(
    gateway: &Gateway,
    caller: Caller,
    workspace_id: WorkspaceId,
    headers: &HeaderMap,
) -> Follower {
    let user_id = caller.verified.user_id;
    let mut proof = HeaderMap::new();
    for name in [header::AUTHORIZATION, header::COOKIE] {
        for value in headers.get_all(&name) {
            proof.append(&name, value.clone());
        }
    }
    let proof = Arc::new(proof);
    let asked = gateway.clone();
    let proof_stands = Arc::new(move || -> Answer {
        let (gateway, proof) = (asked.clone(), Arc::clone(&proof));
        Box::pin(async move { proof_stands(&gateway, &proof).await })
    });
    let gateway = gateway.clone();
    let is_member = Arc::new(move |position| -> Answer {
        let caller = Caller {
            position: Some(position),
            if_none_match: None,
            ..caller.clone()
        };
        let gateway = gateway.clone();
        Box::pin(async move { is_member(&gateway, &caller, workspace_id).await })
    });
    Follower {
        user_id,
        workspace_id,
        proof_stands,
        is_member,
    }
}

async fn proof_stands(gateway: &Gateway, proof: &HeaderMap) -> Result<bool, Problem> {
    match door::authenticate(gateway, proof).await {
        Ok(verified) => Ok(verified.is_some()),
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => Ok(false),
        Err(problem) => Err(problem),
    }
}

async fn is_member(
    gateway: &Gateway,
    caller: &Caller,
    workspace_id: WorkspaceId,
) -> Result<bool, Problem> {
    match gateway
        .ask::<IgnoredAny>(caller, workspace_id, Read::Membership)
        .await
    {
        Ok(_) => Ok(true),
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => Ok(false),
        Err(problem) => Err(problem),
    }
}
