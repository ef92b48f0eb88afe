//! Taskfold's own JSON export: everything comes back as it was.

use taskfold_contracts::commands::{
    CreateTask, ImportComment, ImportList, ImportTask, RecurrenceInput, ReminderInput,
};
use taskfold_contracts::ids::{CommentId, ListId, ReminderId, TaskId};
use taskfold_contracts::values::Origin;

use super::json;
use crate::builder::Builder;
use crate::export::{Export, ExportComment, ExportList, ExportTask};
use crate::report::ImportError;

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
    for (index, task) in export.tasks.into_iter().enumerate() {
        let place = format!("task {}", index + 1);
        let task = import_task(task, builder);
        builder.add(&place, task)?;
    }
    Ok(())
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
        archived: list.archived,
        deleted: list.deleted_at.is_some(),
        rank: Some(list.rank),
    }
}

fn import_task(task: ExportTask, builder: &mut Builder<'_>) -> ImportTask {
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
        .map(|body| import_comment(body, builder))
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
        completed_at: task.completed_at,
        deleted: task.deleted_at.is_some(),
        comments,
        rank: Some(task.rank),
        series: task.recurrence,
    }
}

fn import_comment(comment: ExportComment, builder: &mut Builder<'_>) -> ImportComment {
    let why = "comments come in as the importer's, with their text and time";
    if let Some(author) = comment.author_id {
        builder.lose("authors of comments", why, &author.to_string());
    }
    let derived = CommentId(builder.derived("comment", &comment.id.to_string()));
    ImportComment {
        comment_id: if builder.options.keep_ids {
            comment.id
        } else {
            derived
        },
        body: comment.body,
        created_at: Some(comment.created_at),
    }
}
