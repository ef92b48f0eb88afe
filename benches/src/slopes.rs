//! What the log's statements on `PostgreSQL` touch, counted in buffers (pages of 8 KiB found in memory or
//! read), which no load of the machine changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use taskfold_contracts::ids::{IdSource, SystemIds, UserId, WorkspaceId};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::SystemClock;
use taskfold_kit::run_at;
use taskfold_log::{Idempotency, Log, Migrate, Options, PostgresOptions};
use uuid::Uuid;

use crate::corpus::Corpus;
use crate::stats::log_slope;

/// Times that each statement runs.
const TIMES: u64 = 200;
/// Rows that each read is for.
const ROWS: usize = 10;
/// Events that are spread over workspaces.
const SPREAD: u64 = 100_000;
/// Workspaces that are filled at once.
const AT_ONCE: usize = 32;
/// Of the product.
const PARTITIONS: u32 = 16;

/// What a statement is called that has these words, the first that fits.
const NAMES: [(&str, &str); 10] = [
    ("FOR NO KEY UPDATE", "append: lock the heads"),
    ("WITH moved", "append: write"),
    ("CROSS JOIN LATERAL (SELECT version", "append: look up"),
    ("WITH RECURSIVE search", "find a time"),
    ("partition = $1 AND number > $2", "read a partition"),
    ("workspace_id = $1 AND number > $2", "read a workspace"),
    ("workspace_id = $1 AND number < $2", "newest of a workspace"),
    ("stream_id = $1 AND version > $2", "read a stream"),
    ("change_id = $1", "read a change"),
    ("log.idempotency WHERE key = $1", "find a key"),
];

/// Of this session's database.
const COUNTED: &str = "SELECT coalesce(json_agg(counted), '[]') FROM (
    SELECT query, (shared_blks_hit + shared_blks_read)::float8 / calls AS buffers
    FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
    WHERE datname = current_database() AND query LIKE '%log.%' AND calls >= ";

/// Both series.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Slopes {
    size: Series,
    workspaces: Series,
}

/// Logs that differ in one thing.
#[derive(Debug, serde::Serialize)]
struct Series {
    rows: Vec<Row>,
    /// Of the buffers of each statement, ln over ln.
    slopes: BTreeMap<String, f64>,
}

/// A log.
#[derive(Debug, serde::Serialize)]
struct Row {
    events: u64,
    workspaces: u64,
    /// Buffers that each statement touches, on average.
    buffers: BTreeMap<String, f64>,
}

#[derive(serde::Deserialize)]
struct Counted {
    query: String,
    buffers: f64,
}

/// Makes logs in databases of their own at the server of this superuser, and counts.
pub(crate) async fn measure(server: &str, sizes: &[u64], workspaces: &[u64]) -> Result<Slopes> {
    let mut by_size = Vec::new();
    let mut filled = Filled::new(server, "slopes_size", 1).await?;
    for events in sizes {
        filled.grow(events.saturating_sub(filled.each)).await?;
        by_size.push(filled.count().await?);
    }
    filled.log.shutdown().await;
    let mut by_workspaces = Vec::new();
    for number in workspaces {
        let name = format!("slopes_workspaces_{number}");
        let mut filled = Filled::new(server, &name, *number).await?;
        filled.grow(SPREAD / (*number).max(1)).await?;
        by_workspaces.push(filled.count().await?);
        filled.log.shutdown().await;
    }
    Ok(Slopes {
        size: Series::of(by_size, |row| row.events),
        workspaces: Series::of(by_workspaces, |row| row.workspaces),
    })
}

/// A log with its histories.
struct Filled {
    url: String,
    log: Log,
    corpora: Vec<Corpus>,
    /// Events of each workspace.
    each: u64,
}

impl Filled {
    /// A new log in a new database.
    async fn new(server: &str, name: &str, workspaces: u64) -> Result<Self> {
        let (place, _) = server
            .rsplit_once('/')
            .context("the address has no database")?;
        let url = format!("{place}/{name}");
        for made in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
            format!("ALTER DATABASE {name} SET pg_stat_statements.track = 'top'"),
        ] {
            run_at(server, &made)?;
        }
        run_at(&url, "CREATE EXTENSION pg_stat_statements")?;
        let databases = PostgresOptions::new(vec![url.clone()]);
        let migrate = Migrate {
            partitions: PARTITIONS,
            ..Migrate::default()
        };
        Log::migrate(&databases, &migrate).await?;
        let options = Options {
            partitions: PARTITIONS,
            // Reads are to go to the database.
            ring_rows: 1,
            ..Options::default()
        };
        let log = Log::connect(databases, options, Arc::new(SystemClock)).await?;
        let corpus = |number| {
            let id = Uuid::from_u128(u128::from(number) + 1);
            Corpus::mixed(WorkspaceId(id), UserId(id))
        };
        Ok(Self {
            url,
            log,
            corpora: (0..workspaces).map(corpus).collect(),
            each: 0,
        })
    }

    /// Appends so many events to each workspace.
    async fn grow(&mut self, events: u64) -> Result<()> {
        let log = &self.log;
        let growing = std::mem::take(&mut self.corpora).into_iter();
        let growing = growing.map(|mut corpus| async move {
            corpus.append_to(log, events).await?;
            anyhow::Ok(corpus)
        });
        let grown = stream::iter(growing).buffer_unordered(AT_ONCE);
        self.corpora = grown.try_collect().await?;
        self.each += events;
        Ok(())
    }

    /// Runs every statement and counts.
    async fn count(&mut self) -> Result<Row> {
        // The first few read the catalogue and prepare.
        self.touch(TIMES / 5).await?;
        run_at(&self.url, "SELECT pg_stat_statements_reset()")?;
        self.touch(TIMES).await?;
        let found = run_at(&self.url, &format!("{COUNTED}{TIMES}) AS counted"))?;
        let found: Vec<Counted> = serde_json::from_str(&found)?;
        let mut buffers = BTreeMap::new();
        for one in found {
            *buffers.entry(name(&one.query)).or_insert(0.0) += one.buffers;
        }
        let append = buffers
            .iter()
            .filter(|(name, _)| name.starts_with("append"));
        let append: f64 = append.map(|(_, buffers)| buffers).sum();
        buffers.insert("append: all".to_owned(), append);
        Ok(Row {
            events: self.each * self.corpora.len() as u64,
            workspaces: self.corpora.len() as u64,
            buffers,
        })
    }

    async fn touch(&mut self, times: u64) -> Result<()> {
        for turn in 1..=times {
            // A multiplicative step spreads the places without a generator's state.
            let roll = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            let place = usize::try_from(roll)?.checked_rem(self.corpora.len());
            let corpus = &mut self.corpora[place.context("no workspaces")?];
            let (log, workspace) = (&self.log, corpus.workspace());
            let mut append = corpus.change(1)?;
            let key = new_key();
            append.idempotency = Some(Idempotency {
                key,
                fingerprint: [1; 32],
                reply: vec![b'r'; 100],
            });
            let appended = log.append(append).await?;
            log.read_change(appended.change_id).await?;
            log.idempotent(&key).await?;
            let partition = log.partition_of(workspace);
            let last = log.head(partition).number.saturating_sub(ROWS as u64);
            let after = roll.checked_rem(last).unwrap_or_default();
            let rows = log.read_partition(partition, after, ROWS).await?;
            let row = rows.first().context("the log is empty")?;
            let stream = row.header.stream_id;
            log.read_stream(stream, Version(0), ROWS).await?;
            log.position_at(partition, row.header.recorded_at).await?;
            log.read_workspace(workspace, 0, None, ROWS).await?;
            log.recent_of_workspace(workspace, None, ROWS).await?;
        }
        Ok(())
    }
}

impl Series {
    #[allow(clippy::cast_precision_loss, reason = "at most some millions")]
    fn of(rows: Vec<Row>, size: fn(&Row) -> u64) -> Self {
        let names = rows.first().map(|row| row.buffers.keys().cloned());
        let slope = |name: String| {
            let buffers = |row: &Row| row.buffers.get(&name).copied().unwrap_or(f64::NAN);
            let points = rows.iter().map(|row| (size(row) as f64, buffers(row)));
            let slope = log_slope(&points.collect::<Vec<_>>());
            (name, slope)
        };
        let slopes = names.into_iter().flatten().map(slope).collect();
        Self { rows, slopes }
    }
}

fn name(query: &str) -> String {
    let words: Vec<&str> = query.split_whitespace().collect();
    let query = words.join(" ");
    let known = NAMES.iter().find(|(words, _)| query.contains(words));
    let unknown = || query.chars().take(60).collect();
    known.map_or_else(unknown, |(_, name)| (*name).to_owned())
}

fn new_key() -> [u8; 32] {
    let (one, other) = (SystemIds.next(), SystemIds.next());
    let mut key = [0; 32];
    // The front of real keys is a hash: put what is random first.
    key[..8].copy_from_slice(&one.as_bytes()[8..]);
    key[8..24].copy_from_slice(other.as_bytes());
    key
}
