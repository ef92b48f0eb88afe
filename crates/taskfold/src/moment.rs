//! Moments as people say them: `2026-11-20`, `yesterday 9am`, `2 hours ago`, `0:42`.
//!
//! A day without a time is the end of that day (of today: now), so that `--as-of yesterday` shows
//! how things stood when yesterday was over.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{ToSpan as _, Zoned};
use taskfold_contracts::commands::Moment;
use taskfold_contracts::time::Timestamp;

/// The text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MomentError {
    /// Not understood.
    #[error(
        "{0:?} is not a moment; try 2026-11-20, \"2026-11-20 18:00\", \"yesterday 9am\", \
         \"2 hours ago\", \"monday\" or a position such as 0:42"
    )]
    Unknown(String),
    /// History has no future.
    #[error("{0:?} lies in the future")]
    Future(String),
    /// A moment to come was wanted.
    #[error("{0:?} lies in the past")]
    Past(String),
}

/// Reads a moment of the past. `now` gives the time zone.
pub(crate) fn parse_past(text: &str, now: &Zoned) -> Result<Moment, MomentError> {
    let text = text.trim();
    if let Ok(position) = text.parse() {
        return Ok(Moment::Position(position));
    }
    let unknown = || MomentError::Unknown(text.to_owned());
    let words = text.to_lowercase();
    if says(&words, &["next", "in", "tomorrow", "coming", "upcoming"]) {
        return Err(MomentError::Future(text.to_owned()));
    }
    let instant = exact(text, now)
        .or_else(|| relative(&words, now, Direction::Back))
        .ok_or_else(unknown)?;
    let instant = if instant.date() == now.date() && is_bare_day(&words) {
        now.clone()
    } else {
        instant
    };
    if instant > *now {
        return Err(MomentError::Future(text.to_owned()));
    }
    Ok(Moment::Time(Timestamp::from(instant.timestamp())))
}

/// Whether one of these words says that another time is meant than the one wanted, whatever day is named.
fn says(words: &str, other: &[&str]) -> bool {
    words.split_whitespace().any(|word| other.contains(&word))
}

/// Reads an instant to come, such as the end of a token: `2027-01-01`, `in 30 days`, `friday`.
pub(crate) fn parse_future(text: &str, now: &Zoned) -> Result<Timestamp, MomentError> {
    let text = text.trim();
    let words = text.to_lowercase();
    if says(&words, &["last", "ago", "yesterday"]) {
        return Err(MomentError::Past(text.to_owned()));
    }
    let instant = exact(text, now)
        .or_else(|| relative(&words, now, Direction::Ahead))
        .ok_or_else(|| MomentError::Unknown(text.to_owned()))?;
    if instant <= *now {
        return Err(MomentError::Past(text.to_owned()));
    }
    Ok(Timestamp::from(instant.timestamp()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Back,
    Ahead,
}

/// RFC 3339, RFC 9557, or a local date or date-time.
fn exact(text: &str, now: &Zoned) -> Option<Zoned> {
    let zone = now.time_zone().clone();
    if let Ok(zoned) = text.parse::<Zoned>() {
        return Some(zoned);
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.to_zoned(zone));
    }
    if text.len() == 10
        && let Ok(day) = text.parse::<Date>()
    {
        return end_of(day, now);
    }
    text.parse::<DateTime>().ok()?.to_zoned(zone).ok()
}

fn end_of(day: Date, now: &Zoned) -> Option<Zoned> {
    day.to_datetime(Time::MAX)
        .to_zoned(now.time_zone().clone())
        .ok()
}

fn is_bare_day(words: &str) -> bool {
    words == "today" || words.parse::<Date>().is_ok() && words.len() == 10
}

fn relative(words: &str, now: &Zoned, direction: Direction) -> Option<Zoned> {
    if words == "now" {
        return Some(now.clone());
    }
    if let Some((count, unit)) = distance(words, direction) {
        return shift(now, count, unit, direction);
    }
    let (day, rest) = day(words, now, direction)?;
    let rest = rest.trim_start_matches("at ").trim();
    if rest.is_empty() {
        return end_of(day, now);
    }
    day.to_datetime(time(rest)?)
        .to_zoned(now.time_zone().clone())
        .ok()
}

/// `2 hours ago`, `in 3 days`, `2h`, `an hour ago`.
fn distance(words: &str, direction: Direction) -> Option<(i64, &str)> {
    let inner = match direction {
        Direction::Back => words
            .strip_suffix(" ago")
            .or_else(|| short(words).then_some(words)),
        Direction::Ahead => words
            .strip_prefix("in ")
            .or_else(|| short(words).then_some(words)),
    }?;
    let digits = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 {
        return Some((inner[..digits].parse().ok()?, inner[digits..].trim()));
    }
    let unit = inner
        .strip_prefix("a ")
        .or_else(|| inner.strip_prefix("an "))?;
    Some((1, unit))
}

fn short(words: &str) -> bool {
    words.len() >= 2
        && words.starts_with(|c: char| c.is_ascii_digit())
        && words.trim_start_matches(|c: char| c.is_ascii_digit()).len() <= 3
        && unit_is_known(words.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn unit_is_known(unit: &str) -> bool {
    matches!(unit, "s" | "min" | "h" | "d" | "w" | "mo" | "y")
}

fn shift(now: &Zoned, count: i64, unit: &str, direction: Direction) -> Option<Zoned> {
    let span = match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => jiff::Span::new().try_seconds(count),
        "m" | "min" | "mins" | "minute" | "minutes" => jiff::Span::new().try_minutes(count),
        "h" | "hour" | "hours" => jiff::Span::new().try_hours(count),
        "d" | "day" | "days" => jiff::Span::new().try_days(count),
        "w" | "week" | "weeks" => jiff::Span::new().try_weeks(count),
        "mo" | "month" | "months" => jiff::Span::new().try_months(count),
        "y" | "year" | "years" => jiff::Span::new().try_years(count),
        _ => return None,
    };
    let span = span.ok()?;
    match direction {
        Direction::Back => now.checked_sub(span).ok(),
        Direction::Ahead => now.checked_add(span).ok(),
    }
}

/// A day named at the beginning of `words`, and the rest. A bare time means today.
fn day<'w>(words: &'w str, now: &Zoned, direction: Direction) -> Option<(Date, &'w str)> {
    let today = now.date();
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    match first {
        "today" => return Some((today, rest)),
        "yesterday" => return Some((today.checked_sub(1.day()).ok()?, rest)),
        "tomorrow" => return Some((today.checked_add(1.day()).ok()?, rest)),
        "last" | "next" | "on" => return day(rest, now, direction),
        _ => {}
    }
    if let Some(weekday) = weekday(first) {
        let step = match direction {
            Direction::Back => -1,
            Direction::Ahead => 1,
        };
        return Some((today.nth_weekday(step, weekday).ok()?, rest));
    }
    if first.len() == 10
        && let Ok(date) = first.parse::<Date>()
    {
        return Some((date, rest));
    }
    time(words).map(|_| (today, words))
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "mon" | "monday" => Weekday::Monday,
        "tue" | "tues" | "tuesday" => Weekday::Tuesday,
        "wed" | "wednesday" => Weekday::Wednesday,
        "thu" | "thurs" | "thursday" => Weekday::Thursday,
        "fri" | "friday" => Weekday::Friday,
        "sat" | "saturday" => Weekday::Saturday,
        "sun" | "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// `9am`, `9:30 pm`, `17:00`, `noon`, `midnight` (the day's beginning).
fn time(words: &str) -> Option<Time> {
    match words {
        "noon" => return Some(Time::constant(12, 0, 0, 0)),
        "midnight" => return Some(Time::midnight()),
        _ => {}
    }
    let half = if words.ends_with("am") {
        Some(0)
    } else if words.ends_with("pm") {
        Some(12)
    } else {
        None
    };
    let clock = words.trim_end_matches("am").trim_end_matches("pm").trim();
    let (hour, minute) = match (clock.split_once(':'), half) {
        (Some((hour, minute)), _) if minute.len() == 2 => (hour, minute.parse::<i8>().ok()?),
        (None, Some(_)) => (clock, 0),
        (Some(_) | None, _) => return None,
    };
    let hour: i8 = hour.parse().ok()?;
    let hour = match half {
        Some(offset) if (1..=12).contains(&hour) => hour % 12 + offset,
        Some(_) => return None,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday afternoon.
    fn now() -> Zoned {
        "2026-11-18T15:30:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    fn past(text: &str) -> String {
        parse_past(text, &now()).map_or_else(|error| error.to_string(), |moment| moment.to_string())
    }

    #[test]
    fn moments_of_the_past() {
        for (text, expected) in [
            ("0:42", "0:42"),
            ("now", "2026-11-18T14:30:00Z"),
            ("today", "2026-11-18T14:30:00Z"),
            ("2026-11-18", "2026-11-18T14:30:00Z"),
            ("2026-11-01", "2026-11-01T22:59:59.999Z"),
            ("2026-11-01 18:00", "2026-11-01T17:00:00Z"),
            ("2026-11-01T18:00:00Z", "2026-11-01T18:00:00Z"),
            ("2026-11-01 6pm", "2026-11-01T17:00:00Z"),
            ("yesterday", "2026-11-17T22:59:59.999Z"),
            ("yesterday 9am", "2026-11-17T08:00:00Z"),
            ("yesterday at 9:15 PM", "2026-11-17T20:15:00Z"),
            ("today 14:05", "2026-11-18T13:05:00Z"),
            ("9am", "2026-11-18T08:00:00Z"),
            ("noon", "2026-11-18T11:00:00Z"),
            ("2 hours ago", "2026-11-18T12:30:00Z"),
            ("an hour ago", "2026-11-18T13:30:00Z"),
            ("3 weeks ago", "2026-10-28T14:30:00Z"),
            ("1 month ago", "2026-10-18T13:30:00Z"),
            ("2d", "2026-11-16T14:30:00Z"),
            ("monday 9am", "2026-11-16T08:00:00Z"),
            ("last wed", "2026-11-11T22:59:59.999Z"),
        ] {
            assert_eq!(past(text), expected, "{text}");
        }
    }

    #[test]
    fn nonsense_and_the_future_are_refused() {
        for text in [
            "",
            "soon",
            "25:99 o'clock",
            "13pm",
            "yesterday soon",
            "3 apples ago",
            "é ago",
        ] {
            assert!(
                past(text).contains("is not a moment"),
                "{text}: {}",
                past(text)
            );
        }
        for text in [
            "tomorrow",
            "today 23:00",
            "2030-01-01",
            "next tuesday",
            "Next tuesday 9am",
            "on next tuesday",
            "tuesday next week",
            "in 2 hours",
        ] {
            assert!(
                past(text).contains("lies in the future"),
                "{text}: {}",
                past(text)
            );
        }
        let long = "99999999999999999999 years ago";
        assert!(past(long).contains("is not a moment"));
    }

    #[test]
    fn moments_to_come() {
        let future = |text| parse_future(text, &now()).map(|at| at.to_string());
        assert_eq!(future("in 30 days").unwrap(), "2026-12-18T14:30:00Z");
        assert_eq!(future("friday").unwrap(), "2026-11-20T22:59:59.999Z");
        assert_eq!(future("2027-01-01").unwrap(), "2027-01-01T22:59:59.999Z");
        assert_eq!(future("90d").unwrap(), "2027-02-16T14:30:00Z");
        for past in ["yesterday", "last friday", "2 hours ago"] {
            let error = parse_future(past, &now()).unwrap_err();
            assert!(matches!(error, MomentError::Past(_)), "{past}: {error}");
        }
    }
}
