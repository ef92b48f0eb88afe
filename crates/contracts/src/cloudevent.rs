//! An event as the world outside sees it: CloudEvents 1.0, structured as JSON. As a Kafka record it has the
//! same attributes as headers: [`crate::kafka`].

use serde::Serialize;

use crate::envelope::Envelope;
use crate::ids::{ChangeId, CorrelationId, EventId, StreamId, UserId, WorkspaceId};
use crate::position::{Position, Version};
use crate::time::Timestamp;

/// The version of CloudEvents.
pub const SPEC_VERSION: &str = "1.0";
/// The `source` of every event; with `id` it names an event for ever.
pub const SOURCE: &str = "/taskfold";
/// The media type of a structured event.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";

/// A structured CloudEvents 1.0 event; an attribute that is absent is left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CloudEvent {
    /// [`SPEC_VERSION`].
    pub specversion: &'static str,
    /// The event's id.
    pub id: EventId,
    /// [`SOURCE`].
    pub source: &'static str,
    /// What happened, such as `task.created`.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// The stream: id of the task, list, workspace or user.
    pub subject: StreamId,
    /// When it happened.
    pub time: Timestamp,
    /// `application/json`.
    pub datacontenttype: &'static str,
    /// Tenant.
    pub workspaceid: WorkspaceId,
    /// Who did it; absent when Taskfold itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userid: Option<UserId>,
    /// Place in the log.
    pub position: Position,
    /// Number in the stream.
    pub version: Version,
    /// The change that it is a part of; what undo names.
    pub changeid: ChangeId,
    /// The change that it takes back, when it is an undo or a redo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<ChangeId>,
    /// The request from outside that set it off.
    pub correlationid: CorrelationId,
    /// The event that set it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causationid: Option<EventId>,
    /// The event itself.
    pub data: Data,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Data {
    /// The event's id.
    pub event_id: EventId,
    /// What happened, such as `task.created`.
    pub event_type: &'static str,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Who did it; null when Taskfold itself did.
    pub user_id: Option<UserId>,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// The payload in its current version, as [`crate::events::Event::to_json`] writes it.
    pub payload: serde_json::Value,
}

impl CloudEvent {
    /// The event of a row of the log.
    pub fn of(envelope: &Envelope) -> Self {
        let header = &envelope.header;
        let event_type = envelope.event.event_type().as_str();
        let user_id = header.actor.user();
        Self {
            specversion: SPEC_VERSION,
            id: header.event_id,
            source: SOURCE,
            event_type,
            subject: header.stream_id,
            time: envelope.occurred_at,
            datacontenttype: "application/json",
            workspaceid: header.workspace_id,
            userid: user_id,
            position: header.position,
            version: header.version,
            changeid: header.change_id,
            undoes: header.undoes,
            correlationid: header.correlation_id,
            causationid: header.causation_id,
            data: Data {
                event_id: header.event_id,
                event_type,
                timestamp: envelope.occurred_at,
                user_id,
                workspace_id: header.workspace_id,
                payload: envelope.event.to_json(),
            },
        }
    }
}
