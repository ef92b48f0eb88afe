//! `taskfold history`.

use std::collections::{BTreeMap, BTreeSet};

use anstyle::Style;
use serde_json::Value;
use taskfold_contracts::commands::Moment;
use taskfold_contracts::values::Actor;
use taskfold_views::activity::{Activity, Named, kind, verb};

use super::{App, named, shared, words};
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::{resolve, short, tails};
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
            (None, Some(name)) => match named::list(client, name).await? {
                Some(list) => format!("lists/{}/history", list.list_id),
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
        let names = names(client, &events).await?;
        show(app, &events, &names)
    }
}

/// What the rows are about: tasks, lists and people, as they are called now.
async fn names(client: &Client, events: &[Activity]) -> Result<Names, Failure> {
    let mut names = Names::default();
    for event in events {
        add(&mut names.tasks, event.task_id, event.task_title.as_ref());
        add(&mut names.lists, event.list_id, event.list_name.as_ref());
        add(
            &mut names.people,
            event.actor.user(),
            event.actor_name.as_ref(),
        );
        for change in &event.changes {
            for (value, name) in [
                (&change.from, change.from_name.as_ref()),
                (&change.to, change.to_name.as_ref()),
            ] {
                match change.field.as_str() {
                    "parent_id" | "blocked_by" => add_all(&mut names.tasks, value, name),
                    "list_id" => add_all(&mut names.lists, value, name),
                    "assignee_id" => add_all(&mut names.people, value, name),
                    _ => {}
                }
            }
        }
    }
    // A server of before names no people.
    if events.iter().any(|event| {
        event
            .actor
            .user()
            .is_some_and(|id| !names.people.contains_key(&id))
    }) {
        names.people.extend(shared::people(client).await?.people);
    }
    Ok(names)
}

fn add<K: Ord>(names: &mut BTreeMap<K, String>, id: Option<K>, name: Option<&String>) {
    if let (Some(id), Some(name)) = (id, name) {
        names.insert(id, name.clone());
    }
}

/// The names of an id or of a list of ids.
fn add_all<K: Ord + std::str::FromStr>(
    names: &mut BTreeMap<K, String>,
    value: &Value,
    name: Option<&Named>,
) {
    let id = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    match (value, name) {
        (Value::Array(ids), Some(Named::Several(all))) => {
            for (value, name) in ids.iter().zip(all) {
                add(names, id(value), name.as_ref());
            }
        }
        (one, Some(Named::One(name))) => add(names, id(one), Some(name)),
        (_, Some(Named::Several(_)) | None) => {}
    }
}

fn show(app: &App, events: &[Activity], names: &Names) -> Result<(), Failure> {
    let mut table = Table::new(vec![
        Column::new("when").expendable(1),
        Column::new("who").expendable(3),
        Column::new("what").shrinks(28),
        Column::new("changes").shrinks(12),
        Column::new("position").right().expendable(4),
        Column::new("change").expendable(2),
    ]);
    let ids: Vec<String> = events
        .iter()
        .map(|event| event.change_id.to_string())
        .collect();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    let distinct: Vec<String> = distinct.into_iter().cloned().collect();
    let tails: BTreeMap<&String, String> = distinct.iter().zip(tails(&distinct)).collect();
    for (event, id) in events.iter().zip(&ids) {
        let undo = if event.undoes.is_some() {
            " (undo)"
        } else {
            ""
        };
        table.row(vec![
            Cell::new(style::DIM, relative(event.recorded_at, app.screen.now())),
            Cell::plain(who(event.actor, names)),
            Cell::new(style::NAME, format!("{} ", verb(&event.event_type)))
                .and(Style::new(), subject(event, names))
                .and(style::DIM, undo),
            Cell::plain(changes(event, names)),
            Cell::new(style::DIM, event.position.to_string()),
            Cell::new(style::ID, tails.get(id).cloned().unwrap_or_default()),
        ]);
    }
    app.screen.table(&table)
}

/// What it happened to: a task by its title, a list by its name.
fn subject(event: &Activity, names: &Names) -> String {
    let id = event.stream_id.to_string();
    let name = match kind(&event.event_type) {
        "task" => id.parse().ok().and_then(|id| names.tasks.get(&id)),
        "list" => id.parse().ok().and_then(|id| names.lists.get(&id)),
        "workspace" => return "the workspace".to_owned(),
        _ => None,
    };
    match name {
        Some(name) => format!("“{name}”"),
        None => short(id),
    }
}

/// What is different, but for what the verb says already.
fn changes(event: &Activity, names: &Names) -> String {
    let told = |field: &str| {
        matches!(
            field,
            "completed_at" | "deleted_at" | "archived_at" | "rank"
        ) || event.event_type.ends_with(".created") && matches!(field, "title" | "name")
    };
    let changes = event.changes.iter().filter(|change| !told(&change.field));
    let words = changes.map(|change| {
        let [from, to] =
            [&change.from, &change.to].map(|value| words::value(&change.field, value, names));
        let field = words::field(&change.field, names);
        if change.field == "comment" && change.from.is_null() {
            to
        } else {
            format!("{field}: {from} → {to}")
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

fn who(actor: Actor, names: &Names) -> String {
    match actor {
        Actor::User(user) => names.person(user),
        Actor::Agent(user) => format!("{} (token)", names.person(user)),
        Actor::System => "taskfold".to_owned(),
    }
}
