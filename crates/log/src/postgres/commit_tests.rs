//! Commits that fail, and appends that are in one batch for certain.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use taskfold_contracts::position::Version;
use taskfold_contracts::time::SystemClock;
use taskfold_kit::{Postgres, run_at};

use super::*;
use crate::conformance::kit::{append, keyed, stream, workspace};
use crate::sqlite::commit::tests::alone;
use crate::{Claim, Log, Migrate, PostgresOptions};

/// The writer of a lane of a new log with one partition, and the log's address.
async fn writer() -> (Writer, String) {
    let url = Postgres::shared().database().unwrap();
    let postgres = PostgresOptions::new(vec![url.clone()]);
    let migrate = Migrate {
        partitions: 1,
        ..Migrate::default()
    };
    Log::migrate(&postgres, &migrate).await.unwrap();
    let writer = Writer {
        connector: Arc::new(Connector::new(&url, &postgres).unwrap()),
        session: None,
        partitions: 1,
        patience: Duration::from_secs(5),
        clock: Arc::new(SystemClock),
        elsewhere: Vec::new(),
    };
    (writer, url)
}

fn stored(url: &str) -> String {
    run_at(
        url,
        "SELECT string_agg(number::text, ' ' ORDER BY number) FROM log.events",
    )
    .unwrap()
}

fn last(answer: &Result<Appended, AppendError>) -> u64 {
    answer.as_ref().unwrap().last.number
}

#[test]
fn appends_of_one_batch_see_each_other() {
    let _alone = alone();
    run(async {
        let (mut writer, url) = writer().await;
        let (workspace, one) = (workspace(), stream());
        let claiming = |stream| Append {
            claims: vec![Claim {
                key: [4; 32],
                stream,
            }],
            ..append(workspace, stream, 0, 1)
        };
        let (holder, late) = (stream(), stream());
        let appends = [
            append(workspace, one, 0, 2),
            append(workspace, one, 0, 1),
            append(workspace, one, 2, 1),
            keyed(append(workspace, stream(), 0, 1), 1, 1),
            keyed(append(workspace, stream(), 0, 1), 1, 1),
            keyed(append(workspace, stream(), 0, 1), 1, 2),
            claiming(holder),
            claiming(late),
        ];
        let batch = writer.commit(&appends, &[]).await;
        let [first, stale, next, key, again, reused, held, taken] = &batch.answers[..] else {
            panic!("one answer for each");
        };
        assert_eq!(
            (last(first), last(next), last(key), last(held)),
            (2, 3, 4, 5)
        );
        assert!(matches!(
            stale,
            Err(AppendError::Conflict {
                actual: Version(2),
                ..
            })
        ));
        assert!(again.as_ref().unwrap().replayed && last(again) == 4);
        assert_eq!(*reused, Err(AppendError::KeyReused));
        assert!(matches!(taken, Err(AppendError::ClaimTaken { stream, .. }) if *stream == late));
        assert_eq!((batch.rows.len(), stored(&url).as_str()), (5, "1 2 3 4 5"));
    });
}

#[test]
fn a_commit_that_failed_is_looked_into_and_made_once() {
    let _alone = alone();
    for fault in ["log.commit_refused", "log.commit_unclear"] {
        run(async {
            let (mut writer, url) = writer().await;
            let (workspace, one) = (workspace(), stream());
            crash::arm(fault, 1);
            let batch = writer.commit(&[append(workspace, one, 0, 2)], &[]).await;
            assert_eq!(last(&batch.answers[0]), 2, "{fault}");
            assert_eq!(
                (batch.rows.len(), stored(&url).as_str()),
                (2, "1 2"),
                "{fault}"
            );
            // Without rows there is the key to go by.
            crash::arm(fault, 1);
            let empty = keyed(append(workspace, one, 2, 0), 1, 1);
            let batch = writer.commit(&[empty], &[]).await;
            assert!(!batch.answers[0].as_ref().unwrap().replayed);
            let batch = writer.commit(&[append(workspace, one, 2, 1)], &[]).await;
            assert_eq!(last(&batch.answers[0]), 3);
        });
    }
}

#[test]
fn what_cannot_be_told_is_unknown_and_the_key_tells_later() {
    let _alone = alone();
    for (fault, stands) in [("log.commit_unclear", true), ("log.commit_refused", false)] {
        run(async {
            let (mut writer, url) = writer().await;
            let (workspace, one) = (workspace(), stream());
            let asked = [keyed(append(workspace, one, 0, 1), 1, 1)];
            crash::arm(fault, 1);
            crash::arm("log.fence_refused", 1);
            let batch = writer.commit(&asked, &[]).await;
            assert!(
                matches!(batch.answers[0], Err(AppendError::Unknown(_))),
                "{fault}"
            );
            assert!(batch.rows.is_empty());
            let batch = writer.commit(&asked, &[]).await;
            assert_eq!(
                batch.answers[0].as_ref().unwrap().replayed,
                stands,
                "{fault}"
            );
            assert_eq!(stored(&url), "1");
        });
    }
}

/// As `#[tokio::test]` would, but with the lock held outside.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(test);
}
