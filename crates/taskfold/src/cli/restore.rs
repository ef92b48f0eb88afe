//! `taskfold restore`.

use taskfold_contracts::commands::{Moment, Restore as Body};
use taskfold_contracts::ids::TaskId;

use super::{App, shared, undo};
use crate::client::{Call, Client};
use crate::exit::{Exit, Failure};
use crate::names::resolve;
use crate::print::style;

/// Bring a task, a list with its tasks or everything back to how it was, as a new change. A task
/// without --to comes out of the trash as it went in.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
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
    #[arg(long, value_name = "MOMENT", required_unless_present = "task")]
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
        let task_id = match &self.task {
            Some(name) => Some(resolve(client, &app.config().data, name).await?),
            None => None,
        };
        let Some(to) = to else {
            let Some(id) = task_id else {
                return Err(Failure::usage("--to is missing"));
            };
            let call = Call::post(format!("tasks/{id}/restore"));
            return shared::write_task(app, client, "out of the trash:", id, call).await;
        };
        let list_id = match &self.list {
            Some(name) => Some(
                shared::list_named(client, name)
                    .await?
                    .ok_or_else(|| Failure::usage("the inbox cannot be restored on its own"))?,
            ),
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
                 taskfold restore {id} takes it out"
            ));
        }
        if app.screen.json {
            return app.screen.value(&answer);
        }
        app.screen
            .line(&app.screen.paint(style::GOOD, &format!("restored to {to}")))?;
        undo::kept(app, &answer);
        Ok(())
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
