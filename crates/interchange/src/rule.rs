//! Recurrence rules of other applications, brought to plain RFC 5545.

const KEYS: [&str; 14] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "WKST",
];
const FREQUENCIES: [&str; 4] = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The rule in capitals without `RRULE:`, or `None` if it is none that Taskfold keeps: every part is
/// checked as far as its form goes, so that one odd rule does not refuse a whole import.
pub(crate) fn clean(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let text = text
        .strip_prefix("RRULE:")
        .unwrap_or(&text)
        .trim_end_matches(';');
    let mut kept: Vec<(&str, &str)> = Vec::new();
    for part in text.split(';') {
        let (key, value) = part.split_once('=')?;
        // TickTick marks its own additions so; without them the rule is plain.
        if key.starts_with("TT_") {
            continue;
        }
        let known = KEYS.contains(&key) && !kept.iter().any(|(other, _)| *other == key);
        if !known || !well_formed(key, value) {
            return None;
        }
        kept.push((key, value));
    }
    let has = |wanted: &str| kept.iter().any(|(key, _)| *key == wanted);
    if !has("FREQ") || (has("COUNT") && has("UNTIL")) || has("BYSECOND") {
        return None;
    }
    Some(
        kept.iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(";"),
    )
}

fn well_formed(key: &str, value: &str) -> bool {
    match key {
        "FREQ" => FREQUENCIES.contains(&value),
        "INTERVAL" | "COUNT" => number(value, 1, 9_999),
        "UNTIL" => crate::dates::is_basic(value),
        "WKST" => DAYS.contains(&value),
        "BYDAY" => all(value, |day| {
            match day
                .len()
                .checked_sub(2)
                .and_then(|at| day.split_at_checked(at))
            {
                Some(("", name)) => DAYS.contains(&name),
                Some((ordinal, name)) => DAYS.contains(&name) && signed(ordinal, 53),
                None => false,
            }
        }),
        "BYMONTHDAY" => all(value, |day| signed(day, 31)),
        "BYYEARDAY" | "BYSETPOS" => all(value, |day| signed(day, 366)),
        "BYWEEKNO" => all(value, |week| signed(week, 53)),
        "BYMONTH" => all(value, |month| number(month, 1, 12)),
        "BYHOUR" => all(value, |hour| number(hour, 0, 23)),
        _ => all(value, |minute| number(minute, 0, 59)),
    }
}

fn all(value: &str, holds: impl Fn(&str) -> bool) -> bool {
    value.split(',').all(holds)
}

fn number(text: &str, least: u32, most: u32) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits
        && text
            .parse()
            .is_ok_and(|number: u32| (least..=most).contains(&number))
}

fn signed(text: &str, most: u32) -> bool {
    number(text.strip_prefix(['+', '-']).unwrap_or(text), 1, most)
}

/// Every so many seconds, as whole days or weeks.
pub(crate) fn of_seconds(seconds: i64) -> Option<String> {
    let days = seconds / 86_400;
    match (seconds % 86_400, days % 7, days) {
        (0, 0, 7..=69_993) => Some(format!("FREQ=WEEKLY;INTERVAL={}", days / 7)),
        (0, _, 1..=9_999) => Some(format!("FREQ=DAILY;INTERVAL={days}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_cleaned_or_refused() {
        for (text, expected) in [
            ("RRULE:FREQ=DAILY", Some("FREQ=DAILY")),
            (
                "freq=weekly;byday=mo,-1th;wkst=su;",
                Some("FREQ=WEEKLY;BYDAY=MO,-1TH;WKST=SU"),
            ),
            ("FREQ=WEEKLY;TT_SKIP=HOLIDAY", Some("FREQ=WEEKLY")),
            (
                "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3",
                Some("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"),
            ),
            (
                "FREQ=DAILY;UNTIL=20271231T230000Z",
                Some("FREQ=DAILY;UNTIL=20271231T230000Z"),
            ),
            ("", None),
            ("ERULE:NAME=CUSTOM", None),
            ("FREQ=SECONDLY", None),
            ("FREQ=DAILY;FREQ=DAILY", None),
            ("INTERVAL=2", None),
            ("FREQ=DAILY;INTERVAL=0", None),
            ("FREQ=DAILY;COUNT=1;UNTIL=20271231", None),
            ("FREQ=DAILY;UNTIL=20271331", None),
            ("FREQ=MONTHLY;BYDAY=0MO", None),
            ("FREQ=MONTHLY;BYDAY=é", None),
            ("FREQ=YEARLY;BYMONTH=13", None),
            ("FREQ=DAILY;BYSECOND=1", None),
        ] {
            assert_eq!(clean(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn seconds_become_days_and_weeks() {
        for (seconds, expected) in [
            (86_400, Some("FREQ=DAILY;INTERVAL=1")),
            (604_800, Some("FREQ=WEEKLY;INTERVAL=1")),
            (864_000, Some("FREQ=DAILY;INTERVAL=10")),
            (3_600, None),
            (0, None),
            (-86_400, None),
            (i64::MAX, None),
        ] {
            assert_eq!(of_seconds(seconds).as_deref(), expected, "{seconds}");
        }
    }
}
