//! Avro through `apache-avro`, which knows only the schema: the second opinion on our codec.

use std::collections::BTreeMap;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{EnumSchema, RecordSchema, UnionSchema};
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use serde_json::{Value as Json, json};
use taskfold_contracts::events::{Event, RecordHead};

pub(crate) fn parse(text: &str) -> Schema {
    Schema::parse_str(text).unwrap()
}

/// All fields of the record, as the schema names them.
pub(crate) fn decode(schema: &Schema, mut bytes: &[u8]) -> Result<Json, String> {
    let reader = GenericDatumReader::builder(schema)
        .build()
        .map_err(|e| e.to_string())?;
    let value = reader.read_value(&mut bytes).map_err(|e| e.to_string())?;
    if !bytes.is_empty() {
        return Err(format!("{} bytes are left over", bytes.len()));
    }
    Json::try_from(value).map_err(|e| e.to_string())
}

pub(crate) fn encode(schema: &Schema, json: &Json) -> Vec<u8> {
    let mut names = BTreeMap::new();
    collect_names(schema, &mut names);
    let writer = GenericDatumWriter::builder(schema).build().unwrap();
    writer
        .write_value_to_vec(value(schema, json, &names))
        .unwrap()
}

/// What [`decode`] must give for an event that our codec wrote.
pub(crate) fn expected(head: &RecordHead, event: &Event) -> Json {
    let mut fields = json!({
        "event_id": head.event_id,
        "timestamp": head.timestamp.as_millis(),
        "user_id": head.user_id,
        "workspace_id": head.workspace_id,
    });
    let Json::Object(own) = serde_json::to_value(event).unwrap() else {
        panic!("an event is an object")
    };
    fields.as_object_mut().unwrap().extend(own);
    fields
}

type Names<'s> = BTreeMap<String, &'s Schema>;

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "the other kinds of schema hold no schemas"
)]
fn collect_names<'s>(schema: &'s Schema, names: &mut Names<'s>) {
    match schema {
        Schema::Record(record) => {
            names.insert(record.name.fullname(None), schema);
            record
                .fields
                .iter()
                .for_each(|field| collect_names(&field.schema, names));
        }
        Schema::Enum(symbols) => {
            names.insert(symbols.name.fullname(None), schema);
        }
        Schema::Array(array) => collect_names(&array.items, names),
        Schema::Union(union) => {
            union
                .variants()
                .iter()
                .for_each(|variant| collect_names(variant, names));
        }
        _ => {}
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "the contracts use no other kinds of schema"
)]
fn value(schema: &Schema, json: &Json, names: &Names<'_>) -> Value {
    match schema {
        Schema::Null => Value::Null,
        Schema::Boolean => Value::Boolean(json.as_bool().unwrap()),
        Schema::Int => Value::Int(json.as_i64().unwrap().try_into().unwrap()),
        Schema::Long => Value::Long(json.as_i64().unwrap()),
        Schema::TimestampMillis => Value::TimestampMillis(json.as_i64().unwrap()),
        Schema::String => Value::String(json.as_str().unwrap().to_owned()),
        Schema::Uuid(_) => Value::Uuid(json.as_str().unwrap().parse().unwrap()),
        Schema::Enum(symbols) => symbol(symbols, json.as_str().unwrap()),
        Schema::Array(array) => {
            let items = json.as_array().unwrap();
            Value::Array(
                items
                    .iter()
                    .map(|item| value(&array.items, item, names))
                    .collect(),
            )
        }
        Schema::Union(union) => variant(union, json, names),
        Schema::Record(record) => fields(record, json, names),
        Schema::Ref { name } => value(names[&name.fullname(None)], json, names),
        other => panic!("the contracts use no {other:?}"),
    }
}

fn symbol(schema: &EnumSchema, name: &str) -> Value {
    let index = schema
        .symbols
        .iter()
        .position(|symbol| symbol == name)
        .unwrap();
    Value::Enum(u32::try_from(index).unwrap(), name.to_owned())
}

/// Every union of the contracts is null and one other.
fn variant(schema: &UnionSchema, json: &Json, names: &Names<'_>) -> Value {
    let chosen = |variant: &&Schema| matches!(variant, Schema::Null) == json.is_null();
    let index = schema
        .variants()
        .iter()
        .position(|variant| chosen(&variant))
        .unwrap();
    let inner = value(&schema.variants()[index], json, names);
    Value::Union(u32::try_from(index).unwrap(), Box::new(inner))
}

fn fields(schema: &RecordSchema, json: &Json, names: &Names<'_>) -> Value {
    let field = |name: &str| json.get(name).unwrap_or_else(|| panic!("no field {name}"));
    let fields = schema
        .fields
        .iter()
        .map(|f| (f.name.clone(), value(&f.schema, field(&f.name), names)))
        .collect();
    Value::Record(fields)
}
