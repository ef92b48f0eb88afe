//! Random bytes and damaged fixtures: never a panic.

use proptest::prelude::*;
use taskfold_interchange::{Format, detect, read};

use crate::support::{fixtures, options};

/// One change of a file.
#[derive(Debug, Clone)]
enum Damage {
    Set(usize, u8),
    Cut(usize, usize),
    Double(usize, usize),
    Insert(usize, Vec<u8>),
}

fn damages() -> impl Strategy<Value = Damage> {
    let signs = proptest::sample::select(vec![
        b"\"".to_vec(),
        b",".to_vec(),
        b"\n".to_vec(),
        b"null".to_vec(),
        b"-9223372036854775808".to_vec(),
        b"99999999999999999999".to_vec(),
        b"1e400".to_vec(),
        "é".as_bytes().to_vec(),
        b"00000000T000000Z".to_vec(),
        b"-9999-01-01T00:00:00Z".to_vec(),
        b"P999999999D".to_vec(),
        b"\\".to_vec(),
        b";".to_vec(),
        b":".to_vec(),
    ]);
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (any::<usize>(), 1usize..40).prop_map(|(at, length)| Damage::Cut(at, length)),
        (any::<usize>(), 1usize..200).prop_map(|(at, length)| Damage::Double(at, length)),
        (any::<usize>(), signs).prop_map(|(at, sign)| Damage::Insert(at, sign)),
    ]
}

fn damage(bytes: &mut Vec<u8>, damage: Damage) {
    let length = bytes.len().max(1);
    match damage {
        Damage::Set(at, byte) => {
            if let Some(found) = bytes.get_mut(at % length) {
                *found = byte;
            }
        }
        Damage::Cut(at, count) => {
            let at = at % length;
            bytes.drain(at..(at + count).min(bytes.len()));
        }
        Damage::Double(at, count) => {
            let at = at % length;
            let part = bytes[at..(at + count).min(bytes.len())].to_vec();
            bytes.splice(at..at, part);
        }
        Damage::Insert(at, sign) => {
            let at = at % length;
            bytes.splice(at..at, sign);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn damaged_files_never_panic(
        index in 0usize..10,
        changes in proptest::collection::vec(damages(), 1..6),
    ) {
        let (format, name, mut bytes) = fixtures().swap_remove(index);
        for change in changes {
            damage(&mut bytes, change);
        }
        let _ = detect(&bytes, name);
        if let Err(error) = read(format, &bytes, &options(Some(name))) {
            prop_assert!(!error.place.is_empty() && !error.message.is_empty());
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,200}") {
        for format in Format::ALL {
            let _ = read(format, &bytes, &options(None));
            let _ = read(format, text.as_bytes(), &options(Some(&text)));
        }
        let _ = detect(&bytes, &text);
    }
}
