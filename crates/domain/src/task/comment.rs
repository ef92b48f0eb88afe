//! Saying something about a task.

use taskfold_contracts::commands::CommentBody;
use taskfold_contracts::events::{TaskCommentDeleted, TaskCommentEdited, TaskCommented};
use taskfold_contracts::ids::{CommentId, TaskId};
use taskfold_contracts::values::{Actor, Role};

use super::{Comment, Task};
use crate::decision::{Context, Decision, Outcome};
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::Workspace;

/// Most comments on a task.
pub(crate) const MAX_COMMENTS: usize = 10_000;

/// Says something.
pub(crate) fn add_comment(
    workspace: &Workspace,
    ctx: &Context,
    task_id: TaskId,
    comment: &CommentBody,
) -> Outcome {
    let task = workspace.live_task(task_id)?;
    if task.comments.len() >= MAX_COMMENTS {
        let message = format!("more than {MAX_COMMENTS} comments");
        return Err(Rejection::conflict("too_many_comments", message));
    }
    let comment_id = CommentId(ctx.ids.next());
    let body = checked(comment)?;
    let author_id = ctx.actor.user();
    Ok(Decision::one(
        ctx,
        TaskCommented {
            task_id,
            comment_id,
            author_id,
            body,
        },
    ))
}

/// Rewords a comment: its author may.
pub(crate) fn edit_comment(
    workspace: &Workspace,
    ctx: &Context,
    task_id: TaskId,
    comment_id: CommentId,
    comment: &CommentBody,
) -> Outcome {
    let held = find(workspace.live_task(task_id)?, comment_id)?;
    if !is_author(ctx.actor, held) {
        let message = "only its author can reword a comment";
        return Err(Rejection::conflict("not_the_author", message));
    }
    let body = checked(comment)?;
    if body == held.body {
        return Ok(Decision::nothing(task_id));
    }
    Ok(Decision::one(
        ctx,
        TaskCommentEdited {
            task_id,
            comment_id,
            body,
        },
    ))
}

/// Takes a comment away: its author may, and an owner.
pub(crate) fn delete_comment(
    workspace: &Workspace,
    ctx: &Context,
    task_id: TaskId,
    comment_id: CommentId,
) -> Outcome {
    let held = find(workspace.live_task(task_id)?, comment_id)?;
    if !may_manage(workspace, ctx.actor, held) {
        return Err(Rejection::Forbidden { needs: Role::Owner });
    }
    Ok(Decision::one(
        ctx,
        TaskCommentDeleted {
            task_id,
            comment_id,
        },
    ))
}

/// Whether `actor` may take a comment away, and bring it back to what it was.
pub(crate) fn may_manage(workspace: &Workspace, actor: Actor, comment: &Comment) -> bool {
    let role = actor.user().and_then(|user| workspace.role_of(user));
    is_author(actor, comment) || role == Some(Role::Owner)
}

fn is_author(actor: Actor, comment: &Comment) -> bool {
    actor == Actor::System || (actor.user().is_some() && actor.user() == comment.author_id)
}

fn find(task: &Task, id: CommentId) -> Result<&Comment, Rejection> {
    task.comments
        .get(id)
        .ok_or_else(|| Rejection::not_found("comment", id))
}

fn checked(comment: &CommentBody) -> Result<String, Rejection> {
    let mut faults = Faults::default();
    let body = faults.take(text::comment("body", &comment.body));
    faults.end().map(|()| body)
}
