//! Prints how many appends a second the log on PostgreSQL acknowledges, on a private server that flushes
//! every commit, from one process and from two. `cargo bench -p taskfold-log --bench postgres`; `TMPDIR`
//! decides on which disk.
#![allow(missing_docs, reason = "a program, not a library")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that prints what it measured and may fail"
)]

#[path = "shared/mod.rs"]
mod shared;

use std::sync::Arc;

use shared::{clients_append, heading, runtime};
use taskfold_contracts::time::SystemClock;
use taskfold_kit::{Disk, Postgres};
use taskfold_log::{Log, Migrate, Options, PostgresOptions};

fn main() {
    let runtime = runtime();
    let server = Postgres::start(Disk::Safe).unwrap();
    heading();
    for (clients, lanes) in [(1, 4), (16, 4), (64, 1), (64, 4), (256, 1), (256, 4)] {
        let name = format!("{clients} clients, {lanes} lanes, 1 event");
        runtime.block_on(async {
            let log = open(&made(&server).await, lanes).await;
            clients_append(log, &name, clients, 1, false).await;
        });
    }
    for clients in [64, 256] {
        let name = format!("{clients} clients, 4 lanes, 1 event, key");
        runtime.block_on(async {
            let log = open(&made(&server).await, 4).await;
            clients_append(log, &name, clients, 1, true).await;
        });
    }
    runtime.block_on(async {
        let databases = made(&server).await;
        let (one, other) = (open(&databases, 4).await, open(&databases, 4).await);
        tokio::join!(
            clients_append(one, "2 processes: 32 clients of one", 32, 1, true),
            clients_append(other, "2 processes: 32 clients of the other", 32, 1, true),
        );
        let log = open(&databases, 4).await;
        clients_append(log, "4 clients, 100 events an append", 4, 100, false).await;
    });
}

async fn made(server: &Postgres) -> PostgresOptions {
    let databases = PostgresOptions::new(vec![server.database().unwrap()]);
    Log::migrate(&databases, &Migrate::default()).await.unwrap();
    databases
}

async fn open(databases: &PostgresOptions, lanes: usize) -> Log {
    let postgres = PostgresOptions {
        lanes,
        ..databases.clone()
    };
    let options = Options {
        partitions: 16,
        ..Options::default()
    };
    let clock = Arc::new(SystemClock);
    Log::connect(postgres, options, clock).await.unwrap()
}
