//! Which request work belongs to: its correlation id and its place in a trace (W3C Trace Context, version 00).
//!
//! The gateway begins or continues a trace; it goes with the work of the request through this process, and in
//! the headers of internal messages to the next. A trace that nobody began is named after the correlation id,
//! and a request that names only its trace is correlated by that: so the id in the log's rows leads to the
//! trace ([`taskfold_contracts::trace`]). A caller that names both differently has two traces, with the append in
//! both of them, each linked to the other: what the caller waited for is in its own, what the log set off in the
//! one that rows lead to.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use taskfold_contracts::envelope::ChangeContext;
use taskfold_contracts::ids::{ChangeId, CorrelationId, IdSource, WorkspaceId};
use taskfold_contracts::trace::{SpanContext, change_id, lower_half};
use taskfold_spans::{Kind, Recorder, Span};

use crate::gateway::paths;

/// The id that a caller may give to all that follows from a request.
pub(crate) static CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// What watches a process asks for these.
const PROBES: [&str; 3] = [paths::LIVEZ, paths::READYZ, paths::METRICS];
/// A request that takes longer is logged whatever the level.
const SLOW: Duration = Duration::from_secs(1);

tokio::task_local! {
    static CURRENT: Trace;
}

/// Begins and continues traces. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tracer {
    ids: Arc<dyn IdSource>,
    spans: Recorder,
}

/// The place of some work in the trace of a request.
#[derive(Clone)]
pub(crate) struct Trace {
    /// As the log's rows have it.
    pub(crate) correlation_id: CorrelationId,
    own: SpanContext,
    parent: Option<u64>,
    tracer: Tracer,
}

/// A request that was answered.
pub(crate) struct Answered<'a> {
    pub(crate) method: &'a Method,
    /// As it is written in the router.
    pub(crate) route: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) began: Instant,
    pub(crate) took: Duration,
}

/// Where the work of a request was done: the mark of its answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Within(pub(crate) WorkspaceId);

impl Tracer {
    /// Tells spans to `spans`.
    pub(crate) fn new(ids: Arc<dyn IdSource>, spans: Recorder) -> Self {
        Self { ids, spans }
    }

    /// Goes on with what the headers of a request bring, in a span of this process; begins what they lack.
    pub(crate) fn trace(&self, headers: &HeaderMap) -> Trace {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let before: Option<SpanContext> = text(&TRACEPARENT).and_then(|text| text.parse().ok());
        let named = text(&CORRELATION).and_then(|text| text.parse().ok());
        // Nothing can be named after nothing.
        let named = named.filter(|id: &CorrelationId| !id.0.is_nil());
        let correlation_id = named
            .or_else(|| before.map(|before| CorrelationId(uuid::Uuid::from_u128(before.trace))))
            .unwrap_or_else(|| CorrelationId(self.ids.next()));
        let span = self.span();
        let own = if let Some(before) = before {
            SpanContext { span, ..before }
        } else {
            let trace = correlation_id.0.as_u128();
            SpanContext::new(trace, span, self.spans.begins(trace))
        };
        Trace {
            correlation_id,
            own,
            parent: before.map(|before| before.span),
            tracer: self.clone(),
        }
    }

    fn span(&self) -> u64 {
        lower_half(self.ids.next())
    }

    /// A new id of a change on behalf of the request that this work belongs to.
    pub(crate) fn change_id(ids: &dyn IdSource) -> ChangeId {
        let current = CURRENT.try_with(|current| current.own.is_sampled());
        change_id(ids.next(), current.unwrap_or(false))
    }
}

impl Trace {
    /// That of the request that this work belongs to.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// The work of this request.
    pub(crate) fn around<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// Work that goes on by itself, on behalf of the request that begins it.
    pub(crate) fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
        let current = Self::current();
        async move {
            match current {
                Some(trace) => trace.around(work).await,
                None => work.await,
            }
        }
    }

    /// Tells the next process.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        for (name, text) in [
            (&TRACEPARENT, self.own.to_string()),
            (&CORRELATION, self.correlation_id.to_string()),
        ] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name.clone(), value);
            }
        }
    }

    /// A part of the work of the current request, when somebody wants to be told of it.
    pub(crate) fn part() -> Option<Self> {
        let current = Self::current().filter(Self::is_wanted)?;
        let span = current.tracer.span();
        Some(current.within(span))
    }

    fn is_wanted(&self) -> bool {
        self.tracer.spans.wants(self.own)
    }

    fn within(self, span: u64) -> Self {
        Self {
            parent: Some(self.own.span),
            own: SpanContext { span, ..self.own },
            ..self
        }
    }

    /// Tells of this work, which ends now.
    pub(crate) fn tell(
        self,
        what: (Kind, &'static str),
        began: Instant,
        more: impl FnOnce(Span) -> Span,
    ) {
        let span = Span::done(self.own, self.parent, what, began);
        self.tracer.spans.record(more(span));
    }

    /// Tells of the append of a change, in whose span all goes on that its rows set off; `is_more` when the
    /// change has such a span already.
    pub(crate) fn tell_append(
        change: &ChangeContext,
        is_more: bool,
        began: Instant,
        more: impl FnOnce(Span) -> Span,
    ) {
        let Some(current) = Self::current().filter(Self::is_wanted) else {
            return;
        };
        let span = lower_half(change.change_id.0);
        let of_rows = SpanContext {
            trace: change.correlation_id.0.as_u128(),
            span,
            ..current.own
        };
        let spans = current.tracer.spans.clone();
        let own = if is_more { current.tracer.span() } else { span };
        let own = current.within(own);
        let what = (Kind::Internal, "append");
        let mut told = more(Span::done(own.own, own.parent, what, began));
        if is_more || of_rows.trace != own.own.trace {
            told.link = Some(of_rows);
        }
        if !is_more && of_rows.trace != own.own.trace {
            spans.record(Span {
                context: of_rows,
                parent: None,
                link: Some(own.own),
                ..told.clone()
            });
        }
        spans.record(told);
    }

    /// The line of a request in the process's log: at `info` when `always`, as a warning when it failed or
    /// took long; and its span.
    pub(crate) fn answered(self, answer: &Answered<'_>, within: Option<Within>, always: bool) {
        let Answered { method, route, .. } = *answer;
        let (correlation_id, trace_id) = (self.correlation_id, Hex(self.own.trace));
        let failed = answer.status.is_server_error();
        let (status, took_ms) = (answer.status.as_u16(), answer.took.as_millis());
        if failed || answer.took >= SLOW {
            tracing::warn!(%method, route, status, took_ms, %correlation_id, %trace_id, "request");
        } else if always {
            tracing::info!(%method, route, status, took_ms, %correlation_id, %trace_id, "request");
        } else {
            tracing::debug!(%method, route, status, took_ms, %correlation_id, %trace_id, "request");
        }
        // Probes come every few seconds and belong to nobody's request.
        let is_probe = self.parent.is_none() && PROBES.contains(&route);
        if self.is_wanted() && !is_probe {
            self.tell_answer(answer, within);
        }
    }

    fn tell_answer(self, answer: &Answered<'_>, within: Option<Within>) {
        let Answered { method, route, .. } = *answer;
        let what = (Kind::Server, format!("{method} {route}"));
        let mut span = Span::done(self.own, self.parent, what, answer.began)
            .with("http.request.method", method.to_string())
            .with("http.route", route.to_owned())
            .with(STATUS, u32::from(answer.status.as_u16()))
            .with("taskfold.correlation_id", self.correlation_id.to_string());
        if let Some(Within(workspace)) = within {
            span = span.with(WORKSPACE, workspace.to_string());
        }
        if answer.status.is_server_error() {
            span = span.failed(answer.status.to_string());
        }
        self.tracer.spans.record(span);
    }
}

/// The status of an answer, as OpenTelemetry names it.
pub(crate) const STATUS: &str = "http.response.status_code";
/// Where work was done.
pub(crate) const WORKSPACE: &str = "taskfold.workspace_id";

/// Written only when a line is.
struct Hex(u128);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use taskfold_contracts::ids::SystemIds;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

    fn of(headers: &HeaderMap) -> Trace {
        Tracer::new(Arc::new(SystemIds), Recorder::default()).trace(headers)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_trace_goes_on_in_a_span_of_its_own() {
        let first = of(&headers(&[("traceparent", PARENT)]));
        assert_eq!((first.own.trace, first.own.flags), (TRACE, 1));
        assert_ne!(first.own.span, 0x00f0_67aa_0ba9_02b7);
        assert_eq!(first.correlation_id.0.as_u128(), TRACE);
        let mut sent = HeaderMap::new();
        first.write(&mut sent);
        let next = of(&sent);
        assert_eq!(next.own.trace, TRACE);
        assert_ne!(next.own.span, first.own.span);
        assert_eq!(next.correlation_id, first.correlation_id);
    }

    #[test]
    fn a_trace_that_nobody_began_is_named_after_the_correlation_id() {
        let id = "01920000-0000-7000-8000-00000000abcd";
        let trace = of(&headers(&[("x-correlation-id", id)]));
        assert_eq!(trace.correlation_id.to_string(), id);
        assert_eq!(trace.own.trace, trace.correlation_id.0.as_u128());
        let none = of(&HeaderMap::new());
        assert_eq!(none.own.trace, none.correlation_id.0.as_u128());
        let both = headers(&[("x-correlation-id", id), ("traceparent", PARENT)]);
        let both = of(&both);
        assert_eq!(
            (both.correlation_id.to_string(), both.own.trace),
            (id.to_owned(), TRACE)
        );
    }

    #[tokio::test]
    async fn work_that_goes_on_by_itself_keeps_it() {
        let trace = of(&HeaderMap::new());
        let tracker = tokio_util::task::TaskTracker::new();
        let own = trace.own;
        let begun = trace.around(async {
            let carried = Trace::carried(async { Trace::current().map(|trace| trace.own) });
            tracker.spawn(carried).await.unwrap()
        });
        assert_eq!(begun.await, Some(own));
        assert!(Trace::current().is_none());
    }
}
