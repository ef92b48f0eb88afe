//! `taskfold trash`.

use clap::Subcommand;
use serde_json::{Value, json};
use taskfold_contracts::ids::TaskId;
use taskfold_views::lists::List;
use taskfold_views::tasks::Task;

use super::named::{self, Among};
use super::{App, shared};
use crate::client::{Call, Client};
use crate::exit::{Exit, Failure};
use crate::names::{resolve, short, tails};
use crate::print::{Cell, Column, Table, relative, style};

/// Show the trash, or take tasks and lists out of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  taskfold trash
  taskfold trash restore 1 3f2a      two tasks, as one change
  taskfold trash restore Shopping    a list with its tasks")]
pub(crate) struct Trash {
    #[command(subcommand)]
    action: Option<Action>,
    /// As it was then: 2026-11-20, "yesterday 9am", "2 hours ago", a position
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show it, last deleted first
    List,
    /// Take tasks and lists out; several are one change
    Restore {
        /// Tasks by number or id, lists by name or id
        #[arg(required = true, value_name = "WHAT")]
        what: Vec<String>,
    },
}

/// Tasks of the trash that are shown.
const SHOWN: &str = "100";

impl Trash {
    /// Runs it.
    pub(crate) async fn run(self, app: &App, client: &Client) -> Result<(), Failure> {
        match self.action {
            None | Some(Action::List) => {
                let as_of = shared::maybe_past(app, self.as_of.as_deref())?;
                show(app, client, as_of.as_deref()).await
            }
            Some(Action::Restore { .. }) if self.as_of.is_some() => Err(Failure::usage(
                "--as-of shows the trash as it was; it takes nothing out",
            )),
            Some(Action::Restore { what }) => restore(app, client, &what).await,
        }
    }
}

async fn show(app: &App, client: &Client, as_of: Option<&str>) -> Result<(), Failure> {
    let call = Call::get("trash")
        .query("limit", SHOWN)
        .maybe("as_of", as_of);
    let mut answer = client.send(call).await?.value()?;
    if app.screen.json {
        shared::keep_numbers(app, client, &shared::items::<Task>(answer.clone())?);
        return app.screen.value(&answer);
    }
    let lists: Vec<List> =
        shared::items(answer.get_mut("lists").map(Value::take).unwrap_or_default())?;
    let more = answer["next_cursor"].is_string();
    let tasks: Vec<Task> = shared::items(answer)?;
    shared::keep_numbers(app, client, &tasks);
    if tasks.is_empty() && lists.is_empty() {
        app.screen.note("the trash is empty");
        return Ok(());
    }
    let names = shared::names_for(client, &tasks, as_of).await?;
    let mut table = Table::new(vec![
        Column::new("#").right(),
        Column::new(""),
        Column::new("deleted thing").shrinks(8),
        Column::new("list").expendable(2).shrinks(8),
        Column::new("deleted").expendable(1),
        Column::new("id").expendable(3),
    ]);
    let now = app.screen.now();
    for list in &lists {
        table.row(vec![
            Cell::plain(""),
            Cell::new(style::DIM, "✗"),
            Cell::new(style::DIM, "list ").and(style::NAME, list.name.clone()),
            Cell::plain(""),
            Cell::plain(
                list.deleted_at
                    .map(|at| relative(at, now))
                    .unwrap_or_default(),
            ),
            Cell::new(style::ID, short(list.list_id)),
        ]);
    }
    let ids: Vec<String> = tasks.iter().map(|task| task.task_id.to_string()).collect();
    for (index, (task, tail)) in tasks.iter().zip(tails(&ids)).enumerate() {
        let list = task
            .list_id
            .map(|list| names.list(list))
            .unwrap_or_default();
        table.row(vec![
            Cell::new(style::DIM, (index + 1).to_string()),
            Cell::new(style::DIM, "✗"),
            Cell::plain(task.title.clone()),
            Cell::new(style::NAME, list),
            Cell::plain(
                task.deleted_at
                    .map(|at| relative(at, now))
                    .unwrap_or_default(),
            ),
            Cell::new(style::ID, tail),
        ]);
    }
    app.screen.table(&table)?;
    if more {
        app.screen.note(&format!("only the last {SHOWN} tasks"));
    }
    Ok(())
}

/// Something in the trash.
enum Thing {
    Task(TaskId),
    List(Box<List>),
}

async fn restore(app: &App, client: &Client, what: &[String]) -> Result<(), Failure> {
    let lists = named::deleted_lists(client, None).await?;
    let mut things = Vec::with_capacity(what.len());
    for name in what {
        things.push(find(app, client, name, &lists).await?);
    }
    if let [Thing::Task(id)] = things.as_slice() {
        return restore_task(app, client, *id).await;
    }
    if let [Thing::List(list)] = things.as_slice() {
        return restore_list(app, client, list).await;
    }
    let commands: Vec<Value> = things
        .iter()
        .map(|thing| match thing {
            Thing::Task(id) => json!({ "command": "restore_task", "task_id": id }),
            Thing::List(list) => json!({ "command": "restore_list", "list_id": list.list_id }),
        })
        .collect();
    let call = Call::post("bulk").json(&json!({ "commands": commands }))?;
    let answer = client.send(call).await?.value()?;
    if app.screen.json {
        app.screen.value(&answer)?;
    }
    let results = answer["results"].as_array().cloned().unwrap_or_default();
    let mut failed = 0;
    for (name, (thing, result)) in what.iter().zip(things.iter().zip(&results)) {
        if result["status"].as_u64().unwrap_or(200) >= 400 {
            failed += 1;
            let (sentence, _) = crate::print::problem::sentence(result);
            app.screen.warn(&format!("{name}: {sentence}"));
        } else if !app.screen.json {
            match thing {
                Thing::Task(id) => {
                    shared::told(app, OUT, &shared::task(client, *id, None).await?)?;
                }
                Thing::List(list) => told_list(app, list)?,
            }
        }
    }
    if failed > 0 {
        let message = format!("{failed} of {} stayed in the trash", what.len());
        return Err(Failure::new(Exit::Conflict, message));
    }
    Ok(())
}

const OUT: &str = "out of the trash:";

/// Takes a task out of the trash and tells it.
pub(crate) async fn restore_task(app: &App, client: &Client, id: TaskId) -> Result<(), Failure> {
    if shared::task(client, id, None).await?.deleted_at.is_none() {
        let message = format!("task {} is not in the trash", short(id));
        return Err(Failure::new(Exit::Conflict, message)
            .hint("with --to MOMENT it is brought back to how it was"));
    }
    let call = Call::post(format!("tasks/{id}/restore"));
    shared::write_task(app, client, OUT, id, call).await
}

/// Takes a list with its tasks out of the trash and tells it.
pub(crate) async fn restore_list(app: &App, client: &Client, list: &List) -> Result<(), Failure> {
    let call = Call::post(format!("lists/{}/restore", list.list_id));
    let answer = client.send(call).await?.value()?;
    if app.screen.json {
        return app.screen.value(&answer);
    }
    told_list(app, list)
}

fn told_list(app: &App, list: &List) -> Result<(), Failure> {
    let verb = app.screen.paint(style::GOOD, OUT);
    let name = app.screen.paint(style::NAME, &list.name);
    app.screen.line(&format!("{verb} list {name}"))
}

/// A task by its number or id, or a list by its name or id.
async fn find(app: &App, client: &Client, name: &str, lists: &[List]) -> Result<Thing, Failure> {
    if let Ok(found) = named::one_list(name, lists.to_vec(), Among::Deleted) {
        return Ok(Thing::List(Box::new(found)));
    }
    match resolve(client, &app.config().data, name).await {
        Ok(id) => Ok(Thing::Task(id)),
        // A word names a list, or nothing.
        Err(failure)
            if failure.reason().exit == Exit::Usage && failure.reason().details.is_empty() =>
        {
            Err(
                match named::one_list(name, lists.to_vec(), Among::Deleted) {
                    Err(no_list) => no_list,
                    Ok(_) => failure,
                },
            )
        }
        Err(failure) => Err(failure),
    }
}
