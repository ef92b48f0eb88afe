//! `taskfold edit`.

use taskfold_contracts::commands::UpdateTask;
use taskfold_contracts::ids::TaskId;
use taskfold_contracts::values::{Priority, RecursFrom};

use super::{App, named, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::resolve;

/// Change a task. Only what is named changes; "none" clears a note, a date, a rule or an assignee.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  taskfold edit 1 --due \"next fri 5pm\" --priority high
  taskfold edit 3f2a --title \"Pay the rent\" --tag home --untag work
  taskfold edit 1 --repeat \"every 2 weeks\"
  taskfold edit 1 --due none --repeat none"
)]
pub(crate) struct Edit {
    /// The task
    task: String,
    /// New title
    #[arg(long)]
    title: Option<String>,
    /// New description in Markdown; - reads standard input, none clears it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// none, low, medium, high or urgent
    #[arg(long, short = 'p', value_parser = parse_priority)]
    priority: Option<Priority>,
    /// When it is due: 2026-12-24, "tomorrow 5pm", none
    #[arg(long, short = 'd', value_name = "WHEN")]
    due: Option<String>,
    /// Not to be begun before: 2026-12-24, "next monday", none
    #[arg(long, value_name = "DAY")]
    start: Option<String>,
    /// Add a tag (may be repeated)
    #[arg(long, short = 't', value_name = "TAG")]
    tag: Vec<String>,
    /// Take a tag away (may be repeated)
    #[arg(long, value_name = "TAG")]
    untag: Vec<String>,
    /// How it repeats: "every monday", "3 days from completion", an RRULE such as FREQ=DAILY, or none
    #[arg(long, value_name = "RULE")]
    repeat: Option<String>,
    /// The next occurrence counts from completion, not from the due date
    #[arg(long, requires = "repeat")]
    from_completion: bool,
    /// Who is to do it: me, a member's name or address, none
    #[arg(long, value_name = "WHO")]
    assignee: Option<String>,
    /// Tasks that must be done first (may be repeated); none clears them
    #[arg(long, value_name = "TASK")]
    blocked_by: Vec<String>,
    /// Only when the task still has this version
    #[arg(long, value_name = "N")]
    if_version: Option<u64>,
}

/// A priority by its name.
pub(crate) fn parse_priority(text: &str) -> Result<Priority, String> {
    let known = Priority::ALL
        .into_iter()
        .find(|priority| priority.as_str() == text);
    known.ok_or_else(|| "expected none, low, medium, high or urgent".to_owned())
}

/// Whether the word clears a field.
fn clears(text: &str) -> bool {
    text.eq_ignore_ascii_case("none")
}

impl Edit {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let id = resolve(client, &app.config().data, &self.task).await?;
        let if_version = self.if_version;
        let changes = self.changes(app, client, id).await?;
        if changes == UpdateTask::default() {
            return Err(Failure::usage("nothing to change was named")
                .hint("taskfold edit --help lists what can be changed"));
        }
        let call = Call::patch(format!("tasks/{id}")).json(&changes)?;
        let call = if_version.into_iter().fold(call, Call::if_version);
        shared::write_task(app, client, "changed", id, call).await
    }

    async fn changes(self, app: &App, client: &Client, id: TaskId) -> Result<UpdateTask, Failure> {
        let description = match self.note {
            Some(note) if clears(&note) => Some(String::new()),
            note => note.map(shared::text_or_stdin).transpose()?,
        };
        let mut changes = UpdateTask {
            title: self.title,
            description,
            priority: self.priority,
            add_tags: self.tag,
            remove_tags: self.untag,
            ..UpdateTask::default()
        };
        if let Some(text) = &self.due {
            changes.due = Some(shared::due(client, text).await?);
        }
        if let Some(text) = &self.start {
            changes.start = Some(shared::start(client, text).await?);
        }
        if let Some(text) = &self.repeat {
            repeat(app, client, id, text, self.from_completion, &mut changes).await?;
        }
        if let Some(who) = &self.assignee {
            let nobody = clears(who);
            changes.assignee_id = Some(if nobody {
                None
            } else {
                Some(named::member(client, who).await?)
            });
        }
        if let [only] = self.blocked_by.as_slice()
            && clears(only)
        {
            changes.blocked_by = Some(Vec::new());
        } else if !self.blocked_by.is_empty() {
            changes.blocked_by = Some(shared::tasks_named(app, client, &self.blocked_by).await?);
        }
        Ok(changes)
    }
}

/// How the task repeats from now on. One without a due date gets the first that the rule gives.
async fn repeat(
    app: &App,
    client: &Client,
    id: TaskId,
    text: &str,
    from_completion: bool,
    changes: &mut UpdateTask,
) -> Result<(), Failure> {
    if clears(text) {
        changes.recurrence = Some(None);
        return Ok(());
    }
    let mut repetition = shared::repetition(app, client, text, changes.start.flatten()).await?;
    if from_completion {
        repetition.recurrence.from = RecursFrom::Completion;
    }
    changes.recurrence = Some(Some(repetition.recurrence));
    if changes.due.is_none() && shared::task(client, id, None).await?.due.is_none() {
        changes.due = repetition.due.map(Some);
    }
    Ok(())
}
