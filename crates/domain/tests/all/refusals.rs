//! What is refused, and in which words.

use taskfold_contracts::commands::{
    Command, CreateList, CreateTask, MoveTask, RecurrenceInput, UpdateList, UpdateTask,
};
use taskfold_contracts::values::{Due, RecursFrom};
use taskfold_domain::Rejection;

use crate::harness::{World, list, task, titled};

fn due(day: &str) -> Due {
    Due {
        date: day.parse().unwrap(),
        time: None,
        zone: None,
    }
}

fn repeats(rule: &str, from: RecursFrom) -> RecurrenceInput {
    RecurrenceInput {
        rule: rule.into(),
        from,
        except: vec![],
    }
}

/// Field, code and message of the only field that is wrong; today is Friday, 20 November 2026.
fn fault(world: &mut World, command: &Command) -> (String, &'static str, String) {
    match world.try_run(command) {
        Err(Rejection::Invalid(faults)) if faults.len() == 1 => {
            let fault = faults[0].clone();
            (fault.field, fault.code, fault.message)
        }
        other => panic!("{other:?}"),
    }
}

fn said(world: &mut World, command: &Command) -> (&'static str, String) {
    match world.try_run(command) {
        Err(Rejection::Conflict { code, message }) => (code, message),
        other => panic!("{other:?}"),
    }
}

fn recurring(rule: &str, from: RecursFrom, on: Option<&str>) -> CreateTask {
    CreateTask {
        due: on.map(due),
        recurrence: Some(repeats(rule, from)),
        ..titled("Rent")
    }
}

#[test]
fn a_recurrence_that_is_over_is_refused() {
    let mut world = World::new();
    let over = [
        ("FREQ=DAILY;UNTIL=20261119", Some("2026-11-20")),
        ("FREQ=DAILY;UNTIL=20261119T235959Z", Some("2026-11-20")),
        // The due is a Wednesday, and no Monday is left.
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20261122", Some("2026-11-18")),
    ];
    for (rule, on) in over {
        let command = Command::CreateTask(recurring(rule, RecursFrom::Due, on));
        let (field, code, message) = fault(&mut world, &command);
        assert_eq!(
            (field.as_str(), code),
            ("recurrence.rule", "over"),
            "{rule}"
        );
        assert!(message.contains("ends on 2026-11-"), "{message}");
    }
    let command = recurring("FREQ=DAILY;UNTIL=20261119", RecursFrom::Completion, None);
    assert_eq!(fault(&mut world, &Command::CreateTask(command)).1, "over");
    let fine = [
        "FREQ=DAILY;UNTIL=20261120",
        "FREQ=DAILY;COUNT=1",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261123",
    ];
    for rule in fine {
        let task = recurring(rule, RecursFrom::Due, Some("2026-11-20"));
        world.run(&Command::CreateTask(task));
    }
}

#[test]
fn a_recurrence_does_not_end_before_the_task_starts() {
    let mut world = World::new();
    let input = CreateTask {
        start: Some("2026-12-01".parse().unwrap()),
        ..recurring(
            "FREQ=DAILY;UNTIL=20261130",
            RecursFrom::Due,
            Some("2026-11-20"),
        )
    };
    let (_, code, message) = fault(&mut world, &Command::CreateTask(input));
    assert_eq!(code, "over");
    assert_eq!(
        message,
        "the rule ends on 2026-11-30, before the task starts on 2026-12-01"
    );
}

#[test]
fn the_last_of_a_series_can_be_put_off() {
    let mut world = World::new();
    let input = CreateTask {
        task_id: Some(task(1)),
        ..recurring(
            "FREQ=DAILY;UNTIL=20261120",
            RecursFrom::Due,
            Some("2026-11-20"),
        )
    };
    world.run(&Command::CreateTask(input));
    let same = repeats("FREQ=DAILY;UNTIL=20261120", RecursFrom::Due);
    let changes = UpdateTask {
        due: Some(Some(due("2026-11-25"))),
        recurrence: Some(Some(same)),
        ..UpdateTask::default()
    };
    world.run(&Command::UpdateTask {
        task_id: task(1),
        changes,
    });
    assert_eq!(world.task(1).due, Some(due("2026-11-25")));
    let changes = UpdateTask {
        recurrence: Some(Some(repeats("FREQ=DAILY;UNTIL=20261121", RecursFrom::Due))),
        ..UpdateTask::default()
    };
    let command = Command::UpdateTask {
        task_id: task(1),
        changes,
    };
    assert_eq!(
        fault(&mut world, &command).1,
        "over",
        "another rule is a new series"
    );
}

fn waits(n: u64, for_task: u64) -> Command {
    let changes = UpdateTask {
        blocked_by: Some(vec![task(for_task)]),
        ..UpdateTask::default()
    };
    Command::UpdateTask {
        task_id: task(n),
        changes,
    }
}

fn named(world: &mut World, count: u64) {
    for n in 1..=count {
        let title = char::from_u32(64 + u32::try_from(n).unwrap()).unwrap();
        world.run(&Command::CreateTask(CreateTask {
            task_id: Some(task(n)),
            ..titled(&title.to_string())
        }));
    }
}

#[test]
fn a_cycle_of_waiting_is_told_by_titles() {
    let mut world = World::new();
    named(&mut world, 9);
    assert_eq!(
        said(&mut world, &waits(1, 1)).1,
        "“A” cannot wait for itself"
    );
    world.run(&waits(2, 1));
    let (code, message) = said(&mut world, &waits(1, 2));
    assert_eq!(code, "cycle");
    assert_eq!(
        message,
        "a task cannot wait for itself: “A” waits for “B”, which waits for “A”"
    );
    world.run(&waits(3, 2));
    let (_, message) = said(&mut world, &waits(1, 3));
    let path = "“A” waits for “C”, which waits for “B”, which waits for “A”";
    assert!(message.ends_with(path), "{message}");
    for n in 4..=9 {
        world.run(&waits(n, n - 1));
    }
    let (_, message) = said(&mut world, &waits(1, 9));
    assert!(
        message.ends_with("“F”, … (4 more), which waits for “A”"),
        "{message}"
    );
}

#[test]
fn a_cycle_of_parts_is_told_by_titles() {
    let mut world = World::new();
    named(&mut world, 2);
    let long = CreateTask {
        task_id: Some(task(3)),
        parent_id: Some(task(2)),
        ..titled(&"x".repeat(100))
    };
    world.run(&Command::CreateTask(long));
    let under = |n: u64, parent: u64| Command::MoveTask {
        task_id: task(n),
        to: MoveTask {
            parent_id: Some(Some(task(parent))),
            ..MoveTask::default()
        },
    };
    assert_eq!(
        said(&mut world, &under(1, 1)).1,
        "“A” cannot be a part of itself"
    );
    world.run(&under(2, 1));
    let (code, message) = said(&mut world, &under(1, 3));
    let wanted = format!(
        "a task cannot be a part of itself: “{}…” is a part of “B”, which is a part of “A”",
        "x".repeat(59)
    );
    assert_eq!((code, message), ("cycle", wanted));
}

fn new_list(n: u64, name: &str) -> Command {
    Command::CreateList(CreateList {
        list_id: Some(list(n)),
        name: name.into(),
        ..CreateList::default()
    })
}

fn rename(n: u64, name: &str) -> Command {
    let changes = UpdateList {
        name: Some(name.into()),
        ..UpdateList::default()
    };
    Command::UpdateList {
        list_id: list(n),
        changes,
    }
}

#[test]
fn active_lists_have_names_of_their_own() {
    let mut world = World::new();
    world.run(&new_list(1, "Café"));
    let taken = (
        "list_name_taken",
        "there is a list “Café” already".to_owned(),
    );
    assert_eq!(said(&mut world, &new_list(2, " CAFE\u{301}")), taken);
    world.run(&new_list(2, "Home"));
    assert_eq!(said(&mut world, &rename(2, "café")), taken);
    world.run(&rename(1, "CAFÉ"));
    // What is put away, or in the trash, is in nobody's way until it comes back.
    world.run(&Command::ArchiveList { list_id: list(1) });
    world.run(&rename(2, "café"));
    let back = Command::UnarchiveList { list_id: list(1) };
    assert_eq!(said(&mut world, &back).0, "list_name_taken");
    world.run(&rename(1, "Home"));
    world.run(&back);
    let gone = world.run(&Command::DeleteList { list_id: list(2) });
    world.run(&new_list(3, "Café"));
    world.undo(gone).unwrap();
    assert!(!world.state.list(list(2)).unwrap().is_deleted());
}

#[test]
fn nothing_is_put_onto_an_archived_list() {
    let mut world = World::new();
    world.run(&new_list(1, "Old"));
    let inside = CreateTask {
        task_id: Some(task(1)),
        list_id: Some(list(1)),
        ..titled("in it")
    };
    world.run(&Command::CreateTask(inside.clone()));
    world.add(2);
    world.run(&Command::ArchiveList { list_id: list(1) });
    let wanted = (
        "list_archived",
        "the list “Old” is in the archive: take it out first".to_owned(),
    );
    let new = CreateTask {
        task_id: Some(task(3)),
        ..inside
    };
    assert_eq!(said(&mut world, &Command::CreateTask(new)), wanted);
    let below = CreateTask {
        parent_id: Some(task(1)),
        ..titled("below")
    };
    assert_eq!(said(&mut world, &Command::CreateTask(below)), wanted);
    let move_in = Command::MoveTask {
        task_id: task(2),
        to: MoveTask {
            list_id: Some(Some(list(1))),
            ..MoveTask::default()
        },
    };
    assert_eq!(said(&mut world, &move_in), wanted);
    // What is in it can be done, put in order and taken out.
    world.run(&Command::CompleteTask { task_id: task(1) });
    world.run(&Command::MoveTask {
        task_id: task(1),
        to: MoveTask {
            list_id: Some(None),
            ..MoveTask::default()
        },
    });
    assert_eq!(world.task(1).list_id, None);
}
