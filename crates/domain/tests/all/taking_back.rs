//! Undo, redo and restore.

use taskfold_contracts::commands::{
    Command, CommentBody, CreateTask, Moment, MoveTask, Restore, UpdateTask,
};
use taskfold_contracts::position::Position;
use taskfold_contracts::values::{Priority, Role};

use crate::harness::{World, code, seen, task, titled};

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
