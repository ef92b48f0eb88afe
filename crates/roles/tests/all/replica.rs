//! A query role that reads a streaming replica of PostgreSQL.

use std::time::{Duration, Instant};

use serde_json::json;
use taskfold_kit::{Disk, Postgres};
use taskfold_roles::process::{Options, Role, Store, Wire};
use taskfold_sql::Server;

use crate::deployment::until_there_are_views;
use crate::kit::{PATIENCE, Person};
use crate::shared_log::Cluster;
use crate::shared_views::{ready, until};

const COMMAND: usize = 0;
const QUERY: usize = 2;
const GATEWAY: usize = 3;

/// A primary with replicas, and one process a role: queries read the replicas.
struct Replicated {
    /// Ended last: the processes use it.
    cluster: Cluster,
    replicas: Vec<Postgres>,
    database: String,
    _primary: Postgres,
}

impl Replicated {
    /// The first of the replicas is read as long as it is there.
    async fn with(count: usize) -> Self {
        let primary = Postgres::start(Disk::Hasty).unwrap();
        let url = primary.database().unwrap();
        let database = url.rsplit('/').next().unwrap().to_owned();
        let mut cluster = Cluster::on(&url).await;
        let listens = Wire {
            listens: true,
            ..Wire::default()
        };
        cluster.add(&[Role::Command], listens.clone()).await;
        cluster.add(&[Role::Processor], listens.clone()).await;
        until_there_are_views(&cluster.running[1].1).await;
        let replicas: Vec<Postgres> = (0..count).map(|_| primary.replica().unwrap()).collect();
        let hosts = replicas.iter().map(|replica| {
            let url = replica.url(&database);
            let host = url.split('@').nth(1).unwrap();
            host.split('/').next().unwrap().to_owned()
        });
        let hosts = hosts.collect::<Vec<_>>().join(",");
        let replica = Server::parse(&format!("postgres://postgres@{hosts}/{database}")).unwrap();
        let reads_replica = |options: &mut Options| {
            options.views_lag = Duration::ZERO;
            if let Store::Servers(servers) = &mut options.store {
                servers.views.options.replica = Some(replica);
            }
        };
        cluster
            .add_with(&[Role::Query], listens, reads_replica)
            .await;
        until_there_are_views(&cluster.running[QUERY].1).await;
        cluster.gateway(&[COMMAND], &[QUERY]).await;
        Self {
            cluster,
            replicas,
            database,
            _primary: primary,
        }
    }

    async fn anna(&self) -> Person {
        let [anna, _] = self.cluster.person([GATEWAY, GATEWAY]).await;
        anna
    }

    fn at(&self, replica: usize, sql: &str) -> String {
        self.replicas[replica].run(&self.database, sql).unwrap()
    }

    /// The replica receives, and shows nothing new.
    fn hold(&self, replica: usize) {
        self.at(replica, "SELECT pg_wal_replay_pause()");
    }

    fn release(&self, replica: usize) {
        self.at(replica, "SELECT pg_wal_replay_resume()");
    }

    /// Connections of the query role to a replica.
    fn readers(&self, replica: usize) -> usize {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'taskfold-views'";
        self.at(replica, sql).parse().unwrap()
    }

    fn query_url(&self) -> String {
        self.cluster.running[QUERY].0.url()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_writes_are_waited_for_and_never_missed() {
    let own = Replicated::with(1).await;
    let anna = own.anna().await;
    let made = anna.post("/tasks", json!({"title": "seen"})).await.ok();
    let task = format!("/tasks/{}", made.id());
    anna.get_at(&task, made.position()).await.ok();
    assert!(own.readers(0) > 0, "the replica answers");
    until(&own.query_url(), 200).await;

    own.hold(0);
    let made = anna.post("/tasks", json!({"title": "later"})).await.ok();
    let task = format!("/tasks/{}", made.id());
    let late = anna.get_at_once(&task, made.position()).await;
    late.assert_problem(503, "views_behind");
    assert_eq!(late.header("retry-after"), "1");
    let listed = anna.get_at_once("/tasks", made.position()).await;
    listed.assert_problem(503, "views_behind");
    // Who has seen nothing is shown what the replica has.
    let listed = anna.get_now("/tasks").await.ok().body;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    until(&own.query_url(), 503).await;
    let (_, told) = ready(&own.query_url()).await;
    assert_eq!(
        (&told["views"], &told["views_lag_events"]),
        (&json!(true), &json!(1))
    );

    // A read that waits is answered as soon as it can be.
    let (read, ()) = tokio::join!(anna.get_at(&task, made.position()), async {
        own.release(0);
    });
    assert_eq!(read.ok().body["title"], "later");
    until(&own.query_url(), 200).await;
    own.cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_process_without_its_replica_is_not_ready_and_comes_back() {
    let own = Replicated::with(1).await;
    let anna = own.anna().await;
    let made = anna.post("/tasks", json!({"title": "before"})).await.ok();
    let task = format!("/tasks/{}", made.id());
    anna.get_at(&task, made.position()).await.ok();
    until(&own.query_url(), 200).await;
    own.replicas[0].stop().unwrap();
    anna.get_now(&task).await.assert_problem(503, "busy");
    // Also when nothing happens by which the views could grow old.
    until(&own.query_url(), 503).await;
    let (_, told) = ready(&own.query_url()).await;
    assert_eq!(told["views"], false, "{told}");
    let made = anna
        .post("/tasks", json!({"title": "meanwhile"}))
        .await
        .ok();
    let meanwhile = format!("/tasks/{}", made.id());
    let read = anna.get_at_once(&meanwhile, made.position()).await;
    assert_eq!(read.status, 503, "{}", read.body);
    own.replicas[0].resume().unwrap();
    until(&own.query_url(), 200).await;
    for path in [&task, &meanwhile] {
        anna.get_at(path, made.position()).await.ok();
    }
    own.cluster.stop().await;
}

/// What one replica has shown, another that takes its place may not have yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_is_not_believed_to_have_what_another_had() {
    let own = Replicated::with(2).await;
    let anna = own.anna().await;
    let made = anna.post("/tasks", json!({"title": "both"})).await.ok();
    let both = format!("/tasks/{}", made.id());
    anna.get_at(&both, made.position()).await.ok();
    own.hold(1);
    let made = anna.post("/tasks", json!({"title": "first"})).await.ok();
    let task = format!("/tasks/{}", made.id());
    anna.get_at(&task, made.position()).await.ok();
    own.replicas[0].stop().unwrap();
    let begun = Instant::now();
    loop {
        let read = anna.get_at_once(&task, made.position()).await;
        assert_eq!(read.status, 503, "{}", read.body);
        // Until then the lines to the first one break.
        if read.body["code"] == "views_behind" {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "still {}", read.body);
    }
    assert!(own.readers(1) > 0, "the other one answers");
    own.release(1);
    let begun = Instant::now();
    while anna.get_at_once(&task, made.position()).await.status != 200 {
        assert!(begun.elapsed() < PATIENCE, "it does not come");
    }
    own.cluster.stop().await;
}
