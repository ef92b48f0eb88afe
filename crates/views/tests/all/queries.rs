//! Lists of tasks: filter, order, pages, isolation.

use taskfold_contracts::events::*;
use taskfold_contracts::position::Position;
use taskfold_contracts::values::*;
use taskfold_views::as_of::AsOf;
use taskfold_views::{QueryError, Views, activity, counts, tasks, trash};

use super::world::*;

fn many(count: u64) -> World {
    let mut world = World::default();
    for number in 1..=count {
        world.add(
            workspace(1),
            TaskCreated {
                priority: Priority::ALL[usize::try_from(number % 5).unwrap()],
                due_date: (number % 3 == 0)
                    .then(|| day(&format!("2026-12-{:02}", number % 28 + 1))),
                start_date: (number % 4 == 0).then(|| "2026-11-01".parse().unwrap()),
                parent_id: (number % 10 == 0).then(|| task(1)),
                ..created(number, &format!("T{number:03}"))
            },
        );
    }
    world
}

#[test]
fn every_order_pages_through_each_task_once() {
    let world = many(60);
    let views = world.views();
    for sort in [
        "",
        "rank",
        "-rank",
        "due",
        "-due",
        "start",
        "-start",
        "priority",
        "-priority",
        "title",
        "created",
        "-updated",
        "completed",
        "due,-priority",
        "-priority,due,title",
        "-due,-start",
        "priority,-title",
    ] {
        let whole = list_tasks(&views, workspace(1), &query("", sort)).items;
        assert_eq!(whole.len(), 60, "{sort}");
        let mut paged = Vec::new();
        let mut asked = query("", sort);
        asked.limit = 7;
        loop {
            let page = list_tasks(&views, workspace(1), &asked);
            assert!(page.items.len() <= 7);
            paged.extend(page.items);
            asked.cursor = page.next_cursor;
            if asked.cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{sort}");
    }
    let due = list_tasks(&views, workspace(1), &query("", "-due")).items;
    assert!(
        due[0].due.is_some() && due[59].due.is_none(),
        "no date comes last either way"
    );
}

#[test]
fn pages_miss_nothing_while_tasks_come_and_go() {
    let mut world = many(40);
    let views = world.views();
    let mut asked = query("", "rank");
    asked.limit = 10;
    let first = list_tasks(&views, workspace(1), &asked);
    world.add(workspace(1), TaskDeleted { task_id: task(3) });
    world.add(
        workspace(1),
        TaskCreated {
            rank: "000002x".into(),
            ..created(100, "new before")
        },
    );
    world.add(
        workspace(1),
        TaskCreated {
            rank: "000011x".into(),
            ..created(101, "new after")
        },
    );
    views.apply(&world.log).unwrap();
    asked.cursor = first.next_cursor;
    asked.limit = 500;
    let rest: Vec<String> = list_tasks(&views, workspace(1), &asked)
        .items
        .into_iter()
        .map(|task| task.title)
        .collect();
    assert_eq!(rest.len(), 31);
    assert_eq!(rest[..3], ["T011", "new after", "T012"]);
}

#[test]
fn cursors_of_other_queries_and_bad_limits_are_refused() {
    let world = many(20);
    let views = world.views();
    let mut asked = query("priority >= low", "due");
    asked.limit = 2;
    let cursor = list_tasks(&views, workspace(1), &asked)
        .next_cursor
        .unwrap();
    let refused = |query: &tasks::TaskQuery, number: u64| {
        views
            .read_blocking(|r| tasks::list(r, workspace(number), query))
            .unwrap_err()
    };
    let other = QueryError::Cursor("belongs to another query");
    for (filter, sort) in [
        ("priority >= low", "-due"),
        ("priority >= high", "due"),
        ("", "due"),
    ] {
        let mut another = query(filter, sort);
        another.cursor = Some(cursor.clone());
        assert_eq!(refused(&another, 1), other);
    }
    asked.cursor = Some(cursor);
    assert_eq!(refused(&asked, 2), other, "another workspace");
    asked.cursor = Some("%%%".to_owned());
    assert_eq!(refused(&asked, 1), QueryError::Cursor("is damaged"));
    for limit in [0, 501] {
        asked.limit = limit;
        assert_eq!(
            refused(&asked, 1),
            QueryError::Limit {
                given: limit,
                most: 500
            }
        );
    }
}

#[test]
fn filters_choose() {
    let mut world = many(30);
    world.add(
        workspace(1),
        TaskUpdated {
            tags_added: vec!["Arbeit".into()],
            ..updated(7)
        },
    );
    world.add(workspace(1), completed(8));
    world.add(
        workspace(1),
        TaskUpdated {
            title: Some("Invoice Müller".into()),
            ..updated(9)
        },
    );
    let views = world.views();
    assert_eq!(titles(&views, workspace(1), "tag = arbeit", ""), ["T007"]);
    assert_eq!(titles(&views, workspace(1), "is:done", ""), ["T008"]);
    assert_eq!(
        titles(&views, workspace(1), "text ~ \"invoice mul\"", ""),
        ["Invoice Müller"]
    );
    assert_eq!(titles(&views, workspace(1), "has:subtasks", ""), ["T001"]);
    assert_eq!(
        titles(&views, workspace(1), "", "").len(),
        29,
        "done ones only when asked for"
    );
    let mut asked = query("", "");
    asked.done = true;
    assert_eq!(list_tasks(&views, workspace(1), &asked).items.len(), 30);
    assert_eq!(get(&views, workspace(1), 1).subtasks.open, 3);
}

#[test]
fn no_query_crosses_a_workspace() {
    let world = random(21, 400);
    let views = world.views();
    let mut alone = World::default();
    for envelope in world
        .log
        .iter()
        .filter(|e| e.header.workspace_id == workspace(2))
    {
        alone.log.push(envelope.clone());
    }
    let head = Position {
        partition: 0,
        number: 400,
    };
    let only = AsOf::new(1, 1_000, None)
        .at(workspace(2), head, |after| {
            Ok(alone.of(workspace(2), after, 400))
        })
        .unwrap();
    let now = query("", "").now;
    let both = |views: &Views| {
        views
            .read_blocking(|r| {
                let mut all = query("", "-updated");
                all.done = true;
                let ws = workspace(2);
                Ok((
                    tasks::list(r, ws, &all)?,
                    tasks::tags(r, ws)?,
                    activity::of_workspace(r, ws, 500, None)?,
                    counts::of_workspace(r, ws, &now)?,
                    trash::tasks(r, ws, 500, None)?,
                    taskfold_views::lists::all(r, ws, true)?,
                ))
            })
            .unwrap()
    };
    assert_eq!(both(&views), both(&only));
    let foreign = alone.log.iter().find_map(|envelope| {
        if let Event::TaskCreated(event) = &envelope.event {
            Some(event.task_id)
        } else {
            None
        }
    });
    let foreign = foreign.unwrap();
    let ws = workspace(1);
    assert_eq!(
        views.read_blocking(|r| tasks::get(r, ws, foreign)).unwrap(),
        None
    );
    let page = views
        .read_blocking(|r| activity::of_task(r, ws, foreign, 10, None))
        .unwrap();
    assert!(page.items.is_empty());
}

#[test]
fn activity_pages_from_newest_to_oldest() {
    let world = random(4, 200);
    let views = world.views();
    let ws = workspace(1);
    let whole = views
        .read_blocking(|r| activity::of_workspace(r, ws, 500, None))
        .unwrap()
        .items;
    let (mut paged, mut cursor) = (Vec::new(), None);
    loop {
        let page = views
            .read_blocking(|r| activity::of_workspace(r, ws, 9, cursor.as_deref()))
            .unwrap();
        paged.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, whole);
    assert!(
        whole
            .windows(2)
            .all(|pair| pair[0].position > pair[1].position)
    );
    assert!(whole.iter().all(|item| item.workspace_id == ws));
}
