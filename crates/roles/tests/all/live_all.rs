//! One socket for all workspaces of a person.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;

use crate::kit::{Person, Server};
use crate::members::share;
use crate::sockets::{Socket, message};

/// What a socket said until a task of this title came.
struct Heard {
    /// Ids of events, in their order, by workspace.
    events: BTreeMap<String, Vec<String>>,
    /// Everything else: `joined` and `left`, with the workspace.
    told: Vec<(String, String)>,
    /// The last position of each partition.
    last: BTreeMap<u32, Position>,
}

impl Heard {
    /// What to give as `from` to go on.
    fn from(&self) -> String {
        let positions: Vec<_> = self.last.values().map(ToString::to_string).collect();
        positions.join(",")
    }

    fn of(&self, workspace: &str) -> &[String] {
        self.events.get(workspace).map_or(&[], Vec::as_slice)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Opens a socket on everything.
async fn follow(person: &Person, query: &str) -> (Socket, Heard, BTreeSet<String>) {
    let path = format!("?workspace=all{query}");
    let (socket, hello) = person.greeted(&path).await;
    let workspaces = hello["workspaces"].as_array().unwrap().iter().map(text);
    let positions = hello["positions"].as_array().unwrap().iter();
    let positions = positions.map(|at| at.as_str().unwrap().parse::<Position>().unwrap());
    let heard = Heard {
        events: BTreeMap::new(),
        told: Vec::new(),
        last: positions.map(|at| (at.partition, at)).collect(),
    };
    (socket, heard, workspaces.collect())
}

/// Takes what comes until the task with this title was made.
async fn until(socket: &mut Socket, heard: &mut Heard, title: &str) {
    loop {
        let message = message(socket).await.unwrap();
        match message["type"].as_str().unwrap() {
            "event" => {
                let at: Position = message["position"].as_str().unwrap().parse().unwrap();
                let before = heard.last.insert(at.partition, at).unwrap();
                assert!(at > before, "{at} came after {before}");
                let event = &message["event"];
                let of = heard.events.entry(text(&event["workspaceid"])).or_default();
                of.push(text(&event["id"]));
                if event.to_string().contains(&format!("\"{title}\"")) {
                    return;
                }
            }
            "caught_up" => {}
            told => heard
                .told
                .push((told.to_owned(), text(&message["workspace"]))),
        }
    }
}

async fn task(person: &Person, workspace: &str, title: &str) {
    let path = format!("/tasks?workspace={workspace}");
    person.post(&path, json!({"title": title})).await.ok();
}

fn id(text: &str) -> WorkspaceId {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_sees_and_whoever_is_removed_does_not() {
    let server = Server::busy().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let first = share(&anna, &bert, "editor").await;
    let own = bert.workspace.to_string();
    let (mut socket, mut heard, followed) = follow(&bert, "").await;
    assert_eq!(followed, BTreeSet::from([own.clone(), first.clone()]));
    let start = server.head(bert.workspace).number;

    task(&anna, &first, "one").await;
    task(&anna, &anna.workspace.to_string(), "not for bert").await;
    task(&bert, &own, "two").await;
    until(&mut socket, &mut heard, "two").await;
    let second = share(&anna, &bert, "viewer").await;
    task(&anna, &second, "three").await;
    until(&mut socket, &mut heard, "three").await;
    assert_eq!(heard.told, [("joined".to_owned(), second.clone())]);

    let member = format!("/members/{}?workspace={first}", bert.user);
    let before = server.events(id(&first), start).await;
    anna.delete(&member).await.ok();
    task(&anna, &first, "not for bert any more").await;
    task(&anna, &second, "four").await;
    until(&mut socket, &mut heard, "four").await;
    assert_eq!(heard.told[1..], [("left".to_owned(), first.clone())]);
    assert_eq!(heard.of(&first), before, "nothing after the removal");
    assert_eq!(heard.of(&own), server.events(id(&own), start).await);
    // From the event by which bert joined.
    let all = server.events(id(&second), start).await;
    assert!(all.ends_with(heard.of(&second)));
    assert_eq!(heard.of(&second).len(), 3, "joined, three, four");
    assert_eq!(heard.events.len(), 3, "{:?}", heard.events.keys());

    // Back again: nothing is missed and nothing comes twice.
    drop(socket);
    let seen = heard.of(&second).len();
    task(&anna, &second, "five").await;
    task(&bert, &own, "six").await;
    task(&anna, &first, "still not for bert").await;
    let (mut socket, mut again, followed) = follow(&bert, &format!("&from={}", heard.from())).await;
    assert_eq!(followed, BTreeSet::from([own.clone(), second.clone()]));
    task(&anna, &second, "seven").await;
    until(&mut socket, &mut again, "seven").await;
    assert_eq!(
        again.of(&second),
        &all_after(&server, &second, &heard).await[..]
    );
    assert_eq!(again.of(&second).len(), 2);
    assert_eq!(again.of(&own).len(), 1);
    assert_eq!(again.of(&first).len(), 0);
    assert_eq!(seen, 3);

    // Who is asked back sees again.
    let (invitation, secret) =
        crate::members::invite(&anna, &first, "b@example.org", "viewer").await;
    let path = crate::members::accept_path(&first, &invitation);
    bert.post(&path, json!({"secret": secret})).await.ok();
    task(&anna, &first, "eight").await;
    until(&mut socket, &mut again, "eight").await;
    assert_eq!(again.told, [("joined".to_owned(), first.clone())]);
    assert_eq!(again.of(&first).len(), 2);
    server.roles.close_sockets();
    assert_eq!(message(&mut socket).await, Err(1001));
}

async fn all_after(server: &Server, workspace: &str, heard: &Heard) -> Vec<String> {
    let partition = server.head(id(workspace)).partition;
    server
        .events(id(workspace), heard.last[&partition].number)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn many_events_of_many_workspaces_come_once_and_in_order_after_a_break() {
    let server = Server::busy().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let mut shared = Vec::new();
    for _ in 0..3 {
        shared.push(share(&anna, &bert, "editor").await);
    }
    let (socket, heard, _) = follow(&bert, "").await;
    drop(socket);
    // More than the rings hold, so that the log is read as well.
    for round in 0..4 {
        for workspace in &shared {
            let commands: Vec<_> = (0..100)
                .map(|n| json!({"command": "create_task", "title": format!("{round} {n}")}))
                .collect();
            let path = format!("/bulk?workspace={workspace}");
            anna.post(&path, json!({"commands": commands})).await.ok();
            task(&anna, workspace, "between").await;
        }
    }
    let (mut socket, mut again, _) = follow(&bert, &format!("&from={}", heard.from())).await;
    task(&anna, &shared[1], "the last").await;
    until(&mut socket, &mut again, "the last").await;
    for workspace in &shared {
        let expected = all_after(&server, workspace, &heard).await;
        assert_eq!(again.of(workspace), expected);
        assert!(expected.len() >= 404);
    }
    drop(socket);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_workspace_does_not_follow_all() {
    let server = Server::busy().await;
    let mut anna = server.person("anna").await;
    assert_eq!(anna.refused("?workspace=all&from=0:999999").await, 400);
    assert_eq!(anna.refused("?workspace=all&from=7:1").await, 400);
    assert_eq!(anna.refused("?workspace=some").await, 422);
    let body = json!({"name": "x", "scopes": ["read"], "workspace_id": anna.workspace});
    let token = anna.post("/tokens", body).await.ok();
    anna.token = text(&token.body["secret"]);
    assert_eq!(anna.refused("?workspace=all").await, 403);
    drop(anna.follow("").await);
    server.stop().await;
}
