//! Prints how many appends a second the log acknowledges, beside `SQLite` with one commit a row.
//! `cargo bench -p taskfold-log --bench append`; `TMPDIR` decides on which disk.
#![allow(missing_docs, reason = "a program, not a library")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that prints what it measured and may fail"
)]

#[path = "shared/mod.rs"]
mod shared;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use shared::{TIME, append, heading, report, runtime};
use taskfold_contracts::ids::{IdSource, StreamId, SystemIds, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_log::{Log, Options};
use tokio::task::JoinSet;

fn main() {
    let runtime = runtime();
    let directory = tempfile::tempdir().unwrap();
    heading();
    bare(&directory.path().join("bare.db"));
    for clients in [1, 16, 64, 256] {
        let name = format!("{clients} clients, 1 event an append");
        runtime.block_on(clients_append(
            &directory.path().join(&name),
            &name,
            clients,
            1,
            false,
        ));
    }
    runtime.block_on(clients_append(
        &directory.path().join("keys"),
        "256 clients, 1 event, idempotency key",
        256,
        1,
        true,
    ));
    runtime.block_on(clients_append(
        &directory.path().join("4"),
        "4 clients, 100 events an append",
        4,
        100,
        false,
    ));
    for batch in [1, 100, 500] {
        let name = format!("≤ {batch} appends of 1 event a commit, queued");
        runtime.block_on(queued(&directory.path().join(&name), &name, batch));
    }
    runtime.block_on(start(&directory.path().join("start")));
}

fn open(path: &Path, options: Options) -> Log {
    Log::open(path, options, Arc::new(SystemClock)).unwrap()
}

async fn clients_append(path: &Path, name: &str, clients: usize, events: usize, key: bool) {
    let log = open(path, Options::default());
    shared::clients_append(log, name, clients, events, key).await;
}

/// All appends are made beforehand and wait: the lane alone is measured.
async fn queued(path: &Path, name: &str, batch: usize) {
    let count = if batch == 1 { 5_000 } else { 200_000 };
    let log = open(
        path,
        Options {
            batch,
            queue: count,
            ..Options::default()
        },
    );
    let workspaces: Vec<_> = (0..100).map(|_| WorkspaceId(SystemIds.next())).collect();
    let appends = (0..count).map(|index| append(workspaces[index % 100], 1, false));
    let mut waiting = Vec::with_capacity(count);
    for one in appends.collect::<Vec<_>>() {
        let log = log.clone();
        waiting.push(Box::pin(async move { log.append(one).await.unwrap() }));
    }
    let start = Instant::now();
    let mut running = JoinSet::new();
    for one in waiting {
        running.spawn(one);
    }
    running.join_all().await;
    report(
        name,
        Vec::new(),
        1,
        start.elapsed() / u32::try_from(count).unwrap() * 1_000_000,
    );
    log.shutdown().await;
}

/// One row a transaction: what the disk gives without group commit.
fn bare(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .unwrap();
    connection
        .pragma_update(None, "synchronous", "FULL")
        .unwrap();
    connection
        .execute_batch("CREATE TABLE events (place INTEGER PRIMARY KEY, stream BLOB, body BLOB)")
        .unwrap();
    let mut insert = connection
        .prepare("INSERT INTO events (stream, body) VALUES (?1, ?2)")
        .unwrap();
    let (start, mut times) = (Instant::now(), Vec::new());
    while start.elapsed() < TIME {
        let begun = Instant::now();
        let stream = StreamId(SystemIds.next());
        insert
            .execute(rusqlite::params![stream.as_bytes().as_slice(), [7_u8; 300]])
            .unwrap();
        times.push(begun.elapsed());
    }
    report("bare SQLite, one commit a row", times, 1, start.elapsed());
}

/// Opening a log of 1,000,000 events, and checking it.
async fn start(path: &Path) {
    let log = open(path, Options::default());
    let workspace = WorkspaceId(SystemIds.next());
    let begun = Instant::now();
    for _ in 0..250 {
        log.append(append(workspace, 4_000, false)).await.unwrap();
    }
    println!(
        "1,000,000 events in appends of 4,000: {:.2?}",
        begun.elapsed()
    );
    log.shutdown().await;
    let begun = Instant::now();
    let log = open(path, Options::default());
    println!(
        "open a log of {} events: {:.2?}",
        log.head(0).number,
        begun.elapsed()
    );
    let begun = Instant::now();
    let mut after = 0;
    loop {
        let rows = log.read_partition(0, after, 1_000).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = last.header.position.number;
    }
    println!("read them all in thousands: {:.2?}", begun.elapsed());
    let begun = Instant::now();
    let found = log.verify(|_, _| {}).await.unwrap();
    println!(
        "verify them: {:.2?}, sound: {}",
        begun.elapsed(),
        found.is_sound()
    );
    println!("{:?}", log.stats().await.unwrap());
    log.shutdown().await;
}
