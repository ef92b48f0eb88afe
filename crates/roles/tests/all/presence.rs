//! Who is where, as live sockets are told.

use std::time::Duration;

use futures_util::SinkExt;
use serde_json::{Value, json};
use taskfold_kit::Redis as RedisServer;
use taskfold_roles::process::{Role, Wire};
use taskfold_roles::redis::Redis;
use tokio_tungstenite::tungstenite::Message;

use crate::deployment::until_there_are_views;
use crate::kit::{Person, Server};
use crate::members::share;
use crate::shared_log::Cluster;
use crate::sockets::{Socket, message};

/// Where the client is from now on.
async fn say(socket: &mut Socket, place: Value) {
    let mut said = json!({"type": "presence"});
    for (name, value) in place.as_object().unwrap() {
        said[name] = value.clone();
    }
    socket.send(Message::text(said.to_string())).await.unwrap();
}

/// Takes what comes until the client is told that exactly these people are in the workspace.
async fn told(socket: &mut Socket, workspace: &str, people: &[(&Person, Value)]) {
    let mut people: Vec<_> = people.iter().collect();
    people.sort_by_key(|(person, _)| person.user);
    let people: Vec<_> = people
        .iter()
        .map(|(person, places)| json!({"user": person.user, "places": places}))
        .collect();
    loop {
        let message = message(socket).await.unwrap();
        if message["type"] == "presence" {
            assert_eq!(message["workspace"], workspace);
            if message["people"] == json!(people) {
                return;
            }
        }
    }
}

/// All that came until the server answers.
async fn came(socket: &mut Socket) -> Vec<Value> {
    let ping = Message::text(r#"{"type":"ping"}"#);
    socket.send(ping).await.unwrap();
    let mut came = Vec::new();
    loop {
        let message = message(socket).await.unwrap();
        if message["type"] == "pong" {
            return came;
        }
        came.push(message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_in_a_workspace_are_told_who_is_there_and_on_what() {
    let server = Server::busy().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let home = share(&anna, &bert, "viewer").await;
    let path = format!("/tasks?workspace={home}");
    let made = anna.post(&path, json!({"title": "one"}));
    let task = made.await.ok().id().to_owned();
    let head = server.head(home.parse().unwrap());
    let mut one = anna.follow("?workspace=all").await;
    let mut two = bert.follow(&format!("?workspace={home}")).await;

    say(&mut one, json!({"workspace": home, "task": task})).await;
    let on_task = json!([{"task": task}]);
    told(&mut one, &home, &[(&anna, on_task.clone())]).await;
    say(&mut two, json!({"workspace": home})).await;
    for socket in [&mut one, &mut two] {
        told(
            socket,
            &home,
            &[(&anna, on_task.clone()), (&bert, json!([]))],
        )
        .await;
    }
    say(
        &mut two,
        json!({"workspace": home, "task": task, "field": "due"}),
    )
    .await;
    let on_due = json!([{"task": task, "field": "due"}]);
    told(
        &mut one,
        &home,
        &[(&anna, on_task.clone()), (&bert, on_due.clone())],
    )
    .await;

    // Another window of the same person, which is told at once though nothing has changed for others.
    let mut third = anna.follow("?workspace=all").await;
    say(&mut third, json!({"workspace": home, "task": task})).await;
    told(
        &mut third,
        &home,
        &[(&anna, on_task.clone()), (&bert, on_due.clone())],
    )
    .await;
    say(
        &mut third,
        json!({"workspace": home, "task": task, "field": "title"}),
    )
    .await;
    let both = json!([{"task": task}, {"task": task, "field": "title"}]);
    told(&mut two, &home, &[(&anna, both), (&bert, on_due.clone())]).await;

    // One says that it is gone, one is elsewhere, one just ends.
    say(&mut two, json!({})).await;
    let on_title = json!([{"task": task, "field": "title"}]);
    say(&mut one, json!({"workspace": anna.workspace})).await;
    told(&mut one, &anna.workspace.to_string(), &[(&anna, json!([]))]).await;
    told(&mut third, &home, &[(&anna, on_title)]).await;
    drop(third);
    say(&mut two, json!({"workspace": home})).await;
    told(&mut two, &home, &[(&bert, json!([]))]).await;
    assert_eq!(
        server.head(home.parse().unwrap()),
        head,
        "nothing is stored"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_a_workspace_that_is_not_theirs() {
    let server = Server::busy().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let carl = server.person("carl").await;
    let home = share(&anna, &bert, "editor").await;
    let mut one = anna.follow("?workspace=all").await;
    let mut two = bert.follow("?workspace=all").await;
    let mut stranger = carl.follow("?workspace=all").await;
    let mut narrow = bert.follow("").await;
    say(&mut one, json!({"workspace": home})).await;
    told(&mut one, &home, &[(&anna, json!([]))]).await;
    for socket in [&mut stranger, &mut narrow] {
        say(socket, json!({"workspace": home})).await;
        let came = came(socket).await;
        assert!(
            came.iter().all(|one| one["type"] == "caught_up"),
            "{came:?}"
        );
    }
    say(&mut two, json!({"workspace": home})).await;
    told(&mut two, &home, &[(&anna, json!([])), (&bert, json!([]))]).await;

    let member = format!("/members/{}?workspace={home}", bert.user);
    anna.delete(&member).await.ok();
    told(&mut one, &home, &[(&anna, json!([]))]).await;
    say(&mut two, json!({"workspace": home})).await;
    say(&mut one, json!({"workspace": home, "field": "title"})).await;
    told(&mut one, &home, &[(&anna, json!([{"field": "title"}]))]).await;
    let came = came(&mut two).await;
    assert!(came.iter().any(|one| one["type"] == "left"), "{came:?}");
    assert!(
        !came.iter().any(|one| one.to_string().contains("title")),
        "{came:?}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_answer_a_ping_is_gone_until_they_do() {
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.ping_every = Duration::from_millis(1_500);
    })
    .await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let home = share(&anna, &bert, "editor").await;
    let mut one = anna.follow("?workspace=all").await;
    let mut two = bert.follow("?workspace=all").await;
    say(&mut one, json!({"workspace": home})).await;
    say(&mut two, json!({"workspace": home})).await;
    told(&mut one, &home, &[(&anna, json!([])), (&bert, json!([]))]).await;
    // Nobody reads the other socket: its pings lie there.
    told(&mut one, &home, &[(&anna, json!([]))]).await;
    came(&mut two).await;
    told(&mut one, &home, &[(&anna, json!([])), (&bert, json!([]))]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_makes_no_sense_is_nowhere() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let home = anna.workspace.to_string();
    let (mut one, mut two) = (anna.follow("").await, anna.follow("").await);
    say(&mut one, json!({"workspace": home})).await;
    for nonsense in [
        json!({"workspace": "here"}),
        json!({"workspace": home, "task": "mistyped"}),
        json!({"workspace": home, "field": "<b>"}),
        json!({"workspace": home, "field": "x".repeat(33)}),
    ] {
        say(&mut two, json!({"workspace": home, "field": "title"})).await;
        told(&mut one, &home, &[(&anna, json!([{"field": "title"}]))]).await;
        say(&mut two, nonsense).await;
        told(&mut one, &home, &[(&anna, json!([]))]).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gateways_that_share_a_redis_tell_each_other_who_is_where() {
    let redis = RedisServer::start().unwrap();
    let mut cluster = Cluster::empty().await;
    let listens = Wire {
        listens: true,
        ..Wire::default()
    };
    cluster.add(&[Role::Command], listens.clone()).await;
    cluster.add(&[Role::Query, Role::Processor], listens).await;
    until_there_are_views(&cluster.running[1].1).await;
    for _ in 0..2 {
        let wire = Wire {
            command: cluster.at(&[0]),
            query: cluster.at(&[1]),
            ..Wire::default()
        };
        let shared = Redis::connect(&redis.url()).unwrap();
        let change = |options: &mut taskfold_roles::process::Options| options.redis = Some(shared);
        cluster.add_with(&[Role::Gateway], wire, change).await;
    }
    let [here, there] = cluster.person([2, 3]).await;
    let home = here.workspace.to_string();
    let (mut one, mut two) = (here.follow("").await, there.follow("").await);
    say(&mut one, json!({"workspace": home, "field": "title"})).await;
    say(&mut two, json!({"workspace": home, "field": "due"})).await;
    let both = json!([{"field": "due"}, {"field": "title"}]);
    told(&mut one, &home, &[(&here, both.clone())]).await;
    told(&mut two, &home, &[(&here, both.clone())]).await;

    // What is said while Redis is away is told when it is back.
    redis.kill().unwrap();
    say(&mut one, json!({"workspace": home, "field": "priority"})).await;
    told(
        &mut one,
        &home,
        &[(&here, json!([{"field": "due"}, {"field": "priority"}]))],
    )
    .await;
    redis.restart().unwrap();
    told(
        &mut two,
        &home,
        &[(&here, json!([{"field": "due"}, {"field": "priority"}]))],
    )
    .await;

    // A gateway that stops takes its people along.
    let (_, gateway, _) = &cluster.running[2];
    gateway.close_sockets();
    told(&mut two, &home, &[(&here, json!([{"field": "due"}]))]).await;
    cluster.stop().await;
}
