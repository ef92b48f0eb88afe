//! An event with everything that is known about it: the row of the log.

use sha2::{Digest, Sha256};

use crate::events::{CodecError, Event, EventType, RecordHead};
use crate::ids::{ChangeId, CorrelationId, EventId, KeyId, StreamId, WorkspaceId};
use crate::position::{Position, Version};
use crate::time::Timestamp;
use crate::upcast;
use crate::values::Actor;

/// The readable part of a row; it stays when the payload is sealed or erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Place in the log.
    pub position: Position,
    /// Id of the event.
    pub event_id: EventId,
    /// Tenant.
    pub workspace_id: WorkspaceId,
    /// Aggregate.
    pub stream_id: StreamId,
    /// Number in the stream.
    pub version: Version,
    /// What happened. The text is kept: a newer process may have written a type unknown here.
    pub event_type: Box<str>,
    /// Version of the payload's schema.
    pub schema_version: u16,
    /// When it was appended; never decreases within a partition.
    pub recorded_at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The command or batch that it is a part of.
    pub change_id: ChangeId,
    /// The change that it takes back, when it is an undo or a redo.
    pub undoes: Option<ChangeId>,
    /// The request from outside that set it off.
    pub correlation_id: CorrelationId,
    /// The event that set it off.
    pub causation_id: Option<EventId>,
    /// The key that seals the payload.
    pub key_id: Option<KeyId>,
}

/// SHA-256.
pub type Hash = [u8; 32];

/// Bytes, such as a hash, as text: two lower-case hexadecimal digits each.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    let pair = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(pair).collect()
}

/// A row as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The readable part.
    pub header: Header,
    /// Avro bytes, sealed when the header names a key.
    pub payload: Box<[u8]>,
    /// [`chain`] of the previous row's hash, this header and this payload.
    pub hash: Hash,
}

/// A row, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// The readable part.
    pub header: Header,
    /// When it happened: the payload's `timestamp`.
    pub occurred_at: Timestamp,
    /// What happened.
    pub event: Event,
}

impl Envelope {
    /// Reads a row whose payload is not, or no longer, sealed. Old versions are upcast.
    pub fn open(header: Header, payload: &[u8]) -> Result<Self, CodecError> {
        let event_type = EventType::parse(&header.event_type)
            .ok_or_else(|| CodecError::new(&*header.event_type, "unknown event type"))?;
        let (head, event) = upcast::read(event_type, header.schema_version, payload)?;
        Ok(Self {
            header,
            occurred_at: head.timestamp,
            event,
        })
    }
}

/// An event on its way to the log: everything but what the append decides
/// (position, version, `recorded_at`, hash).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Id of the event.
    pub event_id: EventId,
    /// Aggregate.
    pub stream_id: StreamId,
    /// What happened.
    pub event_type: EventType,
    /// Who did it.
    pub actor: Actor,
    /// The command or batch that it is a part of.
    pub change_id: ChangeId,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
    /// The request from outside that set it off.
    pub correlation_id: CorrelationId,
    /// The event that set it off.
    pub causation_id: Option<EventId>,
    /// Avro bytes in the current schema version.
    pub payload: Vec<u8>,
}

/// What all events of one change have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeContext {
    /// Tenant.
    pub workspace_id: WorkspaceId,
    /// Who does it.
    pub actor: Actor,
    /// The command or batch.
    pub change_id: ChangeId,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
    /// The request from outside that set it off.
    pub correlation_id: CorrelationId,
    /// The event that set it off.
    pub causation_id: Option<EventId>,
}

impl Draft {
    /// Encodes `event`, which happened at `occurred_at`.
    pub fn new(
        context: &ChangeContext,
        event_id: EventId,
        occurred_at: Timestamp,
        event: &Event,
    ) -> Result<Self, CodecError> {
        let head = RecordHead {
            event_id,
            timestamp: occurred_at,
            user_id: context.actor.user(),
            workspace_id: context.workspace_id,
        };
        Ok(Self {
            event_id,
            stream_id: event.stream(),
            event_type: event.event_type(),
            actor: context.actor,
            change_id: context.change_id,
            undoes: context.undoes,
            correlation_id: context.correlation_id,
            causation_id: context.causation_id,
            payload: event.to_avro(&head, Vec::with_capacity(256))?,
        })
    }
}

/// The hash of a row: SHA-256 over the previous row's hash, each header field in the order of
/// [`Header`] (fixed-width numbers big-endian, variable ones behind their length as u32 big-endian,
/// absent ones as a single 0 byte, present optional ones behind a 1 byte), and the payload as stored.
pub fn chain(previous: &Hash, header: &Header, payload: &[u8]) -> Hash {
    let mut bytes = Vec::with_capacity(320);
    bytes.extend_from_slice(&header.position.partition.to_be_bytes());
    bytes.extend_from_slice(&header.position.number.to_be_bytes());
    bytes.extend_from_slice(header.event_id.as_bytes());
    bytes.extend_from_slice(header.workspace_id.as_bytes());
    bytes.extend_from_slice(header.stream_id.as_bytes());
    bytes.extend_from_slice(&header.version.0.to_be_bytes());
    variable(&mut bytes, header.event_type.as_bytes());
    bytes.extend_from_slice(&header.schema_version.to_be_bytes());
    bytes.extend_from_slice(&header.recorded_at.as_millis().to_be_bytes());
    variable(&mut bytes, header.actor.to_string().as_bytes());
    bytes.extend_from_slice(header.change_id.as_bytes());
    optional(&mut bytes, header.undoes.as_ref().map(ChangeId::as_bytes));
    bytes.extend_from_slice(header.correlation_id.as_bytes());
    optional(
        &mut bytes,
        header.causation_id.as_ref().map(EventId::as_bytes),
    );
    optional(&mut bytes, header.key_id.as_ref().map(KeyId::as_bytes));
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(&bytes);
    hasher.update(
        u32::try_from(payload.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes(),
    );
    hasher.update(payload);
    hasher.finalize().into()
}

fn variable(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(value);
}

fn optional(bytes: &mut Vec<u8>, id: Option<&[u8; 16]>) {
    match id {
        None => bytes.push(0),
        Some(id) => {
            bytes.push(1);
            bytes.extend_from_slice(id);
        }
    }
}
