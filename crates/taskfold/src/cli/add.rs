//! `taskfold add`.

use serde::Deserialize;
use serde_json::json;
use taskfold_contracts::commands::CreateTask;
use taskfold_contracts::values::Priority;
use taskfold_views::tasks::Task;

use super::edit::parse_priority;
use super::{App, named, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::resolve;
use crate::print::style;

/// Add a task in one line. Dates, #list or #tag, !priority, @person or @tag and //note are
/// recognised.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold add \"Pay rent every 1st at 9am #home !high\"
  taskfold add Buy milk tomorrow 5pm
  taskfold add \"Water the plants\" --repeat \"every 3 days\" --start \"next monday\"
  taskfold add --literal \"Read #5 tomorrow\"           the text is the title, as it is
  taskfold add \"Buy paint\" --parent 1 --list Home    a part of task 1")]
pub(crate) struct Add {
    /// Such as: Pay rent every 1st at 9am #home !high //note
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// When it is due: 2026-12-24, "tomorrow 5pm", "next fri", "in 3 weeks", none
    #[arg(long, short = 'd', value_name = "WHEN")]
    due: Option<String>,
    /// Not to be begun before: 2026-12-24, "next monday"
    #[arg(long, value_name = "DAY")]
    start: Option<String>,
    /// How it repeats: "every monday", "3 days from completion", or an RRULE such as FREQ=DAILY
    #[arg(long, value_name = "RULE")]
    repeat: Option<String>,
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
    /// Who is to do it: me, a member's name or address
    #[arg(long, value_name = "WHO")]
    assignee: Option<String>,
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
        match answer.parse::<Task>() {
            Ok(made) => shared::told(app, "added", &made)?,
            Err(_) => shared::stored(app, "added", &task.title)?,
        }
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
        if let Some(text) = &self.start {
            task.start = shared::start(client, text).await?;
        }
        if let Some(text) = &self.repeat {
            let repetition = shared::repetition(app, client, text, task.start).await?;
            task.recurrence = Some(repetition.recurrence);
            task.due = task.due.or(repetition.due);
        }
        if let Some(who) = &self.assignee {
            task.assignee_id = Some(named::member(client, who).await?);
        }
        if let Some(priority) = self.priority {
            task.priority = priority;
        }
        task.tags.extend(self.tag);
        if let Some(name) = &self.list {
            task.list_id = named::list_to_fill(client, name).await?;
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
