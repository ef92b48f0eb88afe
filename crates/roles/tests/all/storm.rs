//! Clients that go away under load: what was acknowledged is in the log, once.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::kit::Server;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledgements_and_the_log_agree() {
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.rate = None;
    })
    .await;
    let anna = server.person("anna").await;
    let mut clients = JoinSet::new();
    for client in 0..16_u64 {
        let anna = anna.clone();
        clients.spawn(async move {
            let mut acknowledged = Vec::new();
            for request in 0..60_u64 {
                let task = uuid::Uuid::from_u64_pair(client + 1, request + 1);
                let body = json!({"task_id": task, "title": "x"});
                let sending = anna.request(Method::POST, "/tasks").json(&body).send();
                // Every third one leaves while its request is under way.
                let patience = if request % 3 == 0 {
                    Duration::from_micros(500 + request * 50)
                } else {
                    Duration::from_mins(2)
                };
                if let Ok(Ok(answer)) = tokio::time::timeout(patience, sending).await {
                    assert_eq!(answer.status(), 201);
                    acknowledged.push(task);
                }
            }
            acknowledged
        });
    }
    let acknowledged: BTreeSet<_> = clients.join_all().await.into_iter().flatten().collect();
    assert!(acknowledged.len() >= 16 * 40, "{}", acknowledged.len());
    let (mut created, mut after) = (Vec::new(), 0);
    loop {
        let rows = server
            .roles
            .log()
            .read_partition(0, after, 500)
            .await
            .unwrap();
        let Some(last) = rows.last() else { break };
        after = last.header.position.number;
        let tasks = rows
            .iter()
            .filter(|row| &*row.header.event_type == "task.created");
        created.extend(tasks.map(|row| row.header.stream_id.0));
    }
    let stored: BTreeSet<_> = created.iter().copied().collect();
    assert_eq!(stored.len(), created.len(), "stored twice");
    assert!(
        acknowledged.is_subset(&stored),
        "acknowledged but not stored"
    );
    server.stop().await;
}
