//! The log on Kafka, on a real broker with a real registry.

use std::process::Command;
use std::sync::Mutex;

use serde_json::Value;
use taskfold_kit::{Kafka, Postgres};

use crate::kit::{Home, Ran, Server, finish};

/// The topics are the broker's: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// One installation, of one or several processes.
struct Installation {
    brokers: String,
    registry: String,
    format: &'static str,
    bus: &'static str,
    /// The database, when it is not in files.
    database: Option<String>,
    keys: Home,
}

impl Installation {
    /// With no topics; none where there are no servers.
    fn new() -> Option<Self> {
        let Kafka {
            brokers, registry, ..
        } = Kafka::given()?;
        let own = Self {
            brokers,
            registry,
            format: "avro",
            bus: "log",
            database: None,
            keys: Home::in_files(),
        };
        own.run(&own.keys, &["kafka", "remove", "--yes"]).ok();
        Some(own)
    }

    fn command(&self, home: &Home, arguments: &[&str]) -> Command {
        let mut command = home.command(arguments);
        command
            .env("TASKFOLD_KAFKA__BROKERS", &self.brokers)
            .env("TASKFOLD_KAFKA__REPLICATION", "1")
            .env("TASKFOLD_KAFKA__MIN_INSYNC", "1")
            .env("TASKFOLD_KAFKA__FORMAT", self.format)
            .env("TASKFOLD_BUS__KIND", self.bus)
            .env("TASKFOLD_REGISTRY__URL", &self.registry);
        if let Some(url) = &self.database {
            command
                .env("TASKFOLD_STORE__KIND", "postgres")
                .env("TASKFOLD_STORE__URLS", url)
                .env("TASKFOLD_INTERNAL__KEYS", self.keys.path("keys"));
        }
        command
    }

    fn run(&self, home: &Home, arguments: &[&str]) -> Ran {
        finish(&mut self.command(home, arguments))
    }

    fn serve(&self, home: &Home) -> Server {
        Server::start(&mut self.command(home, &["serve", "--listen", "127.0.0.1:0"]))
    }

    fn titles(&self, home: &Home) -> Vec<String> {
        let page = self.run(home, &["--json", "list"]).ok().json();
        let items = page["items"].as_array().unwrap().iter();
        let titles = items.map(|task| task["title"].as_str().unwrap().to_owned());
        titles.collect()
    }
}

fn published(told: &Value) -> bool {
    told["relay_partitions"].as_u64() > Some(0)
        && told["relay_backlog_events"] == 0
        && told["relay_error"].is_null()
}

#[test]
fn topics_and_schemas_are_made_and_one_process_publishes() {
    let _alone = ALONE.lock();
    let Some(mut installation) = Installation::new() else {
        return;
    };
    let home = Home::in_files();
    let plan = installation.run(&home, &["kafka", "plan"]).code(6);
    assert!(
        plan.out.contains("create task-events with 1 partitions"),
        "{}",
        plan.out
    );
    let applied = installation.run(&home, &["kafka", "apply"]).ok();
    assert_eq!(applied.out, plan.out);
    let again = installation.run(&home, &["kafka", "apply"]).ok();
    assert_eq!(again.out, "the topics are as they are to be\n");
    installation.run(&home, &["contracts", "check"]).ok();
    installation.run(&home, &["contracts", "publish"]).ok();
    let known = installation
        .run(&home, &["--json", "contracts", "publish"])
        .ok();
    assert_eq!(known.json()["published"], serde_json::json!([]));

    let server = installation.serve(&home);
    installation.run(&home, &["add", "Water the plants"]).ok();
    server.ready_when(published);
    let metrics = server.get("/metrics");
    let backlog = "taskfold_relay_backlog_events{partition=\"0\"} 0";
    assert!(metrics.contains(backlog), "{metrics}");
    assert_eq!(server.stop(), Some(0));
    let doctor = installation.run(&home, &["doctor"]).ok();
    assert!(
        doctor.out.contains("0 events are not published"),
        "{}",
        doctor.out
    );

    // The same log over the topics.
    installation.bus = "kafka";
    let server = installation.serve(&home);
    installation.run(&home, &["add", "Call mum"]).ok();
    assert_eq!(installation.titles(&home), ["Water the plants", "Call mum"]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn commands_go_on_where_kafka_is_away() {
    let _alone = ALONE.lock();
    let Some(mut installation) = Installation::new() else {
        return;
    };
    let home = Home::in_files();
    let brokers = std::mem::replace(&mut installation.brokers, "127.0.0.1:1".to_owned());
    installation.bus = "kafka";
    let server = installation.serve(&home);
    for number in 1..=20 {
        installation
            .run(&home, &["add", &format!("Task {number}")])
            .ok();
    }
    assert_eq!(installation.titles(&home).len(), 20);
    let told = server.ready_when(|told| !told["relay_error"].is_null());
    assert_eq!(told["ready"], true, "{told}");
    assert!(told["relay_backlog_events"].as_u64() > Some(20), "{told}");
    assert_eq!(server.stop(), Some(0));
    let doctor = installation.run(&home, &["doctor"]).ok();
    assert!(
        doctor.out.contains("partition 0: Kafka: "),
        "{}",
        doctor.out
    );

    installation.brokers = brokers;
    installation.run(&home, &["kafka", "apply"]).ok();
    let server = installation.serve(&home);
    server.ready_when(published);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn processors_share_partitions_and_one_that_stands_still_does_no_harm() {
    let _alone = ALONE.lock();
    let Some(mut installation) = Installation::new() else {
        return;
    };
    installation.database = Some(Postgres::shared().database().unwrap());
    let keys = installation.keys.path("keys");
    let made = ["keys", "new", "test", "--directory", keys.to_str().unwrap()];
    installation.keys.run(&made).ok();
    let homes = [Home::in_files(), Home::in_files(), Home::in_files()];
    installation.run(&homes[0], &["migrate"]).ok();
    installation.run(&homes[0], &["kafka", "apply"]).ok();
    let processor = |home| {
        let serve = ["serve", "--role", "query", "--role", "processor"];
        let mut command = installation.command(home, &serve);
        Server::start(command.env("TASKFOLD_SERVE__INTERNAL_LISTEN", "127.0.0.1:0"))
    };
    let (first, second) = (processor(&homes[1]), processor(&homes[2]));
    let serve = ["serve", "--role", "gateway", "--role", "command"];
    let serve = serve.into_iter().chain(["--listen", "127.0.0.1:0"]);
    let mut gateway = installation.command(&homes[0], &serve.collect::<Vec<_>>());
    let gateway = Server::start(gateway.env("TASKFOLD_UPSTREAM__QUERY", &first.url));
    let add = |title: &str| {
        installation.run(&homes[0], &["add", title]).ok();
    };
    add("Before");
    let half = |told: &Value| told["relay_partitions"] == 8 && published(told);
    first.ready_when(half);
    second.ready_when(half);
    second.signal("-STOP");
    add("Meanwhile");
    first.ready_when(|told| told["relay_partitions"] == 16 && published(told));
    second.signal("-CONT");
    add("After");
    first.ready_when(half);
    second.ready_when(half);
    let doctor = installation.run(&homes[0], &["doctor"]);
    assert!(doctor.out.contains("as they are to be"), "{}", doctor.out);
    for server in [gateway, second, first] {
        assert_eq!(server.stop(), Some(0));
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let home = Home::in_files();
    let refused = |pairs: &[(&str, &str)], wanted: &str| {
        let mut command = home.command(&["serve"]);
        for (name, value) in pairs {
            command.env(format!("TASKFOLD_{name}"), value);
        }
        let ran = finish(&mut command).code(2);
        assert!(ran.err.contains(wanted), "{}", ran.err);
    };
    let brokers = ("KAFKA__BROKERS", "127.0.0.1:1");
    refused(&[("BUS__KIND", "kafka")], "needs kafka.brokers");
    refused(&[brokers], "needs registry.url");
    let json = ("KAFKA__FORMAT", "json");
    refused(&[brokers, json, ("BUS__KIND", "kafka")], "reads Avro");
    refused(
        &[brokers, json, ("KAFKA__USERNAME", "app")],
        "kafka.password",
    );
    let password = ("KAFKA__PASSWORD", "s3cret");
    let name = ("KAFKA__USERNAME", "app");
    let plain = ("KAFKA__MECHANISM", "plain");
    refused(
        &[brokers, json, name, password, plain],
        "it needs kafka.tls",
    );
    refused(
        &[brokers, json, ("KAFKA__CA_FILE", "/ca.pem")],
        "kafka.tls is false",
    );
    let tls = ("KAFKA__TLS", "true");
    let key = ("KAFKA__KEY_FILE", "/key.pem");
    refused(&[brokers, json, tls, key], "kafka.certificate_file");
}
