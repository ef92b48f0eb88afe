//! Full-text search over titles, descriptions, tags and comments.

mod fts5;
mod marks;
mod query;
mod row;
mod tokens;
mod tsvector;
mod words;

use taskfold_contracts::ids::WorkspaceId;
use taskfold_sql::{Connection, Dialect, Error};

use crate::tasks::Cell;

pub(crate) use fts5::{INDEX_ALL, merge};
pub use query::{SearchQuery, query};
pub use row::Hit;

/// Where words of a filter are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Title,
    TitleOrDescription,
}

/// Indexes tasks, new or again. While building, SQLite leaves it to the end: [`INDEX_ALL`].
pub(crate) fn index(connection: &Connection, cells: &[&Cell], building: bool) -> Result<(), Error> {
    match connection.dialect() {
        Dialect::Sqlite if building => Ok(()),
        Dialect::Sqlite => fts5::index(connection, cells),
        Dialect::Postgres => tsvector::index(connection, cells),
    }
}

/// Words one after the other, of which the last may go on: the value for a placeholder of [`matches`].
pub(crate) fn phrase(dialect: Dialect, place: Place, text: &str) -> String {
    match dialect {
        Dialect::Sqlite => fts5::phrase(place, text),
        Dialect::Postgres => tsvector::phrase(place, text),
    }
}

/// That the index, as `f`, has what the value of a placeholder asks for.
pub(crate) fn matches(dialect: Dialect, placeholder: &str) -> String {
    match dialect {
        Dialect::Sqlite => fts5::matches(placeholder),
        Dialect::Postgres => tsvector::matches(placeholder),
    }
}

fn tiers(dialect: Dialect, terms: &[words::Term], workspace: &WorkspaceId) -> Vec<String> {
    match dialect {
        Dialect::Sqlite => fts5::tiers(terms, workspace),
        Dialect::Postgres => tsvector::tiers(terms, workspace),
    }
}

fn find(dialect: Dialect, columns: &str) -> String {
    match dialect {
        Dialect::Sqlite => fts5::find(columns),
        Dialect::Postgres => tsvector::find(columns),
    }
}
