//! What events do to workspaces, members and invitations.

use rusqlite::{Connection, OptionalExtension, params};
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{
    Event, WorkspaceCreated, WorkspaceMemberInvited, WorkspaceMemberJoined,
};
use taskfold_contracts::ids::{InvitationId, UserId};
use taskfold_contracts::values::Role;

use crate::activity::Entry;
use crate::apply::Refusal;
use crate::sql::{name, named, signed};

/// Applies an event of a workspace; of others there is nothing to say.
pub(crate) fn apply(
    connection: &Connection,
    envelope: &Envelope,
) -> Result<Option<Entry>, Refusal> {
    let mut entry = Entry::default();
    if let Event::WorkspaceCreated(event) = &envelope.event {
        create(connection, envelope, event)?;
        entry.text("name", None, Some(&event.name));
        return Ok(Some(entry));
    }
    exists(connection, envelope)?;
    change(connection, envelope, &mut entry)?;
    touch(connection, envelope)?;
    Ok(Some(entry))
}

fn change(connection: &Connection, envelope: &Envelope, entry: &mut Entry) -> Result<(), Refusal> {
    let at = envelope.occurred_at.as_millis();
    if let Event::WorkspaceUpdated(event) = &envelope.event {
        let before: String = column(connection, envelope, "name")?;
        entry.text("name", Some(&before), Some(&event.name));
        set(connection, envelope, "name", &event.name)
    } else if let Event::WorkspaceDeleted(_) = &envelope.event {
        entry.change("deleted_at", &None::<()>, &envelope.occurred_at);
        set(connection, envelope, "deleted_at", &at)
    } else if let Event::WorkspaceRestored(_) = &envelope.event {
        entry.change(
            "deleted_at",
            &deleted_at(connection, envelope)?,
            &None::<()>,
        );
        set(connection, envelope, "deleted_at", &None::<i64>)
    } else if let Event::WorkspaceMemberInvited(event) = &envelope.event {
        entry.change("invitation", &None::<()>, &event.role);
        invite(connection, envelope, event)
    } else if let Event::WorkspaceInvitationRevoked(event) = &envelope.event {
        entry.change("invitation", &"pending", &"revoked");
        answer(connection, envelope, event.invitation_id, "revoked")
    } else if let Event::WorkspaceMemberJoined(event) = &envelope.event {
        let before = role(connection, envelope, event.member_id)?;
        entry.change(&member_field(event.member_id), &before, &event.role);
        join(connection, envelope, event)
    } else if let Event::WorkspaceMemberRoleChanged(event) = &envelope.event {
        let before = role(connection, envelope, event.member_id)?
            .ok_or_else(|| refused(envelope, "has no such member"))?;
        entry.change(&member_field(event.member_id), &before, &event.role);
        connection
            .prepare_cached(
                "UPDATE members SET role = ?3 WHERE workspace_id = ?1 AND user_id = ?2",
            )?
            .execute(params![
                envelope.header.workspace_id.as_bytes(),
                event.member_id.as_bytes(),
                name(event.role)
            ])?;
        Ok(())
    } else if let Event::WorkspaceMemberLeft(event) = &envelope.event {
        let before = role(connection, envelope, event.member_id)?
            .ok_or_else(|| refused(envelope, "has no such member"))?;
        entry.change(&member_field(event.member_id), &before, &None::<()>);
        connection
            .prepare_cached("DELETE FROM members WHERE workspace_id = ?1 AND user_id = ?2")?
            .execute([
                envelope.header.workspace_id.as_bytes(),
                event.member_id.as_bytes(),
            ])?;
        Ok(())
    } else {
        Ok(())
    }
}

fn member_field(member: UserId) -> String {
    format!("member:{member}")
}

fn create(
    connection: &Connection,
    envelope: &Envelope,
    event: &WorkspaceCreated,
) -> Result<(), Refusal> {
    let added = connection
        .prepare_cached(
            "INSERT INTO workspaces (workspace_id, name, personal, created_at, updated_at, version)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            event.workspace.as_bytes(),
            event.name,
            event.personal,
            envelope.occurred_at.as_millis(),
            signed(envelope.header.version.0),
        ])?;
    if added == 0 {
        Err(refused(envelope, "is there already"))
    } else {
        Ok(())
    }
}

/// Notes that the workspace's stream went on, also for what other views keep of it.
pub(crate) fn touch(connection: &Connection, envelope: &Envelope) -> Result<(), Refusal> {
    exists(connection, envelope)?;
    connection
        .prepare_cached(
            "UPDATE workspaces SET version = ?2, updated_at = max(updated_at, ?3)
             WHERE workspace_id = ?1",
        )?
        .execute(params![
            envelope.header.workspace_id.as_bytes(),
            signed(envelope.header.version.0),
            envelope.occurred_at.as_millis(),
        ])?;
    Ok(())
}

fn exists(connection: &Connection, envelope: &Envelope) -> Result<(), Refusal> {
    if envelope.header.stream_id.0 != envelope.header.workspace_id.0 {
        return Err(refused(
            envelope,
            "is not the one that the event is recorded in",
        ));
    }
    column::<Vec<u8>>(connection, envelope, "workspace_id").map(|_| ())
}

/// A column of the event's workspace; an unknown workspace is poison.
fn column<T: rusqlite::types::FromSql>(
    connection: &Connection,
    envelope: &Envelope,
    column: &'static str,
) -> Result<T, Refusal> {
    connection
        .prepare_cached(&format!(
            "SELECT {column} FROM workspaces WHERE workspace_id = ?1"
        ))?
        .query_row([envelope.header.workspace_id.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or_else(|| refused(envelope, "is unknown"))
}

fn deleted_at(
    connection: &Connection,
    envelope: &Envelope,
) -> Result<Option<taskfold_contracts::time::Timestamp>, Refusal> {
    let millis: Option<i64> = column(connection, envelope, "deleted_at")?;
    Ok(millis.map(taskfold_contracts::time::Timestamp::from_millis))
}

fn set(
    connection: &Connection,
    envelope: &Envelope,
    column: &'static str,
    value: &dyn rusqlite::ToSql,
) -> Result<(), Refusal> {
    connection
        .prepare_cached(&format!(
            "UPDATE workspaces SET {column} = ?2 WHERE workspace_id = ?1"
        ))?
        .execute(params![envelope.header.workspace_id.as_bytes(), value])?;
    Ok(())
}

fn invite(
    connection: &Connection,
    envelope: &Envelope,
    event: &WorkspaceMemberInvited,
) -> Result<(), Refusal> {
    let added = connection
        .prepare_cached(
            "INSERT INTO invitations (invitation_id, workspace_id, email, role, secret_hash,
                 invited_by, created_at, expires_at, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending') ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            event.invitation_id.as_bytes(),
            envelope.header.workspace_id.as_bytes(),
            event.email,
            name(event.role),
            event.secret_hash,
            envelope.header.actor.user().as_ref().map(UserId::as_bytes),
            envelope.occurred_at.as_millis(),
            event.expires_at.as_millis(),
        ])?;
    if added == 0 {
        Err(refused(envelope, "has that invitation already"))
    } else {
        Ok(())
    }
}

fn answer(
    connection: &Connection,
    envelope: &Envelope,
    invitation: InvitationId,
    state: &str,
) -> Result<(), Refusal> {
    let changed = connection
        .prepare_cached(
            "UPDATE invitations SET state = ?3 WHERE workspace_id = ?1 AND invitation_id = ?2",
        )?
        .execute(params![
            envelope.header.workspace_id.as_bytes(),
            invitation.as_bytes(),
            state
        ])?;
    if changed == 0 {
        Err(refused(envelope, "has no such invitation"))
    } else {
        Ok(())
    }
}

fn join(
    connection: &Connection,
    envelope: &Envelope,
    event: &WorkspaceMemberJoined,
) -> Result<(), Refusal> {
    if let Some(invitation) = event.invitation_id {
        answer(connection, envelope, invitation, "accepted")?;
    }
    connection
        .prepare_cached(
            "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role",
        )?
        .execute(params![
            envelope.header.workspace_id.as_bytes(),
            event.member_id.as_bytes(),
            name(event.role),
            envelope.occurred_at.as_millis(),
        ])?;
    Ok(())
}

fn role(
    connection: &Connection,
    envelope: &Envelope,
    member: UserId,
) -> Result<Option<Role>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT role FROM members WHERE workspace_id = ?1 AND user_id = ?2")?
        .query_row(
            [envelope.header.workspace_id.as_bytes(), member.as_bytes()],
            |row| named(row, 0),
        )
        .optional()
}

fn refused(envelope: &Envelope, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: workspace {} {why}",
        envelope.header.event_type, envelope.header.workspace_id
    ))
}
