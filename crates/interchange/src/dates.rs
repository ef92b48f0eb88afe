//! Dates and times as other applications write them.

use jiff::Zoned;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Due;

/// An instant: RFC 3339 and its relatives (`+0000`, a space for the `T`, no separators). Without an
/// offset it is UTC. Years before 1902 stand for "none" (Go writes year 1).
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let parsed: Option<jiff::Timestamp> = text.parse().ok();
    let utc = || {
        let civil: DateTime = text.parse().ok()?;
        Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    parsed.or_else(utc).and_then(plausible)
}

/// An instant of an application that writes local times.
pub(crate) fn local_instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let parsed: Option<jiff::Timestamp> = text.parse().ok();
    let local = || {
        let civil: DateTime = text.parse().ok()?;
        Some(civil.to_zoned(zone.clone()).ok()?.timestamp())
    };
    parsed.or_else(local).and_then(plausible)
}

fn plausible(instant: jiff::Timestamp) -> Option<Timestamp> {
    let year = instant.to_zoned(TimeZone::UTC).year();
    (1902..=9998).contains(&year).then(|| instant.into())
}

/// Seconds since 1970.
pub(crate) fn of_epoch(seconds: i64) -> Option<Timestamp> {
    jiff::Timestamp::from_second(seconds)
        .ok()
        .and_then(plausible)
}

/// `YYYYMMDD` or `YYYYMMDDTHHMMSS` with or without `Z`, as in RFC 5545.
pub(crate) fn is_basic(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (date, time) = text.split_once('T').unwrap_or((text, "000000"));
    let time = time.strip_suffix('Z').unwrap_or(time);
    let form = date.len() == 8 && time.len() == 6 && digits(date) && digits(time);
    form && format!("{date}T{time}").parse::<DateTime>().is_ok()
}

/// A due date of an instant: the whole day if it is midnight there, else the time in that zone.
pub(crate) fn due_at(instant: Timestamp, zone: &TimeZone) -> Due {
    due_of(&instant.to_jiff().to_zoned(zone.clone()))
}

/// The day of an instant in a zone.
pub(crate) fn day_at(instant: Timestamp, zone: &TimeZone) -> Date {
    instant.to_jiff().to_zoned(zone.clone()).date()
}

/// Likewise, to the second; a zone without a name (a bare offset) becomes UTC.
pub(crate) fn due_of(zoned: &Zoned) -> Due {
    if zoned.time() == Time::midnight() {
        return Due {
            date: zoned.date(),
            time: None,
            zone: None,
        };
    }
    timed(zoned)
}

/// A due date with a time, even at midnight.
pub(crate) fn timed(zoned: &Zoned) -> Due {
    let named = zoned.time_zone().iana_name().map(str::to_owned);
    let (civil, zone) = match named {
        Some(name) => (zoned.datetime(), name),
        None => (
            zoned.with_time_zone(TimeZone::UTC).datetime(),
            "UTC".to_owned(),
        ),
    };
    let time = civil.time();
    let time = Time::new(time.hour(), time.minute(), time.second(), 0).unwrap_or(Time::midnight());
    Due {
        date: civil.date(),
        time: Some(time),
        zone: Some(zone),
    }
}

/// The zone of this name; nothing for unknown and empty ones.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    let plain = !name.is_empty() && name.len() <= 64;
    TimeZone::get(name).ok().filter(|_| plain)
}

/// A day: ISO 8601, or numbers with `/`, `.` or `-` between them. `day_first` decides `3/4/2026`.
pub(crate) fn civil_day(text: &str, day_first: bool) -> Option<Date> {
    let text = text.trim();
    let first = text.split([' ', 'T']).next()?;
    if let Ok(date) = first.parse::<Date>() {
        return Some(date).filter(|date| (1902..=9998).contains(&date.year()));
    }
    let parts = numbers(first)?;
    let [first, second, year] = parts;
    let (day, month) = if day_first {
        (first, second)
    } else {
        (second, first)
    };
    let year = if year < 100 { year + 2_000 } else { year };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (1902..=9998).contains(&date.year()).then_some(date)
}

/// The three numbers of a date that begins with a day or a month.
pub(crate) fn numbers(text: &str) -> Option<[i16; 3]> {
    let parts: Option<Vec<i16>> = text
        .split(['/', '.', '-'])
        .map(|part| part.parse().ok())
        .collect();
    parts?.try_into().ok()
}

/// `9:30`, `09:30:00`, `9:30 PM`.
pub(crate) fn clock(text: &str) -> Option<Time> {
    let upper = text.trim().to_ascii_uppercase();
    let afternoon = upper.ends_with("PM");
    let halved = afternoon || upper.ends_with("AM");
    let digits = upper.trim_end_matches(['A', 'P', 'M', ' ']);
    let mut parts = digits.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let hour = match (halved, afternoon, hour) {
        (true, false, 12) => 0,
        (true, true, 12) => 12,
        (true, true, 1..=11) => hour + 12,
        (_, _, hour) => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// An ISO 8601 duration (`-PT15M`, `P1DT2H`, `P1W`) in minutes, rounded down to whole ones.
pub(crate) fn duration_minutes(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut in_time = false;
    let mut seconds: i64 = 0;
    let mut number = String::new();
    let mut any = false;
    for character in rest.strip_prefix('P')?.chars() {
        if character == 'T' && number.is_empty() {
            in_time = true;
            continue;
        }
        if character.is_ascii_digit() && number.len() < 9 {
            number.push(character);
            continue;
        }
        let unit = match (character, in_time) {
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        seconds += number.parse::<i64>().ok()? * unit;
        number.clear();
        any = true;
    }
    (any && number.is_empty()).then_some(sign * (seconds / 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_of_many_forms() {
        for (text, expected) in [
            ("20260110T231200Z", Some("2026-01-10T23:12:00Z")),
            ("2026-10-09T15:09:48+0000", Some("2026-10-09T15:09:48Z")),
            (
                "2026-10-09T15:09:48.123456+02:00",
                Some("2026-10-09T13:09:48.123Z"),
            ),
            ("2026-10-09 15:09:48", Some("2026-10-09T15:09:48Z")),
            (" 2026-10-09T15:09:48Z ", Some("2026-10-09T15:09:48Z")),
            ("0001-01-01T00:00:00Z", None),
            ("9999-12-31T23:59:59Z", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(
                instant(text).map(|at| at.to_string()).as_deref(),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn days_of_many_forms() {
        for (text, day_first, expected) in [
            ("2026-11-25", false, Some("2026-11-25")),
            ("2026-11-25T00:00:00.0000000", false, Some("2026-11-25")),
            ("3/4/2026", false, Some("2026-03-04")),
            ("3/4/2026", true, Some("2026-04-03")),
            ("03.04.26", true, Some("2026-04-03")),
            ("31/4/2026", true, None),
            ("1/2", true, None),
            ("0001-01-01", true, None),
        ] {
            assert_eq!(
                civil_day(text, day_first)
                    .map(|day| day.to_string())
                    .as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn clocks_and_durations() {
        for (text, expected) in [
            ("9:30:00 AM", Some("09:30:00")),
            ("12:05 am", Some("00:05:00")),
            ("12:05 PM", Some("12:05:00")),
            ("11:59 PM", Some("23:59:00")),
            ("23:59", Some("23:59:00")),
            ("13:00 PM", Some("13:00:00")),
            ("25:00", None),
            ("noon", None),
        ] {
            assert_eq!(
                clock(text).map(|time| time.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
        for (text, expected) in [
            ("-PT15M", Some(-15)),
            ("P1DT2H", Some(1_560)),
            ("P1W", Some(10_080)),
            ("PT0S", Some(0)),
            ("PT90S", Some(1)),
            ("P1M", None),
            ("PT", None),
            ("P1", None),
            ("15M", None),
            ("P9999999999D", None),
        ] {
            assert_eq!(duration_minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn midnight_is_a_whole_day_and_other_times_keep_their_zone() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let due = |text: &str| {
            let due = due_at(text.parse().unwrap(), &zone);
            (
                due.date.to_string(),
                due.time.map(|time| time.to_string()),
                due.zone,
            )
        };
        assert_eq!(
            due("2026-11-29T23:00:00Z"),
            ("2026-11-30".to_owned(), None, None)
        );
        let (date, time, zone) = due("2026-11-30T08:15:30.5Z");
        assert_eq!(
            (date.as_str(), time.as_deref(), zone.as_deref()),
            ("2026-11-30", Some("09:15:30"), Some("Europe/Berlin"))
        );
    }
}
