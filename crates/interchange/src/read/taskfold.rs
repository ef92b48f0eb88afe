//! Taskfold's own JSON export: everything comes back as it was.

mod people;

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::commands::{
    CreateTask, ImportComment, ImportFilter, ImportList, ImportTask, RecurrenceInput, ReminderInput,
};
use taskfold_contracts::ids::{CommentId, FilterId, ListId, ReminderId, TaskId};
use taskfold_contracts::values::Origin;

use super::json;
use crate::builder::Builder;
use crate::export::{Export, ExportComment, ExportFilter, ExportList, ExportTask};
use crate::report::ImportError;
use people::People;

pub(super) fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let mut export: Export = json(text)?;
    if export.taskfold_export != Export::VERSION {
        let message = format!(
            "this export has version {}, only {} is known",
            export.taskfold_export,
            Export::VERSION
        );
        return Err(ImportError::file(message));
    }
    export.lists.sort_by(|one, other| one.rank.cmp(&other.rank));
    export.tasks.sort_by(|one, other| one.rank.cmp(&other.rank));
    for list in export.lists {
        let list = import_list(list, builder);
        builder.exact_list(list);
    }
    for filter in export.filters {
        let filter = import_filter(filter, builder);
        builder.filter(filter);
    }
    let people = People::of(export.people);
    let follow = followers(&export.tasks);
    let known: BTreeSet<TaskId> = export.tasks.iter().map(|task| task.id).collect();
    for (index, mut task) in export.tasks.into_iter().enumerate() {
        let place = format!("task {}", index + 1);
        if task.previous_id.is_some_and(|id| !known.contains(&id)) {
            let why = "the task before is not in the file";
            builder.lose("links to the occurrence before", why, &task.title);
            task.previous_id = None;
        }
        let next_id = follow.get(&task.id).copied();
        let task = import_task(task, next_id, &people, builder);
        builder.add(&place, task)?;
    }
    Ok(())
}

/// The occurrence that the completion of a task made, by that task. An export names the one before; they
/// are made at the moment of the completion. A copy of a subtask hangs below such an occurrence and is none.
fn followers(tasks: &[ExportTask]) -> BTreeMap<TaskId, TaskId> {
    let by_id: BTreeMap<TaskId, &ExportTask> = tasks.iter().map(|task| (task.id, task)).collect();
    let is_head = |task: &&ExportTask| {
        let parent = task.parent_id.and_then(|id| by_id.get(&id));
        !parent.is_some_and(|parent| {
            parent.previous_id.is_some() && parent.created_at == task.created_at
        })
    };
    let made = |task: &ExportTask| {
        let before = by_id.get(&task.previous_id?)?;
        (before.completed_at == Some(task.created_at)).then_some((before.id, task.id))
    };
    tasks.iter().filter(is_head).filter_map(made).collect()
}

/// A filter has no stream that would tell where it is, so it keeps its id only where it is known.
fn import_filter(filter: ExportFilter, builder: &Builder<'_>) -> ImportFilter {
    let here = builder.options.here.filters.contains(&filter.id);
    let derived = || FilterId(builder.derived("filter", &filter.id.to_string()));
    ImportFilter {
        filter_id: if here { filter.id } else { derived() },
        name: filter.name,
        query: filter.query,
        sort: filter.sort,
        created_at: Some(filter.created_at),
        updated_at: Some(filter.updated_at),
    }
}

fn task_id(id: TaskId, builder: &Builder<'_>) -> TaskId {
    if builder.options.keep_ids {
        id
    } else {
        builder.task_id(&id.to_string())
    }
}

fn list_id(id: ListId, builder: &Builder<'_>) -> ListId {
    if builder.options.keep_ids {
        id
    } else {
        ListId(builder.derived("list", &id.to_string()))
    }
}

fn reminder_id(id: ReminderId, builder: &Builder<'_>) -> ReminderId {
    let derived = || ReminderId(builder.derived("reminder", &id.to_string()));
    if builder.options.keep_ids {
        id
    } else {
        derived()
    }
}

fn import_list(list: ExportList, builder: &Builder<'_>) -> ImportList {
    let own = builder.origin(&list.id.to_string());
    ImportList {
        origin: list.origin.unwrap_or(own),
        list_id: list_id(list.id, builder),
        name: list.name,
        color: list.color,
        created_at: Some(list.created_at),
        updated_at: list.updated_at,
        archived: list.archived || list.archived_at.is_some(),
        archived_at: list.archived_at,
        deleted: list.deleted_at.is_some(),
        deleted_at: list.deleted_at,
        rank: Some(list.rank),
    }
}

fn import_task(
    mut task: ExportTask,
    next_id: Option<TaskId>,
    people: &People,
    builder: &mut Builder<'_>,
) -> ImportTask {
    people.assign(&mut task, builder);
    let created_by = task
        .created_by
        .and_then(|by| people.maker(by, &task.title, builder));
    let own: Origin = builder.origin(&task.id.to_string());
    let reminders = task.reminders.iter().map(|reminder| ReminderInput {
        reminder_id: Some(reminder_id(reminder.reminder_id, builder)),
        at: reminder.at,
        minutes_before_due: reminder.minutes_before_due,
    });
    let reminders = reminders.collect();
    let comments = task
        .comments
        .into_iter()
        .map(|comment| import_comment(comment, people, builder))
        .collect();
    ImportTask {
        origin: task.origin.unwrap_or(own),
        task: CreateTask {
            task_id: Some(task_id(task.id, builder)),
            title: task.title,
            description: task.description,
            priority: task.priority,
            due: task.due,
            start: task.start,
            tags: task.tags,
            recurrence: task.recurrence.as_ref().map(|recurrence| RecurrenceInput {
                rule: recurrence.rule.clone(),
                from: recurrence.from,
                except: recurrence.except.clone(),
            }),
            reminders,
            list_id: task.list_id.map(|id| list_id(id, builder)),
            parent_id: task.parent_id.map(|id| task_id(id, builder)),
            blocked_by: task
                .blocked_by
                .iter()
                .map(|id| task_id(*id, builder))
                .collect(),
            assignee_id: task.assignee_id,
        },
        created_at: Some(task.created_at),
        created_by,
        updated_at: Some(task.updated_at),
        completed_at: task.completed_at,
        deleted: task.deleted_at.is_some(),
        deleted_at: task.deleted_at,
        previous_id: task.previous_id.map(|id| task_id(id, builder)),
        next_id: next_id.map(|id| task_id(id, builder)),
        comments,
        rank: Some(task.rank),
        series: task.recurrence,
    }
}

fn import_comment(
    mut comment: ExportComment,
    people: &People,
    builder: &mut Builder<'_>,
) -> ImportComment {
    let author_id = people.author(&mut comment, builder);
    let derived = CommentId(builder.derived("comment", &comment.id.to_string()));
    ImportComment {
        comment_id: if builder.options.keep_ids {
            comment.id
        } else {
            derived
        },
        body: comment.body,
        author_id,
        created_at: Some(comment.created_at),
        edited_at: comment.edited_at,
    }
}
