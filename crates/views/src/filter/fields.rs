//! The words of the language: fields, states, parts, days, and what may stand where.

use jiff::civil::Weekday;
use taskfold_contracts::values::Priority;

use super::{Comparison, DayField, Flag, Part};

/// What may stand where a term begins.
pub(super) const TERM_STARTS: &[&str] = &[
    "due",
    "start",
    "created",
    "updated",
    "completed",
    "deleted",
    "priority",
    "tag",
    "list",
    "parent",
    "assignee",
    "text",
    "title",
    "is:",
    "has:",
    "not",
    "(",
];
/// What may follow a term.
pub(super) const JOINERS: &[&str] = &["and", "or"];
pub(super) const COMPARISONS: &[&str] = &["=", "!=", "<", "<=", ">", ">="];
pub(super) const EQUALITY: &[&str] = &["=", "!="];
pub(super) const EQUALITY_OR_CONTAINS: &[&str] = &["=", "!=", "~"];
pub(super) const CONTAINS: &[&str] = &["~"];
pub(super) const DAYS: &[&str] = &[
    "today",
    "tomorrow",
    "yesterday",
    "none",
    "+7d",
    "-7d",
    "+2w",
    "+1m",
    "+1y",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "a date, YYYY-MM-DD",
];
pub(super) const PRIORITIES: &[&str] = &["none", "low", "medium", "high", "urgent"];
pub(super) const LISTS: &[&str] = &["inbox", "a name in quotes", "the id of a list"];
pub(super) const PARENTS: &[&str] = &["none", "the id of a task"];
pub(super) const PEOPLE: &[&str] = &["me", "none", "the id of a person"];
pub(super) const WORDS: &[&str] = &["a word, or text in quotes"];

/// A field that is compared with an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Day(DayField),
    Priority,
    Tag,
    List,
    Parent,
    Assignee,
    Text,
    Title,
}

impl Field {
    pub(super) fn named(word: &str) -> Option<Self> {
        if let Some(day) = DayField::ALL
            .into_iter()
            .find(|field| field.as_str() == word)
        {
            return Some(Self::Day(day));
        }
        match word {
            "priority" => Some(Self::Priority),
            "tag" => Some(Self::Tag),
            "list" => Some(Self::List),
            "parent" => Some(Self::Parent),
            "assignee" => Some(Self::Assignee),
            "text" => Some(Self::Text),
            "title" => Some(Self::Title),
            _ => None,
        }
    }

    pub(super) fn operators(self) -> &'static [&'static str] {
        match self {
            Self::Day(_) | Self::Priority => COMPARISONS,
            Self::Tag | Self::List | Self::Title => EQUALITY_OR_CONTAINS,
            Self::Parent | Self::Assignee => EQUALITY,
            Self::Text => CONTAINS,
        }
    }

    pub(super) fn values(self) -> &'static [&'static str] {
        match self {
            Self::Day(_) => DAYS,
            Self::Priority => PRIORITIES,
            Self::List => LISTS,
            Self::Parent => PARENTS,
            Self::Assignee => PEOPLE,
            Self::Tag | Self::Title | Self::Text => WORDS,
        }
    }
}

impl DayField {
    pub(super) const ALL: [Self; 6] = [
        Self::Due,
        Self::Start,
        Self::Created,
        Self::Updated,
        Self::Completed,
        Self::Deleted,
    ];

    /// Its name in the language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Start => "start",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Completed => "completed",
            Self::Deleted => "deleted",
        }
    }
}

impl Comparison {
    pub(super) const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
    ];

    /// Its sign in the language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    pub(super) fn named(sign: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|comparison| comparison.as_str() == sign)
    }
}

impl Flag {
    pub(super) const ALL: [Self; 7] = [
        Self::Open,
        Self::Done,
        Self::Overdue,
        Self::Blocked,
        Self::Recurring,
        Self::Subtask,
        Self::Trashed,
    ];
    pub(super) const NAMES: [&'static str; 7] = [
        "open",
        "done",
        "overdue",
        "blocked",
        "recurring",
        "subtask",
        "trashed",
    ];

    /// Its name after `is:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Overdue => "overdue",
            Self::Blocked => "blocked",
            Self::Recurring => "recurring",
            Self::Subtask => "subtask",
            Self::Trashed => "trashed",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.as_str() == word)
    }
}

impl Part {
    pub(super) const ALL: [Self; 9] = [
        Self::Due,
        Self::Start,
        Self::Description,
        Self::Tags,
        Self::Reminders,
        Self::Assignee,
        Self::Comments,
        Self::Subtasks,
        Self::Blockers,
    ];
    pub(super) const NAMES: [&'static str; 9] = [
        "due",
        "start",
        "description",
        "tags",
        "reminders",
        "assignee",
        "comments",
        "subtasks",
        "blockers",
    ];

    /// Its name after `has:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Start => "start",
            Self::Description => "description",
            Self::Tags => "tags",
            Self::Reminders => "reminders",
            Self::Assignee => "assignee",
            Self::Comments => "comments",
            Self::Subtasks => "subtasks",
            Self::Blockers => "blockers",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == word)
    }
}

/// The weekday that the word (lower-case) names, in full or by its first three letters.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    match word {
        "mon" | "monday" => Some(Weekday::Monday),
        "tue" | "tuesday" => Some(Weekday::Tuesday),
        "wed" | "wednesday" => Some(Weekday::Wednesday),
        "thu" | "thursday" => Some(Weekday::Thursday),
        "fri" | "friday" => Some(Weekday::Friday),
        "sat" | "saturday" => Some(Weekday::Saturday),
        "sun" | "sunday" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// The full name of a weekday.
pub(super) fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

/// The urgency that the word (lower-case) names.
pub(super) fn priority(word: &str) -> Option<Priority> {
    Priority::ALL
        .into_iter()
        .find(|priority| priority.as_str() == word)
}
