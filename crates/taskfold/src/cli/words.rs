//! Events and fields in the words of people.

use serde_json::Value;
use taskfold_contracts::values::{Due, RecursFrom};

use crate::print::{Names, due_in_full};

/// A field as people call it; what stands behind a colon is looked up.
pub(crate) fn field(name: &str, names: &Names) -> String {
    if let Some((set, member)) = name.split_once(':') {
        return match set {
            "tag" => format!("the tag #{member}"),
            "blocked_by" => format!("blocked by {}", names.any(member)),
            "comment" => "a comment".to_owned(),
            "member" => format!("the role of {}", names.any(member)),
            "invitation" => "an invitation".to_owned(),
            "filter" => "a filter".to_owned(),
            _ => name.to_owned(),
        };
    }
    match name {
        "description" => "note",
        "assignee_id" => "assignee",
        "list_id" => "list",
        "parent_id" => "part of",
        "blocked_by" => "blocked by",
        "completed_at" | "completed" => "whether it is done",
        "deleted_at" | "deleted" => "whether it is in the trash",
        "archived_at" | "archived" => "whether it is archived",
        "recurrence" => "repeats",
        "created" => "whether it is there",
        "place" | "rank" => "place",
        "color" => "colour",
        other => other,
    }
    .to_owned()
}

/// A value of a field; ids by the name of what they mean.
pub(crate) fn value(field: &str, value: &Value, names: &Names) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) if field == "description" || field == "comment" => {
            text.lines().next().unwrap_or_default().to_owned()
        }
        Value::String(text) => names.any(text),
        Value::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| self::value(field, item, names))
                .collect();
            if items.is_empty() {
                "–".to_owned()
            } else {
                items.join(" ")
            }
        }
        Value::Object(fields) => object(field, value).unwrap_or_else(|| {
            let set = fields.values().filter(|value| !value.is_null());
            let words: Vec<String> = set.map(|item| self::value(field, item, names)).collect();
            words.join(" ")
        }),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn object(field: &str, value: &Value) -> Option<String> {
    match field {
        "due" => {
            let due: Due = serde_json::from_value(value.clone()).ok()?;
            Some(due_in_full(&due))
        }
        "recurrence" => {
            let rule = value.get("rule")?.as_str()?;
            let from = serde_json::from_value(value.get("from")?.clone());
            let from = from.unwrap_or(RecursFrom::Due);
            Some(taskfold_domain::recurrence::describe(rule, from))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_said_as_people_say_them() {
        let names = Names::default();
        let said = |field: &str, json: serde_json::Value| value(field, &json, &names);
        let due = json!({ "date": "2026-12-01", "time": "09:00:00", "zone": "Europe/Berlin" });
        assert_eq!(said("due", due), "2026-12-01 09:00 Europe/Berlin");
        let rule = json!({ "rule": "FREQ=WEEKLY;BYDAY=MO", "from": "due" });
        assert!(said("recurrence", rule).contains("Mon"));
        assert_eq!(said("tags", json!(["a", "b"])), "a b");
        assert_eq!(said("tags", json!([])), "–");
        assert_eq!(said("description", json!("one\ntwo")), "one");
        assert_eq!(said("assignee_id", json!(null)), "–");
    }

    #[test]
    fn fields_have_names() {
        let names = Names::default();
        assert_eq!(field("tag:work", &names), "the tag #work");
        assert_eq!(field("list_id", &names), "list");
        assert_eq!(field("due", &names), "due");
    }
}
