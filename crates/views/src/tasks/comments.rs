//! What events do to comments.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{TaskCommentDeleted, TaskCommentEdited, TaskCommented};
use taskfold_contracts::ids::{CommentId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Bound, Error, Row};
use uuid::Uuid;

use super::cell::{self, Cell, part};
use crate::activity::Entry;
use crate::apply::{Fold, Refusal};
use crate::held::Stored;
use crate::sql::{bound, instant, optional_instant, optional_uuid, uuid};

/// A comment as it is stored, also one that was taken away.
#[derive(Debug, Clone)]
pub(crate) struct Remark {
    task: TaskId,
    comment: CommentId,
    workspace: WorkspaceId,
    author: Option<UserId>,
    body: String,
    created_at: Timestamp,
    edited_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
}

fn entry(cell: &Cell) -> Entry {
    Entry {
        task_id: Some(cell.task.task_id),
        list_id: cell.task.list_id,
        ..Entry::default()
    }
}

/// Somebody said something about a task, or an undo brought a comment back.
pub(crate) fn added(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskCommented,
) -> Result<Entry, Refusal> {
    cell::find(fold, envelope, event.task_id)?;
    let key = [event.task_id.0, event.comment_id.0];
    // One that was taken away may come back under its id; one that stands may not come again.
    let remark = match fold.comments.get(fold.connection, key)? {
        Some(held) if held.deleted_at.is_none() => {
            return Err(refused(envelope, event.comment_id, "is there already"));
        }
        Some(held) => Remark {
            body: event.body.clone(),
            deleted_at: None,
            ..held.clone()
        },
        None => Remark {
            task: event.task_id,
            comment: event.comment_id,
            workspace: envelope.header.workspace_id,
            author: event.author_id,
            body: event.body.clone(),
            created_at: envelope.occurred_at,
            edited_at: None,
            deleted_at: None,
        },
    };
    fold.comments.put(remark);
    let cell = cell::find(fold, envelope, event.task_id)?;
    cell.touch(envelope, part::COMMENTS);
    cell.task.comments += 1;
    let mut entry = entry(cell);
    entry.text("comment", None, Some(&event.body));
    Ok(entry)
}

/// A comment was reworded.
pub(crate) fn edited(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskCommentEdited,
) -> Result<Entry, Refusal> {
    let mut remark = standing(fold, envelope, event.task_id, event.comment_id)?;
    let before = std::mem::replace(&mut remark.body, event.body.clone());
    remark.edited_at = Some(envelope.occurred_at);
    fold.comments.put(remark);
    let cell = cell::find(fold, envelope, event.task_id)?;
    cell.touch(envelope, part::COMMENTS);
    let mut entry = entry(cell);
    entry.text("comment", Some(&before), Some(&event.body));
    Ok(entry)
}

/// A comment was taken away.
pub(crate) fn deleted(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskCommentDeleted,
) -> Result<Entry, Refusal> {
    let mut remark = standing(fold, envelope, event.task_id, event.comment_id)?;
    remark.deleted_at = Some(envelope.occurred_at);
    let body = remark.body.clone();
    fold.comments.put(remark);
    let cell = cell::find(fold, envelope, event.task_id)?;
    cell.touch(envelope, part::COMMENTS);
    cell.task.comments = cell.task.comments.saturating_sub(1);
    let mut entry = entry(cell);
    entry.text("comment", Some(&body), None);
    Ok(entry)
}

/// A comment that was not taken away, of a task of the event's workspace.
fn standing(
    fold: &mut Fold,
    envelope: &Envelope,
    task: TaskId,
    comment: CommentId,
) -> Result<Remark, Refusal> {
    cell::find(fold, envelope, task)?;
    let held = fold.comments.get(fold.connection, [task.0, comment.0])?;
    held.filter(|remark| remark.deleted_at.is_none())
        .cloned()
        .ok_or_else(|| refused(envelope, comment, "is unknown"))
}

impl Stored for Remark {
    type Key = [Uuid; 2];
    const TABLE: &'static str = "comments";
    const COLUMNS: &'static [&'static str] = &[
        "task_id",
        "comment_id",
        "workspace_id",
        "author_id",
        "body",
        "created_at",
        "edited_at",
        "deleted_at",
    ];
    const KEYS: usize = 2;

    fn key(&self) -> [Uuid; 2] {
        [self.task.0, self.comment.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.task.as_bytes(),
            self.comment.as_bytes(),
            self.workspace.as_bytes(),
            self.author.as_ref().map(UserId::as_bytes),
            &self.body,
            &self.created_at,
            self.edited_at.as_ref(),
            self.deleted_at.as_ref(),
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            task: TaskId(uuid(row, 0)?),
            comment: CommentId(uuid(row, 1)?),
            workspace: WorkspaceId(uuid(row, 2)?),
            author: optional_uuid(row, 3)?.map(UserId),
            body: row.get(4)?,
            created_at: instant(row, 5)?,
            edited_at: optional_instant(row, 6)?,
            deleted_at: optional_instant(row, 7)?,
        })
    }
}

fn refused(envelope: &Envelope, comment: CommentId, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: comment {comment} {why}",
        envelope.header.event_type
    ))
}
