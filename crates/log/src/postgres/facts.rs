//! What a batch must know, read after its heads are locked.

use std::collections::{BTreeSet, HashMap};

use taskfold_contracts::ids::{ChangeId, StreamId};
use taskfold_contracts::position::partition_of;
use taskfold_contracts::time::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connect::{Error, Session, Values};
use super::row::{position, small};
use crate::facts::{Facts, Key, streams_of};
use crate::head::Head;
use crate::plan::Plan;
use crate::{Append, Appended, Replay};

/// Locks heads in order, so that no two transactions wait for each other.
pub(crate) const LOCK: &str = "SELECT partition, head, recorded_at, hash FROM log.partitions \
     WHERE partition = ANY($1::int4[]) ORDER BY partition FOR NO KEY UPDATE";

/// The columns of `log.idempotency`, as [`read_key`] takes them.
macro_rules! key_columns {
    () => {
        "key, fingerprint, change_id, partition, first, last, recorded_at, reply"
    };
}
pub(crate) use key_columns;

/// All that a batch asks for: streams, idempotency keys, claims, in the columns of [`key_columns`] and one
/// more, which tells what a row is: a key has none, a stream its version, a claim 0.
pub(crate) const FACTS: &str = concat!(
    "SELECT ",
    key_columns!(),
    ", NULL::int8 AS version FROM log.idempotency WHERE key = ANY($2::bytea[]) \
     UNION ALL SELECT NULL, NULL, id, partition, NULL, NULL, NULL, NULL, version \
     FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL \
     (SELECT version, partition FROM log.events WHERE stream_id = wanted.id \
      ORDER BY version DESC LIMIT 1) AS last \
     UNION ALL SELECT key, NULL, stream_id, NULL, NULL, NULL, NULL, NULL, 0 \
     FROM log.claims WHERE key = ANY($3::bytea[])"
);

/// Begins a transaction.
pub(crate) const BEGIN: &str = "BEGIN";

/// What a batch asks for.
pub(crate) struct Wanted {
    streams: Vec<Uuid>,
    keys: Vec<Vec<u8>>,
    claims: Vec<Vec<u8>>,
}

/// What there was.
#[derive(Default)]
pub(crate) struct Found {
    /// One a partition of the log; those that were not locked are empty.
    pub(crate) heads: Vec<Head>,
    pub(crate) facts: Facts,
    /// Where streams stand.
    pub(crate) homes: HashMap<StreamId, u32>,
}

impl Wanted {
    pub(crate) fn of(appends: &[Append]) -> Self {
        let streams = streams_of(appends);
        let keys = appends
            .iter()
            .filter_map(|append| append.idempotency.as_ref());
        let claims = appends.iter().flat_map(|append| &append.claims);
        Self {
            streams: streams.into_iter().map(|stream| stream.0).collect(),
            keys: keys.map(|idempotency| idempotency.key.to_vec()).collect(),
            claims: claims.map(|claim| claim.key.to_vec()).collect(),
        }
    }

    /// What tells whether a batch without rows was stored.
    pub(crate) fn of_plan(plan: &Plan) -> Self {
        Self {
            streams: Vec::new(),
            keys: plan.keys.iter().map(|(key, _)| key.key.to_vec()).collect(),
            claims: plan.claims.iter().map(|claim| claim.key.to_vec()).collect(),
        }
    }
}

/// Begins the transaction, locks `partitions`, then reads what `wanted` names: one round trip. Each
/// statement sees what was committed when it began, so what is read is what stands under the locks.
pub(crate) async fn begin(
    session: &Session,
    partitions: &BTreeSet<u32>,
    wanted: &Wanted,
    count: u32,
) -> Result<Found, Error> {
    let locked: Vec<i32> = partitions
        .iter()
        .map(|partition| small(*partition))
        .collect();
    let locked: Values<'_> = &[&locked];
    let wanted: Values<'_> = &[&wanted.streams, &wanted.keys, &wanted.claims];
    let all = async {
        // In this order onto the line: the first poll of each sends it.
        tokio::join!(
            biased;
            session.query(BEGIN, &[]),
            session.query(LOCK, locked),
            session.query(FACTS, wanted),
        )
    };
    let (begun, heads, facts) = session.bounded(Box::pin(async { Ok(all.await) })).await?;
    begun?;
    let mut found = Found {
        heads: read_heads(&heads?, count)?,
        facts: Facts::default(),
        homes: HashMap::new(),
    };
    for row in facts? {
        found.take(&row)?;
    }
    Ok(found)
}

impl Found {
    /// Takes a row of [`FACTS`].
    pub(crate) fn take(&mut self, row: &Row) -> Result<(), Error> {
        let Some(version) = row.try_get::<_, Option<i64>>(8)? else {
            let (key, replay) = read_key(row)?;
            self.facts.keys.insert(key, replay);
            return Ok(());
        };
        let stream = StreamId(row.try_get(2)?);
        if version > 0 {
            let home: i32 = row.try_get(3)?;
            self.facts.heads.insert(stream, version.cast_unsigned());
            self.homes.insert(stream, home.cast_unsigned());
        } else if let Ok(key) = row.try_get::<_, &[u8]>(0)?.try_into() {
            self.facts.claims.insert(key, stream);
        }
        Ok(())
    }
}

fn read_heads(rows: &[Row], count: u32) -> Result<Vec<Head>, Error> {
    let mut heads = vec![Head::start(); count as usize];
    for row in rows {
        let (partition, head) = read_head(row)?;
        if let Some(place) = heads.get_mut(partition as usize) {
            *place = head;
        }
    }
    Ok(heads)
}

/// Reads partition, head, time and hash.
pub(crate) fn read_head(row: &Row) -> Result<(u32, Head), Error> {
    let at = position(row.try_get(0)?, row.try_get(1)?);
    let hash: &[u8] = row.try_get(3)?;
    let head = Head {
        number: at.number,
        recorded_at: Timestamp::from_millis(row.try_get(2)?),
        hash: hash.try_into().map_err(|_| crate::ReadError::Damaged {
            place: at.to_string(),
            field: "the head's hash",
        })?,
    };
    Ok((at.partition, head))
}

/// Reads a row of [`key_columns`].
pub(crate) fn read_key(row: &Row) -> Result<(Key, Replay), Error> {
    let partition: i32 = row.try_get(3)?;
    let damaged = |field| crate::ReadError::Damaged {
        place: partition.to_string(),
        field,
    };
    let (key, fingerprint): (&[u8], &[u8]) = (row.try_get(0)?, row.try_get(1)?);
    let replay = Replay {
        fingerprint: fingerprint.try_into().map_err(|_| damaged("fingerprint"))?,
        appended: Appended {
            change_id: ChangeId(row.try_get(2)?),
            first: position(partition, row.try_get(4)?),
            last: position(partition, row.try_get(5)?),
            recorded_at: Timestamp::from_millis(row.try_get(6)?),
            replayed: true,
            reply: row.try_get(7)?,
        },
    };
    Ok((key.try_into().map_err(|_| damaged("key"))?, replay))
}

/// The partitions that `appends` write to.
pub(crate) fn partitions_of(appends: &[Append], count: u32) -> BTreeSet<u32> {
    let partitions = appends
        .iter()
        .map(|append| partition_of(append.workspace_id, count));
    partitions.collect()
}
