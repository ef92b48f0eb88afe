//! "Undo my last change" finds one of which something can be taken back, or says that there is none.

use reqwest::Client;
use serde_json::{Value, json};

use crate::kit::{Answer, Person, Server};
use crate::members::share;

async fn sign_in(server: &Server, person: &Person, email: &str) {
    let url = format!("{}/api/v1/auth", server.url);
    let login = json!({"email": email, "password": "correct horse"});
    let sent = Client::new().post(format!("{url}/login")).json(&login);
    assert_eq!(sent.send().await.unwrap().status(), 200);
    let newest = person.get(server, "/changes?limit=1").await.ok().body;
    let newest = &newest["items"][0];
    assert!(!newest["types"]["user.authenticated"].is_null(), "{newest}");
}

/// Somebody who registered with a password.
async fn registered(server: &Server, email: &str) -> Person {
    let body = json!({"email": email, "password": "correct horse", "display_name": "Anna"});
    let url = format!("{}/api/v1/auth/register", server.url);
    let made = Client::new().post(url).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    server.person(email.split('@').next().unwrap()).await
}

async fn step(person: &Person, path: &str) -> Answer {
    person.post(path, json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_undone_is_passed_over() {
    let server = Server::start().await;
    let anna = registered(&server, "anna@example.org").await;
    step(&anna, "/undo")
        .await
        .assert_problem(409, "nothing_to_undo");
    let path = format!("/tasks/{}", anna.task("one").await);
    anna.patch(&path, json!({"title": "two"})).await.ok();
    let title = async || anna.get(&server, &path).await.body["title"].clone();

    sign_in(&server, &anna, "anna@example.org").await;
    step(&anna, "/undo").await.ok();
    assert_eq!(title().await, "one");
    sign_in(&server, &anna, "anna@example.org").await;
    let zone = json!({"time_zone": "Europe/Berlin"});
    anna.patch("/me", zone).await.ok();
    step(&anna, "/redo").await.ok();
    assert_eq!(title().await, "two");
    step(&anna, "/redo")
        .await
        .assert_problem(409, "nothing_to_redo");

    step(&anna, "/undo").await.ok();
    step(&anna, "/undo").await.ok();
    let tasks = anna.get(&server, "/tasks").await.body;
    assert_eq!(tasks["items"], json!([]));
    for _ in 0..2 {
        step(&anna, "/undo")
            .await
            .assert_problem(409, "nothing_to_undo");
    }
    // By its id the making of the account is refused for good, not for now.
    let changes = anna.get(&server, "/changes?limit=200").await.ok().body;
    let first = changes["items"].as_array().unwrap().last().unwrap();
    let first = json!({"change_id": first["change_id"]});
    anna.post("/undo", first)
        .await
        .assert_problem(409, "nothing_to_undo");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_which_nothing_is_left_is_passed_over() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = share(&anna, &bert, "editor").await;
    let at = |path: &str| format!("{path}?workspace={shared}");
    let made = anna.post(&at("/tasks"), json!({"title": "one"})).await.ok();
    let path = at(&format!("/tasks/{}", made.id()));
    let field = async |name: &str| anna.get(&server, &path).await.body[name].clone();
    let changed = async |person: &Person, body: Value| -> Value {
        person.patch(&path, body).await.ok().body["change_id"].clone()
    };
    changed(&anna, json!({"priority": "high"})).await;
    let titled = changed(&anna, json!({"title": "two"})).await;
    let by_bert = changed(&bert, json!({"title": "three"})).await;

    // Somebody else's title stays, the answer says so, and the change before comes back.
    let undone = step(&anna, &at("/undo")).await.ok();
    assert_eq!(
        undone.body["kept"][0]["because"], by_bert,
        "{}",
        undone.body
    );
    assert_eq!(field("title").await, "three");
    assert_eq!(field("priority").await, "none");

    // The owner takes the title back in another way; the chain does not stick at it.
    bert.post(&at("/undo"), json!({"change_id": by_bert}))
        .await
        .ok();
    bert.post(&at("/undo"), json!({"change_id": titled}))
        .await
        .ok();
    assert_eq!(field("title").await, "one");
    step(&anna, &at("/undo")).await.ok();
    let gone = anna.get(&server, &at("/tasks")).await.body;
    assert_eq!(gone["items"], json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_what_was_made_leads_to_its_workspace() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = share(&anna, &bert, "editor").await;
    for (path, body) in [
        ("/tasks", json!({"title": "x"})),
        ("/quick-add", json!({"text": "x"})),
        ("/lists", json!({"name": "x"})),
    ] {
        let there = format!("{path}?workspace={shared}");
        let made = bert.post(&there, body.clone()).await.ok();
        let location = made.header("location").to_owned();
        let path = location.strip_prefix("/api/v1").unwrap();
        assert!(path.ends_with(&format!("?workspace={shared}")), "{path}");
        bert.get_at(path, made.position()).await.ok();
    }
    // A request that names no workspace needs none in its answer.
    let own = bert.post("/tasks", json!({"title": "x"})).await.ok();
    assert!(!own.header("location").contains('?'));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_undone_is_told_by_the_answer_and_the_list_of_changes_alike() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let file = r#"[
        {"uuid":"0190a5d2-6c3e-7f00-8000-000000000001","status":"pending","description":"Review the year",
         "entry":"20260101T080000Z","project":"Home",
         "annotations":[{"entry":"20260101T090000Z","description":"by post"}]},
        {"uuid":"0190a5d2-6c3e-7f00-8000-000000000002","status":"completed","description":"Buy bread",
         "entry":"20260101T080000Z","end":"20260102T080000Z","project":"Home"},
        {"uuid":"0190a5d2-6c3e-7f00-8000-000000000003","status":"deleted","description":"Buy salt",
         "entry":"20260101T080000Z","end":"20260102T080000Z","project":"Home"}]"#;
    anna.post_bytes("/import", file.as_bytes()).await.ok();
    let did = "imported 3 tasks and the list “Home” (1 done, 1 in the trash, 1 comment)";
    let summary = async || {
        let newest = anna.get(&server, "/changes?limit=1").await.ok().body;
        newest["items"][0]["summary"].as_str().unwrap().to_owned()
    };
    assert_eq!(summary().await, did);
    for _ in 0..2 {
        for (path, way) in [("/undo", "undid"), ("/redo", "redid")] {
            let answer = step(&anna, path).await.ok().body;
            let told = format!("{way}: {did}");
            assert_eq!(answer["summary"], told.as_str());
            assert_eq!(summary().await, told);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_more_than_is_looked_through_is_told_whole() {
    use std::fmt::Write;

    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let mut file = "TYPE,CONTENT,PRIORITY,INDENT\n".to_owned();
    for n in 0..20_000 {
        writeln!(file, "task,Task {n},1,1").unwrap();
    }
    let path = "/import?source=todoist&filename=Big.csv";
    anna.post_bytes(path, file.as_bytes()).await.ok();
    // The views may be behind: numbers are those of the log, only names may be missing.
    let newest = anna.get_now("/changes?limit=1").await.ok().body;
    let told = newest["items"][0]["summary"].as_str().unwrap();
    assert!(told.starts_with("imported 20,000 tasks and "), "{told}");
}
