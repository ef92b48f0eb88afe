//! An event whose bytes are no longer those that were stored.

use std::path::Path;

use serde_json::json;

use crate::kit::Server;

/// The length of a text in an event becomes one that cannot be.
fn overwrite(file: &Path, text: &str) {
    let mut bytes = std::fs::read(file).unwrap();
    let places = bytes.windows(text.len()).enumerate();
    let places: Vec<_> = places
        .filter(|(_, found)| *found == text.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places.len(), 1, "{places:?}");
    bytes[places[0] - 1] = 0x7f;
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_read_stops_its_workspace_alone_and_is_named() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().to_owned();
    let server = Server::in_files(home, &data).await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    anna.task("before").await;
    let before = server.head(anna.workspace).to_string();
    let hit = anna.task("a task to be overwritten").await;
    let place = server.head(anna.workspace).to_string();
    anna.task("after").await;
    let after = anna.get(&server, "/tasks").await.ok().position().to_owned();
    let home = server.stop().await;
    overwrite(&data.join("log.db"), "a task to be overwritten");

    let server = Server::in_files(home, &data).await;
    let (anna, bert) = (
        crate::kit::Person {
            api: format!("{}/api/v1", server.url),
            ..anna
        },
        crate::kit::Person {
            api: format!("{}/api/v1", server.url),
            ..bert
        },
    );
    let named = |answer: &crate::kit::Answer| {
        answer.assert_problem(500, "event_unreadable");
        let detail = answer.body["detail"].as_str().unwrap();
        for word in [&*place, "log verify", "deadletters", "restore-backup"] {
            assert!(detail.contains(word), "{detail}");
        }
    };
    for _ in 0..2 {
        named(&anna.post("/tasks", json!({"title": "new"})).await);
        named(
            &anna
                .patch(&format!("/tasks/{hit}"), json!({"title": "new"}))
                .await,
        );
        named(&anna.get_now(&format!("/tasks?as_of={after}")).await);
        let bulk = json!({"commands": [{"command": "create_task", "title": "new"}]});
        named(&anna.post("/bulk", bulk).await);
    }
    // What lies before is there, and so is what the views have; others go on.
    let past = anna.get_now(&format!("/tasks?as_of={before}")).await.ok();
    assert_eq!(past.body["items"].as_array().unwrap().len(), 1);
    let export = anna.get_now("/export").await.ok();
    assert_eq!(export.body["tasks"].as_array().unwrap().len(), 3);
    bert.task("goes on").await;
    // The way out without a backup: what the views have goes into another workspace.
    let fresh = anna
        .post("/workspaces", json!({"name": "again"}))
        .await
        .ok();
    let path = format!("/import?workspace={}", fresh.id());
    let imported = anna
        .post_bytes(&path, export.body.to_string().as_bytes())
        .await
        .ok();
    let tasks = format!("/tasks?workspace={}", fresh.id());
    let tasks = anna.get_at(&tasks, imported.position()).await.ok();
    assert_eq!(tasks.body["items"].as_array().unwrap().len(), 3);
    server.stop().await;
}
