//! The side that gets messages: only what a gateway has signed comes through, and no more at once than can
//! be worked on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use taskfold_contracts::time::Clock;
use tokio::sync::Semaphore;

use super::keys::Verifier;
use super::token;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::trace::{Answered, Tracer};
use crate::upstream::MAX_BYTES;

struct Guard {
    verifier: Verifier,
    clock: Arc<dyn Clock>,
    room: Semaphore,
}

/// A role's router as it is shown to the network: unsigned messages are refused, and messages beyond
/// `at_once` are turned away with 503 instead of waiting.
pub fn guarded(
    router: Router,
    verifier: Verifier,
    clock: Arc<dyn Clock>,
    at_once: usize,
) -> Router {
    let guard = Arc::new(Guard {
        verifier,
        clock,
        room: Semaphore::new(at_once),
    });
    router.layer(axum::middleware::from_fn_with_state(guard, admit))
}

async fn admit(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let Ok(_place) = guard.room.try_acquire() else {
        let detail = "this process has all the work that it takes at once";
        return Problem::unavailable("overloaded", detail, Duration::from_secs(1)).into_response();
    };
    match guard.checked(request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[derive(Clone)]
struct Noted {
    metrics: Arc<Metrics>,
    tracer: Tracer,
}

/// A router whose requests go on with the trace of their sender, are counted and have their line in the log.
pub(crate) fn noted(router: Router, metrics: Arc<Metrics>, tracer: Tracer) -> Router {
    router.layer(axum::middleware::from_fn_with_state(
        Noted { metrics, tracer },
        note,
    ))
}

async fn note(State(noted): State<Noted>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let trace = noted.tracer.trace(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = trace.clone().around(next.run(request)).await;
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let (status, took) = (response.status(), started.elapsed());
    noted.metrics.request(&method, route, status, took);
    let answered = Answered {
        method: &method,
        route,
        status,
        began: started,
        took,
    };
    trace.answered(&answered, None, false);
    response
}

impl Guard {
    async fn checked(&self, request: Request) -> Result<Request, Problem> {
        let (mut parts, body) = request.into_parts();
        let token = bearer(&parts.headers).ok_or_else(|| refused(&"it has no token"))?;
        // Before the body is read: strangers fill no memory.
        let opened = token::open(&self.verifier, token, parts.uri.path(), self.clock.now());
        let opened = opened.map_err(|refusal| refused(&refusal))?;
        let body = axum::body::to_bytes(body, MAX_BYTES).await;
        let body = body.map_err(|error| Problem::bad_request("unreadable", error.to_string()))?;
        let signed = opened.signs(&body).map_err(|refusal| refused(&refusal))?;
        parts.extensions.insert(signed);
        Ok(Request::from_parts(parts, Body::from(body)))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

fn refused(reason: &dyn std::fmt::Display) -> Problem {
    tracing::warn!(%reason, "an internal request was refused");
    let detail = "the request is not signed by a gateway";
    Problem::new(StatusCode::UNAUTHORIZED, "unsigned", detail)
}
