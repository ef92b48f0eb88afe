//! How an old version is read, on a made-up one: a `task.commented` v0 that did not say who wrote the
//! comment, because it was always the user of the event. There never was such a version.

use serde::{Deserialize, Serialize};
use taskfold_contracts::events::{CodecError, Event, EventType, RecordHead, TaskCommented};
use taskfold_contracts::ids::{CommentId, EventId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::upcast::{self, Old};

use crate::samples::{self, Fill, id};

const SCHEMA_V0: &str = r#"{
  "type": "record", "name": "TaskCommented", "namespace": "com.todoapp.events",
  "fields": [
    { "name": "event_id", "type": { "type": "string", "logicalType": "uuid" } },
    { "name": "timestamp", "type": { "type": "long", "logicalType": "timestamp-millis" } },
    { "name": "user_id", "type": { "type": "string", "logicalType": "uuid" } },
    { "name": "workspace_id", "type": { "type": "string", "logicalType": "uuid" } },
    { "name": "task_id", "type": { "type": "string", "logicalType": "uuid" } },
    { "name": "comment_id", "type": { "type": "string", "logicalType": "uuid" } },
    { "name": "body", "type": "string" }
  ]
}"#;

/// What was on the wire in v0.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct TaskCommentedV0 {
    event_id: EventId,
    timestamp: i64,
    user_id: UserId,
    workspace_id: WorkspaceId,
    task_id: TaskId,
    comment_id: CommentId,
    body: String,
}

fn from_v0(payload: &[u8]) -> Result<(RecordHead, Event), CodecError> {
    let failed = |reason: &dyn std::fmt::Display| CodecError::new("TaskCommented v0", reason);
    let schema: serde_avro_fast::Schema = SCHEMA_V0.parse().map_err(|error| failed(&error))?;
    let old: TaskCommentedV0 =
        serde_avro_fast::from_datum_slice(payload, &schema).map_err(|error| failed(&error))?;
    let head = RecordHead {
        event_id: old.event_id,
        timestamp: Timestamp::from_millis(old.timestamp),
        user_id: Some(old.user_id),
        workspace_id: old.workspace_id,
    };
    let event = TaskCommented {
        task_id: old.task_id,
        comment_id: old.comment_id,
        author_id: Some(old.user_id),
        body: old.body,
    };
    Ok((head, event.into()))
}

const WITH_V0: &[Old] = &[Old {
    event_type: EventType::TaskCommented,
    schema_version: 0,
    schema: SCHEMA_V0,
    read: from_v0,
}];

fn payload_v0() -> Vec<u8> {
    let head = samples::head(Fill::Full);
    let old = TaskCommentedV0 {
        event_id: head.event_id,
        timestamp: head.timestamp.as_millis(),
        user_id: head.user_id.unwrap(),
        workspace_id: head.workspace_id,
        task_id: TaskId(id(0x01)),
        comment_id: CommentId(id(0x31)),
        body: "From long ago".into(),
    };
    let schema: serde_avro_fast::Schema = SCHEMA_V0.parse().unwrap();
    let mut config = serde_avro_fast::ser::SerializerConfig::new(&schema);
    serde_avro_fast::to_datum(&old, Vec::new(), &mut config).unwrap()
}

#[test]
fn an_old_version_is_read_as_todays_event() {
    let (head, event) =
        upcast::read_with(WITH_V0, EventType::TaskCommented, 0, &payload_v0()).unwrap();
    assert_eq!(head, samples::head(Fill::Full));
    let expected = TaskCommented {
        task_id: TaskId(id(0x01)),
        comment_id: CommentId(id(0x31)),
        author_id: Some(UserId(id(0xa0))),
        body: "From long ago".into(),
    };
    assert_eq!(event, expected.into());
}

#[test]
fn the_current_version_does_not_go_through_the_table() {
    let event = samples::of(EventType::TaskCommented, Fill::Full);
    let head = samples::head(Fill::Full);
    let bytes = event.to_avro(&head, Vec::new()).unwrap();
    let read = upcast::read_with(WITH_V0, EventType::TaskCommented, 1, &bytes).unwrap();
    assert_eq!(read, (head, event));
}

#[test]
fn a_version_that_is_not_known_is_named() {
    for version in [0, 2, u16::MAX] {
        let error = upcast::read(EventType::TaskCommented, version, &payload_v0()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("task.commented: schema version {version} is unknown here (newest known: 1)")
        );
    }
    assert!(upcast::read_with(WITH_V0, EventType::TaskCommentEdited, 0, &payload_v0()).is_err());
}

/// What is on disk since the first version, read today: what it did not say is none.
#[test]
fn the_first_versions_of_creations_are_read_without_what_they_did_not_say() {
    for event_type in [EventType::TaskCreated, EventType::ListCreated] {
        let name = event_type.as_str();
        let path = |file: &str| format!("{}/fixtures/{name}/{file}", env!("CARGO_MANIFEST_DIR"));
        let hex = std::fs::read_to_string(path("v1-full.hex")).unwrap();
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let payload: Vec<u8> = digits.chunks(2).map(byte).collect();
        let (head, event) = upcast::read(event_type, 1, &payload).unwrap();
        assert_eq!(head, samples::head(Fill::Full));
        let mut expected = samples::of(event_type, Fill::Full);
        if let Event::TaskCreated(task) = &mut expected {
            (task.created_by, task.updated_at) = (None, None);
        } else if let Event::ListCreated(list) = &mut expected {
            list.updated_at = None;
        }
        assert_eq!(event, expected);
        assert!(
            upcast::read(event_type, 2, &payload).is_err(),
            "its bytes are not those of today's version"
        );
    }
}
