//! Spans as OTLP has them (<https://opentelemetry.io/docs/specs/otlp/>).

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{self as wire, ResourceSpans, ScopeSpans, Status};
use taskfold_contracts::trace::SpanContext;

use crate::span::{Kind, Span, Value};

/// What tells the time of day of an instant.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    instant: Instant,
    /// Of `instant`, since 1970.
    since_epoch: Duration,
}

impl Times {
    /// As the system has it now. Asked for each batch, so that spans follow a clock that is put right.
    pub(crate) fn now() -> Self {
        #[allow(
            clippy::disallowed_methods,
            reason = "spans are told to the nanosecond, and decide nothing"
        )]
        let now = SystemTime::now();
        Self {
            instant: Instant::now(),
            since_epoch: now.duration_since(UNIX_EPOCH).unwrap_or_default(),
        }
    }

    fn nanos(self, at: Instant) -> u64 {
        let before = self.instant.saturating_duration_since(at);
        u64::try_from(self.since_epoch.saturating_sub(before).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// The process that spans are of.
pub(crate) fn resource(service: &str, instance: &str) -> Resource {
    let version = env!("CARGO_PKG_VERSION");
    let attributes = [
        ("service.name", service),
        ("service.instance.id", instance),
        ("service.version", version),
    ];
    let attributes = attributes.map(|(key, text)| pair(key, Any::StringValue(text.to_owned())));
    Resource {
        attributes: attributes.into(),
        ..Resource::default()
    }
}

/// A batch of spans as the body of a request.
pub(crate) fn request(
    resource: Resource,
    spans: Vec<Span>,
    times: Times,
) -> ExportTraceServiceRequest {
    let scope = InstrumentationScope {
        name: "taskfold".to_owned(),
        ..InstrumentationScope::default()
    };
    let scope_spans = ScopeSpans {
        scope: Some(scope),
        spans: spans.into_iter().map(|own| span(own, times)).collect(),
        ..ScopeSpans::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans: vec![scope_spans],
            ..ResourceSpans::default()
        }],
    }
}

fn span(span: Span, times: Times) -> wire::Span {
    let SpanContext {
        trace, span: id, ..
    } = span.context;
    let attributes = span.attributes.into_iter();
    let parent = span.parent.map(u64::to_be_bytes);
    wire::Span {
        trace_id: trace.to_be_bytes().into(),
        span_id: id.to_be_bytes().into(),
        parent_span_id: parent.map(Vec::from).unwrap_or_default(),
        flags: span.context.flags.into(),
        name: span.name.into_owned(),
        kind: kind(span.kind).into(),
        start_time_unix_nano: times.nanos(span.began),
        end_time_unix_nano: times.nanos(span.ended),
        attributes: attributes.map(|(key, own)| pair(key, value(own))).collect(),
        links: span.link.map(link).into_iter().collect(),
        status: span.failure.map(|reason| Status {
            message: reason.into_owned(),
            code: wire::status::StatusCode::Error.into(),
        }),
        ..wire::Span::default()
    }
}

fn link(to: SpanContext) -> wire::span::Link {
    wire::span::Link {
        trace_id: to.trace.to_be_bytes().into(),
        span_id: to.span.to_be_bytes().into(),
        flags: to.flags.into(),
        ..wire::span::Link::default()
    }
}

fn kind(kind: Kind) -> wire::span::SpanKind {
    match kind {
        Kind::Internal => wire::span::SpanKind::Internal,
        Kind::Server => wire::span::SpanKind::Server,
        Kind::Client => wire::span::SpanKind::Client,
        Kind::Producer => wire::span::SpanKind::Producer,
        Kind::Consumer => wire::span::SpanKind::Consumer,
    }
}

fn value(value: Value) -> Any {
    let text = |text: std::borrow::Cow<'static, str>| Any::StringValue(text.into_owned());
    match value {
        Value::Text(own) => text(own),
        Value::Number(number) => Any::IntValue(number),
        Value::Flag(flag) => Any::BoolValue(flag),
        Value::Texts(all) => Any::ArrayValue(ArrayValue {
            values: all.into_iter().map(|own| any(text(own))).collect(),
        }),
    }
}

fn pair(key: &str, value: Any) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(any(value)),
        ..KeyValue::default()
    }
}

fn any(value: Any) -> AnyValue {
    AnyValue { value: Some(value) }
}
