//! How one record becomes Avro and back.

use crate::ids::{EventId, UserId, WorkspaceId};
use crate::time::Timestamp;

/// The fields that every Avro record begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordHead {
    /// The event's id.
    pub event_id: EventId,
    /// When it happened; an import gives the original time.
    pub timestamp: Timestamp,
    /// Who did it; none when Taskfold itself did.
    pub user_id: Option<UserId>,
    /// Where.
    pub workspace_id: WorkspaceId,
}

/// Avro bytes and an event that do not fit each other.
#[derive(Debug, thiserror::Error)]
#[error("{record}: {reason}")]
pub struct CodecError {
    /// Name of the record or event type.
    pub record: String,
    /// What is wrong.
    pub reason: String,
}

impl CodecError {
    /// `reason` is shown to operators; it never holds content.
    pub fn new(record: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self {
            record: record.into(),
            reason: reason.to_string(),
        }
    }
}

/// A record that can be written as Avro.
pub trait Payload: Sized {
    /// Appends the Avro bytes to `out`.
    fn to_avro(
        &self,
        head: &RecordHead,
        schema: &serde_avro_fast::Schema,
        out: Vec<u8>,
    ) -> Result<Vec<u8>, CodecError>;
    /// Reads bytes that were written with `schema`.
    fn from_avro(
        bytes: &[u8],
        schema: &serde_avro_fast::Schema,
    ) -> Result<(RecordHead, Self), CodecError>;
}

/// Declares event records: the public struct, and on the wire the same fields behind [`RecordHead`].
/// The doc comment of a field goes to both; a field's schema is the `.avsc` file's business.
macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
        }

        impl $crate::events::Payload for $name {
            fn to_avro(
                &self,
                head: &$crate::events::RecordHead,
                schema: &serde_avro_fast::Schema,
                out: Vec<u8>,
            ) -> Result<Vec<u8>, $crate::events::CodecError> {
                #[derive(serde::Serialize)]
                struct Wire<'a> {
                    event_id: &'a $crate::ids::EventId,
                    timestamp: i64,
                    user_id: &'a Option<$crate::ids::UserId>,
                    workspace_id: &'a $crate::ids::WorkspaceId,
                    $($field: &'a $ty,)*
                }
                let wire = Wire {
                    event_id: &head.event_id,
                    timestamp: head.timestamp.as_millis(),
                    user_id: &head.user_id,
                    workspace_id: &head.workspace_id,
                    $($field: &self.$field,)*
                };
                let mut config = serde_avro_fast::ser::SerializerConfig::new(schema);
                serde_avro_fast::to_datum(&wire, out, &mut config)
                    .map_err(|error| $crate::events::CodecError::new(stringify!($name), error))
            }

            fn from_avro(
                bytes: &[u8],
                schema: &serde_avro_fast::Schema,
            ) -> Result<($crate::events::RecordHead, Self), $crate::events::CodecError> {
                #[derive(serde::Deserialize)]
                struct Wire {
                    event_id: $crate::ids::EventId,
                    timestamp: i64,
                    user_id: Option<$crate::ids::UserId>,
                    workspace_id: $crate::ids::WorkspaceId,
                    $($field: $ty,)*
                }
                let wire: Wire = serde_avro_fast::from_datum_slice(bytes, schema)
                    .map_err(|error| $crate::events::CodecError::new(stringify!($name), error))?;
                let head = $crate::events::RecordHead {
                    event_id: wire.event_id,
                    timestamp: $crate::time::Timestamp::from_millis(wire.timestamp),
                    user_id: wire.user_id,
                    workspace_id: wire.workspace_id,
                };
                Ok((head, Self { $($field: wire.$field,)* }))
            }
        }
    )*};
}
pub(crate) use records;
