//! How long it takes to see a workspace as it was, with snapshots and without.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, anyhow};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::Position;
use taskfold_log::Log;
use taskfold_views::as_of::{AsOf, Limits, Snapshots};

use crate::report::Report;
use crate::stats::Latencies;

/// The age of the workspace, in events.
const EVENTS: u64 = 100_000;
/// Rows read from the log at once.
const PAGE: usize = 2_000;

/// Latencies of moments spread over the past, none of which is kept in memory.
#[derive(Debug, serde::Serialize)]
pub(crate) struct PastRow {
    pub(crate) snapshots: bool,
    /// The newest moment, the first time: with snapshots it leaves some.
    pub(crate) first_ms: f64,
    /// The newest moment, again.
    pub(crate) newest_ms: f64,
    /// Moments of any age.
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

pub(crate) async fn measure(
    log: &Log,
    workspace: WorkspaceId,
    folder: &Path,
    report: &mut Report,
) -> Result<()> {
    for (with, moments) in [(false, 12), (true, 60)] {
        let snapshots = with.then(|| Snapshots::new(folder.join("snapshots"), Limits::default()));
        let (log, runtime) = (log.clone(), tokio::runtime::Handle::current());
        let asking = tokio::task::spawn_blocking(move || {
            let ask = |number: u64| {
                let past = AsOf::new(0, 0, snapshots.clone());
                let position = Position {
                    partition: 0,
                    number,
                };
                let started = Instant::now();
                past.at(workspace, position, |after| {
                    let rows =
                        runtime.block_on(log.read_workspace(workspace, after, Some(number), PAGE));
                    let rows = rows.map_err(|error| error.to_string())?;
                    let opened = rows.iter().map(|row| log.open_envelope(row));
                    opened
                        .collect::<Result<_, _>>()
                        .map_err(|error| error.to_string())
                })
                .map_err(|error| anyhow!("{error}"))?;
                anyhow::Ok(started.elapsed())
            };
            let newest = EVENTS.min(log.head(0).number);
            let (first, again) = (ask(newest)?, ask(newest)?);
            let mut latencies = Latencies::default();
            for moment in 1..=moments {
                // A multiplicative step spreads the moments without a generator's state.
                let number = moment * 0x9e37_79b9 % newest + 1;
                latencies.push(ask(number)?);
            }
            Ok::<_, anyhow::Error>(PastRow {
                snapshots: with,
                first_ms: first.as_secs_f64() * 1e3,
                newest_ms: again.as_secs_f64() * 1e3,
                p50_ms: latencies.percentile(0.5),
                p99_ms: latencies.percentile(0.99),
            })
        });
        report.past.push(asking.await??);
    }
    Ok(())
}
