//! Whether the process lives, can work, and how it is doing.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde::Serialize;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_log::Append;

use super::{Gateway, paths};
use crate::problem::Problem;

/// How long the log may take to answer.
const LOG_PATIENCE: Duration = Duration::from_secs(2);
/// Views that are older than this are not fit to be read.
const LAG_LIMIT: Duration = Duration::from_secs(30);

pub(super) fn router() -> Router<Gateway> {
    Router::new()
        .route(paths::LIVEZ, routing::get(|| async { "live\n" }))
        .route(paths::READYZ, routing::get(ready))
        .route(paths::METRICS, routing::get(metrics))
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    /// Whether the log takes appends.
    log: bool,
    /// Whether the views can be read.
    views: bool,
    views_lag_events: u64,
    views_lag_seconds: f64,
}

async fn ready(State(gateway): State<Gateway>) -> Response {
    let readiness = readiness(&gateway).await;
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

async fn readiness(gateway: &Gateway) -> Readiness {
    let (lag_events, lag) = lag(gateway);
    let log = log_answers(gateway).await;
    let views = gateway.inner.parts.views.borrow().is_some();
    Readiness {
        ready: log && views && lag <= LAG_LIMIT,
        log,
        views,
        views_lag_events: lag_events,
        views_lag_seconds: lag.as_secs_f64(),
    }
}

/// An append of nothing goes the way of every append, up to the lane.
async fn log_answers(gateway: &Gateway) -> bool {
    let nothing = Append {
        workspace_id: WorkspaceId(uuid::Uuid::nil()),
        expected: Vec::new(),
        drafts: Vec::new(),
        idempotency: None,
        claims: Vec::new(),
    };
    let answer = tokio::time::timeout(LOG_PATIENCE, gateway.inner.parts.log.append(nothing)).await;
    matches!(answer, Ok(Ok(_)))
}

fn lag(gateway: &Gateway) -> (u64, Duration) {
    let status = gateway.inner.parts.status.borrow();
    let partitions = status
        .as_ref()
        .map(taskfold_bus::StatusHandle::now)
        .unwrap_or_default();
    let events = partitions.iter().map(|one| one.lag_events).sum();
    (
        events,
        partitions
            .iter()
            .map(|one| one.lag)
            .max()
            .unwrap_or_default(),
    )
}

async fn metrics(State(gateway): State<Gateway>) -> Result<Response, Problem> {
    let (events, age) = lag(&gateway);
    let (parts, metrics) = (&gateway.inner.parts, &gateway.inner.metrics);
    let heads: u64 = (0..parts.log.partitions())
        .map(|p| parts.log.head(p).number)
        .sum();
    let buried: u64 = parts
        .status
        .borrow()
        .as_ref()
        .map_or(0, |status| status.now().iter().map(|one| one.buried).sum());
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    metrics.log_events.set(signed(heads));
    metrics.lag_events.set(signed(events));
    metrics.lag_seconds.set(age.as_secs_f64());
    metrics
        .views_ready
        .set(i64::from(parts.views.borrow().is_some()));
    metrics.buried.set(signed(buried));
    metrics
        .sockets
        .set(i64::try_from(gateway.live().sockets()).unwrap_or(i64::MAX));
    let text = metrics.text().map_err(|error| Problem::internal(&error))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
