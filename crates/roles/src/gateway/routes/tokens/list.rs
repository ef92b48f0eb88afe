//! The API tokens of the caller.

use axum::Json;
use axum::extract::State;
use taskfold_identity::{Scope, Token};

use crate::gateway::args::{Args, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Items;

/// The API tokens of the caller, newest first, ended ones too. A token that is good for one workspace sees those of
/// that one alone.
#[utoipa::path(
    get,
    path = paths::TOKENS,
    tag = "auth",
    responses(
        (status = 200, body = Items<Token>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
) -> Result<Json<Items<Token>>, Problem> {
    caller.needs(Scope::Admin)?;
    let identity = &gateway.inner.parts.identity;
    let mut tokens = identity.tokens(caller.verified.user_id).await?;
    tokens.retain(|token| caller.may_see(token.workspace_id));
    Ok(Json(tokens.into()))
}
