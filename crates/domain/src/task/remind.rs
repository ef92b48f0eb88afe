//! Reminders: how they stand, and firing them, each once.

use taskfold_contracts::commands::TriggerReminder;
use taskfold_contracts::events::ReminderTriggered;
use taskfold_contracts::ids::ReminderId;
use taskfold_contracts::reminders::{Alarm, Bell};
use taskfold_contracts::time::Timestamp;

use super::state::Task;
use crate::decision::{Context, Decision};
use crate::workspace::Workspace;

/// How far the clock of whoever says that the moment has come may be ahead of ours.
const AHEAD_MILLIS: i64 = 10_000;

/// What the reminders of a task were set for, and whether it was open.
pub(crate) struct Alarms {
    set: Vec<(ReminderId, Option<Alarm>)>,
    open: bool,
}

impl Task {
    /// What its reminders are set for.
    pub(crate) fn alarms(&self) -> Alarms {
        let due = self.due.as_ref();
        let of =
            |held: &taskfold_contracts::values::Reminder| (held.reminder_id, Alarm::of(held, due));
        Alarms {
            set: self.reminders.iter().map(of).collect(),
            open: self.is_open(),
        }
    }

    /// Brings how its reminders stand in line with what an event made of it.
    pub(crate) fn rearm(&mut self, before: &Alarms, now: Timestamp) {
        if self.reminders.is_empty() && self.bells.is_empty() {
            return;
        }
        let after = self.alarms();
        let follow = |(id, alarm): &(ReminderId, Option<Alarm>)| {
            let mut known = before.set.iter().zip(&self.bells);
            match known.find(|((known, _), _)| known == id) {
                None => Bell::set(now),
                Some(((_, was), bell)) => {
                    bell.follow((*was, before.open), (*alarm, after.open), now)
                }
            }
        };
        self.bells = after.set.iter().map(follow).collect();
    }

    /// Notes that a reminder fired.
    pub(crate) fn reminded(&mut self, event: &ReminderTriggered) {
        let mut bells = self.reminders.iter().zip(&mut self.bells);
        if let Some((_, bell)) = bells.find(|(held, _)| held.reminder_id == event.reminder_id) {
            bell.fired = true;
        }
    }

    /// Whether this reminder is to fire for that moment, for somebody in the zone of `ctx`.
    fn is_to_fire(&self, ctx: &Context, trigger: &TriggerReminder) -> bool {
        let mut reminders = self.reminders.iter().zip(&self.bells);
        let found = reminders.find(|(held, _)| held.reminder_id == trigger.reminder_id);
        let latest = ctx.now.as_millis().saturating_add(AHEAD_MILLIS);
        found.is_some_and(|(held, bell)| {
            Alarm::of(held, self.due.as_ref()).is_some_and(|alarm| {
                bell.is_pending(alarm)
                    && alarm.instant(ctx.zone) == trigger.due_at
                    && trigger.due_at.as_millis() <= latest
            })
        })
    }
}

impl Workspace {
    /// Fires a reminder, if its task is open, it is still set for that moment, the moment has come and it did
    /// not fire yet; else nothing happens. So whoever asks may be behind, ask twice or not be alone. The zone
    /// of `ctx` is that of whoever is reminded.
    pub fn trigger(&self, ctx: &Context, trigger: &TriggerReminder) -> Decision {
        let open = self.task(trigger.task_id).filter(|task| task.is_open());
        if self.is_deleted() || !open.is_some_and(|task| task.is_to_fire(ctx, trigger)) {
            return Decision::nothing(trigger.task_id);
        }
        Decision::one(
            ctx,
            ReminderTriggered {
                task_id: trigger.task_id,
                reminder_id: trigger.reminder_id,
                due_at: trigger.due_at,
            },
        )
    }
}
