//! Spans of what the bus does with events, in the traces of the requests that set them off.

use std::time::Instant;

use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::position::Position;
use taskfold_spans::{Kind, Recorder, Span, SpanContext};

use crate::source::Bus;

/// A consumer, as its spans tell of it.
pub(crate) struct Teller<'a> {
    pub(crate) spans: &'a Recorder,
    pub(crate) consumer: &'a str,
    /// Says what its spans follow.
    pub(crate) bus: &'a Bus,
}

impl Teller<'_> {
    /// Events that took effect together: a span for the events of each change.
    pub(crate) fn applied(&self, batch: &[Envelope], began: Instant) {
        if !self.spans.is_on() {
            return;
        }
        for change in batch.chunk_by(|a, b| a.header.change_id == b.header.change_id) {
            if let [first, ..] = change {
                self.tell(&first.header, "apply", began, |span| {
                    span.with("messaging.batch.message_count", change.len())
                });
            }
        }
    }

    /// An event that was given up, and why.
    pub(crate) fn buried(&self, header: &Header, error: &str, began: Instant) {
        self.tell(header, "bury", began, |span| span.failed(error.to_owned()));
    }

    fn tell(&self, header: &Header, what: &str, began: Instant, more: impl FnOnce(Span) -> Span) {
        let cause = match self.bus {
            Bus::Log => SpanContext::of_append(header),
            Bus::Kafka(_) => SpanContext::of_publication(header),
        };
        if !self.spans.wants(cause) {
            return;
        }
        let context = SpanContext {
            span: named(cause.span, header.position, self.consumer),
            ..cause
        };
        let name = format!("{what} {}", self.consumer);
        let span = Span::done(context, Some(cause.span), (Kind::Consumer, name), began)
            .with("messaging.operation.name", what.to_owned())
            .with("messaging.consumer.group.name", self.consumer.to_owned());
        self.spans.record(more(about(span, header)));
    }
}

/// A row that its topic has acknowledged.
pub(crate) fn published(spans: &Recorder, header: &Header, topic: &'static str, began: Instant) {
    let context = SpanContext::of_publication(header);
    if !spans.wants(context) {
        return;
    }
    let append = SpanContext::of_append(header).span;
    let name = format!("publish {topic}");
    let span = Span::done(context, Some(append), (Kind::Producer, name), began)
        .with("messaging.system", "kafka")
        .with("messaging.operation.name", "publish")
        .with("messaging.destination.name", topic)
        .with("messaging.message.id", header.event_id.to_string());
    spans.record(about(span, header));
}

/// What is told of the first event of some work; its header has no content.
fn about(span: Span, header: &Header) -> Span {
    span.with("taskfold.position", header.position.to_string())
        .with("taskfold.event_type", header.event_type.to_string())
        .with("taskfold.workspace_id", header.workspace_id.to_string())
}

/// The span of a consumer at a position, the same however often it tries: FNV-1a of what it follows, where it is
/// and who it is.
fn named(cause: u64, position: Position, consumer: &str) -> u64 {
    let parts = [cause, position.partition.into(), position.number];
    let bytes = parts.into_iter().flat_map(u64::to_be_bytes);
    let hash = bytes
        .chain(consumer.bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    hash.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_consumer_and_position_has_a_span_of_its_own() {
        let at = |number| Position {
            partition: 3,
            number,
        };
        let span = named(7, at(1), "views");
        assert_eq!(span, named(7, at(1), "views"));
        for other in [
            named(7, at(1), "notifier"),
            named(7, at(2), "views"),
            named(8, at(1), "views"),
        ] {
            assert_ne!(span, other);
        }
    }
}
