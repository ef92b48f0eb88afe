//! Live updates over real sockets.

use std::time::Duration;

use futures_util::SinkExt;
use serde_json::json;
use taskfold_contracts::position::Position;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::kit::{PATIENCE, Server};
use crate::members::share;
use crate::sockets::{events_upto, message};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_break_nothing_is_missed_and_nothing_comes_twice() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let from = server.head(anna.workspace);
    let mut stays = anna.follow("").await;
    let mut leaves = anna.follow("").await;
    anna.make_tasks(20).await;
    let head = server.head(anna.workspace);
    let expected = server.events(anna.workspace, from.number).await;
    assert_eq!(expected.len(), 20);
    let (seen, last) = events_upto(&mut leaves, head).await;
    assert_eq!(seen, expected);
    leaves.close(None).await.unwrap();

    anna.make_tasks(1_000).await;
    let head = server.head(anna.workspace);
    let mut back = anna.follow(&format!("?from={last}")).await;
    let (seen, again) = events_upto(&mut back, head).await;
    assert_eq!(seen, server.events(anna.workspace, last.number).await);
    assert_eq!(seen.len(), 1_000);
    let (all, _) = events_upto(&mut stays, head).await;
    assert_eq!(all, server.events(anna.workspace, from.number).await);

    assert_eq!(message(&mut back).await.unwrap()["type"], "caught_up");
    anna.make_tasks(1).await;
    let head = server.head(anna.workspace);
    let (tail, _) = events_upto(&mut back, head).await;
    assert_eq!(tail, server.events(anna.workspace, again.number).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_that_begin_while_others_write_see_all_of_it_once() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let start = Position::start(server.head(anna.workspace).partition);
    let writer = anna.clone();
    let mut writing = JoinSet::new();
    writing.spawn(async move {
        for _ in 0..12 {
            writer.make_tasks(60).await;
        }
    });
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(anna.follow(&format!("?from={start}")).await);
        anna.make_tasks(30).await;
    }
    writing.join_all().await;
    let head = server.head(anna.workspace);
    let expected = server.events(anna.workspace, 0).await;
    for mut socket in sockets {
        let (seen, _) = events_upto(&mut socket, head).await;
        assert_eq!(seen, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_is_not_seen_and_cannot_be_followed() {
    let server = Server::busy().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let mut socket = anna.follow("").await;
    let from = server.head(anna.workspace);
    bert.make_tasks(5).await;
    anna.make_tasks(1).await;
    let head = server.head(anna.workspace);
    let (seen, _) = events_upto(&mut socket, head).await;
    assert_eq!(seen, server.events(anna.workspace, from.number).await);
    assert_eq!(seen.len(), 1);
    assert_eq!(
        anna.refused(&format!("?workspace={}", bert.workspace))
            .await,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_makes_no_sense_is_refused() {
    let server = Server::busy().await;
    let mut anna = server.person("anna").await;
    assert_eq!(anna.refused("?from=0:999999").await, 400);
    assert_eq!(anna.refused("?from=here").await, 422);
    let mut open = Vec::new();
    for _ in 0..6 {
        open.push(anna.follow("").await);
    }
    assert_eq!(anna.refused("").await, 429);
    let metrics = anna.client.get(format!("{}/metrics", server.url));
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("taskfold_live_sockets 6\n"));
    drop(open);
    anna.token = "tf_nonsense".to_owned();
    assert_eq!(anna.refused("").await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_answered_and_noise_is_not() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let mut socket = anna.follow("").await;
    assert_eq!(message(&mut socket).await.unwrap()["type"], "caught_up");
    socket
        .send(Message::text(r#"{"type":"ping"}"#))
        .await
        .unwrap();
    assert_eq!(message(&mut socket).await.unwrap(), json!({"type": "pong"}));
    socket.send(Message::text("hello?")).await.unwrap();
    assert_eq!(message(&mut socket).await, Err(1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_revoked_closes_its_socket() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let mut socket = anna.follow("").await;
    assert_eq!(message(&mut socket).await.unwrap()["type"], "caught_up");
    let identity = server.roles.identity();
    let token = identity.tokens(anna.user).await.unwrap().remove(0);
    assert!(
        identity
            .revoke_token(anna.user, token.token_id)
            .await
            .unwrap()
    );
    assert_eq!(message(&mut socket).await, Err(4003));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_sees_nothing_more() {
    let server = Server::busy().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let shared = share(&anna, &bert, "editor").await;
    let mut socket = bert.follow(&format!("?workspace={shared}")).await;
    assert_eq!(message(&mut socket).await.unwrap()["type"], "caught_up");
    let path = format!("/members/{}?workspace={shared}", bert.user);
    anna.delete(&path).await.ok();
    assert_eq!(message(&mut socket).await, Err(4003));
    assert_eq!(bert.refused(&format!("?workspace={shared}")).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_says_so() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let mut socket = anna.follow("").await;
    assert_eq!(message(&mut socket).await.unwrap()["type"], "caught_up");
    server.roles.close_sockets();
    assert_eq!(message(&mut socket).await, Err(1001));
    assert_eq!(anna.refused("").await, 503);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_too_slowly_is_closed_and_resumes_where_it_was() {
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.rate = None;
        options.gateway.stalled_after = Duration::from_millis(200);
    })
    .await;
    let anna = server.person("anna").await;
    let start = server.head(anna.workspace);
    let mut slow = anna.follow(&format!("?from={start}")).await;
    // More than the buffers of both systems and of the process hold together.
    let text = "x".repeat(16_000);
    let commands: Vec<_> = (0..40)
        .map(|_| json!({"command": "create_task", "title": "long", "description": text}))
        .collect();
    // Nothing is taken until the server has given up. It has more to say then than fits into the buffers, so
    // that its last word comes only once they are emptied.
    let given_up = timeout(PATIENCE * 3, async {
        loop {
            let body = json!({"commands": commands});
            anna.post("/bulk", body).await.ok();
            let metrics = anna.client.get(format!("{}/metrics", server.url));
            let metrics = metrics.send().await.unwrap().text().await.unwrap();
            if metrics.contains("taskfold_live_sockets_too_slow_total 1\n") {
                break;
            }
        }
    });
    assert!(given_up.await.is_ok(), "the socket stays open");
    let head = server.head(anna.workspace);
    let (mut ids, mut last) = (Vec::new(), start);
    let code = loop {
        match message(&mut slow).await {
            Ok(message) if message["type"] == "event" => {
                last = message["position"].as_str().unwrap().parse().unwrap();
                ids.push(message["event"]["id"].as_str().unwrap().to_owned());
            }
            Ok(_) => {}
            Err(code) => break code,
        }
    };
    assert!(last < head, "all of it went into buffers: {last}");
    assert_eq!(code, 4008);
    let mut back = anna.follow(&format!("?from={last}")).await;
    let (rest, _) = events_upto(&mut back, head).await;
    ids.extend(rest);
    assert_eq!(ids, server.events(anna.workspace, start.number).await);
}
