//! Dates, times and lengths of time that are written with digits.

use jiff::civil::{Date, Time};

use super::vocabulary::{self as words, Unit};

/// "30m", "2h".
pub(super) fn joined_duration(word: &str) -> Option<(u32, Unit)> {
    let at = word.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, unit) = word.split_at(at);
    Some((words::number(digits)?, words::unit(unit)?))
}

/// "21" or "21st", up to 31.
pub(super) fn day_number(word: &str) -> Option<i8> {
    let ordinal = || words::ordinal_number(word).and_then(|day| i8::try_from(day).ok());
    small(word)
        .or_else(ordinal)
        .filter(|day| (1..=31).contains(day))
}

pub(super) fn small(digits: &str) -> Option<i8> {
    let valid = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| valid)
}

pub(super) fn iso(word: &str) -> Option<Date> {
    let parts: Vec<&str> = word.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => date_of(year, month, day),
        _ => None,
    }
}

pub(super) fn date_of(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = year.bytes().all(|byte| byte.is_ascii_digit());
    let number = year.parse::<i16>().ok().filter(|_| digits)?;
    let year = match year.len() {
        4 => number,
        2 => 2000 + number,
        _ => return None,
    };
    Date::new(year, small(month)?, small(day)?).ok()
}

pub(super) fn clock((hour, minute): (i8, i8)) -> Option<Time> {
    Time::new(hour, minute, 0, 0).ok()
}

/// "5pm", "5:30pm", "17:30".
pub(super) fn clock_text(word: &str) -> Option<Time> {
    let digits = word
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b':')
        .count();
    let (digits, half) = word.split_at(digits);
    if half.is_empty() {
        return clock_digits(digits);
    }
    let after_noon = words::half_of_day(half)?;
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, minute)) => (small(hour)?, small(minute).filter(|_| minute.len() == 2)?),
        None => (small(digits)?, 0),
    };
    twelve_hours(hour, minute, after_noon)
}

/// "17:30" or "17:30:15".
pub(super) fn clock_digits(word: &str) -> Option<Time> {
    let mut parts = word.split(':');
    let hour = small(parts.next()?)?;
    let two = |part: &str| small(part).filter(|_| part.len() == 2);
    let minute = two(parts.next()?)?;
    let second = parts.next().map_or(Some(0), two)?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

pub(super) fn twelve_hours(hour: i8, minute: i8, after_noon: bool) -> Option<Time> {
    let valid = (1..=12).contains(&hour);
    clock((hour % 12 + if after_noon { 12 } else { 0 }, minute)).filter(|_| valid)
}
