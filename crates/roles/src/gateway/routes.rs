//! The routes: one file an endpoint.

mod auth;
mod comments;
mod export;
mod filters;
mod history;
mod import;
mod invitations;
mod lists;
mod live;
mod me;
mod members;
mod overview;
mod quick_add;
mod sessions;
mod tasks;
mod tokens;
mod workspaces;

use utoipa_axum::router::OpenApiRouter;

use super::{Gateway, docs};

/// All of the API, with its documentation.
pub(super) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::with_openapi(docs::frame())
        .merge(auth::all())
        .merge(comments::all())
        .merge(export::routes())
        .merge(import::routes())
        .merge(live::routes())
        .merge(filters::all())
        .merge(history::all())
        .merge(invitations::all())
        .merge(lists::all())
        .merge(me::all())
        .merge(members::all())
        .merge(overview::all())
        .merge(quick_add::all())
        .merge(sessions::all())
        .merge(tasks::all())
        .merge(tokens::all())
        .merge(workspaces::all())
}
