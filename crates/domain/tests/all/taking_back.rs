//! Undo, redo and restore.

use taskfold_contracts::commands::{
    Command, CommentBody, CreateList, CreateTask, Moment, MoveList, MoveTask, Restore, UpdateList,
    UpdateTask,
};
use taskfold_contracts::position::Position;
use taskfold_contracts::values::{Priority, Role};

use crate::harness::{World, code, list, seen, task, titled};

fn rename(n: u64, title: &str) -> Command {
    let changes = UpdateTask {
        title: Some(title.into()),
        ..UpdateTask::default()
    };
    Command::UpdateTask {
        task_id: task(n),
        changes,
    }
}

#[test]
fn undoing_an_old_edit_keeps_later_edits_of_other_fields() {
    let mut world = World::new();
    world.add(1);
    let changes = UpdateTask {
        title: Some("B".into()),
        priority: Some(Priority::High),
        add_tags: vec!["x".into()],
        ..UpdateTask::default()
    };
    let edit = world.run(&Command::UpdateTask {
        task_id: task(1),
        changes,
    });
    let later = world.run(&rename(1, "C"));
    let changes = UpdateTask {
        add_tags: vec!["y".into()],
        ..UpdateTask::default()
    };
    world.run(&Command::UpdateTask {
        task_id: task(1),
        changes,
    });
    world.undo(edit).unwrap();
    assert_eq!(world.task(1).title, "C");
    assert_eq!(
        (world.task(1).priority, world.task(1).tags.clone()),
        (Priority::None, vec!["y".into()])
    );
    let kept: Vec<_> = world
        .last
        .kept
        .iter()
        .map(|kept| (&*kept.field, kept.because))
        .collect();
    assert_eq!(kept, [("title", Some(later))]);
    assert_eq!(world.task(1).tags, ["y"]);
}

#[test]
fn a_later_edit_that_was_undone_is_in_nobodys_way() {
    let mut world = World::new();
    world.add(1);
    let first = world.run(&rename(1, "B"));
    let second = world.run(&rename(1, "C"));
    world.undo(second).unwrap();
    world.undo(first).unwrap();
    assert_eq!(
        (world.task(1).title.as_str(), world.last.kept.len()),
        ("Task", 0)
    );
    assert_eq!(code(world.undo(first).unwrap_err()), "nothing_to_undo");
    world.redo(first).unwrap();
    world.redo(second).unwrap();
    assert_eq!(world.task(1).title, "C");
    world.undo(first).unwrap();
    assert_eq!(world.last.kept[0].because, Some(second), "it holds again");
}

#[test]
fn what_was_made_goes_and_what_was_deleted_comes_back() {
    let mut world = World::new();
    let made = world.add(1);
    let before = seen(&world.state);
    world.undo(made).unwrap();
    assert!(world.task(1).is_deleted());
    world.redo(made).unwrap();
    assert_eq!(seen(&world.state), before);
    let deleted = world.run(&Command::DeleteTask { task_id: task(1) });
    world.undo(deleted).unwrap();
    assert_eq!(seen(&world.state), before);
    let comment = CommentBody { body: "hm".into() };
    let said = world.run(&Command::AddComment {
        task_id: task(1),
        comment,
    });
    let after = seen(&world.state);
    world.undo(said).unwrap();
    assert_eq!(seen(&world.state), before);
    world.redo(said).unwrap();
    assert_eq!(seen(&world.state), after, "the comment has its id again");
}

#[test]
fn a_place_that_is_no_longer_possible_is_kept() {
    let mut world = World::new();
    world.add(1);
    let below = CreateTask {
        task_id: Some(task(2)),
        parent_id: Some(task(1)),
        ..titled("b")
    };
    world.run(&Command::CreateTask(below));
    let out = MoveTask {
        parent_id: Some(None),
        ..MoveTask::default()
    };
    let moved = world.run(&Command::MoveTask {
        task_id: task(2),
        to: out,
    });
    let under = MoveTask {
        parent_id: Some(Some(task(2))),
        ..MoveTask::default()
    };
    world.run(&Command::MoveTask {
        task_id: task(1),
        to: under,
    });
    world.undo(moved).unwrap();
    assert_eq!(world.task(2).parent_id, None);
    assert_eq!(
        (
            world.last.kept[0].field.as_str(),
            world.last.kept[0].because
        ),
        ("place", None)
    );
}

#[test]
fn undo_needs_the_role_and_the_same_moment() {
    let mut world = World::new();
    world.add(1);
    let edit = world.run(&rename(1, "B"));
    let ben = world.join(2, Role::Commenter);
    assert_eq!(code(world.undo_as(ben, edit).unwrap_err()), "forbidden");
    let histories = world.histories(edit);
    world.run(&rename(1, "C"));
    let ctx = world.ctx(World::owner());
    let rejection = taskfold_domain::undo(&world.state, &ctx, edit, &histories).unwrap_err();
    assert_eq!(code(rejection), "moved_on");
    let unknown = taskfold_domain::undo(&world.state, &ctx, edit, &[]).unwrap_err();
    assert_eq!(code(unknown), "not_found");
}

#[test]
fn a_workspace_and_a_task_go_back_to_a_moment() {
    let mut world = World::new();
    world.add(1);
    world.add(2);
    let (moment, before) = (world.log.len(), seen(&world.state));
    world.run(&rename(1, "B"));
    world.run(&Command::DeleteTask { task_id: task(2) });
    world.add(3);
    let scope = |task_id| Restore {
        task_id,
        list_id: None,
        to: Moment::Position(Position {
            partition: 0,
            number: moment as u64,
        }),
    };
    world.restore(moment, &scope(Some(task(1)))).unwrap();
    assert_eq!(
        (world.types(), world.task(1).title.as_str()),
        (vec!["task.updated"], "Task")
    );
    assert!(world.task(2).is_deleted() && !world.task(3).is_deleted());
    let back = world.restore(moment, &scope(None)).unwrap();
    assert_eq!(seen(&world.state), before);
    world.restore(moment, &scope(None)).unwrap();
    assert!(world.types().is_empty());
    world.undo(back).unwrap();
    assert!(world.task(2).is_deleted() && !world.task(3).is_deleted());
}

fn on(n: u64, changes: UpdateTask) -> Command {
    Command::UpdateTask {
        task_id: task(n),
        changes,
    }
}

#[test]
fn a_batch_is_undone_but_for_what_was_edited_in_between() {
    let mut world = World::new();
    (1..=4).for_each(|n| {
        world.add(n);
    });
    let both = |title: &str| UpdateTask {
        title: Some(title.into()),
        priority: Some(Priority::High),
        add_tags: vec!["a".into(), "b".into()],
        ..UpdateTask::default()
    };
    let made = CreateTask {
        task_id: Some(task(5)),
        ..titled("new")
    };
    let commands = vec![
        on(1, both("B1")),
        on(2, both("B2")),
        Command::DeleteTask { task_id: task(3) },
        Command::CompleteTask { task_id: task(4) },
        Command::CreateTask(made),
    ];
    let batch = world.run(&Command::Batch { commands });
    let renamed = world.run(&rename(1, "C1"));
    let without = UpdateTask {
        description: Some("D".into()),
        remove_tags: vec!["b".into()],
        ..UpdateTask::default()
    };
    let untagged = world.run(&on(2, without));
    let reopened = world.run(&Command::ReopenTask { task_id: task(4) });
    let back = world.run(&Command::RestoreTask { task_id: task(3) });
    world.run(&rename(5, "newer"));
    world.undo(batch).unwrap();
    let mut kept: Vec<_> = world
        .last
        .kept
        .iter()
        .map(|kept| (kept.stream, &*kept.field, kept.because))
        .collect();
    kept.sort();
    let expected = [
        (task(1).into(), "title", Some(renamed)),
        (task(2).into(), "tag:b", Some(untagged)),
        (task(3).into(), "deleted", Some(back)),
        (task(4).into(), "completed", Some(reopened)),
    ];
    assert_eq!(kept, expected);
    assert_eq!(
        (&*world.task(1).title, world.task(1).priority),
        ("C1", Priority::None)
    );
    assert_eq!(
        (&*world.task(2).title, &*world.task(2).description),
        ("Task", "D")
    );
    assert!(world.task(1).tags.is_empty() && world.task(2).tags.is_empty());
    assert!(
        world.task(5).is_deleted(),
        "what was made goes, however it was edited"
    );
    assert!(world.task(4).is_open() && world.task(3).is_open());
    world.redo(batch).unwrap();
    assert_eq!(
        (&*world.task(1).title, world.task(1).priority),
        ("C1", Priority::High)
    );
    assert_eq!(
        (&*world.task(2).title, &*world.task(5).title),
        ("B2", "newer")
    );
    assert!(!world.task(5).is_deleted());
}

#[test]
fn a_list_goes_back_to_a_moment_with_its_tasks() {
    let mut world = World::new();
    for n in 1..=2 {
        world.run(&Command::CreateList(CreateList {
            list_id: Some(list(n)),
            name: format!("L{n}"),
            color: None,
        }));
    }
    let inside = |n, parent: Option<u64>| {
        Command::CreateTask(CreateTask {
            task_id: Some(task(n)),
            list_id: parent.is_none().then(|| list(1)),
            parent_id: parent.map(task),
            ..titled("Task")
        })
    };
    world.run(&inside(1, None));
    world.run(&inside(2, Some(1)));
    world.run(&inside(3, None));
    world.add(7);
    let (moment, before) = (world.log.len(), seen(&world.state));
    world.run(&Command::UpdateList {
        list_id: list(1),
        changes: UpdateList {
            name: Some("M".into()),
            color: Some(Some("#112233".into())),
        },
    });
    world.run(&rename(2, "B"));
    let to = |n: Option<u64>| MoveTask {
        list_id: Some(n.map(list)),
        ..MoveTask::default()
    };
    world.run(&Command::MoveTask {
        task_id: task(3),
        to: to(None),
    });
    world.run(&Command::MoveTask {
        task_id: task(7),
        to: to(Some(1)),
    });
    world.run(&inside(8, None));
    world.run(&Command::ArchiveList { list_id: list(1) });
    world.run(&Command::MoveList {
        list_id: list(1),
        to: MoveList::default(),
    });
    world.run(&Command::DeleteList { list_id: list(1) });
    world.add(9);
    let scope = Restore {
        task_id: None,
        list_id: Some(list(1)),
        to: Moment::Time(world.now),
    };
    let changed = world.restore(moment, &scope).unwrap();
    assert!(world.last.kept.is_empty(), "{:?}", world.last.kept);
    assert!(world.task(8).is_deleted() && !world.task(9).is_deleted());
    world.run(&Command::DeleteTask { task_id: task(9) });
    assert_eq!(seen(&world.state), before);
    world.undo(changed).unwrap();
    assert!(world.state.list(list(1)).unwrap().is_deleted());
    let both = Restore {
        task_id: Some(task(1)),
        ..scope
    };
    assert_eq!(
        code(world.restore(moment, &both).unwrap_err()),
        "not_together"
    );
    let nowhere = Restore {
        list_id: Some(list(5)),
        ..scope_of(&both)
    };
    assert_eq!(
        code(world.restore(moment, &nowhere).unwrap_err()),
        "not_found"
    );
}

fn scope_of(scope: &Restore) -> Restore {
    Restore {
        task_id: None,
        list_id: None,
        to: scope.to,
    }
}
