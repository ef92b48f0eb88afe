//! Doing tasks; tasks that repeat.

use taskfold_contracts::commands::{
    Command, CreateTask, RecurrenceInput, ReminderInput, UpdateTask,
};
use taskfold_contracts::values::{Due, RecursFrom};
use taskfold_domain::Task;

use crate::harness::{World, task, titled};

fn weekly(world: &mut World) {
    let due = Due {
        date: "2026-11-20".parse().unwrap(),
        time: None,
        zone: None,
    };
    world.run(&Command::CreateTask(CreateTask {
        task_id: Some(task(1)),
        due: Some(due),
        start: Some("2026-11-18".parse().unwrap()),
        tags: vec!["t".into()],
        recurrence: Some(RecurrenceInput {
            rule: "FREQ=WEEKLY".into(),
            from: RecursFrom::Due,
            except: vec![],
        }),
        reminders: vec![
            ReminderInput {
                minutes_before_due: Some(10),
                ..ReminderInput::default()
            },
            ReminderInput {
                at: Some(world.now),
                ..ReminderInput::default()
            },
        ],
        ..titled("Water")
    }));
    let step = CreateTask {
        task_id: Some(task(2)),
        parent_id: Some(task(1)),
        ..titled("Can")
    };
    world.run(&Command::CreateTask(step));
}

fn next(world: &World) -> &Task {
    world.state.task(world.task(1).next_id.unwrap()).unwrap()
}

#[test]
fn doing_a_task_does_its_subtasks() {
    let mut world = World::new();
    world.add(1);
    let step = CreateTask {
        task_id: Some(task(2)),
        parent_id: Some(task(1)),
        ..titled("s")
    };
    world.run(&Command::CreateTask(step));
    world.run(&Command::CompleteTask { task_id: task(1) });
    assert_eq!(world.types(), ["task.completed"; 2]);
    world.run(&Command::CompleteTask { task_id: task(1) });
    assert!(world.types().is_empty());
    world.run(&Command::ReopenTask { task_id: task(1) });
    assert_eq!(world.types(), ["task.reopened"]);
    world.run(&Command::ReopenTask { task_id: task(1) });
    assert!(world.types().is_empty());
}

#[test]
fn the_next_occurrence_comes_with_the_completion() {
    let mut world = World::new();
    weekly(&mut world);
    world.run(&Command::CompleteTask { task_id: task(1) });
    assert_eq!(
        world.types(),
        [
            "task.completed",
            "task.completed",
            "task.created",
            "task.created"
        ]
    );
    let (next, rank) = (next(&world), &world.task(1).rank);
    assert_eq!(next.due.as_ref().unwrap().date.to_string(), "2026-11-27");
    assert_eq!(next.start.unwrap().to_string(), "2026-11-25");
    assert_eq!((next.previous_id, &next.rank), (Some(task(1)), rank));
    assert_eq!(
        next.reminders.len(),
        1,
        "a reminder at an instant does not repeat"
    );
    assert_eq!(next.recurrence.as_ref().unwrap().occurrence, 2);
    let copies: Vec<&Task> = world.state.children(next.id).collect();
    assert!(copies.len() == 1 && copies[0].is_open());
}

#[test]
fn undoing_a_completion_takes_the_next_occurrence_away_unless_it_was_touched() {
    let mut world = World::new();
    weekly(&mut world);
    let done = world.run(&Command::CompleteTask { task_id: task(1) });
    let id = next(&world).id;
    world.undo(done).unwrap();
    assert!(world.task(1).is_open() && world.task(2).is_open());
    assert!(world.state.task(id).unwrap().is_deleted());
    world.redo(done).unwrap();
    assert!(!world.task(1).is_open() && world.state.task(id).unwrap().is_open());
    let changes = UpdateTask {
        title: Some("New".into()),
        ..UpdateTask::default()
    };
    let touched = world.run(&Command::UpdateTask {
        task_id: id,
        changes,
    });
    world.undo(done).unwrap();
    assert!(world.task(1).is_open() && world.state.task(id).unwrap().is_open());
    let kept = &world.last.kept[0];
    assert_eq!((kept.stream, kept.because), (id.into(), Some(touched)));
}
