//! Each application's file: what comes in, and what is said of it.

use std::collections::BTreeSet;

use taskfold_contracts::commands::Import;
use taskfold_interchange::{Format, Imported, detect, read};
use uuid::Uuid;

use crate::support::{fixtures, options, options_of, read_fixture};

#[test]
fn fixtures_come_in_as_recorded() {
    for fixture in fixtures() {
        let Imported { import, report } = read_fixture(&fixture);
        let name = fixture.1.replace('.', "_");
        insta::assert_json_snapshot!(
            name,
            serde_json::json!({ "report": report, "import": import })
        );
    }
}

#[test]
fn fixtures_are_detected_by_content() {
    for (format, name, bytes) in fixtures() {
        assert_eq!(detect(&bytes, "upload"), Some(format), "{name}");
    }
    assert_eq!(detect(b"", "a.csv"), None);
    assert_eq!(detect(b"\xff\xfe\xff", "a.csv"), None);
    assert_eq!(detect(b"{}", "a.json"), None);
    assert_eq!(detect(b"PK\x03\x04", "a.zip"), Some(Format::Todoist));
    for format in Format::ALL {
        assert_eq!(Format::named(format.as_str()), Some(format));
    }
}

/// All ids of an import.
fn ids(import: &Import) -> Vec<Uuid> {
    let lists = import.lists.iter().map(|list| list.list_id.0);
    let tasks = import.tasks.iter().flat_map(|task| {
        let comments = task.comments.iter().map(|comment| comment.comment_id.0);
        let reminders = task
            .task
            .reminders
            .iter()
            .map(|reminder| reminder.reminder_id.unwrap().0);
        [task.task.task_id.unwrap().0]
            .into_iter()
            .chain(comments)
            .chain(reminders)
    });
    lists.chain(tasks.collect::<Vec<_>>()).collect()
}

#[test]
fn reading_again_gives_the_same_ids_and_no_id_twice() {
    for fixture in fixtures() {
        let (one, other) = (read_fixture(&fixture), read_fixture(&fixture));
        assert_eq!(one, other, "{}", fixture.1);
        let all = ids(&one.import);
        assert_eq!(
            all.iter().collect::<BTreeSet<_>>().len(),
            all.len(),
            "{}",
            fixture.1
        );
        assert!(!all.is_empty(), "{}", fixture.1);
    }
}

#[test]
fn two_workspaces_get_different_ids_unless_they_are_to_be_kept() {
    for (format, name, bytes) in fixtures() {
        let of = |workspace: u128, keep_ids: bool| {
            let options = taskfold_interchange::ReadOptions {
                keep_ids,
                ..options_of(workspace, Some(name))
            };
            ids(&read(format, &bytes, &options).unwrap().import)
        };
        let (one, other) = (of(1, false), of(2, false));
        assert!(!one.iter().any(|id| other.contains(id)), "{name}");
        if format == Format::Taskfold {
            assert_eq!(of(1, true), of(2, true));
        }
    }
}

#[test]
fn every_import_keeps_to_what_the_domain_asks() {
    for fixture in fixtures() {
        let import = read_fixture(&fixture).import;
        let mut seen = BTreeSet::new();
        for task in &import.tasks {
            assert!(!task.task.title.trim().is_empty());
            assert!(task.task.title.chars().count() <= 500);
            assert!(
                !task.origin.external_id.contains(char::is_control),
                "{:?}",
                task.origin
            );
            assert!(
                task.task
                    .parent_id
                    .is_none_or(|parent| seen.contains(&parent)),
                "{}",
                fixture.1
            );
            let list = task.task.list_id;
            assert!(list.is_none_or(|list| import.lists.iter().any(|known| known.list_id == list)));
            seen.insert(task.task.task_id.unwrap());
        }
        assert!(
            import
                .lists
                .iter()
                .all(|list| !list.origin.external_id.contains(char::is_control))
        );
        let known = |id| seen.contains(id);
        assert!(
            import
                .tasks
                .iter()
                .flat_map(|task| &task.task.blocked_by)
                .all(known)
        );
    }
}

#[test]
fn a_file_without_a_name_is_read_as_well() {
    for (format, name, bytes) in fixtures() {
        assert!(read(format, &bytes, &options(None)).is_ok(), "{name}");
    }
}
