//! Poison does not block.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::position::Position;
use taskfold_views::deadletters::{RetryError, bury, discard, list, parked, retry, show};
use taskfold_views::{ApplyError, Views, equality};

use super::world::*;

pub(crate) fn at(number: u64) -> Position {
    Position {
        partition: 0,
        number,
    }
}

/// The second event is poison; the third is of the same workspace, the fourth of another.
pub(crate) fn poisoned() -> World {
    let mut world = World::default();
    world.add(workspace(1), created(1, "A"));
    world.add(workspace(1), completed(99));
    world.add(workspace(1), created(2, "B"));
    world.add(workspace(2), created(3, "C"));
    world
}

pub(crate) fn buried(world: &World) -> Views {
    let views = super::empty();
    let Err(ApplyError::Poison { index, error }) = views.apply(&world.log) else {
        panic!()
    };
    views.apply(&world.log[..index]).unwrap();
    bury(&views, &world.log[index].header, &error, 5).unwrap();
    views.apply(&world.log[index + 1..]).unwrap();
    views
}

#[test]
fn one_workspace_is_parked_and_all_others_go_on() {
    let world = poisoned();
    let views = buried(&world);
    assert_eq!(views.watermark(0), 4);
    assert_eq!(views.read_blocking(parked).unwrap(), [workspace(1)]);
    assert_eq!(titles(&views, workspace(1), "", ""), ["A"]);
    assert_eq!(titles(&views, workspace(2), "", ""), ["C"]);
    let letters = views.read_blocking(|r| list(r, None, 10)).unwrap();
    assert_eq!(
        letters
            .iter()
            .map(|letter| letter.position)
            .collect::<Vec<_>>(),
        [at(2), at(3)]
    );
    assert!(letters[0].error.as_ref().unwrap().contains("unknown") && letters[0].attempts == 5);
    assert_eq!(letters[1].error, None);
    assert_eq!(
        views
            .read_blocking(|r| list(r, Some(at(2)), 10))
            .unwrap()
            .len(),
        1
    );
    bury(&views, &world.log[0].header, "late", 1).unwrap();
    assert!(
        views.read_blocking(|r| show(r, at(1))).unwrap().is_none(),
        "applied already"
    );
}

#[test]
fn a_retry_applies_all_or_nothing_and_unparks() {
    let mut world = poisoned();
    let views = buried(&world);
    let fetch = |log: Vec<Envelope>| {
        move |position: Position| Ok(log[usize::try_from(position.number - 1).unwrap()].clone())
    };
    let before = views.read_blocking(equality::digest).unwrap();
    let failed = retry(&views, workspace(1), fetch(world.log.clone()));
    assert!(matches!(failed, Err(RetryError::Poison { position, .. }) if position == at(2)));
    assert_eq!(views.read_blocking(equality::digest).unwrap(), before);
    assert_eq!(
        views
            .read_blocking(|r| show(r, at(2)))
            .unwrap()
            .unwrap()
            .attempts,
        6
    );
    // As if a newer program could read it.
    world.log[1].event = completed(1).into();
    assert_eq!(retry(&views, workspace(1), fetch(world.log.clone())), Ok(2));
    assert!(views.read_blocking(parked).unwrap().is_empty());
    assert_eq!(
        views.read_blocking(equality::digest).unwrap(),
        world.views().read_blocking(equality::digest).unwrap()
    );
}

#[test]
fn what_is_given_up_waits_no_more() {
    let world = poisoned();
    let views = buried(&world);
    assert!(discard(&views, at(2)).unwrap());
    assert!(!discard(&views, at(2)).unwrap());
    assert_eq!(
        views.read_blocking(parked).unwrap(),
        [workspace(1)],
        "another one waits"
    );
    assert!(discard(&views, at(3)).unwrap());
    assert!(views.read_blocking(parked).unwrap().is_empty());
}
