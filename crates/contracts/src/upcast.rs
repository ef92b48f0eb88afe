//! Old versions of events, read as today's. Stored bytes are never rewritten.
//!
//! To change an event: add `schemas/<type>/v<n+1>.avsc` beside the old file, change the record in
//! [`crate::events`] and its version in the event table, and add the old version to [`OLD`] with a
//! function that reads its bytes as today's event.

use std::sync::OnceLock;

use serde_avro_fast::Schema;

use crate::events::{
    CodecError, Event, EventType, ListCreated, Payload as _, RecordHead, TaskCreated,
};

/// Reads bytes of one old version as today's event.
pub type Upcaster = fn(&[u8]) -> Result<(RecordHead, Event), CodecError>;

/// An old version of an event that is still read.
#[derive(Debug, Clone, Copy)]
pub struct Old {
    /// Which event.
    pub event_type: EventType,
    /// The version that its bytes were written with.
    pub schema_version: u16,
    /// The schema of that version.
    pub schema: &'static str,
    /// How they are read.
    pub read: Upcaster,
}

/// Every released version that is not the current one; a test holds it against `schemas/`.
pub const OLD: &[Old] = &[
    Old {
        event_type: EventType::TaskCreated,
        schema_version: 1,
        schema: include_str!("../schemas/task.created/v1.avsc"),
        read: |payload| {
            static SCHEMA: OnceLock<Result<Schema, String>> = OnceLock::new();
            let text = include_str!("../schemas/task.created/v1.avsc");
            let (head, event) = TaskCreated::from_avro(payload, parsed(&SCHEMA, text)?)?;
            Ok((head, event.into()))
        },
    },
    Old {
        event_type: EventType::ListCreated,
        schema_version: 1,
        schema: include_str!("../schemas/list.created/v1.avsc"),
        read: |payload| {
            static SCHEMA: OnceLock<Result<Schema, String>> = OnceLock::new();
            let text = include_str!("../schemas/list.created/v1.avsc");
            let (head, event) = ListCreated::from_avro(payload, parsed(&SCHEMA, text)?)?;
            Ok((head, event.into()))
        },
    },
];

/// The schema that bytes were written with. Where the versions since then only added fields that may be
/// absent, today's record reads them: what its schema does not name is none.
fn parsed(
    held: &'static OnceLock<Result<Schema, String>>,
    text: &str,
) -> Result<&'static Schema, CodecError> {
    let parse = || text.parse().map_err(|error| format!("{error}"));
    held.get_or_init(parse)
        .as_ref()
        .map_err(|reason| CodecError::new("an old schema", reason))
}

/// Reads the payload of `event_type` that was written as `schema_version`.
///
/// # Errors
/// Bytes that do not fit the schema, or a version that this process does not know.
pub fn read(
    event_type: EventType,
    schema_version: u16,
    payload: &[u8],
) -> Result<(RecordHead, Event), CodecError> {
    read_with(OLD, event_type, schema_version, payload)
}

/// [`read`] with another table of old versions.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    old: &[Old],
    event_type: EventType,
    schema_version: u16,
    payload: &[u8],
) -> Result<(RecordHead, Event), CodecError> {
    if schema_version == event_type.schema_version() {
        return Event::from_avro(event_type, payload);
    }
    let known = old
        .iter()
        .find(|o| o.event_type == event_type && o.schema_version == schema_version);
    match known {
        Some(version) => (version.read)(payload),
        None => Err(CodecError::new(
            event_type.as_str(),
            format_args!(
                "schema version {schema_version} is unknown here (newest known: {})",
                event_type.schema_version()
            ),
        )),
    }
}
