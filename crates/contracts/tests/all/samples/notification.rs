use taskfold_contracts::events::{
    Event, NotificationFailed, NotificationRequested, NotificationSent, ReminderTriggered,
};
use taskfold_contracts::ids::{NotificationId, ReminderId, StreamId, TaskId, UserId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Channel;

use super::{Fill, id};

pub(crate) fn samples(fill: Fill) -> Vec<Event> {
    let notification_id = NotificationId(id(0x71));
    let channel = fill.some(Channel::Push).unwrap_or(Channel::Email);
    vec![
        ReminderTriggered {
            task_id: TaskId(id(0x01)),
            reminder_id: ReminderId(id(0x51)),
            due_at: fill
                .some("2026-12-01T08:00:00Z".parse().unwrap())
                .unwrap_or(Timestamp::from_millis(0)),
        }
        .into(),
        NotificationRequested {
            notification_id,
            recipient_id: UserId(id(0xa1)),
            channel,
            reason: fill.text("reminder"),
            about: fill.some(StreamId(id(0x01))),
        }
        .into(),
        NotificationSent {
            notification_id,
            channel,
        }
        .into(),
        NotificationFailed {
            notification_id,
            channel,
            error: fill.text("450 mailbox busy"),
            attempts: fill.some(5).unwrap_or_default(),
        }
        .into(),
    ]
}
