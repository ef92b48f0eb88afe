//! What the world outside sees.

use serde_json::json;
use taskfold_contracts::cloudevent::CloudEvent;
use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::events::{EventType, RecordHead};
use taskfold_contracts::kafka::{self, NotARow};
use taskfold_contracts::trace::SpanContext;

use crate::samples::{self, Fill};

/// The row of an envelope, with a hash of no meaning.
fn row(envelope: &Envelope) -> Recorded {
    let head = RecordHead {
        event_id: envelope.header.event_id,
        timestamp: envelope.occurred_at,
        user_id: envelope.header.actor.user(),
        workspace_id: envelope.header.workspace_id,
    };
    Recorded {
        header: envelope.header.clone(),
        payload: envelope.event.to_avro(&head, Vec::new()).unwrap().into(),
        hash: std::array::from_fn(|index| u8::try_from(index * 7).unwrap()),
    }
}

#[test]
fn a_row_comes_back_from_its_record() {
    for fill in [Fill::Full, Fill::Minimal] {
        for event in samples::all(fill) {
            let envelope = samples::envelope(event, fill);
            let row = row(&envelope);
            let headers = kafka::headers(&row, envelope.occurred_at);
            let value = kafka::frame(17, &row.payload);
            assert_eq!(kafka::unframe(&value), Some((17, &*row.payload)));
            let read = kafka::row(|name| of(&headers, name), &value);
            assert_eq!(read, Ok(row.clone()));
            assert_eq!(Envelope::open(row.header, &row.payload).unwrap(), envelope);
        }
    }
}

fn of<'h>(headers: &'h [(&'static str, String)], name: &str) -> Option<&'h [u8]> {
    let found = headers.iter().find(|(header, _)| *header == name);
    found.map(|(_, value)| value.as_bytes())
}

#[test]
fn a_record_that_is_no_row_is_refused_by_the_name_of_what_is_wrong() {
    let envelope = samples::envelope(samples::of(EventType::TaskMoved, Fill::Full), Fill::Full);
    let row = row(&envelope);
    let headers = kafka::headers(&row, envelope.occurred_at);
    let value = kafka::frame(1, &row.payload);
    for (index, (name, _)) in headers.iter().enumerate() {
        let mut damaged = headers.clone();
        damaged[index].1 = "\u{fffd}".to_owned();
        let read = kafka::row(|name| of(&damaged, name), &value);
        match *name {
            // What the row holds elsewhere, or any text.
            "content-type" | "ce_specversion" | "ce_source" | "ce_time" | "ce_userid"
            | "traceparent" => {
                assert_eq!(read, Ok(row.clone()), "{name}");
            }
            "ce_type" => assert_ne!(read, Ok(row.clone())),
            _ => assert_eq!(read, Err(NotARow::Unreadable(name))),
        }
    }
    let missing = kafka::row(
        |name| of(&headers, name).filter(|_| name != "ce_hash"),
        &value,
    );
    assert_eq!(missing, Err(NotARow::Missing("ce_hash")));
    for no_frame in [&[] as &[u8], &[0, 0, 0, 1], &[1, 0, 0, 0, 1, 9]] {
        let read = kafka::row(|name| of(&headers, name), no_frame);
        assert_eq!(read, Err(NotARow::Frame));
    }
}

#[test]
fn a_record_goes_on_with_the_trace_of_its_row() {
    let event = samples::of(EventType::TaskMoved, Fill::Full);
    let row = row(&samples::envelope(event, Fill::Full));
    let headers = kafka::headers(&row, row.header.recorded_at);
    let text = String::from_utf8(of(&headers, "traceparent").unwrap().to_vec()).unwrap();
    let header = &row.header;
    let trace = header.correlation_id.0.simple();
    let span = &header.event_id.0.simple().to_string()[16..];
    let sampled = header.change_id.as_bytes()[15] & 1;
    assert_eq!(text, format!("00-{trace}-{span}-0{sampled}"));
    let append = SpanContext::of_append(header).span;
    assert_eq!(append, header.change_id.0.as_u64_pair().1);
}

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
}

/// CloudEvents 1.0, 3.1: lower-case letters and digits, and for extensions at most 20 of them.
#[test]
fn attribute_names_are_legal_and_the_same_in_both_modes() {
    for event in samples::all(Fill::Full) {
        let envelope = samples::envelope(event, Fill::Full);
        let structured = serde_json::to_value(CloudEvent::of(&envelope)).unwrap();
        let headers = kafka::headers(&row(&envelope), envelope.occurred_at);
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
        // That of W3C Trace Context is the one other header that is no attribute.
        let attributes = headers[1..]
            .iter()
            .filter(|(name, _)| *name != "traceparent");
        for (name, _) in attributes {
            let name = name.strip_prefix("ce_").unwrap();
            assert!(
                name.len() <= 20 && name.chars().all(|c| c.is_ascii_lowercase()),
                "{name}"
            );
        }
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
