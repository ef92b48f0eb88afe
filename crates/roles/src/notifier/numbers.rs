//! What the notifier counts.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Seconds.
const LATE: [f64; 10] = [
    0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0, 3_600.0, 86_400.0, 604_800.0,
];

/// The numbers of the notifier; clones are the same numbers.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    pub(crate) fired: Counter,
    pub(crate) late: Histogram,
    pub(crate) failed: Counter,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            fired: Counter::default(),
            late: Histogram::new(LATE),
            failed: Counter::default(),
        }
    }
}

impl Numbers {
    pub(crate) fn register(&self, registry: &mut Registry) {
        let fired = self.fired.clone();
        registry.register(
            "reminders_fired",
            "Reminders that this process fired",
            fired,
        );
        let failed = self.failed.clone();
        let help = "Tries to fire a reminder that failed, and are made again";
        registry.register("reminders_failed", help, failed);
        registry.register_with_unit(
            "reminders_late",
            "How long after their moment reminders fired",
            Unit::Seconds,
            self.late.clone(),
        );
    }
}
