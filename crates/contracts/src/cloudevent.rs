//! An event as the world outside sees it: CloudEvents 1.0, structured as JSON, or as the headers of a
//! Kafka record (binary mode).

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

/// The headers of a Kafka record in binary mode; its value is the payload as Avro, its key the
/// workspace. A header that has no value is left out.
pub fn kafka_headers(envelope: &Envelope) -> Vec<(&'static str, String)> {
    let header = &envelope.header;
    let mut headers = vec![
        ("content-type", "application/avro".to_owned()),
        ("ce_specversion", SPEC_VERSION.to_owned()),
        ("ce_id", header.event_id.to_string()),
        ("ce_source", SOURCE.to_owned()),
        ("ce_type", envelope.event.event_type().as_str().to_owned()),
        ("ce_subject", header.stream_id.to_string()),
        ("ce_time", envelope.occurred_at.to_string()),
        ("ce_workspaceid", header.workspace_id.to_string()),
        ("ce_position", header.position.to_string()),
        ("ce_version", header.version.to_string()),
        ("ce_changeid", header.change_id.to_string()),
        ("ce_correlationid", header.correlation_id.to_string()),
    ];
    headers.extend(
        header
            .actor
            .user()
            .map(|user| ("ce_userid", user.to_string())),
    );
    headers.extend(
        header
            .undoes
            .map(|change| ("ce_undoes", change.to_string())),
    );
    headers.extend(
        header
            .causation_id
            .map(|event| ("ce_causationid", event.to_string())),
    );
    headers
}
