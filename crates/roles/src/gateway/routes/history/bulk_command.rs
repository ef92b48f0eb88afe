//! The contract of the commands that may be sent together, made from the types that read them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use taskfold_contracts::commands::Command;
use utoipa::openapi::schema::{AdditionalProperties, Type};
use utoipa::openapi::{Discriminator, Object, ObjectBuilder, OneOf, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Commands that have endpoints of their own alone; `is_for_bulk` refuses them.
const ELSEWHERE: [&str; 8] = [
    "accept_invitation",
    "batch",
    "decline_invitation",
    "import",
    "invite_member",
    "redo",
    "restore",
    "undo",
];

/// Commands that are not about one thing that has a version, and take no `if_match`.
const WITHOUT_VERSION: [&str; 7] = [
    "change_role",
    "create_list",
    "create_task",
    "remove_filter",
    "remove_member",
    "revoke_invitation",
    "save_filter",
];

/// One of several commands, told apart by `command`.
pub(super) struct BulkCommand;

/// A command, and the name that it is told apart by.
struct Variant {
    name: String,
    fields: Object,
}

type Parts = BTreeMap<String, RefOr<Schema>>;

impl Variant {
    fn of(schema: &RefOr<Schema>, parts: &Parts) -> Option<Self> {
        let mut fields = Object::new();
        gather(schema, parts, &mut fields);
        // An unknown field is refused.
        fields.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        let RefOr::T(Schema::Object(command)) = fields.properties.get("command")? else {
            return None;
        };
        let name = command.enum_values.as_ref()?.first()?.as_str()?.to_owned();
        if !WITHOUT_VERSION.contains(&name.as_str()) {
            let version = ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(0))
                .description(Some(
                    "The version that the caller has seen of what it is about",
                ));
            fields
                .properties
                .insert("if_match".to_owned(), version.into());
        }
        Some(Self { name, fields })
    }

    /// The name of its own schema: `complete_task` is `CompleteTaskCommand`.
    fn title(&self) -> String {
        let words = self.name.split('_').map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            format!("{}{rest}", first.to_uppercase())
        });
        format!("{}Command", words.collect::<String>())
    }
}

/// All fields of a command in one object. As a sum of objects (`allOf`) none of them would fit, as each allows no
/// other field than its own.
fn gather(schema: &RefOr<Schema>, parts: &Parts, into: &mut Object) {
    match schema {
        RefOr::Ref(place) => {
            if let Some(part) = parts.get(last(&place.ref_location)) {
                gather(part, parts, into);
            }
        }
        RefOr::T(Schema::AllOf(all)) => {
            all.items.iter().for_each(|part| gather(part, parts, into));
            into.description.clone_from(&all.description);
        }
        RefOr::T(Schema::Object(object)) => {
            into.properties.extend(object.properties.clone());
            into.required.extend(object.required.iter().cloned());
            into.description.clone_from(&object.description);
        }
        // A command is made of objects alone.
        RefOr::T(_) => {}
    }
}

/// The commands that are taken, as the type of all commands describes them, and what they are made of.
fn variants() -> (Vec<Variant>, Parts) {
    let mut all = Vec::new();
    Command::schemas(&mut all);
    let parts = all.into_iter().collect();
    let RefOr::T(Schema::OneOf(commands)) = Command::schema() else {
        return (Vec::new(), parts);
    };
    let commands = commands.items.iter();
    let commands = commands.filter_map(|schema| Variant::of(schema, &parts));
    let taken = commands.filter(|variant| !ELSEWHERE.contains(&variant.name.as_str()));
    (taken.collect(), parts)
}

fn last(place: &str) -> &str {
    place.rsplit('/').next().unwrap_or(place)
}

impl PartialSchema for BulkCommand {
    fn schema() -> RefOr<Schema> {
        let mut one = OneOf::new();
        let mut told = Discriminator::new("command");
        for variant in variants().0 {
            let title = variant.title();
            let place = Ref::from_schema_name(&title);
            told.mapping
                .insert(variant.name, place.ref_location.clone());
            one.items.push(RefOr::Ref(place));
        }
        one.discriminator = Some(told);
        RefOr::T(Schema::OneOf(one))
    }
}

impl ToSchema for BulkCommand {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("BulkCommand")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let (taken, mut parts) = variants();
        let taken = taken.into_iter();
        let taken = taken.map(|variant| (variant.title(), variant.fields.into()));
        let mut found: Vec<(String, RefOr<Schema>)> = taken.collect();
        // What only other commands have is left out.
        let mut next = 0;
        while let Some((_, schema)) = found.get(next) {
            let named = serde_json::to_value(schema).unwrap_or_default();
            let reached = references(&named);
            let reached = reached
                .into_iter()
                .filter_map(|name| parts.remove_entry(&name));
            found.extend(reached.collect::<Vec<_>>());
            next += 1;
        }
        schemas.append(&mut found);
    }
}

/// The names of the schemas that one refers to.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str);
            let own = own
                .and_then(|place| place.rsplit('/').next())
                .map(str::to_owned);
            let inner = fields.values().flat_map(references);
            own.into_iter().chain(inner).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
