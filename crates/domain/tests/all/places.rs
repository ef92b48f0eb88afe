//! Places, subtasks, order.

use taskfold_contracts::commands::{Command, CreateList, CreateTask, MoveList, MoveTask};
use taskfold_domain::MAX_DEPTH;

use crate::harness::{World, list, task, titled};

fn relocate(n: u64, to: MoveTask) -> Command {
    Command::MoveTask {
        task_id: task(n),
        to,
    }
}

fn under(world: &mut World, n: u64, parent: u64) {
    let input = CreateTask {
        task_id: Some(task(n)),
        parent_id: Some(task(parent)),
        ..titled("t")
    };
    world.run(&Command::CreateTask(input));
}

fn to_parent(n: u64) -> MoveTask {
    MoveTask {
        parent_id: Some(Some(task(n))),
        ..MoveTask::default()
    }
}

fn order(world: &World) -> Vec<u64> {
    let number = |task: &taskfold_domain::Task| task.id.0.as_u64_pair().1;
    world.state.tasks_in(None, None).map(number).collect()
}

#[test]
fn tasks_stand_between_the_named_neighbours() {
    let mut world = World::new();
    (1..=4).for_each(|n| {
        world.add(n);
    });
    assert_eq!(order(&world), [1, 2, 3, 4]);
    world.run(&relocate(
        4,
        MoveTask {
            after: Some(task(1)),
            ..MoveTask::default()
        },
    ));
    assert_eq!(order(&world), [1, 4, 2, 3]);
    world.run(&relocate(
        3,
        MoveTask {
            before: Some(task(1)),
            ..MoveTask::default()
        },
    ));
    assert_eq!(order(&world), [3, 1, 4, 2]);
    world.run(&relocate(
        3,
        MoveTask {
            before: Some(task(1)),
            ..MoveTask::default()
        },
    ));
    assert!(world.types().is_empty(), "it stands there already");
    world.run(&relocate(3, MoveTask::default()));
    assert_eq!(order(&world), [1, 4, 2, 3]);
    let wrong = MoveTask {
        after: Some(task(3)),
        before: Some(task(1)),
        ..MoveTask::default()
    };
    assert_eq!(world.conflict(&relocate(4, wrong)), "not_in_order");
    under(&mut world, 5, 1);
    let elsewhere = MoveTask {
        after: Some(task(5)),
        ..MoveTask::default()
    };
    assert_eq!(world.conflict(&relocate(4, elsewhere)), "not_a_sibling");
}

#[test]
fn no_task_is_a_part_of_itself_or_too_deep() {
    let mut world = World::new();
    let depth = MAX_DEPTH as u64;
    world.add(1);
    (2..=depth).for_each(|n| under(&mut world, n, n - 1));
    let deeper = CreateTask {
        parent_id: Some(task(depth)),
        ..titled("t")
    };
    assert_eq!(world.conflict(&Command::CreateTask(deeper)), "too_deep");
    assert_eq!(world.conflict(&relocate(1, to_parent(1))), "cycle");
    assert_eq!(world.conflict(&relocate(1, to_parent(3))), "cycle");
    world.add(20);
    under(&mut world, 21, 20);
    assert_eq!(
        world.conflict(&relocate(20, to_parent(depth - 1))),
        "too_deep"
    );
    world.run(&relocate(20, to_parent(depth - 2)));
    let ancestor = taskfold_contracts::ids::StreamId::from(task(1));
    assert!(
        world.last.reads.contains(&ancestor),
        "a cycle could come from there"
    );
}

#[test]
fn subtasks_follow_into_a_list_and_into_the_trash() {
    let mut world = World::new();
    world.run(&Command::CreateList(CreateList {
        list_id: Some(list(1)),
        name: "L".into(),
        color: None,
    }));
    world.add(1);
    under(&mut world, 2, 1);
    under(&mut world, 3, 2);
    let to_list = MoveTask {
        list_id: Some(Some(list(1))),
        ..MoveTask::default()
    };
    world.run(&relocate(1, to_list));
    assert_eq!(world.types(), ["task.moved"; 3]);
    assert!((1..=3).all(|n| world.task(n).list_id == Some(list(1))));
    world.run(&Command::DeleteTask { task_id: task(2) });
    world.run(&Command::DeleteTask { task_id: task(1) });
    assert_eq!(world.types(), ["task.deleted"]);
    world.run(&Command::RestoreTask { task_id: task(2) });
    assert_eq!(
        world.types(),
        ["task.moved", "task.restored", "task.restored"]
    );
    assert_eq!(
        world.task(2).parent_id,
        None,
        "its parent is still in the trash"
    );
    let both = MoveTask {
        list_id: Some(None),
        parent_id: Some(Some(task(2))),
        ..MoveTask::default()
    };
    world.add(4);
    assert_eq!(world.conflict(&relocate(4, both)), "not_the_parents");
}

#[test]
fn lists_are_reordered() {
    let mut world = World::new();
    for n in 1..=3 {
        let input = CreateList {
            list_id: Some(list(n)),
            name: format!("L{n}"),
            color: None,
        };
        world.run(&Command::CreateList(input));
    }
    let to = MoveList {
        after: Some(list(1)),
        before: None,
    };
    world.run(&Command::MoveList {
        list_id: list(3),
        to: to.clone(),
    });
    let rank = |n| world.state.list(list(n)).unwrap().rank.clone();
    assert!(rank(1) < rank(3) && rank(3) < rank(2));
    world.run(&Command::MoveList {
        list_id: list(3),
        to,
    });
    assert!(world.types().is_empty());
}
