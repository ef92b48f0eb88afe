//! What several commands do alike.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, Zoned};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use taskfold_contracts::commands::Moment;
use taskfold_contracts::ids::{ListId, TaskId};
use taskfold_contracts::values::Due;
use taskfold_domain::recurrence::{self, Repetition};
use taskfold_views::members::{Member, User};
use taskfold_views::tasks::Task;

use super::{App, named};
use crate::client::{Call, Client};
use crate::exit::{Exit, Failure};
use crate::names::{LastList, resolve, short};
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
pub(crate) async fn names_for(
    client: &Client,
    tasks: &[Task],
    as_of: Option<&str>,
) -> Result<Names, Failure> {
    let mut names = Names::default();
    let wanted: BTreeSet<ListId> = tasks.iter().filter_map(|task| task.list_id).collect();
    if !wanted.is_empty() {
        names = list_names(client, &wanted, as_of).await?;
    }
    if tasks.iter().any(|task| task.assignee_id.is_some()) {
        names.people = people(client).await?.people;
    }
    Ok(names)
}

/// The names and the order of the lists; those in the trash only when one of `wanted` is not found.
pub(crate) async fn list_names(
    client: &Client,
    wanted: &BTreeSet<ListId>,
    as_of: Option<&str>,
) -> Result<Names, Failure> {
    let mut all = named::lists(client, as_of).await?;
    let known: BTreeSet<ListId> = all.iter().map(|list| list.list_id).collect();
    if !wanted.is_subset(&known) {
        all.extend(named::deleted_lists(client, as_of).await?);
    }
    Ok(Names {
        order: all.iter().map(|list| list.list_id).collect(),
        lists: all
            .into_iter()
            .map(|list| (list.list_id, list.name))
            .collect(),
        ..Names::default()
    })
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

/// Tasks asked for at once.
const AT_ONCE: usize = 8;
/// Tasks that are asked for by their ids at most.
const ASKED: usize = 100;

/// The first hundred of these tasks, of those that there are.
pub(crate) async fn tasks_by_id(
    client: &Client,
    ids: impl IntoIterator<Item = TaskId>,
    as_of: Option<&str>,
) -> Result<Vec<Task>, Failure> {
    let ids: Vec<TaskId> = ids.into_iter().take(ASKED).collect();
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let calls = some.iter().map(|id| {
            let call = Call::get(format!("tasks/{id}")).maybe("as_of", as_of);
            client.send(call)
        });
        for answer in futures_util::future::join_all(calls).await {
            match answer {
                Ok(reply) => found.push(reply.parse()?),
                Err(failure) if failure.reason().exit == Exit::NotFound => {}
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(found)
}

/// The titles of these tasks, of those that there are.
pub(crate) async fn titles(
    client: &Client,
    ids: impl IntoIterator<Item = TaskId>,
    as_of: Option<&str>,
) -> Result<BTreeMap<TaskId, String>, Failure> {
    let tasks = tasks_by_id(client, ids, as_of).await?;
    Ok(tasks
        .into_iter()
        .map(|task| (task.task_id, task.title))
        .collect())
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
    let no_date = || {
        Failure::usage(format!("{text:?} is no date"))
            .at("due", None)
            .hint("try 2026-12-24, \"tomorrow 5pm\", \"next fri\", \"in 3 weeks\" or none")
    };
    let call = Call::post("quick-add/preview").json(&json!({ "text": format!("task {text}") }))?;
    let preview = client.send(call).await?.value()?;
    // Words that are left over would be lost.
    if preview.pointer("/task/title").and_then(Value::as_str) != Some("task") {
        return Err(no_date());
    }
    if preview
        .pointer("/task/recurrence")
        .is_some_and(|rule| !rule.is_null())
    {
        return Err(no_date().hint("how a task repeats is said with --repeat"));
    }
    match preview
        .pointer("/task/due")
        .cloned()
        .map(serde_json::from_value::<Option<Due>>)
    {
        Some(Ok(Some(due))) => Ok(Some(due)),
        Some(Ok(None) | Err(_)) | None => Err(no_date()),
    }
}

/// Shows times in the zone in which they are read, that of the profile, and says so where the terminal's clock
/// is another one; `quietly` does not. Where a server does not tell the profile, the terminal's zone stays.
pub(crate) async fn use_zone_of_profile(
    app: &mut App,
    client: &Client,
    quietly: bool,
) -> Result<(), Failure> {
    let me: User = match client.send(Call::get("me").outside_workspace()).await {
        Ok(reply) => reply.parse()?,
        Err(refused) if refused.reason().problem.is_some() => return Ok(()),
        // Nobody answers: the command itself would only wait once more.
        Err(failure) => return Err(failure),
    };
    let Ok(zone) = TimeZone::get(&me.time_zone) else {
        return Ok(());
    };
    let here = app.screen.now().time_zone().clone();
    app.screen.set_zone(zone.clone());
    if !quietly && other_clocks(&here, &zone, app.screen.now()) {
        let name = here.iana_name().unwrap_or("another one");
        app.screen.note(&format!(
            "times are in your profile's zone, {}; this terminal is in {name} \
             (taskfold profile --time-zone changes the profile)",
            me.time_zone
        ));
    }
    Ok(())
}

/// Whether clocks of the two zones differ, now or in the other half of the year.
fn other_clocks(one: &TimeZone, other: &TimeZone, now: &Zoned) -> bool {
    let later = now.checked_add(26.weeks()).unwrap_or_else(|_| now.clone());
    [now.timestamp(), later.timestamp()]
        .into_iter()
        .any(|at| one.to_offset(at) != other.to_offset(at))
}

/// The day before which a task is not to be begun: as [`due`], but without a time.
pub(crate) async fn start(client: &Client, text: &str) -> Result<Option<Date>, Failure> {
    match due(client, text).await? {
        Some(Due { time: Some(_), .. }) => Err(Failure::usage(format!(
            "{text:?} has a time; a start is a day"
        ))
        .at("start", None)
        .hint("try 2026-12-24, \"next monday\" or none")),
        Some(day) => Ok(Some(day.date)),
        None => Ok(None),
    }
}

/// How a task repeats, as the command line says it: English or an RRULE. Its first occurrence is not before
/// `start`.
pub(crate) async fn repetition(
    app: &App,
    client: &Client,
    text: &str,
    start: Option<Date>,
) -> Result<Repetition, Failure> {
    let me: User = client
        .send(Call::get("me").outside_workspace())
        .await?
        .parse()?;
    let now = app.screen.now().clone();
    let begins = start.and_then(|day| day.to_zoned(now.time_zone().clone()).ok());
    let now = begins.map_or(now.clone(), |begins| begins.max(now));
    recurrence::from_text(text, &now, me.week_start).map_err(|error| {
        Failure::usage(format!("--repeat: {error}"))
            .at("recurrence", None)
            .hint(
                "try \"every monday\", \"every 2 weeks\", \"3 days from completion\" or FREQ=DAILY",
            )
    })
}

/// Tells in one line what a task is now.
pub(crate) fn told(app: &App, verb: &str, task: &Task) -> Result<(), Failure> {
    let (style, sign) = mark(task);
    let id = short(task.task_id);
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
        Ok(task) => Ok(task),
        Err(_) => task(client, id, None).await,
    };
    match task {
        Ok(task) => told(app, verb, &task),
        Err(_) => stored(app, verb, &short(id)),
    }
}

/// Tells a write that is on disk but cannot be shown: its answer was no task, as the views are behind.
pub(crate) fn stored(app: &App, verb: &str, what: &str) -> Result<(), Failure> {
    app.screen
        .warn("it is stored, but the views do not show it yet; taskfold doctor says why");
    let what = app.screen.paint(print::style::STRONG, what);
    app.screen.line(&format!("{verb} {what}"))
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
            let name = match task(client, *id, None).await {
                Ok(task) => format!("“{}”", task.title),
                Err(_) => short(id),
            };
            app.screen.warn(&format!("{name}: {sentence}"));
        } else if !app.screen.json {
            told(app, verb, &task(client, *id, None).await?)?;
        }
    }
    if failed > 0 {
        let message = format!("{failed} of {} tasks were left as they are", ids.len());
        return Err(Failure::new(Exit::Conflict, message));
    }
    Ok(())
}

/// Keeps what number means what task. Where nothing was shown, the numbers of before stay.
pub(crate) fn keep_numbers<'t>(
    app: &App,
    client: &Client,
    shown: impl IntoIterator<Item = &'t Task>,
) {
    let tasks: Vec<TaskId> = shown.into_iter().map(|task| task.task_id).collect();
    if tasks.is_empty() {
        return;
    }
    let last = LastList {
        place: client.place(),
        tasks,
    };
    // Numbers are a convenience: a directory that cannot be written must not hide the tasks.
    if let Err(error) = last.save(&app.config().data) {
        app.screen
            .warn(&format!("the numbers of this list were not kept: {error}"));
    }
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
