//! What a line of text becomes. Now is Saturday, 21 November 2026, 14:00 in Berlin, the week begins on Monday.

use taskfold_contracts::ids::{ListId, UserId};
use taskfold_contracts::values::RecursFrom;

use super::*;

pub(super) fn settings() -> Settings {
    let now = "2026-11-21T14:00:00[Europe/Berlin]"
        .parse()
        .expect("moment");
    Settings {
        now,
        week_start: WeekStart::Monday,
    }
}

/// All that was read, in one line: title | due | rule | …
pub(super) fn read(text: &str) -> String {
    let read = parse(text, &settings());
    let mut parts = vec![read.title.clone()];
    if let Some(due) = &read.due {
        let time = due.time.map(|time| time.strftime(" %H:%M").to_string());
        parts.push(format!("{}{}", due.date, time.unwrap_or_default()));
    }
    if let Some(recurrence) = &read.recurrence {
        let from = match recurrence.from {
            RecursFrom::Due => "",
            RecursFrom::Completion => " done",
        };
        parts.push(format!("{}{from}", recurrence.rule.replace("FREQ=", "")));
    }
    parts.extend(read.start.map(|start| format!("start {start}")));
    if read.priority != Priority::None {
        parts.push(read.priority.as_str().to_owned());
    }
    parts.extend(read.hashes.iter().map(|name| format!("#{name}")));
    parts.extend(read.mentions.iter().map(|name| format!("@{name}")));
    let minutes = read
        .reminders
        .iter()
        .filter_map(|reminder| reminder.minutes_before_due);
    parts.extend(minutes.map(|minutes| format!("*{minutes}")));
    parts.extend(read.note.map(|note| format!("//{note}")));
    parts.join(" | ")
}

/// One text and what it becomes on each line of the file.
#[test]
fn table_of_texts() {
    let cases: Vec<_> = include_str!("cases.txt")
        .lines()
        .filter_map(|line| line.split_once(" => "))
        .collect();
    assert!(cases.len() >= 300, "{} cases", cases.len());
    let wrong = |(text, wanted): &(&str, &str)| {
        let found = read(text);
        (found != *wanted).then(|| format!("{text}\n  wanted {wanted}\n  found  {found}\n"))
    };
    let wrong: String = cases.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

fn spans(text: &str) -> Vec<(String, SpanKind, String)> {
    let spans = parse(text, &settings()).spans.into_iter();
    spans
        .map(|span| (text[span.start..span.end].to_owned(), span.kind, span.value))
        .collect()
}

/// At eleven in the evening, "tonight" is not three hours ago.
#[test]
fn a_habitual_hour_that_is_over_is_none() {
    let late = "2026-11-21T23:00:00[Europe/Berlin]"
        .parse()
        .expect("moment");
    let settings = Settings {
        now: late,
        ..settings()
    };
    for (text, time, value) in [
        ("Call tonight", None, "2026-11-21"),
        ("Call this evening", None, "2026-11-21"),
        ("Call tonight at 23:30", Some((23, 30)), "2026-11-21"),
        ("Call today at 9am", Some((9, 0)), "2026-11-21"),
        ("Call tomorrow evening", Some((18, 0)), "2026-11-22"),
    ] {
        let read = parse(text, &settings);
        let due = read.due.expect(text);
        let found = due.time.map(|time| (time.hour(), time.minute()));
        assert_eq!(found, time, "{text}");
        assert!(
            read.spans[0].value.starts_with(value),
            "{text}: {:?}",
            read.spans
        );
    }
    assert_eq!(read("Buy milk // //"), "Buy milk");
}

#[test]
fn spans_say_what_became_what() {
    let found = spans("Pay rent every 1st at 9am #home, !high @anna *1h until june //note ");
    let wanted = [
        (
            "every 1st",
            SpanKind::Recurrence,
            "FREQ=MONTHLY;UNTIL=20270601;BYMONTHDAY=1",
        ),
        ("at 9am", SpanKind::Time, "09:00"),
        ("#home", SpanKind::ListOrTag, "home"),
        ("!high", SpanKind::Priority, "high"),
        ("@anna", SpanKind::AssigneeOrTag, "anna"),
        ("*1h", SpanKind::Reminder, "60"),
        ("until june", SpanKind::Recurrence, "UNTIL=20270601"),
        ("//note", SpanKind::Note, "note"),
    ];
    let wanted = wanted.map(|(text, kind, value)| (text.to_owned(), kind, value.to_owned()));
    assert_eq!(found, wanted);

    let found = spans("🎉 (tomorrow) at noon starting 1 dec");
    let wanted = [
        ("tomorrow", SpanKind::Date, "2026-11-22"),
        ("at noon", SpanKind::Time, "12:00"),
        ("starting 1 dec", SpanKind::Start, "2026-12-01"),
    ];
    assert_eq!(
        found,
        wanted.map(|(text, kind, value)| (text.to_owned(), kind, value.to_owned()))
    );
    assert_eq!(spans("Call tonight at 9")[1].2, "21:00");
    assert_eq!(
        spans("Gym every! 3 days")[0].2,
        "FREQ=DAILY;INTERVAL=3 from completion"
    );
}

#[test]
fn published_names() {
    let kinds = [
        SpanKind::ListOrTag,
        SpanKind::AssigneeOrTag,
        SpanKind::Date,
        SpanKind::Start,
    ];
    let names = serde_json::to_string(&kinds).expect("json");
    assert_eq!(names, r#"["list_or_tag","assignee_or_tag","date","start"]"#);
}

#[test]
fn weeks_begin_where_the_person_says() {
    let with = |week_start, text: &str| {
        let read = parse(
            text,
            &Settings {
                week_start,
                ..settings()
            },
        );
        (
            read.due.expect("due").date.to_string(),
            read.recurrence.map(|input| input.rule),
        )
    };
    for (week_start, next_week, next_friday, end) in [
        (WeekStart::Monday, "2026-11-23", "2026-11-27", "2026-11-22"),
        (WeekStart::Sunday, "2026-11-22", "2026-11-27", "2026-11-21"),
        (
            WeekStart::Saturday,
            "2026-11-28",
            "2026-12-04",
            "2026-11-27",
        ),
    ] {
        assert_eq!(with(week_start, "x next week").0, next_week);
        assert_eq!(with(week_start, "x next fri").0, next_friday);
        assert_eq!(with(week_start, "x eow").0, end);
    }
    let rule = with(WeekStart::Sunday, "x every other mon and sun").1;
    assert_eq!(
        rule.as_deref(),
        Some("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SU")
    );
}

#[test]
fn times_are_in_the_zone_of_the_person() {
    let now = "2026-11-21T23:30:00[America/New_York]"
        .parse()
        .expect("moment");
    let settings = Settings {
        now,
        week_start: WeekStart::Monday,
    };
    let due = parse("Call in 2h", &settings).due.expect("due");
    assert_eq!(
        (due.date.to_string().as_str(), due.zone.as_deref()),
        ("2026-11-22", Some("America/New_York"))
    );
    let due = parse("Call tomorrow", &settings).due.expect("due");
    assert_eq!(
        (due.date.to_string().as_str(), due.zone),
        ("2026-11-22", None)
    );
    // Twelve hours across the change of the clocks are twelve hours.
    let now = "2026-10-24T20:00:00[Europe/Berlin]"
        .parse()
        .expect("moment");
    let due = parse(
        "Call in 12 hours",
        &Settings {
            now,
            week_start: WeekStart::Monday,
        },
    )
    .due;
    assert_eq!(due.expect("due").time, Some(jiff::civil::time(7, 0, 0, 0)));
    let now = "2027-01-31T08:00:00[Europe/Berlin]"
        .parse()
        .expect("moment");
    let monthly = parse(
        "Gym monthly",
        &Settings {
            now,
            week_start: WeekStart::Monday,
        },
    );
    let rule = monthly.recurrence.expect("rule").rule;
    assert_eq!(rule, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1");
}

fn list(n: u128) -> ListId {
    ListId(uuid::Uuid::from_u128(n))
}

fn user(n: u128) -> UserId {
    UserId(uuid::Uuid::from_u128(n))
}

#[test]
fn names_become_lists_members_and_tags() {
    let lists = [
        (list(1), "Home"),
        (list(2), "Garden work"),
        (list(3), "Twin"),
        (list(4), "twin"),
    ];
    let members = [
        (user(1), "Anna Bell"),
        (user(2), "Bob"),
        (user(3), "Eve North"),
        (user(4), "Eve South"),
    ];
    let resolve = |text: &str| {
        let Resolved { task, unresolved } = parse(text, &settings()).resolve(&lists, &members);
        let why = unresolved
            .into_iter()
            .map(|name| (name.name, name.why))
            .collect::<Vec<_>>();
        (task.list_id, task.assignee_id, task.tags, why)
    };
    let tags = |tags: &[&str]| tags.iter().map(ToString::to_string).collect::<Vec<_>>();
    let none: Vec<(String, WhyUnresolved)> = Vec::new();
    assert_eq!(
        resolve("x #home @anna"),
        (Some(list(1)), Some(user(1)), tags(&[]), none.clone())
    );
    assert_eq!(
        resolve("x #\"garden work\" #work #Work @\"anna bell\" @phone"),
        (
            Some(list(2)),
            Some(user(1)),
            tags(&["work", "phone"]),
            none.clone()
        )
    );
    assert_eq!(
        resolve("x @BOB @bob #home #HOME"),
        (Some(list(1)), Some(user(2)), tags(&[]), none)
    );
    let (ambiguous, second) = (WhyUnresolved::Ambiguous, WhyUnresolved::SecondOfItsKind);
    assert_eq!(
        resolve("x #twin @eve"),
        (
            None,
            None,
            tags(&[]),
            vec![
                ("twin".to_owned(), ambiguous),
                ("eve".to_owned(), ambiguous)
            ]
        )
    );
    assert_eq!(resolve("x @\"eve south\"").1, Some(user(4)));
    assert_eq!(
        resolve("x #home #\"garden work\" @anna @bob").3,
        [
            ("garden work".to_owned(), second),
            ("bob".to_owned(), second)
        ]
    );
}

#[test]
fn everything_reaches_the_command() {
    let text =
        "Water plants every! 3 days at 8:30 starting 1 dec *1h !2 #green // use **rain** water";
    let task = parse(text, &settings()).resolve(&[], &[]).task;
    assert_eq!(task.title, "Water plants");
    assert_eq!(task.description, "use **rain** water");
    assert_eq!(task.priority, Priority::High);
    let due = task.due.expect("due");
    assert_eq!(
        (due.date.to_string().as_str(), due.zone.as_deref()),
        ("2026-12-01", Some("Europe/Berlin"))
    );
    assert_eq!(due.time, Some(jiff::civil::time(8, 30, 0, 0)));
    let recurrence = task.recurrence.expect("recurrence");
    assert_eq!(recurrence.rule, "FREQ=DAILY;INTERVAL=3");
    assert_eq!(recurrence.from, RecursFrom::Completion);
    assert_eq!(task.reminders[0].minutes_before_due, Some(60));
    assert_eq!((task.tags, task.start), (vec!["green".to_owned()], None));
    let task = parse("Plan starting 1 dec", &settings())
        .resolve(&[], &[])
        .task;
    assert_eq!(task.start, Some(jiff::civil::date(2026, 12, 1)));
}
