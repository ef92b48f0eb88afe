//! What of a log is copied beside its rows.

use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::position::Position;

use super::Moment;
use crate::facts::Key;
use crate::log::Storage::{Postgres, Sqlite};
use crate::{Log, ReadError, Replay, sqlite};

/// A place among the keys: the database, and the last key in it that was read.
pub(super) type After = (usize, Option<Key>);

impl Log {
    /// Heads and claims as they stand now, whoever wrote them.
    pub(super) async fn moment(&self) -> Result<Moment, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => store.pool.read(sqlite::source::moment).await,
            Postgres(store) => store.moment().await,
        }
    }

    /// Keys of appends that the moment knows of, and the place after them; none when there are no more.
    pub(super) async fn covered_keys(
        &self,
        moment: &Moment,
        (shard, after): After,
        limit: usize,
    ) -> Result<(Vec<(Key, Replay)>, Option<After>), ReadError> {
        let (mut keys, shards) = match &self.inner.storage {
            Sqlite(store) => {
                let work = move |connection: &_| sqlite::source::keys(connection, after, limit);
                (store.pool.read(work).await?, 1)
            }
            Postgres(store) => (store.keys(shard, after, limit).await?, store.pools.len()),
        };
        let next = match keys.last() {
            Some((last, _)) => Some((shard, Some(*last))),
            None => Some((shard + 1, None)).filter(|(next, _)| *next < shards),
        };
        let covered = |at: Position| {
            let head = moment.heads.get(at.partition as usize);
            head.is_some_and(|head| at.number <= head.number)
        };
        keys.retain(|(_, replay)| covered(replay.appended.last));
        Ok((keys, next))
    }

    /// How far consumers are whose effect is elsewhere.
    pub(super) async fn watermarks(&self) -> Result<Vec<(String, Position)>, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => store.pool.read(sqlite::source::watermarks).await,
            Postgres(store) => store.watermarks().await,
        }
    }

    /// The row at a position.
    pub(super) async fn row_at(&self, at: Position) -> Result<Option<Arc<Recorded>>, ReadError> {
        if at.number == 0 {
            return Ok(None);
        }
        let rows = self.read_partition(at.partition, at.number - 1, 1).await?;
        Ok(rows.into_iter().find(|row| row.header.position == at))
    }
}
