//! The next occurrence of a recurring task.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use taskfold_contracts::events::TaskCreated;
use taskfold_contracts::ids::{ReminderId, TaskId};
use taskfold_contracts::values::{Due, Recurrence, Reminder};

use super::Task;
use crate::decision::{Context, Decided};
use crate::recurrence;
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// The tasks that follow when `task` is done now: its next occurrence first, then open copies of its
/// subtasks, all shifted by the same number of days; none when the series is over.
///
/// The next occurrence takes the rank of the one before it, so it stands where that one stood and ranks do
/// not grow with the length of a series.
pub(super) fn next_occurrence(
    workspace: &Workspace,
    ctx: &Context,
    task: &Task,
) -> Result<Vec<Decided>, Rejection> {
    let Some(series) = &task.recurrence else {
        return Ok(Vec::new());
    };
    let next = recurrence::next(series, task.due.as_ref(), ctx.now, ctx.zone);
    let next = next.map_err(|error| {
        Rejection::invalid("recurrence.rule", "invalid_rule", error.to_string())
    })?;
    let Some((due, series)) = next else {
        return Ok(Vec::new());
    };
    let from = task
        .due
        .as_ref()
        .map_or_else(|| ctx.today(), |due| due.date);
    let distance = due
        .date
        .since(from)
        .map_or(0, |span| span.get_days())
        .days();
    let mut copies = BTreeMap::from([(task.id, TaskId(ctx.ids.next()))]);
    let head = copy(ctx, task, &copies, distance, (Some(due), Some(series)));
    let mut events = vec![ctx.now(head)];
    // Parents come before children, so the copy of a parent is known when its children are copied.
    for below in workspace.descendants(task.id) {
        if below.is_deleted() {
            continue;
        }
        copies.insert(below.id, TaskId(ctx.ids.next()));
        let due = below.due.as_ref().map(|due| Due {
            date: shift(due.date, distance),
            ..due.clone()
        });
        let series = below.recurrence.as_deref().map(|series| Recurrence {
            anchor: Due {
                date: shift(series.anchor.date, distance),
                ..series.anchor.clone()
            },
            ..series.clone()
        });
        events.push(ctx.now(copy(ctx, below, &copies, distance, (due, series))));
    }
    Ok(events)
}

fn copy(
    ctx: &Context,
    task: &Task,
    copies: &BTreeMap<TaskId, TaskId>,
    distance: Span,
    (due_date, recurrence): (Option<Due>, Option<Recurrence>),
) -> TaskCreated {
    let copied = |id: TaskId| copies.get(&id).copied();
    // Reminders at an instant were for the occurrence that is done.
    let relative = task
        .reminders
        .iter()
        .filter(|reminder| reminder.at.is_none());
    TaskCreated {
        task_id: copied(task.id).unwrap_or(task.id),
        title: task.title.clone(),
        description: task.description.clone(),
        priority: task.priority,
        due_date,
        start_date: task.start.map(|start| shift(start, distance)),
        tags: task.tags.clone(),
        recurrence,
        reminders: relative
            .map(|reminder| Reminder {
                reminder_id: ReminderId(ctx.ids.next()),
                ..reminder.clone()
            })
            .collect(),
        list_id: task.list_id,
        parent_id: task
            .parent_id
            .map(|parent| copied(parent).unwrap_or(parent)),
        rank: task.rank.as_ref().to_owned(),
        blocked_by: Vec::new(),
        assignee_id: task.assignee_id,
        previous_id: Some(task.id),
        origin: None,
        created_by: None,
        updated_at: None,
    }
}

fn shift(date: Date, distance: Span) -> Date {
    date.saturating_add(distance)
}
