//! Tasks that are made while what they go into is deleted.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::kit::{Person, Server};

/// Makes tasks in a list or under a task until it is gone; gives how many.
async fn fill(anna: Person, body: Value) -> usize {
    for made in 0..30 {
        let answer = anna.post("/tasks", body.clone()).await;
        if answer.status != 201 {
            // It is gone, or others were always faster.
            assert!(matches!(answer.status, 404 | 409 | 422), "{}", answer.body);
            return made;
        }
    }
    30
}

/// How many open tasks are in a list, or under a task.
async fn inside(server: &Server, anna: &Person, field: &str, id: &str) -> usize {
    let page = anna.get(server, "/tasks?filter=&limit=200").await.ok().body;
    assert_eq!(page["next_cursor"], Value::Null);
    let tasks = page["items"].as_array().unwrap();
    tasks.iter().filter(|task| task[field] == id).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stays_live_in_what_was_deleted_meanwhile() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let mut late = 0;
    for round in 0..12 {
        let (place, field) = if round % 2 == 0 {
            let list = anna.post("/lists", json!({"name": format!("l{round}")}));
            (format!("/lists/{}", list.await.ok().id()), "list_id")
        } else {
            (format!("/tasks/{}", anna.task("parent").await), "parent_id")
        };
        let id = place.rsplit('/').next().unwrap();
        let mut filling = JoinSet::new();
        for _ in 0..6 {
            let body = json!({"title": "child", field: id});
            filling.spawn(fill(anna.clone(), body));
        }
        anna.task("something else").await;
        let deleted = anna.delete(&place).await.ok();
        let seen = deleted.body["version"].as_u64();
        assert!(seen.is_some(), "{}", deleted.body);
        let made: usize = filling.join_all().await.iter().sum();
        late += usize::from(made < 180);
        assert_eq!(inside(&server, &anna, field, id).await, 0, "round {round}");
        // All of it is one change: one undo brings it back, and one more deletion takes it away again.
        let change = json!({"change_id": deleted.body["change_id"]});
        anna.post("/undo", change).await.ok();
        let back = inside(&server, &anna, field, id).await;
        assert_eq!(back, made, "round {round}");
        anna.delete(&place).await.ok();
    }
    assert!(late > 0, "no deletion came while tasks were made");
    server.stop().await;
}
