//! Lists.

mod archive;
mod create;
mod delete;
mod get;
mod history;
mod list;
mod move_to;
mod restore;
mod unarchive;
mod update;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;

pub(super) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(list::handler, create::handler))
        .routes(routes!(get::handler, update::handler, delete::handler))
        .routes(routes!(archive::handler))
        .routes(routes!(unarchive::handler))
        .routes(routes!(restore::handler))
        .routes(routes!(move_to::handler))
        .routes(routes!(history::handler))
}
