//! Asks somebody to join a workspace.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use taskfold_contracts::commands::{Command, InviteMember};
use taskfold_contracts::envelope::hex;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Role;

use crate::command::{POSITION, WriteReply};
use crate::gateway::args::{Args, InWorkspace};
use crate::gateway::body::Json;
use crate::gateway::caller::Caller;
use crate::gateway::forward::reply_of;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;

/// An invitation is good for two weeks.
const LIFETIME_MS: i64 = 14 * 24 * 3_600_000;

/// Whom, and as what.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Invite {
    /// Where the invitation goes.
    email: String,
    /// The role that it gives.
    role: Role,
}

/// An invitation that was made.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Invited {
    #[serde(flatten)]
    written: WriteReply,
    /// What the invited person presents; it is shown this once.
    secret: String,
    /// Until when it is good.
    expires_at: Timestamp,
}

/// Asks somebody to join a workspace. The answer names the invitation as `invitation_id`; the secret is for the invited person; it is shown this once.
#[utoipa::path(
    post,
    path = paths::INVITATIONS,
    tag = "members",
    params(InWorkspace),
    request_body = Invite,
    responses(
        (status = 201, body = Invited),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    caller: Caller,
    Args(args): Args<InWorkspace>,
    Json(body): Json<Invite>,
) -> Result<Response, Problem> {
    let secret = match caller.retry_seed {
        Some(seed) => taskfold_identity::derived_secret(seed),
        None => taskfold_identity::random_secret().map_err(|error| Problem::internal(&error))?,
    };
    let now = gateway.inner.parts.clock.now().as_millis();
    let expires_at = Timestamp::from_millis(now + LIFETIME_MS);
    let secret_hash = hex(&taskfold_identity::secret_hash(&secret));
    let invite = InviteMember {
        email: body.email,
        role: body.role,
        secret_hash,
        expires_at,
    };
    let response = gateway
        .write(&caller, args.workspace, Command::InviteMember(invite))
        .await?;
    if !response.status().is_success() {
        return Ok(response);
    }
    let workspace = caller.workspace(args.workspace)?;
    let (response, mut written) = reply_of(response).await?;
    // A retry gets the answer of the first try.
    let expires_at = written.made.expires_at.take().unwrap_or(expires_at);
    let place = written.made.invitation_id.map(|id| {
        let path = paths::INVITATIONS;
        HeaderValue::try_from(format!("{path}/{id}?workspace={workspace}"))
    });
    let mut answer = (
        StatusCode::CREATED,
        Answer(Invited {
            written,
            secret,
            expires_at,
        }),
    )
        .into_response();
    let headers = answer.headers_mut();
    if let Some(position) = response.headers().get(&POSITION) {
        headers.insert(POSITION.clone(), position.clone());
    }
    if let Some(Ok(place)) = place {
        headers.insert(header::LOCATION, place);
    }
    Ok(answer)
}
