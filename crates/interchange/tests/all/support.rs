//! Options, fixtures and archives.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use taskfold_contracts::commands::RecurrenceInput;
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::values::{Due, RecursFrom};
use taskfold_interchange::{Format, Here, ImportError, Imported, ParsedDate, ReadOptions, read};
use uuid::Uuid;

/// Stands for the domain's parser of dates.
fn parse_date(text: &str) -> Option<ParsedDate> {
    let due = |date: &str, time: Option<&str>| Due {
        date: date.parse().unwrap(),
        time: time.map(|time| time.parse().unwrap()),
        zone: None,
    };
    match text {
        "every 1st at 9am" => Some(ParsedDate {
            due: Some(due("2026-12-01", Some("09:00"))),
            recurrence: Some(RecurrenceInput {
                rule: "FREQ=MONTHLY;BYMONTHDAY=1".to_owned(),
                from: RecursFrom::Due,
                except: Vec::new(),
            }),
        }),
        "2026-11-25" => Some(ParsedDate {
            due: Some(due(text, None)),
            recurrence: None,
        }),
        // Text of another language must not get here; if it does, the snapshot shows it.
        "jeden Tag" => Some(ParsedDate {
            due: Some(due("1999-01-01", None)),
            recurrence: None,
        }),
        _ => None,
    }
}

static HERE: LazyLock<Here> = LazyLock::new(|| Here {
    importer: Some(UserId(Uuid::from_u128(500))),
    is_owner: true,
    members: vec![(
        UserId(Uuid::from_u128(500)),
        Some("anna@example.org".to_owned()),
    )],
    filters: Vec::new(),
});

pub(crate) fn options(filename: Option<&str>) -> ReadOptions<'_> {
    options_of(1, filename)
}

pub(crate) fn options_of(workspace: u128, filename: Option<&str>) -> ReadOptions<'_> {
    ReadOptions {
        now: "2026-11-21T14:30:00+01:00[Europe/Berlin]".parse().unwrap(),
        workspace: WorkspaceId(Uuid::from_u128(workspace)),
        keep_ids: true,
        filename,
        here: &HERE,
        accepts_rule: &|rule| !rule.contains("BYMONTHDAY=30;BYMONTH=2"),
        parse_date: &parse_date,
    }
}

pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $name)).to_vec()
    };
}

/// A file: its format, its name, its content.
pub(crate) type Fixture = (Format, &'static str, Vec<u8>);

pub(crate) fn fixtures() -> Vec<Fixture> {
    let home = fixture!("todoist-home.csv");
    let inbox = b"TYPE,CONTENT,PRIORITY,INDENT\ntask,Think,4,1\n";
    let backup = zip(&[
        ("Home [2203306141].csv", &home),
        ("Inbox [1].csv", inbox),
        ("a.txt", b"x"),
    ]);
    let vikunja = fixture!("vikunja-data.json");
    let vikunja = zip(&[
        ("data.json", &vikunja),
        ("filters.json", b"[]"),
        ("VERSION", b"v1.0.0"),
    ]);
    vec![
        (Format::Todoist, "Home.csv", home),
        (Format::Todoist, "backup.zip", backup),
        (
            Format::Taskwarrior,
            "taskwarrior.json",
            fixture!("taskwarrior.json"),
        ),
        (Format::Vikunja, "vikunja.zip", vikunja),
        (Format::Trello, "trello.json", fixture!("trello.json")),
        (
            Format::MsTodo,
            "outlook.csv",
            fixture!("mstodo-outlook.csv"),
        ),
        (Format::MsTodo, "graph.json", fixture!("mstodo-graph.json")),
        (Format::TickTick, "ticktick.csv", fixture!("ticktick.csv")),
        (Format::Ical, "tasks.ics", fixture!("tasks.ics")),
        (Format::Taskfold, "taskfold.json", fixture!("taskfold.json")),
    ]
}

pub(crate) fn read_fixture((format, name, bytes): &Fixture) -> Imported {
    read(*format, bytes, &options(Some(name))).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn error_of(format: Format, bytes: &[u8]) -> ImportError {
    read(format, bytes, &options(None)).expect_err("the file is unreadable")
}
