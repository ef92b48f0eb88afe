//! Input that nobody should send: each gets a problem that names what is wrong, never a 5xx.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::kit::{Answer, Person, Server};

async fn raw(person: &Person, method: Method, path: &str, kind: &str, body: String) -> Answer {
    let request = person
        .request(method, path)
        .header("content-type", kind)
        .body(body);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let huge = format!("{{\"title\": \"{}\"}}", "x".repeat(2 << 20));
    let table: [(&str, u16, &str, Value); 18] = [
        ("", 400, "malformed_json", Value::Null),
        ("{", 400, "malformed_json", Value::Null),
        ("{\"title\": \"x\"} x", 400, "malformed_json", Value::Null),
        (&deep, 400, "too_deep", Value::Null),
        (&huge, 413, "body_too_large", Value::Null),
        ("[]", 422, "invalid", Value::Null),
        ("[null, \"from array\"]", 422, "invalid", json!("")),
        (" [null, ", 400, "malformed_json", Value::Null),
        ("null", 422, "invalid", Value::Null),
        ("{\"titel\": \"x\"}", 422, "invalid", json!("titel")),
        ("{\"title\": 7}", 422, "invalid", json!("title")),
        ("{\"title\": null}", 422, "invalid", json!("title")),
        ("{\"title\": \"\"}", 422, "invalid", json!("title")),
        ("{\"title\": \"a\\u0000b\"}", 422, "invalid", json!("title")),
        (
            "{\"title\": \"x\", \"priority\": \"hugh\"}",
            422,
            "invalid",
            json!("priority"),
        ),
        (
            "{\"title\": \"x\", \"due\": {\"date\": \"2026-02-30\"}}",
            422,
            "invalid",
            json!("due.date"),
        ),
        (
            "{\"title\": \"x\", \"due\": {\"dat\": 1}}",
            422,
            "invalid",
            json!("due.dat"),
        ),
        (
            "{\"title\": \"x\", \"list_id\": \"7\"}",
            422,
            "invalid",
            json!("list_id"),
        ),
    ];
    for (body, status, code, field) in table {
        let answer = raw(
            &anna,
            Method::POST,
            "/tasks",
            "application/json",
            body.to_owned(),
        )
        .await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(
            (answer.status, answer.body["code"].as_str()),
            (status, Some(code)),
            "{shown}: {}",
            answer.body
        );
        if !field.is_null() {
            assert_eq!(
                answer.body["errors"][0]["field"], field,
                "{shown}: {}",
                answer.body
            );
        }
    }
    let wrong = raw(&anna, Method::POST, "/tasks", "text/plain", "{}".to_owned()).await;
    wrong.assert_problem(415, "unsupported_media_type");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_refused_where_it_means_nothing_and_filters_tell_the_column() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let made = anna
        .post(
            "/tasks",
            json!({"title": "kept", "due": {"date": "2027-01-02"}}),
        )
        .await
        .ok();
    let path = format!("/tasks/{}", made.id());
    for field in [
        "title",
        "description",
        "priority",
        "tags",
        "reminders",
        "blocked_by",
    ] {
        let refused = anna.patch(&path, json!({ field: null })).await;
        refused.assert_problem(422, "invalid");
        assert_eq!(
            refused.body["errors"][0]["field"], field,
            "{}",
            refused.body
        );
    }
    anna.patch("/me", json!({"time_zone": null}))
        .await
        .assert_problem(422, "invalid");
    anna.patch(&path, json!({"due": null})).await.ok();
    for (path, field, column) in [
        ("/tasks?filter=due%20%3C", "filter", 6),
        ("/tasks?sort=nosuch", "sort", 1),
    ] {
        let wrong = anna.get(&server, path).await;
        wrong.assert_problem(422, "invalid");
        let fault = &wrong.body["errors"][0];
        assert_eq!(
            (&fault["field"], &fault["column"]),
            (&json!(field), &json!(column))
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_parameters_and_headers() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    for (path, status, code) in [
        ("/tasks?limit=0", 422, "invalid"),
        ("/tasks?limit=501", 422, "invalid"),
        ("/tasks?limit=x", 422, "invalid"),
        ("/tasks?nosuch=1", 422, "invalid"),
        ("/tasks?filter=due%20%3C", 422, "invalid"),
        ("/tasks?sort=nosuch", 422, "invalid"),
        ("/tasks?cursor=zzz", 422, "invalid"),
        ("/tasks?as_of=yesterday", 422, "invalid"),
        ("/tasks?workspace=7", 422, "invalid"),
        ("/tasks/7", 422, "invalid"),
        (
            "/tasks/0193b3a4-0000-7000-8000-000000000000",
            404,
            "not_found",
        ),
        ("/nosuch", 404, "no_route"),
        ("/live", 400, "not_a_websocket"),
    ] {
        let answer = anna.get(&server, path).await;
        assert_eq!(
            (answer.status, answer.body["code"].as_str()),
            (status, Some(code)),
            "{path}: {}",
            answer.body
        );
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        assert!(!answer.header("x-correlation-id").is_empty());
    }
    anna.delete("/tasks")
        .await
        .assert_problem(405, "method_not_allowed");
    anna.get_at("/tasks", "0:999999")
        .await
        .assert_problem(400, "position_ahead");
    anna.get_at("/tasks", "x")
        .await
        .assert_problem(400, "bad_header");
    let url = format!("{}/api/v1/tasks", server.url);
    let basic = Client::new()
        .get(&url)
        .header("authorization", "Basic eDp5")
        .send()
        .await
        .unwrap();
    Answer::of(basic).await.assert_problem(401, "unauthorized");
    Answer::of(Client::new().get(&url).send().await.unwrap())
        .await
        .assert_problem(401, "unauthorized");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_metrics_tell() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    anna.task("x").await;
    let get = async |path: &str| {
        Answer::of(
            Client::new()
                .get(format!("{}{path}", server.url))
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    assert_eq!(get("/livez").await.status, 200);
    let ready = get("/readyz").await;
    assert_eq!(
        (ready.status, &ready.body["ready"]),
        (200, &json!(true)),
        "{}",
        ready.body
    );
    let metrics = get("/metrics").await;
    let text = metrics.body.as_str().unwrap();
    assert!(
        text.contains("route=\"/api/v1/tasks\",status=\"2xx\""),
        "{text}"
    );
    assert!(text.contains("taskfold_views_lag_seconds"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_body_is_refused() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let send = async |encoding: &str| {
        let request = anna.request(Method::POST, "/tasks");
        let request = request.header("content-encoding", encoding);
        let sent = request.json(&json!({"title": "plain"})).send().await;
        Answer::of(sent.unwrap()).await
    };
    let refused = send("gzip").await;
    refused.assert_problem(415, "unsupported_media_type");
    send("identity").await.ok();
    server.stop().await;
}
