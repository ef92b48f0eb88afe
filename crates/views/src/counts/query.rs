//! Questions about counts.

use jiff::Zoned;
use taskfold_contracts::ids::{ListId, WorkspaceId};
use taskfold_sql::values;

use super::{Counts, ListCount};
use crate::error::QueryError;
use crate::reader::Reader;
use crate::sql::unsigned;

/// A day and a half: no zone is further from UTC, so nothing due later by UTC is due today anywhere.
const DAY_AND_A_HALF: i64 = 36 * 3_600_000;

/// The counts of a workspace; `now` is in the zone of whoever asks.
pub fn of_workspace(r: &Reader, workspace: WorkspaceId, now: &Zoned) -> Result<Counts, QueryError> {
    let lists = lists(r, workspace)?;
    let (overdue, today) = due(r, workspace, now)?;
    Ok(Counts {
        open: lists.iter().map(|list| list.open).sum(),
        done: lists.iter().map(|list| list.done).sum(),
        overdue,
        today,
        lists,
    })
}

fn lists(r: &Reader, workspace: WorkspaceId) -> Result<Vec<ListCount>, QueryError> {
    let sql =
        "SELECT list_id, open, done FROM list_counts WHERE workspace_id = ?1 ORDER BY list_id";
    Ok(r.of(workspace)?
        .query(sql, values![workspace.as_bytes()], |row| {
            Ok(ListCount {
                list_id: ListId::from_slice(row.get(0)?),
                open: unsigned(row, 1)?,
                done: unsigned(row, 2)?,
            })
        })?)
}

/// Overdue, and due today but not overdue. A whole day is over when the asker's day is; a time in a
/// zone is an instant; a time without a zone is on the asker's wall clock.
fn due(r: &Reader, workspace: WorkspaceId, now: &Zoned) -> Result<(u64, u64), QueryError> {
    let instant = now.timestamp().as_millisecond();
    let tomorrow = now
        .tomorrow()
        .and_then(|tomorrow| tomorrow.start_of_day())
        .map_or(i64::MAX, |start| start.timestamp().as_millisecond());
    let sql = "SELECT count(*) FILTER (WHERE overdue), count(*) FILTER (WHERE today AND NOT overdue) FROM (
             SELECT CASE WHEN due_time IS NULL THEN due_date < ?2
                         WHEN due_zone IS NULL THEN due_date < ?2 OR (due_date = ?2 AND due_time < ?3)
                         ELSE due_at < ?4 END AS overdue,
                    CASE WHEN due_time IS NULL OR due_zone IS NULL THEN due_date = ?2
                         ELSE due_at < ?5 END AS today
             FROM tasks
             WHERE workspace_id = ?1 AND deleted_at IS NULL AND done = 0 AND due_at < ?6) AS soon";
    let date = now.date().to_string();
    let clock = now.strftime("%H:%M:%S").to_string();
    let soon = instant.saturating_add(2 * DAY_AND_A_HALF);
    let counted = r.of(workspace)?.first(
        sql,
        values![workspace.as_bytes(), date, clock, instant, tomorrow, soon],
        |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)),
    )?;
    Ok(counted.unwrap_or_default())
}
