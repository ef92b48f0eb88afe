//! The payload as JSON: an update shows what it touched, all others show everything.

use serde_json::json;
use taskfold_contracts::events::{EventType, ListUpdated};
use taskfold_contracts::ids::ListId;
use taskfold_contracts::values::Set;

use crate::samples::{self, Fill, id};

fn is_update(event_type: EventType) -> bool {
    [
        EventType::TaskUpdated,
        EventType::ListUpdated,
        EventType::UserUpdated,
    ]
    .contains(&event_type)
}

#[test]
fn an_update_leaves_out_what_it_did_not_touch() {
    let untouched = ListUpdated {
        list_id: ListId(id(0x11)),
        name: None,
        color: None,
    };
    let event = taskfold_contracts::events::Event::from(untouched.clone());
    assert_eq!(event.to_json(), json!({ "list_id": ListId(id(0x11)) }));

    let cleared = ListUpdated {
        color: Some(Set { value: None }),
        ..untouched
    };
    let event = taskfold_contracts::events::Event::from(cleared);
    assert_eq!(
        event.to_json(),
        json!({ "list_id": ListId(id(0x11)), "color": { "value": null } }),
        "set to nothing is not the same as not touched"
    );
}

#[test]
fn a_task_update_shows_what_was_set_to_nothing_and_no_empty_lists() {
    let json = samples::of(EventType::TaskUpdated, Fill::Minimal).to_json();
    assert_eq!(
        json,
        json!({
            "task_id": "01934d2a-7c00-7000-8000-000000000001",
            "due_date": { "value": { "date": "2026-12-01", "time": null, "zone": null } },
            "start_date": { "value": null },
            "recurrence": { "value": null },
        })
    );
    let full = samples::of(EventType::TaskUpdated, Fill::Full).to_json();
    assert_eq!(full["description"], json!(""), "an empty text is a value");
    assert_eq!(full["tags_removed"], json!(["work", "later"]));
}

#[test]
fn every_other_event_shows_all_its_fields_but_the_hash_of_a_secret() {
    for fill in Fill::ALL {
        for event in samples::all(fill) {
            let shown = event.to_json();
            let mut all = serde_json::to_value(&event).unwrap();
            if event.event_type() == EventType::WorkspaceMemberInvited {
                let hash = all.as_object_mut().unwrap().remove("secret_hash");
                assert!(hash.is_some(), "it is in the log, and shown to nobody");
            }
            if !is_update(event.event_type()) {
                assert_eq!(shown, all, "{:?}", event.event_type());
            } else if fill == Fill::Full {
                assert_eq!(shown, all, "a full update touches everything");
            } else {
                assert!(shown.as_object().unwrap().len() < all.as_object().unwrap().len());
            }
        }
    }
}
