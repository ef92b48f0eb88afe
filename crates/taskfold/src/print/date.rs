//! Dates as people say them.

use anstyle::Style;
use jiff::civil::{Date, Time};
use jiff::{Unit, Zoned};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Due;

use super::style;

/// When a task is due, and in which style: overdue, today, later.
pub(crate) fn due(due: &Due, now: &Zoned) -> (Style, String) {
    let local = local(due, now);
    let (date, time) = (local.date, local.time);
    let today = now.date();
    let passed = date < today || date == today && time.is_some_and(|time| time < now.time());
    let style = if passed {
        style::BAD
    } else if date == today {
        style::WARN
    } else {
        Style::new()
    };
    let day = day(date, today);
    (
        style,
        time.map_or(day.clone(), |time| format!("{day} {}", clock(time))),
    )
}

/// In the zone of whoever looks.
fn local(due: &Due, now: &Zoned) -> Due {
    let shifted = due.time.zip(due.zone.as_deref()).and_then(|(time, zone)| {
        let there = due.date.to_datetime(time).in_tz(zone).ok()?;
        Some(there.with_time_zone(now.time_zone().clone()))
    });
    match shifted {
        Some(here) => Due {
            date: here.date(),
            time: Some(here.time()),
            zone: None,
        },
        None => due.clone(),
    }
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn day(date: Date, today: Date) -> String {
    let days = today
        .until((Unit::Day, date))
        .map_or(0, |span| span.get_days());
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2..=6 => date.strftime("%A").to_string(),
        -30..=-2 => format!("{} days ago", -days),
        _ if date.year() == today.year() => date.strftime("%-d %b").to_string(),
        _ => date.strftime("%-d %b %Y").to_string(),
    }
}

/// How long ago (or ahead) an instant is: `5 min ago`, `yesterday 17:00`, `3 Nov 2025`.
pub(crate) fn relative(instant: Timestamp, now: &Zoned) -> String {
    let there = instant.to_jiff().to_zoned(now.time_zone().clone());
    let seconds = now.timestamp().as_second() - instant.to_jiff().as_second();
    match seconds {
        0..=44 => "just now".to_owned(),
        45..=3599 => format!("{} min ago", (seconds / 60).max(1)),
        3600..=21_599 => format!("{} h ago", seconds / 3600),
        _ => format!("{} {}", day(there.date(), now.date()), clock(there.time())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Zoned {
        "2026-11-18T15:30:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    fn show(date: &str, time: Option<&str>, zone: Option<&str>) -> (Style, String) {
        let due_at = Due {
            date: date.parse().unwrap(),
            time: time.map(|time| time.parse().unwrap()),
            zone: zone.map(str::to_owned),
        };
        due(&due_at, &now())
    }

    #[test]
    fn due_dates_are_relative_and_coloured_by_urgency() {
        assert_eq!(
            show("2026-11-18", None, None),
            (style::WARN, "today".to_owned())
        );
        assert_eq!(
            show("2026-11-18", Some("09:00"), None),
            (style::BAD, "today 09:00".to_owned())
        );
        assert_eq!(
            show("2026-11-17", None, None),
            (style::BAD, "yesterday".to_owned())
        );
        assert_eq!(show("2026-11-19", Some("17:00"), None).1, "tomorrow 17:00");
        assert_eq!(
            show("2026-11-21", None, None),
            (Style::new(), "Saturday".to_owned())
        );
        assert_eq!(show("2026-12-24", None, None).1, "24 Dec");
        assert_eq!(show("2027-01-02", None, None).1, "2 Jan 2027");
        assert_eq!(show("2026-11-01", None, None).1, "17 days ago");
    }

    #[test]
    fn a_time_elsewhere_is_shown_here() {
        assert_eq!(
            show("2026-11-18", Some("23:00"), Some("America/New_York")).1,
            "tomorrow 05:00"
        );
    }

    #[test]
    fn instants_are_relative() {
        let at = |text: &str| relative(text.parse().unwrap(), &now());
        assert_eq!(at("2026-11-18T14:29:50Z"), "just now");
        assert_eq!(at("2026-11-18T14:25:00Z"), "5 min ago");
        assert_eq!(at("2026-11-18T12:30:00Z"), "2 h ago");
        assert_eq!(at("2026-11-17T16:00:00Z"), "yesterday 17:00");
        assert_eq!(at("2025-11-03T11:00:00Z"), "3 Nov 2025 12:00");
        assert_eq!(at("2026-11-19T16:00:00Z"), "tomorrow 17:00");
    }
}
