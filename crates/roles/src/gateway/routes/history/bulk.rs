//! Several commands as one change.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::Command;

use crate::command::{Work, WriteReply};
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::{Fault, Problem};

/// Commands of one request at most.
const MOST: usize = 100;

/// The commands.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Bulk {
    /// 1 to 100, each as `{"command": "complete_task", …}`.
    // `Command` holds commands: its schema has no end.
    #[schema(value_type = Vec<Object>)]
    commands: Vec<serde_json::Value>,
}

/// Carries out up to 100 commands as one change: undone as one, each with its own result. Those that are
/// refused do not keep the others from being carried out.
#[utoipa::path(
    post,
    path = paths::BULK,
    tag = "history",
    params(InWorkspace),
    request_body = Bulk,
    responses(
        (status = 200, body = WriteReply),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
    Json(body): Json<Bulk>,
) -> Result<Response, Problem> {
    if !(1..=MOST).contains(&body.commands.len()) {
        return Err(Problem::field(
            "commands",
            "out_of_range",
            "must be 1 to 100 commands",
        ));
    }
    let mut commands = Vec::with_capacity(body.commands.len());
    let mut faults = Vec::new();
    for (index, raw) in body.commands.into_iter().enumerate() {
        match read(index, &raw) {
            Ok(command) => commands.push(command),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    gateway
        .work(
            &caller,
            caller.workspace(args.workspace)?,
            Work::Bulk(commands),
        )
        .await
}

/// Fields that a command does not know vanish when it is read; they are found by writing it again.
fn read(index: usize, raw: &serde_json::Value) -> Result<Command, Vec<Fault>> {
    let at = format!("commands[{index}]");
    let parsed: Result<Command, _> = serde_json::from_value(raw.clone());
    let command = parsed.map_err(|error| vec![Fault::new(&at, "unreadable", error.to_string())])?;
    if matches!(
        command,
        Command::Undo { .. }
            | Command::Redo { .. }
            | Command::Restore(_)
            | Command::Batch { .. }
            | Command::Import(_)
    ) {
        return Err(vec![Fault::new(
            at,
            "not_here",
            "this command has an endpoint of its own",
        )]);
    }
    let known = serde_json::to_value(&command).unwrap_or_default();
    let empty =
        |value: &serde_json::Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let unknown: Vec<_> = raw
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| known.get(name).is_none() && !empty(value))
        .map(|(name, _)| {
            Fault::new(
                format!("{at}.{name}"),
                "unknown_field",
                "there is no such field",
            )
        })
        .collect();
    if unknown.is_empty() {
        Ok(command)
    } else {
        Err(unknown)
    }
}
