//! `taskfold views`.

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;
use taskfold_log::Log;
use taskfold_views::rebuild::{self, Fact, Verified};

use super::{App, files};
use crate::client::{Call, Client};
use crate::connect;
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
        if let Some(client) = connect::to_running(app).await? {
            return rebuild_there(app, &client, verify).await;
        }
        let log = files::open_log_alone(app)?;
        let outcome = rebuild(app, &log, verify).await;
        log.shutdown().await;
        outcome
    }
}

/// The running server builds them, and stays in use meanwhile.
async fn rebuild_there(app: &App, client: &Client, verify: bool) -> Result<(), Failure> {
    let call = Call::post("views/rebuild").outside_workspace();
    let spinner = Progress::spinner("rebuilding", app.screen.json);
    let answer = client.send(call.json(&json!({ "verify": verify }))?).await;
    spinner.finish();
    report(app, &answer?.parse()?)
}

/// What a rebuild gave, as the API says it.
#[derive(Debug, Serialize, Deserialize)]
struct Rebuilt {
    events: u64,
    generation: u64,
    equal: Option<bool>,
    differing: Vec<String>,
}

async fn rebuild(app: &App, log: &Log, verify: bool) -> Result<(), Failure> {
    let views = files::open_views(app)?;
    let partitions = log.partitions();
    let heads: u64 = (0..partitions)
        .map(|partition| log.head(partition).number)
        .sum();
    let bar = Progress::bar("rebuilding", heads, app.screen.json);
    let (moved, source_log, target) = (bar.clone(), log.clone(), views.clone());
    let runtime = tokio::runtime::Handle::current();
    let built = tokio::task::spawn_blocking(move || {
        let source =
            |partition, after| runtime.block_on(facts(&source_log, partition, after, CHUNK));
        let progress = |done: rebuild::Progress| moved.at(done.events, heads);
        if verify {
            return rebuild::verify_beside(&target, partitions, source, progress);
        }
        let events = rebuild::build_beside(&target, partitions, source, progress)?;
        let differing = Vec::new();
        Ok(Verified { events, differing })
    })
    .await;
    bar.finish();
    let built = built
        .map_err(|error| Failure::doing("rebuild the views", error))?
        .map_err(|error| Failure::doing("rebuild the views", error))?;
    let told = Rebuilt {
        events: built.events,
        generation: views.generation(),
        equal: verify.then_some(built.differing.is_empty()),
        differing: built.differing,
    };
    report(app, &told)
}

fn report(app: &App, rebuilt: &Rebuilt) -> Result<(), Failure> {
    if app.screen.json {
        let value = serde_json::to_value(rebuilt);
        app.screen
            .value(&value.map_err(|error| Failure::doing("write JSON", error))?)?;
    }
    if !rebuilt.differing.is_empty() {
        let head = "the old views were not what the log says; the new ones are in their place";
        let tables = rebuilt.differing.iter();
        let tables = tables.map(|table| format!("table {table}"));
        return Err(tables.fold(Failure::new(Exit::CheckFailed, head), Failure::detail));
    }
    if app.screen.json {
        return Ok(());
    }
    let verdict = app.screen.paint(style::GOOD, "rebuilt");
    let equal = match rebuilt.equal {
        Some(_) => "; equal to the old ones row for row",
        None => "",
    };
    app.screen
        .line(&format!("{verdict} from {} events{equal}", rebuilt.events))
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
