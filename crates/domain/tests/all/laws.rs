//! Laws, over a tiny space: few tasks, few lists, all commands.

use proptest::prelude::*;
use taskfold_contracts::commands::{
    Command, CommentBody, CreateList, CreateTask, MoveList, MoveTask, RecurrenceInput, SaveFilter,
    UpdateList, UpdateTask,
};
use taskfold_contracts::values::{Due, Priority, RecursFrom};
use taskfold_domain::{MAX_DEPTH, Task, Workspace};

use crate::harness::{World, code, home, list, seen, task, titled};

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

fn edit(field: u8, value: u8) -> UpdateTask {
    let mut changes = UpdateTask::default();
    match field % 7 {
        0 => changes.title = Some(format!("T{value}")),
        1 => changes.description = Some(format!("D{value}")),
        2 => changes.priority = Some(Priority::ALL[usize::from(value % 5)]),
        3 => changes.due = Some(Some(due(value))),
        4 => changes.start = Some(Some(due(value).date)),
        5 => changes.add_tags = vec![format!("g{value}")],
        _ => changes.blocked_by = Some(vec![task(u64::from(value % 5))]),
    }
    changes
}

fn command() -> impl Strategy<Value = Command> {
    let (id, lid) = (0..5_u64, 0..2_u64);
    let maybe = || prop::option::of(0..5_u64);
    prop_oneof![
        4 => (id.clone(), maybe(), prop::option::of(lid.clone()), any::<bool>())
            .prop_map(|(n, parent, in_list, repeats)| create(n, parent, in_list, repeats)),
        3 => (id.clone(), 0..7_u8, 0..6_u8).prop_map(|(n, field, value)| Command::UpdateTask {
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
            name: "L".into(),
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
    fn edits_of_different_fields_commute(a in 0..6_u8, b in 0..6_u8, v in 0..6_u8, w in 0..6_u8) {
        prop_assume!(a != b);
        let run = |first: UpdateTask, second: UpdateTask| {
            let mut world = World::new();
            world.add(1);
            for changes in [first, second] {
                world.run(&Command::UpdateTask { task_id: task(1), changes });
            }
            seen(&world.state)
        };
        prop_assert_eq!(run(edit(a, v), edit(b, w)), run(edit(b, w), edit(a, v)));
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
        let talk = |command: &&Command| !matches!(command, Command::AddComment { .. });
        since.iter().filter(talk).for_each(|command| { let _refused = world.try_run(command); });
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
