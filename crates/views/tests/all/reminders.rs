//! Which reminders wait, for when, and which ones fired.

use taskfold_contracts::events::*;
use taskfold_contracts::ids::*;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::*;
use taskfold_views::Views;
use taskfold_views::reminders::{self, Clocks, Pending};

use super::world::*;

const HOUR: i64 = 3_600_000;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_millis(START + hours * HOUR)
}

fn instant(number: u64, hours: i64) -> Reminder {
    Reminder {
        reminder_id: ReminderId(id(number)),
        at: Some(at(hours)),
        minutes_before_due: None,
    }
}

/// A workspace whose owner is in Tokyo.
fn world() -> World {
    let (mut world, ws) = (World::default(), workspace(1));
    world.add(
        ws,
        WorkspaceCreated {
            workspace: ws,
            name: "W".into(),
            personal: true,
        },
    );
    world.add(
        ws,
        UserRegistered {
            user: user(1),
            email: "anna@example.org".into(),
            display_name: "Anna".into(),
            personal_workspace_id: ws,
            time_zone: "Asia/Tokyo".into(),
            locale: "en".into(),
            is_admin: true,
        },
    );
    world
}

/// All that [`reminders::page`] gives, one at a time.
fn pages(views: &Views, clocks: Clocks, now: Timestamp) -> Vec<Pending> {
    let mut all: Vec<Pending> = Vec::new();
    loop {
        let page = views.read_blocking(|r| reminders::page(r, clocks, now, all.last(), 1));
        match page.unwrap().pop() {
            None => return all,
            Some(pending) => all.push(pending),
        }
    }
}

fn waiting(views: &Views, hours: i64) -> Vec<ReminderId> {
    let all = Clocks::ALL.into_iter();
    let all = all.flat_map(|clocks| pages(views, clocks, at(hours)));
    let come = all.filter(|pending| pending.due_at <= at(hours));
    come.map(|pending| pending.reminder_id).collect()
}

fn triggered(number: u64, of: u64, hours: i64) -> ReminderTriggered {
    ReminderTriggered {
        task_id: task(of),
        reminder_id: ReminderId(id(number)),
        due_at: at(hours),
    }
}

#[test]
fn reminders_wait_for_their_moment_and_go_with_their_tasks() {
    let (mut world, ws) = (world(), workspace(1));
    for number in 1..=4 {
        let event = TaskCreated {
            reminders: vec![instant(number, 5), instant(number + 10, 5)],
            ..created(number, "A")
        };
        world.add(ws, event);
    }
    let over = TaskCreated {
        reminders: vec![instant(20, -1)],
        ..created(5, "over")
    };
    world.add(ws, over);
    world.add(ws, triggered(1, 1, 5));
    world.add(ws, completed(2));
    world.add(ws, TaskDeleted { task_id: task(3) });
    let views = world.views();
    assert_eq!(waiting(&views, 4), []);
    let left = [11, 4, 14].map(|number| ReminderId(id(number)));
    assert_eq!(waiting(&views, 5), left);
    let next = views.read_blocking(|r| reminders::next(r, Clocks::One, at(4)));
    assert_eq!(next.unwrap(), Some(at(5)));
    let fired = views
        .read_blocking(|r| reminders::fired(r, ws, 10))
        .unwrap();
    assert_eq!(fired.len(), 1);
    assert_eq!((fired[0].due_at, fired[0].task_id), (at(5), task(1)));
    // Undone, they wait again, but for what fired; changed, they wait for another moment.
    world.add(ws, TaskReopened { task_id: task(2) });
    world.add(ws, TaskRestored { task_id: task(3) });
    let later = TaskUpdated {
        reminders: Some(Set {
            value: vec![instant(4, 6)],
        }),
        ..updated(4)
    };
    world.add(ws, later);
    let views = world.views();
    let left = [11, 2, 12, 3, 13].map(|number| ReminderId(id(number)));
    assert_eq!(waiting(&views, 5), left);
    assert_eq!(waiting(&views, 6).len(), 6);
    world.add(ws, WorkspaceDeleted { workspace: ws });
    assert_eq!(waiting(&world.views(), 6), []);
}

#[test]
fn local_reminders_come_when_the_clock_on_the_wall_says_so() {
    let (mut world, ws) = (world(), workspace(1));
    let event = TaskCreated {
        due_date: Some(Due {
            date: "2027-03-01".parse().unwrap(),
            time: Some("09:00:00".parse().unwrap()),
            zone: None,
        }),
        reminders: vec![Reminder {
            reminder_id: ReminderId(id(1)),
            at: None,
            minutes_before_due: Some(30),
        }],
        ..created(1, "A")
    };
    world.add(ws, event);
    let views = world.views();
    let long_before = "2027-02-27T00:00:00Z".parse().unwrap();
    assert_eq!(pages(&views, Clocks::Local, long_before), []);
    let next = views.read_blocking(|r| reminders::next(r, Clocks::Local, long_before));
    let look = "2027-02-28T18:30:00Z".parse().unwrap();
    assert_eq!(next.unwrap(), Some(look));
    let found = pages(&views, Clocks::Local, look);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].due_at.to_string(), "2027-02-28T23:30:00Z");
    assert_eq!(found[0].zone.as_deref(), Some("Asia/Tokyo"));
    let all = views
        .read_blocking(|r| reminders::of_workspace(r, ws, 10))
        .unwrap();
    assert_eq!(all, found);
}
