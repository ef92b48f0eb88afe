//! An installation moved from files to PostgreSQL and back.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use taskfold_kit::{Postgres, run_at};

use crate::kit::{Home, Ran, Server, finish};
use crate::server::register;

const THERE: [&str; 5] = ["migrate-store", "--from", "sqlite", "--to", "postgres"];
const BACK: [&str; 5] = ["migrate-store", "--from", "postgres", "--to", "sqlite"];

/// The program with the address of a database, whatever the store's kind.
fn command(home: &Home, url: &str, arguments: &[&str]) -> Command {
    let mut command = home.command(arguments);
    command.env("TASKFOLD_STORE__URLS", url);
    command
}

fn run(home: &Home, url: &str, arguments: &[&str]) -> Ran {
    finish(&mut command(home, url, arguments))
}

/// The program on the database.
fn there(home: &Home, url: &str, partitions: &str, arguments: &[&str]) -> Command {
    let mut command = command(home, url, arguments);
    command
        .env("TASKFOLD_STORE__KIND", "postgres")
        .env("TASKFOLD_STORE__PARTITIONS", partitions);
    command
}

fn titles(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|task| task["title"].as_str().unwrap()).collect()
}

#[test]
fn an_installation_goes_to_postgresql_and_back() {
    let home = Home::in_files();
    for number in 0..30 {
        home.add(&format!("Task {number}"));
    }
    let token = home.json(&["token", "create", "mine"]);
    let token = token["secret"].as_str().unwrap().to_owned();
    let url = Postgres::shared().database().unwrap();

    let server = home.serve();
    let used = run(&home, &url, &THERE).code(4);
    assert!(used.err.contains("running server"), "{}", used.err);
    assert_eq!(server.stop(), Some(0));

    let moved = run(&home, &url, &[&["--json"], &THERE[..]].concat())
        .ok()
        .json();
    assert_eq!(
        (&moved["equal"], &moved["partitions"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(moved["source"]["hash"], moved["target"]["hash"]);
    assert!(moved["accounts"] == 1 && moved["tokens"] == 2, "{moved}");
    let again = run(&home, &url, &THERE).ok();
    assert!(again.out.contains("equal") && again.err.contains("store.partitions = 1"));

    finish(&mut there(&home, &url, "1", &["migrate"])).ok();
    // The same account, the same tokens.
    let mut list = there(&home, &url, "1", &["--json", "list", "--limit", "100"]);
    let page = finish(&mut list).ok().json();
    assert_eq!(titles(&page).len(), 30);
    let mut serve = there(&home, &url, "1", &["serve", "--listen", "127.0.0.1:0"]);
    let server = Server::start(&mut serve);
    let elsewhere = Home::in_files();
    let mut add = elsewhere.command(&["--server", &server.url, "add", "Added on PostgreSQL"]);
    finish(add.env("TASKFOLD_TOKEN", &token)).ok();
    assert_eq!(server.stop(), Some(0));

    // Back, into another directory; nothing is written over.
    let wrong = run(&home, &url, &BACK).code(4);
    assert!(wrong.err.contains("store.partitions = 1"), "{}", wrong.err);
    let refused = finish(&mut there(&home, &url, "1", &BACK)).code(4);
    assert!(refused.err.contains("not empty"), "{}", refused.err);
    let other = Home::in_files();
    let back = finish(&mut there(&other, &url, "1", &BACK)).ok();
    assert!(back.out.contains("equal"), "{}", back.out);
    assert!(!other.data().join("log.db.partial").exists());
    assert_eq!(other.json(&["log", "verify"])["sound"], true);
    fs::copy(
        home.data().join("local-token"),
        other.data().join("local-token"),
    )
    .unwrap();
    let page = other.json(&["list", "--limit", "100"]);
    assert!(titles(&page).contains(&"Added on PostgreSQL") && titles(&page).len() == 31);
}

#[test]
fn partitions_are_changed_on_the_way() {
    let home = Home::in_files();
    home.add("One");
    let url = Postgres::shared().database().unwrap();
    let moved = run(&home, &url, &[&THERE[..], &["--partitions", "16"]].concat()).ok();
    assert!(moved.out.contains("content"), "{}", moved.out);
    assert!(!home.data().join("views.db").exists());
    let refused = run(&home, &url, &THERE).code(4);
    assert!(refused.err.contains("16 partitions"), "{}", refused.err);
    finish(&mut there(&home, &url, "16", &["migrate"])).ok();
    let page = finish(&mut there(&home, &url, "16", &["--json", "list"]))
        .ok()
        .json();
    assert_eq!(titles(&page), ["One"]);
    // A file keeps them.
    let other = Home::in_files();
    let mut back = there(&other, &url, "16", &BACK);
    finish(&mut back).ok();
    fs::copy(
        home.data().join("local-token"),
        other.data().join("local-token"),
    )
    .unwrap();
    other.add("Two");
    assert_eq!(other.titles(&[]).len(), 2);
    assert_eq!(
        other.json(&["log", "stats"])["heads"]
            .as_array()
            .unwrap()
            .len(),
        16
    );
}

#[test]
fn a_copy_that_was_changed_is_refused() {
    let home = Home::in_files();
    home.add("Pay 100 to Ann");
    let url = Postgres::shared().database().unwrap();
    run(&home, &url, &THERE).ok();
    let change = "SET session_replication_role = replica;
        UPDATE log.events SET payload = payload || '\\x00' WHERE number = 2";
    run_at(&url, change).unwrap();
    let refused = run(&home, &url, &THERE).code(6);
    assert!(refused.err.contains("not equal"), "{}", refused.err);
    run(
        &home,
        &url,
        &["migrate-store", "--from", "sqlite", "--to", "sqlite"],
    )
    .code(2);
}

#[test]
fn people_sign_in_after_the_move() {
    let home = Home::in_files();
    let server = home.serve();
    register(&server.url, "ada@example.org", "correct horse battery");
    assert_eq!(server.stop(), Some(0));
    let url = Postgres::shared().database().unwrap();
    run(&home, &url, &THERE).ok();
    finish(&mut there(&home, &url, "1", &["migrate"])).ok();
    let mut serve = there(&home, &url, "1", &["serve", "--listen", "127.0.0.1:0"]);
    let server = Server::start(&mut serve);
    let away = Home::in_files();
    let login = ["login", &server.url, "--email", "ada@example.org"];
    away.run_with_input(&login, b"something else\n").code(5);
    // The server has just begun to build its views.
    let mut entered = away.run_with_input(&login, b"correct horse battery\n");
    for _ in 0..100 {
        if !entered.err.contains("being rebuilt") {
            break;
        }
        entered = away.run_with_input(&login, b"correct horse battery\n");
    }
    entered.ok();
    assert_eq!(away.json(&["whoami"])["email"], "ada@example.org");
    assert_eq!(server.stop(), Some(0));
}
