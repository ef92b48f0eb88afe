//! Metrics by RED (rate, errors, duration) for each route, and how the process is doing.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use taskfold_bus::kafka::RelayStatus;
use taskfold_log::Batches;
use taskfold_spans::Counts;

use crate::notifier::Numbers as Reminding;
use crate::redis::Redis;
use crate::relay::RelayNumbers;

/// Seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// A route as it is written in the router: ids in paths must not become labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    method: &'static str,
    route: String,
    status: &'static str,
}

/// The numbers of one process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Outcome, Counter>,
    durations: Family<Route, Histogram>,
    /// The numbers of each route by its template, so that counting a request makes no labels.
    routes: RwLock<HashMap<Box<str>, Arc<Numbers>>>,
    pub(crate) live: LiveNumbers,
    pub(crate) lag_events: Gauge,
    pub(crate) lag_seconds: Gauge<f64, AtomicU64>,
    pub(crate) log_events: Gauge,
    pub(crate) views_ready: Gauge,
    pub(crate) buried: Gauge,
}

/// The numbers of live sockets; clones are the same numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiveNumbers {
    pub(crate) open: Gauge,
    pub(crate) slow: Counter,
}

impl Metrics {
    /// Of the requests, the log and the process; `batches` is what the log commits together.
    pub(crate) fn new(batches: &Batches) -> Self {
        let histogram = || Histogram::new(BUCKETS);
        let mut own = Self {
            registry: Registry::with_prefix("taskfold"),
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram as fn() -> Histogram),
            routes: RwLock::default(),
            live: LiveNumbers::default(),
            lag_events: Gauge::default(),
            lag_seconds: Gauge::default(),
            log_events: Gauge::default(),
            views_ready: Gauge::default(),
            buried: Gauge::default(),
        };
        own.register_requests();
        let help = "Appends that were committed together";
        let appends = batches.appends.clone();
        own.registry.register("log_commit_appends", help, appends);
        let help = "Events that were committed together";
        let events = batches.events.clone();
        own.registry.register("log_commit_events", help, events);
        own.gauge("log_events", "Events in the log", &own.log_events.clone());
        let process = Process {
            started: Instant::now(),
        };
        own.registry.register_collector(Box::new(process));
        own
    }

    /// Of the gateway.
    pub(crate) fn with_live(mut self) -> Self {
        let LiveNumbers { open, slow } = self.live.clone();
        self.gauge("live_sockets", "Open live sockets", &open);
        let help = "Live sockets closed with 4008, as their clients took nothing";
        self.registry.register("live_sockets_too_slow", help, slow);
        self
    }

    /// Of the command role: `conflicts` counts the commands that were decided again.
    pub(crate) fn with_conflicts(mut self, conflicts: Counter) -> Self {
        let help = "Commands that were decided again because somebody else was faster";
        self.registry.register("command_conflicts", help, conflicts);
        self
    }

    /// Of the views that are read, here or through another process.
    pub(crate) fn with_views(mut self) -> Self {
        let lag = "Events that the views do not have yet";
        self.gauge("views_lag_events", lag, &self.lag_events.clone());
        let ready = "1 when the views can be read";
        self.gauge("views_ready", ready, &self.views_ready.clone());
        self.registry.register_with_unit(
            "views_lag",
            "Age of the oldest event that the views do not have yet",
            Unit::Seconds,
            self.lag_seconds.clone(),
        );
        self
    }

    /// Of the views that are kept here.
    pub(crate) fn with_kept_views(mut self) -> Self {
        let buried = "Events put among the dead letters";
        self.gauge("views_buried", buried, &self.buried.clone());
        self
    }

    /// Of the notifier role.
    pub(crate) fn with_reminders(mut self, numbers: &Reminding) -> Self {
        numbers.register(&mut self.registry);
        self
    }

    /// Of what processes share.
    pub(crate) fn with_redis(mut self, redis: &Redis) -> Self {
        redis.register(&mut self.registry);
        self
    }

    /// Of the spans that are told.
    pub(crate) fn with_spans(mut self, counts: &Counts) -> Self {
        let Counts { exported, dropped } = counts.clone();
        let help = "Spans that the collector took";
        self.registry.register("spans_exported", help, exported);
        let help = "Spans that were lost: no room, or no collector that takes them";
        self.registry.register("spans_dropped", help, dropped);
        self
    }

    /// Of what is published on Kafka.
    pub(crate) fn with_relay(mut self, relay: RelayStatus) -> Self {
        let numbers = Box::new(RelayNumbers(relay));
        self.registry.register_collector(numbers);
        self
    }

    fn gauge(&mut self, name: &str, help: &str, gauge: &Gauge) {
        self.registry.register(name, help, gauge.clone());
    }

    fn register_requests(&mut self) {
        let requests = self.requests.clone();
        self.registry
            .register("http_requests", "Requests answered", requests);
        self.registry.register_with_unit(
            "http_request_duration",
            "Time to answer a request",
            Unit::Seconds,
            self.durations.clone(),
        );
    }

    /// Counts a request. `route` is its template.
    pub(crate) fn request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let numbers = self.numbers(route);
        let (method, class) = (index_of(method), class_of(status));
        let duration = numbers.durations[method].get_or_init(|| {
            let of = Route {
                method: METHODS[method],
                route: route.to_owned(),
            };
            self.durations.get_or_create_owned(&of)
        });
        duration.observe(took.as_secs_f64());
        let count = numbers.requests[method][class].get_or_init(|| {
            let of = Outcome {
                method: METHODS[method],
                route: route.to_owned(),
                status: CLASSES[class],
            };
            self.requests.get_or_create_owned(&of)
        });
        count.inc();
    }

    fn numbers(&self, route: &str) -> Arc<Numbers> {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(numbers) = known.get(route) {
            return Arc::clone(numbers);
        }
        drop(known);
        let mut known = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(route.into()).or_default())
    }

    /// `OpenMetrics` text.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A client can make methods up; they must not become labels.
const METHODS: [&str; 8] = [
    "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "other",
];
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The numbers of one route; those of a method and class are made when there is something to count.
#[derive(Default)]
struct Numbers {
    durations: [OnceLock<Histogram>; METHODS.len()],
    requests: [[OnceLock<Counter>; CLASSES.len()]; METHODS.len()],
}

fn index_of(method: &Method) -> usize {
    let other = METHODS.len() - 1;
    let mut known = METHODS[..other].iter();
    known
        .position(|name| *name == method.as_str())
        .unwrap_or(other)
}

fn class_of(status: StatusCode) -> usize {
    usize::from(status.as_u16() / 100)
        .saturating_sub(1)
        .min(CLASSES.len() - 1)
}

/// What the process takes; read when somebody asks.
#[derive(Debug)]
struct Process {
    started: Instant,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let uptime = ConstGauge::new(self.started.elapsed().as_secs_f64());
        let help = "Time since the process began";
        let kind = uptime.metric_type();
        uptime.encode(encoder.encode_descriptor(
            "process_uptime",
            help,
            Some(&Unit::Seconds),
            kind,
        )?)?;
        let Some(bytes) = resident_bytes() else {
            return Ok(());
        };
        let resident = ConstGauge::new(bytes);
        let help = "Memory of the process that is in RAM";
        let kind = resident.metric_type();
        resident.encode(encoder.encode_descriptor(
            "process_resident_memory",
            help,
            Some(&Unit::Bytes),
            kind,
        )?)
    }
}

/// Where the system tells it as Linux does.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<'t>(text: &'t str, start: &str) -> &'t str {
        let found = text.lines().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in:\n{text}"))
    }

    #[test]
    fn requests_are_counted_by_template_method_and_class() {
        let metrics = Metrics::new(&Batches::default());
        let count = |status| {
            let took = Duration::from_millis(3);
            metrics.request(&Method::GET, "/api/v1/tasks/{task_id}", status, took);
        };
        count(StatusCode::OK);
        count(StatusCode::CREATED);
        count(StatusCode::NOT_FOUND);
        let odd = Method::from_bytes(b"BREW").unwrap();
        metrics.request(&odd, "unmatched", StatusCode::NOT_FOUND, Duration::ZERO);
        let text = metrics.text().unwrap();
        let labels = "method=\"GET\",route=\"/api/v1/tasks/{task_id}\"";
        let counted = format!("taskfold_http_requests_total{{{labels},status=");
        assert!(line(&text, &format!("{counted}\"2xx\"")).ends_with(" 2"));
        assert!(line(&text, &format!("{counted}\"4xx\"")).ends_with(" 1"));
        let timed = format!("taskfold_http_request_duration_seconds_count{{{labels}}}");
        assert!(line(&text, &timed).ends_with(" 3"));
        assert!(text.contains("method=\"other\"") && !text.contains("BREW"));
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn gauges_and_the_process_are_told() {
        let conflicts = Counter::default();
        let batches = Batches::default();
        let metrics = Metrics::new(&batches)
            .with_conflicts(conflicts.clone())
            .with_views()
            .with_live();
        batches.appends.observe(3.0);
        metrics.live.open.set(4);
        metrics.lag_seconds.set(1.5);
        conflicts.inc();
        let text = metrics.text().unwrap();
        assert_eq!(
            line(&text, "taskfold_live_sockets "),
            "taskfold_live_sockets 4"
        );
        assert!(line(&text, "taskfold_views_lag_seconds ").ends_with(" 1.5"));
        assert!(line(&text, "taskfold_command_conflicts_total ").ends_with(" 1"));
        assert!(line(&text, "taskfold_log_commit_appends_count ").ends_with(" 1"));
        assert!(line(&text, "taskfold_log_commit_events_count ").ends_with(" 0"));
        line(&text, "taskfold_process_uptime_seconds ");
        if cfg!(target_os = "linux") {
            let rss = line(&text, "taskfold_process_resident_memory_bytes ");
            let bytes: u64 = rss.rsplit(' ').next().unwrap().parse().unwrap();
            assert!(bytes > 1 << 20, "{rss}");
        }
    }
}
