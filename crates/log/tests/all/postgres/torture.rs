//! Several processes append while the server is made to do what event stores on PostgreSQL have lost events
//! by: slow, standing and rolled back transactions, transactions whose ids are older than their places,
//! connections ended at COMMIT, crashes. Readers by position must get every row once, in order. A reader by
//! a sequence, as many stores ship it, runs beside them on the same rows and must be caught.
#![allow(clippy::print_stdout, reason = "a run tells what it went through")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use taskfold_contracts::envelope::{Hash, chain};
use taskfold_contracts::ids::{StreamId, WorkspaceId};
use taskfold_contracts::position::Version;
use taskfold_kit::{Disk, Postgres, run_at};
use taskfold_log::conformance::kit::{Chance, append, stream, workspace};
use taskfold_log::{Append, AppendError, Idempotency, Log, Migrate, PostgresOptions};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::kit::{connect, options};
use super::raw::Raw;

const PARTITIONS: u32 = 8;
const PROCESSES: usize = 3;
const WRITERS: u64 = 12;

/// What has been put in the way, and what came of the appends.
#[derive(Debug, Default)]
struct Counts {
    acknowledged: AtomicU64,
    conflicts: AtomicU64,
    tried_again: AtomicU64,
    held: AtomicU64,
    rolled_back: AtomicU64,
    stood: AtomicU64,
    old_transactions: AtomicU64,
    died: AtomicU64,
    ended: AtomicU64,
    crashes: AtomicU64,
}

fn count(of: &AtomicU64, more: u64) {
    of.fetch_add(more, Ordering::Relaxed);
}

/// One run: until `deliveries` are made, and not before `time` is over.
struct Run {
    server: Arc<Postgres>,
    databases: PostgresOptions,
    counts: Arc<Counts>,
    writing: watch::Sender<bool>,
}

/// How many rows a reader got, and what was wrong with them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    delivered: u64,
    skipped: u64,
    doubled: u64,
    changed: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_miss_nothing_whatever_the_server_goes_through() {
    torture(0, Duration::from_secs(12), Duration::from_millis(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes many minutes: just torture"]
#[allow(clippy::disallowed_methods, reason = "how long a long test is")]
async fn readers_miss_nothing_in_ten_million_deliveries() {
    let wanted = std::env::var("TASKFOLD_LOG_DELIVERIES").ok();
    let wanted = wanted.map_or(10_000_000, |number| number.parse().unwrap());
    torture(wanted, Duration::from_mins(1), Duration::from_secs(2)).await;
}

/// `calm` is how long those who stand in the way rest between what they do.
async fn torture(deliveries: u64, time: Duration, calm: Duration) {
    let run = Run::new().await;
    let delivered = Arc::new(AtomicU64::new(0));
    let (stop, stopped) = watch::channel(None);
    let mut readers = JoinSet::new();
    // Two processes that only read, and one that writes too: from its memory and from storage.
    let mut logs = Vec::new();
    for _ in 0..PROCESSES {
        logs.push(connect(&run.databases, PARTITIONS).await);
    }
    let watchers = [
        connect(&run.databases, PARTITIONS).await,
        connect(&run.databases, PARTITIONS).await,
        logs[0].clone(),
    ];
    for log in &watchers {
        for partition in 0..PARTITIONS {
            readers.spawn(read(
                log.clone(),
                partition,
                stopped.clone(),
                Arc::clone(&delivered),
            ));
        }
    }
    let mut naive = JoinSet::new();
    naive.spawn(read_by_sequence(run.databases.urls[0].clone(), stopped));

    let mut writers = JoinSet::new();
    for (number, log) in (0..).zip(&logs) {
        for writer in 0..WRITERS {
            let seed = number * WRITERS + writer + 1;
            writers.spawn(write(
                log.clone(),
                seed,
                run.writing.subscribe(),
                run.counts.clone(),
            ));
        }
    }
    let disturbers = run.disturb(calm);
    let begun = Instant::now();
    while begun.elapsed() < time || delivered.load(Ordering::Relaxed) < deliveries {
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(
            begun.elapsed() < time + Duration::from_hours(2),
            "too slow: {delivered:?}"
        );
        if begun.elapsed().as_secs().is_multiple_of(60) {
            println!("{delivered:?} deliveries after {:?}", begun.elapsed());
        }
    }
    run.writing.send_replace(false);
    let late = tokio::time::timeout(Duration::from_mins(1), async {
        disturbers.join_all().await;
        writers.join_all().await
    });
    late.await
        .expect("writers and disturbers come to their end");

    // Ends each partition, so that readers know when they have seen all.
    let log = &logs[1];
    let found = log.verify(|_, _| {}).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.problems);
    let heads = log.stats().await.unwrap().heads;
    let rows: u64 = heads.iter().sum();
    let ends: Vec<(u64, Hash)> = heads.into_iter().zip(found.hashes).collect();
    stop.send_replace(Some(ends));
    let ended = tokio::time::timeout(Duration::from_mins(2), readers.join_all());
    let tallies = ended.await.expect("readers come to the end");
    let sum = tallies.iter().fold(Tally::default(), |sum, tally| Tally {
        delivered: sum.delivered + tally.delivered,
        skipped: sum.skipped + tally.skipped,
        doubled: sum.doubled + tally.doubled,
        changed: sum.changed + tally.changed,
    });
    let naive: u64 = naive.join_all().await.into_iter().sum();
    println!("{rows} rows after {:?}; {:?}", begun.elapsed(), run.counts);
    println!(
        "deliveries {} · skipped {} · doubled {} · changed {} · the naive reader lost {} of {rows}",
        sum.delivered,
        sum.skipped,
        sum.doubled,
        sum.changed,
        rows - naive
    );
    assert_eq!(sum.delivered, rows * watchers.len() as u64);
    assert_eq!((sum.skipped, sum.doubled, sum.changed), (0, 0, 0));
    assert!(
        naive < rows,
        "the control was not caught: this test sees nothing"
    );
    for log in logs.iter().chain(&watchers[..2]) {
        log.shutdown().await;
    }
    run.check_everything_happened();
}

impl Run {
    async fn new() -> Self {
        let server = Arc::new(Postgres::start(Disk::Safe).unwrap());
        let databases = options(vec![server.database().unwrap()]);
        let migrate = Migrate {
            partitions: PARTITIONS,
            ..Migrate::default()
        };
        Log::migrate(&databases, &migrate).await.unwrap();
        // What the naive reader goes by: a sequence, taken by each row in its transaction.
        run_at(
            &databases.urls[0],
            "CREATE TABLE by_sequence (id bigserial PRIMARY KEY);
             CREATE FUNCTION take_number() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN INSERT INTO by_sequence DEFAULT VALUES; RETURN NULL; END $$;
             CREATE TRIGGER take_number AFTER INSERT ON log.events
                 FOR EACH ROW EXECUTE FUNCTION take_number()",
        )
        .unwrap();
        Self {
            server,
            databases,
            counts: Arc::default(),
            writing: watch::Sender::new(true),
        }
    }

    /// Starts what stands in the way of the writers.
    fn disturb(&self, calm: Duration) -> JoinSet<()> {
        let mut all = JoinSet::new();
        for seed in 1..=2 {
            let (url, counts) = (self.databases.urls[0].clone(), Arc::clone(&self.counts));
            all.spawn(meddle(url, (seed, calm), self.writing.subscribe(), counts));
        }
        let (url, counts) = (self.databases.urls[0].clone(), Arc::clone(&self.counts));
        all.spawn(end_connections(url, calm, self.writing.subscribe(), counts));
        let (mut writing, counts) = (self.writing.subscribe(), Arc::clone(&self.counts));
        let server = Arc::clone(&self.server);
        all.spawn(async move {
            // A few crashes, however long the run is.
            for _ in 0..4 {
                if !pause(&mut writing, Duration::from_secs(3)).await {
                    return;
                }
                let server = Arc::clone(&server);
                let crashed = tokio::task::spawn_blocking(move || server.crash());
                crashed.await.unwrap().unwrap();
                count(&counts.crashes, 1);
            }
        });
        all
    }

    fn check_everything_happened(&self) {
        let counts = &self.counts;
        for (what, number) in [
            ("acknowledged", &counts.acknowledged),
            ("conflicts", &counts.conflicts),
            ("held", &counts.held),
            ("rolled back", &counts.rolled_back),
            ("stood", &counts.stood),
            ("old transactions", &counts.old_transactions),
            ("died", &counts.died),
            ("ended", &counts.ended),
            ("crashes", &counts.crashes),
        ] {
            assert!(number.load(Ordering::Relaxed) > 0, "{what}: none");
        }
    }
}

/// Waits; false when writing is over.
async fn pause(writing: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::time::timeout(time, writing.wait_for(|writing| !*writing))
        .await
        .is_err()
}

/// A client of one process: appends, competes for a few streams, tries again with its key until it is told.
async fn write(log: Log, seed: u64, writing: watch::Receiver<bool>, counts: Arc<Counts>) {
    let mut chance = Chance(seed * 7919);
    let tenants: Vec<WorkspaceId> = (0..4).map(|_| workspace()).collect();
    let (mut number, mut versions) = (0_u64, [0; 3]);
    while *writing.borrow() {
        number += 1;
        let tenant = tenants[usize::try_from(chance.below(4)).unwrap()];
        let wanted = match chance.below(10) {
            0 => append(tenant, stream(), 0, 40),
            1..=3 => {
                let which = chance.below(3);
                let (shared, tenant) = contended(which);
                let version = &mut versions[usize::try_from(which).unwrap()];
                let rows = log.read_stream(shared, Version(*version), 1_000).await;
                *version += rows.map_or(0, |rows| rows.len() as u64);
                append(tenant, shared, *version, 1)
            }
            4 => append(tenant, stream(), 0, 400),
            _ => append(tenant, stream(), 0, 2),
        };
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        key[8..16].copy_from_slice(&number.to_be_bytes());
        let wanted = Append {
            idempotency: Some(Idempotency {
                key,
                fingerprint: key,
                reply: Vec::new(),
            }),
            ..wanted
        };
        let appended = loop {
            match log.append(wanted.clone()).await {
                Ok(appended) => break Some(appended),
                Err(AppendError::Conflict { .. }) => break None,
                Err(AppendError::Unknown(_) | AppendError::Storage(_) | AppendError::Busy) => {
                    count(&counts.tried_again, 1);
                }
                Err(error) => panic!("{error}"),
            }
        };
        match appended {
            Some(appended) => {
                count(&counts.acknowledged, wanted.drafts.len() as u64);
                let first = appended.first.number - 1;
                let length = wanted.drafts.len();
                let rows = loop {
                    // The server may have crashed once more, and not be back yet.
                    let read = log.read_partition(appended.first.partition, first, length);
                    match read.await {
                        Ok(rows) => break rows,
                        Err(_) => count(&counts.tried_again, 1),
                    }
                };
                let there = rows
                    .iter()
                    .map(|row| row.header.event_id)
                    .collect::<Vec<_>>();
                let sent: Vec<_> = wanted.drafts.iter().map(|draft| draft.event_id).collect();
                assert_eq!(there, sent, "what was acknowledged is where it was said");
            }
            None => count(&counts.conflicts, 1),
        }
    }
}

/// A stream for which all processes compete.
fn contended(number: u64) -> (StreamId, WorkspaceId) {
    let id = u128::from(number);
    (
        StreamId(Uuid::from_u128(0xbb << 120 | id)),
        WorkspaceId(Uuid::from_u128(0xaa << 120 | id)),
    )
}

type Ends = Option<Vec<(u64, Hash)>>;

/// The right way: go on after the last position. The chain of hashes shows that each row is the one that
/// was committed there.
async fn read(
    log: Log,
    partition: u32,
    mut stop: watch::Receiver<Ends>,
    delivered: Arc<AtomicU64>,
) -> Tally {
    let (mut tally, mut after, mut hash) = (Tally::default(), 0, [0; 32]);
    let mut head = log.watch(partition);
    loop {
        let Ok(rows) = log.read_partition(partition, after, 1_000).await else {
            continue;
        };
        for row in &rows {
            let number = row.header.position.number;
            tally.delivered += 1;
            tally.skipped += number.saturating_sub(after + 1);
            tally.doubled += u64::from(number <= after);
            tally.changed += u64::from(chain(&hash, &row.header, &row.payload) != row.hash);
            (after, hash) = (number, row.hash);
        }
        count(&delivered, rows.len() as u64);
        let end = stop.borrow().as_ref().map(|ends| ends[partition as usize]);
        match end {
            Some((number, last)) if after >= number => {
                tally.changed += u64::from(hash != last);
                return tally;
            }
            _ => {}
        }
        if rows.is_empty() {
            tokio::select! {
                _ = head.wait_for(|head| *head > after) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// The naive way: go on after the greatest number of the sequence. Returns how many it got.
async fn read_by_sequence(url: String, mut stop: watch::Receiver<Ends>) -> u64 {
    let (mut after, mut delivered) = (0_i64, 0);
    loop {
        let ended = stop.borrow_and_update().is_some();
        if let Ok(raw) = Raw::connect(&url).await {
            loop {
                let sql = "SELECT id FROM by_sequence WHERE id > $1 ORDER BY id";
                let Ok(rows) = raw.client.query(sql, &[&after]).await else {
                    break;
                };
                delivered += rows.len() as u64;
                after = rows.last().map_or(after, |row| row.get(0));
                if ended || stop.has_changed().unwrap_or(true) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        if ended {
            return delivered;
        }
    }
}

/// What other programs do to the same tables, one after the other.
async fn meddle(
    url: String,
    (seed, calm): (u64, Duration),
    mut writing: watch::Receiver<bool>,
    counts: Arc<Counts>,
) {
    let mut chance = Chance(seed * 104_729);
    while pause(&mut writing, calm).await {
        // Errors are the server going down.
        let Ok(raw) = Raw::connect(&url).await else {
            continue;
        };
        for _ in 0..4 {
            let partition = u32::try_from(chance.below(PARTITIONS.into())).unwrap();
            // What was done, and whether the connection is gone with it.
            let (done, of, gone) = match chance.below(5) {
                0 => {
                    let slow = Duration::from_millis(40);
                    let done = raw.append(partition, PARTITIONS, slow).await;
                    (done.map(drop), &counts.held, false)
                }
                1 => {
                    let done = raw.append_and_roll_back(partition, PARTITIONS).await;
                    (done, &counts.rolled_back, false)
                }
                2 => (raw.stand(partition).await, &counts.stood, true),
                3 => {
                    let done = raw.append_late(partition, PARTITIONS).await;
                    (done.map(drop), &counts.old_transactions, false)
                }
                _ => (raw.die(partition, PARTITIONS).await, &counts.died, true),
            };
            count(of, u64::from(done.is_ok()));
            if gone || done.is_err() {
                break;
            }
        }
    }
}

/// Ends connections of the log, best in the middle of a COMMIT.
async fn end_connections(
    url: String,
    calm: Duration,
    mut writing: watch::Receiver<bool>,
    counts: Arc<Counts>,
) {
    while pause(&mut writing, Duration::from_millis(100) + calm).await {
        let Ok(raw) = Raw::connect(&url).await else {
            continue;
        };
        for _ in 0..200 {
            let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE application_name = 'taskfold-log' AND datname = current_database()
                 AND state = 'active' AND query = 'COMMIT' LIMIT 1";
            match raw.client.query(sql, &[]).await {
                Ok(rows) if rows.is_empty() => {}
                Ok(_) => {
                    count(&counts.ended, 1);
                    break;
                }
                Err(_) => break,
            }
        }
    }
}
