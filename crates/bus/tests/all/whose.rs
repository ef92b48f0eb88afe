//! Topics belong to one log.

use std::sync::Arc;

use taskfold_bus::kafka::{Relay, RelayStatus, apply};
use taskfold_contracts::time::SystemClock;
use taskfold_spans::Recorder;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::kafka::{ALONE, PATIENCE, Servers, number, topics};
use crate::kit::Memory;

/// Why the relay stands still, as soon as it says so.
async fn reason(status: &mut RelayStatus, wanted: &str) -> String {
    let waiting = async {
        loop {
            let failing = status.now().into_iter().find_map(|state| state.failing);
            match failing {
                Some(failure) if failure.error.contains(wanted) => return failure.error,
                Some(_) | None => assert!(status.changed().await, "the relay is gone"),
            }
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| panic!("not {wanted}: {:?}", status.now()))
}

async fn event_at(servers: &Servers, number: u64) -> String {
    let rows = servers.log.read_partition(0, number - 1, 1).await.unwrap();
    rows[0].header.event_id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_of_another_log_are_left_alone_and_both_are_named() {
    let _alone = ALONE.lock().await;
    let Some(first) = Servers::new().await else {
        return;
    };
    apply(&first.cluster, &topics()).await.unwrap();
    first.append(20).await;
    let (relay, stop) = first.relay(first.avro());
    first.records(20).await;
    stop.cancel();
    relay.await.unwrap();

    let second = Servers::with_topics_of_others().unwrap();
    second.append(10).await;
    let relay = Relay::new(
        second.log.clone(),
        second.cluster.clone(),
        second.ledger.clone(),
        Arc::new(SystemClock),
        second.relay_options(second.avro()),
        Recorder::default(),
    );
    let mut status = relay.status();
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    tasks.spawn(relay.run(stop.clone()));
    let there = event_at(&first, 20).await;
    let said = reason(&mut status, "this log has nothing").await;
    assert!(
        said.contains(&there) && said.contains("task-events"),
        "{said}"
    );
    second.append(20).await;
    let here = event_at(&second, 20).await;
    let said = reason(&mut status, &here).await;
    assert!(said.contains(&there), "{said}");

    // Nor do consumers take what is not theirs.
    let sink = Arc::new(Memory::default());
    let mut running = second.consume(&sink);
    running.until(|status| status.position == 30).await;
    let rows = second.rows().await;
    let own: Vec<_> = rows.iter().map(|row| row.header.event_id).collect();
    assert_eq!(sink.tables().events, own);
    running.stop().await;
    stop.cancel();
    tasks.close();
    tasks.wait().await;

    // The topics have nothing of it, and whose they are goes on.
    let (relay, stop) = first.relay(first.avro());
    first.append(1).await;
    let records = first.records(21).await;
    assert!(records.iter().map(number).eq(1..=21));
    stop.cancel();
    relay.await.unwrap();
}
