//! Changing fields of a task.

use std::collections::BTreeSet;

use taskfold_contracts::commands::UpdateTask;
use taskfold_contracts::events::TaskUpdated;
use taskfold_contracts::ids::{StreamId, TaskId};
use taskfold_contracts::values::{Due, RecursFrom, Set};

use super::blockers::MAX_BLOCKERS;
use super::{Task, check_blocker, fields};
use crate::decision::{Context, Decision, Outcome};
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::Workspace;

impl Task {
    /// An update of this task that touches nothing yet.
    pub(crate) fn no_update(&self) -> TaskUpdated {
        TaskUpdated {
            task_id: self.id,
            title: None,
            description: None,
            priority: None,
            due_date: None,
            start_date: None,
            tags_added: Vec::new(),
            tags_removed: Vec::new(),
            recurrence: None,
            reminders: None,
            blocked_by_added: Vec::new(),
            blocked_by_removed: Vec::new(),
            assignee_id: None,
        }
    }
}

/// Changes the fields that differ; the event names those alone.
pub(crate) fn update(
    workspace: &Workspace,
    ctx: &Context,
    id: TaskId,
    changes: &UpdateTask,
) -> Outcome {
    let task = workspace.live_task(id)?;
    let mut faults = Faults::default();
    let mut event = task.no_update();
    text_fields(task, changes, &mut event, &mut faults);
    time_fields(task, ctx, changes, &mut event, &mut faults);
    tags(task, changes, &mut event, &mut faults);
    if let Some(assignee) = changes.assignee_id.filter(|new| *new != task.assignee_id) {
        if let Some(user) = assignee {
            fields::assignee(workspace, user, &mut faults);
        }
        event.assignee_id = Some(Set { value: assignee });
    }
    let wanted = changes.blocked_by.as_ref();
    if wanted.is_some_and(|wanted| wanted.len() > MAX_BLOCKERS) {
        faults.add(
            "blocked_by",
            "too_many",
            format!("more than {MAX_BLOCKERS} blockers"),
        );
    }
    faults.end()?;
    let mut reads = Vec::new();
    if let Some(wanted) = wanted {
        blockers(workspace, task, wanted, &mut event, &mut reads)?;
    }
    if event == task.no_update() {
        return Ok(Decision::nothing(id));
    }
    Ok(Decision {
        reads,
        ..Decision::one(ctx, event)
    })
}

fn text_fields(task: &Task, changes: &UpdateTask, event: &mut TaskUpdated, faults: &mut Faults) {
    if let Some(title) = &changes.title {
        let title = faults.take(text::title("title", title));
        event.title = Some(title).filter(|title| *title != task.title);
    }
    if let Some(description) = &changes.description {
        let description = faults.take(text::description("description", description));
        event.description = Some(description).filter(|text| *text != task.description);
    }
    event.priority = changes
        .priority
        .filter(|priority| *priority != task.priority);
}

fn time_fields(
    task: &Task,
    ctx: &Context,
    changes: &UpdateTask,
    event: &mut TaskUpdated,
    faults: &mut Faults,
) {
    let new_due = |faults: &mut Faults, due: &Option<Due>| {
        due.as_ref().and_then(|due| faults.good(fields::due(due)))
    };
    let due = match &changes.due {
        Some(due) => new_due(faults, due),
        None => task.due.clone(),
    };
    if due != task.due {
        event.due_date = Some(Set { value: due.clone() });
    }
    if let Some(start) = changes.start.filter(|start| *start != task.start) {
        event.start_date = Some(Set { value: start });
    }
    let before = task.recurrence.as_deref();
    match &changes.recurrence {
        Some(None) if before.is_some() => event.recurrence = Some(Set { value: None }),
        Some(Some(input)) => {
            let start = changes.start.unwrap_or(task.start);
            let checked = fields::recurrence(ctx, input, (due.as_ref(), start), before);
            let new = faults.good(checked).filter(|new| Some(new) != before);
            event.recurrence = new.map(|new| Set { value: Some(new) });
        }
        None if due.is_none() && before.is_some_and(|before| before.from == RecursFrom::Due) => {
            let message = "the task repeats from its due date: change its recurrence as well";
            faults.add("due", "needed_by_recurrence", message);
        }
        None | Some(None) => {}
    }
    if let Some(inputs) = &changes.reminders {
        let new = fields::reminders(ctx, inputs, faults);
        let same = |(left, right): (&taskfold_contracts::values::Reminder, _)| left == right;
        let equal = new.len() == task.reminders.len() && new.iter().zip(&task.reminders).all(same);
        event.reminders = (!equal).then_some(Set { value: new });
    }
}

fn tags(task: &Task, changes: &UpdateTask, event: &mut TaskUpdated, faults: &mut Faults) {
    let has = |set: &[String], tag: &String| set.iter().any(|known| text::same_tag(known, tag));
    if let Some(tags) = &changes.tags {
        if !changes.add_tags.is_empty() || !changes.remove_tags.is_empty() {
            faults.add(
                "tags",
                "not_together",
                "not together with add_tags and remove_tags",
            );
        }
        let tags = faults.take(text::tags("tags", tags));
        event.tags_added = tags
            .iter()
            .filter(|tag| !task.tags.contains(tag))
            .cloned()
            .collect();
        event.tags_removed = task
            .tags
            .iter()
            .filter(|tag| !tags.contains(tag))
            .cloned()
            .collect();
        return;
    }
    let add = faults.take(text::tags("add_tags", &changes.add_tags));
    let remove = faults.take(text::tags("remove_tags", &changes.remove_tags));
    if let Some(tag) = add.iter().find(|tag| has(&remove, tag)) {
        faults.add(
            "add_tags",
            "not_together",
            format!("{tag:?} is to be added and removed"),
        );
    }
    event.tags_added = add
        .into_iter()
        .filter(|tag| !has(&task.tags, tag))
        .collect();
    event.tags_removed = task
        .tags
        .iter()
        .filter(|tag| has(&remove, tag))
        .cloned()
        .collect();
    if task.tags.len() + event.tags_added.len() > text::TAGS_MAX + event.tags_removed.len() {
        faults.add(
            "add_tags",
            "too_many",
            format!("more than {} tags", text::TAGS_MAX),
        );
    }
}

fn blockers(
    workspace: &Workspace,
    task: &Task,
    wanted: &[TaskId],
    event: &mut TaskUpdated,
    reads: &mut Vec<StreamId>,
) -> Result<(), Rejection> {
    let wanted: BTreeSet<TaskId> = wanted.iter().copied().collect();
    let held = &task.blocked_by;
    event.blocked_by_added = wanted
        .iter()
        .filter(|id| !held.contains(id))
        .copied()
        .collect();
    event.blocked_by_removed = held
        .iter()
        .filter(|id| !wanted.contains(id))
        .copied()
        .collect();
    for blocker in &event.blocked_by_added {
        check_blocker(workspace, task.id, *blocker, reads)?;
    }
    Ok(())
}
