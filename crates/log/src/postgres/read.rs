//! Statements that read rows.

use std::sync::Arc;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::ids::{ChangeId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;
use tokio_postgres::Row;

use super::connect::Values;
use super::facts::{self, key_columns, read_head};
use super::migrate;
use super::row::{self, big, columns, position, small};
use super::store::Store;
use crate::facts::Key;
use crate::sqlite::forget::Piece;
use crate::{ReadError, Replay, Snapshot, Stats, actor};

/// Rows in the order of the statement.
pub(crate) type Rows = Result<Vec<Arc<Recorded>>, ReadError>;

const PARTITION: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM log.events WHERE partition = $1 AND number > $2 ORDER BY number LIMIT $3"
);
const WORKSPACE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM log.events WHERE workspace_id = $1 AND number > $2 AND number <= $3",
    " ORDER BY number LIMIT $4"
);
const STREAM: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM log.events WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3"
);
const CHANGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM log.events WHERE change_id = $1 ORDER BY partition, number"
);
const RECENT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM log.events WHERE workspace_id = $1 AND number < $2 AND ($3::bytea IS NULL OR actor = $3)",
    " ORDER BY number DESC LIMIT $4"
);
/// Times never decrease within a partition, so the place is found by halving: about 20 look-ups in a
/// million rows, all in the server.
const NUMBER_AT: &str = "WITH RECURSIVE search (low, high) AS (
         SELECT 0::int8, $2::int8
         UNION ALL
         SELECT CASE WHEN event.recorded_at <= $3 THEN middle.number ELSE search.low END,
                CASE WHEN event.recorded_at <= $3 THEN search.high ELSE middle.number - 1 END
         FROM search
         CROSS JOIN LATERAL (SELECT search.low + (search.high - search.low + 1) / 2 AS number) AS middle
         JOIN log.events AS event ON event.partition = $1 AND event.number = middle.number
         WHERE search.low < search.high
     ) SELECT low FROM search WHERE low = high";
const KEY: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM log.idempotency WHERE key = $1"
);
const OLD_KEYS: &str =
    "SELECT key, recorded_at FROM log.idempotency WHERE key > $1 ORDER BY key LIMIT $2";
/// Keys looked at for one piece.
const PIECE: i64 = 1_000;
const SNAPSHOT: &str = "SELECT number, bytes FROM log.snapshots
     WHERE key = $1 AND partition = $2 AND number <= $3 ORDER BY number DESC LIMIT 1";
const WATERMARK: &str = "SELECT number FROM log.watermarks WHERE consumer = $1 AND partition = $2";
/// The head of each partition of a database.
pub(crate) const HEADS: &str =
    "SELECT partition, head, recorded_at, hash FROM log.partitions ORDER BY partition";
const BYTES: &str = "SELECT sum(pg_total_relation_size(class.oid))::int8 FROM pg_class AS class
     JOIN pg_namespace AS schema ON schema.oid = class.relnamespace
     WHERE schema.nspname = 'log' AND class.relkind = 'r'";

fn decode(rows: &[Row]) -> Rows {
    rows.iter()
        .map(|row| Ok(Arc::new(row::read(row)?)))
        .collect()
}

fn limited(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Store {
    async fn rows(&self, partition: u32, sql: &'static str, values: Values<'_>) -> Rows {
        decode(&self.pool(partition).query(sql, values).await?)
    }

    pub(crate) async fn partition(&self, partition: u32, after: u64, limit: usize) -> Rows {
        let values: Values<'_> = &[&small(partition), &big(after), &limited(limit)];
        self.rows(partition, PARTITION, values).await
    }

    pub(crate) async fn workspace(
        &self,
        (workspace, partition): (WorkspaceId, u32),
        after: u64,
        upto: u64,
        limit: usize,
    ) -> Rows {
        let values: Values<'_> = &[&workspace.0, &big(after), &big(upto), &limited(limit)];
        self.rows(partition, WORKSPACE, values).await
    }

    pub(crate) async fn stream(&self, stream: StreamId, after: Version, limit: usize) -> Rows {
        let values: Values<'_> = &[&stream.0, &big(after.0), &limited(limit)];
        let mut rows = self.everywhere(STREAM, values).await?;
        rows.sort_unstable_by_key(|row| row.header.version);
        rows.truncate(limit);
        Ok(rows)
    }

    pub(crate) async fn change(&self, change: ChangeId) -> Rows {
        let mut rows = self.everywhere(CHANGE, &[&change.0]).await?;
        rows.sort_unstable_by_key(|row| row.header.position);
        Ok(rows)
    }

    /// Rows of all databases, one after the other.
    async fn everywhere(&self, sql: &'static str, values: Values<'_>) -> Rows {
        let mut rows = Vec::new();
        for pool in &self.pools {
            rows.extend(decode(&pool.query(sql, values).await?)?);
        }
        Ok(rows)
    }

    /// Newest first, before `before`.
    pub(crate) async fn recent(
        &self,
        (workspace, partition): (WorkspaceId, u32),
        actor: Option<Actor>,
        before: u64,
        limit: usize,
    ) -> Rows {
        let actor = actor.map(actor::bytes);
        let values: Values<'_> = &[&workspace.0, &big(before), &actor, &limited(limit)];
        self.rows(partition, RECENT, values).await
    }

    /// The heads of the partitions that share a database with this one.
    pub(crate) async fn heads_beside(&self, partition: u32) -> Result<Vec<(u32, u64)>, ReadError> {
        let rows = self.pool(partition).query(HEADS, &[]).await?;
        let heads = rows.iter().map(|row| {
            let (partition, head) = read_head(row)?;
            Ok((partition, head.number))
        });
        heads.collect()
    }

    /// Number of the last row recorded at or before `at`.
    pub(crate) async fn number_at(
        &self,
        partition: u32,
        head: u64,
        at: Timestamp,
    ) -> Result<u64, ReadError> {
        let values: Values<'_> = &[&small(partition), &big(head), &at.as_millis()];
        let found = self.pool(partition).query(NUMBER_AT, values).await?;
        let row = found.first().ok_or_else(|| ReadError::Damaged {
            place: position(small(partition), big(head)).to_string(),
            field: "a row before it, which is missing",
        })?;
        Ok(number(row, 0)?)
    }

    pub(crate) async fn idempotent(&self, key: &[u8; 32]) -> Result<Option<Replay>, ReadError> {
        for pool in &self.pools {
            if let Some(row) = pool.query(KEY, &[&key.as_slice()]).await?.first() {
                return Ok(Some(facts::read_key(row)?.1));
            }
        }
        Ok(None)
    }

    /// See [`sqlite::forget::piece`].
    pub(crate) async fn old_keys(
        &self,
        shard: usize,
        after: Option<Key>,
        before: Timestamp,
    ) -> Result<Piece, ReadError> {
        let after = after.map(Vec::from).unwrap_or_default();
        let found = self.pools[shard].query(OLD_KEYS, &[&after, &PIECE]).await?;
        let (mut old, mut last) = (Vec::new(), None);
        for row in &found {
            let (key, at): (&[u8], i64) = key_and_time(row)?;
            last = key.try_into().ok();
            old.extend(last.filter(|_| at < before.as_millis()));
        }
        let more = limited(found.len()) == PIECE;
        Ok(Piece {
            old,
            last: last.filter(|_| more),
        })
    }

    pub(crate) async fn stats(&self) -> Result<Stats, ReadError> {
        let mut heads = vec![(0, Timestamp::from_millis(0)); self.partitions as usize];
        let mut bytes = 0;
        for pool in &self.pools {
            for row in pool.query(HEADS, &[]).await? {
                let (partition, head) = read_head(&row)?;
                if let Some(place) = heads.get_mut(partition as usize) {
                    *place = (head.number, head.recorded_at);
                }
            }
            for row in pool.query(BYTES, &[]).await? {
                bytes += number(&row, 0)?;
            }
        }
        Ok(Stats::of(&heads, (bytes, 0), migrate::format()))
    }

    pub(crate) async fn latest_snapshot(
        &self,
        key: &[u8],
        upto: Position,
    ) -> Result<Option<Snapshot>, ReadError> {
        let values: Values<'_> = &[&key, &small(upto.partition), &big(upto.number)];
        let found = self.pool(upto.partition).query(SNAPSHOT, values).await?;
        let Some(row) = found.first() else {
            return Ok(None);
        };
        Ok(Some(Snapshot {
            position: Position {
                partition: upto.partition,
                number: number(row, 0)?,
            },
            bytes: row.try_get(1).map_err(super::connect::Error::from)?,
        }))
    }

    pub(crate) async fn watermark(&self, consumer: &str, partition: u32) -> Result<u64, ReadError> {
        let values: Values<'_> = &[&consumer, &small(partition)];
        let found = self.pool(partition).query(WATERMARK, values).await?;
        match found.first() {
            Some(row) => Ok(number(row, 0)?),
            None => Ok(0),
        }
    }
}

fn key_and_time(row: &Row) -> Result<(&[u8], i64), super::connect::Error> {
    Ok((row.try_get(0)?, row.try_get(1)?))
}

fn number(row: &Row, column: usize) -> Result<u64, super::connect::Error> {
    Ok(row.try_get::<_, i64>(column)?.cast_unsigned())
}
