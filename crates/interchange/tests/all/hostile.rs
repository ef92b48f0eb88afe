//! Files that are made to hurt: a clear error or a report, in bounded time.

use std::fmt::Write;

use taskfold_interchange::{Format, Imported, MAX_TASKS, read};

use crate::support::{error_of, options, zip};

fn imported(format: Format, text: &str) -> Imported {
    read(format, text.as_bytes(), &options(None)).unwrap()
}

#[test]
fn errors_say_where() {
    for (format, bytes, expected) in [
        (
            Format::Todoist,
            &b"TYPE,CONTENT\ntask,a\ntask,\xff\n"[..],
            "line 3: the text is not UTF-8",
        ),
        (
            Format::Todoist,
            b"a,b\n1,2\n",
            "file: there is no row with the column names TYPE, CONTENT",
        ),
        (
            Format::Todoist,
            b"PK\x03\x04garbage",
            "file: no readable ZIP archive",
        ),
        (
            Format::Taskwarrior,
            b"[\n{\"uuid\": 1}]",
            "line 2, column 10: not the expected JSON",
        ),
        (Format::Taskwarrior, b"{\"description\":\"a\"}\n{", "line 2"),
        (Format::Trello, b"{}", "missing field `cards`"),
        (Format::Vikunja, b"[{}]", "data.json, line 1, column 3"),
        (
            Format::Ical,
            b"BEGIN:VCALENDAR\nnonsense\n",
            "line 2: this is not a line of iCalendar",
        ),
        (
            Format::Ical,
            b"BEGIN:VCALENDAR\nEND:VTODO\n",
            "line 2: END:VTODO where END:VCALENDAR",
        ),
        (
            Format::Ical,
            b"BEGIN:VCALENDAR\nVERSION:2.0\n",
            "line 1: VCALENDAR begins here and never ends",
        ),
        (
            Format::Ical,
            b"SUMMARY:x\n",
            "line 1: the file does not begin with BEGIN:VCALENDAR",
        ),
        (
            Format::Taskfold,
            b"{\"taskfold_export\":1}",
            "missing field",
        ),
        (
            Format::MsTodo,
            b"\xff\xfeS",
            "file: the text begins as UTF-16 and is none",
        ),
    ] {
        let error = error_of(format, bytes).to_string();
        assert!(error.contains(expected), "{format:?}: {error}");
    }
}

#[test]
fn utf16_and_other_separators_are_read() {
    let text = "Subject;Due Date;Notes\r\nMüll;13.12.2026;raus\r\n";
    for bytes in [
        [
            b"\xff\xfe".to_vec(),
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ]
        .concat(),
        [
            b"\xfe\xff".to_vec(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ]
        .concat(),
        text.as_bytes().to_vec(),
    ] {
        let import = read(Format::MsTodo, &bytes, &options(None)).unwrap().import;
        assert_eq!(import.tasks[0].task.title, "Müll");
        assert_eq!(
            import.tasks[0].task.due.as_ref().unwrap().date.to_string(),
            "2026-12-13"
        );
    }
}

#[test]
fn archives_that_burst_are_refused() {
    let zeros = vec![b' '; 60 * 1024 * 1024];
    let bomb = zip(&[
        ("a.csv", b"TYPE,CONTENT\n"),
        ("b.csv", &zeros),
        ("c.csv", &zeros),
    ]);
    assert!(bomb.len() < 1_000_000);
    let error = error_of(Format::Todoist, &bomb).to_string();
    assert!(
        error.contains("unpacked, it is more than the limit"),
        "{error}"
    );
    let names: Vec<String> = (0..10_001).map(|number| format!("{number}.csv")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let error = error_of(Format::Todoist, &zip(&files)).to_string();
    assert!(
        error.contains("10001 files are more than the limit"),
        "{error}"
    );
    let error = error_of(Format::Vikunja, &zip(&[("other", b"")])).to_string();
    assert!(error.contains("no data.json"), "{error}");
}

#[test]
fn large_files_and_many_tasks_are_refused() {
    let large = vec![b'a'; taskfold_interchange::MAX_BYTES + 1];
    let error = error_of(Format::Ical, &large).to_string();
    assert!(
        error.contains("more than the limit of 104857600"),
        "{error}"
    );
    let rows = format!("TYPE,CONTENT\n{}", "task,a\n".repeat(MAX_TASKS + 1));
    let error = error_of(Format::Todoist, rows.as_bytes()).to_string();
    assert!(
        error.contains("more than the limit of 100000 rows"),
        "{error}"
    );
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    let deep = "[".repeat(100_000);
    for format in [
        Format::Taskwarrior,
        Format::Trello,
        Format::MsTodo,
        Format::Taskfold,
        Format::Vikunja,
    ] {
        error_of(format, deep.as_bytes());
    }
    let task = format!("[{{\"uuid\":\"\",\"x\":{}}}]", "[".repeat(100_000));
    error_of(Format::Taskwarrior, task.as_bytes());
    let deep = "BEGIN:VTODO\n".repeat(100_000);
    assert!(
        error_of(Format::Ical, deep.as_bytes())
            .to_string()
            .contains("nest at most 8 deep")
    );
}

#[test]
fn chains_circles_and_strangers_are_mended() {
    // A chain of 20 subtasks: there are eight levels.
    let mut rows = "TYPE,CONTENT,INDENT\n".to_owned();
    for level in 1..=20 {
        let _ = writeln!(rows, "task,level {level},{level}");
    }
    let Imported { import, report } = imported(Format::Todoist, &rows);
    let mut depth = std::collections::BTreeMap::new();
    for task in &import.tasks {
        let level = task.task.parent_id.map_or(1, |parent| depth[&parent] + 1);
        depth.insert(task.task.task_id.unwrap(), level);
    }
    assert_eq!(depth.values().max(), Some(&8));
    assert_eq!(report.lost[0].count, 12);

    let csv = "List Name,Title,Status,taskId,parentId\nL,a,0,1,2\nL,b,0,2,1\nL,c,0,3,1\nL,d,0,4,4\nL,e,0,5,77\nL,f,0,5,\n";
    let Imported { import, report } = imported(Format::TickTick, csv);
    assert_eq!(import.tasks.len(), 5);
    let roots = import
        .tasks
        .iter()
        .filter(|task| task.task.parent_id.is_none())
        .count();
    assert_eq!(roots, 3, "one of a and b, d, and e");
    let lost: Vec<_> = report
        .lost
        .iter()
        .map(|lost| (lost.why.as_str(), lost.count))
        .collect();
    assert_eq!(
        lost,
        [
            ("the parent is not in the file", 1),
            ("the parents go in a circle", 2),
            ("two tasks have one id; the first is kept", 1)
        ]
    );

    let tasks = r#"[{"uuid":"a","description":"a","depends":["b","a","b","x"]},{"uuid":"b","description":"b","depends":"a"}]"#;
    let Imported { import, report } = imported(Format::Taskwarrior, tasks);
    let blockers: Vec<usize> = import
        .tasks
        .iter()
        .map(|task| task.task.blocked_by.len())
        .collect();
    assert_eq!(blockers, [1, 0]);
    assert_eq!(
        report
            .lost
            .iter()
            .find(|lost| lost.what == "dependencies")
            .unwrap()
            .count,
        4
    );
}

#[test]
fn many_circles_and_lists_take_bounded_time() {
    let mut csv = "List Name,Title,Status,taskId,parentId\n".to_owned();
    for number in 0..20_000 {
        let _ = writeln!(csv, "L{number},t,0,{number},{}", number ^ 1);
    }
    let began = std::time::Instant::now();
    let Imported { import, report } = imported(Format::TickTick, &csv);
    assert_eq!((import.tasks.len(), report.lists), (20_000, 20_000));
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn texts_are_brought_within_limits() {
    let long = "é".repeat(600);
    let tags: Vec<String> = (0..60).map(|number| format!("\"t{number}\"")).collect();
    let notes = "x".repeat(70_000);
    let tasks = format!(
        r#"[{{"uuid":"a","status":"pending","description":"{long}","tags":[{},"T1"," "],"annotations":[{{"description":"{notes}"}},{{"description":" "}}]}},
            {{"uuid":"b","status":"pending","description":"\u0007"}}]"#,
        tags.join(",")
    );
    let Imported { import, report } = imported(Format::Taskwarrior, &tasks);
    let task = &import.tasks[0];
    assert_eq!(task.task.title.chars().count(), 500);
    assert!(task.task.description.starts_with(&long));
    assert_eq!(task.task.tags.len(), 50);
    assert_eq!(
        (task.comments.len(), task.comments[0].body.len()),
        (1, 16 * 1024)
    );
    assert_eq!(import.tasks[1].task.title, "Untitled");
    assert_eq!(report.warnings.len(), 2);
}

#[test]
fn what_the_domain_would_refuse_is_lost_alone() {
    let rule = |rule: &str, due: &str| {
        format!(
            "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:a\nSUMMARY:a\n{due}RRULE:{rule}\nEND:VTODO\nEND:VCALENDAR\n"
        )
    };
    let day = "DUE;VALUE=DATE:20261122\n";
    for (text, kept) in [
        (rule("FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2", day), true),
        (rule("FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2", day), false),
        (rule("FREQ=DAILY;BYHOUR=9", day), false),
        (rule("FREQ=DAILY;BYHOUR=9", "DUE:20261122T080000Z\n"), true),
    ] {
        let Imported { import, report } = imported(Format::Ical, &text);
        assert_eq!(import.tasks[0].task.recurrence.is_some(), kept, "{text}");
        assert_eq!(report.lost.len(), usize::from(!kept), "{text}");
    }
    let alarms = "BEGIN:VALARM\nTRIGGER:-PT1M\nEND:VALARM\n".repeat(30);
    let text = rule(
        &format!("FREQ=DAILY\n{alarms}DESCRIPTION:a\u{7}b\\n\u{2028}c"),
        day,
    );
    let task = &imported(Format::Ical, &text).import.tasks[0].task;
    assert_eq!(
        (task.reminders.len(), task.description.as_str()),
        (20, "a b\n\nc")
    );
}
