//! `taskfold log tail --follow`: the log as it grows.
//!
//! The log is read from its file, beside whoever writes to it: a server, or other commands. Nobody is kept
//! from writing, and a server need not know.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use taskfold_log::{Log as EventLog, Options};

use super::{files, last, print};
use crate::cli::App;
use crate::exit::Failure;

/// Time between two looks whether there is more: half of what a person notices.
const LOOK: Duration = Duration::from_millis(100);
/// Rows read at once.
const PAGE: usize = 500;

/// Prints the last `lines` rows of the partition, then what comes, until it is told to stop.
pub(super) async fn run(app: &App, lines: u64, partition: u32) -> Result<(), Failure> {
    let following = async {
        if files::on_servers(app) {
            return follow_servers(app, lines, partition).await;
        }
        files::refuse_missing(app, &files::log_path(app))?;
        follow(app, lines, partition).await
    };
    tokio::select! {
        outcome = following => outcome,
        told = tokio::signal::ctrl_c() => told.map_err(Failure::from),
    }
}

async fn follow(app: &App, lines: u64, partition: u32) -> Result<(), Failure> {
    let path = files::log_path(app);
    let (mut before, mut seen) = (None, None);
    loop {
        // Asked before the log is read: what changes in between is found at the next look.
        let state = state_of(&path);
        if before != Some(state) {
            let log = EventLog::open_read_only(&path, &Options::default())
                .map_err(|error| files::unopened(app.config(), &error))?;
            let outcome = print_new(app, &log, partition, lines, &mut seen).await;
            log.shutdown().await;
            outcome?;
            before = Some(state);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// On servers the log tells by itself what other processes add.
async fn follow_servers(app: &App, lines: u64, partition: u32) -> Result<(), Failure> {
    let log = files::open_log(app).await?;
    let (mut heads, mut seen) = (log.watch(partition), None);
    loop {
        print_new(app, &log, partition, lines, &mut seen).await?;
        heads
            .changed()
            .await
            .map_err(|error| Failure::doing("follow the log", error))?;
    }
}

/// Prints what is behind number `seen`; at first, the last `lines` rows.
async fn print_new(
    app: &App,
    log: &EventLog,
    partition: u32,
    lines: u64,
    seen: &mut Option<u64>,
) -> Result<(), Failure> {
    let mut rows = match *seen {
        None => last(log, lines, partition).await?,
        Some(_) => Vec::new(),
    };
    let mut header = true;
    loop {
        print(app, log, &rows, header && seen.is_none())?;
        header = false;
        let head = log.head(partition).number;
        let after = rows.last().map(|row| row.header.position.number);
        let after = after.or(*seen).unwrap_or(head);
        *seen = Some(after);
        if after >= head {
            return Ok(());
        }
        rows = log
            .read_partition(partition, after, PAGE)
            .await
            .map_err(|error| Failure::doing("read the log", error))?;
        if rows.is_empty() {
            return Ok(());
        }
    }
}

/// What changes with each commit: length and time of the log's file and of its write-ahead file.
fn state_of(path: &Path) -> [Option<(u64, SystemTime)>; 2] {
    let mut ahead = path.as_os_str().to_owned();
    ahead.push("-wal");
    [path, Path::new(&ahead)].map(|path| {
        let found = fs::metadata(path).ok()?;
        Some((found.len(), found.modified().ok()?))
    })
}
