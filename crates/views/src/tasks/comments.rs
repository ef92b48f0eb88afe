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
    const REWORD: &str =
        "UPDATE comments SET body = ?4, edited_at = ?3 WHERE task_id = ?1 AND comment_id = ?2";
    let of = (event.task_id, event.comment_id);
    let (_, entry) = change(fold, envelope, of, REWORD, Some(&event.body))?;
    Ok(entry)
}

/// A comment was taken away.
pub(crate) fn deleted(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &TaskCommentDeleted,
) -> Result<Entry, Refusal> {
    const TAKE_AWAY: &str =
        "UPDATE comments SET deleted_at = ?3 WHERE task_id = ?1 AND comment_id = ?2 AND ?4 IS NULL";
    let of = (event.task_id, event.comment_id);
    let (cell, entry) = change(fold, envelope, of, TAKE_AWAY, None)?;
    cell.task.comments = cell.task.comments.saturating_sub(1);
    Ok(entry)
}

/// Changes a comment that stands: `sql` takes the task, the comment, the time and the body `to`, which is
/// none when it goes.
fn change<'f>(
    fold: &'f mut Fold,
    envelope: &Envelope,
    (task, comment): (TaskId, CommentId),
    sql: &str,
    to: Option<&str>,
) -> Result<(&'f mut Cell, Entry), Refusal> {
    let connection = fold.connection;
    let cell = cell::find(fold, envelope, task)?;
    let body = standing(connection, task, comment)?
        .ok_or_else(|| refused(envelope, comment, "is unknown"))?;
    connection.prepare_cached(sql)?.execute(params![
        task.as_bytes(),
        comment.as_bytes(),
        envelope.occurred_at.as_millis(),
        to,
    ])?;
    cell.touch(envelope, part::COMMENTS);
    let mut entry = entry(cell);
    entry.text("comment", Some(&body), to);
    Ok((cell, entry))
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
