//! Bytes of every released version, kept for ever. `fixtures/<type>/v<n>-<fill>.hex` holds a payload,
//! the `.json` beside it what its schema says that it is.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use taskfold_contracts::upcast;

use crate::generic;
use crate::released::{self, Released};
use crate::samples::{self, Fill};

fn path(schema: &Released, fill: Fill, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(schema.event_type.as_str())
        .join(format!("v{}-{}.{extension}", schema.version, fill.as_str()))
}

fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        let space = if index > 0 && index % 32 == 0 {
            "\n"
        } else {
            ""
        };
        write!(text, "{space}{byte:02x}").unwrap();
    }
    text + "\n"
}

fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            c.to_digit(16)
                .ok_or_else(|| format!("{c:?} is no hex digit"))
        })
        .collect::<Result<_, _>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).map_err(|e| e.to_string()),
            _ => Err("an odd number of hex digits".to_owned()),
        })
        .collect()
}

/// Reads a fixture in both ways: by its own schema, and as this version of the code does.
fn check(schema: &Released, hex: &str, json: &str) -> Result<(), String> {
    let bytes = from_hex(hex)?;
    let expected: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
    let by_schema = generic::decode(&generic::parse(&schema.text), &bytes)?;
    if by_schema != expected {
        return Err(format!("by its schema it is {by_schema}"));
    }
    let (head, event) = upcast::read(schema.event_type, schema.version, &bytes)
        .map_err(|error| error.to_string())?;
    let today = generic::expected(&head, &event);
    // What an old version becomes is tested with its upcaster.
    let is_current = schema.version == schema.event_type.schema_version();
    if is_current && today != expected {
        return Err(format!("it is read as {today}"));
    }
    Ok(())
}

/// A fixture is written once; one that exists is never written again.
fn write_new(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = fs::File::create_new(path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

fn create(schema: &Released, fill: Fill) {
    let (head, event) = (samples::head(fill), samples::of(schema.event_type, fill));
    let json = serde_json::to_string_pretty(&generic::expected(&head, &event)).unwrap();
    write_new(
        &path(schema, fill, "hex"),
        &to_hex(&event.to_avro(&head, Vec::new()).unwrap()),
    );
    write_new(&path(schema, fill, "json"), &(json + "\n"));
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a switch of this test alone")]
fn fixtures_of_every_released_version_are_read_as_ever() {
    let create_missing = std::env::var("UPDATE_FIXTURES").is_ok_and(|value| value == "1");
    for schema in released::all() {
        for fill in Fill::ALL {
            let (hex, json) = (path(&schema, fill, "hex"), path(&schema, fill, "json"));
            let is_current = schema.version == schema.event_type.schema_version();
            if create_missing && is_current && !hex.exists() && !json.exists() {
                create(&schema, fill);
            }
            let read = |path: &Path| {
                fs::read_to_string(path).unwrap_or_else(|error| {
                    panic!("{}: {error}; just fixtures writes new ones", path.display())
                })
            };
            let outcome = check(&schema, &read(&hex), &read(&json));
            assert_eq!(outcome, Ok(()), "{} {}", schema.path, fill.as_str());
        }
    }
}

#[test]
fn a_fixture_that_does_not_fit_is_noticed() {
    let schema = released::all()
        .into_iter()
        .find(|r| r.path == "task.moved/v1.avsc")
        .unwrap();
    let event = samples::of(schema.event_type, Fill::Full);
    let head = samples::head(Fill::Full);
    let hex = to_hex(&event.to_avro(&head, Vec::new()).unwrap());
    let json = generic::expected(&head, &event).to_string();
    assert_eq!(check(&schema, &hex, &json), Ok(()));
    assert!(check(&schema, &hex, &json.replace("a1V", "a1W")).is_err());
    assert!(check(&schema, &hex[..hex.len() - 3], &json).is_err());
    assert!(check(&schema, &format!("{hex}00"), &json).is_err());
}
