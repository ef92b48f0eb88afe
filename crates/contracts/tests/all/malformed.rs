//! Whatever the bytes are: an event or an error, never a panic.

use proptest::prelude::*;
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::EventType;
use taskfold_contracts::upcast;

use crate::samples::{self, Fill};

fn read_as_every_type(bytes: &[u8]) {
    let current = EventType::ALL.iter().map(|it| (*it, it.schema_version()));
    let old = upcast::OLD
        .iter()
        .map(|old| (old.event_type, old.schema_version));
    for (event_type, version) in current.chain(old) {
        if let Ok((head, event)) = upcast::read(event_type, version, bytes) {
            assert!(
                event.to_avro(&head, Vec::new()).is_ok(),
                "what is read can be written"
            );
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        read_as_every_type(&bytes);
    }

    #[test]
    fn damaged_events_do_no_harm(
        which in 0..EventType::ALL.len(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let event = samples::of(EventType::ALL[which], Fill::Full);
        let whole = event.to_avro(&samples::head(Fill::Full), Vec::new()).unwrap();
        let mut damaged = whole.clone();
        damaged[place.index(whole.len())] = byte;
        read_as_every_type(&damaged);
        let cut = &whole[..cut.index(whole.len())];
        prop_assert!(upcast::read(event.event_type(), event.event_type().schema_version(), cut).is_err(), "a part is no event");
    }

    #[test]
    fn unknown_versions_are_errors(version in 100_u16.., bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for event_type in EventType::ALL {
            prop_assert!(upcast::read(*event_type, version, &bytes).is_err());
        }
    }
}

/// Lengths that claim more than any memory holds.
#[test]
fn a_claimed_length_allocates_nothing() {
    let longest = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let event = samples::of(EventType::TaskCreated, Fill::Full);
    let whole = event
        .to_avro(&samples::head(Fill::Full), Vec::new())
        .unwrap();
    for place in 0..whole.len() {
        let mut bytes = whole[..place].to_vec();
        bytes.extend_from_slice(&longest);
        bytes.extend_from_slice(&whole[place..]);
        read_as_every_type(&bytes);
    }
}

#[test]
fn an_event_type_that_is_not_known_is_named() {
    let event = samples::of(EventType::TaskDeleted, Fill::Full);
    let mut header = samples::header(&event, Fill::Full);
    header.event_type = "task.exploded".into();
    let error = Envelope::open(header, &[]).unwrap_err();
    assert_eq!(error.to_string(), "task.exploded: unknown event type");
}
