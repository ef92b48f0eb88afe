//! Whether the tables in use were what the log says.

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use super::{Fact, Progress, RebuildError, beside};
use crate::equality;
use crate::error::{OpenError, QueryError};
use crate::views::Views;

type Digest = BTreeMap<String, [u8; 32]>;

/// A rebuild that compared the new tables with those in whose place they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Events that the new tables were made of.
    pub events: u64,
    /// The tables that were not what the log says; none when all were equal row for row.
    pub differing: Vec<String>,
}

/// [`build_beside`](super::build_beside), and compares old and new as they are at the switch. The new tables
/// end where the old ones did, also when the log goes on behind that. They are read for it while they are in
/// use already; nobody is held up.
///
/// # Errors
/// As for `build_beside`; and the new tables are in use although they cannot be compared.
pub fn verify_beside(
    views: &Views,
    partitions: u32,
    source: impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + Send,
    progress: impl FnMut(Progress),
) -> Result<Verified, RebuildError> {
    beside(views, partitions, source, progress, true)
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

    /// The tables in which `old` is not like it.
    pub(super) fn differing(self, old: &Views) -> Result<Vec<String>, RebuildError> {
        let old = old.read_blocking(equality::digest);
        let panicked = |_| OpenError::Storage("the comparison ended with a panic".to_owned());
        let new = self.0.join().map_err(panicked)?.map_err(OpenError::from)?;
        let old = old.map_err(OpenError::from)?;
        let all = old
            .keys()
            .chain(new.keys().filter(|t| !old.contains_key(*t)));
        let differing = all.filter(|table| old.get(*table) != new.get(*table));
        Ok(differing.cloned().collect())
    }
}
