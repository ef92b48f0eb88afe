//! `taskfold log tail --follow`: the log as it grows.
//!
//! The log is read from its file, beside whoever writes to it: a server, or other commands. Nobody is kept
//! from writing, and a server need not know.

use std::time::Duration;

use taskfold_log::{Log as EventLog, Options};

use super::{files, last, print};
use crate::cli::App;
use crate::exit::Failure;

/// Time between two looks whether there is more: half of what a person notices.
const LOOK: Duration = Duration::from_millis(100);
/// Rows read at once; with more to come there is no pause.
const PAGE: usize = 500;

/// Prints the last `lines` rows of the partition, then what comes, until it is told to stop.
pub(super) async fn run(app: &App, lines: u64, partition: u32) -> Result<(), Failure> {
    let path = files::log_path(app);
    files::refuse_missing(app, &path)?;
    let log = EventLog::open_read_only(&path, &Options::default())
        .map_err(|error| files::unopened(app, &error))?;
    let outcome = tokio::select! {
        outcome = follow(app, &log, lines, partition) => outcome,
        told = tokio::signal::ctrl_c() => told.map_err(Failure::from),
    };
    log.shutdown().await;
    outcome
}

async fn follow(app: &App, log: &EventLog, lines: u64, partition: u32) -> Result<(), Failure> {
    let mut rows = last(log, lines, partition).await?;
    let mut seen = log.head(partition).number.saturating_sub(lines);
    let mut header = true;
    loop {
        if let Some(row) = rows.last() {
            seen = row.header.position.number;
            print(app, log, &rows, header)?;
            header = false;
        }
        if rows.len() < PAGE {
            tokio::time::sleep(LOOK).await;
        }
        rows = log
            .read_partition(partition, seen, PAGE)
            .await
            .map_err(|error| Failure::doing("read the log", error))?;
    }
}
