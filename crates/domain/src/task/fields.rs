//! Checks of a task's fields that are more than text.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use taskfold_contracts::commands::{RecurrenceInput, ReminderInput};
use taskfold_contracts::ids::{ReminderId, UserId};
use taskfold_contracts::values::{Due, Recurrence, RecursFrom, Reminder};

use crate::decision::Context;
use crate::recurrence::{self, RecurrenceError};
use crate::rejection::{Faults, FieldError};
use crate::workspace::Workspace;

/// Most reminders of a task.
const MAX_REMINDERS: usize = 20;
/// Most excluded days of a recurrence.
const MAX_EXCEPT: usize = 1_000;
/// A year, in minutes.
const MAX_MINUTES_BEFORE: i32 = 525_600;

/// A due date: a zone only together with a time, and one that is known.
pub(crate) fn due(due: &Due) -> Result<Due, FieldError> {
    let mut due = due.clone();
    match (&due.zone, due.time) {
        (Some(_), None) => due.zone = None,
        (Some(zone), Some(_)) => {
            if TimeZone::get(zone).is_err() {
                let message = "expected a name such as Europe/Berlin";
                return Err(FieldError::new("due.zone", "unknown_time_zone", message));
            }
        }
        (None, _) => {}
    }
    Ok(due)
}

/// A recurrence of a task that is due on `due`. `before` is the one that the task has now: the same rule
/// again goes on with its series. A new one must not be over already; that of an import
/// ([`imported_recurrence`]) may.
pub(super) fn recurrence(
    ctx: &Context,
    input: &RecurrenceInput,
    (due, start): (Option<&Due>, Option<Date>),
    before: Option<&Recurrence>,
) -> Result<Recurrence, FieldError> {
    let recurrence = imported_recurrence(ctx, input, due, before)?;
    if before.is_none_or(|before| before.rule != recurrence.rule) {
        not_over(ctx, &recurrence, start)?;
    }
    Ok(recurrence)
}

/// Refuses a new series that ends before it begins.
fn not_over(ctx: &Context, recurrence: &Recurrence, start: Option<Date>) -> Result<(), FieldError> {
    recurrence::not_over(recurrence, &recurrence.anchor, ctx.zone)
        .map_err(|error| invalid_rule(&error))?;
    let last = recurrence::last_day(&recurrence.rule).map_err(|error| invalid_rule(&error))?;
    match (last, start) {
        (Some(last), Some(start)) if last < start => {
            let message = format!("the rule ends on {last}, before the task starts on {start}");
            Err(FieldError::new("recurrence.rule", "over", message))
        }
        (Some(_) | None, _) => Ok(()),
    }
}

fn invalid_rule(error: &RecurrenceError) -> FieldError {
    FieldError::new("recurrence.rule", error.code(), error.to_string())
}

/// The same for a recurrence from elsewhere, which may be over.
pub(super) fn imported_recurrence(
    ctx: &Context,
    input: &RecurrenceInput,
    due: Option<&Due>,
    before: Option<&Recurrence>,
) -> Result<Recurrence, FieldError> {
    let rule = recurrence::normalise(&input.rule).map_err(|error| invalid_rule(&error))?;
    if due.is_none() && input.from == RecursFrom::Due {
        let message = "a task that repeats from its due date needs one";
        return Err(FieldError::new("recurrence", "needs_due", message));
    }
    if input.except.len() > MAX_EXCEPT {
        let message = format!("more than {MAX_EXCEPT} excluded days");
        return Err(FieldError::new("recurrence.except", "too_many", message));
    }
    let mut except = input.except.clone();
    except.sort_unstable();
    except.dedup();
    let series = before.filter(|before| before.rule == rule && before.from == input.from);
    let anchor = series
        .map(|series| series.anchor.clone())
        .or_else(|| due.cloned());
    let recurrence = Recurrence {
        rule,
        from: input.from,
        anchor: anchor.unwrap_or(Due {
            date: ctx.today(),
            time: None,
            zone: None,
        }),
        except,
        occurrence: series.map_or(1, |series| series.occurrence),
    };
    // Whether the rule fits the due is found out by asking for the next one.
    recurrence::next(&recurrence, due, ctx.now, ctx.zone).map_err(|error| invalid_rule(&error))?;
    Ok(recurrence)
}

/// Reminders, each at an instant or some minutes before due; a known id stays, others are new.
pub(super) fn reminders(
    ctx: &Context,
    inputs: &[ReminderInput],
    faults: &mut Faults,
) -> Vec<Reminder> {
    if inputs.len() > MAX_REMINDERS {
        faults.add(
            "reminders",
            "too_many",
            format!("more than {MAX_REMINDERS} reminders"),
        );
        return Vec::new();
    }
    let mut reminders: Vec<Reminder> = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let field = format!("reminders[{index}]");
        if input.at.is_some() == input.minutes_before_due.is_some() {
            let message = "expected either at or minutes_before_due";
            faults.add(&field, "one_of", message);
        }
        if input
            .minutes_before_due
            .is_some_and(|m| !(0..=MAX_MINUTES_BEFORE).contains(&m))
        {
            let message = format!("expected 0 to {MAX_MINUTES_BEFORE} minutes");
            faults.add(
                &format!("{field}.minutes_before_due"),
                "out_of_range",
                message,
            );
        }
        let reminder_id = input
            .reminder_id
            .unwrap_or_else(|| ReminderId(ctx.ids.next()));
        if reminders
            .iter()
            .any(|known| known.reminder_id == reminder_id)
        {
            faults.add(
                &format!("{field}.reminder_id"),
                "twice",
                "stands there twice",
            );
        }
        reminders.push(Reminder {
            reminder_id,
            at: input.at,
            minutes_before_due: input.minutes_before_due,
        });
    }
    reminders
}

/// Somebody to do the task: a member.
pub(super) fn assignee(workspace: &Workspace, user: UserId, faults: &mut Faults) {
    if workspace.role_of(user).is_none() {
        faults.add(
            "assignee_id",
            "not_a_member",
            format!("{user} is not a member"),
        );
    }
}
