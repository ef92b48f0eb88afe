//! Logs copied from one store into another, and back.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rusqlite::Connection;
use taskfold_contracts::position::{Position, Version, partition_of};
use taskfold_contracts::time::SystemClock;
use taskfold_kit::run_at;
use taskfold_log::conformance::kit::{Chance, all, append, fresh, keyed, stream, workspace};
use taskfold_log::{
    Append, Claim, Comparison, DatabaseError, Destination, Log, OpenError, Options,
    PostgresOptions, Transfer, TransferError, crash,
};

use super::postgres::kit::{connect, made, options};

/// What the child copies: file, address, direction, crash point and the time that it fires.
const PLAN: &str = "TASKFOLD_LOG_TRANSFER_PLAN";
const P: u32 = 4;

fn open(path: &Path, partitions: u32) -> Log {
    let options = Options {
        partitions,
        ..Options::default()
    };
    Log::open(path, options, Arc::new(SystemClock)).unwrap()
}

/// Appends of many sizes to many workspaces, with keys and claims.
async fn fill(log: &Log, appends: u64, seed: u64) {
    let mut chance = Chance(seed);
    let workspaces: Vec<_> = (0..12).map(|_| workspace()).collect();
    let streams: Vec<_> = workspaces.iter().map(|_| stream()).collect();
    let mut versions = vec![0; workspaces.len()];
    for number in 0..appends {
        let one = usize::try_from(chance.below(12)).unwrap();
        let count = usize::try_from(chance.below(60)).unwrap();
        let mut append = append(workspaces[one], streams[one], versions[one], count);
        let id = u8::try_from(number % 251).unwrap();
        if number < 100 {
            append = keyed(append, id, id);
        }
        if number % 7 == 0 {
            let mut key = [id; 32];
            key[..16].copy_from_slice(&fresh().to_be_bytes());
            let stream = streams[one];
            append.claims.push(Claim { key, stream });
        }
        versions[one] += count as u64;
        log.append(append).await.unwrap();
    }
    let at = Position {
        partition: 1,
        number: 3,
    };
    log.put_watermark("mailer", at).await.unwrap();
}

fn to_file(path: &Path) -> Destination {
    Destination::File(path.to_owned())
}

/// Copies to the end, as the command line does.
async fn copied(source: &Log, to: Destination, partitions: Option<u32>) -> Comparison {
    let mut transfer = Transfer::begin(source.clone(), to, partitions)
        .await
        .unwrap();
    transfer.copy_events(|_, _| {}).await.unwrap();
    transfer.copy_rest().await.unwrap();
    assert_eq!(transfer.behind().await.unwrap(), 0);
    let compared = transfer.compare(|_, _| {}).await.unwrap();
    assert_eq!(compared.difference(), None, "{compared:?}");
    transfer.finish().await.unwrap();
    compared
}

/// Every row of every table but the snapshots, as SQLite shows them.
fn dump(path: &Path) -> Vec<String> {
    let file = Connection::open(path).unwrap();
    let tables = [
        "events",
        "partitions",
        "idempotency",
        "claims",
        "watermarks",
    ];
    let mut lines = Vec::new();
    for table in tables {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
        let mut statement = file.prepare(&sql).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap()));
            lines.push(format!("{table} {}", values.collect::<Vec<_>>().join(" ")));
        }
    }
    lines
}

struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_comes_back_as_it_went() {
    for shards in [1, 2] {
        let place = Place::new();
        let log = open(&place.path("log.db"), P);
        fill(&log, 150, 7).await;
        let databases = made(shards, P).await;
        let there = copied(&log, Destination::Databases(databases.clone()), None).await;
        assert_eq!((there.source.keys, there.source.claims), (100, 22));
        log.shutdown().await;
        let log = connect(&databases, P).await;
        let back = copied(&log, to_file(&place.path("back.db")), None).await;
        assert_eq!(there.source, back.target);
        // The copy on PostgreSQL goes on.
        assert!(log.idempotent(&[9; 32]).await.unwrap().is_some());
        log.append(append(workspace(), stream(), 0, 1))
            .await
            .unwrap();
        log.shutdown().await;
        let (before, after) = (dump(&place.path("log.db")), dump(&place.path("back.db")));
        assert!(before.len() > 3_000 && before == after);
        let back = open(&place.path("back.db"), P);
        back.append(append(workspace(), stream(), 0, 1))
            .await
            .unwrap();
        assert!(back.verify(|_, _| {}).await.unwrap().is_sound());
        back.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_can_be_changed() {
    let place = Place::new();
    let log = open(&place.path("log.db"), P);
    fill(&log, 150, 11).await;
    let databases = made(2, 7).await;
    let to = Destination::Databases(databases.clone());
    let there = copied(&log, to, Some(7)).await;
    assert_ne!(there.target.hash, there.verification.hashes[0]);
    let copy = connect(&databases, 7).await;
    let mut keys = 0;
    for partition in 0..P {
        for row in all(&log, partition).await {
            let before = Version(row.header.version.0 - 1);
            let found = copy
                .read_stream(row.header.stream_id, before, 1)
                .await
                .unwrap();
            let (from, to) = (&row.header, &found[0].header);
            assert_eq!(to.position.partition, partition_of(from.workspace_id, 7));
            assert_eq!(
                (from.event_id, from.recorded_at),
                (to.event_id, to.recorded_at)
            );
        }
    }
    for id in 0..100 {
        let first = log.idempotent(&[id; 32]).await.unwrap().unwrap().appended;
        let copied = copy.idempotent(&[id; 32]).await.unwrap().unwrap().appended;
        let length = |answer: &taskfold_log::Appended| answer.last.number - answer.first.number;
        assert_eq!(
            (first.change_id, length(&first)),
            (copied.change_id, length(&copied))
        );
        if first.change_id.0.is_nil() {
            continue;
        }
        let change = copy.read_change(copied.change_id).await.unwrap();
        assert_eq!(change.first().unwrap().header.position, copied.first);
        assert_eq!(change.last().unwrap().header.position, copied.last);
        keys += 1;
    }
    assert!(keys > 80);
    // And back, to the one partition that a file has by default.
    let back = copied(&copy, to_file(&place.path("back.db")), Some(1)).await;
    assert_eq!(there.target.hash, back.target.hash);
    copy.shutdown().await;
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_appended_meanwhile_is_copied_next() {
    let place = Place::new();
    let databases = made(1, P).await;
    let log = connect(&databases, P).await;
    fill(&log, 80, 3).await;
    let reader = Log::connect_read_only(databases.clone(), with(P))
        .await
        .unwrap();
    let path = place.path("log.db");
    let mut transfer = Transfer::begin(reader.clone(), to_file(&path), None)
        .await
        .unwrap();
    assert!(transfer.is_fresh());
    transfer.copy_events(|_, _| {}).await.unwrap();
    let late = Append {
        claims: vec![Claim {
            key: [255; 32],
            stream: stream(),
        }],
        ..keyed(append(workspace(), stream(), 0, 5), 200, 200)
    };
    log.append(late).await.unwrap();
    assert_eq!(transfer.behind().await.unwrap(), 5);
    // What belongs to it is not copied without it.
    transfer.copy_rest().await.unwrap();
    assert_eq!(
        transfer.compare(|_, _| {}).await.unwrap().difference(),
        None
    );
    let copied = transfer.copied();
    drop(transfer);
    assert!(!path.exists(), "half a copy has another name");
    let mut transfer = Transfer::begin(reader.clone(), to_file(&path), None)
        .await
        .unwrap();
    assert_eq!((transfer.is_fresh(), transfer.copied()), (false, copied));
    let mut told = Vec::new();
    transfer
        .copy_events(|done, total| told.push((done, total)))
        .await
        .unwrap();
    assert_eq!(told, [(copied, copied + 5), (copied + 5, copied + 5)]);
    transfer.copy_rest().await.unwrap();
    assert_eq!(transfer.behind().await.unwrap(), 0);
    let compared = transfer.compare(|_, _| {}).await.unwrap();
    assert_eq!(compared.difference(), None);
    transfer.finish().await.unwrap();
    // Once more does nothing.
    let again = copied_again(&reader, to_file(&path)).await;
    assert_eq!(again.target, compared.target);
    reader.shutdown().await;
    log.shutdown().await;
}

async fn copied_again(source: &Log, to: Destination) -> Comparison {
    copied(source, to, None).await
}

fn with(partitions: u32) -> Options {
    Options {
        partitions,
        ..Options::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_log_is_not_written_over() {
    let place = Place::new();
    let (one, other) = (
        open(&place.path("one.db"), P),
        open(&place.path("other.db"), P),
    );
    fill(&one, 40, 5).await;
    fill(&other, 40, 5).await;
    let databases = made(1, P).await;
    let to = || Destination::Databases(databases.clone());
    let mut half = Transfer::begin(one.clone(), to(), None).await.unwrap();
    half.copy_events(|_, _| {}).await.unwrap();
    drop(half);
    let connected = Log::connect_read_only(databases.clone(), with(P)).await;
    let refused = matches!(
        connected,
        Err(OpenError::Database(DatabaseError::HalfCopied { .. }))
    );
    assert!(refused, "nobody works on half a copy: {connected:?}");
    let begun = Transfer::begin(other.clone(), to(), None).await.err();
    assert!(
        matches!(begun, Some(TransferError::Different { .. })),
        "{begun:?}"
    );
    copied(&one, to(), None).await;
    let begun = Transfer::begin(other.clone(), to(), None).await.err();
    assert!(
        matches!(begun, Some(TransferError::NotEmpty { .. })),
        "{begun:?}"
    );
    let begun = Transfer::begin(one.clone(), to(), Some(5)).await.err();
    let partitions = matches!(
        begun,
        Some(TransferError::Open(OpenError::Partitions {
            stored: P,
            asked: 5
        }))
    );
    assert!(partitions, "{begun:?}");
    one.shutdown().await;
    let path = place.path("one.db");
    let begun = Transfer::begin(other.clone(), to_file(&path), None)
        .await
        .err();
    assert!(
        matches!(begun, Some(TransferError::NotEmpty { .. })),
        "{begun:?}"
    );
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_on_the_way_is_noticed() {
    let place = Place::new();
    let log = open(&place.path("log.db"), P);
    fill(&log, 60, 13).await;
    for (change, what) in [
        (
            "UPDATE log.events SET payload = payload || '\\x00' WHERE partition = 1 AND number = 2",
            "the hash chain",
        ),
        (
            "UPDATE log.idempotency SET reply = '\\x00'",
            "an idempotency key",
        ),
        ("DELETE FROM log.claims", "a claim"),
    ] {
        for partitions in [P, 3] {
            let databases = made(1, partitions).await;
            let to = Destination::Databases(databases.clone());
            let mut transfer = Transfer::begin(log.clone(), to, Some(partitions))
                .await
                .unwrap();
            transfer.copy_events(|_, _| {}).await.unwrap();
            transfer.copy_rest().await.unwrap();
            let sql = format!("SET session_replication_role = replica; {change}");
            run_at(&databases.urls[0], &sql).unwrap();
            let compared = transfer.compare(|_, _| {}).await.unwrap();
            assert_eq!(
                compared.difference(),
                Some(what),
                "{partitions}: {compared:?}"
            );
        }
    }
    log.shutdown().await;
    let file = Connection::open(place.path("log.db")).unwrap();
    let changed = "UPDATE events SET actor = x'00' WHERE place = (3 << 40) + 5";
    assert_eq!(file.execute(changed, []).unwrap(), 1);
    drop(file);
    let log = open(&place.path("log.db"), P);
    for partitions in [P, 3] {
        let to = Destination::Databases(made(1, partitions).await);
        let mut transfer = Transfer::begin(log.clone(), to, Some(partitions))
            .await
            .unwrap();
        let copied = transfer.copy_events(|_, _| {}).await;
        let at = Position {
            partition: 3,
            number: 5,
        };
        assert!(
            matches!(&copied, Err(TransferError::Damaged(found)) if *found == at),
            "{copied:?}"
        );
    }
    log.shutdown().await;
}

/// The child: copies until it is killed. Does nothing when it is not called by the parent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a part of the test below, which runs it as a process of its own"]
#[allow(
    clippy::disallowed_methods,
    reason = "the one way to tell a test program something"
)]
async fn transfer_child() {
    let Ok(plan) = std::env::var(PLAN) else {
        return;
    };
    let [from, path, url, partitions, nth] = plan.split(' ').collect::<Vec<_>>()[..] else {
        panic!("the plan has another form");
    };
    crash::arm("log.after_piece", nth.parse().unwrap());
    let databases = options(vec![url.to_owned()]);
    let (source, to) = sides(from, Path::new(path), databases).await;
    copied(&source, to, Some(partitions.parse().unwrap())).await;
}

async fn sides(from: &str, path: &Path, databases: PostgresOptions) -> (Log, Destination) {
    if from == "file" {
        (open(path, P), Destination::Databases(databases))
    } else {
        let source = Log::connect_read_only(databases, with(P)).await.unwrap();
        (source, to_file(path))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_killed_goes_on() {
    for (from, partitions) in [("file", P), ("file", 3), ("databases", P), ("databases", 1)] {
        let place = Place::new();
        let path = place.path("log.db");
        let databases = made(1, if from == "file" { partitions } else { P }).await;
        let source = if from == "file" {
            open(&path, P)
        } else {
            connect(&databases, P).await
        };
        fill(&source, 200, 17).await;
        source.shutdown().await;
        let url = &databases.urls[0];
        for nth in [1, 2, 1] {
            let plan = format!("{from} {} {url} {partitions} {nth}", path.display());
            let ended = Command::new(std::env::current_exe().unwrap())
                .args(["--ignored", "--exact", "transfer::transfer_child"])
                .env(PLAN, plan)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            assert!(
                !ended.unwrap().success(),
                "{from} {partitions}: it was not killed"
            );
        }
        let (source, to) = sides(from, &path, databases.clone()).await;
        let transfer = Transfer::begin(source.clone(), to.clone(), Some(partitions)).await;
        let transfer = transfer.unwrap();
        assert_eq!(transfer.copied(), 4_000, "{from} {partitions}");
        drop(transfer);
        copied(&source, to, Some(partitions)).await;
        source.shutdown().await;
    }
}
