//! Questions about reminders.

use jiff::tz::TimeZone;
use taskfold_contracts::ids::{ReminderId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_sql::{Error, Row, values};

use super::{Fired, Pending};
use crate::error::QueryError;
use crate::reader::Reader;
use crate::sql::{instant, optional_uuid, uuid};

/// Which clocks reminders go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clocks {
    /// The same everywhere: they wait for an instant.
    One,
    /// The one on somebody's wall.
    Local,
}

impl Clocks {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::One, Self::Local];

    /// By how much their moment can be earlier than in UTC: the easternmost zone is at +14:00.
    fn ahead_millis(self) -> i64 {
        match self {
            Self::One => 0,
            Self::Local => 14 * 3_600_000,
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::One => "r.next_at IS NOT NULL AND r.minutes IS NULL",
            Self::Local => "r.next_at IS NOT NULL AND r.minutes IS NOT NULL",
        }
    }
}

const PENDING: &str =
    "SELECT r.task_id, r.reminder_id, r.workspace_id, t.title, r.person_id, r.next_at,
        r.minutes, u.time_zone
    FROM reminders r JOIN tasks t ON t.task_id = r.task_id
        JOIN workspaces w ON w.workspace_id = r.workspace_id AND w.deleted_at IS NULL
        LEFT JOIN users u ON u.user_id = r.person_id";

/// Reminders of all workspaces whose moment may have come by `now`, in an order that stays, behind `after`.
/// Of local ones the moment may still lie up to 26 hours ahead.
pub fn page(
    r: &Reader,
    clocks: Clocks,
    now: Timestamp,
    after: Option<&Pending>,
    limit: u32,
) -> Result<Vec<Pending>, QueryError> {
    let upto = now.as_millis().saturating_add(clocks.ahead_millis());
    let nil = uuid::Uuid::nil();
    let (place, task, reminder) = after.map_or((i64::MIN, nil, nil), |last| {
        (last.place, last.task_id.0, last.reminder_id.0)
    });
    let sql = format!(
        "{PENDING} WHERE {} AND r.next_at <= ?1 AND r.next_at >= ?2
             AND (r.next_at, r.task_id, r.reminder_id) > (?2, ?3, ?4)
         ORDER BY r.next_at, r.task_id, r.reminder_id LIMIT {limit}",
        clocks.condition()
    );
    let (task, reminder) = (task.as_bytes(), reminder.as_bytes());
    Ok(r.everywhere()?
        .query(&sql, values![upto, place, task, reminder], pending)?)
}

/// When the next reminder that [`page`] does not give at `now` has to be looked at again; none when there are
/// no others.
pub fn next(r: &Reader, clocks: Clocks, now: Timestamp) -> Result<Option<Timestamp>, QueryError> {
    let ahead = clocks.ahead_millis();
    let sql = format!(
        "SELECT r.next_at FROM reminders r WHERE {} AND r.next_at > ?1 ORDER BY r.next_at LIMIT 1",
        clocks.condition()
    );
    let upto = now.as_millis().saturating_add(ahead);
    let found = r
        .everywhere()?
        .first(&sql, values![upto], |row| instant(row, 0))?;
    Ok(found.map(|at| Timestamp::from_millis(at.as_millis().saturating_sub(ahead))))
}

/// The reminders of a workspace that wait, by their moments; `limit` at most.
pub fn of_workspace(
    r: &Reader,
    workspace: WorkspaceId,
    limit: u32,
) -> Result<Vec<Pending>, QueryError> {
    let sql = format!(
        "{PENDING} WHERE r.workspace_id = ?1 AND r.next_at IS NOT NULL
         ORDER BY r.next_at, r.task_id, r.reminder_id LIMIT {limit}"
    );
    let found = r
        .of(workspace)?
        .query(&sql, values![workspace.as_bytes()], pending)?;
    let mut found: Vec<Pending> = found;
    found.sort_by_key(|held| held.due_at);
    Ok(found)
}

/// The reminders of a workspace that fired, the last ones first; `limit` at most.
pub fn fired(r: &Reader, workspace: WorkspaceId, limit: u32) -> Result<Vec<Fired>, QueryError> {
    let sql = format!(
        "SELECT r.task_id, r.reminder_id, t.title, r.person_id, r.fired_for, r.fired_at
         FROM reminders r JOIN tasks t ON t.task_id = r.task_id
         WHERE r.workspace_id = ?1 AND r.fired_at IS NOT NULL
         ORDER BY r.fired_at DESC, r.task_id DESC, r.reminder_id DESC LIMIT {limit}"
    );
    Ok(r.of(workspace)?
        .query(&sql, values![workspace.as_bytes()], rung)?)
}

fn rung(row: &Row) -> Result<Fired, Error> {
    Ok(Fired {
        task_id: TaskId(uuid(row, 0)?),
        reminder_id: ReminderId(uuid(row, 1)?),
        title: row.get(2)?,
        person_id: optional_uuid(row, 3)?.map(UserId),
        due_at: instant(row, 4)?,
        fired_at: instant(row, 5)?,
    })
}

fn pending(row: &Row) -> Result<Pending, Error> {
    let place = instant(row, 5)?;
    let minutes: Option<i64> = row.get(6)?;
    let zone: Option<String> = row.get(7)?;
    let (due_at, zone) = match minutes {
        None => (place, None),
        Some(minutes) => {
            let name = zone.unwrap_or_else(|| "UTC".to_owned());
            (local(place, minutes, &name), Some(name))
        }
    };
    Ok(Pending {
        task_id: TaskId(uuid(row, 0)?),
        reminder_id: ReminderId(uuid(row, 1)?),
        workspace_id: WorkspaceId(uuid(row, 2)?),
        title: row.get(3)?,
        person_id: optional_uuid(row, 4)?.map(UserId),
        due_at,
        zone,
        place: place.as_millis(),
    })
}

/// The moment of a local reminder for somebody in a zone; one that is unknown here counts as UTC.
fn local(place: Timestamp, minutes: i64, zone: &str) -> Timestamp {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let due = place.as_millis().saturating_add(minutes * 60_000);
    let due = Timestamp::from_millis(due).to_jiff();
    let due = due.to_zoned(TimeZone::UTC).datetime();
    let minutes = i32::try_from(minutes).unwrap_or(i32::MAX);
    taskfold_contracts::reminders::Alarm::Local { due, minutes }.instant(&zone)
}
