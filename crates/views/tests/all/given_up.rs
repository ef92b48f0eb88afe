//! What was given up for ever, in files.

use std::collections::BTreeSet;

use taskfold_contracts::position::Position;
use taskfold_views::deadletters::{discard, dropped, list, parked, retry, show};
use taskfold_views::rebuild::{Fact, build};
use taskfold_views::{Views, equality};

use super::deadletters::*;
use super::world::*;

#[test]
fn what_is_given_up_stays_out_of_rebuilds() {
    let world = poisoned();
    let views = buried(&world);
    assert!(discard(&views, at(2)).unwrap());
    assert!(!discard(&views, at(2)).unwrap());
    assert_eq!(
        views.read_blocking(parked).unwrap(),
        [workspace(1)],
        "another one waits"
    );
    let fetch =
        |position: Position| Ok(world.log[usize::try_from(position.number - 1).unwrap()].clone());
    assert_eq!(retry(&views, workspace(1), fetch), Ok(1));
    let given_up = views.read_blocking(dropped).unwrap();
    assert_eq!(given_up, BTreeSet::from([at(2)]));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("views.db");
    let facts = |partition: u32, after: u64| {
        assert_eq!(partition, 0);
        let rest = &world.log[usize::try_from(after).unwrap()..];
        Ok(rest.iter().cloned().map(Fact::Event).collect())
    };
    build(&path, 1, &given_up, facts, |_| {}).unwrap();
    let again = Views::open(&path).unwrap();
    assert_eq!(
        again.read_blocking(equality::digest).unwrap(),
        views.read_blocking(equality::digest).unwrap()
    );
    assert_eq!(again.read_blocking(dropped).unwrap(), given_up);
    // Without knowing what was given up, the workspace is parked again; what is unreadable likewise.
    let unreadable = |_: u32, after: u64| {
        let rest = &world.log[usize::try_from(after).unwrap()..];
        Ok(rest
            .iter()
            .map(|envelope| match envelope.header.position.number {
                2 => Fact::Unreadable {
                    header: envelope.header.clone(),
                    error: "sealed".into(),
                },
                _ => Fact::Event(envelope.clone()),
            })
            .collect())
    };
    drop(again);
    build(&path, 1, &BTreeSet::new(), unreadable, |_| {}).unwrap();
    let again = Views::open(&path).unwrap();
    assert_eq!(again.read_blocking(|r| list(r, None, 10)).unwrap().len(), 2);
    assert_eq!(
        again
            .read_blocking(|r| show(r, at(2)))
            .unwrap()
            .unwrap()
            .error
            .as_deref(),
        Some("sealed")
    );
}
