//! Several commands as one change.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use taskfold_contracts::commands::Command;

use crate::command::{
    BulkResult, BulkStep, Work, WriteReply, is_for_bulk, looks_at_version, not_for_bulk,
};
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::{Json, named, quoted};
use crate::gateway::caller::Caller;
use crate::gateway::forward::reply_of;
use crate::gateway::routes::filters::checked;
use crate::gateway::{Gateway, paths};
use crate::problem::{Fault, Problem};
use crate::query::Read;

use super::bulk_command::BulkCommand;

/// Commands of one request at most.
const MOST: usize = 100;

/// The commands.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Bulk {
    /// 1 to 100, each as `{"command": "complete_task", …}`. With `if_match` a command names the version that the caller has
    /// seen of what it is about, before any of them: it is refused with `stale_version` when the same fields have changed
    /// since.
    #[schema(value_type = Vec<BulkCommand>, min_items = 1, max_items = 100)]
    commands: Vec<Value>,
}

/// Carries out up to 100 commands as one change: undone as one, each with its own result. Those that are
/// refused, or cannot be read, do not keep the others from being carried out.
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
    caller.takes_no_version()?;
    if !(1..=MOST).contains(&body.commands.len()) {
        return Err(Problem::field(
            "commands",
            "out_of_range",
            "must be 1 to 100 commands",
        ));
    }
    let workspace = caller.workspace(args.workspace)?;
    let read: Vec<_> = body.commands.into_iter().map(read).collect();
    let good: Vec<BulkStep> = read
        .iter()
        .filter_map(|read| read.as_ref().ok())
        .cloned()
        .collect();
    if good.len() == read.len() {
        return gateway.work(&caller, workspace, Work::Bulk(good)).await;
    }
    // Whoever is no member learns of nothing but that.
    let _: IgnoredAny = gateway.ask(&caller, workspace, Read::Membership).await?;
    let response = gateway.work(&caller, workspace, Work::Bulk(good)).await?;
    if !response.status().is_success() {
        return Ok(response);
    }
    let (_, mut reply) = reply_of(response).await?;
    let mut carried_out = reply.results.take().unwrap_or_default().into_iter();
    let results = read.into_iter().filter_map(|read| match read {
        Ok(_) => carried_out.next(),
        Err(problem) => Some(BulkResult::Refused(problem)),
    });
    reply.results = Some(results.collect());
    Ok(reply.into_response())
}

/// Fields that a command does not know vanish when it is read; they are found by writing it again.
fn read(mut raw: Value) -> Result<BulkStep, Problem> {
    let if_match = if_match(&mut raw)?;
    let told = raw.clone();
    let command: Command =
        serde_json::from_value(raw).map_err(|error| unreadable(&told, &error))?;
    let command = public(command)?;
    if if_match.is_some() && !looks_at_version(&command) {
        let message = "this command is not about one thing that has a version";
        return Err(Problem::field("if_match", "not_here", message));
    }
    let known = serde_json::to_value(&command).unwrap_or_default();
    let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let unknown: Vec<_> = told
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| known.get(name).is_none() && !empty(value))
        .map(|(name, _)| Fault::new(name, "unknown_field", "there is no such field"))
        .collect();
    if unknown.is_empty() {
        Ok(BulkStep { command, if_match })
    } else {
        Err(Problem::invalid(unknown))
    }
}

/// Takes out the version that the caller has seen.
fn if_match(raw: &mut Value) -> Result<Option<u64>, Problem> {
    let taken = raw
        .as_object_mut()
        .and_then(|fields| fields.remove("if_match"));
    match taken {
        None | Some(Value::Null) => Ok(None),
        Some(version) => {
            let wrong = || Problem::field("if_match", "wrong_type", "must be a version, such as 7");
            version.as_u64().map(Some).ok_or_else(wrong)
        }
    }
}

/// Under the checks of its own endpoint.
fn public(command: Command) -> Result<Command, Problem> {
    if !is_for_bulk(&command) {
        return Err(not_for_bulk("command"));
    }
    if let Command::SaveFilter(filter) = command {
        return checked(filter);
    }
    Ok(command)
}

/// A command is read as a whole, so that an error does not tell where it is: what it quotes is looked for.
fn unreadable(told: &Value, error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    if let Some((field, code)) = named(&message) {
        return Problem::field(&field, code, message);
    }
    let wrong = quoted(&message, "unknown variant `");
    let mut fields = told.as_object().into_iter().flatten();
    let found = fields.find(|(_, value)| value.is_string() && value.as_str() == wrong.as_deref());
    match (found, wrong) {
        (Some((field, _)), Some(name)) if field == "command" => {
            let message = format!("there is no command {name}");
            Problem::field("command", "unknown_command", message)
        }
        (Some((field, _)), _) => Problem::field(field, "unreadable", message),
        (None, _) => {
            let field = culprit(told, &message).unwrap_or("command");
            Problem::field(field, "unreadable", message)
        }
    }
}

/// The field without which this error goes away. What is required takes its absence as another error: it is the
/// one only if no other field is.
fn culprit<'t>(told: &'t Value, message: &str) -> Option<&'t str> {
    let told = told.as_object()?;
    let (mut rest, mut required) = (told.clone(), None);
    for (name, value) in told.iter().filter(|(name, _)| *name != "command") {
        rest.remove(name);
        let Err(error) = Command::deserialize(Value::Object(rest.clone())) else {
            return Some(name);
        };
        let now = error.to_string();
        if named(&now).is_some_and(|(missing, _)| missing == *name) {
            required = required.or(Some(name.as_str()));
            rest.insert(name.clone(), value.clone());
        } else if now != message {
            return Some(name);
        }
    }
    required
}
