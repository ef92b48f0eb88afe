//! The relay, and those that read what it publishes, when things go wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use krafka::Record;
use krafka::admin::{DeleteConsumerGroupsOptions, ListConsumerGroupOffsetsOptions};
use krafka::consumer::TopicPartition;
use taskfold_bus::Consumer;
use taskfold_bus::kafka::{Cluster, Letters, Place, RELAY, Relay, apply, replay};
use taskfold_contracts::time::SystemClock;
use taskfold_spans::Recorder;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::kafka::{ALONE, Servers, topics};
use crate::kit::{self, Memory};

/// A process of its own, as far as a test can have one: one thread does all its work, so that it stands still
/// when that is held up.
struct Paused {
    thread: std::thread::JoinHandle<()>,
    hold: mpsc::Sender<()>,
    held: mpsc::Receiver<()>,
    resume: mpsc::Sender<()>,
}

fn other_process(servers: &Servers) -> Paused {
    let (hold, to_hold) = mpsc::channel::<()>();
    let (holds, held) = mpsc::channel();
    let (resume, resumed) = mpsc::channel();
    let (log, ledger) = (servers.log.clone(), servers.ledger.clone());
    let cluster = Cluster::new(servers.options());
    let options = servers.relay_options(servers.avro());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        let stop = CancellationToken::new();
        let relay = Relay::new(
            log,
            cluster,
            ledger,
            Arc::new(SystemClock),
            options,
            Recorder::default(),
        );
        let pausing = async {
            let mut beats = tokio::time::interval(Duration::from_millis(10));
            while to_hold.try_recv().is_err() {
                beats.tick().await;
            }
            holds.send(()).unwrap();
            resumed.recv().unwrap();
            stop.cancel();
        };
        runtime.block_on(async { tokio::join!(relay.run(stop.clone()), pausing) });
    });
    Paused {
        thread,
        hold,
        held,
        resume,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_was_paused_moves_nothing_when_it_wakes() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(30).await;
    let paused = other_process(&servers);
    servers.records(30).await;
    paused.hold.send(()).unwrap();
    paused.held.recv_timeout(Duration::from_mins(2)).unwrap();
    servers.append(20).await;
    let (relay, stop) = servers.relay(servers.avro());
    servers.records(50).await;
    stop.cancel();
    relay.await.unwrap();
    let noted = || servers.ledger.noted(0, vec![RELAY.to_owned()]);
    assert_eq!(noted().await, Ok(vec![50]));
    paused.resume.send(()).unwrap();
    paused.thread.join().unwrap();
    assert_eq!(noted().await, Ok(vec![50]), "it was put back by who woke");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_late_from_an_owner_of_before_has_no_effect() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(40).await;
    let (relay, stop) = servers.relay(servers.avro());
    let records = servers.records(40).await;
    let sink = Arc::new(Memory::default());
    let mut running = servers.consume(&sink);
    running.until(|status| status.position == 40).await;
    let producer = servers.kafka().await.producer().build().await.unwrap();
    for late in &records[20..40] {
        let record = Record::new("task-events", late.value.clone().unwrap().to_vec());
        let record = record.partition(0).timestamp(late.timestamp);
        let names = ["ce_position", "ce_id", "ce_type", "ce_hash", "ce_version"];
        let names = names.into_iter().chain([
            "ce_workspaceid",
            "ce_subject",
            "ce_schemaversion",
            "ce_recordedtime",
            "ce_actor",
            "ce_changeid",
            "ce_correlationid",
        ]);
        let record = names.fold(record, |record, name| {
            let value = late.header_str(name).unwrap().to_owned();
            record.header(name, value)
        });
        drop(producer.enqueue(record).await.unwrap().await.unwrap());
    }
    producer.close().await.unwrap();
    servers.append(10).await;
    running.until(|status| status.position == 50).await;
    assert!(sink.tables().effects.iter().copied().eq(1..=50));
    stop.cancel();
    relay.await.unwrap();
    // The next owner is not led astray by what stands last on the topic.
    let (relay, stop) = servers.relay(servers.avro());
    servers.append(10).await;
    running.until(|status| status.position == 60).await;
    let records = servers.records(80).await;
    let numbers = records.iter().map(crate::kafka::number);
    let first_seen = numbers.fold(Vec::new(), |mut seen: Vec<u64>, number| {
        if seen.last().is_none_or(|last| number > *last) {
            seen.push(number);
        }
        seen
    });
    assert!(first_seen.iter().copied().eq(1..=60), "{first_seen:?}");
    stop.cancel();
    relay.await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_stands_still_holds_up_nothing_but_the_relay() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(20).await;
    let (relay, stop) = servers.relay(servers.avro());
    servers.records(20).await;
    let sink = Arc::new(Memory::default());
    let mut running = servers.consume(&sink);
    running.until(|status| status.position == 20).await;
    let broker = servers.given.pause();
    servers.append(30).await;
    // Read from the log, as the topics do not have it.
    running.until(|status| status.position == 50).await;
    drop(broker);
    let records = servers.records(50).await;
    let numbers: Vec<u64> = records.iter().map(crate::kafka::number).collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(numbers, sorted, "in order");
    sorted.dedup();
    assert!(sorted.iter().copied().eq(1..=50), "{numbers:?}");
    servers.append(5).await;
    running.until(|status| status.position == 55).await;
    assert!(sink.tables().effects.iter().copied().eq(1..=55));
    running.stop().await;
    stop.cancel();
    relay.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_is_told_on_the_topic_of_dead_letters() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    let (log, cluster) = (servers.log.clone(), servers.cluster.clone());
    let (letters, postman) = Letters::new(log, cluster, servers.avro());
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    tasks.spawn(postman.run(stop.clone()));
    let sink = Arc::new(Memory::default());
    sink.faults.lock().unwrap().poison.insert(3);
    let options = taskfold_bus::Options {
        letters: Some(letters),
        ..kit::options()
    };
    let (log, clock) = (servers.log.clone(), Arc::new(SystemClock));
    let consumer = Consumer::new(log, Arc::clone(&sink) as _, clock, options);
    let mut running = kit::start(consumer);
    servers.append(5).await;
    running.until(|status| status.position == 5).await;
    let records = servers.records_on("task-events.dlq", 1).await;
    let header = |name| records[0].header_str(name);
    assert_eq!(header("ce_position"), Some("0:3"));
    assert_eq!(header("dlq_consumer"), Some("memory"));
    assert_eq!(header("dlq_error"), Some("bad event"));
    assert_eq!(header("dlq_attempts"), Some("3"));
    let row = &servers.log.read_partition(0, 2, 1).await.unwrap()[0];
    assert_eq!(records[0].value.as_deref(), Some(&row.payload[..]));
    running.stop().await;
    stop.cancel();
    tasks.close();
    tasks.wait().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_set_back_to_a_moment() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(20).await;
    let (relay, stop) = servers.relay(servers.avro());
    servers.records(20).await;
    stop.cancel();
    relay.await.unwrap();
    let rows = servers.log.read_partition(0, 0, 20).await.unwrap();
    let moment = rows[12].header.recorded_at;
    let first = rows.partition_point(|row| row.header.recorded_at < moment);
    let from = BTreeMap::from([(0, moment)]);
    let places = replay(&servers.cluster, "test-group", &from).await.unwrap();
    let place = |topic, offset| Place {
        topic,
        partition: 0,
        offset,
    };
    let first = i64::try_from(first).unwrap();
    assert!(places.contains(&place("task-events", first)), "{places:?}");
    assert!(places.contains(&place("user-events", 0)), "{places:?}");
    let admin = servers.kafka().await.admin();
    let options = ListConsumerGroupOffsetsOptions::default();
    let committed = admin.list_consumer_group_offsets("test-group", options);
    let committed = committed.await.unwrap();
    let there = TopicPartition::new("task-events", 0);
    assert_eq!(committed[&there].as_ref().unwrap().offset, Some(first));
    let deleted =
        admin.delete_consumer_groups(["test-group"], DeleteConsumerGroupsOptions::default());
    drop(deleted.await.unwrap());
}
