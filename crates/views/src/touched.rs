//! What a batch is about: read before it is folded, where each read costs a round trip.

use std::collections::BTreeSet;

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::TaskId;
use uuid::Uuid;

/// The keys of rows that events look at.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub(crate) tasks: BTreeSet<TaskId>,
    pub(crate) comments: BTreeSet<[Uuid; 2]>,
    pub(crate) lists: BTreeSet<[Uuid; 1]>,
    pub(crate) workspaces: BTreeSet<[Uuid; 1]>,
    pub(crate) members: BTreeSet<[Uuid; 2]>,
    pub(crate) invitations: BTreeSet<[Uuid; 1]>,
    pub(crate) users: BTreeSet<[Uuid; 1]>,
    pub(crate) filters: BTreeSet<[Uuid; 1]>,
}

impl Touched {
    pub(crate) fn by<'e>(batch: impl Iterator<Item = &'e Envelope>) -> Self {
        let mut touched = Self::default();
        for envelope in batch {
            touched.add(envelope);
        }
        touched
    }

    fn add(&mut self, envelope: &Envelope) {
        let stream = envelope.header.stream_id.0;
        let workspace = envelope.header.workspace_id.0;
        match &envelope.event {
            // The first event of a stream meets no row.
            Event::TaskCreated(event) => {
                if envelope.header.version.0 > 1 {
                    self.tasks.insert(event.task_id);
                }
            }
            Event::TaskCommented(event) => self.comment(event.task_id, event.comment_id.0),
            Event::TaskCommentEdited(event) => self.comment(event.task_id, event.comment_id.0),
            Event::TaskCommentDeleted(event) => self.comment(event.task_id, event.comment_id.0),
            Event::TaskUpdated(_)
            | Event::TaskMoved(_)
            | Event::TaskCompleted(_)
            | Event::TaskReopened(_)
            | Event::TaskDeleted(_)
            | Event::TaskRestored(_)
            | Event::ReminderTriggered(_) => {
                self.tasks.insert(TaskId(stream));
            }
            Event::ListCreated(_)
            | Event::ListUpdated(_)
            | Event::ListMoved(_)
            | Event::ListArchived(_)
            | Event::ListUnarchived(_)
            | Event::ListDeleted(_)
            | Event::ListRestored(_) => {
                self.lists.insert([stream]);
            }
            Event::WorkspaceCreated(_)
            | Event::WorkspaceUpdated(_)
            | Event::WorkspaceDeleted(_)
            | Event::WorkspaceRestored(_) => {
                self.workspaces.insert([workspace]);
            }
            Event::WorkspaceMemberInvited(event) => {
                self.invitation(workspace, event.invitation_id.0);
            }
            Event::WorkspaceInvitationRevoked(event) => {
                self.invitation(workspace, event.invitation_id.0);
            }
            Event::WorkspaceMemberJoined(event) => {
                self.member(workspace, event.member_id.0);
                if let Some(invitation) = event.invitation_id {
                    self.invitation(workspace, invitation.0);
                }
            }
            Event::WorkspaceMemberRoleChanged(event) => self.member(workspace, event.member_id.0),
            Event::WorkspaceMemberLeft(event) => self.member(workspace, event.member_id.0),
            Event::WorkspaceFilterSaved(event) => self.filter(workspace, event.filter_id.0),
            Event::WorkspaceFilterRemoved(event) => self.filter(workspace, event.filter_id.0),
            Event::UserRegistered(_)
            | Event::UserAuthenticated(_)
            | Event::UserUpdated(_)
            | Event::UserErased(_) => {
                self.users.insert([stream]);
            }
            Event::NotificationRequested(_)
            | Event::NotificationSent(_)
            | Event::NotificationFailed(_) => {}
        }
    }

    fn comment(&mut self, task: TaskId, comment: Uuid) {
        self.tasks.insert(task);
        self.comments.insert([task.0, comment]);
    }

    fn invitation(&mut self, workspace: Uuid, invitation: Uuid) {
        self.workspaces.insert([workspace]);
        self.invitations.insert([invitation]);
    }

    fn member(&mut self, workspace: Uuid, member: Uuid) {
        self.workspaces.insert([workspace]);
        self.members.insert([workspace, member]);
    }

    fn filter(&mut self, workspace: Uuid, filter: Uuid) {
        self.workspaces.insert([workspace]);
        self.filters.insert([filter]);
    }
}
