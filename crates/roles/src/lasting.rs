//! What stays, whatever is undone.

/// Whether an event is one that nothing takes back: what happened to an account, and that a workspace was made.
pub(crate) fn is_lasting(event_type: &str) -> bool {
    event_type.starts_with("user.") || event_type == "workspace.created"
}
