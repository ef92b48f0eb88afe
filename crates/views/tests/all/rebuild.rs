//! Views are disposable.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use taskfold_contracts::envelope::Envelope;
use taskfold_views::rebuild::{Fact, RebuildError, build, build_beside};
use taskfold_views::{OpenError, Reader, Views, equality};

use super::world::*;

fn digest(views: &Views) -> BTreeMap<String, [u8; 32]> {
    views.read_blocking(equality::digest).unwrap()
}

fn source(log: &[Envelope]) -> impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + '_ {
    |partition, after| {
        let facts = log.iter().filter(|envelope| {
            let position = envelope.header.position;
            position.partition == partition && position.number > after
        });
        Ok(facts.take(50).cloned().map(Fact::Event).collect())
    }
}

#[test]
fn a_deleted_file_comes_back_row_for_row() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("views.db");
    for seed in 0..10 {
        let world = random(seed, 400);
        let live = Views::open(&path).unwrap();
        for batch in world.log.chunks(37) {
            live.apply(batch).unwrap();
        }
        let before = digest(&live);
        drop(live);
        std::fs::remove_file(&path).unwrap();
        let events = build(&path, 1, &BTreeSet::new(), source(&world.log), |_| {}).unwrap();
        assert_eq!(events, 400);
        let again = Views::open(&path).unwrap();
        assert_eq!(digest(&again), before, "seed {seed}");
        assert_eq!(again.watermark(0), 400);
        drop(again);
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn the_digest_sees_a_single_changed_row() {
    let mut world = random(3, 100);
    let before = digest(&world.views());
    let mut changed = world.log.clone();
    changed[50].occurred_at = world.log[51].occurred_at;
    let views = Views::in_memory().unwrap();
    views.apply(&changed).unwrap();
    assert_ne!(digest(&views), before);
    world.add(workspace(1), created(9_999, "one more"));
    assert_ne!(digest(&world.views())["search"], before["search"]);
}

#[test]
fn a_file_of_another_version_or_none_of_ours_is_told_and_built_anew() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("views.db");
    let world = random(5, 100);
    drop(Views::open(&path).unwrap());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 999).unwrap();
    drop(raw);
    assert!(matches!(
        Views::open(&path),
        Err(OpenError::OtherVersion { found: 999, .. })
    ));
    build(&path, 1, &BTreeSet::new(), source(&world.log), |_| {}).unwrap();
    assert_eq!(digest(&Views::open(&path).unwrap()), digest(&world.views()));

    std::fs::write(&path, vec![7_u8; 20_000]).unwrap();
    assert!(matches!(Views::open(&path), Err(OpenError::Corrupt(_))));
    build(&path, 1, &BTreeSet::new(), source(&world.log), |_| {}).unwrap();
    assert_eq!(digest(&Views::open(&path).unwrap()), digest(&world.views()));
}

#[test]
fn an_unfinished_build_is_cleared_away() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("views.db");
    let world = random(5, 100);
    let failed = build(
        &path,
        1,
        &BTreeSet::new(),
        |_, _| Err("gone".to_owned()),
        |_| {},
    );
    assert!(failed.is_err());
    assert!(directory.path().join("views.next.db").exists());
    let views = Views::open(&path).unwrap();
    assert!(!directory.path().join("views.next.db").exists());
    assert_eq!(views.generation(), 1, "whole from the start");
    views.apply(&world.log).unwrap();
    assert_eq!(digest(&views), digest(&world.views()));
}

#[test]
fn views_are_built_beside_and_switched_to_while_they_are_read_and_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("views.db");
    let world = random(11, 600);
    let views = Views::open(&path).unwrap();
    views.apply(&world.log[..300]).unwrap();
    for round in 2..=4 {
        let mut ended = false;
        build_beside(
            &views,
            1,
            false,
            |partition, after| {
                // The log goes on, and so do the live views, while the new ones are built: what the
                // build did not see is caught up with at the switch.
                let upto = if ended { 600 } else { 300 };
                let facts = source(&world.log[..upto])(partition, after)?;
                ended = ended || facts.is_empty();
                Ok(facts)
            },
            |_| {
                views.apply(&world.log[..600]).unwrap();
                assert_eq!(views.watermark(0), 600);
            },
        )
        .unwrap();
        assert_eq!(views.generation(), round);
        assert_eq!(views.watermark(0), 600);
        assert_eq!(digest(&views), digest(&world.views()));
    }
    drop(views);
    let reopened = Views::open(&path).unwrap();
    assert_eq!(reopened.generation(), 4);
    assert_eq!(digest(&reopened), digest(&world.views()));
    let left: Vec<_> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().contains("next"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Numbers of events that a writer has put into the log; it applies them right behind.
struct Growing<'w> {
    world: &'w World,
    appended: AtomicUsize,
}

impl Growing<'_> {
    fn read(&self, partition: u32, after: u64) -> Result<Vec<Fact>, String> {
        let appended = self.appended.load(Ordering::SeqCst);
        source(&self.world.log[..appended])(partition, after)
    }

    /// Appends and applies a few at a time, as slowly as that others get their turn.
    fn write(&self, views: &Views) {
        for batch in self.world.log[600..].chunks(3) {
            self.appended.fetch_add(batch.len(), Ordering::SeqCst);
            views.apply(batch).unwrap();
        }
    }
}

#[test]
fn a_switch_under_load_loses_nothing_and_fails_no_read() {
    let directory = tempfile::tempdir().unwrap();
    let world = random(31, 6_000);
    let views = Views::open(&directory.path().join("views.db")).unwrap();
    views.apply(&world.log[..600]).unwrap();
    let growing = Growing {
        world: &world,
        appended: AtomicUsize::new(600),
    };
    let done = AtomicBool::new(false);
    let (mut switches, mut under_load) = (0, 0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| growing.write(&views));
        for _ in 0..2 {
            scope.spawn(|| {
                let mut seen = 0;
                while !done.load(Ordering::SeqCst) {
                    let number = views.read_blocking(|r| r.watermark(0)).unwrap();
                    assert!(number >= seen, "it went back from {seen} to {number}");
                    seen = number;
                    list_tasks(&views, workspace(1), &query("", "due"));
                }
            });
        }
        while !writer.is_finished() {
            let read = |partition, after| growing.read(partition, after);
            let compare = switches % 2 == 1;
            let switched = build_beside(&views, 1, compare, read, |_| {}).unwrap();
            let comparison = switched.comparison;
            assert!(comparison.is_none_or(|found| found.differing.is_empty()));
            switches += 1;
            under_load += u32::from(!writer.is_finished());
            // What is read at one moment is what the log says of that moment.
            let read = |r: &Reader| Ok((r.watermark(0)?, equality::digest(r)?));
            let (number, found) = views.read_blocking(read).unwrap();
            let then = Views::in_memory().unwrap();
            then.apply(&world.log[..usize::try_from(number).unwrap()])
                .unwrap();
            assert_eq!(found, digest(&then), "at {number}");
        }
        done.store(true, Ordering::SeqCst);
    });
    assert!(under_load > 0, "{switches} switches");
    assert_eq!(views.watermark(0), 6_000);
    assert_eq!(digest(&views), digest(&world.views()));
}

#[test]
fn old_views_are_compared_with_the_new_ones() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("views.db");
    let world = random(12, 300);
    let views = Views::open(&path).unwrap();
    // Behind the log, which is no difference.
    views.apply(&world.log[..200]).unwrap();
    let verify = || build_beside(&views, 1, true, source(&world.log), |_| {}).unwrap();
    let verified = verify();
    assert_eq!((verified.events, verified.generation), (200, 2));
    let found = verified.comparison.unwrap();
    assert_eq!(found.differing, [""; 0]);
    assert_eq!(found.hash, equality::whole(&digest(&views)));
    assert_eq!(views.watermark(0), 200);
    views.apply(&world.log[200..]).unwrap();
    assert_eq!(digest(&views), digest(&world.views()));
    let raw = rusqlite::Connection::open(directory.path().join("views.next.db")).unwrap();
    raw.execute(
        "UPDATE tasks SET title = 'changed' WHERE number = (SELECT min(number) FROM tasks)",
        [],
    )
    .unwrap();
    drop(raw);
    let found = verify().comparison.unwrap();
    assert!(found.differing.contains(&"tasks".to_owned()), "{found:?}");
    assert!(!found.differing.contains(&"lists".to_owned()), "{found:?}");
    assert_eq!(digest(&views), digest(&world.views()));
}

#[test]
fn one_rebuild_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let views = Views::open(&directory.path().join("views.db")).unwrap();
    let world = random(33, 50);
    views.apply(&world.log).unwrap();
    let mut second = None;
    build_beside(&views, 1, false, source(&world.log), |_| {
        second = Some(build_beside(
            &views,
            1,
            false,
            |_, _| Ok(Vec::new()),
            |_| {},
        ));
    })
    .unwrap();
    assert!(matches!(second, Some(Err(RebuildError::UnderWay))));
    assert_eq!(views.generation(), 2);
}
