//! The Avro schemas, compiled in.

use std::sync::OnceLock;

use serde_avro_fast::Schema;

use crate::events::EventType;

/// The text of the current schema of an event type.
pub fn text(event_type: EventType) -> &'static str {
    event_type.schema_text()
}

/// The text of a released schema, the current one or an older one; none when there is no such version.
pub fn released(event_type: EventType, version: u16) -> Option<&'static str> {
    if version == event_type.schema_version() {
        return Some(event_type.schema_text());
    }
    let old = crate::upcast::OLD
        .iter()
        .find(|old| old.event_type == event_type && old.schema_version == version);
    old.map(|old| old.schema)
}

/// The parsed current schema of an event type.
///
/// # Panics
/// When a schema that was compiled in is not Avro; the tests parse every one.
#[allow(
    clippy::panic,
    reason = "a broken constant, caught by a test over all of them"
)]
pub(crate) fn current(event_type: EventType) -> &'static Schema {
    static PARSED: OnceLock<Vec<Schema>> = OnceLock::new();
    let parsed = PARSED.get_or_init(|| {
        let parse = |event_type: &EventType| match text(*event_type).parse() {
            Ok(schema) => schema,
            Err(error) => panic!("schema of {}: {error}", event_type.as_str()),
        };
        EventType::ALL.iter().map(parse).collect()
    });
    &parsed[event_type as usize]
}
