//! `taskfold show`.

use serde_json::Value;
use taskfold_contracts::commands::Moment;
use taskfold_views::tasks::{Comment, Task};

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::resolve;
use crate::print;

/// Show everything about a task.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The task
    task: String,
    /// As it was then
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
}

impl Show {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let as_of = self
            .as_of
            .as_deref()
            .map(|text| shared::past(app, text))
            .transpose()?;
        let id = resolve(client, &app.config().data, &self.task).await?;
        let moment = as_of.as_ref().map(Moment::to_string);
        let call = Call::get(format!("tasks/{id}")).maybe("as_of", moment.clone());
        let answer: Value = client.send(call).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let task: Task = serde_json::from_value(answer)
            .map_err(|error| Failure::doing("the server's answer is not as expected", error))?;
        let mut names =
            shared::names_for(client, std::slice::from_ref(&task), moment.as_deref()).await?;
        let others = task.parent_id.into_iter().chain(task.blocked_by.clone());
        names.tasks = shared::titles(client, others, moment.as_deref()).await?;
        let mut comments: Vec<Comment> = Vec::new();
        if task.comments > 0 {
            let call = Call::get(format!("tasks/{id}/comments")).maybe("as_of", moment);
            comments = shared::items(client.send(call).await?.value()?)?;
            names.people = shared::people(client).await?.people;
        }
        print::task_details(&app.screen, &task, &names, &comments)
    }
}
