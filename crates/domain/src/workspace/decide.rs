//! From a command to its decision.

use taskfold_contracts::commands::Command;
use taskfold_contracts::position::Version;
use taskfold_contracts::values::Actor;

use super::{Workspace, settings};
use crate::batch::Step;
use crate::decision::{Context, Decision, Outcome};
use crate::policy::{Action, action_of, least_role};
use crate::rejection::Rejection;
use crate::{batch, filters, import, list, members, task};

impl Workspace {
    /// Decides a command. Undo, redo and restore need history: they have functions of their own
    /// ([`crate::undo()`], [`crate::restore()`]) and are refused here with `needs_history`.
    pub fn decide(&self, ctx: &Context, command: &Command) -> Result<Decision, Rejection> {
        if let Some(action) = action_of(command) {
            self.authorise(ctx.actor, action)?;
        } else if self.version == Version(0) {
            return Err(Rejection::not_found("workspace", self.id));
        }
        if self.deleted && *command != Command::RestoreWorkspace {
            return Err(Rejection::conflict(
                "workspace_deleted",
                "the workspace is in the trash",
            ));
        }
        let mut decision = self.dispatch(ctx, command)?;
        // What the actor may do is read from the members.
        if ctx.actor != Actor::System && !decision.events.is_empty() {
            decision.reads.push(self.id.into());
        }
        Ok(decision.settle())
    }

    /// Decides each command alone, on top of those before it that were not refused; all that was decided is
    /// one decision. The results say what each command was about and how many of its events are of it, in order.
    pub fn decide_each(
        &self,
        ctx: &Context,
        commands: &[Command],
    ) -> (Decision, Vec<Result<Step, Rejection>>) {
        batch::each(self, ctx, commands)
    }

    /// Whether `actor` may do it: refused with the role that it needs, or with "not found" when the actor is
    /// not a member at all, who is told nothing. Taskfold itself may do all.
    pub fn authorise(&self, actor: Actor, action: Action) -> Result<(), Rejection> {
        let Some(user) = actor.user() else {
            return Ok(());
        };
        let role = self
            .role_of(user)
            .ok_or_else(|| Rejection::not_found("workspace", self.id))?;
        let needs = least_role(action);
        if role < needs {
            Err(Rejection::Forbidden { needs })
        } else {
            Ok(())
        }
    }

    fn dispatch(&self, ctx: &Context, command: &Command) -> Outcome {
        match command {
            Command::CreateTask(input) => task::create(self, ctx, input),
            Command::UpdateTask { task_id, changes } => task::update(self, ctx, *task_id, changes),
            Command::MoveTask { task_id, to } => task::relocate(self, ctx, *task_id, to),
            Command::CompleteTask { task_id } => task::complete(self, ctx, *task_id),
            Command::ReopenTask { task_id } => task::reopen(self, ctx, *task_id),
            Command::DeleteTask { task_id } => task::delete(self, ctx, *task_id),
            Command::RestoreTask { task_id } => task::restore(self, ctx, *task_id),
            Command::AddComment { task_id, comment } => {
                task::add_comment(self, ctx, *task_id, comment)
            }
            Command::EditComment {
                task_id,
                comment_id,
                comment,
            } => task::edit_comment(self, ctx, *task_id, *comment_id, comment),
            Command::DeleteComment {
                task_id,
                comment_id,
            } => task::delete_comment(self, ctx, *task_id, *comment_id),
            Command::CreateList(input) => list::create(self, ctx, input),
            Command::UpdateList { list_id, changes } => list::update(self, ctx, *list_id, changes),
            Command::MoveList { list_id, to } => list::reorder(self, ctx, *list_id, to),
            Command::ArchiveList { list_id } => list::archive(self, ctx, *list_id),
            Command::UnarchiveList { list_id } => list::unarchive(self, ctx, *list_id),
            Command::DeleteList { list_id } => list::delete(self, ctx, *list_id),
            Command::RestoreList { list_id } => list::restore(self, ctx, *list_id),
            Command::UpdateWorkspace(input) => settings::rename(self, ctx, input),
            Command::DeleteWorkspace => settings::delete(self, ctx),
            Command::RestoreWorkspace => Ok(settings::restore(self, ctx)),
            Command::InviteMember(input) => members::invite(self, ctx, input),
            Command::RevokeInvitation { invitation_id } => {
                members::revoke(self, ctx, *invitation_id)
            }
            Command::AcceptInvitation(input) => members::accept(self, ctx, input),
            Command::DeclineInvitation(input) => members::decline(self, ctx, input),
            Command::ChangeRole { user_id, role } => {
                members::change_role(self, ctx, *user_id, role.role)
            }
            Command::RemoveMember { user_id } => members::remove(self, ctx, *user_id),
            Command::SaveFilter(input) => filters::save(self, ctx, input),
            Command::RemoveFilter { filter_id } => filters::remove(self, ctx, *filter_id),
            Command::Batch { commands } => batch::all(self, ctx, commands),
            Command::Import(import) => import::import(self, ctx, import),
            Command::Undo { .. } | Command::Redo { .. } | Command::Restore(_) => Err(
                Rejection::conflict("needs_history", "undo, redo and restore stand alone"),
            ),
        }
    }
}
