//! Registering and signing in.

mod login;
mod logout;
mod register;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::gateway::Gateway;

pub(super) fn all() -> OpenApiRouter<Gateway> {
    OpenApiRouter::new()
        .routes(routes!(login::handler))
        .routes(routes!(logout::handler))
        .routes(routes!(register::handler))
}
