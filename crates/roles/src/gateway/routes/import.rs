//! From other applications.

mod first;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use taskfold_contracts::commands::{Command, Import};
use taskfold_contracts::ids::{ChangeId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::values::Role;
use taskfold_domain::{quick_add, recurrence};
use taskfold_identity::Scope;
use taskfold_interchange::{Format, Here, Imported, ParsedDate, ReadOptions, Report, detect, read};
use taskfold_views::{filters::SavedFilter, members::Member};
use tokio::sync::Semaphore;

use crate::command::{JoinedList, POSITION, Work};
use crate::gateway::args::Args;
use crate::gateway::caller::{Caller, ReadingCaller};
use crate::gateway::forward::reply_of;
use crate::gateway::{Gateway, body, paths};
use crate::problem::{Fault, Problem};
use crate::query::{Names, Read};
use first::First;

/// Files read at the same time; each may take some hundred MiB while it is.
static READING: Semaphore = Semaphore::const_new(2);
/// Ids looked up to find out where an export comes from.
const PROBES: usize = 200;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportArgs {
    /// The workspace; the caller's own when it is absent.
    workspace: Option<WorkspaceId>,
    /// `todoist`, `taskwarrior`, `vikunja`, `trello`, `mstodo`, `ticktick`, `ical`, `taskfold`; found out
    /// from the file when it is absent or `auto`.
    source: Option<String>,
    /// Only report what would come, what is here already and what would be lost. `preview` is another name for it.
    #[serde(default, alias = "preview")]
    dry_run: bool,
    /// The name of the file: some applications name a list by it.
    filename: Option<String>,
}

/// What an import brought.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ImportReport {
    /// Which application the file is of.
    format: &'static str,
    /// Whether nothing was changed.
    dry_run: bool,
    /// What the file has, and what of it has no place here.
    #[serde(flatten)]
    report: Report,
    /// The first of what would come, in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<First>,
    /// Lists, tasks and saved filters that were here already.
    skipped_existing: u64,
    /// Lists that were here already and take tasks of lists of the same name.
    joined: Vec<JoinedList>,
    /// Lists and tasks that an undo of an import had put into the trash and that are out of it again.
    restored: u64,
    /// What undo names; null when nothing was new, and in a dry run.
    change_id: Option<ChangeId>,
    /// Where the last event is; null in a dry run.
    #[schema(value_type = Option<String>)]
    position: Option<Position>,
}

/// Bring tasks and lists from another application, with their original times.
///
/// The body is the file as it is, up to 64 MiB. All of it is stored, or nothing. Importing the same file again
/// adds nothing; undoing the change takes all of it back, and importing again after that brings it back. A list whose
/// name an active list has already (without regard to case) is not made: its tasks go into that one.
#[utoipa::path(
    post,
    path = paths::IMPORT,
    tag = "import and export",
    params(ImportArgs),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "What came and what was lost", body = ImportReport),
        (status = 422, description = "The file cannot be read", body = Problem),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    ReadingCaller(caller): ReadingCaller,
    Args(args): Args<ImportArgs>,
    request: Request,
) -> Result<Response, Problem> {
    if !args.dry_run {
        caller.needs(Scope::Write)?;
    }
    let source = args.source.as_deref().map(named).transpose()?.flatten();
    let workspace_id = caller.workspace(args.workspace)?;
    let bytes = body::read(request, gateway.options().import_limit).await?;
    let caller = gateway.settled(&caller, workspace_id).await?;
    let names: Names = gateway.ask(&caller, workspace_id, Read::Names).await?;
    if names.role < Role::Editor {
        return Err(Problem::forbidden(
            "role_required",
            "this needs the role editor",
        ));
    }
    let permit = READING.acquire().await;
    let _permit = permit.map_err(|error| Problem::internal(&error))?;
    let reading = Reading {
        bytes,
        source,
        workspace_id,
        filename: args.filename.unwrap_or_default(),
        here: here(&gateway, &caller, workspace_id, names.role).await?,
        settings: settings(&gateway, &caller).await?,
    };
    let (format, imported) = reading.settle(&gateway).await?;
    let first = args.dry_run.then(|| First::of(&imported.import));
    let command = Command::Import(imported.import);
    let work = if args.dry_run {
        Work::Preview(command)
    } else {
        Work::Command(command)
    };
    let response = gateway.work(&caller, workspace_id, work).await?;
    if !response.status().is_success() {
        return Ok(response);
    }
    let (_, reply) = reply_of(response).await?;
    let answer = ImportReport {
        format: format.as_str(),
        dry_run: args.dry_run,
        report: imported.report,
        first,
        skipped_existing: reply.skipped.unwrap_or(0),
        joined: reply.joined,
        restored: reply.restored.unwrap_or(0),
        change_id: reply.change_id,
        position: (!args.dry_run).then_some(reply.position),
    };
    if args.dry_run {
        return Ok(Json(answer).into_response());
    }
    let mut response = Json(answer).into_response();
    if let Ok(value) = HeaderValue::try_from(reply.position.to_string()) {
        response.headers_mut().insert(POSITION.clone(), value);
    }
    Ok(response)
}

/// None stands for: find out.
fn named(source: &str) -> Result<Option<Format>, Problem> {
    if source == "auto" {
        return Ok(None);
    }
    let unknown = || {
        let known: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
        let message = format!("expected auto, {}", known.join(", "));
        Problem::field("source", "unknown", message)
    };
    Format::named(source).map(Some).ok_or_else(unknown)
}

/// What an import meets in the workspace.
async fn here(
    gateway: &Gateway,
    caller: &Caller,
    workspace: WorkspaceId,
    role: Role,
) -> Result<Here, Problem> {
    #[derive(Deserialize)]
    struct Rows<T> {
        items: Vec<T>,
    }
    let members: Rows<Member> = gateway.ask(caller, workspace, Read::Members).await?;
    let filters: Rows<SavedFilter> = gateway.ask(caller, workspace, Read::Filters).await?;
    let member = |member: Member| (member.user_id, member.email);
    Ok(Here {
        importer: Some(caller.principal().user_id),
        is_owner: role == Role::Owner,
        members: members.items.into_iter().map(member).collect(),
        filters: filters.items.iter().map(|it| it.filter_id).collect(),
    })
}

async fn settings(gateway: &Gateway, caller: &Caller) -> Result<quick_add::Settings, Problem> {
    let preferences = gateway.preferences(caller).await;
    let zone = jiff::tz::TimeZone::get(&preferences.zone);
    let zone = zone.map_err(|error| Problem::internal(&error))?;
    Ok(quick_add::Settings {
        now: gateway.now().to_jiff().to_zoned(zone),
        week_start: preferences.week_start,
    })
}

/// A file, and what is known of it.
#[derive(Clone)]
struct Reading {
    bytes: Bytes,
    source: Option<Format>,
    workspace_id: WorkspaceId,
    filename: String,
    here: Here,
    settings: quick_add::Settings,
}

impl Reading {
    /// Reads the file. Its ids are kept, so that it comes back as what it was, unless they are those of
    /// another workspace here: then it comes as a copy with ids of its own.
    async fn settle(self, gateway: &Gateway) -> Result<(Format, Imported), Problem> {
        let (format, imported) = self.clone().read(true).await?;
        let keeps_ids = matches!(
            format,
            Format::Taskfold | Format::Taskwarrior | Format::Ical
        );
        if keeps_ids
            && gateway
                .is_elsewhere(self.workspace_id, &imported.import)
                .await?
        {
            return self.read(false).await;
        }
        Ok((format, imported))
    }

    async fn read(self, keep_ids: bool) -> Result<(Format, Imported), Problem> {
        let reading = tokio::task::spawn_blocking(move || self.read_blocking(keep_ids));
        reading.await.map_err(|error| Problem::internal(&error))?
    }

    fn read_blocking(&self, keep_ids: bool) -> Result<(Format, Imported), Problem> {
        let found = self.source.or_else(|| detect(&self.bytes, &self.filename));
        let format = found.ok_or_else(|| {
            let message = "the file does not tell which application it is of; name it";
            Problem::field("source", "undetected", message)
        })?;
        let options = ReadOptions {
            now: self.settings.now.clone(),
            workspace: self.workspace_id,
            keep_ids,
            filename: Some(self.filename.as_str()).filter(|name| !name.is_empty()),
            here: &self.here,
            accepts_rule: &|rule| recurrence::normalise(rule).is_ok(),
            parse_date: &|text| date_of(text, &self.settings),
        };
        let imported = read(format, &self.bytes, &options);
        let imported = imported.map_err(|error| {
            let fault = Fault::new(&error.place, "unreadable", &error.message);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Problem::new(status, "unreadable_file", error.to_string()).with_errors(vec![fault])
        })?;
        Ok((format, imported))
    }
}

impl Gateway {
    /// Whether what has these ids is in another workspace. An export is of one workspace, so some of its
    /// ids tell for all; one that is made up of several is refused when it is stored.
    async fn is_elsewhere(&self, workspace: WorkspaceId, import: &Import) -> Result<bool, Problem> {
        let lists = import.lists.iter().map(|list| StreamId::from(list.list_id));
        let tasks = import
            .tasks
            .iter()
            .filter_map(|task| task.task.task_id.map(StreamId::from));
        let step = (import.lists.len() + import.tasks.len())
            .div_ceil(PROBES)
            .max(1);
        for id in lists.chain(tasks).step_by(step) {
            let rows = self.log().read_stream(id, Version(0), 1).await?;
            if rows
                .first()
                .is_some_and(|row| row.header.workspace_id != workspace)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A date in words, when all of the text is one.
fn date_of(text: &str, settings: &quick_add::Settings) -> Option<ParsedDate> {
    let read = quick_add::parse(text, settings);
    let understood = |index: usize| {
        read.spans.iter().any(|span| {
            let of_date = matches!(
                span.kind,
                quick_add::SpanKind::Date
                    | quick_add::SpanKind::Time
                    | quick_add::SpanKind::Recurrence
                    | quick_add::SpanKind::Start
            );
            of_date && (span.start..span.end).contains(&index)
        })
    };
    let mut letters = text
        .char_indices()
        .filter(|(_, letter)| letter.is_alphanumeric());
    if !letters.all(|(index, _)| understood(index)) {
        return None;
    }
    let something = read.due.is_some() || read.recurrence.is_some();
    something.then_some(ParsedDate {
        due: read.due,
        recurrence: read.recurrence,
    })
}

#[cfg(test)]
mod tests {
    use taskfold_contracts::values::WeekStart;

    use super::*;

    #[test]
    fn a_date_in_words_counts_only_when_all_of_it_is_understood() {
        let now = "2026-11-20T12:00:00+01:00[Europe/Berlin]".parse().unwrap();
        let settings = quick_add::Settings {
            now,
            week_start: WeekStart::Monday,
        };
        let monthly = date_of("every 1st at 9am", &settings).unwrap();
        assert_eq!(
            monthly.recurrence.unwrap().rule,
            "FREQ=MONTHLY;BYMONTHDAY=1"
        );
        assert_eq!(
            monthly.due.unwrap().time.unwrap(),
            jiff::civil::time(9, 0, 0, 0)
        );
        assert!(date_of("tomorrow", &settings).unwrap().due.is_some());
        assert_eq!(date_of("every full moon", &settings), None);
        assert_eq!(date_of("", &settings), None);
    }
}
