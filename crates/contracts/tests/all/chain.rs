//! The chain of hashes is a contract: whoever holds the rows can check it with other software.

use std::fmt::Write as _;

use taskfold_contracts::envelope::{Hash, Header, chain};
use taskfold_contracts::events::EventType;
use taskfold_contracts::ids::{
    ChangeId, CorrelationId, EventId, KeyId, StreamId, UserId, WorkspaceId,
};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;

use crate::samples::{self, Fill, id};

const PREVIOUS: Hash = [0x5a; 32];
const PAYLOAD: &[u8] = b"payload";

/// A row as one was written when the hashes were computed.
fn row(fill: Fill) -> Header {
    Header {
        schema_version: 1,
        ..samples::header(&samples::of(EventType::TaskCreated, fill), fill)
    }
}

fn header() -> Header {
    Header {
        key_id: Some(KeyId(id(0xf0))),
        ..row(Fill::Full)
    }
}

fn hex(hash: &Hash) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Both values were computed outside of this program, from the documentation of [`chain`] alone.
#[test]
fn the_hash_of_a_fixed_row_never_changes() {
    assert_eq!(
        hex(&chain(&PREVIOUS, &header(), PAYLOAD)),
        "12e4ea80a6f1564bff9ba18f1328c3783955b6716b4477f395b00a5da7a113d4"
    );
    assert_eq!(
        hex(&chain(&[0; 32], &row(Fill::Minimal), b"")),
        "9a0288b0a304d972041594e3347f879dd22d5c4cf6882f0fc4f8aa7d46c3f6a2"
    );
}

type Change = (&'static str, fn(&mut Header));

const CHANGES: &[Change] = &[
    ("partition", |h| h.position.partition += 1),
    ("number", |h| h.position.number += 1),
    ("event_id", |h| h.event_id = EventId(id(0))),
    ("workspace_id", |h| h.workspace_id = WorkspaceId(id(0))),
    ("stream_id", |h| h.stream_id = StreamId(id(0))),
    ("version", |h| h.version = Version(8)),
    ("event_type", |h| h.event_type = "task.updated".into()),
    ("schema_version", |h| h.schema_version += 1),
    ("recorded_at", |h| {
        h.recorded_at = Timestamp::from_millis(h.recorded_at.as_millis() + 1);
    }),
    ("actor's kind", |h| h.actor = Actor::Agent(UserId(id(0xa0)))),
    ("actor's person", |h| h.actor = Actor::User(UserId(id(0)))),
    ("actor is Taskfold", |h| h.actor = Actor::System),
    ("change_id", |h| h.change_id = ChangeId(id(0))),
    ("undoes", |h| h.undoes = Some(ChangeId(id(0)))),
    ("undoes is none", |h| h.undoes = None),
    ("correlation_id", |h| {
        h.correlation_id = CorrelationId(id(0));
    }),
    ("causation_id", |h| h.causation_id = Some(EventId(id(0)))),
    ("causation_id is none", |h| h.causation_id = None),
    ("key_id", |h| h.key_id = Some(KeyId(id(0)))),
    ("key_id is none", |h| h.key_id = None),
];

#[test]
fn every_field_of_the_header_counts() {
    let mut seen = vec![("unchanged", chain(&PREVIOUS, &header(), PAYLOAD))];
    for (name, change) in CHANGES {
        let mut changed = header();
        change(&mut changed);
        let hash = chain(&PREVIOUS, &changed, PAYLOAD);
        if let Some((other, _)) = seen.iter().find(|(_, other)| *other == hash) {
            panic!("{name} has the hash of {other}");
        }
        seen.push((name, hash));
    }
}

#[test]
fn the_previous_hash_and_the_payload_count() {
    let hash = chain(&PREVIOUS, &header(), PAYLOAD);
    assert_ne!(hash, chain(&[0x5b; 32], &header(), PAYLOAD));
    assert_ne!(hash, chain(&PREVIOUS, &header(), b"payloae"));
    assert_ne!(hash, chain(&PREVIOUS, &header(), b""));
}
