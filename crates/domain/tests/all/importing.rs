//! What an import brings besides fields: order, series, the trash.

use taskfold_contracts::commands::{
    Command, CreateTask, Import, ImportComment, ImportList, ImportTask, RecurrenceInput,
};
use taskfold_contracts::ids::CommentId;
use taskfold_contracts::values::{Due, Origin, Recurrence, RecursFrom};

use crate::harness::{OWNER, World, list, seen, task, titled, user};

fn origin() -> Origin {
    Origin {
        source: "taskfold".into(),
        external_id: "x".into(),
    }
}

pub(crate) fn a_list(n: u64) -> ImportList {
    ImportList {
        origin: origin(),
        list_id: list(n),
        name: format!("L{n}"),
        color: None,
        created_at: None,
        updated_at: None,
        archived: false,
        archived_at: None,
        deleted: false,
        deleted_at: None,
        rank: None,
    }
}

pub(crate) fn a_task(n: u64, parent: Option<u64>, in_list: Option<u64>) -> ImportTask {
    ImportTask {
        origin: origin(),
        task: CreateTask {
            task_id: Some(task(n)),
            parent_id: parent.map(task),
            list_id: in_list.map(list),
            ..titled("t")
        },
        created_at: None,
        created_by: None,
        updated_at: None,
        completed_at: None,
        deleted: false,
        deleted_at: None,
        previous_id: None,
        next_id: None,
        comments: vec![],
        rank: None,
        series: None,
    }
}

fn daily(anchor: Due) -> (RecurrenceInput, Recurrence) {
    let (rule, from) = ("FREQ=DAILY;COUNT=5".to_owned(), RecursFrom::Due);
    let input = RecurrenceInput {
        rule: rule.clone(),
        from,
        except: vec![],
    };
    let series = Recurrence {
        rule,
        from,
        anchor,
        except: vec![],
        occurrence: 4,
    };
    (input, series)
}

pub(crate) fn import(lists: Vec<ImportList>, tasks: Vec<ImportTask>) -> Command {
    let filters = Vec::new();
    Command::Import(Import {
        lists,
        tasks,
        filters,
    })
}

#[test]
fn ranks_are_kept_and_wrong_ones_named() {
    let mut world = World::new();
    let ranked = |n, rank: &str| ImportTask {
        rank: Some(rank.into()),
        ..a_task(n, None, None)
    };
    let named = |n, rank: &str| ImportList {
        rank: Some(rank.into()),
        ..a_list(n)
    };
    world.run(&import(
        vec![named(1, "b"), named(2, "a")],
        vec![ranked(1, "c"), ranked(2, "b")],
    ));
    assert_eq!((&*world.task(1).rank, &*world.task(2).rank), ("c", "b"));
    let order: Vec<_> = world
        .state
        .tasks_in(None, None)
        .map(|task| task.id)
        .collect();
    assert_eq!(order, [task(2), task(1)]);
    assert_eq!(world.state.list(list(1)).unwrap().rank, "b");
    let long = "z".repeat(257);
    for wrong in ["", "a0", "a-b", "é", long.as_str()] {
        let rejection = world.try_run(&import(vec![], vec![ranked(3, wrong)]));
        let text = rejection.unwrap_err().to_string();
        assert!(text.contains("tasks[0].rank"), "{text}");
        let rejection = world.try_run(&import(vec![named(3, wrong)], vec![]));
        let text = rejection.unwrap_err().to_string();
        assert!(text.contains("lists[0].rank"), "{text}");
    }
    assert!(
        world
            .try_run(&import(vec![], vec![ranked(3, &"z".repeat(256))]))
            .is_ok()
    );
}

#[test]
fn a_series_goes_on_where_it_was() {
    let mut world = World::new();
    let day = |date: &str| Due {
        date: date.parse().unwrap(),
        time: None,
        zone: None,
    };
    let (input, series) = daily(day("2026-11-17"));
    let mut fourth = a_task(1, None, None);
    fourth.task.due = Some(day("2026-11-20"));
    fourth.task.recurrence = Some(input);
    let mut first = fourth.clone();
    first.task.task_id = Some(task(2));
    first.series = Some(Recurrence {
        occurrence: 0,
        ..series.clone()
    });
    fourth.series = Some(series.clone());
    let mut nowhere = fourth.clone();
    nowhere.task.task_id = Some(task(3));
    nowhere.series.as_mut().unwrap().anchor = Due {
        time: Some("09:00:00".parse().unwrap()),
        zone: Some("Mars/X".into()),
        ..day("2026-11-17")
    };
    world.run(&import(vec![], vec![fourth, first]));
    assert_eq!(world.task(1).recurrence.as_deref(), Some(&series));
    assert_eq!(world.task(2).recurrence.as_ref().unwrap().occurrence, 1);
    assert!(world.try_run(&import(vec![], vec![nowhere])).is_err());
    // Five in all: after the fourth comes one more, and then none.
    world.run(&Command::CompleteTask { task_id: task(1) });
    let fifth = world.task(1).next_id.expect("the fifth");
    world.run(&Command::CompleteTask { task_id: fifth });
    assert_eq!(world.state.task(fifth).unwrap().next_id, None);
}

#[test]
fn what_was_in_the_trash_is_there_again() {
    let mut world = World::new();
    let trash = ImportList {
        deleted: true,
        archived: true,
        ..a_list(1)
    };
    let gone = ImportTask {
        deleted: true,
        completed_at: Some(world.now),
        ..a_task(2, None, None)
    };
    let later = "2099-01-01T00:00:00Z".parse().unwrap();
    let future = ImportTask {
        created_at: Some(later),
        comments: vec![ImportComment {
            comment_id: CommentId(uuid::Uuid::from_u128(9)),
            body: "hm".into(),
            author_id: None,
            created_at: None,
            edited_at: None,
        }],
        ..a_task(5, None, None)
    };
    let now = world.now;
    let before = seen(&world.state);
    let change = world.run(&import(
        vec![trash],
        vec![
            a_task(1, None, Some(1)),
            gone,
            a_task(3, Some(2), None),
            a_task(4, Some(3), None),
            future,
        ],
    ));
    let held = world.state.list(list(1)).unwrap();
    assert!(held.is_deleted() && held.archived_at.is_some());
    assert!(
        (1..=4).all(|n| world.task(n).is_deleted()),
        "also what hangs below"
    );
    assert_eq!(world.task(2).completed_at, Some(now));
    assert_eq!(
        world.task(5).created_at,
        now,
        "nothing comes from the future"
    );
    assert_eq!(world.task(5).comments.len(), 1);
    world.undo(change).unwrap();
    assert_eq!(seen(&world.state), before);
    assert!(world.task(5).is_deleted());
    world.redo(change).unwrap();
    assert!(!world.task(5).is_deleted());
}

#[test]
fn importing_again_brings_back_what_an_undo_took_and_nothing_else() {
    let mut world = World::new();
    let all = import(
        vec![a_list(1)],
        vec![
            a_task(1, None, Some(1)),
            a_task(2, Some(1), None),
            a_task(3, None, None),
            a_task(4, None, None),
        ],
    );
    let change = world.run(&all);
    world.run(&Command::DeleteTask { task_id: task(4) });
    let imported = seen(&world.state);
    world.undo(change).unwrap();
    assert!(world.state.tasks().all(taskfold_domain::Task::is_deleted));
    // Twice: the second undo takes back what the second import brought.
    for _ in 0..2 {
        let again = world.run(&all);
        assert_eq!((world.last.restored, world.last.skipped), (4, 1));
        assert_eq!(seen(&world.state), imported);
        assert!(world.task(4).is_deleted(), "a person did that");
        world.run(&all);
        assert_eq!((world.last.restored, world.last.skipped), (0, 5));
        assert!(world.types().is_empty());
        world.undo(again).unwrap();
        assert!(world.state.tasks().all(taskfold_domain::Task::is_deleted));
    }
}

#[test]
fn what_was_redone_and_undone_again_comes_back_too() {
    let mut world = World::new();
    let all = import(vec![], vec![a_task(1, None, None)]);
    let change = world.run(&all);
    world.undo(change).unwrap();
    world.redo(change).unwrap();
    assert!(!world.task(1).is_deleted());
    world.undo(change).unwrap();
    world.run(&all);
    assert_eq!(world.last.restored, 1);
    world.run(&Command::DeleteTask { task_id: task(1) });
    world.run(&all);
    assert_eq!((world.last.restored, world.last.skipped), (0, 1));
}

#[test]
fn originals_are_kept_and_only_an_owner_speaks_for_others() {
    let mut world = World::new();
    let early = |text: &str| Some(text.parse().unwrap());
    let said = ImportComment {
        comment_id: CommentId(uuid::Uuid::from_u128(9)),
        body: "hm".into(),
        author_id: Some(user(OWNER)),
        created_at: early("2020-01-02T00:00:00Z"),
        edited_at: early("2020-01-03T00:00:00Z"),
    };
    let one = ImportTask {
        created_at: early("2020-01-01T00:00:00Z"),
        created_by: Some(user(OWNER)),
        updated_at: early("2020-01-09T00:00:00Z"),
        completed_at: early("2020-01-04T00:00:00Z"),
        deleted: true,
        deleted_at: early("2020-01-05T00:00:00Z"),
        next_id: Some(task(2)),
        comments: vec![said.clone()],
        ..a_task(1, None, None)
    };
    let two = ImportTask {
        previous_id: Some(task(1)),
        ..a_task(2, None, None)
    };
    world.run(&import(vec![], vec![one.clone(), two]));
    let held = world.task(1);
    assert_eq!(
        (held.updated_at, held.deleted_at, held.next_id),
        (one.updated_at.unwrap(), one.deleted_at, Some(task(2)))
    );
    let comment = held.comments.iter().next().unwrap().1;
    assert_eq!(
        (comment.author_id, comment.created_at, comment.edited_at),
        (said.author_id, said.created_at.unwrap(), said.edited_at)
    );
    assert_eq!(world.task(2).previous_id, Some(task(1)));
    let twice = ImportTask {
        comments: vec![said.clone(), said.clone()],
        ..a_task(3, None, None)
    };
    let stranger = ImportTask {
        created_by: Some(user(77)),
        previous_id: Some(task(99)),
        ..a_task(3, None, None)
    };
    for (wrong, fields) in [
        (twice, vec!["tasks[0].comments[1].comment_id"]),
        (
            stranger,
            vec!["tasks[0].created_by", "tasks[0].previous_id"],
        ),
    ] {
        let rejection = world.try_run(&import(vec![], vec![wrong])).unwrap_err();
        let text = rejection.to_string();
        assert!(fields.iter().all(|field| text.contains(field)), "{text}");
    }
}
