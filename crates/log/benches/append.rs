//! Prints how many appends a second the log acknowledges, beside `SQLite` with one commit a row.
//! `cargo bench -p taskfold-log`; `TMPDIR` decides on which disk.
#![allow(missing_docs, reason = "a program, not a library")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that prints what it measured and may fail"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use taskfold_contracts::envelope::{ChangeContext, Draft};
use taskfold_contracts::events::{Event, ListCreated};
use taskfold_contracts::ids::{
    ChangeId, CorrelationId, EventId, IdSource, ListId, StreamId, SystemIds, UserId, WorkspaceId,
};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::{Clock, SystemClock};
use taskfold_contracts::values::Actor;
use taskfold_log::{Append, Idempotency, Log, Options};
use tokio::task::JoinSet;

const TIME: Duration = Duration::from_secs(3);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    println!(
        "{:<44} {:>10} {:>10} {:>9} {:>9}",
        "what", "appends/s", "events/s", "p50 µs", "p99 µs"
    );
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

fn append(workspace_id: WorkspaceId, events: usize, key: bool) -> Append {
    let context = ChangeContext {
        workspace_id,
        actor: Actor::User(UserId(workspace_id.0)),
        change_id: ChangeId(SystemIds.next()),
        undoes: None,
        correlation_id: CorrelationId(SystemIds.next()),
        causation_id: None,
    };
    let drafts: Vec<Draft> = (0..events).map(|_| draft(&context)).collect();
    let expected = drafts
        .iter()
        .map(|draft| (draft.stream_id, Version(0)))
        .collect();
    let idempotency = key.then(|| {
        let mut key = [7; 32];
        key[..16].copy_from_slice(context.change_id.as_bytes());
        // The front is hashed in real use; scatter it here as well.
        key[0] = context.change_id.as_bytes()[15];
        Idempotency {
            key,
            fingerprint: [1; 32],
            reply: vec![b'r'; 100],
        }
    });
    Append {
        workspace_id,
        expected,
        drafts,
        idempotency,
        claims: Vec::new(),
    }
}

fn draft(context: &ChangeContext) -> Draft {
    let event = Event::ListCreated(ListCreated {
        list_id: ListId(SystemIds.next()),
        name: "Groceries and everything else that a kitchen needs".to_owned(),
        color: Some("#336699".to_owned()),
        rank: "aV3".to_owned(),
        origin: None,
    });
    Draft::new(
        context,
        EventId(SystemIds.next()),
        SystemClock.now(),
        &event,
    )
    .unwrap()
}

async fn clients_append(path: &Path, name: &str, clients: usize, events: usize, key: bool) {
    let log = open(path, Options::default());
    let mut running = JoinSet::new();
    let start = Instant::now();
    for _ in 0..clients {
        let log = log.clone();
        running.spawn(async move {
            let workspace = WorkspaceId(SystemIds.next());
            let mut times = Vec::new();
            while start.elapsed() < TIME {
                let begun = Instant::now();
                log.append(append(workspace, events, key)).await.unwrap();
                times.push(begun.elapsed());
            }
            times
        });
    }
    let times = running.join_all().await.concat();
    report(name, times, events, start.elapsed());
    log.shutdown().await;
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

fn report(name: &str, mut times: Vec<Duration>, events: usize, elapsed: Duration) {
    times.sort_unstable();
    // Without times, `elapsed` is that of a million.
    let count = if times.is_empty() {
        1_000_000
    } else {
        times.len()
    };
    let rate = count as f64 / elapsed.as_secs_f64();
    let quantile = |of: usize| {
        times
            .get(times.len() * of / 100)
            .map_or("-".to_owned(), |time| time.as_micros().to_string())
    };
    let (median, most) = (quantile(50), quantile(99));
    println!(
        "{name:<44} {rate:>10.0} {:>10.0} {median:>9} {most:>9}",
        rate * events as f64
    );
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
