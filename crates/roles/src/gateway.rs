//! The gateway role: the door. Knows who asks, holds the limits, speaks HTTP; decides nothing.

mod args;
mod attempts;
mod body;
mod caller;
mod docs;
mod door;
mod forward;
mod live;
mod origins;
pub mod paths;
mod rates;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use taskfold_contracts::ids::{IdSource, UserId};
use taskfold_contracts::time::{Clock, Timestamp};
use taskfold_identity::Identity;
use taskfold_log::Log;
use taskfold_web::Web;
use tower_http::catch_panic::CatchPanicLayer;

use crate::command::CommandRequest;
use crate::health::Health;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::query::{ReadRequest, RebuildRequest};
use crate::redis::Redis;
use crate::trace::Tracer;
use crate::upstream::Upstream;
use live::{Live, LiveLimits};
use rates::Rates;

pub use docs::openapi;
pub use rates::Rate;

/// How the gateway behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether anybody may register. The first person always may.
    pub registration_open: bool,
    /// Whether browsers reach it over https: cookies are then `Secure`.
    pub https: bool,
    /// Origins of which the pages may use the API, beside its own: a web app that is served elsewhere. They must be of
    /// the same site, or browsers send no session.
    pub web_origins: Vec<HeaderValue>,
    /// Requests of one person, or of one address without a person; none is no limit. The address is that of
    /// the connection: `X-Forwarded-For` is ignored, as anybody can write it.
    pub rate: Option<Rate>,
    /// Sign-ins and registrations of one address; none is no limit.
    pub sign_in_rate: Option<Rate>,
    /// Bytes of a request's body.
    pub body_limit: usize,
    /// Bytes of an import.
    pub import_limit: usize,
    /// Whether each request is logged at `info`, not only slow and failed ones.
    pub log_requests: bool,
    /// Live sockets of one person.
    pub sockets_per_person: usize,
    /// How often a socket is pinged; one that does not answer for twice as long is closed.
    pub ping_every: Duration,
    /// A live client that takes nothing for this long is closed with 4008.
    pub stalled_after: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            registration_open: true,
            https: false,
            web_origins: Vec::new(),
            rate: Some(Rate {
                per_second: 200,
                burst: 1_000,
            }),
            sign_in_rate: Some(Rate {
                per_second: 2,
                burst: 30,
            }),
            body_limit: 1 << 20,
            import_limit: 64 << 20,
            log_requests: false,
            sockets_per_person: 20,
            ping_every: Duration::from_secs(20),
            stalled_after: Duration::from_secs(20),
        }
    }
}

/// What the gateway stands on.
pub(crate) struct Parts {
    /// Who is who.
    pub(crate) identity: Identity,
    /// The command role.
    pub(crate) command: Upstream<CommandRequest>,
    /// The query role.
    pub(crate) query: Upstream<ReadRequest>,
    /// The query role, for administrators.
    pub(crate) rebuild: Upstream<RebuildRequest>,
    /// For live sockets.
    pub(crate) log: Log,
    pub(crate) health: Health,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) tracer: Tracer,
    /// Where gateways count together.
    pub(crate) redis: Option<Redis>,
    /// How it behaves.
    pub(crate) options: Options,
}

/// The gateway role. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

struct Inner {
    parts: Parts,
    rates: Rates,
    zones: moka::sync::Cache<UserId, caller::Known>,
    live: Live,
    web: Web,
    /// Work that goes on when its client has gone.
    tracker: tokio_util::task::TaskTracker,
}

impl Gateway {
    /// Over its parts. Must be called within a runtime.
    pub(crate) fn new(parts: Parts) -> Self {
        let zones = moka::sync::Cache::builder().max_capacity(10_000).build();
        let limits = LiveLimits {
            sockets_per_user: parts.options.sockets_per_person,
            ping_every: parts.options.ping_every,
            stalled_after: parts.options.stalled_after,
            ..LiveLimits::default()
        };
        let others = parts.redis.clone().map(|redis| (redis, parts.ids.next()));
        let numbers = parts.metrics.live.clone();
        let inner = Inner {
            live: Live::start(parts.log.clone(), limits, numbers, others),
            rates: Rates::new(&parts.options, parts.redis.as_ref()),
            zones,
            web: Web::default(),
            tracker: tokio_util::task::TaskTracker::new(),
            parts,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Its HTTP side.
    pub fn router(&self) -> Router {
        routes::router()
            .merge(docs::router())
            .merge(self.inner.parts.health.router::<Self>())
            .fallback(page)
            .method_not_allowed_fallback(|request: Request| async move {
                let detail = format!("{} is not possible here", request.method());
                Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
            })
            .layer(axum::middleware::from_fn_with_state(
                self.clone(),
                door::door,
            ))
            .layer(origins::layer(&self.options().web_origins))
            .layer(CatchPanicLayer::custom(panicked))
            .with_state(self.clone())
    }

    /// Lets go of what time has made useless. Call it every minute or so.
    pub fn sweep(&self) {
        self.inner.rates.sweep();
    }

    /// Waits for live sockets to close and for work that goes on without its clients.
    pub async fn finish_work(&self) {
        self.inner.live.shutdown().await;
        self.inner.tracker.close();
        self.inner.tracker.wait().await;
    }

    /// Closes the live sockets, so that a shutdown does not wait for them.
    pub fn close_sockets(&self) {
        self.inner.live.close();
    }

    fn options(&self) -> &Options {
        &self.inner.parts.options
    }

    fn live(&self) -> &Live {
        &self.inner.live
    }

    fn log(&self) -> &Log {
        &self.inner.parts.log
    }

    fn now(&self) -> Timestamp {
        self.inner.parts.clock.now()
    }
}

/// A file of the web app, for whoever comes by no other path.
async fn page(State(gateway): State<Gateway>, request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let read = matches!(*method, Method::GET | Method::HEAD) && !path.starts_with("/api/");
    let found = read.then(|| gateway.inner.web.answer(path, request.headers()));
    found.flatten().map_or_else(
        || Problem::new(StatusCode::NOT_FOUND, "no_route", "there is nothing here").into_response(),
        |found| found.map(Body::from),
    )
}

#[allow(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Problem::internal(&format_args!("a request panicked: {text}")).into_response()
}
