//! `taskfold views`.

use std::collections::BTreeMap;

use clap::Subcommand;
use serde_json::json;
use taskfold_log::Log;
use taskfold_views::rebuild::{self, Fact};
use taskfold_views::{Views as ReadModels, equality};

use super::{App, files};
use crate::exit::{Exit, Failure};
use crate::print::{Progress, style};

/// Look after the views: the tables that queries read, folded from the log.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Views {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Build the views anew from the log and put them in the place of the old ones
    Rebuild {
        /// Also compare the old ones with the new ones, row for row
        #[arg(long)]
        verify: bool,
    },
}

/// Rows read from the log at once.
const CHUNK: usize = 1_000;

impl Views {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let Action::Rebuild { verify } = self.action;
        let log = files::open_log_alone(app)?;
        let outcome = rebuild(app, &log, verify).await;
        log.shutdown().await;
        outcome
    }
}

async fn rebuild(app: &App, log: &Log, verify: bool) -> Result<(), Failure> {
    let views = files::open_views(app)?;
    let partitions = log.partitions();
    // Old and new are comparable at the same place only: where the old ones stand.
    let upto: Vec<u64> = (0..partitions)
        .map(|partition| {
            if verify {
                views.watermark(partition)
            } else {
                u64::MAX
            }
        })
        .collect();
    let old = if verify {
        Some(digest(&views).await?)
    } else {
        None
    };
    let heads: u64 = (0..partitions)
        .map(|partition| log.head(partition).number)
        .sum();
    let bar = Progress::bar("rebuilding", heads, app.screen.json);
    let (moved, source_log, target) = (bar.clone(), log.clone(), views.clone());
    let runtime = tokio::runtime::Handle::current();
    let built = tokio::task::spawn_blocking(move || {
        let source = |partition: u32, after: u64| {
            let last = upto.get(partition as usize).copied().unwrap_or(u64::MAX);
            let room = usize::try_from(last.saturating_sub(after))
                .unwrap_or(usize::MAX)
                .min(CHUNK);
            if room == 0 {
                return Ok(Vec::new());
            }
            runtime.block_on(facts(&source_log, partition, after, room))
        };
        rebuild::build_beside(&target, partitions, source, |done| {
            moved.at(done.events, heads);
        })
    })
    .await;
    bar.finish();
    let events = built
        .map_err(|error| Failure::doing("rebuild the views", error))?
        .map_err(|error| Failure::doing("rebuild the views", error))?;
    let differing = match old {
        Some(old) => differing(&old, &digest(&views).await?),
        None => Vec::new(),
    };
    report(app, events, verify, &differing)
}

fn report(app: &App, events: u64, verify: bool, differing: &[String]) -> Result<(), Failure> {
    if app.screen.json {
        app.screen.value(&json!({
            "events": events,
            "equal": verify.then_some(differing.is_empty()),
            "differing": differing,
        }))?;
    }
    if !differing.is_empty() {
        let head = "the old views were not what the log says; the new ones are in their place";
        let tables = differing.iter().map(|table| format!("table {table}"));
        return Err(tables.fold(Failure::new(Exit::CheckFailed, head), Failure::detail));
    }
    if app.screen.json {
        return Ok(());
    }
    let verdict = app.screen.paint(style::GOOD, "rebuilt");
    let equal = if verify {
        "; equal to the old ones row for row"
    } else {
        ""
    };
    app.screen
        .line(&format!("{verdict} from {events} events{equal}"))
}

async fn facts(log: &Log, partition: u32, after: u64, limit: usize) -> Result<Vec<Fact>, String> {
    let rows = log
        .read_partition(partition, after, limit)
        .await
        .map_err(|e| e.to_string())?;
    let fact = |row: &std::sync::Arc<taskfold_contracts::envelope::Recorded>| match log
        .open_envelope(row)
    {
        Ok(envelope) => Fact::Event(envelope),
        Err(error) => Fact::Unreadable {
            header: row.header.clone(),
            error: error.to_string(),
        },
    };
    Ok(rows.iter().map(fact).collect())
}

type Digest = BTreeMap<String, [u8; 32]>;

async fn digest(views: &ReadModels) -> Result<Digest, Failure> {
    views
        .read(equality::digest)
        .await
        .map_err(|error| Failure::doing("read the views", error))
}

fn differing(old: &Digest, new: &Digest) -> Vec<String> {
    let all = old
        .keys()
        .chain(new.keys().filter(|table| !old.contains_key(*table)));
    all.filter(|table| old.get(*table) != new.get(*table))
        .cloned()
        .collect()
}
