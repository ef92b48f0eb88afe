//! The handshake of live updates.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::de::{Error, IgnoredAny};
use serde::{Deserialize, Deserializer};
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
    /// The workspace, or `all` of which the caller is a member; the caller's own when it is absent.
    #[param(value_type = Option<String>)]
    workspace: Option<Followed>,
    /// The last position that the client has: everything behind it comes first. The head when it is
    /// absent. With `all`, one position a partition, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "0:42")]
    from: From,
}

/// What is followed.
#[derive(Debug, Clone, Copy)]
enum Followed {
    All,
    One(WorkspaceId),
}

impl<'de> Deserialize<'de> for Followed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "all" {
            return Ok(Self::All);
        }
        let one = text.parse().map(Self::One);
        one.map_err(|_| D::Error::custom(format!("{text:?} is neither a workspace nor all")))
    }
}

/// Positions, separated by commas.
#[derive(Debug, Default)]
struct From(Vec<Position>);

impl<'de> Deserialize<'de> for From {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let positions = text.split(',').map(str::parse);
        let positions: Result<_, _> = positions.collect();
        positions.map(Self).map_err(D::Error::custom)
    }
}

/// Follow a workspace, or all of one's own: every event, in order, each exactly once, over a WebSocket.
///
/// Messages are JSON: `{"type":"hello","position","workspace"}` first, then
/// `{"type":"event","position","event"}` with the event as CloudEvents,
/// `{"type":"caught_up","position"}` once when all that was there is sent, `{"type":"ping"}` now and then.
/// A client may send `{"type":"ping"}` and gets `{"type":"pong"}`. To go on after a break, give the position
/// of the last event as `from`. Close codes: 1001 the server stops, 4003 no longer allowed, 4008 too slow.
///
/// With `workspace=all`, `hello` has `positions` (one a partition) and `workspaces`, and `caught_up` has
/// `positions`. Events of a partition come in the order of their positions, whatever workspace they are of.
/// `{"type":"joined","position","workspace"}` tells that the events of one more workspace follow,
/// `{"type":"left","position","workspace"}` that none of it follows any more. To go on, give the last
/// position of each partition.
///
/// **Who is where.** A client may say where its person is, whenever that changes:
/// `{"type":"presence","workspace","task"?,"field"?}`, with `task` the id of the task that they look at and `field` the name
/// of what they are about to change (1 to 32 lower-case letters and underscores, such as `title`). `{"type":"presence"}`,
/// without a workspace, says that they are nowhere; so does a workspace that the socket does not follow, and a place that
/// cannot be read. From then on
/// the client is told who is in that workspace, at once and at each change, at most five times a second:
/// `{"type":"presence","workspace","people":[{"user","places":[{"task"?,"field"?}]}]}`. Each message names all
/// people who are there, the client's own person among them, up to 100; several sockets of a person are one person with
/// several places, and `places` is empty for whoever is on no task. Somebody is gone when they say so, when
/// they are in another workspace, with their last socket, and when a ping was not answered before the next one.
/// Nothing of this is stored. A client sends at most 100 messages, of any kind, between two pings (20 s): more closes
/// it with 1008.
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
    let handshake = |upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>| {
        upgrade.map_err(|error| Problem::bad_request("not_a_websocket", error.body_text()))
    };
    let LiveArgs { workspace, from } = args;
    gateway.live().learn(&from.0).await?;
    let named = match workspace {
        Some(Followed::All) => {
            let joinings = gateway.live().note_joins(caller.verified.user_id);
            let workspaces = workspaces(&gateway, &caller).await?;
            let follower = follower(&gateway, caller, &headers);
            let followed = (joinings, &workspaces[..]);
            let upgrade = handshake(upgrade)?;
            return gateway
                .live()
                .accept_all(upgrade, follower, followed, &from.0);
        }
        Some(Followed::One(workspace)) => Some(workspace),
        None => None,
    };
    let workspace = caller.workspace(named)?;
    if !is_member(&gateway, &caller, workspace).await? {
        // Who joined a moment ago may not be in the views yet.
        let settled = gateway.settled(&caller, workspace).await?;
        let _: IgnoredAny = gateway.ask(&settled, workspace, Read::Membership).await?;
    }
    let follower = follower(&gateway, caller, &headers);
    gateway
        .live()
        .accept(handshake(upgrade)?, follower, workspace, &from.0)
}

/// The workspaces that the caller is a member of, as of all that is committed now.
async fn workspaces(gateway: &Gateway, caller: &Caller) -> Result<Vec<WorkspaceId>, Problem> {
    // The views must have every join that happened before joins were noted.
    let memberships = gateway.memberships(caller).await?.into_iter();
    Ok(memberships.map(|one| one.workspace.workspace_id).collect())
}

fn follower(gateway: &Gateway, caller: Caller, headers: &HeaderMap) -> Follower {
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
    let is_member = Arc::new(move |workspace, position| -> Answer {
        let caller = Caller {
            position: Some(position),
            if_none_match: None,
            ..caller.clone()
        };
        let gateway = gateway.clone();
        Box::pin(async move { is_member(&gateway, &caller, workspace).await })
    });
    Follower {
        user_id,
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
