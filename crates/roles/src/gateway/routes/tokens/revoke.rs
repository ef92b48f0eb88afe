//! Revokes an API token.

use axum::extract::State;
use axum::http::StatusCode;
use taskfold_contracts::ids::TokenId;
use taskfold_identity::Scope;

use crate::gateway::args::{Args, Ids, Nothing};
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// Revokes an API token of the caller, at once.
#[utoipa::path(
    delete,
    path = paths::TOKEN,
    tag = "auth",
    params(("token_id" = TokenId, Path)),
    responses(
        (status = 204),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
    Ids(token_id): Ids<TokenId>,
) -> Result<StatusCode, Problem> {
    caller.needs(Scope::Admin)?;
    let identity = &gateway.inner.parts.identity;
    let user = caller.verified.user_id;
    if caller.verified.only_workspace.is_some() {
        let tokens = identity.tokens(user).await?;
        let mut seen = tokens.iter().filter(|t| caller.may_see(t.workspace_id));
        if !seen.any(|token| token.token_id == token_id) {
            return Err(Problem::not_found("token", token_id));
        }
    }
    if identity.revoke_token(user, token_id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::not_found("token", token_id))
}
