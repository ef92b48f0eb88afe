//! Everything of a workspace, in a format of choice, written while it is read: what is in memory is a piece.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::time::Timestamp;
use taskfold_interchange::{
    Export, ExportComment, ExportFilter, ExportList, ExportPerson, ExportTask, ExportWriter, Form,
    WriteError,
};
use taskfold_views::{
    MAX_LIMIT, Page, QueryError, Reader, Views, filters, lists, members, tasks, trash,
};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout, timeout_at};

use super::request::{ExportFormat, ReadRequest};
use super::{Inner, events};
use crate::moment::zone;
use crate::problem::Problem;

/// Exports that are written at the same time: each keeps one of the views' readers.
const AT_ONCE: usize = 2;
static EXPORTING: Semaphore = Semaphore::const_new(AT_ONCE);
/// How long an export waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// Bytes of a piece, about, and pieces that wait for the client.
const PIECE: usize = 64 << 10;
const PIECES: usize = 4;
/// A client that takes no piece for this long is cut off, and so is one that takes longer for all of them.
const STALLED: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_mins(15);

/// Lists and tasks come from one snapshot that has everything that was acknowledged before.
pub(super) async fn answer(
    inner: &Inner,
    views: &Views,
    request: &ReadRequest,
    format: ExportFormat,
) -> Result<Response, Problem> {
    let now = inner.clock.now();
    let date = now
        .to_jiff()
        .to_zoned(zone(request.zone.as_deref())?)
        .date();
    let form = match format {
        ExportFormat::Json => Some(Form::Json),
        ExportFormat::Csv => Some(Form::Csv),
        ExportFormat::Ics => Some(Form::Ical),
        ExportFormat::Events => None,
    };
    let response = match form {
        None => events::answer(&inner.log, request.workspace_id),
        Some(form) => written(inner, views, request, (form, now)).await?,
    };
    Ok(as_file(response, date, format))
}

async fn written(
    inner: &Inner,
    views: &Views,
    request: &ReadRequest,
    (form, now): (Form, Timestamp),
) -> Result<Response, Problem> {
    let workspace = request.workspace_id;
    let views = if let Some(moment) = request.as_of {
        inner.past(workspace, moment).await?
    } else {
        let head = inner.log.head(inner.log.partition_of(workspace));
        inner.wait_for(views, head).await?;
        views.clone()
    };
    let turn = timeout(TURN, EXPORTING.acquire()).await;
    let turn = turn.map_err(|_| {
        let detail = format!("{AT_ONCE} exports are under way");
        Problem::unavailable("busy", detail, Duration::from_secs(10))
    })?;
    let turn = turn.map_err(|error| Problem::internal(&error))?;
    let (pieces, taken) = mpsc::channel(PIECES);
    let outlet = Outlet {
        pieces,
        runtime: Handle::current(),
        until: Instant::now() + LONGEST,
    };
    // It ends by itself: with the last piece, or soon after its client has gone.
    drop(tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let whole = |r: &Reader<'_>| {
            let whole = Whole { r, workspace };
            Ok(whole.write(form, now, &outlet))
        };
        match views
            .read_blocking(whole)
            .unwrap_or_else(|error| Err(error.into()))
        {
            Ok(()) => {}
            Err(Ended::Unwanted) => tracing::debug!("an export was not taken to its end"),
            Err(Ended::Failed(problem)) => outlet.fail(problem),
        }
    }));
    body_of(taken).await.map(IntoResponse::into_response)
}

/// A piece of the file, and whether more follow.
enum Piece {
    More(Bytes),
    Last(Bytes),
}

type Pieces = mpsc::Receiver<Result<Piece, Problem>>;

/// What fails before the first piece is a problem; after it, all that can be done is to break off, so that
/// nobody takes a part for the whole.
async fn body_of(mut pieces: Pieces) -> Result<Body, Problem> {
    let first = next(&mut pieces).await?;
    let start = Some((Some(first), pieces));
    let bytes = stream::try_unfold(start, |state| async move {
        let Some((first, mut pieces)) = state else {
            return Ok(None);
        };
        let piece = match first {
            Some(first) => first,
            None => next(&mut pieces).await?,
        };
        Ok::<_, Problem>(Some(match piece {
            Piece::More(bytes) => (bytes, Some((None, pieces))),
            Piece::Last(bytes) => (bytes, None),
        }))
    });
    Ok(Body::from_stream(bytes))
}

async fn next(pieces: &mut Pieces) -> Result<Piece, Problem> {
    let broken = || Err(Problem::internal(&"an export ended before its last piece"));
    pieces.recv().await.unwrap_or_else(broken)
}

/// Why an export did not come to its end.
enum Ended {
    /// Its client has gone, or does not take it.
    Unwanted,
    /// It cannot be read or written.
    Failed(Problem),
}

impl From<QueryError> for Ended {
    fn from(error: QueryError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<WriteError> for Ended {
    fn from(error: WriteError) -> Self {
        Self::Failed(Problem::internal(&error))
    }
}

/// The way to the client. Blocks.
struct Outlet {
    pieces: mpsc::Sender<Result<Piece, Problem>>,
    runtime: Handle,
    until: Instant,
}

impl Outlet {
    fn send(&self, piece: Piece) -> Result<(), Ended> {
        let by = self.until.min(Instant::now() + STALLED);
        let sending = async { timeout_at(by, self.pieces.send(Ok(piece))).await };
        match self.runtime.block_on(sending) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ended::Unwanted),
        }
    }

    fn fail(&self, problem: Problem) {
        let sending = async { timeout(STALLED, self.pieces.send(Err(problem))).await };
        // Whoever does not take it has gone.
        drop(self.runtime.block_on(sending));
    }
}

/// A workspace as of one snapshot.
struct Whole<'a> {
    r: &'a Reader<'a>,
    workspace: WorkspaceId,
}

impl Whole<'_> {
    fn write(&self, form: Form, now: Timestamp, outlet: &Outlet) -> Result<(), Ended> {
        let mut writer = ExportWriter::new(form, &self.head(now)?)?;
        let mut last = None;
        loop {
            let page = tasks::by_id(self.r, self.workspace, last, MAX_LIMIT)?;
            let Some(end) = page.last() else {
                return outlet.send(Piece::Last(writer.end().into()));
            };
            last = Some(end.task_id);
            for task in page {
                writer.task(&self.task(task)?)?;
                if writer.waiting() >= PIECE {
                    outlet.send(Piece::More(writer.take().into()))?;
                }
            }
        }
    }

    /// All but the tasks.
    fn head(&self, now: Timestamp) -> Result<Export, QueryError> {
        Ok(Export {
            taskfold_export: Export::VERSION,
            exported_at: now,
            people: self.people()?,
            filters: filters::all(self.r, self.workspace)?
                .into_iter()
                .map(saved)
                .collect(),
            lists: self.lists()?,
            tasks: Vec::new(),
        })
    }

    fn people(&self) -> Result<Vec<ExportPerson>, QueryError> {
        let members = members::members(self.r, self.workspace)?;
        let person = |member: members::Member| ExportPerson {
            id: member.user_id,
            email: member.email,
            display_name: member.display_name,
        };
        Ok(members.into_iter().map(person).collect())
    }

    /// All of them, by id, those in the trash too.
    fn lists(&self) -> Result<Vec<ExportList>, QueryError> {
        let mut all = lists::all(self.r, self.workspace, true)?;
        all.extend(trash::lists(self.r, self.workspace)?);
        all.sort_by_key(|list| list.list_id);
        Ok(all.into_iter().map(list).collect())
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
            created_by: task.created_by,
            updated_at: task.updated_at,
            completed_at: task.completed_at,
            deleted_at: task.deleted_at,
            previous_id: task.previous_id,
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
        updated_at: Some(list.updated_at),
        archived: list.archived_at.is_some(),
        archived_at: list.archived_at,
        deleted_at: list.deleted_at,
        origin: list.origin,
    }
}

fn saved(filter: filters::SavedFilter) -> ExportFilter {
    ExportFilter {
        id: filter.filter_id,
        name: filter.name,
        query: filter.query,
        sort: filter.sort,
        created_at: filter.created_at,
        updated_at: filter.updated_at,
    }
}

fn comment(comment: tasks::Comment) -> ExportComment {
    ExportComment {
        id: comment.comment_id,
        author_id: comment.author_id,
        body: comment.body,
        created_at: comment.created_at,
        edited_at: comment.edited_at,
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
