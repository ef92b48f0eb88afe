//! `BACKWARD_TRANSITIVE`: the newest schema of an event reads what any released one wrote.

use apache_avro::Schema;
use apache_avro::schema_compatibility::{Compatibility, SchemaCompatibility};

use crate::events::EventType;
use crate::schemas;

/// Whether the newest schema of an event reads what this version of it wrote.
///
/// # Errors
/// Why it does not.
pub fn reads(event_type: EventType, version: u16) -> Result<(), String> {
    let written = schemas::released(event_type, version)
        .ok_or_else(|| format!("there is no version {version}"))?;
    can_read(written, event_type.schema_text())
}

/// Whether a reader with the schema `newest` reads all that was written with `released`.
///
/// # Errors
/// Why it does not.
pub fn can_read(released: &str, newest: &str) -> Result<(), String> {
    let parse = |text: &str| Schema::parse_str(text).map_err(|error| error.to_string());
    match SchemaCompatibility::can_read(&parse(released)?, &parse(newest)?) {
        Ok(Compatibility::Full) => Ok(()),
        Ok(Compatibility::Partial) => Err("only some of what was written can be read".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
