//! What clients expect of reads: tags that save transfers, names beside ids, 404 for what is not theirs,
//! tokens that only read, methods and parameters that do not exist.

use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Answer, Person, Server};

async fn get_if(person: &Person, path: &str, tag: &str) -> Answer {
    let request = person
        .request(Method::GET, path)
        .header("if-none-match", tag);
    Answer::of(request.send().await.unwrap()).await
}

/// The same person with a token that only reads.
async fn reader(person: &Person) -> Person {
    let body = json!({"name": "reader", "scopes": ["read"]});
    let token = person.post("/tokens", body).await.ok();
    let mut reader = person.clone();
    token.body["secret"]
        .as_str()
        .unwrap()
        .clone_into(&mut reader.token);
    reader
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_not_sent_again() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let list = anna.post("/lists", json!({"name": "x"})).await.ok();
    let task = anna.task("x").await;
    let (list, task) = (format!("/lists/{}", list.id()), format!("/tasks/{task}"));
    let workspace = format!("/workspaces/{}", anna.workspace);
    for path in [
        &*list,
        &task,
        &workspace,
        "/me",
        "/tasks",
        "/lists",
        "/activity",
    ] {
        let first = anna.get(&server, path).await.ok();
        let tag = first.header("etag").to_owned();
        assert!(tag.ends_with('"'), "{path}: {tag}");
        for seen in [
            tag.clone(),
            format!("\"other\", {tag}"),
            format!("W/{tag}"),
            "*".to_owned(),
        ] {
            let same = get_if(&anna, path, &seen).await;
            assert_eq!(
                (same.status, &same.body),
                (304, &json!("")),
                "{path} {seen}"
            );
            assert_eq!(same.header("etag"), tag);
        }
        assert_eq!(get_if(&anna, path, "\"other\"").await.status, 200);
    }
    // The version of a task does not count its subtasks; its tag does.
    let tag = anna.get(&server, &task).await.header("etag").to_owned();
    let parent = task.rsplit('/').next().unwrap();
    let body = json!({"title": "part", "parent_id": parent});
    anna.post("/tasks", body).await.ok();
    anna.get(&server, "/tasks").await.ok();
    let changed = get_if(&anna, &task, &tag).await.ok();
    assert_eq!(changed.body["subtasks"]["open"], 1);
    assert_ne!(changed.header("etag"), tag);
    // The tag of a read is good for `If-Match`.
    let matched = ("if-match", changed.header("etag"));
    let patch = (Method::PATCH, &*task);
    anna.send_with(patch, matched, json!({"title": "y"}))
        .await
        .ok();
    anna.send_with((Method::PATCH, &*task), matched, json!({"title": "z"}))
        .await
        .assert_problem(409, "stale_version");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_has_no_history() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let list = anna.post("/lists", json!({"name": "x"})).await.ok();
    let before = server.head(anna.workspace);
    let (list, task) = (list.id().to_owned(), anna.task("x").await);
    let unknown = "0193b3a4-0000-7000-8000-000000000000";
    for (kind, own) in [("tasks", &task), ("lists", &list)] {
        let own = format!("/{kind}/{own}/history");
        anna.get(&server, &own).await.ok();
        for path in [own.clone(), format!("/{kind}/{unknown}/history")] {
            let foreign = bert.get(&server, &path).await;
            foreign.assert_problem(404, "not_found");
        }
    }
    let comments = format!("/tasks/{task}/comments");
    anna.get(&server, &comments).await.ok();
    bert.get(&server, &comments)
        .await
        .assert_problem(404, "not_found");
    let early = format!("/tasks/{task}/history?as_of={before}");
    anna.get(&server, &early)
        .await
        .assert_problem(404, "not_found");
    for path in ["activity", "changes", "trash", "counts", "members"] {
        let path = format!("/{path}?workspace={}", anna.workspace);
        bert.get(&server, &path)
            .await
            .assert_problem(404, "not_found");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_name_what_they_point_to() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = crate::members::share(&anna, &bert, "editor").await;
    let of = |path: &str| format!("{path}?workspace={shared}");
    let list = anna.post(&of("/lists"), json!({"name": "Home"})).await.ok();
    let parent = bert
        .post(&of("/tasks"), json!({"title": "Move house"}))
        .await
        .ok();
    let blocker = bert
        .post(&of("/tasks"), json!({"title": "Buy boxes"}))
        .await
        .ok();
    let task = bert
        .post(&of("/tasks"), json!({"title": "Pack"}))
        .await
        .ok();
    let path = format!("/tasks/{}", task.id());
    let changes = json!({"assignee_id": anna.user, "blocked_by": [blocker.id()]});
    bert.patch(&of(&path), changes).await.ok();
    let to = json!({"list_id": list.id(), "parent_id": null});
    bert.post(&of(&format!("{path}/move")), to).await.ok();
    let to = json!({"parent_id": parent.id()});
    bert.post(&of(&format!("{path}/move")), to).await.ok();
    bert.post(&of(&format!("{path}/comments")), json!({"body": "x"}))
        .await
        .ok();

    let history = bert
        .get(&server, &of(&format!("{path}/history")))
        .await
        .ok()
        .body;
    let rows = history["items"].as_array().unwrap();
    for row in rows {
        assert_eq!(
            (&row["actor_name"], &row["task_title"]),
            (&json!("bert"), &json!("Pack"))
        );
    }
    let change = |field: &str| {
        let changes = rows
            .iter()
            .flat_map(|row| row["changes"].as_array().unwrap());
        let mut of_field = changes.filter(|change| change["field"] == field);
        of_field
            .find(|change| !change["to"].is_null())
            .unwrap()
            .clone()
    };
    assert_eq!(change("assignee_id")["to_name"], "anna");
    assert_eq!(change("blocked_by")["to_name"], json!(["Buy boxes"]));
    assert_eq!(change("list_id")["to_name"], "Home");
    assert_eq!(change("parent_id")["to_name"], "Move house");
    let whole = bert.get(&server, &of("/activity")).await.ok().body;
    let row = |kind: &str| {
        let mut rows = whole["items"].as_array().unwrap().iter();
        rows.find(|row| row["type"] == kind).unwrap()
    };
    assert_eq!(row("list.created")["list_name"], "Home");
    assert_eq!(row("list.created")["actor_name"], "anna");
    assert_eq!(
        row("workspace.member_joined")["changes"][0]["member_name"],
        "bert"
    );
    let changes = bert.get(&server, &of("/changes")).await.ok().body;
    assert_eq!(changes["items"][0]["actor_name"], "bert");
    let comments = bert
        .get(&server, &of(&format!("{path}/comments")))
        .await
        .ok()
        .body;
    assert_eq!(comments["items"][0]["author_name"], "bert");
    // The past knows things as they were called, and people as they are called today.
    let then = server.head(anna.workspace);
    bert.patch(&of(&path), json!({"title": "Pack all"}))
        .await
        .ok();
    let then = format!("{}&as_of={then}", of(&format!("{path}/history")));
    let past = bert.get(&server, &then).await.ok().body;
    assert_eq!(past["items"], history["items"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_only_reads_may_ask_what_a_write_would_do() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let reader = reader(&anna).await;
    let text = json!({"text": "Call Anna tomorrow !high"});
    let before = server.head(anna.workspace);
    let preview = reader.post("/quick-add/preview", text.clone()).await.ok();
    assert_eq!(preview.body["task"]["priority"], "high");
    let file = b"[]";
    let dry = "/import?source=taskwarrior&dry_run=true";
    assert_eq!(
        reader.post_bytes(dry, file).await.ok().body["dry_run"],
        true
    );
    let wet = reader.post_bytes("/import?source=taskwarrior", file).await;
    wet.assert_problem(403, "scope_required");
    for path in ["/quick-add", "/tasks", "/undo"] {
        let refused = reader.post(path, text.clone()).await;
        refused.assert_problem(403, "scope_required");
    }
    assert_eq!(server.head(anna.workspace), before);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_happened_cannot_be_read_or_brought_back() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    anna.task("x").await;
    let head = server.head(anna.workspace);
    let ahead = format!("{}:{}", head.partition, head.number + 1);
    for to in ["2099-01-01T00:00:00Z", &ahead] {
        let refused = anna.post("/restore", json!({"to": to})).await;
        refused.assert_problem(422, "invalid");
        assert_eq!(refused.body["errors"][0]["field"], "to");
        assert_eq!(refused.body["errors"][0]["code"], "in_the_future");
        for path in ["tasks", "lists", "activity", "counts", "export"] {
            let refused = anna.get_now(&format!("/{path}?as_of={to}")).await;
            refused.assert_problem(422, "invalid");
            assert_eq!(refused.body["errors"][0]["field"], "as_of", "{path}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn some_tasks_are_read_at_once() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let done = anna.task("done").await;
    let gone = anna.task("gone").await;
    let foreign = bert.task("foreign").await;
    anna.post(&format!("/tasks/{done}/complete"), json!({}))
        .await
        .ok();
    anna.delete(&format!("/tasks/{gone}")).await.ok();
    let ids = |ids: &[&str]| format!("/tasks/batch?ids={}", ids.join(","));
    let path = ids(&[&gone, &done, &gone, &foreign]);
    let found = anna.get(&server, &path).await.ok();
    let titles: Vec<_> = found.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["done", "gone"]);
    let one = anna.get(&server, &format!("/tasks/{done}")).await.ok();
    assert_eq!(found.body["items"][0], one.body);
    let many = vec![&*done; 101];
    for (path, code) in [
        (ids(&many), "too_many"),
        (ids(&[""]), "unreadable"),
        ("/tasks/batch".to_owned(), "missing"),
    ] {
        let refused = anna.get_now(&path).await;
        refused.assert_problem(422, "invalid");
        assert_eq!(refused.body["errors"][0]["field"], "ids", "{path}");
        assert_eq!(refused.body["errors"][0]["code"], code, "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_and_methods_that_do_not_exist_are_named() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    for (path, field, code) in [
        ("/me?x=1", "x", "unknown_parameter"),
        ("/workspaces?limit=1", "limit", "unknown_parameter"),
        ("/tasks?limt=1", "limt", "unknown_parameter"),
        ("/tasks?limit=1&limit=2", "limit", "duplicate_parameter"),
        ("/tasks?limit=0", "limit", "out_of_range"),
        ("/tasks?limit=501", "limit", "out_of_range"),
        ("/tasks?limit=x", "limit", "unreadable"),
        ("/search", "q", "missing"),
        ("/tasks?as_of=yesterday", "as_of", "unreadable"),
        ("/tasks/nonsense", "task_id", "unreadable"),
    ] {
        let refused = anna.get_now(path).await;
        refused.assert_problem(422, "invalid");
        let fault = &refused.body["errors"][0];
        assert_eq!(
            (&fault["field"], &fault["code"]),
            (&json!(field), &json!(code)),
            "{path}: {fault}"
        );
        let said = fault["message"].as_str().unwrap();
        assert!(!said.contains("string") && !said.contains("URL"), "{said}");
    }
    for (due, field) in [
        (json!("tomorrow"), "due"),
        (json!({"date": "2026-13-01"}), "due.date"),
    ] {
        let body = json!({"title": "Call", "due": due});
        let refused = anna.post("/tasks", body).await;
        refused.assert_problem(422, "invalid");
        let fault = &refused.body["errors"][0];
        assert_eq!(fault["field"], field, "{fault}");
        let said = fault["message"].as_str().unwrap();
        assert!(
            !said.contains("struct") && !said.contains("parse"),
            "{said}"
        );
    }
    let put = Answer::of(anna.request(Method::PUT, "/tasks").send().await.unwrap()).await;
    put.assert_problem(405, "method_not_allowed");
    let mut allowed: Vec<_> = put.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    for path in ["/tasks", "/me", "/export?format=csv"] {
        let get = anna.request(Method::GET, path).send().await.unwrap();
        let head = anna.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(head.status(), 200);
        assert_eq!(
            head.headers()["content-type"],
            get.headers()["content-type"]
        );
        assert!(head.bytes().await.unwrap().is_empty());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_twice_is_named() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    for (body, field) in [
        (r#"{"title": "a", "title": "b"}"#, "title"),
        (
            r#"{"title": "a", "due": {"date": "2026-01-01", "date": "2026-01-02"}}"#,
            "due.date",
        ),
    ] {
        let request = anna.request(Method::POST, "/tasks");
        let request = request
            .header("content-type", "application/json")
            .body(body);
        let refused = Answer::of(request.send().await.unwrap()).await;
        refused.assert_problem(422, "invalid");
        let fault = &refused.body["errors"][0];
        assert_eq!(
            (&fault["field"], &fault["code"]),
            (&json!(field), &json!("duplicate_field"))
        );
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.starts_with(&format!("{field}: ")), "{detail}");
    }
    let refused = anna.post("/tasks", json!([])).await;
    assert_eq!(refused.body["detail"], "the body must be a JSON object");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_of_a_bulk_request_has_its_own_result() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let commands = json!([
        {"command": "create_task", "title": "a"},
        {"command": "no_such_thing"},
        {"command": "create_task", "titel": "b", "title": "b"},
        {"command": "complete_task"},
        7,
        {"command": "create_task", "title": "c", "priority": "hugh"},
        {"command": "undo", "change_id": "0193b3a4-0000-7000-8000-000000000000"},
        {"command": "create_task", "title": ""},
        {"command": "create_task", "title": "d"},
    ]);
    let done = anna.post("/bulk", json!({"commands": commands})).await.ok();
    let results = done.body["results"].as_array().unwrap();
    let told: Vec<_> = results
        .iter()
        .map(|result| {
            (
                result["status"].as_u64().unwrap(),
                &result["errors"][0]["field"],
                &result["errors"][0]["code"],
            )
        })
        .collect();
    let (none, text) = (Value::Null, |text: &str| json!(text));
    assert_eq!(
        told,
        [
            (201, &none, &none),
            (422, &text("command"), &text("unknown_command")),
            (422, &text("titel"), &text("unknown_field")),
            (422, &text("task_id"), &text("missing")),
            (422, &text("command"), &text("unreadable")),
            (422, &text("priority"), &text("unreadable")),
            (422, &text("command"), &text("not_here")),
            (422, &text("title"), &text("empty")),
            (201, &none, &none),
        ]
    );
    let tasks = anna
        .get_at("/tasks?sort=title", done.position())
        .await
        .ok()
        .body;
    let titles: Vec<_> = tasks["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| &task["title"])
        .collect();
    assert_eq!(titles, ["a", "d"]);
    // Both come back as one change.
    anna.post("/undo", json!({})).await.ok();
    let tasks = anna.get(&server, "/tasks").await.ok().body;
    assert_eq!(tasks["items"], json!([]));

    let none_good = anna.post("/bulk", json!({"commands": [7, {}]})).await.ok();
    assert_eq!(none_good.body["change_id"], Value::Null);
    assert_eq!(
        none_good.body["results"][1]["errors"][0]["field"],
        "command"
    );
    let foreign = format!("/bulk?workspace={}", anna.workspace);
    bert.post(&foreign, json!({"commands": [7]}))
        .await
        .assert_problem(404, "not_found");
    let many = vec![json!({"command": "create_task", "title": "x"}); 101];
    for body in [
        json!({}),
        json!({"commands": 7}),
        json!({"commands": []}),
        json!({"commands": many}),
        json!({"commands": [], "x": 1}),
    ] {
        anna.post("/bulk", body)
            .await
            .assert_problem(422, "invalid");
    }
    server.stop().await;
}
