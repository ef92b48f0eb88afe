//! Brings spans to the collector, in batches, for as long as it takes nobody's time.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message as _;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, StatusCode, Url};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::otlp::{self, Times};
use crate::recorder::{Counts, Recorder};
use crate::span::Span;

/// Spans that wait at most; each takes about half a kilobyte.
const QUEUE: usize = 8_192;
/// Spans of one request at most.
const BATCH: usize = 512;
/// How long spans wait for others to go with them.
const LINGER: Duration = Duration::from_millis(500);
/// How long the collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pauses before a batch is sent again; then it is dropped.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];
/// Where a collector takes spans (OTLP/HTTP).
const PATH: &str = "v1/traces";

/// Where spans go, and whose they are.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The collector's base address, such as `http://collector:4318`.
    pub endpoint: String,
    /// Headers of each request: names and values. Secret.
    pub headers: Vec<(String, String)>,
    /// `service.name`.
    pub service: String,
    /// `service.instance.id`.
    pub instance: String,
    /// The share of traces that begin here and are recorded: 0 to 1.
    pub sample_ratio: f64,
}

/// What of the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The endpoint; it is not told, as it may hold a password.
    #[error("the endpoint is no address of a collector, such as http://host:4318")]
    Endpoint,
    /// A header; its value is not told.
    #[error("the header {0:?} cannot be sent")]
    Header(String),
    /// The ratio.
    #[error("the sample ratio {0} is not between 0 and 1")]
    Ratio(f64),
    /// There is no client.
    #[error("no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A recorder, and what brings its spans away; that must be [run](Exporter::run).
///
/// # Errors
/// The settings cannot be used.
pub fn exporter(settings: &Settings) -> Result<(Recorder, Exporter), SettingsError> {
    if !(0.0..=1.0).contains(&settings.sample_ratio) {
        return Err(SettingsError::Ratio(settings.sample_ratio));
    }
    let client = Client::builder()
        .timeout(PATIENCE)
        .default_headers(headers(&settings.headers)?)
        .build()?;
    let (queue, spans) = mpsc::channel(QUEUE);
    let counts = Counts::default();
    let exporter = Exporter {
        client,
        url: url(&settings.endpoint)?,
        resource: otlp::resource(&settings.service, &settings.instance),
        spans,
        gathered: Vec::new(),
        under_way: 0,
        counts: counts.clone(),
        is_away: false,
    };
    let recorder = Recorder::new(queue, counts, settings.sample_ratio);
    Ok((recorder, exporter))
}

fn url(endpoint: &str) -> Result<Url, SettingsError> {
    let wrong = || SettingsError::Endpoint;
    let text = format!("{}/{PATH}", endpoint.trim_end_matches('/'));
    let url = Url::parse(&text).map_err(|_| wrong())?;
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    usable.then_some(url).ok_or_else(wrong)
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, SettingsError> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let wrong = || SettingsError::Header(name.clone());
        let key = HeaderName::try_from(name).map_err(|_| wrong())?;
        let mut value = HeaderValue::try_from(value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-protobuf"),
    );
    Ok(headers)
}

/// Brings spans to the collector.
pub struct Exporter {
    client: Client,
    url: Url,
    resource: Resource,
    spans: mpsc::Receiver<Span>,
    /// The next batch.
    gathered: Vec<Span>,
    /// Spans of the batch that is being sent.
    under_way: usize,
    counts: Counts,
    /// It did not answer last time; that is told once.
    is_away: bool,
}

/// Why a batch did not arrive.
struct Refused {
    reason: String,
    /// Another try may succeed.
    again: bool,
}

impl Exporter {
    /// Works until `shutdown`; then it sends what waits, each batch once, for at most `flush`. What is left is
    /// dropped and counted.
    pub async fn run(mut self, shutdown: CancellationToken, flush: Duration) {
        let too_late = async {
            shutdown.cancelled().await;
            tokio::time::sleep(flush).await;
        };
        tokio::select! {
            () = self.work(&shutdown) => {}
            () = too_late => {
                let left = self.under_way + self.gathered.len() + self.spans.len();
                self.lost(left, "the process ends");
            }
        }
    }

    async fn work(&mut self, shutdown: &CancellationToken) {
        while let Some(true) = shutdown.run_until_cancelled(self.gather()).await {
            self.deliver(shutdown).await;
        }
        // What comes from now on finds the door shut, and is counted there.
        self.spans.close();
        self.fill();
        while !self.gathered.is_empty() {
            self.deliver(shutdown).await;
            self.fill();
        }
    }

    /// Waits for spans, and a moment for more of them; false when nobody can give any. Nothing is lost when it
    /// is cancelled.
    async fn gather(&mut self) -> bool {
        if self.gathered.is_empty() && self.spans.recv_many(&mut self.gathered, BATCH).await == 0 {
            return false;
        }
        if self.gathered.len() < BATCH {
            tokio::time::sleep(LINGER).await;
            self.fill();
        }
        true
    }

    fn fill(&mut self) {
        while self.gathered.len() < BATCH
            && let Ok(span) = self.spans.try_recv()
        {
            self.gathered.push(span);
        }
    }

    /// Sends what was gathered until the collector has it, or there is no hope.
    async fn deliver(&mut self, shutdown: &CancellationToken) {
        let batch = std::mem::take(&mut self.gathered);
        self.under_way = batch.len();
        let request = otlp::request(self.resource.clone(), batch, Times::now());
        let body = request.encode_to_vec();
        let mut pauses = PAUSES.iter();
        loop {
            let refused = match self.send(body.clone()).await {
                Ok(rejected) => return self.arrived(rejected),
                Err(refused) => refused,
            };
            let pause = pauses.next().filter(|_| refused.again);
            let Some(pause) = pause else {
                return self.lost(self.under_way, &refused.reason);
            };
            let waited = shutdown.run_until_cancelled(tokio::time::sleep(*pause));
            if waited.await.is_none() {
                return self.lost(self.under_way, &refused.reason);
            }
        }
    }

    /// How many spans of a batch the collector did not want.
    async fn send(&self, body: Vec<u8>) -> Result<u64, Refused> {
        let lost = |error: reqwest::Error| Refused {
            // Without the address: it may hold credentials.
            reason: error.without_url().to_string(),
            again: true,
        };
        let request = self.client.post(self.url.clone()).body(body);
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(Refused {
                reason: format!("HTTP {status}"),
                again: is_for_a_while(status),
            });
        }
        let body = answer.bytes().await.map_err(lost)?;
        // A collector that answers in another way has taken all.
        let answer = ExportTraceServiceResponse::decode(body).unwrap_or_default();
        let partial = answer.partial_success.unwrap_or_default();
        Ok(u64::try_from(partial.rejected_spans).unwrap_or(0))
    }

    fn arrived(&mut self, rejected: u64) {
        if std::mem::take(&mut self.is_away) {
            let dropped = self.counts.dropped.get();
            tracing::info!(dropped, "the collector of spans is back");
        }
        let count = u64::try_from(std::mem::take(&mut self.under_way)).unwrap_or(u64::MAX);
        let taken = count.saturating_sub(rejected);
        self.counts.exported.inc_by(taken);
        self.counts.dropped.inc_by(rejected);
    }

    fn lost(&mut self, count: usize, reason: &str) {
        self.under_way = 0;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.counts.dropped.inc_by(count);
        if !std::mem::replace(&mut self.is_away, true) {
            tracing::warn!(
                reason,
                "the collector of spans takes none; they are dropped and counted"
            );
        }
    }
}

/// Answers after which OTLP asks to try again.
fn is_for_a_while(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}
