//! `taskfold move`.

use taskfold_contracts::commands::MoveTask;

use super::{App, named, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::resolve;

/// Put a task into another list, under another task, or elsewhere in the order.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("where").required(true).multiple(true))]
pub(crate) struct Move {
    /// The task
    task: String,
    /// Into this list; inbox is none
    #[arg(long, short = 'l', value_name = "NAME", group = "where")]
    list: Option<String>,
    /// As a part of this task; none makes it a task of its own
    #[arg(long, value_name = "TASK", group = "where")]
    parent: Option<String>,
    /// Right after this task
    #[arg(long, value_name = "TASK", group = "where")]
    after: Option<String>,
    /// Right before this task
    #[arg(long, value_name = "TASK", group = "where")]
    before: Option<String>,
}

impl Move {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let data = &app.config().data;
        let id = resolve(client, data, &self.task).await?;
        let mut to = MoveTask::default();
        if let Some(name) = &self.list {
            to.list_id = Some(named::list_to_fill(client, name).await?);
        }
        if let Some(name) = &self.parent {
            let own = name.eq_ignore_ascii_case("none");
            to.parent_id = Some(if own {
                None
            } else {
                Some(resolve(client, data, name).await?)
            });
        }
        if let Some(name) = &self.after {
            to.after = Some(resolve(client, data, name).await?);
        }
        if let Some(name) = &self.before {
            to.before = Some(resolve(client, data, name).await?);
        }
        let neighbours = [to.after, to.before];
        if neighbours.contains(&Some(id)) {
            let title = shared::task(client, id, None).await?.title;
            let message = format!("“{title}” cannot be put next to itself");
            return Err(Failure::usage(message).hint("name another task"));
        }
        let call = Call::post(format!("tasks/{id}/move")).json(&to)?;
        let moved = shared::write_task(app, client, "moved", id, call).await;
        let Err(mut failure) = moved else {
            return Ok(());
        };
        let titles = shared::titles(client, neighbours.into_iter().flatten(), None).await;
        for (id, title) in titles.unwrap_or_default() {
            failure = failure.naming(&id.to_string(), &format!("“{title}”"));
        }
        Err(failure)
    }
}
