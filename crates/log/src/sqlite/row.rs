//! Rows of `events` in and out of `SQLite`.

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Row, params};
use taskfold_contracts::envelope::{Hash, Header, Recorded};
use taskfold_contracts::ids::{ChangeId, CorrelationId, EventId, KeyId, StreamId, WorkspaceId};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::Timestamp;

use super::schema::{place, position};
use crate::{ReadError, actor};

/// The columns that [`read`] takes, in its order.
macro_rules! columns {
    () => {
        "place, event_id, workspace_id, stream_id, version, type, schema_version, recorded_at, actor, \
         change_id, undoes, correlation_id, causation_id, key_id, payload, hash"
    };
}
pub(crate) use columns;

/// Inserts one row.
pub(crate) const INSERT: &str = concat!(
    "INSERT INTO events (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
);

/// Runs [`INSERT`] for `row`.
pub(crate) fn insert(statement: &mut CachedStatement<'_>, row: &Recorded) -> rusqlite::Result<()> {
    let header = &row.header;
    let (actor, actor_bytes) = actor::encode(header.actor);
    statement.execute(params![
        place(header.position.partition, header.position.number),
        header.event_id.as_bytes().as_slice(),
        header.workspace_id.as_bytes().as_slice(),
        header.stream_id.as_bytes().as_slice(),
        header.version.0.cast_signed(),
        &*header.event_type,
        header.schema_version,
        header.recorded_at.as_millis(),
        &actor[..actor_bytes],
        header.change_id.as_bytes().as_slice(),
        header.undoes.as_ref().map(|id| id.as_bytes().as_slice()),
        header.correlation_id.as_bytes().as_slice(),
        header
            .causation_id
            .as_ref()
            .map(|id| id.as_bytes().as_slice()),
        header.key_id.as_ref().map(|id| id.as_bytes().as_slice()),
        &*row.payload,
        row.hash.as_slice(),
    ])?;
    Ok(())
}

/// Reads a row of [`columns`].
pub(crate) fn read(row: &Row<'_>) -> Result<Recorded, ReadError> {
    let fields = Fields { row };
    let header = Header {
        position: position(fields.integer(0, "place")?),
        event_id: fields.id(1, "event_id", EventId::from_slice)?,
        workspace_id: fields.id(2, "workspace_id", WorkspaceId::from_slice)?,
        stream_id: fields.id(3, "stream_id", StreamId::from_slice)?,
        version: Version(fields.integer(4, "version")?.cast_unsigned()),
        event_type: fields.text(5, "type")?.into(),
        schema_version: u16::try_from(fields.integer(6, "schema_version")?)
            .map_err(|_| fields.damaged("schema_version"))?,
        recorded_at: Timestamp::from_millis(fields.integer(7, "recorded_at")?),
        actor: fields.id(8, "actor", actor::decode)?,
        change_id: fields.id(9, "change_id", ChangeId::from_slice)?,
        undoes: fields.optional_id(10, "undoes", ChangeId::from_slice)?,
        correlation_id: fields.id(11, "correlation_id", CorrelationId::from_slice)?,
        causation_id: fields.optional_id(12, "causation_id", EventId::from_slice)?,
        key_id: fields.optional_id(13, "key_id", KeyId::from_slice)?,
    };
    let hash: Hash = fields.id(15, "hash", |bytes| bytes.try_into().ok())?;
    Ok(Recorded {
        header,
        payload: fields.bytes(14, "payload")?.into(),
        hash,
    })
}

struct Fields<'a> {
    row: &'a Row<'a>,
}

impl<'a> Fields<'a> {
    fn value(&self, index: usize, field: &'static str) -> Result<ValueRef<'a>, ReadError> {
        self.row.get_ref(index).map_err(|_| self.damaged(field))
    }

    fn integer(&self, index: usize, field: &'static str) -> Result<i64, ReadError> {
        self.value(index, field)?
            .as_i64()
            .map_err(|_| self.damaged(field))
    }

    fn text(&self, index: usize, field: &'static str) -> Result<&'a str, ReadError> {
        self.value(index, field)?
            .as_str()
            .map_err(|_| self.damaged(field))
    }

    fn bytes(&self, index: usize, field: &'static str) -> Result<&'a [u8], ReadError> {
        self.value(index, field)?
            .as_blob()
            .map_err(|_| self.damaged(field))
    }

    fn id<T>(
        &self,
        index: usize,
        field: &'static str,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, ReadError> {
        read(self.bytes(index, field)?).ok_or_else(|| self.damaged(field))
    }

    fn optional_id<T>(
        &self,
        index: usize,
        field: &'static str,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, ReadError> {
        match self.value(index, field)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => read(bytes).map(Some).ok_or_else(|| self.damaged(field)),
            ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => {
                Err(self.damaged(field))
            }
        }
    }

    fn damaged(&self, field: &'static str) -> ReadError {
        let place = self.row.get::<_, i64>(0).unwrap_or_default();
        ReadError::Damaged {
            place: position(place).to_string(),
            field,
        }
    }
}
