//! From a route to the command or query role, and back.

use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::de::DeserializeOwned;
use taskfold_contracts::commands::{Command, Moment, UserCommand};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::values::WeekStart;
use taskfold_views::members::Membership;

use super::Gateway;
use super::caller::{Caller, Known, Preferences};
use crate::command::{CommandRequest, Work, WriteReply};
use crate::problem::Problem;
use crate::query::{Items, Read, ReadRequest};
use crate::trace::Within;

/// Bytes of an answer that the gateway reads itself.
const ANSWER_LIMIT: usize = 16 << 20;

/// A thing that a write made or changed.
#[derive(Clone, Copy)]
pub(super) enum Made {
    /// A task.
    Task,
    /// A list.
    List,
}

impl Gateway {
    /// Asks a question in a workspace.
    pub(super) async fn read(
        &self,
        caller: &Caller,
        workspace: Option<WorkspaceId>,
        read: Read,
        as_of: Option<Moment>,
    ) -> Result<Response, Problem> {
        let workspace_id = caller.workspace(workspace)?;
        let zone = Some(self.preferences(caller).await.zone);
        let request = ReadRequest {
            principal: caller.principal(),
            workspace_id,
            read,
            position: caller.position,
            as_of,
            zone,
            if_none_match: caller.if_none_match.clone(),
        };
        let response = self.inner.parts.query.call(request).await;
        Ok(within(workspace_id, response))
    }

    /// Asks a question whose answer the gateway itself needs.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        workspace_id: WorkspaceId,
        read: Read,
    ) -> Result<T, Problem> {
        let request = ReadRequest {
            principal: caller.principal(),
            workspace_id,
            read,
            position: caller.position,
            as_of: None,
            zone: None,
            if_none_match: None,
        };
        let response = self.inner.parts.query.call(request).await;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), ANSWER_LIMIT).await;
        let bytes = bytes.map_err(|error| Problem::internal(&error))?;
        if status.is_success() {
            return serde_json::from_slice(&bytes).map_err(|error| Problem::internal(&error));
        }
        Err(serde_json::from_slice(&bytes).unwrap_or_else(|error| Problem::internal(&error)))
    }

    /// Carries out a command in a workspace.
    pub(super) async fn write(
        &self,
        caller: &Caller,
        workspace: Option<WorkspaceId>,
        command: Command,
    ) -> Result<Response, Problem> {
        self.work(caller, caller.workspace(workspace)?, Work::Command(command))
            .await
    }

    /// Carries out a command on the caller.
    pub(super) async fn write_user(
        &self,
        caller: &Caller,
        command: UserCommand,
    ) -> Result<Response, Problem> {
        let workspace = match &command {
            UserCommand::CreateWorkspace { workspace_id, .. } => *workspace_id,
            UserCommand::Register(_)
            | UserCommand::RecordSignIn { .. }
            | UserCommand::Update(_)
            | UserCommand::Erase => caller.verified.personal_workspace,
        };
        self.work(caller, workspace, Work::User(command)).await
    }

    /// Carries work out in a workspace.
    pub(super) async fn work(
        &self,
        caller: &Caller,
        workspace_id: WorkspaceId,
        work: Work,
    ) -> Result<Response, Problem> {
        let zone = Some(self.preferences(caller).await.zone);
        let request = CommandRequest {
            principal: caller.principal(),
            workspace_id,
            work,
            if_match: caller.if_match,
            idempotency_key: caller.idempotency_key.clone(),
            correlation_id: caller.correlation_id,
            zone,
        };
        let response = self.inner.parts.command.call(request).await;
        Ok(within(workspace_id, response))
    }

    /// The caller, who wants to see all that the log has of a workspace, whoever committed it, not what the
    /// views had a moment ago.
    pub(super) async fn settled(
        &self,
        caller: &Caller,
        workspace: WorkspaceId,
    ) -> Result<Caller, Problem> {
        let head = self.log().refresh(self.log().partition_of(workspace));
        Ok(Caller {
            position: Some(head.await?),
            ..caller.clone()
        })
    }

    /// The workspaces that the caller is a member of, as of all that is committed now.
    pub(super) async fn memberships(&self, caller: &Caller) -> Result<Vec<Membership>, Problem> {
        caller.needs_whole_person()?;
        let mut found: Items<Membership> = Vec::new().into();
        for partition in 0..self.log().partitions() {
            let caller = Caller {
                position: Some(self.log().refresh(partition).await?),
                if_none_match: None,
                ..caller.clone()
            };
            let own = caller.verified.personal_workspace;
            let read = Read::Workspaces { only: None };
            found = self.ask(&caller, own, read).await?;
        }
        Ok(found.items)
    }

    /// Zone and first day of the week of the caller; UTC and Monday while the views do not know the caller. Who is known
    /// here already never waits for the views: commands go on, however far behind those are.
    pub(super) async fn preferences(&self, caller: &Caller) -> Preferences {
        let user_id = caller.verified.user_id;
        let now = Instant::now();
        let Some(known) = self.inner.zones.get(&user_id) else {
            let learnt = Box::pin(self.learn(caller, now)).await;
            return learnt.map_or_else(Preferences::default, |known| {
                self.inner.zones.insert(user_id, known.clone());
                known.preferences
            });
        };
        if !known.is_fresh(now) {
            self.ask_again(caller, &known, now);
        }
        known.preferences
    }

    /// Asks for preferences while the old ones stay in use.
    fn ask_again(&self, caller: &Caller, known: &Known, now: Instant) {
        let user_id = caller.verified.user_id;
        let asked = Known {
            asked: now,
            ..known.clone()
        };
        self.inner.zones.insert(user_id, asked);
        let (gateway, caller) = (self.clone(), caller.clone());
        self.inner.tracker.spawn(async move {
            let learnt = gateway.learn(&caller, now).await;
            let zones = &gateway.inner.zones;
            // Whoever has changed them meanwhile has taken away what was known.
            let same = zones.get(&user_id).is_some_and(|known| known.asked == now);
            if let (Some(learnt), true) = (learnt, same) {
                zones.insert(user_id, learnt);
            }
        });
    }

    /// The caller's preferences: as the log has them, or as the views have them when those do not catch up in time.
    async fn learn(&self, caller: &Caller, asked: Instant) -> Option<Known> {
        let home = caller.verified.personal_workspace;
        let settling = async {
            let caller = self.settled(caller, home).await?;
            self.ask::<Me>(&caller, home, Read::Me).await
        };
        let (me, settled) = if let Ok(me) = settling.await {
            (me, true)
        } else {
            let caller = Caller {
                position: None,
                ..caller.clone()
            };
            (self.ask::<Me>(&caller, home, Read::Me).await.ok()?, false)
        };
        let (zone, week_start) = (me.time_zone, me.week_start);
        Some(Known {
            preferences: Preferences { zone, week_start },
            asked,
            settled,
        })
    }

    /// Makes the answer to a write complete: 201 and `Location` when it made something, the thing itself
    /// when the caller prefers that.
    pub(super) async fn finish(
        &self,
        caller: &Caller,
        workspace: Option<WorkspaceId>,
        response: Response,
        made: Made,
        created: bool,
    ) -> Result<Response, Problem> {
        if !response.status().is_success() || !(created || caller.wants_representation) {
            return Ok(response);
        }
        let (mut response, reply) = reply_of(response).await?;
        let Some(id) = reply.id else {
            return Ok(response);
        };
        let (path, read) = match made {
            Made::Task => (super::paths::TASKS, Read::Task { task_id: id.into() }),
            Made::List => (super::paths::LISTS, Read::List { list_id: id.into() }),
        };
        if caller.wants_representation {
            let after = Caller {
                position: Some(reply.position),
                if_none_match: None,
                ..caller.clone()
            };
            let shown = Box::pin(self.read(&after, workspace, read, None)).await?;
            if shown.status().is_success() {
                response = shown;
            }
        }
        if created {
            *response.status_mut() = StatusCode::CREATED;
            // Without it the caller would be sent to their own workspace.
            let place = workspace.map_or_else(String::new, |id| format!("?workspace={id}"));
            if let Ok(location) = HeaderValue::try_from(format!("{path}/{id}{place}")) {
                response.headers_mut().insert(header::LOCATION, location);
            }
        }
        Ok(response)
    }
}

fn within(workspace: WorkspaceId, mut response: Response) -> Response {
    response.extensions_mut().insert(Within(workspace));
    response
}

#[derive(serde::Deserialize)]
struct Me {
    time_zone: String,
    week_start: WeekStart,
}

/// The answer of a write, also as data. In this process it comes along; else it is read.
pub(super) async fn reply_of(mut response: Response) -> Result<(Response, WriteReply), Problem> {
    if let Some(reply) = response.extensions_mut().remove::<WriteReply>() {
        return Ok((response, reply));
    }
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, ANSWER_LIMIT).await;
    let bytes = bytes.map_err(|error| Problem::internal(&error))?;
    let reply = serde_json::from_slice(&bytes).map_err(|error| Problem::internal(&error))?;
    Ok((Response::from_parts(parts, Body::from(bytes)), reply))
}
