//! What there is in a workspace.

mod activity;
mod counts;
mod search;
mod tags;
mod trash;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;

pub(super) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(activity::handler))
        .routes(routes!(counts::handler))
        .routes(routes!(search::handler))
        .routes(routes!(tags::handler))
        .routes(routes!(trash::handler))
}
