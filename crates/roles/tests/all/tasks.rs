//! Tasks from door to disk and back.

use std::collections::BTreeSet;
use std::time::Instant;

use reqwest::Method;
use serde_json::json;
use taskfold_views::rebuild::{self, Fact};

use crate::deployment::delete_views;
use crate::kit::{Answer, PATIENCE, Person, Server};

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_read_back_at_its_position() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let made = anna
        .post("/tasks", json!({"title": "Pay rent", "tags": ["home"]}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(made.body["version"], 1);
    let path = made
        .header("location")
        .trim_start_matches("/api/v1")
        .to_owned();
    let task = anna.get_at(&path, made.position()).await;
    assert_eq!(
        (task.status, &task.body["title"]),
        (200, &json!("Pay rent")),
        "{}",
        task.body
    );
    let page = anna
        .get_at("/tasks?filter=tag%20%3D%20home", made.position())
        .await;
    assert_eq!(
        page.body["items"].as_array().map(Vec::len),
        Some(1),
        "{}",
        page.body
    );
    assert_eq!(page.body["position"], made.position());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thing_itself_is_returned_when_preferred() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let request = anna
        .request(Method::POST, "/tasks")
        .header("prefer", "return=representation");
    let made = Answer::of(request.json(&json!({"title": "x"})).send().await.unwrap()).await;
    assert_eq!(
        (made.status, &made.body["title"]),
        (201, &json!("x")),
        "{}",
        made.body
    );
    assert!(made.header("location").starts_with("/api/v1/tasks/"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_different_fields_do_not_conflict_and_of_the_same_do() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let id = anna.task("x").await;
    let path = format!("/tasks/{id}");
    assert_eq!(
        anna.patch(&path, json!({"priority": "high"})).await.status,
        200
    );
    let stale = |body| {
        anna.request(Method::PATCH, &path)
            .header("if-match", "\"1\"")
            .json(&body)
            .send()
    };
    let other = Answer::of(stale(json!({"title": "y"})).await.unwrap()).await;
    assert_eq!(
        (other.status, &other.body["version"]),
        (200, &json!(3)),
        "{}",
        other.body
    );
    let same = Answer::of(stale(json!({"priority": "low"})).await.unwrap()).await;
    same.assert_problem(409, "stale_version");
    assert_eq!(same.body["current_version"], 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_with_the_same_key_stores_once_and_answers_the_same() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let before = server.roles.log().head(0).number;
    let send = |body| {
        anna.request(Method::POST, "/tasks")
            .header("idempotency-key", "k1")
            .json(&body)
            .send()
    };
    let first = Answer::of(send(json!({"title": "x"})).await.unwrap()).await;
    let again = Answer::of(send(json!({"title": "x"})).await.unwrap()).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body);
    assert_eq!(server.roles.log().head(0).number, before + 1);
    let other = Answer::of(send(json!({"title": "y"})).await.unwrap()).await;
    other.assert_problem(422, "idempotency_key_reused");
    // A retry of what is refused now, because it was carried out, gets the first answer too.
    let done = format!("/tasks/{}", first.body["id"].as_str().unwrap());
    let delete = || {
        anna.request(Method::DELETE, &done)
            .header("idempotency-key", "k2")
            .send()
    };
    let first = Answer::of(delete().await.unwrap()).await;
    let again = Answer::of(delete().await.unwrap()).await;
    assert_eq!(
        (first.status, &first.body),
        (200, &again.body),
        "{}",
        again.body
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_and_redo_walk_back_and_forth() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let id = anna.task("one").await;
    let path = format!("/tasks/{id}");
    let title = async || anna.get(&server, &path).await.body["title"].clone();
    assert_eq!(anna.patch(&path, json!({"title": "two"})).await.status, 200);
    assert_eq!(
        anna.patch(&path, json!({"title": "three"})).await.status,
        200
    );
    for (step, expected) in [
        ("/undo", "two"),
        ("/undo", "one"),
        ("/redo", "two"),
        ("/redo", "three"),
        ("/undo", "two"),
    ] {
        let answer = anna.post(step, json!({})).await;
        assert_eq!(answer.status, 200, "{step} to {expected}: {}", answer.body);
        assert_eq!(title().await, expected, "{step}");
    }
    assert_eq!(
        anna.patch(&path, json!({"title": "four"})).await.status,
        200
    );
    anna.post("/redo", json!({}))
        .await
        .assert_problem(409, "nothing_to_redo");
    let changes = anna.get(&server, "/changes?limit=3").await;
    assert_eq!(
        changes.body["items"].as_array().map(Vec::len),
        Some(3),
        "{}",
        changes.body
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_shown_as_it_was_and_can_be_restored() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let made = anna.post("/tasks", json!({"title": "then"})).await;
    let (id, then) = (
        made.body["id"].as_str().unwrap(),
        made.position().to_owned(),
    );
    anna.patch(&format!("/tasks/{id}"), json!({"title": "now"}))
        .await;
    let past = anna
        .get(&server, &format!("/tasks/{id}?as_of={then}"))
        .await;
    assert_eq!(past.body["title"], "then", "{}", past.body);
    let restored = anna
        .post("/restore", json!({"task_id": id, "to": then}))
        .await;
    assert_eq!(restored.status, 200, "{}", restored.body);
    assert_eq!(
        anna.get(&server, &format!("/tasks/{id}")).await.body["title"],
        "then"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_gives_each_command_its_own_result_and_undoes_as_one() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let missing = "0193b3a4-0000-7000-8000-000000000000";
    let answer = anna
        .post(
            "/bulk",
            json!({"commands": [
                {"command": "create_task", "title": "a"},
                {"command": "complete_task", "task_id": missing},
                {"command": "create_task", "title": "b"},
            ]}),
        )
        .await;
    let statuses: Vec<_> = answer.body["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["status"].as_u64())
        .collect();
    assert_eq!(
        statuses,
        [Some(201), Some(404), Some(201)],
        "{}",
        answer.body
    );
    assert_eq!(anna.post("/undo", json!({})).await.status, 200);
    let page = anna.get(&server, "/tasks").await;
    assert_eq!(page.body["items"], json!([]));
    let typo = json!({"commands": [{"command": "update_task", "task_id": missing, "titel": "x"}]});
    let typo = anna.post("/bulk", typo).await.ok().body;
    let result = &typo["results"][0];
    assert_eq!(
        (&result["status"], &result["code"]),
        (&json!(422), &json!("invalid"))
    );
    assert_eq!(result["errors"][0]["field"], "titel");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_add_understands_lists_and_dates() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let list = anna.post("/lists", json!({"name": "home"})).await;
    let request = anna
        .request(Method::POST, "/quick-add")
        .header("prefer", "return=representation");
    let request = request.header("taskfold-position", list.position());
    let text = json!({"text": "Pay rent every 1st at 9am #home !high"});
    let made = Answer::of(request.json(&text).send().await.unwrap()).await;
    assert_eq!(
        (made.status, &made.body["title"]),
        (201, &json!("Pay rent")),
        "{}",
        made.body
    );
    assert_eq!(made.body["list_id"], list.body["id"]);
    assert_eq!(made.body["priority"], "high");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_written_before_means_the_day_it_was_written() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let text = "Call Bert tomorrow 5pm";
    let line = json!({"text": text, "at": "2026-03-01T23:30:00Z"});
    let preview = anna.post("/quick-add/preview", line.clone()).await.ok();
    assert_eq!(preview.body["task"]["due"]["date"], "2026-03-02");
    anna.patch("/me", json!({"time_zone": "Europe/Berlin"}))
        .await
        .ok();
    let bert = server.person("bert").await;
    bert.patch("/me", json!({"time_zone": "Europe/Berlin"}))
        .await
        .ok();
    let made = bert
        .send_with(
            (Method::POST, "/quick-add"),
            ("prefer", "return=representation"),
            line,
        )
        .await
        .ok();
    assert_eq!(
        made.body["due"]["date"], "2026-03-03",
        "it was Monday there already"
    );
    let ahead = json!({"text": text, "at": "2099-01-01T00:00:00Z"});
    for path in ["/quick-add", "/quick-add/preview"] {
        let refused = anna.post(path, ahead.clone()).await;
        refused.assert_problem(422, "invalid");
        let error = &refused.body["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!("at"), &json!("in_the_future"))
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_that_were_deleted_come_back() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    anna.task("kept").await;
    let before = anna.get(&server, "/tasks").await.body["items"].clone();
    let dir = server.stop().await;
    let data = dir.path().to_owned();
    let deleting = tokio::task::spawn_blocking(move || delete_views(&data));
    deleting.await.unwrap();
    let server = Server::with(dir, |_| {}).await;
    let anna = server.person("anna").await;
    // While the views are built, reads say so and writes go on.
    anna.task("another").await;
    let answer = once_built(&server, &anna).await;
    assert_eq!(answer.body["items"][0], before[0], "{}", answer.body);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_shown_as_they_were_and_come_back_with_their_tasks() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let list = anna.post("/lists", json!({"name": "then"})).await.ok();
    let list = list.id().to_owned();
    let body = json!({"title": "first", "list_id": list});
    let first = anna.post("/tasks", body).await.ok();
    let then = first.position().to_owned();
    let task = format!("/tasks/{}", first.id());
    anna.patch(&task, json!({"title": "changed"})).await.ok();
    let path = format!("/lists/{list}");
    anna.patch(&path, json!({"name": "now"})).await.ok();
    let body = json!({"title": "second", "list_id": list});
    anna.post("/tasks", body).await.ok();
    anna.delete(&path).await.ok();

    let get = async |path: &str| anna.get(&server, path).await;
    let past = get(&format!("/lists?as_of={then}")).await.ok().body;
    assert_eq!(past["items"][0]["name"], "then", "{past}");
    assert_eq!(past["items"].as_array().map(Vec::len), Some(1));
    let past = get(&format!("{path}?as_of={then}")).await.ok().body;
    assert_eq!(past["name"], "then", "{past}");
    let past = get(&format!("/tasks?as_of={then}")).await.ok().body;
    assert_eq!(past["items"].as_array().map(Vec::len), Some(1), "{past}");
    assert_eq!(past["items"][0]["title"], "first");
    assert_eq!(get("/tasks").await.ok().body["items"], json!([]));
    let ahead = get("/tasks?as_of=0:99999999").await;
    ahead.assert_problem(422, "invalid");
    assert_eq!(ahead.body["errors"][0]["code"], "in_the_future");
    get("/tasks?as_of=yesterday-ish")
        .await
        .assert_problem(422, "invalid");

    let restore = json!({"list_id": list, "to": then});
    let restored = anna.post("/restore", restore).await.ok();
    let name = get(&path).await.ok().body["name"].clone();
    assert_eq!(name, "then", "{}", restored.body);
    let tasks = get("/tasks").await.ok().body;
    let titles = tasks["items"].as_array().unwrap().iter();
    let titles: Vec<_> = titles.map(|task| task["title"].clone()).collect();
    assert_eq!(titles, [json!("first")], "{tasks}");
    // A restore is a change as any other.
    anna.post("/undo", json!({})).await.ok();
    assert_eq!(get("/tasks").await.ok().body["items"], json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_gave_up_stays_so_when_the_views_are_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_owned();
    let server = Server::in_files(dir, &data).await;
    let anna = server.person("anna").await;
    let kept = anna.task("kept").await;
    anna.task("given up").await;
    let head = server.head(anna.workspace);
    let log = server.roles.log();
    let rows = log.read_partition(head.partition, 0, 1_000).await.unwrap();
    let facts = rows.iter().map(|row| log.open_envelope(row).unwrap());
    let mut facts: Vec<_> = facts.map(Fact::Event).collect();
    let dir = server.stop().await;
    let path = data.join("views.db");
    delete_views(&data);
    let given_up = BTreeSet::from([head]);
    let source = |_, _| Ok(std::mem::take(&mut facts));
    rebuild::build(&path, 1, &given_up, source, |_| {}).unwrap();
    // SQLite keeps the version of the tables here, as four bytes.
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    std::fs::write(&path, bytes).unwrap();

    let server = Server::in_files(dir, &data).await;
    let anna = server.person("anna").await;
    let answer = once_built(&server, &anna).await;
    let items = answer.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{}", answer.body);
    assert_eq!(items[0]["task_id"], kept);
    server.stop().await;
}

/// The tasks, when the views can be read.
async fn once_built(server: &Server, anna: &Person) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = anna.get(server, "/tasks").await;
        if answer.status == 200 {
            return answer;
        }
        // Whoever asks so often is held up, too.
        assert!(matches!(answer.status, 503 | 429), "{}", answer.body);
        assert!(!answer.header("retry-after").is_empty());
        assert!(begun.elapsed() < PATIENCE, "the views are not built");
        tokio::task::yield_now().await;
    }
}
