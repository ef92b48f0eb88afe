//! Undo, redo, restore, bulk: changes as a whole.

mod bulk;
mod changes;
mod redo;
mod restore;
mod undo;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;

pub(super) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(bulk::handler))
        .routes(routes!(changes::handler))
        .routes(routes!(redo::handler))
        .routes(routes!(restore::handler))
        .routes(routes!(undo::handler))
}
