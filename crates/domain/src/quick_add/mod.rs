//! Quick add: one line of text to a task, for the command line, the API and the app alike.
//!
//! `Pay rent every 1st at 9am #home !high @anna //note`. Signs count at the beginning of a word only:
//! `#list`, `#"two words"`, `@person`, `!high`, `!1` (most urgent) to `!4`, `p1` to `p4`, `*30m` (reminder),
//! `//` (the note, to the end). A backslash before a word, or quotes around words, make text of them.
//!
//! Where two phrases say the same kind of thing, the last one counts and the other stays in the title.
//! Dates: a weekday alone is the next after today; "this fri" may be today; "next fri" is the one in the
//! next calendar week; "next week|month|year" is its first day. A day without a year is the next such day,
//! today included. `11/21` is month/day unless the first number is over 12; `21.11.2026` is day.month.year.
//! A time alone is today if still ahead, else tomorrow; hours without am or pm are on the 24-hour clock,
//! but in the second half of the day beside "tonight", "evening" or "afternoon". Morning is 09:00, afternoon
//! 15:00, evening 18:00, night 20:00.
//!
//! What is half understood stays text whole: "every day except sunday", "3pm to 4pm", "change to friday".
//! Words that only look like dates stay text: a month needs the number of a day; short weekdays (`sun`),
//! `weekly` and its kin, `the 1st`, `at 9`, `1/2` count only where a phrase can end: at the end of the text,
//! before punctuation, a sign or another phrase (short weekdays also after on, by, due, next, this, every).

mod assemble;
mod dates;
mod doubts;
mod grammar;
mod numbers;
mod repeats;
mod resolve;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_properties;
mod tokens;
mod vocabulary;

use jiff::Zoned;
use jiff::civil::Date;
use serde::Serialize;
use taskfold_contracts::commands::{RecurrenceInput, ReminderInput};
use taskfold_contracts::values::{Due, Priority, WeekStart};

pub(crate) use assemble::first_due;
pub use resolve::{Resolved, Unresolved, WhyUnresolved};

/// Under which settings a text is read.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Now, in the zone of the person.
    pub now: Zoned,
    /// First day of the person's week.
    pub week_start: WeekStart,
}

/// What a part of the text became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// A due day, maybe with a time.
    Date,
    /// A due time.
    Time,
    /// A repetition, or its end.
    Recurrence,
    /// A priority.
    Priority,
    /// `#name`: a list, or else a tag.
    ListOrTag,
    /// `@name`: an assignee, or else a tag.
    AssigneeOrTag,
    /// A reminder.
    Reminder,
    /// The day before which the task is not to be begun, or on which a repetition begins.
    Start,
    /// The note.
    Note,
}

/// A recognised part of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What kind of thing it is.
    pub kind: SpanKind,
    /// What it means: a date, a time, a rule, a priority, a name, minutes before due, or the note.
    pub value: String,
}

/// What a line of text says. Names are as typed; [`QuickAdd::resolve`] finds whose they are.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QuickAdd {
    /// What is left, white space collapsed; the whole text when nothing is left.
    pub title: String,
    /// The recognised parts in order of the text, none over another, on character boundaries.
    pub spans: Vec<Span>,
    /// When it is due; for a repetition, the first occurrence.
    pub due: Option<Due>,
    /// Not to be begun before.
    #[schema(value_type = Option<String>, format = Date)]
    pub start: Option<Date>,
    /// How it repeats.
    pub recurrence: Option<RecurrenceInput>,
    /// How urgent.
    pub priority: Priority,
    /// Names behind `#`.
    pub hashes: Vec<String>,
    /// Names behind `@`.
    pub mentions: Vec<String>,
    /// Reminders before due.
    pub reminders: Vec<ReminderInput>,
    /// What follows `//`.
    pub note: Option<String>,
}

/// Reads one line of text. Never fails: what is not understood is the title.
pub fn parse(text: &str, settings: &Settings) -> QuickAdd {
    let (tokens, note) = tokens::cut(text);
    let grammar = grammar::Grammar::new(&tokens, settings);
    let phrases = grammar.sure(grammar.phrases());
    assemble::assemble(text, &tokens, phrases, note, settings)
}
