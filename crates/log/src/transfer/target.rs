//! Either kind of target.

use taskfold_contracts::position::Position;

use super::{Destination, Standing};
use crate::head::Head;
use crate::plan::Plan;
use crate::{Log, OpenError, Options, WriteError, postgres, sqlite};

/// See the module.
pub(super) enum Target {
    File(sqlite::target::Target),
    Databases(postgres::target::Target),
}

impl Target {
    pub(super) async fn open(destination: Destination, partitions: u32) -> Result<Self, OpenError> {
        Ok(match destination {
            Destination::File(path) => Self::File(sqlite::target::Target::open(&path, partitions)?),
            Destination::Databases(urls) => {
                Self::Databases(postgres::target::Target::open(urls, partitions).await?)
            }
        })
    }

    /// What each database has.
    pub(super) async fn standing(&self) -> Result<Vec<Standing>, WriteError> {
        match self {
            Self::File(target) => Ok(vec![target.standing().await?]),
            Self::Databases(target) => {
                let mut standing = Vec::new();
                for shard in 0..target.postgres.urls.len() {
                    standing.push(target.standing(shard).await?);
                }
                Ok(standing)
            }
        }
    }

    /// The database of a partition.
    pub(super) fn shard_of(&self, partition: u32) -> usize {
        match self {
            Self::File(_) => 0,
            Self::Databases(target) => target.postgres.shard_of(partition),
        }
    }

    /// Stores what was planned on heads that stand at `before`, and moves marks, all or nothing.
    pub(super) async fn store(
        &self,
        shard: usize,
        before: &[Head],
        plan: Plan,
        marks: Vec<Position>,
    ) -> Result<(), WriteError> {
        match self {
            // Its lock keeps everybody else out.
            Self::File(target) => target.store(plan, marks).await,
            Self::Databases(target) => target.store(shard, before, &plan, marks).await,
        }
    }

    pub(super) async fn put_watermark(
        &self,
        shard: usize,
        consumer: String,
        at: Position,
    ) -> Result<(), WriteError> {
        match self {
            Self::File(target) => target.put_watermark(consumer, at).await,
            Self::Databases(target) => target.put_watermark(shard, consumer, at).await,
        }
    }

    /// Removes all idempotency keys.
    pub(super) async fn clear_keys(&self) -> Result<(), WriteError> {
        match self {
            Self::File(target) => target.clear_keys().await,
            Self::Databases(target) => {
                for shard in 0..target.postgres.urls.len() {
                    target.clear_keys(shard).await?;
                }
                Ok(())
            }
        }
    }

    /// The copy as a log that is only read.
    pub(super) async fn reader(&self) -> Result<Log, OpenError> {
        match self {
            Self::File(target) => Log::open_read_only(target.path(), &Options::default()),
            Self::Databases(target) => {
                let options = Options {
                    partitions: target.partitions(),
                    ..Options::default()
                };
                Log::in_databases(target.postgres.clone(), options, None, true).await
            }
        }
    }

    pub(super) async fn finish(&self) -> Result<(), WriteError> {
        match self {
            Self::File(target) => target.finish().await,
            Self::Databases(target) => target.finish().await,
        }
    }
}
