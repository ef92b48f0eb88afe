//! Live updates over real sockets.

use futures_util::SinkExt;
use serde_json::json;
use taskfold_contracts::position::Position;
use tokio_tungstenite::tungstenite::Message;

use crate::served::{Served, events_upto, message};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_break_nothing_is_missed_and_nothing_comes_twice() {
    let served = Served::start().await;
    let anna = served.person("anna").await;
    let from = served.head(anna.workspace);
    let mut stays = served.follow(&anna, "").await;
    let mut leaves = served.follow(&anna, "").await;
    served.make_tasks(&anna, 20).await;
    let head = served.head(anna.workspace);
    let expected = served.events(anna.workspace, from.number).await;
    assert_eq!(expected.len(), 20);
    let (seen, last) = events_upto(&mut leaves, head).await;
    assert_eq!(seen, expected);
    leaves.close(None).await.unwrap();

    served.make_tasks(&anna, 1_000).await;
    let head = served.head(anna.workspace);
    let mut back = served.follow(&anna, &format!("?from={last}")).await;
    let (seen, again) = events_upto(&mut back, head).await;
    assert_eq!(seen, served.events(anna.workspace, last.number).await);
    assert_eq!(seen.len(), 1_000);
    let (all, _) = events_upto(&mut stays, head).await;
    assert_eq!(all, served.events(anna.workspace, from.number).await);

    assert_eq!(message(&mut back).await.unwrap()["type"], "caught_up");
    served.make_tasks(&anna, 1).await;
    let head = served.head(anna.workspace);
    let (tail, _) = events_upto(&mut back, head).await;
    assert_eq!(tail, served.events(anna.workspace, again.number).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_that_begin_while_others_write_see_all_of_it_once() {
    let served = std::sync::Arc::new(Served::start().await);
    let anna = std::sync::Arc::new(served.person("anna").await);
    let start = Position::start(served.head(anna.workspace).partition);
    let (writer_served, writer) = (served.clone(), anna.clone());
    let writing = tokio::spawn(async move {
        for _ in 0..12 {
            writer_served.make_tasks(&writer, 60).await;
        }
    });
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(served.follow(&anna, &format!("?from={start}")).await);
        served.make_tasks(&anna, 30).await;
    }
    writing.await.unwrap();
    let head = served.head(anna.workspace);
    let expected = served.events(anna.workspace, 0).await;
    for mut socket in sockets {
        let (seen, _) = events_upto(&mut socket, head).await;
        assert_eq!(seen, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_is_not_seen_and_cannot_be_followed() {
    let served = Served::start().await;
    let (anna, bert) = (served.person("anna").await, served.person("bert").await);
    let mut socket = served.follow(&anna, "").await;
    let from = served.head(anna.workspace);
    served.make_tasks(&bert, 5).await;
    served.make_tasks(&anna, 1).await;
    let head = served.head(anna.workspace);
    let (seen, _) = events_upto(&mut socket, head).await;
    assert_eq!(seen, served.events(anna.workspace, from.number).await);
    assert_eq!(seen.len(), 1);
    assert_eq!(
        served
            .refused(&anna, &format!("?workspace={}", bert.workspace))
            .await,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_makes_no_sense_is_refused() {
    let served = Served::start().await;
    let mut anna = served.person("anna").await;
    assert_eq!(served.refused(&anna, "?from=0:999999").await, 400);
    assert_eq!(served.refused(&anna, "?from=here").await, 422);
    let mut open = Vec::new();
    for _ in 0..6 {
        open.push(served.follow(&anna, "").await);
    }
    assert_eq!(served.refused(&anna, "").await, 429);
    let metrics = served
        .http
        .get(served.url("/metrics"))
        .send()
        .await
        .unwrap();
    assert!(
        metrics
            .text()
            .await
            .unwrap()
            .contains("taskfold_live_sockets 6\n")
    );
    drop(open);
    anna.token = "tf_nonsense".to_owned();
    assert_eq!(served.refused(&anna, "").await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_answered_and_noise_is_not() {
    let served = Served::start().await;
    let anna = served.person("anna").await;
    let mut socket = served.follow(&anna, "").await;
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
    let served = Served::start().await;
    let anna = served.person("anna").await;
    let mut socket = served.follow(&anna, "").await;
    assert_eq!(message(&mut socket).await.unwrap()["type"], "caught_up");
    let identity = served.roles.identity();
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
    let served = Served::start().await;
    let (anna, bert) = (served.person("anna").await, served.person("bert").await);
    let made = served
        .post(&anna, "workspaces", &json!({"name": "Home"}))
        .await
        .ok()
        .json();
    let shared = made["id"].as_str().unwrap().to_owned();
    let body = json!({"email": "bert@example.com", "role": "editor"});
    let path = format!("invitations?workspace={shared}");
    let invited = served.post(&anna, &path, &body).await.ok();
    let position = invited.headers["taskfold-position"]
        .to_str()
        .unwrap()
        .to_owned();
    let invited = invited.json();
    let pending = served.get_at(&anna, &path, &position).await.ok().json();
    let id = pending["items"][0]["invitation_id"].as_str().unwrap();
    let secret = invited["secret"].as_str().unwrap();
    let path = format!("invitations/{id}/accept?workspace={shared}");
    served
        .post(&bert, &path, &json!({"secret": secret}))
        .await
        .ok();

    let mut socket = served.follow(&bert, &format!("?workspace={shared}")).await;
    assert_eq!(message(&mut socket).await.unwrap()["type"], "caught_up");
    served
        .delete(&anna, &format!("members/{}?workspace={shared}", bert.user))
        .await
        .ok();
    assert_eq!(message(&mut socket).await, Err(4003));
    assert_eq!(
        served.refused(&bert, &format!("?workspace={shared}")).await,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_says_so() {
    let served = Served::start().await;
    let anna = served.person("anna").await;
    let mut socket = served.follow(&anna, "").await;
    assert_eq!(message(&mut socket).await.unwrap()["type"], "caught_up");
    served.roles.close_sockets();
    assert_eq!(message(&mut socket).await, Err(1001));
    assert_eq!(served.refused(&anna, "").await, 503);
}
