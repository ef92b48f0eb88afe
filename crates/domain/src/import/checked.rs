//! Parts of what is brought, checked.

use std::collections::BTreeSet;

use taskfold_contracts::commands::ImportComment;
use taskfold_contracts::ids::{CommentId, UserId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Origin, Role};

use crate::decision::Context;
use crate::rank::is_rank;
use crate::rejection::{Faults, FieldError};
use crate::task::MAX_COMMENTS;
use crate::text;
use crate::workspace::Workspace;

/// A comment that was checked.
pub(super) struct Said {
    pub(super) comment_id: CommentId,
    pub(super) author_id: Option<UserId>,
    pub(super) body: String,
    pub(super) created_at: Option<Timestamp>,
    pub(super) edited_at: Option<Timestamp>,
}

pub(super) fn rank(given: Option<&str>) -> Result<Option<String>, FieldError> {
    match given {
        Some(key) if !is_rank(key) => Err(FieldError::new(
            "rank",
            "not_a_rank",
            "expected base-62 digits, not ending in 0",
        )),
        given => Ok(given.map(str::to_owned)),
    }
}

pub(super) fn origin(origin: &Origin, faults: &mut Faults) -> Origin {
    Origin {
        source: faults.take(text::name("origin.source", &origin.source)),
        external_id: faults.take(text::query("origin.external_id", &origin.external_id)),
    }
}

/// Who did something there. Everybody may say that they did it themselves; that another member did, only
/// an owner may say: it cannot be checked.
pub(super) fn person(
    workspace: &Workspace,
    ctx: &Context,
    field: &str,
    who: UserId,
) -> Result<UserId, FieldError> {
    let own = ctx.actor.user() == Some(who);
    if !own && workspace.role_of(who).is_none() {
        return Err(FieldError::new(field, "not_a_member", "not a member here"));
    }
    let role = ctx.actor.user().and_then(|user| workspace.role_of(user));
    if own || ctx.actor == Actor::System || role == Some(Role::Owner) {
        Ok(who)
    } else {
        let message = "only an owner may bring what others did";
        Err(FieldError::new(field, "of_another", message))
    }
}

pub(super) fn comments(
    workspace: &Workspace,
    ctx: &Context,
    comments: &[ImportComment],
    faults: &mut Faults,
) -> Vec<Said> {
    if comments.len() > MAX_COMMENTS {
        let message = format!("more than {MAX_COMMENTS} comments");
        faults.add("comments", "too_many", message);
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let said = |(index, comment): (usize, &ImportComment)| {
        let field = |name: &str| format!("comments[{index}].{name}");
        if !seen.insert(comment.comment_id) {
            let message = "two comments have this id";
            faults.add(&field("comment_id"), "twice", message);
        }
        let author = comment
            .author_id
            .and_then(|author| faults.good(person(workspace, ctx, &field("author_id"), author)));
        Said {
            comment_id: comment.comment_id,
            author_id: author.or(ctx.actor.user()),
            body: faults.take(text::comment(&field("body"), &comment.body)),
            created_at: comment.created_at,
            edited_at: comment.edited_at,
        }
    };
    comments.iter().enumerate().map(said).collect()
}
