//! A schema file that was released is never edited.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use taskfold_contracts::events::EventType;
use taskfold_contracts::upcast;

/// One schema file.
#[derive(Debug, Clone)]
pub(crate) struct Released {
    pub(crate) event_type: EventType,
    pub(crate) version: u16,
    /// `task.created/v1.avsc`.
    pub(crate) path: String,
    pub(crate) text: String,
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

/// Every schema file, in the order of its path.
pub(crate) fn all() -> Vec<Released> {
    let mut found = Vec::new();
    for directory in fs::read_dir(schemas()).unwrap().map(Result::unwrap) {
        if !directory.file_type().unwrap().is_dir() {
            continue;
        }
        let name = directory.file_name().into_string().unwrap();
        let event_type = EventType::parse(&name).unwrap_or_else(|| panic!("{name} is no event"));
        for file in fs::read_dir(directory.path()).unwrap().map(Result::unwrap) {
            let file_name = file.file_name().into_string().unwrap();
            let version = file_name
                .strip_prefix('v')
                .and_then(|n| n.strip_suffix(".avsc"));
            found.push(Released {
                event_type,
                version: version.and_then(|n| n.parse().ok()).unwrap(),
                path: format!("{name}/{file_name}"),
                text: fs::read_to_string(file.path()).unwrap(),
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        })
}

/// What is wrong between the list of checksums and the files.
fn differences(list: &str, files: &[Released]) -> Vec<String> {
    let mut listed: BTreeMap<&str, &str> = list
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, path)| (path, sum))
        .collect();
    let mut wrong: Vec<String> = files
        .iter()
        .filter_map(|file| match listed.remove(file.path.as_str()) {
            None => Some(format!("not listed: {}  {}", hex(&file.text), file.path)),
            Some(sum) if sum != hex(&file.text) => Some(format!("edited: {}", file.path)),
            Some(_) => None,
        })
        .collect();
    wrong.extend(listed.keys().map(|path| format!("gone: {path}")));
    wrong
}

#[test]
fn no_released_schema_was_edited() {
    let list = fs::read_to_string(schemas().join("RELEASED.sha256")).unwrap();
    let wrong = differences(&list, &all());
    assert!(
        wrong.is_empty(),
        "a change of an event is a new version; a new file gets a line in schemas/RELEASED.sha256: \
         {wrong:#?}"
    );
}

#[test]
fn an_edited_a_missing_and_a_new_schema_are_noticed() {
    let file = all().remove(0);
    let list = format!("{}  {}\n", hex(&file.text), file.path);
    assert!(differences(&list, std::slice::from_ref(&file)).is_empty());
    assert_eq!(differences(&list, &[]), [format!("gone: {}", file.path)]);
    assert!(differences("", std::slice::from_ref(&file))[0].starts_with("not listed"));
    let edited = Released {
        text: file.text.replacen("The", "A", 1),
        ..file
    };
    assert!(differences(&list, &[edited])[0].starts_with("edited"));
}

#[test]
fn the_newest_schema_is_the_current_one_and_all_others_are_upcast() {
    for event_type in EventType::ALL {
        let versions: Vec<u16> = all()
            .iter()
            .filter(|r| r.event_type == *event_type)
            .map(|r| r.version)
            .collect();
        let current = event_type.schema_version();
        assert_eq!(
            versions.iter().max(),
            Some(&current),
            "{}",
            event_type.as_str()
        );
        for old in versions.iter().filter(|version| **version != current) {
            let known = |o: &&upcast::Old| o.event_type == *event_type && o.schema_version == *old;
            assert_eq!(
                upcast::OLD.iter().filter(known).count(),
                1,
                "{} v{old} needs one upcaster in src/upcast.rs",
                event_type.as_str()
            );
        }
    }
}
