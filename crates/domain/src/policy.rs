//! Who may do what: one table.

use taskfold_contracts::commands::Command;
use taskfold_contracts::events::Event;
use taskfold_contracts::values::Role;

/// What can be done in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// See what is there.
    Read,
    /// Leave the workspace oneself.
    Leave,
    /// Write comments, and change one's own.
    Comment,
    /// Change tasks, lists and saved filters; import; restore tasks and lists.
    Edit,
    /// Change members, invitations and the workspace itself.
    Manage,
}

/// The least role that may do it. A larger role may do all that a smaller one may.
pub fn least_role(action: Action) -> Role {
    match action {
        Action::Read | Action::Leave => Role::Viewer,
        Action::Comment => Role::Commenter,
        Action::Edit => Role::Editor,
        Action::Manage => Role::Owner,
    }
}

/// What a command does; none where the command itself carries the permission (an invitation's secret) or
/// where each part is asked alone (a batch).
pub(crate) fn action_of(command: &Command) -> Option<Action> {
    match command {
        Command::CreateTask(_)
        | Command::UpdateTask { .. }
        | Command::MoveTask { .. }
        | Command::CompleteTask { .. }
        | Command::ReopenTask { .. }
        | Command::DeleteTask { .. }
        | Command::RestoreTask { .. }
        | Command::CreateList(_)
        | Command::UpdateList { .. }
        | Command::MoveList { .. }
        | Command::ArchiveList { .. }
        | Command::UnarchiveList { .. }
        | Command::DeleteList { .. }
        | Command::RestoreList { .. }
        | Command::SaveFilter(_)
        | Command::RemoveFilter { .. }
        | Command::Restore(_)
        | Command::Import(_) => Some(Action::Edit),
        Command::AddComment { .. }
        | Command::EditComment { .. }
        | Command::DeleteComment { .. } => Some(Action::Comment),
        Command::UpdateWorkspace(_)
        | Command::DeleteWorkspace
        | Command::RestoreWorkspace
        | Command::InviteMember(_)
        | Command::RevokeInvitation { .. }
        | Command::ChangeRole { .. } => Some(Action::Manage),
        // Whoever is removed by somebody else is asked for Manage by the decision.
        Command::RemoveMember { .. } => Some(Action::Leave),
        // What an undo takes back is asked for by the undo.
        Command::Undo { .. }
        | Command::Redo { .. }
        | Command::AcceptInvitation(_)
        | Command::DeclineInvitation(_)
        | Command::Batch { .. } => None,
    }
}

/// What has to be allowed to make such an event by undo or restore; none for facts that are never made so.
pub(crate) fn action_behind(event: &Event) -> Option<Action> {
    match event {
        Event::TaskCreated(_)
        | Event::TaskUpdated(_)
        | Event::TaskMoved(_)
        | Event::TaskCompleted(_)
        | Event::TaskReopened(_)
        | Event::TaskDeleted(_)
        | Event::TaskRestored(_)
        | Event::ListCreated(_)
        | Event::ListUpdated(_)
        | Event::ListMoved(_)
        | Event::ListArchived(_)
        | Event::ListUnarchived(_)
        | Event::ListDeleted(_)
        | Event::ListRestored(_)
        | Event::WorkspaceFilterSaved(_)
        | Event::WorkspaceFilterRemoved(_) => Some(Action::Edit),
        Event::TaskCommented(_) | Event::TaskCommentEdited(_) | Event::TaskCommentDeleted(_) => {
            Some(Action::Comment)
        }
        Event::WorkspaceCreated(_)
        | Event::WorkspaceUpdated(_)
        | Event::WorkspaceDeleted(_)
        | Event::WorkspaceRestored(_)
        | Event::WorkspaceMemberInvited(_)
        | Event::WorkspaceInvitationRevoked(_)
        | Event::WorkspaceMemberJoined(_)
        | Event::WorkspaceMemberRoleChanged(_)
        | Event::WorkspaceMemberLeft(_) => Some(Action::Manage),
        Event::UserRegistered(_)
        | Event::UserAuthenticated(_)
        | Event::UserUpdated(_)
        | Event::UserErased(_)
        | Event::ReminderTriggered(_)
        | Event::NotificationRequested(_)
        | Event::NotificationSent(_)
        | Event::NotificationFailed(_) => None,
    }
}
