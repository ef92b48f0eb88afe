//! Registering, signing in, tokens, CSRF, limits, isolation.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use taskfold_roles::gateway::Rate;

use crate::kit::{Answer, Server};

async fn post(server: &Server, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut request = Client::new()
        .post(format!("{}/api/v1{path}", server.url))
        .json(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}

fn cookie(headers: &HeaderMap) -> String {
    let cookie = headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    cookie.split(';').next().unwrap().to_owned()
}

fn new(email: &str) -> Value {
    json!({"email": email, "password": "correct horse", "display_name": "Anna"})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_person_administers_and_signing_in_rotates_the_session() {
    let server = Server::start().await;
    let anna = post(&server, "/auth/register", &[], &new("Anna@example.org")).await;
    assert_eq!(
        (anna.status, &anna.body["is_admin"]),
        (201, &json!(true)),
        "{}",
        anna.body
    );
    let second = post(&server, "/auth/register", &[], &new("bert@example.org")).await;
    assert_eq!(
        (second.status, &second.body["is_admin"]),
        (201, &json!(false))
    );
    post(&server, "/auth/register", &[], &new("anna@example.org"))
        .await
        .assert_problem(409, "email_taken");

    let old = cookie(&anna.headers);
    let login = json!({"email": "anna@example.org", "password": "correct horse"});
    let again = post(&server, "/auth/login", &[("cookie", &old)], &login).await;
    // A cookie and no sign of where the request comes from: refused.
    again.assert_problem(403, "cross_site");
    let same = [("cookie", old.as_str()), ("sec-fetch-site", "same-origin")];
    let again = post(&server, "/auth/login", &same, &login).await;
    assert_eq!(again.status, 200, "{}", again.body);
    let fresh = cookie(&again.headers);
    let login = post(&server, "/auth/login", &[], &login).await.ok();
    let newest = cookie(&login.headers);
    for (shown, current) in [(&newest, [true, false]), (&fresh, [false, true])] {
        let request = Client::new().get(format!("{}/api/v1/sessions", server.url));
        let sessions = request.header("cookie", shown).send().await.unwrap();
        let sessions = Answer::of(sessions).await.ok().body;
        let marks = sessions["items"].as_array().unwrap().iter();
        let marks: Vec<_> = marks.map(|one| one["current"].clone()).collect();
        assert_eq!(marks, current.map(|one| json!(one)));
    }
    assert_ne!(old, fresh);
    let me = |cookie: String| async {
        let url = format!("{}/api/v1/me", server.url);
        let head = server.roles.log().head(0).to_string();
        let request = Client::new().get(url).header("cookie", cookie);
        Answer::of(
            request
                .header("taskfold-position", head)
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    me(old).await.assert_problem(401, "unauthorized");
    assert_eq!(me(fresh).await.body["email"], "anna@example.org");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let server = Server::start().await;
    post(&server, "/auth/register", &[], &new("anna@example.org")).await;
    let try_one = |email: &str| json!({"email": email, "password": "wrong password"});
    let wrong = post(&server, "/auth/login", &[], &try_one("anna@example.org")).await;
    let unknown = post(&server, "/auth/login", &[], &try_one("nobody@example.org")).await;
    wrong.assert_problem(401, "wrong_credentials");
    assert_eq!(wrong.body, unknown.body);
    for _ in 0..4 {
        post(&server, "/auth/login", &[], &try_one("anna@example.org")).await;
    }
    let throttled = post(&server, "/auth/login", &[], &try_one("anna@example.org")).await;
    throttled.assert_problem(429, "too_many_attempts");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_are_refused() {
    let server = Server::start().await;
    let anna = post(&server, "/auth/register", &[], &new("anna@example.org")).await;
    let cookie = cookie(&anna.headers);
    let host = server.url.clone();
    let title = json!({"title": "x"});
    for (name, value, status) in [
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("sec-fetch-site", "same-origin", 201),
        ("origin", "https://evil.example", 403),
        ("origin", host.as_str(), 201),
        ("x-nothing", "", 403),
    ] {
        let answer = post(
            &server,
            "/tasks",
            &[("cookie", &cookie), (name, value)],
            &title,
        )
        .await;
        assert_eq!(answer.status, status, "{name}: {value}: {}", answer.body);
    }
    server.stop().await;
}

/// A web app that is served elsewhere: its pages may do everything, those of others nothing.
#[tokio::test(flavor = "multi_thread")]
async fn pages_of_named_origins_may_use_the_api() {
    let named = "https://app.example.org";
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.web_origins = vec![named.parse().unwrap()];
    })
    .await;
    let anna = post(&server, "/auth/register", &[], &new("anna@example.org")).await;
    let cookie = cookie(&anna.headers);
    let title = json!({"title": "x"});
    for (origin, status, allowed) in [
        (named, 201, named),
        ("https://app.example.org.evil.example", 403, ""),
        ("http://app.example.org", 403, ""),
        ("null", 403, ""),
    ] {
        let headers = [
            ("cookie", &*cookie),
            ("origin", origin),
            ("sec-fetch-site", "same-site"),
        ];
        let answer = post(&server, "/tasks", &headers, &title).await;
        assert_eq!(answer.status, status, "{origin}: {}", answer.body);
        let header = |name| {
            answer
                .headers
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        let said = header("access-control-allow-origin").unwrap_or_default();
        assert_eq!(said, allowed, "{origin}");
        if status == 201 {
            assert_eq!(header("access-control-allow-credentials"), Some("true"));
            let read = header("access-control-expose-headers").unwrap();
            assert!(read.contains("taskfold-position"), "{read}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_do_what_their_scopes_say_until_they_are_revoked() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let made = anna
        .post("/tokens", json!({"name": "reader", "scopes": ["read"]}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let mut reader = anna.clone();
    reader.token = made.body["secret"].as_str().unwrap().to_owned();
    assert_eq!(reader.get(&server, "/tasks").await.status, 200);
    reader
        .post("/tasks", json!({"title": "x"}))
        .await
        .assert_problem(403, "scope_required");
    reader
        .get(&server, "/tokens")
        .await
        .assert_problem(403, "scope_required");
    let mut mistyped = reader.clone();
    mistyped.token.replace_range(
        5..6,
        if &mistyped.token[5..6] == "x" {
            "y"
        } else {
            "x"
        },
    );
    mistyped
        .get(&server, "/tasks")
        .await
        .assert_problem(401, "invalid_token");
    let id = made.body["token_id"].as_str().unwrap();
    assert_eq!(anna.delete(&format!("/tokens/{id}")).await.status, 204);
    reader
        .get(&server, "/tasks")
        .await
        .assert_problem(401, "invalid_token");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_changes_another_workspace() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let id = anna.task("secret").await;
    let me = anna.get(&server, "/me").await;
    let workspace = me.body["personal_workspace_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let task = format!("/tasks/{id}");
    assert_eq!(bert.get(&server, &task).await.status, 404);
    bert.get(&server, &format!("{task}?workspace={workspace}"))
        .await
        .assert_problem(404, "not_found");
    for path in [
        "tasks",
        "search?q=secret&",
        "activity",
        "export",
        "changes",
        "counts",
    ] {
        let join = if path.contains('?') { "" } else { "?" };
        let answer = bert
            .get(&server, &format!("/{path}{join}workspace={workspace}"))
            .await;
        answer.assert_problem(404, "not_found");
    }
    let written = bert
        .patch(
            &format!("{task}?workspace={workspace}"),
            json!({"title": "y"}),
        )
        .await;
    assert!(matches!(written.status, 403 | 404), "{}", written.body);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_is_limited_per_person_and_told() {
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.rate = Some(Rate {
            per_second: 1,
            burst: 3,
        });
    })
    .await;
    let anna = server.person("anna").await;
    let mut last = anna.get_at("/tokens", "0:0").await;
    assert_eq!(
        (
            last.header("ratelimit-limit"),
            last.header("ratelimit-remaining")
        ),
        ("3", "2")
    );
    for _ in 0..4 {
        last = anna.get_at("/tokens", "0:0").await;
    }
    last.assert_problem(429, "rate_limited");
    assert_eq!(last.header("retry-after"), "1");
    let bert = server.person("bert").await;
    assert_eq!(
        bert.request(Method::GET, "/tokens")
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_can_be_closed_but_not_for_the_first() {
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.registration_open = false;
    })
    .await;
    assert_eq!(
        post(&server, "/auth/register", &[], &new("anna@example.org"))
            .await
            .status,
        201
    );
    let second = post(&server, "/auth/register", &[], &new("bert@example.org")).await;
    second.assert_problem(403, "registration_closed");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_ask_for_the_person_of_the_machine_at_once_get_the_same() {
    let server = Server::start().await;
    let ask = || server.roles.create_local_token("me@localhost", "first");
    let (one, two, three, four) = tokio::join!(ask(), ask(), ask(), ask());
    let mut people = Vec::new();
    for token in [one, two, three, four] {
        let me = Client::new().get(format!("{}/api/v1/me", server.url));
        let me = me.bearer_auth(token.unwrap().secret).send().await.unwrap();
        people.push(Answer::of(me).await.ok().body["user_id"].clone());
    }
    assert!(people.iter().all(|one| *one == people[0]), "{people:?}");
    server.stop().await;
}
