//! Every code of a problem, with its page: what it means and what to do. The pages are served under
//! `/api/v1/problems/<code>` and stand in `docs/reference/problems.md`.

/// A code of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Its stable name.
    pub code: &'static str,
    /// The HTTP status that it comes with.
    pub status: u16,
    /// What has happened.
    pub means: &'static str,
    /// What the caller can do.
    pub remedy: &'static str,
}

impl Code {
    /// Its page, as Markdown.
    pub fn page(&self) -> String {
        let Self {
            code,
            status,
            means,
            remedy,
        } = self;
        format!("## {code}\n\nStatus {status}. {means}\n\n{remedy}\n")
    }
}

/// The code of this name.
pub fn code(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.code == name)
}

const fn of(code: &'static str, status: u16, means: &'static str, remedy: &'static str) -> Code {
    Code {
        code,
        status,
        means,
        remedy,
    }
}

const AGAIN: &str = "Try again after the seconds of `Retry-After`.";
const NAMED: &str = "Correct what `detail` names and send the request again.";
const NOTHING: &str =
    "There is nothing to do: what was asked for is not possible in today's state.";
const READ_ANEW: &str = "Read what it is about anew, and decide again.";

/// All of them, by name.
pub const CODES: &[Code] = &[
    of(
        "administrator_required",
        403,
        "Only an administrator of the installation may do this.",
        "Ask an administrator.",
    ),
    of(
        "already_a_member",
        409,
        "The invitation is to a workspace that the caller belongs to.",
        NOTHING,
    ),
    of(
        "already_registered",
        409,
        "The account exists already.",
        "Sign in.",
    ),
    of(
        "bad_header",
        400,
        "A header cannot be read: `If-Match`, `Idempotency-Key`, `Taskfold-Position` or another one that `detail` names.",
        NAMED,
    ),
    of("bad_path", 400, "The path cannot be read.", NAMED),
    of(
        "body_broken_off",
        400,
        "The body ended before its length was reached.",
        "Send the request again.",
    ),
    of(
        "body_too_large",
        413,
        "The body has more bytes than this endpoint takes.",
        "Send less at once.",
    ),
    of(
        "body_too_slow",
        408,
        "The body did not come in time.",
        "Send the request again.",
    ),
    of(
        "busy",
        503,
        "Too much waits already. Nothing was stored.",
        AGAIN,
    ),
    of(
        "change_too_large",
        413,
        "The change makes more events, or more bytes of them, than one change may have. Nothing was stored.",
        "Do it in several requests.",
    ),
    of("closing", 503, "The server is shutting down.", AGAIN),
    of(
        "contention",
        409,
        "Others kept changing the same things. Nothing was stored.",
        "Send the request again.",
    ),
    of(
        "cross_site",
        403,
        "A browser made the request for a page of another site.",
        "Send it from a page of this server, or with an API token.",
    ),
    of(
        "cycle",
        409,
        "A task would become a part of itself, or wait for itself.",
        "Choose another parent or another task to wait for.",
    ),
    of(
        "deleted",
        409,
        "The thing is in the trash.",
        "Restore it first.",
    ),
    of(
        "email_taken",
        409,
        "There is an account with this address.",
        "Sign in, or register with another address.",
    ),
    of(
        "event_unreadable",
        500,
        "An event of the workspace is damaged in the log: its bytes are not those that were stored. Other workspaces go on.",
        "Tell whoever runs the server the position that `detail` names. They look with `taskfold log verify`, and put a good copy of the log in place with `taskfold restore-backup`; `docs/operations/damage.md` tells what can be done without one.",
    ),
    of(
        "id_taken",
        409,
        "The id that the client chose is that of something else, which may be deleted or out of the caller's sight.",
        "Leave the id out, or choose a new one (UUID version 7 or 4).",
    ),
    of(
        "idempotency_key_reused",
        422,
        "The `Idempotency-Key` was used for another request.",
        "Use a new key for each request, and the same key only to send the same request again.",
    ),
    of(
        "if_match_unsupported",
        400,
        "`If-Match` names the version of one thing; this request is about several, and does not look at it.",
        "Send it without `If-Match`.",
    ),
    of(
        "internal",
        500,
        "Something failed in the server; it was logged.",
        "Try again later. Tell whoever runs the server the `X-Correlation-Id` of the answer.",
    ),
    of(
        "invalid",
        422,
        "Fields or parameters are wrong; `errors` names each one with a code and a message.",
        "Correct them and send the request again.",
    ),
    of(
        "invalid_token",
        401,
        "The API token is mistyped, unknown, revoked or has ended.",
        "Make a new token.",
    ),
    of(
        "invitation_expired",
        409,
        "The invitation has ended.",
        "Ask for a new one.",
    ),
    of(
        "invitation_revoked",
        409,
        "The invitation was taken back.",
        "Ask for a new one.",
    ),
    of(
        "invitation_used",
        409,
        "The invitation was used already.",
        "Ask for a new one.",
    ),
    of(
        "joining_stays",
        409,
        "Joining a workspace is not undone by who joined: it would lock them out.",
        "To leave the workspace, remove yourself from its members.",
    ),
    of(
        "last_administrator",
        409,
        "Others use the installation, and nobody but the caller administers it.",
        NOTHING,
    ),
    of(
        "last_owner",
        409,
        "A workspace is never without an owner.",
        "Make somebody else an owner first.",
    ),
    of(
        "list_archived",
        409,
        "The list is put away.",
        "Take it out of the archive first.",
    ),
    of(
        "list_name_taken",
        409,
        "Another list has this name.",
        "Choose another name.",
    ),
    of(
        "log_unavailable",
        503,
        "The log cannot be written now. Nothing was stored.",
        AGAIN,
    ),
    of(
        "malformed",
        400,
        "A message between the roles of Taskfold cannot be read.",
        "Run the same version of all roles, or neighbouring ones.",
    ),
    of("malformed_json", 400, "The body is no JSON.", NAMED),
    of(
        "method_not_allowed",
        405,
        "The path exists, the method does not; `Allow` names those that do.",
        "Use one of them.",
    ),
    of("moved_on", 409, "The thing has changed since.", READ_ANEW),
    of(
        "needs_history",
        409,
        "The command needs the log, and is not possible within another one.",
        "Send it by itself.",
    ),
    of(
        "nested_batch",
        409,
        "A batch holds a batch.",
        "Put all commands into one.",
    ),
    of(
        "no_route",
        404,
        "There is no such path.",
        "See the contract under `/api/v1/docs`.",
    ),
    of(
        "not_a_websocket",
        400,
        "The live endpoint was asked without a WebSocket handshake.",
        "Use a WebSocket client.",
    ),
    of(
        "not_found",
        404,
        "There is no such thing, or the caller may not know of it.",
        "Check the id and the workspace.",
    ),
    of(
        "not_the_author",
        403,
        "Only its author may change a comment.",
        NOTHING,
    ),
    of(
        "nothing_to_redo",
        409,
        "The change was not undone, or nothing of the caller is left to bring back.",
        NOTHING,
    ),
    of(
        "nothing_to_undo",
        409,
        "The change cannot be taken back, or nothing of it is left.",
        NOTHING,
    ),
    of(
        "other_workspace",
        403,
        "The token is good for another workspace.",
        "Use a token of this workspace, or one that is not bound to any.",
    ),
    of(
        "outcome_unknown",
        503,
        "Whether the change was stored is not known.",
        "Send the request again with the same `Idempotency-Key`: it is stored once.",
    ),
    of(
        "overloaded",
        503,
        "A role of Taskfold has more to do than it can.",
        AGAIN,
    ),
    of(
        "personal_workspace",
        409,
        "A personal workspace takes no members and cannot be deleted.",
        "Make a shared workspace.",
    ),
    of(
        "position_ahead",
        400,
        "The position lies behind the end of the log.",
        "Send a position that this server gave.",
    ),
    of(
        "rate_limited",
        429,
        "Too many requests; `RateLimit-Reset` tells the seconds until there is room.",
        AGAIN,
    ),
    of(
        "rebuild_under_way",
        409,
        "The views are being built anew already.",
        "Wait until that is done.",
    ),
    of(
        "rebuilding",
        503,
        "The views are being built anew. Writes go on.",
        AGAIN,
    ),
    of(
        "registration_closed",
        403,
        "Nobody may register here.",
        "Ask whoever runs the server.",
    ),
    of(
        "role_required",
        403,
        "The caller's role in the workspace does not allow it.",
        "Ask an owner of the workspace.",
    ),
    of(
        "role_unreachable",
        503,
        "Another role of Taskfold does not answer.",
        AGAIN,
    ),
    of(
        "scope_required",
        403,
        "The token's scopes do not allow it.",
        "Make a token with the scope that `detail` names.",
    ),
    of(
        "stale_version",
        409,
        "The thing has changed since the version that `If-Match` names, in the same fields; `current_version` is its version now.",
        READ_ANEW,
    ),
    of(
        "taken",
        409,
        "Somebody else holds this value.",
        "Choose another one.",
    ),
    of(
        "too_deep",
        400,
        "The body is nested too deep, or (409) a task would be a part of too many.",
        "Nest less.",
    ),
    of(
        "too_many_attempts",
        429,
        "Too many wrong passwords for this account or from this address.",
        AGAIN,
    ),
    of(
        "too_many_blockers",
        409,
        "The task waits for too many others.",
        "Take some away first.",
    ),
    of(
        "too_many_comments",
        409,
        "The task has as many comments as a task may have.",
        "Take some away first.",
    ),
    of(
        "too_many_filters",
        409,
        "The workspace has as many saved filters as a workspace may have.",
        "Remove some first.",
    ),
    of(
        "too_many_invitations",
        409,
        "The workspace has as many open invitations as a workspace may have.",
        "Take some back first.",
    ),
    of(
        "too_many_sockets",
        429,
        "Too many live sockets are open.",
        "Close one, then try again.",
    ),
    of(
        "unauthorized",
        401,
        "Nobody is signed in.",
        "Sign in, or send `Authorization: Bearer tf_…`.",
    ),
    of(
        "unreadable",
        400,
        "A message between the roles of Taskfold cannot be read.",
        "Run the same version of all roles, or neighbouring ones.",
    ),
    of(
        "unreadable_file",
        422,
        "The file of an import cannot be read; `errors` names the place.",
        NAMED,
    ),
    of(
        "unsigned",
        401,
        "A message between the roles of Taskfold is not signed, or not by one of them.",
        "Give all roles the same keys.",
    ),
    of(
        "unsupported_media_type",
        415,
        "The body's `Content-Type` is not what the endpoint takes.",
        "Send `application/json`.",
    ),
    of(
        "views_behind",
        503,
        "The views do not have the position that the request names yet.",
        AGAIN,
    ),
    of(
        "workspace_deleted",
        409,
        "The workspace is in the trash.",
        "Restore it first.",
    ),
    of(
        "wrong_credentials",
        401,
        "The address or the password is wrong.",
        "Check both.",
    ),
];
