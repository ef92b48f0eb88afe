//! Searching.

use rusqlite::params;
use taskfold_contracts::ids::{TaskId, WorkspaceId};

use super::Hit;
use super::marks::Marker;
use super::words::{expression, terms};
use crate::cursor::{Cursor, Key};
use crate::error::QueryError;
use crate::page::{Page, check_limit};
use crate::tasks::{self, COLUMN_COUNT, COLUMNS, Task};
use crate::views::Reader;

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

/// The tasks that fit, best first. Text without a word finds nothing.
pub fn query(
    r: &Reader,
    workspace: WorkspaceId,
    query: &SearchQuery,
) -> Result<Page<Hit>, QueryError> {
    let limit = check_limit(query.limit)?;
    let terms = terms(&query.text);
    let Some(expression) = expression(&terms) else {
        return Ok(Page {
            items: Vec::new(),
            next_cursor: None,
        });
    };
    let trash = query.trash.to_string();
    let fingerprint = Cursor::query(&["search", &workspace.to_string(), &expression, &trash]);
    let (score, number) = match &query.cursor {
        None => (f64::NEG_INFINITY, i64::MAX),
        Some(text) => after(text, &fingerprint)?,
    };
    // A match in the title counts most, then tags, descriptions and comments. The lower, the better.
    let sql = format!(
        "SELECT {COLUMNS}, found.score FROM (
             SELECT rowid AS number, bm25(search, 10.0, 2.0, 5.0, 1.0) AS score
             FROM search WHERE search MATCH ?2) AS found
         JOIN tasks t ON t.number = found.number
         WHERE t.workspace_id = ?1 AND (?3 OR t.deleted_at IS NULL)
             AND (found.score > ?4 OR (found.score = ?4 AND t.number < ?5))
         ORDER BY found.score, t.number DESC LIMIT ?6"
    );
    let mut statement = r.connection.prepare_cached(&sql)?;
    let values = params![
        workspace.as_bytes(),
        expression,
        query.trash,
        score,
        number,
        limit + 1
    ];
    let rows = statement.query_map(values, |row| {
        let score: f64 = row.get(COLUMN_COUNT)?;
        let keys = vec![
            Key::Text(score.to_bits().to_string()),
            Key::Int(row.get(0)?),
        ];
        Ok(((tasks::read(row)?, -score), keys))
    })?;
    let rows = rows.collect::<Result<_, _>>()?;
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

fn after(text: &str, fingerprint: &str) -> Result<(f64, i64), QueryError> {
    let cursor = Cursor::parse(text, fingerprint, 2)?;
    let (Key::Text(bits), Key::Int(number)) = (&cursor.keys[0], &cursor.keys[1]) else {
        return Err(QueryError::Cursor("is damaged"));
    };
    let bits = bits.parse().map_err(|_| QueryError::Cursor("is damaged"))?;
    Ok((f64::from_bits(bits), *number))
}

fn hit(r: &Reader, marker: &Marker, task: Task, score: f64) -> Result<Hit, QueryError> {
    let title = marker.mark(&task.title);
    let snippet = match marker.snippet(&task.description) {
        None if task.comments > 0 => comment(r, marker, task.task_id)?,
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
fn comment(r: &Reader, marker: &Marker, task: TaskId) -> Result<Option<String>, QueryError> {
    let mut statement = r.connection.prepare_cached(
        "SELECT body FROM comments WHERE task_id = ?1 AND deleted_at IS NULL ORDER BY comment_id",
    )?;
    let mut rows = statement.query([task.as_bytes()])?;
    while let Some(row) = rows.next()? {
        if let Some(snippet) = marker.snippet(row.get_ref(0)?.as_str().unwrap_or_default()) {
            return Ok(Some(snippet));
        }
    }
    Ok(None)
}
