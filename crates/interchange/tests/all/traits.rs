//! Documented traits of the applications' formats that the fixtures do not show.

use taskfold_contracts::commands::{Import, ImportTask};
use taskfold_contracts::ids::UserId;
use taskfold_contracts::values::Priority;
use taskfold_interchange::{Format, Imported, read};
use uuid::Uuid;

use crate::support::{options, zip};

fn read_as(format: Format, text: &str) -> Imported {
    read(format, text.as_bytes(), &options(Some("Home.csv"))).unwrap()
}

fn find<'a>(import: &'a Import, title: &str) -> &'a ImportTask {
    let found = import.tasks.iter().find(|task| task.task.title == title);
    found.unwrap_or_else(|| panic!("no {title}"))
}

/// What is lost, with how often and the first example.
fn lost(imported: &Imported) -> Vec<(&str, usize, &str)> {
    let lost = imported.report.lost.iter();
    lost.map(|it| (&*it.what, it.count, &*it.example)).collect()
}

/// Before descriptions, durations and deadlines came, Todoist wrote nine columns.
#[test]
fn todoist_with_its_old_columns_and_dates_in_many_languages() {
    let text = "TYPE,CONTENT,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n\
        task,Gießen,1,1,Eva (1),,jeden Montag,de,Europe/Berlin\n\
        task,Arroser,2,1,Eva (1),,demain,fr,Europe/Paris\n\
        task,Regar,3,1,Eva (1),,cada lunes,es,Europe/Madrid\n\
        task,Iso,4,1,Eva (1),,2026-11-25,de,Europe/Berlin\n\
        task,Timed,4,1,Eva (1),,2026-11-25 18:00,fr,Europe/Paris\n\
        task,* Heading,4,1,Eva (1),,,en,\n\
        note,One,,,Eva (1),,2026-10-02T08:15:30.000000Z,,\n\
        note,Two,,,Bob (2),,,,\n";
    let imported = read_as(Format::Todoist, text);
    let import = &imported.import;
    for (title, date, priority) in [
        ("Gießen", "jeden Montag", Priority::Urgent),
        ("Arroser", "demain", Priority::High),
        ("Regar", "cada lunes", Priority::Medium),
    ] {
        let task = &find(import, title).task;
        assert_eq!(task.description, format!("Date: {date}"));
        assert_eq!((task.priority, &task.due), (priority, &None));
        let told = |message: &str| message.contains(date);
        assert!(imported.report.warnings.iter().any(|it| told(&it.message)));
    }
    let due = |title: &str| find(import, title).task.due.clone().unwrap();
    assert_eq!(due("Iso").date.to_string(), "2026-11-25");
    assert_eq!(due("Timed").time.unwrap().to_string(), "18:00:00");
    assert_eq!(due("Timed").zone.as_deref(), Some("Europe/Paris"));
    assert_eq!(find(import, "Heading").comments.len(), 2);
    let expected = [
        ("authors of comments", 2, "Bob (2)"),
        ("dates", 3, "jeden Montag"),
        ("tasks that cannot be completed", 1, "Heading"),
    ];
    assert_eq!(lost(&imported), expected);
}

#[test]
fn a_deadline_of_todoist_is_the_due_date_of_a_task_without_a_date() {
    let text = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT,DEADLINE,DEADLINE_LANG\n\
        task,Alone,,4,1,,,,en,,,None,2026-12-01,en\n\
        task,Both,So,4,1,,,2026-11-25,en,,,None,2026-12-01,en\n";
    let imported = read_as(Format::Todoist, text);
    let alone = &find(&imported.import, "Alone").task;
    assert_eq!(alone.due.as_ref().unwrap().date.to_string(), "2026-12-01");
    let both = &find(&imported.import, "Both").task;
    assert_eq!(both.due.as_ref().unwrap().date.to_string(), "2026-11-25");
    assert_eq!(both.description, "So\n\nDeadline: 2026-12-01");
    assert_eq!(lost(&imported), [("deadlines", 1, "2026-12-01")]);
}

#[test]
fn an_archive_with_very_many_files_is_refused_and_paths_that_lead_out_are_just_names() {
    let names: Vec<String> = (0..10_001).map(|number| format!("{number}.csv")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
    let error = read(Format::Todoist, &zip(&files), &options(None)).unwrap_err();
    assert!(error.message.contains("limit of 10000"), "{error}");
    let project = b"TYPE,CONTENT\ntask,Milk\n";
    let archive = zip(&[("../../etc/Home [12].csv", project)]);
    let import = read(Format::Todoist, &archive, &options(None))
        .unwrap()
        .import;
    assert_eq!((&*import.lists[0].name, import.tasks.len()), ("Home", 1));
}

#[test]
fn times_of_the_last_change_and_of_deletion_are_kept() {
    let text = r#"[{"uuid":"296d835e-8f85-4224-8f36-c612cad1b9f8","status":"deleted","description":"Old",
        "entry":"20260101T000000Z","end":"20260201T120000Z","modified":"20260301T120000Z","until":"20270101T000000Z"}]"#;
    let imported = read_as(Format::Taskwarrior, text);
    let old = find(&imported.import, "Old");
    let text = |at: Option<taskfold_contracts::time::Timestamp>| at.map(|at| at.to_string());
    assert!(old.deleted);
    assert_eq!(
        text(old.deleted_at).as_deref(),
        Some("2026-02-01T12:00:00Z")
    );
    assert_eq!(
        text(old.updated_at).as_deref(),
        Some("2026-03-01T12:00:00Z")
    );
    assert_eq!(lost(&imported), [("until dates", 1, "20270101T000000Z")]);
}

#[test]
fn people_of_vikunja_are_found_by_address_or_told() {
    let text = r#"[{"id":2,"title":"House","tasks":[{"id":10,"title":"Paint","hex_color":"ff0000",
        "assignees":[{"username":"bob","email":""},{"username":"anna","email":"ANNA@example.org"}],
        "comments":[{"comment":"a","author":{"username":"anna"}},{"comment":"b","author":{"username":"bob"}}]}]}]"#;
    let imported = read_as(Format::Vikunja, text);
    let paint = find(&imported.import, "Paint");
    assert_eq!(paint.task.assignee_id, Some(UserId(Uuid::from_u128(500))));
    let expected = [
        ("assignees", 1, "bob"),
        ("authors of comments", 2, "anna"),
        ("colours of tasks", 1, "Paint"),
    ];
    assert_eq!(lost(&imported), expected);
}

#[test]
fn a_task_of_icalendar_may_be_due_some_time_after_its_start() {
    let todo = |uid: &str, lines: &str| {
        format!("BEGIN:VTODO\nUID:{uid}\nSUMMARY:{uid}\n{lines}\nEND:VTODO\n")
    };
    let text = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\n\
         BEGIN:VTIMEZONE\nTZID:Own\nX-LIC-LOCATION:Europe/Berlin\nEND:VTIMEZONE\n{}{}{}{}END:VCALENDAR\n",
        todo(
            "night",
            "DTSTART;TZID=Own:20261024T220000\nDURATION:PT6H\nLAST-MODIFIED:20261020T080000Z"
        ),
        todo("days", "DTSTART;VALUE=DATE:20261124\nDURATION:P2D"),
        todo("odd", "DURATION:P2D\nPERCENT-COMPLETE:40\nCLASS:PRIVATE"),
        todo(
            "off",
            "DUE;TZID=Nowhere:20261124T100000\nSTATUS:CANCELLED\nLAST-MODIFIED:20261020T080000Z"
        ),
    );
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let imported = read_as(Format::Ical, &text);
        let due = |title: &str| {
            let due = find(&imported.import, title).task.due.clone()?;
            let time = due.time.map(|time| time.to_string());
            Some((due.date.to_string(), time, due.zone))
        };
        let said = |date: &str, time: Option<&str>, zone: Option<&str>| {
            Some((
                date.to_owned(),
                time.map(str::to_owned),
                zone.map(str::to_owned),
            ))
        };
        // The clock is put back that night.
        let night = said("2026-10-25", Some("03:00:00"), Some("Europe/Berlin"));
        assert_eq!(due("night"), night);
        assert_eq!(due("days"), said("2026-11-26", None, None));
        assert_eq!(due("odd"), None);
        let off = find(&imported.import, "off");
        assert!(off.deleted && off.deleted_at.is_some() && off.deleted_at == off.updated_at);
        let expected = [
            ("cancelled tasks", 1, "off"),
            ("durations", 1, "P2D"),
            ("progress", 1, "40"),
            ("property CLASS", 1, "PRIVATE"),
            ("time zones", 1, "Nowhere"),
        ];
        assert_eq!(lost(&imported), expected);
    }
}
