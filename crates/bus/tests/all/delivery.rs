//! In order, with exactly one effect, whatever happens.

use std::collections::BTreeSet;
use std::sync::Arc;

use taskfold_bus::Consumer;
use taskfold_contracts::time::SystemClock;
use taskfold_log::conformance::kit::{Chance, append, stream, workspace};
use tokio_util::sync::CancellationToken;

use crate::kit::{Fault, Memory, fill, open, options, run, start};

fn one_to(last: u64) -> Vec<u64> {
    (1..=last).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_catches_up_then_follows() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    fill(&log, &[workspace()], 120).await;
    let mut running = run(&log, &sink);
    running.until(|status| status.position == 120).await;
    assert_eq!(sink.tables().tries, [50, 50, 20]);
    for number in 121..=140 {
        log.append(append(workspace(), stream(), 0, 1))
            .await
            .unwrap();
        running.until(|status| status.position == number).await;
    }
    running.stop().await;
    assert_eq!(sink.tables().effects, one_to(140));
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_that_come_fast_gather_until_somebody_waits_for_one() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    fill(&log, &[workspace()], 20).await;
    let options = taskfold_bus::Options {
        linger: std::time::Duration::from_hours(1),
        ..options()
    };
    let (hurry, hurried) = tokio::sync::watch::channel(());
    let (to, clock) = (Arc::clone(&sink) as _, Arc::new(SystemClock));
    let mut running = start(Consumer::hurried_by(
        log.clone(),
        to,
        clock,
        options,
        hurried,
    ));
    running.until(|status| status.position == 20).await;
    fill(&log, &[workspace()], 30).await;
    assert_eq!(sink.tables().tries, [20], "these wait for more");
    hurry.send_replace(());
    running.until(|status| status.position == 50).await;
    assert_eq!(sink.tables().tries, [20, 30]);
    running.stop().await;
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_before_or_after_the_commit_has_one_effect() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    let mut chance = Chance(5);
    let script = (0..200).map(|_| match chance.below(3) {
        0 => Fault::None,
        1 => Fault::Refuse,
        _ => Fault::LoseAnswer,
    });
    let mut script: Vec<Fault> = script.collect();
    // Three panics on one event would make it poison.
    script[50] = Fault::Panic;
    script[120] = Fault::Panic;
    sink.faults.lock().unwrap().script = script;
    let mut running = run(&log, &sink);
    fill(&log, &[workspace(), workspace()], 400).await;
    running.until(|status| status.position == 400).await;
    running.stop().await;
    assert_eq!(sink.tables().effects, one_to(400));
    assert!(sink.tables().letters.is_empty());
    log.shutdown().await;
}

/// The control: a sink whose watermark is not in the effect's transaction doubles, and this sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sink_that_loses_its_watermark_is_seen_to_double() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    {
        let mut faults = sink.faults.lock().unwrap();
        faults.forgets_watermark = true;
        faults.script = vec![Fault::LoseAnswer];
    }
    fill(&log, &[workspace()], 30).await;
    let mut running = run(&log, &sink);
    running.until(|status| status.position == 30).await;
    running.stop().await;
    assert_ne!(sink.tables().effects, one_to(30));
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_and_started_again_it_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    let mut chance = Chance(3);
    let mut appended = 0;
    for _ in 0..30 {
        let running = run(&log, &sink);
        let count = 1 + chance.below(40);
        fill(&log, &[workspace()], usize::try_from(count).unwrap()).await;
        appended += count;
        running.task.abort();
        drop(running.task.await);
    }
    // What an aborted consumer had in hand may still be applied; the next one skips it.
    let mut running = run(&log, &sink);
    running.until(|status| status.position == appended).await;
    running.stop().await;
    assert_eq!(sink.tables().effects, one_to(appended));
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_stop_is_to_finish_the_batch() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    fill(&log, &[workspace()], 80).await;
    let running = {
        let _gate = sink.gate.lock().unwrap();
        let running = run(&log, &sink);
        while sink.tables().tries.is_empty() {
            std::thread::yield_now();
        }
        running.shutdown.cancel();
        assert!(!running.task.is_finished());
        running
    };
    running.stop().await;
    assert_eq!(
        sink.tables().effects,
        one_to(50),
        "the batch in hand, and no other"
    );
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn catching_up_ends_at_the_head() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    fill(&log, &[workspace()], 75).await;
    let consumer = Consumer::new(
        log.clone(),
        Arc::clone(&sink) as _,
        Arc::new(SystemClock),
        options(),
    );
    assert!(consumer.catch_up(&CancellationToken::new()).await);
    assert_eq!(sink.tables().effects, one_to(75));
    log.append(append(workspace(), stream(), 0, 1))
        .await
        .unwrap();
    let cancelled = CancellationToken::new();
    cancelled.cancel();
    assert!(!consumer.catch_up(&cancelled).await);
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partition_is_worked_on_while_it_is_ones_own() {
    let directory = tempfile::tempdir().unwrap();
    let (log, sink) = (open(directory.path()), Arc::new(Memory::default()));
    let (give, owned) = tokio::sync::watch::channel(BTreeSet::new());
    let options = taskfold_bus::Options {
        owned: Some(owned),
        ..options()
    };
    let (to, clock) = (Arc::clone(&sink) as _, Arc::new(SystemClock));
    let mut running = start(Consumer::new(log.clone(), to, clock, options));
    fill(&log, &[workspace()], 10).await;
    let other = Arc::new(Memory::default());
    let mut beside = run(&log, &other);
    beside.until(|status| status.position == 10).await;
    assert_eq!(sink.tables().effects, one_to(0), "it is nobody's yet");
    give.send_replace([0].into());
    running.until(|status| status.position == 10).await;
    give.send_replace(BTreeSet::new());
    while !running.status.now().is_empty() {
        assert!(running.status.changed().await);
    }
    fill(&log, &[workspace()], 5).await;
    beside.until(|status| status.position == 15).await;
    assert_eq!(sink.tables().effects, one_to(10), "it is another's");
    give.send_replace([0].into());
    running.until(|status| status.position == 15).await;
    assert_eq!(sink.tables().effects, one_to(15));
    drop(give);
    fill(&log, &[workspace()], 1).await;
    running.until(|status| status.position == 16).await;
    running.stop().await;
    beside.stop().await;
    log.shutdown().await;
}
