//! Vikunja: the ZIP of "Export your data", whose `data.json` holds projects with tasks, comments and
//! buckets. Times that are not set are year 1; lists that are empty may be null.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Priority, RecursFrom};

use super::json;
use crate::builder::Builder;
use crate::report::ImportError;
use crate::{archive, dates, html, rule, text};

#[derive(Deserialize)]
struct Project {
    id: i64,
    #[serde(default)]
    title: String,
    hex_color: Option<String>,
    parent_project_id: Option<i64>,
    #[serde(default)]
    is_archived: bool,
    description: Option<String>,
    created: Option<String>,
    tasks: Option<Vec<Task>>,
    buckets: Option<Vec<Bucket>>,
}

#[derive(Deserialize)]
struct Bucket {
    id: i64,
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
struct Task {
    id: i64,
    #[serde(default)]
    title: String,
    description: Option<String>,
    #[serde(default)]
    done: bool,
    done_at: Option<String>,
    due_date: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    reminders: Option<Vec<Reminder>>,
    reminder_dates: Option<Vec<String>>,
    repeat_after: Option<i64>,
    repeat_mode: Option<i64>,
    repeats: Option<String>,
    priority: Option<i64>,
    labels: Option<Vec<Label>>,
    related_tasks: Option<BTreeMap<String, Option<Vec<Related>>>>,
    hex_color: Option<String>,
    assignees: Option<Vec<Person>>,
    attachments: Option<Vec<Value>>,
    percent_done: Option<f64>,
    is_favorite: Option<bool>,
    bucket_id: Option<i64>,
    created: Option<String>,
    updated: Option<String>,
    comments: Option<Vec<Comment>>,
}

#[derive(Deserialize)]
struct Reminder {
    #[serde(rename = "reminder")]
    at: Option<String>,
    relative_period: Option<i64>,
    relative_to: Option<String>,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
struct Related {
    id: i64,
}

#[derive(Deserialize)]
struct Comment {
    #[serde(rename = "comment")]
    text: Option<String>,
    created: Option<String>,
    author: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    #[serde(default)]
    username: String,
    email: Option<String>,
}

pub(super) fn read(bytes: &[u8], builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let is_data = |name: &str| name == "data.json";
    let files = if bytes.starts_with(b"PK\x03\x04") {
        archive::files(bytes, is_data)?
    } else {
        vec![("data.json".to_owned(), bytes.to_vec())]
    };
    let Some((name, content)) = files.first() else {
        return Err(ImportError::file("there is no data.json in the archive"));
    };
    let projects: Vec<Project> = text::decode(content)
        .and_then(|text| json::<Option<Vec<Project>>>(&text))
        .map_err(|error| error.within(name))?
        .unwrap_or_default();
    let relations = relations(&projects);
    for project in &projects {
        read_project(project, &relations, builder)?;
    }
    Ok(())
}

/// Parent and blockers of each task: either side of a relation may name it.
#[derive(Default)]
struct Relations {
    parents: BTreeMap<i64, i64>,
    blockers: BTreeMap<i64, Vec<i64>>,
}

fn relations(projects: &[Project]) -> Relations {
    let mut found = Relations::default();
    let tasks = projects
        .iter()
        .flat_map(|project| project.tasks.iter().flatten());
    for task in tasks {
        for (kind, others) in task.related_tasks.iter().flatten() {
            for other in others.iter().flatten() {
                match kind.as_str() {
                    "parenttask" => {
                        found.parents.entry(task.id).or_insert(other.id);
                    }
                    "subtask" => {
                        found.parents.entry(other.id).or_insert(task.id);
                    }
                    "blocked" => found.blockers.entry(task.id).or_default().push(other.id),
                    "blocking" => found.blockers.entry(other.id).or_default().push(task.id),
                    _ => {}
                }
            }
        }
    }
    for blockers in found.blockers.values_mut() {
        blockers.sort_unstable();
        blockers.dedup();
    }
    found
}

fn read_project(
    project: &Project,
    relations: &Relations,
    builder: &mut Builder<'_>,
) -> Result<(), ImportError> {
    // Every account has a project of this name for what is in no other.
    let inbox = project.title.eq_ignore_ascii_case("inbox");
    let list_id = (!inbox).then(|| builder.list(&project.id.to_string(), &project.title));
    if let Some(list) = list_id.and_then(|id| builder.list_mut(id)) {
        list.archived = project.is_archived;
        list.created_at = project.created.as_deref().and_then(dates::instant);
        list.color = project.hex_color.as_deref().and_then(color);
    }
    if project.parent_project_id.is_some_and(|parent| parent != 0) {
        builder.lose(
            "projects within projects",
            "lists are not nested",
            &project.title,
        );
    }
    let why = "lists have no description";
    builder.lose_text(
        "descriptions of projects",
        why,
        project.description.as_deref().unwrap_or(""),
    );
    let buckets: BTreeMap<i64, &str> = project
        .buckets
        .iter()
        .flatten()
        .map(|bucket| (bucket.id, bucket.title.as_str()))
        .collect();
    for bucket in project.buckets.iter().flatten() {
        builder.lose(
            "buckets",
            "their names became tags of their tasks",
            &bucket.title,
        );
    }
    for task in project.tasks.iter().flatten() {
        let place = format!("task {}", task.id);
        let mut new = convert(task, &buckets, builder);
        new.task.list_id = list_id;
        let id = |number: &i64| builder.task_id(&number.to_string());
        new.task.parent_id = relations.parents.get(&task.id).map(id);
        new.task.blocked_by = relations
            .blockers
            .get(&task.id)
            .into_iter()
            .flatten()
            .map(id)
            .collect();
        builder.add(&place, new)?;
    }
    Ok(())
}

/// Six hex digits with or without `#`.
fn color(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| format!("#{}", digits.to_ascii_lowercase()))
}

fn convert(task: &Task, buckets: &BTreeMap<i64, &str>, builder: &mut Builder<'_>) -> ImportTask {
    let zone = builder.options.now.time_zone().clone();
    let instant = |text: &Option<String>| text.as_deref().and_then(dates::instant);
    let mut new = builder.draft(&task.id.to_string(), &task.title);
    new.task.description = html::to_text(task.description.as_deref().unwrap_or(""));
    new.created_at = instant(&task.created);
    new.updated_at = instant(&task.updated);
    if task.done {
        let now = Timestamp::from(builder.options.now.timestamp());
        new.completed_at = Some(
            instant(&task.done_at)
                .or(instant(&task.updated))
                .unwrap_or(now),
        );
    }
    new.task.due = instant(&task.due_date).map(|at| dates::due_at(at, &zone));
    new.task.start = instant(&task.start_date).map(|at| dates::day_at(at, &zone));
    new.task.priority = match task.priority.unwrap_or(0) {
        1 => Priority::Low,
        2 => Priority::Medium,
        3 => Priority::High,
        // 5 is "do now", of which there is no more than urgent.
        4.. => Priority::Urgent,
        _ => Priority::None,
    };
    new.task.tags = task
        .labels
        .iter()
        .flatten()
        .map(|label| label.title.clone())
        .collect();
    let bucket = task.bucket_id.and_then(|id| buckets.get(&id));
    new.task
        .tags
        .extend(bucket.map(|title| (*title).to_owned()));
    repeats(task, &mut new, builder);
    reminders(task, &mut new, builder);
    for comment in task.comments.iter().flatten() {
        let body = html::to_text(comment.text.as_deref().unwrap_or(""));
        builder.comment(&mut new, &body, instant(&comment.created));
        builder.said_by(comment.author.as_ref().map_or("", |who| &who.username));
    }
    assign(task, &mut new, builder);
    losses(task, builder);
    new
}

/// The first assignee whose address a member here has.
fn assign(task: &Task, new: &mut ImportTask, builder: &mut Builder<'_>) {
    for person in task.assignees.iter().flatten() {
        let address = person.email.as_deref().unwrap_or("");
        match builder.options.here.by_address(address) {
            Some(member) if new.task.assignee_id.is_none() => new.task.assignee_id = Some(member),
            Some(_) => builder.lose("assignees", "a task has one", &person.username),
            None => builder.lose("assignees", "they are not members here", &person.username),
        }
    }
}

fn repeats(task: &Task, new: &mut ImportTask, builder: &mut Builder<'_>) {
    let seconds = task.repeat_after.unwrap_or(0);
    let from = match task.repeat_mode {
        Some(2 | 3) => RecursFrom::Completion,
        _ => RecursFrom::Due,
    };
    if let Some(rule) = task.repeats.as_deref().filter(|rule| !rule.is_empty()) {
        builder.recur(new, rule, from);
    } else if task.repeat_mode == Some(1) {
        builder.recur(new, "FREQ=MONTHLY", RecursFrom::Due);
    } else if seconds > 0 {
        if let Some(rule) = rule::of_seconds(seconds) {
            builder.recur(new, &rule, from);
        } else {
            let example = format!("every {seconds} seconds");
            builder.lose(
                "recurrences",
                "the period is not a number of days",
                &example,
            );
        }
    }
}

fn reminders(task: &Task, new: &mut ImportTask, builder: &mut Builder<'_>) {
    for reminder in task.reminders.iter().flatten() {
        let before_due = reminder.relative_to.as_deref() == Some("due_date");
        let at = reminder.at.as_deref().and_then(dates::instant);
        match (reminder.relative_period.filter(|_| before_due), at) {
            (Some(period), _) if period <= 0 && new.task.due.is_some() => {
                builder.remind_before(new, period.saturating_neg() / 60);
            }
            (_, Some(at)) => builder.remind_at(new, at),
            (_, None) => builder.lose("reminders", "no time can be made of them", &task.title),
        }
    }
    for at in task
        .reminder_dates
        .iter()
        .flatten()
        .filter_map(|text| dates::instant(text))
    {
        builder.remind_at(new, at);
    }
}

fn losses(task: &Task, builder: &mut Builder<'_>) {
    let related = task.related_tasks.iter().flatten();
    for (kind, others) in related {
        let kept = matches!(
            kind.as_str(),
            "parenttask" | "subtask" | "blocked" | "blocking"
        );
        if !kept && others.as_ref().is_some_and(|others| !others.is_empty()) {
            let what = format!("relations \"{kind}\"");
            builder.lose(
                &what,
                "only parents, subtasks and blockers are kept",
                &task.title,
            );
        }
    }
    let some = |items: &Option<Vec<Value>>| items.as_ref().is_some_and(|items| !items.is_empty());
    let ends = task.end_date.as_deref().and_then(dates::instant).is_some();
    for (there, what, why) in [
        (
            task.hex_color
                .as_ref()
                .is_some_and(|color| !color.is_empty()),
            "colours of tasks",
            "lists have colours, tasks have none",
        ),
        (
            some(&task.attachments),
            "attachments",
            "tasks have no files",
        ),
        (
            task.percent_done.is_some_and(|part| part > 0.0),
            "progress",
            "tasks are open or done",
        ),
        (
            task.is_favorite == Some(true),
            "favourites",
            "tasks have no star",
        ),
        (ends, "end dates", "tasks have one due date, which is kept"),
    ] {
        if there {
            builder.lose(what, why, &task.title);
        }
    }
}
