//! Sort keys, such as `due,-priority,title`.

use std::fmt::{Display, Formatter, Result as Formatted};

use super::FilterError;

/// An order of tasks; empty leaves it to the view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sort {
    /// The first counts most. No column twice.
    pub keys: Vec<SortKey>,
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// By what.
    pub column: SortColumn,
    /// Greatest first, written with `-` in front.
    pub descending: bool,
}

/// What tasks can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortColumn {
    /// When it is due.
    Due,
    /// Not to be begun before.
    Start,
    /// How urgent.
    Priority,
    /// By title.
    Title,
    /// When it was made.
    Created,
    /// When it was last changed.
    Updated,
    /// When it was done.
    Completed,
    /// As people put them within a list.
    Rank,
}

const NAMES: &[&str] = &[
    "due",
    "start",
    "priority",
    "title",
    "created",
    "updated",
    "completed",
    "rank",
];

impl SortColumn {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Due,
        Self::Start,
        Self::Priority,
        Self::Title,
        Self::Created,
        Self::Updated,
        Self::Completed,
        Self::Rank,
    ];

    /// Its name in the language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Start => "start",
            Self::Priority => "priority",
            Self::Title => "title",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Completed => "completed",
            Self::Rank => "rank",
        }
    }

    /// Its column of the tasks table. `due_at`, `start_date` and `completed_at` can be NULL.
    pub fn column(self) -> &'static str {
        match self {
            Self::Due => "due_at",
            Self::Start => "start_date",
            Self::Priority => "priority",
            Self::Title => "title",
            Self::Created => "created_at",
            Self::Updated => "updated_at",
            Self::Completed => "completed_at",
            Self::Rank => "rank",
        }
    }
}

impl Display for Sort {
    fn fmt(&self, f: &mut Formatter<'_>) -> Formatted {
        for (index, key) in self.keys.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let sign = if key.descending { "-" } else { "" };
            write!(f, "{comma}{sign}{}", key.column.as_str())?;
        }
        Ok(())
    }
}

/// Reads sort keys, separated by commas, each with an optional `-` or `+` in front.
///
/// # Errors
/// The column (in characters) of a key that is unknown, missing or there twice.
pub fn parse_sort(text: &str) -> Result<Sort, FilterError> {
    let mut sort = Sort::default();
    if text.trim().is_empty() {
        return Ok(sort);
    }
    let mut column = 1;
    for part in text.split(',') {
        let blank = part
            .chars()
            .take_while(|character| character.is_whitespace())
            .count();
        let at = column + blank;
        column += part.chars().count() + 1;
        let part = part.trim();
        let name = part.strip_prefix(['-', '+']).unwrap_or(part);
        let known = |column: &SortColumn| column.as_str().eq_ignore_ascii_case(name);
        let Some(found) = SortColumn::ALL.into_iter().find(known) else {
            let name: String = name.chars().take(40).collect();
            return Err(error(at, format!("{name:?} is nothing to sort by")));
        };
        if sort.keys.iter().any(|key| key.column == found) {
            return Err(error(at, format!("\"{}\" is there twice", found.as_str())));
        }
        sort.keys.push(SortKey {
            column: found,
            descending: part.starts_with('-'),
        });
    }
    Ok(sort)
}

fn error(column: usize, message: String) -> FilterError {
    FilterError {
        column,
        message,
        expected: NAMES.to_vec(),
    }
}
