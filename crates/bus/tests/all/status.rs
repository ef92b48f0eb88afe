//! What the status says.

use std::sync::Arc;
use std::time::Duration;

use taskfold_bus::Observer;
use taskfold_log::Log;
use taskfold_log::conformance::kit::{HeldClock, workspace};

use crate::kit::{Fault, Memory, fill, run_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lag_in_events_and_in_time_and_the_failure() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(HeldClock::default());
    clock.set(10_000);
    let options = taskfold_log::Options::default();
    let log = Log::open(
        &directory.path().join("log.db"),
        options,
        Arc::clone(&clock) as _,
    )
    .unwrap();
    let sink = Arc::new(Memory::default());
    sink.faults.lock().unwrap().script = vec![Fault::Refuse; 1_000_000];
    let mut running = run_with(&log, &sink, Arc::clone(&clock) as _);
    fill(&log, &[workspace()], 5).await;
    running
        .until(|status| {
            status
                .failing
                .as_ref()
                .is_some_and(|own| own.failures >= 20)
        })
        .await;
    clock.set(17_500);
    let status = running.status.now().remove(0);
    assert_eq!((status.position, status.head, status.lag_events), (0, 5, 5));
    assert_eq!(status.lag, Duration::from_millis(7_500));
    assert_eq!(status.failing.unwrap().error, "the storage is away");
    assert!(
        sink.tables().letters.is_empty(),
        "what is not the event's fault buries nothing"
    );

    sink.faults.lock().unwrap().script.clear();
    running.until(|status| status.position == 5).await;
    let status = running.status.now().remove(0);
    assert_eq!(
        (status.lag_events, status.lag, status.failing),
        (0, Duration::ZERO, None)
    );
    assert!(status.last_error.is_some());
    running.stop().await;
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_observer_tells_how_old_the_next_event_is() {
    let directory = tempfile::tempdir().unwrap();
    let clock = Arc::new(HeldClock::default());
    clock.set(10_000);
    let path = directory.path().join("log.db");
    let options = taskfold_log::Options::default();
    let log = Log::open(&path, options, Arc::clone(&clock) as _).unwrap();
    fill(&log, &[workspace()], 3).await;
    clock.set(12_000);
    fill(&log, &[workspace()], 2).await;
    let observer = Observer::new(log.clone(), Arc::clone(&clock) as _);
    let status = observer.status();
    clock.set(17_500);
    for (watermark, events, millis) in [(0, 5, 7_500), (0, 5, 7_500), (3, 2, 5_500), (5, 0, 0)] {
        observer.saw(|_| watermark).await.unwrap();
        let now = status.now().remove(0);
        let lag = (now.position, now.lag_events, now.lag);
        assert_eq!(lag, (watermark, events, Duration::from_millis(millis)));
    }
    log.shutdown().await;
}
