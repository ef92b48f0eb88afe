//! Types of events in the words of people.

/// What happened, in the past tense: `task.deleted` is "deleted". Whoever tells that one person left because of
/// another says `workspace.member_removed`.
pub fn verb(event_type: &str) -> &str {
    match event_type {
        "task.created" | "list.created" | "workspace.created" => "added",
        "task.updated" | "list.updated" | "workspace.updated" => "changed",
        "task.completed" => "completed",
        "task.reopened" => "reopened",
        "task.deleted" | "list.deleted" | "workspace.deleted" => "deleted",
        "task.restored" | "list.restored" | "workspace.restored" => "brought back",
        "task.moved" | "list.moved" => "moved",
        "task.commented" => "commented on",
        "task.comment_edited" => "edited a comment on",
        "task.comment_deleted" => "deleted a comment on",
        "list.archived" => "archived",
        "list.unarchived" => "took out of the archive",
        "workspace.member_invited" => "invited somebody to",
        "workspace.invitation_revoked" => "revoked an invitation to",
        "workspace.member_joined" => "joined",
        "workspace.member_left" => "left",
        "workspace.member_removed" => "removed a member from",
        "workspace.member_role_changed" => "changed a role in",
        "workspace.filter_saved" => "saved a filter in",
        "workspace.filter_removed" => "removed a filter from",
        other => other,
    }
}

/// What an event happened to: `task`, `list` or `workspace`.
pub fn kind(event_type: &str) -> &str {
    event_type.split('.').next().unwrap_or(event_type)
}
