//! Old versions of events, read as today's. Stored bytes are never rewritten.

use crate::events::{CodecError, Event, EventType, RecordHead};

/// Reads the payload of `event_type` that was written as `schema_version`.
///
/// # Errors
/// Bytes that do not fit the schema, or a version that this process does not know.
pub fn read(
    event_type: EventType,
    schema_version: u16,
    payload: &[u8],
) -> Result<(RecordHead, Event), CodecError> {
    if schema_version == event_type.schema_version() {
        return Event::from_avro(event_type, payload);
    }
    Err(CodecError::new(
        event_type.as_str(),
        format_args!(
            "schema version {schema_version} is unknown here (newest known: {})",
            event_type.schema_version()
        ),
    ))
}
