//! The filter language of lists, searches and saved views, such as
//! `due < +7d and (priority >= high or tag = work) and not assignee = me and text ~ "invoice"`.
//!
//! Text becomes a [`Filter`] (or an error that names the column), and that becomes a condition over the
//! tasks table. There is no second implementation: everything that filters tasks runs this SQL.
//!
//! Each term is either true or false of a task, never unknown: a task without a due date does not match
//! `due < today`, and therefore matches `not due < today`.

mod complete;
mod display;
mod fields;
mod lexer;
mod parser;
mod sort;
mod sql;
#[cfg(test)]
mod tests;

pub use complete::{Completion, complete};
pub use sort::{Sort, SortColumn, SortKey, parse_sort};
pub use sql::{FilterContext, Param, fold};

use jiff::civil::{Date, Weekday};
use taskfold_contracts::ids::{ListId, TaskId, UserId};
use taskfold_contracts::values::Priority;

/// The longest text of a filter, in characters.
pub const MAX_CHARACTERS: usize = 2_000;
/// How deep parentheses and `not` may be nested.
pub const MAX_DEPTH: usize = 32;
/// How many terms (`due < today` is one) a filter may have.
pub const MAX_TERMS: usize = 100;

/// A parsed filter. `Display` writes it in canonical form, which parses back to an equal filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// The condition; nothing matches every task.
    pub condition: Option<Condition>,
}

/// A condition on one task. `All` and `Any` have two parts or more and none of their own kind
/// directly in them: [`Condition::all`] and [`Condition::any`] see to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Every part holds.
    All(Vec<Condition>),
    /// At least one part holds.
    Any(Vec<Condition>),
    /// The part does not hold.
    Not(Box<Condition>),
    /// One comparison.
    Term(Term),
}

impl Condition {
    /// Both hold; what is `All` already is joined instead of nested.
    #[must_use]
    pub fn all(self, other: Self) -> Self {
        let mut parts = Vec::new();
        for part in [self, other] {
            match part {
                Self::All(inner) => parts.extend(inner),
                Self::Any(_) | Self::Not(_) | Self::Term(_) => parts.push(part),
            }
        }
        Self::All(parts)
    }

    /// One of the two holds; what is `Any` already is joined instead of nested.
    #[must_use]
    pub fn any(self, other: Self) -> Self {
        let mut parts = Vec::new();
        for part in [self, other] {
            match part {
                Self::Any(inner) => parts.extend(inner),
                Self::All(_) | Self::Not(_) | Self::Term(_) => parts.push(part),
            }
        }
        Self::Any(parts)
    }

    fn mentions(&self, wanted: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(wanted)),
            Self::Not(inner) => inner.mentions(wanted),
            Self::Term(term) => wanted(term),
        }
    }
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A date of the task against a day, in the zone of whoever asks.
    Day(DayField, Comparison, Day),
    /// A date of the task is not set (or, with `false`, is set).
    NoDay(DayField, bool),
    /// Its urgency.
    Priority(Comparison, Priority),
    /// Whether it has (or, with `false`, has not) this tag, without regard to case and accents.
    Tag(bool, String),
    /// Whether a tag contains this text.
    TagContains(String),
    /// Whether it is (or is not) in this list.
    List(bool, ListName),
    /// Whether the name of its list contains this text.
    ListContains(String),
    /// Whether it is (or is not) a subtask of this one; `None` is no parent.
    Parent(bool, Option<TaskId>),
    /// Whether it is (or is not) this person's.
    Assignee(bool, Person),
    /// Whether the title is (or is not) this, letter for letter.
    Title(bool, String),
    /// Whether the title contains these words, the last of which may be cut short.
    TitleContains(String),
    /// Whether title or description contains these words, the last of which may be cut short.
    Text(String),
    /// `is:…`.
    Is(Flag),
    /// `has:…`.
    Has(Part),
}

/// The dates of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayField {
    /// When it is due.
    Due,
    /// Not to be begun before.
    Start,
    /// When it was made.
    Created,
    /// When it was last changed.
    Updated,
    /// When it was done.
    Completed,
    /// When it was put into the trash.
    Deleted,
}

/// How two values relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A day, fixed or relative to the day of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// `today`
    Today,
    /// `tomorrow`
    Tomorrow,
    /// `yesterday`
    Yesterday,
    /// `monday`: the next such day after today.
    Weekday(Weekday),
    /// `+7d`, `-2w`, `+1m`, `-1y` from today.
    Away(i32, Unit),
    /// `2026-11-21`
    Date(Date),
}

/// Units of [`Day::Away`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `d`
    Days,
    /// `w`
    Weeks,
    /// `m`: to the same day of another month, or its last.
    Months,
    /// `y`: to the same day of another year, or the last of that month.
    Years,
}

/// Which list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListName {
    /// In none.
    Inbox,
    /// By id.
    Id(ListId),
    /// By name, without regard to case. Always in quotes in canonical form.
    Name(String),
}

/// Which person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Whoever asks.
    Me,
    /// Nobody.
    Nobody,
    /// By id.
    Id(UserId),
}

/// States of a task, after `is:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Not done.
    Open,
    /// Done.
    Done,
    /// Not done, and its day or its time has passed.
    Overdue,
    /// Waits for a task that is not done.
    Blocked,
    /// Repeats.
    Recurring,
    /// Is part of another task.
    Subtask,
    /// Is in the trash.
    Trashed,
}

/// What a task can have, after `has:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A due date.
    Due,
    /// A start date.
    Start,
    /// A description.
    Description,
    /// A tag.
    Tags,
    /// A reminder.
    Reminders,
    /// Somebody who is to do it.
    Assignee,
    /// A comment that still stands.
    Comments,
    /// A subtask that is not in the trash.
    Subtasks,
    /// A task that must be done first, done or not.
    Blockers,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct FilterError {
    /// Where, in characters, from 1.
    pub column: usize,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What could have stood there.
    pub expected: Vec<&'static str>,
}

/// Reads a filter. Empty text matches every task.
///
/// # Errors
/// The first thing that is wrong, and its column.
pub fn parse(text: &str) -> Result<Filter, FilterError> {
    let length = text.chars().count();
    if length > MAX_CHARACTERS {
        return Err(FilterError {
            column: MAX_CHARACTERS + 1,
            message: format!(
                "a filter has at most {MAX_CHARACTERS} characters, this one has {length}"
            ),
            expected: Vec::new(),
        });
    }
    parser::parse(&lexer::tokens(text)?)
}

impl Filter {
    /// Whether it asks about the trash, so that tasks in it are not to be left out.
    pub fn mentions_trash(&self) -> bool {
        self.mentions(&|term| {
            matches!(
                term,
                Term::Is(Flag::Trashed)
                    | Term::Day(DayField::Deleted, _, _)
                    | Term::NoDay(DayField::Deleted, _)
            )
        })
    }

    /// Whether it asks about being done, so that done tasks are not to be left out by default.
    pub fn mentions_completion(&self) -> bool {
        self.mentions(&|term| {
            matches!(
                term,
                Term::Is(Flag::Open | Flag::Done | Flag::Overdue)
                    | Term::Day(DayField::Completed, _, _)
                    | Term::NoDay(DayField::Completed, _)
            )
        })
    }

    fn mentions(&self, wanted: &impl Fn(&Term) -> bool) -> bool {
        self.condition
            .as_ref()
            .is_some_and(|condition| condition.mentions(wanted))
    }
}

impl std::str::FromStr for Filter {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text)
    }
}
