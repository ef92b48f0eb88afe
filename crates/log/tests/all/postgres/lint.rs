//! Migrations are only ever added, and none locks a table that is in use for longer than a moment.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Checksums of the migrations that were released: they are never changed.
const RELEASED: &str = include_str!("../../../migrations/postgres/RELEASED.sha256");

/// What takes a lock for long, or breaks the version that runs beside the new one, and what to do instead.
const LOCKING: &[(&str, &str)] = &[
    (
        "alter column * type",
        "add a column, fill it, switch, drop the old one later",
    ),
    (
        "set not null",
        "add a CHECK … NOT VALID, validate it, then switch",
    ),
    ("rename", "the running version knows the old name"),
    (
        "drop column",
        "contract in a release that follows the last user",
    ),
    (
        "drop table",
        "contract in a release that follows the last user",
    ),
    ("lock table", "it stops every append"),
    ("vacuum full", "it rewrites the table"),
    ("cluster", "it rewrites the table"),
    ("set logged", "it rewrites the table"),
    ("set unlogged", "it rewrites the table"),
    ("disable trigger", "events are append-only"),
    ("add column * default random", "it rewrites the table"),
    ("truncate", "events are append-only"),
    (
        "delete from",
        "events are append-only; clean up in pieces from the program",
    ),
];

/// What is wrong with the text of a migration.
fn lint(sql: &str) -> Vec<String> {
    let text: String = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || "();,".contains(character))
        .filter(|word| !word.is_empty())
        .collect();
    let created: Vec<&str> = positions(&words, "create table")
        .filter_map(|at| words.get(at + 2).copied())
        .collect();
    let mut wrong: Vec<String> = LOCKING
        .iter()
        .filter(|(pattern, _)| positions(&words, pattern).next().is_some())
        // A trigger names the statements that it refuses.
        .filter(|(pattern, _)| *pattern != "truncate" || !only_in_triggers(&words))
        .map(|(pattern, instead)| format!("{pattern}: {instead}"))
        .collect();
    for at in positions(&words, "create index").chain(positions(&words, "create unique index")) {
        let rest = &words[at..];
        let table = rest
            .iter()
            .position(|word| *word == "on")
            .and_then(|on| rest.get(on + 1));
        let new = table.is_some_and(|table| created.contains(table));
        if !new && !rest.iter().take(4).any(|word| *word == "concurrently") {
            wrong.push("create index: CONCURRENTLY on a table that exists".to_owned());
        }
    }
    for at in positions(&words, "add constraint") {
        let valid = !words[at..]
            .windows(2)
            .take(40)
            .any(|pair| pair == ["not", "valid"]);
        if valid {
            wrong
                .push("add constraint: NOT VALID, and validate it in another migration".to_owned());
        }
    }
    if positions(&words, "reindex").next().is_some()
        && positions(&words, "concurrently").next().is_none()
    {
        wrong.push("reindex: CONCURRENTLY".to_owned());
    }
    wrong
}

fn only_in_triggers(words: &[&str]) -> bool {
    positions(words, "truncate").all(|at| words[..at].ends_with(&["or"]))
}

/// Where the words of `pattern` follow each other; `*` is any one word.
fn positions<'a>(words: &'a [&'a str], pattern: &'a str) -> impl Iterator<Item = usize> + 'a {
    let pattern: Vec<&str> = pattern.split(' ').collect();
    let length = pattern.len();
    let fits = move |window: &[&str]| {
        window
            .iter()
            .zip(&pattern)
            .all(|(word, wanted)| *wanted == "*" || word == wanted)
    };
    words
        .windows(length)
        .enumerate()
        .filter(move |(_, window)| fits(window))
        .map(|(at, _)| at)
}

fn migrations() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let sql = files.filter(|file| file.path().extension().is_some_and(|end| end == "sql"));
    sql.map(|file| {
        let name = file.file_name().into_string().unwrap();
        (name, std::fs::read_to_string(file.path()).unwrap())
    })
    .collect()
}

#[test]
fn migrations_do_not_lock() {
    for (name, sql) in migrations() {
        assert_eq!(lint(&sql), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_locks_is_found() {
    for sql in [
        "CREATE INDEX a ON log.events (actor)",
        "CREATE UNIQUE INDEX a ON log.events (actor)",
        "ALTER TABLE log.events ALTER COLUMN version TYPE integer",
        "ALTER TABLE log.events ALTER COLUMN undoes SET NOT NULL",
        "ALTER TABLE log.events RENAME COLUMN a TO b",
        "ALTER TABLE log.events ADD CONSTRAINT c CHECK (number > 0)",
        "ALTER TABLE log.events DISABLE TRIGGER append_only",
        "LOCK TABLE log.events",
        "TRUNCATE log.events",
        "DELETE FROM log.events",
        "REINDEX TABLE log.events",
    ] {
        assert_eq!(lint(sql).len(), 1, "{sql}: {:?}", lint(sql));
    }
    for sql in [
        "CREATE INDEX CONCURRENTLY a ON log.events (actor)",
        "CREATE TABLE log.a (b integer); CREATE INDEX c ON log.a (b)",
        "ALTER TABLE log.events ADD CONSTRAINT c CHECK (number > 0) NOT VALID",
        "-- LOCK TABLE log.events\nSELECT 1",
    ] {
        assert_eq!(lint(sql), Vec::<String>::new(), "{sql}");
    }
}

#[test]
fn released_migrations_are_as_released() {
    let sums: BTreeMap<&str, &str> = RELEASED
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, name)| (name, sum))
        .collect();
    let migrations = migrations();
    for (name, sql) in &migrations {
        let digest = Sha256::digest(sql.as_bytes());
        let sum = digest
            .iter()
            .fold(String::new(), |sum, byte| sum + &format!("{byte:02x}"));
        let released = sums.get(name.as_str());
        assert_eq!(
            released,
            Some(&sum.as_str()),
            "{name}: add its line when it is released"
        );
    }
    assert_eq!(sums.len(), migrations.len(), "no migration is removed");
}
