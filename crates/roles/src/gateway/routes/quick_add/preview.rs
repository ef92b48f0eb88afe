//! What a line of text would become.

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use taskfold_contracts::commands::CreateTask;
use taskfold_domain::quick_add::{Span, Unresolved};

use super::{QuickAddText, understand};
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::ReadingCaller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// What was understood.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Preview {
    /// The recognised parts, by bytes of the text.
    spans: Vec<Span>,
    /// The task that it would become.
    task: CreateTask,
    /// Names that found no place.
    unresolved: Vec<Unresolved>,
}

/// Says which part of the text would become what. Nothing is made.
#[utoipa::path(
    post,
    path = paths::QUICK_ADD_PREVIEW,
    tag = "quick-add",
    params(InWorkspace),
    request_body = QuickAddText,
    responses(
        (status = 200, body = Preview),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    ReadingCaller(caller): ReadingCaller,
    Args(args): Args<InWorkspace>,
    Json(body): Json<QuickAddText>,
) -> Result<Answer<Preview>, Problem> {
    let (parsed, resolved) = understand(&gateway, &caller, args.workspace, &body).await?;
    let (task, unresolved) = (resolved.task, resolved.unresolved);
    Ok(Answer(Preview {
        spans: parsed.spans,
        task,
        unresolved,
    }))
}
