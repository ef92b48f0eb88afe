//! What the gateway sends.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taskfold_contracts::commands::{Command, TriggerReminder, UserCommand};
use taskfold_contracts::ids::{CorrelationId, StreamId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;

use crate::internal::{Asked, Patience};
use crate::moment::zone;
use crate::principal::Principal;
use crate::problem::Problem;

/// Something to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CommandRequest {
    /// Who asks.
    pub principal: Principal,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// What.
    pub work: Work,
    /// The version that the caller has seen of what the command is about.
    pub if_match: Option<u64>,
    /// The caller's key, when it may try again.
    pub idempotency_key: Option<String>,
    /// Names the request in logs and events.
    pub correlation_id: CorrelationId,
    /// IANA zone of the caller; UTC when there is none.
    pub zone: Option<String>,
}

/// What to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", content = "work", rename_all = "snake_case")]
pub enum Work {
    /// A command in the workspace.
    Command(Command),
    /// A command of which only the answer is wanted: nothing is stored.
    Preview(Command),
    /// Several, each with its own result, as one change.
    Bulk(Vec<BulkStep>),
    /// Take the caller's last change back that still stands.
    UndoLast,
    /// Bring back the change that the caller undid last.
    RedoLast,
    /// A command on the caller.
    User(UserCommand),
    /// The moment of a reminder has come. Of the notifier role; no route of the gateway makes it.
    Trigger(TriggerReminder),
}

/// One of several commands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BulkStep {
    /// What to do.
    #[serde(flatten)]
    pub command: Command,
    /// The version that the caller has seen of what the command is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_match: Option<u64>,
}

impl Work {
    /// What it is called where it is told of.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Command(command) => command.name(),
            Self::Preview(_) => "preview",
            Self::Bulk(_) => "bulk",
            Self::UndoLast => "undo_last",
            Self::RedoLast => "redo_last",
            Self::User(command) => command.name(),
            Self::Trigger(_) => "trigger_reminder",
        }
    }
}

impl Asked for CommandRequest {
    fn principal(&self) -> Principal {
        self.principal
    }

    fn workspace(&self) -> Option<WorkspaceId> {
        Some(self.workspace_id)
    }

    fn may_be_repeated(&self) -> bool {
        // What fires once however often it is asked for needs no key.
        self.idempotency_key.is_some() || matches!(self.work, Work::Trigger(_))
    }

    fn patience(&self) -> Patience {
        if self.may_take_several_appends() {
            Patience::Long
        } else {
            Patience::Short
        }
    }
}

impl CommandRequest {
    /// Refuses what must not be asked for, whatever a gateway lets through.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let Work::Bulk(steps) = &self.work else {
            return Ok(());
        };
        match steps.iter().position(|step| !is_for_bulk(&step.command)) {
            None => Ok(()),
            Some(index) => Err(not_for_bulk(&format!("commands[{index}].command"))),
        }
    }

    /// Who does it, as the log names them.
    pub(crate) fn actor(&self) -> Actor {
        match &self.work {
            Work::Trigger(_) => Actor::System,
            Work::Command(_)
            | Work::Preview(_)
            | Work::Bulk(_)
            | Work::UndoLast
            | Work::RedoLast
            | Work::User(_) => self.principal.actor(),
        }
    }

    /// The ids that its client chose for what it makes.
    pub(crate) fn chosen_ids(&self) -> Vec<StreamId> {
        match &self.work {
            Work::Command(command) | Work::Preview(command) => {
                chosen_id(command).into_iter().collect()
            }
            Work::Bulk(steps) => {
                let commands = steps.iter().map(|step| &step.command);
                commands.filter_map(chosen_id).collect()
            }
            Work::UndoLast | Work::RedoLast | Work::User(_) | Work::Trigger(_) => Vec::new(),
        }
    }

    /// Whether its change may need more than one append: what it left behind is swept.
    pub(crate) fn may_take_several_appends(&self) -> bool {
        match &self.work {
            Work::Command(command) | Work::Preview(command) => may_leave_strays(command),
            Work::Bulk(steps) => steps.iter().any(|step| may_leave_strays(&step.command)),
            Work::UndoLast | Work::RedoLast => true,
            Work::User(_) | Work::Trigger(_) => false,
        }
    }

    /// Whether it depends on what happened last: that must be known, wherever it was committed.
    pub(crate) fn looks_back(&self) -> bool {
        match &self.work {
            Work::UndoLast | Work::RedoLast => true,
            Work::Command(command) => matches!(
                command,
                Command::Undo { .. } | Command::Redo { .. } | Command::Restore(_)
            ),
            Work::Preview(_) | Work::Bulk(_) | Work::User(_) | Work::Trigger(_) => false,
        }
    }

    /// The key under which the log knows a retry: that of another person never meets it.
    pub(crate) fn key(&self) -> Option<[u8; 32]> {
        let key = self.idempotency_key.as_ref()?;
        let mut hasher = Sha256::new();
        hasher.update(self.principal.user_id.as_bytes());
        hasher.update(key.as_bytes());
        Some(hasher.finalize().into())
    }

    /// What a retry must have in common with the first try.
    pub(crate) fn fingerprint(&self) -> Result<[u8; 32], Problem> {
        let mut work = Cow::Borrowed(&self.work);
        if let Work::Command(Command::InviteMember(_)) = &self.work
            && let Work::Command(Command::InviteMember(invite)) = work.to_mut()
        {
            // The gateway says when it ends, each time anew; whoever tries again has not said that.
            invite.expires_at = Timestamp::from_millis(0);
        }
        let told = (self.workspace_id, &work, self.if_match);
        let bytes = serde_json::to_vec(&told).map_err(|error| Problem::internal(&error))?;
        Ok(Sha256::digest(bytes).into())
    }

    pub(crate) fn time_zone(&self) -> Result<jiff::tz::TimeZone, Problem> {
        zone(self.zone.as_deref())
    }
}

/// The id that a client chose for what a command makes.
pub(crate) fn chosen_id(command: &Command) -> Option<StreamId> {
    if let Command::CreateTask(task) = command {
        task.task_id.map(Into::into)
    } else if let Command::CreateList(list) = command {
        list.list_id.map(Into::into)
    } else {
        None
    }
}

/// Whether a command may be sent together with others, as whoever asks wrote it. What its own endpoint fills in,
/// such as the hash of an invitation's secret, must never come from outside. The list is closed, so that a new
/// command is not let in unseen.
pub(crate) fn is_for_bulk(command: &Command) -> bool {
    match command {
        Command::InviteMember(_)
        | Command::AcceptInvitation(_)
        | Command::DeclineInvitation(_)
        | Command::Undo { .. }
        | Command::Redo { .. }
        | Command::Restore(_)
        | Command::Batch { .. }
        | Command::Import(_) => false,
        Command::CreateTask(_)
        | Command::UpdateTask { .. }
        | Command::MoveTask { .. }
        | Command::CompleteTask { .. }
        | Command::ReopenTask { .. }
        | Command::DeleteTask { .. }
        | Command::RestoreTask { .. }
        | Command::AddComment { .. }
        | Command::EditComment { .. }
        | Command::DeleteComment { .. }
        | Command::CreateList(_)
        | Command::UpdateList { .. }
        | Command::MoveList { .. }
        | Command::ArchiveList { .. }
        | Command::UnarchiveList { .. }
        | Command::DeleteList { .. }
        | Command::RestoreList { .. }
        | Command::UpdateWorkspace(_)
        | Command::DeleteWorkspace
        | Command::RestoreWorkspace
        | Command::RevokeInvitation { .. }
        | Command::ChangeRole { .. }
        | Command::RemoveMember { .. }
        | Command::SaveFilter(_)
        | Command::RemoveFilter { .. } => true,
    }
}

/// The command at `field` is refused among several.
pub(crate) fn not_for_bulk(field: &str) -> Problem {
    Problem::field(field, "not_here", "this command has an endpoint of its own")
}

/// Whether a command may delete or move tasks, or take an assignee away.
fn may_leave_strays(command: &Command) -> bool {
    match command {
        Command::DeleteTask { .. }
        | Command::RestoreTask { .. }
        | Command::MoveTask { .. }
        | Command::DeleteList { .. }
        | Command::RestoreList { .. }
        | Command::Undo { .. }
        | Command::Redo { .. }
        | Command::Restore(_)
        | Command::Batch { .. }
        | Command::RemoveMember { .. }
        | Command::Import(_) => true,
        Command::CreateTask(_)
        | Command::UpdateTask { .. }
        | Command::CompleteTask { .. }
        | Command::ReopenTask { .. }
        | Command::AddComment { .. }
        | Command::EditComment { .. }
        | Command::DeleteComment { .. }
        | Command::CreateList(_)
        | Command::UpdateList { .. }
        | Command::MoveList { .. }
        | Command::ArchiveList { .. }
        | Command::UnarchiveList { .. }
        | Command::UpdateWorkspace(_)
        | Command::DeleteWorkspace
        | Command::RestoreWorkspace
        | Command::InviteMember(_)
        | Command::RevokeInvitation { .. }
        | Command::AcceptInvitation(_)
        | Command::DeclineInvitation(_)
        | Command::ChangeRole { .. }
        | Command::SaveFilter(_)
        | Command::RemoveFilter { .. } => false,
    }
}
