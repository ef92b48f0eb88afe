//! Where spans are given.

use std::sync::Arc;

use prometheus_client::metrics::counter::Counter;
use taskfold_contracts::trace::SpanContext;
use tokio::sync::mpsc;

use crate::span::Span;

/// The bits of a trace's id that decide whether a share of the traces holds it: the last 56, which are random
/// (W3C Trace Context, level 2).
const RANDOM_BITS: u32 = 56;

/// Takes spans; cheap to clone. The default takes none.
#[derive(Clone, Default)]
pub struct Recorder(Option<Arc<Inner>>);

struct Inner {
    queue: mpsc::Sender<Span>,
    counts: Counts,
    sample_ratio: f64,
}

/// What became of the spans; clones go on counting.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// The collector has them.
    pub exported: Counter,
    /// They were lost: the queue was full, or the collector away or unwilling.
    pub dropped: Counter,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_on() {
            "Recorder(on)"
        } else {
            "Recorder(off)"
        })
    }
}

impl Recorder {
    pub(crate) fn new(queue: mpsc::Sender<Span>, counts: Counts, sample_ratio: f64) -> Self {
        Self(Some(Arc::new(Inner {
            queue,
            counts,
            sample_ratio,
        })))
    }

    /// Whether spans go anywhere.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Whether a trace that begins here is recorded: a share of all, the same for whoever asks. All while
    /// nothing is told from here, as others may tell of it.
    pub fn begins(&self, trace: u128) -> bool {
        let Some(inner) = &self.0 else { return true };
        let random = trace & ((1 << RANDOM_BITS) - 1);
        #[allow(
            clippy::cast_precision_loss,
            reason = "a share of traces; nobody counts the last of 2^56"
        )]
        let place = random as f64 / (1_u64 << RANDOM_BITS) as f64;
        place < inner.sample_ratio
    }

    /// Whether the spans of a trace are wanted.
    pub fn wants(&self, context: SpanContext) -> bool {
        self.is_on() && context.is_sampled()
    }

    /// Takes a span; never waits. One that finds no room is dropped and counted.
    pub fn record(&self, span: Span) {
        if let Some(inner) = &self.0
            && inner.queue.try_send(span).is_err()
        {
            inner.counts.dropped.inc();
        }
    }

    /// What became of the spans; none when they go nowhere.
    pub fn counts(&self) -> Option<&Counts> {
        self.0.as_ref().map(|inner| &inner.counts)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::span::Kind;

    fn recorder(room: usize, sample_ratio: f64) -> (Recorder, mpsc::Receiver<Span>) {
        let (queue, taken) = mpsc::channel(room);
        (Recorder::new(queue, Counts::default(), sample_ratio), taken)
    }

    #[test]
    fn what_finds_no_room_is_dropped_and_counted() {
        let (recorder, mut taken) = recorder(2, 1.0);
        for span in 1..=5 {
            let context = SpanContext::new(1, span, true);
            let name = (Kind::Internal, "work");
            recorder.record(Span::done(context, None, name, Instant::now()));
        }
        assert_eq!(recorder.counts().unwrap().dropped.get(), 3);
        assert_eq!(taken.try_recv().unwrap().context.span, 1);
    }

    #[test]
    fn a_share_of_the_traces_is_recorded() {
        let ids = (0..1_000_u128).map(|n| n << (RANDOM_BITS - 10));
        for (ratio, least, most) in [(0.0, 0, 0), (0.25, 240, 270), (1.0, 1_000, 1_000)] {
            let (recorder, _taken) = recorder(1, ratio);
            let begun = ids.clone().filter(|id| recorder.begins(*id)).count();
            assert!((least..=most).contains(&begun), "{ratio}: {begun}");
        }
        assert!(Recorder::default().begins(7));
    }

    #[test]
    fn only_what_is_sampled_is_wanted() {
        let (recorder, _taken) = recorder(1, 0.0);
        assert!(recorder.wants(SpanContext::new(1, 1, true)));
        assert!(!recorder.wants(SpanContext::new(1, 1, false)));
        assert!(!Recorder::default().wants(SpanContext::new(1, 1, true)));
    }
}
