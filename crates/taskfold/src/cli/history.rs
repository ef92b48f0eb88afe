//! `taskfold history`.

use serde_json::Value;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::values::Actor;
use taskfold_views::activity::Activity;

use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::resolve;
use crate::print::{Cell, Column, Names, Table, relative, style};

/// Show who changed which field from what to what, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct History {
    /// The task [default: everything]
    task: Option<String>,
    /// Of this list
    #[arg(long, short = 'l', value_name = "NAME", conflicts_with = "task")]
    list: Option<String>,
    /// Up to this moment
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
    /// Show at most so many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

impl History {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        let as_of = self
            .as_of
            .as_deref()
            .map(|text| shared::past(app, text))
            .transpose()?;
        let path = match (&self.task, &self.list) {
            (Some(task), _) => {
                let id = resolve(client, &app.config().data, task).await?;
                format!("tasks/{id}/history")
            }
            (None, Some(name)) => match shared::list_named(client, name).await? {
                Some(id) => format!("lists/{id}/history"),
                None => return Err(Failure::usage("the inbox has no history of its own")),
            },
            (None, None) => "activity".to_owned(),
        };
        let call = Call::get(path)
            .query("limit", self.limit.to_string())
            .maybe("as_of", as_of.as_ref().map(Moment::to_string));
        let answer = client.send(call).await?.value()?;
        if app.screen.json {
            return app.screen.value(&answer);
        }
        let events: Vec<Activity> = shared::items(answer)?;
        if events.is_empty() {
            app.screen.note("nothing happened yet");
            return Ok(());
        }
        let names = shared::people(client).await?;
        show(app, &events, &names)
    }
}

fn show(app: &App, events: &[Activity], names: &Names) -> Result<(), Failure> {
    let mut table = Table::new(vec![
        Column::new("when"),
        Column::new("who").expendable(1),
        Column::new("what"),
        Column::new("changes").shrinks(20),
        Column::new("position").right().expendable(2),
        Column::new("change").expendable(3),
    ]);
    for event in events {
        let undoes = if event.undoes.is_some() {
            " (undo)"
        } else {
            ""
        };
        let changes: Vec<String> = event
            .changes
            .iter()
            .map(|change| {
                format!(
                    "{}: {} → {}",
                    change.field,
                    plain(&change.from),
                    plain(&change.to)
                )
            })
            .collect();
        table.row(vec![
            Cell::new(style::DIM, relative(event.recorded_at, app.screen.now())),
            Cell::plain(who(event.actor, names)),
            Cell::new(style::NAME, event.event_type.clone()).and(style::DIM, undoes),
            Cell::plain(changes.join(", ")),
            Cell::new(style::DIM, event.position.to_string()),
            Cell::new(style::ID, event.change_id.to_string()),
        ]);
    }
    app.screen.table(&table)
}

fn who(actor: Actor, names: &Names) -> String {
    match actor {
        Actor::User(user) => names.person(user),
        Actor::Agent(user) => format!("{} (token)", names.person(user)),
        Actor::System => "taskfold".to_owned(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(" "),
        Value::Object(fields) => {
            let set = fields.values().filter(|value| !value.is_null());
            set.map(plain).collect::<Vec<_>>().join(" ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
