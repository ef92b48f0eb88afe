//! Reminders that fired and messages that went out.

use super::record::records;
use crate::ids::{NotificationId, ReminderId, StreamId, TaskId, UserId};
use crate::time::Timestamp;
use crate::values::Channel;

records! {
    /// The moment of a reminder came.
    ReminderTriggered {
        /// The task.
        task_id: TaskId,
        /// The reminder.
        reminder_id: ReminderId,
        /// When it was to fire.
        due_at: Timestamp,
    }
    /// A message is to be sent.
    NotificationRequested {
        /// The message.
        notification_id: NotificationId,
        /// To whom.
        recipient_id: UserId,
        /// How.
        channel: Channel,
        /// What about: `reminder`, `assigned`, `mentioned`, `digest`, `invitation`.
        reason: String,
        /// The stream that it is about.
        about: Option<StreamId>,
    }
    /// A message was handed over to its channel.
    NotificationSent {
        /// The message.
        notification_id: NotificationId,
        /// How.
        channel: Channel,
    }
    /// A message could not be sent.
    NotificationFailed {
        /// The message.
        notification_id: NotificationId,
        /// How.
        channel: Channel,
        /// Why, without content or address.
        error: String,
        /// Tries so far.
        attempts: i32,
    }
}
