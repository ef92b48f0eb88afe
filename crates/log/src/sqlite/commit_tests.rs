//! What the suite cannot reach through the log: appends that are in one batch for certain, and commits that
//! fail.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use taskfold_contracts::position::Version;
use taskfold_contracts::time::SystemClock;

use super::*;
use crate::conformance::kit::{append, keyed, stream, workspace};
use crate::{Appended, Claim};

/// Faults are armed for the whole process: one test at a time.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn writer(directory: &Path) -> Writer {
    Writer::open(
        directory.join("log.db"),
        Options::default(),
        Arc::new(SystemClock),
    )
    .unwrap()
}

fn stored(writer: &Writer) -> Vec<u64> {
    let rows = read::partition(&writer.connection, 0, 0, 1000).unwrap();
    rows.iter().map(|row| row.header.position.number).collect()
}

#[test]
fn appends_of_one_batch_see_each_other() {
    let _alone = alone();
    let directory = tempfile::tempdir().unwrap();
    let mut writer = writer(directory.path());
    let (workspace, one) = (workspace(), stream());
    let claiming = |stream| Append {
        claims: vec![Claim {
            key: [4; 32],
            stream,
        }],
        ..append(workspace, stream, 0, 1)
    };
    let (holder, late) = (stream(), stream());
    let batch = writer.commit(
        vec![
            append(workspace, one, 0, 2),
            append(workspace, one, 0, 1),
            append(workspace, one, 2, 1),
            keyed(append(workspace, stream(), 0, 1), 1, 1),
            keyed(append(workspace, stream(), 0, 1), 1, 1),
            keyed(append(workspace, stream(), 0, 1), 1, 2),
            claiming(holder),
            claiming(late),
        ],
        &[],
    );
    let last = |answer: &Result<Appended, AppendError>| answer.as_ref().unwrap().last.number;
    let [first, stale, next, key, again, reused, held, taken] = &batch.answers[..] else {
        panic!("one answer for each");
    };
    assert_eq!(
        (last(first), last(next), last(key), last(held)),
        (2, 3, 4, 5)
    );
    let (expected, actual) = (Version(0), Version(2));
    assert_eq!(
        *stale,
        Err(AppendError::Conflict {
            stream: one,
            expected,
            actual
        })
    );
    assert!(again.as_ref().unwrap().replayed && last(again) == 4);
    assert_eq!(*reused, Err(AppendError::KeyReused));
    assert_eq!(
        *taken,
        Err(AppendError::ClaimTaken {
            stream: late,
            holder
        })
    );
    assert_eq!(batch.rows.len(), 5);
    assert_eq!(stored(&writer), [1, 2, 3, 4, 5]);
}

#[test]
fn a_commit_that_failed_is_said_to_have_failed() {
    let _alone = alone();
    let directory = tempfile::tempdir().unwrap();
    let mut writer = writer(directory.path());
    let (workspace, one) = (workspace(), stream());
    crash::arm("log.commit_refused", 1);
    let batch = writer.commit(vec![append(workspace, one, 0, 1)], &[]);
    assert!(
        matches!(batch.answers[0], Err(AppendError::Storage(_))),
        "{:?}",
        batch.answers
    );
    assert!(batch.rows.is_empty() && stored(&writer).is_empty());
    let batch = writer.commit(vec![append(workspace, one, 0, 1)], &[]);
    assert_eq!(batch.answers[0].as_ref().unwrap().last.number, 1);
}

#[test]
fn a_commit_that_failed_but_stands_is_acknowledged() {
    let _alone = alone();
    let directory = tempfile::tempdir().unwrap();
    let mut writer = writer(directory.path());
    let (workspace, one) = (workspace(), stream());
    crash::arm("log.commit_unclear", 1);
    let batch = writer.commit(vec![append(workspace, one, 0, 2)], &[]);
    assert_eq!(batch.answers[0].as_ref().unwrap().last.number, 2);
    assert_eq!((batch.rows.len(), stored(&writer)), (2, vec![1, 2]));
    let batch = writer.commit(vec![append(workspace, one, 2, 1)], &[]);
    assert_eq!(batch.answers[0].as_ref().unwrap().last.number, 3);
}

#[test]
fn what_cannot_be_told_is_unknown_and_settled_before_the_next_commit() {
    let _alone = alone();
    for (fault, stands) in [("log.commit_unclear", true), ("log.commit_refused", false)] {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = writer(directory.path());
        let (workspace, one) = (workspace(), stream());
        let asked = keyed(append(workspace, one, 0, 1), 1, 1);
        crash::arm(fault, 1);
        crash::arm("log.fence_refused", 1);
        let batch = writer.commit(vec![asked.clone()], &[]);
        assert!(
            matches!(batch.answers[0], Err(AppendError::Unknown(_))),
            "{:?}",
            batch.answers
        );
        assert!(batch.rows.is_empty());
        // The caller tries again with its key; the rows that stood all along come with this batch.
        let batch = writer.commit(vec![asked], &[]);
        assert_eq!(
            batch.answers[0].as_ref().unwrap().replayed,
            stands,
            "{fault}"
        );
        assert_eq!((batch.rows.len(), stored(&writer)), (1, vec![1]));
    }
}
