//! `taskfold done` and `taskfold reopen`.

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;

/// Complete tasks; several are one change. A recurring one gets its next occurrence.
#[derive(Debug, clap::Args)]
pub(crate) struct Done {
    /// The tasks
    #[arg(required = true, value_name = "TASK")]
    tasks: Vec<String>,
}

/// Reopen completed tasks; several are one change.
#[derive(Debug, clap::Args)]
pub(crate) struct Reopen {
    /// The tasks
    #[arg(required = true, value_name = "TASK")]
    tasks: Vec<String>,
}

impl Done {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        run(
            app,
            client,
            &self.tasks,
            ["done", "complete", "complete_task"],
        )
        .await
    }
}

impl Reopen {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        run(
            app,
            client,
            &self.tasks,
            ["reopened", "reopen", "reopen_task"],
        )
        .await
    }
}

async fn run(
    app: &App,
    client: &Client,
    names: &[String],
    [verb, path, command]: [&str; 3],
) -> Result<(), Failure> {
    let ids = shared::tasks_named(app, client, names).await?;
    if let [id] = ids.as_slice() {
        let call = Call::post(format!("tasks/{id}/{path}"));
        return shared::write_task(app, client, verb, *id, call).await;
    }
    shared::write_each(app, client, verb, command, &ids).await
}
