//! Which request work belongs to: its correlation id and its place in a trace (W3C Trace Context, version 00).
//!
//! The gateway begins or continues a trace; it goes with the work of the request through this process, and in
//! the headers of internal messages to the next. A trace that nobody began is named after the correlation id,
//! and a request that names only its trace is correlated by that: so the id in the log's rows leads to the
//! trace. Spans are told to nobody yet but the lines of the process's log: an exporter takes them from here.

use std::future::Future;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use taskfold_contracts::ids::{CorrelationId, IdSource};

/// The id that a caller may give to all that follows from a request.
pub(crate) static CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// A request that takes longer is logged whatever the level.
const SLOW: Duration = Duration::from_secs(1);
/// The flag of a trace that is to be recorded.
const SAMPLED: u8 = 1;

tokio::task_local! {
    static CURRENT: Trace;
}

/// The place of this process in the trace of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trace {
    /// As the log's rows have it.
    pub(crate) correlation_id: CorrelationId,
    parent: Parent,
}

/// What a `traceparent` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parent {
    /// All of one trace have it; never 0.
    trace: u128,
    /// One of one process; never 0.
    span: u64,
    flags: u8,
}

impl Trace {
    /// Goes on with what the headers of a request bring, in a span of this process; begins what they lack.
    pub(crate) fn of(headers: &HeaderMap, ids: &dyn IdSource) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let before = text(&TRACEPARENT).and_then(Parent::parse);
        let named = text(&CORRELATION).and_then(|text| text.parse().ok());
        let correlation_id = named
            .or_else(|| before.map(|before| CorrelationId(uuid::Uuid::from_u128(before.trace))))
            .unwrap_or_else(|| CorrelationId(ids.next()));
        let (trace, flags) = match before {
            Some(before) => (before.trace, before.flags),
            None => (correlation_id.0.as_u128(), SAMPLED),
        };
        // The lower half of an id: random, and never 0, as the mark of its variant is there.
        let span = ids.next().as_u64_pair().1;
        let trace = if trace == 0 {
            ids.next().as_u128()
        } else {
            trace
        };
        Self {
            correlation_id,
            parent: Parent { trace, span, flags },
        }
    }

    /// That of the request that this work belongs to.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(|current| *current).ok()
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
        let Parent { trace, span, flags } = self.parent;
        let parent = format!("00-{trace:032x}-{span:016x}-{flags:02x}");
        for (name, text) in [
            (&TRACEPARENT, parent),
            (&CORRELATION, self.correlation_id.to_string()),
        ] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name.clone(), value);
            }
        }
    }

    /// The line of a request in the process's log: at `info` when `always`, as a warning when it failed or
    /// took long.
    pub(crate) fn note(
        &self,
        request: (&Method, &str),
        answer: (StatusCode, Duration),
        always: bool,
    ) {
        let ((method, route), (status, took)) = (request, answer);
        let (correlation_id, trace_id) = (self.correlation_id, Hex(self.parent.trace));
        let (failed, took_ms) = (status.is_server_error(), took.as_millis());
        let status = status.as_u16();
        if failed || took >= SLOW {
            tracing::warn!(%method, route, status, took_ms, %correlation_id, %trace_id, "request");
        } else if always {
            tracing::info!(%method, route, status, took_ms, %correlation_id, %trace_id, "request");
        } else {
            tracing::debug!(%method, route, status, took_ms, %correlation_id, %trace_id, "request");
        }
    }
}

/// Written only when a line is.
struct Hex(u128);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Parent {
    /// `00-<32 hexadecimal digits>-<16>-<2>`. Versions to come may have more behind that.
    fn parse(text: &str) -> Option<Self> {
        let hex = |part: &str| {
            let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            part.bytes().all(lower)
        };
        let mut parts = text.split('-');
        let version = parts.next().filter(|part| part.len() == 2 && hex(part))?;
        let trace = parts.next().filter(|part| part.len() == 32 && hex(part))?;
        let span = parts.next().filter(|part| part.len() == 16 && hex(part))?;
        let flags = parts.next().filter(|part| part.len() == 2 && hex(part))?;
        if version == "ff" || (version == "00" && parts.next().is_some()) {
            return None;
        }
        let parsed = Self {
            trace: u128::from_str_radix(trace, 16).ok()?,
            span: u64::from_str_radix(span, 16).ok()?,
            flags: u8::from_str_radix(flags, 16).ok()?,
        };
        (parsed.trace != 0 && parsed.span != 0).then_some(parsed)
    }
}

#[cfg(test)]
mod tests {
    use taskfold_contracts::ids::SystemIds;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_trace_goes_on_in_a_span_of_its_own() {
        let first = Trace::of(&headers(&[("traceparent", PARENT)]), &SystemIds);
        assert_eq!((first.parent.trace, first.parent.flags), (TRACE, 1));
        assert_ne!(first.parent.span, 0x00f0_67aa_0ba9_02b7);
        assert_eq!(first.correlation_id.0.as_u128(), TRACE);
        let mut sent = HeaderMap::new();
        first.write(&mut sent);
        let next = Trace::of(&sent, &SystemIds);
        assert_eq!(next.parent.trace, TRACE);
        assert_ne!(next.parent.span, first.parent.span);
        assert_eq!(next.correlation_id, first.correlation_id);
    }

    #[test]
    fn a_trace_that_nobody_began_is_named_after_the_correlation_id() {
        let id = "01920000-0000-7000-8000-00000000abcd";
        let trace = Trace::of(&headers(&[("x-correlation-id", id)]), &SystemIds);
        assert_eq!(trace.correlation_id.to_string(), id);
        assert_eq!(trace.parent.trace, trace.correlation_id.0.as_u128());
        let none = Trace::of(&HeaderMap::new(), &SystemIds);
        assert_eq!(none.parent.trace, none.correlation_id.0.as_u128());
        let both = headers(&[("x-correlation-id", id), ("traceparent", PARENT)]);
        let both = Trace::of(&both, &SystemIds);
        assert_eq!(
            (both.correlation_id.to_string(), both.parent.trace),
            (id.to_owned(), TRACE)
        );
    }

    #[test]
    fn what_is_no_traceparent_is_ignored() {
        let later = format!("{}-more", PARENT.replacen("00", "cc", 1));
        assert_eq!(
            Parent::parse(&later).map(|parent| parent.trace),
            Some(TRACE)
        );
        for wrong in [
            "",
            "00",
            &PARENT.to_uppercase(),
            &PARENT[..54],
            &format!("{PARENT}-more"),
            &PARENT.replacen("00", "ff", 1),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        ] {
            assert_eq!(Parent::parse(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn work_that_goes_on_by_itself_keeps_it() {
        let trace = Trace::of(&HeaderMap::new(), &SystemIds);
        let tracker = tokio_util::task::TaskTracker::new();
        let begun = trace.around(async {
            let carried = Trace::carried(async { Trace::current() });
            tracker.spawn(carried).await.unwrap()
        });
        assert_eq!(begun.await, Some(trace));
        assert_eq!(Trace::current(), None);
    }
}
