//! The chain, what verify finds, and backups.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use taskfold_contracts::envelope::chain;
use taskfold_contracts::position::Position;
use taskfold_contracts::time::SystemClock;

use super::kit::{all, append, open, stream, workspace};
use super::{Backend, Damage};
use crate::{Log, Options, WriteError};

/// See the name.
pub async fn the_chain_goes_on_after_reopening(backend: &Backend) {
    for _ in 0..3 {
        let log = open(backend);
        log.append(append(workspace(), stream(), 0, 2))
            .await
            .unwrap();
        log.append(append(workspace(), stream(), 0, 1))
            .await
            .unwrap();
        log.shutdown().await;
    }
    let log = open(backend);
    let mut previous = [0; 32];
    let rows = all(&log, 0).await;
    for row in &rows {
        assert_eq!(row.hash, chain(&previous, &row.header, &row.payload));
        previous = row.hash;
    }
    assert_eq!(rows.len(), 9);
    let found = log.verify(|_, _| {}).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.problems);
    assert_eq!((found.events, found.hashes), (9, vec![previous]));
    log.shutdown().await;
}

/// See the name.
pub async fn verify_tells_progress(backend: &Backend) {
    let log = open(backend);
    for _ in 0..3 {
        log.append(append(workspace(), stream(), 0, 4_000))
            .await
            .unwrap();
    }
    let told = Arc::new(AtomicU64::new(0));
    let calls = Arc::clone(&told);
    let found = log
        .verify(move |done, total| {
            assert!(done <= total && total == 12_000);
            calls.fetch_add(1, Ordering::Relaxed);
        })
        .await
        .unwrap();
    assert!(found.is_sound());
    assert!(told.load(Ordering::Relaxed) >= 2);
    log.shutdown().await;
}

/// See the name.
pub async fn verify_finds_each_damage(backend: &Backend) {
    let at = |number| Position {
        partition: 0,
        number,
    };
    // Each damage comes on top of those before it, and adds problems.
    let damages = [
        (Damage::Payload(at(20)), 20),
        (Damage::Actor(at(16)), 16),
        (Damage::Swap(at(12), at(13)), 12),
        (Damage::Version(at(9)), 9),
        (Damage::Remove(at(5)), 6),
    ];
    let log = open(backend);
    let stream = stream();
    let workspace = workspace();
    for version in 0..25 {
        log.append(append(workspace, stream, version, 1))
            .await
            .unwrap();
    }
    assert!(problems(&log).await.is_empty());
    log.shutdown().await;
    for (damage, first) in damages {
        (backend.tamper)(&damage);
        let log = open(backend);
        let found = problems(&log).await;
        assert_eq!(found.first(), Some(&first), "{damage:?}: {found:?}");
        log.shutdown().await;
    }
}

/// See the name.
pub async fn verify_finds_each_damage_at_the_end(backend: &Backend) {
    let log = open(backend);
    log.append(append(workspace(), stream(), 0, 5))
        .await
        .unwrap();
    log.shutdown().await;
    (backend.tamper)(&Damage::Remove(Position {
        partition: 0,
        number: 5,
    }));
    let log = open(backend);
    assert_eq!(problems(&log).await, [5]);
    log.shutdown().await;
}

async fn problems(log: &Log) -> Vec<u64> {
    let found = log.verify(|_, _| {}).await.unwrap();
    let mut at: Vec<u64> = found
        .problems
        .iter()
        .map(|problem| problem.position.number)
        .collect();
    at.sort_unstable();
    at.dedup();
    at
}

/// See the name.
pub async fn a_backup_is_equal_while_appends_go_on(backend: &Backend) {
    let log = open(backend);
    log.append(append(workspace(), stream(), 0, 3_000))
        .await
        .unwrap();
    let writer = tokio::task::spawn({
        let log = log.clone();
        async move {
            for _ in 0..200 {
                log.append(append(workspace(), stream(), 0, 3))
                    .await
                    .unwrap();
            }
        }
    });
    let target = backend.directory.join("backup.db");
    log.backup_to(&target).await.unwrap();
    writer.await.unwrap();
    let again = log.backup_to(&target).await;
    assert!(
        matches!(again, Err(WriteError::Storage(_))),
        "a backup replaces nothing"
    );
    let copy = Log::open(&target, Options::default(), Arc::new(SystemClock)).unwrap();
    let found = copy.verify(|_, _| {}).await.unwrap();
    assert!(found.is_sound() && found.events >= 3_000);
    let (copied, rows) = (all(&copy, 0).await, all(&log, 0).await);
    assert!(copied.iter().eq(rows.iter().take(copied.len())));
    // The copy is a log of its own, that goes on from there.
    copy.append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap();
    copy.shutdown().await;
    log.shutdown().await;
}
