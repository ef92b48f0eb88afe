//! The past is what was live then.

use std::collections::BTreeMap;
use std::path::Path;

use taskfold_contracts::position::Position;
use taskfold_views::as_of::{AsOf, Limits, Snapshots};
use taskfold_views::{Views, equality};

use super::world::*;

type Digest = BTreeMap<String, [u8; 32]>;

/// What was live at these moments, each a workspace and a position.
fn live(world: &World, moments: &[(u64, u64)]) -> BTreeMap<(u64, u64), Digest> {
    let live = Views::in_memory().unwrap();
    let mut then = BTreeMap::new();
    for envelope in &world.log {
        live.apply(std::slice::from_ref(envelope)).unwrap();
        let number = envelope.header.position.number;
        for moment in moments.iter().filter(|moment| moment.1 == number) {
            then.insert(*moment, digest(&live, moment.0));
        }
    }
    then
}

fn digest(views: &Views, number: u64) -> Digest {
    views
        .read_blocking(|r| equality::digest_of_workspace(r, workspace(number)))
        .unwrap()
}

/// The views then, and where the fold began to read the log.
fn at(past: &AsOf, world: &World, of: u64, number: u64) -> (Views, Option<u64>) {
    let (ws, mut first) = (workspace(of), None);
    let position = Position {
        partition: 0,
        number,
    };
    let views = past.at(ws, position, |after| {
        first.get_or_insert(after);
        Ok(world.of(ws, after, number))
    });
    (views.unwrap(), first)
}

const OFTEN: Limits = Limits {
    every: 15,
    of_workspace: 4,
    bytes_of_workspace: 64 << 20,
    bytes: 64 << 20,
};

fn snapshots(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    /// 24 histories, 45 moments each, in random order: more than 1,000. Each is asked of copies that are
    /// kept in memory, and of snapshots alone.
    #[test]
    fn any_moment_is_as_it_was_live(seed in proptest::prelude::any::<u64>()) {
        let world = random(seed, 180);
        let mut dice = Dice(seed);
        let moments: Vec<_> = (0..45).map(|_| (dice.roll(2) + 1, dice.roll(180) + 1)).collect();
        let then = live(&world, &moments);
        let directory = tempfile::tempdir().unwrap();
        let files = directory.path().join("snapshots");
        let cache = AsOf::new(4, 100_000, None);
        let mut began_late = 0;
        for (of, number) in moments {
            let expected = &then[&(of, number)];
            let (views, _) = at(&cache, &world, of, number);
            proptest::prop_assert_eq!(&digest(&views, of), expected);
            let files = AsOf::new(0, 0, Some(Snapshots::new(&files, OFTEN)));
            let (views, first) = at(&files, &world, of, number);
            proptest::prop_assert_eq!(&digest(&views, of), expected);
            began_late += u32::from(first > Some(0));
        }
        proptest::prop_assert!(cache.kept() <= 4);
        proptest::prop_assert!(began_late > 20, "{} of 45 began with a snapshot", began_late);
        proptest::prop_assert!(snapshots(&files).len() <= 8);
    }
}

#[test]
fn long_folds_leave_snapshots_and_later_ones_begin_there() {
    let world = random(21, 400);
    let directory = tempfile::tempdir().unwrap();
    let fresh = || AsOf::new(0, 0, Some(Snapshots::new(directory.path(), OFTEN)));
    assert_eq!(at(&fresh(), &world, 1, 400).1, Some(0));
    assert!(!snapshots(directory.path()).is_empty());
    let first = at(&fresh(), &world, 1, 400).1.unwrap();
    assert!(first > 380, "{first}: it begins where the last one ended");
    fresh().forget(workspace(1)).unwrap();
    assert!(snapshots(directory.path()).is_empty());
    assert_eq!(at(&fresh(), &world, 1, 400).1, Some(0));
}

#[test]
fn snapshots_that_cannot_be_used_are_removed_and_do_no_harm() {
    let world = random(22, 300);
    let expected = &live(&world, &[(1, 300)])[&(1, 300)];
    let directory = tempfile::tempdir().unwrap();
    let fresh = || AsOf::new(0, 0, Some(Snapshots::new(directory.path(), OFTEN)));
    let spoil: [fn(&mut Vec<u8>); 6] = [
        Vec::clear,
        |bytes| bytes.truncate(bytes.len() / 2),
        // In turn: the version of the views, the workspace, the count of events, the image.
        |bytes| bytes[15] ^= 1,
        |bytes| bytes[20] ^= 1,
        |bytes| bytes[66] ^= 1,
        |bytes| *bytes.last_mut().unwrap() ^= 1,
    ];
    for (index, spoil) in spoil.iter().enumerate() {
        at(&fresh(), &world, 1, 300);
        let paths = snapshots(directory.path());
        assert!(!paths.is_empty());
        for path in &paths {
            let mut bytes = std::fs::read(path).unwrap();
            spoil(&mut bytes);
            std::fs::write(path, bytes).unwrap();
        }
        let (views, first) = at(&fresh(), &world, 1, 300);
        assert_eq!(first, Some(0), "spoilt in way {index}");
        assert_eq!(&digest(&views, 1), expected, "spoilt in way {index}");
    }
    std::fs::write(directory.path().join("not-a-snapshot"), "x").unwrap();
    assert_eq!(&digest(&at(&fresh(), &world, 1, 300).0, 1), expected);
}

#[test]
fn snapshots_of_another_history_are_told_by_their_last_event() {
    let (world, mut other) = (random(23, 300), random(23, 300));
    for envelope in &mut other.log[200..] {
        envelope.header.event_id.0 = id(99_000_000 + envelope.header.position.number);
        if let taskfold_contracts::events::Event::TaskCreated(event) = &mut envelope.event {
            event.title.push_str(" otherwise");
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let fresh = || AsOf::new(0, 0, Some(Snapshots::new(directory.path(), OFTEN)));
    at(&fresh(), &world, 1, 300);
    let (views, _) = at(&fresh(), &other, 1, 300);
    assert_eq!(digest(&views, 1), live(&other, &[(1, 300)])[&(1, 300)]);
}

#[test]
fn snapshots_are_bounded_in_number_and_bytes() {
    let world = random(24, 900);
    let directory = tempfile::tempdir().unwrap();
    let of = |limits| AsOf::new(0, 0, Some(Snapshots::new(directory.path(), limits)));
    for number in (30..=900).step_by(30) {
        at(&of(OFTEN), &world, 1, number);
        at(&of(OFTEN), &world, 2, number);
    }
    let kept = snapshots(directory.path());
    assert_eq!(kept.len(), 8, "{kept:?}");
    let bytes = |paths: &[std::path::PathBuf]| -> u64 {
        paths
            .iter()
            .map(|path| std::fs::metadata(path).unwrap().len())
            .sum()
    };
    let half = Limits {
        bytes: bytes(&kept) / 2,
        every: 1,
        ..OFTEN
    };
    at(&of(half), &world, 1, 899);
    assert!(bytes(&snapshots(directory.path())) <= half.bytes);
    let none = Limits {
        bytes_of_workspace: 10,
        ..half
    };
    at(&of(none), &world, 1, 898);
    let own = workspace(1).0.simple().to_string();
    let left = snapshots(directory.path());
    assert!(
        !left
            .iter()
            .any(|path| path.to_string_lossy().contains(&own)),
        "{left:?}"
    );
}

#[test]
fn the_cache_is_bounded_and_starts_from_the_nearest_copy() {
    let world = random(7, 300);
    let ws = workspace(1);
    let cache = AsOf::new(3, 100_000, None);
    let read = |cache: &AsOf, number: u64| {
        let mut first = None;
        let position = Position {
            partition: 0,
            number,
        };
        cache
            .at(ws, position, |after| {
                first.get_or_insert(after);
                Ok(world.of(ws, after, number))
            })
            .unwrap();
        first
    };
    assert_eq!(read(&cache, 100), Some(0));
    assert_eq!(read(&cache, 200), Some(100));
    assert_eq!(read(&cache, 150), Some(100));
    assert_eq!(read(&cache, 150), None, "kept");
    for number in [210, 220, 230] {
        read(&cache, number);
    }
    assert_eq!(cache.kept(), 3);
    assert_eq!(read(&cache, 120), Some(0), "the copy of 100 was let go");
    let small = AsOf::new(3, 10, None);
    read(&small, 100);
    assert_eq!(small.kept(), 0, "larger than what is kept");
}
