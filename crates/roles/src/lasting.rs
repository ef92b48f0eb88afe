//! What stays, whatever is undone.

use taskfold_contracts::envelope::Header;
use taskfold_contracts::ids::UserId;

/// Whether an event is one that nothing takes back: what happened to an account, and that a workspace was made.
pub(crate) fn is_lasting(header: &Header) -> bool {
    header.event_type.starts_with("user.") || &*header.event_type == "workspace.created"
}

/// Whether `user` joined by it, and was not just brought back by an undo. Undoing one's last change must not lock
/// oneself out; whoever wants to leave says so, and owners may take it back as they may remove a member.
pub(crate) fn is_own_joining(header: &Header, user: UserId) -> bool {
    &*header.event_type == "workspace.member_joined"
        && header.undoes.is_none()
        && header.actor.user() == Some(user)
}
