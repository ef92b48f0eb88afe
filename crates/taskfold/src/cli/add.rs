//! `taskfold add`.

use serde::Deserialize;
use serde_json::json;
use taskfold_contracts::commands::CreateTask;
use taskfold_contracts::values::Priority;
use taskfold_views::tasks::Task;

use super::edit::parse_priority;
use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::resolve;
use crate::print::style;

/// Add a task in one line. Dates, #list or #tag, !priority, @person or @tag and //note are
/// recognised.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// Such as: Pay rent every 1st at 9am #home !high //note
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// When it is due: 2026-12-24, "tomorrow 5pm"
    #[arg(long, short = 'd', value_name = "WHEN")]
    due: Option<String>,
    /// none, low, medium, high or urgent
    #[arg(long, short = 'p', value_parser = parse_priority)]
    priority: Option<Priority>,
    /// A tag (may be repeated)
    #[arg(long, short = 't', value_name = "TAG")]
    tag: Vec<String>,
    /// Into this list
    #[arg(long, short = 'l', value_name = "NAME")]
    list: Option<String>,
    /// Description in Markdown; - reads standard input
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// As a part of this task
    #[arg(long, value_name = "TASK")]
    parent: Option<String>,
    /// Take the text as the title, as it is
    #[arg(long)]
    literal: bool,
}

/// What quick add made of a text.
#[derive(Debug, Deserialize)]
struct Preview {
    task: CreateTask,
    #[serde(default)]
    spans: Vec<Span>,
}

/// A part of the text, in bytes, and what it became.
#[derive(Debug, Deserialize)]
struct Span {
    start: usize,
    end: usize,
    kind: String,
    #[serde(default)]
    value: String,
}

impl Add {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let text = self.text.join(" ");
        let preview = if self.literal {
            let task = CreateTask {
                title: text.clone(),
                ..CreateTask::default()
            };
            Preview {
                task,
                spans: Vec::new(),
            }
        } else {
            let call = Call::post("quick-add/preview").json(&json!({ "text": text }))?;
            client.send(call).await?.parse()?
        };
        let task = self.with_flags(app, client, preview.task).await?;
        let answer = client.send(Call::post("tasks").json(&task)?).await?;
        if app.screen.json {
            return app.screen.value(&answer.value()?);
        }
        shared::told(app, "added", &answer.parse::<Task>()?)?;
        recognised(app, &text, &preview.spans)
    }

    /// Flags win over what was recognised.
    async fn with_flags(
        self,
        app: &App,
        client: &Client,
        mut task: CreateTask,
    ) -> Result<CreateTask, Failure> {
        if let Some(text) = &self.due {
            task.due = shared::due(client, text).await?;
        }
        if let Some(priority) = self.priority {
            task.priority = priority;
        }
        task.tags.extend(self.tag);
        if let Some(name) = &self.list {
            task.list_id = shared::list_named(client, name).await?;
        }
        if let Some(note) = self.note {
            task.description = shared::text_or_stdin(note)?;
        }
        if let Some(name) = &self.parent {
            task.parent_id = Some(resolve(client, &app.config().data, name).await?);
        }
        Ok(task)
    }
}

/// One line a part that became something other than the title.
fn recognised(app: &App, text: &str, spans: &[Span]) -> Result<(), Failure> {
    for span in spans.iter().filter(|span| span.kind != "title") {
        let Some(part) = text.get(span.start..span.end) else {
            continue;
        };
        let kind = app.screen.paint(style::DIM, &span.kind.replace('_', " "));
        let part = app.screen.paint(style::NAME, part.trim());
        let value = app.screen.paint(style::DIM, &format!("= {}", span.value));
        app.screen.line(&format!("    {kind} {part} {value}"))?;
    }
    Ok(())
}
