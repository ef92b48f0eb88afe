//! Reminders as they are stored and shown.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{ReminderId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::reminders::{Alarm, Bell};
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Bound, Error, Row};
use uuid::Uuid;

use crate::held::Stored;
use crate::sql::{bound, instant, optional_instant, optional_uuid, uuid};

/// How a reminder stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stands {
    pub(crate) task_id: TaskId,
    pub(crate) reminder_id: ReminderId,
    pub(crate) workspace_id: WorkspaceId,
    /// Who is reminded.
    pub(crate) person_id: Option<UserId>,
    /// The instant that it waits for; of a local one, that in UTC.
    pub(crate) next_at: Option<Timestamp>,
    /// Of a local one that waits.
    pub(crate) minutes: Option<i64>,
    pub(crate) bell: Bell,
    /// The moment that it last fired for, and when it did.
    pub(crate) fired: Option<(Timestamp, Timestamp)>,
}

impl Stands {
    /// Lets it wait for an alarm, or for nothing.
    pub(crate) fn wait_for(&mut self, alarm: Option<Alarm>) {
        self.next_at = alarm.map(|alarm| alarm.instant(&TimeZone::UTC));
        self.minutes = alarm.and_then(|alarm| match alarm {
            Alarm::At(_) => None,
            Alarm::Local { minutes, .. } => Some(i64::from(minutes)),
        });
    }
}

impl Stored for Stands {
    type Key = [Uuid; 2];
    const TABLE: &'static str = "reminders";
    const COLUMNS: &'static [&'static str] = &[
        "task_id",
        "reminder_id",
        "workspace_id",
        "person_id",
        "next_at",
        "minutes",
        "since",
        "fired",
        "fired_for",
        "fired_at",
    ];
    const KEYS: usize = 2;

    fn key(&self) -> [Uuid; 2] {
        [self.task_id.0, self.reminder_id.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.task_id.as_bytes(),
            self.reminder_id.as_bytes(),
            self.workspace_id.as_bytes(),
            self.person_id.as_ref().map(UserId::as_bytes),
            self.next_at.as_ref(),
            self.minutes,
            &self.bell.since,
            i64::from(self.bell.fired),
            self.fired.as_ref().map(|(moment, _)| moment),
            self.fired.as_ref().map(|(_, at)| at),
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        let fired = optional_instant(row, 8)?.zip(optional_instant(row, 9)?);
        Ok(Self {
            task_id: TaskId(uuid(row, 0)?),
            reminder_id: ReminderId(uuid(row, 1)?),
            workspace_id: WorkspaceId(uuid(row, 2)?),
            person_id: optional_uuid(row, 3)?.map(UserId),
            next_at: optional_instant(row, 4)?,
            minutes: row.get(5)?,
            bell: Bell {
                since: instant(row, 6)?,
                fired: row.get::<i64>(7)? != 0,
            },
            fired,
        })
    }
}

/// A reminder that waits for its moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pending {
    /// The task.
    pub task_id: TaskId,
    /// The reminder.
    pub reminder_id: ReminderId,
    /// Where the task is.
    pub workspace_id: WorkspaceId,
    /// What the task is called.
    pub title: String,
    /// Who is reminded: whoever is to do the task, else whoever made it.
    pub person_id: Option<UserId>,
    /// Its moment.
    pub due_at: Timestamp,
    /// The zone that it was counted in, when the task's due names none (IANA).
    pub zone: Option<String>,
    /// Where it stands among those that wait.
    #[serde(skip)]
    pub(crate) place: i64,
}

/// A reminder that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fired {
    /// The task.
    pub task_id: TaskId,
    /// The reminder.
    pub reminder_id: ReminderId,
    /// What the task is called.
    pub title: String,
    /// Who was reminded.
    pub person_id: Option<UserId>,
    /// The moment that it was set for.
    pub due_at: Timestamp,
    /// When it fired.
    pub fired_at: Timestamp,
}
