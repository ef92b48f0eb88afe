//! Reading the log, wherever it is.

use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::ids::{ChangeId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;

use crate::facts::Key;
use crate::log::Storage::{Postgres, Sqlite};
use crate::sqlite::forget::Piece;
use crate::{Log, ReadError, Replay, Snapshot, Stats, Verification, postgres, sqlite};

impl Log {
    /// The last committed position of a partition, whoever committed it. A file has no other writer: there it
    /// is [`Log::head`]. A database is asked, and the head is known from then on.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn refresh(&self, partition: u32) -> Result<Position, ReadError> {
        if let Postgres(store) = &self.inner.storage {
            for (partition, number) in store.heads_beside(partition).await? {
                self.inner.rings.advance(partition, number);
            }
        }
        Ok(self.head(partition))
    }

    /// Up to `limit` rows after number `after`, in order of position.
    pub async fn read_partition(
        &self,
        partition: u32,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        if let Some(rows) = self.inner.rings.after(partition, after, limit, |_| true) {
            return Ok(rows);
        }
        match &self.inner.storage {
            Sqlite(store) => {
                let work = move |connection: &_| {
                    sqlite::read::partition(connection, partition, after, limit)
                };
                store.pool.read(work).await
            }
            Postgres(store) => store.partition(partition, after, limit).await,
        }
    }

    /// Up to `limit` rows of a workspace after number `after` and, if given, not after `upto`; in order of
    /// position.
    pub async fn read_workspace(
        &self,
        workspace: WorkspaceId,
        after: u64,
        upto: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let partition = self.partition_of(workspace);
        let upto = upto.unwrap_or(u64::MAX);
        let wanted = |row: &Recorded| {
            row.header.workspace_id == workspace && row.header.position.number <= upto
        };
        if let Some(rows) = self.inner.rings.after(partition, after, limit, wanted) {
            return Ok(rows);
        }
        let tenant = (workspace, partition);
        match &self.inner.storage {
            Sqlite(store) => {
                let work = move |connection: &_| {
                    sqlite::read::workspace(connection, tenant, after, upto, limit)
                };
                store.pool.read(work).await
            }
            Postgres(store) => store.workspace(tenant, after, upto, limit).await,
        }
    }

    /// Up to `limit` rows of a stream after version `after`, in order.
    pub async fn read_stream(
        &self,
        stream: StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => {
                let work =
                    move |connection: &_| sqlite::read::stream(connection, stream, after, limit);
                store.pool.read(work).await
            }
            Postgres(store) => store.stream(stream, after, limit).await,
        }
    }

    /// All rows of a change, in order; none when there is no such change.
    pub async fn read_change(&self, change: ChangeId) -> Result<Vec<Arc<Recorded>>, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => {
                let work = move |connection: &_| sqlite::read::change(connection, change);
                store.pool.read(work).await
            }
            Postgres(store) => store.change(change).await,
        }
    }

    /// Up to `limit` rows of a workspace before number `before`, newest first.
    pub async fn recent_of_workspace(
        &self,
        workspace: WorkspaceId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        self.recent(workspace, None, before, limit).await
    }

    /// Up to `limit` rows of a workspace that `actor` wrote, before number `before`, newest first.
    pub async fn recent_of_actor(
        &self,
        workspace: WorkspaceId,
        actor: Actor,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        self.recent(workspace, Some(actor), before, limit).await
    }

    async fn recent(
        &self,
        workspace: WorkspaceId,
        actor: Option<Actor>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let tenant = (workspace, self.partition_of(workspace));
        let before = before.unwrap_or(u64::MAX);
        match &self.inner.storage {
            Sqlite(store) => {
                let work = move |connection: &_| {
                    sqlite::read::recent(connection, tenant, actor, before, limit)
                };
                store.pool.read(work).await
            }
            Postgres(store) => store.recent(tenant, actor, before, limit).await,
        }
    }

    /// The last position that was recorded at or before `at`; number 0 when there is none.
    pub async fn position_at(&self, partition: u32, at: Timestamp) -> Result<Position, ReadError> {
        let head = self.head(partition).number;
        let number = match &self.inner.storage {
            Sqlite(store) => {
                let work =
                    move |connection: &_| sqlite::read::number_at(connection, partition, head, at);
                store.pool.read(work).await?
            }
            Postgres(store) => store.number_at(partition, head, at).await?,
        };
        Ok(Position { partition, number })
    }

    /// What was stored for an idempotency key.
    pub async fn idempotent(&self, key: &[u8; 32]) -> Result<Option<Replay>, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => {
                let key = *key;
                let work = move |connection: &_| sqlite::read::idempotent(connection, &key);
                store.pool.read(work).await
            }
            Postgres(store) => store.idempotent(key).await,
        }
    }

    /// Some of the idempotency keys of a database behind `after`, and which of them were stored before
    /// `before`.
    pub(crate) async fn old_keys(
        &self,
        shard: usize,
        after: Option<Key>,
        before: Timestamp,
    ) -> Result<Piece, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => {
                let work = move |connection: &_| sqlite::forget::piece(connection, after, before);
                store.pool.read(work).await
            }
            Postgres(store) => store.old_keys(shard, after, before).await,
        }
    }

    /// How large the log is.
    pub async fn stats(&self) -> Result<Stats, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => store.stats().await,
            Postgres(store) => store.stats().await,
        }
    }

    /// Checks chain, positions and versions of the whole log as it stands now. `progress` is called,
    /// perhaps on another thread, with the events checked and their number.
    pub async fn verify(
        &self,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Verification, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => {
                let work = move |connection: &_| sqlite::verify::verify(connection, progress);
                store.pool.read(work).await
            }
            Postgres(store) => postgres::verify::verify(store, progress).await,
        }
    }

    /// The newest snapshot of `key` in the partition of `upto`, at or before it.
    pub async fn latest_snapshot(
        &self,
        key: &[u8],
        upto: Position,
    ) -> Result<Option<Snapshot>, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => {
                let key = key.to_vec();
                let work = move |connection: &_| sqlite::snapshot::latest(connection, &key, upto);
                store.pool.read(work).await
            }
            Postgres(store) => store.latest_snapshot(key, upto).await,
        }
    }

    /// How far a consumer is whose effect is elsewhere; 0 when it never said.
    pub async fn watermark(&self, consumer: &str, partition: u32) -> Result<u64, ReadError> {
        match &self.inner.storage {
            Sqlite(store) => {
                let consumer = consumer.to_owned();
                let work = move |connection: &_| {
                    sqlite::snapshot::watermark(connection, &consumer, partition)
                };
                store.pool.read(work).await
            }
            Postgres(store) => store.watermark(consumer, partition).await,
        }
    }
}
