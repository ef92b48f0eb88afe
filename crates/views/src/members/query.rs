//! Questions about workspaces, members, invitations and people.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::ids::{InvitationId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Role;
use taskfold_sql::{Error, Row, ValueRef, values};

use super::{Invitation, Member, Membership, NamedInvitation, User, Workspace};
use crate::error::QueryError;
use crate::reader::Reader;
use crate::sql::{
    instant, json, named, optional_instant, optional_uuid, padded, placeholders, unsigned, uuid,
};

/// Names looked up with one statement.
const NAMES: usize = 512;

/// What [`read_workspace`] reads.
pub(super) const WORKSPACE: &[&str] = &[
    "workspace_id",
    "name",
    "personal",
    "created_at",
    "updated_at",
    "deleted_at",
    "version",
];

/// What [`read_invitation`] reads.
pub(super) const INVITATION: &[&str] = &[
    "invitation_id",
    "workspace_id",
    "email",
    "role",
    "invited_by",
    "created_at",
    "expires_at",
    "state",
    "secret_hash",
];

/// What [`read_user`] reads.
pub(super) const USER: &[&str] = &[
    "user_id",
    "email",
    "display_name",
    "personal_workspace_id",
    "time_zone",
    "locale",
    "week_start",
    "theme",
    "digest_time",
    "channels",
    "is_admin",
    "registered_at",
    "last_sign_in_at",
    "erased_at",
    "version",
];

fn users() -> String {
    format!("SELECT {} FROM users", USER.join(", "))
}

fn invited_where(condition: &str) -> String {
    format!(
        "SELECT i.{}, w.name, u.display_name FROM invitations i
         JOIN workspaces w ON w.workspace_id = i.workspace_id
         LEFT JOIN users u ON u.user_id = i.invited_by
         WHERE {condition}",
        INVITATION.join(", i.")
    )
}

fn read_invited(row: &Row) -> Result<NamedInvitation, Error> {
    Ok(NamedInvitation {
        invitation: read_invitation(row)?,
        workspace_name: row.get(INVITATION.len())?,
        inviter_name: row.get(INVITATION.len() + 1)?,
    })
}

/// One workspace, in the trash or not.
pub fn workspace(r: &Reader, workspace: WorkspaceId) -> Result<Option<Workspace>, QueryError> {
    let sql = format!(
        "SELECT {} FROM workspaces WHERE workspace_id = ?1",
        WORKSPACE.join(", ")
    );
    Ok(r.of(workspace)?
        .first(&sql, values![workspace.as_bytes()], read_workspace)?)
}

/// The workspaces that somebody is a member of, their own first, then by name; those in the trash too.
pub fn workspaces_of(r: &Reader, user: UserId) -> Result<Vec<Membership>, QueryError> {
    let sql = format!(
        "SELECT w.{}, m.role FROM members m
         JOIN workspaces w ON w.workspace_id = m.workspace_id
         WHERE m.user_id = ?1
         ORDER BY w.personal DESC, lower(w.name), w.workspace_id",
        WORKSPACE.join(", w.")
    );
    let membership = |row: &Row| {
        Ok(Membership {
            workspace: read_workspace(row)?,
            role: named(row, WORKSPACE.len())?,
        })
    };
    Ok(r.everywhere()?
        .query(&sql, values![user.as_bytes()], membership)?)
}

/// The members of a workspace, owners first, then by name.
pub fn members(r: &Reader, workspace: WorkspaceId) -> Result<Vec<Member>, QueryError> {
    let sql = "SELECT m.user_id, u.display_name, u.email, m.role, m.joined_at FROM members m
         LEFT JOIN users u ON u.user_id = m.user_id
         WHERE m.workspace_id = ?1
         ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'editor' THEN 1 WHEN 'commenter' THEN 2
             ELSE 3 END, lower(coalesce(u.display_name, '')), m.user_id";
    let member = |row: &Row| {
        Ok(Member {
            user_id: UserId(uuid(row, 0)?),
            display_name: row.get(1)?,
            email: row.get(2)?,
            role: named(row, 3)?,
            joined_at: instant(row, 4)?,
        })
    };
    Ok(r.of(workspace)?
        .query(sql, values![workspace.as_bytes()], member)?)
}

/// What somebody may do in a workspace; nothing when they are no member.
pub fn member(
    r: &Reader,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<Role>, QueryError> {
    let sql = "SELECT role FROM members WHERE workspace_id = ?1 AND user_id = ?2";
    Ok(r.of(workspace)?
        .first(sql, values![workspace.as_bytes(), user.as_bytes()], |row| {
            named(row, 0)
        })?)
}

/// The invitations to a workspace, newest first.
pub fn invitations(r: &Reader, workspace: WorkspaceId) -> Result<Vec<NamedInvitation>, QueryError> {
    let sql = invited_where("i.workspace_id = ?1 ORDER BY i.invitation_id DESC");
    Ok(r.of(workspace)?
        .query(&sql, values![workspace.as_bytes()], read_invited)?)
}

/// The invitations to an address, normalised, that can be accepted at `now`, newest first; those to a
/// workspace in the trash left out.
pub fn invitations_to(
    r: &Reader,
    email: &str,
    now: Timestamp,
) -> Result<Vec<NamedInvitation>, QueryError> {
    let sql = invited_where(
        "i.email = ?1 AND i.state = 'pending' AND i.expires_at > ?2 AND w.deleted_at IS NULL
         ORDER BY i.invitation_id DESC",
    );
    Ok(r.everywhere()?
        .query(&sql, values![email, now], read_invited)?)
}

/// One invitation, to whatever workspace: whoever holds its secret may see it.
pub fn invitation(r: &Reader, invitation: InvitationId) -> Result<Option<Invitation>, QueryError> {
    let sql = format!(
        "SELECT {} FROM invitations WHERE invitation_id = ?1",
        INVITATION.join(", ")
    );
    Ok(r.everywhere()?
        .first(&sql, values![invitation.as_bytes()], read_invitation)?)
}

/// One invitation, to whatever workspace, when this is the SHA-256 of its secret, in lower-case hex.
pub fn invitation_with(
    r: &Reader,
    invitation: InvitationId,
    secret_hash: &str,
) -> Result<Option<NamedInvitation>, QueryError> {
    let sql = invited_where("i.invitation_id = ?1 AND i.secret_hash = ?2");
    Ok(r.everywhere()?.first(
        &sql,
        values![invitation.as_bytes(), secret_hash],
        read_invited,
    )?)
}

/// One person.
pub fn user(r: &Reader, user: UserId) -> Result<Option<User>, QueryError> {
    let sql = format!("{} WHERE user_id = ?1", users());
    Ok(r.everywhere()?
        .first(&sql, values![user.as_bytes()], read_user)?)
}

/// What these people are called today; those who are unknown are left out.
pub fn display_names(
    r: &Reader,
    people: &BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, String>, QueryError> {
    let people: Vec<UserId> = people.iter().copied().collect();
    let connection = r.everywhere()?;
    let mut names = BTreeMap::new();
    for part in people.chunks(NAMES) {
        let asked = padded(part);
        let sql = format!(
            "SELECT user_id, display_name FROM users WHERE user_id IN ({})",
            placeholders(1, asked.len())
        );
        let ids = asked.iter().map(|id| ValueRef::Blob(id.as_bytes()));
        let ids: Vec<ValueRef> = ids.collect();
        names.extend(connection.query(&sql, &ids, |row| {
            Ok((UserId(uuid(row, 0)?), row.get::<String>(1)?))
        })?);
    }
    Ok(names)
}

/// The person with this address, normalised; nobody who was erased.
pub fn user_by_email(r: &Reader, email: &str) -> Result<Option<User>, QueryError> {
    let condition = "email = ?1 AND erased_at IS NULL ORDER BY user_id LIMIT 1";
    let sql = format!("{} WHERE {condition}", users());
    Ok(r.everywhere()?.first(&sql, values![email], read_user)?)
}

pub(super) fn read_workspace(row: &Row) -> Result<Workspace, Error> {
    Ok(Workspace {
        workspace_id: WorkspaceId(uuid(row, 0)?),
        name: row.get(1)?,
        personal: row.get(2)?,
        created_at: instant(row, 3)?,
        updated_at: instant(row, 4)?,
        deleted_at: optional_instant(row, 5)?,
        version: unsigned(row, 6)?,
    })
}

pub(super) fn read_invitation(row: &Row) -> Result<Invitation, Error> {
    Ok(Invitation {
        invitation_id: InvitationId(uuid(row, 0)?),
        workspace_id: WorkspaceId(uuid(row, 1)?),
        email: row.get(2)?,
        role: named(row, 3)?,
        invited_by: optional_uuid(row, 4)?.map(UserId),
        created_at: instant(row, 5)?,
        expires_at: instant(row, 6)?,
        state: named(row, 7)?,
        secret_hash: row.get(8)?,
    })
}

pub(super) fn read_user(row: &Row) -> Result<User, Error> {
    Ok(User {
        user_id: UserId(uuid(row, 0)?),
        email: row.get(1)?,
        display_name: row.get(2)?,
        personal_workspace_id: WorkspaceId(uuid(row, 3)?),
        time_zone: row.get(4)?,
        locale: row.get(5)?,
        week_start: named(row, 6)?,
        theme: named(row, 7)?,
        digest_time: row.get(8)?,
        channels: json(row, 9)?,
        is_admin: row.get(10)?,
        registered_at: instant(row, 11)?,
        last_sign_in_at: optional_instant(row, 12)?,
        erased_at: optional_instant(row, 13)?,
        version: unsigned(row, 14)?,
    })
}
