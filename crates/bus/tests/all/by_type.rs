//! Topics by type, on a real broker.

use std::collections::BTreeMap;
use std::sync::Arc;

use krafka::admin::{DeleteTopicsOptions, ListTopicsOptions};
use krafka::consumer::ConsumerRecord;
use taskfold_bus::Ledger;
use taskfold_bus::kafka::{Relay, RelayOptions, TopicOptions, apply, plan};
use taskfold_contracts::envelope::{Draft, Recorded};
use taskfold_contracts::events::{Event, ListArchived, ListDeleted, ReminderTriggered, UserErased};
use taskfold_contracts::ids::{EventId, ListId, ReminderId, TaskId, UserId};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::{Clock as _, SystemClock};
use taskfold_log::Append;
use taskfold_log::conformance::kit::{anna, append, context, stream, workspace};
use taskfold_spans::Recorder;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::kafka::{ALONE, Servers, number, row, topics};

/// The types that are appended here, in turn.
const TYPES: [&str; 5] = [
    "list.moved",
    "list.archived",
    "user.erased",
    "reminder.triggered",
    "list.deleted",
];

fn with_types() -> TopicOptions {
    TopicOptions {
        per_type: true,
        ..topics()
    }
}

/// An append of one event of the type with this number.
fn of_type(number: usize) -> Append {
    let (workspace, id) = (workspace(), stream());
    let list_id = ListId(id.0);
    let event = match number % TYPES.len() {
        0 => return append(workspace, id, 0, 1),
        1 => Event::from(ListArchived { list_id }),
        2 => Event::from(UserErased { user: UserId(id.0) }),
        3 => Event::from(ReminderTriggered {
            task_id: TaskId(id.0),
            reminder_id: ReminderId(stream().0),
            due_at: SystemClock.now(),
        }),
        _ => Event::from(ListDeleted { list_id }),
    };
    let context = context(workspace, anna());
    let draft = Draft::new(&context, EventId(stream().0), SystemClock.now(), &event);
    Append {
        workspace_id: workspace,
        expected: vec![(event.stream(), Version(0))],
        drafts: vec![draft.unwrap()],
        idempotency: None,
        claims: Vec::new(),
    }
}

/// Appends so many events, of all types in turn.
async fn append_types(servers: &Servers, count: usize) {
    for number in 0..count {
        servers.log.append(of_type(number)).await.unwrap();
    }
}

/// A relay to topics by type, too.
#[allow(clippy::disallowed_methods, reason = "the handle is kept")]
fn relay(servers: &Servers, ledger: &Ledger) -> (JoinHandle<()>, CancellationToken) {
    let options = RelayOptions {
        per_type: true,
        ..servers.relay_options(servers.avro())
    };
    let (log, cluster) = (servers.log.clone(), servers.cluster.clone());
    let clock = Arc::new(SystemClock);
    let relay = Relay::new(
        log,
        cluster,
        ledger.clone(),
        clock,
        options,
        Recorder::default(),
    );
    let stop = CancellationToken::new();
    (tokio::task::spawn(relay.run(stop.clone())), stop)
}

/// What each topic by type has, when all together have so many records.
async fn by_type(servers: &Servers, count: usize) -> BTreeMap<&'static str, Vec<ConsumerRecord>> {
    let mut all = BTreeMap::new();
    for (index, name) in TYPES.into_iter().enumerate() {
        let own = (count + TYPES.len() - 1 - index) / TYPES.len();
        all.insert(name, servers.records_on(name, own).await);
    }
    all
}

/// The log as a consumer sees it that puts the topics by type together by position.
fn merged(all: &BTreeMap<&'static str, Vec<ConsumerRecord>>) -> Vec<Recorded> {
    let records = all.values().flatten();
    let by_number: BTreeMap<u64, Recorded> = records
        .map(|record| (number(record), row(record)))
        .collect();
    by_number.into_values().collect()
}

/// The topics by type, each with its own alone, in order and once, are the log.
async fn assert_complete(servers: &Servers, count: usize) {
    let all = by_type(servers, count).await;
    for (name, records) in &all {
        assert!(
            records
                .iter()
                .all(|record| record.header_str("ce_type") == Some(*name)),
            "{name}"
        );
        let numbers: Vec<u64> = records.iter().map(number).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    }
    let rows = servers.log.read_partition(0, 0, 10_000).await.unwrap();
    assert_eq!(rows.len(), count);
    assert!(merged(&all).iter().eq(rows.iter().map(AsRef::as_ref)));
}

/// Deletes a topic and waits until it is gone.
async fn lose(servers: &Servers, topic: &str) {
    let admin = servers.kafka().await.admin();
    let losing = async {
        loop {
            let options = ListTopicsOptions::default();
            let there = admin.list_topics(options).await.unwrap();
            if !there.iter().any(|one| one == topic) {
                return;
            }
            let deleted = admin.delete_topics([topic], DeleteTopicsOptions::default());
            drop(deleted.await.unwrap());
        }
    };
    let lost = tokio::time::timeout(crate::kafka::PATIENCE, losing).await;
    lost.expect("it goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_type_has_its_topic_and_all_together_are_the_log() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &with_types()).await.unwrap();
    assert_eq!(plan(&servers.cluster, &with_types()).await.unwrap(), []);
    append_types(&servers, 100).await;
    let (running, stop) = relay(&servers, &servers.ledger);
    assert_complete(&servers, 100).await;
    append_types(&servers, 50).await;
    assert_complete(&servers, 150).await;
    // Killed, and gone on with: nothing is there twice.
    running.abort();
    drop(running.await);
    drop(stop);
    let (running, stop) = relay(&servers, &servers.ledger);
    append_types(&servers, 50).await;
    assert_complete(&servers, 200).await;
    // A topic that is lost is filled again.
    stop.cancel();
    running.await.unwrap();
    lose(&servers, "list.archived").await;
    let (running, stop) = relay(&servers, &servers.ledger);
    apply(&servers.cluster, &with_types()).await.unwrap();
    assert_complete(&servers, 200).await;
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_there_is_put_on_topics_by_type_from_its_beginning() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    append_types(&servers, 50).await;
    let on_task_events = |count: usize| count / 5 * 3;
    let (running, stop) = servers.relay(servers.avro());
    servers.records(on_task_events(50)).await;
    stop.cancel();
    running.await.unwrap();

    // Switched on before there are topics, it says which one is missing.
    let (running, stop) = relay(&servers, &servers.ledger);
    let trouble = async {
        loop {
            let holders = servers.ledger.holders(taskfold_bus::kafka::RELAY).await;
            if let Some(trouble) = holders.unwrap().into_iter().find_map(|one| one.trouble) {
                return trouble;
            }
            tokio::task::yield_now().await;
        }
    };
    let trouble = tokio::time::timeout(crate::kafka::PATIENCE, trouble).await;
    let trouble = trouble.unwrap();
    assert!(trouble.contains("topic task.created"), "{trouble}");
    apply(&servers.cluster, &with_types()).await.unwrap();
    assert_complete(&servers, 50).await;
    stop.cancel();
    running.await.unwrap();

    // Off for a while, then on again.
    let (running, stop) = servers.relay(servers.avro());
    append_types(&servers, 50).await;
    servers.records(on_task_events(100)).await;
    stop.cancel();
    running.await.unwrap();
    let (running, stop) = relay(&servers, &servers.ledger);
    append_types(&servers, 50).await;
    assert_complete(&servers, 150).await;
    let others = servers.records(on_task_events(150)).await;
    let numbers: Vec<u64> = others.iter().map(number).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    assert_eq!(numbers.len(), on_task_events(150), "nothing came twice");
    stop.cancel();
    running.await.unwrap();
}
