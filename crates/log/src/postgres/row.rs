//! Rows of `log.events` in and out of `PostgreSQL`.

use std::sync::Arc;

use taskfold_contracts::envelope::{Header, Recorded};
use taskfold_contracts::ids::{ChangeId, CorrelationId, EventId, KeyId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};
use uuid::Uuid;

use super::connect::{Error, Session};
use crate::{ReadError, actor};

/// The columns that [`read`] takes, in its order.
macro_rules! columns {
    () => {
        "partition, number, event_id, workspace_id, stream_id, version, type, schema_version, \
         recorded_at, actor, change_id, undoes, correlation_id, causation_id, key_id, payload, hash"
    };
}
pub(crate) use columns;

/// Inserts rows, one array a column.
pub(crate) const INSERT: &str = concat!(
    "INSERT INTO log.events (",
    columns!(),
    ") SELECT * FROM unnest($1::int4[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int8[], \
     $7::text[], $8::int4[], $9::int8[], $10::bytea[], $11::uuid[], $12::uuid[], $13::uuid[], \
     $14::uuid[], $15::uuid[], $16::bytea[], $17::bytea[])"
);

/// A partition as its column holds it.
pub(crate) fn small(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

/// A number as its column holds it; what is greater than any number is the greatest.
pub(crate) fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Runs [`INSERT`] for `rows`.
pub(crate) async fn insert(session: &Session, rows: &[Arc<Recorded>]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let numbers = |of: &dyn Fn(&Header) -> i64| -> Vec<i64> {
        rows.iter().map(|row| of(&row.header)).collect()
    };
    let smalls = |of: &dyn Fn(&Header) -> i32| -> Vec<i32> {
        rows.iter().map(|row| of(&row.header)).collect()
    };
    let ids = |of: &dyn Fn(&Header) -> Uuid| -> Vec<Uuid> {
        rows.iter().map(|row| of(&row.header)).collect()
    };
    let optional = |of: &dyn Fn(&Header) -> Option<Uuid>| -> Vec<Option<Uuid>> {
        rows.iter().map(|row| of(&row.header)).collect()
    };
    let types: Vec<&str> = rows.iter().map(|row| &*row.header.event_type).collect();
    let actors: Vec<Vec<u8>> = rows
        .iter()
        .map(|row| actor::bytes(row.header.actor))
        .collect();
    let payloads: Vec<&[u8]> = rows.iter().map(|row| &*row.payload).collect();
    let hashes: Vec<&[u8]> = rows.iter().map(|row| row.hash.as_slice()).collect();
    let values: [&(dyn ToSql + Sync); 17] = [
        &smalls(&|header| small(header.position.partition)),
        &numbers(&|header| big(header.position.number)),
        &ids(&|header| header.event_id.0),
        &ids(&|header| header.workspace_id.0),
        &ids(&|header| header.stream_id.0),
        &numbers(&|header| big(header.version.0)),
        &types,
        &smalls(&|header| i32::from(header.schema_version)),
        &numbers(&|header| header.recorded_at.as_millis()),
        &actors,
        &ids(&|header| header.change_id.0),
        &optional(&|header| header.undoes.map(|id| id.0)),
        &ids(&|header| header.correlation_id.0),
        &optional(&|header| header.causation_id.map(|id| id.0)),
        &optional(&|header| header.key_id.map(|id| id.0)),
        &payloads,
        &hashes,
    ];
    session.query(INSERT, &values).await.map(drop)
}

/// Reads a row of [`columns`].
pub(crate) fn read(row: &Row) -> Result<Recorded, ReadError> {
    let fields = Fields { row };
    let header = Header {
        position: position(fields.get(0, "partition")?, fields.get(1, "number")?),
        event_id: EventId(fields.get(2, "event_id")?),
        workspace_id: WorkspaceId(fields.get(3, "workspace_id")?),
        stream_id: StreamId(fields.get(4, "stream_id")?),
        version: Version(fields.get::<i64>(5, "version")?.cast_unsigned()),
        event_type: fields.get::<&str>(6, "type")?.into(),
        schema_version: u16::try_from(fields.get::<i32>(7, "schema_version")?)
            .map_err(|_| fields.damaged("schema_version"))?,
        recorded_at: Timestamp::from_millis(fields.get(8, "recorded_at")?),
        actor: actor::decode(fields.get(9, "actor")?).ok_or_else(|| fields.damaged("actor"))?,
        change_id: ChangeId(fields.get(10, "change_id")?),
        undoes: fields.get::<Option<Uuid>>(11, "undoes")?.map(ChangeId),
        correlation_id: CorrelationId(fields.get(12, "correlation_id")?),
        causation_id: fields.get::<Option<Uuid>>(13, "causation_id")?.map(EventId),
        key_id: fields.get::<Option<Uuid>>(14, "key_id")?.map(KeyId),
    };
    let hash = fields.get::<&[u8]>(16, "hash")?;
    Ok(Recorded {
        header,
        payload: fields.get::<&[u8]>(15, "payload")?.into(),
        hash: hash.try_into().map_err(|_| fields.damaged("hash"))?,
    })
}

/// A position from its two columns.
pub(crate) fn position(partition: i32, number: i64) -> Position {
    Position {
        partition: partition.cast_unsigned(),
        number: number.cast_unsigned(),
    }
}

struct Fields<'a> {
    row: &'a Row,
}

impl<'a> Fields<'a> {
    fn get<T: FromSql<'a>>(&self, index: usize, field: &'static str) -> Result<T, ReadError> {
        self.row.try_get(index).map_err(|_| self.damaged(field))
    }

    fn damaged(&self, field: &'static str) -> ReadError {
        let partition = self.row.try_get(0).unwrap_or_default();
        let number = self.row.try_get(1).unwrap_or_default();
        ReadError::Damaged {
            place: position(partition, number).to_string(),
            field,
        }
    }
}
