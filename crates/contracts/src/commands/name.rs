//! What commands are called where they are told of: in traces. As JSON has them, too.

use super::{Command, UserCommand};

impl Command {
    /// Its name, such as `create_task`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CreateTask(_) => "create_task",
            Self::UpdateTask { .. } => "update_task",
            Self::MoveTask { .. } => "move_task",
            Self::CompleteTask { .. } => "complete_task",
            Self::ReopenTask { .. } => "reopen_task",
            Self::DeleteTask { .. } => "delete_task",
            Self::RestoreTask { .. } => "restore_task",
            Self::AddComment { .. } => "add_comment",
            Self::EditComment { .. } => "edit_comment",
            Self::DeleteComment { .. } => "delete_comment",
            Self::CreateList(_) => "create_list",
            Self::UpdateList { .. } => "update_list",
            Self::MoveList { .. } => "move_list",
            Self::ArchiveList { .. } => "archive_list",
            Self::UnarchiveList { .. } => "unarchive_list",
            Self::DeleteList { .. } => "delete_list",
            Self::RestoreList { .. } => "restore_list",
            Self::UpdateWorkspace(_) => "update_workspace",
            Self::DeleteWorkspace => "delete_workspace",
            Self::RestoreWorkspace => "restore_workspace",
            Self::InviteMember(_) => "invite_member",
            Self::RevokeInvitation { .. } => "revoke_invitation",
            Self::AcceptInvitation(_) => "accept_invitation",
            Self::DeclineInvitation(_) => "decline_invitation",
            Self::ChangeRole { .. } => "change_role",
            Self::RemoveMember { .. } => "remove_member",
            Self::SaveFilter(_) => "save_filter",
            Self::RemoveFilter { .. } => "remove_filter",
            Self::Undo { .. } => "undo",
            Self::Redo { .. } => "redo",
            Self::Restore(_) => "restore",
            Self::Batch { .. } => "batch",
            Self::Import(_) => "import",
        }
    }
}

impl UserCommand {
    /// Its name, such as `register`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Register(_) => "register",
            Self::RecordSignIn { .. } => "record_sign_in",
            Self::Erase => "erase",
            Self::Update(_) => "update_user",
            Self::CreateWorkspace { .. } => "create_workspace",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for json in [
            r#"{"command":"create_task","title":"x"}"#,
            r#"{"command":"delete_workspace"}"#,
            r#"{"command":"undo","change_id":"01920000-0000-7000-8000-00000000abcd"}"#,
            r#"{"command":"batch","commands":[]}"#,
        ] {
            let command: Command = serde_json::from_str(json).unwrap();
            let name = format!(r#"{{"command":"{}""#, command.name());
            assert!(json.starts_with(&name), "{json}");
        }
    }
}
