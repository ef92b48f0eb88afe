//! What grows with the data: start-up, memory, and the latency of lists and searches.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_kit::{Connection, Server, Start};
use taskfold_log::{Log, Options};

use crate::corpus::{self, Corpus};
use crate::report::Report;
use crate::stats::{Latencies, log_slope};

/// Requests for each latency.
const REQUESTS: usize = 400;

/// Start-up on a log of some size.
#[derive(Debug, serde::Serialize)]
pub(crate) struct StartRow {
    pub(crate) events: u64,
    pub(crate) ready_ms: f64,
    pub(crate) resident_mb: f64,
}

/// Latencies at some number of tasks.
#[derive(Debug, serde::Serialize)]
pub(crate) struct SizeRow {
    pub(crate) tasks: u64,
    pub(crate) list_p50_ms: f64,
    pub(crate) list_p99_ms: f64,
    pub(crate) search_p50_ms: f64,
    pub(crate) search_p99_ms: f64,
    pub(crate) search_rare_p50_ms: f64,
    pub(crate) search_common_p50_ms: f64,
}

pub(crate) async fn measure(binary: &Path, events: u64, report: &mut Report) -> Result<()> {
    report.start.push(started(binary, 0).await?);
    report.start.push(started(binary, events).await?);
    for tasks in [100, 10_000, 100_000] {
        report.sizes.push(latencies(binary, tasks).await?);
    }
    #[allow(clippy::cast_precision_loss, reason = "at most 100,000")]
    let points = |latency: fn(&SizeRow) -> f64| -> Vec<(f64, f64)> {
        report
            .sizes
            .iter()
            .map(|row| (row.tasks as f64, latency(row)))
            .collect()
    };
    let slopes = [
        log_slope(&points(|row| row.list_p50_ms)),
        log_slope(&points(|row| row.search_p50_ms)),
        log_slope(&points(|row| row.search_rare_p50_ms)),
        log_slope(&points(|row| row.search_common_p50_ms)),
    ];
    [
        report.list_slope,
        report.search_slope,
        report.search_rare_slope,
        report.search_common_slope,
    ] = slopes;
    Ok(())
}

async fn started(binary: &Path, events: u64) -> Result<StartRow> {
    let folder = tempfile::tempdir()?;
    let start = start(binary, folder.path());
    filled(&start, Corpus::mixed, events).await?;
    let server = Server::start(&start).await?;
    // Let start-up work end, then look at what stays.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(StartRow {
        events,
        ready_ms: server.ready_after.as_secs_f64() * 1e3,
        resident_mb: server.resident_mb()?,
    })
}

async fn latencies(binary: &Path, tasks: u64) -> Result<SizeRow> {
    let folder = tempfile::tempdir()?;
    let start = start(binary, folder.path());
    let corpus = |workspace, user| Corpus::creations(workspace, user, tasks);
    let token = filled(&start, corpus, tasks).await?;
    let server = Server::start(&start).await?;
    // What was just filled puts its search index together in the first quiet seconds.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut list = get(&server, &token, "/api/v1/tasks?limit=50&sort=due").await?;
    // The same page of matches at every size: what is measured is the size, not the answer.
    let searched = async |word: &str| {
        let path = format!("/api/v1/search?q={word}+&limit=20");
        get(&server, &token, &path).await
    };
    let mut search = searched(corpus::IN_TWENTY).await?;
    let mut rare = searched(corpus::IN_ONE).await?;
    let mut common = searched(corpus::IN_ALL).await?;
    Ok(SizeRow {
        tasks,
        list_p50_ms: list.percentile(0.5),
        list_p99_ms: list.percentile(0.99),
        search_p50_ms: search.percentile(0.5),
        search_p99_ms: search.percentile(0.99),
        search_rare_p50_ms: rare.percentile(0.5),
        search_common_p50_ms: common.percentile(0.5),
    })
}

fn start(binary: &Path, data: &Path) -> Start {
    Start {
        binary: binary.to_owned(),
        data: data.to_owned(),
        environment: Vec::new(),
    }
}

/// Registers an account, appends its history straight to the log, and lets a server bring the views up
/// to date. Gives a token.
async fn filled(
    start: &Start,
    corpus: impl FnOnce(WorkspaceId, UserId) -> Corpus,
    events: u64,
) -> Result<String> {
    let server = Server::start(start).await?;
    let token = server.token().await?;
    let mut connection = Connection::open(&server.address).await?;
    let me = connection
        .send("GET", "/api/v1/me", Some(&token), "")
        .await?
        .json()?;
    let id = |field: &str| {
        me[field]
            .as_str()
            .with_context(|| format!("no {field} in {me}"))
    };
    let user: UserId = id("user_id")?.parse()?;
    let workspace: WorkspaceId = id("personal_workspace_id")?.parse()?;
    server.kill()?;
    let log = Log::open(
        &start.data.join("log.db"),
        Options::default(),
        Arc::new(SystemClock),
    )?;
    corpus(workspace, user).append_to(&log, events).await?;
    let head = log.head(0);
    log.shutdown().await;
    drop(log);
    let server = Server::start(start).await?;
    caught_up(&server, &token, &head.to_string()).await?;
    server.kill()?;
    Ok(token)
}

async fn caught_up(server: &Server, token: &str, position: &str) -> Result<()> {
    let headers = format!("authorization: Bearer {token}\r\ntaskfold-position: {position}\r\n");
    let until = Instant::now() + Duration::from_mins(5);
    let mut connection = Connection::open(&server.address).await?;
    while Instant::now() < until {
        let answer = connection
            .send_with_headers("GET", "/api/v1/tasks?limit=1", &headers, "")
            .await?;
        if answer.status == 200 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the views did not reach {position}")
}

async fn get(server: &Server, token: &str, path: &str) -> Result<Latencies> {
    let mut connection = Connection::open(&server.address).await?;
    let mut latencies = Latencies::default();
    for request in 0..REQUESTS + 20 {
        let sent = Instant::now();
        let answer = connection.send("GET", path, Some(token), "").await?;
        if answer.status != 200 {
            bail!(
                "{path}: {} {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        // The first few warm the caches.
        if request >= 20 {
            latencies.push(sent.elapsed());
        }
    }
    Ok(latencies)
}
