//! Several commands at once, and directories that cannot be used.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};

use crate::kit::Home;

/// Where SQLite keeps `user_version`, in which the log keeps its format: four bytes, big-endian.
const USER_VERSION: u64 = 60;

#[test]
fn commands_wait_for_each_other_and_for_a_server_that_starts() {
    let home = Home::new();
    let mut commands: Vec<_> = (0..4)
        .map(|i| {
            let title = format!("Task {i}");
            home.command(&["add", "--literal", &title]).spawn().unwrap()
        })
        .collect();
    let server = home.serve();
    commands.extend((4..6).map(|i| {
        let title = format!("Task {i}");
        home.command(&["add", "--literal", &title]).spawn().unwrap()
    }));
    for command in commands {
        let ended = command.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(0), "{err}");
    }
    assert_eq!(home.titles(&[]).len(), 6);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(home.titles(&[]).len(), 6);
}

#[test]
fn a_database_of_a_newer_version_is_left_as_it_is() {
    let home = Home::in_files();
    home.add("One");
    let path = home.data().join("log.db");
    let whole = |path: &std::path::Path| fs::read(path).unwrap();
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(USER_VERSION)).unwrap();
    file.write_all(&99_u32.to_be_bytes()).unwrap();
    drop(file);
    let before = whole(&path);
    for line in [
        &["list"][..],
        &["add", "Two"],
        &["log", "stats"],
        &["serve"],
    ] {
        let ran = home.run(line).code(1);
        assert!(ran.err.contains("format 99"), "{line:?}: {}", ran.err);
        assert!(ran.err.contains("newer taskfold"), "{line:?}: {}", ran.err);
    }
    home.run(&["doctor"]).code(6);
    assert_eq!(whole(&path), before);
    let problem = home.run(&["--json", "list"]).code(1);
    let problem: serde_json::Value = serde_json::from_str(problem.err.trim()).unwrap();
    assert_eq!(problem["exit"], 1, "{problem}");
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let home = Home::new();
    fs::write(home.path("taken"), "x").unwrap();
    let inside = home.path("taken").join("data");
    let ran = home
        .run(&["--data", inside.to_str().unwrap(), "add", "One"])
        .code(1);
    assert!(ran.err.contains("taken"), "{}", ran.err);
}

#[test]
fn doctor_tells_a_server_that_is_gone_from_one_that_runs() {
    let home = Home::new();
    let server = home.serve();
    let found = |home: &Home| {
        let all = home.json(&["doctor"])["findings"].clone();
        let all = all.as_array().unwrap().clone();
        let server = all.iter().find(|finding| finding["check"] == "server");
        server.unwrap()["found"].as_str().unwrap().to_owned()
    };
    assert!(found(&home).contains("running at"), "{}", found(&home));
    server.kill();
    assert!(
        found(&home).contains("not stopped properly"),
        "{}",
        found(&home)
    );
}
