//! The Avro schemas, compiled in.

use std::sync::OnceLock;

use serde_avro_fast::Schema;

use crate::events::EventType;

/// The text of the current schema of an event type.
pub fn text(event_type: EventType) -> &'static str {
    event_type.schema_text()
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
