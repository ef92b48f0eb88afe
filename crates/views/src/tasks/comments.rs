//! What events do to comments.

use rusqlite::{Connection, OptionalExtension, params};
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{TaskCommentDeleted, TaskCommentEdited, TaskCommented};
use taskfold_contracts::ids::{CommentId, TaskId, UserId};

use super::cell::{self, Cell, part};
use crate::activity::Entry;
use crate::apply::{Fold, Refusal};

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
    let connection = fold.connection;
    let cell = cell::find(fold, envelope, event.task_id)?;
    // One that was taken away may come back under its id; one that stands may not come again.
    let added = connection
        .prepare_cached(
            "INSERT INTO comments (comment_id, workspace_id, task_id, author_id, body, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (task_id, comment_id) DO UPDATE SET body = excluded.body, deleted_at = NULL
             WHERE comments.deleted_at IS NOT NULL",
        )?
        .execute(params![
            event.comment_id.as_bytes(),
            envelope.header.workspace_id.as_bytes(),
            event.task_id.as_bytes(),
            event.author_id.as_ref().map(UserId::as_bytes),
            event.body,
            envelope.occurred_at.as_millis(),
        ])?;
    if added == 0 {
        return Err(refused(envelope, event.comment_id, "is there already"));
    }
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
    let connection = fold.connection;
    let cell = cell::find(fold, envelope, event.task_id)?;
    let body = standing(connection, event.task_id, event.comment_id)?
        .ok_or_else(|| refused(envelope, event.comment_id, "is unknown"))?;
    connection
        .prepare_cached(
            "UPDATE comments SET body = ?3, edited_at = ?4 WHERE task_id = ?1 AND comment_id = ?2",
        )?
        .execute(params![
            event.task_id.as_bytes(),
            event.comment_id.as_bytes(),
            event.body,
            envelope.occurred_at.as_millis(),
        ])?;
    cell.touch(envelope, part::COMMENTS);
    let mut entry = entry(cell);
    entry.text("comment", Some(&body), Some(&event.body));
    Ok(entry)
}

/// A comment was taken away.
pub(crate) fn deleted(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskCommentDeleted,
) -> Result<Entry, Refusal> {
    let connection = fold.connection;
    let cell = cell::find(fold, envelope, event.task_id)?;
    let body = standing(connection, event.task_id, event.comment_id)?
        .ok_or_else(|| refused(envelope, event.comment_id, "is unknown"))?;
    connection
        .prepare_cached(
            "UPDATE comments SET deleted_at = ?3 WHERE task_id = ?1 AND comment_id = ?2",
        )?
        .execute(params![
            event.task_id.as_bytes(),
            event.comment_id.as_bytes(),
            envelope.occurred_at.as_millis(),
        ])?;
    cell.touch(envelope, part::COMMENTS);
    cell.task.comments = cell.task.comments.saturating_sub(1);
    let mut entry = entry(cell);
    entry.text("comment", Some(&body), None);
    Ok(entry)
}

fn standing(
    connection: &Connection,
    task: TaskId,
    comment: CommentId,
) -> Result<Option<String>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT body FROM comments
             WHERE task_id = ?1 AND comment_id = ?2 AND deleted_at IS NULL",
        )?
        .query_row(params![task.as_bytes(), comment.as_bytes()], |row| {
            row.get(0)
        })
        .optional()
}

fn refused(envelope: &Envelope, comment: CommentId, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: comment {comment} {why}",
        envelope.header.event_type
    ))
}
