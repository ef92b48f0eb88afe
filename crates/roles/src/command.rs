//! The command role: takes commands, decides on the folded workspace, appends to the log.

mod append;
mod cache;
mod execute;
mod merge;
mod reply;
mod request;
mod revert;
mod snapshots;
mod sweep;
mod tail;
mod user;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use prometheus_client::metrics::counter::Counter;
use taskfold_contracts::ids::IdSource;
use taskfold_contracts::time::Clock;
use taskfold_log::Log;
use tokio_util::task::TaskTracker;

use crate::problem::Problem;
use crate::trace::Trace;
use crate::upstream::{Message, Upstream};

pub use cache::Limits as CacheLimits;
pub(crate) use merge::looks_at_version;
pub(crate) use reply::POSITION;
pub use reply::{BulkDone, BulkResult, JoinedList, KeptField, Made, WriteReply};
pub use request::{BulkStep, CommandRequest, Work};
pub(crate) use request::{is_for_bulk, not_for_bulk};

use cache::Workspaces;

/// Where it takes commands.
pub const PATH: &str = "/commands";

/// The command role. Cheap to clone.
#[derive(Clone)]
pub struct CommandRole {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    log: Log,
    workspaces: Workspaces,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    long_work: TaskTracker,
    conflicts: Counter,
}

impl CommandRole {
    /// Over a log.
    pub fn new(
        log: Log,
        limits: CacheLimits,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        let workspaces = Workspaces::new(log.clone(), limits);
        let inner = Inner {
            log,
            workspaces,
            clock,
            ids,
            long_work: TaskTracker::new(),
            conflicts: Counter::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// How often a command was decided again because somebody else was faster; it goes on counting.
    pub fn conflicts(&self) -> Counter {
        self.inner.conflicts.clone()
    }

    /// Its HTTP side.
    pub fn router(&self) -> Router {
        Router::new()
            .route(PATH, post(handle))
            .with_state(self.clone())
    }

    /// The same within this process.
    pub fn upstream(&self) -> Upstream<CommandRequest> {
        let role = self.clone();
        Upstream::in_process(tower::service_fn(move |request| {
            let role = role.clone();
            async move { Ok(role.answer(request).await) }
        }))
    }

    async fn answer(&self, request: CommandRequest) -> Response {
        let done = if request.may_take_several_appends() {
            // The appends of one change must not end half way because a client went away.
            let (inner, tracker) = (Arc::clone(&self.inner), self.inner.long_work.clone());
            let running =
                tracker.spawn(Trace::carried(async move { inner.execute(request).await }));
            running
                .await
                .map_err(|error| Problem::internal(&error))
                .flatten()
        } else {
            self.inner.execute(request).await
        };
        done.into_response()
    }

    /// Carries a request out in this process; when it returns an answer, its events are on disk.
    pub async fn execute(&self, request: CommandRequest) -> Result<WriteReply, Problem> {
        self.inner.execute(request).await
    }

    /// Waits for appends that run on without their clients, and for what is being kept.
    pub async fn shutdown(&self) {
        self.inner.long_work.close();
        self.inner.long_work.wait().await;
        self.inner.workspaces.finish().await;
    }
}

async fn handle(
    State(role): State<CommandRole>,
    Message(request): Message<CommandRequest>,
) -> Response {
    role.answer(request).await
}
