//! What an import would bring and what it would lose.

use serde::Serialize;

/// What a reader found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ImportFindings)]
pub struct Report {
    /// Lists.
    pub lists: usize,
    /// Tasks, all states together.
    pub tasks: usize,
    /// Those of them that are done.
    pub completed: usize,
    /// Those of them that were in the trash.
    pub deleted: usize,
    /// Comments.
    pub comments: usize,
    /// What cannot be kept, by kind, in alphabetical order.
    pub lost: Vec<Lost>,
    /// What was read with a doubt, in the order of the input; at most 100.
    pub warnings: Vec<Warning>,
    /// How many more warnings there were.
    pub warnings_left_out: usize,
}

/// Something that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ImportLost)]
pub struct Lost {
    /// What, in the words of the application, in the plural.
    pub what: String,
    /// Why, or what became of it.
    pub why: String,
    /// How often.
    pub count: usize,
    /// The first of them, cut to 80 characters.
    pub example: String,
}

/// A doubt about one place of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ImportWarning)]
pub struct Warning {
    /// Where, such as `row 12`, `line 4` or `Home.csv, row 3`.
    pub place: String,
    /// What, as a sentence without a full stop.
    pub message: String,
}

/// The input cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ImportError {
    /// Where, such as `row 12` or `line 4, column 7`; `file` for all of it.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl ImportError {
    pub(crate) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }

    pub(crate) fn file(message: impl Into<String>) -> Self {
        Self::new("file", message)
    }

    /// The same, in a file of an archive.
    pub(crate) fn within(self, name: &str) -> Self {
        Self {
            place: format!("{name}, {}", self.place),
            message: self.message,
        }
    }
}

/// The first `limit` characters, with an ellipsis where more were.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let mut characters = text.chars();
    let short: String = characters.by_ref().take(limit).collect();
    if characters.next().is_some() {
        format!("{short}…")
    } else {
        short
    }
}
