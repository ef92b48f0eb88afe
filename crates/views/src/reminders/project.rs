//! What events do to reminders.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::ReminderTriggered;
use taskfold_contracts::ids::{ReminderId, TaskId};
use taskfold_contracts::reminders::{Alarm, Bell};
use taskfold_contracts::values::Reminder;
use taskfold_sql::Error;
use uuid::Uuid;

use super::Stands;
use crate::apply::{Fold, Refusal};
use crate::tasks::Task;

/// What the reminders of a task were set for, and whether it was open.
#[derive(Default)]
pub(crate) struct Before {
    set: Vec<(ReminderId, Option<Alarm>)>,
    open: bool,
}

impl Before {
    pub(crate) fn of(task: &Task) -> Self {
        let due = task.due.as_ref();
        let of = |held: &Reminder| (held.reminder_id, Alarm::of(held, due));
        Self {
            set: task.reminders.iter().map(of).collect(),
            open: task.completed_at.is_none() && task.deleted_at.is_none(),
        }
    }

    /// The rows that an event on the task may touch.
    pub(crate) fn keys(task: &Task) -> impl Iterator<Item = [Uuid; 2]> {
        let key = |held: &Reminder| [task.task_id.0, held.reminder_id.0];
        task.reminders.iter().map(key)
    }
}

/// Brings the reminders of a task in line with what an event made of it.
pub(crate) fn follow(
    fold: &mut Fold,
    envelope: &Envelope,
    task_id: TaskId,
    before: &Before,
) -> Result<(), Refusal> {
    let Some(cell) = fold.tasks.get(&task_id) else {
        return Ok(());
    };
    let task = &cell.task;
    if task.reminders.is_empty() && before.set.is_empty() {
        return Ok(());
    }
    let after = Before::of(task);
    let (person_id, workspace_id) = (task.assignee_id.or(task.created_by), task.workspace_id);
    let now = envelope.header.recorded_at;
    for (gone, _) in &before.set {
        if !after.set.iter().any(|(kept, _)| kept == gone) {
            fold.reminders.remove([task_id.0, gone.0]);
        }
    }
    for (reminder_id, alarm) in &after.set {
        let known = before.set.iter().find(|(known, _)| known == reminder_id);
        let held = match known {
            None => None,
            Some(_) => fold
                .reminders
                .get(fold.connection, [task_id.0, reminder_id.0])?
                .cloned(),
        };
        let bell = match (known, &held) {
            (Some((_, was)), Some(held)) => {
                let (before, after) = ((*was, before.open), (*alarm, after.open));
                held.bell.follow(before, after, now)
            }
            (_, None) | (None, _) => Bell::set(now),
        };
        let mut stands = Stands {
            task_id,
            reminder_id: *reminder_id,
            workspace_id,
            person_id,
            next_at: None,
            minutes: None,
            bell,
            fired: held.as_ref().and_then(|held| held.fired),
        };
        stands.wait_for(alarm.filter(|alarm| after.open && bell.is_pending(*alarm)));
        if held.as_ref() != Some(&stands) {
            fold.reminders.put(stands);
        }
    }
    Ok(())
}

/// A reminder fired. One that is not there any more leaves no trace.
pub(crate) fn triggered(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &ReminderTriggered,
) -> Result<(), Error> {
    let key = [event.task_id.0, event.reminder_id.0];
    if let Some(held) = fold.reminders.get(fold.connection, key)? {
        let mut fired = held.clone();
        fired.bell.fired = true;
        fired.fired = Some((event.due_at, envelope.occurred_at));
        fired.wait_for(None);
        fold.reminders.put(fired);
    }
    Ok(())
}
