//! What a code of a problem means.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::gateway::args::{Args, Ids, Nothing};
use crate::gateway::paths;
use crate::problem::{self, Problem};

/// What a code of a problem means and what to do about it, as Markdown; nobody has to be signed in.
#[utoipa::path(
    get,
    path = paths::PROBLEM,
    tag = "problems",
    params(("code" = String, Path, description = "The `code` of a problem")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/plain"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    Ids(code): Ids<String>,
    Args(Nothing {}): Args<Nothing>,
) -> Result<Response, Problem> {
    let known = problem::code(&code).ok_or_else(|| Problem::not_found("problem code", code))?;
    let text = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
    Ok(([text], known.page()).into_response())
}
