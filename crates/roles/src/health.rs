//! Whether the process lives, can do what its roles are for, and how it is doing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use taskfold_bus::StatusHandle;
use taskfold_bus::kafka::RelayStatus;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_log::{Append, Log};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use crate::gateway::paths;
use crate::internal::client::Probe;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::query::LiveViews;
use crate::relay::RelaySummary;

/// How long the log may take to answer.
const LOG_PATIENCE: Duration = Duration::from_secs(2);

/// What a process says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Readiness {
    /// Whether it can do all that its roles are for.
    ready: bool,
    /// Whether the log answers, and takes appends where this process makes them.
    log: bool,
    /// Of the views that this process reads, itself or through the query role.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    views: Option<ViewsState>,
    /// Of the topics that this process publishes.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    relay: Option<RelaySummary>,
    /// Settings that name a process which does not answer, each with which of several it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unreachable: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct ViewsState {
    /// Whether they can be read.
    views: bool,
    views_lag_events: u64,
    views_lag_seconds: f64,
}

/// The views that this process keeps or reads.
pub(crate) struct Kept {
    pub(crate) views: LiveViews,
    /// Of the consumer that keeps them.
    pub(crate) keeping: watch::Receiver<Option<StatusHandle>>,
    /// Of those that are read, when that is another matter.
    pub(crate) reading: Option<StatusHandle>,
    /// Whether they are read here: then the process is not ready while they are not there, or older than this.
    pub(crate) must_be_fresh: Option<Duration>,
}

/// What a process is asked about.
pub(crate) struct Parts {
    pub(crate) log: Log,
    /// Databases that the log is in.
    pub(crate) shards: u32,
    /// Whether this process appends.
    pub(crate) appends: bool,
    pub(crate) kept: Option<Kept>,
    /// The relay, where it runs.
    pub(crate) relay: Option<RelayStatus>,
    /// Other processes that this one needs.
    pub(crate) upstreams: Vec<Probe>,
    pub(crate) metrics: Arc<Metrics>,
}

/// Tells how the process is. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Health(Arc<Inner>);

struct Inner {
    parts: Parts,
    /// The last look, and when it began.
    last: Mutex<Option<(Instant, Readiness)>>,
}

impl Health {
    pub(crate) fn new(parts: Parts) -> Self {
        let last = Mutex::default();
        Self(Arc::new(Inner { parts, last }))
    }

    /// Its HTTP side.
    pub(crate) fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new()
            .route(paths::LIVEZ, routing::get(|| async { "live\n" }))
            .route(paths::READYZ, routing::get(ready))
            .route(paths::METRICS, routing::get(metrics))
            .with_state(self.clone())
    }

    /// Looks, one look at a time: anybody may ask, and a look costs the log's databases and other processes.
    async fn readiness(&self) -> Readiness {
        let asked = Instant::now();
        let mut last = self.0.last.lock().await;
        match &*last {
            Some((begun, readiness)) if *begun >= asked => readiness.clone(),
            Some(_) | None => {
                let begun = Instant::now();
                let readiness = self.0.parts.look().await;
                *last = Some((begun, readiness.clone()));
                readiness
            }
        }
    }

    async fn text(&self) -> Result<String, Problem> {
        let Parts {
            log, kept, metrics, ..
        } = &self.0.parts;
        let heads: u64 = (0..log.partitions()).map(|p| log.head(p).number).sum();
        metrics.log_events.set(signed(heads));
        let views = match kept {
            Some(kept) => Some(kept.state()),
            None if self.0.parts.upstreams.is_empty() => None,
            None => self.readiness().await.views,
        };
        let ready = views.is_some_and(|views| views.views);
        metrics.views_ready.set(i64::from(ready));
        if let Some(views) = views {
            metrics.lag_events.set(signed(views.views_lag_events));
            metrics.lag_seconds.set(views.views_lag_seconds);
        }
        if let Some(kept) = kept {
            metrics.buried.set(signed(kept.buried()));
        }
        metrics.text().map_err(|error| Problem::internal(&error))
    }
}

impl Parts {
    async fn look(&self) -> Readiness {
        let asked = self.upstreams.iter().map(|probe| async move {
            let told = probe.get::<Readiness>(paths::READYZ).await;
            (probe, told)
        });
        let (log, asked) = tokio::join!(self.log_answers(), join_all(asked));
        let own = self.kept.as_ref().map(Kept::state);
        let fresh = self.kept.as_ref().is_none_or(Kept::is_fresh);
        let silent = asked.iter().filter(|(_, answer)| answer.is_none());
        let unreachable = silent.map(|(probe, _)| probe.name.clone()).collect();
        // Of several processes with the same role one is enough.
        let reached = |setting| {
            let mut those = asked.iter().filter(|(probe, _)| probe.setting == setting);
            those.any(|(_, answer)| answer.is_some())
        };
        let reached = asked.iter().all(|(probe, _)| reached(probe.setting));
        let mut told = asked
            .iter()
            .filter_map(|(_, answer)| answer.as_ref()?.views);
        Readiness {
            ready: log && fresh && reached,
            log,
            views: own.or_else(|| told.next()),
            relay: self.relay.as_ref().map(RelaySummary::of),
            unreachable,
        }
    }

    async fn log_answers(&self) -> bool {
        let answers = async {
            // Partition p is in database p modulo their number.
            for partition in 0..self.shards.min(self.log.partitions()) {
                self.log.refresh(partition).await.ok()?;
            }
            if self.appends {
                // An append of nothing goes the way of every append, up to the lane.
                self.log.append(nothing()).await.ok()?;
            }
            Some(())
        };
        matches!(timeout(LOG_PATIENCE, answers).await, Ok(Some(())))
    }
}

impl Kept {
    fn is_fresh(&self) -> bool {
        let state = self.state();
        let limit = self.must_be_fresh.map(|limit| limit.as_secs_f64());
        limit.is_none_or(|limit| state.views && state.views_lag_seconds <= limit)
    }

    fn state(&self) -> ViewsState {
        let read = self.reading.as_ref().map(StatusHandle::now);
        let seen = read.iter().flatten().all(|one| one.failing.is_none());
        let partitions = read.unwrap_or_else(|| self.keeping());
        let oldest = partitions.iter().map(|one| one.lag).max();
        ViewsState {
            views: seen && self.views.borrow().is_some(),
            views_lag_events: partitions.iter().map(|one| one.lag_events).sum(),
            views_lag_seconds: oldest.unwrap_or_default().as_secs_f64(),
        }
    }

    /// Events put among the dead letters since the start.
    fn buried(&self) -> u64 {
        self.keeping().iter().map(|one| one.buried).sum()
    }

    fn keeping(&self) -> Vec<taskfold_bus::Status> {
        let status = self.keeping.borrow();
        status.as_ref().map(StatusHandle::now).unwrap_or_default()
    }
}

async fn ready(State(health): State<Health>) -> Response {
    let readiness = health.readiness().await;
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(health): State<Health>) -> Result<Response, Problem> {
    let text = health.text().await?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

fn nothing() -> Append {
    Append {
        workspace_id: WorkspaceId(uuid::Uuid::nil()),
        expected: Vec::new(),
        drafts: Vec::new(),
        idempotency: None,
        claims: Vec::new(),
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
