//! Replays, gaps, poison and waiting.

use taskfold_contracts::events::*;
use taskfold_contracts::position::Position;
use taskfold_views::{ApplyError, Views, equality};

use super::world::*;

#[test]
fn what_was_applied_is_not_applied_again() {
    let world = random(1, 200);
    let (once, twice) = (world.views(), super::empty());
    for from in [0, 50, 20, 0, 100] {
        let upto = (from + 60).min(world.log.len());
        twice.apply(&world.log[from..upto]).unwrap();
    }
    twice.apply(&world.log).unwrap();
    let doubled = [world.log.as_slice(), world.log.as_slice()].concat();
    twice.apply(&doubled).unwrap();
    assert_eq!(digest(&once), digest(&twice));
}

fn digest(views: &Views) -> std::collections::BTreeMap<String, [u8; 32]> {
    views.read_blocking(equality::digest).unwrap()
}

#[test]
fn a_batch_with_poison_changes_nothing() {
    let mut world = World::default();
    let ws = workspace(1);
    world.add(ws, created(1, "A"));
    let views = world.views();
    let before = digest(&views);
    world.add(ws, commented(1, 1, "said"));
    world.add(
        ws,
        TaskUpdated {
            title: Some("B".into()),
            ..updated(1)
        },
    );
    world.add(
        ws,
        TaskUpdated {
            title: Some("C".into()),
            ..updated(99)
        },
    );
    let refused = views.apply(&world.log[1..]);
    assert!(
        matches!(&refused, Err(ApplyError::Poison { index: 2, error }) if error.contains("unknown"))
    );
    assert_eq!(digest(&views), before);
    assert_eq!(views.watermark(0), 1);
    views.apply(&world.log[1..3]).unwrap();
    assert_eq!(
        (views.watermark(0), get(&views, ws, 1).title.as_str()),
        (3, "B")
    );
}

#[test]
fn a_gap_is_refused_and_loses_nothing() {
    let world = random(2, 20);
    let views = super::empty();
    views.apply(&world.log[..5]).unwrap();
    let refused = views.apply(&world.log[6..]);
    assert!(matches!(&refused, Err(ApplyError::Storage(error)) if error.contains("0:7")));
    assert_eq!(views.watermark(0), 5);
    views.apply(&world.log[5..]).unwrap();
    assert_eq!(digest(&views), digest(&world.views()));
}

#[test]
fn impossible_facts_are_poison() {
    let impossible: Vec<Event> = vec![
        created(1, "again").into(),
        completed(9).into(),
        TaskCommentEdited {
            task_id: task(1),
            comment_id: comment(9),
            body: "x".into(),
        }
        .into(),
        ListArchived { list_id: list(9) }.into(),
        WorkspaceUpdated {
            workspace: workspace(1),
            name: "x".into(),
        }
        .into(),
        UserErased { user: user(9) }.into(),
    ];
    for event in impossible {
        let mut world = World::default();
        world.add(workspace(1), created(1, "A"));
        world.add(workspace(1), event.clone());
        let refused = super::empty().apply(&world.log);
        assert!(
            matches!(refused, Err(ApplyError::Poison { index: 1, .. })),
            "{event:?}"
        );
    }
    let mut world = World::default();
    world.add(workspace(1), created(1, "A"));
    world.add(workspace(2), completed(1));
    let refused = super::empty().apply(&world.log);
    assert!(
        matches!(refused, Err(ApplyError::Poison { index: 1, .. })),
        "another workspace's task"
    );
}

#[test]
fn readers_wait_for_a_position() {
    use std::time::Duration;
    let mut world = World::default();
    world.add(workspace(1), created(1, "A"));
    let views = super::empty();
    let position = Position {
        partition: 0,
        number: 1,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert!(!runtime.block_on(views.wait_for(position, Duration::ZERO)));
    let writer = views.clone();
    let (reached, applied) = runtime.block_on(async {
        let waiting = views.wait_for(position, Duration::from_mins(2));
        let applying = tokio::task::spawn_blocking(move || writer.apply(&world.log));
        tokio::join!(waiting, applying)
    });
    assert!(reached && applied.unwrap().is_ok());
}
