//! The fold: how each event changes the state. Nothing is refused here; the past is as it is.

use std::sync::Arc;

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, ListCreated, TaskCreated, TaskMoved};
use taskfold_contracts::ids::{InvitationId, ListId, TaskId};
use taskfold_contracts::values::Actor;

use super::{SavedFilter, Workspace};
use crate::brought::Brought;
use crate::decision::Decided;
use crate::list::List;
use crate::members::{Invitation, InvitationState};
use crate::task::{Happened, Seat, Task};

impl Workspace {
    /// Takes in an event of the log. One whose version is not above the one held changes nothing, and so
    /// does one of another workspace.
    pub fn apply(&mut self, envelope: &Envelope) {
        let header = &envelope.header;
        if header.workspace_id != self.id {
            return;
        }
        let happened = Happened {
            version: header.version,
            at: envelope.occurred_at,
            recorded_at: header.recorded_at,
            actor: header.actor,
            change: Some(header.change_id),
            undoes: header.undoes,
        };
        self.fold(&envelope.event, &happened);
    }

    /// Takes in an event that was decided but is not in the log yet, so that the next command of a batch is
    /// decided on top of it.
    pub fn apply_decided(&mut self, decided: &Decided, actor: Actor) {
        let version = self.version(decided.event.stream()).next();
        let happened = Happened {
            version,
            at: decided.occurred_at,
            recorded_at: decided.occurred_at,
            actor,
            change: None,
            undoes: None,
        };
        self.fold(&decided.event, &happened);
    }

    fn fold(&mut self, event: &Event, happened: &Happened) {
        match event {
            Event::TaskCreated(event) => self.add_task(event, happened),
            Event::TaskUpdated(event) => {
                self.change_task(event.task_id, happened, |task| task.updated(event));
            }
            Event::TaskMoved(event) => self.move_task(event, happened),
            Event::TaskCompleted(event) => self.change_task(event.task_id, happened, |task| {
                task.completed_at = Some(happened.at);
                task.next_id = event.next_id;
            }),
            Event::TaskReopened(event) => self.change_task(event.task_id, happened, |task| {
                task.completed_at = None;
                task.next_id = None;
            }),
            Event::TaskDeleted(event) => self.change_task(event.task_id, happened, |task| {
                task.deleted_at = Some(happened.at);
                task.deleted_by = happened.change;
                Brought::deleted(&mut task.brought, happened);
            }),
            Event::TaskRestored(event) => self.change_task(event.task_id, happened, |task| {
                task.deleted_at = None;
                task.deleted_by = None;
                Brought::restored(&mut task.brought, happened);
                task.placed_by = happened.change;
            }),
            Event::TaskCommented(event) => {
                self.change_task(event.task_id, happened, |task| {
                    task.commented(event, happened);
                });
            }
            Event::TaskCommentEdited(event) => self.change_task(event.task_id, happened, |task| {
                if let Some(comment) = task.comments.get_mut(event.comment_id) {
                    comment.body.clone_from(&event.body);
                    comment.edited_at = Some(happened.at);
                }
            }),
            Event::TaskCommentDeleted(event) => self.change_task(event.task_id, happened, |task| {
                task.comments.remove(event.comment_id);
            }),
            Event::ReminderTriggered(event) => {
                self.change_task(event.task_id, happened, |task| task.reminded(event));
            }
            Event::ListCreated(event) => self.add_list(event, happened),
            Event::ListUpdated(event) => {
                self.change_list(event.list_id, happened, |list| list.updated(event));
            }
            Event::ListMoved(event) => self.change_list(event.list_id, happened, |list| {
                list.rank.clone_from(&event.rank);
            }),
            Event::ListArchived(event) => self.change_list(event.list_id, happened, |list| {
                list.archived_at = Some(happened.at);
            }),
            Event::ListUnarchived(event) => self.change_list(event.list_id, happened, |list| {
                list.archived_at = None;
            }),
            Event::ListDeleted(event) => self.change_list(event.list_id, happened, |list| {
                list.deleted_at = Some(happened.at);
                list.deleted_by = happened.change;
                Brought::deleted(&mut list.brought, happened);
            }),
            Event::ListRestored(event) => self.change_list(event.list_id, happened, |list| {
                list.deleted_at = None;
                list.deleted_by = None;
                Brought::restored(&mut list.brought, happened);
            }),
            Event::WorkspaceCreated(_)
            | Event::WorkspaceUpdated(_)
            | Event::WorkspaceDeleted(_)
            | Event::WorkspaceRestored(_)
            | Event::WorkspaceMemberInvited(_)
            | Event::WorkspaceInvitationRevoked(_)
            | Event::WorkspaceMemberJoined(_)
            | Event::WorkspaceMemberRoleChanged(_)
            | Event::WorkspaceMemberLeft(_)
            | Event::WorkspaceFilterSaved(_)
            | Event::WorkspaceFilterRemoved(_) => self.change_workspace(event, happened),
            Event::UserRegistered(_)
            | Event::UserAuthenticated(_)
            | Event::UserUpdated(_)
            | Event::UserErased(_)
            | Event::NotificationRequested(_)
            | Event::NotificationSent(_)
            | Event::NotificationFailed(_) => {}
        }
    }

    fn add_task(&mut self, event: &TaskCreated, happened: &Happened) {
        let task = Task::created(event, happened);
        let seat = Seat::of(&task);
        // Ids are made once, so looking first would nearly always be in vain.
        if let Some(known) = self.tasks.insert(task.id, Arc::new(task)) {
            self.tasks.insert(known.id, known);
        } else {
            self.seats.insert(seat);
        }
    }

    fn change_task(&mut self, id: TaskId, happened: &Happened, change: impl FnOnce(&mut Task)) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        if happened.version > task.version {
            let task = Arc::make_mut(task);
            let before = task.alarms();
            change(task);
            task.rearm(&before, happened.recorded_at);
            task.touched(happened);
        }
    }

    fn move_task(&mut self, event: &TaskMoved, happened: &Happened) {
        let mut seats = None;
        self.change_task(event.task_id, happened, |task| {
            let old = Seat::of(task);
            if (task.list_id, task.parent_id) != (event.list_id, event.parent_id) {
                task.placed_by = happened.change;
            }
            task.list_id = event.list_id;
            task.parent_id = event.parent_id;
            task.rank = event.rank.as_str().into();
            seats = Some((old, Seat::of(task)));
        });
        if let Some((old, new)) = seats {
            self.seats.remove(&old);
            self.seats.insert(new);
        }
    }

    fn add_list(&mut self, event: &ListCreated, happened: &Happened) {
        if !self.lists.contains_key(&event.list_id) {
            let list = Arc::new(List::created(event, happened));
            Arc::make_mut(&mut self.lists).insert(event.list_id, list);
        }
    }

    fn change_list(&mut self, id: ListId, happened: &Happened, change: impl FnOnce(&mut List)) {
        let known = self
            .lists
            .get(&id)
            .is_some_and(|list| happened.version > list.version);
        if let Some(list) = Arc::make_mut(&mut self.lists)
            .get_mut(&id)
            .filter(|_| known)
        {
            let list = Arc::make_mut(list);
            change(list);
            list.touched(happened);
        }
    }

    fn change_workspace(&mut self, event: &Event, happened: &Happened) {
        if happened.version <= self.version {
            return;
        }
        self.version = happened.version;
        if let Event::WorkspaceCreated(event) = event {
            self.name.clone_from(&event.name);
            self.personal = event.personal;
        } else if let Event::WorkspaceUpdated(event) = event {
            self.name.clone_from(&event.name);
        } else if let Event::WorkspaceDeleted(_) = event {
            self.deleted = true;
        } else if let Event::WorkspaceRestored(_) = event {
            self.deleted = false;
        } else if let Event::WorkspaceFilterSaved(event) = event {
            let filter = SavedFilter {
                name: event.name.clone(),
                query: event.query.clone(),
                sort: event.sort.clone(),
            };
            Arc::make_mut(&mut self.filters).insert(event.filter_id, filter);
        } else if let Event::WorkspaceFilterRemoved(event) = event {
            Arc::make_mut(&mut self.filters).remove(&event.filter_id);
        } else {
            self.change_members(event);
        }
    }

    fn change_members(&mut self, event: &Event) {
        if let Event::WorkspaceMemberInvited(event) = event {
            let invitation = Invitation {
                email: event.email.clone(),
                role: event.role,
                secret_hash: event.secret_hash.clone(),
                expires_at: event.expires_at,
                state: InvitationState::Pending,
            };
            Arc::make_mut(&mut self.invitations).insert(event.invitation_id, invitation);
        } else if let Event::WorkspaceInvitationRevoked(event) = event {
            self.close_invitation(event.invitation_id, InvitationState::Revoked);
        } else if let Event::WorkspaceMemberJoined(event) = event {
            Arc::make_mut(&mut self.members).insert(event.member_id, event.role);
            if let Some(invitation) = event.invitation_id {
                self.close_invitation(invitation, InvitationState::Used);
            }
        } else if let Event::WorkspaceMemberRoleChanged(event) = event {
            if let Some(role) = Arc::make_mut(&mut self.members).get_mut(&event.member_id) {
                *role = event.role;
            }
        } else if let Event::WorkspaceMemberLeft(event) = event {
            Arc::make_mut(&mut self.members).remove(&event.member_id);
        }
    }

    fn close_invitation(&mut self, id: InvitationId, state: InvitationState) {
        if let Some(invitation) = Arc::make_mut(&mut self.invitations).get_mut(&id) {
            invitation.state = state;
        }
    }
}
