//! The relay against a real broker and a real registry.

use std::sync::Arc;
use std::time::Duration;

use krafka::Kafka;
use krafka::admin::{AdminClient, DeleteRecordsOptions};
use krafka::consumer::{AutoOffsetReset, ConsumerRecord, TopicPartition};
use taskfold_bus::kafka::{
    Cluster, ClusterOptions, Format, Registry, Relay, RelayOptions, SchemaIds, Security, Stand,
    TopicOptions, apply, plan, remove,
};
use taskfold_bus::{Bus, Consumer, Ledger, Options};
use taskfold_contracts::envelope::{Draft, Envelope, Recorded};
use taskfold_contracts::events::{Event, EventType, UserErased};
use taskfold_contracts::ids::{EventId, UserId};
use taskfold_contracts::kafka;
use taskfold_contracts::position::Version;
use taskfold_contracts::time::{Clock as _, SystemClock};
use taskfold_contracts::values::Actor;
use taskfold_log::conformance::kit::{append, context, stream, workspace};
use taskfold_log::{Append, Log};
use taskfold_spans::Recorder;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::kit::{self, Memory, Running};

/// The topics are the broker's: one test at a time.
pub(crate) static ALONE: Mutex<()> = Mutex::const_new(());
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);
const LEASE: Duration = Duration::from_secs(3);

pub(crate) struct Servers {
    pub(crate) given: taskfold_kit::Kafka,
    registry: Registry,
    pub(crate) cluster: Cluster,
    pub(crate) log: Log,
    pub(crate) ledger: Ledger,
    _dir: tempfile::TempDir,
}

pub(crate) fn topics() -> TopicOptions {
    TopicOptions {
        partitions: 1,
        replication: 1,
        min_insync: 1,
        retention_days: None,
        per_type: false,
    }
}

fn cluster_options(brokers: &str) -> ClusterOptions {
    ClusterOptions {
        brokers: brokers.to_owned(),
        security: Security::default(),
        client_id: "taskfold-test".to_owned(),
    }
}

impl Servers {
    /// Empty topics and an empty log; none where there are no servers.
    pub(crate) async fn new() -> Option<Self> {
        let servers = Self::with_topics_of_others()?;
        servers.without_topics().await;
        Some(servers)
    }

    /// An empty log, and topics as they are.
    pub(crate) fn with_topics_of_others() -> Option<Self> {
        let given = taskfold_kit::Kafka::given()?;
        let registry = Registry::new(&given.registry, None).unwrap();
        let cluster = Cluster::new(cluster_options(&given.brokers));
        let dir = tempfile::tempdir().unwrap();
        let options = taskfold_log::Options::default();
        let log = Log::open(&dir.path().join("log.db"), options, Arc::new(SystemClock)).unwrap();
        let ledger = Ledger::file(&dir.path().join("bus.db")).unwrap();
        Some(Self {
            given,
            registry,
            cluster,
            log,
            ledger,
            _dir: dir,
        })
    }

    pub(crate) async fn kafka(&self) -> Kafka {
        Kafka::builder(&self.given.brokers).connect().await.unwrap()
    }

    async fn admin(&self) -> AdminClient {
        self.kafka().await.admin()
    }

    async fn without_topics(&self) {
        let all = TopicOptions {
            per_type: true,
            ..topics()
        };
        remove(&self.cluster, &all).await.unwrap();
        assert_eq!(remove(&self.cluster, &all).await.unwrap(), [""; 0]);
    }

    #[allow(clippy::disallowed_methods, reason = "the handle is kept")]
    pub(crate) fn relay(&self, format: Format) -> (JoinHandle<()>, CancellationToken) {
        let options = self.relay_options(format);
        let (log, cluster) = (self.log.clone(), self.cluster.clone());
        let relay = Relay::new(
            log,
            cluster,
            self.ledger.clone(),
            Arc::new(SystemClock),
            options,
            Recorder::default(),
        );
        let stop = CancellationToken::new();
        (tokio::task::spawn(relay.run(stop.clone())), stop)
    }

    pub(crate) fn options(&self) -> ClusterOptions {
        cluster_options(&self.given.brokers)
    }

    #[allow(clippy::unused_self, reason = "it is asked of the servers")]
    pub(crate) fn relay_options(&self, format: Format) -> RelayOptions {
        RelayOptions {
            format,
            per_type: false,
            batch: 100,
            linger: Duration::from_millis(5),
            lease: LEASE,
        }
    }

    pub(crate) fn avro(&self) -> Format {
        Format::Avro(SchemaIds::new(self.registry.clone()))
    }

    /// The records of `task-events` from the beginning, as soon as there are so many.
    pub(crate) async fn records(&self, count: usize) -> Vec<ConsumerRecord> {
        self.records_on("task-events", count).await
    }

    /// The same of any topic.
    pub(crate) async fn records_on(&self, topic: &str, count: usize) -> Vec<ConsumerRecord> {
        let kafka = self.kafka().await;
        let reader = kafka.consumer_without_group();
        let reader = reader.auto_offset_reset(AutoOffsetReset::Earliest);
        let reader = reader.build().await.unwrap();
        reader.assign(topic, vec![0]).await.unwrap();
        let reading = async {
            let mut records = Vec::new();
            while records.len() < count {
                records.extend(reader.poll(Duration::from_millis(200)).await.unwrap());
            }
            records
        };
        let records = tokio::time::timeout(PATIENCE, reading).await;
        reader.close().await.unwrap();
        records.expect("the records come in time")
    }

    /// Appends so many events, in turn for two topics.
    async fn append_to_two_topics(&self, count: usize) {
        for number in 0..count {
            if number % 3 == 1 {
                self.log.append(of_a_user()).await.unwrap();
            } else {
                self.append(1).await;
            }
        }
    }

    /// A consumer that reads the topics, and what it does.
    pub(crate) fn consume(&self, sink: &Arc<Memory>) -> Running {
        let options = Options {
            bus: Bus::Kafka(self.cluster.clone()),
            ..kit::options()
        };
        let sink = Arc::clone(sink) as _;
        kit::start(Consumer::new(
            self.log.clone(),
            sink,
            Arc::new(SystemClock),
            options,
        ))
    }

    /// Appends so many events.
    pub(crate) async fn append(&self, count: usize) {
        for _ in 0..count {
            self.log
                .append(append(workspace(), stream(), 0, 1))
                .await
                .unwrap();
        }
    }

    pub(crate) async fn rows(&self) -> Vec<Arc<Recorded>> {
        self.log.read_partition(0, 0, 10_000).await.unwrap()
    }
}

/// An append of one event that goes to `user-events`.
fn of_a_user() -> Append {
    let (workspace, user) = (workspace(), UserId(stream().0));
    let event = Event::UserErased(UserErased { user });
    let context = context(workspace, Actor::User(user));
    let at = SystemClock.now();
    let id = EventId(stream().0);
    Append {
        workspace_id: workspace,
        expected: vec![(event.stream(), Version(0))],
        drafts: vec![Draft::new(&context, id, at, &event).unwrap()],
        idempotency: None,
        claims: Vec::new(),
    }
}

/// The position of a record.
pub(crate) fn number(record: &ConsumerRecord) -> u64 {
    row(record).header.position.number
}

/// The row that a record was made of.
pub(crate) fn row(record: &ConsumerRecord) -> Recorded {
    let header = |name: &str| record.header(name).flatten().map(|value| &value[..]);
    kafka::row(header, record.value.as_deref().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_are_planned_made_and_mended() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    let planned = plan(&servers.cluster, &topics()).await.unwrap();
    assert_eq!(planned.len(), 6, "{planned:?}");
    assert_eq!(
        planned[0].to_string(),
        "create task-events with 1 partitions, 1 copies of each"
    );
    let made = apply(&servers.cluster, &topics()).await.unwrap();
    assert_eq!(made, planned);
    assert_eq!(plan(&servers.cluster, &topics()).await.unwrap(), []);
    let shorter = TopicOptions {
        retention_days: Some(7),
        ..topics()
    };
    let planned = plan(&servers.cluster, &shorter).await.unwrap();
    assert_eq!(planned.len(), 6);
    assert_eq!(
        planned[0].to_string(),
        "set retention.ms of task-events from -1 to 604800000"
    );
    apply(&servers.cluster, &shorter).await.unwrap();
    assert_eq!(plan(&servers.cluster, &shorter).await.unwrap(), []);
    let more = TopicOptions {
        partitions: 4,
        ..topics()
    };
    let refused = apply(&servers.cluster, &more)
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(refused, "topic task-events has 1 partitions, the log has 4");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_schema_can_be_published_and_stays() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    for event_type in EventType::ALL {
        for version in 1..=event_type.schema_version() {
            let id = servers
                .registry
                .publish(*event_type, version)
                .await
                .unwrap();
            let stand = servers.registry.stand(*event_type, version).await.unwrap();
            assert_eq!(stand, Stand::Published(id), "{event_type:?} {version}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incompatible_schema_is_refused_by_the_registry() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    let event_type = EventType::TaskCreated;
    let newest = event_type.schema_version();
    servers.registry.publish(event_type, newest).await.unwrap();
    let mut schema: serde_json::Value = serde_json::from_str(event_type.schema_text()).unwrap();
    let fields = schema["fields"].as_array_mut().unwrap();
    let without_default = serde_json::json!({ "name": "effort", "type": "int" });
    fields.push(without_default);
    let subject = "task-events-com.todoapp.events.TaskCreated";
    let url = &servers.given.registry;
    let offered = reqwest::Client::new()
        .post(format!("{url}/subjects/{subject}/versions"))
        .json(&serde_json::json!({ "schema": schema.to_string() }));
    assert_eq!(offered.send().await.unwrap().status(), 409);
    let stand = servers.registry.stand(event_type, newest).await.unwrap();
    assert!(matches!(stand, Stand::Published(_)), "{stand:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_on_the_topic_in_order_and_a_restart_publishes_nothing_twice() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(50).await;
    let (relay, stop) = servers.relay(servers.avro());
    let records = servers.records(50).await;
    let rows = servers.rows().await;
    assert!(
        records
            .iter()
            .map(row)
            .eq(rows.iter().map(|row| Recorded::clone(row)))
    );
    for (record, row) in records.iter().zip(&rows) {
        assert_eq!(
            record.key_str(),
            Some(row.header.workspace_id.to_string().as_str())
        );
        assert_eq!(record.timestamp, row.header.recorded_at.as_millis());
        Envelope::open(row.header.clone(), &row.payload).unwrap();
    }
    // Killed before it notes anything, and once more after it was told to stop.
    relay.abort();
    drop(relay.await);
    drop(stop);
    for _ in 0..2 {
        let (relay, stop) = servers.relay(servers.avro());
        let next = servers.log.head(0).number;
        servers.append(1).await;
        let count = usize::try_from(next).unwrap() + 1;
        let records = servers.records(count).await;
        let numbers: Vec<_> = records
            .iter()
            .map(|record| row(record).header.position.number)
            .collect();
        assert!(numbers.iter().copied().eq(1..=next + 1), "{numbers:?}");
        stop.cancel();
        relay.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_lost_its_records_gets_them_again() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(30).await;
    let (relay, stop) = servers.relay(servers.avro());
    servers.records(30).await;
    stop.cancel();
    relay.await.unwrap();
    servers.without_topics().await;
    apply(&servers.cluster, &topics()).await.unwrap();
    let (relay, stop) = servers.relay(servers.avro());
    let records = servers.records(30).await;
    let numbers = records
        .iter()
        .map(|record| row(record).header.position.number);
    assert!(numbers.eq(1..=30));
    stop.cancel();
    relay.await.unwrap();
    // What time took away is not lost: it goes on where it was.
    let admin = servers.admin().await;
    let place = TopicPartition::new("task-events", 0);
    let expired = admin.delete_records([(place, -1)], DeleteRecordsOptions::default());
    drop(expired.await.unwrap());
    let (relay, stop) = servers.relay(servers.avro());
    servers.append(1).await;
    let records = servers.records(1).await;
    assert_eq!(row(&records[0]).header.position.number, 31);
    stop.cancel();
    relay.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_the_documented_event() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append(1).await;
    let (relay, stop) = servers.relay(Format::Json);
    let records = servers.records(1).await;
    let json: serde_json::Value =
        serde_json::from_slice(records[0].value.as_deref().unwrap()).unwrap();
    assert_eq!(
        records[0].header_str("content-type"),
        Some("application/cloudevents+json")
    );
    assert_eq!(json["position"], "0:1");
    assert_eq!(json["data"]["event_type"], json["type"]);
    assert!(json["data"]["payload"].is_object());
    stop.cancel();
    relay.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_of_the_topics_sees_the_order_of_the_log() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    servers.append_to_two_topics(60).await;
    let (relay, stop) = servers.relay(servers.avro());
    let sink = Arc::new(Memory::default());
    let mut running = servers.consume(&sink);
    running.until(|status| status.position == 60).await;
    servers.append_to_two_topics(30).await;
    running.until(|status| status.position == 90).await;
    // Another consumer takes over where this one was.
    running.stop().await;
    let mut running = servers.consume(&sink);
    servers.append_to_two_topics(30).await;
    running.until(|status| status.position == 120).await;
    assert!(sink.tables().effects.iter().copied().eq(1..=120));
    running.stop().await;
    stop.cancel();
    relay.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_over_the_topics_is_read_from_the_log() {
    let _alone = ALONE.lock().await;
    let Some(servers) = Servers::new().await else {
        return;
    };
    apply(&servers.cluster, &topics()).await.unwrap();
    let sink = Arc::new(Memory::default());
    let mut running = servers.consume(&sink);
    // No relay runs.
    servers.append_to_two_topics(20).await;
    running.until(|status| status.position == 20).await;
    // It comes late, and publishes what has taken effect long ago.
    let (relay, stop) = servers.relay(servers.avro());
    servers.append_to_two_topics(20).await;
    running.until(|status| status.position == 40).await;
    // The topics are gone under it.
    servers.without_topics().await;
    servers.append_to_two_topics(20).await;
    running.until(|status| status.position == 60).await;
    assert!(sink.tables().effects.iter().copied().eq(1..=60));
    running.stop().await;
    stop.cancel();
    relay.await.unwrap();
}
