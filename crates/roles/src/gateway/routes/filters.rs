//! Saved filters.

mod delete;
mod list;
mod save;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;

pub(super) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(list::handler, save::handler))
        .routes(routes!(delete::handler))
}
