//! Makes an API token.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::time::Timestamp;
use taskfold_identity::{NewToken, Proof, Scope, Scopes, TokenRequest};
use taskfold_log::AppendError;

use crate::gateway::args::{Args, Nothing};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// What the token is to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateToken {
    /// 1–100 characters.
    name: String,
    /// What it allows.
    scopes: Vec<Scope>,
    /// When it ends; when absent never, or with the token that asks for it.
    expires_at: Option<Timestamp>,
    /// The only workspace that it is good for; all when absent.
    workspace_id: Option<WorkspaceId>,
}

/// Makes an API token. Its secret is shown this once.
#[utoipa::path(
    post,
    path = paths::TOKENS,
    tag = "auth",
    request_body = CreateToken,
    responses(
        (status = 201, body = NewToken),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(Nothing {}): Args<Nothing>,
    Json(body): Json<CreateToken>,
) -> Result<(StatusCode, Answer<NewToken>), Problem> {
    caller.needs(Scope::Admin)?;
    let name = body.name.trim().to_owned();
    if !(1..=100).contains(&name.chars().count()) {
        return Err(Problem::field(
            "name",
            "length",
            "must have 1 to 100 characters",
        ));
    }
    if body.scopes.is_empty() {
        return Err(Problem::field(
            "scopes",
            "empty",
            "must name at least one scope",
        ));
    }
    if body
        .expires_at
        .is_some_and(|end| end <= gateway.inner.parts.clock.now())
    {
        return Err(Problem::field(
            "expires_at",
            "past",
            "must be in the future",
        ));
    }
    // A token that is good for one workspace cannot make one that is good for more.
    let workspace_id = body.workspace_id.or(caller.verified.only_workspace);
    if let Some(workspace) = workspace_id {
        caller.workspace(Some(workspace))?;
    }
    let expires_at = within_own(&gateway, &caller, body.expires_at).await?;
    let request = TokenRequest {
        user_id: caller.verified.user_id,
        name,
        scopes: Scopes::of(&body.scopes),
        workspace_id,
        expires_at,
    };
    let identity = &gateway.inner.parts.identity;
    let token = match caller.retry_seed {
        None => identity.create_token(request).await?,
        Some(seed) => {
            let made = identity.create_token_once(request, seed).await?;
            made.ok_or(AppendError::KeyReused)?
        }
    };
    Ok((StatusCode::CREATED, Answer(token)))
}

/// A token that ends cannot make one that is good for longer.
async fn within_own(
    gateway: &Gateway,
    caller: &Caller,
    wanted: Option<Timestamp>,
) -> Result<Option<Timestamp>, Problem> {
    let Proof::Token(own) = caller.verified.proof else {
        return Ok(wanted);
    };
    let identity = &gateway.inner.parts.identity;
    let tokens = identity.tokens(caller.verified.user_id).await?;
    let own = tokens.into_iter().find(|token| token.token_id == own);
    let Some(end) = own.and_then(|token| token.expires_at) else {
        return Ok(wanted);
    };
    match wanted {
        Some(wanted) if wanted > end => Err(Problem::field(
            "expires_at",
            "beyond_own",
            format!("must not be after {end}, when the token ends that asks for this"),
        )),
        Some(_) | None => Ok(wanted.or(Some(end))),
    }
}
