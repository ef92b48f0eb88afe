//! Undoing an old change keeps what later changes put into what it made.

use taskfold_contracts::commands::{Command, CreateList, CreateTask, MoveTask, RecurrenceInput};
use taskfold_contracts::ids::ChangeId;
use taskfold_contracts::values::{Due, RecursFrom};

use crate::harness::{World, list, task, titled};

fn create(world: &mut World, n: u64, list_id: Option<u64>, parent: Option<u64>) -> ChangeId {
    world.run(&Command::CreateTask(CreateTask {
        task_id: Some(task(n)),
        list_id: list_id.map(list),
        parent_id: parent.map(task),
        ..titled("later")
    }))
}

/// List 1 with task 1, its subtask 2, and task 3.
fn import(world: &mut World) -> ChangeId {
    let imported = |n: u64, parent: Option<u64>| {
        serde_json::json!({
            "origin": { "source": "todoist", "external_id": n.to_string() },
            "task": {
                "task_id": task(n),
                "list_id": list(1),
                "parent_id": parent.map(task),
                "title": "imported",
            },
        })
    };
    let import = serde_json::json!({
        "lists": [{
            "origin": { "source": "todoist", "external_id": "l" },
            "list_id": list(1),
            "name": "Imported",
        }],
        "tasks": [imported(1, None), imported(2, Some(1)), imported(3, None)],
    });
    world.run(&Command::Import(serde_json::from_value(import).unwrap()))
}

fn kept(world: &World) -> Vec<(String, &str, Option<ChangeId>)> {
    let kept = world.last.kept.iter();
    kept.map(|kept| (kept.stream.to_string(), &*kept.field, kept.because))
        .collect()
}

fn live(world: &World) -> Vec<u64> {
    let live = world.state.tasks().filter(|task| !task.is_deleted());
    live.map(|task| task.id.0.as_u64_pair().1).collect()
}

#[test]
fn an_import_goes_but_for_the_list_that_holds_a_later_task() {
    let mut world = World::new();
    let import = import(&mut world);
    let later = create(&mut world, 10, Some(1), None);
    world.undo(import).unwrap();
    assert_eq!(live(&world), [10]);
    assert!(!world.state.list(list(1)).unwrap().is_deleted());
    let wanted = (list(1).to_string(), "created", Some(later));
    assert_eq!(kept(&world), [wanted]);
    world.redo(import).unwrap();
    assert_eq!(live(&world), [1, 2, 3, 10]);
}

#[test]
fn an_import_goes_whole_when_nothing_later_is_in_it() {
    let mut world = World::new();
    let import = import(&mut world);
    let later = create(&mut world, 10, Some(1), None);
    world.undo(later).unwrap();
    world.undo(import).unwrap();
    assert!(live(&world).is_empty() && world.last.kept.is_empty());
    assert!(world.state.list(list(1)).unwrap().is_deleted());
}

#[test]
fn a_parent_with_a_later_subtask_stays_and_so_does_its_list() {
    let mut world = World::new();
    let import = import(&mut world);
    let later = create(&mut world, 10, None, Some(2));
    world.undo(import).unwrap();
    assert_eq!(live(&world), [1, 2, 10], "3 had nothing in it");
    let because = Some(later);
    let wanted = [
        (task(2).to_string(), "created", because),
        (task(1).to_string(), "created", because),
        (list(1).to_string(), "created", because),
    ];
    assert_eq!(kept(&world), wanted);
}

#[test]
fn what_was_moved_in_later_stays() {
    let mut world = World::new();
    create(&mut world, 10, None, None);
    let import = import(&mut world);
    let to = MoveTask {
        list_id: Some(Some(list(1))),
        ..MoveTask::default()
    };
    let moved = world.run(&Command::MoveTask {
        task_id: task(10),
        to,
    });
    let first = MoveTask {
        before: Some(task(1)),
        ..MoveTask::default()
    };
    world.run(&Command::MoveTask {
        task_id: task(10),
        to: first,
    });
    world.undo(import).unwrap();
    assert_eq!(live(&world), [10]);
    let wanted = (list(1).to_string(), "created", Some(moved));
    assert_eq!(kept(&world), [wanted], "not because of the new order");
}

#[test]
fn a_list_and_a_task_that_were_made_alone_stay_with_later_work() {
    let mut world = World::new();
    let made = world.run(&Command::CreateList(CreateList {
        list_id: Some(list(5)),
        name: "Home".into(),
        ..CreateList::default()
    }));
    let parent = create(&mut world, 10, Some(5), None);
    let below = create(&mut world, 11, None, Some(10));
    world.undo(parent).unwrap();
    assert!(world.last.events.is_empty());
    let wanted = (task(10).to_string(), "created", Some(below));
    assert_eq!(kept(&world), [wanted]);
    world.undo(made).unwrap();
    let wanted = (list(5).to_string(), "created", Some(parent));
    assert_eq!(kept(&world), [wanted]);
    // One after the other, newest first, all goes.
    for change in [below, parent, made] {
        world.undo(change).unwrap();
        assert!(world.last.kept.is_empty());
    }
    assert!(live(&world).is_empty() && world.state.list(list(5)).unwrap().is_deleted());
}

#[test]
fn taking_a_restored_list_back_keeps_what_came_in_since() {
    let mut world = World::new();
    import(&mut world);
    world.run(&Command::DeleteList { list_id: list(1) });
    let restored = world.run(&Command::RestoreList { list_id: list(1) });
    let later = create(&mut world, 10, Some(1), None);
    world.undo(restored).unwrap();
    assert_eq!(live(&world), [10]);
    let wanted = (list(1).to_string(), "deleted", Some(later));
    assert_eq!(kept(&world), [wanted]);
}

#[test]
fn a_next_occurrence_with_a_later_subtask_stays() {
    let mut world = World::new();
    world.run(&Command::CreateTask(CreateTask {
        task_id: Some(task(1)),
        due: Some(Due {
            date: "2026-11-20".parse().unwrap(),
            time: None,
            zone: None,
        }),
        recurrence: Some(RecurrenceInput {
            rule: "FREQ=DAILY".into(),
            from: RecursFrom::Due,
            except: vec![],
        }),
        ..titled("daily")
    }));
    let done = world.run(&Command::CompleteTask { task_id: task(1) });
    let next = world.task(1).next_id.unwrap();
    let later = world.run(&Command::CreateTask(CreateTask {
        task_id: Some(task(10)),
        parent_id: Some(next),
        ..titled("below")
    }));
    world.undo(done).unwrap();
    assert!(world.task(1).is_open() && world.task(10).is_open());
    assert!(!world.state.task(next).unwrap().is_deleted());
    let wanted = (next.to_string(), "created", Some(later));
    assert_eq!(kept(&world), [wanted]);
}
