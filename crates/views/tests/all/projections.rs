//! Each event and its effect.

use serde_json::json;
use taskfold_contracts::events::*;
use taskfold_contracts::ids::*;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::*;
use taskfold_views::{Views, activity, counts, filters, lists, tasks, trash};

use super::world::*;

#[test]
fn a_task_is_shown_as_it_was_created() {
    let mut world = World::default();
    let ws = workspace(1);
    let event = TaskCreated {
        description: "**bold**".into(),
        priority: Priority::High,
        due_date: Some(Due {
            date: "2026-11-21".parse().unwrap(),
            time: Some("09:00:00".parse().unwrap()),
            zone: Some("Europe/Berlin".into()),
        }),
        start_date: Some("2026-11-20".parse().unwrap()),
        tags: vec!["home".into(), "Über".into()],
        recurrence: Some(Recurrence {
            rule: "FREQ=DAILY".into(),
            from: RecursFrom::Due,
            anchor: day("2026-11-21"),
            except: Vec::new(),
            occurrence: 1,
        }),
        reminders: vec![Reminder {
            reminder_id: ReminderId(id(9)),
            at: None,
            minutes_before_due: Some(10),
        }],
        list_id: Some(list(1)),
        assignee_id: Some(user(2)),
        previous_id: Some(task(8)),
        origin: Some(Origin {
            source: "todoist".into(),
            external_id: "7".into(),
        }),
        ..created(1, "Pay rent")
    };
    let envelope = world.add(ws, event.clone());
    let task = get(&world.views(), ws, 1);
    assert_eq!(task.title, "Pay rent");
    assert_eq!(task.description, "**bold**");
    assert_eq!(task.priority, Priority::High);
    assert_eq!(task.due, event.due_date);
    assert_eq!(task.start, event.start_date);
    assert_eq!(task.tags, event.tags);
    assert_eq!(task.recurrence, event.recurrence);
    assert_eq!(task.reminders, event.reminders);
    assert_eq!(task.list_id, Some(list(1)));
    assert_eq!(task.assignee_id, Some(user(2)));
    assert_eq!(task.created_by, Some(user(1)));
    assert_eq!(task.previous_id, Some(self::task(8)));
    assert_eq!(task.origin, event.origin);
    assert_eq!(
        (task.created_at, task.updated_at),
        (envelope.occurred_at, envelope.occurred_at)
    );
    assert_eq!(task.version, 1);
}

#[test]
fn updates_change_what_they_name_and_activity_says_from_what_to_what() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(
        ws,
        TaskCreated {
            tags: vec!["a".into(), "b".into()],
            ..created(1, "Old")
        },
    );
    world.add(ws, created(2, "Blocker"));
    world.add(
        ws,
        TaskUpdated {
            title: Some("New".into()),
            due_date: Some(Set {
                value: Some(day("2026-12-01")),
            }),
            tags_added: vec!["c".into()],
            tags_removed: vec!["a".into()],
            blocked_by_added: vec![task(2)],
            priority: Some(Priority::None),
            ..updated(1)
        },
    );
    let views = world.views();
    let shown = get(&views, ws, 1);
    assert_eq!(shown.title, "New");
    assert_eq!(shown.tags, ["b", "c"]);
    assert_eq!(shown.due, Some(day("2026-12-01")));
    assert!(shown.blocked);
    assert_eq!(shown.version, 2);
    let page = views
        .read_blocking(|r| activity::of_task(r, ws, task(1), 10, None))
        .unwrap();
    let changes = serde_json::to_value(&page.items[0].changes).unwrap();
    assert_eq!(
        changes,
        json!([
            {"field": "title", "from": "Old", "to": "New"},
            {"field": "due", "from": null, "to": {"date": "2026-12-01", "time": null, "zone": null}},
            {"field": "tags", "from": ["a", "b"], "to": ["b", "c"]},
            {"field": "blocked_by", "from": [], "from_name": [], "to": [task(2)], "to_name": ["Blocker"]},
        ])
    );
    assert_eq!(page.items[0].actor, Actor::User(user(1)));
    assert_eq!(page.items[1].event_type, "task.created");

    world.add(ws, completed(2));
    assert!(
        !get(&world.views(), ws, 1).blocked,
        "a blocker that is done blocks nothing"
    );
}

#[test]
fn completing_deleting_and_moving_can_be_taken_back() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(ws, list_created(1, "Home"));
    world.add(
        ws,
        TaskCreated {
            list_id: Some(list(1)),
            ..created(1, "A")
        },
    );
    world.add(ws, completed(1));
    assert!(get(&world.views(), ws, 1).completed_at.is_some());
    world.add(ws, TaskReopened { task_id: task(1) });
    assert!(get(&world.views(), ws, 1).completed_at.is_none());
    world.add(ws, TaskDeleted { task_id: task(1) });
    let views = world.views();
    assert!(titles(&views, ws, "", "").is_empty());
    assert_eq!(titles(&views, ws, "is:trashed", ""), ["A"]);
    let page = views
        .read_blocking(|r| trash::tasks(r, ws, 10, None))
        .unwrap();
    assert_eq!(page.items.len(), 1);
    world.add(ws, TaskRestored { task_id: task(1) });
    assert!(get(&world.views(), ws, 1).deleted_at.is_none());
    world.add(
        ws,
        TaskMoved {
            task_id: task(1),
            list_id: None,
            parent_id: None,
            rank: "z".into(),
        },
    );
    let views = world.views();
    assert_eq!(get(&views, ws, 1).list_id, None);
    let page = views
        .read_blocking(|r| activity::of_list(r, ws, list(1), 10, None))
        .unwrap();
    let types: Vec<&str> = page
        .items
        .iter()
        .map(|item| item.event_type.as_str())
        .collect();
    assert_eq!(
        types,
        [
            "task.moved",
            "task.restored",
            "task.deleted",
            "task.reopened",
            "task.completed",
            "task.created",
            "list.created"
        ]
    );
}

#[test]
fn comments_come_are_reworded_and_go() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(ws, created(1, "A"));
    world.add(ws, commented(1, 1, "first"));
    world.add(ws, commented(2, 1, "second"));
    world.add(
        ws,
        TaskCommentEdited {
            task_id: task(1),
            comment_id: comment(1),
            body: "1st".into(),
        },
    );
    world.add(
        ws,
        TaskCommentDeleted {
            task_id: task(1),
            comment_id: comment(2),
        },
    );
    let views = world.views();
    assert_eq!(get(&views, ws, 1).comments, 1);
    let page = views
        .read_blocking(|r| tasks::comments(r, ws, task(1), 10, None))
        .unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].body, "1st");
    assert!(page.items[0].edited_at.is_some());
    world.add(ws, commented(2, 1, "second again"));
    assert_eq!(get(&world.views(), ws, 1).comments, 2);
}

#[test]
fn a_reminder_moves_the_version_alone() {
    let mut world = World::default();
    let ws = workspace(1);
    let first = world.add(ws, created(1, "A"));
    world.add(
        ws,
        ReminderTriggered {
            task_id: task(1),
            reminder_id: ReminderId(id(1)),
            due_at: Timestamp::from_millis(START),
        },
    );
    let shown = get(&world.views(), ws, 1);
    assert_eq!((shown.version, shown.updated_at), (2, first.occurred_at));
}

#[test]
fn lists_follow_their_events() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(ws, list_created(1, "Home"));
    world.add(ws, list_created(2, "Work"));
    world.add(
        ws,
        ListUpdated {
            list_id: list(1),
            name: Some("House".into()),
            color: Some(Set {
                value: Some("#ff0000".into()),
            }),
        },
    );
    world.add(
        ws,
        ListMoved {
            list_id: list(1),
            rank: "zz".into(),
        },
    );
    world.add(ws, ListArchived { list_id: list(2) });
    world.add(
        ws,
        TaskCreated {
            list_id: Some(list(1)),
            ..created(1, "A")
        },
    );
    let views = world.views();
    let names = |views: &Views, archived| -> Vec<String> {
        let all = views
            .read_blocking(|r| lists::all(r, ws, archived))
            .unwrap();
        all.into_iter().map(|list| list.name).collect()
    };
    assert_eq!(names(&views, false), ["House"]);
    assert_eq!(names(&views, true), ["Work", "House"]);
    let house = views
        .read_blocking(|r| lists::get(r, ws, list(1)))
        .unwrap()
        .unwrap();
    assert_eq!(
        (house.color.as_deref(), house.open, house.version),
        (Some("#ff0000"), 1, 3)
    );
    world.add(ws, ListUnarchived { list_id: list(2) });
    world.add(ws, ListDeleted { list_id: list(1) });
    let views = world.views();
    assert_eq!(names(&views, false), ["Work"]);
    assert_eq!(
        views.read_blocking(|r| trash::lists(r, ws)).unwrap().len(),
        1
    );
    world.add(ws, ListRestored { list_id: list(1) });
    assert_eq!(names(&world.views(), false), ["Work", "House"]);
}

#[test]
fn saved_filters_follow_their_events() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(
        ws,
        WorkspaceCreated {
            workspace: ws,
            name: "W".into(),
            personal: true,
        },
    );
    let filter_id = FilterId(id(5));
    let saved = |name: &str| WorkspaceFilterSaved {
        workspace: ws,
        filter_id,
        name: name.into(),
        query: "is:open".into(),
        sort: "due".into(),
    };
    world.add(ws, saved("A"));
    world.add(ws, saved("B"));
    let views = world.views();
    let all = views.read_blocking(|r| filters::all(r, ws)).unwrap();
    assert_eq!((all.len(), all[0].name.as_str()), (1, "B"));
    assert!(all[0].updated_at > all[0].created_at);
    world.add(
        ws,
        WorkspaceFilterRemoved {
            workspace: ws,
            filter_id,
        },
    );
    assert!(
        world
            .views()
            .read_blocking(|r| filters::all(r, ws))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn counts_keep_step() {
    let mut world = World::default();
    let ws = workspace(1);
    for (number, due) in [(1, "2026-11-20"), (2, "2026-11-21"), (3, "2026-11-22")] {
        world.add(
            ws,
            TaskCreated {
                due_date: Some(day(due)),
                tags: vec!["x".into()],
                ..created(number, "T")
            },
        );
    }
    world.add(
        ws,
        TaskCreated {
            list_id: Some(list(1)),
            ..created(4, "T")
        },
    );
    world.add(ws, completed(3));
    world.add(ws, completed(4));
    let now = query("", "").now;
    let views = world.views();
    let all = views
        .read_blocking(|r| counts::of_workspace(r, ws, &now))
        .unwrap();
    assert_eq!((all.open, all.done, all.overdue, all.today), (2, 2, 1, 1));
    assert_eq!(
        all.lists[0],
        counts::ListCount {
            list_id: None,
            open: 2,
            done: 1
        }
    );
    let tags = views.read_blocking(|r| tasks::tags(r, ws)).unwrap();
    assert_eq!((tags[0].open, tags[0].done), (2, 1));
    for number in 1..=3 {
        world.add(
            ws,
            TaskDeleted {
                task_id: task(number),
            },
        );
    }
    let views = world.views();
    assert!(
        views
            .read_blocking(|r| tasks::tags(r, ws))
            .unwrap()
            .is_empty()
    );
}
