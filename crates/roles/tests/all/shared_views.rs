//! Views on PostgreSQL that several processes keep and read.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};
use taskfold_roles::process::{Role, Wire};
use taskfold_views::equality;

use crate::deployment::until_there_are_views;
use crate::kit::{Answer, PATIENCE};
use crate::shared_log::Cluster;

fn listens() -> Wire {
    Wire {
        listens: true,
        ..Wire::default()
    }
}

/// A command role, two processors, two query roles, and for each a gateway.
async fn two_of_each() -> Cluster {
    let mut cluster = Cluster::empty().await;
    cluster.add(&[Role::Command], listens()).await;
    for role in [Role::Processor, Role::Processor, Role::Query, Role::Query] {
        cluster.add(&[role], listens()).await;
    }
    for query in [3, 4] {
        until_there_are_views(&cluster.running[query].1).await;
        cluster.gateway(&[0], &[query]).await;
    }
    cluster
}

/// What the process at this address says of itself.
pub(crate) async fn ready(url: &str) -> (u16, Value) {
    let asked = Client::new().get(format!("{url}/readyz")).send().await;
    let answer = Answer::of(asked.unwrap()).await;
    (answer.status, answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_query_process_shows_what_was_written_through_any_gateway() {
    let cluster = two_of_each().await;
    let [here, there] = cluster.person([5, 6]).await;
    for turn in 0..10 {
        let (writes, reads) = if turn % 2 == 0 {
            (&here, &there)
        } else {
            (&there, &here)
        };
        let made = writes.post("/tasks", json!({"title": "x"})).await;
        let task = format!("/tasks/{}", made.id());
        reads.get_at(&task, made.position()).await.ok();
    }
    for (_, _, dir) in &cluster.running {
        assert!(!dir.path().join("views.db").exists());
    }
    for at in [1, 3] {
        let (status, told) = ready(&cluster.running[at].0.url()).await;
        assert_eq!((status, &told["views"]), (200, &json!(true)), "{told}");
    }
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_follow_a_rebuild_while_two_processors_write() {
    let cluster = two_of_each().await;
    let [here, there] = cluster.person([5, 6]).await;
    here.make_tasks(50).await;
    let writing = async {
        let mut last = None;
        for turn in 0..60 {
            let made = here.post("/tasks", json!({"title": "y"})).await.ok();
            let task = format!("/tasks/{}", made.id());
            there.get_at(&task, made.position()).await.ok();
            last = (turn == 59).then(|| made.position().to_owned());
        }
        last.unwrap()
    };
    let (rebuilt, last) = tokio::join!(here.post("/views/rebuild", json!({})), writing);
    assert_eq!(rebuilt.ok().body["generation"], 2);
    for person in [&here, &there] {
        let tasks = person.get_at("/tasks?limit=500", &last).await.ok().body;
        assert_eq!(tasks["items"].as_array().map(Vec::len), Some(110));
    }
    let mut digests = Vec::new();
    for at in [1, 2, 3, 4] {
        let views = cluster.running[at].1.views().unwrap();
        digests.push(views.read(equality::digest).await.unwrap());
        assert_eq!(views.generation(), 2);
    }
    assert!(digests.iter().all(|digest| digest == &digests[0]));
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_process_is_ready_when_its_views_are_there_and_young() {
    let mut cluster = Cluster::empty().await;
    cluster.add(&[Role::Command], listens()).await;
    let strict =
        |options: &mut taskfold_roles::process::Options| options.views_lag = Duration::ZERO;
    cluster.add_with(&[Role::Query], listens(), strict).await;
    let url = cluster.running[1].0.url();
    let (status, told) = ready(&url).await;
    assert_eq!((status, &told["views"]), (503, &json!(false)), "{told}");
    cluster.add(&[Role::Processor], listens()).await;
    until_there_are_views(&cluster.running[1].1).await;
    cluster.gateway(&[0], &[1]).await;
    let [anna, _] = cluster.person([3, 3]).await;
    let made = anna.post("/tasks", json!({"title": "seen"})).await.ok();
    let task = format!("/tasks/{}", made.id());
    anna.get_at(&task, made.position()).await.ok();
    until(&url, 200).await;
    // Without a processor they grow old.
    let (serving, processor, dir) = cluster.running.remove(2);
    serving.end().await;
    processor.shutdown().await;
    drop(dir);
    let made = anna.post("/tasks", json!({"title": "not yet"})).await.ok();
    until(&url, 503).await;
    let (_, told) = ready(&url).await;
    assert_eq!(told["views_lag_events"], 1, "{told}");
    let task = format!("/tasks/{}", made.id());
    let late = anna.get_at_once(&task, made.position()).await;
    late.assert_problem(503, "views_behind");
    cluster.add(&[Role::Processor], listens()).await;
    until(&url, 200).await;
    anna.get_at(&task, made.position()).await.ok();
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_know_the_zone_and_do_not_wait_while_nobody_keeps_the_views() {
    let mut cluster = Cluster::empty().await;
    for role in [Role::Command, Role::Processor, Role::Query] {
        cluster.add(&[role], listens()).await;
    }
    until_there_are_views(&cluster.running[2].1).await;
    cluster.gateway(&[0], &[2]).await;
    cluster.gateway(&[0], &[2]).await;
    let [here, there] = cluster.person([3, 4]).await;
    let moved = here.patch("/me", json!({"time_zone": "Asia/Tokyo"})).await;
    here.get_at("/me", moved.position()).await.ok();
    let (serving, processor, dir) = cluster.running.remove(1);
    serving.end().await;
    processor.shutdown().await;
    drop(dir);
    here.post("/tasks", json!({"title": "not seen"})).await.ok();
    let begun = Instant::now();
    let text = json!({"text": "Call tomorrow at 9am"});
    for _ in 0..10 {
        there.post("/quick-add", text.clone()).await.ok();
        let read = there.post("/quick-add/preview", text.clone()).await.ok();
        let due = &read.body["task"]["due"];
        assert_eq!(due["zone"], "Asia/Tokyo", "{due}");
    }
    // The first waits in vain for all that the log has; then one read does every five seconds, for which nobody waits.
    let expected = 1..=2 + begun.elapsed().as_secs() / 5;
    let in_vain = failed_reads(&cluster.running[1].0.url()).await;
    assert!(expected.contains(&in_vain), "{in_vain}, not {expected:?}");
    cluster.stop().await;
}

/// How many reads the query process at this address has refused.
async fn failed_reads(url: &str) -> u64 {
    let metrics = reqwest::get(format!("{url}/metrics")).await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let line = r#"taskfold_http_requests_total{method="POST",route="/reads",status="5xx"} "#;
    let count = metrics.lines().find_map(|found| found.strip_prefix(line));
    count.map_or(0, |count| count.parse().unwrap())
}

/// Waits until it is ready (200), or not (503).
pub(crate) async fn until(url: &str, wanted: u16) {
    let begun = Instant::now();
    loop {
        let (status, told) = ready(url).await;
        if status == wanted {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "still {status}: {told}");
    }
}
