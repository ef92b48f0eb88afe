//! Bringing lists and tasks from elsewhere, with their original times. What is there already (by its id,
//! which the importer makes from where the thing came from) is passed over and counted.

use std::collections::BTreeSet;

use taskfold_contracts::commands::{CreateTask, Import, ImportComment, ImportList, ImportTask};
use taskfold_contracts::events::{
    Event, ListArchived, ListCreated, TaskCommented, TaskCompleted, TaskDeleted,
};
use taskfold_contracts::ids::{CommentId, ListId, TaskId};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Origin;

use crate::decision::{Context, Decided, Decision, Outcome};
use crate::list::{delete_list, last_rank};
use crate::rank::is_rank;
use crate::rejection::{Faults, FieldError, Rejection};
use crate::task::{check_blocker, checked_due, validated};
use crate::text;
use crate::workspace::Workspace;

/// All or nothing; all fields that are wrong in one thing are named at once. A task that repeats and is done
/// makes no next occurrence: if there is one, the import brings it.
pub(crate) fn import(workspace: &Workspace, ctx: &Context, import: &Import) -> Outcome {
    let mut run = Run {
        state: workspace.clone(),
        ctx,
        decision: Decision::default(),
        deleted_lists: Vec::new(),
    };
    for (index, list) in import.lists.iter().enumerate() {
        run.list(list)
            .map_err(|rejection| rejection.within(&format!("lists[{index}]")))?;
    }
    let mut created = Vec::with_capacity(import.tasks.len());
    let within =
        |index: usize| move |rejection: Rejection| rejection.within(&format!("tasks[{index}]"));
    for (index, task) in import.tasks.iter().enumerate() {
        if let Some(id) = run.task(task).map_err(within(index))? {
            created.push((index, id, task));
        }
    }
    // A task may wait for one that comes later in the import, so these come last.
    for (index, id, task) in created {
        run.blockers(id, task).map_err(within(index))?;
        run.ending(id, task);
    }
    for id in run.deleted_lists.clone() {
        for gone in delete_list(&run.state, ctx, id) {
            run.emit(gone.event, None);
        }
    }
    Ok(run.decision)
}

struct Run<'a> {
    state: Workspace,
    ctx: &'a Context<'a>,
    decision: Decision,
    /// Lists that go to the trash once their tasks are there.
    deleted_lists: Vec<ListId>,
}

impl Run<'_> {
    fn emit(&mut self, event: impl Into<Event>, at: Option<Timestamp>) {
        // An import does not bring things from the future.
        let occurred_at = at.unwrap_or(self.ctx.now).min(self.ctx.now);
        let decided = Decided {
            event: event.into(),
            occurred_at,
        };
        self.state.apply_decided(&decided, self.ctx.actor);
        self.decision.events.push(decided);
    }

    fn list(&mut self, list: &ImportList) -> Result<(), Rejection> {
        let list_id = list.list_id;
        if self.state.version(list_id.into()) > Version(0) {
            self.decision.skipped += 1;
            return Ok(());
        }
        let mut faults = Faults::default();
        let name = faults.take(text::name("name", &list.name));
        let color = list.color.as_deref();
        let color = color.and_then(|color| faults.good(text::color("color", color)));
        let origin = origin(&list.origin, &mut faults);
        let rank = faults.take(rank(list.rank.as_deref()));
        faults.end()?;
        let rank = rank.unwrap_or_else(|| last_rank(&self.state));
        let event = ListCreated {
            list_id,
            name,
            color,
            rank,
            origin: Some(origin),
        };
        self.emit(event, list.created_at);
        if list.archived {
            self.emit(ListArchived { list_id }, None);
        }
        if list.deleted {
            self.deleted_lists.push(list_id);
        }
        Ok(())
    }

    /// The task's id when it is new.
    fn task(&mut self, import: &ImportTask) -> Result<Option<TaskId>, Rejection> {
        let Some(id) = import.task.task_id else {
            let message = "an import derives it from origin";
            return Err(Rejection::invalid("task.task_id", "missing", message));
        };
        if self.state.version(id.into()) > Version(0) {
            self.decision.skipped += 1;
            return Ok(None);
        }
        let mut faults = Faults::default();
        let origin = origin(&import.origin, &mut faults);
        let bodies = comments(&import.comments, &mut faults);
        let rank = faults.take(rank(import.rank.as_deref()));
        let anchor = import.series.as_ref();
        let anchor = anchor.and_then(|series| faults.good(checked_due(&series.anchor)));
        faults.end()?;
        let task = CreateTask {
            blocked_by: Vec::new(),
            ..import.task.clone()
        };
        let mut reads = Vec::new();
        let mut event = validated(&self.state, self.ctx, &task, Some(origin), &mut reads)?;
        self.decision.reads.extend(reads);
        if let Some(rank) = rank {
            event.rank = rank;
        }
        if let (Some(goes_on), Some(series), Some(anchor)) =
            (&mut event.recurrence, &import.series, anchor)
        {
            goes_on.anchor = anchor;
            goes_on.occurrence = series.occurrence.max(1);
        }
        self.emit(event, import.created_at);
        for (comment_id, body, at) in bodies {
            let author_id = self.ctx.actor.user();
            self.emit(
                TaskCommented {
                    task_id: id,
                    comment_id,
                    author_id,
                    body,
                },
                at,
            );
        }
        Ok(Some(id))
    }

    fn blockers(&mut self, id: TaskId, import: &ImportTask) -> Result<(), Rejection> {
        let blockers: BTreeSet<TaskId> = import.task.blocked_by.iter().copied().collect();
        let Some(task) = self.state.task(id) else {
            return Ok(());
        };
        let mut event = task.no_update();
        for blocker in &blockers {
            check_blocker(&self.state, id, *blocker, &mut self.decision.reads)?;
        }
        if !blockers.is_empty() {
            event.blocked_by_added = blockers.into_iter().collect();
            self.emit(event, None);
        }
        Ok(())
    }

    /// Done and deleted come last, so that children find their parents live.
    fn ending(&mut self, id: TaskId, import: &ImportTask) {
        if let Some(at) = import.completed_at {
            self.emit(
                TaskCompleted {
                    task_id: id,
                    next_id: None,
                },
                Some(at),
            );
        }
        let parent = import
            .task
            .parent_id
            .and_then(|parent| self.state.task(parent));
        if import.deleted || parent.is_some_and(|parent| parent.deleted_at.is_some()) {
            self.emit(TaskDeleted { task_id: id }, None);
        }
    }
}

fn rank(given: Option<&str>) -> Result<Option<String>, FieldError> {
    match given {
        Some(key) if !is_rank(key) => Err(FieldError::new(
            "rank",
            "not_a_rank",
            "expected base-62 digits, not ending in 0",
        )),
        given => Ok(given.map(str::to_owned)),
    }
}

fn origin(origin: &Origin, faults: &mut Faults) -> Origin {
    Origin {
        source: faults.take(text::name("origin.source", &origin.source)),
        external_id: faults.take(text::query("origin.external_id", &origin.external_id)),
    }
}

fn comments(
    comments: &[ImportComment],
    faults: &mut Faults,
) -> Vec<(CommentId, String, Option<Timestamp>)> {
    let body = |(index, comment): (usize, &ImportComment)| {
        let body = faults.take(text::comment(
            &format!("comments[{index}].body"),
            &comment.body,
        ));
        (comment.comment_id, body, comment.created_at)
    };
    comments.iter().enumerate().map(body).collect()
}
