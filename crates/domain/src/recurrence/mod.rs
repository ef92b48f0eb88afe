//! Repeating tasks: RFC 5545 recurrence rules over the wall clock of the due's zone.
//!
//! A rule is expanded on the civil calendar and only then placed in the time zone, so 09:00 stays 09:00
//! across a change of the clocks; a time that the clocks skip moves forward by the gap, one that happens
//! twice is the first. Whole-day dues stay whole days (BYHOUR, BYMINUTE and BYSECOND do not apply to them).
//!
//! How often: SECONDLY, and MINUTELY closer than five minutes, are refused; HOURLY and MINUTELY need a due
//! with a time. INTERVAL and COUNT are at most 100,000.

mod describe;
mod expand;
mod from_text;
mod next;
mod parts;
mod rule;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_rfc;

pub use describe::describe;
pub(crate) use expand::week_of;
pub use from_text::{Repetition, from_text};
pub use next::{first, next, preview, upcoming};
pub(crate) use next::{last_day, not_over};
pub(crate) use rule::{End, Frequency, NthDay, Rule, Until};

use expand::Occurrences;
use jiff::civil::{Date, DateTime, date};

/// What is wrong with a recurrence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceError {
    /// A part is not `NAME=VALUE`.
    #[error("{0:?} is not NAME=VALUE")]
    Malformed(String),
    /// The text is longer than 4,096 bytes.
    #[error("the rule is longer than 4096 bytes")]
    TooLong,
    /// FREQ is not there.
    #[error("FREQ is missing")]
    NoFrequency,
    /// A part that RFC 5545 does not have.
    #[error("{0:?} is no part of a recurrence rule")]
    Unknown(String),
    /// A part that stands there twice.
    #[error("{0} stands there twice")]
    Repeated(String),
    /// A value out of range.
    #[error("{part}={value:?}: expected {expected}")]
    Value {
        /// The part, such as `BYDAY`.
        part: String,
        /// What was found.
        value: String,
        /// What may stand there.
        expected: String,
    },
    /// Two parts that exclude each other.
    #[error("{0}")]
    Clash(&'static str),
    /// SECONDLY, or MINUTELY closer than five minutes.
    #[error("a task cannot repeat more often than every five minutes")]
    TooFrequent,
    /// No calendar has such a day, such as 30 February.
    #[error("the rule never occurs")]
    NeverOccurs,
    /// Nothing of it is left.
    #[error("{}", over(*.last, *.first))]
    Over {
        /// The day on which the rule ends, when it ends on one.
        last: Option<Date>,
        /// The first due of the series.
        first: Date,
    },
    /// HOURLY or MINUTELY on a due without a time.
    #[error("FREQ={0} needs a due time")]
    NeedsTime(&'static str),
    /// A zone that the time zone database does not have.
    #[error("{0:?} is no known time zone")]
    UnknownZone(String),
    /// Words that are no part of a repetition in English.
    #[error(
        "{0:?} is no repetition: expected such as \"every monday\", \"every 2 weeks on tue, thu until june\", \
         \"after 3 days\" or FREQ=WEEKLY;BYDAY=MO"
    )]
    NotUnderstood(String),
}

impl RecurrenceError {
    /// Stable name of what is wrong: `over`, or `invalid_rule`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Over { .. } => "over",
            Self::Malformed(_)
            | Self::TooLong
            | Self::NoFrequency
            | Self::Unknown(_)
            | Self::Repeated(_)
            | Self::Value { .. }
            | Self::Clash(_)
            | Self::TooFrequent
            | Self::NeverOccurs
            | Self::NeedsTime(_)
            | Self::UnknownZone(_)
            | Self::NotUnderstood(_) => "invalid_rule",
        }
    }
}

fn over(last: Option<Date>, first: Date) -> String {
    let ends = last.map_or_else(
        || "nothing of the rule".to_owned(),
        |last| format!("the rule ends on {last}: nothing of it"),
    );
    format!("{ends} is left on {first} or later")
}

/// The one canonical text of a rule: upper case, parts in the order of FREQ, INTERVAL, COUNT or UNTIL, WKST,
/// BYMONTH … BYSETPOS, lists sorted, defaults left out. `normalise(normalise(r)) == normalise(r)`.
///
/// # Errors
/// Names the part that is wrong; [`RecurrenceError::NeverOccurs`] when no day can fit.
pub fn normalise(rule: &str) -> Result<String, RecurrenceError> {
    let rule = Rule::parse(rule)?;
    if !can_occur(&rule) {
        return Err(RecurrenceError::NeverOccurs);
    }
    Ok(rule.to_string())
}

/// Whether the rule fits any day at all, whatever its anchor: tried day by day, without the interval.
fn can_occur(rule: &Rule) -> bool {
    if rule.months.is_empty() && rule.positions.is_empty() && !rule.has_day_parts() {
        return true;
    }
    let probe = Rule {
        interval: 1,
        end: End::Never,
        ..rule.clone()
    };
    let anchors = [date(2024, 1, 1), date(2024, 1, 31)];
    let mut anchors = anchors.iter().map(|day| DateTime::from(*day));
    anchors.any(|anchor| Occurrences::new(&probe, anchor, anchor).next().is_some())
}
