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
mod problems;
mod quick_add;
mod recurrence;
mod sessions;
mod tasks;
mod tokens;
mod views;
mod workspaces;

use axum::Router;
use axum::routing::MethodRouter;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, RefOr, Required};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::{Gateway, docs};

/// One way in. Its documentation is written when somebody asks for it: that takes longer than a command of
/// the command line.
pub(super) struct Endpoint {
    /// Unique, such as `tasks_create`.
    name: String,
    path: String,
    service: MethodRouter<Gateway>,
    document: fn() -> UtoipaMethodRouter<Gateway>,
}

/// The endpoints of modules, each with a function `handler`.
macro_rules! endpoints {
    ($($module:ident),+ $(,)?) => {
        vec![$({
            let methods = <$module::__path_handler as utoipa::Path>::methods();
            let service = methods.iter().fold(axum::routing::MethodRouter::new(), |router, method| {
                router.on(utoipa_axum::PathItemExt::to_method_filter(method), $module::handler)
            });
            $crate::gateway::routes::Endpoint::new(
                (module_path!(), stringify!($module)),
                <$module::__path_handler as utoipa::Path>::path(),
                service,
                || utoipa_axum::routes!($module::handler),
            )
        }),+]
    };
}
use endpoints;

/// What changes one thing, and looks at the version that `If-Match` names.
const LOOK_AT_VERSION: &[&str] = &[
    "comments_create",
    "comments_delete",
    "comments_update",
    "lists_archive",
    "lists_delete",
    "lists_move_to",
    "lists_restore",
    "lists_unarchive",
    "lists_update",
    "me_update",
    "tasks_complete",
    "tasks_delete",
    "tasks_move_to",
    "tasks_reopen",
    "tasks_restore",
    "tasks_update",
    "workspaces_delete",
    "workspaces_restore",
    "workspaces_update",
];

fn if_match() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The version that the caller has seen, as `ETag` tells it: refused with 409 `stale_version` when the \
             same fields have changed since.",
        ))
        .schema(Some(text))
        .build()
}

impl Endpoint {
    fn new(
        (group, module): (&str, &str),
        path: String,
        service: MethodRouter<Gateway>,
        document: fn() -> UtoipaMethodRouter<Gateway>,
    ) -> Self {
        let group = group.rsplit("::").next().unwrap_or(group);
        let name = match group {
            "routes" => module.to_owned(),
            group => format!("{group}_{module}"),
        };
        Self {
            name,
            path,
            service,
            document,
        }
    }

    /// Its part of the contract. Operations are named here: all their functions have the same name.
    fn documented(&self) -> UtoipaMethodRouter<Gateway> {
        let (schemas, mut paths, service) = (self.document)();
        for item in paths.paths.values_mut() {
            let operations = [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.patch,
                &mut item.delete,
            ];
            for operation in operations.into_iter().flatten() {
                operation.operation_id = Some(self.name.clone());
                if LOOK_AT_VERSION.contains(&self.name.as_str()) {
                    let parameters = operation.parameters.get_or_insert_default();
                    parameters.push(RefOr::T(if_match()));
                }
            }
        }
        (schemas, paths, service)
    }
}

/// All of the API.
pub(super) fn router() -> Router<Gateway> {
    all().into_iter().fold(Router::new(), |router, endpoint| {
        router.route(&endpoint.path, endpoint.service)
    })
}

/// Its contract.
pub(super) fn openapi() -> OpenApi {
    let frame = OpenApiRouter::with_openapi(docs::frame());
    let whole = all().iter().fold(frame, |router, endpoint| {
        router.routes(endpoint.documented())
    });
    whole.into_openapi()
}

fn all() -> Vec<Endpoint> {
    let groups = [
        auth::all(),
        comments::all(),
        endpoints![export, import, live, problems],
        filters::all(),
        history::all(),
        invitations::all(),
        lists::all(),
        me::all(),
        members::all(),
        overview::all(),
        quick_add::all(),
        recurrence::all(),
        sessions::all(),
        tasks::all(),
        tokens::all(),
        views::all(),
        workspaces::all(),
    ];
    groups.into_iter().flatten().collect()
}
