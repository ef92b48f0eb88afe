//! Invitations and members.

use std::fmt::Write as _;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use taskfold_contracts::time::{Clock, SystemClock, Timestamp};

use crate::kit::{Person, Server};

/// An invitation: its id and secret.
pub(crate) async fn invite(
    owner: &Person,
    workspace: &str,
    email: &str,
    role: &str,
) -> (String, String) {
    let path = format!("/invitations?workspace={workspace}");
    let invited = owner
        .post(&path, json!({"email": email, "role": role}))
        .await;
    assert_eq!(invited.status, 201, "{}", invited.body);
    let pending = owner.get_at(&path, invited.position()).await.ok();
    let items = pending.body["items"].as_array().unwrap();
    let of = items.iter().find(|one| one["email"] == email).unwrap();
    assert!(of.get("secret").is_none() && of.get("secret_hash").is_none());
    assert_eq!(of["invitation_id"], invited.body["invitation_id"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let id = text(&of["invitation_id"]);
    let place = format!("/api/v1/invitations/{id}?workspace={workspace}");
    assert_eq!(invited.header("location"), place);
    (text(&of["invitation_id"]), text(&invited.body["secret"]))
}

pub(crate) fn accept_path(workspace: &str, invitation: &str) -> String {
    format!("/invitations/{invitation}/accept?workspace={workspace}")
}

async fn workspace(owner: &Person) -> String {
    let made = owner.post("/workspaces", json!({"name": "Home"})).await;
    made.ok().id().to_owned()
}

/// A workspace of `owner` that `guest` has joined.
pub(crate) async fn share(owner: &Person, guest: &Person, role: &str) -> String {
    let shared = workspace(owner).await;
    let (id, secret) = invite(owner, &shared, "guest@example.org", role).await;
    let path = accept_path(&shared, &id);
    guest.post(&path, json!({"secret": secret})).await.ok();
    shared
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_good_once_with_its_secret_until_it_is_revoked() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let carl = server.person("carl").await;
    let shared = workspace(&anna).await;
    let (id, secret) = invite(&anna, &shared, "bert@example.org", "editor").await;
    let path = accept_path(&shared, &id);
    let wrong = bert.post(&path, json!({"secret": "wrong"})).await;
    wrong.assert_problem(404, "not_found");
    // The invitation itself tells where it leads to.
    let alone = format!("/invitations/{id}/accept");
    let wrong = bert.post(&alone, json!({"secret": "wrong"})).await;
    wrong.assert_problem(404, "not_found");
    bert.post(&alone, json!({"secret": secret})).await.ok();
    let unknown = "/invitations/0193b3a4-0000-7000-8000-000000000000/accept";
    let unknown = bert.post(unknown, json!({"secret": secret})).await;
    unknown.assert_problem(404, "not_found");
    let again = carl.post(&path, json!({"secret": secret})).await;
    again.assert_problem(409, "invitation_used");
    let of_shared = format!("?workspace={shared}");
    bert.post(&format!("/tasks{of_shared}"), json!({"title": "x"}))
        .await
        .ok();

    // An editor neither invites nor revokes.
    let (id, secret) = invite(&anna, &shared, "carl@example.org", "viewer").await;
    let body = json!({"email": "dora@example.org", "role": "viewer"});
    let refused = bert.post(&format!("/invitations{of_shared}"), body).await;
    refused.assert_problem(403, "role_required");
    let one = format!("/invitations/{id}{of_shared}");
    bert.delete(&one).await.assert_problem(403, "role_required");
    anna.delete(&one).await.ok();
    let late = carl
        .post(&accept_path(&shared, &id), json!({"secret": secret}))
        .await;
    late.assert_problem(409, "invitation_revoked");
    let members = anna.get(&server, &format!("/members{of_shared}")).await;
    assert_eq!(members.body["items"].as_array().map(Vec::len), Some(2));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_was_declined_is_good_for_nobody() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = workspace(&anna).await;
    let (id, secret) = invite(&anna, &shared, "bert@example.org", "editor").await;
    let path = format!("/invitations/{id}/decline");
    let look = format!("/invitations/{id}/preview");
    for path in [&path, &look] {
        let wrong = bert.post(path, json!({"secret": "wrong"})).await;
        wrong.assert_problem(404, "not_found");
    }
    let secret = json!({"secret": secret});
    let shown = bert.post(&look, secret.clone()).await.ok().body;
    let told = ["workspace_name", "inviter_name", "role", "state"].map(|name| &shown[name]);
    assert_eq!(json!(told), json!(["Home", "anna", "editor", "pending"]));
    assert!(!shown.to_string().contains("secret"));
    let mine = bert.get(&server, "/invitations").await.ok().body;
    assert_eq!(mine["items"][0], shown);
    let theirs = format!("/invitations?workspace={shared}");
    let theirs = anna.get(&server, &theirs).await.ok();
    assert_eq!(theirs.body["items"][0], shown);
    let declined = bert.post(&path, secret.clone()).await.ok();
    let at = ("taskfold-position", declined.position());
    let shown = bert.send_with((Method::POST, &look), at, secret.clone());
    assert_eq!(shown.await.ok().body["state"], "revoked");
    // Again is no fault.
    bert.post(&path, secret.clone()).await.ok();
    let late = bert.post(&accept_path(&shared, &id), secret).await;
    late.assert_problem(409, "invitation_revoked");
    let of_shared = format!("/activity?workspace={shared}");
    let activity = anna.get(&server, &of_shared).await.ok();
    let newest = &activity.body["items"][0];
    assert!(
        newest.to_string().contains(&bert.user.to_string()),
        "{newest}"
    );

    let (id, secret) = invite(&anna, &shared, "bert@example.org", "viewer").await;
    let secret = json!({"secret": secret});
    bert.post(&accept_path(&shared, &id), secret.clone())
        .await
        .ok();
    let used = bert
        .post(
            &format!("/invitations/{id}/decline?workspace={shared}"),
            secret,
        )
        .await;
    used.assert_problem(409, "invitation_used");
    server.stop().await;
}

/// The system's clock, a little later.
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(SystemClock.now().as_millis() + self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_ends_after_two_weeks() {
    let clock = Arc::new(Ahead(AtomicI64::new(0)));
    let of_server = Arc::clone(&clock);
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.clock = of_server;
    })
    .await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = workspace(&anna).await;
    let (id, secret) = invite(&anna, &shared, "bert@example.org", "editor").await;
    clock.0.store(14 * 24 * 3_600_000 + 1_000, Ordering::SeqCst);
    let late = bert
        .post(&accept_path(&shared, &id), json!({"secret": secret}))
        .await;
    late.assert_problem(409, "invitation_expired");
    clock.0.store(13 * 24 * 3_600_000, Ordering::SeqCst);
    bert.post(&accept_path(&shared, &id), json!({"secret": secret}))
        .await
        .ok();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_change_people_leave_and_the_last_owner_stays() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = share(&anna, &bert, "viewer").await;
    let of = |person: &Person| format!("/members/{}?workspace={shared}", person.user);
    let tasks = format!("/tasks?workspace={shared}");
    let task = || json!({"title": "x"});
    bert.post(&tasks, task())
        .await
        .assert_problem(403, "role_required");
    bert.patch(&of(&bert), json!({"role": "owner"}))
        .await
        .assert_problem(403, "role_required");
    anna.patch(&of(&anna), json!({"role": "editor"}))
        .await
        .assert_problem(409, "last_owner");
    anna.delete(&of(&anna))
        .await
        .assert_problem(409, "last_owner");

    anna.patch(&of(&bert), json!({"role": "owner"})).await.ok();
    bert.post(&tasks, task()).await.ok();
    bert.patch(&of(&anna), json!({"role": "viewer"})).await.ok();
    anna.post(&tasks, task())
        .await
        .assert_problem(403, "role_required");
    bert.delete(&of(&anna)).await.ok();
    anna.post(&tasks, task())
        .await
        .assert_problem(404, "not_found");
    anna.get(&server, &tasks)
        .await
        .assert_problem(404, "not_found");
    let members = format!("/members?workspace={shared}");
    let members = bert.get(&server, &members).await.ok().body;
    assert_eq!(members["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(members["items"][0]["user_id"], json!(bert.user));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invited_see_their_invitations_and_need_the_secret_all_the_same() {
    let clock = Arc::new(Ahead(AtomicI64::new(0)));
    let of_server = Arc::clone(&clock);
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.clock = of_server;
    })
    .await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let carl = server.person("carl").await;
    let (home, work) = (workspace(&anna).await, workspace(&anna).await);
    let (first, secret) = invite(&anna, &home, "bert@example.org", "editor").await;
    // One address has one open invitation: the later one takes the earlier back.
    let (replaced, _) = invite(&anna, &work, "bert@example.org", "viewer").await;
    let (second, _) = invite(&anna, &work, "bert@example.org", "viewer").await;
    let path = format!("/invitations?workspace={work}");
    let all = anna.get(&server, &path).await.ok().body;
    let rows = all["items"].as_array().unwrap().iter();
    let states: Vec<_> = rows
        .map(|one| (&one["invitation_id"], &one["state"]))
        .collect();
    assert!(
        states.contains(&(&json!(replaced), &json!("revoked"))),
        "{states:?}"
    );
    let (revoked, _) = invite(&anna, &work, "dora@example.org", "viewer").await;
    anna.delete(&format!("/invitations/{revoked}?workspace={work}"))
        .await
        .ok();
    let of = async |person: &Person| {
        let mine = person.get(&server, "/invitations").await.ok().body;
        let items = mine["items"].as_array().unwrap().clone();
        assert!(!mine.to_string().contains("secret"));
        let ids = items.iter().map(|one| one["invitation_id"].clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(of(&bert).await, [json!(second), json!(first)]);
    assert_eq!(of(&carl).await, [json!(null); 0]);
    assert_eq!(of(&anna).await, [json!(null); 0]);
    // Nobody has proved that the address is theirs: it lets nobody in.
    for body in [json!({}), json!({"secret": ""}), json!({"secret": first})] {
        let path = format!("/invitations/{first}/accept");
        let refused = bert.post(&path, body).await;
        assert!(matches!(refused.status, 404 | 422), "{}", refused.body);
    }
    let tasks = format!("/tasks?workspace={home}");
    bert.get(&server, &tasks)
        .await
        .assert_problem(404, "not_found");
    bert.post(&accept_path(&home, &first), json!({"secret": secret}))
        .await
        .ok();
    assert_eq!(of(&bert).await, [json!(second)]);
    clock.0.store(15 * 24 * 3_600_000, Ordering::SeqCst);
    assert_eq!(of(&bert).await, [json!(null); 0]);
    // A token of one workspace does not look out of it.
    let body = json!({"name": "x", "scopes": ["read"], "workspace_id": bert.workspace});
    let token = bert.post("/tokens", body).await.ok();
    let mut bound = bert.clone();
    bound.token = token.body["secret"].as_str().unwrap().to_owned();
    let refused = bound.get_now("/invitations").await;
    refused.assert_problem(403, "other_workspace");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_history_shows_of_an_invitation_lets_nobody_in() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let carl = server.person("carl").await;
    let shared = share(&anna, &bert, "viewer").await;
    let (id, secret) = invite(&anna, &shared, "carl@example.org", "owner").await;

    let path = format!("/export?format=events&workspace={shared}");
    let history = bert.request(reqwest::Method::GET, &path).send().await;
    let history = history.unwrap().text().await.unwrap();
    assert!(history.contains("workspace.member_invited"), "{history}");
    let bytes = taskfold_identity::secret_hash(&secret);
    let hash = bytes.iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    });
    assert!(!history.contains(&hash) && !history.contains("secret_hash"));

    // Even with the hash: only the gateway hashes a secret that is presented to it.
    let bulk = format!("/bulk?workspace={shared}");
    let accept = json!({"command": "accept_invitation", "invitation_id": id, "secret_hash": hash});
    let tried = carl.post(&bulk, json!({"commands": [accept]})).await;
    tried.assert_problem(404, "not_found");
    let tasks = carl.get_now(&format!("/tasks?workspace={shared}")).await;
    tasks.assert_problem(404, "not_found");

    // The owner's own hash and end are not taken either, nor a filter that nobody can read.
    let commands = json!([
        {"command": "invite_member", "email": "d@example.org", "role": "owner",
            "secret_hash": hash, "expires_at": "9999-01-01T00:00:00Z"},
        accept,
        {"command": "save_filter", "name": "x", "query": "((((( nonsense", "sort": "due"},
        {"command": "save_filter", "name": "x", "query": "", "sort": "zzz"},
    ]);
    let done = anna.post(&bulk, json!({"commands": commands})).await.ok();
    let told: Vec<_> = (0..4)
        .map(|at| {
            let result = &done.body["results"][at];
            let fault = &result["errors"][0];
            (
                result["status"].as_u64(),
                fault["field"].as_str(),
                fault["code"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some(422), Some("command"), Some("not_here")),
            (Some(422), Some("command"), Some("not_here")),
            (Some(422), Some("query"), Some("unreadable")),
            (Some(422), Some("sort"), Some("unreadable")),
        ]
    );
    let path = accept_path(&shared, &id);
    carl.post(&path, json!({"secret": secret})).await.ok();
    server.stop().await;
}
