//! The query role: answers reads from the views, and reads of the past from the log.

mod answer;
mod cached;
mod changes;
mod cursor;
mod deeds;
mod events;
mod export;
mod found;
mod past;
mod rebuild;
mod reminders;
mod request;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Clock;
use taskfold_log::{Log, crash};
use taskfold_views::as_of::{AsOf, Snapshots};
use taskfold_views::{QueryError, Reader, Views};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::problem::Problem;
use crate::redis::Redis;
use crate::upstream::{Message, Upstream};

pub use answer::{Items, Trash};
pub use changes::ChangeSummary;
pub use rebuild::{REBUILD_PATH, RebuildRequest, Rebuilt};
pub use reminders::Reminders;
pub use request::{ExportFormat, Names, Read, ReadRequest};

/// Where it takes reads.
pub const PATH: &str = "/reads";
/// How long a read waits for the views to have a write.
const PATIENCE: Duration = Duration::from_secs(2);
/// Copies of the past that are kept, and events in them together.
const PAST_COPIES: usize = 8;
const PAST_ROWS: u64 = 200_000;

/// The views, when there are any: while they are built anew there are none.
pub type LiveViews = watch::Receiver<Option<Views>>;

/// The query role. Cheap to clone.
#[derive(Clone)]
pub struct QueryRole {
    inner: Arc<Inner>,
}

struct Inner {
    log: Log,
    views: LiveViews,
    past: AsOf,
    cache: Option<Redis>,
    clock: Arc<dyn Clock>,
    rebuilding: TaskTracker,
}

impl QueryRole {
    /// Over the views, and the log for the past, of which it keeps `snapshots`. Answers that are dear are kept in
    /// `cache`, when there is one.
    pub fn new(
        log: Log,
        views: LiveViews,
        snapshots: Snapshots,
        cache: Option<Redis>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let past = AsOf::new(PAST_COPIES, PAST_ROWS, Some(snapshots));
        Self {
            inner: Arc::new(Inner {
                log,
                views,
                past,
                cache,
                clock,
                rebuilding: TaskTracker::new(),
            }),
        }
    }

    /// Its HTTP side.
    pub fn router(&self) -> Router {
        Router::new()
            .route(PATH, post(handle))
            .route(REBUILD_PATH, post(rebuild::handle))
            .with_state(self.clone())
    }

    /// The same within this process.
    pub fn upstream(&self) -> Upstream<ReadRequest> {
        let role = self.clone();
        Upstream::in_process(tower::service_fn(move |request| {
            let role = role.clone();
            async move { Ok(role.inner.answer(request).await.into_response()) }
        }))
    }

    /// Waits for views that are being built anew.
    pub async fn shutdown(&self) {
        self.inner.rebuilding.close();
        self.inner.rebuilding.wait().await;
    }
}

async fn handle(
    State(role): State<QueryRole>,
    Message(request): Message<ReadRequest>,
) -> Result<Response, Problem> {
    role.inner.answer(request).await
}

impl Inner {
    fn views(&self) -> Result<Views, Problem> {
        self.views.borrow().clone().ok_or_else(|| {
            let detail = "the views are being rebuilt; writes go on";
            Problem::unavailable("rebuilding", detail, Duration::from_secs(5))
        })
    }

    /// Whether the log has a position, also one that another process committed a moment ago.
    async fn is_there(&self, position: Position) -> Result<bool, Problem> {
        let known = self.log.head(position.partition);
        if position.number <= known.number {
            return Ok(true);
        }
        let head = self.log.refresh(position.partition).await?;
        Ok(position.number <= head.number)
    }

    /// Waits until the views, and where it is read the log, have what the request has seen.
    async fn have(&self, views: &Views, request: &ReadRequest) -> Result<(), Problem> {
        let Some(position) = request.position else {
            return Ok(());
        };
        self.wait_for(views, position).await?;
        if matches!(request.read, Read::Changes { .. } | Read::Export { .. }) {
            // The views may be kept by a process that knows more of the log than this one.
            self.is_there(position).await?;
        }
        Ok(())
    }

    /// Waits, not for ever, until the views have `position`.
    async fn wait_for(&self, views: &Views, position: Position) -> Result<(), Problem> {
        let early = crash::bug("views.read_early");
        if early || position.number <= views.readable(position.partition) {
            return Ok(());
        }
        if position.partition >= self.log.partitions() || !self.is_there(position).await? {
            let head = self.log.head(position.partition);
            let detail = format!("the log ends at {head}, before {position}");
            return Err(Problem::bad_request("position_ahead", detail));
        }
        if views.wait_for(position, PATIENCE).await {
            return Ok(());
        }
        Err(behind(position))
    }

    /// Reads from a snapshot that has `position`.
    async fn read<T: Send + 'static>(
        &self,
        views: &Views,
        position: Option<Position>,
        f: impl FnOnce(&Reader) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, Problem> {
        let Some(position) = position else {
            return Ok(views.read(f).await?);
        };
        let answer = views.read_with(position, f).await?;
        answer.ok_or_else(|| behind(position))
    }
}

fn behind(position: Position) -> Problem {
    let detail = format!("the views do not have {position} yet");
    Problem::unavailable("views_behind", detail, Duration::from_secs(1))
}
