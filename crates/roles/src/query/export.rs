//! Everything of a workspace, in a format of choice.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_interchange::{
    Export, ExportComment, ExportList, ExportTask, csv_of, ical_of, json_of,
};
use taskfold_views::{MAX_LIMIT, Page, QueryError, Reader, Views, filter, lists, tasks, trash};

use super::request::{ExportFormat, ReadRequest};
use super::{Inner, events};
use crate::problem::Problem;

/// Lists and tasks come from one snapshot that has everything that was acknowledged before.
pub(super) async fn answer(
    inner: &Inner,
    views: &Views,
    request: &ReadRequest,
    format: ExportFormat,
) -> Result<Response, Problem> {
    let now = inner.clock.now();
    let response = if format == ExportFormat::Events {
        events::answer(&inner.log, request.workspace_id)
    } else {
        let export = collect(inner, views, request, now).await?;
        let writing = tokio::task::spawn_blocking(move || written(&export, format));
        writing
            .await
            .map_err(|error| Problem::internal(&error))??
            .into_response()
    };
    let date = now.to_jiff().to_zoned(super::answer::zone(request)?).date();
    Ok(as_file(response, date, format))
}

async fn collect(
    inner: &Inner,
    views: &Views,
    request: &ReadRequest,
    now: Timestamp,
) -> Result<Export, Problem> {
    let (workspace, me) = (request.workspace_id, request.principal.user_id);
    let views = if let Some(moment) = request.as_of {
        inner.past(workspace, moment).await?
    } else {
        let head = inner.log.head(inner.log.partition_of(workspace));
        inner.wait_for(views, head).await?;
        views.clone()
    };
    let read = move |r: &Reader<'_>| Whole { r, workspace, me }.export(now);
    Ok(views.read(read).await?)
}

/// A workspace as of one snapshot.
struct Whole<'a> {
    r: &'a Reader<'a>,
    workspace: WorkspaceId,
    me: UserId,
}

impl Whole<'_> {
    fn export(&self, now: Timestamp) -> Result<Export, QueryError> {
        let (r, workspace) = (self.r, self.workspace);
        let mut all_lists = lists::all(r, workspace, true)?;
        all_lists.extend(trash::lists(r, workspace)?);
        all_lists.sort_by_key(|list| list.list_id);
        let mut all_tasks = pages(|cursor| self.tasks(now, cursor))?;
        all_tasks.extend(pages(|cursor| {
            trash::tasks(r, workspace, MAX_LIMIT, cursor.as_deref())
        })?);
        all_tasks.sort_by_key(|task| task.task_id);
        Ok(Export {
            taskfold_export: Export::VERSION,
            exported_at: now,
            lists: all_lists.into_iter().map(list).collect(),
            tasks: all_tasks
                .into_iter()
                .map(|task| self.task(task))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Those that are not in the trash.
    fn tasks(
        &self,
        now: Timestamp,
        cursor: Option<String>,
    ) -> Result<Page<tasks::Task>, QueryError> {
        let query = tasks::TaskQuery {
            filter: filter::Filter { condition: None },
            sort: filter::Sort { keys: Vec::new() },
            done: true,
            limit: MAX_LIMIT,
            cursor,
            now: now.to_jiff().to_zoned(jiff::tz::TimeZone::UTC),
            me: self.me,
        };
        tasks::list(self.r, self.workspace, &query)
    }

    fn task(&self, task: tasks::Task) -> Result<ExportTask, QueryError> {
        let comments = if task.comments == 0 {
            Vec::new()
        } else {
            pages(|cursor| {
                let cursor = cursor.as_deref();
                tasks::comments(self.r, self.workspace, task.task_id, MAX_LIMIT, cursor)
            })?
        };
        Ok(ExportTask {
            id: task.task_id,
            list_id: task.list_id,
            parent_id: task.parent_id,
            title: task.title,
            description: task.description,
            priority: task.priority,
            due: task.due,
            start: task.start,
            tags: task.tags,
            recurrence: task.recurrence,
            reminders: task.reminders,
            blocked_by: task.blocked_by,
            assignee_id: task.assignee_id,
            rank: task.rank,
            created_at: task.created_at,
            updated_at: task.updated_at,
            completed_at: task.completed_at,
            deleted_at: task.deleted_at,
            origin: task.origin,
            comments: comments.into_iter().map(comment).collect(),
        })
    }
}

fn list(list: lists::List) -> ExportList {
    ExportList {
        id: list.list_id,
        name: list.name,
        color: list.color,
        rank: list.rank,
        created_at: list.created_at,
        archived: list.archived_at.is_some(),
        deleted_at: list.deleted_at,
        origin: list.origin,
    }
}

fn comment(comment: tasks::Comment) -> ExportComment {
    ExportComment {
        id: comment.comment_id,
        author_id: comment.author_id,
        body: comment.body,
        created_at: comment.created_at,
    }
}

/// All rows of all pages.
fn pages<T>(
    mut page: impl FnMut(Option<String>) -> Result<Page<T>, QueryError>,
) -> Result<Vec<T>, QueryError> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let next = page(cursor)?;
        rows.extend(next.items);
        cursor = next.next_cursor;
        if cursor.is_none() {
            return Ok(rows);
        }
    }
}

fn written(export: &Export, format: ExportFormat) -> Result<String, Problem> {
    match format {
        ExportFormat::Csv => csv_of(export).map_err(|error| Problem::internal(&error)),
        ExportFormat::Ics => Ok(ical_of(export)),
        // Events do not come this way: they are streamed.
        ExportFormat::Json | ExportFormat::Events => {
            json_of(export).map_err(|error| Problem::internal(&error))
        }
    }
}

/// A browser is to save it, under a name that tells what it is.
fn as_file(mut response: Response, date: jiff::civil::Date, format: ExportFormat) -> Response {
    let (kind, name) = match format {
        ExportFormat::Json => ("application/json", "taskfold.json"),
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "taskfold.csv"),
        ExportFormat::Ics => ("text/calendar; charset=utf-8", "taskfold.ics"),
        ExportFormat::Events => ("application/x-ndjson", "taskfold-events.ndjson"),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = format!("attachment; filename=\"{date}-{name}\"");
    if let Ok(value) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
