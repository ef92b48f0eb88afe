//! Rules, the next occurrence, words.

use jiff::civil::date;
use jiff::tz::TimeZone;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Recurrence, RecursFrom};

use super::{RecurrenceError, describe, next, normalise, preview};

pub(super) fn due(day: &str, time: Option<&str>) -> Due {
    Due {
        date: day.parse().expect("date"),
        time: time.map(|time| time.parse().expect("time")),
        zone: time.map(|_| "Europe/Berlin".to_owned()),
    }
}

pub(super) fn repeating(rule: &str, anchor: &str) -> Recurrence {
    Recurrence {
        rule: rule.to_owned(),
        from: RecursFrom::Due,
        anchor: due(anchor, None),
        except: Vec::new(),
        occurrence: 1,
    }
}

fn timed(rule: &str, anchor: &str, time: &str) -> Recurrence {
    Recurrence {
        anchor: due(anchor, Some(time)),
        ..repeating(rule, anchor)
    }
}

fn from_completion(recurrence: Recurrence) -> Recurrence {
    Recurrence {
        from: RecursFrom::Completion,
        ..recurrence
    }
}

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").expect("zone")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("instant")
}

/// "2026-11-23" or "2026-11-23 09:00", then the number of the occurrence.
fn after(recurrence: &Recurrence, current: &Due, completed: &str) -> String {
    match next(recurrence, Some(current), instant(completed), &berlin()).expect("valid") {
        None => "over".to_owned(),
        Some((due, next)) => {
            let time = due
                .time
                .map(|time| format!(" {}", time.strftime("%H:%M")))
                .unwrap_or_default();
            format!("{}{time} #{}", due.date, next.occurrence)
        }
    }
}

#[test]
fn normalises() {
    for (rule, canonical) in [
        ("freq=weekly;byday=th,mo,mo", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("RRULE:FREQ=DAILY;INTERVAL=1", "FREQ=DAILY"),
        (
            " BYDAY=MO ; FREQ=MONTHLY ; BYSETPOS=-1,1;",
            "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,-1",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1,15,+1",
            "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
        ),
        (
            "FREQ=YEARLY;WKST=MO;UNTIL=20270101T000000Z",
            "FREQ=YEARLY;UNTIL=20270101T000000Z",
        ),
        ("FREQ=WEEKLY;WKST=SU;COUNT=3", "FREQ=WEEKLY;COUNT=3;WKST=SU"),
        ("FREQ=YEARLY;BYDAY=-1FR,+2MO", "FREQ=YEARLY;BYDAY=2MO,-1FR"),
        (
            "FREQ=DAILY;BYSECOND=60,59;BYHOUR=9;BYMINUTE=30",
            "FREQ=DAILY;BYHOUR=9;BYMINUTE=30;BYSECOND=59",
        ),
        ("FREQ=HOURLY;INTERVAL=4", "FREQ=HOURLY;INTERVAL=4"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        ),
        ("FREQ=YEARLY;BYWEEKNO=53,-1", "FREQ=YEARLY;BYWEEKNO=53,-1"),
        ("FREQ=YEARLY;BYYEARDAY=366", "FREQ=YEARLY;BYYEARDAY=366"),
        ("FREQ=DAILY;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270101"),
        (
            "FREQ=DAILY;UNTIL=20270101T093000",
            "FREQ=DAILY;UNTIL=20270101T093000",
        ),
    ] {
        let first = normalise(rule).expect(rule);
        assert_eq!(first, canonical, "{rule}");
        assert_eq!(normalise(&first).as_deref(), Ok(canonical));
    }
}

#[test]
fn refuses_with_the_reason() {
    for (rule, reason) in [
        ("", "FREQ is missing"),
        ("BYDAY=MO", "FREQ is missing"),
        ("FREQ", "\"FREQ\" is not NAME=VALUE"),
        (
            "FREQ=NEVER",
            "FREQ=\"NEVER\": expected one of MINUTELY, HOURLY",
        ),
        ("FREQ=SECONDLY", "more often than every five minutes"),
        (
            "FREQ=MINUTELY;INTERVAL=4",
            "more often than every five minutes",
        ),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ stands there twice"),
        ("FREQ=DAILY;COLOUR=RED", "\"COLOUR\" is no part"),
        (
            "FREQ=DAILY;INTERVAL=0",
            "INTERVAL=\"0\": expected a number from 1 to 100000",
        ),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=99999999999", "COUNT"),
        (
            "FREQ=DAILY;COUNT=1;UNTIL=20270101",
            "COUNT and UNTIL exclude each other",
        ),
        (
            "FREQ=DAILY;UNTIL=2027-01-01",
            "UNTIL=\"2027-01-01\": expected YYYYMMDD",
        ),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20270101T99", "UNTIL"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=0",
            "BYMONTHDAY=\"0\": expected numbers from 1 to 31",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYDAY=", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=54MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=é", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=1MO", "a number in BYDAY needs"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO needs FREQ=YEARLY"),
        (
            "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO",
            "does not go with BYWEEKNO",
        ),
        ("FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY does not go with"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs another BY part"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR"),
        ("FREQ=DAILY;WKST=XX", "WKST"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "the rule never occurs",
        ),
        (
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "the rule never occurs",
        ),
        (
            "FREQ=HOURLY;BYMONTH=4;BYMONTHDAY=31",
            "the rule never occurs",
        ),
        (
            "FREQ=MINUTELY;INTERVAL=5;BYMONTH=4;BYMONTHDAY=31",
            "the rule never occurs",
        ),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=53", "the rule never occurs"),
        ("FREQ=MONTHLY;BYDAY=6MO", "the rule never occurs"),
    ] {
        let error = normalise(rule).expect_err(rule).to_string();
        assert!(error.contains(reason), "{rule}: {error}");
    }
    assert_eq!(normalise(&"X".repeat(5_000)), Err(RecurrenceError::TooLong));
}

#[test]
fn from_due_keeps_the_series() {
    let weekly = repeating("FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-02");
    let monday = due("2026-11-23", None);
    for (completed, wanted) in [
        ("2026-11-21T12:00:00Z", "2026-11-26 #2"),
        ("2026-11-23T12:00:00Z", "2026-11-26 #2"),
        ("2026-11-26T12:00:00Z", "2026-11-26 #2"),
        ("2026-11-27T12:00:00Z", "2026-11-30 #3"),
        ("2026-12-31T23:30:00Z", "2027-01-04 #13"),
    ] {
        assert_eq!(after(&weekly, &monday, completed), wanted, "{completed}");
    }
    let other = repeating("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-02");
    assert_eq!(
        after(&other, &due("2026-11-18", None), "2026-11-18T12:00:00Z"),
        "2026-11-30 #2"
    );
}

#[test]
fn from_completion_counts_from_its_day() {
    let current = due("2026-11-10", None);
    for (rule, completed, wanted) in [
        (
            "FREQ=DAILY;INTERVAL=3",
            "2026-11-21T12:00:00Z",
            "2026-11-24 #2",
        ),
        // 00:30 of the 22nd in Berlin.
        (
            "FREQ=DAILY;INTERVAL=3",
            "2026-11-21T23:30:00Z",
            "2026-11-25 #2",
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO",
            "2026-11-21T12:00:00Z",
            "2026-11-23 #2",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2",
            "2026-11-21T12:00:00Z",
            "2026-12-05 #2",
        ),
        ("FREQ=MONTHLY", "2027-01-31T12:00:00Z", "2027-02-28 #2"),
        ("FREQ=YEARLY", "2028-02-29T12:00:00Z", "2029-02-28 #2"),
        ("FREQ=DAILY;UNTIL=20261121", "2026-11-21T12:00:00Z", "over"),
        ("FREQ=DAILY;COUNT=1", "2026-11-21T12:00:00Z", "over"),
    ] {
        let recurrence = from_completion(repeating(rule, "2026-11-01"));
        assert_eq!(
            after(&recurrence, &current, completed),
            wanted,
            "{rule} {completed}"
        );
    }
    let timed = from_completion(timed("FREQ=DAILY;INTERVAL=2", "2026-11-01", "09:00"));
    let current = due("2026-11-10", Some("09:00"));
    assert_eq!(
        after(&timed, &current, "2026-11-21T20:00:00Z"),
        "2026-11-23 09:00 #2"
    );
    let hourly = Recurrence {
        rule: "FREQ=HOURLY;INTERVAL=4".to_owned(),
        ..timed
    };
    assert_eq!(
        after(&hourly, &current, "2026-11-21T20:10:30Z"),
        "2026-11-22 01:10 #2"
    );
}

#[test]
fn count_until_and_except() {
    let mut counted = repeating("FREQ=DAILY;COUNT=3", "2026-11-01");
    let first = due("2026-11-01", None);
    let done = "2026-11-01T12:00:00Z";
    assert_eq!(after(&counted, &first, done), "2026-11-02 #2");
    counted.except = vec![date(2026, 11, 2)];
    assert_eq!(after(&counted, &first, done), "2026-11-03 #3");
    counted.except.push(date(2026, 11, 3));
    assert_eq!(after(&counted, &first, done), "over");
    counted.occurrence = 3;
    assert_eq!(after(&counted, &due("2026-11-03", None), done), "over");

    let until = repeating("FREQ=DAILY;UNTIL=20261102", "2026-11-01");
    assert_eq!(after(&until, &first, done), "2026-11-02 #2");
    assert_eq!(after(&until, &due("2026-11-02", None), done), "over");
    assert_eq!(after(&until, &first, "2026-11-05T12:00:00Z"), "over");
    // 08:00 UTC is 09:00 in Berlin.
    let current = due("2026-11-01", Some("09:00"));
    let utc = timed("FREQ=DAILY;UNTIL=20261102T080000Z", "2026-11-01", "09:00");
    assert_eq!(after(&utc, &current, done), "2026-11-02 09:00 #2");
    let utc = timed("FREQ=DAILY;UNTIL=20261102T075959Z", "2026-11-01", "09:00");
    assert_eq!(after(&utc, &current, done), "over");
}

#[test]
fn the_clock_on_the_wall_stays() {
    // Clocks go forward on 29 March 2026 from 02:00 to 03:00, back on 25 October.
    let daily = timed("FREQ=DAILY", "2026-01-01", "02:30");
    let gap = due("2026-03-28", Some("02:30"));
    assert_eq!(
        after(&daily, &gap, "2026-03-28T12:00:00Z"),
        "2026-03-29 03:30 #2"
    );
    let moved = due("2026-03-29", Some("03:30"));
    assert_eq!(
        after(&daily, &moved, "2026-03-29T12:00:00Z"),
        "2026-03-30 02:30 #2"
    );
    let nine = timed("FREQ=DAILY", "2026-01-01", "09:00");
    let saturday = due("2026-10-24", Some("09:00"));
    assert_eq!(
        after(&nine, &saturday, "2026-10-24T12:00:00Z"),
        "2026-10-25 09:00 #2"
    );
    // The day of completion is that of the due's zone: 23:30 UTC is tomorrow in Berlin.
    assert_eq!(
        after(&nine, &saturday, "2026-10-26T23:30:00Z"),
        "2026-10-27 09:00 #4"
    );
    let hourly = timed("FREQ=HOURLY", "2026-03-29", "01:00");
    let one = due("2026-03-29", Some("01:00"));
    assert_eq!(
        after(&hourly, &one, "2026-03-29T00:00:00Z"),
        "2026-03-29 03:00 #2"
    );
    let three = due("2026-03-29", Some("03:00"));
    assert_eq!(
        after(&hourly, &three, "2026-03-29T01:00:00Z"),
        "2026-03-29 04:00 #2"
    );
}

#[test]
fn whole_days_stay_whole_days() {
    let recurrence = repeating("FREQ=DAILY;BYHOUR=9,17", "2026-11-01");
    assert_eq!(
        after(
            &recurrence,
            &due("2026-11-01", None),
            "2026-11-01T12:00:00Z"
        ),
        "2026-11-02 #2"
    );
    let hourly = repeating("FREQ=HOURLY", "2026-11-01");
    let error = next(&hourly, None, instant("2026-11-01T12:00:00Z"), &berlin());
    assert_eq!(
        error.expect_err("no time"),
        RecurrenceError::NeedsTime("HOURLY")
    );
    let mut lost = timed("FREQ=DAILY", "2026-11-01", "09:00");
    lost.anchor.zone = Some("Mars/Olympus".to_owned());
    let error = next(&lost, None, instant("2026-11-01T12:00:00Z"), &berlin());
    assert_eq!(
        error.expect_err("no zone"),
        RecurrenceError::UnknownZone("Mars/Olympus".to_owned())
    );
}

/// Counts steps, not seconds: each call looks at no more than the budget of the expander.
#[test]
fn pathological_rules_end() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;INTERVAL=5;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
        "FREQ=MINUTELY;INTERVAL=10;BYMINUTE=5",
        "FREQ=YEARLY;INTERVAL=100000",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=7",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
    ] {
        let recurrence = timed(rule, "2025-01-01", "00:00");
        let current = due("2025-01-01", Some("00:00"));
        assert_eq!(
            after(&recurrence, &current, "2025-01-01T12:00:00Z"),
            "over",
            "{rule}"
        );
    }
    // Thirty years late.
    let often = timed("FREQ=MINUTELY;INTERVAL=5", "1996-01-01", "00:00");
    let current = due("1996-01-01", Some("00:00"));
    let found = after(&often, &current, "2026-01-01T12:01:00Z");
    assert!(found.starts_with("2026-01-01 13:05"), "{found}");
    let except = Recurrence {
        except: (0..400)
            .map(|day| date(2026, 1, 1).saturating_add(jiff::ToSpan::days(day)))
            .collect(),
        ..repeating("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", "2026-01-01")
    };
    assert_eq!(
        after(&except, &due("2026-01-01", None), "2026-01-01T12:00:00Z"),
        "2028-01-01 #3"
    );
}

#[test]
fn previews() {
    let mut monthly = repeating("FREQ=MONTHLY;COUNT=5", "2026-01-31");
    let days = |recurrence: &Recurrence, from, n| -> Vec<String> {
        let dues = preview(recurrence, from, n, &berlin()).expect("preview");
        dues.iter().map(|due| due.date.to_string()).collect()
    };
    assert_eq!(
        days(&monthly, date(2026, 4, 1), 9),
        ["2026-05-31", "2026-07-31", "2026-08-31"]
    );
    monthly.rule = "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1".to_owned();
    assert_eq!(
        days(&monthly, date(2026, 2, 1), 3),
        ["2026-02-28", "2026-03-31", "2026-04-30"]
    );
    assert_eq!(
        days(
            &repeating("FREQ=DAILY", "2026-01-01"),
            date(2026, 1, 1),
            5_000
        )
        .len(),
        1_000
    );
    // 02:00 moves to 03:00, which comes once.
    let hourly = timed("FREQ=HOURLY;COUNT=4", "2026-03-29", "01:00");
    let dues = preview(&hourly, date(2026, 3, 29), 9, &berlin()).expect("preview");
    let hours: Vec<_> = dues
        .iter()
        .filter_map(|due| Some(due.time?.hour()))
        .collect();
    assert_eq!(hours, [1, 3, 4]);
    // Week 1 of 2026 begins on 29 December 2025.
    let week = repeating("FREQ=YEARLY;BYWEEKNO=1", "2024-12-30");
    assert_eq!(
        days(&week, date(2025, 1, 1), 2),
        ["2025-12-29", "2027-01-04"]
    );
}

#[test]
fn describes() {
    for (rule, words) in [
        ("FREQ=DAILY", "every day"),
        (
            "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270630;BYDAY=MO,TH",
            "every 2 weeks on Mon and Thu until 30 Jun 2027",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
            "every month on the 1st, 15th and last",
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Fri"),
        (
            "FREQ=MONTHLY;BYDAY=2TU;COUNT=5",
            "every month on the 2nd Tue, 5 times",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "every month on the 31st or the last day",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "every month on the last weekday",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,SU;BYSETPOS=2",
            "every month on the 2nd of Mon and Sun",
        ),
        (
            "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15",
            "every year on the 15th in Jan",
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
            "every year on Mon in the 20th week of the year",
        ),
        (
            "FREQ=YEARLY;BYYEARDAY=100",
            "every year on the 100th day of the year",
        ),
        (
            "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=30",
            "every day at 09:30 and 17:30",
        ),
        ("FREQ=HOURLY;INTERVAL=4", "every 4 hours"),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "every month on the 13th if it is Fri",
        ),
        ("nonsense", "nonsense"),
    ] {
        assert_eq!(describe(rule, RecursFrom::Due), words);
    }
    assert_eq!(
        describe("FREQ=DAILY;INTERVAL=3", RecursFrom::Completion),
        "every 3 days after completion"
    );
}
