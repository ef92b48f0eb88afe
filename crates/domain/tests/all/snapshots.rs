//! A snapshot is as good as folding.

use taskfold_contracts::commands::{
    Command, CommentBody, CreateList, CreateTask, InviteMember, RecurrenceInput, ReminderInput,
    SaveFilter,
};
use taskfold_contracts::values::{Due, RecursFrom, Role};
use taskfold_domain::{SnapshotError, Workspace};

use crate::harness::{World, home, list, task, titled};

/// One of each kind of thing, with each field set somewhere.
fn full() -> World {
    let mut world = World::new();
    world.join(2, Role::Viewer);
    world.run(&Command::InviteMember(InviteMember {
        email: "bob@example.org".into(),
        role: Role::Editor,
        secret_hash: "ab".repeat(32),
        expires_at: "2026-12-01T00:00:00Z".parse().unwrap(),
    }));
    world.run(&Command::SaveFilter(SaveFilter {
        filter_id: None,
        name: "Now".into(),
        query: "due < +7d".into(),
        sort: "due".into(),
    }));
    world.run(&Command::CreateList(CreateList {
        list_id: Some(list(1)),
        name: "Home".into(),
        color: Some("#aabbcc".into()),
    }));
    let noon = Due {
        date: "2026-11-20".parse().unwrap(),
        time: Some("12:30:00".parse().unwrap()),
        zone: Some("Europe/Berlin".into()),
    };
    world.run(&Command::CreateTask(CreateTask {
        task_id: Some(task(1)),
        description: "**text**".into(),
        due: Some(noon),
        start: Some("2026-11-01".parse().unwrap()),
        tags: vec!["a".into(), "ü".into()],
        recurrence: Some(RecurrenceInput {
            rule: "FREQ=DAILY;COUNT=9".into(),
            from: RecursFrom::Due,
            except: vec!["2026-11-22".parse().unwrap()],
        }),
        reminders: vec![ReminderInput {
            minutes_before_due: Some(5),
            ..ReminderInput::default()
        }],
        list_id: Some(list(1)),
        assignee_id: Some(crate::harness::user(2)),
        ..titled("Water 🌱")
    }));
    world.add(2);
    world.run(&Command::CreateTask(CreateTask {
        task_id: Some(task(3)),
        parent_id: Some(task(1)),
        blocked_by: vec![task(2)],
        ..titled("below")
    }));
    for body in ["first", "second"] {
        let comment = CommentBody { body: body.into() };
        let task_id = task(2);
        world.run(&Command::AddComment { task_id, comment });
    }
    world.run(&Command::CompleteTask { task_id: task(1) });
    world.run(&Command::DeleteTask { task_id: task(2) });
    let import = serde_json::json!({
        "lists": [{
            "origin": { "source": "todoist", "external_id": "l" },
            "list_id": list(9),
            "name": "Imported",
        }],
        "tasks": [{
            "origin": { "source": "todoist", "external_id": "t" },
            "task": { "task_id": task(9), "list_id": list(9), "title": "imported" },
        }],
    });
    let imported = world.run(&Command::Import(serde_json::from_value(import).unwrap()));
    world.undo(imported).unwrap();
    world
}

/// What a state answers, with the order of tasks.
pub(crate) fn told(state: &Workspace) -> String {
    let order = |list| -> Vec<_> { state.tasks_in(list, None).map(|task| task.id).collect() };
    let lists: Vec<_> = state
        .lists()
        .map(|list| (list, order(Some(list.id))))
        .collect();
    let tasks: Vec<_> = state
        .tasks()
        .map(|task| {
            (
                task,
                state
                    .children(task.id)
                    .map(|below| below.id)
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let members: Vec<_> = state.members().collect();
    let rest = (
        state.invitations().collect::<Vec<_>>(),
        state.filters().collect::<Vec<_>>(),
    );
    let own = (
        state.id(),
        state.name(),
        state.is_personal(),
        state.is_deleted(),
    );
    let version = state.version(state.id().into());
    format!(
        "{own:?} {version:?} {members:?} {rest:?} {lists:#?} {tasks:#?} {:?}",
        order(None)
    )
}

#[test]
fn everything_comes_back() {
    let world = full();
    let back = Workspace::from_snapshot(&world.state.to_snapshot()).unwrap();
    assert_eq!(told(&back), told(&world.state));
    let empty = Workspace::new(home());
    let back = Workspace::from_snapshot(&empty.to_snapshot()).unwrap();
    assert_eq!(told(&back), told(&empty));
}

/// Whatever moment the snapshot is of, the rest of the log on top of it gives what folding all gives.
#[test]
fn a_snapshot_of_any_moment_and_the_tail_are_the_whole() {
    let world = full();
    for cut in 0..=world.log.len() {
        let mut then = Workspace::new(home());
        world.log[..cut].iter().for_each(|event| then.apply(event));
        let mut state = Workspace::from_snapshot(&then.to_snapshot()).unwrap();
        // An overlap does no harm.
        let from = cut.saturating_sub(3);
        world.log[from..]
            .iter()
            .for_each(|event| state.apply(event));
        assert_eq!(told(&state), told(&world.state), "cut at {cut}");
    }
}

#[test]
fn bytes_of_another_build_and_broken_ones_are_errors() {
    let bytes = full().state.to_snapshot();
    let read = |bytes: &[u8]| Workspace::from_snapshot(bytes).map(|_| ());
    assert_eq!(read(&[]), Err(SnapshotError::OtherLayout));
    assert_eq!(read(b"TFWS"), Err(SnapshotError::OtherLayout));
    let mut other = bytes.clone();
    other[4] ^= 1;
    assert_eq!(read(&other), Err(SnapshotError::OtherLayout));
    for length in 12..bytes.len() {
        let found = read(&bytes[..length]);
        assert!(
            matches!(found, Err(SnapshotError::Broken(_))),
            "{length}: {found:?}"
        );
    }
    let longer: Vec<u8> = bytes.iter().copied().chain([0; 4]).collect();
    assert!(read(&longer).is_err());
    // Turned bits may give another state, but never a panic.
    for at in 12..bytes.len() {
        let mut turned = bytes.clone();
        turned[at] ^= 0x55;
        let _ = read(&turned);
    }
}
