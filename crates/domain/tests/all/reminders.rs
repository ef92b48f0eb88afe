//! Reminders fire once, for what they are set for.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use taskfold_contracts::commands::{
    Command, CreateTask, ReminderInput, TriggerReminder, UpdateTask,
};
use taskfold_contracts::ids::ReminderId;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Due};
use taskfold_domain::Workspace;

use crate::harness::{World, task, titled};

const MINUTE: i64 = 60_000;

fn reminder(n: u128) -> ReminderId {
    ReminderId(uuid::Uuid::from_u128(n))
}

fn at(world: &World, minutes: i64) -> Timestamp {
    Timestamp::from_millis(world.now.as_millis() + minutes * MINUTE)
}

fn set(n: u128, moment: Timestamp) -> ReminderInput {
    ReminderInput {
        reminder_id: Some(reminder(n)),
        at: Some(moment),
        minutes_before_due: None,
    }
}

fn remind(reminders: Vec<ReminderInput>) -> Command {
    Command::UpdateTask {
        task_id: task(1),
        changes: UpdateTask {
            reminders: Some(reminders),
            ..UpdateTask::default()
        },
    }
}

fn with(reminders: Vec<ReminderInput>) -> World {
    let mut world = World::new();
    world.run(&Command::CreateTask(CreateTask {
        task_id: Some(task(1)),
        reminders,
        ..titled("Call")
    }));
    world
}

/// Asks for the reminder to fire; whether it did.
fn trigger(world: &mut World, n: u128, due_at: Timestamp) -> bool {
    let asked = TriggerReminder {
        task_id: task(1),
        reminder_id: reminder(n),
        due_at,
    };
    let decision = world.state.trigger(&world.ctx(Actor::System), &asked);
    let fires = !decision.events.is_empty();
    world.append(decision, Actor::System, None);
    fires
}

#[test]
fn a_reminder_fires_once_when_its_moment_has_come() {
    let mut world = World::new();
    let moment = at(&world, 30);
    world = with(vec![set(1, moment)]);
    assert!(!trigger(&mut world, 1, moment), "it is too early");
    world.now = moment;
    let other = Timestamp::from_millis(moment.as_millis() - MINUTE);
    assert!(
        !trigger(&mut world, 1, other),
        "it is set for another moment"
    );
    assert!(!trigger(&mut world, 2, moment), "there is no such reminder");
    assert!(trigger(&mut world, 1, moment));
    assert!(!trigger(&mut world, 1, moment), "it fired");
}

#[test]
fn what_is_done_or_in_the_trash_reminds_of_nothing() {
    for close in [
        Command::CompleteTask { task_id: task(1) },
        Command::DeleteTask { task_id: task(1) },
        Command::DeleteWorkspace,
    ] {
        let moment = at(&World::new(), 30);
        let mut world = with(vec![set(1, moment)]);
        world.run(&close);
        world.now = moment;
        assert!(!trigger(&mut world, 1, moment), "{close:?}");
    }
}

#[test]
fn what_passed_before_it_was_set_or_while_its_task_was_done_is_over() {
    let past = at(&World::new(), -1);
    let mut world = with(vec![set(1, past)]);
    assert!(!trigger(&mut world, 1, past));
    let moment = at(&world, 30);
    world.run(&remind(vec![set(2, moment)]));
    world.run(&Command::CompleteTask { task_id: task(1) });
    world.now = at(&world, 60);
    world.run(&Command::ReopenTask { task_id: task(1) });
    assert!(!trigger(&mut world, 2, moment));
}

#[test]
fn other_changes_do_not_lose_a_reminder_that_is_late() {
    let (moment, next) = (at(&World::new(), 30), at(&World::new(), 90));
    let mut world = with(vec![set(1, moment)]);
    world.now = at(&world, 60);
    world.run(&remind(vec![set(1, moment), set(2, next)]));
    assert!(trigger(&mut world, 1, moment), "late, but once");
    assert!(!trigger(&mut world, 1, moment));
}

#[test]
fn a_due_without_a_zone_is_where_somebody_is() {
    let before = ReminderInput {
        reminder_id: Some(reminder(1)),
        minutes_before_due: Some(15),
        at: None,
    };
    let mut world = with(vec![before]);
    let due = |time: &str| Command::UpdateTask {
        task_id: task(1),
        changes: UpdateTask {
            due: Some(Some(Due {
                date: "2026-11-20".parse().unwrap(),
                time: Some(time.parse().unwrap()),
                zone: None,
            })),
            ..UpdateTask::default()
        },
    };
    world.run(&due("18:00:00"));
    let moment = "2026-11-20T22:45:00Z".parse().unwrap();
    world.now = "2026-11-21T10:00:00Z".parse().unwrap();
    assert!(
        !trigger(&mut world, 1, moment),
        "that is not when it is in UTC"
    );
    world.zone = TimeZone::get("America/New_York").unwrap();
    assert!(trigger(&mut world, 1, moment));
    world.zone = TimeZone::get("America/Los_Angeles").unwrap();
    let again = "2026-11-21T01:45:00Z".parse().unwrap();
    assert!(
        !trigger(&mut world, 1, again),
        "who moves is not told twice"
    );
}

#[test]
fn a_snapshot_knows_what_fired() {
    let moment = at(&World::new(), 30);
    let mut world = with(vec![set(1, moment), set(2, moment)]);
    world.now = moment;
    assert!(trigger(&mut world, 1, moment));
    world.state = Workspace::from_snapshot(&world.state.to_snapshot()).unwrap();
    assert!(!trigger(&mut world, 1, moment));
    assert!(trigger(&mut world, 2, moment));
}

proptest! {
    /// Whatever people do and however often anybody asks, a moment fires once at most, and it does fire when
    /// it is asked for while the task is open and nobody touched it since the reminder was set.
    #[test]
    fn a_moment_is_neither_doubled_nor_lost(
        steps in prop::collection::vec((0_u8..7, 1_u128..3, 0_i64..6), 1..60),
    ) {
        let start = World::new().now;
        let moment = |n: i64| Timestamp::from_millis(start.as_millis() + n * 20 * MINUTE);
        let mut world = with(vec![set(1, moment(1)), set(2, moment(2))]);
        let mut fired = BTreeSet::new();
        for (step, n, value) in steps {
            match step {
                0 => {
                    world.run(&remind(vec![set(1, moment(value)), set(2, moment(value + 1))]));
                }
                1 => {
                    world.run(&Command::CompleteTask { task_id: task(1) });
                }
                2 => {
                    world.run(&Command::ReopenTask { task_id: task(1) });
                }
                _ => {
                    let (set_for, fires) = {
                        let held = world.state.task(task(1)).unwrap();
                        let held = held.reminders.iter().find(|held| held.reminder_id == reminder(n));
                        (held.and_then(|held| held.at), trigger(&mut world, n, moment(value)))
                    };
                    if fires {
                        prop_assert_eq!(set_for, Some(moment(value)));
                        prop_assert!(fired.insert((n, moment(value))), "twice");
                    }
                }
            }
        }
        let last = Timestamp::from_millis(world.now.as_millis() + 20 * MINUTE);
        world.run(&Command::ReopenTask { task_id: task(1) });
        world.run(&remind(vec![set(1, last)]));
        world.now = last;
        prop_assert!(trigger(&mut world, 1, last), "lost");
    }
}
