//! Appending: versions, conflicts, keys, claims.

use std::sync::Arc;

use taskfold_contracts::ids::{StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use tokio::task::JoinSet;

use super::Backend;
use super::kit::{HeldClock, all, append, keyed, numbers, open, stream, workspace};
use crate::{Append, AppendError, Appended, Claim, Log, Options};

/// Sends all at once and waits for all answers, in order.
async fn together(log: &Log, appends: Vec<Append>) -> Vec<Result<Appended, AppendError>> {
    let mut running = JoinSet::new();
    for (index, append) in appends.into_iter().enumerate() {
        let log = log.clone();
        running.spawn(async move { (index, log.append(append).await) });
    }
    let mut answers = running.join_all().await;
    answers.sort_unstable_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// See the name.
pub async fn an_append_is_stored_and_read_back(backend: &Backend) {
    let log = open(backend);
    let (workspace, stream) = (workspace(), stream());
    let mut wanted = append(workspace, stream, 0, 3);
    wanted.drafts[1].undoes = Some(wanted.drafts[0].change_id);
    wanted.drafts[2].causation_id = Some(wanted.drafts[0].event_id);
    wanted.drafts[2].actor = taskfold_contracts::values::Actor::System;
    let appended = log.append(wanted.clone()).await.unwrap();
    assert_eq!(appended.change_id, wanted.drafts[0].change_id);
    assert_eq!((appended.first.number, appended.last.number), (1, 3));
    assert!(!appended.replayed && appended.reply.is_empty());
    log.shutdown().await;

    let log = open(backend);
    let rows = all(&log, 0).await;
    assert_eq!(rows.len(), 3);
    for ((row, draft), version) in rows.iter().zip(&wanted.drafts).zip(1..) {
        let header = &row.header;
        assert_eq!(header.event_id, draft.event_id);
        assert_eq!(header.workspace_id, workspace);
        assert_eq!(
            (header.stream_id, header.version),
            (stream, Version(version))
        );
        assert_eq!(&*header.event_type, draft.event_type.as_str());
        assert_eq!(header.schema_version, draft.event_type.schema_version());
        assert_eq!(header.recorded_at, appended.recorded_at);
        assert_eq!(header.actor, draft.actor);
        assert_eq!(
            (header.change_id, header.undoes),
            (draft.change_id, draft.undoes)
        );
        assert_eq!(header.correlation_id, draft.correlation_id);
        assert_eq!(
            (header.causation_id, header.key_id),
            (draft.causation_id, None)
        );
        assert_eq!(*row.payload, *draft.payload);
        assert_eq!(
            log.open_envelope(row).unwrap().event.event_type(),
            draft.event_type
        );
    }
    log.shutdown().await;
}

/// See the name.
pub async fn versions_and_positions_are_dense(backend: &Backend) {
    let options = Options {
        partitions: 3,
        ..Options::default()
    };
    let log = (backend.open)(options, Arc::new(HeldClock::default()));
    let tenants: Vec<(WorkspaceId, StreamId)> = (0..40).map(|_| (workspace(), stream())).collect();
    for round in 0..5 {
        let batch = tenants
            .iter()
            .map(|(tenant, stream)| append(*tenant, *stream, round * 2, 2));
        for answer in together(&log, batch.collect()).await {
            answer.unwrap();
        }
    }
    let mut found = 0;
    for partition in 0..3 {
        let rows = all(&log, partition).await;
        assert!(!rows.is_empty(), "every partition is used");
        assert_eq!(numbers(&rows), (1..=rows.len() as u64).collect::<Vec<_>>());
        assert_eq!(log.head(partition).number, rows.len() as u64);
        assert!(
            rows.iter()
                .all(|row| log.partition_of(row.header.workspace_id) == partition)
        );
        found += rows.len();
    }
    assert_eq!(found, 40 * 10);
    for (_, stream) in tenants {
        let rows = log.read_stream(stream, Version(0), 100).await.unwrap();
        let versions: Vec<u64> = rows.iter().map(|row| row.header.version.0).collect();
        assert_eq!(versions, (1..=10).collect::<Vec<_>>());
    }
    log.shutdown().await;
}

/// See the name.
pub async fn a_stale_append_names_the_actual_version(backend: &Backend) {
    let log = open(backend);
    let (workspace, stream) = (workspace(), stream());
    log.append(append(workspace, stream, 0, 2)).await.unwrap();
    for expected in [0, 1, 3] {
        let refused = log
            .append(append(workspace, stream, expected, 1))
            .await
            .unwrap_err();
        let conflict = AppendError::Conflict {
            stream,
            expected: Version(expected),
            actual: Version(2),
        };
        assert_eq!(refused, conflict);
    }
    assert_eq!(all(&log, 0).await.len(), 2);
    log.append(append(workspace, stream, 2, 1)).await.unwrap();
    log.shutdown().await;
}

/// See the name.
pub async fn a_conflict_fails_nobody_else(backend: &Backend) {
    let log = open(backend);
    let workspace = workspace();
    let taken = stream();
    log.append(append(workspace, taken, 0, 1)).await.unwrap();
    let batch = (0..200).map(|index| {
        let free = stream();
        append(workspace, if index % 2 == 0 { free } else { taken }, 0, 1)
    });
    let answers = together(&log, batch.collect()).await;
    for (index, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), index % 2 == 0, "append {index}: {answer:?}");
    }
    assert_eq!(numbers(&all(&log, 0).await), (1..=101).collect::<Vec<_>>());
    log.shutdown().await;
}

/// See the name.
pub async fn of_many_that_expect_the_same_one_wins(backend: &Backend) {
    let log = open(backend);
    let (workspace, stream) = (workspace(), stream());
    for round in 0..20 {
        let batch = (0..50)
            .map(|_| append(workspace, stream, round, 1))
            .collect();
        let answers = together(&log, batch).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for refused in answers.into_iter().filter_map(Result::err) {
            let actual = Version(round + 1);
            let expected = Version(round);
            assert_eq!(
                refused,
                AppendError::Conflict {
                    stream,
                    expected,
                    actual
                }
            );
        }
    }
    log.shutdown().await;
}

/// See the name.
pub async fn a_stream_that_was_only_read_counts(backend: &Backend) {
    let log = open(backend);
    let (workspace, parent, child) = (workspace(), stream(), stream());
    log.append(append(workspace, parent, 0, 1)).await.unwrap();
    let mut wanted = append(workspace, child, 0, 1);
    wanted.expected.push((parent, Version(0)));
    let refused = log.append(wanted.clone()).await.unwrap_err();
    assert!(matches!(refused, AppendError::Conflict { stream, .. } if stream == parent));
    wanted.expected[1].1 = Version(1);
    log.append(wanted).await.unwrap();
    // A stream that is written and not named goes on where it stands.
    let mut unnamed = append(workspace, child, 7, 1);
    unnamed.expected.clear();
    log.append(unnamed).await.unwrap();
    let rows = log.read_stream(child, Version(1), 10).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].header.version, Version(2));
    log.shutdown().await;
}

/// See the name.
pub async fn a_second_try_gets_the_first_answer(backend: &Backend) {
    let log = open(backend);
    let (workspace, stream) = (workspace(), stream());
    let wanted = keyed(append(workspace, stream, 0, 2), 1, 1);
    let first = log.append(wanted.clone()).await.unwrap();
    assert_eq!(first.reply, b"reply 1 1");
    log.append(append(workspace, stream, 2, 1)).await.unwrap();
    let replay = Appended {
        replayed: true,
        ..first.clone()
    };
    assert_eq!(log.append(wanted.clone()).await.unwrap(), replay);
    assert_eq!(
        log.idempotent(&[1; 32]).await.unwrap().unwrap().appended,
        replay
    );
    assert_eq!(log.idempotent(&[2; 32]).await.unwrap(), None);
    log.shutdown().await;
    let log = open(backend);
    assert_eq!(log.append(wanted).await.unwrap(), replay);
    assert_eq!(all(&log, 0).await.len(), 3);
    log.shutdown().await;
}

/// See the name.
pub async fn a_key_is_for_one_request(backend: &Backend) {
    let log = open(backend);
    let workspace = workspace();
    log.append(keyed(append(workspace, stream(), 0, 1), 1, 1))
        .await
        .unwrap();
    let other = log
        .append(keyed(append(workspace, stream(), 0, 1), 1, 2))
        .await;
    assert_eq!(other.unwrap_err(), AppendError::KeyReused);
    assert_eq!(all(&log, 0).await.len(), 1);
    log.shutdown().await;
}

/// See the name.
pub async fn of_many_tries_with_one_key_one_is_stored(backend: &Backend) {
    let log = open(backend);
    let (workspace, stream) = (workspace(), stream());
    let batch = (0..60).map(|index| keyed(append(workspace, stream, 0, 1), 1, index / 50));
    let answers = together(&log, batch.collect()).await;
    let stored = answers
        .iter()
        .flatten()
        .filter(|appended| !appended.replayed)
        .count();
    let replayed = answers
        .iter()
        .flatten()
        .filter(|appended| appended.replayed)
        .count();
    let reused = answers
        .iter()
        .filter(|answer| **answer == Err(AppendError::KeyReused))
        .count();
    assert_eq!(stored, 1);
    assert_eq!(stored + replayed + reused, 60);
    assert!(
        reused == 10 || reused == 50,
        "one of the two requests wins: {reused}"
    );
    let positions: std::collections::BTreeSet<_> = answers
        .iter()
        .flatten()
        .map(|appended| appended.last)
        .collect();
    assert_eq!(positions.len(), 1);
    assert_eq!(all(&log, 0).await.len(), 1);
    log.shutdown().await;
}

/// See the name.
pub async fn a_refused_append_does_not_use_up_its_key(backend: &Backend) {
    let log = open(backend);
    let (workspace, stream) = (workspace(), stream());
    let stale = log
        .append(keyed(append(workspace, stream, 5, 1), 1, 1))
        .await;
    assert!(matches!(stale, Err(AppendError::Conflict { .. })));
    assert_eq!(log.idempotent(&[1; 32]).await.unwrap(), None);
    let fresh = log
        .append(keyed(append(workspace, stream, 0, 1), 1, 1))
        .await
        .unwrap();
    assert!(!fresh.replayed);
    log.shutdown().await;
}

/// See the name.
pub async fn a_value_is_claimed_once(backend: &Backend) {
    let log = open(backend);
    let workspace = workspace();
    let claiming = |stream, key: u8| Append {
        claims: vec![Claim {
            key: [key; 32],
            stream,
        }],
        ..append(workspace, stream, 0, 1)
    };
    let streams: Vec<StreamId> = (0..30).map(|_| stream()).collect();
    let batch = streams.iter().map(|stream| claiming(*stream, 9)).collect();
    let answers = together(&log, batch).await;
    let winner = answers.iter().position(Result::is_ok).unwrap();
    for (index, answer) in answers
        .into_iter()
        .enumerate()
        .filter(|(index, _)| *index != winner)
    {
        let taken = AppendError::ClaimTaken {
            stream: streams[index],
            holder: streams[winner],
        };
        assert_eq!(answer.unwrap_err(), taken);
    }
    // Its holder may claim it again, and a free one too; then another one may not.
    let again = Append {
        expected: Vec::new(),
        ..claiming(streams[winner], 9)
    };
    log.append(again).await.unwrap();
    let other = streams[(winner + 1) % streams.len()];
    log.append(claiming(other, 8)).await.unwrap();
    let refused = log.append(claiming(stream(), 8)).await.unwrap_err();
    assert!(matches!(refused, AppendError::ClaimTaken { holder, .. } if holder == other));
    assert_eq!(all(&log, 0).await.len(), 3);
    log.shutdown().await;
}

/// See the name.
pub async fn an_append_without_events_checks_and_answers(backend: &Backend) {
    let log = open(backend);
    let (workspace, stream) = (workspace(), stream());
    log.append(append(workspace, stream, 0, 2)).await.unwrap();
    let nothing = log
        .append(keyed(append(workspace, stream, 2, 0), 1, 1))
        .await
        .unwrap();
    assert_eq!((nothing.first.number, nothing.last.number), (2, 2));
    let again = log
        .append(keyed(append(workspace, stream, 2, 0), 1, 1))
        .await
        .unwrap();
    assert!(again.replayed);
    let stale = log.append(append(workspace, stream, 1, 0)).await;
    assert!(matches!(stale, Err(AppendError::Conflict { .. })));
    assert_eq!(all(&log, 0).await.len(), 2);
    log.shutdown().await;
}

/// See the name.
pub async fn what_is_too_large_is_refused(backend: &Backend) {
    let options = Options {
        max_events: 10,
        max_bytes: 2_000,
        ..Options::default()
    };
    let log = (backend.open)(options, Arc::new(HeldClock::default()));
    let workspace = workspace();
    let many = log
        .append(append(workspace, stream(), 0, 11))
        .await
        .unwrap_err();
    assert!(matches!(many, AppendError::TooLarge { events: 11, .. }));
    let mut long = append(workspace, stream(), 0, 1);
    long.drafts[0].payload = vec![0; 2_001];
    let long = log.append(long).await.unwrap_err();
    assert_eq!(
        long,
        AppendError::TooLarge {
            events: 1,
            bytes: 2_001
        }
    );
    log.append(append(workspace, stream(), 0, 10))
        .await
        .unwrap();
    log.shutdown().await;
}

/// See the name.
pub async fn recorded_at_never_decreases(backend: &Backend) {
    let clock = Arc::new(HeldClock::default());
    let log = (backend.open)(Options::default(), Arc::clone(&clock) as _);
    let mut times = Vec::new();
    for now in [1_000, 900, 1_000, 1_500, 10] {
        clock.set(now);
        let appended = log
            .append(append(workspace(), stream(), 0, 1))
            .await
            .unwrap();
        times.push(appended.recorded_at.as_millis());
    }
    log.shutdown().await;
    let log = (backend.open)(Options::default(), Arc::clone(&clock) as _);
    let appended = log
        .append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap();
    times.push(appended.recorded_at.as_millis());
    assert_eq!(times, [1_000, 1_000, 1_000, 1_500, 1_500, 1_500]);
    let rows = all(&log, 0).await;
    assert_eq!(rows[5].header.recorded_at, Timestamp::from_millis(1_500));
    log.shutdown().await;
}

/// See the name.
pub async fn after_shutdown_it_is_closed(backend: &Backend) {
    let log = open(backend);
    log.append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap();
    log.shutdown().await;
    log.shutdown().await;
    let late = log
        .append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap_err();
    assert_eq!(late, AppendError::Closed);
    assert!(log.put_watermark("late", Position::start(0)).await.is_err());
}
