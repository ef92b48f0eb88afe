//! A repetition as a person writes it: in English, or as an RRULE.

use jiff::Zoned;
use taskfold_contracts::commands::RecurrenceInput;
use taskfold_contracts::values::{Due, RecursFrom, WeekStart};

use super::RecurrenceError;
use super::rule::Rule;
use crate::quick_add::{self, QuickAdd, Settings};

/// What follows a rule that is counted from completion; longer ones first.
const FROM_COMPLETION: &[&str] = &[
    "from completion",
    "after completion",
    "after it is done",
    "when done",
];

/// How a task is to repeat, and when for the first time.
#[derive(Debug, Clone, PartialEq)]
pub struct Repetition {
    /// The rule, in its canonical text.
    pub recurrence: RecurrenceInput,
    /// The first occurrence from now on, for a task without a due date; it has a time when the text names one
    /// ("at 9am") or the rule is shorter than a day. None when the rule is over already.
    pub due: Option<Due>,
}

/// Reads a repetition: what quick add understands ("every monday", "every 2 weeks on tue, thu until june",
/// "every 1st at 9am", "daily", "weekdays for 5 times"), the same without "every" ("monday", "3 days"), counted
/// from completion ("after 3 days", "every! 3 days", "3 days from completion"), or an RRULE
/// (`FREQ=WEEKLY;BYDAY=MO`, maybe with ` from completion`). `now` is on the clock of the person, whose weeks
/// begin at `week_start`.
///
/// # Errors
/// [`RecurrenceError::NotUnderstood`] names the words that are no part of a repetition; those of
/// [`super::normalise`] when it is an RRULE.
pub fn from_text(
    text: &str,
    now: &Zoned,
    week_start: WeekStart,
) -> Result<Repetition, RecurrenceError> {
    let text = text.trim();
    let settings = Settings {
        now: now.clone(),
        week_start,
    };
    let (rule, counted) = match without_ending(text) {
        Some(rule) => (rule, RecursFrom::Completion),
        None => (text, RecursFrom::Due),
    };
    if rule.contains('=') {
        return from_rule(rule, counted, &settings);
    }
    let read = in_english(rule, &settings)?;
    let (Some(mut recurrence), due) = (read.recurrence, read.due) else {
        return Err(RecurrenceError::NotUnderstood(text.to_owned()));
    };
    if counted == RecursFrom::Completion {
        recurrence.from = counted;
    }
    Ok(Repetition { recurrence, due })
}

fn from_rule(
    text: &str,
    from: RecursFrom,
    settings: &Settings,
) -> Result<Repetition, RecurrenceError> {
    let rule = super::normalise(text)?;
    let due = quick_add::first_due(&Rule::parse(&rule)?, settings);
    Ok(Repetition {
        recurrence: RecurrenceInput {
            rule,
            from,
            except: Vec::new(),
        },
        due,
    })
}

/// The text as it stands, else with the "every" that it lacks.
fn in_english(text: &str, settings: &Settings) -> Result<QuickAdd, RecurrenceError> {
    let read = |text: &str| {
        let read = quick_add::parse(text, settings);
        let left = left_over(text, &read);
        (read, left)
    };
    if let Some(rest) = strip_word(text, "after") {
        let (found, left) = read(&format!("every! {rest}"));
        return understood(found, left, text);
    }
    let (found, left) = read(text);
    if found.recurrence.is_none() {
        let (more, left) = read(&format!("every {text}"));
        if more.recurrence.is_some() {
            return understood(more, left, text);
        }
    }
    understood(found, left, text)
}

fn understood(read: QuickAdd, left: String, text: &str) -> Result<QuickAdd, RecurrenceError> {
    if read.recurrence.is_none() {
        return Err(RecurrenceError::NotUnderstood(text.to_owned()));
    }
    if !left.is_empty() {
        return Err(RecurrenceError::NotUnderstood(left));
    }
    Ok(read)
}

/// The words that say nothing about when: what no phrase took, and tags, priorities and their like.
fn left_over(text: &str, read: &QuickAdd) -> String {
    use quick_add::SpanKind;
    let mut left = String::new();
    let mut at = 0;
    for span in &read.spans {
        left.push_str(&text[at..span.start]);
        at = match span.kind {
            SpanKind::Date | SpanKind::Time | SpanKind::Recurrence | SpanKind::Start => span.end,
            SpanKind::Priority
            | SpanKind::ListOrTag
            | SpanKind::AssigneeOrTag
            | SpanKind::Reminder
            | SpanKind::Note => span.start,
        };
    }
    left.push_str(&text[at..]);
    let words = left.split_whitespace();
    let meant = |word: &&str| word.chars().any(char::is_alphanumeric);
    words.filter(meant).collect::<Vec<_>>().join(" ")
}

/// The text before an ending that says "from completion".
fn without_ending(text: &str) -> Option<&str> {
    FROM_COMPLETION.iter().find_map(|ending| {
        let at = text.len().checked_sub(ending.len())?;
        let (rest, found) = text.split_at_checked(at)?;
        let apart = rest.ends_with(char::is_whitespace);
        (apart && found.eq_ignore_ascii_case(ending)).then(|| rest.trim_end())
    })
}

/// What follows `word` at the beginning.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (first, rest) = text.split_once(char::is_whitespace)?;
    first.eq_ignore_ascii_case(word).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Saturday, 21 November 2026, 14:00 in Berlin.
    fn read(text: &str) -> String {
        let now = "2026-11-21T14:00:00[Europe/Berlin]".parse().expect("now");
        match from_text(text, &now, WeekStart::Monday) {
            Err(error) => error.to_string(),
            Ok(read) => {
                let from = match read.recurrence.from {
                    RecursFrom::Due => "",
                    RecursFrom::Completion => " done",
                };
                let due = read.due.map(|due| {
                    let time = due.time.map(|time| time.strftime(" %H:%M").to_string());
                    format!("{}{}", due.date, time.unwrap_or_default())
                });
                format!(
                    "{}{from} | {}",
                    read.recurrence.rule,
                    due.unwrap_or_default()
                )
            }
        }
    }

    #[test]
    fn english_and_rules_become_a_repetition() {
        let cases = [
            ("every monday", "FREQ=WEEKLY;BYDAY=MO | 2026-11-23"),
            ("Every Monday", "FREQ=WEEKLY;BYDAY=MO | 2026-11-23"),
            ("monday", "FREQ=WEEKLY;BYDAY=MO | 2026-11-23"),
            ("mon, thu", "FREQ=WEEKLY;BYDAY=MO,TH | 2026-11-23"),
            (
                "every 2 weeks on tue, thu until june",
                "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270601;BYDAY=TU,TH | 2026-11-24",
            ),
            (
                "every 1st at 9am",
                "FREQ=MONTHLY;BYMONTHDAY=1 | 2026-12-01 09:00",
            ),
            ("daily", "FREQ=DAILY | 2026-11-21"),
            (
                "daily at 9am for 5 times",
                "FREQ=DAILY;COUNT=5 | 2026-11-22 09:00",
            ),
            ("weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | 2026-11-23"),
            ("3 days", "FREQ=DAILY;INTERVAL=3 | 2026-11-21"),
            (
                "every other friday",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR | 2026-11-27",
            ),
            (
                "last friday of the month",
                "FREQ=MONTHLY;BYDAY=-1FR | 2026-11-27",
            ),
            ("every 2 hours", "FREQ=HOURLY;INTERVAL=2 | 2026-11-21 16:00"),
            (
                "every monday starting 1 dec",
                "FREQ=WEEKLY;BYDAY=MO | 2026-12-07",
            ),
            (
                "FREQ=WEEKLY;BYDAY=TH,MO",
                "FREQ=WEEKLY;BYDAY=MO,TH | 2026-11-23",
            ),
            ("rrule:freq=daily", "FREQ=DAILY | 2026-11-21"),
            ("FREQ=HOURLY", "FREQ=HOURLY | 2026-11-21 15:00"),
        ];
        for (text, wanted) in cases {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn after_counts_from_completion() {
        let wanted = "FREQ=DAILY;INTERVAL=3 done | 2026-11-21";
        let texts = [
            "after 3 days",
            "After 3 days",
            "every! 3 days",
            "3 days from completion",
            "every 3 days after completion",
            "every 3 days when done",
            "FREQ=DAILY;INTERVAL=3 from completion",
        ];
        for text in texts {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_repetition_is_named() {
        let cases = [
            ("every monday buy milk", "\"buy milk\""),
            ("every monday #home", "\"#home\""),
            ("every monday !high", "\"!high\""),
            ("tomorrow", "\"tomorrow\""),
            ("sometimes", "\"sometimes\""),
            ("", "\"\""),
            ("every", "\"every\""),
            ("after", "\"after\""),
            ("every 3 minutes", "\"every 3 minutes\""),
            ("FREQ=SOMETIMES", "FREQ=\"SOMETIMES\""),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never occurs"),
        ];
        for (text, wanted) in cases {
            let found = read(text);
            assert!(found.contains(wanted), "{text}: {found}");
        }
    }
}
