//! How much is committed together.

use prometheus_client::metrics::histogram::Histogram;

/// Sizes of the batches that the lanes of this process committed, as metrics; clones go on counting.
#[derive(Debug, Clone)]
pub struct Batches {
    /// Appends of each batch.
    pub appends: Histogram,
    /// Events of each batch.
    pub events: Histogram,
}

impl Default for Batches {
    fn default() -> Self {
        // Twice as many each time, from 1 to the most appends that a batch takes.
        let sizes = || Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0]);
        Self {
            appends: sizes(),
            events: sizes(),
        }
    }
}

impl Batches {
    pub(crate) fn count(&self, appends: usize, events: usize) {
        let float = |size: usize| f64::from(u32::try_from(size).unwrap_or(u32::MAX));
        self.appends.observe(float(appends));
        self.events.observe(float(events));
    }
}
