//! Views rebuilt under a running server, and moments that have not come.

use serde_json::json;

use crate::kit::Server;

#[tokio::test(flavor = "multi_thread")]
async fn views_are_rebuilt_while_people_read_and_write() {
    let server = Server::start().await;
    let (admin, other) = (server.person("anna").await, server.person("ben").await);
    admin.make_tasks(50).await;
    let refused = other.post("/views/rebuild", json!({})).await;
    refused.assert_problem(403, "administrator_required");
    let writing = async {
        let mut failed = 0;
        for number in 0..60 {
            let task = admin.task(&format!("during {number}")).await;
            let found = admin.get(&server, &format!("/tasks/{task}")).await;
            failed += u32::from(found.status != 200);
        }
        failed
    };
    let (rebuilt, failed) = tokio::join!(admin.post("/views/rebuild", json!({})), writing);
    let rebuilt = rebuilt.ok().body;
    assert_eq!(rebuilt["generation"], 2, "{rebuilt}");
    assert!(rebuilt["events"].as_u64() > Some(50), "{rebuilt}");
    assert_eq!(failed, 0);
    assert_eq!(rebuilt["equal"], json!(null), "{rebuilt}");
    let verified = admin.post("/views/rebuild", json!({"verify": true})).await;
    let verified = verified.ok().body;
    assert_eq!(verified["equal"], true, "{verified}");
    assert_eq!(verified["differing"], json!([]), "{verified}");
    let unknown = admin.post("/views/rebuild", json!({"verfy": true})).await;
    unknown.assert_problem(422, "invalid");
    assert!(
        unknown.body.to_string().contains("verfy"),
        "{}",
        unknown.body.to_string()
    );
    let tasks = admin.get(&server, "/tasks?limit=500").await.ok().body;
    assert_eq!(tasks["items"].as_array().map(Vec::len), Some(110));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_to_come_are_refused_by_name() {
    let server = Server::start().await;
    let person = server.person("anna").await;
    person.make_tasks(1).await;
    for moment in ["2999-01-01T00:00:00Z", "0:999999"] {
        let past = person.get(&server, &format!("/tasks?as_of={moment}")).await;
        past.assert_problem(422, "invalid");
        assert!(
            past.body.to_string().contains("\"as_of\""),
            "{}",
            past.body.to_string()
        );
        assert!(
            past.body.to_string().contains("future"),
            "{}",
            past.body.to_string()
        );
        let restored = person.post("/restore", json!({"to": moment})).await;
        restored.assert_problem(422, "invalid");
        assert!(
            restored.body.to_string().contains("\"to\""),
            "{}",
            restored.body.to_string()
        );
    }
    server.stop().await;
}
