//! What happens at the same moment as a deletion or a move.

use taskfold_contracts::commands::{Command, CreateList, CreateTask, MoveTask};
use taskfold_contracts::ids::ChangeId;
use taskfold_domain::Workspace;

use crate::harness::{World, list, seen, task, titled};

fn with_list() -> World {
    let mut world = World::new();
    for n in 1..=2 {
        world.run(&Command::CreateList(CreateList {
            list_id: Some(list(n)),
            name: format!("L{n}"),
            color: None,
        }));
    }
    world.run(&create(1, Some(1), None));
    world.run(&create(2, None, Some(1)));
    world.add(3);
    world
}

fn create(n: u64, in_list: Option<u64>, parent: Option<u64>) -> Command {
    Command::CreateTask(CreateTask {
        task_id: Some(task(n)),
        list_id: in_list.map(list),
        parent_id: parent.map(task),
        ..titled("Task")
    })
}

fn into_list(n: u64, to: u64) -> Command {
    Command::MoveTask {
        task_id: task(n),
        to: MoveTask {
            list_id: Some(Some(list(to))),
            ..MoveTask::default()
        },
    }
}

/// Both are decided on the same state; the first is in the log before the second. The change of the second
/// if it did not conflict.
fn both(world: &mut World, first: &Command, second: &Command) -> Option<ChangeId> {
    let state: Workspace = world.state.clone();
    let first = world
        .decide_on(&state, first)
        .expect("the first is allowed");
    let second = world
        .decide_on(&state, second)
        .expect("the second is allowed");
    world.commit(first).expect("nobody was faster");
    world.commit(second)
}

#[test]
fn whatever_comes_into_a_list_after_its_deletion_conflicts() {
    let deletions = [
        Command::DeleteList { list_id: list(1) },
        Command::DeleteTask { task_id: task(1) },
    ];
    let arrivals = [create(9, None, Some(1)), create(9, None, Some(2))];
    for deletion in &deletions {
        for arrival in &arrivals {
            assert_eq!(both(&mut with_list(), deletion, arrival), None);
        }
    }
    for arrival in [create(9, Some(1), None), into_list(3, 1)] {
        assert_eq!(both(&mut with_list(), &deletions[0], &arrival), None);
    }
}

#[test]
fn what_came_before_a_deletion_unseen_goes_with_it_and_comes_back_with_it() {
    let delete_list = Command::DeleteList { list_id: list(1) };
    let delete_task = Command::DeleteTask { task_id: task(1) };
    let cases = [
        (create(9, Some(1), None), &delete_list, 9),
        (create(9, None, Some(2)), &delete_list, 9),
        (into_list(3, 1), &delete_list, 3),
        (create(9, None, Some(2)), &delete_task, 9),
    ];
    for (arrival, deletion, stray) in cases {
        let mut world = with_list();
        let change = both(&mut world, &arrival, deletion).expect("they do not see each other");
        assert!(world.task(stray).is_deleted(), "{arrival:?}");
        assert_eq!(world.types(), ["task.deleted"]);
        assert!(world.state.unswept().is_empty());
        world.undo(change).unwrap();
        assert!(!world.task(stray).is_deleted() && !world.task(2).is_deleted());
        world.redo(change).unwrap();
        assert!(world.task(stray).is_deleted());
    }
}

#[test]
fn a_list_comes_back_with_its_strays() {
    let mut world = with_list();
    let deletion = Command::DeleteList { list_id: list(1) };
    both(&mut world, &create(9, Some(1), None), &deletion).unwrap();
    world.run(&Command::RestoreList { list_id: list(1) });
    assert!([1, 2, 9].iter().all(|n| !world.task(*n).is_deleted()));
}

#[test]
fn subtasks_follow_a_move_that_did_not_see_them() {
    let mut world = with_list();
    world.run(&create(8, None, Some(2)));
    let change = both(&mut world, &create(9, None, Some(8)), &into_list(1, 2)).unwrap();
    assert!(
        [1, 2, 8, 9]
            .iter()
            .all(|n| world.task(*n).list_id == Some(list(2)))
    );
    world.undo(change).unwrap();
    assert!(
        [1, 2, 8, 9]
            .iter()
            .all(|n| world.task(*n).list_id == Some(list(1)))
    );
}

#[test]
fn what_nobody_swept_is_found_and_swept_once() {
    let mut world = with_list();
    let state = world.state.clone();
    let deletion = Command::DeleteList { list_id: list(1) };
    let deletion = world.decide_on(&state, &deletion).unwrap();
    world.run(&create(8, Some(1), None));
    world.run(&create(9, None, Some(8)));
    let change = world.append(deletion.decision, World::owner(), None);
    let unswept = world.state.unswept();
    let (found, streams) = unswept.first_key_value().unwrap();
    assert_eq!(
        (*found, streams.as_slice()),
        (change, [list(1).into()].as_slice())
    );
    let other = ChangeId(uuid::Uuid::nil());
    let ctx = world.ctx(World::owner());
    assert!(
        world.state.sweep(&ctx, other, streams).events.is_empty(),
        "another's deletion"
    );
    let rest = world.state.sweep(&ctx, change, streams);
    assert_eq!(rest.reads, [list(1).into()], "who restores it is seen");
    world.append_as(change, rest, World::owner(), None);
    assert_eq!(world.types(), ["task.deleted", "task.deleted"]);
    assert!(world.state.unswept().is_empty());
    let ctx = world.ctx(World::owner());
    assert!(world.state.sweep(&ctx, change, streams).events.is_empty());
    let before = seen(&world.state);
    world.run(&Command::RestoreList { list_id: list(1) });
    world.run(&Command::DeleteList { list_id: list(1) });
    assert_eq!(world.types().len(), 5, "{:?}", world.types());
    assert_eq!(seen(&world.state), before);
}
