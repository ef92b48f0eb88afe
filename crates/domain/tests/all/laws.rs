//! Laws, over a tiny space: few tasks, few lists, all commands.

use proptest::prelude::*;
use taskfold_contracts::commands::{
    Command, CommentBody, CreateList, CreateTask, MoveList, MoveTask, RecurrenceInput,
    ReminderInput, SaveFilter, UpdateList, UpdateTask,
};
use taskfold_contracts::ids::ReminderId;
use taskfold_contracts::values::{Due, Priority, RecursFrom};
use taskfold_domain::{MAX_DEPTH, Task, Workspace};

use crate::harness::{OWNER, World, code, home, list, seen, task, titled, user};
use crate::snapshots::told;

fn due(day: u8) -> Due {
    let date = jiff::civil::date(2026, 11, 20 + i8::try_from(day % 8).unwrap());
    Due {
        date,
        time: None,
        zone: None,
    }
}

fn create(n: u64, parent: Option<u64>, in_list: Option<u64>, repeats: bool) -> Command {
    let rule = RecurrenceInput {
        rule: "FREQ=DAILY".into(),
        from: RecursFrom::Due,
        except: vec![],
    };
    Command::CreateTask(CreateTask {
        task_id: Some(task(n)),
        parent_id: parent.map(task),
        list_id: in_list.filter(|_| parent.is_none()).map(list),
        due: Some(due(1)),
        recurrence: repeats.then_some(rule),
        ..titled("Task")
    })
}

/// The fields that [`edit`] knows: all that an update can change.
const FIELDS: u8 = 11;

fn edit(field: u8, value: u8) -> UpdateTask {
    let mut changes = UpdateTask::default();
    let set = value > 0;
    match field % FIELDS {
        0 => changes.title = Some(format!("T{value}")),
        1 => changes.description = Some(format!("D{value}")),
        2 => changes.priority = Some(Priority::ALL[usize::from(value % 5)]),
        3 => changes.due = Some(Some(due(value))),
        4 => changes.start = Some(set.then(|| due(value).date)),
        5 => changes.add_tags = vec![format!("g{value}")],
        6 => changes.remove_tags = vec![format!("g{}", value + 10), format!("g{}", value % 3)],
        // Not task 1, which is the one that the laws edit.
        7 => changes.blocked_by = Some(vec![task([0, 2, 3, 4][usize::from(value % 4)])]),
        8 => changes.assignee_id = Some(set.then(|| user(OWNER))),
        9 => {
            changes.reminders = Some(vec![ReminderInput {
                reminder_id: Some(ReminderId(uuid::Uuid::from_u128(u128::from(value % 3)))),
                at: None,
                minutes_before_due: Some(i32::from(value)),
            }]);
        }
        _ => {
            let rule = format!("FREQ=DAILY;INTERVAL={}", value + 1);
            let from = RecursFrom::Due;
            changes.recurrence = Some(set.then_some(RecurrenceInput {
                rule,
                from,
                except: vec![],
            }));
        }
    }
    changes
}

/// A task with something in each field.
fn full() -> World {
    let mut world = World::new();
    for n in [0, 2, 3, 4] {
        world.add(n);
    }
    world.run(&create(1, None, None, true));
    world.run(&Command::UpdateTask {
        task_id: task(1),
        changes: UpdateTask {
            add_tags: (10..16).map(|n| format!("g{n}")).collect(),
            blocked_by: Some(vec![task(4)]),
            start: Some(Some(due(7).date)),
            ..UpdateTask::default()
        },
    });
    world
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let (id, lid) = (0..5_u64, 0..2_u64);
    let maybe = || prop::option::of(0..5_u64);
    prop_oneof![
        4 => (id.clone(), maybe(), prop::option::of(lid.clone()), any::<bool>())
            .prop_map(|(n, parent, in_list, repeats)| create(n, parent, in_list, repeats)),
        3 => (id.clone(), 0..FIELDS, 0..6_u8).prop_map(|(n, field, value)| Command::UpdateTask {
            task_id: task(n),
            changes: edit(field, value),
        }),
        3 => (id.clone(), prop::option::of(maybe()), prop::option::of(prop::option::of(lid.clone())), maybe())
            .prop_map(|(n, parent, to, after)| Command::MoveTask {
                task_id: task(n),
                to: MoveTask {
                    parent_id: parent.map(|parent| parent.map(task)),
                    list_id: to.map(|to| to.map(list)),
                    after: after.map(task),
                    before: None,
                },
            }),
        2 => id.clone().prop_map(|n| Command::CompleteTask { task_id: task(n) }),
        1 => id.clone().prop_map(|n| Command::ReopenTask { task_id: task(n) }),
        2 => id.clone().prop_map(|n| Command::DeleteTask { task_id: task(n) }),
        1 => id.clone().prop_map(|n| Command::RestoreTask { task_id: task(n) }),
        1 => id.prop_map(|n| Command::AddComment {
            task_id: task(n),
            comment: CommentBody { body: "hm".into() },
        }),
        2 => lid.clone().prop_map(|n| Command::CreateList(CreateList {
            list_id: Some(list(n)),
            name: format!("L{n}"),
            color: None,
        })),
        1 => (lid.clone(), 0..3_u8).prop_map(|(n, v)| Command::UpdateList {
            list_id: list(n),
            changes: UpdateList { name: Some(format!("L{v}")), color: None },
        }),
        1 => lid.clone().prop_map(|n| Command::MoveList { list_id: list(n), to: MoveList::default() }),
        1 => lid.clone().prop_map(|n| Command::ArchiveList { list_id: list(n) }),
        1 => lid.clone().prop_map(|n| Command::DeleteList { list_id: list(n) }),
        1 => lid.prop_map(|n| Command::RestoreList { list_id: list(n) }),
        1 => (0..3_u8).prop_map(|v| Command::SaveFilter(SaveFilter {
            name: format!("F{v}"),
            ..SaveFilter::default()
        })),
    ]
}

fn holds(state: &Workspace) {
    for task in state.tasks() {
        let live = !task.is_deleted();
        let parent = task
            .parent_id
            .map(|id| state.task(id).expect("the parent exists"));
        if let Some(parent) = parent {
            assert_eq!(
                task.list_id, parent.list_id,
                "a subtask is in the list of its parent"
            );
            assert!(
                !live || !parent.is_deleted(),
                "a live task hangs under a live one"
            );
        }
        let up = |task: &&Task| task.parent_id.and_then(|id| state.task(id));
        let chain = std::iter::successors(Some(task), up).take(50).count();
        assert!(chain < 50, "no cycle");
        assert!(!live || chain <= MAX_DEPTH, "not too deep");
        let siblings: Vec<_> = state
            .tasks_in(task.list_id, task.parent_id)
            .map(|t| t.id)
            .collect();
        assert!(siblings.contains(&task.id), "the index knows it");
        let list = task
            .list_id
            .map(|id| state.list(id).expect("the list exists"));
        assert!(
            !live || list.is_none_or(|list| !list.is_deleted()),
            "in a live list"
        );
    }
    let seats: usize = state.tasks_in(None, None).count()
        + state
            .lists()
            .map(|list| state.tasks_in(Some(list.id), None).count())
            .sum::<usize>()
        + state
            .tasks()
            .map(|task| state.children(task.id).count())
            .sum::<usize>();
    assert_eq!(seats, state.task_count(), "each task has one seat");
    assert!(
        state
            .members()
            .any(|(_, role)| role == taskfold_contracts::values::Role::Owner)
    );
}

/// Runs what is not refused.
fn try_all(world: &mut World, commands: &[Command]) {
    for command in commands {
        let _refused = world.try_run(command);
    }
}

fn refold(world: &World) -> Workspace {
    let mut state = Workspace::new(home());
    world.log.iter().for_each(|envelope| state.apply(envelope));
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn undo_restores_and_redo_repeats(
        given in prop::collection::vec(command(), 0..25),
        when in command(),
    ) {
        let mut world = World::new();
        try_all(&mut world, &given);
        let before = seen(&world.state);
        let Ok(change) = world.try_run(&when) else { return Ok(()) };
        let after = seen(&world.state);
        if world.last.events.is_empty() { return Ok(()) }
        holds(&world.state);
        world.undo(change).unwrap();
        prop_assert_eq!(seen(&world.state), before);
        world.redo(change).unwrap();
        prop_assert_eq!(seen(&world.state), after);
        holds(&world.state);
    }

    #[test]
    fn a_snapshot_and_the_tail_are_the_whole(
        given in prop::collection::vec(command(), 0..25),
        cut in 0..60_usize,
    ) {
        let mut world = World::new();
        try_all(&mut world, &given);
        let (past, tail) = world.log.split_at(cut.min(world.log.len()));
        let mut state = Workspace::new(home());
        for event in past { state.apply(event); }
        let mut state = Workspace::from_snapshot(&state.to_snapshot()).unwrap();
        for event in tail { state.apply(event); }
        prop_assert_eq!(told(&state), told(&refold(&world)));
    }

    #[test]
    fn all_undone_is_back_at_the_start(commands in prop::collection::vec(command(), 0..40)) {
        let mut world = World::new();
        let start = seen(&world.state);
        let mut changes = Vec::new();
        for command in &commands {
            if let Ok(change) = world.try_run(command) && !world.last.events.is_empty() {
                changes.push(change);
            }
            holds(&world.state);
        }
        for change in changes.into_iter().rev() {
            world.undo(change).unwrap();
            prop_assert!(world.last.kept.is_empty(), "{:?}", world.last.kept);
            holds(&world.state);
        }
        prop_assert_eq!(seen(&world.state), start);
    }

    #[test]
    fn undoing_in_any_order_breaks_no_rule(
        commands in prop::collection::vec(command(), 0..30),
        picks in prop::collection::vec(0..30_usize, 0..15),
    ) {
        let mut world = World::new();
        let mut changes: Vec<_> =
            commands.iter().filter_map(|command| world.try_run(command).ok()).collect();
        for pick in picks {
            if let Some(change) = changes.get(pick).copied()
                && let Ok(undoing) = world.undo(change)
            {
                changes.push(undoing);
            }
            holds(&world.state);
        }
    }

    #[test]
    fn applying_twice_is_applying_once(commands in prop::collection::vec(command(), 0..30)) {
        let mut world = World::new();
        try_all(&mut world, &commands);
        let mut twice = Workspace::new(home());
        for envelope in &world.log {
            twice.apply(envelope);
            twice.apply(envelope);
        }
        world.log.iter().for_each(|envelope| twice.apply(envelope));
        prop_assert_eq!(format!("{twice:?}"), format!("{:?}", refold(&world)));
    }

    #[test]
    fn edits_of_different_fields_commute(
        a in 0..FIELDS, b in 0..FIELDS, v in 0..6_u8, w in 0..6_u8,
    ) {
        // A series begins at the due date, so one after the other these two are about the same thing.
        let about_due = |field: u8| field == 3 || field == 10;
        prop_assume!(a != b && !(about_due(a) && about_due(b)));
        prop_assume!(!(5..=6).contains(&a) || !(5..=6).contains(&b));
        let run = |first: UpdateTask, second: UpdateTask| {
            let mut world = full();
            for changes in [first, second] {
                world.run(&Command::UpdateTask { task_id: task(1), changes });
            }
            seen(&world.state)
        };
        prop_assert_eq!(run(edit(a, v), edit(b, w)), run(edit(b, w), edit(a, v)));
    }

    #[test]
    fn edits_of_different_fields_merge_when_neither_saw_the_other(
        a in 0..FIELDS, b in 0..FIELDS, v in 0..6_u8, w in 0..6_u8,
    ) {
        prop_assume!(a != b);
        // Tags are fields each.
        let same_tag = |tags: u8, gone: u8| tags == gone % 3;
        let clash = (a, b) == (5, 6) && same_tag(v, w) || (a, b) == (6, 5) && same_tag(w, v);
        prop_assume!(!clash);
        let run = |first: UpdateTask, second: UpdateTask| {
            let mut world = full();
            let base = world.state.clone();
            let mut touched = 0;
            for changes in [first, second] {
                let edit = Command::UpdateTask { task_id: task(1), changes };
                let write = world.decide_on(&base, &edit).expect("an edit is allowed");
                touched += write.decision.events.len();
                world.append(write.decision, World::owner(), None);
            }
            (touched, seen(&world.state))
        };
        prop_assert_eq!(run(edit(a, v), edit(b, w)), run(edit(b, w), edit(a, v)));
    }

    #[test]
    fn undoing_one_of_two_edits_leaves_the_other(
        a in 0..FIELDS, b in 0..FIELDS, v in 0..6_u8, w in 0..6_u8,
    ) {
        let about_due = |field: u8| field == 3 || field == 10;
        prop_assume!(a != b && !(about_due(a) && about_due(b)));
        prop_assume!(!(5..=6).contains(&a) || !(5..=6).contains(&b));
        let run = |world: &mut World, changes: UpdateTask| {
            world.run(&Command::UpdateTask { task_id: task(1), changes })
        };
        let mut alone = full();
        run(&mut alone, edit(b, w));
        let mut world = full();
        let first = run(&mut world, edit(a, v));
        if world.last.events.is_empty() { return Ok(()) }
        run(&mut world, edit(b, w));
        world.undo(first).unwrap();
        prop_assert!(world.last.kept.is_empty(), "{:?}", world.last.kept);
        prop_assert_eq!(seen(&world.state), seen(&alone.state));
    }

    #[test]
    fn a_batch_is_its_commands_one_after_the_other(
        given in prop::collection::vec(command(), 0..12),
        commands in prop::collection::vec(command(), 1..12),
    ) {
        let mut world = World::new();
        try_all(&mut world, &given);
        let before = seen(&world.state);
        let Ok(change) = world.try_run(&Command::Batch { commands }) else { return Ok(()) };
        holds(&world.state);
        if world.last.events.is_empty() { return Ok(()) }
        // What was made and deleted within the batch leaves nothing to undo.
        if let Err(rejection) = world.undo(change) {
            prop_assert_eq!(code(rejection), "nothing_to_undo");
        }
        prop_assert_eq!(seen(&world.state), before);
    }

    #[test]
    fn decisions_on_the_same_state_break_no_rule_in_either_order(
        given in prop::collection::vec(command(), 5..25),
        together in prop::collection::vec(command(), 2..5),
    ) {
        let mut world = World::new();
        try_all(&mut world, &given);
        let state = world.state.clone();
        let writes: Vec<_> =
            together.iter().filter_map(|command| world.decide_on(&state, command)).collect();
        for write in writes {
            let _conflict = world.commit(write);
            holds(&world.state);
            prop_assert!(world.state.unswept().is_empty());
        }
    }

    #[test]
    fn restoring_brings_a_moment_back(
        then in prop::collection::vec(command(), 0..20),
        since in prop::collection::vec(command(), 0..20),
    ) {
        let mut world = World::new();
        try_all(&mut world, &then);
        let (moment, before) = (world.log.len(), seen(&world.state));
        try_all(&mut world, &since);
        let scope = taskfold_contracts::commands::Restore {
            task_id: None,
            list_id: None,
            to: taskfold_contracts::commands::Moment::Time(world.now),
        };
        world.restore(moment, &scope).unwrap();
        prop_assert_eq!(seen(&world.state), before);
        holds(&world.state);
    }
}
