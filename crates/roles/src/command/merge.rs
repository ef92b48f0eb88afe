//! `If-Match` with an old version: fine as long as nobody changed the same fields since.

use taskfold_contracts::commands::{Command, UpdateTask};
use taskfold_contracts::events::{Event, ListUpdated, TaskUpdated};
use taskfold_contracts::ids::{StreamId, WorkspaceId};
use taskfold_contracts::position::Version;
use taskfold_domain::Workspace;
use taskfold_log::Log;
use uuid::Uuid;

use crate::problem::Problem;

/// Events looked at; an older version than that is refused.
const LIMIT: usize = 500;

/// Refuses a command that would overwrite what its caller has not seen.
pub(crate) async fn check(
    log: &Log,
    workspace: &Workspace,
    command: &Command,
    seen: u64,
) -> Result<(), Problem> {
    let Some(stream) = subject(workspace.id(), command) else {
        return Ok(());
    };
    let current = workspace.version(stream);
    if current.0 == seen || current.0 == 0 {
        return Ok(());
    }
    let wanted = fields_of_command(command);
    let rows = log.read_stream(stream, Version(seen), LIMIT + 1).await?;
    let mut stale = seen > current.0 || rows.len() > LIMIT || wanted.contains(&"*");
    for row in &rows {
        let touched = fields_of_event(&log.open_envelope(row)?.event);
        stale |= touched
            .iter()
            .any(|field| *field == "*" || wanted.contains(field));
    }
    if !stale {
        return Ok(());
    }
    Err(Problem::stale(stream, current, seen))
}

/// Whether a command is about one thing that has a version.
pub(crate) fn looks_at_version(command: &Command) -> bool {
    subject(WorkspaceId(Uuid::nil()), command).is_some()
}

fn subject(workspace: WorkspaceId, command: &Command) -> Option<StreamId> {
    match command {
        Command::UpdateTask { task_id, .. }
        | Command::MoveTask { task_id, .. }
        | Command::CompleteTask { task_id }
        | Command::ReopenTask { task_id }
        | Command::DeleteTask { task_id }
        | Command::RestoreTask { task_id }
        | Command::AddComment { task_id, .. }
        | Command::EditComment { task_id, .. }
        | Command::DeleteComment { task_id, .. } => Some((*task_id).into()),
        Command::UpdateList { list_id, .. }
        | Command::MoveList { list_id, .. }
        | Command::ArchiveList { list_id }
        | Command::UnarchiveList { list_id }
        | Command::DeleteList { list_id }
        | Command::RestoreList { list_id } => Some((*list_id).into()),
        Command::UpdateWorkspace(_) | Command::DeleteWorkspace | Command::RestoreWorkspace => {
            Some(workspace.into())
        }
        Command::InviteMember(_)
        | Command::RevokeInvitation { .. }
        | Command::AcceptInvitation(_)
        | Command::DeclineInvitation(_)
        | Command::ChangeRole { .. }
        | Command::RemoveMember { .. }
        | Command::SaveFilter(_)
        | Command::RemoveFilter { .. }
        | Command::CreateTask(_)
        | Command::CreateList(_)
        | Command::Undo { .. }
        | Command::Redo { .. }
        | Command::Restore(_)
        | Command::Batch { .. }
        | Command::Import(_) => None,
    }
}

/// The fields that a command sets; `*` is all of them.
fn fields_of_command(command: &Command) -> Vec<&'static str> {
    match command {
        Command::UpdateTask { changes, .. } => fields_of_update(changes),
        Command::UpdateList { changes, .. } => present([
            ("name", changes.name.is_some()),
            ("color", changes.color.is_some()),
        ]),
        Command::MoveTask { .. } | Command::MoveList { .. } => vec!["place"],
        Command::CompleteTask { .. } | Command::ReopenTask { .. } => vec!["completed"],
        Command::ArchiveList { .. } | Command::UnarchiveList { .. } => vec!["archived"],
        Command::AddComment { .. } => Vec::new(),
        Command::EditComment { .. } | Command::DeleteComment { .. } => vec!["comments"],
        Command::UpdateWorkspace(_) => vec!["name"],
        // Whoever puts something into the trash should have seen what it is.
        Command::DeleteTask { .. }
        | Command::RestoreTask { .. }
        | Command::DeleteList { .. }
        | Command::RestoreList { .. }
        | Command::DeleteWorkspace
        | Command::RestoreWorkspace
        | Command::InviteMember(_)
        | Command::RevokeInvitation { .. }
        | Command::AcceptInvitation(_)
        | Command::DeclineInvitation(_)
        | Command::ChangeRole { .. }
        | Command::RemoveMember { .. }
        | Command::SaveFilter(_)
        | Command::RemoveFilter { .. }
        | Command::CreateTask(_)
        | Command::CreateList(_)
        | Command::Undo { .. }
        | Command::Redo { .. }
        | Command::Restore(_)
        | Command::Batch { .. }
        | Command::Import(_) => vec!["*"],
    }
}

fn fields_of_update(changes: &UpdateTask) -> Vec<&'static str> {
    let tags =
        changes.tags.is_some() || !changes.add_tags.is_empty() || !changes.remove_tags.is_empty();
    present([
        ("title", changes.title.is_some()),
        ("description", changes.description.is_some()),
        ("priority", changes.priority.is_some()),
        ("due", changes.due.is_some()),
        ("start", changes.start.is_some()),
        ("tags", tags),
        ("recurrence", changes.recurrence.is_some()),
        ("reminders", changes.reminders.is_some()),
        ("blocked_by", changes.blocked_by.is_some()),
        ("assignee_id", changes.assignee_id.is_some()),
    ])
}

/// The fields that an event set; `*` is all of them.
fn fields_of_event(event: &Event) -> Vec<&'static str> {
    match event {
        Event::TaskUpdated(update) => fields_of_task_updated(update),
        Event::ListUpdated(ListUpdated { name, color, .. }) => {
            present([("name", name.is_some()), ("color", color.is_some())])
        }
        Event::TaskMoved(_) | Event::ListMoved(_) => vec!["place"],
        Event::TaskCompleted(_) | Event::TaskReopened(_) => vec!["completed"],
        Event::TaskCommented(_) | Event::TaskCommentEdited(_) | Event::TaskCommentDeleted(_) => {
            vec!["comments"]
        }
        Event::ListArchived(_) | Event::ListUnarchived(_) => vec!["archived"],
        Event::WorkspaceUpdated(_) => vec!["name"],
        Event::WorkspaceMemberInvited(_)
        | Event::WorkspaceInvitationRevoked(_)
        | Event::WorkspaceMemberJoined(_)
        | Event::WorkspaceMemberRoleChanged(_)
        | Event::WorkspaceMemberLeft(_)
        | Event::WorkspaceFilterSaved(_)
        | Event::WorkspaceFilterRemoved(_)
        | Event::ReminderTriggered(_) => Vec::new(),
        Event::TaskCreated(_)
        | Event::TaskDeleted(_)
        | Event::TaskRestored(_)
        | Event::ListCreated(_)
        | Event::ListDeleted(_)
        | Event::ListRestored(_)
        | Event::WorkspaceCreated(_)
        | Event::WorkspaceDeleted(_)
        | Event::WorkspaceRestored(_)
        | Event::UserRegistered(_)
        | Event::UserAuthenticated(_)
        | Event::UserUpdated(_)
        | Event::UserErased(_)
        | Event::NotificationRequested(_)
        | Event::NotificationSent(_)
        | Event::NotificationFailed(_) => vec!["*"],
    }
}

fn fields_of_task_updated(update: &TaskUpdated) -> Vec<&'static str> {
    present([
        ("title", update.title.is_some()),
        ("description", update.description.is_some()),
        ("priority", update.priority.is_some()),
        ("due", update.due_date.is_some()),
        ("start", update.start_date.is_some()),
        (
            "tags",
            !update.tags_added.is_empty() || !update.tags_removed.is_empty(),
        ),
        ("recurrence", update.recurrence.is_some()),
        ("reminders", update.reminders.is_some()),
        (
            "blocked_by",
            !update.blocked_by_added.is_empty() || !update.blocked_by_removed.is_empty(),
        ),
        ("assignee_id", update.assignee_id.is_some()),
    ])
}

fn present<const N: usize>(fields: [(&'static str, bool); N]) -> Vec<&'static str> {
    fields
        .into_iter()
        .filter_map(|(field, set)| set.then_some(field))
        .collect()
}
