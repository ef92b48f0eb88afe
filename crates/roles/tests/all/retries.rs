//! Requests that are sent again, and commits of which nobody knows whether they happened.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::{Clock, SystemClock, Timestamp};
use taskfold_log::crash;

use crate::kit::{Answer, Person, Server};

async fn keyed(person: &Person, path: &str, key: &str, body: &Value) -> Answer {
    let header = ("idempotency-key", key);
    let answer = person.send_with((Method::POST, path), header, body.clone());
    answer.await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_one_person_and_one_request() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let body = json!({"title": "x"});
    let first = keyed(&anna, "/tasks", "k", &body).await.ok();
    let other = keyed(&bert, "/tasks", "k", &body).await.ok();
    assert_ne!(first.body["id"], other.body["id"]);
    keyed(&anna, "/lists", "k", &json!({"name": "x"}))
        .await
        .assert_problem(422, "idempotency_key_reused");

    let bulk = json!({"commands": [
        {"command": "create_task", "title": "a"},
        {"command": "complete_task", "task_id": other.body["id"]},
    ]});
    let first = keyed(&anna, "/bulk", "b", &bulk).await.ok();
    let again = keyed(&anna, "/bulk", "b", &bulk).await.ok();
    assert_eq!(first.body, again.body);
    assert_eq!(first.body["results"][1]["status"], 404);
    // A retried undo takes one change back, not two.
    let undone = keyed(&anna, "/undo", "u", &json!({})).await.ok();
    let again = keyed(&anna, "/undo", "u", &json!({})).await.ok();
    assert_eq!(undone.body, again.body);
    let open = anna.get(&server, "/tasks").await.ok().body;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1), "{open}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_a_list_merge_by_field_and_deleting_needs_the_last_version() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let made = anna.post("/lists", json!({"name": "x"})).await.ok();
    let path = format!("/lists/{}", made.id());
    anna.patch(&path, json!({"color": "#ff0000"})).await.ok();
    let stale = ("if-match", "\"1\"");
    let patch = || (Method::PATCH, path.as_str());
    let named = anna.send_with(patch(), stale, json!({"name": "y"})).await;
    assert_eq!(named.ok().body["version"], 3);
    let colored = anna.send_with(patch(), stale, json!({"color": "#0000ff"}));
    let colored = colored.await;
    colored.assert_problem(409, "stale_version");
    assert_eq!(colored.body["current_version"], 3);
    // The name alone has changed since the second version.
    let seen = ("if-match", "\"2\"");
    let colored = anna.send_with(patch(), seen, json!({"color": "#0000ff"}));
    assert_eq!(colored.await.ok().body["version"], 4);
    let delete = || (Method::DELETE, path.as_str());
    anna.send_with(delete(), stale, json!(null))
        .await
        .assert_problem(409, "stale_version");
    let current = ("if-match", "\"4\"");
    anna.send_with(delete(), current, json!(null)).await.ok();
    server.stop().await;
}

/// The system's clock, some days ahead.
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        let days = self.0.load(Ordering::SeqCst) * 24 * 3_600_000;
        Timestamp::from_millis(SystemClock.now().as_millis() + days)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_lives_for_seven_days() {
    let clock = Arc::new(Ahead(AtomicI64::new(0)));
    let of_server = Arc::clone(&clock);
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.clock = of_server;
        options.gateway.rate = None;
    })
    .await;
    let anna = server.person("anna").await;
    let made = async |key: usize| {
        let made = keyed(&anna, "/tasks", &key.to_string(), &json!({"title": "x"})).await;
        made.ok().id().to_owned()
    };
    // More than are looked at at once.
    let mut first = Vec::new();
    for key in 0..1_100 {
        first.push(made(key).await);
    }
    clock.0.store(6, Ordering::SeqCst);
    let late = made(2_000).await;
    assert_eq!(server.roles.forget_keys().await.unwrap(), 0);
    assert_eq!(made(7).await, first[7]);
    clock.0.store(8, Ordering::SeqCst);
    assert_eq!(server.roles.forget_keys().await.unwrap(), 1_100);
    assert_eq!(server.roles.forget_keys().await.unwrap(), 0);
    assert_ne!(made(7).await, first[7]);
    assert_eq!(made(2_000).await, late);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_lives_for_a_day_whatever_is_set() {
    let clock = Arc::new(Ahead(AtomicI64::new(0)));
    let of_server = Arc::clone(&clock);
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.clock = of_server;
        options.keys_live = std::time::Duration::ZERO;
    })
    .await;
    let anna = server.person("anna").await;
    keyed(&anna, "/tasks", "k", &json!({"title": "x"}))
        .await
        .ok();
    assert_eq!(server.roles.forget_keys().await.unwrap(), 0);
    clock.0.store(2, Ordering::SeqCst);
    assert_eq!(server.roles.forget_keys().await.unwrap(), 1);
    server.stop().await;
}

/// The faults are of the process: nobody else may meet them.
#[test]
fn an_unknown_commit_is_found_or_made_again() {
    let this = std::env::current_exe().unwrap();
    let name = "retries::with_commits_of_which_nobody_knows";
    let inner = std::process::Command::new(this)
        .args(["--ignored", "--exact", name])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inner.stdout);
    assert!(
        inner.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by an_unknown_commit_is_found_or_made_again, in a process of its own"]
async fn with_commits_of_which_nobody_knows() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let mut count = 0;
    let mut before = server.head(anna.workspace).number;
    for fault in ["log.commit_unclear", "log.commit_refused"] {
        for key in [None, Some("k")] {
            crash::arm(fault, 1);
            crash::arm("log.fence_refused", 1);
            let body = json!({"title": fault});
            let made = match key {
                None => anna.post("/tasks", body).await,
                Some(key) => keyed(&anna, "/tasks", &format!("{key}{fault}"), &body).await,
            };
            assert_eq!(made.status, 201, "{fault}: {}", made.body);
            count += 1;
            let at: Position = made.position().parse().unwrap();
            assert_eq!(at.number, before + 1, "{fault}");
            before = at.number;
            let task = format!("/tasks/{}", made.id());
            let read = anna.get_at(&task, made.position()).await.ok();
            assert_eq!(read.body["title"], fault);
        }
    }
    let open = anna.get(&server, "/tasks").await.ok().body;
    assert_eq!(open["items"].as_array().map(Vec::len), Some(count));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_fills_in_is_the_same_for_a_retry() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let at = |path: &str, shared: &str| format!("{path}?workspace={shared}");
    let body = json!({"name": "Home"});
    let first = keyed(&anna, "/workspaces", "w", &body).await.ok();
    let again = keyed(&anna, "/workspaces", "w", &body).await.ok();
    assert_eq!(first.body, again.body);
    assert_eq!(first.header("location"), again.header("location"));
    keyed(&anna, "/workspaces", "w", &json!({"name": "Work"}))
        .await
        .assert_problem(422, "idempotency_key_reused");
    let other = keyed(&anna, "/workspaces", "w2", &body).await.ok();
    assert_ne!(first.id(), other.id());

    let path = at("/invitations", first.id());
    let body = json!({"email": "bert@example.org", "role": "editor"});
    let first = keyed(&anna, &path, "i", &body).await.ok();
    let again = keyed(&anna, &path, "i", &body).await.ok();
    assert_eq!(first.body, again.body);
    let other = keyed(&anna, &path, "i2", &body).await.ok();
    assert_ne!(first.body["secret"], other.body["secret"]);
    let body = json!({"email": "carl@example.org", "role": "editor"});
    keyed(&anna, &path, "i", &body)
        .await
        .assert_problem(422, "idempotency_key_reused");

    let body = json!({"name": "script", "scopes": ["read"]});
    let first = keyed(&anna, "/tokens", "t", &body).await.ok();
    let again = keyed(&anna, "/tokens", "t", &body).await.ok();
    assert_eq!(first.body, again.body);
    let other = keyed(&anna, "/tokens", "t2", &body).await.ok();
    assert_ne!(first.body["secret"], other.body["secret"]);
    let wider = json!({"name": "script", "scopes": ["read", "write"]});
    keyed(&anna, "/tokens", "t", &wider)
        .await
        .assert_problem(422, "idempotency_key_reused");
    // What was revoked stays so, whoever asks again.
    let id = first.body["token_id"].as_str().unwrap();
    anna.delete(&format!("/tokens/{id}")).await.ok();
    keyed(&anna, "/tokens", "t", &body)
        .await
        .assert_problem(422, "idempotency_key_reused");
    let left = anna.get_now("/tokens").await.ok();
    assert_eq!(
        left.body["items"].as_array().unwrap().len(),
        2,
        "{}",
        left.body
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_looked_at_or_refused() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let me = anna.get(&server, "/me").await.ok();
    let tag = me.header("etag").to_owned();
    let patch = async |body: Value| {
        let of_me = (Method::PATCH, "/me");
        anna.send_with(of_me, ("if-match", &tag), body).await
    };
    patch(json!({"theme": "dark"})).await.ok();
    patch(json!({"theme": "light"}))
        .await
        .assert_problem(409, "stale_version");
    patch(json!({"week_start": "sunday"})).await.ok();

    let commands = json!({"commands": [{"command": "create_task", "title": "a"}]});
    let restore = json!({"to": "2026-01-01T00:00:00Z"});
    for (path, body) in [
        ("/bulk", commands),
        ("/undo", json!({})),
        ("/redo", json!({})),
        ("/restore", restore),
    ] {
        let seen = ("if-match", "\"1\"");
        let refused = anna.send_with((Method::POST, path), seen, body).await;
        refused.assert_problem(400, "if_match_unsupported");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_makes_none_that_outlives_it() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let body = |end: Value| json!({"name": "t", "scopes": ["admin", "write"], "expires_at": end});
    let end = json!("2999-01-01T00:00:00.000Z");
    let made = anna.post("/tokens", body(end.clone())).await.ok();
    let token = made.body["secret"].as_str().unwrap().to_owned();
    let short = Person { token, ..anna };
    let late = short.post("/tokens", body(json!("2999-01-02T00:00:00Z")));
    let late = late.await;
    late.assert_problem(422, "invalid");
    assert_eq!(late.body["errors"][0]["field"], "expires_at");
    let made = short.post("/tokens", body(Value::Null)).await.ok();
    assert_eq!(made.body["expires_at"], made_end(&end), "{}", made.body);
    let sooner = json!("2998-01-01T00:00:00Z");
    short.post("/tokens", body(sooner)).await.ok();
    server.stop().await;
}

/// An instant as it is written.
fn made_end(end: &Value) -> Value {
    let end: Timestamp = serde_json::from_value(end.clone()).unwrap();
    serde_json::to_value(end).unwrap()
}
