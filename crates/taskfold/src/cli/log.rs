//! `taskfold log`.

mod follow;

use std::sync::Arc;

use clap::Subcommand;
use serde_json::{Value, json};
use taskfold_contracts::envelope::{Hash, Recorded, hex};
use taskfold_contracts::position::Position;
use taskfold_log::{Log as EventLog, Problem, Verification};

use super::{App, files};
use crate::exit::{Exit, Failure};
use crate::print::{Cell, Column, Progress, Table, relative, style};

/// Look at the event log of the data directory.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Log {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the last events
    Tail {
        /// So many
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
        lines: u64,
        /// The partition
        #[arg(long, default_value_t = 0)]
        partition: u32,
        /// Go on printing what comes, until Ctrl-C
        #[arg(long, short = 'f')]
        follow: bool,
    },
    /// Print one event with its payload
    Show {
        /// Its place, such as 0:42
        position: Position,
    },
    /// Print how large the log is
    Stats,
    /// Check the hash chain, the positions and the versions of the whole log
    Verify,
}

impl Log {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        if let Action::Tail {
            lines,
            partition,
            follow: true,
        } = self.action
        {
            return follow::run(app, lines, partition).await;
        }
        let log = files::open_log(app).await?;
        let outcome = match self.action {
            Action::Tail {
                lines, partition, ..
            } => tail(app, &log, lines, partition).await,
            Action::Show { position } => show(app, &log, position).await,
            Action::Stats => stats(app, &log).await,
            Action::Verify => verify(app, &log).await,
        };
        log.shutdown().await;
        outcome
    }
}

/// A row as JSON: header, payload, and why the payload cannot be read when it cannot.
fn row_json(log: &EventLog, row: &Recorded) -> Value {
    let header = &row.header;
    let mut value = json!({
        "position": header.position,
        "type": header.event_type,
        "event_id": header.event_id,
        "workspace_id": header.workspace_id,
        "stream_id": header.stream_id,
        "version": header.version,
        "schema_version": header.schema_version,
        "recorded_at": header.recorded_at,
        "actor": header.actor,
        "change_id": header.change_id,
        "undoes": header.undoes,
        "correlation_id": header.correlation_id,
        "causation_id": header.causation_id,
        "key_id": header.key_id,
        "hash": hex(&row.hash),
    });
    match log.open_envelope(row) {
        Ok(envelope) => {
            value["occurred_at"] = json!(envelope.occurred_at);
            value["payload"] = envelope.event.to_json();
        }
        Err(error) => value["unreadable"] = json!(error.to_string()),
    }
    value
}

async fn tail(app: &App, log: &EventLog, lines: u64, partition: u32) -> Result<(), Failure> {
    let rows = last(log, lines, partition).await?;
    print(app, log, &rows, true)
}

/// The last rows of a partition.
async fn last(log: &EventLog, lines: u64, partition: u32) -> Result<Vec<Arc<Recorded>>, Failure> {
    if partition >= log.partitions() {
        return Err(
            Failure::not_found(format!("there is no partition {partition}"))
                .hint(format!("the log has {}", log.partitions())),
        );
    }
    let after = log.head(partition).number.saturating_sub(lines);
    let limit = usize::try_from(lines).unwrap_or(usize::MAX);
    log.read_partition(partition, after, limit)
        .await
        .map_err(|error| Failure::doing("read the log", error))
}

/// Rows as lines: with `--json` one object each, so that they can be streamed.
fn print(app: &App, log: &EventLog, rows: &[Arc<Recorded>], header: bool) -> Result<(), Failure> {
    if app.screen.json {
        return rows
            .iter()
            .try_for_each(|row| app.screen.line(&row_json(log, row).to_string()));
    }
    // Columns have a least width, so that what is printed later stands under what was printed before.
    let table = Table::new(vec![
        Column::new("position").right().at_least(8),
        Column::new("when").at_least(12),
        Column::new("type").at_least(20),
        Column::new("version").right().expendable(2),
        Column::new("stream").expendable(1),
        Column::new("actor").expendable(3).shrinks(12),
    ]);
    if rows.is_empty() {
        return Ok(());
    }
    let mut table = if header { table } else { table.headless() };
    for row in rows {
        let header = &row.header;
        table.row(vec![
            Cell::plain(header.position.to_string()),
            Cell::new(style::DIM, relative(header.recorded_at, app.screen.now())),
            Cell::new(style::NAME, header.event_type.to_string()),
            Cell::plain(header.version.to_string()),
            Cell::new(style::ID, header.stream_id.to_string()),
            Cell::new(style::DIM, header.actor.to_string()),
        ]);
    }
    app.screen.table(&table)
}

async fn show(app: &App, log: &EventLog, position: Position) -> Result<(), Failure> {
    let after = position.number.saturating_sub(1);
    let known = position.partition < log.partitions() && position.number > 0;
    let rows = if known {
        log.read_partition(position.partition, after, 1)
            .await
            .map_err(|error| Failure::doing("read the log", error))?
    } else {
        Vec::new()
    };
    match rows.first() {
        Some(row) if app.screen.json => app.screen.value(&row_json(log, row)),
        Some(row) => {
            let text = serde_json::to_string_pretty(&row_json(log, row));
            app.screen
                .line(&text.map_err(|error| Failure::doing("write JSON", error))?)
        }
        None => Err(Failure::not_found(format!(
            "there is no event at {position}"
        ))),
    }
}

async fn stats(app: &App, log: &EventLog) -> Result<(), Failure> {
    let stats = log
        .stats()
        .await
        .map_err(|error| Failure::doing("read the log", error))?;
    if app.screen.json {
        return app.screen.value(&json!({
            "events": stats.events,
            "heads": stats.heads,
            "last_recorded_at": stats.last_recorded_at,
            "file_bytes": stats.file_bytes,
            "wal_bytes": stats.wal_bytes,
            "format": stats.format,
        }));
    }
    let mut table = Table::new(vec![Column::new(""), Column::new("").right()]).headless();
    let heads: Vec<String> = stats.heads.iter().map(ToString::to_string).collect();
    let last = stats
        .last_recorded_at
        .map(|at| relative(at, app.screen.now()));
    for (name, value) in [
        ("events", stats.events.to_string()),
        ("last number of each partition", heads.join(" ")),
        ("last event", last.unwrap_or_else(|| "–".to_owned())),
        ("file", bytes(stats.file_bytes)),
        ("write-ahead file", bytes(stats.wal_bytes)),
    ] {
        table.row(vec![Cell::new(style::DIM, name), Cell::plain(value)]);
    }
    app.screen.table(&table)
}

/// A size for people.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} B"),
        1024..1_048_576 => format!("{} KiB", count / 1024),
        1_048_576..1_073_741_824 => format!("{} MiB", count >> 20),
        _ => format!("{}.{} GiB", count >> 30, (count >> 20) % 1024 * 10 / 1024),
    }
}

/// Checks the whole log with a bar; problems are a failure that lists them.
pub(crate) async fn check(app: &App, log: &EventLog) -> Result<Verification, Failure> {
    let found = examine(app, log).await?;
    if found.is_sound() {
        Ok(found)
    } else {
        Err(unsound(&found))
    }
}

async fn examine(app: &App, log: &EventLog) -> Result<Verification, Failure> {
    let progress = Progress::bar("verifying", 0, app.screen.json);
    let bar = progress.clone();
    let found = log.verify(move |done, all| bar.at(done, all)).await;
    progress.finish();
    found.map_err(|error| {
        Failure::new(
            Exit::CheckFailed,
            format!("the log cannot be read: {error}"),
        )
    })
}

fn unsound(found: &Verification) -> Failure {
    let head = format!(
        "{} problems in {} events",
        found.problem_count, found.events
    );
    let lines = found
        .problems
        .iter()
        .map(|problem| format!("{}: {}", problem.position, problem.what));
    lines
        .fold(Failure::new(Exit::CheckFailed, head), Failure::detail)
        .hint("restore the last backup that verifies: taskfold restore-backup FILE")
}

/// Hashes as text.
pub(crate) fn hex_of(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| hex(hash)).collect()
}

async fn verify(app: &App, log: &EventLog) -> Result<(), Failure> {
    let found = examine(app, log).await?;
    let lost = files::lost_accounts(app, Some(log)).await?;
    if app.screen.json {
        let problem =
            |problem: &Problem| json!({ "position": problem.position, "what": problem.what });
        app.screen.value(&json!({
            "events": found.events,
            "sound": found.is_sound(),
            "lost_accounts": lost,
            "problem_count": found.problem_count,
            "problems": found.problems.iter().map(problem).collect::<Vec<_>>(),
            "hashes": hex_of(&found.hashes),
        }))?;
    }
    if !found.is_sound() {
        return Err(unsound(&found));
    }
    if lost > 0 {
        let message = format!(
            "what is there is sound, but {lost} accounts have no workspace in these {} events",
            found.events
        );
        return Err(Failure::new(Exit::CheckFailed, message).hint(files::RESTORE));
    }
    if app.screen.json {
        return Ok(());
    }
    let verdict = app.screen.paint(style::GOOD, "sound");
    let chain = hex_of(&found.hashes).join(" ");
    app.screen.line(&format!(
        "{verdict}: {} events, chain {chain}",
        found.events
    ))
}
