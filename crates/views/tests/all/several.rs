//! Several processes on the same views.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use taskfold_contracts::events::*;
use taskfold_contracts::position::Position;
use taskfold_views::{ApplyError, Views, equality};

use super::world::*;

fn digest(views: &Views) -> BTreeMap<String, [u8; 32]> {
    views.read_blocking(equality::digest).unwrap()
}

fn in_memory(world: &World) -> Views {
    let views = Views::in_memory().unwrap();
    views.apply(&world.log).unwrap();
    views
}

#[test]
fn the_same_log_is_the_same_on_both_databases() {
    for seed in 0..4 {
        let world = random(50 + seed, 500);
        let views = super::empty();
        for batch in world.log.chunks(83) {
            views.apply(batch).unwrap();
        }
        assert_eq!(digest(&views), digest(&in_memory(&world)), "seed {seed}");
    }
}

#[test]
fn events_take_effect_once_whoever_applies_them() {
    let world = random(60, 800);
    let server = super::fresh();
    let all: Vec<Views> = (0..4).map(|_| super::connect(&server)).collect();
    let refused = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for views in &all {
            scope.spawn(|| {
                while views.watermark(0) < 800 {
                    let after = usize::try_from(views.watermark(0)).unwrap();
                    let upto = (after + 7).min(800);
                    match views.apply(&world.log[after..upto]) {
                        Ok(()) => {}
                        Err(ApplyError::Storage(_)) => {
                            refused.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    assert_eq!(refused.into_inner(), 0, "what others applied is skipped");
    assert_eq!(digest(&all[0]), digest(&in_memory(&world)));
}

#[test]
fn partitions_are_applied_side_by_side() {
    let server = super::fresh();
    let all: Vec<Views> = (0..3).map(|_| super::connect(&server)).collect();
    std::thread::scope(|scope| {
        for (partition, views) in (0_u32..).zip(&all) {
            scope.spawn(move || {
                let mut world = World {
                    partition,
                    ..World::default()
                };
                for number in 0..60 {
                    let own = u64::from(partition) * 1_000 + number;
                    world.add(workspace(u64::from(partition) + 1), created(own, "T"));
                }
                for batch in world.log.chunks(5) {
                    views.apply(batch).unwrap();
                }
            });
        }
    });
    all[0].refresh().unwrap();
    assert_eq!(
        [0, 1, 2].map(|partition| all[0].watermark(partition)),
        [60; 3]
    );
    for number in 1..=3 {
        assert_eq!(titles(&all[1], workspace(number), "", "").len(), 60);
    }
}

#[test]
fn what_another_process_applies_is_waited_for() {
    let server = super::fresh();
    let (here, there) = (super::connect(&server), super::connect(&server));
    let mut world = World::default();
    world.add(workspace(1), created(1, "A"));
    let position = Position {
        partition: 0,
        number: 1,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let soon = here.wait_for(position, Duration::from_millis(20));
    assert!(!runtime.block_on(soon));
    let (reached, applied) = runtime.block_on(async {
        let waiting = here.wait_for(position, Duration::from_mins(2));
        let applying = tokio::task::spawn_blocking(move || there.apply(&world.log));
        tokio::join!(waiting, applying)
    });
    assert!(reached);
    applied.unwrap().unwrap();
    assert_eq!(here.readable(0), 1);
}

#[test]
fn a_batch_that_is_refused_changes_nothing_for_others() {
    let server = super::fresh();
    let (here, there) = (super::connect(&server), super::connect(&server));
    let mut world = World::default();
    world.add(workspace(1), created(1, "A"));
    world.add(workspace(1), completed(9));
    let refused = here.apply(&world.log);
    assert!(matches!(refused, Err(ApplyError::Poison { index: 1, .. })));
    assert!(titles(&there, workspace(1), "", "").is_empty());
    there.apply(&world.log[..1]).unwrap();
    assert_eq!(titles(&here, workspace(1), "", ""), ["A"]);
    world.log[1].event = TaskDeleted { task_id: task(1) }.into();
    here.apply(&world.log).unwrap();
    assert_eq!((here.watermark(0), there.watermark(0)), (2, 1));
}
