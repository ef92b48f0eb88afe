//! Signs somebody in.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use taskfold_contracts::commands::UserCommand;
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_identity::{Account, SignInError};

use crate::command::{CommandRequest, Work};
use crate::gateway::args::{Args, Nothing};
use crate::gateway::attempts::Attempts;
use crate::gateway::body::Json;
use crate::gateway::door::{SESSION_COOKIE, Visitor, session_secret};
use crate::gateway::{Gateway, paths};
use crate::principal::Principal;
use crate::problem::Problem;

/// Somebody's credentials.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    /// Their address.
    email: String,
    /// Their password.
    password: String,
}

/// Somebody who is signed in; the session is in the cookie.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct SignedIn {
    /// Who.
    user_id: UserId,
    /// Their address.
    email: String,
    /// The workspace of their own.
    personal_workspace_id: WorkspaceId,
    /// Whether they administer the installation.
    is_admin: bool,
}

/// Signs somebody in with a cookie. An unknown address and a wrong password get the same answer.
#[utoipa::path(
    post,
    path = paths::LOGIN,
    tag = "auth",
    security(()),
    request_body = Login,
    responses(
        (status = 200, body = SignedIn),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    Args(Nothing {}): Args<Nothing>,
    visitor: axum::Extension<Visitor>,
    headers: HeaderMap,
    Json(body): Json<Login>,
) -> Result<Response, Problem> {
    let credentials = (&*body.email, &*body.password);
    let attempted = attempt(&gateway, credentials, &visitor).await;
    let account = attempted.map_err(refused)?;
    let request = CommandRequest {
        principal: Principal {
            user_id: account.user_id,
            agent: false,
        },
        workspace_id: account.personal_workspace,
        work: Work::User(UserCommand::RecordSignIn {
            method: "password".to_owned(),
        }),
        if_match: None,
        idempotency_key: None,
        correlation_id: visitor.correlation_id,
        zone: None,
    };
    let recorded = gateway.inner.parts.command.call(request).await;
    if !recorded.status().is_success() {
        tracing::warn!(
            status = recorded.status().as_u16(),
            "a sign-in was not recorded"
        );
    }
    sign_in(&gateway, &headers, &account).await
}

/// Checks the credentials, unless too many were wrong, here or at other gateways.
async fn attempt(
    gateway: &Gateway,
    (email, password): (&str, &str),
    visitor: &Visitor,
) -> Result<Account, SignInError> {
    let identity = &gateway.inner.parts.identity;
    let address = &*visitor.address.to_string();
    let checking = identity.sign_in(email, password, address);
    let Some(redis) = &gateway.inner.parts.redis else {
        return checking.await;
    };
    let attempts = Attempts::of(redis, identity, (email, address));
    if let Some(retry_after) = attempts.wait().await {
        return Err(SignInError::Throttled { retry_after });
    }
    let checked = checking.await;
    match &checked {
        Ok(_) => attempts.succeeded().await,
        Err(SignInError::Wrong) => attempts.failed().await,
        Err(SignInError::Throttled { .. } | SignInError::Busy | SignInError::Store(_)) => {}
    }
    checked
}

/// Checks the password of somebody who is signed in.
pub(in crate::gateway::routes) async fn confirm(
    gateway: &Gateway,
    (email, password): (&str, &str),
    visitor: &Visitor,
) -> Result<(), Problem> {
    match attempt(gateway, (email, password), visitor).await {
        Ok(_) => Ok(()),
        Err(SignInError::Wrong) => {
            let message = "is not the password of this account";
            Err(Problem::field("password", "wrong", message))
        }
        Err(
            error @ (SignInError::Throttled { .. } | SignInError::Busy | SignInError::Store(_)),
        ) => Err(refused(error)),
    }
}

/// Begins a session; the one that the browser came with ends.
pub(super) async fn sign_in(
    gateway: &Gateway,
    headers: &HeaderMap,
    account: &Account,
) -> Result<Response, Problem> {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or("");
    let identity = &gateway.inner.parts.identity;
    let session = identity
        .begin_session(account, agent, session_secret(headers))
        .await?;
    let secure = if gateway.options().https {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        session.secret, session.max_age
    );
    let cookie = HeaderValue::try_from(cookie).map_err(|error| Problem::internal(&error))?;
    let body = axum::Json(SignedIn {
        user_id: account.user_id,
        email: account.email.clone(),
        personal_workspace_id: account.personal_workspace,
        is_admin: account.is_admin,
    });
    Ok(([(header::SET_COOKIE, cookie)], body).into_response())
}

fn refused(error: SignInError) -> Problem {
    match error {
        SignInError::Wrong => Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_credentials",
            "address or password is wrong",
        ),
        SignInError::Throttled { retry_after } => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_attempts",
            error.to_string(),
        )
        .with_retry_after(retry_after.as_secs().max(1)),
        SignInError::Busy => {
            Problem::unavailable("busy", error.to_string(), std::time::Duration::from_secs(2))
        }
        SignInError::Store(error) => error.into(),
    }
}
