//! Registers somebody, with a workspace of their own.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use taskfold_contracts::commands::{RegisterUser, UserCommand};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_identity::{Account, RegisterError};
use taskfold_log::Log;

use super::login::{SignedIn, sign_in};
use crate::command::{CommandRequest, Work};
use crate::gateway::args::{Args, Nothing};
use crate::gateway::body::Json;
use crate::gateway::door::Visitor;
use crate::gateway::{Gateway, paths};
use crate::principal::Principal;
use crate::problem::{Fault, Problem};
use crate::trace::Trace;

/// Somebody new.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Register {
    /// Their address.
    email: String,
    /// 8–128 characters.
    password: String,
    /// 1–200 characters.
    display_name: String,
    /// IANA name; UTC when absent.
    time_zone: Option<String>,
    /// BCP 47 tag; `en` when absent.
    locale: Option<String>,
}

/// Registers somebody and signs them in. The first person administers the installation.
#[utoipa::path(
    post,
    path = paths::REGISTER,
    tag = "auth",
    security(()),
    request_body = Register,
    responses(
        (status = 201, body = SignedIn),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    Args(Nothing {}): Args<Nothing>,
    visitor: axum::Extension<Visitor>,
    headers: HeaderMap,
    Json(body): Json<Register>,
) -> Result<Response, Problem> {
    let parts = &gateway.inner.parts;
    if !gateway.options().registration_open && anybody_is_there(&parts.log) {
        return Err(Problem::forbidden(
            "registration_closed",
            "this installation takes no new people",
        ));
    }
    let (user, workspace) = (UserId(parts.ids.next()), WorkspaceId(parts.ids.next()));
    let account = parts
        .identity
        .register(&body.email, &body.password, user, workspace)
        .await;
    let account = account.map_err(refused)?;
    // A client that goes away must not leave an account between the two stores.
    let (own, registered) = (gateway.clone(), account.clone());
    let correlation_id = visitor.correlation_id;
    let running = gateway.inner.tracker.spawn(Trace::carried(async move {
        let request = CommandRequest {
            principal: Principal {
                user_id: registered.user_id,
                agent: false,
            },
            workspace_id: registered.personal_workspace,
            work: Work::User(UserCommand::Register(command(&registered, body))),
            if_match: None,
            idempotency_key: None,
            correlation_id,
            zone: None,
        };
        settle(
            &own,
            &registered,
            own.inner.parts.command.call(request).await,
        )
        .await
    }));
    let response = running.await.map_err(|error| Problem::internal(&error))??;
    if !response.status().is_success() {
        return Ok(response);
    }
    let mut signed_in = sign_in(&gateway, &headers, &account).await?;
    *signed_in.status_mut() = StatusCode::CREATED;
    if let Some(position) = response.headers().get(&crate::command::POSITION) {
        signed_in
            .headers_mut()
            .insert(crate::command::POSITION.clone(), position.clone());
    }
    Ok(signed_in)
}

/// The first event of a log is that of a person.
fn anybody_is_there(log: &Log) -> bool {
    (0..log.partitions()).any(|partition| log.head(partition).number > 0)
}

/// The log has the person, or the account goes again. When neither is known it stays unconfirmed: whoever
/// registers with the address again completes it.
async fn settle(
    gateway: &Gateway,
    account: &Account,
    response: Response,
) -> Result<Response, Problem> {
    let identity = &gateway.inner.parts.identity;
    if response.status().is_success() {
        identity.confirm(account.user_id).await?;
    } else if response.status().is_client_error() {
        identity.withdraw(account.user_id).await?;
    }
    Ok(response)
}

fn command(account: &Account, body: Register) -> RegisterUser {
    RegisterUser {
        user_id: account.user_id,
        workspace_id: account.personal_workspace,
        email: account.email.clone(),
        display_name: body.display_name,
        time_zone: body.time_zone.unwrap_or_else(|| "UTC".to_owned()),
        locale: body.locale.unwrap_or_else(|| "en".to_owned()),
        is_admin: account.is_admin,
    }
}

fn refused(error: RegisterError) -> Problem {
    match error {
        RegisterError::Email => {
            Problem::field("email", "not_an_address", "is not an e-mail address")
        }
        RegisterError::Password(weakness) => {
            Problem::invalid(vec![Fault::new("password", "weak", weakness.to_string())])
        }
        RegisterError::Taken => {
            Problem::conflict("email_taken", "somebody has registered with this address")
        }
        RegisterError::Busy => {
            Problem::unavailable("busy", error.to_string(), std::time::Duration::from_secs(2))
        }
        RegisterError::Store(error) => error.into(),
    }
}
