//! What is read from databases to copy them.

use taskfold_contracts::ids::StreamId;
use taskfold_contracts::position::Position;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connect::Error;
use super::facts::{key_columns, read_head, read_key};
use super::row;
use super::store::Store;
use crate::facts::Key;
use crate::head::Head;
use crate::transfer::Moment;
use crate::{Claim, ReadError, Replay};

/// Heads and claims in one statement: as they stood at one moment.
const MOMENT: &str = "SELECT partition, head, recorded_at, hash, NULL::uuid FROM log.partitions
     UNION ALL SELECT NULL, NULL, NULL, key, stream_id FROM log.claims";
const KEYS: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM log.idempotency WHERE key > $1 ORDER BY key LIMIT $2"
);
const WATERMARKS: &str = "SELECT consumer, partition, number FROM log.watermarks";

impl Store {
    /// Heads and claims, those of each database as they stand together.
    pub(crate) async fn moment(&self) -> Result<Moment, ReadError> {
        let mut heads = vec![Head::start(); self.partitions as usize];
        let mut claims = Vec::new();
        for pool in &self.pools {
            for row in pool.query(MOMENT, &[]).await? {
                let stream = row.try_get::<_, Option<Uuid>>(4).map_err(Error::from)?;
                if let Some(stream) = stream {
                    claims.push(read_claim(&row, stream)?);
                    continue;
                }
                let (partition, head) = read_head(&row)?;
                if let Some(place) = heads.get_mut(partition as usize) {
                    *place = head;
                }
            }
        }
        Ok(Moment { heads, claims })
    }

    /// Idempotency keys of one database behind `after`, in order.
    pub(crate) async fn keys(
        &self,
        shard: usize,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Replay)>, ReadError> {
        let after = after.map(Vec::from).unwrap_or_default();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let page = self.pools[shard].query(KEYS, &[&after, &limit]).await?;
        Ok(page.iter().map(read_key).collect::<Result<_, Error>>()?)
    }

    /// How far all consumers are.
    pub(crate) async fn watermarks(&self) -> Result<Vec<(String, Position)>, ReadError> {
        let mut found = Vec::new();
        for pool in &self.pools {
            for row in pool.query(WATERMARKS, &[]).await? {
                found.push(read_watermark(&row)?);
            }
        }
        Ok(found)
    }
}

fn read_claim(row: &Row, stream: Uuid) -> Result<Claim, Error> {
    let key: &[u8] = row.try_get(3)?;
    let key = key.try_into().map_err(|_| ReadError::Damaged {
        place: "log.claims".to_owned(),
        field: "key",
    })?;
    let stream = StreamId(stream);
    Ok(Claim { key, stream })
}

fn read_watermark(row: &Row) -> Result<(String, Position), Error> {
    let at = row::position(row.try_get(1)?, row.try_get(2)?);
    Ok((row.try_get(0)?, at))
}
