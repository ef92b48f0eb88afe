//! What the process tells of the relay to Kafka.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use serde::{Deserialize, Serialize};
use taskfold_bus::kafka::RelayStatus;

/// How the relay is doing. Nobody waits for it: a process is ready without it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RelaySummary {
    /// Partitions that this process publishes.
    #[serde(rename = "relay_partitions")]
    partitions: usize,
    /// Events of these that are not on their topics.
    #[serde(rename = "relay_backlog_events")]
    backlog_events: u64,
    /// Why some partition is not published at this moment.
    #[serde(
        default,
        rename = "relay_error",
        skip_serializing_if = "Option::is_none"
    )]
    error: Option<String>,
}

impl RelaySummary {
    pub(crate) fn of(status: &RelayStatus) -> Self {
        let held = status.now();
        let failing = held.iter().find_map(|one| {
            let failure = one.failing.as_ref()?;
            Some(format!("partition {}: {}", one.partition, failure.error))
        });
        Self {
            partitions: held.len(),
            backlog_events: held.iter().map(|one| one.backlog).sum(),
            error: failing,
        }
    }
}

/// The numbers of the relay, read when somebody asks.
#[derive(Debug)]
pub(crate) struct RelayNumbers(pub(crate) RelayStatus);

impl Collector for RelayNumbers {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let (held, counts) = (self.0.now(), self.0.counts());
        let help =
            "Events that are not on their topics yet, by partition that this process publishes";
        let mut backlog =
            encoder.encode_descriptor("relay_backlog_events", help, None, MetricType::Gauge)?;
        for one in held {
            let events = i64::try_from(one.backlog).unwrap_or(i64::MAX);
            let labels = [("partition", one.partition.to_string())];
            ConstGauge::new(events).encode(backlog.encode_family(&labels)?)?;
        }
        let counters = [
            (
                "relay_errors",
                "Tries to publish that failed",
                counts.errors,
            ),
            (
                "relay_republished",
                "Events published again, as their topic had lost them",
                counts.republished,
            ),
        ];
        for (name, help, count) in counters {
            let counter = ConstCounter::new(count);
            let kind = counter.metric_type();
            counter.encode(encoder.encode_descriptor(name, help, None, kind)?)?;
        }
        Ok(())
    }
}
