//! Rows of the log as records.

use krafka::Record;
use taskfold_contracts::cloudevent::{self, CloudEvent};
use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::events::{EventType, Topic};
use taskfold_contracts::kafka;
use taskfold_log::Log;

use super::cluster::{KafkaError, number_of};
use super::letters::Letter;
use super::schemas::{RegistryError, SchemaIds};
use super::topics::dead_letters;

/// How values are written.
#[derive(Clone)]
pub enum Format {
    /// The log's Avro bytes in Confluent's frame, with schemas from this registry.
    Avro(SchemaIds),
    /// A structured `CloudEvent` as JSON.
    Json,
}

/// What happened.
pub(super) fn event_type(row: &Recorded) -> Result<EventType, KafkaError> {
    let header = &row.header;
    EventType::parse(&header.event_type).ok_or_else(|| {
        KafkaError::from(RegistryError::Unknown {
            event_type: header.event_type.to_string(),
            version: header.schema_version,
        })
    })
}

/// A row as the record that is published of it.
pub(super) async fn record(
    log: &Log,
    format: &Format,
    row: &Recorded,
    event_type: EventType,
) -> Result<Record, KafkaError> {
    let envelope = log.open_envelope(row);
    let envelope = envelope.map_err(|error| KafkaError::Log(error.to_string()))?;
    let (value, kind) = match format {
        Format::Avro(ids) => {
            let id = ids.id(event_type, row.header.schema_version).await?;
            (kafka::frame(id, &row.payload), kafka::AVRO)
        }
        Format::Json => (json(&envelope)?, cloudevent::MEDIA_TYPE),
    };
    Ok(of(
        row,
        event_type.topic().as_str(),
        value,
        kind,
        Some(&envelope),
    ))
}

/// A row that a consumer gave up, and why. What cannot be read is published as it is.
pub(super) fn letter(log: &Log, format: &Format, letter: &Letter) -> Record {
    let row = &letter.row;
    let topic = EventType::parse(&row.header.event_type).map_or(Topic::Task, EventType::topic);
    let envelope = log.open_envelope(row).ok();
    let readable = match (format, &envelope) {
        (Format::Json, Some(envelope)) => json(envelope).ok(),
        (Format::Json, None) | (Format::Avro(_), _) => None,
    };
    let (value, kind) = match readable {
        Some(value) => (value, cloudevent::MEDIA_TYPE),
        // Without a schema's id: whoever looks at it has the version in a header.
        None => (row.payload.to_vec(), kafka::AVRO),
    };
    of(row, &dead_letters(topic), value, kind, envelope.as_ref())
        .header("dlq_consumer", letter.consumer.clone())
        .header("dlq_error", letter.error.clone())
        .header("dlq_attempts", letter.attempts.to_string())
}

fn json(envelope: &Envelope) -> Result<Vec<u8>, KafkaError> {
    let json = serde_json::to_vec(&CloudEvent::of(envelope));
    json.map_err(|error| KafkaError::Log(error.to_string()))
}

fn of(
    row: &Recorded,
    topic: &str,
    value: Vec<u8>,
    kind: &'static str,
    envelope: Option<&Envelope>,
) -> Record {
    let header = &row.header;
    let record = Record::new(topic, value)
        .partition(number_of(header.position.partition))
        .key(header.workspace_id.to_string())
        .timestamp(header.recorded_at.as_millis());
    let occurred_at = envelope.map_or(header.recorded_at, |envelope| envelope.occurred_at);
    let headers = kafka::headers(row, occurred_at).into_iter();
    headers.fold(record, |record, (name, value)| match name {
        "content-type" => record.header(name, kind),
        _ => record.header(name, value),
    })
}
