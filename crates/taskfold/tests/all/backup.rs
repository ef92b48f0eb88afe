//! Backups, whole and tampered with.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kit::{Home, finish, mode};

#[test]
fn a_backup_brings_everything_back_on_another_computer() {
    let home = Home::new();
    home.add("Before");
    let done = home.add("Done");
    home.run(&["done", &done]).ok();
    let token = home.json(&["token", "create", "mine"])["secret"].clone();
    let file = home.path("taskfold.backup");
    let file = file.to_str().unwrap();
    let made = home.json(&["backup", file]);
    let verified = home.json(&["log", "verify"]);
    assert_eq!(made["manifest"]["chain"], verified["hashes"], "{verified}");
    assert_eq!(mode(file.as_ref()), 0o600);
    home.run(&["backup", file]).code(4);
    home.add("After");

    let other = Home::new();
    other.run(&["restore-backup", "nowhere.backup"]).code(3);
    other.run(&["restore-backup", file, "--verify-only"]).ok();
    other.run(&["restore-backup", file]).ok();
    let again = other.json(&["log", "verify"]);
    assert_eq!(again["hashes"], verified["hashes"]);
    assert_eq!(other.titles(&[]), ["Before"]);
    assert_eq!(other.titles(&["is:done"]), ["Done"]);
    other.add("Goes on");
    other.run(&["undo"]).ok();
    assert_eq!(other.titles(&[]), ["Before"]);
    // Who was signed in still is.
    let server = other.serve();
    let away = Home::in_files();
    let login = ["login", &server.url, "--token-stdin"];
    let token = token.as_str().unwrap();
    away.run_with_input(&login, token.as_bytes()).ok();
    assert_eq!(away.titles(&[]), ["Before"]);
    assert_eq!(server.stop(), Some(0));
}

/// What was backed up on PostgreSQL is restored into files, and the other way round.
#[test]
fn a_backup_is_the_same_wherever_the_database_is() {
    let (here, there) = (Home::new(), Home::in_files());
    here.add("Here");
    let file = here.path("here.backup");
    here.run(&["backup", file.to_str().unwrap()]).ok();
    there.run(&["restore-backup", file.to_str().unwrap()]).ok();
    assert_eq!(there.titles(&[]), ["Here"]);
    there.add("There");
    let file = there.path("there.backup");
    there.run(&["backup", file.to_str().unwrap()]).ok();
    let back = Home::new();
    back.run(&["restore-backup", file.to_str().unwrap()]).ok();
    assert_eq!(back.titles(&[]), ["Here", "There"]);
}

/// Databases on PostgreSQL are filled and never emptied.
#[test]
fn a_backup_replaces_nothing_on_postgresql() {
    let home = Home::new();
    if home.is_in_files() {
        return;
    }
    home.add("One");
    let file = home.path("taskfold.backup");
    let file = file.to_str().unwrap();
    home.run(&["backup", file]).ok();
    // Nothing has happened since but a new token: it stays.
    let token = home.json(&["token", "create", "new"])["secret"].clone();
    home.run(&["restore-backup", file]).code(4);
    let server = home.serve();
    let away = Home::in_files();
    let login = ["login", &server.url, "--token-stdin"];
    away.run_with_input(&login, token.as_str().unwrap().as_bytes())
        .ok();
    assert_eq!(server.stop(), Some(0));
    home.add("Two");
    let refused = home.run(&["restore-backup", file]).code(4);
    assert!(refused.err.contains("not empty"), "{}", refused.err);
    assert!(refused.err.contains("empty database"), "{}", refused.err);
    assert_eq!(home.titles(&[]), ["One", "Two"]);
    let other = Home::new();
    let mut wrong = other.command(&["restore-backup", file]);
    wrong.env("TASKFOLD_STORE__PARTITIONS", "16");
    let wrong = finish(&mut wrong).code(4);
    assert!(wrong.err.contains("store.partitions = 1"), "{}", wrong.err);
}

#[test]
fn a_backup_takes_the_place_of_files_which_are_kept_aside() {
    let home = Home::in_files();
    home.add("Before");
    let file = home.path("taskfold.backup");
    let file = file.to_str().unwrap();
    home.run(&["backup", file]).ok();
    home.add("After");
    home.run(&["restore-backup", file, "--verify-only"]).ok();
    assert_eq!(home.titles(&[]).len(), 2);
    home.run(&["restore-backup", file]).ok();
    assert_eq!(home.titles(&[]), ["Before"]);
    assert_eq!(home.json(&["log", "verify"])["sound"], true);
    let aside = fs::read_dir(home.data())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let aside: Vec<_> = aside
        .filter(|path| path.to_string_lossy().contains("before-restore-"))
        .collect();
    assert_eq!(aside.len(), 1);
    assert!(
        aside[0].join("log.db").is_file(),
        "the old database is kept"
    );
}

#[test]
fn a_backup_that_was_tampered_with_is_refused() {
    let home = Home::new();
    home.add("Pay 100 to Ann");
    let file = home.path("taskfold.backup");
    home.run(&["backup", file.to_str().unwrap()]).ok();
    let whole = fs::read(&file).unwrap();
    for (name, bytes) in [
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("changed", {
            let mut bytes = whole.clone();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x40;
            bytes
        }),
        ("none", b"no backup at all".to_vec()),
    ] {
        let path = home.path(name);
        fs::write(&path, bytes).unwrap();
        let ran = home
            .run(&["restore-backup", path.to_str().unwrap()])
            .code(6);
        assert!(ran.err.contains("is refused"), "{name}: {}", ran.err);
        assert_eq!(home.titles(&[]), ["Pay 100 to Ann"], "{name}");
    }
}

#[test]
fn a_backup_is_not_put_under_a_running_server() {
    let home = Home::new();
    home.add("One");
    let file = home.path("taskfold.backup");
    home.run(&["backup", file.to_str().unwrap()]).ok();
    let server = home.serve();
    home.add("Two");
    home.run(&["restore-backup", file.to_str().unwrap()])
        .code(4);
    assert_eq!(home.titles(&[]), ["One", "Two"]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_backup_makes_no_directory() {
    let home = Home::new();
    home.add("One");
    let missing = home.path("missing");
    let file = missing.join("x");
    let ran = home.run(&["backup", file.to_str().unwrap()]).code(3);
    assert!(ran.err.contains("there is no directory"), "{}", ran.err);
    assert!(!missing.exists());
}

/// All files below `directory`, and the directories, with their modes.
fn modes(directory: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        found.push((path.clone(), mode(&path)));
        if path.is_dir() {
            found.extend(modes(&path));
        }
    }
    found
}

/// A directory that others may look into, and a umask that would let them read.
#[test]
fn all_that_is_stored_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::in_files();
    fs::create_dir(home.data()).unwrap();
    fs::set_permissions(home.data(), fs::Permissions::from_mode(0o755)).unwrap();
    home.add("One");
    let (backup, export) = (home.path("one.backup"), home.path("one.json"));
    home.run(&["backup", backup.to_str().unwrap()]).ok();
    home.run(&["export", "-o", export.to_str().unwrap()]).ok();
    home.run(&["restore-backup", backup.to_str().unwrap()]).ok();
    home.run(&["views", "rebuild"]).ok();
    let server = home.serve();
    home.add("Two");
    home.run(&["views", "rebuild"]).ok();
    let stored = modes(&home.data());
    let names: Vec<String> = stored
        .iter()
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for name in [
        "log.db",
        "log.db-wal",
        "log.db-shm",
        "log.db.lock",
        "identity.db-wal",
    ] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
    assert!(names.iter().any(|name| name.starts_with("views")));
    assert!(names.iter().any(|name| name.starts_with("before-restore-")));
    let all = stored.into_iter().chain([
        (backup.clone(), mode(&backup)),
        (export.clone(), mode(&export)),
    ]);
    for (path, mode) in all {
        let private = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, private, "{}: {mode:o}", path.display());
    }
    assert_eq!(server.stop(), Some(0));
}

/// The empty log that takes the place of a lost one is sound for itself.
#[test]
fn accounts_without_their_log_are_noticed() {
    let home = Home::in_files();
    home.add("One");
    let backup = home.path("one.backup");
    home.run(&["backup", backup.to_str().unwrap()]).ok();
    for entry in fs::read_dir(home.data()).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("log.db") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    let remedy = |line: &[&str], code: i32| {
        let ran = home.run(line).code(code);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains("restore-backup"), "{line:?}: {told}");
    };
    remedy(&["doctor"], 6);
    remedy(&["log", "verify"], 3);
    remedy(&["list"], 3);
    assert!(home.data().join("log.db").exists());
    remedy(&["doctor"], 6);
    remedy(&["log", "verify"], 6);
    home.run(&["restore-backup", backup.to_str().unwrap()]).ok();
    home.run(&["doctor"]).ok();
    home.run(&["log", "verify"]).ok();
    assert_eq!(home.titles(&[]), ["One"]);
}

#[test]
fn a_damaged_log_is_to_be_restored_and_not_to_be_made_writable() {
    let home = Home::in_files();
    home.add("One");
    let log = home.data().join("log.db");
    let mut bytes = fs::read(&log).unwrap();
    bytes[..4096].fill(7);
    fs::write(&log, bytes).unwrap();
    for (line, code) in [("list", 1), ("doctor", 6)] {
        let ran = home.run(&[line]).code(code);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains("restore-backup"), "{line}: {told}");
        assert!(!told.contains("writable"), "{line}: {told}");
    }
}
