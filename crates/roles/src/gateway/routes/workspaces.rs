//! Workspaces.

mod create;
mod delete;
mod get;
mod list;
mod restore;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;

pub(super) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(list::handler, create::handler))
        .routes(routes!(get::handler, update::handler, delete::handler))
        .routes(routes!(restore::handler))
}
