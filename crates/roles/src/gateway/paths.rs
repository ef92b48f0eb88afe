//! Every path, once.

/// Where the API begins.
pub const API: &str = "/api/v1";

/// Register.
pub const REGISTER: &str = "/api/v1/auth/register";
/// Sign in.
pub const LOGIN: &str = "/api/v1/auth/login";
/// Sign out.
pub const LOGOUT: &str = "/api/v1/auth/logout";
/// The caller.
pub const ME: &str = "/api/v1/me";
/// The caller's sessions.
pub const SESSIONS: &str = "/api/v1/sessions";
/// One of them.
pub const SESSION: &str = "/api/v1/sessions/{session_id}";
/// The caller's API tokens.
pub const TOKENS: &str = "/api/v1/tokens";
/// One of them.
pub const TOKEN: &str = "/api/v1/tokens/{token_id}";

/// Building the views anew.
pub const VIEWS_REBUILD: &str = "/api/v1/views/rebuild";

/// The caller's workspaces.
pub const WORKSPACES: &str = "/api/v1/workspaces";
/// One of them.
pub const WORKSPACE: &str = "/api/v1/workspaces/{workspace_id}";
/// Out of the trash.
pub const WORKSPACE_RESTORE: &str = "/api/v1/workspaces/{workspace_id}/restore";
/// Members of a workspace.
pub const MEMBERS: &str = "/api/v1/members";
/// One of them.
pub const MEMBER: &str = "/api/v1/members/{user_id}";
/// Invitations to a workspace.
pub const INVITATIONS: &str = "/api/v1/invitations";
/// One of them.
pub const INVITATION: &str = "/api/v1/invitations/{invitation_id}";
/// Join by it.
pub const INVITATION_ACCEPT: &str = "/api/v1/invitations/{invitation_id}/accept";
/// To where, and by whom.
pub const INVITATION_PREVIEW: &str = "/api/v1/invitations/{invitation_id}/preview";
/// Do not.
pub const INVITATION_DECLINE: &str = "/api/v1/invitations/{invitation_id}/decline";

/// Tasks.
pub const TASKS: &str = "/api/v1/tasks";
/// Some tasks by their ids.
pub const TASKS_BATCH: &str = "/api/v1/tasks/batch";
/// One of them.
pub const TASK: &str = "/api/v1/tasks/{task_id}";
/// Do it.
pub const TASK_COMPLETE: &str = "/api/v1/tasks/{task_id}/complete";
/// Not done after all.
pub const TASK_REOPEN: &str = "/api/v1/tasks/{task_id}/reopen";
/// Out of the trash.
pub const TASK_RESTORE: &str = "/api/v1/tasks/{task_id}/restore";
/// Elsewhere.
pub const TASK_MOVE: &str = "/api/v1/tasks/{task_id}/move";
/// What happened to it.
pub const TASK_HISTORY: &str = "/api/v1/tasks/{task_id}/history";
/// What was said about it.
pub const COMMENTS: &str = "/api/v1/tasks/{task_id}/comments";
/// One comment.
pub const COMMENT: &str = "/api/v1/tasks/{task_id}/comments/{comment_id}";
/// A task from a line of text.
pub const QUICK_ADD: &str = "/api/v1/quick-add";
/// What a line of text would become.
pub const QUICK_ADD_PREVIEW: &str = "/api/v1/quick-add/preview";
/// When something that repeats would be due.
pub const RECURRENCE_PREVIEW: &str = "/api/v1/recurrence/preview";

/// Lists.
pub const LISTS: &str = "/api/v1/lists";
/// One of them.
pub const LIST: &str = "/api/v1/lists/{list_id}";
/// Put it away.
pub const LIST_ARCHIVE: &str = "/api/v1/lists/{list_id}/archive";
/// Take it back.
pub const LIST_UNARCHIVE: &str = "/api/v1/lists/{list_id}/unarchive";
/// Out of the trash.
pub const LIST_RESTORE: &str = "/api/v1/lists/{list_id}/restore";
/// Elsewhere.
pub const LIST_MOVE: &str = "/api/v1/lists/{list_id}/move";
/// What happened to it and its tasks.
pub const LIST_HISTORY: &str = "/api/v1/lists/{list_id}/history";

/// Tags.
pub const TAGS: &str = "/api/v1/tags";
/// Which reminders wait, and which ones fired.
pub const REMINDERS: &str = "/api/v1/reminders";
/// Full text.
pub const SEARCH: &str = "/api/v1/search";
/// What happened.
pub const ACTIVITY: &str = "/api/v1/activity";
/// What can be restored.
pub const TRASH: &str = "/api/v1/trash";
/// How many.
pub const COUNTS: &str = "/api/v1/counts";
/// Saved filters.
pub const FILTERS: &str = "/api/v1/filters";
/// One of them.
pub const FILTER: &str = "/api/v1/filters/{filter_id}";

/// Several commands as one change.
pub const BULK: &str = "/api/v1/bulk";
/// Take a change back.
pub const UNDO: &str = "/api/v1/undo";
/// Bring it back.
pub const REDO: &str = "/api/v1/redo";
/// Back to a moment.
pub const RESTORE: &str = "/api/v1/restore";
/// What can be undone.
pub const CHANGES: &str = "/api/v1/changes";
/// From elsewhere.
pub const IMPORT: &str = "/api/v1/import";
/// To elsewhere.
pub const EXPORT: &str = "/api/v1/export";
/// Live events.
pub const LIVE: &str = "/api/v1/live";

/// What a code of a problem means.
pub const PROBLEM: &str = "/api/v1/problems/{code}";

/// The contract.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The try-it page.
pub const DOCS: &str = "/api/v1/docs";
/// Whether the process lives.
pub const LIVEZ: &str = "/livez";
/// Whether it can work.
pub const READYZ: &str = "/readyz";
/// Numbers for Prometheus.
pub const METRICS: &str = "/metrics";
