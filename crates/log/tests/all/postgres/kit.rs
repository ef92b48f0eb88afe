//! Logs on databases of their own.

use std::sync::Arc;
use std::time::Duration;

use taskfold_contracts::position::Position;
use taskfold_contracts::time::{Clock, SystemClock};
use taskfold_kit::{Postgres, run_at};
use taskfold_log::conformance::{Backend, Damage};
use taskfold_log::{Log, Migrate, Options, PostgresOptions};

/// Databases of a log, not migrated yet.
pub(crate) fn databases(shards: usize) -> PostgresOptions {
    let server = Postgres::shared();
    let urls = (0..shards).map(|_| server.database().unwrap());
    options(urls.collect())
}

/// Options that give up early.
pub(crate) fn options(urls: Vec<String>) -> PostgresOptions {
    PostgresOptions {
        patience: Duration::from_secs(10),
        ..PostgresOptions::new(urls)
    }
}

/// Makes a log of `partitions`.
pub(crate) async fn made(shards: usize, partitions: u32) -> PostgresOptions {
    let databases = databases(shards);
    let migrate = Migrate {
        partitions,
        ..Migrate::default()
    };
    Log::migrate(&databases, &migrate).await.unwrap();
    databases
}

/// Connects as one process would.
pub(crate) async fn connect(databases: &PostgresOptions, partitions: u32) -> Log {
    let options = Options {
        partitions,
        ..Options::default()
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Log::connect(databases.clone(), options, clock)
        .await
        .unwrap()
}

/// The suite's backend. The suite opens logs from code that does not wait, so this blocks its thread.
pub(crate) fn backend(shards: usize) -> Backend {
    let directory = tempfile::tempdir().unwrap();
    let databases = databases(shards);
    let urls = databases.urls.clone();
    Backend {
        open: Box::new(move |options, clock| {
            let databases = databases.clone();
            let opened = async move {
                let migrate = Migrate {
                    partitions: options.partitions,
                    ..Migrate::default()
                };
                Log::migrate(&databases, &migrate).await.unwrap();
                Log::connect(databases, options, clock).await.unwrap()
            };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(opened))
        }),
        tamper: Box::new(move |damage| tamper(&urls, *damage)),
        directory: directory.path().to_owned(),
        keep: Box::new(directory),
    }
}

/// As a superuser can who sets the triggers aside.
fn tamper(urls: &[String], damage: Damage) {
    let row = |at: Position| format!("partition = {} AND number = {}", at.partition, at.number);
    let (at, change) = match damage {
        Damage::Payload(at) => (
            at,
            format!(
                "UPDATE log.events SET payload = payload || '\\x00' WHERE {}",
                row(at)
            ),
        ),
        Damage::Actor(at) => (
            at,
            format!("UPDATE log.events SET actor = '\\x00' WHERE {}", row(at)),
        ),
        Damage::Remove(at) => (at, format!("DELETE FROM log.events WHERE {}", row(at))),
        Damage::Version(at) => (
            at,
            format!(
                "UPDATE log.events SET version = version + 1000 WHERE {}",
                row(at)
            ),
        ),
        Damage::Swap(one, other) => {
            let step = |from: i64, to: i64| {
                format!(
                    "UPDATE log.events SET number = {to} WHERE partition = {} AND number = {from};",
                    one.partition
                )
            };
            let (first, second) = (one.number.cast_signed(), other.number.cast_signed());
            (
                one,
                step(first, -1) + &step(second, first) + &step(-1, second),
            )
        }
    };
    let url = &urls[at.partition as usize % urls.len()];
    run_at(
        url,
        &format!("SET session_replication_role = replica; {change}"),
    )
    .unwrap();
}
