//! "Undo my last change" finds one of which something can be taken back, or says that there is none.

use reqwest::Client;
use serde_json::{Value, json};
use taskfold_contracts::envelope::{ChangeContext, Draft};
use taskfold_contracts::events::{Event, ListMoved};
use taskfold_contracts::ids::{ChangeId, CorrelationId, EventId, IdSource, ListId, SystemIds};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;
use taskfold_log::Append;

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
async fn a_large_import_is_told_whole() {
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

/// A change of `events` events that the person did not make: a list that they have is moved again and again.
async fn crowd(server: &Server, person: &Person, list: ListId, events: usize) {
    let context = ChangeContext {
        workspace_id: person.workspace,
        actor: Actor::System,
        change_id: ChangeId(SystemIds.next()),
        undoes: None,
        correlation_id: CorrelationId(SystemIds.next()),
        causation_id: None,
    };
    let draft = |number: usize| {
        let rank = format!("r{number}");
        let event = Event::ListMoved(ListMoved {
            list_id: list,
            rank,
        });
        let at = Timestamp::from_millis(1_700_000_000_000);
        Draft::new(&context, EventId(SystemIds.next()), at, &event).unwrap()
    };
    let append = Append {
        workspace_id: person.workspace,
        expected: Vec::new(),
        drafts: (0..events).map(draft).collect(),
        idempotency: None,
        claims: Vec::new(),
    };
    server.roles.log().append(append).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_change_is_found_however_much_happened_since() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let list = anna.post("/lists", json!({"name": "l"})).await.ok();
    let list: ListId = list.id().parse().unwrap();
    let path = format!("/tasks/{}", anna.task("one").await);
    let titled = anna.patch(&path, json!({"title": "two"})).await.ok();
    for _ in 0..2 {
        crowd(&server, &anna, list, 13_000).await;
    }
    let changes = anna.get(&server, "/changes?limit=3").await.ok().body;
    assert_eq!(changes["items"][1]["events"], 13_000);
    assert_eq!(changes["items"][2]["change_id"], titled.body["change_id"]);
    let title = async || anna.get(&server, &path).await.body["title"].clone();
    step(&anna, "/undo").await.ok();
    assert_eq!(title().await, "one");
    crowd(&server, &anna, list, 13_000).await;
    crowd(&server, &anna, list, 13_000).await;
    step(&anna, "/redo").await.ok();
    assert_eq!(title().await, "two");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joined_does_not_undo_that() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = share(&anna, &bert, "viewer").await;
    let at = |path: &str| format!("{path}?workspace={shared}");
    let there = at("/changes");
    step(&bert, &at("/undo"))
        .await
        .assert_problem(409, "nothing_to_undo");
    let changes = bert.get(&server, &there).await.ok().body;
    let joined = &changes["items"][0];
    assert_eq!(joined["undoable"], false, "{joined}");
    let joined = json!({"change_id": joined["change_id"]});
    bert.post(&at("/undo"), joined.clone())
        .await
        .assert_problem(409, "joining_stays");
    bert.get(&server, &there).await.ok();

    // An owner takes it back as they may remove a member.
    let changes = anna.get(&server, &there).await.ok().body;
    assert_eq!(changes["items"][0]["undoable"], true);
    anna.post(&at("/undo"), joined).await.ok();
    assert_eq!(bert.get(&server, &there).await.status, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_is_told_as_one() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = share(&anna, &bert, "editor").await;
    let at = |path: &str| format!("{path}?workspace={shared}");
    let member = at(&format!("/members/{}", bert.user));
    anna.delete(&member).await.ok();
    let undone = step(&anna, &at("/undo")).await.ok();
    let told = "undid: removed a member from the workspace";
    assert_eq!(undone.body["summary"], told);
    bert.delete(&member).await.ok();
    let changes = anna.get(&server, &at("/changes")).await.ok().body;
    assert_eq!(changes["items"][0]["summary"], "left the workspace");
    server.stop().await;
}
