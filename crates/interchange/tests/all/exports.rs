//! What goes out comes in again.

use proptest::prelude::*;
use taskfold_contracts::commands::{Import, ImportTask};
use taskfold_contracts::ids::{CommentId, FilterId, ListId, ReminderId, TaskId, UserId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Origin, Priority, Recurrence, RecursFrom, Reminder};
use taskfold_interchange::{
    Export, ExportComment, ExportFilter, ExportList, ExportPerson, ExportTask, Form, Format, read,
};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::support::options;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn due(date: &str, time: Option<&str>, zone: Option<&str>) -> Due {
    Due {
        date: date.parse().unwrap(),
        time: time.map(|time| time.parse().unwrap()),
        zone: zone.map(str::to_owned),
    }
}

fn task(number: u128, title: &str) -> ExportTask {
    ExportTask {
        id: TaskId(Uuid::from_u128(number)),
        list_id: None,
        parent_id: None,
        title: title.to_owned(),
        description: String::new(),
        priority: Priority::None,
        due: None,
        start: None,
        tags: Vec::new(),
        recurrence: None,
        reminders: Vec::new(),
        blocked_by: Vec::new(),
        assignee_id: None,
        rank: format!("a{number}"),
        created_at: at("2026-11-01T08:00:00.123Z"),
        created_by: Some(UserId(Uuid::from_u128(500))),
        updated_at: at("2026-11-02T08:00:00.456Z"),
        completed_at: None,
        deleted_at: None,
        previous_id: None,
        origin: None,
        comments: Vec::new(),
    }
}

pub(crate) fn full_export() -> Export {
    let list = ListId(Uuid::from_u128(100));
    let recurrence = Recurrence {
        rule: "FREQ=WEEKLY;BYDAY=MO;COUNT=10".to_owned(),
        from: RecursFrom::Due,
        anchor: due("2026-11-02", Some("09:00"), Some("Europe/Berlin")),
        except: vec!["2026-12-28".parse().unwrap()],
        occurrence: 4,
    };
    let rent = ExportTask {
        list_id: Some(list),
        description: "Line one\nline two; with, all \\ signs \"here\"".to_owned(),
        priority: Priority::Urgent,
        due: Some(due("2026-11-23", Some("09:00"), Some("Europe/Berlin"))),
        start: Some("2026-11-20".parse().unwrap()),
        tags: vec!["home".to_owned(), "two, words".to_owned()],
        recurrence: Some(recurrence),
        reminders: vec![
            Reminder {
                reminder_id: ReminderId(Uuid::from_u128(300)),
                at: None,
                minutes_before_due: Some(30),
            },
            Reminder {
                reminder_id: ReminderId(Uuid::from_u128(301)),
                at: Some(at("2026-11-22T18:00:00Z")),
                minutes_before_due: None,
            },
        ],
        assignee_id: Some(UserId(Uuid::from_u128(500))),
        comments: vec![ExportComment {
            id: CommentId(Uuid::from_u128(400)),
            author_id: Some(UserId(Uuid::from_u128(501))),
            body: "Is it a *new* account?\n\nYes".to_owned(),
            created_at: at("2026-11-03T08:00:00Z"),
            edited_at: Some(at("2026-11-03T08:05:00Z")),
        }],
        ..task(
            3,
            "Pay rent, all of it — with a title that is long enough to be folded in a calendar, äöü",
        )
    };
    let sub = ExportTask {
        list_id: Some(list),
        parent_id: Some(rent.id),
        completed_at: Some(at("2026-11-04T08:00:00Z")),
        due: Some(due("2026-11-23", None, None)),
        origin: Some(Origin {
            source: "trello".to_owned(),
            external_id: "abc".to_owned(),
        }),
        ..task(1, "Ask")
    };
    let trashed = ExportTask {
        deleted_at: Some(at("2026-11-05T08:00:00Z")),
        ..task(2, "Old")
    };
    let blocked = ExportTask {
        blocked_by: vec![rent.id],
        previous_id: Some(sub.id),
        created_at: at("2026-11-04T08:00:00Z"),
        updated_at: at("2026-11-04T08:00:00Z"),
        ..task(4, "=1+1")
    };
    Export {
        taskfold_export: Export::VERSION,
        exported_at: at("2026-11-21T13:30:00Z"),
        people: vec![ExportPerson {
            id: UserId(Uuid::from_u128(501)),
            email: Some("Anna@Example.org".to_owned()),
            display_name: Some("Anna".to_owned()),
        }],
        filters: vec![ExportFilter {
            id: FilterId(Uuid::from_u128(600)),
            name: "Soon".to_owned(),
            query: "due < +7d".to_owned(),
            sort: "due".to_owned(),
            created_at: at("2026-10-01T08:00:00Z"),
            updated_at: at("2026-10-02T08:00:00Z"),
        }],
        lists: vec![ExportList {
            id: list,
            name: "Home, sweet".to_owned(),
            color: Some("#00ff00".to_owned()),
            rank: "m".to_owned(),
            created_at: at("2026-10-01T08:00:00Z"),
            updated_at: Some(at("2026-10-05T08:00:00Z")),
            archived: true,
            archived_at: Some(at("2026-10-04T08:00:00Z")),
            deleted_at: None,
            origin: None,
        }],
        tasks: vec![trashed, sub, rent, blocked],
    }
}

fn import(format: Format, text: &str) -> Import {
    read(format, text.as_bytes(), &options(None))
        .unwrap()
        .import
}

pub(crate) fn find(import: &Import, title: &str) -> ImportTask {
    let found = import
        .tasks
        .iter()
        .find(|task| task.task.title.starts_with(title));
    found.unwrap_or_else(|| panic!("no {title}")).clone()
}

/// What an export should become, field by field.
fn same(exported: &ExportTask, imported: &ImportTask) {
    let task = &imported.task;
    assert_eq!(task.task_id, Some(exported.id));
    assert_eq!(
        (task.list_id, task.parent_id, &task.title, &task.description),
        (
            exported.list_id,
            exported.parent_id,
            &exported.title,
            &exported.description
        )
    );
    assert_eq!(
        (
            task.priority,
            &task.due,
            task.start,
            &task.tags,
            &task.blocked_by,
            task.assignee_id
        ),
        (
            exported.priority,
            &exported.due,
            exported.start,
            &exported.tags,
            &exported.blocked_by,
            exported.assignee_id
        )
    );
    assert_eq!(imported.series, exported.recurrence);
    let rule = |recurrence: &Recurrence| recurrence.rule.clone();
    assert_eq!(
        task.recurrence.as_ref().map(|r| r.rule.clone()),
        exported.recurrence.as_ref().map(rule)
    );
    let reminders: Vec<_> = task
        .reminders
        .iter()
        .map(|r| (r.reminder_id.unwrap(), r.at, r.minutes_before_due))
        .collect();
    let expected: Vec<_> = exported
        .reminders
        .iter()
        .map(|r| (r.reminder_id, r.at, r.minutes_before_due))
        .collect();
    assert_eq!(reminders, expected);
    assert_eq!(
        (
            imported.created_at,
            imported.created_by,
            imported.updated_at,
            imported.completed_at,
            imported.deleted_at,
            imported.previous_id,
            imported.deleted,
            imported.rank.as_ref()
        ),
        (
            Some(exported.created_at),
            exported.created_by,
            Some(exported.updated_at),
            exported.completed_at,
            exported.deleted_at,
            exported.previous_id,
            exported.deleted_at.is_some(),
            Some(&exported.rank)
        )
    );
    let comments: Vec<_> = imported
        .comments
        .iter()
        .map(|c| (c.comment_id, c.body.clone(), c.created_at, c.edited_at))
        .collect();
    let expected: Vec<_> = exported
        .comments
        .iter()
        .map(|c| (c.id, c.body.clone(), Some(c.created_at), c.edited_at))
        .collect();
    assert_eq!(comments, expected);
}

#[test]
fn json_comes_back_equal() {
    let export = full_export();
    let text = export.written(Form::Json).unwrap();
    assert_eq!(serde_json::from_str::<Export>(&text).unwrap(), export);
    let import = import(Format::Taskfold, &text);
    assert_eq!(import.tasks.len(), export.tasks.len());
    for exported in &export.tasks {
        same(exported, &find(&import, &exported.title));
    }
    let list = &import.lists[0];
    assert_eq!(
        (list.list_id, list.archived, list.deleted),
        (export.lists[0].id, true, false)
    );
    assert_eq!(
        (list.rank.as_deref(), list.color.as_deref()),
        (Some("m"), Some("#00ff00"))
    );
    assert_eq!(
        find(&import, "Ask").origin,
        export.tasks[1].origin.clone().unwrap()
    );
}

#[test]
fn json_of_another_version_is_refused() {
    let mut export = full_export();
    export.taskfold_export = 2;
    let text = export.written(Form::Json).unwrap();
    let error = read(Format::Taskfold, text.as_bytes(), &options(None)).expect_err("version 2");
    assert_eq!(
        error.to_string(),
        "file: this export has version 2, only 1 is known"
    );
}

#[test]
fn an_export_from_before_people_and_filters_were_in_it_is_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/taskfold-before-people.json"
    );
    let import = import(Format::Taskfold, &std::fs::read_to_string(path).unwrap());
    assert_eq!((import.lists.len(), import.tasks.len()), (1, 4));
    assert!(import.filters.is_empty());
}

#[test]
fn the_example_in_fixtures_is_the_form_of_today() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/taskfold.json");
    let text = full_export().written(Form::Json).unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[test]
fn ical_comes_back_but_for_what_it_has_no_place_for() {
    let export = full_export();
    let text = export.written(Form::Ical).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let import = import(Format::Ical, &text);
    assert_eq!(import.tasks.len(), 3, "tasks in the trash stay");
    assert_eq!(import.lists[0].name, "Home, sweet");
    let rent = find(&import, "Pay rent");
    let exported = &export.tasks[2];
    assert_eq!(rent.task.title, exported.title);
    assert_eq!(rent.task.description, exported.description);
    assert_eq!(rent.task.priority, exported.priority);
    assert_eq!(rent.task.due, exported.due);
    assert_eq!(rent.task.start, exported.start);
    assert_eq!(rent.task.tags, exported.tags);
    let recurrence = rent.task.recurrence.unwrap();
    assert_eq!(recurrence.rule, exported.recurrence.as_ref().unwrap().rule);
    assert_eq!(
        recurrence.except,
        exported.recurrence.as_ref().unwrap().except
    );
    let reminders: Vec<_> = rent
        .task
        .reminders
        .iter()
        .map(|reminder| (reminder.minutes_before_due, reminder.at))
        .collect();
    assert_eq!(
        reminders,
        [(Some(30), None), (None, Some(at("2026-11-22T18:00:00Z")))]
    );
    assert_eq!(rent.comments[0].body, exported.comments[0].body);
    assert_eq!(rent.task.task_id, Some(exported.id), "the UID is the id");
    let foreign = text.replace("PRODID:-//Taskfold//", "PRODID:-//Another//");
    let foreign = find(&self::import(Format::Ical, &foreign), "Pay rent");
    assert_ne!(foreign.task.task_id, Some(exported.id));
    let (ask, blocked) = (find(&import, "Ask"), find(&import, "=1+1"));
    assert_eq!(ask.task.parent_id, rent.task.task_id);
    assert_eq!(ask.completed_at, export.tasks[1].completed_at);
    assert_eq!(blocked.task.blocked_by, [rent.task.task_id.unwrap()]);
    assert_eq!(blocked.task.list_id, None);
}

#[test]
fn each_zone_is_described_before_it_is_named_with_its_changes_of_the_clock() {
    let text = full_export().written(Form::Ical).unwrap();
    let text = icalendar::parser::unfold(&text);
    let described = text.find("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n");
    let named = text.find(";TZID=Europe/Berlin:");
    assert!(described.is_some() && described < named, "{text}");
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    let summer = text.split("BEGIN:DAYLIGHT").nth(1).unwrap();
    assert!(summer.contains("\r\nDTSTART:1980"), "{summer}");
    assert!(
        summer.contains(",20260329T020000"),
        "the last Sunday of March 2026"
    );
    assert!(summer.contains("\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n"));
    assert!(
        text.lines()
            .all(|line| line.starts_with("RDATE") || line.len() < 400)
    );
}

#[test]
fn another_reader_of_icalendar_understands_ours() {
    let export = full_export();
    let text = icalendar::parser::unfold(&export.written(Form::Ical).unwrap());
    let calendar = icalendar::parser::read_calendar(&text).unwrap();
    let calendar = icalendar::Calendar::from(calendar);
    let todos: Vec<_> = calendar
        .components
        .iter()
        .filter_map(|component| match component {
            icalendar::CalendarComponent::Todo(todo) => Some(todo),
            _ => None,
        })
        .collect();
    assert_eq!(todos.len(), 3);
    let summary = icalendar::Component::get_summary(todos[1])
        .unwrap()
        .replace("\\,", ",");
    assert_eq!(summary, export.tasks[2].title);
}

#[test]
fn csv_has_a_row_for_each_task_and_no_formulas() {
    let text = full_export().written(Form::Csv).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3, "tasks in the trash stay");
    let cell = |row: usize, name: &str| {
        rows[row][header.iter().position(|column| column == name).unwrap()].to_owned()
    };
    assert_eq!(cell(0, "status"), "done");
    assert_eq!(cell(1, "description"), full_export().tasks[2].description);
    assert_eq!(cell(1, "list"), "Home, sweet");
    assert_eq!(cell(1, "due_time"), "09:00:00");
    assert_eq!(cell(2, "title"), "'=1+1");
    assert_eq!(cell(2, "list"), "Inbox");
}

proptest! {
    #[test]
    fn any_text_survives_json_and_ical(title in "\\PC{1,120}", body in "(\\PC|\n){0,300}", tag in "\\PC{1,30}") {
        // Text in Taskfold is NFC and trimmed.
        let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>();
        let body = body.replace(['\u{2028}', '\u{2029}'], " ").trim().nfc().collect::<String>();
        let (title, tag) = (clean(&title), clean(&tag));
        prop_assume!(!title.is_empty() && !tag.is_empty());
        let mut export = full_export();
        export.tasks = vec![ExportTask {
            description: body.clone(),
            tags: vec![tag.clone()],
            ..task(9, &title)
        }];
        for (format, text) in [
            (Format::Taskfold, export.written(Form::Json).unwrap()),
            (Format::Ical, export.written(Form::Ical).unwrap()),
        ] {
            let import = import(format, &text);
            prop_assert_eq!(&import.tasks[0].task.title, &title);
            prop_assert_eq!(&import.tasks[0].task.description, &body);
            prop_assert_eq!(&import.tasks[0].task.tags, &vec![tag.clone()]);
        }
    }
}
