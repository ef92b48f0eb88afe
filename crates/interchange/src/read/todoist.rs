//! Todoist: a project as CSV, and the backup, a ZIP of them. After its help pages "Import or export a
//! project as a CSV file" and "Back up": PRIORITY 1 is the highest (p1), 4 the lowest; INDENT begins at
//! 1; a `note` belongs to the task above; labels stand in CONTENT as `@name`.

use std::collections::BTreeMap;

use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::ids::{ListId, TaskId};
use taskfold_contracts::values::Priority;

use super::stem;
use crate::builder::Builder;
use crate::report::ImportError;
use crate::table::{Cells, Table};
use crate::{archive, dates, ids, text};

pub(super) fn read(bytes: &[u8], builder: &mut Builder<'_>) -> Result<(), ImportError> {
    if !bytes.starts_with(b"PK\x03\x04") {
        let name = builder.options.filename.unwrap_or("Todoist.csv").to_owned();
        return project(&name, bytes, builder);
    }
    let files = archive::files(bytes, |name| name.to_ascii_lowercase().ends_with(".csv"))?;
    if files.is_empty() {
        return Err(ImportError::file("there is no CSV file in the archive"));
    }
    for (name, content) in files {
        project(&name, &content, builder).map_err(|error| error.within(&name))?;
    }
    Ok(())
}

/// The state of reading one project.
struct Project {
    external_id: String,
    list: Option<ListId>,
    section: String,
    /// The tasks above, by indentation.
    above: Vec<(TaskId, String)>,
    /// How often a path was seen: tasks have no ids in CSV, so that path and number stand for one.
    seen: BTreeMap<String, usize>,
    /// The task that notes go to, with its place.
    last: Option<(String, ImportTask)>,
}

fn project(name: &str, bytes: &[u8], builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let text = text::decode(bytes)?;
    let table = Table::read(&text, &["TYPE", "CONTENT"])?;
    let (title, external_id) = project_name(stem(name));
    let list = (!title.eq_ignore_ascii_case("inbox")).then(|| builder.list(&external_id, &title));
    let mut project = Project {
        external_id,
        list,
        section: String::new(),
        above: Vec::new(),
        seen: BTreeMap::new(),
        last: None,
    };
    for row in table.rows() {
        match row.get("TYPE").to_ascii_lowercase().as_str() {
            "task" => task(&row, &mut project, builder)?,
            "note" => note(&row, &mut project, builder),
            "section" => {
                flush(&mut project, builder)?;
                row.get("CONTENT").clone_into(&mut project.section);
                project.above.clear();
                let why = "their names became tags of their tasks";
                builder.lose_text("sections", why, row.get("CONTENT"));
            }
            "" if row.is_blank() => {}
            "meta" => {}
            "" if row.get("CONTENT").is_empty() => {}
            other => builder.warn(
                &row.place(),
                format!("rows of type {other:?} are passed over"),
            ),
        }
    }
    flush(&mut project, builder)
}

/// `Home [2203306141]` in backups: name and id. A template has no id; its name stands for it.
fn project_name(stem: &str) -> (String, String) {
    let bracketed = stem
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['));
    match bracketed {
        Some((name, id)) if !id.is_empty() && !name.trim().is_empty() => {
            (name.trim().to_owned(), id.to_owned())
        }
        _ => (stem.trim().to_owned(), stem.trim().to_owned()),
    }
}

fn flush(project: &mut Project, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    match project.last.take() {
        Some((place, task)) => builder.add(&place, task),
        None => Ok(()),
    }
}

fn task(
    row: &Cells<'_>,
    project: &mut Project,
    builder: &mut Builder<'_>,
) -> Result<(), ImportError> {
    flush(project, builder)?;
    let content = row.get("CONTENT");
    let indent = row.get("INDENT").parse::<usize>().unwrap_or(1).max(1);
    if indent > project.above.len() + 1 {
        builder.warn(
            &row.place(),
            "it is indented by more than one level: put below the task above",
        );
    }
    project.above.truncate(indent - 1);
    let path = project.above.last().map_or_else(
        || format!("{}\u{1f}{}", project.external_id, project.section),
        |(_, path)| path.clone(),
    );
    let path = format!("{path}\u{1f}{content}");
    let number = project.seen.entry(path.clone()).or_default();
    *number += 1;
    let external_id = ids::of_content(&format!("{path}\u{1f}{number}"));
    let (title, labels) = labels(content);
    let title = match title.strip_prefix("* ") {
        Some(heading) => {
            let why = "every task can be done";
            builder.lose("tasks that cannot be completed", why, heading);
            heading.to_owned()
        }
        None => title,
    };
    let mut task = builder.draft(&external_id, &title);
    task.task.list_id = project.list;
    task.task.parent_id = project.above.last().map(|(id, _)| *id);
    row.get("DESCRIPTION")
        .clone_into(&mut task.task.description);
    task.task.tags = labels;
    task.task
        .tags
        .extend((!project.section.is_empty()).then(|| project.section.clone()));
    task.task.priority = match row.get("PRIORITY") {
        "1" => Priority::Urgent,
        "2" => Priority::High,
        "3" => Priority::Medium,
        // 4 is what every task has whose priority nobody set.
        _ => Priority::None,
    };
    date(row, &mut task, builder);
    deadline(row, &mut task, builder);
    losses(row, builder);
    project.above.push((builder.task_id(&external_id), path));
    project.last = Some((row.place(), task));
    Ok(())
}

/// `DATE` is what the person typed, in the language of `DATE_LANG`.
fn date(row: &Cells<'_>, task: &mut ImportTask, builder: &mut Builder<'_>) {
    let text = row.get("DATE");
    if text.is_empty() {
        return;
    }
    let zone = dates::zone(row.get("TIMEZONE"));
    let home = zone
        .clone()
        .unwrap_or_else(|| builder.options.now.time_zone().clone());
    if text.len() > 10
        && text.as_bytes().get(4) == Some(&b'-')
        && let Some(at) = dates::local_instant(text, &home)
    {
        task.task.due = Some(dates::timed(&at.to_jiff().to_zoned(home)));
        return;
    }
    let english = matches!(
        row.get("DATE_LANG").to_ascii_lowercase().as_str(),
        "" | "en"
    );
    let found = if english {
        (builder.options.parse_date)(text)
    } else {
        None
    };
    let found = found.filter(|found| found.due.is_some() || found.recurrence.is_some());
    match (found, dates::civil_day(text, true)) {
        (Some(parsed), _) => {
            task.task.due = parsed.due;
            if let (Some(due), Some(zone)) = (&mut task.task.due, zone) {
                due.zone = due.time.and(zone.iana_name().map(str::to_owned));
            }
            task.task.recurrence = parsed.recurrence;
        }
        (None, Some(date)) => {
            task.task.due = Some(taskfold_contracts::values::Due {
                date,
                time: None,
                zone: None,
            });
        }
        (None, None) => {
            let why = if english {
                "the text is no date that Taskfold understands; kept in the description"
            } else {
                "dates in words are understood in English only; kept in the description"
            };
            builder.lose("dates", why, text);
            builder.warn(&row.place(), format!("the date {text:?} is not understood"));
            Builder::describe(task, "Date", text);
        }
    }
}

/// A deadline is the due date of a task that has no date; else it is kept as text.
fn deadline(row: &Cells<'_>, task: &mut ImportTask, builder: &mut Builder<'_>) {
    let text = row.get("DEADLINE");
    let day = dates::civil_day(text, true).filter(|_| row.get("DATE").is_empty());
    if let Some(date) = day {
        task.task.due = Some(taskfold_contracts::values::Due {
            date,
            time: None,
            zone: None,
        });
    } else if !text.is_empty() {
        let why = "tasks have one due date, which is kept; the deadline is in the description";
        builder.lose("deadlines", why, text);
        Builder::describe(task, "Deadline", text);
    }
}

fn losses(row: &Cells<'_>, builder: &mut Builder<'_>) {
    for (column, what, why) in [
        (
            "RESPONSIBLE",
            "people who are responsible",
            "they are not members here",
        ),
        ("DURATION", "durations", "tasks have no duration"),
    ] {
        builder.lose_text(what, why, row.get(column));
    }
}

fn note(row: &Cells<'_>, project: &mut Project, builder: &mut Builder<'_>) {
    let content = row.get("CONTENT");
    let Some((_, task)) = &mut project.last else {
        builder.lose_text("comments on projects", "lists have no comments", content);
        return;
    };
    let body = match content
        .strip_prefix("[[file")
        .and_then(|rest| rest.split_once("]]"))
    {
        Some((_, body)) => {
            builder.lose("attachments", "files are not in the export", content);
            body
        }
        None => content,
    };
    builder.comment(task, body, dates::instant(row.get("DATE")));
    builder.said_by(row.get("AUTHOR"));
}

/// The title without its labels, and the labels. A title that is nothing but labels stays.
fn labels(content: &str) -> (String, Vec<String>) {
    let is_label = |word: &&str| word.len() > 1 && word.starts_with('@');
    let (labels, words): (Vec<&str>, Vec<&str>) = content.split_whitespace().partition(is_label);
    if words.is_empty() || labels.is_empty() {
        return (
            content.to_owned(),
            labels.iter().map(|label| label[1..].to_owned()).collect(),
        );
    }
    (
        words.join(" "),
        labels.iter().map(|label| label[1..].to_owned()).collect(),
    )
}
