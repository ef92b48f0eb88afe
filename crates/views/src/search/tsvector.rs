//! Full text in PostgreSQL: words with their places, made here, so that they are those of SQLite.

use std::collections::BTreeMap;

use taskfold_contracts::ids::{TaskId, WorkspaceId};
use taskfold_sql::{Connection, Error, ValueRef};

use super::Place;
use super::tokens::tokens;
use super::words::Term;
use crate::sql::{bound, padded, placeholders, uuid};
use crate::tasks::Cell;

/// Bounds of a `tsvector`: bytes of a word, places of a word, the last place, bytes of all.
const LONGEST: usize = 2_046;
const PLACES: usize = 255;
const LAST: u16 = 16_383;
const MOST: usize = 900_000;
/// Tasks whose comments are read with one statement.
const TOGETHER: usize = 64;

/// Where a word stands.
#[derive(Debug, Clone, Copy)]
enum Weight {
    Comments = 0,
    Tags = 1,
    Description = 2,
    Title = 3,
}

/// Indexes tasks, new or again.
pub(super) fn index(connection: &Connection, cells: &[&Cell]) -> Result<(), Error> {
    for cells in cells.chunks(1_024) {
        let comments = comments(connection, cells)?;
        let rows = cells.iter().map(|cell| {
            let said = comments.get(&cell.task.task_id);
            let words = vector(cell, said.map_or("", String::as_str));
            let words = taskfold_sql::Value::Blob(words);
            let words = taskfold_sql::Bound::Owned(words);
            let mut row = bound![cell.number, cell.task.workspace_id.as_bytes()];
            row.push(words);
            row
        });
        connection.insert_many(
            "INSERT INTO search (number, workspace_id, words)",
            3,
            "ON CONFLICT (number) DO UPDATE SET words = excluded.words",
            rows,
        )?;
    }
    Ok(())
}

/// What stands in the comments of these tasks.
fn comments(connection: &Connection, cells: &[&Cell]) -> Result<BTreeMap<TaskId, String>, Error> {
    let talked = cells.iter().filter(|cell| cell.task.comments > 0);
    let talked: Vec<TaskId> = talked.map(|cell| cell.task.task_id).collect();
    let mut all: BTreeMap<TaskId, String> = BTreeMap::new();
    for part in talked.chunks(TOGETHER) {
        let asked = padded(part);
        let ids = asked.iter().map(|id| ValueRef::Blob(id.as_bytes()));
        let ids: Vec<ValueRef> = ids.collect();
        let sql = format!(
            "SELECT task_id, body FROM comments WHERE task_id IN ({}) AND deleted_at IS NULL
             ORDER BY task_id, comment_id",
            placeholders(1, ids.len())
        );
        connection.each(&sql, &ids, |row| {
            let said = all.entry(TaskId(uuid(row, 0)?)).or_default();
            said.push_str(row.get(1)?);
            said.push('\n');
            Ok(())
        })?;
    }
    Ok(all)
}

/// The words of a task in the binary form of a `tsvector`.
fn vector(cell: &Cell, comments: &str) -> Vec<u8> {
    let task = &cell.task;
    let mut words = Words::default();
    words.add(word(&task.workspace_id), Weight::Title, 1);
    let mut at = 1;
    let tags = task.tags.join(" ");
    for (text, weight) in [
        (task.title.as_str(), Weight::Title),
        (&task.description, Weight::Description),
        (&tags, Weight::Tags),
        (comments, Weight::Comments),
    ] {
        // A gap, so that no phrase reaches from one text into the next.
        at += 2;
        for token in tokens(text) {
            words.add(token, weight, at);
            at += 1;
        }
    }
    words.encoded()
}

/// A workspace's id as a word that is in no text.
fn word(workspace: &WorkspaceId) -> String {
    format!("w:{}", workspace.0.simple())
}

#[derive(Default)]
struct Words {
    places: BTreeMap<String, Vec<u16>>,
    bytes: usize,
}

impl Words {
    /// Adds a word, unless there are too many already.
    fn add(&mut self, mut word: String, weight: Weight, at: usize) {
        let mut end = word.len().min(LONGEST);
        while !word.is_char_boundary(end) {
            end -= 1;
        }
        word.truncate(end);
        if self.bytes > MOST {
            return;
        }
        let at = u16::try_from(at).unwrap_or(LAST).min(LAST);
        let size = word.len() + 8;
        let places = self.places.entry(word).or_insert_with(|| {
            self.bytes += size;
            Vec::new()
        });
        let rises = places.last().is_none_or(|last| (last & LAST) < at);
        if rises && places.len() < PLACES {
            places.push(((weight as u16) << 14) | at);
            self.bytes += 2;
        }
    }

    fn encoded(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes + 4);
        let count = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&count.to_be_bytes());
        for (word, places) in self.places {
            bytes.extend_from_slice(word.as_bytes());
            bytes.push(0);
            let count = u16::try_from(places.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&count.to_be_bytes());
            for place in places {
                bytes.extend_from_slice(&place.to_be_bytes());
            }
        }
        bytes
    }
}

/// Words one after the other, of which the last may go on.
pub(super) fn phrase(place: Place, text: &str) -> String {
    let weights = match place {
        Place::Title => "A",
        Place::TitleOrDescription => "AB",
    };
    sequence(text, true, weights).unwrap_or_else(|| NOTHING.to_owned())
}

/// A word that is in no text.
const NOTHING: &str = "'w:'";

/// That the index has what the value of a placeholder asks for.
pub(super) fn matches(placeholder: &str) -> String {
    format!("f.words @@ CAST(CAST({placeholder} AS TEXT) AS TSQUERY)")
}

/// The tasks of a tier.
pub(super) fn find(columns: &str) -> String {
    format!(
        "SELECT {columns} FROM search f JOIN tasks t ON t.number = f.number
         WHERE {} AND f.number < ?2 AND (?3 OR t.deleted_at IS NULL)
         ORDER BY f.number DESC LIMIT ?4",
        matches("?1")
    )
}

/// Words in this order in the texts of these weights; none without a word.
fn sequence(text: &str, prefix: bool, weights: &str) -> Option<String> {
    let words = tokens(text);
    let last = words.len().checked_sub(1)?;
    let words: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            // Words have neither quotes nor backslashes.
            let star = if prefix && at == last { "*" } else { "" };
            match (star, weights) {
                ("", "") => format!("'{word}'"),
                _ => format!("'{word}':{star}{weights}"),
            }
        })
        .collect();
    Some(format!("({})", words.join(" <-> ")))
}

/// The terms in the query language of PostgreSQL, by tiers as on SQLite: all words in the title as they
/// stand, then as beginnings, then anywhere. No task is in two. Empty when nothing is to be found.
pub(super) fn tiers(terms: &[Term], workspace: &WorkspaceId) -> Vec<String> {
    let join = |excluded: bool, prefixes: bool, weights: &str, with: &str| {
        let parts: Vec<String> = terms
            .iter()
            .filter(|term| term.excluded == excluded)
            .map(|term| {
                let found = sequence(&term.text, prefixes && term.prefix, weights);
                found.unwrap_or_else(|| NOTHING.to_owned())
            })
            .collect();
        parts.join(with)
    };
    let (whole, title) = (
        join(false, false, "A", " & "),
        join(false, true, "A", " & "),
    );
    if title.is_empty() {
        return Vec::new();
    }
    let anywhere = join(false, true, "", " & ");
    let mut tiers = vec![title.clone()];
    if whole != title {
        tiers[0] = format!("{title} & !({whole})");
        tiers.insert(0, whole);
    }
    tiers.push(format!("{anywhere} & !({title})"));
    let excluded = join(true, true, "", " | ");
    let but = if excluded.is_empty() {
        String::new()
    } else {
        format!(" & !({excluded})")
    };
    let workspace = word(workspace);
    let within = |tier| format!("'{workspace}' & ({tier}){but}");
    tiers.into_iter().map(within).collect()
}
