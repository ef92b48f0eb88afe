//! Searching.

use taskfold_contracts::ids::{TaskId, WorkspaceId};
use taskfold_sql::values;

use super::Hit;
use super::marks::Marker;
use super::words::terms;
use super::{find, tiers};
use crate::cursor::{Cursor, Key};
use crate::error::QueryError;
use crate::page::{Page, check_limit};
use crate::reader::Reader;
use crate::tasks::{self, COLUMNS, Task};

/// What to look for. Words must all occur; `"several words"` in this order; `invo*` and the last word
/// also match the beginnings of words; `-word` must not occur.
#[derive(Debug, Clone)]
pub struct SearchQuery {
    /// What somebody typed.
    pub text: String,
    /// Whether the trash is searched as well.
    pub trash: bool,
    /// At most so many, 1 to 500.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// The tasks that fit: first those with all words in the title, then those where a word of the title
/// only begins so, then those that fit otherwise; within each the newest first. Nothing is ranked that is
/// not shown, so that a page of many matches costs what one of few does. Text without a word finds nothing.
pub fn query(
    r: &Reader,
    workspace: WorkspaceId,
    query: &SearchQuery,
) -> Result<Page<Hit>, QueryError> {
    let limit = check_limit(query.limit)?;
    let terms = terms(&query.text);
    let connection = r.of(workspace)?;
    let tiers = tiers(connection.dialect(), &terms, &workspace);
    let trash = query.trash.to_string();
    let fingerprint = Cursor::query(&["search", &tiers.concat(), &trash]);
    let (first, mut below) = match &query.cursor {
        None => (0, i64::MAX),
        Some(text) => after(text, &fingerprint)?,
    };
    let sql = find(connection.dialect(), COLUMNS);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX) + 1;
    let mut rows = Vec::new();
    for (tier, expression) in (0_u32..).zip(&tiers) {
        if tier >= first && rows.len() < wanted {
            let room = i64::try_from(wanted - rows.len()).unwrap_or(i64::MAX);
            let score = f64::from(u32::try_from(tiers.len()).unwrap_or(u32::MAX) - tier);
            rows.extend(connection.query(
                &sql,
                values![expression, below, query.trash, room],
                |row| {
                    let keys = vec![Key::Int(tier.into()), Key::Int(row.get(0)?)];
                    Ok(((tasks::read(row)?, score), keys))
                },
            )?);
            below = i64::MAX;
        }
    }
    let page = Cursor::page(rows, limit, &fingerprint, |(task, _): &(Task, f64)| {
        task.task_id.0
    });
    let (mut tasks, scores): (Vec<Task>, Vec<f64>) = page.items.into_iter().unzip();
    tasks::complete(r, workspace, &mut tasks)?;
    let marker = Marker::new(&terms);
    let hits = tasks
        .into_iter()
        .zip(scores)
        .map(|(task, score)| hit(r, &marker, task, score));
    Ok(Page {
        items: hits.collect::<Result<_, _>>()?,
        next_cursor: page.next_cursor,
    })
}

fn after(text: &str, fingerprint: &str) -> Result<(u32, i64), QueryError> {
    let cursor = Cursor::parse(text, fingerprint, 2)?;
    let damaged = QueryError::Cursor("is damaged");
    match (&cursor.keys[0], &cursor.keys[1]) {
        (Key::Int(tier), Key::Int(number)) => {
            Ok((u32::try_from(*tier).map_err(|_| damaged)?, *number))
        }
        (Key::Null | Key::Int(_) | Key::Text(_), _) => Err(damaged),
    }
}

fn hit(r: &Reader, marker: &Marker, task: Task, score: f64) -> Result<Hit, QueryError> {
    let title = marker.mark(&task.title);
    let snippet = match marker.snippet(&task.description) {
        None if task.comments > 0 => comment(r, marker, task.workspace_id, task.task_id)?,
        found => found,
    };
    Ok(Hit {
        task,
        title,
        snippet,
        score,
    })
}

/// A snippet of the first comment that matches. One lookup for a hit whose description does not match.
fn comment(
    r: &Reader,
    marker: &Marker,
    workspace: WorkspaceId,
    task: TaskId,
) -> Result<Option<String>, QueryError> {
    let sql = "SELECT body FROM comments WHERE task_id = ?1 AND deleted_at IS NULL
         ORDER BY comment_id";
    let mut found = None;
    let connection = r.of(workspace)?;
    connection.each(sql, values![task.as_bytes()], |row| {
        if found.is_none() {
            found = marker.snippet(row.get(0)?);
        }
        Ok(())
    })?;
    Ok(found)
}
