//! Comments: who may write, reword and delete them.

use serde_json::json;

use crate::kit::Server;
use crate::members::share;

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_written_reworded_by_their_author_and_deleted() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = share(&anna, &bert, "commenter").await;
    let at = |path: &str| format!("{path}?workspace={shared}");
    let made = anna.post(&at("/tasks"), json!({"title": "x"})).await.ok();
    let comments = format!("/tasks/{}/comments", made.id());
    let said = bert.post(&at(&comments), json!({"body": "first"})).await;
    assert_eq!(said.status, 200, "{}", said.body);
    let page = anna.get(&server, &at(&comments)).await.ok().body;
    assert_eq!(page["items"][0]["body"], "first", "{page}");
    assert_eq!(page["items"][0]["author_id"], json!(bert.user));
    let id = page["items"][0]["comment_id"].as_str().unwrap();
    let one = at(&format!("{comments}/{id}"));

    let other = anna.patch(&one, json!({"body": "not mine"})).await;
    other.assert_problem(409, "not_the_author");
    bert.patch(&one, json!({"body": "second"})).await.ok();
    let page = anna.get(&server, &at(&comments)).await.ok().body;
    assert_eq!(page["items"][0]["body"], "second");
    assert_ne!(page["items"][0]["edited_at"], json!(null), "{page}");
    bert.patch(&one, json!({"body": ""}))
        .await
        .assert_problem(422, "invalid");

    bert.delete(&one).await.ok();
    let page = anna.get(&server, &at(&comments)).await.ok().body;
    assert_eq!(page["items"], json!([]), "{page}");
    bert.delete(&one).await.assert_problem(404, "not_found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_says_nothing_and_a_commenter_changes_nothing() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let carl = server.person("carl").await;
    let shared = share(&anna, &bert, "viewer").await;
    let at = |path: &str| format!("{path}?workspace={shared}");
    let made = anna.post(&at("/tasks"), json!({"title": "x"})).await.ok();
    let task = format!("/tasks/{}", made.id());
    let comments = at(&format!("{task}/comments"));
    let refused = bert.post(&comments, json!({"body": "no"})).await;
    refused.assert_problem(403, "role_required");
    assert_eq!(bert.get(&server, &at(&task)).await.status, 200);
    let stranger = carl.post(&comments, json!({"body": "no"})).await;
    stranger.assert_problem(404, "not_found");

    let role = format!("/members/{}", bert.user);
    anna.patch(&at(&role), json!({"role": "commenter"}))
        .await
        .ok();
    bert.post(&comments, json!({"body": "yes"})).await.ok();
    bert.patch(&at(&task), json!({"title": "y"}))
        .await
        .assert_problem(403, "role_required");
    // An owner takes away what others said; they cannot put words into their mouths.
    let page = anna.get(&server, &comments).await.ok().body;
    let id = page["items"][0]["comment_id"].as_str().unwrap();
    anna.delete(&at(&format!("{task}/comments/{id}")))
        .await
        .ok();
    server.stop().await;
}
