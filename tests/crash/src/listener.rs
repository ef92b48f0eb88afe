//! Guarantee 3, seen from outside: one live socket that resumes where it was, over all crashes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::ledger::{Ledger, number};
use crate::writer::{Address, one_of};

/// Everything a listener saw, in the order in which it came.
pub type Seen = Vec<(String, String)>;

/// How long the last acknowledged event may take to come once nothing is written any more.
const LAST: Duration = Duration::from_mins(2);

/// Listens until told to stop, then until all that was acknowledged has come and it is quiet; gives
/// `(position, event id)` of every frame. A socket that breaks is resumed at the next server.
pub async fn listen(
    mut address: Address,
    token: String,
    ledger: Arc<Ledger>,
    stop: watch::Receiver<bool>,
) -> Seen {
    let mut seen = Seen::new();
    let mut until = None;
    for turn in 0.. {
        let now = one_of(&address.borrow_and_update(), turn);
        if let Some(now) = now {
            // A broken socket is what this test is about; the next turn resumes.
            let _ = follow(&now, &token, &mut seen, &ledger, &stop).await;
        }
        if *stop.borrow() {
            let until = *until.get_or_insert_with(|| Instant::now() + LAST);
            if has_all(&seen, &ledger) || Instant::now() > until {
                break;
            }
        }
        let _ = tokio::time::timeout(Duration::from_millis(20), address.changed()).await;
    }
    let numbers: Vec<u64> = seen
        .iter()
        .filter_map(|(position, _)| number(position))
        .collect();
    for pair in numbers.windows(2) {
        if pair[1] <= pair[0] {
            ledger.violation(format!("the socket gave {} after {}", pair[1], pair[0]));
        }
    }
    seen
}

fn has_all(seen: &Seen, ledger: &Ledger) -> bool {
    let last = seen.last().and_then(|(position, _)| number(position));
    last.unwrap_or(0) >= ledger.last()
}

async fn follow(
    address: &str,
    token: &str,
    seen: &mut Seen,
    ledger: &Ledger,
    stop: &watch::Receiver<bool>,
) -> Result<()> {
    let last = seen.last().map(|(position, _)| position.clone());
    let Some(from) = last.or_else(|| ledger.beginning()) else {
        return Ok(());
    };
    let mut request = format!("ws://{address}/api/v1/live?from={from}").into_client_request()?;
    request
        .headers_mut()
        .insert("authorization", format!("Bearer {token}").parse()?);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
    let mut until = None;
    loop {
        let frame = match tokio::time::timeout(Duration::from_millis(500), socket.next()).await {
            Ok(frame) => frame.context("closed")??,
            Err(_) if *stop.borrow() => {
                let until = *until.get_or_insert_with(|| Instant::now() + LAST / 4);
                if has_all(seen, ledger) || Instant::now() > until {
                    return Ok(());
                }
                continue;
            }
            Err(_) => continue,
        };
        let Ok(text) = frame.into_text() else {
            continue;
        };
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else {
            continue;
        };
        if json["type"] == "event" {
            let position = json["position"].as_str().unwrap_or_default().to_owned();
            let id = json["event"]["id"].as_str().unwrap_or_default().to_owned();
            seen.push((position, id));
        }
    }
}
