//! What events do to workspaces, members and invitations.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{
    Event, WorkspaceCreated, WorkspaceMemberInvited, WorkspaceMemberJoined,
    WorkspaceMemberRoleChanged,
};
use taskfold_contracts::ids::{InvitationId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Role;
use taskfold_sql::{Bound, Error, Row};
use uuid::Uuid;

use super::query::{INVITATION, WORKSPACE, read_invitation, read_workspace};
use super::{Invitation, InvitationState, Workspace};
use crate::activity::Entry;
use crate::apply::{Fold, Refusal};
use crate::held::Stored;
use crate::sql::{bound, instant, name, named, signed, uuid};

/// Somebody's membership, as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct MemberRow {
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    joined_at: Timestamp,
}

/// Applies an event of a workspace; of others there is nothing to say.
pub(crate) fn apply(fold: &mut Fold, envelope: &Envelope) -> Result<Option<Entry>, Refusal> {
    let mut entry = Entry::default();
    if let Event::WorkspaceCreated(event) = &envelope.event {
        create(fold, envelope, event)?;
        entry.text("name", None, Some(&event.name));
        return Ok(Some(entry));
    }
    let mut workspace = find(fold, envelope)?;
    change(fold, envelope, &mut workspace, &mut entry)?;
    seen(fold, envelope, workspace);
    Ok(Some(entry))
}

fn change(
    fold: &mut Fold,
    envelope: &Envelope,
    workspace: &mut Workspace,
    entry: &mut Entry,
) -> Result<(), Refusal> {
    let at = envelope.occurred_at;
    if let Event::WorkspaceUpdated(event) = &envelope.event {
        entry.text("name", Some(&workspace.name), Some(&event.name));
        workspace.name.clone_from(&event.name);
    } else if let Event::WorkspaceDeleted(_) = &envelope.event {
        entry.change("deleted_at", &None::<()>, &at);
        workspace.deleted_at = Some(at);
    } else if let Event::WorkspaceRestored(_) = &envelope.event {
        entry.change("deleted_at", &workspace.deleted_at, &None::<()>);
        workspace.deleted_at = None;
    } else if let Event::WorkspaceMemberInvited(event) = &envelope.event {
        entry.change("invitation", &None::<()>, &event.role);
        invite(fold, envelope, event)?;
    } else if let Event::WorkspaceInvitationRevoked(event) = &envelope.event {
        entry.change("invitation", &"pending", &"revoked");
        let state = InvitationState::Revoked;
        answer(fold, envelope, event.invitation_id, state)?;
    } else if let Event::WorkspaceMemberJoined(event) = &envelope.event {
        join(fold, envelope, event, entry)?;
    } else if let Event::WorkspaceMemberRoleChanged(event) = &envelope.event {
        role_changed(fold, envelope, event, entry)?;
    } else if let Event::WorkspaceMemberLeft(event) = &envelope.event {
        let before = member(fold, envelope, event.member_id)?
            .ok_or_else(|| refused(envelope, "has no such member"))?;
        entry.change(&member_field(event.member_id), &before.role, &None::<()>);
        fold.members.remove(before.key());
    }
    Ok(())
}

fn member_field(member: UserId) -> String {
    format!("member:{member}")
}

fn create(fold: &mut Fold, envelope: &Envelope, event: &WorkspaceCreated) -> Result<(), Refusal> {
    let held = fold.workspaces.get(fold.connection, [event.workspace.0])?;
    if held.is_some() {
        return Err(refused(envelope, "is there already"));
    }
    fold.workspaces.put(Workspace {
        workspace_id: event.workspace,
        name: event.name.clone(),
        personal: event.personal,
        created_at: envelope.occurred_at,
        updated_at: envelope.occurred_at,
        deleted_at: None,
        version: envelope.header.version.0,
    });
    Ok(())
}

/// The workspace that an event is about; an unknown one is poison.
pub(crate) fn find(fold: &mut Fold, envelope: &Envelope) -> Result<Workspace, Refusal> {
    let id = envelope.header.workspace_id;
    if envelope.header.stream_id.0 != id.0 {
        return Err(refused(
            envelope,
            "is not the one that the event is recorded in",
        ));
    }
    let held = fold.workspaces.get(fold.connection, [id.0])?;
    held.cloned().ok_or_else(|| refused(envelope, "is unknown"))
}

/// Notes that the workspace's stream went on, also for what other views keep of it.
pub(crate) fn seen(fold: &mut Fold, envelope: &Envelope, mut workspace: Workspace) {
    workspace.version = envelope.header.version.0;
    workspace.updated_at = workspace.updated_at.max(envelope.occurred_at);
    fold.workspaces.put(workspace);
}

fn invite(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &WorkspaceMemberInvited,
) -> Result<(), Refusal> {
    let key = [event.invitation_id.0];
    if fold.invitations.get(fold.connection, key)?.is_some() {
        return Err(refused(envelope, "has that invitation already"));
    }
    fold.invitations.put(Invitation {
        invitation_id: event.invitation_id,
        workspace_id: envelope.header.workspace_id,
        email: event.email.clone(),
        role: event.role,
        invited_by: envelope.header.actor.user(),
        created_at: envelope.occurred_at,
        expires_at: event.expires_at,
        state: InvitationState::Pending,
        secret_hash: event.secret_hash.clone(),
    });
    Ok(())
}

fn answer(
    fold: &mut Fold,
    envelope: &Envelope,
    invitation: InvitationId,
    state: InvitationState,
) -> Result<(), Refusal> {
    let workspace = envelope.header.workspace_id;
    let held = fold.invitations.get(fold.connection, [invitation.0])?;
    let mut answered = held
        .filter(|held| held.workspace_id == workspace)
        .cloned()
        .ok_or_else(|| refused(envelope, "has no such invitation"))?;
    answered.state = state;
    fold.invitations.put(answered);
    Ok(())
}

fn join(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &WorkspaceMemberJoined,
    entry: &mut Entry,
) -> Result<(), Refusal> {
    let before = member(fold, envelope, event.member_id)?;
    if let Some(invitation) = event.invitation_id {
        answer(fold, envelope, invitation, InvitationState::Accepted)?;
    }
    let role = before.as_ref().map(|before| before.role);
    entry.change(&member_field(event.member_id), &role, &event.role);
    fold.members.put(MemberRow {
        workspace: envelope.header.workspace_id,
        user: event.member_id,
        role: event.role,
        joined_at: before.map_or(envelope.occurred_at, |before| before.joined_at),
    });
    Ok(())
}

fn role_changed(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &WorkspaceMemberRoleChanged,
    entry: &mut Entry,
) -> Result<(), Refusal> {
    let mut row = member(fold, envelope, event.member_id)?
        .ok_or_else(|| refused(envelope, "has no such member"))?;
    entry.change(&member_field(event.member_id), &row.role, &event.role);
    row.role = event.role;
    fold.members.put(row);
    Ok(())
}

fn member(fold: &mut Fold, envelope: &Envelope, user: UserId) -> Result<Option<MemberRow>, Error> {
    let key = [envelope.header.workspace_id.0, user.0];
    Ok(fold.members.get(fold.connection, key)?.cloned())
}

impl Stored for Workspace {
    type Key = [Uuid; 1];
    const TABLE: &'static str = "workspaces";
    const COLUMNS: &'static [&'static str] = WORKSPACE;
    const KEYS: usize = 1;

    fn key(&self) -> [Uuid; 1] {
        [self.workspace_id.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.workspace_id.as_bytes(),
            &self.name,
            &self.personal,
            &self.created_at,
            &self.updated_at,
            self.deleted_at.as_ref(),
            signed(self.version),
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        read_workspace(row)
    }
}

impl Stored for MemberRow {
    type Key = [Uuid; 2];
    const TABLE: &'static str = "members";
    const COLUMNS: &'static [&'static str] = &["workspace_id", "user_id", "role", "joined_at"];
    const KEYS: usize = 2;

    fn key(&self) -> [Uuid; 2] {
        [self.workspace.0, self.user.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.workspace.as_bytes(),
            self.user.as_bytes(),
            name(self.role),
            &self.joined_at,
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            workspace: WorkspaceId(uuid(row, 0)?),
            user: UserId(uuid(row, 1)?),
            role: named(row, 2)?,
            joined_at: instant(row, 3)?,
        })
    }
}

impl Stored for Invitation {
    type Key = [Uuid; 1];
    const TABLE: &'static str = "invitations";
    const COLUMNS: &'static [&'static str] = INVITATION;
    const KEYS: usize = 1;

    fn key(&self) -> [Uuid; 1] {
        [self.invitation_id.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.invitation_id.as_bytes(),
            self.workspace_id.as_bytes(),
            &self.email,
            name(self.role),
            self.invited_by.as_ref().map(UserId::as_bytes),
            &self.created_at,
            &self.expires_at,
            name(self.state),
            &self.secret_hash,
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        read_invitation(row)
    }
}

fn refused(envelope: &Envelope, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: workspace {} {why}",
        envelope.header.event_type, envelope.header.workspace_id
    ))
}
