//! Deleting one's account.

use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::kit::{Answer, PATIENCE, Person, Server};
use crate::members::share;
use crate::sockets::message;

const PASSWORD: &str = "correct horse";

/// Somebody who has registered, with a token for everything, and the cookie of their session.
async fn newcomer(server: &Server, name: &str) -> (Person, String) {
    let api = format!("{}/api/v1", server.url);
    let client = Client::builder().timeout(PATIENCE).build().unwrap();
    let body =
        json!({"email": format!("{name}@example.org"), "password": PASSWORD, "display_name": name});
    let request = client.post(format!("{api}/auth/register")).json(&body);
    let registered = Answer::of(request.send().await.unwrap()).await.ok();
    let cookie = registered.header("set-cookie").split(';').next().unwrap();
    let scopes = json!({"name": "test", "scopes": ["read", "write", "admin"]});
    let request = client.post(format!("{api}/tokens")).json(&scopes);
    let request = request
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin");
    let token = Answer::of(request.send().await.unwrap()).await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let person = Person {
        client,
        api,
        user: text(&registered.body["user_id"]).parse().unwrap(),
        workspace: text(&registered.body["personal_workspace_id"])
            .parse()
            .unwrap(),
        token: text(&token.body["secret"]),
    };
    (person, cookie.to_owned())
}

async fn delete(who: &Person, password: &str) -> Answer {
    let request = who.request(Method::DELETE, "/me");
    Answer::of(
        request
            .json(&json!({"password": password}))
            .send()
            .await
            .unwrap(),
    )
    .await
}

async fn me(server: &Server, cookie: &str) -> u16 {
    let request = Client::new().get(format!("{}/api/v1/me", server.url));
    request
        .header("cookie", cookie)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

async fn sign_in(server: &Server, name: &str) -> Answer {
    let body = json!({"email": format!("{name}@example.org"), "password": PASSWORD});
    let request = Client::new().post(format!("{}/api/v1/auth/login", server.url));
    Answer::of(request.json(&body).send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_deletes_their_account_is_gone_at_once_and_the_address_is_free() {
    let server = Server::busy().await;
    let (anna, _) = newcomer(&server, "anna").await;
    let (bert, cookie) = newcomer(&server, "bert").await;
    let shared = share(&anna, &bert, "editor").await;
    let task = json!({"title": "paint", "assignee_id": bert.user});
    let task = anna
        .post(&format!("/tasks?workspace={shared}"), task)
        .await
        .ok();
    let task = format!("/tasks/{}?workspace={shared}", task.id());
    let alone = bert
        .post("/workspaces", json!({"name": "Alone"}))
        .await
        .ok();
    let alone: taskfold_contracts::ids::WorkspaceId = alone.id().parse().unwrap();
    let scopes = json!({"name": "weak", "scopes": ["read", "write"]});
    let weak = bert.post("/tokens", scopes).await.ok();
    let weak = Person {
        token: weak.body["secret"].as_str().unwrap().to_owned(),
        ..bert.clone()
    };
    let mut socket = bert.follow("?workspace=all").await;

    delete(&weak, PASSWORD)
        .await
        .assert_problem(403, "scope_required");
    let wrong = delete(&bert, "wrong horse").await;
    wrong.assert_problem(422, "invalid");
    assert_eq!(wrong.body["errors"][0]["field"], "password");
    assert_eq!(me(&server, &cookie).await, 200);

    let gone = delete(&bert, PASSWORD).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert!(gone.header("set-cookie").contains("Max-Age=0"));
    let since = Instant::now();
    while let Ok(told) = message(&mut socket).await {
        assert!(!told.to_string().contains("after"), "{told}");
    }
    let took = since.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    for person in [&bert, &weak] {
        person
            .get_now("/me")
            .await
            .assert_problem(401, "invalid_token");
    }
    assert_eq!(me(&server, &cookie).await, 401);
    sign_in(&server, "bert")
        .await
        .assert_problem(401, "wrong_credentials");
    let members = anna
        .get(&server, &format!("/members?workspace={shared}"))
        .await
        .ok();
    assert_eq!(members.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        anna.get(&server, &task).await.ok().body["assignee_id"],
        Value::Null
    );
    for workspace in [bert.workspace, alone] {
        let rows = server
            .roles
            .log()
            .read_workspace(workspace, 0, None, 100)
            .await;
        let types: Vec<_> = rows
            .unwrap()
            .iter()
            .map(|row| row.header.event_type.to_string())
            .collect();
        assert!(
            types.iter().any(|one| one == "workspace.deleted"),
            "{types:?}"
        );
    }

    // Twice, so that one who is erased comes after another.
    for _ in 0..2 {
        let (again, _) = newcomer(&server, "bert").await;
        assert_ne!((again.user, again.workspace), (bert.user, bert.workspace));
        let shown = again.get(&server, "/me").await.ok();
        assert_eq!(shown.body["email"], "bert@example.org");
        assert_eq!(delete(&again, PASSWORD).await.status, 204);
    }
    let (again, _) = newcomer(&server, "bert").await;
    let taken = json!({"email": "bert@example.org", "password": PASSWORD, "display_name": "x"});
    again
        .post("/auth/register", taken)
        .await
        .assert_problem(409, "email_taken");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_hands_over_first() {
    let server = Server::busy().await;
    let (anna, _) = newcomer(&server, "anna").await;
    let (bert, cookie) = newcomer(&server, "bert").await;
    let left = share(&anna, &bert, "owner").await;
    let held = share(&bert, &anna, "editor").await;
    let heads = [&left, &held].map(|id| server.head(id.parse().unwrap()));
    let refused = delete(&bert, PASSWORD).await;
    refused.assert_problem(409, "last_owner");
    let errors = refused.body["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{}", refused.body);
    assert_eq!(errors[0]["field"], format!("workspaces[{held}]"));
    assert_eq!(errors[0]["message"], "Home");
    assert!(!refused.body["detail"].to_string().contains("Home"));
    let now = [&left, &held].map(|id| server.head(id.parse().unwrap()));
    assert_eq!(now, heads, "nothing was begun");
    assert_eq!(me(&server, &cookie).await, 200);

    let member = format!("/members/{}?workspace={held}", anna.user);
    bert.patch(&member, json!({"role": "owner"})).await.ok();
    assert_eq!(delete(&bert, PASSWORD).await.status, 204);
    for workspace in [&left, &held] {
        let path = format!("/members?workspace={workspace}");
        let members = anna.get(&server, &path).await.ok();
        assert_eq!(members.body["items"].as_array().map(Vec::len), Some(1));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_others_use_keeps_its_administrator() {
    let server = Server::busy().await;
    let (anna, _) = newcomer(&server, "anna").await;
    let (bert, _) = newcomer(&server, "bert").await;
    delete(&anna, PASSWORD)
        .await
        .assert_problem(409, "last_administrator");
    assert_eq!(delete(&bert, PASSWORD).await.status, 204);
    assert_eq!(delete(&anna, PASSWORD).await.status, 204);
    newcomer(&server, "carl").await;
    let first = sign_in(&server, "carl").await.ok();
    assert_eq!(first.body["is_admin"], true);
    server.stop().await;
}
