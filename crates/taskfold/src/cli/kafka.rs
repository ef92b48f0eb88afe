//! `taskfold kafka`.

use clap::Subcommand;
use serde_json::json;
use taskfold_bus::kafka::{self as bus, KafkaError};

use super::{App, files};
use crate::exit::{Exit, Failure};
use crate::kafka;

/// The topics that events are published on: as many partitions as the log has, and the settings of the
/// configuration.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Kafka {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say what `apply` would do; exit code 6 when that is anything
    Plan,
    /// Make the topics, or bring their settings up to date; doing it again does nothing
    Apply,
    /// Delete the topics and all that is on them: the relay publishes the whole log on those that are made anew
    Remove {
        /// Do not ask
        #[arg(long, short = 'y')]
        yes: bool,
    },
}

impl Kafka {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let cluster = kafka::cluster(app.config())?;
        let topics = kafka::topics(app.config(), partitions(app));
        let failed = |error: KafkaError| {
            match error {
            KafkaError::Topic { .. } | KafkaError::Foreign { .. } => Failure::new(Exit::Conflict, error.to_string())
                .hint("partitions cannot be added without taking events out of order: taskfold kafka remove, then apply, makes the topics anew"),
            error @ (KafkaError::Cluster(_)
            | KafkaError::Record { .. }
            | KafkaError::Log(_)
            | KafkaError::Ledger(_)
            | KafkaError::Registry(_)) => Failure::new(Exit::Access, error.to_string()),
        }
        };
        let (differences, plans) = match self.action {
            Action::Plan => (bus::plan(&cluster, &topics).await.map_err(failed)?, true),
            Action::Apply => (bus::apply(&cluster, &topics).await.map_err(failed)?, false),
            Action::Remove { yes } => {
                if !yes && !app.screen.confirm("Delete all topics of Taskfold?")? {
                    return Err(Failure::usage("nothing was deleted").hint("say --yes"));
                }
                let removed = bus::remove(&cluster, &topics).await.map_err(failed)?;
                return report_removed(app, &removed);
            }
        };
        let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
        if app.screen.json {
            let name = if plans { "planned" } else { "applied" };
            app.screen.value(&json!({ name: lines }))?;
        } else if lines.is_empty() {
            app.screen.line("the topics are as they are to be")?;
        } else {
            for line in &lines {
                app.screen.line(line)?;
            }
        }
        if plans && !lines.is_empty() {
            let message = "the topics are not as they are to be";
            return Err(Failure::new(Exit::CheckFailed, message).hint("taskfold kafka apply"));
        }
        Ok(())
    }
}

fn report_removed(app: &App, removed: &[String]) -> Result<(), Failure> {
    if app.screen.json {
        return app.screen.value(&json!({ "removed": removed }));
    }
    if removed.is_empty() {
        return app.screen.line("there are no topics");
    }
    for topic in removed {
        app.screen.line(&format!("deleted {topic}"))?;
    }
    Ok(())
}

/// Those of the log, which need not exist yet.
pub(crate) fn partitions(app: &App) -> u32 {
    if files::on_servers(app) {
        app.config().store.partitions.get()
    } else {
        taskfold_log::Options::default().partitions
    }
}
