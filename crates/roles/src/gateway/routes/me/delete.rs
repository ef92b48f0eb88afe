//! Deletes the caller's account.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use taskfold_contracts::commands::{Command, UserCommand};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::values::Role;
use taskfold_identity::Scope;
use taskfold_views::members::{Member, Membership};

use crate::gateway::args::{Args, Nothing};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::door::{SESSION_COOKIE, Visitor};
use crate::gateway::routes::auth::login;
use crate::gateway::{Gateway, paths};
use crate::problem::{Fault, Problem};
use crate::query::{Items, Read};
use crate::trace::Trace;

/// The proof that it is meant.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteMe {
    /// The caller's password, once more.
    password: String,
}

/// Deletes the caller's account: the one thing that cannot be undone.
///
/// The workspace of their own is deleted, with shared ones in which nobody else is; the caller leaves all others. Name,
/// address and preferences are shown as erased wherever they stood. All sessions, tokens and live sockets end
/// within a second, and the address can register again.
///
/// Refused with 409 `last_owner` while a shared workspace with other members has no other owner: `errors` names each,
/// as `workspaces[<id>]` with its name. Refused with 409 `last_administrator` while others use the installation and
/// nobody else administers it. Needs a session, or a token with the scope admin.
#[utoipa::path(
    delete,
    path = paths::ME,
    tag = "auth",
    request_body = DeleteMe,
    responses(
        (status = 204, description = "It is gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
    visitor: Extension<Visitor>,
    Json(body): Json<DeleteMe>,
) -> Result<Response, Problem> {
    caller.needs_whole_person()?;
    caller.needs(Scope::Admin)?;
    caller.takes_no_version()?;
    let (identity, user_id) = (&gateway.inner.parts.identity, caller.verified.user_id);
    let account = identity.account(user_id).await?;
    let account = account.ok_or_else(|| Problem::not_found("account", user_id))?;
    login::confirm(&gateway, (&account.email, &body.password), &visitor).await?;
    if identity.is_needed(user_id).await? {
        return Err(Problem::conflict(
            "last_administrator",
            "others use this installation, and nobody else administers it",
        ));
    }
    // Every step may be done again, under no key: a try that breaks off is finished by the next one.
    let caller = Caller {
        idempotency_key: None,
        ..caller
    };
    let own = gateway.clone();
    // A client that goes away must not leave half an account.
    let running = async move { own.part_with(&caller).await };
    let running = gateway.inner.tracker.spawn(Trace::carried(running));
    running.await.map_err(|error| Problem::internal(&error))?
}

impl Gateway {
    async fn part_with(&self, caller: &Caller) -> Result<Response, Problem> {
        for (workspace, command) in self.partings(caller).await? {
            let parted = self.write(caller, Some(workspace), command).await?;
            if !parted.status().is_success() {
                return Ok(parted);
            }
        }
        let erased = self.write_user(caller, UserCommand::Erase).await?;
        // An earlier try may have come this far: then the person is not known any more.
        if !erased.status().is_success() && erased.status() != StatusCode::NOT_FOUND {
            return Ok(erased);
        }
        let identity = &self.inner.parts.identity;
        identity.remove(caller.verified.user_id).await?;
        let cookie = format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
    }

    /// What is to be done in each shared workspace so that the caller can go.
    ///
    /// # Errors
    /// Some of them would be left without an owner.
    async fn partings(&self, caller: &Caller) -> Result<Vec<(WorkspaceId, Command)>, Problem> {
        let user_id = caller.verified.user_id;
        let (mut partings, mut held) = (Vec::new(), Vec::new());
        for Membership { workspace, role } in self.memberships(caller).await? {
            if workspace.personal || workspace.deleted_at.is_some() {
                continue;
            }
            let id = workspace.workspace_id;
            let settled = self.settled(caller, id).await?;
            let members: Items<Member> = self.ask(&settled, id, Read::Members).await?;
            let others = members.items.iter().filter(|it| it.user_id != user_id);
            let (mut owners, mut some) = (0, false);
            for other in others {
                some = true;
                owners += usize::from(other.role == Role::Owner);
            }
            if !some {
                partings.push((id, Command::DeleteWorkspace));
            } else if role == Role::Owner && owners == 0 {
                held.push((id, workspace.name));
            } else {
                partings.push((id, Command::RemoveMember { user_id }));
            }
        }
        if held.is_empty() {
            return Ok(partings);
        }
        let detail = "some shared workspaces would be left without an owner: hand them over, or delete them, first";
        let faults = held
            .into_iter()
            .map(|(id, name)| Fault::new(format!("workspaces[{id}]"), "last_owner", name));
        Err(Problem::conflict("last_owner", detail).with_errors(faults.collect()))
    }
}
