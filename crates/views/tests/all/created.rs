//! What history says of things that are new.

use serde_json::json;
use taskfold_contracts::values::Priority;
use taskfold_views::activity;

use super::world::*;

#[test]
fn a_created_task_lists_all_that_was_set_and_nothing_else() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(ws, list_created(1, "Home"));
    world.add(ws, created(1, "Bare"));
    let mut event = created(2, "Full");
    event.description = "More".into();
    event.priority = Priority::High;
    event.due_date = Some(day("2026-12-01"));
    event.start_date = Some("2026-11-30".parse().unwrap());
    event.tags = vec!["a".into(), "b".into()];
    event.list_id = Some(list(1));
    event.parent_id = Some(task(1));
    event.blocked_by = vec![task(1)];
    event.assignee_id = Some(user(1));
    world.add(ws, event);
    let changes = |number| {
        let of = |r: &taskfold_views::Reader| activity::of_task(r, ws, task(number), 10, None);
        let page = world.views().read_blocking(of).unwrap();
        let changes = page.items[0].changes.iter();
        let changes: Vec<_> = changes
            .map(|change| json!([change.field, change.from, change.to]))
            .collect();
        json!(changes)
    };
    assert_eq!(changes(1), json!([["title", null, "Bare"]]));
    assert_eq!(
        changes(2),
        json!([
            ["title", null, "Full"],
            ["description", null, "More"],
            ["priority", "none", "high"],
            ["due", null, {"date": "2026-12-01", "time": null, "zone": null}],
            ["start", null, "2026-11-30"],
            ["list_id", null, list(1)],
            ["parent_id", null, task(1)],
            ["tags", [], ["a", "b"]],
            ["blocked_by", [], [task(1)]],
            ["assignee_id", null, user(1)],
        ])
    );
}
