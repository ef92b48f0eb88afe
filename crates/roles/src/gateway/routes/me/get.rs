//! The caller's profile and preferences.

use axum::extract::State;
use axum::response::Response;
use taskfold_views::members::User;

use crate::gateway::args::{Args, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// The caller's profile and preferences.
#[utoipa::path(
    get,
    path = paths::ME,
    tag = "auth",
    responses(
        (status = 200, body = User),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
) -> Result<Response, Problem> {
    gateway
        .read(
            &caller,
            Some(caller.verified.personal_workspace),
            Read::Me,
            None,
        )
        .await
}
