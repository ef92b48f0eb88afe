//! The other fields of tasks come back.

use std::collections::BTreeSet;

use taskfold_contracts::events::{
    TaskCommentDeleted, TaskCommentEdited, TaskCommented, TaskCompleted, TaskReopened, TaskUpdated,
};
use taskfold_contracts::ids::{CommentId, TaskId};
use taskfold_contracts::values::Set;

use super::{Field, Fields, Revert};
use crate::task::{Comment, Task, check_blocker, may_manage};

impl Revert<'_> {
    pub(super) fn task(&mut self, id: TaskId, fields: &Fields) {
        let (Some(then), Some(now)) = (self.then.task(id), self.state.task(id)) else {
            return;
        };
        let now = now.clone();
        let mut event = scalars(&now, then, fields);
        tags(&now, then, fields, &mut event);
        self.assignee(&now, then, fields, &mut event);
        self.blockers(&now, then, fields, &mut event);
        if event != now.no_update() {
            self.emit(event);
        }
        if fields.has(&Field::Completed) {
            match (then.completed_at, now.completed_at) {
                (Some(at), None) => {
                    self.emit_at(
                        TaskCompleted {
                            task_id: id,
                            next_id: then.next_id,
                        },
                        at,
                    );
                }
                (None, Some(_)) => self.emit(TaskReopened { task_id: id }),
                // Done again since: what it was done with, and when, comes back as well.
                (Some(at), Some(again)) if (at, then.next_id) != (again, now.next_id) => {
                    self.emit(TaskReopened { task_id: id });
                    self.emit_at(
                        TaskCompleted {
                            task_id: id,
                            next_id: then.next_id,
                        },
                        at,
                    );
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        self.comments(&now, then, fields);
    }

    fn assignee(&mut self, now: &Task, then: &Task, fields: &Fields, event: &mut TaskUpdated) {
        if !fields.has(&Field::Assignee) || then.assignee_id == now.assignee_id {
            return;
        }
        let member = then
            .assignee_id
            .is_none_or(|user| self.state.role_of(user).is_some());
        if member {
            event.assignee_id = Some(Set {
                value: then.assignee_id,
            });
        } else {
            self.keep(now.id, &Field::Assignee, None);
        }
    }

    fn blockers(&mut self, now: &Task, then: &Task, fields: &Fields, event: &mut TaskUpdated) {
        for id in &then.blocked_by {
            let field = Field::Blocker(*id);
            if now.blocked_by.contains(id) || !fields.has(&field) {
                continue;
            }
            let reads = &mut self.decision.reads;
            if check_blocker(&self.state, now.id, *id, reads).is_ok() {
                event.blocked_by_added.push(*id);
            } else {
                self.keep(now.id, &field, None);
            }
        }
        let gone = now
            .blocked_by
            .iter()
            .filter(|id| !then.blocked_by.contains(id));
        let gone = gone.filter(|id| fields.has(&Field::Blocker(**id)));
        event.blocked_by_removed = gone.copied().collect();
    }

    fn comments(&mut self, now: &Task, then: &Task, fields: &Fields) {
        let ids: BTreeSet<_> = now.comments.keys().chain(then.comments.keys()).collect();
        for id in ids {
            let field = Field::Comment(id);
            if !fields.has(&field) {
                continue;
            }
            let (was, is) = (then.comments.get(id), now.comments.get(id));
            // An undo asked already whether the caller may.
            let asks = matches!(fields, Fields::All);
            let may = |comment| !asks || may_manage(&self.state, self.ctx.actor, comment);
            if was.map(|was| &was.body) == is.map(|is| &is.body) {
                continue;
            }
            if was.or(is).is_some_and(may) {
                self.comment(now.id, id, was, is);
            } else {
                self.keep(now.id, &field, None);
            }
        }
    }

    fn comment(
        &mut self,
        task_id: TaskId,
        comment_id: CommentId,
        was: Option<&Comment>,
        is: Option<&Comment>,
    ) {
        let Some(was) = was else {
            self.emit(TaskCommentDeleted {
                task_id,
                comment_id,
            });
            return;
        };
        if is.is_none() {
            let event = TaskCommented {
                task_id,
                comment_id,
                author_id: was.author_id,
                body: was.body.clone(),
            };
            self.emit_at(event, was.created_at);
        }
        // What was reworded already is said to be of that time.
        if is.is_some() || was.edited_at.is_some() {
            let event = TaskCommentEdited {
                task_id,
                comment_id,
                body: was.body.clone(),
            };
            self.emit_at(event, was.edited_at.unwrap_or(self.ctx.now));
        }
    }
}

fn scalars(now: &Task, then: &Task, fields: &Fields) -> TaskUpdated {
    fn change<T: PartialEq + Clone>(wanted: bool, now: &T, then: &T) -> Option<T> {
        (wanted && now != then).then(|| then.clone())
    }
    fn set<T: PartialEq + Clone>(wanted: bool, now: &T, then: &T) -> Option<Set<T>> {
        change(wanted, now, then).map(|value| Set { value })
    }
    let series = |task: &Task| task.recurrence.as_deref().cloned();
    TaskUpdated {
        title: change(fields.has(&Field::Title), &now.title, &then.title),
        description: change(
            fields.has(&Field::Description),
            &now.description,
            &then.description,
        ),
        priority: change(fields.has(&Field::Priority), &now.priority, &then.priority),
        due_date: set(fields.has(&Field::Due), &now.due, &then.due),
        start_date: set(fields.has(&Field::Start), &now.start, &then.start),
        recurrence: set(fields.has(&Field::Recurrence), &series(now), &series(then)),
        reminders: set(
            fields.has(&Field::Reminders),
            &now.reminders,
            &then.reminders,
        ),
        ..now.no_update()
    }
}

fn tags(now: &Task, then: &Task, fields: &Fields, event: &mut TaskUpdated) {
    let wanted = |tag: &&String| fields.has(&Field::Tag((*tag).clone()));
    let lost = then.tags.iter().filter(|tag| !now.tags.contains(tag));
    let gained = now.tags.iter().filter(|tag| !then.tags.contains(tag));
    event.tags_added = lost.filter(wanted).cloned().collect();
    event.tags_removed = gained.filter(wanted).cloned().collect();
}
