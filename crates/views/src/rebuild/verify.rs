//! Whether the tables in use were what the log says.

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use super::{Fact, RebuildError};
use crate::equality;
use crate::error::{OpenError, QueryError};
use crate::views::Views;

type Digest = BTreeMap<String, [u8; 32]>;

/// Two sets of tables at the same positions of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Over all rows of the new ones: SHA-256 of their [digest](equality::digest).
    pub hash: [u8; 32],
    /// The tables in which they differ; none when all are equal row for row.
    pub differing: Vec<String>,
}

/// `source` up to these numbers, where there are any.
pub(super) fn upto(
    last: Option<BTreeMap<u32, u64>>,
    mut source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
) -> impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send {
    move |partition, after| {
        let end = match &last {
            Some(last) => last.get(&partition).copied().unwrap_or(0),
            None => u64::MAX,
        };
        if after >= end {
            return Ok(Vec::new());
        }
        let mut facts = source(partition, after)?;
        facts.retain(|fact| fact.header().position.number <= end);
        Ok(facts)
    }
}

/// A snapshot of new tables that is being read, while they are in use already.
pub(super) struct Snapshot(JoinHandle<Result<Digest, QueryError>>);

impl Snapshot {
    /// Of `views` as they are now.
    pub(super) fn take(views: &Views) -> Self {
        let views = views.clone();
        let (taken, is_taken) = sync_channel(1);
        let reading = std::thread::spawn(move || {
            views.read_blocking(|r| {
                // The first look is what the snapshot is of.
                r.watermark(0)?;
                let _ = taken.send(());
                equality::digest(r)
            })
        });
        // Fails when the reading did: its end says why.
        let _ = is_taken.recv();
        Self(reading)
    }

    /// How `old` compares with it.
    pub(super) fn compare(self, old: &Views) -> Result<Comparison, RebuildError> {
        let old = old.read_blocking(equality::digest);
        let panicked = |_| OpenError::Storage("the comparison ended with a panic".to_owned());
        let new = self.0.join().map_err(panicked)?.map_err(OpenError::from)?;
        let old = old.map_err(OpenError::from)?;
        let all = old
            .keys()
            .chain(new.keys().filter(|t| !old.contains_key(*t)));
        let differing = all.filter(|table| old.get(*table) != new.get(*table));
        Ok(Comparison {
            differing: differing.cloned().collect(),
            hash: equality::whole(&new),
        })
    }
}
