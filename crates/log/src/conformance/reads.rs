//! Reading, watching, and what is kept beside the events.

use std::sync::Arc;
use std::time::Duration;

use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;

use super::Backend;
use super::kit::{HeldClock, all, anna, append, context, draft, numbers, open, stream, workspace};
use crate::{Append, Options};

/// See the name.
pub async fn reads_agree_in_memory_and_from_storage(backend: &Backend) {
    let small = Options {
        ring_rows: 7,
        ..Options::default()
    };
    let log = (backend.open)(small, Arc::new(HeldClock::default()));
    let tenants = [workspace(), workspace()];
    for index in 0..50 {
        log.append(append(tenants[index % 2], stream(), 0, 1))
            .await
            .unwrap();
    }
    let wanted = all(&log, 0).await;
    assert_eq!(wanted.len(), 50);
    for after in 0..=52 {
        for limit in [1, 3, 100] {
            let rows = log.read_partition(0, after, limit).await.unwrap();
            let expected = wanted
                .iter()
                .filter(|row| row.header.position.number > after);
            assert!(
                rows.iter().eq(expected.take(limit)),
                "after {after}, limit {limit}"
            );
            for upto in [None, Some(45), Some(48)] {
                let tenant = tenants[0];
                let rows = log
                    .read_workspace(tenant, after, upto, limit)
                    .await
                    .unwrap();
                let expected = wanted.iter().filter(|row| {
                    let number = row.header.position.number;
                    row.header.workspace_id == tenant
                        && number > after
                        && upto.is_none_or(|upto| number <= upto)
                });
                assert!(
                    rows.iter().eq(expected.take(limit)),
                    "{after}, {upto:?}, {limit}"
                );
            }
        }
    }
    assert!(
        log.read_partition(9, 0, 10).await.unwrap().is_empty(),
        "there is no partition 9"
    );
    log.shutdown().await;
}

/// See the name.
pub async fn reads_keep_to_workspace_stream_and_change(backend: &Backend) {
    let log = open(backend);
    let (ours, theirs, stream_1, stream_2) = (workspace(), workspace(), stream(), stream());
    let change = context(ours, anna());
    let drafts = [stream_1, stream_2, stream_1].map(|stream| draft(&change, stream));
    let both = Append {
        drafts: drafts.into(),
        ..append(ours, stream_1, 0, 0)
    };
    log.append(append(theirs, stream(), 0, 2)).await.unwrap();
    log.append(both).await.unwrap();
    log.append(append(theirs, stream(), 0, 1)).await.unwrap();
    log.append(append(ours, stream_2, 1, 1)).await.unwrap();
    assert_eq!(
        numbers(&log.read_change(change.change_id).await.unwrap()),
        [3, 4, 5]
    );
    assert_eq!(
        numbers(&log.read_stream(stream_1, Version(0), 9).await.unwrap()),
        [3, 5]
    );
    assert_eq!(
        numbers(&log.read_stream(stream_2, Version(1), 9).await.unwrap()),
        [7]
    );
    assert_eq!(
        numbers(&log.read_stream(stream_2, Version(0), 1).await.unwrap()),
        [4]
    );
    assert_eq!(
        numbers(&log.read_workspace(ours, 0, None, 9).await.unwrap()),
        [3, 4, 5, 7]
    );
    assert_eq!(
        numbers(&log.read_workspace(theirs, 1, Some(5), 9).await.unwrap()),
        [2]
    );
    assert!(
        log.read_stream(stream(), Version(0), 9)
            .await
            .unwrap()
            .is_empty()
    );
    log.shutdown().await;
}

/// See the name.
pub async fn newest_first_and_by_actor(backend: &Backend) {
    let log = open(backend);
    let (ours, theirs) = (workspace(), workspace());
    for index in 0..12 {
        let tenant = if index % 4 == 3 { theirs } else { ours };
        let mut append = append(tenant, stream(), 0, 1);
        if index % 2 == 1 {
            append.drafts[0].actor = Actor::System;
        }
        log.append(append).await.unwrap();
    }
    let recent = log.recent_of_workspace(ours, None, 3).await.unwrap();
    assert_eq!(numbers(&recent), [11, 10, 9]);
    let before = log.recent_of_workspace(ours, Some(6), 9).await.unwrap();
    assert_eq!(numbers(&before), [5, 3, 2, 1]);
    let system = log
        .recent_of_actor(ours, Actor::System, None, 9)
        .await
        .unwrap();
    assert_eq!(numbers(&system), [10, 6, 2]);
    let person = log.recent_of_actor(ours, anna(), Some(9), 2).await.unwrap();
    assert_eq!(numbers(&person), [7, 5]);
    log.shutdown().await;
}

/// See the name.
pub async fn a_time_is_found(backend: &Backend) {
    let clock = Arc::new(HeldClock::default());
    let log = (backend.open)(Options::default(), Arc::clone(&clock) as _);
    let times = [100, 100, 200, 300, 300, 300, 400];
    for now in times {
        clock.set(now);
        log.append(append(workspace(), stream(), 0, 1))
            .await
            .unwrap();
    }
    for at in [0, 99, 100, 101, 199, 200, 250, 300, 399, 400, 1_000] {
        let number = times.iter().filter(|time| **time <= at).count() as u64;
        let found = log
            .position_at(0, Timestamp::from_millis(at))
            .await
            .unwrap();
        assert_eq!(
            found,
            Position {
                partition: 0,
                number
            },
            "at {at}"
        );
    }
    log.shutdown().await;
}

/// See the name.
pub async fn whoever_watches_is_woken(backend: &Backend) {
    let log = open(backend);
    let mut head = log.watch(0);
    assert_eq!(*head.borrow_and_update(), 0);
    let tail = tokio::task::spawn({
        let log = log.clone();
        async move {
            let mut seen = Vec::new();
            while seen.len() < 500 {
                let after = seen.last().copied().unwrap_or_default();
                head.wait_for(|head| *head > after).await.unwrap();
                seen.extend(numbers(&log.read_partition(0, after, 1_000).await.unwrap()));
            }
            seen
        }
    });
    for _ in 0..250 {
        let appended = log
            .append(append(workspace(), stream(), 0, 2))
            .await
            .unwrap();
        // Who has the answer can read the rows.
        assert!(log.head(0) >= appended.last);
        let rows = log
            .read_partition(0, appended.first.number - 1, 2)
            .await
            .unwrap();
        assert_eq!(
            numbers(&rows),
            [appended.first.number, appended.last.number]
        );
    }
    let seen = tokio::time::timeout(Duration::from_mins(2), tail)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen, (1..=500).collect::<Vec<_>>());
    log.shutdown().await;
}

/// See the name.
pub async fn snapshots_are_found_by_position(backend: &Backend) {
    let log = open(backend);
    let at = |number| Position {
        partition: 0,
        number,
    };
    for number in [5, 10, 20] {
        log.put_snapshot(b"key", at(number), vec![1, 2])
            .await
            .unwrap();
    }
    log.put_snapshot(b"key", at(10), vec![3]).await.unwrap();
    log.put_snapshot(b"other", at(12), vec![4]).await.unwrap();
    for (upto, found) in [
        (4, None),
        (5, Some(5)),
        (19, Some(10)),
        (20, Some(20)),
        (99, Some(20)),
    ] {
        let snapshot = log.latest_snapshot(b"key", at(upto)).await.unwrap();
        assert_eq!(
            snapshot.map(|snapshot| snapshot.position.number),
            found,
            "up to {upto}"
        );
    }
    let replaced = log.latest_snapshot(b"key", at(10)).await.unwrap().unwrap();
    assert_eq!(replaced.bytes, [3]);
    log.remove_snapshots(b"key").await.unwrap();
    assert_eq!(log.latest_snapshot(b"key", at(99)).await.unwrap(), None);
    assert!(
        log.latest_snapshot(b"other", at(99))
            .await
            .unwrap()
            .is_some()
    );
    log.shutdown().await;
}

/// See the name.
pub async fn watermarks_are_kept(backend: &Backend) {
    let log = open(backend);
    assert_eq!(log.watermark("mail", 0).await.unwrap(), 0);
    log.put_watermark(
        "mail",
        Position {
            partition: 0,
            number: 7,
        },
    )
    .await
    .unwrap();
    log.put_watermark(
        "mail",
        Position {
            partition: 1,
            number: 9,
        },
    )
    .await
    .unwrap();
    log.put_watermark(
        "push",
        Position {
            partition: 0,
            number: 2,
        },
    )
    .await
    .unwrap();
    log.put_watermark(
        "mail",
        Position {
            partition: 0,
            number: 8,
        },
    )
    .await
    .unwrap();
    log.shutdown().await;
    let log = open(backend);
    assert_eq!(log.watermark("mail", 0).await.unwrap(), 8);
    assert_eq!(log.watermark("mail", 1).await.unwrap(), 9);
    assert_eq!(log.watermark("push", 0).await.unwrap(), 2);
    log.shutdown().await;
}

/// See the name.
pub async fn stats_count(backend: &Backend) {
    let clock = Arc::new(HeldClock::default());
    let log = (backend.open)(Options::default(), Arc::clone(&clock) as _);
    let empty = log.stats().await.unwrap();
    assert_eq!((empty.events, empty.last_recorded_at), (0, None));
    clock.set(5_000);
    log.append(append(workspace(), stream(), 0, 10))
        .await
        .unwrap();
    let stats = log.stats().await.unwrap();
    assert_eq!((stats.events, stats.heads), (10, vec![10]));
    assert_eq!(stats.last_recorded_at, Some(Timestamp::from_millis(5_000)));
    assert!(stats.file_bytes > 0);
    log.shutdown().await;
}
