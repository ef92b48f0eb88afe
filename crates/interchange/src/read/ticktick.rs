//! TickTick: the CSV of "Generate backup". Some lines of preamble, then a header; times are UTC; Priority
//! is 0, 1, 3 or 5; Status 0 is open, 1 done, 2 archived, which is done as well.

use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::values::{Priority, RecursFrom};

use crate::builder::Builder;
use crate::report::ImportError;
use crate::table::{Cells, Table};
use crate::{dates, ids};

/// How open and done items of a checklist begin.
const OPEN_ITEM: char = '▫';
const DONE_ITEM: char = '▪';

pub(super) fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let table = Table::read(text, &["List Name", "Title", "Status"])?;
    for row in table.rows().filter(|row| !row.is_blank()) {
        let (task, items) = convert(&row, builder);
        builder.add(&row.place(), task)?;
        for item in items {
            builder.add(&row.place(), item)?;
        }
    }
    Ok(())
}

fn convert(row: &Cells<'_>, builder: &mut Builder<'_>) -> (ImportTask, Vec<ImportTask>) {
    let list = row.get("List Name");
    let external_id = match row.get("taskId") {
        "" => ids::of_content(&format!(
            "{list}\u{1f}{}\u{1f}{}",
            row.get("Title"),
            row.get("Created Time")
        )),
        id => id.to_owned(),
    };
    let mut task = builder.draft(&external_id, row.get("Title"));
    if !list.is_empty() && !list.eq_ignore_ascii_case("inbox") {
        let folder = row.get("Folder Name");
        builder.lose_text("folders", "lists are not in folders", folder);
        task.task.list_id = Some(builder.list(&format!("{folder}\u{1f}{list}"), list));
    }
    task.task.tags = row
        .get("Tags")
        .split(',')
        .map(|tag| tag.trim().to_owned())
        .collect();
    let column = row.get("Column Name");
    if !column.is_empty() {
        builder.lose("columns", "their names became tags of their tasks", column);
        task.task.tags.push(column.to_owned());
    }
    task.task.priority = match row.get("Priority") {
        "1" => Priority::Low,
        "3" => Priority::Medium,
        "5" => Priority::High,
        _ => Priority::None,
    };
    let parent = row.get("parentId");
    task.task.parent_id = (!parent.is_empty()).then(|| builder.task_id(parent));
    task.created_at = dates::instant(row.get("Created Time"));
    match row.get("Status") {
        "0" | "" => {}
        "1" | "2" => {
            let now = builder.options.now.timestamp().into();
            task.completed_at = Some(dates::instant(row.get("Completed Time")).unwrap_or(now));
        }
        "-1" => builder.lose(
            "tasks that will not be done",
            "they are open here",
            row.get("Title"),
        ),
        other => builder.warn(
            &row.place(),
            format!("the status {other:?} is unknown: taken as open"),
        ),
    }
    days(row, &mut task, builder);
    builder.recur(&mut task, first_rule(row.get("Repeat")), RecursFrom::Due);
    reminders(row, &mut task, builder);
    if row.get("Kind") == "NOTE" {
        builder.lose("notes", "they became tasks", row.get("Title"));
    }
    let items = content(row, &mut task, builder);
    (task, items)
}

/// One of several lines: TickTick may add rules of its own.
fn first_rule(text: &str) -> &str {
    let is_rule = |line: &&str| line.to_ascii_uppercase().contains("FREQ=");
    text.lines().map(str::trim).find(is_rule).unwrap_or(text)
}

fn days(row: &Cells<'_>, task: &mut ImportTask, builder: &mut Builder<'_>) {
    let named = dates::zone(row.get("Timezone"));
    let zone = named.unwrap_or_else(|| builder.options.now.time_zone().clone());
    let whole_day = row.get("Is All Day").eq_ignore_ascii_case("true");
    let floating = row.get("Is Floating").eq_ignore_ascii_case("true");
    let mut instant = |column: &str| {
        let text = row.get(column);
        let found = dates::instant(text);
        if found.is_none() && !text.is_empty() {
            builder.warn(&row.place(), format!("{column}: {text:?} is not a date"));
        }
        found
    };
    let (start, due) = (instant("Start Date"), instant("Due Date"));
    // With one date only, it is when the task is due.
    let Some(due_at) = due.or(start) else { return };
    let mut due = dates::timed(&due_at.to_jiff().to_zoned(zone.clone()));
    if whole_day {
        due.date = dates::day_at(due_at, &zone);
    }
    if whole_day {
        due.time = None;
    }
    if whole_day || floating {
        due.zone = None;
    }
    task.task.start = start
        .filter(|start| *start < due_at)
        .map(|start| dates::day_at(start, &zone));
    task.task.due = Some(due);
}

/// `TRIGGER:-PT30M` or `PT30M`, one a line: before the task is due. On whole days `P0DT9H` is nine in the
/// morning of that day.
fn reminders(row: &Cells<'_>, task: &mut ImportTask, builder: &mut Builder<'_>) {
    let texts = row.get("Reminder").split([',', '\n']).map(str::trim);
    for text in texts.filter(|text| !text.is_empty()) {
        let minutes = dates::duration_minutes(text.trim_start_matches("TRIGGER:"));
        let day = task
            .task
            .due
            .as_ref()
            .filter(|due| due.time.is_none())
            .map(|due| due.date);
        match (minutes, day) {
            (Some(minutes @ 1..=1_440), Some(day)) if task.task.recurrence.is_none() => {
                let named = dates::zone(row.get("Timezone"));
                let zone = named.unwrap_or_else(|| builder.options.now.time_zone().clone());
                if let Ok(midnight) = day.to_zoned(zone) {
                    let at = midnight.saturating_add(jiff::Span::new().minutes(minutes));
                    builder.remind_at(task, at.timestamp().into());
                }
            }
            (Some(minutes), day) if minutes <= 0 || day.is_none() => {
                builder.remind_before(task, minutes.saturating_abs());
            }
            _ => builder.lose(
                "reminders",
                "they are at a time of each day of a series",
                text,
            ),
        }
    }
}

/// The description, and the items of a checklist as subtasks.
fn content(row: &Cells<'_>, task: &mut ImportTask, builder: &Builder<'_>) -> Vec<ImportTask> {
    let text = row.get("Content");
    let checklist =
        row.get("Is Check list").eq_ignore_ascii_case("Y") || row.get("Kind") == "CHECKLIST";
    let mut items = Vec::new();
    let mut rest = Vec::new();
    for line in text.lines().flat_map(|line| line.split('\r')) {
        let item = line
            .trim_start()
            .strip_prefix([OPEN_ITEM, DONE_ITEM])
            .filter(|_| checklist);
        let Some(title) = item else {
            rest.push(line);
            continue;
        };
        let external_id = format!("{}/{}", task.origin.external_id, items.len());
        let mut subtask = builder.draft(&external_id, title);
        subtask.task.parent_id = task.task.task_id;
        subtask.created_at = task.created_at;
        let done = line.trim_start().starts_with(DONE_ITEM);
        let now = builder.options.now.timestamp().into();
        subtask.completed_at = done.then(|| task.completed_at.unwrap_or(now));
        items.push(subtask);
    }
    rest.join("\n")
        .trim()
        .clone_into(&mut task.task.description);
    items
}
