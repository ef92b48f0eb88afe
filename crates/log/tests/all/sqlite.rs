//! The contract suite on `SQLite`, and what is particular to it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, params};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::SystemClock;
use taskfold_log::conformance::kit::{all, append, stream, workspace};
use taskfold_log::conformance::{Backend, Damage};
use taskfold_log::{AppendError, Log, OpenError, Options};

fn backend() -> Backend {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let file = path.clone();
    Backend {
        open: Box::new(move |options, clock| Log::open(&path, options, clock).unwrap()),
        tamper: Box::new(move |damage| tamper(&file, *damage)),
        directory: directory.path().to_owned(),
        keep: Box::new(directory),
    }
}

taskfold_log::conformance!(backend);

fn place(position: Position) -> i64 {
    (i64::from(position.partition) << 40) + i64::try_from(position.number).unwrap()
}

fn tamper(path: &Path, damage: Damage) {
    let file = Connection::open(path).unwrap();
    let changed = match damage {
        Damage::Payload(at) => file.execute(
            "UPDATE events SET payload = CAST(payload || x'00' AS BLOB) WHERE place = ?1",
            [place(at)],
        ),
        Damage::Actor(at) => file.execute(
            "UPDATE events SET actor = x'00' WHERE place = ?1",
            [place(at)],
        ),
        Damage::Remove(at) => file.execute("DELETE FROM events WHERE place = ?1", [place(at)]),
        Damage::Version(at) => file.execute(
            "UPDATE events SET version = version + 1000 WHERE place = ?1",
            [place(at)],
        ),
        Damage::Swap(one, other) => {
            let (one, other) = (place(one), place(other));
            let step = |from: i64, to: i64| {
                file.execute(
                    "UPDATE events SET place = ?2 WHERE place = ?1",
                    params![from, to],
                )
            };
            step(one, -1)
                .and_then(|_| step(other, one))
                .and_then(|_| step(-1, other))
        }
    };
    assert_eq!(changed.unwrap(), 1);
}

fn open(path: &Path, options: Options) -> Result<Log, OpenError> {
    Log::open(path, options, Arc::new(SystemClock))
}

#[tokio::test]
async fn a_second_writer_is_refused_and_a_reader_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    assert!(matches!(
        Log::open_read_only(&path, &Options::default()),
        Err(OpenError::Storage { .. })
    ));
    let log = open(&path, Options::default()).unwrap();
    log.append(append(workspace(), stream(), 0, 3))
        .await
        .unwrap();
    let second = open(&path, Options::default());
    assert!(matches!(second, Err(OpenError::InUse { .. })), "{second:?}");
    let reader = Log::open_read_only(&path, &Options::default()).unwrap();
    assert_eq!(all(&reader, 0).await.len(), 3);
    assert_eq!(reader.head(0).number, 3);
    let refused = reader.append(append(workspace(), stream(), 0, 1)).await;
    assert_eq!(refused.unwrap_err(), AppendError::Closed);
    log.shutdown().await;
    open(&path, Options::default()).unwrap().shutdown().await;
}

#[tokio::test]
async fn other_partitions_other_files_and_damaged_files_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    open(&path, Options::default()).unwrap().shutdown().await;
    let four = open(
        &path,
        Options {
            partitions: 4,
            ..Options::default()
        },
    );
    assert!(
        matches!(
            four,
            Err(OpenError::Partitions {
                stored: 1,
                asked: 4
            })
        ),
        "{four:?}"
    );
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let newer = open(&path, Options::default());
    assert!(
        matches!(newer, Err(OpenError::Format { stored: 99, .. })),
        "{newer:?}"
    );

    let other = directory.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE t (a)")
        .unwrap();
    assert!(matches!(
        open(&other, Options::default()),
        Err(OpenError::Format { .. })
    ));

    let noise = directory.path().join("noise.db");
    std::fs::write(&noise, [7_u8; 8192]).unwrap();
    let refused = open(&noise, Options::default()).unwrap_err().to_string();
    assert!(refused.contains("damaged"), "{refused}");
}

#[tokio::test]
async fn a_full_disk_is_said_and_survived() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let options = Options {
        quota_bytes: Some(200_000),
        ..Options::default()
    };
    let log = open(&path, options).unwrap();
    let mut stored = 0;
    let refused = loop {
        match log.append(append(workspace(), stream(), 0, 10)).await {
            Ok(appended) => stored = appended.last.number,
            Err(refused) => break refused,
        }
        assert!(stored < 10_000, "the quota is never reached");
    };
    assert!(
        matches!(&refused, AppendError::Storage(what) if what.contains("full")),
        "{refused}"
    );
    assert_eq!(log.head(0).number, stored);
    assert_eq!(all(&log, 0).await.len() as u64, stored);
    log.shutdown().await;
    let log = open(&path, Options::default()).unwrap();
    log.append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap();
    assert!(log.verify(|_, _| {}).await.unwrap().is_sound());
    log.shutdown().await;
}

#[tokio::test]
async fn a_locked_file_is_said_a_full_queue_is_busy_and_both_pass() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    let busy_after = Duration::from_millis(50);
    let log = open(
        &path,
        Options {
            queue: 1,
            batch: 1,
            busy_after,
            ..Options::default()
        },
    )
    .unwrap();
    let intruder = Connection::open(&path).unwrap();
    intruder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let log = log.clone();
        waiting.spawn(async move { log.append(append(workspace(), stream(), 0, 1)).await });
    }
    let answers = waiting.join_all().await;
    let busy = answers
        .iter()
        .filter(|answer| **answer == Err(AppendError::Busy))
        .count();
    let locked = |answer: &&Result<_, AppendError>| matches!(answer, Err(AppendError::Storage(what)) if what.contains("locked"));
    let locked = answers.iter().filter(locked).count();
    assert!(
        busy >= 3 && locked >= 1 && busy + locked == 6,
        "{answers:?}"
    );
    intruder.execute_batch("ROLLBACK").unwrap();
    log.append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap();
    assert_eq!(all(&log, 0).await.len(), 1);
    log.shutdown().await;
}
