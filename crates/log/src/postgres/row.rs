//! Rows of `log.events` in and out of `PostgreSQL`.

use std::sync::Arc;

use taskfold_contracts::envelope::{Header, Recorded};
use taskfold_contracts::ids::{ChangeId, CorrelationId, EventId, KeyId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;
use uuid::Uuid;

use super::connect::Value;
use crate::{ReadError, actor};

/// The columns that [`read`] takes, in its order.
macro_rules! columns {
    () => {
        "partition, number, event_id, workspace_id, stream_id, version, type, schema_version, \
         recorded_at, actor, change_id, undoes, correlation_id, causation_id, key_id, payload, hash"
    };
}
pub(crate) use columns;

/// Inserts rows, one array a column: $1 to $17, as [`Rows`] has them.
macro_rules! insert {
    () => {
        concat!(
            "INSERT INTO log.events (",
            $crate::postgres::row::columns!(),
            ") SELECT * FROM unnest($1::int4[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], \
             $6::int8[], $7::text[], $8::int4[], $9::int8[], $10::bytea[], $11::uuid[], $12::uuid[], \
             $13::uuid[], $14::uuid[], $15::uuid[], $16::bytea[], $17::bytea[])"
        )
    };
}
pub(crate) use insert;

/// A partition as its column holds it.
pub(crate) fn small(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

/// A number as its column holds it; what is greater than any number is the greatest.
pub(crate) fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Rows as columns, in the order of [`columns`].
pub(crate) struct Rows<'a> {
    partitions: Vec<i32>,
    numbers: Vec<i64>,
    events: Vec<Uuid>,
    workspaces: Vec<Uuid>,
    streams: Vec<Uuid>,
    versions: Vec<i64>,
    types: Vec<&'a str>,
    schemas: Vec<i32>,
    times: Vec<i64>,
    actors: Vec<Vec<u8>>,
    changes: Vec<Uuid>,
    undone: Vec<Option<Uuid>>,
    correlations: Vec<Uuid>,
    causations: Vec<Option<Uuid>>,
    keys: Vec<Option<Uuid>>,
    payloads: Vec<&'a [u8]>,
    hashes: Vec<&'a [u8]>,
}

impl<'a> Rows<'a> {
    pub(crate) fn of(rows: &'a [Arc<Recorded>]) -> Self {
        let headers = || rows.iter().map(|row| &row.header);
        Self {
            partitions: headers()
                .map(|header| small(header.position.partition))
                .collect(),
            numbers: headers()
                .map(|header| big(header.position.number))
                .collect(),
            events: headers().map(|header| header.event_id.0).collect(),
            workspaces: headers().map(|header| header.workspace_id.0).collect(),
            streams: headers().map(|header| header.stream_id.0).collect(),
            versions: headers().map(|header| big(header.version.0)).collect(),
            types: headers().map(|header| &*header.event_type).collect(),
            schemas: headers()
                .map(|header| i32::from(header.schema_version))
                .collect(),
            times: headers()
                .map(|header| header.recorded_at.as_millis())
                .collect(),
            actors: headers().map(|header| actor::bytes(header.actor)).collect(),
            changes: headers().map(|header| header.change_id.0).collect(),
            undone: headers()
                .map(|header| header.undoes.map(|id| id.0))
                .collect(),
            correlations: headers().map(|header| header.correlation_id.0).collect(),
            causations: headers()
                .map(|header| header.causation_id.map(|id| id.0))
                .collect(),
            keys: headers()
                .map(|header| header.key_id.map(|id| id.0))
                .collect(),
            payloads: rows.iter().map(|row| &*row.payload).collect(),
            hashes: rows.iter().map(|row| row.hash.as_slice()).collect(),
        }
    }

    pub(crate) fn values(&self) -> [Value<'_>; 17] {
        [
            &self.partitions,
            &self.numbers,
            &self.events,
            &self.workspaces,
            &self.streams,
            &self.versions,
            &self.types,
            &self.schemas,
            &self.times,
            &self.actors,
            &self.changes,
            &self.undone,
            &self.correlations,
            &self.causations,
            &self.keys,
            &self.payloads,
            &self.hashes,
        ]
    }
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
