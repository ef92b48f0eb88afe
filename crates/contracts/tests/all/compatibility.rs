//! `BACKWARD_TRANSITIVE`: the newest schema reads what any released one wrote.

use serde_json::{Value, json};
use taskfold_contracts::compatibility::{can_read, reads};
use taskfold_contracts::events::EventType;

use crate::released;

/// Why a reader with `newest` cannot read all that was written with `released`.
fn broken(released: &str, newest: &str) -> Option<String> {
    can_read(released, newest).err()
}

#[test]
fn the_newest_schema_reads_every_released_one() {
    for schema in released::all() {
        let reason = broken(&schema.text, schema.event_type.schema_text());
        assert_eq!(reason, None, "{}", schema.path);
        assert_eq!(reads(schema.event_type, schema.version), Ok(()));
    }
}

#[test]
fn there_must_be_such_a_version() {
    let none = reads(EventType::TaskCreated, 0).unwrap_err();
    assert_eq!(none, "there is no version 0");
}

/// A released schema, changed.
fn changed(event_type: EventType, change: impl FnOnce(&mut Vec<Value>)) -> Option<String> {
    let released = event_type.schema_text();
    let mut schema: Value = serde_json::from_str(released).unwrap();
    change(schema["fields"].as_array_mut().unwrap());
    broken(released, &schema.to_string())
}

fn field<'f>(fields: &'f mut [Value], name: &str) -> &'f mut Value {
    fields
        .iter_mut()
        .find(|field| field["name"] == name)
        .unwrap()
}

#[test]
fn a_compatible_change_passes() {
    let with_default = json!({ "name": "effort", "type": ["null", "int"], "default": null });
    assert_eq!(
        changed(EventType::TaskCreated, |fields| fields.push(with_default)),
        None
    );
    let widened = |fields: &mut Vec<Value>| field(fields, "attempts")["type"] = json!("long");
    assert_eq!(changed(EventType::NotificationFailed, widened), None);
    let now_optional =
        |fields: &mut Vec<Value>| field(fields, "title")["type"] = json!(["null", "string"]);
    assert_eq!(changed(EventType::TaskCreated, now_optional), None);
    let dropped = |fields: &mut Vec<Value>| fields.retain(|field| field["name"] != "rank");
    assert_eq!(changed(EventType::TaskCreated, dropped), None);
}

#[test]
fn a_field_without_a_default_is_caught() {
    let without_default = json!({ "name": "effort", "type": ["null", "int"] });
    assert!(
        changed(EventType::TaskCreated, |fields| fields
            .push(without_default))
        .is_some()
    );
}

#[test]
fn a_narrowed_type_is_caught() {
    let shorter = |fields: &mut Vec<Value>| field(fields, "timestamp")["type"] = json!("int");
    assert!(changed(EventType::TaskCreated, shorter).is_some());
    let never_null = |fields: &mut Vec<Value>| {
        let due = field(fields, "list_id");
        due["type"] = json!("string");
        due.as_object_mut().unwrap().remove("default");
    };
    assert!(changed(EventType::TaskCreated, never_null).is_some());
    let fewer_symbols = |fields: &mut Vec<Value>| {
        field(fields, "priority")["type"]["symbols"]
            .as_array_mut()
            .unwrap()
            .pop();
    };
    assert!(changed(EventType::TaskCreated, fewer_symbols).is_some());
}

#[test]
fn a_renamed_field_is_caught() {
    let renamed = |fields: &mut Vec<Value>| field(fields, "title")["name"] = json!("headline");
    assert!(changed(EventType::TaskCreated, renamed).is_some());
}
