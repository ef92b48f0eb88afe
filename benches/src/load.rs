//! Clients that write as fast as they are answered.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::stats::Latencies;
use taskfold_kit::Connection;

/// What `clients` got done.
#[derive(Debug, serde::Serialize)]
pub(crate) struct LoadRow {
    pub(crate) clients: usize,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) p999_ms: f64,
    /// Times the bare one-commit-a-row rate of the same run.
    pub(crate) times_bare: f64,
}

/// Creates tasks over `clients` connections for `length`; each waits for its acknowledgement.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub(crate) async fn create_tasks(
    address: &str,
    token: &str,
    clients: usize,
    length: Duration,
    bare: f64,
) -> Result<LoadRow> {
    let started = Instant::now();
    let workers: Vec<_> = (0..clients)
        .map(|client| {
            let (address, token) = (address.to_owned(), token.to_owned());
            #[allow(clippy::disallowed_methods, reason = "each handle is awaited below")]
            tokio::spawn(async move { work(&address, &token, client, started + length).await })
        })
        .collect();
    let mut latencies = Latencies::default();
    for worker in workers {
        latencies.extend(worker.await??);
    }
    let per_second = latencies.len() as f64 / started.elapsed().as_secs_f64();
    Ok(LoadRow {
        clients,
        per_second,
        p50_ms: latencies.percentile(0.5),
        p99_ms: latencies.percentile(0.99),
        p999_ms: latencies.percentile(0.999),
        times_bare: per_second / bare,
    })
}

async fn work(address: &str, token: &str, client: usize, until: Instant) -> Result<Latencies> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Latencies::default();
    let mut number = 0_u32;
    while Instant::now() < until {
        let body = format!(r#"{{"title":"Task {number} of client {client}","priority":"high"}}"#);
        let sent = Instant::now();
        let answer = connection
            .send("POST", "/api/v1/tasks", Some(token), &body)
            .await?;
        latencies.push(sent.elapsed());
        if answer.status != 201 {
            bail!(
                "create: {} {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        number += 1;
    }
    Ok(latencies)
}
