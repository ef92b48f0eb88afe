//! Asking somebody to join, and joining.

use subtle::ConstantTimeEq;
use taskfold_contracts::commands::{InvitationAnswer, InviteMember};
use taskfold_contracts::events::{
    WorkspaceInvitationRevoked, WorkspaceMemberInvited, WorkspaceMemberJoined,
};
use taskfold_contracts::ids::{InvitationId, UserId};

use super::{Invitation, InvitationState};
use crate::decision::{Context, Decision, Outcome};
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::Workspace;

/// Most invitations of a workspace that can still be used.
const MAX_PENDING: usize = 100;

/// Asks somebody to join a shared workspace. One address has one open invitation: an earlier one is taken back.
pub(crate) fn invite(workspace: &Workspace, ctx: &Context, input: &InviteMember) -> Outcome {
    if workspace.is_personal() {
        return Err(Rejection::conflict(
            "personal_workspace",
            "a personal workspace takes no members",
        ));
    }
    let mut faults = Faults::default();
    let email = faults.take(text::email("email", &input.email));
    let hash_ok = input.secret_hash.len() == 64
        && input
            .secret_hash
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !hash_ok {
        faults.add(
            "secret_hash",
            "not_a_hash",
            "expected SHA-256 in lower-case hex",
        );
    }
    if input.expires_at <= ctx.now {
        faults.add("expires_at", "in_the_past", "must be later than now");
    }
    faults.end()?;
    let usable =
        |held: &Invitation| held.state == InvitationState::Pending && held.expires_at > ctx.now;
    let pending = workspace.invitations().filter(|(_, held)| usable(held));
    let (replaced, others): (Vec<_>, Vec<_>) = pending.partition(|(_, held)| held.email == email);
    if others.len() >= MAX_PENDING {
        let message = format!("more than {MAX_PENDING} invitations are open");
        return Err(Rejection::conflict("too_many_invitations", message));
    }
    let revoked = replaced.into_iter().map(|(invitation_id, _)| {
        let workspace = workspace.id();
        let revoked = WorkspaceInvitationRevoked {
            workspace,
            invitation_id,
        };
        ctx.now(revoked)
    });
    let mut decision = Decision::nothing(workspace.id());
    decision.events.extend(revoked);
    let invited = WorkspaceMemberInvited {
        workspace: workspace.id(),
        invitation_id: InvitationId(ctx.ids.next()),
        email,
        role: input.role,
        secret_hash: input.secret_hash.clone(),
        expires_at: input.expires_at,
    };
    decision.events.push(ctx.now(invited));
    Ok(decision)
}

/// Takes an invitation back that was not used yet.
pub(crate) fn revoke(workspace: &Workspace, ctx: &Context, id: InvitationId) -> Outcome {
    let held = workspace
        .invitation(id)
        .ok_or_else(|| Rejection::not_found("invitation", id))?;
    match held.state {
        InvitationState::Revoked => Ok(Decision::nothing(workspace.id())),
        InvitationState::Used => Err(Rejection::conflict(
            "invitation_used",
            "the invitation was used already",
        )),
        InvitationState::Pending => {
            let workspace = workspace.id();
            Ok(Decision::one(
                ctx,
                WorkspaceInvitationRevoked {
                    workspace,
                    invitation_id: id,
                },
            ))
        }
    }
}

/// The invitation that somebody answers, and who they are. An unknown invitation and a wrong secret get the same
/// answer; the hashes are compared in constant time.
fn answered<'w>(
    workspace: &'w Workspace,
    ctx: &Context,
    input: &InvitationAnswer,
) -> Result<(UserId, &'w Invitation), Rejection> {
    let unknown = || Rejection::not_found("invitation", input.invitation_id);
    let user = ctx.actor.user().ok_or_else(unknown)?;
    let held = workspace
        .invitation(input.invitation_id)
        .ok_or_else(unknown)?;
    let (wanted, shown) = (held.secret_hash.as_bytes(), input.secret_hash.as_bytes());
    if !bool::from(wanted.ct_eq(shown)) {
        return Err(unknown());
    }
    Ok((user, held))
}

/// Declines an invitation: nobody can use it any more. It needs its secret, as joining does.
pub(crate) fn decline(workspace: &Workspace, ctx: &Context, input: &InvitationAnswer) -> Outcome {
    answered(workspace, ctx, input)?;
    revoke(workspace, ctx, input.invitation_id)
}

/// Joins by an invitation.
pub(crate) fn accept(workspace: &Workspace, ctx: &Context, input: &InvitationAnswer) -> Outcome {
    let id = input.invitation_id;
    let (member_id, held) = answered(workspace, ctx, input)?;
    match held.state {
        InvitationState::Used => {
            return Err(Rejection::conflict(
                "invitation_used",
                "the invitation was used already",
            ));
        }
        InvitationState::Revoked => {
            return Err(Rejection::conflict(
                "invitation_revoked",
                "the invitation was taken back",
            ));
        }
        InvitationState::Pending => {}
    }
    if held.expires_at <= ctx.now {
        return Err(Rejection::conflict(
            "invitation_expired",
            "the invitation has ended",
        ));
    }
    if workspace.role_of(member_id).is_some() {
        return Err(Rejection::conflict(
            "already_a_member",
            "you are a member already",
        ));
    }
    Ok(Decision::one(
        ctx,
        WorkspaceMemberJoined {
            workspace: workspace.id(),
            member_id,
            role: held.role,
            invitation_id: Some(id),
        },
    ))
}
