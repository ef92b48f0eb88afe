//! Several commands in one request: what the contract says of them, and what each is answered with.

use std::collections::BTreeSet;
use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use taskfold_contracts::ids::{CorrelationId, IdSource as _, SystemIds, UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_log::Log;
use taskfold_roles::command::{CacheLimits, CommandRequest, CommandRole, Work};
use taskfold_roles::principal::Principal;

use crate::kit::{Answer, Server};

const SOME_ID: &str = "0193b3a4-0000-7000-8000-000000000000";

fn results(answer: &Answer) -> &[Value] {
    answer.body["results"].as_array().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_result_tells_what_was_made_and_where() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let known = anna.task("known").await;
    let commands = json!([
        {"command": "create_task", "title": "a"},
        {"command": "update_task", "task_id": known, "title": "renamed", "priority": "high"},
        {"command": "create_list", "name": "home"},
        {"command": "complete_task", "task_id": SOME_ID},
        {"command": "update_task", "task_id": known, "title": "renamed"},
        {"command": "add_comment", "task_id": known, "body": "well"},
        {"command": "save_filter", "name": "mine", "query": "assignee = me"},
    ]);
    let key = ("idempotency-key", "once");
    let to = (reqwest::Method::POST, "/bulk");
    let body = json!({"commands": commands});
    let done = anna.send_with(to.clone(), key, body.clone()).await.ok();
    let made = results(&done);
    let statuses: Vec<_> = made.iter().map(|one| one["status"].as_u64()).collect();
    assert_eq!(
        statuses,
        [201, 200, 201, 404, 200, 200, 200].map(Some),
        "{}",
        done.body
    );
    let versions: Vec<_> = made.iter().map(|one| one["version"].as_u64()).collect();
    assert_eq!(
        versions[..6],
        [Some(1), Some(2), Some(1), None, Some(2), Some(3)]
    );
    assert!(made[1]["id"] == json!(known) && made[5]["id"] == json!(known));

    // The place of each is that of its last event.
    let (partition, last) = done.position().split_once(':').unwrap();
    let (last, mut left): (u64, _) = (last.parse().unwrap(), 0);
    for one in made.iter().rev().filter(|one| one["code"].is_null()) {
        assert_eq!(one["position"], format!("{partition}:{}", last - left));
        left += one["events"].as_u64().unwrap();
    }
    assert_eq!((left, &made[4]["events"]), (5, &json!(0)));

    // What was made is there under its id.
    let id = |at: usize, name: &str| made[at][name].as_str().unwrap().to_owned();
    for (path, name) in [
        (format!("/tasks/{}", id(0, "id")), "title"),
        (format!("/lists/{}", id(2, "id")), "name"),
    ] {
        let there = anna.get_at(&path, done.position()).await.ok();
        assert!(there.body[name] == "a" || there.body[name] == "home");
    }
    let path = format!("/tasks/{known}/comments");
    let comments = anna.get_at(&path, done.position());
    let comments = comments.await.ok();
    assert_eq!(comments.body["items"][0]["comment_id"], id(5, "comment_id"));
    anna.delete(&format!("/filters/{}", id(6, "filter_id")))
        .await
        .ok();

    // A refused one is the problem that it would have been alone.
    let path = format!("/tasks/{SOME_ID}/complete");
    let alone = anna.post(&path, json!({})).await;
    alone.assert_problem(404, "not_found");
    assert_eq!(made[3], alone.body);
    // A retry gets the same answer, down to the places.
    let again = anna.send_with(to, key, body).await.ok();
    assert_eq!(again.body, done.body);
    server.stop().await;
}

/// One of each command, with what it needs.
fn one_of_each() -> Vec<Value> {
    let id = SOME_ID;
    let bare = [
        "complete_task",
        "reopen_task",
        "delete_task",
        "restore_task",
        "archive_list",
        "unarchive_list",
        "delete_list",
        "restore_list",
        "update_workspace",
        "delete_workspace",
        "restore_workspace",
        "revoke_invitation",
        "remove_member",
        "remove_filter",
        "update_task",
        "move_task",
        "create_task",
        "create_list",
        "update_list",
        "move_list",
        "save_filter",
        "undo",
        "redo",
    ];
    let (hash, at) = ("0".repeat(64), "2026-01-01T00:00:00Z");
    let more = [
        json!({"command": "add_comment", "task_id": id, "body": "x"}),
        json!({"command": "edit_comment", "task_id": id, "comment_id": id, "body": "x"}),
        json!({"command": "delete_comment", "task_id": id, "comment_id": id}),
        json!({"command": "change_role", "user_id": id, "role": "owner"}),
        json!({"command": "invite_member", "email": "a@example.org", "role": "owner",
            "secret_hash": hash, "expires_at": at}),
        json!({"command": "accept_invitation", "invitation_id": id, "secret_hash": hash}),
        json!({"command": "decline_invitation", "invitation_id": id, "secret_hash": hash}),
        json!({"command": "restore", "to": at}),
        json!({"command": "batch", "commands": []}),
        json!({"command": "import"}),
    ];
    let bare = bare.into_iter().map(|name| {
        let mut one = json!({"command": name});
        let needs = [
            "task",
            "list",
            "invitation",
            "member",
            "filter",
            "workspace",
        ];
        let needs = needs.into_iter().find(|thing| name.ends_with(thing));
        match (name, needs) {
            ("create_task" | "create_list" | "save_filter", _) => {}
            ("undo" | "redo", _) => one["change_id"] = json!(id),
            ("update_workspace", _) => one["name"] = json!("x"),
            (_, Some("member")) => one["user_id"] = json!(id),
            (_, Some("workspace") | None) => {}
            (_, Some(thing)) => one[format!("{thing}_id")] = json!(id),
        }
        one
    });
    bare.chain(more).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_names_the_commands_that_are_taken() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let contract = serde_json::to_value(taskfold_roles::gateway::openapi()).unwrap();
    let schemas = &contract["components"]["schemas"];
    let items = &schemas["Bulk"]["properties"]["commands"];
    assert_eq!(
        (&items["minItems"], &items["maxItems"]),
        (&json!(1), &json!(100))
    );
    let one_of = &schemas["BulkCommand"];
    assert_eq!(one_of["discriminator"]["propertyName"], "command");
    let mapping = one_of["discriminator"]["mapping"].as_object().unwrap();
    assert_eq!(one_of["oneOf"].as_array().unwrap().len(), mapping.len());
    for place in mapping.values() {
        let name = place.as_str().unwrap().rsplit('/').next().unwrap();
        assert!(schemas[name].is_object(), "{name}");
    }
    assert!(schemas["Import"].is_null() && schemas["InvitationAnswer"].is_null());

    // No schema is referred to that is not there.
    let text = contract.to_string();
    for place in text.split("#/components/schemas/").skip(1) {
        let name = place.split('"').next().unwrap();
        assert!(schemas[name].is_object(), "{name}");
    }

    let commands = one_of_each();
    for command in &commands {
        let Some(place) = mapping.get(command["command"].as_str().unwrap()) else {
            continue;
        };
        let schema = &schemas[place.as_str().unwrap().rsplit('/').next().unwrap()];
        assert_eq!(schema["additionalProperties"], false);
        let names = |of: &Value| of.as_object().unwrap().keys().cloned().collect();
        let (has, may): (BTreeSet<_>, BTreeSet<_>) = (names(command), names(&schema["properties"]));
        assert!(has.is_subset(&may), "{command}: {schema}");
        let must = schema["required"].as_array().unwrap().iter();
        let mut must = must.map(|name| name.as_str().unwrap());
        assert!(must.all(|name| has.contains(name)), "{command}: {schema}");
        let mut versioned = command.clone();
        versioned["if_match"] = json!(1);
        let tried = anna
            .post("/bulk", json!({"commands": [versioned]}))
            .await
            .ok();
        let error = &results(&tried)[0]["errors"][0];
        let refused = error["field"] == "if_match" && error["code"] == "not_here";
        assert_eq!(refused, !may.contains("if_match"), "{versioned}: {error}");
    }
    let tried = anna.post("/bulk", json!({"commands": commands})).await.ok();
    let taken = commands.iter().zip(results(&tried)).filter(|(_, result)| {
        let code = &result["errors"][0]["code"];
        assert!(code != "unknown_command" && code != "missing", "{result}");
        code != "not_here"
    });
    let taken: BTreeSet<_> = taken
        .filter_map(|(one, _)| one["command"].as_str())
        .collect();
    let told: BTreeSet<_> = mapping.keys().map(String::as_str).collect();
    assert_eq!((taken.len(), &taken), (25, &told));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_role_takes_no_hash_from_a_bulk_request() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let log = Log::open(
        &dir.path().join("log.db"),
        taskfold_log::Options::default(),
        clock,
    );
    let log = log.unwrap();
    let limits = CacheLimits::default();
    let role = CommandRole::new(
        log.clone(),
        limits,
        Arc::new(SystemClock),
        Arc::new(SystemIds),
    );
    // As from a gateway that lets all through.
    let tried = one_of_each().into_iter().map(|command| {
        let name = command["command"].as_str().unwrap().to_owned();
        let good = json!({"command": "create_task", "title": "x"});
        let commands = [good, command].map(|one| serde_json::from_value(one).unwrap());
        (name, Work::Bulk(commands.into()))
    });
    let mut refused = Vec::new();
    for (name, work) in tried {
        let request = CommandRequest {
            principal: Principal {
                user_id: UserId(SystemIds.next()),
                agent: false,
            },
            workspace_id: WorkspaceId(SystemIds.next()),
            work,
            if_match: None,
            idempotency_key: None,
            correlation_id: CorrelationId(SystemIds.next()),
            zone: None,
        };
        if let Err(problem) = role.execute(request).await {
            assert_eq!(problem.errors[0].field, "commands[1].command");
            assert_eq!(problem.errors[0].code, "not_here");
            refused.push(name);
        }
    }
    let internal = [
        "undo",
        "redo",
        "invite_member",
        "accept_invitation",
        "decline_invitation",
        "restore",
        "batch",
        "import",
    ];
    assert_eq!(refused, internal);
    role.shutdown().await;
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_taken_elsewhere_is_refused_at_once() {
    let server = Server::start().await;
    let (anna, bert) = (server.person("anna").await, server.person("bert").await);
    let task = anna.task("hers").await;
    let list = anna.post("/lists", json!({"name": "hers"})).await.ok();
    let list = list.id().to_owned();
    let tries = [
        ("/tasks", json!({"task_id": task, "title": "mine"})),
        ("/lists", json!({"list_id": list, "name": "mine"})),
        // Another kind of thing has the id.
        ("/tasks", json!({"task_id": list, "title": "mine"})),
    ];
    let mut told = Vec::new();
    for (path, body) in &tries {
        let refused = bert.post(path, body.clone()).await;
        refused.assert_problem(409, "id_taken");
        told.push(refused.body);
    }
    // Where it is makes no difference, nor whether it is deleted.
    anna.delete(&format!("/tasks/{task}")).await.ok();
    for ((path, body), told) in tries.iter().zip(&told) {
        for person in [&anna, &bert] {
            let refused = person.post(path, body.clone()).await;
            refused.assert_problem(409, "id_taken");
            assert_eq!(&refused.body, told);
        }
    }
    // Among several, the others are carried out.
    let commands = json!([
        {"command": "create_task", "task_id": task, "title": "mine"},
        {"command": "create_task", "title": "new"},
        {"command": "create_list", "list_id": list, "name": "mine"},
        {"command": "create_task", "task_id": SOME_ID, "title": "chosen"},
    ]);
    let done = bert.post("/bulk", json!({"commands": commands})).await.ok();
    let made = results(&done);
    let statuses: Vec<_> = made.iter().map(|one| one["status"].as_u64()).collect();
    assert_eq!(statuses, [409, 201, 409, 201].map(Some), "{}", done.body);
    assert_eq!((&made[0], &made[2]), (&told[0], &told[1]));
    assert_eq!(made[3]["id"], SOME_ID);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_among_several_names_the_version_that_was_seen() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let (one, two) = (anna.task("one").await, anna.task("two").await);
    anna.patch(&format!("/tasks/{one}"), json!({"title": "uno"}))
        .await
        .ok();
    let rename = |task: &str, title: &str, seen: u64| json!({"command": "update_task", "task_id": task, "title": title, "if_match": seen});
    let commands = json!([
        rename(&one, "eins", 1),
        // The same field of the same thing twice: the caller knows of the first.
        rename(&two, "zwei", 1),
        rename(&two, "zwo", 1),
        {"command": "update_task", "task_id": one, "priority": "high", "if_match": 1},
        {"command": "complete_task", "task_id": one, "if_match": 9},
        {"command": "complete_task", "task_id": two, "if_match": null},
        {"command": "complete_task", "task_id": two, "if_match": "1"},
        {"command": "create_task", "title": "new", "if_match": 1},
    ]);
    let body = json!({"commands": commands});
    let key = ("idempotency-key", "a key");
    let done = anna
        .send_with((Method::POST, "/bulk"), key, body.clone())
        .await
        .ok();
    let told = results(&done);
    let statuses: Vec<_> = told
        .iter()
        .map(|one| one["status"].as_u64().unwrap())
        .collect();
    assert_eq!(
        statuses,
        [409, 200, 200, 200, 409, 200, 422, 422],
        "{}",
        done.body
    );
    assert_eq!(told[0]["code"], "stale_version");
    assert_eq!(told[0]["current_version"], 2);
    assert_eq!(told[6]["errors"][0]["field"], "if_match");
    let again = anna
        .send_with((Method::POST, "/bulk"), key, body)
        .await
        .ok();
    assert_eq!(again.body["change_id"], done.body["change_id"]);
    let shown = anna.get(&server, &format!("/tasks/{one}")).await.ok();
    assert_eq!(
        (&shown.body["title"], &shown.body["priority"]),
        (&json!("uno"), &json!("high"))
    );
    let shown = anna.get(&server, &format!("/tasks/{two}")).await.ok();
    assert_eq!(shown.body["title"], "zwo");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let task = anna.task("one").await;
    let commands = json!([
        {"command": "update_task", "task_id": task, "title": null},
        {"command": "update_task", "task_id": task, "title": "x", "priority": 5},
        {"command": "update_task", "task_id": 5, "title": "x"},
        {"command": "create_task", "title": 5},
        {"command": "create_task", "title": "x", "tags": "y"},
    ]);
    let done = anna.post("/bulk", json!({"commands": commands})).await;
    let done = done.ok();
    let fields: Vec<_> = results(&done)
        .iter()
        .map(|one| one["errors"][0]["field"].as_str().unwrap())
        .collect();
    let wanted = ["title", "priority", "task_id", "title", "tags"];
    assert_eq!(fields, wanted, "{}", done.body);
    server.stop().await;
}
