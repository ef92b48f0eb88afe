//! Where an invitation leads to.

use axum::extract::State;
use axum::response::Response;
use taskfold_contracts::envelope::hex;
use taskfold_contracts::ids::InvitationId;
use taskfold_views::members::NamedInvitation;

use super::InvitationSecret;
use crate::gateway::args::{Args, Ids, Nothing};
use crate::gateway::body::Json;
use crate::gateway::caller::ReadingCaller;
use crate::gateway::{Gateway, paths};
use crate::problem::Problem;
use crate::query::Read;

/// Says where an invitation leads to, who asked and how it stands, to whoever has its secret. Nothing is changed.
#[utoipa::path(
    post,
    path = paths::INVITATION_PREVIEW,
    tag = "members",
    params(("invitation_id" = InvitationId, Path)),
    request_body = InvitationSecret,
    responses(
        (status = 200, body = NamedInvitation),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn handler(
    State(gateway): State<Gateway>,
    ReadingCaller(caller): ReadingCaller,
    Ids(invitation_id): Ids<InvitationId>,
    Args(Nothing {}): Args<Nothing>,
    Json(body): Json<InvitationSecret>,
) -> Result<Response, Problem> {
    caller.needs_whole_person()?;
    let secret_hash = hex(&taskfold_identity::secret_hash(&body.secret));
    let read = Read::InvitationWith {
        invitation_id,
        secret_hash,
    };
    gateway.read(&caller, None, read, None).await
}
