//! Tasks that are made while what they go into is deleted.

use serde_json::{Value, json};
use taskfold_contracts::envelope::{ChangeContext, Draft};
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{ChangeId, EventId, IdSource, SystemIds, TaskId};
use taskfold_contracts::position::Version;
use taskfold_log::Append;
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

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_left_behind_when_it_ended_is_swept_by_the_next() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let list = anna.post("/lists", json!({"name": "l"})).await.ok();
    let list = list.id().to_owned();
    let body = json!({"title": "child", "list_id": list});
    let child = anna.post("/tasks", body).await.ok();
    let deleted = anna.delete(&format!("/lists/{list}")).await.ok();
    // As if it had come between the decision to delete and the deletion.
    let log = server.roles.log();
    let stream: TaskId = child.id().parse().unwrap();
    let rows = log.read_stream(stream.into(), Version(0), 1).await.unwrap();
    let made = log.open_envelope(&rows[0]).unwrap();
    let Event::TaskCreated(mut stray) = made.event else {
        panic!("{:?}", made.event);
    };
    stray.task_id = TaskId(SystemIds.next());
    let context = ChangeContext {
        workspace_id: anna.workspace,
        actor: made.header.actor,
        change_id: ChangeId(SystemIds.next()),
        undoes: None,
        correlation_id: made.header.correlation_id,
        causation_id: None,
    };
    let event_id = EventId(SystemIds.next());
    let at = made.header.recorded_at;
    let event = Event::TaskCreated(stray);
    let append = Append {
        workspace_id: anna.workspace,
        expected: Vec::new(),
        drafts: vec![Draft::new(&context, event_id, at, &event).unwrap()],
        idempotency: None,
        claims: Vec::new(),
    };
    log.append(append).await.unwrap();
    assert_eq!(inside(&server, &anna, "list_id", &list).await, 1);

    let server = Server::with(server.stop().await, |_| {}).await;
    let anna = server.person("anna").await;
    anna.task("the first command").await;
    assert_eq!(inside(&server, &anna, "list_id", &list).await, 0);
    let change = json!({"change_id": deleted.body["change_id"]});
    anna.post("/undo", change).await.ok();
    assert_eq!(inside(&server, &anna, "list_id", &list).await, 2);
    server.stop().await;
}
