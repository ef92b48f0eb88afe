//! `taskfold comment`.

use taskfold_contracts::commands::CommentBody;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::resolve;
use crate::print::style;

/// Comment on a task.
#[derive(Debug, clap::Args)]
pub(crate) struct Comment {
    /// The task
    task: String,
    /// Markdown; - reads standard input
    text: String,
}

impl Comment {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let id = resolve(client, &app.config().data, &self.task).await?;
        let body = CommentBody {
            body: shared::text_or_stdin(self.text)?,
        };
        let call = Call::post(format!("tasks/{id}/comments")).json(&body)?;
        let answer = client.send(call).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        app.screen.line(&app.screen.paint(style::GOOD, "commented"))
    }
}
