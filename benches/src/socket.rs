//! From the acknowledgement of a write to its frame on a live socket.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::load::Target;
use crate::paced;
use crate::stats::Latencies;

/// Delays from acknowledgement to socket.
#[derive(Debug, serde::Serialize)]
pub(crate) struct SocketRow {
    pub(crate) per_second: u32,
    pub(crate) frames: usize,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

/// Writes `per_second` tasks a second for `length` while one socket listens at the gateway `listen`.
pub(crate) async fn measure(
    target: &Target,
    listen: &str,
    per_second: u32,
    length: Duration,
) -> Result<SocketRow> {
    let mut request = format!("ws://{listen}/api/v1/live").into_client_request()?;
    let token = target.tokens.first().context("no token")?;
    request
        .headers_mut()
        .insert("authorization", format!("Bearer {token}").parse()?);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
    let count = per_second * u32::try_from(length.as_secs())?;
    #[allow(clippy::disallowed_methods, reason = "the handle is awaited below")]
    let listener = tokio::spawn(async move {
        let mut seen = BTreeMap::new();
        while seen.len() < count as usize {
            let frame = tokio::time::timeout(Duration::from_secs(10), socket.next()).await;
            let frame = frame.context("no frame for 10 s")?;
            let message = frame.context("socket closed")??;
            let at = Instant::now();
            if message.is_close() {
                bail!("the server closed the socket: {message:?}");
            }
            // Pings are answered by the library.
            if !message.is_text() {
                continue;
            }
            let json: serde_json::Value = serde_json::from_str(message.to_text()?)?;
            if json["type"] == "event" {
                seen.insert(json["position"].as_str().unwrap_or_default().to_owned(), at);
            }
        }
        anyhow::Ok(seen)
    });
    let acknowledged = paced::create_tasks(target, per_second, count).await?;
    let seen = listener.await??;
    let mut latencies = Latencies::default();
    for (position, at) in &acknowledged {
        let frame = seen
            .get(position)
            .with_context(|| format!("no frame for {position}"))?;
        latencies.push(frame.saturating_duration_since(*at));
    }
    Ok(SocketRow {
        per_second,
        frames: latencies.len(),
        p50_ms: latencies.percentile(0.5),
        p99_ms: latencies.percentile(0.99),
        max_ms: latencies.percentile(1.0),
    })
}
