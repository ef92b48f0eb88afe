//! Rules that only show at their edges: who may take back what, and limits.

use taskfold_contracts::commands::{
    Command, CommentBody, CreateTask, InviteMember, MemberRole, Moment, MoveTask, RecurrenceInput,
    ReminderInput, Restore, UpdateTask,
};
use taskfold_contracts::ids::{ReminderId, TaskId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, RecursFrom, Role};
use taskfold_domain::text;

use crate::harness::{World, code, list, task, titled, user};

fn on(n: u64, changes: UpdateTask) -> Command {
    Command::UpdateTask {
        task_id: task(n),
        changes,
    }
}

fn say(n: u64) -> Command {
    Command::AddComment {
        task_id: task(n),
        comment: CommentBody { body: "hm".into() },
    }
}

fn under(n: u64, parent: u64) -> Command {
    Command::CreateTask(CreateTask {
        task_id: Some(task(n)),
        parent_id: Some(task(parent)),
        ..titled("Task")
    })
}

fn scope(task_id: Option<TaskId>, world: &World) -> Restore {
    Restore {
        task_id,
        list_id: None,
        to: Moment::Time(world.now),
    }
}

#[test]
fn each_role_takes_back_what_it_may_do() {
    let mut world = World::new();
    world.add(1);
    let viewer = world.join(2, Role::Viewer);
    let editor = world.join(3, Role::Editor);
    let commenter = world.join(4, Role::Commenter);
    assert_eq!(
        code(world.try_as(viewer, &say(1)).unwrap_err()),
        "forbidden"
    );
    let said = world.try_as(commenter, &say(1)).unwrap();
    assert_eq!(
        code(world.undo_as(editor, said).unwrap_err()),
        "forbidden",
        "another's words"
    );
    world.undo_as(commenter, said).unwrap();
    let role = MemberRole { role: Role::Editor };
    let promoted = world.run(&Command::ChangeRole {
        user_id: user(2),
        role,
    });
    let removed = world.run(&Command::RemoveMember { user_id: user(4) });
    for change in [promoted, removed] {
        assert_eq!(
            code(world.undo_as(editor, change).unwrap_err()),
            "forbidden"
        );
    }
    let ctx = world.ctx(editor);
    let all = taskfold_domain::restore(&world.state, &world.state, &ctx, &scope(None, &world));
    assert_eq!(code(all.unwrap_err()), "forbidden");
    let one = scope(Some(task(1)), &world);
    assert!(taskfold_domain::restore(&world.state, &world.state, &ctx, &one).is_ok());
}

#[test]
fn a_restored_task_takes_its_subtasks_and_what_was_said_back() {
    let mut world = World::new();
    world.add(1);
    world.run(&under(2, 1));
    let moment = world.log.len();
    world.run(&say(1));
    world.run(&under(3, 1));
    let changes = UpdateTask {
        title: Some("B".into()),
        ..UpdateTask::default()
    };
    world.run(&on(2, changes));
    let scope = scope(Some(task(1)), &world);
    world.restore(moment, &scope).unwrap();
    assert_eq!(world.task(2).title, "Task");
    assert!(world.task(3).is_deleted());
    assert!(world.task(1).comments.is_empty());
}

#[test]
fn what_today_forbids_is_kept_and_named() {
    let mut world = World::new();
    for n in 1..=2 {
        world.add(n);
    }
    world.join(2, Role::Editor);
    let assign = |user_| UpdateTask {
        assignee_id: Some(user_),
        ..UpdateTask::default()
    };
    world.run(&on(1, assign(Some(user(2)))));
    let cleared = world.run(&on(1, assign(None)));
    world.run(&Command::RemoveMember { user_id: user(2) });
    world.undo(cleared).unwrap();
    assert_eq!(
        (world.last.kept[0].field.as_str(), world.task(1).assignee_id),
        ("assignee", None)
    );
    let wait = |n: Option<u64>| UpdateTask {
        blocked_by: Some(n.map(task).into_iter().collect()),
        ..UpdateTask::default()
    };
    world.run(&on(1, wait(Some(2))));
    let freed = world.run(&on(1, wait(None)));
    world.run(&on(2, wait(Some(1))));
    world.undo(freed).unwrap();
    assert!(
        world.task(1).blocked_by.is_empty(),
        "it would be a circle now"
    );
    assert_eq!(world.last.kept[0].field, format!("blocked_by:{}", task(2)));
}

#[test]
fn taking_out_of_the_archive_is_undone() {
    let mut world = World::new();
    world.run(&Command::CreateList(
        taskfold_contracts::commands::CreateList {
            list_id: Some(list(1)),
            name: "L".into(),
            color: None,
        },
    ));
    world.run(&Command::ArchiveList { list_id: list(1) });
    let out = world.run(&Command::UnarchiveList { list_id: list(1) });
    world.undo(out).unwrap();
    assert!(world.state.list(list(1)).unwrap().archived_at.is_some());
}

#[test]
fn updates_are_checked_against_what_the_task_has() {
    let mut world = World::new();
    world.add(1);
    let add = |tags: Vec<String>| UpdateTask {
        add_tags: tags,
        ..UpdateTask::default()
    };
    world.run(&on(1, add((0..50).map(|n| format!("t{n}")).collect())));
    assert_eq!(
        world.conflict(&on(1, add(vec!["one more".into()]))),
        "too_many"
    );
    let swap = UpdateTask {
        remove_tags: vec!["t1".into()],
        ..add(vec!["one more".into()])
    };
    world.run(&on(1, swap));
    let both = UpdateTask {
        remove_tags: vec!["X".into()],
        ..add(vec!["x".into()])
    };
    assert_eq!(world.conflict(&on(1, both)), "not_together");
    let due = Due {
        date: "2026-11-20".parse().unwrap(),
        time: None,
        zone: None,
    };
    let repeat = UpdateTask {
        due: Some(Some(due)),
        recurrence: Some(Some(RecurrenceInput {
            rule: "FREQ=DAILY".into(),
            from: RecursFrom::Due,
            except: vec![],
        })),
        reminders: Some(vec![ReminderInput {
            reminder_id: Some(ReminderId(uuid::Uuid::nil())),
            at: None,
            minutes_before_due: Some(5),
        }]),
        ..UpdateTask::default()
    };
    world.run(&on(1, repeat.clone()));
    world.run(&on(1, repeat));
    assert!(world.types().is_empty(), "the same again");
    let never = UpdateTask {
        due: Some(None),
        ..UpdateTask::default()
    };
    assert_eq!(world.conflict(&on(1, never)), "needed_by_recurrence");
}

#[test]
fn a_move_relies_on_the_neighbours_that_it_names() {
    let mut world = World::new();
    (1..=3).for_each(|n| {
        world.add(n);
    });
    let to = MoveTask {
        after: Some(task(1)),
        before: Some(task(2)),
        ..MoveTask::default()
    };
    world.run(&Command::MoveTask {
        task_id: task(3),
        to,
    });
    assert!(
        [1, 2]
            .iter()
            .all(|n| world.last.reads.contains(&task(*n).into()))
    );
}

#[test]
fn invitations_are_bounded_and_well_formed() {
    let mut world = World::new();
    let invite_at = |email: String, hash: String, expires_at: i64| {
        Command::InviteMember(InviteMember {
            email,
            role: Role::Viewer,
            secret_hash: hash,
            expires_at: Timestamp::from_millis(expires_at),
        })
    };
    let invite = |hash, expires_at| invite_at("b@example.org".into(), hash, expires_at);
    let (good, later) = ("ab".repeat(32), world.now.as_millis() + 100_000_000_000);
    let now = world.now.as_millis();
    assert_eq!(
        world.conflict(&invite("AB".repeat(32), later)),
        "not_a_hash"
    );
    assert_eq!(world.conflict(&invite("ab".into(), later)), "not_a_hash");
    assert_eq!(world.conflict(&invite(good.clone(), now)), "in_the_past");
    for n in 0..100 {
        let email = format!("{n}@example.org");
        world.run(&invite_at(email, good.clone(), later));
    }
    assert_eq!(world.conflict(&invite(good, later)), "too_many_invitations");
}

#[test]
fn texts_end_at_their_limits() {
    for separator in ["a\u{2028}b", "a\u{2029}b"] {
        assert_eq!(
            text::title("t", separator).unwrap_err().code,
            "control_character"
        );
    }
    assert!(text::query("q", &"x".repeat(4096)).is_ok());
    assert_eq!(
        text::query("q", &"x".repeat(4097)).unwrap_err().code,
        "too_long"
    );
    let address = |length: usize| format!("{}@example.org", "a".repeat(length - 12));
    assert!(text::email("e", &address(254)).is_ok());
    assert!(text::email("e", &address(255)).is_err());
}

#[test]
fn a_task_comes_back_with_what_went_with_it_alone() {
    let mut world = World::new();
    world.add(1);
    world.run(&under(2, 1));
    world.run(&under(3, 1));
    world.run(&Command::DeleteTask { task_id: task(2) });
    world.run(&Command::DeleteTask { task_id: task(1) });
    world.run(&Command::RestoreTask { task_id: task(1) });
    assert!(world.task(2).is_deleted() && !world.task(3).is_deleted());
}

#[test]
fn another_list_takes_a_subtask_out_of_its_parent() {
    let mut world = World::new();
    world.run(&Command::CreateList(
        taskfold_contracts::commands::CreateList {
            list_id: Some(list(1)),
            name: "L".into(),
            color: None,
        },
    ));
    world.add(1);
    world.run(&under(2, 1));
    let to = MoveTask {
        list_id: Some(Some(list(1))),
        ..MoveTask::default()
    };
    world.run(&Command::MoveTask {
        task_id: task(2),
        to,
    });
    assert_eq!(
        (world.task(2).list_id, world.task(2).parent_id),
        (Some(list(1)), None)
    );
}

#[test]
fn doing_a_task_leaves_what_is_done_and_a_copy_relies_on_what_it_copies() {
    let mut world = World::new();
    world.add(1);
    world.run(&under(2, 1));
    world.run(&under(3, 1));
    world.run(&Command::CompleteTask { task_id: task(2) });
    let done = world.task(2).completed_at;
    let repeats = UpdateTask {
        recurrence: Some(Some(RecurrenceInput {
            rule: "FREQ=DAILY".into(),
            from: RecursFrom::Completion,
            except: vec![],
        })),
        ..UpdateTask::default()
    };
    world.run(&on(1, repeats));
    world.run(&Command::CompleteTask { task_id: task(1) });
    assert_eq!(world.task(2).completed_at, done);
    assert!(
        world.last.reads.contains(&task(2).into()),
        "it is copied as it is now"
    );
}

#[test]
fn ranks_use_all_digits() {
    use taskfold_domain::rank::between;
    assert_eq!(between(Some("ay"), None), "az");
    assert_eq!(between(Some("az"), None), "b01");
    assert_eq!(between(None, Some("a1")), "Zz");
}
