//! What undo and restore tell apart: the fields of things.

use std::fmt;

use taskfold_contracts::events::{Event, ListUpdated, TaskUpdated};
use taskfold_contracts::ids::{CommentId, FilterId, InvitationId, TaskId, UserId};

/// A field of a task, a list or a workspace. Members of sets are fields each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// Whether it was made at all.
    Created,
    Title,
    Description,
    Priority,
    Due,
    Start,
    Tag(String),
    Recurrence,
    Reminders,
    Blocker(TaskId),
    Assignee,
    /// List, parent and rank of a task; rank of a list.
    Place,
    Completed,
    /// Whether it is in the trash.
    Deleted,
    Comment(CommentId),
    Name,
    Color,
    Archived,
    Member(UserId),
    Invitation(InvitationId),
    Filter(FilterId),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created => f.write_str("created"),
            Self::Title => f.write_str("title"),
            Self::Description => f.write_str("description"),
            Self::Priority => f.write_str("priority"),
            Self::Due => f.write_str("due"),
            Self::Start => f.write_str("start"),
            Self::Tag(tag) => write!(f, "tag:{tag}"),
            Self::Recurrence => f.write_str("recurrence"),
            Self::Reminders => f.write_str("reminders"),
            Self::Blocker(id) => write!(f, "blocked_by:{id}"),
            Self::Assignee => f.write_str("assignee"),
            Self::Place => f.write_str("place"),
            Self::Completed => f.write_str("completed"),
            Self::Deleted => f.write_str("deleted"),
            Self::Comment(id) => write!(f, "comment:{id}"),
            Self::Name => f.write_str("name"),
            Self::Color => f.write_str("color"),
            Self::Archived => f.write_str("archived"),
            Self::Member(id) => write!(f, "member:{id}"),
            Self::Invitation(id) => write!(f, "invitation:{id}"),
            Self::Filter(id) => write!(f, "filter:{id}"),
        }
    }
}

/// The fields that an event touches; none for facts that cannot be taken back.
pub(crate) fn touched(event: &Event) -> Vec<Field> {
    match event {
        Event::TaskCreated(_) | Event::ListCreated(_) | Event::WorkspaceCreated(_) => {
            vec![Field::Created]
        }
        Event::TaskUpdated(event) => of_task_update(event),
        Event::TaskMoved(_) | Event::ListMoved(_) => vec![Field::Place],
        Event::TaskCompleted(_) | Event::TaskReopened(_) => vec![Field::Completed],
        Event::TaskDeleted(_)
        | Event::TaskRestored(_)
        | Event::ListDeleted(_)
        | Event::ListRestored(_)
        | Event::WorkspaceDeleted(_)
        | Event::WorkspaceRestored(_) => vec![Field::Deleted],
        Event::TaskCommented(event) => vec![Field::Comment(event.comment_id)],
        Event::TaskCommentEdited(event) => vec![Field::Comment(event.comment_id)],
        Event::TaskCommentDeleted(event) => vec![Field::Comment(event.comment_id)],
        Event::ListUpdated(event) => of_list_update(event),
        Event::ListArchived(_) | Event::ListUnarchived(_) => vec![Field::Archived],
        Event::WorkspaceUpdated(_) => vec![Field::Name],
        Event::WorkspaceMemberInvited(event) => vec![Field::Invitation(event.invitation_id)],
        Event::WorkspaceInvitationRevoked(event) => vec![Field::Invitation(event.invitation_id)],
        // An invitation that was used stays used, also when the joining is undone.
        Event::WorkspaceMemberJoined(event) => vec![Field::Member(event.member_id)],
        Event::WorkspaceMemberRoleChanged(event) => vec![Field::Member(event.member_id)],
        Event::WorkspaceMemberLeft(event) => vec![Field::Member(event.member_id)],
        Event::WorkspaceFilterSaved(event) => vec![Field::Filter(event.filter_id)],
        Event::WorkspaceFilterRemoved(event) => vec![Field::Filter(event.filter_id)],
        Event::UserRegistered(_)
        | Event::UserAuthenticated(_)
        | Event::UserUpdated(_)
        | Event::UserErased(_)
        | Event::ReminderTriggered(_)
        | Event::NotificationRequested(_)
        | Event::NotificationSent(_)
        | Event::NotificationFailed(_) => Vec::new(),
    }
}

fn of_task_update(event: &TaskUpdated) -> Vec<Field> {
    let single = [
        (event.title.is_some(), Field::Title),
        (event.description.is_some(), Field::Description),
        (event.priority.is_some(), Field::Priority),
        (event.due_date.is_some(), Field::Due),
        (event.start_date.is_some(), Field::Start),
        (event.recurrence.is_some(), Field::Recurrence),
        (event.reminders.is_some(), Field::Reminders),
        (event.assignee_id.is_some(), Field::Assignee),
    ];
    let single = single
        .into_iter()
        .filter_map(|(set, field)| set.then_some(field));
    let tags = event.tags_added.iter().chain(&event.tags_removed);
    let blockers = event
        .blocked_by_added
        .iter()
        .chain(&event.blocked_by_removed);
    single
        .chain(tags.map(|tag| Field::Tag(tag.clone())))
        .chain(blockers.map(|id| Field::Blocker(*id)))
        .collect()
}

fn of_list_update(event: &ListUpdated) -> Vec<Field> {
    let name = event.name.as_ref().map(|_| Field::Name);
    let color = event.color.as_ref().map(|_| Field::Color);
    name.into_iter().chain(color).collect()
}
