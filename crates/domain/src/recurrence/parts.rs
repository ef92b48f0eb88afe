//! The values of the parts of a rule, as text.

use jiff::civil::{Date, Weekday};

use super::RecurrenceError;
use super::rule::{NthDay, Until};

pub(super) fn weekday(text: &str) -> Option<Weekday> {
    match text {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// Which numbers a part takes.
#[derive(Clone, Copy)]
pub(super) struct Span {
    least: i16,
    most: i16,
    signed: bool,
}

impl Span {
    pub(super) fn positive(least: i16, most: i16) -> Self {
        Self {
            least,
            most,
            signed: false,
        }
    }

    /// 1 to `most` and -`most` to -1.
    pub(super) fn either(most: i16) -> Self {
        Self {
            least: 1,
            most,
            signed: true,
        }
    }

    fn holds(self, value: i16) -> bool {
        let size = if self.signed {
            value.saturating_abs()
        } else {
            value
        };
        (self.least..=self.most).contains(&size)
    }

    fn words(self) -> String {
        let or = if self.signed {
            " or the same below zero"
        } else {
            ""
        };
        format!("numbers from {} to {}{or}", self.least, self.most)
    }
}

pub(super) fn list(name: &str, value: &str, span: Span) -> Result<Vec<i16>, RecurrenceError> {
    let read = |item: &str| {
        let parsed = item
            .trim()
            .parse::<i16>()
            .ok()
            .filter(|number| span.holds(*number));
        parsed.ok_or_else(|| bad(name, item, &span.words()))
    };
    value
        .split(',')
        .map(read)
        .collect::<Result<Vec<_>, _>>()
        .map(sorted)
}

/// Counted from the start first, then counted from the end: `1,15,-1`.
pub(super) fn sorted(mut values: Vec<i16>) -> Vec<i16> {
    values.sort_unstable_by_key(|value| (*value < 0, *value));
    values.dedup();
    values
}

pub(super) fn day_list(value: &str) -> Result<Vec<NthDay>, RecurrenceError> {
    let mut days = value
        .split(',')
        .map(nth_day)
        .collect::<Result<Vec<_>, _>>()?;
    days.sort_unstable_by_key(|day| {
        let nth = day.nth.unwrap_or(0);
        (nth < 0, nth, day.day.to_monday_zero_offset())
    });
    days.dedup();
    Ok(days)
}

fn nth_day(item: &str) -> Result<NthDay, RecurrenceError> {
    let item = item.trim();
    let wrong = || {
        bad(
            "BYDAY",
            item,
            "weekdays such as MO, 2TU or -1FR, numbers up to 53",
        )
    };
    let split = item
        .len()
        .checked_sub(2)
        .filter(|at| item.is_char_boundary(*at))
        .ok_or_else(wrong)?;
    let (number, day) = item.split_at(split);
    let day = weekday(day).ok_or_else(wrong)?;
    if number.is_empty() {
        return Ok(NthDay { nth: None, day });
    }
    let nth = number
        .parse::<i16>()
        .ok()
        .filter(|nth| Span::either(53).holds(*nth));
    Ok(NthDay {
        nth: Some(nth.ok_or_else(wrong)?),
        day,
    })
}

pub(super) fn number(name: &str, value: &str, most: u32) -> Result<u32, RecurrenceError> {
    let parsed = value
        .parse::<u32>()
        .ok()
        .filter(|number| (1..=most).contains(number));
    parsed.ok_or_else(|| bad(name, value, &format!("a number from 1 to {most}")))
}

pub(super) fn until(value: &str) -> Result<Until, RecurrenceError> {
    let wrong = || {
        bad(
            "UNTIL",
            value,
            "YYYYMMDD, YYYYMMDDTHHMMSS or YYYYMMDDTHHMMSSZ",
        )
    };
    let digits =
        |text: &str, size: usize| text.len() == size && text.bytes().all(|b| b.is_ascii_digit());
    let (day, time) = value
        .split_once('T')
        .map_or((value, None), |(day, time)| (day, Some(time)));
    if !digits(day, 8) {
        return Err(wrong());
    }
    let date = Date::strptime("%Y%m%d", day).map_err(|_| wrong())?;
    let Some(time) = time else {
        return Ok(Until::Day(date));
    };
    let (time, utc) = time
        .strip_suffix('Z')
        .map_or((time, false), |time| (time, true));
    if !digits(time, 6) {
        return Err(wrong());
    }
    let time = jiff::civil::Time::strptime("%H%M%S", time).map_err(|_| wrong())?;
    let at = date.to_datetime(time);
    Ok(if utc {
        Until::Utc(at)
    } else {
        Until::Local(at)
    })
}

pub(super) fn bad(part: &str, value: &str, expected: &str) -> RecurrenceError {
    RecurrenceError::Value {
        part: short(part),
        value: short(value),
        expected: expected.to_owned(),
    }
}

pub(super) fn malformed(part: &str) -> RecurrenceError {
    RecurrenceError::Malformed(short(part))
}

/// Enough of the text to recognise it in a message.
pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
