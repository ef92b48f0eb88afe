//! What the world outside sees.

use serde_json::json;
use taskfold_contracts::cloudevent::{CloudEvent, kafka_headers};
use taskfold_contracts::events::EventType;

use crate::samples::{self, Fill};

#[test]
fn a_structured_event_has_every_attribute() {
    let event = samples::of(EventType::TaskMoved, Fill::Full);
    let written = serde_json::to_value(CloudEvent::of(&samples::envelope(event, Fill::Full)));
    assert_eq!(
        written.unwrap(),
        json!({
            "specversion": "1.0",
            "id": "01934d2a-7c00-7000-8000-0000000000e0",
            "source": "/taskfold",
            "type": "task.moved",
            "subject": "01934d2a-7c00-7000-8000-000000000001",
            "time": "2026-11-21T09:30:00.123Z",
            "datacontenttype": "application/json",
            "workspaceid": "01934d2a-7c00-7000-8000-0000000000b0",
            "userid": "01934d2a-7c00-7000-8000-0000000000a0",
            "position": "3:42",
            "version": 7,
            "changeid": "01934d2a-7c00-7000-8000-0000000000c0",
            "undoes": "01934d2a-7c00-7000-8000-0000000000c1",
            "correlationid": "01934d2a-7c00-7000-8000-0000000000d0",
            "causationid": "01934d2a-7c00-7000-8000-0000000000e1",
            "data": {
                "event_id": "01934d2a-7c00-7000-8000-0000000000e0",
                "event_type": "task.moved",
                "timestamp": "2026-11-21T09:30:00.123Z",
                "user_id": "01934d2a-7c00-7000-8000-0000000000a0",
                "workspace_id": "01934d2a-7c00-7000-8000-0000000000b0",
                "payload": {
                    "task_id": "01934d2a-7c00-7000-8000-000000000001",
                    "list_id": "01934d2a-7c00-7000-8000-000000000011",
                    "parent_id": "01934d2a-7c00-7000-8000-000000000002",
                    "rank": "a1V",
                },
            },
        })
    );
}

#[test]
fn an_attribute_without_a_value_is_left_out() {
    let event = samples::of(EventType::TaskMoved, Fill::Minimal);
    let envelope = samples::envelope(event, Fill::Minimal);
    let written = serde_json::to_value(CloudEvent::of(&envelope)).unwrap();
    assert_eq!(written.get("userid"), None);
    assert_eq!(written.get("causationid"), None);
    assert_eq!(written.get("undoes"), None);
    assert_eq!(written["data"]["user_id"], json!(null));

    let names: Vec<&str> = kafka_headers(&envelope)
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert!(
        !names.contains(&"ce_userid") && !names.contains(&"ce_causationid"),
        "{names:?}"
    );
}

/// CloudEvents 1.0, 3.1: lower-case letters and digits, and for extensions at most 20 of them.
#[test]
fn attribute_names_are_legal_and_the_same_in_both_modes() {
    for event in samples::all(Fill::Full) {
        let envelope = samples::envelope(event, Fill::Full);
        let structured = serde_json::to_value(CloudEvent::of(&envelope)).unwrap();
        let headers = kafka_headers(&envelope);
        for (name, value) in structured.as_object().unwrap() {
            let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            assert!(name.len() <= 20 && name.chars().all(legal), "{name}");
            if name == "data" || name == "datacontenttype" {
                continue;
            }
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let header = headers
                .iter()
                .find(|(header, _)| *header == format!("ce_{name}"));
            assert_eq!(header.map(|(_, value)| value), Some(&text), "{name}");
        }
        assert_eq!(headers[0], ("content-type", "application/avro".to_owned()));
        assert_eq!(headers.len(), structured.as_object().unwrap().len() - 1);
    }
}

#[test]
fn the_subject_is_the_stream() {
    for event in samples::all(Fill::Full) {
        let stream = event.stream();
        assert_eq!(
            CloudEvent::of(&samples::envelope(event, Fill::Full)).subject,
            stream
        );
    }
}
