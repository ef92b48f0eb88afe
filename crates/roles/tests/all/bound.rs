//! A token that is good for one workspace sees nothing of others.

use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Person, Server};
use crate::members::invite;

/// The same person with a token that is good for one workspace.
async fn bound(person: &Person, workspace: &str) -> Person {
    let scopes = ["read", "write", "admin"];
    let body = json!({"name": "bound", "scopes": scopes, "workspace_id": workspace});
    let token = person.post("/tokens", body).await.ok();
    Person {
        token: token.body["secret"].as_str().unwrap().to_owned(),
        ..person.clone()
    }
}

fn ids(items: &Value, name: &str) -> Vec<String> {
    let items = items["items"].as_array().unwrap().iter();
    items
        .map(|one| one[name].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_workspace_sees_that_one_alone() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = anna.post("/workspaces", json!({"name": "secret plans"}));
    let shared = shared.await.ok().id().to_owned();
    let other = anna.post("/workspaces", json!({"name": "club"}));
    let other = other.await.ok().id().to_owned();
    let club = bound(&anna, &other).await;

    assert_eq!(
        ids(
            &anna.get(&server, "/workspaces").await.ok().body,
            "workspace_id"
        )
        .len(),
        3
    );
    let seen = club.get(&server, "/workspaces").await.ok().body;
    assert_eq!(ids(&seen, "workspace_id"), std::slice::from_ref(&other));
    assert!(!seen.to_string().contains("secret plans"));

    // Whatever is not said to be elsewhere is in that workspace.
    club.task("in the club").await;
    for path in ["/tasks", "/search?q=club", "/activity", "/changes?limit=5"] {
        let found = club.get(&server, path).await.ok().body;
        assert_eq!(
            found["items"].as_array().unwrap().is_empty(),
            path == "/changes",
            "{found}"
        );
    }
    for path in [
        "/tasks",
        "/lists",
        "/search?q=x",
        "/filters",
        "/members",
        "/invitations",
        "/export",
    ] {
        let sign = if path.contains('?') { '&' } else { '?' };
        let refused = club
            .get_now(&format!("{path}{sign}workspace={shared}"))
            .await;
        refused.assert_problem(403, "other_workspace");
    }
    let refused = club.get_now(&format!("/workspaces/{shared}")).await;
    refused.assert_problem(403, "other_workspace");

    // What is about the person as a whole is not for it.
    for (method, path, body) in [
        (Method::GET, "/sessions", json!({})),
        (Method::GET, "/invitations", json!({})),
        (Method::GET, "/live?workspace=all", json!({})),
        (Method::POST, "/workspaces", json!({"name": "x"})),
        (Method::POST, "/views/rebuild", json!({})),
    ] {
        let sent = club.request(method, path).json(&body).send().await.unwrap();
        let refused = crate::kit::Answer::of(sent).await;
        refused.assert_problem(403, "other_workspace");
    }

    // Of tokens it sees and revokes those that are as narrow.
    let all = ids(&anna.get_now("/tokens").await.ok().body, "token_id");
    let own = ids(&club.get_now("/tokens").await.ok().body, "token_id");
    assert_eq!((all.len(), own.len()), (2, 1));
    for id in all.iter().filter(|id| !own.contains(id)) {
        let refused = club.delete(&format!("/tokens/{id}")).await;
        refused.assert_problem(404, "not_found");
    }

    // It does not learn where an invitation leads to.
    let theirs = bert.post("/workspaces", json!({"name": "theirs"}));
    let theirs = theirs.await.ok().id().to_owned();
    let (id, secret) = invite(&bert, &theirs, "anna@example.org", "editor").await;
    let accept = format!("/invitations/{id}/accept");
    let refused = club.post(&accept, json!({"secret": secret}));
    refused.await.assert_problem(404, "not_found");
    club.delete(&format!("/tokens/{}", own[0])).await.ok();
    club.get_now("/workspaces")
        .await
        .assert_problem(401, "invalid_token");
    server.stop().await;
}
