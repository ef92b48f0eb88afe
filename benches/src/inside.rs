//! The crates by themselves: rebuilding views, applying to them, folding state.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_domain::Workspace;
use taskfold_log::{Log, Options};
use taskfold_views::Views;
use taskfold_views::rebuild::{Fact, build};
use uuid::Uuid;

use crate::corpus::Corpus;
use crate::past;
use crate::report::Report;

/// Events read at a time.
const BATCH: usize = 1_000;

pub(crate) async fn measure(events: u64, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let log = Log::open(
        &folder.path().join("log.db"),
        Options::default(),
        Arc::new(SystemClock),
    )?;
    let workspace = WorkspaceId(Uuid::from_u128(1));
    Corpus::mixed(workspace, UserId(Uuid::from_u128(2)))
        .append_to(&log, events)
        .await?;
    report.rebuild_per_second = rebuild(&log, &folder.path().join("views.db")).await?;
    for batch in [10, 1_000] {
        let path = folder.path().join(format!("live-{batch}.db"));
        report.applied.push(applied(&log, &path, batch).await?);
    }
    past::measure(&log, workspace, folder.path(), report).await?;
    let (fold, decode_and_fold) = fold(&log, workspace).await?;
    report.fold_per_second = fold;
    report.decode_and_fold_per_second = decode_and_fold;
    log.shutdown().await;
    Ok(())
}

/// From the log on disk to complete views on disk.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
async fn rebuild(log: &Log, path: &std::path::Path) -> Result<f64> {
    let (log, path) = (log.clone(), path.to_owned());
    let runtime = tokio::runtime::Handle::current();
    let started = Instant::now();
    let events = tokio::task::spawn_blocking(move || {
        let source = |partition, after| {
            let rows = runtime.block_on(log.read_partition(partition, after, BATCH));
            let rows = rows.map_err(|error| error.to_string())?;
            let facts = rows
                .iter()
                .map(|row| log.open_envelope(row).map(Fact::Event));
            facts
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| error.to_string())
        };
        build(&path, log.partitions(), &BTreeSet::new(), source, |_| {})
    });
    Ok(events.await?? as f64 / started.elapsed().as_secs_f64())
}

/// Live views that events are applied to, so many in a transaction.
#[derive(Debug, serde::Serialize)]
pub(crate) struct AppliedRow {
    pub(crate) batch: usize,
    /// Of one core, fsyncs and all.
    pub(crate) per_second: f64,
}

/// The events behind those that were there before, so that there is something to look up and to change.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
async fn applied(log: &Log, path: &std::path::Path, batch: usize) -> Result<AppliedRow> {
    let (before, measured) = (50_000, batch.saturating_mul(1_000).min(20_000));
    let mut envelopes = Vec::new();
    while envelopes.len() < before + measured {
        let page = log.read_partition(0, envelopes.len() as u64, BATCH).await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            envelopes.push(log.open_envelope(row)?);
        }
    }
    let path = path.to_owned();
    let work = tokio::task::spawn_blocking(move || {
        let views = Views::open(&path)?;
        let (before, measured) = envelopes.split_at(before.min(envelopes.len()));
        before
            .chunks(5_000)
            .try_for_each(|some| views.apply(some))?;
        let started = Instant::now();
        measured
            .chunks(batch)
            .try_for_each(|some| views.apply(some))?;
        anyhow::Ok(measured.len() as f64 / started.elapsed().as_secs_f64())
    });
    Ok(AppliedRow {
        batch,
        per_second: work.await??,
    })
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
async fn fold(log: &Log, workspace: WorkspaceId) -> Result<(f64, f64)> {
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = log.read_partition(0, after, BATCH).await?;
        let Some(last) = page.last() else { break };
        after = last.header.position.number;
        rows.extend(page);
    }
    let started = Instant::now();
    let mut envelopes: Vec<Envelope> = Vec::with_capacity(rows.len());
    for row in &rows {
        envelopes.push(log.open_envelope(row)?);
    }
    let decoded = started.elapsed();
    let started = Instant::now();
    let mut state = Workspace::new(workspace);
    for envelope in &envelopes {
        state.apply(envelope);
    }
    let folded = started.elapsed();
    let count = envelopes.len() as f64;
    Ok((
        count / folded.as_secs_f64(),
        count / (decoded + folded).as_secs_f64(),
    ))
}
