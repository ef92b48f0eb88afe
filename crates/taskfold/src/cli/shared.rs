//! What several commands do alike.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::{ListId, TaskId, UserId};
use taskfold_contracts::values::Due;
use taskfold_views::lists::List;
use taskfold_views::members::Member;
use taskfold_views::tasks::Task;

use super::App;
use crate::client::{Call, Client};
use crate::exit::Failure;
use crate::names::{resolve, tails};
use crate::print::{Names, mark};
use crate::{moment, print};

/// The items of an answer that is an array or a page.
pub(crate) fn items<T: DeserializeOwned>(answer: Value) -> Result<Vec<T>, Failure> {
    let mut answer = answer;
    let items = match answer.get_mut("items") {
        Some(items) => items.take(),
        None => answer,
    };
    serde_json::from_value(items)
        .map_err(|error| Failure::doing("the server's answer is not as expected", error))
}

/// Names of the lists and people that `tasks` mention; asks only for what is needed.
pub(crate) async fn names_for(client: &Client, tasks: &[Task]) -> Result<Names, Failure> {
    let mut names = Names::default();
    if tasks.iter().any(|task| task.list_id.is_some()) {
        names.lists = lists(client)
            .await?
            .into_iter()
            .map(|list| (list.list_id, list.name))
            .collect();
    }
    if tasks.iter().any(|task| task.assignee_id.is_some()) {
        names.people = people(client).await?.people;
    }
    Ok(names)
}

/// The members' names.
pub(crate) async fn people(client: &Client) -> Result<Names, Failure> {
    let members: Vec<Member> = items(client.send(Call::get("members")).await?.value()?)?;
    let named = members
        .into_iter()
        .filter_map(|member| Some((member.user_id, member.display_name?)));
    Ok(Names {
        people: named.collect(),
        ..Names::default()
    })
}

/// All lists, archived ones too.
pub(crate) async fn lists(client: &Client) -> Result<Vec<List>, Failure> {
    lists_then(client, None).await
}

async fn lists_then(client: &Client, as_of: Option<&str>) -> Result<Vec<List>, Failure> {
    let call = Call::get("lists")
        .query("archived", "true")
        .maybe("as_of", as_of);
    items(client.send(call).await?.value()?)
}

/// The list called `name` (without regard to case), or with this id. `inbox` is none.
pub(crate) async fn list_named(client: &Client, name: &str) -> Result<Option<ListId>, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(Some(id));
    }
    match lists_named(client, name, None).await?.as_slice() {
        [] => Ok(None),
        [list] => Ok(Some(list.list_id)),
        several => {
            let head = format!(
                "{} lists are called {name:?}; name one by its id",
                several.len()
            );
            let ids = several.iter().map(|list| list.list_id.to_string());
            Err(ids.fold(Failure::usage(head), Failure::detail))
        }
    }
}

/// The lists with this name (without regard to case) or id, now or then; none for `inbox`.
///
/// # Errors
/// There is no such list.
pub(crate) async fn lists_named(
    client: &Client,
    name: &str,
    as_of: Option<&str>,
) -> Result<Vec<List>, Failure> {
    if name.eq_ignore_ascii_case("inbox") {
        return Ok(Vec::new());
    }
    let (id, wanted) = (name.parse::<ListId>().ok(), name.to_lowercase());
    let all = lists_then(client, as_of).await?;
    let (named, others): (Vec<List>, Vec<List>) = all
        .into_iter()
        .partition(|list| Some(list.list_id) == id || list.name.to_lowercase() == wanted);
    if !named.is_empty() {
        return Ok(named);
    }
    let known: BTreeSet<&str> = others.iter().map(|list| list.name.as_str()).collect();
    let known = known.into_iter().collect::<Vec<_>>().join(", ");
    let then = if as_of.is_some() { "was" } else { "is" };
    let failure = Failure::not_found(format!("there {then} no list {name:?}"));
    Err(if known.is_empty() {
        failure.hint(format!("make it with taskfold lists new {name:?}"))
    } else {
        failure.hint(format!("there are: {known}"))
    })
}

/// The member that `name` means: `me`, an id, an e-mail address or a display name.
pub(crate) async fn member_named(client: &Client, name: &str) -> Result<UserId, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    if name == "me" {
        let me = client
            .send(Call::get("me").outside_workspace())
            .await?
            .value()?;
        let id = me
            .pointer("/user_id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse().ok());
        return id.ok_or_else(|| Failure::not_found("the server does not say who you are"));
    }
    let members: Vec<Member> = items(client.send(Call::get("members")).await?.value()?)?;
    let wanted = name.to_lowercase();
    let is_meant = |text: &Option<String>| {
        text.as_deref()
            .is_some_and(|text| text.to_lowercase() == wanted)
    };
    let mut named = members
        .iter()
        .filter(|m| is_meant(&m.display_name) || is_meant(&m.email));
    match (named.next(), named.next()) {
        (Some(member), None) => Ok(member.user_id),
        (None, _) => Err(Failure::not_found(format!("no member is called {name:?}"))),
        (Some(_), Some(_)) => Err(
            Failure::usage(format!("several members are called {name:?}"))
                .hint("name the person by e-mail address or id"),
        ),
    }
}

/// The tasks that the command line names.
pub(crate) async fn tasks_named(
    app: &App,
    client: &Client,
    names: &[String],
) -> Result<Vec<TaskId>, Failure> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let id = resolve(client, &app.config().data, name).await?;
        if !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
}

/// A task, now or then.
pub(crate) async fn task(
    client: &Client,
    id: TaskId,
    as_of: Option<&Moment>,
) -> Result<Task, Failure> {
    let call = Call::get(format!("tasks/{id}")).maybe("as_of", as_of.map(ToString::to_string));
    client.send(call).await?.parse()
}

/// A moment of the past, as the command line says it.
pub(crate) fn past(app: &App, text: &str) -> Result<Moment, Failure> {
    moment::parse_past(text, app.screen.now()).map_err(|error| Failure::usage(error.to_string()))
}

/// A moment of the past as the API takes it, when the command line says one.
pub(crate) fn maybe_past(app: &App, text: Option<&str>) -> Result<Option<String>, Failure> {
    let moment = text.map(|text| past(app, text)).transpose()?;
    Ok(moment.map(|moment| moment.to_string()))
}

/// A due date, as the command line says it: `none`, a date, or words that quick add understands.
pub(crate) async fn due(client: &Client, text: &str) -> Result<Option<Due>, Failure> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    if text.len() == 10
        && let Ok(date) = text.parse()
    {
        return Ok(Some(Due {
            date,
            time: None,
            zone: None,
        }));
    }
    let call = Call::post("quick-add/preview").json(&json!({ "text": format!("task {text}") }))?;
    let preview = client.send(call).await?.value()?;
    let due = preview
        .pointer("/task/due")
        .or_else(|| preview.pointer("/due"))
        .cloned();
    match due.map(serde_json::from_value::<Option<Due>>) {
        Some(Ok(Some(due))) => Ok(Some(due)),
        Some(Ok(None) | Err(_)) | None => Err(Failure::usage(format!("{text:?} is no date"))
            .hint("try 2026-12-24, \"tomorrow 5pm\", \"next fri\", \"in 3 weeks\" or none")),
    }
}

/// Tells in one line what a task is now.
pub(crate) fn told(app: &App, verb: &str, task: &Task) -> Result<(), Failure> {
    let (style, sign) = mark(task);
    let id = tails(&[task.task_id.to_string()]).concat();
    let due = match &task.due {
        Some(date) => {
            let (style, when) = print::due(date, app.screen.now());
            format!("  {}", app.screen.paint(style, &when))
        }
        None => String::new(),
    };
    app.screen.line(&format!(
        "{} {verb} {}{due}  {}",
        app.screen.paint(style, sign),
        app.screen.paint(print::style::STRONG, &task.title),
        app.screen.paint(print::style::ID, &id),
    ))
}

/// Sends a write about one task and tells what became of it.
pub(crate) async fn write_task(
    app: &App,
    client: &Client,
    verb: &str,
    id: TaskId,
    call: Call,
) -> Result<(), Failure> {
    let answer = client.send(call).await?.value()?;
    if app.screen.json {
        return app.screen.value(&answer);
    }
    let task = match serde_json::from_value::<Task>(answer) {
        Ok(task) => task,
        Err(_) => task(client, id, None).await?,
    };
    told(app, verb, &task)
}

/// The same command on several tasks, as one change.
pub(crate) async fn write_each(
    app: &App,
    client: &Client,
    verb: &str,
    command: &str,
    ids: &[TaskId],
) -> Result<(), Failure> {
    let commands: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "command": command, "task_id": id }))
        .collect();
    let answer = client
        .send(Call::post("bulk").json(&json!({ "commands": commands }))?)
        .await?
        .value()?;
    if app.screen.json {
        app.screen.value(&answer)?;
    }
    let results = answer
        .get("results")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut failed = 0;
    for (id, result) in ids.iter().zip(&results) {
        let status = result.get("status").and_then(Value::as_u64).unwrap_or(200);
        if status >= 400 {
            failed += 1;
            let problem = result
                .get("problem")
                .or_else(|| result.get("error"))
                .unwrap_or(result);
            let (sentence, _) = print::problem::sentence(problem);
            app.screen.warn(&format!("{id}: {sentence}"));
        } else if !app.screen.json {
            told(app, verb, &task(client, *id, None).await?)?;
        }
    }
    if failed > 0 {
        let message = format!("{failed} of {} tasks were left as they are", ids.len());
        return Err(Failure::new(crate::exit::Exit::Conflict, message));
    }
    Ok(())
}

/// Text from the command line; `-` is standard input.
pub(crate) fn text_or_stdin(text: String) -> Result<String, Failure> {
    if text == "-" {
        return Ok(std::io::read_to_string(std::io::stdin())?
            .trim_end()
            .to_owned());
    }
    Ok(text)
}
