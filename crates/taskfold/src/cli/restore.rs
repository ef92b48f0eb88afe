//! `taskfold restore`.

use taskfold_contracts::commands::{Moment, Restore as Body};
use taskfold_contracts::ids::{ListId, TaskId};

use super::{App, named, shared, trash, undo};
use crate::client::{Call, Client};
use crate::exit::{Exit, Failure};
use crate::names::{resolve, short};
use crate::print::style;

/// Bring a task, a list with its tasks or everything back to how it was, as a new change. A task
/// without --to comes out of the trash as it went in.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true), after_help = "\
Examples:
  taskfold restore 3f2a                             out of the trash
  taskfold restore 1 --to \"2 hours ago\"            as it was then
  taskfold restore --list Home --to yesterday
  taskfold restore --everything --to 2026-11-20")]
pub(crate) struct Restore {
    /// The task
    #[arg(group = "what")]
    task: Option<String>,
    /// This list and its tasks
    #[arg(long, short = 'l', value_name = "NAME", group = "what")]
    list: Option<String>,
    /// Everything in the workspace
    #[arg(long = "everything", visible_alias = "all", group = "what")]
    everything: bool,
    /// The moment: 2026-11-20, "yesterday 9am", "2 hours ago", a position
    #[arg(long, value_name = "MOMENT")]
    to: Option<String>,
}

impl Restore {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let to = self
            .to
            .as_deref()
            .map(|text| shared::past(app, text))
            .transpose()?;
        if to.is_none() && self.task.is_none() {
            return Err(Failure::usage("--to is missing").hint("say the moment: --to yesterday"));
        }
        let task_id = match &self.task {
            Some(name) => Some(resolve(client, &app.config().data, name).await?),
            None => None,
        };
        let Some(to) = to else {
            let Some(id) = task_id else {
                return Err(Failure::usage("--to is missing"));
            };
            return trash::restore_task(app, client, id).await;
        };
        let list_id = match &self.list {
            Some(name) => Some(any_list(client, name).await?),
            None => None,
        };
        let body = Body {
            task_id,
            list_id,
            to,
        };
        let began_later = match task_id {
            Some(id) if !existed(client, id, &to).await? => Some(id),
            Some(_) | None => None,
        };
        let answer = client
            .send(Call::post("restore").json(&body)?)
            .await?
            .value()?;
        if let Some(id) = began_later {
            // Not undo: where it was in the trash already, that would take something else back.
            app.screen.warn(&format!(
                "the task did not exist at {to}: it is in the trash now; \
                 taskfold restore {} takes it out",
                short(id)
            ));
        }
        if app.screen.json {
            return app.screen.value(&answer);
        }
        app.screen
            .line(&app.screen.paint(style::GOOD, &format!("restored to {to}")))?;
        undo::kept(app, client, &answer).await;
        Ok(())
    }
}

/// A list, be it in the trash.
async fn any_list(client: &Client, name: &str) -> Result<ListId, Failure> {
    match named::list(client, name).await {
        Ok(Some(list)) => Ok(list.list_id),
        Ok(None) => Err(Failure::usage("the inbox cannot be restored on its own")),
        Err(failure) if failure.reason().exit == Exit::NotFound => {
            match named::deleted_list(client, name).await {
                Ok(list) => Ok(list.list_id),
                Err(_) => Err(failure),
            }
        }
        Err(failure) => Err(failure),
    }
}

/// Whether there was such a task then, be it in the trash.
async fn existed(client: &Client, id: TaskId, then: &Moment) -> Result<bool, Failure> {
    match shared::task(client, id, Some(then)).await {
        Ok(_) => Ok(true),
        Err(failure) if failure.reason().exit == Exit::NotFound => Ok(false),
        Err(failure) => Err(failure),
    }
}
