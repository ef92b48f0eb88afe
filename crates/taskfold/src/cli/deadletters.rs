//! `taskfold deadletters`.

use clap::Subcommand;
use serde_json::json;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;
use taskfold_log::Log;
use taskfold_views::{Views, deadletters};

use super::{App, files};
use crate::exit::{Exit, Failure};
use crate::print::{Cell, Column, Table, relative, style};

/// Events that could not be applied to the views. The workspaces that they belong to are parked:
/// their views stand still until the events are retried or dropped.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Deadletters {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them
    List {
        /// At most so many
        #[arg(long, short = 'n', default_value_t = 100)]
        limit: u32,
    },
    /// Show one
    Show {
        /// Its place in the log
        position: Position,
    },
    /// Apply those of a workspace again, in order
    Retry {
        /// The place of any of them
        position: Position,
    },
    /// Apply all again that wait, each workspace's in order
    Redrive,
    /// Give an event up for ever
    Drop {
        /// Its place in the log
        position: Position,
        /// Do not ask
        #[arg(long, short = 'y')]
        yes: bool,
    },
}

impl Deadletters {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let (log, views) = match self.action {
            Action::List { .. } | Action::Show { .. } => {
                let log = files::open_log(app).await?;
                (log, files::look_at_views(app).await?.ok_or_else(unbuilt)?)
            }
            Action::Retry { .. } | Action::Redrive | Action::Drop { .. } => {
                let log = files::open_log_beside_views(app).await?;
                (log, files::open_views(app).await?)
            }
        };
        let outcome = match self.action {
            Action::List { limit } => list(app, &views, limit).await,
            Action::Show { position } => {
                let letter = find(&views, position).await?;
                let text = serde_json::to_value(&letter);
                app.screen
                    .value(&text.map_err(|error| Failure::doing("write JSON", error))?)
            }
            Action::Retry { position } => retry(app, &log, views, position).await,
            Action::Redrive => redrive(app, &log, &views).await,
            Action::Drop { position, yes } => discard(app, &views, position, yes).await,
        };
        log.shutdown().await;
        outcome
    }
}

fn unbuilt() -> Failure {
    Failure::not_found("there are no views yet").hint("they are built from the log when next used")
}

async fn list(app: &App, views: &Views, limit: u32) -> Result<(), Failure> {
    let letters = views
        .read(move |reader| deadletters::list(reader, None, limit))
        .await;
    let letters = letters.map_err(|error| Failure::doing("read the dead letters", error))?;
    if app.screen.json {
        return app.screen.value(&json!({ "items": letters }));
    }
    if letters.is_empty() {
        app.screen.note("no dead letters");
        return Ok(());
    }
    let mut table = Table::new(vec![
        Column::new("position").right(),
        Column::new("type"),
        Column::new("recorded"),
        Column::new("tries").right(),
        Column::new("error").shrinks(20),
        Column::new("workspace").expendable(1),
    ]);
    for letter in letters {
        table.row(vec![
            Cell::plain(letter.position.to_string()),
            Cell::new(style::NAME, letter.event_type),
            Cell::new(style::DIM, relative(letter.recorded_at, app.screen.now())),
            Cell::plain(letter.attempts.to_string()),
            Cell::new(
                style::BAD,
                letter
                    .error
                    .unwrap_or_else(|| "waits behind another".to_owned()),
            ),
            Cell::new(style::ID, letter.workspace_id.to_string()),
        ]);
    }
    app.screen.table(&table)
}

async fn find(views: &Views, position: Position) -> Result<deadletters::DeadLetter, Failure> {
    let found = views
        .read(move |reader| deadletters::show(reader, position))
        .await;
    let found = found.map_err(|error| Failure::doing("read the dead letters", error))?;
    found.ok_or_else(|| Failure::not_found(format!("there is no dead letter at {position}")))
}

async fn retry(app: &App, log: &Log, views: Views, position: Position) -> Result<(), Failure> {
    let letter = find(&views, position).await?;
    let applied = apply_again(log, views, letter.workspace_id).await?;
    if app.screen.json {
        return app.screen.value(&json!({ "applied": applied }));
    }
    app.screen.line(&format!(
        "{} {applied} events",
        app.screen.paint(style::GOOD, "applied")
    ))
}

/// Workspaces whose events still cannot be applied wait on; the others do not wait for them.
async fn redrive(app: &App, log: &Log, views: &Views) -> Result<(), Failure> {
    let parked = views.read(deadletters::parked).await;
    let parked = parked.map_err(|error| Failure::doing("read the dead letters", error))?;
    let (mut applied, mut failed) = (0, Vec::new());
    for workspace in &parked {
        match apply_again(log, views.clone(), *workspace).await {
            Ok(events) => applied += events,
            Err(failure) => failed.push(format!("workspace {workspace}: {failure}")),
        }
    }
    let workspaces = parked.len() - failed.len();
    if app.screen.json {
        let report = json!({ "workspaces": workspaces, "applied": applied, "failed": failed });
        app.screen.value(&report)?;
    } else if parked.is_empty() {
        app.screen.note("no dead letters");
    } else {
        let verdict = app.screen.paint(style::GOOD, "applied");
        let line = format!("{verdict} {applied} events of {workspaces} workspaces");
        app.screen.line(&line)?;
    }
    if failed.is_empty() {
        return Ok(());
    }
    let failure = Failure::new(Exit::Conflict, "some events still cannot be applied");
    Err(failed.into_iter().fold(failure, Failure::detail))
}

/// How many events of the workspace were applied; none of them when one cannot be.
async fn apply_again(log: &Log, views: Views, workspace: WorkspaceId) -> Result<u64, Failure> {
    let (log, runtime) = (log.clone(), tokio::runtime::Handle::current());
    let tried = tokio::task::spawn_blocking(move || {
        deadletters::retry(&views, workspace, |at| {
            let after = at.number.saturating_sub(1);
            let rows = runtime.block_on(log.read_partition(at.partition, after, 1));
            let rows = rows.map_err(|error| error.to_string())?;
            let row = rows
                .first()
                .ok_or_else(|| format!("there is no event at {at}"))?;
            log.open_envelope(row).map_err(|error| error.to_string())
        })
    });
    tried
        .await
        .map_err(|error| Failure::doing("retry", error))?
        .map_err(|error| Failure::new(Exit::Conflict, error.to_string()))
}

async fn discard(app: &App, views: &Views, position: Position, yes: bool) -> Result<(), Failure> {
    let letter = find(views, position).await?;
    let question = format!("Give up {} at {position} for ever?", letter.event_type);
    if !yes && !app.screen.confirm(&question)? {
        return Err(Failure::usage("nothing was dropped").hint("say --yes"));
    }
    let views = views.clone();
    let gone = tokio::task::spawn_blocking(move || deadletters::discard(&views, position));
    let gone = gone.await.map_err(|error| Failure::doing("drop", error))?;
    if gone.map_err(|error| Failure::doing("drop", error))? {
        app.screen.note("dropped");
        return Ok(());
    }
    Err(Failure::not_found(format!(
        "there is no dead letter at {position}"
    )))
}
