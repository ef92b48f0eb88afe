//! `taskfold views`.

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;
use taskfold_contracts::envelope::hex;
use taskfold_log::Log;
use taskfold_roles::processor::facts;
use taskfold_views::rebuild::{self, Switched};

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
    /// Go back to the views that were in use before the last rebuild on PostgreSQL
    SwitchBack {
        /// Also compare those in use with them, row for row
        #[arg(long)]
        verify: bool,
    },
}

/// What is done to the views on a server, or to files that no server uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    Forth,
    Back,
}

impl Views {
    /// To build them anew.
    pub(crate) fn rebuild() -> Self {
        let action = Action::Rebuild { verify: false };
        Self { action }
    }

    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let (switch, verify) = match self.action {
            Action::Rebuild { verify } => (Switch::Forth, verify),
            Action::SwitchBack { verify } => (Switch::Back, verify),
        };
        if !files::on_servers(app) {
            if switch == Switch::Back {
                let message = "files keep no earlier views; store.kind is \"sqlite\"";
                return Err(Failure::usage(message).hint("taskfold views rebuild"));
            }
            if let Some(client) = connect::to_running(app).await? {
                return rebuild_there(app, &client, verify).await;
            }
        }
        let log = files::open_log_beside_views(app).await?;
        let outcome = put_in_use(app, &log, switch, verify).await;
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
    report(app, Switch::Forth, verify, &answer?.parse()?)
}

/// What a rebuild gave, as the API says it.
#[derive(Debug, Serialize, Deserialize)]
struct Rebuilt {
    events: u64,
    generation: u64,
    equal: Option<bool>,
    differing: Vec<String>,
    hash: Option<String>,
}

impl From<Switched> for Rebuilt {
    fn from(switched: Switched) -> Self {
        let found = switched.comparison.as_ref();
        Self {
            events: switched.events,
            generation: switched.generation,
            equal: found.map(|found| found.differing.is_empty()),
            hash: found.map(|found| hex(&found.hash)),
            differing: found.map_or_else(Vec::new, |found| found.differing.clone()),
        }
    }
}

async fn put_in_use(app: &App, log: &Log, switch: Switch, verify: bool) -> Result<(), Failure> {
    let views = files::open_views(app).await?;
    let partitions = log.partitions();
    let heads: u64 = (0..partitions)
        .map(|partition| log.head(partition).number)
        .sum();
    let bar = Progress::bar("rebuilding", heads, app.screen.json);
    let (moved, source_log) = (bar.clone(), log.clone());
    let runtime = tokio::runtime::Handle::current();
    let switched = tokio::task::spawn_blocking(move || {
        let source = |partition, after| facts(&source_log, &runtime, partition, after);
        let progress = |done: rebuild::Progress| moved.at(done.events, heads);
        match switch {
            Switch::Forth => rebuild::build_beside(&views, partitions, verify, source, progress),
            Switch::Back => rebuild::switch_back(&views, verify, source),
        }
    })
    .await;
    bar.finish();
    let switched = switched
        .map_err(|error| Failure::doing("switch the views", error))?
        .map_err(|error| Failure::doing("switch the views", error))?;
    report(app, switch, verify, &switched.into())
}

fn report(app: &App, switch: Switch, verify: bool, rebuilt: &Rebuilt) -> Result<(), Failure> {
    if app.screen.json {
        let value = serde_json::to_value(rebuilt);
        app.screen
            .value(&value.map_err(|error| Failure::doing("write JSON", error))?)?;
    }
    if !rebuilt.differing.is_empty() {
        let head = match switch {
            Switch::Forth => {
                "the old views were not what the log says; the new ones are in their place"
            }
            Switch::Back => "the two are not equal; those of before the last rebuild are in use",
        };
        let tables = rebuilt.differing.iter();
        let tables = tables.map(|table| format!("table {table}"));
        return Err(tables.fold(Failure::new(Exit::CheckFailed, head), Failure::detail));
    }
    if verify && rebuilt.equal.is_none() {
        app.screen.warn("there were no old views to compare");
    }
    if app.screen.json {
        return Ok(());
    }
    let (verdict, how) = match switch {
        Switch::Forth => ("rebuilt", "from"),
        Switch::Back => ("switched back", "after"),
    };
    let verdict = app.screen.paint(style::GOOD, verdict);
    let equal = rebuilt.hash.as_ref();
    let equal = equal.map(|hash| format!("; equal to the old ones row for row, hash {hash}"));
    let (events, equal) = (rebuilt.events, equal.unwrap_or_default());
    app.screen
        .line(&format!("{verdict} {how} {events} events{equal}"))
}
