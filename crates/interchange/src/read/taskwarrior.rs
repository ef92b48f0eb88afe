//! Taskwarrior: `task export`, a JSON array (or one object a line), after its "Taskwarrior JSON Format".

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::ids::TaskId;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Priority, RecursFrom};

use super::json_error;
use crate::builder::Builder;
use crate::dates;
use crate::report::ImportError;

#[derive(Deserialize)]
struct Task {
    #[serde(default)]
    uuid: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    description: String,
    entry: Option<String>,
    end: Option<String>,
    due: Option<String>,
    wait: Option<String>,
    scheduled: Option<String>,
    until: Option<String>,
    start: Option<String>,
    modified: Option<String>,
    recur: Option<String>,
    parent: Option<String>,
    imask: Option<Value>,
    project: Option<String>,
    priority: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    annotations: Vec<Annotation>,
    depends: Option<Value>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Annotation {
    entry: Option<String>,
    #[serde(default)]
    description: String,
}

/// What Taskwarrior computes and needs only itself.
const INTERNAL: [&str; 4] = ["id", "mask", "urgency", "rtype"];

pub(super) fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let tasks = parse(text)?;
    let carriers = carriers(&tasks);
    for (index, task) in tasks.iter().enumerate() {
        let place = format!("task {}", index + 1);
        let has_carrier = carriers.contains_key(task.uuid.as_str());
        // The template of a series is no task of its own once there is an instance to carry the rule.
        if task.status == "recurring" && has_carrier {
            continue;
        }
        let carries = task.status == "recurring"
            || task
                .parent
                .as_deref()
                .is_some_and(|parent| carriers.get(parent) == Some(&index));
        let task = convert(&place, task, carries, builder);
        builder.add(&place, task)?;
    }
    Ok(())
}

fn parse(text: &str) -> Result<Vec<Task>, ImportError> {
    let text = text.trim();
    if text.starts_with('[') {
        return super::json(text);
    }
    serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect::<Result<Vec<Task>, _>>()
        .map_err(|error| json_error(&error))
}

/// For each template, the open instance that is to carry the rule on: the last one.
fn carriers(tasks: &[Task]) -> BTreeMap<&str, usize> {
    let number = |task: &Task| task.imask.as_ref().and_then(Value::as_f64).unwrap_or(-1.0);
    let mut carriers: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, task) in tasks.iter().enumerate() {
        let open = task.status == "pending" || task.status == "waiting";
        let Some(parent) = task
            .parent
            .as_deref()
            .filter(|_| open && task.recur.is_some())
        else {
            continue;
        };
        let later = carriers
            .get(parent)
            .and_then(|held| tasks.get(*held))
            .is_none_or(|held| number(task) >= number(held));
        if later {
            carriers.insert(parent, index);
        }
    }
    carriers
}

fn id_of(uuid: &str, builder: &Builder<'_>) -> TaskId {
    let kept = uuid.parse().ok().filter(|_| builder.options.keep_ids);
    kept.unwrap_or_else(|| builder.task_id(uuid))
}

fn convert(place: &str, task: &Task, carries: bool, builder: &mut Builder<'_>) -> ImportTask {
    let external_id = if task.uuid.is_empty() {
        builder.warn(place, "it has no uuid: one is made of its text");
        crate::ids::of_content(&format!("{:?}\u{1f}{}", task.entry, task.description))
    } else {
        task.uuid.clone()
    };
    let mut new = builder.draft(&external_id, &task.description);
    new.task.task_id = Some(id_of(&external_id, builder));
    new.created_at = instant(place, "entry", task.entry.as_deref(), builder);
    new.task.priority = match task.priority.as_deref() {
        Some("H") => Priority::High,
        Some("M") => Priority::Medium,
        Some("L") => Priority::Low,
        None | Some("") => Priority::None,
        Some(other) => {
            builder.lose("priorities", "only H, M and L are known", other);
            Priority::None
        }
    };
    new.task.tags.clone_from(&task.tags);
    if let Some(project) = task
        .project
        .as_deref()
        .filter(|project| !project.trim().is_empty())
    {
        new.task.list_id = Some(builder.list(project, project));
    }
    days(place, task, &mut new, builder);
    new.updated_at = instant_of(task.modified.as_deref());
    let ended = || instant_of(task.end.as_deref().or(task.modified.as_deref()));
    let now = Timestamp::from(builder.options.now.timestamp());
    match task.status.as_str() {
        "completed" => new.completed_at = Some(ended().unwrap_or(now)),
        "deleted" => {
            new.deleted = true;
            new.deleted_at = ended();
        }
        "pending" | "waiting" | "recurring" => {}
        other => builder.warn(
            place,
            format!("the status {other:?} is unknown: taken as pending"),
        ),
    }
    if carries {
        recurrence(task, &mut new, builder);
    } else if let Some(recur) = task.recur.as_deref().filter(|_| task.parent.is_none()) {
        builder.lose("recurrences", "the task is no template of a series", recur);
    }
    for annotation in &task.annotations {
        let at = instant_of(annotation.entry.as_deref());
        builder.comment(&mut new, &annotation.description, at);
    }
    new.task.blocked_by = depends(task)
        .iter()
        .map(|uuid| id_of(uuid, builder))
        .collect();
    for (name, value) in &task.others {
        if !INTERNAL.contains(&name.as_str()) {
            let what = format!("user-defined attribute \"{name}\"");
            builder.lose(&what, "there is no place for it", &value.to_string());
        }
    }
    new
}

fn days(place: &str, task: &Task, new: &mut ImportTask, builder: &mut Builder<'_>) {
    let zone = builder.options.now.time_zone().clone();
    new.task.due =
        instant(place, "due", task.due.as_deref(), builder).map(|at| dates::due_at(at, &zone));
    let scheduled = instant(place, "scheduled", task.scheduled.as_deref(), builder);
    let wait = instant(place, "wait", task.wait.as_deref(), builder);
    new.task.start = scheduled.or(wait).map(|at| dates::day_at(at, &zone));
    if let (Some(_), Some(wait)) = (scheduled, wait) {
        builder.lose(
            "wait dates",
            "the task has a scheduled date, which is its start",
            &wait.to_string(),
        );
    }
    if let Some(start) = task.start.as_deref() {
        builder.lose("times at which work began", "tasks are not timed", start);
    }
    if let Some(until) = task.until.as_deref().filter(|_| task.recur.is_none()) {
        builder.lose("until dates", "tasks do not expire", until);
    }
}

fn instant(
    place: &str,
    field: &str,
    text: Option<&str>,
    builder: &mut Builder<'_>,
) -> Option<Timestamp> {
    let text = text.filter(|text| !text.is_empty())?;
    let found = dates::instant(text);
    if found.is_none() {
        builder.warn(place, format!("{field}: {text:?} is not a date"));
    }
    found
}

fn instant_of(text: Option<&str>) -> Option<Timestamp> {
    text.and_then(dates::instant)
}

/// A list of uuids, or (before version 2.6) one text with commas.
fn depends(task: &Task) -> Vec<String> {
    match &task.depends {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::String(text)) => text
            .split(',')
            .map(str::trim)
            .filter(|uuid| !uuid.is_empty())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn recurrence(task: &Task, new: &mut ImportTask, builder: &mut Builder<'_>) {
    let Some(recur) = task.recur.as_deref() else {
        return;
    };
    let Some(mut rule) = rule_of(recur) else {
        builder.lose(
            "recurrences",
            "the period is none that Taskfold keeps",
            recur,
        );
        return;
    };
    if let Some(until) = instant_of(task.until.as_deref()) {
        let until = dates::day_at(until, builder.options.now.time_zone());
        rule = format!("{rule};UNTIL={}", until.strftime("%Y%m%d"));
    }
    builder.recur(new, &rule, RecursFrom::Due);
}

/// A duration such as `weekly`, `3wks` or `P1M` as a rule.
fn rule_of(recur: &str) -> Option<String> {
    let recur = recur.trim().to_ascii_lowercase();
    let (count, unit) = match recur.strip_prefix('p') {
        Some(iso) if iso.starts_with(|c: char| c.is_ascii_digit()) => split(iso)?,
        _ => split(&recur)?,
    };
    let (frequency, of_one) = match unit {
        "d" | "day" | "days" | "daily" => ("DAILY", 1),
        "weekdays" => return (count == 1).then(|| "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".to_owned()),
        "w" | "wk" | "wks" | "week" | "weeks" | "weekly" | "sennight" => ("WEEKLY", 1),
        "biweekly" | "fortnight" => ("WEEKLY", 2),
        "m" | "mo" | "mos" | "mth" | "mths" | "mnths" | "month" | "months" | "monthly" => {
            ("MONTHLY", 1)
        }
        "bimonthly" => ("MONTHLY", 2),
        "q" | "qtr" | "qtrs" | "qrtrs" | "quarter" | "quarters" | "quarterly" => ("MONTHLY", 3),
        "semiannual" => ("MONTHLY", 6),
        "y" | "yr" | "yrs" | "year" | "years" | "yearly" | "annual" => ("YEARLY", 1),
        "biannual" | "biyearly" => ("YEARLY", 2),
        _ => return None,
    };
    let interval = count.checked_mul(of_one)?;
    (1..=9_999).contains(&interval).then(|| match interval {
        1 => format!("FREQ={frequency}"),
        _ => format!("FREQ={frequency};INTERVAL={interval}"),
    })
}

fn split(text: &str) -> Option<(u32, &str)> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (count, unit) = text.split_at_checked(digits)?;
    let count = if count.is_empty() {
        1
    } else {
        count.parse().ok()?
    };
    Some((count, unit.trim()))
}
