//! `taskfold rm`.

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;

/// Put tasks and their open subtasks into the trash; several are one change. `restore` or `undo`
/// brings them back.
#[derive(Debug, clap::Args)]
pub(crate) struct Rm {
    /// The tasks
    #[arg(required = true, value_name = "TASK")]
    tasks: Vec<String>,
}

impl Rm {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let ids = shared::tasks_named(app, client, &self.tasks).await?;
        if let [id] = ids.as_slice() {
            let call = Call::delete(format!("tasks/{id}"));
            return shared::write_task(app, client, "in the trash:", *id, call).await;
        }
        shared::write_each(app, client, "in the trash:", "delete_task", &ids).await
    }
}
